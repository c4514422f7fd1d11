"""What the chair and organizers fill in: what was decided, what is to be done, how far it is, how many came."""

from datetime import date

import discord
from discord import ui

from bot.cleaning import one_line
from bot.refusals import N_, Refusal
from bot.texts import Translate
from bot.townhalls.afterwards import Action
from bot.townhalls.room import LONGEST_NOTE, LONGEST_RESPONSIBLE
from bot.wallclock import day_typed

TEXT, RESPONSIBLE, DUE, PROGRESS, REVIEW, CAME = "text", "responsible", "due", "progress", "review", "came"
LONGEST_DAY = 20
LONGEST_NUMBER = 7


class UnknownDate(Refusal):
    """What was typed is no day of the calendar."""

    sentence = N_("Please write the day as `2026-12-31`, or leave it empty. Nothing was kept.")


class NoNumber(Refusal):
    """What was typed is no whole number."""

    sentence = N_("Please write a whole number in digits. Nothing was changed.")


def decision_form(t: Translate, custom_id: str, text: str = "") -> ui.Modal:
    """Return the form for a decision, filled in with what is known of it."""
    form = ui.Modal(title=t("Note a decision"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.Label(
            text=t("What was decided"),
            description=t("Everybody can read it in the minutes. It binds when the late floor is over."),
            component=ui.TextInput(
                custom_id=TEXT,
                style=discord.TextStyle.paragraph,
                max_length=LONGEST_NOTE,
                required=True,
                default=text or None,
            ),
        )
    )
    return form


def action_form(t: Translate, custom_id: str) -> ui.Modal:
    """Return the form for something that is to be done."""
    form = ui.Modal(title=t("Note what is to be done"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.Label(
            text=t("What is to be done"),
            component=ui.TextInput(custom_id=TEXT, style=discord.TextStyle.paragraph, max_length=LONGEST_NOTE),
        )
    )
    form.add_item(
        ui.Label(
            text=t("Who is responsible"),
            description=t("A role, or a name the person chose for this. Everybody can read it: no legal names."),
            component=ui.TextInput(custom_id=RESPONSIBLE, max_length=LONGEST_RESPONSIBLE),
        )
    )
    form.add_item(
        ui.Label(
            text=t("Until when"),
            description=t("As 2026-12-31, or empty."),
            component=ui.TextInput(custom_id=DUE, max_length=LONGEST_DAY, required=False),
        )
    )
    return form


def progress_form(t: Translate, custom_id: str, action: Action, today: date) -> ui.Modal:
    """Return the form for how far something is, filled in with what was said before."""
    review_on = action.review_on
    form = ui.Modal(title=t("How far is it?"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.Label(
            text=t("Percent done"),
            description=t("From 0 to 100. With 100 it is done and leaves the list."),
            component=ui.TextInput(custom_id=PROGRESS, default=str(action.progress), max_length=LONGEST_NUMBER),
        )
    )
    form.add_item(
        ui.Label(
            text=t("Look at it again on"),
            description=t("As 2026-12-31, or empty."),
            component=ui.TextInput(
                custom_id=REVIEW,
                required=False,
                default=review_on.isoformat() if review_on is not None and review_on > today else None,
                max_length=LONGEST_DAY,
            ),
        )
    )
    return form


def end_form(t: Translate, custom_id: str) -> ui.Modal:
    """Return the form that ends a town hall."""
    form = ui.Modal(title=t("End the town hall"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.Label(
            text=t("About how many came?"),
            description=t("May stay empty. It is kept rounded down to fives; Steward does not look who is there."),
            component=ui.TextInput(custom_id=CAME, max_length=LONGEST_NUMBER, required=False),
        )
    )
    return form


def day(text: str) -> date | None:
    """Return the day that somebody typed, `None` for nothing; raises `UnknownDate`."""
    try:
        return day_typed(text)
    except ValueError:
        raise UnknownDate from None


def number(text: str) -> int | None:
    """Return the whole number that somebody typed, `None` for nothing; raises `NoNumber`."""
    typed = one_line(text).removesuffix("%").strip()
    if not typed:
        return None
    if not typed.isdecimal() or len(typed) > LONGEST_NUMBER:
        raise NoNumber
    return int(typed)
