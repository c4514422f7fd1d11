"""Town halls as calendar files (RFC 5545). Pure, but for the zone files that are read.

A file names meetings and nobody: no ATTENDEE, no ORGANIZER, no CONTACT, no address in a UID. RFC 5546 asks for an
organizer in what is published; calendars take it without, as Outlook's own exports show.

What each calendar is known to need, and so every file has:

- PRODID and VERSION, or Google imports nothing (https://support.google.com/calendar/answer/37118); DTSTAMP and UID in
  each event, or Google and Outlook refuse it (https://github.com/FuzzyGrim/Yamtrack/issues/669,
  https://github.com/collective/icalendar/issues/121). DTEND rather than DURATION, which Google is sure to read.
- METHOD:PUBLISH, by which Outlook knows that nothing is to be answered.
- A VTIMEZONE for each TZID (RFC 5545, 3.6.5): Google and Apple know the names of zones by themselves, Outlook reads
  times in a zone that is not described as floating (https://github.com/spatie/calendar-links/issues/235).
- In a VTIMEZONE, one yearly rule for each of the two changes where the zone has such rules: Outlook reads DTSTART,
  RRULE and the offsets and nothing else ([MS-STANOICAL] 2.2.47). The changes of other zones, such as Casablanca's for
  Ramadan, can only be listed; Outlook for the desktop then goes by the names it knows, or is an hour off.
- X-WR-CALNAME names a feed in all three, and must be left out of a single meeting ([MS-OXCICAL] 2.1.3.1.1.17): Outlook
  would make a calendar of it.
- A meeting of a series that is cancelled is an EXDATE, one that is moved a second event with the same UID and a
  RECURRENCE-ID. Only what is cancelled for good has STATUS:CANCELLED. SEQUENCE rises with every change, or an import
  of the newer file is passed over.

`icalendar` writes the lines. Its own VTIMEZONEs are not used: version 7.3 writes the change to summer time as the time
after it, an hour late, and leaves out changes that are less than 64 days apart.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.prop import vRecur, vText

from bot.townhalls.repeats import Repeat, occurrences, rule_text
from bot.wallclock import first_instant

PRODUCT = "-//Steward//Town halls//EN"
YEARS_AHEAD = 5  # how far meetings in a gap are set right, and irregular zones told; a newer file tells more
_YEARS_BEHIND = 1  # so that the offset of the first event is known too
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class Change:
    """One meeting of a series that differs from it, found by the `day` that the rule gave it.

    `starts_at` is its new instant, aware; None where it is cancelled. What else is None stays as in the series.
    """

    day: date
    starts_at: datetime | None
    minutes: int | None = None
    title: str | None = None
    text: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A town hall, or a series of them.

    `key` never changes and says nothing of anybody: it is what calendars know the entry by. `sequence` counts its
    changes, and `changed_at`, aware, is the time of the last one. Texts are clean already.
    """

    key: str
    title: str
    text: str
    place: str
    zone: ZoneInfo
    first_day: date
    at: time
    minutes: int
    sequence: int
    changed_at: datetime
    repeat: Repeat | None = None
    is_cancelled: bool = False
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class _Shift:
    """One change of a zone's clocks, with the offsets before and after it."""

    at: datetime
    before: timedelta
    after: timedelta

    @property
    def wall(self) -> datetime:
        """Return what the clocks show as they are changed: RFC 5545 reads an onset with the offset before it."""
        return (self.at + self.before).replace(tzinfo=None)

    @property
    def is_forward(self) -> bool:
        """Tell whether clocks go forward. Ireland's law calls winter the exception; calendars call summer so."""
        return self.after > self.before


def hall_file(entry: Entry, today: date) -> bytes:
    """Return the file of one town hall or one series, for everybody to add to their own calendar.

    It is the same, byte for byte, until the entry is changed or a new year begins.
    """
    return _file(None, [entry], today)


def feed_file(name: str, entries: Sequence[Entry], today: date) -> bytes:
    """Return the file of all town halls of a guild under the name that calendars show for it."""
    return _file(name, entries, today)


