"""How a town hall moves, when its people are reminded, and what its card may show. Pure."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.disclosure import at_least
from bot.ids import ChannelId, GuildId, HallId
from bot.polls.rules import SHORTEST_OPEN
from bot.refusals import N_, Refusal
from bot.townhalls.plans import Plan
from bot.townhalls.repeats import Reminder, occurrences, reminders

ID_LENGTH = 8
STEP = 5
"""How many sign-ups the count on a card waits for before it moves, and to what attendance is rounded down."""
CARD_REST = timedelta(minutes=10)
SEATS_DRAWN_BEFORE = timedelta(hours=24)
OVERDUE = timedelta(hours=3)
"""How long after its planned end a town hall that nobody ended counts as ended."""
START_TOLD_FOR = timedelta(minutes=15)
"""How long after the start it is still worth saying that it starts."""


class HallGone(Refusal):
    """The town hall is not there, or not for this server. Both are answered alike."""

    sentence = N_("This town hall is not here. `/townhall list` shows the town halls of this server.")


class NotInThisState(Refusal):
    """The town hall's state has no way from here by this event."""

    sentence = N_("This cannot be done with the town hall as it stands now. Look at it again to see where it stands.")


class NotOpenForSignUps(Refusal):
    """The town hall is over or was cancelled."""

    sentence = N_("Nobody can sign up for this town hall any more. Its card says where it stands.")


class NoTownHallsChannel(Refusal):
    """No channel is set in which town halls are told of."""

    sentence = N_("No channel is set for town halls yet. An administrator can choose one with `/setup`.")


class DayTaken(Refusal):
    """Another town hall of the series stands for that day."""

    sentence = N_("Another town hall of this series is, or was, planned for that day. Choose another day.")


class State(StrEnum):
    """Where a town hall stands; the last two are the end.

    `DRAFT`: only organizers know of it. `LATE`: it is over, and those who slept can still speak.
    """

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    LIVE = "live"
    LATE = "late"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Event(StrEnum):
    """What can happen to a town hall."""

    PUBLISH = "publish"
    START = "start"
    END = "end"
    SETTLE = "settle"
    CANCEL = "cancel"


class Cause(StrEnum):
    """Who may take a way; Steward does so by itself when the time has come."""

    ORGANIZER = "organizer"
    STEWARD = "Steward"
    EITHER = "organizer or Steward"


# A town hall that no chair started may end too: it was held without the panel, or nobody came.
TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.DRAFT, Event.PUBLISH): State.SCHEDULED,
    (State.SCHEDULED, Event.START): State.LIVE,
    (State.SCHEDULED, Event.END): State.LATE,
    (State.SCHEDULED, Event.CANCEL): State.CANCELLED,
    (State.LIVE, Event.END): State.LATE,
    (State.LATE, Event.SETTLE): State.CLOSED,
}

CAUSES: dict[tuple[State, Event], Cause] = {
    (State.DRAFT, Event.PUBLISH): Cause.ORGANIZER,
    (State.SCHEDULED, Event.START): Cause.ORGANIZER,
    (State.SCHEDULED, Event.END): Cause.STEWARD,
    (State.SCHEDULED, Event.CANCEL): Cause.ORGANIZER,
    (State.LIVE, Event.END): Cause.EITHER,
    (State.LATE, Event.SETTLE): Cause.STEWARD,
}

OVER = frozenset({State.CLOSED, State.CANCELLED})
COMING = frozenset({State.SCHEDULED, State.LIVE})
"""Where people can sign up."""


def diagram() -> str:
    """Draw the states and the ways between them, as a Mermaid state diagram."""
    return "\n".join(
        [
            "stateDiagram-v2",
            f"    [*] --> {State.DRAFT}",
            *(f"    {old} --> {new} : {event} ({CAUSES[old, event]})" for (old, event), new in TRANSITIONS.items()),
            *(f"    {state} --> [*]" for state in State if state in OVER),
        ]
    )


@dataclass(frozen=True, slots=True)
class Series:
    """The rule that a town hall belongs to: its first day, its time, and the day of it that this town hall stands for.

    `slot_on` stays the same wherever the town hall is moved. One that does not repeat is a series of its own.
    """

    id: str
    first_on: date
    at: time
    slot_on: date


@dataclass(frozen=True, slots=True)
class TownHall:
    """A town hall as everybody may know it: nothing in it tells who comes, who asked or who spoke.

    `shown` is the count of sign-ups on its card. `item` is the place on the agenda, from 0. `told` are the reminders of
    this start that were told or passed over. `release_at` is when the next questions are published,
    and `comments_at` when the next comments are.
    """

    id: HallId
    guild_id: GuildId
    channel_id: ChannelId
    plan: Plan
    series: Series
    starts_at: datetime
    state: State = State.SCHEDULED
    shown: int = 0
    sequence: int = 0
    told: frozenset[Reminder] = frozenset()
    release_at: datetime | None = None
    comments_at: datetime | None = None
    item: int | None = None
    item_started_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    late_until: datetime | None = None
    attendance: int | None = None
    event_id: int | None = None

    @property
    def ends_at(self) -> datetime:
        """Return when it is planned to end."""
        return self.starts_at + timedelta(minutes=self.plan.minutes)

    def moved(self, event: Event) -> "TownHall":
        """Return the town hall after an event; raises `NotInThisState`."""
        try:
            return replace(self, state=TRANSITIONS[self.state, event])
        except KeyError:
            raise NotInThisState from None


