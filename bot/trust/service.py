"""Say what Steward is and keeps, show the audit chain, erase guilds, and keep house."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.clock import Clock
from bot.database import audit, outbox
from bot.database.audit import AuditChain, Entry, Head
from bot.database.engine import Database
from bot.failpoints import reach
from bot.guilds.service import KEPT_AFTER_LEAVING, Guild, Guilds
from bot.ids import Actor, GuildId, UserId
from bot.refusals import NotSetUp
from bot.trust import records
from bot.vault.intake import Intake
from bot.version import told_version

__all__ = ["HEAD_KIND", "About", "Head", "Line", "Trust"]

HEAD_KIND = "trust:head"
SHOWN_ENTRIES = 12
HEAD_EVERY = timedelta(days=1)
POSTED_KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class About:
    """What anybody in a guild may know about the Steward they talk to."""

    version: str
    operator: str | None
    guild: Guild
    rows: Mapping[str, int]
    head: Head
    last_purge: str | None
    backup_days: int
    kept_after_leaving_days: int = KEPT_AFTER_LEAVING.days


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the audit chain as it may be shown: `organizer` if the actor is one today."""

    entry: Entry
    organizer: UserId | None


class Trust:
    """What every member may ask for, and what happens by itself to keep the promises."""

    def __init__(
        self,
        guilds: Guilds,
        database: Database,
        intake: Intake,
        chain: AuditChain,
        clock: Clock,
        operator: str | None,
        backup_days: int,
        forget_signatures: Callable[[GuildId], Awaitable[None]],
    ) -> None:
        self._guilds = guilds
        self._database = database
        self._intake = intake
        self._chain = chain
        self._clock = clock
        self._operator = operator
        self._backup_days = backup_days
        self._forget_signatures = forget_signatures

    async def about(self, guild_id: GuildId) -> About:
        """Return what the trust card shows; raises `NotSetUp`."""
        guild = await self._guilds.find(guild_id)
        if guild is None:
            raise NotSetUp
        async with self._database.begin() as connection:
            return About(
                version=told_version(),
                operator=self._operator,
                guild=guild,
                rows=await records.counts(connection, guild_id),
                head=await audit.head(connection, guild_id),
                last_purge=await records.last_purge(connection),
                backup_days=self._backup_days,
            )

    async def chain(self, guild_id: GuildId) -> tuple[Sequence[Line], Head]:
        """Return the newest rows of the public chain and its head, for any member; raises `NotSetUp`."""
        guild = await self._guilds.find(guild_id)
        if guild is None:
            raise NotSetUp
        async with self._database.begin() as connection:
            entries = await audit.newest(connection, guild_id, SHOWN_ENTRIES)
            head = await audit.head(connection, guild_id)
        return self._lines(guild, entries), head

    async def desk_chain(self, actor: Actor) -> Sequence[Line]:
        """Return the newest rows of what organizers did with cases; raises `NotAnOrganizer`."""
        guild = await self._guilds.organizer(actor)
        async with self._database.begin() as connection:
            return self._lines(guild, await audit.newest(connection, guild.id, SHOWN_ENTRIES, audit.DESK))

    async def export(self, actor: Actor) -> dict[str, object]:
        """Return everything that can be found about a member from their own click."""
        guild = await self._guilds.find(actor.guild_id)
        return {"organizer_list": guild is not None and actor.user_id in guild.organizers}

    async def delete(self, actor: Actor) -> bool:
        """Erase everything that can be found about a member from their own click; tell whether there was anything."""
        return await self._guilds.resign(actor)

    async def erase_due(self) -> None:
        """Erase the guilds that two organizers burnt, or that removed Steward long enough ago, to the last byte."""
        for guild_id in await self._guilds.to_erase():
            await self._intake.forget_guild(guild_id)
            await self._forget_signatures(guild_id)
            reach("erasure: vault forgotten")
            async with self._database.begin() as connection:
                await records.erase(connection, guild_id)
            reach("erasure: rows deleted")
            await self._database.rewrite()

    async def post_heads_due(self) -> None:
        """Queue the head of each public chain for the guild's channel, when it changed and at most once a day.

        The first one comes a day after the first row, so that setting up is one post and not five.
        """
        now = self._clock.now()
        async with self._database.begin() as connection:
            for guild_id in await audit.guilds_with_rows(connection):
                guild = await self._guilds.find_in(connection, guild_id)
                if guild is None or guild.digests_channel_id is None:
                    continue
                head = await audit.head(connection, guild_id)
                posted = await audit.posted_head(connection, guild_id)
                if posted is None:
                    await audit.note_posted(connection, guild_id, audit.BEGINNING, now)
                    continue
                if posted.head == head or now - posted.at < HEAD_EVERY:
                    continue
                contents = {"position": head.position, "hash": head.hash}
                key = f"audit:{guild_id}:{head.position}"
                letter = outbox.Letter(key, guild_id, guild.digests_channel_id, HEAD_KIND, contents, guild.language)
                await outbox.queue(connection, letter)
                await audit.note_posted(connection, guild_id, head, now)

    async def keep_house(self) -> None:
        """Drop, once a day, what was posted or decided long ago."""
        now = self._clock.now()
        today = now.date().isoformat()
        async with self._database.begin() as connection:
            if await records.last_purge(connection) != today:
                await records.purge(connection, now - POSTED_KEPT_FOR, today)

    def _lines(self, guild: Guild, entries: Sequence[Entry]) -> list[Line]:
        known = {self._chain.tag(guild.id, user): user for user in guild.organizers}
        return [Line(entry, known.get(entry.actor)) for entry in entries]
