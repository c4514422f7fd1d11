"""The scenes of the tour in which members vote: in secret, and by a show of hands."""

from datetime import timedelta

from bot.demo import thief
from bot.demo.people import Person
from bot.demo.screen import words
from bot.demo.stage import Tour, plain
from bot.polls.rules import VotedAlready

TITLE = "Who should take on the newsletter?"
WORDS = {
    "title": TITLE,
    "text": "One page a month, and it comes with two hours off.",
    "options": "Farah\nGus\nDana",
    "method": ["irv"],
    "kind": ["ballot"],
}
OTHERS = {
    "Ben": "b",
    "Chidi": "a",
    "Dana": "cb",
    "Emre": "a",
    "Farah": "a",
    "Gus": "b",
    "Olga": "",
    "Omar": "bc",
    "Vera": "cb",
}
"""How everybody but Ana ranks the three; Olga casts a blank vote."""

OUTCOME = "Gus takes it on, and Farah draws the front page."
REVIEW_AFTER = timedelta(days=90)

ASKED = "Do you want the newsletter on paper, too?"
QUESTION = {
    "title": ASKED,
    "text": "",
    "options": "Yes\nNo\nNot sure yet",
    "method": ["single"],
    "kind": ["hands"],
}
HANDS = {"Ana": "a", "Ben": "b", "Farah": "a"}


async def ballot(tour: Tour) -> None:
    """Let a secret ballot be written, held, searched by a thief, counted and forgotten."""
    await _write(tour)
    poll = _card(tour, "Ana", TITLE).routes[0].rpartition(":")[2]
    await _vote(tour, poll)
    leftovers = _steal(tour, poll)
    await _close(tour)
    _steal_again(tour, poll, leftovers)
    await _note_outcome(tour, poll)


async def _write(tour: Tour) -> None:
    teller, vera = tour.teller, tour.person("Vera")
    teller.scene("16  A secret ballot")
    teller.say(
        "Three members would write the newsletter, and nobody wants to say aloud whom of their colleagues they "
        "prefer. Vera begins with the template for one seat and fills it in."
    )
    await vera.runs("poll start", template="seat")
    await vera.fills_in(WORDS)
    await vera.presses("polldraft:publish")
    vera.show(", before it is published")
    await vera.presses("polldraft:published")
    await tour.world.tick()
    ana = _card(tour, "Ana", TITLE)
    ana.show(", and everybody else in #general")
    teller.expect(
        "The card says what a secret ballot cannot do, before anybody votes.",
        "could see votes" in ana.seen and "not for electing officers" in ana.seen,
    )


async def _vote(tour: Tour, poll: str) -> None:
    teller, ana, ben = tour.teller, _card(tour, "Ana", TITLE), tour.person("Ben")
    before = tour.everything_in("general")
    await ana.presses("polls:vote")
    await ana.chooses("polls:mark", "a", told="Farah, whom she would like best")
    await ana.chooses("polls:mark", "c", told="Dana, in case it is not Farah")
    await ana.presses("polls:review")
    ana.show()
    await ana.presses("polls:cast")
    ana.show()
    teller.expect("Her ballot is in the box, and what she chose is not shown again.", "Farah" not in ana.seen)
    for name, ranked in OTHERS.items():
        voter = _card(tour, name, TITLE)
        with voter.quietly():
            await _casts(voter, ranked)
    with ben.quietly():
        await _card(tour, "Ben", TITLE).presses("polls:vote")
    teller.say("Everybody else votes too: Olga casts a blank vote, and Ben tries to vote a second time.")
    teller.expect("Ben is refused: one account, one ballot.", VotedAlready.sentence in ben.seen)
    await tour.world.later(hours=1)
    teller.expect(
        "Ten people have voted. In #general, which Pat watches, not a letter has moved.",
        tour.everything_in("general") == before,
    )
    vera = tour.person("Vera")
    with vera.quietly():
        await vera.runs("poll manage")
        await vera.presses(f"polldesk:open:v1:{poll}")
    teller.expect("Vera started the poll, and she is told no more.", "told to nobody until it closes" in vera.seen)


async def _casts(voter: Person, ranked: str) -> None:
    await voter.presses("polls:vote")
    for choice in ranked:
        await voter.chooses("polls:mark", choice)
    await voter.presses("polls:review")  # the first button of that kind is “Done”, or “Blank vote” on an empty ballot
    await voter.presses("polls:cast")


def _steal(tour: Tour, poll: str) -> set[bytes]:
    """Let a thief look while the poll is open, and return the bytes that must be gone after its close."""
    teller, ana, directory = tour.teller, tour.world.people["Ana"], tour.directory
    teller.say("Meanwhile a thief copies every file again. Who has voted, and what, lies in these two tables.")
    tables = [table for table in thief.tables(directory) if table.name in {"roll_shards", "box_shards"}]
    for table in tables:
        teller.shows(f"{table.store}, table {table.name}: {len(table.rows)} rows", thief.sample(table, teller.room))
    (key,) = thief.own_keys(directory, f"poll-{poll}")
    box, forms = thief.box(directory, poll, key), thief.forms_of_id(ana.id) | thief.forms_of_text("Quillfeather")
    marks = {"Ana’s mark": thief.mark(key, ana.id)}
    teller.gap()
    teller.expect(
        "Rows of one size, all sealed. Ana is in no file, not even by the mark that stands for her in this poll.",
        all(len({row[-1] for row in table.rows}) == 1 and "sealed" in table.rows[0][-1] for table in tables)
        and not thief.search(directory, forms | marks),
    )
    teller.say(
        "The thief has the key of this poll as well: it lies in the key directory while the poll is open, and only "
        "then. With it, two lists open."
    )
    roll = ", ".join(sorted(f"{entry[0][:6]}…" for entry in box.roll))
    cast = ", ".join(sorted(_told(entry[0]) for entry in box.ballots))
    lines = [line for each in (f"Who has voted: {roll}", f"What was voted: {cast}") for line in tour.wrapped(each)]
    teller.shows("The roll and the box, opened", lines)
    teller.gap()
    teller.expect(
        "With the key, whoever tries every account finds that Ana has voted. That is the price, and docs/polls.md "
        "says so.",
        [thief.mark(key, ana.id).decode()] in box.roll,
    )
    teller.expect(
        "The ballots are there too, and nothing joins the two lists: not who voted what.",
        len(box.roll) == len(box.ballots) == 1 + len(OTHERS)
        and ["ac", ""] in box.ballots
        and not {part for entry in box.roll for part in entry} & {part for entry in box.ballots for part in entry},
    )
    return {key.encode(), *(piece for each in thief.sealed_shards(directory) for piece in thief.pieces(each).values())}


