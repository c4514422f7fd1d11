"""When a proposal may be approved, vetoed and carried out. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.guilds.rules import Guild
from bot.ids import Actor, GuildId, UserId
from bot.refusals import N_, Refusal

OPEN_FOR = timedelta(hours=24)
"""How long a second organizer has."""


class State(StrEnum):
    """Where a proposal stands. Only an open or approved one can still change."""

    OPEN = "open"
    APPROVED = "approved"
    DONE = "done"
    VETOED = "vetoed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class NeedsTwoOrganizers(Refusal):
    """The guild has no second organizer who could agree."""

    sentence = N_("This needs a second organizer to agree, and there is only one on the list.")


class NeedsOrganizersChannel(Refusal):
    """There is nowhere to tell the other organizers."""

    sentence = N_(
        "This needs a second organizer to agree, so all organizers must be told. "
        "First choose a channel for organizers with `/setup`."
    )


class NeedsAnotherOrganizer(Refusal):
    """The proposer cannot agree with themself."""

    sentence = N_("You proposed this yourself. Another organizer must agree to it.")


class ProposalClosed(Refusal):
    """The proposal was decided, ran out or was cancelled before."""

    sentence = N_("This proposal is closed: it was carried out, vetoed, cancelled, or nobody agreed within 24 hours.")


class ProposalChanged(Refusal):
    """What was shown is not what is stored."""

    sentence = N_("This is not the proposal you were shown. Open `/decisions` and look at it again.")


class ProposerGone(Refusal):
    """Whoever proposed or approved it is no longer an organizer."""

    sentence = N_("One of the two is no longer an organizer, so the proposal was cancelled. Propose it anew.")


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something that takes two organizers."""

    id: str
    guild_id: GuildId
    kind: str
    contents: Mapping[str, Any]
    canonical: str = field(repr=False)
    expires_at: datetime
    state: State = State.OPEN
    proposer_id: UserId | None = field(default=None, repr=False)
    approver_id: UserId | None = field(default=None, repr=False)
    runs_at: datetime | None = None

    @property
    def seal(self) -> str:
        """Return what binds an approval to exactly this content, short enough for a button."""
        text = f"{self.id}\n{self.guild_id}\n{self.kind}\n{self.canonical}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_organizer(guild: Guild, actor: Actor | None) -> bool:
    """Tell whether somebody is an organizer of the guild right now; `None` has left the server."""
    return (
        actor is not None
        and guild.organizer_role_id in actor.role_ids
        and actor.user_id in guild.organizers
        and actor.guild_id == guild.id
    )


def approved(
    proposal: Proposal,
    guild: Guild,
    approver: Actor,
    proposer: Actor | None,
    seal: str,
    runs_at: datetime,
    now: datetime,
) -> Proposal:
    """Return the proposal as approved, to be carried out at `runs_at`.

    Raises `ProposalClosed`, `ProposalChanged`, `NeedsAnotherOrganizer` or `ProposerGone`.
    """
    _check_open(proposal, seal, now, (State.OPEN,))
    if approver.user_id == proposal.proposer_id:
        raise NeedsAnotherOrganizer
    if not is_organizer(guild, proposer) or not is_organizer(guild, approver):
        raise ProposerGone
    return replace(proposal, state=State.APPROVED, approver_id=approver.user_id, runs_at=runs_at)


def vetoed(proposal: Proposal, seal: str, now: datetime) -> Proposal:
    """Return the proposal as vetoed, which any organizer may do until it is carried out."""
    _check_open(proposal, seal, now, (State.OPEN, State.APPROVED))
    return replace(proposal, state=State.VETOED)


def settled(proposal: Proposal, guild: Guild, proposer: Actor | None, approver: Actor | None) -> Proposal:
    """Return an approved proposal whose time has come as done, or as cancelled if either lost the role."""
    both = is_organizer(guild, proposer) and is_organizer(guild, approver)
    return replace(proposal, state=State.DONE if both else State.CANCELLED)


def cancelled(proposal: Proposal) -> Proposal:
    """Return the proposal as cancelled."""
    return replace(proposal, state=State.CANCELLED)


def _check_open(proposal: Proposal, seal: str, now: datetime, states: tuple[State, ...]) -> None:
    if proposal.state not in states or (proposal.state is State.OPEN and now >= proposal.expires_at):
        raise ProposalClosed
    if seal != proposal.seal:
        raise ProposalChanged
