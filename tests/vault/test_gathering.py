"""What the vault keeps of a town hall: nothing is lost among thousands, nothing taken back remains, no order shows."""

import asyncio
import random
import secrets
import statistics
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiosqlite
import pytest

from bot.vault.engine import Vault
from bot.vault.gathering import APPROVED, REJECTED, WAITING, Asked, Gathering, SignUp
from tests.vault.test_forgetting import correlation, ends

HALL = "aaaaaaaa"
OTHER = "bbbbbbbb"
CROWD = 5_000
QUESTIONS = 1_000
SEEDS = 60


def tag() -> bytes:
    return secrets.token_bytes(32)


async def test_five_thousand_sign_up_at_once_and_a_thousand_ask_without_losing_one(vault: Vault) -> None:
    """Among them many twice, and many who take theirs back."""
    gathering, chance = Gathering(vault), random.Random(7)
    people = [tag() for _ in range(CROWD)]
    sealed = {secrets.token_bytes(16): (chance.choice(people), secrets.token_bytes(700)) for _ in range(QUESTIONS)}
    clicks = [gathering.sign_up(HALL, each, "yes") for each in (*people, *chance.sample(people, 500))]
    asking = [gathering.ask(HALL, who, each, text, most=20) for each, (who, text) in sealed.items()]
    everything: list[Awaitable[object]] = [*clicks, *asking]
    chance.shuffle(everything)
    answers = await asyncio.gather(*everything)
    assert False not in answers
    assert await gathering.coming(HALL) == CROWD
    kept = {each.id: each.sealed for each in await gathering.asked_in(HALL, WAITING)}
    assert kept == {each: text for each, (_, text) in sealed.items()}
    await asyncio.gather(*(gathering.sign_off(HALL, each) for each in people[:1_000]))
    assert await gathering.coming(HALL) == CROWD - 1_000


async def test_an_answer_takes_the_place_of_the_one_before_and_is_found_by_its_own_tag_alone(vault: Vault) -> None:
    gathering, mine = Gathering(vault), tag()
    await gathering.sign_up(HALL, mine, "yes")
    await gathering.sign_up(HALL, tag(), "maybe")
    assert await gathering.sign_up_of(HALL, mine) == SignUp("yes", has_seat=False)
    assert await gathering.coming(HALL) == 1
    await gathering.sign_up(HALL, mine, "maybe")
    assert await gathering.sign_up_of(HALL, mine) == SignUp("maybe", has_seat=False)
    assert await gathering.coming(HALL) == 0
    assert await gathering.sign_up_of(OTHER, mine) is None
    await gathering.sign_off(HALL, mine)
    await gathering.sign_off(HALL, mine)
    assert await gathering.sign_up_of(HALL, mine) is None


async def seated(gathering: Gathering, people: list[bytes]) -> set[bytes]:
    found = {each: await gathering.sign_up_of(HALL, each) for each in people}
    return {each for each, kept in found.items() if kept is not None and kept.has_seat}


async def test_seats_are_drawn_by_lot_and_a_seat_that_is_given_back_goes_to_the_next(vault: Vault) -> None:
    gathering, people = Gathering(vault), [tag() for _ in range(30)]
    for each in people:
        await gathering.sign_up(HALL, each, "yes")
    await gathering.draw_seats(HALL, 10)
    first = await seated(gathering, people)
    assert len(first) == 10
    await gathering.draw_seats(HALL, 10)
    assert await seated(gathering, people) == first, "a seat that was drawn is kept"
    leaving, doubting, *staying = sorted(first)
    await gathering.sign_off(HALL, leaving)
    await gathering.sign_up(HALL, doubting, "maybe")
    await gathering.sign_up(HALL, staying[0], "yes")
    assert await seated(gathering, people) == set(staying), "saying yes again keeps the seat"
    await gathering.draw_seats(HALL, 10)
    second = await seated(gathering, people)
    assert len(second) == 10
    assert set(staying) < second
    await gathering.draw_seats(HALL, 100)
    assert len(await seated(gathering, people)) == 28


