"""Step lines: numbers that stand still and then move, each line with its name and letter where it ends."""

import math
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from bot.charts.sheet import (
    ACCENT,
    BADGE,
    GAP,
    INK,
    LIGHT,
    MARGIN,
    PAPER,
    QUIET,
    SMALL,
    TEXT,
    TRACK,
    WIDTH,
    Fonts,
    Point,
    Sheet,
    below_title,
)

MOST_LINES = 6
COLOURS = (ACCENT, "#1F5FA8", INK, "#2B6E3F", "#7A3FA0", "#8A5200")
DASHES: tuple[tuple[int, ...], ...] = ((), (26, 10), (5, 9), (26, 8, 5, 8), (12, 8), (30, 7, 5, 7, 5, 7))
"""How long each line is drawn and left out in turn, so that nobody needs the colours."""

THICK, APART = 5, 8
"""Pixels. Lines that run on the same number are drawn so far apart, so that none hides another."""
MARK = 7
LABEL_ROOM, BESIDE, TAIL = 356, 44, 12
LABEL_LINES, LINE, LABEL_TOP = 3, 27, 36
LEAST_HEIGHT, AXIS = 420, 46
MOST_TICKS = 6
CAPTION_LINES = 4


@dataclass(frozen=True, slots=True)
class StepLine:
    """One line: its name, its last number in words, and each day on which it moved with the number from then on."""

    label: str
    text: str
    points: Sequence[tuple[date, int]]


@dataclass(frozen=True, slots=True)
class StepChart:
    """A title, 1 to 6 lines called A, B, C …, the days from left to right, which of them have a name, and small print.

    A line begins at its first point and goes on to the last day. Raises `ValueError` for another number of lines, one
    without points, days out of order or outside, or a number under 0.
    """

    title: str
    lines: Sequence[StepLine]
    first: date
    last: date
    ticks: Sequence[tuple[date, str]] = ()
    caption: str = ""

    def __post_init__(self) -> None:
        if not 1 <= len(self.lines) <= MOST_LINES:
            raise ValueError(f"a chart has 1 to {MOST_LINES} lines, not {len(self.lines)}")
        for line in self.lines:
            days = [day for day, _ in line.points]
            if not days or days != sorted(set(days)) or not self.first <= days[0] <= days[-1] <= self.last:
                raise ValueError("days are missing, out of order or outside")
            if any(number < 0 for _, number in line.points):
                raise ValueError("a number is below zero")


