"""The scene of the tour in which members sign a petition, one of them only if enough others do."""

from typing import Any

from bot.demo.people import Person
from bot.demo.stage import Tour

TITLE = "No scores from our keystrokes"
WORDS = {
    "title": TITLE,
    "whom": "The management of Pixel Works",
    "why": "Nobody can think while every key is counted, and nobody asked us.",
    "demands": "Stop scoring people by their keystrokes\nDelete the scores there are",
    "level": ["count"],
}
GOAL = 10
SIGNERS = ("Ben", "Chidi", "Dana", "Emre", "Farah", "Olga", "Omar", "Vera")
NEXT_LOOK = {"minutes": 25}
"""Longer than the card ever waits for its next count."""


async def petition(tour: Tour) -> None:
    """Let a petition be written, signed as people dare, and reach its goal."""
    await _write(tour)
    await _sign(tour)


async def _write(tour: Tour) -> None:
    teller, vera = tour.teller, tour.person("Vera")
    teller.scene("15  A petition that people dare to sign")
    teller.say("The reports have told where it hurts. Vera writes a petition; nobody sees it before she sends it off.")
    await vera.runs("petition start")
    await vera.fills_in(WORDS)
    with vera.quietly():
        await vera.presses("petitions:goal")
        await vera.fills_in({"goal": str(GOAL), "days": "30"})
    await vera.presses("petitions:send")
    await vera.runs("petitions")
    await vera.presses("petitiondesk:open")
    await vera.presses("petitiondesk:publish")
    await tour.world.later(**NEXT_LOOK)
    await tour.world.tick()
    teller.gap()
    teller.expect("One card stands in #petitions.", len(_posts(tour)) == 1 and TITLE in _card(tour, "Ana").seen)


async def _sign(tour: Tour) -> None:
    teller, ana = tour.teller, _card(tour, "Ana")
    ana.show()
    await ana.presses("petitions:sign:")
    teller.say("Before anything is signed, Ana reads who will see what.")
    ana.show()
    await ana.presses("petitions:signed")
    with tour.person("Gus").quietly():
        gus = _card(tour, "Gus")
        await gus.presses("petitions:sign:")
        await gus.presses("petitions:waiting")
        await gus.fills_in({"at_least": str(GOAL)})
    teller.say(f"Gus is afraid to be among the first. He signs on a condition: count me when {GOAL} sign, me included.")
    before = _card(tour, "Pat").seen
    for name in SIGNERS:
        signer = _card(tour, name)
        with signer.quietly():
            await signer.presses("petitions:sign:")
            await signer.presses("petitions:signed")
    teller.expect(
        f"{', '.join(SIGNERS)} sign too. Pat watches the card, and no click has moved it.",
        _card(tour, "Pat").seen == before,
    )
    await tour.world.later(**NEXT_LOOK)
    await tour.world.tick()
    pat = _card(tour, "Pat")
    pat.show(", at the card's next look")
    teller.expect(
        f"Nine and Gus are {GOAL}: his condition holds, all are counted at once, and Pat reads no name.",
        f"At least {GOAL}" in pat.seen and not any(name in pat.seen for name in (*SIGNERS, "Ana", "Gus")),
    )
    teller.expect(
        "The goal is announced once.", sum("100 %" in words or "goal" in words for words in _posts(tour)[1:]) >= 1
    )


def _posts(tour: Tour) -> list[str]:
    channel = tour.world.channels["petitions"]
    return [_read(tour, message) for message in channel.history()]


def _read(tour: Tour, message: Any) -> str:  # noqa: ANN401 - untyped in SimCord
    reader = tour.person("Pat")
    reader.looks_at(tour.world.env.backend.get_message(tour.world.channels["petitions"].id, message.id))
    return reader.seen


def _card(tour: Tour, name: str) -> Person:
    """Return somebody who looks at the petition's card."""
    channel, person = tour.world.channels["petitions"], tour.person(name)
    person.looks_at(tour.world.env.backend.get_message(channel.id, channel.history()[0].id))
    return person
