"""What is due now. APScheduler only wakes it; what is due stands in the stores."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import mishaps

log = structlog.get_logger()

TICK_SECONDS = 15
BEAT_TICKS = 4  # a heartbeat a minute
HEARTBEAT = "heartbeat"
FINISH_SECONDS = 3


async def _never_held() -> bool:
    return False


class Due:
    """Run every job, in order, each on its own: one that fails does not stop the next.

    A failure of a job in `private` shows that somebody has acted, so it is counted and not logged.
    After a restore only the heartbeat runs until an operator has confirmed it.
    """

    def __init__(
        self,
        jobs: Sequence[tuple[str, Callable[[], Awaitable[None]]]],
        beat: Callable[[], Awaitable[None]],
        *,
        is_held: Callable[[], Awaitable[bool]] = _never_held,
        private: frozenset[str] = frozenset(),
    ) -> None:
        self.ran_at: float | None = None
        """When a run last ended, on the monotonic clock."""
        self.failures: Counter[str] = Counter()
        """How often each job that is not private has failed."""
        self.is_beating = True
        """Whether the last heartbeat reached both stores."""
        self._jobs = list(jobs)
        self._private = private
        self._beat = beat
        self._is_held = is_held
        self._was_held = False
        self._ticks = 0
        self._running: set[asyncio.Task[Any]] = set()
        self._alarm: AsyncIOScheduler | None = None

    def add(self, name: str, job: Callable[[], Awaitable[None]]) -> None:
        """Do one more job at every tick, after the others."""
        self._jobs.append((name, job))

    async def run(self) -> None:
        """Do everything that is due now."""
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            await self._run()
        finally:
            self._running.discard(task)

    async def _run(self) -> None:
        jobs = [] if await self._hold() else list(self._jobs)
        if self._ticks % BEAT_TICKS == 0:
            jobs.append((HEARTBEAT, self._beat))
        self._ticks += 1
        for name, job in jobs:
            try:
                await job()
            except Exception as error:  # noqa: BLE001 - tried again at the next tick
                self._note(name, error)
            else:
                self.is_beating |= name == HEARTBEAT
        self.ran_at = time.monotonic()

    def _note(self, job: str, error: Exception) -> None:
        if job in self._private:
            mishaps.count(error)
            return
        self.failures[job] += 1
        self.is_beating &= job != HEARTBEAT
        log.error("job failed, will be tried again", job=job, error=error)

    async def _hold(self) -> bool:
        try:
            held = await self._is_held()
        except Exception as error:  # noqa: BLE001 - whoever cannot tell must not post
            log.error("cannot tell whether to hold, so holding", error=error)
            return True
        if held and not self._was_held:
            log.warning("held after a restore: nothing is posted until you run python3 run.py confirm-restore")
        self._was_held = held
        return held

    def start(self) -> None:
        """Run now and at every tick from now on."""
        self._alarm = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._alarm.add_job(self.run, "interval", seconds=TICK_SECONDS)
        self._alarm.start()

    async def stop(self) -> None:
        """Wake nothing any more and let what runs now end, or end it after a while, before the stores are closed.

        What is ended so hangs at Discord: its message is looked for and sent again at the next start.
        """
        if self._alarm is not None:
            self._alarm.pause()  # shutting down at once would cancel the run, perhaps within a transaction
        if self._running:
            _, hanging = await asyncio.wait(self._running, timeout=FINISH_SECONDS)
            for task in hanging:
                task.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)
        if self._alarm is not None:
            self._alarm.shutdown(wait=False)
            self._alarm = None
