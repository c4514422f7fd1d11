"""The checkable list: by which words a voter finds their own ballot, and what is posted of it and when. Pure.

It lets each voter see that their ballot is in the list, unchanged, and lets anybody count again. It does not stop
whoever runs Steward from seeing ballots or from adding some for people who did not vote, and a voter can show theirs to
somebody who presses them. So it is called *checkable* and nothing more.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence

from bot.cleaning import one_line
from bot.refusals import N_, Refusal

CODE_LENGTH = 6
CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0 and O, no 1 and I: people copy them by hand."""
LONGEST_WORDS = 40
LONGEST_WORDS_BYTES = 56
OWN_WORDS = 2
BATCH = 5
LARGEST_BATCH = 100
HASH_LETTERS = 20
"""80 bits in hexadecimal: short enough to compare by eye, too long to make two alike."""


class OwnWordsMissing(Refusal):
    """Fewer or more than two words were written."""

    sentence = N_("Please write two words of your own, with a space between. Nothing was cast; your choices are kept.")


class OwnWordsTooLong(Refusal):
    """The words do not fit."""

    sentence = N_("The two words can have {limit} characters at most. Nothing was cast; your choices are kept.")


class CodeNotOurs(Refusal):
    """The six characters on a ballot are none that Steward gives."""

    sentence = N_(
        "The six characters on this ballot are not from Steward. Nothing was cast; please open the ballot again from "
        "the poll's card."
    )


class TrackerUnknown(Refusal):
    """What was typed can be no tracker."""

    sentence = N_("Please write your two words and the six characters from Steward, with spaces between.")


def is_code(text: str) -> bool:
    """Tell whether a text, which may be forged, has the form of the six characters that Steward gives."""
    return len(text) == CODE_LENGTH and set(text) <= set(CODE_LETTERS)


def tracker(words: str, code: str) -> str:
    """Return what stands beside a ballot in the list: a voter's own two words, and six characters from Steward.

    The words keep two voters from being given one tracker; the characters keep words from being guessed. Raises
    `CodeNotOurs`, `OwnWordsMissing` or `OwnWordsTooLong`.
    """
    if not is_code(code):
        raise CodeNotOurs
    own = one_line(words).casefold()
    if len(own.split()) != OWN_WORDS:
        raise OwnWordsMissing
    if len(own) > LONGEST_WORDS or len(own.encode()) > LONGEST_WORDS_BYTES:
        raise OwnWordsTooLong(limit=LONGEST_WORDS)
    return f"{own} {code}"


def tracker_typed(text: str) -> str:
    """Return a tracker as somebody types it again, in any case; raises `TrackerUnknown`."""
    words, _, code = one_line(text).rpartition(" ")
    if not is_code(code.upper()):
        raise TrackerUnknown
    try:
        return tracker(words, code.upper())
    except Refusal:
        raise TrackerUnknown from None


def hashed(known: str) -> str:
    """Return what is posted of a tracker while its poll is open: the start of its SHA-256, in hexadecimal."""
    return hashlib.sha256(known.encode()).hexdigest()[:HASH_LETTERS]


def next_batch(trackers: Iterable[str], posted: Collection[str]) -> list[str]:
    """Return the hashes to post next, sorted: in fives, and none while fewer than five are new.

    Which of the new ones are left for later is decided by their hashes, so it says nothing of who voted when.
    """
    new = sorted({hashed(each) for each in trackers} - set(posted))
    return new[: min(len(new), LARGEST_BATCH) // BATCH * BATCH]


def listed(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return each tracker with the ballot it stands for, in the order of their hashes, which says nothing."""
    return sorted(pairs, key=lambda pair: (hashed(pair[0]), pair))


def list_hash(pairs: Sequence[tuple[str, str]]) -> str:
    """Return SHA-256 over the list as it is handed out, a line each: `tracker<TAB>ballot<LF>`, in UTF-8."""
    return hashlib.sha256("".join(f"{known}\t{ballot}\n" for known, ballot in pairs).encode()).hexdigest()
