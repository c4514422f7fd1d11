"""Tell organizers, in their channel, that nobody looks at the desk: before intake closes itself, and once it has."""

from datetime import date, timedelta
from enum import StrEnum

from bot.clock import Clock
from bot.database import outbox
from bot.database.engine import Database
from bot.guilds.service import Guilds
from bot.ids import GuildId

KIND = "reports:attendance"
WARNED_BEFORE = timedelta(days=3)
TOLD_WITHIN = timedelta(days=28)
"""How late it is still told that intake closed; rows of posts go after 30 days, and it would be told again."""


class Notice(StrEnum):
    """What organizers are told of their absence."""

    CLOSING = "closing"
    CLOSED = "closed"


def notice_due(desk_opened_on: date, closes_on: date, today: date) -> Notice | None:
    """Return what organizers are to be told on a day, never on the day of the opening itself. Pure.

    Asks for dates alone, so a notice cannot tell whether anything waits.
    """
    if today >= closes_on:
        return Notice.CLOSED if today < closes_on + TOLD_WITHIN else None
    if today > desk_opened_on and today >= closes_on - WARNED_BEFORE:
        return Notice.CLOSING
    return None


class Attendance:
    """Whether organizers look at their desk."""

    def __init__(self, guilds: Guilds, database: Database, clock: Clock) -> None:
        self._guilds = guilds
        self._database = database
        self._clock = clock

    async def remind_due(self) -> None:
        """Queue what organizers of any guild are to be told today, once for each opening of the desk."""
        today = self._clock.now().date()
        for guild_id in await self._guilds.all_ready():
            await self._remind(guild_id, today)

    async def _remind(self, guild_id: GuildId, today: date) -> None:
        async with self._database.begin() as connection:
            guild = await self._guilds.find_in(connection, guild_id)
            if guild is None or guild.is_frozen:
                return
            opened, closes_on = guild.desk_opened_on, guild.intake_closes_on
            if opened is None or closes_on is None:
                # Set up under a Steward that did not measure this, so it is measured from now on.
                await self._guilds.note_desk_opened(connection, guild)
                return
            notice = notice_due(opened, closes_on, today)
            if notice is None or guild.organizers_channel_id is None:
                return
            letter = outbox.Letter(
                natural_key=f"attendance:{guild.id}:{notice}:{opened.isoformat()}",
                guild_id=guild.id,
                channel_id=guild.organizers_channel_id,
                kind=KIND,
                contents={"notice": notice, "opened_on": opened.isoformat(), "closes_on": closes_on.isoformat()},
                language=guild.language,
            )
            await outbox.queue(connection, letter)
