"""File reports, release them together, and let reporter and organizers meet at the case."""

import asyncio
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.clock import Clock
from bot.database import schedules
from bot.database.audit import DESK, AuditChain
from bot.database.engine import Database, Transaction
from bot.failpoints import reach
from bot.guilds.service import RELEASE, Guild, Guilds
from bot.ids import Actor, CaseCode, CaseId, GuildId, Lookup
from bot.reports import records, rules
from bot.reports.rules import Case, Facets, Message, Release, ReleasePolicy, Report, Status, Waiting
from bot.reports.taxonomy import Dimension
from bot.vault.codes import Codes, new_token
from bot.vault.intake import Intake, WaitingAnswer, WaitingReport
from bot.vault.keys import Keys
from bot.vault.sealing import Identity, open_sealed, recipient, seal


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
    given_pass: str = field(repr=False)


class Reports:
    """What workers do, and the release that brings their reports to the desk."""

    def __init__(
        self, guilds: Guilds, database: Database, intake: Intake, keys: Keys, codes: Codes, clock: Clock
    ) -> None:
        self._guilds = guilds
        self._database = database
        self._intake = intake
        self._keys = keys
        self._codes = codes
        self._clock = clock
        self._is_swept = False

    def new_form(self) -> str:
        """Return the token of a new form; submitting it twice files one report."""
        return new_token()

    def compose(self, facets: Facets, text: str) -> Report:
        """Return the report as it would be filed, or refuse it kindly. Keeps nothing."""
        return rules.compose(facets, text)

    async def file(self, actor: Actor, token: str, report: Report, *, at_once: bool = False) -> Receipt:
        """Keep a report until its release and return its case code, which exists nowhere else.

        The actor is used to find the guild and for nothing else. With `at_once` the next tick, seconds away,
        releases this report alone, which lets whoever watches the desk match it with who was online.
        """
        guild = await self._guilds.ready(actor.guild_id)
        code = self._codes.code_for(token)
        reporter = await asyncio.to_thread(self._codes.stretch, code)
        if not await self._is_released(reporter.lookup):
            slip = {"facets": dict(report.facets), "reporter": reporter.key}
            await self._intake.file(
                WaitingReport(
                    lookup=reporter.lookup,
                    guild_id=guild.id,
                    week=rules.week_of(self._clock.now()),
                    is_urgent=at_once,
                    sealed=self._seal({"facets": dict(report.facets), "text": report.text}, reporter.key),
                    slip=seal(slip, [recipient(self._keys.slips)]),
                )
            )
        return Receipt(code, guild, guild.next_release(self._clock.now()))

    async def come_back(self, typed: str) -> OwnCase | Waiting:
        """Return what a case code belongs to; raises `NoSuchCase` for any other words, after the same work."""
        reporter = await asyncio.to_thread(self._codes.stretch, typed)
        waiting = await self._intake.report(reporter.lookup)
        async with self._database.begin() as connection:
            sealed = await records.find_by_lookup(connection, reporter.lookup)
            messages = [] if sealed is None else await records.messages(connection, sealed.id)
        if sealed is not None:
            case = _open_case(sealed, messages, reporter.identity)
            return OwnCase(case, self._codes.pass_for("answer", reporter.lookup))
        if waiting is not None:
            return Waiting(waiting.guild_id, _report(open_sealed(waiting.sealed, reporter.identity)))
        raise rules.NoSuchCase

    async def answer(self, case_id: str, given_pass: str, token: str, text: str) -> None:
        """Keep what a reporter adds to their case until the next release; raises `NoSuchCase` without the pass."""
        if not rules.is_case_id(case_id):
            raise rules.NoSuchCase
        async with self._database.begin() as connection:
            sealed = await records.find_by_id(connection, case_id)
        if sealed is None or not self._codes.is_pass(given_pass, "answer", sealed.lookup):
            raise rules.NoSuchCase
        await self._guilds.ready(sealed.guild_id)
        contents = {"text": rules.message_text(text)}
        await self._intake.add_answer(
            WaitingAnswer(
                id=self._codes.answer_id(token),
                guild_id=sealed.guild_id,
                week=rules.week_of(self._clock.now()),
                case_id=sealed.id,
                sealed=self._seal(contents, sealed.reporter_key),
            )
        )

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
        reports, answers = await self._intake.waiting(guild_id)
        if urgent_only:
            reports, answers = [report for report in reports if report.is_urgent], []
        now = self._clock.now()
        async with self._database.begin() as connection:
            schedule = await schedules.lock(connection, guild_id, RELEASE)
            guild = await self._guilds.find_in(connection, guild_id)
            if schedule is None or guild is None or guild.is_frozen:
                return
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
                await records.add_cases(connection, self._cases(new, rules.week_of(now)))
                reach("release: cases added and not counted")
                await records.add_to_tallies(connection, guild_id, self._cells(new))
                reach("release: counted, answers not added")
                for answer in secrets.SystemRandom().sample(new_answers, len(new_answers)):
                    message = records.SealedMessage(answer.id.hex(), answer.case_id, "reporter", answer.sealed)
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

    def _cases(self, reports: list[WaitingReport], week: str) -> list[records.SealedCase]:
        shuffled = secrets.SystemRandom().sample(reports, len(reports))
        return [
            records.SealedCase(
                id=CaseId("".join(secrets.choice(rules.CASE_ID_LETTERS) for _ in range(rules.CASE_ID_LENGTH))),
                guild_id=report.guild_id,
                lookup=report.lookup,
                sealed=report.sealed,
                reporter_key=self._slip(report)["reporter"],
                status=Status.RECEIVED,
                released_week=week,
                has_news=True,
            )
            for report in shuffled
        ]

    def _cells(self, reports: list[WaitingReport]) -> dict[tuple[str, str], int]:
        return Counter(cell for report in reports for cell in rules.tally_cells(_facets(self._slip(report))))

    def _slip(self, report: WaitingReport) -> dict[str, Any]:
        return open_sealed(report.slip, self._keys.slips)

    def _seal(self, contents: dict[str, Any], reporter_key: str) -> bytes:
        """Seal for the desk and for the reporter, who can so read their own words again."""
        return seal(contents, [recipient(self._keys.desk), reporter_key])

    async def _is_released(self, lookup: Lookup) -> bool:
        async with self._database.begin() as connection:
            return bool(await records.known_lookups(connection, [lookup]))


