"""Fair hours: the proposal is the best there is, says why, names no person, and shares the nights over the years."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import combinations_with_replacement
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.townhalls.fairness import Burden, Ranked, Reason, Slot, borne, is_night, ranked
from tests.rules.zones import shipped

AROUND = ("America/Los_Angeles", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Asia/Tokyo", "Australia/Sydney")
BERLIN, NEW_YORK = shipped("Europe/Berlin"), shipped("America/New_York")
DAY = datetime(2026, 5, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
HALF_HOUR = timedelta(minutes=30)


def slot(hour: int, yes: int = 10, if_needed: int = 0, day: datetime = DAY) -> Slot:
    return Slot(day + hour * HOUR, yes, if_needed, no=0)


# What a night is


@pytest.mark.parametrize(
    ("start", "minutes", "night"),
    [
        ("20:30", 90, False),  # over at 22:00
        ("20:30", 91, True),
        ("22:00", 1, True),
        ("03:00", 60, True),
        ("06:59", 60, True),
        ("07:00", 60, False),
        ("12:00", 600, False),
        ("12:00", 601, True),
        ("21:00", 660, True),  # from before the night to after it
    ],
)
def test_a_meeting_that_touches_ten_to_seven_is_at_night(start: str, minutes: int, night: bool) -> None:  # noqa: FBT001 - a column of the table
    """The minute it ends is not part of it."""
    starts_at = datetime.fromisoformat(f"2026-05-04T{start}").replace(tzinfo=BERLIN).astimezone(UTC)
    assert is_night(starts_at, minutes, BERLIN) is night


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)
BANDS = st.sampled_from((*AROUND, "Antarctica/Troll", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Nuuk"))


@settings(deadline=None)
@given(MOMENTS, st.integers(1, 16 * 60), BANDS.map(shipped))
def test_the_night_is_found_as_by_looking_at_each_minute(starts_at: datetime, minutes: int, zone: ZoneInfo) -> None:
    """In every zone, on every day of the year, through changes of the clocks."""
    hours = {(starts_at + timedelta(minutes=passed)).astimezone(zone).hour for passed in range(minutes)}
    assert is_night(starts_at, minutes, zone) == bool(hours & {22, 23, 0, 1, 2, 3, 4, 5, 6})


# Which time is proposed


def slots() -> st.SearchStrategy[list[Slot]]:
    one = st.builds(
        Slot,
        st.integers(0, 95).map(lambda half: DAY + half * HALF_HOUR),
        st.integers(0, 12),
        st.integers(0, 6),
        st.integers(0, 6),
    )
    return st.lists(one, min_size=1, max_size=6, unique_by=lambda drawn: drawn.starts_at)


def burdens() -> st.SearchStrategy[list[Burden]]:
    counts = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda drawn: (min(drawn), max(drawn)))
    one = st.tuples(BANDS, counts).map(lambda drawn: Burden(shipped(drawn[0]), *drawn[1]))
    return st.lists(one, max_size=5, unique_by=lambda drawn: drawn.zone.key)


def shares_after(starts_at: datetime, bands: Sequence[Burden], minutes: int) -> list[Fraction]:
    return [Fraction(band.nights + is_night(starts_at, minutes, band.zone), band.meetings + 1) for band in bands]


def is_fairer(some: Sequence[Fraction], others: Sequence[Fraction]) -> bool:
    """Tell whether fewer bands bear much: at the highest share at which as many do not bear it, fewer do."""
    for share in sorted({*some, *others}, reverse=True):
        here, there = (sum(one >= share for one in bands) for bands in (some, others))
        if here != there:
            return here < there
    return False


def is_better(one: Slot, other: Slot, most: int, bands: Sequence[Burden], minutes: int) -> bool:
    """Tell whether one time goes before another: each rule in turn, in words that share nothing with the bot's."""
    suits, suits_other = (5 * (time.yes + time.if_needed) >= 4 * most for time in (one, other))
    if suits != suits_other:
        return suits
    here, there = (shares_after(time.starts_at, bands, minutes) for time in (one, other))
    if is_fairer(here, there) or is_fairer(there, here):
        return is_fairer(here, there)
    if one.yes != other.yes:
        return one.yes > other.yes
    return one.starts_at < other.starts_at


