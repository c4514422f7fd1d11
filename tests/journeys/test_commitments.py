"""What the employer promised: an organizer notes it, members read it, and reports tell that it was broken."""

from datetime import timedelta

import pytest

from bot.commitments.service import Listed
from bot.demo.world import World
from bot.ids import Actor
from tests.journeys.conftest import Somebody
from tests.journeys.people import Person
from tests.journeys.test_petition_organizers import actor, handed_over, opens, two

__all__ = ["two"]

ENOUGH = 9
"""With k = 5, no secret step is larger, and no more than one step of five fits."""


@pytest.fixture
async def ana(vera: Person, somebody: Somebody) -> Person:
    """Ana, a member of a server that is set up."""
    return somebody("Ana")


async def notes(vera: Person, text: str = "No layoffs before *summer*", due: str = "", link: str = "") -> None:
    await vera.runs("commitments")
    await vera.presses("Note a promise")
    await vera.fills_in(text=text, source=["contract"], due=due, link=link)


async def only(world: World, vera: Person) -> tuple[Listed, Actor]:
    """Return the only promise there is, and Vera as an organizer."""
    who = actor(world, vera, "Organizers")
    (found,) = (await world.steward.commitments.listed(who)).listed
    return found, who


def in_days(world: World, days: int) -> str:
    return (world.clock.now() + timedelta(days=days)).date().isoformat()


async def test_an_organizer_notes_a_promise_and_every_member_reads_it(world: World, vera: Person, ana: Person) -> None:
    await ana.runs("commitments")
    assert "No promise is noted yet." in ana.seen
    assert "[Note a promise]" not in ana.seen
    await notes(vera, due=in_days(world, 5), link="https://example.org/contract")
    assert "**Due soon** · In a contract or agreement · until <t:" in vera.seen
    await ana.runs("commitments")
    assert "**Due soon**\nNo layoffs before \\*summer\\*\n-# until <t:" in ana.seen
    await ana.presses("Read")
    assert "> No layoffs before \\*summer\\*" in ana.seen
    assert "https://example.org/contract" in ana.seen
    assert "[Kept]" not in ana.seen
    await world.later(days=6)
    await ana.runs("commitments")
    assert "**Overdue**\nNo layoffs" in ana.seen


async def test_what_became_of_it_stands_on_the_list_and_in_the_audit(world: World, vera: Person, ana: Person) -> None:
    await notes(vera)
    await vera.presses("Broken")
    assert "**Broken** ·" in vera.seen
    assert "[Broken]" not in vera.seen
    await vera.presses("Open again")
    await vera.presses("Change")
    await vera.fills_in(text="No layoffs at all", source=["other"], due="", link="")
    assert "> No layoffs at all\n**Open** · Somewhere else" in vera.seen
    await vera.presses("Kept")
    await ana.runs("commitments")
    assert "**Kept**\nNo layoffs at all" in ana.seen
    await ana.runs("audit")
    assert "noted that a promise was broken" in ana.seen
    assert "noted that a promise was kept" in ana.seen


async def test_one_noted_by_mistake_is_asked_about_once_more_and_gone(vera: Person, ana: Person) -> None:
    await notes(vera)
    await vera.presses("Noted by mistake")
    assert "cannot be brought back" in vera.seen
    await vera.presses("Keep it")
    await vera.presses("Noted by mistake")
    await vera.presses("Take it out")
    assert "No promise is noted yet." in vera.seen
    await ana.runs("commitments")
    assert "No promise is noted yet." in ana.seen


async def test_what_is_wrong_with_a_promise_is_said_and_the_list_stays(vera: Person) -> None:
    for wrong, told in (
        ({"due": "31.12.2026"}, "Please write the day as `2026-12-31`"),
        ({"due": "2226-12-31"}, "more than 10 years away"),
        ({"link": "http://example.org"}, "starts with `https://`"),
        ({"text": "…"}, "Please write what was promised"),
    ):
        await notes(vera, **wrong)
        assert told in vera.seen
    await vera.runs("commitments")
    assert "No promise is noted yet." in vera.seen


async def test_what_an_answer_promises_is_noted_from_the_petition(
    world: World, two: tuple[Person, Person], somebody: Somebody
) -> None:
    vera, _ = two
    petition = await handed_over(world, two, somebody)
    await opens(vera)
    assert "[Note a promise]" not in vera.seen
    await vera.presses("Note the answer")
    await vera.fills_in(answer="Training from May on.")
    await vera.presses("Note a promise")
    await vera.fills_in(text="Training from May on", due="", link="")
    assert "**Open** · In the answer to a petition" in vera.seen
    found, _ = await only(world, vera)
    assert found.commitment.petition_id == petition.id


async def test_a_case_is_taken_as_evidence_and_off_again(world: World, vera: Person, ana: Person) -> None:
    code = await ana.reports("They laid off two of us.", at_once=True)
    await world.tick()
    await vera.runs("cases")
    (case,) = vera.cases
    await vera.opens(case)
    await vera.presses("Evidence of a broken promise")
    assert "No promise is noted yet." in vera.seen
    await vera.presses("Back to the case")
    await notes(vera)
    found, _ = await only(world, vera)
    await vera.runs("cases", case=case)
    await vera.presses("Evidence of a broken promise")
    await vera.chooses(f"reports:link:v1:{case}", found.commitment.id)
    assert "Evidence of a broken promise: No layoffs before \\*summer\\*" in vera.seen
    await vera.presses("Confirm")
    assert "Evidence of a broken promise: No layoffs" in vera.seen
    await ana.comes_back(code)
    assert "promise" not in ana.seen, "its reporter is not told"
    await ana.runs("commitments")
    assert "tell of a breach" not in ana.seen, "one report shows nowhere"
    await vera.runs("deskaudit")
    assert f"took a case as evidence of a broken promise: {case}" in vera.seen
    await vera.runs("cases", case=case)
    await vera.presses("No evidence of it")
    assert "Evidence of a broken promise:" not in vera.seen
    assert "[Evidence of a broken promise]" in vera.seen


async def test_members_read_how_many_reports_tell_of_a_breach_once_a_digest_may_say_so(
    world: World, vera: Person, ana: Person, somebody: Somebody
) -> None:
    for number in range(ENOUGH):
        await somebody(f"Worker {number}").reports("They laid off two of us.", at_once=True)
    await world.tick()
    await notes(vera)
    found, who = await only(world, vera)
    desk = world.steward.desk
    cases = [case.id for page in range(2) for case in (await desk.page(who, page)).cases]
    assert len(cases) == ENOUGH
    for case in cases:
        await desk.confirm(who, case, is_confirmed=True)
        await desk.link(who, case, found.commitment.id)
    for _ in range(60):
        await ana.runs("commitments")
        if "tell of a breach" in ana.seen:
            break
        await world.later(days=7)
    assert "At least 5 reports tell of a breach." in ana.seen
    await ana.presses("Read")
    assert "At least 5 reports tell of a breach." in ana.seen
