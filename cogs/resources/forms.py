"""What organizers fill in about an entry of the directory: its words, and for whom and until when it is."""

from collections.abc import Mapping
from datetime import date

import discord
from discord import ui

from bot.resources.rules import Terms, Words, compose
from bot.resources.taxonomy import KINDS, LONGEST_LINK, LONGEST_TAG, LONGEST_TEXT, LONGEST_TITLE
from bot.texts import Translate
from cogs.layout import options, select

KIND, TITLE, TEXT, LINK = "kind", "title", "text", "link"
REGION, LANGUAGE, EXPIRES, REVIEW = "region", "language", "expires", "review"
LONGEST_DAY = 10


def words_form(t: Translate, custom_id: str, words: Words | None = None) -> ui.Modal:
    """Return the form for the words of an entry, filled in with those it has."""
    kinds = options(((kind, t(name)) for kind, name in KINDS.items()), None if words is None else words.kind)
    title, text, link = ("", "", "") if words is None else (t(words.title), t(words.text), words.link)
    form = ui.Modal(title=t("An entry of the directory"), custom_id=custom_id, timeout=None)
    form.add_item(ui.Label(text=t("What is it?"), component=select(KIND, kinds)))
    form.add_item(
        ui.Label(
            text=t("Its name, in a few words"),
            component=ui.TextInput(custom_id=TITLE, default=title[:LONGEST_TITLE] or None, max_length=LONGEST_TITLE),
        )
    )
    form.add_item(
        ui.Label(
            text=t("What one finds there, and for whom it is"),
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
            text=t("Link"),
            description=t("With https://. Whoever runs the site sees who opens it. It may stay empty."),
            component=ui.TextInput(
                custom_id=LINK,
                required=False,
                default=link or None,
                max_length=LONGEST_LINK,
                placeholder="https://example.org",
            ),
        )
    )
    return form


def terms_form(t: Translate, custom_id: str, terms: Terms) -> ui.Modal:
    """Return the form for region, language and days, filled in as they stand."""
    form = ui.Modal(title=t("Region, language and days"), custom_id=custom_id, timeout=None)
    for name, text, told, default, longest in (
        (REGION, t("Region"), t("Such as: EU, Brazil. Empty: anywhere."), terms.region, LONGEST_TAG),
        (LANGUAGE, t("Language"), t("Such as: Spanish. Empty: any."), terms.language, LONGEST_TAG),
        (
            EXPIRES,
            t("Last day on which members see it"),
            t("Such as 2027-12-31. Empty: it does not end."),
            _written(terms.expires_on),
            LONGEST_DAY,
        ),
        (
            REVIEW,
            t("When to look at it again"),
            t("Such as 2027-06-30. Empty: in half a year."),
            _written(terms.review_on),
            LONGEST_DAY,
        ),
    ):
        field: ui.TextInput[ui.Modal] = ui.TextInput(
            custom_id=name, required=False, default=default or None, max_length=longest
        )
        form.add_item(ui.Label(text=text, description=told, component=field))
    return form


def filled_words(fields: Mapping[str, str]) -> Words:
    """Return the words that were filled in; raises `ResourceIncomplete` or `LinkUnusable`."""
    return compose(*(fields.get(each, "") for each in (KIND, TITLE, TEXT, LINK)))


def filled_terms(fields: Mapping[str, str]) -> tuple[str, str, str, str]:
    """Return region, language, last day and next look as typed."""
    return fields.get(REGION, ""), fields.get(LANGUAGE, ""), fields.get(EXPIRES, ""), fields.get(REVIEW, "")


def _written(day: date | None) -> str:
    return "" if day is None else day.isoformat()
