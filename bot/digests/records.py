"""The SQL of tallies as digests read them, of what was published, and of what may be taken out as files."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, select, update

from bot.database import rows
from bot.database.digesttables import digest_plans, exports
from bot.database.engine import Transaction
from bot.database.tables import digests, tallies
from bot.digests.plans import Audience, Plan
from bot.digests.rules import Cell, CellName, Tally
from bot.ids import ChannelId, GuildId
from bot.rhythm import Every, Rhythm

BETWEEN_OPTIONS = "×"
CATEGORY = "category"


async def cells(connection: Transaction, guild_id: GuildId) -> list[tuple[CellName, int, int, int | None]]:
    """Return a guild's cells as name, true count, what was shown, and the step if one was drawn."""
    query = (
        select(tallies, tallies.c.count.label("true_count"))
        .where(tallies.c.guild_id == guild_id)
        .order_by(tallies.c.dimension, tallies.c.value)
        .with_for_update()
    )
    return [
        (CellName(row.dimension, tuple(row.value.split(BETWEEN_OPTIONS))), row.true_count, row.shown, row.step)
        for row in await connection.execute(query)
    ]


async def save_cells(connection: Transaction, guild_id: GuildId, gated: Iterable[Cell]) -> None:
    """Remember what was shown and the steps; true counts are not touched."""
    moved = [
        {
            "of_dimension": cell.name.dimension,
            "of_value": BETWEEN_OPTIONS.join(cell.name.options),
            "now_shown": cell.shown,
            "now_step": cell.step,
        }
        for cell in gated
    ]
    if moved:  # in one statement: a guild has hundreds of cells
        mine = (tallies.c.dimension == bindparam("of_dimension"), tallies.c.value == bindparam("of_value"))
        query = update(tallies).where(tallies.c.guild_id == guild_id, *mine)
        await connection.execute(query.values(shown=bindparam("now_shown"), step=bindparam("now_step")), moved)


async def last_period(connection: Transaction, guild_id: GuildId) -> date | None:
    """Return the period of the last digest that was decided, posted or silent."""
    found = (
        await connection.execute(select(func.max(digests.c.period)).where(digests.c.guild_id == guild_id))
    ).scalar()
    return None if found is None else date.fromisoformat(found)


async def published_by(connection: Transaction, guild_id: GuildId, moment: datetime) -> list[Tally]:
    """Return the numbers that the last digest before a moment published; none if there was none."""
    query = (
        select(digests.c.contents)
        .where(digests.c.guild_id == guild_id, digests.c.decided_at <= moment)
        .order_by(digests.c.decided_at.desc())
        .limit(1)
    )
    found = (await connection.execute(query)).scalar()
    return [] if found is None else _tallies(found)


async def history(
    connection: Transaction, guild_id: GuildId, since: date, whole_by: date
) -> list[tuple[date, list[Tally]]]:
    """Return what each digest since a day published of the categories, the oldest first.

    Of the last one up to `whole_by` everything is returned: a year of all numbers is too much to be looked through for
    each digest, and one is what a comparison needs.
    """
    query = (
        select(digests.c.period, digests.c.contents)
        .where(digests.c.guild_id == guild_id, digests.c.period >= since.isoformat())
        .order_by(digests.c.period)
    )
    found = (await connection.execute(query)).all()
    whole = max((row.period for row in found if row.period <= whole_by.isoformat()), default=None)
    return [
        (date.fromisoformat(row.period), _tallies(row.contents, None if row.period == whole else CATEGORY))
        for row in found
    ]


def _tallies(contents: str, only: str | None = None) -> list[Tally]:
    return [
        Tally(CellName(dimension, tuple(chosen)), at_least)
        for dimension, chosen, at_least in json.loads(contents)["tallies"]
        if only is None or dimension == only
    ]


