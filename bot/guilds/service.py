"""Set a guild up, say who may act in it, freeze it, and erase it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from bot.cleaning import one_line
from bot.clock import Clock
from bot.database import facts, schedules
from bot.database.audit import AuditChain
from bot.database.engine import Database, Transaction
from bot.failpoints import reach
from bot.guilds import closings, records, rules
from bot.guilds.rules import Guild, ModeAlready, ReadingMode, Reporting, TooFewKeys, Use, check_mode
from bot.ids import Actor, ChannelId, GuildId, RoleId, UserId
from bot.refusals import NotSetUp
from bot.rhythm import Rhythm
from bot.texts import ENGLISH, languages
from bot.vault.sealing import NotARecipient, check_recipient
from bot.wallclock import time_of_day, zone_named

__all__ = [
    "DIGEST",
    "FIRST_COVERS",
    "RELEASE",
    "Guild",
    "Guilds",
    "ModeAlready",
    "ReadingMode",
    "Times",
    "TooFewKeys",
    "check_mode",
]

RELEASE = "release"
DIGEST = "digest"
SET_REPORTING = "set how reports are handled"
TWO_ORGANIZERS = "two organizers have been on the list of "

FIRST_COVERS = timedelta(days=7)
"""From how long before it was set up on a digest tells, however late its first one comes."""

KEPT_AFTER_LEAVING = timedelta(days=30)
"""How long sealed data is kept after Steward was removed from a server, in case that was a mistake."""


@dataclass(frozen=True, slots=True)
class Times:
    """The times and the language of a guild, as an administrator wrote them."""

    zone: str
    language: str
    release_at: str
    digest_weekdays: tuple[int, ...]
    digest_at: str


class Guilds:
    """What administrators set, and the one place that decides who is an organizer."""

    def __init__(self, database: Database, audit: AuditChain, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    async def find(self, guild_id: GuildId) -> Guild | None:
        """Return a guild's settings, if it has any."""
        async with self._database.begin() as connection:
            return await records.get(connection, guild_id)

    async def find_in(self, connection: Transaction, guild_id: GuildId) -> Guild | None:
        """Return a guild's settings as they stand in a transaction of another feature."""
        return await records.get(connection, guild_id)

    async def ready(self, guild_id: GuildId) -> Guild:
        """Return a guild that takes reports; raises `NotSetUp` or `Frozen` otherwise."""
        return self.check_ready(await self.find(guild_id))

    def check_ready(self, guild: Guild | None) -> Guild:
        """Return a guild that was found already, as `ready` does."""
        if guild is None or not guild.is_ready:
            raise NotSetUp
        return rules.check_thawed(guild)

    async def all_ready(self) -> list[GuildId]:
        """Return the guilds that take reports."""
        async with self._database.begin() as connection:
            return await records.ready(connection)

    async def shared_language(self) -> str:
        """Return the language of the guilds that take reports if it is one, for where Discord tells no language."""
        async with self._database.begin() as connection:
            spoken = await records.languages(connection)
        return spoken.pop() if len(spoken) == 1 else ENGLISH

    async def locked(self, connection: Transaction, guild_id: GuildId) -> Guild:
        """Return a guild, which nobody else changes in this transaction. The chain locks it too, so lock it first."""
        return await records.lock(connection, guild_id)

    async def organizer(self, actor: Actor) -> Guild:
        """Return the actor's guild if they are its organizer, looked up now; raises `NotAnOrganizer`."""
        return rules.authorize_organizer(await self.find(actor.guild_id), actor)

    async def organizer_at_work(self, actor: Actor) -> Guild:
        """Return the actor's guild as `organizer` does, unless it is frozen; raises `Frozen`."""
        return rules.check_thawed(await self.organizer(actor))

    async def note_desk_opened(self, connection: Transaction, guild: Guild) -> None:
        """Note the day on which an organizer opened the desk; reporters are told it before they write."""
        today = self._clock.now().date()
        if guild.desk_opened_on != today:
            await records.note_opening(connection, guild.id, today)

    async def own_key(self, actor: Actor, text: str) -> str:
        """Return the public key that an organizer typed, to be proposed. Keeps nothing.

        Raises `PrivateKeyPasted` or `NotAPublicKey`, neither of which repeats what was typed.
        """
        await self.organizer(actor)
        recipient = rules.public_key_in(text)
        try:
            check_recipient(recipient)
        except NotARecipient:
            raise rules.NotAPublicKey from None
        return recipient

    # Settings

    async def settings(self, actor: Actor) -> Guild:
        """Return the settings as they stand for an administrator, or the ones to start from."""
        rules.authorize_administrator(actor)
        return await self.find(actor.guild_id) or Guild(actor.guild_id)

    async def choose_organizer_role(self, actor: Actor, role_id: RoleId) -> Guild:
        """Set the role that every organizer must have; raises `SecondOrganizerNeeded` once there are two."""
        return await self._change(
            actor,
            "set the organizer role",
            lambda guild: replace(guild, organizer_role_id=role_id),
            {"role": role_id},
            concerns_organizers=True,
        )

    async def choose_organizers(self, actor: Actor, user_ids: frozenset[UserId]) -> Guild:
        """Set the organizer list; raises `NoOrganizers`, and `SecondOrganizerNeeded` once there are two."""
        if not user_ids:
            raise rules.NoOrganizers
        return await self._change(
            actor,
            "set the organizer list",
            lambda guild: replace(guild, organizers=user_ids),
            {"organizers": len(user_ids)},
            concerns_organizers=True,
        )

    async def choose_channel(self, actor: Actor, use: Use, channel_id: ChannelId) -> Guild:
        """Set the channel for one use; where organizers are told of proposals, only an organizer can move."""

        def change(guild: Guild) -> Guild:
            return guild.with_channel(use, channel_id)

        before = await self.settings(actor)
        if use is Use.ORGANIZERS and before.organizers_channel_id is not None:
            await self.organizer(actor)
        return await self._change(actor, "set a channel", change, {"use": use, "channel": channel_id})

    async def choose_times(self, actor: Actor, times: Times) -> Guild:
        """Set zone, language and schedules; raises `UnknownZone` or `UnknownTime` and then changes nothing."""
        changes: dict[str, Any] = {
            "zone": zone_named(times.zone).key,
            "language": times.language if times.language in languages() else ENGLISH,
            "release_at": time_of_day(times.release_at),
            "digest_weekdays": tuple(sorted({day % 7 for day in times.digest_weekdays})) or (1,),
            "digest_at": time_of_day(times.digest_at),
        }
        told = {name: str(value) for name, value in changes.items()}
        return await self._change(actor, "set times and language", lambda guild: replace(guild, **changes), told)

    async def choose_outside_help(self, actor: Actor, text: str) -> Guild:
        """Set where workers are pointed to when Discord is the wrong place; an empty text takes it back."""
        named = one_line(text)[: rules.LONGEST_HELP] or None
        return await self._change(
            actor,
            "named help outside Discord",
            lambda guild: replace(guild, outside_help=named),
            {"named": named is not None},
        )

    async def choose_reporting(self, actor: Actor, wanted: Reporting) -> Guild:
        """Set how reports are handled; raises `StepLowered`, and `SecondOrganizerNeeded` once there were two."""
        # Asked first, so that a proposal that could never be carried out is not made.
        rules.with_reporting(await self.settings(actor), wanted)
        return await self._change(
            actor,
            SET_REPORTING,
            lambda guild: rules.with_reporting(guild, wanted),
            {"numbers": asdict(wanted)},
            concerns_organizers=True,
        )

    async def choose_code_names(self, actor: Actor, text: str) -> Guild:
        """Set the names that reports are checked for; raises `TooManyCodeNames` or `CodeNameOutOfRange`."""
        names = rules.code_names(text)
        return await self._change(
            actor,
            "set the words to look for",
            lambda guild: replace(guild, code_names=names),
            {"words": len(names)},  # how many, not which: the chain is read by all
        )

    async def _change(
        self,
        actor: Actor,
        action: str,
        change: Callable[[Guild], Guild],
        details: Mapping[str, object],
        *,
        concerns_organizers: bool = False,
    ) -> Guild:
        """Save a change of settings and compute from it anew when each job is next due."""
        rules.authorize_administrator(actor)
        async with self._database.begin() as connection:
            before = await records.lock(connection, actor.guild_id)
            two = f"{TWO_ORGANIZERS}{actor.guild_id}"
            if concerns_organizers:
                rules.check_bootstrap(before, have_been_two=await facts.get(connection, two) is not None)
            now = self._clock.now()
            guild = change(before)
            if guild.is_ready and guild.desk_opened_on is None:
                # From now on reports can come, so whether anybody looks at the desk is measured from today.
                guild = replace(guild, desk_opened_on=now.date())
            await records.save(connection, guild)
            await closings.follow(connection, before, guild)
            if len(guild.organizers) > 1:
                await facts.put(connection, two, "yes")
            await self._audit.record(connection, guild.id, actor, action, now, as_administrator=True, details=details)
            for job, next_at in ((RELEASE, guild.next_release(now)), (DIGEST, guild.next_digest(now))):
                kept = await schedules.lock(connection, guild.id, job)
                if kept is None:
                    await schedules.put(
                        connection, schedules.Due(guild.id, job, next_at, told_until=now - FIRST_COVERS)
                    )
                elif kept.next_at > now:  # a run that is due now still happens
                    await schedules.put(connection, replace(kept, next_at=next_at))
            reach("setting up: before the commit")
        reach("setting up: after the commit")
        return guild

    # What two organizers decide; registered with Approvals in the wiring

    async def replace_organizers(self, connection: Transaction, guild: Guild, contents: Mapping[str, Any]) -> None:
        """Carry out an approved change of the organizer list."""
        listed = frozenset(UserId(user) for user in contents["organizers"])
        await records.save(connection, replace(guild, organizers=listed))

    async def replace_role(self, connection: Transaction, guild: Guild, contents: Mapping[str, Any]) -> None:
        """Carry out an approved change of the organizer role."""
        await records.save(connection, replace(guild, organizer_role_id=RoleId(contents["role"])))

    async def replace_reporting(self, connection: Transaction, guild: Guild, contents: Mapping[str, Any]) -> None:
        """Carry out an approved change of how reports are handled."""
        changed = rules.with_reporting_changes(guild, contents["changes"])
        await records.save(connection, changed)
        details = {"numbers": asdict(changed.reporting)}
        await self._audit.record(connection, guild.id, None, SET_REPORTING, self._clock.now(), details=details)

    async def register_key(self, connection: Transaction, guild: Guild, contents: Mapping[str, Any]) -> None:
        """Carry out an approved key: what is sealed to organizers from now on can be opened with it."""
        user = UserId(contents["user"])
        current = await records.lock(connection, guild.id)
        if user in current.organizers:
            await records.save(connection, replace(current, keys={**current.keys, user: contents["recipient"]}))

    async def change_mode(self, connection: Transaction, guild: Guild, mode: ReadingMode) -> Guild:
        """Set who can open what is sealed from now on, and return the guild as it then is.

        Raises `ModeAlready` or `TooFewKeys` by what holds now, which may be long after it was proposed.
        """
        current = await records.lock(connection, guild.id)
        check_mode(current, mode)
        changed = replace(current, reading_mode=mode)
        await records.save(connection, changed)
        return changed

    async def thaw(self, connection: Transaction, guild: Guild, contents: Mapping[str, Any]) -> None:
        """Carry out an approved thaw."""
        del contents
        await records.save(connection, replace(guild, is_frozen=False))

    async def burn(self, connection: Transaction, guild: Guild, contents: Mapping[str, Any]) -> None:
        """Mark everything of the guild to be erased at the next tick."""
        del contents
        await records.save(connection, replace(guild, erase_at=self._clock.now()))

    # What one organizer may do alone

    async def keep_digest(self, connection: Transaction, guild: Guild, rhythm: Rhythm, is_paused: bool) -> Guild:  # noqa: FBT001 - as stored
        """Keep when the regular digest comes, in the transaction of whoever let an organizer decide it."""
        current = await records.lock(connection, guild.id)
        changed = replace(
            current,
            digest_weekdays=rhythm.weekdays,
            digest_at=rhythm.at,
            digest_every=rhythm.every,
            digest_anchor=rhythm.anchor,
            digest_is_paused=is_paused,
        )
        await records.save(connection, changed)
        return changed

    async def choose_status_words(self, actor: Actor, words: Mapping[str, str]) -> Guild:
        """Set what reporters read for each status; where a text is empty, they read Steward's own words.

        Raises `WordsTooLong`.
        """
        chosen = {status: text for status, typed in words.items() if (text := one_line(typed))}
        async with self._database.begin() as connection:
            found = rules.authorize_organizer(await records.get(connection, actor.guild_id, lock=True), actor)
            guild = rules.check_thawed(found)
            if any(len(text) > rules.LONGEST_STATUS_WORDS for text in chosen.values()):
                raise rules.WordsTooLong(limit=rules.LONGEST_STATUS_WORDS)
            changed = replace(guild, status_words=chosen)
            await records.save(connection, changed)
            details = {"words": len(chosen)}
            await self._audit.record(
                connection, guild.id, actor, "chose words for reporters", self._clock.now(), details=details
            )
        return changed

    async def freeze(self, actor: Actor) -> Guild:
        """Stop everything that goes in or out of the guild, at once. Doing it twice changes nothing."""
        await self.organizer(actor)
        async with self._database.begin() as connection:
            guild = rules.authorize_organizer(await records.get(connection, actor.guild_id, lock=True), actor)
            if guild.is_frozen:
                return guild
            frozen = replace(guild, is_frozen=True)
            await records.save(connection, frozen)
            await self._audit.record(connection, guild.id, actor, "froze Steward", self._clock.now())
        return frozen

    async def resign(self, actor: Actor) -> bool:
        """Take the actor off the organizer list of their guild; tell whether they were on it."""
        async with self._database.begin() as connection:
            guild = await records.get(connection, actor.guild_id, lock=True)
            if guild is None or actor.user_id not in guild.organizers:
                return False
            await records.save(connection, replace(guild, organizers=guild.organizers - {actor.user_id}))
            await self._audit.record(connection, guild.id, actor, "left the organizer list", self._clock.now())
        return True

    async def clear_organizers(self, guild_id: GuildId) -> int | None:
        """Empty the organizer list on the operator's word and return how many were on it; None for an unknown guild."""
        async with self._database.begin() as connection:
            guild = await records.get(connection, guild_id, lock=True)
            if guild is None:
                return None
            await records.save(connection, replace(guild, organizers=frozenset()))
            await facts.drop(connection, f"{TWO_ORGANIZERS}{guild_id}")
            now = self._clock.now()
            await self._audit.record(connection, guild_id, None, "cleared the organizer list for the operator", now)
        return len(guild.organizers)

    # Coming and going

    async def reconcile(self, present: frozenset[GuildId]) -> None:
        """Note which guilds Steward was removed from or invited to again while it was not looking.

        Guilds in an outage count as present.
        """
        async with self._database.begin() as connection:
            known = await records.present(connection)
        for guild_id in known:
            if guild_id not in present:
                await self.leave(guild_id)
        for guild_id in present:
            await self.rejoin(guild_id)

    async def leave(self, guild_id: GuildId) -> None:
        """Stop posting to a guild that removed Steward; its data is erased after `KEPT_AFTER_LEAVING`."""
        async with self._database.begin() as connection:
            guild = await records.get(connection, guild_id, lock=True)
            if guild is not None and guild.left_at is None:
                await records.save(connection, replace(guild, left_at=self._clock.now()))

    async def rejoin(self, guild_id: GuildId) -> None:
        """Go on where Steward left off in a guild that invited it again in time."""
        async with self._database.begin() as connection:
            guild = await records.get(connection, guild_id, lock=True)
            if guild is not None and guild.left_at is not None:
                await records.save(connection, replace(guild, left_at=None))

    async def to_erase(self) -> list[GuildId]:
        """Return the guilds whose data is to go now: burnt, or left long enough ago."""
        now = self._clock.now()
        async with self._database.begin() as connection:
            return await records.to_erase(connection, now, now - KEPT_AFTER_LEAVING)
