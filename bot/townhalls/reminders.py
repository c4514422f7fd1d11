"""What is said ahead of a town hall, and what its card shows: by the clock, and never at a click."""

import secrets
from dataclasses import replace

from bot.clock import Clock
from bot.database.engine import Database
from bot.failpoints import reach
from bot.townhalls import records, rules
from bot.townhalls.rules import State, TownHall
from bot.townhalls.service import REMINDER, TownHalls
from bot.vault.gathering import Gathering


class Reminders:
    """What happens around town halls to come by itself."""

    def __init__(self, halls: TownHalls, database: Database, gathering: Gathering, clock: Clock) -> None:
        self._halls = halls
        self._database = database
        self._gathering = gathering
        self._clock = clock

    async def remind_due(self) -> None:
        """Say in the channel, once each, that a town hall starts in a day, in an hour, and now.

        What is told stands in the same transaction as the post, so a crash between two steps repeats neither. A town
        hall that was moved is told of anew, and one that was moved back is not told of again.
        """
        now = self._clock.now()
        async with self._database.begin() as connection:
            for found in await records.in_state(connection, (State.SCHEDULED,)):
                if rules.passed(found.starts_at, now) <= found.told:
                    continue
                hall = await records.find(connection, found.id, lock=True)
                if hall is None:
                    continue
                kind = rules.due_reminder(hall, now)
                if kind is not None and not await self._halls.is_silent(connection, hall):
                    key = f"{kind}:{int(hall.starts_at.timestamp())}"
                    await self._halls.tell(connection, hall, key, REMINDER, {"kind": kind})
                await records.save(connection, replace(hall, told=hall.told | rules.passed(hall.starts_at, now)))
            reach("reminding: before the commit")
        reach("reminding: after the commit")

    async def refresh_due(self) -> None:
        """Bring every card up to date whose time has come, whether or not anybody has signed up since."""
        now = self._clock.now()
        async with self._database.begin() as connection:
            due = await records.due_cards(connection, now)
        for hall in due:
            await self._refresh(hall, await self._gathering.coming(hall.id))

    async def draw_seats_due(self) -> None:
        """Draw by lot who gets a seat that is free, from a day before the start on."""
        now = self._clock.now()
        async with self._database.begin() as connection:
            coming = await records.in_state(connection, tuple(rules.COMING))
        for hall in coming:
            if rules.draws_seats(hall, now) and hall.plan.max_size is not None:
                await self._gathering.draw_seats(hall.id, hall.plan.max_size)

    async def _refresh(self, found: TownHall, coming: int) -> None:
        now = self._clock.now()
        async with self._database.begin() as connection:
            hall = await records.find(connection, found.id, lock=True)
            if hall is None:
                return
            if hall.state not in rules.COMING:
                await records.save(connection, hall, next_card_at=None)
                return
            shown = replace(hall, shown=rules.shown_count(coming, hall.shown))
            await records.save(connection, shown, next_card_at=rules.next_card_at(now, secrets.randbits(64)))
            if not await self._halls.is_silent(connection, hall):
                await self._halls.show_card(connection, shown)
