"""Town halls that repeat: every meeting and every reminder of five years, against a table made in another way.

The days are found by asking each day of five years whether it is one, with the calendar on the wall and no recurrence
rule. The instants are found by walking through the years in quarters of an hour, in the zones of `pytz`: it brings its
own files and its own arithmetic, and the walk asks it only what is never in doubt, the wall time of an instant.
"""

import json
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.metadata import version
from itertools import accumulate, islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytz
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.refusals import Refusal
from bot.townhalls.repeats import (
    LAST,
    LAST_DAY,
    MOST_TIMES,
    EndsBeforeItStarts,
    EndsTwice,
    EveryDays,
    EveryWeeks,
    IntervalOutOfRange,
    MonthDay,
    MonthWeekday,
    NoSuchWeek,
    NotInEveryMonth,
    Reminder,
    Repeat,
    Rhythm,
    TimesOutOfRange,
    WeekdaysMissing,
    check_repeat,
    days,
    occurrence_after,
    occurrences,
    read_back,
    reminders,
    rule_text,
    stored,
)
from tests.rules.zones import made, shipped

ZONES = (
    "Africa/Casablanca",
    "America/Argentina/Buenos_Aires",
    "America/New_York",
    "America/Nuuk",
    "Antarctica/Troll",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Berlin",
)
START, END = datetime(2025, 12, 25, tzinfo=UTC), datetime(2031, 1, 8, tzinfo=UTC)
FIRST, LAST_OF_FIVE_YEARS = date(2026, 1, 1), date(2030, 12, 31)
DAYS = [FIRST + timedelta(passed) for passed in range((LAST_OF_FIVE_YEARS - FIRST).days + 1)]
QUARTER = timedelta(minutes=15)
TIMES = (time(1, 30), time(2, 30), time(19), time(23, 45))
MONDAY, THURSDAY, SUNDAY = 0, 3, 6
RHYTHMS: tuple[Rhythm, ...] = (
    EveryDays(1),
    EveryDays(10),
    EveryWeeks(1, (SUNDAY,)),
    EveryWeeks(2, (MONDAY, SUNDAY)),
    MonthWeekday(1, SUNDAY),
    MonthWeekday(4, THURSDAY),
    MonthWeekday(LAST, SUNDAY),
    MonthDay(28),
    MonthDay(LAST_DAY),
)


def is_day(day: date, first: date, rhythm: Rhythm) -> bool:
    """Tell whether a rule means this day, by looking at a calendar."""
    length = monthrange(day.year, day.month)[1]
    match rhythm:
        case EveryDays(number):
            return (day - first).days % number == 0
        case EveryWeeks(number, weekdays):
            mondays = [one - timedelta(one.weekday()) for one in (first, day)]
            return day.weekday() in weekdays and (mondays[1] - mondays[0]).days // 7 % number == 0
        case MonthWeekday(nth, weekday):
            same = [number for number in range(1, length + 1) if day.replace(day=number).weekday() == weekday]
            return day.day == (same[-1] if nth == LAST else same[nth - 1])
        case MonthDay(number):
            return day.day == (length if number == LAST_DAY else number)


def by_looking(first: date, repeat: Repeat) -> list[date]:
    found = [day for day in DAYS if day >= first and is_day(day, first, repeat.rhythm)]
    return [day for day in found if repeat.until is None or day <= repeat.until][: repeat.times]


