"""Rate limits: the headers of every answer, and limits that a test switches on."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Final

from .clock import Clock
from .faults import THROUGH_DISCORD, Reply
from .requests import Request

ROOMY: Final = 1000


@dataclass(eq=False)
class Limit:
    """So many requests to a route per window, counted for each channel, guild or webhook alone."""

    route: str
    allowed: int
    window_s: float
    windows: dict[str, tuple[float, int]] = field(default_factory=dict)
    """For each of them, when its window began and how many requests it has seen."""
    refused: int = 0


class Buckets:
    """Count requests, and refuse those beyond a limit. Without a limit there is always room."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._limits: list[Limit] = []

    def enforce(self, route: str, allowed: int, window_s: float) -> Limit:
        """Limit a route as Discord does: 5 messages in 5 seconds per channel, say."""
        limit = Limit(route, allowed, window_s)
        self._limits.append(limit)
        return limit

    def spend(self, request: Request, handler_name: str) -> tuple[dict[str, str], Reply | None]:
        """Count a request; return the headers of its answer, and the refusal if there is no room."""
        limit = next((one for one in self._limits if request.is_to(one.route)), None)
        if limit is None:
            return self._headers(handler_name, ROOMY, ROOMY - 1, 1.0), None
        now = self._clock.seconds()
        began, spent = limit.windows.get(_major(request.path), (now, 0))
        if now >= began + limit.window_s:
            began, spent = now, 0
        has_room = spent < limit.allowed
        limit.windows[_major(request.path)] = (began, spent + has_room)
        reset_after = began + limit.window_s - now
        headers = self._headers(handler_name, limit.allowed, limit.allowed - spent - has_room, reset_after)
        if has_room:
            return headers, None
        limit.refused += 1
        body = {"message": "You are being rate limited.", "retry_after": round(reset_after, 3), "global": False}
        refused = {"Retry-After": str(reset_after), "X-RateLimit-Scope": "user"}
        return headers, Reply(429, body, headers | refused | THROUGH_DISCORD)

    def _headers(self, handler_name: str, allowed: int, left: int, reset_after: float) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(allowed),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": f"{self._clock.unix() + reset_after:.3f}",
            "X-RateLimit-Reset-After": f"{reset_after:.3f}",
            "X-RateLimit-Bucket": f"{zlib.crc32(handler_name.encode()):08x}",
        }


def _major(path: str) -> str:
    """Return the part of a path for which Discord counts apart: a channel, a guild, or a webhook with its token."""
    return "/".join(path.split("/")[: 4 if path.startswith("/webhooks/") else 3])
