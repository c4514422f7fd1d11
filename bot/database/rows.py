"""Insert-or-change in one statement: on PostgreSQL two processes may do so at once, and neither may fail or be lost."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite

from bot.database.engine import Transaction

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


async def put(connection: Transaction, table: Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Keep `values` in the row with this primary key, new or not.

    A row that others wait for stays the same row: deleted and inserted anew, it would be gone for them.
    """
    statement = _insert(connection, table).values({**key, **values})
    await connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=dict(values)))


async def add(connection: Transaction, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with the same key is there; tell whether it was new."""
    added = await connection.execute(_insert(connection, table).values(dict(values)).on_conflict_do_nothing())
    return added.rowcount == 1


def _insert(connection: Transaction, table: Table) -> "sqlite.Insert | postgresql.Insert":
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - time and memory that a start on SQLite need not spend

    return postgresql.insert(table)
