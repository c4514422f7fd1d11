"""Make each guild's digest when its time comes, once, and queue it to be posted."""

import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.clock import Clock
from bot.database import outbox, schedules
from bot.database.engine import Database
from bot.digests import records, rules
from bot.digests.rules import Cell, CellName, Digest, DueDigest, Lots, Tally
from bot.failpoints import reach
from bot.guilds.service import DIGEST, Guilds
from bot.ids import Actor, GuildId
from bot.petitions.service import Petitions
from bot.polls.service import Polls

KIND = "digests:digest"


@dataclass(frozen=True, slots=True)
class Impact:
    """What organizers may see of the tallies: what has been published, in every dimension, and when."""

    tallies: tuple[Tally, ...]
    published_on: date | None
    k: int


class Digests:
    """The scheduled digests of all guilds."""

    def __init__(self, guilds: Guilds, petitions: Petitions, polls: Polls, database: Database, clock: Clock) -> None:
        self._guilds = guilds
        self._petitions = petitions
        self._polls = polls
        self._database = database
        self._clock = clock

    async def make_due(self) -> None:
        """Make every digest whose time has come.

        After a pause one digest covers everything missed and says that it is late.
        """
        async with self._database.begin() as connection:
            due = await schedules.due(connection, DIGEST, self._clock.now())
        for guild_id in due:
            await self._make(guild_id)

    async def impact(self, actor: Actor) -> Impact:
        """Return every number that has passed the gate, for an organizer; raises `NotAnOrganizer`.

        Nothing newer than the last digest: a number that moved in between would tell when somebody was confirmed.
        """
        guild = await self._guilds.organizer(actor)
        async with self._database.begin() as connection:
            cells = [Cell(name, 0, shown, 0) for name, _, shown, _ in await records.cells(connection, guild.id)]
            last = await records.last_period(connection, guild.id)
        return Impact(rules.published(cells), last, guild.k)

    async def _make(self, guild_id: GuildId) -> None:
        """Pass the gate, keep what it published and queue the message, all in one transaction.

        It is silent only if no number that is told moved and there is nothing to tell of petitions and polls either. A
        second run of the gate for the same period would draw lots again, so the period's row is the lock.
        """
        now = self._clock.now()
        async with self._database.begin() as connection:
            schedule = await schedules.lock(connection, guild_id, DIGEST)
            guild = await self._guilds.find_in(connection, guild_id)
            if schedule is None or guild is None or guild.is_frozen or schedule.next_at > now:
                return
            await schedules.put(connection, schedules.Due(guild_id, DIGEST, guild.next_digest(now)))
            last = await records.last_period(connection, guild_id)
            due = rules.due_digest(last or date.min, now, guild.digest_rhythm)
            if due is None or guild.digests_channel_id is None:
                return  # without a channel nothing is published, so nothing may be marked as shown
            cells = [
                Cell(name, count, shown, step if step is not None else _first_step(name, guild.k))
                for name, count, shown, step in await records.cells(connection, guild_id)
                if not rules.stands_still(name, due.period)
            ]
            lots = {cell.name: Lots(secrets.randbits(64), secrets.randbits(64)) for cell in cells}
            gated = rules.pass_gate(cells, guild.k, lots)
            await records.save_cells(connection, guild_id, gated.cells)
            reach("digest: marked as shown and not kept")
            since = await records.last_decided_at(connection, guild_id)
            told = {
                "petitions": await self._petitions.for_digest(connection, guild_id, since, now),
                "polls": await self._polls.for_digest(connection, guild_id, since, now),
            }
            numbers = _contents(gated.digest, due, last, guild.k)
            await records.keep(connection, guild_id, due.period, now, numbers)
            if any(told.values()) or not gated.digest.is_silent:
                key = due.key(guild_id)
                # Not kept with the numbers: a title must not outlive what it names, nor the server it came from.
                contents = {**numbers, **told}
                letter = outbox.Letter(key, guild_id, guild.digests_channel_id, KIND, contents, guild.language)
                await outbox.queue(connection, letter)
                reach("digest: queued")
            reach("digest: before the commit")
        reach("digest: after the commit")


def _first_step(name: CellName, k: int) -> int:
    return rules.new_cell(name, k, secrets.randbits(64)).step


def _contents(digest: Digest, due: DueDigest, last: date | None, k: int) -> dict[str, Any]:
    return {
        "period": due.period.isoformat(),
        "since": None if last is None else last.isoformat(),
        "is_late": due.is_late,
        "k": k,
        "total": digest.total,
        "tallies": [[tally.name.dimension, list(tally.name.options), tally.at_least] for tally in digest.tallies],
        "changes": [
            [change.name.dimension, list(change.name.options), change.before, change.after] for change in digest.changes
        ],
    }
