"""Where organizers list, read, answer and work on cases."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.clock import Clock
from bot.database import schedules
from bot.database.audit import DESK, AuditChain
from bot.database.engine import Database, Transaction
from bot.failpoints import reach
from bot.guilds.service import RELEASE, Guild, Guilds
from bot.ids import Actor, CaseId, GuildId
from bot.refusals import N_, Refusal
from bot.reports import records, rules
from bot.reports.letters import Cluster
from bot.reports.records import SealedCase, SealedMessage, SealedNote
from bot.reports.rules import EVERY, Case, Filter, SealedTo, Status
from bot.reports.seals import Seals
from bot.reports.tallying import recount
from bot.reports.taxonomy import Dimension
from bot.vault.codes import new_token


class OpensHere(Refusal):
    """The server opens this case, so there are no files of it to hand out."""

    sentence = N_(
        "This case opens right here: read it with `/cases`. Only cases that the server cannot open are files."
    )


@dataclass(frozen=True, slots=True)
class DeskPage:
    """One page of the desk's list."""

    cases: tuple[Case, ...]
    number: int
    pages: int
    chosen: Filter = EVERY
    weeks: tuple[str, ...] = ()


class Desk:
    """What organizers of a guild do with its cases. Who is an organizer is looked up at each action."""

    PAGE = 8

    def __init__(self, guilds: Guilds, database: Database, seals: Seals, audit: AuditChain, clock: Clock) -> None:
        self._guilds = guilds
        self._database = database
        self._seals = seals
        self._audit = audit
        self._clock = clock

    # Reading

    async def page(self, actor: Actor, number: int = 0, chosen: Filter = EVERY) -> DeskPage:
        """Return a page of the guild's cases, those with news first; raises `NotAnOrganizer`."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            await self._guilds.note_desk_opened(connection, guild)
            listed = await records.listed(connection, guild.id, records.Chosen(chosen.status, chosen.week))
            weeks = await records.weeks(connection, guild.id)
        found = await asyncio.to_thread(self._matching, listed, chosen)
        pages = max(1, -(-len(found) // self.PAGE))
        number = min(max(number, 0), pages - 1)
        shown = found[number * self.PAGE : (number + 1) * self.PAGE]
        return DeskPage(tuple(self._seals.at_desk(case) for case in shown), number, pages, chosen, tuple(weeks))

    async def open(self, actor: Actor, case_id: str) -> Case:
        """Return a case with its messages and mark it read; raises `CaseGone` if it is not in this guild.

        Reading leaves a row in the desk's chain, so that one organizer cannot go through every case unseen.
        """
        return await self._open(actor, case_id, "opened a case")

    async def take_files(self, actor: Actor, case_id: str) -> Case:
        """Return a case as `open` does, to hand its sealed files out; raises `OpensHere` where there are none."""
        return await self._open(actor, case_id, "took the sealed files of a case", as_files=True)

    async def _open(self, actor: Actor, case_id: str, action: str, *, as_files: bool = False) -> Case:
        async with self._at_case(actor, case_id, action) as (connection, guild, sealed):
            if as_files and sealed.sealed_to is not SealedTo.ORGANIZERS:
                raise OpensHere
            await self._guilds.note_desk_opened(connection, guild)
            if sealed.has_news:
                await records.change(connection, sealed.id, has_news=False)
            messages = await records.messages(connection, sealed.id)
            notes = await records.notes(connection, sealed.id)
            joined = await records.joined_to(connection, sealed.id)
        return self._seals.at_desk(sealed, messages, notes, joined)

    async def next_new(self, actor: Actor) -> CaseId | None:
        """Return the case with news that stands first on the list, if there is one."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            listed = await records.listed(connection, guild.id, records.Chosen())
        return next((case.id for case in listed if case.has_news), None)

    async def clusters(self, actor: Actor) -> tuple[Cluster, ...]:
        """Return the categories with enough confirmed cases to make something of, largest first.

        Their numbers are rounded down to a whole number of the guild's k, since they are made to leave the desk.
        """
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            counted = await records.confirmed(connection, guild.id)
        categories = await asyncio.to_thread(
            lambda: Counter(self._seals.facets(case)[Dimension.CATEGORY] for case in counted)
        )
        enough = [(category, number) for category, number in categories.most_common() if number >= guild.k]
        return tuple(Cluster(category, number - number % guild.k) for category, number in enough)

    # What the reporter sees of it

    async def set_status(self, actor: Actor, case_id: str, status: Status) -> Case:
        """Set what the reporter will read about the state of the case, and of those it stands for."""
        async with self._at_case(actor, case_id, "set the status of a case") as (connection, _, sealed):
            for each in (sealed, *await records.joined_to(connection, sealed.id)):
                await records.change(connection, each.id, status=status)
        return await self.open(actor, case_id)

    async def reply(self, actor: Actor, case_id: str, token: str, text: str) -> Case:
        """Add a reply that the reporter reads when they return. Nothing is sent to them: nobody knows who they are.

        The reporters of the cases that this one stands for get it too, each sealed to them alone. The same form
        submitted again changes nothing. Raises `EmptyText` or `TextTooLong`.
        """
        await self._guilds.organizer_at_work(actor)
        contents = {"text": rules.message_text(text)}
        week = rules.week_of(self._clock.now())
        if not rules.is_case_id(case_id):
            raise rules.CaseGone
        async with self._database.begin() as connection:
            is_known = bool(await records.known_messages(connection, [f"{token}{case_id}"]))
        if is_known:
            return await self.open(actor, case_id)
        async with self._at_case(actor, case_id, "replied to a case") as (connection, guild, sealed):
            for each in (sealed, *await records.joined_to(connection, sealed.id)):
                reply = self._seals.seal_for(each.sealed_to, guild, contents, each.reporter_key)
                message = SealedMessage(f"{token}{each.id}", each.id, "organizer", reply)
                if await records.add_message(connection, message):
                    answered = each.answered_week or week
                    await records.change(connection, each.id, status=Status.ANSWERED, answered_week=answered)
            reach("replying: before the commit")
        reach("replying: after the commit")
        return await self.open(actor, case_id)

    async def mute(self, actor: Actor, case_id: str, *, is_muted: bool) -> Case:
        """Take no more messages on a case, or take them again. Never a person: nobody knows who they are."""
        action = "muted a case" if is_muted else "unmuted a case"
        async with self._at_case(actor, case_id, action) as (connection, _, sealed):
            await records.change(connection, sealed.id, is_muted=is_muted)
        return await self.open(actor, case_id)

    # What stays among organizers

    async def note(self, actor: Actor, case_id: str, token: str, text: str) -> Case:
        """Add a note that organizers read and the reporter never does; the same form again changes nothing."""
        contents = {"text": rules.message_text(text)}
        async with self._at_case(actor, case_id, "wrote a note on a case") as (connection, guild, sealed):
            note = self._seals.seal_for(sealed.sealed_to, guild, contents)
            await records.add_note(connection, SealedNote(token, sealed.id, note))
        return await self.open(actor, case_id)

    async def assign(self, actor: Actor, case_id: str, group: str) -> Case:
        """Hand a case to a working group, or to none with an empty text."""
        name = rules.working_group(group)
        async with self._at_case(actor, case_id, "handed a case to a working group") as (connection, _, sealed):
            await records.change(connection, sealed.id, working_group=name)
        return await self.open(actor, case_id)

    async def confirm(self, actor: Actor, case_id: str, *, is_confirmed: bool) -> Case:
        """Say that a case is believed, so that it counts; or take that back. Twice is once."""
        action = "confirmed a case" if is_confirmed else "took back the confirmation of a case"
        async with self._at_case(actor, case_id, action) as (connection, guild, sealed):
            await self._change_counted(connection, guild, sealed, is_confirmed=is_confirmed)
            reach("confirming: before the commit")
        reach("confirming: after the commit")
        return await self.open(actor, case_id)

    async def merge(self, actor: Actor, case_id: str, into: str) -> Case:
        """Let one case stand for another that tells of the same; both count as one. Raises `CannotMerge`."""
        async with self._at_case(actor, case_id, "joined two cases") as (connection, guild, sealed):
            target = await self._find(connection, guild.id, into.strip().lower())
            if target.id == sealed.id or target.merged_into is not None:
                raise rules.CannotMerge
            for each in (sealed, *await records.joined_to(connection, sealed.id)):
                await self._change_counted(connection, guild, each, merged_into=target.id)
        return await self.open(actor, target.id)

    async def separate(self, actor: Actor, case_id: str) -> Case:
        """Let a case that was joined to another stand for itself again."""
        async with self._at_case(actor, case_id, "separated two cases") as (connection, guild, sealed):
            await self._change_counted(connection, guild, sealed, merged_into=None)
        return await self.open(actor, case_id)

    async def delete(self, connection: Transaction, guild: Guild, contents: Mapping[str, Any]) -> None:
        """Carry out an approved deletion of a case. Its reporter is then told what everybody with a wrong code is."""
        await schedules.lock(connection, guild.id, RELEASE)
        sealed = await records.find(connection, guild.id, contents["case"], lock=True)
        if sealed is None:
            return  # withdrawn by its reporter, or too old, in the meantime
        joined = [each for each in await records.joined_to(connection, sealed.id) if each.is_confirmed]
        await records.delete(connection, sealed.id)
        cease = [sealed] if sealed.counts else []
        await recount(connection, self._seals, guild.id, begin=joined, cease=cease)

    def new_form(self) -> str:
        """Return the token of a new reply form."""
        return new_token()

    async def _change_counted(
        self,
        connection: Transaction,
        guild: Guild,
        case: SealedCase,
        **values: Any,  # noqa: ANN401 - columns of the case
    ) -> None:
        await records.change(connection, case.id, **values)
        after = await records.find(connection, guild.id, case.id)
        assert after is not None
        begin = [after] if after.counts and not case.counts else []
        cease = [case] if case.counts and not after.counts else []
        await recount(connection, self._seals, guild.id, begin=begin, cease=cease)

    def _matching(self, listed: list[SealedCase], chosen: Filter) -> list[SealedCase]:
        """Return the cases whose slips say what was asked for; slow by decryption, so called in a thread."""
        wanted = {Dimension.CATEGORY: chosen.category, Dimension.ROLE: chosen.role}
        asked = {dimension: value for dimension, value in wanted.items() if value is not None}
        if not asked:
            return listed
        return [case for case in listed if asked.items() <= self._seals.facets(case).items()]

    @asynccontextmanager
    async def _at_case(
        self, actor: Actor, case_id: str, action: str
    ) -> AsyncIterator[tuple[Transaction, Guild, SealedCase]]:
        """Open a transaction on a case for an organizer, and leave a row of what they do in the desk's chain."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            # The guild is locked by its chain, then the release, then the case: everybody locks in this order.
            if not rules.is_case_id(case_id):
                raise rules.CaseGone
            await self._note(connection, actor, action, CaseId(case_id))
            await schedules.lock(connection, guild.id, RELEASE)
            sealed = await self._find(connection, guild.id, case_id)
            yield connection, guild, sealed

    async def _note(self, connection: Transaction, actor: Actor, action: str, case_id: CaseId) -> None:
        now = self._clock.now()
        await self._audit.record(connection, actor.guild_id, actor, action, now, chain=DESK, details={"case": case_id})

    async def _find(self, connection: Transaction, guild_id: GuildId, case_id: str) -> SealedCase:
        sealed = await records.find(connection, guild_id, case_id, lock=True) if rules.is_case_id(case_id) else None
        if sealed is None:
            raise rules.CaseGone
        return sealed
