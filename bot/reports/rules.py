"""What a report may be, when reports are released, and who may read them. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.cleaning import clean, one_line
from bot.ids import CaseId, CommitmentId, GuildId
from bot.refusals import N_, Refusal
from bot.reports.taxonomy import FAMILIES, ROLE_GROUPS, Dimension, is_answer, unanswered

LONGEST_TEXT = 2800
"""Characters of a report or a reply: fits a card of 4,000 with what stands around it, and 16 KiB when sealed."""


CASE_ID_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
CASE_ID_LENGTH = 6


class EmptyText(Refusal):
    """Nothing readable was written."""

    sentence = N_("There is nothing to read in your text yet. Please write what happened in a few words.")


class TextTooLong(Refusal):
    """The text is longer than can be kept and shown whole."""

    sentence = N_("Your text is too long: at most {limit} characters fit. Nothing was sent; please shorten it.")


class IncompleteForm(Refusal):
    """A question was left open, or answered with something that is not on the list."""

    sentence = N_("Please answer every question of the form. Nothing was sent.")


class NoSuchCase(Refusal):
    """No case belongs to this code, or none that this person may see. Both answers are the same on purpose."""

    sentence = N_(
        "No report belongs to these words. Check each word and their order. If the code is lost, nobody can "
        "recover it, because Steward does not know who filed what: you can file a new report instead."
    )


class CaseGone(Refusal):
    """The case is not in this guild, or is no longer there."""

    sentence = N_("This case is no longer here. Open `/cases` again to see the current list.")


class CaseMuted(Refusal):
    """Organizers take no more messages on this case."""

    sentence = N_(
        "Organizers take no more messages on this case, so nothing was kept. You can still read it here, "
        "and you can still file a new report."
    )


class LimitReached(Refusal):
    """As many reports were filed from one account today as are taken."""

    sentence = N_(
        "That is as many reports as Steward takes from one account in a day: {limit}. Nothing was sent. Leave this "
        "card open and send it tomorrow, or add what is new to a report that is already filed."
    )


class IntakeClosed(Refusal):
    """Nobody has looked at the desk for so long that taking reports would be a false promise."""

    sentence = N_(
        "Reports are not taken at present, because no organizer has opened the desk for {days} days: what you write "
        "would not be read. Nothing was sent. Tell an organizer you trust; it opens again as soon as one looks in."
    )


class NobodyCouldRead(Refusal):
    """Only organizers' own keys may open what is sealed, and none of them has one."""

    sentence = N_(
        "Nothing can be taken in at present: only organizers' own keys may open it, and no organizer has registered "
        "one. Nothing was sent. Please tell an organizer."
    )


class DiskFull(Refusal):
    """The machine has too little room left to promise that a report is kept."""

    sentence = N_(
        "Reports are not taken at present, because the machine Steward runs on is nearly full and a report might be "
        "lost. Nothing was sent. Please tell an organizer."
    )


class CannotMerge(Refusal):
    """A case was to be joined to itself, or to one that another case stands for."""

    sentence = N_("These two cannot be joined: choose another case, one that is not joined to a third.")


class GroupNameTooLong(Refusal):
    """The name of a working group does not fit on the list."""

    sentence = N_("The name of a working group can have {limit} characters at most. Nothing was changed.")


class FormExpired(Refusal):
    """A preview lost what it showed, so there is nothing left to send."""

    sentence = N_("This form cannot be sent any more. Nothing was kept; please start again with `/report file`.")


class Status(StrEnum):
    """Where a case stands, as its reporter sees it."""

    RECEIVED = "received"
    IN_PROGRESS = "in-progress"
    ANSWERED = "answered"
    CLOSED = "closed"


class SealedTo(StrEnum):
    """Who can open a case: the server for organizers in Discord, or organizers alone with keys of their own."""

    SERVER = "server"
    ORGANIZERS = "organizers"


STATUS_LABELS: dict[Status, str] = {
    Status.RECEIVED: N_("Received: organizers have it"),
    Status.IN_PROGRESS: N_("In progress: organizers are working on it"),
    Status.ANSWERED: N_("Answered: there is a reply for you"),
    Status.CLOSED: N_("Closed"),
}

Facets = Mapping[Dimension, str]
"""One answer for each dimension."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report as the worker sees it in the preview, cleaned and complete."""

    facets: Facets = field(repr=False)
    text: str = field(repr=False)


def compose(facets: Mapping[Dimension, str], text: str) -> Report:
    """Return a report that can be sealed; what was left open stays open.

    Raises `IncompleteForm`, `EmptyText` or `TextTooLong`; nothing is lost, the form is still with the worker.
    """
    return Report(completed(facets), message_text(text))


def completed(facets: Mapping[Dimension, str]) -> Facets:
    """Return an answer for each dimension; raises `IncompleteForm` where one is missing or not on the list."""
    given = {dimension: facets.get(dimension) or unanswered(dimension) for dimension in Dimension}
    if any(not is_answer(dimension, value) for dimension, value in given.items()):
        raise IncompleteForm
    return given


def message_text(text: str) -> str:
    """Return a cleaned text that can be sealed and shown; raises `EmptyText` or `TextTooLong`."""
    cleaned = clean(text)
    if not any(character.isalnum() for character in cleaned):
        raise EmptyText
    if len(cleaned) > LONGEST_TEXT:
        raise TextTooLong(limit=LONGEST_TEXT)
    return cleaned


LONGEST_GROUP = 40


def working_group(text: str) -> str | None:
    """Return the name of a working group, None for an empty text; raises `GroupNameTooLong`."""
    name = one_line(text)
    if len(name) > LONGEST_GROUP:
        raise GroupNameTooLong(limit=LONGEST_GROUP)
    return name or None


