"""Organizers look after polls: call them off alone; end, extend and void them by two; say what came of a result."""

from datetime import timedelta
from typing import Any

import pytest

from bot.demo.world import World
from bot.ids import Actor, ChannelId, GuildId, PollId, UserId
from bot.polls import records
from bot.polls.counting.results import Method
from bot.polls.rules import Kind, Poll, State, Terms, Voters
from bot.polls.wording import Question
from tests.journeys.conftest import Somebody
from tests.journeys.people import Person, posts

POLL = PollId("0a1b2c3d")
TITLE = "Where do we meet?"


@pytest.fixture
async def two(world: World, administrator: Person, vera: Person, somebody: Somebody) -> tuple[Person, Person]:
    """Vera and Otto, the two organizers of a server with a channel of their own."""
    otto = somebody("Otto", "Organizers")
    await administrator.runs("setup")
    await administrator.chooses("guilds:organizers:v1", vera.member, otto.member)
    await administrator.chooses("guilds:channel:v1:organizers", world.channels["organizers"])
    return vera, otto


async def published(world: World, *, opens_in: timedelta | None = None, kind: Kind = Kind.BALLOT) -> Poll:
    """Let organizers publish a poll; the composer has stories of its own."""
    now = world.clock.now()
    opens_at = None if opens_in is None else now + opens_in
    terms = Terms(kind, Method.SINGLE, (opens_at or now) + timedelta(days=3), opens_at)
    question = Question(TITLE, "Next week.", ("Café", "Park"))
    channel = ChannelId(world.channels["general"].id)
    poll = Poll(POLL, GuildId(world.guild.id), channel, question, terms, Voters(joined_before=False), State.SCHEDULED)
    async with world.steward._database.begin() as connection:
        await records.add(connection, poll)
    await world.tick()
    return poll


async def voted(world: World, ballots: str) -> None:
    """Let members with old accounts vote; how they do it is told elsewhere."""
    for number, marks in enumerate(ballots):
        actor = Actor(GuildId(world.guild.id), UserId(212_345_678_901_300_000 + number))
        await world.steward.polls.cast(actor, POLL, marks)


async def opens(person: Person) -> Person:
    await person.runs("poll manage")
    assert TITLE in person.seen
    return await person.presses("Open")


async def agrees(world: World, person: Person) -> None:
    await person.runs("decisions")
    await person.presses("Agree")
    await world.tick()  # carried out
    await world.tick()  # and what follows from it


def card(world: World) -> str:
    """Return the poll's card, as it stands in the channel."""
    return posts(world, "general")[0]


async def test_members_do_not_see_the_organizers_list(world: World, vera: Person, somebody: Somebody) -> None:
    await published(world)
    ana = somebody("Ana")
    await ana.runs("poll manage")
    assert "This is for organizers" in ana.seen
    assert TITLE not in ana.seen


async def test_one_organizer_calls_off_what_has_not_opened_and_is_asked_once_more(world: World, vera: Person) -> None:
    await published(world, opens_in=timedelta(days=1))
    await opens(vera)
    assert "not open yet" in vera.seen
    await vera.presses("Cancel it")
    assert "this cannot be undone" in vera.seen
    await vera.presses("Leave it as it is")
    assert "not open yet" in vera.seen
    await vera.presses("Cancel it")
    await vera.presses("Cancel it")
    assert "called off" in vera.seen
    await world.later(days=2)
    assert posts(world, "general") == []
    await vera.runs("audit")
    assert f"cancelled a poll: {POLL}" in vera.seen


async def test_two_organizers_close_a_poll_early_and_one_alone_does_not(
    world: World, two: tuple[Person, Person]
) -> None:
    vera, otto = two
    await published(world)
    await voted(world, "aaaabb")
    await world.later(hours=1)
    await opens(vera)
    await vera.presses("Propose to close it now")
    assert "Nobody can see how many have voted" in vera.seen
    await vera.presses("Propose to close it now")
    assert "one of them must agree" in vera.seen
    await world.tick()
    assert f"Close the poll “{TITLE}” now" in posts(world, "organizers")[-1]
    await vera.runs("decisions")
    await vera.presses("Agree")
    assert "You proposed this yourself" in vera.seen
    await world.tick()
    assert "Closed and counted" not in card(world)
    await opens(otto)
    assert "open" in otto.seen
    await agrees(world, otto)
    assert "Closed and counted" in card(world)
    assert len(posts(world, "general")) == 2, "the card and the result"
    await otto.runs("poll manage")
    await otto.presses("Those that are over")
    await otto.presses("Open")
    assert "closed and counted" in otto.seen
    await otto.runs("audit")
    assert f"closed a poll early: <t:{int(world.clock.now().timestamp())}:f>, {POLL}" in otto.seen


