"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

MONDAY = datetime(2026, 3, 2, 10, 17, 43, 219_000, tzinfo=UTC)
"""An instant with nothing round about it, so that it is found wherever it is kept."""


class FixedClock:
    """Tell one instant."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self._now = now

    def now(self) -> datetime:
        """Return the instant that the test has set."""
        return self._now

    def later(self, **span: float) -> datetime:
        """Let time pass and return the new instant."""
        self._now += timedelta(**span)
        return self._now

    def move_to(self, instant: datetime) -> None:
        """Jump to an instant, back as well as ahead."""
        self._now = instant
