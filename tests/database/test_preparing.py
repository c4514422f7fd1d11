"""At each start: the database is made, brought up to date after a copy, or refused and left as it was."""

import shutil
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, text

from bot import storefile
from bot.database import engine
from bot.database.engine import Database
from bot.database.tables import metadata, organizers
from bot.guilds import records
from bot.guilds.rules import Guild
from bot.ids import GuildId, UserId
from bot.storefile import DATABASE_APPLICATION_ID, StoreRefused, inspect
from bot.vault.engine import Vault
from tests.conftest import address
from tests.postgres import Cluster

NEXT = '''"""{title}."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Apply it."""
    with op.batch_alter_table("guilds") as guilds:
        guilds.alter_column("language", server_default="en", existing_type=sa.Text(), existing_nullable=False)
        guilds.add_column(sa.Column("motto", sa.Text()))
'''


@pytest.fixture
def later_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put one more revision after the last, as the next version of Steward will."""

    def release(end: str = "") -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(engine.MIGRATIONS, folder)
        (folder / "versions" / "0009_next.py").write_text(NEXT.format(title="Give guilds a motto") + end, "utf-8")
        monkeypatch.setattr(engine, "MIGRATIONS", folder)

    return release


async def prepare(url: str) -> None:
    database = Database.at(url)
    try:
        await database.prepare()
    finally:
        await database.close()


async def refusal(path: Path) -> str:
    """Try to open a file that must be refused and left alone, and return the sentence."""
    before = left_in(path.parent)
    with pytest.raises(StoreRefused) as refused:
        await prepare(f"sqlite+aiosqlite:///{path}")
    assert left_in(path.parent) == before
    return str(refused.value)


def left_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def test_a_database_is_made_from_nothing_for_its_owner_only(tmp_path: Path) -> None:
    await prepare(address(tmp_path))
    path = tmp_path / "steward.db"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    inspect(path, DATABASE_APPLICATION_ID)
    assert not (tmp_path / "steward.db.before-migration").exists()
    before = path.read_bytes()
    await prepare(address(tmp_path))
    assert path.read_bytes() == before


async def test_an_empty_file_is_filled(tmp_path: Path) -> None:
    (tmp_path / "steward.db").touch()
    await prepare(address(tmp_path))
    inspect(tmp_path / "steward.db", DATABASE_APPLICATION_ID)


async def test_the_migrations_make_exactly_the_tables_that_are_used(database: Database) -> None:
    def compare(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))

    async with database.begin() as connection:
        assert await connection.run_sync(compare) == []


async def test_every_rule_of_the_tables_is_in_the_migrations(sqlite_url: str) -> None:
    """Alembic does not compare them, so a CHECK forgotten in a migration would go unseen."""
    wanted = {
        (table.name, str(constraint.name))
        for table in metadata.tables.values()
        for constraint in table.constraints
        if constraint.__visit_name__ == "table_or_column_check_constraint" or "ck_" in str(constraint.name)
    }
    assert wanted
    database = Database.at(sqlite_url)
    async with database.begin() as connection:
        rows = await connection.execute(text("SELECT name, sql FROM sqlite_schema WHERE type = 'table'"))
        made = {row.name: row.sql for row in rows}
    await database.close()
    assert {pair for pair in wanted if pair[1] not in made[pair[0]]} == set()


def test_there_is_one_line_of_revisions() -> None:
    script = ScriptDirectory(str(engine.MIGRATIONS))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


async def test_a_database_of_a_newer_steward_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    path = tmp_path / "steward.db"
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    told = await refusal(path)
    assert "newer Steward" in told
    assert str(path) in told
    assert "before-migration" in told


async def test_a_postgresql_database_of_a_newer_steward_is_refused(own_postgres_url: str) -> None:
    database = Database.at(own_postgres_url)
    async with database.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreRefused, match="newer Steward"):
        await database.prepare()
    await database.close()


async def test_a_file_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "steward.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()
    told = await refusal(path)
    assert str(path) in told
    assert "not Steward's file" in told
    assert "STEWARD_DATA_DIR" in told


async def test_the_vault_in_the_place_of_the_database_is_refused(tmp_path: Path) -> None:
    vault = await Vault.open(tmp_path / "steward.db")
    await vault.close()
    assert str(tmp_path / "steward.db") in await refusal(tmp_path / "steward.db")


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda whole: whole[: len(whole) // 2], id="cut in half"),
        pytest.param(lambda whole: whole[:-1], id="cut by one byte"),
        pytest.param(lambda whole: whole[:4096] + b"\xff" * 8192 + whole[12288:], id="overwritten in the middle"),
        pytest.param(lambda whole: b"not a database, but long enough to be read as one " * 200, id="garbage"),
        pytest.param(lambda whole: b"{}", id="two bytes"),
    ],
)
async def test_a_damaged_file_is_refused_with_the_way_to_restore_it(
    sqlite_url: str, tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "steward.db"
    path.write_bytes(harm(path.read_bytes()))
    told = await refusal(path)
    assert str(path) in told
    assert "put a good copy in its place" in told


async def test_a_database_that_cannot_be_reached_is_told_without_its_password(cluster: Cluster) -> None:
    addresses = [
        cluster.url("no_such_database"),
        cluster.url("postgres").replace(cluster.password, "wrong-password"),
        "postgresql://steward:wrong-password@127.0.0.1:9/steward",
    ]
    for written in addresses:
        with pytest.raises(StoreRefused) as refused:
            await prepare(address(Path(), written))
        assert "DATABASE_URL" in str(refused.value)
        assert cluster.password not in str(refused.value)
        assert "wrong-password" not in str(refused.value)


async def seed(url: str) -> None:
    database = Database.at(url)
    async with database.begin() as connection:
        await records.save(connection, Guild(GuildId(1), organizers=frozenset({UserId(2)})))
    await database.close()


async def test_a_copy_is_made_before_the_tables_change_and_opens(
    sqlite_url: str, tmp_path: Path, later_version: Callable[[], None]
) -> None:
    await seed(sqlite_url)
    later_version()
    await prepare(sqlite_url)
    copy = tmp_path / "steward.db.before-migration"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    inspect(copy, DATABASE_APPLICATION_ID)
    assert not (tmp_path / "steward.db.before-migration.part").exists()
    with sqlite3.connect(copy) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0008",)
        assert connection.execute("SELECT user_id FROM organizers").fetchone() == (2,)
    connection.close()


async def test_changing_a_table_keeps_what_belongs_to_it(
    own_database_url: str, later_version: Callable[[], None]
) -> None:
    """SQLite changes a table by making it anew, and dropping the old one must not take the organizers along."""
    await seed(own_database_url)
    later_version()
    database = Database.at(own_database_url)
    await database.prepare()
    async with database.begin() as connection:
        guild = await records.get(connection, GuildId(1))
        assert (await connection.execute(text("SELECT motto FROM guilds"))).one() == (None,)
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            await connection.execute(insert(organizers).values(guild_id=99, user_id=1))
    await database.close()
    assert guild is not None
    assert guild.organizers == {2}


async def test_a_migration_that_breaks_midway_changes_nothing(
    own_database_url: str, later_version: Callable[[str], None]
) -> None:
    await seed(own_database_url)
    later_version("    raise ZeroDivisionError\n")
    with pytest.raises(ZeroDivisionError):
        await prepare(own_database_url)
    database = Database.at(own_database_url)
    async with database.begin() as connection:
        assert (await connection.execute(text("SELECT version_num FROM alembic_version"))).one() == ("0008",)
        with pytest.raises(Exception, match="motto"):
            await connection.execute(text("SELECT motto FROM guilds"))
    async with database.begin() as connection:
        assert await records.get(connection, GuildId(1)) is not None
    await database.close()


async def test_a_copy_broken_off_halfway_is_begun_anew(
    sqlite_url: str, tmp_path: Path, later_version: Callable[[], None]
) -> None:
    (tmp_path / "steward.db.before-migration.part").write_bytes(b"half a copy")
    later_version()
    await prepare(sqlite_url)
    inspect(tmp_path / "steward.db.before-migration", storefile.DATABASE_APPLICATION_ID)
