"""Organizers look after petitions: let them in, read names, hand them over by two, and note what was answered."""

import csv
import hashlib
import io
import json
from datetime import timedelta

import pytest

from bot.demo.world import World
from bot.ids import Actor, GuildId, RoleId, UserId
from bot.petitions.conditions import Condition
from bot.petitions.rules import Petition, Terms, Visibility
from bot.petitions.wording import compose
from tests.journeys.conftest import Somebody
from tests.journeys.people import Person, posts

WORDS = compose("Paid training", "The board", ["Training in working hours"], "We learn it in the evening.")


@pytest.fixture
async def two(world: World, administrator: Person, vera: Person, somebody: Somebody) -> tuple[Person, Person]:
    """Vera and Otto, the two organizers of a server with a channel of their own."""
    otto = somebody("Otto", "Organizers")
    await administrator.runs("setup")
    await administrator.chooses("guilds:organizers:v1", vera.member, otto.member)
    await administrator.chooses("guilds:channel:v1:organizers", world.channels["organizers"])
    return vera, otto


def actor(world: World, person: Person, *roles: str) -> Actor:
    has = frozenset(RoleId(world.roles[role].id) for role in roles)
    return Actor(GuildId(world.guild.id), UserId(person.member.id), has)


async def sought(world: World, vera: Person, visibility: Visibility = Visibility.ORGANIZERS) -> Petition:
    """Start a petition that seeks supporters; the composer has stories of its own."""
    author = actor(world, vera, "Organizers")
    petitions = world.steward.petitions
    terms = Terms(visibility, 5, 3, world.clock.now() + timedelta(days=30))
    petition = await petitions.start(author, petitions.new_form(), WORDS, terms)
    return await petitions.submit(author, petition.id)


async def signed(world: World, petition: Petition, person: Person, name: str) -> None:
    signer = actor(world, person)
    await world.steward.petitions.sign(signer, petition.id, WORDS.hash, Condition(), name)


async def opens(person: Person, title: str = "Paid training") -> Person:
    await person.runs("petitions")
    assert title in person.seen
    return await person.presses("Open")


async def agrees(person: Person) -> None:
    await person.runs("decisions")
    await person.presses("Agree")


async def handed_over(
    world: World, two: tuple[Person, Person], somebody: Somebody, visibility: Visibility = Visibility.ORGANIZERS
) -> Petition:
    vera, otto = two
    petition = await sought(world, vera, visibility)
    await opens(vera)
    await vera.presses("Publish it at once")
    for number in range(6):
        await signed(world, petition, somebody(f"Ana {number}"), f"=Ana {number}")
    await world.later(minutes=30)
    await opens(vera)
    await vera.presses("Propose to hand it over")
    await agrees(otto)
    await world.later(hours=13)
    await world.tick()
    await world.tick()
    return petition


def files(world: World, person: Person) -> dict[str, bytes]:
    """Return the files that came with what somebody was last shown."""
    assert person.last is not None
    attachments = person.last.followups[-1].attachments
    return {each.filename: world.env.backend.cdn.get(each.url) or b"" for each in attachments}


async def test_an_organizer_publishes_a_petition_at_once(world: World, vera: Person) -> None:
    await sought(world, vera)
    await opens(vera)
    assert "You may publish it at once" in vera.seen
    await vera.presses("Publish it at once")
    assert "open for signing" in vera.seen


async def test_an_organizer_rejects_a_petition_for_a_reason_everybody_can_read(world: World, vera: Person) -> None:
    petition = await sought(world, vera)
    await opens(vera)
    await vera.chooses(f"petitiondesk:reject:v1:{petition.id}", "personal")
    assert "It is about one person" in vera.seen
    await vera.runs("audit")
    assert f"rejected a petition: {petition.id}, It is about one person" in vera.seen


async def test_members_do_not_see_the_organizers_list(world: World, vera: Person, somebody: Somebody) -> None:
    ana = somebody("Ana")
    await ana.runs("petitions")
    assert "This is for organizers" in ana.seen


async def test_one_organizer_alone_takes_nothing_down(
    world: World, two: tuple[Person, Person], somebody: Somebody
) -> None:
    vera, otto = two
    petition = await sought(world, vera)
    await opens(vera)
    await vera.presses("Publish it at once")
    await signed(world, petition, somebody("Ana"), "Ana")
    await vera.chooses(f"petitiondesk:takedown:v1:{petition.id}", "untrue")
    assert "one of them must agree" in vera.seen
    await world.tick()
    assert "Take down the petition “Paid training”" in posts(world, "organizers")[-1]
    assert "known to be wrong" in posts(world, "organizers")[-1]
    await agrees(vera)
    assert "You proposed this yourself" in vera.seen
    await opens(vera)
    assert "open for signing" in vera.seen
    await agrees(otto)
    await world.tick()
    await world.tick()
    await vera.runs("petitions")
    await vera.presses("Those that are over")
    await vera.presses("Open")
    assert "known to be wrong" in vera.seen
    assert await world.steward.handovers._roll.all(petition.id) == []


