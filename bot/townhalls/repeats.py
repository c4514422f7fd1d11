"""When a town hall comes round again, and when it is to be announced. Pure, but for the zone files that are read.

A series is kept as a first day, a wall time, a zone and a rule of days, and every instant is computed anew from these:
it moves with the clocks of its zone, also when the zone's rules are changed after the series was planned. Which days a
rule means is left to dateutil, and the rule that it reads is the very text that goes into calendars.

The rules are those that Google, Apple and Outlook calendars all understand. Outlook reads templates only, with one day
of the month and `-1` for the last ([MS-OXCICAL] 2.1.3.2.2.3), and the nth weekday by BYSETPOS (2.1.3.2.2.4). Hence
there is no 29th and no 30th of each month: calendars would skip February, Outlook would move it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from bot.refusals import N_, Refusal
from bot.wallclock import Occurrence, first_instant

MOST_DAYS = 90
MOST_WEEKS = 26
MOST_TIMES = 500  # Outlook reads at most three digits
LAST = -1
LAST_DAY = 31
_SAFE_DAYS = 28  # every month has them
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NTHS = (1, 2, 3, 4, LAST)


class IntervalOutOfRange(Refusal):
    """The time from one meeting to the next makes no sense."""

    sentence = N_("Choose a number from {lowest} to {limit}: how many days or weeks lie between two meetings.")


class WeekdaysMissing(Refusal):
    """A weekly meeting is on no weekday."""

    sentence = N_("Choose at least one weekday for a meeting that repeats each week.")


class NotInEveryMonth(Refusal):
    """Some month lacks the day that was chosen."""

    sentence = N_("Not every month has that day. Choose a day from {lowest} to {limit}, or the last day of the month.")


class NoSuchWeek(Refusal):
    """The week of the month is none that every month has."""

    sentence = N_("Choose the first, second, third, fourth or last weekday of the month.")


class EndsTwice(Refusal):
    """The series ends on a day and after a number of meetings."""

    sentence = N_("Choose one end: a last day or a number of meetings, not both.")


class EndsBeforeItStarts(Refusal):
    """The series would be over before its first meeting."""

    sentence = N_("With that last day there is no meeting at all. Choose a later one.")


class TimesOutOfRange(Refusal):
    """The number of meetings makes no sense."""

    sentence = N_("Choose how many meetings there are, from {lowest} to {limit}, or no end at all.")


@dataclass(frozen=True, slots=True)
class EveryDays:
    """Every so many days."""

    days: int


@dataclass(frozen=True, slots=True)
class EveryWeeks:
    """Every so many weeks, on weekdays from Monday, 0, to Sunday, 6. Weeks begin on Monday."""

    weeks: int
    weekdays: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MonthWeekday:
    """Each month on its first, second, third or fourth such weekday, or on its `LAST`."""

    nth: int
    weekday: int


@dataclass(frozen=True, slots=True)
class MonthDay:
    """Each month on a day from 1 to 28, or on its `LAST_DAY`, whichever that is."""

    day: int


Rhythm = EveryDays | EveryWeeks | MonthWeekday | MonthDay


@dataclass(frozen=True, slots=True)
class Repeat:
    """How a series goes on: to the day `until`, that day included, or so many `times` in all, or without end."""

    rhythm: Rhythm
    until: date | None = None
    times: int | None = None


class Reminder(StrEnum):
    """What is said ahead of a meeting, by how long ahead."""

    DAY = "day"
    HOUR = "hour"
    START = "start"


_KINDS: Mapping[str, type[Rhythm]] = {
    "days": EveryDays,
    "weeks": EveryWeeks,
    "month weekday": MonthWeekday,
    "month day": MonthDay,
}
_AHEAD = {
    Reminder.DAY: timedelta(hours=24),
    Reminder.HOUR: timedelta(hours=1),
    Reminder.START: timedelta(0),
}


def check_repeat(repeat: Repeat, first_day: date) -> None:
    """Raise the refusal that says what is wrong with `repeat`, if anything is."""
    _check_rhythm(repeat.rhythm)
    if repeat.until is not None and repeat.times is not None:
        raise EndsTwice
    if repeat.times is not None and not 1 <= repeat.times <= MOST_TIMES:
        raise TimesOutOfRange(lowest=1, limit=MOST_TIMES)
    if next(days(first_day, repeat), None) is None:
        raise EndsBeforeItStarts


def _check_rhythm(rhythm: Rhythm) -> None:
    match rhythm:
        case EveryDays(number) if not 1 <= number <= MOST_DAYS:
            raise IntervalOutOfRange(lowest=1, limit=MOST_DAYS)
        case EveryWeeks(number) if not 1 <= number <= MOST_WEEKS:
            raise IntervalOutOfRange(lowest=1, limit=MOST_WEEKS)
        case EveryWeeks(_, weekdays) if not weekdays or not set(weekdays) <= set(range(7)):
            raise WeekdaysMissing
        case MonthWeekday(nth, weekday) if nth not in _NTHS or weekday not in range(7):
            raise NoSuchWeek
        case MonthDay(day) if day != LAST_DAY and not 1 <= day <= _SAFE_DAYS:
            raise NotInEveryMonth(lowest=1, limit=_SAFE_DAYS)


def occurrences(first_day: date, at: time, zone: ZoneInfo, repeat: Repeat | None) -> Iterator[Occurrence]:
    """Yield each meeting of a series in order: the day that names it, and its instant; lazily, for some never end.

    The first is on the first day of the rule that is not before `first_day`. A wall time that the zone skips means the
    first instant after the gap, one that comes twice the first of the two.
    """
    for day in days(first_day, repeat):
        yield Occurrence(first_instant(day, at, zone), day)


def occurrence_after(day: date, first_day: date, at: time, zone: ZoneInfo, repeat: Repeat | None) -> Occurrence | None:
    """Return the first meeting of a series whose day is later than `day`, or None once the series is over."""
    return next((found for found in occurrences(first_day, at, zone, repeat) if found.day > day), None)


def days(first_day: date, repeat: Repeat | None) -> Iterator[date]:
    """Yield the local days of a series, lazily; the one day if it does not repeat."""
    if repeat is None:
        yield first_day
        return
    end = None if repeat.until is None else datetime.combine(repeat.until, time())
    for found in rrulestr(_rule(repeat, end), dtstart=datetime.combine(first_day, time())):
        yield found.date()


def rule_text(repeat: Repeat, at: time, zone: ZoneInfo) -> str:
    """Return the rule as a calendar reads it beside a start at this time in `zone`: the value of RRULE.

    UNTIL must then be in UTC (RFC 5545, 3.3.10). It is the meeting's own time on the last day, as that standard reads
    a time in a gap: the end of that day can lie after midnight, where Nuuk skips its last hour.
    """
    if repeat.until is None:
        return _rule(repeat, None)
    return _rule(repeat, datetime.combine(repeat.until, at, zone).astimezone(UTC))


def _rule(repeat: Repeat, end: datetime | None) -> str:
    parts = [_pattern(repeat.rhythm)]
    if end is not None:
        parts.append(f"UNTIL={end:%Y%m%dT%H%M%S}{'' if end.tzinfo is None else 'Z'}")
    if repeat.times is not None:
        parts.append(f"COUNT={repeat.times}")
    return ";".join(parts)


def _pattern(rhythm: Rhythm) -> str:
    match rhythm:
        case EveryDays(number):
            return f"FREQ=DAILY;INTERVAL={number}"
        case EveryWeeks(number, weekdays):
            names = ",".join(_WEEKDAYS[weekday] for weekday in sorted(set(weekdays)))
            return f"FREQ=WEEKLY;INTERVAL={number};BYDAY={names};WKST=MO"
        case MonthWeekday(nth, weekday):
            return f"FREQ=MONTHLY;BYDAY={_WEEKDAYS[weekday]};BYSETPOS={nth}"
        case MonthDay(day):
            return f"FREQ=MONTHLY;BYMONTHDAY={LAST if day == LAST_DAY else day}"


def reminders(starts_at: datetime) -> tuple[tuple[Reminder, datetime], ...]:
    """Return when each reminder of a meeting is due, the earliest first.

    They are counted in hours that pass, not on the clock: the day before the clocks change, 24 hours ahead is not the
    same time of day.
    """
    return tuple((reminder, starts_at - ahead) for reminder, ahead in _AHEAD.items())


def stored(repeat: Repeat) -> dict[str, Any]:
    """Return a rule in words and numbers that JSON can hold."""
    until = None if repeat.until is None else repeat.until.isoformat()
    kind = next(name for name, rhythm in _KINDS.items() if isinstance(repeat.rhythm, rhythm))
    return {"kind": kind, **asdict(repeat.rhythm), "until": until, "times": repeat.times}


def read_back(kept: Mapping[str, Any]) -> Repeat:
    """Return the rule that `stored` made this of, also after a way through JSON."""
    kind: Any = _KINDS[kept["kind"]]
    values = (kept[part.name] for part in fields(kind))
    rhythm: Rhythm = kind(*(tuple(value) if isinstance(value, list) else value for value in values))
    until = None if kept["until"] is None else date.fromisoformat(kept["until"])
    return Repeat(rhythm, until, kept["times"])
