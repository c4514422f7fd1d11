"""Lots that nobody can bend: their seed is fixed when a poll opens and told when it closes. Pure.

While the poll is open only the `commitment` is shown, so nobody can vote towards the lot; once it is closed, everybody
can check that the seed is the one committed to, and draw the lot again: the order of SHA-256(seed ‖ option), the option
as two bytes with the high one first, smallest hash first. The seed must come from a secure source, and stay secret
until the close, since whoever knows it knows how every tie will fall.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

SEED_BYTES = 32


class Purpose(StrEnum):
    """What a tie stood in the way of."""

    ELECT = "elect"
    FINAL = "final"
    SURPLUS = "surplus"
    EXCLUDE = "exclude"


@dataclass(frozen=True, slots=True)
class Tie:
    """Options that stood equal, and the order that the lot put them in: empty if none could be drawn.

    The first in the order wins, comes into the final, or has its surplus transferred first; the last is excluded.
    `round` is the number of the last round before it, from 1.
    """

    purpose: Purpose
    round: int
    among: tuple[int, ...]
    order: tuple[int, ...] = ()


def commitment(seed: bytes) -> str:
    """Return what is shown of a seed when a poll opens: its SHA-256 in hexadecimal."""
    return hashlib.sha256(_checked(seed)).hexdigest()


def drawn(seed: bytes, options: Iterable[int]) -> tuple[int, ...]:
    """Return options in the order of the lot; raises `ValueError` for a seed that is not 32 bytes long."""
    salt = hashlib.sha256(_checked(seed))

    def hashed(option: int) -> bytes:
        lot = salt.copy()
        lot.update(option.to_bytes(2))
        return lot.digest()

    return tuple(sorted(options, key=hashed))


def settle(purpose: Purpose, number: int, among: Iterable[int], seed: bytes | None) -> Tie:
    """Return a tie after round `number`, settled by lot if there is a seed, and otherwise left open."""
    tied = tuple(sorted(among))
    return Tie(purpose, number, tied, drawn(seed, tied) if seed is not None else ())


def _checked(seed: bytes) -> bytes:
    if len(seed) != SEED_BYTES:
        raise ValueError(f"a seed is {SEED_BYTES} bytes long")  # a short one could be found by trying
    return seed
