"""The SQL of polls: what is asked, where each stands, and what was counted. Nothing of who voted or what."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, insert, inspect, select, update

from bot.database import rows
from bot.database.engine import Transaction
from bot.database.tables import guilds, organizers, poll_batches, polls
from bot.ids import ChannelId, GuildId, PollId, RoleId
from bot.polls.counting.motions import Of, PassRule, Quorum
from bot.polls.counting.results import Method
from bot.polls.rules import OVER, RESTORED, Kind, Poll, State, Terms, Voters
from bot.polls.wording import Question

VOTING = (polls, guilds, organizers)
"""What decides whether somebody may vote."""


@dataclass(frozen=True, slots=True)
class Published:
    """What everybody may know of a poll that is over: what was counted, and what organizers made of it.

    `result` is what `tallying.outcome` made; `ledger` holds pairs of a tracker and the ballot it stands for, or is
    `None` where no list is shown.
    """

    result: Mapping[str, Any] | None
    reasons: Sequence[str]
    ledger: Sequence[tuple[str, str]] | None
    outcome: str | None
    review_on: date | None
    closed_at: datetime | None
    is_shredded: bool
    void_reason: str | None = None


async def add(connection: Transaction, poll: Poll) -> bool:
    """Insert a draft unless it is there already; tell whether it was new."""
    return await rows.add(connection, polls, _values(poll))


async def rewrite(connection: Transaction, draft: Poll) -> None:
    """Keep a draft as it reads now; what was published is never changed by this."""
    mine = (polls.c.id == draft.id, polls.c.state == State.DRAFT)
    await connection.execute(update(polls).where(*mine).values(_values(draft)))


async def save(connection: Transaction, poll: Poll, **others: object) -> None:
    """Keep what moves of a poll: its state, when it opened, when it closes. `others` are columns of their own."""
    moving = {
        "state": poll.state,
        "opened_at": poll.opened_at,
        "closes_at": poll.terms.closes_at,
        "commitment": poll.commitment,
        **others,
    }
    await connection.execute(update(polls).where(polls.c.id == poll.id).values(moving))


async def drop_draft(connection: Transaction, poll_id: str) -> bool:
    """Delete a draft; tell whether it was one."""
    mine = (polls.c.id == poll_id, polls.c.state == State.DRAFT)
    return (await connection.execute(delete(polls).where(*mine))).rowcount == 1


async def find(connection: Transaction, poll_id: str, *, lock: bool = False) -> Poll | None:
    """Return a poll; with `lock`, nobody else changes it until the transaction ends."""
    query = select(polls).where(polls.c.id == poll_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return None if row is None else _poll(row)


async def of_guild(connection: Transaction, guild_id: GuildId, states: Collection[State]) -> list[Poll]:
    """Return a guild's polls in these states: what closes next first, and of those that are over, the latest first."""
    query = select(polls).where(polls.c.guild_id == guild_id, polls.c.state.in_(states))
    order = polls.c.closed_at.desc() if set(states) <= OVER else polls.c.closes_at.asc()
    return [_poll(row) for row in await connection.execute(query.order_by(order, polls.c.id))]


async def in_state(connection: Transaction, states: Collection[State], *, unshredded: bool = False) -> list[Poll]:
    """Return every guild's polls in these states; with `unshredded`, those whose roll, box or key may be left."""
    query = select(polls).where(polls.c.state.in_(states)).order_by(polls.c.id)
    return [_poll(row) for row in await connection.execute(query.where(~polls.c.is_shredded) if unshredded else query)]


async def unreminded(connection: Transaction, closes_before: datetime) -> list[Poll]:
    """Return the open polls that close before an instant and of whose end nobody was told."""
    query = select(polls).where(polls.c.state == State.OPEN, polls.c.closes_at <= closes_before, ~polls.c.is_reminded)
    return [_poll(row) for row in await connection.execute(query.order_by(polls.c.id))]


async def published(connection: Transaction, poll_id: str) -> Published:
    """Return what everybody may know of a poll that is over."""
    return _published((await connection.execute(select(polls).where(polls.c.id == poll_id))).one())


def _published(row: Row[Any]) -> Published:
    ledger = None if row.ledger is None else [(tracker, ballot) for tracker, ballot in json.loads(row.ledger)]
    return Published(
        None if row.result is None else json.loads(row.result),
        json.loads(row.reasons),
        ledger,
        row.outcome,
        None if row.review_on is None else date.fromisoformat(row.review_on),
        row.closed_at,
        row.is_shredded,
        row.void_reason,
    )


async def keep_outcome(connection: Transaction, poll_id: PollId, outcome: str, review_on: date | None) -> None:
    """Keep what organizers made of a result, and the day on which it is to be looked at again."""
    values = {"outcome": outcome, "review_on": None if review_on is None else review_on.isoformat()}
    await connection.execute(update(polls).where(polls.c.id == poll_id).values(values))


async def void_all(connection: Transaction, now: datetime) -> None:
    """Declare what a restored backup cannot know void: it lacks the votes that were cast after it was made.

    A poll that was to open until `now` is cancelled, since it may have opened. Roll, box and key of every poll that is
    over are to be destroyed again: the vault in a backup is older than its database, and may still have them.
    """
    if not await connection.run_sync(lambda plain: inspect(plain).has_table(polls.name)):
        return  # made by a Steward that knew no polls, and not brought up to date yet
    was_open = polls.c.state.in_((State.OPEN, State.COUNTING))
    await connection.execute(
        update(polls).where(was_open).values(state=State.VOID, closed_at=now, void_reason=RESTORED)
    )
    has_opened = polls.c.opens_at.is_(None) | (polls.c.opens_at <= now)
    missed = update(polls).where(polls.c.state == State.SCHEDULED, has_opened)
    await connection.execute(missed.values(state=State.CANCELLED, closed_at=now))
    await connection.execute(update(polls).where(polls.c.state.in_(OVER)).values(is_shredded=False))


