"""A year of digests across changes of the clocks, outages, crashes, pauses and freezes: each once, and no gap.

What should come is worked out here from a walk through the quarters of an hour of the year, not with Steward's code.
"""

import json
import os
import random
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, update

from bot import failpoints
from bot.database.tables import outbox, tallies
from bot.digests.planning import Planned
from bot.digests.plans import REGULAR, Audience
from bot.guilds.service import Times
from bot.ids import ChannelId, HallId, PollId
from bot.petitions.rules import State
from bot.polls import records as poll_records
from bot.polls.counting.results import Method
from bot.polls.rules import Kind, Poll, Terms, Voters
from bot.polls.rules import State as PollState
from bot.polls.wording import Question
from bot.rhythm import Every, Rhythm
from bot.townhalls import records as hall_records
from bot.townhalls.rules import Series, TownHall
from bot.townhalls.rules import State as HallState
from tests.clock import FixedClock
from tests.house import ADMINISTRATOR, DIGESTS_CHANNEL, GUILD, ORGANIZER, House
from tests.services.halls import plan_at
from tests.services.test_digests import stands

ZONES = ("America/Santiago", "Asia/Kolkata", "Australia/Lord_Howe", "Europe/Berlin")
TIMES = (time(0, 15), time(2, 15), time(2, 30), time(9), time(23, 45))
"""Some are skipped or come twice where clocks change."""

