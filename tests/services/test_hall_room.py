"""In the room: who is heard next is known to memory alone, and the minutes say what was noted."""

import pytest

from bot.database.tables import metadata
from bot.refusals import NotAnOrganizer
from bot.townhalls import rules
from bot.townhalls.afterwards import NoMinutesYet
from bot.townhalls.room import NotLive
from bot.townhalls.rules import TownHall
from bot.townhalls.service import MINUTES
from bot.townhalls.stacks import NoHandsNow, Stack
from tests.house import ELSEWHERE_ORGANIZER, ORGANIZER, House
from tests.services.halls import halls_of, held, member, published, scheduled, settled, told


def order(stack: Stack) -> list[int]:
    return [hand.who for hand in stack.order()]


async def live(house: House) -> TownHall:
    await halls_of(house)
    hall = await scheduled(house)
    house.clock.move_to(hall.starts_at)
    return await house.room.start(ORGANIZER, hall.id)


async def test_somebody_who_has_not_spoken_goes_before_somebody_who_has(house: House) -> None:
    hall = await live(house)
    ana, bo = member(1), member(2)
    assert (await house.stacks.raise_hand(ana, hall.id)).before == 0
    await house.stacks.call(ORGANIZER, hall.id, ana.user_id)
    house.clock.later(minutes=2)
    stack = await house.stacks.finish(ORGANIZER, hall.id, ana.user_id)
    assert stack.spoken == {ana.user_id: 120}
    await house.stacks.raise_hand(ana, hall.id)
    assert (await house.stacks.raise_hand(bo, hall.id)).before == 0
    assert order(await house.stacks.shown(ORGANIZER, hall.id)) == [bo.user_id, ana.user_id]


async def test_calling_the_next_ends_the_turn_of_whoever_spoke_and_pressed_twice_is_done_once(house: House) -> None:
    hall = await live(house)
    ana, bo = member(1), member(2)
    for each in (ana, bo):
        await house.stacks.raise_hand(each, hall.id)
    await house.stacks.call(ORGANIZER, hall.id, ana.user_id)
    house.clock.later(minutes=1)
    await house.stacks.call(ORGANIZER, hall.id, bo.user_id)
    house.clock.later(minutes=1)
    stack = await house.stacks.call(ORGANIZER, hall.id, bo.user_id)
    assert stack.speaker == bo.user_id
    assert stack.spoken == {ana.user_id: 60}
    stack = await house.stacks.finish(ORGANIZER, hall.id, ana.user_id)
    assert stack.speaker == bo.user_id, "the button of a turn that is over ends nobody else's"


async def test_a_hand_can_be_lowered_and_skipped(house: House) -> None:
    hall = await live(house)
    ana, bo = member(1), member(2)
    for each in (ana, bo):
        await house.stacks.raise_hand(each, hall.id)
    assert (await house.stacks.lower_hand(ana, hall.id)).before is None
    assert order(await house.stacks.skip(ORGANIZER, hall.id, bo.user_id)) == []
    assert (await house.stacks.raise_hand(bo, hall.id, is_reply=True)).is_reply


async def test_hands_are_raised_only_while_it_goes_on(house: House) -> None:
    await halls_of(house)
    hall = await scheduled(house)
    with pytest.raises(NoHandsNow):
        await house.stacks.raise_hand(member(1), hall.id)
    await held(house, hall)
    with pytest.raises(NoHandsNow):
        await house.stacks.raise_hand(member(1), hall.id)
    with pytest.raises(NotLive):
        await house.stacks.call(ORGANIZER, hall.id, 1)


