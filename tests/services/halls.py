"""Town halls for the tests of their services: scheduled, held and left behind by people made up on the spot."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.database.tables import outbox
from bot.guilds.rules import Use
from bot.ids import Actor
from bot.townhalls import records
from bot.townhalls.plans import Item, Place, PlaceKind, Plan
from bot.townhalls.questions_rules import Kind, Question
from bot.townhalls.rules import State, TownHall
from bot.vault.gathering import WAITING
from tests.house import ADMINISTRATOR, DIGESTS_CHANNEL, ORGANIZER, House
from tests.services.petitions import signer

ZONE = "Europe/Berlin"
AGENDA = (Item("Welcome", 5), Item("What the pilot measured", 20))


def member(number: int) -> Actor:
    """Return somebody of the server."""
    return signer(2_000_000 + number)


async def halls_of(house: House) -> None:
    """Set the server up, with a channel for town halls."""
    await house.set_up()
    await house.guilds.choose_channel(ADMINISTRATOR, Use.TOWNHALLS, DIGESTS_CHANNEL)


def plan_at(instant: datetime, **changes: Any) -> Plan:
    """Return a plan that starts at a whole minute near an instant, as a clock in Berlin shows it."""
    local = instant.astimezone(ZoneInfo(ZONE)).replace(second=0, microsecond=0)
    place = Place(PlaceKind.STAGE, "812345678901234999")
    plan = Plan("What the pilot measured", "Bring what you noticed.", place, ZONE, local.date(), local.time(), 60)
    return replace(plan, agenda=AGENDA, **changes)


async def scheduled(house: House, *, hours: float = 72, form: str = "a form", **changes: Any) -> TownHall:
    """Schedule a town hall so many hours from now."""
    plan = plan_at(house.clock.now() + timedelta(hours=hours), **changes)
    return await house.scheduling.schedule(ORGANIZER, form, plan)


async def current(house: House, hall: TownHall) -> TownHall:
    """Return a town hall as it stands."""
    async with house.database.begin() as connection:
        found = await records.find(connection, hall.id)
    assert found is not None
    return found


async def following(house: House, hall: TownHall) -> TownHall:
    """Return the next of a series."""
    async with house.database.begin() as connection:
        found = await records.next_of_series(connection, hall)
    assert found is not None
    return found


async def told(house: House, kind: str) -> list[dict[str, Any]]:
    """Return what was queued of a kind, oldest first."""
    async with house.database.begin() as connection:
        query = select(outbox.c.contents).where(outbox.c.kind == kind).order_by(outbox.c.position)
        return [json.loads(found) for found in (await connection.execute(query)).scalars()]


async def questions(house: House, hall: TownHall) -> list[Question]:
    """Return what is published."""
    async with house.database.begin() as connection:
        return list((await records.questions(connection, hall.id)).values())


async def ask(house: House, hall: TownHall, number: int, text: str) -> None:
    """Ask as somebody."""
    await house.town_halls.ask(member(number), hall.id, f"form {number} {text}", text)


async def comment(house: House, hall: TownHall, number: int, text: str) -> None:
    """Comment as somebody."""
    await house.town_halls.ask(member(number), hall.id, f"form {number} {text}", text, Kind.COMMENT)


async def comments(house: House, hall: TownHall) -> list[Question]:
    """Return the comments that are published."""
    async with house.database.begin() as connection:
        return list((await records.questions(connection, hall.id, Kind.COMMENT)).values())


async def approve_all(house: House, hall: TownHall) -> None:
    """Approve every question that waits."""
    _, waiting = await house.queue.waiting(ORGANIZER, hall.id)
    for each in waiting:
        if each.state == WAITING:
            await house.queue.approve(ORGANIZER, hall.id, each.id)


async def published(house: House, hall: TownHall, *texts: str) -> list[Question]:
    """Ask, approve, and let the batch come."""
    for number, text in enumerate(texts):
        await ask(house, hall, number, text)
    await approve_all(house, hall)
    await house.queue.release_due()
    house.clock.later(minutes=31)
    await house.queue.release_due()
    return await questions(house, hall)


async def held(house: House, hall: TownHall, attendance: int | None = None) -> TownHall:
    """Start a town hall when it is time, and end it an hour later."""
    house.clock.move_to(hall.starts_at)
    await house.room.start(ORGANIZER, hall.id)
    house.clock.later(hours=1)
    return await house.room.end(ORGANIZER, hall.id, attendance)


async def settled(house: House, hall: TownHall) -> TownHall:
    """Let the late floor close."""
    late = await current(house, hall)
    assert late.state is State.LATE
    assert late.late_until is not None
    house.clock.move_to(late.late_until)
    await house.afterwards.settle_due()
    return await current(house, hall)
