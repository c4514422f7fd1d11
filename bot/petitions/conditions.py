"""Conditional signatures: "count me when enough others sign". Pure.

Everybody picks their own condition: at least N signatures in all, a share of their unit, both, or none. All conditions
count everybody who is counted in the end, so they lean on each other: I hold if you hold, and you if I do.

**What is counted.** Call a set S of signers *sound* if every member's condition holds when exactly S is counted. The
signers to count are the largest sound set. For any set S let F(S) be its members whose condition holds in S; S is sound
exactly if F(S) = S.

**There is one, it is the only largest, and it contains every other.** Conditions ask for *at least* so many, so they
are monotone: what holds in S holds in every larger set. Hence the union of sound sets is sound, for each member's
condition held in its own set already. Let G be the union of all sound sets: it is sound, and contains every sound set,
so no other is as large. (Knaster-Tarski: F is monotone, G is its greatest fixed point.) Nobody has to choose between
two results, and nobody is counted against their condition.

**Removing finds it, in whatever order.** Start from all signers and remove, one at a time, anybody whose condition does
not hold among those left. Nobody in G is ever removed: their condition holds in G, hence among those left too, as long
as these include G. What remains at the end is sound, so it lies inside G, and G lies inside it.

**How fast.** A condition is at most two numbers to reach, one in all and one in the unit. With the signers of each
scope sorted by what they need there, who must go is at the end of the list; each leaves each list once. So it takes
O(n log n), by the sorting. With one scope alone this is the known shortcut: with needs sorted ascending, G is everybody
whose need is at most m, for the largest m at which the m-th smallest need is at most m.

**More signers never hurt.** With one signer more, the old G is still sound, so the new one contains it. It can shrink
only when somebody withdraws: then those who waited for them may fall, and those who waited for these. Names cannot be
made secret again: reveal only when no signature can be taken back any more.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.refusals import N_, Refusal

MOST_AT_LEAST = 100_000
WHOLE = 100

Signer = TypeVar("Signer", bound=Hashable)


class AtLeastOutOfRange(Refusal):
    """The number of signatures to wait for makes no sense."""

    sentence = N_("Choose a number of signatures from {lowest} to {limit}, your own included.")


class ShareOutOfRange(Refusal):
    """The share to wait for makes no sense."""

    sentence = N_("Choose a share from {lowest} to {limit} percent, your own signature included.")


class HeadcountUnknown(Refusal):
    """A share can only be taken of a number."""

    sentence = N_(
        "Nobody has said yet how many people work there, so a share cannot be worked out. Choose a number of "
        "signatures instead, or ask the organizers."
    )


@dataclass(frozen=True, slots=True)
class Condition:
    """What one signer waits for, their own signature included. Without a number and a share: nothing.

    `at_least` counts all signers. `share` is in percent of the headcount of the signer's own `unit`, where only that
    unit's signers count; of everybody, if they have none. With both, both must hold. Who waits for nothing has a unit
    too, to be counted in it.
    """

    at_least: int | None = None
    share: int | None = None
    unit: str | None = None


def set_condition(
    at_least: int | None, share: int | None, unit: str | None, headcounts: Mapping[str | None, int]
) -> Condition:
    """Return a condition that can come true; raises `AtLeastOutOfRange`, `ShareOutOfRange` or `HeadcountUnknown`."""
    if at_least is not None and not 1 <= at_least <= MOST_AT_LEAST:
        raise AtLeastOutOfRange(lowest=1, limit=MOST_AT_LEAST)
    if share is not None and not 1 <= share <= WHOLE:
        raise ShareOutOfRange(lowest=1, limit=WHOLE)
    if share is not None and unit not in headcounts:
        raise HeadcountUnknown
    return Condition(at_least, share, unit)


def counted(signers: Mapping[Signer, Condition], headcounts: Mapping[str | None, int]) -> frozenset[Signer]:
    """Return the largest set of signers in which everybody's condition holds; see above why there is only one.

    `headcounts` are people by unit, and in all under `None`. Give those that were shown to the signers: a smaller one
    makes a share easier to reach. A share of a unit whose headcount is missing never holds.
    """
    waiting = _waiting(signers, headcounts)
    left = set(signers)
    sizes = Counter[str | None](condition.unit for condition in signers.values())
    sizes[None] = len(left)  # everybody, not only those without a unit
    unchecked = set(waiting)
    while unchecked:
        scope = unchecked.pop()
        queue = waiting[scope]
        while queue and queue[-1][0] > sizes[scope]:
            _, signer = queue.pop()
            if signer in left:
                left.remove(signer)
                for smaller in {None, signers[signer].unit}:
                    sizes[smaller] -= 1
                    unchecked.add(smaller)
    return frozenset(left)


def _waiting(
    signers: Mapping[Signer, Condition], headcounts: Mapping[str | None, int]
) -> defaultdict[str | None, list[tuple[int, Signer]]]:
    """Return, for each scope, who needs how many there, the most demanding last. A need of 1 is met by oneself."""
    waiting: defaultdict[str | None, list[tuple[int, Signer]]] = defaultdict(list)
    for signer, condition in signers.items():
        if condition.at_least is not None and condition.at_least > 1:
            waiting[None].append((condition.at_least, signer))
        if condition.share is not None:
            headcount = headcounts.get(condition.unit)
            need = len(signers) + 1 if headcount is None else -(-condition.share * headcount // WHOLE)
            waiting[condition.unit].append((need, signer))
    for queue in waiting.values():
        queue.sort(key=lambda entry: entry[0])
    return waiting
