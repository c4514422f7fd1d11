"""The SQL of each server's directory of training and help."""

from datetime import date
from typing import Any

from sqlalchemy import Row, delete, select

from bot.database import rows
from bot.database.digesttables import resources
from bot.database.engine import Transaction
from bot.ids import GuildId
from bot.resources.rules import Resource, Terms, Words, starter
from bot.resources.taxonomy import STARTER, Kind


async def directory(connection: Transaction, guild_id: GuildId) -> tuple[dict[str, Resource], list[str]]:
    """Return every entry of a guild by id, also those that are not shown any more, and what of the set it took out."""
    own = {row.id: row for row in await connection.execute(select(resources).where(resources.c.guild_id == guild_id))}
    offered = {id_: starter(id_) for id_ in STARTER if id_ not in own}
    offered |= {id_: _resource(row) for id_, row in own.items() if row.kind is not None}
    return offered, [id_ for id_ in STARTER if id_ in own and own[id_].kind is None]


async def keep(connection: Transaction, guild_id: GuildId, resource_id: str, words: Words, terms: Terms) -> None:
    """Keep an entry as a guild has it; of one that is in Steward's own words, only tags and days are kept."""
    is_steward = resource_id in STARTER and words == starter(resource_id).words
    values = {
        "kind": str(words.kind),
        "title": None if is_steward else words.title,
        "text": None if is_steward else words.text,
        "link": None if is_steward else words.link or None,
        "region": terms.region or None,
        "language": terms.language or None,
        "expires_on": _written(terms.expires_on),
        "review_on": _written(terms.review_on),
    }
    await rows.put(connection, resources, {"guild_id": guild_id, "id": resource_id}, values)


async def take_out(connection: Transaction, guild_id: GuildId, resource_id: str) -> None:
    """Forget an own entry, or what a guild has made of one of the starter set, and offer it no more."""
    await drop(connection, guild_id, resource_id)
    if resource_id in STARTER:
        await rows.add(connection, resources, {"guild_id": guild_id, "id": resource_id})


async def drop(connection: Transaction, guild_id: GuildId, resource_id: str) -> None:
    """Forget what a guild has made of an entry."""
    await connection.execute(delete(resources).where(resources.c.guild_id == guild_id, resources.c.id == resource_id))


def _resource(row: Row[Any]) -> Resource:
    is_starter = row.id in STARTER
    is_stewards = row.title is None
    words = starter(row.id).words if is_stewards else Words(Kind(row.kind), row.title, row.text, row.link or "")
    terms = Terms(row.region or "", row.language or "", _read(row.expires_on), _read(row.review_on))
    return Resource(row.id, words, terms, is_starter=is_starter, is_checked=True)


def _written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _read(day: str | None) -> date | None:
    return None if day is None else date.fromisoformat(day)
