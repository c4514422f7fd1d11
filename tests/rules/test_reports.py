"""What a report may be, how a preview carries it, and when reports are released."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.packing import EVERY, Filter, pack, unpack
from bot.reports.rules import (
    CASE_ID_LETTERS,
    Facets,
    FormExpired,
    IncompleteForm,
    Release,
    ReleasePolicy,
    completed,
    compose,
    decide_release,
    is_case_id,
    tally_cells,
    week_of,
)
from bot.reports.taxonomy import (
    BROADER,
    CATEGORIES,
    EARLIER,
    FAMILIES,
    FAMILY_NAMES,
    GROUP_NAMES,
    NEEDED,
    ROLE_GROUPS,
    ROLES,
    UNSAID,
    VALUES,
    Dimension,
    months_until,
)
from bot.wallclock import UnknownTime, time_of_day
from tests.clock import MONDAY

FACETS: Facets = completed({dimension: next(iter(values)) for dimension, values in VALUES.items()})
MONTHS = [UNSAID, EARLIER, *months_until(2026, 11, 80)]
ANY_FACETS = st.fixed_dictionaries(
    {each: st.sampled_from(list(VALUES[each]) if each in VALUES else MONTHS) for each in Dimension}
)
POLICY = ReleasePolicy(minimum=3, hold_days=7)


@given(ANY_FACETS)
def test_what_the_form_asks_is_carried_by_a_button_and_comes_back(facets: Facets) -> None:
    packed = pack(facets)
    assert unpack(packed) == facets
    assert len(packed) <= 12


@given(st.one_of(st.text(max_size=12), st.from_regex(r"[0-9a-z ٣]{12}", fullmatch=True)))
def test_garbage_in_a_button_is_refused_or_is_what_pack_would_write(packed: str) -> None:
    try:
        facets = unpack(packed)
    except FormExpired:
        return
    assert pack(facets) == packed


@pytest.mark.parametrize(
    "packed", ["", "0", "0" * 11, "0" * 13, "z" + "0" * 11, "00000000000٣", " 00000000000", "0000000000zz"]
)
def test_what_pack_never_writes_is_refused(packed: str) -> None:
    with pytest.raises(FormExpired):
        unpack(packed)


def test_what_a_report_cannot_do_without_is_asked_for_and_the_rest_may_stay_open() -> None:
    assert compose({**FACETS}, " text ").text == "text"
    for dimension in Dimension:
        with pytest.raises(IncompleteForm):
            compose({**FACETS, dimension: "x"}, "text")
        short = {key: value for key, value in FACETS.items() if key is not dimension}
        if dimension in NEEDED:
            with pytest.raises(IncompleteForm):
                compose(short, "text")
        else:
            left_open = compose(short, "text").facets[dimension]
            assert left_open == ("count" if dimension is Dimension.CONSENT else UNSAID)


def test_a_report_printed_by_accident_shows_nothing() -> None:
    assert repr(compose(FACETS, "text")) == "Report()"


@pytest.mark.parametrize(
    ("waiting", "held_days", "decision"),
    [
        (0, None, Release.NOTHING),
        (0, 30, Release.NOTHING),
        (1, None, Release.HOLD),
        (2, 0, Release.HOLD),
        (2, 6.99, Release.HOLD),
        (1, 7, Release.ALL),
        (2, 30, Release.ALL),
        (3, None, Release.ALL),
        (3, 1, Release.ALL),
        (50, None, Release.ALL),
    ],
)
def test_a_release_waits_for_the_minimum_or_for_the_days(
    waiting: int, held_days: float | None, decision: Release
) -> None:
    held_since = None if held_days is None else MONDAY - timedelta(days=held_days)
    assert decide_release(waiting, POLICY, held_since, MONDAY) is decision


def test_a_report_is_counted_once_in_each_dimension_and_its_consent_is_not() -> None:
    facets = {**FACETS, Dimension.CATEGORY: "MON", Dimension.ROLE: "qa", Dimension.MONTH: "2026-05"}
    cells = tally_cells(facets)
    assert {("category", "MON"), ("role", "qa"), ("month", "2026-05"), ("role×category", "qa×MON")} <= set(cells)
    assert {("role×family", "qa×watched"), ("group×family", "quality×watched")} <= set(cells)
    counted = [dimension for dimension, _ in cells]
    pairs = ["role×category", "role×family", "group×family"]
    assert sorted(counted) == sorted([*(set(Dimension) - {Dimension.CONSENT}), *pairs])
    assert not any("×" in value for values in VALUES.values() for value in values)


def test_every_category_has_one_family_and_every_role_one_field_of_work() -> None:
    assert list(FAMILIES) == list(CATEGORIES)
    assert list(ROLE_GROUPS) == list(ROLES)
    assert set(FAMILIES.values()) == set(FAMILY_NAMES)
    assert set(ROLE_GROUPS.values()) == set(GROUP_NAMES)
    assert not any("×" in each for each in (*FAMILY_NAMES, *GROUP_NAMES))
    assert not set(BROADER) & set(Dimension)


@pytest.mark.parametrize(
    ("instant", "week"),
    [
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-W01"),
        (datetime(2027, 1, 3, 23, 59, tzinfo=UTC), "2026-W53"),
        (datetime(2027, 1, 4, tzinfo=UTC), "2027-W01"),
        (datetime(2025, 12, 29, tzinfo=UTC), "2026-W01"),
    ],
)
def test_the_finest_time_kept_is_a_week(instant: datetime, week: str) -> None:
    assert week_of(instant) == week


@given(st.text(max_size=8))
def test_only_six_of_the_letters_are_a_case_id(text: str) -> None:
    assert is_case_id(text) == (len(text) == 6 and set(text) <= set(CASE_ID_LETTERS))
    assert is_case_id(CASE_ID_LETTERS[:6])


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("18:00", time(18)),
        ("9:05", time(9, 5)),
        ("09.05", time(9, 5)),
        (" 18h30 ", time(18, 30)),
        ("0:00", time(0)),
        ("23:59", time(23, 59)),
    ],
)
def test_a_time_is_read_as_people_write_it(typed: str, read: time) -> None:
    assert time_of_day(typed) == read


@pytest.mark.parametrize(
    "typed",
    ["", "24:00", "18", "18:60", "18:0", "6 pm", "-1:00", "\u0660\u0669:\u0660\u0660", "18:00:00", "1e1:00", "\x00"],
)
def test_what_is_no_time_of_day_is_refused(typed: str) -> None:
    with pytest.raises(UnknownTime) as refused:
        time_of_day(typed)
    assert refused.value.values == {}, "what was typed is not echoed"


@given(st.text(max_size=14))
def test_a_forged_filter_filters_what_it_says_or_nothing(packed: str) -> None:
    chosen = Filter.unpack(packed)
    assert Filter.unpack(chosen.pack()) == chosen


def test_a_filter_with_a_letter_that_was_never_written_filters_nothing() -> None:
    assert Filter.unpack("é--") == EVERY
    assert Filter.unpack("---2026-W00") == Filter.unpack("---2026-W60") == EVERY
    assert Filter.unpack("---2026-W47") == Filter(week="2026-W47")
