"""What every picture is drawn on: paper, ink and letters. Here alone is Pillow imported."""

import io
import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

WIDTH = 1000
"""Pixels. A phone shows them at about 40 %, so no letter is smaller than 22 of them."""

# Each colour of text and lines has a contrast of at least 4.5 to what it stands on. No picture says anything by colour
# alone: bars differ in thickness and by a star, lines in dashes and by a letter, and a cell holds its number.
PAPER, TRACK, INK = "#FAF9F7", "#EBE8E2", "#22262B"
QUIET, ACCENT, LIGHT = "#5C6B7A", "#C83C3C", "#FFFFFF"

TITLE, TEXT, SMALL = 38, 28, 23
TITLE_LINES, TITLE_STEP = 2, 48
MARGIN, GAP = 48, 18
BADGE = 36
BOLD = 0.6
"""How much thicker a stroke gets on each side, so that one file of the font is enough."""

FINE = 4
"""Shapes are drawn so much larger and made small again, for smooth edges."""
COLOURS = 128
NO_CHARACTER = "\uffff"
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))  # noqa: RUF001 - the dashes themselves

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


class Fonts:
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

    def title(self, text: str) -> list[str]:
        """Return a title as the lines that stand on top of a picture."""
        return self.lines(text, TITLE, WIDTH - 2 * MARGIN, TITLE_LINES)

    def _has(self, character: str) -> bool:
        # A font draws one and the same shape for all that it lacks, so also for what can never be a character.
        return self._shape(character) != self._shape(NO_CHARACTER)

    def _shape(self, character: str) -> tuple[tuple[int, int], bytes]:
        if character not in self._shapes:
            mask = self.at(TITLE).getmask(character)
            self._shapes[character] = mask.size, bytes(mask)
        return self._shapes[character]


def below_title(lines: Sequence[str]) -> int:
    """Return where a picture goes on under the lines of its title."""
    return MARGIN + (TITLE_STEP * len(lines) + GAP if lines else 0)


class Sheet:
    """A sheet of paper to draw on with smooth edges, which Pillow's own shapes do not have."""

    def __init__(self, fonts: Fonts, height: int) -> None:
        from PIL import Image, ImageDraw  # noqa: PLC0415 - a start need not pay for it

        self.fonts = fonts
        self._image = Image.new("RGB", (WIDTH, height), PAPER)
        self._pen = ImageDraw.Draw(self._image)
        self._new_image, self._new_pen = Image.new, ImageDraw.Draw
        self._method, self._smooth = Image.Quantize.FASTOCTREE, Image.Resampling.BICUBIC

    def write(
        self,
        place: Point,
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

    def write_turned(self, end: Point, text: str, size: int, colour: str) -> None:
        """Write one line that comes down at half a right angle and ends at a point."""
        font = self.fonts.at(size * FINE)
        long, high = math.ceil(font.getlength(text)), 2 * size * FINE
        line = self._new_image("L", (long, high))
        self._new_pen(line).text((long, high / 2), text, 255, font, anchor="rm")
        turned = line.rotate(-45, self._smooth, expand=True).reduce(FINE)
        # Turned around its middle, the end lies half its length away, to the right and down alike.
        away = long / 2 / math.sqrt(2) / FINE
        left, top = end[0] - away - turned.width / 2, end[1] - away - turned.height / 2
        self._image.paste(colour, (round(left), round(top)), turned)

    def title(self, lines: Sequence[str]) -> None:
        """Write the lines of a title at the top."""
        for number, line in enumerate(lines):
            self.write((MARGIN, MARGIN + TITLE_STEP * number + TITLE / 2), line, TITLE, INK, is_bold=True)

    def stroke(self, points: Sequence[Point], colour: str, thickness: float) -> None:
        """Draw a line from point to point, with round corners."""
        xs, ys = [x for x, _ in points], [y for _, y in points]
        half = thickness / 2 + 1
        box = min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half

        def draw(pen: "ImageDraw", fine: Box) -> None:
            placed = [(fine[0] + (x - box[0]) * FINE, fine[1] + (y - box[1]) * FINE) for x, y in points]
            pen.line(placed, fill=255, width=round(thickness * FINE), joint="curve")

        self._stamp(box, colour, draw)

    def pill(self, box: Box, colour: str, radius: float) -> None:
        """Fill a box with round ends."""

        def draw(pen: "ImageDraw", fine: Box) -> None:
            pen.rounded_rectangle(fine, min(radius * FINE, (fine[2] - fine[0]) / 2), fill=255)

        self._stamp(box, colour, draw)

    def star(self, middle: Point, radius: float, colour: str) -> None:
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
