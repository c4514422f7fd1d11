"""The scenes of the tour. Each tells what people do, shows what they see, and checks that it held."""

import re
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.demo import thief
from bot.demo.cast import ANAS, CAST, LATER, SAME_DAY
from bot.demo.people import Person
from bot.demo.screen import Screen, words
from bot.demo.teller import Teller
from bot.demo.world import World
from bot.refusals import NotAnOrganizer
from bot.reports.rules import NoSuchCase
from bot.vault.codes import WORDS

ZONE = ZoneInfo("Europe/Berlin")
USED = {"petitions": "petitions", "townhalls": "town-halls", "digests": "digests", "organizers": "organizers"}
TIMES = {"zone": ZONE.key, "language": ["en"], "release_at": "18:00", "digest_weekday": ["1"], "digest_at": "09:00"}
HELP = "Signal: lantern.42 (made up, like everybody here)"
MOST_WEEKS = 12
"""A digest in which nothing moves is likely once and out of the question twelve times over."""

REPLY = "Thank you. Two more teams told us the same. The works council meets on Thursday: may we name QA as a team?"
ANSWER = "Yes, name the team. It started with the new build server."


@dataclass
class Tour:
    """The tour as it stands: the world, who tells it, and the code that Ana wrote down."""

    world: World
    teller: Teller
    directory: Path
    code: str = ""
    case_id: str = ""
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str) -> Person:
        """Return one of the cast."""
        if name not in self.people:
            screen = Screen(self.teller.room, ZONE, self._name_of)
            self.people[name] = Person(self.world, self.teller, name, screen)
        return self.people[name]

    def told_now(self) -> str:
        """Return the simulated time, as a clock in the union's zone shows it."""
        return Screen(self.teller.room, ZONE, self._name_of).moment(self.world.clock.now())

    def digests(self) -> list[Any]:
        """Return every digest in #digests, oldest first. Other posts there are told apart by their lack of counts."""
        channel = self.world.channels["digests"]
        posts = [self.world.env.backend.get_message(channel.id, post.id) for post in channel.history()]
        return [post for post in posts if "≥ " in words(post.components)]

    def waiting(self) -> int:
        """Return how many reports wait in the vault."""
        return next(len(table.rows) for table in thief.tables(self.directory) if table.name == "intake")

    def _name_of(self, kind: str, number: int) -> str:
        backend = self.world.env.backend
        match kind:
            case "#":
                return f"#{backend.get_channel(number).name}"
            case "@&":
                return f"@{backend.guilds[self.world.guild.id].roles[number].name}"
            case _:
                return f"@{backend.get_user(number).global_name}"


async def set_up(tour: Tour) -> None:
    """Let the administrator set Steward up."""
    world, teller, olga = tour.world, tour.teller, tour.person("Olga")
    teller.scene("1  Olga sets Steward up")
    teller.say(
        f"Pixel Workers United is a made-up union of remote tech workers. It is {tour.told_now()}. "
        "Olga administers the server and has just invited Steward. One command shows what is missing."
    )
    await olga.runs("setup")
    await olga.chooses("guilds:role", world.roles["Organizers"], told="the role @Organizers")
    listed = [world.people[each.first] for each in CAST if each.is_organizer]
    await olga.chooses("guilds:organizers", *listed, told="Vera and Omar as organizers: a role alone is not enough")
    for use, channel in USED.items():
        await olga.chooses(f"guilds:channel:v1:{use}", world.channels[channel], told=f"#{channel}")
    await olga.presses("guilds:times")
    await olga.fills_in(TIMES)
    await olga.presses("guilds:help")
    await olga.fills_in({"help": HELP})
    olga.show()
    teller.expect("The server is ready for reports, and no line of the card warns.", "⚠️" not in olga.seen)


async def report(tour: Tour) -> None:
    """Let a worker report in a direct message."""
    teller, ana = tour.teller, tour.person("Ana")
    teller.scene("2  Ana reports in private")
    teller.say("Ana tests software. She has heard of Steward and simply writes to it, as people do.")
    await ana.types("hi, my boss tracks my keystrokes with some AI thing, who do I tell?")
    ana.show()
    teller.expect("What she typed got a button for an answer.", "reports:start:v1" in ana.routes)
    await ana.presses("reports:start")
    teller.say("Ana is in two servers that use Steward, so it asks which one. Most people are never asked.")
    ana.show()
    await ana.chooses("reports:server", str(tour.world.guild.id), told="Pixel Workers United")
    ana.show()
    teller.expect("Before she can write a word she reads who can see it.", "Discord can see" in ana.seen)
    await ana.presses("reports:write")
    await ana.fills_in(ANAS.fields)
    ana.show()
    teller.expect(
        "The preview shows every word that will be kept.", all(line in ana.seen for line in ANAS.text.split("\n"))
    )
    teller.expect("Nothing has been kept so far: the vault is empty.", tour.waiting() == 0)
    await ana.presses("reports:send:")
    ana.show()
    tour.code = ana.code
    teller.expect("Ana has a case code of eight words. She writes it on paper.", len(tour.code.split()) == WORDS)
    teller.expect("One sealed report waits in the vault.", tour.waiting() == 1)


