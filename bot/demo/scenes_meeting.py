"""The scenes of the tour in which a town hall is held, hears those who slept, and forgets who was there."""

from datetime import timedelta

from bot.demo import thief
from bot.demo.people import Person
from bot.demo.scenes_halls import CHANNEL, COMING, QUESTIONS, card, panel, starts_at, stored
from bot.demo.screen import words
from bot.demo.stage import Tour, plain

DECISION = "We ask the works council to have the scores stopped until it has agreed to them."
TO_DO = {"text": "Draft the letter to management", "responsible": "the talks group", "due": ""}
CAME = 8
LATE_QUESTION = "Will the next one be at an hour at which Manila is awake?"
LATE_HOURS = 48
TABLES = ("attending", "asked", "upvotes")
"""Who comes, who asked what is not published, and who wants what answered."""


async def meeting(tour: Tour) -> None:
    """Let a chair lead the town hall, with those first who have spoken least."""
    await _start(tour)
    await _speak(tour)
    await _decide(tour)


async def _start(tour: Tour) -> None:
    teller = tour.teller
    teller.scene("20  In the room")
    await tour.world.live_until(starts_at(tour) - timedelta(minutes=2))
    vera = await panel(tour)
    await vera.presses("hallroom:start")
    await tour.world.tick()
    pat = card(tour, "Pat")
    said = [post for post in tour.posts(CHANNEL) if "## A town hall starts now" in words(post.components)]
    teller.gap()
    teller.expect(
        "The card says that it goes on, and at which item. That it starts was said once.",
        "It is going on now." in pat.seen and "▶ How it stands" in pat.seen and len(said) == 1,
    )


async def _speak(tour: Tour) -> None:
    teller, vera = tour.teller, tour.person("Vera")
    ben, farah, chidi = (tour.person(name) for name in ("Ben", "Farah", "Chidi"))
    before = tour.everything_in(CHANNEL)
    await ben.runs("hand")
    ben.show()
    teller.expect("Before Ben speaks he reads who goes first.", "those who have not spoken yet" in ben.seen)
    vera = await panel(tour)
    await vera.presses("hallroom:call")
    await tour.world.later(minutes=4)
    await vera.presses("hallroom:spoke")
    teller.say(
        "Ben has spoken for four minutes, and his hand is up again at once. Then Farah raises hers, and last Chidi, "
        "who adds that he is rarely heard."
    )
    for person in (ben, farah, chidi):
        with person.quietly():
            await person.runs("hand")
    await chidi.presses(next(each for each in chidi.routes if each.endswith(":rarely")))
    await vera.presses("hallroom:open")
    vera.show()
    places = [vera.seen.index(f"<@{person.member.id}>") for person in (chidi, farah, ben)]
    teller.expect(
        "Chidi is first and Ben last: whoever has not spoken is heard before whoever has, and of two such the one "
        "who is rarely heard.",
        places == sorted(places),
    )
    speakers = (ben, farah, chidi)
    await tour.world.tick()
    teller.expect(
        "The list is in memory alone: none of the three is in any file of Steward's, and the channel shows no hand.",
        not any(thief.search(tour.directory, thief.forms_of_id(each.member.id)) for each in speakers)
        and tour.everything_in(CHANNEL) == before,
    )


async def _decide(tour: Tour) -> None:
    teller, vera = tour.teller, tour.person("Vera")
    with vera.quietly():
        await vera.presses("hallroom:item")
        await vera.presses("hallroom:item")
        await vera.presses("hallroom:queue")
        await vera.presses("hallroom:published")
        await vera.presses_beside(QUESTIONS["Ana"])
        await vera.presses("hallroom:open")
    teller.say(
        "Chidi and Farah speak. The first question is answered, and Vera ticks it off. Then something is decided."
    )
    await vera.presses("hallroom:decide")
    await vera.fills_in({"text": DECISION})
    await vera.presses("hallroom:action")
    await vera.fills_in(TO_DO)
    await tour.world.later(minutes=70)
    await vera.presses("hallroom:end")
    await vera.fills_in({"came": str(CAME)})
    await tour.world.tick()
    pat = tour.looking_at("Pat", CHANNEL, "## Minutes")
    pat.show()
    teller.expect(
        "It is over. What was decided stands there, and does not bind before those who slept were heard.",
        DECISION in plain(pat.seen) and "Until then those who slept can still ask and comment." in pat.seen,
    )
    teller.expect(
        f"Steward has not looked who was in the room. Vera typed in {CAME}, and the card says at least 5.",
        "At least 5 came, as the chair saw it." in card(tour, "Pat").seen,
    )


async def late_floor(tour: Tour) -> None:
    """Let somebody who slept be heard, and everything that could tell who took part be destroyed."""
    await _wake(tour)
    kept = _steal(tour)
    await _close(tour)
    _steal_again(tour, kept)


async def _wake(tour: Tour) -> None:
    teller, emre = tour.teller, tour.person("Emre")
    teller.scene("21  For those who slept")
    await tour.world.later(hours=7)
    teller.say("In Manila it is morning. Emre reads the card, and what was decided while he slept.")
    card(tour, "Emre").show()
    teller.expect("The late floor is open, and he reads until when.", "The late floor is open until" in emre.seen)
    minutes = await _minutes(tour, "Emre")
    teller.expect(
        "The draft of the minutes says that nothing binds yet, and names nobody.",
        f"{DECISION} (binds when the late floor is over)" in plain(minutes)
        and not any(name in minutes for name in (*COMING, "Emre", "Vera")),
    )
    with card(tour, "Emre").quietly():
        await emre.presses("halls:questions")
    await emre.presses_beside(QUESTIONS["Ben"])
    await card(tour, "Emre").presses("halls:ask")
    await emre.fills_in({"question": LATE_QUESTION})
    vera = await panel(tour)
    with vera.quietly():
        await vera.presses("hallroom:queue")
        await vera.presses("hallroom:question")
    await vera.presses("hallroom:approve")
    await tour.world.tick()
    vera.show()
    teller.expect(
        "One question alone would be easy to link to whoever asks. It waits, and Vera is told why.",
        "easier to link to whoever wrote" in vera.seen
        and not any(LATE_QUESTION in words(post.components) for post in tour.posts(CHANNEL)),
    )


