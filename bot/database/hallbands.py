"""How often the zones that organizers named had a town hall at night. No zone of a person is kept anywhere."""

from collections.abc import Collection

from sqlalchemy import select

from bot.database import rows
from bot.database.engine import Transaction
from bot.database.halltables import hall_bands
from bot.ids import GuildId


async def bands(connection: Transaction, guild_id: GuildId) -> list[tuple[str, int, int]]:
    """Return the zones that organizers named, each with its nights and meetings."""
    query = select(hall_bands).where(hall_bands.c.guild_id == guild_id).order_by(hall_bands.c.zone)
    return [(row.zone, row.nights, row.meetings) for row in await connection.execute(query)]


async def keep(connection: Transaction, guild_id: GuildId, zone: str, nights: int, meetings: int) -> None:
    """Keep how often a zone had the night."""
    values = {"nights": nights, "meetings": meetings}
    await rows.put(connection, hall_bands, {"guild_id": guild_id, "zone": zone}, values)


async def drop_others(connection: Transaction, guild_id: GuildId, but: Collection[str]) -> None:
    """Forget the zones that organizers name no longer."""
    gone = hall_bands.delete().where(hall_bands.c.guild_id == guild_id, hall_bands.c.zone.not_in(but))
    await connection.execute(gone)
