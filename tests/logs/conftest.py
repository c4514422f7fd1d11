import io
import logging
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest
import structlog

from bot import logs, mishaps


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Logs set up as `start` does, into a text; everything is put back at the end."""
    root, loggers = logging.getLogger(), {name: logging.getLogger(name) for name in logs.QUIET}
    handlers, level, raising = root.handlers[:], root.level, logging.raiseExceptions
    levels = {name: logger.level for name, logger in loggers.items()}
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook, warnings.showwarning
    configured = structlog.get_config()
    mishaps.take()
    text = io.StringIO()
    root.handlers = []  # or those of pytest would be closed
    logs.set_up("INFO", stream=text)
    try:
        yield text
    finally:
        root.handlers, logging.raiseExceptions = handlers, raising
        root.setLevel(level)
        for name, logger in loggers.items():
            logger.setLevel(levels[name])
        sys.excepthook, sys.unraisablehook, threading.excepthook, warnings.showwarning = hooks
        structlog.configure(**configured)
        mishaps.take()
