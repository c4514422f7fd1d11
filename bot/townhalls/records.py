"""The SQL of town halls: what is planned, where each stands, and what came of it. Nothing of who comes."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row, func, select, update

from bot.database import rows
from bot.database.engine import Transaction
from bot.database.halltables import hall_actions, hall_decisions, hall_questions, time_polls, town_halls
from bot.database.tables import guilds, organizers
from bot.ids import ChannelId, GuildId, HallId, RoleId, TimePollId
from bot.townhalls.plans import Item, Place, PlaceKind, Plan, Service
from bot.townhalls.questions_rules import Kind, Question, QuestionState
from bot.townhalls.repeats import Reminder, read_back, stored
from bot.townhalls.rules import Series, State, TownHall, in_fives

COMING = (town_halls, guilds, organizers)
"""What decides whether somebody may sign up or ask."""

PUBLISHED = (hall_questions, *COMING)
"""What decides whether somebody may want a question answered."""

FINDING = (time_polls, guilds, organizers)
"""What decides whether somebody may say when they could meet."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a town hall decided; it binds once the late floor is over, and with a poll only if that agreed.

    `vote` is what came of the poll, in words, where that is told.
    """

    id: str
    text: str
    is_binding: bool
    poll_id: str | None = None
    vote: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """What is to be done, and how far it is in percent. `responsible` is a role or a name that somebody chose."""

    id: str
    hall_id: HallId
    text: str
    responsible: str
    due_on: date | None = None
    progress: int = 0
    review_on: date | None = None
    is_done: bool = False


@dataclass(frozen=True, slots=True)
class TimePoll:
    """A search for a time: what is proposed, and from the close on the times in order, best first."""

    id: TimePollId
    guild_id: GuildId
    channel_id: ChannelId
    title: str
    minutes: int
    zone: str
    slots: tuple[datetime, ...]
    closes_at: datetime
    state: str = "open"
    result: Sequence[Mapping[str, Any]] | None = None


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


async def drop_draft(connection: Transaction, hall_id: HallId) -> None:
    """Delete a town hall that nobody but organizers knows of."""
    await connection.execute(town_halls.delete().where(town_halls.c.id == hall_id, town_halls.c.state == State.DRAFT))


async def in_state(connection: Transaction, states: Collection[State]) -> list[TownHall]:
    """Return every guild's town halls in these states, the earliest first."""
    query = select(town_halls).where(town_halls.c.state.in_(states))
    return [_hall(row) for row in await connection.execute(query.order_by(town_halls.c.starts_at, town_halls.c.id))]


async def due_cards(connection: Transaction, now: datetime) -> list[TownHall]:
    """Return the town halls whose card is to be looked at now."""
    query = select(town_halls).where(town_halls.c.next_card_at <= now)
    return [_hall(row) for row in await connection.execute(query.order_by(town_halls.c.next_card_at))]


async def unshredded(connection: Transaction) -> list[TownHall]:
    """Return the town halls that are over and of which the vault may still hold something."""
    query = select(town_halls).where(town_halls.c.state.in_((State.CLOSED, State.CANCELLED)))
    return [_hall(row) for row in await connection.execute(query.where(~town_halls.c.is_shredded))]


async def minutes_of(connection: Transaction, hall_id: str) -> str | None:
    """Return the minutes of a town hall."""
    return (await connection.execute(select(town_halls.c.minutes_text).where(town_halls.c.id == hall_id))).scalar()


# Questions


async def questions(connection: Transaction, hall_id: str, kind: Kind = Kind.QUESTION) -> dict[str, Question]:
    """Return what is published, batch by batch and within one by id, which says nothing; carried questions first."""
    query = select(hall_questions).where(hall_questions.c.hall_id == hall_id, hall_questions.c.kind == kind)
    found = [_question(row) for row in await connection.execute(query)]
    return {each.id: each for each in sorted(found, key=lambda each: (each.batch or 0, each.id))}


async def add_question(connection: Transaction, question: Question) -> bool:
    """Publish a question or comment; tell whether it was new."""
    values = {name: getattr(question, name) for name in ("id", "hall_id", "text", "state", "age", "batch", "kind")}
    return await rows.add(connection, hall_questions, values)


async def save_question(connection: Transaction, question: Question) -> None:
    """Keep what becomes of a question; how many want it answered in fives alone, so that nobody can be subtracted."""
    votes = None if question.votes is None else in_fives(question.votes)
    values = {"state": question.state, "merged_into": question.merged_into, "votes": votes}
    await connection.execute(update(hall_questions).where(hall_questions.c.id == question.id).values(values))


# What came of it


async def decisions(connection: Transaction, hall_id: str) -> list[Decision]:
    """Return what a town hall decided, in order."""
    query = select(hall_decisions).where(hall_decisions.c.hall_id == hall_id).order_by(hall_decisions.c.position)
    return [Decision(row.id, row.text, row.is_binding, row.poll_id) for row in await connection.execute(query)]


async def add_decision(connection: Transaction, hall_id: HallId, decision: Decision) -> bool:
    """Note a decision after those before it; tell whether it was new."""
    last = select(func.max(hall_decisions.c.position)).where(hall_decisions.c.hall_id == hall_id)
    position = ((await connection.execute(last)).scalar() or 0) + 1
    values = {"id": decision.id, "text": decision.text, "poll_id": decision.poll_id}
    return await rows.add(connection, hall_decisions, {**values, "hall_id": hall_id, "position": position})


