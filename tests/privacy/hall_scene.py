"""Town halls in every state in which something can be done with them, for whoever tries every way in."""

import hashlib
from dataclasses import replace
from datetime import timedelta

from bot.demo.world import World
from bot.ids import Actor, HallId, UserId
from bot.townhalls import questions_rules
from bot.townhalls.plans import Item, Place, PlaceKind, Plan
from bot.townhalls.rules import TownHall
from bot.townhalls.votes import Kind
from bot.vault.gathering import WAITING
from tests.services.petitions import LONG_AGO

STAGE = Place(PlaceKind.STAGE, "812345678901234999")
FIRST, SECOND = 1_000_100, 1_000_101
"""The accounts whose hands are up in the town hall that goes on."""


async def halls(world: World, vera: Actor) -> dict[str, str]:
    """Plan and hold a town hall for each thing that can be done, in the state in which it can be done.

    Returns their ids by name, and those of what was asked, decided, agreed and proposed in them.
    """
    steward = world.steward
    drafts = {name: (await _begun(world, vera, name)).id for name in ("hall_draft", "to_announce", "hall_unwanted")}
    planned = {name: await _announced(world, vera, name) for name in ("coming", "hall_off", "to_start")}
    going_on = {name: await _announced(world, vera, name) for name in ("live", "to_end", "late")}
    for hall_id in going_on.values():
        await steward.room.start(vera, hall_id)
    await steward.room.end(vera, going_on["late"], 12)
    live = going_on["live"]
    for who in (FIRST, SECOND):
        await steward.stacks.raise_hand(_somebody(vera, who), live)
    decision = await steward.room.decide(vera, live, "a decision", "We meet monthly.")
    vote = await steward.votes.begin(vera, live, "a vote", Kind.HANDS, "A pause?", "", is_late=True)
    action = await steward.room.agree_action(vera, live, "an action", "Write to the board.", "the delegates")
    return {
        **drafts,
        **planned,
        **going_on,
        **await _questions(world, vera, live),
        **await _searches(world, vera),
        "first_hand": str(FIRST),
        "second_hand": str(SECOND),
        "decision": decision.id,
        "action": action.id,
        "hall_vote": vote.id,
        "own_question": _asked_with(planned["coming"], "t" * 22),
    }


def _asked_with(hall_id: HallId, token: str) -> str:
    """Return the id of the question that whoever tries every way in asks by a form with this token."""
    return hashlib.sha256(f"question {hall_id} {token}".encode()).digest()[: questions_rules.ID_BYTES].hex()


async def _begun(world: World, vera: Actor, name: str) -> TownHall:
    start = world.clock.now().replace(second=0, microsecond=0) + timedelta(days=3)
    plan = Plan(f"What of the {name}?", "Come.", STAGE, "UTC", start.date(), start.time(), 60)
    plan = replace(plan, agenda=(Item("Welcome", 5), Item("The pilot", 20)))
    return (await world.steward.hall_drafts.begin(vera, world.steward.town_halls.new_form(), plan)).hall


async def _announced(world: World, vera: Actor, name: str) -> HallId:
    draft = await _begun(world, vera, name)
    return (await world.steward.hall_drafts.publish(vera, draft.id, draft.sequence)).id


async def _questions(world: World, vera: Actor, hall_id: HallId) -> dict[str, str]:
    """Ask six questions: publish three of them, and let three wait."""
    queue = world.steward.queue
    for number in range(3):
        await _ask(world, vera, hall_id, number)
    for each in (await queue.waiting(vera, hall_id))[1]:
        await queue.approve(vera, hall_id, each.id)
    await queue.release_now(vera, hall_id)
    _, published = await world.steward.town_halls.questions(vera, hall_id)
    for number in range(3, 6):
        await _ask(world, vera, hall_id, number)
    waiting = [each.id for each in (await queue.waiting(vera, hall_id))[1] if each.state == WAITING]
    return {
        **dict(zip(("to_approve", "to_turn_away", "to_merge"), waiting, strict=True)),
        **dict(zip(("to_want", "to_answer", "same"), (each.question.id for each in published), strict=True)),
    }


async def _ask(world: World, vera: Actor, hall_id: HallId, number: int) -> None:
    text = f"What becomes of number {number}?"
    await world.steward.town_halls.ask(_somebody(vera, 1_000_200 + number), hall_id, f"a form {number}", text)


async def _searches(world: World, vera: Actor) -> dict[str, str]:
    """Propose times three times: to be answered, to be closed, and closed already."""
    finding, now = world.steward.time_finding, world.clock.now()
    slots = [now + timedelta(days=days) for days in (5, 6)]
    found: dict[str, str] = {}
    for name in ("search", "search_to_close", "weighed"):
        poll = await finding.propose(vera, name, f"When, of the {name}?", 60, slots, now + timedelta(days=3))
        found[name] = poll.id
    await finding.close(vera, found["weighed"])
    return found


def _somebody(vera: Actor, number: int) -> Actor:
    return Actor(vera.guild_id, UserId(number), joined_at=LONG_AGO)
