"""Channels that Steward cannot post to: organizers are told once, and nothing that waits is lost."""

from typing import Any

import discord
import pytest
import pytest_asyncio
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType
from sqlalchemy import select

from bot.database import cards, outbox
from bot.database.outbox import Letter
from bot.database.tables import outbox as rows
from bot.demo.world import World
from bot.digests.service import KIND as DIGEST
from bot.ids import ChannelId, GuildId
from bot.petitions.service import CARD
from bot.polls.service import REMINDER
from bot.reports.attendance import KIND as ATTENDANCE
from tests.journeys.people import Person, digests, posts

NOTICE = "Steward cannot post in"
NUMBERS: dict[str, Any] = {"since": None, "is_late": False, "k": 5, "changes": [], "tallies": []}


def may(world: World, channel: str, *, here: bool, permission: str) -> None:
    """Give everybody, Steward among them, a permission in a channel, or take it from them."""
    bit = getattr(discord.Permissions, permission).flag
    allow, deny = (bit, 0) if here else (0, bit)
    world.env.backend.set_overwrite(
        world.channels[channel].id, Overwrite(world.guild.id, OverwriteType.ROLE, allow, deny)
    )


def digest(world: World, number: int) -> Letter:
    """Return a digest that can be told from others by its total."""
    channel = ChannelId(world.channels["digests"].id)
    contents = NUMBERS | {"period": f"2026-03-0{number}", "total": 100 * number}
    return Letter(f"digest:{number}", GuildId(world.guild.id), channel, DIGEST, contents, "en")


async def has_to_say(world: World, *letters: Letter) -> None:
    async with world.steward._database.begin() as connection:
        for letter in letters:
            await outbox.queue(connection, letter)


def notices(world: World) -> list[str]:
    return [post for post in posts(world, "organizers") if NOTICE in post]


def totals(world: World, channel: str = "digests") -> list[str]:
    return [post.split("At least ")[1].split()[0] for post in posts(world, channel) if "At least " in post]


@pytest_asyncio.fixture
async def told(administrator: Person, vera: Person, world: World) -> Person:
    """Vera, whose server also has a channel for organizers."""
    await administrator.chooses("guilds:channel:v1:organizers", world.channels["organizers"])
    return vera


@pytest.mark.parametrize(
    ("permission", "hint"), [("send_messages", "**Send Messages** is"), ("view_channel", "**View Channel** is")]
)
async def test_organizers_are_told_once_and_what_waits_comes_in_order_when_it_is_mended(
    world: World, told: Person, permission: str, hint: str
) -> None:
    may(world, "digests", here=False, permission=permission)
    await has_to_say(world, digest(world, 1), digest(world, 2))
    for _ in range(6):
        await world.later(minutes=10)
    await world.restart()
    await world.later(minutes=10)
    (notice,) = notices(world)
    assert f"<#{world.channels['digests'].id}>" in notice
    assert "A digest waits to be posted there" in notice
    assert hint in notice
    assert "within ten minutes" in notice
    may(world, "digests", here=True, permission=permission)
    for _ in range(3):
        await world.later(minutes=10)
    assert totals(world) == ["100", "200"]
    assert len(notices(world)) == 1


async def test_a_channel_that_closes_again_is_told_again(world: World, told: Person) -> None:
    for number in (1, 2):
        may(world, "digests", here=False, permission="send_messages")
        await has_to_say(world, digest(world, number))
        await world.later(minutes=1)
        await world.later(minutes=1)
        may(world, "digests", here=True, permission="send_messages")
        await world.later(minutes=10)
        assert len(notices(world)) == number
    assert totals(world) == ["100", "200"]


