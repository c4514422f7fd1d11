"""The Schulze method for one seat, and pairwise totals. Pure.

A ranking prefers each option it names to all that come later and to all it does not name; between those it does not
name, it prefers neither. Source: M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and
Condorcet-consistent single-winner election method", Social Choice and Welfare 36 (2011), with winning votes.
"""

from dataclasses import dataclass
from itertools import permutations, product
from math import factorial

from bot.polls.counting.ballots import BLANK, Ballots, check_all_names, votes_cast
from bot.polls.counting.lots import Purpose, settle
from bot.polls.counting.results import Method, Result

Table = tuple[tuple[int, ...], ...]
"""A number for each option (row) against each other (column)."""


@dataclass(frozen=True, slots=True)
class Duels(Result):
    """The outcome of a count in which every option met every other.

    `pairwise` is how many ballots prefer the row to the column, `strengths` how strong the strongest path is from row
    to column. `order` lists all options, level by level: those that none of the options after them beats.
    """

    pairwise: Table = ()
    strengths: Table = ()
    order: tuple[tuple[int, ...], ...] = ()


def count_schulze(ballots: Ballots, options: int, seed: bytes | None = None) -> Duels:
    """Count rankings for one seat by the Schulze method. Raises `NoSuchOption` or `NamedTwice`.

    More than one option can be unbeaten; that is a tie, which is reported, or of which a lot elects one.
    """
    pairwise = pairwise_totals(ballots, options)
    strengths = _strongest_paths(pairwise)
    order = _levels(strengths)
    cast, blank = votes_cast(ballots), ballots.get(BLANK, 0)
    tie = settle(Purpose.ELECT, 0, order[0], seed) if cast > blank and len(order[0]) > 1 else None
    winners = () if cast == blank else tie.order[:1] if tie else order[0]
    return Duels(
        Method.SCHULZE,
        cast,
        blank,
        winners,
        ties=(tie,) if tie else (),
        pairwise=pairwise,
        strengths=strengths,
        order=order,
    )


def pairwise_totals(ballots: Ballots, options: int) -> Table:
    """Return how many ballots prefer each option to each other; raises `NoSuchOption` or `NamedTwice`.

    They can be published where the rankings themselves cannot: see `may_publish_rankings`.
    """
    check_all_names(ballots, options)
    # Each row is one long integer with a field for each column, so that a ballot adds to a whole row at once.
    width = votes_cast(ballots).bit_length()
    fields = [1 << width * option for option in range(options)]
    everybody = sum(fields)
    rows = [0] * options
    for ballot, number in ballots.items():
        beaten = everybody
        for option in ballot:
            beaten -= fields[option]
            rows[option] += beaten * number
    mask = (1 << width) - 1
    return tuple(tuple(row >> width * option & mask for option in range(options)) for row in rows)


def may_publish_rankings(options: int, ballots: int) -> bool:
    """Tell whether rankings can be shown without being fingerprints: there are at least half as many as orders.

    With more orders than that, a voter can be told, or paid, to cast one that nobody else would (the "Italian
    attack"), and is found again in the list; then publish `pairwise_totals` only.
    """
    return factorial(options) <= 2 * ballots


def _strongest_paths(pairwise: Table) -> Table:
    """Return the widest path from each option to each other (Floyd-Warshall); 0 where there is none."""
    options = range(len(pairwise))
    paths = [
        [pairwise[one][other] if pairwise[one][other] > pairwise[other][one] else 0 for other in options]
        for one in options
    ]
    for middle, one in permutations(options, 2):
        for other in options:
            if other not in {one, middle}:
                paths[one][other] = max(paths[one][other], min(paths[one][middle], paths[middle][other]))
    return tuple(map(tuple, paths))


def _levels(strengths: Table) -> tuple[tuple[int, ...], ...]:
    left = set(range(len(strengths)))
    levels: list[tuple[int, ...]] = []
    while left:
        beaten = {other for one, other in product(left, left) if strengths[one][other] > strengths[other][one]}
        levels.append(tuple(sorted(left - beaten)))
        left = beaten
    return tuple(levels)
