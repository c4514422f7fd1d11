"""The bot as its own process: started, watched, killed and started again."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Final, Self

from .forks import Forked, Forks
from .loopback import Loopback

URL_SETTING: Final = "STEWARD_DISCORD_URL"
TOKEN_SETTING: Final = "DISCORD_TOKEN"
DATA_SETTING: Final = "STEWARD_DATA_DIR"
KEYS_SETTING: Final = "STEWARD_KEY_DIR"
START: Final = (sys.executable, "-m", "bot", "start")
CHECKOUT: Final = Path(__file__).resolve().parents[2]

# Of the surroundings only what a process needs to run: an operator's own settings must not leak into a test.
INHERITED: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV", "PYTHONPATH")


def waited_for_cpu_s(pid: int) -> float:
    """Return how long the threads of a process were ready to run while others had the cores; 0 if unknown."""
    told = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(each.read_text(encoding="ascii").split()[1]) for each in told) / 1e9


class BotProcess:
    """Run the bot against a loopback. Leaving its `async with` kills whatever still runs.

    `env` overrules everything, the settings named above included. Output of all runs goes to one file.
    With `forks` a start does not import everything anew.
    """

    def __init__(
        self,
        discord: Loopback,
        data: Path,
        *,
        env: Mapping[str, str] | None = None,
        command: Sequence[str] = START,
        working_directory: Path = CHECKOUT,
        forks: Forks | None = None,
    ) -> None:
        self.output_file = data / "output.txt"
        self.time_to_ready_s: float | None = None
        """From starting the process to the READY that the gateway sent it."""
        self._discord = discord
        self._data = data
        self._env = dict(env or {})
        self.command = tuple(command)
        """What the next start runs."""
        self._working_directory = working_directory
        self._forks = forks
        self._process: asyncio.subprocess.Process | Forked | None = None

    async def start(self, within: float = 15.0) -> None:
        """Start the process and wait until the gateway has told it READY.

        Raises:
            AssertionError: when it ends or is not ready in time, with the end of its output.
        """
        assert not self.is_running, "the bot runs already"
        sessions_before = len(self._discord.gateway.identified_at)
        began = time.monotonic()
        self._process = await self._spawn()
        ended = asyncio.create_task(self._process.wait())
        ready = asyncio.create_task(self._until_identified(sessions_before, within))
        try:
            await asyncio.wait([ended, ready], return_when=asyncio.FIRST_COMPLETED)
            assert ready.done(), f"the bot ended with {ended.result()} before it was ready\n{self.output()[-4000:]}"
            ready.result()
        except BaseException:
            await self.kill()
            raise
        finally:
            ended.cancel()
            ready.cancel()
        self.time_to_ready_s = time.monotonic() - began

    async def kill(self) -> None:
        """Kill it with SIGKILL, as a power cut or the kernel would, and wait until Discord noticed."""
        if self._process is not None and self.is_running:
            connected = len(self._discord.gateway.connected)
            self._process.kill()
            await self._process.wait()
            await self._discord.changes.until(
                lambda: connected == 0 or len(self._discord.gateway.connected) < connected,
                5.0,
                lambda: "the gateway did not notice that the bot was killed",
            )

    async def terminate(self, within: float = 15.0) -> int:
        """Ask it to stop with SIGTERM, and return its exit code."""
        self.ask_to_stop()
        return await self.ended(within)

    def ask_to_stop(self) -> None:
        """Send it SIGTERM and do not wait."""
        assert self._process is not None, "the bot was never started"
        if self.is_running:
            self._process.terminate()

    async def ended(self, within: float = 15.0) -> int:
        """Wait for it to end by itself, and return its exit code."""
        assert self._process is not None, "the bot was never started"
        try:
            return await asyncio.wait_for(self._process.wait(), within)
        except TimeoutError:
            raise AssertionError(f"the bot still runs after {within:g} s\n{self.output()[-4000:]}") from None

    async def restart(self, *, within: float = 15.0) -> None:
        """Kill it, and start it again on the same data."""
        await self.kill()
        await self.start(within)

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        assert self._process is not None, "the bot was never started"
        return self._process.pid

    def rss_mb(self) -> float:
        """Return the memory it holds now (Linux only)."""
        for line in Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise AssertionError(f"process {self.pid} has no memory: it has ended")

    def waited_for_cpu_s(self) -> float:
        """Return how long its threads were ready to run while others had the cores; 0 if unknown."""
        return waited_for_cpu_s(self.pid)

    def output(self) -> str:
        """Return all it has printed, to either stream, in all its runs."""
        return self.output_file.read_text(encoding="utf-8", errors="replace") if self.output_file.exists() else ""

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()

    async def _spawn(self) -> asyncio.subprocess.Process | Forked:
        self._data.mkdir(parents=True, exist_ok=True)
        env = {name: os.environ[name] for name in INHERITED if name in os.environ}
        env |= {URL_SETTING: self._discord.url, TOKEN_SETTING: self._discord.token, DATA_SETTING: str(self._data)}
        env |= {KEYS_SETTING: str(self._data.with_name(f"{self._data.name}-keys"))}
        env |= {"PYTHONUNBUFFERED": "1"} | self._env
        if self._forks is not None and self._forks.can_start(self.command):
            return self._forks.start(self.command, env, self._working_directory, self.output_file)
        output: IO[bytes]
        with self.output_file.open("ab") as output:
            return await asyncio.create_subprocess_exec(
                *self.command, env=env, cwd=self._working_directory, stdout=output, stderr=output
            )

    async def _until_identified(self, before: int, within: float) -> None:
        await self._discord.changes.until(
            lambda: len(self._discord.gateway.identified_at) > before,
            within,
            lambda: f"the bot is not ready\n{self._discord.account()}\n{self.output()[-4000:]}",
        )