async def _close(tour: Tour) -> None:
    teller, pat = tour.teller, tour.person("Pat")
    await tour.world.live_until(tour.world.clock.now() + timedelta(days=8))
    teller.say(f"Time passes. It is {tour.told_now()}, and the poll has closed by itself. Pat opens #general.")
    reminders = [
        words(post.components) for post in tour.posts("general") if "## A poll closes soon" in words(post.components)
    ]
    teller.gap()
    teller.expect(
        "A day before the end all were reminded alike, once, and nobody was named.",
        len(reminders) == 1 and not any(name in reminders[0] for name in ("Ana", *OTHERS, "Pat")),
    )
    (result,) = [post for post in tour.posts("general") if "## Result" in words(post.components)]
    pat.looks_at(result)
    pat.show()
    (picture,) = [tour.world.env.backend.cdn.get(each["url"]) for each in result.attachments]
    teller.expect(
        "The result stands there with a picture, and every number of it in words.",
        picture is not None
        and picture.startswith(b"\x89PNG")
        and "Votes cast: 10" in pat.seen
        and "Blank among them: 1" in pat.seen,
    )
    await pat.presses("pollresult:rounds")
    pat.show(", when he asks for all rounds")
    teller.expect(
        "Farah led. Dana, who came last, is left out, her two ballots go on to Gus, and everybody can check it.",
        "C (Dana)" in pat.seen and "Elected: B (Gus)." in pat.seen,
    )


def _steal_again(tour: Tour, poll: str, leftovers: set[bytes]) -> None:
    """Let the thief come back after the close."""
    directory = tour.directory
    left = [table for table in thief.tables(directory) if table.name.endswith("_shards") and table.rows]
    forms = {f"piece {number}": piece for number, piece in enumerate(leftovers)}
    tour.teller.say("The thief comes back.")
    tour.teller.gap()
    tour.teller.expect(
        f"Roll and box are empty, the key is gone, and of {len(leftovers):,} pieces of them none is left in any file.",
        not left and not thief.own_keys(directory, f"poll-{poll}") and not thief.search(directory, forms),
    )


async def _note_outcome(tour: Tour, poll: str) -> None:
    teller, vera = tour.teller, tour.person("Vera")
    day = (tour.world.clock.now() + REVIEW_AFTER).date().isoformat()
    teller.say("A result alone changes nothing. Vera writes down what follows from it, and when to look at it again.")
    await vera.runs("poll manage")
    await vera.presses("polldesk:list:v1:0:1")
    await vera.presses(f"polldesk:open:v1:{poll}")
    await vera.presses("polldesk:outcome")
    await vera.fills_in({"outcome": OUTCOME, "review": day})
    await tour.world.tick()
    gus = _card(tour, "Gus", TITLE)
    gus.show(", on the poll's card")
    teller.expect(
        "Everybody reads it, with the day on which it comes up again.",
        OUTCOME in plain(gus.seen) and day in gus.seen,
    )


async def hands(tour: Tour) -> None:
    """Let members vote in the open, where nobody minds."""
    teller, omar, ana = tour.teller, tour.person("Omar"), tour.person("Ana")
    teller.scene("17  A show of hands")
    teller.say("Not everything has to be secret. Omar asks something small in the open.")
    with omar.quietly():
        await omar.runs("poll start", template="quick")
        await omar.fills_in(QUESTION)
        await omar.presses("polldraft:publish")
        await omar.presses("polldraft:published")
    await tour.world.tick()
    with ana.quietly():
        await _card(tour, "Ana", ASKED).presses("polls:vote")
    ana.show(", before she raises her hand")
    teller.expect("Ana is told first under which name everybody will see it.", "under the name **Ana" in ana.seen)
    for name, choice in HANDS.items():
        voter = _card(tour, name, ASKED)
        with voter.quietly():
            await voter.presses("polls:vote")
            await voter.chooses("polls:mark", choice)
            await voter.presses("polls:cast")
    await tour.world.later(minutes=1)
    pat = _card(tour, "Pat", ASKED)
    pat.show(", while it goes on")
    teller.expect(
        "Three hands are up, and everybody can watch.", all(each in pat.seen for each in ("Yes  · 2", "No  · 1"))
    )
    await pat.presses("polls:hands")
    pat.show()
    teller.expect("And who said what: this is open, as its card says.", "Ana Quillfeather" in pat.seen)
    teller.expect(
        "On disk the names are sealed, and they go at the close.",
        not thief.search(tour.directory, thief.forms_of_text("Quillfeather")),
    )


def _told(ballot: str) -> str:
    return "blank" if ballot == "-" else " > ".join(ballot.upper())


def _card(tour: Tour, name: str, title: str) -> Person:
    """Return somebody who looks at a poll's card in #general."""
    return tour.looking_at(name, "general", f"## {title}\n")
