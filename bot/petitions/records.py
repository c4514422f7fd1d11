"""The SQL of petitions, of who joined them, and of each server's settings and demands."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update

from bot.database import rows
from bot.database.engine import Transaction
from bot.database.tables import (
    demands,
    guilds,
    invitations,
    organizers,
    petition_guilds,
    petition_settings,
    petitions,
)
from bot.ids import GuildId, PetitionId, RoleId
from bot.petitions.rules import NO_GATES, Gates, Petition, State, Terms, Visibility
from bot.petitions.wording import Wording

SIGNING = (petitions, petition_guilds, guilds, organizers)
"""What decides whether somebody may sign."""

FAILED = (State.WITHDRAWN, State.REJECTED, State.EXPIRED)
OVER = (State.CLOSED, *FAILED)


@dataclass(frozen=True, slots=True)
class PetitionSettings:
    """What a server has decided about its petitions."""

    members_may_start: bool = False
    supporters: int = 3
    gates: Gates = NO_GATES
    roll_kept_days: int = 183


async def settings(connection: Transaction, guild_id: GuildId) -> PetitionSettings:
    """Return a guild's settings, or the usual ones."""
    query = select(petition_settings).where(petition_settings.c.guild_id == guild_id)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return PetitionSettings()
    gates = Gates(row.account_age_days, row.days_in_server, None if row.role_id is None else RoleId(row.role_id))
    return PetitionSettings(row.members_may_start, row.supporters, gates, row.roll_kept_days)


async def keep_settings(connection: Transaction, guild_id: GuildId, chosen: PetitionSettings) -> None:
    """Keep a guild's settings."""
    values = {
        "members_may_start": chosen.members_may_start,
        "supporters": chosen.supporters,
        "account_age_days": chosen.gates.account_age_days,
        "days_in_server": chosen.gates.days_in_server,
        "role_id": chosen.gates.role_id,
        "roll_kept_days": chosen.roll_kept_days,
    }
    await rows.put(connection, petition_settings, {"guild_id": guild_id}, values)


async def add(connection: Transaction, petition: Petition) -> bool:
    """Insert a petition unless it is there already; its own server takes part from the start."""
    is_new = await rows.add(connection, petitions, _values(petition))
    await join(connection, petition.id, petition.guild_id)
    return is_new


async def save(connection: Transaction, petition: Petition, **others: object) -> None:
    """Keep what moves of a petition; its wording, terms and gates never do. `others` are columns of their own."""
    moving = {"state": petition.state, "opened_at": petition.opened_at, "shown": petition.shown, **others}
    await connection.execute(update(petitions).where(petitions.c.id == petition.id).values(moving))


async def rewrite(connection: Transaction, draft: Petition) -> None:
    """Keep a draft as it reads now, before the first signature binds its words. It lapses at its deadline."""
    mine = (petitions.c.id == draft.id, petitions.c.state == State.DRAFT)
    values = {**_values(draft), "next_card_at": draft.terms.deadline_at}
    await connection.execute(update(petitions).where(*mine).values(values))


async def drop_draft(connection: Transaction, petition_id: PetitionId) -> bool:
    """Delete a draft; tell whether it was one."""
    mine = (petitions.c.id == petition_id, petitions.c.state == State.DRAFT)
    return (await connection.execute(delete(petitions).where(*mine))).rowcount == 1


async def save_counts(connection: Transaction, petition_id: PetitionId, units: Mapping[str, int]) -> None:
    """Keep what organizers are shown of each unit."""
    told = json.dumps(dict(units), ensure_ascii=False, sort_keys=True)
    await connection.execute(update(petitions).where(petitions.c.id == petition_id).values(unit_counts=told))


async def save_milestones(connection: Transaction, petition_id: PetitionId, told: Collection[int]) -> None:
    """Keep which milestones were told, once and for all."""
    values = {"milestones": json.dumps(sorted(told))}
    await connection.execute(update(petitions).where(petitions.c.id == petition_id).values(values))


