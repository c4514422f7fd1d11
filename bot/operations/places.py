"""Checks of the directories: who can read them, what disk they are on, what lies about in them."""

import os
import re
import stat
from collections.abc import Iterator
from datetime import datetime
from itertools import combinations
from pathlib import Path

from bot.operations.copies import old_copies
from bot.operations.findings import Finding, note, ok, problem
from bot.operations.machine import Machine
from bot.operations.restore import leftovers
from bot.settings import Settings

NETWORK = re.compile(
    r"nfs4?|cifs|smb\w*|9p|afs|ceph|lustre|glusterfs|davfs|ncpfs|fuse\.(sshfs|s3fs|rclone|glusterfs|ceph\S*|davfs2?|gcsfuse)"
)
SNAPSHOTTING = {"btrfs", "zfs", "bcachefs"}
HISTORY = (
    "*.litestream",
    ".*-litestream",
    "*-wal",
    ".snapshots",
    ".zfs",
    ".git",
    ".stversions",
    ".stfolder",
    ".dropbox*",
)
LOCK = "steward.lock"


def check_places(machine: Machine, settings: Settings, dotenv: Path, now: datetime) -> Iterator[Finding]:
    """Look at the directories without changing anything in them."""
    yield from _modes(settings, dotenv)
    yield from _nesting(settings)
    yield from _file_systems(machine, settings)
    if settings.data_dir.is_dir():
        yield from _history(settings)
        yield from _leftovers(settings, now)
        yield _running(machine, settings)


def _modes(settings: Settings, dotenv: Path) -> Iterator[Finding]:
    if os.name == "nt":
        return
    good = True
    for directory in (settings.data_dir, settings.key_dir):
        if not directory.exists():
            continue
        owner = directory.stat().st_uid
        for path in (directory, *sorted(directory.rglob("*"))):
            finding = _mode(path)
            if path.lstat().st_uid != owner:
                good = False
                told = f"{path} belongs to another user than its directory."
                yield problem("owner", told, f"Give it back: sudo chown --reference={directory} {path}")
            if finding is not None:
                good = False
                yield finding
    if dotenv.exists() and (finding := _mode(dotenv)) is not None:
        good = False
        yield finding
    if good:
        yield ok("modes", "Only their owner can read the data, the keys and the settings.")


def _mode(path: Path) -> Finding | None:
    found = path.lstat().st_mode
    if stat.S_ISLNK(found) or not stat.S_IMODE(found) & 0o077:
        return None
    return problem(
        "modes",
        f"Other users of this machine can read {path}.",
        f"Close it: chmod {'700' if stat.S_ISDIR(found) else '600'} {path}",
    )


def _nesting(settings: Settings) -> Iterator[Finding]:
    places = (
        ("STEWARD_DATA_DIR", settings.data_dir.resolve()),
        ("STEWARD_KEY_DIR", settings.key_dir.resolve()),
        ("STEWARD_BACKUP_DIR", settings.backup_dir.resolve()),
    )
    good = True
    for (one, first), (other, second) in combinations(places, 2):
        if first.is_relative_to(second) or second.is_relative_to(first):
            good = False
            told = f"{one} and {other} are the same directory, or one is inside the other."
            yield problem("nesting", told, "Keep them apart, so that no thief and no accident gets both at once.")
    if good:
        yield ok("nesting", "Data, keys and backups are kept apart.")


def _file_systems(machine: Machine, settings: Settings) -> Iterator[Finding]:
    mounts = [line.split() for line in machine.lines("mounts")]
    for name, path in (("STEWARD_DATA_DIR", settings.data_dir), ("STEWARD_KEY_DIR", settings.key_dir)):
        kind = _file_system(mounts, path.resolve())
        if NETWORK.fullmatch(kind):
            told = f"{name} is on a network drive ({kind}), where locks and saving cannot be relied on."
            yield problem("network-drive", told, "Move it to a disk of this machine.")
        elif kind in SNAPSHOTTING:
            told = f"{name} is on {kind}, which can keep old versions of files that Steward takes care to forget."
            yield note("snapshots", told, "Leave it out of automatic snapshots.")
        elif kind:
            yield ok("network-drive", f"{name} is on a disk of this machine ({kind}).")


def _file_system(mounts: list[list[str]], path: Path) -> str:
    """Return the file system of the deepest mount above a path; of two on one place, the later hides the other."""
    best, kind = -1, ""
    for _, point, found, *_ in (mount for mount in mounts if len(mount) > 2):  # noqa: PLR2004 - device, place, kind
        place = re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), point)
        if path.is_relative_to(place) and len(place) >= best:
            best, kind = len(place), found
    return kind


def _history(settings: Settings) -> Iterator[Finding]:
    found = sorted({path.name for pattern in HISTORY for path in settings.data_dir.glob(pattern)})
    if found:
        told = f"The data directory holds {', '.join(found)}: something keeps old versions of it."
        yield problem("old-versions", told, "Stop that program there and delete what it kept; use backup instead.")
    else:
        yield ok("old-versions", "Nothing in the data directory keeps old versions of it.")


def _leftovers(settings: Settings, now: datetime) -> Iterator[Finding]:
    days = settings.backup_keep_days
    for path in old_copies(settings, now):
        told = f"{path} is older than {days} days and keeps what was deleted since."
        yield note("leftovers", told, "The next start deletes it.")
    for path in leftovers(settings.data_dir):
        told = f"{path} was left by a restore or by a backup that was cut off, and is not sealed."
        yield note("leftovers", told, f"When no backup is running and you do not need it: rm -r {path}")


def _running(machine: Machine, settings: Settings) -> Finding:
    """Tell whether a process holds the lock, from the kernel's list: taking it could keep a bot from starting."""
    try:
        found = (settings.data_dir / LOCK).stat()
    except OSError:
        return note("running", "Steward has not been started on this data directory.", "Start it when all is set.")
    held = f":{found.st_ino}"
    if any("FLOCK" in line and held in line for line in machine.lines("locks")):
        return ok("running", "Steward is running on this data directory.")
    return note("running", "Steward is not seen to run on this data directory.", "Start it, if it should be running.")
