"""The scenes of the tour among workers. Each tells what people do, shows what they see, and checks that it held."""

from bot.demo import thief
from bot.demo.cast import ANAS, ANSWER, CAST, CODE_NAMES, DETAILS, DRAFT, GROUP, NOTE, REPLY, SAME_DAY
from bot.demo.stage import ZONE, Tour, plain
from bot.refusals import NotAnOrganizer
from bot.reports.rules import NoSuchCase
from bot.reports.taxonomy import CONSENTS
from bot.vault.codes import WORDS

USED = {"petitions": "petitions", "townhalls": "town-halls", "digests": "digests", "organizers": "organizers"}
TIMES = {"zone": ZONE.key, "language": ["en"], "release_at": "18:00", "digest_weekday": ["1"], "digest_at": "09:00"}
HELP = "Signal: lantern.42 (made up, like everybody here)"
GUESS = "rather prepare mail knee piano zebra menu interest"


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
    for button, fields in (("times", TIMES), ("help", {"help": HELP}), ("words", {"words": "\n".join(CODE_NAMES)})):
        await olga.presses(f"guilds:{button}")
        with olga.quietly():
            await olga.fills_in(fields)
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
    await ana.fills_in(DRAFT.fields)
    ana.show()
    teller.expect(
        "Before anything is sent, the places that lead to her are quoted, each with a reason.",
        all(f"**{place}**" in ana.seen for place in ("15 December", "Edith Marrow", *CODE_NAMES)),
    )
    await _send_with_care(tour)


async def _send_with_care(tour: Tour) -> None:
    teller, ana = tour.teller, tour.person("Ana")
    await ana.presses("reports:change")
    with ana.quietly():
        await ana.fills_in(ANAS.fields)
    teller.does("Ana takes the day and both names out, and says it in other words")
    await ana.presses("reports:details")
    await ana.fills_in(DETAILS)
    await ana.chooses("reports:consent", "paraphrase", told=f"“{CONSENTS['paraphrase']}”")
    ana.show()
    teller.expect(
        "The preview shows all that will be kept: her words, her choices, and no question that she left open.",
        all(line in plain(ana.seen) for line in ANAS.text.split("\n")) and "In which month?" not in ana.seen,
    )
    teller.expect("Nothing has been kept so far: the vault is empty.", tour.waiting() == 0)
    await ana.presses("reports:send:")
    ana.show()
    tour.codes["Ana"] = ana.code
    teller.expect("Ana has a case code of eight words. She writes it on paper.", len(ana.code.split()) == WORDS)
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
    tour.codes["Ben"] = ben.code
    for story in SAME_DAY[1:]:
        tour.codes[story.who] = await tour.person(story.who).reports(story.fields)
    teller.expect(
        "Chidi, Dana and Emre report in #general, where nobody sees it: five codes, all different.",
        len(set(tour.codes.values())) == 1 + len(SAME_DAY),
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


async def come_back(tour: Tour) -> None:
    """Let the reporters return with their codes, and somebody else without one."""
    teller, ana, ben, pat = (tour.teller, *(tour.person(name) for name in ("Ana", "Ben", "Pat")))
    teller.scene("7  Ana comes back, and Pat tries to")
    await pat.runs("report check", direct=True)
    await pat.fills_in({"code": GUESS})
    pat.show()
    teller.expect("Wrong words open nothing.", NoSuchCase.sentence in pat.seen)
    await ana.runs("report check", direct=True)
    await ana.fills_in({"code": f"  {tour.codes['Ana'].upper()} "})
    ana.show()
    teller.expect("The code works in capitals and with spaces around it.", REPLY in plain(ana.seen))
    teller.expect(
        "Ana reads the reply, and neither the note nor the working group.",
        not any(words in plain(ana.seen) for words in (NOTE, GROUP)),
    )
    with ben.quietly():
        await ben.runs("report check", direct=True)
        await ben.fills_in({"code": tour.codes["Ben"]})
    teller.expect(
        "Ben reads the same reply under his own words, and nothing of Ana's.",
        all(words in plain(ben.seen) for words in (REPLY, SAME_DAY[0].text)) and "I think before" not in ben.seen,
    )
    await ana.presses("reports:answer")
    await ana.fills_in({"text": ANSWER})
    ana.show()


async def withdraw(tour: Tour) -> None:
    """Let a reporter take everything back, and look for what is left of it."""
    teller, chidi = tour.teller, tour.person("Chidi")
    teller.scene("8  Chidi takes it back")
    teller.say("Chidi has slept on it and wants to be out of this. He needs his case code and nobody's leave.")
    before = thief.sealed(tour.directory)
    await chidi.runs("report check", direct=True)
    with chidi.quietly():
        await chidi.fills_in({"code": tour.codes["Chidi"]})
    await chidi.presses("reports:withdraw")
    await chidi.fills_in({"code": tour.codes["Chidi"]})
    chidi.show()
    gone = before - thief.sealed(tour.directory)
    forms = {form: piece for each in gone for form, piece in thief.pieces(each).items()}
    teller.expect(
        f"His case is out of the store, and of its {sum(map(len, gone)):,} sealed bytes no piece of "
        f"{thief.PIECE} is left in any file.",
        gone and not thief.search(tour.directory, forms),
    )
    with chidi.quietly():
        await chidi.runs("report check", direct=True)
        await chidi.fills_in({"code": tour.codes["Chidi"]})
    teller.expect("His code opens nothing any more.", NoSuchCase.sentence in chidi.seen)