async def others_report(tour: Tour) -> None:
    """Let four more report, one of them across a restart."""
    teller, ben = tour.teller, tour.person("Ben")
    teller.scene("3  Four more report, and Steward is restarted under one of them")
    teller.say("Ben has the form open when the computer that Steward runs on is restarted.")
    await ben.runs("report file")
    await ben.presses("reports:write")
    await tour.world.restart()
    teller.does("Steward is stopped, its whole memory is gone, and it starts again on the same files")
    await ben.fills_in(SAME_DAY[0].fields)
    await ben.presses("reports:send:")
    teller.gap()
    teller.expect("The form opened before the restart was accepted after it.", len(ben.code.split()) == WORDS)
    codes = {tour.code, ben.code}
    for story in SAME_DAY[1:]:
        worker = tour.person(story.who)
        worker.is_quiet = True
        codes.add(await worker.reports(story.fields))
        worker.is_quiet = False
    teller.expect(
        "Chidi, Dana and Emre report in #general, where nobody sees it: five codes, all different.",
        len(codes) == 1 + len(SAME_DAY),
    )
    silent = tour.world.channels["general"].history(viewer=tour.world.people["Gus"])
    teller.expect("Gus, who reads #general all day, has seen nothing.", not silent)


async def desk_before(tour: Tour) -> None:
    """Show that nobody can read early, and that management's ear cannot read at all."""
    teller, vera, pat = tour.teller, tour.person("Vera"), tour.person("Pat")
    teller.scene("4  Who cannot read them")
    teller.say("Pat is a member too, and tells management what is said in the server.")
    await pat.runs("cases")
    pat.show()
    teller.expect("Pat is refused.", NotAnOrganizer.sentence in pat.seen)
    teller.say("Vera is an organizer, but it is morning still and reports are released together at 18:00.")
    await vera.runs("cases")
    vera.show()
    teller.expect(
        "Five reports wait, and the desk of organizers shows none.", "reports:case" not in " ".join(vera.routes)
    )


async def release(tour: Tour) -> None:
    """Let the evening come, and an organizer read and reply."""
    world, teller, vera = tour.world, tour.teller, tour.person("Vera")
    teller.scene("5  The evening: five reports become five cases")
    await world.live_until((await world.settings_made()).next_release(world.clock.now()))
    teller.say(f"It is {tour.told_now()}. The five are released in shuffled order. Vera looks.")
    await vera.runs("cases")
    vera.show()
    cases = [route for route in vera.routes if route.startswith("reports:case:")]
    teller.expect("Five cases are at the desk.", len(cases) == 1 + len(SAME_DAY))
    teller.expect("The vault has forgotten them.", tour.waiting() == 0)
    vera.is_quiet = True
    for case in cases:
        await vera.presses(case)
        if ANAS.text.split("\n")[0] in vera.seen:
            break
        await vera.presses("reports:desk")
    vera.is_quiet = False
    tour.case_id = next(route for route in vera.routes if route.startswith("reports:reply")).split(":")[3]
    teller.say(f"She opens one after the other. One of them is {tour.case_id}.")
    vera.show()
    teller.expect("Vera reads the report, and nothing about who wrote it.", "Quillfeather" not in vera.seen)
    await vera.chooses("reports:status", "in-progress", told="the status “In progress”")
    await vera.presses("reports:reply")
    await vera.fills_in({"text": REPLY})
    teller.gap()
    teller.expect(
        "Her reply stands in the case. No message went to anybody: nobody knows to whom.", REPLY in _plain(vera.seen)
    )


async def come_back(tour: Tour) -> None:
    """Let the reporter return with the code, and somebody else without it."""
    teller, ana, pat = tour.teller, tour.person("Ana"), tour.person("Pat")
    teller.scene("6  Ana comes back, and Pat tries to")
    guess = "rather prepare mail knee piano zebra menu interest"
    await pat.runs("report check", direct=True)
    await pat.fills_in({"code": guess})
    pat.show()
    teller.expect("Wrong words open nothing.", NoSuchCase.sentence in pat.seen)
    await ana.runs("report check", direct=True)
    await ana.fills_in({"code": f"  {tour.code.upper()} "})
    ana.show()
    teller.expect(
        "The code works in capitals and with spaces around it. Ana reads the reply.", REPLY in _plain(ana.seen)
    )
    await ana.presses("reports:answer")
    await ana.fills_in({"text": ANSWER})
    ana.show()


