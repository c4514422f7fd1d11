"""Reminders of town halls: a day, an hour, and the start, each said once, whatever happens in between."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot import failpoints
from bot.database.halltables import town_halls
from bot.townhalls.rules import TownHall
from bot.townhalls.service import CHANGED, REMINDER
from tests.clock import FixedClock
from tests.conftest import address
from tests.house import ORGANIZER, House
from tests.services.halls import ZONE, current, halls_of, plan_at, scheduled, told


async def kinds(house: House) -> list[str]:
    return [each["kind"] for each in await told(house, REMINDER)]


async def tick_until(house: House, instant: datetime, minutes: int = 7) -> None:
    """Let ticks come until an instant, and at it."""
    while house.clock.now() < instant:
        house.clock.move_to(min(house.clock.now() + timedelta(minutes=minutes), instant))
        await house.scheduling.keep_hours_due()
        await house.reminders.remind_due()


async def test_each_is_said_once_and_at_its_time(house: House) -> None:
    await halls_of(house)
    hall = await scheduled(house, hours=50)
    await tick_until(house, hall.starts_at - timedelta(hours=24, seconds=1), 60)
    assert await kinds(house) == []
    await tick_until(house, hall.starts_at - timedelta(hours=24))
    assert await kinds(house) == ["day"]
    await tick_until(house, hall.starts_at - timedelta(hours=1, seconds=1), 60)
    assert await kinds(house) == ["day"]
    await tick_until(house, hall.starts_at + timedelta(hours=2))
    assert await kinds(house) == ["day", "hour", "start"]


async def test_what_is_announced_late_is_not_followed_at_once_by_reminders(house: House) -> None:
    await halls_of(house)
    hall = await scheduled(house, hours=5)
    await house.reminders.remind_due()
    assert await kinds(house) == []
    await tick_until(house, hall.starts_at + timedelta(hours=2))
    assert await kinds(house) == ["hour", "start"]


@pytest.mark.parametrize(
    ("before", "said"), [(30, []), (20, ["day"]), (0.5, ["hour"]), (-0.1, ["start"]), (-0.5, []), (-30, [])]
)
async def test_after_an_outage_only_the_latest_is_said_and_nothing_that_is_too_late(
    house: House, before: float, said: list[str]
) -> None:
    await halls_of(house)
    hall = await scheduled(house, hours=50)
    house.clock.move_to(hall.starts_at - timedelta(hours=before))
    await house.crash()
    await house.reminders.remind_due()
    await house.reminders.remind_due()
    assert await kinds(house) == said


async def test_a_town_hall_that_is_moved_is_told_of_anew_and_one_moved_back_not_twice(house: House) -> None:
    await halls_of(house)
    hall = await scheduled(house, hours=50)
    await tick_until(house, hall.starts_at - timedelta(hours=23))
    moved = await house.scheduling.change(ORGANIZER, hall.id, plan_at(hall.starts_at + timedelta(days=3)))
    await tick_until(house, moved.starts_at - timedelta(hours=23), 60)
    assert [(each["kind"], each["starts"]) for each in await told(house, REMINDER)] == [
        ("day", int(hall.starts_at.timestamp())),
        ("day", int(moved.starts_at.timestamp())),
    ]
    away = await house.scheduling.change(ORGANIZER, hall.id, plan_at(moved.starts_at + timedelta(days=3)))
    await house.scheduling.change(ORGANIZER, hall.id, plan_at(moved.starts_at))
    assert away.starts_at > moved.starts_at
    await tick_until(house, moved.starts_at + timedelta(hours=1), 11)
    assert await kinds(house) == ["day", "day", "hour", "start"]


async def test_the_chair_and_the_clock_do_not_both_say_that_it_starts(house: House) -> None:
    await halls_of(house)
    early, late = await scheduled(house, hours=5), await scheduled(house, hours=30, form="another")
    house.clock.move_to(early.starts_at - timedelta(minutes=2))
    await house.room.start(ORGANIZER, early.id)
    await house.room.start(ORGANIZER, early.id)
    await tick_until(house, early.starts_at + timedelta(hours=1))
    assert [each["kind"] for each in await told(house, REMINDER) if each["id"] == early.id] == ["start"]
    await tick_until(house, late.starts_at + timedelta(minutes=1))
    await house.room.start(ORGANIZER, late.id)
    assert [each["kind"] for each in await told(house, REMINDER) if each["id"] == late.id] == ["day", "hour", "start"]


async def test_nothing_is_said_of_what_was_cancelled_or_in_a_frozen_server(house: House) -> None:
    await halls_of(house)
    hall = await scheduled(house, hours=30)
    other = await scheduled(house, hours=30, form="another")
    await house.scheduling.cancel(ORGANIZER, hall.id)
    await house.guilds.freeze(ORGANIZER)
    await tick_until(house, other.starts_at - timedelta(hours=2), 60)
    guild = await house.guilds.organizer(ORGANIZER)
    async with house.database.begin() as connection:
        await house.guilds.thaw(connection, guild, {})
    await house.reminders.remind_due()
    assert await kinds(house) == [], "what fell due in the freeze is passed over"
    await tick_until(house, other.starts_at - timedelta(minutes=30))
    assert [(each["id"], each["kind"]) for each in await told(house, REMINDER)] == [(other.id, "hour")]


async def test_the_hour_on_the_clock_is_kept_when_the_clocks_change(house: House) -> None:
    """In Berlin they do on 29 March 2026, between the day's reminder and the start."""
    await halls_of(house)
    plan = plan_at(datetime(2026, 3, 29, 17, tzinfo=ZoneInfo("UTC")))
    hall = await house.scheduling.schedule(ORGANIZER, "a form", plan)
    assert hall.starts_at.astimezone(ZoneInfo(ZONE)).hour == 19
    house.clock.move_to(hall.starts_at - timedelta(hours=25))
    await tick_until(house, hall.starts_at)
    assert await kinds(house) == ["day", "hour", "start"]


