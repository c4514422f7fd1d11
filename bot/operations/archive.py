"""One backup as one file: a tar stream sealed to keys that are kept elsewhere, with a manifest that proves it whole."""

import hashlib
import json
import os
import tarfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from bot.operations.refused import OperationRefused
from bot.vault import agefiles

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE, DUMP, VAULT = "steward.db", "database.dump", "vault.db"
MEMBERS = {DATABASE, DUMP, VAULT}
MOST_MANIFEST_BYTES = 64 * 1024
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a backup."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. The day alone says when it was made."""

    made_on: str
    steward: str
    database_revision: str
    vault_version: int
    members: dict[str, Member] = field(default_factory=dict)

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the database in it is a SQLite file; otherwise it is a dump of PostgreSQL."""
        return DATABASE in self.members

    def as_bytes(self) -> bytes:
        """Return the manifest as it is packed."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1, sort_keys=True).encode()


def describe(path: Path) -> Member:
    """Return size and hash of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return Member(path.stat().st_size, digest.hexdigest())


def describe_all(folder: Path) -> dict[str, Member]:
    """Return size and hash of every file in a folder, by name."""
    return {path.name: describe(path) for path in sorted(folder.iterdir())}


def pack(folder: Path, manifest: Manifest, target: Path, recipients: Iterable[agefiles.Recipient]) -> None:
    """Seal the manifest and the files it names into a new file, synced to disk.

    Nothing unsealed is written anywhere: the tar goes through a pipe. Raises `OperationRefused` when the target
    takes no more.
    """
    read_end, write_end = os.pipe()
    descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with ThreadPoolExecutor(1) as pool, os.fdopen(descriptor, "wb") as sealed:
        written = pool.submit(_write_tar, write_end, folder, manifest)
        try:
            with os.fdopen(read_end, "rb") as plain:  # closed first on failure, which ends the other side too
                agefiles.seal_stream(plain, sealed, list(recipients))
            written.result()
            sealed.flush()
            os.fsync(sealed.fileno())
        except (agefiles.NotSealed, OSError) as error:
            raise OperationRefused(
                f"The backup could not be written to {target.parent}, perhaps because the disk is full. "
                "Earlier backups are untouched. Make room or choose another place, and run it again."
            ) from error


def _write_tar(descriptor: int, folder: Path, manifest: Manifest) -> None:
    text = manifest.as_bytes()
    with os.fdopen(descriptor, "wb") as pipe, tarfile.open(fileobj=pipe, mode="w|") as tar:
        tar.addfile(_header(MANIFEST, len(text)), BytesIO(text))
        for name, member in manifest.members.items():
            with (folder / name).open("rb") as file:
                tar.addfile(_header(name, member.bytes), file)


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)  # no time, no owner: a file's time would say more than the day
    header.size, header.mode = size, 0o600
    return header


def unpack(archive: Path, keys: Iterable[agefiles.Identity], into: Path) -> Manifest:
    """Open a backup into an empty folder and prove that every byte is the one that was packed.

    Raises `OperationRefused` for anything else; what then lies in the folder is worth nothing.
    """
    if not archive.is_file():
        raise OperationRefused(f"{archive} does not exist.")
    read_end, write_end = os.pipe()
    with ThreadPoolExecutor(1) as pool, archive.open("rb") as sealed:
        unpacked = pool.submit(_read_tar, read_end, into)
        try:
            with os.fdopen(write_end, "wb") as plain:
                agefiles.open_stream(sealed, plain, list(keys))
        except (agefiles.NotOpened, BrokenPipeError) as error:
            if isinstance(full := unpacked.exception(), OSError):
                raise OperationRefused(f"There is no room to unpack the backup in {into.parent}.") from full
            raise OperationRefused(
                f"{archive} cannot be opened: it is damaged or cut short, or it was sealed to another key. "
                "Nothing was changed. Try the backup before it, or the identity file that belongs to it."
            ) from error
        try:
            return unpacked.result()
        except (tarfile.TarError, KeyError, TypeError, ValueError, EOFError) as error:
            raise OperationRefused(f"{archive} is not a backup of Steward. Nothing was changed.") from error


def _read_tar(descriptor: int, into: Path) -> Manifest:
    with os.fdopen(descriptor, "rb") as pipe:
        with tarfile.open(fileobj=pipe, mode="r|") as tar:
            manifest: Manifest | None = None
            for header in tar:
                content = tar.extractfile(header)
                if content is None:
                    raise ValueError("not a file")
                if manifest is None:
                    manifest = _manifest(header, content)
                elif manifest.members[header.name] != _extract(content, into / header.name):
                    raise ValueError("not what the manifest says")
        while pipe.read(PIECE):  # the padding after the last file; an unread pipe would look like a full disk
            pass
    if manifest is None or any(not (into / name).exists() for name in manifest.members):
        raise ValueError("files are missing")
    return manifest


def _manifest(header: tarfile.TarInfo, content: IO[bytes]) -> Manifest:
    if header.name != MANIFEST or header.size > MOST_MANIFEST_BYTES:
        raise ValueError("no manifest")
    values: dict[str, Any] = json.loads(content.read())
    if values.pop("format") != FORMAT:
        raise ValueError("another format")
    members = {name: Member(**member) for name, member in values.pop("members").items()}
    if not members.keys() <= MEMBERS or VAULT not in members or len(members) != len(MEMBERS) - 1:
        raise ValueError("other files")
    return Manifest(members=members, **values)


def _extract(content: IO[bytes], target: Path) -> Member:
    descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while piece := content.read(PIECE):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return describe(target)
