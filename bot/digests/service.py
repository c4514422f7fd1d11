"""Make each guild's digests when their time comes, once, and queue them to be posted."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from bot.clock import Clock
from bot.database import outbox, schedules
from bot.database.engine import Database, Transaction
from bot.database.schedules import Due
from bot.digests import records, rules
from bot.digests.picture import TREND_SPAN, WARNED_AFTER, Picture, impact_picture, stored
from bot.digests.plans import REGULAR, Audience, Plan, Window
from bot.digests.rules import Cell, CellName, Digest, DueDigest, Lots, Tally
from bot.digests.telling import Telling, is_news
from bot.failpoints import reach
from bot.guilds.service import DIGEST, FIRST_COVERS, Guild, Guilds
from bot.ids import Actor, GuildId

KIND = "digests:digest"
PART = "digests:part"

SETTLING = timedelta(minutes=1)
"""How long before now a window ends: what happens takes a moment to be stored, and may not fall between two windows."""


@dataclass(frozen=True, slots=True)
class Impact:
    """What organizers may see of the tallies: what has been published, in every dimension, and when."""

    tallies: tuple[Tally, ...]
    published_on: date | None
    k: int
    picture: Picture | None = None


class Digests:
    """The scheduled digests of all guilds."""

    def __init__(self, guilds: Guilds, telling: Telling, database: Database, clock: Clock) -> None:
        self._guilds = guilds
        self._telling = telling
        self._database = database
        self._clock = clock

    async def make_due(self) -> None:
        """Make every digest whose time has come.

        After a pause one digest covers everything missed and says that it is late.
        """
        async with self._database.begin() as connection:
            due = await schedules.due_like(connection, DIGEST, self._clock.now())
        # The regular one first: others that come with it tell of the numbers that it moves.
        errors: list[Exception] = []
        for guild_id, job in sorted(due, key=lambda each: each[1] != DIGEST):
            try:
                await self._make(guild_id, job)
            except Exception as error:  # noqa: BLE001 - one that cannot be made keeps no other from coming
                errors.append(error)
        if errors:
            raise errors[0]

    async def impact(self, actor: Actor) -> Impact:
        """Return every number that has passed the gate, for an organizer; raises `NotAnOrganizer`.

        Nothing newer than the last digest: a number that moved in between would tell when somebody was confirmed.
        """
        guild = await self._guilds.organizer(actor)
        async with self._database.begin() as connection:
            last = await records.last_period(connection, guild.id)
            tallies = await self._published(connection, guild.id)
            shown = await self._picture(connection, guild, tallies, None)
        return Impact(tallies, last, guild.k, shown)

    async def early(self, connection: Transaction, guild: Guild, plan: Plan, schedule: Due) -> dict[str, Any] | None:
        """Return what a digest would say if it came now; `None` if there is nothing new to tell.

        Its numbers are those that the last regular digest left: between two of those no number moves.
        """
        window = self.window(schedule)
        digest = await self._standing(connection, plan, window)
        told = await self._telling.of(connection, guild.id, plan.audience, window)
        if digest.is_silent and not is_news(told):
            return None
        today = self._clock.now().astimezone(guild.zone_info).date()
        due = DueDigest(today, window.until, is_late=False)
        shown = await self._picture(connection, guild, digest.tallies, None)
        return _contents(plan, _numbers(digest, due, window, guild), shown, told)

    async def post(self, connection: Transaction, guild: Guild, plan: Plan, name: str, says: Mapping[str, Any]) -> bool:
        """Queue a digest under a name that is its own, and tell whether it was new."""
        if plan.channel_id is None:
            return False
        # What is told beside the numbers is not kept with them: a title must not outlive what it names.
        letter = outbox.Letter(plan.key(name), guild.id, plan.channel_id, KIND, says, guild.language)
        return await outbox.queue(connection, letter)

    async def _make(self, guild_id: GuildId, job: str) -> None:
        """Decide one digest, keep what it publishes, queue it and move its window on, all in one transaction."""
        now = self._clock.now()
        async with self._database.begin() as connection:
            schedule = await schedules.lock(connection, guild_id, job)
            guild = await self._guilds.find_in(connection, guild_id)
            if schedule is None or guild is None or guild.is_frozen or schedule.next_at > now:
                return
            plan = await find_plan(connection, guild, job)
            if plan is None:
                await schedules.drop(connection, guild_id, job)
                return
            following = replace(schedule, next_at=plan.rhythm.after(now).at)
            last = await records.last_period(connection, guild_id) if plan.is_regular else None
            due = rules.due_digest(last or date.min, now, plan.rhythm, schedule.next_at)
            if due is None or plan.is_paused or plan.channel_id is None:
                await schedules.put(connection, following)  # nothing is told, so the window stays open
                return
            window = self.window(schedule)
            if plan.is_regular:
                digest = await self._gated(connection, guild, due)
                shown = await self._picture(connection, guild, digest.tallies, due.period)
                numbers = _numbers(digest, due, window, guild)
                await records.keep(connection, guild_id, due.period, now, numbers)
            else:
                digest = await self._standing(connection, plan, window)
                shown = await self._picture(connection, guild, digest.tallies, None)
                numbers = _numbers(digest, due, window, guild)
            told = await self._telling.of(connection, guild_id, plan.audience, window)
            if is_news(told) or not digest.is_silent:
                name = due.period.isoformat() if plan.is_regular else due.due_at.isoformat()
                says = _contents(plan, numbers, shown, told)
                if not await self.post(connection, guild, plan, name, says):
                    # The clock was set back and this time comes again: what is told is left to the next.
                    await schedules.put(connection, following)
                    return
                reach("digest: queued")
            await schedules.put(connection, replace(following, told_until=window.until))
            reach("digest: before the commit")
        reach("digest: after the commit")

    async def _gated(self, connection: Transaction, guild: Guild, due: DueDigest) -> Digest:
        """Pass the gate and remember what it shows.

        A second run for the same period would draw lots again, so the period's row in the transaction is the lock.
        """
        cells = [
            Cell(name, count, shown, step if step is not None else _first_step(name, guild.k))
            for name, count, shown, step in await records.cells(connection, guild.id)
            if not rules.stands_still(name, due.period)
        ]
        lots = {cell.name: Lots(secrets.randbits(64), secrets.randbits(64)) for cell in cells}
        gated = rules.pass_gate(cells, guild.k, lots)
        await records.save_cells(connection, guild.id, gated.cells)
        reach("digest: marked as shown and not kept")
        return gated.digest

    async def _standing(self, connection: Transaction, plan: Plan, window: Window) -> Digest:
        """Return the numbers as the last regular digest left them, with what grew in a window."""
        if plan.audience is Audience.URGENT:
            return Digest((), ())
        tallies = await self._published(connection, plan.guild_id)
        # Numbers are there as soon as they are decided: what the last digest showed is not new again.
        before = await records.published_by(connection, plan.guild_id, window.since + SETTLING)
        return Digest(tallies, rules.grown(before, tallies))

    async def _published(self, connection: Transaction, guild_id: GuildId) -> tuple[Tally, ...]:
        cells = await records.cells(connection, guild_id)
        return rules.published(Cell(name, 0, shown, 0) for name, _, shown, _ in cells)

    async def _picture(
        self, connection: Transaction, guild: Guild, tallies: Sequence[Tally], day: date | None
    ) -> Picture | None:
        """Return the picture of what is published on a day, or was with the last regular digest; `None` of nothing."""
        if not tallies:
            return None
        shown_on = day or await records.last_period(connection, guild.id) or date.max
        told = await records.history(connection, guild.id, shown_on - TREND_SPAN, shown_on - WARNED_AFTER)
        return impact_picture([each for each in told if each[0] < shown_on], tallies, shown_on, guild.k)

    def window(self, schedule: Due) -> Window:
        """Return what the next digest of a schedule tells of: nothing while a clock that was set back catches up."""
        until = self._clock.now() - SETTLING
        since = schedule.told_until or until - FIRST_COVERS
        return Window(since, max(since, until))


async def find_plan(connection: Transaction, guild: Guild, job: str) -> Plan | None:
    """Return the digest of a guild that a job makes, if it is still there."""
    if job == DIGEST:
        return regular(guild)
    return await records.find_plan(connection, guild.id, job.removeprefix(f"{DIGEST}:"))


def job_of(plan: Plan) -> str:
    """Return the name of the job that makes a digest."""
    return DIGEST if plan.is_regular else f"{DIGEST}:{plan.id}"


def regular(guild: Guild) -> Plan:
    """Return the digest that every guild has, as it is set up."""
    return Plan(
        REGULAR, guild.id, Audience.MEMBERS, guild.digests_channel_id, guild.digest_rhythm, guild.digest_is_paused
    )


def _contents(plan: Plan, numbers: Mapping[str, Any], shown: Picture | None, told: Mapping[str, Any]) -> dict[str, Any]:
    picture = None if shown is None else stored(shown)
    return {**numbers, "picture": picture, **told, "audience": plan.audience}


def _first_step(name: CellName, k: int) -> int:
    return rules.new_cell(name, k, secrets.randbits(64)).step


def _numbers(digest: Digest, due: DueDigest, window: Window, guild: Guild) -> dict[str, Any]:
    return {
        "period": due.period.isoformat(),
        "since": window.since.astimezone(guild.zone_info).date().isoformat(),
        "is_late": due.is_late,
        "k": guild.k,
        "total": digest.total,
        "tallies": [[tally.name.dimension, list(tally.name.options), tally.at_least] for tally in digest.tallies],
        "changes": [
            [change.name.dimension, list(change.name.options), change.before, change.after] for change in digest.changes
        ],
    }
