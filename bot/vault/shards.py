"""Shards: entries of one poll, sealed in pieces of one size that show nothing but how many pieces there are."""

import asyncio
import base64
import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import aiosqlite

from bot.vault.keys import OwnKey
from bot.vault.sealing import Identity, TooLarge, Unreadable, open_sealed, recipient, seal

FIRST = 16  # shards of a new poll, in each table
ENTRIES = 64  # in one shard, at most
OVERHEAD = 512
"""What sealing may add, in bytes. age adds chaff of random length to its header, 386 bytes in all at most; so what is
sealed gets its length before it and zeros behind it until all shards of a table are of one size."""

_CHANCE = secrets.SystemRandom()

_NEWEST = "SELECT max(shard) FROM shards WHERE poll = ?"
_ONE = "SELECT sealed FROM shards WHERE poll = ? AND shard = ?"
_ALL = "SELECT shard, sealed FROM shards WHERE poll = ? ORDER BY shard"
_INSERT = "INSERT INTO shards (sealed, poll, shard) VALUES (?, ?, ?)"
# Not INSERT OR REPLACE: that deletes first, and the shard comes to lie on other pages of the file than before.
_UPDATE = "UPDATE shards SET sealed = ? WHERE poll = ? AND shard = ?"
_DELETE = "DELETE FROM shards WHERE poll = ?"

Entry = list[str]


class NoBox(Exception):
    """The poll has no box: it was never opened, or it was shredded."""


class BoxDamaged(Exception):
    """Roll and box do not hold the same number, or a shard is missing or cannot be opened: the result is void."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One table of shards. An entry lies where its part number `mark` says, and without that part anywhere."""

    table: str
    size: int  # of a sealed shard, in bytes
    mark: int

    def sql(self, statement: str) -> str:
        """Return a statement about this table."""
        return statement.replace(" shards ", f" {self.table} ")

    def holds(self, entries: Sequence[Entry]) -> bool:
        """Tell whether entries fit one shard. 64 do in roll and box, unless what voters chose is full of escapes."""
        text = json.dumps({"entries": entries}, ensure_ascii=False)
        return len(entries) <= ENTRIES and len(text.encode()) <= self.size - OVERHEAD


class Shards:
    """The shards of one table and poll within one write: opened when first needed, sealed anew at the end."""

    def __init__(self, connection: aiosqlite.Connection, kind: Kind, poll: str, key: OwnKey, number: int) -> None:
        self._connection = connection
        self._kind = kind
        self._poll = poll
        self._key = key
        self._on_disk = self._number = number
        self._opened: dict[int, list[Entry]] = {}
        self._touched: set[int] = set()

    @classmethod
    async def of(cls, connection: aiosqlite.Connection, kind: Kind, poll: str, key: OwnKey) -> "Shards":
        """Return the shards of a poll; raises `NoBox`, and `BoxDamaged` if the last of them are missing."""
        number = await number_of(connection, kind, poll)
        if number == 0:
            raise NoBox
        if not _is_power_of_two(number):
            raise BoxDamaged
        return cls(connection, kind, poll, key, number)

    async def find(self, mark: str) -> Entry | None:
        """Return the entry with a mark."""
        shard = await self._at(self._place(mark))
        return next((entry for entry in shard if self._mark(entry) == mark), None)

    async def add(self, entry: Entry) -> None:
        """Add an entry, in twice as many shards if its own is full, so that no shard is ever slow to open."""
        place = self._place(self._mark(entry))
        shard = await self._at(place)
        shard.append(entry)
        self._touched.add(place)
        if not self._kind.holds(shard):
            await self._grow()

    async def remove(self, mark: str) -> bool:
        """Remove the entry with a mark and tell whether there was one; its shard is written anew in any case."""
        await self.touch(mark)
        shard = await self._at(self._place(mark))
        left = [entry for entry in shard if self._mark(entry) != mark]
        is_found = len(left) < len(shard)
        shard[:] = left
        return is_found

    async def touch(self, mark: str | None = None) -> None:
        """Have a shard written anew as if something had been added to it."""
        place = self._place(mark)
        await self._at(place)
        self._touched.add(place)

    async def save(self) -> None:
        """Shuffle, seal and write what was touched."""
        to = recipient(self._key.identity)
        rows = []
        for place in sorted(self._touched):
            rows.append((_sealed(self._kind, self._opened[place], to), self._poll, place))
            await asyncio.sleep(0)  # a vote that makes the shards grow seals thousands, and others want to be answered
        for statement, those in (
            (_UPDATE, [row for row in rows if row[2] < self._on_disk]),
            (_INSERT, [row for row in rows if row[2] >= self._on_disk]),
        ):
            if those:
                await self._connection.executemany(self._kind.sql(statement), those)

    def _mark(self, entry: Entry) -> str | None:
        return entry[self._kind.mark] if len(entry) > self._kind.mark else None

    def _place(self, mark: str | None) -> int:
        if mark is None:
            return secrets.randbelow(self._number)
        return int.from_bytes(base64.b64decode(mark), "big") % self._number

    async def _at(self, place: int) -> list[Entry]:
        if place not in self._opened:
            rows = list(await self._connection.execute_fetchall(self._kind.sql(_ONE), (self._poll, place)))
            if not rows:
                raise BoxDamaged
            self._opened[place] = _entries(rows[0][0], self._key.identity)
        return self._opened[place]

    async def _grow(self) -> None:
        entries = [entry for place in range(self._number) for entry in await self._at(place)]
        while True:
            self._number *= 2
            self._opened = {place: [] for place in range(self._number)}
            for entry in entries:
                self._opened[self._place(self._mark(entry))].append(entry)
            if all(map(self._kind.holds, self._opened.values())):
                break
        self._touched = set(self._opened)