async def test_digests_that_wait_for_a_deleted_channel_come_in_the_one_chosen_in_its_place(
    world: World, administrator: Person, told: Person
) -> None:
    world.env.backend.delete_channel(world.channels["digests"].id)
    await has_to_say(world, digest(world, 1), digest(world, 2))
    for _ in range(3):
        await world.later(minutes=10)
    (notice,) = notices(world)
    assert "The channel was deleted" in notice
    assert "`/setup`" in notice
    await administrator.runs("setup")
    await administrator.chooses("guilds:channel:v1:digests", world.channels["general"])
    for _ in range(2):
        await world.later(seconds=15)
    assert totals(world, "general") == ["100", "200"]
    assert len(notices(world)) == 1


async def test_a_card_that_waits_moves_with_its_channel_and_is_edited_there(
    world: World, administrator: Person, told: Person
) -> None:
    await administrator.chooses("guilds:channel:v1:petitions", world.channels["petitions"])
    before = ChannelId(world.channels["petitions"].id)
    may(world, "petitions", here=False, permission="send_messages")
    letter = Letter("petition:x:card", GuildId(world.guild.id), before, CARD, {}, "en")
    async with world.steward._database.begin() as connection:
        await cards.show(connection, letter)
    await administrator.chooses("guilds:channel:v1:petitions", world.channels["general"])
    async with world.steward._database.begin() as connection:
        (waiting,) = await outbox.ready(connection, world.clock.now())
        assert waiting.channel_id == world.channels["general"].id
        await outbox.mark_sent(connection, waiting, 77)
        await cards.show(connection, Letter("petition:x:card", letter.guild_id, before, CARD, {"new": True}, "en"))
        await cards.find_posted(connection)
        (card,) = await cards.stale(connection, world.clock.now())
    assert (card.channel_id, card.message_id) == (world.channels["general"].id, 77)


async def test_what_organizers_alone_are_told_never_moves_to_a_public_channel(
    world: World, administrator: Person, told: Person
) -> None:
    channel = ChannelId(world.channels["organizers"].id)
    may(world, "organizers", here=False, permission="send_messages")
    await administrator.runs("setup")
    await administrator.chooses("guilds:channel:v1:digests", world.channels["organizers"])
    contents = {"notice": "closing", "opened_on": "2026-03-01", "closes_on": "2026-03-15"}
    await has_to_say(
        world,
        Letter("attendance", GuildId(world.guild.id), channel, ATTENDANCE, contents, "en"),
        Letter("poll", GuildId(world.guild.id), channel, REMINDER, {}, "en"),
    )
    await world.later(minutes=1)
    await administrator.chooses("guilds:channel:v1:digests", world.channels["general"])
    async with world.steward._database.begin() as connection:
        where = await connection.execute(select(rows.c.natural_key, rows.c.channel_id).where(rows.c.state == "new"))
    assert {row.natural_key: row.channel_id for row in where} == {"attendance": channel, "poll": channel}
    await world.later(minutes=10)
    assert posts(world, "general") == []


async def test_of_the_organizers_own_channel_nobody_is_told(world: World, told: Person) -> None:
    may(world, "organizers", here=False, permission="send_messages")
    contents = {"notice": "closing", "opened_on": "2026-03-01", "closes_on": "2026-03-15"}
    channel = ChannelId(world.channels["organizers"].id)
    await has_to_say(world, Letter("attendance", GuildId(world.guild.id), channel, ATTENDANCE, contents, "en"))
    for _ in range(3):
        await world.later(minutes=10)
    may(world, "organizers", here=True, permission="send_messages")
    for _ in range(3):
        await world.later(minutes=10)
    assert notices(world) == []
    assert len(posts(world, "organizers")) == 1


async def test_without_a_channel_for_organizers_the_digest_still_comes_when_mended(world: World, vera: Person) -> None:
    may(world, "digests", here=False, permission="send_messages")
    await has_to_say(world, digest(world, 1))
    await world.later(minutes=10)
    may(world, "digests", here=True, permission="send_messages")
    await world.later(minutes=10)
    assert len(digests(world)) == 1
    assert notices(world) == []
