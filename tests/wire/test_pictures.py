"""A post with a picture arrives once, and its words arrive whatever becomes of the picture."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from discord.ext import commands
from sqlalchemy import update

from bot import mishaps, outgoing
from bot.charts import Bar, BarChart, bars
from bot.database import cards, outbox
from bot.database.outbox import Letter
from bot.database.tables import outbox as outbox_rows
from bot.guilds import records as guild_records
from bot.guilds.rules import Guild as GuildRow
from bot.ids import ChannelId, GuildId
from bot.outgoing import Illustrated
from bot.texts import Translate
from bot.wiring import Steward
from cogs import interactions
from cogs.interactions import Request, answers
from cogs.layout import button, card, picture, row
from tests.discord_limits import walk

from .loopback import Channel, Guild, Loopback, Message, Person
from .loopback.permissions import ATTACH_FILES

pytestmark = pytest.mark.asyncio

KIND = "tests:result"
MESSAGES = "POST /channels/*/messages"
ALT = "Yes: 2 votes. No: 1 vote."
WORDS = "Yes has won with 2 of 3 votes"
RESULT = BarChart("Strike?", [Bar("Yes", 2, "2 votes", is_marked=True), Bar("No", 1, "1 vote")])
BUTTONS = "Result", "Both", "Words"


class CannotDraw(Exception):
    """What goes wrong while drawing."""


class Artist:
    """Draws results, unless told to fail or to wait."""

    def __init__(self) -> None:
        self.drawn = 0
        self.fails = False
        self.may_draw = threading.Event()
        self.may_draw.set()

    def draw(self) -> bytes:
        self.drawn += 1
        self.may_draw.wait(10)
        if self.fails:
            raise CannotDraw
        return bars(RESULT)

    def result(self, contents: Mapping[str, Any], _: Translate, reference: str) -> Illustrated:
        ways = row(*(button(each, f"tests:{each.lower()}:v1") for each in BUTTONS))
        view = card(contents.get("words", WORDS), picture("result.png", ALT), ways, f"-# {reference}")
        return Illustrated(view, {"result.png": self.draw})


class ShownResults(commands.Cog):
    """Shows results in private, with pictures and without."""

    def __init__(self, artist: Artist) -> None:
        self.artist = artist

    @answers("tests:result:v1")
    async def show(self, request: Request) -> None:
        await request.show(self.artist.result({}, request.t, ""))

    @answers("tests:both:v1")
    async def show_both(self, request: Request) -> None:
        await request.defer()
        view = card(WORDS, picture("a.png", ALT), picture("b.png", ALT))
        await request.show(Illustrated(view, {"a.png": self.artist.draw, "b.png": partial(bars, RESULT)}))

    @answers("tests:words:v1")
    async def show_words(self, request: Request) -> None:
        await request.show(card("Only words"))


@pytest_asyncio.fixture
async def artist(steward: Steward, guild: Guild) -> Artist:
    artist = Artist()
    steward.outgoing.render_with(KIND, artist.result)
    await steward.client.add_cog(ShownResults(artist))
    async with steward._database.begin() as connection:
        await guild_records.save(connection, GuildRow(GuildId(guild.id)))
    return artist


@pytest.fixture
def channel(guild: Guild) -> Channel:
    return next(iter(guild.channels.values()))


def letter(channel: Channel, words: str = WORDS) -> Letter:
    assert channel.guild is not None
    return Letter(KIND, GuildId(channel.guild.id), ChannelId(channel.id), KIND, {"words": words}, "en")


async def post(steward: Steward, channel: Channel) -> None:
    async with steward._database.begin() as connection:
        await outbox.queue(connection, letter(channel))
    await steward.outgoing.send_due()


async def try_again(steward: Steward) -> None:
    async with steward._database.begin() as connection:
        await connection.execute(update(outbox_rows).values(next_try_at=None))
    await steward.outgoing.send_due()


async def unsent(steward: Steward) -> dict[str, int]:
    async with steward._database.begin() as connection:
        return await outbox.backlog(connection)


def shown(message: Message) -> list[tuple[str, str]]:
    """Return the address and the description of each picture that a message shows."""
    items = [item for part in walk(message.components) for item in part.get("items") or ()]
    return [(item["media"]["url"], item["description"]) for item in items]


async def downloaded(address: str) -> bytes:
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        return await answer.read()


async def test_a_result_is_posted_with_its_picture_and_what_it_shows_in_words(
    steward: Steward, artist: Artist, channel: Channel, ana: Person
) -> None:
    await post(steward, channel)
    [message] = ana.sees(channel)
    [(address, alt)] = shown(message)
    [attachment] = message.attachments
    assert (attachment["filename"], attachment["url"], alt) == ("result.png", address, ALT)
    assert await downloaded(address) == bars(RESULT)
    assert WORDS in message.text
    assert await unsent(steward) == {}


@pytest.mark.parametrize("fails_then", [False, True])
async def test_a_lost_answer_is_made_good_with_one_post(
    steward: Steward, artist: Artist, channel: Channel, ana: Person, loopback: Loopback, *, fails_then: bool
) -> None:
    loopback.faults.lose_answer(MESSAGES)
    await post(steward, channel)
    assert await unsent(steward) == {"sending": 1}
    artist.fails = fails_then
    await try_again(steward)
    assert await unsent(steward) == {}
    assert artist.drawn == len(loopback.asked(MESSAGES)) == 2
    [message] = ana.sees(channel)
    assert len(message.attachments) == len(shown(message)) == 1


async def test_where_drawing_fails_the_words_are_posted(
    steward: Steward, artist: Artist, channel: Channel, ana: Person
) -> None:
    mishaps.take()
    artist.fails = True
    await post(steward, channel)
    [message] = ana.sees(channel)
    assert WORDS in message.text
    assert (message.attachments, shown(message)) == ([], [])
    assert await unsent(steward) == {}
    [fault] = mishaps.take()
    assert fault.startswith("CannotDraw at bot.outgoing")


async def test_a_drawing_that_never_ends_holds_up_no_words(
    steward: Steward, artist: Artist, channel: Channel, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "DRAW_SECONDS", 0.01)
    artist.may_draw.clear()
    try:
        await post(steward, channel)
    finally:
        artist.may_draw.set()
    [message] = ana.sees(channel)
    assert WORDS in message.text
    assert message.attachments == []


async def test_where_no_files_may_be_attached_the_words_are_posted(
    steward: Steward, artist: Artist, channel: Channel, ana: Person, loopback: Loopback
) -> None:
    loopback.happens.permissions_changed(channel, loopback.world.bot, deny=ATTACH_FILES)
    await post(steward, channel)
    [message] = ana.sees(channel)
    assert WORDS in message.text
    assert (message.attachments, shown(message)) == ([], [])
    assert await unsent(steward) == {}


@pytest.mark.parametrize(("status", "tries"), [(400, 2), (413, 2), (503, 1)])
async def test_only_what_discord_refused_for_good_is_said_without_its_picture(
    steward: Steward, artist: Artist, channel: Channel, ana: Person, loopback: Loopback, status: int, tries: int
) -> None:
    loopback.faults.refuse(MESSAGES, status)
    await post(steward, channel)
    assert len(loopback.asked(MESSAGES)) == tries
    await try_again(steward)
    [message] = ana.sees(channel)
    assert len(message.attachments) == (status == 503)
    assert await unsent(steward) == {}


async def test_a_card_that_changes_shows_its_words_and_no_picture_of_before(
    steward: Steward, artist: Artist, channel: Channel, ana: Person
) -> None:
    async with steward._database.begin() as connection:
        await cards.show(connection, letter(channel))
    await steward.outgoing.send_due()
    [message] = ana.sees(channel)
    assert len(shown(message)) == 1
    async with steward._database.begin() as connection:
        await cards.show(connection, letter(channel, "Counted anew"))
    await steward.outgoing.edit_due()
    assert "Counted anew" in message.text
    assert (message.attachments, shown(message)) == ([], [])
    assert artist.drawn == 1


async def test_a_result_is_shown_in_private_and_its_picture_goes_with_it(
    steward: Steward, artist: Artist, channel: Channel, ana: Person
) -> None:
    await post(steward, channel)
    [public] = ana.sees(channel)
    private = await ana.press(public, "Result")
    assert private.is_ephemeral
    [(address, alt)] = shown(private)
    assert (await downloaded(address), alt) == (bars(RESULT), ALT)
    assert await ana.press(private, "Result") is private
    [attachment] = private.attachments
    assert [(attachment["url"], ALT)] == shown(private) != [(address, ALT)]
    await ana.press(private, "Words")
    assert (private.text, private.attachments, shown(private)) == ("Only words", [], [])


async def test_in_private_each_picture_fails_alone(
    steward: Steward, artist: Artist, channel: Channel, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post(steward, channel)
    [public] = ana.sees(channel)
    artist.fails = True
    private = await ana.press(public, "Result")
    assert WORDS in private.text
    assert (private.attachments, shown(private)) == ([], [])
    both = await ana.press(public, "Both")
    assert [one["filename"] for one in both.attachments] == ["b.png"]
    assert len(shown(both)) == 1
    monkeypatch.setattr(interactions, "DRAW_SECONDS", 0.01)
    artist.may_draw.clear()
    try:
        late = await ana.press(public, "Result")
    finally:
        artist.may_draw.set()
    assert WORDS in late.text
    assert late.attachments == []
