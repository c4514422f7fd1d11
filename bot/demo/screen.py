"""Show what a person sees in Discord as lines of a terminal."""

import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

BOLD, PLAIN = "\x01", "\x02"
"""Stand for the ends of bold text while lines are wrapped; the teller makes them colour or nothing."""

ROW, BUTTON, TEXT_INPUT, SECTION, TEXT, PICTURES, FILE, SEPARATOR, CONTAINER, RADIO = 1, 2, 4, 9, 10, 12, 13, 14, 17, 21
SET_APART = {SECTION, ROW}
SELECTS = {3, 5, 6, 7, 8}


@dataclass(frozen=True, slots=True)
class Screen:
    """How one person's screen shows things: its width, its time zone, and names for mentions."""

    width: int
    zone: ZoneInfo
    name_of: Callable[[str, int], str]

    def card(self, components: Sequence[Mapping[str, Any]]) -> list[str]:
        """Return the lines of a message."""
        lines: list[str] = []
        was_menu = False
        for component in components:
            part = list(self._lines(component))
            is_menu = bool(part) and part[-1].endswith("▾ ]")
            if lines and lines[-1] and part and component["type"] in SET_APART and not (is_menu and was_menu):
                lines.append("")
            lines, was_menu = lines + part, is_menu
        return lines

    def form(self, modal: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
        """Return the lines of a form as it was filled in."""
        lines = [f"{BOLD}{modal['title']}{PLAIN}"]
        for label in modal["components"]:
            if label["type"] == TEXT:
                lines += ["", *self.text(label["content"])]
                continue
            field = label["component"]
            filled = values.get(field["custom_id"], "")
            if field["type"] == TEXT_INPUT:
                lines += ["", label["label"], *self._wrap(filled or field.get("value") or "", "▏ ")]
            else:
                lines += self._wrap(f"{label['label']} {BOLD}{self._chosen(field, filled)}{PLAIN}", "", "    ")
        return lines

    def _chosen(self, field: Mapping[str, Any], filled: Any) -> str:  # noqa: ANN401 - values, or channels of SimCord
        named = {option["value"]: option["label"] for option in field.get("options") or []}
        chosen = filled if isinstance(filled, list) else [filled]
        told = (named.get(each, "…") if isinstance(each, str) else self.name_of("#", each.id) for each in chosen)
        return ", ".join(told) or "…"

    def moment(self, instant: datetime) -> str:
        """Return an instant as this person's clock shows it."""
        local = instant.astimezone(self.zone)
        return f"{local:%A} {local.day} {local:%B %Y at %H:%M}"

    def _lines(self, component: Mapping[str, Any]) -> Iterator[str]:
        kind = component["type"]
        if kind == CONTAINER:
            yield from self.card(component["components"])
        elif kind == SECTION:
            yield from self.card(component["components"])
            yield _button(component["accessory"])
        elif kind == TEXT:
            yield from self.text(component["content"])
        elif kind == PICTURES:
            for picture in component["items"]:
                yield from self._wrap(f"[ picture: {picture['description']} ]", "", "  ")
        elif kind == FILE:
            yield f"[ ⭳ {component['file']['url'].rpartition('/')[2]} ]"
        elif kind == SEPARATOR:
            yield "┈" * self.width
        elif kind == ROW and component["components"][0]["type"] in SELECTS:
            yield from self._wrap(self._menu(component["components"][0]), "", "  ")
        elif kind == ROW:
            yield from self._wrap("  ".join(_button(each) for each in component["components"]))

    def _menu(self, menu: Mapping[str, Any]) -> str:
        chosen = [option["label"] for option in menu.get("options") or [] if option.get("default")]
        kinds = {"role": "&", "user": "", "channel": "#"}
        chosen += [
            self.name_of("@" + kinds[value["type"]] if value["type"] != "channel" else "#", int(value["id"]))
            for value in menu.get("default_values") or []
        ]
        told = ", ".join(chosen) or menu.get("placeholder") or "Make a selection"
        offered = "" if chosen else ": " + " · ".join(option["label"] for option in menu.get("options") or [])
        return f"[ {told}{offered.rstrip(': ')} ▾ ]"

    def text(self, markdown: str) -> list[str]:
        """Return Discord's Markdown as wrapped lines."""
        lines: list[str] = []
        for number, block in enumerate(markdown.split("```")):
            if number % 2:
                lines += ["", *self._wrap(block.strip("\n"), "    "), ""]
                continue
            for line in block.strip("\n").split("\n") if block.strip() else []:
                lines += self._line(line)
        return lines

    def _line(self, line: str) -> list[str]:
        line = re.sub(r" \(<t:\d+:R>\)", "", line)  # the same moment again, as so long from now
        line = re.sub(r"<t:(\d+)(?::(\w))?>", self._told_time, line)
        line = re.sub(r"<(@&|@|#)(\d+)>", lambda found: self.name_of(found[1], int(found[2])), line)
        if line.startswith("## "):
            return ["", f"{BOLD}{line[3:]}{PLAIN}", "─" * len(line[3:])]
        line = re.sub(r"^### (.+)", r"**\1**", line)
        line = re.sub(r"\*\*(.+?)\*\*", rf"{BOLD}\1{PLAIN}", line)
        line = re.sub(r"`([^`]*)`", r"\1", line)
        line = re.sub(r"\\([^\w\s]|_)", r"\1", line)
        for mark, lead, after in (("-# ", "", ""), ("> ", "▏ ", "▏ "), ("- ", "• ", "  ")):
            if line.startswith(mark):
                return self._wrap(line[len(mark) :], lead, after)
        return self._wrap(line)

    def _told_time(self, found: re.Match[str]) -> str:
        told = self.moment(datetime.fromtimestamp(int(found[1]), self.zone))
        return told.partition(" at ")[0] if found[2] == "D" else told

    def _wrap(self, text: str, lead: str = "", after: str | None = None) -> list[str]:
        return [
            wrapped
            for line in text.split("\n")
            for wrapped in textwrap.wrap(
                line,
                self.width,
                initial_indent=lead,
                subsequent_indent=lead if after is None else after,
                break_on_hyphens=False,
            )
            or [lead]
        ]


def parts(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Walk through everything on a card."""
    for component in components:
        yield component
        yield from parts(component.get("components") or [])
        if component.get("accessory"):
            yield component["accessory"]


def words(components: Sequence[Mapping[str, Any]]) -> str:
    """Return every text on a card, as sent."""
    return "\n".join(part["content"] for part in parts(components) if part.get("content"))


def _button(button: Mapping[str, Any]) -> str:
    return f"({button['label']})" if button.get("disabled") else f"[ {button['label']} ]"
