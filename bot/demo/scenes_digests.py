"""The scenes of the tour about what was promised, and about the digest that tells of it in numbers and pictures."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from bot.demo import thief
from bot.demo.people import Person
from bot.demo.scenes_desk import MOST_WEEKS
from bot.demo.scenes_petitions import TITLE
from bot.demo.screen import PICTURES, parts, words
from bot.demo.stage import ZONE, Tour, plain

WAIT = {"hours": 13}
"""An hour more than handing over waits after two organizers agreed."""

ANSWER = (
    "Our AI rules of December already say that no tool scores people or sets their targets. The last tool that still "
    "does is switched off this week."
)
PROMISE = "No tool scores people or sets their targets. The last one is switched off this week."
TELLS_OF_IT = ("Monitoring", "Speed-up")
"""How the cases begin that tell of scores and of targets, as the desk lists them."""

HEADING = "## What AI does to our jobs"
BREACH = re.compile(r"t least (\d+) reports (?:tell )?of a breach")
NUMBERS = re.compile(r"≥ (\d+)")
LINES = re.compile(r"≥ .+")
STEP = 5
PATIENCE = 3
"""Minutes that a thread and what stands in it may take below a digest."""

PNG_BEGIN, PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
GROUP_OF_HELP = "legal"


async def promise(tour: Tour) -> None:
    """Let a petition be handed over and answered, and what the answer promises be noted."""
    await _hand_over(tour)
    await _note(tour)


async def _hand_over(tour: Tour) -> None:
    teller, vera, omar = tour.teller, tour.person("Vera"), tour.person("Omar")
    teller.scene("22  What management promised")
    teller.say(
        "The petition has reached its goal. Vera proposes to hand it over, Omar agrees, and any organizer has 12 hours "
        "to say no. Then management answers, and Vera notes what it says."
    )
    await _opens_petition(vera)
    await vera.presses("petitiondesk:deliver")
    with omar.quietly():
        await omar.runs("decisions")
        await omar.presses("approvals:agree")
    await tour.world.live_until(tour.world.clock.now() + timedelta(**WAIT))
    await tour.world.tick()
    await _opens_petition(vera)
    await vera.presses("petitiondesk:answer")
    await vera.fills_in({"answer": ANSWER})
    await tour.world.tick()
    teller.gap()
    teller.expect(
        "The answer is noted, and from it a promise can be.",
        "commitments:new:v1:petition" in " ".join(vera.routes) and ANSWER in plain(vera.seen),
    )


async def _note(tour: Tour) -> None:
    teller, vera, gus = tour.teller, tour.person("Vera"), tour.person("Gus")
    next_digest = (await tour.world.settings_made()).next_digest(tour.world.clock.now())
    day = next_digest.astimezone(ZONE).date() - timedelta(days=1)
    await vera.presses("commitments:new:v1:petition")
    await vera.fills_in({"text": PROMISE, "due": day.isoformat(), "link": ""})
    await gus.runs("commitments")
    gus.show()
    teller.expect(
        "Gus, a member, reads what was promised and until when. He has no button to change it.",
        PROMISE in plain(gus.seen) and "**Due soon**" in gus.seen and "commitments:new" not in " ".join(gus.routes),
    )


async def digest(tour: Tour) -> None:
    """Let the day of the promise pass, and a member read the digest, its pictures and its thread."""
    teller, gus = tour.teller, tour.person("Gus")
    teller.scene("23  The day passes, and a digest tells of it")
    teller.say(
        "The day comes and goes, and nobody has said that the promise was kept. Nobody has to: the next digest tells "
        "of it. It draws its numbers as well."
    )
    for _ in range(MOST_WEEKS):
        await _week(tour)
        if _latest(tour).attachments:
            break
    gus.looks_at(_latest(tour))
    teller.say(f"It is {tour.told_now()}. Gus opens #digests.")
    gus.show()
    teller.expect(
        "The promise is told as overdue, in the words that Vera noted.",
        f": {PROMISE}" in plain(gus.seen).partition("**Overdue**")[2].partition("\n")[0],
    )
    await _look_at_pictures(tour)
    await _read_thread(tour)
    await _look_for_help(tour)


async def _look_at_pictures(tour: Tour) -> None:
    """Hold the pictures against their words: what they say to whoever cannot see them, too."""
    post, teller = _latest(tour), tour.teller
    drawn = [tour.world.env.backend.cdn.get(each["url"]) or b"" for each in post.attachments]
    said = [
        item["description"] for part in parts(post.components) if part["type"] == PICTURES for item in part["items"]
    ]
    teller.expect(
        f"Every picture it shows is really there, drawn as a PNG file: {_sizes(drawn)}.",
        drawn
        and len(drawn) == len(said)
        and all(each.startswith(PNG_BEGIN) and each.endswith(PNG_END) for each in drawn),
    )
    in_alt = [int(each) for text in said for each in re.findall(r" (\d+)(?=[,;]|$)", text)]
    beside = [int(each) for each in re.findall(r"[A-Z] ≥ (\d+)", words(post.components))]
    teller.expect(
        "Whoever cannot see them is told the same: every number that stands beside them is in their descriptions, and "
        "all are in whole steps of 5.",
        _are_steps(in_alt) and Counter(beside) <= Counter(in_alt),
    )


async def _read_thread(tour: Tour) -> None:
    teller, gus, vera = tour.teller, tour.person("Gus"), tour.person("Vera")
    teller.say("One post has no room for everything. The rest stands in a thread below it.")
    thread = _thread(tour)
    channel = tour.world.env.backend.get_channel(_latest(tour).id)
    for each in thread:
        gus.looks_at(each)
        gus.show(f", in the thread “{channel.name}”")
    everything = "\n".join(words(each.components) for each in thread)
    lines, above = set(LINES.findall(everything)), words(_latest(tour).components)
    drawn = {f"≥ {number} · {what}" for what, number in re.findall(r"- \*\*[A-Z]\*\* (.+): at least (\d+)", above)}
    teller.expect(
        "Whatever the post draws as a line or lists stands there in words, and every number in whole steps of 5.",
        drawn | set(re.findall(r"[▰▱] (≥ .+)", above)) <= lines and _are_steps(map(int, NUMBERS.findall(everything))),
    )
    teller.say("Vera holds it against what organizers see.")
    with vera.quietly():
        await vera.runs("impact show")
        seen: set[str] = set()
        for each in vera.offered("digests:impact"):
            await vera.chooses("digests:impact", each)
            seen |= set(LINES.findall(vera.seen))
    teller.expect("Organizers see the same number for each of them.", lines and lines <= seen)


async def _look_for_help(tour: Tour) -> None:
    teller, gus = tour.teller, tour.person("Gus")
    before = _kept(tour)
    teller.say("The digest names places that help. Gus looks for more: somebody who knows the law.")
    await gus.runs("resources")
    await gus.chooses("resources:kind", GROUP_OF_HELP, told="“Legal help”")
    gus.show()
    teller.expect(
        "Only legal help is listed, and each line says whether organizers here have checked it.",
        "**Legal help** · page 1" in gus.seen and "not yet checked by organizers here" in gus.seen,
    )
    teller.expect("What Gus looked for is kept nowhere: not one byte of any file has changed.", before == _kept(tour))


async def evidence(tour: Tour) -> None:
    """Let an organizer take cases as evidence, and everybody read how many once the gate allows."""
    teller, vera, gus = tour.teller, tour.person("Vera"), tour.person("Gus")
    teller.scene("24  Reports become evidence")
    teller.say(
        "The rules of December were broken all along: many reports tell of scores and of targets. Vera takes each of "
        "those cases as evidence that the promise is broken. What they say is sealed to the organizers' own keys by "
        "now; what was chosen from lists is enough to count."
    )
    with vera.quietly():
        cases = await _cases(vera)
        await vera.runs("commitments")
        await vera.presses_beside(PROMISE.partition(".")[0])
        commitment = next(each for each in vera.routes if each.startswith("commitments:mark")).split(":")[3]
    for number, case in enumerate(cases):
        if number:
            with vera.quietly():
                await _links(vera, case, commitment)
        else:
            await _links(vera, case, commitment)
            vera.show()
    teller.say(f"She does so with {len(cases)} cases in all.")
    await gus.runs("commitments")
    await vera.runs("commitments")
    teller.gap()
    teller.expect(
        f"Members read no number, and organizers neither: {len(cases)} would tell exactly how many have reported.",
        not BREACH.search(gus.seen) and not BREACH.search(vera.seen),
    )
    emre = tour.person("Emre")
    with emre.quietly():
        await emre.runs("report check", direct=True)
        await emre.fills_in({"code": tour.codes["Emre"]})
    teller.expect(
        "Emre, whose case is one of them, opens it with his code and is told nothing of it either.",
        "reports:withdraw" in " ".join(emre.routes) and "promise" not in emre.seen,
    )
    await _wait_for_number(tour, len(cases))


async def _wait_for_number(tour: Tour, linked: int) -> None:
    teller, gus = tour.teller, tour.person("Gus")
    for _ in range(MOST_WEEKS):
        await _week(tour)
        gus.looks_at(_latest(tour))
        if BREACH.search(gus.seen):
            break
    teller.say(
        f"Chance decides again at which digest a number is shown. It is {tour.told_now()}. Gus reads the digest."
    )
    gus.show_lines("What it says of promises", *_section(gus.seen, "**What was promised to us**"))
    in_digest = [int(each) for each in BREACH.findall(gus.seen)]
    teller.expect(
        f"A number is shown now: in whole steps of 5, and never more than the {linked} there are.",
        len(in_digest) == 1 and _are_steps(in_digest) and in_digest[0] <= linked,
    )
    await gus.runs("commitments")
    teller.gap()
    teller.expect("The list of promises says the same.", [int(each) for each in BREACH.findall(gus.seen)] == in_digest)


# Steps that several of the above share


async def _opens_petition(vera: Person) -> None:
    with vera.quietly():
        await vera.runs("petitions")
        await vera.presses_beside(TITLE)


async def _cases(vera: Person) -> list[str]:
    """Return the cases that tell of scores or targets and stand for themselves, from every page of the desk."""
    found: list[str] = []
    await vera.runs("cases")
    while True:
        listed = re.findall(r"\*\*(\w{6})\*\*(?: · new(?: answer)?)? · (.+)\n-# (.+)", vera.seen)
        found += [
            case
            for case, category, about in listed
            if category.startswith(TELLS_OF_IT) and "joined to" not in about and "not confirmed" not in about
        ]
        page = re.search(r"Page (\d+) of (\d+)", vera.seen)
        if page is None or page[1] == page[2]:
            return found
        await vera.presses(f"reports:desk:v1:{page[1]}")


async def _links(vera: Person, case: str, commitment: str) -> None:
    await vera.runs("cases", case=case)
    await vera.presses("reports:evidence")
    await vera.chooses("reports:link", commitment, told="the promise")


async def _week(tour: Tour) -> None:
    """Let the next digest come, and an organizer look at the desk, or Steward would take no more reports in."""
    await tour.world.live_until((await tour.world.settings_made()).next_digest(tour.world.clock.now()))
    for _ in range(PATIENCE):
        await tour.world.later(minutes=1)
    vera = tour.person("Vera")
    with vera.quietly():
        await vera.runs("cases")


def _latest(tour: Tour) -> Any:  # noqa: ANN401 - untyped in SimCord
    """Return the digest that was posted last."""
    return [post for post in tour.posts("digests") if HEADING in words(post.components)][-1]


def _thread(tour: Tour) -> list[Any]:
    """Return what stands in the thread below the last digest, which has the id of that post."""
    backend = tour.world.env.backend
    return [post for post in backend.messages[_latest(tour).id].values() if post.components]


def _section(seen: str, heading: str) -> list[str]:
    """Return the lines of one part of a card, its heading first."""
    return [heading, *seen.partition(f"{heading}\n")[2].partition("\n**")[0].splitlines()]


def _are_steps(numbers: Iterable[int]) -> bool:
    """Tell whether there is a number, and each is one that may be shown."""
    found = list(numbers)
    return bool(found) and all(each >= STEP and each % STEP == 0 for each in found)


def _sizes(drawn: Iterable[bytes]) -> str:
    """Return how large pictures are, as they say of themselves."""
    return " and ".join(
        f"{int.from_bytes(each[16:20], 'big')} × {int.from_bytes(each[20:24], 'big')} pixels" for each in drawn
    )


def _kept(tour: Tour) -> dict[str, bytes]:
    """Return every byte that Steward keeps: stores, keys and log."""
    return {str(path): path.read_bytes() for path in thief.files(tour.directory)}
