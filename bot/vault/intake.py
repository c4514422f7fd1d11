"""Reports and answers that wait for their release. Nothing in a row says who, when or in which order."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import aiosqlite

from bot.failpoints import reach
from bot.ids import CaseId, GuildId, Lookup
from bot.vault.engine import Vault


@dataclass(frozen=True, slots=True)
class WaitingReport:
    """One report between filing and release."""

    lookup: Lookup
    guild_id: GuildId
    week: str
    is_urgent: bool
    sealed: bytes = field(repr=False)
    # Facets and the reporter's key, sealed to the server: what a release needs without the text.
    slip: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class WaitingAnswer:
    """Something a reporter added to a released case."""

    id: bytes
    guild_id: GuildId
    week: str
    case_id: CaseId
    sealed: bytes = field(repr=False)


class Intake:
    """Keep what waits, and forget it without a trace once it is released."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def file(self, report: WaitingReport) -> None:
        """Keep a report; the same one again changes nothing. On return it is on disk."""

        async def insert(connection: aiosqlite.Connection) -> None:
            await connection.execute(
                "INSERT INTO intake (lookup, guild, week, urgent, sealed, slip) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT DO NOTHING",
                (report.lookup, report.guild_id, report.week, report.is_urgent, report.sealed, report.slip),
            )

        reach("filing: before the commit")
        await self._vault.write(insert)
        reach("filing: after the commit")

    async def add_answer(self, answer: WaitingAnswer) -> None:
        """Keep an answer; the same one again changes nothing. On return it is on disk."""

        async def insert(connection: aiosqlite.Connection) -> None:
            await connection.execute(
                'INSERT INTO answers (answer, guild, week, "case", sealed) VALUES (?, ?, ?, ?, ?) '
                "ON CONFLICT DO NOTHING",
                (answer.id, answer.guild_id, answer.week, answer.case_id, answer.sealed),
            )

        reach("answering: before the commit")
        await self._vault.write(insert)
        reach("answering: after the commit")

    async def report(self, lookup: Lookup) -> WaitingReport | None:
        """Return the waiting report of a case code, if there is one."""

        async def select(connection: aiosqlite.Connection) -> WaitingReport | None:
            async with connection.execute(
                "SELECT lookup, guild, week, urgent, sealed, slip FROM intake WHERE lookup = ?", (lookup,)
            ) as cursor:
                row = await cursor.fetchone()
            return None if row is None else _report(row)

        return await self._vault.read(select)

    async def waiting(self, guild_id: GuildId) -> tuple[list[WaitingReport], list[WaitingAnswer]]:
        """Return everything that waits in a guild."""

        async def select(connection: aiosqlite.Connection) -> tuple[list[WaitingReport], list[WaitingAnswer]]:
            async with connection.execute(
                "SELECT lookup, guild, week, urgent, sealed, slip FROM intake WHERE guild = ?", (guild_id,)
            ) as cursor:
                reports = [_report(row) async for row in cursor]
            async with connection.execute(
                'SELECT answer, guild, week, "case", sealed FROM answers WHERE guild = ?', (guild_id,)
            ) as cursor:
                answers = [
                    WaitingAnswer(row[0], GuildId(row[1]), row[2], CaseId(row[3]), row[4]) async for row in cursor
                ]
            return reports, answers

        return await self._vault.read(select)

    async def guilds_with_urgent(self) -> list[GuildId]:
        """Return the guilds in which somebody chose to send at once."""

        async def select(connection: aiosqlite.Connection) -> list[GuildId]:
            async with connection.execute("SELECT DISTINCT guild FROM intake WHERE urgent = 1") as cursor:
                return [GuildId(row[0]) async for row in cursor]

        return await self._vault.read(select)

    async def guilds_waiting(self) -> list[GuildId]:
        """Return the guilds in which anything waits."""

        async def select(connection: aiosqlite.Connection) -> list[GuildId]:
            async with connection.execute("SELECT guild FROM intake UNION SELECT guild FROM answers") as cursor:
                return [GuildId(row[0]) async for row in cursor]

        return await self._vault.read(select)

    async def forget(self, reports: Iterable[Lookup], answers: Iterable[bytes]) -> None:
        """Delete what was released and write the file anew, so that no byte and no order of it remains."""
        gone_reports, gone_answers = [(lookup,) for lookup in reports], [(answer,) for answer in answers]

        async def delete(connection: aiosqlite.Connection) -> None:
            await connection.executemany("DELETE FROM intake WHERE lookup = ?", gone_reports)
            await connection.executemany("DELETE FROM answers WHERE answer = ?", gone_answers)

        if gone_reports or gone_answers:
            await self._vault.write(delete)
            reach("release: deleted from the vault")
            await self._vault.rewrite()

    async def withdraw(self, lookup: Lookup, case_id: CaseId | None) -> None:
        """Delete a waiting report, and what waits to be added to its case, and write the file anew."""

        async def delete(connection: aiosqlite.Connection) -> None:
            await connection.execute("DELETE FROM intake WHERE lookup = ?", (lookup,))
            await connection.execute('DELETE FROM answers WHERE "case" = ?', (case_id,))

        await self._vault.write(delete)
        await self._vault.rewrite()

    async def forget_guild(self, guild_id: GuildId) -> None:
        """Delete everything that waits in a guild and write the file anew."""

        async def delete(connection: aiosqlite.Connection) -> None:
            await connection.execute("DELETE FROM intake WHERE guild = ?", (guild_id,))
            await connection.execute("DELETE FROM answers WHERE guild = ?", (guild_id,))

        await self._vault.write(delete)
        await self._vault.rewrite()

    async def rewrite(self) -> None:
        """Write the file anew, so that no order of arrival remains of what still waits."""
        await self._vault.rewrite()

    async def beat(self) -> None:
        """Touch the file, as happens every minute whether or not a report came."""

        async def update(connection: aiosqlite.Connection) -> None:
            await connection.execute("UPDATE heartbeat SET beat = randomblob(16)")

        await self._vault.write(update)


def _report(row: aiosqlite.Row) -> WaitingReport:
    return WaitingReport(Lookup(row[0]), GuildId(row[1]), row[2], bool(row[3]), row[4], row[5])
