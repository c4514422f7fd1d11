"""What went wrong while somebody acted in private: counted in memory, told in one line a day.

The time of a log line is the time of what it tells, so an error of a report, a ballot or a signature is never logged
when it happens. The number shown to the person names the place in the code and not the person: everybody who meets
the same fault is shown the same number, and the daily line lists it with the place and a count.
"""

import hashlib
import re
import traceback
from collections import Counter
from datetime import datetime, timedelta

import structlog

from bot.clock import Clock

log = structlog.get_logger()

OURS = ("bot.", "cogs.", "migrations.")
LEAST_SPAN = timedelta(hours=12)
MOST_TOLD = 40
CODES = ("sqlite_errorname", "sqlstate", "status", "errno")
_CODE = re.compile(r"[A-Z0-9_]{1,40}")

_counts: Counter[str] = Counter()


def describe(error: BaseException) -> str:
    """Return the class of an error, its codes and where in our code it arose; never its text, which may quote."""
    while isinstance(inner := getattr(error, "original", None), BaseException):
        error = inner
    said = [getattr(source, name, None) for source in (error, getattr(error, "orig", None)) for name in CODES]
    said.append(vars(error).get("code"))  # Discord's; elsewhere `code` is a property that warns
    codes = dict.fromkeys(str(code) for code in said if isinstance(code, int | str) and _CODE.fullmatch(str(code)))
    return " ".join([type(error).__name__, *codes, "at", _place(error)])


def _place(error: BaseException) -> str:
    """Return module and line of the innermost frame of our own code."""
    frames = traceback.walk_tb(error.__traceback__)
    ours = [
        f"{name}:{line}" for frame, line in frames if (name := frame.f_globals.get("__name__", "")).startswith(OURS)
    ]
    return ours[-1] if ours else "elsewhere"


def count(what: BaseException | str) -> str:
    """Count a fault and return its number; a text must be one that our code or a library's name spells out."""
    fault = describe(what) if isinstance(what, BaseException) else what
    _counts[fault] += 1
    return number(fault)


def number(fault: str) -> str:
    """Return the number of a fault, the same for whoever meets it."""
    return hashlib.sha256(fault.encode()).hexdigest()[:8]


def take() -> Counter[str]:
    """Return the counts so far and begin anew."""
    taken = Counter(_counts)
    _counts.clear()
    return taken


class DailySummary:
    """Write the counts as one line, also when there are none, at the first tick of each day in UTC.

    A span of under half a day is carried into the next, so that a restart does not narrow down when something was.
    What is counted is lost when the process ends, for the same reason.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since: datetime | None = None

    async def tell_due(self) -> None:
        """Write the line if a day has ended."""
        now = self._clock.now()
        if self._since is None:
            self._since = now
        if now.date() == self._since.date() or now - self._since < LEAST_SPAN:
            return
        self._since = now
        counts = take()
        listed = [f"{number(fault)} {fault} ×{times}" for fault, times in counts.most_common(MOST_TOLD)]
        log.info("faults in private actions", total=counts.total(), places=len(counts), faults="; ".join(listed))
