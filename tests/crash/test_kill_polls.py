"""Pull the plug at every place of casting and closing: one result, published once, and no byte left."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from bot.polls.counting.results import Method
from bot.polls.counting.runoff import count_irv
from bot.polls.marking import marks
from tests.clock import FixedClock
from tests.conftest import address
from tests.crash.killed import acknowledged
from tests.crash.killed_polls import CLOSES_AT, COUNTED, POLL, VOTES
from tests.crash.test_kill_anywhere import _place, _rows
from tests.house import House

CHECKOUT = Path(__file__).resolve().parents[2]


def test_wherever_the_plug_is_pulled_the_poll_ends_with_the_same_result(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.crash.killed_polls", str(tmp_path), "1", "1"]
    ended = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    folders = sorted(tmp_path.iterdir())
    assert ended.returncode == 0, f"{_place(folders[-1])}\n{ended.stderr}"
    places = {(folder / "killed_at.txt").read_text() for folder in folders[:-1]}
    assert len(places) > 15, "the places were hardly reached"
    assert {place.partition(":")[0] for place in places} >= {"opening a poll", "casting", "closing", "box", "vault"}
    results = [_check(folder) for folder in folders]
    for result in results:  # the lot differs with each poll's own key; nothing in these votes needs one
        assert {**result, "seed": None} == {**results[0], "seed": None}


def _check(folder: Path) -> dict[str, Any]:
    place = _place(folder)
    record, vault = folder / "steward.db", folder / "vault.db"
    assert sorted(acknowledged(folder, COUNTED)) == [str(number) for number in range(len(VOTES))], place
    assert _rows(record, "SELECT state, is_shredded FROM polls") == [("closed", 1)], place
    [(text,)] = _rows(record, "SELECT result FROM polls")
    result: dict[str, Any] = json.loads(text)
    expected = count_irv(Counter(marks(Method.IRV, each) for each in VOTES), 4)
    assert (result["cast"], result["blank"], result["winners"]) == (len(VOTES), 1, list(expected.winners)), place
    for table in ("roll_shards", "box_shards", "reason_shards", "hands"):
        assert _rows(vault, f"SELECT count(*) FROM {table}") == [(0,)], place
    assert _rows(vault, "PRAGMA freelist_count") == [(0,)], place
    assert not list((folder / "keys").glob("poll-*")), place
    keys = [key for (key,) in _rows(record, "SELECT natural_key FROM outbox")]
    assert sorted(keys) == sorted(set(keys)), place
    assert keys.count(f"poll:{POLL}:result") == 1, place
    assert not list(folder.glob("*-journal")), place
    asyncio.run(_stays(folder, text, place))
    return result


async def _stays(folder: Path, result: str, place: str) -> None:
    """Whatever is looked at later, it is neither counted again nor opened again."""
    async with House(folder, address(folder), FixedClock(CLOSES_AT)) as house:
        for step in (house.poll_closing.open_due, house.poll_closing.close_due):
            await step()
    assert _rows(folder / "steward.db", "SELECT result FROM polls") == [(result,)], place
