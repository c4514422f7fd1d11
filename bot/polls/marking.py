"""What a voter marked, as a short text: on the buttons of an unfinished ballot, and in the box. Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterable

from bot.polls.counting.ballots import BLANK, Ballot, Ballots, NoSuchOption, check_choice, check_names, check_scores
from bot.polls.counting.results import Method
from bot.polls.rules import SCORED, Poll

BLANK_TEXT = "-"
_LETTERS = "abcdefghijklmnopqrstuvwxy"


def written(method: Method, ballot: Ballot) -> str:
    """Return a ballot as text: a letter for each option named, or a digit for each score; `-` for a blank vote."""
    if ballot == BLANK:
        return BLANK_TEXT
    return "".join(str(mark) if method in SCORED else _LETTERS[mark] for mark in ballot)


def read(poll: Poll, text: str) -> Ballot:
    """Return a ballot from its text, which may be forged; raises what the method's own check raises.

    The same marks give the same ballot: options approved are in the order of the poll, not of the clicks.
    """
    method, options = poll.terms.method, poll.choices
    ballot = marks(method, text)
    if method in SCORED:
        check_scores(ballot, options)
    elif method in {Method.SINGLE, Method.MOTION, Method.CONSENT}:
        check_choice(ballot, options)
    else:
        check_names(ballot, options)
    return tuple(sorted(ballot)) if method is Method.APPROVAL else ballot


def marks(method: Method, text: str) -> Ballot:
    """Return what stands on a ballot that need not be finished; raises `NoSuchOption` for what is no mark."""
    if text in {"", BLANK_TEXT}:
        return BLANK
    known = "0123456789" if method in SCORED else _LETTERS
    if len(text) > len(_LETTERS) or not set(text) <= set(known):
        raise NoSuchOption
    return tuple(known.index(mark) for mark in text)


def piled(poll: Poll, texts: Iterable[str]) -> Ballots:
    """Return how often each ballot was cast, for counting."""
    return {read(poll, text): number for text, number in Counter(texts).items()}


def shown_order(poll: Poll, voter: str) -> list[int]:
    """Return the options in an order of this voter's own, the same each time, so that being first helps nobody.

    What can be said to a motion or a proposal stays in its usual order. `voter` is anything that differs by voter.
    """
    if not poll.question.options:
        return list(range(poll.choices))

    def lot(option: int) -> bytes:
        return hashlib.sha256(f"{poll.id} {voter} {option}".encode()).digest()

    return sorted(range(poll.choices), key=lot)
