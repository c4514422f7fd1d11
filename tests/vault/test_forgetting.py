"""What a thief of the vault's file can tell: not in which order reports came, and nothing of those released."""

import random
import secrets
import statistics
from pathlib import Path

import aiosqlite
import pytest

from bot.ids import CaseId, Lookup
from bot.vault.engine import Vault
from bot.vault.intake import Intake, WaitingAnswer, WaitingReport
from tests.vault.reports import GUILD, waiting_report

SEEDS = 200
REPORTS = 30  # small ones, so that they share a page, where order of arrival showed most clearly


def correlation(positions: list[int]) -> float:
    """Return the rank correlation of the order of arrival with the place in the file."""
    ranks = {position: rank for rank, position in enumerate(sorted(positions))}
    return statistics.correlation(range(len(positions)), [ranks[position] for position in positions])


def places(path: Path, reports: list[WaitingReport]) -> list[int]:
    """Return where each report's lookup stands in the file."""
    content = path.read_bytes()
    found = [content.index(report.lookup) for report in reports]
    assert len(set(found)) == len(reports)
    return found


async def test_after_a_rewrite_the_place_in_the_file_says_nothing_about_the_order_of_arrival(
    vault: Vault, tmp_path: Path
) -> None:
    """Each round leaves behind what is still held and takes away the rest, as a release does."""
    intake, path = Intake(vault), tmp_path / "vault.db"

    async def loosen(connection: aiosqlite.Connection) -> None:
        await connection.execute("PRAGMA synchronous = 0")  # the order on disk, not its durability, is looked at

    await vault.read(loosen)
    before, after = [], []
    for seed in range(SEEDS):
        chance = random.Random(seed)
        reports = [waiting_report(lookup=chance.randbytes(32), sealed=chance.randbytes(8)) for _ in range(REPORTS)]
        for report in reports:
            await intake.file(report)
        before.append(correlation(places(path, reports)))
        released = chance.sample(reports, REPORTS // 3)
        await intake.forget([report.lookup for report in released], [])
        held = [report for report in reports if report not in released]
        after.append(correlation(places(path, held)))
        await intake.forget([report.lookup for report in held], [])
    assert abs(statistics.mean(before)) > 0.9, "without a rewrite the order shows, or this test could not fail"
    assert abs(statistics.mean(after)) < 0.1
    assert max(map(abs, after)) < 0.9


@pytest.mark.parametrize("size", [64, 1_500, 16_800])
async def test_no_byte_of_a_forgotten_report_or_answer_remains(vault: Vault, tmp_path: Path, size: int) -> None:
    """Neither in the file nor beside it; rows that span pages are the ones that overflow."""
    intake, path = Intake(vault), tmp_path / "vault.db"
    reports = [waiting_report(size=size) for _ in range(20)]
    answers = [
        WaitingAnswer(secrets.token_bytes(16), GUILD, "2026-W10", CaseId("abc234"), secrets.token_bytes(size))
        for _ in range(20)
    ]
    for report, answer in zip(reports, answers, strict=True):
        await intake.file(report)
        await intake.add_answer(answer)

    def remains(gone: list[WaitingReport], gone_answers: list[WaitingAnswer]) -> int:
        content = b"".join(found.read_bytes() for found in sorted(path.parent.iterdir()))
        marks = [mark for report in gone for mark in (report.lookup, *ends(report.sealed), *ends(report.slip))]
        marks += [mark for answer in gone_answers for mark in (answer.id, *ends(answer.sealed))]
        return sum(mark in content for mark in marks)

    assert remains(reports, answers) >= 40
    await intake.forget([report.lookup for report in reports[:15]], [answer.id for answer in answers[:15]])
    assert remains(reports[:15], answers[:15]) == 0
    assert await intake.waiting(GUILD) == (
        sorted(reports[15:], key=lambda report: report.lookup),
        sorted(answers[15:], key=lambda answer: answer.id),
    )
    await intake.forget([report.lookup for report in reports], [answer.id for answer in answers])
    assert remains(reports, answers) == 0


def ends(blob: bytes) -> tuple[bytes, bytes]:
    return blob[:24], blob[-24:]


async def test_no_byte_of_a_row_remains_after_its_deletion_alone(vault: Vault, tmp_path: Path) -> None:
    """Already before the rewrite, so that a crash between the two leaves nothing."""
    report = waiting_report(size=9_000)
    await Intake(vault).file(report)

    async def delete(connection: aiosqlite.Connection) -> None:
        await connection.execute("DELETE FROM intake WHERE lookup = ?", (report.lookup,))

    await vault.write(delete)
    content = (tmp_path / "vault.db").read_bytes()
    assert [mark in content for mark in (report.lookup, *ends(report.sealed), *ends(report.slip))] == [False] * 5


async def test_forgetting_what_is_not_there_does_nothing(vault: Vault) -> None:
    intake, report = Intake(vault), waiting_report()
    await intake.file(report)
    await intake.forget([Lookup(bytes(32))], [bytes(16)])
    await intake.forget([], [])
    assert await intake.waiting(GUILD) == ([report], [])


async def test_a_minute_changes_the_file_whether_or_not_a_report_came(vault: Vault, tmp_path: Path) -> None:
    intake, contents = Intake(vault), set()
    for _ in range(3):
        await intake.beat()
        contents.add((tmp_path / "vault.db").read_bytes())
    assert len(contents) == 3
    assert len({len(content) for content in contents}) == 1
