"""How a digest looks. The same contents always give the same message."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import Any

import discord
from discord import ui

from bot.digests.picture import taken_out
from bot.digests.plans import Audience
from bot.digests.rules import TOLD
from bot.digests.service import PART, Impact
from bot.outgoing import Illustrated
from bot.refusals import N_
from bot.reports.taxonomy import told
from bot.resources.rules import tags
from bot.resources.taxonomy import KINDS, Kind
from bot.texts import Translate
from bot.threads import Part, Rest
from cogs.digests.impact_cards import impact_items, impact_pictures
from cogs.digests.sections import SECTIONS, Room, counted, is_cut, left_out, section, shared_out
from cogs.layout import QUIET, card, fitting, fitting_lines, line, options, plain, row, select

DIMENSIONS: dict[str, str] = {
    "category": N_("What happened"),
    "role": N_("Whose work"),
    "effect": N_("What it did to pay or job"),
    "role×category": N_("Role and what happened"),
    "role×family": N_("Role and kind of impact"),
    "group×family": N_("Field of work and kind of impact"),
    "employment": N_("How they are employed"),
    "stage": N_("How far along it is"),
    "evidence": N_("How they know"),
    "confidence": N_("How sure it is that AI was the cause"),
    "reach": N_("Who is affected"),
    "tool": N_("Kind of tool"),
    "month": N_("Month"),
}
MOST_LINES = 12
MOST_NEWS = 5
MOST_OF_EACH = 5
BLOCKS = 8
TITLES: dict[str, str] = {
    Audience.MEMBERS: N_("## What AI does to our jobs"),
    Audience.ORGANIZERS: N_("## The organizers’ digest"),
    Audience.URGENT: N_("## What cannot wait"),
}
DRAWN = ("role×family", "group×family")
"""The dimensions that are drawn beside those that a digest tells of in words."""
MOST_IN_ONE = 40
"""Numbers that stand in one message of a thread; of more, each question has its own."""
UNSEEN = ("effect",)
"""The dimensions of a digest that no picture shows."""
REFERENCE = "ref 0123456789"
"""As long as any; what fits with one fits with another."""
ROUTE = "digests:impact:v1"


def digest(contents: Mapping[str, Any], t: Translate, reference: str) -> Illustrated | ui.LayoutView:
    """Return the first message of a digest: what fits, and what matters most first."""
    view = _head(contents, t, reference, _most(contents, t))
    kept = contents.get("picture")
    return Illustrated(view, impact_pictures(t, taken_out(kept))) if kept else view


def rest(contents: Mapping[str, Any], t: Translate) -> Rest | None:
    """Return what the first message has no room for, a part for each subject; `None` where it says everything."""
    most = _most(contents, t)
    room = _room(contents, most)
    parts = [
        Part(PART, {"subject": subject, "groups": contents[subject]})
        for subject in SECTIONS
        if is_cut(subject, contents.get(subject, {}), room)
    ]
    told = [each for each in contents["tallies"] if each[0] in (*TOLD, *DRAWN)]
    # The words beside the pictures say the largest; every number that was told or drawn stands below them.
    if told and (contents.get("picture") or len(told) > most):
        shares = [told] if len(told) <= MOST_IN_ONE else [list(share) for _, share in groupby(sorted(told), _first)]
        parts[:0] = [Part(PART, {"subject": "numbers", "tallies": share}) for share in shares]
    return Rest(t("All of this digest"), parts) if parts else None


def part(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return one message of the thread under a digest."""
    if contents["subject"] == "numbers":
        return fitting(lambda most: _numbers(contents, t, reference, most), len(contents["tallies"]))
    subject, groups = contents["subject"], contents["groups"]
    longest = max(len(group["first"]) for group in groups.values())

    def build(most: int) -> ui.LayoutView:
        room = {(subject, name): most for name in groups}
        return card(section(subject, groups, room, t), f"-# {reference}", accent=QUIET)

    return fitting(build, longest)