@cache
def walked(name: str) -> tuple[list[datetime], list[datetime]]:
    """Return each quarter of an hour of five years, and the latest wall time that the zone has shown by then."""
    zone = pytz.timezone(name)
    instants = [START + i * QUARTER for i in range((END - START) // QUARTER)]
    walls = (zone.fromutc(instant.replace(tzinfo=None)).replace(tzinfo=None) for instant in instants)
    return instants, list(accumulate(walls, max))


def by_walking(day: date, at: time, name: str) -> datetime:
    """Return the first instant at which the zone shows this wall time or a later one."""
    instants, latest = walked(name)
    return instants[bisect_left(latest, datetime.combine(day, at))]


def five_years(at: time, zone: ZoneInfo, rhythm: Rhythm) -> list[tuple[date, datetime]]:
    found = takewhile(lambda one: one.day <= LAST_OF_FIVE_YEARS, occurrences(FIRST, at, zone, Repeat(rhythm)))
    return [(one.day, one.at) for one in found]


def test_both_tables_are_of_the_same_edition() -> None:
    """Laws change, so tables of two editions differ; when this fails, renew the locks."""
    assert version("pytz") == version("tzdata")


@pytest.mark.parametrize("name", ZONES)
def test_five_years_of_meetings_and_reminders_agree_with_a_table_made_in_another_way(name: str) -> None:
    """Every rule at every time of day, the awkward ones too."""
    instants, _ = walked(name)
    place = {instant: i for i, instant in enumerate(instants)}
    for at in TIMES:
        table = {day: by_walking(day, at, name) for day in DAYS}
        for rhythm in RHYTHMS:
            expected = [(day, table[day]) for day in by_looking(FIRST, Repeat(rhythm))]
            assert five_years(at, shipped(name), rhythm) == expected, (at, rhythm)
        for starts_at in table.values():
            ahead = [(Reminder.DAY, 24 * 4), (Reminder.HOUR, 4), (Reminder.START, 0)]
            assert reminders(starts_at) == tuple((kind, instants[place[starts_at] - steps]) for kind, steps in ahead)


@pytest.mark.parametrize(
    ("name", "at", "instants"),
    [
        ("Europe/Berlin", time(2, 30), ["03-22 01:30", "03-29 01:00", "04-05 00:30"]),  # gap: 03:00, not 03:30
        ("Europe/Berlin", time(19), ["03-22 18:00", "03-29 17:00", "04-05 17:00"]),
        ("Antarctica/Troll", time(2, 30), ["03-22 02:30", "03-29 01:00", "04-05 00:30"]),
        ("Asia/Kathmandu", time(2, 30), ["03-21 20:45", "03-28 20:45", "04-04 20:45"]),
        ("Africa/Casablanca", time(2, 30), ["03-22 02:00", "03-29 01:30", "04-05 01:30"]),  # the end of Ramadan
        ("America/Nuuk", time(23, 30), ["03-23 01:30", "03-30 00:30", "04-06 00:30"]),
    ],
)
def test_a_weekly_meeting_goes_through_a_leap_of_the_clocks(name: str, at: time, instants: list[str]) -> None:
    """It keeps its time of day; what the clocks skip begins at the first instant after it."""
    found = occurrences(date(2026, 3, 16), at, shipped(name), Repeat(EveryWeeks(1, (SUNDAY,))))
    expected = [datetime.fromisoformat(f"2026-{instant}").replace(tzinfo=UTC) for instant in instants]
    assert [one.at for one in islice(found, 3)] == expected


@pytest.mark.parametrize(
    ("name", "at", "day", "instant"),
    [
        ("America/New_York", time(1, 30), date(2026, 11, 1), "2026-11-01 05:30"),
        ("Europe/Berlin", time(2, 30), date(2026, 10, 25), "2026-10-25 00:30"),
        ("Australia/Lord_Howe", time(1, 45), date(2026, 4, 5), "2026-04-04 14:45"),
    ],
)
def test_a_time_that_comes_twice_is_one_meeting_at_the_first(name: str, at: time, day: date, instant: str) -> None:
    """A daily meeting is once on that day too."""
    found = list(islice(occurrences(day - timedelta(1), at, shipped(name), Repeat(EveryDays(1))), 3))
    assert [one.day for one in found] == [day + timedelta(more) for more in (-1, 0, 1)]
    assert found[1].at == datetime.fromisoformat(instant).replace(tzinfo=UTC)


def test_the_reminder_of_a_day_ahead_counts_hours_and_not_the_clock() -> None:
    """The clocks leap in the night between; 24 hours before 19:00 they showed 18:00."""
    berlin = shipped("Europe/Berlin")
    meeting = next(occurrences(date(2026, 3, 29), time(19), berlin, None))
    (_, due), (_, hour), (_, start) = reminders(meeting.at)
    assert due.astimezone(berlin).replace(tzinfo=None) == datetime(2026, 3, 28, 18)
    assert hour.astimezone(berlin).replace(tzinfo=None) == datetime(2026, 3, 29, 18)
    assert start == meeting.at


# A change of the law


def test_a_change_of_the_rules_keeps_the_time_of_day_and_moves_the_instant() -> None:
    """A series is planned for 19:00; then summer time is abolished, and a newer zone file says so."""
    before, after = (made("Europe/Berlin", rules) for rules in ("CET-1CEST,M3.5.0,M10.5.0/3", "CET-1"))
    planned = five_years(time(19), before, EveryWeeks(1, (SUNDAY,)))
    assert planned == five_years(time(19), shipped("Europe/Berlin"), EveryWeeks(1, (SUNDAY,)))
    held = five_years(time(19), after, EveryWeeks(1, (SUNDAY,)))
    assert [day for day, _ in held] == [day for day, _ in planned]
    assert {at.astimezone(after).time() for _, at in held} == {at.astimezone(before).time() for _, at in planned}
    assert {at.time() for _, at in planned} == {time(17), time(18)}
    assert {at.time() for _, at in held} == {time(18)}
    moved = {old - new for (_, old), (_, new) in zip(planned, held, strict=True)}
    assert moved == {timedelta(0), -timedelta(hours=1)}
    in_a_gap = date(2026, 3, 29)
    assert next(occurrences(in_a_gap, time(2, 30), before, None)).at == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert next(occurrences(in_a_gap, time(2, 30), after, None)).at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


# Which days


def rhythms() -> st.SearchStrategy[Rhythm]:
    weekdays = st.frozensets(st.integers(0, 6), min_size=1).map(lambda chosen: tuple(sorted(chosen)))
    return st.one_of(
        st.builds(EveryDays, st.integers(1, 90)),
        st.builds(EveryWeeks, st.integers(1, 26), weekdays),
        st.builds(MonthWeekday, st.sampled_from((1, 2, 3, 4, LAST)), st.integers(0, 6)),
        st.builds(MonthDay, st.one_of(st.integers(1, 28), st.just(LAST_DAY))),
    )


def repeats() -> st.SearchStrategy[Repeat]:
    ends: st.SearchStrategy[dict[str, Any]] = st.one_of(
        st.fixed_dictionaries({"until": st.dates(date(2026, 12, 31), LAST_OF_FIVE_YEARS)}),
        st.fixed_dictionaries({"times": st.integers(1, MOST_TIMES)}),
        st.just({}),
    )
    return st.tuples(rhythms(), ends).map(lambda drawn: Repeat(drawn[0], **drawn[1]))


FIRSTS = st.dates(FIRST, date(2026, 6, 30))


@settings(deadline=None)
@given(FIRSTS, repeats())
def test_any_rule_means_the_days_that_a_look_at_the_calendar_finds(first: date, repeat: Repeat) -> None:
    """From the first day that fits, to the last day or the last of so many, both included."""
    check_repeat(repeat, first)
    assert list(takewhile(lambda day: day <= LAST_OF_FIVE_YEARS, days(first, repeat))) == by_looking(first, repeat)


def test_the_last_day_of_each_month_is_in_every_month() -> None:
    """Who meets on the 31st meets in February too."""
    found = list(islice(days(date(2028, 1, 31), Repeat(MonthDay(LAST_DAY))), 4))
    assert found == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30)]