async def weeks_pass(tour: Tour) -> None:
    """Let more reports come and time pass until a digest is posted."""
    world, teller, vera = tour.world, tour.teller, tour.person("Vera")
    teller.scene("7  Weeks pass, and the digest")
    for story in LATER:
        worker = tour.person(story.who)
        worker.is_quiet = True
        await worker.reports(story.fields)
        worker.is_quiet = False
    await world.live_until((await world.settings_made()).next_release(world.clock.now()))
    teller.say(f"{len(LATER)} more reports come in and are released with Ana's answer. It is {tour.told_now()}.")
    await vera.runs("cases")
    page = 0
    while f"reports:case:v1:{tour.case_id}" not in vera.routes:
        page += 1
        await vera.presses(f"reports:desk:v1:{page}")
    await vera.presses(f"reports:case:v1:{tour.case_id}")
    teller.gap()
    teller.expect("Vera finds the answer in the same case, still without a name.", ANSWER in _plain(vera.seen))
    teller.say(
        "A digest shows a count only as “at least”, in steps of 5 or more, and at each digest chance decides "
        "whether a count moves at all. Otherwise a count that moves would tell that somebody has just reported. So it "
        "may take a week or two until the first digest has something to say; a silent one is not posted."
    )
    for _ in range(MOST_WEEKS):
        await world.live_until((await world.settings_made()).next_digest(world.clock.now()))
        if tour.digests():
            break
        teller.say(f"{tour.told_now()}: chance held every count back. Nothing is posted.")
    gus = tour.person("Gus")
    teller.say(f"It is {tour.told_now()}. Gus opens #digests.")
    posted = tour.digests()
    for digest in posted:
        gus.looks_at(digest)
        gus.show()
    counts = [int(count) for count in re.findall(r"≥ (\d+)", gus.seen)]
    teller.expect("The digest was posted, once.", len(posted) == 1)
    teller.expect(
        "Every count in it is 5 or more, in whole steps of 5.", counts and all(count % 5 == 0 for count in counts)
    )
    await world.restart()
    await world.tick()
    teller.expect("After another restart it still stands there once.", len(tour.digests()) == 1)


async def theft(tour: Tour) -> None:
    """Show what a thief of everything Steward keeps would see."""
    teller, ana = tour.teller, tour.world.people["Ana"]
    teller.scene("9  What a thief sees")
    teller.say(
        "Somebody copies every file that Steward has: both stores, the keys and the log. These are the files "
        "and the rows."
    )
    sizes = [
        f"{path.relative_to(tour.directory)}  {path.stat().st_size:,} bytes" for path in thief.files(tour.directory)
    ]
    teller.shows("Every file of Steward", sizes)
    for table in thief.tables(tour.directory):
        if table.rows and table.name in {"cases", "case_messages", "tallies", "intake", "outbox"}:
            teller.shows(f"{table.store}, table {table.name}: {len(table.rows)} rows", _sample(table, teller.room))
    teller.say(
        "Whoever steals the keys as well can open the sealed texts: that is the price of reading in Discord, and "
        "the honest screen says so. But no file knows who wrote them. Here is Ana, searched for in the raw "
        "bytes of every file:"
    )
    teller.gap()
    searches = {
        f"her Discord id {ana.id}": thief.forms_of_id(ana.id),
        "her name “Quillfeather”": thief.forms_of_text("Quillfeather"),
        "her account name “ana.quillfeather”": thief.forms_of_text("ana.quillfeather"),
        "her case code": thief.forms_of_text(tour.code),
        "the words of her report": thief.forms_of_text(ANAS.text.split("\n")[0]),
        "what she first typed in the chat": thief.forms_of_text("who do I tell"),
    }
    for what, forms in searches.items():
        found = thief.search(tour.directory, forms)
        where = f" FOUND in {', '.join(sorted({path.name for path, _ in found}))}" if found else " found nowhere"
        teller.expect(f"{what}, {', '.join(forms)}:{where}.", not found)
    vera = thief.search(tour.directory, thief.forms_of_id(tour.world.people["Vera"].id))
    teller.expect(
        "The search itself works: the id of Vera, who is on the list of organizers, is found in "
        f"{', '.join(sorted({path.name for path, _ in vera})) or 'no file'}.",
        vera,
    )


def _plain(shown: str) -> str:
    """Undo the marks that make typed text harmless in Discord."""
    return re.sub(r"\\([^\w\s])", r"\1", shown)


MOST_ROWS = 2


def _sample(table: thief.Table, width: int) -> list[str]:
    """Return the first rows of a table, wrapped."""
    lines: list[str] = []
    for row in table.rows[:MOST_ROWS]:
        told = " · ".join(f"{column} = {value}" for column, value in zip(table.columns, row, strict=True))
        lines += textwrap.wrap(told, width, subsequent_indent="    ")
    if len(table.rows) > MOST_ROWS:
        lines.append(f"… and {len(table.rows) - MOST_ROWS} more like them")
    return lines