def _first(tally: Sequence[Any]) -> str:
    return str(tally[0])


def _most(contents: Mapping[str, Any], t: Translate) -> int:
    """Return with how many lines the first message fits in this language."""
    return fitting_lines(lambda most: _head(contents, t, REFERENCE, most), MOST_LINES)


def _room(contents: Mapping[str, Any], most: int) -> Room:
    return shared_out(contents, 3 * (most - 1), MOST_OF_EACH)


def _head(contents: Mapping[str, Any], t: Translate, reference: str, most: int) -> ui.LayoutView:
    tallies, changes = ([each for each in contents[name] if each[0] in TOLD] for name in ("tallies", "changes"))
    # When everything is new, the list below says it all.
    is_first = len(changes) == len(tallies) and all(before == 0 for *_, before, _ in changes)
    kept = contents.get("picture")
    room = _room(contents, most)
    told = [section(subject, contents.get(subject, {}), room, t) for subject in SECTIONS]
    told.append(resources(contents.get("resources", {}), most, t))
    told = [each for each in told if each]
    highest = max((at_least for _, _, at_least in tallies), default=0)
    audience, total = contents.get("audience", Audience.MEMBERS), contents["total"]
    return card(
        t(TITLES[audience]),
        t("This digest comes late.") if contents["is_late"] else None,
        headline(contents, len(changes), t),
        t("**At least {total} reports so far.**").format(total=total) if total else None,
        None if is_first or not changes else news(changes, min(most, MOST_NEWS), t),
        line() if tallies else None,
        *(impact_items(t, taken_out(kept), most) if kept else ()),
        *(
            _dimension(name, tallies, highest, most, t)
            for name in (UNSEEN if kept else TOLD)
            if any(tally[0] == name for tally in tallies)
        ),
        line() if told else None,
        *told,
        line(),
        _note(contents, audience, t),
        f"-# {reference}",
    )


def headline(contents: Mapping[str, Any], moved: int, t: Translate) -> str | None:
    """Return what changed since the last digest in one sentence; `None` where nothing did, or it was the first."""
    news_of = [t("numbers of reports that grew: {number}").format(number=moved)] if moved else []
    news_of += counted(contents, t)
    if contents["since"] is None or not news_of:
        return None
    since = datetime.combine(date.fromisoformat(contents["since"]), time(12), UTC)
    return t("Since {day}: {news}.").format(day=discord.utils.format_dt(since, "D"), news=" · ".join(news_of))


def resources(told: Mapping[str, Any], most: int, t: Translate) -> str | None:
    """Return some entries of the directory, a line each; `None` where it has none."""
    if not told:
        return None
    lines = [_resource(each, t) for each in told["first"][:most]]
    if left := left_out(told, most):
        lines.append(t("- … and {number} more, see {command}").format(number=left, command="`/resources`"))
    return "\n".join([t("**Training and help**"), *lines])


def _resource(told: Sequence[str], t: Translate) -> str:
    kind, title, link, region = told
    where = ", ".join(plain(t(tag)) for tag in tags(region))
    named = f"[{plain(t(title))}](<{link}>)" if link else plain(t(title))
    return f"- **{t(KINDS[Kind(kind)])}**: {named}" + (f" · {where}" if where else "")


def _note(contents: Mapping[str, Any], audience: str, t: Translate) -> str | None:
    if audience == Audience.URGENT:
        return t("-# An urgent notice: it comes only when something cannot wait, and tells of each thing once.")
    if not contents["total"]:
        return t("-# No number of reports can be shown yet. Report in private with `/report file`.")
    return t(
        "-# Confirmed reports are counted, not people. Numbers are “at least” and move in steps of {k} or more, at "
        "random moments, so that no digest shows that somebody has just reported. What is not listed has fewer, or "
        "none. Report in private with `/report file`."
    ).format(k=contents["k"])


