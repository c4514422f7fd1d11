"""Group commit: many writes in few commits, each answered only when it is on disk, none spoilt by another."""

import asyncio
import sqlite3
from pathlib import Path

import aiosqlite
import pytest

from bot import failpoints
from bot.refusals import NotSaved
from bot.vault import engine
from bot.vault.engine import Vault, Work
from bot.vault.intake import Intake, WaitingReport
from tests.vault.reports import waiting_report


def on_disk(path: Path) -> int:
    """Count reports as another process would see them."""
    connection = sqlite3.connect(path)
    (count,) = connection.execute("SELECT count(*) FROM intake").fetchone()
    connection.close()
    return int(count)


def insert(report: WaitingReport) -> Work[None]:
    async def work(connection: aiosqlite.Connection) -> None:
        await connection.execute(
            "INSERT INTO intake VALUES (?, ?, ?, ?, ?, ?)",
            (report.lookup, report.guild_id, report.week, report.is_urgent, report.sealed, report.slip),
        )

    return work


async def commits(vault: Vault) -> list[str]:
    """Return a list that every COMMIT from now on is added to."""
    seen: list[str] = []
    await vault._connection.set_trace_callback(lambda sql: seen.append(sql) if sql == "COMMIT" else None)
    return seen


async def test_many_writes_at_once_share_few_commits(vault: Vault, tmp_path: Path) -> None:
    seen = await commits(vault)
    await asyncio.gather(*(vault.write(insert(waiting_report())) for _ in range(1000)))
    assert on_disk(tmp_path / "vault.db") == 1000
    assert len(seen) <= 1 + -(-1000 // engine.GROUP)


async def test_a_write_is_answered_only_when_it_is_on_disk(vault: Vault, tmp_path: Path) -> None:
    answered = 0

    async def file() -> None:
        nonlocal answered
        await vault.write(insert(waiting_report()))
        answered += 1
        assert on_disk(tmp_path / "vault.db") >= answered

    await asyncio.gather(*(file() for _ in range(50)))
    assert answered == 50


async def test_a_reporter_is_answered_after_the_commit_and_not_before(vault: Vault, tmp_path: Path) -> None:
    seen: dict[str, int] = {}
    failpoints.watch(lambda place: seen.setdefault(place, on_disk(tmp_path / "vault.db")))  # type: ignore[arg-type]
    try:
        await Intake(vault).file(waiting_report())
    finally:
        failpoints.watch(None)
    assert seen["filing: before the commit"] == 0
    assert seen["vault: written and not committed"] == 0
    assert seen["filing: after the commit"] == 1


async def test_a_write_that_fails_spoils_no_other_and_leaves_nothing(vault: Vault, tmp_path: Path) -> None:
    async def half(connection: aiosqlite.Connection) -> None:
        await insert(waiting_report())(connection)
        raise ZeroDivisionError

    async def too_large(connection: aiosqlite.Connection) -> None:
        await connection.execute("SELECT ?", (2**63,))

    async def broken_rule(connection: aiosqlite.Connection) -> None:
        await connection.execute("UPDATE heartbeat SET only = 2")

    good = [insert(waiting_report()) for _ in range(10)]
    done = await asyncio.gather(
        *(vault.write(work) for work in (*good[:5], half, too_large, broken_rule, *good[5:])), return_exceptions=True
    )
    failures = [type(answer) for answer in done if answer is not None]
    assert failures == [ZeroDivisionError, OverflowError, sqlite3.IntegrityError]
    assert on_disk(tmp_path / "vault.db") == 10


async def test_a_full_disk_is_told_and_keeps_nothing_of_the_group(vault: Vault, tmp_path: Path) -> None:
    async def limit(pages: int) -> None:
        async def work(connection: aiosqlite.Connection) -> None:
            await connection.execute(f"PRAGMA max_page_count = {pages}")

        await vault.read(work)

    await limit(8)
    done = await asyncio.gather(*(vault.write(insert(waiting_report())) for _ in range(50)), return_exceptions=True)
    assert {type(answer) for answer in done} == {NotSaved}
    assert on_disk(tmp_path / "vault.db") == 0
    await limit(100_000)
    await vault.write(insert(waiting_report()))
    assert on_disk(tmp_path / "vault.db") == 1


async def test_a_vault_held_by_another_program_is_told_as_not_saved(vault: Vault, tmp_path: Path) -> None:
    async def wait_less(connection: aiosqlite.Connection) -> None:
        await connection.execute("PRAGMA busy_timeout = 0")

    await vault.read(wait_less)
    other = sqlite3.connect(tmp_path / "vault.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(NotSaved):
        await vault.write(insert(waiting_report()))
    other.execute("ROLLBACK")
    other.close()
    await vault.write(insert(waiting_report()))


async def test_a_lost_connection_is_told_as_not_saved_and_nobody_waits_for_ever(tmp_path: Path) -> None:
    vault = await Vault.open(tmp_path / "vault.db")
    await vault._connection.close()
    for _ in range(2):
        with pytest.raises(NotSaved):
            async with asyncio.timeout(5):
                await vault.write(insert(waiting_report()))
    await vault.close()


async def test_somebody_who_stops_waiting_does_not_stop_the_others(vault: Vault, tmp_path: Path) -> None:
    tasks = [asyncio.create_task(vault.write(insert(waiting_report()))) for _ in range(10)]
    await asyncio.sleep(0)
    tasks[3].cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(answer) for answer in done if answer is not None] == [asyncio.CancelledError]
    assert on_disk(tmp_path / "vault.db") in {9, 10}


async def test_closing_finishes_what_waits(tmp_path: Path) -> None:
    vault = await Vault.open(tmp_path / "vault.db")
    tasks = [asyncio.create_task(vault.write(insert(waiting_report()))) for _ in range(20)]
    await asyncio.sleep(0)
    await vault.close()
    await asyncio.gather(*tasks)
    assert on_disk(tmp_path / "vault.db") == 20


async def test_a_reader_sees_only_what_is_committed(vault: Vault) -> None:
    counts: list[int] = []

    async def count(connection: aiosqlite.Connection) -> None:
        async with connection.execute("SELECT count(*) FROM intake") as cursor:
            row = await cursor.fetchone()
            assert row is not None
            counts.append(row[0])
            assert not connection.in_transaction

    await asyncio.gather(
        *(vault.write(insert(waiting_report())) for _ in range(20)), *(vault.read(count) for _ in range(5))
    )
    await vault.read(count)
    assert counts[-1] == 20


async def test_the_same_report_again_changes_nothing(vault: Vault, tmp_path: Path) -> None:
    intake, first, again = Intake(vault), waiting_report(), waiting_report()
    for report in (first, WaitingReport(first.lookup, again.guild_id, again.week, True, again.sealed, again.slip)):  # noqa: FBT003 - a row
        await intake.file(report)
    assert await intake.report(first.lookup) == first
    assert on_disk(tmp_path / "vault.db") == 1
