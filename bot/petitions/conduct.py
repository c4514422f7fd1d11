"""What organizers do with petitions: let them in, turn them away, hand them over, and note what was answered."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.cleaning import clean
from bot.clock import Clock
from bot.database.audit import AuditChain
from bot.database.engine import Database, Transaction
from bot.disclosure import at_least
from bot.failpoints import reach
from bot.guilds.service import Guild, Guilds
from bot.ids import Actor
from bot.petitions import records, rules, showing, structure
from bot.petitions.records import Progress
from bot.petitions.rules import Event, Petition, State
from bot.petitions.service import Petitions
from bot.petitions.showing import Names
from bot.refusals import N_, Refusal
from bot.vault.roll import Roll

__all__ = ["DELIVER", "TAKE_DOWN", "TOLD", "VETO_FOR", "Conduct", "Panel", "UnitShare"]

DELIVER = "petitions:deliver"
TAKE_DOWN = "petitions:takedown"
VETO_FOR = {DELIVER: timedelta(hours=12), TAKE_DOWN: timedelta(0)}
"""How long organizers can still stop what two of them agreed to. Signatures leave the vault with the first."""

LONGEST_ANSWER = 1500
TOLD = {
    Event.PUBLISH: N_("published a petition"),
    Event.REJECT: N_("rejected a petition"),
    Event.TAKE_DOWN: N_("took a petition down"),
    Event.DELIVER: N_("handed a petition over"),
    Event.ANSWER: N_("noted the answer to a petition"),
    Event.CLOSE: N_("closed a petition"),
}
"""What an organizer did, as the audit chain tells it."""


class NoSuchReason(Refusal):
    """The code stands for no reason."""

    sentence = N_("Choose one of the reasons: everybody will read it.")


class AnswerMissing(Refusal):
    """There is no answer to note."""

    sentence = N_("Please write what was answered, or its most important part.")


class AnswerTooLong(Refusal):
    """The answer does not fit its card."""

    sentence = N_("The answer is too long: at most {limit} characters fit. A summary and where to read it is enough.")


@dataclass(frozen=True, slots=True)
class UnitShare:
    """A part of the workplace in the structure test; `percent` is `None` while it would point at somebody."""

    name: str
    headcount: int
    percent: int | None


@dataclass(frozen=True, slots=True)
class Panel:
    """A petition as organizers see it. `is_home`: it was started in their server, so they may act on it."""

    petition: Petition
    progress: Progress
    is_home: bool
    names: Names
    ratings: Mapping[str, int]
    percent: int | None
    marks: Sequence[int]
    units: Sequence[UnitShare]


class Conduct:
    """What organizers do with petitions. Who is an organizer is looked up at each action."""

    def __init__(
        self,
        petitions: Petitions,
        guilds: Guilds,
        database: Database,
        roll: Roll,
        audit: AuditChain,
        clock: Clock,
    ) -> None:
        self._petitions = petitions
        self._guilds = guilds
        self._database = database
        self._roll = roll
        self._audit = audit
        self._clock = clock

    # Looking

    async def listed(self, actor: Actor, *, is_over: bool = False) -> list[Petition]:
        """Return the guild's petitions but drafts, which only their authors see; what waits for organizers first."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            found = await records.of_guild(connection, guild.id, is_over=is_over)
        waiting = (State.REACHED, State.SEEKING, State.DELIVERED, State.ANSWERED)
        order = {state: number for number, state in enumerate(waiting)}
        shown = [each for each in found if each.state is not State.DRAFT]
        return sorted(shown, key=lambda each: (order.get(each.state, len(order)), each.id))

    async def panel(self, actor: Actor, petition_id: str) -> Panel:
        """Return a petition for an organizer, with the structure test; raises `PetitionGone`.

        Shares rest on the counts that cards were last made from, so looking often tells nothing new.
        """
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            petition = await self.taking_part(connection, guild, petition_id)
            progress = (await records.progress(connection, [petition.id]))[petition.id]
            taking_part = await records.guilds_of(connection, petition.id)
            servers = [await self._guilds.find_in(connection, each) for each in taking_part]
        k = max(each.k for each in servers if each is not None)
        ratings = await self._roll.ratings(petition.id)
        people = sum(petition.units.values())
        percent = structure.share(petition.shown, people) if people else None
        return Panel(
            petition,
            progress,
            petition.guild_id == guild.id,
            showing.who_may_see(petition.terms.visibility, petition.state, is_organizer=True),
            {rating: at_least(number, k) for rating, number in ratings.items() if number >= k},
            percent,
            structure.marks_reached(percent or 0),
            [
                UnitShare(name, many, structure.unit_share(progress.unit_counts.get(name, 0), many, k))
                for name, many in petition.units.items()
            ],
        )

    # What one organizer may do

    async def publish(self, actor: Actor, petition_id: str) -> Petition:
        """Open a petition without waiting for supporters."""
        async with self.at(actor, petition_id) as (connection, petition):
            return await self._move(connection, actor, petition, Event.PUBLISH)

    async def reject(self, actor: Actor, petition_id: str, reason: str) -> Petition:
        """Turn a petition away for a reason that everybody may read, and destroy its supporters' signatures."""
        check_reason(reason)
        async with self.at(actor, petition_id) as (connection, petition):
            moved = await self._move(connection, actor, petition, Event.REJECT, rejection=reason)
        reach("rejecting: after the commit")
        await self._petitions.shred(moved.id)
        return moved

    async def record_answer(self, actor: Actor, petition_id: str, text: str) -> Petition:
        """Note what was answered, for the card; signers can rate it from then on.

        Raises `AnswerMissing` or `AnswerTooLong`.
        """
        answer = clean(text)
        if not any(character.isalnum() for character in answer):
            raise AnswerMissing
        if len(answer) > LONGEST_ANSWER:
            raise AnswerTooLong(limit=LONGEST_ANSWER)
        now = self._clock.now()
        async with self.at(actor, petition_id) as (connection, petition):
            return await self._move(connection, actor, petition, Event.ANSWER, answer=answer, answered_at=now)

    async def close(self, actor: Actor, petition_id: str) -> Petition:
        """End a petition that was handed over. Its signatures are destroyed when the server's time for it is up."""
        async with self.at(actor, petition_id) as (connection, petition):
            return await self._move(connection, actor, petition, Event.CLOSE)

    # What takes two

    async def proposable(self, actor: Actor, petition_id: str, event: Event, reason: str = "") -> dict[str, str]:
        """Return what a proposal to hand a petition over or to take it down is to say; refuses what cannot be done."""
        if event is Event.TAKE_DOWN:
            check_reason(reason)
        async with self.at(actor, petition_id) as (_, petition):
            rules.after(petition.state, event)
        contents = {"petition": petition.id, "title": petition.wording.title}
        return {**contents, "reason": reason} if reason else contents

    async def deliver(self, connection: Transaction, guild: Guild, contents: Mapping[str, Any]) -> None:
        """Carry out an approved delivery: no signature is taken or taken back from now on. Counted a tick later."""
        petition = await records.find(connection, contents["petition"], lock=True)
        if petition is None or petition.guild_id != guild.id or petition.state is not State.REACHED:
            return  # taken down or expired in the meantime
        await self._move(connection, None, petition, Event.DELIVER, delivered_at=self._clock.now())
        reach("delivery: before the commit")

    async def take_down(self, connection: Transaction, guild: Guild, contents: Mapping[str, Any]) -> None:
        """Carry out an approved taking down; its signatures are destroyed at the next tick."""
        petition = await records.find(connection, contents["petition"], lock=True)
        is_ours = petition is not None and petition.guild_id == guild.id
        if petition is None or not is_ours or (petition.state, Event.TAKE_DOWN) not in rules.TRANSITIONS:
            return  # withdrawn, expired or handed over in the meantime
        await self._move(connection, None, petition, Event.TAKE_DOWN, rejection=contents["reason"])

    # Steps that several of the above share

    async def taking_part(self, connection: Transaction, guild: Guild, petition_id: str) -> Petition:
        """Return a petition that a guild takes part in and that is no draft; raises `PetitionGone`."""
        petition = await records.find(connection, petition_id) if rules.is_petition_id(petition_id) else None
        if petition is None or petition.state is State.DRAFT:
            raise rules.PetitionGone
        if not await records.takes_part(connection, petition.id, guild.id):
            raise rules.PetitionGone
        return petition

    @asynccontextmanager
    async def at(self, actor: Actor, petition_id: str) -> AsyncIterator[tuple[Transaction, Petition]]:
        """Open a transaction on a petition that was started in the organizer's server; raises `PetitionGone`."""
        guild = await self._guilds.organizer_at_work(actor)
        petition: Petition | None = None
        async with self._database.begin() as connection:
            if rules.is_petition_id(petition_id):
                petition = await records.find(connection, petition_id, lock=True)
            if petition is None or petition.guild_id != guild.id or petition.state is State.DRAFT:
                raise rules.PetitionGone
            yield connection, petition

    async def _move(
        self, connection: Transaction, actor: Actor | None, petition: Petition, event: Event, **others: object
    ) -> Petition:
        """Bring an event about and leave a row of it; the petition is locked before the chain, as everywhere."""
        moved = await self._petitions.move(connection, petition, event, **others)
        details: dict[str, object] = {"petition": petition.id}
        if "rejection" in others:
            details["reason"] = others["rejection"]
        now = self._clock.now()
        await self._audit.record(connection, petition.guild_id, actor, TOLD[event], now, details=details)
        return moved

    async def note(self, connection: Transaction, actor: Actor, action: str, petition: Petition) -> None:
        """Leave a row in the public chain of what an organizer did with a petition."""
        now = self._clock.now()
        await self._audit.record(connection, actor.guild_id, actor, action, now, details={"petition": petition.id})


def check_reason(reason: str) -> None:
    """Raise `NoSuchReason` unless the code stands for a reason that everybody may read."""
    if reason not in rules.REJECTIONS:
        raise NoSuchReason
