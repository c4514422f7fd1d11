"""Counts of marks: single choice, approval, scores, and STAR. Pure.

A tie is never broken by a rule of its own, as the tie-breakers that STAR has elsewhere: it is reported, or a lot is
drawn. An option that nobody gave anything never wins.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.polls.counting.ballots import BLANK, Ballot, Ballots, check_choice, check_names, check_scores, votes_cast
from bot.polls.counting.lots import Purpose, Tie, settle
from bot.polls.counting.results import Method, Result, Round

FINALISTS = 2


def count_single(ballots: Ballots, options: int, seed: bytes | None = None) -> Result:
    """Count ballots that name one option: the most votes win. Raises `OneChoiceOnly` or `NoSuchOption`."""
    return _most_marks(Method.SINGLE, ballots, _named(ballots, options, check_choice), seed)


def count_approval(ballots: Ballots, options: int, seed: bytes | None = None) -> Result:
    """Count ballots that name all options they approve: the most approvals win. Raises as `check_names`."""
    return _most_marks(Method.APPROVAL, ballots, _named(ballots, options, check_names), seed)


def count_scores(ballots: Ballots, options: int, seed: bytes | None = None) -> Result:
    """Count ballots that score every option from 0 to 5: the most points win. Raises as `check_scores`."""
    return _most_marks(Method.SCORE, ballots, _points(ballots, options), seed)


def count_star(ballots: Ballots, options: int, seed: bytes | None = None) -> Result:
    """Count scores, then elect the one of the two with most points that more ballots score higher.

    The first round counts points. The second counts ballots; those that score both the same are `exhausted` in it.
    Raises as `check_scores`. Source: "STAR Voting", Equal Vote Coalition.
    """
    points = _points(ballots, options)
    finalists, tie = _leaders(points, FINALISTS, Purpose.FINAL, 1, seed)
    first = Round(points, (0,) * options)
    rounds, ties, winners = [first], [tie] if tie else [], finalists
    if tie and not tie.order:
        winners = ()
    elif len(finalists) == FINALISTS:
        rounds.append(_final(ballots, options, finalists))
        most = max(rounds[1].votes)
        winners = tuple(option for option in finalists if rounds[1].votes[option] == most)
        if winners == finalists:  # level, if only because every ballot scores both the same
            ties.append(settle(Purpose.ELECT, 2, finalists, seed))
            winners = ties[-1].order[:1]
    rounds[-1] = replace(rounds[-1], elected=winners)
    return _result(Method.STAR, ballots, winners, rounds, ties)


def _named(ballots: Ballots, options: int, check: Callable[[Ballot, int], None]) -> tuple[int, ...]:
    votes = [0] * options
    for ballot, number in ballots.items():
        check(ballot, options)
        for option in ballot:
            votes[option] += number
    return tuple(votes)


def _points(ballots: Ballots, options: int) -> tuple[int, ...]:
    points = [0] * options
    for ballot, number in ballots.items():
        check_scores(ballot, options)
        for option, score in enumerate(ballot):
            points[option] += score * number
    return tuple(points)


def _final(ballots: Ballots, options: int, finalists: Sequence[int]) -> Round:
    """Return the second round of STAR, in which the others have nothing."""
    one, other = finalists
    votes = [0] * options
    alike = 0
    for ballot, number in ballots.items():
        if not ballot:
            continue
        if ballot[one] == ballot[other]:
            alike += number
        else:
            votes[max(one, other, key=ballot.__getitem__)] += number
    excluded = tuple(option for option in range(options) if option not in finalists)
    return Round(tuple(votes), (0,) * options, exhausted=alike, excluded=excluded)


def _most_marks(method: Method, ballots: Ballots, votes: tuple[int, ...], seed: bytes | None) -> Result:
    winners, tie = _leaders(votes, 1, Purpose.ELECT, 1, seed)
    only = Round(votes, (0,) * len(votes), elected=winners)
    return _result(method, ballots, winners, [only], [tie] if tie else [])


def _result(
    method: Method, ballots: Ballots, winners: tuple[int, ...], rounds: Sequence[Round], ties: Sequence[Tie]
) -> Result:
    return Result(method, votes_cast(ballots), ballots.get(BLANK, 0), winners, tuple(rounds), tuple(ties))


def _leaders(
    votes: Sequence[int], places: int, purpose: Purpose, number: int, seed: bytes | None
) -> tuple[tuple[int, ...], Tie | None]:
    """Return the options with most votes, at most `places`, and the tie for the last of these if there is one."""
    named = [option for option, each in enumerate(votes) if each]
    if len(named) <= places:
        return tuple(sorted(named, key=lambda option: -votes[option])), None
    last = sorted(votes, reverse=True)[places - 1]
    sure = sorted((option for option in named if votes[option] > last), key=lambda option: -votes[option])
    level = [option for option in named if votes[option] == last]
    if len(sure) + len(level) == places:
        return (*sure, *level), None
    tie = settle(purpose, number, level, seed)
    return (*sure, *tie.order[: places - len(sure)]), tie