async def find(connection: Transaction, petition_id: str, *, lock: bool = False) -> Petition | None:
    """Return a petition; with `lock`, nobody else changes it until the transaction ends."""
    query = select(petitions).where(petitions.c.id == petition_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return None if row is None else _petition(row)


async def of_guild(connection: Transaction, guild_id: GuildId, *, is_over: bool = False) -> list[Petition]:
    """Return the petitions that a guild takes part in, those that go on or those that are over, in no order of time."""
    mine = select(petition_guilds.c.petition_id).where(petition_guilds.c.guild_id == guild_id)
    query = select(petitions).where(petitions.c.id.in_(mine)).order_by(petitions.c.id)
    query = query.where(petitions.c.state.in_(OVER) if is_over else petitions.c.state.not_in(OVER))
    return [_petition(row) for row in await connection.execute(query)]


async def due(connection: Transaction, now: datetime) -> list[PetitionId]:
    """Return the petitions whose card is to be looked at now."""
    query = select(petitions.c.id).where(petitions.c.next_card_at <= now).order_by(petitions.c.next_card_at)
    return [PetitionId(found) for found in (await connection.execute(query)).scalars()]


async def to_anonymize(connection: Transaction) -> list[tuple[PetitionId, GuildId, datetime]]:
    """Return the petitions that are over and whose signatures are still kept, with the instant they ended."""
    query = select(petitions.c.id, petitions.c.guild_id, petitions.c.closed_at).where(
        petitions.c.closed_at.is_not(None), ~petitions.c.is_anonymized
    )
    return [(PetitionId(row.id), GuildId(row.guild_id), row.closed_at) for row in await connection.execute(query)]


async def unfinished(connection: Transaction) -> list[Petition]:
    """Return the petitions that were handed over and not counted yet, or failed and may still have signatures."""
    is_uncounted = petitions.c.delivered_at.is_not(None) & petitions.c.roll_hash.is_(None)
    query = select(petitions).where(is_uncounted | petitions.c.state.in_(FAILED), ~petitions.c.is_anonymized)
    return [_petition(row) for row in await connection.execute(query.order_by(petitions.c.id))]


# Servers that take part


async def join(connection: Transaction, petition_id: PetitionId, guild_id: GuildId) -> bool:
    """Let a server take part in a petition; tell whether that was new."""
    return await rows.add(connection, petition_guilds, {"petition_id": petition_id, "guild_id": guild_id})


async def leave(connection: Transaction, petition_id: PetitionId, guild_id: GuildId) -> None:
    """Let a server take part in a petition no longer."""
    mine = (petition_guilds.c.petition_id == petition_id, petition_guilds.c.guild_id == guild_id)
    await connection.execute(delete(petition_guilds).where(*mine))


async def started_by(connection: Transaction, guild_id: GuildId) -> list[PetitionId]:
    """Return every petition that was started in a server."""
    query = select(petitions.c.id).where(petitions.c.guild_id == guild_id)
    return [PetitionId(found) for found in (await connection.execute(query)).scalars()]


async def takes_part(connection: Transaction, petition_id: str, guild_id: GuildId) -> bool:
    """Tell whether a server takes part in a petition."""
    query = select(petition_guilds.c.guild_id).where(
        petition_guilds.c.petition_id == petition_id, petition_guilds.c.guild_id == guild_id
    )
    return (await connection.execute(query)).first() is not None


async def guilds_of(connection: Transaction, petition_id: PetitionId) -> dict[GuildId, int]:
    """Return the servers that take part, with the share of each that was last shown to its organizers."""
    query = select(petition_guilds).where(petition_guilds.c.petition_id == petition_id)
    return {GuildId(row.guild_id): row.shown for row in await connection.execute(query)}


async def keep_shares(connection: Transaction, petition_id: PetitionId, shown: Mapping[GuildId, int]) -> None:
    """Keep what the organizers of each server are shown of their own share."""
    for guild_id, number in shown.items():
        mine = (petition_guilds.c.petition_id == petition_id, petition_guilds.c.guild_id == guild_id)
        await connection.execute(update(petition_guilds).where(*mine).values(shown=number))


async def invite(connection: Transaction, code_hash: str, petition_id: PetitionId, expires_at: datetime) -> None:
    """Keep an invitation by the hash of its code."""
    values = {"code_hash": code_hash, "petition_id": petition_id, "expires_at": expires_at}
    await connection.execute(insert(invitations).values(values))


async def invited_to(connection: Transaction, code_hash: str, now: datetime) -> PetitionId | None:
    """Return the petition that an invitation is for, while it holds."""
    query = select(invitations.c.petition_id).where(
        invitations.c.code_hash == code_hash, invitations.c.expires_at > now
    )
    found = (await connection.execute(query)).scalar()
    return None if found is None else PetitionId(found)


async def use_up(connection: Transaction, code_hash: str, now: datetime) -> bool:
    """Forget an invitation, and those that have run out; tell whether it still held: of two at once, one has it."""
    mine = (invitations.c.code_hash == code_hash, invitations.c.expires_at > now)
    used = await connection.execute(delete(invitations).where(*mine))
    await connection.execute(delete(invitations).where(invitations.c.expires_at <= now))
    return used.rowcount == 1


# What a digest tells


@dataclass(frozen=True, slots=True)
class Brief:
    """A petition in a line: `shown` is the count on its card."""

    title: str
    shown: int
    threshold: int
    deadline_at: datetime
    delivered_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Few:
    """The first petitions of a group, and how many more it has."""

    first: Sequence[Brief]
    more: int


async def unanswered(
    connection: Transaction, guild_id: GuildId, most: int, until: datetime, since: datetime | None = None
) -> Few:
    """Return what was handed over before `until`, not before `since`, and has no answer; the longest wait first."""
    delivered_at = petitions.c.delivered_at
    waits = (petitions.c.state == State.DELIVERED) & (delivered_at < until)
    return await _few(
        connection, guild_id, most, waits if since is None else waits & (delivered_at >= since), delivered_at
    )


async def answered(connection: Transaction, guild_id: GuildId, most: int, until: datetime, since: datetime) -> Few:
    """Return what was answered before `until` and not before `since`, closed by now or not; the newest answer first."""
    answered_at = petitions.c.answered_at
    is_new = (answered_at < until) & (answered_at >= since)
    return await _few(connection, guild_id, most, is_new, answered_at.desc())


async def ending_soon(connection: Transaction, guild_id: GuildId, most: int, since: datetime, until: datetime) -> Few:
    """Return the open petitions whose deadline lies between two moments; the soonest first."""
    deadline_at = petitions.c.deadline_at
    is_ending = (petitions.c.state == State.OPEN) & (deadline_at >= since) & (deadline_at < until)
    return await _few(connection, guild_id, most, is_ending, deadline_at)


async def going_for_it(
    connection: Transaction, guild_id: GuildId, most: int, now: datetime, deliverable_from: datetime
) -> Few:
    """Return what is open, or has reached its goal and can still be handed over; the soonest deadline first.

    What is past its time is left out also where no look at its card has ended it yet.
    """
    deadline_at = petitions.c.deadline_at
    is_open = (petitions.c.state == State.OPEN) & (deadline_at > now)
    is_reached = (petitions.c.state == State.REACHED) & (deadline_at > deliverable_from)
    return await _few(connection, guild_id, most, is_open | is_reached, deadline_at)


async def _few(
    connection: Transaction, guild_id: GuildId, most: int, condition: ColumnElement[bool], order: ColumnElement[Any]
) -> Few:
    whole = func.count().over()  # of the group, whatever the limit
    mine = select(petition_guilds.c.petition_id).where(petition_guilds.c.guild_id == guild_id)
    query = (
        select(
            petitions.c.title,
            petitions.c.shown,
            petitions.c.threshold,
            petitions.c.deadline_at,
            petitions.c.delivered_at,
            petitions.c.answered_at,
            whole.label("whole"),
        )
        .where(petitions.c.id.in_(mine), condition)
        .order_by(order, petitions.c.id)
        .limit(most)
    )
    found = (await connection.execute(query)).all()
    first = [
        Brief(row.title, row.shown, row.threshold, row.deadline_at, row.delivered_at, row.answered_at) for row in found
    ]
    return Few(first, found[0].whole - len(found) if found else 0)


# Each server's own demands


async def own_demands(connection: Transaction, guild_id: GuildId) -> list[Row[Any]]:
    """Return what a guild has changed of the demand library: rows without a title take a demand out of it."""
    return list(await connection.execute(select(demands).where(demands.c.guild_id == guild_id).order_by(demands.c.id)))


async def keep_demand(connection: Transaction, guild_id: GuildId, demand_id: str, values: Mapping[str, Any]) -> None:
    """Keep a guild's own wording of a demand, or that it is not offered."""
    await rows.put(connection, demands, {"guild_id": guild_id, "id": demand_id}, values)


async def drop_demand(connection: Transaction, guild_id: GuildId, demand_id: str) -> None:
    """Forget a guild's own wording, so that the library's holds again."""
    await connection.execute(delete(demands).where(demands.c.guild_id == guild_id, demands.c.id == demand_id))


@dataclass(frozen=True, slots=True)
class Progress:
    """What is kept of a petition beside what everybody signs: how it went on, and what was told of it."""

    milestones: tuple[int, ...]
    delivered_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    answer: str | None
    rejection: str | None
    units: Mapping[str, int]
    unit_counts: Mapping[str, int]
    roll_hash: str | None
    is_anonymized: bool


async def progress(connection: Transaction, petition_ids: Collection[str]) -> dict[PetitionId, Progress]:
    """Return how petitions went on."""
    query = select(petitions).where(petitions.c.id.in_(list(petition_ids)))
    return {
        PetitionId(row.id): Progress(
            tuple(json.loads(row.milestones)),
            row.delivered_at,
            row.answered_at,
            row.closed_at,
            row.answer,
            row.rejection,
            json.loads(row.units),
            json.loads(row.unit_counts),
            row.roll_hash,
            row.is_anonymized,
        )
        for row in await connection.execute(query)
    }


def _values(petition: Petition) -> dict[str, Any]:
    terms, gates, wording = petition.terms, petition.gates, petition.wording
    return {
        "id": petition.id,
        "guild_id": petition.guild_id,
        "title": wording.title,
        "whom": wording.whom,
        "demands": json.dumps(wording.demands, ensure_ascii=False),
        "why": wording.why,
        "visibility": terms.visibility,
        "threshold": terms.threshold,
        "supporters": terms.supporters,
        "deadline_at": terms.deadline_at,
        "has_live_count": terms.has_live_count,
        "account_age_days": gates.account_age_days,
        "days_in_server": gates.days_in_server,
        "role_id": gates.role_id,
        "state": petition.state,
        "opened_at": petition.opened_at,
        "shown": petition.shown,
        "units": json.dumps(dict(petition.units), ensure_ascii=False, sort_keys=True),
    }


def _petition(row: Row[Any]) -> Petition:
    return Petition(
        id=PetitionId(row.id),
        guild_id=GuildId(row.guild_id),
        wording=Wording(row.title, row.whom, tuple(json.loads(row.demands)), row.why),
        terms=Terms(Visibility(row.visibility), row.threshold, row.supporters, row.deadline_at, row.has_live_count),
        gates=Gates(row.account_age_days, row.days_in_server, None if row.role_id is None else RoleId(row.role_id)),
        state=State(row.state),
        opened_at=row.opened_at,
        shown=row.shown,
        units=json.loads(row.units),
    )
