"""Both stores and every service on them, without Discord: to be left and entered again as after a crash."""

import asyncio
import itertools
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.approvals.service import Action, Approvals
from bot.commitments.service import Commitments
from bot.database.audit import AuditChain
from bot.database.engine import Database
from bot.digests.exporting import Exports
from bot.digests.planning import Planning
from bot.digests.service import Digests
from bot.guilds.rules import Use
from bot.guilds.service import Guilds, Times
from bot.ids import Actor, CaseCode, CaseId, ChannelId, GuildId, RoleId, UserId
from bot.petitions.choices import Choices
from bot.petitions.coalition import Coalition
from bot.petitions.conduct import DELIVER, TAKE_DOWN, VETO_FOR, Conduct
from bot.petitions.counting import Counting
from bot.petitions.drafts import Drafts
from bot.petitions.handovers import Handovers
from bot.petitions.service import Petitions
from bot.polls import conduct as poll_conduct
from bot.polls import drafts as poll_drafts
from bot.polls.closing import Closing
from bot.polls.service import Meetings, Polls
from bot.reports.desk import Desk
from bot.reports.quotes import Quotes
from bot.reports.release import Releases
from bot.reports.rules import Case, Waiting, completed
from bot.reports.seals import Seals
from bot.reports.service import Keeping, OwnCase, Reports
from bot.reports.taxonomy import Dimension
from bot.resources.service import Resources
from bot.townhalls.afterwards import Afterwards
from bot.townhalls.drafts import HallDrafts
from bot.townhalls.queue import Queue
from bot.townhalls.reminders import Reminders
from bot.townhalls.room import Room
from bot.townhalls.scheduling import Scheduling
from bot.townhalls.service import TownHalls
from bot.townhalls.stacks import Stacks
from bot.townhalls.timefinding import TimeFinding
from bot.townhalls.votes import Votes
from bot.townhalls.weighing import Weighing
from bot.vault.box import BallotBox
from bot.vault.codes import Codes, Stretching
from bot.vault.engine import Vault
from bot.vault.gathering import Gathering
from bot.vault.intake import Intake
from bot.vault.keys import Keys
from bot.vault.roll import Roll
from bot.wiring import telling
from tests.clock import FixedClock

CHEAP = Stretching(1, 8)
BACKUP_DAYS = 14

GUILD = GuildId(812_345_678_901_234_561)
ROLE = RoleId(812_345_678_901_234_671)
DIGESTS_CHANNEL = ChannelId(812_345_678_901_234_781)

ADMINISTRATOR = Actor(GUILD, UserId(212_345_678_901_234_501), is_administrator=True)
ORGANIZER = Actor(GUILD, UserId(212_345_678_901_234_502), frozenset({ROLE}))
WORKER = Actor(GUILD, UserId(212_345_678_901_234_503))

ELSEWHERE = GuildId(912_345_678_901_234_561)
ELSEWHERE_ROLE = RoleId(912_345_678_901_234_671)
ELSEWHERE_ORGANIZER = Actor(ELSEWHERE, UserId(212_345_678_901_234_504), frozenset({ELSEWHERE_ROLE}))

FACETS = completed(
    {
        Dimension.CATEGORY: "MON",
        Dimension.ROLE: "qa",
        Dimension.EFFECT: "risk",
        Dimension.CONSENT: "paraphrase",
    }
)


