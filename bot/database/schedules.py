"""When each job of a guild is next due: rows that a tick reads, so a restart forgets nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from bot.database import rows
from bot.database.engine import Transaction
from bot.database.tables import schedules
from bot.ids import GuildId


@dataclass(frozen=True, slots=True)
class Due:
    """One job of one guild, and when it is next to run. `told_until` is where a digest's last window ended."""

    guild_id: GuildId
    job: str
    next_at: datetime
    held_since: datetime | None = None
    told_until: datetime | None = None


async def due(connection: Transaction, job: str, now: datetime) -> list[GuildId]:
    """Return the guilds for which a job's time has come, the longest waiting first."""
    query = (
        select(schedules.c.guild_id)
        .where(schedules.c.job == job, schedules.c.next_at <= now)
        .order_by(schedules.c.next_at)
    )
    return [GuildId(found) for found in (await connection.execute(query)).scalars()]


async def due_like(connection: Transaction, job: str, now: datetime) -> list[tuple[GuildId, str]]:
    """Return the guilds and jobs whose time has come, of a job and of those named `<job>:…`, the first due first."""
    mine = (schedules.c.job == job) | schedules.c.job.startswith(f"{job}:", autoescape=True)
    query = select(schedules.c.guild_id, schedules.c.job).where(mine, schedules.c.next_at <= now)
    return [(GuildId(row.guild_id), row.job) for row in await connection.execute(query.order_by(schedules.c.next_at))]


async def guilds_with(connection: Transaction, job: str) -> list[GuildId]:
    """Return the guilds that have a schedule for a job."""
    query = select(schedules.c.guild_id).where(schedules.c.job == job).order_by(schedules.c.guild_id)
    return [GuildId(found) for found in (await connection.execute(query)).scalars()]


async def lock(connection: Transaction, guild_id: GuildId, job: str) -> Due | None:
    """Return a guild's schedule for a job and keep others from running it until this transaction ends."""
    query = select(schedules).where(schedules.c.guild_id == guild_id, schedules.c.job == job).with_for_update()
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else Due(guild_id, job, row.next_at, row.held_since, row.told_until)


async def put(connection: Transaction, due: Due) -> None:
    """Keep a schedule in place of the one before."""
    key = {"guild_id": due.guild_id, "job": due.job}
    values = {"next_at": due.next_at, "held_since": due.held_since, "told_until": due.told_until}
    await rows.put(connection, schedules, key, values)


async def drop(connection: Transaction, guild_id: GuildId, job: str) -> None:
    """Forget a job that is not done any more."""
    await connection.execute(delete(schedules).where(schedules.c.guild_id == guild_id, schedules.c.job == job))