@settings(deadline=None)
@given(slots(), burdens(), st.integers(15, 240))
def test_the_proposal_is_the_best_of_all(times: list[Slot], bands: list[Burden], minutes: int) -> None:
    """No other time beats it, and each of the others is beaten by all before it."""
    most = max(time.yes + time.if_needed for time in times)
    placed = [one.slot for one in ranked(times, bands, minutes)]
    assert sorted(placed, key=lambda time: time.starts_at) == sorted(times, key=lambda time: time.starts_at)
    for place, one in enumerate(placed):
        for other in placed[place + 1 :]:
            assert is_better(one, other, most, bands, minutes)
            assert not is_better(other, one, most, bands, minutes)


@settings(deadline=None)
@given(slots(), burdens(), st.integers(15, 240), st.randoms(use_true_random=False))
def test_the_order_of_the_question_does_not_matter(
    times: list[Slot], bands: list[Burden], minutes: int, lot: Any
) -> None:
    """Neither of the times nor of the bands."""
    found = [one.slot for one in ranked(times, bands, minutes)]
    shuffled, mixed = lot.sample(times, len(times)), lot.sample(bands, len(bands))
    assert [one.slot for one in ranked(shuffled, mixed, minutes)] == found


def test_without_times_there_is_nothing_to_propose() -> None:
    """And nothing fails."""
    assert ranked([], [Burden(BERLIN)], 60) == ()


def test_a_popular_time_does_not_win_over_a_fair_one_that_suits_enough() -> None:
    """Berlin had the last night: 16:00 UTC is day in both zones, though 23:00 UTC suits more."""
    bands = [Burden(BERLIN, 1, 1), Burden(NEW_YORK, 0, 1)]
    best, second = ranked([slot(23, yes=50), slot(16, yes=40)], bands, 60)
    assert (best.slot.starts_at.hour, best.nights, best.reason) == (16, (), Reason.FAIREST)
    assert (second.slot.starts_at.hour, second.nights, second.reason) == (23, (BERLIN,), Reason.LESS_EVEN)
    assert second.shares == (Fraction(1), Fraction(0))


def test_fairness_does_not_win_over_turnout_that_is_too_small() -> None:
    """39 of 50 are less than four fifths; who can come if needed counts in full."""
    bands = [Burden(BERLIN, 1, 1), Burden(NEW_YORK, 0, 1)]
    best, second = ranked([slot(23, yes=50), slot(16, yes=39)], bands, 60)
    assert (best.slot.starts_at.hour, second.reason) == (23, Reason.TOO_FEW)
    best, _ = ranked([slot(23, yes=50), slot(16, yes=0, if_needed=40)], bands, 60)
    assert best.slot.starts_at.hour == 16


def test_each_place_has_its_reason() -> None:
    """As fair: who comes gladly decides, then who is earlier."""
    found = ranked([slot(17, yes=9), slot(15, yes=9), slot(16, yes=10), slot(14, yes=3)], [Burden(BERLIN)], 60)
    assert [(one.slot.starts_at.hour, one.reason) for one in found] == [
        (16, Reason.FAIREST),
        (15, Reason.LESS_LIKED),
        (17, Reason.LATER),
        (14, Reason.TOO_FEW),
    ]
    assert [one.suits_enough for one in found] == [True, True, True, False]


# What it tells


def told(found: Sequence[Ranked]) -> list[object]:
    """Return all that is told of a ranking."""
    return [(one.slot.starts_at, one.reason.value, one.nights, one.burdens) for one in found]


