"""Measure the counting of conditional signatures beside the plain way of it: `python -m benchmarks.conditions`.

The plain way asks everybody in turn, round after round, until nobody is left whose condition fails. Both are given
the same signers and must agree. *Mixed* is a workplace of 200 units; *chain* is the worst that the plain way can meet,
since each round takes out only one.
"""

import random
import statistics
import time
from collections import Counter
from collections.abc import Callable

from bot.petitions.conditions import Condition, counted

Signers = dict[int, Condition]
Headcounts = dict[str | None, int]

ROUNDS = 5
UNITS = 200


def plainly_counted(signers: Signers, headcounts: Headcounts) -> frozenset[int]:
    """Ask everybody, round after round."""
    left = dict(signers)
    while True:
        sizes = Counter[str | None](condition.unit for condition in left.values())
        sizes[None] = len(left)
        holding = {
            signer: condition
            for signer, condition in left.items()
            if (condition.at_least or 0) <= len(left)
            and (condition.share or 0) * headcounts[condition.unit] <= sizes[condition.unit] * 100
        }
        if len(holding) == len(left):
            return frozenset(left)
        left = holding


def mixed(size: int) -> tuple[Signers, Headcounts]:
    """Return signers of whom two in five ask for a number, two in five for a share, and one in five for nothing."""
    chance = random.Random(size)  # noqa: S311 - the same signers each time
    signers = {}
    for signer in range(size):
        unit = f"unit {chance.randrange(UNITS)}"
        kind = chance.randrange(5)
        at_least = chance.randint(1, size) if kind in {0, 1} else None
        signers[signer] = Condition(at_least, chance.randint(1, 90) if kind in {2, 3} else None, unit)
    return signers, {None: size, **{f"unit {unit}": int(size / UNITS * 1.5) + 1 for unit in range(UNITS)}}


def chain(size: int) -> tuple[Signers, Headcounts]:
    """Return signers who fall one after the other, the most demanding first."""
    return {signer: Condition(at_least=signer + 2) for signer in range(size)}, {None: size}


def milliseconds(count: Callable[[Signers, Headcounts], frozenset[int]], case: tuple[Signers, Headcounts]) -> float:
    """Return the median time of a few runs."""
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        count(*case)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def main() -> None:
    """Measure and print."""
    print(f"{'signers':<16}{'counted':>9}{'Steward ms':>13}{'plain ms':>13}{'ratio':>9}")
    for make, size in ((mixed, 1_000), (mixed, 10_000), (mixed, 100_000), (chain, 1_000), (chain, 2_000)):
        case = make(size)
        result = counted(*case)
        assert result == plainly_counted(*case)
        ours, plain = milliseconds(counted, case), milliseconds(plainly_counted, case)
        name = f"{make.__name__} {size:,}"
        print(f"{name:<16}{len(result):>9,}{ours:>13.2f}{plain:>13.2f}{plain / ours:>9.1f}")
    # The plain way takes the square of this: a quarter of an hour.
    print(f"{'chain 100,000':<16}{0:>9,}{milliseconds(counted, chain(100_000)):>13.2f}{'not run':>13}")


if __name__ == "__main__":
    main()
