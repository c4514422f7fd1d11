"""Pictures of results: horizontal bars that can be read on a phone, in a light and in a dark client.

A picture never stands alone. The same numbers are told in text beside it, under the same letters, so whatever cannot
be drawn is left out here and is still said there.
"""

import io
import math
import string
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

MOST_BARS = 25
WIDTH = 1000
"""Pixels. A phone shows them at about 40 %, so no letter is smaller than 22 of them."""

# Each colour of text and bars has a contrast of at least 4.5 to what it stands on. The two kinds of bars also differ in
# thickness and by a star, for whoever sees no difference between the colours.
PAPER, TRACK, INK = "#FAF9F7", "#EBE8E2", "#22262B"
QUIET, ACCENT, LIGHT = "#5C6B7A", "#C83C3C", "#FFFFFF"

TITLE, TEXT, SMALL = 38, 28, 23
TITLE_LINES, TITLE_STEP = 2, 48
MARGIN, GAP = 48, 18
BADGE = 36
STAR = 15
THICK = 24
NUMBER_ROOM, LABEL_ROOM = 300, 330
ROOMY_BARS = 8
"""So many have their words above them, over the whole width. More stand in one line with theirs, to stay in view."""
BOLD = 0.6
"""How much thicker a stroke gets on each side, so that one file of the font is enough."""

FINE = 4
"""Shapes are drawn so much larger and made small again, for smooth edges."""
COLOURS = 128
NO_CHARACTER = "\uffff"
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))  # noqa: RUF001 - the dashes themselves

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it stands for, how long it is, and the number in words beside it."""

    label: str
    value: float
    text: str
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A value that matters for every bar, such as what is needed to pass."""

    value: float
    caption: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """A title and 1 to 25 bars, drawn in the order given and called A, B, C ….

    Raises `ValueError` for another number of bars, or a value below zero or without end.
    """

    title: str
    bars: Sequence[Bar]
    mark: Mark | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.bars) <= MOST_BARS:
            raise ValueError(f"a chart has 1 to {MOST_BARS} bars, not {len(self.bars)}")
        values = [*(bar.value for bar in self.bars), *([self.mark.value] if self.mark else [])]
        if not all(math.isfinite(value) and value >= 0 for value in values):
            raise ValueError("a value is below zero or without end")

    @property
    def longest(self) -> float:
        """Return the value at which a bar would take the whole width; never zero."""
        return max([*(bar.value for bar in self.bars), *([self.mark.value] if self.mark else [])]) or 1.0