@settings(deadline=None)
@given(slots(), burdens(), st.integers(15, 240), st.integers(2, 9))
def test_the_reasons_name_bands_and_never_people(
    times: list[Slot], bands: list[Burden], minutes: int, more: int
) -> None:
    """Ask so many times as many people, all with the same answers: not a word changes."""
    many = [Slot(time.starts_at, time.yes * more, time.if_needed * more, time.no * more) for time in times]
    assert told(ranked(times, bands, minutes)) == told(ranked(many, bands, minutes))


def test_what_is_kept_has_room_for_bands_only() -> None:
    """A zone and two counts; and a log of a time tells none of the answers to it."""
    assert [part.name for part in fields(Burden)] == ["zone", "nights", "meetings"]
    assert "37" not in repr(ranked([slot(16, yes=37, if_needed=37)], [Burden(BERLIN)], 60))


# Over the years


def held(days: int, bands: Sequence[Burden], *, fairly: bool) -> tuple[Burden, ...]:
    """Hold a meeting every two weeks at the proposed of 24 hours, and feed the burdens back, or never look at them."""
    kept = tuple(bands)
    for passed in range(0, days, 14):
        times = [slot(hour, day=DAY + timedelta(passed)) for hour in range(24)]
        best = ranked(times, kept if fairly else bands, 60)[0]
        kept = borne(kept, best.slot.starts_at, 60)
    return kept


def test_over_the_years_the_nights_are_spread_evenly() -> None:
    """Three bands around the world, so that it is always night for one: they take turns, through every summer time."""
    bands = [Burden(shipped(name)) for name in ("America/Los_Angeles", "Europe/Berlin", "Asia/Tokyo")]
    nights = [band.nights for band in held(4 * 365, bands, fairly=True)]
    assert max(nights) - min(nights) <= 1
    assert sum(nights) == len(range(0, 4 * 365, 14))
    unfair = [band.nights for band in held(4 * 365, bands, fairly=False)]
    assert max(unfair) - min(unfair) > 100


def test_no_plan_made_in_advance_would_be_fairer() -> None:
    """Six bands, of which some are at night together: of all plans for twelve meetings, none spares the worst off."""
    bands, meetings = [Burden(shipped(name)) for name in AROUND], 12
    patterns = {tuple(is_night(slot(hour).starts_at, 60, band.zone) for band in bands) for hour in range(24)}
    plans = combinations_with_replacement(patterns, meetings)
    worst = min(max(map(sum, zip(*plan, strict=True))) for plan in plans)
    kept: tuple[Burden, ...] = tuple(bands)
    for _ in range(meetings):
        best = ranked([slot(hour) for hour in range(24)], kept, 60)[0]
        kept = borne(kept, best.slot.starts_at, 60)
    assert max(band.nights for band in kept) == worst


def test_a_band_that_is_named_later_is_not_made_to_catch_up() -> None:
    """Shares are compared, not numbers of nights: it is not owed the nights from before it was there."""
    before = held(365, [Burden(shipped(name)) for name in AROUND[:5]], fairly=True)
    after = held(365, [*before, Burden(shipped(AROUND[5]))], fairly=True)
    newest = after[-1]
    assert newest.meetings == len(range(0, 365, 14))
    assert abs(newest.share - max(band.share for band in after[:-1])) < Fraction(1, 5)


def test_each_meeting_is_counted_once_for_each_band() -> None:
    """16:00 UTC is day in Berlin and New York, 23:00 UTC is night in Berlin alone."""
    bands = borne([Burden(BERLIN), Burden(NEW_YORK)], slot(16).starts_at, 60)
    bands = borne(bands, slot(23).starts_at, 60)
    assert Counter({band.zone.key: band.nights for band in bands}) == {"Europe/Berlin": 1, "America/New_York": 0}
    assert [(band.meetings, band.share) for band in bands] == [(2, Fraction(1, 2)), (2, Fraction(0))]
