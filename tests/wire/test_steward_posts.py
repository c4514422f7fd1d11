"""What Steward has to say in public stands there exactly once, whatever happens on the way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from .loopback import Channel, Guild
from .loopback.permissions import SEND_MESSAGES, VIEW_CHANNEL
from .union import Union

pytestmark = pytest.mark.asyncio

UNSENT = "SELECT count(*) FROM outbox WHERE state != 'sent'"
TITLE = "## What AI does to our jobs"


def route(channel: Channel) -> str:
    """Return the route on which messages to a channel are sent."""
    return f"POST /channels/{channel.id}/messages"


def locals_of(union: Union, count: int) -> list[tuple[Guild, Channel]]:
    """Add servers, each with a channel for its digests."""
    guilds = [union.discord.new_guild(f"Local {number + 2}") for number in range(count)]
    return [(guild, union.discord.world.channel(guild, "digests")) for guild in guilds]


async def ready_to_post(union: Union, *others: tuple[Guild, Channel]) -> None:
    """Set servers up so that at the next start each has a digest to post."""
    await union.set_up(*others, tallied=True)
    union.make_due("digest")


async def test_reports_are_released_and_the_digest_comes_when_due(union: Union) -> None:
    await union.set_up()
    await union.bot.start()
    codes = [await union.file(union.ana, union.guild, f"Waiting, {word}") for word in ("one", "two", "three")]
    await union.bot.kill()
    assert union.look("SELECT count(*) FROM cases") == 0
    union.change("INSERT INTO tallies VALUES (?, 'role', 'backend', 100000, 0, NULL)", union.guild.id)
    union.make_due("release")
    union.make_due("digest")
    await union.bot.start()
    await union.until_posted()
    await union.until_recorded(UNSENT, 0)
    assert union.look("SELECT count(*) FROM cases") == 3
    [digest] = union.posted()
    assert digest.text.startswith(TITLE)
    assert not digest.pings
    for code in codes:
        card = await union.check(union.ana, union.guild, code)
        await union.discord.changes.until(lambda: "Received" in card.text, 5, lambda: card.text)  # noqa: B023 - awaited
    await union.bot.restart()
    assert union.look("SELECT count(*) FROM digests") == 1
    assert len(union.posted()) == 1


@pytest.mark.parametrize("minutes", [0, 1, 3, 60])
async def test_a_crash_at_any_moment_posts_the_digest_once(union: Union, minutes: int) -> None:
    others = locals_of(union, 1)
    before, acted = [union.digests, others[0][1]]
    await ready_to_post(union, *others)
    stuck = [
        union.discord.faults.hang(route(before)),  # before Discord sees the request
        union.discord.faults.hang(route(acted), after_acting=True),  # after it acted, with the answer lost
    ]
    await union.bot.start()
    for fault in stuck:
        await fault.has_struck()
    await union.bot.kill()
    assert (len(union.posted(before)), len(union.posted(acted))) == (0, 1)
    union.age_outbox(timedelta(minutes=minutes))
    await union.bot.start()
    await union.until_posted(before, acted)
    await union.until_recorded(UNSENT, 0)
    assert (len(union.posted(before)), len(union.posted(acted))) == (1, 1)


@pytest.mark.parametrize("minutes", [0, 1, 3, 60])
async def test_a_crash_before_the_post_is_noted_posts_the_digest_once(union: Union, minutes: int) -> None:
    await ready_to_post(union)
    union.killed_at("outbox: after sending")
    await union.bot.start()
    await union.bot.ended()
    assert len(union.posted()) == 1
    union.age_outbox(timedelta(minutes=minutes))
    union.killed_at("")
    await union.bot.start()
    await union.until_posted()
    await union.until_recorded(UNSENT, 0)
    assert len(union.posted()) == 1


async def test_one_channel_that_hangs_holds_up_no_other(union: Union) -> None:
    others = locals_of(union, 1)
    await ready_to_post(union, *others)
    hang = union.discord.faults.hang(route(union.digests), times=None)
    limit = union.discord.faults.rate_limit(route(others[0][1]), 0.2)
    await union.bot.start()
    await hang.has_struck()
    await limit.has_struck()
    await union.until_posted(others[0][1], within=5)
    assert await union.file(union.ana, union.guild, "Meanwhile people are answered")
    hang.lift()
    await union.until_posted()
    await union.until_recorded(UNSENT, 0)


async def test_a_bad_day_at_discord_ends_with_each_digest_once(union: Union) -> None:
    others = locals_of(union, 4)
    channels = [union.digests, *(channel for _, channel in others)]
    await ready_to_post(union, *others)
    faults = union.discord.faults
    planned = [
        faults.refuse(route(channels[0]), 500),
        faults.refuse(route(channels[1]), 502, after_acting=True),
        faults.refuse(route(channels[2]), 503),
        faults.reset(route(channels[3])),
        faults.lose_answer(route(channels[4]), with_reset=True),
    ]
    await union.bot.start()
    for fault in planned:
        await fault.has_struck()
    await union.until_recorded(UNSENT, 3)  # discord.py makes 500 and 502 good by itself
    await union.until_recorded("SELECT count(*) FROM outbox WHERE reason IS NOT NULL", 3)
    await union.bot.kill()
    union.age_outbox(timedelta(seconds=10))
    await union.bot.start()
    await union.until_posted(*channels)
    await union.until_recorded(UNSENT, 0)
    assert [len(union.posted(channel)) for channel in channels] == [1] * 5


async def test_a_closed_channel_waits_until_it_is_mended_and_stops_nothing_else(union: Union) -> None:
    others = locals_of(union, 2)
    (first, gone), (_, open_one) = others
    await ready_to_post(union, *others)
    bot = union.discord.world.bot
    union.discord.happens.permissions_changed(union.digests, bot, deny=SEND_MESSAGES)
    union.discord.happens.channel_deleted(gone)
    await union.bot.start()
    await union.until_posted(open_one)
    await union.until_recorded("SELECT count(*) FROM outbox WHERE reason LIKE 'closed %'", 2)
    card = await union.boss.slash(union.guild, "setup")
    assert "To be mended there: Send Messages" in card.text
    await union.bot.terminate()
    union.discord.happens.permissions_changed(union.digests, bot, allow=SEND_MESSAGES | VIEW_CHANNEL)
    first.channels[gone.id] = union.discord.world.channels[gone.id] = gone
    union.age_outbox(timedelta(minutes=10))
    await union.bot.start()
    await union.until_posted(union.digests, gone)
    await union.until_recorded(UNSENT, 0)
    assert [len(union.posted(channel)) for channel in (union.digests, gone, open_one)] == [1, 1, 1]


async def test_what_a_moderator_deleted_is_not_said_again(union: Union) -> None:
    await ready_to_post(union)
    union.killed_at("outbox: after sending")
    await union.bot.start()
    await union.bot.ended()
    [digest] = union.posted()
    union.discord.delete_message(digest)
    union.change("UPDATE outbox SET next_try_at = NULL")
    union.killed_at("")
    await union.bot.start()
    await union.until_recorded(UNSENT, 0)
    assert union.posted() == []
    await union.bot.restart()
    assert union.posted() == []
