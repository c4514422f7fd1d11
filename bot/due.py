"""What is due now. APScheduler only wakes it; what is due stands in the stores."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger()

TICK_SECONDS = 15
BEAT_TICKS = 4  # a heartbeat a minute


class Due:
    """Run every job, in order, each on its own: one that fails does not stop the next.

    After a restore only the heartbeat runs until an operator has confirmed it.
    """

    def __init__(
        self,
        jobs: Sequence[tuple[str, Callable[[], Awaitable[None]]]],
        beat: Callable[[], Awaitable[None]],
        is_held: Callable[[], Awaitable[bool]],
    ) -> None:
        self._jobs = list(jobs)
        self._beat = beat
        self._is_held = is_held
        self._was_held = False
        self._ticks = 0
        self._alarm: AsyncIOScheduler | None = None

    def add(self, name: str, job: Callable[[], Awaitable[None]]) -> None:
        """Do one more job at every tick, after the others."""
        self._jobs.append((name, job))

    async def run(self) -> None:
        """Do everything that is due now."""
        jobs = [] if await self._hold() else list(self._jobs)
        if self._ticks % BEAT_TICKS == 0:
            jobs.append(("heartbeat", self._beat))
        self._ticks += 1
        for name, job in jobs:
            try:
                await job()
            except Exception as error:  # noqa: BLE001 - tried again at the next tick
                log.error("job failed, will be tried again", job=name, error=type(error).__name__)

    async def _hold(self) -> bool:
        try:
            held = await self._is_held()
        except Exception as error:  # noqa: BLE001 - whoever cannot tell must not post
            log.error("cannot tell whether to hold, so holding", error=type(error).__name__)
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

    def stop(self) -> None:
        """Wake nothing any more."""
        if self._alarm is not None:
            self._alarm.shutdown(wait=False)
            self._alarm = None
