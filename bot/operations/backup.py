"""Back both stores up, also while Steward runs, to keys that are not on this machine."""

import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path

from bot import __version__, storefile
from bot.clock import Clock
from bot.database.engine import Age, Database
from bot.operations import archive, postgres
from bot.operations.archive import DATABASE, DUMP, VAULT, Manifest
from bot.operations.copies import STAGING
from bot.operations.refused import OperationRefused
from bot.settings import Settings
from bot.vault import agefiles

NAME = re.compile(r"steward-(\d{4}-\d\d-\d\d)(?:-\d+)?\.age")
NO_RECIPIENT = (
    "No backup was made: it would have to be sealed to a key that is not on this machine, and "
    "STEWARD_BACKUP_RECIPIENT is not set. Best make the key on another computer: age-keygen -o steward-backup.key. "
    "Or make it here and carry it away: python3 run.py backup --new-key FILE. Keep the file safe and write the "
    "public key, which starts with age1, into .env as STEWARD_BACKUP_RECIPIENT."
)


async def back_up(settings: Settings, clock: Clock, target: Path | None = None) -> Path:
    """Make a backup, prove it by opening it again, and only then give it its name; return where it is.

    Without a target it goes to the backup directory, and backups older than the days to keep go, but never the
    newest. Raises `OperationRefused` or `StoreRefused` and leaves earlier backups alone.
    """
    recipients = _recipients(settings)
    today = clock.now().date()
    whole, part = _place(target or settings.backup_dir, today, is_folder=target is None)
    # A key for this one proof. It is in memory only and gone with the process; the lasting ones are elsewhere.
    proof = agefiles.new_identity()
    try:
        with staging(settings.data_dir) as copies:
            manifest = await _copy(settings, copies, today)
            archive.pack(copies, manifest, part, [*recipients, proof.to_public()])
        with staging(settings.data_dir) as opened:
            await prove(archive.unpack(part, [proof], opened), opened)
        part.rename(whole)
    finally:
        part.unlink(missing_ok=True)
    storefile.sync_directory(whole.parent)
    if target is None:
        _forget_old(whole.parent, today - timedelta(days=settings.backup_keep_days))
    return whole


async def prove(manifest: Manifest, folder: Path) -> None:
    """Open what was unpacked and read all of it. Raises `StoreRefused` or `OperationRefused`."""
    storefile.inspect_closely(folder / VAULT, storefile.VAULT_APPLICATION_ID)
    if manifest.is_sqlite:
        storefile.inspect_closely(folder / DATABASE, storefile.DATABASE_APPLICATION_ID)
        if (await _revision(f"sqlite+aiosqlite:///{folder / DATABASE}"))[0] != manifest.database_revision:
            raise OperationRefused("The database in the backup is not the one that its manifest describes.")
    if vault_version(folder / VAULT) != manifest.vault_version:
        raise OperationRefused("The vault in the backup is not the one that its manifest describes.")


def kept(folder: Path) -> list[tuple[date, Path]]:
    """Return the backups in a directory, oldest first. One that has its name was proved whole."""
    found = ((NAME.fullmatch(path.name), path) for path in folder.glob("steward-*.age"))
    return sorted((date.fromisoformat(match[1]), path) for match, path in found if match is not None)


def new_key(target: Path, settings: Settings) -> str:
    """Write a new private key to a file that does not exist yet, and return its public half."""
    for directory in (settings.data_dir, settings.key_dir, settings.backup_dir):
        if target.resolve().is_relative_to(directory.resolve()):
            raise OperationRefused(
                f"{target} is inside {directory}, where a thief of the data would find it. Choose a file elsewhere, "
                "best on a stick that you take out."
            )
    return write_key(target)


