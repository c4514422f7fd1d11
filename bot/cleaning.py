"""Clean what people type before anything is decided on it or shown of it. Pure."""

import re
import unicodedata

# Joiners stay: Persian, the Indic scripts and many emoji cannot be written without them.
_JOINERS = "\u200c\u200d"
_LINE_ENDS = re.compile("\r\n|\r|\u2028|\u2029|\x85|\x0b|\x0c")
_MARKS_IN_A_ROW = 4  # enough for Vietnamese, Thai and Hebrew; stacks beyond it only hide text


def clean(text: str) -> str:
    r"""Return `text` without control, bidi, zero-width and tag characters, lone surrogates and stacked marks.

    Keeps line ends as `\n` and trims the outside. The result can be stored, sealed and shown.
    """
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text)):
        category = unicodedata.category(character)
        if character == "\t":
            kept.append(" ")
            continue
        if category in {"Cc", "Cf", "Cs", "Co", "Cn"} and character != "\n" and character not in _JOINERS:
            continue
        marks = marks + 1 if category in {"Mn", "Me"} else 0
        if marks <= _MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept).strip().strip(_JOINERS)


def one_line(text: str) -> str:
    """Return cleaned text on one line, for titles and names."""
    return " ".join(clean(text).split())
