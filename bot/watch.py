"""The watch over the running bot: look, ask the gateway, reconnect when it has gone silent.

A gateway can acknowledge heartbeats and tell nothing any more. In a quiet server silence proves nothing, so once a
minute Steward asks for something that must come back as an event: its own membership. What cannot be found this way
is a gateway that answers and withholds only some kinds of events.
"""

import asyncio
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import structlog

from bot import health, mishaps
from bot.database import outbox
from bot.database.engine import Database
from bot.due import Due
from bot.health import Vitals

log = structlog.get_logger()

LOOK_SECONDS = 15
ASK_SECONDS = 60.0
RECONNECT_SECONDS = 600.0  # a new session each time, and Discord resets the token of who begins a thousand a day
DAY_SECONDS = 86_400.0
LAG_STEP = 0.25


class Ear(Protocol):
    """What the watch needs of the client."""

    heard_at: float

    @property
    def is_connected(self) -> bool:
        """Tell whether there is a session and an open socket."""

    @property
    def latency(self) -> float:
        """Return how long the last heartbeat took, in seconds."""

    async def ask_for_an_event(self) -> bool:
        """Ask for an event and wait for it; False if there is nothing to ask about."""

    async def reconnect(self) -> None:
        """Begin a new session."""


class Watch:
    """Keep `vitals` up to date and the connection alive."""

    def __init__(self, ear: Ear, due: Due, database: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.vitals = Vitals()
        self._ear = ear
        self._due = due
        self._database = database
        self._monotonic = monotonic
        self._began_at = self._looked_at = self._heard_at = self._answered_at = monotonic()
        self._asked_at = self._reconnected_at = self._weighed_at = -math.inf
        self._memory_peak = 0
        self._worst_lag = 0.0
        self._question: asyncio.Task[None] | None = None

    async def run(self, note: Path) -> None:
        """Look every few seconds, and note the problems in a file, until cancelled."""
        while True:
            try:
                await self.look()
                await asyncio.to_thread(health.write, note, self.vitals.problems, self._monotonic())
            except Exception as error:  # noqa: BLE001 - the note grows old, which `health` tells
                mishaps.count(error)
            self._worst_lag = 0.0
            for _ in range(LOOK_SECONDS):
                if self._ear.is_connected != self.vitals.is_connected:
                    break  # worth telling at once
                before = self._monotonic()
                await asyncio.sleep(1)
                self._worst_lag = max(self._worst_lag, self._monotonic() - before - 1)

    async def look(self) -> None:
        """Measure everything once, ask the gateway if it is time to, and reconnect if it is deaf."""
        now = self._monotonic()
        stood_still = now - self._looked_at >= ASK_SECONDS
        self._looked_at = now
        if not self._ear.is_connected or stood_still:
            self._heard_at = now  # silence begins with the connection, and while we slept it was ours
        elif now - self._asked_at >= ASK_SECONDS and (self._question is None or self._question.done()):
            self._asked_at = now
            self._question = asyncio.create_task(self._ask())
        if now - self._weighed_at >= DAY_SECONDS:
            self._weighed_at = now
            self._memory_peak = _memory_peak()
        ran_at = self._due.ran_at
        self.vitals = Vitals(
            is_connected=self._ear.is_connected,
            silence=now - max(self._heard_at, self._ear.heard_at),
            answer_age=now - self._answered_at,
            latency=self._ear.latency,
            tick_age=(now - (self._began_at if ran_at is None else ran_at)) // LOOK_SECONDS * LOOK_SECONDS,
            is_writing=self._due.is_beating,
            backlog=await self._backlog(),
            failures=dict(self._due.failures),
            lag=self._worst_lag // LAG_STEP * LAG_STEP,
            memory_peak=self._memory_peak,
        )
        if self.vitals.is_deaf and now - self._reconnected_at >= RECONNECT_SECONDS:
            self._reconnected_at = now
            log.warning("the gateway is silent, beginning a new session")
            await self._ear.reconnect()

    async def _ask(self) -> None:
        try:
            if not await self._ear.ask_for_an_event():
                self._heard_at = self._monotonic()  # in no server, nobody can be missed
            self._answered_at = self._monotonic()
        except Exception as error:  # noqa: BLE001 - silence tells the rest
            mishaps.count(error)

    async def _backlog(self) -> dict[str, int]:
        try:
            async with self._database.begin() as connection:
                return await outbox.backlog(connection)
        except Exception as error:  # noqa: BLE001 - a store that fails is told by the heartbeat
            mishaps.count(error)
            return self.vitals.backlog


def _memory_peak() -> int:
    if sys.platform == "win32":  # pragma: no cover - is not measured there
        return 0
    import resource  # noqa: PLC0415 - not on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
