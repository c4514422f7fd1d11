"""What a report may be, when reports are released, and who may read them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.cleaning import clean
from bot.ids import CaseId, GuildId
from bot.refusals import N_, Refusal
from bot.reports.taxonomy import VALUES, Dimension

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


class FormExpired(Refusal):
    """A preview lost what it showed, so there is nothing left to send."""

    sentence = N_("This form cannot be sent any more. Nothing was kept; please start again with `/report file`.")


class Status(StrEnum):
    """Where a case stands, as its reporter sees it."""

    RECEIVED = "received"
    IN_PROGRESS = "in-progress"
    ANSWERED = "answered"
    CLOSED = "closed"


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
    """Return a report that can be sealed.

    Raises `IncompleteForm`, `EmptyText` or `TextTooLong`; nothing is lost, the form is still with the worker.
    """
    if any(facets.get(dimension) not in VALUES[dimension] for dimension in Dimension):
        raise IncompleteForm
    return Report({dimension: facets[dimension] for dimension in Dimension}, message_text(text))


def message_text(text: str) -> str:
    """Return a cleaned text that can be sealed and shown; raises `EmptyText` or `TextTooLong`."""
    cleaned = clean(text)
    if not any(character.isalnum() for character in cleaned):
        raise EmptyText
    if len(cleaned) > LONGEST_TEXT:
        raise TextTooLong(limit=LONGEST_TEXT)
    return cleaned


def pack(facets: Facets) -> str:
    """Write facets as a few digits, for the button that sends the preview."""
    return ".".join(str(list(VALUES[dimension]).index(facets[dimension])) for dimension in Dimension)


def unpack(packed: str) -> Facets:
    """Read packed facets back; raises `FormExpired` for anything that `pack` did not write."""
    try:
        return {
            dimension: list(VALUES[dimension])[_place(part)]
            for dimension, part in zip(Dimension, packed.split("."), strict=True)
        }
    except (ValueError, IndexError):
        raise FormExpired from None


def _place(part: str) -> int:
    """Read a plain number; `int` alone would take signs, spaces and other scripts' digits."""
    if not (part.isascii() and part.isdecimal()):
        raise ValueError
    return int(part)


def is_case_id(text: str) -> bool:
    """Tell whether a text, which may be forged, has the form of a case's id. PostgreSQL fails on others."""
    return len(text) == CASE_ID_LENGTH and all(letter in CASE_ID_LETTERS for letter in text)


def week_of(instant: datetime) -> str:
    """Return the ISO week of an instant in UTC, such as `2026-W47`: the finest time kept of a report."""
    year, week, _ = instant.isocalendar()
    return f"{year}-W{week:02}"


@dataclass(frozen=True, slots=True)
class ReleasePolicy:
    """How a guild blurs the time of reports: how many must wait together, and how long at most."""

    minimum: int
    hold_days: int


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
    """Return the cells that one released report adds one to: each dimension alone, and role × category.

    Consent is left out: it is the worker's instruction to organizers, not a fact about work.
    """
    singles = [Dimension.CATEGORY, Dimension.ROLE, Dimension.EFFECT]
    pair = f"{facets[Dimension.ROLE]}×{facets[Dimension.CATEGORY]}"
    return [*((dimension.value, facets[dimension]) for dimension in singles), ("role×category", pair)]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a case, opened."""

    author: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Case:
    """A released report, opened for someone who may read it."""

    id: CaseId
    guild_id: GuildId
    status: Status
    released_week: str
    has_news: bool
    report: Report = field(repr=False)
    messages: tuple[Message, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A report that has not been released yet, as its reporter may see it."""

    guild_id: GuildId
    report: Report = field(repr=False)
