"""What published numbers tell when they are laid side by side: a trend, an audit of jobs, and early warnings. Pure.

Everything here is worked out from numbers that have passed the gate of `rules`, and from nothing else, so it tells
nothing that somebody with all digests and a pencil could not work out: no function here is ever given a true count.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.digests.rules import CellName, Tally
from bot.reports.taxonomy import FAMILIES, FAMILY_NAMES, GROUP_NAMES, ROLE_GROUPS

Published = Sequence[Tally]
"""What one digest published: the cells that it showed."""

History = Sequence[tuple[date, Published]]
"""What digests published, oldest first, each with its day."""

MOST_TRENDS = 6
TREND_SPAN = timedelta(days=365)
MOST_AUDITED = 12
"""Rows of an audit: as many as can also be told in words beside it."""

WARNED_AFTER = timedelta(days=28)
GROWN_TIMES, GROWN_STEPS = 2, 2
MOST_WARNINGS = 3
WARNED_OF = ("role×category", "role×family", "category")
"""What early warnings look at; of two that are equally strong, the one that says most comes first."""


@dataclass(frozen=True, slots=True)
class Series:
    """How the number of one category moved: the days of the digests at which it did, and the number from then on."""

    category: str
    points: tuple[tuple[date, int], ...]

    @property
    def at_least(self) -> int:
        """Return the number that is published now."""
        return self.points[-1][1]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """What is known of one field of work, or of one role in it: a number for each family, None where none follows."""

    group: str
    role: str | None
    cells: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """Which jobs are being hollowed out: the families that have a number somewhere, and a row for each field or role.

    A role's row follows the row of its field. A role that is not listed stands in its field's row.
    """

    families: tuple[str, ...]
    rows: tuple[AuditRow, ...]


@dataclass(frozen=True, slots=True)
class EarlyWarning:
    """A published number that grew fast. `before` is what the digest of the day `since` published, 0 for nothing."""

    name: CellName
    before: int
    after: int
    since: date

    @property
    def times(self) -> int | None:
        """Return how many times the earlier number the new one is, rounded down; None if there was none."""
        return self.after // self.before if self.before else None


@dataclass(frozen=True, slots=True)
class Picture:
    """All that the impact picture shows, as numbers. `first` and `last` are the days of the digests it spans."""

    trend: tuple[Series, ...]
    audit: Audit
    warnings: tuple[EarlyWarning, ...]
    first: date
    last: date
    k: int


def impact_picture(history: History, published: Published, day: date, k: int) -> Picture:
    """Lay out what a digest of this day publishes beside what earlier ones did; `history` holds those before it."""
    told = [*history, (day, published)]
    shown = [each for each, _ in _within(told)]
    return Picture(trend(told), audit(published), warnings(history, published, day, k), shown[0], shown[-1], k)


def trend(history: History, most: int = MOST_TRENDS) -> tuple[Series, ...]:
    """Return how the largest categories of the last digest moved in the twelve months before it, largest first.

    A series begins with the first digest that showed the category, or with the first of the twelve months. Between two
    digests nothing moved, so there is nothing in between to be guessed.
    """
    recent = [(day, _cells(published, "category")) for day, published in _within(history)]
    latest = recent[-1][1] if recent else {}
    largest = sorted(latest, key=lambda name: (-latest[name], name))[:most]
    return tuple(Series(name.options[0], _moves(name, recent)) for name in largest)


def _within(history: History) -> History:
    """Return the digests of the twelve months that end with the last of them."""
    return [each for each in history if each[0] > history[-1][0] - TREND_SPAN]


def _moves(name: CellName, recent: Iterable[tuple[date, Mapping[CellName, int]]]) -> tuple[tuple[date, int], ...]:
    moves: list[tuple[date, int]] = []
    for day, cells in recent:
        number = cells.get(name, 0)
        if number != (moves[-1][1] if moves else 0):
            moves.append((day, number))
    return tuple(moves)


# The audit


def audit(published: Published, most: int = MOST_AUDITED) -> Audit:
    """Return which work is hit by what: fields of work with their roles, largest first within each.

    A role has a row if a number of its own is published; otherwise, or where `most` rows are full, it is told only
    within its field, so roles broaden by themselves wherever a cell is too small.

    Each number is the largest that follows from what is published. A report of a role is a report of its field, and a
    report of a category is one of its family, each counted once in each dimension. So a role has at least its own
    number in a family, and at least the sum of its categories there; a field at least its own, and at least the sum of
    its roles. The larger of two lower bounds is a lower bound. This tells nothing new: both are sums that every reader
    of the digests can make, of cells that each passed the gate, and lower bounds never add up to a bound from above.
    """
    roles, groups = _role_bounds(published), _group_bounds(published)
    families = tuple(each for each in FAMILY_NAMES if any(family == each for _, family in groups))
    # What is told of fields comes first: they hold everybody.
    shown = [group for group in GROUP_NAMES if any(each == group for each, _ in groups)][:most]
    weights = {role: sum(number for (each, _), number in roles.items() if each == role) for role, _ in roles}
    heaviest = sorted(weights, key=lambda role: (-weights[role], list(ROLE_GROUPS).index(role)))[: most - len(shown)]
    rows: list[AuditRow] = []
    for group in shown:
        rows.append(AuditRow(group, None, tuple(groups.get((group, family)) for family in families)))
        rows += [
            AuditRow(group, role, tuple(roles.get((role, family)) for family in families))
            for role in heaviest
            if ROLE_GROUPS[role] == group
        ]
    return Audit(families, tuple(rows))


def _role_bounds(published: Published) -> dict[tuple[str, str], int]:
    """Return the largest lower bound for each role and family that has one."""
    sums: dict[tuple[str, str], int] = {}
    for name, number in _cells(published, "role×category").items():
        role, category = name.options
        cell = role, FAMILIES[category]
        sums[cell] = sums.get(cell, 0) + number
    return _larger(sums, published, "role×family")


def _group_bounds(published: Published) -> dict[tuple[str, str], int]:
    """Return the largest lower bound for each field of work and family that has one."""
    sums: dict[tuple[str, str], int] = {}
    for (role, family), number in _role_bounds(published).items():
        cell = ROLE_GROUPS[role], family
        sums[cell] = sums.get(cell, 0) + number
    return _larger(sums, published, "group×family")


def _larger(sums: Mapping[tuple[str, str], int], published: Published, pair: str) -> dict[tuple[str, str], int]:
    own = {(name.options[0], name.options[1]): number for name, number in _cells(published, pair).items()}
    return {cell: max(own.get(cell, 0), sums.get(cell, 0)) for cell in own.keys() | sums.keys()}


# Early warnings


def warnings(
    history: History,
    published: Published,
    now_day: date,
    k: int,
    *,
    times: int = GROWN_TIMES,
    steps: int = GROWN_STEPS,
) -> tuple[EarlyWarning, ...]:
    """Return the numbers that grew fastest since the last digest at least four weeks ago, at most three.

    A number counts as fast if it is at least `times` what it was and grew by `steps` of k or more, or was not shown
    and is now `steps` of k or more. Of two that may tell of the same reports only the stronger one is returned. Nothing
    is returned without such a digest, nor of a question of which that digest published nothing at all: it may not have
    been counted yet, and would seem to have come from nowhere.

    Numbers move at random moments, so part of a growth may be older than `since`, and whoever tells it must say so.
    """
    earlier = [each for each in history if each[0] <= now_day - WARNED_AFTER]
    if not earlier:
        return ()
    since, base = earlier[-1]
    before, after = _watched(base), _watched(published)
    compared = {tally.name.dimension for tally in base}
    grown = [
        EarlyWarning(name, before.get(name, 0), number, since)
        for name, number in after.items()
        if name.dimension in compared
        and number - before.get(name, 0) >= steps * k
        and number >= times * before.get(name, 0)
    ]
    kept: list[EarlyWarning] = []
    for warning in sorted(grown, key=lambda each: _weakness(each, k)):
        if not any(_overlap(warning.name, other.name) for other in kept):
            kept.append(warning)
        if len(kept) == MOST_WARNINGS:
            break
    return tuple(kept)


def _watched(published: Published) -> dict[CellName, int]:
    """Return the numbers that warnings compare; of a role and family the same as the audit says."""
    pairs = {CellName("role×family", cell): number for cell, number in _role_bounds(published).items()}
    return {**_cells(published, "role×category"), **_cells(published, "category"), **pairs}


def _weakness(warning: EarlyWarning, k: int) -> tuple[float, int, int, CellName]:
    # A cell that was not shown may have held a step, so it does not count as having grown from nothing.
    rise = warning.after / max(warning.before, k)
    return -rise, WARNED_OF.index(warning.name.dimension), warning.before - warning.after, warning.name


def _overlap(one: CellName, other: CellName) -> bool:
    """Tell whether two cells may count the same report."""
    mine, theirs = _sides(one), _sides(other)
    return all(
        first == second for first, second in zip(mine, theirs, strict=True) if first is not None and second is not None
    )


def _sides(name: CellName) -> tuple[str | None, str | None, str | None]:
    """Return the role, the category and the family of a cell, None for what it leaves open."""
    role = None if name.dimension == "category" else name.options[0]
    last = name.options[-1]
    return (role, None, last) if name.dimension == "role×family" else (role, last, FAMILIES[last])


def _cells(published: Published, dimension: str) -> dict[CellName, int]:
    return {tally.name: tally.at_least for tally in published if tally.name.dimension == dimension}


# Kept with the post that shows it


def stored(shown: Picture) -> dict[str, Any]:
    """Return a picture as values that JSON knows."""
    return {
        "trend": [[each.category, [[day.isoformat(), number] for day, number in each.points]] for each in shown.trend],
        "families": list(shown.audit.families),
        "rows": [[row.group, row.role, list(row.cells)] for row in shown.audit.rows],
        "warnings": [
            [each.name.dimension, list(each.name.options), each.before, each.after, each.since.isoformat()]
            for each in shown.warnings
        ],
        "days": [shown.first.isoformat(), shown.last.isoformat()],
        "k": shown.k,
    }


def taken_out(kept: Mapping[str, Any]) -> Picture:
    """Return a picture as it was stored."""
    first, last = map(date.fromisoformat, kept["days"])
    return Picture(
        trend=tuple(
            Series(category, tuple((date.fromisoformat(day), number) for day, number in points))
            for category, points in kept["trend"]
        ),
        audit=Audit(
            tuple(kept["families"]), tuple(AuditRow(group, role, tuple(cells)) for group, role, cells in kept["rows"])
        ),
        warnings=tuple(
            EarlyWarning(CellName(dimension, tuple(chosen)), before, after, date.fromisoformat(since))
            for dimension, chosen, before, after, since in kept["warnings"]
        ),
        first=first,
        last=last,
        k=kept["k"],
    )
