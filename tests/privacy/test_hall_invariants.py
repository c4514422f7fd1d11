"""Each promise to those who come to town halls is named here with the tests that prove it, and some are proven here."""

import ast
import asyncio
import inspect
import random
import statistics
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import cogs.townhalls
from bot import failpoints
from bot.townhalls import questions_rules
from bot.townhalls.plans import Plan
from bot.townhalls.questions_rules import LEAST_IN_BATCH, SHORTEST_DELAY
from bot.townhalls.rules import CARD_REST, STEP, State, TownHall
from bot.townhalls.service import QUESTIONS, TownHalls
from bot.vault.gathering import APPROVED, Asked, Gathering
from tests.house import ORGANIZER, House
from tests.privacy.hall_twins import entered, in_file_order, rows, twins
from tests.privacy.scan import numbers
from tests.privacy.test_invariants import held_in
from tests.privacy.test_petition_invariants import dump
from tests.services.halls import (
    approve_all,
    ask,
    current,
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
from tests.vault.test_forgetting import correlation

HERE = "tests/privacy/test_hall_invariants.py"
BYTES = "tests/privacy/test_hall_bytes.py"
PUBLIC = "tests/privacy/test_hall_effects.py"
ASKING = "tests/services/test_hall_questions.py"
HALLS = "tests/services/test_town_halls.py"
GATHERING = "tests/vault/test_gathering.py"
COLUMNS = "tests/privacy/test_columns.py"
MEMBERS = "tests/journeys/test_hall_members.py"
PROOFS: dict[str, dict[str, tuple[str, ...]]] = {
    "T1: no list of Discord's own of who is interested": {
        HERE: ("test_an_event_of_discords_own_is_off_and_nobody_asks_who_is_interested",),
        "tests/journeys/test_hall_planning.py": ("test_no_event_of_discords_own_is_made_unless_it_was_chosen",),
        MEMBERS: ("test_people_are_told_where_an_event_of_discords_own_shows_who_is_interested",),
    },
    "T1: the count in fives": {
        HERE: ("test_the_count_moves_in_fives_and_at_moments_that_no_sign_up_chose",),
        HALLS: ("test_who_comes_shows_nowhere_but_in_fives",),
        MEMBERS: ("test_the_card_counts_in_fives",),
        "tests/rules/test_hall_rules.py": (
            "test_the_count_moves_in_fives_and_never_falls",
            "test_attendance_is_rounded_down_to_fives",
        ),
    },
    "T1: names nowhere": {
        HERE: ("test_after_a_hundred_sign_ups_the_public_record_knows_nobody",),
        BYTES: (
            "test_after_two_hundred_took_part_nothing_on_disk_names_one",
            "test_no_id_or_name_of_the_whole_flow_is_kept",
        ),
        PUBLIC: ("test_of_what_one_member_does_nothing_leaves_but_private_answers",),
        GATHERING: ("test_after_a_rewrite_the_place_in_the_file_says_nothing_about_the_order_of_arrival",),
        HALLS: ("test_when_all_is_over_nothing_leads_to_whoever_came_or_asked",),
    },
    "T2: no identity of who asks (R1)": {
        BYTES: (
            "test_after_two_hundred_took_part_nothing_on_disk_names_one",
            "test_with_the_key_gone_nothing_can_be_opened_and_nobody_tried",
        ),
        COLUMNS: ("test_every_column_of_the_vault_is_listed_with_its_reason",),
        HERE: ("test_whoever_asks_and_in_whatever_order_all_that_is_seen_and_kept_is_the_same",),
    },
    "T2: no id that Discord made on the way (R2)": {BYTES: ("test_no_id_or_name_of_the_whole_flow_is_kept",)},
    "T2: no time and no order of asking (R3)": {
        BYTES: ("test_after_two_hundred_took_part_nothing_on_disk_names_one",),
        COLUMNS: (
            "test_every_column_that_can_hold_an_id_or_a_moment_is_listed_with_its_reason",
            "test_every_column_of_the_vault_is_listed_with_its_reason",
        ),
        HERE: (
            "test_whoever_asks_and_in_whatever_order_all_that_is_seen_and_kept_is_the_same",
            "test_the_same_people_leave_the_same_vault_in_whatever_order_they_ask",
            "test_with_forms_as_people_open_them_no_list_and_no_post_goes_with_the_order_of_asking",
        ),
        "tests/services/test_hall_burst.py": (
            "test_of_a_burst_nothing_is_lost_or_doubled_and_no_order_of_arrival_is_kept",
        ),
        "tests/vault/test_codes.py": ("test_a_token_has_128_bits_and_fits_a_custom_id",),
    },
    "T2: approved first": {
        HERE: ("test_only_what_was_approved_is_ever_public",),
        "tests/journeys/test_hall_room.py": ("test_organizers_decide_about_questions_without_a_name",),
    },
    "T2: in batches of three or more": {
        HERE: (
            "test_a_question_withdrawn_while_its_batch_is_due_leaves_no_smaller_batch_behind",
            "test_after_a_crash_a_question_that_was_approved_since_is_not_published_alone",
        ),
        ASKING: (
            "test_nothing_is_published_below_three_and_then_after_a_delay_drawn_by_lot",
            "test_the_chair_can_publish_at_once_and_few_only_when_it_has_begun",
        ),
        "tests/rules/test_hall_rules.py": ("test_a_batch_waits_for_three_and_keeps_the_time_that_was_drawn",),
    },
    "T2: after a delay by lot, which tells nothing of when they were asked": {
        HERE: ("test_shuffled_the_hours_of_asking_fit_the_hours_of_publishing_no_worse",),
        ASKING: ("test_the_minute_of_publication_does_not_follow_the_minute_of_asking",),
        "tests/rules/test_hall_rules.py": (
            "test_cards_and_batches_wait_for_a_time_drawn_by_lot",
            "test_every_delay_can_be_drawn",
        ),
    },
    "T2: who wants an answer is hidden until the end": {
        HERE: ("test_before_the_end_nobody_sees_the_same_question_wanted_by_none_and_by_forty",),
        ASKING: ("test_how_many_want_an_answer_is_told_to_nobody_before_the_end",),
        MEMBERS: ("test_published_questions_are_wanted_and_nobody_sees_how_many_before_the_end",),
        PUBLIC: ("test_of_what_one_member_does_nothing_leaves_but_private_answers",),
    },
    "T3: the same words": {
        HERE: (
            "test_whoever_asks_whoever_approves_and_everybody_read_the_same_words",
            "test_no_service_changes_the_words_of_a_question_that_was_asked",
        ),
        ASKING: ("test_whoever_asks_and_whoever_approves_see_the_same_words",),
        PUBLIC: ("test_the_words_on_the_screens_of_asker_and_organizer_are_the_same",),
    },
    "T3: what is withdrawn leaves no byte": {
        BYTES: (
            "test_what_one_member_takes_back_leaves_no_byte",
            "test_when_it_is_over_nothing_is_left_of_words_tags_and_keys",
        ),
        ASKING: ("test_a_withdrawn_question_leaves_no_byte",),
        GATHERING: (
            "test_what_is_taken_back_leaves_no_byte",
            "test_what_is_forgotten_leaves_no_byte_and_the_rest_stays",
        ),
    },
}


def test_every_promise_to_those_who_come_is_proven() -> None:
    assert {clause.split(":")[0] for clause, proofs in PROOFS.items() if any(proofs.values())} == {"T1", "T2", "T3"}
    assert all(any(proofs.values()) for proofs in PROOFS.values())
    missing = [
        f"{file}::{name}"
        for proofs in PROOFS.values()
        for file, names in proofs.items()
        for name in names
        if name not in held_in(file)
    ]
    assert missing == []


# T1


def test_an_event_of_discords_own_is_off_and_nobody_asks_who_is_interested() -> None:
    assert inspect.signature(Plan).parameters["is_mirrored"].default is False
    touching, asking = set(), []
    for path in sorted(Path(*cogs.townhalls.__path__).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and "scheduled_event" in node.attr:
                touching.add(path.name)
            if isinstance(node, ast.Attribute) and node.attr in {"users", "user_count", "subscriber_count"}:
                asking.append(f"{path.name}:{node.lineno}")
            if isinstance(node, ast.keyword) and node.arg == "with_counts":
                assert ast.unparse(node.value) == "False", path.name
    assert touching == {"events.py"}
    assert asking == []


async def test_after_a_hundred_sign_ups_the_public_record_knows_nobody(house: House) -> None:
    """Not a byte of it moves at a sign-up, and what the card says later is a number."""
    await halls_of(house)
    hall, people = await scheduled(house), [member(number) for number in range(100)]
    before = await dump(house)
    await asyncio.gather(*(house.town_halls.sign_up(each, hall.id) for each in people))
    await asyncio.gather(*(house.town_halls.sign_up(each, hall.id, is_sure=False) for each in people[90:]))
    await asyncio.gather(*(house.town_halls.sign_off(each, hall.id) for each in people[80:90]))
    assert await dump(house) == before
    house.clock.later(minutes=21)
    await house.reminders.refresh_due()
    assert (await current(house, hall)).shown == 80
    after = repr(await dump(house)).encode()
    assert str(ORGANIZER.user_id).encode() in after, "an organizer is on the list, so what is there is found"
    own = house.keys.own(f"hall-{hall.id}")
    assert own is not None
    for each in people:
        tag = own.tag(each.user_id)
        marks = [form for _, form in numbers("id", each.user_id)] + [tag, tag.hex().encode()]
        assert not any(mark in after for mark in marks)


async def test_the_count_moves_in_fives_and_at_moments_that_no_sign_up_chose(house: House) -> None:
    """The next look at a card was fixed before: a sign-up moves no time that is kept."""
    await halls_of(house)
    hall = await scheduled(house, hours=200)
    moved_at, shown = [house.clock.now()], [0]
    for minute in range(0, 180, 3):
        before = await dump(house)
        await asyncio.gather(*(house.town_halls.sign_up(member(minute + each), hall.id) for each in range(3)))
        assert await dump(house) == before
        await house.reminders.refresh_due()
        if (found := (await current(house, hall)).shown) != shown[-1]:
            shown.append(found)
            moved_at.append(house.clock.now())
        house.clock.later(minutes=3)
    assert all(number % STEP == 0 for number in shown)
    gaps = [later - earlier for earlier, later in pairwise(moved_at)]
    assert len(gaps) > 7
    assert min(gaps) >= CARD_REST
    assert len(set(gaps)) > 2, "by chance, and not like clockwork"


# T2


WORDS = tuple(f"What becomes of number {number}?" for number in range(12))


async def lived_through(house: House, hall: TownHall, order: Sequence[int], askers: Sequence[int]) -> list[Any]:
    """Ask in an order, a quarter of an hour apart, and return all that is seen and publicly kept until the end.

    `askers` says who asks which question. What organizers do is the same each time, and at the same hours.
    """
    halls, queue, begun = house.town_halls, house.queue, house.clock.now()
    for number in order:
        await halls.ask(member(askers[number]), hall.id, f"form {number}", WORDS[number])
        house.clock.later(minutes=15)
    house.clock.move_to(begun + timedelta(hours=6))
    seen: list[Any] = [await queue.waiting(ORGANIZER, hall.id)]
    for each in seen[0][1][:10]:
        await queue.approve(ORGANIZER, hall.id, each.id)
    await queue.reject(ORGANIZER, hall.id, seen[0][1][10].id, "unclear")
    seen.append(await queue.waiting(ORGANIZER, hall.id))
    await queue.release_now(ORGANIZER, hall.id)
    stranger = member(999)
    seen += [await queue.waiting(ORGANIZER, hall.id), await told(house, QUESTIONS)]
    seen.append(await halls.questions(stranger, hall.id))
    wanting = list(zip([each.question.id for each in seen[-1][1]] * 2, range(20), strict=True))
    for question, number in wanting if order[0] == 0 else reversed(wanting):
        await halls.want(member(500 + 50 * askers[0] + number), hall.id, question)
    house.clock.move_to(begun + timedelta(hours=7))
    seen += [await halls.questions(stranger, hall.id), await halls.standing(stranger, hall.id)]
    await held(house, hall, attendance=40)
    seen.append(await house.afterwards.minutes(stranger, hall.id))
    await settled(house, hall)
    seen += [await house.afterwards.minutes(stranger, hall.id), await house.town_halls.questions(stranger, hall.id)]
    return [*seen, await house.queue.waiting(ORGANIZER, hall.id), await dump(house)]


async def test_whoever_asks_and_in_whatever_order_all_that_is_seen_and_kept_is_the_same(tmp_path: Path) -> None:
    """Nobody can tell one order of asking, or one set of people, from another: every word and row is the same."""
    shuffled = random.Random(11).sample(range(12), 12)
    orders = [list(range(12)), list(reversed(range(12))), shuffled, list(range(12))]
    askers = [list(range(12)), list(range(12)), list(reversed(range(12))), [number // 4 for number in range(12)]]
    hall, folders = await twins(tmp_path, len(orders))
    lives = []
    for folder, order, who in zip(folders, orders, askers, strict=True):
        async with entered(folder) as house:
            lives.append(await lived_through(house, hall, order, who))
    assert sorted(each.text for each in lives[0][0][1]) == sorted(WORDS), "organizers do see something"
    assert len(lives[0][-1]) > 20
    for other in lives[1:]:
        assert other == lives[0]


async def test_the_same_people_leave_the_same_vault_in_whatever_order_they_ask(tmp_path: Path) -> None:
    """What a thief finds after the nightly rewrite: the same rows, and each question at the same place."""
    hall, folders = await twins(tmp_path, 3)
    left = []
    for seed, folder in enumerate(folders):
        async with entered(folder) as house:
            for number in random.Random(seed).sample(range(12), 12):
                await house.town_halls.ask(member(number // 2), hall.id, f"form {number}", WORDS[number])
                house.clock.later(minutes=15)
            ids = [bytes.fromhex(each.id) for each in (await house.queue.waiting(ORGANIZER, hall.id))[1]]
            before = in_file_order(house, ids)
            await house.vault.rewrite()
            left.append((before, await rows(house), in_file_order(house, ids)))
    assert left[0][0] != left[1][0], "until it is written anew the file shows the order, or this could not fail"
    assert left[0][1:] == left[1][1:] == left[2][1:]


async def test_with_forms_as_people_open_them_no_list_and_no_post_goes_with_the_order_of_asking(house: House) -> None:
    """Over many rounds, the order of arrival correlates with no order in which anything is shown."""
    await halls_of(house)
    hall = await scheduled(house, hours=200)
    seen: dict[str, list[float]] = {"waiting": [], "posted": [], "listed": [], "own": []}
    for turn in range(16):
        asked = [f"Question {turn} {number}?" for number in range(12)]
        for number, text in enumerate(asked):
            await house.town_halls.ask(member(number % 3), hall.id, house.town_halls.new_form(), text)
        waiting = [each.text for each in (await house.queue.waiting(ORGANIZER, hall.id))[1]]
        own = [each.text for each in (await house.town_halls.standing(member(0), hall.id)).questions]
        await approve_all(house, hall)
        await house.queue.release_now(ORGANIZER, hall.id)
        posted = [text for post in await told(house, QUESTIONS) for _, text in post["questions"]]
        listed = [each.question.text for each in (await house.town_halls.questions(member(99), hall.id))[1]]
        orders = {"waiting": waiting, "posted": posted[-12:], "listed": listed[-12:], "own": own}
        for name, shown in orders.items():
            seen[name].append(correlation([shown.index(text) for text in asked if text in shown]))
    # Within five standard deviations; there are only four questions of one's own, so their order varies more.
    means = {name: abs(statistics.mean(found)) for name, found in seen.items()}
    assert all(mean < (0.75 if name == "own" else 0.4) for name, mean in means.items()), means


async def test_shuffled_the_hours_of_asking_fit_the_hours_of_publishing_no_worse(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In thirty town halls people ask at hours of their own, and all is approved at one: the rest is the lot."""
    begun, chance = house.clock.now(), random.Random(5)
    monkeypatch.setattr("bot.townhalls.queue.secrets.randbits", random.Random(8).getrandbits)  # no alarm by chance
    await halls_of(house)
    halls = [await scheduled(house, hours=200, form=f"form {number}") for number in range(30)]
    asked = sorted(chance.uniform(0, 300) for _ in halls)
    for hall, minutes in zip(halls, asked, strict=True):
        house.clock.move_to(begun + timedelta(minutes=minutes))
        for number in range(LEAST_IN_BATCH):
            await ask(house, hall, number, WORDS[number])
    now = begun + timedelta(hours=8)
    house.clock.move_to(now)
    for hall in halls:
        await approve_all(house, hall)
    await house.queue.release_due()
    drawn = [(await current(house, hall)).release_at for hall in halls]
    delays = [each - now for each in drawn if each is not None]
    assert len(delays) == len(halls)
    assert min(delays) >= SHORTEST_DELAY
    house.clock.move_to(now + min(delays) - timedelta(seconds=1))
    await house.queue.release_due()
    assert await told(house, QUESTIONS) == []
    minutes_drawn = [each.total_seconds() / 60 for each in delays]

    def fit(published_after: Sequence[float]) -> float:
        return abs(statistics.correlation(asked, published_after))

    shuffles = [fit(chance.sample(minutes_drawn, len(minutes_drawn))) for _ in range(1_000)]
    assert sum(each >= fit(minutes_drawn) for each in shuffles) > 50, "one shuffle in twenty fits as well by chance"
    assert sum(each >= fit(sorted(minutes_drawn)) for each in shuffles) == 0, "what follows the asking would be seen"


async def test_only_what_was_approved_is_ever_public(house: House) -> None:
    """Neither what waits nor what was turned away, withdrawn or merged, at any hour until after the end."""
    await halls_of(house)
    hall = await scheduled(house)
    shown = await published(house, hall, *(f"Approved {number}?" for number in range(3)))
    for number, fate in enumerate(("waiting", "rejected", "withdrawn", "merged")):
        await ask(house, hall, 20 + number, f"Never {fate}?")
    found = {each.text: each.id for each in (await house.queue.waiting(ORGANIZER, hall.id))[1]}
    await house.queue.reject(ORGANIZER, hall.id, found["Never rejected?"], "personal")
    await house.queue.approve(ORGANIZER, hall.id, found["Never withdrawn?"])
    await house.town_halls.withdraw_question(member(22), hall.id, found["Never withdrawn?"])
    await house.queue.merge(ORGANIZER, hall.id, found["Never merged?"], shown[0].id)
    await ask(house, hall, 30, "Approved 3?")
    (last,) = [each for each in (await house.queue.waiting(ORGANIZER, hall.id))[1] if each.text == "Approved 3?"]
    await house.queue.approve(ORGANIZER, hall.id, last.id)
    for _ in range(3):
        house.clock.later(minutes=31)
        await house.queue.release_due()
    await held(house, hall)
    await settled(house, hall)
    record = repr(await dump(house))
    assert "Approved 2?" in record
    assert "Never" not in record
    assert {each.text for each in await questions(house, hall)} == {f"Approved {number}?" for number in range(4)}


class Withdrawing(Gathering):
    """Somebody who withdraws between the look at how many are approved and their publication."""

    then: Callable[[], Awaitable[None]] | None = None

    async def take_approved(self, hall: str, *arguments: Any) -> list[Asked]:
        if self.then is not None:
            then, self.then = self.then, None
            await then()
        return await super().take_approved(hall, *arguments)


@pytest.mark.parametrize("by_hand", [False, True], ids=["by the clock", "by hand"])
async def test_a_question_withdrawn_while_its_batch_is_due_leaves_no_smaller_batch_behind(
    house: House, *, by_hand: bool
) -> None:
    """Of three that are due one is withdrawn at the last moment: the two others wait for a third."""
    await halls_of(house)
    hall = await scheduled(house)
    for number in range(3):
        await ask(house, hall, number, WORDS[number])
    await approve_all(house, hall)
    await house.queue.release_due()
    house.clock.later(minutes=31)
    (own,) = (await house.town_halls.standing(member(1), hall.id)).questions

    async def withdraw() -> None:
        await house.town_halls.withdraw_question(member(1), hall.id, own.id)

    house.queue._gathering = gathering = Withdrawing(house.vault)
    gathering.then = withdraw
    if by_hand:
        with pytest.raises(questions_rules.TooFewToPublish):
            await house.queue.release_now(ORGANIZER, hall.id)
    else:
        await house.queue.release_due()
    assert gathering.then is None, "it was withdrawn in between"
    assert await questions(house, hall) == []
    assert len(await house.gathering.asked_in(hall.id, APPROVED)) == 2
    (kept,) = (await house.town_halls.standing(member(0), hall.id)).questions
    await house.town_halls.withdraw_question(member(0), hall.id, kept.id)
    await ask(house, hall, 5, WORDS[5])
    await ask(house, hall, 6, WORDS[6])
    await approve_all(house, hall)
    assert await house.queue.release_now(ORGANIZER, hall.id) == 3


async def test_after_a_crash_a_question_that_was_approved_since_is_not_published_alone(house: House) -> None:
    """The batch that was broken off is brought to its end; what came to it since waits for two others."""
    await halls_of(house)
    hall = await scheduled(house)
    for number in range(3):
        await ask(house, hall, number, WORDS[number])
    await approve_all(house, hall)

    def pull(reached: str) -> None:
        if reached == "publishing questions: after the commit":
            raise PlugPulled

    failpoints.watch(pull)
    try:
        with pytest.raises(PlugPulled):
            await house.queue.release_now(ORGANIZER, hall.id)
    finally:
        failpoints.watch(None)
    await house.crash()
    await ask(house, hall, 3, WORDS[3])
    await approve_all(house, hall)
    for _ in range(3):
        await house.queue.release_due()
        house.clock.later(minutes=31)
    assert sorted(each.text for each in await questions(house, hall)) == sorted(WORDS[:3])
    assert len(await house.gathering.asked_in(hall.id, APPROVED)) == 1


async def test_before_the_end_nobody_sees_the_same_question_wanted_by_none_and_by_forty(house: House) -> None:
    """All that anybody can look at, organizers too, is the same while the town hall goes on and its floor is open."""
    await halls_of(house)
    hall = await scheduled(house)
    shown = await published(house, hall, *WORDS[:3])
    house.clock.move_to(hall.starts_at)
    await house.room.start(ORGANIZER, hall.id)

    async def everything() -> list[Any]:
        stranger = member(999)
        seen: list[Any] = [await house.town_halls.questions(who, hall.id) for who in (stranger, ORGANIZER)]
        seen += [await house.queue.waiting(ORGANIZER, hall.id), await house.room.panel(ORGANIZER, hall.id)]
        if (await current(house, hall)).state is State.LATE:
            seen.append(await house.afterwards.minutes(stranger, hall.id))
        return [*seen, await dump(house)]

    none = await everything()
    for number in range(40):
        await house.town_halls.want(member(100 + number), hall.id, shown[number % 2].id)
    assert await everything() == none
    await house.room.end(ORGANIZER, hall.id)
    some = await everything()
    for number in range(40):
        await house.town_halls.want(member(200 + number), hall.id, shown[2].id)
    assert await everything() == some
    await settled(house, hall)
    assert {each.votes for each in await questions(house, hall)} == {20, 40}


# T3


@pytest.mark.parametrize(
    "typed",
    [
        "  Who\u202e sees\u200b the scores?\r\n",
        "Zsófia\u00a0and *Quillon* <@212345678901234501> `x` || [a](http://b)?",
        "one\n\n\n\ntwo\x00?",
        "Who sees \ud83d\ude00?".encode("utf-16", "surrogatepass").decode("utf-16"),
        "a" * questions_rules.LONGEST_QUESTION,
    ],
)
async def test_whoever_asks_whoever_approves_and_everybody_read_the_same_words(house: House, typed: str) -> None:
    """When it is sent, while it waits, once it is published, and in what is posted."""
    await halls_of(house)
    hall = await scheduled(house)
    answered = await house.town_halls.ask(member(1), hall.id, "a form", typed)
    for number in (2, 3):
        await ask(house, hall, number, WORDS[number])
    (own,) = (await house.town_halls.standing(member(1), hall.id)).questions
    (waiting,) = [each for each in (await house.queue.waiting(ORGANIZER, hall.id))[1] if each.id == own.id]
    assert answered == own.text == waiting.text == questions_rules.question_text(typed)
    await approve_all(house, hall)
    await house.queue.release_now(ORGANIZER, hall.id)
    assert {each.id: each.text for each in await questions(house, hall)}[own.id] == answered
    assert [own.id, answered] in [each for post in await told(house, QUESTIONS) for each in post["questions"]]


def test_no_service_changes_the_words_of_a_question_that_was_asked() -> None:
    """Nothing that organizers can do takes a text: they approve the words, turn them away, or count them elsewhere."""
    from bot.townhalls.queue import Queue  # noqa: PLC0415 - looked at, not used

    for name, method in inspect.getmembers(Queue, inspect.isfunction):
        assert name.startswith("_") or not {"text", "words"} & set(inspect.signature(method).parameters), name
    assert {"text"} <= set(inspect.signature(TownHalls.ask).parameters)