@settings(deadline=None)
@given(FIRSTS, repeats(), st.data())
def test_from_one_meeting_to_the_next_visits_them_all(first: date, repeat: Repeat, data: st.DataObject) -> None:
    """The next one is found from the day of the last, moved or not, until the series is over."""
    zone, at = shipped("America/Nuuk"), time(23, 30)
    expected = list(islice(occurrences(first, at, zone, repeat), 12))
    place = data.draw(st.integers(0, len(expected) - 1))
    following = occurrence_after(expected[place].day, first, at, zone, repeat)
    if place + 1 < len(expected):
        assert following == expected[place + 1]
    elif len(expected) < 12:
        assert following is None


def test_what_does_not_repeat_is_once() -> None:
    """And has no next."""
    zone = shipped("Asia/Kathmandu")
    (only,) = occurrences(FIRST, time(9), zone, None)
    assert (only.day, only.at) == (FIRST, datetime(2026, 1, 1, 3, 15, tzinfo=UTC))
    assert occurrence_after(FIRST, FIRST, time(9), zone, None) is None


@settings(deadline=None)
@given(FIRSTS, repeats(), st.times(), st.sampled_from(ZONES))
def test_a_calendar_reads_the_same_days_from_the_rule(first: date, repeat: Repeat, at: time, name: str) -> None:
    """Also on the last day, at whatever time, in whatever zone, where UNTIL is in UTC."""
    zone = shipped(name)
    starts = rrulestr(rule_text(repeat, at, zone), dtstart=datetime.combine(first, at, zone))
    assert [start.date() for start in islice(starts, 600)] == list(islice(days(first, repeat), 600))


