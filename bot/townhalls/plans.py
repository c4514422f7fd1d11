"""What organizers plan for a town hall: when, where, for how long, with which agenda, and for whom. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.cleaning import clean, one_line
from bot.ids import RoleId
from bot.refusals import N_, Refusal
from bot.townhalls.repeats import Repeat
from bot.wallclock import first_instant

LONGEST_TITLE = 100
LONGEST_TEXT = 1500
LONGEST_PLACE = 300
SHORTEST_MINUTES = 10
LONGEST_MINUTES = 480
MOST_AHEAD_DAYS = 365
MOST_ITEMS = 20
LONGEST_ITEM = 100
FEWEST_SEATS = 5
MOST_SEATS = 10_000
MOST_LATE_HOURS = 168


class TitleMissing(Refusal):
    """The town hall has no title."""

    sentence = N_("Please write a title: it is what people see in reminders and in their calendars.")


class TitleTooLong(Refusal):
    """The title does not fit."""

    sentence = N_("The title can have {limit} characters at most.")


class TextTooLong(Refusal):
    """The text does not fit its card."""

    sentence = N_("The text can have {limit} characters at most.")


class PlaceMissing(Refusal):
    """The town hall has no place, or one that does not fit its kind."""

    sentence = N_("Choose a channel of this server to meet in, or write an outside link that starts with `https://`.")


class StartOutOfRange(Refusal):
    """The town hall would start in the past or too far ahead."""

    sentence = N_("Choose a start that is in the future and at most {days} days away.")


class LengthOutOfRange(Refusal):
    """The town hall would be too short or too long."""

    sentence = N_("A town hall takes from {lowest} to {limit} minutes.")


class AgendaUnreadable(Refusal):
    """A line of the agenda has no minutes, no words, or too many of them; or there are too many lines."""

    sentence = N_(
        "Write each item of the agenda on a line of its own and end the line with its minutes, for example: "
        "`What the pilot measured, 15`. At most {limit} items fit."
    )


class AgendaTooLong(Refusal):
    """The items take longer than the town hall."""

    sentence = N_(
        "The agenda takes {minutes} minutes, which is {over} more than the {limit} that the town hall has. Shorten "
        "items or give it longer."
    )


class SizeOutOfRange(Refusal):
    """There are too few or too many seats."""

    sentence = N_("Choose from {lowest} to {limit} seats, or leave it empty if everybody fits.")


class LateFloorOutOfRange(Refusal):
    """The late floor would be too long."""

    sentence = N_("The late floor is open for {limit} hours at most. With 0 hours there is none.")


class PlaceKind(StrEnum):
    """Where people meet."""

    VOICE = "voice"
    STAGE = "stage"
    THREAD = "thread"
    OUTSIDE = "outside"


class Service(StrEnum):
    """What is there for those who could otherwise not take part, or must know before they come."""

    CAPTIONS = "captions"
    INTERPRETATION = "interpretation"
    SIGN_LANGUAGE = "sign language"
    CHAT_ONLY = "chat only"
    RECORDING = "recording"


SERVICES: dict[Service, str] = {
    Service.CAPTIONS: N_("live captions"),
    Service.INTERPRETATION: N_("interpretation"),
    Service.SIGN_LANGUAGE: N_("sign language"),
    Service.CHAT_ONLY: N_("you can take part by writing alone"),
    Service.RECORDING: N_("it will be recorded"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where people meet: `where` is the id of a channel or thread, or an outside link."""

    kind: PlaceKind
    where: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the agenda."""

    title: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What organizers decide. The start is a local `day` and time in `zone`, so that it keeps its hour all year.

    `role_id` is a role that people take on themselves to be reminded. `is_mirrored`: as an event of Discord's own too.
    """

    title: str
    text: str
    place: Place
    zone: str
    day: date
    at: time
    minutes: int
    repeat: Repeat | None = None
    agenda: tuple[Item, ...] = ()
    services: tuple[Service, ...] = ()
    max_size: int | None = None
    role_id: RoleId | None = None
    is_mirrored: bool = False
    late_hours: int = 48

    @property
    def starts_at(self) -> datetime:
        """Return the instant of the start, in UTC, by the rules of the zone that are known now."""
        return first_instant(self.day, self.at, ZoneInfo(self.zone))


_ITEM = re.compile(r"(?P<title>.*?\S)[\s,:;|–—-]*(?<!\d)(?P<minutes>\d{1,3})\s*(?:m|min|mins|minutes|minutos|')?\.?")


def agenda_from(text: str) -> tuple[Item, ...]:
    """Return the agenda that was typed, an item to a line and its minutes at the end; raises `AgendaUnreadable`."""
    items = []
    for line in (one_line(each) for each in clean(text).split("\n")):
        if not line:
            continue
        found = _ITEM.fullmatch(line)
        if found is None or len(found["title"]) > LONGEST_ITEM or int(found["minutes"]) == 0:
            raise AgendaUnreadable(limit=MOST_ITEMS)
        items.append(Item(found["title"], int(found["minutes"])))
    if len(items) > MOST_ITEMS:
        raise AgendaUnreadable(limit=MOST_ITEMS)
    return tuple(items)


def check_plan(plan: Plan, now: datetime) -> Plan:
    """Return a plan, cleaned, as it can be announced at `now`; raises the refusal for the first thing wrong."""
    title, text = check_title(plan.title), clean(plan.text)
    if len(text) > LONGEST_TEXT:
        raise TextTooLong(limit=LONGEST_TEXT)
    check_minutes(plan.minutes)
    if not now < plan.starts_at <= now + timedelta(days=MOST_AHEAD_DAYS):
        raise StartOutOfRange(days=MOST_AHEAD_DAYS)
    taken = sum(item.minutes for item in plan.agenda)
    if taken > plan.minutes:
        raise AgendaTooLong(minutes=taken, limit=plan.minutes, over=taken - plan.minutes)
    if plan.max_size is not None and not FEWEST_SEATS <= plan.max_size <= MOST_SEATS:
        raise SizeOutOfRange(lowest=FEWEST_SEATS, limit=MOST_SEATS)
    if not 0 <= plan.late_hours <= MOST_LATE_HOURS:
        raise LateFloorOutOfRange(limit=MOST_LATE_HOURS)
    return replace(plan, title=title, text=text, place=check_place(plan.place))


def check_title(text: str) -> str:
    """Return a title on one line; raises `TitleMissing` or `TitleTooLong`."""
    title = one_line(text)
    if not any(character.isalnum() for character in title):
        raise TitleMissing
    if len(title) > LONGEST_TITLE:
        raise TitleTooLong(limit=LONGEST_TITLE)
    return title


def check_minutes(minutes: int) -> None:
    """Raise `LengthOutOfRange` unless a town hall may take so long."""
    if not SHORTEST_MINUTES <= minutes <= LONGEST_MINUTES:
        raise LengthOutOfRange(lowest=SHORTEST_MINUTES, limit=LONGEST_MINUTES)


def check_place(place: Place) -> Place:
    """Return a place, cleaned; raises `PlaceMissing`."""
    where = one_line(place.where)
    is_link = where.startswith("https://") and " " not in where and len("https://") < len(where) <= LONGEST_PLACE
    if not (is_link if place.kind is PlaceKind.OUTSIDE else where.isascii() and where.isdecimal()):
        raise PlaceMissing
    return Place(place.kind, where)


def texts(services: Collection[Service]) -> list[str]:
    """Return what is there for people, in the order of the list and to be translated."""
    return [SERVICES[each] for each in Service if each in services]
