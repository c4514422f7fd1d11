"""Votes of a town hall: begun by its chair, open for those who were asleep, and what was decided binds with them."""

from datetime import timedelta

import pytest

from bot.polls.rules import Kind, Poll, State
from bot.polls.wording import TooFewOptions
from bot.refusals import NotAnOrganizer
from bot.townhalls import records
from bot.townhalls.room import NotLive, VoteGone
from bot.townhalls.rules import State as HallState
from bot.townhalls.rules import TownHall
from tests.house import ORGANIZER, House
from tests.services import polls
from tests.services.halls import current, halls_of, member, scheduled, settled

QUESTION = "We ask for a pause of the pilot."


async def live(house: House, form: str = "a form", **changes: object) -> TownHall:
    await halls_of(house)
    hall = await scheduled(house, form=form, **changes)  # type: ignore[arg-type]
    house.clock.move_to(hall.starts_at)
    return await house.room.start(ORGANIZER, hall.id)


async def begun(
    house: House, hall: TownHall, kind: Kind = Kind.HANDS, *, options: str = "", is_late: bool = True
) -> Poll:
    """Begin a vote and let it open."""
    token = f"token {kind} {options} {is_late}"
    poll = await house.votes.begin(ORGANIZER, hall.id, token, kind, QUESTION, options, is_late=is_late)
    await house.poll_closing.open_due()
    return await polls.current(house, poll)


async def hands_go_up(house: House, poll: Poll, marks: str) -> None:
    for number, mark in enumerate(marks):
        await house.polls.raise_hand(member(number), poll.id, mark, f"Member {number}")


async def ended(house: House, hall: TownHall, poll: Poll | None = None) -> TownHall:
    """Note the question of a vote as a decision, and end the town hall an hour after it began."""
    token = f"a form of {hall.id}"
    await house.room.decide(ORGANIZER, hall.id, token, QUESTION, None if poll is None else poll.id)
    house.clock.later(hours=1)
    return await house.room.end(ORGANIZER, hall.id)


async def is_binding(house: House, hall: TownHall) -> bool:
    async with house.database.begin() as connection:
        (decision,) = await records.decisions(connection, hall.id)
    return decision.is_binding


async def minutes_of(house: House, hall: TownHall) -> str:
    return (await house.afterwards.minutes(member(1), hall.id))[1]


async def test_a_vote_stands_in_the_channel_of_the_town_hall_and_is_open_for_those_who_sleep(house: House) -> None:
    hall = await live(house)
    poll = await begun(house, hall)
    assert (poll.state, poll.channel_id, poll.terms.kind) == (State.OPEN, hall.channel_id, Kind.HANDS)
    assert poll.question.title == QUESTION
    assert poll.choices == 3, "without options it is for, against or abstain"
    assert poll.terms.closes_at == hall.ends_at + timedelta(hours=48)
    assert [each.id for each in (await house.votes.listed(ORGANIZER, hall.id)).polls] == [poll.id]


async def test_a_form_sent_twice_is_one_vote(house: House) -> None:
    hall = await live(house)
    for _ in range(2):
        await begun(house, hall)
    assert len((await house.votes.listed(ORGANIZER, hall.id)).polls) == 1
    await begun(house, hall, Kind.BALLOT, options="The hall\n\nOnline")
    found = (await house.votes.listed(ORGANIZER, hall.id)).polls
    assert [each.question.options for each in found] == [(), ("The hall", "Online")]


async def test_a_vote_of_the_meeting_alone_closes_with_its_planned_end_and_never_before_polls_may(house: House) -> None:
    hall = await live(house)
    assert (await begun(house, hall, is_late=False)).terms.closes_at == hall.ends_at
    house.clock.move_to(hall.ends_at - timedelta(minutes=1))
    late = await begun(house, hall, Kind.BALLOT, is_late=False)
    assert late.terms.closes_at - house.clock.now() >= timedelta(minutes=10)


async def test_only_organizers_begin_votes_and_only_while_the_town_hall_goes_on(house: House) -> None:
    await halls_of(house)
    hall = await scheduled(house)
    with pytest.raises(NotLive):
        await house.votes.begin(ORGANIZER, hall.id, "a token", Kind.HANDS, QUESTION, "", is_late=True)
    with pytest.raises(NotAnOrganizer):
        await house.votes.listed(member(1), hall.id)
    house.clock.move_to(hall.starts_at)
    await house.room.start(ORGANIZER, hall.id)
    with pytest.raises(NotAnOrganizer):
        await house.votes.begin(member(1), hall.id, "a token", Kind.HANDS, QUESTION, "", is_late=True)
    with pytest.raises(TooFewOptions):
        await house.votes.begin(ORGANIZER, hall.id, "a token", Kind.HANDS, QUESTION, "Only this", is_late=True)
    assert (await house.votes.listed(ORGANIZER, hall.id)).polls == []


