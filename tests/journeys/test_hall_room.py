"""A chair leads a town hall: hands, decisions, what is to be done, questions, the end, and the minutes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.demo.world import World
from bot.ids import Actor, GuildId, RoleId, UserId
from bot.townhalls.plans import Item, Place, PlaceKind, Plan
from bot.townhalls.rules import TownHall
from tests.journeys.conftest import Somebody
from tests.journeys.people import Person, parts, posts

CHANNEL = "town-halls"
TITLE = "What the pilot measured"
ZONE = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
async def channel(world: World, administrator: Person, vera: Person) -> None:
    """The channel in which town halls are told of, and Vera, who chairs them."""
    await administrator.runs("setup")
    await administrator.chooses("guilds:channel:v1:townhalls", world.channels[CHANNEL])


def actor_of(world: World, name: str) -> Actor:
    roles = frozenset({RoleId(world.roles["Organizers"].id)}) if name == "Vera" else frozenset[RoleId]()
    return Actor(GuildId(world.guild.id), UserId(world.people[name].user.id), roles)


async def planned(world: World, place: Place | None = None) -> TownHall:
    """Let Vera plan a town hall; how she does that is told elsewhere."""
    local = (world.clock.now() + timedelta(hours=72)).astimezone(ZONE).replace(second=0, microsecond=0)
    place = place or Place(PlaceKind.VOICE, str(world.channels["general"].id))
    agenda = (Item("Welcome", 5), Item("The *numbers*", 20))
    plan = Plan(TITLE, "Bring what you noticed.", place, ZONE.key, local.date(), local.time(), 60, agenda=agenda)
    with world.env.time_context():
        hall = await world.steward.scheduling.schedule(actor_of(world, "Vera"), "a form", plan)
    await world.tick()
    return hall


async def opens(chair: Person) -> Person:
    await chair.runs("townhall manage")
    assert TITLE in chair.seen
    return await chair.presses("Open")


async def begun(world: World, chair: Person, place: Place | None = None) -> TownHall:
    hall = await planned(world, place)
    await world.until(hall.starts_at - timedelta(minutes=2))
    await opens(chair)
    await chair.presses("Start it now")
    await world.tick()
    return hall


def posted(world: World) -> list[str]:
    return posts(world, CHANNEL)


async def test_members_do_not_get_to_the_chairs_panel(world: World, somebody: Somebody) -> None:
    await planned(world)
    ana = somebody("Ana")
    await ana.runs("townhall manage")
    assert "This is for organizers" in ana.seen
    assert TITLE not in ana.seen


async def test_the_chair_goes_through_the_agenda(world: World, vera: Person) -> None:
    await begun(world, vera)
    now = int(world.clock.now().timestamp())
    assert "Now: Welcome" in vera.seen
    assert f"<t:{now + 5 * 60}:R>" in vera.seen
    assert "Then: The \\*numbers\\*" in vera.seen
    await vera.presses("Next item")
    assert "Now: The \\*numbers\\*" in vera.seen
    await vera.presses("The agenda is done")
    assert "The agenda is done." in vera.seen
    await world.tick()
    assert sum("starts now" in post for post in posted(world)) == 1


async def test_whoever_has_not_spoken_is_called_before_whoever_has(
    world: World, vera: Person, somebody: Somebody
) -> None:
    ana, bo = somebody("Ana"), somebody("Bo")
    await ana.runs("hand")
    assert "No town hall is going on" in ana.seen
    await begun(world, vera)
    assert "No hand is up" in vera.seen
    await ana.runs("hand")
    assert "Nobody is before you now" in ana.seen
    assert "kept in memory only" in ana.seen
    await bo.runs("hand")
    assert "Before you now: 1" in bo.seen
    await vera.presses("Look again")
    assert f"1. <@{ana.member.user.id}> · has not spoken yet" in vera.seen
    await vera.presses("Call the next")
    assert f"Speaks now: <@{ana.member.user.id}>" in vera.seen
    await ana.runs("hand")
    await ana.presses("I am rarely heard")
    assert "You said that you are rarely heard" in ana.seen
    await world.later(minutes=1)
    await vera.presses("Has spoken")
    assert vera.seen.index(f"<@{bo.member.user.id}>") < vera.seen.index(f"<@{ana.member.user.id}>")
    assert "says: rarely heard" in vera.seen
    await ana.presses("I reply directly")
    await vera.presses("Look again")
    assert f"1. <@{ana.member.user.id}> · direct reply, says: rarely heard" in vera.seen
    await vera.presses("Skip the next")
    assert f"<@{ana.member.user.id}>" not in vera.seen
    await ana.runs("hand")
    await ana.presses("Lower my hand")
    assert "Your hand is down" in ana.seen
    await ana.presses("Raise my hand")
    assert "Your hand is up" in ana.seen
    assert not any(str(ana.member.user.id) in post for post in posted(world)), "only the chair sees it"


async def test_the_panel_survives_a_restart_and_the_stack_does_not(
    world: World, vera: Person, somebody: Somebody
) -> None:
    ana = somebody("Ana")
    await begun(world, vera)
    await ana.runs("hand")
    await vera.presses("Look again")
    assert f"<@{ana.member.user.id}>" in vera.seen
    assert "If Steward restarts, the list is empty" in vera.seen
    await world.restart()
    await vera.presses("Call the next")
    assert "No hand is up" in vera.seen
    assert "Now: Welcome" in vera.seen


async def test_whoever_was_called_is_let_speak_on_the_stage(world: World, vera: Person, somebody: Somebody) -> None:
    stage = world.guild.create_stage_channel("stage")
    ana = somebody("Ana")
    await begun(world, vera, Place(PlaceKind.STAGE, str(stage.id)))
    await ana.runs("hand")
    await vera.presses("Look again")
    assert "[Let them speak on the stage]" not in vera.seen, "nobody was called"
    await vera.presses("Call the next")
    panel = vera.last
    await vera.presses("Let them speak on the stage")
    assert "Discord did not let Steward do that" in vera.seen, "she is not on the stage"
    world.env.backend.set_voice_state(world.guild.id, ana.member.user.id, stage.id, suppress=True)
    vera.last = panel
    await vera.presses("Let them speak on the stage")
    assert "can speak on the stage now" in vera.seen
    assert not world.env.backend.get_guild(world.guild.id).voice_states[ana.member.user.id].suppress


async def test_decisions_and_actions_reach_the_minutes_and_bind_after_the_late_floor(
    world: World, vera: Person, somebody: Somebody
) -> None:
    ana = somebody("Ana")
    await begun(world, vera)
    for decision in ("We ask for a *pause*.", "A slip of the pen"):
        await vera.presses("Note a decision")
        await vera.fills_in(text=decision)
    assert "**Decided** (2)" in vera.seen
    slip = next(each["value"] for each in _choices(vera) if "slip" in each["label"])
    undecide = next(each for each in vera.routes if each.startswith("hallroom:undecide"))
    await vera.chooses(undecide, slip)
    assert "**Decided** (1)" in vera.seen
    await vera.presses("Note what is to be done")
    await vera.fills_in(text="Write to HR", responsible="the bargaining team", due="soon")
    assert "Please write the day as" in vera.seen
    await opens(vera)
    await vera.presses("Note what is to be done")
    await vera.fills_in(text="Write to HR", responsible="the bargaining team", due="2031-12-31")
    assert "Noted that is to be done: 1" in vera.seen
    await vera.presses("End it")
    await vera.fills_in(came="many")
    assert "Please write a whole number" in vera.seen
    await opens(vera)
    await vera.presses("End it")
    await vera.fills_in(came="27")
    assert "over, late floor open" in vera.seen
    await world.tick()
    assert "We ask for a \\*pause\\*." in posted(world)[-1]
    assert "A slip of the pen" not in posted(world)[-1]
    draft = await minutes_for(world, ana)
    assert "at least 25" in draft
    assert "We ask for a \\*pause\\*. (binds when the late floor is over)" in draft
    assert "Write to HR (responsible: the bargaining team, until 2031-12-31)" in draft
    count = len(posted(world))
    await world.later(hours=49)
    await world.tick()
    assert "We ask for a \\*pause\\*.\n" in await minutes_for(world, ana)
    assert len(posted(world)) == count, "the minutes are told of once"


async def test_what_is_to_be_done_is_followed_up(world: World, vera: Person) -> None:
    await begun(world, vera)
    await vera.presses("Note what is to be done")
    await vera.fills_in(text="Write to HR", responsible="the bargaining team", due="")
    await vera.runs("townhall manage")
    await vera.presses("What is to be done")
    assert "Responsible: the bargaining team" in vera.seen
    await vera.presses("How far is it?")
    await vera.fills_in(progress="150", review="")
    assert "from 0 to 100 percent" in vera.seen
    await vera.runs("townhall manage")
    await vera.presses("What is to be done")
    await vera.presses("How far is it?")
    await vera.fills_in(progress="40 %", review="2029-01-01")
    await vera.runs("townhall manage")
    await vera.presses("What is to be done")
    assert "40 %" in vera.seen
    assert "Look at it again: 2029-01-01" in vera.seen
    await vera.presses("How far is it?")
    await vera.fills_in(progress="100", review="")
    await vera.runs("townhall manage")
    await vera.presses("What is to be done")
    assert "Write to HR" not in vera.seen


async def test_organizers_decide_about_questions_without_a_name(world: World, vera: Person, somebody: Somebody) -> None:
    hall = await begun(world, vera)
    names = ("Ana", "Bo", "Cy", "Di")
    people = [somebody(name) for name in names]
    for name, text in zip(names, ("Who *reads* it?", "Until when?", "Buy my course!", "Who reads that?"), strict=True):
        with world.env.time_context():
            await world.steward.town_halls.ask(actor_of(world, name), hall.id, text, text)
    await vera.presses("Questions")
    assert vera.seen.count("[Decide]") == 4
    assert "Who *reads* it?" in vera.seen
    assert not any(str(person.member.user.id) in vera.seen for person in people)

    await decides(vera, "Buy my course!")
    await vera.chooses(_route(vera, "hallroom:reject"), "advertisement")
    assert "Buy my course!" not in vera.seen
    for text in ("Who *reads* it?", "Until when?"):
        await decides(vera, text)
        await vera.presses("Approve")
    assert "Questions approved and not published: 2. From 3 on they appear together." in vera.seen
    assert "easier to link to whoever wrote" in vera.seen
    await vera.presses("Publish the few all the same")
    await world.tick()
    assert "Until when?" in posted(world)[-1]
    await decides(vera, "Who reads that?")
    first = next(each["value"] for each in _choices(vera) if "Who *reads* it?" in each["label"])
    await vera.chooses(_route(vera, "hallroom:merge"), first)
    assert "Nothing waits for you." in vera.seen
    await vera.presses("Published questions")
    assert vera.seen.count("[Answered]") == 2
    vera.last = await vera.member.click(vera._card, custom_id=_route(vera, "hallroom:answered"))
    assert vera.seen.count("[Not answered after all]") == 1


async def test_who_was_asleep_comments_on_what_was_decided_without_a_name(
    world: World, vera: Person, somebody: Somebody
) -> None:
    ana, bo = somebody("Ana"), somebody("Bo")
    await begun(world, vera)
    await vera.presses("Note a decision")
    await vera.fills_in(text="We ask for a pause.")
    await vera.presses("End it")
    await vera.fills_in(came="")
    await world.tick()
    assert "can still ask, comment on what was decided" in posted(world)[0]
    ana.last = await ana.member.click(world.channels[CHANNEL].history()[0], label="Comment")
    assert ana.last.modal is not None
    assert "A comment changes no decision by itself" in str(ana.last.modal)
    await ana.fills_in(question="Ask maria.lopez@example.com, the *pause* is too short.")
    assert "Could somebody recognise you by this?" in ana.seen
    await ana.presses("Change the text")
    assert "maria.lopez@example.com" in str(ana.last.modal), "nothing typed is lost"
    await ana.fills_in(question="The *pause* is too short.")
    assert "Your comment is kept" in ana.seen
    await ana.presses("My questions and comments")
    assert "A comment. Waits for the organizers." in ana.seen
    bo.last = await bo.member.click(world.channels[CHANNEL].history()[-1], label="Comment")
    await bo.fills_in(question="I agree.")
    await bo.presses("My questions and comments")
    await bo.presses("Withdraw")

    await vera.presses("Questions")
    assert vera.seen.count("[Decide]") == 1
    assert "A comment on what was decided" in vera.seen
    assert str(ana.member.user.id) not in vera.seen
    await vera.presses("Decide")
    assert "The same is asked already" not in vera.seen, "a comment is counted with no question"
    await vera.presses("Approve")
    assert "Comments approved and not published: 1. From 3 on they appear together." in vera.seen
    await vera.presses("Publish the few all the same")
    await world.tick()
    assert "Comments on what was decided" in posted(world)[-1]
    assert "The \\*pause\\* is too short." in posted(world)[-1]
    assert "## Comments\n\n- The \\*pause\\* is too short.\n" in await minutes_for(world, ana)
    await world.later(hours=49)
    await world.tick()
    assert "## Comments\n\n- The \\*pause\\* is too short.\n" in await minutes_for(world, ana)
    bo.last = await bo.member.click(world.channels[CHANNEL].history()[-1], label="Comment")
    assert "can be commented on while the late floor is open" in bo.seen


async def test_without_a_late_floor_nobody_is_invited_to_comment(world: World, vera: Person) -> None:
    hall = await planned(world)
    plan = replace(hall.plan, late_hours=0)
    with world.env.time_context():
        await world.steward.scheduling.change(actor_of(world, "Vera"), hall.id, plan)
    await world.until(hall.starts_at - timedelta(minutes=2))
    await opens(vera)
    await vera.presses("Start it now")
    await vera.presses("End it")
    await vera.fills_in(came="")
    for _ in range(2):
        await world.tick()
    assert any("[Minutes as a file]" in post for post in posted(world))
    assert not any("[Comment]" in post for post in posted(world))


async def test_a_vote_of_the_meeting_is_open_for_those_asleep_and_a_decision_rests_on_it(
    world: World, vera: Person, somebody: Somebody
) -> None:
    await begun(world, vera)
    await vera.presses("Show of hands")
    assert vera.last is not None
    assert "Everybody who sees the channel can read who said what" in str(vera.last.modal)
    await vera.fills_in(title="We ask for a *pause*.", options="", until=["late"])
    assert "We ask for a \\*pause\\*. · show of hands · not open yet" in vera.seen
    for _ in range(3):
        await world.tick()
    assert any("We ask for a \\*pause\\*." in post for post in posted(world)), "it stands in the town hall's channel"
    await vera.presses("Look again")
    assert "show of hands · open · closes" in vera.seen
    assert "takes two organizers" in vera.seen
    await vera.presses("Note as decision")
    assert "We ask for a *pause*." in str(vera.last.modal)
    await vera.fills_in(text="We ask for a *pause*.")
    assert "**Votes** (1)" in vera.seen
    assert "**Decided** (1)" in vera.seen
    await vera.presses("End it")
    await vera.fills_in(came="")
    for _ in range(2):
        await world.tick()
    ana = somebody("Ana")
    draft = "We ask for a \\*pause\\*. (binds when the late floor is over, if its vote agrees)"
    assert draft in await minutes_for(world, ana)
    await world.restart()
    await world.later(hours=51)
    for _ in range(3):
        await world.tick()
    assert "We ask for a \\*pause\\*. (does not bind; the vote: " in await minutes_for(world, ana), "nobody voted"


async def test_closing_a_vote_early_is_left_to_the_rules_of_polls(world: World, vera: Person) -> None:
    await begun(world, vera)
    await vera.presses("Ballot")
    await vera.fills_in(title="Where do we meet?", options="In the hall\nOnline", until=["meeting"])
    await world.tick()
    await vera.presses("Look again")
    assert "Where do we meet? · ballot · open" in vera.seen
    await vera.presses("Close the vote")
    assert "organizer" in vera.seen
    await opens(vera)
    await vera.presses("Votes")
    await vera.presses("The poll")
    assert "Where do we meet?" in vera.seen


async def decides(person: Person, text: str) -> None:
    """Open a question of the list, which stands in no order that says anything."""
    for route in [each for each in person.routes if each.startswith("hallroom:question")]:
        person.last = await person.member.click(person._card, custom_id=route)
        if text in person.seen:
            return
        await person.presses("Back")
    raise AssertionError(f"no question: {text}")


def _route(person: Person, beginning: str) -> str:
    return next(each for each in person.routes if each.startswith(beginning))


def _choices(person: Person) -> list[dict[str, Any]]:
    return [dict(option) for part in parts(person._card.components) for option in part.get("options") or []]


async def minutes_for(world: World, person: Person) -> str:
    """Return the file that somebody is handed by the post about the minutes."""
    post = next(
        each for each in reversed(world.channels[CHANNEL].history()) if "Minutes as a file" in str(each.components)
    )
    person.last = await person.member.click(post, label="Minutes as a file")
    assert person.last.response is not None
    (file,) = person.last.response.attachments
    return (world.env.backend.cdn.get(file.url) or b"").decode()
