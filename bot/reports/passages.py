"""Which passages of a report may be quoted: what stands in it word for word, and nothing else. Pure."""

import re
import unicodedata

from bot.cleaning import one_line
from bot.refusals import N_, Refusal
from bot.reports.rules import EmptyText, Facets
from bot.reports.taxonomy import Dimension

LONGEST_QUOTE = 500
"""Characters of one quote, its cuts included."""

MOST_QUOTES = 3
"""Quotes from one case: more would let one report speak for all."""

CUT = "…"

_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+(?:[.,:'’@&/_-]+(?:[^\W_]|[\u0300-\u036f])+)*")


class NotWordForWord(Refusal):
    """What was chosen does not stand in the report as it was typed."""

    sentence = N_(
        "A quote must stand in the report word for word, and the report allows nothing else. Only leave words out at "
        "the beginning and at the end; to leave some out in between, put “ … ” there and keep the order. Nothing was "
        "kept."
    )


class QuoteTooLong(Refusal):
    """The passage is longer than a paper should quote."""

    sentence = N_("This quote is too long: at most {limit} characters. Nothing was kept; please cut it down.")


class TooManyQuotes(Refusal):
    """As many passages of this case are chosen as may be."""

    sentence = N_("There are {limit} quotes from this case already. Take one back first.")


class NotToBeQuoted(Refusal):
    """The case is not confirmed, is joined to another, cannot be opened here, or its reporter allows no quotes."""

    sentence = N_(
        "Nothing of this case can be quoted. It takes a reporter who allowed it word for word, a case that is "
        "confirmed and not joined to another, and a report that opens here."
    )


def allows_quotes(facets: Facets) -> bool:
    """Tell whether a reporter lets organizers quote them word for word."""
    return facets[Dimension.CONSENT] == "quote"


def passage(report: str, typed: str) -> str:
    """Return what was chosen of a report on one line, if it stands there word for word.

    White space and line ends are set aside, and nothing else is: not case, not marks, not half a word. Where “ … ”
    stands between two passages, both must stand in the report, in this order. Raises `EmptyText`, `QuoteTooLong` or
    `NotWordForWord`.
    """
    whole, chosen = one_line(report), one_line(typed)
    if not any(character.isalnum() for character in chosen):
        raise EmptyText
    if len(chosen) > LONGEST_QUOTE:
        raise QuoteTooLong(limit=LONGEST_QUOTE)
    inside = {place for word in _WORD.finditer(whole) for place in range(word.start() + 1, word.end())}
    if _found(whole, chosen, 0, inside) is None:
        at = 0
        for piece in chosen.split(f" {CUT} "):
            end = _found(whole, piece, at, inside)
            if end is None:
                raise NotWordForWord
            at = end
    return chosen


def _found(whole: str, piece: str, begin: int, inside: set[int]) -> int | None:
    """Return where the first occurrence of a piece ends that cuts no word in two, at or after `begin`."""
    start = whole.find(piece, begin) if any(character.isalnum() for character in piece) else -1
    while start >= 0:
        end = start + len(piece)
        if not any(place in inside and not _may_part(whole, place) for place in (start, end)):
            return end
        start = whole.find(piece, start + 1)
    return None


def _may_part(whole: str, place: int) -> bool:
    """Tell whether the script puts no spaces between words, so that any two letters may part here."""
    return all(unicodedata.category(letter) == "Lo" for letter in whole[place - 1 : place + 1])
