"""Posts that change: posted once, then edited to the newest state, and no oftener than there are ticks."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

import discord
import pytest
import pytest_asyncio
from aiohttp import ClientError
from sqlalchemy import select

from bot.database import cards
from bot.database.engine import Database
from bot.database.outbox import Letter
from bot.database.tables import outbox
from bot.guilds import records as guild_records
from bot.guilds.rules import Guild
from bot.ids import ChannelId, GuildId
from bot.outgoing import EDITS, RETRY_CLOSED, UNKNOWN_MESSAGE, Outgoing
from bot.texts import Translate
from cogs.layout import card
from tests.clock import FixedClock

GUILD = GuildId(7)
CHANNEL = ChannelId(72)


def letter(number: int = 0, shown: int = 0, channel: ChannelId = CHANNEL) -> Letter:
    return Letter(f"petition:a:card:{number}", GUILD, channel, "card", {"shown": shown}, "en")


def told(contents: Mapping[str, Any], _: Translate, reference: str) -> discord.ui.LayoutView:
    return card(f"At least {contents.get('shown')} have signed", reference)


@dataclass
class Answer:
    """What a refusal of Discord carries of its response."""

    status: int
    reason: str = ""


@dataclass
class Channels:
    """Stand in for the client: notes what is sent and edited, and fails as it is told to."""

    sent: list[str] = field(default_factory=list)
    edits: list[tuple[int, str]] = field(default_factory=list)
    failure: Exception | None = None
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    user: discord.Object = field(default_factory=lambda: discord.Object(1))

    def is_ready(self) -> bool:
        return True

    def get_partial_messageable(self, _: int) -> "Channels":
        return self

    def get_partial_message(self, number: int) -> "Message":
        return Message(self, number)

    async def send(self, *, view: discord.ui.LayoutView, **_: object) -> discord.Object:
        self.sent.append(text_of(view))
        return discord.Object(len(self.sent))


@dataclass
class Message:
    channels: Channels
    number: int

    async def edit(self, *, view: discord.ui.LayoutView, **_: object) -> None:
        self.channels.reached.set()
        if self.channels.failure is not None:
            raise self.channels.failure
        self.channels.edits.append((self.number, text_of(view)))


def text_of(view: discord.ui.LayoutView) -> str:
    return " ".join(item.content for item in view.walk_children() if isinstance(item, discord.ui.TextDisplay))


@dataclass
class Desk:
    """A channel, what is to be said in it, and the hand that says it."""

    database: Database
    clock: FixedClock
    channels: Channels
    outgoing: Outgoing

    async def show(self, *letters: Letter) -> None:
        async with self.database.begin() as connection:
            for each in letters:
                await cards.show(connection, each)

    async def tick(self) -> None:
        await self.outgoing.send_due()
        await self.outgoing.edit_due()

    async def post(self, number: int) -> None:
        """Say and post so many cards: one message a channel at each tick."""
        await self.show(*(letter(each) for each in range(number)))
        for _ in range(number):
            await self.tick()
        assert len(self.channels.sent) == number


@pytest_asyncio.fixture
async def desk(database: Database, clock: FixedClock) -> Desk:
    async with database.begin() as connection:
        await guild_records.save(connection, Guild(GUILD))
    channels = Channels()
    outgoing = Outgoing(cast("discord.Client", channels), database, clock)
    for kind in ("card", "other"):
        outgoing.render_with(kind, told)
    return Desk(database, clock, channels, outgoing)


async def test_a_card_is_posted_once_and_edited_from_then_on(desk: Desk) -> None:
    await desk.post(1)
    for shown in (5, 10):
        await desk.show(letter(shown=shown))
        await desk.tick()
    assert len(desk.channels.sent) == 1
    assert [text.split(" have")[0] for _, text in desk.channels.edits] == ["At least 5", "At least 10"]
    assert {number for number, _ in desk.channels.edits} == {1}
    reference = letter().reference
    assert all(reference in text for text in [*desk.channels.sent, *(text for _, text in desk.channels.edits)])


async def test_whatever_happens_between_two_ticks_is_one_edit_to_the_last_state(desk: Desk) -> None:
    await desk.post(1)
    for shown in range(1, 500):
        await desk.show(letter(shown=shown))
    await desk.tick()
    await desk.tick()
    assert [text.split(" have")[0] for _, text in desk.channels.edits] == ["At least 499"]


async def test_saying_the_same_again_is_no_edit(desk: Desk) -> None:
    await desk.post(1)
    await desk.show(letter())
    await desk.tick()
    assert desk.channels.edits == []


async def test_a_card_that_changed_before_it_was_posted_ends_with_the_newest_state(desk: Desk) -> None:
    await desk.show(letter(shown=5))
    await desk.show(letter(shown=10))
    for _ in range(2):
        await desk.tick()
    assert [*desk.channels.sent, *(text for _, text in desk.channels.edits)][-1].startswith("At least 10")
    assert len(desk.channels.sent) == 1


async def test_what_is_said_while_a_card_is_edited_is_shown_next(desk: Desk) -> None:
    await desk.post(1)
    await desk.show(letter(shown=5))
    async with asyncio.TaskGroup() as group:
        group.create_task(desk.outgoing.edit_due())
        await desk.channels.reached.wait()
        await desk.show(letter(shown=10))
    await desk.tick()
    assert [text.split(" have")[0] for _, text in desk.channels.edits] == ["At least 5", "At least 10"]


async def test_no_channel_gets_more_edits_in_one_tick_than_discord_takes(desk: Desk) -> None:
    many = 3 * EDITS
    await desk.post(many)
    await desk.show(*(letter(number, 5) for number in range(many)))
    for ticks in (1, 2, 3):
        await desk.outgoing.edit_due()
        assert len(desk.channels.edits) == ticks * EDITS
    assert len({number for number, _ in desk.channels.edits}) == many, "nobody waits for ever"


@pytest.mark.parametrize("failure", [ClientError(), TimeoutError(), OSError()])
async def test_an_edit_that_fails_is_tried_again_later_with_the_newest_state(desk: Desk, failure: Exception) -> None:
    await desk.post(1)
    await desk.show(letter(shown=5))
    desk.channels.failure = failure
    await desk.tick()
    desk.channels.failure = None
    await desk.show(letter(shown=10))
    await desk.tick()
    assert desk.channels.edits == []
    desk.clock.later(seconds=RETRY_CLOSED.total_seconds())
    await desk.tick()
    assert [text.split(" have")[0] for _, text in desk.channels.edits] == ["At least 10"]


async def test_a_card_that_somebody_deleted_is_left_alone(desk: Desk) -> None:
    await desk.post(1)
    gone = discord.NotFound(cast("Any", Answer(404)), {"code": UNKNOWN_MESSAGE, "message": ""})
    desk.channels.failure = gone
    await desk.show(letter(shown=5))
    await desk.tick()
    desk.channels.failure = None
    await desk.show(letter(shown=10))
    desk.clock.later(seconds=timedelta(days=1).total_seconds())
    await desk.tick()
    assert (len(desk.channels.sent), desk.channels.edits) == (1, [])


@pytest.mark.parametrize("change", [{"is_frozen": True}, {"left_at": True}, {"erase_at": True}])
async def test_a_server_that_is_frozen_left_or_being_erased_sees_no_edit(
    desk: Desk, change: Mapping[str, bool]
) -> None:
    await desk.post(1)
    values: Any = {name: True if name == "is_frozen" else desk.clock.now() for name in change}
    async with desk.database.begin() as connection:
        await guild_records.save(connection, Guild(GUILD, **values))
    await desk.show(letter(shown=5))
    await desk.tick()
    assert desk.channels.edits == []


async def test_a_card_can_become_one_of_another_kind_and_forgets_what_it_said(desk: Desk) -> None:
    await desk.post(1)
    other = Letter(letter().natural_key, GUILD, CHANNEL, "other", {}, "en")
    async with desk.database.begin() as connection:
        await cards.replace(connection, other)
        assert (await connection.execute(select(outbox))).all() == []
    await desk.tick()
    assert [text.split(" have")[0] for _, text in desk.channels.edits] == ["At least None"]
    await desk.show(letter(shown=15))
    await desk.tick()
    assert len(desk.channels.sent) == 1
    assert desk.channels.edits[-1][1].startswith("At least 15")
