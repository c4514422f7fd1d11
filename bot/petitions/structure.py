"""Petitions as structure tests: how much of each unit has signed, in numbers that point at nobody. Pure."""

from dataclasses import dataclass

from bot.cleaning import one_line
from bot.refusals import N_, Refusal

LONGEST_UNIT_NAME = 50
LARGEST_UNIT = 1_000_000
SHARE_STEP = 5  # percent; divides every mark

MARKS: dict[int, str] = {
    30: N_(
        "30 %: a beginning. Three in ten have signed: enough to find people in every corner who carry this on, too few "
        "to act in the open alone."
    ),
    50: N_(
        "50 %: half. It is a majority on paper, but some support usually falls away under pressure. Look at where "
        "nobody has signed yet."
    ),
    65: N_(
        "65 %: strong. Some unions advise having this much before filing for an election, so that a majority remains "
        "even if some step back."
    ),
}
"""The marks of the test in percent, and what each means. Source: the 65 % that OPEIU advises before filing."""

NOT_A_CARD = N_(
    "A click on Discord is not a union card: no labour board counts it. It shows where you stand, and that it is time "
    "to ask people for the real thing."
)


class UnitUnnamed(Refusal):
    """The unit has no readable name."""

    sentence = N_("Please give this part of the workplace a name.")


class UnitNameTooLong(Refusal):
    """The name of the unit does not fit."""

    sentence = N_("The name of this part of the workplace is too long: at most {limit} characters fit.")


class HeadcountOutOfRange(Refusal):
    """A unit cannot have so many people."""

    sentence = N_("Write how many people work there, as a number from {lowest} to {limit}.")


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of the workplace, with how many people work there as far as organizers know."""

    name: str
    headcount: int


def name_unit(name: str, headcount: int) -> Unit:
    """Return a unit, its name cleaned; raises `UnitUnnamed`, `UnitNameTooLong` or `HeadcountOutOfRange`."""
    cleaned = one_line(name)
    if not any(character.isalnum() for character in cleaned):
        raise UnitUnnamed
    if len(cleaned) > LONGEST_UNIT_NAME:
        raise UnitNameTooLong(limit=LONGEST_UNIT_NAME)
    if not 1 <= headcount <= LARGEST_UNIT:
        raise HeadcountOutOfRange(lowest=1, limit=LARGEST_UNIT)
    return Unit(cleaned, headcount)


def share(signed: int, headcount: int) -> int:
    """Return the share that has signed, in percent, rounded down to steps of 5.

    At most 100: a headcount is an estimate and may be too low. For members, give it the count that is shown.
    """
    return min(100, signed * 100 // headcount // SHARE_STEP * SHARE_STEP)


def unit_share(shown: int, headcount: int, k: int) -> int | None:
    """Return the share of a unit that organizers may see, in percent, or `None` while that would point at somebody.

    `shown` is the unit's count in steps of k that never falls (`bot.disclosure`). It reads "at least": never
    that fewer than k have signed, nor that fewer than k have not, since "everybody in QA" names them all.
    """
    sayable = min(shown, headcount - k)
    return share(sayable, headcount) if sayable >= k else None


def marks_reached(percent: int) -> tuple[int, ...]:
    """Return the marks that a share has reached, the smallest first."""
    return tuple(mark for mark in MARKS if percent >= mark)
