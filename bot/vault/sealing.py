"""Seal text so that only organizers and its reporter can open it, in the open age format."""

import base64
import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
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
    "identity_from",
    "open_pair",
    "open_sealed",
    "recipient",
    "seal",
    "seal_for_pairs",
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


def seal(contents: Mapping[str, Any], recipients: Iterable[str], sizes: Sequence[int] = SIZES) -> bytes:
    """Seal JSON contents to age recipients (`age1…`), padded to one of `sizes` in bytes.

    The padding is spaces after the JSON, so `age --decrypt` gives a text that any tool can read.
    """
    plain = json.dumps(contents, ensure_ascii=False, sort_keys=True).encode()
    size = next((size for size in sizes if len(plain) <= size), None)
    if size is None:
        raise TooLarge
    sealed: bytes = pyrage.encrypt(plain.ljust(size), [pyrage.x25519.Recipient.from_str(text) for text in recipients])
    return sealed


def seal_for_pairs(contents: Mapping[str, Any], recipients: Sequence[str], sizes: Sequence[int] = SIZES) -> bytes:
    """Seal so that any two of the recipients open it together and none of them alone.

    For each pair, sealed to the one and the result sealed to the other, in plain age. Returns JSON of
    `[[first, second, base64], …]`, where `first` opens the outside.
    """
    sealed = []
    for outer, inner in itertools.combinations(sorted(recipients), 2):
        inside = seal(contents, [inner], sizes)
        outside = pyrage.encrypt(inside, [pyrage.x25519.Recipient.from_str(outer)])
        sealed.append([outer, inner, base64.b64encode(outside).decode()])
    return json.dumps(sealed).encode()


def open_sealed(sealed: bytes, identity: Identity) -> dict[str, Any]:
    """Open what was sealed; raises `Unreadable` if the identity is not among its recipients."""
    try:
        contents: dict[str, Any] = json.loads(pyrage.decrypt(sealed, [identity]))
    except pyrage.DecryptError as error:
        raise Unreadable from error
    return contents


def open_pair(sealed: bytes, first: Identity, second: Identity) -> dict[str, Any]:
    """Open what was sealed for pairs with two of the keys, in either order; raises `Unreadable` for any others."""
    keys = {recipient(key): key for key in (first, second)}
    for outer, inner, outside in json.loads(sealed):
        if outer in keys and inner in keys:
            try:
                inside: bytes = pyrage.decrypt(base64.b64decode(outside), [keys[outer]])
            except pyrage.DecryptError as error:
                raise Unreadable from error
            return open_sealed(inside, keys[inner])
    raise Unreadable


def identity_from(secret: bytes) -> Identity:
    """Return the age identity that 32 secret bytes give."""
    key = bech32.bech32_encode("age-secret-key-", bech32.convertbits(secret, 8, 5) or [])
    return Identity.from_str(key.upper())


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
