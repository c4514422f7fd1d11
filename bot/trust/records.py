"""The SQL of erasing a guild, of housekeeping, and of counting what may be told."""

from datetime import datetime

from sqlalchemy import delete, func, select

from bot.database import facts
from bot.database import outbox as letters
from bot.database.engine import Transaction
from bot.database.tables import (
    audit,
    case_messages,
    case_notes,
    case_quotes,
    cases,
    digests,
    guilds,
    metadata,
    organizers,
    outbox,
    proposals,
)
from bot.ids import GuildId

LAST_PURGE = "last purge"

# Exact numbers of cases, messages and tallies would tell when somebody has just reported.
TOLD = (organizers, digests, outbox, audit, proposals)


async def erase(connection: Transaction, guild_id: GuildId) -> None:
    """Delete every row of a guild, its own row last."""
    mine = select(cases.c.id).where(cases.c.guild_id == guild_id)
    for table in (case_messages, case_notes, case_quotes):
        await connection.execute(delete(table).where(table.c.case_id.in_(mine)))
    for table in reversed(metadata.sorted_tables):
        if "guild_id" in table.c:
            await connection.execute(delete(table).where(table.c.guild_id == guild_id))
    await connection.execute(delete(guilds).where(guilds.c.id == guild_id))
    for name in await facts.names(connection, ""):
        if name.endswith(f" {guild_id}"):
            await facts.drop(connection, name)


async def purge(connection: Transaction, before: datetime, today: str) -> None:
    """Delete what was posted or decided before an instant and is needed no more."""
    await letters.purge(connection, before)
    await connection.execute(
        delete(proposals).where(proposals.c.state.not_in(("open", "approved")), proposals.c.expires_at < before)
    )
    await facts.put(connection, LAST_PURGE, today)


async def last_purge(connection: Transaction) -> str | None:
    """Return the day of the last housekeeping."""
    return await facts.get(connection, LAST_PURGE)


async def counts(connection: Transaction, guild_id: GuildId) -> dict[str, int]:
    """Count a guild's rows in the tables whose numbers tell nothing about reports."""
    found: dict[str, int] = {}
    for table in TOLD:
        query = select(func.count()).select_from(table).where(table.c.guild_id == guild_id)
        found[table.name] = (await connection.execute(query)).scalar_one()
    return found
