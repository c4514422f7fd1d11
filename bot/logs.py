"""Logs that name no one: short lines about the service, never about what a person did."""

import logging
import re
import sys
from typing import Any

import structlog

# Discord ids are moments and people in one; no line needs them.
_LONG_NUMBER = re.compile(r"\d{15,}")
_TOKEN = re.compile(r"[\w-]{20,}\.[\w-]{4,}\.[\w-]{20,}|AGE-SECRET-KEY-1\w+", re.IGNORECASE)

# What these libraries say at lower levels holds bodies, addresses with channel ids, or user ids.
QUIET = {"discord": logging.ERROR, "aiohttp": logging.ERROR, "asyncio": logging.ERROR, "apscheduler": logging.ERROR}


def redacted(text: str) -> str:
    """Return a line without long numbers, tokens and private keys."""
    return _LONG_NUMBER.sub("[number]", _TOKEN.sub("[secret]", text))


class _OneLine(logging.Formatter):
    """Print level, logger and message; of an exception only its class, since its text may quote a row or a body."""

    def format(self, record: logging.LogRecord) -> str:
        line = f"{record.levelname.lower()} {record.name}: {record.getMessage()}"
        if record.exc_info and record.exc_info[0] is not None:
            line += f" ({record.exc_info[0].__name__})"
        return redacted(line)


def _redact_line(logger: Any, name: str, line: Any) -> str:  # noqa: ANN401, ARG001 - structlog
    """Redact the finished line: an id may stand in a number, a list or the text of an error as well."""
    return redacted(str(line))


def set_up(level: str) -> None:
    """Send every log of the process to standard error, through the redaction above."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_OneLine())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, quiet in QUIET.items():
        logging.getLogger(name).setLevel(quiet)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
            _redact_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