@pytest.mark.parametrize("name", ZONES)
def test_a_calendar_keeps_the_meeting_on_the_last_day(name: str) -> None:
    """However early or late it is on that day, and on no day after it."""
    zone, repeat = shipped(name), Repeat(EveryDays(1), until=date(2026, 3, 28))
    for at in (time(), time(2, 30), time(23, 59, 59)):
        starts = rrulestr(rule_text(repeat, at, zone), dtstart=datetime.combine(date(2026, 3, 20), at, zone))
        assert max(start.date() for start in starts) == date(2026, 3, 28)


@given(repeats())
def test_a_rule_comes_back_from_the_database_as_it_went(repeat: Repeat) -> None:
    """Through JSON."""
    assert read_back(json.loads(json.dumps(stored(repeat)))) == repeat


@pytest.mark.parametrize(
    ("rhythm", "refusal"),
    [
        (EveryDays(0), IntervalOutOfRange),
        (EveryDays(91), IntervalOutOfRange),
        (EveryWeeks(0, (MONDAY,)), IntervalOutOfRange),
        (EveryWeeks(27, (MONDAY,)), IntervalOutOfRange),
        (EveryWeeks(1, ()), WeekdaysMissing),
        (EveryWeeks(1, (7,)), WeekdaysMissing),
        (MonthWeekday(5, MONDAY), NoSuchWeek),
        (MonthWeekday(0, MONDAY), NoSuchWeek),
        (MonthWeekday(1, 7), NoSuchWeek),
        (MonthDay(0), NotInEveryMonth),
        (MonthDay(29), NotInEveryMonth),
        (MonthDay(30), NotInEveryMonth),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(rhythm: Rhythm, refusal: type[Refusal]) -> None:
    """With a sentence that says what to choose instead."""
    with pytest.raises(refusal) as refused:
        check_repeat(Repeat(rhythm), FIRST)
    assert "{" not in refused.value.sentence.format(**refused.value.values)


@pytest.mark.parametrize(
    ("end", "refusal"),
    [
        (lambda rhythm: Repeat(rhythm, until=FIRST, times=2), EndsTwice),
        (lambda rhythm: Repeat(rhythm, times=0), TimesOutOfRange),
        (lambda rhythm: Repeat(rhythm, times=MOST_TIMES + 1), TimesOutOfRange),
        (lambda rhythm: Repeat(rhythm, until=FIRST - timedelta(1)), EndsBeforeItStarts),
        (lambda rhythm: Repeat(rhythm, until=date(2026, 1, 3)), EndsBeforeItStarts),  # a Saturday
    ],
)
def test_an_end_that_makes_no_sense_is_refused(end: Callable[[Rhythm], Repeat], refusal: type[Refusal]) -> None:
    """A series has at least one meeting, and one end at most."""
    with pytest.raises(refusal):
        check_repeat(end(EveryWeeks(1, (SUNDAY,))), FIRST)
