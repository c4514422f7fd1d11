"""What a poll may be, how it moves, and who may vote in it. Pure."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import factorial

from bot.ids import ChannelId, GuildId, PollId, RoleId
from bot.polls.counting.motions import Of, PassRule, Quorum
from bot.polls.counting.results import Method
from bot.polls.wording import Question
from bot.refusals import N_, Refusal

ID_LENGTH = 8
SHORTEST_OPEN = timedelta(minutes=10)
LONGEST_DAYS = 60
"""A poll that is open can be linked by whoever has its key and the disk, so it is not open for ever."""
MOST_AHEAD_DAYS = 180
MOST_ELECTORATE = 1_000_000
MOST_GATE_DAYS = 365
FEWEST_BALLOTS = 5
"""With fewer there is no result: each of them could be guessed."""
LEDGER_FROM = 20
"""Ballots from which a list of them is shown to everybody."""


class PollGone(Refusal):
    """The poll is not there, or not for this server or this person. All are answered alike."""

    sentence = N_("This poll is not here. `/polls` shows the polls of this server.")


class TimesOutOfRange(Refusal):
    """The poll would open too late, close too early, or stay open for too long."""

    sentence = N_(
        "A poll can open at most {ahead} days from now, and is open for at least {minutes} minutes and at most {days} "
        "days."
    )


class SeatsOutOfRange(Refusal):
    """There are no seats, or as many as there are options."""

    sentence = N_("Choose at least one seat, and fewer seats than there are options.")


class ElectorateOutOfRange(Refusal):
    """The number of people who may vote is none or too large."""

    sentence = N_("Write how many people may vote as a number from 1 to {limit}, or leave it empty.")


class ElectorateMissing(Refusal):
    """A share of those who may vote is asked for, and nobody said how many they are."""

    sentence = N_("To ask for a share of all who may vote, write how many they are: Steward cannot count them.")


class QuorumOutOfReach(Refusal):
    """More must take part than may."""

    sentence = N_("More people must take part than may vote. Set the quorum, or how many may vote, anew.")


class NotByHands(Refusal):
    """A show of hands was asked for with a method, or a promise, that only a ballot has."""

    sentence = N_(
        "A show of hands can be a single choice, any number of options, a motion or a round of consent. For everything "
        "else, hold a ballot."
    )


class LedgerNotPossible(Refusal):
    """A list of ballots would be a list of people."""

    sentence = N_(
        "The checkable list is for final ballots of at least {lowest} voters, and not for rankings of so many options "
        "that nearly every ballot is the only one of its kind. Without it, the poll can be held."
    )


class GateOutOfRange(Refusal):
    """An account is to be older than a year."""

    sentence = N_("An account can be asked to be from 0 to {limit} days old. With 0 days, this is not asked.")


class NotInThisState(Refusal):
    """The poll's state has no way from here by this event."""

    sentence = N_("This cannot be done with the poll as it stands now. Look at it again to see where it stands.")


class NotOpenForVotes(Refusal):
    """The poll is not open yet, or not any more."""

    sentence = N_("This poll is not open. Nothing was cast. Its card says when it opens and closes.")


class MayNotVote(Refusal):
    """The account does not meet the poll's rules. Does not tell which, so that nobody can feel their way in."""

    sentence = N_(
        "This account does not meet the rules for voting in this poll, so nothing was cast. All rules stand on its "
        "card. Which of them it was is not told, to make it harder to get around them."
    )


class NotMoreTime(Refusal):
    """The new end is not later than the present one, or too long after the opening."""

    sentence = N_("Choose an end that is later than the present one, and at most {days} days after the poll opened.")


class NoSuchReason(Refusal):
    """The code stands for no reason that organizers can give."""

    sentence = N_("Choose one of the reasons: everybody will read it.")


class VotedAlready(Refusal):
    """This account has cast its ballot, and ballots of this poll are final."""

    sentence = N_("You have voted in this poll already, and your ballot is counted once. It cannot be changed.")


class Kind(StrEnum):
    """How a poll is held: openly and live, or secret and sealed until the close."""

    HANDS = "hands"
    BALLOT = "ballot"


BY_HANDS = (Method.SINGLE, Method.APPROVAL, Method.MOTION, Method.CONSENT)
SCORED = (Method.SCORE, Method.STAR)
RANKED = (Method.IRV, Method.SCOTTISH, Method.SCHULZE)
AGREED = (Method.MOTION, Method.CONSENT)
"""Methods whose options are fixed: what can be said to a proposal."""


