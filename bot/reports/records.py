"""The SQL of cases, their messages and notes, and the tallies they add to."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Row, Table, case, func, insert, select, update
from sqlalchemy import delete as sql_delete

from bot.database import rows
from bot.database.engine import Transaction
from bot.database.tables import case_messages, case_notes, case_quotes, cases, tallies
from bot.ids import CaseId, CommitmentId, GuildId, Lookup
from bot.reports.rules import SealedTo, Status


@dataclass(frozen=True, slots=True)
class SealedCase:
    """A case as it is stored."""

    id: CaseId
    guild_id: GuildId
    lookup: Lookup = field(repr=False)
    sealed: bytes = field(repr=False)
    reporter_key: str = field(repr=False)
    status: Status
    released_week: str
    has_news: bool = False
    slip: bytes | None = field(default=None, repr=False)
    sealed_to: SealedTo = SealedTo.SERVER
    is_confirmed: bool = False
    is_muted: bool = False
    working_group: str | None = None
    merged_into: CaseId | None = None
    answered_week: str | None = None
    commitment_id: CommitmentId | None = None

    @property
    def counts(self) -> bool:
        """Tell whether the case stands in the tallies: an organizer confirmed it, and no other case stands for it."""
        return self.is_confirmed and self.merged_into is None


@dataclass(frozen=True, slots=True)
class SealedNote:
    """A note of organizers as it is stored."""

    id: str
    case_id: CaseId
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SealedQuote:
    """A passage that organizers chose from a report, as it is stored."""

    id: str
    case_id: CaseId
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SealedMessage:
    """A message of a case as it is stored."""

    id: str
    case_id: CaseId
    author: str
    sealed: bytes = field(repr=False)


async def known_lookups(connection: Transaction, lookups: Iterable[Lookup]) -> set[Lookup]:
    """Return which of these already are cases."""
    query = select(cases.c.lookup).where(cases.c.lookup.in_(list(lookups)))
    return {Lookup(bytes(found)) for found in (await connection.execute(query)).scalars()}


async def add_cases(connection: Transaction, released: Iterable[SealedCase]) -> None:
    """Insert cases in the order given, which must be a shuffled one."""
    added = [asdict(each) for each in released]
    if added:
        await connection.execute(insert(cases), added)


async def find(connection: Transaction, guild_id: GuildId, case_id: str, *, lock: bool = False) -> SealedCase | None:
    """Return a case of this guild."""
    query = select(cases).where(cases.c.id == case_id, cases.c.guild_id == guild_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return None if row is None else _case(row)


async def find_by_lookup(connection: Transaction, lookup: Lookup) -> SealedCase | None:
    """Return the case that a code belongs to."""
    row = (await connection.execute(select(cases).where(cases.c.lookup == lookup))).one_or_none()
    return None if row is None else _case(row)


async def find_by_id(connection: Transaction, case_id: str) -> SealedCase | None:
    """Return a case of any guild, for its reporter."""
    row = (await connection.execute(select(cases).where(cases.c.id == case_id))).one_or_none()
    return None if row is None else _case(row)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which of a guild's cases to list, by what stands beside the sealed part."""

    status: Status | None = None
    week: str | None = None


async def listed(connection: Transaction, guild_id: GuildId, chosen: Chosen) -> list[SealedCase]:
    """Return a guild's cases: answers first, then new cases, then the newest week; no order within one.

    A case that another one stands for is left out, unless its reporter has added something.
    """
    is_answer = cases.c.has_news & (cases.c.status != Status.RECEIVED)
    query = (
        select(cases)
        .where(cases.c.guild_id == guild_id, cases.c.merged_into.is_(None) | cases.c.has_news)
        .order_by(is_answer.desc(), cases.c.has_news.desc(), cases.c.released_week.desc(), cases.c.id)
    )
    if chosen.status is not None:
        query = query.where(cases.c.status == chosen.status)
    if chosen.week is not None:
        query = query.where(cases.c.released_week == chosen.week)
    return [_case(row) for row in await connection.execute(query)]


async def weeks(connection: Transaction, guild_id: GuildId) -> list[str]:
    """Return the weeks in which a guild's cases were released, newest first."""
    query = select(cases.c.released_week).where(cases.c.guild_id == guild_id).distinct()
    return sorted((await connection.execute(query)).scalars(), reverse=True)


