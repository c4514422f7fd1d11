"""Start a program in a process that has imported the bot already: `Forks` here, its server with `-m tests.wire.forks`.

More than half of what a start costs is imports, and the wire tests start the bot some seventy times. What is forked
is otherwise a process like any other: its own id, environment, output and end. How the bot starts from nothing is
told by `test_steward_starts.py`, which does without.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Self

CHECKOUT: Final = Path(__file__).resolve().parents[2]
COMMAND: Final = (sys.executable, "-m")


class Forked:
    """What the tests need of `asyncio.subprocess.Process`, for a process whose parent is the server."""

    def __init__(self, forks: Forks, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._forks = forks
        self._handle = os.pidfd_open(pid)  # the process is not ours to wait for, but its end can be seen
        self._over = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._handle, self._end)

    async def wait(self) -> int:
        """Wait until it has ended, and return its exit code, or the signal as a negative number."""
        await self._over.wait()
        assert self.returncode is not None
        return self.returncode

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def terminate(self) -> None:
        os.kill(self.pid, signal.SIGTERM)

    def _end(self) -> None:
        self._loop.remove_reader(self._handle)
        os.close(self._handle)
        self.returncode = self._forks.ask({"wait": self.pid})
        self._over.set()


class Forks:
    """The server, and the way to ask it. It ends with its `with`, or when this process does."""

    def __enter__(self) -> Self:
        self._server = subprocess.Popen(
            [*COMMAND, "tests.wire.forks"], cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._server.communicate()

    @staticmethod
    def can_start(command: Sequence[str]) -> bool:
        """Tell whether this is a command for this Python, on a system where the end of any process can be seen."""
        return hasattr(os, "pidfd_open") and tuple(command[:2]) == COMMAND

    def start(self, command: Sequence[str], env: Mapping[str, str], directory: Path, output: Path) -> Forked:
        """Start a module with its arguments, as `Popen` would."""
        order = {"words": command[2:], "env": dict(env), "directory": str(directory), "output": str(output)}
        return Forked(self, self.ask(order))

    def ask(self, order: Mapping[str, Any]) -> int:
        """Give an order and return the answer; neither takes longer than a fork."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(order).encode() + b"\n")
        self._server.stdin.flush()
        return int(self._server.stdout.readline())


def serve() -> list[str]:
    """Fork for every order. Returns what is to be run: in the fork its words, in the server in the end nothing."""
    for name in ("bot.client", "bot.wiring", *importlib.import_module("bot.wiring").COGS):
        importlib.import_module(name)
    gc.freeze()  # the forks then share what is imported
    with os.fdopen(os.dup(0), "rb", buffering=0) as orders, os.fdopen(os.dup(1), "wb", buffering=0) as answers:
        while line := orders.readline():
            order = json.loads(line)
            if "wait" in order:
                answer = os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1])
            elif (answer := os.fork()) == 0:
                _settle_in(order)
                words: list[str] = order["words"]
                return words
            answers.write(f"{answer}\n".encode())
    return []


def _settle_in(order: Mapping[str, Any]) -> None:
    """Take the environment, directory and output that were ordered."""
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["directory"])
    for descriptor, path, mode in (
        (0, os.devnull, os.O_RDONLY),
        (1, order["output"], os.O_WRONLY | os.O_APPEND | os.O_CREAT),
    ):
        opened = os.open(path, mode, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.dup2(1, 2)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever runs the tests, and closes the pipe
    if todo := serve():
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.argv = todo
        runpy.run_module(todo[0], run_name="__main__", alter_sys=True)
