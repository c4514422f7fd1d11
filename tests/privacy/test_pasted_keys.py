"""The secret half of a key, pasted by mistake: not one byte of it is kept, logged, told or sent back."""

import io
from collections.abc import Iterator
from pathlib import Path

import bech32
import pytest

from bot.demo.world import World
from bot.vault.agefiles import new_identity
from tests.journeys.conftest import Somebody, administrator, somebody, vera, world  # fixtures
from tests.journeys.people import Person
from tests.logs.conftest import written  # fixture

__all__ = ["administrator", "somebody", "vera", "world", "written"]  # fixtures

PIECE = 12


def pieces(secret: str) -> Iterator[bytes]:
    """Yield every form in which a piece of a secret key could lie somewhere."""
    body = secret.removeprefix("AGE-SECRET-KEY-1")
    _, words = bech32.bech32_decode(secret)
    raw = bytes(bech32.convertbits(words or [], 5, 8, pad=False) or [])
    assert len(raw) == 32
    yield from (raw[:PIECE], raw[-PIECE:], raw.hex().encode()[:24], raw.hex().upper().encode()[:24])
    for text in (body, body.lower()):
        for start in range(0, len(text) - PIECE, PIECE):
            yield text[start : start + PIECE].encode()
            yield text[start : start + PIECE].encode("utf-16-le")


def kept(world: World) -> dict[str, bytes]:
    folders = (world.settings.data_dir, world.settings.key_dir)
    return {path.name: path.read_bytes() for folder in folders for path in Path(folder).rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "typed", ["{secret}", "  {lower} ", "# public key: {public}\n{secret}", "{public} and {secret}"]
)
async def test_no_byte_of_a_pasted_secret_key_is_left_anywhere(
    written: io.StringIO,
    world: World,
    vera: Person,
    administrator: Person,
    somebody: Somebody,
    capfd: pytest.CaptureFixture[str],
    typed: str,
) -> None:
    otto = somebody("Otto", "Organizers")
    await administrator.runs("setup")
    await administrator.chooses("guilds:organizers:v1", vera.member, otto.member)
    await administrator.chooses("guilds:channel:v1:organizers", world.channels["organizers"])
    identity = new_identity()
    secret = str(identity)
    text = typed.format(secret=secret, lower=secret.lower(), public=identity.to_public())
    await vera.runs("keys")
    await vera.presses("Register my key")
    await vera.fills_in(key=text)
    assert "secret half" in vera.seen
    await world.later(days=1)
    await world.restart()
    await world.later(days=1)
    captured = capfd.readouterr()
    told = captured.out + captured.err + written.getvalue()
    sent = repr([(entry.path, entry.json) for entry in world.env.http_requests])
    everywhere = {**kept(world), "logs": told.encode(), "requests": sent.encode()}
    assert len(everywhere) > 5
    found = [(name, piece) for name, content in everywhere.items() for piece in pieces(secret) if piece in content]
    assert found == []
    assert b"Register" in everywhere["requests"], "the search does find what is there"
