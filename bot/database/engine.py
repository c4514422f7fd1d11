"""Open, migrate and use the public record on SQLite or PostgreSQL, with one set of statements."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Executable, Table, UpdateBase, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot import storefile
from bot.database.tables import metadata
from bot.failpoints import reach

MIGRATIONS = Path(__file__).parents[2] / "migrations"

WRITTEN = "tables written to"

Transaction = AsyncConnection
"""One open transaction, as services hand it from one feature's records to another's."""


class Age(Enum):
    """How the tables of a database stand beside this version of Steward."""

    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"


class Database:
    """Hand out transactions on the public record.

    Every transaction on SQLite begins IMMEDIATE, so that reading and then writing is one decision. Never await
    Discord inside one: it holds the only write lock.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._rewriting = asyncio.Lock()
        self._writes: Counter[str] = Counter()
        event.listen(engine.sync_engine, "before_execute", _note_write)

    @classmethod
    def at(cls, url: str) -> "Database":
        """Prepare the database at a SQLAlchemy address; nothing is opened until it is used."""
        if make_url(url).get_backend_name() == "postgresql":
            return cls(create_async_engine(url, hide_parameters=True, pool_pre_ping=True))
        # One connection: SQLite has one writer anyway, and nobody waits in a busy loop.
        engine = create_async_engine(url, hide_parameters=True, pool_size=1, max_overflow=0)
        event.listen(engine.sync_engine, "connect", _on_connect)
        event.listen(engine.sync_engine, "begin", _on_begin)
        return cls(engine)

    @classmethod
    def reading(cls, url: str) -> "Database":
        """Prepare to look at a database without changing a byte of it; it may be in use."""
        parts = make_url(url)
        if parts.get_backend_name() == "postgresql":
            options = {"postgresql_readonly": True}
            return cls(create_async_engine(url, hide_parameters=True, execution_options=options))
        path = Path(parts.database or "").resolve()
        engine = create_async_engine(f"sqlite+aiosqlite:///{path.as_uri()}?mode=ro&uri=true", hide_parameters=True)
        event.listen(engine.sync_engine, "connect", _on_connect)
        return cls(engine)

    @property
    def is_sqlite(self) -> bool:
        """Tell whether this is SQLite."""
        return self._engine.dialect.name == "sqlite"

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that commits at the end and rolls back on any error."""
        written: set[str] = set()
        try:
            async with self._engine.begin() as connection:
                connection.info[WRITTEN] = written
                yield connection
        finally:
            # Not only after a commit that was confirmed: one whose answer was lost may hold too.
            self._writes.update(written)

    def writes(self, *tables: Table) -> int:
        """Return a number that is another one as soon as a transaction of this process that wrote to these has ended.

        What a foreign key deletes by itself is not seen: watch the table it belongs to as well.
        """
        return sum(self._writes[table.name] for table in tables)

    async def prepare(self) -> None:
        """Check the file, copy it if its tables are about to change, and bring them up to date.

        Raises `StoreRefused` for a foreign, damaged or newer file, which is left untouched.
        """
        path = Path(self._engine.url.database or "") if self.is_sqlite else None
        if path is not None:
            storefile.inspect(path, storefile.DATABASE_APPLICATION_ID)
            path.touch(mode=0o600)
        current, age = await self.revision()
        if age is Age.CURRENT:
            return
        if age is Age.NEWER:
            raise storefile.newer(path)
        if current is not None and path is not None:
            storefile.back_up(path)
        await self._migrate()

    async def _revision(self) -> str | None:
        try:
            async with self._engine.connect() as connection:
                return await connection.run_sync(_current_revision)
        except (OSError, DBAPIError) as error:
            if self.is_sqlite:
                raise
            raise storefile.StoreRefused(
                "The database in DATABASE_URL cannot be used: check that its server runs, and its host, port, user, "
                f"password and name ({_reason(error)}). Leave DATABASE_URL out to use SQLite."
            ) from error

    async def _migrate(self) -> None:
        async with self._engine.connect() as connection:
            if self.is_sqlite:
                # To change a table SQLite makes it anew and drops the old one, which would delete, by their foreign
                # keys, all rows of other tables that belong to its rows. Cannot be switched in a transaction.
                await _switch_foreign_keys(connection, on=False)
            try:
                async with connection.begin():
                    await connection.run_sync(_upgrade)
                    reach("database: tables changed and not committed")
            finally:
                if self.is_sqlite:
                    await _switch_foreign_keys(connection, on=True)

    async def revision(self) -> tuple[str | None, "Age"]:
        """Return the revision of the tables, and how old it is beside the one this Steward works with.

        Raises `StoreRefused` when a database on a server cannot be used.
        """
        current, revisions = await self._revision(), _revisions()
        if current == revisions[-1]:
            return current, Age.CURRENT
        return current, Age.OLDER if current is None or current in revisions else Age.NEWER

    async def rewrite(self) -> None:
        """Write the database anew, so that no deleted row remains in its files."""
        engine = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        # Steward's own tables alone, and one at a time: two that rewrite PostgreSQL's catalogue at once deadlock.
        ours = ", ".join(table.name for table in metadata.sorted_tables)
        async with self._rewriting, engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            await driver.execute("VACUUM" if self.is_sqlite else f"VACUUM (FULL) {ours}")

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()


def _revisions() -> list[str]:
    """Return the revisions there are, oldest first: a migration's file name begins with its own."""
    return sorted(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _current_revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - a fifth of a start's time, and most starts change no table
    from alembic.config import Config  # noqa: PLC0415 - likewise

    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    configuration.attributes["connection"] = connection
    command.upgrade(configuration, "head")
    if connection.dialect.name == "sqlite":
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
            raise storefile.StoreRefused(
                "The update of the database would leave rows without an owner: nothing changed."
            )
        connection.exec_driver_sql(f"PRAGMA application_id = {storefile.DATABASE_APPLICATION_ID}")


async def _switch_foreign_keys(connection: AsyncConnection, *, on: bool) -> None:
    raw = (await connection.get_raw_connection()).driver_connection
    assert raw is not None
    await raw.execute(f"PRAGMA foreign_keys = {int(on)}")


def _reason(error: Exception) -> str:
    """Name the kind of an error; its text may repeat an address or a user."""
    cause = error.orig.__cause__ if isinstance(error, DBAPIError) and error.orig is not None else error
    return type(cause or error).__name__


def _note_write(connection: Connection, statement: Executable, *_: object) -> None:
    if isinstance(statement, UpdateBase) and isinstance(statement.table, Table):
        connection.info.get(WRITTEN, set()).add(statement.table.name)


def _on_connect(connection: Any, record: object) -> None:  # noqa: ANN401, ARG001 - SQLAlchemy's hook
    connection.isolation_level = None  # transactions are begun by `_on_begin`, not by the driver
    cursor = connection.cursor()
    for name, value in storefile.SETTINGS.items():
        cursor.execute(f"PRAGMA {name} = {value}")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