def _file(name: str | None, entries: Sequence[Entry], today: date) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if name is not None:
        calendar.add("x-wr-calname", vText(name))  # icalendar escapes what it knows, and no names that begin with X
    horizon = date(max([today.year, *(entry.first_day.year for entry in entries)]) + YEARS_AHEAD, 12, 31)
    for zone, first in _zones(entries):
        calendar.add_component(_described(zone, first, horizon.year))
    for entry in entries:
        for event in _events(entry, horizon):
            calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _zones(entries: Iterable[Entry]) -> list[tuple[ZoneInfo, int]]:
    """Return each zone once, by name, with the first year in which it is needed."""
    zones: dict[str, tuple[ZoneInfo, int]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.zone.key, entry.first_day)):
        zones.setdefault(entry.zone.key, (entry.zone, entry.first_day.year - _YEARS_BEHIND))
    return list(zones.values())


def _events(entry: Entry, horizon: date) -> Iterator[Event]:
    """Yield the event itself, then those of its meetings that are not where the rule has them."""
    if entry.repeat is None:
        starts_at = first_instant(entry.first_day, entry.at, entry.zone)
        yield _event(entry, Change(entry.first_day, starts_at), starts_at)
        return
    first = next(occurrences(entry.first_day, entry.at, entry.zone, entry.repeat))
    yield _series(entry, first.day)
    for change in (*entry.changes, *_in_shifts(entry, horizon)):
        if change.starts_at is not None:
            event = _event(entry, change, change.starts_at)
            event.add("recurrence-id", _nominal(entry, change.day))
            yield event


def _series(entry: Entry, first_day: date) -> Event:
    assert entry.repeat is not None
    nominal = _nominal(entry, first_day)
    event = _event(entry, Change(first_day, nominal), nominal.astimezone(UTC))
    if not _is_plain(entry, first_day):
        # The rule goes on from this time of day and with this length, whatever the clocks do on the first day.
        del event["dtstart"], event["dtend"]
        event.add("dtstart", nominal)
        event.add("duration", timedelta(minutes=entry.minutes))
    event.add("rrule", vRecur.from_ical(rule_text(entry.repeat, entry.at, entry.zone)))
    for change in entry.changes:
        if change.starts_at is None:
            event.add("exdate", _nominal(entry, change.day))
    return event


def _in_shifts(entry: Entry, horizon: date) -> Iterator[Change]:
    """Yield where meetings are during which the clocks are changed, for calendars read these in several ways.

    RFC 5545 (3.3.5) takes 02:30 for 03:30 on the night that skips it; Steward begins at the first instant, 03:00. And
    some add the length on the clock, so that an hour that comes twice makes the meeting longer.
    """
    changed = {change.day for change in entry.changes}
    for found in occurrences(entry.first_day, entry.at, entry.zone, entry.repeat):
        if found.day > horizon:
            return
        if found.day not in changed and not _is_plain(entry, found.day):
            yield Change(found.day, found.at)


def _is_plain(entry: Entry, day: date) -> bool:
    """Tell whether the clocks of the zone go on evenly through the meeting of this day."""
    nominal, length = _nominal(entry, day), timedelta(minutes=entry.minutes)
    ends_at = first_instant(day, entry.at, entry.zone) + length
    return ends_at.astimezone(entry.zone).replace(tzinfo=None) == nominal.replace(tzinfo=None) + length


def _nominal(entry: Entry, day: date) -> datetime:
    """Return the wall time that the rule means, whether the zone shows it on that day or not."""
    return datetime.combine(day, entry.at, entry.zone)


def _event(entry: Entry, change: Change, starts_at: datetime) -> Event:
    minutes = entry.minutes if change.minutes is None else change.minutes
    text = entry.text if change.text is None else change.text
    place = entry.place if change.place is None else change.place
    event = Event()
    event.add("uid", f"{entry.key}@townhalls.steward")
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.sequence)
    event.add("dtstart", _written(starts_at, entry.zone))
    event.add("dtend", _written(starts_at + timedelta(minutes=minutes), entry.zone))
    event.add("summary", entry.title if change.title is None else change.title)
    if text:
        event.add("description", text)
    if place:
        event.add("location", place)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    return event


