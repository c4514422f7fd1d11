"""What somebody sees who steals everything Steward keeps: rows, files and raw bytes."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from bot.vault.agefiles import NotAKey, identities
from bot.vault.sealing import Identity, Unreadable, open_sealed

AGE = b"age-encryption.org/v1"
PIECE = 64
LONGEST_CELL = 120
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
