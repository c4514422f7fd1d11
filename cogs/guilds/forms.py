"""What an administrator fills in: times and language, how reports are handled, words to look for, help elsewhere."""

import discord
from discord import ui

from bot.guilds.rules import LONGEST_HELP, MOST_CODE_NAMES, RANGES, Guild
from bot.refusals import N_
from bot.texts import Translate, languages
from cogs.layout import options, select, weekday_names

HELP = "help"
WORDS = "words"
LONGEST_WORDS = 4000  # what Discord lets a form hold; more than fifty of the longest names need
ZONE, LANGUAGE, RELEASE_AT, DIGEST_WEEKDAY, DIGEST_AT = "zone", "language", "release_at", "digest_weekday", "digest_at"

LANGUAGE_NAMES = {"en": "English", "es": "Español", "de": "Deutsch", "fr": "Français", "pt": "Português"}


def times_form(t: Translate, custom_id: str, guild: Guild) -> ui.Modal:
    """Return the form for zone, language and the times of release and digest, filled in as they stand."""
    form = ui.Modal(title=t("Times and language"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.Label(
            text=t("Time zone"),
            description=t("As Region/City, for example Europe/Berlin or America/New_York."),
            component=ui.TextInput(custom_id=ZONE, default=guild.zone, max_length=64),
        )
    )
    named = [(code, LANGUAGE_NAMES.get(code, code)) for code in languages()]
    form.add_item(
        ui.Label(text=t("Language of public posts"), component=select(LANGUAGE, options(named, guild.language)))
    )
    form.add_item(
        ui.Label(
            text=t("Daily release of reports, 24-hour clock"),
            component=ui.TextInput(custom_id=RELEASE_AT, default=f"{guild.release_at:%H:%M}", max_length=5),
        )
    )
    days = [(str(number), name) for number, name in enumerate(weekday_names(t))]
    form.add_item(
        ui.Label(
            text=t("Days of the digest"),
            component=select(DIGEST_WEEKDAY, options(days, [str(day) for day in guild.digest_weekdays]), most=7),
        )
    )
    form.add_item(
        ui.Label(
            text=t("Time of the digest, 24-hour clock"),
            component=ui.TextInput(custom_id=DIGEST_AT, default=f"{guild.digest_at:%H:%M}", max_length=5),
        )
    )
    return form


def help_form(t: Translate, custom_id: str, guild: Guild) -> ui.Modal:
    """Return the form for where workers are pointed to when Discord is the wrong place."""
    form = ui.Modal(title=t("Help outside Discord"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.Label(
            text=t("A Signal contact or a Tor tip line"),
            description=t("Every worker sees it before writing. Leave it empty to take it back."),
            component=ui.TextInput(
                custom_id=HELP, required=False, max_length=LONGEST_HELP, default=guild.outside_help or None
            ),
        )
    )
    return form


WHY: dict[str, str] = {
    "release_minimum": N_("{lowest} to {limit}. With 1, each arrives alone: who was online then may be guessed."),
    "release_hold_days": N_("{lowest} to {limit}. After them it is released, even alone."),
    "k": N_("{lowest} to {limit}. Never smaller again: it protects reports that are there already."),
    "retention_days": N_("{lowest} to {limit}. It also holds for cases that are there already."),
    "intake_closes_after_days": N_("{lowest} to {limit}, while no organizer opens the desk."),
}


def reporting_form(t: Translate, custom_id: str, guild: Guild) -> ui.Modal:
    """Return the form for how reports are handled: five numbers, named as in `RANGES`, as they stand."""
    form = ui.Modal(title=t("Reports"), custom_id=custom_id, timeout=None)
    for name, allowed in RANGES.items():
        form.add_item(
            ui.Label(
                text=t(allowed.label),
                description=t(WHY[name]).format(lowest=allowed.lowest, limit=allowed.limit),
                component=ui.TextInput(custom_id=name, default=str(getattr(guild, name)), max_length=3),
            )
        )
    return form


def words_form(t: Translate, custom_id: str, guild: Guild) -> ui.Modal:
    """Return the form for names that only insiders know; the one place where they are shown."""
    form = ui.Modal(title=t("Words to look for"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.Label(
            text=t("Names that only insiders know"),
            description=t("One to a line, {most} at most. Who uses one in a report is warned before sending.").format(
                most=MOST_CODE_NAMES
            ),
            component=ui.TextInput(
                custom_id=WORDS,
                style=discord.TextStyle.paragraph,
                required=False,
                placeholder=t("Products, teams or sites by their inside names"),
                max_length=LONGEST_WORDS,
                default="\n".join(guild.code_names) or None,
            ),
        )
    )
    return form
