"""Transactions on the public record: whole or not at all, one after another, and with instants that know their zone."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
import pytest_asyncio
from sqlalchemy import insert, select, text
from sqlalchemy.exc import StatementError

from bot.database import facts, schedules
from bot.database.engine import Database
from bot.database.tables import guilds, outbox
from bot.ids import GuildId
from bot.storefile import SETTINGS
from tests.clock import MONDAY

GUILD = GuildId(42)


@pytest_asyncio.fixture
async def with_guild(database: Database) -> AsyncIterator[Database]:
    async with database.begin() as connection:
        await connection.execute(
            insert(guilds).values(
                id=GUILD,
                zone="UTC",
                language="en",
                k=5,
                reading_mode="readable",
                release_at="18:00",
                release_minimum=3,
                release_hold_days=7,
                digest_days="[1]",
                digest_at="09:00",
            )
        )
    yield database


async def test_every_setting_of_sqlite_holds_on_the_connection_in_use(sqlite_url: str) -> None:
    database = Database.at(sqlite_url)
    async with database.begin() as connection:
        held = {name: (await connection.execute(text(f"PRAGMA {name}"))).scalar() for name in SETTINGS}
    await database.close()
    assert held == SETTINGS


async def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    async with database.begin() as connection:
        await facts.put(connection, "kept", "yes")

    async def change() -> None:
        async with database.begin() as connection:
            await facts.put(connection, "kept", "no")
            await facts.put(connection, "half", "done")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await change()
    async with database.begin() as connection:
        assert await facts.get(connection, "kept") == "yes"
        assert await facts.get(connection, "half") is None


async def test_a_fact_takes_the_place_of_the_one_before_even_when_two_are_told_at_once(database: Database) -> None:
    async def tell(value: int) -> None:
        async with database.begin() as connection:
            await facts.put(connection, "heartbeat", str(value))

    await asyncio.gather(*(tell(value) for value in range(20)))
    async with database.begin() as connection:
        assert (await facts.get(connection, "heartbeat") or "").isdecimal()


async def test_two_hundred_at_once_who_read_and_then_write_each_see_the_one_before(with_guild: Database) -> None:
    """Each reads the schedule under its lock and writes it a minute later: no two may read the same."""
    async with with_guild.begin() as connection:
        await schedules.put(connection, schedules.Due(GUILD, "release", MONDAY))

    async def put_off() -> datetime:
        async with with_guild.begin() as connection:
            due = await schedules.lock(connection, GUILD, "release")
            assert due is not None
            later = due.next_at + timedelta(minutes=1)
            await schedules.put(connection, schedules.Due(GUILD, "release", later))
        return due.next_at

    seen = await asyncio.gather(*(put_off() for _ in range(200)))
    assert sorted(seen) == [MONDAY + timedelta(minutes=minute) for minute in range(200)]


async def test_an_instant_without_a_zone_is_refused(with_guild: Database) -> None:
    naive = datetime(2026, 3, 2, 10)
    with pytest.raises(StatementError, match="must know its zone"):
        async with with_guild.begin() as connection:
            await schedules.put(connection, schedules.Due(GUILD, "release", naive))


async def test_an_instant_comes_back_as_the_same_instant_in_utc(with_guild: Database) -> None:
    kathmandu = timezone(timedelta(hours=5, minutes=45))
    async with with_guild.begin() as connection:
        await schedules.put(connection, schedules.Due(GUILD, "release", MONDAY.astimezone(kathmandu)))
    async with with_guild.begin() as connection:
        due = await schedules.lock(connection, GUILD, "release")
    assert due is not None
    assert due.next_at == MONDAY
    assert due.next_at.tzinfo is UTC
    assert due.held_since is None


async def test_a_job_is_due_once_its_time_has_come_the_longest_waiting_first(with_guild: Database) -> None:
    async with with_guild.begin() as connection:
        await connection.execute(
            insert(guilds).from_select(
                [column.name for column in guilds.c],
                select(guilds.c.id + 1, *[column for column in guilds.c if column.name != "id"]),
            )
        )
        await schedules.put(connection, schedules.Due(GUILD, "release", MONDAY))
        await schedules.put(connection, schedules.Due(GuildId(43), "release", MONDAY - timedelta(days=1)))
        await schedules.put(connection, schedules.Due(GUILD, "digest", MONDAY - timedelta(days=2)))
        assert await schedules.due(connection, "release", MONDAY - timedelta(days=2)) == []
        assert await schedules.due(connection, "release", MONDAY - timedelta(microseconds=1)) == [43]
        assert await schedules.due(connection, "release", MONDAY) == [43, 42]
        assert await schedules.due(connection, "digest", MONDAY) == [42]


async def test_a_schedule_is_kept_in_place_of_the_one_before(with_guild: Database) -> None:
    async with with_guild.begin() as connection:
        await schedules.put(connection, schedules.Due(GUILD, "release", MONDAY, held_since=MONDAY))
        await schedules.put(connection, schedules.Due(GUILD, "release", MONDAY + timedelta(days=1)))
        assert await schedules.lock(connection, GUILD, "release") == schedules.Due(
            GUILD, "release", MONDAY + timedelta(days=1)
        )
        assert await schedules.lock(connection, GUILD, "digest") is None


async def test_an_error_of_the_database_does_not_repeat_the_values(database: Database) -> None:
    """What the engine wraps is told to logs by class only, but the parameters are hidden all the same."""
    values = {"natural_key": "a", "guild_id": 1, "channel_id": 1, "kind": "k", "contents": "secret words"}
    with pytest.raises(Exception, match="state") as caught:
        async with database.begin() as connection:
            await connection.execute(insert(outbox).values(**values, language="en", state="unheard-of"))
    assert "parameters" in str(caught.value)
    assert "hidden" in str(caught.value)