async def make(connection: aiosqlite.Connection, kind: Kind, poll: str, key: OwnKey) -> None:
    """Make the first shards of a poll, all empty."""
    to = recipient(key.identity)
    rows = [(_sealed(kind, [], to), poll, place) for place in range(FIRST)]
    await connection.executemany(kind.sql(_INSERT), rows)


async def number_of(connection: aiosqlite.Connection, kind: Kind, poll: str) -> int:
    """Return how many shards a poll has, without walking over them."""
    ((newest,),) = await connection.execute_fetchall(kind.sql(_NEWEST), (poll,))
    return 0 if newest is None else int(newest) + 1


async def rows_of(connection: aiosqlite.Connection, kind: Kind, poll: str) -> list[aiosqlite.Row]:
    """Return all shards of a poll as they are, for `all_entries`."""
    return list(await connection.execute_fetchall(kind.sql(_ALL), (poll,)))


async def delete(connection: aiosqlite.Connection, kind: Kind, poll: str) -> None:
    """Delete all shards of a poll."""
    await connection.execute(kind.sql(_DELETE), (poll,))


def all_entries(rows: Iterable[aiosqlite.Row], identity: Identity) -> list[Entry]:
    """Return the entries of all shards; raises `BoxDamaged` if one is missing or cannot be opened."""
    shards = dict(tuple(row) for row in rows)
    if list(shards) != list(range(len(shards))) or not _is_power_of_two(len(shards)):
        raise BoxDamaged
    return [entry for whole in shards.values() for entry in _entries(whole, identity)]


def _is_power_of_two(number: int) -> bool:
    return number.bit_count() == 1


def _sealed(kind: Kind, entries: Sequence[Entry], to: str) -> bytes:
    shuffled = _CHANCE.sample(entries, len(entries))
    sealed = seal({"entries": shuffled}, [to], (kind.size - OVERHEAD,))
    whole = (len(sealed).to_bytes(4, "big") + sealed).ljust(kind.size, b"\0")
    if len(whole) != kind.size:
        raise TooLarge
    return whole


def _entries(whole: bytes, identity: Identity) -> list[Entry]:
    length = int.from_bytes(whole[:4], "big")
    try:
        entries: list[Entry] = open_sealed(whole[4 : 4 + length], identity)["entries"]
    except Unreadable as error:
        raise BoxDamaged from error
    return entries
