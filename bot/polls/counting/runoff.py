"""Instant-runoff voting: the last is excluded until somebody has more than half of what still counts. Pure.

A tie for the last place is reported, or a lot excludes one. Neither is needed where the tied options together have
fewer votes than the next one above them: in whatever order they went, all of them would go before it, and what is left
is the same. They are then excluded in one round. Source: Robert's Rules of Order Newly Revised, 12th ed., 45:62-69,
where votes that name nobody who is left no longer count.
"""

from bot.polls.counting.ballots import BLANK, Ballots, check_all_names, votes_cast
from bot.polls.counting.lots import Purpose, Tie, settle
from bot.polls.counting.piles import Piles
from bot.polls.counting.results import Method, Result, Round


def count_irv(ballots: Ballots, options: int, seed: bytes | None = None) -> Result:
    """Count rankings for one seat by instant runoff. Raises `NoSuchOption` or `NamedTwice`."""
    check_all_names(ballots, options)
    piles = Piles(ballots, options)
    rounds: list[Round] = []
    ties: list[Tie] = []
    leaving: tuple[int, ...] = ()
    while True:
        in_play = sum(piles.votes)
        winners = tuple(option for option in piles.continuing if piles.votes[option] * 2 > in_play)
        rounds.append(piles.row(excluded=leaving, elected=winners))
        if winners or not in_play:
            break
        leaving, tie = _last(piles, len(rounds), seed)
        ties += [tie] if tie else []
        if not leaving:
            break
        piles.exclude(leaving)
    return Result(Method.IRV, votes_cast(ballots), ballots.get(BLANK, 0), winners, tuple(rounds), tuple(ties))


def _last(piles: Piles, number: int, seed: bytes | None) -> tuple[tuple[int, ...], Tie | None]:
    votes, continuing = piles.votes, piles.continuing
    fewest = min(votes[option] for option in continuing)
    level = tuple(option for option in continuing if votes[option] == fewest)
    above = min((votes[option] for option in continuing if votes[option] > fewest), default=0)
    if len(level) == 1 or len(level) * fewest < above:
        return level, None
    tie = settle(Purpose.EXCLUDE, number, level, seed)
    return tie.order[-1:], tie
