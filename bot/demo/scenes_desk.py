"""The scenes of the tour at the organizers' desk: cases, what is made of many, and the digest."""

import re
import textwrap

from bot.demo.cast import ANAS, ANSWER, FOURTH, GROUP, LATER, NOTE, REPLY, SAME_DAY
from bot.demo.people import Person
from bot.demo.stage import Tour, plain

MOST_WEEKS = 12
"""A digest in which nothing moves is likely once and out of the question twelve times over."""

MONITORING = {"status": ["any"], "category": ["MON"], "role": ["any"], "week": ["any"]}
LETTER = "information-request"
SHOWN_OF_LETTER = 13


async def release(tour: Tour) -> None:
    """Let the evening come."""
    world, teller, vera = tour.world, tour.teller, tour.person("Vera")
    teller.scene("5  The evening: five reports become five cases")
    await world.live_until((await world.settings_made()).next_release(world.clock.now()))
    teller.say(f"It is {tour.told_now()}. The five are released in shuffled order. Vera looks.")
    await vera.runs("cases")
    teller.gap()
    teller.expect("Five cases are at the desk.", len(_listed(vera)) == 1 + len(SAME_DAY))
    teller.expect("The vault has forgotten them.", tour.waiting() == 0)


async def morning(tour: Tour) -> None:
    """Let an organizer narrow the list down, note, confirm, assign, join and reply."""
    world, teller, vera = tour.world, tour.teller, tour.person("Vera")
    await world.later(hours=15)
    teller.scene("6  Vera's morning at the desk")
    teller.say(f"It is {tour.told_now()}. Vera begins with what is about monitoring.")
    await vera.runs("cases")
    await vera.presses("reports:filter")
    await vera.fills_in(MONITORING)
    vera.show()
    found = _listed(vera)
    teller.expect("Three cases fit.", len(found) == sum(each.category == "MON" for each in (ANAS, *SAME_DAY)))
    tour.case_id, bens = found["QA or test"], found["Backend or infrastructure engineer"]
    await vera.presses(f"reports:case:v1:{tour.case_id}")
    await vera.presses("reports:note")
    await vera.fills_in({"text": NOTE})
    await vera.presses("reports:confirm")
    await vera.presses("reports:group")
    await vera.fills_in({"group": GROUP})
    await vera.presses("reports:desk")
    teller.say(f"Case {bens} tells of the same tool. Vera joins it to {tour.case_id}, so that the two count as one.")
    await vera.presses(f"reports:case:v1:{bens}")
    await vera.presses("reports:join")
    await vera.fills_in({"into": tour.case_id})
    await vera.presses("reports:reply")
    await vera.fills_in({"text": REPLY})
    vera.show()
    teller.expect("Vera reads the report, and nothing about who wrote it.", "Quillfeather" not in vera.seen)
    teller.expect("It is confirmed, so it counts: once, with the case that is joined to it.", "1 more" in vera.seen)
    teller.expect(
        "Her reply stands in the case. No message went to anybody: nobody knows to whom.", REPLY in plain(vera.seen)
    )


async def more_reports(tour: Tour) -> None:
    """Let many more report on one day, one of them too often, and an organizer confirm what she believes."""
    world, teller, farah, vera = tour.world, tour.teller, tour.person("Farah"), tour.person("Vera")
    teller.scene("9  Nineteen more reports, and one too many")
    for story in LATER:
        await tour.person(story.who).reports(story.fields)
    teller.say("More people report on this day. Farah tells of three things, and then wants to send a fourth.")
    await farah.reports(FOURTH.fields)
    farah.show(", when she sends it")
    teller.expect("The fourth report of a day is not taken, and she keeps what she wrote.", not farah.code)
    await world.live_until((await world.settings_made()).next_release(world.clock.now()))
    teller.say(
        f"It is {tour.told_now()}. {len(LATER)} reports are released with Ana's answer. Only what an organizer "
        "confirms is counted. Vera goes from one new case to the next and confirms what she believes."
    )
    with vera.quietly():
        opened = await _confirm_all(vera)
    teller.expect(
        "In Ana's case Vera finds the answer, still without a name.",
        any(f"Case {tour.case_id}" in each and ANSWER in plain(each) for each in opened),
    )


