"""Find a time that suits many and shares the nights: ask when people could meet, in private, and explain the order."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.database import cards, hallbands, outbox
from bot.database.audit import AuditChain
from bot.database.engine import Database, Transaction
from bot.database.memory import Memory
from bot.failpoints import reach
from bot.guilds.service import Guild, Guilds
from bot.ids import Actor, GuildId, TimePollId
from bot.refusals import N_, Refusal
from bot.townhalls import fairness, plans, records, rules
from bot.townhalls.fairness import Burden, Ranked, Slot
from bot.townhalls.records import TimePoll
from bot.vault.gathering import Gathering
from bot.vault.keys import Keys, OwnKey
from bot.wallclock import zone_named

__all__ = ["TIMES", "TOLD", "Burden", "TimeFinding", "TimePoll"]

TIMES = "townhalls:times"
FEWEST_SLOTS = 2
MOST_SLOTS = 10
MOST_BANDS = 10
MOST_OPEN_DAYS = 30
ANSWERS = frozenset("yin")
"""What can be said to a time: yes, if needed, no."""

PROPOSED = N_("proposed times for a town hall")
NAMED = N_("named the time zones where members live")
TOLD = (PROPOSED, NAMED)


class SearchGone(Refusal):
    """The search for a time is not there, not for this server, or over."""

    sentence = N_("These times are not up for an answer any more. The card says what came of it.")


class SlotsOutOfRange(Refusal):
    """Too few or too many times are proposed, or one of them is past or comes twice."""

    sentence = N_("Propose from {lowest} to {limit} different times, all of them after the day on which answers close.")


class CloseOutOfRange(Refusal):
    """Answers would be taken for no time, or for too long."""

    sentence = N_("Take answers for at least an hour and at most {days} days.")


class AnswerIncomplete(Refusal):
    """Not every time has one of the three answers."""

    sentence = N_("Please answer each of the times with yes, if needed, or no. Nothing was kept.")


class TooManyBands(Refusal):
    """More zones were named than a card can compare."""

    sentence = N_("At most {limit} time zones can be compared. Choose those in which most members live.")


def key_of(poll_id: TimePollId) -> str:
    """Return the name under which the own key of a search for a time is kept."""
    return f"times-{poll_id}"


class TimeFinding:
    """Ask for times and weigh them. Time zones are those of bands that organizers name, never of a person."""

    def __init__(
        self, guilds: Guilds, database: Database, gathering: Gathering, keys: Keys, audit: AuditChain, clock: Clock
    ) -> None:
        self._guilds = guilds
        self._database = database
        self._gathering = gathering
        self._keys = keys
        self._audit = audit
        self._clock = clock
        self._finding = Memory(database, records.FINDING, self._find_with_guild)

    # What organizers do

    async def propose(
        self, actor: Actor, token: str, title: str, minutes: int, slots: Sequence[datetime], closes_at: datetime
    ) -> TimePoll:
        """Ask when people could meet; the same form again changes nothing.

        Raises `NotAnOrganizer`, `NoTownHallsChannel`, `SlotsOutOfRange`, `CloseOutOfRange` and what `plans` raises.
        """
        guild = await self._guilds.organizer_at_work(actor)
        if guild.townhalls_channel_id is None:
            raise rules.NoTownHallsChannel
        now = self._clock.now()
        title, slots = plans.check_title(title), tuple(sorted(set(slots)))
        plans.check_minutes(minutes)
        if not timedelta(hours=1) <= closes_at - now <= timedelta(days=MOST_OPEN_DAYS):
            raise CloseOutOfRange(days=MOST_OPEN_DAYS)
        if not FEWEST_SLOTS <= len(slots) <= MOST_SLOTS or slots[0] <= closes_at:
            raise SlotsOutOfRange(lowest=FEWEST_SLOTS, limit=MOST_SLOTS)
        found = hashlib.sha256(f"times {guild.id} {token}".encode()).hexdigest()[: rules.ID_LENGTH]
        poll = TimePoll(
            TimePollId(found), guild.id, guild.townhalls_channel_id, title, minutes, guild.zone, slots, closes_at
        )
        async with self._database.begin() as connection:
            known = await records.find_poll(connection, poll.id)
        if known is not None:
            return known  # its key may be shredded already, and is not to be made anew
        self._keys.make_own(key_of(poll.id))
        reach("proposing times: key made")
        async with self._database.begin() as connection:
            if await records.add_poll(connection, poll):
                await self._show_card(connection, poll)
                await self._audit.record(connection, guild.id, actor, PROPOSED, now, details={"times": poll.id})
        return poll

    async def close(self, actor: Actor, poll_id: str, *, is_cancelled: bool = False) -> TimePoll:
        """Take no more answers, and weigh the times unless the search is called off.

        Raises `NotAnOrganizer` or `SearchGone`.
        """
        guild = await self._guilds.organizer_at_work(actor)
        poll = await self._poll(poll_id, guild.id)
        if poll.state == "open":
            return await self._finish(poll.id, "cancelled" if is_cancelled else "closed")
        return poll

    async def name_bands(self, actor: Actor, zones: Sequence[str]) -> list[Burden]:
        """Name the time zones where members live, by which nights are compared; those that stay keep their nights.

        Raises `NotAnOrganizer`, `UnknownZone` or `TooManyBands`.
        """
        guild = await self._guilds.organizer_at_work(actor)
        wanted = list(dict.fromkeys(zone_named(zone).key for zone in zones))
        if len(wanted) > MOST_BANDS:
            raise TooManyBands(limit=MOST_BANDS)
        async with self._database.begin() as connection:
            known = {zone: (nights, meetings) for zone, nights, meetings in await hallbands.bands(connection, guild.id)}
            await hallbands.drop_others(connection, guild.id, wanted)
            for zone in wanted:
                await hallbands.keep(connection, guild.id, zone, *known.get(zone, (0, 0)))
            await self._audit.record(
                connection, guild.id, actor, NAMED, self._clock.now(), details={"zones": len(wanted)}
            )
        return await self.bands(actor)

    async def bands(self, actor: Actor) -> list[Burden]:
        """Return each band with how often it had the night, for everybody to see."""
        guild = await self._guilds.ready(actor.guild_id)
        async with self._database.begin() as connection:
            return await self._burdens(connection, guild.id)

    async def searches(self, actor: Actor) -> list[TimePoll]:
        """Return a server's searches for a time, what closes last first."""
        guild = await self._guilds.ready(actor.guild_id)
        async with self._database.begin() as connection:
            return await records.polls_of(connection, guild.id)

    # What members do

    async def find(self, actor: Actor, poll_id: str) -> TimePoll:
        """Return a search for a time of the actor's server; raises `SearchGone`."""
        poll, _ = await self._finding.get(poll_id)
        if poll.guild_id != actor.guild_id:
            raise SearchGone
        return poll

    async def answer(self, actor: Actor, poll_id: str, answers: str) -> TimePoll:
        """Keep when somebody could meet, a letter of `yin` for each time, and return once it is on disk.

        Reads nothing that grows with the number of answers. Raises `SearchGone` or `AnswerIncomplete`.
        """
        poll, own = await self._open(actor, poll_id)
        if len(answers) != len(poll.slots) or not set(answers) <= ANSWERS:
            raise AnswerIncomplete
        await self._gathering.answer_slots(poll.id, own.tag(actor.user_id), answers)
        return poll

    async def take_back(self, actor: Actor, poll_id: str) -> TimePoll:
        """Delete somebody's answer, if there is one: the reply is the same."""
        poll, own = await self._open(actor, poll_id)
        await self._gathering.take_slots_back(poll.id, own.tag(actor.user_id))
        return poll

    async def own_answer(self, actor: Actor, poll_id: str) -> str | None:
        """Return what somebody answered themselves."""
        poll, own = await self._open(actor, poll_id)
        return await self._gathering.slots_of(poll.id, own.tag(actor.user_id))

    # What happens by itself

    async def close_due(self) -> None:
        """Weigh the times of every search that is up, and destroy what was answered."""
        now = self._clock.now()
        async with self._database.begin() as connection:
            found = await records.polls_to_finish(connection, now)
        for poll in found:
            await self._finish(poll.id, "closed")

    async def forget_guild(self, guild_id: GuildId) -> None:
        """Destroy what a server's members answered."""
        async with self._database.begin() as connection:
            mine = await records.polls_of(connection, guild_id)
        await self._gathering.forget([], [poll.id for poll in mine])
        for poll in mine:
            self._keys.shred(key_of(poll.id))

    # Steps

    async def _finish(self, poll_id: TimePollId, state: str) -> TimePoll:
        """Close a search from wherever it stands, in steps that can each be taken again."""
        async with self._database.begin() as connection:
            poll = await records.find_poll(connection, poll_id, lock=True)
            if poll is None:
                raise SearchGone
            if poll.state == "open":
                # Closed first, so that whoever was let in before stands in line ahead of the count.
                poll = replace(poll, state=state)
                await records.save_poll(connection, poll)
        reach("closing a search: closed and not weighed")
        if poll.state == "closed" and poll.result is None:
            answers = await self._gathering.slots(poll.id)
            async with self._database.begin() as connection:
                weighed = fairness.ranked(
                    _slots(poll, answers), await self._burdens(connection, poll.guild_id), poll.minutes
                )
                poll = replace(poll, result=[_told(each) for each in weighed])
                await records.save_poll(connection, poll)
                await self._show_card(connection, poll)
        reach("closing a search: weighed and not shredded")
        await self._gathering.forget([], [poll.id])
        self._keys.shred(key_of(poll.id))
        async with self._database.begin() as connection:
            await records.save_poll(connection, poll, is_shredded=True)
            await self._show_card(connection, poll)
        return poll

    async def _burdens(self, connection: Transaction, guild_id: GuildId) -> list[Burden]:
        """Return each band's nights, with those of town halls that are planned and not held yet."""
        burdens = [
            Burden(ZoneInfo(zone), nights, meetings)
            for zone, nights, meetings in await hallbands.bands(connection, guild_id)
        ]
        for hall in await records.of_guild(connection, guild_id, tuple(rules.COMING)):
            burdens = list(fairness.borne(burdens, hall.starts_at, hall.plan.minutes))
        return burdens

    async def _open(self, actor: Actor, poll_id: str) -> tuple[TimePoll, OwnKey]:
        poll, guild = await self._finding.get(poll_id)
        if poll.guild_id != actor.guild_id:
            raise SearchGone
        self._guilds.check_ready(guild)
        own = self._keys.own(key_of(poll.id))
        if own is None or poll.state != "open" or self._clock.now() >= poll.closes_at:
            raise SearchGone
        return poll, own

    async def _poll(self, poll_id: str, guild_id: GuildId) -> TimePoll:
        async with self._database.begin() as connection:
            poll = await records.find_poll(connection, poll_id) if rules.is_hall_id(poll_id) else None
        if poll is None or poll.guild_id != guild_id:
            raise SearchGone
        return poll

    async def _find_with_guild(self, connection: Transaction, poll_id: str) -> tuple[TimePoll, Guild | None]:
        poll = await records.find_poll(connection, poll_id) if rules.is_hall_id(poll_id) else None
        if poll is None:
            raise SearchGone
        return poll, await self._guilds.find_in(connection, poll.guild_id)

    async def _show_card(self, connection: Transaction, poll: TimePoll) -> None:
        guild = await self._guilds.find_in(connection, poll.guild_id)
        if guild is None:
            return
        burdens = await hallbands.bands(connection, guild.id)
        contents = {
            "id": poll.id,
            "title": poll.title,
            "minutes": poll.minutes,
            "slots": [int(slot.timestamp()) for slot in poll.slots],
            "zones": [zone for zone, _, _ in burdens],
            "closes": int(poll.closes_at.timestamp()),
            "state": poll.state,
            "result": poll.result,
        }
        key = f"times:{poll.id}:card"
        await cards.show(connection, outbox.Letter(key, guild.id, poll.channel_id, TIMES, contents, guild.language))


def _slots(poll: TimePoll, answers: Sequence[str]) -> list[Slot]:
    """Return how many answered what, in fives: the order of the times then tells nothing that the numbers do not."""
    return [
        Slot(slot, *(rules.in_fives(sum(each[number] == letter for each in answers)) for letter in "yin"))
        for number, slot in enumerate(poll.slots)
    ]


def _told(ranked: Ranked) -> dict[str, Any]:
    slot = ranked.slot
    return {
        "starts": int(slot.starts_at.timestamp()),
        "yes": slot.yes,
        "if_needed": slot.if_needed,
        "no": slot.no,
        "enough": ranked.suits_enough,
        "nights": [zone.key for zone in ranked.nights],
        "burdens": [[burden.zone.key, burden.nights, burden.meetings] for burden in ranked.burdens],
        "reason": ranked.reason.name,
    }