async def test_organizers_are_told_nothing_of_how_many_have_voted(world: World, vera: Person) -> None:
    await published(world)
    await opens(vera)
    before = vera.seen
    await voted(world, "aaaabb")
    await world.later(hours=1)
    await opens(vera)
    assert vera.seen == before
    assert "not to organizers either" in before


async def test_two_organizers_give_a_poll_more_time(world: World, two: tuple[Person, Person]) -> None:
    vera, otto = two
    poll = await published(world)
    await opens(vera)
    await vera.presses("Propose more time")
    await vera.fills_in(closes="yesterday")
    assert "Please write the time as" in vera.seen
    await opens(vera)
    await vera.presses("Propose more time")
    await vera.fills_in(closes="61 days")
    assert "at most 60 days after the poll opened" in vera.seen
    await opens(vera)
    await vera.presses("Propose more time")
    await vera.fills_in(closes="2 days")
    later = poll.terms.closes_at + timedelta(days=2)
    closes = -(-int(later.timestamp()) // 60) * 60  # to the next minute
    await world.tick()
    assert f"it then closes <t:{closes}:f>" in posts(world, "organizers")[-1]
    await agrees(world, otto)
    assert f"<t:{closes}:f>" in card(world)
    await world.until(poll.terms.closes_at + timedelta(hours=1))
    await voted(world, "aaaabb")
    await world.until(later + timedelta(minutes=2))
    await world.tick()
    assert "Closed and counted" in card(world)


async def test_two_organizers_declare_a_poll_void_and_everybody_reads_why(
    world: World, two: tuple[Person, Person]
) -> None:
    vera, otto = two
    await published(world)
    await voted(world, "aaaabb")
    await opens(vera)
    await vera.chooses(f"polldesk:void:v1:{POLL}", "pressed")
    await world.tick()
    assert "People were pressed to vote in one way" in posts(world, "organizers")[-1]
    await agrees(world, otto)
    assert "Void." in card(world)
    assert "People were pressed to vote in one way" in card(world)
    assert len(posts(world, "general")) == 1, "there is no result"
    await otto.runs("audit")
    assert f"declared a poll void: {POLL}, People were pressed" in otto.seen
    await world.later(days=4)
    assert len(posts(world, "general")) == 1


async def test_organizers_say_what_came_of_it_and_when_to_look_again(world: World, two: tuple[Person, Person]) -> None:
    vera, otto = two
    poll = await published(world)
    await voted(world, "aaaabb")
    await world.until(poll.terms.closes_at + timedelta(minutes=1))

    async def notes(person: Person, label: str, **fields: Any) -> None:
        await person.runs("poll manage")
        await person.presses("Those that are over")
        await person.presses("Open")
        await person.presses(label)
        await person.fills_in(**fields)

    await notes(vera, "Note what came of it", outcome="We meet in the café.", review="next summer")
    assert "Please write the day as" in vera.seen
    await notes(vera, "Note what came of it", outcome="We meet in the café.", review="2020-01-01")
    assert "Choose a day from tomorrow on" in vera.seen
    day = (world.clock.now() + timedelta(days=30)).date().isoformat()
    await notes(vera, "Note what came of it", outcome="We meet in the *café*.", review=day)
    assert "We meet in the" in vera.seen
    await world.tick()
    assert "What came of it" in card(world)
    assert "We meet in the \\*café\\*." in card(world)
    assert day in card(world)
    await notes(otto, "Change what came of it", outcome="It was closed.", review="")
    await world.tick()
    assert "It was closed." in card(world)
    assert day not in card(world)
    assert len(posts(world, "general")) == 2, "the card and the result, edited and not posted anew"


async def test_organizers_reach_drafts_and_copies_from_the_desk(world: World, vera: Person) -> None:
    await published(world)
    await opens(vera)
    await vera.presses("Copy it to a new draft")
    await vera.runs("poll manage")
    drafts = [each for each in vera.routes if each.startswith("polldraft:open:v1:")]
    assert len(drafts) == 1
    await world.restart()
    vera.last = await vera.member.click(vera._card, custom_id=drafts[0])
    assert TITLE in vera.seen
    assert "[Open]" not in vera.seen, "the draft, and not the list"
