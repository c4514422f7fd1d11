"""Motions and consent: is something agreed, by enough of those who may vote? Pure."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from fractions import Fraction
from math import ceil, floor

from bot.polls.counting.ballots import BLANK, Ballots, check_choice, votes_cast
from bot.refusals import N_, Refusal

HALF = Fraction(1, 2)
TWO_THIRDS = Fraction(2, 3)


class ShareOutOfRange(Refusal):
    """A share was asked for that is nothing or less, or more than all."""

    sentence = N_("A share must be more than nothing and at most all, such as 1/2, 2/3 or 3/4.")


class Stance(IntEnum):
    """What can be said to a motion; the number stands on the ballot."""

    FOR = 0
    AGAINST = 1
    ABSTAIN = 2


class Consent(IntEnum):
    """What can be said to a proposal that waits for consent; the number stands on the ballot."""

    AGREE = 0
    ABSTAIN = 1
    DISAGREE = 2
    BLOCK = 3


class Of(StrEnum):
    """What a share is a share of: votes for and against, or everybody who may vote."""

    VOTES = "votes"
    ELIGIBLE = "eligible"


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many must take part, if only to abstain or to vote blank: a number, a share of all who may, or both.

    Raises `ShareOutOfRange`, and `ValueError` for a number under 0.
    """

    least: int = 0
    share: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if self.least < 0:
            raise ValueError("a quorum is not negative")
        if not 0 <= self.share <= 1:
            raise ShareOutOfRange

    def needed(self, eligible: int) -> int:
        """Return the fewest ballots that make a quorum."""
        return max(self.least, ceil(self.share * eligible))


@dataclass(frozen=True, slots=True)
class PassRule:
    """How much must be for a motion: a half means more than half, every other share at least that share.

    Of votes, abstentions and blank votes count on neither side. Raises `ShareOutOfRange`. Source: Robert's Rules of
    Order Newly Revised, 12th ed., 44:1-10.
    """

    share: Fraction = HALF
    of: Of = Of.VOTES

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise ShareOutOfRange

    def needed(self, votes: int, eligible: int) -> int:
        """Return the fewest votes for it that pass a motion; never none, so that silence passes nothing."""
        part = self.share * (votes if self.of is Of.VOTES else eligible)
        return max(1, floor(part) + 1 if self.share == HALF else ceil(part))


@dataclass(frozen=True, slots=True)
class MotionResult:
    """The outcome of a motion. `needed_to_pass` are votes for it, `needed_for_quorum` ballots of any kind."""

    eligible: int
    cast: int
    blank: int
    votes_for: int
    votes_against: int
    abstentions: int
    needed_to_pass: int
    needed_for_quorum: int

    @property
    def is_quorate(self) -> bool:
        """Tell whether enough took part for the outcome to hold."""
        return self.cast >= self.needed_for_quorum

    @property
    def is_passed(self) -> bool:
        """Tell whether the motion is carried."""
        return self.is_quorate and self.votes_for >= self.needed_to_pass


@dataclass(frozen=True, slots=True)
class ConsentResult:
    """The outcome of a proposal that waited for consent."""

    eligible: int
    cast: int
    blank: int
    agree: int
    abstain: int
    disagree: int
    block: int
    needed_for_quorum: int

    @property
    def is_quorate(self) -> bool:
        """Tell whether enough took part for the outcome to hold."""
        return self.cast >= self.needed_for_quorum

    @property
    def is_given(self) -> bool:
        """Tell whether there is consent: somebody agrees and nobody blocks. Disagreement is heard, not a veto."""
        return self.is_quorate and self.agree > 0 and self.block == 0


def count_motion(ballots: Ballots, eligible: int, quorum: Quorum, rule: PassRule) -> MotionResult:
    """Count ballots that hold one `Stance` each; raises as `check_choice`."""
    votes = _counted(ballots, len(Stance), eligible)
    in_favour, against, abstentions = votes
    return MotionResult(
        eligible,
        votes_cast(ballots),
        ballots.get(BLANK, 0),
        in_favour,
        against,
        abstentions,
        rule.needed(in_favour + against, eligible),
        quorum.needed(eligible),
    )


def count_consent(ballots: Ballots, eligible: int, quorum: Quorum) -> ConsentResult:
    """Count ballots that hold one `Consent` each; raises as `check_choice`."""
    agree, abstain, disagree, block = _counted(ballots, len(Consent), eligible)
    needed = quorum.needed(eligible)
    return ConsentResult(eligible, votes_cast(ballots), ballots.get(BLANK, 0), agree, abstain, disagree, block, needed)


def _counted(ballots: Ballots, choices: int, eligible: int) -> list[int]:
    if votes_cast(ballots) > eligible:
        raise ValueError("more ballots than people who may vote")
    for ballot in ballots:
        check_choice(ballot, choices)
    return [ballots.get((choice,), 0) for choice in range(choices)]
