"""Search raw bytes, as a thief would, for who reported, what, and when."""

import re
import struct
import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

START = 6
DISCORD_EPOCH_MS = 1_420_070_400_000


@dataclass(frozen=True)
class Filing:
    """One report as nobody but its reporter may know it."""

    user_id: int
    name: str
    text: str
    at: datetime


@dataclass(frozen=True, order=True)
class Finding:
    """Where and in which form something was found; `number` says of which filing, or at how many ms of the run.

    Two runs that differ in everything but their course find a true leak in the same place of that course. What is
    met by chance in ciphertext does not come twice.
    """

    file: str
    form: str
    number: int


def snowflake(at: datetime, low: int = 0) -> int:
    """Return an id that Discord could have made at an instant."""
    return milliseconds(at) - DISCORD_EPOCH_MS << 22 | low


def milliseconds(at: datetime) -> int:
    """Return milliseconds since 1970."""
    return microseconds(at) // 1000


def microseconds(at: datetime) -> int:
    """Return microseconds since 1970, exactly."""
    whole = int(at.timestamp())
    return whole * 1_000_000 + at.microsecond


def forms(filing: Filing) -> Iterator[tuple[str, bytes]]:
    """Yield every way to write down who filed, what and when."""
    yield from numbers("id", filing.user_id)
    yield "name", filing.name.encode()
    yield "name in UTF-16", filing.name.encode("utf-16-le")
    yield "text", filing.text.encode()
    for name, moment in (
        ("time in s", int(filing.at.timestamp())),
        ("time in ms", milliseconds(filing.at)),
        ("time in µs", microseconds(filing.at)),
    ):
        yield from numbers(name, moment)
    yield "time in s, little-endian 32", struct.pack("<I", int(filing.at.timestamp()))
    yield "time in s, big-endian 32", struct.pack(">I", int(filing.at.timestamp()))
    for name, length in (("seconds", 19), ("whole", 26)):
        yield f"ISO {name}", filing.at.isoformat()[:length].encode()
        yield f"ISO {name}, with a space", filing.at.isoformat(" ")[:length].encode()
    yield "ISO basic", filing.at.strftime("%Y%m%dT%H%M%S").encode()


def numbers(what: str, number: int) -> Iterator[tuple[str, bytes]]:
    """Yield every way to write a number down."""
    yield f"{what}, decimal", str(number).encode()
    yield f"{what}, hex", f"{number:x}".encode()
    yield f"{what}, HEX", f"{number:X}".encode()
    yield f"{what}, little-endian", struct.pack("<Q", number)
    yield f"{what}, big-endian", struct.pack(">Q", number)


def find(
    contents: Mapping[str, bytes], filings: Sequence[Filing], begun: datetime, ended: datetime, public: frozenset[int]
) -> set[Finding]:
    """Return everything found in `contents`, each by the name of its file."""
    found = set()
    for file, content in contents.items():
        starts = {
            content[place : place + START] for place in range(len(content))
        }  # looked up at once, unlike the bytes
        for number, filing in enumerate(filings):
            for form, needle in forms(filing):
                if (len(needle) < START or needle[:START] in starts) and needle in content:
                    found.add(Finding(file, form, number))
        for form, value in snowflakes(content, snowflake(begun), snowflake(ended, 2**22 - 1)):
            if value not in public:
                at = (value >> 22) + DISCORD_EPOCH_MS - milliseconds(begun)
                found.add(Finding(file, f"snowflake, {form}", at))
    return found


def snowflakes(content: bytes, least: int, most: int) -> Iterator[tuple[str, int]]:
    """Yield every number in a range, from every decimal and hexadecimal run and every window of eight bytes."""
    for form, base, pattern in (("decimal", 10, rb"(?=(\d{%d}))"), ("hex", 16, rb"(?=([0-9a-fA-F]{%d}))")):
        digits = {len(str(least)), len(str(most))} if base == 10 else {len(f"{least:x}"), len(f"{most:x}")}
        for length in digits:
            for run in re.finditer(pattern % length, content):
                if least <= (value := int(run[1], base)) <= most:
                    yield form, value
    for offset in range(8):
        windows = array("Q", content[offset : offset + (len(content) - offset) // 8 * 8])
        for swapped in (False, True):
            if swapped:
                windows.byteswap()
            little = (sys.byteorder == "little") != swapped
            for value in windows:
                if least <= value <= most:
                    yield "little-endian" if little else "big-endian", value
