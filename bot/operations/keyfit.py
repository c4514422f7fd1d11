"""Whether the key files are the ones that the stores were sealed to."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bot import storefile
from bot.database.engine import Database
from bot.operations.refused import OperationRefused
from bot.reports import records
from bot.settings import Settings
from bot.vault import agefiles
from bot.vault.sealing import Unreadable, open_sealed

KEY_FILES = ("codes.key", "tags.key", "desk.agekey", "slips.agekey")


class KeysMissing(OperationRefused):
    """A key file is missing or does not hold its key."""


def damaged(key_dir: Path) -> list[str]:
    """Return the names of key files that do not hold their key. Reads only, and makes none."""
    return [name for name in KEY_FILES if not _holds_its_key(key_dir / name)]


async def misfits(settings: Settings, database: Database) -> list[str]:
    """Return a sentence for each key that does not open what was sealed to it, tried on one sample.

    Raises `KeysMissing` when a key cannot even be read.
    """
    if lacking := damaged(settings.key_dir):
        raise KeysMissing(f"The key directory lacks {', '.join(lacking)}, or the file is damaged.")
    async with database.begin() as connection:
        case = await records.any_sealed(connection)
    samples = (("desk.agekey", case, "cases"), ("slips.agekey", _any_slip(settings.vault_path), "waiting reports"))
    return [
        f"The key file {name} does not open the {what} in the stores: it belongs to other data."
        for name, sealed, what in samples
        if sealed is not None and not _opens(settings.key_dir / name, sealed)
    ]


def _holds_its_key(path: Path) -> bool:
    try:
        text = path.read_text("ascii").strip()
        return len(bytes.fromhex(text)) == 32 if path.suffix == ".key" else len(agefiles.identities(text)) == 1  # noqa: PLR2004 - bytes of the secret
    except (OSError, ValueError, agefiles.NotAKey):
        return False


def _any_slip(vault: Path) -> bytes | None:
    try:
        with closing(storefile.read_only(vault)) as connection:
            row = connection.execute("SELECT slip FROM intake LIMIT 1").fetchone()
    except (sqlite3.Error, OSError, storefile.StoreRefused):  # told by the check of the vault itself
        return None
    return None if row is None else row[0]


def _opens(path: Path, sealed: bytes) -> bool:
    (identity,) = agefiles.identities(path.read_text("ascii"))
    try:
        open_sealed(sealed, identity)
    except Unreadable:
        return False
    return True
