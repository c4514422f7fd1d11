"""Open the sealed files of cases on an organizer's own computer: no settings, stores or network, no copy on disk."""

import os
import re
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.cleaning import clean, one_line
from bot.operations.refused import OperationRefused
from bot.reports.taxonomy import EARLIER, MONTH_NAMES, QUESTIONS, UNSAID, VALUES, Dimension
from bot.vault import agefiles
from bot.vault.sealing import Identity, Unreadable, open_sealed

HEADERS = (b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----")
MOST_BYTES = 256 * 1024
"""No file of a case is nearly as large: the text in it is padded to 16 KiB at most."""

_NAME = re.compile(r"case-([a-z0-9]{6})-(?:(note)-)?(\d+)(?:-(reporter|report|organizer))?")
_PARTS = {"report": "the report", "reporter": "the reporter wrote", "organizer": "organizers wrote"}


def own_keys(file: Path) -> list[Identity]:
    """Read the private keys in a file; raises `OperationRefused` without repeating any of it."""
    try:
        return agefiles.identities(file.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise OperationRefused(f"The key file {file.absolute()} cannot be read. Check its name and place.") from error
    except agefiles.NotAKey as error:
        raise OperationRefused(
            f"{file.absolute()} holds no private age key. Name the file that age-keygen or --new-key wrote: in it a "
            "line starts with AGE-SECRET-KEY-1. A key file with a passphrase must be opened with age first."
        ) from error


def warning_of(file: Path) -> str | None:
    """Return a sentence if other users of this machine can read a key file."""
    if os.name == "nt" or not stat.S_IMODE(file.stat().st_mode) & 0o077:
        return None
    return f"Other users of this machine can read {file.absolute()}. Close it with: chmod 600 {file.absolute()}"


def opened(file: Path, keys: Sequence[Identity]) -> str:
    """Return what a sealed file of a case says, as it is to be printed; raises `OperationRefused`.

    Anybody can seal a file to a public key, so nothing in it is trusted: what could play tricks on a terminal goes.
    """
    contents = _unsealed(file, _bytes_of(file), keys)
    text, facets = contents.get("text"), contents.get("facets")
    if not isinstance(text, str) or not isinstance(facets, dict | None):
        raise _not_ours(file)
    answers = [] if facets is None else [_answer(str(name), str(value)) for name, value in facets.items()]
    return "\n".join([_heading(file.name), *filter(None, answers), "", clean(text)])


def _bytes_of(file: Path) -> bytes:
    try:
        with file.open("rb") as opened_file:
            sealed = opened_file.read(MOST_BYTES + 1)
    except OSError as error:
        raise OperationRefused(f"{file.absolute()} cannot be read. Check its name and place.") from error
    if not sealed.startswith(HEADERS):
        raise OperationRefused(
            f"{file.absolute()} is not an age file. Name one that /cases handed out; it ends in .age."
        )
    if len(sealed) > MOST_BYTES:
        raise OperationRefused(f"{file.absolute()} is too large to be the file of a case.")
    return sealed


def _unsealed(file: Path, sealed: bytes, keys: Sequence[Identity]) -> Mapping[str, object]:
    is_for_others = True
    for key in keys:
        try:
            contents: object = open_sealed(sealed, key)
        except Unreadable as error:
            is_for_others &= "No matching keys" in str(error.__cause__)
        except (ValueError, RecursionError) as error:
            raise _not_ours(file) from error
        else:
            if not isinstance(contents, dict):
                raise _not_ours(file)
            return contents
    if is_for_others:
        raise OperationRefused(
            f"{file.absolute()} is sealed to other keys than yours. A key opens what came after it was registered."
        )
    raise OperationRefused(f"{file.absolute()} is damaged or cut short. Take it from /cases again.")


def _not_ours(file: Path) -> OperationRefused:
    return OperationRefused(f"{file.absolute()} opens with your key, but it is no part of a case.")


def _heading(name: str) -> str:
    """Say which part of a case a file is: that stands in its name alone."""
    found = _NAME.search(name)
    if found is None:
        return "--- A file whose name says nothing of its case"
    case, note, number, kind = found.groups()
    if note:
        return f"--- Case {case}: note {number} of organizers, which the reporter does not see"
    return f"--- Case {case}: {_PARTS.get(kind, 'a part of it')}"


def _answer(name: str, value: str) -> str | None:
    """Return a question and its answer in words, and as they stand where this version does not know them."""
    if value == UNSAID:
        return None
    if name not in set(Dimension):
        return one_line(f"{name}: {value}")
    dimension = Dimension(name)
    return f"{QUESTIONS[dimension]} {_month(value) if dimension is Dimension.MONTH else _words(dimension, value)}"


def _words(dimension: Dimension, value: str) -> str:
    return VALUES[dimension].get(value, one_line(value))


def _month(value: str) -> str:
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", value, re.ASCII)
    if found is None:
        return "Longer ago" if value == EARLIER else one_line(value)
    return f"{MONTH_NAMES[int(found[2]) - 1]} {found[1]}"
