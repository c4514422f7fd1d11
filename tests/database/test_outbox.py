"""The outbox: what is to be said is queued once, told in order, and remembered as told."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.database import outbox as letters
from bot.database.engine import Database
from bot.database.outbox import Letter
from bot.database.tables import outbox
from bot.ids import ChannelId, GuildId
from tests.clock import MONDAY

FIRST = Letter("digest:1:2026-03-03", GuildId(1), ChannelId(10), "digests:digest", {"total": 5, "é": ["×"]}, "de")


async def queue(database: Database, *queued: Letter) -> list[bool]:
    async with database.begin() as connection:
        return [await letters.queue(connection, letter) for letter in queued]


async def ready(database: Database, **later: float) -> list[str]:
    async with database.begin() as connection:
        return [letter.natural_key for letter in await letters.ready(connection, MONDAY + timedelta(**later))]


async def row(database: Database, letter: Letter) -> Any:
    async with database.begin() as connection:
        found = await connection.execute(select(outbox).where(outbox.c.natural_key == letter.natural_key))
        return found.one()


async def test_a_letter_comes_back_as_it_was_queued(database: Database) -> None:
    assert await queue(database, FIRST) == [True]
    async with database.begin() as connection:
        assert await letters.ready(connection, MONDAY) == [FIRST]


async def test_what_was_queued_once_is_not_queued_again(database: Database) -> None:
    assert await queue(database, FIRST, replace(FIRST, contents={"total": 6})) == [True, False]
    assert await queue(database, FIRST) == [False]
    async with database.begin() as connection:
        await letters.mark_sent(connection, FIRST, 77)
    assert await queue(database, FIRST) == [False]
    assert await ready(database) == []


async def test_two_who_queue_the_same_at_once_queue_it_once(database: Database) -> None:
    told = await asyncio.gather(*(queue(database, FIRST) for _ in range(10)))
    assert sorted(told) == [[False]] * 9 + [[True]]


async def test_a_letter_of_a_change_that_failed_is_not_queued(database: Database) -> None:
    async def change() -> None:
        async with database.begin() as connection:
            await letters.queue(connection, FIRST)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await change()
    assert await ready(database) == []


async def test_each_channel_is_told_in_order_and_waits_for_its_own_first_letter_only(database: Database) -> None:
    second = replace(FIRST, natural_key="second")
    other = replace(FIRST, natural_key="other channel", channel_id=ChannelId(11))
    assert await queue(database, FIRST, second, other) == [True, True, True]
    assert await ready(database) == [FIRST.natural_key, "other channel"]
    async with database.begin() as connection:
        await letters.mark_sending(connection, FIRST, MONDAY)
        await letters.mark_waiting(connection, FIRST, MONDAY + timedelta(minutes=10), "closed 50001")
    assert await ready(database) == ["other channel"]
    assert await ready(database, minutes=10) == [FIRST.natural_key, "other channel"]
    async with database.begin() as connection:
        await letters.mark_sent(connection, FIRST, 2**62)
    assert await ready(database) == ["second", "other channel"]


async def test_each_mark_says_what_is_known_of_the_last_attempt(database: Database) -> None:
    await queue(database, FIRST)
    async with database.begin() as connection:
        await letters.mark_sending(connection, FIRST, MONDAY)
    found = await row(database, FIRST)
    assert (found.state, found.first_try_at, found.attempts, found.message_id) == ("sending", MONDAY, 1, None)
    async with database.begin() as connection:
        (again,) = await letters.ready(connection, MONDAY)
        assert again == replace(FIRST, state="sending", first_try_at=MONDAY, attempts=1)
        await letters.mark_waiting(connection, again, MONDAY + timedelta(seconds=20), "status 503")
    found = await row(database, FIRST)
    assert (found.state, found.next_try_at, found.reason) == ("sending", MONDAY + timedelta(seconds=20), "status 503")
    async with database.begin() as connection:
        await letters.mark_untried(connection, again)
    found = await row(database, FIRST)
    assert (found.state, found.first_try_at) == ("new", None)
    async with database.begin() as connection:
        await letters.mark_sent(connection, again, 2**62)
    found = await row(database, FIRST)
    assert (found.state, found.message_id, found.next_try_at, found.reason) == ("sent", 2**62, None, None)


async def test_what_is_given_up_does_not_keep_the_next_waiting(database: Database) -> None:
    for state, follower in [("dead", "second"), ("held", "third")]:
        letter = replace(FIRST, natural_key=state)
        await queue(database, letter, replace(FIRST, natural_key=follower))
        async with database.begin() as connection:
            await letters.mark_undelivered(connection, letter, state, "refused 50035")
        assert (await row(database, letter)).reason == "refused 50035"
    assert await ready(database) == ["second"]


async def test_what_went_to_another_channel_or_was_withdrawn_since_it_was_read_is_not_begun(database: Database) -> None:
    elsewhere = replace(FIRST, channel_id=ChannelId(11))
    await queue(database, FIRST)
    async with database.begin() as connection:
        await letters.redirect(connection, FIRST.guild_id, ["digests:"], FIRST.channel_id, elsewhere.channel_id)
        assert not await letters.mark_sending(connection, FIRST, MONDAY)
        assert await letters.mark_sending(connection, elsewhere, MONDAY)
        await letters.withdraw(connection, "digest:1:")
        assert not await letters.mark_sending(connection, elsewhere, MONDAY)


async def test_only_what_is_certainly_unposted_goes_to_another_channel(database: Database) -> None:
    kept = {"maybe posted": "status 503", "of another kind": None, "maybe posted, and closed": "closed 50001"}
    moved = {"new": None, "in a channel that is gone": "closed 10003"}
    async with database.begin() as connection:
        for key, reason in (kept | moved).items():
            letter = replace(FIRST, natural_key=key, kind="reports:x" if key == "of another kind" else FIRST.kind)
            await letters.queue(connection, letter)
            if reason is not None:
                await letters.mark_sending(connection, letter, MONDAY)
                await letters.mark_waiting(connection, letter, MONDAY, reason)
        await letters.redirect(connection, FIRST.guild_id, ["digests:"], FIRST.channel_id, ChannelId(11))
        found = await connection.execute(select(outbox.c.natural_key).where(outbox.c.channel_id == 11))
        assert set(found.scalars()) == set(moved)


async def test_a_head_is_kept_until_its_thread_is_written(database: Database) -> None:
    part = replace(FIRST, natural_key="part", channel_id=ChannelId(77))
    await queue(database, FIRST, part)
    for waits in (True, False):
        async with database.begin() as connection:
            if waits:
                await letters.mark_sending(connection, FIRST, MONDAY)
                await letters.mark_sent(connection, FIRST, 77)
            else:
                await letters.mark_sent(connection, part, 78)
            await letters.purge(connection, MONDAY + timedelta(days=31))
            above = await letters.above(connection, ChannelId(77))
            assert above == (FIRST.channel_id if waits else None)


def test_a_nonce_fits_discord_and_differs_between_letters() -> None:
    assert len(FIRST.nonce) <= 25
    assert FIRST.nonce == replace(FIRST, attempts=9, state="sending", first_try_at=MONDAY).nonce
    others = {replace(FIRST, natural_key="digest:2:2026-03-03").nonce, replace(FIRST, kind="digests:late").nonce}
    assert len({FIRST.nonce, *others}) == 3
    assert FIRST.reference == f"ref {FIRST.nonce[:10]}"
