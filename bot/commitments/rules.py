"""What the employer promised: what can be noted of it, and how it stands on a day. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.cleaning import clean, one_line
from bot.ids import CommitmentId, GuildId, HallId, PetitionId
from bot.refusals import N_, Refusal
from bot.wallclock import day_typed, first_instant

ID_LENGTH = 8
LONGEST_TEXT = 500
LONGEST_LINK = 300
MOST_YEARS = 10
DUE_SOON = timedelta(days=14)
URGENT = timedelta(days=2)
"""How long before its day an open promise is told of as urgent."""

_LINK = re.compile(r"https://[^\s<>\"`\\]+")


class CommitmentGone(Refusal):
    """The promise is not there, not of this server, or was noted by mistake. All are answered alike."""

    sentence = N_("This promise is not on the list any more. `/commitments` shows what was promised.")


class PromiseMissing(Refusal):
    """No word says what was promised."""

    sentence = N_("Please write what was promised, in the words that were used if you have them. Nothing was kept.")


class PromiseTooLong(Refusal):
    """The text does not fit the list."""

    sentence = N_("The promise is too long: at most {limit} characters fit. Nothing was kept; please shorten it.")


class LinkUnusable(Refusal):
    """What was given as a link is none that can be shown."""

    sentence = N_(
        "Please give one link that starts with `https://` and has at most {limit} characters, or leave it empty. "
        "Nothing was kept."
    )


class DayUnreadable(Refusal):
    """What was typed is no day of the calendar."""

    sentence = N_("Please write the day as `2026-12-31`, or leave it empty. Nothing was kept.")


class DayTooFar(Refusal):
    """The day is so far off that it is likely a slip."""

    sentence = N_("That day is more than {years} years away. Please check the year. Nothing was kept.")


class SourceMissing(Refusal):
    """Where it was promised was left open, or is not on the list."""

    sentence = N_("Please choose where it was promised. Nothing was kept.")


class Source(StrEnum):
    """Where something was promised."""

    PETITION = "petition"
    TOWNHALL = "townhall"
    CONTRACT = "contract"
    OTHER = "other"


class State(StrEnum):
    """What organizers noted of a promise; `DROPPED` was noted by mistake and shows nowhere."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    DROPPED = "dropped"


BREACH = "breach"
"""The dimension of the tallies in which each promise has a cell: reports that tell it to be broken."""


class Standing(StrEnum):
    """How a promise stands on a day, in the order of the list."""

    OVERDUE = "overdue"
    DUE = "due"
    OPEN = "open"
    BROKEN = "broken"
    KEPT = "kept"


STANDINGS: dict[Standing, str] = {
    Standing.OVERDUE: N_("Overdue"),
    Standing.DUE: N_("Due soon"),
    Standing.OPEN: N_("Open"),
    Standing.BROKEN: N_("Broken"),
    Standing.KEPT: N_("Kept"),
}


@dataclass(frozen=True, slots=True)
class Promise:
    """What can be said of a promise, checked and cleaned."""

    text: str
    source: Source
    due_on: date | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Commitment:
    """A promise as it is kept, for everybody of the server to read.

    `changed_at` is when its state changed last or, while it is open, its day; at first, when it was noted.
    """

    id: CommitmentId
    guild_id: GuildId
    promise: Promise
    changed_at: datetime
    state: State = State.OPEN
    petition_id: PetitionId | None = None
    hall_id: HallId | None = None


def is_commitment_id(text: str) -> bool:
    """Tell whether a text, which may be forged, has the form of a promise's id."""
    return len(text) == ID_LENGTH and all(letter in "0123456789abcdef" for letter in text)


def check(text: str, source: str, due_on: date | None, link: str, today: date) -> Promise:
    """Return what was typed as it can be kept; raises the refusal for the first thing that is wrong with it."""
    words = clean(text)
    if not any(character.isalnum() for character in words):
        raise PromiseMissing
    if len(words) > LONGEST_TEXT:
        raise PromiseTooLong(limit=LONGEST_TEXT)
    if source not in list(Source):
        raise SourceMissing
    if due_on is not None and abs(due_on - today) > timedelta(days=366 * MOST_YEARS):
        raise DayTooFar(years=MOST_YEARS)
    address = one_line(link)
    if address and (len(address) > LONGEST_LINK or not _LINK.fullmatch(address)):
        raise LinkUnusable(limit=LONGEST_LINK)
    return Promise(words, Source(source), due_on, address or None)


def read_day(text: str) -> date | None:
    """Return the day that somebody typed, `None` for nothing; raises `DayUnreadable`."""
    try:
        return day_typed(text)
    except ValueError:
        raise DayUnreadable from None


def standing(commitment: Commitment, today: date) -> Standing:
    """Return how a promise stands on a local day: overdue once its day is past, and never stored.

    Raises `ValueError` for one that was noted by mistake: it stands nowhere.
    """
    if commitment.state is not State.OPEN:
        return Standing(commitment.state)
    due_on = commitment.promise.due_on
    if due_on is None or due_on > today + DUE_SOON:
        return Standing.OPEN
    return Standing.OVERDUE if due_on < today else Standing.DUE


def ordered(commitments: Iterable[Commitment], today: date) -> list[Commitment]:
    """Return promises as lists show them: by how they stand, then the earliest day first, those without one last."""
    order = list(Standing)
    return sorted(
        commitments,
        key=lambda each: (order.index(standing(each, today)), each.promise.due_on or date.max, each.id),
    )


def newly_urgent(commitment: Commitment, zone: ZoneInfo, since: datetime, now: datetime) -> Standing | None:
    """Tell whether a promise became overdue from `since` on and before `now`, or due within `URGENT`; else `None`.

    Days begin at midnight in the server's zone. Windows that follow on each other tell each crossing once; one that
    was noted or opened again, or got another day, crosses at that moment at the earliest.
    """
    due_on = commitment.promise.due_on
    if commitment.state is not State.OPEN or due_on is None:
        return None
    overdue_at, due_at = (
        max(first_instant(day, time.min, zone), commitment.changed_at)
        for day in (due_on + timedelta(days=1), due_on - URGENT)
    )
    if overdue_at < now:
        return Standing.OVERDUE if since <= overdue_at else None
    return Standing.DUE if since <= due_at < now else None
