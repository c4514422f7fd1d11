"""The identity check: what could give a writer away is found before it is sent, and what is harmless is left alone."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.cleaning import clean
from bot.reports.details import LONGEST_PLACE, MOST_DETAILS, REASONS, Kind, find_details
from tests.rules.details_table import CODE_NAMES, HELD_OUT, TUNED, Row

TYPED = st.text(st.one_of(st.characters(), st.sampled_from("@#<>+012345678.:/-()$€ \n\u200b\u200d“”aAñDnlr")))
PHRASES = st.lists(
    st.sampled_from([
        "Dana ", "Mr ", "told ", "me ", "JIRA-", "1234", "@", "dana", ".com", "+49 ", "600 123 456 ", "3 May ", "9:35 ",
        "team of ", "7 ", "people ", "> ", "\n", "From: ", "“", "”", "https://", "\u200b", "I am the only ", "$", "```",
    ]),
    max_size=80,
).map("".join)  # fmt: skip


def kinds_in(text: str, *code_names: str, invisible: bool = False) -> set[Kind]:
    return {detail.kind for detail in find_details(text, code_names, invisible=invisible)}


def score(title: str, rows: Sequence[Row]) -> tuple[float, int]:
    """Print found and missed details kind by kind; return the share found, and how many harmless texts were blamed."""
    wanted: Counter[Kind] = Counter()
    found: Counter[Kind] = Counter()
    false: Counter[Kind] = Counter()
    blamed = 0
    for text, kinds in rows:
        seen = kinds_in(text, *CODE_NAMES)
        wanted.update(kinds)
        found.update(kinds & seen)
        false.update(seen - kinds)
        blamed += bool(seen and not kinds)
    print(f"\n{title}: {found.total()} of {wanted.total()} found; {blamed} harmless texts blamed")  # noqa: T201 - figures
    for kind in Kind:
        print(f"  {kind:10} {found[kind]:2} of {wanted[kind]:2} found, {false[kind]} beside")  # noqa: T201 - figures
    return found.total() / wanted.total(), blamed


def test_what_gives_a_writer_away_is_found_and_what_workers_really_write_is_left_alone() -> None:
    recall, blamed = score("table", TUNED)
    assert recall >= 0.95
    assert blamed <= 2


def test_most_details_are_found_in_texts_that_the_check_was_not_made_for() -> None:
    recall, blamed = score("held out", HELD_OUT)
    assert recall >= 0.6
    assert blamed <= 2


def test_the_table_has_every_kind_and_enough_harmless_texts() -> None:
    assert len(TUNED) >= 60
    assert len(HELD_OUT) == 20
    assert {kind for _, kinds in TUNED for kind in kinds} == set(Kind)
    assert sum(not kinds for _, kinds in TUNED) >= 18


def test_every_kind_comes_with_a_reason_and_advice() -> None:
    assert set(REASONS) == set(Kind)
    assert all(reason.count(".") >= 1 and len(reason) <= 120 for reason in REASONS.values())


@given(st.one_of(TYPED, PHRASES), st.lists(st.text(max_size=12), max_size=4))
@example("ß" * 70 + "@x.com", ["SS", "", "-"])
@example("\u0130stanbul \ud800", ["istanbul"])
def test_any_text_is_answered_and_each_place_stands_where_it_is_said_to(text: str, code_names: list[str]) -> None:
    details = find_details(text, code_names, invisible=True)
    assert len(details) <= MOST_DETAILS
    for detail in details:
        assert text[detail.start : detail.end] == detail.place
        assert 0 < len(detail.place) <= LONGEST_PLACE
    for earlier, later in pairwise(details):
        assert earlier.end <= later.start


@given(st.text(st.characters(exclude_categories=["L", "N"])))
def test_a_text_without_letters_or_digits_gives_nothing_away(text: str) -> None:
    assert find_details(text, ["…", "Falcon"], invisible=True) == ()


@given(
    st.lists(st.from_regex(r"[a-zñéäß]{3,8}", fullmatch=True), min_size=1, max_size=4),
    st.sampled_from(["", " ", "-", "_", "\u2011", "\u2013"]),
    st.sampled_from([str.upper, str.lower, str.title, str.swapcase, partial(unicodedata.normalize, "NFD")]),
)
def test_a_code_name_is_found_whatever_its_case_accents_and_hyphens(
    words: list[str], joint: str, changed: Callable[[str], str]
) -> None:
    before, written = "they moved us to ", changed(joint.join(words))
    detail = next(
        detail
        for detail in find_details(f"{before}{written}, and then", [" ".join(words).title()])
        if detail.start >= len(before)
    )
    assert detail.kind is Kind.CODE_NAME
    assert detail.place.startswith(written[:LONGEST_PLACE])


def test_a_code_name_is_a_whole_word() -> None:
    assert kinds_in("the falconry club meets at lunch", "Falcon") == set()
    assert kinds_in("FALCON2 is late", "Falcon") == set()
    assert kinds_in("falcon's backlog", "Falcon") == {Kind.CODE_NAME}
    assert kinds_in("nothing to see", "", " - ") == set()


def test_the_stronger_kind_names_what_overlaps() -> None:
    text = "see https://jira.corp.example/browse/ABC-1234 please"
    (detail,) = find_details(text)
    assert (detail.kind, detail.place) == (Kind.LINK, "https://jira.corp.example/browse/ABC-1234")


def test_characters_that_nobody_sees_are_looked_through_and_told_when_asked() -> None:
    raw = "mail da\u200bna@corp.exa\u00admple about the n\u2060ew targets"
    assert kinds_in(raw) == kinds_in(clean(raw)) == {Kind.EMAIL}
    assert kinds_in(raw, invisible=True) == {Kind.EMAIL, Kind.PASTED}


@pytest.mark.parametrize("text", ["well done 👩‍💻", "می‌خواهم", "flag 🏴󠁧󠁢󠁳󠁣󠁴󠁿 here"], ids=["emoji", "Persian", "flag"])
def test_emoji_and_scripts_that_need_joiners_are_no_marks_of_a_copy(text: str) -> None:
    assert kinds_in(text, invisible=True) == set()


def test_a_long_paragraph_with_printed_quotes_looks_copied() -> None:
    assert kinds_in("we are asked to be “ambitious” and " + "to do more with less " * 40) == {Kind.PASTED}


def test_only_so_many_places_are_told() -> None:
    assert len(find_details("write to a@b.example, " * 100)) == MOST_DETAILS


def test_what_was_found_does_not_reach_a_log() -> None:
    (detail,) = find_details("ask dana@corp.example")
    assert "dana" not in repr(detail)
