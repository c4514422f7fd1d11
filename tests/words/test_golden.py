"""The two cards that promise what nobody can promise twice: a change of their words is a decision, so it is made here.

Steward's honest screen and its privacy card, in each language, stand word for word in `golden/`. After a change that is
meant, run these tests with `STEWARD_KEEP_WORDS=1` and read what changed in the diff.
"""

import os
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from discord import ui

from bot.guilds.rules import Guild, ReadingMode
from bot.ids import GuildId, RoleId, UserId
from bot.reports.rules import Answering
from bot.reports.service import Inbox
from bot.texts import languages, translate
from cogs.reports.cards import honest_screen
from cogs.trust.cards import privacy
from tests.journeys.people import parts

GOLDEN = Path(__file__).parent / "golden"
HELP = "Signal: lantern.42"


def guild(mode: ReadingMode, outside_help: str | None) -> Guild:
    organizers = frozenset({UserId(1), UserId(2)})
    return Guild(GuildId(1), RoleId(2), organizers, reading_mode=mode, release_at=time(18), outside_help=outside_help)


def words(view: ui.LayoutView) -> str:
    shown: list[Any] = view.to_components()  # type: ignore[no-untyped-call]
    return "\n\n".join(
        part.get("content") or f"[{part['label']}]" for part in parts(shown) if part.get("content") or part.get("label")
    )


def inbox(mode: ReadingMode, outside_help: str | None) -> Inbox:
    return Inbox(guild(mode, outside_help), 2, Answering.TWO_WEEKS)


@pytest.mark.parametrize("language", languages())
async def test_what_is_promised_is_promised_word_for_word(language: str) -> None:
    t = translate(language)
    cards = {
        "honest screen, readable, no help named": honest_screen(t, inbox(ReadingMode.READABLE, None), "Local 1"),
        "honest screen, offline, help named": honest_screen(t, inbox(ReadingMode.OFFLINE, HELP), "Local 1"),
        "privacy, in a direct message": privacy(t, None),
        "privacy, help named": privacy(t, guild(ReadingMode.READABLE, HELP)),
    }
    told = "\n\n\n".join(f"==== {name}\n\n{words(view)}" for name, view in cards.items()) + "\n"
    file = GOLDEN / f"{language}.txt"
    if os.environ.get("STEWARD_KEEP_WORDS"):
        file.write_text(told, encoding="utf-8")
    assert told == file.read_text(encoding="utf-8")


def test_every_language_has_its_golden_words_and_no_other() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(languages())
