"""In the room: what the chair does while a town hall goes on."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.cleaning import clean, one_line
from bot.clock import Clock
from bot.database import hallpolls
from bot.failpoints import reach
from bot.ids import Actor
from bot.refusals import N_, Refusal
from bot.townhalls import records, rules
from bot.townhalls.afterwards import Afterwards
from bot.townhalls.records import Action, Decision
from bot.townhalls.repeats import Reminder
from bot.townhalls.rules import Event, State, TownHall
from bot.townhalls.service import REMINDER, TownHalls

__all__ = ["TOLD", "Action", "Decision", "Room", "Standing"]

LONGEST_NOTE = 500
LONGEST_RESPONSIBLE = 100
STARTED = N_("started a town hall")
ENDED = N_("ended a town hall")
DECIDED = N_("noted a decision of a town hall")
TOLD = (STARTED, ENDED, DECIDED)


class NoteMissing(Refusal):
    """Nothing was written down."""

    sentence = N_("Please write what was decided, or what is to be done.")


class NoteTooLong(Refusal):
    """What was written down does not fit."""

    sentence = N_("At most {limit} characters fit. Nothing was kept.")


class ResponsibleMissing(Refusal):
    """Nobody is responsible."""

    sentence = N_("Please write who is responsible: a role, or a name that the person has chosen themselves.")


class NotLive(Refusal):
    """The town hall has not begun, or is over."""

    sentence = N_("This can be done while the town hall goes on. Start it first, or look where it stands.")


class VoteGone(Refusal):
    """The poll is none of this town hall."""

    sentence = N_("This vote is none of this town hall. Nothing was kept.")


@dataclass(frozen=True, slots=True)
class Standing:
    """A town hall as its chair sees it. `item_ends_at` is when the present item is to be over, if there is one."""

    hall: TownHall
    decisions: list[Decision]
    actions: list[Action]
    item_ends_at: datetime | None


class Room:
    """What the chair does; any organizer may."""

    def __init__(self, halls: TownHalls, afterwards: Afterwards, clock: Clock) -> None:
        self._halls = halls
        self._afterwards = afterwards
        self._clock = clock

    async def panel(self, actor: Actor, hall_id: str) -> Standing:
        """Return a town hall for its chair; raises `NotAnOrganizer`, or `HallGone`, as for a draft too."""
        async with self._halls.at(actor, hall_id) as (connection, guild, hall):
            if hall.state is State.DRAFT:
                raise rules.HallGone
            decisions = await records.decisions(connection, hall.id)
            actions = await records.actions(connection, guild.id, hall.id)
        ends_at = None
        if hall.item is not None and hall.item_started_at is not None and hall.item < len(hall.plan.agenda):
            ends_at = hall.item_started_at + timedelta(minutes=hall.plan.agenda[hall.item].minutes)
        return Standing(hall, decisions, actions, ends_at)

    async def start(self, actor: Actor, hall_id: str) -> TownHall:
        """Start a town hall and say so, once; starting it again changes nothing."""
        now = self._clock.now()
        async with self._halls.at(actor, hall_id) as (connection, _, hall):
            if hall.state is State.LIVE:
                return hall
            item, began = (0, now) if hall.plan.agenda else (None, None)
            live = replace(
                hall.moved(Event.START),
                started_at=now,
                item=item,
                item_started_at=began,
            )
            await records.save(connection, live)
            await self._halls.show_card(connection, live)
            # Under the key of the reminder, so that nobody is told of the start by both the chair and the clock.
            key = f"{Reminder.START}:{int(hall.starts_at.timestamp())}"
            await self._halls.tell(connection, live, key, REMINDER, {"kind": Reminder.START})
            await self._halls.note(connection, actor, STARTED, live)
            reach("starting a town hall: before the commit")
        reach("starting a town hall: after the commit")
        return live

    async def next_item(self, actor: Actor, hall_id: str, after: int) -> TownHall:
        """Go on from an item of the agenda to the next; pressed twice, it goes on once. Raises `NotLive`."""
        async with self._halls.at(actor, hall_id) as (connection, _, hall):
            check_live(hall)
            if hall.item != after or after >= len(hall.plan.agenda):
                return hall
            moved = replace(hall, item=after + 1, item_started_at=self._clock.now())
            await records.save(connection, moved)
            await self._halls.show_card(connection, moved)
        return moved

    async def decide(self, actor: Actor, hall_id: str, token: str, text: str, poll_id: str | None = None) -> Decision:
        """Note a decision; it binds when the late floor is over. The same form again changes nothing.

        With a poll of this town hall, it binds only if that has agreed by then. Raises `NoteMissing`, `NoteTooLong`,
        `VoteGone`, or `NotLive`, which it is not while the late floor is open.
        """
        decision = Decision(_id("decision", token), _note(text), is_binding=False, poll_id=poll_id)
        async with self._halls.at(actor, hall_id) as (connection, _, hall):
            check_noting(hall)
            if poll_id is not None and poll_id not in await hallpolls.of_hall(connection, hall.id):
                raise VoteGone
            if await records.add_decision(connection, hall.id, decision):
                await self._halls.note(connection, actor, DECIDED, hall)
        return decision

    async def take_back_decision(self, actor: Actor, hall_id: str, decision_id: str) -> bool:
        """Delete a decision that was noted by mistake and does not bind yet; tell whether there was one."""
        async with self._halls.at(actor, hall_id) as (connection, _, hall):
            return await records.drop_decision(connection, hall.id, decision_id)

    async def agree_action(
        self, actor: Actor, hall_id: str, token: str, text: str, responsible: str, due_on: date | None = None
    ) -> Action:
        """Note something that is to be done, and who is responsible: a role, or a name of their own choice.

        Raises what `decide` raises, and `ResponsibleMissing`.
        """
        who = one_line(responsible)[:LONGEST_RESPONSIBLE]
        if not any(character.isalnum() for character in who):
            raise ResponsibleMissing
        async with self._halls.at(actor, hall_id) as (connection, guild, hall):
            check_noting(hall)
            action = Action(_id("action", token), hall.id, _note(text), who, due_on)
            await records.add_action(connection, guild.id, action)
        return action

    async def end(self, actor: Actor, hall_id: str, attendance: int | None = None) -> TownHall:
        """End a town hall and open its late floor; ending it again changes nothing.

        `attendance` is how many the chair saw, and is kept in fives: Steward does not look who is there.
        """
        now = self._clock.now()
        async with self._halls.at(actor, hall_id) as (connection, _, hall):
            if hall.state is State.LATE:
                return hall
            check_live(hall)
            ended = await self._afterwards.end(connection, hall, now, attendance)
            await self._halls.note(connection, actor, ENDED, ended)
            reach("ending a town hall: before the commit")
        reach("ending a town hall: after the commit")
        return ended


def check_live(hall: TownHall) -> None:
    """Raise `NotLive` unless the town hall goes on."""
    if hall.state is not State.LIVE:
        raise NotLive


def check_noting(hall: TownHall) -> None:
    """Raise `NotLive` unless the town hall goes on or its late floor is open: until then decisions may be noted."""
    if hall.state not in {State.LIVE, State.LATE}:
        raise NotLive


def _note(text: str) -> str:
    note = clean(text)
    if not any(character.isalnum() for character in note):
        raise NoteMissing
    if len(note) > LONGEST_NOTE:
        raise NoteTooLong(limit=LONGEST_NOTE)
    return note


def _id(kind: str, token: str) -> str:
    return hashlib.sha256(f"{kind} {token}".encode()).hexdigest()[: 2 * rules.ID_LENGTH]
