"""A stop lets what runs end, and does not wait for what hangs."""

import asyncio

import pytest

from bot import due
from bot.due import Due


async def nothing() -> None:
    """Beat no heart."""


class Job:
    """A job that takes as long as it is told to."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.may_end = asyncio.Event()
        self.ended = ""

    async def __call__(self) -> None:
        self.began.set()
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.ended = "cut off"
            raise
        self.ended = "well"


async def test_a_run_that_is_under_way_ends_before_the_stores_close() -> None:
    job = Job()
    alarm = Due([("job", job)], nothing)
    alarm.start()
    running = asyncio.create_task(alarm.run())
    await job.began.wait()
    stopping = asyncio.create_task(alarm.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    job.may_end.set()
    await stopping
    assert job.ended == "well"
    await running


async def test_a_run_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "FINISH_SECONDS", 0)
    job = Job()
    alarm = Due([("job", job)], nothing)
    running = asyncio.create_task(alarm.run())
    await job.began.wait()
    await alarm.stop()
    assert job.ended == "cut off"
    assert running.cancelled()
