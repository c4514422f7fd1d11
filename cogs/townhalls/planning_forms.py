"""What organizers fill in about a town hall, and how it is read: words, when and where, agenda, series, the rest."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.cleaning import one_line
from bot.ids import RoleId
from bot.polls.typed import read_moment, write_moment
from bot.refusals import N_, Refusal
from bot.texts import Translate
from bot.townhalls import plans
from bot.townhalls.plans import SERVICES, Place, PlaceKind, Plan, Service
from bot.townhalls.repeats import (
    LAST,
    LAST_DAY,
    MOST_DAYS,
    EveryDays,
    EveryWeeks,
    MonthDay,
    MonthWeekday,
    Repeat,
    Rhythm,
)
from cogs.layout import options, select
from cogs.townhalls.cards import WEEKDAYS

TITLE, TEXT, STARTS, MINUTES, CHANNEL, LINK, SCOPE = "title", "text", "starts", "minutes", "channel", "link", "scope"
AGENDA, SERVICE, SEATS, ROLE = "agenda", "services", "seats", "role"
RHYTHM, NUMBER, DAYS, ENDS = "rhythm", "number", "weekdays", "ends"
LATE, EVENT = "late", "event"
YES, NO, ONE, ALL = "yes", "no", "one", "all"
LONGEST_MOMENT = 40
LONGEST_AGENDA = plans.MOST_ITEMS * (plans.LONGEST_ITEM + 8)
NOWHERE = Place(PlaceKind.OUTSIDE, "")  # of a plan that has no place yet, and cannot be announced

RHYTHMS: dict[str, str] = {
    "none": N_("It does not repeat"),
    "days": N_("Every so many days"),
    "weeks": N_("Every so many weeks, on weekdays"),
    "1": N_("Each month, on the first such weekday"),
    "2": N_("Each month, on the second such weekday"),
    "3": N_("Each month, on the third such weekday"),
    "4": N_("Each month, on the fourth such weekday"),
    "-1": N_("Each month, on the last such weekday"),
    "day": N_("Each month, on the day of the month on which it starts"),
    "last day": N_("Each month, on its last day"),
}

CHANNELS = [
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.text,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
]


class EndUnreadable(Refusal):
    """What was typed is neither a day nor a number of meetings."""

    sentence = N_(
        "Please write the end of the series as a day, such as `2026-12-31`, or as how many town halls there are in "
        "all, such as `10`, or leave it empty. Nothing was changed."
    )


def first_form(
    t: Translate, custom_id: str, zone: str, title: str = "", starts_at: datetime | None = None, minutes: int = 60
) -> ui.Modal:
    """Return the form that a plan begins with; everything else can be added before it is announced."""
    form = ui.Modal(title=t("A town hall"), custom_id=custom_id, timeout=None)
    starts = "" if starts_at is None else write_moment(starts_at, ZoneInfo(zone))
    _add_words(form, t, title, "")
    _add_times(form, t, starts, minutes, zone)
    _add_channel(form, t, t("Leave it empty for a place outside Discord; you can add a link next."), None)
    return form


def words_form(t: Translate, custom_id: str, plan: Plan) -> ui.Modal:
    """Return the form for title and text."""
    form = ui.Modal(title=t("Words"), custom_id=custom_id, timeout=None)
    _add_words(form, t, plan.title, plan.text)
    return form


def meeting_form(t: Translate, custom_id: str, plan: Plan, *, asks_scope: bool) -> ui.Modal:
    """Return the form for when and where; `asks_scope`: whether those that follow are moved too."""
    form = ui.Modal(title=t("When and where"), custom_id=custom_id, timeout=None)
    _add_times(form, t, write_moment(plan.starts_at, ZoneInfo(plan.zone)), plan.minutes, plan.zone)
    is_outside = plan.place.kind is PlaceKind.OUTSIDE
    told = t("Voice, stage, thread or text channel. Whoever can see it sees who is there.")
    _add_channel(form, t, told, None if is_outside else int(plan.place.where))
    form.add_item(
        ui.Label(
            text=t("Or a link to a place outside Discord"),
            description=t("With https://. It counts before a channel. Whoever hosts it sees who comes."),
            component=_line(
                LINK,
                plans.LONGEST_PLACE,
                plan.place.where if is_outside else "",
                required=False,
                example="https://example.org",
            ),
        )
    )
    if asks_scope:
        ways = [(ONE, t("Only this one is moved")), (ALL, t("This one and all that follow"))]
        form.add_item(
            ui.Label(
                text=t("For which town halls of the series?"),
                description=t("Length and place go on to those that follow in any case."),
                component=select(SCOPE, options(ways, ONE)),
            )
        )
    return form


def people_form(t: Translate, custom_id: str, plan: Plan) -> ui.Modal:
    """Return the form for agenda, services, seats and the role that is told."""
    form = ui.Modal(title=t("Agenda and people"), custom_id=custom_id, timeout=None)
    agenda = "\n".join(f"{item.title} – {item.minutes}" for item in plan.agenda)
    form.add_item(
        ui.Label(
            text=t("Agenda, one item to a line"),
            description=t(
                "Each line ends with its minutes: “What the pilot measured – 15”. Together at most {minutes}."
            ).format(minutes=plan.minutes)[:100],
            component=_text(AGENDA, LONGEST_AGENDA, agenda),
        )
    )
    offered = [
        discord.SelectOption(value=each, label=t(words)[:100], default=each in plan.services)
        for each, words in SERVICES.items()
    ]
    form.add_item(ui.Label(text=t("What should people know?"), component=_menu(SERVICE, offered)))
    form.add_item(
        ui.Label(
            text=t("How many seats are there?"),
            description=t("Empty: everybody fits. Seats are drawn by lot, a day before the start."),
            component=_line(SEATS, 5, "" if plan.max_size is None else str(plan.max_size), required=False),
        )
    )
    role: ui.RoleSelect[ui.Modal] = ui.RoleSelect(
        custom_id=ROLE,
        required=False,
        min_values=0,
        max_values=1,
        default_values=[]
        if plan.role_id is None
        else [discord.SelectDefaultValue(id=plan.role_id, type=discord.SelectDefaultValueType.role)],
    )
    form.add_item(
        ui.Label(
            text=t("A role that reminders ring"),
            description=t("Choose one that people take on themselves. Everybody can see who has it."),
            component=role,
        )
    )
    return form


def repeat_form(t: Translate, custom_id: str, plan: Plan) -> ui.Modal:
    """Return the form for how a town hall repeats."""
    form = ui.Modal(title=t("Repeat"), custom_id=custom_id, timeout=None)
    way, number, weekdays = _chosen(plan.repeat)
    form.add_item(
        ui.Label(
            text=t("How does it repeat?"),
            component=select(RHYTHM, options([(each, t(words)) for each, words in RHYTHMS.items()], way)),
        )
    )
    form.add_item(
        ui.Label(
            text=t("Every how many days or weeks?"),
            description=t("From 1 to {limit} days, or to 26 weeks. For months it says nothing.").format(
                limit=MOST_DAYS
            ),
            component=_line(NUMBER, 2, str(number), required=False),
        )
    )
    week = [
        discord.SelectOption(value=str(each), label=t(name)[:100], default=each in weekdays)
        for each, name in enumerate(WEEKDAYS)
    ]
    form.add_item(
        ui.Label(
            text=t("On which weekdays?"),
            description=t("None: the weekday on which it starts. For months, the first that is chosen."),
            component=_menu(DAYS, week),
        )
    )
    form.add_item(
        ui.Label(
            text=t("When does the series end?"),
            description=t("A day as 2026-12-31, or how many there are in all, as 10. Empty: no end."),
            component=_line(ENDS, LONGEST_MOMENT, _ends(plan.repeat), required=False),
        )
    )
    form.add_item(ui.TextDisplay(t("-# It begins on the first day of the rule that is not before the start.")))
    return form


def rest_form(t: Translate, custom_id: str, plan: Plan) -> ui.Modal:
    """Return the form for the late floor and for an event of Discord's own, with the warning that belongs to it."""
    form = ui.Modal(title=t("Late floor and Discord event"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.Label(
            text=t("Late floor: how many hours?"),
            description=t(
                "So long after the end those who slept can still ask; then decisions bind. At most {limit}."
            ).format(limit=plans.MOST_LATE_HOURS)[:100],
            component=_line(LATE, 3, str(plan.late_hours)),
        )
    )
    ways = [(NO, t("No")), (YES, t("Yes, although its list of people can be read"))]
    form.add_item(
        ui.Label(
            text=t("Show it as an event of Discord’s own too?"),
            component=select(EVENT, options(ways, YES if plan.is_mirrored else NO)),
        )
    )
    form.add_item(
        ui.TextDisplay(
            t(
                "**Careful:** everybody in this server can read by name who pressed “Interested” on an event of "
                "Discord’s own, and so can whoever runs other bots here. Signing up with Steward shows nobody’s name."
            )
        )
    )
    return form


# What was filled in


def filled_first(fields: Mapping[str, str], zone: str, now: datetime, place: Place | None) -> Plan:
    """Return the plan that a first form makes; raises `UnknownMoment` or `LengthOutOfRange`."""
    changes = filled_times(fields, zone, now)
    return Plan(title=fields.get(TITLE, ""), text=fields.get(TEXT, ""), place=place or NOWHERE, zone=zone, **changes)


def filled_words(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return what changes in a plan by the form for words."""
    return {"title": fields.get(TITLE, ""), "text": fields.get(TEXT, "")}


def filled_times(fields: Mapping[str, str], zone: str, now: datetime) -> dict[str, Any]:
    """Return day, time and length, read by the clock of `zone`; raises `UnknownMoment` or `LengthOutOfRange`."""
    starts = read_moment(fields.get(STARTS, ""), ZoneInfo(zone), now).astimezone(ZoneInfo(zone))
    minutes = number_in(fields.get(MINUTES, ""))
    plans.check_minutes(minutes)
    return {"day": starts.date(), "at": starts.time(), "minutes": minutes}


def filled_link(fields: Mapping[str, str]) -> Place | None:
    """Return the place that was typed as a link, if one was; raises `PlaceMissing`."""
    link = fields.get(LINK, "")
    return plans.check_place(Place(PlaceKind.OUTSIDE, link)) if link.strip() else None


def filled_people(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return agenda, services, seats and role; raises `AgendaUnreadable` or `SizeOutOfRange`."""
    seats, role, chosen = fields.get(SEATS, "").strip(), fields.get(ROLE, ""), fields.get(SERVICE, "").split(",")
    max_size = number_in(seats) if seats else None
    if max_size is not None and not plans.FEWEST_SEATS <= max_size <= plans.MOST_SEATS:
        raise plans.SizeOutOfRange(lowest=plans.FEWEST_SEATS, limit=plans.MOST_SEATS)
    return {
        "agenda": plans.agenda_from(fields.get(AGENDA, "")),
        "services": tuple(each for each in Service if each in chosen),
        "max_size": max_size,
        "role_id": RoleId(int(role)) if role.isascii() and role.isdecimal() else None,
    }


def filled_repeat(fields: Mapping[str, str], day: date) -> Repeat | None:
    """Return how it repeats from `day` on; raises `EndUnreadable`. What else is wrong, `check_repeat` tells."""
    way, number = fields.get(RHYTHM, ""), number_in(fields.get(NUMBER, "") or "1")
    typed = fields.get(DAYS, "").split(",")
    weekdays = tuple(each for each in range(7) if str(each) in typed) or (day.weekday(),)
    rhythm = _rhythm(way, number, weekdays, day)
    if rhythm is None:
        return None
    ends = one_line(fields.get(ENDS, ""))
    if not ends:
        return Repeat(rhythm)
    if ends.isascii() and ends.isdecimal():
        return Repeat(rhythm, times=int(ends[:9]))
    try:
        return Repeat(rhythm, until=date.fromisoformat(ends))
    except ValueError:
        raise EndUnreadable from None


def filled_rest(fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the late floor and whether there is an event of Discord's own; raises `LateFloorOutOfRange`."""
    hours = number_in(fields.get(LATE, ""))
    if not 0 <= hours <= plans.MOST_LATE_HOURS:
        raise plans.LateFloorOutOfRange(limit=plans.MOST_LATE_HOURS)
    return {"late_hours": hours, "is_mirrored": fields.get(EVENT) == YES}


def number_in(text: str) -> int:
    """Return a number as typed, or -1 for what is none."""
    typed = text.strip()
    return int(typed[:9]) if typed.isascii() and typed.isdecimal() else -1


def _rhythm(way: str, number: int, weekdays: tuple[int, ...], day: date) -> Rhythm | None:
    if way == "days":
        return EveryDays(number)
    if way == "weeks":
        return EveryWeeks(number, weekdays)
    if way in {"1", "2", "3", "4", str(LAST)}:
        return MonthWeekday(int(way), weekdays[0])
    if way == "day":
        return MonthDay(day.day)
    return MonthDay(LAST_DAY) if way == "last day" else None


def _chosen(repeat: Repeat | None) -> tuple[str, int, Collection[int]]:
    """Return the values of the form that would make a rule: the way, the number and the weekdays."""
    match None if repeat is None else repeat.rhythm:
        case EveryDays(number):
            return "days", number, ()
        case EveryWeeks(number, weekdays):
            return "weeks", number, weekdays
        case MonthWeekday(nth, weekday):
            return str(nth), 1, (weekday,)
        case MonthDay(day):
            return "last day" if day == LAST_DAY else "day", 1, ()
    return "none", 1, ()


def _ends(repeat: Repeat | None) -> str:
    if repeat is None:
        return ""
    return repeat.until.isoformat() if repeat.until is not None else str(repeat.times or "")


def _add_words(form: ui.Modal, t: Translate, title: str, text: str) -> None:
    form.add_item(ui.Label(text=t("Title"), component=_line(TITLE, plans.LONGEST_TITLE, title)))
    form.add_item(
        ui.Label(
            text=t("What is it about?"),
            description=t("Everybody reads it on the card in the channel."),
            component=_text(TEXT, plans.LONGEST_TEXT, text),
        )
    )


def _add_times(form: ui.Modal, t: Translate, starts: str, minutes: int, zone: str) -> None:
    form.add_item(
        ui.Label(
            text=t("When does it start?"),
            description=t("As 2026-12-01 18:00, by the clock of {zone}.").format(zone=zone)[:100],
            component=_line(STARTS, LONGEST_MOMENT, starts, example="2026-12-01 18:00"),
        )
    )
    form.add_item(ui.Label(text=t("How many minutes does it take?"), component=_line(MINUTES, 3, str(minutes))))


def _add_channel(form: ui.Modal, t: Translate, told: str, channel_id: int | None) -> None:
    kind = discord.SelectDefaultValueType.channel
    menu: ui.ChannelSelect[ui.Modal] = ui.ChannelSelect(
        custom_id=CHANNEL,
        channel_types=CHANNELS,
        required=False,
        min_values=0,
        max_values=1,
        default_values=[] if channel_id is None else [discord.SelectDefaultValue(id=channel_id, type=kind)],
    )
    form.add_item(ui.Label(text=t("In which channel?"), description=told, component=menu))


def _menu(custom_id: str, offered: Sequence[discord.SelectOption]) -> ui.Select[ui.Modal]:
    return ui.Select(custom_id=custom_id, options=list(offered), required=False, min_values=0, max_values=len(offered))


def _line(
    custom_id: str, longest: int, text: str, *, required: bool = True, example: str | None = None
) -> ui.TextInput[ui.Modal]:
    return ui.TextInput(
        custom_id=custom_id, required=required, max_length=longest, default=text or None, placeholder=example
    )


def _text(custom_id: str, longest: int, text: str) -> ui.TextInput[ui.Modal]:
    return ui.TextInput(
        custom_id=custom_id,
        style=discord.TextStyle.paragraph,
        required=False,
        max_length=longest,
        default=text or None,
    )