def is_case_id(text: str) -> bool:
    """Tell whether a text, which may be forged, has the form of a case's id. PostgreSQL fails on others."""
    return len(text) == CASE_ID_LENGTH and all(letter in CASE_ID_LETTERS for letter in text)


def week_of(instant: date) -> str:
    """Return the ISO week of a day or of an instant in UTC, such as `2026-W47`: the finest time kept of a report."""
    year, week, _ = instant.isocalendar()
    return f"{year}-W{week:02}"


@dataclass(frozen=True, slots=True)
class ReleasePolicy:
    """How a guild blurs the time of reports: how many must wait together, and how long at most."""

    minimum: int
    hold_days: int


MOST_A_DAY = 3
"""Reports that are taken from one account in a day."""

LEAST_FREE_BYTES = 200 * 1024**2
"""Room on the disk under which no report is taken: a backup and a rewrite of the file must still fit."""


def check_intake(desk_opened_on: date | None, closes_after_days: int, free_bytes: int, today: date) -> None:
    """Raise `IntakeClosed` or `DiskFull` when a report would not be read, or might not be kept.

    A desk that was never opened has nothing to be measured by, so intake stays open until it was.
    """
    if free_bytes < LEAST_FREE_BYTES:
        raise DiskFull
    if desk_opened_on is not None and (today - desk_opened_on).days >= closes_after_days:
        raise IntakeClosed(days=closes_after_days)


class Answering(StrEnum):
    """How soon reports have been answered for the first time, as workers are told before they write."""

    UNKNOWN = "unknown"
    SAME_WEEK = "same-week"
    TWO_WEEKS = "two-weeks"
    MONTH = "month"
    LONGER = "longer"
    SELDOM = "seldom"


def usual_answer(weeks: Sequence[int | None], least: int) -> Answering:
    """Return when the median case was first answered; `weeks` has None for a case that still waits.

    Cases that wait count as later than all others, so an inbox cannot look quick by answering the easy ones. Coarse,
    and silent under `least` cases, so that nobody reads from it that a case has come or was answered.
    """
    if len(weeks) < least:
        return Answering.UNKNOWN
    median = sorted(week if week is not None else math.inf for week in weeks)[len(weeks) // 2]
    bands = ((0, Answering.SAME_WEEK), (2, Answering.TWO_WEEKS), (4, Answering.MONTH))
    within = next((band for most, band in bands if median <= most), Answering.LONGER)
    return Answering.SELDOM if median == math.inf else within


def weeks_between(earlier: str, later: str) -> int:
    """Return how many weeks lie between two ISO weeks such as `2026-W47`."""
    first, second = (date.fromisoformat(f"{week}-1") for week in (earlier, later))
    return (second - first).days // 7


def expires_on(released_week: str, retention_days: int) -> date:
    """Return the first day on which a case is too old to be kept, counted from the end of its week of release."""
    return date.fromisoformat(f"{released_week}-1") + timedelta(days=7 + retention_days)


def oldest_week_kept(today: date, retention_days: int) -> str:
    """Return the oldest week of release whose cases are still kept today: the oldest that `expires_on` spares."""
    return week_of(today - timedelta(days=retention_days))


class Release(StrEnum):
    """What a release run does with what waits."""

    NOTHING = "nothing"
    HOLD = "hold"
    ALL = "all"


def decide_release(waiting: int, policy: ReleasePolicy, held_since: datetime | None, now: datetime) -> Release:
    """Decide a scheduled run: release together, or hold until more have come or the wait is over.

    `held_since` is the run that first held something back.
    """
    if waiting == 0:
        return Release.NOTHING
    if waiting >= policy.minimum:
        return Release.ALL
    if held_since is not None and now - held_since >= timedelta(days=policy.hold_days):
        return Release.ALL
    return Release.HOLD


def tally_cells(facets: Facets) -> list[tuple[str, str]]:
    """Return the cells that one counted report adds one to: each dimension alone, and whose work × what happened.

    The pair is counted thrice, ever broader, so that something can be said where a role or a category is too rare.
    Consent is left out: it is the worker's instruction to organizers, not a fact about work.
    """
    singles = [dimension for dimension in Dimension if dimension is not Dimension.CONSENT]
    role, category = facets[Dimension.ROLE], facets[Dimension.CATEGORY]
    family = FAMILIES[category]
    return [
        *((dimension.value, facets[dimension]) for dimension in singles),
        ("role×category", f"{role}×{category}"),
        ("role×family", f"{role}×{family}"),
        ("group×family", f"{ROLE_GROUPS[role]}×{family}"),
    ]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a case, opened."""

    author: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One sealed part of a case as it is handed out where only organizers hold the keys."""

    name: str
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Case:
    """A released report, opened for someone who may read it.

    `report` is None where the server cannot open it; then `files` holds it sealed, and `facets` is what it counts as.
    """

    id: CaseId
    guild_id: GuildId
    status: Status
    released_week: str
    facets: Facets = field(repr=False)
    has_news: bool = False
    is_confirmed: bool = False
    is_muted: bool = False
    working_group: str | None = None
    merged_into: CaseId | None = None
    commitment_id: CommitmentId | None = None
    report: Report | None = field(default=None, repr=False)
    messages: tuple[Message, ...] = field(default=(), repr=False)
    notes: tuple[str, ...] = field(default=(), repr=False)
    files: tuple[CaseFile, ...] = field(default=(), repr=False)
    joined: tuple[CaseId, ...] = ()

    @property
    def counts(self) -> bool:
        """Tell whether the case stands in the tallies: an organizer confirmed it, and no other case stands for it."""
        return self.is_confirmed and self.merged_into is None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A report that has not been released yet, as its reporter may see it."""

    guild_id: GuildId
    report: Report = field(repr=False)
