"""A disk that is full, a file that is locked: what cannot be kept is refused whole, and the next report is kept."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import aiosqlite
import pytest

from bot.refusals import NotSaved
from bot.reports.rules import NoSuchCase, Waiting
from tests.crash.local import Local, opened


async def _limit(local: Local, pages: int) -> None:
    """Let the vault's file have so many pages and not one more."""

    async def limit(connection: aiosqlite.Connection) -> None:
        await connection.execute(f"PRAGMA max_page_count = {pages}")

    await local.vault.read(limit)


def _stored(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "vault.db")) as vault:
        found: int = vault.execute("SELECT count(*) FROM intake").fetchone()[0]
        assert vault.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return found


async def test_a_full_disk_refuses_a_report_whole_and_later_ones_are_kept(tmp_path: Path) -> None:
    async with opened(tmp_path) as local:
        await local.set_up()
        kept = await local.file("one")
        await _limit(local, 1)  # as many as there are: SQLite does not go under it
        refused = 0
        for number in range(8):
            try:
                await local.file(f"on a full disk {number}")
            except NotSaved:
                refused += 1
        assert refused
        assert _stored(tmp_path) == 1 + 8 - refused
        assert isinstance(await local.reports.come_back(kept), Waiting), "what is stored can still be read"
        with pytest.raises(NoSuchCase):
            await local.reports.come_back(local.reports._codes.code_for("form on a full disk 7"))
        await _limit(local, 1_000_000)
        code = await local.file("on a full disk 7")
        assert isinstance(await local.reports.come_back(code), Waiting)


async def test_a_locked_file_refuses_a_report_and_keeps_the_next(tmp_path: Path) -> None:
    async with opened(tmp_path) as local:
        await local.set_up()

        async def be_impatient(connection: aiosqlite.Connection) -> None:
            await connection.execute("PRAGMA busy_timeout = 0")

        await local.vault.read(be_impatient)
        with closing(sqlite3.connect(tmp_path / "vault.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(NotSaved):
                await local.file("one")
            other.execute("ROLLBACK")
        assert _stored(tmp_path) == 0
        await local.file("one")
        assert _stored(tmp_path) == 1


async def test_of_writes_in_one_group_only_the_one_that_fails_is_undone(tmp_path: Path) -> None:
    async with opened(tmp_path) as local:
        await local.set_up()

        async def fail_halfway(connection: aiosqlite.Connection) -> NoReturn:
            await connection.execute("UPDATE heartbeat SET beat = x'00'")
            raise ValueError

        ended = await asyncio.gather(
            local.file("one"), local.vault.write(fail_halfway), local.file("two"), return_exceptions=True
        )
        assert [type(each) for each in ended] == [str, ValueError, str]
        with closing(sqlite3.connect(tmp_path / "vault.db")) as vault:
            assert vault.execute("SELECT length(beat) FROM heartbeat").fetchone() == (16,)
        assert _stored(tmp_path) == 2


async def test_a_full_disk_during_the_release_loses_and_doubles_nothing(tmp_path: Path) -> None:
    async with opened(tmp_path) as local:
        await local.set_up()
        for name in ("one", "two", "three"):
            await local.file(name)
        local.clock.forward(days=1)
        await local.database.rewrite()  # no room is left over from the migrations
        async with local.database.begin() as connection:
            await connection.exec_driver_sql("PRAGMA max_page_count = 1")
        with pytest.raises(Exception, match="full"):
            await local.releases.release_due()
        assert _stored(tmp_path) == 3
        async with local.database.begin() as connection:
            await connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        await local.releases.release_due()
        assert _stored(tmp_path) == 0
        with closing(sqlite3.connect(tmp_path / "steward.db")) as record:
            assert record.execute("SELECT count(*) FROM cases").fetchone() == (3,)
