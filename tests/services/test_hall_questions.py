"""Questions for town halls: nobody learns who asked or when, nothing is lost, and what is withdrawn is gone."""

import asyncio
import random
import statistics
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import failpoints
from bot.refusals import NotAnOrganizer
from bot.townhalls import questions_rules
from bot.townhalls.questions_rules import QuestionState
from bot.townhalls.rules import TownHall
from bot.townhalls.service import QUESTIONS
from bot.vault.gathering import APPROVED
from tests.clock import FixedClock
from tests.conftest import address
from tests.house import ORGANIZER, House
from tests.services.halls import (
    approve_all,
    ask,
    current,
    following,
    halls_of,
    held,
    member,
    published,
    questions,
    scheduled,
    settled,
    told,
)
from tests.services.test_reminders import PlugPulled
from tests.services.test_town_halls import WEEKLY
from tests.vault.test_forgetting import correlation

THREE = ("Who sees the scores?", "Since when?", "Who pays for the training?")
QUESTIONS_AT_ONCE = 300


async def open_hall(house: House, **changes: object) -> TownHall:
    await halls_of(house)
    return await scheduled(house, **changes)  # type: ignore[arg-type]


async def texts(house: House, hall: TownHall) -> list[str]:
    return sorted(each.text for each in await questions(house, hall))


async def test_whoever_asks_and_whoever_approves_see_the_same_words(house: House) -> None:
    hall = await open_hall(house)
    seen = await house.town_halls.ask(member(1), hall.id, "a form", "  Who\u202e sees\u200b the scores?\r\n")
    _, waiting = await house.queue.waiting(ORGANIZER, hall.id)
    own = (await house.town_halls.standing(member(1), hall.id)).questions
    assert seen == waiting[0].text == own[0].text == "Who sees the scores?"
    with pytest.raises(NotAnOrganizer):
        await house.queue.waiting(member(1), hall.id)
    assert await questions(house, hall) == []


async def test_many_at_once_lose_none_and_a_form_sent_twice_is_one_question(house: House) -> None:
    hall = await open_hall(house)
    clicks = [(number, f"Question {number}?") for number in range(QUESTIONS_AT_ONCE)] * 2
    random.Random(3).shuffle(clicks)
    await asyncio.gather(*(ask(house, hall, number, text) for number, text in clicks))
    _, waiting = await house.queue.waiting(ORGANIZER, hall.id)
    assert sorted(each.text for each in waiting) == sorted({text for _, text in clicks})


async def test_one_person_has_at_most_five_that_are_not_published(house: House) -> None:
    hall = await open_hall(house)
    for number in range(5):
        await ask(house, hall, 1, f"Question {number}?")
    with pytest.raises(questions_rules.TooManyQuestions):
        await ask(house, hall, 1, "One more?")
    await ask(house, hall, 1, "Question 3?")
    first = (await house.town_halls.standing(member(1), hall.id)).questions[0]
    await house.town_halls.withdraw_question(member(1), hall.id, first.id)
    await ask(house, hall, 1, "One more?")


async def test_nothing_is_published_below_three_and_then_after_a_delay_drawn_by_lot(house: House) -> None:
    hall = await open_hall(house)
    for number, text in enumerate(THREE[:2]):
        await ask(house, hall, number, text)
    await approve_all(house, hall)
    for _ in range(10):
        house.clock.later(hours=1)
        await house.queue.release_due()
    assert await questions(house, hall) == []
    await ask(house, hall, 2, THREE[2])
    await approve_all(house, hall)
    await house.queue.release_due()
    house.clock.later(minutes=9, seconds=59)
    await house.queue.release_due()
    assert await questions(house, hall) == []
    house.clock.later(minutes=21)
    await house.queue.release_due()
    assert await texts(house, hall) == sorted(THREE)
    posts = await told(house, QUESTIONS)
    assert sorted(text for post in posts for _, text in post["questions"]) == sorted(THREE)
    assert (await house.town_halls.standing(member(1), hall.id)).questions == [], "who asked is forgotten"


