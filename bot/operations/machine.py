"""Checks of the machine: its Python, its memory that reaches the disk, its clock."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot import guards
from bot.guards import UnsafeToStart
from bot.operations.findings import Finding, note, ok, problem
from bot.reports.rules import LEAST_FREE_BYTES
from bot.settings import Settings

if sys.platform != "win32":
    import resource

OLDEST_PYTHON = (3, 11)
OLDEST_SQLITE = (3, 37)  # the first with STRICT tables
SERIALIZED = 3
FREE_FLOOR = 500 * 1024 * 1024
CLOCK_FLOOR_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Machine:
    """What the checks look at, so that tests can show them another machine."""

    python: tuple[int, ...]
    sqlite: tuple[int, ...]
    sqlite_thread_safety: int
    core_limit: int
    leak: str
    """Why Steward would refuse to start here, if it would."""

    free_bytes: Callable[[Path], int]
    proc: Path = Path("/proc")
    devices: Path = Path("/sys/block")

    def lines(self, name: str) -> list[str]:
        """Return the lines of a file under /proc; none where there is no such file."""
        try:
            return (self.proc / name).read_text("utf-8", "surrogateescape").splitlines()
        except OSError:
            return []


def this_machine() -> Machine:
    """Return the machine that this runs on."""
    return Machine(
        python=sys.version_info[:3],
        sqlite=sqlite3.sqlite_version_info,
        sqlite_thread_safety=sqlite3.threadsafety,
        core_limit=0 if sys.platform == "win32" else resource.getrlimit(resource.RLIMIT_CORE)[0],
        leak=_leak(),
        free_bytes=lambda path: shutil.disk_usage(path).free,
    )


def check_machine(machine: Machine) -> Iterator[Finding]:
    """Look at what is true whatever the settings say."""
    yield from _versions(machine)
    yield from _leaks(machine)
    yield from _cores(machine)
    yield from _swap(machine)


def check_disk(machine: Machine, settings: Settings) -> Iterator[Finding]:
    """Look at the room that is left where Steward writes."""
    least = LEAST_FREE_BYTES // 1024**2
    for name, path in (("data", settings.data_dir), ("backup", settings.backup_dir)):
        if not path.is_dir():
            continue
        free = machine.free_bytes(path)
        told = f"{free // 1024**2:,} MB are free in the {name} directory."
        if name == "data" and free < LEAST_FREE_BYTES:
            yield problem("disk", f"{told} Reports are not taken.", f"Make room: {least} MB are needed to take them.")
        elif free < FREE_FLOOR:
            yield problem("disk", told, f"Make room: under {least} MB in the data directory reports are not taken.")
        else:
            yield ok("disk", told)


def check_clock(now: datetime, clock_of_discord: datetime | None) -> Iterator[Finding]:
    """Compare the machine's clock with Discord's."""
    if clock_of_discord is None:
        return
    seconds = abs(round((now - clock_of_discord).total_seconds()))
    if seconds > CLOCK_FLOOR_SECONDS:
        told = f"This machine's clock is {seconds} seconds away from Discord's."
        yield problem("clock", told, "Let it be set over the network: sudo timedatectl set-ntp true")
    else:
        yield ok("clock", "This machine's clock agrees with Discord's.")


def _versions(machine: Machine) -> Iterator[Finding]:
    python, sqlite = (".".join(map(str, version)) for version in (machine.python, machine.sqlite))
    if machine.python < OLDEST_PYTHON:
        yield problem("python", f"This is Python {python}.", "Install Python 3.11 or newer.")
    else:
        yield ok("python", f"This is Python {python}.")
    if machine.sqlite < OLDEST_SQLITE or machine.sqlite_thread_safety != SERIALIZED:
        told = f"This Python brings SQLite {sqlite}, which is too old or built without threads."
        yield problem("sqlite", told, "Use the Python of your system or of python.org, with SQLite 3.37 or newer.")
    else:
        yield ok("sqlite", f"This is SQLite {sqlite}.")


def _leak() -> str:
    try:
        guards.refuse_debugging(os.environ)
        guards.refuse_talkative_loggers()
    except UnsafeToStart as refusal:
        return str(refusal)
    return ""


def _leaks(machine: Machine) -> Iterator[Finding]:
    if machine.leak:
        yield problem("debug", machine.leak, "Steward does not start before that.")
    else:
        yield ok("debug", "No debug mode is on that would print what people write.")


def _cores(machine: Machine) -> Iterator[Finding]:
    if machine.core_limit != 0:
        told = "Core dumps are on for your user. Steward turns them off for itself when it starts."
        yield note("core-dumps", told, "Turn them off for other programs too: ulimit -c 0, or LimitCORE=0 in the unit.")
    else:
        yield ok("core-dumps", "Core dumps are off.")


def _swap(machine: Machine) -> Iterator[Finding]:
    devices = [line.split()[0] for line in machine.lines("swaps")[1:] if line.split()]
    open_to_read = [device for device in devices if not _is_safe(machine, Path(device))]
    if open_to_read:
        told = f"Swap on {', '.join(open_to_read)} is not seen to be encrypted, and memory may be written to it."
        yield note("swap", told, "Encrypt the disk or the swap, or turn swap off: sudo swapoff -a")
    else:
        yield ok("swap", "No memory is swapped to an unencrypted disk.")


def _is_safe(machine: Machine, device: Path) -> bool:
    name = os.path.realpath(device).rpartition("/")[2]
    if name.startswith("zram"):
        return True  # compressed memory, never a disk
    try:
        return (machine.devices / name / "dm" / "uuid").read_text("ascii").startswith("CRYPT-")
    except OSError:
        return False
