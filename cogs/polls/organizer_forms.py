"""What organizers fill in about a poll that is published: until when it goes on, and what came of it."""

from datetime import date

import discord
from discord import ui

from bot.polls.conduct import LONGEST_OUTCOME, Panel
from bot.polls.typed import write_moment
from bot.refusals import N_, Refusal
from bot.texts import Translate
from bot.wallclock import day_typed

CLOSES, OUTCOME, REVIEW = "closes", "outcome", "review"
LONGEST_MOMENT = 40


class UnknownDay(Refusal):
    """What was typed is no day of the calendar."""

    sentence = N_("Please write the day as `2026-12-31`, or leave it empty. Nothing was changed.")


def more_time_form(t: Translate, custom_id: str, shown: Panel) -> ui.Modal:
    """Return the form for a later end, filled in with the present one by the server's clock."""
    form = ui.Modal(title=t("More time"), custom_id=custom_id, timeout=None)
    field: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=CLOSES,
        default=write_moment(shown.poll.terms.closes_at, shown.guild.zone_info),
        max_length=LONGEST_MOMENT,
    )
    form.add_item(
        ui.Label(
            text=t("Open until"),
            description=t("As 2026-12-01 18:00, by this server’s clock; or how much later, as 3 days."),
            component=field,
        )
    )
    return form


def outcome_form(t: Translate, custom_id: str, shown: Panel, today: date) -> ui.Modal:
    """Return the form for what came of a result, filled in with what was said before."""
    outcome, review_on = shown.published.outcome, shown.published.review_on
    form = ui.Modal(title=t("What came of it"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.Label(
            text=t("What was decided, done or answered"),
            description=t("Everybody will read it on the poll’s card."),
            component=ui.TextInput(
                custom_id=OUTCOME,
                style=discord.TextStyle.paragraph,
                default=outcome,
                max_length=LONGEST_OUTCOME,
            ),
        )
    )
    form.add_item(
        ui.Label(
            text=t("When to look at it again"),
            description=t("As 2026-12-31, or empty. The digest tells everybody when that day has come."),
            component=ui.TextInput(
                custom_id=REVIEW,
                required=False,
                default=review_on.isoformat() if review_on is not None and review_on > today else None,
                max_length=LONGEST_MOMENT,
            ),
        )
    )
    return form


def day(text: str) -> date | None:
    """Return the day that somebody typed, `None` for nothing; raises `UnknownDay`."""
    try:
        return day_typed(text)
    except ValueError:
        raise UnknownDay from None