def is_hall_id(text: str) -> bool:
    """Tell whether a text, which may be forged, has the form of an id of a town hall or of a search for a time."""
    return len(text) == ID_LENGTH and all(letter in "0123456789abcdef" for letter in text)


def hall_id(source: str) -> HallId:
    """Return the id of a town hall made from a form's token, or from its series and day; the same again is the same."""
    return HallId(hashlib.sha256(f"town hall {source}".encode()).hexdigest()[:ID_LENGTH])


def following(hall: TownHall, taken: Collection[date], now: datetime) -> TownHall | None:
    """Return the next town hall of the series that is still to come and for whose day there is none, if there is one.

    It takes over everything but a day and time that only the one before was moved to.
    """
    plan, series = hall.plan, hall.series
    if plan.repeat is None:
        return None
    for found in occurrences(series.first_on, series.at, ZoneInfo(plan.zone), plan.repeat):
        if found.day > series.slot_on and found.at > now and found.day not in taken:
            break
    else:
        return None
    return TownHall(
        hall_id(f"{series.id} {found.day}"),
        hall.guild_id,
        hall.channel_id,
        replace(plan, day=found.day, at=series.at),
        replace(series, slot_on=found.day),
        found.at,
        told=passed(found.at, now),
    )


# What is told, and when


def shown_count(true_count: int, shown: int = 0) -> int:
    """Return how many have signed up at least, as the card says it."""
    return at_least(true_count, STEP, shown)


def next_card_at(now: datetime, lot: int) -> datetime:
    """Return when the card is looked at next: in ten to twenty minutes by lot, whether or not anybody signs up."""
    return now + CARD_REST + timedelta(seconds=lot % (int(CARD_REST.total_seconds()) + 1))


def passed(starts_at: datetime, now: datetime) -> frozenset[Reminder]:
    """Return the reminders whose time has come; what is announced so late needs none of them."""
    return frozenset(kind for kind, due_at in reminders(starts_at) if now >= due_at)


def due_reminder(hall: TownHall, now: datetime) -> Reminder | None:
    """Return what is to be told now: of several that are due after a pause, only the latest.

    Once a town hall has begun, nobody is reminded that it will; and after a quarter of an hour not that it has.
    """
    fresh = [kind for kind, due_at in reminders(hall.starts_at) if now >= due_at and kind not in hall.told]
    if hall.state is not State.SCHEDULED or not fresh:
        return None
    latest = fresh[-1]
    if latest is Reminder.START:
        return latest if now < hall.starts_at + START_TOLD_FOR else None
    return latest if now < hall.starts_at else None


def is_news(before: TownHall, after: TownHall) -> bool:
    """Tell whether a change is one that people must be told of: when or where it is, or how long."""
    return (before.starts_at, before.plan.minutes, before.plan.place) != (
        after.starts_at,
        after.plan.minutes,
        after.plan.place,
    )


def votes_close_at(hall: TownHall, now: datetime, *, is_late: bool) -> datetime:
    """Return when a vote closes that is begun now: at the planned end of the meeting, as early as polls allow.

    `is_late`: as long after that as the late floor is to last, for those who are asleep now.
    """
    meeting = max(hall.ends_at, now + SHORTEST_OPEN)
    return meeting + timedelta(hours=hall.plan.late_hours) if is_late else meeting


def late_floor_until(hall: TownHall, ended_at: datetime, votes_close_at: Iterable[datetime]) -> datetime:
    """Return when the late floor of a town hall closes that ended: not before the votes that were begun in it."""
    return max([ended_at + timedelta(hours=hall.plan.late_hours), *votes_close_at])


def in_fives(number: int) -> int:
    """Return a number of people rounded down to a step."""
    return at_least(number, STEP)


def check_may_sign_up(hall: TownHall) -> None:
    """Raise `NotOpenForSignUps` once the town hall is over."""
    if hall.state not in COMING:
        raise NotOpenForSignUps


def draws_seats(hall: TownHall, now: datetime) -> bool:
    """Tell whether free seats are drawn now: from a day before the start, so that nobody wins by being awake first."""
    return hall.plan.max_size is not None and hall.state in COMING and now >= hall.starts_at - SEATS_DRAWN_BEFORE


def ordered(halls: Iterable[TownHall]) -> list[TownHall]:
    """Return town halls by what comes next; those that go on first."""
    return sorted(halls, key=lambda hall: (hall.state is not State.LIVE, hall.starts_at, hall.id))