async def drop_decision(connection: Transaction, hall_id: HallId, decision_id: str) -> bool:
    """Take back a decision that was noted by mistake; tell whether it was there."""
    mine = (hall_decisions.c.id == decision_id, hall_decisions.c.hall_id == hall_id, ~hall_decisions.c.is_binding)
    return (await connection.execute(hall_decisions.delete().where(*mine))).rowcount == 1


async def bind(connection: Transaction, hall_id: HallId, decisions: Collection[str]) -> None:
    """Let these decisions of a town hall bind."""
    mine = (hall_decisions.c.hall_id == hall_id, hall_decisions.c.id.in_(decisions))
    await connection.execute(update(hall_decisions).where(*mine).values(is_binding=True))


async def actions(connection: Transaction, guild_id: GuildId, hall_id: str | None = None) -> list[Action]:
    """Return what is to be done, those with the next day first: of one town hall, or all that are not done."""
    query = select(hall_actions).where(hall_actions.c.guild_id == guild_id)
    query = query.where(~hall_actions.c.is_done if hall_id is None else hall_actions.c.hall_id == hall_id)
    found = [_action(row) for row in await connection.execute(query)]
    return sorted(found, key=lambda each: (each.review_on or each.due_on or date.max, each.id))


async def add_action(connection: Transaction, guild_id: GuildId, action: Action) -> bool:
    """Keep something to be done; tell whether it was new."""
    return await rows.add(connection, hall_actions, {"guild_id": guild_id, **_action_values(action)})


async def find_action(connection: Transaction, guild_id: GuildId, action_id: str) -> Action | None:
    """Return something to be done, which nobody else changes until the transaction ends."""
    query = select(hall_actions).where(hall_actions.c.id == action_id, hall_actions.c.guild_id == guild_id)
    row = (await connection.execute(query.with_for_update())).one_or_none()
    return None if row is None else _action(row)


async def save_action(connection: Transaction, action: Action) -> None:
    """Keep how far something is."""
    await connection.execute(update(hall_actions).where(hall_actions.c.id == action.id).values(_action_values(action)))


# Searches for a time


async def add_poll(connection: Transaction, poll: TimePoll) -> bool:
    """Keep a search for a time; tell whether it was new."""
    values = {name: getattr(poll, name) for name in ("id", "guild_id", "channel_id", "title", "minutes", "zone")}
    slots = json.dumps([slot.isoformat() for slot in poll.slots])
    more = {"slots": slots, "closes_at": poll.closes_at, "state": poll.state}
    return await rows.add(connection, time_polls, {**values, **more})


async def save_poll(connection: Transaction, poll: TimePoll, **others: object) -> None:
    """Keep where a search for a time stands. `others` are columns of their own."""
    result = None if poll.result is None else json.dumps(poll.result, ensure_ascii=False)
    values = {"state": poll.state, "result": result, "closes_at": poll.closes_at, **others}
    await connection.execute(update(time_polls).where(time_polls.c.id == poll.id).values(values))


async def find_poll(connection: Transaction, poll_id: str, *, lock: bool = False) -> TimePoll | None:
    """Return a search for a time; with `lock`, nobody else changes it until the transaction ends."""
    query = select(time_polls).where(time_polls.c.id == poll_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return None if row is None else _time_poll(row)


async def polls_of(connection: Transaction, guild_id: GuildId) -> list[TimePoll]:
    """Return a guild's searches for a time, what closes last first."""
    query = select(time_polls).where(time_polls.c.guild_id == guild_id)
    return [_time_poll(row) for row in await connection.execute(query.order_by(time_polls.c.closes_at.desc()))]


async def polls_to_finish(connection: Transaction, now: datetime) -> list[TimePoll]:
    """Return the searches whose time is up, and those that are over and of which the vault may still hold something."""
    is_due = (time_polls.c.state == "open") & (time_polls.c.closes_at <= now)
    is_left = (time_polls.c.state != "open") & ~time_polls.c.is_shredded
    return [_time_poll(row) for row in await connection.execute(select(time_polls).where(is_due | is_left))]


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
        "comments_at": hall.comments_at,
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
        comments_at=row.comments_at,
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


def _question(row: Row[Any]) -> Question:
    state, kind = QuestionState(row.state), Kind(row.kind)
    return Question(row.id, HallId(row.hall_id), row.text, state, row.merged_into, row.votes, row.age, row.batch, kind)


def _action_values(action: Action) -> dict[str, Any]:
    days = {
        name: None if day is None else day.isoformat()
        for name, day in (("due_on", action.due_on), ("review_on", action.review_on))
    }
    words = {name: getattr(action, name) for name in ("id", "hall_id", "text", "responsible", "progress", "is_done")}
    return {**words, **days}


def _action(row: Row[Any]) -> Action:
    due_on, review_on = (None if day is None else date.fromisoformat(day) for day in (row.due_on, row.review_on))
    return Action(row.id, HallId(row.hall_id), row.text, row.responsible, due_on, row.progress, review_on, row.is_done)


def _time_poll(row: Row[Any]) -> TimePoll:
    return TimePoll(
        TimePollId(row.id),
        GuildId(row.guild_id),
        ChannelId(row.channel_id),
        row.title,
        row.minutes,
        row.zone,
        tuple(datetime.fromisoformat(slot) for slot in json.loads(row.slots)),
        row.closes_at,
        row.state,
        None if row.result is None else json.loads(row.result),
    )
