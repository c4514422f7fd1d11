"""How the bot is: what is measured, what of it needs a look, and the note by which `health` knows.

Whatever is measured is published, so nothing here moves because one person did something: times of events are those
of our own questions, the age of the tick and the loop's lag are told in steps that no single click reaches, and memory
is a day's affair.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

DEAF_SECONDS = 180.0
LATE_SECONDS = 300.0
STALE_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Vitals:
    """One look at the running bot. Spans are in seconds on the monotonic clock."""

    is_connected: bool = False
    silence: float = 0.0  # since the gateway told anything: a click too, so it is judged and never published
    answer_age: float = 0.0  # since it last answered our own question, which is asked at fixed times
    latency: float = 0.0
    tick_age: float = 0.0
    is_writing: bool = True
    backlog: dict[str, int] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    lag: float = 0.0
    memory_peak: int = 0

    @property
    def is_deaf(self) -> bool:
        """Tell whether Discord keeps the connection open and says nothing."""
        return self.is_connected and self.silence >= DEAF_SECONDS

    @property
    def problems(self) -> list[str]:
        """Return what needs a look, one sentence each."""
        found = {
            "Steward is not connected to Discord.": not self.is_connected,
            "Discord keeps the connection open but tells nothing; Steward reconnects by itself.": self.is_deaf,
            "What is due is late: the process is stuck or overloaded.": self.tick_age >= LATE_SECONDS,
            "A store cannot be written. See that the disk is not full or read-only.": not self.is_writing,
            "A message is held: nobody can tell whether it was posted.": self.backlog.get("held", 0) > 0,
        }
        return [sentence for sentence, is_so in found.items() if is_so]


def write(path: Path, problems: list[str], now: float) -> None:
    """Note how the bot is, with the monotonic clock that all processes of a machine share."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps({"at": now, "problems": problems}), "utf-8")
    part.replace(path)


def read(path: Path, now: float) -> list[str]:
    """Return the problems that a running bot has noted; none, or an old one, is a problem itself."""
    try:
        note = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return ["Steward does not run on this data directory."]
    if not 0 <= now - note["at"] < STALE_SECONDS:
        return ["Steward has stopped telling how it is: it hangs, or was killed."]
    return [str(problem) for problem in note["problems"]]