async def test_a_decision_binds_when_its_vote_was_carried_and_those_asleep_could_vote(house: House) -> None:
    hall = await live(house)
    poll = await begun(house, hall)
    late = await ended(house, hall, poll)
    assert late.late_until == poll.terms.closes_at
    assert f"{QUESTION} (binds when the late floor is over, if its vote agrees)" in await minutes_of(house, hall)
    await hands_go_up(house, poll, "aaabac")  # after the meeting
    assert late.late_until is not None
    house.clock.move_to(late.late_until)
    await house.afterwards.settle_due()
    assert (await current(house, hall)).state is HallState.LATE, "it waits for the count, a tick later"
    await house.poll_closing.close_due()
    await house.afterwards.settle_due()
    assert (await current(house, hall)).state is HallState.CLOSED
    assert await is_binding(house, hall)
    assert f"- {QUESTION} (the vote: The motion is carried.)" in await minutes_of(house, hall)


@pytest.mark.parametrize(
    ("marks", "options", "told"),
    [
        ("bbbbba", "", "The motion is not carried."),
        ("aaabbb", "", "The motion is not carried."),
        ("aaabbb", "The hall\nOnline", "It is a tie"),
        ("------", "The hall\nOnline", "No option was given anything"),
    ],
)
async def test_a_decision_whose_vote_did_not_agree_does_not_bind(
    house: House, marks: str, options: str, told: str
) -> None:
    hall = await live(house)
    poll = await begun(house, hall, options=options)
    await ended(house, hall, poll)
    await hands_go_up(house, poll, marks)
    await polls.closed(house, poll)
    await settled(house, hall)
    assert not await is_binding(house, hall)
    assert f"- {QUESTION} (does not bind; the vote: {told}" in await minutes_of(house, hall)


async def test_a_decision_binds_when_an_option_was_chosen(house: House) -> None:
    hall = await live(house)
    poll = await begun(house, hall, options="The hall\nOnline")
    await ended(house, hall, poll)
    await hands_go_up(house, poll, "aaaab")
    await polls.closed(house, poll)
    await settled(house, hall)
    assert await is_binding(house, hall)
    assert f"- {QUESTION} (the vote: Chosen: The hall.)" in await minutes_of(house, hall)


async def test_with_too_few_ballots_or_a_void_vote_nothing_binds(house: House) -> None:
    hall = await live(house)
    poll = await begun(house, hall, Kind.BALLOT)
    await ended(house, hall, poll)
    for number in range(4):
        await house.polls.cast(member(number), poll.id, "a")
    await polls.closed(house, poll)
    await settled(house, hall)
    assert not await is_binding(house, hall)
    assert "does not bind; the vote: Fewer than 5 ballots were cast" in await minutes_of(house, hall)

    hall = await live(house, "another form")
    poll = await begun(house, hall)
    await ended(house, hall, poll)
    house.keys.shred(f"poll-{poll.id}")
    await house.poll_closing.close_due()
    assert (await polls.current(house, poll)).state is State.VOID
    await settled(house, hall)
    assert not await is_binding(house, hall)
    assert "does not bind; the vote: The vote was declared void." in await minutes_of(house, hall)


async def test_the_count_is_not_waited_for_without_end(house: House) -> None:
    hall = await live(house)
    poll = await begun(house, hall)
    late = await ended(house, hall, poll)
    assert late.late_until is not None
    house.clock.move_to(late.late_until + timedelta(hours=1))
    await house.afterwards.settle_due()
    assert (await current(house, hall)).state is HallState.CLOSED
    assert not await is_binding(house, hall)
    assert f"- {QUESTION} (does not bind; the vote was not counted by then)" in await minutes_of(house, hall)


async def test_the_late_floor_does_not_close_before_its_votes(house: House) -> None:
    hall = await live(house, late_hours=0)
    poll = await begun(house, hall, is_late=False)
    await house.room.decide(ORGANIZER, hall.id, "a form", QUESTION, poll.id)
    house.clock.later(minutes=20)
    late = await house.room.end(ORGANIZER, hall.id)
    assert late.late_until == poll.terms.closes_at == hall.ends_at


async def test_a_decision_without_a_vote_binds_as_ever(house: House) -> None:
    hall = await live(house)
    await begun(house, hall)
    await ended(house, hall)
    late = await current(house, hall)
    assert late.late_until is not None
    house.clock.move_to(late.late_until)
    await house.poll_closing.close_due()
    await settled(house, hall)
    assert await is_binding(house, hall)
    assert f"- {QUESTION}\n" in await minutes_of(house, hall)


async def test_a_decision_rests_on_a_vote_of_its_own_town_hall_alone(house: House) -> None:
    hall = await live(house)
    other = await live(house, "another form")
    poll = await begun(house, other)
    for found in (poll.id, "00000000"):
        with pytest.raises(VoteGone):
            await house.room.decide(ORGANIZER, hall.id, "a form", QUESTION, found)
