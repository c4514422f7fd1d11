"""What organizers fill in about when a digest comes."""

from collections.abc import Mapping

from discord import ui

from bot.digests.plans import TypedRhythm
from bot.refusals import N_
from bot.rhythm import Every, Rhythm
from bot.texts import Translate
from cogs.layout import options, select, weekday_names

DAYS, AT, EVERY, ANCHOR, ZONE = "days", "at", "every", "anchor", "zone"
LONGEST_TIME = 5
LONGEST_DAY = 10
LONGEST_ZONE = 64

EVERIES: dict[Every, str] = {
    Every.WEEK: N_("Every week"),
    Every.FORTNIGHT: N_("Every other week"),
    Every.MONTH: N_("Each month, on the first such weekday"),
}


def when_form(t: Translate, custom_id: str, rhythm: Rhythm, *, asks_zone: bool) -> ui.Modal:
    """Return the form for when a digest comes, filled in as it stands; the regular one has the server's zone."""
    form = ui.Modal(title=t("When does it come?"), custom_id=custom_id, timeout=None)
    days = [(str(number), name) for number, name in enumerate(weekday_names(t))]
    chosen = [str(day) for day in rhythm.weekdays]
    form.add_item(ui.Label(text=t("Days of the digest"), component=select(DAYS, options(days, chosen), most=7)))
    form.add_item(
        ui.Label(
            text=t("Time of the digest, 24-hour clock"),
            component=ui.TextInput(custom_id=AT, default=f"{rhythm.at:%H:%M}", max_length=LONGEST_TIME),
        )
    )
    every = options([(each, t(label)) for each, label in EVERIES.items()], rhythm.every)
    form.add_item(ui.Label(text=t("How often?"), component=select(EVERY, every)))
    is_counted = rhythm.every is Every.FORTNIGHT
    form.add_item(
        ui.Label(
            text=t("Every other week: from which day on?"),
            description=t("Any day of a week in which it comes, as 2026-12-31. Empty: this week."),
            component=ui.TextInput(
                custom_id=ANCHOR,
                required=False,
                max_length=LONGEST_DAY,
                default=rhythm.anchor.isoformat() if is_counted else None,
            ),
        )
    )
    if asks_zone:
        form.add_item(
            ui.Label(
                text=t("Time zone"),
                description=t("As Region/City, for example Europe/Berlin. Empty: the server’s."),
                component=ui.TextInput(custom_id=ZONE, required=False, max_length=LONGEST_ZONE, default=rhythm.zone),
            )
        )
    return form


def filled(fields: Mapping[str, str]) -> TypedRhythm:
    """Return what was filled in, not read yet."""
    return TypedRhythm(
        days=fields.get(DAYS, "").split(","),
        at=fields.get(AT, ""),
        every=fields.get(EVERY, ""),
        anchor=fields.get(ANCHOR, ""),
        zone=fields.get(ZONE, ""),
    )
