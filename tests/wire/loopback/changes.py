"""Waiting for something to happen on the server, without sleeping."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Changes:
    """Wake whoever waits for a condition each time the server's state changes."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def happened(self) -> None:
        """Tell all who wait to look again."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, look: Callable[[], Found | None], within: float, otherwise: Callable[[], str]) -> Found:
        """Return what `look` finds, as soon as it finds something true.

        Raises:
            AssertionError: with the text of `otherwise`, when nothing was found in time.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while not (found := look()):
            future: asyncio.Future[None] = loop.create_future()
            self._waiting.add(future)
            try:
                await asyncio.wait_for(future, deadline - loop.time())
            except TimeoutError:
                raise AssertionError(f"after {within:g} s: {otherwise()}") from None
            finally:
                self._waiting.discard(future)
        return found
