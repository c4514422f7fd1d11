"""How often something comes round: on days of the week, each week, every other week or once a month. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.wallclock import Occurrence, first_instant

ANCHOR = date(2024, 1, 1)
"""A Monday, from which every other week is counted where nothing else was chosen."""

_DAY = timedelta(days=1)
_BEFORE = 2  # a gap can push an instant past midnight, and a zone may have skipped a day (Samoa, 30 December 2011)
_FIRST_WEEK = 7


class Every(StrEnum):
    """How often the days come round."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Days of the week, from Monday, 0, to Sunday, 6, and a time on the clocks of a zone.

    Every other week is counted from the week of `anchor`; once a month is on the first such day of it. Raises
    `ValueError` for no or other weekdays.
    """

    weekdays: tuple[int, ...]
    at: time
    zone: str
    every: Every = Every.WEEK
    anchor: date = ANCHOR

    def __post_init__(self) -> None:
        if not self.weekdays or not set(self.weekdays) <= set(range(7)):
            raise ValueError("weekdays are 0 (Monday) to 6 (Sunday), at least one")

    def falls_on(self, day: date) -> bool:
        """Tell whether it comes round on a local day."""
        if day.weekday() not in self.weekdays:
            return False
        match self.every:
            case Every.WEEK:
                return True
            case Every.FORTNIGHT:
                return (_monday(day) - _monday(self.anchor)).days % 14 == 0
            case Every.MONTH:
                return day.day <= _FIRST_WEEK

    def after(self, moment: datetime) -> Occurrence:
        """Return the first time it comes round strictly later than a moment; raises `ValueError` for a naive one."""
        return next(found for found in self._from(moment, -_BEFORE, 1) if found.at > moment)

    def latest(self, now: datetime) -> Occurrence:
        """Return the last time it came round, now at the latest: the one to catch up with after a pause."""
        return next(found for found in self._from(now, 1, -1) if found.at <= now)

    def _from(self, moment: datetime, offset: int, step: int) -> Iterator[Occurrence]:
        """Yield the times it comes round, day by day from some days beside a moment."""
        if moment.tzinfo is None:
            raise ValueError("an instant must be aware")
        zone = ZoneInfo(self.zone)
        day = moment.astimezone(zone).date() + offset * _DAY
        while True:
            if self.falls_on(day):
                yield Occurrence(first_instant(day, self.at, zone), day)
            day += step * _DAY


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
