"""Run `start` with a kind of post that is too long for one message, and pull the plug on itself.

`python -m tests.wire.long_posts "area: what" 2` dies when it passes the place for the second time; an empty name lets
it live. No feature of Steward must be long for the tests to tell what becomes of a long post.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from typing import Any

import discord

from bot import cli, due, failpoints, wiring
from bot.client import StewardClient
from bot.texts import Translate
from bot.threads import Part, Rest
from cogs.layout import card

HEAD, PART = "tests:head", "tests:part"


def told(contents: Mapping[str, Any], _: Translate, reference: str) -> discord.ui.LayoutView:
    """Show a head, or a part of the rest."""
    return card(contents["text"], reference)


def rest(contents: Mapping[str, Any], _: Translate) -> Rest | None:
    """Leave out whatever the head was given to leave out."""
    return Rest(contents["thread"], [Part(PART, {"text": text}) for text in contents["rest"]])


async def setup(client: StewardClient) -> None:
    """Load as a cog is loaded."""
    client.steward.outgoing.render_with(HEAD, told, rest=rest)
    client.steward.outgoing.render_with(PART, told)


class Plug:
    """What the process hangs on."""

    def __init__(self, place: str, passes: int) -> None:
        self.place = place
        self.passes = passes

    def reached(self, place: str) -> None:
        """Die as in a power cut when the place is passed for the last time."""
        if place == self.place:
            self.passes -= 1
            if self.passes == 0:
                os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    failpoints.watch(Plug(sys.argv[1], int(sys.argv[2])).reached)
    wiring.COGS += ("tests.wire.long_posts",)  # type: ignore[assignment]
    due.TICK_SECONDS = 1  # a message of a channel is posted at each tick
    sys.exit(cli.main(["start"]))
