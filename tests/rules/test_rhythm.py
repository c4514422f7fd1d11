"""How often a digest comes: each week, every other week, or once a month, on one day or several."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rhythm import Every, Rhythm
from bot.wallclock import zone_names

NINE = time(9)
MONDAY = date(2026, 3, 2)
YEAR = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]


def days_of(rhythm: Rhythm) -> list[date]:
    """Follow a rhythm through 2026."""
    found, now = [], datetime(2026, 1, 1, tzinfo=UTC)
    while (following := rhythm.after(now)).day.year == YEAR[0].year:
        found.append(following.day)
        now = following.at
    return found


def test_every_other_week_counts_from_the_week_that_was_chosen() -> None:
    """Thursday comes in the week of its Monday, and then skips one, also over the new year."""
    days = days_of(Rhythm((0, 3), NINE, "UTC", Every.FORTNIGHT, MONDAY + timedelta(days=4)))
    assert {MONDAY, date(2026, 3, 5), date(2026, 3, 16), date(2026, 3, 19)} <= set(days)
    assert [(after - before).days for before, after in pairwise(days)][::2] in ([3] * 26, [11] * 26)
    other = days_of(Rhythm((0, 3), NINE, "UTC", Every.FORTNIGHT, MONDAY + timedelta(days=7)))
    assert sorted([*days, *other]) == [day for day in YEAR if day.weekday() in {0, 3}]


def test_once_a_month_is_on_the_first_such_day() -> None:
    days = days_of(Rhythm((1,), NINE, "Europe/Berlin", Every.MONTH))
    assert [day.month for day in days] == list(range(1, 13))
    assert all(day.weekday() == 1 and (day - timedelta(days=7)).month != day.month for day in days)


@pytest.mark.parametrize("every", Every)
@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.times(),
    st.sampled_from(zone_names()),
    st.dates(date(2020, 1, 1), date(2036, 1, 1)),
)
def test_there_is_always_a_latest_and_a_next(
    every: Every, now: datetime, weekdays: frozenset[int], at: time, name: str, anchor: date
) -> None:
    rhythm = Rhythm(tuple(sorted(weekdays)), at, name, every, anchor)
    latest, following = rhythm.latest(now), rhythm.after(now)
    assert latest.at <= now < following.at
    assert rhythm.after(latest.at) == following
    assert rhythm.latest(following.at) == following
