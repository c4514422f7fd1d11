"""The scenes of the tour in which a town hall finds its hour and its people: nobody sees who comes, or who asks."""

import re
from datetime import UTC, datetime, timedelta

from bot.demo import thief
from bot.demo.people import Person
from bot.demo.screen import words
from bot.demo.stage import ZONE, Tour, plain

CHANNEL = "town-halls"
STAGE = "assembly"
"""The stage on which the town hall meets; it is made in this scene."""

TITLE = "What do we take into the talks?"
ABOUT = "The works council has asked what the tool keeps. Come, ask, and say what it should bring home."
MINUTES = 90
ZONES = ("America/Los_Angeles", "Asia/Manila", "Europe/Berlin")
HOURS = ("03:00", "14:45", "18:00")
"""The hours that Vera proposes. In summer and in winter the second is night for Dana and Emre, the third for Emre."""

ANSWERS = {
    "Ana": "nyy",
    "Ben": "nyi",
    "Chidi": "nyi",
    "Dana": "yny",
    "Emre": "yyn",
    "Farah": "nyy",
    "Gus": "nyi",
    "Olga": "nyi",
    "Omar": "nyy",
    "Pat": "nyi",
    "Vera": "nyy",
}
"""What everybody answers to each of the three: yes, if needed, or no."""

AGENDA = "How it stands – 15\nYour questions – 40\nWhat we decide – 30"
COMING = ("Ana", "Ben", "Chidi", "Dana", "Farah", "Gus")
QUESTIONS = {
    "Ana": "What does the tool keep about us, and for how long?",
    "Ben": "Who in management reads the scores?",
    "Farah": "What happens to somebody who switches it off?",
}
WANTED = (("Ben", "Ana"), ("Chidi", "Ana"), ("Dana", "Ana"), ("Farah", "Ana"), ("Gus", "Ana"), ("Chidi", "Ben"))
"""Who wants whose question answered: as many as can be told want Ana's."""

LONGEST_LOT = {"minutes": 31}
"""A minute more than what waits for its lot ever waits: the card for its next count, and questions to be published."""


async def fair_hours(tour: Tour) -> None:
    """Let members say in private when they can come, and let the nights decide."""
    await _propose(tour)
    search = _search(tour, "Pat").routes[0].rpartition(":")[2]
    await _answer(tour)
    await _weigh(tour, search)


async def _propose(tour: Tour) -> None:
    teller, vera = tour.teller, tour.person("Vera")
    teller.scene("18  An hour that shares the nights")
    teller.say(
        "The union wants to meet, and it lives around the globe: when Berlin has dinner, those in Los Angeles, such as "
        "Dana, have breakfast, and those in Manila, such as Emre, are asleep. Vera names the regions. Steward keeps no "
        "time zone for anybody."
    )
    await vera.runs("townhall zones")
    await vera.presses("hallplan:zones")
    await vera.fills_in({"zones": "\n".join(ZONES)})
    vera.show()
    teller.expect(
        "The regions stand there for everybody, each without a night so far.",
        all(f"**{zone}**: 0 of 0" in plain(vera.seen) for zone in ZONES),
    )
    day = (tour.world.clock.now() + timedelta(days=8)).astimezone(ZONE).date().isoformat()
    await vera.runs("townhall propose")
    times = "\n".join(f"{day} {hour}" for hour in HOURS)
    await vera.fills_in({"title": TITLE, "minutes": str(MINUTES), "slots": times, "closes": "3 days"})
    await tour.world.tick()


async def _answer(tour: Tour) -> None:
    teller, emre = tour.teller, _search(tour, "Emre")
    before = tour.everything_in(CHANNEL)
    teller.say("It is up to Emre now. All times on his screen are those of his own clock.")
    emre.show(f", and everybody else in #{CHANNEL}")
    await emre.presses("hallplan:answer")
    emre.show()
    teller.expect(
        "He is told the hour in every region, with a moon where it is night, and that nobody sees what he answers.",
        "🌙 Europe/Berlin" in plain(emre.seen) and "not even organizers" in emre.seen,
    )
    for mark in ANSWERS["Emre"]:
        with emre.quietly():
            await _marks(emre, mark)
    emre.show(", after the last")
    await emre.presses("hallplan:sent")
    for name, marks in ANSWERS.items():
        person = _search(tour, name)
        with person.quietly():
            if name != "Emre":
                await person.presses("hallplan:answer")
                for mark in marks:
                    await _marks(person, mark)
                await person.presses("hallplan:sent")
    await tour.world.tick()
    teller.expect(
        f"All {len(ANSWERS)} have answered. In #{CHANNEL}, which Pat watches, not a letter has moved.",
        tour.everything_in(CHANNEL) == before and stored(tour, "slot_answers") == len(ANSWERS),
    )


async def _marks(person: Person, mark: str) -> None:
    """Press yes, if needed or no: their buttons differ in the last letter alone."""
    await person.presses(next(each for each in person.routes if each.startswith("hallplan:mark") and each[-1] == mark))


