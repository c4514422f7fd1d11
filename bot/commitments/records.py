"""The SQL of promises, and of how many reports of a breach were published."""

from datetime import date
from typing import Any

from sqlalchemy import Row, select, update

from bot.commitments.rules import BREACH, Commitment, Promise, Source, State
from bot.database import rows
from bot.database.digesttables import commitments
from bot.database.engine import Transaction
from bot.database.tables import tallies
from bot.ids import CommitmentId, GuildId, HallId, PetitionId

"""The dimension of the tallies in which a report counts towards the promise that it tells to be broken."""


async def add(connection: Transaction, commitment: Commitment) -> bool:
    """Insert a promise unless it is there already; tell whether it was new."""
    values = {
        "id": commitment.id,
        "guild_id": commitment.guild_id,
        **columns(commitment.promise),
        "petition_id": commitment.petition_id,
        "hall_id": commitment.hall_id,
        "state": commitment.state,
        "changed_at": commitment.changed_at,
    }
    return await rows.add(connection, commitments, values)


async def find(
    connection: Transaction, guild_id: GuildId, commitment_id: str, *, lock: bool = False
) -> Commitment | None:
    """Return a promise of this guild, also one noted by mistake."""
    query = select(commitments).where(commitments.c.id == commitment_id, commitments.c.guild_id == guild_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return None if row is None else _commitment(row)


async def of_guild(connection: Transaction, guild_id: GuildId) -> list[Commitment]:
    """Return a guild's promises but those noted by mistake, in no order of time."""
    query = select(commitments).where(commitments.c.guild_id == guild_id, commitments.c.state != State.DROPPED)
    return [_commitment(row) for row in await connection.execute(query.order_by(commitments.c.id))]


async def change(connection: Transaction, commitment_id: CommitmentId, **values: object) -> None:
    """Change a promise."""
    await connection.execute(update(commitments).where(commitments.c.id == commitment_id).values(values))


async def shown(connection: Transaction, guild_id: GuildId) -> dict[str, int]:
    """Return how many reports of a breach digests have published, by promise; what none has is left out."""
    query = select(tallies.c.value, tallies.c.shown).where(
        tallies.c.guild_id == guild_id, tallies.c.dimension == BREACH, tallies.c.shown > 0
    )
    return {row.value: row.shown for row in await connection.execute(query)}


def columns(promise: Promise) -> dict[str, Any]:
    """Return what can be said of a promise, by column."""
    return {
        "text": promise.text,
        "source": promise.source,
        "due_on": None if promise.due_on is None else promise.due_on.isoformat(),
        "link": promise.link,
    }


def _commitment(row: Row[Any]) -> Commitment:
    return Commitment(
        CommitmentId(row.id),
        GuildId(row.guild_id),
        Promise(row.text, Source(row.source), None if row.due_on is None else date.fromisoformat(row.due_on), row.link),
        row.changed_at,
        State(row.state),
        None if row.petition_id is None else PetitionId(row.petition_id),
        None if row.hall_id is None else HallId(row.hall_id),
    )
