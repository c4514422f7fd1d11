"""What happens to polls by themselves: they open, remind, post their list's hashes, close, and are shredded.

The close runs in steps, and a crash at any of them resumes to the same result. First the poll stops taking votes; from
that commit on nothing more can come into the box. Then it is counted and published, in one transaction. Then roll, box
and key are destroyed. Between the last two the result stands and the box may still be there; it is never counted again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.database import cards, outbox
from bot.database.audit import AuditChain
from bot.database.engine import Database, Transaction
from bot.failpoints import reach
from bot.guilds.service import Guild, Guilds
from bot.ids import GuildId, PollId
from bot.polls import ledger, marking, records, rules, tallying
from bot.polls.counting import lots
from bot.polls.rules import OVER, Event, Poll, State
from bot.polls.service import BATCH, CARD, REMINDER, RESULT, card_contents, key_of
from bot.refusals import N_
from bot.vault.box import BallotBox, BoxDamaged, Contents, NoBox, Slip
from bot.vault.keys import Keys, OwnKey

REMIND_BEFORE = timedelta(hours=24)
OPENED = N_("opened a poll")
COUNTED = N_("counted a poll")
LOST = N_("declared a poll void, because its key or its box was lost")
MISSED = N_("did not open a poll, because its time had passed")
TOLD = (OPENED, COUNTED, LOST, MISSED)


class Closing:
    """The life of polls from their opening to the last byte."""

    def __init__(
        self, guilds: Guilds, database: Database, box: BallotBox, keys: Keys, audit: AuditChain, clock: Clock
    ) -> None:
        self._guilds = guilds
        self._database = database
        self._box = box
        self._keys = keys
        self._audit = audit
        self._clock = clock
        self._hours: dict[PollId, int] = {}

    async def open_due(self) -> None:
        """Open every poll whose time has come; one whose close has come too is cancelled."""
        now = self._clock.now()
        for poll in await self._in_state(State.SCHEDULED):
            guild = await self._guilds.find(poll.guild_id)
            is_awake = guild is not None and guild.is_ready and not guild.is_frozen
            if (poll.terms.opens_at or now) <= now and is_awake:
                await self._open(poll.id, now)

    async def remind_due(self) -> None:
        """Say once in the channel that a poll ends within a day. Nobody is told who has not voted."""
        now = self._clock.now()
        async with self._database.begin() as connection:
            for found in await records.unreminded(connection, now + REMIND_BEFORE):
                poll = await records.find(connection, found.id, lock=True)
                if poll is None or poll.state is not State.OPEN:
                    continue
                await records.save(connection, poll, is_reminded=True)
                was_short = poll.terms.closes_at - (poll.opened_at or now) <= REMIND_BEFORE
                if not was_short and now < poll.terms.closes_at:
                    key = f"poll:{poll.id}:reminder:{int(poll.terms.closes_at.timestamp())}"
                    await self._queue(connection, poll, key, REMINDER, _brief(poll))

    async def post_batches_due(self) -> None:
        """Post hashes of trackers, at most once an hour and five or more at a time."""
        now = self._clock.now()
        hour = int(now.timestamp() // 3600)
        for poll in await self._in_state(State.OPEN):
            own = self._keys.own(key_of(poll.id))
            if poll.terms.has_ledger and own is not None and self._hours.get(poll.id) != hour:
                self._hours[poll.id] = hour
                await self._post_batch(poll, own)

    async def show_hands_due(self) -> None:
        """Bring the cards of open shows of hands up to date."""
        for poll in await self._in_state(State.OPEN):
            if poll.is_secret or poll.terms.is_hidden:
                continue
            texts = [hand.choice for hand in await self._box.hands(poll.id)]
            ballots = marking.piled(poll, texts)
            async with self._database.begin() as connection:
                current = await records.find(connection, poll.id, lock=True)
                if current is not None and current.state is State.OPEN:
                    await self.show_card(connection, current, tallying.named(poll, ballots), tallying.blank(ballots))

    async def close_due(self) -> None:
        """Take every poll one or more steps on towards its end, from wherever it stands.

        A poll that fails holds up no other; the first failure is raised after the last of them.
        """
        now = self._clock.now()

        async def end(poll: Poll) -> None:
            if self._keys.own(key_of(poll.id)) is None:
                await self._declare_void(poll.id)
            elif poll.terms.closes_at <= now:
                await self._stop(poll.id)

        failures = await _each(await self._in_state(State.OPEN), end)
        failures += await _each(await self._in_state(State.COUNTING), self._count)
        async with self._database.begin() as connection:
            over = await records.in_state(connection, OVER, unshredded=True)
        failures += await _each(over, self._shred)
        if failures:
            raise failures[0]

    async def forget_guild(self, guild_id: GuildId) -> None:
        """Destroy roll, box and key of every poll of a server."""
        async with self._database.begin() as connection:
            mine = await records.of_guild(connection, guild_id, tuple(State))
        for poll in mine:
            await self._box.forget(poll.id)
            self._keys.shred(key_of(poll.id))

    async def show_card(
        self, connection: Transaction, poll: Poll, hands: list[int] | None = None, blank: int = 0
    ) -> None:
        """Let the card in the channel say how a poll stands."""
        guild = await self._guilds.find_in(connection, poll.guild_id)
        if guild is not None:
            published = await records.published(connection, poll.id) if poll.state in OVER else None
            contents = card_contents(poll, hands, blank, published)
            key = f"poll:{poll.id}:card"
            await cards.show(connection, outbox.Letter(key, guild.id, poll.channel_id, CARD, contents, guild.language))

    # Steps

    async def _open(self, poll_id: PollId, now: datetime) -> None:
        own = self._keys.make_own(key_of(poll_id))
        reach("opening a poll: key made")
        await self._box.open(poll_id, own)
        reach("opening a poll: box made")
        async with self._database.begin() as connection:
            poll = await records.find(connection, poll_id, lock=True)
            if poll is None or poll.state is not State.SCHEDULED:
                return
            if poll.terms.closes_at <= now:
                cancelled = poll.moved(Event.CANCEL)
                await records.save(connection, cancelled, closed_at=now)
                await self._note(connection, poll, MISSED)
                await self.show_card(connection, cancelled)
                return
            commitment = lots.commitment(own.lot) if poll.is_secret else None
            opened = replace(poll.moved(Event.OPEN), opened_at=now, commitment=commitment)
            await records.save(connection, opened)
            await self._note(connection, poll, OPENED)
            hands = [0] * poll.choices if not poll.is_secret and not poll.terms.is_hidden else None
            await self.show_card(connection, opened, hands)
            reach("opening a poll: before the commit")
        reach("opening a poll: after the commit")

    async def _post_batch(self, poll: Poll, own: OwnKey) -> None:
        try:
            contents = await self._box.contents(poll.id, own)
        except (NoBox, BoxDamaged):
            return  # told at the close
        async with self._database.begin() as connection:
            batches = await records.batches(connection, poll.id)
            posted = {each for batch in batches for each in batch}
            hashes = ledger.next_batch((slip.tracker for slip in contents.slips), posted)
            if not hashes:
                return
            number = len(batches) + 1
            await records.add_batch(connection, poll.id, number, hashes)
            told = {**_brief(poll), "hashes": hashes, "number": number}
            await self._queue(connection, poll, f"poll:{poll.id}:batch:{number}", BATCH, told)

    async def _stop(self, poll_id: PollId) -> None:
        """Take no more votes. Whoever was let in before stands in line for the vault, ahead of the count."""
        async with self._database.begin() as connection:
            poll = await records.find(connection, poll_id, lock=True)
            if poll is None or poll.state is not State.OPEN or poll.terms.closes_at > self._clock.now():
                return  # given more time in the meantime
            stopped = poll.moved(Event.CLOSE)
            await records.save(connection, stopped)
            await self.show_card(connection, stopped)
        reach("closing: stopped")

    async def _count(self, poll: Poll) -> None:
        own = self._keys.own(key_of(poll.id))
        try:
            contents = None if own is None else await self._contents(poll, own)
        except (NoBox, BoxDamaged):
            contents = None
        if own is None or contents is None:
            await self._declare_void(poll.id)  # never guessed: a part of the votes is not the vote
            return
        seed = own.lot if poll.is_secret else None
        ballots = marking.piled(poll, (slip.ballot for slip in contents.slips))
        result = await asyncio.to_thread(tallying.outcome, poll, ballots, seed)
        reach("closing: counted and not published")
        is_told = "too_few" not in result
        pairs = ledger.listed((slip.tracker, slip.ballot) for slip in contents.slips)
        shown = pairs if rules.may_show_ledger(poll, len(pairs)) else None
        async with self._database.begin() as connection:
            current = await records.find(connection, poll.id, lock=True)
            if current is None or current.state is not State.COUNTING:
                return
            closed = current.moved(Event.COUNT)
            reasons = sorted(contents.reasons) if is_told else []
            columns = records.counted(result, reasons, shown)
            await records.save(connection, closed, closed_at=self._clock.now(), **columns)
            await self._note(connection, poll, COUNTED)
            await self.show_card(connection, closed)
            told = result_contents(closed, result, len(reasons), None if shown is None else ledger.list_hash(shown))
            await self._queue(connection, poll, f"poll:{poll.id}:result", RESULT, told)
            reach("closing: before the commit")
        reach("closing: published and not shredded")

    async def _contents(self, poll: Poll, own: OwnKey) -> Contents:
        if poll.is_secret:
            return await self._box.contents(poll.id, own)
        return Contents([Slip(hand.choice) for hand in await self._box.hands(poll.id)], [])

    async def _declare_void(self, poll_id: PollId) -> None:
        async with self._database.begin() as connection:
            poll = await records.find(connection, poll_id, lock=True)
            if poll is None or poll.state not in {State.OPEN, State.COUNTING}:
                return
            void = poll.moved(Event.VOID)
            await records.save(connection, void, closed_at=self._clock.now(), void_reason=rules.LOST)
            await self._note(connection, poll, LOST)
            await self.show_card(connection, void)

    async def _shred(self, poll: Poll) -> None:
        await self._box.forget(poll.id)
        reach("closing: box gone and key left")
        self._keys.shred(key_of(poll.id))
        reach("closing: key gone and not noted")
        async with self._database.begin() as connection:
            current = await records.find(connection, poll.id, lock=True)
            if current is not None:
                await records.save(connection, current, is_shredded=True)
                if current.opened_at is not None:
                    await self.show_card(connection, current)  # a restore declares void without a card

    async def _in_state(self, state: State) -> list[Poll]:
        async with self._database.begin() as connection:
            return await records.in_state(connection, (state,))

    async def _note(self, connection: Transaction, poll: Poll, action: str) -> None:
        now = self._clock.now()
        await self._audit.record(connection, poll.guild_id, None, action, now, details={"poll": poll.id})

    async def _queue(self, connection: Transaction, poll: Poll, key: str, kind: str, contents: dict[str, Any]) -> None:
        guild: Guild | None = await self._guilds.find_in(connection, poll.guild_id)
        if guild is not None:
            letter = outbox.Letter(key, guild.id, poll.channel_id, kind, contents, guild.language)
            await outbox.queue(connection, letter)


async def _each(found: list[Poll], step: Callable[[Poll], Awaitable[None]]) -> list[Exception]:
    """Do a step for each poll, whatever becomes of the others, and return what went wrong."""
    failures = []
    for poll in found:
        try:
            await step(poll)
        except Exception as failure:  # noqa: BLE001 - raised once every poll had its turn
            failures.append(failure)
    return failures


def result_contents(poll: Poll, result: dict[str, Any], reasons: int, list_hash: str | None) -> dict[str, Any]:
    """Return what the post of a result says: the poll as on its card, what was counted, and what else can be read."""
    told = {"result": result, "reasons": reasons, "list_hash": list_hash}
    return {**card_contents(poll), **told}


def _brief(poll: Poll) -> dict[str, Any]:
    return {"id": poll.id, "title": poll.question.title, "closes": int(poll.terms.closes_at.timestamp())}
