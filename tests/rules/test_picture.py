"""The impact picture as numbers: only what follows from published ones, and broader where a cell is too small."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.picture import (
    MOST_AUDITED,
    MOST_WARNINGS,
    TREND_SPAN,
    Audit,
    EarlyWarning,
    Published,
    audit,
    impact_picture,
    trend,
    warnings,
)
from bot.digests.rules import CellName, Tally
from bot.reports.rules import completed, tally_cells
from bot.reports.taxonomy import (
    CATEGORIES,
    FAMILIES,
    FAMILY_NAMES,
    GROUP_NAMES,
    ROLE_GROUPS,
    ROLES,
    VALUES,
    Dimension,
)

K = 5
NOW = date(2026, 11, 22)
LONG_AGO, RECENTLY = NOW - timedelta(28), NOW - timedelta(27)
FACETS = completed({dimension: next(iter(values)) for dimension, values in VALUES.items()})


def tally(name: str, number: int) -> Tally:
    dimension, _, options = name.partition(":")
    return Tally(CellName(dimension, tuple(options.split("×"))), number)


def told(*cells: tuple[str, int]) -> tuple[Tally, ...]:
    return tuple(tally(name, number) for name, number in cells)


def cell(found: Audit, row: str, family: str) -> int | None:
    """Return the number in the row of a role, or of a field of work."""
    (numbers,) = [each.cells for each in found.rows if row == (each.role or each.group)]
    return numbers[found.families.index(family)]


def listed(found: Audit) -> list[str]:
    return [each.role or each.group for each in found.rows]


# The audit


def test_a_role_under_the_step_stands_in_its_field_of_work() -> None:
    found = audit(told(("group×family:quality×jobs", 10)))
    assert listed(found) == ["quality"]
    assert cell(found, "quality", "jobs") == 10


def test_a_role_with_a_number_of_its_own_stands_under_its_field() -> None:
    found = audit(told(("role×family:qa×jobs", 5), ("group×family:quality×jobs", 10), ("group×family:creative×pay", 5)))
    assert listed(found) == ["quality", "qa", "creative"]
    assert (cell(found, "qa", "jobs"), cell(found, "quality", "jobs")) == (5, 10)
    assert cell(found, "qa", "pay") is None
    assert found.families == ("jobs", "pay")


def test_where_even_the_field_is_hidden_there_is_no_number() -> None:
    assert audit(()) == Audit((), ())
    assert audit(told(("category:MON", 50), ("role:qa", 50))).rows == ()


@pytest.mark.parametrize(
    ("published", "role", "field"),
    [
        ([("role×category:qa×MON", 5), ("role×category:qa×ALG-MGT", 5)], 10, 10),
        ([("role×category:qa×MON", 5), ("role×family:qa×watched", 15)], 15, 15),
        ([("role×category:qa×MON", 20), ("role×family:qa×watched", 5)], 20, 20),
        ([("role×family:qa×watched", 5), ("role×family:data×watched", 10)], 5, 15),
        ([("role×family:qa×watched", 5), ("role×family:data×watched", 10), ("group×family:quality×watched", 5)], 5, 15),
        ([("role×family:qa×watched", 5), ("group×family:quality×watched", 25)], 5, 25),
    ],
)
def test_a_number_is_the_largest_that_follows(published: list[tuple[str, int]], role: int, field: int) -> None:
    found = audit(told(*published))
    assert cell(found, "qa", "watched") == role
    assert cell(found, "quality", "watched") == field


def test_what_has_no_row_left_stands_in_its_field() -> None:
    published = told(*((f"role×family:{role}×jobs", 5 + 5 * place) for place, role in enumerate(ROLES)))
    found = audit(published)
    assert len(found.rows) == MOST_AUDITED
    assert [each.group for each in found.rows if each.role is None] == list(GROUP_NAMES)
    assert {each.role for each in found.rows if each.role} == set(list(ROLES)[-(MOST_AUDITED - len(GROUP_NAMES)) :])
    assert cell(found, "engineering", "jobs") == sum(
        5 + 5 * place for place, role in enumerate(ROLES) if ROLE_GROUPS[role] == "engineering"
    )


REPORTS = st.lists(st.tuples(st.sampled_from(list(ROLES)), st.sampled_from(list(CATEGORIES))), max_size=80)


def counts(reports: list[tuple[str, str]]) -> dict[CellName, int]:
    """Return the true counts of some reports."""
    found: dict[CellName, int] = {}
    for role, category in reports:
        for dimension, value in tally_cells({**FACETS, Dimension.ROLE: role, Dimension.CATEGORY: category}):
            name = CellName(dimension, tuple(value.split("×")))
            found[name] = found.get(name, 0) + 1
    return found


@given(REPORTS, st.data())
def test_no_number_of_an_audit_is_more_than_was_reported(reports: list[tuple[str, str]], data: st.DataObject) -> None:
    """Whatever the gate let through: each number is true, and changes when the true counts do only if that does."""
    true = counts(reports)
    published = [Tally(name, data.draw(st.integers(0, count // 3)) * 3) for name, count in sorted(true.items())]
    published = [each for each in published if each.at_least]
    found = audit(published)
    possible = {0, *(each.at_least for each in published)}
    for row in found.rows:
        for family, number in zip(found.families, row.cells, strict=True):
            roles = [row.role] if row.role else [role for role in ROLES if ROLE_GROUPS[role] == row.group]
            counted = sum(1 for role, category in reports if role in roles and FAMILIES[category] == family)
            assert number is None or 0 < number <= counted
            assert number is None or number in possible or number in sums(published, roles, family)
    assert {row.role for row in found.rows if row.role} <= {
        each.name.options[0] for each in published if each.name.dimension in {"role×category", "role×family"}
    }


def sums(published: Published, roles: list[str], family: str) -> set[int]:
    """Work out with a pencil what the cells of some roles in a family add up to."""
    each = []
    for role in roles:
        mine = [tally for tally in published if tally.name.options[0] == role]
        own = sum(tally.at_least for tally in mine if tally.name == CellName("role×family", (role, family)))
        pairs = [tally for tally in mine if tally.name.dimension == "role×category"]
        each.append(max(own, sum(tally.at_least for tally in pairs if FAMILIES[tally.name.options[1]] == family)))
    return {sum(each)}


@given(REPORTS)
def test_a_field_never_has_less_than_its_roles(reports: list[tuple[str, str]]) -> None:
    published = [Tally(name, count) for name, count in counts(reports).items() if name.dimension != "group×family"]
    found = audit(published)
    for column, family in enumerate(found.families):
        for group in {row.group for row in found.rows}:
            numbers = [row.cells[column] or 0 for row in found.rows if row.group == group]
            assert numbers[0] >= sum(numbers[1:])
            assert family in FAMILY_NAMES


# The trend


def test_a_trend_has_the_days_on_which_a_number_moved_and_nothing_between() -> None:
    days = [NOW - timedelta(7 * weeks) for weeks in (4, 3, 2, 1, 0)]
    history = [
        (day, told(*([("category:MON", n)] if n else []))) for day, n in zip(days, (0, 5, 5, 15, 15), strict=True)
    ]
    (found,) = trend(history)
    assert (found.category, found.points, found.at_least) == ("MON", ((days[1], 5), (days[3], 15)), 15)


def test_a_trend_is_of_the_largest_categories_of_the_last_digest() -> None:
    published = told(("category:PAY", 10), ("category:MON", 20), ("category:GOOD", 10), ("role:qa", 90))
    assert [each.category for each in trend([(NOW, published)], 2)] == ["MON", "GOOD"]
    assert trend([]) == ()


def test_a_trend_goes_back_twelve_months() -> None:
    cells = told(("category:MON", 5))
    edge = NOW - TREND_SPAN
    (found,) = trend([(edge, cells), (edge + timedelta(7), cells), (NOW, cells)])
    assert found.points == ((edge + timedelta(7), 5),)
    picture = impact_picture([(edge, cells), (edge + timedelta(7), cells)], cells, NOW, K)
    assert (picture.first, picture.last) == (edge + timedelta(7), NOW)


# Early warnings


def compared(before: Published, after: Published, since: date = LONG_AGO) -> tuple[EarlyWarning, ...]:
    return warnings([(since, before)], after, NOW, K)


@pytest.mark.parametrize(
    ("before", "after", "is_told"),
    [
        (5, 15, True),
        (10, 20, True),
        (5, 10, False),  # one step, which chance alone may bring
        (20, 35, False),  # not twice as many
        (15, 15, False),
        (15, 10, False),
    ],
)
def test_a_number_that_doubled_by_two_steps_is_told_with_its_base(before: int, after: int, *, is_told: bool) -> None:
    found = compared(told(("category:MON", before)), told(("category:MON", after)))
    expected = EarlyWarning(CellName("category", ("MON",)), before, after, LONG_AGO)
    assert found == ((expected,) if is_told else ())


@pytest.mark.parametrize(("after", "is_told"), [(5, False), (10, True)])
def test_what_is_newly_shown_is_told_from_two_steps_on(after: int, *, is_told: bool) -> None:
    found = compared(told(("category:PAY", 5)), told(("category:PAY", 5), ("category:MON", after)))
    assert [(each.before, each.after, each.times) for each in found] == [(0, after, None)] * is_told


def test_nothing_is_compared_with_less_than_four_weeks_ago() -> None:
    cells = told(("category:MON", 5)), told(("category:MON", 50))
    assert compared(*cells, since=LONG_AGO)
    assert compared(*cells, since=RECENTLY) == ()
    assert warnings([], cells[1], NOW, K) == ()


def test_the_base_is_the_last_digest_that_is_old_enough() -> None:
    history = [(LONG_AGO - timedelta(7 * weeks), told(("category:MON", 15 - 5 * weeks))) for weeks in (2, 1, 0)]
    history.append((RECENTLY, told(("category:MON", 25))))
    (found,) = warnings(history, told(("category:MON", 30)), NOW, K)
    assert (found.before, found.since, found.times) == (15, LONG_AGO, 2)


def test_a_question_that_had_no_number_before_is_not_news() -> None:
    before, after = told(("category:MON", 20)), told(("category:MON", 20), ("role×family:qa×watched", 20))
    assert compared(before, after) == ()
    assert len(compared((*before, *told(("role×family:data×pay", 5))), after)) == 1


def test_the_strongest_come_first_and_none_tells_of_the_same_reports() -> None:
    before = told(*((f"category:{each}", 5) for each in CATEGORIES), ("role×category:qa×MON", 5))
    grown = {"PAY": 10, "MON": 15, "GOOD": 30, "SPEED": 20, "BIAS": 15}
    after = told(*((f"category:{each}", number) for each, number in grown.items()), ("role×category:qa×MON", 25))
    found = compared(before, after)
    assert [each.name.options[-1] for each in found] == ["GOOD", "MON", "SPEED"]
    assert found[1].name == CellName("role×category", ("qa", "MON"))
    assert [each.times for each in found] == [6, 5, 4]


def test_of_two_as_strong_the_one_that_says_whose_work_it_is_comes_first() -> None:
    before = told(("category:MON", 10), ("role×category:qa×MON", 5), ("role×family:qa×watched", 5))
    after = told(("category:MON", 30), ("role×category:qa×MON", 15), ("role×family:qa×watched", 15))
    assert [each.name.dimension for each in compared(before, after)] == ["role×category"]


CELLS = st.dictionaries(
    st.sampled_from(
        [
            CellName(dimension, tuple(value.split("×")))
            for role in list(ROLES)[:4]
            for category in list(CATEGORIES)[:6]
            for dimension, value in tally_cells({**FACETS, Dimension.ROLE: role, Dimension.CATEGORY: category})
            if dimension in {"category", "role×category", "role×family"}
        ]
    ),
    st.integers(1, 12).map(lambda steps: steps * K),
    max_size=20,
)


@given(CELLS, CELLS)
def test_every_warning_states_numbers_that_were_published_then_and_now(
    before: dict[CellName, int], after: dict[CellName, int]
) -> None:
    base, now = ([Tally(name, number) for name, number in cells.items()] for cells in (before, after))
    found = compared(base, now)
    assert len(found) <= MOST_WARNINGS
    for each in found:
        for published, number in ((base, each.before), (now, each.after)):
            assert number in {0, *(tally.at_least for tally in published if tally.name == each.name)} | (
                sums(published, [each.name.options[0]], each.name.options[1])
                if each.name.dimension == "role×family"
                else set()
            )
        assert each.after >= 2 * each.before
        assert each.after - each.before >= 2 * K
