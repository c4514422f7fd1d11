"""Quotes: passages of reports that their reporters allow to be quoted, chosen at the desk word for word."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.clock import Clock
from bot.database import schedules
from bot.database.audit import DESK, AuditChain
from bot.database.engine import Database, Transaction
from bot.failpoints import reach
from bot.guilds.service import RELEASE, Guild, Guilds
from bot.ids import Actor, GuildId
from bot.refusals import N_
from bot.reports import passages, records, rules
from bot.reports.details import Detail, find_details
from bot.reports.passages import MOST_QUOTES, NotToBeQuoted, TooManyQuotes
from bot.reports.records import SealedCase, SealedQuote
from bot.reports.rules import Case, SealedTo
from bot.reports.seals import Seals
from bot.reports.taxonomy import Dimension
from bot.vault.codes import new_token

CHOSE = N_("chose a quote from a case")
TOOK_BACK = N_("took back a quote from a case")
READ = "opened a case"
TOLD = (CHOSE, TOOK_BACK)
"""What the desk's chain tells of quotes."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote, opened, with what its report was filed under: for papers only where that number is published."""

    id: str
    category: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Quotable:
    """A case that may be quoted, with the quotes chosen from it so far."""

    case: Case
    quotes: tuple[Quote, ...]

    @property
    def report_text(self) -> str:
        """Return the words to choose from."""
        return "" if self.case.report is None else self.case.report.text


@dataclass(frozen=True, slots=True)
class Checked:
    """A passage that stands in its report, and what in it could give the reporter away."""

    text: str = field(repr=False)
    details: tuple[Detail, ...]


def may_be_quoted(case: Case) -> bool:
    """Tell whether organizers may choose quotes from a case as it stands."""
    return case.counts and case.report is not None and passages.allows_quotes(case.facets)


class _Again(Exception):
    """The same form came again; what it did the first time stands, and nothing of this time is kept."""


def _once(*, is_new: bool) -> None:
    if not is_new:
        raise _Again


def _check_new(found: Quotable, token: str) -> None:
    _once(is_new=token not in {quote.id for quote in found.quotes})
    if len(found.quotes) >= MOST_QUOTES:
        raise TooManyQuotes(limit=MOST_QUOTES)


class Quotes:
    """What organizers quote from cases. Who is an organizer is looked up at each action.

    A quote is sealed as its report is, goes with its case, and leaves Steward in papers for bargaining alone.
    """

    def __init__(self, guilds: Guilds, database: Database, seals: Seals, audit: AuditChain, clock: Clock) -> None:
        self._guilds = guilds
        self._database = database
        self._seals = seals
        self._audit = audit
        self._clock = clock

    def new_form(self) -> str:
        """Return the token of a new form."""
        return new_token()

    async def of_case(self, actor: Actor, case_id: str) -> Quotable:
        """Return a case's words to choose from; raises `CaseGone` or `NotToBeQuoted`.

        It shows the report, so it leaves the row that reading leaves.
        """
        async with self._at_case(actor, case_id, READ) as (connection, _, case):
            return await self._quotable(connection, case)

    async def check(self, actor: Actor, case_id: str, typed: str) -> Checked:
        """Return what was typed as it would be quoted, with what could give the reporter away. Keeps nothing.

        Raises `CaseGone`, `NotToBeQuoted`, `EmptyText`, `QuoteTooLong` or `NotWordForWord`.
        """
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            found = await self._quotable(connection, await self._find(connection, guild.id, case_id))
        text = passages.passage(found.report_text, typed)
        return Checked(text, await asyncio.to_thread(find_details, text, guild.code_names))

    async def choose(self, actor: Actor, case_id: str, token: str, typed: str) -> Quotable:
        """Keep a passage as a quote; the same form again changes nothing.

        Raises as `check` does, or `TooManyQuotes`.
        """
        try:
            async with self._at_case(actor, case_id, CHOSE) as (connection, guild, case):
                found = await self._quotable(connection, case)
                text = passages.passage(found.report_text, typed)
                _check_new(found, token)
                sealed = self._seals.seal_for(case.sealed_to, guild, {"text": text})
                _once(is_new=await records.add_quote(connection, SealedQuote(token, case.id, sealed)))
                reach("quoting: before the commit")
                return await self._quotable(connection, case)
        except _Again:
            return await self.of_case(actor, case_id)

    async def take_back(self, actor: Actor, case_id: str, quote_id: str) -> Quotable:
        """Delete a quote, also of a case that may be quoted no more; raises `CaseGone`."""
        async with self._at_case(actor, case_id, TOOK_BACK) as (connection, _, case):
            await records.drop_quote(connection, case.id, quote_id)
            return await self._read(connection, case)

    async def usable(self, actor: Actor) -> tuple[Quote, ...]:
        """Return the quotes that papers of the actor's guild may use now, for an organizer."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            return await self.for_brief(connection, guild.id)

    async def for_brief(
        self, connection: Transaction, guild_id: GuildId, only: Collection[str] | None = None
    ) -> tuple[Quote, ...]:
        """Return the quotes that papers may use, by id, which says nothing of when they came; of `only`, if given.

        Left out are those of cases that do not count, that another case stands for, or that the server cannot open.
        """
        counted = {case.id: case for case in await records.confirmed(connection, guild_id)}
        kept = [each for each in await records.quotes_of_guild(connection, guild_id) if only is None or each.id in only]
        usable = [
            (each, counted[each.case_id])
            for each in kept
            if each.case_id in counted and counted[each.case_id].sealed_to is SealedTo.SERVER
        ]
        return await asyncio.to_thread(self._opened, usable)

    # Steps that several of the above share

    def _opened(self, sealed: Sequence[tuple[SealedQuote, SealedCase]]) -> tuple[Quote, ...]:
        """Open quotes; slow by decryption, so called in a thread."""
        facets = {case.id: self._seals.facets(case) for _, case in sealed}
        return tuple(
            Quote(quote.id, facets[case.id][Dimension.CATEGORY], self._seals.words(quote.sealed))
            for quote, case in sealed
            if passages.allows_quotes(facets[case.id])
        )

    async def _quotable(self, connection: Transaction, sealed: SealedCase) -> Quotable:
        found = await self._read(connection, sealed)
        if not may_be_quoted(found.case):
            raise NotToBeQuoted
        return found

    async def _read(self, connection: Transaction, sealed: SealedCase) -> Quotable:
        is_open = sealed.sealed_to is SealedTo.SERVER
        kept = await records.quotes(connection, sealed.id) if is_open else []
        return Quotable(self._seals.at_desk(sealed), self._opened([(each, sealed) for each in kept]))

    @asynccontextmanager
    async def _at_case(
        self, actor: Actor, case_id: str, action: str
    ) -> AsyncIterator[tuple[Transaction, Guild, SealedCase]]:
        """Lock a case for an organizer and leave a row of what they do, in the order in which the desk locks."""
        guild = await self._guilds.organizer_at_work(actor)
        if not rules.is_case_id(case_id):
            raise rules.CaseGone
        now, details = self._clock.now(), {"case": case_id}
        async with self._database.begin() as connection:
            await self._audit.record(connection, guild.id, actor, action, now, chain=DESK, details=details)
            await schedules.lock(connection, guild.id, RELEASE)
            yield connection, guild, await self._find(connection, guild.id, case_id)

    async def _find(self, connection: Transaction, guild_id: GuildId, case_id: str) -> SealedCase:
        sealed = await records.find(connection, guild_id, case_id, lock=True) if rules.is_case_id(case_id) else None
        if sealed is None:
            raise rules.CaseGone
        return sealed
