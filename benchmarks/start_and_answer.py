"""Measure Steward beside an empty lean discord.py client, in one run: `python -m benchmarks.start_and_answer`.

Both are processes of their own and talk to the loopback Discord of the tests over real sockets. Starts take turns,
so that what else the machine does falls on both alike. The figures are for comparing: the loopback shares the
machine and answers without delay.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.wire.bot_process import BotProcess
from tests.wire.loopback import Loopback
from tests.wire.union import Union

STARTS = 5
ANSWERS = 2000
AT_ONCE = 50
LEAN = (sys.executable, str(Path(__file__).with_name("lean_client.py")))


@dataclass
class Figures:
    """What was measured of one client."""

    ready_s: list[float] = field(default_factory=list)
    idle_mb: float = 0.0
    answers_per_s: float = 0.0
    p50_ms: float = 0.0
    p99_ms: float = 0.0


async def measure(union: Union, bot: BotProcess, command: str) -> Figures:
    """Start, idle, answer; the bot runs already."""
    figures = Figures(idle_mb=bot.rss_mb())
    free = asyncio.Semaphore(AT_ONCE)
    took: list[float] = []

    async def ask() -> None:
        async with free:
            outcome = union.ana.slash(union.guild, command)
            await outcome
            took.append(outcome.latency_s or 0.0)

    await asyncio.gather(*(ask() for _ in range(AT_ONCE)))  # warm up
    took.clear()
    began = time.monotonic()
    await asyncio.gather(*(ask() for _ in range(ANSWERS)))
    figures.answers_per_s = ANSWERS / (time.monotonic() - began)
    figures.p50_ms = statistics.median(took) * 1000
    figures.p99_ms = sorted(took)[int(len(took) * 0.99)] * 1000
    return figures


async def start(bot: BotProcess, ready_s: list[float]) -> None:
    """Start and note how long it took."""
    await bot.start()
    assert bot.time_to_ready_s is not None
    ready_s.append(bot.time_to_ready_s)


async def main() -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        async with Loopback(checks_contract=False) as discord:
            union = Union(discord, Path(folder) / "steward")
            await union.set_up()
            lean = BotProcess(discord, Path(folder) / "lean", command=(*LEAN, "sync"))
            await union.bot.start()  # Both tell their commands once, and warm the disk's cache.
            await discord.until_synced()
            await union.bot.kill()
            both = list(discord.world.commands[None])
            await lean.start()
            await lean.kill()
            discord.world.commands[None] += both
            lean.command = LEAN
            ready: tuple[list[float], list[float]] = ([], [])
            for _ in range(STARTS):
                for bot, times in zip((union.bot, lean), ready, strict=True):
                    await start(bot, times)
                    await bot.kill()
            await union.bot.start()
            ours = await measure(union, union.bot, "report file")
            await union.bot.kill()
            await lean.start()
            theirs = await measure(union, lean, "ping")
            await lean.kill()
    ours.ready_s, theirs.ready_s = ready
    table(ours, theirs)


def table(ours: Figures, theirs: Figures) -> None:
    """Print both side by side, with their ratio."""
    rows = [
        ("cold start to ready, median s", statistics.median(ours.ready_s), statistics.median(theirs.ready_s)),
        ("cold start to ready, best s", min(ours.ready_s), min(theirs.ready_s)),
        ("memory when idle, MB", ours.idle_mb, theirs.idle_mb),
        ("answers per second", ours.answers_per_s, theirs.answers_per_s),
        ("first answer, p50 ms", ours.p50_ms, theirs.p50_ms),
        ("first answer, p99 ms", ours.p99_ms, theirs.p99_ms),
    ]
    print(f"{'':32}{'Steward':>10}{'lean':>10}{'ratio':>8}")
    for name, our, their in rows:
        print(f"{name:32}{our:10.2f}{their:10.2f}{our / their:8.2f}")


if __name__ == "__main__":
    asyncio.run(main())