def bars(chart: BarChart) -> bytes:
    """Draw a chart as PNG; the same chart gives the same bytes.

    A label that is too long ends in “…”. A label with a character that the font lacks is left to its letter; another
    text with one is left out whole, since half of it could say something else. Takes some hundredths of a second:
    call it in a thread.
    """
    fonts = _Fonts()
    title = fonts.lines(chart.title, TITLE, WIDTH - 2 * MARGIN, TITLE_LINES)
    frame = _frame(chart, fonts, MARGIN + (TITLE_STEP * len(title) + GAP if title else 0))
    sheet = _Sheet(fonts, frame.bottom)
    for number, line in enumerate(title):
        sheet.write((MARGIN, MARGIN + TITLE_STEP * number + TITLE / 2), line, TITLE, INK, is_bold=True)
    for number, bar in enumerate(chart.bars):
        _draw_bar(sheet, frame, number, bar, chart.longest)
    if chart.mark is not None:
        _draw_mark(sheet, frame, chart.mark, chart.longest, len(chart.bars))
    return sheet.png()


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where things stand. Offsets count from the top of a row."""

    top: int
    step: int
    bottom: int
    label_room: float
    """Zero for all that the number leaves."""
    bar_at: int
    bar_left: float
    bar_right: float

    def x(self, share: float) -> float:
        return self.bar_left + (self.bar_right - self.bar_left) * share


def _frame(chart: BarChart, fonts: "_Fonts", top: int) -> _Frame:
    left, right = float(MARGIN + BADGE + GAP), float(WIDTH - MARGIN)
    numbers = max(_text_width(fonts, bar) for bar in chart.bars)
    foot = MARGIN + (SMALL + GAP if chart.mark and fonts.drawable(chart.mark.caption) else 0)
    many = len(chart.bars)
    if many <= ROOMY_BARS:
        return _Frame(top, 100, top + 100 * many - 26 + foot, 0, BADGE + 26, MARGIN, right)
    bar_left, bar_right = left + LABEL_ROOM + GAP, right - numbers - GAP
    return _Frame(top, 54, top + 54 * many - 18 + foot, LABEL_ROOM, BADGE // 2, bar_left, bar_right)


def _text_width(fonts: "_Fonts", bar: Bar) -> float:
    """Return how wide the number of a bar is with its star; a number that is too long for that is cut."""
    text = fonts.cut(bar.text, TEXT, NUMBER_ROOM)
    return (fonts.width(text, TEXT) + GAP / 2 if text else 0) + (2 * STAR + GAP / 2 if bar.is_marked else 0)


def _draw_bar(sheet: "_Sheet", frame: _Frame, number: int, bar: Bar, longest: float) -> None:
    """Draw letter, label, number and bar of one row."""
    fonts, row = sheet.fonts, frame.top + frame.step * number
    colour = ACCENT if bar.is_marked else QUIET
    words_at, bar_at = row + BADGE / 2, row + frame.bar_at
    right, left = WIDTH - MARGIN, MARGIN + BADGE + GAP
    sheet.pill((MARGIN, words_at - BADGE / 2, MARGIN + BADGE, words_at + BADGE / 2), colour, 9)
    sheet.write((MARGIN + BADGE / 2, words_at), string.ascii_uppercase[number], SMALL, LIGHT, "mm", is_bold=True)
    text = fonts.cut(bar.text, TEXT, NUMBER_ROOM)
    sheet.write((right, words_at), text, TEXT, INK, "rm", is_bold=bar.is_marked)
    if bar.is_marked:
        beside = fonts.width(text, TEXT) + GAP / 2 if text else 0
        sheet.star((right - beside - STAR, words_at + 1), STAR, ACCENT)
    room = frame.label_room or right - left - _text_width(fonts, bar) - GAP
    sheet.write((left, words_at), fonts.cut(bar.label, TEXT, room), TEXT, INK, is_bold=bar.is_marked)
    half = THICK / 2 if bar.is_marked else THICK / 3
    sheet.pill((frame.bar_left, bar_at - half, frame.bar_right, bar_at + half), TRACK, half)
    if bar.value:
        end = max(frame.x(bar.value / longest), frame.bar_left + 4)  # so that a single vote is seen
        sheet.pill((frame.bar_left, bar_at - half, end, bar_at + half), colour, half)


def _draw_mark(sheet: "_Sheet", frame: _Frame, mark: Mark, longest: float, rows: int) -> None:
    """Draw the mark over each bar, with its caption under the last one."""
    x, reach = frame.x(mark.value / longest), THICK / 2 + 7
    for number in range(rows):
        bar_at = frame.top + frame.step * number + frame.bar_at
        sheet.pill((x - 4, bar_at - reach, x + 4, bar_at + reach), PAPER, 0)
        sheet.pill((x - 2, bar_at - reach, x + 2, bar_at + reach), INK, 2)
    caption = sheet.fonts.cut(mark.caption, SMALL, WIDTH - 2 * MARGIN)
    half = sheet.fonts.width(caption, SMALL) / 2
    middle = min(max(x, MARGIN + half), WIDTH - MARGIN - half)
    below = frame.top + frame.step * (rows - 1) + frame.bar_at + reach + GAP + SMALL / 2
    sheet.write((middle, below), caption, SMALL, INK, "mm")


class _Fonts:
    """One font in every size, and what fits and can be written with it."""

    def __init__(self) -> None:
        self._sizes: dict[int, FreeTypeFont] = {}
        self._shapes: dict[str, tuple[tuple[int, int], bytes]] = {}

    def at(self, size: int) -> "FreeTypeFont":
        """Return the font at a height in pixels."""
        from PIL import ImageFont  # noqa: PLC0415 - a start need not pay for it

        if size not in self._sizes:
            # Pillow's own font has no accents, so no Spanish.
            font = files("font_source_sans_pro") / "files" / "SourceSansPro-Regular.ttf"
            with as_file(font) as path:
                self._sizes[size] = ImageFont.truetype(str(path), size)
        return self._sizes[size]

    def width(self, text: str, size: int) -> float:
        """Return how wide a text is, in pixels."""
        return self.at(size).getlength(text)

    def drawable(self, text: str) -> str:
        """Return a text as one line, or nothing if the font lacks a character of it."""
        line = " ".join(text.translate(DASHES).split())
        return line if all(self._has(character) for character in line) else ""

    def cut(self, text: str, size: int, room: float) -> str:
        """Return what fits of a text, ending in “…” where it was cut; nothing if it cannot be written."""
        line = self.drawable(text)
        if self.width(line, size) <= room:
            return line
        ends = range(1, len(line))
        kept = bisect_right(ends, room, key=lambda end: self.width(line[:end].rstrip() + "…", size))
        return line[:kept].rstrip() + "…"

    def lines(self, text: str, size: int, room: float, most: int) -> list[str]:
        """Break a text into lines between words; the last one is cut."""
        found: list[str] = []
        rest = self.drawable(text)
        while rest and len(found) < most - 1 and self.width(rest, size) > room:
            line = self.cut(rest, size, room).removesuffix("…")
            line = line if rest[len(line)] == " " else line.rpartition(" ")[0] or line
            found.append(line)
            rest = rest[len(line) :].lstrip()
        return [*found, self.cut(rest, size, room)] if rest else found

    def _has(self, character: str) -> bool:
        # A font draws one and the same shape for all that it lacks, so also for what can never be a character.
        return self._shape(character) != self._shape(NO_CHARACTER)

    def _shape(self, character: str) -> tuple[tuple[int, int], bytes]:
        if character not in self._shapes:
            mask = self.at(TITLE).getmask(character)
            self._shapes[character] = mask.size, bytes(mask)
        return self._shapes[character]


class _Sheet:
    """A sheet of paper to draw on with smooth edges, which Pillow's own shapes do not have."""

    def __init__(self, fonts: _Fonts, height: int) -> None:
        from PIL import Image, ImageDraw  # noqa: PLC0415 - a start need not pay for it

        self.fonts = fonts
        self._image = Image.new("RGB", (WIDTH, height), PAPER)
        self._pen = ImageDraw.Draw(self._image)
        self._new_image, self._new_pen = Image.new, ImageDraw.Draw
        self._method = Image.Quantize.FASTOCTREE

    def write(
        self,
        place: tuple[float, float],
        text: str,
        size: int,
        colour: str,
        anchor: str = "lm",
        *,
        is_bold: bool = False,
    ) -> None:
        """Write one line at a place that is its left end, its middle or its right end, half-way up."""
        stroke = BOLD if is_bold else 0
        self._pen.text(place, text, colour, self.fonts.at(size), anchor=anchor, stroke_width=stroke)

    def pill(self, box: Box, colour: str, radius: float) -> None:
        """Fill a box with round ends."""

        def draw(pen: "ImageDraw", fine: Box) -> None:
            pen.rounded_rectangle(fine, min(radius * FINE, (fine[2] - fine[0]) / 2), fill=255)

        self._stamp(box, colour, draw)

    def star(self, middle: tuple[float, float], radius: float, colour: str) -> None:
        """Fill a star with five points."""

        def draw(pen: "ImageDraw", fine: Box) -> None:
            centre = (fine[0] + fine[2]) / 2, (fine[1] + fine[3]) / 2
            reach = [radius * FINE * (0.45 if point % 2 else 1) for point in range(10)]
            angles = [math.pi * (point / 5 - 0.5) for point in range(10)]
            pen.polygon(
                [
                    (centre[0] + far * math.cos(angle), centre[1] + far * math.sin(angle))
                    for far, angle in zip(reach, angles, strict=True)
                ],
                fill=255,
            )

        x, y = middle
        self._stamp((x - radius, y - radius, x + radius, y + radius), colour, draw)

    def png(self) -> bytes:
        """Return the picture as a file, without anything that tells when it was made."""
        file = io.BytesIO()
        # A third of the bytes and of the time. There are few colours, so none can be seen to change.
        self._image.quantize(COLOURS, self._method).save(file, "PNG")
        return file.getvalue()

    def _stamp(self, box: Box, colour: str, draw: "Callable[[ImageDraw, Box], None]") -> None:
        """Draw a shape at several times its size, and print it through what it covers of each pixel."""
        left, top = math.floor(box[0]), math.floor(box[1])
        size = math.ceil(box[2]) - left, math.ceil(box[3]) - top
        mask: Image = self._new_image("L", (size[0] * FINE, size[1] * FINE))
        x0, y0, x1, y1 = ((edge - start) * FINE for edge, start in zip(box, (left, top, left, top), strict=True))
        draw(self._new_pen(mask), (x0, y0, x1 - 1, y1 - 1))
        self._image.paste(colour, (left, top), mask.reduce(FINE))
