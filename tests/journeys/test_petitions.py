"""Members write a petition, find it, sign it as they dare, and take their signature back."""

from dataclasses import replace
from typing import Any

import pyrage
import pytest
from simcord.actors import _dispatch_actor_interaction
from simcord.enums import InteractionType

from bot.demo.world import World
from bot.guilds import records as guild_records
from bot.ids import GuildId, RoleId, UserId
from bot.petitions import records
from bot.petitions.records import PetitionSettings
from bot.petitions.rules import Gates, State
from tests.journeys.conftest import Somebody
from tests.journeys.people import Person, parts, posts

TITLE = "No more keystroke counting"
WORDS = {
    "title": TITLE,
    "whom": "The board of Lantern Games",
    "why": "Nobody can think while every key is counted.",
    "demands": "Stop counting keystrokes\nDelete what was counted",
    "level": ["count"],
}
NAMES = ("Ana", "Ben", "Cem", "Dua", "Eli", "Fay", "Gil", "Hal", "Ida", "Jon", "Kim", "Lou")


async def decides(world: World, settings: PetitionSettings) -> None:
    """Keep what organizers decided about petitions."""
    async with world.steward._database.begin() as connection:
        await records.keep_settings(connection, GuildId(world.guild.id), settings)


@pytest.fixture
async def open_to_members(world: World, administrator: Person, vera: Person) -> Person:
    """A server with a channel for petitions, where members may start them, and Vera, its organizer."""
    await administrator.runs("setup")
    await administrator.chooses("guilds:channel:v1:petitions", world.channels["petitions"])
    await decides(world, PetitionSettings(members_may_start=True, supporters=2))
    return vera


async def writes(person: Person, **words: Any) -> Person:
    """Fill in the first form."""
    await person.runs("petition start")
    return await person.fills_in(**{**WORDS, **words})


async def sends_off(person: Person, *, goal: str = "5", **words: Any) -> Person:
    """Write a petition with a goal and send it off."""
    await writes(person, **words)
    await person.presses("Goal and deadline")
    live = {"live": ["no"]} if words.get("level") == ["public"] else {}
    await person.fills_in(goal=goal, days="30", **live)
    return await person.presses("Send off")


async def finds(person: Person) -> Person:
    """Open the only petition there is, from the list."""
    await person.runs("petition list")
    return await person.presses("Look")


async def signs(person: Person) -> Person:
    """Find the petition and sign it without a name."""
    await finds(person)
    await person.presses("Sign")
    return await person.presses("Sign")


async def counted(world: World) -> None:
    """Let the next look at the signatures come and its card be shown."""
    await world.later(minutes=25)
    await world.tick()


async def opened(world: World, somebody: Somebody, **words: Any) -> list[Person]:
    """Let Ana write a petition and everybody else be there; Vera's rules ask for two supporters."""
    people = [somebody(name) for name in NAMES]
    await sends_off(people[0], **words)
    return people


async def presses_on_the_card(world: World, person: Person, label: str) -> Person:
    """Press a button of the petition's card in its channel."""
    person.last = await person.member.click(world.channels["petitions"].history()[0], label=label)
    return person


async def test_a_petition_goes_from_the_first_word_to_its_goal(
    world: World, open_to_members: Person, somebody: Somebody
) -> None:
    people = await opened(world, somebody)
    assert "looks for 2 supporters" in people[0].seen
    await counted(world)
    assert posts(world, "petitions") == [], "nothing is public before there are supporters"

    await signs(people[0])
    await signs(people[1])
    assert "Your signature is kept" in people[1].seen
    assert posts(world, "petitions") == [], "and nothing moves at a click"
    await counted(world)
    (shown,) = posts(world, "petitions")
    assert TITLE in shown
    assert "1. Stop counting keystrokes" in shown
    assert "The count begins to show at 5" in shown
    assert "[Sign]" in shown

    for person in people[2:5]:
        await presses_on_the_card(world, person, "Sign")
        await person.presses("Sign")
    assert "begins to show at 5" in posts(world, "petitions")[0]
    for _ in range(3):
        await counted(world)
    shown, *said = posts(world, "petitions")
    assert "At least 5 accounts have signed" in shown
    assert "The goal is reached" in shown
    assert len([post for post in said if "The goal is reached" in post]) == 1
    assert len(said) == 1, "the card is edited, never posted again, and a milestone is told once"