class State(StrEnum):
    """Where a poll stands. The last three, and only they, are the end."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    COUNTING = "counting"
    CLOSED = "closed"
    VOID = "void"
    CANCELLED = "cancelled"


class Event(StrEnum):
    """What can happen to a poll. None of them touches what is asked or who may vote."""

    PUBLISH = "publish"
    OPEN = "open"
    CANCEL = "cancel"
    CLOSE = "close"
    COUNT = "count"
    VOID = "declare void"


class Cause(StrEnum):
    """Who may bring an event about; Steward does so by itself when the time has come."""

    ORGANIZER = "organizer"
    TWO_ORGANIZERS = "two organizers"
    STEWARD = "Steward"


CAUSES: dict[Event, Cause] = {
    Event.PUBLISH: Cause.ORGANIZER,
    Event.OPEN: Cause.STEWARD,
    Event.CANCEL: Cause.ORGANIZER,
    Event.CLOSE: Cause.STEWARD,
    Event.COUNT: Cause.STEWARD,
    Event.VOID: Cause.TWO_ORGANIZERS,
}

# Nothing leads back from COUNTING: a poll that was closed is never open again, whatever crashes.
TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.DRAFT, Event.PUBLISH): State.SCHEDULED,
    (State.SCHEDULED, Event.OPEN): State.OPEN,
    (State.SCHEDULED, Event.CANCEL): State.CANCELLED,
    (State.OPEN, Event.CLOSE): State.COUNTING,
    (State.OPEN, Event.VOID): State.VOID,
    (State.COUNTING, Event.COUNT): State.CLOSED,
    (State.COUNTING, Event.VOID): State.VOID,
}

VOID_REASONS: dict[str, str] = {
    "wording": N_("The question or its options were wrong, or could be understood in more than one way."),
    "voters": N_("The wrong people could vote, or the right people could not."),
    "pressed": N_("People were pressed to vote in one way, or to show how they vote."),
    "exposed": N_("It may have come out how people voted."),
    "overtaken": N_("What it asks has been settled in the meantime."),
}
"""Why two organizers declare a poll void: a code, and the words in which everybody may read it."""

LOST, RESTORED = "lost", "restored"
WHY_VOID: dict[str, str] = {
    **VOID_REASONS,
    LOST: N_("Its key or its ballot box was lost or damaged, and a part of the votes is not the vote."),
    RESTORED: N_("Steward was brought back from a backup while it was open, and a backup does not have all votes."),
}
"""Also why Steward itself does so."""

OVER = frozenset({State.CLOSED, State.VOID, State.CANCELLED})


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


@dataclass(frozen=True, slots=True)
class Voters:
    """Who may vote. No role or 0 days: not asked. `joined_before`: in the server before the poll opened.

    `electorate` is how many people may vote, as organizers say; Steward does not read lists of members.
    """

    role_id: RoleId | None = None
    joined_before: bool = True
    account_age_days: int = 0
    electorate: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """How a poll is held and counted. `opens_at` is `None` for at once.

    `can_change`: a voter may cast again while the poll is open, at the cost of a link from voter to ballot until then.
    `is_hidden`: a show of hands whose numbers are shown only at the close.
    """

    kind: Kind
    method: Method
    closes_at: datetime
    opens_at: datetime | None = None
    seats: int = 1
    rule: PassRule = PassRule()  # noqa: RUF009 - frozen
    quorum: Quorum = Quorum()  # noqa: RUF009 - frozen
    can_change: bool = False
    has_ledger: bool = False
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll as everybody may know it: nothing in it tells who voted, how many did, or what was said.

    `commitment` is the hash of the lot's seed, from the opening on.
    """

    id: PollId
    guild_id: GuildId
    channel_id: ChannelId
    question: Question
    terms: Terms
    voters: Voters = Voters()
    state: State = State.DRAFT
    opened_at: datetime | None = None
    commitment: str | None = None

    @property
    def choices(self) -> int:
        """Return how many things a ballot can name."""
        return {Method.MOTION: 3, Method.CONSENT: 4}.get(self.terms.method, len(self.question.options))

    @property
    def is_secret(self) -> bool:
        """Tell whether it is a ballot."""
        return self.terms.kind is Kind.BALLOT

    def moved(self, event: Event) -> "Poll":
        """Return the poll after an event; raises `NotInThisState`."""
        return replace(self, state=after(self.state, event))


def poll_id(token: str) -> PollId:
    """Return the id of a poll made from a form's token; the same again is the same."""
    return PollId(hashlib.sha256(f"poll {token}".encode()).hexdigest()[:ID_LENGTH])


