"""Polls for the tests of their services: published, opened and voted in by people made up on the spot."""

import asyncio
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.ids import Actor, PollId
from bot.polls import ledger, records, rules
from bot.polls.counting.results import Method
from bot.polls.records import Published
from bot.polls.rules import Kind, Poll, State, Terms, Voters
from bot.polls.wording import Question, check_question
from tests.house import DIGESTS_CHANNEL, GUILD, House
from tests.services.petitions import signer

NAMES = ("Anna Blum", "Ben Okafor", "Chidi Park", "Dora Silva")
CODE = "7K3M2Q"


def voter(number: int) -> Actor:
    """Return somebody with an old account who joined long ago."""
    return signer(1_000_000 + number)


async def published(
    house: House,
    method: Method = Method.SINGLE,
    *,
    kind: Kind = Kind.BALLOT,
    options: Sequence[str] = NAMES,
    days: float = 3,
    voters: Voters = Voters(),  # noqa: B008 - frozen
    opens_in: timedelta | None = None,
    **terms: Any,
) -> Poll:
    """Publish a poll that opens at the next tick, or when told."""
    now = house.clock.now()
    opens_at = None if opens_in is None else now + opens_in
    asked = check_question(Question("Who speaks for us?", "", tuple(options)), has_options=method not in rules.AGREED)
    held = Terms(kind, method, (opens_at or now) + timedelta(days=days), opens_at, **terms)
    rules.check_terms(held, rules.check_voters(voters), len(asked.options), now)
    poll = Poll(PollId(secrets.token_hex(4)), GUILD, DIGESTS_CHANNEL, asked, held, voters, State.SCHEDULED)
    async with house.database.begin() as connection:
        await records.add(connection, poll)
    return poll


async def opened(house: House, method: Method = Method.SINGLE, **others: Any) -> Poll:
    """Publish a poll and let it open."""
    poll = await published(house, method, **others)
    await house.poll_closing.open_due()
    return await current(house, poll)


async def current(house: House, poll: Poll) -> Poll:
    """Return a poll as it stands."""
    async with house.database.begin() as connection:
        found = await records.find(connection, poll.id)
    assert found is not None
    return found


async def vote(house: House, poll: Poll, number: int, marks: str, reason: str = "") -> None:
    """Cast somebody's ballot, with a tracker of their own where there is a list."""
    words = f"heron {number}" if poll.terms.has_ledger else ""
    await house.polls.cast(voter(number), poll.id, marks, words=words, code=CODE, reason=reason)


def tracker_of(number: int) -> str:
    """Return the tracker that `vote` gives somebody."""
    return ledger.tracker(f"heron {number}", CODE)


async def vote_all(house: House, poll: Poll, marks: Iterable[str]) -> None:
    """Cast a ballot each, all at once."""
    await asyncio.gather(*(vote(house, poll, number, each) for number, each in enumerate(marks)))


async def closed(house: House, poll: Poll) -> Published:
    """Let a poll's time run out, and return what is published of it."""
    house.clock.move_to(max(house.clock.now(), (await current(house, poll)).terms.closes_at))
    await house.poll_closing.close_due()
    return await told(house, poll)


async def told(house: House, poll: Poll) -> Published:
    """Return what is published of a poll."""
    async with house.database.begin() as connection:
        return await records.published(connection, poll.id)


def changed(poll: Poll, **terms: Any) -> Poll:
    """Return a poll with other terms."""
    return replace(poll, terms=replace(poll.terms, **terms))
