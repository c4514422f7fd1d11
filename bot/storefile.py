"""What must be true of a store's SQLite file before Steward opens it, and the copies made of it."""

import os
import sqlite3
from pathlib import Path

DATABASE_APPLICATION_ID = 0x53_54_57_44  # "STWD"
VAULT_APPLICATION_ID = 0x53_54_57_56  # "STWV"
_WRITE_VERSION, _AHEAD = 18, b"\x02"  # where and how the file format notes a write-ahead log


# DELETE and secure_delete leave no old rows behind, as a write-ahead log would. EXTRA syncs the directory too: with
# FULL the last commit can come back undone after a power cut. MEMORY spills nothing to disk.
SETTINGS: dict[str, str | int] = {
    "journal_mode": "delete",
    "synchronous": 3,
    "secure_delete": 1,
    "temp_store": 2,
    "foreign_keys": 1,
    "busy_timeout": 5000,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "mmap_size": 0,
}
"""What both stores' SQLite files are opened with; the vault is read back at start, both by `doctor`."""


class StoreRefused(Exception):
    """A store cannot be opened safely; the message says why and what to do. The file is untouched."""


def inspect(path: Path, application_id: int) -> None:
    """Refuse a file that is foreign or damaged; a missing or empty file is fine.

    Reads only. Raises `StoreRefused` with the way to restore.
    """
    if not path.exists() or path.stat().st_size == 0:
        return
    try:
        connection = sqlite3.connect(path)
        try:
            _inspect(connection, path, application_id, "quick_check")
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise _damaged(path) from error


def _inspect(connection: sqlite3.Connection, path: Path, application_id: int, check: str) -> None:
    (found,) = connection.execute("PRAGMA application_id").fetchone()
    if found != application_id:
        raise StoreRefused(
            f"{path} is not Steward's file (or not this one of its two stores). "
            "Move it away, or point STEWARD_DATA_DIR to the right directory."
        )
    (verdict,) = connection.execute(f"PRAGMA {check}(1)").fetchone()
    (page_size,) = connection.execute("PRAGMA page_size").fetchone()
    if verdict != "ok" or path.stat().st_size % page_size:
        raise _damaged(path)


def newer(path: Path | None) -> StoreRefused:
    """Return the refusal of a store that a later version has changed; no path is a database on a server."""
    what, copy = ("The database", "your backup") if path is None else (str(path), f"{path.name}.before-migration")
    return StoreRefused(
        f"{what} was written by a newer Steward than this one. Nothing was changed. Start the newer version, or "
        f"stop Steward and put the copy from before the update in its place: {copy}."
    )


def _damaged(path: Path) -> StoreRefused:
    return StoreRefused(
        f"{path} is damaged or is not a SQLite file. Nothing was changed. "
        f"Stop Steward, move the file away and put a good copy in its place: {path.name}.before-migration "
        "beside it is the copy from before the last update, if there was one."
    )


def back_up(path: Path) -> Path:
    """Copy a store beside itself as `<name>.before-migration` and return the copy.

    Uses SQLite's backup API, so the copy is whole even if a writer was active; mode 0600, synced to disk.
    """
    target = path.with_name(path.name + ".before-migration")
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_WRONLY, 0o600))
    source, copy = sqlite3.connect(path), sqlite3.connect(part)
    try:
        source.backup(copy)
    finally:
        copy.close()
        source.close()
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(target)
    return target


def read_only(path: Path) -> sqlite3.Connection:
    """Open a store to look at it, without changing a byte; it may be in use.

    Raises `StoreRefused` for one with a write-ahead log: to open it, even for reading, makes files beside it.
    """
    with path.open("rb") as file:
        header = file.read(_WRITE_VERSION + 1)
    if header[_WRITE_VERSION:] == _AHEAD:
        raise StoreRefused(
            f"{path} is kept with a write-ahead log, which holds on to what was deleted. "
            "Start Steward once: it puts the setting back."
        )
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)


def inspect_closely(path: Path, application_id: int) -> None:
    """Refuse a foreign or damaged store after reading every page, index and reference of it, and changing none.

    Raises `sqlite3.OperationalError` when it cannot be read now.
    """
    connection = read_only(path)
    try:
        _inspect(connection, path, application_id, "integrity_check")
        if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise _damaged(path)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        raise _damaged(path) from error
    finally:
        connection.close()


def copy(path: Path, target: Path) -> None:
    """Write a store anew as `target`, mode 0600; whole even if a writer is active.

    Unlike the page-by-page copy of `back_up` it holds nothing that was deleted, and no order of arrival.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=30)
    try:
        connection.execute("PRAGMA temp_store = 2")
        connection.execute("VACUUM INTO ?", (str(target),))
    finally:
        connection.close()


def sync_directory(directory: Path) -> None:
    """Make names that were given or taken away in a directory survive a power cut."""
    if os.name == "nt":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
