"""What goes into files that leave Steward: what people typed acts as nothing but itself there. Pure."""

BYTE_ORDER_MARK = "\ufeff"
"""Without it, Excel guesses the letters of a table."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # noqa: RUF001 - the wide ones start formulas too
_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_{}[]<>#|~"})


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: one that would start one gets an apostrophe in front.

    See OWASP, CSV injection.
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def cell(value: object) -> str:
    """Return a quoted cell of a table; only what is no number can act as a formula."""
    text = guarded(value) if isinstance(value, str) else str(value)
    return '"' + text.replace('"', '""') + '"'


def marked(text: str) -> str:
    """Return typed text so that Markdown shows it as typed."""
    return text.translate(_MARKS)
