"""What a petition may be, how it moves, who may sign it, and what its card may show. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.cleaning import one_line
from bot.ids import GuildId, PetitionId, RoleId
from bot.petitions.wording import Wording
from bot.refusals import N_, Refusal

STEP = 5
"""How many signatures the count on a card waits for before it moves."""
MOST_SIGNATURES = 100_000
FEWEST_SUPPORTERS = 2
MOST_SUPPORTERS = 20
LONGEST_DAYS = 180
MOST_GATE_DAYS = 365


class PetitionGone(Refusal):
    """The petition is not there, or not for this server or this person. All are answered alike."""

    sentence = N_("This petition is not here. `/petition list` shows the petitions of this server.")


class NameMissing(Refusal):
    """A name is asked for and none was given."""

    sentence = N_("Please write the name you want to sign with. It need not be the one you use on Discord.")


class NameTooLong(Refusal):
    """The name does not fit."""

    sentence = N_("The name can have {limit} characters at most. Nothing was signed.")


class TooFewKeys(Refusal):
    """Names cannot be sealed for two organizers who have no keys."""

    sentence = N_(
        "Names can only be sealed once at least two organizers have registered a key of their own with `/keys`. "
        "Choose another level, or register keys first."
    )


class GoalOutOfRange(Refusal):
    """The threshold is too small, too large, or between two steps of the count."""

    sentence = N_(
        "The goal is a number of signatures from {lowest} to {limit}, in fives: the count moves in fives too."
    )


class SupportersOutOfRange(Refusal):
    """Too few or too many supporters are wanted before the petition opens."""

    sentence = N_("Choose from {lowest} to {limit} supporters: they are the first to sign, and they open the petition.")


class DeadlineOutOfRange(Refusal):
    """The deadline is too near or too far."""

    sentence = N_("Choose a deadline that is at least one day and at most {limit} days away.")


class LiveCountNotPublic(Refusal):
    """A count that moves with each signature would tell who was there when it moved."""

    sentence = N_("The count can only move with every signature if the names of those who sign are public.")


class GatesOutOfRange(Refusal):
    """A gate asks for a negative time or for more than a year."""

    sentence = N_("Choose from {lowest} to {limit} days. With 0 days, this is not asked of anybody.")


class NotInThisState(Refusal):
    """The petition's state has no way from here by this event."""

    sentence = N_("This cannot be done with the petition as it stands now. Look at it again to see where it stands.")


class NotOpenForSigning(Refusal):
    """The petition is not open yet, not any more, or past its deadline."""

    sentence = N_("This petition is not open for signing. Its card says where it stands.")


class GatesNotMet(Refusal):
    """The account does not meet the petition's gates. Does not tell which, so that nobody can feel their way in."""

    sentence = N_(
        "This account does not meet the rules for signing this petition, so it was not counted. All rules stand on the "
        "petition’s card. Which of them it was is not told, to make it harder to get around them."
    )


class WordingChanged(Refusal):
    """What was shown when somebody went to sign is not what the petition says."""

    sentence = N_("The petition no longer reads as you were shown. Nothing was signed; please read it again first.")


class SignaturesFinal(Refusal):
    """The petition was handed over or is over."""

    sentence = N_("This petition was handed over or has ended, so a signature can no longer be taken back here.")


class KeyLost(Refusal):
    """The petition's key is gone before its time, so nobody can tell whose signature is whose."""

    sentence = N_(
        "Steward has lost the key of this petition, so nobody can tell one signature from another, and none can be "
        "taken back. Please tell the organizers."
    )


class State(StrEnum):
    """Where a petition stands. The last four, and only they, are the end."""

    DRAFT = "draft"
    SEEKING = "seeking"
    OPEN = "open"
    REACHED = "reached"
    DELIVERED = "delivered"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    EXPIRED = "expired"


class Event(StrEnum):
    """What can happen to a petition. None of them touches its wording or its terms."""

    SUBMIT = "submit"
    SUPPORT = "find supporters"
    PUBLISH = "publish"
    REACH = "reach the goal"
    DELIVER = "deliver"
    ANSWER = "record the answer"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    REJECT = "reject"
    TAKE_DOWN = "take down"
    EXPIRE = "expire"


class Cause(StrEnum):
    """Who may bring an event about; Steward does so by itself when the number or the time has come."""

    AUTHOR = "author"
    ORGANIZER = "organizer"
    TWO_ORGANIZERS = "two organizers"
    STEWARD = "Steward"