async def test_signing_again_is_answered_like_signing(
    world: World, open_to_members: Person, somebody: Somebody
) -> None:
    people = await opened(world, somebody)
    await signs(people[1])
    first = people[1].seen
    await signs(people[1])
    assert people[1].seen == first
    await people[1].presses("Look / take back")
    assert "You have signed." in people[1].seen


async def test_taking_back_is_answered_alike_whether_or_not_one_had_signed(
    world: World, open_to_members: Person, somebody: Somebody
) -> None:
    people = await opened(world, somebody)
    await signs(people[1])
    await people[1].presses("Look / take back")
    await finds(people[2])
    await people[2].presses("My signature")
    assert "There is no signature of yours" in people[2].seen
    for person in people[1:3]:
        await person.presses("Take it back")
        assert "The count on the card does not fall" in person.seen
        await person.presses("Take it back")
    assert people[1].seen == people[2].seen
    await finds(people[1])
    await people[1].presses("My signature")
    assert "There is no signature of yours" in people[1].seen


@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("organizers", "Organizers can read the name you write"),
        ("public", "Everybody, your employer included, may read the name"),
    ],
)
async def test_a_name_is_asked_for_only_after_saying_who_will_read_it(
    world: World, open_to_members: Person, somebody: Somebody, level: str, told: str
) -> None:
    people = await opened(world, somebody, level=[level])
    await finds(people[1])
    await people[1].presses("Sign")
    assert told in people[1].seen
    await people[1].presses("Sign with a name")
    await people[1].fills_in(name="B. of the night shift")
    assert "Your signature is kept" in people[1].seen
    await people[1].presses("Look / take back")
    assert "Name: B. of the night shift" in people[1].seen
    await finds(people[2])
    assert "night shift" not in people[2].seen
    await people[2].presses("My signature")
    assert "night shift" not in people[2].seen


@pytest.mark.parametrize("level", ["public", "organizers"])
async def test_members_find_their_way_to_names_exactly_where_everybody_may_read_them(
    world: World, open_to_members: Person, somebody: Somebody, level: str
) -> None:
    people = await opened(world, somebody, level=[level])
    await finds(people[2])
    assert "[Names]" not in people[2].seen, "it is not open yet"
    for number, person in enumerate(people[:2], 1):
        await finds(person)
        await person.presses("Sign")
        await person.presses("Sign with a name")
        await person.fills_in(name=f"Night shift {number}")
    await counted(world)
    await finds(people[2])
    assert ("[Names]" in people[2].seen) == (level == "public")
    if level == "public":
        await people[2].presses("Names")
        assert "Night shift 1" in people[2].seen
        assert "Night shift 2" in people[2].seen


async def test_sealed_names_are_offered_once_two_organizers_have_keys(
    world: World, administrator: Person, open_to_members: Person, somebody: Somebody
) -> None:
    ana, otto = somebody("Ana"), somebody("Otto", "Organizers")
    await ana.runs("petition start")
    assert "once the goal is reached" not in levels(ana)
    await administrator.runs("setup")
    await administrator.chooses("guilds:organizers:v1", open_to_members.member, otto.member)
    await registers_keys(world, open_to_members, otto)
    await ana.runs("petition start")
    assert "once the goal is reached" in levels(ana)
    await sends_off(ana, level=["sealed"])
    ben = somebody("Ben")
    await finds(ben)
    await ben.presses("Sign")
    assert "Steward cannot open it" in ben.seen
    await ben.presses("Sign with a name")
    await ben.fills_in(name="Ben")
    await ben.presses("Look / take back")
    assert "cannot be shown even to you" in ben.seen


def levels(person: Person) -> str:
    """Return the levels that the first form offers."""
    assert person.last is not None
    return str(person.last.modal)


async def registers_keys(world: World, *organizers: Person) -> None:
    """Let organizers have a key of their own each."""
    keys = {UserId(each.member.id): str(pyrage.x25519.Identity.generate().to_public()) for each in organizers}
    async with world.steward._database.begin() as connection:
        guild = await guild_records.get(connection, GuildId(world.guild.id), lock=True)
        assert guild is not None
        await guild_records.save(connection, replace(guild, keys=keys))


