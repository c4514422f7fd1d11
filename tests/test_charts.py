"""Pictures of results: true to the numbers, readable by everybody, and never in the way of a post."""

import io
import subprocess
import sys
from collections.abc import Iterable

import pytest
from PIL import Image, ImageChops

from bot import charts
from bot.charts import MARGIN, MOST_BARS, Bar, BarChart, Mark, bars

TWO = (Bar("Yes", 2, "2 votes", is_marked=True), Bar("No", 1, "1 vote"))


def picture(chart: BarChart) -> Image.Image:
    return Image.open(io.BytesIO(bars(chart))).convert("RGB")


def chart(*shown: Bar, title: str = "Strike?", mark: Mark | None = None) -> BarChart:
    return BarChart(title, shown, mark)


def labelled(label: str, many: int = 1) -> bytes:
    return bars(chart(*[Bar(label, 1, "1 vote")] * many))


def pixels(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def longest_run(image: Image.Image, colour: str) -> int:
    """Return how many pixels of a colour follow each other in one line at most."""
    wanted, longest = pixels(colour), 0
    for y in range(image.height):
        run = 0
        for x in range(image.width):
            run = run + 1 if image.getpixel((x, y)) == wanted else 0
            longest = max(longest, run)
    return longest


def luminance(colour: str) -> float:
    parts = [part / 255 for part in pixels(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


HARD: Iterable[BarChart] = (
    chart(Bar("Yes", 1, "1 vote")),
    chart(Bar("Yes", 0, "0 votes"), Bar("No", 0, "0 votes")),
    chart(Bar("Yes", 3, "3 votes", is_marked=True), Bar("No", 3, "3 votes", is_marked=True), mark=Mark(3, "3 needed")),
    chart(*[Bar("W" * 300, number, "W" * 300, is_marked=True) for number in range(MOST_BARS)], title="W" * 300),
    chart(*[Bar("i" * 300, 1e-9, "1", is_marked=True), Bar("", 1e9, "")], title="i " * 300, mark=Mark(0, "i" * 300)),
    chart(Bar("👍", 1, "👍"), Bar("שלום", 1, "שלום"), Bar("مرحبا", 1, "٣"), title="是", mark=Mark(9, "是")),
    chart(Bar("Yes\n\t no", 1, "1\n2"), Bar("\u202eno\u0000", 1, "e\u0301"), title="   "),
)


@pytest.mark.parametrize("hard", HARD)
def test_nothing_that_people_write_breaks_a_picture_or_runs_over_its_edge(hard: BarChart) -> None:
    drawn = picture(hard)
    assert drawn.width == charts.WIDTH
    empty = Image.new("RGB", drawn.size, charts.PAPER)
    # The palette may move the paper by one step, which nobody sees.
    left, top, right, bottom = ImageChops.difference(drawn, empty).point(lambda value: 255 * (value > 4)).getbbox() or (
        pytest.fail("nothing was drawn")
    )
    room = MARGIN - 3  # a mark at either end stands half outside
    assert (left >= room, top >= room, drawn.width - right >= room, drawn.height - bottom >= 24) == (True,) * 4


def test_the_same_result_is_the_same_picture() -> None:
    assert bars(chart(*TWO)) == bars(chart(*TWO))
    assert bars(chart(*TWO)) != bars(chart(*TWO[::-1]))


@pytest.mark.parametrize("many", [1, MOST_BARS])
@pytest.mark.parametrize("label", ["👍", "שלום", "Yes 👍", "日本語", "\uffff"])
def test_a_label_that_cannot_be_written_is_left_to_its_letter(label: str, many: int) -> None:
    assert labelled(label, many) == labelled("", many)
    assert labelled("Yes", many) != labelled("", many)


@pytest.mark.parametrize("label", ["Sí, señor: ¿año nuevo?", "Žluťoučký", "Нет", "Ελλάδα"])
def test_a_label_with_accents_or_of_another_alphabet_is_written(label: str) -> None:
    assert labelled(label, 1) != labelled("", 1)


@pytest.mark.parametrize("many", [1, MOST_BARS])
def test_a_long_label_ends_where_its_room_ends(many: int) -> None:
    assert labelled("A say before a tool is bought " * 9 + "x", many) == labelled(
        "A say before a tool is bought " * 9 + "y", many
    )
    assert labelled("A say before", many) != labelled("A say befora", many)


def test_dashes_and_spaces_of_every_kind_can_be_written() -> None:
    assert labelled("9\u202f–\u00a017\n") == labelled("9 - 17")


def test_bars_are_as_long_as_their_numbers() -> None:
    drawn = picture(chart(*TWO))
    yes, no = longest_run(drawn, charts.ACCENT), longest_run(drawn, charts.QUIET)
    assert yes == pytest.approx(charts.WIDTH - 2 * MARGIN, abs=2)
    assert no == pytest.approx(yes / 2, abs=2)


def test_a_mark_stands_where_its_value_is_and_bars_give_way_to_it() -> None:
    drawn = picture(chart(*TWO, mark=Mark(4, "4 needed")))
    assert longest_run(drawn, charts.ACCENT) == pytest.approx((charts.WIDTH - 2 * MARGIN) / 2, abs=2)
    middle = picture(chart(*TWO, mark=Mark(1, "1 needed")))
    assert longest_run(middle, charts.ACCENT) == pytest.approx((charts.WIDTH - 2 * MARGIN) / 2, abs=6)


def test_whoever_sees_no_colours_sees_who_won() -> None:
    def outline(*shown: Bar) -> bytes:
        return picture(chart(*shown)).point(lambda value: 255 if value > 0xE0 else 0).convert("1").tobytes()

    assert outline(*TWO) != outline(Bar("Yes", 2, "2 votes"), TWO[1])


@pytest.mark.parametrize("colour", [charts.INK, charts.ACCENT, charts.QUIET])
def test_text_and_bars_stand_out_from_the_paper(colour: str) -> None:
    assert contrast(colour, charts.PAPER) >= 4.5
    assert colour == charts.INK or contrast(colour, charts.LIGHT) >= 4.5


def test_letters_are_large_enough_for_a_phone() -> None:
    assert min(charts.TITLE, charts.TEXT, charts.SMALL) >= 22 * charts.WIDTH / 1000


@pytest.mark.parametrize(
    ("shown", "mark"),
    [
        ([], None),
        ([TWO[0]] * (MOST_BARS + 1), None),
        ([Bar("Yes", -1, "")], None),
        ([Bar("Yes", float("nan"), "")], None),
        ([TWO[0]], Mark(float("inf"), "")),
    ],
)
def test_what_no_bar_can_show_is_refused(shown: list[Bar], mark: Mark | None) -> None:
    with pytest.raises(ValueError, match=r"1 to 25 bars|below zero"):
        BarChart("Strike?", shown, mark)


def test_a_start_does_not_pay_for_drawing() -> None:
    ask = "import sys, bot.charts, bot.outgoing, bot.wiring; print('PIL' in sys.modules)"
    asked = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == "False"
