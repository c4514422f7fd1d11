"""A loopback Discord, a guild, small bots that run in this process, and a union with the real one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
import pytest_asyncio

from bot.client import pointed_at as steward_pointed_at
from bot.settings import Settings
from bot.wiring import Steward, open_steward

from .forks import Forks
from .loopback import Guild, Loopback, Person
from .small_bot import SmallBot, pointed_at
from .union import CHEAP, Union


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


@pytest_asyncio.fixture
async def steward(loopback: Loopback, guild: Guild, data_dir: Path) -> AsyncIterator[Steward]:
    """Steward itself in this process, connected, with its watch not yet looking."""
    settings = Settings.model_validate({"STEWARD_DATA_DIR": data_dir, "STEWARD_KEY_DIR": data_dir.with_name("keys")})
    with steward_pointed_at(loopback.url):
        steward = await open_steward(settings, stretching=CHEAP)
        task = asyncio.create_task(steward.client.stay_connected(loopback.token))
        try:
            await asyncio.wait_for(steward.client.wait_until_ready(), 5)
            yield steward
        finally:
            heard = [each for each in asyncio.all_tasks() if each.get_name().startswith("discord.py: ")]
            await asyncio.gather(*heard)  # listeners may still be at the stores
            await steward.close()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
