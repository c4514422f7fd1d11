"""Backups: sealed, whole, without keys, and never at the cost of the one before."""

import io
import json
import resource
import sqlite3
import stat
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.operations import archive, backup
from bot.operations.archive import DATABASE, VAULT
from bot.operations.backup import back_up
from bot.operations.refused import OperationRefused
from bot.storefile import StoreRefused
from bot.vault import agefiles
from tests.operations.conftest import House


def opened(house: House, file: Path) -> bytes:
    """Return the tar in a backup, as whoever holds the offline key sees it."""
    plain = io.BytesIO()
    with file.open("rb") as sealed:
        agefiles.open_stream(sealed, plain, agefiles.identities(house.identity.read_text()))
    return plain.getvalue()


def members(tar: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(tar)) as opened_tar:
        found = {header.name: opened_tar.extractfile(header) for header in opened_tar}
        return {name: content.read() for name, content in found.items() if content is not None}


async def test_a_backup_is_sealed_private_and_named_by_its_day(filled: House) -> None:
    made = await back_up(filled.settings, filled.clock)
    assert made == filled.root / "backup" / "steward-2026-03-03.age"
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert made.read_bytes().startswith(b"age-encryption.org/v1\n")
    assert sorted(path.name for path in made.parent.iterdir()) == [made.name]
    assert sorted(path.name for path in filled.settings.data_dir.iterdir()) == [DATABASE, "steward.lock", VAULT]
    second = await back_up(filled.settings, filled.clock)
    assert second.name == "steward-2026-03-03-2.age"


async def test_no_key_and_no_finer_time_than_a_day_is_in_a_backup(filled: House) -> None:
    tar = opened(filled, await back_up(filled.settings, filled.clock))
    found = members(tar)
    assert set(found) == {"manifest.json", DATABASE, VAULT}
    for path in filled.settings.key_dir.iterdir():
        text = path.read_text().strip()
        assert text.encode() not in tar
        assert text.lower().encode() not in tar
        if path.name == "codes.key":
            assert bytes.fromhex(text) not in tar
    assert b"AGE-SECRET-KEY" not in tar.upper()
    with tarfile.open(fileobj=io.BytesIO(tar)) as headers:
        assert {(header.mtime, header.uid, header.uname, header.mode) for header in headers} == {(0, 0, "", 0o600)}
    manifest = json.loads(found["manifest.json"])
    assert manifest["made_on"] == "2026-03-03"
    assert manifest["database_revision"]
    assert set(manifest["members"]) == {DATABASE, VAULT}


async def test_a_running_steward_can_be_backed_up(filled: House) -> None:
    async with filled.running() as steward:
        await filled.file(steward, "Filed before the backup")
        made = await back_up(filled.settings, filled.clock)
        await filled.file(steward, "Filed after the backup")
    vault = filled.root / "copy.db"
    vault.write_bytes(members(opened(filled, made))[VAULT])
    connection = sqlite3.connect(vault)
    assert connection.execute("SELECT count(*) FROM intake").fetchone() == (2,)
    connection.close()


async def test_what_was_deleted_is_in_no_backup(filled: House) -> None:
    connection = sqlite3.connect(filled.settings.database_path)
    connection.execute("PRAGMA secure_delete = 0")
    connection.execute("INSERT INTO facts VALUES ('gone', ?)", ("a marker that was deleted" * 400,))
    connection.commit()
    connection.execute("DELETE FROM facts WHERE name = 'gone'")
    connection.commit()
    connection.close()
    assert b"a marker that was deleted" in filled.settings.database_path.read_bytes()
    tar = opened(filled, await back_up(filled.settings, filled.clock))
    assert b"a marker that was deleted" not in tar


async def test_an_existing_file_is_not_overwritten(filled: House, tmp_path: Path) -> None:
    target = tmp_path / "mine.age"
    target.write_text("something else")
    with pytest.raises(OperationRefused, match="exists already"):
        await back_up(filled.settings, filled.clock, target)
    assert target.read_text() == "something else"
    assert (await back_up(filled.settings, filled.clock, tmp_path)).parent == tmp_path


