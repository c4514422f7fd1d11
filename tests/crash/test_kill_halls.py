"""Pull the plug at every place of a town hall's life: told once, nothing lost, and the same end from everywhere."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.townhalls.repeats import Reminder
from tests.crash.killed import acknowledged
from tests.crash.killed_halls import (
    ACTS,
    ASKED,
    BEFORE,
    DAY,
    HOUR,
    MOVED_TO,
    NEXT_AT,
    OUTAGE,
    STARTS_AT,
)
from tests.crash.test_kill_anywhere import _place, _rows

CHECKOUT = Path(__file__).resolve().parents[2]
OUTAGES = (0.01, 3.0)
"""In hours: for as long as a restart, and too long for what was to be said. Each takes every second place."""
HEADINGS = {
    "## A town hall starts within a day": Reminder.DAY,
    "## A town hall starts within an hour": Reminder.HOUR,
    "## A town hall starts now": Reminder.START,
}
AHEAD = {Reminder.DAY: DAY, Reminder.HOUR: HOUR, Reminder.START: 0 * HOUR}
SAID_FOR = {Reminder.DAY: DAY, Reminder.HOUR: HOUR, Reminder.START: timedelta(minutes=15)}
REMINDERS = [(Reminder.DAY, MOVED_TO), *((kind, at) for at in (STARTS_AT, NEXT_AT) for kind in Reminder)]
FACTS = {
    "town halls": "SELECT slot_on, starts_at, state, sequence, told, attendance, is_shredded FROM town_halls",
    "questions": "SELECT slot_on, q.text, q.state, votes, age, batch FROM hall_questions q "
    "JOIN town_halls h ON h.id = hall_id",
    "decisions": "SELECT text, is_binding, position FROM hall_decisions",
    "actions": "SELECT text, responsible, progress FROM hall_actions",
    "searches": "SELECT state, result, is_shredded FROM time_polls",
    "cards": "SELECT natural_key, version = shown_version, message_id IS NOT NULL FROM cards",
    "nights": "SELECT zone, nights, meetings FROM hall_bands",
    "done": "SELECT json_extract(row, '$.action') FROM audit WHERE chain = 'public'",
}
VAULT_FACTS = {
    "sign-ups": "SELECT hall, answer, count(*) FROM attending GROUP BY hall, answer",
    "asked": "SELECT hall, state, count(*) FROM asked GROUP BY hall, state",
    "free": "SELECT poll, answers, count(*) FROM slot_answers GROUP BY poll, answers",
    "free pages": "PRAGMA freelist_count",
}


@pytest.mark.parametrize(("first", "hours"), [*enumerate(OUTAGES, 1)])
def test_wherever_the_plug_is_pulled_a_town_hall_is_told_of_once_and_ends_the_same(
    first: int, hours: float, tmp_path: Path
) -> None:
    words = [str(tmp_path), str(first), str(len(OUTAGES)), str(hours)]
    command = [sys.executable, "-m", "tests.crash.killed_halls", *words]
    ended = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    killed = sorted(tmp_path.glob("*/[0-9]*"))
    assert ended.returncode == 0, f"{_place(max(killed, key=_begun))}\n{ended.stdout}{ended.stderr}"
    assert "error" not in ended.stdout, ended.stdout
    places = {note.read_text() for note in tmp_path.glob("*/*/killed_at.txt")}
    assert len(places) > 15, "the places were hardly reached"
    areas = {place.partition(":")[0] for place in places}
    assert areas >= {"asking", "publishing questions", "reminding", "outbox", "settling a town hall", "vault"}
    for folder in killed:
        _check(folder, tmp_path / str(int(folder.parent.name) + 1) / BEFORE)
    _check_story(tmp_path / str(len(ACTS)) / BEFORE)


def _begun(folder: Path) -> int:
    return folder.stat().st_ctime_ns


def _check_story(folder: Path) -> None:
    """See that the story to which all others are compared says what it should."""
    assert Counter(_reminders(_posts(folder))) == Counter(REMINDERS)
    texts = "\n".join(_posts(folder))
    assert [texts.count(text) for text in ASKED] == [1] * len(ASKED)
    facts = _facts(folder)
    assert [(hall[2], hall[-1]) for hall in facts["town halls"]] == [("closed", 1), ("scheduled", 0)]
    assert [row[1:] for row in facts["decisions"]] == [(1, 1)]
    assert facts["asked"] == facts["free"] == facts["sign-ups"] == []


def _check(folder: Path, whole: Path) -> None:
    """Compare how an act ended that was killed with how it ended that was not."""
    place = f"act {folder.parent.name}, {_place(folder)}"
    facts, wanted = _facts(folder), _facts(whole)
    for what, found in facts.items():
        assert found == wanted[what], f"{place}: {what}"
    assert acknowledged(folder, "kept") == acknowledged(whole, "kept"), place
    outbox = _rows(folder / "steward.db", "SELECT natural_key, state FROM outbox")
    assert {state for _, state in outbox} <= {"sent"}, place
    posts = _posts(folder)
    assert len(posts) == len(outbox), f"{place}: {len(posts)} posts for {len(outbox)} messages"
    missing = Counter(map(_gist, _posts(whole)))
    missing.subtract(map(_gist, posts))
    assert not -missing, f"{place}: said twice, or what was not to be said: {-missing}"
    unsaid = list(missing.elements())
    reminders = _reminders(unsaid)
    assert len(reminders) == len(unsaid), f"{place}: never said: {unsaid}"
    for kind, starts_at in reminders:
        assert _is_too_late(folder, kind, starts_at), f"{place}: nobody was told {kind} of {starts_at}"
    assert not list(folder.glob("*-journal")), place


def _facts(folder: Path) -> dict[str, Any]:
    facts: dict[str, Any] = {what: sorted(_rows(folder / "steward.db", query)) for what, query in FACTS.items()}
    facts |= {what: sorted(_rows(folder / "vault.db", query)) for what, query in VAULT_FACTS.items()}
    return facts | {"keys": sorted(path.name for path in (folder / "keys").iterdir())}


def _posts(folder: Path) -> list[str]:
    """Return the words of everything that stands in the channel."""
    path = folder / "channel.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    assert len({line["nonce"] for line in lines}) == len(lines)
    return ["\n".join(part.get("content", "") for part in line["components"][0]["components"]) for line in lines]


def _gist(post: str) -> str:
    """Return what a post is about: its heading and the first time that it names, but for what follows the clock."""
    heading, _, rest = post.partition("\n")
    starts = re.search(r"\*\*When:\*\* <t:(\d+):F>", rest)
    return f"{heading}\n**When:** <t:{starts[1]}:F>" if starts else heading


def _reminders(posts: list[str]) -> list[tuple[Reminder, datetime]]:
    found = []
    for post in posts:
        heading, _, rest = post.partition("\n")
        if heading in HEADINGS:
            [starts] = re.findall(r"\*\*When:\*\* <t:(\d+):F>", rest)
            found.append((HEADINGS[heading], datetime.fromtimestamp(int(starts), UTC)))
    return found


def _is_too_late(folder: Path, kind: Reminder, starts_at: datetime) -> bool:
    """Tell whether nothing ran from when a reminder was due until it was not worth saying any more."""
    broke_off, again = map(datetime.fromisoformat, (folder / OUTAGE).read_text().split())
    due_at = starts_at - AHEAD[kind]
    until = due_at if starts_at == MOVED_TO else due_at + SAID_FOR[kind]  # moved only after it would have been due
    return broke_off <= due_at and until <= again
