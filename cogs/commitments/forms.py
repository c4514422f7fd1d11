"""What organizers fill in about a promise."""

from collections.abc import Mapping
from datetime import date

import discord
from discord import ui

from bot.commitments.rules import LONGEST_LINK, LONGEST_TEXT, Commitment, Source, read_day
from bot.refusals import N_
from bot.texts import Translate
from cogs.layout import options, select

TEXT, SOURCE, DUE, LINK = "text", "source", "due", "link"
LONGEST_DAY = 20

SOURCES: dict[Source, str] = {
    Source.PETITION: N_("In the answer to a petition"),
    Source.TOWNHALL: N_("In a meeting"),
    Source.CONTRACT: N_("In a contract or agreement"),
    Source.OTHER: N_("Somewhere else"),
}


def promise_form(
    t: Translate, custom_id: str, commitment: Commitment | None = None, *, asks_source: bool = True
) -> ui.Modal:
    """Return the form for a promise, filled in as it is noted; `asks_source`: whether it is open where it was made."""
    before = None if commitment is None else commitment.promise
    due_on = None if before is None else before.due_on
    form = ui.Modal(title=t("What was promised"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.Label(
            text=t("What the employer promised"),
            description=t("In the words that were used, if you have them. Every member can read it."),
            component=ui.TextInput(
                custom_id=TEXT,
                style=discord.TextStyle.paragraph,
                max_length=LONGEST_TEXT,
                default=None if before is None else before.text,
            ),
        )
    )
    if asks_source:
        sources = [(source.value, t(label)) for source, label in SOURCES.items()]
        chosen = None if before is None else before.source
        form.add_item(ui.Label(text=t("Where it was promised"), component=select(SOURCE, options(sources, chosen))))
    form.add_item(
        ui.Label(
            text=t("Until when"),
            description=t("As 2026-12-31, or empty. From the day after, it shows as overdue."),
            component=ui.TextInput(
                custom_id=DUE,
                required=False,
                max_length=LONGEST_DAY,
                default=None if due_on is None else due_on.isoformat(),
            ),
        )
    )
    form.add_item(
        ui.Label(
            text=t("Where it can be read"),
            description=t("A link with https://, or empty. Whoever hosts it sees who opens it."),
            component=ui.TextInput(
                custom_id=LINK,
                required=False,
                max_length=LONGEST_LINK,
                default=None if before is None else before.link,
            ),
        )
    )
    return form


def filled(fields: Mapping[str, str]) -> tuple[str, str, date | None, str]:
    """Return text, source, day and link as they were filled in; raises `DayUnreadable`."""
    return fields.get(TEXT, ""), fields.get(SOURCE, ""), read_day(fields.get(DUE, "")), fields.get(LINK, "")
