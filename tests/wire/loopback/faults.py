"""What goes wrong with a request: refusals, rate limits, lost answers, resets, hangs and delays."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from .changes import Changes

Json = dict[str, Any]
Scope = Literal["user", "global", "shared"]

# Without a Via header discord.py takes a 429 for a ban by Cloudflare, and gives up.
THROUGH_DISCORD: Final = {"Via": "1.1 google"}


@dataclass
class Reply:
    """An answer before it is written: a status, a JSON body or none, and headers."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Severed(Exception):
    """The connection is gone; there is nobody to answer."""


def matches(pattern: str, path: str) -> bool:
    """Tell whether a path fits a pattern in which `*` stands for one segment."""
    return re.fullmatch(re.escape(pattern).replace(r"\*", "[^/]+"), path) is not None


@dataclass(eq=False)
class Fault:
    """One thing that goes wrong, a number of times or until it is lifted."""

    method: str
    pattern: str
    times: int | None
    after_acting: bool
    changes: Changes
    struck: int = 0
    """How many requests it has hit."""
    is_over: asyncio.Event = field(default_factory=asyncio.Event)

    def lift(self) -> None:
        """End it, and let go of the requests it holds."""
        self.is_over.set()

    async def has_struck(self, times: int = 1, within: float = 5.0) -> None:
        """Wait until it has hit so many requests."""
        await self.changes.until(
            lambda: self.struck >= times,
            within,
            lambda: f"{self.method} {self.pattern} failed {self.struck} times, not {times}",
        )

    async def strike(self, transport: asyncio.Transport) -> Reply | None:
        """Do the harm, and return what to answer instead, or None to go on."""
        raise NotImplementedError


@dataclass(eq=False)
class Answers(Fault):
    """Answer with something else."""

    reply: Reply = field(default_factory=lambda: Reply(500))

    async def strike(self, transport: asyncio.Transport) -> Reply | None:
        return self.reply


@dataclass(eq=False)
class Drops(Fault):
    """Cut the connection: quietly, or with a reset."""

    with_reset: bool = False

    async def strike(self, transport: asyncio.Transport) -> Reply | None:
        if self.with_reset:
            # Closing a socket that does not linger sends RST instead of FIN.
            sock = transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
        raise Severed


@dataclass(eq=False)
class Waits(Fault):
    """Say nothing for some seconds, or until lifted."""

    seconds: float | None = None

    async def strike(self, transport: asyncio.Transport) -> Reply | None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.is_over.wait(), self.seconds)
        return None


class Faults:
    """Plan what goes wrong on which routes.

    `route` is a method and a path in which `*` stands for one segment: "POST /channels/*/messages".
    `times` is how many requests are hit; None means until the fault is lifted. Faults planned first strike first.
    """

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._planned: list[Fault] = []

    def refuse(
        self,
        route: str,
        status: int,
        code: int = 0,
        message: str = "planned",
        *,
        times: int | None = 1,
        after_acting: bool = False,
    ) -> Fault:
        """Answer with an error: 500, 502 and 503 as well as 403 with Discord's code."""
        body = {"message": message, "code": code}
        return self._plan(Answers(*self._target(route, times, after_acting=after_acting), reply=Reply(status, body)))

    def rate_limit(
        self,
        route: str,
        retry_after: float,
        *,
        scope: Scope = "user",
        times: int | None = 1,
        through_discord: bool = True,
    ) -> Fault:
        """Answer 429; without `through_discord` it looks like Cloudflare's, without a `Via` header."""
        is_global = scope == "global"
        body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": is_global}
        headers = {"Retry-After": str(retry_after), "X-RateLimit-Scope": scope}
        headers |= {"X-RateLimit-Global": "true"} if is_global else {}
        headers |= THROUGH_DISCORD if through_discord else {}
        return self._plan(Answers(*self._target(route, times), reply=Reply(429, body, headers)))

    def lose_answer(self, route: str, *, times: int | None = 1, with_reset: bool = False) -> Fault:
        """Act, then drop the connection before answering."""
        return self._plan(Drops(*self._target(route, times, after_acting=True), with_reset=with_reset))

    def reset(self, route: str, *, times: int | None = 1) -> Fault:
        """Reset the connection before acting."""
        return self._plan(Drops(*self._target(route, times), with_reset=True))

    def hang(self, route: str, *, times: int | None = 1, after_acting: bool = False) -> Fault:
        """Keep the request waiting until the fault is lifted or the server stops."""
        return self._plan(Waits(*self._target(route, times, after_acting=after_acting)))

    def delay(self, route: str, seconds: float, *, times: int | None = 1, after_acting: bool = False) -> Fault:
        """Keep the request waiting for some real seconds."""
        return self._plan(Waits(*self._target(route, times, after_acting=after_acting), seconds=seconds))

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that strikes this request, counting it."""
        for fault in self._planned:
            used_up = fault.times is not None and fault.struck >= fault.times
            if not used_up and not fault.is_over.is_set() and fault.method == method and matches(fault.pattern, path):
                fault.struck += 1
                self._changes.happened()
                return fault
        return None

    def lift_all(self) -> None:
        """End all faults, and let go of the requests they hold."""
        for fault in self._planned:
            fault.lift()
        self._planned.clear()

    def _target(
        self, route: str, times: int | None, *, after_acting: bool = False
    ) -> tuple[str, str, int | None, bool, Changes]:
        method, pattern = route.split(" ", 1)
        return method, pattern, times, after_acting, self._changes

    def _plan(self, fault: Fault) -> Fault:
        self._planned.append(fault)
        return fault
