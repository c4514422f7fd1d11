"""The scenes of the tour in which words and numbers leave Steward for the bargaining table, and lead to nobody."""

import csv
import io
import re

from bot.demo import thief
from bot.demo.cast import CAST, Character, Story
from bot.demo.stage import Tour, plain
from bot.refusals import NotAnOrganizer
from bot.reports.passages import NotWordForWord
from bot.reports.taxonomy import CONSENTS

DANAS = Story("Dana", "SPEED", "translation", "pay", "The target rose again, and nobody could say who sets it.")
FARAHS = Story(
    "Farah",
    "MON",
    "illustration",
    "none",
    "I draw slower when I think, and the tool calls that idle.\n"
    "We were told that nobody reads the scores, and then they were read out to all of us.",
)
INVENTED = "The scores were read out to shame us."
QUOTE = "We were told that nobody reads the scores, and then they were read out to all of us."
SHOWN_OF_SECTION = 6
SHOWN_SECTIONS = ("The numbers", "In the words of those who reported", "What was promised and is still open")
STEP = 5
PNG_BEGIN = b"\x89PNG\r\n\x1a\n"


async def quote(tour: Tour) -> None:
    """Let a worker allow a quote, and an organizer choose one word for word."""
    teller, farah = tour.teller, tour.person("Farah")
    teller.scene("25  Words that may be quoted")
    teller.say(
        "Numbers do not say what it is like. Farah reports once more, allows her words to be quoted, and does not wait "
        "for the next release. Dana reports too, and leaves that choice as it stands: only count it."
    )
    for story in (DANAS, FARAHS):
        person = tour.person(story.who)
        with person.quietly():
            await person.runs("report file")
            await person.presses("reports:write")
            await person.fills_in(story.fields)
        if person is farah:
            await farah.chooses("reports:consent", "quote", told=f"“{CONSENTS['quote']}”")
        await person.presses("reports:sendnow:")
        tour.codes[story.who] = person.code
    await tour.world.tick()
    await _choose(tour)


async def _choose(tour: Tour) -> None:
    teller, vera = tour.teller, tour.person("Vera")
    offers: dict[str, bool] = {}
    with vera.quietly():
        await vera.runs("cases")
        for _ in (DANAS, FARAHS):
            await vera.presses("reports:next")
            await vera.presses("reports:confirm:")
            case = next(each for each in vera.routes if each.startswith("reports:unconfirm:")).split(":")[3]
            offers[case] = any(each.startswith("reports:quotes:") for each in vera.routes)
    teller.expect(
        "Vera confirms both. Only one of the two cases has a button for quotes.",
        sorted(offers.values()) == [False, True],
    )
    case = next(each for each, is_offered in offers.items() if is_offered)
    await vera.runs("cases", case=case)
    await vera.presses("reports:quotes:")
    await vera.presses("reports:quote:")
    await vera.fills_in({"text": INVENTED})
    teller.gap()
    teller.expect("What Farah did not write cannot be quoted.", NotWordForWord.sentence in vera.seen)
    with vera.quietly():
        await vera.runs("cases", case=case)
        await vera.presses("reports:quotes:")
        await vera.presses("reports:quote:")
        await vera.fills_in({"text": QUOTE})
    teller.does("Vera cuts the report down to its second sentence instead")
    vera.show()
    teller.expect("The quote is kept as Farah wrote it.", f"> {QUOTE}" in plain(vera.seen))


async def export(tour: Tour) -> None:
    """Let two organizers take the published numbers out, with a brief for the talks."""
    teller, vera, omar, gus = tour.teller, *(tour.person(name) for name in ("Vera", "Omar", "Gus"))
    teller.scene("26  A brief for the talks")
    teller.say("The talks begin. Files that leave Steward cannot be called back, so it takes two organizers.")
    await gus.runs("impact export")
    teller.gap()
    teller.expect("Gus is no organizer, and is refused.", NotAnOrganizer.sentence in gus.seen)
    await vera.runs("impact export")
    vera.show()
    teller.expect(
        "Nothing is handed out yet, and one quote is to go with it.", not vera.files and "Quotes in it: 1." in vera.seen
    )
    await vera.presses("digests:propose")
    await omar.runs("decisions")
    await omar.presses("approvals:agree")
    await tour.world.tick()
    await vera.runs("impact export")
    vera.show(", now that Omar agrees")
    files = {each.filename: await each.read() for each in vera.files}
    _check_files(tour, files)


