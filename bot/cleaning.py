"""Clean what people type before anything is decided on it or shown of it. Pure."""

import re
import unicodedata

# Joiners stay: Persian, the Indic scripts and many emoji cannot be written without them.
_JOINERS = "\u200c\u200d"
# Counted as letters or marks, yet nothing is seen of them.
_BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
_ENDS = re.compile(rf"\A[\s{_JOINERS}]+|[\s{_JOINERS}]+\Z")
_LINE_ENDS = re.compile("\r\n|\r|\u2028|\u2029|\x85|\x0b|\x0c")
_MARKS_IN_A_ROW = 4  # enough for Vietnamese, Thai and Hebrew; stacks beyond it only hide text


def clean(text: str) -> str:
    r"""Return `text` without control, bidi, zero-width and tag characters, lone surrogates and stacked marks.

    Keeps line ends as `\n` and trims the outside. The result can be stored, sealed and shown.
    """
    visible = "".join(character for character in _LINE_ENDS.sub("\n", text).replace("\t", " ") if _shows(character))
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", visible):  # only now: what was taken out stood between them
        if character in _JOINERS:
            if kept and kept[-1] not in _JOINERS:  # one joins as well as many, and does not begin the marks anew
                kept.append(character)
            continue
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= _MARKS_IN_A_ROW:
            kept.append(character)
    return _ENDS.sub("", "".join(kept))


def _shows(character: str) -> bool:
    if character in _BLANKS:
        return False
    hidden = unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"}
    return not hidden or character == "\n" or character in _JOINERS


def one_line(text: str) -> str:
    """Return cleaned text on one line, for titles and names."""
    return " ".join(clean(text).split())