@dataclass(frozen=True, slots=True)
class DeskPage:
    """One page of the desk's list."""

    cases: tuple[Case, ...]
    number: int
    pages: int


class Desk:
    """Where organizers of a guild in readable mode list, read and answer cases."""

    PAGE = 8

    def __init__(self, guilds: Guilds, database: Database, keys: Keys, audit: AuditChain, clock: Clock) -> None:
        self._guilds = guilds
        self._database = database
        self._keys = keys
        self._audit = audit
        self._clock = clock

    async def page(self, actor: Actor, number: int = 0) -> DeskPage:
        """Return a page of the guild's cases, those with news first; raises `NotAnOrganizer`."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            pages = max(1, -(-await records.count(connection, guild.id) // self.PAGE))
            number = min(max(number, 0), pages - 1)
            found = await records.page(connection, guild.id, number, self.PAGE)
        return DeskPage(tuple(_open_case(case, [], self._keys.desk) for case in found), number, pages)

    async def open(self, actor: Actor, case_id: str) -> Case:
        """Return a case with its messages and mark it read; raises `CaseGone` if it is not in this guild."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            sealed = await self._find(connection, guild.id, case_id)
            messages = await records.messages(connection, sealed.id)
            if sealed.has_news:
                await records.change(connection, sealed.id, has_news=False)
        return _open_case(sealed, messages, self._keys.desk)

    async def set_status(self, actor: Actor, case_id: str, status: Status) -> Case:
        """Set what the reporter will read about the state of the case."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            sealed = await self._find(connection, guild.id, case_id)
            await records.change(connection, sealed.id, status=status)
            await self._note(connection, actor, "set the status of a case", sealed.id)
        return await self.open(actor, case_id)

    async def reply(self, actor: Actor, case_id: str, token: str, text: str) -> Case:
        """Add a reply that the reporter reads when they return. Nothing is sent to them: nobody knows who they are.

        The same form submitted again changes nothing. Raises `EmptyText` or `TextTooLong`.
        """
        guild = await self._guilds.organizer_at_work(actor)
        cleaned = rules.message_text(text)
        async with self._database.begin() as connection:
            sealed = await self._find(connection, guild.id, case_id)
            reply = seal({"text": cleaned}, [recipient(self._keys.desk), sealed.reporter_key])
            if await records.add_message(connection, records.SealedMessage(token, sealed.id, "organizer", reply)):
                await records.change(connection, sealed.id, status=Status.ANSWERED)
                await self._note(connection, actor, "replied to a case", sealed.id)
            reach("replying: before the commit")
        reach("replying: after the commit")
        return await self.open(actor, case_id)

    async def delete(self, connection: Transaction, guild: Guild, contents: Mapping[str, Any]) -> None:
        """Carry out an approved deletion of a case. Its reporter is then told what everybody with a wrong code is."""
        await records.delete(connection, guild.id, contents["case"])

    def new_form(self) -> str:
        """Return the token of a new reply form."""
        return new_token()

    async def _note(self, connection: Transaction, actor: Actor, action: str, case_id: CaseId) -> None:
        now = self._clock.now()
        await self._audit.record(connection, actor.guild_id, actor, action, now, chain=DESK, details={"case": case_id})

    async def _find(self, connection: Transaction, guild_id: GuildId, case_id: str) -> records.SealedCase:
        sealed = await records.find(connection, guild_id, case_id, lock=True) if rules.is_case_id(case_id) else None
        if sealed is None:
            raise rules.CaseGone
        return sealed


def _open_case(sealed: records.SealedCase, messages: Iterable[records.SealedMessage], identity: Identity) -> Case:
    return Case(
        id=sealed.id,
        guild_id=sealed.guild_id,
        status=sealed.status,
        released_week=sealed.released_week,
        has_news=sealed.has_news,
        report=_report(open_sealed(sealed.sealed, identity)),
        messages=tuple(Message(message.author, open_sealed(message.sealed, identity)["text"]) for message in messages),
    )


def _report(contents: dict[str, Any]) -> Report:
    return Report(_facets(contents), contents["text"])


def _facets(contents: dict[str, Any]) -> Facets:
    return {Dimension(name): value for name, value in contents["facets"].items()}
