"""Horizontal bars: a result, one bar a choice."""

import math
import string
from collections.abc import Sequence
from dataclasses import dataclass

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
    Sheet,
    below_title,
)

MOST_BARS = 25
STAR = 15
THICK = 24
NUMBER_ROOM, LABEL_ROOM = 300, 330
ROOMY_BARS = 8
"""So many have their words above them, over the whole width. More stand in one line with theirs, to stay in view."""


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
    fonts = Fonts()
    title = fonts.title(chart.title)
    frame = _frame(chart, fonts, below_title(title))
    sheet = Sheet(fonts, frame.bottom)
    sheet.title(title)
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


def _frame(chart: BarChart, fonts: Fonts, top: int) -> _Frame:
    left, right = float(MARGIN + BADGE + GAP), float(WIDTH - MARGIN)
    numbers = max(_text_width(fonts, bar) for bar in chart.bars)
    foot = MARGIN + (SMALL + GAP if chart.mark and fonts.drawable(chart.mark.caption) else 0)
    many = len(chart.bars)
    if many <= ROOMY_BARS:
        return _Frame(top, 100, top + 100 * many - 26 + foot, 0, BADGE + 26, MARGIN, right)
    bar_left, bar_right = left + LABEL_ROOM + GAP, right - numbers - GAP
    return _Frame(top, 54, top + 54 * many - 18 + foot, LABEL_ROOM, BADGE // 2, bar_left, bar_right)


def _text_width(fonts: Fonts, bar: Bar) -> float:
    """Return how wide the number of a bar is with its star; a number that is too long for that is cut."""
    text = fonts.cut(bar.text, TEXT, NUMBER_ROOM)
    return (fonts.width(text, TEXT) + GAP / 2 if text else 0) + (2 * STAR + GAP / 2 if bar.is_marked else 0)


def _draw_bar(sheet: Sheet, frame: _Frame, number: int, bar: Bar, longest: float) -> None:
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


def _draw_mark(sheet: Sheet, frame: _Frame, mark: Mark, longest: float, rows: int) -> None:
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
