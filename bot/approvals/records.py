"""The SQL of proposals."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from bot.approvals.rules import Proposal, State
from bot.database.engine import Transaction
from bot.database.tables import proposals
from bot.ids import GuildId


async def add(connection: Transaction, proposal: Proposal) -> None:
    """Insert a proposal."""
    await connection.execute(
        insert(proposals).values(
            id=proposal.id,
            guild_id=proposal.guild_id,
            kind=proposal.kind,
            contents=proposal.canonical,
            state=proposal.state,
            proposer_id=proposal.proposer_id,
            expires_at=proposal.expires_at,
        )
    )


async def get(connection: Transaction, guild_id: GuildId, proposal_id: str) -> Proposal | None:
    """Return a proposal of this guild and keep others from changing it until the transaction ends."""
    query = select(proposals).where(proposals.c.id == proposal_id, proposals.c.guild_id == guild_id)
    row = (await connection.execute(query.with_for_update())).one_or_none()
    return None if row is None else _proposal(row)


async def save(connection: Transaction, proposal: Proposal) -> None:
    """Change where a proposal stands; a closed one forgets who proposed and approved it, and what it named."""
    is_open = proposal.state in {State.OPEN, State.APPROVED}
    await connection.execute(
        update(proposals)
        .where(proposals.c.id == proposal.id)
        .values(
            state=proposal.state,
            proposer_id=proposal.proposer_id if is_open else None,
            approver_id=proposal.approver_id if is_open else None,
            runs_at=proposal.runs_at,
            contents=proposal.canonical if is_open else "{}",
        )
    )


async def unsettled(connection: Transaction, guild_id: GuildId | None = None) -> list[Proposal]:
    """Return proposals that are open or approved, of one guild or of all."""
    query = select(proposals).where(proposals.c.state.in_((State.OPEN, State.APPROVED)))
    query = query.order_by(proposals.c.expires_at)
    if guild_id is not None:
        query = query.where(proposals.c.guild_id == guild_id)
    return [_proposal(row) for row in await connection.execute(query)]


async def expire(connection: Transaction, now: datetime) -> None:
    """Close the proposals that nobody agreed to in time."""
    await connection.execute(
        update(proposals)
        .where(proposals.c.state == State.OPEN, proposals.c.expires_at <= now)
        .values(state=State.EXPIRED, proposer_id=None, approver_id=None, contents="{}")
    )


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        id=row.id,
        guild_id=GuildId(row.guild_id),
        kind=row.kind,
        contents=json.loads(row.contents),
        canonical=row.contents,
        expires_at=row.expires_at,
        state=State(row.state),
        proposer_id=row.proposer_id,
        approver_id=row.approver_id,
        runs_at=row.runs_at,
    )
