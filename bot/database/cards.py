"""Posts that change: what a card should say now, and whether its channel already shows it.

A card is posted once, through the outbox, and edited from then on. Saying something new of it only marks the row, so
however much happens, the channel sees the last state and no more edits than there are ticks.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update

from bot.database import outbox, rows
from bot.database.engine import Transaction
from bot.database.outbox import Letter
from bot.database.tables import cards, guilds
from bot.database.tables import outbox as outbox_rows
from bot.ids import ChannelId, GuildId


@dataclass(frozen=True, slots=True)
class Card:
    """One card whose channel does not show its newest state yet."""

    natural_key: str
    guild_id: GuildId
    channel_id: ChannelId
    message_id: int
    kind: str
    contents: Mapping[str, Any]
    language: str
    version: int

    @property
    def reference(self) -> str:
        """Return the mark printed small on the post, the same in every edit."""
        return Letter(self.natural_key, self.guild_id, self.channel_id, self.kind, {}, self.language).reference


async def show(connection: Transaction, letter: Letter) -> None:
    """Let a card say what the letter says: post it if it never was, and otherwise edit it if that is something new."""
    told = json.dumps(letter.contents, ensure_ascii=False, sort_keys=True)
    known = (
        await connection.execute(select(cards).where(cards.c.natural_key == letter.natural_key).with_for_update())
    ).one_or_none()
    if known is None:
        values = {
            "natural_key": letter.natural_key,
            "guild_id": letter.guild_id,
            "channel_id": letter.channel_id,
            "kind": letter.kind,
            "contents": told,
            "language": letter.language,
            "version": 1,
            "shown_version": 1,
        }
        if await rows.add(connection, cards, values):
            await outbox.queue(connection, letter)
    elif known.contents != told:
        await connection.execute(
            update(cards)
            .where(cards.c.natural_key == letter.natural_key)
            .values(kind=letter.kind, contents=told, language=letter.language, version=known.version + 1)
        )


async def replace(connection: Transaction, letter: Letter) -> None:
    """Let a card say something of another kind, and forget all it said: one that was never posted never will be."""
    told = json.dumps(letter.contents, ensure_ascii=False, sort_keys=True)
    await find_posted(connection)
    mine = cards.c.natural_key == letter.natural_key
    await connection.execute(delete(outbox_rows).where(outbox_rows.c.natural_key == letter.natural_key))
    await connection.execute(delete(cards).where(mine, cards.c.message_id.is_(None)))
    await connection.execute(
        update(cards).where(mine).values(kind=letter.kind, contents=told, version=cards.c.version + 1)
    )


async def find_posted(connection: Transaction) -> None:
    """Take over from the outbox under which id each new card stands, and in which channel: it may be another by now."""
    mine = outbox_rows.c.natural_key == cards.c.natural_key
    posted, channel = (
        select(column).where(mine).scalar_subquery() for column in (outbox_rows.c.message_id, outbox_rows.c.channel_id)
    )
    values = {"message_id": posted, "channel_id": func.coalesce(channel, cards.c.channel_id)}
    await connection.execute(update(cards).where(cards.c.message_id.is_(None)).values(values))


async def stale(connection: Transaction, now: datetime) -> list[Card]:
    """Return the cards to edit now; guilds that are left, frozen or being erased are left alone."""
    silent = select(guilds.c.id).where(
        guilds.c.left_at.is_not(None) | guilds.c.erase_at.is_not(None) | guilds.c.is_frozen
    )
    query = (
        select(cards)
        .where(cards.c.message_id.is_not(None), ~cards.c.is_gone, cards.c.version > cards.c.shown_version)
        .where(cards.c.guild_id.not_in(silent))
        .where(cards.c.next_try_at.is_(None) | (cards.c.next_try_at <= now))
        .order_by(cards.c.shown_version, cards.c.natural_key)
    )
    return [_card(row) for row in await connection.execute(query)]


async def mark_shown(connection: Transaction, card: Card) -> None:
    """Note that the channel shows this version; a newer one, said meanwhile, stays to be shown."""
    await _change(connection, card, shown_version=card.version, next_try_at=None)


async def put_off(connection: Transaction, card: Card, next_try_at: datetime) -> None:
    """Try again later."""
    await _change(connection, card, next_try_at=next_try_at)


async def mark_gone(connection: Transaction, card: Card) -> None:
    """Note that somebody deleted the card; it is not posted again."""
    await _change(connection, card, is_gone=True)


async def _change(connection: Transaction, card: Card, **values: object) -> None:
    await connection.execute(update(cards).where(cards.c.natural_key == card.natural_key).values(values))


def _card(row: Row[Any]) -> Card:
    return Card(
        natural_key=row.natural_key,
        guild_id=GuildId(row.guild_id),
        channel_id=ChannelId(row.channel_id),
        message_id=row.message_id,
        kind=row.kind,
        contents=json.loads(row.contents),
        language=row.language,
        version=row.version,
    )
