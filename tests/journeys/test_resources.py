"""Members look for training and help, and organizers look after what they find."""

from datetime import timedelta

from bot.demo.world import World
from bot.resources.rules import mark
from tests.journeys.conftest import Somebody
from tests.journeys.people import Person

KIND, REGION, LANGUAGE = "resources:kind:v1", "resources:region:v1", "resources:language:v1"


def menu(person: Person, route: str) -> str:
    (found,) = [each for each in person.routes if each.startswith(f"{route}:")]
    return found


async def adds(vera: Person, title: str = "Evening school", *, link: str = "https://school.example") -> Person:
    await vera.runs("resources")
    await vera.presses("Add an entry")
    return await vera.fills_in(kind=["course"], title=title, text="Courses after work.", link=link)


async def test_a_member_finds_somebody_to_talk_to_and_turns_the_pages(
    world: World, vera: Person, somebody: Somebody
) -> None:
    ana = somebody("Ana")
    await ana.runs("resources")
    assert "Find A Helpline" in ana.seen
    assert "https://findahelpline.com" in ana.seen
    assert "from Steward’s starter set, not yet checked by organizers here" in ana.seen
    assert "page 1 of" in ana.seen
    await ana.presses("Next")
    assert "Find A Helpline" not in ana.seen
    assert "page 2 of" in ana.seen
    assert not [
        each for each in ana.routes if each.startswith(("resources:open", "resources:new", "resources:putback"))
    ]


async def test_a_member_chooses_a_kind_and_a_region(world: World, vera: Person, somebody: Somebody) -> None:
    await adds(vera)
    await vera.presses("Region, language, days")
    await vera.fills_in(region="Spain", language="Spanish", expires="", review="")
    ana = somebody("Ana")
    await ana.runs("resources")
    await ana.chooses(menu(ana, KIND), "course")
    assert "**Courses** · page 1 of 1" in ana.seen
    assert "Evening school" in ana.seen
    assert "Europass" in ana.seen
    await ana.chooses(menu(ana, REGION), mark("Spain"))
    assert "Evening school" in ana.seen
    assert "Elements of AI" in ana.seen
    assert "Europass" not in ana.seen
    await ana.chooses(menu(ana, KIND), "legal")
    assert "Ask your union for legal help" in ana.seen
    assert "LawHelp.org" not in ana.seen
    await ana.chooses(menu(ana, REGION), "any")
    assert "LawHelp.org" in ana.seen


async def test_what_an_organizer_adds_and_takes_out_members_see_at_once(
    world: World, vera: Person, somebody: Somebody
) -> None:
    ana = somebody("Ana")
    await adds(vera)
    assert "Evening school" in vera.seen
    assert "To be looked at again from: 20" in vera.seen
    await ana.runs("resources")
    await ana.chooses(menu(ana, KIND), "course")
    assert "Evening school" in ana.seen
    assert "https://school.example" in ana.seen
    await vera.presses("Change its words")
    await vera.fills_in(kind=["course"], title="Night school", text="Courses at night.", link="")
    await ana.runs("resources")
    await ana.chooses(menu(ana, KIND), "course")
    assert "Night school" in ana.seen
    assert "school.example" not in ana.seen
    await vera.presses("Take it out")
    await ana.runs("resources")
    await ana.chooses(menu(ana, KIND), "course")
    assert "Night school" not in ana.seen
    await vera.runs("audit")
    for told in ("added an entry to the help directory: own-", "took an entry out of the help directory: own-"):
        assert told in vera.seen


async def test_an_organizer_checks_a_starter_entry_takes_it_out_and_puts_it_back(
    world: World, vera: Person, somebody: Somebody
) -> None:
    ana = somebody("Ana")
    await vera.runs("resources")
    await vera.chooses("resources:open:v1", "befrienders")
    assert "not yet checked" in vera.seen
    await vera.presses("Still right")
    assert "from Steward’s starter set, checked by organizers here" in vera.seen
    await vera.presses("Take it out")
    await ana.runs("resources")
    assert "Befrienders" not in ana.seen
    await vera.chooses("resources:putback:v1", "befrienders")
    await ana.runs("resources")
    assert "Befrienders" in ana.seen


async def test_what_is_over_waits_for_organizers_and_members_see_it_no_more(
    world: World, vera: Person, somebody: Somebody
) -> None:
    ana = somebody("Ana")
    last = world.clock.now().date() + timedelta(days=3)
    await adds(vera)
    await vera.presses("Region, language, days")
    await vera.fills_in(region="", language="", expires=last.isoformat(), review="")
    assert f"Last day on which members see it: {last}" in vera.seen
    await world.later(days=5)
    await ana.runs("resources")
    await ana.chooses(menu(ana, KIND), "course")
    assert "Evening school" not in ana.seen
    await vera.runs("resources")
    await vera.chooses(menu(vera, KIND), "waiting")
    assert "Evening school" in vera.seen
    assert f"not shown to members: its last day was {last}" in vera.seen


async def test_a_link_or_a_day_that_cannot_be_is_refused_with_what_to_do(world: World, vera: Person) -> None:
    await adds(vera, link="school.example")
    assert "it must start with `https://`" in vera.seen
    await adds(vera)
    await vera.presses("Region, language, days")
    await vera.fills_in(region="", language="", expires="next year", review="")
    assert "such as `2027-12-31`" in vera.seen


async def test_what_an_organizer_types_pings_nobody_and_hides_nothing(world: World, vera: Person) -> None:
    await adds(vera, title="@everyone **free**")
    assert "\\@everyone \\*\\*free\\*\\*" in vera.seen
