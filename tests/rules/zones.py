"""Zones whose rules a test knows, whatever zone files this machine has."""

import struct
from functools import cache
from importlib.resources import files
from io import BytesIO
from zoneinfo import ZoneInfo


@cache
def shipped(name: str) -> ZoneInfo:
    """Return a zone as the locked tzdata has it; `ZoneInfo(name)` prefers the machine's files, which may be older."""
    return ZoneInfo.from_file(BytesIO(files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()), key=name)


def made(name: str, rules: str) -> ZoneInfo:
    """Return a zone with these rules for all time, as POSIX writes them, from a zone file without a table (TZif 2)."""
    head = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, 4)
    kind = struct.pack(">lbb", 0, 0, 0) + b"LMT\0"
    return ZoneInfo.from_file(BytesIO((head + kind) * 2 + b"\n" + rules.encode() + b"\n"), key=name)
