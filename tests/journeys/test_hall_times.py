"""Organizers ask when people could meet; members answer in private; the order of the times is explained."""

import pytest

from bot.demo.world import World
from tests.journeys.conftest import Somebody
from tests.journeys.people import Person, posts
from tests.journeys.test_hall_planning import otto, typed
from tests.journeys.test_poll_composer import form_of

__all__ = ["otto"]


async def proposes(world: World, person: Person) -> list[int]:
    """Propose two times and return them."""
    (early, first), (late, second) = await typed(world, 8, "03:00"), await typed(world, 9, "18:00")
    await person.runs("townhall propose")
    await person.fills_in(title="The pilot", minutes="60", slots=f"{early}\n\n{late}", closes="3 days")
    await world.tick()
    return [int(each.timestamp()) for each in (first, second)]


async def answers(world: World, person: Person, *labels: str) -> Person:
    """Press the button of the card in the channel, and answer each time."""
    message = world.channels["town-halls"].history()[0]
    person.last = await person.member.click(message, label="Say when I can")
    for label in labels:
        await person.presses(label)
    return person


async def test_times_are_proposed_answered_in_private_weighed_and_scheduled(
    world: World, otto: Person, somebody: Somebody
) -> None:
    await otto.runs("townhall zones")
    assert "never of people" in otto.seen
    await otto.presses("For organizers: change the zones")
    await otto.fills_in(zones="europe/berlin\nAsia/Manila")
    assert "Asia/Manila" in otto.seen
    first, second = await proposes(world, otto)
    assert f"<t:{first}:F>" in otto.seen
    (shown,) = posts(world, "town-halls")
    assert f"<t:{second}:F>" in shown
    ana = somebody("Ana")
    await answers(world, ana)
    assert "Asia/Manila: " in ana.seen
    assert "🌙" in ana.seen
    await ana.presses("Yes")
    await ana.presses("If needed")
    assert "Is this right?" in ana.seen
    await ana.presses("Send")
    assert "kept" in ana.seen
    await answers(world, ana)
    assert "You answered before: Yes" in ana.seen
    for number in range(5):
        await answers(world, somebody(f"Member {number}"), "No", "Yes", "Send")
    assert posts(world, "town-halls") == [shown]
    await world.later(days=3, minutes=1)
    await world.tick()
    (weighed,) = posts(world, "town-halls")
    assert weighed.index(f"<t:{second}:F>") < weighed.index(f"<t:{first}:F>")
    assert "yes at least 5" in weighed
    assert "less than four fifths" in weighed
    message = world.channels["town-halls"].history()[0]
    ana.last = await ana.member.click(message, label="For organizers: schedule one")
    assert "This is for organizers" in ana.seen
    otto.last = await otto.member.click(message, label="For organizers: schedule one")
    await otto.chooses(next(each for each in otto.routes if each.startswith("hallplan:take")), "0")
    form = form_of(otto)
    assert (form["title"], form["minutes"]) == ("The pilot", "60")
    await otto.fills_in(**form | {"channel": [], "text": ""})
    assert f"<t:{second}:F>" in otto.seen


async def test_an_answer_can_be_taken_back(world: World, otto: Person, somebody: Somebody) -> None:
    await proposes(world, otto)
    ana = await answers(world, somebody("Ana"), "No", "No", "Send")
    await answers(world, ana, "Take my answer back")
    await answers(world, ana)
    assert "You answered before" not in ana.seen


@pytest.mark.parametrize(("button", "said"), [("Call it off", "called off"), ("Close it now", "fewer than 5")])
async def test_a_search_is_ended_early_only_after_asking(
    world: World, otto: Person, button: str, said: str, somebody: Somebody
) -> None:
    await proposes(world, otto)
    ana = await answers(world, somebody("Ana"), "Yes")
    await otto.runs("townhall propose")
    await otto.presses(button)
    assert "destroyed" in otto.seen
    await world.tick()
    assert "Say when I can" in posts(world, "town-halls")[0]
    await otto.presses(button)
    await world.later(minutes=1)
    (shown,) = posts(world, "town-halls")
    assert said in shown
    await ana.presses("Yes")
    assert "not up for an answer any more" in ana.seen


async def test_a_time_that_is_none_is_refused(world: World, otto: Person) -> None:
    await otto.runs("townhall propose")
    await otto.fills_in(title="The pilot", minutes="60", slots="tomorrow", closes="3 days")
    assert "Please write the time as" in otto.seen
    early, _ = await typed(world, 8)
    await otto.runs("townhall propose")
    await otto.fills_in(title="The pilot", minutes="60", slots=early, closes="3 days")
    assert "from 2 to 10 different times" in otto.seen
