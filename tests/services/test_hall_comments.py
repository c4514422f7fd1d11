"""Comments in the late floor go the way of questions: nobody learns who wrote or when, and the minutes hold them."""

import statistics
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import failpoints
from bot.refusals import NotAnOrganizer
from bot.townhalls import questions_rules
from bot.townhalls.questions_rules import Kind
from bot.townhalls.rules import TownHall
from bot.townhalls.service import COMMENTS, QUESTIONS
from tests.clock import FixedClock
from tests.conftest import address
from tests.house import ORGANIZER, House
from tests.services.halls import (
    approve_all,
    ask,
    comment,
    comments,
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
from tests.services.test_hall_questions import THREE, on_disk
from tests.services.test_reminders import PlugPulled
from tests.services.test_town_halls import WEEKLY
from tests.vault.test_forgetting import correlation

SAID = ("The pause is too short.", "We should tell the other sites.", "I agree, but not with the date.")


async def late_hall(house: House, **changes: object) -> TownHall:
    await halls_of(house)
    return await held(house, await scheduled(house, **changes))  # type: ignore[arg-type]


async def said(house: House, hall: TownHall) -> list[str]:
    return sorted(each.text for each in await comments(house, hall))


async def test_comments_are_taken_while_the_late_floor_is_open_and_only_then(house: House) -> None:
    await halls_of(house)
    hall = await scheduled(house)
    with pytest.raises(questions_rules.NotOpenForComments):
        await comment(house, hall, 1, SAID[0])
    house.clock.move_to(hall.starts_at)
    await house.room.start(ORGANIZER, hall.id)
    with pytest.raises(questions_rules.NotOpenForComments):
        await house.town_halls.asking(member(1), hall.id, Kind.COMMENT)
    late = await house.room.end(ORGANIZER, hall.id)
    await comment(house, hall, 1, SAID[0])
    assert late.late_until is not None
    house.clock.move_to(late.late_until)
    with pytest.raises(questions_rules.NotOpenForComments):
        await comment(house, hall, 2, SAID[1])


async def test_whoever_comments_and_whoever_approves_see_the_same_words(house: House) -> None:
    hall = await late_hall(house)
    typed = "  The pause\u202e is too short.\u200b\r\n"
    seen = await house.town_halls.ask(member(1), hall.id, "a form", typed, Kind.COMMENT)
    _, (waiting,) = await house.queue.waiting(ORGANIZER, hall.id)
    (own,) = (await house.town_halls.standing(member(1), hall.id)).questions
    assert seen == waiting.text == own.text == SAID[0]
    assert waiting.kind is own.kind is Kind.COMMENT
    with pytest.raises(NotAnOrganizer):
        await house.queue.waiting(member(1), hall.id)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [(" ?! ", questions_rules.CommentMissing), ("x" * 501, questions_rules.CommentTooLong)],
)
async def test_a_comment_has_words_and_not_too_many(
    house: House, text: str, refusal: type[questions_rules.CommentMissing]
) -> None:
    hall = await late_hall(house)
    with pytest.raises(refusal):
        await comment(house, hall, 1, text)


async def test_comments_are_published_from_three_on_and_after_a_delay_drawn_by_lot(house: House) -> None:
    hall = await late_hall(house)
    for number, text in enumerate(SAID[:2]):
        await comment(house, hall, number, text)
    await approve_all(house, hall)
    for _ in range(10):
        house.clock.later(hours=1)
        await house.queue.release_due()
    assert await comments(house, hall) == []
    await comment(house, hall, 2, SAID[2])
    await approve_all(house, hall)
    await house.queue.release_due()
    house.clock.later(minutes=9, seconds=59)
    await house.queue.release_due()
    assert await comments(house, hall) == []
    house.clock.later(minutes=21)
    await house.queue.release_due()
    assert await said(house, hall) == sorted(SAID)
    (post,) = await told(house, COMMENTS)
    assert sorted(post["comments"]) == sorted(SAID)
    assert (await house.town_halls.standing(member(1), hall.id)).questions == [], "who wrote is forgotten"


async def test_questions_do_not_make_up_the_numbers_for_comments_nor_hurry_them(house: House) -> None:
    hall = await late_hall(house)
    for number, text in enumerate(THREE):
        await ask(house, hall, number, text)
    await comment(house, hall, 9, SAID[0])
    await approve_all(house, hall)
    await house.queue.release_due()
    house.clock.later(minutes=9)
    for number, text in enumerate(SAID[1:]):
        await comment(house, hall, number, text)
    await approve_all(house, hall)
    await house.queue.release_due()
    drawn = (await current(house, hall)).comments_at
    assert isinstance(drawn, datetime)
    assert drawn - house.clock.now() >= timedelta(minutes=10), "the wait of the questions is not theirs"
    house.clock.move_to(drawn - timedelta(seconds=1))
    await house.queue.release_due()
    assert await comments(house, hall) == []
    house.clock.move_to(max(drawn, house.clock.now()) + timedelta(minutes=30))
    await house.queue.release_due()
    assert await said(house, hall) == sorted(SAID)
    assert len(await questions(house, hall)) == 3
    assert [len(post["questions"]) for post in await told(house, QUESTIONS)] == [3]


async def test_the_chair_publishes_by_hand_what_is_enough_and_few_when_it_is_meant(house: House) -> None:
    hall = await late_hall(house)
    for number, text in enumerate(THREE):
        await ask(house, hall, number, text)
    await comment(house, hall, 9, SAID[0])
    await approve_all(house, hall)
    assert await house.queue.release_now(ORGANIZER, hall.id) == 3
    assert await comments(house, hall) == [], "one comment alone is easier to link to whoever wrote it"
    with pytest.raises(questions_rules.TooFewToPublish):
        await house.queue.release_now(ORGANIZER, hall.id)
    assert await house.queue.release_now(ORGANIZER, hall.id, few=True) == 1
    assert await said(house, hall) == [SAID[0]]


