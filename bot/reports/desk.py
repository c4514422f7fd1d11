"""Where organizers list, read, answer and work on cases."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from bot.clock import Clock
from bot.commitments.service import Commitments
from bot.database import schedules
from bot.database.audit import DESK, AuditChain
from bot.database.engine import Database, Transaction
from bot.failpoints import reach
from bot.guilds.service import RELEASE, Guild, Guilds
from bot.ids import Actor, CaseId, GuildId
from bot.refusals import N_, Refusal
from bot.reports import records, rules
from bot.reports.letters import Cluster, Letter
from bot.reports.packing import EVERY, Filter
from bot.reports.records import SealedCase, SealedMessage, SealedNote
from bot.reports.rules import Case, SealedTo, Status
from bot.reports.seals import Seals
from bot.reports.tallying import recount
from bot.reports.taxonomy import Dimension
from bot.vault.codes import new_token

PETITION = "petition"
"""What the desk's chain calls the draft of a petition; letters go by their own names."""


class TooFewCases(Refusal):
    """A document was asked for from a category on which not enough cases count, or no longer."""

    sentence = N_(
        "There are not {k} confirmed cases on this, so nothing was written. Open `/cases` and press “Make something of "
        "it” to see what there is."
    )


class _Again(Exception):
    """The same form came again; what it did the first time stands, and nothing of this time is kept."""


def _once(*, is_new: bool) -> None:
    if not is_new:
        raise _Again


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


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A case as it is offered while an organizer types: enough to tell it from others, and nothing of its words."""

    id: CaseId
    category: str
    released_week: str


@dataclass(slots=True)
class _Work:
    """A locked case in an organizer's hands, and what is to be shown of it when they are done."""

    connection: Transaction
    guild: Guild
    case: SealedCase
    messages: list[SealedMessage] = field(default_factory=list)
    notes: list[SealedNote] = field(default_factory=list)
    joined: list[SealedCase] = field(default_factory=list)


