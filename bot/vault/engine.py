"""Open the vault's file, hold it to its settings, and write to it in groups."""

import asyncio
import re
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from bot import storefile
from bot.failpoints import reach
from bot.refusals import NotSaved

MIGRATIONS = Path(__file__).parents[2] / "migrations" / "vault"

T = TypeVar("T")
Work = Callable[[aiosqlite.Connection], Awaitable[T]]

GROUP = 512  # writes in one commit; more would make the first of them wait


class Vault:
    """The one connection to the vault.

    A write is done when its group is committed and synced: whoever awaited it may tell a person so.
    """

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._waiting: asyncio.Queue[tuple[Work[Any], asyncio.Future[Any]]] = asyncio.Queue()
        self._turn = asyncio.Lock()
        self._writer = asyncio.create_task(self._write_groups())

    @classmethod
    async def open(cls, path: Path) -> "Vault":
        """Check, copy if about to change, migrate and open the file.

        Raises `StoreRefused` for a foreign, damaged or newer file, or if a setting does not hold.
        """
        await asyncio.to_thread(_check_or_make, path)
        connection = await aiosqlite.connect(path, isolation_level=None, cached_statements=64)
        try:
            for name, value in storefile.SETTINGS.items():
                await connection.execute(f"PRAGMA {name} = {value}")
            await check_settings(connection)
            await _migrate(connection, path)
        except BaseException:
            await connection.close()
            raise
        return cls(connection)

    async def write(self, work: Work[T]) -> T:
        """Do `work` in the next group and return once it is on disk.

        An error of `work` undoes only its own part. Raises `NotSaved` when the group cannot be committed.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        await self._waiting.put((work, done))
        return await done

    async def read(self, work: Work[T]) -> T:
        """Do `work` between two groups, so that it sees only what is committed."""
        async with self._turn:
            return await work(self._connection)

    async def rewrite(self) -> None:
        """Write the whole file anew in key order, so that neither order of arrival nor deleted rows remain."""
        async with self._turn:
            await self._connection.execute("VACUUM")

    async def close(self) -> None:
        """Finish the writes that wait and close the file."""
        await self._waiting.join()
        async with self._turn:
            self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)
        await self._connection.close()

    async def _write_groups(self) -> None:
        while True:
            group = [await self._waiting.get()]
            async with self._turn:
                while not self._waiting.empty() and len(group) < GROUP:
                    group.append(self._waiting.get_nowait())
                await self._write(group)
            del group  # keeps no work, and so no report, alive while waiting

    async def _write(self, group: list[tuple[Work[Any], asyncio.Future[Any]]]) -> None:
        answers: list[tuple[asyncio.Future[Any], Any, BaseException | None]] = []
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
            for work, done in group:
                await self._connection.execute("SAVEPOINT one")
                try:
                    answers.append((done, await work(self._connection), None))
                except sqlite3.OperationalError:
                    raise  # the disk, not the work: SQLite may have rolled everything back already
                except Exception as error:  # noqa: BLE001 - handed to the one who asked
                    await self._connection.execute("ROLLBACK TO one")
                    answers.append((done, None, error))
                await self._connection.execute("RELEASE one")
            reach("vault: written and not committed")
            await self._connection.execute("COMMIT")
            reach("vault: committed and nobody told")
        except Exception:  # noqa: BLE001 - whatever it was, nothing is committed, and nobody may wait for ever
            with suppress(Exception):  # what cannot be rolled back cannot be begun again, so the next group is told too
                if self._connection.in_transaction:
                    await self._connection.execute("ROLLBACK")
            answers = [(done, None, NotSaved()) for _, done in group]
        for done, result, failure in answers:
            self._waiting.task_done()
            if done.cancelled():
                continue
            if failure is None:
                done.set_result(result)
            else:
                done.set_exception(failure)


def _check_or_make(path: Path) -> None:
    storefile.inspect(path, storefile.VAULT_APPLICATION_ID)
    path.touch(mode=0o600)


async def check_settings(connection: aiosqlite.Connection) -> None:
    """Read every setting back and raise `StoreRefused` if one does not hold."""
    for name, wanted in storefile.SETTINGS.items():
        async with connection.execute(f"PRAGMA {name}") as cursor:
            row = await cursor.fetchone()
        found = None if row is None else row[0]
        if found != wanted:
            raise storefile.StoreRefused(
                f"The vault's setting {name} is {found} and must be {wanted}. "
                "This build of SQLite cannot keep the vault's promises; use the Python of your system or of python.org."
            )


def newest_version() -> int:
    """Return the number of the last migration that this Steward knows."""
    return max(_steps())


def _steps() -> dict[int, Path]:
    return {int(file.name[:4]): file for file in sorted(MIGRATIONS.glob("[0-9]*.sql"))}


async def _migrate(connection: aiosqlite.Connection, path: Path) -> None:
    """Apply the numbered files that the vault has not seen, each in one transaction with its number."""
    steps = _steps()
    async with connection.execute("PRAGMA user_version") as cursor:
        row = await cursor.fetchone()
    version = row[0] if row is not None else 0
    newest = max(steps)
    if version > newest:
        raise storefile.newer(path)
    if 0 < version < newest:
        storefile.back_up(path)
    for number in range(version + 1, newest + 1):
        statements = _statements(steps[number].read_text("utf-8"))
        await connection.execute("BEGIN IMMEDIATE")
        for statement in (*statements, f"PRAGMA user_version = {number}"):
            await connection.execute(statement)
        await connection.execute(f"PRAGMA application_id = {storefile.VAULT_APPLICATION_ID}")
        reach("vault: tables changed and not committed")
        await connection.execute("COMMIT")


def _statements(script: str) -> list[str]:
    """Split a migration into statements; `executescript` would commit halfway."""
    without_comments = re.sub(r"--[^\n]*", "", script)
    return [statement.strip() for statement in without_comments.split(";") if statement.strip()]
