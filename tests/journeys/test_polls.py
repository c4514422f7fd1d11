"""Members find polls, mark ballots step by step, cast them once, raise hands, and check the list."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import discord
import pytest
from simcord.actors import _dispatch_actor_interaction
from simcord.enums import InteractionType

from bot.demo.world import World
from bot.ids import ChannelId, GuildId, PollId, RoleId
from bot.polls import records
from bot.polls.counting.results import Method
from bot.polls.rules import Kind, Poll, State, Terms, Voters
from bot.polls.service import key_of
from bot.polls.wording import Question
from bot.vault.box import Contents
from tests.journeys.conftest import Somebody
from tests.journeys.people import Person, parts, posts

POLL = PollId("0a1b2c3d")
TITLE = "Who goes to the conference?"
THREE = ("Ana", "Ben", "Cem")
OPTIONS_ON_A_MENU = 25

pytestmark = pytest.mark.usefixtures("vera")


async def held(
    world: World,
    kind: Kind = Kind.BALLOT,
    method: Method = Method.IRV,
    options: tuple[str, ...] = THREE,
    *,
    voters: Voters = Voters(),  # noqa: B008 - frozen
    channel: str = "general",
    **terms: Any,
) -> Poll:
    """Let organizers publish a poll, and open it."""
    now = world.clock.now()
    poll = Poll(
        POLL,
        GuildId(world.guild.id),
        ChannelId(world.channels[channel].id),
        Question(TITLE, "Three days in Vienna.", options),
        Terms(kind, method, now + timedelta(days=3), **terms),
        voters,
        State.SCHEDULED,
    )
    async with world.steward._database.begin() as connection:
        await records.add(connection, poll)
    await world.tick()
    return poll


def hide_a_channel(world: World) -> None:
    """Make a channel that organizers can see, and no other member."""
    seen_by = {
        world.guild.default_role: discord.PermissionOverwrite(view_channel=False),
        world.roles["Organizers"]: discord.PermissionOverwrite(view_channel=True),
    }
    world.channels["hidden"] = world.guild.create_text_channel("hidden", overwrites=seen_by)


async def votes(world: World, person: Person, label: str = "Vote") -> Person:
    """Open a ballot from the card in the channel."""
    person.last = await person.member.click(world.channels["general"].history()[0], label=label)
    return person


async def picks(person: Person, *values: str) -> Person:
    """Choose in the menu of the ballot."""
    return await person.chooses(next(each for each in person.routes if each.startswith("polls:mark:v1")), *values)


async def in_the_box(world: World) -> Contents:
    """Return what would be counted now."""
    own = world.steward.polls._keys.own(key_of(POLL))
    assert own is not None
    return await world.steward.polls._box.contents(POLL, own)


async def ballots(world: World) -> list[str]:
    return sorted(slip.ballot for slip in (await in_the_box(world)).slips)


async def sends(world: World, person: Person, custom_id: str) -> Person:
    """Press a button that is forged, or whose click Discord delivers again."""
    data = {"custom_id": custom_id, "component_type": 2}
    channel = world.channels["general"]
    person.last = await _dispatch_actor_interaction(person.member, InteractionType.MESSAGE_COMPONENT, channel, data)
    return person


def route(person: Person, action: str) -> str:
    return next(each for each in person.routes if each.startswith(f"polls:{action}:v1"))


def menu(person: Person) -> Mapping[str, Any]:
    (found,) = [part for part in parts(person._card.components) if part.get("options")]
    return found


def letter(person: Person, name: str) -> str:
    """Return the value of an option in the menu, by its words."""
    return str(next(option["value"] for option in menu(person)["options"] if option["label"].endswith(name)))


async def test_a_ranking_is_marked_step_by_step_and_goes_on_after_a_restart(world: World, somebody: Somebody) -> None:
    await held(world)
    ana = somebody("Ana")
    before = posts(world, "general")
    await votes(world, ana)
    assert "could see votes" in ana.seen
    assert "Once cast, it is final" in ana.seen
    assert "Choose your favourite first" in ana.seen
    await picks(ana, "c")
    await picks(ana, "a")
    assert "1.  **C**  Cem\n2.  **A**  Ana" in ana.seen
    await ana.presses("Undo the last")
    assert "2.  **A**  Ana" not in ana.seen
    await world.restart()
    await picks(ana, "b")
    assert "1.  **C**  Cem\n2.  **B**  Ben" in ana.seen
    await ana.presses("Done")
    assert "1.  **C**  Cem\n2.  **B**  Ben" in ana.seen
    assert "It is final" in ana.seen
    assert "If all vote alike" in ana.seen
    assert await ballots(world) == []
    await world.restart()
    await ana.presses("Cast this ballot")
    assert "in the box" in ana.seen
    assert "Cem" not in ana.seen
    assert await ballots(world) == ["cb"]
    await world.tick()
    assert posts(world, "general") == before, "nothing public moves with a vote"


async def test_a_ballot_is_cast_once_however_often_its_button_comes(world: World, somebody: Somebody) -> None:
    await held(world)
    ana = somebody("Ana")
    await votes(world, ana)
    await picks(ana, "a")
    await ana.presses("Done")
    cast = route(ana, "cast")
    await ana.presses("Cast this ballot")
    for again in (cast, cast.replace(":a", ":b")):
        await sends(world, ana, again)
        assert "You have voted in this poll already" in ana.seen
    await votes(world, ana)
    assert "You have voted in this poll already" in ana.seen
    assert await ballots(world) == ["a"]


async def test_a_ballot_that_can_be_changed_counts_as_it_was_cast_last(world: World, somebody: Somebody) -> None:
    await held(world, can_change=True)
    ana = somebody("Ana")
    for choice in ("a", "b"):
        await votes(world, ana)
        assert "the last one counts" in ana.seen
        await picks(ana, choice)
        await ana.presses("Done")
        await ana.presses("Cast this ballot")
    assert await ballots(world) == ["b"]


async def test_all_25_options_can_be_ranked(world: World, somebody: Somebody) -> None:
    await held(world, options=tuple(f"{number:02} {'long words ' * 6}" for number in range(OPTIONS_ON_A_MENU)))
    ana = somebody("Ana")
    await votes(world, ana)
    first = [option["value"] for option in menu(ana)["options"]]
    assert sorted(first) == list("abcdefghijklmnopqrstuvwxy")
    assert first != sorted(first), "in an order of the voter's own"
    for choice in sorted(first):
        await picks(ana, choice)
    await ana.presses("Cast this ballot")
    assert await ballots(world) == ["abcdefghijklmnopqrstuvwxy"]


@pytest.mark.parametrize("method", [Method.SCORE, Method.STAR])
async def test_scores_are_given_one_after_the_other(world: World, somebody: Somebody, method: Method) -> None:
    await held(world, method=method)
    ana = somebody("Ana")
    await votes(world, ana)
    scores = {"Ana": "5", "Ben": "0", "Cem": "3"}
    await ana.presses("4")
    await ana.presses("Undo the last")
    await world.restart()
    for number in (1, 2, 3):
        asked = ana.seen.split(f"Option {number} of 3")[1]
        await ana.presses(next(score for name, score in scores.items() if f"  {name}" in asked))
    assert "5  ·  **A**  Ana\n0  ·  **B**  Ben\n3  ·  **C**  Cem" in ana.seen
    await ana.presses("Change")
    assert "Option 3 of 3" in ana.seen
    last = next(score for name, score in scores.items() if f"  {name}" in ana.seen.split("Option 3 of 3")[1])
    await ana.presses(last)
    await ana.presses("Cast this ballot")
    assert await ballots(world) == ["503"]


@pytest.mark.parametrize("method", list(Method))
async def test_a_blank_vote_is_a_choice_of_its_own(world: World, somebody: Somebody, method: Method) -> None:
    await held(world, method=method)
    ana = somebody("Ana")
    await votes(world, ana)
    await ana.presses("Blank vote")
    assert "A blank vote." in ana.seen
    await ana.presses("Change")
    await ana.presses("Blank vote")
    await ana.presses("Cast this ballot")
    if method is Method.CONSENT:
        await ana.fills_in()
    assert await ballots(world) == ["-"]


async def test_several_options_are_approved_at_once(world: World, somebody: Somebody) -> None:
    await held(world, method=Method.APPROVAL)
    ana = somebody("Ana")
    await votes(world, ana)
    await picks(ana, "c", "a")
    assert "**A**  Ana\n**C**  Cem" in ana.seen
    await ana.presses("Change")
    await ana.presses("Leave it so")
    await ana.presses("Cast this ballot")
    assert await ballots(world) == ["ac"]


async def test_a_motion_is_voted_on(world: World, somebody: Somebody) -> None:
    await held(world, method=Method.MOTION, options=())
    (shown,) = posts(world, "general")
    assert "For · Against · Abstain" in shown
    assert "It passes if more are for it than against it" in shown
    ana = somebody("Ana")
    await votes(world, ana)
    await picks(ana, letter(ana, "Against"))
    assert "**Against**" in ana.seen
    await ana.presses("Cast this ballot")
    assert await ballots(world) == ["b"]


async def test_a_reason_is_kept_apart_from_what_was_chosen(world: World, somebody: Somebody) -> None:
    await held(world, method=Method.CONSENT, options=())
    ana, ben = somebody("Ana"), somebody("Ben")
    for person, choice, reason in ((ana, "Block", "It would cost the night shift."), (ben, "Agree", "")):
        await votes(world, person)
        await picks(person, letter(person, choice))
        assert "kept apart" in person.seen
        await person.presses("Cast this ballot")
        await person.fills_in(reason=reason)
        assert "in the box" in person.seen
    found = await in_the_box(world)
    assert sorted(slip.ballot for slip in found.slips) == ["a", "d"]
    assert list(found.reasons) == ["It would cost the night shift."]


async def test_hands_are_shown_by_name_and_can_be_changed_and_lowered(world: World, somebody: Somebody) -> None:
    await held(world, Kind.HANDS, Method.SINGLE)
    ana, ben = somebody("Ana"), somebody("Ben")
    for person in (ana, ben):
        await votes(world, person, "Raise your hand")
        assert f"under the name **{person.member.name.title()}**" in person.seen
        await picks(person, "b")
        await person.presses("Raise my hand")
        assert "Your hand is raised" in person.seen
    await world.tick()
    assert "**B**  Ben  · 2" in posts(world, "general")[0]
    await votes(world, ben, "Who said what")
    assert "**B  Ben** · 2\n- Ana\n- Ben" in ben.seen
    await votes(world, ana, "Raise your hand")
    assert "Your hand is raised. It says:\n**B**  Ben" in ana.seen
    await picks(ana, "c")
    await ana.presses("Raise my hand")
    await votes(world, ben, "Raise your hand")
    await ben.presses("Lower my hand")
    assert "Your hand is not raised" in ben.seen
    await world.tick()
    shown = posts(world, "general")[0]
    assert "**B**  Ben  · 0" in shown
    assert "**C**  Cem  · 1" in shown


async def test_names_are_for_those_who_see_the_channel(world: World, somebody: Somebody) -> None:
    hide_a_channel(world)
    await held(world, Kind.HANDS, Method.SINGLE, channel="hidden")
    ana, vera = somebody("Ana"), somebody("Vera")
    await sends(world, ana, f"polls:hands:v1:{POLL}")
    assert "those who can see the channel" in ana.seen
    await sends(world, vera, f"polls:hands:v1:{POLL}")
    assert "Blank vote" in vera.seen


@pytest.mark.parametrize("command", ["trust", "privacy", "mydata export", "mydata delete"])
async def test_whoever_asks_is_told_what_is_kept_of_voters_and_until_when(
    world: World, somebody: Somebody, command: str
) -> None:
    ana = somebody("Ana")
    await ana.runs(command)
    assert "While a poll is open" in ana.seen or "Only while a poll is open" in ana.seen
    assert "at the close" in ana.seen.casefold()


async def test_accounts_that_do_not_meet_the_rules_are_not_told_which(world: World, somebody: Somebody) -> None:
    await held(world, voters=Voters(role_id=RoleId(world.roles["Organizers"].id)))
    assert "with the role" in posts(world, "general")[0]
    ana = somebody("Ana")
    await votes(world, ana)
    assert "does not meet the rules" in ana.seen
    for forged in (f"polls:cast:v1:{POLL}:a", f"polls:review:v1:{POLL}:a", f"polls:sealed:v1:{POLL}:a"):
        await sends(world, ana, forged)
        assert "does not meet the rules" in ana.seen
    assert await ballots(world) == []


async def test_a_ballot_finished_after_the_close_is_not_cast_and_says_so(world: World, somebody: Somebody) -> None:
    await held(world)
    ana = somebody("Ana")
    await votes(world, ana)
    await picks(ana, "a")
    await ana.presses("Done")
    await world.env.advance_time(timedelta(days=3, minutes=1).total_seconds())
    await ana.presses("Cast this ballot")
    assert "Nothing was cast" in ana.seen
    assert await ballots(world) == []


@pytest.mark.parametrize("marks", ["z", "y", "aa", "abcabc", "7", "9999", "é", "a b", "--", "a" * 60])
@pytest.mark.parametrize("method", [Method.IRV, Method.SCORE])
async def test_forged_marks_are_refused_and_cast_nothing(
    world: World, somebody: Somebody, marks: str, method: Method
) -> None:
    await held(world, method=method)
    ana = somebody("Ana")
    for action in ("cast", "review", "change", "undo", "mark", "score"):
        await sends(world, ana, f"polls:{action}:v1:{POLL}:{marks}")
        assert "We are sorry" not in ana.seen, action
        assert "in the box" not in ana.seen, action
    assert await ballots(world) == []
