"""The pictures of impact: every number stands where it can be read, and nothing is said by colour alone."""

import io
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby, pairwise
from statistics import mean

import pytest
from PIL import Image, ImageChops

from bot import charts
from bot.charts import (
    MARGIN,
    MOST_COLUMNS,
    MOST_LINES,
    MOST_ROWS,
    HeatMap,
    HeatRow,
    StepChart,
    StepLine,
    heat,
    heatmap,
    stepchart,
    steps,
)
from tests import pictures
from tests.test_charts import contrast, pixels

FIRST = date(2026, 1, 1)
LAST = FIRST + timedelta(300)
TICKS = [(FIRST + timedelta(30 * number), f"Month {number}") for number in range(11)]


def rows(*cells: int | None) -> tuple[HeatRow, ...]:
    return (HeatRow("Engineering", cells, is_group=True), HeatRow("QA or test", cells))


def table(*cells: int | None) -> HeatMap:
    return HeatMap("Whose work", ["Jobs", "Pay", "Pace"][: len(cells)], rows(*cells), "A dot: none")


def line(*points: tuple[int, int], label: str = "Monitoring") -> StepLine:
    return StepLine(label, f"≥ {points[-1][1]}", [(FIRST + timedelta(day), number) for day, number in points])


def chart(*lines: StepLine, title: str = "Over time") -> StepChart:
    return StepChart(title, lines, FIRST, LAST, TICKS, "At least so many")


def opened(drawn: bytes) -> Image.Image:
    return Image.open(io.BytesIO(drawn)).convert("RGB")


LONG = "Wörter ohne Ende " * 20
HARD_TABLES = (
    table(5),
    HeatMap("", ["Pay"], [HeatRow("", [None])]),
    HeatMap(
        LONG, [LONG] * MOST_COLUMNS, [HeatRow(LONG, [10**9] * MOST_COLUMNS, n % 5 == 0) for n in range(MOST_ROWS)], LONG
    ),
    HeatMap("W" * 300, ["W" * 90] * MOST_COLUMNS, [HeatRow("W" * 90, [1] * MOST_COLUMNS)], "W" * 900),
    HeatMap("是", ["👍", "שלום"], [HeatRow("👍", [1, 99_999], is_group=True)], "是"),
)
HARD_CHARTS = (
    chart(line((0, 5))),
    StepChart("", [line((0, 0))], FIRST, FIRST),
    chart(*[line((number, 5), (300, 10**9), label=LONG) for number in range(MOST_LINES)], title=LONG),
    chart(*[line((0, 5), (1, 10), (2, 5), (300, 10)) for _ in range(MOST_LINES)]),
    chart(*[line((300, 7), label="W" * 200) for _ in range(MOST_LINES)], title="👍"),
    replace(chart(line((0, 5))), ticks=[(FIRST, LONG), (LAST, LONG)], caption=LONG),
)


@pytest.mark.parametrize("drawn", [*map(heat, HARD_TABLES), *map(steps, HARD_CHARTS)])
def test_nothing_breaks_a_picture_or_runs_over_its_edge(drawn: bytes) -> None:
    image = opened(drawn)
    assert image.width == charts.WIDTH
    empty = Image.new("RGB", image.size, charts.PAPER)
    found = ImageChops.difference(image, empty).point(lambda value: 255 * (value > 6)).getbbox()
    left, top, right, bottom = found or pytest.fail("nothing was drawn")
    room = MARGIN - 3
    assert (left >= room, top >= room, image.width - right >= room, image.height - bottom >= 24) == (True,) * 4


def test_the_same_numbers_are_the_same_picture() -> None:
    assert heat(table(5, None, 15)) == heat(table(5, None, 15))
    assert heat(table(5, None, 15)) != heat(table(5, 10, 15))
    assert steps(chart(line((0, 5), (9, 10)))) == steps(chart(line((0, 5), (9, 10))))
    assert steps(chart(line((0, 5), (9, 10)))) != steps(chart(line((0, 5), (90, 10))))


def test_whoever_sees_no_colours_reads_each_number_of_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heatmap, "SHADES", (charts.PAPER,) * 5)
    monkeypatch.setattr(heatmap, "ON_SHADES", (charts.INK,) * 4 + (charts.LIGHT,))
    tables = [table(10, None, 15), table(15, None, 10), table(10, 15, None), table(10, 15, 15), table(10, 5, 15)]
    assert len({heat(each) for each in tables}) == len(tables)


def test_a_darker_cell_is_a_larger_number_and_small_numbers_do_not_look_like_alarm() -> None:
    def shades(*cells: int) -> list[int]:
        image = opened(heat(HeatMap("", [""] * len(cells), [HeatRow("", cells)])))
        return [number for number, shade in enumerate(heatmap.SHADES) if area(image, shade) > 500]

    assert shades(5, 5, 5) == [0]
    assert shades(5, 25, 15) == [0, 2, 4]
    assert shades(25, 25, 25) == [0]


def test_a_cell_with_nothing_to_show_is_bare_paper_with_a_dot() -> None:
    image = opened(heat(HeatMap("", [""], [HeatRow("", [None])])))
    assert image.width * image.height - 1500 < area(image, charts.PAPER) < image.width * image.height
    assert sum(area(image, shade) for shade in heatmap.SHADES[1:]) == 0


