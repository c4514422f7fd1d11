"""The same commands when the database is on PostgreSQL; the vault stays a file."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.operations.backup import back_up
from bot.operations.machine import Machine
from bot.operations.postgres import dump
from bot.operations.refused import OperationRefused
from bot.operations.restore import confirm, restore
from bot.operations.stores import check_stores
from bot.reports.service import OwnCase
from tests.operations.conftest import House, moved

postgres = pytest.importorskip("tests.postgres")
pytestmark = pytest.mark.skipif(not shutil.which("pg_dump"), reason="pg_dump is not installed")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    try:
        with postgres.running_cluster() as running:
            yield running
    except postgres.NoPostgres as reason:
        pytest.skip(str(reason))


async def test_a_dump_comes_back_into_an_empty_database(house: House, cluster: Any, tmp_path: Path) -> None:
    for name in ("before", "after"):
        await cluster.run(f"CREATE DATABASE {name}")
    house.extra["DATABASE_URL"] = cluster.url("before")
    await house.fill()
    made = await back_up(house.settings, house.clock)
    there = moved(house, tmp_path / "other")
    there.extra["DATABASE_URL"] = cluster.url("before")
    with pytest.raises(OperationRefused, match="not empty and was not touched"):
        await restore(there.settings, there.clock, made, there.identity, replacing=False)
    there.extra["DATABASE_URL"] = cluster.url("after")
    await restore(there.settings, there.clock, made, there.identity, replacing=False)
    assert sorted(path.name for path in there.settings.data_dir.iterdir()) == ["steward.lock", "vault.db"]
    async with there.running() as steward:
        assert await steward.is_held()
        assert isinstance(await steward.reports.come_back(house.codes[0]), OwnCase)
    findings = {(str(one.severity), one.check) async for one in check_stores(there.settings)}
    assert ("problem", "restored") in findings
    assert ("note", "postgresql") in findings  # the server has its defaults, which log what rows hold
    assert await confirm(there.settings, there.clock)


def test_without_the_tools_the_refusal_says_what_to_install(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OperationRefused, match="postgresql-client"):
        dump("postgresql://nobody@127.0.0.1/nothing", tmp_path / "dump")
