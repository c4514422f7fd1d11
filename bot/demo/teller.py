"""Tell the tour in the terminal, and remember whether every step held."""

import os
import re
import textwrap
from typing import TextIO

from bot.demo.screen import BOLD, PLAIN

WIDEST = 92
FRAME = 5  # with a column to spare, since signs such as ✅ take two


class Teller:
    """Print scenes, what people do and see, and the checks."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        is_terminal = out.isatty()
        self._in_colour = is_terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        self.width = min(_columns(), WIDEST) if is_terminal else WIDEST - 4
        self._was_deed = False
        self.held = 0
        self.failed: list[str] = []

    @property
    def room(self) -> int:
        """Return how many characters fit into a line of a frame."""
        return self.width - FRAME

    def scene(self, title: str) -> None:
        """Begin a scene."""
        self._line()
        self._line(self._painted(f"── {title} ".ljust(self.width, "─"), "1;36"))

    def say(self, text: str) -> None:
        """Tell what happens, in whole sentences."""
        self._line()
        for line in textwrap.wrap(text, self.width):
            self._line(line)

    def does(self, deed: str) -> None:
        """Tell what somebody does in Discord."""
        if not self._was_deed:
            self._line()
        first, *rest = textwrap.wrap(deed, self.room)
        self._line(self._painted("→ ", "33") + first)
        for line in rest:
            self._line(f"  {line}")
        self._was_deed = True

    def shows(self, title: str, lines: list[str], colour: str = "34") -> None:
        """Show in a frame what somebody sees."""
        while lines and not lines[0]:
            lines = lines[1:]
        self._line()
        self._line(self._painted(f"  ╭─ {title}", colour))
        bold = False
        for line in lines:
            begun = self._begin_bold() if bold else ""
            bold = line.rfind(BOLD) > line.rfind(PLAIN) or (bold and PLAIN not in line)
            self._line(
                self._painted("  │ ", colour) + begun + self._emphasised(line) + (self._end_bold() if bold else "")
            )
        self._line(self._painted("  ╰─", colour))

    def expect(self, sentence: str, held: object) -> None:
        """Check one step and say whether it held."""
        if held:
            self.held += 1
        else:
            self.failed.append(sentence)
        mark = self._painted("✓", "1;32") if held else self._painted("✗", "1;31")
        first, *rest = textwrap.wrap(sentence, self.room - 2)
        self._line(f"  {mark} {first}")
        for line in rest:
            self._line(f"    {line}")

    def gap(self) -> None:
        """Leave a line free, as before a group of checks."""
        self._line()

    def _line(self, text: str = "") -> None:
        print(text.rstrip(), file=self._out, flush=True)
        self._was_deed = False

    def _painted(self, text: str, colour: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._in_colour else text

    def _emphasised(self, line: str) -> str:
        return re.sub(
            f"[{BOLD}{PLAIN}]", lambda found: self._begin_bold() if found[0] == BOLD else self._end_bold(), line
        )

    def _begin_bold(self) -> str:
        return "\x1b[1m" if self._in_colour else ""

    def _end_bold(self) -> str:
        return "\x1b[22m" if self._in_colour else ""


def _columns() -> int:
    try:
        return os.get_terminal_size().columns
    except OSError:
        return WIDEST
