"""The directory of help: what an entry may hold, until when it is shown, and how digests take turns."""

import re
from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.resources import rules
from bot.resources.rules import (
    WAITING,
    Chosen,
    DayUnreadable,
    ExpiredAlready,
    LinkUnusable,
    Resource,
    ResourceIncomplete,
    ReviewOutOfRange,
    TagTooLong,
    Terms,
    Words,
    compose,
    fits,
    is_shown,
    mark,
    rotation,
    set_terms,
    turn,
)
from bot.resources.taxonomy import (
    KINDS,
    LONGEST_LINK,
    LONGEST_TAG,
    LONGEST_TEXT,
    LONGEST_TITLE,
    PRESSING,
    STARTER,
    Kind,
    Starter,
)
from bot.rhythm import Every, Rhythm

TODAY = date(2026, 11, 22)
MOST = 3

every_starter = pytest.mark.parametrize("entry", STARTER.values(), ids=list(STARTER))


def resource(number: int = 0, kind: Kind = Kind.COURSE, **terms: object) -> Resource:
    words = Words(kind, f"Entry {number}", "Text")
    return Resource(f"own-{number:08}", words, Terms(**terms), is_starter=False, is_checked=True)  # type: ignore[arg-type]


@st.composite
def directories(draw: st.DrawFn) -> list[Resource]:
    kinds = draw(st.lists(st.sampled_from(Kind), max_size=20))
    return [resource(number, kind) for number, kind in enumerate(kinds)]


rhythms = st.builds(
    Rhythm,
    st.lists(st.integers(0, 6), min_size=1, max_size=4, unique=True).map(tuple),
    st.just(time(9)),
    st.just("Europe/Berlin"),
    st.sampled_from(Every),
    st.dates(date(2024, 1, 1), date(2026, 1, 1)),
)


# The starter set


@every_starter
def test_an_entry_that_comes_with_steward_is_one_that_organizers_could_write(entry: Starter) -> None:
    assert compose(entry.kind, entry.title, entry.text, entry.link).text == entry.text
    assert set_terms(entry.region, entry.language, "", "", TODAY).region == entry.region
    assert 10 <= len(entry.title) <= LONGEST_TITLE
    assert 40 <= len(entry.text) <= LONGEST_TEXT
    assert entry.text.endswith(".")
    assert not set("{}[]*_`<>@") & set(entry.title + entry.text)


@every_starter
def test_an_entry_that_comes_with_steward_names_no_number_to_call_and_no_page_that_moves(entry: Starter) -> None:
    assert not re.search(r"\d{3}", entry.title + entry.text)
    assert not entry.link or re.fullmatch(r"https://[a-z.-]+", entry.link)


def test_the_starter_set_has_something_of_each_kind_and_something_for_everywhere() -> None:
    assert 12 <= len(STARTER) <= 20
    assert {entry.kind for entry in STARTER.values()} == set(Kind) == set(KINDS)
    assert {Kind.CRISIS, Kind.LEGAL} <= {entry.kind for entry in STARTER.values() if not entry.region}
    assert len({entry.title for entry in STARTER.values()}) == len(STARTER)
    assert [id_ for id_ in STARTER if not re.fullmatch(r"[a-z]+(-[a-z]+)*", id_) or len(id_) > 30] == []


# What an entry may hold


def test_words_are_cleaned_and_kept_on_one_line() -> None:
    words = compose("course", " Evening \n school ", "Every\u200b Tuesday.", " https://example.org/a_(b)?c=1 ")
    assert words == Words(Kind.COURSE, "Evening school", "Every Tuesday.", "https://example.org/a_(b)?c=1")


@pytest.mark.parametrize(
    ("kind", "title", "text"),
    [
        ("other", "Title", "Text"),
        ("", "Title", "Text"),
        ("course", "", "Text"),
        ("course", "…", "Text"),
        ("course", "Title", "\u200b"),
        ("course", "x" * (LONGEST_TITLE + 1), "Text"),
        ("course", "Title", "x" * (LONGEST_TEXT + 1)),
    ],
)
def test_an_entry_that_cannot_be_read_or_does_not_fit_is_refused(kind: str, title: str, text: str) -> None:
    with pytest.raises(ResourceIncomplete):
        compose(kind, title, text, "")


@pytest.mark.parametrize(
    "link",
    [
        "http://example.org",
        "example.org",
        "https://",
        "https://localhost",
        "https://bank.example@evil.example",
        "https://example.org/a b",
        "https://example.org/<b>",
        "https://example.org/`",
        "https://exämple.org",
        "javascript:alert(1)",
        "https://example.org/".ljust(LONGEST_LINK + 1, "a"),
    ],
)
def test_a_link_that_is_no_plain_https_address_is_refused(link: str) -> None:
    with pytest.raises(LinkUnusable):
        compose("course", "Title", "Text", link)


