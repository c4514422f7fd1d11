"""Check the audit chains from the command line."""

from bot.database import audit
from bot.database.audit import Head
from bot.database.engine import Database
from bot.ids import GuildId
from bot.settings import Settings


async def verify(settings: Settings, guild_id: GuildId | None = None, seen: Head | None = None) -> list[str]:
    """Return one sentence for each chain that does not hold, naming its first wrong row; none if all hold.

    `seen` is a head of that guild as it stands in its channel, which nobody with access to the database can change.
    Changes nothing, and works while Steward runs.
    """
    database = Database.at(settings.database)
    try:
        async with database.begin() as connection:
            breaks = await audit.verify(connection)
            hashes = [] if guild_id is None else await audit.hashes(connection, guild_id)
    finally:
        await database.close()
    found = [f"Server {each.guild_id}, {each.chain} chain, row {each.position}: {each.why}." for each in breaks]
    if guild_id is not None and seen is not None:
        wrong = audit.check_head(hashes, seen)
        if wrong is not None:
            position, why = wrong
            found.append(f"Server {guild_id}, public chain, row {position}: {why}.")
    return found
