"""Town halls: planned, changed and called off once, signed up for in private, held, and followed up on."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.database.engine import Transaction
from bot.guilds.rules import Frozen
from bot.refusals import NotAnOrganizer
from bot.townhalls import records, rules, telling
from bot.townhalls.afterwards import ActionGone, ProgressOutOfRange
from bot.townhalls.fairness import Burden
from bot.townhalls.plans import AgendaTooLong, Item, Place, PlaceKind
from bot.townhalls.repeats import EveryWeeks, Repeat
from bot.townhalls.room import NotLive
from bot.townhalls.rules import State, TownHall
from bot.townhalls.service import CANCELLED, CHANGED, key_of
from bot.townhalls.timefinding import AnswerIncomplete, SearchGone, SlotsOutOfRange, TimePoll
from bot.townhalls.timefinding import key_of as key_of_search
from bot.vault.gathering import SignUp
from tests.house import ELSEWHERE_ORGANIZER, GUILD, ORGANIZER, House
from tests.services.halls import (
    current,
    following,
    halls_of,
    held,
    member,
    plan_at,
    published,
    questions,
    scheduled,
    settled,
    told,
)

WEEKLY = Repeat(EveryWeeks(1, tuple(range(7))))
THREE_DAYS = Repeat(EveryWeeks(1, tuple(range(7))), times=3)


# Planning


async def test_the_same_form_twice_is_one_town_hall(house: House) -> None:
    await halls_of(house)
    made = await asyncio.gather(*(scheduled(house) for _ in range(3)))
    assert len({hall.id for hall in made}) == 1
    assert [hall.id for hall in await house.town_halls.listed(member(1))] == [made[0].id]


async def test_only_organizers_plan_and_only_what_fits(house: House) -> None:
    await halls_of(house)
    plan = plan_at(house.clock.now() + timedelta(days=3))
    with pytest.raises(NotAnOrganizer):
        await house.scheduling.schedule(member(1), "a form", plan)
    with pytest.raises(AgendaTooLong):
        await house.scheduling.schedule(ORGANIZER, "a form", replace(plan, agenda=(Item("All", 61),)))
    assert await house.town_halls.listed(member(1)) == []


async def test_without_a_channel_for_them_none_can_be_planned(house: House) -> None:
    await house.set_up()
    with pytest.raises(rules.NoTownHallsChannel):
        await scheduled(house)


async def test_another_server_sees_and_changes_nothing(house: House) -> None:
    await halls_of(house)
    await house.set_up_elsewhere()
    hall = await scheduled(house)
    for attempt in (
        house.town_halls.sign_up(ELSEWHERE_ORGANIZER, hall.id),
        house.town_halls.questions(ELSEWHERE_ORGANIZER, hall.id),
        house.scheduling.cancel(ELSEWHERE_ORGANIZER, hall.id),
        house.room.start(ELSEWHERE_ORGANIZER, hall.id),
        house.queue.waiting(ELSEWHERE_ORGANIZER, hall.id),
        house.town_halls.sign_up(member(1), "../../et"),
    ):
        with pytest.raises(rules.HallGone):
            await attempt


async def test_a_change_of_time_or_place_is_told_once_and_one_of_words_only_on_the_card(house: House) -> None:
    await halls_of(house)
    hall = await scheduled(house)
    await house.scheduling.change(ORGANIZER, hall.id, replace(hall.plan, title="Another title"))
    assert await told(house, CHANGED) == []
    elsewhere = replace(hall.plan, place=Place(PlaceKind.OUTSIDE, "https://meet.example.org/a"))
    await house.scheduling.change(ORGANIZER, hall.id, elsewhere)
    changed = await house.scheduling.change(ORGANIZER, hall.id, elsewhere)
    assert len(await told(house, CHANGED)) == 1
    assert changed.sequence == 2
    await held(house, changed)
    with pytest.raises(rules.NotInThisState):
        await house.scheduling.change(ORGANIZER, hall.id, hall.plan)


async def test_a_cancellation_is_told_once_and_destroys_who_wanted_to_come(house: House) -> None:
    await halls_of(house)
    hall = await scheduled(house)
    await house.town_halls.sign_up(member(1), hall.id)
    for _ in range(2):
        await house.scheduling.cancel(ORGANIZER, hall.id)
    assert len(await told(house, CANCELLED)) == 1
    with pytest.raises(rules.NotOpenForSignUps):
        await house.town_halls.sign_up(member(2), hall.id)
    await house.afterwards.settle_due()
    assert house.keys.own(key_of(hall.id)) is None
    assert await house.gathering.coming(hall.id) == 0
    with pytest.raises(rules.NotInThisState):
        await house.room.start(ORGANIZER, hall.id)


# Series


async def test_when_one_of_a_series_ends_or_is_called_off_the_next_is_announced(house: House) -> None:
    await halls_of(house)
    first = await scheduled(house, repeat=THREE_DAYS)
    await held(house, first)
    second = await following(house, first)
    assert second.plan.day == first.plan.day + timedelta(days=1)
    assert (second.plan.at, second.plan.agenda, second.shown) == (first.plan.at, first.plan.agenda, 0)
    await house.scheduling.cancel(ORGANIZER, second.id)
    third = await following(house, second)
    await held(house, third)
    async with house.database.begin() as connection:
        assert await records.next_of_series(connection, third) is None, "three were planned"


async def test_calling_a_series_off_leaves_no_next_one(house: House) -> None:
    await halls_of(house)
    hall = await scheduled(house, repeat=WEEKLY)
    await house.scheduling.cancel(ORGANIZER, hall.id, and_following=True)
    assert await house.town_halls.listed(member(1)) == []


async def test_moving_one_of_a_series_leaves_the_rule_as_it_was(house: House) -> None:
    await halls_of(house)
    first = await scheduled(house, repeat=WEEKLY)
    moved = await house.scheduling.change(ORGANIZER, first.id, plan_at(first.starts_at + timedelta(hours=2)))
    await held(house, moved)
    second = await following(house, first)
    assert (second.plan.day, second.plan.at) == (first.plan.day + timedelta(days=1), first.plan.at)


async def test_moving_a_series_moves_those_that_follow(house: House) -> None:
    await halls_of(house)
    first = await scheduled(house, repeat=WEEKLY)
    plan = plan_at(first.starts_at + timedelta(hours=2), repeat=WEEKLY)
    moved = await house.scheduling.change(ORGANIZER, first.id, plan, and_following=True)
    await held(house, moved)
    second = await following(house, first)
    assert (second.plan.day, second.plan.at) == (moved.plan.day + timedelta(days=1), moved.plan.at)
    await house.scheduling.cancel(ORGANIZER, second.id)
    third = await following(house, second)
    with pytest.raises(rules.DayTaken):
        await house.scheduling.change(ORGANIZER, third.id, second.plan, and_following=True)


async def test_after_a_month_of_outage_one_next_is_announced_and_not_thirty(house: House) -> None:
    await halls_of(house)
    hall = await scheduled(house, repeat=WEEKLY)
    house.clock.later(days=30)
    await house.crash()
    for _ in range(3):
        await house.afterwards.end_due()
    listed = await house.town_halls.listed(member(1))
    assert [each.state for each in listed] == [State.LATE, State.SCHEDULED]
    assert listed[0].id == hall.id
    assert house.clock.now() < listed[1].starts_at <= house.clock.now() + timedelta(days=1)


# Coming


async def test_who_comes_shows_nowhere_but_in_fives(house: House) -> None:
    await halls_of(house)
    hall = await scheduled(house, hours=100)
    await asyncio.gather(*(house.town_halls.sign_up(member(number), hall.id) for number in range(13)))
    await house.town_halls.sign_up(member(20), hall.id, is_sure=False)
    assert (await current(house, hall)).shown == 0, "never at a click"
    await refresh(house)
    assert (await current(house, hall)).shown == 10
    for number in range(13):
        await house.town_halls.sign_off(member(number), hall.id)
    await refresh(house)
    assert (await current(house, hall)).shown == 10, "a count that falls would tell who changed their mind"
    assert (await house.town_halls.standing(member(20), hall.id)).sign_up == SignUp("maybe", has_seat=False)
    assert (await house.town_halls.standing(member(0), hall.id)).sign_up is None


async def refresh(house: House) -> None:
    house.clock.later(minutes=21)
    await house.reminders.refresh_due()


async def test_a_freeze_and_the_end_hold_from_the_moment_they_are_answered(house: House) -> None:
    await halls_of(house)
    hall = await scheduled(house)
    await house.town_halls.sign_up(member(1), hall.id)
    await house.guilds.freeze(ORGANIZER)
    with pytest.raises(Frozen):
        await house.town_halls.sign_up(member(2), hall.id)
    guild = await house.guilds.organizer(ORGANIZER)
    async with house.database.begin() as connection:
        await house.guilds.thaw(connection, guild, {})
    await held(house, hall)
    with pytest.raises(rules.NotOpenForSignUps):
        await house.town_halls.sign_up(member(3), hall.id)


async def test_limited_seats_are_drawn_a_day_before_and_a_free_one_goes_to_the_next(house: House) -> None:
    await halls_of(house)
    hall = await scheduled(house, max_size=5)
    await asyncio.gather(*(house.town_halls.sign_up(member(number), hall.id) for number in range(12)))
    await house.reminders.draw_seats_due()
    assert await seats(house, hall, 12) == set(), "nobody wins by being awake first"
    house.clock.move_to(hall.starts_at - timedelta(hours=24))
    await house.reminders.draw_seats_due()
    drawn = await seats(house, hall, 12)
    assert len(drawn) == 5
    gives_back = min(drawn)
    await house.town_halls.sign_off(member(gives_back), hall.id)
    await house.reminders.draw_seats_due()
    after = await seats(house, hall, 12)
    assert len(after) == 5
    assert drawn - {gives_back} < after


async def seats(house: House, hall: TownHall, people: int) -> set[int]:
    found = {number: (await house.town_halls.standing(member(number), hall.id)).sign_up for number in range(people)}
    return {number for number, sign_up in found.items() if sign_up is not None and sign_up.has_seat}


# In the room, and after


async def test_the_chair_goes_through_the_agenda_and_a_second_press_changes_nothing(house: House) -> None:
    await halls_of(house)
    hall = await scheduled(house)
    with pytest.raises(NotLive):
        await house.room.next_item(ORGANIZER, hall.id, 0)
    live = await house.room.start(ORGANIZER, hall.id)
    began = house.clock.now()
    assert (await house.room.panel(ORGANIZER, hall.id)).item_ends_at == began + timedelta(minutes=5)
    house.clock.later(minutes=4)
    for _ in range(2):
        live = await house.room.next_item(ORGANIZER, hall.id, 0)
    assert live.item == 1
    assert (await house.room.panel(ORGANIZER, hall.id)).item_ends_at == house.clock.now() + timedelta(minutes=20)
    live = await house.room.next_item(ORGANIZER, hall.id, 1)
    live = await house.room.next_item(ORGANIZER, hall.id, 2)
    assert live.item == 2
    assert (await house.room.panel(ORGANIZER, hall.id)).item_ends_at is None
    with pytest.raises(NotAnOrganizer):
        await house.room.end(member(1), hall.id)


async def test_decisions_bind_only_once_those_who_slept_have_had_their_two_days(house: House) -> None:
    await halls_of(house)
    hall = await scheduled(house)
    with pytest.raises(NotLive):
        await house.room.decide(ORGANIZER, hall.id, "one", "We ask for a pause of the pilot.")
    house.clock.move_to(hall.starts_at)
    await house.room.start(ORGANIZER, hall.id)
    for _ in range(2):
        await house.room.decide(ORGANIZER, hall.id, "one", "We ask for a pause of the pilot.")
    mistake = await house.room.decide(ORGANIZER, hall.id, "two", "A slip of the finger")
    assert await house.room.take_back_decision(ORGANIZER, hall.id, mistake.id)
    late = await house.room.end(ORGANIZER, hall.id, attendance=23)
    assert late.attendance == 20
    assert late.late_until == house.clock.now() + timedelta(hours=48)
    house.clock.later(hours=47)
    await house.afterwards.settle_due()
    assert [(each.text, each.is_binding) for each in (await house.room.panel(ORGANIZER, hall.id)).decisions] == [
        ("We ask for a pause of the pilot.", False)
    ]
    assert (await settled(house, hall)).state is State.CLOSED
    decisions = (await house.room.panel(ORGANIZER, hall.id)).decisions
    assert [each.is_binding for each in decisions] == [True]
    assert not await house.room.take_back_decision(ORGANIZER, hall.id, decisions[0].id)
    with pytest.raises(NotLive):
        await house.room.decide(ORGANIZER, hall.id, "three", "Too late")


async def test_when_all_is_over_nothing_leads_to_whoever_came_or_asked(house: House) -> None:
    await halls_of(house)
    hall = await scheduled(house)
    await house.town_halls.sign_up(member(1), hall.id)
    await published(house, hall, "Who sees the scores?", "Since when?", "Who pays?")
    await house.town_halls.want(member(1), hall.id, (await questions(house, hall))[0].id)
    await house.town_halls.ask(member(2), hall.id, "a form", "This one nobody has looked at.")
    await held(house, hall)
    assert house.keys.own(key_of(hall.id)) is not None
    await settled(house, hall)
    assert house.keys.own(key_of(hall.id)) is None
    vault = (house.directory / "vault.db").read_bytes()
    assert hall.id.encode() not in vault
    assert (await house.town_halls.standing(member(1), hall.id)).sign_up is None


async def test_what_was_agreed_stays_on_the_list_until_it_is_done(house: House) -> None:
    await halls_of(house)
    hall = await scheduled(house)
    await house.room.start(ORGANIZER, hall.id)
    agreed = ("Write to the board", "@Speakers", date(2026, 4, 1))
    await house.room.agree_action(ORGANIZER, hall.id, "one", *agreed)
    action = await house.room.agree_action(ORGANIZER, hall.id, "one", *agreed)
    assert [each.id for each in await house.afterwards.actions(member(1))] == [action.id]
    await house.afterwards.report(ORGANIZER, action.id, 40, date(2026, 3, 20))
    assert await digest(house) == {
        "coming": {"first": [[hall.plan.title, int(hall.starts_at.timestamp())]], "more": 0},
        "actions": {"first": [["Write to the board", "@Speakers", 40, "2026-04-01"]], "more": 0},
    }
    with pytest.raises(ProgressOutOfRange):
        await house.afterwards.report(ORGANIZER, action.id, 101, None)
    with pytest.raises(ActionGone):
        await house.afterwards.report(ORGANIZER, "0" * 16, 10, None)
    with pytest.raises(NotAnOrganizer):
        await house.afterwards.report(member(1), action.id, 100, None)
    done = await house.afterwards.report(ORGANIZER, action.id, 100, None)
    assert done.is_done
    assert await house.afterwards.actions(member(1)) == []
    assert "actions" not in await digest(house)


async def digest(house: House) -> dict[str, object]:
    connection: Transaction
    async with house.database.begin() as connection:
        return await telling.told(connection, GUILD, house.clock.now() - timedelta(days=7), house.clock.now())


# Finding a time


async def proposed(house: House, form: str = "times") -> TimePoll:
    now = house.clock.now()
    day = (now + timedelta(days=5)).replace(hour=0, minute=0, second=0, microsecond=0)
    slots = [day + timedelta(hours=hour) for hour in (8, 16, 23)]
    return await house.time_finding.propose(ORGANIZER, form, "When we meet", 60, slots, now + timedelta(days=2))


async def test_times_are_weighed_by_turnout_and_by_who_has_had_the_night(house: House) -> None:
    await halls_of(house)
    await house.time_finding.name_bands(ORGANIZER, ["Europe/Berlin", "america/los angeles"])
    poll = await proposed(house)
    assert await proposed(house) == poll
    answers = ["yyn"] * 12 + ["niy"] * 8
    crowd = [house.time_finding.answer(member(number), poll.id, each) for number, each in enumerate(answers)]
    await asyncio.gather(*crowd)
    assert await house.time_finding.own_answer(member(15), poll.id) == "niy"
    house.clock.move_to(poll.closes_at)
    with pytest.raises(SearchGone):
        await house.time_finding.answer(member(1), poll.id, "yyy")
    await house.time_finding.close_due()
    result = (await house.time_finding.find(member(1), poll.id)).result
    assert result is not None
    # 16:00 UTC is day in both zones, and 8:00 is midnight in Los Angeles.
    assert result[0]["starts"] == int(poll.slots[1].timestamp())
    assert (result[0]["yes"], result[0]["if_needed"], result[0]["no"]) == (10, 5, 0)
    assert result[0]["nights"] == []
    assert house.keys.own(key_of_search(poll.id)) is None
    assert await house.gathering.slots(poll.id) == []


async def test_an_answer_is_for_every_time_and_can_be_taken_back(house: House) -> None:
    await halls_of(house)
    poll = await proposed(house)
    for answers in ("yy", "yyyy", "yyx", ""):
        with pytest.raises(AnswerIncomplete):
            await house.time_finding.answer(member(1), poll.id, answers)
    await house.time_finding.answer(member(1), poll.id, "yin")
    await house.time_finding.take_back(member(1), poll.id)
    assert await house.time_finding.own_answer(member(1), poll.id) is None
    with pytest.raises(SlotsOutOfRange):
        await house.time_finding.propose(ORGANIZER, "x", "When", 60, [poll.slots[0]] * 2, poll.closes_at)


async def test_a_search_that_is_called_off_weighs_nothing_and_forgets(house: House) -> None:
    await halls_of(house)
    poll = await proposed(house)
    await house.time_finding.answer(member(1), poll.id, "yin")
    closed = await house.time_finding.close(ORGANIZER, poll.id, is_cancelled=True)
    assert (closed.state, closed.result) == ("cancelled", None)
    assert house.keys.own(key_of_search(poll.id)) is None
    assert (await proposed(house)).state == "cancelled", "the same form does not open it again"


async def test_nights_are_counted_per_zone_when_a_meeting_was_held(house: House) -> None:
    await halls_of(house)
    await house.time_finding.name_bands(ORGANIZER, ["Europe/Berlin", "Pacific/Auckland"])
    hall = await scheduled(house, hours=72)  # 10:17 UTC, which is 23:17 in Auckland
    planned = await house.time_finding.bands(member(1))
    await held(house, hall)
    assert await house.time_finding.bands(member(1)) == planned
    assert [(each.zone.key, each.nights, each.meetings) for each in planned] == [
        ("Europe/Berlin", 0, 1),
        ("Pacific/Auckland", 1, 1),
    ]
    named: list[Burden] = await house.time_finding.name_bands(ORGANIZER, ["Pacific/Auckland", "Asia/Kolkata"])
    assert [(each.zone.key, each.nights, each.meetings) for each in named] == [
        ("Asia/Kolkata", 0, 0),
        ("Pacific/Auckland", 1, 1),
    ]
