"""Town halls over real sockets: killed around a reminder it is said once, and what was acknowledged outlives it all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from bot.guilds.rules import Use
from bot.ids import Actor, ChannelId, GuildId, RoleId, UserId
from bot.townhalls.plans import Place, PlaceKind, Plan
from bot.townhalls.repeats import Reminder
from bot.townhalls.rules import TownHall
from bot.townhalls.service import Standing
from bot.vault.gathering import SignUp
from bot.wiring import Steward, open_steward
from tests.clock import FixedClock

from .loopback import Message
from .union import CHEAP, Union

pytestmark = pytest.mark.asyncio

TITLE: Final = "What the pilot measured"
QUESTION: Final = "Who sees the scores of the night shift?"
UNSENT: Final = "SELECT count(*) FROM outbox WHERE state != 'sent'"
BEAT: Final = "SELECT coalesce(max(value), '') FROM facts WHERE name = 'heartbeat'"
HOUR: Final = timedelta(hours=1)
PAST_THE_NONCE: Final = timedelta(minutes=4)
DUE: Final = {
    Reminder.DAY: (timedelta(hours=23), "starts within a day"),
    Reminder.HOUR: (timedelta(minutes=50), "starts within an hour"),
    Reminder.START: (timedelta(minutes=-1), "starts now"),
}
"""How long before the start it is when the bot runs, and what is then to be said."""


@asynccontextmanager
async def steward_at(union: Union, now: datetime) -> AsyncIterator[Steward]:
    """Open Steward while the bot is stopped, at a time of day."""
    steward = await open_steward(union.settings, FixedClock(now), CHEAP)
    try:
        yield steward
    finally:
        await steward.close()


def boss(union: Union) -> Actor:
    """Return the organizer who is an administrator too."""
    roles = frozenset({RoleId(union.organizers.id)})
    return Actor(GuildId(union.guild.id), UserId(union.boss.user.id), roles, is_administrator=True)


def ana(union: Union) -> Actor:
    """Return a member."""
    return Actor(GuildId(union.guild.id), UserId(union.ana.user.id))


async def planned(union: Union, starts_in: timedelta) -> TownHall:
    """Let a town hall that starts so far from now have been planned long ago."""
    await union.set_up()
    now = datetime.now(UTC)
    async with steward_at(union, now - 30 * HOUR) as steward:
        await steward.guilds.choose_channel(boss(union), Use.TOWNHALLS, ChannelId(union.digests.id))
        starts_at = (now + starts_in).replace(second=0, microsecond=0)
        place = Place(PlaceKind.OUTSIDE, "https://meet.example.org/a")
        plan = Plan(TITLE, "", place, "UTC", starts_at.date(), starts_at.time(), 60)
        hall = await steward.scheduling.schedule(boss(union), "a form", plan)
        # As if it had been told of long ago: one message of a channel is posted at a tick, and this is not about it.
        message = union.discord.world.message(union.digests, union.discord.world.bot, components=[])
    union.change("UPDATE outbox SET state = 'sent', message_id = ?", message.id)
    return hall


async def moved(union: Union, hall: TownHall, starts_at: datetime) -> TownHall:
    """Move a town hall while the bot is stopped, three hours ago by the clock: its reminders are still to come."""
    async with steward_at(union, datetime.now(UTC) - 3 * HOUR) as steward:
        plan = replace(hall.plan, day=starts_at.date(), at=starts_at.time())
        return await steward.scheduling.change(boss(union), hall.id, plan)


async def standing(union: Union) -> Standing:
    """Pull the plug, and return what is ana's own in the town hall."""
    await union.bot.kill()
    async with steward_at(union, datetime.now(UTC)) as steward:
        [hall] = await steward.town_halls.listed(ana(union))
        return await steward.town_halls.standing(ana(union), hall.id)


async def killed(union: Union, place: str) -> None:
    """Start the bot and let it be killed at a place."""
    union.killed_at(place)
    await union.bot.start()
    assert await union.bot.ended() < 0, f"it was not killed at {place!r}"


async def run_until_said(union: Union) -> None:
    """Start the bot and pull the plug after each tick, at which it says one thing, until nothing is left to be said."""
    union.killed_at("")
    unsent = -1
    while unsent:
        beat = union.look(BEAT)
        await union.bot.start()
        await union.until_recorded(f"SELECT ({BEAT}) != '{beat}'", 1)  # the last thing that is done at a tick
        await union.bot.kill()
        unsent = union.look(UNSENT)


def said(union: Union, words: str, starts_at: datetime | None = None) -> list[Message]:
    """Return the posts that say something, about a start if one is given."""
    start = "" if starts_at is None else f"**When:** <t:{int(starts_at.timestamp())}:F>"
    return [each for each in union.posted() if words in each.text and start in each.text]