async def test_when_and_in_which_order_somebody_asked_says_nothing_about_when_it_is_published(tmp_path: Path) -> None:
    """Over many halls, the order in a batch does not go with the order of asking, nor the delay with its time."""
    orders: list[float] = []
    async with House(tmp_path, address(tmp_path), FixedClock()) as house:
        await halls_of(house)
        for round_ in range(25):
            hall = await scheduled(house, hours=200, form=f"form {round_}")
            asked = [f"Question {round_} {number}?" for number in range(12)]
            shown = [each.text for each in await published(house, hall, *asked)]
            orders.append(correlation([shown.index(text) for text in asked]))
    assert abs(statistics.mean(orders)) < 0.2
    assert max(map(abs, orders)) < 0.95


async def test_the_minute_of_publication_does_not_follow_the_minute_of_asking(tmp_path: Path) -> None:
    """Shuffled, the pairs of asking and publishing fit no worse: the lot decides, and the tick."""
    delays: set[timedelta] = set()
    async with House(tmp_path, address(tmp_path), FixedClock()) as house:
        await halls_of(house)
        for round_ in range(30):
            hall = await scheduled(house, hours=200, form=f"form {round_}")
            for number, text in enumerate(THREE):
                await ask(house, hall, number, text)
            await approve_all(house, hall)
            await house.queue.release_due()
            release_at = (await current(house, hall)).release_at
            assert isinstance(release_at, datetime)
            delays.add(release_at - house.clock.now())
    assert all(timedelta(minutes=10) <= delay <= timedelta(minutes=30) for delay in delays)
    assert len(delays) > 20, "drawn anew each time"


@pytest.mark.parametrize("is_approved", [False, True])
async def test_a_withdrawn_question_leaves_no_byte(tmp_path: Path, is_approved: bool) -> None:  # noqa: FBT001 - a case
    async with House(tmp_path, address(tmp_path), FixedClock()) as house:
        hall = await open_hall(house)
        for number, text in enumerate(THREE):
            await ask(house, hall, number, text)
        if is_approved:
            await approve_all(house, hall)
            await house.queue.release_due()
        own = house.keys.own(f"hall-{hall.id}")
        assert own is not None
        tag = own.tag(member(1).user_id)
        kept = (await house.gathering.asked_by(hall.id, tag))[0]
        marks = [tag, kept.id, kept.id.hex().encode(), kept.sealed[-400:], THREE[1].encode()]
        assert any(kept.sealed[-400:] in content for content in on_disk(tmp_path))
        await house.town_halls.withdraw_question(member(1), hall.id, kept.id.hex())
        assert not any(mark in content for mark in marks for content in on_disk(tmp_path))
        house.clock.later(minutes=31)
        await house.queue.release_due()
        assert await questions(house, hall) == [], "two are left, and two are too few"


def on_disk(directory: Path) -> list[bytes]:
    return [path.read_bytes() for path in directory.rglob("*") if path.is_file()]


async def test_only_who_asked_can_withdraw_and_nobody_what_is_published(house: House) -> None:
    hall = await open_hall(house)
    await ask(house, hall, 1, "Who sees the scores?")
    own = (await house.town_halls.standing(member(1), hall.id)).questions[0]
    for who, question in ((2, own.id), (1, "00" * 16), (1, "not hex")):
        with pytest.raises(questions_rules.QuestionGone):
            await house.town_halls.withdraw_question(member(who), hall.id, question)
    shown = await published(house, hall, *THREE)
    with pytest.raises(questions_rules.QuestionGone):
        await house.town_halls.withdraw_question(member(1), hall.id, shown[0].id)