BEGINS, ENDS = datetime(2026, 1, 5, 10, 17, 43, tzinfo=UTC), datetime(2027, 1, 5, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
LATE = timedelta(hours=1)
PLACES = (
    "digest: marked as shown and not kept",
    "digest: queued",
    "digest: before the commit",
    "digest: after the commit",
)


# What should come, from the words: on these days at this time, skipped times right after the gap, doubled ones first


@cache
def walk(zone: str) -> tuple[list[datetime], list[datetime]]:
    """Return every quarter of an hour, and the latest that the clocks there have shown by then."""
    place, quarters, walls, latest = ZoneInfo(zone), [], [], datetime(2025, 1, 1)
    moment = datetime(2025, 10, 1, tzinfo=UTC)
    while moment < datetime(2027, 6, 1, tzinfo=UTC):
        latest = max(latest, moment.astimezone(place).replace(tzinfo=None))
        quarters.append(moment)
        walls.append(latest)
        moment += QUARTER
    return quarters, walls


@cache
def due_times(rhythm: Rhythm) -> list[tuple[datetime, date]]:
    """Return every instant at which a rhythm comes round, and the day it is for."""
    quarters, walls = walk(rhythm.zone)
    days = [date(2025, 11, 1) + timedelta(number) for number in range(540)]
    return [(quarters[bisect_left(walls, datetime.combine(day, rhythm.at))], day) for day in days if on(rhythm, day)]


def on(rhythm: Rhythm, day: date) -> bool:
    """Tell whether it comes on a day."""
    if day.weekday() not in rhythm.weekdays:
        return False
    if rhythm.every is Every.MONTH:
        return (day - timedelta(7)).month != day.month
    weeks = (day.toordinal() - 1) // 7 - (rhythm.anchor.toordinal() - 1) // 7  # day 1 was a Monday
    return rhythm.every is Every.WEEK or weeks % 2 == 0


@dataclass
class Expected:
    """One digest as its organizers know it, and what should have come of it."""

    planned: Planned
    rhythm: Rhythm
    next_at: datetime = BEGINS
    is_paused: bool = False
    done: set[datetime] = field(default_factory=set)
    last_day: date = date.min
    comes: list[tuple[datetime, bool]] = field(default_factory=list)
    """When each was made, and whether it says that it is late."""

    @property
    def is_regular(self) -> bool:
        return self.planned.plan.id == REGULAR

    def plan(self, now: datetime, rhythm: Rhythm) -> None:
        """Hear of a change: it holds from the next time on, but for what is due already."""
        self.rhythm = rhythm
        if self.next_at > now:
            self.next_at = self._after(now)

    def run(self, now: datetime) -> None:
        """Come if it is time: for the latest time, whatever was missed before it."""
        if self.next_at > now:
            return
        times = due_times(self.rhythm)
        at, day = times[bisect_right(times, now, key=lambda each: each[0]) - 1]
        if at < self.next_at:  # the schedule was changed when it was due
            at, day = self.next_at, self.next_at.astimezone(ZoneInfo(self.rhythm.zone)).date()
        is_new = day > self.last_day if self.is_regular else at not in self.done
        if is_new and not self.is_paused:
            self.comes.append((now, now - at > LATE))
            self.done.add(at)
            self.last_day = day
        self.next_at = self._after(now)

    def _after(self, now: datetime) -> datetime:
        times = due_times(self.rhythm)
        return times[bisect_right(times, now, key=lambda each: each[0])][0]


# The year


def events(chance: random.Random, plans: list[Expected]) -> list[tuple[datetime, datetime, str]]:
    """Return what happens: when it does, when it is stored, and its title, the first stored first.

    Every other one is near a due time, where a window may end.
    """
    span = (ENDS - BEGINS).total_seconds()
    critical = [at for plan in plans for at, _ in due_times(plan.rhythm) if BEGINS + timedelta(9) < at < ENDS]
    found = []
    for kind, often in (("delivered", 24), ("answered", 24), ("counted", 18), ("held", 18), ("closes", 18)):
        for number in range(often):
            at = BEGINS + timedelta(days=9, seconds=chance.random() * (span - 50 * 86_400))
            if number % 2:
                near = chance.choice(critical) + timedelta(seconds=chance.randint(-90, 90))
                at = min(near, ENDS - timedelta(days=39))
            found.append((at + timedelta(seconds=chance.random() * 15), at, f"{kind} {number}"))
    return [(at, stored, title) for stored, at, title in sorted(found)]


async def happen(house: House, at: datetime, title: str) -> None:
    """Store what happened."""
    kind = title.split(maxsplit=1)[0]
    if kind == "delivered":
        await stands(house, title, State.DELIVERED, delivered_at=at)
    elif kind == "answered":
        await stands(house, title, State.ANSWERED, delivered_at=at - timedelta(days=300), answered_at=at)
    elif kind == "closes":  # and cannot wait from two days before
        deadline = at + timedelta(days=2)
        await stands(house, title, State.OPEN, days=(deadline - house.clock.now()) / timedelta(days=1))  # type: ignore[arg-type]
    elif kind == "counted":
        poll_id = PollId(title.replace(" ", "-"))
        terms = Terms(Kind.BALLOT, Method.SINGLE, at)
        question = Question(title, options=("Café", "Park"))
        poll = Poll(poll_id, GUILD, DIGESTS_CHANNEL, question, terms, Voters(), PollState.CLOSED, at)
        async with house.database.begin() as connection:
            await poll_records.add(connection, poll)
            await poll_records.save(connection, poll, closed_at=at)
    else:
        plan = replace(plan_at(at), title=title)
        series = Series(title, at.date(), at.time(), at.date())
        hall = TownHall(HallId(title), GUILD, DIGESTS_CHANNEL, plan, series, at, HallState.CLOSED)
        hall = replace(hall, started_at=at - timedelta(hours=1), ended_at=at)
        async with house.database.begin() as connection:
            await hall_records.add(connection, hall)
            await hall_records.save(connection, hall, started_at=hall.started_at, ended_at=at)


NEWS = (("petitions", "delivered"), ("petitions", "answered"), ("polls", "results"), ("townhalls", "held"))


@dataclass
class Told:
    """What one digest has told: how often each title was new, the growth of each number, and when it came."""

    titles: list[str] = field(default_factory=list)
    growth: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    comes: list[tuple[datetime, bool]] = field(default_factory=list)

    def hear(self, now: datetime, contents: dict[str, Any]) -> None:
        """Take in one message."""
        self.comes.append((now, contents["is_late"]))
        groups = NEWS if contents["audience"] != "urgent" else (("petitions", "open"),)
        for subject, group in groups:
            found = contents[subject].get(group, {"first": [], "more": 0})
            assert not found["more"], "the year is too full for this test"
            self.titles += [line[0] for line in found["first"]]
        for dimension, chosen, before, after in contents["changes"]:
            self.growth.setdefault(f"{dimension} {chosen}", []).append((before, after))


@dataclass
class Year:
    """A server through a year."""

    house: House
    chance: random.Random
    plans: dict[str, Expected]
    events: list[tuple[datetime, datetime, str]]
    told: dict[str, Told] = field(default_factory=dict)
    position: int = 0
    is_frozen: bool = False
    befell: set[str] = field(default_factory=set)

    @property
    def now(self) -> datetime:
        return self.house.clock.now()

    async def go_to(self, moment: datetime) -> None:
        """Let time pass with whatever happens meanwhile, told of or not."""
        while self.events and self.events[0][1] <= moment:
            at, stored, title = self.events.pop(0)
            self.house.clock.move_to(stored)
            await happen(self.house, at, title)
        self.house.clock.move_to(moment)
        if self.chance.random() < 0.3:
            async with self.house.database.begin() as connection:
                risen = tallies.c.count + self.chance.randint(0, 6)
                await connection.execute(update(tallies).values(count=risen))

    async def tick(self, place: str | None = None) -> None:
        """Let what is due be made, once without and perhaps once with a crash at a place."""
        numbers = await self.numbers()
        if place is not None:
            failpoints.watch(lambda reached: self._crash(place, reached))
            try:
                await self.house.digests.make_due()
            except ConnectionAbortedError:
                await self.house.crash()
                self.befell.add(place)
            finally:
                failpoints.watch(None)
        await self.house.digests.make_due()
        regular = self.plans[REGULAR]
        before = len(regular.comes)
        if not self.is_frozen:
            for plan in self.plans.values():
                plan.run(self.now)
        if len(regular.comes) == before:
            assert await self.numbers() == numbers, "a number moved without the regular digest"
        await self.read()

    def _crash(self, place: str, reached: str) -> None:
        if reached == place:
            raise ConnectionAbortedError

    async def numbers(self) -> list[int]:
        async with self.house.database.begin() as connection:
            return list((await connection.execute(select(tallies.c.shown).order_by(tallies.c.value))).scalars())

    async def read(self) -> None:
        """Read what was queued since, by the channel in which each digest is told."""
        query = select(outbox.c.position, outbox.c.channel_id, outbox.c.contents).order_by(outbox.c.position)
        async with self.house.database.begin() as connection:
            rows = (await connection.execute(query.where(outbox.c.position > self.position))).all()
        for position, channel_id, contents in rows:
            self.position = position
            (plan_id,) = [name for name, plan in self.plans.items() if channel_of(plan) == channel_id]
            self.told.setdefault(plan_id, Told()).hear(self.now, json.loads(contents))

    async def change(self) -> None:
        """Let an organizer or an administrator change something, or nobody anything."""
        plan_id, plan = self.chance.choice(list(self.plans.items()))
        planning, what = self.house.planning, self.chance.choice(["rhythm", "pause", "freeze", "setup"])
        if self.is_frozen or (what == "freeze" and self.chance.random() < 0.5):
            await self.freeze(is_frozen=not self.is_frozen)
        elif what == "rhythm":
            rhythm = replace(plan.rhythm, at=self.chance.choice(TIMES))
            if self.chance.random() < 0.5:
                today = self.now.astimezone(ZoneInfo(rhythm.zone)).weekday()
                rhythm = replace(rhythm, weekdays=tuple(sorted({today, *plan.rhythm.weekdays[-1:]})))
            await planning.change(ORGANIZER, plan_id, rhythm)
            plan.plan(self.now, rhythm)
        elif what == "pause":
            plan.is_paused = not plan.is_paused
            await planning.pause(ORGANIZER, plan_id, is_paused=plan.is_paused)
            plan.plan(self.now, plan.rhythm)
        elif what == "setup":
            regular, zone, at = self.plans[REGULAR], self.chance.choice(ZONES), self.chance.choice(TIMES)
            times = Times(zone, "en", "18:00", regular.rhythm.weekdays, f"{at:%H:%M}")
            await self.house.guilds.choose_times(ADMINISTRATOR, times)
            regular.plan(self.now, replace(regular.rhythm, zone=zone, at=at))
        self.befell.add(what)

    async def freeze(self, *, is_frozen: bool) -> None:
        if is_frozen:
            await self.house.guilds.freeze(ORGANIZER)
        else:
            async with self.house.database.begin() as connection:
                guild = await self.house.guilds.find_in(connection, GUILD)
                assert guild is not None
                await self.house.guilds.thaw(connection, guild, {})
        self.is_frozen = is_frozen

    async def live(self) -> None:
        """Live through it: mostly looking at each due time, sometimes for weeks at none.

        The first regular digest, which tells of a week whenever it comes, is not kept from coming.
        """
        await self.go_to(self.plans[REGULAR].next_at)
        await self.tick()
        while self.now < ENDS - timedelta(days=45):
            step = self.now + timedelta(hours=self.chance.uniform(2, 80))
            if self.chance.random() < 0.05:
                step = self.now + timedelta(days=self.chance.uniform(0.2, 25))
                self.befell.add("outage")
            else:
                soonest = min(plan.next_at for plan in self.plans.values())
                step = max(self.now, min(step, soonest + timedelta(seconds=self.chance.uniform(0, 20))))
            await self.go_to(step)
            if self.chance.random() < 0.08:
                await self.change()
            await self.tick(self.chance.choice(PLACES) if self.chance.random() < 0.1 else None)
            if self.chance.random() < 0.05:
                self.house.clock.later(seconds=-self.chance.uniform(0, 40))
                self.befell.add("stepped back")
            elif self.chance.random() < 0.2:
                await self.undo()
        await self.come_to_rest()

    async def come_to_rest(self) -> None:
        """Let everything come again and be told."""
        await self.undo()
        while self.now < ENDS:
            await self.go_to(max(self.now, min(plan.next_at for plan in self.plans.values())))
            await self.tick()

    async def undo(self) -> None:
        """Thaw the server and let what is paused come again."""
        if self.is_frozen:
            await self.freeze(is_frozen=False)
        for plan_id, plan in self.plans.items():
            if plan.is_paused:
                plan.is_paused = False
                await self.house.planning.pause(ORGANIZER, plan_id, is_paused=False)
                plan.plan(self.now, plan.rhythm)


def channel_of(plan: Expected) -> ChannelId:
    found = plan.planned.plan.channel_id
    assert found is not None
    return found


async def settled_in(house: House, zones: tuple[str, ...], chance: random.Random) -> Year:
    """Set up a server with four digests, each by the clocks of another zone, and some reports that count."""
    zone, members, organizers, urgent = zones
    await house.set_up(zone=zone)
    rhythms = {
        Audience.MEMBERS: Rhythm((0, 6), chance.choice(TIMES), members, Every.FORTNIGHT, date(2026, 1, 12)),
        Audience.ORGANIZERS: Rhythm((1,), chance.choice(TIMES), organizers, Every.MONTH),
        Audience.URGENT: Rhythm((2, 6), chance.choice(TIMES), urgent),
    }
    await house.planning.change(ORGANIZER, REGULAR, Rhythm((3, 6), chance.choice(TIMES), zone))
    for number, (audience, rhythm) in enumerate(rhythms.items()):
        await house.planning.add(ORGANIZER, audience, audience, ChannelId(7_000 + number), rhythm)
    await stands(house, "there all the time, so that there is always something to tell", days=500)
    values = [{"guild_id": GUILD, "dimension": "category", "value": each, "count": 4} for each in ("MON", "PAY")]
    async with house.database.begin() as connection:
        await connection.execute(insert(tallies), values)
    plans = {each.plan.id: Expected(each, each.plan.rhythm) for each in await house.planning.listed(ORGANIZER)}
    for plan in plans.values():
        plan.plan(BEGINS, plan.rhythm)
        plan.next_at = plan.planned.next_at
    return Year(house, chance, plans, events(chance, list(plans.values())))


@pytest.mark.parametrize("first", [0, 2])
async def test_a_year_has_each_digest_once_and_no_gap(first: int, sqlite_url: str, tmp_path: Path) -> None:
    """On SQLite alone: a year is long, and each step of it is tried on both engines elsewhere."""
    seed = int(os.environ.get("DIGEST_YEAR", 7 + first))
    async with House(tmp_path, sqlite_url, FixedClock(BEGINS)) as house:
        year = await settled_in(house, ZONES[first:] + ZONES[:first], random.Random(seed))
        titles = [title for _, _, title in year.events]
        await year.live()
        for plan_id, plan in year.plans.items():
            told, audience = year.told[plan_id], plan.planned.plan.audience
            why = f"{audience} {plan_id}, seed {seed}"
            wanted = [title for title in titles if title.startswith("closes") is (audience is Audience.URGENT)]
            new = [title for title in told.titles if title in titles]
            assert sorted(new) == sorted(wanted), why
            if audience is not Audience.URGENT:
                assert told.comes == plan.comes, why
                assert told.growth, why
                for steps in told.growth.values():
                    assert [before for before, _ in steps] == [0, *(after for _, after in steps[:-1])], why
            assert {moment for moment, _ in told.comes} <= {moment for moment, _ in plan.comes}, why