def _steal(tour: Tour) -> set[bytes]:
    """Let a thief look while the late floor is open, and return the bytes that must be gone after it."""
    teller, directory = tour.teller, tour.directory
    teller.say("Never is there more to find than now, and the thief is back. Who comes, asks and wants lies here.")
    for table in thief.tables(directory):
        if table.name in TABLES:
            teller.shows(
                f"{table.store}, table {table.name}, rows: {len(table.rows)}", thief.sample(table, teller.room)
            )
    teller.gap()
    teller.expect(
        "The files tell how many there are, and which rows belong to one account. Whose it is they do not tell: nobody "
        "is in any of them, not by id, and not by name.",
        stored(tour, "attending") == len(COMING)
        and thief.of_people(directory, {"attending"}) & thief.of_people(directory, {"upvotes"})
        and not _found(tour),
    )
    (key,) = thief.own_keys(directory, f"hall-{_id(tour)}")
    marks = {name: thief.tag(key, tour.world.people[name].id) for name in (*COMING, "Emre", "Pat")}
    teller.expect(
        "With the key directory as well, whoever tries every account finds that Ana comes and that Pat does not. That "
        "is the price until the late floor closes, and docs/townhalls.md says so.",
        all(marks[name] in thief.of_people(directory, {"attending"}) for name in COMING)
        and marks["Pat"] not in thief.of_people(directory, set(TABLES)),
    )
    teller.expect(
        "Not even then does the thief find out who asked what is published: Ana, Ben and Farah. Emre's question "
        "still waits, and he is found.",
        marks["Emre"] in thief.of_people(directory, {"asked"})
        and not {marks[name] for name in QUESTIONS} & thief.of_people(directory, {"asked"}),
    )
    kept = thief.of_people(directory, set(TABLES))
    return {key.encode(), *marks.values(), *(piece for each in kept for piece in _pieces(each))}


async def _close(tour: Tour) -> None:
    teller = tour.teller
    await tour.world.live_until(tour.world.clock.now() + timedelta(hours=LATE_HOURS))
    await tour.world.tick()
    teller.say(f"It is {tour.told_now()}, and the late floor has closed by itself. Ana takes the minutes.")
    minutes = await _minutes(tour, "Ana")
    ending = plain(minutes).partition("## Questions")[2].splitlines()
    lines = [part for line in ("## Questions", *ending) for part in tour.wrapped(line)]
    teller.shows("The file ends with", lines)
    teller.expect(
        "The decision binds. How many wanted a question answered is told now, in fives, and was told to nobody before: "
        "five wanted Ana's, and two who wanted Ben's are too few to be told.",
        f"- {DECISION}\n" in plain(minutes)
        and f"{QUESTIONS['Ana']} (answered, wanted by at least 5)" in plain(minutes)
        and f"{QUESTIONS['Ben']} (not answered)" in plain(minutes)
        and "What was decided binds, unless" in card(tour, "Ana").seen,
    )
    teller.expect(
        "Emre's question was published at the close, when the hour no longer tells who asked it.",
        f"{LATE_QUESTION} (not answered" in plain(minutes)
        and any(LATE_QUESTION in words(post.components) for post in tour.posts(CHANNEL)),
    )


def _steal_again(tour: Tour, kept: set[bytes]) -> None:
    """Let the thief come back after the late floor."""
    tour.teller.say("The thief comes back once more.")
    tour.teller.gap()
    tour.teller.expect(
        f"Nothing is left of who came, asked or wanted an answer: three tables are empty, the key is gone, and of "
        f"{len(kept)} pieces of them none is in any file.",
        not any(stored(tour, name) for name in TABLES)
        and not thief.own_keys(tour.directory, f"hall-{_id(tour)}")
        and not _found(tour)
        and not thief.search(tour.directory, {piece.hex(): piece for piece in kept}),
    )


def _found(tour: Tour) -> list[str]:
    """Return who of those who came, asked or spoke is in any file, by id or by surname."""
    return [
        name
        for name in (*COMING, "Emre")
        if thief.search(
            tour.directory,
            thief.forms_of_id(tour.world.people[name].id) | thief.forms_of_text(tour.surname(name)),
        )
    ]


def _pieces(kept: bytes) -> list[bytes]:
    """Return what to search for of a tag, which is short, or of a sealed text, of which any part may be left."""
    return [kept, kept.hex().encode(), *thief.pieces(kept).values()]


def _id(tour: Tour) -> str:
    """Return the id of the town hall, as the buttons of its card carry it."""
    return card(tour, "Pat").routes[0].split(":")[3]


async def _minutes(tour: Tour, name: str) -> str:
    """Return the file that somebody is handed by the post about the minutes."""
    person: Person = tour.looking_at(name, CHANNEL, "## Minutes")
    await person.presses("hallroom:minutes")
    (file,) = person.files
    content: bytes = await file.read()
    return content.decode()
