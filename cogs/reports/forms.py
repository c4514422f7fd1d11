"""What is filled in about reports: the form itself, the case code, an answer, a reply."""

from collections.abc import Mapping
from datetime import date

import discord
from discord import ui

from bot.reports.rules import LONGEST_TEXT, Facets
from bot.reports.taxonomy import EARLIER, QUESTIONS, UNSAID, VALUES, Dimension, months_until, told
from bot.texts import Translate
from cogs.layout import Item, options, select

TEXT = "text"
CODE = "code"
FIRST_STEP = (Dimension.CATEGORY, Dimension.ROLE, Dimension.EMPLOYMENT, Dimension.EFFECT)
SECOND_STEP = (Dimension.STAGE, Dimension.EVIDENCE, Dimension.REACH, Dimension.TOOL, Dimension.MONTH)

SURENESS = f"{Dimension.EVIDENCE}+{Dimension.CONFIDENCE}"
"""One menu asks both how one knows and how sure one is: a form holds five questions."""


def report_form(t: Translate, custom_id: str, facets: Facets | None = None, text: str = "") -> ui.Modal:
    """Return the first step: four menus and the text, filled in with what is already there."""
    form = ui.Modal(title=t("Report what AI does to your job"), custom_id=custom_id, timeout=None)
    for dimension in FIRST_STEP:
        form.add_item(_question(t, dimension, _labels(t, dimension), (facets or {}).get(dimension)))
    form.add_item(
        ui.Label(
            text=t("What happened, in your own words"),
            description=t("Leave out names, exact dates and numbers that only you could know."),
            component=_long_text(text),
        )
    )
    return form


def circumstances_form(t: Translate, custom_id: str, facets: Facets, today: date) -> ui.Modal:
    """Return the second step, which may be left out whole or in part: five menus, each with "not said" in front."""
    form = ui.Modal(title=t("Details, as far as you like"), custom_id=custom_id, timeout=None)
    for dimension in SECOND_STEP:
        if dimension is Dimension.EVIDENCE:
            chosen = f"{facets[dimension]}+{facets[Dimension.CONFIDENCE]}"
            labels = [
                (f"{known}+{sure}", _sureness(t, known, sure))
                for known in VALUES[Dimension.EVIDENCE]
                for sure in VALUES[Dimension.CONFIDENCE]
            ]
            form.add_item(
                ui.Label(
                    text=t("How do you know, and how sure is it?"),
                    component=select(SURENESS, options(labels, chosen), t("Not said")),
                )
            )
        elif dimension is Dimension.MONTH:
            months = [UNSAID, *months_until(today.year, today.month), EARLIER]
            labels = [(value, told(t, dimension, value)) for value in months]
            form.add_item(_question(t, dimension, labels, facets[dimension]))
        else:
            form.add_item(_question(t, dimension, _labels(t, dimension), facets[dimension]))
    return form


def _question(t: Translate, dimension: Dimension, labels: list[tuple[str, str]], chosen: str | None) -> Item:
    return ui.Label(
        text=t(QUESTIONS[dimension]), component=select(dimension.value, options(labels, chosen), t("Choose one"))
    )


def _labels(t: Translate, dimension: Dimension) -> list[tuple[str, str]]:
    return [(value, t(label)) for value, label in VALUES[dimension].items()]


def _sureness(t: Translate, known: str, sure: str) -> str:
    said = [
        told(t, dimension, value)
        for dimension, value in ((Dimension.EVIDENCE, known), (Dimension.CONFIDENCE, sure))
        if value != UNSAID
    ]
    return "; ".join(said) or t("Not said")


def filled_facets(fields: Mapping[str, str], before: Facets | None = None) -> Facets:
    """Return the choices made in a step of the form, on top of those made before; what is missing stays missing."""
    known, _, sure = fields.get(SURENESS, "").partition("+")
    filled = {**fields, Dimension.EVIDENCE.value: known, Dimension.CONFIDENCE.value: sure}
    return {**(before or {}), **{dimension: filled[dimension] for dimension in Dimension if filled.get(dimension)}}


def code_form(t: Translate, custom_id: str, title: str) -> ui.Modal:
    """Return the form that takes a case code."""
    form = ui.Modal(title=t(title), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.Label(
            text=t("Your case code: eight words"),
            description=t("Capitals and spaces do not matter."),
            component=ui.TextInput(custom_id=CODE, required=True, max_length=200),
        )
    )
    return form


def text_form(t: Translate, custom_id: str, title: str, label: str, text: str = "") -> ui.Modal:
    """Return a form of one long text."""
    form = ui.Modal(title=t(title), custom_id=custom_id, timeout=None)
    form.add_item(ui.Label(text=t(label), component=_long_text(text)))
    return form


def _long_text(text: str) -> ui.TextInput[ui.Modal]:
    return ui.TextInput(
        custom_id=TEXT,
        style=discord.TextStyle.paragraph,
        required=True,
        max_length=LONGEST_TEXT,
        default=text or None,
    )
