"""What Discord takes, held for every card and form in every language with the longest values."""

import importlib
import inspect
import pkgutil
import re
from typing import Any

import pytest
from discord import ui

import cogs
from bot.outgoing import Illustrated
from bot.texts import languages, translate
from cogs.digests.cards import digest
from cogs.reports.cards import waiting_report
from tests import discord_contract
from tests.words.longest import REFERENCE, Shown, everything, report_cards
from tests.words.longest_digest_posts import digest_contents, words_of

ANSWERS = (ui.LayoutView, ui.Modal, Illustrated, Illustrated | ui.LayoutView)


def request_of(shown: Shown) -> tuple[str, str, Any]:
    if isinstance(shown, ui.Modal):
        return "POST", "/interactions/1/a/callback", {"type": 9, "data": shown.to_dict()}
    shows = re.findall(r"attachment://([\w.-]+)", str(components(shown)))
    sent = [{"id": number, "filename": name} for number, name in enumerate(dict.fromkeys(shows))]
    body = {"flags": 1 << 15, "components": components(shown)}
    return "POST", "/channels/1/messages", {**body, "attachments": sent} if sent else body


def components(view: Shown) -> Any:
    return view.to_components()


@pytest.mark.parametrize("language", languages())
async def test_every_card_and_form_fits(language: str) -> None:
    problems = [
        f"{name}: {problem}"
        for name, shown in everything(language)
        for problem in discord_contract.check_request(*request_of(shown))
    ]
    assert problems == []


async def test_no_card_or_form_is_left_out() -> None:
    written = {
        f"{module}.{name}"
        for feature in pkgutil.iter_modules(cogs.__path__)
        if feature.ispkg
        for kind in pkgutil.iter_modules([f"{cogs.__path__[0]}/{feature.name}"])
        for module in [f"cogs.{feature.name}.{kind.name}"]
        for name, function in inspect.getmembers(importlib.import_module(module), inspect.isfunction)
        if function.__module__ == module
        and not name.startswith("_")
        and inspect.signature(function).return_annotation in ANSWERS
    }
    assert written - {name for name, _ in everything("en")} == set()


@pytest.mark.parametrize("language", languages())
async def test_a_case_with_the_longest_report_shows_it_whole(language: str) -> None:
    shown = [view for function, view in report_cards(translate(language)) if function is waiting_report]
    assert all("x" * 2800 in str(components(view)) for view in shown[:1])


@pytest.mark.parametrize("language", languages())
async def test_a_digest_too_long_for_this_language_shows_fewer_lines(language: str) -> None:
    t = translate(language)
    view = words_of(digest(digest_contents(t), t, REFERENCE))
    assert isinstance(view, ui.LayoutView)
    assert 3000 < view.content_length() <= 4000
    assert "-# … " in str(components(view))


@pytest.mark.parametrize("language", languages())
async def test_whoever_opens_a_petition_reads_every_word_of_what_they_sign(language: str) -> None:
    shown = [str(components(view)) for name, view in everything(language) if name == "cogs.petitions.cards.read"]
    assert [view for view in shown if f"{'x' * 1500}" not in view and f"{'*' * 1500}" not in view] == []
    assert [view for view in shown if f"4{'x' * 299}" not in view and f"4{'*' * 299}" not in view] == []
