"""Hold a town hall, killed at the nth fail point: `python -m tests.crash.killed_halls FOLDER FIRST STEP HOURS`.

The story has acts, and each is killed for itself, in a folder with its number: at the nth place it reaches, on a copy
of `before`, to which nobody has pulled the plug. The second life begins where the first broke off, so many hours later,
and brings the act to its end. Whoever was told that something is kept does not do it again, and must find it there.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import cast

import discord

from bot import failpoints
from bot.database import outbox
from bot.ids import HallId, TimePollId
from bot.outgoing import Outgoing
from bot.townhalls.repeats import EveryWeeks, Repeat
from bot.townhalls.rules import NotInThisState, State, TownHall
from bot.townhalls.service import CARD, CHANGED, MINUTES, QUESTIONS, REMINDER
from bot.townhalls.timefinding import TIMES
from bot.vault.gathering import WAITING, SignUp
from cogs.townhalls import cards, room_cards, times_cards
from tests.clock import FixedClock
from tests.conftest import address
from tests.crash.killed import acknowledge, acknowledged, forked, kill_at
from tests.crash.local import MONDAY, ChannelFile
from tests.house import ORGANIZER, House
from tests.services.halls import halls_of, member, plan_at, questions

DAY, HOUR = timedelta(hours=24), timedelta(hours=1)
STARTS_AT = MONDAY + 3 * DAY
MOVED_TO = STARTS_AT + 2 * HOUR
NEXT_AT = STARTS_AT + 7 * DAY
SEARCH_ENDS_AT = MONDAY + DAY
SLOTS = [MONDAY + 5 * DAY + hours * HOUR for hours in (0, 4, 8)]
WEEKLY = Repeat(EveryWeeks(1, (STARTS_AT.weekday(),)))
ZONES = ("America/Los_Angeles", "Europe/Berlin")

ASKED = ("Who sees it?", "Since when?", "Who pays?", "Who decides?", "What is counted?", "Until when?", "I slept. Why?")
"""By the number of whoever asks. The last one asks in the late floor."""
IN_TIME, SLEPT = range(6), 6
ANSWERED = 0
COMING = range(5)
SURE = SignUp("yes", has_seat=False)
ANSWERS = "yin"
DECIDED, TO_DO = "We ask for a pause.", "Write to the board"

IDS = "ids"
KEPT = "kept"
NOW = "now.txt"
OUTAGE = "outage.txt"
BEFORE, WHOLE = "before", "whole"
MOST_POSTS = 20


@dataclass
class Story:
    """A server with its town hall, and the channel in which it is told of."""

    house: House
    outgoing: Outgoing
    channel: ChannelFile

    async def hall(self) -> TownHall:
        """Return the first of the series as it stands."""
        return await self.house.town_halls.find(member(0), self.id("hall"))

    def id(self, name: str) -> HallId:
        return HallId(acknowledged(self.house.directory, IDS)[name])

    async def once(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        """Do something unless whoever does it was told already that it is done."""
        if name not in acknowledged(self.house.directory, KEPT):
            await work()
            acknowledge(self.house.directory, name, "yes", KEPT)

    async def at(self, instant: datetime) -> None:
        """Let an instant come, unless it is past, and whatever is due then."""
        if instant >= self.house.clock.now():
            self.house.clock.move_to(instant)
            (self.house.directory / NOW).write_text(instant.isoformat())
            await self.tick()

    async def tick(self) -> None:
        """Do what is due in the order of a tick, and go on until nothing is left to be said."""
        house = self.house
        for job in (
            house.scheduling.keep_hours_due,
            house.afterwards.end_due,
            house.afterwards.settle_due,
            house.reminders.remind_due,
            house.reminders.refresh_due,
            house.queue.release_due,
            house.time_finding.close_due,
        ):
            await job()
        for _ in range(MOST_POSTS):  # one message a channel at each tick
            async with house.database.begin() as connection:
                if not await outbox.backlog(connection):
                    break
            await self.outgoing.send_due()
        await self.outgoing.edit_due()


@asynccontextmanager
async def told_in(folder: Path, now: datetime) -> AsyncIterator[Story]:
    """Open the stores in a folder, with a channel that is a file."""
    async with House(folder, address(folder), FixedClock(now)) as house:
        channel = ChannelFile(folder / "channel.jsonl")
        outgoing = Outgoing(cast("discord.Client", channel), house.database, house.clock)
        outgoing.render_with(CARD, cards.hall_card)
        outgoing.render_with(CHANGED, cards.changed)
        outgoing.render_with(REMINDER, cards.reminder, rings=cards.rung)
        outgoing.render_with(QUESTIONS, cards.questions)
        outgoing.render_with(MINUTES, room_cards.minutes)
        outgoing.render_with(TIMES, times_cards.times_card)
        yield Story(house, outgoing, channel)


async def plan(story: Story) -> None:
    """Look for a time, and plan the first of a series."""
    house, folder = story.house, story.house.directory
    if "times" not in acknowledged(folder, IDS):
        poll = await house.time_finding.propose(ORGANIZER, "times", "When we meet", 60, SLOTS, SEARCH_ENDS_AT)
        acknowledge(folder, "times", poll.id, IDS)
    if "hall" not in acknowledged(folder, IDS):
        hall = await house.scheduling.schedule(ORGANIZER, "a form", plan_at(STARTS_AT, repeat=WEEKLY))
        acknowledge(folder, "hall", hall.id, IDS)
    await story.at(house.clock.now())


async def answer(story: Story) -> None:
    """Say when one could come, and that one comes; ask, and have it approved."""
    await all_of("free", COMING, story, free)
    await all_of("coming", COMING, story, sign_up)
    await all_of("asked", IN_TIME, story, ask)
    await story.once("approved", partial(approve, story))


async def publish(story: Story) -> None:
    """Let the questions be published, and the times be weighed."""
    await story.at(MONDAY + HOUR)
    await story.at(SEARCH_ENDS_AT)


async def all_of(what: str, numbers: range, story: Story, work: Callable[[Story, int], Awaitable[object]]) -> None:
    """Let people do something at the same moment."""
    await asyncio.gather(*(story.once(f"{what} {number}", partial(work, story, number)) for number in numbers))


async def free(story: Story, number: int) -> None:
    await story.house.time_finding.answer(member(number), TimePollId(story.id("times")), ANSWERS)


async def sign_up(story: Story, number: int) -> None:
    await story.house.town_halls.sign_up(member(number), story.id("hall"))


async def ask(story: Story, number: int) -> None:
    await story.house.town_halls.ask(member(number), story.id("hall"), f"form {number}", ASKED[number])


async def approve(story: Story) -> None:
    """Let organizers approve what waits, each at the same moment."""
    hall, asked = await story.house.queue.waiting(ORGANIZER, story.id("hall"))
    waiting = [each.id for each in asked if each.state == WAITING]
    await asyncio.gather(*(story.house.queue.approve(ORGANIZER, hall.id, each) for each in waiting))


async def remind(story: Story) -> None:
    """Be reminded a day before; move it, be reminded of that, and move it back."""
    await story.at(STARTS_AT - DAY)
    await story.once("moved", partial(move, story, MOVED_TO))
    await story.at(MOVED_TO - DAY)
    await story.once("moved back", partial(move, story, STARTS_AT))
    await story.at(story.house.clock.now())


async def move(story: Story, starts_at: datetime) -> None:
    plan = replace((await story.hall()).plan, at=plan_at(starts_at).at)
    with suppress(NotInThisState):  # hours later the clock may have ended it
        await story.house.scheduling.change(ORGANIZER, story.id("hall"), plan)


async def hold(story: Story) -> None:
    """Be reminded, start, decide, agree, and end it."""
    room, hall_id = story.house.room, story.id("hall")
    await story.at(STARTS_AT - HOUR)
    await story.at(STARTS_AT)
    await story.once("started", partial(start, story))
    await story.once("decided", partial(room.decide, ORGANIZER, hall_id, "one", DECIDED))
    agreed = (TO_DO, "@Speakers", date(2026, 12, 1))
    await story.once("agreed", partial(room.agree_action, ORGANIZER, hall_id, "one", *agreed))
    await story.once("answered", partial(mark_answered, story))
    story.house.clock.move_to(max(story.house.clock.now(), STARTS_AT + HOUR))
    await story.once("ended", partial(room.end, ORGANIZER, hall_id, 23))
    await story.at(story.house.clock.now())


async def start(story: Story) -> None:
    with suppress(NotInThisState):  # likewise
        await story.house.room.start(ORGANIZER, story.id("hall"))


async def mark_answered(story: Story) -> None:
    published = await questions(story.house, await story.hall())
    [found] = [each for each in published if each.text == ASKED[ANSWERED]]
    await story.house.queue.mark_answered(ORGANIZER, story.id("hall"), found.id)


async def settle(story: Story) -> None:
    """Ask in the late floor, and let it close."""
    await story.once(f"asked {SLEPT}", partial(ask, story, SLEPT))
    await story.once("approved late", partial(approve, story))
    if (late_until := (await story.hall()).late_until) is not None:
        await story.at(late_until)


async def follow(story: Story) -> None:
    """Be reminded of the next of the series."""
    for ahead in (DAY, HOUR, 0 * HOUR):
        await story.at(NEXT_AT - ahead)


ACTS = (plan, answer, publish, remind, hold, settle, follow)


async def look(story: Story) -> None:
    """See that whatever was acknowledged is there."""
    if "hall" not in acknowledged(story.house.directory, IDS):
        return
    hall = await story.hall()
    published = {each.text for each in await questions(story.house, hall)}
    for kept in acknowledged(story.house.directory, KEPT):
        what, _, number = kept.partition(" ")
        if what in {"coming", "asked"} and hall.state is not State.CLOSED:
            own = await story.house.town_halls.standing(member(int(number)), hall.id)
            if what == "coming":
                assert own.sign_up == SURE, f"{kept} was lost"
            else:
                assert ASKED[int(number)] in published | {each.text for each in own.questions}, f"{kept} was lost"


async def open_server(folder: Path) -> None:
    """Make the stores, and set the server up."""
    async with told_in(folder, MONDAY) as story:
        await halls_of(story.house)
        await story.house.time_finding.name_bands(ORGANIZER, ZONES)
        (folder / NOW).write_text(MONDAY.isoformat())


async def live(number: int, folder: Path, now: datetime) -> None:
    """Live an act from where all before it ended, or, at a later time, from where it broke off."""
    is_second = now != MONDAY
    if not is_second:
        shutil.copytree(folder.with_name(BEFORE), folder, dirs_exist_ok=True)
        failpoints.watch(once_in_a_row(failpoints._on_reach))
    broke_off = datetime.fromisoformat((folder / NOW).read_text())
    again = broke_off + (now - MONDAY)
    async with told_in(folder, again) as story:
        if is_second:
            (folder / OUTAGE).write_text(f"{broke_off.isoformat()} {again.isoformat()}")
            await look(story)
            await story.tick()
        await ACTS[number](story)
        if is_second:
            await story.tick()


def once_in_a_row(reached: Callable[[str], None] | None) -> Callable[[str], None]:
    """Pass a place on once where several people pass it together: nothing is written between them."""
    last = ""

    def reach(place: str) -> None:
        nonlocal last
        if reached is not None and place != last:
            last = place
            reached(place)

    return reach


def live_whole(top: Path) -> None:
    """Live the story once, and keep before each act, and in the end, what the stores hold."""
    before = top / "0" / BEFORE
    before.mkdir(parents=True)
    asyncio.run(open_server(before))
    for number in range(len(ACTS)):
        whole, after = top / str(number) / WHOLE, top / str(number + 1) / BEFORE
        whole.mkdir()
        asyncio.run(live(number, whole, MONDAY))
        after.parent.mkdir()
        whole.rename(after)


def kill_act(act: Path, place: int, outage: timedelta) -> bool:
    """Kill an act at its nth place and bring it to its end; tell whether it has so many places."""
    folder, number = act / f"{place:03}", int(act.name)
    folder.mkdir()

    def first() -> None:
        failpoints.watch(kill_at(place, folder / "killed_at.txt"))
        asyncio.run(live(number, folder, MONDAY))

    ended = forked(first)
    if ended not in {0, -signal.SIGKILL}:
        sys.exit(1)
    asyncio.run(live(number, folder, MONDAY + outage))  # in this process, for which everything is read in already
    return ended != 0


def main() -> None:
    """Live the story whole, and then kill one act after the other."""
    top, first, step, hours = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    live_whole(top)
    gc.freeze()  # the children then share what is imported
    for number in range(len(ACTS)):
        for place in itertools.count(first, step):
            if not kill_act(top / str(number), place, timedelta(hours=hours)):
                break


if __name__ == "__main__":
    main()
