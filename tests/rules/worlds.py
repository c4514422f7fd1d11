"""Other worlds that can have led to the same digests, each whole: every report in one cell of each question."""

from collections import Counter
from collections.abc import Callable
from itertools import product

from bot.digests.rules import CellName
from tests.rules.histories import NOTED, OPTIONS, UNSAID, History, World, began, months_begun, report


def worlds(lived: History, shown: World, *, own: bool) -> dict[str, World]:
    """Return four worlds in which the reports of others are as different as can be.

    Gathering: nothing is ever deleted, and every cell grows by k or more from each digest to the next. Filling: nothing
    changes but that each month's cell fills when it begins. Still: likewise, and as many go that said no month, so that
    no other cell changes. Ebbing: every cell falls from each digest to the next. With `own`, the attacker's fakes come
    on top, as they truly were.
    """
    weeks, months = lived.digests, months_begun(lived.digests)
    k = max(lived.ks)
    full = max(k, *map(max, shown.values()))
    every = _one_in_every_cell()

    def moved(week: int, month: str) -> int:
        return 1 + months - months_begun(week + 1) if month == UNSAID else 1

    def world(copies: Callable[[int, str], int]) -> World:
        filed = {
            month: [copies(week, month) if began(CellName("month", (month,))) <= week else 0 for week in range(weeks)]
            for month in [UNSAID, *map(str, range(months))]
        }
        in_all = [sum(week) for week in zip(*filed.values(), strict=True)]
        return {
            name: tuple(
                # The reports against a promise were there before it was noted, and are taken as evidence then.
                (number * every[name if name.dimension != "month" else CellName("month", (UNSAID,))])
                * (week >= began(name))
                + (lived.fakes[name][week] if own else 0)
                for week, number in enumerate(filed[name.options[0]] if name.dimension == "month" else in_all)
            )
            for name in shown
        }

    return {
        "gathering": world(lambda week, _: full + k * week),
        "filling": world(lambda *_: full),
        "still": world(lambda week, month: full * moved(week, month)),
        "ebbing": world(lambda week, month: (full + weeks - week) * moved(week, month)),
    }


def _one_in_every_cell() -> Counter[CellName]:
    """Count reports that say no month and together have something in every other cell."""
    answered = [
        {dimension: str(n % many) for dimension, many in OPTIONS.items()}
        | {"role": str(role), "category": str(category), "month": UNSAID}
        for n, (role, category) in enumerate(product(range(OPTIONS["role"]), range(OPTIONS["category"])))
    ]
    promises = [CellName("breach", (promise,)) for promise in NOTED]
    return Counter(cell for answers in answered for cell in report(answers)) + Counter(promises)
