"""Organizers write a town hall over several forms; nobody else learns of it before it is published."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.refusals import NotAnOrganizer, NotSetUp
from bot.townhalls.drafts import MOST_DRAFTS, DraftChanged, Planned, TooManyDrafts
from bot.townhalls.plans import AgendaTooLong, Item, Place, PlaceKind, PlaceMissing
from bot.townhalls.repeats import EveryWeeks, Repeat, WeekdaysMissing
from bot.townhalls.rules import HallGone, NotInThisState, State
from bot.townhalls.service import CARD
from tests.house import ELSEWHERE_ORGANIZER, ORGANIZER, WORKER, House
from tests.services.halls import current, halls_of, member, plan_at, told

NOWHERE = Place(PlaceKind.OUTSIDE, "")


async def drafted(house: House, *, form: str = "a form", hours: float = 72, **changes: Any) -> Planned:
    """Write a first draft."""
    plan = plan_at(house.clock.now() + timedelta(hours=hours), **changes)
    return await house.hall_drafts.begin(ORGANIZER, form, plan)


async def test_a_draft_is_told_to_nobody_and_stands_in_no_list(house: House) -> None:
    await halls_of(house)
    draft = (await drafted(house)).hall
    assert await house.town_halls.listed(member(1)) == []
    assert await told(house, CARD) == []
    for act in (house.town_halls.standing, house.town_halls.sign_up, house.town_halls.questions):
        with pytest.raises(HallGone):
            await act(member(1), draft.id)
    with pytest.raises(NotAnOrganizer):
        await house.hall_drafts.find(WORKER, draft.id)
    with pytest.raises(NotSetUp):
        await house.hall_drafts.find(ELSEWHERE_ORGANIZER, draft.id)


async def test_a_draft_may_lack_things_and_says_what(house: House) -> None:
    await halls_of(house)
    draft = await drafted(house, place=NOWHERE)
    assert isinstance(draft.lacking, PlaceMissing)
    with pytest.raises(PlaceMissing):
        await house.hall_drafts.publish(ORGANIZER, draft.hall.id, draft.hall.sequence)
    agenda = (Item("One", 40), Item("Two", 35))
    revised = await house.hall_drafts.revise(
        ORGANIZER, draft.hall.id, {"agenda": agenda, "place": Place(PlaceKind.OUTSIDE, "https://example.org")}
    )
    assert isinstance(revised.lacking, AgendaTooLong)
    assert revised.lacking.values == {"minutes": 75, "limit": 60, "over": 15}
    assert (await house.hall_drafts.revise(ORGANIZER, draft.hall.id, {"minutes": 75})).lacking is None


async def test_what_is_published_is_what_was_shown(house: House) -> None:
    await halls_of(house)
    draft = (await drafted(house)).hall
    await house.hall_drafts.revise(ORGANIZER, draft.id, {"title": "Another title"})
    with pytest.raises(DraftChanged):
        await house.hall_drafts.publish(ORGANIZER, draft.id, draft.sequence)
    shown = await house.hall_drafts.find(ORGANIZER, draft.id)
    published = await house.hall_drafts.publish(ORGANIZER, draft.id, shown.hall.sequence)
    assert await house.hall_drafts.publish(ORGANIZER, draft.id, shown.hall.sequence) == published
    assert (published.state, published.plan.title, published.sequence) == (State.SCHEDULED, "Another title", 0)
    assert await current(house, draft) == published
    assert [each["title"] for each in await told(house, CARD)] == ["Another title"]
    await house.town_halls.sign_up(member(1), draft.id)
    with pytest.raises(NotInThisState):
        await house.hall_drafts.revise(ORGANIZER, draft.id, {"title": "Too late"})
    with pytest.raises(NotInThisState):
        await house.hall_drafts.discard(ORGANIZER, draft.id)


async def test_the_reminders_that_are_past_when_it_is_published_are_not_sent_after_it(house: House) -> None:
    await halls_of(house)
    draft = (await drafted(house, hours=30)).hall
    house.clock.later(hours=10)
    published = await house.hall_drafts.publish(ORGANIZER, draft.id, 0)
    assert len(published.told) == 1
    await house.reminders.remind_due()
    assert await told(house, "townhalls:reminder") == []


async def test_a_series_begins_on_the_first_day_of_its_rule(house: House) -> None:
    await halls_of(house)
    draft = (await drafted(house)).hall
    weekday = (draft.plan.day.weekday() + 2) % 7
    with pytest.raises(WeekdaysMissing):
        await house.hall_drafts.revise(ORGANIZER, draft.id, {"repeat": Repeat(EveryWeeks(1, ()))})
    weekly = Repeat(EveryWeeks(1, (weekday,)))
    revised = (await house.hall_drafts.revise(ORGANIZER, draft.id, {"repeat": weekly})).hall
    assert revised.plan.day == draft.plan.day + timedelta(days=2)
    assert revised.series == replace(draft.series, first_on=revised.plan.day, slot_on=revised.plan.day)
    assert revised.starts_at == revised.plan.starts_at


async def test_the_same_form_again_makes_one_draft_and_a_list_has_an_end(house: House) -> None:
    await halls_of(house)
    first = (await drafted(house)).hall
    assert (await drafted(house)).hall == first
    for number in range(1, MOST_DRAFTS):
        await drafted(house, form=f"form {number}")
    assert len(await house.hall_drafts.listed(ORGANIZER)) == MOST_DRAFTS
    with pytest.raises(TooManyDrafts):
        await drafted(house, form="one more")
    await house.hall_drafts.discard(ORGANIZER, first.id)
    await drafted(house, form="one more")
    with pytest.raises(HallGone):
        await house.hall_drafts.find(ORGANIZER, first.id)
