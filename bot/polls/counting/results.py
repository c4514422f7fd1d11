"""What a count says: winners, every round that led to them, and every tie. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from bot.polls.counting.lots import Tie


class Method(StrEnum):
    """The ways to count. For the last two the answer is whether something is agreed, for all others a `Result`."""

    SINGLE = "single"
    APPROVAL = "approval"
    SCORE = "score"
    STAR = "star"
    IRV = "irv"
    SCOTTISH = "scottish-stv"
    SCHULZE = "schulze"
    MOTION = "motion"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class Round:
    """One row of the table of a count: who had what at the end of it, and what was moved to come there.

    Of `votes` and `transfers` there is one for each option; a transfer is what an option won or gave away since the
    round before. `exhausted` are the votes so far that named nobody who was left, `lost` is what rounding down has
    taken so far. Over all rounds of a ranked count, votes, exhausted and lost add up to the same.
    """

    votes: tuple[int, ...]
    transfers: tuple[int, ...]
    exhausted: int = 0
    lost: int = 0
    surplus_of: int | None = None
    excluded: tuple[int, ...] = ()
    elected: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one count.

    `cast` includes `blank`. `winners` are in the order in which they were elected; there are none if nobody was named
    on any ballot, and too few if a tie stayed open: see `is_open`. All numbers in `rounds`, and the quota, are whole
    numbers of 1/`unit` of a vote.
    """

    method: Method
    cast: int
    blank: int
    winners: tuple[int, ...]
    rounds: tuple[Round, ...] = ()
    ties: tuple[Tie, ...] = ()
    quota: int | None = None
    unit: int = 1

    @property
    def is_open(self) -> bool:
        """Tell whether the count had to stop at a tie, because no lot was committed to that could break it."""
        return any(not tie.order for tie in self.ties)


def as_json(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Return a result as dictionaries, lists, numbers and texts; fractions, to stay exact, as texts such as `2/3`."""
    if is_dataclass(value):
        return {field.name: as_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_json(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [as_json(each) for each in value]
    return str(value) if isinstance(value, Fraction | StrEnum) else value
