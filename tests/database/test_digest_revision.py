"""What a server had set up and counted before digests could come on several days is there afterwards."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.database import engine, schedules
from bot.database.engine import Database
from bot.database.tables import tallies
from bot.guilds import records
from bot.guilds.service import DIGEST
from bot.ids import GuildId
from bot.rhythm import Every
from tests.conftest import address
from tests.postgres import Cluster

BEFORE = (
    (
        "INSERT INTO guilds (id, zone, language, k, reading_mode, release_at, release_minimum, release_hold_days, "
        "digest_weekday, digest_at) VALUES (1, 'UTC', 'en', 5, 'readable', '18:00', 3, 7, 4, '09:15')"
    ),
    "INSERT INTO schedules (guild_id, job, next_at) VALUES (1, 'digest', '2026-03-06 09:15:00{zone}')",
    "INSERT INTO schedules (guild_id, job, next_at) VALUES (1, 'release', '2026-03-06 18:00:00{zone}')",
    (
        "INSERT INTO digests (guild_id, period, decided_at, contents) "
        "VALUES (1, '2026-02-27', '2026-02-27 09:15:00{zone}', '-')"
    ),
    "INSERT INTO tallies (guild_id, dimension, value, count, shown) VALUES (1, 'role×category', 'qa×MON', 6, 5)",
    "INSERT INTO tallies (guild_id, dimension, value, count, shown) VALUES (1, 'role×category', 'qa×BIAS', 3, 0)",
    "INSERT INTO tallies (guild_id, dimension, value, count, shown) VALUES (1, 'role×category', 'data×MON', 2, 0)",
)


async def test_schedule_window_and_counts_are_taken_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await taken_over(f"sqlite+aiosqlite:///{tmp_path / 'old.db'}", tmp_path, monkeypatch)


async def test_they_are_on_postgresql(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await cluster.run("CREATE DATABASE before_digests")
    await taken_over(address(tmp_path, cluster.url("before_digests")), tmp_path, monkeypatch, "+00")
    await cluster.run("DROP DATABASE before_digests WITH (FORCE)")


async def taken_over(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str = "") -> None:
    """Live with the tables as they were, update, and look."""
    with monkeypatch.context() as earlier:
        folder = tmp_path / "earlier"
        shutil.copytree(engine.MIGRATIONS, folder, ignore=shutil.ignore_patterns("0008_*", "__pycache__"))
        earlier.setattr(engine, "MIGRATIONS", folder)
        database = Database.at(url)
        await database.prepare()
        async with database.begin() as connection:
            for statement in BEFORE:
                await connection.execute(text(statement.format(zone=zone)))
        await database.close()
    database = Database.at(url)
    await database.prepare()
    async with database.begin() as connection:
        guild = await records.get(connection, GuildId(1))
        digest = await schedules.lock(connection, GuildId(1), DIGEST)
        release = await schedules.lock(connection, GuildId(1), "release")
        found = (await connection.execute(select(tallies).where(tallies.c.dimension.like("%family")))).mappings().all()
    await database.close()
    assert guild is not None
    assert (guild.digest_weekdays, guild.digest_every, guild.digest_is_paused) == ((4,), Every.WEEK, False)
    assert digest is not None
    assert digest.told_until == datetime(2026, 2, 27, 9, 15, tzinfo=UTC)
    assert release is not None
    assert release.told_until is None
    assert {(row["dimension"], row["value"]): (row["count"], row["shown"], row["step"]) for row in found} == {
        ("role×family", "qa×watched"): (9, 0, None),
        ("role×family", "data×watched"): (2, 0, None),
        ("group×family", "quality×watched"): (11, 0, None),
    }
