"""What happens once a town hall is over: the late floor, what binds, what is carried on, and the last byte.

It goes in steps, and a crash at any of them resumes to the same end. The meeting ends and the late floor opens; when
that closes, what is still approved is published, votes are counted, decisions bind and open questions go on to the next
town hall, in one transaction; then everything that could tell who came, asked or wanted an answer is destroyed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.database import hallbands
from bot.database.engine import Database, Transaction
from bot.failpoints import reach
from bot.guilds.service import Guilds
from bot.ids import Actor, GuildId
from bot.refusals import N_, Refusal
from bot.texts import translate
from bot.townhalls import fairness, questions_rules, records, rules
from bot.townhalls.fairness import Burden
from bot.townhalls.minutes import Held, minutes
from bot.townhalls.questions_rules import Kind
from bot.townhalls.queue import Queue
from bot.townhalls.records import Action
from bot.townhalls.rules import Event, State, TownHall
from bot.townhalls.scheduling import Scheduling
from bot.townhalls.service import MINUTES, TownHalls, key_of
from bot.townhalls.weighing import Weighing
from bot.vault.gathering import Gathering
from bot.vault.keys import Keys

__all__ = ["TOLD", "Action", "ActionGone", "Afterwards"]

DONE = 100
MOST_IN_POST = 4
REVIEWED_WITHIN = timedelta(days=3 * 365)
ENDED_BY_ITSELF = N_("ended a town hall that nobody had ended")
SETTLED = N_("closed the late floor of a town hall")
TOLD = (ENDED_BY_ITSELF, SETTLED)


class ActionGone(Refusal):
    """What was to be done is not there, or not in this server."""

    sentence = N_("This is not on the list of what is to be done any more.")


class ProgressOutOfRange(Refusal):
    """Progress is no share, or the day to look at it again is past or too far away."""

    sentence = N_("Progress is from {lowest} to {limit} percent, and the day to look at it again is from tomorrow on.")


class NoMinutesYet(Refusal):
    """The town hall is not over, or did not take place."""

    sentence = N_("There are minutes once a town hall is over. Its card says where it stands.")


class Afterwards:
    """The end of town halls, and what came of them."""

    def __init__(  # noqa: PLR0913, PLR0917 - put together once, from all that ends with a town hall
        self,
        halls: TownHalls,
        scheduling: Scheduling,
        queue: Queue,
        weighing: Weighing,
        guilds: Guilds,
        database: Database,
        gathering: Gathering,
        keys: Keys,
        clock: Clock,
    ) -> None:
        self._halls = halls
        self._scheduling = scheduling
        self._queue = queue
        self._weighing = weighing
        self._guilds = guilds
        self._database = database
        self._gathering = gathering
        self._keys = keys
        self._clock = clock

    async def end(
        self, connection: Transaction, hall: TownHall, ended_at: datetime, attendance: int | None = None
    ) -> TownHall:
        """End a town hall and open its late floor; note who had the night, and announce the next of the series.

        `attendance` is how many came, as the chair saw it; kept in fives.
        """
        late_until = await self._weighing.late_until(connection, hall, ended_at)
        came = None if attendance is None else rules.in_fives(attendance)
        ended = replace(
            hall.moved(Event.END),
            ended_at=ended_at,
            late_until=late_until,
            attendance=came,
            item=None,
            item_started_at=None,
            sequence=hall.sequence + 1,
        )
        await records.save(connection, ended, next_card_at=None)
        kept = [
            Burden(ZoneInfo(zone), nights, meetings)
            for zone, nights, meetings in await hallbands.bands(connection, hall.guild_id)
        ]
        for burden in fairness.borne(kept, hall.starts_at, hall.plan.minutes):
            await hallbands.keep(connection, hall.guild_id, burden.zone.key, burden.nights, burden.meetings)
        await self._scheduling.plan_next(connection, ended)
        await self._halls.show_card(connection, ended)
        await self._tell_of_minutes(connection, ended)
        return ended

    async def end_due(self) -> None:
        """End every town hall that nobody has ended, three hours after it was to be over."""
        now = self._clock.now()
        async with self._database.begin() as connection:
            found = await records.in_state(connection, tuple(rules.COMING))
        for overdue in [each for each in found if each.ends_at + rules.OVERDUE <= now]:
            async with self._database.begin() as connection:
                hall = await records.find(connection, overdue.id, lock=True)
                if hall is None or hall.state not in rules.COMING or hall.ends_at + rules.OVERDUE > now:
                    continue
                await self.end(connection, hall, hall.ends_at)
                await self._halls.note(connection, None, ENDED_BY_ITSELF, hall)
                reach("ending a town hall: before the commit")
            reach("ending a town hall: after the commit")

    async def settle_due(self) -> None:
        """Close every late floor whose time is up, and destroy what the vault holds of town halls that are over."""
        now = self._clock.now()
        async with self._database.begin() as connection:
            late = await records.in_state(connection, (State.LATE,))
        for hall in late:
            if hall.late_until is not None and hall.late_until <= now:
                await self._settle(hall)
        async with self._database.begin() as connection:
            over = await records.unshredded(connection)
        if over:
            await self._shred(over)

    async def forget_guild(self, guild_id: GuildId) -> None:
        """Destroy everything that could tell who took part in a server's town halls."""
        async with self._database.begin() as connection:
            mine = await records.of_guild(connection, guild_id, tuple(State))
        await self._gathering.forget([hall.id for hall in mine])
        for hall in mine:
            self._keys.shred(key_of(hall.id))

    async def minutes(self, actor: Actor, hall_id: str) -> tuple[TownHall, str]:
        """Return a town hall and its minutes in Markdown, in the language of the server; raises `NoMinutesYet`.

        While the late floor is open they are drafted anew each time. What they say when it closes is kept.
        """
        hall = await self._halls.find(actor, hall_id)
        if hall.state not in {State.LATE, State.CLOSED}:
            raise NoMinutesYet
        async with self._database.begin() as connection:
            kept = await records.minutes_of(connection, hall.id)
            return hall, kept if kept is not None else await self._draft(connection, hall)

    # What is to be done

    async def actions(self, actor: Actor) -> list[Action]:
        """Return what a server's town halls agreed to do and what is not done, the next to look at first."""
        guild = await self._guilds.ready(actor.guild_id)
        async with self._database.begin() as connection:
            return await records.actions(connection, guild.id)

    async def report(self, actor: Actor, action_id: str, progress: int, review_on: date | None) -> Action:
        """Note how far something is, in percent, and when to look at it again; with 100 it is done.

        Raises `NotAnOrganizer`, `ActionGone` or `ProgressOutOfRange`.
        """
        guild = await self._guilds.organizer_at_work(actor)
        today = self._clock.now().astimezone(guild.zone_info).date()
        if not 0 <= progress <= DONE or not (review_on is None or today < review_on <= today + REVIEWED_WITHIN):
            raise ProgressOutOfRange(lowest=0, limit=DONE)
        async with self._database.begin() as connection:
            action = await records.find_action(connection, guild.id, action_id)
            if action is None:
                raise ActionGone
            noted = replace(action, progress=progress, review_on=review_on, is_done=progress == DONE)
            await records.save_action(connection, noted)
        return noted

    # Steps

    async def _settle(self, late: TownHall) -> None:
        if await self._weighing.is_waiting(late):
            return
        # Too late for anybody to be guessed by the hour at which they wrote.
        await self._queue.publish(late, tuple(Kind))
        async with self._database.begin() as connection:
            roots = questions_rules.roots(await records.questions(connection, late.id))
        votes = await self._gathering.upvotes(late.id, roots)
        async with self._database.begin() as connection:
            hall = await records.find(connection, late.id, lock=True)
            if hall is None or hall.state is not State.LATE:
                return
            for question in (await records.questions(connection, hall.id)).values():
                if question.id in votes:
                    await records.save_question(connection, replace(question, votes=votes[question.id]))
            await records.bind(connection, hall.id, await self._weighing.binding(connection, hall))
            closed = replace(hall.moved(Event.SETTLE), release_at=None, comments_at=None)
            await self._scheduling.carry_over(connection, closed)
            await records.save(connection, closed, minutes_text=await self._draft(connection, closed))
            await self._halls.show_card(connection, closed)
            await self._halls.note(connection, None, SETTLED, closed)
            reach("settling a town hall: before the commit")
        reach("settling a town hall: after the commit")

    async def _draft(self, connection: Transaction, hall: TownHall) -> str:
        guild = await self._guilds.find_in(connection, hall.guild_id)
        t = translate("en" if guild is None else guild.language)
        held = Held(
            hall,
            list((await records.questions(connection, hall.id)).values()),
            await self._weighing.decided(connection, hall, t),
            await records.actions(connection, hall.guild_id, hall.id),
            list((await records.questions(connection, hall.id, Kind.COMMENT)).values()),
        )
        return minutes(held, t)

    async def _tell_of_minutes(self, connection: Transaction, hall: TownHall) -> None:
        """Say once that there are minutes. What the post says is what was noted by then; the file has the newest."""
        decided = await records.decisions(connection, hall.id)
        to_do = await records.actions(connection, hall.guild_id, hall.id)
        if hall.started_at is None and not decided and not to_do:
            return  # nobody held it
        contents = {
            "decisions": [each.text for each in decided[:MOST_IN_POST]],
            "more": max(0, len(decided) - MOST_IN_POST),
            "actions": len(to_do),
            "takes_comments": hall.late_until is not None and hall.late_until > (hall.ended_at or hall.late_until),
            "late_until": None if hall.late_until is None else int(hall.late_until.timestamp()),
        }
        await self._halls.tell(connection, hall, "minutes", MINUTES, contents)

    async def _shred(self, over: Sequence[TownHall]) -> None:
        await self._gathering.forget([hall.id for hall in over])
        reach("settling a town hall: forgotten and key left")
        for hall in over:
            self._keys.shred(key_of(hall.id))
        reach("settling a town hall: key gone and not noted")
        async with self._database.begin() as connection:
            for hall in over:
                current = await records.find(connection, hall.id, lock=True)
                if current is not None:
                    await records.save(connection, current, is_shredded=True)
