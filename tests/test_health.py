"""Green and red, by a clock that is passed in, and what the page of numbers gives away: nothing about one person."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import health
from bot.database.engine import Database
from bot.due import Due
from bot.health import Vitals
from bot.watch import ASK_SECONDS, RECONNECT_SECONDS, Watch

WELL = Vitals(is_connected=True)


class Gateway:
    """A gateway that answers or does not, as the story goes."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.heard_at = 1000.0
        self.is_connected = True
        self.latency = 0.04
        self.answers = True
        self.is_in_a_server = True
        self.questions = 0
        self.sessions = 1

    async def ask_for_an_event(self) -> bool:
        self.questions += 1
        if not self.answers and self.is_in_a_server:
            raise TimeoutError
        if self.is_in_a_server:
            self.heard_at = self.now
        return self.is_in_a_server

    async def reconnect(self) -> None:
        self.sessions += 1


async def nothing() -> None:
    """Have nothing to do."""


class Story:
    def __init__(self, database: Database) -> None:
        self.gateway = Gateway()
        self.due = Due([], nothing)
        self.watch = Watch(self.gateway, self.due, database, lambda: self.gateway.now)

    async def passes(self, seconds: float) -> Vitals:
        """Let time pass, looking every quarter of a minute as the bot does."""
        end = self.gateway.now + seconds
        while self.gateway.now < end:
            self.gateway.now += 15
            self.due.ran_at = self.gateway.now
            await self.watch.look()
            if self.watch._question is not None:
                await self.watch._question
        return self.watch.vitals


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    database = Database.at(f"sqlite+aiosqlite:///{tmp_path / 'steward.db'}")
    await database.prepare()
    yield Story(database)
    await database.close()


async def test_a_quiet_server_is_not_a_deaf_gateway(story: Story) -> None:
    vitals = await story.passes(2 * 3600)
    assert vitals.problems == []
    assert story.gateway.questions == 2 * 60
    assert story.gateway.sessions == 1


async def test_a_deaf_gateway_turns_red_and_gets_a_new_session(story: Story) -> None:
    await story.passes(600)
    story.gateway.answers = False
    assert (await story.passes(120)).problems == []
    (problem,) = (await story.passes(75)).problems
    assert "tells nothing" in problem
    assert story.gateway.sessions == 2
    story.gateway.answers = True
    assert (await story.passes(ASK_SECONDS + 15)).problems == []


async def test_a_gateway_that_stays_deaf_gets_few_new_sessions(story: Story) -> None:
    story.gateway.answers = False
    await story.passes(7200)
    assert 10 <= story.gateway.sessions - 1 <= 7200 / RECONNECT_SECONDS
    assert story.watch.vitals.is_deaf


async def test_events_show_that_it_hears_even_if_the_question_is_not_answered(story: Story) -> None:
    story.gateway.answers = False
    for _ in range(60):
        story.gateway.heard_at = story.gateway.now
        assert (await story.passes(60)).problems == []
    assert story.gateway.sessions == 1


async def test_in_no_server_nobody_can_be_missed(story: Story) -> None:
    story.gateway.is_in_a_server = False
    assert (await story.passes(3600)).problems == []


async def test_no_connection_is_red_and_not_called_deaf(story: Story) -> None:
    story.gateway.is_connected = False
    vitals = await story.passes(3600)
    assert vitals.problems == ["Steward is not connected to Discord."]
    assert (story.gateway.questions, story.gateway.sessions) == (0, 1)
    story.gateway.is_connected = True
    assert (await story.passes(15)).problems == []


async def test_a_late_tick_is_red(story: Story) -> None:
    await story.passes(15)
    story.gateway.now += health.LATE_SECONDS
    await story.watch.look()
    (problem,) = story.watch.vitals.problems
    assert "What is due is late" in problem
    assert story.gateway.sessions == 1, "it was the process that stood still, not the gateway"


async def test_a_store_that_cannot_be_written_is_red_until_it_can(story: Story) -> None:
    is_full = True

    async def beat() -> None:
        if is_full:
            raise OSError(28, "No space left on device")

    story.watch._due = due = Due([], beat)
    await due.run()
    assert "A store cannot be written" in (await story.passes(15)).problems[0]
    is_full = False
    for _ in range(4):
        await due.run()
    due.ran_at = story.gateway.now
    assert (await story.passes(15)).problems == []
    assert story.watch.vitals.failures == {"heartbeat": 1}


@pytest.mark.parametrize(("backlog", "is_well"), [({"new": 900, "dead": 3}, True), ({"held": 1}, False)])
def test_only_a_held_message_needs_a_person(backlog: dict[str, int], is_well: bool) -> None:  # noqa: FBT001 - a column of the table
    assert (Vitals(is_connected=True, backlog=backlog).problems == []) is is_well


def test_the_note_tells_other_processes(tmp_path: Path) -> None:
    note = tmp_path / "health.json"
    assert health.read(note, 0) == ["Steward does not run on this data directory."]
    health.write(note, [], 100)
    assert health.read(note, 100) == health.read(note, 189) == []
    hangs = ["Steward has stopped telling how it is: it hangs, or was killed."]
    assert health.read(note, 190) == hangs
    assert health.read(note, 99) == hangs, "from before the machine was restarted"
    health.write(note, ["A message is held."], 100)
    assert health.read(note, 101) == ["A message is held."]
    note.write_text("")
    assert health.read(note, 101) == ["Steward does not run on this data directory."]


async def test_a_failure_of_a_private_job_is_not_published() -> None:
    async def fails() -> None:
        raise ValueError

    due = Due([("release", fails), ("digests", fails)], nothing, private=frozenset({"release"}))
    await asyncio.gather(due.run(), due.run())
    assert due.failures == {"digests": 2}
