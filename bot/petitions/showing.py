"""What a petition's card may show and when, what has become of the petition by then, and what it is like. Pure."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from bot.petitions.rules import HANDED_OVER, Event, Petition, State, Visibility
from bot.petitions.wording import likeness

DELIVER_WITHIN = timedelta(days=60)
"""How long after its deadline a petition that reached its goal may wait to be handed over, with its signatures kept."""
CARD_REST = timedelta(minutes=10)
MILESTONES = (33, 66, 100)  # percent of the goal
ALIKE = 0.25
MOST_ALIKE = 5


def next_card_at(last_edit_at: datetime | None, now: datetime, lot: int) -> datetime:
    """Return when the card may be edited next: ten minutes after the last edit, and up to ten more by chance.

    `lot` is a random number of 64 bits, drawn anew each time. The chance holds after a long silence too, where an edit
    at once would tell the minute of a signature.
    """
    earliest = now if last_edit_at is None else max(now, last_edit_at + CARD_REST)
    return earliest + timedelta(seconds=lot % (int(CARD_REST.total_seconds()) + 1))


def milestones_reached(count: int, threshold: int, already: Collection[int]) -> tuple[int, ...]:
    """Return the milestones, in percent of the goal, that are reached and were never told; the smallest first.

    Give it the count that is shown, with the edit of the card: told by the true count, it would tell when somebody
    signed. Say the largest, and remember them all.
    """
    return tuple(mark for mark in MILESTONES if count * 100 >= mark * threshold and mark not in already)


def due_event(petition: Petition, true_count: int, now: datetime) -> Event | None:
    """Return what has become of a petition by the number of its signatures or by time, or `None`.

    Ask when the card is due and at the deadline, never at a click: the answer would tell when somebody signed.
    """
    is_over = now >= petition.terms.deadline_at
    match petition.state:
        case State.OPEN if true_count >= petition.terms.threshold:  # at the deadline too: they signed in time
            return Event.REACH
        case State.SEEKING if true_count >= petition.terms.supporters and not is_over:
            return Event.SUPPORT
        case State.DRAFT | State.SEEKING | State.OPEN if is_over:
            return Event.EXPIRE
        case State.REACHED if now >= petition.terms.deadline_at + DELIVER_WITHIN:
            return Event.EXPIRE
    return None


def days_without_answer(delivered_at: datetime, answered_at: datetime | None, now: datetime) -> int:
    """Return the whole days from delivery to the answer, or until now while there is none."""
    return max(0, ((answered_at or now) - delivered_at).days)


def similar(title: str, why: str, open_petitions: Iterable[Petition]) -> list[Petition]:
    """Return up to five petitions that a petition in the making is like, the most alike first."""
    scored = [(likeness(title, why, petition.wording), petition) for petition in open_petitions]
    alike = sorted((pair for pair in scored if pair[0] >= ALIKE), key=lambda pair: (-pair[0], pair[1].id))
    return [petition for _, petition in alike[:MOST_ALIKE]]


class Names(StrEnum):
    """Whose names may be seen: nobody's, those of signers who wait for nobody, or those of all who are counted."""

    NONE = "none"
    UNCONDITIONAL = "unconditional"
    COUNTED = "counted"


def who_may_see(visibility: Visibility, state: State, *, is_organizer: bool) -> Names:
    """Return whose names somebody may see; where names are sealed, as bytes that only two keys open together.

    A name cannot be made secret again. So whoever signs on a condition is not shown while signatures can still be taken
    back, since that may leave their condition unmet; and nobody is before the petition is open, or once it has failed.
    """
    if visibility is Visibility.COUNT or not (is_organizer or visibility is Visibility.PUBLIC):
        return Names.NONE
    if state in HANDED_OVER:
        return Names.COUNTED
    if state is State.REACHED or (state is State.OPEN and visibility is not Visibility.SEALED):
        return Names.UNCONDITIONAL
    return Names.NONE
