"""What was read once and is asked for at every click, kept in memory for as long as it is true."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from sqlalchemy import Table

from bot.database.engine import Database, Transaction

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Memory(Generic[Key, Value]):
    """Read from tables, and again only after this process has written to one of them.

    Nobody has to remember to clear it: whatever wrote to the tables, the next one who asks reads them anew. For rows
    that no other process changes. What `read` raises is not kept, so made-up keys fill no memory.
    """

    def __init__(
        self, database: Database, tables: tuple[Table, ...], read: Callable[[Transaction, Key], Awaitable[Value]]
    ) -> None:
        self._database = database
        self._tables = tables
        self._read = read
        self._kept: dict[Key, Value] = {}
        self._as_of = -1
        self._turn = asyncio.Lock()

    async def get(self, key: Key) -> Value:
        """Return what stands in the tables; it still does when this returns, so act on it before awaiting anything."""
        while not self._holds(key):
            async with self._turn:  # of thousands who ask at once, one reads
                if self._holds(key):
                    break
                as_of = self._as_of
                async with self._database.begin() as connection:
                    value = await self._read(connection, key)
                if as_of == self._database.writes(*self._tables):
                    self._kept[key] = value
                    return value
        return self._kept[key]

    def _holds(self, key: Key) -> bool:
        now = self._database.writes(*self._tables)
        if now != self._as_of:
            self._kept.clear()
            self._as_of = now
        return key in self._kept
