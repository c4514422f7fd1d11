"""When a digest is to come, as an organizer fills it in."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.plans import NoDayChosen, TypedRhythm, UnknownDay, rhythm_typed
from bot.refusals import Refusal
from bot.rhythm import ANCHOR, Every, Rhythm
from bot.wallclock import UnknownTime, UnknownZone

SUNDAY_NIGHT = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
TYPED = TypedRhythm(days=["4", "1"], at="9:05", every="week", anchor="", zone="")


def read(typed: TypedRhythm) -> Rhythm:
    return rhythm_typed(typed, SUNDAY_NIGHT, "Europe/Berlin")


def test_days_are_kept_in_their_order_with_the_time_and_the_zone_of_the_server() -> None:
    assert read(TYPED) == Rhythm((1, 4), time(9, 5), "Europe/Berlin", Every.WEEK, ANCHOR)
    assert read(replace(TYPED, days=["6", "0", "6"])).weekdays == (0, 6)


def test_a_zone_is_read_as_people_type_it() -> None:
    assert read(replace(TYPED, zone=" asia/kolkata ")).zone == "Asia/Kolkata"
    assert read(replace(TYPED, zone="  ")).zone == "Europe/Berlin"


def test_every_other_week_begins_in_the_week_that_it_is_where_the_digest_comes() -> None:
    """At half past eleven in the evening of Sunday, UTC, it is Monday in Berlin."""
    fortnight = replace(TYPED, every="fortnight")
    assert read(fortnight).falls_on(date(2026, 11, 24))
    assert not read(fortnight).falls_on(date(2026, 12, 1))
    assert read(replace(fortnight, zone="UTC")).falls_on(date(2026, 12, 1))


def test_every_other_week_begins_in_the_week_that_was_typed() -> None:
    later = read(replace(TYPED, every="fortnight", anchor=" 2026-12-31 "))
    assert later.anchor == date(2026, 12, 31)
    assert later.falls_on(date(2026, 12, 29))
    assert not later.falls_on(date(2026, 12, 22))


def test_once_a_month_needs_no_day_to_count_from() -> None:
    assert read(replace(TYPED, every="month")) == Rhythm((1, 4), time(9, 5), "Europe/Berlin", Every.MONTH)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (replace(TYPED, days=[""]), NoDayChosen),
        (replace(TYPED, days=["7", "-1", "x", "²"]), NoDayChosen),
        (replace(TYPED, at="9 o'clock"), UnknownTime),
        (replace(TYPED, at="24:00"), UnknownTime),
        (replace(TYPED, zone="Middle/Earth"), UnknownZone),
        (replace(TYPED, zone="../../etc/passwd"), UnknownZone),
        (replace(TYPED, anchor="2026-02-30", every="fortnight"), UnknownDay),
        (replace(TYPED, anchor="next week"), UnknownDay),
    ],
)
def test_what_cannot_be_read_is_refused_and_not_repeated(wrong: TypedRhythm, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal) as refused:
        read(wrong)
    assert set(refused.value.values) <= {"suggestions"}


@given(st.dates(), st.sampled_from(list(Every)), st.sets(st.integers(0, 6), min_size=1))
def test_whatever_day_is_typed_there_is_a_next_time(day: date, every: Every, days: set[int]) -> None:
    typed = TypedRhythm([str(each) for each in days], "09:00", every, day.isoformat(), "")
    assert read(typed).after(SUNDAY_NIGHT).at > SUNDAY_NIGHT
