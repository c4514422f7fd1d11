"""What would write memory or messages to a disk, turned off or refused before anything is read."""

import ctypes
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path

DEBUGGING = ("PYTHONASYNCIODEBUG", "PYTHONDEVMODE")
TALKATIVE = {
    "discord": logging.INFO,
    "aiohttp": logging.INFO,
    "aiosqlite": logging.INFO,
    "sqlalchemy": logging.WARNING,  # its INFO is `echo`: every statement
}
SHARED_FILE_SYSTEMS = ("nfs", "cifs", "smb", "afs", "ceph", "lustre", "glusterfs", "fuse.sshfs", "fuse.glusterfs")
PR_SET_DUMPABLE = 4


class UnsafeToStart(Exception):
    """Something around the process would leak what people write; the message says what and the way out."""


def harden() -> None:
    """Turn core dumps off and refuse debugging that prints what people write; raises `UnsafeToStart`."""
    refuse_debugging(os.environ)
    refuse_talkative_loggers()
    forbid_core_dumps()


def refuse_debugging(environment: Mapping[str, str]) -> None:
    """Refuse Python's and asyncio's debug modes: they print tasks with what they were called with."""
    for name in DEBUGGING:
        if environment.get(name):
            raise UnsafeToStart(f"{name} is set. It prints what people write. Unset it and start again.")
    if sys.flags.dev_mode:
        raise UnsafeToStart(
            "Python runs in its development mode, which prints what people write. Start without -X dev."
        )


def refuse_talkative_loggers() -> None:
    """Refuse a library's logger that something has set below what is safe."""
    for name in list(logging.root.manager.loggerDict):
        least = TALKATIVE.get(name.partition(".")[0])
        level = logging.getLogger(name).level
        if least is not None and logging.NOTSET < level < least:
            raise UnsafeToStart(
                f"The logger {name} is set to {logging.getLevelName(level)}, at which it prints what people write, "
                f"addresses or ids. Set it to {logging.getLevelName(least)} or leave it alone."
            )


def forbid_core_dumps() -> None:
    """Let no crash write the memory of this process, which holds keys and unsealed reports, to a file.

    On Linux the process also becomes opaque to others of the same user, and a dump piped to a program
    (`core_pattern`), which the limit does not hold back, is not made either.
    """
    if sys.platform == "win32":  # pragma: no cover - has no core files
        return
    import resource  # noqa: PLC0415 - not on Windows

    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (OSError, ValueError):
        raise _dumps_core() from None
    if resource.getrlimit(resource.RLIMIT_CORE)[0] != 0:
        raise _dumps_core()
    if sys.platform == "linux" and ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise _dumps_core()


def _dumps_core() -> UnsafeToStart:
    return UnsafeToStart("Core dumps cannot be turned off: a crash would write reports to disk. Run: ulimit -c 0")


def refuse_shared_file_system(directory: Path, mounts: str | None = None) -> None:
    """Refuse a data directory on a network: locks and syncs do not hold there, and its server keeps old bytes.

    `mounts` is the table of mounts, read from the kernel where there is one.
    """
    table = Path("/proc/self/mounts")
    if mounts is None:
        mounts = table.read_text("utf-8", errors="replace") if table.exists() else ""
    place = directory.resolve()
    under = [
        (len(Path(point).parts), kind)
        for _, point, kind, *_ in (line.split() for line in mounts.splitlines())
        if place.is_relative_to(point.replace("\\040", " "))
    ]
    if under and max(under)[1].startswith(SHARED_FILE_SYSTEMS):
        raise UnsafeToStart(
            f"{directory} is on a network file system ({max(under)[1]}), where a store can lose or keep what it must "
            "not. Point STEWARD_DATA_DIR to a disk of this machine."
        )
