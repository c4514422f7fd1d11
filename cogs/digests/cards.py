"""How a digest looks. The same contents always give the same message."""

from collections.abc import Mapping, Sequence
from typing import Any

from discord import ui

from bot.refusals import N_
from bot.reports.taxonomy import CATEGORIES, EFFECTS, ROLES
from bot.texts import Translate
from cogs.layout import card, fitting, line

DIMENSIONS: dict[str, str] = {
    "category": N_("What happened"),
    "role": N_("Whose work"),
    "effect": N_("What it did to pay or job"),
    "role×category": N_("Role and what happened"),
}

LABELS = {**CATEGORIES, **ROLES, **EFFECTS}
MOST_LINES = 12
MOST_NEWS = 5
BLOCKS = 8


def digest(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return the message of a digest, with as many lines as fit in this language."""
    return fitting(lambda most: _digest(contents, t, reference, most), MOST_LINES)


def _digest(contents: Mapping[str, Any], t: Translate, reference: str, most: int) -> ui.LayoutView:
    tallies: Sequence[tuple[str, list[str], int]] = contents["tallies"]
    # When everything is new, the list below says it all.
    is_first = len(contents["changes"]) == len(tallies) and all(before == 0 for *_, before, _ in contents["changes"])
    highest = max(at_least for _, _, at_least in tallies)
    return card(
        t("## What AI does to our jobs"),
        t("This digest comes late.") if contents["is_late"] else None,
        t("**At least {total} reports so far.**").format(total=contents["total"]),
        None if is_first else news(contents["changes"], t),
        line(),
        *(
            _dimension(name, tallies, highest, most, t)
            for name in DIMENSIONS
            if any(tally[0] == name for tally in tallies)
        ),
        line(),
        t(
            "-# Reports are counted, not people. Numbers are “at least” and move in steps of {k} or more, at random "
            "moments, so that no digest shows that somebody has just reported. What is not listed has fewer, or none. "
            "Report in private with `/report file`."
        ).format(k=contents["k"]),
        f"-# {reference}",
    )


def news(changes: Sequence[tuple[str, list[str], int, int]], t: Translate) -> str:
    """Return the largest changes since the last digest, a line each."""
    lines = [
        (
            t("- New: **{what}**, at least {after}")
            if before == 0
            else t("- **{what}**: at least {after}, up from {before}")
        ).format(what=_name(options, t), before=before, after=after)
        for _, options, before, after in changes[:MOST_NEWS]
    ]
    if len(changes) > MOST_NEWS:
        lines.append(t("- … and {number} more").format(number=len(changes) - MOST_NEWS))
    return "\n".join([t("**New since the last digest**"), *lines])


def _dimension(name: str, tallies: Sequence[tuple[str, list[str], int]], highest: int, most: int, t: Translate) -> str:
    mine = [(options, at_least) for dimension, options, at_least in tallies if dimension == name]
    lines = [f"**{t(DIMENSIONS[name])}**"]
    for options, at_least in mine[:most]:
        blocks = "▰" * max(1, round(BLOCKS * at_least / highest))
        lines.append(f"{blocks:▱<{BLOCKS}} ≥ {at_least} · {_name(options, t)}")
    if len(mine) > most:
        lines.append(t("-# … and {number} more").format(number=len(mine) - most))
    return "\n".join(lines)


def _name(options: Sequence[str], t: Translate) -> str:
    return " × ".join(t(LABELS.get(option, option)) for option in options)