async def confirmed(connection: Transaction, guild_id: GuildId) -> list[SealedCase]:
    """Return the guild's cases that count."""
    query = select(cases).where(cases.c.guild_id == guild_id, cases.c.is_confirmed, cases.c.merged_into.is_(None))
    return [_case(row) for row in await connection.execute(query)]


async def joined_to(connection: Transaction, case_id: CaseId) -> list[SealedCase]:
    """Return the cases that a case stands for."""
    query = select(cases).where(cases.c.merged_into == case_id).order_by(cases.c.id)
    return [_case(row) for row in await connection.execute(query)]


async def joined(connection: Transaction, guild_id: GuildId) -> list[SealedCase]:
    """Return the guild's cases that another one stands for."""
    query = select(cases).where(cases.c.guild_id == guild_id, cases.c.merged_into.is_not(None)).order_by(cases.c.id)
    return [_case(row) for row in await connection.execute(query)]


async def answering(connection: Transaction, guild_id: GuildId, since_week: str) -> list[tuple[str, str | None]]:
    """Return the weeks of release and of the first answer of the cases released since a week."""
    query = select(cases.c.released_week, cases.c.answered_week).where(
        cases.c.guild_id == guild_id, cases.c.released_week >= since_week
    )
    return [(row.released_week, row.answered_week) for row in await connection.execute(query)]


async def any_shown(connection: Transaction, guild_id: GuildId) -> bool:
    """Tell whether a digest has shown any number of this guild."""
    query = select(tallies.c.shown).where(tallies.c.guild_id == guild_id, tallies.c.shown > 0).limit(1)
    return (await connection.execute(query)).first() is not None


async def shown(connection: Transaction, guild_id: GuildId, dimension: str) -> dict[str, int]:
    """Return the numbers of one dimension that digests have shown; what none has shown is left out."""
    query = select(tallies.c.value, tallies.c.shown).where(
        tallies.c.guild_id == guild_id, tallies.c.dimension == dimension, tallies.c.shown > 0
    )
    return {row.value: row.shown for row in await connection.execute(query)}


async def older_than(connection: Transaction, guild_id: GuildId, week: str) -> list[CaseId]:
    """Return the cases released before a week."""
    query = select(cases.c.id).where(cases.c.guild_id == guild_id, cases.c.released_week < week)
    return [CaseId(found) for found in (await connection.execute(query)).scalars()]


async def change(connection: Transaction, case_id: CaseId, **values: object) -> None:
    """Change what stands beside the sealed part of a case, or reseal it."""
    await connection.execute(update(cases).where(cases.c.id == case_id).values(values))


async def delete(connection: Transaction, case_id: CaseId) -> None:
    """Delete a case with its messages, notes and quotes; the cases it stood for stand for themselves again."""
    await connection.execute(update(cases).where(cases.c.merged_into == case_id).values(merged_into=None))
    for table in (case_messages, case_notes, case_quotes):
        await connection.execute(sql_delete(table).where(table.c.case_id == case_id))
    await connection.execute(sql_delete(cases).where(cases.c.id == case_id))


async def reseal(connection: Transaction, kind: Table, part_id: str, sealed: bytes) -> None:
    """Keep a case, a message, a note or a quote sealed anew, in place of what was there."""
    await connection.execute(update(kind).where(kind.c.id == part_id).values(sealed=sealed))


async def messages(connection: Transaction, case_id: CaseId) -> list[SealedMessage]:
    """Return a case's messages, oldest first."""
    query = select(case_messages).where(case_messages.c.case_id == case_id).order_by(case_messages.c.position)
    return [
        SealedMessage(row.id, CaseId(row.case_id), row.author, bytes(row.sealed))
        for row in await connection.execute(query)
    ]


async def known_messages(connection: Transaction, ids: Iterable[str]) -> set[str]:
    """Return which of these already are messages."""
    query = select(case_messages.c.id).where(case_messages.c.id.in_(list(ids)))
    return set((await connection.execute(query)).scalars())


async def add_message(connection: Transaction, message: SealedMessage) -> bool:
    """Add a message at the end of its case; tell whether it was new.

    One that is there already, or whose case is gone, is passed over: it must not stop the others of its release.
    """
    known = await connection.execute(select(case_messages.c.id).where(case_messages.c.id == message.id))
    # The case is locked, or a reply and a release at once would claim one position.
    case = await connection.execute(select(cases.c.id).where(cases.c.id == message.case_id).with_for_update())
    if known.first() is not None or case.first() is None:
        return False
    last = (
        await connection.execute(
            select(func.max(case_messages.c.position)).where(case_messages.c.case_id == message.case_id)
        )
    ).scalar()
    await connection.execute(
        insert(case_messages).values(
            id=message.id,
            case_id=message.case_id,
            position=(last or 0) + 1,
            author=message.author,
            sealed=message.sealed,
        )
    )
    return True


