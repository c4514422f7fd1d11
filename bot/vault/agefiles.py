"""Whole files sealed with age to keys that are kept elsewhere, in a stream of any length."""

import re
from collections.abc import Iterable, Sequence
from typing import IO

import pyrage
from pyrage.x25519 import Identity, Recipient

__all__ = [
    "Identity",
    "NotAKey",
    "NotOpened",
    "NotSealed",
    "Recipient",
    "identities",
    "new_identity",
    "open_stream",
    "recipients",
    "seal_stream",
]

_PRIVATE = re.compile(r"^AGE-SECRET-KEY-1\w+$", re.IGNORECASE | re.MULTILINE)


class NotAKey(Exception):
    """A text is not the kind of key that was asked for. The text itself is never repeated: it may be a secret."""


class NotSealed(Exception):
    """The file cannot be written."""


class NotOpened(Exception):
    """The file is damaged or cut short, or none of the keys opens it."""


def recipients(texts: Iterable[str]) -> list[Recipient]:
    """Read public keys (`age1…`); raises `NotAKey`."""
    try:
        return [Recipient.from_str(text) for text in texts]
    except pyrage.RecipientError as error:
        raise NotAKey from error


def identities(text: str) -> list[Identity]:
    """Read the private keys in a file as `age-keygen` writes it; raises `NotAKey` if there is none."""
    try:
        found = [Identity.from_str(line) for line in _PRIVATE.findall(text)]
    except pyrage.IdentityError as error:
        raise NotAKey from error
    if not found:
        raise NotAKey
    return found


def new_identity() -> Identity:
    """Make a private key; its text is `str(identity)`, its public half `identity.to_public()`."""
    return Identity.generate()


def seal_stream(plain: IO[bytes], sealed: IO[bytes], to: Sequence[Recipient]) -> None:
    """Seal everything that can be read from `plain`; raises `NotSealed` when `sealed` takes no more."""
    try:
        pyrage.encrypt_io(plain, sealed, to)
    except (pyrage.EncryptError, OSError) as error:
        raise NotSealed from error


def open_stream(sealed: IO[bytes], plain: IO[bytes], keys: Sequence[Identity]) -> None:
    """Open a sealed file into `plain`; raises `NotOpened`, and then what was written so far is worth nothing."""
    try:
        pyrage.decrypt_io(sealed, plain, keys)
    except (pyrage.DecryptError, OSError) as error:
        raise NotOpened from error