CAUSES: dict[Event, Cause] = {
    Event.SUBMIT: Cause.AUTHOR,
    Event.SUPPORT: Cause.STEWARD,
    Event.PUBLISH: Cause.ORGANIZER,
    Event.REACH: Cause.STEWARD,
    Event.DELIVER: Cause.TWO_ORGANIZERS,
    Event.ANSWER: Cause.ORGANIZER,
    Event.CLOSE: Cause.ORGANIZER,
    Event.WITHDRAW: Cause.AUTHOR,
    Event.REJECT: Cause.ORGANIZER,
    Event.TAKE_DOWN: Cause.TWO_ORGANIZERS,
    Event.EXPIRE: Cause.STEWARD,
}

# An author may not withdraw what has reached its goal: it belongs to those who signed, and an employer who finds the
# author must not be able to end it through them.
TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.DRAFT, Event.SUBMIT): State.SEEKING,
    (State.DRAFT, Event.WITHDRAW): State.WITHDRAWN,
    (State.DRAFT, Event.EXPIRE): State.EXPIRED,
    (State.SEEKING, Event.SUPPORT): State.OPEN,
    (State.SEEKING, Event.PUBLISH): State.OPEN,
    (State.SEEKING, Event.REJECT): State.REJECTED,
    (State.SEEKING, Event.WITHDRAW): State.WITHDRAWN,
    (State.SEEKING, Event.EXPIRE): State.EXPIRED,
    (State.OPEN, Event.REACH): State.REACHED,
    (State.OPEN, Event.TAKE_DOWN): State.REJECTED,
    (State.OPEN, Event.WITHDRAW): State.WITHDRAWN,
    (State.OPEN, Event.EXPIRE): State.EXPIRED,
    (State.REACHED, Event.DELIVER): State.DELIVERED,
    (State.REACHED, Event.TAKE_DOWN): State.REJECTED,
    (State.REACHED, Event.EXPIRE): State.EXPIRED,
    (State.DELIVERED, Event.ANSWER): State.ANSWERED,
    (State.DELIVERED, Event.CLOSE): State.CLOSED,
    (State.ANSWERED, Event.CLOSE): State.CLOSED,
}

SIGNABLE = frozenset({State.SEEKING, State.OPEN, State.REACHED})
"""Where signatures are taken and can be taken back. Supporters are the first who sign."""

HANDED_OVER = frozenset({State.DELIVERED, State.ANSWERED, State.CLOSED})
"""Where signatures can no longer be taken back, and stay: only what was delivered can be closed."""

REJECTIONS: dict[str, str] = {
    "duplicate": N_("Another petition already asks for this: sign that one."),
    "personal": N_("It is about one person, or would let a reader tell who somebody is."),
    "whom": N_("It asks somebody who cannot decide this."),
    "unclear": N_("It is not clear what is to be done."),
    "secret": N_("It tells something that has to stay secret and could harm those who sign."),
    "untrue": N_("It states as a fact something that is known to be wrong."),
    "hateful": N_("It degrades or threatens people."),
    "advertisement": N_("It sells or advertises something."),
    "elsewhere": N_("It is about something other than work, or belongs in another place."),
}
"""Why a petition was rejected or taken down: a code, and the words in which everybody may read it."""


def after(state: State, event: Event) -> State:
    """Return the state that an event leads to; raises `NotInThisState` where there is no way."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise NotInThisState from None


def diagram() -> str:
    """Draw the states and the ways between them, as a Mermaid state diagram."""
    going_on = {state for state, _ in TRANSITIONS}
    return "\n".join(
        [
            "stateDiagram-v2",
            f"    [*] --> {State.DRAFT}",
            *(f"    {old} --> {new} : {event} ({CAUSES[event]})" for (old, event), new in TRANSITIONS.items()),
            *(f"    {state} --> [*]" for state in State if state not in going_on),
        ]
    )


class Visibility(StrEnum):
    """Who will see the names of those who sign. Fixed before the first signature."""

    COUNT = "count"
    ORGANIZERS = "organizers"
    SEALED = "sealed"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for everybody who signs. `has_live_count`: the count moves with every signature."""

    visibility: Visibility
    threshold: int
    supporters: int
    deadline_at: datetime
    has_live_count: bool = False

    @property
    def step(self) -> int:
        """Return by how many signatures the count on the card moves."""
        return 1 if self.has_live_count else STEP


@dataclass(frozen=True, slots=True)
class Gates:
    """What an account must be to sign, against made-up accounts. 0 days or no role: not asked."""

    account_age_days: int = 0
    days_in_server: int = 0
    role_id: RoleId | None = None


