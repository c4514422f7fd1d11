"""The key directory: made closed, kept closed, and never half a key."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.storefile import StoreRefused
from bot.vault.keys import Keys
from bot.vault.sealing import recipient

NAMES = ["codes.key", "desk.agekey", "slips.agekey", "tags.key"]


def told(directory: Path) -> str:
    with pytest.raises(StoreRefused) as refused:
        Keys(directory)
    return str(refused.value)


def same(first: Keys, second: Keys) -> bool:
    return (first.codes, str(first.desk), str(first.slips)) == (second.codes, str(second.desk), str(second.slips))


def test_keys_are_made_once_for_their_owner_only(tmp_path: Path) -> None:
    directory = tmp_path / "deep" / "keys"
    keys = Keys(directory)
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()} == dict.fromkeys(NAMES, 0o600)
    assert same(keys, Keys(directory))
    assert len(keys.codes) == 32
    assert recipient(keys.desk) != recipient(keys.slips)


def test_keys_are_closed_whatever_the_shell_would_allow(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        Keys(tmp_path / "keys")
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()} == {0o600}


def test_other_directories_have_other_keys(tmp_path: Path) -> None:
    assert not same(Keys(tmp_path / "one"), Keys(tmp_path / "two"))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
@pytest.mark.parametrize("name", NAMES)
def test_a_key_that_others_can_reach_is_refused_with_the_way_to_close_it(tmp_path: Path, name: str, mode: int) -> None:
    keys = tmp_path / "keys"
    Keys(keys)
    (keys / name).chmod(mode)
    assert told(keys).endswith(f"Close it with: chmod 600 {keys / name}")


@pytest.mark.parametrize("mode", [0o750, 0o701, 0o755])
def test_a_directory_that_others_can_enter_is_refused_and_left_empty(tmp_path: Path, mode: int) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    keys.chmod(mode)
    assert told(keys).endswith(f"Close it with: chmod 700 {keys}")
    assert list(keys.iterdir()) == []


def test_a_key_broken_off_halfway_is_begun_anew(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    (keys / "desk.agekey.part").write_text("AGE-SECRET-KEY-1HALF")
    first = Keys(keys)
    assert sorted(path.name for path in keys.iterdir()) == NAMES
    (keys / "desk.agekey.part").write_text("AGE-SECRET-KEY-1HALF")
    assert same(first, Keys(keys))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda path: path.write_bytes(b""), id="empty"),
        pytest.param(lambda path: path.write_text(path.read_text()[:20]), id="cut off"),
        pytest.param(
            lambda path: path.write_text("age1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgp"), id="public half"
        ),
        pytest.param(lambda path: path.write_bytes(b"\xff\xfe\x00"), id="binary"),
        pytest.param(lambda path: (path.unlink(), path.mkdir(0o700)), id="a directory"),
    ],
)
def test_a_damaged_key_is_refused_and_neither_replaced_nor_told(
    tmp_path: Path, name: str, harm: Callable[[Path], object]
) -> None:
    """A new key in its place would lose every report sealed to the old one."""
    keys = tmp_path / "keys"
    Keys(keys)
    harm(keys / name)
    before = left_in(keys)
    sentence = told(keys)
    assert f"The key file {keys / name} cannot be read" in sentence
    assert "SECRET" not in sentence
    assert left_in(keys) == before


def left_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("inside", [False, True], ids=["itself", "above it"])
def test_a_file_where_the_directory_should_be_is_told(tmp_path: Path, inside: bool) -> None:  # noqa: FBT001 - a case
    (tmp_path / "keys").write_text("not a directory")
    directory = tmp_path / "keys" / "deeper" if inside else tmp_path / "keys"
    sentence = told(directory)
    assert str(directory) in sentence
    assert "STEWARD_KEY_DIR" in sentence


@pytest.mark.skipif(os.getuid() == 0, reason="nothing is unreadable for root")
def test_a_directory_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    Keys(keys)
    keys.chmod(0o000)
    try:
        assert "STEWARD_KEY_DIR" in told(keys)
    finally:
        keys.chmod(0o700)
