"""What stands in people's calendars is what was planned, moved and cancelled, and nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.ids import ChannelId, GuildId, HallId
from bot.townhalls.calendars import Change, Entry, hall_file
from bot.townhalls.invitations import entry
from bot.townhalls.plans import Place, PlaceKind, Plan
from bot.townhalls.repeats import EveryWeeks, Repeat
from bot.townhalls.rules import Series, State, TownHall
from bot.wallclock import first_instant

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MONDAY = date(2026, 3, 2)
SIX = time(18)
ZONE = "Europe/Berlin"
WEEKLY = Repeat(EveryWeeks(1, (0,)))
WEEK = timedelta(days=7)


def describe(hall: TownHall) -> tuple[str, str]:
    return hall.plan.text, hall.plan.place.where


def hall(
    week: int,
    state: State = State.SCHEDULED,
    *,
    repeat: Repeat | None = WEEKLY,
    at: time = SIX,
    first_on: date = MONDAY,
    sequence: int = 0,
) -> TownHall:
    """Return the town hall of so many weeks after the first, held at `at`, of a series that is at six."""
    day = MONDAY + week * WEEK
    place = Place(PlaceKind.OUTSIDE, "https://example.org/")
    plan = Plan("Meeting", "About us", place, ZONE, day, at, 60, repeat)
    series = Series("5e41e500", first_on, SIX, day)
    starts_at = first_instant(day, at, ZoneInfo(ZONE))
    found = TownHall(HallId(f"{week:08}"), GuildId(1), ChannelId(2), plan, series, starts_at, state)
    return replace(found, sequence=sequence)


def made(*halls: TownHall) -> Entry:
    found = entry(halls, NOW, describe)
    assert hall_file(found, NOW.date()).startswith(b"BEGIN:VCALENDAR")
    return found


def test_a_single_town_hall_stands_where_it_was_moved_to() -> None:
    moved = hall(0, repeat=None, at=time(19))
    found = made(moved)
    assert (found.first_day, found.at, found.repeat, found.changes) == (MONDAY, time(19), None, ())
    assert found.key == moved.series.id
    assert not found.is_cancelled
    assert made(replace(moved, state=State.CANCELLED)).is_cancelled


def test_a_series_goes_on_by_its_rule_wherever_one_meeting_was_moved() -> None:
    moved = hall(1, at=time(20))
    found = made(hall(0, State.CLOSED), moved)
    assert (found.first_day, found.at, found.repeat) == (MONDAY, SIX, WEEKLY)
    (change,) = found.changes
    assert (change.day, change.starts_at) == (MONDAY + WEEK, moved.starts_at)
    assert made(hall(0, State.CLOSED), hall(1)).changes == ()


def test_one_that_is_cancelled_is_left_out_and_the_series_goes_on() -> None:
    found = made(hall(0, State.CLOSED), hall(1, State.CANCELLED), hall(2))
    assert found.changes == (Change(MONDAY + WEEK, None),)
    assert found.repeat == WEEKLY
    assert not found.is_cancelled


def test_a_series_that_was_called_off_keeps_the_meetings_that_were_held() -> None:
    found = made(hall(0, State.CLOSED), hall(1, State.CLOSED), hall(2, State.CANCELLED))
    assert found.repeat == Repeat(WEEKLY.rhythm, until=MONDAY + 2 * WEEK - timedelta(days=1))
    assert not found.is_cancelled


def test_a_series_that_was_called_off_before_its_first_meeting_is_cancelled_whole() -> None:
    found = made(hall(0, State.CANCELLED))
    assert found.is_cancelled
    assert found.changes == ()


def test_what_was_held_under_an_earlier_rule_does_not_bend_the_new_one() -> None:
    found = made(hall(0, State.CLOSED, at=time(20)), hall(3, first_on=MONDAY + 3 * WEEK))
    assert found.first_day == MONDAY + 3 * WEEK
    assert found.changes == ()


def test_each_change_of_any_meeting_raises_the_number_that_calendars_go_by() -> None:
    before = made(hall(0, State.CLOSED, sequence=2), hall(1, sequence=1))
    after = made(hall(0, State.CLOSED, sequence=2), hall(1, State.CANCELLED, sequence=2), hall(2))
    assert after.sequence > before.sequence
