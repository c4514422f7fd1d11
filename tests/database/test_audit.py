"""The audit chain: whatever is done to it afterwards is found, and the first wrong row is named."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from bot.database import audit
from bot.database.audit import DESK, AuditChain, Head
from bot.database.engine import Database
from bot.database.tables import demands
from bot.guilds import records as guild_records
from bot.ids import Actor, GuildId, UserId
from bot.operations.verify import verify as verify_from_outside
from bot.settings import Settings

GUILD = GuildId(1_000_000_000_000_000_001)
OTHER = GuildId(1_000_000_000_000_000_002)
VERA = Actor(GUILD, UserId(1_000_000_000_000_000_777))
NOW = datetime(2026, 3, 1, 12, 34, 56, tzinfo=UTC)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database.at(f"sqlite+aiosqlite:///{tmp_path / 'steward.db'}")
    await opened.prepare()
    chain = AuditChain(b"k" * 32)
    async with opened.begin() as connection:
        for guild in (GUILD, OTHER):
            for number in range(8):
                details = {"number": number}
                await chain.record(connection, guild, VERA, "did something", NOW, details=details)
            await chain.record(connection, guild, VERA, "replied to a case", NOW, chain=DESK, details={"case": "abc"})
    yield opened
    await opened.close()


async def breaks(database: Database) -> list[tuple[int, str, int]]:
    async with database.begin() as connection:
        return [(each.guild_id, each.chain, each.position) for each in await audit.verify(connection)]


async def tamper(database: Database, statement: str) -> None:
    async with database.begin() as connection:
        await connection.exec_driver_sql(statement.format(guild=GUILD))


async def test_an_untouched_chain_holds(database: Database) -> None:
    assert await breaks(database) == []


MINE = "guild_id = {guild} AND chain = 'public'"


@pytest.mark.parametrize(
    ("statement", "first"),
    [
        ("UPDATE audit SET row = replace(row, '\"number\":3', '\"number\":9') WHERE " + MINE, 4),
        ("UPDATE audit SET hash = replace(hash, '0', '1') WHERE position = 5 AND " + MINE, 5),
        ("DELETE FROM audit WHERE position = 1 AND " + MINE, 1),
        ("DELETE FROM audit WHERE position = 6 AND " + MINE, 6),
        ("UPDATE audit SET position = 99 WHERE position = 2 AND " + MINE, 2),
        ("UPDATE audit SET row = 'not json' WHERE position = 7 AND " + MINE, 7),
    ],
    ids=["changed", "hash changed", "first dropped", "dropped", "moved", "garbage"],
)
async def test_the_first_wrong_row_is_named(database: Database, statement: str, first: int) -> None:
    await tamper(database, statement)
    assert await breaks(database) == [(GUILD, "public", first)]


async def test_two_rows_that_changed_places_are_found(database: Database) -> None:
    for before, after in ((3, -1), (4, 3), (-1, 4)):
        await tamper(database, f"UPDATE audit SET position = {after} WHERE position = {before} AND {MINE}")
    assert await breaks(database) == [(GUILD, "public", 3)]


async def test_a_tail_that_was_cut_off_is_found_through_the_head_that_was_posted(database: Database) -> None:
    async with database.begin() as connection:
        await audit.note_posted(connection, GUILD, await audit.head(connection, GUILD), NOW)
    await tamper(database, "DELETE FROM audit WHERE position > 6 AND " + MINE)
    assert await breaks(database) == [(GUILD, "public", 7)]


async def test_a_chain_rewritten_from_the_start_disagrees_with_what_members_saw(
    database: Database, tmp_path: Path
) -> None:
    async with database.begin() as connection:
        seen = await audit.head(connection, GUILD)
    await tamper(database, "DELETE FROM audit WHERE guild_id = {guild}")
    async with database.begin() as connection:
        for _ in range(9):
            await AuditChain(b"k" * 32).record(connection, GUILD, VERA, "did nothing of the kind", NOW)
    assert await breaks(database) == []
    settings = Settings.model_validate({"STEWARD_DATA_DIR": tmp_path})
    assert len(await verify_from_outside(settings, GUILD, seen)) == 1
    async with database.begin() as connection:
        now = await audit.head(connection, GUILD)
    assert await verify_from_outside(settings, GUILD, Head(now.position, now.hash)) == []


async def test_neither_chain_holds_anybodys_id_and_the_desk_knows_days_only(database: Database) -> None:
    async with database.begin() as connection:
        rows = (await connection.execute(text("SELECT chain, row FROM audit"))).all()
    assert all(str(VERA.user_id) not in row for _, row in rows)
    assert all("12:34" not in row for chain, row in rows if chain == "desk")


async def test_two_who_add_something_of_a_server_at_once_do_not_wait_for_each_other(own_postgres_url: str) -> None:
    """What belongs to a server keeps its row from being deleted, and then both come to the chain: no knot, two rows."""
    database = Database.at(own_postgres_url)
    async with database.begin() as connection:
        await guild_records.lock(connection, GUILD)
    inserted = asyncio.Event(), asyncio.Event()

    async def add(number: int) -> None:
        async with database.begin() as connection:
            await connection.execute(insert(demands).values(guild_id=GUILD, id=str(number)))
            inserted[number].set()
            await inserted[1 - number].wait()
            await AuditChain(b"k" * 32).record(connection, GUILD, VERA, "changed the library of demands", NOW)

    await asyncio.gather(add(0), add(1))
    async with database.begin() as connection:
        assert (await audit.head(connection, GUILD)).position == 2
    await database.close()
