"""Set a guild up, and say who may act in it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.clock import Clock
from bot.database import schedules
from bot.database.engine import Database, Transaction
from bot.guilds import records, rules
from bot.guilds.rules import Guild, Use
from bot.ids import Actor, ChannelId, GuildId, RoleId, UserId
from bot.refusals import NotSetUp
from bot.texts import ENGLISH, languages
from bot.wallclock import zone_named

__all__ = ["DIGEST", "RELEASE", "Guild", "Guilds", "Times"]

RELEASE = "release"
DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Times:
    """The times and the language of a guild, as an administrator wrote them."""

    zone: str
    language: str
    release_at: str
    digest_weekday: int
    digest_at: str


class Guilds:
    """What administrators set, and the one place that decides who is an organizer."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def find(self, guild_id: GuildId) -> Guild | None:
        """Return a guild's settings, if it has any."""
        async with self._database.begin() as connection:
            return await records.get(connection, guild_id)

    async def find_in(self, connection: Transaction, guild_id: GuildId) -> Guild | None:
        """Return a guild's settings as they stand in a transaction of another feature."""
        return await records.get(connection, guild_id)

    async def ready(self, guild_id: GuildId) -> Guild:
        """Return a guild that takes reports; raises `NotSetUp` otherwise."""
        guild = await self.find(guild_id)
        if guild is None or not guild.is_ready:
            raise NotSetUp
        return guild

    async def all_ready(self) -> list[GuildId]:
        """Return the guilds that take reports."""
        async with self._database.begin() as connection:
            return await records.ready(connection)

    async def organizer(self, actor: Actor) -> Guild:
        """Return the actor's guild if they are its organizer, looked up now; raises `NotAnOrganizer`."""
        return rules.authorize_organizer(await self.find(actor.guild_id), actor)

    async def settings(self, actor: Actor) -> Guild:
        """Return the settings as they stand for an administrator, or the ones to start from."""
        rules.authorize_administrator(actor)
        return await self.find(actor.guild_id) or Guild(actor.guild_id)

    async def choose_organizer_role(self, actor: Actor, role_id: RoleId) -> Guild:
        """Set the role that every organizer must have."""
        return await self._change(actor, lambda guild: replace(guild, organizer_role_id=role_id))

    async def choose_organizers(self, actor: Actor, user_ids: frozenset[UserId]) -> Guild:
        """Set the organizer list; raises `NoOrganizers` for an empty one."""
        if not user_ids:
            raise rules.NoOrganizers
        return await self._change(actor, lambda guild: replace(guild, organizers=user_ids))

    async def choose_channel(self, actor: Actor, use: Use, channel_id: ChannelId) -> Guild:
        """Set the channel for petitions, town halls or digests."""
        return await self._change(actor, lambda guild: guild.with_channel(use, channel_id))

    async def choose_times(self, actor: Actor, times: Times) -> Guild:
        """Set zone, language and schedules; raises `UnknownZone` or `UnknownTime` and then changes nothing."""
        changes: dict[str, Any] = {
            "zone": zone_named(times.zone).key,
            "language": times.language if times.language in languages() else ENGLISH,
            "release_at": rules.time_of_day(times.release_at),
            "digest_weekday": times.digest_weekday % 7,
            "digest_at": rules.time_of_day(times.digest_at),
        }
        return await self._change(actor, lambda guild: replace(guild, **changes))

    async def skip_missed(self) -> None:
        """Leave out every run that came due until now: after a restore it may have happened already."""
        now = self._clock.now()
        async with self._database.begin() as connection:
            for job, next_at in ((RELEASE, Guild.next_release), (DIGEST, Guild.next_digest)):
                for guild_id in await schedules.due(connection, job, now):
                    guild = await records.get(connection, guild_id)
                    missed = await schedules.lock(connection, guild_id, job)
                    if guild is not None and missed is not None:
                        await schedules.put(connection, replace(missed, next_at=next_at(guild, now)))

    async def _change(self, actor: Actor, change: Callable[[Guild], Guild]) -> Guild:
        """Save a change of settings and compute from it anew when each job is next due."""
        rules.authorize_administrator(actor)
        async with self._database.begin() as connection:
            before = await records.get(connection, actor.guild_id, lock=True)
            guild = change(before or Guild(actor.guild_id))
            await records.save(connection, guild)
            now = self._clock.now()
            for job, next_at in ((RELEASE, guild.next_release(now)), (DIGEST, guild.next_digest(now))):
                kept = await schedules.lock(connection, guild.id, job)
                if kept is None or kept.next_at > now:  # a run that is due now still happens
                    held = kept.held_since if kept is not None else None
                    await schedules.put(connection, schedules.Due(guild.id, job, next_at, held))
        return guild
