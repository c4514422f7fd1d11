"""Which digests a server has, whom each is for, and when it comes. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.ids import ChannelId, GuildId
from bot.refusals import N_, Refusal
from bot.rhythm import ANCHOR, Every, Rhythm
from bot.wallclock import day_typed, time_of_day, zone_named

REGULAR = "regular"
"""The id of the digest that every server has: the only one with which numbers of reports move."""

MOST_PLANS = 10
ID_LENGTH = 8


class Audience(StrEnum):
    """Whom a digest is for. `URGENT`: for everybody, and only of what cannot wait."""

    MEMBERS = "members"
    ORGANIZERS = "organizers"
    URGENT = "urgent"


class TooManyDigests(Refusal):
    """The server has as many digests as fit."""

    sentence = N_("A server can have {limit} digests. Delete one before you add another.")


class DigestGone(Refusal):
    """There is no such digest, or not in this server."""

    sentence = N_("This digest is not there any more. `/digests` shows those that are.")


class NoDayChosen(Refusal):
    """A digest was to come on no day."""

    sentence = N_("Choose at least one day of the week. Nothing was changed.")


class UnknownDay(Refusal):
    """The day from which every other week is counted is none."""

    sentence = N_(
        "Write the first day as year, month and day, for example 2026-12-31, or leave it empty. Nothing was changed."
    )


class NothingToTell(Refusal):
    """A digest was to be sent early and would have been empty."""

    sentence = N_("There is nothing new to tell, so nothing was posted.")


class NoChannelChosen(Refusal):
    """The regular digest has no channel yet."""

    sentence = N_("This digest has no channel yet. An administrator chooses it with `/setup`.")


class RegularStays(Refusal):
    """The regular digest was to be deleted."""

    sentence = N_("The regular digest cannot be deleted, but it can be paused.")


@dataclass(frozen=True, slots=True)
class Plan:
    """One digest of a server. `channel_id` is `None` for a regular one that has no channel yet."""

    id: str
    guild_id: GuildId
    audience: Audience
    channel_id: ChannelId | None
    rhythm: Rhythm
    is_paused: bool = False

    @property
    def is_regular(self) -> bool:
        """Tell whether the gate is passed with this digest."""
        return self.id == REGULAR

    def key(self, name: str) -> str:
        """Return the natural key of one post of this digest, whoever makes it and however often."""
        return f"digest:{self.guild_id}:{name}" if self.is_regular else f"digest:{self.guild_id}:{self.id}:{name}"


@dataclass(frozen=True, slots=True)
class Window:
    """What a digest tells of: from the end of the last one, `since`, to just before `until`."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class TypedRhythm:
    """When a digest is to come, as an organizer filled it in; `days` are numbers from Monday, 0, to Sunday, 6."""

    days: Collection[str]
    at: str
    every: str
    anchor: str
    zone: str


def rhythm_typed(typed: TypedRhythm, now: datetime, zone: str) -> Rhythm:
    """Read when a digest is to come; `zone` is taken where none was typed.

    Every other week is counted from this week where no day was typed. Raises `NoDayChosen`, `UnknownTime`,
    `UnknownZone` or `UnknownDay`.
    """
    weekdays = tuple(day for day in range(7) if str(day) in typed.days)
    if not weekdays:
        raise NoDayChosen
    at = time_of_day(typed.at)
    there = zone_named(typed.zone if typed.zone.strip() else zone)
    every = next((each for each in Every if each == typed.every), Every.WEEK)
    today = now.astimezone(there).date()
    anchor = _day(typed.anchor) or (today if every is Every.FORTNIGHT else ANCHOR)
    return Rhythm(weekdays, at, there.key, every, anchor)


def _day(text: str) -> date | None:
    try:
        return day_typed(text)
    except ValueError:
        raise UnknownDay from None
