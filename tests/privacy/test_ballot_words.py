"""What voters and organizers are told a ballot is not, in every language, where they decide and where they read."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from discord import ui

from bot.guilds.rules import Guild
from bot.ids import ChannelId, GuildId, PollId
from bot.locales import update
from bot.outgoing import Illustrated
from bot.polls import tallying
from bot.polls.closing import result_contents
from bot.polls.counting.results import Method
from bot.polls.drafts import Draft
from bot.polls.rules import AGREED, SCORED, Kind, Poll, State, Terms
from bot.polls.service import card_contents
from bot.polls.wording import Question
from bot.texts import languages, translate
from cogs.polls import ballot_cards, cards, composer_cards, result_cards
from cogs.polls.ballot_cards import Unfinished
from tests.clock import MONDAY
from tests.words.test_golden import words

PAGE = Path(__file__).parents[2] / "docs" / "polls.md"
TOLD: Mapping[str, tuple[str, ...]] = {
    "en": (r"advises|consultative", r"not for electing officers|not use it to elect officers", "secret ballot"),
    "es": (r"consultiv[ao]", r"no sirve para elegir cargos|No lo uses para elegir cargos", "votación secreta"),
}
"""What must be said, language by language; a new language has to be added here by somebody who reads it."""
INSTEAD = "Belenios"
UNANIMOUS = "Discord, and whoever runs Steward, could see votes. If all vote alike, the result reveals everybody."
TOO_MUCH = re.compile(
    r"verifiabl|tamper.?(proof|resist)|unbreakable|unhackable|"
    r"verificabl|inviolabl|a prueba de (manipul|alter)|infalsificabl",
    re.IGNORECASE,
)


def poll(method: Method = Method.SINGLE, **terms: Any) -> Poll:
    options = () if method in AGREED else ("Ana", "Ben", "Cem")
    return Poll(
        PollId("0a1b2c3d"),
        GuildId(1),
        ChannelId(2),
        Question("Who goes?", "", options),
        Terms(Kind.BALLOT, method, MONDAY + timedelta(days=3), **terms),
        state=State.OPEN,
        opened_at=MONDAY,
        commitment="f" * 64,
    )


def assert_told(shown: ui.LayoutView | Illustrated, language: str) -> None:
    """Fail unless a card says that a ballot is consultative, what it is not for, and where to go instead."""
    said = words(shown.view if isinstance(shown, Illustrated) else shown)
    for pattern in (*TOLD[language], INSTEAD):
        assert re.search(pattern, said), (pattern, said)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("method", list(Method))
async def test_whoever_votes_is_told_first_what_a_ballot_cannot_do_and_where_to_go_instead(
    language: str, method: Method
) -> None:
    t = translate(language)
    for terms in ({}, {"can_change": True}, {"has_ledger": True}):
        asked = poll(method, **terms)
        shown = ballot_cards.ballot(t, Unfinished(asked), range(asked.choices))
        assert_told(shown, language)
        assert t(UNANIMOUS) in words(shown)
        assert_told(cards.poll_card(card_contents(asked), t, "…"), language)
        review = words(ballot_cards.review(t, Unfinished(asked, "555" if method in SCORED else "a")))
        assert t("If all vote alike, the result tells everybody how each of them voted, you included.") in review


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("method", list(Method))
async def test_whoever_writes_a_poll_is_told_what_it_must_not_be_used_for(language: str, method: Method) -> None:
    t = translate(language)
    draft = Draft(replace(poll(method), state=State.DRAFT), Guild(GuildId(1)), None)
    assert_told(composer_cards.composer(t, draft), language)
    assert_told(composer_cards.confirm(t, draft), language)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("method", list(Method))
async def test_the_result_says_that_it_is_consultative(language: str, method: Method) -> None:
    t, asked = translate(language), replace(poll(method), state=State.CLOSED)
    marked = (5, 0, 3) if method in SCORED else (0,)
    contents = result_contents(asked, tallying.outcome(asked, {marked: 7}, bytes(32)), 0, None)
    assert_told(result_cards.result_post(contents, t, "…"), language)
    assert_told(result_cards.result(t, {**contents, "outcome": None, "review": None}), language)


def test_the_page_for_voters_says_what_it_must_not_be_used_for() -> None:
    told = PAGE.read_text(encoding="utf-8")
    first = told.split("\n## ")[1]
    assert first.startswith("What it must not be used for")
    for said in ("**consultative**", "**Officer elections**", "by secret ballot", "29 CFR 452.97", "www.belenios.org"):
        assert said in first


@pytest.mark.parametrize("language", [each for each in languages() if each != "en"])
def test_no_sentence_of_polls_promises_more_than_checkable(language: str) -> None:
    found = of_polls(language)
    assert len(found) > 200, "sentences of polls are found"
    said = [text for pair in found for text in pair]
    assert [text for text in [*said, PAGE.read_text(encoding="utf-8")] if TOO_MUCH.search(text)] == []
    assert any("heckable" in text for text in said)


def of_polls(language: str) -> list[tuple[str, str]]:
    """Return every sentence that the code of polls says, with its translation, empty while there is none."""
    with update.source(language).open("rb") as file:
        kept = read_po(file, language)
    return [
        (str(message.id), str(translated.string) if (translated := kept.get(message.id)) else "")
        for message in update.template()
        if message.id and any("polls" in place for place, _ in message.locations)
    ]


def test_words_that_promise_too_much_would_be_found() -> None:
    for told in ("a verifiable vote", "It is tamper-proof.", "un voto verificable", "una urna inviolable"):
        assert TOO_MUCH.search(told)
    assert not TOO_MUCH.search("Verify it. The list is checkable. Compruébalo.")
