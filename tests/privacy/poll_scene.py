"""Polls in every state in which something can be done with them, for whoever tries every way in."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.demo.world import World
from bot.ids import Actor, ChannelId, GuildId, PollId, UserId
from bot.polls import ledger, records, rules
from bot.polls.counting.results import Method
from bot.polls.drafts import fingerprint
from bot.polls.rules import Kind, Poll, State, Terms
from bot.polls.wording import Question
from tests.services.petitions import LONG_AGO

THREE = ("Ana", "Ben", "Cem")
CODE = "7K3M2Q"
WORDS = "copper heron"
TRACKER = ledger.tracker(WORDS, CODE)


async def polls(world: World, vera: Actor) -> dict[str, str]:
    """Start a poll for each thing that can be done, in the state in which it can be done; return their ids by name.

    Each account has one ballot, so what casts has a poll of its own.
    """
    drafts = {name: await _begun(world, vera, name) for name in ("poll_draft", "to_be_published", "to_be_discarded")}
    opened = {
        "ranked": await _add(world, vera, Method.IRV),
        "scored": await _add(world, vera, Method.SCORE),
        "to_cast": await _add(world, vera, Method.SINGLE),
        "to_seal": await _add(world, vera, Method.CONSENT, ()),
        "hands": await _add(world, vera, Method.SINGLE, kind=Kind.HANDS),
        "listed": await _add(world, vera, Method.CONSENT, (), has_ledger=True),
    }
    await world.steward.poll_closing.open_due()
    await _count(world, vera, opened["listed"])
    in_a_week = world.clock.now() + timedelta(days=7)
    later = {name: await _add(world, vera, Method.SINGLE, opens_at=in_a_week) for name in ("scheduled", "to_cancel")}
    async with world.steward._database.begin() as connection:
        ready = await records.find(connection, drafts["to_be_published"])
    assert ready is not None
    return {**drafts, **opened, **later, "fingerprint": fingerprint(ready), "tracker": TRACKER, "own_words": WORDS}


async def _begun(world: World, vera: Actor, name: str) -> PollId:
    channel = ChannelId(world.channels["general"].id)
    question = Question(f"What of the {name}?", "", THREE)
    drafts = world.steward.poll_drafts
    return (await drafts.begin(vera, drafts.new_form(), channel, question, Kind.BALLOT, Method.SINGLE)).poll.id


async def _add(
    world: World,
    vera: Actor,
    method: Method,
    options: tuple[str, ...] = THREE,
    *,
    kind: Kind = Kind.BALLOT,
    opens_at: datetime | None = None,
    **terms: Any,
) -> PollId:
    closes_at = (opens_at or world.clock.now()) + timedelta(days=3)
    poll = Poll(
        PollId(secrets.token_hex(4)),
        vera.guild_id,
        ChannelId(world.channels["general"].id),
        Question(f"Who speaks for us, by {method}?", "", options),
        Terms(kind, method, closes_at, opens_at, **terms),
        state=State.SCHEDULED,
    )
    async with world.steward._database.begin() as connection:
        await records.add(connection, poll)
    return poll.id


async def _count(world: World, vera: Actor, poll_id: PollId) -> None:
    """Let a poll be voted in by enough for its list, and let its time have come."""
    for number in range(rules.LEDGER_FROM):
        voter = Actor(GuildId(vera.guild_id), UserId(1_000_000 + number), joined_at=LONG_AGO)
        words = WORDS if number == 0 else f"heron {number}"
        await world.steward.polls.cast(voter, poll_id, "abcd"[number % 4], words=words, code=CODE, reason="Because.")
    async with world.steward._database.begin() as connection:
        poll = await records.find(connection, poll_id)
        assert poll is not None
        await records.save(connection, replace(poll, terms=replace(poll.terms, closes_at=world.clock.now())))
    await world.steward.poll_closing.close_due()