async def keep(
    connection: Transaction, guild_id: GuildId, period: date, decided_at: datetime, contents: Mapping[str, Any]
) -> None:
    """Keep what a digest said, so that nothing later can be subtracted from it unseen."""
    await connection.execute(
        insert(digests).values(
            guild_id=guild_id,
            period=period.isoformat(),
            decided_at=decided_at,
            contents=json.dumps(contents, ensure_ascii=False, sort_keys=True),
        )
    )


async def published(connection: Transaction, guild_id: GuildId, until: date) -> list[str]:
    """Return what each digest published up to a period, oldest first, as it was kept."""
    query = (
        select(digests.c.contents)
        .where(digests.c.guild_id == guild_id, digests.c.period <= until.isoformat())
        .order_by(digests.c.period)
    )
    return list((await connection.execute(query)).scalars())


@dataclass(frozen=True, slots=True)
class Grant:
    """An export that two organizers agreed to: the digest it is as old as, and the ids of its quotes."""

    period: date
    quotes: frozenset[str]
    until: datetime


async def keep_grant(connection: Transaction, grant_id: str, guild_id: GuildId, grant: Grant) -> None:
    """Keep a grant in place of any that the guild had."""
    await connection.execute(delete(exports).where(exports.c.guild_id == guild_id))
    await connection.execute(
        insert(exports).values(
            id=grant_id,
            guild_id=guild_id,
            period=grant.period.isoformat(),
            quotes=json.dumps(sorted(grant.quotes)),
            granted_until=grant.until,
        )
    )


async def granted(connection: Transaction, guild_id: GuildId, now: datetime) -> Grant | None:
    """Return the guild's grant that still holds."""
    query = select(exports).where(exports.c.guild_id == guild_id, exports.c.granted_until > now)
    row = (await connection.execute(query.order_by(exports.c.granted_until.desc()).limit(1))).one_or_none()
    if row is None:
        return None
    return Grant(date.fromisoformat(row.period), frozenset(json.loads(row.quotes)), row.granted_until)


async def forget_grants(connection: Transaction, now: datetime) -> None:
    """Delete the grants that hold no longer."""
    await connection.execute(delete(exports).where(exports.c.granted_until <= now))


# Digests beside the regular one


async def find_plan(connection: Transaction, guild_id: GuildId, plan_id: str) -> Plan | None:
    """Return a guild's digest beside the regular one."""
    query = select(digest_plans).where(digest_plans.c.guild_id == guild_id, digest_plans.c.id == plan_id)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _plan(row)


async def plans(connection: Transaction, guild_id: GuildId) -> list[Plan]:
    """Return a guild's digests beside the regular one, by id."""
    query = select(digest_plans).where(digest_plans.c.guild_id == guild_id).order_by(digest_plans.c.id)
    return [_plan(row) for row in await connection.execute(query)]


async def save_plan(connection: Transaction, plan: Plan) -> None:
    """Keep a digest beside the regular one, new or changed."""
    values = {
        "guild_id": plan.guild_id,
        "audience": plan.audience,
        "channel_id": plan.channel_id,
        "days": json.dumps(plan.rhythm.weekdays),
        "at": f"{plan.rhythm.at:%H:%M}",
        "zone": plan.rhythm.zone,
        "every": plan.rhythm.every,
        "anchor": plan.rhythm.anchor.isoformat(),
        "is_paused": plan.is_paused,
    }
    await rows.put(connection, digest_plans, {"id": plan.id}, values)


async def delete_plan(connection: Transaction, plan: Plan) -> None:
    """Delete a digest beside the regular one."""
    await connection.execute(delete(digest_plans).where(digest_plans.c.id == plan.id))


def _plan(row: Row[Any]) -> Plan:
    rhythm = Rhythm(
        tuple(json.loads(row.days)),
        time.fromisoformat(row.at),
        row.zone,
        Every(row.every),
        date.fromisoformat(row.anchor),
    )
    return Plan(row.id, GuildId(row.guild_id), Audience(row.audience), ChannelId(row.channel_id), rhythm, row.is_paused)
