"""Drafts of town halls: written by organizers over as many forms as they like, and told to nobody until published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.cleaning import clean, one_line
from bot.clock import Clock
from bot.database.engine import Database
from bot.failpoints import reach
from bot.guilds.service import Guild, Guilds
from bot.ids import Actor
from bot.refusals import N_, Refusal
from bot.townhalls import plans, records, rules
from bot.townhalls.plans import Plan
from bot.townhalls.repeats import check_repeat, days
from bot.townhalls.rules import Event, Series, State, TownHall
from bot.townhalls.scheduling import SCHEDULED
from bot.townhalls.service import TownHalls, key_of
from bot.vault.keys import Keys

__all__ = ["HallDrafts", "Planned"]

MOST_DRAFTS = 10


class TooManyDrafts(Refusal):
    """More drafts would be open than a list shows."""

    sentence = N_("There are {limit} drafts of town halls already. Publish one or discard it first.")


class DraftChanged(Refusal):
    """Somebody changed the draft after it was shown."""

    sentence = N_("This draft was changed in the meantime. Nothing was published: open it again and read it first.")


@dataclass(frozen=True, slots=True)
class Planned:
    """A draft, or a town hall that has not begun, as organizers see it.

    `lacking` is what keeps a draft from being published, `None` if nothing does.
    """

    hall: TownHall
    guild: Guild
    lacking: Refusal | None = None


class HallDrafts:
    """What organizers write before a town hall is announced. Drafts belong to all organizers of a server."""

    def __init__(self, halls: TownHalls, guilds: Guilds, database: Database, keys: Keys, clock: Clock) -> None:
        self._halls = halls
        self._guilds = guilds
        self._database = database
        self._keys = keys
        self._clock = clock

    async def starter(self, actor: Actor) -> Guild:
        """Return the server of an organizer who may plan; raises `NotAnOrganizer` or `NoTownHallsChannel`."""
        guild = await self._guilds.organizer_at_work(actor)
        if guild.townhalls_channel_id is None:
            raise rules.NoTownHallsChannel
        return guild

    async def begin(self, actor: Actor, token: str, plan: Plan) -> Planned:
        """Keep a first draft, whatever it still lacks; the same form again changes nothing.

        Raises what `starter` raises, `TooManyDrafts`, and what `repeats.check_repeat` raises.
        """
        guild = await self.starter(actor)
        assert guild.townhalls_channel_id is not None
        hall_id = rules.hall_id(f"{guild.id} {token}")
        plan = _kept(plan)
        series = Series(hall_id, plan.day, plan.at, plan.day)
        hall = TownHall(hall_id, guild.id, guild.townhalls_channel_id, plan, series, plan.starts_at, state=State.DRAFT)
        async with self._database.begin() as connection:
            known = await records.find(connection, hall.id)
            if known is None:
                if len(await records.of_guild(connection, guild.id, (State.DRAFT,))) >= MOST_DRAFTS:
                    raise TooManyDrafts(limit=MOST_DRAFTS)
                await records.add(connection, hall)
        return self._planned(known or hall, guild)

    async def listed(self, actor: Actor) -> Sequence[TownHall]:
        """Return the drafts of the actor's server, the earliest first; raises `NotAnOrganizer`."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            return await records.of_guild(connection, guild.id, (State.DRAFT,))

    async def find(self, actor: Actor, hall_id: str) -> Planned:
        """Return a draft, or a town hall as it stands, to an organizer; raises `HallGone`."""
        async with self._halls.at(actor, hall_id) as (_, guild, hall):
            return self._planned(hall, guild)

    async def revise(self, actor: Actor, hall_id: str, changes: Mapping[str, Any]) -> Planned:
        """Change fields of a draft's plan, whatever it still lacks; tells nobody.

        Raises `HallGone`, `NotInThisState` once it is published, and what `repeats.check_repeat` raises.
        """
        async with self._halls.at(actor, hall_id) as (connection, guild, hall):
            if hall.state is not State.DRAFT:
                raise rules.NotInThisState
            revised = _drafted(hall, _kept(replace(hall.plan, **changes)), hall.sequence + 1)
            await records.save(connection, revised)
        return self._planned(revised, guild)

    async def publish(self, actor: Actor, hall_id: str, shown: int) -> TownHall:
        """Announce a draft as it was shown: `shown` is its sequence then. Once it is published, changes nothing.

        Raises `HallGone`, `DraftChanged`, and what `plans.check_plan` raises.
        """
        async with self._halls.at(actor, hall_id) as (connection, _, hall):
            if hall.state is State.SCHEDULED:
                return hall
            published = hall.moved(Event.PUBLISH)
            if hall.sequence != shown:
                raise DraftChanged
            now = self._clock.now()
            plan = plans.check_plan(_kept(hall.plan), now)
            published = replace(_drafted(published, plan, 0), told=rules.passed(plan.starts_at, now))
            self._keys.make_own(key_of(hall.id))
            reach("publishing a town hall: key made")
            await records.save(connection, published, next_card_at=now + rules.CARD_REST)
            await self._halls.show_card(connection, published)
            await self._halls.note(connection, actor, SCHEDULED, published)
            reach("publishing a town hall: before the commit")
        reach("publishing a town hall: after the commit")
        return published

    async def discard(self, actor: Actor, hall_id: str) -> None:
        """Delete a draft for every organizer; raises `HallGone`, or `NotInThisState` once it is published."""
        async with self._halls.at(actor, hall_id) as (connection, _, hall):
            if hall.state is not State.DRAFT:
                raise rules.NotInThisState
            await records.drop_draft(connection, hall.id)

    def _planned(self, hall: TownHall, guild: Guild) -> Planned:
        lacking = None if hall.state is not State.DRAFT else _lacking(hall.plan, self._clock.now())
        return Planned(hall, guild, lacking)


def _kept(plan: Plan) -> Plan:
    """Return a plan that can be kept as a draft: of a series it is the first meeting."""
    title, text = one_line(plan.title)[: plans.LONGEST_TITLE], clean(plan.text)[: plans.LONGEST_TEXT]
    if plan.repeat is not None:
        check_repeat(plan.repeat, plan.day)
        plan = replace(plan, day=next(days(plan.day, plan.repeat)))
    return replace(plan, title=title, text=text)


def _drafted(hall: TownHall, plan: Plan, sequence: int) -> TownHall:
    series = Series(hall.series.id, plan.day, plan.at, plan.day)
    return replace(hall, plan=plan, series=series, starts_at=plan.starts_at, sequence=sequence)


def _lacking(plan: Plan, now: datetime) -> Refusal | None:
    try:
        plans.check_plan(plan, now)
    except Refusal as refusal:
        return refusal
    return None
