"""One town hall several times over, keys included, so that only what people do in it can make a difference."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from bot.townhalls.rules import TownHall
from tests.clock import FixedClock
from tests.conftest import address
from tests.house import House
from tests.services.halls import halls_of, scheduled

TABLES = {
    "attending": "hall, tag, answer, seat",
    "asked": "hall, tag, id, state, reason",
    "upvotes": "hall, question, tag",
    "slot_answers": "poll, tag, answers",
}
"""What the vault keeps of a town hall but what is sealed: sealed anew, the same words look and measure otherwise."""


async def twins(folder: Path, number: int) -> tuple[TownHall, list[Path]]:
    """Schedule a town hall and return it with so many copies of the house that it is in."""
    first = folder / "0"
    first.mkdir()
    async with House(first, address(first), FixedClock()) as house:
        await halls_of(house)
        hall = await scheduled(house, hours=200)
    copies = [shutil.copytree(first, folder / str(each)) for each in range(1, number)]
    return hall, [first, *copies]


def entered(folder: Path) -> House:
    """Return the house in a folder, at the hour at which all its copies were made."""
    return House(folder, address(folder), FixedClock())


async def rows(house: House) -> dict[str, Sequence[tuple[object, ...]]]:
    """Return every row about gatherings, in the order in which the vault hands them out."""

    async def select(connection: object) -> dict[str, Sequence[tuple[object, ...]]]:
        return {
            table: [
                tuple(row)
                for row in await connection.execute_fetchall(f"SELECT {columns} FROM {table}")  # type: ignore[attr-defined]
            ]
            for table, columns in TABLES.items()
        }

    return await house.vault.read(select)


def places(house: House, marks: Sequence[bytes]) -> list[int]:
    """Return where each mark stands first in the vault's file."""
    content = (house.directory / "vault.db").read_bytes()
    return [content.index(mark) for mark in marks]


def in_file_order(house: House, marks: Sequence[bytes]) -> list[bytes]:
    """Return the marks as they follow each other in the vault's file."""
    found = places(house, marks)
    return [mark for _, mark in sorted(zip(found, marks, strict=True))]