def write_key(target: Path) -> str:
    """Write a new private key, for its owner alone, to a file that does not exist yet; return its public half."""
    identity = agefiles.new_identity()
    public = str(identity.to_public())
    try:
        descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError as error:
        raise OperationRefused(f"{target} exists already and was not touched. Choose another name.") from error
    except OSError as error:
        raise OperationRefused(f"{target} cannot be written. Choose a place that exists and is yours.") from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"# public key: {public}\n{identity}\n")
        file.flush()
        os.fsync(file.fileno())
    return public


def vault_version(path: Path) -> int:
    """Return the number of the last migration that a vault has seen."""
    with closing(storefile.read_only(path)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


@contextmanager
def staging(data_dir: Path) -> Iterator[Path]:
    """Give a folder for unsealed copies, on the disk that holds the stores anyway, and take it away again."""
    if not data_dir.is_dir():
        raise OperationRefused(f"{data_dir} does not exist. Start Steward once, or correct STEWARD_DATA_DIR.")
    folder = Path(tempfile.mkdtemp(prefix=STAGING, dir=data_dir))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _recipients(settings: Settings) -> list[agefiles.Recipient]:
    if not settings.backup_recipients:
        raise OperationRefused(NO_RECIPIENT)
    try:
        return agefiles.recipients(settings.backup_recipients)
    except agefiles.NotAKey as error:
        raise OperationRefused(
            "STEWARD_BACKUP_RECIPIENT has a typing mistake: it is not an age public key. Copy it again."
        ) from error


async def _copy(settings: Settings, folder: Path, today: date) -> Manifest:
    """Copy both stores into a folder, the vault first.

    A report released between the two copies is then in both, which the next release recognizes; the other way
    round it would be in neither.
    """
    _copy_store(settings.vault_path, folder / VAULT, storefile.VAULT_APPLICATION_ID)
    if settings.database_url is None:
        _copy_store(settings.database_path, folder / DATABASE, storefile.DATABASE_APPLICATION_ID)
        revision, age = await _revision(f"sqlite+aiosqlite:///{folder / DATABASE}")
    else:
        postgres.dump(settings.database, folder / DUMP)
        revision, age = await _revision(settings.database)
    if revision is None or age is Age.NEWER:
        raise OperationRefused("The database was never started with this Steward, so there is nothing to back up.")
    return Manifest(
        today.isoformat(), __version__, revision, vault_version(folder / VAULT), archive.describe_all(folder)
    )


def _copy_store(path: Path, target: Path, application_id: int) -> None:
    if not path.exists() or path.stat().st_size == 0:
        raise OperationRefused(f"{path} does not exist, so there is nothing to back up. Start Steward once.")
    storefile.inspect(path, application_id)  # also undoes what a crash left half written
    try:
        storefile.inspect_closely(path, application_id)
        storefile.copy(path, target)
    except sqlite3.Error as error:
        raise OperationRefused(
            f"{path} could not be copied within the data directory, perhaps because the disk is full or the store is "
            "in use. Earlier backups are untouched. Make room and run it again."
        ) from error


async def _revision(url: str) -> tuple[str | None, Age]:
    database = Database.reading(url)
    try:
        return await database.revision()
    finally:
        await database.close()


def _place(target: Path, today: date, *, is_folder: bool) -> tuple[Path, Path]:
    """Return where a backup goes, and where it is written until it is proved."""
    whole = _free_name(target, today) if is_folder or target.is_dir() else target
    if whole.exists():
        raise OperationRefused(f"{whole} exists already and was not touched. Choose another name.")
    whole.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = whole.with_name(f".{whole.name}.part")
    part.unlink(missing_ok=True)
    return whole, part


def _free_name(folder: Path, today: date) -> Path:
    names = (f"steward-{today}{f'-{number}' if number > 1 else ''}.age" for number in range(1, 1000))
    return next(path for name in names if not (path := folder / name).exists())


def _forget_old(folder: Path, before: date) -> None:
    for made_on, path in kept(folder)[:-1]:
        if made_on < before:
            path.unlink()