async def test_a_rejection_is_read_by_whoever_asked_and_by_nobody_else(house: House) -> None:
    hall = await open_hall(house)
    await ask(house, hall, 1, "Who sees the scores?")
    question = (await house.queue.waiting(ORGANIZER, hall.id))[1][0]
    with pytest.raises(questions_rules.NoSuchReason):
        await house.queue.reject(ORGANIZER, hall.id, question.id, "because")
    await house.queue.reject(ORGANIZER, hall.id, question.id, "unclear")
    own = (await house.town_halls.standing(member(1), hall.id)).questions
    assert [(each.state, each.reason) for each in own] == [("rejected", "unclear")]
    assert (await house.queue.waiting(ORGANIZER, hall.id))[1] == []
    assert (await house.town_halls.standing(member(2), hall.id)).questions == []


async def test_the_chair_can_publish_at_once_and_few_only_when_it_has_begun(house: House) -> None:
    hall = await open_hall(house)
    await ask(house, hall, 1, "Who sees the scores?")
    await approve_all(house, hall)
    for few in (False, True):
        with pytest.raises(questions_rules.TooFewToPublish):
            await house.queue.release_now(ORGANIZER, hall.id, few=few)
    await house.room.start(ORGANIZER, hall.id)
    with pytest.raises(questions_rules.TooFewToPublish):
        await house.queue.release_now(ORGANIZER, hall.id)
    assert await house.queue.release_now(ORGANIZER, hall.id, few=True) == 1
    with pytest.raises(questions_rules.TooFewToPublish):
        await house.queue.release_now(ORGANIZER, hall.id, few=True)
    assert await texts(house, hall) == ["Who sees the scores?"]


async def test_how_many_want_an_answer_is_told_to_nobody_before_the_end(house: House) -> None:
    hall = await open_hall(house)
    first, second, third = await published(house, hall, *THREE)
    for number in range(10, 17):
        await house.town_halls.want(member(number), hall.id, first.id)
        await house.town_halls.want(member(number), hall.id, first.id)
    await house.town_halls.want(member(10), hall.id, second.id)
    await house.town_halls.want(member(17), hall.id, second.id)
    await house.town_halls.want(member(18), hall.id, second.id)
    await house.town_halls.want(member(18), hall.id, second.id, is_wanted=False)
    _, listed = await house.town_halls.questions(member(10), hall.id)
    assert {each.question.id: each.is_wanted for each in listed} == {first.id: True, second.id: True, third.id: False}
    assert {each.votes for each in await questions(house, hall)} == {None}
    await house.queue.merge(ORGANIZER, hall.id, second.id, first.id)
    with pytest.raises(questions_rules.QuestionGone):
        await house.town_halls.want(member(11), hall.id, second.id)
    await held(house, hall)
    assert {each.votes for each in await questions(house, hall)} == {None}
    await settled(house, hall)
    votes = {each.id: each.votes for each in await questions(house, hall)}
    assert votes == {first.id: 5, second.id: None, third.id: 0}, "kept in fives alone"


async def test_who_asked_what_is_asked_already_wants_that_one(house: House) -> None:
    hall = await open_hall(house)
    first, *_ = await published(house, hall, *THREE)
    await ask(house, hall, 9, "And who sees the scores?")
    waiting = (await house.queue.waiting(ORGANIZER, hall.id))[1][0]
    await house.queue.merge(ORGANIZER, hall.id, waiting.id, first.id)
    own = (await house.town_halls.standing(member(9), hall.id)).questions
    assert [each.reason for each in own] == ["merged"]
    _, listed = await house.town_halls.questions(member(9), hall.id)
    assert {each.question.id for each in listed if each.is_wanted} == {first.id}


async def test_those_who_slept_can_ask_until_the_late_floor_closes(house: House) -> None:
    hall = await open_hall(house)
    late = await held(house, hall)
    assert late.late_until is not None
    house.clock.move_to(late.late_until - timedelta(minutes=1))
    await ask(house, hall, 1, "I slept. Who sees the scores?")
    await approve_all(house, hall)
    house.clock.move_to(late.late_until)
    with pytest.raises(questions_rules.NotOpenForQuestions):
        await ask(house, hall, 2, "Too late?")
    await settled(house, hall)
    assert await texts(house, hall) == ["I slept. Who sees the scores?"], "what was approved is not lost"