def counted(
    result: Mapping[str, Any], reasons: Sequence[str], ledger: Sequence[tuple[str, str]] | None
) -> dict[str, object]:
    """Return the columns that hold what was counted, for `save`."""
    return {
        "result": json.dumps(result, ensure_ascii=False, sort_keys=True),
        "reasons": json.dumps(list(reasons), ensure_ascii=False),
        "ledger": None if ledger is None else json.dumps([list(pair) for pair in ledger], ensure_ascii=False),
    }


# What a digest tells


@dataclass(frozen=True, slots=True)
class Few:
    """The first polls of a group with what is published of each, and how many more it has."""

    first: Sequence[tuple[Poll, Published]]
    more: int


async def closing_soon(connection: Transaction, guild_id: GuildId, most: int, now: datetime, until: datetime) -> Few:
    """Return the open polls that close from `now` on and before `until`, the next first."""
    is_soon = (polls.c.state == State.OPEN) & (polls.c.closes_at >= now) & (polls.c.closes_at < until)
    return await _few(connection, guild_id, most, is_soon, polls.c.closes_at)


async def counted_lately(
    connection: Transaction, guild_id: GuildId, most: int, until: datetime, since: datetime
) -> Few:
    """Return the polls that were counted before `until` and not before `since`, the newest first."""
    is_new = (polls.c.state == State.CLOSED) & (polls.c.closed_at < until) & (polls.c.closed_at >= since)
    return await _few(connection, guild_id, most, is_new, polls.c.closed_at.desc())


async def to_review(connection: Transaction, guild_id: GuildId, most: int, today: date) -> Few:
    """Return the polls whose outcome was to be looked at again up to `today`, the longest due first."""
    is_due = (polls.c.state == State.CLOSED) & (polls.c.review_on <= today.isoformat())
    return await _few(connection, guild_id, most, is_due, polls.c.review_on)


async def _few(
    connection: Transaction, guild_id: GuildId, most: int, condition: ColumnElement[bool], order: ColumnElement[Any]
) -> Few:
    query = (
        select(polls, func.count().over().label("whole"))  # of the group, whatever the limit
        .where(polls.c.guild_id == guild_id, condition)
        .order_by(order, polls.c.id)
        .limit(most)
    )
    found = (await connection.execute(query)).all()
    first = [(_poll(row), _published(row)) for row in found]
    return Few(first, found[0].whole - len(found) if found else 0)


# What is posted of the checkable list while a poll is open


async def batches(connection: Transaction, poll_id: str) -> list[list[str]]:
    """Return the hashes that were posted, batch by batch."""
    query = select(poll_batches.c.hashes).where(poll_batches.c.poll_id == poll_id).order_by(poll_batches.c.number)
    return [json.loads(found) for found in (await connection.execute(query)).scalars()]


async def add_batch(connection: Transaction, poll_id: PollId, number: int, hashes: Sequence[str]) -> None:
    """Keep a batch with the post that tells it."""
    values = {"poll_id": poll_id, "number": number, "hashes": json.dumps(list(hashes))}
    await connection.execute(insert(poll_batches).values(values))


def _values(poll: Poll) -> dict[str, Any]:
    terms, voters, question = poll.terms, poll.voters, poll.question
    return {
        "id": poll.id,
        "guild_id": poll.guild_id,
        "channel_id": poll.channel_id,
        "kind": terms.kind,
        "method": terms.method,
        "title": question.title,
        "text": question.text,
        "options": json.dumps(list(question.options), ensure_ascii=False),
        "seats": terms.seats,
        "pass_share": str(terms.rule.share),
        "pass_of": terms.rule.of,
        "quorum_least": terms.quorum.least,
        "quorum_share": str(terms.quorum.share),
        "can_change": terms.can_change,
        "has_ledger": terms.has_ledger,
        "is_hidden": terms.is_hidden,
        "role_id": voters.role_id,
        "joined_before": voters.joined_before,
        "account_age_days": voters.account_age_days,
        "electorate": voters.electorate,
        "opens_at": terms.opens_at,
        "closes_at": terms.closes_at,
        "state": poll.state,
        "opened_at": poll.opened_at,
        "commitment": poll.commitment,
    }


def _poll(row: Row[Any]) -> Poll:
    return Poll(
        id=PollId(row.id),
        guild_id=GuildId(row.guild_id),
        channel_id=ChannelId(row.channel_id),
        question=Question(row.title, row.text, tuple(json.loads(row.options))),
        terms=Terms(
            Kind(row.kind),
            Method(row.method),
            row.closes_at,
            row.opens_at,
            row.seats,
            PassRule(Fraction(row.pass_share), Of(row.pass_of)),
            Quorum(row.quorum_least, Fraction(row.quorum_share)),
            row.can_change,
            row.has_ledger,
            row.is_hidden,
        ),
        voters=Voters(
            None if row.role_id is None else RoleId(row.role_id),
            row.joined_before,
            row.account_age_days,
            row.electorate,
        ),
        state=State(row.state),
        opened_at=row.opened_at,
        commitment=row.commitment,
    )
