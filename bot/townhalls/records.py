"""The SQL of town halls: what is planned, where each stands, and what came of it. Nothing of who comes."""

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row, select, update

from bot.database import rows
from bot.database.engine import Transaction
from bot.database.halltables import hall_bands, hall_questions, town_halls
from bot.database.tables import guilds, organizers
from bot.ids import ChannelId, GuildId, HallId, RoleId
from bot.townhalls.plans import Item, Place, PlaceKind, Plan, Service
from bot.townhalls.repeats import Reminder, read_back, stored
from bot.townhalls.rules import Series, State, TownHall

COMING = (town_halls, guilds, organizers)
"""What decides whether somebody may sign up or ask."""

PUBLISHED = (hall_questions, *COMING)
"""What decides whether somebody may want a question answered."""


async def add(connection: Transaction, hall: TownHall) -> bool:
    """Insert a town hall unless it, or one for that day of its series, is there; tell whether it was new."""
    return await rows.add(connection, town_halls, _values(hall))


async def save(connection: Transaction, hall: TownHall, **others: object) -> None:
    """Keep a town hall as it is now. `others` are columns of their own."""
    values = {**_values(hall), **others}
    await connection.execute(update(town_halls).where(town_halls.c.id == hall.id).values(values))


async def find(connection: Transaction, hall_id: str, *, lock: bool = False) -> TownHall | None:
    """Return a town hall; with `lock`, nobody else changes it until the transaction ends."""
    query = select(town_halls).where(town_halls.c.id == hall_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return None if row is None else _hall(row)


async def of_guild(connection: Transaction, guild_id: GuildId, states: Collection[State]) -> list[TownHall]:
    """Return a guild's town halls in these states, the earliest first."""
    query = select(town_halls).where(town_halls.c.guild_id == guild_id, town_halls.c.state.in_(states))
    return [_hall(row) for row in await connection.execute(query.order_by(town_halls.c.starts_at, town_halls.c.id))]


async def of_series(connection: Transaction, series_id: str) -> list[TownHall]:
    """Return every town hall of a series that was ever planned, by the day that it stands for."""
    query = select(town_halls).where(town_halls.c.series_id == series_id).order_by(town_halls.c.slot_on)
    return [_hall(row) for row in await connection.execute(query)]


async def next_of_series(connection: Transaction, hall: TownHall) -> TownHall | None:
    """Return the next town hall of the same series that people can still come to."""
    query = (
        select(town_halls)
        .where(town_halls.c.series_id == hall.series.id, town_halls.c.slot_on > hall.series.slot_on.isoformat())
        .where(town_halls.c.state.in_((State.SCHEDULED, State.LIVE)))
        .order_by(town_halls.c.slot_on)
        .limit(1)
        .with_for_update()
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else _hall(row)


async def in_state(connection: Transaction, states: Collection[State]) -> list[TownHall]:
    """Return every guild's town halls in these states, the earliest first."""
    query = select(town_halls).where(town_halls.c.state.in_(states))
    return [_hall(row) for row in await connection.execute(query.order_by(town_halls.c.starts_at, town_halls.c.id))]


async def starting_before(connection: Transaction, instant: datetime) -> list[HallId]:
    """Return the scheduled town halls that start before an instant."""
    query = select(town_halls.c.id).where(town_halls.c.state == State.SCHEDULED, town_halls.c.starts_at <= instant)
    return [HallId(found) for found in (await connection.execute(query.order_by(town_halls.c.starts_at))).scalars()]


async def due_cards(connection: Transaction, now: datetime) -> list[TownHall]:
    """Return the town halls whose card is to be looked at now."""
    query = select(town_halls).where(town_halls.c.next_card_at <= now).order_by(town_halls.c.next_card_at)
    return [_hall(row) for row in await connection.execute(query)]


async def unshredded(connection: Transaction) -> list[TownHall]:
    """Return the town halls that are over and of which the vault may still hold something."""
    query = select(town_halls).where(town_halls.c.state.in_((State.CLOSED, State.CANCELLED)))
    return [_hall(row) for row in await connection.execute(query.where(~town_halls.c.is_shredded))]


async def keep_minutes(connection: Transaction, hall_id: HallId, text: str) -> None:
    """Keep the minutes of a town hall."""
    await connection.execute(update(town_halls).where(town_halls.c.id == hall_id).values(minutes_text=text))


async def minutes_of(connection: Transaction, hall_id: str) -> str | None:
    """Return the minutes of a town hall."""
    return (await connection.execute(select(town_halls.c.minutes_text).where(town_halls.c.id == hall_id))).scalar()


async def keep_event(connection: Transaction, hall_id: str, event_id: int | None) -> None:
    """Keep the id of Discord's own event that mirrors a town hall."""
    await connection.execute(update(town_halls).where(town_halls.c.id == hall_id).values(event_id=event_id))


# Bands


async def bands(connection: Transaction, guild_id: GuildId) -> list[tuple[str, int, int]]:
    """Return the zones that organizers named, each with its nights and meetings."""
    query = select(hall_bands).where(hall_bands.c.guild_id == guild_id).order_by(hall_bands.c.zone)
    return [(row.zone, row.nights, row.meetings) for row in await connection.execute(query)]


async def keep_band(connection: Transaction, guild_id: GuildId, zone: str, nights: int, meetings: int) -> None:
    """Keep how often a zone had the night."""
    key = {"guild_id": guild_id, "zone": zone}
    await rows.put(connection, hall_bands, key, {"nights": nights, "meetings": meetings})


async def drop_bands(connection: Transaction, guild_id: GuildId, but: Collection[str]) -> None:
    """Forget the zones that organizers name no longer."""
    gone = hall_bands.delete().where(hall_bands.c.guild_id == guild_id, hall_bands.c.zone.not_in(but))
    await connection.execute(gone)


def _values(hall: TownHall) -> dict[str, Any]:
    plan, series = hall.plan, hall.series
    return {
        "id": hall.id,
        "guild_id": hall.guild_id,
        "channel_id": hall.channel_id,
        "series_id": series.id,
        "series_on": series.first_on.isoformat(),
        "series_at": series.at.isoformat(),
        "slot_on": series.slot_on.isoformat(),
        "repeat": None if plan.repeat is None else json.dumps(stored(plan.repeat), sort_keys=True),
        "title": plan.title,
        "text": plan.text,
        "place_kind": plan.place.kind,
        "place": plan.place.where,
        "zone": plan.zone,
        "starts_on": plan.day.isoformat(),
        "starts_time": plan.at.isoformat(),
        "starts_at": hall.starts_at,
        "minutes": plan.minutes,
        "agenda": json.dumps([[item.title, item.minutes] for item in plan.agenda], ensure_ascii=False),
        "services": json.dumps(list(plan.services)),
        "max_size": plan.max_size,
        "role_id": plan.role_id,
        "is_mirrored": plan.is_mirrored,
        "late_hours": plan.late_hours,
        "event_id": hall.event_id,
        "state": hall.state,
        "shown": hall.shown,
        "sequence": hall.sequence,
        "told": json.dumps(sorted(hall.told)),
        "release_at": hall.release_at,
        "item": hall.item,
        "item_started_at": hall.item_started_at,
        "started_at": hall.started_at,
        "ended_at": hall.ended_at,
        "late_until": hall.late_until,
        "attendance": hall.attendance,
    }


def _hall(row: Row[Any]) -> TownHall:
    hall = TownHall(
        id=HallId(row.id),
        guild_id=GuildId(row.guild_id),
        channel_id=ChannelId(row.channel_id),
        plan=_plan(row),
        series=Series(
            row.series_id,
            date.fromisoformat(row.series_on),
            time.fromisoformat(row.series_at),
            date.fromisoformat(row.slot_on),
        ),
        starts_at=row.starts_at,
        state=State(row.state),
        shown=row.shown,
        sequence=row.sequence,
        told=frozenset(Reminder(kind) for kind in json.loads(row.told)),
    )
    return replace(
        hall,
        release_at=row.release_at,
        item=row.item,
        item_started_at=row.item_started_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        late_until=row.late_until,
        attendance=row.attendance,
        event_id=row.event_id,
    )


def _plan(row: Row[Any]) -> Plan:
    return Plan(
        title=row.title,
        text=row.text,
        place=Place(PlaceKind(row.place_kind), row.place),
        zone=row.zone,
        day=date.fromisoformat(row.starts_on),
        at=time.fromisoformat(row.starts_time),
        minutes=row.minutes,
        repeat=None if row.repeat is None else read_back(json.loads(row.repeat)),
        agenda=tuple(Item(title, minutes) for title, minutes in json.loads(row.agenda)),
        services=tuple(Service(each) for each in json.loads(row.services)),
        max_size=row.max_size,
        role_id=None if row.role_id is None else RoleId(row.role_id),
        is_mirrored=row.is_mirrored,
        late_hours=row.late_hours,
    )
