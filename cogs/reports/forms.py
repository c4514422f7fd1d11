"""What is filled in about reports: the form itself, the case code, an answer, a reply."""

from collections.abc import Mapping

import discord
from discord import ui

from bot.reports.rules import LONGEST_TEXT, Facets
from bot.reports.taxonomy import QUESTIONS, VALUES, Dimension
from bot.texts import Translate
from cogs.layout import Item, options, select

TEXT = "text"
CODE = "code"
MENUS = (Dimension.CATEGORY, Dimension.ROLE)


def report_form(t: Translate, custom_id: str, facets: Facets | None = None, text: str = "") -> ui.Modal:
    """Return the report form: two menus, two short choices and the text, filled in with what is already there."""
    form = ui.Modal(title=t("Report what AI does to your job"), custom_id=custom_id, timeout=None)
    chosen = facets or {}
    for dimension in Dimension:
        labels = [(value, t(label)) for value, label in VALUES[dimension].items()]
        if dimension in MENUS:
            field: Item = select(dimension.value, options(labels, chosen.get(dimension)), t("Choose one"))
        else:
            field = ui.RadioGroup(
                custom_id=dimension.value,
                required=True,
                options=[
                    discord.RadioGroupOption(value=value, label=label, default=value == chosen.get(dimension))
                    for value, label in labels
                ],
            )
        form.add_item(ui.Label(text=t(QUESTIONS[dimension]), component=field))
    form.add_item(
        ui.Label(
            text=t("What happened, in your own words"),
            description=t("Leave out names, exact dates and numbers that only you could know."),
            component=_long_text(text),
        )
    )
    return form


def filled_facets(fields: Mapping[str, str]) -> Facets:
    """Return the choices made in the report form; what is missing stays missing."""
    return {dimension: fields[dimension] for dimension in Dimension if fields.get(dimension)}


def code_form(t: Translate, custom_id: str) -> ui.Modal:
    """Return the form that takes a case code."""
    form = ui.Modal(title=t("Return to your report"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.Label(
            text=t("Your case code: eight words"),
            description=t("Capitals and spaces do not matter."),
            component=ui.TextInput(custom_id=CODE, required=True, max_length=200),
        )
    )
    return form


def text_form(t: Translate, custom_id: str, title: str, label: str) -> ui.Modal:
    """Return a form of one long text."""
    form = ui.Modal(title=t(title), custom_id=custom_id, timeout=None)
    form.add_item(ui.Label(text=t(label), component=_long_text("")))
    return form


def _long_text(text: str) -> ui.TextInput[ui.Modal]:
    return ui.TextInput(
        custom_id=TEXT,
        style=discord.TextStyle.paragraph,
        required=True,
        max_length=LONGEST_TEXT,
        default=text or None,
    )
