"""What organizers do with digests: add, change, pause, look at one beforehand, and send one now."""

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.clock import Clock
from bot.database import outbox, schedules
from bot.database.audit import AuditChain
from bot.database.engine import Database, Transaction
from bot.database.schedules import Due
from bot.digests import records
from bot.digests.plans import (
    ID_LENGTH,
    MOST_PLANS,
    REGULAR,
    Audience,
    DigestGone,
    NoChannelChosen,
    NothingToTell,
    Plan,
    RegularStays,
    TooManyDigests,
)
from bot.digests.service import Digests, find_plan, job_of, regular
from bot.guilds.service import DIGEST, FIRST_COVERS, Guild, Guilds
from bot.ids import Actor, ChannelId
from bot.refusals import N_
from bot.rhythm import Rhythm
from bot.vault.codes import new_token

__all__ = ["TOLD", "Audience", "Planned", "Planning"]

ADDED = N_("added a digest")
CHANGED = N_("changed when a digest comes")
PAUSED = N_("paused a digest")
RESUMED = N_("let a digest come again")
DELETED = N_("deleted a digest")
SENT = N_("sent a digest before its time")
TOLD = (ADDED, CHANGED, PAUSED, RESUMED, DELETED, SENT)
"""What an organizer did, as the audit chain tells it."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A digest of a server, and when it comes next, paused or not."""

    plan: Plan
    next_at: datetime


