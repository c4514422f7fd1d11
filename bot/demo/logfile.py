"""Keep Steward's log beside its stores, so that it can be searched like them and does not interrupt the tour."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path

import structlog

from bot import logs


@contextmanager
def logging_to(path: Path) -> Iterator[None]:
    """Write the log as `start` would write it to standard error, but to a file; undone when the context ends."""
    root, configured = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    with path.open("a", buffering=1, encoding="utf-8") as file:
        with redirect_stderr(file):
            logs.set_up("INFO")
        try:
            yield
        finally:
            root.handlers[:], root.level = handlers, level
            structlog.configure(**configured)
