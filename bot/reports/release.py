"""Bring reports to the desk together, and let cases go when they are too old."""

import secrets
from collections.abc import Collection
from datetime import date

from bot.clock import Clock
from bot.database import schedules
from bot.database.engine import Database, Transaction
from bot.failpoints import reach
from bot.guilds.service import RELEASE, Guild, Guilds
from bot.ids import CaseId, GuildId
from bot.reports import records, rules
from bot.reports.rules import Release, ReleasePolicy, SealedTo, Status
from bot.reports.seals import Seals, readers
from bot.reports.tallying import recount
from bot.vault.intake import Intake, WaitingAnswer, WaitingReport


class Releases:
    """What happens to reports by themselves: their release as cases, and their end."""

    def __init__(self, guilds: Guilds, database: Database, intake: Intake, seals: Seals, clock: Clock) -> None:
        self._guilds = guilds
        self._database = database
        self._intake = intake
        self._seals = seals
        self._clock = clock
        self._is_swept = False
        self._expired_on: date | None = None

    async def release_due(self) -> None:
        """Run the releases whose time has come, and those that somebody chose to send at once."""
        if not self._is_swept:
            await self._sweep()
        self._is_swept = False  # until every release below has ended well
        now = self._clock.now()
        async with self._database.begin() as connection:
            due = await schedules.due(connection, RELEASE, now)
        for guild_id in due:
            await self._release(guild_id)
        for guild_id in await self._intake.guilds_with_urgent():
            await self._release(guild_id, urgent_only=True)
        self._is_swept = True

    async def expire_due(self) -> None:
        """Delete, once a day, the cases that are older than their guild keeps them, and write the database anew.

        What they were counted in stays: the numbers say what was reported, and not what is still kept.
        """
        today = self._clock.now().date()
        if self._expired_on == today:
            return
        is_any = False
        async with self._database.begin() as connection:
            known = await schedules.guilds_with(connection, RELEASE)
        for guild_id in known:
            is_any |= await self._expire(guild_id, today)
        if is_any:
            await self._database.rewrite()
        self._expired_on = today

    async def _expire(self, guild_id: GuildId, today: date) -> bool:
        async with self._database.begin() as connection:
            await schedules.lock(connection, guild_id, RELEASE)
            guild = await self._guilds.find_in(connection, guild_id)
            if guild is None:
                return False
            oldest = rules.oldest_week_kept(today, guild.retention_days)
            gone = await records.older_than(connection, guild_id, oldest)
            for case_id in gone:
                await self._let_go(connection, guild_id, case_id, gone)
            reach("retention: before the commit")
        return bool(gone)

    async def _let_go(
        self, connection: Transaction, guild_id: GuildId, case_id: CaseId, gone: Collection[CaseId]
    ) -> None:
        """Delete a case that is too old; a younger one it stood for stands for the rest, and counts in its place."""
        younger = [each for each in await records.joined_to(connection, case_id) if each.id not in gone]
        expired = await records.find(connection, guild_id, case_id)
        await records.delete(connection, case_id)
        if not younger or expired is None:
            return
        heir = next((each for each in younger if each.is_confirmed), younger[0])
        for each in younger:
            if each.id != heir.id:
                await records.change(connection, each.id, merged_into=heir.id)
        if expired.is_confirmed and heir.is_confirmed:
            await recount(connection, self._seals, guild_id, begin=[heir], cease=[expired])
        elif heir.is_confirmed:
            await recount(connection, self._seals, guild_id, begin=[heir])

    async def _sweep(self) -> None:
        """Forget in the vault what a crash, or a full disk, left there after its release."""
        for guild_id in await self._intake.guilds_waiting():
            reports, answers = await self._intake.waiting(guild_id)
            async with self._database.begin() as connection:
                gone = await records.known_lookups(connection, [report.lookup for report in reports])
                added = await records.known_messages(connection, [answer.id.hex() for answer in answers])
            await self._intake.forget(gone, [answer.id for answer in answers if answer.id.hex() in added])

    async def _release(self, guild_id: GuildId, *, urgent_only: bool = False) -> None:
        """Turn what waits into cases in one shuffled batch, then forget it in the vault.

        A crash between the two leaves both copies; the next start finds the cases there and only forgets. What is
        held is written anew too: otherwise the file would show for days in which order it came.
        """
        now = self._clock.now()
        async with self._database.begin() as connection:
            schedule = await schedules.lock(connection, guild_id, RELEASE)
            # Read under the lock that a withdrawal takes too, or a report withdrawn meanwhile would come back.
            reports, answers = await self._intake.waiting(guild_id)
            if urgent_only:
                reports, answers = [report for report in reports if report.is_urgent], []
            guild = await self._guilds.find_in(connection, guild_id)
            if schedule is None or guild is None or guild.is_frozen:
                return
            if readers(guild) is SealedTo.ORGANIZERS and not guild.recipients:
                return  # nobody could read it: it waits until an organizer has a key again
            if not urgent_only and schedule.next_at > now:
                return  # another run was quicker
            known = await records.known_lookups(connection, [report.lookup for report in reports])
            new = [report for report in reports if report.lookup not in known]
            delivered = await records.known_messages(connection, [answer.id.hex() for answer in answers])
            new_answers = [answer for answer in answers if answer.id.hex() not in delivered]
            held_since = schedule.held_since
            decision = Release.ALL
            if not urgent_only:
                policy = ReleasePolicy(guild.release_minimum, guild.release_hold_days)
                decision = rules.decide_release(len(new) + len(new_answers), policy, held_since, now)
                held_since = (held_since or now) if decision is Release.HOLD else None
                next_at = guild.next_release(now)
                await schedules.put(connection, schedules.Due(guild_id, RELEASE, next_at, held_since))
            if decision is Release.ALL:
                await records.add_cases(connection, self._cases(guild, new, rules.week_of(now)))
                reach("release: cases added, answers not added")
                for answer in secrets.SystemRandom().sample(new_answers, len(new_answers)):
                    sealed = await self._for_its_case(connection, guild, answer)
                    message = records.SealedMessage(answer.id.hex(), answer.case_id, "reporter", sealed)
                    if await records.add_message(connection, message):
                        await records.change(connection, answer.case_id, has_news=True)
            reach("release: before the commit")
        reach("release: after the commit")
        kept = decision is not Release.ALL
        await self._intake.forget(
            [report.lookup for report in reports if not kept or report.lookup in known],
            [answer.id for answer in answers if not kept or answer.id.hex() in delivered],
        )
        if kept and (new or new_answers):
            await self._intake.rewrite()
        reach("release: forgotten")

    async def _for_its_case(self, connection: Transaction, guild: Guild, answer: WaitingAnswer) -> bytes:
        """Return an answer sealed for whoever reads its case today: organizers may have taken over the keys since."""
        case = await records.find_by_id(connection, answer.case_id)
        if case is None or case.sealed_to is SealedTo.SERVER:
            return answer.sealed
        return self._seals.closed(guild, answer.sealed, case.reporter_key)

    def _cases(self, guild: Guild, reports: list[WaitingReport], week: str) -> list[records.SealedCase]:
        shuffled = secrets.SystemRandom().sample(reports, len(reports))
        return [self._case(guild, report, week) for report in shuffled]

    def _case(self, guild: Guild, report: WaitingReport, week: str) -> records.SealedCase:
        slip, sealed = self._seals.open_slip(report.slip), report.sealed
        sealed_to = slip.sealed_to
        if sealed_to is SealedTo.SERVER and readers(guild) is SealedTo.ORGANIZERS:
            # Filed before organizers took the keys into their own hands: the stricter promise holds for it too.
            sealed, sealed_to = self._seals.reseal(guild, sealed, slip.reporter_key), SealedTo.ORGANIZERS
        return records.SealedCase(
            id=CaseId("".join(secrets.choice(rules.CASE_ID_LETTERS) for _ in range(rules.CASE_ID_LENGTH))),
            guild_id=report.guild_id,
            lookup=report.lookup,
            sealed=sealed,
            reporter_key=slip.reporter_key,
            status=Status.RECEIVED,
            released_week=week,
            has_news=True,
            slip=report.slip,
            sealed_to=sealed_to,
        )
