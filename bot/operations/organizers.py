"""Free a server whose organizers can no longer decide together."""

from bot.clock import Clock
from bot.database.audit import AuditChain
from bot.database.engine import Database
from bot.guilds.service import Guilds
from bot.ids import GuildId
from bot.operations.refused import OperationRefused
from bot.ownership import Ownership
from bot.settings import Settings


async def clear(settings: Settings, clock: Clock, guild_id: GuildId) -> int:
    """Empty a server's organizer list, so that its administrator can set a new one; return how many were on it.

    The way out when two organizers are on the list and too few of them are left to agree. It opens the server to
    whoever administers it, so only the operator can do it, with Steward stopped, and it stands in the audit chain that
    members read. Raises `OperationRefused` for an unknown server and `AlreadyOwned` while Steward runs.
    """
    with Ownership(settings.data_dir):
        database = Database.at(settings.database)
        try:
            await database.prepare()
            # The rows that Steward itself adds name nobody, so the tags' key is not needed here.
            cleared = await Guilds(database, AuditChain(b""), clock).clear_organizers(guild_id)
        finally:
            await database.close()
    if cleared is None:
        raise OperationRefused("Steward keeps nothing about a server with this id. Copy the id from Discord.")
    return cleared