async def test_two_organizers_hand_a_petition_over_and_take_its_files(
    world: World, two: tuple[Person, Person], somebody: Somebody
) -> None:
    vera, _ = two
    petition = await handed_over(world, two, somebody)
    await opens(vera)
    assert "handed over, without an answer" in vera.seen
    await vera.presses("Files")
    assert "6 accounts, and this number is exact" in vera.seen
    assert "Keep the record (.json) and the names (.csv)" in vera.seen
    found = files(world, vera)
    record = json.loads(found[f"petition-{petition.id}-record.json"])
    lines = ["steward roll 1", petition.id, WORDS.hash, "6", record["salt"], *record["entries"]]
    roll_hash = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    assert roll_hash in vera.seen
    assert record["roll_hash"] == roll_hash
    letter = found[f"petition-{petition.id}.md"].decode()
    assert roll_hash in letter
    assert "Ana" not in letter
    table = csv.reader(io.StringIO(found[f"petition-{petition.id}-names.csv"].decode("utf-8-sig")))
    assert [row for (row,) in table] == ["name", *(f"'=Ana {number}" for number in range(6))]
    await vera.runs("audit")
    assert "took the files of a petition" in vera.seen
    assert f"counted the signatures that were handed over: 6 accounts, {petition.id}" in vera.seen


async def test_files_and_names_can_be_had_after_a_restart(
    world: World, two: tuple[Person, Person], somebody: Somebody
) -> None:
    vera, _ = two
    await handed_over(world, two, somebody)
    await opens(vera)
    await world.restart()
    await vera.presses("Files")
    assert "6 accounts" in vera.seen


async def test_the_answer_stands_on_the_petition_until_it_is_closed(
    world: World, two: tuple[Person, Person], somebody: Somebody
) -> None:
    vera, otto = two
    await handed_over(world, two, somebody, Visibility.COUNT)
    await opens(otto)
    await otto.presses("Note the answer")
    await otto.fills_in(answer="We will look into it.")
    assert "> We will look into it." in otto.seen
    assert "too few have, so far" in otto.seen
    await otto.presses("Close it")
    assert "**closed**" in otto.seen
    await vera.runs("petitions")
    assert "No petition here" in vera.seen


async def test_organizers_page_through_names_in_alphabetical_order(
    world: World, vera: Person, somebody: Somebody
) -> None:
    petition = await sought(world, vera)
    await opens(vera)
    await vera.presses("Publish it at once")
    for name in ("Zoe", "ana", "Mo"):
        await signed(world, petition, somebody(name), name)
    await vera.presses("Names")
    assert "- ana\n- Mo\n- Zoe" in vera.seen
    await vera.runs("audit")
    assert "looked at the names under a petition" in vera.seen


async def test_organizers_set_who_may_start_and_sign(world: World, vera: Person) -> None:
    await vera.runs("petitions")
    await vera.presses("Settings")
    await vera.presses("Let every member start petitions")
    assert "every member" in vera.seen
    await vera.chooses("petitiondesk:role:v1", world.roles["Organizers"])
    await vera.presses("Change the numbers")
    await vera.fills_in(supporters="4", account_age="90", days_in_server="14", kept_days="365")
    assert "90 days old" in vera.seen
    await vera.presses("Change the numbers")
    await vera.fills_in(supporters="four", account_age="90", days_in_server="14", kept_days="365")
    assert "in digits" in vera.seen
    await vera.runs("audit")
    assert "tightened the rules for petitions: days that an account must be old to sign: 0 → 90" in vera.seen
    assert "eased the rules for petitions: members may start petitions: no → yes" in vera.seen


async def test_everybody_reads_the_library_and_organizers_change_it(
    world: World, vera: Person, somebody: Somebody
) -> None:
    ana = somebody("Ana")
    await ana.runs("demands")
    assert "No layoffs" in ana.seen
    assert "Change or take out" not in str(ana.routes)
    assert not [route for route in ana.routes if route.startswith(("demands:open", "demands:new"))]
    await ana.chooses("demands:group:v1", "pay")
    assert "Wages and fair compensation" in ana.seen
    await vera.runs("demands")
    await vera.chooses("demands:open:v1", "no-layoffs")
    await vera.presses("Change its words")
    await vera.fills_in(title="Nobody goes", text="Nobody loses a job to AI here.", origin="Proposed: by us")
    assert "Nobody goes" in vera.seen
    await ana.runs("demands")
    assert "Nobody goes" in ana.seen
    await vera.presses("Take it out")
    await ana.runs("demands")
    assert "Nobody goes" not in ana.seen
    await vera.chooses("demands:putback:v1", "no-layoffs")
    await ana.runs("demands")
    assert "No layoffs" in ana.seen


async def test_organizers_add_a_demand_of_their_own(world: World, vera: Person) -> None:
    await vera.runs("demands")
    await vera.presses("Add one of your own")
    await vera.fills_in(title="Tea for all", text="There is tea for everybody.", origin="")
    assert "Tea for all" in vera.seen
    assert "Written in this server" in vera.seen


async def test_a_petition_begins_from_what_reports_have_in_common(
    world: World, vera: Person, somebody: Somebody
) -> None:
    for number in range(6):
        await somebody(f"Worker {number}").reports("They count our keystrokes.", at_once=True)
    await world.tick()
    await vera.confirms_everything()
    await vera.runs("cases")
    await vera.presses("Make something of it")
    await vera.presses("Start a petition")
    assert "A draft is ready" in vera.seen
    (route,) = vera.routes
    author = actor(world, vera, "Organizers")
    wording = (await world.steward.petitions.standing(author, route.rpartition(":")[2])).petition.wording
    assert wording.why.startswith("At least 5 reports from workers (counted as reports, not people)")
    assert len(wording.demands) == 5
