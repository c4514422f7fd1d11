"""The impact picture in words: the same numbers as the pictures, their base, and what is not shown."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.digests.picture import EarlyWarning, impact_picture
from bot.digests.rules import CellName
from bot.texts import languages, translate
from cogs.digests.impact_cards import (
    AUDIT,
    MOST_LINES,
    TREND,
    heat_map,
    impact_items,
    impact_pictures,
    step_chart,
    warnings,
)
from cogs.layout import LONGEST_ALT, card
from tests.pictures import DAY, K, digests, sample
from tests.words.longest_impact import full, nearly_nothing

ENGLISH = translate("en")


def laid_out(view: Any) -> str:
    return str(view.to_components())


def words(most: int = MOST_LINES) -> str:
    return "\n".join(item for item in impact_items(ENGLISH, sample(), most) if isinstance(item, str))


def alts(language: str) -> list[str]:
    t = translate(language)
    found = laid_out(card(*impact_items(t, full(t), MOST_LINES)))
    return re.findall(r"'description': '([^']*)'", found)


def test_every_number_that_is_drawn_is_told_in_words() -> None:
    table, chart = heat_map(ENGLISH, sample()), step_chart(ENGLISH, sample())
    for row in table.rows:
        letters = [f"{'ABCDEFGHI'[place]} ≥ {number}" for place, number in enumerate(row.cells) if number]
        (said,) = [
            line for line in words().split("\n") if line.strip("- *").startswith(f"{row.label}{'**' * row.is_group} ·")
        ]
        assert said.split(" · ")[1:] == letters
    for line in chart.lines:
        assert f"{line.label}: at least {line.text.removeprefix('≥ ')}" in words()


def test_alt_text_says_every_number_and_every_step() -> None:
    audit, trend = laid_out(card(*impact_items(ENGLISH, sample(), MOST_LINES))).split("'description': ")[1:]
    assert "QA or test: Jobs lost or frozen 5, Skills and quality 10, Pace and pressure 15;" in audit
    assert "Layoff or non-renewal linked to AI: 2025-12-07 5, 2026-02-15 10, 2026-05-03 20, 2026-09-06 35;" in trend


@pytest.mark.parametrize("language", languages())
def test_alt_text_is_never_cut_off(language: str) -> None:
    said = alts(language)
    assert len(said) == 2
    assert all(len(each) < LONGEST_ALT for each in said)


def test_warnings_state_their_base_and_what_is_suppressed() -> None:
    assert re.search(r"tripled: from at least 5 to at least 15 since <t:\d+:D>", words())
    assert "part of a growth may be older" in words()
    assert "What is not named grew less, or has no published number." in words()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (5, 10, "doubled: from at least 5 to at least 10"),
        (10, 25, "doubled: from at least 10 to at least 25"),
        (5, 15, "tripled: from at least 5 to at least 15"),
        (5, 35, "grew 7 times: from at least 5 to at least 35"),
        (0, 10, "is new: at least 10, no number could be shown on"),
    ],
)
def test_a_growth_is_called_what_it_is(before: int, after: int, said: str) -> None:
    name = CellName("role×category", ("qa", "MANDATE"))
    told = warnings(ENGLISH, replace(sample(), warnings=(EarlyWarning(name, before, after, date(2026, 3, 3)),)))
    assert told is not None
    assert f"- **QA or test × Must use AI; use counted in reviews** {said}" in told


def test_pictures_are_named_as_the_card_shows_them() -> None:
    shown = laid_out(card(*impact_items(ENGLISH, sample(), MOST_LINES)))
    assert re.findall(r"attachment://([\w.-]+)", shown) == list(impact_pictures(ENGLISH, sample())) == [AUDIT, TREND]


def test_a_first_digest_has_no_trend_to_draw_and_nothing_published_no_picture() -> None:
    assert list(impact_pictures(ENGLISH, nearly_nothing())) == []
    assert "at least 5" in str(impact_items(ENGLISH, nearly_nothing(), MOST_LINES))
    empty = impact_picture(list(digests())[:-1], (), DAY, K)
    assert impact_items(ENGLISH, empty, MOST_LINES) == []
    assert impact_pictures(ENGLISH, empty) == {}


def test_where_room_is_short_it_says_how_much_is_left_out() -> None:
    assert "-# … and 6 more" in words(2)
    assert "-# … and 5 more" in words(2)
