"""What one sign-up, question, upvote or answer does that anybody else could see: nothing, at the click or after it."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from bot.database.tables import metadata
from bot.demo.world import World
from tests.journeys.conftest import Somebody, administrator, somebody, vera, world
from tests.journeys.people import Person, parts, posts
from tests.journeys.test_hall_members import (
    approves_all,
    asks,
    channel,
    organizer,
    planned,
    presses_card,
    presses_first,
)
from tests.journeys.test_hall_times import proposes
from tests.privacy.test_ballot_effects import ANSWERS, CALLBACK, EPHEMERAL, SHOWS, public, roles

__all__ = ["administrator", "channel", "somebody", "vera", "world"]  # fixtures

CHANNEL = "town-halls"


async def record(world: World) -> list[tuple[object, ...]]:
    """Return every row of the public record: what is queued to be said and how often a card was written, too."""
    async with world.steward._database.begin() as connection:
        return [
            (table.name, *row) for table in metadata.sorted_tables for row in await connection.execute(select(table))
        ]


async def signs_up(world: World, ana: Person) -> None:
    await presses_card(world, ana, "I'm coming")
    assert "You said that you are coming" in ana.seen


async def changes_their_mind(world: World, ana: Person) -> None:
    await presses_card(world, ana, "I'm coming")
    await ana.presses("Maybe")
    await ana.presses("I'm coming")
    await ana.presses("I'm not coming")
    assert "You have not said that you are coming" in ana.seen


async def questions(world: World, ana: Person) -> None:
    await asks(world, ana, "Who *reads* the recordings?")
    assert "Your question is kept" in ana.seen


async def withdraws(world: World, ana: Person) -> None:
    await questions(world, ana)
    await ana.presses("My questions")
    await ana.presses("Withdraw")
    assert "None of yours waits here" in ana.seen


async def upvotes(world: World, ana: Person) -> None:
    await presses_card(world, ana, "Questions")
    await presses_first(ana, "halls:want:v1")
    assert ana.seen.count("you want it answered") == 1


async def upvotes_no_more(world: World, ana: Person) -> None:
    await upvotes(world, ana)
    await ana.presses("Take back")
    assert "you want it answered" not in ana.seen


async def says_when(world: World, ana: Person) -> None:
    await opens_search(world, ana)
    for label in ("Yes", "If needed", "Send"):
        await ana.presses(label)
    assert "kept" in ana.seen


async def says_nothing_after_all(world: World, ana: Person) -> None:
    await says_when(world, ana)
    await opens_search(world, ana)
    await ana.presses("Take my answer back")


async def opens_search(world: World, ana: Person) -> None:
    (place,) = [number for number, post in enumerate(posts(world, CHANNEL)) if "Say when I can" in post]
    await presses_card(world, ana, "Say when I can", place)


DEEDS: dict[str, Callable[[World, Person], Awaitable[None]]] = {
    "one sign-up": signs_up,
    "a sign-up taken back": changes_their_mind,
    "one question": questions,
    "a question withdrawn": withdraws,
    "one upvote": upvotes,
    "an upvote taken back": upvotes_no_more,
    "one answer to a search": says_when,
    "an answer taken back": says_nothing_after_all,
}


@pytest.mark.parametrize("deed", DEEDS)
async def test_of_what_one_member_does_nothing_leaves_but_private_answers(
    world: World, vera: Person, somebody: Somebody, deed: str
) -> None:
    """Nothing is queued, no card is written anew, no row changes; and within an hour nothing moves that others see."""
    hall = await planned(world)
    ana, *others = [somebody(name) for name in ("Ana", "Ben", "Cem", "Dan")]
    for number, person in enumerate(others):
        await asks(world, person, f"Question {number}?")
    await approves_all(world, hall)
    await world.tick()
    await world.later(minutes=31)
    await proposes(world, vera)
    await world.tick()
    before, shown, held = await record(world), public(world), roles(world)
    sent = len(world.env.http_requests)
    await DEEDS[deed](world, ana)
    assert await record(world) == before
    assert len(world.env.http_requests) > sent, "the answers were recorded"
    await world.tick()
    await world.later(hours=1)
    for entry in world.env.http_requests[sent:]:
        assert entry.method == "POST", entry
        assert CALLBACK.fullmatch(entry.path), entry
        assert entry.json is not None
        kind, data = entry.json["type"], entry.json.get("data") or {}
        assert kind in ANSWERS, entry
        assert kind != SHOWS or data["flags"] & EPHEMERAL, entry
    assert public(world) == shown, "what others see is as it was, to the byte"
    assert roles(world) == held


async def test_what_would_show_is_seen(world: World, vera: Person, somebody: Somebody) -> None:
    """Five sign-ups do move a card within the hour, so the test above looks at the right place."""
    await planned(world)
    shown, before = public(world), await record(world)
    for number in range(5):
        await signs_up(world, somebody(f"Member {number}"))
    assert await record(world) == before
    assert public(world) == shown
    await world.later(hours=1)
    assert public(world) != shown
    assert await record(world) != before


async def test_the_words_on_the_screens_of_asker_and_organizer_are_the_same(
    world: World, vera: Person, somebody: Somebody
) -> None:
    """Letter by letter as they are drawn: once it is sent, among one's own, on the list, and where it is decided on."""
    hall, ana = await planned(world), somebody("Ana")
    await asks(world, ana, "  Zs\u202e\u00f3fia, *who* reads\u200b <@1> `it`?\r\n\r\n# Since when?  ")
    await ana.presses("Keep it as it is")  # a mention could tell who asks
    screens = [words(ana)]
    await ana.presses("My questions")
    screens.append(words(ana))
    await vera.runs("townhall manage")
    await vera.presses("Open")
    await vera.presses("Questions")
    screens.append(words(vera))
    await vera.presses("Decide")
    screens.append(words(vera))
    assert len(set(screens)) == 1
    (waiting,) = (await world.steward.queue.waiting(organizer(world), hall.id))[1]
    assert waiting.text == "Zs\u00f3fia, *who* reads <@1> `it`?\n\n# Since when?"


def words(person: Person) -> str:
    """Return what stands in the box that holds the question, as it is sent to be drawn."""
    (content,) = [
        part["content"] for part in parts(person._card.components) if "Since when?" in (part.get("content") or "")
    ]
    _, boxed, _ = str(content).split("```")
    return boxed