@pytest.mark.parametrize("store", [DATABASE, VAULT])
async def test_a_damaged_store_is_refused_and_the_good_backup_stays(filled: House, store: str) -> None:
    good = await back_up(filled.settings, filled.clock)
    before = good.read_bytes()
    path = filled.settings.data_dir / store
    content = bytearray(path.read_bytes())
    content[4096:8192] = bytes(reversed(content[4096:8192]))
    path.write_bytes(content)
    filled.clock.at += timedelta(days=30)
    with pytest.raises(StoreRefused, match="damaged"):
        await back_up(filled.settings, filled.clock)
    assert [path for _, path in backup.kept(good.parent)] == [good]
    assert good.read_bytes() == before


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """Let no file grow beyond a size: writing more fails, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_full_disk_leaves_the_backup_before_and_nothing_else(filled: House) -> None:
    good = await back_up(filled.settings, filled.clock)
    sizes = [path.stat().st_size for path in (filled.settings.database_path, filled.settings.vault_path)]
    before = filled.contents()
    for size in (max(sizes) + 4096, max(sizes) // 2):  # full while it is sealed, full while it is copied
        with disk_of(size), pytest.raises(OperationRefused, match="disk is full"):
            await back_up(filled.settings, filled.clock)
        after = filled.contents()
        assert {name: after[name][0] for name in after} == {name: before[name][0] for name in before}
    assert [path for _, path in backup.kept(good.parent)] == [good]


async def test_backups_are_kept_for_some_days_and_the_newest_for_good(filled: House) -> None:
    for _ in range(3):
        await back_up(filled.settings, filled.clock)
        filled.clock.at += timedelta(days=10)
    names = [path.name for _, path in backup.kept(filled.settings.backup_dir)]
    assert names == ["steward-2026-03-13.age", "steward-2026-03-23.age"]
    filled.clock.at += timedelta(days=300)
    other = filled.settings.backup_dir / "steward-notes.age"
    other.write_text("not ours to delete")
    newest = await back_up(filled.settings, filled.clock)
    assert sorted(filled.settings.backup_dir.iterdir()) == sorted([newest, other])


async def test_without_a_recipient_the_way_to_one_is_told(filled: House) -> None:
    filled.extra["STEWARD_BACKUP_RECIPIENT"] = None
    with pytest.raises(OperationRefused, match=r"age-keygen.*--new-key"):
        await back_up(filled.settings, filled.clock)


async def test_what_was_never_started_is_not_backed_up(house: House) -> None:
    with pytest.raises(OperationRefused, match="does not exist"):
        await back_up(house.settings, house.clock)
    assert not (house.root / "data").exists()


def test_a_new_key_is_written_outside_once_and_opens_what_is_sealed_to_it(house: House, tmp_path: Path) -> None:
    file = tmp_path / "stick.key"
    public = backup.new_key(file, house.settings)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    sealed, plain = io.BytesIO(), io.BytesIO()
    agefiles.seal_stream(io.BytesIO(b"text"), sealed, agefiles.recipients([public]))
    agefiles.open_stream(io.BytesIO(sealed.getvalue()), plain, agefiles.identities(file.read_text()))
    assert plain.getvalue() == b"text"
    before = file.read_text()
    for place in (file, house.settings.data_dir / "a.key", house.settings.key_dir / "a.key", tmp_path / "no" / "a.key"):
        with pytest.raises(OperationRefused):
            backup.new_key(place, house.settings)
    assert file.read_text() == before


def test_a_file_that_is_not_a_backup_is_refused(house: House, tmp_path: Path) -> None:
    file = tmp_path / "other.age"
    public = [key.to_public() for key in agefiles.identities(house.identity.read_text())]
    for content in (b"", b"no tar at all", tar_with("../escape"), tar_with("manifest.json")):
        with file.open("wb") as sealed:
            agefiles.seal_stream(io.BytesIO(content), sealed, public)
        into = tmp_path / "into"
        into.mkdir(exist_ok=True)
        with pytest.raises(OperationRefused, match="not a backup of Steward"):
            archive.unpack(file, agefiles.identities(house.identity.read_text()), into)
        assert list(into.iterdir()) == []
    assert not (tmp_path / "escape").exists()


def tar_with(name: str) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        tar.addfile(tarfile.TarInfo(name))
    return made.getvalue()