@pytest.mark.parametrize("kind", Reminder)
async def test_killed_at_every_place_around_it_each_reminder_is_said_once(union: Union, kind: Reminder) -> None:
    before_start, words = DUE[kind]
    hall = await planned(union, before_start)
    for place in ("reminding: before the commit", "reminding: after the commit", "outbox: before sending"):
        await killed(union, place)
        assert said(union, "A town hall") == [], place
    await killed(union, "outbox: after sending")
    assert len(said(union, words, hall.starts_at)) == 1
    await killed(union, "outbox: after sending")  # Discord knows it by its nonce
    union.age_outbox(PAST_THE_NONCE)
    await run_until_said(union)  # and now it stands in the channel
    await run_until_said(union)
    assert len(said(union, "A town hall")) == len(said(union, words, hall.starts_at)) == 1


async def test_a_reminder_whose_answer_is_lost_is_not_said_again(union: Union) -> None:
    await planned(union, DUE[Reminder.HOUR][0])
    stuck = union.discord.faults.hang(f"POST /channels/{union.digests.id}/messages", after_acting=True)
    await union.bot.start()
    await stuck.has_struck()
    await union.bot.kill()
    union.age_outbox(PAST_THE_NONCE)
    await run_until_said(union)
    assert len(said(union, "A town hall")) == 1


async def test_a_town_hall_that_is_moved_is_told_of_anew_and_one_that_is_moved_back_is_not(union: Union) -> None:
    hall = await planned(union, 23 * HOUR)
    first, second = hall.starts_at, hall.starts_at - HOUR
    await killed(union, "outbox: after sending")
    await run_until_said(union)
    hall = await moved(union, hall, second)
    await killed(union, "reminding: before the commit")
    await killed(union, "reminding: after the commit")
    await killed(union, "outbox: after sending")
    union.age_outbox(PAST_THE_NONCE)
    await run_until_said(union)
    await moved(union, hall, first)
    assert union.look("SELECT told FROM town_halls") == "[]", "by its state alone it would be told of again"
    await killed(union, "reminding: after the commit")
    await killed(union, "outbox: after sending")
    await run_until_said(union)
    reminded, changed = DUE[Reminder.DAY][1], "was changed"
    assert [len(said(union, words, at)) for words in (reminded, changed) for at in (first, second)] == [1, 1, 1, 1]
    assert len(said(union, "A town hall")) == 4


async def test_a_sign_up_and_a_question_that_were_acknowledged_outlive_a_plug_that_is_pulled(union: Union) -> None:
    union.said.append(QUESTION)
    await planned(union, DUE[Reminder.DAY][0])
    await run_until_said(union)
    [reminder] = said(union, DUE[Reminder.DAY][1])
    await union.bot.start()
    form = await union.ana.press(reminder, "Ask a question").modal()
    asked = await union.ana.submit(form, {"question": QUESTION})
    await says(union, asked, "Your question is kept")
    mine = await union.ana.press(reminder, "My place")
    own = await standing(union)
    assert ([each.text for each in own.questions], own.sign_up) == ([QUESTION], None)
    await union.bot.start()
    await says(union, await union.ana.press(mine, "I'm coming"), "Your answer is kept")
    own = await standing(union)
    assert ([each.text for each in own.questions], own.sign_up) == ([QUESTION], SignUp("yes", has_seat=False))


@pytest.mark.parametrize("place", ["asking: before the commit", "vault: committed and nobody told"])
async def test_whoever_got_no_answer_asks_again_and_has_asked_once(union: Union, place: str) -> None:
    union.said.append(QUESTION)
    await planned(union, DUE[Reminder.DAY][0])
    await run_until_said(union)
    [reminder] = said(union, DUE[Reminder.DAY][1])
    await union.bot.start()
    form = await union.ana.press(reminder, "Ask a question").modal()
    await union.bot.kill()
    union.killed_at(place)
    await union.bot.start()
    union.ana.submit(form, {"question": QUESTION})
    await union.bot.ended()
    kept = [each.text for each in (await standing(union)).questions]
    assert kept == ([QUESTION] if place.startswith("vault") else [])
    union.killed_at("")
    await union.bot.start()
    await says(union, await union.ana.submit(form, {"question": QUESTION}), "Your question is kept")
    assert [each.text for each in (await standing(union)).questions] == [QUESTION]


async def says(union: Union, shown: Message, words: str) -> None:
    """Wait until a private card says something."""
    await union.discord.changes.until(lambda: words in shown.text, 5, lambda: shown.text)
