"""What organizers fill in to find a time, and to name where members live."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.polls.typed import read_moment
from bot.texts import Translate
from bot.townhalls.plans import LONGEST_TITLE
from bot.townhalls.timefinding import FEWEST_SLOTS, MOST_BANDS, MOST_OPEN_DAYS, MOST_SLOTS

TITLE, MINUTES, SLOTS, CLOSES, ZONES = "title", "minutes", "slots", "closes", "zones"
LONGEST_MOMENT = 40
LONGEST_ZONE = 64


def search_form(t: Translate, custom_id: str, zone: str) -> ui.Modal:
    """Return the form for the times that are proposed."""
    form = ui.Modal(title=t("Find a time"), custom_id=custom_id, timeout=None)
    title: ui.TextInput[ui.Modal] = ui.TextInput(custom_id=TITLE, max_length=LONGEST_TITLE)
    form.add_item(ui.Label(text=t("What is the town hall about?"), component=title))
    minutes: ui.TextInput[ui.Modal] = ui.TextInput(custom_id=MINUTES, max_length=3, default="60")
    form.add_item(ui.Label(text=t("How many minutes does it take?"), component=minutes))
    slots: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=SLOTS,
        style=discord.TextStyle.paragraph,
        max_length=(LONGEST_MOMENT + 1) * MOST_SLOTS,
        placeholder="2026-12-01 18:00\n2026-12-02 07:30",
    )
    form.add_item(
        ui.Label(
            text=t("Times, one to a line"),
            description=t("From {lowest} to {limit}, by the clock of {zone}.").format(
                lowest=FEWEST_SLOTS, limit=MOST_SLOTS, zone=zone
            )[:100],
            component=slots,
        )
    )
    closes: ui.TextInput[ui.Modal] = ui.TextInput(custom_id=CLOSES, max_length=LONGEST_MOMENT, default="3 days")
    form.add_item(
        ui.Label(
            text=t("Until when can people answer?"),
            description=t("As 2026-12-01 18:00, or so long from now as 3 days. At most {limit} days.").format(
                limit=MOST_OPEN_DAYS
            ),
            component=closes,
        )
    )
    return form


def filled_slots(fields: Mapping[str, str], zone: ZoneInfo, now: datetime) -> list[datetime]:
    """Return the times that were typed, one to a line; raises `UnknownMoment`."""
    return [read_moment(each, zone, now) for each in fields.get(SLOTS, "").split("\n") if each.strip()]


def zones_form(t: Translate, custom_id: str, zones: Sequence[str]) -> ui.Modal:
    """Return the form for the zones by which nights are compared."""
    form = ui.Modal(title=t("Where members live"), custom_id=custom_id, timeout=None)
    field: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=ZONES,
        style=discord.TextStyle.paragraph,
        required=False,
        default="\n".join(zones) or None,
        placeholder="Europe/Berlin\nAfrica/Nairobi\nAsia/Manila",
        max_length=(LONGEST_ZONE + 1) * MOST_BANDS,
    )
    form.add_item(
        ui.Label(
            text=t("Time zones, one to a line"),
            description=t("At most {limit}. One that stays keeps its nights; one that goes is forgotten.").format(
                limit=MOST_BANDS
            ),
            component=field,
        )
    )
    form.add_item(
        ui.TextDisplay(
            t(
                "-# Name regions with many members, never one for a single person: everybody can read this list. "
                "Steward keeps no zone for anybody."
            )
        )
    )
    return form


def filled_zones(fields: Mapping[str, str]) -> list[str]:
    """Return the zones that were typed."""
    return [each for each in fields.get(ZONES, "").replace(",", "\n").split("\n") if each.strip()]
