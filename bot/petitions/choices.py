"""What each server decides about its petitions: who may start and sign them, and which demands are at hand."""

import re
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from bot.cleaning import one_line
from bot.clock import Clock
from bot.database.audit import AuditChain
from bot.database.engine import Database
from bot.guilds.service import Guilds
from bot.ids import Actor, GuildId, RoleId
from bot.petitions import records, rules
from bot.petitions.records import PetitionSettings
from bot.petitions.taxonomy import DEMANDS, LONGEST_TEXT, LONGEST_TITLE, Demand, Group
from bot.refusals import N_, NotAnOrganizer, Refusal

__all__ = ["Choices", "Library", "PetitionSettings"]

FEWEST_KEPT_DAYS = 30
MOST_KEPT_DAYS = 730
LONGEST_ORIGIN = 120
MOST_OF_OWN = 15
"""Own demands of one group: with the library's they still fit one menu."""

OURS = N_("Written in this server")

EASED = N_("eased the rules for petitions")
TIGHTENED = N_("tightened the rules for petitions")
CHANGED = N_("changed the rules for petitions")
CHANGED_DEMAND = N_("changed the demand library")
TOOK_DEMAND_OUT = N_("took a demand out of the library")
PUT_DEMAND_BACK = N_("put a demand of the library back")
TOLD = (EASED, TIGHTENED, CHANGED, CHANGED_DEMAND, TOOK_DEMAND_OUT, PUT_DEMAND_BACK)

_OWN_ID = re.compile(r"own-[0-9a-f]{8}")


class RollKeptOutOfRange(Refusal):
    """Signatures would be kept too short or too long."""

    sentence = N_("Signatures can be kept for {lowest} to {limit} days after a petition has ended, then they go.")


class DemandGone(Refusal):
    """There is no such demand in the guild's library."""

    sentence = N_("This demand is not in the library any more. `/demands` shows what is.")


class DemandIncomplete(Refusal):
    """A demand lacks its title or its text, or they do not fit."""

    sentence = N_("A demand needs a title and a text that can be read, and they must fit: nothing was kept.")


class TooManyOwnDemands(Refusal):
    """The group is full."""

    sentence = N_("There is room for {limit} demands of your own in each group. Take one out first.")


@dataclass(frozen=True, slots=True)
class Library:
    """The demands of a guild; `taken_out` are those of the library that it does not offer."""

    demands: tuple[Demand, ...]
    taken_out: tuple[Demand, ...]
    is_organizer: bool


