"""Count signatures when a card is due, and say what has become of the petition. Never at a click."""

import asyncio
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.database import cards, facts, outbox
from bot.database.engine import Database, Transaction
from bot.disclosure import at_least
from bot.failpoints import reach
from bot.guilds.service import Guild, Guilds
from bot.ids import GuildId, PetitionId
from bot.petitions import conditions, records, rules, showing, structure
from bot.petitions.conditions import Condition
from bot.petitions.records import Progress
from bot.petitions.rules import Petition, State
from bot.petitions.service import CARD, MILESTONE, Petitions
from bot.vault.roll import Roll, Signature

ANSWER_LOOKED_AT = timedelta(hours=12)
"""How often a card whose clock runs in days is looked at."""

LIVE = timedelta(0)
REWRITTEN = "signatures written anew"


@dataclass(frozen=True, slots=True)
class Counted:
    """What counts of a roll at one moment: never shown as it is, only through `bot.disclosure`."""

    tags: frozenset[bytes]
    by_unit: Mapping[str, int]
    by_guild: Mapping[GuildId, int]

    @property
    def total(self) -> int:
        """Return how many accounts are counted."""
        return len(self.tags)


def count(petition: Petition, signatures: Sequence[Signature]) -> Counted:
    """Return the signatures under the petition's own words whose conditions hold together."""
    valid = {each.tag: each for each in signatures if each.wording == petition.wording.hash}
    if any(each.at_least is not None or each.share is not None for each in valid.values()):
        waiting = {tag: Condition(each.at_least, each.share, each.unit) for tag, each in valid.items()}
        tags = conditions.counted(waiting, headcounts(petition))
    else:
        tags = frozenset(valid)
    mine = [valid[tag] for tag in tags]
    return Counted(tags, Counter(each.unit for each in mine if each.unit), Counter(each.guild_id for each in mine))


def headcounts(petition: Petition) -> dict[str | None, int]:
    """Return how many people work in each unit, and in all under `None` where that is known."""
    known: dict[str | None, int] = {unit: people for unit, people in petition.units.items()}  # noqa: C416 - widens the key
    return {**known, None: sum(known.values())} if known else {}


