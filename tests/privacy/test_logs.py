"""Logs name no one, even where a line was written carelessly."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs

USER = 812_345_678_901_234_561
TOKEN = "MTAyOTM4NDc1NjEwMjkzODQ3NTY.GaBcDe.a-made-up-secret-that-looks-like-one"


@pytest.fixture
def put_back() -> Iterator[None]:
    """Put logs back after the test has set them up."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in logs.QUIET}
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def test_a_careless_line_holds_neither_id_nor_secret(put_back: None, capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("INFO")
    structlog.get_logger().info(
        f"user {USER}", number=USER, several=[USER], nested={"token": TOKEN, USER: 1}, text=TOKEN
    )
    structlog.get_logger().error("failed", error=ValueError(f"for {USER}"))
    logging.getLogger("library").warning("member %s said %s", USER, TOKEN)
    try:
        int(f"Key (user)=({USER}) exists")
    except ValueError:
        logging.getLogger("library").exception("could not save")
        structlog.get_logger().exception("could not save")
    logging.getLogger("discord.http").warning("We are being rate limited on channel %s", USER)
    told = capsys.readouterr().err
    assert "could not save (ValueError)" in told
    assert "[number]" in told
    assert str(USER) not in told
    assert "a-made-up-secret" not in told
    assert "rate limited" not in told
