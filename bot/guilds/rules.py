"""What a guild's settings may be, and who may act as its organizer. Pure."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from bot.cleaning import clean, one_line
from bot.digests.rules import LOWEST_K, raised_k
from bot.ids import Actor, ChannelId, GuildId, RoleId, UserId
from bot.refusals import N_, NotAnAdministrator, NotAnOrganizer, NotSetUp, Refusal
from bot.rhythm import ANCHOR, Every, Rhythm

LONGEST_HELP = 300
MOST_ORGANIZERS = 25  # what one Discord select can hold
MOST_CODE_NAMES = 50
SHORTEST_CODE_NAME = 3  # shorter ones stand in ordinary words, and a check that always warns is not read
LONGEST_CODE_NAME = 60
LEAST_KEYS = 2
"""Organizers with different keys of their own before only those may open reports: one can be lost with its owner."""


class Use(StrEnum):
    """What a channel is used for."""

    PETITIONS = "petitions"
    TOWNHALLS = "townhalls"
    DIGESTS = "digests"
    ORGANIZERS = "organizers"


class ReadingMode(StrEnum):
    """Who can open a sealed report: the server for organizers in Discord, or only organizers' own keys."""

    READABLE = "readable"
    OFFLINE = "offline"


class SecondOrganizerNeeded(Refusal):
    """With two organizers or more, who they are is decided by two of them."""

    sentence = N_("There are organizers already, so two of them decide about this: one proposes it with `/organizers`.")


class Frozen(Refusal):
    """An organizer has frozen Steward in this guild."""

    sentence = N_(
        "An organizer has frozen Steward in this server as a precaution: nothing is taken in or posted until two "
        "organizers thaw it. What you filed earlier is still kept."
    )


class NoOrganizers(Refusal):
    """An empty organizer list would leave reports that nobody can read."""

    sentence = N_("Choose at least one organizer: without one, nobody could read a report.")


class MinimumOutOfRange(Refusal):
    """The number of reports that must wait together is none that Steward takes."""

    sentence = N_(
        "The reports that must wait together are a whole number from {lowest} to {limit}. Nothing was changed."
    )


class HoldOutOfRange(Refusal):
    """The longest wait of a report is none that Steward takes."""

    sentence = N_(
        "The days that a report is held at most are a whole number from {lowest} to {limit}. Nothing was changed."
    )


class StepsOutOfRange(Refusal):
    """The k is none that Steward takes; it has an upper end because no slip of a finger could be undone."""

    sentence = N_(
        "The steps in which public numbers move are a whole number from {lowest} to {limit}. Nothing was changed."
    )


class RetentionOutOfRange(Refusal):
    """The time that cases are kept is none that Steward takes."""

    sentence = N_("The days that cases are kept are a whole number from {lowest} to {limit}. Nothing was changed.")


class ClosingOutOfRange(Refusal):
    """The time after which intake closes is none that Steward takes."""

    sentence = N_(
        "The days until intake closes by itself are a whole number from {lowest} to {limit}. Nothing was changed."
    )


class TooManyCodeNames(Refusal):
    """More names were given than a report is checked for."""

    sentence = N_("At most {limit} names can be looked for. Nothing was changed; please leave some out.")


