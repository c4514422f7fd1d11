"""Pull the plug at every place between two steps: nothing acknowledged is lost, and nothing happens twice."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import failpoints
from bot.reports.service import OwnCase
from tests.crash.killed import MONTH, NAMES, PETITIONS, SHOWN, acknowledged
from tests.crash.local import BOSS, FULL_CELL, MONDAY, opened

CHECKOUT = Path(__file__).resolve().parents[2]
SHARES = 2
"""The places are dealt out to as many tests, which run side by side."""


@pytest.mark.parametrize("share", range(1, SHARES + 1))
def test_wherever_the_plug_is_pulled_all_is_well_in_the_end(share: int, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.crash.killed", str(tmp_path), str(share), str(SHARES)]
    ended = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    folders = sorted(tmp_path.iterdir())
    assert ended.returncode == 0, f"{_place(folders[-1])}\n{ended.stderr}"
    assert "error" not in ended.stdout, ended.stdout
    assert len(folders) * SHARES > 40, "the places were hardly reached"
    for folder in folders:
        _check(folder)


def _check(folder: Path) -> None:
    place = _place(folder)
    codes = acknowledged(folder)
    assert sorted(codes) == sorted([*NAMES, "at once"]), place
    assert len(set(codes.values())) == len(codes), place
    record, vault = folder / "steward.db", folder / "vault.db"
    for store in (record, vault):
        assert _rows(store, "PRAGMA integrity_check") == [("ok",)], place
        assert not list(folder.glob(f"{store.name}-*")), f"{place}: a journal is left over"
    assert _rows(vault, "SELECT count(*) FROM intake") == [(0,)], place
    assert _rows(vault, "SELECT count(*) FROM answers") == [(0,)], place
    assert _rows(record, "SELECT count(*) FROM cases") == [(len(codes),)], place
    for dimension in ("category", "role", "effect", "role×category"):
        counted = _rows(
            record,
            f"SELECT sum(count) FROM tallies WHERE dimension = '{dimension}' AND value != '{FULL_CELL[1]}'",
        )
        assert counted == [(len(codes),)], f"{place}: {dimension}"
    outbox = _rows(record, "SELECT natural_key, state FROM outbox")
    assert outbox, place
    assert {state for _, state in outbox} == {"sent"}, place
    keys = [key for key, _ in outbox]
    assert len(set(keys)) == len(keys), place
    digests = [key for key in keys if not key.startswith("petition:")]
    assert len(digests) <= len(_rows(record, "SELECT period FROM digests")), place
    _check_petitions(folder, place, keys)
    asyncio.run(_check_what_people_see(folder, place, codes, len(outbox)))


def _check_petitions(folder: Path, place: str, keys: list[str]) -> None:
    """Every signature once, none that was taken back, one card each, no milestone twice, nothing of what ended."""
    record, vault = folder / "steward.db", folder / "vault.db"
    shown = acknowledged(folder, SHOWN)
    assert "taken back" in shown, place
    stays, ends = (shown[name] for name in PETITIONS)
    states = dict(_rows(record, "SELECT id, state FROM petitions"))
    assert states == {stays: "reached", ends: "withdrawn"}, place
    assert _rows(vault, "SELECT petition, count(*) FROM signatures GROUP BY petition") == [(stays, 5)], place
    assert _rows(vault, "SELECT petition FROM authors") == [(stays,)], place
    assert [path.name for path in (folder / "keys").glob("petition-*")] == [f"petition-{stays}.own.key"], place
    assert _rows(record, f"SELECT shown FROM petitions WHERE id = '{stays}'") == [(5,)], place
    cards = _rows(record, "SELECT natural_key FROM cards WHERE version = shown_version AND message_id IS NOT NULL")
    assert sorted(key for (key,) in cards) == sorted(key for key in keys if ":card:" in key), place
    assert len(cards) == len(PETITIONS), place
    assert sum(key.startswith(f"petition:{stays}:100:") for key in keys) == 1, place


async def _check_what_people_see(folder: Path, place: str, codes: dict[str, str], posts: int) -> None:
    async with opened(folder, MONDAY + 2 * MONTH) as local:
        assert len({line["nonce"] for line in local.channel.lines}) == len(local.channel.lines) == posts, place
        for name, code in codes.items():
            own = await local.reports.come_back(code)
            assert isinstance(own, OwnCase), place
            assert own.case.report is not None
            assert own.case.report.text == f"Report {name}", place
            talk = {message.text for message in own.case.messages}
            assert talk == ({"One thing more", "We are with you"} if name == "one" else set()), place
            assert len(own.case.messages) == len(talk), place


class PowerCut(Exception):
    """Stand in for a crash inside this process."""


async def test_what_a_crash_left_in_the_vault_is_forgotten_at_the_next_start(tmp_path: Path) -> None:
    def cut(place: str) -> None:
        if place == "release: after the commit":
            raise PowerCut

    async with opened(tmp_path) as local:
        await local.set_up()
        for name in NAMES:
            await local.file(name)
        local.clock.forward(days=1)
        failpoints.watch(cut)
        try:
            with pytest.raises(PowerCut):
                await local.releases.release_due()
        finally:
            failpoints.watch(None)
    async with opened(tmp_path, MONDAY + timedelta(days=1)) as local:
        await local.releases.release_due()
        assert _rows(tmp_path / "vault.db", "SELECT count(*) FROM intake") == [(0,)], "not only a day later"
        assert (await local.desk.page(BOSS)).pages == 1


async def test_a_release_does_not_run_twice_when_two_alarms_ring_at_once(tmp_path: Path) -> None:
    async with opened(tmp_path) as local:
        await local.set_up()
        for name in NAMES:
            await local.file(name)
        local.clock.forward(days=1)
        await local.releases.release_due()
        for name in ("four", "five", "six"):
            await local.file(name)
        await local.releases._release(BOSS.guild_id)  # an alarm that looked before the first was done
        assert _rows(tmp_path / "steward.db", "SELECT count(*) FROM cases") == [(3,)], "the rest waits for its day"


def _place(folder: Path) -> str:
    note = folder / "killed_at.txt"
    return f"killed at {note.read_text()!r}, place {folder.name}" if note.exists() else "not killed"


def _rows(store: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(store)) as connection:
        return connection.execute(query).fetchall()
