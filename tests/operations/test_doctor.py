"""The doctor: every finding provoked once, and not a byte changed by looking."""

import asyncio
import json
import os
import re
import sqlite3
import stat
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot import cli, storefile
from bot.database import facts
from bot.database.engine import Database
from bot.operations import doctor
from bot.operations.backup import back_up
from bot.operations.copies import forget_old_copies
from bot.operations.findings import Finding
from bot.operations.machine import Machine
from bot.operations.restore import restore
from bot.reports.rules import LEAST_FREE_BYTES
from bot.vault import agefiles
from tests.operations.conftest import CHANNEL, TOKEN, FakeDiscord, House

OPERATIONS = Path(doctor.__file__).parent


@dataclass
class Scene:
    """Everything that can be put wrong."""

    house: House
    machine: Machine
    discord: FakeDiscord
    environment: pytest.MonkeyPatch

    async def examine(self, *, offline: bool = False) -> list[Finding]:
        self.environment.setenv("STEWARD_DISCORD_URL", self.discord.url)
        found = doctor.examine(self.machine, self.house.clock, Path(".env"), offline=offline)
        return [finding async for finding in found]

    @property
    def data(self) -> Path:
        return self.house.settings.data_dir

    def sql(self, store: str, *statements: str) -> None:
        with closing(sqlite3.connect(self.data / store, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)


@pytest.fixture
def scene(filled: House, machine: Machine, discord_says: FakeDiscord, environment: pytest.MonkeyPatch) -> Scene:
    """An installation with which nothing is wrong."""
    environment.setenv("DISCORD_TOKEN", TOKEN)
    scene = Scene(filled, machine, discord_says, environment)
    made = filled.settings.backup_dir / "steward-2026-03-03.age"
    made.parent.mkdir(mode=0o700)
    made.touch(mode=0o600)
    inode = (scene.data / "steward.lock").stat().st_ino
    (machine.proc / "locks").write_text(f"1: FLOCK ADVISORY WRITE 1 08:01:{inode} 0 EOF\n")
    return scene


def told(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(str(finding.severity), finding.check) for finding in findings if finding.severity != "ok"}


async def test_a_sound_installation_has_nothing_but_good_findings(scene: Scene) -> None:
    findings = await scene.examine()
    assert told(findings) == set()
    assert {finding.check for finding in findings} >= {
        "settings", "python", "sqlite", "debug", "core-dumps", "swap", "clock", "disk", "modes", "nesting",
        "network-drive", "old-versions", "running", "database", "database-settings", "database-schema", "vault",
        "vault-settings", "vault-schema", "keys", "keys-fit", "backup", "token", "intents", "public", "commands",
        "server", "channel",
    }  # fmt: skip


def _room(free: int, _path: Path) -> int:
    return free


async def test_too_little_room_for_reports_is_told_apart_from_little_room(scene: Scene) -> None:
    for free, said in ((LEAST_FREE_BYTES - 1, True), (LEAST_FREE_BYTES, False)):
        scene.machine = replace(scene.machine, free_bytes=partial(_room, free))
        disk = [finding for finding in await scene.examine() if finding.check == "disk"]
        assert {str(finding.severity) for finding in disk} == {"problem"}
        assert any("Reports are not taken." in finding.sentence for finding in disk) == said


Provocation = Callable[[Scene], Any]
TABLE: list[tuple[str, str, Provocation]] = []


def provokes(severity: str, check: str) -> Callable[[Provocation], Provocation]:
    def keep(provoke: Provocation) -> Provocation:
        TABLE.append((severity, check, provoke))
        return provoke

    return keep


def with_machine(severity: str, check: str, **changes: Any) -> None:
    def provoke(scene: Scene) -> None:
        scene.machine = replace(scene.machine, **changes)

    provokes(severity, check)(provoke)


def with_variable(severity: str, check: str, name: str, value: str) -> None:
    provokes(severity, check)(lambda scene: scene.environment.setenv(name, value))


def with_proc(severity: str, check: str, name: str, text: str) -> None:
    provokes(severity, check)(lambda scene: (scene.machine.proc / name).write_text(text.format(scene=scene)))


def with_sql(severity: str, check: str, store: str, *statements: str) -> None:
    provokes(severity, check)(lambda scene: scene.sql(store, *statements))


def with_file(severity: str, check: str, name: str, *, folder: bool = False) -> None:
    def provoke(scene: Scene) -> None:
        path = scene.data / name
        path.mkdir(mode=0o700) if folder else path.touch(mode=0o600)

    provokes(severity, check)(provoke)


def with_answer(severity: str, check: str, path: str, change: Callable[[Any], Any]) -> None:
    def provoke(scene: Scene) -> None:
        scene.discord.answers[path] = change(scene.discord.answers[path])

    provokes(severity, check)(provoke)


with_machine("problem", "python", python=(3, 10, 9))
with_machine("problem", "sqlite", sqlite=(3, 34, 1))
with_machine("problem", "sqlite", sqlite_thread_safety=0)
with_machine("note", "core-dumps", core_limit=-1)
with_machine("problem", "debug", leak="PYTHONDEVMODE is set.")
with_machine("problem", "disk", free_bytes=lambda _path: 10**6)
with_proc("note", "swap", "swaps", "Filename Type\n/dev/zram0 partition\n/dev/sda9 partition\n")
with_proc("problem", "network-drive", "mounts", "/dev/a / ext4 rw 0 0\nnas:/x {scene.data} nfs4 rw 0 0\n")
with_proc("problem", "network-drive", "mounts", "/dev/a / ext4 rw 0 0\nme@x: {scene.house.root} fuse.sshfs rw 0 0\n")
with_proc("note", "snapshots", "mounts", "/dev/a / btrfs rw 0 0\n")
with_proc("note", "running", "locks", "")
with_variable("problem", "settings", "STEWARD_BACKUP_KEEP_DAYS", "0")
with_variable("problem", "settings", "DISCORD_TOKEN", "not a token")
with_variable("problem", "token", "DISCORD_TOKEN", TOKEN.replace("Gabc", "Hxyz"))
with_variable("problem", "token", "DISCORD_TOKEN", "")
with_variable("problem", "backup", "STEWARD_BACKUP_RECIPIENT", "")
with_variable("problem", "database", "DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
with_sql("problem", "database", "steward.db", "PRAGMA journal_mode = wal")
with_sql("problem", "vault", "vault.db", "PRAGMA journal_mode = wal")
with_sql("problem", "database-schema", "steward.db", "UPDATE alembic_version SET version_num = '9999'")
with_sql("note", "database-schema", "steward.db", "DELETE FROM alembic_version")
with_sql("problem", "vault-schema", "vault.db", "PRAGMA user_version = 9999")
with_sql("note", "vault-schema", "vault.db", "PRAGMA user_version = 0")
with_sql("problem", "database", "steward.db", "PRAGMA application_id = 7")
with_sql("problem", "vault", "vault.db", "PRAGMA application_id = 7")
with_file("problem", "old-versions", "vault.db-wal")
with_file("problem", "old-versions", ".steward.db-litestream", folder=True)
with_file("note", "leftovers", ".backup-abc", folder=True)
with_file("note", "leftovers", "before-restore-2026-03-03", folder=True)
with_answer("note", "intents", "/oauth2/applications/@me", lambda found: found | {"flags": 1 << 19})
with_answer("note", "public", "/oauth2/applications/@me", lambda found: found | {"bot_public": True})
with_answer("note", "commands", "/applications/8000/commands", lambda _found: [])
with_answer("note", "server", "/users/@me/guilds", lambda _found: [])
with_answer("note", "server", "/users/@me/guilds", lambda found: [*found, {"id": "4001", "name": "Other"}])
with_answer("problem", "server", "/users/@me/guilds", lambda found: [*found, {"id": "4001", "name": "Other"}])
with_answer("problem", "channel", "/guilds/4000/channels", lambda _found: [])
with_answer("note", "power", "/guilds/4000/members/7000", lambda _found: {"roles": ["9"]})


def overwrite(whose: int, allow: int, deny: int) -> dict[str, str]:
    return {"id": str(whose), "allow": str(allow), "deny": str(deny)}


def channel_with(overwrites: list[dict[str, str]], _found: object) -> list[dict[str, object]]:
    return [{"id": str(CHANNEL), "permission_overwrites": overwrites}]


for overwrites in (
    [overwrite(4000, 0, 1 << 11)],
    [overwrite(4000, 0, 1 << 10)],
    [overwrite(4000, 1 << 11, 0), overwrite(7000, 0, 1 << 16)],
):
    with_answer(
        "problem",
        "channel",
        "/guilds/4000/channels",
        partial(channel_with, overwrites),
    )


@provokes("problem", "scopes")
def without_its_commands(scene: Scene) -> None:
    scene.discord.status["/applications/8000/guilds/4000/commands"] = 403


@provokes("problem", "discord")
def discord_asks_to_wait(scene: Scene) -> None:
    scene.discord.status["/users/@me/guilds"] = 429


@provokes("problem", "clock")
def the_clock_is_wrong(scene: Scene) -> None:
    scene.discord.clock = replace(scene.house.clock, at=scene.house.clock.at + timedelta(minutes=2))


@provokes("problem", "modes")
def others_can_read_a_key(scene: Scene) -> None:
    (scene.house.settings.key_dir / "desk.agekey").chmod(0o640)


@provokes("problem", "modes")
def others_can_read_the_token(_scene: Scene) -> None:
    Path(".env").write_text("")
    Path(".env").chmod(0o644)


@provokes("problem", "modes")
def others_can_enter(scene: Scene) -> None:
    scene.data.chmod(0o755)


if hasattr(os, "getuid") and os.getuid() == 0:

    @provokes("problem", "owner")
    def a_file_of_somebody_else(scene: Scene) -> None:
        os.chown(scene.data / "vault.db", 12345, 12345)


@provokes("problem", "nesting")
def backups_among_the_data(scene: Scene) -> None:
    scene.environment.setenv("STEWARD_BACKUP_DIR", str(scene.data / "backups"))


@provokes("problem", "keys")
def a_key_is_gone(scene: Scene) -> None:
    (scene.house.settings.key_dir / "codes.key").unlink()


@provokes("problem", "keys")
def a_key_is_no_key(scene: Scene) -> None:
    (scene.house.settings.key_dir / "slips.agekey").write_text("AGE-SECRET-KEY-1NONSENSE\n")


@provokes("problem", "keys-fit")
def keys_of_another_installation(scene: Scene) -> None:
    (scene.house.settings.key_dir / "desk.agekey").write_text(f"{agefiles.new_identity()}\n")


@provokes("note", "keys")
@provokes("note", "vault")
@provokes("note", "database")
@provokes("note", "running")
def never_started(scene: Scene) -> None:
    scene.environment.setenv("STEWARD_DATA_DIR", str(scene.house.root / "new"))
    scene.environment.setenv("STEWARD_KEY_DIR", str(scene.house.root / "new keys"))
    (scene.house.root / "new").mkdir(mode=0o700)


@provokes("problem", "backup")
def no_backup_for_days(scene: Scene) -> None:
    scene.house.clock.at += timedelta(days=3)


@provokes("problem", "backup")
def a_backup_of_tomorrow(scene: Scene) -> None:
    scene.house.clock.at -= timedelta(days=1)


@provokes("problem", "backup")
def no_backup_at_all(scene: Scene) -> None:
    for path in scene.house.settings.backup_dir.iterdir():
        path.unlink()


@provokes("problem", "restored")
async def restored_and_not_confirmed(scene: Scene) -> None:
    house = scene.house
    made = await back_up(house.settings, house.clock)
    await restore(house.settings, house.clock, made, house.identity, replacing=True)


@provokes("note", "leftovers")
def an_old_copy(scene: Scene) -> None:
    copy = scene.data / "vault.db.before-migration"
    copy.touch(mode=0o600)
    then = (scene.house.clock.at - timedelta(days=15)).timestamp()
    os.utime(copy, (then, then))


@provokes("problem", "vault-settings")
@provokes("problem", "database-settings")
def a_build_of_sqlite_that_ignores_a_setting(scene: Scene) -> None:
    scene.environment.setitem(storefile.SETTINGS, "mmap_size", -5)


@provokes("problem", "vault")
def a_damaged_page(scene: Scene) -> None:
    content = bytearray((scene.data / "vault.db").read_bytes())
    content[4096:8192] = bytes(4096)
    (scene.data / "vault.db").write_bytes(content)


@provokes("problem", "database")
def a_crash_left_a_journal(scene: Scene) -> None:
    """Take the files as they stand in the middle of a commit: the store changed, the journal still there."""
    with closing(sqlite3.connect(scene.data / "steward.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO facts VALUES ('large', ?)", ("x" * 100_000,))
        halfway = {name: (scene.data / name).read_bytes() for name in ("steward.db", "steward.db-journal")}
        connection.execute("ROLLBACK")
    for name, content in halfway.items():
        (scene.data / name).write_bytes(content)
        (scene.data / name).chmod(0o600)


@pytest.mark.parametrize(
    ("severity", "check", "provoke"), TABLE, ids=[f"{one[1]}-{number}" for number, one in enumerate(TABLE)]
)
async def test_what_is_wrong_is_found_with_its_fix_and_nothing_changes(
    scene: Scene, severity: str, check: str, provoke: Provocation
) -> None:
    doing = provoke(scene)
    if isinstance(doing, Awaitable):
        await doing
    before = scene.house.contents()
    findings = await scene.examine()
    assert scene.house.contents() == before
    assert (severity, check) in told(findings)
    assert all(finding.fix for finding in findings if finding.severity != "ok")
    assert all(TOKEN not in finding.line and "\n" not in finding.line for finding in findings)
    assert all("\u202e" not in finding.line for finding in findings)


def test_every_finding_is_in_the_table() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(OPERATIONS.glob("*.py")))
    known = {(severity, check) for severity, check, _ in TABLE}
    named = set(re.findall(r'\b(note|problem)\(\s*"([a-z-]+)"', source))
    named |= {
        (severity, f"{store}{suffix}")
        for severity, suffix in re.findall(r'\b(note|problem)\(\s*f?(?:"\{name\}(-[a-z]+)"|name)', source)
        for store in ("vault", "database")
    }
    unprovoked = named - known - {("note", "postgresql")} - {("problem", "owner")}
    assert unprovoked == set()


async def test_looking_at_a_running_steward_changes_nothing_and_keeps_nothing_from_it(scene: Scene) -> None:
    async with scene.house.running() as steward:
        before = scene.house.contents()
        assert told(await scene.examine()) == set()
        assert scene.house.contents() == before
        await scene.house.file(steward, "Filed while the doctor was in")


async def test_offline_asks_discord_nothing(scene: Scene) -> None:
    assert told(await scene.examine(offline=True)) == set()
    assert scene.discord.asked == []


def test_old_copies_are_deleted_and_young_ones_stay(house: House) -> None:
    house.settings.data_dir.mkdir(mode=0o700)
    ages = {"steward.db.before-migration": 15, "vault.db.before-migration": 13, ".backup-old": 2, ".backup-new": 0}
    for name, days in ages.items():
        path = house.settings.data_dir / name
        path.mkdir() if name.startswith(".backup") else path.touch()
        then = (house.clock.at - timedelta(days=days)).timestamp()
        os.utime(path, (then, then))
    assert forget_old_copies(house.settings, house.clock.now()) == 2
    assert {path.name for path in house.settings.data_dir.iterdir()} == {"vault.db.before-migration", ".backup-new"}


def test_the_stores_are_private_from_the_first_moment(house: House) -> None:
    before = os.umask(0o022)
    try:
        asyncio.run(house.fill())
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (house.root / "data").iterdir()}
    assert modes == {0o600}


async def read_fact(house: House, name: str) -> str | None:
    database = Database.reading(house.settings.database)
    async with database.begin() as connection:
        value = await facts.get(connection, name)
    await database.close()
    return value


def test_the_commands_work_from_backup_to_confirmation(
    filled: House, environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    house = filled
    environment.setenv("DISCORD_TOKEN", TOKEN)
    assert cli.main(["backup"]) == 0
    (made,) = (house.root / "backup").iterdir()
    assert cli.main(["backup", "--new-key", str(house.root / "another.key")]) == 0
    assert cli.main(["restore", str(made), "--identity", str(house.identity)]) == 1
    assert cli.main(["restore", str(made), "--identity", str(house.identity), "--replace"]) == 0
    capsys.readouterr()
    assert cli.main(["doctor", "--offline", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert {"severity", "check", "sentence", "fix"} == found[0].keys()
    assert "restored" in {finding["check"] for finding in found if finding["severity"] == "problem"}
    assert cli.main(["confirm-restore"]) == 0
    assert asyncio.run(read_fact(house, facts.RESTORED)) == facts.CONFIRMED
    assert cli.main(["confirm-restore"]) == 0
    cli.main(["doctor", "--offline"])
    shown = capsys.readouterr().out.splitlines()
    assert "Nothing was held." in shown
    assert all(re.match(r"(ok|note|problem) +[a-z-]+: ", line) for line in shown[2:])
    assert "AGE-SECRET-KEY" not in "".join(shown)
