"""Note what the employer promised, keep it in sight, and say what became of it."""

import hashlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from bot.clock import Clock
from bot.commitments import records, rules
from bot.commitments.rules import BREACH, Commitment, Promise, Source, Standing, State
from bot.database.audit import AuditChain
from bot.database.engine import Database, Transaction
from bot.guilds.service import Guild, Guilds
from bot.ids import Actor, CommitmentId, GuildId
from bot.petitions.service import Petitions
from bot.refusals import N_, NotAnOrganizer
from bot.townhalls.service import TownHalls
from bot.vault.codes import new_token

__all__ = ["BREACH", "TOLD", "Commitments", "Listed", "Overview"]

MOST_IN_DIGEST = 5
"""How many promises of each group a digest tells of."""

NOTED = N_("noted what the employer promised")
CHANGED = N_("changed how a promise is noted")
MARKED: dict[State, str] = {
    State.KEPT: N_("noted that a promise was kept"),
    State.BROKEN: N_("noted that a promise was broken"),
    State.OPEN: N_("opened a promise again"),
    State.DROPPED: N_("took out a promise that was noted by mistake"),
}
TOLD = (NOTED, CHANGED, *MARKED.values())
"""What an organizer did, as the audit chain tells it."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A promise and how it stands today.

    `at_least` is how many reports of a breach digests have published, `None` for no number yet: never the true count.
    """

    commitment: Commitment
    standing: Standing
    at_least: int | None


@dataclass(frozen=True, slots=True)
class Overview:
    """What somebody sees of their server's promises, and whether they may change them."""

    listed: tuple[Listed, ...]
    is_organizer: bool


class _AsItWas(Exception):
    """Nothing would change, so nothing of this time is kept, the row of the chain neither."""


def _unless(*, is_so_already: bool) -> None:
    if is_so_already:
        raise _AsItWas