class Counting:
    """What happens to petitions by themselves."""

    def __init__(self, petitions: Petitions, guilds: Guilds, database: Database, roll: Roll, clock: Clock) -> None:
        self._petitions = petitions
        self._guilds = guilds
        self._database = database
        self._roll = roll
        self._clock = clock

    async def refresh_due(self) -> None:
        """Bring every card up to date whose time has come, whether or not anybody has signed since."""
        async with self._database.begin() as connection:
            due = await records.due(connection, self._clock.now())
        for petition_id in due:
            await self._refresh(petition_id)

    async def anonymize_due(self) -> None:
        """Destroy the signatures of petitions that ended long enough ago, and with them who wrote them."""
        now = self._clock.now()
        async with self._database.begin() as connection:
            ended = await records.to_anonymize(connection)
            kept = {guild_id: await records.settings(connection, guild_id) for _, guild_id, _ in ended}
        for petition_id, guild_id, ended_at in ended:
            if now - ended_at < timedelta(days=kept[guild_id].roll_kept_days):
                continue
            await self._petitions.shred(petition_id)
            reach("anonymizing: shredded")
            async with self._database.begin() as connection:
                petition = await records.find(connection, petition_id, lock=True)
                if petition is not None:
                    await records.save(connection, petition, is_anonymized=True, unit_counts="{}")

    async def rewrite_due(self) -> None:
        """Write the vault anew once a day, so that no order of signing stays for longer.

        Also on a day on which nobody signed: or whoever watches the disk would see on which days somebody did.
        """
        today = self._clock.now().date().isoformat()
        async with self._database.begin() as connection:
            if await facts.get(connection, REWRITTEN) == today:
                return
        await self._roll.rewrite()
        async with self._database.begin() as connection:
            await facts.put(connection, REWRITTEN, today)

    async def _refresh(self, petition_id: PetitionId) -> None:
        now = self._clock.now()
        signatures = await self._roll.all(petition_id)
        async with self._database.begin() as connection:
            petition = await records.find(connection, petition_id, lock=True)
            if petition is None or petition_id not in await records.due(connection, now):
                return  # somebody else was quicker, and the card is not to move twice at once
            servers = await self.servers(connection, petition_id)
            gone = {each.guild_id for each in signatures} - {guild.id for guild in servers}
            signatures = [each for each in signatures if each.guild_id not in gone]
            counted = await asyncio.to_thread(count, petition, signatures)
            if servers and not servers[0].is_frozen:
                petition = await self._bring_up_to_date(connection, petition, counted, servers)
            reach("petition: before the commit")
        reach("petition: after the commit")
        for guild_id in gone:
            await self._roll.forget_server(petition_id, guild_id)
        if petition.state is State.EXPIRED:
            await self._petitions.shred(petition_id)
        elif petition.state is State.REACHED and now >= petition.terms.deadline_at and counted.total < len(signatures):
            # Nobody can sign any more, so what these wait for cannot come true.
            await self._roll.keep_only(petition_id, list(counted.tags))

    async def _bring_up_to_date(
        self, connection: Transaction, petition: Petition, counted: Counted, servers: Sequence[Guild]
    ) -> Petition:
        now = self._clock.now()
        if event := showing.due_event(petition, counted.total, now):
            petition = await self._petitions.move(connection, petition, event)
        progress = (await records.progress(connection, [petition.id]))[petition.id]
        petition, progress = await self._show_counts(connection, petition, progress, counted, servers)
        await self._tell_milestones(connection, petition, progress, servers)
        await records.save(connection, petition, next_card_at=self._next_look(petition, now))
        await self.show_cards(connection, petition, servers)
        return petition

    async def _show_counts(
        self,
        connection: Transaction,
        petition: Petition,
        progress: Progress,
        counted: Counted,
        servers: Sequence[Guild],
    ) -> tuple[Petition, Progress]:
        """Move what is shown: the count in steps, the units and the shares of servers in steps of their k."""
        if petition.state in rules.SIGNABLE - {State.SEEKING}:
            before = 0 if petition.terms.has_live_count else petition.shown
            petition = replace(petition, shown=at_least(counted.total, petition.terms.step, before))
        k = max(guild.k for guild in servers)
        units = {
            unit: at_least(counted.by_unit.get(unit, 0), k, progress.unit_counts.get(unit, 0))
            for unit in petition.units
        }
        shares = await records.guilds_of(connection, petition.id)
        await records.keep_shares(
            connection,
            petition.id,
            {guild.id: at_least(counted.by_guild.get(guild.id, 0), guild.k, shares[guild.id]) for guild in servers},
        )
        await records.save_counts(connection, petition.id, units)
        return petition, replace(progress, unit_counts=units)

    async def _tell_milestones(
        self, connection: Transaction, petition: Petition, progress: Progress, servers: Sequence[Guild]
    ) -> None:
        if petition.state not in {State.OPEN, State.REACHED}:
            return
        reached = showing.milestones_reached(petition.shown, petition.terms.threshold, progress.milestones)
        if not reached:
            return
        await records.save_milestones(connection, petition.id, (*progress.milestones, *reached))
        for guild in servers:
            contents = {"id": petition.id, "title": petition.wording.title, "percent": reached[-1]}
            await self._queue(
                connection, guild, f"petition:{petition.id}:{reached[-1]}:{guild.id}", MILESTONE, contents
            )

    async def show_cards(self, connection: Transaction, petition: Petition, servers: Sequence[Guild]) -> None:
        """Let the card in each server say how the petition stands; a petition that never opened has none."""
        if petition.opened_at is None:
            return
        progress = (await records.progress(connection, [petition.id]))[petition.id]
        ratings = await self._roll.ratings(petition.id)
        for guild in servers:
            if guild.petitions_channel_id is None:
                continue
            key = card_key(petition.id, guild.id)
            contents = card_contents(petition, progress, ratings, max(each.k for each in servers), self._clock.now())
            contents["servers"] = len(servers)
            letter = outbox.Letter(key, guild.id, guild.petitions_channel_id, CARD, contents, guild.language)
            await cards.show(connection, letter)

    async def _queue(
        self, connection: Transaction, guild: Guild, key: str, kind: str, contents: Mapping[str, Any]
    ) -> None:
        if guild.petitions_channel_id is not None:
            letter = outbox.Letter(key, guild.id, guild.petitions_channel_id, kind, contents, guild.language)
            await outbox.queue(connection, letter)

    async def servers(self, connection: Transaction, petition_id: PetitionId) -> list[Guild]:
        """Return the servers that take part, the one it was started in first."""
        found = [
            await self._guilds.find_in(connection, guild_id)
            for guild_id in await records.guilds_of(connection, petition_id)
        ]
        petition = await records.find(connection, petition_id)
        assert petition is not None
        return sorted((guild for guild in found if guild is not None), key=lambda guild: guild.id != petition.guild_id)

    def _next_look(self, petition: Petition, now: datetime) -> datetime | None:
        if petition.state in records.OVER or petition.state is State.DRAFT:
            return None
        if petition.state in {State.DELIVERED, State.ANSWERED}:
            return now + ANSWER_LOOKED_AT
        if petition.terms.has_live_count and petition.state in rules.SIGNABLE:
            return now + LIVE
        # The deadline is kept to the minute; everything before it is blurred.
        return min(showing.next_card_at(now, now, secrets.randbits(64)), max(petition.terms.deadline_at, now))


def card_key(petition_id: PetitionId, guild_id: GuildId) -> str:
    """Return the natural key of a petition's one card in a server."""
    return f"petition:{petition_id}:card:{guild_id}"


def card_contents(
    petition: Petition, progress: Progress, ratings: Mapping[str, int], k: int, now: datetime
) -> dict[str, Any]:
    """Return what a card says, for everybody to read: nothing in it moves finer than the petition's terms allow."""
    total = sum(petition.units.values())
    delivered = progress.delivered_at
    waits = petition.state is State.DELIVERED and delivered is not None
    return {
        "id": petition.id,
        "state": petition.state,
        "title": petition.wording.title,
        "whom": petition.wording.whom,
        "demands": list(petition.wording.demands),
        "why": petition.wording.why,
        "hash": petition.wording.hash,
        "visibility": petition.terms.visibility,
        "live": petition.terms.has_live_count,
        "shown": petition.shown,
        "threshold": petition.terms.threshold,
        "deadline": int(petition.terms.deadline_at.timestamp()),
        "gates": [petition.gates.account_age_days, petition.gates.days_in_server, petition.gates.role_id],
        "share": structure.share(petition.shown, total) if total else None,
        "days": showing.days_without_answer(delivered, progress.answered_at, now) if waits and delivered else None,
        "answer": progress.answer,
        "rejection": progress.rejection,
        "ratings": {rating: at_least(number, k) for rating, number in ratings.items() if number >= k},
    }
