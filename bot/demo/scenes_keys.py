"""The scene of the tour in which two organizers take the keys home, and the server can read no more."""

import textwrap
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.demo import thief
from bot.demo.cast import ANAS, ANSWER, NOTE, REPLY
from bot.demo.people import Person
from bot.demo.stage import Tour, plain
from bot.operations.read import opened, own_keys
from bot.vault.agefiles import new_identity

FIRST_WORDS = ANAS.text.partition("\n")[0]
WAIT = {"hours": 13}
"""An hour more than what two organizers agreed to waits before it is carried out."""


async def keys_at_home(tour: Tour) -> None:
    """Let two organizers register keys of their own, read with those alone, and go back."""
    with TemporaryDirectory(prefix="steward-demo-home-") as home:
        await _take_keys_home(tour, Path(home))
        await _read_at_home(tour, Path(home))
    await _go_back(tour)


async def _take_keys_home(tour: Tour, home: Path) -> None:
    world, teller, vera, omar = tour.world, tour.teller, tour.person("Vera"), tour.person("Omar")
    teller.scene("14  What a thief sees when organizers keep the keys")
    teller.say(
        "Vera and Omar want not even the server to read. Each makes a key at home with run.py read --new-key, "
        "registers its public half, and the other agrees. The secret halves never leave their computers."
    )
    for keeper, other in ((vera, omar), (omar, vera)):
        key = new_identity()
        (home / f"{keeper.name}.key").write_text(f"{key}\n")
        with keeper.quietly():
            await keeper.runs("keys")
            await keeper.presses("reports:key")
            await keeper.fills_in({"key": str(key.to_public())})
        await _agrees(other)
    await world.later(**WAIT)
    await vera.runs("keys")
    await vera.presses("reports:offline")
    await omar.runs("decisions")
    await omar.presses("approvals:agree")
    await world.later(**WAIT)
    await vera.runs("keys")
    vera.show(", a day later")
    teller.expect(
        "Two organizers decided, and 12 hours passed in which any organizer could have said no. The same keys of "
        "the server now open not one text.",
        not thief.texts(tour.directory),
    )


async def _read_at_home(tour: Tour, home: Path) -> None:
    teller, vera, farah = tour.teller, tour.person("Vera"), tour.person("Farah")
    await farah.runs("report file")
    teller.gap()
    teller.expect("Whoever reports from now on is told so first.", "Only they hold the keys" in farah.seen)
    await vera.runs("cases", case=tour.case_id)
    teller.gap()
    teller.expect("Vera's Discord does not show Ana's words any more.", FIRST_WORDS not in plain(vera.seen))
    await vera.presses("reports:files")
    vera.show()
    for each in vera.files:
        (home / each.filename).write_bytes(await each.read())
    keys = own_keys(home / "Vera.key")
    read = [line for each in vera.files for line in opened(home / each.filename, keys).splitlines()]
    teller.does(f"Vera types on her own computer: python3 run.py read {vera.files[0].filename} … --identity Vera.key")
    teller.shows("Her terminal", [wrapped for line in read for wrapped in textwrap.wrap(line, teller.room) or [""]])
    teller.expect("Vera's key opens the case at home, every part of it.", {FIRST_WORDS, NOTE, REPLY, ANSWER} <= {*read})


async def _go_back(tour: Tour) -> None:
    vera, omar = tour.person("Vera"), tour.person("Omar")
    tour.teller.say("So that there is something to read in the lobby, they let the server open new reports again.")
    with vera.quietly():
        await vera.runs("keys")
        await vera.presses("reports:readable")
    await _agrees(omar)
    await tour.world.later(**WAIT)
    tour.teller.gap()
    tour.teller.expect(
        "What was sealed to their keys stays closed to the server for good.", not thief.texts(tour.directory)
    )


async def _agrees(organizer: Person) -> None:
    with organizer.quietly():
        await organizer.runs("decisions")
        await organizer.presses("approvals:agree")