def _written(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return how an instant is written down: in `zone`, or in UTC where its wall time comes a second time.

    A calendar reads a wall time that comes twice as the first of the two (RFC 5545, 3.3.5).
    """
    instant = instant.astimezone(UTC)
    local = instant.astimezone(zone)
    return instant if local.fold else local


# Zones


def _described(zone: ZoneInfo, first_year: int, last_year: int) -> Timezone:
    """Return a zone's clocks from `first_year` to the end of `last_year`, and beyond it where its rules are yearly."""
    start = datetime(first_year, 1, 1, tzinfo=UTC)
    shifts = list(_shifts(zone, start, datetime(last_year + 1, 1, 1, tzinfo=UTC)))
    described = Timezone()
    described.add("tzid", zone.key)
    rules = _yearly(shifts, range(first_year, last_year + 1))
    if rules:
        for shift, rule in rules:
            observance = _observance(shift)
            observance.add("rrule", vRecur.from_ical(rule))
            described.add_component(observance)
        return described
    offset = _offset(zone, start)
    for group in _alike([_Shift(start, offset, offset), *shifts]):
        observance = _observance(group[0])
        # The first is told twice, for some readers (ical 14.3) take the list for all there is.
        observance.add("rdate", [shift.wall for shift in group])
        described.add_component(observance)
    return described


def _observance(shift: _Shift) -> TimezoneDaylight | TimezoneStandard:
    observance = TimezoneDaylight() if shift.is_forward else TimezoneStandard()
    observance.add("dtstart", shift.wall)
    observance.add("tzoffsetfrom", shift.before)
    observance.add("tzoffsetto", shift.after)
    return observance


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def _shifts(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[_Shift]:
    """Yield each change of the clocks, looked for in every half day, and then to the second."""
    step = timedelta(hours=12)
    while start < end:
        before, after = _offset(zone, start), _offset(zone, start + step)
        if before != after:
            early, late = start, start + step
            while late - early > timedelta(seconds=1):
                middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
                early, late = (middle, late) if _offset(zone, middle) == before else (early, middle)
            yield _Shift(late, before, after)
        start += step


def _alike(shifts: Iterable[_Shift]) -> list[list[_Shift]]:
    groups: dict[tuple[timedelta, timedelta], list[_Shift]] = {}
    for shift in shifts:
        groups.setdefault((shift.before, shift.after), []).append(shift)
    return list(groups.values())


def _yearly(shifts: Sequence[_Shift], years: Sequence[int]) -> list[tuple[_Shift, str]]:
    """Return the two changes that come in each of `years`, with their rules; none if the zone is not so simple."""
    groups = _alike(shifts)
    if len(groups) != 2 or any([shift.wall.year for shift in group] != list(years) for group in groups):  # noqa: PLR2004 - there and back
        return []
    rules = [(group[0], _rule([shift.wall for shift in group])) for group in groups]
    return rules if all(rule for _, rule in rules) else []


def _rule(walls: Sequence[datetime]) -> str:
    """Return the rule "the nth or last such weekday of a month" that all of these follow, or nothing."""
    first = walls[0]
    if len({(wall.month, wall.weekday(), wall.time()) for wall in walls}) != 1:
        return ""
    if all(_is_last(wall) for wall in walls):
        nth = -1
    elif len({_nth(wall) for wall in walls}) == 1:
        nth = _nth(first)
    else:
        return ""
    return f"FREQ=YEARLY;BYMONTH={first.month};BYDAY={nth}{_WEEKDAYS[first.weekday()]}"


def _nth(wall: datetime) -> int:
    return (wall.day - 1) // 7 + 1


def _is_last(wall: datetime) -> bool:
    return (wall + timedelta(days=7)).month != wall.month
