"""Seal text so that only organizers and its reporter can open it, in the open age format."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import bech32
import pyrage
from pyrage.x25519 import Identity

__all__ = [
    "SIZES",
    "Identity",
    "NotARecipient",
    "TooLarge",
    "Unreadable",
    "check_recipient",
    "open_sealed",
    "recipient",
    "seal",
]

SIZES = (1024, 4096, 16384)
"""What a sealed text is padded to, in bytes: its length says one of three things."""


class TooLarge(ValueError):
    """The text does not fit the largest size. Callers limit what people write, so this is a mistake of ours."""


_PRIME = 2**255 - 19
_OF_LOW_ORDER = {
    0,
    1,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
    _PRIME - 1,
}
"""Points of Curve25519 that make every shared secret zero (RFC 7748, section 7): no private key belongs to them."""


class Unreadable(Exception):
    """None of the keys at hand opens this."""


class NotARecipient(ValueError):
    """A text is not a public age key that can be sealed to. The text itself is never repeated."""


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


def recipient(identity: Identity) -> str:
    """Return the public half of an identity."""
    return str(identity.to_public())


def check_recipient(text: str) -> None:
    """Raise `NotARecipient` unless a text is an X25519 public key (`age1…`) that can be sealed to."""
    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise NotARecipient from error
    _, words = bech32.bech32_decode(text)
    point = bytes(bech32.convertbits(words or [], 5, 8, pad=False) or [])
    if (
        int.from_bytes(point, "little") % 2**255 % _PRIME in _OF_LOW_ORDER
    ):  # sealing to one of these does not fail, it takes the process down
        raise NotARecipient