async def test_whoever_waits_for_others_is_counted_with_them_or_not_at_all(
    world: World, open_to_members: Person, somebody: Somebody
) -> None:
    people = await opened(world, somebody, goal="10")
    for person in people[:2]:
        await signs(person)
    await counted(world)
    for person in people[2:6]:
        await presses_on_the_card(world, person, "Sign")
        assert "if it never comes to that, it is destroyed at the deadline" in person.seen
        await person.presses("Sign only if enough others do")
        await person.fills_in(at_least="7")
        assert "Your signature is kept" in person.seen
    await people[2].presses("Look / take back")
    assert "counts only if at least 7 sign in all" in people[2].seen
    assert "destroyed" in people[2].seen
    await counted(world)
    assert "begins to show at 5" in posts(world, "petitions")[0], "six have signed, and four of them wait for a seventh"
    await presses_on_the_card(world, people[6], "Sign")
    await people[6].presses("Sign")
    await counted(world)
    assert "At least 5 accounts have signed" in posts(world, "petitions")[0]


async def test_who_wants_to_wait_and_writes_no_number_has_not_signed(
    world: World, open_to_members: Person, somebody: Somebody
) -> None:
    people = await opened(world, somebody)
    for wrong in ("many", "0", "999999"):
        await finds(people[1])
        await people[1].presses("Sign")
        await people[1].presses("Sign only if enough others do")
        await people[1].fills_in(at_least=wrong)
        assert "Choose a number of signatures" in people[1].seen, wrong
    await finds(people[1])
    await people[1].presses("My signature")
    assert "There is no signature of yours" in people[1].seen


async def test_a_share_can_be_waited_for_where_organizers_said_how_many_work_where(
    world: World, open_to_members: Person, somebody: Somebody
) -> None:
    vera, ana, ben = open_to_members, somebody("Ana"), somebody("Ben")
    await writes(ana, title="A member's own words")
    assert "Parts of the workplace" not in ana.seen
    await ana.presses("Discard")
    await ana.presses("Discard")
    await writes(vera)
    await vera.presses("Parts of the workplace")
    await vera.fills_in(units="Support = 4\nQA = 10")
    assert "Support (4), QA (10)" in vera.seen
    await vera.presses("Send off")
    await finds(ben)
    await ben.presses("Sign")
    await ben.presses("Sign only if enough others do")
    await ben.fills_in(share="50", unit=["QA"])
    await ben.presses("Look / take back")
    assert "You work in: QA" in ben.seen
    assert "at least 50 % of QA sign" in ben.seen


async def test_a_form_opened_before_a_restart_signs_after_it(
    world: World, open_to_members: Person, somebody: Somebody
) -> None:
    people = await opened(world, somebody, level=["organizers"])
    await finds(people[1])
    await people[1].presses("Sign")
    await people[1].presses("Sign with a name")
    await world.restart()
    await people[1].fills_in(name="Ben")
    assert "Your signature is kept" in people[1].seen
    await world.restart()
    await people[1].presses("Look / take back")
    assert "Name: Ben" in people[1].seen


async def test_a_draft_survives_a_restart_and_is_changed_after_it(
    world: World, open_to_members: Person, somebody: Somebody
) -> None:
    ana = somebody("Ana")
    await writes(ana, demands="")
    assert "*still missing*" in ana.seen
    assert "write at least one demand" in ana.seen
    await world.restart()
    await ana.presses("Send off")
    assert "write at least one demand" in ana.seen
    await ana.runs("petition list")
    assert "draft, seen by you alone" in ana.seen
    await ana.presses("Write on")
    await ana.chooses(route(ana, "petitions:group:v1"), "rights")
    await ana.chooses(route(ana, "petitions:pick:v1"), *first_demands(ana, 2))
    assert "1. " in ana.seen
    await ana.presses("Preview")
    assert "[Sign]" in ana.seen
    assert TITLE in ana.seen
    await ana.presses("Back to the draft")
    await ana.presses("Send off")
    assert "Sent off" in ana.seen


def route(person: Person, beginning: str) -> str:
    return next(each for each in person.routes if each.startswith(beginning))


def first_demands(person: Person, many: int) -> list[str]:
    """Return the first demands that the menu offers."""
    (menu,) = [part for part in parts(person._card.components) if part.get("options")]
    return [option["value"] for option in menu["options"][:many]]


async def test_a_signature_under_words_one_was_not_shown_is_refused(
    world: World, open_to_members: Person, somebody: Somebody
) -> None:
    people = await opened(world, somebody)
    await finds(people[1])
    _, _, _, petition_id, shown = route(people[1], "petitions:sign:v1").split(":")
    other = shown.translate(str.maketrans("0123456789abcdef", "123456789abcdef0"))
    for action in ("sign", "signed", "named", "waiting", "waited"):
        data = {"custom_id": f"petitions:{action}:v1:{petition_id}:{other}", "component_type": 2}
        people[1].last = await _dispatch_actor_interaction(
            people[1].member, InteractionType.MESSAGE_COMPONENT, world.channels["general"], data
        )
        assert "no longer reads as you were shown" in people[1].seen, action


