"""What of town halls goes into a calendar file: a series as one entry, with what is moved or cancelled of it. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.townhalls.calendars import Change, Entry
from bot.townhalls.repeats import Repeat, days
from bot.townhalls.rules import State, TownHall
from bot.wallclock import first_instant

Describe = Callable[[TownHall], tuple[str, str]]
"""Return what a calendar shows below the title of a town hall, and as its place."""


def entry(series: Sequence[TownHall], told_at: datetime, describe: Describe) -> Entry:
    """Return the entry for a series, given by the days its town halls stand for, or for one town hall that is alone.

    The last of them says how the series goes on; those of an earlier rule are left as they were.
    """
    last = series[-1]
    plan, zone = last.plan, ZoneInfo(last.plan.zone)
    text, place = describe(last)
    is_cancelled = last.state is State.CANCELLED
    found = Entry(
        key=last.series.id,
        title=plan.title,
        text=text,
        place=place,
        zone=zone,
        first_day=plan.day,
        at=plan.at,
        minutes=plan.minutes,
        # Each part only grows, so the sum rises with every change of any of them.
        sequence=sum(each.sequence for each in series),
        changed_at=told_at,
        is_cancelled=is_cancelled,
    )
    if plan.repeat is None:
        return found
    mine = [each for each in series if (each.series.first_on, each.series.at) == (last.series.first_on, last.series.at)]
    rest = _ended_before(plan.repeat, last) if is_cancelled else plan.repeat
    return replace(
        found,
        first_day=last.series.first_on,
        at=last.series.at,
        repeat=rest or plan.repeat,
        is_cancelled=rest is None,
        changes=tuple(change for each in mine if (change := _change(each, last, describe, rest)) is not None),
    )


def _ended_before(repeat: Repeat, last: TownHall) -> Repeat | None:
    """Return the rule of a series of which everything from the last town hall on is cancelled; none if that is all."""
    until = last.series.slot_on - timedelta(days=1)
    shorter = replace(repeat, until=until, times=None)
    return shorter if _is_in(next(days(last.series.first_on, shorter), None), shorter) else None


def _is_in(day: date | None, repeat: Repeat) -> bool:
    return day is not None and (repeat.until is None or day <= repeat.until)


def _change(hall: TownHall, last: TownHall, describe: Describe, rest: Repeat | None) -> Change | None:
    """Return in what one town hall differs from what the rule says of its day, if in anything."""
    day = hall.series.slot_on
    if rest is None or not _is_in(day, rest):
        return None
    if hall.state is State.CANCELLED:
        return Change(day, None)
    ruled_at = first_instant(day, last.series.at, ZoneInfo(last.plan.zone))
    said, base = describe(hall), describe(last)
    is_alike = (hall.starts_at, hall.plan.minutes, hall.plan.title, said) == (
        ruled_at,
        last.plan.minutes,
        last.plan.title,
        base,
    )
    return None if is_alike else Change(day, hall.starts_at, hall.plan.minutes, hall.plan.title, *said)
