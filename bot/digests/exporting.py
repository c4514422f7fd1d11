"""Take the published picture out of Steward: agreed by two organizers, for a week, and never newer than its digest."""

import json
import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from bot.approvals.service import Action
from bot.clock import Clock
from bot.commitments.service import Listed
from bot.database.audit import DESK, AuditChain
from bot.database.engine import Database, Transaction
from bot.digests import export, records
from bot.digests.export import Past
from bot.guilds.service import Guild, Guilds, ReadingMode
from bot.ids import Actor, GuildId
from bot.refusals import N_, Refusal

EXPORT = "digests:export"
GRANTED_FOR = timedelta(days=7)

GRANTED = N_("let the published numbers be taken out as files")
TOOK = N_("took the files of an export")
TOLD = (GRANTED, TOOK)
"""What the audit chains tell of exports."""


class NothingPublished(Refusal):
    """No digest has been made yet, so there is nothing to export."""

    sentence = N_("There is nothing to export yet: files hold what a digest has published, and none has been made.")


class NotGranted(Refusal):
    """No second organizer has agreed, or the week is over."""

    sentence = N_(
        "These files take two organizers, and nobody has agreed to this export or its {days} days are over. Propose it "
        "with `/impact export`."
    )


class ChosenQuote(Protocol):
    """A quote that papers may use now, opened."""

    @property
    def id(self) -> str:
        """Return its public id, which says nothing."""

    @property
    def category(self) -> str:
        """Return what its report was filed under."""

    @property
    def text(self) -> str:
        """Return the words."""


Chosen = Callable[[Transaction, GuildId, Collection[str] | None], Awaitable[Sequence[ChosenQuote]]]
"""Return a guild's quotes that papers may use now; of these ids only, if any are given."""

Promises = Callable[[Transaction, GuildId], Awaitable[Sequence[Listed]]]
"""Return what a guild's employer promised and is still open. Its numbers are published ones."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a guild's export stands: what could be proposed now, and what was agreed to."""

    guild: Guild
    period: date | None
    quotes: tuple[ChosenQuote, ...] = field(repr=False)
    granted: date | None
    granted_until: datetime | None


@dataclass(frozen=True, slots=True)
class Material:
    """What the files of a granted export are made of: as old as the digest that was agreed to."""

    guild: Guild
    history: tuple[Past, ...]
    quotes: tuple[ChosenQuote, ...] = field(repr=False)
    promises: Sequence[Listed]
    granted_until: datetime

    @property
    def is_offline(self) -> bool:
        """Tell whether only organizers' own keys open reports, so that Steward can quote none."""
        return self.guild.reading_mode is ReadingMode.OFFLINE


class Exports:
    """Exports of all guilds. Who is an organizer is looked up at each action."""

    def __init__(
        self,
        guilds: Guilds,
        database: Database,
        audit: AuditChain,
        clock: Clock,
        *,
        chosen: Chosen,
        promises: Promises,
    ) -> None:
        self._guilds = guilds
        self._database = database
        self._audit = audit
        self._clock = clock
        self._chosen = chosen
        self._promises = promises

    async def standing(self, actor: Actor) -> Standing:
        """Return where the export stands, for an organizer."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            last = await records.last_period(connection, guild.id)
            quotes = tuple(await self._chosen(connection, guild.id, None))
            grant = await records.granted(connection, guild.id, self._clock.now())
        period, until = (None, None) if grant is None else (grant.period, grant.until)
        return Standing(guild, last, quotes, period, until)

    async def proposable(self, actor: Actor) -> dict[str, Any]:
        """Return what a proposal to export is to say: the last digest, and the quotes there are.

        Names each quote by its id, so that exactly those leave that were agreed to. Raises `NothingPublished`.
        """
        standing = await self.standing(actor)
        if standing.period is None:
            raise NothingPublished
        ids = [quote.id for quote in standing.quotes]
        return {"period": standing.period.isoformat(), "quotes": len(ids), "chosen": ids}

    async def grant(self, connection: Transaction, guild: Guild, contents: Mapping[str, Any]) -> None:
        """Carry out an approved export: organizers can take its files for a week, in place of any before it."""
        now = self._clock.now()
        grant = records.Grant(date.fromisoformat(contents["period"]), frozenset(contents["chosen"]), now + GRANTED_FOR)
        await self._audit.record(connection, guild.id, None, GRANTED, now, details={"period": contents["period"]})
        await records.keep_grant(connection, secrets.token_hex(6), guild.id, grant)

    async def material(self, actor: Actor) -> Material:
        """Return what the files of the granted export are made of, and leave a row in the desk's chain.

        Numbers are those of its digest and earlier ones, quotes those that were agreed to and can still be used.
        Raises `NotGranted`.
        """
        guild = await self._guilds.organizer_at_work(actor)
        now = self._clock.now()
        async with self._database.begin() as connection:
            grant = await records.granted(connection, guild.id, now)
            if grant is None:
                raise NotGranted(days=GRANTED_FOR.days)
            details = {"period": grant.period.isoformat()}
            await self._audit.record(connection, guild.id, actor, TOOK, now, chain=DESK, details=details)
            kept = await records.published(connection, guild.id, grant.period)
            quotes = tuple(await self._chosen(connection, guild.id, grant.quotes))
            promises = await self._promises(connection, guild.id)
        history = tuple(export.past(json.loads(contents)) for contents in kept)
        return Material(guild, history, quotes, promises, grant.until)

    async def forget_due(self) -> None:
        """Delete the grants whose week is over."""
        async with self._database.begin() as connection:
            await records.forget_grants(connection, self._clock.now())

    def approvable(self) -> dict[str, Action]:
        """Return what takes two organizers, and how it is carried out."""
        return {EXPORT: Action(timedelta(0), self.grant)}
