"""One mechanism for everything that takes two organizers."""

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.approvals import records, rules
from bot.approvals.rules import Proposal, State
from bot.clock import Clock
from bot.database import outbox
from bot.database.audit import AuditChain
from bot.database.engine import Database, Transaction
from bot.failpoints import reach
from bot.guilds.service import Guild, Guilds
from bot.ids import Actor, GuildId

KIND = outbox.PROPOSAL

Perform = Callable[[Transaction, Guild, Mapping[str, Any]], Awaitable[None]]
"""Carry a proposal out, in the transaction that marks it done. Gets exactly the content that was approved."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that takes two organizers: how long all of them can still veto it, and how it is done."""

    delay: timedelta
    perform: Perform


class Approvals:
    """Propose, agree, veto and carry out."""

    def __init__(self, guilds: Guilds, database: Database, audit: AuditChain, clock: Clock) -> None:
        self._guilds = guilds
        self._database = database
        self._audit = audit
        self._clock = clock
        self._actions: dict[str, Action] = {}

    def register(self, kind: str, action: Action) -> None:
        """Say how proposals of a kind are carried out."""
        self._actions[kind] = action

    def delay_of(self, kind: str) -> timedelta:
        """Return how long organizers can veto a proposal of this kind after it was approved."""
        return self._actions[kind].delay

    async def propose(self, actor: Actor, kind: str, contents: Mapping[str, Any]) -> Proposal:
        """Propose something and tell all organizers in their channel.

        Raises `NotAnOrganizer`, `NeedsTwoOrganizers` or `NeedsOrganizersChannel`.
        """
        guild = await self._guilds.organizer(actor)
        if len(guild.organizers) < 2:  # noqa: PLR2004 - two is the whole point
            raise rules.NeedsTwoOrganizers
        if guild.organizers_channel_id is None:
            raise rules.NeedsOrganizersChannel
        now = self._clock.now()
        proposal = Proposal(
            id=secrets.token_hex(6),
            guild_id=guild.id,
            kind=kind,
            contents=contents,
            canonical=json.dumps(contents, ensure_ascii=False, sort_keys=True),
            expires_at=now + rules.OPEN_FOR,
            proposer_id=actor.user_id,
        )
        async with self._database.begin() as connection:
            await records.add(connection, proposal)
            await self._audit.record(connection, guild.id, actor, "proposed", now, details=_named(proposal))
            await outbox.queue(
                connection,
                outbox.Letter(
                    natural_key=f"proposal:{proposal.id}",
                    guild_id=guild.id,
                    channel_id=guild.organizers_channel_id,
                    kind=KIND,
                    contents=shown(proposal),
                    language=guild.language,
                ),
            )
        return proposal

    async def unsettled(self, actor: Actor) -> list[Proposal]:
        """Return what waits for an organizer's word or for its time."""
        guild = await self._guilds.organizer(actor)
        async with self._database.begin() as connection:
            await records.expire(connection, self._clock.now())
            return await records.unsettled(connection, guild.id)

    async def find(self, actor: Actor, proposal_id: str) -> Proposal:
        """Return a proposal of the actor's guild; raises `ProposalClosed` if there is none."""
        guild = await self._guilds.organizer(actor)
        async with self._database.begin() as connection:
            return await self._get(connection, guild.id, proposal_id)

    async def approve(self, actor: Actor, proposer: Actor | None, proposal_id: str, seal: str) -> Proposal:
        """Agree to exactly the content that `seal` stands for.

        `proposer` is the proposer as Discord describes them now, `None` if they have left. A proposal whose proposer is
        no longer an organizer is cancelled, and the refusal says so.
        """
        guild = await self._guilds.organizer(actor)
        now = self._clock.now()
        async with self._database.begin() as connection:
            proposal = await self._get(connection, guild.id, proposal_id)
            try:
                runs_at = now + self.delay_of(proposal.kind)
                decided = rules.approved(proposal, guild, actor, proposer, seal, runs_at, now)
            except rules.ProposerGone:
                decided = await self._cancel(connection, proposal)
            else:
                await records.save(connection, decided)
                await self._audit.record(connection, guild.id, actor, "approved", now, details=_named(proposal))
        if decided.state is State.CANCELLED:
            raise rules.ProposerGone
        return decided

    async def veto(self, actor: Actor, proposal_id: str, seal: str) -> Proposal:
        """Stop a proposal, which any organizer may until it is carried out."""
        guild = await self._guilds.organizer(actor)
        now = self._clock.now()
        async with self._database.begin() as connection:
            decided = rules.vetoed(await self._get(connection, guild.id, proposal_id), seal, now)
            await records.save(connection, decided)
            await self._audit.record(connection, guild.id, actor, "vetoed", now, details=_named(decided))
        return decided

    async def matured(self) -> list[Proposal]:
        """Return the approved proposals whose time has come, and close those that ran out."""
        now = self._clock.now()
        async with self._database.begin() as connection:
            await records.expire(connection, now)
            waiting = await records.unsettled(connection)
        return [each for each in waiting if each.runs_at is not None and each.runs_at <= now]

    async def carry_out(self, proposal: Proposal, proposer: Actor | None, approver: Actor | None) -> State:
        """Carry an approved proposal out, or cancel it if one of the two is no longer an organizer.

        Done and marked in one transaction: a crash leaves either nothing or everything.
        """
        async with self._database.begin() as connection:
            current = await self._get(connection, proposal.guild_id, proposal.id)
            guild = await self._guilds.find_in(connection, proposal.guild_id)
            if current.state is not State.APPROVED or guild is None:
                return current.state
            decided = rules.settled(current, guild, proposer, approver)
            if decided.state is State.CANCELLED:
                await self._cancel(connection, current)
                return State.CANCELLED
            await records.save(connection, decided)
            await self._audit.record(
                connection, guild.id, None, "carried out", self._clock.now(), details=_named(decided)
            )
            await self._actions[decided.kind].perform(connection, guild, decided.contents)
            reach("approval: before the commit")
        reach("approval: after the commit")
        return State.DONE

    async def _cancel(self, connection: Transaction, proposal: Proposal) -> Proposal:
        cancelled = rules.cancelled(proposal)
        await records.save(connection, cancelled)
        await self._audit.record(
            connection, proposal.guild_id, None, "cancelled", self._clock.now(), details=_named(proposal)
        )
        return cancelled

    async def _get(self, connection: Transaction, guild_id: GuildId, proposal_id: str) -> Proposal:
        proposal = await records.get(connection, guild_id, proposal_id)
        if proposal is None:
            raise rules.ProposalClosed
        return proposal


def _named(proposal: Proposal) -> dict[str, str]:
    return {"kind": proposal.kind, "proposal": proposal.id}


def shown(proposal: Proposal) -> dict[str, Any]:
    """Return what a card needs of a proposal."""
    return {
        "id": proposal.id,
        "seal": proposal.seal,
        "kind": proposal.kind,
        "contents": dict(proposal.contents),
        "expires_at": int(proposal.expires_at.timestamp()),
    }
