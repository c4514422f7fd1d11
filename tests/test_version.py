"""The trust card names the commit that runs."""

import subprocess
from pathlib import Path

import pytest

from bot import __version__, version


def git(folder: Path, *words: str) -> str:
    names = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
    done = subprocess.run(["git", *names, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "First")
    monkeypatch.setattr(version, "ROOT", tmp_path)
    return tmp_path


def test_a_branch_a_packed_branch_a_bare_commit_and_a_work_tree(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = git(checkout, "rev-parse", "HEAD")
    told = f"{__version__} ({commit[:10]})"
    assert version.told_version() == told
    git(checkout, "worktree", "add", "-q", "--detach", "beside")
    monkeypatch.setattr(version, "ROOT", checkout / "beside")
    assert version.told_version() == told
    monkeypatch.setattr(version, "ROOT", checkout)
    git(checkout, "pack-refs", "--all")
    assert version.told_version() == told
    git(checkout, "checkout", "-q", "--detach")
    assert version.told_version() == told


def test_a_folder_without_history_names_the_version_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version, "ROOT", tmp_path)
    assert version.told_version() == __version__
    (tmp_path / ".git").write_bytes(b"\xff\xfe")
    assert version.told_version() == __version__