async def letter(tour: Tour) -> None:
    """Let an organizer make a letter of what many cases have in common."""
    teller, vera = tour.teller, tour.person("Vera")
    teller.scene("10  A dozen cases become a letter")
    await vera.runs("cases")
    await vera.presses("reports:clusters")
    vera.show()
    await vera.chooses("reports:document:v1:MON", LETTER, told="“Request for information about AI at work”")
    (file,) = vera.files
    text = (await file.read()).decode()
    notes, _, below = text.partition("\n---\n\n")
    about = f"The letter in the file, under {len(notes.splitlines())} lines of notes for Vera, begins"
    teller.shows(about, _beginning(below, teller.room))
    teller.expect(
        "The letter gives a number that a digest may give, “at least 5”, and no word of any report.",
        "t least 5 reports" in text and "keystrokes and" not in text,
    )


async def digest(tour: Tour) -> None:
    """Let weeks pass until a digest is posted, and hold what organizers see against it."""
    world, teller, vera, gus = tour.world, tour.teller, tour.person("Vera"), tour.person("Gus")
    teller.scene("11  Weeks pass, and the digest")
    teller.say(
        "A digest shows a count only as “at least”, in steps of 5 or more, and at each digest chance decides "
        "whether a count moves at all. Otherwise a count that moves would tell that somebody has just reported. So it "
        "may take some weeks until the first digest has something to say; a silent one is not posted. Vera opens the "
        "desk each week: after 14 days in which no organizer does, Steward takes no more reports in."
    )
    await vera.runs("impact show")
    teller.gap()
    teller.expect("Before a digest, organizers see no number either.", "No number can be shown yet" in vera.seen)
    weeks = 0
    while not tour.digests() and weeks < MOST_WEEKS:
        weeks += 1
        await world.live_until((await world.settings_made()).next_digest(world.clock.now()))
        with vera.quietly():
            await vera.runs("cases")
    waited = "Until today chance has held every count back. " if weeks > 1 else ""
    teller.say(f"{waited}It is {tour.told_now()}. Gus opens #digests.")
    posted = tour.digests()
    for each in posted:
        gus.looks_at(each)
        gus.show()
    counts = [int(count) for count in re.findall(r"≥ (\d+)", gus.seen)]
    teller.expect("The digest was posted, once.", len(posted) == 1)
    teller.expect(
        "Every count in it is 5 or more, in whole steps of 5.", counts and all(count % 5 == 0 for count in counts)
    )
    await world.restart()
    await world.tick()
    teller.expect("After another restart it still stands there once.", len(tour.digests()) == 1)
    await vera.runs("impact show")
    teller.gap()
    teller.expect("Organizers now see the numbers of the digest, and no others.", _counts(vera) == _counts(gus))


def _listed(vera: Person) -> dict[str, str]:
    """Return the cases on the list last shown by the kind of work that each tells of."""
    return {work: case for case, work in re.findall(r"\*\*(\w{6})\*\*.*\n-# ([^·]+) ·", vera.seen)}


async def _confirm_all(vera: Person) -> list[str]:
    """Go from one new case to the next, confirm each, and return what was read."""
    read: list[str] = []
    await vera.runs("cases")
    while True:
        await vera.presses("reports:next")
        if "Nothing new" in vera.seen:
            return read
        read.append(vera.seen)
        if "Not confirmed" in vera.seen:
            await vera.presses("reports:confirm")


def _beginning(text: str, width: int) -> list[str]:
    return [line for written in text.splitlines() for line in textwrap.wrap(written, width) or [""]][:SHOWN_OF_LETTER]


def _counts(person: Person) -> list[str]:
    return re.findall(r"≥ .+", person.seen)
