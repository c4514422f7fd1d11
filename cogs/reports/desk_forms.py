"""What organizers fill in about cases."""

from collections.abc import Iterable, Mapping
from datetime import date

import discord
from discord import ui

from bot.guilds.rules import LONGEST_STATUS_WORDS
from bot.reports.packing import Filter
from bot.reports.rules import LONGEST_GROUP, LONGEST_TEXT, STATUS_LABELS, Status
from bot.reports.taxonomy import CATEGORIES, ROLES, Dimension, is_answer
from bot.texts import Translate
from cogs.layout import Item, options, select
from cogs.reports.forms import TEXT

STATUS, WEEK, GROUP, INTO = "status", "week", "group", "into"
ANY = "any"
MOST_WEEKS = 24  # beside "Any", what one menu can hold


def filter_form(t: Translate, custom_id: str, chosen: Filter, weeks: Iterable[str]) -> ui.Modal:
    """Return the form that chooses what the list shows; `weeks` are those of release, newest first."""
    form = ui.Modal(title=t("Which cases to show"), custom_id=custom_id, timeout=None)
    statuses = [(status.value, status_name(t, status)) for status in Status]
    categories = [(value, t(label)) for value, label in CATEGORIES.items()]
    roles = [(value, t(label)) for value, label in ROLES.items()]
    offered = list(weeks)[:MOST_WEEKS]
    if chosen.week is not None and chosen.week not in offered:
        offered[MOST_WEEKS - 1 :] = [chosen.week]
    mondays = [(week, week_name(t, week)) for week in offered]
    form.add_item(_choice(t, t("Status"), STATUS, statuses, chosen.status))
    form.add_item(_choice(t, t("What happened"), Dimension.CATEGORY, categories, chosen.category))
    form.add_item(_choice(t, t("Kind of work"), Dimension.ROLE, roles, chosen.role))
    form.add_item(_choice(t, t("Week of release"), WEEK, mondays, chosen.week))
    return form


def _choice(t: Translate, label: str, custom_id: str, labels: Iterable[tuple[str, str]], chosen: str | None) -> Item:
    any_first = options([(ANY, t("Any")), *labels], chosen or ANY)
    return ui.Label(text=label, component=select(custom_id, any_first))


def filled_filter(fields: Mapping[str, str]) -> Filter:
    """Return the filter that was chosen; what is not on a menu filters nothing."""
    status, category, role = fields.get(STATUS), fields.get(Dimension.CATEGORY), fields.get(Dimension.ROLE)
    chosen = Filter(
        Status(status) if status in set(Status) else None,
        category if is_answer(Dimension.CATEGORY, category) else None,
        role if is_answer(Dimension.ROLE, role) else None,
        fields.get(WEEK),
    )
    return Filter.unpack(chosen.pack())  # checks the week


def status_name(t: Translate, status: Status) -> str:
    """Return a status in one or two words, as organizers know it."""
    return t(STATUS_LABELS[status]).split(":")[0]


def week_name(t: Translate, iso_week: str) -> str:
    """Return a week by its Monday, for menus, where Discord shows no dates in the reader's own way."""
    return t("week of {day}").format(day=date.fromisoformat(f"{iso_week}-1").isoformat())


def note_form(t: Translate, custom_id: str) -> ui.Modal:
    """Return the form for a note that stays among organizers."""
    form = ui.Modal(title=t("Note for organizers"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.Label(
            text=t("Note"),
            description=t("Every organizer can read it. The reporter never does."),
            component=ui.TextInput(
                custom_id=TEXT, style=discord.TextStyle.paragraph, required=True, max_length=LONGEST_TEXT
            ),
        )
    )
    return form


def group_form(t: Translate, custom_id: str, group: str | None) -> ui.Modal:
    """Return the form that hands a case to a working group, filled in with the one that has it."""
    form = ui.Modal(title=t("Working group"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.Label(
            text=t("A group, never a person's name"),
            description=t("For example: bargaining, monitoring, health. Leave it empty for none."),
            component=ui.TextInput(custom_id=GROUP, required=False, max_length=LONGEST_GROUP, default=group),
        )
    )
    return form


def join_form(t: Translate, custom_id: str) -> ui.Modal:
    """Return the form that joins a case to another one that tells of the same."""
    form = ui.Modal(title=t("Join to another case"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.Label(
            text=t("The case that stays: six letters, digits"),
            description=t("From then on they count as one. What you reply there reaches both reporters."),
            component=ui.TextInput(custom_id=INTO, required=True, max_length=20),
        )
    )
    return form


def words_form(t: Translate, custom_id: str, words: Mapping[str, str]) -> ui.Modal:
    """Return the form for what reporters read for each status, with Steward's own words shown where none are set."""
    form = ui.Modal(title=t("What reporters read for a status"), custom_id=custom_id, timeout=None)
    for status in Status:
        form.add_item(
            ui.Label(
                text=status_name(t, status),
                description=t("Leave it empty for Steward's own words."),
                component=ui.TextInput(
                    custom_id=status.value,
                    required=False,
                    max_length=LONGEST_STATUS_WORDS,
                    placeholder=t(STATUS_LABELS[status])[:100],
                    default=words.get(status),
                ),
            )
        )
    return form


def filled_words(fields: Mapping[str, str]) -> dict[str, str]:
    """Return what was written for each status."""
    return {status.value: fields.get(status.value, "") for status in Status}