async def test_what_stays_unanswered_goes_to_the_next_with_its_age(house: House) -> None:
    hall = await open_hall(house, repeat=WEEKLY, late_hours=0)
    first, second, third = await published(house, hall, *THREE)
    await house.queue.mark_answered(ORGANIZER, hall.id, first.id)
    await house.queue.merge(ORGANIZER, hall.id, second.id, third.id)
    for age in (1, 2):
        await held(house, hall)
        before, hall = hall, await following(house, hall)
        await house.afterwards.settle_due()
        await house.afterwards.settle_due()
        carried = await questions(house, hall)
        assert [(each.text, each.age, each.state, each.batch) for each in carried] == [
            (third.text, age, QuestionState.OPEN, None)
        ]
        states = {each.text: each.state for each in await questions(house, before)}
        assert states[third.text] is QuestionState.CARRIED


async def test_a_cancelled_one_hands_its_questions_on_at_once(house: House) -> None:
    hall = await open_hall(house, repeat=WEEKLY)
    await published(house, hall, *THREE)
    await house.scheduling.cancel(ORGANIZER, hall.id)
    assert await texts(house, await following(house, hall)) == sorted(THREE)


@pytest.mark.parametrize(
    "place",
    [
        "publishing questions: taken",
        "publishing questions: before the commit",
        "publishing questions: after the commit",
    ],
)
async def test_killed_while_publishing_each_question_is_published_once(tmp_path: Path, place: str) -> None:
    """And nobody is told that theirs is withdrawn while it comes out."""
    async with House(tmp_path, address(tmp_path), FixedClock()) as house:
        hall = await open_hall(house)
        for number, text in enumerate(THREE):
            await ask(house, hall, number, text)
        await approve_all(house, hall)
        own = (await house.town_halls.standing(member(1), hall.id)).questions[0]

        def pull(reached: str) -> None:
            if reached == place:
                raise PlugPulled

        failpoints.watch(pull)
        try:
            with pytest.raises(PlugPulled):
                await house.queue.release_now(ORGANIZER, hall.id)
        finally:
            failpoints.watch(None)
        await house.crash()
        with pytest.raises(questions_rules.QuestionGone):
            await house.town_halls.withdraw_question(member(1), hall.id, own.id)
        for _ in range(3):
            await house.queue.release_due()
        assert await texts(house, hall) == sorted(THREE)
        posted = [text for post in await told(house, QUESTIONS) for _, text in post["questions"]]
        assert sorted(posted) == sorted(THREE)
        assert await house.gathering.asked_in(hall.id, APPROVED) == []
        assert (await house.town_halls.standing(member(1), hall.id)).questions == []


@pytest.mark.parametrize(("wanting", "told"), [(4, 0), (5, 5), (9, 5), (10, 10)])
async def test_nobodys_wish_can_be_subtracted_from_what_is_kept_and_told(house: House, wanting: int, told: int) -> None:
    hall = await open_hall(house)
    first, second, _ = await published(house, hall, *THREE)
    for number in range(wanting):
        await house.town_halls.want(member(number), hall.id, first.id)
        await house.town_halls.want(member(number), hall.id, second.id)
    await house.queue.merge(ORGANIZER, hall.id, second.id, first.id)
    await held(house, hall)
    await settled(house, hall)
    kept = {each.id: each.votes for each in await questions(house, hall)}
    assert kept[first.id] == told, "who wanted both is counted once"
    _, minutes = await house.afterwards.minutes(member(1), hall.id)
    line = next(each for each in minutes.splitlines() if each.startswith(f"- {first.text}"))
    assert line == f"- {first.text} (not answered{f', wanted by at least {told}' if told else ''})"
