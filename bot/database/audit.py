"""The audit chain: every organizer action as a row hashed over the one before it.

There are two chains for each guild. The *public* one may be shown to every member. The *desk* one holds what
organizers did with cases: its rows would tell members that somebody had reported, so only organizers see it, and it
knows days only.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from bot.database import facts
from bot.database.engine import Transaction
from bot.database.tables import audit, guilds
from bot.ids import Actor, GuildId, UserId

PUBLIC = "public"
DESK = "desk"
_POSTED = "audit head posted for "
GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a chain. `actor` is a tag that only the key file can match with an organizer."""

    position: int
    at: str
    actor: str
    action: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: whoever noted it can tell later whether the chain up to there is still the same."""

    position: int
    hash: str


BEGINNING = Head(0, GENESIS)
"""The end of a chain that has no row yet."""


@dataclass(frozen=True, slots=True)
class Break:
    """The first place at which a chain does not hold."""

    guild_id: GuildId
    chain: str
    position: int
    why: str


class AuditChain:
    """Write the chains. People are known in it by tags made with a key file, not by their Discord ids."""

    ADMINISTRATOR = "administrator"
    STEWARD = "steward"

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def tag(self, guild_id: GuildId, user_id: UserId) -> str:
        """Return the tag of an organizer in a guild."""
        return hmac.digest(self._secret, f"{guild_id}:{user_id}".encode(), hashlib.sha256).hex()[:16]

    async def record(
        self,
        connection: Transaction,
        guild_id: GuildId,
        actor: Actor | None,
        action: str,
        now: datetime,
        *,
        chain: str = PUBLIC,
        as_administrator: bool = False,
        details: Mapping[str, object] | None = None,
    ) -> None:
        """Add what somebody did, in the transaction that did it.

        `None` is Steward itself. An administrator is named by that word only: they need not be an organizer.
        """
        # The guild's row is the lock: without it two actions at once would claim one place. Its key stays free: a row
        # that both have added keeps it from being deleted, and they would wait for each other.
        await connection.execute(select(guilds.c.id).where(guilds.c.id == guild_id).with_for_update(key_share=True))
        before = await head(connection, guild_id, chain)
        if actor is None:
            who = self.STEWARD
        else:
            who = self.ADMINISTRATOR if as_administrator else self.tag(guild_id, actor.user_id)
        at = now.date().isoformat() if chain == DESK else now.isoformat(timespec="minutes")
        row = _canonical(Entry(before.position + 1, at, who, action, details or {}))
        await connection.execute(
            insert(audit).values(
                guild_id=guild_id, chain=chain, position=before.position + 1, row=row, hash=_hash(before.hash, row)
            )
        )


async def head(connection: Transaction, guild_id: GuildId, chain: str = PUBLIC) -> Head:
    """Return the end of a guild's chain; an empty chain ends at position 0."""
    query = (
        select(audit.c.position, audit.c.hash)
        .where(audit.c.guild_id == guild_id, audit.c.chain == chain)
        .order_by(audit.c.position.desc())
        .limit(1)
    )
    row = (await connection.execute(query)).one_or_none()
    return BEGINNING if row is None else Head(row.position, row.hash)


async def newest(connection: Transaction, guild_id: GuildId, most: int, chain: str = PUBLIC) -> list[Entry]:
    """Return the newest rows of a chain, newest first."""
    query = (
        select(audit.c.row)
        .where(audit.c.guild_id == guild_id, audit.c.chain == chain)
        .order_by(audit.c.position.desc())
        .limit(most)
    )
    return [Entry(**json.loads(row)) for row in (await connection.execute(query)).scalars()]


async def verify(connection: Transaction) -> list[Break]:
    """Return, for each chain that does not hold, the first row that was changed, dropped, moved or cut off.

    The head that was last posted is held against the chain too. Whoever can rewrite the whole database can rewrite
    that as well: compare with the head that stands in the channel.
    """
    breaks: dict[tuple[GuildId, str], Break] = {}
    chains: dict[tuple[GuildId, str], list[str]] = {}
    query = select(audit).order_by(audit.c.guild_id, audit.c.chain, audit.c.position)
    for row in await connection.execute(query):
        key = (GuildId(row.guild_id), row.chain)
        known = chains.setdefault(key, [GENESIS])
        if key not in breaks:
            if row.position != len(known):
                breaks[key] = Break(*key, len(known), "this row is missing")
            elif row.hash != _hash(known[-1], row.row) or _position(row.row) != row.position:
                breaks[key] = Break(*key, row.position, "this row was changed or moved")
        known.append(row.hash)
    for guild_id in await guilds_with_heads(connection):
        key = (guild_id, PUBLIC)
        posted = await posted_head(connection, guild_id)
        found = None if posted is None else check_head(chains.get(key, [GENESIS]), posted.head)
        if found is not None and key not in breaks:
            breaks[key] = Break(*key, *found)
    return list(breaks.values())


@dataclass(frozen=True, slots=True)
class Posted:
    """The head that was last queued for a guild's public channel, and when."""

    head: Head
    at: datetime


async def posted_head(connection: Transaction, guild_id: GuildId) -> Posted | None:
    """Return the head that was last queued for the guild's public channel."""
    known = await facts.get(connection, f"{_POSTED}{guild_id}")
    if known is None:
        return None
    position, posted_hash, at = known.split()
    return Posted(Head(int(position), posted_hash), datetime.fromisoformat(at))


async def note_posted(connection: Transaction, guild_id: GuildId, posted: Head, now: datetime) -> None:
    """Remember which head was queued for the guild's public channel."""
    await facts.put(connection, f"{_POSTED}{guild_id}", f"{posted.position} {posted.hash} {now.isoformat()}")


async def guilds_with_rows(connection: Transaction) -> list[GuildId]:
    """Return the guilds that have a public chain."""
    query = select(audit.c.guild_id).where(audit.c.chain == PUBLIC).distinct().order_by(audit.c.guild_id)
    return [GuildId(found) for found in (await connection.execute(query)).scalars()]


async def guilds_with_heads(connection: Transaction) -> list[GuildId]:
    """Return the guilds whose head was posted at least once."""
    return [GuildId(int(name.removeprefix(_POSTED))) for name in await facts.names(connection, _POSTED)]


async def hashes(connection: Transaction, guild_id: GuildId) -> list[str]:
    """Return the hashes of a guild's public chain from its beginning."""
    query = select(audit.c.hash).where(audit.c.guild_id == guild_id, audit.c.chain == PUBLIC).order_by(audit.c.position)
    return [GENESIS, *(await connection.execute(query)).scalars()]


def check_head(chain: list[str], posted: Head) -> tuple[int, str] | None:
    """Hold a chain's hashes, from its beginning, against a head that was seen earlier."""
    if posted.position >= len(chain):
        return len(chain), "the chain was cut off here"
    if chain[posted.position] != posted.hash:
        return posted.position, "this row or one before it is not the one that was posted"
    return None


def _canonical(entry: Entry) -> str:
    values = {name: getattr(entry, name) for name in Entry.__slots__}
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _hash(before: str, row: str) -> str:
    return hashlib.sha256(f"{before}\n{row}".encode()).hexdigest()


def _position(row: str) -> int:
    try:
        return int(json.loads(row)["position"])
    except (ValueError, KeyError, TypeError):
        return -1
