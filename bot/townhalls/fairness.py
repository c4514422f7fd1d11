"""Fair hours: which time leaves the nights of a series of meetings most evenly shared. Pure.

Organizers name bands: time zones "where our members live". No person has a band, here or anywhere. A band bears the
night when a meeting touches 22:00 to 07:00 there, and across meetings it is kept how often it did.

**What is proposed.** First, a time must suit enough people: at least four fifths of the most that any time gets, "if
needed" included. Among these, the nights decide: write down, for each band, the share of its meetings that would have
been at night after this one, the largest first; the time with the smallest largest share wins, then with the smallest
second one, and so on (leximin: nobody can be made better off but by making somebody worse off who is no better off).
Then the more who say yes without reservation, then the earlier. Times that suit too few come after all others, by the
same order.

**What it tells.** The order follows from the numbers given, so it tells something of them. Give numbers as they may be
shown, in steps, and the order tells nothing more; give exact ones, and who adds or withdraws one answer may see another
answer tip a balance.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from enum import Enum
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.refusals import N_

NIGHT_FROM = time(22)
NIGHT_TO = time(7)
ENOUGH = Fraction(4, 5)
_HOUR = timedelta(hours=1)
_MOMENT = timedelta.resolution


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that was put to the vote: an aware instant, and how many answered what."""

    starts_at: datetime
    yes: int = field(repr=False)
    if_needed: int = field(repr=False)
    no: int = field(repr=False)

    @property
    def turnout(self) -> int:
        """Return how many could come, some of them only if needed."""
        return self.yes + self.if_needed


@dataclass(frozen=True, slots=True)
class Burden:
    """How often one band had the night, of how many meetings since it was named."""

    zone: ZoneInfo
    nights: int = 0
    meetings: int = 0

    @property
    def share(self) -> Fraction:
        """Return the share of meetings that were at night, 0 before the first."""
        return Fraction(self.nights, self.meetings) if self.meetings else Fraction(0)


class Reason(Enum):
    """Why a time stands where it stands: the first, or behind the one before it."""

    FAIREST = N_("Of the times that suit enough people, this one leaves the nights most evenly shared.")
    TOO_FEW = N_("It suits less than four fifths of the people who can come at the most popular time.")
    LESS_EVEN = N_("Its nights are shared less evenly than with the time before it.")
    LESS_LIKED = N_("The nights are shared as evenly as with the time before it, which suits more people well.")
    LATER = N_("It is as good as the time before it, and later.")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A time in its place, and why: the bands that would have the night, and each band's burden after it."""

    slot: Slot
    suits_enough: bool
    nights: tuple[ZoneInfo, ...]
    burdens: tuple[Burden, ...]
    reason: Reason

    @property
    def shares(self) -> tuple[Fraction, ...]:
        """Return the shares of nights after this meeting, the largest first: what is compared."""
        return _shares(self.burdens)


def is_night(starts_at: datetime, minutes: int, zone: ZoneInfo) -> bool:
    """Tell whether a meeting touches the night in `zone`. One that ends at 22:00 or starts at 07:00 does not."""
    last = starts_at + timedelta(minutes=minutes) - _MOMENT
    # A night that has neither end of the meeting in it lies inside the meeting, and is longer than an hour.
    moment = starts_at
    while moment < last:
        if _is_dark(moment, zone):
            return True
        moment += _HOUR
    return _is_dark(last, zone)


def _is_dark(moment: datetime, zone: ZoneInfo) -> bool:
    shown = moment.astimezone(zone).time()
    return shown >= NIGHT_FROM or shown < NIGHT_TO


def borne(burdens: Iterable[Burden], starts_at: datetime, minutes: int) -> tuple[Burden, ...]:
    """Return each band's burden once this meeting has been held: one meeting more, and a night more where it is one."""
    return tuple(
        replace(
            burden,
            nights=burden.nights + is_night(starts_at, minutes, burden.zone),
            meetings=burden.meetings + 1,
        )
        for burden in burdens
    )


def ranked(slots: Iterable[Slot], burdens: Sequence[Burden], minutes: int) -> tuple[Ranked, ...]:
    """Return the times in the order in which they are proposed, each with its reason; see above how they compare.

    What is told of them names bands and times of day, never a number of answers.
    """
    slots = tuple(slots)
    most = max((slot.turnout for slot in slots), default=0)
    unplaced = [
        Ranked(
            slot,
            suits_enough=slot.turnout >= ENOUGH * most,
            nights=tuple(burden.zone for burden in burdens if is_night(slot.starts_at, minutes, burden.zone)),
            burdens=borne(burdens, slot.starts_at, minutes),
            reason=Reason.FAIREST,
        )
        for slot in slots
    ]
    placed = sorted(unplaced, key=lambda one: (not one.suits_enough, one.shares, -one.slot.yes, one.slot.starts_at))
    return (*placed[:1], *(replace(b, reason=_reason(a, b)) for a, b in pairwise(placed)))


def _shares(burdens: Iterable[Burden]) -> tuple[Fraction, ...]:
    return tuple(sorted((burden.share for burden in burdens), reverse=True))


def _reason(better: Ranked, worse: Ranked) -> Reason:
    if not worse.suits_enough:
        return Reason.TOO_FEW
    if worse.shares != better.shares:
        return Reason.LESS_EVEN
    if worse.slot.yes != better.slot.yes:
        return Reason.LESS_LIKED
    return Reason.LATER
