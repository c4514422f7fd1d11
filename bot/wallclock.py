"""Wall clocks: from a day, a time and a zone to the instant it means, and how people write times and zones.

Owns the two awkward hours of a year. A time that a zone skips means the first instant after the gap; a time that
comes twice means the first of the two. Pure, but for the zone files that `zoneinfo` reads.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from functools import cache
from zoneinfo import ZoneInfo, available_timezones, reset_tzpath

from bot.cleaning import one_line
from bot.refusals import N_, Refusal

# The zone files of a machine can be years old, and would come before those that are installed with Steward.
reset_tzpath(())

_NOT_PLACES = frozenset({"localtime", "Factory", "posixrules"})  # what they mean depends on the machine
_EXAMPLES = ("America/New_York", "Asia/Kolkata", "Europe/Berlin")
_LONGEST = 64  # no name is longer, and likeness takes time to judge


class UnknownZone(Refusal):
    """What was typed names no time zone. `suggestions` are up to three names that do, the nearest first."""

    sentence = N_("That is not a time zone I know. Did you mean one of these: {suggestions}?")

    def __init__(self, suggestions: tuple[str, ...]) -> None:
        super().__init__(suggestions=", ".join(suggestions))
        self.suggestions = suggestions


class UnknownTime(Refusal):
    """The time is not one of a day."""

    sentence = N_("Write the time as hours and minutes on a 24-hour clock, for example 18:00.")


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """One time that a schedule comes round.

    `at` is aware and in UTC. `day` is the local day it was set for, which names the occurrence: it stays the same
    when a gap pushes the instant past midnight, or when the zone's rules change after it was planned.
    """

    at: datetime
    day: date


def first_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the first instant, in UTC, when the clocks of `zone` show `at` on `day`, or skip past it.

    Exact to the second in a gap, to the microsecond elsewhere. `at` must be naive: raises `ValueError`.
    """
    if at.tzinfo is not None:
        raise ValueError("a wall time carries no zone of its own")
    wall = datetime.combine(day, at.replace(fold=0), zone)
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return instant
    # In a gap, PEP 495 reads fold=0 with the offset from before it and fold=1 with the offset from after it,
    # so the clocks are changed between the second reading and the first.
    changed = wall.replace(fold=1).utcoffset()
    seconds = range(int(wall.replace(fold=1).timestamp()), int(wall.timestamp()) + 1)
    position = bisect_left(
        seconds, x=True, key=lambda second: datetime.fromtimestamp(second, zone).utcoffset() == changed
    )
    return datetime.fromtimestamp(seconds[position], UTC)


def time_of_day(text: str) -> time:
    """Read a wall-clock time such as `18:00`, `9:05` or `18.00`; raises `UnknownTime`."""
    found = re.fullmatch(r"\s*([01]?[0-9]|2[0-3])[:.h]([0-5][0-9])\s*", text, re.ASCII)
    if found is None:
        raise UnknownTime
    return time(int(found[1]), int(found[2]))


def day_typed(text: str) -> date | None:
    """Read a day of the calendar such as `2026-12-31`, `None` for nothing; raises `ValueError` for anything else."""
    typed = one_line(text)
    if not typed:
        return None
    found = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", typed)
    if found is None:
        raise ValueError("a day is year, month and day")
    return date(*map(int, found.groups()))


@cache
def zone_names() -> tuple[str, ...]:
    """Return every zone name that may be chosen, sorted.

    The list is read once. Names that mean "as this machine is set" are left out.
    """
    return tuple(sorted(available_timezones() - _NOT_PLACES))


def zone_named(text: str) -> ZoneInfo:
    """Return the zone called `text`, as a person types it: any case, spaces for underscores, spaces around it.

    Only names from `zone_names` ever reach the file system. Raises `UnknownZone`.
    """
    wanted = text.strip().replace(" ", "_").casefold()[:_LONGEST]
    name = _by_folded_name().get(wanted)
    if name is None:
        raise UnknownZone(_nearest(wanted))
    return ZoneInfo(name)


@cache
def _by_folded_name() -> dict[str, str]:
    return {name.casefold(): name for name in zone_names()}


def _nearest(wanted: str) -> tuple[str, ...]:
    """Return up to three places like `wanted`, by whole name or by city, or well-known ones if nothing is like it."""
    # Only Region/City: "Etc/GMT-3" is east of Greenwich, which is the opposite of what "UTC-3" means to people.
    places = [name for name in zone_names() if "/" in name and not name.startswith("Etc/")]
    cities: dict[str, str] = {}
    for name in places:
        cities.setdefault(name.rpartition("/")[2].casefold(), name)
    whole = {name.casefold(): name for name in places}
    near = [cities[city] for city in get_close_matches(wanted, cities, cutoff=0.8)]
    near += [whole[name] for name in get_close_matches(wanted, whole, cutoff=0.7)]
    return tuple(dict.fromkeys(near))[:3] or _EXAMPLES