async def _weigh(tour: Tour, search: str) -> None:
    teller, people = tour.teller, thief.of_people(tour.directory, {"slot_answers"})
    keys = thief.own_keys(tour.directory, f"times-{search}")
    await tour.world.live_until(tour.world.clock.now() + timedelta(days=3, minutes=1))
    teller.say(f"It is {tour.told_now()}, and the search has closed by itself. Pat reads what came of it.")
    pat = _search(tour, "Pat")
    pat.show()
    first, second, third = (pat.seen.partition(f"**{number}.**")[2].partition("**")[0] for number in (1, 2, 3))
    teller.expect(
        "Ten can come at 14:45, when it is night in two regions. Proposed is the hour that costs one alone its night, "
        "and it is told why.",
        "Night in Asia/Manila" in plain(first)
        and "leaves the nights most evenly shared" in first
        and "yes at least 10" in second
        and "Night in America/Los_Angeles, Asia/Manila" in plain(second)
        and "less than four fifths" in third,
    )
    teller.expect(
        "Numbers come in fives, and no name. The answers are destroyed with their key: of "
        f"{len(people)} marks of accounts none is left in any file.",
        keys
        and len(people) == len(ANSWERS)
        and not any(name in pat.seen for name in ANSWERS)
        and not stored(tour, "slot_answers")
        and not thief.own_keys(tour.directory, f"times-{search}")
        and not thief.search(tour.directory, {mark.hex(): mark for mark in people}),
    )


async def town_hall(tour: Tour) -> None:
    """Let a town hall be planned, find its people in private, and take questions that are published together."""
    await _plan(tour)
    await _sign_up(tour)
    await _calendar(tour)
    await _ask(tour)
    await _publish(tour)
    await _remind(tour)


async def _plan(tour: Tour) -> None:
    teller, vera = tour.teller, _search(tour, "Vera")
    tour.world.channels[STAGE] = tour.world.guild.create_stage_channel(STAGE)
    teller.scene("19  A town hall, and nobody sees who comes")
    await vera.presses("hallplan:choose")
    await vera.chooses("hallplan:take", "0", told="the first of the times")
    await vera.fills_in({"text": ABOUT, "channel": [tour.world.channels[STAGE]]})
    await vera.presses("hallplan:people")
    await vera.fills_in({"agenda": AGENDA, "services": ["captions"]})
    await vera.presses("hallplan:announce")
    await vera.presses("hallplan:announced")
    await tour.world.tick()
    ana = card(tour, "Ana")
    ana.show(f", and everybody else in #{CHANNEL}")
    teller.expect(
        "The card says where it is, and that whoever meets there sees who is there.",
        "on the stage" in ana.seen and "sees who is in it, by name" in ana.seen and "Your questions" in ana.seen,
    )
    await vera.runs("townhall zones")
    teller.expect(
        "This night counts for Manila from now on: the next search spares it.",
        "**Asia/Manila**: 1 of 1" in plain(vera.seen) and "**Europe/Berlin**: 0 of 1" in plain(vera.seen),
    )


async def _sign_up(tour: Tour) -> None:
    teller, ana = tour.teller, card(tour, "Ana")
    before = tour.everything_in(CHANNEL)
    await ana.presses("halls:come")
    ana.show()
    teller.expect("Ana reads who can see that she comes.", "**Who can see this:** nobody in the server." in ana.seen)
    for name in COMING[1:]:
        person = card(tour, name)
        with person.quietly():
            await person.presses("halls:come")
    await tour.world.tick()
    teller.expect(
        f"{', '.join(COMING[1:])} come too. Pat watches the card, and no click has moved it.",
        tour.everything_in(CHANNEL) == before and stored(tour, "attending") == len(COMING),
    )
    await tour.world.later(**LONGEST_LOT)
    await tour.world.tick()
    pat = card(tour, "Pat")
    teller.expect(
        f"At its next look the card says “At least 5 are coming”. They are {len(COMING)}, and Pat reads no name.",
        "At least 5 are coming" in pat.seen and not any(name in pat.seen for name in COMING),
    )


async def _calendar(tour: Tour) -> None:
    teller, dana = tour.teller, card(tour, "Dana")
    await dana.presses("halls:file")
    (file,) = dana.files
    lines = (await file.read()).decode().replace("\r\n ", "").splitlines()
    event = lines[lines.index("BEGIN:VEVENT") : lines.index("END:VEVENT") + 1]
    told = [line for line in event if line.split(":")[0].split(";")[0] in {"SUMMARY", "DTSTART", "LOCATION"}]
    teller.shows(
        f"In the file {file.filename}, among other lines", [part for each in told for part in tour.wrapped(each)]
    )
    teller.expect(
        "Dana has it in her calendar, which turns the hour into her own, and the file names nobody.",
        f"SUMMARY:{TITLE}" in event
        and f"DTSTART;TZID={ZONE.key}:{starts_at(tour).astimezone(ZONE):%Y%m%dT%H%M%S}" in event
        and not any(name in line for line in lines for name in ANSWERS),
    )


