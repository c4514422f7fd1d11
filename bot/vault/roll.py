"""Who signed which petition: tags and sealed names, in no order, until they are taken back or shredded."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import aiosqlite

from bot.failpoints import reach
from bot.ids import GuildId
from bot.vault.engine import Vault

_OF = "SELECT tag, guild, wording, at_least, share, unit, name FROM signatures WHERE petition = ? AND tag = ?"
_ALL = "SELECT tag, guild, wording, at_least, share, unit, name FROM signatures WHERE petition = ? ORDER BY tag"
_FORGET = (
    "DELETE FROM signatures WHERE petition = ?",
    "DELETE FROM authors WHERE petition = ?",
    "DELETE FROM raters WHERE petition = ?",
    "DELETE FROM ratings WHERE petition = ?",
)
_FORGET_STRANGERS = "DELETE FROM raters WHERE (petition, tag) NOT IN (SELECT petition, tag FROM signatures)"
"""Who rates has signed, so who has not signed any more has not rated either. Takes no server: raters stand in none."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One account's signature under one petition."""

    tag: bytes = field(repr=False)
    guild_id: GuildId
    wording: str
    at_least: int | None = None
    share: int | None = None
    unit: str | None = None
    name: bytes | None = field(default=None, repr=False)


class Roll:
    """Keep signatures, count them, and forget them without a trace."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def sign(self, petition: str, signature: Signature) -> None:
        """Keep a signature in place of the same account's earlier one. On return it is on disk."""
        values = (
            petition,
            signature.tag,
            signature.guild_id,
            signature.wording,
            signature.at_least,
            signature.share,
            signature.unit,
            signature.name,
        )

        async def insert(connection: aiosqlite.Connection) -> None:
            await connection.execute(
                "INSERT OR REPLACE INTO signatures (petition, tag, guild, wording, at_least, share, unit, name) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )

        reach("signing: before the commit")
        await self._vault.write(insert)
        reach("signing: after the commit")

    async def take_back(self, petition: str, tag: bytes) -> None:
        """Delete an account's signature; one that is not there changes nothing. On return its bytes are gone."""

        async def delete(connection: aiosqlite.Connection) -> None:
            await connection.execute("DELETE FROM signatures WHERE petition = ? AND tag = ?", (petition, tag))

        await self._vault.write(delete)

    async def of(self, petition: str, tag: bytes) -> Signature | None:
        """Return an account's own signature."""

        async def select(connection: aiosqlite.Connection) -> Signature | None:
            async with connection.execute(_OF, (petition, tag)) as cursor:
                row = await cursor.fetchone()
            return None if row is None else _signature(row)

        return await self._vault.read(select)

    async def all(self, petition: str) -> list[Signature]:
        """Return every signature under a petition, in the order of their tags, which says nothing.

        Stands in line with the writes, so that whoever was let in before the deadline is among them.
        """

        async def select(connection: aiosqlite.Connection) -> list[Signature]:
            return [_signature(row) for row in await connection.execute_fetchall(_ALL, (petition,))]

        return await self._vault.write(select)

    async def keep_only(self, petition: str, tags: Sequence[bytes]) -> None:
        """Delete every signature but these and write the file anew."""
        kept = {(tag,) for tag in tags}

        async def delete(connection: aiosqlite.Connection) -> None:
            async with connection.execute("SELECT tag FROM signatures WHERE petition = ?", (petition,)) as cursor:
                gone = [(petition, tag) async for (tag,) in cursor if (tag,) not in kept]
            await connection.executemany("DELETE FROM signatures WHERE petition = ? AND tag = ?", gone)

        await self._vault.write(delete)
        await self._vault.rewrite()

    async def forget(self, petition: str) -> None:
        """Delete everything about a petition and write the file anew."""

        async def delete(connection: aiosqlite.Connection) -> None:
            for statement in _FORGET:
                await connection.execute(statement, (petition,))

        await self._vault.write(delete)
        await self._vault.rewrite()

    async def forget_server(self, petition: str, guild_id: GuildId) -> None:
        """Delete what the members of one server did under a petition, and write the file anew."""

        async def delete(connection: aiosqlite.Connection) -> None:
            await connection.execute("DELETE FROM signatures WHERE petition = ? AND guild = ?", (petition, guild_id))
            await connection.execute("DELETE FROM ratings WHERE petition = ? AND guild = ?", (petition, guild_id))
            await connection.execute(_FORGET_STRANGERS)

        await self._vault.write(delete)
        await self._vault.rewrite()

    async def forget_guild(self, guild_id: GuildId, started: Sequence[str]) -> None:
        """Delete what a server's members signed anywhere and everything about the petitions it started."""

        async def delete(connection: aiosqlite.Connection) -> None:
            await connection.execute("DELETE FROM signatures WHERE guild = ?", (guild_id,))
            await connection.execute("DELETE FROM ratings WHERE guild = ?", (guild_id,))
            for statement in _FORGET:
                await connection.executemany(statement, [(petition,) for petition in started])
            await connection.execute(_FORGET_STRANGERS)

        await self._vault.write(delete)
        await self._vault.rewrite()

    async def rewrite(self) -> None:
        """Write the file anew, so that no order of signing remains."""
        await self._vault.rewrite()

    # Who wrote it

    async def keep_author(self, petition: str, tag: bytes) -> None:
        """Keep who wrote a petition."""

        async def insert(connection: aiosqlite.Connection) -> None:
            await connection.execute("INSERT OR REPLACE INTO authors (petition, tag) VALUES (?, ?)", (petition, tag))

        await self._vault.write(insert)

    async def is_author(self, petition: str, tag: bytes) -> bool:
        """Tell whether an account wrote a petition."""

        async def select(connection: aiosqlite.Connection) -> bool:
            query = "SELECT 1 FROM authors WHERE petition = ? AND tag = ?"
            async with connection.execute(query, (petition, tag)) as cursor:
                return await cursor.fetchone() is not None

        return await self._vault.read(select)

    # How the answer is rated

    async def rate(self, petition: str, tag: bytes, guild_id: GuildId, rating: str) -> None:
        """Count a rating once for an account; who rated and how are kept apart, so a rating cannot be changed."""

        async def insert(connection: aiosqlite.Connection) -> None:
            added = await connection.execute(
                "INSERT INTO raters (petition, tag) VALUES (?, ?) ON CONFLICT DO NOTHING", (petition, tag)
            )
            if added.rowcount == 1:
                await connection.execute(
                    "INSERT INTO ratings (petition, guild, rating, number) VALUES (?, ?, ?, 1) "
                    "ON CONFLICT DO UPDATE SET number = number + 1",
                    (petition, guild_id, rating),
                )

        await self._vault.write(insert)

    async def ratings(self, petition: str) -> dict[str, int]:
        """Return how often each rating was given."""

        async def select(connection: aiosqlite.Connection) -> dict[str, int]:
            query = "SELECT rating, sum(number) FROM ratings WHERE petition = ? GROUP BY rating"
            async with connection.execute(query, (petition,)) as cursor:
                return {row[0]: row[1] async for row in cursor}

        return await self._vault.read(select)


def _signature(row: aiosqlite.Row) -> Signature:
    return Signature(row[0], GuildId(row[1]), row[2], row[3], row[4], row[5], row[6])
