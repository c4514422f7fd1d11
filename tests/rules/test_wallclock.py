"""Wall clocks: each local time is one instant, found against a walk through the instants themselves."""

import zoneinfo
from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from itertools import accumulate, chain, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rhythm import Rhythm
from bot.wallclock import (
    Occurrence,
    UnknownZone,
    day_typed,
    first_instant,
    zone_named,
    zone_names,
)

ZONES = (
    "Africa/Casablanca",  # leaves its summer time for Ramadan
    "America/Argentina/Buenos_Aires",
    "America/New_York",
    "America/Nuuk",  # changes in the evening before
    "Antarctica/Troll",  # by two hours
    "Asia/Kathmandu",  # 5:45 from Greenwich
    "Australia/Lord_Howe",  # by half an hour
    "Europe/Berlin",
)
START, END = datetime(2025, 12, 30, tzinfo=UTC), datetime(2031, 1, 3, tzinfo=UTC)
DAYS = [date(2026, 1, 1) + timedelta(days) for days in range(5 * 365 + 1)]
QUARTER = timedelta(minutes=15)  # divides every offset and change in these zones and years
TIMES = [time(hour, minute) for hour in range(24) for minute in (0, 15, 30, 45)]
USUAL_TIMES = [time(2, 30), time(9), time(23, 45)]


@cache
def walked(name: str) -> tuple[list[datetime], list[datetime]]:
    """Return each quarter of an hour of five years, and the latest wall time that the zone has shown by then.

    Reads only what is never in doubt, the wall time of an instant: a wall time is reached, for the first time or in a
    leap past it, when the latest one shown is not earlier.
    """
    instants = [START + i * QUARTER for i in range((END - START) // QUARTER)]
    zone = ZoneInfo(name)
    walls = (instant.astimezone(zone).replace(tzinfo=None) for instant in instants)
    return instants, list(accumulate(walls, max))


def by_walking(day: date, at: time, name: str) -> datetime:
    """Return the first instant at which the zone shows this wall time or a later one."""
    instants, latest = walked(name)
    return instants[bisect_left(latest, datetime.combine(day, at))]


def changes(name: str) -> list[date]:
    """Return the days on which the zone changes its clocks, and those around them."""
    zone = ZoneInfo(name)
    noons = [datetime.combine(day, time(12), zone) for day in DAYS]
    found = [b.date() for a, b in pairwise(noons) if a.utcoffset() != b.utcoffset()]
    return [day + timedelta(near) for day in found for near in (-1, 0, 1)]


@pytest.mark.parametrize("name", ZONES)
def test_five_years_agree_with_a_walk_through_them(name: str) -> None:
    """Usual times on every day; every quarter of an hour around each change."""
    zone = ZoneInfo(name)
    usual = ((day, at) for day in DAYS for at in USUAL_TIMES)
    critical = ((day, at) for day in changes(name) for at in TIMES)
    for day, at in chain(usual, critical):
        assert first_instant(day, at, zone) == by_walking(day, at, name), (day, at)


@pytest.mark.parametrize(
    ("name", "wall", "instant"),
    [
        ("Europe/Berlin", "2026-07-01 09:00", "2026-07-01 07:00"),
        ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29 01:00"),  # gap: 03:00 summer time
        ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25 00:30"),  # overlap: still summer time
        ("America/New_York", "2026-03-08 02:00", "2026-03-08 07:00"),
        ("America/New_York", "2026-11-01 01:30", "2026-11-01 05:30"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:30"),
        ("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45"),
        ("Antarctica/Troll", "2026-03-29 02:59", "2026-03-29 01:00"),
        ("Asia/Kathmandu", "2026-01-01 00:00", "2025-12-31 18:15"),
        ("Pacific/Apia", "2011-12-30 09:00", "2011-12-30 10:00"),  # a day that Samoa left out
        ("Africa/Monrovia", "1972-01-07 00:20", "1972-01-07 00:44:30"),  # a gap of 44 minutes and 30 seconds
    ],
)
def test_gaps_and_overlaps(name: str, wall: str, instant: str) -> None:
    """Gap: the first instant after it. Overlap: the first of the two."""
    local = datetime.fromisoformat(wall)
    found = first_instant(local.date(), local.time(), ZoneInfo(name))
    assert found == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert found.tzinfo is UTC


@pytest.mark.parametrize("at", [time(2, 30), time(23, 45)])
@pytest.mark.parametrize("name", ZONES)
def test_each_occurrence_comes_once_and_in_order(name: str, at: time) -> None:
    """Following the schedule from one to the next visits every day of it, also through changes of the clocks."""
    rhythm, weekdays = Rhythm((0, 5, 6), at, name), (0, 5, 6)
    expected = [by_walking(day, at, name) for day in DAYS if day.weekday() in weekdays]
    found = [rhythm.after(expected[0] - QUARTER).at]
    while len(found) < len(expected):
        found.append(rhythm.after(found[-1]).at)
    assert found == expected == sorted(set(expected))


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.times(),
    st.sampled_from(zone_names()),
)
def test_now_lies_between_the_latest_and_the_next(now: datetime, weekdays: frozenset[int], at: time, name: str) -> None:
    """In every zone there is; and an occurrence is its own latest, never its own next."""
    rhythm = Rhythm(tuple(sorted(weekdays)), at, zone_named(name).key)
    latest, following = rhythm.latest(now), rhythm.after(now).at
    assert latest.at <= now < following <= latest.at + timedelta(days=7, hours=3)
    assert rhythm.after(latest.at).at == following
    assert rhythm.latest(following).at == following
    assert latest.day.weekday() in weekdays


def test_a_gap_at_midnight_keeps_the_day_that_was_meant() -> None:
    """Nuuk leaps from Saturday 23:00 to Sunday 00:00: Saturday's digest is still Saturday's."""
    rhythm = Rhythm((5, 6), time(23, 30), "America/Nuuk")
    leap = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert rhythm.latest(leap) == Occurrence(leap, date(2026, 3, 28))
    assert rhythm.after(leap).at == datetime(2026, 3, 30, 0, 30, tzinfo=UTC)


def test_mistakes_of_the_caller_are_errors() -> None:
    """None of these can come from a person."""
    noon, now, zone = time(12), datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("UTC")
    for weekdays in ((), (7,), (-1, 0)):
        with pytest.raises(ValueError, match="weekdays"):
            Rhythm(weekdays, noon, "UTC")
    with pytest.raises(ValueError, match="aware"):
        Rhythm((0,), noon, "UTC").after(now.replace(tzinfo=None))
    with pytest.raises(ValueError, match="zone of its own"):
        first_instant(now.date(), noon.replace(tzinfo=UTC), zone)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("america/new_york", "America/New_York"),
        ("  America/New York ", "America/New_York"),
        ("AMERICA/ARGENTINA/BUENOS_AIRES", "America/Argentina/Buenos_Aires"),
        ("utc", "UTC"),
    ],
)
def test_zones_are_known_as_people_type_them(text: str, name: str) -> None:
    """Case and spaces do not change which place is meant."""
    assert zone_named(text).key == name


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("Kathmandu", "Asia/Kathmandu"),
        ("Europe/Berlim", "Europe/Berlin"),
        ("Amerika/New_York", "America/New_York"),
    ],
)
def test_unknown_zones_suggest_the_nearest(text: str, nearest: str) -> None:
    """By city, or by a slip of the keys."""
    with pytest.raises(UnknownZone) as refused:
        zone_named(text)
    assert refused.value.suggestions[0] == nearest


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "localtime", "Factory", "posixrules", "UTC+3", "GMT+25", "٣", "a" * 9999),
        *(
            "../../etc/passwd",
            "/etc/localtime",
            "Europe",
            "Europe/",
            "Europe/Berlin\0",
            "posix/Europe/Berlin",
            "tzdata.zi",
        ),
    ],
)
def test_other_names_are_refused_without_an_echo(text: str) -> None:
    """With places that exist to choose from instead."""
    with pytest.raises(UnknownZone) as refused:
        zone_named(text)
    assert 1 <= len(refused.value.suggestions) <= 3
    assert set(refused.value.suggestions) <= set(zone_names())
    assert refused.value.values == {"suggestions": ", ".join(refused.value.suggestions)}