async def test_accounts_that_do_not_meet_the_rules_are_not_told_which(
    world: World, open_to_members: Person, somebody: Somebody
) -> None:
    gates = Gates(role_id=RoleId(world.roles["Organizers"].id))
    await decides(world, PetitionSettings(members_may_start=True, supporters=2, gates=gates))
    people = await opened(world, somebody)
    await finds(people[1])
    assert "with the role" in people[1].seen
    await people[1].presses("Sign")
    assert "does not meet the rules" in people[1].seen


async def test_what_others_ask_for_already_is_shown_before_writing_goes_on(
    world: World, open_to_members: Person, somebody: Somebody
) -> None:
    people = await opened(world, somebody)
    await writes(people[1], title="No keystroke counting any more")
    assert "Is it one of these?" in people[1].seen
    assert TITLE in people[1].seen
    await people[1].presses("Go on with mine")
    assert "No keystroke counting any more" in people[1].seen
    await people[1].runs("petition list")
    await people[1].presses("Write on")
    await people[1].presses("Discard")
    await people[1].presses("Discard")
    assert "deleted" in people[1].seen


async def test_members_start_petitions_only_where_organizers_let_them(
    world: World, open_to_members: Person, somebody: Somebody
) -> None:
    await decides(world, PetitionSettings(members_may_start=False))
    ana = somebody("Ana")
    await ana.runs("petition start")
    assert "This is for organizers" in ana.seen
    await writes(open_to_members)
    assert "not sent off yet" in open_to_members.seen


async def test_a_petition_is_found_by_its_title(world: World, open_to_members: Person, somebody: Somebody) -> None:
    people = await opened(world, somebody)
    general = world.channels["general"]
    (found,) = await people[1].member.autocomplete(general, "petition show", "petition", "KEYSTROKE")
    assert found["name"] == TITLE
    assert await people[1].member.autocomplete(general, "petition show", "petition", "something else") == []
    await people[1].runs("petition show", petition=found["value"])
    assert "Stop counting keystrokes" in people[1].seen
    await people[1].runs("petition show", petition="nonsense")
    assert "This petition is not here" in people[1].seen


async def test_nobody_completes_the_titles_of_drafts_not_even_their_author(
    world: World, open_to_members: Person, somebody: Somebody
) -> None:
    ana = somebody("Ana")
    await writes(ana)
    assert await ana.member.autocomplete(world.channels["general"], "petition show", "petition", "") == []


async def test_an_author_ends_their_petition_and_nobody_learns_who_it_was(
    world: World, open_to_members: Person, somebody: Somebody
) -> None:
    people = await opened(world, somebody)
    for person in people[:2]:
        await signs(person)
    await counted(world)
    await presses_on_the_card(world, people[1], "Look / take back")
    assert "[Withdraw the petition]" not in people[1].seen
    await presses_on_the_card(world, people[0], "Look / take back")
    await people[0].presses("Withdraw the petition")
    assert "for good" in people[0].seen
    await people[0].presses("Withdraw the petition")
    assert "everything that could tell who wrote or signed it is destroyed" in people[0].seen
    await counted(world)
    (shown,) = posts(world, "petitions")
    assert "**Withdrawn** by whoever wrote it" in shown
    assert "[Sign]" not in shown
    await people[1].runs("petition list")
    assert "no petition here" in people[1].seen


async def test_those_who_signed_rate_the_answer_with_one_tap(
    world: World, open_to_members: Person, somebody: Somebody
) -> None:
    people = await opened(world, somebody)
    for person in people[:2]:
        await signs(person)
    await counted(world)
    await answered(world, people[0])
    await presses_on_the_card(world, people[1], "Look / take back")
    assert "Is the answer enough?" in people[1].seen
    await people[1].presses("It gives us a part")
    thanks = people[1].seen
    await presses_on_the_card(world, people[2], "Look / take back")
    await people[2].presses("It does not answer us")
    assert people[2].seen == thanks


async def answered(world: World, person: Person) -> None:
    """Let the petition be handed over and answered, as organizers do elsewhere."""
    await finds(person)
    petition_id = route(person, "petitions:look:v1").split(":")[3]
    async with world.steward._database.begin() as connection:
        petition = await records.find(connection, petition_id)
        assert petition is not None
        await records.save(connection, petition, state=State.ANSWERED, answer="We shall count less.")
    await counted(world)
