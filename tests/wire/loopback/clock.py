"""Time as this Discord tells it: real time plus what a test has skipped."""

from __future__ import annotations

import time
from datetime import UTC, datetime

DISCORD_EPOCH_MS = 1_420_070_400_000


class Clock:
    """Tell the server's time, which a test may push forward.

    Only the server's clock jumps: the bot's own clock is untouched, as it is when the network is slow.
    """

    def __init__(self) -> None:
        self._skipped = 0.0
        self._last_id = 0

    def forward(self, seconds: float) -> None:
        """Skip time, so that tokens, deadlines and nonces age at once."""
        self._skipped += seconds

    def seconds(self) -> float:
        """Return a reading for measuring durations."""
        return time.monotonic() + self._skipped

    def unix(self) -> float:
        """Return the time of day, in seconds since 1970."""
        return time.time() + self._skipped

    def stamp(self) -> str:
        """Return the time of day as Discord writes it."""
        return datetime.fromtimestamp(self.unix(), UTC).isoformat()

    def snowflake(self) -> int:
        """Return a new id, greater than all before it."""
        self._last_id = max(self._last_id + 1, snowflake_at(self.unix()))
        return self._last_id


def snowflake_at(unix_seconds: float) -> int:
    """Return the smallest id that Discord could have made at this time."""
    return max(1, int(unix_seconds * 1000) - DISCORD_EPOCH_MS) << 22
