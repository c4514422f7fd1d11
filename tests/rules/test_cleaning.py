"""Cleaning: what people type is kept whole, and what only hides or breaks text is taken out."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cleaning import clean, one_line
from bot.reports.rules import LONGEST_TEXT, EmptyText, TextTooLong, message_text

NASTY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "\u200b\u200c\u200d\u2060\ufeff\u202e\u2066\x00\r\n\t\u2028\x85\ud800\udfffe\u0301\u0327\ufe0f 🦊\u3164"
        ),
        st.characters(categories=["Mn", "Me", "Cf", "Cc"]),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b\x07c\x1bd\x7fe", "abcde"),
        ("pay\u202eevil\u202c \u2066in\u2069 \u200e\u200f\u061c!", "payevil in !"),
        ("a\u200bb\u2060c\ufeffd\u00ade", "abcde"),
        ("hi\U000e0068\U000e0069\U000e007f", "hi"),
        ("lone \ud800 \udfff", "lone"),
        ("one\r\ntwo\rthree\u2028four\u2029five\x85six\x0bseven", "one\ntwo\nthree\nfour\nfive\nsix\nseven"),
        ("\n\n  both ends \t\n", "both ends"),
        ("tab\tbed", "tab bed"),
        ("e\u0301", "é"),
        ("e\u200b\u0301", "é"),
        ("z" + "\u0336" * 400 + "!", "z" + "\u0336" * 4 + "!"),
        ("z" + "\u0336\u200d" * 400 + "!", "z" + "\u0336\u200d" * 4 + "!"),
        ("a" + "\u200d" * 400 + "b", "a\u200db"),
        ("a\u3164\u115f\u1160\uffa0\u034fb", "ab"),
        (" \u200d x", "x"),
    ],
    ids=[
        "control", "bidi", "zero width", "tags", "lone surrogates", "line ends", "ends", "tab", "composed",
        "composed after cleaning", "zalgo", "zalgo with joiners", "joiners", "blank letters", "joiner before space",
    ],
)  # fmt: skip
def test_what_hides_or_breaks_text_is_taken_out(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@pytest.mark.parametrize(
    "text",
    [
        "می‌خواهم", "क्‍ष", "👩‍💻", "❤️‍🔥", "🏳️‍🌈", "👍🏽",
        "Tiếng Việt", "ที่นี่", "שָׁלוֹם", "日本語", "a\n\nb", "*bold* @everyone <@1>",
    ],
    ids=[
        "Persian", "Hindi", "coder", "heart on fire", "rainbow", "skin tone",
        "Vietnamese", "Thai", "Hebrew", "Japanese", "lines", "mentions",
    ],
)  # fmt: skip
def test_what_languages_and_emoji_need_is_kept(text: str) -> None:
    assert clean(text) == unicodedata.normalize("NFC", text)


@settings(max_examples=300, deadline=None)
@given(NASTY)
def test_cleaning_twice_changes_nothing_more(typed: str) -> None:
    once = clean(typed)
    assert clean(once) == once
    assert one_line(once) == one_line(typed)


@settings(max_examples=300, deadline=None)
@given(NASTY)
def test_what_is_cleaned_can_be_stored_and_shown(typed: str) -> None:
    cleaned = clean(typed)
    cleaned.encode()
    assert not any(unicodedata.category(c) in {"Cc", "Cs", "Co", "Cn"} for c in cleaned.replace("\n", ""))
    assert all(c in "\u200c\u200d" for c in cleaned if unicodedata.category(c) == "Cf")
    assert cleaned == cleaned.strip()
    assert "\n" not in one_line(typed)


@pytest.mark.parametrize("typed", ["", " ", "\x00", "\u200b\u200d", "…!?", "\u3164\u3164", "\u202e", "\u0301"])
def test_nothing_to_read_is_refused(typed: str) -> None:
    with pytest.raises(EmptyText):
        message_text(typed)


def test_the_limit_counts_what_is_kept() -> None:
    assert len(message_text("a" * LONGEST_TEXT + "\u200b" * 500)) == LONGEST_TEXT
    with pytest.raises(TextTooLong) as refused:
        message_text("a" * (LONGEST_TEXT + 1))
    assert refused.value.values == {"limit": LONGEST_TEXT}
