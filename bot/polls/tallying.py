"""What is published of a poll once it is counted. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from bot.polls.counting.ballots import BLANK, Ballots, votes_cast
from bot.polls.counting.marks import count_approval, count_scores, count_single, count_star
from bot.polls.counting.motions import count_consent, count_motion
from bot.polls.counting.results import Method, Result, as_json
from bot.polls.counting.runoff import count_irv
from bot.polls.counting.schulze import count_schulze
from bot.polls.counting.scottish import count_scottish
from bot.polls.rules import FEWEST_BALLOTS, Poll

TOO_FEW: Mapping[str, Any] = {"too_few": True}
"""All that is published where a result would let somebody guess a ballot: not even how many there were."""


def outcome(poll: Poll, ballots: Ballots, seed: bytes | None) -> dict[str, Any]:
    """Return the result of a poll as JSON can hold it, or `TOO_FEW` for a secret one with under five ballots.

    `seed` breaks ties and is published with the result; without it a tie stays open. Keys: those of `Result`,
    `MotionResult` or `ConsentResult`, and `method`, `electorate`, `needed_for_quorum`, `is_quorate`, `seed`, and
    `is_agreed` for a motion or a round of consent.
    """
    cast = votes_cast(ballots)
    if poll.is_secret and cast < FEWEST_BALLOTS:
        return dict(TOO_FEW)
    terms = poll.terms
    eligible = max(poll.voters.electorate or 0, cast)
    told = {
        "method": terms.method,
        "electorate": poll.voters.electorate,
        "needed_for_quorum": terms.quorum.needed(eligible),
        "is_quorate": cast >= terms.quorum.needed(eligible),
        "seed": None if seed is None else seed.hex(),
    }
    if terms.method is Method.MOTION:
        motion = count_motion(ballots, eligible, terms.quorum, terms.rule)
        return _plain({**asdict(motion), **told, "is_agreed": motion.is_passed})
    if terms.method is Method.CONSENT:
        consent = count_consent(ballots, eligible, terms.quorum)
        return _plain({**asdict(consent), **told, "is_agreed": consent.is_given})
    return _plain({**as_json(count(poll, ballots, seed)), **told})


def count(poll: Poll, ballots: Ballots, seed: bytes | None) -> Result:
    """Count a poll in which options are chosen between."""
    options, method = poll.choices, poll.terms.method
    if method is Method.SCOTTISH:
        return count_scottish(ballots, options, poll.terms.seats, seed)
    counts = {
        Method.SINGLE: count_single,
        Method.APPROVAL: count_approval,
        Method.SCORE: count_scores,
        Method.STAR: count_star,
        Method.IRV: count_irv,
        Method.SCHULZE: count_schulze,
    }
    return counts[method](ballots, options, seed)


def named(poll: Poll, ballots: Ballots) -> list[int]:
    """Return how many named each choice, blank votes left out: what a show of hands shows while it is open."""
    votes = [0] * poll.choices
    for ballot, number in ballots.items():
        for choice in ballot:
            votes[choice] += number
    return votes


def blank(ballots: Ballots) -> int:
    """Return how many votes were blank."""
    return ballots.get(BLANK, 0)


def _plain(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Fraction) else value for name, value in told.items()}
