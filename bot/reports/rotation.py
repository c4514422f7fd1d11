"""Hand a guild's cases over to organizers' own keys, and say what stays closed to whom."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.database import facts, outbox, schedules
from bot.database.engine import Database, Transaction
from bot.database.tables import case_messages, case_notes, case_quotes
from bot.failpoints import reach
from bot.guilds.service import RELEASE, Guild, Guilds, ModeAlready, ReadingMode, TooFewKeys, check_mode
from bot.ids import Actor, GuildId
from bot.reports import records
from bot.reports.records import SealedCase
from bot.reports.rules import SealedTo, week_of
from bot.reports.seals import Seals
from bot.vault.sealing import Unreadable

KIND = "reports:rotated"
STALE = "the database still holds what was sealed before"


@dataclass(frozen=True, slots=True)
class Keyring:
    """Who can open a guild's cases, and how many."""

    guild: Guild
    server: int
    organizers: int


class Rotation:
    """How a guild changes its reading mode. Keys and modes take two organizers: see `bot.approvals`."""

    def __init__(self, guilds: Guilds, database: Database, seals: Seals) -> None:
        self._guilds = guilds
        self._database = database
        self._seals = seals

    async def keyring(self, actor: Actor) -> Keyring:
        """Return who can open what in the actor's guild; raises `NotAnOrganizer`."""
        guild = await self._guilds.organizer(actor)
        async with self._database.begin() as connection:
            sealed_to = [case.sealed_to for case in await _all_cases(connection, guild.id)]
        return Keyring(guild, sealed_to.count(SealedTo.SERVER), sealed_to.count(SealedTo.ORGANIZERS))

    async def plan(self, actor: Actor, mode: ReadingMode) -> dict[str, Any]:
        """Return what a change of the reading mode would do today, to be proposed.

        Raises `NotAnOrganizer`, `ModeAlready` or `TooFewKeys`.
        """
        ring = await self.keyring(actor)
        check_mode(ring.guild, mode)
        return {"mode": mode, "server": ring.server, "closed": ring.organizers, "keys": len(ring.guild.recipients)}

    async def change_mode(self, connection: Transaction, guild: Guild, contents: Mapping[str, Any]) -> None:
        """Carry out an approved change of the reading mode, seal anew what the server can open, and say what it cannot.

        Where keys have gone since it was proposed nothing changes, and organizers are told that.
        """
        mode = ReadingMode(contents["mode"])
        # The guild first, then the release: everybody locks in this order, so no report becomes a case meanwhile.
        try:
            changed = await self._guilds.change_mode(connection, guild, mode)
        except ModeAlready:
            return
        except TooFewKeys:
            await self._tell(connection, guild, {"mode": mode, "is_refused": True})
            return
        await schedules.lock(connection, guild.id, RELEASE)  # whoever changes a case takes it too
        found = await _all_cases(connection, guild.id)
        open_here = [case for case in found if case.sealed_to is SealedTo.SERVER]
        to_reseal = open_here if mode is ReadingMode.OFFLINE else []
        resealed = [case.id for case in to_reseal if await self._reseal(connection, changed, case)]
        closed = len(found) - len(open_here) + len(to_reseal) - len(resealed)
        if resealed:
            await facts.put(connection, STALE, secrets.token_hex(8))
        told = {"mode": mode, "resealed": len(resealed), "closed": closed, "keys": len(changed.recipients)}
        await self._tell(connection, changed, told)
        reach("rotation: before the commit")

    async def rewrite_due(self) -> None:
        """Write the database anew once after cases were sealed anew, also when a crash came in between.

        Until then a freed page may still hold what the server can open. PostgreSQL's own log keeps it until the log is
        recycled, and backups until they expire.
        """
        async with self._database.begin() as connection:
            noted = await facts.get(connection, STALE)
        if noted is None:
            return
        await self._database.rewrite()
        reach("rotation: database written anew")
        async with self._database.begin() as connection:
            if await facts.get(connection, STALE) == noted:  # or another rotation came while this one was written
                await facts.drop(connection, STALE)

    async def _reseal(self, connection: Transaction, guild: Guild, case: SealedCase) -> bool:
        """Seal a case with all that belongs to it to organizers; tell whether the server could open it all."""
        messages = await records.messages(connection, case.id)
        notes = await records.notes(connection, case.id)
        quotes = await records.quotes(connection, case.id)
        try:
            anew = await asyncio.to_thread(self._seals.resealed, guild, case, messages, notes, quotes)
        except Unreadable:
            return False
        to = SealedTo.ORGANIZERS
        await records.change(connection, case.id, sealed=anew.case, slip=anew.slip, sealed_to=to)
        for message, sealed in zip(messages, anew.messages, strict=True):
            await records.reseal(connection, case_messages, message.id, sealed)
        reach("rotation: a case half sealed anew")
        for note, sealed in zip(notes, anew.notes, strict=True):
            await records.reseal(connection, case_notes, note.id, sealed)
        for quote, sealed in zip(quotes, anew.quotes, strict=True):
            await records.reseal(connection, case_quotes, quote.id, sealed)
        return True

    async def _tell(self, connection: Transaction, guild: Guild, contents: Mapping[str, Any]) -> None:
        if guild.organizers_channel_id is None:
            return
        letter = outbox.Letter(
            natural_key=f"rotated:{secrets.token_hex(6)}",  # carried out once, so said once
            guild_id=guild.id,
            channel_id=guild.organizers_channel_id,
            kind=KIND,
            contents=contents,
            language=guild.language,
        )
        await outbox.queue(connection, letter)


async def _all_cases(connection: Transaction, guild_id: GuildId) -> list[SealedCase]:
    """Return every case of a guild, also those that another one stands for, which no list shows."""
    listed = {case.id: case for case in await records.listed(connection, guild_id, records.Chosen())}
    unlisted = set(await records.older_than(connection, guild_id, week_of(date.max))) - set(listed)
    found = [await records.find(connection, guild_id, case_id) for case_id in sorted(unlisted)]
    return [*listed.values(), *(case for case in found if case is not None)]
