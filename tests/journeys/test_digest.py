"""The digest, as members read it."""

from datetime import timedelta

from bot.demo.world import World
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
