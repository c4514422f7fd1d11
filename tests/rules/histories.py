"""Years in a guild's cases: filed, confirmed, withdrawn, deleted, merged and parted again; and who floods its cells.

True counts come out of these, week by week, whatever gate they then go through.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product

from bot.digests.rules import Cell, CellName, Lots, new_cell, pass_gate, raised_k
from tests.rules.auditor import Counts, Scheme, first_secrets

OPTIONS = {
    "category": 3,
    "role": 3,
    "effect": 3,
    "employment": 2,
    "stage": 2,
    "evidence": 2,
    "confidence": 2,
    "reach": 2,
    "tool": 3,
}
BROADER = {"0": "0", "1": "1", "2": "1"}
"""What the options of a role and of a category are gathered under."""
UNSAID = "unsaid"
WEEKS_IN_A_MONTH = 4
NOTED = {"0": 0, "1": 6}
"""At which digest each promise was noted: no report is evidence against it before, and most never are."""

Report = tuple[CellName, ...]
"""What was answered: one cell of each dimension, and of each pair."""

World = Mapping[CellName, Counts]


@dataclass(eq=False)
class Case:
    """One released report. It counts once confirmed, and while no other case stands for it.

    `breach` is the promise that it is evidence against, in whose cell it counts too.
    """

    report: Report
    breach: str | None = None
    is_fake: bool = False
    is_confirmed: bool = False
    stands_in: "Case | None" = None

    @property
    def counts(self) -> bool:
        """Tell whether it is in the tallies."""
        return self.is_confirmed and self.stands_in is None

    @property
    def cells(self) -> Report:
        """Return every cell that it counts in."""
        return self.report if self.breach is None else (*self.report, CellName("breach", (self.breach,)))


@dataclass(frozen=True)
class History:
    """What truly happened until each digest: k, all counts, the counts of one attacker's own fakes, and what befell."""

    ks: Counts
    truth: World
    fakes: World
    events: Counter[str]

    @property
    def digests(self) -> int:
        """Return how many digests there were."""
        return len(self.ks)


def began(name: CellName) -> int:
    """Return the first digest at which somebody can have been counted in a cell: months begin, promises are noted."""
    month = name.options[0]
    if name.dimension == "breach":
        return NOTED[name.options[0]]
    return int(month) * WEEKS_IN_A_MONTH if name.dimension == "month" and month != UNSAID else 0


def report(answers: Mapping[str, str]) -> Report:
    """Return the cells that a report with these answers counts in."""
    singles = [CellName(dimension, (option,)) for dimension, option in answers.items()]
    role, category = answers["role"], answers["category"]
    return (*singles, *_pairs(role, category))


def _pairs(role: str, category: str) -> Report:
    family, group = BROADER[category], BROADER[role]
    pairs = {"role×category": (role, category), "role×family": (role, family), "group×family": (group, family)}
    return tuple(CellName(dimension, pair) for dimension, pair in pairs.items())


def all_cells(digests: int) -> list[CellName]:
    """Return every cell there is, empty ones included."""
    singles = [CellName(dimension, (str(n),)) for dimension, many in OPTIONS.items() for n in range(many)]
    months = [CellName("month", (month,)) for month in [UNSAID, *map(str, range(months_begun(digests)))]]
    answers = product(map(str, range(OPTIONS["role"])), map(str, range(OPTIONS["category"])))
    pairs = dict.fromkeys(cell for role, category in answers for cell in _pairs(role, category))
    promises = [CellName("breach", (promise,)) for promise in NOTED]
    return [*singles, *months, *pairs, *promises]