NO_GATES = Gates()


@dataclass(frozen=True, slots=True)
class Petition:
    """A petition as everybody may know it: nothing in it tells who wrote or signed it.

    `shown` is the count on its card, and the most it has ever been. `units` are parts of the workplace with how many
    people work there, fixed before the first signature.
    """

    id: PetitionId
    guild_id: GuildId
    wording: Wording
    terms: Terms
    gates: Gates = NO_GATES
    state: State = State.DRAFT
    opened_at: datetime | None = None
    shown: int = 0
    units: Mapping[str, int] = field(default_factory=dict)

    def moved(self, event: Event) -> "Petition":
        """Return the petition after an event; raises `NotInThisState`. Wording, terms and gates stay as they were."""
        return replace(self, state=after(self.state, event))


def set_terms(
    visibility: Visibility,
    threshold: int,
    supporters: int,
    deadline_at: datetime,
    now: datetime,
    *,
    has_live_count: bool = False,
) -> Terms:
    """Return the terms of a new petition.

    Raises `GoalOutOfRange`, `SupportersOutOfRange`, `DeadlineOutOfRange` or `LiveCountNotPublic`. A goal between two
    steps is refused, because reaching it would be a finer step of the count.
    """
    if not STEP <= threshold <= MOST_SIGNATURES or threshold % STEP:
        raise GoalOutOfRange(lowest=STEP, limit=MOST_SIGNATURES)
    most = min(MOST_SUPPORTERS, threshold)
    if not FEWEST_SUPPORTERS <= supporters <= most:
        raise SupportersOutOfRange(lowest=FEWEST_SUPPORTERS, limit=most)
    if not timedelta(days=1) <= deadline_at - now <= timedelta(days=LONGEST_DAYS):
        raise DeadlineOutOfRange(limit=LONGEST_DAYS)
    if has_live_count and visibility is not Visibility.PUBLIC:
        raise LiveCountNotPublic
    return Terms(visibility, threshold, supporters, deadline_at, has_live_count)


def set_gates(account_age_days: int, days_in_server: int, role_id: RoleId | None) -> Gates:
    """Return the gates of a guild, which each new petition takes over; raises `GatesOutOfRange`."""
    if not all(0 <= days <= MOST_GATE_DAYS for days in (account_age_days, days_in_server)):
        raise GatesOutOfRange(lowest=0, limit=MOST_GATE_DAYS)
    return Gates(account_age_days, days_in_server, role_id)


ID_LENGTH = 8
LONGEST_NAME = 60


def is_petition_id(text: str) -> bool:
    """Tell whether a text, which may be forged, has the form of a petition's id."""
    return len(text) == ID_LENGTH and all(letter in "0123456789abcdef" for letter in text)


# Signing


def signers_name(text: str) -> str:
    """Return the name that somebody signs with, cleaned; raises `NameMissing` or `NameTooLong`."""
    name = one_line(text)
    if not any(character.isalnum() for character in name):
        raise NameMissing
    if len(name) > LONGEST_NAME:
        raise NameTooLong(limit=LONGEST_NAME)
    return name


def check_may_sign(
    petition: Petition,
    account_created_at: datetime,
    joined_at: datetime | None,
    role_ids: Collection[RoleId],
    now: datetime,
) -> None:
    """Raise `NotOpenForSigning` or `GatesNotMet` unless this account may sign the petition now.

    The account's age counts up to now; its time in the server up to the opening, so that nobody who was called in
    for the petition gets through by waiting. `joined_at` is `None` where Discord did not tell it.
    """
    if petition.state not in SIGNABLE or now >= petition.terms.deadline_at:
        raise NotOpenForSigning
    gates = petition.gates
    opened_at = petition.opened_at or now
    met = (
        account_created_at <= now - timedelta(days=gates.account_age_days),
        not gates.days_in_server
        or (joined_at is not None and joined_at <= opened_at - timedelta(days=gates.days_in_server)),
        gates.role_id is None or gates.role_id in role_ids,
    )
    if not all(met):
        raise GatesNotMet


def check_may_take_back(petition: Petition) -> None:
    """Raise `SignaturesFinal` once the petition was delivered or is over."""
    if petition.state not in SIGNABLE:
        raise SignaturesFinal


def check_wording(petition: Petition, shown_hash: str) -> None:
    """Raise `WordingChanged` unless what somebody was shown is what the petition says."""
    if shown_hash != petition.wording.hash:
        raise WordingChanged
