"""A heat map: numbers in a table, darker where they are larger, so that the eye finds them and can read them."""

import math
import string
from collections.abc import Sequence
from dataclasses import dataclass

from bot.charts.sheet import GAP, INK, LIGHT, MARGIN, QUIET, SMALL, TEXT, WIDTH, Box, Fonts, Sheet, below_title

MOST_ROWS, MOST_COLUMNS = 30, 9
LARGEST = 99_999
"""More than can be written in a cell is told as this, which is still “at least”."""

SHADES = ("#F6DCD8", "#EDB8B0", "#DD8A82", "#C83C3C", "#87191F")
ON_SHADES = (INK, INK, INK, LIGHT, LIGHT)
LEAST_SPAN = 5
"""The darkest stands for at least so many times the smallest number: few numbers, all small, do not look like alarm."""

LEAST_LABEL, WIDEST_CELL = 274, 104
INDENT = 22
GROUP_ROW, ROLE_ROW, TALL_ROW = 54, 46, 62
BETWEEN, BEFORE_GROUP = 6, 18
HEAD_ROOM, LETTER_ROOM = 300, 38
CAPTION_LINES, LINE = 4, 29
DOT = 4
GROUP, SMALLEST = 26, 22
"""Pixels of the letters of a group, and of numbers with five digits."""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One row: what it stands for and a number for each column, None where none may be shown."""

    label: str
    cells: Sequence[int | None]
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A title, 1 to 9 columns that are called A, B, C …, 1 to 30 rows in the order given, and what small print says.

    Raises `ValueError` for another number of either, a row that does not fit the columns, or a number under 1.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[HeatRow]
    caption: str = ""

    def __post_init__(self) -> None:
        if not (1 <= len(self.rows) <= MOST_ROWS and 1 <= len(self.columns) <= MOST_COLUMNS):
            raise ValueError(f"a heat map has 1 to {MOST_ROWS} rows and 1 to {MOST_COLUMNS} columns")
        if any(len(row.cells) != len(self.columns) for row in self.rows):
            raise ValueError("a row has other columns")
        if any(cell is not None and cell < 1 for row in self.rows for cell in row.cells):
            raise ValueError("a number is below one: what is not shown is None")


def heat(chart: HeatMap) -> bytes:
    """Draw a heat map as PNG; the same one gives the same bytes.

    Each number stands in its cell as “≥ 15”; a cell with a dot has none to show. Labels end in “…” where they are too
    long. Takes some hundredths of a second: call it in a thread.
    """
    fonts = Fonts()
    title = fonts.title(chart.title)
    caption = fonts.lines(chart.caption, SMALL, WIDTH - 2 * MARGIN, CAPTION_LINES)
    frame = _frame(chart, fonts, below_title(title))
    below = frame.tops[-1] + frame.heights[-1] + GAP
    sheet = Sheet(fonts, below + LINE * len(caption) + MARGIN - (0 if caption else GAP))
    sheet.title(title)
    _draw_heads(sheet, chart, frame)
    for row, label, top, height in zip(chart.rows, frame.labels, frame.tops, frame.heights, strict=True):
        _draw_label(sheet, row, label, top + height / 2)
        for column, value in enumerate(row.cells):
            x = frame.left + frame.cell * column + BETWEEN / 2
            _draw_cell(sheet, (x, top, x + frame.cell - BETWEEN, top + height), value, _shade(chart, value))
    for number, line in enumerate(caption):
        sheet.write((MARGIN, below + LINE * (number + 0.5)), line, SMALL, QUIET)
    return sheet.png()


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where things stand: the left edge and width of the cells, and each row's label, top and height."""

    left: int
    cell: int
    heads: int
    labels: Sequence[Sequence[str]]
    tops: Sequence[int]
    heights: Sequence[int]


def _frame(chart: HeatMap, fonts: Fonts, top: int) -> _Frame:
    cell = min(WIDEST_CELL, (WIDTH - 2 * MARGIN - LEAST_LABEL) // len(chart.columns))
    room = WIDTH - 2 * MARGIN - cell * len(chart.columns)
    widest = max(fonts.width(fonts.drawable(row.label), GROUP if row.is_group else SMALL) for row in chart.rows)
    left = MARGIN + min(room, max(LEAST_LABEL, math.ceil(widest) + INDENT + 2 * GAP))
    longest = max(fonts.width(_head(fonts, name), SMALL) for name in chart.columns)
    heads = top + round(longest * math.sqrt(0.5)) + SMALL
    at = heads + LETTER_ROOM
    labels, tops, heights = [], [], []
    for number, row in enumerate(chart.rows):
        size, room = (GROUP, left - MARGIN - GAP) if row.is_group else (SMALL, left - MARGIN - GAP - INDENT)
        labels.append(fonts.lines(row.label, size, room, 2))
        heights.append(TALL_ROW if labels[-1][1:] else GROUP_ROW if row.is_group else ROLE_ROW)
        at += (BEFORE_GROUP if row.is_group else BETWEEN) if number else 0
        tops.append(at)
        at += heights[-1]
    return _Frame(left, cell, heads, labels, tops, heights)


def _head(fonts: Fonts, name: str) -> str:
    return fonts.cut(name, SMALL, HEAD_ROOM)


def _draw_heads(sheet: Sheet, chart: HeatMap, frame: _Frame) -> None:
    """Write the names of the columns, coming down to them, each over its letter."""
    for column, name in enumerate(chart.columns):
        middle = frame.left + frame.cell * (column + 0.5)
        sheet.write_turned((middle, frame.heads), _head(sheet.fonts, name), SMALL, INK)
        letter = string.ascii_uppercase[column]
        sheet.write((middle, frame.heads + LETTER_ROOM / 2 + 2), letter, SMALL, QUIET, "mm", is_bold=True)


def _draw_label(sheet: Sheet, row: HeatRow, lines: Sequence[str], middle: float) -> None:
    left, size = (MARGIN, GROUP) if row.is_group else (MARGIN + INDENT, SMALL)
    for number, line in enumerate(lines):
        y = middle + (number - (len(lines) - 1) / 2) * (size + 3)
        sheet.write((left, y), line, size, INK, is_bold=row.is_group)


def _shade(chart: HeatMap, value: int | None) -> int:
    """Return how dark a cell is: 0 for the lightest."""
    shown = [cell for row in chart.rows for cell in row.cells if cell is not None]
    if value is None:
        return 0
    darkest = max(*shown, LEAST_SPAN * min(shown))
    return math.ceil(len(SHADES) * value / darkest) - 1


def _draw_cell(sheet: Sheet, box: Box, value: int | None, shade: int) -> None:
    """Draw a number on its shade, or a dot on the bare paper."""
    middle = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    if value is None:
        sheet.pill((middle[0] - DOT, middle[1] - DOT, middle[0] + DOT, middle[1] + DOT), QUIET, DOT)
        return
    sheet.pill(box, SHADES[shade], 8)
    room, number = box[2] - box[0] - 4, min(value, LARGEST)
    text, size = f"≥ {number}", TEXT
    while size > SMALL and sheet.fonts.width(text, size) > room:
        size -= 1
    if sheet.fonts.width(text, size) > room:
        text, size = f"≥{number}", SMALLEST
    sheet.write(middle, text, size, ON_SHADES[shade], "mm", is_bold=shade >= ON_SHADES.index(LIGHT))