async def test_who_came_first_is_no_more_likely_to_get_a_seat(vault: Vault) -> None:
    """Of thirty, ten get a seat: on average as many of the first fifteen as of the last."""
    gathering, early = Gathering(vault), 0
    for _ in range(80):
        people = [tag() for _ in range(30)]
        for each in people:
            await gathering.sign_up(HALL, each, "yes")
        await gathering.draw_seats(HALL, 10)
        early += len(await seated(gathering, people[:15]))
        await gathering.forget([HALL])
    assert 320 < early < 480, "400 are expected, and 45 either way is three standard deviations"


async def test_a_question_is_kept_once_and_nobody_keeps_more_than_the_limit(vault: Vault) -> None:
    gathering, mine, question = Gathering(vault), tag(), secrets.token_bytes(16)
    for _ in range(3):
        assert await gathering.ask(HALL, mine, question, b"sealed", most=2)
    assert await gathering.asked_by(HALL, mine) == [Asked(question, WAITING, None, b"sealed")]
    assert await gathering.ask(HALL, mine, secrets.token_bytes(16), b"sealed", most=2)
    assert not await gathering.ask(HALL, mine, secrets.token_bytes(16), b"sealed", most=2)
    assert await gathering.ask(HALL, tag(), secrets.token_bytes(16), b"sealed", most=2)
    assert len(await gathering.asked_in(HALL, WAITING)) == 3


async def test_a_question_moves_from_waiting_to_decided_and_is_forgotten_when_published(vault: Vault) -> None:
    gathering, mine = Gathering(vault), tag()
    first, second = sorted(secrets.token_bytes(16) for _ in range(2))
    await gathering.ask(HALL, mine, first, b"one", most=5)
    await gathering.ask(HALL, mine, second, b"two", most=5)
    assert await gathering.decide(HALL, first, APPROVED)
    assert await gathering.decide(HALL, second, REJECTED, "unclear")
    assert not await gathering.decide(OTHER, second, REJECTED, "unclear")
    assert await gathering.asked_in(HALL, APPROVED) == [Asked(first, APPROVED, None, b"one")]
    assert [each.reason for each in await gathering.asked_by(HALL, mine)] == [None, "unclear"]
    await gathering.drop_published(HALL, [first])
    assert [each.id for each in await gathering.asked_by(HALL, mine)] == [second]


async def test_only_who_asked_can_withdraw(vault: Vault) -> None:
    gathering, mine, question = Gathering(vault), tag(), secrets.token_bytes(16)
    await gathering.ask(HALL, mine, question, b"sealed", most=5)
    assert not await gathering.withdraw_question(HALL, tag(), question)
    assert not await gathering.withdraw_question(OTHER, mine, question)
    assert await gathering.withdraw_question(HALL, mine, question)
    assert not await gathering.withdraw_question(HALL, mine, question)


async def test_who_wants_two_questions_that_were_merged_is_counted_once(vault: Vault) -> None:
    gathering, people = Gathering(vault), [tag() for _ in range(4)]
    for each in people[:3]:
        await gathering.upvote(HALL, "one", each)
    for each in people[1:]:
        await gathering.upvote(HALL, "two", each)
        await gathering.upvote(HALL, "two", each)
    await gathering.upvote(OTHER, "one", tag())
    assert await gathering.upvotes(HALL, {"one": "one", "two": "two", "three": "three"}) == {
        "one": 3,
        "two": 3,
        "three": 0,
    }
    assert await gathering.upvotes(HALL, {"one": "one", "two": "one"}) == {"one": 4}
    assert await gathering.upvoted_by(HALL, people[0], ["one", "two"]) == {"one"}
    await gathering.take_upvote_back(HALL, "one", people[0])
    assert await gathering.upvoted_by(HALL, people[0], ["one", "two"]) == set()


async def test_an_answer_to_when_we_could_meet_takes_the_place_of_the_one_before(vault: Vault) -> None:
    gathering, mine = Gathering(vault), tag()
    await gathering.answer_slots(HALL, mine, "yin")
    await gathering.answer_slots(HALL, mine, "yyn")
    await gathering.answer_slots(HALL, tag(), "nnn")
    assert sorted(await gathering.slots(HALL)) == ["nnn", "yyn"]
    assert await gathering.slots_of(HALL, mine) == "yyn"
    await gathering.take_slots_back(HALL, mine)
    assert await gathering.slots_of(HALL, mine) is None
    assert await gathering.slots(HALL) == ["nnn"]


