"""A loopback Discord, a guild, small bots that run in this process, and a union with the real one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
import pytest_asyncio

from .forks import Forks
from .loopback import Guild, Loopback, Person
from .small_bot import SmallBot, pointed_at
from .union import Union


@pytest_asyncio.fixture
async def loopback() -> AsyncIterator[Loopback]:
    async with Loopback() as discord:
        yield discord


@pytest_asyncio.fixture
async def guild(loopback: Loopback) -> Guild:
    return loopback.new_guild("Local 1")


@pytest_asyncio.fixture
async def ana(loopback: Loopback, guild: Guild) -> Person:
    return loopback.person("ana", guild)


@asynccontextmanager
async def running(discord: Loopback, **options: int) -> AsyncIterator[SmallBot]:
    """Run a small bot in this process until the block ends."""
    with pointed_at(discord.url):
        async with SmallBot(**options) as bot:
            task = asyncio.create_task(bot.start(discord.token))
            try:
                await bot_is_ready(bot, task)
                yield bot
            finally:
                await bot.close()
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task


async def bot_is_ready(bot: SmallBot, task: asyncio.Task[None]) -> None:
    """Wait until the bot is ready, or raise what ended it."""
    ready = asyncio.create_task(bot.wait_until_ready())
    await asyncio.wait([ready, task], timeout=5, return_when=asyncio.FIRST_COMPLETED)
    if not ready.done():
        ready.cancel()
        await task


@pytest_asyncio.fixture
async def bot(loopback: Loopback, guild: Guild) -> AsyncIterator[SmallBot]:
    async with running(loopback) as bot:
        yield bot


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """Where the bot is started from, in each process of tests."""
    with Forks() as forks:
        yield forks


@pytest_asyncio.fixture
async def union(loopback: Loopback, data_dir: Path, forks: Forks | None) -> AsyncIterator[Union]:
    """A union with the real bot, not started yet. At the end, whatever the bot printed must name no one."""
    union = Union(loopback, data_dir, forks)
    yield union
    await union.bot.kill()
    union.check_output()
