"""File reports, come back to them, add to them, and take them back."""

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from bot.clock import Clock
from bot.database import schedules
from bot.database.engine import Database
from bot.failpoints import reach
from bot.guilds.service import RELEASE, Guild, Guilds
from bot.ids import Actor, CaseCode, GuildId, Lookup
from bot.refusals import Refusal
from bot.reports import records, rules
from bot.reports.details import REASONS, Detail, find_details
from bot.reports.limit import FilingLimit
from bot.reports.rules import Answering, Case, Facets, Report, SealedTo, Waiting
from bot.reports.seals import Seals, Slip, for_reporter, opened_report, readers, report_contents
from bot.reports.tallying import recount
from bot.vault.codes import Codes, Reporter, new_token
from bot.vault.intake import Intake, WaitingAnswer, WaitingReport

__all__ = ["REASONS", "Detail", "Inbox", "Keeping", "OwnCase", "Receipt", "Reports"]

MEASURED_WEEKS = 26
"""How far back the usual time to a first answer looks."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a reporter takes away."""

    code: CaseCode = field(repr=False)
    guild: Guild
    next_release_at: datetime


@dataclass(frozen=True, slots=True)
class OwnCase:
    """A case opened with its code, and the pass for the button under it, so that the code is typed once."""

    case: Case
    guild: Guild
    given_pass: str = field(repr=False)
    expires_on: date
    gone_from_backups_on: date


