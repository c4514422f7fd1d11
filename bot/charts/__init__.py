"""Pictures of numbers that can be read on a phone, in a light and in a dark client.

A picture never stands alone. The same numbers are told in text beside it, under the same letters, so whatever cannot
be drawn is left out here and is still said there.
"""

from bot.charts.barchart import MOST_BARS, Bar, BarChart, Mark, bars
from bot.charts.heatmap import MOST_COLUMNS, MOST_ROWS, HeatMap, HeatRow, heat
from bot.charts.sheet import ACCENT, INK, LIGHT, MARGIN, PAPER, QUIET, SMALL, TEXT, TITLE, WIDTH
from bot.charts.stepchart import MOST_LINES, StepChart, StepLine, steps

__all__ = [
    "ACCENT",
    "INK",
    "LIGHT",
    "MARGIN",
    "MOST_BARS",
    "MOST_COLUMNS",
    "MOST_LINES",
    "MOST_ROWS",
    "PAPER",
    "QUIET",
    "SMALL",
    "TEXT",
    "TITLE",
    "WIDTH",
    "Bar",
    "BarChart",
    "HeatMap",
    "HeatRow",
    "Mark",
    "StepChart",
    "StepLine",
    "bars",
    "heat",
    "steps",
]