async def add_note(connection: Transaction, note: SealedNote) -> bool:
    """Add a note at the end of its case; tell whether it was new. The caller holds the lock of the case."""
    mine = case_notes.c.case_id == note.case_id
    last = (await connection.execute(select(func.max(case_notes.c.position)).where(mine))).scalar()
    values = {"id": note.id, "case_id": note.case_id, "position": (last or 0) + 1, "sealed": note.sealed}
    return await rows.add(connection, case_notes, values)


async def notes(connection: Transaction, case_id: CaseId) -> list[SealedNote]:
    """Return a case's notes, oldest first."""
    query = select(case_notes).where(case_notes.c.case_id == case_id).order_by(case_notes.c.position)
    return [SealedNote(row.id, CaseId(row.case_id), bytes(row.sealed)) for row in await connection.execute(query)]


async def add_quote(connection: Transaction, quote: SealedQuote) -> bool:
    """Add a quote to its case; tell whether it was new. The caller holds the lock of the case."""
    return await rows.add(connection, case_quotes, asdict(quote))


async def drop_quote(connection: Transaction, case_id: CaseId, quote_id: str) -> None:
    """Delete a quote of this case, if it is there."""
    mine = (case_quotes.c.id == quote_id, case_quotes.c.case_id == case_id)
    await connection.execute(sql_delete(case_quotes).where(*mine))


async def quotes(connection: Transaction, case_id: CaseId) -> list[SealedQuote]:
    """Return a case's quotes, in an order that says nothing."""
    query = select(case_quotes).where(case_quotes.c.case_id == case_id).order_by(case_quotes.c.id)
    return [_quote(row) for row in await connection.execute(query)]


async def quotes_of_guild(connection: Transaction, guild_id: GuildId) -> list[SealedQuote]:
    """Return the quotes from all of a guild's cases, in an order that says nothing."""
    query = select(case_quotes).join(cases).where(cases.c.guild_id == guild_id).order_by(case_quotes.c.id)
    return [_quote(row) for row in await connection.execute(query)]


async def add_to_tallies(connection: Transaction, guild_id: GuildId, added: Mapping[tuple[str, str], int]) -> None:
    """Add to a guild's tallies, or take away; the caller holds the lock of the guild's release."""
    for (dimension, value), amount in sorted(added.items()):
        cell = (tallies.c.guild_id == guild_id, tallies.c.dimension == dimension, tallies.c.value == value)
        # A case counted by an older Steward, which asked less, was never in some of the cells it now leaves.
        count = case((tallies.c.count + amount < 0, 0), else_=tallies.c.count + amount)
        changed = await connection.execute(update(tallies).where(*cell).values(count=count))
        if changed.rowcount == 0 and amount > 0:
            await connection.execute(
                insert(tallies).values(guild_id=guild_id, dimension=dimension, value=value, count=amount)
            )


def _quote(row: Row[Any]) -> SealedQuote:
    return SealedQuote(row.id, CaseId(row.case_id), bytes(row.sealed))


def _case(row: Row[Any]) -> SealedCase:
    return SealedCase(
        id=CaseId(row.id),
        guild_id=GuildId(row.guild_id),
        lookup=Lookup(bytes(row.lookup)),
        sealed=bytes(row.sealed),
        reporter_key=row.reporter_key,
        status=Status(row.status),
        released_week=row.released_week,
        has_news=row.has_news,
        slip=None if row.slip is None else bytes(row.slip),
        sealed_to=SealedTo(row.sealed_to),
        is_confirmed=row.is_confirmed,
        is_muted=row.is_muted,
        working_group=row.working_group,
        merged_into=row.merged_into,
        answered_week=row.answered_week,
        commitment_id=None if row.commitment_id is None else CommitmentId(row.commitment_id),
    )


async def any_sealed(connection: Transaction) -> bytes | None:
    """Return the sealed text of some case that the server's own key must open, if there is one."""
    readable = select(cases.c.sealed).where(cases.c.sealed_to == SealedTo.SERVER).limit(1)
    found = (await connection.execute(readable)).scalar()
    return None if found is None else bytes(found)