class CodeNameOutOfRange(Refusal):
    """A name is too short to be told from ordinary words, or too long to be a name."""

    sentence = N_("Each name to look for has {lowest} to {limit} characters. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Range:
    """The whole numbers that a setting may have, what it is called, and how others are refused."""

    lowest: int
    limit: int
    label: str
    refusal: type[Refusal]


@dataclass(frozen=True, slots=True)
class Reporting:
    """How a guild handles reports, named as in `Guild`: numbers of reports, and days."""

    release_minimum: int
    release_hold_days: int
    k: int
    retention_days: int
    intake_closes_after_days: int


RANGES: dict[str, Range] = {
    "release_minimum": Range(1, 50, N_("Reports that must wait together"), MinimumOutOfRange),
    "release_hold_days": Range(1, 28, N_("Days that a report is held at most"), HoldOutOfRange),
    "k": Range(LOWEST_K, 50, N_("Steps in which public numbers move"), StepsOutOfRange),
    "retention_days": Range(30, 730, N_("Days that cases are kept"), RetentionOutOfRange),
    "intake_closes_after_days": Range(3, 90, N_("Days until intake closes by itself"), ClosingOutOfRange),
}
"""What each number of `Reporting` may be, in the order in which they are asked for."""


class PrivateKeyPasted(Refusal):
    """The secret half of a key was typed where the public one belongs. It is not repeated, kept or logged."""

    sentence = N_(
        "That was the **secret half** of a key. Steward has not kept it, but Discord has now seen it, so it must not "
        "be used any more. Make a new pair on your own computer, with `age-keygen` or with "
        "`python3 run.py read --new-key FILE`, and register its public half, which starts with `age1`."
    )


class NotAPublicKey(Refusal):
    """What was typed is no public age key."""

    sentence = N_(
        "This is not a public age key. One starts with `age1` and has 62 letters and digits; other kinds, such as SSH "
        "keys, do not work here. Copy it whole, as `age-keygen` or `python3 run.py read --new-key FILE` shows it. "
        "Nothing was changed."
    )


class TooFewKeys(Refusal):
    """With fewer than `LEAST_KEYS` keys, what is sealed to them would be lost with one person."""

    sentence = N_(
        "At least two organizers on the list need a key of their own first: what only one person can open is lost "
        "with that person. Register keys with `/keys`."
    )


class ModeAlready(Refusal):
    """Reports are read in this way already."""

    sentence = N_("Reports are read in this way already, so there is nothing to change. Open `/keys` to see how.")


LONGEST_STATUS_WORDS = 100


class WordsTooLong(Refusal):
    """What reporters are to read for a status does not fit the head of a card."""

    sentence = N_("What reporters read for a status can have {limit} characters at most. Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Guild:
    """How one guild has set Steward up."""

    id: GuildId
    organizer_role_id: RoleId | None = None
    organizers: frozenset[UserId] = frozenset()
    petitions_channel_id: ChannelId | None = None
    townhalls_channel_id: ChannelId | None = None
    digests_channel_id: ChannelId | None = None
    organizers_channel_id: ChannelId | None = None
    zone: str = "UTC"
    language: str = "en"
    k: int = 5
    reading_mode: ReadingMode = ReadingMode.READABLE
    release_at: time = time(18)
    release_minimum: int = 3
    release_hold_days: int = 7
    digest_weekdays: tuple[int, ...] = (1,)  # Tuesday: read at work, not lost in Monday's mail
    digest_at: time = time(9)
    digest_every: Every = Every.WEEK
    digest_anchor: date = ANCHOR
    digest_is_paused: bool = False
    outside_help: str | None = None
    is_frozen: bool = False
    desk_opened_on: date | None = None
    intake_closes_after_days: int = 14
    retention_days: int = 180
    code_names: tuple[str, ...] = ()
    status_words: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[UserId, str] = field(default_factory=dict)
    left_at: datetime | None = None
    erase_at: datetime | None = None

    @property
    def is_ready(self) -> bool:
        """Tell whether reports can be filed: somebody must be able to read them."""
        return self.organizer_role_id is not None and bool(self.organizers) and self.erase_at is None

    @property
    def recipients(self) -> list[str]:
        """Return organizers' own public age keys, which reports are sealed to in offline mode."""
        return sorted(key for user, key in self.keys.items() if user in self.organizers)

    @property
    def intake_closes_on(self) -> date | None:
        """Return the first day on which reports are not taken unless an organizer opens the desk before."""
        if self.desk_opened_on is None:
            return None
        return self.desk_opened_on + timedelta(days=self.intake_closes_after_days)

    @property
    def reporting(self) -> Reporting:
        """Return how the guild handles reports."""
        return Reporting(**{name: getattr(self, name) for name in RANGES})

    @property
    def zone_info(self) -> ZoneInfo:
        """Return the zone in which the guild's times are meant."""
        return ZoneInfo(self.zone)

    def next_release(self, after: datetime) -> datetime:
        """Return the first release after an instant, in UTC."""
        return Rhythm(tuple(range(7)), self.release_at, self.zone).after(after).at

    @property
    def digest_rhythm(self) -> Rhythm:
        """Return when the regular digest comes round."""
        return Rhythm(self.digest_weekdays, self.digest_at, self.zone, self.digest_every, self.digest_anchor)

    def next_digest(self, after: datetime) -> datetime:
        """Return the first regular digest after an instant, in UTC, paused or not."""
        return self.digest_rhythm.after(after).at

    def channel_for(self, use: Use) -> ChannelId | None:
        """Return the channel chosen for a use."""
        match use:
            case Use.PETITIONS:
                return self.petitions_channel_id
            case Use.TOWNHALLS:
                return self.townhalls_channel_id
            case Use.DIGESTS:
                return self.digests_channel_id
            case Use.ORGANIZERS:
                return self.organizers_channel_id

    def with_channel(self, use: Use, channel_id: ChannelId | None) -> "Guild":
        """Return the guild with another channel for a use."""
        match use:
            case Use.PETITIONS:
                return replace(self, petitions_channel_id=channel_id)
            case Use.TOWNHALLS:
                return replace(self, townhalls_channel_id=channel_id)
            case Use.DIGESTS:
                return replace(self, digests_channel_id=channel_id)
            case Use.ORGANIZERS:
                return replace(self, organizers_channel_id=channel_id)


def authorize_organizer(guild: Guild | None, actor: Actor) -> Guild:
    """Return the guild if the actor is its organizer: the role *and* the list, in this very guild.

    Raises `NotSetUp` or `NotAnOrganizer`.
    """
    if guild is None or not guild.is_ready or guild.id != actor.guild_id:
        raise NotSetUp
    if guild.organizer_role_id not in actor.role_ids or actor.user_id not in guild.organizers:
        raise NotAnOrganizer
    return guild


def authorize_administrator(actor: Actor) -> None:
    """Raise `NotAnAdministrator` unless Discord says that the actor administers the server."""
    if not actor.is_administrator:
        raise NotAnAdministrator


def check_bootstrap(guild: Guild, *, have_been_two: bool) -> None:
    """Raise `SecondOrganizerNeeded` once there are, or have been, two organizers to decide about themselves.

    From then on a server administrator, or whoever took over their account, cannot make themself an organizer, not
    even when the list has shrunk since.
    """
    if have_been_two or len(guild.organizers) > 1:
        raise SecondOrganizerNeeded


def check_thawed(guild: Guild) -> Guild:
    """Return the guild, or raise `Frozen`."""
    if guild.is_frozen:
        raise Frozen
    return guild


def reporting(texts: Mapping[str, str]) -> Reporting:
    """Read the five numbers as an administrator wrote them; raises the refusal of the first that is out of range."""
    return Reporting(**{name: _number(texts.get(name, ""), allowed) for name, allowed in RANGES.items()})


def _number(text: str, allowed: Range) -> int:
    found = re.fullmatch(r"\s*([0-9]{1,3})\s*", text, re.ASCII)
    if found is None or not allowed.lowest <= int(found[1]) <= allowed.limit:
        raise allowed.refusal(lowest=allowed.lowest, limit=allowed.limit)
    return int(found[1])


def with_reporting(guild: Guild, wanted: Reporting) -> Guild:
    """Return the guild as it handles reports from now on; raises `StepLowered`."""
    raised_k(guild.k, wanted.k)
    numbers: dict[str, Any] = asdict(wanted)
    return replace(guild, **numbers)


def reporting_changes(guild: Guild, wanted: Reporting) -> dict[str, list[int]]:
    """Return what is now and what would be, by name, for the numbers that differ."""
    before, after = asdict(guild.reporting), asdict(wanted)
    return {name: [before[name], after[name]] for name in RANGES if before[name] != after[name]}


def with_reporting_changes(guild: Guild, changes: Mapping[str, Sequence[int]]) -> Guild:
    """Return the guild with the numbers that were agreed on; those nobody spoke of stay as they are by now."""
    agreed = replace(guild.reporting, **{name: after for name, (_, after) in changes.items()})
    # Another decision may have raised k since: what reporters were promised under it stays.
    return with_reporting(guild, replace(agreed, k=max(guild.k, agreed.k)))


def code_names(text: str) -> tuple[str, ...]:
    """Read names that only insiders know, one to a line, each kept once however it is capitalized.

    Raises `TooManyCodeNames` or `CodeNameOutOfRange`.
    """
    names: dict[str, str] = {}
    for name in filter(None, map(one_line, clean(text).split("\n"))):
        names.setdefault(name.casefold(), name)
    if len(names) > MOST_CODE_NAMES:
        raise TooManyCodeNames(limit=MOST_CODE_NAMES)
    if any(not SHORTEST_CODE_NAME <= len(name) <= LONGEST_CODE_NAME for name in names.values()):
        raise CodeNameOutOfRange(lowest=SHORTEST_CODE_NAME, limit=LONGEST_CODE_NAME)
    return tuple(names.values())


def public_key_in(text: str) -> str:
    """Return the one text in what was typed that looks like a public age key.

    Raises `PrivateKeyPasted` for anything with a secret key in it, however it is written, and `NotAPublicKey`.
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    letters = re.sub(r"[^a-z0-9]", "", plain)
    if "agesecretkey" in letters or "privatekey" in letters:
        raise PrivateKeyPasted
    found: set[str] = set(re.findall(r"(?<![a-z0-9])age1[a-z0-9]{58}(?![a-z0-9])", plain))
    if len(found) != 1:
        raise NotAPublicKey
    return found.pop()


def short_key(recipient: str) -> str:
    """Return both ends of a public key: enough for its owner to know it by, and to read out to each other."""
    return f"{recipient[:12]}…{recipient[-6:]}"


def check_mode(guild: Guild, mode: ReadingMode) -> None:
    """Raise `ModeAlready` or `TooFewKeys` where a guild cannot change to a reading mode."""
    if guild.reading_mode is mode:
        raise ModeAlready
    if mode is ReadingMode.OFFLINE and len(set(guild.recipients)) < LEAST_KEYS:
        raise TooFewKeys
