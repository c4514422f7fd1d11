"""What an organizer may register as a key of their own: a public one, and never the secret half."""

from contextlib import suppress

import bech32
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guilds.rules import NotAPublicKey, PrivateKeyPasted, public_key_in, short_key
from bot.vault.agefiles import new_identity
from bot.vault.sealing import recipient
from tests.house import ORGANIZER, House

PRIME = 2**255 - 19
POINTS = (
    0,
    1,
    PRIME - 1,
    PRIME,
    PRIME + 1,
    2**255,
    325606250916557431795983626356110631294008115727848805560023387167927233504,
)
LOW_ORDER = [
    bech32.bech32_encode("age", bech32.convertbits(point.to_bytes(32, "little"), 8, 5) or []) for point in POINTS
]
"""Keys in the right form to which nothing can be sealed: trying takes the process down."""


@pytest.mark.parametrize(
    "typed",
    [
        "{secret}",
        "  {secret}\n",
        "{lower}",
        "my key is {secret}, please use it",
        "# created: 2026-01-01\n# public key: {public}\n{secret}",
        "{public} {secret}",
        "AGE-SECRET- KEY-1 {secret}",
        "A\u200bGE-SECRET-KEY-1QQQ",
        "".join(chr(ord(letter) + 0xFEE0) for letter in "AGE-SECRET-KEY-1QQQ"),  # as wide letters
        "AGE-SECRET-KEY-PQ-1QQQ",
        "AGE SECRET KEY 1QQQ",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
    ],
)
async def test_the_secret_half_of_a_key_is_refused_and_not_repeated(house: House, typed: str) -> None:
    await house.set_up()
    identity = new_identity()
    secret = str(identity)
    text = typed.format(secret=secret, lower=secret.lower(), public=identity.to_public())
    with pytest.raises(PrivateKeyPasted) as refused:
        await house.guilds.own_key(ORGANIZER, text)
    told = f"{refused.value!r} {refused.value} {refused.value.values} {refused.value.sentence}"
    assert secret[20:40].lower() not in told.lower()


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIfhFmDBtPhqBVbNnE0LhzGmzAFYEm2S3CIGOwcQUDzm nina@home",
        "age1",
        "age1" + "q" * 58,
        *LOW_ORDER,
        "age1pq1" + "q" * 55,
        "age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t",
        "a" * 400,
        "lost",
    ],
)
async def test_what_is_no_public_age_key_is_refused_kindly(house: House, typed: str) -> None:
    await house.set_up()
    with pytest.raises(NotAPublicKey):
        await house.guilds.own_key(ORGANIZER, typed)


async def test_two_keys_at_once_are_refused(house: House) -> None:
    await house.set_up()
    with pytest.raises(NotAPublicKey):
        await house.guilds.own_key(ORGANIZER, f"{recipient(new_identity())} {recipient(new_identity())}")


async def test_a_public_key_is_found_as_people_copy_it(house: House) -> None:
    await house.set_up()
    key = recipient(new_identity())
    for typed in (key, f"  {key}\n", key.upper(), f"# public key: {key}", f"Public key: {key}\nPublic key: {key}"):
        assert await house.guilds.own_key(ORGANIZER, typed) == key
    assert short_key(key) == f"{key[:12]}…{key[-6:]}"


@given(st.text())
def test_anything_typed_as_a_key_is_taken_or_refused(text: str) -> None:
    with suppress(PrivateKeyPasted, NotAPublicKey):
        assert public_key_in(text).startswith("age1")
