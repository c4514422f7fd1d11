"""What votes do to decisions: which of them bind when the late floor is over, and with what result.

A decision without a vote binds when the late floor is over. One that rests on a vote binds then only if that vote was
counted and agreed: a motion carried, or an option chosen. Refused, tied, without a quorum, with too few ballots, void,
called off, or not counted by then, it does not bind, and the minutes say why. It can be noted anew in the next meeting.
The late floor never closes before the votes that were begun in the meeting do, unless two organizers gave a vote more
time after it; and it waits an hour at most for the count.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.database import hallpolls
from bot.database.engine import Database, Transaction
from bot.polls.service import Meetings
from bot.townhalls import records, rules
from bot.townhalls.records import Decision
from bot.townhalls.rules import TownHall

COUNTED_WITHIN = timedelta(hours=1)


class Weighing:
    """Hold what was decided against what was voted."""

    def __init__(self, polls: Meetings, database: Database, clock: Clock) -> None:
        self._polls = polls
        self._database = database
        self._clock = clock

    async def late_until(self, connection: Transaction, hall: TownHall, ended_at: datetime) -> datetime:
        """Return when the late floor of a town hall closes that ended: not before its votes do."""
        votes = await self._polls.several(connection, await hallpolls.of_hall(connection, hall.id))
        return rules.late_floor_until(hall, ended_at, [poll.terms.closes_at for poll in votes])

    async def is_waiting(self, late: TownHall) -> bool:
        """Tell whether a vote that is closed is about to be counted, which is waited for an hour at most."""
        if late.late_until is None or self._clock.now() >= late.late_until + COUNTED_WITHIN:
            return False
        async with self._database.begin() as connection:
            votes = await self._polls.several(connection, await hallpolls.of_hall(connection, late.id))
        return any(map(self._polls.is_to_count, votes))

    async def binding(self, connection: Transaction, hall: TownHall) -> list[str]:
        """Return the decisions that bind: those without a vote, and those whose vote agreed."""
        binding = []
        for decision in await records.decisions(connection, hall.id):
            came = await self._polls.came_of(connection, decision.poll_id or "", str)
            if came is None or came.is_agreed:
                binding.append(decision.id)
        return binding

    async def decided(self, connection: Transaction, hall: TownHall, t: Callable[[str], str]) -> list[Decision]:
        """Return what was decided, in order, with what came of the votes, in words."""
        found = []
        for decision in await records.decisions(connection, hall.id):
            came = await self._polls.came_of(connection, decision.poll_id or "", t)
            found.append(decision if came is None else replace(decision, vote=came.words))
        return found
