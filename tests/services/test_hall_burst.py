"""Everybody at once: a crowd signs up and asks, and nothing is lost, doubled, or kept in the order in which it came."""

import asyncio
import random
from collections.abc import Awaitable, Sequence
from pathlib import Path

from bot.townhalls.questions_rules import MOST_UNPUBLISHED
from bot.townhalls.rules import TownHall
from bot.townhalls.service import key_of
from tests.house import ORGANIZER, House
from tests.privacy.hall_twins import entered, in_file_order, places, rows, twins
from tests.services.halls import member
from tests.vault.test_forgetting import correlation

CROWD = 1_000
QUESTIONS = 200
"""A fifth of what `python -m benchmarks.gathering` sends and times."""
ASKING = QUESTIONS // MOST_UNPUBLISHED
LOOKED_UP = range(ASKING, CROWD, 4)
"""Whose places in the file are looked up: of those who ask nothing, for whoever asks stands in two tables."""

Click = tuple[str, int]


def clicks(chance: random.Random) -> list[Click]:
    """Return every sign-up and every question in an order of arrival, one in ten of them delivered twice."""
    sent: list[Click] = [("come", number) for number in range(CROWD)] + [("ask", number) for number in range(QUESTIONS)]
    sent += chance.sample(sent, len(sent) // 10)
    chance.shuffle(sent)
    return sent


async def send(house: House, hall: TownHall, sent: Sequence[Click]) -> None:
    """Send all clicks at once."""

    def one(kind: str, number: int) -> Awaitable[object]:
        if kind == "come":
            return house.town_halls.sign_up(member(number), hall.id)
        return house.town_halls.ask(member(number % ASKING), hall.id, f"form {number}", f"What of number {number}?")

    await asyncio.gather(*(one(*click) for click in sent))


async def test_of_a_burst_nothing_is_lost_or_doubled_and_no_order_of_arrival_is_kept(tmp_path: Path) -> None:
    """Two crowds that do the same in another order leave the same rows, at the same places of the file."""
    hall, folders = await twins(tmp_path, 2)
    before, after, kept = [], [], []
    for seed, folder in enumerate(folders):
        sent = clicks(random.Random(seed))
        async with entered(folder) as house:
            await send(house, hall, sent)
            assert await house.gathering.coming(hall.id) == CROWD
            _, waiting = await house.queue.waiting(ORGANIZER, hall.id)
            assert sorted(each.text for each in waiting) == sorted(f"What of number {n}?" for n in range(QUESTIONS))
            own = house.keys.own(key_of(hall.id))
            assert own is not None
            tags = [own.tag(member(number).user_id) for number in LOOKED_UP]
            before.append(places(house, tags))
            await house.vault.rewrite()
            after.append(places(house, tags))
            questions = in_file_order(house, [bytes.fromhex(each.id) for each in waiting])
            kept.append((await rows(house), questions))
            arrived = dict.fromkeys(number for kind, number in sent if kind == "come" and number in LOOKED_UP)
            assert abs(correlation([after[-1][LOOKED_UP.index(number)] for number in arrived])) < 0.2
    assert before[0] != before[1], "until it is written anew the file shows in which order people came"
    assert after[0] == after[1]
    assert kept[0] == kept[1]