async def test_when_and_in_which_order_somebody_wrote_says_nothing_about_when_it_is_published(tmp_path: Path) -> None:
    orders: list[float] = []
    delays: set[timedelta] = set()
    async with House(tmp_path, address(tmp_path), FixedClock()) as house:
        await halls_of(house)
        for round_ in range(25):
            hall = await held(house, await scheduled(house, form=f"form {round_}"))
            written = [f"Comment {round_} {number}." for number in range(12)]
            for number, text in enumerate(written):
                await comment(house, hall, number, text)
            await approve_all(house, hall)
            await house.queue.release_due()
            drawn = (await current(house, hall)).comments_at
            assert isinstance(drawn, datetime)
            delays.add(drawn - house.clock.now())
            house.clock.move_to(drawn)
            await house.queue.release_due()
            shown = [each.text for each in await comments(house, hall)]
            orders.append(correlation([shown.index(text) for text in written]))
    assert abs(statistics.mean(orders)) < 0.2
    assert max(map(abs, orders)) < 0.95
    assert all(timedelta(minutes=10) <= delay <= timedelta(minutes=30) for delay in delays)
    assert len(delays) > 15, "drawn anew each time"


async def test_a_withdrawn_comment_leaves_no_byte(tmp_path: Path) -> None:
    async with House(tmp_path, address(tmp_path), FixedClock()) as house:
        hall = await late_hall(house)
        for number, text in enumerate(SAID):
            await comment(house, hall, number, text)
        await approve_all(house, hall)
        own = house.keys.own(f"hall-{hall.id}")
        assert own is not None
        tag = own.tag(member(1).user_id)
        kept = (await house.gathering.asked_by(hall.id, tag))[0]
        marks = [tag, kept.id, kept.id.hex().encode(), kept.sealed[-400:], SAID[1].encode()]
        assert any(kept.sealed[-400:] in content for content in on_disk(tmp_path))
        await house.town_halls.withdraw_question(member(1), hall.id, kept.id.hex())
        assert not any(mark in content for mark in marks for content in on_disk(tmp_path))


async def test_a_comment_is_no_question(house: House) -> None:
    """It is not answered, wanted, counted with a question or carried over."""
    hall = await late_hall(house, repeat=WEEKLY)
    first, *_ = await published(house, hall, *THREE)
    await comment(house, hall, 1, SAID[0])
    (waiting,) = (await house.queue.waiting(ORGANIZER, hall.id))[1]
    with pytest.raises(questions_rules.QuestionGone):
        await house.queue.merge(ORGANIZER, hall.id, waiting.id, first.id)
    await approve_all(house, hall)
    await house.queue.release_now(ORGANIZER, hall.id, few=True)
    (shown,) = await comments(house, hall)
    for attempt in (
        house.town_halls.want(member(1), hall.id, shown.id),
        house.queue.mark_answered(ORGANIZER, hall.id, shown.id),
        house.queue.merge(ORGANIZER, hall.id, shown.id, first.id),
        house.queue.merge(ORGANIZER, hall.id, first.id, shown.id),
    ):
        with pytest.raises(questions_rules.QuestionGone):
            await attempt
    _, listed = await house.town_halls.questions(member(2), hall.id)
    assert shown.id not in {each.question.id for each in listed}
    await settled(house, hall)
    following_hall = await following(house, hall)
    assert sorted(each.text for each in await questions(house, following_hall)) == sorted(THREE)
    assert await comments(house, following_hall) == []


async def test_what_was_approved_is_in_the_minutes_and_the_rest_is_destroyed(tmp_path: Path) -> None:
    async with House(tmp_path, address(tmp_path), FixedClock()) as house:
        hall = await late_hall(house)
        await comment(house, hall, 1, SAID[0])
        await approve_all(house, hall)
        await comment(house, hall, 2, SAID[1])
        kept = next(each for each in await house.gathering.asked_in(hall.id, "waiting"))
        assert "Comments" not in (await house.afterwards.minutes(member(3), hall.id))[1]
        await settled(house, hall)
        _, final = await house.afterwards.minutes(member(3), hall.id)
        assert final.endswith(f"## Comments\n\n- {SAID[0]}\n")
        assert not any(kept.sealed[-400:] in content for content in on_disk(tmp_path))
        assert not any(SAID[1].encode() in content for content in on_disk(tmp_path))


async def test_questions_and_comments_together_are_at_most_five_that_wait(house: House) -> None:
    hall = await late_hall(house)
    for number in range(3):
        await ask(house, hall, 1, f"Question {number}?")
    for number in range(2):
        await comment(house, hall, 1, f"Comment {number}.")
    with pytest.raises(questions_rules.TooManyQuestions):
        await comment(house, hall, 1, "One more.")
    await comment(house, hall, 1, "Comment 1.")


@pytest.mark.parametrize(
    "place",
    [
        "publishing questions: taken",
        "publishing questions: before the commit",
        "publishing questions: after the commit",
    ],
)
async def test_killed_while_publishing_each_comment_is_published_once(tmp_path: Path, place: str) -> None:
    async with House(tmp_path, address(tmp_path), FixedClock()) as house:
        hall = await late_hall(house)
        for number, text in enumerate(SAID):
            await comment(house, hall, number, text)
        await ask(house, hall, 9, "One question?")
        await approve_all(house, hall)

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
        for _ in range(3):
            await house.queue.release_due()
        assert await said(house, hall) == sorted(SAID)
        assert sorted(text for post in await told(house, COMMENTS) for text in post["comments"]) == sorted(SAID)
        assert await questions(house, hall) == [], "what was not taken is not swept along"
