"""What organizers do with polls once they are published: call them off, end them, give them time, say what came of it.

While a poll is open nothing here tells how many have voted: whoever knew could end it at the right moment.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.approvals.service import Action
from bot.cleaning import clean
from bot.clock import Clock
from bot.database.audit import AuditChain
from bot.database.engine import Database, Transaction
from bot.failpoints import reach
from bot.guilds.service import Guild, Guilds
from bot.ids import Actor
from bot.polls import records, rules
from bot.polls.closing import Closing
from bot.polls.records import Published
from bot.polls.rules import Event, Poll, State
from bot.polls.service import today_in
from bot.refusals import N_, Refusal

CLOSE = "polls:close"
EXTEND = "polls:extend"
VOID = "polls:void"

LONGEST_OUTCOME = 1500
MOST_REVIEW_DAYS = 3 * 365

CALLED_OFF = N_("cancelled a poll")
CLOSED_EARLY = N_("closed a poll early")
EXTENDED = N_("gave a poll more time")
DECLARED_VOID = N_("declared a poll void")
NOTED = N_("noted what came of a poll")
TOLD = (CALLED_OFF, CLOSED_EARLY, EXTENDED, DECLARED_VOID, NOTED)
"""What an organizer did, as the audit chain tells it."""


class OutcomeMissing(Refusal):
    """There is no outcome to note."""

    sentence = N_("Please write what came of it, if only that nothing has yet. Everybody will read it on the card.")


class OutcomeTooLong(Refusal):
    """The outcome does not fit its card."""

    sentence = N_("What came of it is too long: at most {limit} characters fit.")


class ReviewOutOfRange(Refusal):
    """The day on which to look at the outcome again is past, or too far away."""

    sentence = N_("Choose a day from tomorrow on, and within {years} years, or leave it empty. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Overview:
    """A guild's polls as its organizers see them: those that are going on by what comes next, and the latest over."""

    drafts: Sequence[Poll]
    scheduled: Sequence[Poll]
    open: Sequence[Poll]
    over: Sequence[Poll]


@dataclass(frozen=True, slots=True)
class Panel:
    """A poll as an organizer sees it, with the server whose clock and reasons hold for it."""

    poll: Poll
    published: Published
    guild: Guild


