"""Sealing: only the keys named can open, and the length says one of three things."""

import secrets

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reports.rules import LONGEST_TEXT
from bot.vault.sealing import SIZES, TooLarge, Unreadable, open_sealed, recipient, seal

DESK, REPORTER, STRANGER = (pyrage.x25519.Identity.generate() for _ in range(3))
BOTH = [recipient(DESK), recipient(REPORTER)]


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=3_500))
def test_each_of_the_keys_opens_what_was_sealed_and_a_stranger_does_not(text: str) -> None:
    sealed = seal({"text": text}, BOTH)
    assert open_sealed(sealed, DESK) == open_sealed(sealed, REPORTER) == {"text": text}
    with pytest.raises(Unreadable):
        open_sealed(sealed, STRANGER)
    assert text.encode() not in sealed or len(text) < 4


def payload(sealed: bytes) -> int:
    """Return the length of what follows the header, which age itself makes a little longer by chance."""
    header, mac = sealed.index(b"\n--- "), 1 + 4 + 43 + 1
    return len(sealed) - header - mac


def test_the_length_of_a_sealed_text_is_one_of_three() -> None:
    lengths = {
        payload(seal({"text": letter * length}, BOTH))
        for letter in ("a", "é", "語", "🦊", '"', "\\", "\n")
        for length in (*range(0, LONGEST_TEXT, 97), LONGEST_TEXT)
    }
    assert len(lengths) == len(SIZES) == 3


def test_the_longest_text_fits_whatever_it_is_written_in() -> None:
    for letter in ("🦊", '"', "\\", "\n", "語"):
        seal({"text": letter * LONGEST_TEXT, "facets": {"category": "JOB-SKILL" * 10}}, BOTH)


def test_a_text_that_fits_no_size_is_refused_and_not_cut() -> None:
    with pytest.raises(TooLarge):
        seal({"text": "a" * SIZES[-1]}, BOTH)


def test_the_same_text_sealed_twice_looks_different() -> None:
    assert seal({"text": "again"}, BOTH) != seal({"text": "again"}, BOTH)


@pytest.mark.parametrize(
    "harm", [lambda s: s[:-1], lambda s: s[:-1] + bytes([s[-1] ^ 1]), lambda s: b"", lambda s: b"x"]
)
def test_what_was_tampered_with_is_not_opened(harm: object) -> None:
    assert callable(harm)
    with pytest.raises(Unreadable):
        open_sealed(harm(seal({"text": "whole"}, BOTH)), DESK)


def test_a_sealed_text_is_in_the_open_age_format() -> None:
    assert seal({}, BOTH).startswith(b"age-encryption.org/v1\n-> X25519 ")


def test_a_public_key_that_is_none_is_refused() -> None:
    for wrong in ("", "age1", "AGE-SECRET-KEY-1" + secrets.token_hex(20), str(DESK)):
        with pytest.raises(pyrage.RecipientError):
            seal({"text": "to nobody"}, [wrong])
