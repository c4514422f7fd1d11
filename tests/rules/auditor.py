"""An auditor of published counts: works out what somebody learns who has read every digest and knows the rule.

Holds the schemes it is tried on, Steward's own (asked through the real gate) and those that it must convict.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from itertools import combinations, product
from typing import NamedTuple

from bot.digests.rules import TOTAL, Cell, Lots, pass_gate

Counts = tuple[int, ...]
"""One cell at each digest: its true counts, or what was shown of them."""

# Schemes: what may come of one cell at one digest, as pairs of number shown and new secret.

State = tuple[int, int]
Scheme = Callable[[int, int, int, int], frozenset[State]]
"""(true count, shown before, secret, k) -> everything that chance may make of it."""


@lru_cache(maxsize=4_096)  # years of counts would fill the memory
def steward(count: int, shown: int, step: int, k: int) -> frozenset[State]:
    """Ask the real gate, with every lot that makes a difference; it looks only at how far the count is past `shown`."""
    return frozenset((shown + growth, after) for growth, after in _grown(count - shown, step or k, k))


@cache
def _grown(waiting: int, step: int, k: int) -> frozenset[State]:
    shown = max(0, -waiting)
    cell = Cell(TOTAL, waiting + shown, shown, step)
    lots = [Lots(release, lot) for release in range(max(0, waiting) // k + 1) for lot in range(k)]
    after = [pass_gate([cell], k, {TOTAL: each}).cells[0] for each in lots]
    return frozenset((cell.shown - shown, cell.step) for cell in after)


def exact(count: int, shown: int, secret: int, k: int) -> frozenset[State]:
    """Publish the true count."""
    return frozenset({(count, 0)})


def hide_under_k(count: int, shown: int, secret: int, k: int) -> frozenset[State]:
    """Publish true counts of k and more."""
    return frozenset({(count if count >= k else 0, 0)})


def rounded_down(count: int, shown: int, secret: int, k: int) -> frozenset[State]:
    """Publish "at least" a multiple of k, with no secret."""
    return frozenset({(count - count % k, 0)})


def true_when_moved(count: int, shown: int, secret: int, k: int) -> frozenset[State]:
    """Wait until a cell grew by k, then publish its true count."""
    return frozenset({(count if count - shown >= k else shown, 0)})


@cache
def steps_alone(count: int, shown: int, step: int, k: int) -> frozenset[State]:
    """Move by whole ks as soon as the secret step is reached: Steward's rule without the second lot."""
    if count - shown < (step or k):
        return frozenset({(shown, step)})
    moved = shown + ((count - shown - (step or k)) // k + 1) * k
    return frozenset((moved, k + lot) for lot in range(k))


def lowered_after_deletions(count: int, shown: int, step: int, k: int) -> frozenset[State]:
    """Do as Steward does, but let the lot also take back whole ks once the count has fallen under what was shown."""
    fallen = frozenset((lower, step) for lower in range(count - count % k, shown, k))
    return steward(count, shown, step, k) | fallen


def unlisted_after_deletions(count: int, shown: int, step: int, k: int) -> frozenset[State]:
    """Do as Steward does, but no longer list a cell in which fewer than k are left."""
    return steward(count, shown, step, k) if count >= k else frozenset({(0, step)})


def first_secrets(scheme: Scheme, k: int) -> frozenset[int]:
    """Return the secrets that a cell may start with."""
    return (
        frozenset({0}) if scheme in (exact, hide_under_k, rounded_down, true_when_moved) else frozenset(range(k, 2 * k))
    )


# The auditor


class Finding(NamedTuple):
    """Something the auditor may not learn: the values possible for a count, or for a growth between two digests."""

    cell: str
    since: int | None
    until: int
    values: frozenset[int]


@dataclass(frozen=True)
class Column:
    """One dimension as published: the scheme that made it, and each cell's numbers digest by digest."""

    scheme: Scheme
    cells: dict[str, Counts]


@dataclass(frozen=True)
class Auditor:
    """Searches all true histories, up to `most` reports in a cell, that can have led to what was published.

    Exact: a history is kept if and only if some secrets lead from it to these numbers, and sums agree at each digest.
    Sets of histories are bits of one integer: a history is written in base 2·most+1, so adding histories adds
    numbers without carrying, and shifting a set adds a history to all its members.
    """

    k: int
    most: int

    def explain(self, scheme: Scheme, shown: Counts) -> list[Counts]:
        """Return every never-falling history of one cell that can have been shown so."""
        reached: dict[Counts, frozenset[int]] = {(): first_secrets(scheme, self.k)}
        for before, now in zip((0, *shown), shown, strict=False):
            longer: dict[Counts, frozenset[int]] = {}
            for history, secrets in reached.items():
                for count in range(history[-1] if history else 0, self.most + 1):
                    outcomes = (outcome for secret in secrets for outcome in scheme(count, before, secret, self.k))
                    if after := frozenset(secret for number, secret in outcomes if number == now):
                        longer[*history, count] = after
            reached = longer
        return list(reached)

    def audit(self, columns: Sequence[Column]) -> list[Finding]:
        """Report every count and growth that is pinned to one value, or to values of 1 … k-1."""
        histories = [{name: self.explain(c.scheme, shown) for name, shown in c.cells.items()} for c in columns]
        totals = reduce(int.__and__, (self._sums(column.values()) for column in histories))
        findings: list[Finding] = []
        for column in histories:
            for name, own in column.items():
                others = self._sums(each for other, each in column.items() if other != name)
                possible = [history for history in own if (others << self._number(history)) & totals]
                findings += self.judge(name, possible)
        return findings

    def audit_table(self, pairs: Sequence[Counts], margins: Sequence[Counts], rest: Sequence[Column]) -> list[Finding]:
        """Audit two by two pairs of Steward's (a b over c d) with their margins (a+b, c+d, a+c, b+d) and `rest`."""
        a_all, b_all, c_all, d_all = (self.explain(steward, shown) for shown in pairs)
        b_set, c_set = self._set(b_all), self._set(c_all)
        top, bottom, left, right = (self._set(self.explain(steward, shown)) for shown in margins)
        totals = reduce(int.__and__, (self._sums(self.explain(x.scheme, s) for s in x.cells.values()) for x in rest))
        possible: dict[str, set[int]] = {"a": set(), "b": set(), "c": set(), "d": set()}
        for a, d in product(map(self._number, a_all), map(self._number, d_all)):
            fitting_c = c_set & (left >> a) & (bottom >> d)
            for b in self._members(b_set & (top >> a) & (right >> d)):
                for c in self._members(fitting_c & (totals >> (a + b + d))):
                    for name, number in zip("abcd", (a, b, c, d), strict=True):
                        possible[name].add(number)
        digests = len(pairs[0])
        return [
            finding
            for name, numbers in possible.items()
            for finding in self.judge(name, [self._history(number, digests) for number in numbers])
        ]

    def judge(self, name: str, histories: Sequence[Counts]) -> list[Finding]:
        """Report what it gives away that these are the possible histories of one cell."""
        assert histories, "the truth itself must be possible"
        digests = range(len(histories[0]))
        spans: list[tuple[int | None, int]] = [(None, t) for t in digests]
        spans += combinations(digests, 2)
        found = (
            Finding(name, since, until, frozenset(h[until] - (0 if since is None else h[since]) for h in histories))
            for since, until in spans
        )
        return [f for f in found if len(f.values) == 1 or f.values <= frozenset(range(1, self.k))]

    @property
    def _base(self) -> int:
        return 2 * self.most + 1

    def _number(self, history: Counts) -> int:
        return sum(count * self._base**t for t, count in enumerate(history))

    def _history(self, number: int, digests: int) -> Counts:
        return tuple(number // self._base**t % self._base for t in range(digests))

    def _set(self, histories: Iterable[Counts]) -> int:
        return reduce(int.__or__, (1 << self._number(history) for history in histories), 0)

    def _members(self, bits: int) -> Iterator[int]:
        while bits:
            yield (bits & -bits).bit_length() - 1
            bits &= bits - 1

    def _sums(self, cells: Iterable[list[Counts]]) -> int:
        """Return the set of all sums of one history from each cell, up to `most`."""
        sums = 1
        for histories in cells:
            digests = len(histories[0]) if histories else 0
            added = reduce(int.__or__, (sums << self._number(history) for history in histories), 0)
            sums = added & _within(digests, self.most)
        return sums


@cache
def _within(digests: int, most: int) -> int:
    """Return the set of histories with no count over `most`."""
    bits, base = 1, 2 * most + 1
    for t in range(digests):
        bits = reduce(int.__or__, (bits << count * base**t for count in range(most + 1)))
    return bits