def _numbers(contents: Mapping[str, Any], t: Translate, reference: str, most: int) -> ui.LayoutView:
    tallies = sorted(contents["tallies"], key=lambda tally: -tally[2])
    highest = max(at_least for *_, at_least in tallies)
    shown = [name for name in (*TOLD, *DRAWN) if any(tally[0] == name for tally in tallies)]
    return card(
        t("## The numbers of this digest"),
        *(_dimension(name, tallies, highest, most, t) for name in shown),
        f"-# {reference}",
        accent=QUIET,
    )


def news(changes: Sequence[tuple[str, list[str], int, int]], most: int, t: Translate) -> str:
    """Return the largest changes since the last digest, a line each."""
    lines = [
        (
            t("- New: **{what}**, at least {after}")
            if before == 0
            else t("- **{what}**: at least {after}, up from {before}")
        ).format(what=_name(dimension, chosen, t), before=before, after=after)
        for dimension, chosen, before, after in changes[:most]
    ]
    if len(changes) > most:
        lines.append(t("- … and {number} more").format(number=len(changes) - most))
    return "\n".join([t("**New since the last digest**"), *lines])


def _dimension(name: str, tallies: Sequence[tuple[str, list[str], int]], highest: int, most: int, t: Translate) -> str:
    mine = [(chosen, at_least) for dimension, chosen, at_least in tallies if dimension == name]
    lines = [f"**{t(DIMENSIONS[name])}**"]
    for chosen, at_least in mine[:most]:
        blocks = "▰" * max(1, round(BLOCKS * at_least / highest))
        lines.append(f"{blocks:▱<{BLOCKS}} ≥ {at_least} · {_name(name, chosen, t)}")
    if len(mine) > most:
        lines.append(t("-# … and {number} more").format(number=len(mine) - most))
    return "\n".join(lines)


def _name(name: str, chosen: Sequence[str], t: Translate) -> str:
    return " × ".join(told(t, dimension, option) for dimension, option in zip(name.split("×"), chosen, strict=True))


def impact(t: Translate, found: Impact, only: str | None = None) -> ui.LayoutView | Illustrated:
    """Show organizers what has been published: the picture and the questions of a digest, or one question in full."""
    if not found.tallies:
        return card(
            t("## What reports say"),
            t(
                "No number can be shown yet. A number appears here after the digest that shows it, and only once at "
                "least {k} confirmed reports say the same. Confirm cases with `/cases`: nothing else is counted."
            ).format(k=found.k),
            accent=QUIET,
        )
    view = fitting(lambda most: _impact(t, found, only, most), MOST_LINES if only is None else len(found.tallies))
    return view if only is not None or found.picture is None else Illustrated(view, impact_pictures(t, found.picture))


def _impact(t: Translate, found: Impact, only: str | None, most: int) -> ui.LayoutView:
    tallies = [(tally.name.dimension, list(tally.name.options), tally.at_least) for tally in found.tallies]
    there = [name for name in DIMENSIONS if any(dimension == name for dimension, _, _ in tallies)]
    is_seen = found.picture is not None
    usual = [name for name in there if name in (UNSEEN if is_seen else TOLD)]
    shown = [only] if only in there else usual or ([] if is_seen else there)
    highest = max(at_least for *_, at_least in tallies)
    day = datetime.combine(found.published_on or date.min, time(12), UTC)
    return card(
        t("## What reports say"),
        t("-# As of the digest of {day}. Between two digests no number moves, not even here.").format(
            day=discord.utils.format_dt(day, "D")
        ),
        *(impact_items(t, found.picture, most) if found.picture is not None and only is None else ()),
        *(_dimension(name, tallies, highest, most, t) for name in shown),
        line(),
        row(
            select(
                ROUTE,
                options([(name, t(DIMENSIONS[name])) for name in there], only),
                t("See one question in full"),
            )
        ),
        t(
            "-# Confirmed reports are counted, not people. Numbers are “at least” and move in steps of {k} or more. "
            "What is not listed has fewer, or none."
        ).format(k=found.k),
        accent=QUIET,
    )