def test_tags_and_days_are_read_as_typed_and_the_next_look_is_in_half_a_year() -> None:
    assert set_terms(" EU,  Brazil ", "", "2026-12-31", "", TODAY) == Terms(
        "EU, Brazil", "", date(2026, 12, 31), TODAY + timedelta(days=183)
    )
    assert set_terms("", "es", "", "2026-11-23", TODAY).review_on == TODAY + timedelta(days=1)
    assert set_terms("", "", TODAY.isoformat(), "", TODAY).expires_on == TODAY


@pytest.mark.parametrize(
    ("region", "language", "expires", "review", "refusal"),
    [
        ("x" * (LONGEST_TAG + 1), "", "", "", TagTooLong),
        ("", "x" * (LONGEST_TAG + 1), "", "", TagTooLong),
        (",", "", "", "", TagTooLong),
        ("", "", "31.12.2026", "", DayUnreadable),
        ("", "", "2026-02-30", "", DayUnreadable),
        ("", "", "", "20261231", DayUnreadable),
        ("", "", "2026-11-21", "", ExpiredAlready),
        ("", "", "", "2026-11-22", ReviewOutOfRange),
        ("", "", "", "2028-11-23", ReviewOutOfRange),
    ],
)
def test_tags_and_days_that_cannot_be_are_refused(
    region: str, language: str, expires: str, review: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        set_terms(region, language, expires, review, TODAY)


# What is shown


def test_an_entry_is_shown_to_the_end_of_its_last_day() -> None:
    ending = resource(expires_on=TODAY)
    assert is_shown(resource(), date.max)
    assert is_shown(ending, TODAY)
    assert not is_shown(ending, TODAY + timedelta(days=1))


def test_whoever_chooses_a_region_also_sees_what_is_for_everywhere() -> None:
    both = resource(region="EU, United Kingdom", language="English")
    for chosen, is_among in (
        (Chosen(), True),
        (Chosen(region=mark("eu")), True),
        (Chosen(region=mark("United Kingdom")), True),
        (Chosen(region=mark("Brazil")), False),
        (Chosen(Kind.COURSE, mark("EU"), mark("ENGLISH")), True),
        (Chosen(Kind.COURSE, mark("EU"), mark("Spanish")), False),
        (Chosen(Kind.LEGAL), False),
        (Chosen("forged", "forged", "forged"), False),
    ):
        assert fits(both, chosen, TODAY) is is_among
    assert fits(resource(), Chosen(Kind.COURSE, mark("Brazil"), mark("Spanish")), TODAY)


def test_what_is_due_for_a_look_or_over_waits_for_organizers() -> None:
    waits = Chosen(WAITING)
    assert fits(resource(review_on=TODAY), waits, TODAY)
    assert fits(resource(expires_on=TODAY - timedelta(days=1)), waits, TODAY)
    assert not fits(resource(review_on=TODAY + timedelta(days=1), expires_on=TODAY), waits, TODAY)


# What digests name


@given(directories(), st.integers(0, 5000))
def test_a_digest_names_no_more_than_it_has_room_for_and_none_twice(shown: list[Resource], number: int) -> None:
    named = rotation(shown, number, MOST)
    assert len(named) == len({each.id for each in named}) == min(MOST, len(shown))
    assert set(named) <= set(shown)


@given(directories(), st.integers(0, 5000))
def test_each_digest_names_legal_help_or_a_crisis_line_if_there_is_one(shown: list[Resource], number: int) -> None:
    is_there = any(each.words.kind in PRESSING for each in shown)
    assert any(each.words.kind in PRESSING for each in rotation(shown, number, MOST)) is is_there


@given(directories(), st.integers(0, 5000), st.booleans())
def test_each_entry_comes_once_before_any_of_its_turn_comes_twice(
    shown: list[Resource],
    number: int,
    is_pressing: bool,  # noqa: FBT001 - Hypothesis draws it
) -> None:
    pool = {each.id for each in shown if (each.words.kind in PRESSING) is is_pressing}
    named = [
        each.id for later in range(len(shown) + 1) for each in rotation(shown, number + later, MOST) if each.id in pool
    ]
    assert not pool or len(named) >= len(pool)
    for first in range(len(named) - len(pool) + 1):
        assert set(named[first : first + len(pool)]) == pool


@given(rhythms, st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_digests_are_numbered_one_after_the_other_whatever_their_rhythm(rhythm: Rhythm, day: date) -> None:
    days = [each for number in range(200) if rhythm.falls_on(each := day + timedelta(days=number))]
    numbers = [turn(rhythm, each) for each in days]
    assert len(numbers) > 4
    assert all(later == earlier + 1 for earlier, later in pairwise(numbers))


def test_the_order_in_which_a_directory_is_read_changes_nothing() -> None:
    shown = [resource(number) for number in range(5)]
    assert rotation(shown, 7, MOST) == rotation(shown[::-1], 7, MOST)
    assert rotation([], 7, MOST) == ()
    assert rules.next_review(TODAY) == date(2027, 5, 24)
