"""Logs that name no one: short lines about the service, never about what a person did.

Everything goes one way: structlog and the standard library share one handler. Lines of our own code and of the
connection to Discord are written at once; whatever else a library has to say is counted by `bot.mishaps`, because it
may be said while somebody files a report.
"""

import asyncio
import logging
import re
import sys
import threading
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, WrappedLogger

from bot import mishaps

log = structlog.get_logger()

AT_ONCE = {"discord.client", "discord.gateway"}
OURS = {"bot", "cogs", "migrations"}

# What these libraries say at lower levels holds bodies, addresses with channel ids, statements or user ids.
QUIET = ("discord", "aiohttp", "sqlalchemy", "aiosqlite", "asyncpg", "alembic", "asyncio", "apscheduler")

# Discord ids are moments and people in one; no line needs them.
_LONG_NUMBER = re.compile(r"(?<!\d)\d{15,}(?!\d)")
_CUTS = (
    (re.compile(r"\b\w+://\S+"), "[address]"),
    (re.compile(r"AGE-SECRET-KEY-\S+", re.IGNORECASE), "[secret]"),
    (re.compile(r"[\w-]{18,}\.[\w-]{4,}\.[\w-]{20,}"), "[secret]"),  # a bot's token
    (re.compile(r"(?<![\w-])[\w-]{40,}={0,2}"), "[secret]"),  # tokens of interactions and webhooks
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "[mail]"),
)
_QUOTED = re.compile(r"""(?<!\w)(['"`])(?:(?!\1).)*\1(?!\w)|“[^”]*”|«[^»]*»""", re.DOTALL)


def redacted(text: str, allowed: frozenset[int] = frozenset()) -> str:
    """Return a text without addresses, mail addresses, secrets, and long numbers other than those allowed."""
    for pattern, instead in _CUTS:
        text = pattern.sub(instead, text)
    return _LONG_NUMBER.sub(lambda found: found[0] if int(found[0]) in allowed else "[number]", text)


def set_up(level: str, *, allowed: frozenset[int] = frozenset(), stream: TextIO | None = None) -> None:
    """Send every log of the process to standard error as logfmt, and silence what would print by itself.

    Replaces the hooks for uncaught errors, threads, finalizers and warnings; `watch_loop` does it for asyncio.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.addFilter(_is_told_at_once)
    handler.setFormatter(
        ProcessorFormatter(
            processors=[
                ProcessorFormatter.remove_processors_meta,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
                lambda _logger, _name, line: redacted(str(line), allowed),
            ],
            foreign_pre_chain=[structlog.stdlib.add_log_level, _without_content],
            use_get_message=False,  # the template alone: what a library fills in may be an id or a text
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.raiseExceptions = False  # or a line that cannot be formatted would be printed with its arguments
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):  # a handler of its own would print past the one above
            logger.handlers.clear()
            logger.propagate = True
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    structlog.configure(
        processors=[structlog.stdlib.add_log_level, _without_content, ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _on_uncaught
    sys.unraisablehook = lambda told: _count(told.exc_value or told.exc_type.__name__)
    threading.excepthook = lambda told: _count(told.exc_value or told.exc_type.__name__)
    warnings.showwarning = _on_warning


def watch_loop() -> None:
    """Let the running event loop count what nobody caught instead of printing it with the task that failed."""
    asyncio.get_running_loop().set_exception_handler(_on_loop_error)


def _without_content(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:  # noqa: ARG001 - structlog
    """Keep plain numbers and words; of an error the class, the codes and the place; of all else only its type."""
    error = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if error is True:
        error = sys.exc_info()[1]
    elif isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = error
    return {key: value if key.startswith("_") else _safe(value) for key, value in event.items()}


def _safe(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return _QUOTED.sub("[quoted]", value)
    return mishaps.describe(value) if isinstance(value, BaseException) else type(value).__name__


def _is_told_at_once(record: logging.LogRecord) -> bool:
    if record.name.partition(".")[0] in OURS or record.name in AT_ONCE:
        return True
    if record.levelno >= logging.WARNING:
        error = record.exc_info[1] if record.exc_info else None
        _count(error or f"{record.levelname} of {record.name}")
    return False


def _on_uncaught(kind: type[BaseException], error: BaseException, trace: object) -> None:  # noqa: ARG001 - Python's hook
    if not issubclass(kind, KeyboardInterrupt):
        log.critical("stopped by an error", error=error)


def _on_warning(
    message: Warning | str,  # noqa: ARG001 - Python's hook
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,  # noqa: ARG001 - likewise
    line: str | None = None,  # noqa: ARG001 - likewise
) -> None:
    _count(f"{category.__name__} at {Path(filename).stem}:{lineno}")


def _on_loop_error(loop: asyncio.AbstractEventLoop, context: Mapping[str, Any]) -> None:  # noqa: ARG001 - asyncio's hook
    _count(context.get("exception") or "trouble told by asyncio")


def _count(what: BaseException | str) -> None:
    mishaps.count(what)
