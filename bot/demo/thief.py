"""What somebody sees who steals everything Steward keeps: rows, files and raw bytes."""

import base64
import sqlite3
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from bot.ids import UserId
from bot.vault import shards
from bot.vault.agefiles import NotAKey, identities
from bot.vault.keys import OwnKey
from bot.vault.sealing import Identity, Unreadable, open_sealed

AGE = b"age-encryption.org/v1"
PIECE = 64
LONGEST_CELL = 120
MARK = 16  # bytes of a tag that a roll keeps
MOST_ROWS = 1
SHORT_BLOB = 32  # lookups and random marks; longer ones are sealed texts


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a store, every cell as a thief would read it."""

    store: str
    name: str
    columns: list[str]
    rows: list[list[str]]


def tables(directory: Path) -> Iterator[Table]:
    """Return every table of every store under a directory."""
    for store, name, columns, rows in _stored(directory):
        yield Table(store, name, columns, [[told(value) for value in row] for row in rows])


def sealed(directory: Path) -> set[bytes]:
    """Return everything that is sealed in any store."""
    cells = (cell for *_, rows in _stored(directory) for row in rows for cell in row)
    return {cell for cell in cells if isinstance(cell, bytes) and cell.startswith(AGE)}


def _stored(directory: Path) -> Iterator[tuple[str, str, list[str], list[tuple[object, ...]]]]:
    """Return store, table, columns and rows, from a copy in memory, as a thief would have."""
    for path in files(directory):
        if path.suffix != ".db":
            continue
        with closing(sqlite3.connect(":memory:")) as copy:
            copy.deserialize(path.read_bytes())
            names = copy.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
            for (name,) in names:
                found = copy.execute(f'SELECT * FROM "{name}"')  # noqa: S608 - the names are the store's own
                yield path.name, name, [column[0] for column in found.description], found.fetchall()


def sample(table: Table, width: int) -> list[str]:
    """Return the first rows of a table, wrapped."""
    lines: list[str] = []
    for row in table.rows[:MOST_ROWS]:
        told = " · ".join(f"{column} = {value}" for column, value in zip(table.columns, row, strict=True))
        lines += textwrap.wrap(told, width, subsequent_indent="    ")
    if len(table.rows) > MOST_ROWS:
        lines.append(f"… and {len(table.rows) - MOST_ROWS} more like them")
    return lines


def texts(directory: Path) -> list[str]:
    """Return every text of a person that opens with any key in any file; what they chose from lists is none."""
    keys: list[Identity] = []
    for path in files(directory):
        with suppress(NotAKey):
            keys += identities(path.read_text("latin-1"))
    opened: list[Mapping[str, object]] = []
    for each, key in product(sealed(directory), keys):
        with suppress(Unreadable):
            opened.append(open_sealed(each, key))
    return [str(contents["text"]) for contents in opened if "text" in contents]


@dataclass(frozen=True, slots=True)
class Box:
    """What opens of one poll with its key: an entry for each account that voted, and one for each ballot."""

    roll: list[list[str]]
    ballots: list[list[str]]


def own_keys(directory: Path, thing: str) -> list[str]:
    """Return the key of a poll, a town hall or a search for a time as its file holds it, or nothing once it is gone."""
    return [path.read_text().strip() for path in files(directory) if path.name == f"{thing}.own.key"]


def box(directory: Path, poll: str, key: str) -> Box:
    """Open roll and box of a poll with its stolen key."""
    identity = OwnKey(bytes.fromhex(key)).identity
    rows: dict[str, list[Any]] = {name: found for _, name, _, found in _stored(directory)}
    return Box(
        *(
            shards.all_entries([row[1:] for row in rows[table] if row[0] == poll], identity)
            for table in ("roll_shards", "box_shards")
        )
    )


def mark(key: str, number: int) -> bytes:
    """Return what stands for an account in the roll of a poll: only its key makes it."""
    return base64.b64encode(tag(key, number)[:MARK])


def tag(key: str, number: int) -> bytes:
    """Return what stands for an account wherever this key is used: only the key makes it."""
    return OwnKey(bytes.fromhex(key)).tag(UserId(number))


def of_people(directory: Path, names: Iterable[str]) -> set[bytes]:
    """Return the tags and the sealed texts in these tables: whatever leads to a person, and what one wrote."""
    return {
        cell
        for _, name, columns, rows in _stored(directory)
        if name in names
        for row in rows
        for column, cell in zip(columns, row, strict=True)
        if column in {"tag", "sealed"} and isinstance(cell, bytes)
    }


def sealed_shards(directory: Path) -> set[bytes]:
    """Return what is sealed in rolls and boxes, without the zeros that fill it up."""
    stored = _stored(directory)
    cells = (cell for _, name, _, rows in stored if name.endswith("_shards") for row in rows for cell in row)
    return {cell.rstrip(b"\0") for cell in cells if isinstance(cell, bytes)}


def pieces(content: bytes) -> dict[str, bytes]:
    """Return what to search for so that any 127 bytes in a row that are left of a sealed text are found."""
    return {f"from byte {at}": content[at : at + PIECE] for at in range(0, len(content) - PIECE + 1, PIECE)}


def told(value: object) -> str:
    """Return one stored value in words: what is sealed or random is said to be so."""
    match value:
        case None:
            return "–"
        case bytes() if len(value) > SHORT_BLOB:
            return f"sealed, {len(value):,} bytes"
        case bytes():
            return f"{value.hex()[:8]}… ({len(value)} bytes)"
        case str() if len(value) > LONGEST_CELL:
            return value[:LONGEST_CELL] + "…"
        case _:
            return str(value)


def files(directory: Path) -> list[Path]:
    """Return every file under a directory: stores, journals, keys and logs."""
    return sorted(path for path in directory.rglob("*") if path.is_file())


def forms_of_id(number: int) -> dict[str, bytes]:
    """Return every form in which a Discord id could stand in a file."""
    return {
        "as decimal digits": str(number).encode(),
        "as hexadecimal digits": f"{number:x}".encode(),
        "as 64 bits, big end first": number.to_bytes(8, "big"),
        "as 64 bits, little end first": number.to_bytes(8, "little"),
    }


def forms_of_text(text: str) -> dict[str, bytes]:
    """Return the forms in which a text could stand in a file; large and small letters count as the same."""
    return {"in UTF-8": text.encode().lower(), "in UTF-16": text.encode("utf-16-le").lower()}


def forms_of(typed: str) -> dict[str, bytes]:
    """Return the forms of whatever somebody wants searched: a whole number that may be an id, or a text."""
    wanted = typed.strip()
    is_id = wanted.isascii() and wanted.isdecimal() and int(wanted) < 1 << 64
    return {**forms_of_text(wanted), **(forms_of_id(int(wanted)) if is_id else {})}


def search(directory: Path, forms: Mapping[str, bytes]) -> list[tuple[Path, str]]:
    """Return each file under a directory whose raw bytes hold one of the forms, with the form."""
    return [(path, form) for path in files(directory) for form in _found(path.read_bytes(), forms.items())]


def _found(content: bytes, forms: Iterable[tuple[str, bytes]]) -> list[str]:
    lowered = content.lower()
    return [form for form, sought in forms if sought in content or sought in lowered]
