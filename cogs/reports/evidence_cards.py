"""What organizers choose from when a case tells that a promise was broken. Private to one person."""

from collections.abc import Sequence

import discord
from discord import ui

from bot.commitments.service import Listed
from bot.refusals import N_
from bot.texts import Translate
from cogs.layout import QUIET, button, card, row, select
from cogs.reports.desk_cards import Place

ON_PAGE = 25  # what one menu can hold
LONGEST_CHOICE = 100

STANDINGS: dict[str, str] = {
    "overdue": N_("overdue"),
    "due": N_("due soon"),
    "open": N_("open"),
    "broken": N_("broken"),
    "kept": N_("kept"),
}


def promises(t: Translate, listed: Sequence[Listed], case_id: str, place: Place, number: int = 0) -> ui.LayoutView:
    """Offer the promises that a case can be evidence against; `number` is the page, from 0."""
    back = button(t("Back to the case"), place.route("case", case_id))
    if not listed:
        return card(
            t("## Evidence of a broken promise"),
            t("No promise is noted yet. Note it with `/commitments`, and come back."),
            row(back),
            accent=QUIET,
        )
    pages = -(-len(listed) // ON_PAGE)
    number = min(max(number, 0), pages - 1)
    shown = listed[number * ON_PAGE : (number + 1) * ON_PAGE]
    turning = [
        button(t("Back"), place.route("evidence", case_id, str(number - 1)), disabled=number == 0),
        button(t("Next"), place.route("evidence", case_id, str(number + 1)), disabled=number + 1 == pages),
    ]
    return card(
        t("## Evidence of a broken promise"),
        t(
            "While this case is confirmed, it counts towards the promise that you choose. Everybody can read how many "
            "do, as “at least”, once a digest may show it. That it was this case is told to nobody, its reporter "
            "neither."
        ),
        row(select(place.route("link", case_id), [_choice(t, each) for each in shown], t("Which promise?"))),
        row(*(turning if pages > 1 else []), back),
        accent=QUIET,
    )


def _choice(t: Translate, listed: Listed) -> discord.SelectOption:
    due_on = listed.commitment.promise.due_on
    told = [t(STANDINGS[listed.standing]), *([due_on.isoformat()] if due_on is not None else [])]
    return discord.SelectOption(
        value=listed.commitment.id,
        label=" ".join(listed.commitment.promise.text.split())[:LONGEST_CHOICE],
        description=" · ".join(told)[:LONGEST_CHOICE],
    )