class Commitments:
    """What was promised, for everybody to read. Organizers note it; who is one is looked up at each action."""

    def __init__(
        self,
        guilds: Guilds,
        petitions: Petitions,
        town_halls: TownHalls,
        database: Database,
        audit: AuditChain,
        clock: Clock,
    ) -> None:
        self._guilds = guilds
        self._petitions = petitions
        self._town_halls = town_halls
        self._database = database
        self._audit = audit
        self._clock = clock

    def new_form(self) -> str:
        """Return the token of a new promise; sending the same form twice notes one."""
        return new_token()

    # Looking

    async def listed(self, actor: Actor) -> Overview:
        """Return what was promised: what is overdue first, then what is due; raises `NotSetUp` or `Frozen`."""
        guild = await self._guilds.ready(actor.guild_id)
        try:
            await self._guilds.organizer(actor)
            is_organizer = True
        except NotAnOrganizer:
            is_organizer = False
        async with self._database.begin() as connection:
            return Overview(tuple(await self._listed(connection, guild, self._clock.now())), is_organizer)

    async def read(self, actor: Actor, commitment_id: str) -> tuple[Listed, bool]:
        """Return one promise and whether the actor may change it; raises `CommitmentGone`."""
        overview = await self.listed(actor)
        found = next((each for each in overview.listed if each.commitment.id == commitment_id), None)
        if found is None:
            raise rules.CommitmentGone
        return found, overview.is_organizer

    async def text_of(self, actor: Actor, commitment_id: str | None) -> str | None:
        """Return the words of a promise of the actor's server, `None` where it is not on the list."""
        if commitment_id is None:
            return None
        async with self._database.begin() as connection:
            try:
                return (await self._find(connection, actor.guild_id, commitment_id)).promise.text
            except rules.CommitmentGone:
                return None

    async def for_digest(
        self, connection: Transaction, guild_id: GuildId, since: datetime, now: datetime
    ) -> dict[str, Any]:
        """Return what a digest tells of a guild's promises, for everybody to read; empty if there is nothing to tell.

        Each group holds the first few, as lists ready to be kept of text, day and how many reports of a breach were
        published, and how many more there are. `since` is when the last digest was decided. Call it after the gate, or
        it tells the numbers of the digest before.
        """
        guild = await self._guilds.find_in(connection, guild_id)
        listed = [] if guild is None else await self._listed(connection, guild, now)
        always = (Standing.OVERDUE, Standing.DUE)
        groups: dict[Standing, list[Listed]] = {each: [] for each in (*always, Standing.BROKEN, Standing.KEPT)}
        for each in listed:
            is_new = since <= each.commitment.changed_at < now
            if each.standing in groups and (each.standing in always or is_new):
                groups[each.standing].append(each)
        return _few(groups)

    async def urgent(
        self, connection: Transaction, guild_id: GuildId, since: datetime, now: datetime
    ) -> dict[str, Any]:
        """Return, in groups as `for_digest` does, what became overdue or due within two days since then, before now.

        Asked for windows that follow on each other, it tells each once.
        """
        guild = await self._guilds.find_in(connection, guild_id)
        groups: dict[Standing, list[Listed]] = {Standing.OVERDUE: [], Standing.DUE: []}
        if guild is None:
            return {}
        for each in await self._listed(connection, guild, now):
            news = rules.newly_urgent(each.commitment, guild.zone_info, since, now)
            if news is not None:
                groups[news].append(each)
        return _few(groups)

    async def open_ones(self, connection: Transaction, guild_id: GuildId) -> list[Listed]:
        """Return the promises that are neither kept nor broken yet, what is overdue first."""
        guild = await self._guilds.find_in(connection, guild_id)
        listed = [] if guild is None else await self._listed(connection, guild, self._clock.now())
        return [each for each in listed if each.commitment.state is State.OPEN]

    async def find_in(self, connection: Transaction, guild_id: GuildId, commitment_id: str) -> Commitment:
        """Return a promise of this guild in a transaction of another feature; raises `CommitmentGone`.

        It is not locked: whoever calls this holds the guild, and a promise is locked after its guild.
        """
        return await self._find(connection, guild_id, commitment_id)

    # What organizers do

    async def starter(self, actor: Actor, petition_id: str = "", hall_id: str = "") -> Guild:
        """Return the guild for whoever may note a promise there, before anybody writes in vain; raises as `note`."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._from(actor, petition_id, hall_id):
            return guild

    async def note(
        self,
        actor: Actor,
        token: str,
        text: str,
        source: str,
        due_on: date | None = None,
        link: str = "",
        *,
        petition_id: str = "",
        hall_id: str = "",
    ) -> Commitment:
        """Note a promise; the same form again changes nothing. From a petition or a town hall, that is its source.

        Raises `NotAnOrganizer`, `PetitionGone`, `HallGone`, and what `rules.check` raises.
        """
        guild = await self._guilds.organizer_at_work(actor)
        now = self._clock.now()
        source = Source.PETITION if petition_id else Source.TOWNHALL if hall_id else source
        promise = rules.check(text, source, due_on, link, _today(guild, now))
        found = hashlib.sha256(f"commitment {guild.id} {token}".encode()).hexdigest()[: rules.ID_LENGTH]
        commitment = Commitment(CommitmentId(found), guild.id, promise, now)
        try:
            async with self._from(actor, petition_id, hall_id) as (connection, origin):
                await self._record(connection, actor, NOTED, commitment.id)
                is_new = await records.add(connection, replace(commitment, **origin))
                _unless(is_so_already=not is_new)
        except _AsItWas:
            pass
        async with self._database.begin() as connection:
            return await self._find(connection, guild.id, commitment.id)

    async def change(
        self, actor: Actor, commitment_id: str, text: str, source: str, due_on: date | None, link: str
    ) -> Commitment:
        """Note a promise in other words, or with another day or link; raises `CommitmentGone` and what `note` does."""
        guild = await self._guilds.organizer_at_work(actor)
        now = self._clock.now()
        promise = rules.check(text, source, due_on, link, _today(guild, now))
        async with self._at(actor, guild, commitment_id, CHANGED) as (connection, before):
            # Another day of an open promise is news again; of one that is kept or broken it is not.
            is_moved = before.state is State.OPEN and before.promise.due_on != promise.due_on
            changed_at = now if is_moved else before.changed_at
            values = records.columns(promise)
            await records.change(connection, before.id, **values, changed_at=changed_at)
            return replace(before, promise=promise, changed_at=changed_at)

    async def set_state(self, actor: Actor, commitment_id: str, state: State) -> Commitment:
        """Say what became of a promise, or open it again; the state that it has already changes nothing.

        One that is dropped as noted by mistake shows nowhere from then on, and cannot be brought back. Reports stay
        linked to it, and what was published of them stays published. Raises `NotAnOrganizer` or `CommitmentGone`.
        """
        guild = await self._guilds.organizer_at_work(actor)
        now = self._clock.now()
        try:
            async with self._at(actor, guild, commitment_id, MARKED[state]) as (connection, before):
                _unless(is_so_already=before.state is state)
                await records.change(connection, before.id, state=state, changed_at=now)
                return replace(before, state=state, changed_at=now)
        except _AsItWas:
            async with self._database.begin() as connection:
                return await self._find(connection, guild.id, commitment_id)

    # Steps that several of the above share

    async def _listed(self, connection: Transaction, guild: Guild, now: datetime) -> list[Listed]:
        shown = await records.shown(connection, guild.id)
        today = _today(guild, now)
        found = rules.ordered(await records.of_guild(connection, guild.id), today)
        return [Listed(each, rules.standing(each, today), shown.get(each.id)) for each in found]

    @asynccontextmanager
    async def _from(
        self, actor: Actor, petition_id: str, hall_id: str
    ) -> AsyncIterator[tuple[Transaction, dict[str, Any]]]:
        """Open a transaction in which what a promise comes from is locked: before the guild, as everywhere."""
        if hall_id:
            async with self._town_halls.at(actor, hall_id) as (connection, _, hall):
                yield connection, {"hall_id": hall.id}
            return
        async with self._database.begin() as connection:
            if petition_id:
                petition = await self._petitions.locked(connection, actor.guild_id, petition_id)
                yield connection, {"petition_id": petition.id}
            else:
                yield connection, {}

    @asynccontextmanager
    async def _at(
        self, actor: Actor, guild: Guild, commitment_id: str, action: str
    ) -> AsyncIterator[tuple[Transaction, Commitment]]:
        """Leave a row of what an organizer does and lock the promise; raises `CommitmentGone`."""
        async with self._database.begin() as connection:
            # The guild is locked by its chain, then the promise: the desk, which links cases, locks in this order.
            if not rules.is_commitment_id(commitment_id):
                raise rules.CommitmentGone
            await self._record(connection, actor, action, CommitmentId(commitment_id))
            yield connection, await self._find(connection, guild.id, commitment_id, lock=True)

    async def _find(
        self, connection: Transaction, guild_id: GuildId, commitment_id: str, *, lock: bool = False
    ) -> Commitment:
        found = None
        if rules.is_commitment_id(commitment_id):
            found = await records.find(connection, guild_id, commitment_id, lock=lock)
        if found is None or found.state is State.DROPPED:
            raise rules.CommitmentGone
        return found

    async def _record(self, connection: Transaction, actor: Actor, action: str, commitment_id: CommitmentId) -> None:
        now = self._clock.now()
        details = {"commitment": commitment_id}
        await self._audit.record(connection, actor.guild_id, actor, action, now, details=details)


def _today(guild: Guild, now: datetime) -> date:
    return now.astimezone(guild.zone_info).date()


def _few(groups: dict[Standing, list[Listed]]) -> dict[str, Any]:
    return {
        standing.value: {"first": _told(found[:MOST_IN_DIGEST]), "more": len(found[MOST_IN_DIGEST:])}
        for standing, found in groups.items()
        if found
    }


def _told(listed: Iterable[Listed]) -> list[list[Any]]:
    return [[each.commitment.promise.text, _day(each.commitment.promise), each.at_least] for each in listed]


def _day(promise: Promise) -> str | None:
    return None if promise.due_on is None else promise.due_on.isoformat()
