"""How a digest looks. The same contents always give the same message."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import discord
from discord import ui

from bot.digests.rules import TOLD
from bot.digests.service import Impact
from bot.polls.verdicts import Outcome
from bot.refusals import N_
from bot.reports.taxonomy import told
from bot.texts import Translate
from cogs.layout import QUIET, card, fitting, line, options, plain, row, select

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
HANDED_OVER: dict[str, str] = {
    "unanswered": N_("- **Day {days} without an answer**: {title}"),
    "delivered": N_("- **Handed over, day {days} without an answer**: {title}"),
    "answered": N_("- **Answered on day {days}**: {title}"),
}
OPEN = "open"
POLLS: dict[str, str] = {
    "closing": N_("- **Open, closes {what}**: {title}"),
    "results": N_("- **Counted**: {title} → {what}"),
    "reviews": N_("- **To be looked at again**, since {what}: {title}"),
}
RESULTS: dict[str, str] = {
    Outcome.ELECTED: N_("**{winners}**"),
    Outcome.AGREED: N_("**agreed**"),
    Outcome.REFUSED: N_("**not agreed**"),
    Outcome.TIED: N_("a tie that stays open"),
    Outcome.NO_QUORUM: N_("no quorum, so nothing is decided"),
    Outcome.TOO_FEW: N_("too few ballots for a result"),
    Outcome.NOBODY: N_("nothing was chosen"),
}
MOST_WINNERS = 3
MOST_LINES = 12
MOST_NEWS = 5
MOST_PETITIONS = 5
BLOCKS = 8


def digest(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return the message of a digest, with as many lines as fit in this language."""
    return fitting(lambda most: _digest(contents, t, reference, most), MOST_LINES)


def _digest(contents: Mapping[str, Any], t: Translate, reference: str, most: int) -> ui.LayoutView:
    tallies, changes = ([each for each in contents[name] if each[0] in TOLD] for name in ("tallies", "changes"))
    # When everything is new, the list below says it all.
    is_first = len(changes) == len(tallies) and all(before == 0 for *_, before, _ in changes)
    highest = max((at_least for _, _, at_least in tallies), default=0)
    # A digest that was queued before digests told of these has none.
    told = [petitions(contents.get("petitions", {}), most, t), polls(contents.get("polls", {}), most, t)]
    total = contents["total"]
    return card(
        t("## What AI does to our jobs"),
        t("This digest comes late.") if contents["is_late"] else None,
        t("**At least {total} reports so far.**").format(total=total) if total else None,
        None if is_first or not changes else news(changes, t),
        line() if tallies else None,
        *(_dimension(name, tallies, highest, most, t) for name in TOLD if any(tally[0] == name for tally in tallies)),
        line() if any(told) else None,
        *told,
        line(),
        t(
            "-# Confirmed reports are counted, not people. Numbers are “at least” and move in steps of {k} or more, at "
            "random moments, so that no digest shows that somebody has just reported. What is not listed has fewer, or "
            "none. Report in private with `/report file`."
        ).format(k=contents["k"])
        if total
        else t("-# No number of reports can be shown yet. Report in private with `/report file`."),
        f"-# {reference}",
    )


def news(changes: Sequence[tuple[str, list[str], int, int]], t: Translate) -> str:
    """Return the largest changes since the last digest, a line each."""
    lines = [
        (
            t("- New: **{what}**, at least {after}")
            if before == 0
            else t("- **{what}**: at least {after}, up from {before}")
        ).format(what=_name(dimension, chosen, t), before=before, after=after)
        for dimension, chosen, before, after in changes[:MOST_NEWS]
    ]
    if len(changes) > MOST_NEWS:
        lines.append(t("- … and {number} more").format(number=len(changes) - MOST_NEWS))
    return "\n".join([t("**New since the last digest**"), *lines])


