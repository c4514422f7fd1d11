"""An auditor for years of digests: one cell, any number of digests, counts that rise and fall at will.

What the auditor of `auditor.py` works out by listing whole histories, this one works out step by step. It looks at one
cell by itself; that cells agree with each other is shown by the worlds of `histories.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, reduce

from tests.rules.auditor import Counts, Finding, Scheme, first_secrets

Bits = int
"""A set of counts: bit n is set if n is in it."""

Moves = dict[tuple[int, int], Bits]
"""One digest: from the secret before it to the secret after it, with the counts that can have led there."""

FURTHER = 2
"""How many k past all numbers shown is searched: a scheme that bounds counts from above does so by less than 2 k."""


@dataclass(frozen=True)
class Published:
    """One cell as published, and what its reader knows besides.

    `ks` is told by each digest; `own` are the reader's fakes that counted then, `begun` the first digest of a month.
    """

    scheme: Scheme
    shown: Counts
    ks: Counts
    own: Counts
    begun: int = 0

    @property
    def most(self) -> int:
        """Return the largest number of others' reports that is tried."""
        shown = (max(numbers) for numbers in zip((0, *self.shown), self.shown, strict=False))
        return max(0, *(number - fakes for number, fakes in zip(shown, self.own, strict=True))) + FURTHER * max(self.ks)


@cache
def audit(cell: Published) -> tuple[Finding, ...]:
    """Report what is told of the others' reports: a count with one value or a largest one, a growth without 0 or k.

    Exact: a history is possible if and only if some secrets lead from it to these numbers. A growth since before a
    month had begun is the count itself.
    """
    found, most, digests = [], cell.most, _distinct(_moves(cell), cell.begun)
    for place, (until, moves) in enumerate(digests):
        values = _members(_union(moves.values()))
        if len(values) == 1 or max(values) < most:
            found.append(Finding("", None, until, values))
        since: dict[int, Bits] = {}
        for (_, secret), counts in moves.items():
            since[secret] = since.get(secret, 0) | counts
        for later, further in digests[place + 1 :]:
            ways = [(since[before], counts, after) for (before, after), counts in further.items() if before in since]
            least = min(_least(counts) - _largest(earlier) for earlier, counts, _ in ways)
            largest = max(_largest(counts) - _least(earlier) for earlier, counts, _ in ways)
            if largest < cell.ks[later] or least > 0:
                growths = (b - a for earlier, counts, _ in ways for a in _members(earlier) for b in _members(counts))
                found.append(Finding("", until, later, frozenset(growths)))
            since = {}
            for earlier, _, after in ways:
                since[after] = since.get(after, 0) | earlier
    return tuple(found)


def possible_counts(cell: Published) -> list[frozenset[int]]:
    """Return for each digest how many reports of others can have stood in the cell, up to a few k past the numbers."""
    return [_members(_union(moves.values())) for moves in _moves(cell)]


def _moves(cell: Published) -> list[Moves]:
    """Return every digest's moves that lie on some way from the first digest to the last."""
    ways: list[Moves] = []
    most, secrets = cell.most, first_secrets(cell.scheme, cell.ks[0])
    for t, (before, now) in enumerate(zip((0, *cell.shown), cell.shown, strict=False)):
        others = range(most + 1 if t >= cell.begun else 1)
        ways.append(dict(_ways(cell.scheme, (before, now), cell.ks[t], cell.own[t], others, secrets)))
        secrets = frozenset(after for _, after in ways[-1])
    for t in reversed(range(len(ways))):
        ways[t] = {way: counts for way, counts in ways[t].items() if way[1] in secrets}
        secrets = frozenset(before for before, _ in ways[t])
        assert ways[t], "the truth itself must be possible"
    return ways


@cache
def _ways(
    scheme: Scheme, numbers: tuple[int, int], k: int, own: int, others: range, secrets: frozenset[int]
) -> tuple[tuple[tuple[int, int], Bits], ...]:
    before, now = numbers
    ways: Moves = {}
    for secret in secrets:
        for count in others:
            for number, after in scheme(own + count, before, secret, k):
                if number == now:
                    ways[secret, after] = ways.get((secret, after), 0) | 1 << count
    return tuple(ways.items())


def _distinct(ways: list[Moves], begun: int) -> list[tuple[int, Moves]]:
    """Leave out what tells nothing: digests before the month, and those that repeat the two before them, secrets kept.

    Histories are free to rise and fall, so two digests at which nothing can have changed stand for any number of them.
    """

    def repeats(t: int) -> bool:
        still = all(before == after for before, after in ways[t])
        return still and t >= begun + 2 and ways[t - 2] == ways[t - 1] == ways[t]

    return [(t, ways[t]) for t in range(begun, len(ways)) if not repeats(t)]


def _least(bits: Bits) -> int:
    return (bits & -bits).bit_length() - 1


def _largest(bits: Bits) -> int:
    return bits.bit_length() - 1


@cache
def _members(bits: Bits) -> frozenset[int]:
    return frozenset(number for number in range(bits.bit_length()) if bits >> number & 1)


def _union(sets: Iterable[Bits]) -> Bits:
    return reduce(int.__or__, sets, 0)
