"""The one source of the present moment; everything else is given `now`."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tell the present moment."""

    def now(self) -> datetime:
        """Return the present instant, aware and in UTC."""


class SystemClock:
    """Tell the time of this machine."""

    def now(self) -> datetime:
        """Return the machine's present instant in UTC."""
        return datetime.now(UTC)
