"""A count of people is rounded in one place, so that whoever checks what may be shown has one place to look at."""

import re
from pathlib import Path

BOT = Path(__file__).resolve().parents[2] / "bot"
COGS = BOT.parent / "cogs"
ROUNDS = re.compile(r"//\s*(\w*step\w*|k|5)\s*\*", re.IGNORECASE)
ELSEWHERE = {
    "bot/watch.py": "how late a clock is, in seconds",
    "bot/petitions/structure.py": "shares in percent, worked out from counts that are shown",
}


def test_counts_are_rounded_in_one_place() -> None:
    found = {
        str(path.relative_to(BOT.parent))
        for folder in (BOT, COGS)
        for path in folder.rglob("*.py")
        if ROUNDS.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"bot/disclosure.py", *ELSEWHERE}