class Planning:
    """The digests of each server. Who is an organizer is looked up at each action."""

    def __init__(self, digests: Digests, guilds: Guilds, database: Database, audit: AuditChain, clock: Clock) -> None:
        self._digests = digests
        self._guilds = guilds
        self._database = database
        self._audit = audit
        self._clock = clock

    def new_form(self) -> str:
        """Return the token of a new digest, or of sending one now; the same form twice does it once."""
        return new_token()

    async def listed(self, actor: Actor) -> Sequence[Planned]:
        """Return the digests of the actor's server, the regular one first; raises `NotAnOrganizer`."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            plans = [regular(guild), *await records.plans(connection, guild.id)]
            return [_planned(plan, await self._schedule(connection, guild, plan)) for plan in plans]

    async def find(self, actor: Actor, plan_id: str) -> Planned:
        """Return one digest of the actor's server; raises `DigestGone`."""
        async with self._at(actor, plan_id) as (_, _, plan, schedule):
            return _planned(plan, schedule)

    async def starter(self, actor: Actor) -> Guild:
        """Return the server of an organizer who may add a digest; raises `TooManyDigests`."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            await self._check_room(connection, guild)
        return guild

    async def add(self, actor: Actor, token: str, audience: Audience, channel_id: ChannelId, rhythm: Rhythm) -> Planned:
        """Add a digest, which first tells of all since a week before now; the same form again changes nothing.

        Raises `TooManyDigests`.
        """
        guild = await self._guilds.organizer_at_work(actor)
        plan_id = hashlib.sha256(f"digest {guild.id} {token}".encode()).hexdigest()[:ID_LENGTH]
        plan = Plan(plan_id, guild.id, audience, channel_id, rhythm)
        async with self._database.begin() as connection:
            await self._guilds.locked(connection, guild.id)
            known = await records.find_plan(connection, guild.id, plan_id)
            if known is None:
                await self._check_room(connection, guild)
                await records.save_plan(connection, plan)
                await self._note(connection, actor, ADDED, plan)
            return _planned(known or plan, await self._schedule(connection, guild, known or plan))

    async def change(self, actor: Actor, plan_id: str, rhythm: Rhythm, channel_id: ChannelId | None = None) -> Planned:
        """Let a digest come at other times, or elsewhere. What is due now still comes, and nothing is left out.

        The regular one comes on the clocks of the server's zone and in the channel that `/setup` names. Raises
        `DigestGone`.
        """

        def wanted(plan: Plan) -> Plan:
            return replace(plan, rhythm=rhythm, channel_id=channel_id or plan.channel_id)

        return await self._change(actor, plan_id, wanted, CHANGED)

    async def pause(self, actor: Actor, plan_id: str, *, is_paused: bool) -> Planned:
        """Pause a digest, or let it come again: it then tells of everything since the last one."""
        action = PAUSED if is_paused else RESUMED
        return await self._change(actor, plan_id, lambda plan: replace(plan, is_paused=is_paused), action)

    async def delete(self, actor: Actor, plan_id: str) -> None:
        """Delete a digest that stands beside the regular one; raises `RegularStays` or `DigestGone`."""
        async with self._at(actor, plan_id) as (connection, guild, plan, _):
            if plan.is_regular:
                raise RegularStays
            await records.delete_plan(connection, plan)
            await schedules.drop(connection, guild.id, job_of(plan))
            await self._note(connection, actor, DELETED, plan)

    async def preview(self, actor: Actor, plan_id: str) -> Mapping[str, Any]:
        """Return what a digest would say if it came now, and change nothing; raises `NothingToTell`.

        The numbers are those of the last regular digest: which of them will move is drawn when the next one comes.
        """
        async with self._at(actor, plan_id) as (connection, guild, plan, schedule):
            says = await self._digests.early(connection, guild, plan, schedule)
        if says is None:
            raise NothingToTell
        return says

    async def send_now(self, actor: Actor, plan_id: str, token: str) -> Planned:
        """Post a digest before its time, once for each form; the next one tells of what comes after it.

        No number of reports moves with it, or organizers could choose the moment at which one does. Raises
        `NothingToTell`, `NoChannelChosen` or `DigestGone`.
        """
        name = f"now:{token}"
        async with self._at(actor, plan_id) as (connection, guild, plan, schedule):
            if plan.channel_id is None:
                raise NoChannelChosen
            if await outbox.is_known(connection, plan.key(name)):
                return _planned(plan, schedule)  # a second click is not told that there was nothing to post
            says = await self._digests.early(connection, guild, plan, schedule)
            if says is None:
                raise NothingToTell
            if await self._digests.post(connection, guild, plan, name, says):
                sent = replace(schedule, told_until=self._digests.window(schedule).until)
                await schedules.put(connection, sent)
                await self._note(connection, actor, SENT, plan)
        return _planned(plan, schedule)

    # Steps

    async def _change(self, actor: Actor, plan_id: str, change: Callable[[Plan], Plan], action: str) -> Planned:
        async with self._at(actor, plan_id) as (connection, guild, plan, schedule):
            changed = change(plan)
            if plan.is_regular:
                changed = regular(await self._guilds.keep_digest(connection, guild, changed.rhythm, changed.is_paused))
            else:
                await records.save_plan(connection, changed)
            now = self._clock.now()
            is_due = schedule.next_at <= now  # then it still comes
            moved = schedule if is_due else replace(schedule, next_at=changed.rhythm.after(now).at)
            await schedules.put(connection, moved)
            await self._note(connection, actor, action, plan)
        return _planned(changed, moved)

    @asynccontextmanager
    async def _at(self, actor: Actor, plan_id: str) -> AsyncIterator[tuple[Transaction, Guild, Plan, Due]]:
        """Open a transaction on a digest of an organizer's server; nobody else changes it until it ends."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            job = DIGEST if plan_id == REGULAR else f"{DIGEST}:{plan_id}"
            guild = await self._guilds.locked(connection, guild.id)
            await schedules.lock(connection, guild.id, job)
            plan = await find_plan(connection, guild, job)
            if plan is None:
                raise DigestGone
            yield connection, guild, plan, await self._schedule(connection, guild, plan)

    async def _schedule(self, connection: Transaction, guild: Guild, plan: Plan) -> Due:
        """Return when a digest comes next; one that was just added begins now."""
        job = job_of(plan)
        kept = await schedules.lock(connection, guild.id, job)
        if kept is None:
            now = self._clock.now()
            # However long it takes until the first one comes, and whatever keeps it: it tells of all since.
            kept = Due(guild.id, job, plan.rhythm.after(now).at, told_until=now - FIRST_COVERS)
            await schedules.put(connection, kept)
        return kept

    async def _check_room(self, connection: Transaction, guild: Guild) -> None:
        if len(await records.plans(connection, guild.id)) + 1 >= MOST_PLANS:
            raise TooManyDigests(limit=MOST_PLANS)

    async def _note(self, connection: Transaction, actor: Actor, action: str, plan: Plan) -> None:
        now = self._clock.now()
        await self._audit.record(connection, plan.guild_id, actor, action, now, details={"digest": plan.id})


def _planned(plan: Plan, schedule: Due) -> Planned:
    return Planned(plan, schedule.next_at)
