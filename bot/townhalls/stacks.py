"""Who wants to speak in the town halls that go on: in memory only, so that nothing is left of who spoke or wished to.

A restart empties the stacks, and the chair's panel says so.
"""

from dataclasses import dataclass, field
from datetime import datetime

from bot.clock import Clock
from bot.database.engine import Database
from bot.ids import Actor, HallId, UserId
from bot.refusals import N_, Refusal
from bot.townhalls import records
from bot.townhalls.room import check_live
from bot.townhalls.rules import State, TownHall
from bot.townhalls.service import TownHalls
from bot.townhalls.stack import Stack

__all__ = ["Place", "Stack", "Stacks"]


class NoHandsNow(Refusal):
    """The town hall has not begun, or is over."""

    sentence = N_("Hands can be raised while a town hall goes on. This one has not begun yet, or is over.")


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody's own hand stands: how many would be called before it, `None` where it is not up."""

    hall: TownHall
    before: int | None
    is_reply: bool = False
    has_priority: bool = False


@dataclass(slots=True)
class _Live:
    stack: Stack = field(default_factory=Stack, repr=False)
    since: datetime | None = None


class Stacks:
    """The live stack of each town hall. Whoever has a hand up is known to Steward's memory and shown to the chair."""

    def __init__(self, halls: TownHalls, database: Database, clock: Clock) -> None:
        self._halls = halls
        self._database = database
        self._clock = clock
        self._live: dict[HallId, _Live] = {}

    # What members do

    async def raise_hand(
        self, actor: Actor, hall_id: str, *, is_reply: bool = False, has_priority: bool = False
    ) -> Place:
        """Raise somebody's hand, or change what it says; raises `HallGone` or `NoHandsNow`.

        `has_priority`: they say of themselves that they are rarely heard.
        """
        hall = await self._going_on(actor, hall_id)
        live = self._live.setdefault(hall.id, _Live())
        live.stack = live.stack.raised(actor.user_id, is_reply=is_reply, has_priority=has_priority)
        return self._place(hall, actor.user_id)

    async def own(self, actor: Actor, hall_id: str) -> Place:
        """Return where somebody's own hand stands; raises `HallGone` or `NoHandsNow`."""
        return self._place(await self._going_on(actor, hall_id), actor.user_id)

    async def lower_hand(self, actor: Actor, hall_id: str) -> Place:
        """Lower somebody's hand, if it is up."""
        hall = await self._going_on(actor, hall_id)
        live = self._live.get(hall.id)
        if live is not None:
            live.stack = live.stack.lowered(actor.user_id)
        return self._place(hall, actor.user_id)

    # What the chair does

    async def shown(self, actor: Actor, hall_id: str) -> Stack:
        """Return the stack for the chair; raises `NotAnOrganizer` or `HallGone`."""
        async with self._halls.at(actor, hall_id) as (_, _, hall):
            pass
        live = self._live.get(hall.id)
        return Stack() if live is None else live.stack

    async def call(self, actor: Actor, hall_id: str, who: int) -> Stack:
        """Let somebody speak whose hand is up; whoever spoke has spoken. Pressed twice, it is done once.

        Raises `NotAnOrganizer`, `HallGone` or `NotLive`.
        """
        live = await self._chaired(actor, hall_id)
        if live.stack.hand(UserId(who)) is not None:
            self._finish(live)
            live.stack, live.since = live.stack.called(UserId(who)), self._clock.now()
        return live.stack

    async def finish(self, actor: Actor, hall_id: str, who: int) -> Stack:
        """Note that somebody has spoken, by the clock, if it is they who speak. Raises what `call` raises."""
        live = await self._chaired(actor, hall_id)
        if live.stack.speaker == who:
            self._finish(live)
        return live.stack

    async def skip(self, actor: Actor, hall_id: str, who: int) -> Stack:
        """Lower somebody's hand, who may raise it again. Raises what `call` raises."""
        live = await self._chaired(actor, hall_id)
        live.stack = live.stack.lowered(UserId(who))
        return live.stack

    # What happens by itself

    async def forget_due(self) -> None:
        """Forget the stacks of town halls that are over, whoever or whatever ended them."""
        if not self._live:
            return
        async with self._database.begin() as connection:
            still_live = {hall.id for hall in await records.in_state(connection, (State.LIVE,))}
        for hall_id in self._live.keys() - still_live:
            del self._live[hall_id]

    # Steps

    async def _going_on(self, actor: Actor, hall_id: str) -> TownHall:
        hall = await self._halls.find(actor, hall_id)
        if hall.state is not State.LIVE:
            raise NoHandsNow
        return hall

    async def _chaired(self, actor: Actor, hall_id: str) -> _Live:
        async with self._halls.at(actor, hall_id) as (_, _, hall):
            check_live(hall)
        return self._live.setdefault(hall.id, _Live())

    def _finish(self, live: _Live) -> None:
        if live.since is not None:
            live.stack = live.stack.finished((self._clock.now() - live.since).total_seconds())
        live.since = None

    def _place(self, hall: TownHall, who: UserId) -> Place:
        live = self._live.get(hall.id)
        order = [] if live is None else live.stack.order()
        before = next((number for number, hand in enumerate(order) if hand.who == who), None)
        if before is None:
            return Place(hall, None)
        return Place(hall, before, order[before].is_reply, order[before].has_priority)