async def test_only_organizers_of_the_server_see_the_stack_or_act_on_it(house: House) -> None:
    hall = await live(house)
    await house.set_up_elsewhere()
    ana = member(1)
    await house.stacks.raise_hand(ana, hall.id)
    for attempt in (
        house.stacks.shown(ana, hall.id),
        house.stacks.call(ana, hall.id, ana.user_id),
        house.stacks.finish(ana, hall.id, ana.user_id),
        house.stacks.skip(ana, hall.id, ana.user_id),
        house.town_halls.managed(ana),
    ):
        with pytest.raises(NotAnOrganizer):
            await attempt
    for elsewhere in (
        house.stacks.shown(ELSEWHERE_ORGANIZER, hall.id),
        house.stacks.raise_hand(ELSEWHERE_ORGANIZER, hall.id),
        house.afterwards.minutes(ELSEWHERE_ORGANIZER, hall.id),
    ):
        with pytest.raises(rules.HallGone):
            await elsewhere


async def test_nothing_is_left_of_a_stack_once_it_is_over_even_if_nobody_ends_it(house: House) -> None:
    hall = await live(house)
    await house.stacks.raise_hand(member(1), hall.id)
    await house.stacks.forget_due()
    assert house.stacks._live, "it goes on, so the hands stay"
    house.clock.later(hours=9)
    await house.afterwards.end_due()
    await house.stacks.forget_due()
    assert not house.stacks._live


async def test_a_stack_is_nowhere_on_disk(house: House) -> None:
    hall = await live(house)
    ana = member(987_654_321)
    await house.stacks.raise_hand(ana, hall.id)
    await house.stacks.call(ORGANIZER, hall.id, ana.user_id)
    await house.stacks.finish(ORGANIZER, hall.id, ana.user_id)
    written = [path.read_bytes() for path in house.directory.rglob("*") if path.is_file()]
    async with house.database.begin() as connection:
        for table in metadata.sorted_tables:
            written += [str(row).encode() for row in await connection.execute(table.select())]
    assert any(hall.id.encode() in each for each in written), "this looks where things are kept"
    assert not any(str(ana.user_id).encode() in each for each in written)


async def test_minutes_are_told_of_once_when_it_ends_and_say_what_was_noted(house: House) -> None:
    await halls_of(house)
    hall = await scheduled(house)
    await published(house, hall, "Who reads the scores?", "Until when?", "And the breaks?")
    house.clock.move_to(hall.starts_at)
    await house.room.start(ORGANIZER, hall.id)
    with pytest.raises(NoMinutesYet):
        await house.afterwards.minutes(member(1), hall.id)
    await house.room.decide(ORGANIZER, hall.id, "a form", "We ask for a pause.")
    house.clock.later(hours=1)
    await house.room.end(ORGANIZER, hall.id, 27)
    await house.room.end(ORGANIZER, hall.id, 27)
    (post,) = await told(house, MINUTES)
    assert post["decisions"] == ["We ask for a pause."]
    _, draft = await house.afterwards.minutes(member(1), hall.id)
    assert "We ask for a pause. (binds when the late floor is over)" in draft
    assert "at least 25" in draft
    await house.room.decide(ORGANIZER, hall.id, "another form", "And for the scores.")
    assert "And for the scores." in (await house.afterwards.minutes(member(1), hall.id))[1]
    await settled(house, hall)
    _, final = await house.afterwards.minutes(member(1), hall.id)
    assert "- We ask for a pause.\n- And for the scores.\n" in final
    assert "Who reads the scores? (not answered)" in final, "how few want it is not told"
    assert len(await told(house, MINUTES)) == 1


async def test_final_minutes_stay_as_they_were(house: House) -> None:
    hall = await live(house)
    action = await house.room.agree_action(ORGANIZER, hall.id, "a form", "Write to HR", "the bargaining team")
    await house.room.end(ORGANIZER, hall.id)
    await settled(house, hall)
    before = await house.afterwards.minutes(member(1), hall.id)
    await house.afterwards.report(ORGANIZER, action.id, 50, None)
    assert await house.afterwards.minutes(member(1), hall.id) == before


async def test_of_a_town_hall_that_nobody_held_no_minutes_are_told(house: House) -> None:
    await halls_of(house)
    hall = await scheduled(house)
    house.clock.move_to(hall.ends_at + rules.OVERDUE)
    await house.afterwards.end_due()
    assert await told(house, MINUTES) == []
