"""Plan town halls, change them, call them off, and let the next of a series follow; each is told once."""

import asyncio
from dataclasses import replace
from datetime import datetime

from bot.clock import Clock
from bot.database.engine import Database, Transaction
from bot.failpoints import reach
from bot.guilds.service import Guilds
from bot.ids import Actor, GuildId, HallId
from bot.refusals import N_
from bot.townhalls import questions_rules, records, rules
from bot.townhalls.plans import Plan, check_plan
from bot.townhalls.questions_rules import QuestionState
from bot.townhalls.repeats import check_repeat, days
from bot.townhalls.rules import Event, Series, State, TownHall
from bot.townhalls.service import CANCELLED, CHANGED, TownHalls, key_of
from bot.vault.keys import Keys

__all__ = ["TOLD", "Scheduling"]

SCHEDULED = N_("scheduled a town hall")
MOVED = N_("changed a town hall")
CALLED_OFF = N_("cancelled a town hall")
TOLD = (SCHEDULED, MOVED, CALLED_OFF)
"""What an organizer did, as the audit chain tells it."""


class Scheduling:
    """What organizers decide about when and where. Who is an organizer is looked up at each action."""

    def __init__(self, halls: TownHalls, guilds: Guilds, database: Database, keys: Keys, clock: Clock) -> None:
        self._halls = halls
        self._guilds = guilds
        self._database = database
        self._keys = keys
        self._clock = clock
        self.mirroring = asyncio.Lock()
        """Held by whoever makes an event of Discord's own, so that no town hall gets two."""

    async def schedule(self, actor: Actor, token: str, plan: Plan) -> TownHall:
        """Announce a town hall, or the first of a series; the same form again changes nothing.

        A series starts on the first day of its rule that is not before the plan's. Raises `NotAnOrganizer`,
        `NoTownHallsChannel`, and what `plans.check_plan` and `repeats.check_repeat` raise.
        """
        guild = await self._guilds.organizer_at_work(actor)
        if guild.townhalls_channel_id is None:
            raise rules.NoTownHallsChannel
        now = self._clock.now()
        plan = _checked(plan, now)
        hall_id = rules.hall_id(f"{guild.id} {token}")
        series = Series(hall_id, plan.day, plan.at, plan.day)
        starts_at = plan.starts_at
        told = rules.passed(starts_at, now)
        hall = TownHall(hall_id, guild.id, guild.townhalls_channel_id, plan, series, starts_at, told=told)
        self._keys.make_own(key_of(hall.id))
        reach("scheduling: key made")
        async with self._database.begin() as connection:
            known = await records.find(connection, hall.id)
            if known is not None:
                return known
            await self._announce(connection, hall)
            await self._halls.note(connection, actor, SCHEDULED, hall)
            reach("scheduling: before the commit")
        reach("scheduling: after the commit")
        return hall

    async def change(self, actor: Actor, hall_id: str, plan: Plan, *, and_following: bool = False) -> TownHall:
        """Change a town hall that has not begun, and say so once if it is about when or where.

        `and_following`: the series goes on from here by this plan's day, time and rule. Otherwise only this one is
        moved, and the rule stays. Raises `HallGone`, `NotInThisState`, `DayTaken` and what `schedule` raises.
        """
        now = self._clock.now()
        async with self._halls.at(actor, hall_id) as (connection, _, hall):
            if hall.state is not State.SCHEDULED:
                raise rules.NotInThisState
            if not and_following:
                changed = replace(hall, plan=check_plan(replace(plan, repeat=hall.plan.repeat), now))
            else:
                plan = _checked(plan, now)
                days_taken = {
                    each.series.slot_on
                    for each in await records.of_series(connection, hall.series.id)
                    if each.id != hall.id
                }
                if plan.day in days_taken:
                    raise rules.DayTaken
                changed = replace(hall, plan=plan, series=Series(hall.series.id, plan.day, plan.at, plan.day))
            if changed == hall:
                return hall
            changed = await self.rescheduled(connection, hall, changed)
            await self._halls.note(connection, actor, MOVED, changed)
            reach("changing a town hall: before the commit")
        reach("changing a town hall: after the commit")
        return changed

    async def cancel(self, actor: Actor, hall_id: str, *, and_following: bool = False) -> TownHall:
        """Call off a town hall that has not begun, and say so once; its sign-ups are destroyed.

        The next of its series follows unless that is called off too. Raises `HallGone` or `NotInThisState`.
        """
        async with self._halls.at(actor, hall_id) as (connection, _, hall):
            if hall.state is State.CANCELLED:
                return hall
            cancelled = replace(hall.moved(Event.CANCEL), sequence=hall.sequence + 1, release_at=None)
            await records.save(connection, cancelled, next_card_at=None)
            if not and_following:
                await self.plan_next(connection, cancelled)
            await self.carry_over(connection, cancelled)
            await self._halls.show_card(connection, cancelled)
            await self._halls.tell(connection, cancelled, "cancelled", CANCELLED, {"series": and_following})
            await self._halls.note(connection, actor, CALLED_OFF, cancelled)
            reach("cancelling a town hall: before the commit")
        reach("cancelling a town hall: after the commit")
        return cancelled

    async def keep_event(self, actor: Actor, hall_id: str, event_id: int | None) -> None:
        """Keep the id of Discord's own event where organizers chose to have one."""
        async with self._halls.at(actor, hall_id) as (connection, _, hall):
            await records.save(connection, replace(hall, event_id=event_id))

    async def to_mirror(self) -> list[TownHall]:
        """Return the town halls that followed in a series, are to have an event of Discord's own, and have none.

        The first of a series is not among them: whoever announces it is told if its event cannot be made.
        """
        now = self._clock.now()
        async with self._database.begin() as connection:
            return [
                hall
                for hall in await records.in_state(connection, (State.SCHEDULED,))
                if hall.plan.is_mirrored and hall.event_id is None and hall.starts_at > now
                if hall.series.slot_on > hall.series.first_on and not await self._halls.is_silent(connection, hall)
            ]

    async def mirrored(self, hall_id: HallId, event_id: int) -> bool:
        """Keep the event that was made for a town hall; tell whether it is still wanted."""
        async with self._database.begin() as connection:
            hall = await records.find(connection, hall_id, lock=True)
            if hall is None or hall.state is not State.SCHEDULED or not hall.plan.is_mirrored:
                return False
            await records.save(connection, replace(hall, event_id=event_id))
        return True

    async def with_event(self, guild_id: GuildId) -> dict[HallId, int]:
        """Return the town halls of a server that have an event of Discord's own, with its id."""
        async with self._database.begin() as connection:
            halls = await records.of_guild(connection, guild_id, tuple(State))
        return {hall.id: hall.event_id for hall in halls if hall.event_id is not None}

    async def keep_hours_due(self) -> None:
        """Move what starts at another instant than was planned, because a zone has changed its rules since."""
        async with self._database.begin() as connection:
            for found in await records.in_state(connection, (State.SCHEDULED,)):
                if found.plan.starts_at == found.starts_at:
                    continue
                hall = await records.find(connection, found.id, lock=True)
                if hall is not None and hall.state is State.SCHEDULED:
                    await self.rescheduled(connection, hall, hall)

    # Steps that the rest of this feature shares

    async def rescheduled(self, connection: Transaction, before: TownHall, hall: TownHall) -> TownHall:
        """Keep a changed town hall with its start computed anew, and tell of it once if when or where is another."""
        now = self._clock.now()
        starts_at = hall.plan.starts_at
        told = hall.told if starts_at == before.starts_at else rules.passed(starts_at, now)
        changed = replace(hall, starts_at=starts_at, told=told, sequence=before.sequence + 1)
        await records.save(connection, changed)
        await self._halls.show_card(connection, changed)
        if rules.is_news(before, changed):
            was = {"was": int(before.starts_at.timestamp())}
            await self._halls.tell(connection, changed, f"changed:{changed.sequence}", CHANGED, was)
        return changed

    async def plan_next(self, connection: Transaction, hall: TownHall) -> TownHall | None:
        """Announce the next town hall of a series, in the transaction that ended or cancelled the one before."""
        taken = {each.series.slot_on for each in await records.of_series(connection, hall.series.id)}
        following = rules.following(hall, taken, self._clock.now())
        if following is not None:
            self._keys.make_own(key_of(following.id))
            await self._announce(connection, following)
        return following

    async def carry_over(self, connection: Transaction, hall: TownHall) -> int:
        """Hand unanswered questions to the next of the series, with their age; return how many.

        Without a next one they stay where they are.
        """
        following = await records.next_of_series(connection, hall)
        if following is None:
            return 0
        carried = 0
        for question in (await records.questions(connection, hall.id)).values():
            if question.state is QuestionState.OPEN:
                carried += await records.add_question(connection, questions_rules.carried(question, following.id))
                await records.save_question(connection, replace(question, state=QuestionState.CARRIED))
        return carried

    async def _announce(self, connection: Transaction, hall: TownHall) -> None:
        if await records.add(connection, hall):
            await records.save(connection, hall, next_card_at=self._clock.now() + rules.CARD_REST)
            await self._halls.show_card(connection, hall)


def _checked(plan: Plan, now: datetime) -> Plan:
    if plan.repeat is not None:
        check_repeat(plan.repeat, plan.day)
        plan = replace(plan, day=next(days(plan.day, plan.repeat)))
    return check_plan(plan, now)