class Desk:
    """What organizers of a guild do with its cases. Who is an organizer is looked up at each action.

    Each action on a case leaves one row in the desk's chain and returns the case as it stands afterwards.
    """

    PAGE = 8
    MOST_SUGGESTED = 25  # what Discord shows under a field

    def __init__(
        self,
        guilds: Guilds,
        commitments: Commitments,
        database: Database,
        seals: Seals,
        audit: AuditChain,
        clock: Clock,
    ) -> None:
        self._guilds = guilds
        self._commitments = commitments
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
            joined = await records.joined(connection, guild.id)
            weeks = await records.weeks(connection, guild.id)
        found = await asyncio.to_thread(self._matching, listed, chosen)
        pages = max(1, -(-len(found) // self.PAGE))
        number = min(max(number, 0), pages - 1)
        shown = tuple(
            self._seals.at_desk(case, joined=[each for each in joined if each.merged_into == case.id])
            for case in found[number * self.PAGE : (number + 1) * self.PAGE]
        )
        return DeskPage(shown, number, pages, chosen, tuple(weeks))

    async def open(self, actor: Actor, case_id: str) -> Case:
        """Return a case with its messages and mark it read; raises `CaseGone` if it is not in this guild.

        Reading leaves a row in the desk's chain, so that one organizer cannot go through every case unseen.
        """
        async with self._at_case(actor, case_id, "opened a case") as work:
            pass
        return self._shown(work)

    async def take_files(self, actor: Actor, case_id: str) -> Case:
        """Return a case as `open` does, to hand its sealed files out; raises `OpensHere` where there are none."""
        async with self._at_case(actor, case_id, "took the sealed files of a case") as work:
            if work.case.sealed_to is not SealedTo.ORGANIZERS:
                raise OpensHere
        return self._shown(work)

    async def group_of(self, actor: Actor, case_id: str) -> str | None:
        """Return the working group that has a case; raises `CaseGone`. Opens nothing of it, so it leaves no row."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            return (await self._find(connection, guild.id, case_id)).working_group

    async def next_new(self, actor: Actor) -> CaseId | None:
        """Return the case with news that stands first on the list, if there is one."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            listed = await records.listed(connection, guild.id, records.Chosen())
        return next((case.id for case in listed if case.has_news), None)

    async def suggest(self, actor: Actor, typed: str) -> tuple[Suggestion, ...]:
        """Return the cases on the list whose id begins with what was typed so far, in the list's order."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            listed = await records.listed(connection, guild.id, records.Chosen())
        begun = typed.strip().lower()
        found = [case for case in listed if case.id.startswith(begun)][: self.MOST_SUGGESTED]
        facets = await asyncio.to_thread(lambda: [self._seals.facets(case) for case in found])
        return tuple(
            Suggestion(case.id, each[Dimension.CATEGORY], case.released_week)
            for case, each in zip(found, facets, strict=True)
        )

    # What can be made of many

    async def clusters(self, actor: Actor) -> tuple[Cluster, ...]:
        """Return the categories with at least k cases that count, largest first.

        Their numbers are made to leave the desk: the one that the last digest showed, and k where it showed less. The
        true count, even rounded down, would bound the count from above, which digests never do.
        """
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            counted = await records.confirmed(connection, guild.id)
            shown = await records.shown(connection, guild.id, Dimension.CATEGORY)
        categories = await asyncio.to_thread(
            lambda: Counter(self._seals.facets(case)[Dimension.CATEGORY] for case in counted)
        )
        enough = [category for category, number in categories.items() if number >= guild.k]
        enough.sort(key=lambda category: (-categories[category], category))
        return tuple(Cluster(category, max(guild.k, shown.get(category, 0))) for category in enough)

    async def make_document(self, actor: Actor, category: str, letter: Letter | None) -> Cluster:
        """Return what a letter, or with None the draft of a petition, may say of a category.

        Leaves a row in the desk's chain. Raises `TooFewCases`.
        """
        guild = await self._guilds.organizer_at_work(actor)
        found = next((each for each in await self.clusters(actor) if each.category == category), None)
        if found is None:
            raise TooFewCases(k=guild.k)
        kind = PETITION if letter is None else letter.value
        async with self._database.begin() as connection:
            await self._note(connection, actor, "made a document from cases", {"kind": kind})
        return found

    # What the reporter sees of it

    async def set_status(self, actor: Actor, case_id: str, status: Status) -> Case:
        """Set what the reporter will read about the state of the case, and of those it stands for."""
        async with self._at_case(actor, case_id, "set the status of a case") as work:
            for each in (work.case, *await records.joined_to(work.connection, work.case.id)):
                await records.change(work.connection, each.id, status=status)
        return self._shown(work)

    async def reply(self, actor: Actor, case_id: str, token: str, text: str) -> Case:
        """Add a reply that the reporter reads when they return. Nothing is sent to them: nobody knows who they are.

        The reporters of the cases that this one stands for get it too, each sealed to them alone. The same form
        submitted again changes nothing. Raises `EmptyText` or `TextTooLong`.
        """
        await self._guilds.organizer_at_work(actor)
        contents = {"text": rules.message_text(text)}
        week = rules.week_of(self._clock.now())
        try:
            async with self._at_case(actor, case_id, "replied to a case") as work:
                for each in (work.case, *await records.joined_to(work.connection, work.case.id)):
                    sealed = self._seals.seal_for(each.sealed_to, work.guild, contents, each.reporter_key)
                    message = SealedMessage(f"{token}{each.id}", each.id, "organizer", sealed)
                    _once(is_new=await records.add_message(work.connection, message))
                    answered = each.answered_week or week
                    await records.change(work.connection, each.id, status=Status.ANSWERED, answered_week=answered)
                reach("replying: before the commit")
        except _Again:
            return await self.open(actor, case_id)
        reach("replying: after the commit")
        return self._shown(work)

    async def mute(self, actor: Actor, case_id: str, *, is_muted: bool) -> Case:
        """Take no more messages on a case, or take them again. Never a person: nobody knows who they are."""
        action = "muted a case" if is_muted else "unmuted a case"
        async with self._at_case(actor, case_id, action) as work:
            await records.change(work.connection, work.case.id, is_muted=is_muted)
        return self._shown(work)

    # What stays among organizers

    async def note(self, actor: Actor, case_id: str, token: str, text: str) -> Case:
        """Add a note that organizers read and the reporter never does; the same form again changes nothing.

        Raises `EmptyText` or `TextTooLong`.
        """
        await self._guilds.organizer_at_work(actor)
        contents = {"text": rules.message_text(text)}
        try:
            async with self._at_case(actor, case_id, "wrote a note on a case") as work:
                sealed = self._seals.seal_for(work.case.sealed_to, work.guild, contents)
                note = SealedNote(token, work.case.id, sealed)
                _once(is_new=await records.add_note(work.connection, note))
        except _Again:
            return await self.open(actor, case_id)
        return self._shown(work)

    async def assign(self, actor: Actor, case_id: str, group: str) -> Case:
        """Hand a case to a working group, or to none with an empty text; raises `GroupNameTooLong`."""
        await self._guilds.organizer_at_work(actor)
        name = rules.working_group(group)
        async with self._at_case(actor, case_id, "handed a case to a working group") as work:
            await records.change(work.connection, work.case.id, working_group=name)
        return self._shown(work)

    async def confirm(self, actor: Actor, case_id: str, *, is_confirmed: bool) -> Case:
        """Say that a case is believed, so that it counts; or take that back. Twice is once."""
        action = "confirmed a case" if is_confirmed else "took back the confirmation of a case"
        async with self._at_case(actor, case_id, action) as work:
            await self._change_counted(work, work.case, is_confirmed=is_confirmed)
            reach("confirming: before the commit")
        reach("confirming: after the commit")
        return self._shown(work)

    async def merge(self, actor: Actor, case_id: str, into: str) -> Case:
        """Let one case stand for another that tells of the same; both count as one. Returns the one that stands.

        Raises `CannotMerge`, and `CaseGone` for either of them.
        """
        async with self._at_case(actor, case_id, "joined two cases") as work:
            target = await self._find(work.connection, work.guild.id, into.strip().lower())
            if target.id == work.case.id or target.merged_into is not None:
                raise rules.CannotMerge
            for each in (work.case, *await records.joined_to(work.connection, work.case.id)):
                await self._change_counted(work, each, merged_into=target.id)
            work.case = target
        return self._shown(work)

    async def separate(self, actor: Actor, case_id: str) -> Case:
        """Let a case that was joined to another stand for itself again."""
        async with self._at_case(actor, case_id, "separated two cases") as work:
            await self._change_counted(work, work.case, merged_into=None)
        return self._shown(work)

    async def link(self, actor: Actor, case_id: str, commitment_id: str) -> Case:
        """Take a case as evidence that a promise was broken, in place of any other promise.

        While the case counts, it counts towards that promise too. Raises `CaseGone` or `CommitmentGone`.
        """
        async with self._at_case(actor, case_id, "took a case as evidence of a broken promise") as work:
            promised = await self._commitments.find_in(work.connection, work.guild.id, commitment_id)
            await self._change_counted(work, work.case, commitment_id=promised.id)
        return self._shown(work)

    async def unlink(self, actor: Actor, case_id: str) -> Case:
        """Take a case as evidence of a broken promise no longer."""
        async with self._at_case(actor, case_id, "took a case off a promise") as work:
            await self._change_counted(work, work.case, commitment_id=None)
        return self._shown(work)

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
        """Return the token of a new reply or note form."""
        return new_token()

    # Steps that several of the above share

    async def _change_counted(
        self,
        work: _Work,
        case: SealedCase,
        **values: Any,  # noqa: ANN401 - columns of the case
    ) -> None:
        await records.change(work.connection, case.id, **values)
        after = replace(case, **values)
        if (after.counts, after.commitment_id) == (case.counts, case.commitment_id):
            return
        begin, cease = [after] if after.counts else [], [case] if case.counts else []
        await recount(work.connection, self._seals, work.guild.id, begin=begin, cease=cease)

    def _matching(self, listed: list[SealedCase], chosen: Filter) -> list[SealedCase]:
        """Return the cases whose slips say what was asked for; slow by decryption, so called in a thread."""
        wanted = {Dimension.CATEGORY: chosen.category, Dimension.ROLE: chosen.role}
        asked = {dimension: value for dimension, value in wanted.items() if value is not None}
        if not asked:
            return listed
        return [case for case in listed if asked.items() <= self._seals.facets(case).items()]

    @asynccontextmanager
    async def _at_case(self, actor: Actor, case_id: str, action: str) -> AsyncIterator[_Work]:
        """Lock a case for an organizer, leave a row of what they do, and read the case when they have done it."""
        guild = await self._guilds.organizer_at_work(actor)
        async with self._database.begin() as connection:
            # The guild is locked by its chain, then the release, then the case: everybody locks in this order.
            if not rules.is_case_id(case_id):
                raise rules.CaseGone
            await self._note(connection, actor, action, {"case": case_id})
            await schedules.lock(connection, guild.id, RELEASE)
            work = _Work(connection, guild, await self._find(connection, guild.id, case_id))
            yield work
            await self._guilds.note_desk_opened(connection, guild)
            if work.case.has_news:
                await records.change(connection, work.case.id, has_news=False)
            work.case = await self._find(connection, guild.id, work.case.id)
            work.messages = await records.messages(connection, work.case.id)
            work.notes = await records.notes(connection, work.case.id)
            work.joined = await records.joined_to(connection, work.case.id)

    def _shown(self, work: _Work) -> Case:
        return self._seals.at_desk(work.case, work.messages, work.notes, work.joined)

    async def _note(self, connection: Transaction, actor: Actor, action: str, details: Mapping[str, object]) -> None:
        now = self._clock.now()
        await self._audit.record(connection, actor.guild_id, actor, action, now, chain=DESK, details=details)

    async def _find(self, connection: Transaction, guild_id: GuildId, case_id: str) -> SealedCase:
        sealed = await records.find(connection, guild_id, case_id, lock=True) if rules.is_case_id(case_id) else None
        if sealed is None:
            raise rules.CaseGone
        return sealed