async def _ask(tour: Tour) -> None:
    teller, ana = tour.teller, tour.person("Ana")
    before = tour.everything_in(CHANNEL)
    teller.say("Ana has a question. She would not put it under her name where Pat is listening.")
    await ana.runs("ask")
    await ana.fills_in({"question": QUESTIONS["Ana"]})
    ana.show()
    for name, question in QUESTIONS.items():
        if name != "Ana":
            with tour.person(name).quietly():
                await tour.person(name).runs("ask")
                await tour.person(name).fills_in({"question": question})
    await tour.world.tick()
    in_clear = [each for each in QUESTIONS.values() if thief.search(tour.directory, thief.forms_of_text(each))]
    teller.expect(
        "Ben and Farah ask too. All three questions wait, sealed: no file holds the words, and no channel shows them.",
        stored(tour, "asked") == len(QUESTIONS) and not in_clear and tour.everything_in(CHANNEL) == before,
    )


async def _publish(tour: Tour) -> None:
    teller, vera, ana = tour.teller, await panel(tour), tour.person("Ana")
    await vera.presses("hallroom:queue")
    vera.show()
    names = {name for name in QUESTIONS if name in vera.seen or str(tour.world.people[name].id) in vera.seen}
    teller.expect(
        "Vera reads three questions, and no name.", all(each in vera.seen for each in QUESTIONS.values()) and not names
    )
    before = tour.everything_in(CHANNEL)
    with vera.quietly():
        for _ in QUESTIONS:
            await vera.presses("hallroom:question")
            await vera.presses("hallroom:approve")
    teller.does("Vera decides to approve each of them")
    await tour.world.tick()
    with ana.quietly():
        await card(tour, "Ana").presses("halls:mine")
        await ana.presses("halls:own")
    teller.expect(
        "They do not appear now, which would tell when somebody asked. Ana sees how hers stands.",
        tour.everything_in(CHANNEL) == before and "Approved; it is published together with others." in ana.seen,
    )
    await tour.world.later(**LONGEST_LOT)
    await tour.world.tick()
    pat = tour.looking_at("Pat", CHANNEL, "## Questions for the town hall")
    pat.show(", half an hour later")
    teller.expect(
        "All three stand in one post, in no order, and Steward no longer knows who asked them.",
        all(each in pat.seen for each in QUESTIONS.values()) and not stored(tour, "asked"),
    )
    await _want(tour)


async def _want(tour: Tour) -> None:
    """Let people say which question they want answered."""
    teller, before = tour.teller, tour.everything_in(CHANNEL)
    for name, asker in WANTED:
        person = tour.looking_at(name, CHANNEL, "## Questions for the town hall")
        with person.quietly():
            await person.presses("halls:questions")
            await person.presses_beside(QUESTIONS[asker])
    await tour.world.tick()
    vera = await panel(tour)
    with vera.quietly():
        await vera.presses("hallroom:queue")
        await vera.presses("hallroom:published")
    teller.expect(
        "Five people want Ana's question answered, one wants Ben's. Neither Pat nor Vera is told so before the end.",
        stored(tour, "upvotes") == len(WANTED)
        and tour.everything_in(CHANNEL) == before
        and "Wanted by" not in vera.seen
        and "told to nobody before the end" in vera.seen,
    )


async def _remind(tour: Tour) -> None:
    teller, told = tour.teller, list[list[str]]()
    for hours in (24, 1):
        await tour.world.live_until(starts_at(tour) - timedelta(hours=hours))
        posted = [words(post.components) for post in tour.posts(CHANNEL)]
        told.append([each for each in posted if "## A town hall starts" in each])
    teller.say(f"Days pass. It is {tour.told_now()}. Gus opens #{CHANNEL}.")
    gus = tour.looking_at("Gus", CHANNEL, "starts within an hour")
    gus.show()
    teller.expect(
        "A day before the start all were reminded alike, once, and an hour before again. Nobody was named.",
        [len(each) for each in told] == [1, 2] and not any(name in each for each in told[1] for name in ANSWERS),
    )


# Steps that the next scenes go on with


async def panel(tour: Tour) -> Person:
    """Return Vera in front of the chair's panel."""
    vera = tour.person("Vera")
    with vera.quietly():
        await vera.runs("townhall manage")
        await vera.presses("hallroom:open")
    return vera


def card(tour: Tour, name: str) -> Person:
    """Return somebody who looks at the town hall's card."""
    return tour.looking_at(name, CHANNEL, f"## {TITLE}\n")


def starts_at(tour: Tour) -> datetime:
    """Return when the town hall starts, as its card says."""
    (found,) = set(re.findall(r"<t:(\d+):F>", card(tour, "Pat").seen))
    return datetime.fromtimestamp(int(found), UTC)


def _search(tour: Tour, name: str) -> Person:
    """Return somebody who looks at the card of the search for a time."""
    return tour.looking_at(name, CHANNEL, "## When shall we meet?")


def stored(tour: Tour, name: str) -> int:
    """Return how many rows a table has."""
    return next(len(table.rows) for table in thief.tables(tour.directory) if table.name == name)