@dataclass(frozen=True, slots=True)
class Inbox:
    """What a worker should know of the desk before writing to it."""

    guild: Guild
    opened_days_ago: int | None
    answering: Answering


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where reports are kept: the room that is left there, and for how many days backups of it are."""

    free_bytes: Callable[[], int]
    backup_days: int

    @classmethod
    def at(cls, directory: Path, backup_days: int) -> "Keeping":
        """Measure the room at a directory."""
        return cls(lambda: shutil.disk_usage(directory).free, backup_days)


class Reports:
    """What workers do."""

    def __init__(
        self,
        guilds: Guilds,
        database: Database,
        intake: Intake,
        seals: Seals,
        codes: Codes,
        clock: Clock,
        keeping: Keeping,
    ) -> None:
        self._guilds = guilds
        self._database = database
        self._intake = intake
        self._seals = seals
        self._codes = codes
        self._clock = clock
        self._keeping = keeping
        self._limit = FilingLimit()

    def new_form(self) -> str:
        """Return the token of a new form; submitting it twice files one report."""
        return new_token()

    def compose(self, facets: Facets, text: str) -> Report:
        """Return the report as it would be filed, or refuse it kindly. Keeps nothing."""
        return rules.compose(facets, text)

    async def details(self, guild_id: GuildId, text: str) -> tuple[Detail, ...]:
        """Return what in a text, as it was typed, could give its writer away. Keeps nothing."""
        guild = await self._guilds.ready(guild_id)
        return await asyncio.to_thread(find_details, text, guild.code_names, invisible=True)

    async def details_of_answer(self, case_id: str, text: str) -> tuple[Detail, ...]:
        """Return the same of what somebody adds to a case; a case that is not there has nothing to look for."""
        if not rules.is_case_id(case_id):
            return ()
        async with self._database.begin() as connection:
            sealed = await records.find_by_id(connection, case_id)
        return () if sealed is None else await self.details(sealed.guild_id, text)

    async def inbox(self, guild_id: GuildId) -> Inbox:
        """Return how the desk is looked after; raises what `file` would, before anything is written in vain."""
        guild = await self._guilds.ready(guild_id)
        await self._check_open(guild)
        today = self._clock.now().date()
        since = rules.week_of(today - timedelta(weeks=MEASURED_WEEKS))
        async with self._database.begin() as connection:
            # Before a digest has shown a number, even whether a case exists is nobody's to know.
            is_known = await records.any_shown(connection, guild.id)
            weeks = await records.answering(connection, guild.id, since) if is_known else []
        waited = [None if answered is None else rules.weeks_between(released, answered) for released, answered in weeks]
        opened = guild.desk_opened_on
        days_ago = None if opened is None else max(0, (today - opened).days)
        return Inbox(guild, days_ago, rules.usual_answer(waited, guild.k))

    async def file(self, actor: Actor, token: str, report: Report, *, at_once: bool = False) -> Receipt:
        """Keep a report until its release and return its case code, which exists nowhere else.

        The actor is used to find the guild and for the day's limit in memory, and for nothing else. With `at_once` the
        next tick, seconds away, releases this report alone, which lets whoever watches the desk match it with who was
        online. Raises `LimitReached`, `IntakeClosed` or `DiskFull`; then nothing was kept.
        """
        guild = await self._guilds.ready(actor.guild_id)
        code = self._codes.code_for(token)
        reporter = await asyncio.to_thread(self._codes.stretch, code)
        if await self._is_released(reporter.lookup):
            return Receipt(code, guild, guild.next_release(self._clock.now()))
        try:
            await self._check_open(guild)
            self._limit.take(actor.user_id, token, self._clock.now().date())
        except Refusal:
            if await self._intake.report(reporter.lookup) is None:
                raise
        else:
            await self._keep(guild, actor, token, report, reporter, at_once=at_once)
        return Receipt(code, guild, guild.next_release(self._clock.now()))

    async def _keep(
        self, guild: Guild, actor: Actor, token: str, report: Report, reporter: Reporter, *, at_once: bool
    ) -> None:
        slip = Slip(report.facets, reporter.key, readers(guild))
        try:
            await self._intake.file(
                WaitingReport(
                    lookup=reporter.lookup,
                    guild_id=guild.id,
                    week=rules.week_of(self._clock.now()),
                    is_urgent=at_once,
                    sealed=self._seals.seal(guild, report_contents(report), reporter.key),
                    slip=self._seals.seal_slip(slip),
                )
            )
        except BaseException:
            self._limit.give_back(actor.user_id, token)
            raise

    async def forget_filings_due(self) -> None:
        """Throw away at midnight UTC what memory holds of yesterday's filings."""
        self._limit.forget(self._clock.now().date())

    async def come_back(self, typed: str) -> OwnCase | Waiting:
        """Return what a case code belongs to; raises `NoSuchCase` for any other words, after the same work."""
        reporter = await asyncio.to_thread(self._codes.stretch, typed)
        waiting = await self._intake.report(reporter.lookup)
        async with self._database.begin() as connection:
            sealed = await records.find_by_lookup(connection, reporter.lookup)
            messages = [] if sealed is None else await records.messages(connection, sealed.id)
            guild = None if sealed is None else await self._guilds.find_in(connection, sealed.guild_id)
        if sealed is not None and guild is not None:
            expires_on = rules.expires_on(sealed.released_week, guild.retention_days)
            return OwnCase(
                for_reporter(sealed, messages, reporter.identity),
                guild,
                self._codes.pass_for("answer", reporter.lookup),
                expires_on,
                self._gone_from_backups(expires_on),
            )
        if waiting is not None:
            return Waiting(waiting.guild_id, opened_report(waiting.sealed, reporter.identity))
        raise rules.NoSuchCase

    async def answer(self, case_id: str, given_pass: str, token: str, text: str) -> None:
        """Keep what a reporter adds to their case until the next release.

        Raises `NoSuchCase` without the pass, and `CaseMuted`.
        """
        if not rules.is_case_id(case_id):
            raise rules.NoSuchCase
        async with self._database.begin() as connection:
            sealed = await records.find_by_id(connection, case_id)
        if sealed is None or not self._codes.is_pass(given_pass, "answer", sealed.lookup):
            raise rules.NoSuchCase
        if sealed.is_muted:
            raise rules.CaseMuted
        guild = await self._guilds.ready(sealed.guild_id)
        contents = {"text": rules.message_text(text)}
        await self._intake.add_answer(
            WaitingAnswer(
                id=self._codes.answer_id(token),
                guild_id=sealed.guild_id,
                week=rules.week_of(self._clock.now()),
                case_id=sealed.id,
                # For whoever reads the case itself, so that a case never opens in halves.
                sealed=self._seals.seal_for(sealed.sealed_to, guild, contents, sealed.reporter_key),
            )
        )

    async def withdraw(self, typed: str) -> date:
        """Delete what a case code belongs to, to the last byte, and return when it is gone from backups too.

        Waiting or released, with every message, note and count. Leaves no row that says so: its moment would be the
        reporter's. Raises `NoSuchCase` for any other words.
        """
        reporter = await asyncio.to_thread(self._codes.stretch, typed)
        waiting = await self._intake.report(reporter.lookup)
        async with self._database.begin() as connection:
            sealed = await records.find_by_lookup(connection, reporter.lookup)
        if waiting is None and sealed is None:
            raise rules.NoSuchCase
        found = waiting or sealed
        assert found is not None
        async with self._database.begin() as connection:
            # The release takes the same lock, so a report cannot become a case while it is withdrawn.
            await schedules.lock(connection, found.guild_id, RELEASE)
            sealed = await records.find_by_lookup(connection, reporter.lookup)
            await self._intake.withdraw(reporter.lookup, None if sealed is None else sealed.id)
            reach("withdrawing: gone from the vault")
            if sealed is not None:
                joined = await records.joined_to(connection, sealed.id)
                await records.delete(connection, sealed.id)
                await recount(
                    connection,
                    self._seals,
                    sealed.guild_id,
                    begin=[each for each in joined if each.is_confirmed],
                    cease=[sealed] if sealed.counts else [],
                )
            reach("withdrawing: before the commit")
        if sealed is not None:
            await self._database.rewrite()
        return self._gone_from_backups(self._clock.now().date())

    def _gone_from_backups(self, deleted_on: date) -> date:
        return deleted_on + timedelta(days=self._keeping.backup_days)

    async def _check_open(self, guild: Guild) -> None:
        if readers(guild) is SealedTo.ORGANIZERS and not guild.recipients:
            raise rules.NobodyCouldRead
        rules.check_intake(
            guild.desk_opened_on,
            guild.intake_closes_after_days,
            await asyncio.to_thread(self._keeping.free_bytes),
            self._clock.now().date(),
        )

    async def _is_released(self, lookup: Lookup) -> bool:
        async with self._database.begin() as connection:
            return bool(await records.known_lookups(connection, [lookup]))