class Conduct:
    """What organizers do with polls. Who is an organizer is looked up at each action."""

    def __init__(self, guilds: Guilds, database: Database, closing: Closing, audit: AuditChain, clock: Clock) -> None:
        self._guilds = guilds
        self._database = database
        self._closing = closing
        self._audit = audit
        self._clock = clock

    # Looking

    async def listed(self, actor: Actor) -> Overview:
        """Return the guild's polls, drafts too; raises `NotAnOrganizer`."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            return Overview(
                await records.of_guild(connection, guild.id, (State.DRAFT,)),
                await records.of_guild(connection, guild.id, (State.SCHEDULED,)),
                await records.of_guild(connection, guild.id, (State.OPEN, State.COUNTING)),
                await records.of_guild(connection, guild.id, tuple(rules.OVER)),
            )

    async def panel(self, actor: Actor, poll_id: str) -> Panel:
        """Return a poll for an organizer with what is published of it; raises `PollGone`, also for a draft."""
        async with self._at(actor, poll_id) as (connection, guild, poll):
            return Panel(poll, await records.published(connection, poll.id), guild)

    # What one organizer may do

    async def cancel(self, actor: Actor, poll_id: str) -> Poll:
        """Call a poll off before it opens; raises `NotInThisState` once it has."""
        now = self._clock.now()
        async with self._at(actor, poll_id) as (connection, _, poll):
            cancelled = poll.moved(Event.CANCEL)
            await records.save(connection, cancelled, closed_at=now)
            await self._note(connection, actor, CALLED_OFF, poll)
            return cancelled

    async def record_outcome(self, actor: Actor, poll_id: str, text: str, review_on: date | None) -> Poll:
        """Say on the card what came of a result, in place of what was said before, and when to look at it again.

        `review_on` is a day by the guild's clock. Raises `OutcomeMissing`, `OutcomeTooLong` or `ReviewOutOfRange`, and
        `NotInThisState` unless the poll was counted.
        """
        outcome = clean(text)
        if not any(character.isalnum() for character in outcome):
            raise OutcomeMissing
        if len(outcome) > LONGEST_OUTCOME:
            raise OutcomeTooLong(limit=LONGEST_OUTCOME)
        async with self._at(actor, poll_id) as (connection, guild, poll):
            if poll.state is not State.CLOSED:
                raise rules.NotInThisState
            today = today_in(guild, self._clock.now())
            if review_on is not None and not 0 < (review_on - today).days <= MOST_REVIEW_DAYS:
                raise ReviewOutOfRange(years=MOST_REVIEW_DAYS // 365)
            await records.keep_outcome(connection, poll.id, outcome, review_on)
            await self._note(connection, actor, NOTED, poll)
            await self._closing.show_card(connection, poll)
            reach("noting an outcome: before the commit")
            return poll

    # What takes two

    def approvable(self) -> dict[str, Action]:
        """Return what takes two organizers: what it is called, how long it can be vetoed, and how it is done.

        All three at once. To close early and to give more time are decisions about hours. What makes a poll void, such
        as people being pressed, goes on while organizers wait; and a poll that closes meanwhile has its result.
        """
        at_once = timedelta(0)
        return {
            CLOSE: Action(at_once, self.close_early),
            EXTEND: Action(at_once, self.extend),
            VOID: Action(at_once, self.declare_void),
        }

    async def to_close(self, actor: Actor, poll_id: str) -> dict[str, Any]:
        """Return what a proposal to close a poll now is to say; raises `NotInThisState` unless it is open."""
        async with self._at(actor, poll_id) as (_, _, poll):
            if not self._takes_votes(poll):
                raise rules.NotInThisState
        return _named(poll)

    async def to_extend(self, actor: Actor, poll_id: str, closes_at: datetime) -> dict[str, Any]:
        """Return what a proposal to close a poll later is to say; raises `NotInThisState` or `NotMoreTime`."""
        closes_at = closes_at.replace(microsecond=0)  # as it is told, and agreed upon
        async with self._at(actor, poll_id) as (_, _, poll):
            rules.check_more_time(poll, closes_at, self._clock.now())
        return {**_named(poll), "closes": int(closes_at.timestamp())}

    async def to_void(self, actor: Actor, poll_id: str, reason: str) -> dict[str, Any]:
        """Return what a proposal to declare a poll void is to say; raises `NoSuchReason` or `NotInThisState`."""
        if reason not in rules.VOID_REASONS:
            raise rules.NoSuchReason
        async with self._at(actor, poll_id) as (_, _, poll):
            rules.after(poll.state, Event.VOID)
        return {**_named(poll), "reason": reason}

    async def close_early(self, connection: Transaction, guild: Guild, contents: Mapping[str, Any]) -> None:
        """Carry out an approved close: from the commit on nobody votes, and the next tick counts."""
        poll = await self._approved(connection, guild, contents)
        if poll is None or not self._takes_votes(poll):
            return  # closed by itself or declared void in the meantime
        closes_at = self._clock.now()
        await self._set_end(connection, poll, closes_at, CLOSED_EARLY)

    async def extend(self, connection: Transaction, guild: Guild, contents: Mapping[str, Any]) -> None:
        """Carry out an approved extension, and let the channel be reminded again before the new end."""
        poll = await self._approved(connection, guild, contents)
        closes_at = datetime.fromtimestamp(contents["closes"], UTC)
        try:
            if poll is not None:
                rules.check_more_time(poll, closes_at, self._clock.now())
                await self._set_end(connection, poll, closes_at, EXTENDED, is_reminded=False)
        except Refusal:
            return  # closed in the meantime, or given as much time by others

    async def declare_void(self, connection: Transaction, guild: Guild, contents: Mapping[str, Any]) -> None:
        """Carry out an approved declaration: nothing is counted, and the next tick destroys roll, box and key."""
        poll = await self._approved(connection, guild, contents)
        if poll is None or (poll.state, Event.VOID) not in rules.TRANSITIONS:
            return  # counted in the meantime: the result stands
        void = poll.moved(Event.VOID)
        await records.save(connection, void, closed_at=self._clock.now(), void_reason=contents["reason"])
        await self._note(connection, None, DECLARED_VOID, poll, reason=contents["reason"])
        await self._closing.show_card(connection, void)

    # Steps that several of the above share

    @asynccontextmanager
    async def _at(self, actor: Actor, poll_id: str) -> AsyncIterator[tuple[Transaction, Guild, Poll]]:
        """Open a transaction on a poll of the organizer's server that was published; raises `PollGone`."""
        guild = await self._guilds.organizer_at_work(actor)
        poll: Poll | None = None
        async with self._database.begin() as connection:
            if rules.is_poll_id(poll_id):
                poll = await records.find(connection, poll_id, lock=True)
            if poll is None or poll.guild_id != guild.id or poll.state is State.DRAFT:
                raise rules.PollGone
            yield connection, guild, poll

    async def _approved(self, connection: Transaction, guild: Guild, contents: Mapping[str, Any]) -> Poll | None:
        poll = await records.find(connection, contents["poll"], lock=True)
        return poll if poll is not None and poll.guild_id == guild.id else None

    async def _set_end(
        self, connection: Transaction, poll: Poll, closes_at: datetime, action: str, **others: object
    ) -> None:
        moved = replace(poll, terms=replace(poll.terms, closes_at=closes_at))
        await records.save(connection, moved, **others)
        await self._note(connection, None, action, poll, closes=int(closes_at.timestamp()))
        if poll.is_secret or poll.terms.is_hidden:  # the card of an open show of hands is renewed at each tick
            await self._closing.show_card(connection, moved)
        reach("moving the end of a poll: before the commit")

    async def _note(
        self, connection: Transaction, actor: Actor | None, action: str, poll: Poll, **details: object
    ) -> None:
        """Leave a row in the public chain; the poll is locked before the chain, as everywhere."""
        told = {"poll": poll.id, **details}
        await self._audit.record(connection, poll.guild_id, actor, action, self._clock.now(), details=told)

    def _takes_votes(self, poll: Poll) -> bool:
        return poll.state is State.OPEN and self._clock.now() < poll.terms.closes_at


def _named(poll: Poll) -> dict[str, Any]:
    return {"poll": poll.id, "title": poll.question.title}