def _check_files(tour: Tour, files: dict[str, bytes]) -> None:
    teller = tour.teller
    brief = next(content.decode() for name, content in files.items() if name.endswith(".md"))
    for title in SHOWN_SECTIONS:
        teller.shows(f"The brief, “{title}”", _beginning(tour, brief, title))
    (table,) = [content.decode("utf-8-sig") for name, content in files.items() if name.endswith(".csv")]
    numbers = [int(row["at_least"]) for row in csv.DictReader(io.StringIO(table))]
    teller.expect(
        "The brief quotes Farah word for word, and names the promise that is overdue.",
        f"> “{QUOTE}”" in plain(brief) and "Overdue" in _section(brief, SHOWN_SECTIONS[2]),
    )
    teller.expect(
        f"All {len(numbers)} numbers in the table are “at least”, 5 or more and in whole steps of 5.",
        numbers and all(each >= STEP and each % STEP == 0 for each in numbers),
    )
    teller.expect(
        "Beside the quote stands no role and no week; the pictures are there too.",
        "llustrat" not in _section(brief, SHOWN_SECTIONS[1])
        and not re.search(r"\d{4}|week", _section(brief, SHOWN_SECTIONS[1]))
        and any(content.startswith(PNG_BEGIN) for name, content in files.items() if name.endswith(".png")),
    )
    words = b"\n".join(files.values())
    secret = [*tour.codes.values(), tour.case_id, *(each.surname for each in CAST if each.surname)]
    teller.expect(
        "No file names a case, a case code, or anybody at all.", not any(each.encode() in words for each in secret)
    )


async def steal(tour: Tour) -> None:
    """Let the thief start from a quote, and get no further than a case that leads to nobody."""
    teller, directory = tour.teller, tour.directory
    teller.scene("27  From a quote back to a person")
    teller.say("The thief has every file again, and now the brief as well. The quote must have come from somebody.")
    (kept,) = [table for table in thief.tables(directory) if table.name == "case_quotes"]
    (case,) = [dict(zip(kept.columns, row, strict=True))["case_id"] for row in kept.rows]
    cases = next(table for table in thief.tables(directory) if table.name == "cases")
    (row,) = [each for each in cases.rows if case in each]
    teller.shows(f"{kept.store}, table {kept.name}", thief.sample(kept, teller.room))
    teller.shows(f"{cases.store}, its case", _told(tour, cases.columns, row))
    teller.gap()
    teller.expect(
        "With the stolen keys the quote opens: that is the price of readable mode.", QUOTE in thief.texts(directory)
    )
    members = [each for each in CAST if each.surname and not each.is_organizer]
    found = [each.first for each in members if thief.search(directory, _forms(tour, each))]
    teller.expect(
        f"The quote leads to its case, and the case to nobody. {', '.join(each.first for each in members[:-1])} and "
        f"{members[-1].first}: each searched for by id, by surname and by account name in the raw bytes of every file, "
        f"{'FOUND: ' + ', '.join(found) if found else 'found nowhere'}.",
        not found,
    )
    teller.expect(
        "Farah's case code is in no file either.",
        tour.codes["Farah"] and not thief.search(directory, thief.forms_of_text(tour.codes["Farah"])),
    )
    teller.expect(
        "The same search does find Vera, who is on the list of organizers.",
        thief.search(directory, thief.forms_of_id(tour.world.people["Vera"].id)),
    )


def _forms(tour: Tour, character: Character) -> dict[str, bytes]:
    names = {
        f"{name} {form}": sought
        for name in (character.surname, character.name.lower().replace(" ", "."))
        for form, sought in thief.forms_of_text(name).items()
    }
    return thief.forms_of_id(tour.world.people[character.first].id) | names


def _told(tour: Tour, columns: list[str], row: list[str]) -> list[str]:
    return tour.wrapped(" · ".join(f"{column} = {value}" for column, value in zip(columns, row, strict=True)))


def _section(brief: str, title: str) -> str:
    """Return what stands under a heading of the brief."""
    return brief.partition(f"## {title}\n")[2].partition("\n## ")[0]


def _beginning(tour: Tour, brief: str, title: str) -> list[str]:
    """Return the first lines under a heading of the brief."""
    lines = [line for line in _section(brief, title).splitlines() if line]
    more = ["…"] if len(lines) > SHOWN_OF_SECTION else []
    return [part for line in lines[:SHOWN_OF_SECTION] for part in tour.wrapped(line)] + more
