"""The SQL of tallies as digests read them, and of what was published."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update

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
