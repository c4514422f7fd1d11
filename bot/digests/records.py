"""The SQL of tallies as digests read them, of what was published, and of what may be taken out as files."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from bot.database.digesttables import exports
from bot.database.engine import Transaction
from bot.database.tables import digests, tallies
from bot.digests.rules import Cell, CellName
from bot.ids import GuildId

BETWEEN_OPTIONS = "×"


async def cells(connection: Transaction, guild_id: GuildId) -> list[tuple[CellName, int, int, int | None]]:
    """Return a guild's cells as name, true count, what was shown, and the step if one was drawn."""
    query = (
        select(tallies, tallies.c.count.label("true_count"))
        .where(tallies.c.guild_id == guild_id)
        .order_by(tallies.c.dimension, tallies.c.value)
        .with_for_update()
    )
    return [
        (CellName(row.dimension, tuple(row.value.split(BETWEEN_OPTIONS))), row.true_count, row.shown, row.step)
        for row in await connection.execute(query)
    ]


async def save_cells(connection: Transaction, guild_id: GuildId, gated: Iterable[Cell]) -> None:
    """Remember what was shown and the steps; true counts are not touched."""
    for cell in gated:
        await connection.execute(
            update(tallies)
            .where(
                tallies.c.guild_id == guild_id,
                tallies.c.dimension == cell.name.dimension,
                tallies.c.value == BETWEEN_OPTIONS.join(cell.name.options),
            )
            .values(shown=cell.shown, step=cell.step)
        )


async def last_period(connection: Transaction, guild_id: GuildId) -> date | None:
    """Return the period of the last digest that was decided, posted or silent."""
    found = (
        await connection.execute(select(func.max(digests.c.period)).where(digests.c.guild_id == guild_id))
    ).scalar()
    return None if found is None else date.fromisoformat(found)


async def last_decided_at(connection: Transaction, guild_id: GuildId) -> datetime | None:
    """Return when the last digest was decided, posted or silent."""
    query = select(func.max(digests.c.decided_at)).where(digests.c.guild_id == guild_id)
    found: datetime | None = (await connection.execute(query)).scalar()
    return found


async def keep(
    connection: Transaction, guild_id: GuildId, period: date, decided_at: datetime, contents: Mapping[str, Any]
) -> None:
    """Keep what a digest said, so that nothing later can be subtracted from it unseen."""
    await connection.execute(
        insert(digests).values(
            guild_id=guild_id,
            period=period.isoformat(),
            decided_at=decided_at,
            contents=json.dumps(contents, ensure_ascii=False, sort_keys=True),
        )
    )


async def published(connection: Transaction, guild_id: GuildId, until: date) -> list[str]:
    """Return what each digest published up to a period, oldest first, as it was kept."""
    query = (
        select(digests.c.contents)
        .where(digests.c.guild_id == guild_id, digests.c.period <= until.isoformat())
        .order_by(digests.c.period)
    )
    return list((await connection.execute(query)).scalars())


@dataclass(frozen=True, slots=True)
class Grant:
    """An export that two organizers agreed to: the digest it is as old as, and the ids of its quotes."""

    period: date
    quotes: frozenset[str]
    until: datetime


async def keep_grant(connection: Transaction, grant_id: str, guild_id: GuildId, grant: Grant) -> None:
    """Keep a grant in place of any that the guild had."""
    await connection.execute(delete(exports).where(exports.c.guild_id == guild_id))
    await connection.execute(
        insert(exports).values(
            id=grant_id,
            guild_id=guild_id,
            period=grant.period.isoformat(),
            quotes=json.dumps(sorted(grant.quotes)),
            granted_until=grant.until,
        )
    )


async def granted(connection: Transaction, guild_id: GuildId, now: datetime) -> Grant | None:
    """Return the guild's grant that still holds."""
    query = select(exports).where(exports.c.guild_id == guild_id, exports.c.granted_until > now)
    row = (await connection.execute(query.order_by(exports.c.granted_until.desc()).limit(1))).one_or_none()
    if row is None:
        return None
    return Grant(date.fromisoformat(row.period), frozenset(json.loads(row.quotes)), row.granted_until)


async def forget_grants(connection: Transaction, now: datetime) -> None:
    """Delete the grants that hold no longer."""
    await connection.execute(delete(exports).where(exports.c.granted_until <= now))