TAKEN_BACK: dict[str, Callable[[Gathering, bytes, bytes], Awaitable[object]]] = {
    "sign-up": lambda gathering, mine, _: gathering.sign_off(HALL, mine),
    "question": lambda gathering, mine, question: gathering.withdraw_question(HALL, mine, question),
    "upvote": lambda gathering, mine, _: gathering.take_upvote_back(HALL, "one", mine),
    "times": lambda gathering, mine, _: gathering.take_slots_back(HALL, mine),
}


async def did_everything(gathering: Gathering, who: bytes, kind: str, question: bytes, sealed: bytes) -> None:
    match kind:
        case "sign-up":
            await gathering.sign_up(HALL, who, "yes")
        case "question":
            await gathering.ask(HALL, who, question, sealed, most=5)
        case "upvote":
            await gathering.upvote(HALL, "one", who)
        case _:
            await gathering.answer_slots(HALL, who, "yyn")


@pytest.mark.parametrize("kind", list(TAKEN_BACK))
async def test_what_is_taken_back_leaves_no_byte(vault: Vault, tmp_path: Path, kind: str) -> None:
    """Already when the answer comes, in the file and beside it; a question that was approved too."""
    gathering, mine, question, sealed = Gathering(vault), tag(), secrets.token_bytes(16), secrets.token_bytes(2_900)
    others = [
        did_everything(gathering, tag(), kind, secrets.token_bytes(16), secrets.token_bytes(2_900)) for _ in range(60)
    ]
    await asyncio.gather(*others, did_everything(gathering, mine, kind, question, sealed))
    if kind == "question":
        assert await gathering.decide(HALL, question, APPROVED)

    def remains() -> bool:
        content = b"".join(file.read_bytes() for file in sorted(tmp_path.iterdir()))
        return any(mark in content for mark in (mine, question, *ends(sealed)))

    assert remains()
    await TAKEN_BACK[kind](gathering, mine, question)
    assert not remains()


async def test_what_is_forgotten_leaves_no_byte_and_the_rest_stays(vault: Vault, tmp_path: Path) -> None:
    gathering, gone, kept = Gathering(vault), [tag() for _ in range(30)], tag()
    for each in gone:
        for kind in TAKEN_BACK:
            await did_everything(gathering, each, kind, secrets.token_bytes(16), each[:24] * 40)
    await gathering.sign_up(OTHER, kept, "yes")
    assert all(each in (tmp_path / "vault.db").read_bytes() for each in gone)
    await gathering.forget([HALL], [HALL])
    content = (tmp_path / "vault.db").read_bytes()
    assert not any(mark in content for each in gone for mark in ends(each))
    assert await gathering.coming(OTHER) == 1


@pytest.mark.parametrize("kind", list(TAKEN_BACK))
async def test_after_a_rewrite_the_place_in_the_file_says_nothing_about_the_order_of_arrival(
    vault: Vault, tmp_path: Path, kind: str
) -> None:
    gathering, path = Gathering(vault), tmp_path / "vault.db"

    async def loosen(connection: aiosqlite.Connection) -> None:
        await connection.execute("PRAGMA synchronous = 0")

    await vault.read(loosen)
    before, after = [], []
    for seed in range(SEEDS):
        chance = random.Random(seed)
        people = [chance.randbytes(32) for _ in range(30)]
        for each in people:
            await did_everything(gathering, each, kind, chance.randbytes(16), b"sealed")
        before.append(correlation([path.read_bytes().index(each) for each in people]))
        await vault.rewrite()
        after.append(correlation([path.read_bytes().index(each) for each in people]))
        await gathering.forget([HALL], [HALL])
    assert abs(statistics.mean(before)) > 0.9, "without a rewrite the order shows, or this test could not fail"
    assert abs(statistics.mean(after)) < 0.15
    assert max(map(abs, after)) < 0.9
