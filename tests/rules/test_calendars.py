"""Calendar files: two libraries that share no code read the same meetings from them as Steward will hold.

`icalendar` also writes the files; it is read back through its own parser, with the repeating left to dateutil here.
`ical`, which Home Assistant's calendars run on, parses and repeats by itself. They know the clocks of a zone by its
name, from this machine's files; so they are also asked with the zones renamed to places that exist nowhere, where they
must go by what the file says.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, takewhile
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from bot.townhalls.calendars import Change, Entry, feed_file, hall_file
from bot.townhalls.repeats import EveryDays, EveryWeeks, MonthDay, MonthWeekday, Repeat, occurrences
from tests.rules.zones import made, shipped

TODAY = date(2026, 2, 1)
END = datetime(2028, 1, 1, tzinfo=UTC)
SUNDAYS = Repeat(EveryWeeks(1, (6,)))
BERLIN = shipped("Europe/Berlin")
ZONES = (
    "Africa/Casablanca",
    "America/Argentina/Buenos_Aires",
    "America/New_York",
    "America/Nuuk",
    "Antarctica/Troll",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/Dublin",
)


@dataclass(frozen=True, slots=True, order=True)
class Read:
    """What a person sees in their calendar."""

    starts_at: datetime
    ends_at: datetime
    title: str
    text: str
    place: str


Reader = Callable[[bytes], list[Read]]


def hall(**changed: object) -> Entry:
    usual = Entry(
        key="4f2a90c1",
        title="AI at work",
        text="What we ask for",
        place="Stage",
        zone=BERLIN,
        first_day=date(2026, 3, 1),
        at=time(19),
        minutes=90,
        sequence=0,
        changed_at=datetime(2026, 2, 1, 12, tzinfo=UTC),
    )
    return replace(usual, **changed)  # type: ignore[arg-type]


def read_by_icalendar(content: bytes) -> list[Read]:
    events: list[Any] = icalendar.Calendar.from_ical(content).walk("VEVENT")
    moved = {(event["uid"], on_the_wall(event, "recurrence-id")) for event in events if "recurrence-id" in event}
    found = []
    for event in events:
        words = [str(event.get(name, "")) for name in ("summary", "description", "location")]
        start = event["dtstart"].dt
        length = (
            event["duration"].dt if "duration" in event else event["dtend"].dt.astimezone(UTC) - start.astimezone(UTC)
        )
        found += [
            Read(at.astimezone(UTC), at.astimezone(UTC) + length, *words)
            for at in repeated(event, start)
            if "recurrence-id" in event or (event["uid"], at.replace(tzinfo=None)) not in moved
        ]
    return sorted(one for one in found if one.starts_at < END)


def on_the_wall(event: Any, name: str) -> datetime:
    wall: datetime = event[name].dt
    return wall.replace(tzinfo=None)


def repeated(event: Any, start: datetime) -> Iterator[datetime]:
    if "rrule" not in event:
        yield start
        return
    left_out = event.get("exdate", [])
    left_out = left_out if isinstance(left_out, list) else [left_out]
    without = {leaf.dt.replace(tzinfo=None) for tree in left_out for leaf in tree.dts}
    rule = rrulestr(event["rrule"].to_ical().decode(), dtstart=start)
    for at in takewhile(lambda at: at.astimezone(UTC) < END, rule):
        if at.replace(tzinfo=None) not in without:
            yield at


def read_by_ical(content: bytes) -> list[Read]:
    calendar = IcsCalendarStream.calendar_from_ics(content.decode())
    found = []
    for event in calendar.timeline_tz(UTC).overlapping(datetime(2020, 1, 1, tzinfo=UTC), END):
        assert isinstance(event.start, datetime)
        assert isinstance(event.end, datetime)
        words = (event.summary or "", event.description or "", event.location or "")
        found.append(Read(event.start.astimezone(UTC), event.end.astimezone(UTC), *words))
    return sorted(one for one in found if one.starts_at < END)


NUMBERS = count()
READERS = [pytest.param(read_by_icalendar, id="icalendar"), pytest.param(read_by_ical, id="ical")]


def elsewhere(content: bytes, entries: Sequence[Entry]) -> bytes:
    """Return the file with its zones renamed, so that only the file itself tells what their clocks do.

    Each time to a new name, for readers remember what they have read.
    """
    for name in {entry.zone.key for entry in entries}:
        content = content.replace(name.encode(), f"Nowhere/{next(NUMBERS)}".encode())
    return content


def meetings(entry: Entry) -> list[Read]:
    """Return what members should see of one entry without changes."""
    found = takewhile(lambda one: one.at < END, occurrences(entry.first_day, entry.at, entry.zone, entry.repeat))
    length = timedelta(minutes=entry.minutes)
    return [Read(one.at, one.at + length, entry.title, entry.text, entry.place) for one in found]


# One hall


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("read", READERS)
def test_one_hall_is_at_its_instant_in_every_calendar(read: Reader, name: str) -> None:
    """Wherever it was planned, in winter and in summer."""
    for day in (date(2026, 1, 7), date(2026, 7, 1)):
        known, described = (hall(zone=zone, first_day=day) for zone in (ZoneInfo(name), shipped(name)))
        assert read(hall_file(known, TODAY)) == meetings(known)
        assert read(elsewhere(hall_file(described, TODAY), [described])) == meetings(described)


@pytest.mark.parametrize(
    ("day", "at", "minutes"),
    [
        (date(2026, 3, 29), time(2, 30), 60),  # begins in the gap
        (date(2026, 3, 29), time(1, 30), 60),  # ends in it
        (date(2026, 10, 25), time(2, 30), 20),  # begins in the hour that comes twice
        (date(2026, 10, 25), time(1, 30), 100),  # ends in it, the second time
        (date(2026, 10, 25), time(2, 30), 60),  # all of it
    ],
)
@pytest.mark.parametrize("read", READERS)
def test_one_hall_in_the_night_of_the_change_is_as_long_as_it_is(
    read: Reader, day: date, at: time, minutes: int
) -> None:
    """A wall time that comes twice is written down so that it cannot be read wrongly."""
    one = hall(first_day=day, at=at, minutes=minutes)
    assert read(hall_file(one, TODAY)) == meetings(one)


# Those that repeat


@pytest.mark.parametrize("name", ZONES)
@pytest.mark.parametrize("read", READERS)
def test_a_series_keeps_its_time_of_day_through_every_change_of_the_clocks(read: Reader, name: str) -> None:
    """At an usual time, and in the hours that are skipped or come twice: where Steward will hold them."""
    for at in (time(1, 30), time(2, 30), time(19), time(23, 30)):
        known, described = (hall(zone=zone, at=at, repeat=SUNDAYS) for zone in (ZoneInfo(name), shipped(name)))
        assert read(hall_file(known, TODAY)) == meetings(known), at
        assert read(elsewhere(hall_file(described, TODAY), [described])) == meetings(described), at


@pytest.mark.parametrize(
    "repeat",
    [
        Repeat(EveryDays(3), times=20),
        Repeat(EveryWeeks(2, (0, 3)), until=date(2026, 10, 25)),
        Repeat(MonthWeekday(1, 2)),
        Repeat(MonthWeekday(-1, 6), until=date(2027, 3, 28)),
        Repeat(MonthDay(31), times=9),
    ],
)
@pytest.mark.parametrize("read", READERS)
def test_every_kind_of_series_is_read_as_it_will_be_held(read: Reader, repeat: Repeat) -> None:
    """Whatever it ends with; the first day need not be one of its days."""
    for at in (time(2, 30), time(23, 45)):
        series = hall(at=at, repeat=repeat)
        assert read(hall_file(series, TODAY)) == meetings(series)


@pytest.mark.parametrize("read", READERS)
def test_a_series_that_begins_in_a_gap_goes_on_at_its_own_time(read: Reader) -> None:
    """The first is at 03:00, the others at 02:30 and not at 03:00 ever after."""
    series = hall(first_day=date(2026, 3, 29), at=time(2, 30), repeat=SUNDAYS)
    assert read(hall_file(series, TODAY)) == meetings(series)


@pytest.mark.parametrize("read", READERS)
def test_a_meeting_that_was_moved_is_where_it_was_moved_to(read: Reader) -> None:
    """Once, with its own words if it has any; the others stay."""
    new = datetime(2026, 3, 17, 16, tzinfo=UTC)
    moved = Change(date(2026, 3, 15), new, minutes=30, title="Extra", text="Elsewhere", place="Voice")
    series = hall(repeat=SUNDAYS, changes=(moved, Change(date(2026, 4, 5), new + timedelta(days=20))))
    expected = [one for one in meetings(series) if one.starts_at.date() not in {date(2026, 3, 15), date(2026, 4, 5)}]
    usual = expected[0]
    expected.append(Read(new, new + timedelta(minutes=30), "Extra", "Elsewhere", "Voice"))
    at = new + timedelta(days=20)
    expected.append(replace(usual, starts_at=at, ends_at=at + timedelta(minutes=90)))
    assert read(hall_file(series, TODAY)) == sorted(expected)


@pytest.mark.parametrize("read", READERS)
def test_a_meeting_that_was_cancelled_is_gone(read: Reader) -> None:
    """Also one that would have been in a gap; and nothing else is."""
    days = {date(2026, 3, 8), date(2026, 3, 29)}
    series = hall(at=time(2, 30), repeat=SUNDAYS, changes=tuple(Change(day, None) for day in sorted(days)))
    assert read(hall_file(series, TODAY)) == [one for one in meetings(series) if one.starts_at.date() not in days]


def test_a_hall_or_a_series_cancelled_for_good_says_so_under_the_same_name() -> None:
    """With a higher sequence, so that calendars which have it strike it out."""
    for repeat in (None, SUNDAYS):
        before = lines(hall_file(hall(repeat=repeat), TODAY))
        after = lines(hall_file(hall(repeat=repeat, sequence=1, is_cancelled=True), TODAY))
        assert uids(before) == uids(after)
        assert {"SEQUENCE:1", "STATUS:CANCELLED"} <= set(after)
        assert {"SEQUENCE:0", "STATUS:CONFIRMED"} <= set(before)


# A feed


@pytest.mark.parametrize("read", READERS)
def test_a_feed_holds_all_halls_of_a_guild(read: Reader) -> None:
    """In several zones, each described once."""
    entries = [
        hall(key=f"hall{number}", title=f"Hall {number}", zone=shipped(name), at=time(2, 30), repeat=repeat)
        for number, (name, repeat) in enumerate(
            [
                ("Europe/Berlin", None),
                ("America/New_York", SUNDAYS),
                ("Europe/Berlin", SUNDAYS),
                ("Asia/Kathmandu", None),
            ]
        )
    ]
    content = feed_file("Our union, local 7", entries, TODAY)
    expected = sorted(one for entry in entries for one in meetings(entry))
    assert read(content) == expected
    assert read(elsewhere(content, entries)) == expected
    zones = [line for line in lines(content) if line.startswith("TZID:")]
    assert zones == ["TZID:America/New_York", "TZID:Asia/Kathmandu", "TZID:Europe/Berlin"]
    assert "X-WR-CALNAME:Our union\\, local 7" in lines(content)


@pytest.mark.parametrize("read", READERS)
def test_a_guild_without_halls_has_an_empty_feed(read: Reader) -> None:
    """And nothing fails."""
    assert read(feed_file("Our union", [], TODAY)) == []


# What calendars need


def lines(content: bytes) -> list[str]:
    """Return the lines of a file, unfolded."""
    return content.decode().replace("\r\n ", "").split("\r\n")


def uids(found: Sequence[str]) -> set[str]:
    return {line for line in found if line.startswith("UID:")}


def test_a_file_has_what_google_apple_and_outlook_ask_for() -> None:
    """One calendar of version 2.0, published by Steward; each event with a name, a stamp, a start and an end."""
    series = hall(repeat=SUNDAYS, changes=(Change(date(2026, 3, 15), datetime(2026, 3, 17, 16, tzinfo=UTC)),))
    found = lines(hall_file(series, TODAY))
    assert found[0] == "BEGIN:VCALENDAR"
    assert found[-2:] == ["END:VCALENDAR", ""]
    for needed in ("VERSION:2.0", "PRODID:-//Steward//Town halls//EN", "METHOD:PUBLISH", "BEGIN:VTIMEZONE"):
        assert found.count(needed) == 1
    names = [line.partition(":")[0].partition(";")[0] for line in found]
    assert names.index("METHOD") < names.index("BEGIN", 1)
    for needed in ("UID", "DTSTAMP", "SEQUENCE", "STATUS", "SUMMARY", "DTEND"):
        assert names.count(needed) == found.count("BEGIN:VEVENT") == 2
    assert not {"X-WR-CALNAME", "DURATION"} & set(names)  # Outlook makes a calendar of what has a name


def test_outlook_is_told_two_yearly_rules_where_there_are_two() -> None:
    """It reads no list of dates in a zone, and no second rule."""
    found = lines(hall_file(hall(), TODAY))
    zone = found[found.index("BEGIN:VTIMEZONE") : found.index("END:VTIMEZONE")]
    assert [line for line in zone if line.startswith(("BEGIN", "DTSTART", "RRULE", "TZOFFSET"))] == [
        *("BEGIN:VTIMEZONE", "BEGIN:DAYLIGHT", "DTSTART:20250330T020000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3"),
        *("TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "BEGIN:STANDARD", "DTSTART:20251026T030000"),
        *("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100"),
    ]


def test_nobody_is_named() -> None:
    """No line has room for a person: these are all the names of lines there are."""
    entries = [
        hall(repeat=SUNDAYS, changes=(Change(date(2026, 3, 15), None),)),
        hall(zone=shipped("Africa/Casablanca")),
    ]
    content = feed_file("Our union", entries, TODAY)
    assert {line.partition(":")[0].partition(";")[0] for line in lines(content)} == {
        *("BEGIN", "END", "VERSION", "PRODID", "METHOD", "X-WR-CALNAME", ""),
        *("TZID", "TZOFFSETFROM", "TZOFFSETTO", "DTSTART", "RRULE", "RDATE"),
        *("UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "STATUS", "DTEND", "EXDATE", "RECURRENCE-ID"),
        *("SUMMARY", "DESCRIPTION", "LOCATION"),
    } - {"RECURRENCE-ID"}
    assert b"mailto" not in content.lower()


def test_the_name_of_a_hall_stays_whatever_is_changed() -> None:
    """Or calendars would show it twice; a file is the same as long as nothing is changed."""
    before = hall(repeat=SUNDAYS)
    after = hall(repeat=SUNDAYS, title="New", at=time(20), zone=shipped("Asia/Kathmandu"), sequence=3)
    assert uids(lines(hall_file(before, TODAY))) == uids(lines(hall_file(after, TODAY)))
    assert uids(lines(hall_file(before, TODAY))) == {"UID:4f2a90c1@townhalls.steward"}
    assert hall_file(before, TODAY) == hall_file(before, date(2026, 12, 31))


# A backslash before a capital N is read as a line break by ical 14.3, though it was written with two.
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=200).filter(
    lambda text: "\\N" not in text
)


@pytest.mark.parametrize("read", READERS)
@settings(deadline=None)
@given(
    title=TEXTS.map(str.strip).filter(bool),
    text=st.lists(TEXTS.map(str.strip), max_size=4).map("\n".join).map(str.strip),
)
def test_whatever_is_written_arrives_as_it_was_written(read: Reader, title: str, text: str) -> None:
    """Commas, semicolons, backslashes, line breaks, right-to-left and emoji; in lines of at most 75 bytes."""
    one = hall(title=title, text=text)
    content = hall_file(one, TODAY)
    assert [(found.title, found.text) for found in read(content)] == [(title, text)]
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")


@pytest.mark.parametrize("read", READERS)
def test_what_looks_like_a_line_of_a_calendar_is_only_text(read: Reader) -> None:
    """Nobody smuggles in an organizer or a second event."""
    title = "x\r\nATTENDEE:mailto:a@example.org\nEND:VEVENT\r\nBEGIN:VEVENT"
    content = feed_file(title, [hall(title=title, text=title, place=title)], TODAY)
    assert not [line for line in lines(content) if line.startswith(("ATTENDEE", "ORGANIZER"))]
    assert lines(content).count("BEGIN:VEVENT") == 1
    assert len(read(content)) == 1


# A change of the law


@pytest.mark.parametrize("read", READERS)
def test_after_a_change_of_the_law_a_new_file_moves_the_meetings(read: Reader) -> None:
    """Summer time is abolished: 19:00 stays 19:00, an hour later in the world, and the file says so."""
    for rules, hours in (("CET-1CEST,M3.5.0,M10.5.0/3", {17, 18}), ("CET-1", {18})):
        series = hall(zone=made("Europe/Berlin", rules), repeat=SUNDAYS)
        found = read(elsewhere(hall_file(series, TODAY), [series]))
        assert found == meetings(series)
        assert {one.starts_at.astimezone(series.zone).time() for one in found} == {time(19)}
        assert {one.starts_at.hour for one in found} == hours
