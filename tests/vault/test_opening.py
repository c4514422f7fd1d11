"""The vault's file: held to its settings, brought up to date after a copy, or refused and left as it was."""

import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import aiosqlite
import pytest

from bot.database.engine import Database
from bot.storefile import SETTINGS, VAULT_APPLICATION_ID, StoreRefused, inspect
from bot.vault import engine
from bot.vault.engine import Vault, check_settings
from tests.conftest import address


def made(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def left_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


async def refusal(path: Path) -> str:
    """Try to open a file that must be refused and left alone, and return the sentence."""
    before = left_in(path.parent)
    with pytest.raises(StoreRefused) as refused:
        await Vault.open(path)
    assert left_in(path.parent) == before
    return str(refused.value)


async def test_a_vault_is_made_for_its_owner_only_and_opens_again(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    for _ in range(2):
        vault = await Vault.open(path)
        await vault.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    inspect(path, VAULT_APPLICATION_ID)
    assert list(left_in(tmp_path)) == ["vault.db"]


async def test_every_setting_holds_on_the_one_connection(vault: Vault) -> None:
    async def read(connection: aiosqlite.Connection) -> dict[str, object]:
        found = {}
        for name in SETTINGS:
            async with connection.execute(f"PRAGMA {name}") as cursor:
                row = await cursor.fetchone()
                found[name] = None if row is None else row[0]
        return found

    assert await vault.read(read) == SETTINGS
    assert SETTINGS["journal_mode"] == "delete"
    assert SETTINGS["synchronous"] == 3
    assert SETTINGS["secure_delete"] == 1


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("synchronous", 1),
        ("secure_delete", 0),
        ("temp_store", 0),
        ("foreign_keys", 0),
        ("trusted_schema", 1),
        ("cell_size_check", 0),
        ("journal_mode", "memory"),
    ],
)
async def test_a_setting_that_does_not_hold_is_refused_by_its_name(vault: Vault, setting: str, value: object) -> None:
    async def loosen(connection: aiosqlite.Connection) -> None:
        await connection.execute(f"PRAGMA {setting} = {value}")
        with pytest.raises(StoreRefused, match=rf"{setting} is {value} and must be {SETTINGS[setting]}"):
            await check_settings(connection)
        await connection.execute(f"PRAGMA {setting} = {SETTINGS[setting]}")

    await vault.read(loosen)


async def test_a_vault_whose_settings_do_not_hold_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when SQLite was built without them: asked for, but not so when read back."""
    monkeypatch.setitem(SETTINGS, "secure_delete", 7)
    with pytest.raises(StoreRefused, match="secure_delete is 1 and must be 7"):
        await Vault.open(tmp_path / "vault.db")


async def test_a_vault_left_in_another_journal_mode_is_put_right(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    await (await Vault.open(path)).close()
    made(path, "PRAGMA journal_mode = wal")
    vault = await Vault.open(path)
    await vault.read(check_settings)
    await vault.close()
    assert list(left_in(tmp_path)) == ["vault.db"]


async def test_a_newer_vault_is_refused_with_the_way_back(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    await (await Vault.open(path)).close()
    made(path, "PRAGMA user_version = 99")
    told = await refusal(path)
    assert f"{path} was written by a newer Steward" in told
    assert "vault.db.before-migration" in told


async def test_a_file_of_another_program_is_refused(tmp_path: Path) -> None:
    made(tmp_path / "vault.db", "CREATE TABLE bookmarks (url TEXT)")
    assert f"{tmp_path / 'vault.db'} is not Steward's file" in await refusal(tmp_path / "vault.db")


async def test_the_database_in_the_place_of_the_vault_is_refused(tmp_path: Path) -> None:
    database = Database.at(address(tmp_path))
    await database.prepare()
    await database.close()
    assert str(tmp_path / "steward.db") in await refusal(tmp_path / "steward.db")


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda whole: whole[: len(whole) // 2], id="cut in half"),
        pytest.param(lambda whole: whole[:-1], id="cut by one byte"),
        pytest.param(lambda whole: whole[:4096] + b"\xff" * 4096 + whole[8192:], id="overwritten in the middle"),
        pytest.param(lambda whole: b"garbage " * 1000, id="garbage"),
    ],
)
async def test_a_damaged_vault_is_refused_with_the_way_to_restore_it(
    tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "vault.db"
    await (await Vault.open(path)).close()
    change(path, harm)
    told = await refusal(path)
    assert f"{path} is damaged" in told
    assert "put a good copy in its place: vault.db.before-migration" in told


def change(path: Path, harm: Callable[[bytes], bytes]) -> None:
    path.write_bytes(harm(path.read_bytes()))


@pytest.fixture
def later_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put one more numbered file after the others, as the next version of Steward will."""

    def release(script: str) -> None:
        folder = tmp_path / "migrations"
        folder.mkdir()
        for file in engine.MIGRATIONS.glob("*.sql"):
            (folder / file.name).write_bytes(file.read_bytes())
        (folder / "0006_next.sql").write_text(script, encoding="utf-8")
        monkeypatch.setattr(engine, "MIGRATIONS", folder)

    return release


async def test_a_copy_is_made_before_the_tables_change_and_opens(
    tmp_path: Path, later_version: Callable[[str], None]
) -> None:
    path, copy = tmp_path / "vault.db", tmp_path / "vault.db.before-migration"
    await (await Vault.open(path)).close()
    later_version("-- Two statements; this one's comment too.\nCREATE TABLE a (x TEXT) STRICT;\nCREATE TABLE b (x);")
    await (await Vault.open(path)).close()
    assert (version(path), version(copy)) == (6, 5)
    assert tables(path) - tables(copy) == {"a", "b"}
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    inspect(copy, VAULT_APPLICATION_ID)


async def test_a_migration_that_breaks_midway_changes_nothing(
    tmp_path: Path, later_version: Callable[[str], None]
) -> None:
    path = tmp_path / "vault.db"
    await (await Vault.open(path)).close()
    before = tables(path)
    later_version("CREATE TABLE a (x TEXT) STRICT; CREATE TABLE b (a column without a type) STRICT;")
    with pytest.raises(sqlite3.OperationalError):
        await Vault.open(path)
    assert (version(path), tables(path)) == (5, before)


def version(path: Path) -> int:
    connection = sqlite3.connect(path)
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    return int(found)


def tables(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    found = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    connection.close()
    return found
