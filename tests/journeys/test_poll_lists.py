"""Members see which polls wait for them, and check their ballot in the list that everybody can read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.demo.world import World
from bot.ids import Actor, GuildId, PollId, UserId
from bot.polls import ledger, records
from bot.polls.counting.results import Method
from bot.polls.rules import Kind
from tests.journeys.conftest import Somebody
from tests.journeys.people import Person, parts, posts
from tests.journeys.test_polls import POLL, TITLE, ballots, held, hide_a_channel, picks, route, sends, votes

CROWD = 20

pytestmark = pytest.mark.usefixtures("vera")


async def casts_checkably(person: Person, words: str, choice: str = "a") -> str:
    """Vote with two own words and return what the receipt says to write down."""
    await votes(person.world, person)
    await picks(person, choice)
    assert "Write these six characters down now" in person.seen
    code = person.seen.split("```\n")[1].split("\n")[0]
    await person.presses("Cast this ballot")
    await person.fills_in(words=words)
    assert f"{words.casefold()} {code}" in person.seen
    return f"{words.casefold()} {code}"


async def a_crowd_votes(world: World, somebody: Somebody, many: int = CROWD) -> None:
    """Let so many others vote, without pressing every button."""
    for number in range(many):
        voter = somebody(f"Voter {number}")
        actor = Actor(GuildId(world.guild.id), UserId(voter.member.id), joined_at=world.clock.now())
        code = "".join(ledger.CODE_LETTERS[(number + place) % 30] for place in range(ledger.CODE_LENGTH))
        await world.steward.polls.cast(actor, POLL, "b", words=f"word{number} other", code=code)


async def closes(world: World) -> None:
    """Let the poll be counted; what is posted of its result is another story."""
    await world.env.advance_time(timedelta(days=3, minutes=1).total_seconds())
    with world.env.time_context():
        await world.steward.poll_closing.close_due()


async def test_a_voter_finds_their_ballot_in_the_list(world: World, somebody: Somebody) -> None:
    await held(world, method=Method.SINGLE, has_ledger=True)
    ana = somebody("Ana")
    tracker = await casts_checkably(ana, "Copper Heron")
    assert "Ben" not in ana.seen
    await ana.runs("poll check", poll=POLL, words=tracker)
    assert "not posted yet" in ana.seen
    await a_crowd_votes(world, somebody)
    for _ in range(2):
        await world.later(hours=1)
    (_, *told) = posts(world, "general")
    assert ledger.hashed(tracker) in "".join(told)
    assert tracker not in "".join(told)
    await ana.runs("poll check", poll=POLL, words=f"  {tracker.upper()} ")
    assert "It is posted" in ana.seen
    await closes(world)
    await ana.runs("poll check", poll=POLL, words=tracker)
    assert "It is in the list" in ana.seen
    assert "A  Ana" in ana.seen
    await ana.presses("Another line")
    assert "It is in the list" in ana.seen
    assert "B  Ben" in ana.seen
    assert tracker not in ana.seen
    await ana.runs("poll check", poll=POLL, words="copper heron 222222")
    assert "It is not in the list" in ana.seen


async def test_own_words_are_asked_for_again_and_nothing_is_lost(world: World, somebody: Somebody) -> None:
    await held(world, method=Method.SINGLE, has_ledger=True)
    ana = somebody("Ana")
    await votes(world, ana)
    await picks(ana, "c")
    await world.restart()
    review = ana.last
    for wrong in ("one", "one two three", "   "):
        await ana.presses("Cast this ballot")
        await ana.fills_in(words=wrong)
        assert "your choices are kept" in ana.seen
        ana.last = review
    assert await ballots(world) == []
    await ana.presses("Cast this ballot")
    await world.restart()
    await ana.fills_in(words="Copper Heron")
    assert await ballots(world) == ["c"]


@pytest.mark.parametrize("code", ["", "000000", "abcdef", "AAAAAAA"])
async def test_characters_that_are_not_from_steward_are_refused(world: World, somebody: Somebody, code: str) -> None:
    await held(world, method=Method.SINGLE, has_ledger=True)
    ana = somebody("Ana")
    for action in ("cast", "sealed"):
        await sends(world, ana, f"polls:{action}:v1:{POLL}:a:{code}")
        assert "not from Steward" in ana.seen, action
    assert await ballots(world) == []


async def test_going_back_to_change_a_choice_keeps_the_characters(world: World, somebody: Somebody) -> None:
    await held(world, method=Method.SINGLE, has_ledger=True)
    ana = somebody("Ana")
    await votes(world, ana)
    await picks(ana, "c")
    code = route(ana, "cast").split(":")[-1]
    await ana.presses("Change")
    await picks(ana, "a")
    assert route(ana, "cast").endswith(f":a:{code}")
    assert code in ana.seen


async def test_no_list_is_shown_of_few_ballots(world: World, somebody: Somebody) -> None:
    await held(world, method=Method.SINGLE, has_ledger=True)
    tracker = await casts_checkably(somebody("Ana"), "Copper Heron")
    await a_crowd_votes(world, somebody, CROWD - 2)
    await closes(world)
    assert "There is no list" in (await somebody("Ana").runs("poll check", poll=POLL, words=tracker)).seen


async def test_polls_with_a_list_are_found_by_their_question(world: World, somebody: Somebody) -> None:
    await held(world, method=Method.SINGLE, has_ledger=True)
    ana, general = somebody("Ana"), world.channels["general"]
    (found,) = await ana.member.autocomplete(general, "poll check", "poll", "CONFERENCE")
    assert found["name"] == TITLE
    assert await ana.member.autocomplete(general, "poll check", "poll", "something else") == []
    await ana.runs("poll check", poll="nonsense", words="copper heron 222222")
    assert "This poll is not here" in ana.seen
    await ana.runs("poll check", poll=POLL, words="copper heron")
    assert "Please write your two words" in ana.seen


async def test_members_see_which_polls_wait_for_them(world: World, somebody: Somebody) -> None:
    ana, ben = somebody("Ana"), somebody("Ben")
    await ana.runs("polls")
    assert "no poll here" in ana.seen
    await held(world, method=Method.SINGLE)
    for person in (ana, ben):
        await person.runs("polls")
        assert "Waiting for your vote: 1" in person.seen
    await ana.presses("Vote")
    await picks(ana, "a")
    await ana.presses("Cast this ballot")
    await ana.runs("polls")
    assert "None waits for your vote" in ana.seen
    await ana.presses("Look")
    assert "Three days in Vienna." in ana.seen
    await ben.runs("polls")
    assert "Waiting for your vote: 1" in ben.seen, "and nobody else sees that Ana has voted"
    await closes(world)
    await ben.runs("polls")
    assert "closed and counted" in ben.seen
    assert f"pollresult:show:v1:{POLL}" in ben.routes


async def test_polls_that_are_not_open_yet_say_when_they_will_be(world: World, somebody: Somebody) -> None:
    await held(world, method=Method.SINGLE, opens_at=world.clock.now() + timedelta(days=1))
    assert posts(world, "general") == []
    ana = somebody("Ana")
    await ana.runs("polls")
    assert "opens <t:" in ana.seen
    assert "[Vote]" not in ana.seen
    await ana.presses("Look")
    assert "**Opens**" in ana.seen
    await sends(world, ana, f"polls:vote:v1:{POLL}")
    assert "This poll is not open" in ana.seen
    await world.later(days=1)
    assert TITLE in posts(world, "general")[0]


async def test_polls_of_channels_one_cannot_see_are_not_listed(world: World, somebody: Somebody) -> None:
    hide_a_channel(world)
    await held(world, Kind.HANDS, Method.SINGLE, channel="hidden")
    ana, vera = somebody("Ana"), somebody("Vera")
    await ana.runs("polls")
    assert "no poll here" in ana.seen
    await vera.runs("polls")
    assert TITLE in vera.seen


async def test_many_polls_are_shown_a_page_at_a_time(world: World, somebody: Somebody) -> None:
    poll = await held(world, method=Method.SINGLE)
    async with world.steward._database.begin() as connection:
        for number in range(10):
            await records.add(connection, replace(poll, id=PollId(f"0000000{number}")))
    await world.tick()
    ana = somebody("Ana")
    await ana.runs("polls")
    assert "Page 1 of 2" in ana.seen
    await ana.presses("Next")
    assert "Page 2 of 2" in ana.seen
    titles = [part for part in parts(ana._card.components) if TITLE in str(part.get("content"))]
    assert len(titles) == 5


async def test_the_end_is_told_a_day_before_to_the_channel_alone(world: World, somebody: Somebody) -> None:
    await held(world, method=Method.SINGLE)
    await world.later(days=2, minutes=1)
    (_, told) = posts(world, "general")
    assert "closes soon" in told
    assert "does not tell who has voted" in told
    ana = somebody("Ana")
    ana.last = await ana.member.click(world.channels["general"].history()[1], label="Vote")
    assert "does not meet the rules" in ana.seen, "she joined after the poll had opened"


async def test_the_id_of_a_poll_in_a_channel_one_cannot_see_opens_nothing_however_it_was_found(
    world: World, vera: Person, somebody: Somebody
) -> None:
    """The public chain names polls by their ids, and an id can be typed."""
    hide_a_channel(world)
    await held(world, method=Method.SINGLE, has_ledger=True, channel="hidden")
    ana = somebody("Ana")
    await ana.runs("audit")
    assert POLL in ana.seen
    for typed in (POLL, "0" * 8):
        await ana.runs("poll check", poll=typed, words="copper heron 222222")
        assert "This poll is not here" in ana.seen
        assert TITLE not in ana.seen
    await sends(world, ana, f"polls:line:v1:{POLL}:copper heron 222222")
    assert "This poll is not here" in ana.seen
    await vera.runs("poll check", poll=POLL, words="copper heron 222222")
    assert TITLE in vera.seen
