"""What organizers see of exports: what it takes, and the files."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

import discord
from discord import ui

from bot.approvals.rules import Proposal
from bot.digests.exporting import GRANTED_FOR, Material, Standing
from bot.texts import Translate
from cogs.layout import QUIET, button, card, fitting, line, quoted, row

PRIMARY = discord.ButtonStyle.primary
QUOTES_ON_PAGE = 5


def export(t: Translate, standing: Standing) -> ui.LayoutView:
    """Say what an export holds and what it takes, with the button that proposes it."""
    if standing.period is None:
        return card(
            t("## Export"),
            t("There is nothing to export yet: files hold what a digest has published, and none has been made."),
            accent=QUIET,
        )
    return card(
        t("## Export"),
        t(
            "These files leave Steward: the numbers of the digest of {day} as a table (.csv), with all earlier digests "
            "for checking (.json), a brief for bargaining (.md) with quotes, demands and open promises, and its "
            "pictures (.png)."
        ).format(day=_day(standing.period)),
        t("Quotes in it: {number}. Each was chosen from a report whose writer allows it.").format(
            number=len(standing.quotes)
        ),
        t(
            "**It takes a second organizer.** Once one has agreed, every organizer of this server can take the files "
            "for {days} days. Quotes that are chosen later are not in them."
        ).format(days=GRANTED_FOR.days),
        line(),
        row(
            button(t("Propose the export"), "digests:propose:v1", PRIMARY),
            *([button(t("Read the quotes"), "digests:quotes:v1:0")] if standing.quotes else []),
        ),
    )


def quotes(t: Translate, standing: Standing, number: int = 0) -> ui.LayoutView:
    """Show the words of the quotes that would leave, a few at a time; `number` is the page, from 0."""
    pages = max(1, -(-len(standing.quotes) // QUOTES_ON_PAGE))
    number = min(max(number, 0), pages - 1)
    shown = standing.quotes[number * QUOTES_ON_PAGE : (number + 1) * QUOTES_ON_PAGE]

    def build(most: int) -> ui.LayoutView:
        return card(
            t("## Quotes with consent"),
            *([quoted(each.text) for each in shown[:most]] or [t("No quote has been chosen yet.")]),
            t("-# … and {number} more").format(number=len(shown) - most) if most < len(shown) else None,
            line(),
            row(
                button(t("Back"), f"digests:quotes:v1:{number - 1}", disabled=number == 0),
                button(t("Next"), f"digests:quotes:v1:{number + 1}", disabled=number + 1 == pages),
                button(t("To the export"), "digests:export:v1"),
            ),
            accent=QUIET,
        )

    return fitting(build, max(1, len(shown)))


def proposed(t: Translate, proposal: Proposal) -> ui.LayoutView:
    """Tell the proposer what happens now."""
    return card(
        t("Proposed. All organizers are told in their channel; one of them must agree before {when}.").format(
            when=discord.utils.format_dt(proposal.expires_at, "f")
        ),
        t("Then `/impact export` hands the files to every organizer of this server."),
    )


def files(t: Translate, material: Material, file_names: Sequence[str], *, is_old: bool) -> ui.LayoutView:
    """Hand the files over; `is_old` offers to propose a newer export."""
    return card(
        t("## Files"),
        t("As of the digest of {day}. You can take them again until {until}.").format(
            day=_day(material.history[-1].period), until=discord.utils.format_dt(material.granted_until, "f")
        ),
        t(
            "They hold no true count, no day of any report, and beside a quote no role. Read the brief before you hand "
            "it on: the quotes in it are people's own words. Steward sends nothing to anybody."
        ),
        *(ui.File(f"attachment://{name}") for name in file_names),
        row(button(t("Propose a newer export"), "digests:propose:v1")) if is_old else None,
        accent=discord.Colour.green(),
    )


def _day(day: date) -> str:
    return discord.utils.format_dt(datetime.combine(day, time(12), UTC), "D")
