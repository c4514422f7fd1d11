"""The single transferable vote by the Scottish rules. Pure.

Source: The Scottish Local Government Elections Order 2007 (SSI 2007/42), Schedule 1, Part III, rules 45-52: a quota
fixed at the first count, surpluses largest first by the weighted inclusive Gregory method at five decimal places, one
transfer a stage, ties by the last stage at which the tied differed and then by lot.

Where the Order leaves room: of three or more who tie, those who were not lowest (for a surplus: highest) at the last
stage at which they differed drop out of the tie, and the rest are compared at the stages before. Where it would draw
lots among candidates who never had a vote, they are excluded together, if enough are left to fill the seats: no order
among them could change who is elected.
"""

from collections.abc import Callable, Iterable, Sequence

from bot.polls.counting.ballots import BLANK, Ballots, check_all_names, votes_cast
from bot.polls.counting.lots import Purpose, Tie, settle
from bot.polls.counting.piles import Piles
from bot.polls.counting.results import Method, Result, Round

UNIT = 100_000
"""Five decimal places, rule 48(3)."""


def count_scottish(ballots: Ballots, options: int, seats: int, seed: bytes | None = None) -> Result:
    """Count rankings for one or more seats. Raises `NoSuchOption`, `NamedTwice`, or `ValueError` without a seat."""
    if seats < 1:
        raise ValueError("there is a seat to fill")
    check_all_names(ballots, options)
    cast, blank = votes_cast(ballots), ballots.get(BLANK, 0)
    quota = ((cast - blank) // (seats + 1) + 1) * UNIT  # rule 46
    piles = Piles(ballots, options, UNIT)
    rounds: list[Round] = []
    ties: list[Tie] = []
    winners: list[int] = []
    surplus_of: int | None = None
    leaving: tuple[int, ...] = ()
    while True:
        elected = _elected(piles, quota, seats - len(winners))
        winners += elected
        piles.close(elected)
        rounds.append(piles.row(surplus_of=surplus_of, excluded=leaving, elected=elected))
        if len(winners) == min(seats, options) or cast == blank:
            break
        surplus_of, leaving, tie = _next_step(piles, quota, seats - len(winners), rounds, seed)
        ties += [tie] if tie else []
        if surplus_of is not None:
            piles.pass_on_surplus(surplus_of, quota)
        elif leaving:
            piles.exclude(leaving)
        else:
            break
    return Result(Method.SCOTTISH, cast, blank, tuple(winners), tuple(rounds), tuple(ties), quota, UNIT)


def _elected(piles: Piles, quota: int, vacancies: int) -> tuple[int, ...]:
    """Return who is elected now, most votes first: by quota (rule 47), or as the last who are left (rule 52)."""
    continuing = sorted(piles.continuing, key=lambda option: -piles.votes[option])
    reached = [option for option in continuing if piles.votes[option] >= quota]
    is_last = len(continuing) <= vacancies and any(piles.votes)
    return tuple(continuing if is_last else reached)


def _next_step(
    piles: Piles, quota: int, vacancies: int, rounds: Sequence[Round], seed: bytes | None
) -> tuple[int | None, tuple[int, ...], Tie | None]:
    """Return whose surplus moves next, or who is excluded, and the tie between if a lot was needed.

    Neither, if there is a tie and no lot.
    """
    votes, continuing = piles.votes, piles.continuing
    over = [option for option, each in enumerate(votes) if each > quota]  # rules 48(1) and 49
    if over:
        highest = _furthest(max, over, rounds)
        if len(highest) == 1:
            return highest[0], (), None
        tie = settle(Purpose.SURPLUS, len(rounds), highest, seed)
        return (tie.order[0] if tie.order else None), (), tie
    lowest = _furthest(min, continuing, rounds)  # rules 50 and 51
    is_idle = not votes[lowest[0]] and len(continuing) - len(lowest) >= vacancies
    if len(lowest) == 1 or is_idle:
        return None, lowest, None
    tie = settle(Purpose.EXCLUDE, len(rounds), lowest, seed)
    return None, tie.order[-1:], tie


def _furthest(
    extreme: Callable[[Iterable[int]], int], options: Sequence[int], rounds: Sequence[Round]
) -> tuple[int, ...]:
    """Return who has most or fewest votes, now or, where they are level, when they last were not."""
    level = tuple(options)
    for past in reversed(rounds):
        mark = extreme(past.votes[option] for option in level)
        level = tuple(option for option in level if past.votes[option] == mark)
    return level