def petitions(groups: Mapping[str, Any], most: int, t: Translate) -> str | None:
    """Return how the server's petitions stand, a line each, or `None` where there is nothing to tell."""
    room = max(1, min(MOST_PETITIONS, most // 2 - 1))  # a title takes more of the card than a number
    lines = []
    for name in (*HANDED_OVER, OPEN):
        if name in groups:
            first = groups[name]["first"]
            lines += [_going(each, t) if name == OPEN else _handed_over(name, each, t) for each in first[:room]]
            if left := groups[name]["more"] + len(first[room:]):
                lines.append(t("- … and {number} more, see `/petition list`").format(number=left))
    return "\n".join([t("**Petitions**"), *lines]) if lines else None


def _handed_over(name: str, told: tuple[str, int], t: Translate) -> str:
    title, days = told
    return t(HANDED_OVER[name]).format(days=days, title=plain(title))


def _going(told: tuple[str, int, int, int], t: Translate) -> str:
    title, shown, goal, deadline = told
    if shown >= goal:
        words = t("- **Goal reached**: {title} · at least {shown} signatures, {goal} were asked for · deadline {when}")
    elif shown:
        words = t("- **Open for signing**: {title} · at least {shown} of {goal} signatures · deadline {when}")
    else:  # nothing is shown before the first step
        words = t("- **Open for signing**: {title} · {goal} signatures are the goal · deadline {when}")
    return words.format(title=plain(title), shown=shown, goal=goal, when=f"<t:{deadline}:D>")


def polls(groups: Mapping[str, Any], most: int, t: Translate) -> str | None:
    """Return which polls close soon, were counted, or are to be looked at again, or `None` where there are none."""
    room = max(1, min(MOST_PETITIONS, most // 2 - 1))
    lines = []
    for name in POLLS:
        if name in groups:
            first = groups[name]["first"]
            lines += [_poll(name, each, t) for each in first[:room]]
            if left := groups[name]["more"] + len(first[room:]):
                lines.append(t("- … and {number} more, see `/polls`").format(number=left))
    return "\n".join([t("**Polls**"), *lines]) if lines else None


def _poll(name: str, told: tuple[str, Any], t: Translate) -> str:
    title, what = told
    if name == "results":
        winners = ", ".join(plain(winner) for winner in what["winners"][:MOST_WINNERS])
        winners += " …" if len(what["winners"]) > MOST_WINNERS else ""
        what = t(RESULTS[what["outcome"]]).format(winners=winners)
    elif name == "reviews":
        what = discord.utils.format_dt(datetime.combine(date.fromisoformat(what), time(12), UTC), "D")
    else:
        what = f"<t:{what}:R>"
    return t(POLLS[name]).format(title=plain(title), what=what)


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


def impact(t: Translate, found: Impact, only: str | None = None) -> ui.LayoutView:
    """Show organizers what has been published: the questions of a digest, or one question in full."""
    if not found.tallies:
        return card(
            t("## What reports say"),
            t(
                "No number can be shown yet. A number appears here after the digest that shows it, and only once at "
                "least {k} confirmed reports say the same. Confirm cases with `/cases`: nothing else is counted."
            ).format(k=found.k),
            accent=QUIET,
        )
    return fitting(lambda most: _impact(t, found, only, most), MOST_LINES if only is None else len(found.tallies))


def _impact(t: Translate, found: Impact, only: str | None, most: int) -> ui.LayoutView:
    tallies = [(tally.name.dimension, list(tally.name.options), tally.at_least) for tally in found.tallies]
    there = [name for name in DIMENSIONS if any(dimension == name for dimension, _, _ in tallies)]
    shown = [only] if only in there else [name for name in there if name in TOLD] or there
    highest = max(at_least for *_, at_least in tallies)
    day = datetime.combine(found.published_on or date.min, time(12), UTC)
    return card(
        t("## What reports say"),
        t("-# As of the digest of {day}. Between two digests no number moves, not even here.").format(
            day=discord.utils.format_dt(day, "D")
        ),
        *(_dimension(name, tallies, highest, most, t) for name in shown),
        line(),
        row(
            select(
                "digests:impact:v1",
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