def is_poll_id(text: str) -> bool:
    """Tell whether a text, which may be forged, has the form of a poll's id."""
    return len(text) == ID_LENGTH and all(letter in "0123456789abcdef" for letter in text)


def check_voters(voters: Voters) -> Voters:
    """Return who may vote; raises `ElectorateOutOfRange` or `GateOutOfRange`."""
    if voters.electorate is not None and not 1 <= voters.electorate <= MOST_ELECTORATE:
        raise ElectorateOutOfRange(limit=MOST_ELECTORATE)
    if not 0 <= voters.account_age_days <= MOST_GATE_DAYS:
        raise GateOutOfRange(limit=MOST_GATE_DAYS)
    return voters


def check_times(opens_at: datetime | None, closes_at: datetime, now: datetime) -> None:
    """Raise `TimesOutOfRange` unless a poll can open and close then; `None`, and what is past, open it at once."""
    opening = max(opens_at or now, now)
    if not (
        opening - now <= timedelta(days=MOST_AHEAD_DAYS)
        and SHORTEST_OPEN <= closes_at - opening <= timedelta(days=LONGEST_DAYS)
    ):
        minutes = int(SHORTEST_OPEN.total_seconds() // 60)
        raise TimesOutOfRange(ahead=MOST_AHEAD_DAYS, minutes=minutes, days=LONGEST_DAYS)


def check_terms(terms: Terms, voters: Voters, options: int, now: datetime) -> Terms:
    """Return how a poll is held, as it can be published at `now`; raises the refusal for the first thing wrong."""
    check_times(terms.opens_at, terms.closes_at, now)
    if terms.method is Method.SCOTTISH and not 1 <= terms.seats < options:
        raise SeatsOutOfRange
    is_share = terms.quorum.share > 0 or (terms.method is Method.MOTION and terms.rule.of is Of.ELIGIBLE)
    if is_share and voters.electorate is None:
        raise ElectorateMissing
    if voters.electorate is not None and terms.quorum.least > voters.electorate:
        raise QuorumOutOfReach
    if terms.kind is Kind.HANDS and (terms.method not in BY_HANDS or terms.has_ledger):
        raise NotByHands
    if terms.has_ledger and not may_have_ledger(terms, voters, options):
        raise LedgerNotPossible(lowest=LEDGER_FROM)
    return terms


def may_have_ledger(terms: Terms, voters: Voters, options: int) -> bool:
    """Tell whether a list of all ballots may be promised; whether it is shown is decided again at the close.

    Not where a ballot can be changed: the list posted while the poll is open would name what was replaced.
    """
    most = voters.electorate or MOST_ELECTORATE
    is_fingerprint = terms.method in RANKED and factorial(options) > 2 * most
    return terms.kind is Kind.BALLOT and not terms.can_change and most >= LEDGER_FROM and not is_fingerprint


def check_more_time(poll: Poll, closes_at: datetime, now: datetime) -> None:
    """Raise `NotInThisState` unless a poll is open, or `NotMoreTime` unless it may stay open until `closes_at`."""
    if poll.state is not State.OPEN or poll.opened_at is None or poll.terms.closes_at <= now:
        raise NotInThisState
    if not poll.terms.closes_at < closes_at <= poll.opened_at + timedelta(days=LONGEST_DAYS):
        raise NotMoreTime(days=LONGEST_DAYS)


def check_may_vote(
    poll: Poll,
    account_created_at: datetime,
    joined_at: datetime | None,
    role_ids: Collection[RoleId],
    now: datetime,
) -> None:
    """Raise `NotOpenForVotes` or `MayNotVote` unless this account may vote now.

    All rules but the role are measured at the opening, so that nobody who was called in for the poll gets through by
    waiting. `joined_at` is `None` where Discord did not tell it.
    """
    if poll.state is not State.OPEN or now >= poll.terms.closes_at:
        raise NotOpenForVotes
    voters, opened_at = poll.voters, poll.opened_at or now
    met = (
        voters.role_id is None or voters.role_id in role_ids,
        not voters.joined_before or (joined_at is not None and joined_at <= opened_at),
        account_created_at <= opened_at - timedelta(days=voters.account_age_days),
    )
    if not all(met):
        raise MayNotVote


def may_show_ledger(poll: Poll, ballots: int) -> bool:
    """Tell whether the list of all ballots can be shown, now that it is known how many there are."""
    is_fingerprint = poll.terms.method in RANKED and factorial(poll.choices) > 2 * ballots
    return poll.terms.has_ledger and ballots >= LEDGER_FROM and not is_fingerprint