async def test_a_zone_that_changes_its_rules_moves_the_start_and_people_are_told_once(house: House) -> None:
    """The start was computed by rules that no longer hold: the hour on the clock is what was decided."""
    await halls_of(house)
    hall = await scheduled(house, hours=72)
    computed_before = hall.starts_at + timedelta(hours=1)
    async with house.database.begin() as connection:
        await connection.execute(update(town_halls).values(starts_at=computed_before))
    for _ in range(3):
        await house.scheduling.keep_hours_due()
    assert (await current(house, hall)).starts_at == hall.starts_at
    assert [each["was"] for each in await told(house, CHANGED)] == [int(computed_before.timestamp())]
    await tick_until(house, hall.starts_at + timedelta(hours=2), 11)
    assert [each["starts"] for each in await told(house, REMINDER)] == [int(hall.starts_at.timestamp())] * 3


class PlugPulled(BaseException):
    """The process is gone."""


async def test_killed_around_every_step_of_every_reminder_each_is_said_exactly_once(tmp_path: Path) -> None:
    steps: list[str] = []
    async with House(tmp_path, address(tmp_path), FixedClock()) as house:
        await halls_of(house)
        hall = await scheduled(house, hours=50)
        for at in (hall.starts_at - timedelta(hours=24), hall.starts_at - timedelta(hours=1), hall.starts_at):
            house.clock.move_to(at)
            for place in ("reminding: before the commit", "reminding: after the commit"):
                await killed_at(house, hall, place, steps)
            await house.reminders.remind_due()
        assert await kinds(house) == ["day", "hour", "start"]
    assert len(steps) == 6


async def killed_at(house: House, hall: TownHall, place: str, steps: list[str]) -> None:
    def pull(reached: str) -> None:
        if reached == place:
            steps.append(reached)
            raise PlugPulled

    failpoints.watch(pull)
    try:
        with pytest.raises(PlugPulled):
            await house.reminders.remind_due()
    finally:
        failpoints.watch(None)
    await house.crash()
    assert (await current(house, hall)).id == hall.id