def test_no_two_names_differ_by_case_alone() -> None:
    """Or one of them could not be reached."""
    assert [zone_named(name.upper()).key for name in zone_names()] == list(zone_names())


def test_zone_files_come_with_steward_and_not_from_a_machine_that_may_be_years_behind() -> None:
    """Morocco's clocks follow tables that a government publishes; old files are an hour off there."""
    assert zoneinfo.TZPATH == ()
    shipped = files("tzdata") / "zoneinfo" / "Africa" / "Casablanca"
    with shipped.open("rb") as file:
        expected = zoneinfo.ZoneInfo.from_file(file)
    moments = [datetime(2027, month, day, 12, tzinfo=UTC) for month in range(1, 13) for day in (1, 15)]
    zone = zone_named("Africa/Casablanca")
    assert [each.astimezone(zone).utcoffset() for each in moments] == [
        each.astimezone(expected).utcoffset() for each in moments
    ]


@pytest.mark.parametrize(
    ("typed", "day"),
    [("2026-12-31", date(2026, 12, 31)), (" 2028-2-29 ", date(2028, 2, 29)), ("", None), ("  ", None)],
)
def test_a_day_is_read_as_it_is_typed(typed: str, day: date | None) -> None:
    assert day_typed(typed) == day


@pytest.mark.parametrize(
    "typed", ["2026-02-29", "31.12.2026", "20261231", "2026-W01-1", "2026-12", "tomorrow", "\u0662026-12-31"]
)
def test_what_is_no_day_is_told_apart(typed: str) -> None:
    with pytest.raises(ValueError, match=r"day|month"):
        day_typed(typed)
