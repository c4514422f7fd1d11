"""Case codes: the same for the same form, different on every server, forgiving of how they are typed."""

import secrets
from typing import Any

import pyrage
import pytest
from argon2.low_level import hash_secret_raw
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ids import Lookup
from bot.vault import codes as module
from bot.vault.codes import BITS_PER_WORD, WORDS, Codes, Stretching, new_token
from bot.vault.sealing import open_sealed, seal
from tests.house import CHEAP

CODES = Codes(bytes(range(32)), CHEAP)
TOKEN = "a-form-opened-once"
CODE = CODES.code_for(TOKEN)


def given_by(typed: str) -> tuple[bytes, str]:
    reporter = CODES.stretch(typed)
    return reporter.lookup, str(reporter.identity)


def test_the_same_form_gives_the_same_code_also_after_a_restart() -> None:
    assert Codes(bytes(range(32)), CHEAP).code_for(TOKEN) == CODE
    assert given_by(CODE) == given_by(CODE)
    assert len(CODE.split()) == WORDS == 8


def test_another_form_or_another_server_gives_another_code() -> None:
    others = {Codes(secrets.token_bytes(32), CHEAP).code_for(TOKEN) for _ in range(20)}
    others |= {CODES.code_for(new_token()) for _ in range(20)}
    assert len(others | {CODE}) == 41


def test_the_same_words_on_another_server_find_nothing() -> None:
    foreign = Codes(secrets.token_bytes(32), CHEAP).stretch(CODE)
    own = CODES.stretch(CODE)
    assert foreign.lookup != own.lookup
    assert foreign.key != own.key


def test_every_word_of_the_list_is_used() -> None:
    words = {word for _ in range(4_000) for word in CODES.code_for(new_token()).split()}
    assert len(words) == 1 << BITS_PER_WORD


@pytest.mark.parametrize(
    "typed",
    [
        CODE.upper(),
        CODE.title(),
        f"  {CODE}\n",
        CODE.replace(" ", "-"),
        CODE.replace(" ", " - "),
        CODE.replace(" ", "\u00a0"),
        CODE.replace(" ", "   "),
        CODE.replace(" ", "\n"),
        "".join(chr(ord(letter) + 0xFEE0) if letter.isalpha() else letter for letter in CODE),
    ],
    ids=[
        "capitals",
        "title",
        "spaces around",
        "hyphens",
        "spaced hyphens",
        "hard spaces",
        "wide",
        "lines",
        "full width",
    ],
)
def test_a_code_is_found_however_it_is_typed(typed: str) -> None:
    assert given_by(typed) == given_by(CODE)


@pytest.mark.parametrize(
    "typed",
    ["", " ", CODE.rsplit(" ", 1)[0], f"{CODE} zoo", " ".join(reversed(CODE.split())), "\ud800", "\x00", "🦊" * 10_000],
    ids=["empty", "blank", "a word less", "a word more", "other order", "lone surrogate", "NUL", "very long"],
)
def test_other_words_find_something_else_and_are_no_error(typed: str) -> None:
    assert CODES.stretch(typed).lookup != CODES.stretch(CODE).lookup


@pytest.mark.parametrize("typed", ["", "wrong", CODE, "🦊" * 10_000], ids=["empty", "wrong", "right", "very long"])
def test_every_code_right_or_not_is_stretched_with_the_full_cost(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time would tell them apart; what is done is compared, since time on a busy machine is no measure."""
    done: list[tuple[int, int]] = []

    def counted(secret: bytes, salt: bytes, **options: Any) -> bytes:
        done.append((options["time_cost"], options["memory_cost"]))
        return hash_secret_raw(secret, salt, **options)

    monkeypatch.setattr(module, "hash_secret_raw", counted)
    Codes(bytes(range(32)), Stretching(2, 64)).stretch(typed)
    assert done == [(2, 64)]


def test_the_usual_cost_is_no_toy() -> None:
    assert Stretching() == Stretching(passes=2, memory=19 * 1024)


def test_the_key_of_a_code_opens_what_was_sealed_to_it_and_no_other_does() -> None:
    reporter = CODES.stretch(CODE)
    sealed = seal({"text": "you were right"}, [reporter.key])
    assert open_sealed(sealed, reporter.identity) == {"text": "you were right"}
    assert str(pyrage.x25519.Identity.from_str(str(reporter.identity)).to_public()) == reporter.key


def test_nothing_printed_by_accident_holds_the_key() -> None:
    reporter = CODES.stretch(CODE)
    assert str(reporter.identity) not in repr(reporter)
    assert CODE not in repr(reporter)


def test_a_pass_is_good_for_its_case_and_purpose_only() -> None:
    lookup, other = CODES.stretch(CODE).lookup, Lookup(bytes(32))
    given_pass = CODES.pass_for("answer", lookup)
    assert CODES.is_pass(given_pass, "answer", lookup)
    refused = [
        CODES.is_pass(given_pass, "answer", other),
        CODES.is_pass(given_pass, "close", lookup),
        Codes(bytes(32), CHEAP).is_pass(given_pass, "answer", lookup),
        *(CODES.is_pass(wrong, "answer", lookup) for wrong in ("", given_pass[:-1], given_pass + "0", "é", "\ud800")),
    ]
    assert refused == [False] * len(refused)


def test_an_answer_is_known_again_by_its_form() -> None:
    assert CODES.answer_id(TOKEN) == CODES.answer_id(TOKEN)
    assert len(CODES.answer_id(TOKEN)) == 16
    assert CODES.answer_id(TOKEN) != CODES.answer_id(new_token())


def test_a_token_has_128_bits_and_fits_a_custom_id() -> None:
    tokens = {new_token() for _ in range(1_000)}
    assert len(tokens) == 1_000
    assert {len(token) for token in tokens} == {22}


@settings(deadline=None, max_examples=50)
@given(st.text())
def test_no_token_that_can_be_forged_is_an_error(token: str) -> None:
    assert len(CODES.code_for(token).split()) == WORDS
    CODES.stretch(token)
    CODES.answer_id(token)
