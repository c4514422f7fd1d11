"""Stub."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """Kinds."""

    NAME = "name"


REASONS: dict[Kind, str] = {}


@dataclass(frozen=True, slots=True)
class Detail:
    """Detail."""

    kind: Kind
    place: str = field(repr=False)
    start: int = 0
    end: int = 0


def find_details(text: str, code_names: Collection[str] = ()) -> tuple[Detail, ...]:
    """Find."""
    return ()
