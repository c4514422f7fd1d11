"""Which numbers and names an administrator can set, and how others are refused without being repeated."""

from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.rules import StepLowered
from bot.guilds.rules import (
    LONGEST_CODE_NAME,
    MOST_CODE_NAMES,
    RANGES,
    CodeNameOutOfRange,
    Guild,
    Reporting,
    TooManyCodeNames,
    code_names,
    reporting,
    reporting_changes,
    with_reporting,
    with_reporting_changes,
)
from bot.ids import GuildId
from bot.refusals import Refusal

USUAL = Guild(GuildId(1))
NUMBERS = {name: str(number) for name, number in asdict(USUAL.reporting).items()}
REPORTINGS = st.builds(Reporting, **{name: st.integers(each.lowest, each.limit) for name, each in RANGES.items()})


@pytest.mark.parametrize("name", RANGES)
def test_both_ends_of_a_range_are_taken_and_what_lies_beyond_is_refused(name: str) -> None:
    allowed = RANGES[name]
    for number in (allowed.lowest, allowed.limit):
        assert getattr(reporting({**NUMBERS, name: f" {number} "}), name) == number
    beyond = [str(allowed.lowest - 1), str(allowed.limit + 1), "", " ", "many", "-5", "5.0", "\u0665", "1e1", "9" * 50]
    for text in beyond:
        with pytest.raises(allowed.refusal) as refused:
            reporting({**NUMBERS, name: text})
        told = refused.value.sentence.format_map(refused.value.values)
        assert f"from {allowed.lowest} to {allowed.limit}." in told
        assert set(refused.value.values) == {"lowest", "limit"}, "what was typed is not said again"


def test_a_number_that_is_missing_is_refused() -> None:
    with pytest.raises(Refusal):
        reporting({})


@given(REPORTINGS, REPORTINGS)
def test_what_is_agreed_on_is_what_is_set_and_steps_never_shrink(first: Reporting, second: Reporting) -> None:
    guild = with_reporting(replace(USUAL, k=3), first)
    changed = with_reporting_changes(guild, reporting_changes(guild, second))
    assert changed.reporting == replace(second, k=max(first.k, second.k))
    if second.k < first.k:
        with pytest.raises(StepLowered):
            with_reporting(guild, second)
    else:
        assert with_reporting(guild, second) == changed


def test_names_are_cleaned_and_each_is_kept_once() -> None:
    assert code_names("Lantern\r\n  Blue \t Heron\u202e\n\nLANTERN\u2028lantern\nÅrhus") == (
        "Lantern",
        "Blue Heron",
        "Århus",
    )
    assert code_names(" \n\u200b\n") == ()


def test_names_too_short_too_long_or_too_many_are_refused() -> None:
    assert code_names("x" * LONGEST_CODE_NAME) == ("x" * LONGEST_CODE_NAME,)
    for wrong in ("HR", "x" * (LONGEST_CODE_NAME + 1), "Lantern\nQA"):
        with pytest.raises(CodeNameOutOfRange):
            code_names(wrong)
    names = [f"name {number}" for number in range(MOST_CODE_NAMES)]
    assert len(code_names("\n".join(names + names))) == MOST_CODE_NAMES
    with pytest.raises(TooManyCodeNames):
        code_names("\n".join([*names, "one more"]))
