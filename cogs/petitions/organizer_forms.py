"""What organizers fill in about petitions: an answer, the numbers of the settings, a demand."""

import discord
from discord import ui

from bot.petitions.choices import LONGEST_ORIGIN, PetitionSettings
from bot.petitions.conduct import LONGEST_ANSWER
from bot.petitions.taxonomy import LONGEST_TEXT, LONGEST_TITLE, Demand
from bot.refusals import N_, Refusal
from bot.texts import Translate

ANSWER = "answer"
SUPPORTERS, ACCOUNT_AGE, DAYS_IN_SERVER, KEPT_DAYS = "supporters", "account_age", "days_in_server", "kept_days"
TITLE, TEXT, ORIGIN = "title", "text", "origin"
MOST_DIGITS = 4


class NotANumber(Refusal):
    """One of the fields holds no whole number."""

    sentence = N_("Please write every number in digits, such as 30. Nothing was changed.")


def answer_form(t: Translate, custom_id: str) -> ui.Modal:
    """Return the form for what was answered."""
    form = ui.Modal(title=t("What was answered"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.Label(
            text=t("The answer, or its most important part"),
            description=t("Everybody will read it on the petition’s card."),
            component=ui.TextInput(custom_id=ANSWER, style=discord.TextStyle.paragraph, max_length=LONGEST_ANSWER),
        )
    )
    return form


def numbers_form(t: Translate, custom_id: str, settings: PetitionSettings) -> ui.Modal:
    """Return the form for the numbers of the settings, filled in as they stand."""
    gates = settings.gates
    form = ui.Modal(title=t("Numbers for petitions"), custom_id=custom_id, timeout=None)
    for name, text, number in (
        (SUPPORTERS, t("Supporters to open by itself (2 to 20)"), settings.supporters),
        (ACCOUNT_AGE, t("Days an account must be old (0: any)"), gates.account_age_days),
        (DAYS_IN_SERVER, t("Days in the server before it opens (0: any)"), gates.days_in_server),
        (KEPT_DAYS, t("Days signatures are kept after the end"), settings.roll_kept_days),
    ):
        field: ui.TextInput[ui.Modal] = ui.TextInput(custom_id=name, default=str(number), max_length=MOST_DIGITS)
        form.add_item(ui.Label(text=text, component=field))
    return form


def number(text: str) -> int:
    """Return the whole number that somebody wrote; raises `NotANumber`."""
    if not (text.strip().isdecimal() and len(text.strip()) <= MOST_DIGITS):
        raise NotANumber
    return int(text)


def demand_form(t: Translate, custom_id: str, demand: Demand | None = None) -> ui.Modal:
    """Return the form for the words of a demand, filled in with those it has."""
    title, text, origin = ("", "", "") if demand is None else (t(demand.title), t(demand.text), t(demand.origin))
    form = ui.Modal(title=t("A demand in your words"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.Label(
            text=t("What is asked for, in a few words"),
            component=ui.TextInput(custom_id=TITLE, default=title[:LONGEST_TITLE] or None, max_length=LONGEST_TITLE),
        )
    )
    form.add_item(
        ui.Label(
            text=t("The demand, as a petition can have it"),
            component=ui.TextInput(
                custom_id=TEXT,
                style=discord.TextStyle.paragraph,
                default=text[:LONGEST_TEXT] or None,
                max_length=LONGEST_TEXT,
            ),
        )
    )
    form.add_item(
        ui.Label(
            text=t("Where it comes from"),
            description=t("Say honestly how far it got: won, law, found in a contract, or proposed."),
            component=ui.TextInput(
                custom_id=ORIGIN, required=False, default=origin[:LONGEST_ORIGIN] or None, max_length=LONGEST_ORIGIN
            ),
        )
    )
    return form
