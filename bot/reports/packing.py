"""What the buttons of previews and of the desk's list carry, in as few letters as fit there. Pure."""

import string
from dataclasses import dataclass
from datetime import date

from bot.reports.rules import Facets, FormExpired, Status, week_of
from bot.reports.taxonomy import Dimension, answer_at, place_of

PACKED = string.digits + string.ascii_lowercase


def pack(facets: Facets) -> str:
    """Write facets as a few letters, one for each answer and two for the month, for the buttons of the preview."""
    places = (place_of(dimension, facets[dimension]) for dimension in Dimension if dimension is not Dimension.MONTH)
    month = place_of(Dimension.MONTH, facets[Dimension.MONTH])
    return "".join(PACKED[place] for place in (*places, *divmod(month, len(PACKED))))


def unpack(packed: str) -> Facets:
    """Read packed facets back; raises `FormExpired` for anything that `pack` did not write."""
    try:
        places = [PACKED.index(letter) for letter in packed]
        *others, high, low = places
        month = answer_at(Dimension.MONTH, high * len(PACKED) + low)
        rest = [dimension for dimension in Dimension if dimension is not Dimension.MONTH]
        return {
            **{each: answer_at(each, place) for each, place in zip(rest, others, strict=True)},
            Dimension.MONTH: month,
        }
    except (ValueError, IndexError):
        raise FormExpired from None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases an organizer wants to see; None means any."""

    status: Status | None = None
    category: str | None = None
    role: str | None = None
    week: str | None = None

    def pack(self) -> str:
        """Write the filter in a few letters, for the buttons of the list."""
        places = (
            None if self.status is None else list(Status).index(self.status),
            None if self.category is None else place_of(Dimension.CATEGORY, self.category),
            None if self.role is None else place_of(Dimension.ROLE, self.role),
        )
        return "".join("-" if place is None else PACKED[place] for place in places) + (self.week or "")

    @classmethod
    def unpack(cls, packed: str) -> "Filter":
        """Read a packed filter; anything that `pack` did not write filters nothing."""
        places, week = packed[:3].ljust(3, "-"), packed[3:]
        try:
            status, category, role = (None if each == "-" else PACKED.index(each) for each in places)
            return cls(
                None if status is None else list(Status)[status],
                None if category is None else answer_at(Dimension.CATEGORY, category),
                None if role is None else answer_at(Dimension.ROLE, role),
                _week(week),
            )
        except (ValueError, IndexError):
            return cls()


def _week(text: str) -> str | None:
    try:
        return week_of(date.fromisoformat(f"{text}-1"))
    except ValueError:
        return None


EVERY = Filter()
"""The filter that lets every case through."""
