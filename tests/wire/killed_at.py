"""Run `start` and pull the plug on itself at a named fail point: `python -m tests.wire.killed_at "area: what"`."""

from __future__ import annotations

import os
import signal
import sys

from bot import cli, failpoints


def pull_the_plug(place: str) -> None:
    """Die as in a power cut at the place given on the command line."""
    if place == sys.argv[1]:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    failpoints.watch(pull_the_plug)
    sys.exit(cli.main(["start"]))
