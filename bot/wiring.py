"""The composition root: settings become stores, stores become services, services meet the client."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from bot.approvals.service import Action, Approvals
from bot.client import StewardClient
from bot.clock import Clock, SystemClock
from bot.commitments.service import Commitments
from bot.database import facts
from bot.database.audit import AuditChain
from bot.database.engine import Database
from bot.digests.exporting import Exports
from bot.digests.planning import Planning
from bot.digests.service import Digests
from bot.digests.telling import Telling
from bot.due import Due
from bot.guilds.closings import tell_organizers
from bot.guilds.service import Guilds
from bot.ids import GuildId
from bot.mishaps import DailySummary
from bot.outgoing import Outgoing
from bot.ownership import Ownership
from bot.petitions.choices import Choices
from bot.petitions.coalition import LEAVE, Coalition
from bot.petitions.conduct import DELIVER, TAKE_DOWN, VETO_FOR, Conduct
from bot.petitions.counting import Counting
from bot.petitions.drafts import Drafts
from bot.petitions.handovers import Handovers
from bot.petitions.service import Petitions
from bot.polls import conduct as poll_conduct
from bot.polls import drafts as poll_drafts
from bot.polls.closing import Closing
from bot.polls.service import Meetings, Polls
from bot.reports.attendance import Attendance
from bot.reports.desk import Desk
from bot.reports.quotes import Quotes
from bot.reports.release import Releases
from bot.reports.rotation import Rotation
from bot.reports.seals import Seals
from bot.reports.service import Keeping, Reports
from bot.resources.service import Resources
from bot.settings import Settings
from bot.townhalls import telling as hall_news
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
from bot.trust.service import Trust
from bot.vault.box import BallotBox
from bot.vault.codes import Codes, Stretching
from bot.vault.engine import Vault
from bot.vault.gathering import Gathering
from bot.vault.intake import Intake
from bot.vault.keys import Keys
from bot.vault.roll import Roll
from bot.watch import Watch

COGS = (
    "cogs.interactions",
    "cogs.guilds",
    "cogs.approvals",
    "cogs.reports",
    "cogs.petitions",
    "cogs.polls",
    "cogs.townhalls",
    "cogs.resources",
    "cogs.commitments",
    "cogs.digests",
    "cogs.trust",
)


class Steward:
    """Everything that runs, put together. Open it with `open_steward`, and close it."""

    def __init__(
        self,
        settings: Settings,
        ownership: Ownership,
        database: Database,
        vault: Vault,
        keys: Keys,
        clock: Clock,
        codes: Codes,
    ) -> None:
        self._ownership = ownership
        self._database = database
        self._vault = vault
        intake = Intake(vault)
        chain = AuditChain(keys.tags)
        self.guilds = Guilds(database, chain, clock)
        self.approvals = Approvals(self.guilds, database, chain, clock)
        seals = Seals(keys)
        keeping = Keeping.at(settings.data_dir, settings.backup_keep_days)
        self.reports = Reports(self.guilds, database, intake, seals, codes, clock, keeping)
        self.releases = Releases(self.guilds, database, intake, seals, clock)
        self.rotation = Rotation(self.guilds, database, seals)
        roll = Roll(vault)
        self.petitions = Petitions(self.guilds, database, roll, keys, chain, clock)
        self.drafts = Drafts(self.petitions, self.guilds, database, clock)
        self.counting = Counting(self.petitions, self.guilds, database, roll, clock)
        self.coalition = Coalition(self.counting, self.guilds, database, roll, keys, chain, clock)
        self.conduct = Conduct(self.petitions, self.guilds, database, roll, chain, clock)
        self.handovers = Handovers(self.petitions, self.conduct, self.guilds, database, roll, keys, chain, clock)
        self.choices = Choices(self.guilds, database, chain, clock)
        self.resources = Resources(self.guilds, database, chain, clock)
        self._open_polls(database, BallotBox(vault), keys, chain, clock)
        self._open_town_halls(database, Gathering(vault), keys, chain, clock)
        self._open_desk(database, seals, chain, clock)
        tellers = telling(self.petitions, self.polls, self.resources, self.commitments)
        self.digests = Digests(self.guilds, tellers, database, clock)
        self.planning = Planning(self.digests, self.guilds, database, chain, clock)
        chosen, promises = self.quotes.for_brief, self.commitments.open_ones
        self.exports = Exports(self.guilds, database, chain, clock, chosen=chosen, promises=promises)
        self.trust = Trust(
            self.guilds,
            database,
            intake,
            chain,
            clock,
            settings.operator,
            settings.backup_keep_days,
            self._forget_members,
        )
        self._register_approvals()
        self.client = StewardClient(self, COGS)
        self.outgoing = Outgoing(self.client, database, clock, tell_organizers)
        self.due = Due(
            self._jobs(clock),
            beat=self._beat,
            is_held=self.is_held,
            private=frozenset({"release"}),
        )
        self.watch = Watch(self.client, self.due, database)
        self._intake = intake

    def _open_desk(self, database: Database, seals: Seals, chain: AuditChain, clock: Clock) -> None:
        self.commitments = Commitments(self.guilds, self.petitions, self.town_halls, database, chain, clock)
        self.desk = Desk(self.guilds, self.commitments, database, seals, chain, clock)
        self.quotes = Quotes(self.guilds, database, seals, chain, clock)
        self.attendance = Attendance(self.guilds, database, clock)

    def _open_town_halls(
        self, database: Database, gathering: Gathering, keys: Keys, chain: AuditChain, clock: Clock
    ) -> None:
        self.town_halls = TownHalls(self.guilds, database, gathering, keys, chain, clock)
        self.scheduling = Scheduling(self.town_halls, self.guilds, database, keys, clock)
        self.hall_drafts = HallDrafts(self.town_halls, self.guilds, database, keys, clock)
        self.reminders = Reminders(self.town_halls, database, gathering, clock)
        self.queue = Queue(self.town_halls, database, gathering, keys, clock)
        meetings = Meetings(clock)
        weighing = Weighing(meetings, database, clock)
        self.afterwards = Afterwards(
            self.town_halls, self.scheduling, self.queue, weighing, self.guilds, database, gathering, keys, clock
        )
        self.room = Room(self.town_halls, self.afterwards, clock)
        self.votes = Votes(self.town_halls, meetings, chain, clock)
        self.stacks = Stacks(self.town_halls, database, clock)
        self.time_finding = TimeFinding(self.guilds, database, gathering, keys, chain, clock)

    def _open_polls(self, database: Database, box: BallotBox, keys: Keys, chain: AuditChain, clock: Clock) -> None:
        self.polls = Polls(self.guilds, database, box, keys, clock)
        self.poll_drafts = poll_drafts.Drafts(self.polls, self.guilds, database, chain, clock)
        self.poll_closing = Closing(self.guilds, database, box, keys, chain, clock)
        self.poll_conduct = poll_conduct.Conduct(self.guilds, database, self.poll_closing, chain, clock)

    def _jobs(self, clock: Clock) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        """Return what is done at each tick, in this order."""
        return [
            ("erasure", self.trust.erase_due),
            ("release", self.releases.release_due),
            ("filings", self.reports.forget_filings_due),
            ("retention", self.releases.expire_due),
            ("attendance", self.attendance.remind_due),
            ("rotation", self.rotation.rewrite_due),
            ("digests", self.digests.make_due),
            ("exports", self.exports.forget_due),
            ("audit heads", self.trust.post_heads_due),
            ("housekeeping", self.trust.keep_house),
            ("petitions", self.counting.refresh_due),
            ("handovers", self.handovers.finish_due),
            ("rolls", self.counting.anonymize_due),
            ("rewriting", self.counting.rewrite_due),
            ("polls opening", self.poll_closing.open_due),
            ("polls reminding", self.poll_closing.remind_due),
            ("polls listing", self.poll_closing.post_batches_due),
            ("polls showing hands", self.poll_closing.show_hands_due),
            # Before town halls settle: what was decided in them rests on what is counted.
            ("polls closing", self.poll_closing.close_due),
            ("town hall hours", self.scheduling.keep_hours_due),
            ("town halls ending", self.afterwards.end_due),
            ("town halls stacks", self.stacks.forget_due),
            ("town halls settling", self.afterwards.settle_due),
            ("town halls reminding", self.reminders.remind_due),
            ("town hall seats", self.reminders.draw_seats_due),
            ("town hall cards", self.reminders.refresh_due),
            ("town hall questions", self.queue.release_due),
            ("town hall times", self.time_finding.close_due),
            ("outgoing", self.outgoing.send_due),
            ("cards", self.outgoing.edit_due),
            ("summary", DailySummary(clock).tell_due),
        ]

    def _register_approvals(self) -> None:
        """Say what takes two organizers, and how long all of them can still veto it."""
        soon, half_a_day, a_day = timedelta(0), timedelta(hours=12), timedelta(hours=24)
        self.approvals.register("guilds:organizers", Action(half_a_day, self.guilds.replace_organizers))
        self.approvals.register("guilds:role", Action(half_a_day, self.guilds.replace_role))
        self.approvals.register("guilds:reporting", Action(half_a_day, self.guilds.replace_reporting))
        self.approvals.register("guilds:key", Action(half_a_day, self.guilds.register_key))
        self.approvals.register("guilds:mode", Action(half_a_day, self.rotation.change_mode))
        self.approvals.register("reports:delete", Action(soon, self.desk.delete))
        self.approvals.register(DELIVER, Action(VETO_FOR[DELIVER], self.conduct.deliver))
        self.approvals.register(TAKE_DOWN, Action(VETO_FOR[TAKE_DOWN], self.conduct.take_down))
        for kind, action in {**self.poll_conduct.approvable(), **self.exports.approvable()}.items():
            self.approvals.register(kind, action)
        self.approvals.register("guilds:thaw", Action(soon, self.guilds.thaw))
        self.approvals.register("guilds:burn", Action(a_day, self.guilds.burn))
        self.approvals.register(LEAVE, Action(soon, self.coalition.leave))

    async def _forget_members(self, guild_id: GuildId) -> None:
        """Destroy what members of a server signed, voted, asked and answered, and the keys that lead to them."""
        await self.coalition.forget_guild(guild_id)
        await self.poll_closing.forget_guild(guild_id)
        await self.afterwards.forget_guild(guild_id)
        await self.time_finding.forget_guild(guild_id)

    async def fact(self, name: str) -> str | None:
        """Return a fact about this installation."""
        async with self._database.begin() as connection:
            return await facts.get(connection, name)

    async def keep_fact(self, name: str, value: str) -> None:
        """Keep a fact about this installation."""
        async with self._database.begin() as connection:
            await facts.put(connection, name, value)

    async def is_held(self) -> bool:
        """Tell whether a restore waits for its confirmation."""
        return await self.fact(facts.RESTORED) == facts.HELD

    async def close(self) -> None:
        """Stop: the alarm first, the client next, the stores last."""
        await self.due.stop()
        await self.client.close()
        await self._vault.close()
        await self._database.close()
        self._ownership.release()

    async def _beat(self) -> None:
        await self._intake.beat()
        await self.keep_fact("heartbeat", secrets.token_hex(8))


def telling(petitions: Petitions, polls: Polls, resources: Resources, commitments: Commitments) -> Telling:
    """Return who tells what in digests, in the order in which it is shown."""
    return Telling(
        members={
            "petitions": petitions.for_digest,
            "polls": polls.for_digest,
            "townhalls": hall_news.told,
            "commitments": commitments.for_digest,
            "resources": resources.for_digest,
        },
        organizers={"reviews": hall_news.to_review, "directory": resources.for_organizers},
        urgent={
            "petitions": petitions.urgent,
            "polls": polls.urgent,
            "townhalls": hall_news.urgent,
            "commitments": commitments.urgent,
        },
    )


async def open_steward(settings: Settings, clock: Clock | None = None, stretching: Stretching | None = None) -> Steward:
    """Take the data directory, check and migrate both stores, and put everything together.

    Raises `AlreadyOwned`, or `StoreRefused` with what to do. Nothing has spoken to Discord yet.
    """
    await asyncio.to_thread(_make_directory, settings.data_dir)
    ownership = Ownership(settings.data_dir)
    ownership.take()
    try:
        keys = await asyncio.to_thread(Keys, settings.key_dir)
        database = Database.at(settings.database)
        await database.prepare()
        vault = await Vault.open(settings.vault_path)
    except BaseException:
        ownership.release()
        raise
    codes = Codes(keys.codes, stretching or Stretching())
    return Steward(settings, ownership, database, vault, keys, clock or SystemClock(), codes)


def _make_directory(path: Path) -> None:
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