class Choices:
    """What organizers decide for all petitions of their server."""

    def __init__(self, guilds: Guilds, database: Database, audit: AuditChain, clock: Clock) -> None:
        self._guilds = guilds
        self._database = database
        self._audit = audit
        self._clock = clock

    # Who may start and sign

    async def settings(self, actor: Actor) -> PetitionSettings:
        """Return the settings as they stand, for an organizer."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            return await records.settings(connection, guild.id)

    async def let_members_start(self, actor: Actor, *, may_start: bool) -> PetitionSettings:
        """Let members start petitions, or organizers alone."""
        return await self._change(actor, lambda settings: replace(settings, members_may_start=may_start))

    async def choose_role(self, actor: Actor, role_id: RoleId | None) -> PetitionSettings:
        """Set the role that an account needs to sign petitions started from now on, or ask for none."""
        return await self._change(
            actor, lambda settings: replace(settings, gates=replace(settings.gates, role_id=role_id))
        )

    async def choose_numbers(
        self, actor: Actor, supporters: int, account_age_days: int, days_in_server: int, roll_kept_days: int
    ) -> PetitionSettings:
        """Set the numbers for petitions started from now on; how long rolls are kept holds for all of them.

        Raises `SupportersOutOfRange`, `GatesOutOfRange` or `RollKeptOutOfRange`.
        """
        if not rules.FEWEST_SUPPORTERS <= supporters <= rules.MOST_SUPPORTERS:
            raise rules.SupportersOutOfRange(lowest=rules.FEWEST_SUPPORTERS, limit=rules.MOST_SUPPORTERS)
        if not FEWEST_KEPT_DAYS <= roll_kept_days <= MOST_KEPT_DAYS:
            raise RollKeptOutOfRange(lowest=FEWEST_KEPT_DAYS, limit=MOST_KEPT_DAYS)
        rules.set_gates(account_age_days, days_in_server, None)

        def change(settings: PetitionSettings) -> PetitionSettings:
            gates = rules.set_gates(account_age_days, days_in_server, settings.gates.role_id)
            return replace(settings, supporters=supporters, gates=gates, roll_kept_days=roll_kept_days)

        return await self._change(actor, change)

    async def _change(self, actor: Actor, change: Callable[[PetitionSettings], PetitionSettings]) -> PetitionSettings:
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            before = await records.settings(connection, guild.id)
            after = change(before)
            if after != before:
                await records.keep_settings(connection, guild.id, after)
                told = _changes(before, after)
                now = self._clock.now()
                await self._audit.record(connection, guild.id, actor, direction(before, after), now, details=told)
        return after

    # The demand library

    async def library(self, guild_id: GuildId) -> tuple[Demand, ...]:
        """Return the demands that a guild offers: the library's, in the guild's own words where it has any, and own."""
        offered, _ = await self._demands(guild_id)
        return offered

    async def read_library(self, actor: Actor) -> Library:
        """Return the library for anybody in the guild, and whether they may change it."""
        await self._guilds.ready(actor.guild_id)
        try:
            await self._guilds.organizer(actor)
            is_organizer = True
        except NotAnOrganizer:
            is_organizer = False
        return Library(*await self._demands(actor.guild_id), is_organizer)

    async def demand(self, actor: Actor, demand_id: str) -> Demand:
        """Return one demand for an organizer to change; raises `DemandGone`."""
        guild = await self._guilds.organizer_at_work(actor)
        found = next((each for each in await self.library(guild.id) if each.id == demand_id), None)
        if found is None:
            raise DemandGone
        return found

    async def new_demand(self, actor: Actor) -> str:
        """Return the id of a demand to be written; its form sent twice keeps it once."""
        await self._guilds.organizer_at_work(actor)
        return f"own-{secrets.token_hex(4)}"

    async def keep_demand(self, actor: Actor, demand_id: str, group: str, title: str, text: str, origin: str) -> None:
        """Keep a demand in the guild's own words. Petitions that were started with it stay as they are.

        Raises `DemandIncomplete`, `DemandGone` or `TooManyOwnDemands`.
        """
        guild = await self._guilds.organizer_at_work(actor)
        known = DEMANDS.get(demand_id)
        if (known is None and not _OWN_ID.fullmatch(demand_id)) or group not in list(Group):
            raise DemandGone
        values = {
            "title": _fitting(title, LONGEST_TITLE),
            "text": _fitting(text, LONGEST_TEXT),
            "origin": _fitting(origin or (OURS if known is None else known.origin), LONGEST_ORIGIN),
            "group": group if known is None else str(known.group),
        }
        async with self._database.begin() as connection:
            own = await records.own_demands(connection, guild.id)
            others = [row for row in own if row.id not in DEMANDS and row.id != demand_id and row.group == group]
            if known is None and len(others) >= MOST_OF_OWN:
                raise TooManyOwnDemands(limit=MOST_OF_OWN)
            await records.keep_demand(connection, guild.id, demand_id, values)
            now = self._clock.now()
            told = {"demand": demand_id}
            await self._audit.record(connection, guild.id, actor, CHANGED_DEMAND, now, details=told)

    async def take_out(self, actor: Actor, demand_id: str) -> None:
        """Offer a demand no more; the guild's own words for it are forgotten. Raises `DemandGone`."""
        found = await self.demand(actor, demand_id)
        async with self._database.begin() as connection:
            if found.id in DEMANDS:
                nothing = {"title": None, "text": None, "origin": None, "group": None}
                await records.keep_demand(connection, actor.guild_id, found.id, nothing)
            else:
                await records.drop_demand(connection, actor.guild_id, found.id)
            now = self._clock.now()
            told = {"demand": found.id}
            await self._audit.record(connection, actor.guild_id, actor, TOOK_DEMAND_OUT, now, details=told)

    async def put_back(self, actor: Actor, demand_id: str) -> None:
        """Offer a demand of the library in its first words again; raises `DemandGone`."""
        guild = await self._guilds.organizer_at_work(actor)
        if demand_id not in DEMANDS:
            raise DemandGone
        async with self._database.begin() as connection:
            await records.drop_demand(connection, guild.id, demand_id)
            now = self._clock.now()
            told = {"demand": demand_id}
            await self._audit.record(connection, guild.id, actor, PUT_DEMAND_BACK, now, details=told)

    async def _demands(self, guild_id: GuildId) -> tuple[tuple[Demand, ...], tuple[Demand, ...]]:
        async with self._database.begin() as connection:
            own = {row.id: row for row in await records.own_demands(connection, guild_id)}
        worded = {
            row.id: Demand(row.id, Group(row.group), row.title, row.text, row.origin)
            for row in own.values()
            if row.title is not None
        }
        offered = {id_: demand for id_, demand in DEMANDS.items() if id_ not in own} | worded
        known = list(DEMANDS)
        groups = list(Group)
        order = sorted(
            offered.values(),
            key=lambda each: (groups.index(each.group), known.index(each.id) if each.id in DEMANDS else len(known)),
        )
        taken_out = tuple(DEMANDS[id_] for id_ in own if id_ in DEMANDS and id_ not in worded)
        return tuple(order), taken_out


def direction(before: PetitionSettings, after: PetitionSettings) -> str:
    """Say whether a change lets more or fewer accounts start or sign petitions, or both, or neither."""
    easier = [
        after.members_may_start and not before.members_may_start,
        after.supporters < before.supporters,
        after.gates.account_age_days < before.gates.account_age_days,
        after.gates.days_in_server < before.gates.days_in_server,
        after.gates.role_id is None and before.gates.role_id is not None,
    ]
    harder = [
        before.members_may_start and not after.members_may_start,
        after.supporters > before.supporters,
        after.gates.account_age_days > before.gates.account_age_days,
        after.gates.days_in_server > before.gates.days_in_server,
        before.gates.role_id is None and after.gates.role_id is not None,
    ]
    if any(easier) == any(harder):
        return CHANGED
    return EASED if any(easier) else TIGHTENED


def _changes(before: PetitionSettings, after: PetitionSettings) -> dict[str, list[object]]:
    """Return what changed, as it was and as it is."""
    flat = [{**asdict(each), **asdict(each.gates)} for each in (before, after)]
    return {
        name: [flat[0][name], flat[1][name]] for name in flat[0] if name != "gates" and flat[0][name] != flat[1][name]
    }


def _fitting(text: str, limit: int) -> str:
    cleaned = one_line(text)
    if len(cleaned) > limit or not any(character.isalnum() for character in cleaned):
        raise DemandIncomplete
    return cleaned