def months_begun(digests: int) -> int:
    """Return how many months have begun by the last of some digests."""
    return -(-digests // WEEKS_IN_A_MONTH)


def history(chance: random.Random, digests: int) -> History:
    """Live through as many weeks: busy, quiet, a quarter of them dead still, and somebody filing fakes.

    k is raised once, midway. Every count can rise and fall in every week.
    """
    k = chance.randint(3, 6)
    raise_at, still_from = chance.randrange(digests // 3, digests), chance.randrange(digests - digests // 4)
    cases: list[Case] = []
    events: Counter[str] = Counter()
    ks: list[int] = []
    truth: list[Counter[CellName]] = []
    fakes: list[Counter[CellName]] = []
    for week in range(digests):
        if week == raise_at:
            k = raised_k(k, k + chance.randint(1, 3))
        if not still_from <= week < still_from + digests // 4:
            _live(week, k, cases, events, chance)
        ks.append(k)
        truth.append(Counter(cell for case in cases if case.counts for cell in case.cells))
        fakes.append(Counter(cell for case in cases if case.counts and case.is_fake for cell in case.cells))
    names = all_cells(digests)
    return History(tuple(ks), _by_cell(names, truth), _by_cell(names, fakes), events)


def _live(week: int, k: int, cases: list[Case], events: Counter[str], chance: random.Random) -> None:
    """Let one week happen to the cases."""

    def some(wanted: Callable[[Case], bool], most: int) -> list[Case]:
        found = [case for case in cases if wanted(case)]
        return chance.sample(found, min(len(found), chance.randint(0, most)))

    busy = chance.choice([0, 0, 1, 1, 3, 8])
    cases += [Case(_answered(week, chance)) for _ in range(chance.randint(0, busy))]
    if chance.random() < 0.07:
        target, many = _answered(week, chance), chance.choice([k - 1, k - 1, 2 * k - 1, 4 * k])
        cases += [Case(target, is_fake=True, is_confirmed=True) for _ in range(many)]
        events["flooded"] += 1
    for case in some(lambda case: not case.is_confirmed, 2 * busy):
        case.is_confirmed = True
        events["confirmed"] += 1
    _take_as_evidence(week, some(lambda case: case.breach is None, busy), events, chance)
    for case in some(lambda case: case.breach is not None, busy // 2):
        case.breach = None
        events["unlinked"] += 1
    flooded_out = 2 * k if chance.random() < 0.1 else 0
    for event, wanted, most in (
        ("withdrawn", lambda case: not case.is_fake, 1),
        ("deleted", lambda case: case.counts, busy // 2),
        ("fakes withdrawn", lambda case: case.is_fake, flooded_out),
    ):
        for case in some(wanted, most):
            _remove(case, cases)
            events[event] += 1
    for case in some(lambda case: case.counts, 2):
        if others := [other for other in cases if other is not case and other.stands_in is None]:
            case.stands_in = chance.choice(others)
            events["merged"] += 1
    for case in some(lambda case: case.stands_in is not None, 2):
        case.stands_in = None
        events["parted again"] += 1


def _take_as_evidence(week: int, cases: Iterable[Case], events: Counter[str], chance: random.Random) -> None:
    for case in cases:
        case.breach = chance.choice([promise for promise, noted in NOTED.items() if noted <= week])
        events["linked"] += 1


def _remove(gone: Case, cases: list[Case]) -> None:
    cases.remove(gone)
    for case in cases:
        if case.stands_in is gone:
            case.stands_in = None


def _answered(week: int, chance: random.Random) -> Report:
    """Answer each question, the first options far more often than the last."""
    answers = {
        dimension: str(chance.choices(range(many), [4**-n for n in range(many)])[0])
        for dimension, many in OPTIONS.items()
    }
    recent = week // WEEKS_IN_A_MONTH - chance.choice([0, 0, 1, 3])
    return report({**answers, "month": str(recent) if recent >= 0 else UNSAID})


def _by_cell(names: Iterable[CellName], weeks: list[Counter[CellName]]) -> dict[CellName, Counts]:
    return {name: tuple(week[name] for week in weeks) for name in names}


# Published


def publish(lived: History, chance: random.Random) -> dict[CellName, Counts]:
    """Send a history through the real gate, with the lots that chance draws; return what was shown of each cell."""
    drawn = {name: chance.getrandbits(64) for name in lived.truth}
    return _passed(lived.ks, lived.truth, drawn, lambda *_: Lots(chance.getrandbits(64), chance.getrandbits(64)))


def publish_as(scheme: Scheme, lived: History, chance: random.Random) -> dict[CellName, Counts]:
    """Send a history through a scheme that is to be tried."""
    published: dict[CellName, Counts] = {}
    for name, counts in lived.truth.items():
        shown, secret = 0, chance.choice(sorted(first_secrets(scheme, lived.ks[0])))
        told = []
        for count, k in zip(counts, lived.ks, strict=True):
            shown, secret = chance.choice(sorted(scheme(count, shown, secret, k)))
            told.append(shown)
        published[name] = tuple(told)
    return published


def republish(ks: Counts, world: World, wanted: World) -> dict[CellName, Counts]:
    """Send another world through the real gate, with the lots that show the same as before, if there are any."""
    drawn = dict.fromkeys(wanted, 0)
    return _passed(ks, world, drawn, lambda cell, t: Lots((wanted[cell.name][t] - cell.shown) // ks[t], 0))


def _passed(
    ks: Counts, truth: World, drawn: Mapping[CellName, int], lots: Callable[[Cell, int], Lots]
) -> dict[CellName, Counts]:
    cells = [new_cell(name, ks[0], lot) for name, lot in drawn.items()]
    shown: dict[CellName, list[int]] = {name: [] for name in drawn}
    for t, k in enumerate(ks):
        cells = [replace(cell, count=truth[cell.name][t]) for cell in cells]
        cells = list(pass_gate(cells, k, {cell.name: lots(cell, t) for cell in cells}).cells)
        for cell in cells:
            shown[cell.name].append(cell.shown)
    return {name: tuple(numbers) for name, numbers in shown.items()}
