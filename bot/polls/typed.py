"""What organizers type about times, shares and numbers, read exactly or not at all. Pure."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from bot.polls.counting.motions import Quorum
from bot.polls.rules import MOST_ELECTORATE
from bot.refusals import N_, Refusal
from bot.wallclock import first_instant

EVENING = time(20)
"""When a poll closes on its last day unless organizers say otherwise: after work, before the night."""
WRITTEN = "%Y-%m-%d %H:%M"

_MOMENT = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[ t]+(\d{1,2})[:.](\d{2})", re.ASCII)
_SPAN = re.compile(r"(\d{1,4}) ?([a-z]+)", re.ASCII)
_FRACTION = re.compile(r"(\d{1,5}) ?[/\u2044] ?(\d{1,5})", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3})(?:[.,](\d{1,2}))? ?%", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)

_SPOKEN = (2, 3, 4)
"""Denominators that people say: halves, thirds, quarters."""

# In the languages that Steward has a catalogue for, without accents.
_UNITS: dict[str, timedelta] = {
    **dict.fromkeys(("minute", "minutes", "min", "minuto", "minutos"), timedelta(minutes=1)),
    **dict.fromkeys(("hour", "hours", "h", "hora", "horas"), timedelta(hours=1)),
    **dict.fromkeys(("day", "days", "d", "dia", "dias"), timedelta(days=1)),
    **dict.fromkeys(("week", "weeks", "w", "semana", "semanas"), timedelta(weeks=1)),
}


class UnknownMoment(Refusal):
    """What was typed is no time that exists."""

    sentence = N_(
        "Please write the time as `2026-12-01 18:00`, by the clock of this server, or as `3 days` or `12 hours`. "
        "Nothing was changed."
    )


class UnknownShare(Refusal):
    """What was typed is no share."""

    sentence = N_(
        "Please write the share as `1/2`, `2/3` or `60 %`: more than nothing, at most all. Nothing was changed."
    )


class UnknownQuorum(Refusal):
    """What was typed is neither a number nor a share."""

    sentence = N_(
        "Please write how many must take part as a number up to {limit}, or as a share such as `1/2` or `20 %`. Leave "
        "it empty if any number will do. Nothing was changed."
    )


def read_moment(text: str, zone: ZoneInfo, after: datetime) -> datetime:
    """Return the instant that somebody typed, as a wall time in `zone` or as a span after `after`, to the next minute.

    Where the clock shows a time twice, the first is meant; where it skips it, the first after the gap. Raises
    `UnknownMoment`.
    """
    typed = _folded(text)
    if found := _MOMENT.fullmatch(typed):
        year, month, day, hour, minute = map(int, found.groups())
        try:
            return first_instant(date(year, month, day), time(hour, minute), zone)
        except (ValueError, OverflowError):
            raise UnknownMoment from None
    if (found := _SPAN.fullmatch(typed)) and (unit := _UNITS.get(found[2])):
        whole = after.replace(second=0, microsecond=0)
        return (whole if whole == after else whole + timedelta(minutes=1)) + int(found[1]) * unit
    raise UnknownMoment


def write_moment(instant: datetime, zone: ZoneInfo) -> str:
    """Return an instant as `read_moment` takes it."""
    return instant.astimezone(zone).strftime(WRITTEN)


def evening(after: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return eight in the evening in `zone`, so many days after the day of `after`."""
    return first_instant(after.astimezone(zone).date() + timedelta(days=days), EVENING, zone).astimezone(UTC)


def read_share(text: str) -> Fraction:
    """Return a share of all, typed as a fraction or in percent; raises `UnknownShare` for nothing and for over all."""
    share = _share(_folded(text))
    if share is None or not 0 < share <= 1:
        raise UnknownShare
    return share


def read_quorum(text: str) -> Quorum:
    """Return a quorum typed as a number of people or as a share; nothing typed is none. Raises `UnknownQuorum`."""
    typed = _folded(text)
    if not typed:
        return Quorum()
    if _NUMBER.fullmatch(typed) and int(typed) <= MOST_ELECTORATE:
        return Quorum(least=int(typed))
    share = _share(typed)
    if share is None or share > 1:
        raise UnknownQuorum(limit=MOST_ELECTORATE)
    return Quorum(share=share)


def write_share(share: Fraction) -> str:
    """Return a share as people read it and as `read_share` takes it: `2/3`, but `60 %`."""
    percent = share * 100
    is_whole = percent.denominator == 1 and share.denominator not in _SPOKEN
    return f"{percent.numerator} %" if is_whole else f"{share.numerator}/{share.denominator}"


def write_quorum(quorum: Quorum) -> str:
    """Return a quorum as `read_quorum` takes it."""
    if quorum.share:
        return write_share(quorum.share)
    return str(quorum.least) if quorum.least else ""


def _share(typed: str) -> Fraction | None:
    if found := _PERCENT.fullmatch(typed):
        return Fraction(f"{found[1]}.{found[2] or 0}") / 100
    if (found := _FRACTION.fullmatch(typed)) and int(found[2]):
        return Fraction(int(found[1]), int(found[2]))
    return None


def _folded(text: str) -> str:
    """Return typed text on one line, in small letters, in plain digits and without accents."""
    plain = unicodedata.normalize("NFKD", text)
    return " ".join("".join(each for each in plain if not unicodedata.combining(each)).casefold().split())
