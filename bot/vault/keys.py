"""The key directory: small secret files outside both stores and outside every backup."""

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import pyrage

from bot.failpoints import reach
from bot.ids import UserId
from bot.storefile import StoreRefused, sync_directory
from bot.vault.sealing import identity_from

SECRET_BYTES = 32

Key = TypeVar("Key")


class OwnKey:
    """The key of one petition or poll: it makes tags of people, and opens what was sealed for its time."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def tag(self, user_id: UserId) -> bytes:
        """Return what stands for a person here and nowhere else: 32 bytes that without the key say nothing."""
        return hmac.digest(self._secret, f"tag {user_id}".encode(), hashlib.sha256)

    @cached_property
    def identity(self) -> pyrage.x25519.Identity:
        """Return the age identity that opens what was sealed to this key: names, or the shards of a ballot box."""
        return identity_from(hmac.digest(self._secret, b"identity", hashlib.sha256))

    @property
    def lot(self) -> bytes:
        """Return the seed of the lot that breaks ties, 32 bytes; published at the close. It leads to no tag."""
        return hmac.digest(self._secret, b"lot", hashlib.sha256)


class Keys:
    """Read the server's own keys, making each on first use with mode 0600.

    Without this directory the stores stay sealed. Losing it loses every case of guilds in readable mode.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._own: dict[str, OwnKey] = {}
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            _refuse_if_others_can_read(directory)
            self._codes = self._key("codes.key", lambda: secrets.token_hex(SECRET_BYTES), _secret)
            self._tags = self._key("tags.key", lambda: secrets.token_hex(SECRET_BYTES), _secret)
            self._desk = self._key("desk.agekey", _new_identity, pyrage.x25519.Identity.from_str)
            self._slips = self._key("slips.agekey", _new_identity, pyrage.x25519.Identity.from_str)
        except OSError as error:
            raise StoreRefused(
                f"The key directory {directory} cannot be used ({type(error).__name__}). "
                "Point STEWARD_KEY_DIR to a directory that Steward may read and write."
            ) from error

    @property
    def codes(self) -> bytes:
        """Return the secret from which case codes and their stretching start."""
        return self._codes

    @property
    def tags(self) -> bytes:
        """Return the secret by which organizers are named in the audit chain."""
        return self._tags

    @property
    def desk(self) -> pyrage.x25519.Identity:
        """Return the key that opens cases of guilds in readable mode."""
        return self._desk

    @property
    def slips(self) -> pyrage.x25519.Identity:
        """Return the key that opens what a release needs to count, and nothing of the text."""
        return self._slips

    def make_own(self, thing: str) -> "OwnKey":
        """Return the key of one petition or poll, made if there is none."""
        if thing not in self._own:
            self._own[thing] = OwnKey(self._key(f"{thing}.own.key", lambda: secrets.token_hex(SECRET_BYTES), _secret))
        return self._own[thing]

    def own(self, thing: str) -> "OwnKey | None":
        """Return the key of one petition or poll, or `None` once it is shredded; reads its file only once."""
        is_there = thing in self._own or (self._directory / f"{thing}.own.key").exists()
        return self.make_own(thing) if is_there else None

    def shred(self, thing: str) -> None:
        """Overwrite and remove the key of one petition or poll: from then on no tag of it leads to anybody.

        Best effort on media that write elsewhere than told to; hence the encrypted disk that operators are asked for.
        """
        self._own.pop(thing, None)
        path = self._directory / f"{thing}.own.key"
        if not path.exists():
            return
        with path.open("r+b", buffering=0) as file:
            file.write(secrets.token_hex(SECRET_BYTES).encode())
            os.fsync(file.fileno())
        reach("keys: overwritten and not removed")
        path.unlink()
        sync_directory(self._directory)

    def _key(self, name: str, make: Callable[[], str], read: Callable[[str], Key]) -> Key:
        path = self._directory / name
        if not path.exists():
            # Written whole and synced before it gets its name: half a key would lose every report sealed to it.
            part = path.with_name(name + ".part")
            part.unlink(missing_ok=True)
            descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(make() + "\n")
                file.flush()
                os.fsync(file.fileno())
            reach("keys: written and not named")
            part.rename(path)
            sync_directory(self._directory)
        _refuse_if_others_can_read(path)
        try:
            return read(path.read_text("ascii").strip())
        except (OSError, ValueError, pyrage.IdentityError) as error:
            # Never made anew: that would lose every report sealed to the old one.
            raise StoreRefused(
                f"The key file {path} cannot be read. Put back your copy of the key directory."
            ) from error


def _secret(text: str) -> bytes:
    """Read a secret, and nothing shorter: with an empty one, case codes could be worked out by anybody."""
    secret = bytes.fromhex(text)
    if len(secret) != SECRET_BYTES:
        raise ValueError("a part of the secret is missing")
    return secret


def _new_identity() -> str:
    return str(pyrage.x25519.Identity.generate())


def _refuse_if_others_can_read(path: Path) -> None:
    if os.name == "nt":
        return
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise StoreRefused(
            f"Other users of this machine can read {path}. "
            f"Close it with: chmod {'700' if path.is_dir() else '600'} {path}"
        )
