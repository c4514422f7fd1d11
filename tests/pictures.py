"""Numbers as digests may publish them, and the impact picture as it looks in a light and in a dark Discord.

`python -m tests.pictures` draws what the documentation shows.
"""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from PIL import Image, ImageDraw

from bot.digests.picture import Picture, impact_picture
from bot.digests.rules import CellName, Tally
from bot.texts import translate
from cogs.digests.impact_cards import impact_pictures

CANVASES = {"light": "#FFFFFF", "dark": "#313338"}
EDGE, RADIUS = 24, 16
FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
DAY = date(2026, 11, 22)
K = 5

MOVES = {
    "JOB-CUT": {"2025-12-07": 5, "2026-02-15": 10, "2026-05-03": 20, "2026-09-06": 35},
    "MANDATE": {"2026-01-18": 5, "2026-09-20": 10, "2026-11-22": 30},
    "JOB-SKILL": {"2025-12-28": 5, "2026-04-12": 15, "2026-07-26": 25},
    "SPEED": {"2026-03-15": 5, "2026-08-09": 15},
    "MON": {"2026-05-31": 5, "2026-10-11": 15},
    "QUALITY": {"2026-06-28": 10},
}
CELLS = {
    "role×category": {"qa×MANDATE": 15, "qa×JOB-SKILL": 10, "support×JOB-CUT": 10},
    "role×family": {"qa×pace": 15, "qa×jobs": 5, "support×jobs": 15, "backend×pace": 5, "translation×pay": 5},
    "group×family": {
        "engineering×jobs": 10,
        "engineering×pace": 15,
        "engineering×skills": 10,
        "quality×jobs": 10,
        "quality×skills": 10,
        "quality×pace": 15,
        "quality×watched": 10,
        "support×jobs": 10,
        "support×skills": 5,
        "support×pay": 5,
        "creative×data": 10,
        "creative×pay": 5,
    },
}
EARLIER = {"role×category": {"qa×MANDATE": 5}}


def tallies(cells: dict[str, dict[str, int]]) -> tuple[Tally, ...]:
    return tuple(
        Tally(CellName(dimension, tuple(options.split("×"))), number)
        for dimension, numbers in cells.items()
        for options, number in numbers.items()
    )


def digests() -> Iterator[tuple[date, tuple[Tally, ...]]]:
    """Yield the digests in which something of `MOVES` moved; the pairs are those of the last."""
    days = sorted({date.fromisoformat(day) for moves in MOVES.values() for day in moves})
    for day in days:
        shown = {
            category: max(number for since, number in moves.items() if since <= day.isoformat())
            for category, moves in MOVES.items()
            if min(moves) <= day.isoformat()
        }
        yield day, tallies({"category": shown, **(CELLS if day == DAY else EARLIER)})


def sample() -> Picture:
    *history, (day, published) = digests()
    return impact_picture(history, published, day, K)


def snapshot(canvas: str) -> bytes:
    """Return the pictures below each other, with the corners and on the ground that Discord gives them."""
    drawn = [
        Image.open(io.BytesIO(draw())).convert("RGB") for draw in impact_pictures(translate("en"), sample()).values()
    ]
    height = sum(each.height + EDGE for each in drawn) + EDGE
    sheet = Image.new("RGB", (drawn[0].width + 2 * EDGE, height), CANVASES[canvas])
    top = EDGE
    for each in drawn:
        mask = Image.new("L", each.size)
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, each.width - 1, each.height - 1), RADIUS, fill=255)
        sheet.paste(each, (EDGE, top), mask)
        top += each.height + EDGE
    file = io.BytesIO()
    sheet.save(file, "PNG", optimize=True)
    return file.getvalue()


def place(canvas: str) -> Path:
    return FOLDER / f"impact-{canvas}.png"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in CANVASES:
        place(name).write_bytes(snapshot(name))
