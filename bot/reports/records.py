"""The SQL of cases, their messages and the tallies they add to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy import delete as sql_delete

from bot.database.engine import Transaction
from bot.database.tables import case_messages, cases, guilds, tallies
from bot.ids import CaseId, GuildId, Lookup
from bot.reports.rules import Status


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
    rows = [
        {
            "id": case.id,
            "guild_id": case.guild_id,
            "lookup": case.lookup,
            "sealed": case.sealed,
            "reporter_key": case.reporter_key,
            "status": case.status,
            "released_week": case.released_week,
            "has_news": case.has_news,
        }
        for case in released
    ]
    if rows:
        await connection.execute(insert(cases), rows)


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


async def count(connection: Transaction, guild_id: GuildId) -> int:
    """Count a guild's cases."""
    query = select(func.count()).select_from(cases).where(cases.c.guild_id == guild_id)
    found: int = (await connection.execute(query)).scalar_one()
    return found


async def page(connection: Transaction, guild_id: GuildId, number: int, size: int) -> list[SealedCase]:
    """Return one page of a guild's cases: answers first, then new cases, then the newest week; no order within one."""
    is_answer = cases.c.has_news & (cases.c.status != Status.RECEIVED)
    query = (
        select(cases)
        .where(cases.c.guild_id == guild_id)
        .order_by(is_answer.desc(), cases.c.has_news.desc(), cases.c.released_week.desc(), cases.c.id)
        .limit(size)
        .offset(number * size)
    )
    return [_case(row) for row in await connection.execute(query)]


async def change(connection: Transaction, case_id: CaseId, **values: object) -> None:
    """Change a case's `status` or `has_news`."""
    await connection.execute(update(cases).where(cases.c.id == case_id).values(values))


async def delete(connection: Transaction, guild_id: GuildId, case_id: str) -> None:
    """Delete a case of this guild with its messages; the tallies it was counted in stay as they are."""
    mine = (cases.c.id == case_id, cases.c.guild_id == guild_id)
    of_it = case_messages.c.case_id.in_(select(cases.c.id).where(*mine))
    await connection.execute(sql_delete(case_messages).where(of_it))
    await connection.execute(sql_delete(cases).where(*mine))


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


async def add_to_tallies(connection: Transaction, guild_id: GuildId, added: dict[tuple[str, str], int]) -> None:
    """Add to a guild's tallies; the caller holds the lock of the guild's release."""
    for (dimension, value), amount in sorted(added.items()):
        cell = (tallies.c.guild_id == guild_id, tallies.c.dimension == dimension, tallies.c.value == value)
        changed = await connection.execute(update(tallies).where(*cell).values(count=tallies.c.count + amount))
        if changed.rowcount == 0:
            await connection.execute(
                insert(tallies).values(guild_id=guild_id, dimension=dimension, value=value, count=amount)
            )


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
    )


async def any_sealed(connection: Transaction) -> bytes | None:
    """Return the sealed text of some case that the server's own key must open, if there is one."""
    readable = select(cases.c.sealed).join(guilds).where(guilds.c.reading_mode == "readable").limit(1)
    found = (await connection.execute(readable)).scalar()
    return None if found is None else bytes(found)