class House:
    """Everything that `bot.wiring` puts together but the client, on one data directory."""

    database: Database
    vault: Vault
    keys: Keys
    codes: Codes
    intake: Intake
    guilds: Guilds
    reports: Reports
    releases: Releases
    commitments: Commitments
    desk: Desk
    quotes: Quotes
    digests: Digests
    planning: Planning
    exports: Exports
    roll: Roll
    petitions: Petitions
    drafts: Drafts
    counting: Counting
    coalition: Coalition
    conduct: Conduct
    handovers: Handovers
    choices: Choices
    resources: Resources
    box: BallotBox
    polls: Polls
    poll_drafts: poll_drafts.Drafts
    poll_closing: Closing
    poll_conduct: poll_conduct.Conduct
    approvals: Approvals
    gathering: Gathering
    town_halls: TownHalls
    scheduling: Scheduling
    hall_drafts: HallDrafts
    reminders: Reminders
    queue: Queue
    afterwards: Afterwards
    room: Room
    votes: Votes
    stacks: Stacks
    time_finding: TimeFinding

    def __init__(self, directory: Path, database_url: str, clock: FixedClock) -> None:
        self.directory = directory
        self.database_url = database_url
        self.clock = clock
        self.free_bytes = 10 * 1024**3
        self._workers = itertools.count(WORKER.user_id + 1)

    async def open(self) -> None:
        """Open both stores, as a start does."""
        self.keys = Keys(self.directory / "keys")
        self.database = Database.at(self.database_url)
        await self.database.prepare()
        self.vault = await Vault.open(self.directory / "vault.db")
        self.codes = Codes(self.keys.codes, CHEAP)
        self.intake = Intake(self.vault)
        chain = AuditChain(self.keys.tags)
        self.guilds = Guilds(self.database, chain, self.clock)
        seals, keeping = Seals(self.keys), Keeping(lambda: self.free_bytes, BACKUP_DAYS)
        self.reports = Reports(self.guilds, self.database, self.intake, seals, self.codes, self.clock, keeping)
        self.releases = Releases(self.guilds, self.database, self.intake, seals, self.clock)
        self.roll = Roll(self.vault)
        self.petitions = Petitions(self.guilds, self.database, self.roll, self.keys, chain, self.clock)
        self.drafts = Drafts(self.petitions, self.guilds, self.database, self.clock)
        self.counting = Counting(self.petitions, self.guilds, self.database, self.roll, self.clock)
        self.coalition = Coalition(self.counting, self.guilds, self.database, self.roll, self.keys, chain, self.clock)
        self.conduct = Conduct(self.petitions, self.guilds, self.database, self.roll, chain, self.clock)
        self.handovers = Handovers(
            self.petitions, self.conduct, self.guilds, self.database, self.roll, self.keys, chain, self.clock
        )
        self.choices = Choices(self.guilds, self.database, chain, self.clock)
        self.resources = Resources(self.guilds, self.database, chain, self.clock)
        self.box = BallotBox(self.vault)
        self.polls = Polls(self.guilds, self.database, self.box, self.keys, self.clock)
        self.poll_drafts = poll_drafts.Drafts(self.polls, self.guilds, self.database, chain, self.clock)
        self.poll_closing = Closing(self.guilds, self.database, self.box, self.keys, chain, self.clock)
        self.poll_conduct = poll_conduct.Conduct(self.guilds, self.database, self.poll_closing, chain, self.clock)
        self.approvals = Approvals(self.guilds, self.database, chain, self.clock)
        self.approvals.register(DELIVER, Action(VETO_FOR[DELIVER], self.conduct.deliver))
        self.approvals.register(TAKE_DOWN, Action(VETO_FOR[TAKE_DOWN], self.conduct.take_down))
        for kind, action in self.poll_conduct.approvable().items():
            self.approvals.register(kind, action)
        self._open_town_halls(chain)
        self.commitments = Commitments(self.guilds, self.petitions, self.town_halls, self.database, chain, self.clock)
        self.desk = Desk(self.guilds, self.commitments, self.database, seals, chain, self.clock)
        tellers = telling(self.petitions, self.polls, self.resources, self.commitments)
        self.digests = Digests(self.guilds, tellers, self.database, self.clock)
        self.planning = Planning(self.digests, self.guilds, self.database, chain, self.clock)
        self.quotes = Quotes(self.guilds, self.database, seals, chain, self.clock)
        chosen, promises = self.quotes.for_brief, self.commitments.open_ones
        self.exports = Exports(self.guilds, self.database, chain, self.clock, chosen=chosen, promises=promises)
        for kind, action in self.exports.approvable().items():
            self.approvals.register(kind, action)

    def _open_town_halls(self, chain: AuditChain) -> None:
        database, keys, clock = self.database, self.keys, self.clock
        self.gathering = Gathering(self.vault)
        self.town_halls = TownHalls(self.guilds, database, self.gathering, keys, chain, clock)
        self.scheduling = Scheduling(self.town_halls, self.guilds, database, keys, clock)
        self.hall_drafts = HallDrafts(self.town_halls, self.guilds, database, keys, clock)
        self.reminders = Reminders(self.town_halls, database, self.gathering, clock)
        self.queue = Queue(self.town_halls, database, self.gathering, keys, clock)
        meetings = Meetings(clock)
        weighing = Weighing(meetings, database, clock)
        self.afterwards = Afterwards(
            self.town_halls, self.scheduling, self.queue, weighing, self.guilds, database, self.gathering, keys, clock
        )
        self.room = Room(self.town_halls, self.afterwards, clock)
        self.votes = Votes(self.town_halls, meetings, chain, clock)
        self.stacks = Stacks(self.town_halls, database, clock)
        self.time_finding = TimeFinding(self.guilds, database, self.gathering, keys, chain, clock)

    async def close(self) -> None:
        """Close both stores, as a stop does."""
        await self.vault.close()
        await self.database.close()

    async def crash(self) -> None:
        """Let go of both stores without finishing anything, and open them again."""
        self.vault._writer.cancel()
        with suppress(asyncio.CancelledError):
            await self.vault._writer
        await self.vault._connection.close()
        await self.database.close()
        await self.open()

    async def __aenter__(self) -> Self:
        try:
            await self.open()
        except BaseException:
            with suppress(AttributeError):  # or the thread of a store would keep the tests from ending
                await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def set_up(self, *, release_minimum: int = 1, zone: str = "UTC") -> None:
        """Set the guild up as its administrator does, with one organizer and a digest on Tuesdays at nine."""
        await self.guilds.choose_organizer_role(ADMINISTRATOR, ROLE)
        await self.guilds.choose_organizers(ADMINISTRATOR, frozenset({ORGANIZER.user_id}))
        await self.guilds.choose_channel(ADMINISTRATOR, Use.DIGESTS, DIGESTS_CHANNEL)
        await self.guilds.choose_times(ADMINISTRATOR, Times(zone, "en", "18:00", (1,), "9:00"))
        await self.keep_release_minimum(release_minimum)

    async def set_up_elsewhere(self) -> None:
        """Set up a second guild with people of its own."""
        administrator = Actor(ELSEWHERE, ADMINISTRATOR.user_id, is_administrator=True)
        await self.guilds.choose_organizer_role(administrator, ELSEWHERE_ROLE)
        await self.guilds.choose_organizers(administrator, frozenset({ELSEWHERE_ORGANIZER.user_id}))

    async def keep_release_minimum(self, minimum: int) -> None:
        """Set how many reports must wait together; there is no use case for it yet."""
        from sqlalchemy import update  # noqa: PLC0415 - only here is a table touched behind the services

        from bot.database.tables import guilds  # noqa: PLC0415 - likewise

        async with self.database.begin() as connection:
            await connection.execute(update(guilds).values(release_minimum=minimum))

    async def file(
        self,
        text: str = "They score our screens.",
        *,
        token: str | None = None,
        at_once: bool = False,
        facets: Mapping[Dimension, str] = FACETS,
        worker: Actor | None = None,
    ) -> CaseCode:
        """File a report as a worker, a new one unless told, and return its case code."""
        worker = worker or Actor(GUILD, UserId(next(self._workers)))
        report = self.reports.compose({**FACETS, **facets}, text)
        receipt = await self.reports.file(worker, token or self.reports.new_form(), report, at_once=at_once)
        return receipt.code

    async def released(self, *texts: str) -> list[CaseCode]:
        """File reports, let the next release come and return their codes."""
        codes = [await self.file(text) for text in texts]
        await self.release()
        return codes

    async def release(self) -> datetime:
        """Move to the next release of the guild and run it."""
        guild = await self.guilds.ready(GUILD)
        self.clock.move_to(guild.next_release(self.clock.now()))
        await self.releases.release_due()
        return self.clock.now()

    async def digest(self) -> datetime:
        """Move to the next digest of the guild and make it."""
        guild = await self.guilds.ready(GUILD)
        self.clock.move_to(guild.next_digest(self.clock.now()))
        await self.desk.page(ORGANIZER)  # or intake would close itself after two weeks
        await self.digests.make_due()
        return self.clock.now()

    async def confirm(self, *codes: CaseCode) -> None:
        """Confirm the cases of these codes as an organizer, or every case there is."""
        for case_id in [(await self.case(code)).id for code in codes] or await self.case_ids():
            await self.desk.confirm(ORGANIZER, case_id, is_confirmed=True)

    async def case_ids(self) -> list[CaseId]:
        """Return every case on the organizers' list."""
        first = await self.desk.page(ORGANIZER)
        pages = [first, *[await self.desk.page(ORGANIZER, number) for number in range(1, first.pages)]]
        return [case.id for page in pages for case in page.cases]

    async def texts(self) -> list[str]:
        """Return what organizers can read, in alphabetical order."""
        first = await self.desk.page(ORGANIZER)
        pages = [first, *[await self.desk.page(ORGANIZER, number) for number in range(1, first.pages)]]
        return sorted(case.report.text for page in pages for case in page.cases if case.report is not None)

    async def case(self, code: str) -> Case:
        """Return to a released case with its code."""
        return (await self.own_case(code)).case

    async def own_case(self, code: str) -> OwnCase:
        """Return to a released case with its code, and with the pass to answer it."""
        found = await self.reports.come_back(code)
        assert isinstance(found, OwnCase)
        return found

    async def is_waiting(self, code: str) -> bool:
        """Tell whether the report of a code waits for its release."""
        return isinstance(await self.reports.come_back(code), Waiting)
