"""Seal text so that only organizers and its reporter can open it, in the open age format."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import bech32
import pyrage
from pyrage.x25519 import Identity

__all__ = ["SIZES", "Identity", "TooLarge", "Unreadable", "identity_from", "open_sealed", "recipient", "seal"]

SIZES = (1024, 4096, 16384)
"""What a sealed text is padded to, in bytes: its length says one of three things."""


class TooLarge(ValueError):
    """The text does not fit the largest size. Callers limit what people write, so this is a mistake of ours."""


class Unreadable(Exception):
    """None of the keys at hand opens this."""


def seal(contents: Mapping[str, Any], recipients: Iterable[str]) -> bytes:
    """Seal JSON contents to age recipients (`age1…`), padded to one of `SIZES`.

    The padding is spaces after the JSON, so `age --decrypt` gives a text that any tool can read.
    """
    plain = json.dumps(contents, ensure_ascii=False, sort_keys=True).encode()
    size = next((size for size in SIZES if len(plain) <= size), None)
    if size is None:
        raise TooLarge
    sealed: bytes = pyrage.encrypt(plain.ljust(size), [pyrage.x25519.Recipient.from_str(text) for text in recipients])
    return sealed


def open_sealed(sealed: bytes, identity: Identity) -> dict[str, Any]:
    """Open what was sealed; raises `Unreadable` if the identity is not among its recipients."""
    try:
        contents: dict[str, Any] = json.loads(pyrage.decrypt(sealed, [identity]))
    except pyrage.DecryptError as error:
        raise Unreadable from error
    return contents


def identity_from(secret: bytes) -> Identity:
    """Return the age identity that 32 secret bytes give."""
    key = bech32.bech32_encode("age-secret-key-", bech32.convertbits(secret, 8, 5) or [])
    return Identity.from_str(key.upper())


def recipient(identity: Identity) -> str:
    """Return the public half of an identity."""
    return str(identity.to_public())
