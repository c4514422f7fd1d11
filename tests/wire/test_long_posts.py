"""A post that is too long for one message: a head, and the rest in a thread below, each of it exactly once."""

from __future__ import annotations

import json
import sys
from datetime import timedelta

import pytest

from .long_posts import HEAD
from .loopback.permissions import CREATE_PUBLIC_THREADS, MEMBERS_MAY, SEND_MESSAGES_IN_THREADS
from .union import Union

pytestmark = pytest.mark.asyncio

UNSENT = "SELECT count(*) FROM outbox WHERE state != 'sent'"
PARTS = ["the first part", "the second part"]
STARTING = "POST /channels/*/messages/*/threads"

CRASHES = [
    ("outbox: after sending", 1),
    ("thread: queued and not committed", 1),
    ("outbox: noted", 1),
    ("thread: before starting", 1),
    ("thread: started and not noted", 1),
    ("thread: noted", 1),
    ("outbox: before sending", 2),
    ("outbox: after sending", 2),
    ("outbox: noted", 2),
    ("outbox: after sending", 3),
]
"""Where the plug is pulled, and at the how manieth message."""


def lives(union: Union, place: str = "", passes: int = 1) -> None:
    """Let the next start know long posts, and end at a place if one is named."""
    union.bot.command = (sys.executable, "-m", "tests.wire.long_posts", place, str(passes))


async def something_long_is_due(union: Union) -> None:
    await union.set_up()
    contents = json.dumps({"text": "the head", "thread": "Everything else", "rest": PARTS})
    union.change(
        "INSERT INTO outbox (natural_key, guild_id, channel_id, kind, contents, language, state, attempts) "
        "VALUES ('long', ?, ?, ?, ?, 'en', 'new', 0)",
        union.guild.id,
        union.digests.id,
        HEAD,
        contents,
    )


def channel(union: Union) -> list[str]:
    """Return what stands in the channel, without the references."""
    return [message.text.split("\n")[0] for message in union.posted()]


def thread(union: Union) -> list[str]:
    """Return what stands in the thread under the head; there must be no other thread."""
    threads = [one for one in union.discord.world.channels.values() if one.parent is not None]
    assert len(threads) <= 1
    return [message.text.split("\n")[0] for one in threads for message in union.posted(one)]


@pytest.mark.parametrize("minutes", [0, 60])
@pytest.mark.parametrize(("place", "passes"), CRASHES)
async def test_a_crash_at_any_moment_says_head_and_parts_once(
    union: Union, place: str, passes: int, minutes: int
) -> None:
    await something_long_is_due(union)
    lives(union, place, passes)
    await union.bot.start()
    await union.bot.ended()
    union.age_outbox(timedelta(minutes=minutes))
    lives(union)
    await union.bot.start()
    await union.until_recorded("SELECT count(*) FROM outbox", 4)
    await union.until_recorded(UNSENT, 0)
    assert channel(union) == ["the head"]
    assert thread(union) == PARTS


async def test_a_thread_whose_start_was_acted_on_and_not_answered_is_started_once(union: Union) -> None:
    await something_long_is_due(union)
    lives(union)
    fault = union.discord.faults.lose_answer(STARTING)
    await union.bot.start()
    await fault.has_struck()
    await union.until_recorded("SELECT count(*) FROM outbox WHERE reason IS NOT NULL", 1)
    await union.bot.kill()
    union.age_outbox(timedelta(seconds=10))
    await union.bot.start()
    await union.until_recorded(UNSENT, 0)
    assert [request.code for request in union.discord.asked(STARTING)][1:] == [160004]
    assert (channel(union), thread(union)) == (["the head"], PARTS)


@pytest.mark.parametrize("lacking", [CREATE_PUBLIC_THREADS, SEND_MESSAGES_IN_THREADS])
async def test_where_threads_cannot_be_used_the_rest_comes_below_the_head(union: Union, lacking: int) -> None:
    await something_long_is_due(union)
    bot = union.discord.world.bot
    union.discord.happens.permissions_changed(union.digests, bot, allow=MEMBERS_MAY & ~lacking, deny=lacking)
    lives(union)
    await union.bot.start()
    await union.until_recorded("SELECT count(*) FROM outbox", 4)
    await union.until_recorded(UNSENT, 0)
    assert (channel(union), thread(union)) == (["the head", *PARTS], [])


async def test_under_a_head_that_somebody_deleted_nothing_more_is_said(union: Union) -> None:
    await something_long_is_due(union)
    lives(union, "outbox: noted")
    await union.bot.start()
    await union.bot.ended()
    [head] = union.posted()
    union.discord.delete_message(head)
    lives(union)
    await union.bot.start()
    await union.until_recorded(UNSENT, 0)
    assert union.look("SELECT count(*) FROM outbox WHERE contents LIKE '%part%'") == 0
    await union.bot.restart()
    assert (channel(union), thread(union)) == ([], [])


async def test_in_a_thread_that_somebody_deleted_nothing_more_is_said(union: Union) -> None:
    await something_long_is_due(union)
    lives(union, "thread: noted")
    await union.bot.start()
    await union.bot.ended()
    [head] = union.posted()
    del union.discord.world.channels[head.id]
    lives(union)
    await union.bot.start()
    await union.until_recorded(UNSENT, 0)
    assert union.look("SELECT count(*) FROM outbox WHERE contents LIKE '%part%'") == 0
    assert (channel(union), thread(union)) == (["the head"], [])


async def test_a_restored_record_that_knows_of_no_thread_says_nothing_in_it_twice(union: Union) -> None:
    await something_long_is_due(union)
    contents = union.look("SELECT contents FROM outbox")
    lives(union)
    await union.bot.start()
    await union.until_recorded("SELECT count(*) FROM outbox", 4)
    await union.until_recorded(UNSENT, 0)
    await union.bot.kill()
    union.change("DELETE FROM outbox WHERE natural_key != 'long'")
    union.change("UPDATE outbox SET state = 'sending', message_id = NULL, contents = ?", contents)
    union.age_outbox(timedelta(minutes=60))
    await union.bot.start()
    await union.until_recorded("SELECT count(*) FROM outbox", 4)
    await union.until_recorded(UNSENT, 0)
    assert (channel(union), thread(union)) == (["the head"], PARTS)