def area(image: Image.Image, colour: str) -> int:
    """Return how many pixels have a colour, or one that nobody can tell from it."""
    return near(image, colour).histogram()[255]


def near(image: Image.Image, colour: str) -> Image.Image:
    """Return white where a picture has a colour, or one that nobody can tell from it."""
    bands = [
        band.point([255 * (abs(value - wanted) < 6) for value in range(256)])
        for band, wanted in zip(image.split(), pixels(colour), strict=True)
    ]
    return ImageChops.darker(ImageChops.darker(bands[0], bands[1]), bands[2])


def points_of(image: Image.Image, colour: str) -> dict[int, list[int]]:
    """Return where a colour is among the lines: for each x the ys."""
    found: dict[int, list[int]] = {}
    right = charts.WIDTH - MARGIN - stepchart.LABEL_ROOM - stepchart.BESIDE
    for place, is_near in enumerate(near(image, colour).tobytes()):
        y, x = divmod(place, image.width)
        if is_near and MARGIN <= x < right:
            found.setdefault(x, []).append(y)
    return found


def height_of(image: Image.Image, colour: str) -> float:
    """Return how far down most of a colour is: a line that stands still."""
    ys = Counter(y for each in points_of(image, colour).values() for y in each)
    return mean(y for y, many in ys.items() if many > max(ys.values()) / 2)


def test_whoever_sees_no_colours_tells_lines_apart() -> None:
    image = opened(steps(StepChart("", [line((0, 5 * n + 5)) for n in range(MOST_LINES)], FIRST, LAST)))
    patterns = set()
    for colour in stepchart.COLOURS:
        middle = round(height_of(image, colour))
        where = points_of(image, colour)
        dashes = [middle in where.get(x, []) for x in range(150, 500)]
        patterns.add(tuple(len(list(run)) for _, run in groupby(dashes))[1:4])
    assert len(patterns) == MOST_LINES


def test_lines_are_as_high_as_their_numbers_from_zero_up() -> None:
    image = opened(steps(StepChart("", [line((0, number)) for number in (40, 20, 10)], FIRST, LAST)))
    at = [height_of(image, colour) for colour in stepchart.COLOURS[:3]]
    floor = height_of(image, charts.QUIET)
    assert (floor - at[0]) / 40 == pytest.approx((floor - at[1]) / 20, abs=0.2)
    assert (floor - at[1]) / 20 == pytest.approx((floor - at[2]) / 10, abs=0.2)


def test_a_number_steps_and_never_slopes() -> None:
    image = opened(steps(StepChart("", [line((0, 5), (150, 20))], FIRST, LAST)))
    where = points_of(image, stepchart.COLOURS[0])
    steep = [x for x, ys in where.items() if max(ys) - min(ys) > 40]
    assert 0 < len(steep) <= stepchart.THICK + 4
    low, high = ({round(mean(where[x])) for x in where if start <= x < end} for start, end in ((120, 300), (350, 500)))
    assert (len(low), len(high)) == (1, 1)


def test_lines_on_the_same_number_do_not_hide_each_other() -> None:
    image = opened(steps(StepChart("", [line((0, 10)) for _ in range(MOST_LINES)], FIRST, LAST)))
    heights = sorted(height_of(image, colour) for colour in stepchart.COLOURS)
    assert min(after - before for before, after in pairwise(heights)) >= stepchart.THICK


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: HeatMap("", [], []),
        lambda: HeatMap("", [""], [HeatRow("", [5])] * (MOST_ROWS + 1)),
        lambda: HeatMap("", [""] * (MOST_COLUMNS + 1), [HeatRow("", [5] * (MOST_COLUMNS + 1))]),
        lambda: HeatMap("", ["", ""], [HeatRow("", [5])]),
        lambda: HeatMap("", [""], [HeatRow("", [0])]),
        chart,
        lambda: chart(*[line((0, 5))] * (MOST_LINES + 1)),
        lambda: chart(StepLine("", "", [])),
        lambda: chart(line((5, 5), (4, 10))),
        lambda: chart(line((301, 5))),
        lambda: chart(line((0, -1))),
    ],
)
def test_what_cannot_be_drawn_is_refused(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"has 1 to|other columns|below|days are"):
        wrong()


@pytest.mark.parametrize("number", range(5))
def test_a_number_stands_out_from_its_shade(number: int) -> None:
    assert contrast(heatmap.ON_SHADES[number], heatmap.SHADES[number]) >= 4.5


@pytest.mark.parametrize("colour", stepchart.COLOURS)
def test_a_line_stands_out_from_the_paper_and_its_letter_from_it(colour: str) -> None:
    assert contrast(colour, charts.PAPER) >= 4.5
    assert contrast(charts.LIGHT, colour) >= 4.5


def test_letters_are_large_enough_for_a_phone() -> None:
    assert min(heatmap.SMALLEST, heatmap.GROUP) >= 22 * charts.WIDTH / 1000


@pytest.mark.parametrize("canvas", pictures.CANVASES)
def test_the_documentation_shows_what_the_code_draws(canvas: str) -> None:
    assert pictures.place(canvas).read_bytes() == pictures.snapshot(canvas), "run python -m tests.pictures"
