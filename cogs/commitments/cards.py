"""What is shown of promises: the list and one of them. Private to one person."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from itertools import groupby

import discord
from discord import ui

from bot.commitments.rules import STANDINGS, Commitment, State
from bot.commitments.service import Listed, Overview
from bot.refusals import N_
from bot.texts import Translate
from cogs.commitments.forms import SOURCES
from cogs.layout import QUIET, Item, button, card, line, plain, quoted, row

PRIMARY = discord.ButtonStyle.primary
DANGER = discord.ButtonStyle.danger
ON_PAGE = 5
SHORT = 200
"""Characters of a promise in the list; opened, it stands whole."""


MARKS: dict[State, str] = {
    State.KEPT: N_("Kept"),
    State.BROKEN: N_("Broken"),
    State.OPEN: N_("Open again"),
}
"""What an organizer can say became of a promise."""


def overview(t: Translate, shown: Overview, number: int = 0) -> ui.LayoutView:
    """List what was promised, what is overdue first; a page that is not there is the nearest one."""
    pages = max(1, -(-len(shown.listed) // ON_PAGE))
    number = min(max(number, 0), pages - 1)
    on_page = shown.listed[number * ON_PAGE : (number + 1) * ON_PAGE]
    turning = (
        button(t("Back"), f"commitments:list:v1:{number - 1}", disabled=number == 0),
        button(t("Next"), f"commitments:list:v1:{number + 1}", disabled=number + 1 >= pages),
    )
    buttons = (
        *(turning if pages > 1 else ()),
        *([button(t("Note a promise"), "commitments:new:v1", PRIMARY)] if shown.is_organizer else ()),
    )
    return card(
        t("## What the employer promised"),
        *_groups(t, on_page),
        None if shown.listed else t("No promise is noted yet."),
        t(
            "-# Organizers note what was promised and what became of it. Numbers are confirmed reports of a breach, "
            "“at least”, as digests have shown them. Report in private with `/report file`."
        ),
        row(*buttons) if buttons else None,
    )


def _groups(t: Translate, on_page: Sequence[Listed]) -> Iterator[Item | str]:
    for standing, group in groupby(on_page, key=lambda each: each.standing):
        yield f"**{t(STANDINGS[standing])}**"
        yield from (_list_line(t, each) for each in group)


def _list_line(t: Translate, listed: Listed) -> Item:
    about = [_day(t, listed.commitment.promise.due_on), _breach(t, listed)]
    told = " · ".join(each for each in about if each is not None)
    summary = plain(_short(listed.commitment.promise.text)) + (f"\n-# {told}" if told else "")
    return ui.Section(
        ui.TextDisplay(summary), accessory=button(t("Read"), f"commitments:read:v1:{listed.commitment.id}")
    )


def promise(t: Translate, listed: Listed, *, is_organizer: bool) -> ui.LayoutView:
    """Show a promise whole; organizers get what changes it too."""
    commitment = listed.commitment
    about = [
        f"**{t(STANDINGS[listed.standing])}**",
        t(SOURCES[commitment.promise.source]),
        _day(t, commitment.promise.due_on),
    ]
    return card(
        t("## A promise of the employer"),
        quoted(commitment.promise.text),
        " · ".join(each for each in about if each is not None),
        plain(commitment.promise.link) if commitment.promise.link else None,
        _breach(t, listed),
        line(),
        *(_acting(t, commitment) if is_organizer else ()),
        row(button(t("All promises"), "commitments:list:v1:0")),
        t("-# In `/audit` it is {id}.").format(id=commitment.id),
    )


def _acting(t: Translate, commitment: Commitment) -> list[Item | str]:
    marking = [
        button(t(label), f"commitments:mark:v1:{commitment.id}:{state}")
        for state, label in MARKS.items()
        if state is not commitment.state
    ]
    return [
        t("-# Everybody reads in `/audit` what you say became of it."),
        row(
            *marking,
            button(t("Change"), f"commitments:change:v1:{commitment.id}"),
            button(t("Noted by mistake"), f"commitments:drop:v1:{commitment.id}", DANGER),
        ),
    ]


def dropping(t: Translate, commitment: Commitment) -> ui.LayoutView:
    """Ask once more before a promise is taken out."""
    return card(
        quoted(commitment.promise.text),
        t(
            "Take this out as noted by mistake? It shows nowhere from then on and cannot be brought back. Cases that "
            "are evidence against it stay as they are."
        ),
        row(
            button(t("Take it out"), f"commitments:dropped:v1:{commitment.id}", DANGER),
            button(t("Keep it"), f"commitments:read:v1:{commitment.id}"),
        ),
        accent=QUIET,
    )


def _day(t: Translate, due_on: date | None) -> str | None:
    if due_on is None:
        return None
    noon = datetime.combine(due_on, time(12), UTC)
    return t("until {day}").format(day=discord.utils.format_dt(noon, "D"))


def _breach(t: Translate, listed: Listed) -> str | None:
    if listed.at_least is None:
        return None
    return t("At least {number} reports tell of a breach.").format(number=listed.at_least)


def _short(text: str) -> str:
    line_of_it = " ".join(text.split())
    return line_of_it if len(line_of_it) <= SHORT else f"{line_of_it[: SHORT - 1]}…"