def steps(chart: StepChart) -> bytes:
    """Draw step lines as PNG; the same chart gives the same bytes.

    Nothing is drawn between two numbers but the step. A label with a character that the font lacks is left to its
    letter. Takes some hundredths of a second: call it in a thread.
    """
    fonts = Fonts()
    title = fonts.title(chart.title)
    caption = fonts.lines(chart.caption, SMALL, WIDTH - 2 * MARGIN, CAPTION_LINES)
    labels = [fonts.lines(line.label, SMALL, LABEL_ROOM - BADGE - GAP, LABEL_LINES) for line in chart.lines]
    heights = [LABEL_TOP + LINE * len(lines) + GAP for lines in labels]
    frame = _frame(chart, fonts, below_title(title), sum(heights))
    below = frame.bottom + AXIS + GAP
    sheet = Sheet(fonts, round(below + LINE * len(caption) + MARGIN - (0 if caption else GAP)))
    sheet.title(title)
    _draw_axes(sheet, chart, frame)
    shifts = _shifts(chart)
    ends = [frame.y(line.points[-1][1]) + shift for line, shift in zip(chart.lines, shifts, strict=True)]
    order = sorted(range(len(ends)), key=lambda each: (-chart.lines[each].points[-1][1], each))
    for number, top in _spread(order, ends, heights, frame).items():
        _draw_label(sheet, chart.lines[number], number, labels[number], (frame.right + TAIL, ends[number]), top)
    for number in reversed(range(len(chart.lines))):  # the first on top
        _draw_line(sheet, frame, chart, number, shifts[number])
    for number, line in enumerate(caption):
        sheet.write((MARGIN, below + LINE * (number + 0.5)), line, SMALL, QUIET)
    return sheet.png()


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where days and numbers stand."""

    left: float
    right: float
    top: float
    bottom: float
    first: date
    days: int
    numbers: Sequence[int]
    """What is written beside the lines across, from 0 up."""

    def x(self, day: date) -> float:
        return self.left + (self.right - self.left) * (day - self.first).days / self.days

    def y(self, number: float) -> float:
        return self.bottom - (self.bottom - self.top) * number / self.numbers[-1]


def _frame(chart: StepChart, fonts: Fonts, top: int, labels: int) -> _Frame:
    largest = max(1, *(number for line in chart.lines for _, number in line.points))
    unit = _unit(largest)
    numbers = range(0, math.ceil(largest / unit) * unit + 1, unit)
    left = MARGIN + max(fonts.width(str(number), SMALL) for number in numbers) + GAP
    right = WIDTH - MARGIN - LABEL_ROOM - BESIDE
    bottom = top + max(LEAST_HEIGHT, labels - AXIS)
    return _Frame(left, right, top + GAP, bottom, chart.first, max(1, (chart.last - chart.first).days), numbers)


def _unit(largest: int) -> int:
    """Return a round number that goes a few times into the largest."""
    power: int = 10 ** max(0, len(str(largest)) - 2)
    return next(sign * power for sign in (1, 2, 5, 10, 20) if sign * power * MOST_TICKS >= largest)


def _draw_axes(sheet: Sheet, chart: StepChart, frame: _Frame) -> None:
    for number in frame.numbers:
        y = frame.y(number)
        sheet.pill((frame.left, y - 1, frame.right, y + 1), TRACK if number else QUIET, 0)
        sheet.write((frame.left - GAP, y), str(number), SMALL, QUIET, "rm")
    free = -math.inf
    for day, name in chart.ticks:
        x, half = frame.x(day), sheet.fonts.width(sheet.fonts.drawable(name), SMALL) / 2
        middle = max(x, MARGIN + half)
        if middle - half >= free and middle + half <= frame.right + BESIDE:
            sheet.pill((x - 1, frame.bottom, x + 1, frame.bottom + 9), QUIET, 0)
            sheet.write((middle, frame.bottom + AXIS / 2 + 4), sheet.fonts.drawable(name), SMALL, QUIET, "mm")
            free = middle + half + GAP / 2


def _path(chart: StepChart, number: int, frame: _Frame, shift: float) -> list[Point]:
    """Return the corners of a line."""
    points, corners = chart.lines[number].points, list[Point]()
    for day, value in points:
        if corners:
            corners.append((frame.x(day), corners[-1][1]))
        corners.append((frame.x(day), frame.y(value) + shift))
    return [*corners, (frame.right + TAIL, corners[-1][1])]


def _shifts(chart: StepChart) -> list[float]:
    """Return how far each line is moved down or up, so that none runs on top of an earlier one."""
    shifts: list[float] = []
    for number, line in enumerate(chart.lines):
        taken = {shifts[other] for other in range(number) if _meet(line, chart.lines[other], chart.last)}
        places = (APART * place for place in (0, -1, 1, -2, 2, -3))
        shifts.append(next(place for place in places if place not in taken))
    return shifts


def _meet(one: StepLine, other: StepLine, last: date) -> bool:
    """Tell whether two lines ever stand on the same number at the same time."""

    def spans(line: StepLine) -> Iterator[tuple[date, date, int]]:
        ends = [day for day, _ in line.points[1:]] + [last]
        yield from ((day, end, value) for (day, value), end in zip(line.points, ends, strict=True))

    return any(
        mine == theirs and max(start, begin) <= min(end, stop)
        for start, end, mine in spans(one)
        for begin, stop, theirs in spans(other)
    )


def _draw_line(sheet: Sheet, frame: _Frame, chart: StepChart, number: int, shift: float) -> None:
    """Draw a line in its dashes, with a dot where it moved."""
    corners = _path(chart, number, frame, shift)
    for part in _dashed(corners, DASHES[number]):
        sheet.stroke(part, COLOURS[number], THICK)
    for day, value in chart.lines[number].points:
        x, y = frame.x(day), frame.y(value) + shift
        sheet.pill((x - MARK - 2, y - MARK - 2, x + MARK + 2, y + MARK + 2), PAPER, MARK + 2)
        sheet.pill((x - MARK, y - MARK, x + MARK, y + MARK), COLOURS[number], MARK)


def _dashed(corners: Sequence[Point], dashes: Sequence[int]) -> Iterator[list[Point]]:
    """Cut a line into the parts that are drawn; corners go on in the same dash."""
    if not dashes:
        yield list(corners)
        return
    part, turn, left = [corners[0]], 0, float(dashes[0])
    for (x0, y0), (x1, y1) in pairwise(corners):
        length, gone = math.dist((x0, y0), (x1, y1)), 0.0
        while length - gone > left:
            gone += left
            at = x0 + (x1 - x0) * gone / length, y0 + (y1 - y0) * gone / length
            if turn % 2 == 0:
                yield [*part, at]
            turn, part = (turn + 1) % len(dashes), [at]
            left = float(dashes[turn])
        left -= length - gone
        part.append((x1, y1))
    if turn % 2 == 0 and len(part) > 1:
        yield part


def _spread(order: Sequence[int], ends: Sequence[float], heights: Sequence[int], frame: _Frame) -> dict[int, float]:
    """Return tops for labels in an order, each as near to the end of its line as there is room."""
    tops: dict[int, float] = {}
    free = frame.top - GAP
    for each in order:
        tops[each] = max(free, ends[each] - BADGE / 2)
        free = tops[each] + heights[each]
    limit = frame.bottom + AXIS
    for each in reversed(order):
        tops[each] = min(tops[each], limit - heights[each])
        limit = tops[each]
    return tops


def _draw_label(sheet: Sheet, line: StepLine, number: int, lines: Sequence[str], end: Point, top: float) -> None:
    """Draw the letter, number and name of a line, and what leads from its end to them."""
    left, middle = WIDTH - MARGIN - LABEL_ROOM, top + BADGE / 2
    sheet.stroke([end, (left - 4, middle)], COLOURS[number], 2)
    sheet.pill((left, top, left + BADGE, top + BADGE), COLOURS[number], 9)
    sheet.write((left + BADGE / 2, middle), string.ascii_uppercase[number], SMALL, LIGHT, "mm", is_bold=True)
    beside = left + BADGE + GAP - 6
    sheet.write((beside, middle), sheet.fonts.cut(line.text, TEXT, LABEL_ROOM - BADGE - GAP), TEXT, INK, is_bold=True)
    for count, words in enumerate(lines):
        sheet.write((beside, top + LABEL_TOP + LINE * (count + 0.5)), words, SMALL, INK)
