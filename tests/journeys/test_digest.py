"""The digest, as members read it."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from bot.database import outbox
from bot.database.outbox import Letter
from bot.demo.world import World
from bot.digests.service import KIND
from bot.ids import Actor, ChannelId, GuildId, RoleId, UserId
from bot.petitions.conditions import Condition
from bot.petitions.rules import Petition, Terms, Visibility
from bot.petitions.wording import compose
from tests.journeys.conftest import Somebody
from tests.journeys.people import Person, digests, weeks_until_a_digest_is_decided


async def weeks_until_a_digest(world: World, most: int = 40) -> int:
    """Let weeks pass until a digest is posted; a cell that could move may stand still, by design."""
    before = len(digests(world))
    for week in range(1, most + 1):
        await world.later(days=7)
        if len(digests(world)) > before:
            return week
    raise AssertionError("no digest came")


async def everything_is_confirmed(world: World, organizer: Person) -> None:
    """Let the reports be released and an organizer confirm them."""
    await world.later(days=1)
    await organizer.confirms_everything()


async def test_nothing_to_say_says_nothing(world: World, vera: Person) -> None:
    for _ in range(3):
        await world.later(days=7)
    assert digests(world) == []


async def test_a_few_reports_are_not_shown(world: World, vera: Person, somebody: Somebody) -> None:
    for number in range(4):
        await somebody(f"Worker {number}").reports("They count our keystrokes.")
    await world.later(days=7)
    await everything_is_confirmed(world, vera)
    for _ in range(10):
        await world.later(days=7)
    assert digests(world) == []


async def test_reports_that_no_organizer_has_confirmed_are_not_counted(
    world: World, vera: Person, somebody: Somebody
) -> None:
    for number in range(30):
        await somebody(f"Worker {number}").reports("They count our keystrokes.")
    for _ in range(10):
        await world.later(days=7)
    assert digests(world) == []


async def test_many_reports_become_a_digest_that_names_no_exact_number(
    world: World, vera: Person, somebody: Somebody
) -> None:
    for number in range(13):
        await somebody(f"Worker {number}").reports("They count our keystrokes.")
    await everything_is_confirmed(world, vera)
    await weeks_until_a_digest(world)
    digest = digests(world)[0]
    assert "Monitoring" in digest or "QA or test" in digest or "None on my pay" in digest
    assert "at least" in digest
    assert "13" not in digest
    assert "keystrokes." not in digest


async def test_a_digest_is_posted_once_whatever_happens_around_it(
    world: World, vera: Person, somebody: Somebody
) -> None:
    for number in range(13):
        await somebody(f"Worker {number}").reports("They count our keystrokes.")
    await everything_is_confirmed(world, vera)
    world.env.inject_error("POST", "/channels/*/messages", status=503, times=1)
    await weeks_until_a_digest_is_decided(world)
    await world.restart()
    for _ in range(6):
        await world.later(seconds=30)
    assert len(digests(world)) == 1


async def test_a_missed_digest_comes_late_and_once(world: World, vera: Person, somebody: Somebody) -> None:
    for number in range(13):
        await somebody(f"Worker {number}").reports("They count our keystrokes.")
    await everything_is_confirmed(world, vera)
    for _ in range(40):
        await world.env.advance_time(timedelta(days=22).total_seconds())  # nobody ticks: the machine is off
        await world.tick()
        if digests(world):
            break
    assert len(digests(world)) == 1
    assert "comes late" in digests(world)[0]


# Petitions

WORDS = compose(
    "Paid training, [really](https://evil.example)", "The board", ["Training at work"], "It is our evening."
)


def actor(world: World, person: Person, *roles: str) -> Actor:
    has = frozenset(RoleId(world.roles[role].id) for role in roles)
    return Actor(GuildId(world.guild.id), UserId(person.member.id), has)


async def opens(world: World, vera: Person, days: int = 30) -> Petition:
    """Start a petition and publish it; how members do that has stories of its own."""
    petitions = world.steward.petitions
    terms = Terms(Visibility.COUNT, 5, 3, world.clock.now() + timedelta(days=days))
    petition = await petitions.start(actor(world, vera, "Organizers"), petitions.new_form(), WORDS, terms)
    await petitions.submit(actor(world, vera, "Organizers"), petition.id)
    return await world.steward.conduct.publish(actor(world, vera, "Organizers"), petition.id)


async def next_digest(world: World) -> datetime:
    """Let the time of the next digest come and return it."""
    await world.live_until((await world.settings_made()).next_digest(world.clock.now()))
    return world.clock.now()


def numbers(digest: str) -> list[str]:
    return re.findall("(?:≥|at least) .*", digest)


async def sign(world: World, petition: Petition, people: Iterable[Person]) -> None:
    for person in people:
        await world.steward.petitions.sign(actor(world, person), petition.id, petition.wording.hash, Condition())


async def test_an_open_petition_is_told_each_week_with_no_word_of_reports_there_are_not(
    world: World, vera: Person, somebody: Somebody
) -> None:
    petition = await opens(world, vera)
    await sign(world, petition, [somebody(f"Ana {number}") for number in range(3)])
    await world.later(days=7)
    (digest,) = digests(world)
    deadline = int(petition.terms.deadline_at.timestamp())
    told = r"**Open for signing**: Paid training, \[really\](https://evil.example)"
    assert f"{told} · 5 signatures are the goal · deadline <t:{deadline}:D>" in digest
    assert "t least" not in digest
    assert "No number of reports can be shown yet" in digest
    await world.later(days=7)
    assert len(digests(world)) == 2


async def test_a_petition_goes_through_the_digests_from_its_goal_to_its_answer(
    world: World, administrator: Person, vera: Person, somebody: Somebody
) -> None:
    otto = somebody("Otto", "Organizers")
    await administrator.runs("setup")
    await administrator.chooses("guilds:organizers:v1", vera.member, otto.member)
    await administrator.chooses("guilds:channel:v1:organizers", world.channels["organizers"])
    petition = await opens(world, vera)
    await sign(world, petition, [somebody(f"Ana {number}") for number in range(6)])
    await world.later(minutes=30)
    await next_digest(world)
    assert "**Goal reached**: Paid training" in digests(world)[-1]
    assert "at least 5 signatures, 5 were asked for" in digests(world)[-1]
    await vera.runs("petitions")
    await vera.presses("Open")
    await vera.presses("Propose to hand it over")
    await otto.runs("decisions")
    await otto.presses("Agree")
    await world.later(hours=13)
    handed_over_at = world.clock.now()
    days = 0
    for lead in ("Handed over, day", "Day", "Day", "Day"):
        days = (await next_digest(world) - handed_over_at).days
        assert f"**{lead} {days} without an answer**: Paid training" in digests(world)[-1]
    assert days >= 23
    await world.later(hours=1)
    await world.steward.conduct.record_answer(actor(world, vera, "Organizers"), petition.id, "Yes.")
    await next_digest(world)
    assert f"**Answered on day {days}**: Paid training" in digests(world)[-1]
    before = len(digests(world))
    await next_digest(world)
    assert len(digests(world)) == before, "what was answered is told once"


async def test_a_digest_shows_numbers_and_petitions_under_each_other(
    world: World, vera: Person, somebody: Somebody
) -> None:
    for number in range(13):
        await somebody(f"Worker {number}").reports("They count our keystrokes.")
    await everything_is_confirmed(world, vera)
    await opens(world, vera, days=180)
    weeks: list[str] = []
    for _ in range(25):
        await next_digest(world)
        assert "**Open for signing**: Paid training" in digests(world)[-1].partition("**Petitions**")[2]
        assert "At least 0" not in digests(world)[-1]
        weeks.append(digests(world)[-1].partition("ref ")[0])
    assert len(digests(world)) == len(weeks)
    stood_still = [week for before, week in pairwise(weeks) if "≥ " in week and numbers(before) == numbers(week)]
    assert stood_still
    assert all("**Petitions**" in week.partition("reports so far")[2] for week in stood_still)
    assert not any("New since" in week for week in stood_still)
    assert "Confirmed reports are counted, not people" in stood_still[-1]


async def test_a_digest_that_waits_from_before_petitions_were_told_is_posted_all_the_same(
    world: World, vera: Person
) -> None:
    contents: dict[str, Any] = {"period": "2026-03-03", "since": None, "is_late": False, "k": 5, "total": 5}
    contents |= {"changes": [], "tallies": [["category", ["MON"], 5]]}
    channel = ChannelId(world.channels["digests"].id)
    letter = Letter("digest:before", GuildId(world.guild.id), channel, KIND, contents, "en")
    async with world.steward._database.begin() as connection:
        await outbox.queue(connection, letter)
    await world.tick()
    (digest,) = digests(world)
    assert "≥ 5 · Monitoring" in digest
    assert "Petitions" not in digest
