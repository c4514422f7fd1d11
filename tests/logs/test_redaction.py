"""Nothing that a person wrote, is or did gets into a line, whatever path it takes."""

import asyncio
import io
import logging
import secrets
import sqlite3
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pyrage
import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot import logs, mishaps
from bot.client import StewardClient
from bot.database.engine import Database
from bot.demo.world import open_world
from tests.journeys.conftest import CHEAP
from tests.journeys.people import Person

MARKER = "Zaubernuss 8-fach"
log = structlog.get_logger("bot.trial")
library = logging.getLogger("discord.http")


def fails(message: str = MARKER) -> None:
    secret_local = message
    raise ValueError(secret_local)


SECRETS = {
    "a Discord id": "1234567890123456789",
    "an id of fifteen digits": "123456789012345",
    "a bot token": f"{'M' * 26}.Gabcde.{'x' * 38}",
    "a webhook token": secrets.token_urlsafe(51),
    "an interaction token": "aW50ZXJhY3Rpb246" + "MTIz" * 40,
    "an address with ids": "https://discord.com/api/v10/channels/1/messages",
    "an address with a password": "postgresql://steward:hunter2@localhost/steward",
    "a mail address": "ana.worker@example.org",
    "an age key": str(pyrage.x25519.Identity.generate()),
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_secrets_and_ids_are_cut(written: io.StringIO, secret: str) -> None:
    line = f"before {secret} after"
    log.warning(line, where=f"({secret})", number=int(secret) if secret.isdigit() else 7)
    logging.getLogger("discord.client").error(line)
    told = written.getvalue()
    assert told.count("before") == 2
    assert told.count("after") == 2
    assert secret.lower() not in told.lower()
    assert "hunter2" not in told


def test_ids_that_are_allowed_stay(written: io.StringIO) -> None:
    logs.set_up("INFO", allowed=frozenset({1234567890123456789}), stream=written)
    log.info("guild", guild=1234567890123456789, other=1234567890123456780)
    assert "guild=1234567890123456789 other=[number]" in written.getvalue()


def test_what_says_nothing_of_anybody_stays(written: io.StringIO) -> None:
    log.info("message can't be sent, it's put off", kind="digest", reason="closed 50001", tries=3)
    assert """event="message can't be sent, it's put off" kind=digest reason="closed 50001" tries=3""" in (
        written.getvalue()
    )


@pytest.mark.parametrize("quoted", [f"'{MARKER}'", f'"{MARKER}"', f"`{MARKER}`", f"“{MARKER}”", f"«{MARKER}»"])
def test_quotations_are_cut(written: io.StringIO, quoted: str) -> None:
    log.info("no such thing", told=f"as {quoted} here")
    assert 'told="as [quoted] here"' in written.getvalue()


def test_a_value_of_any_other_type_is_only_named(written: io.StringIO) -> None:
    log.info("odd", one={"text": MARKER}, two=[MARKER], three=MARKER.encode(), four=ValueError(MARKER))
    assert 'one=dict two=list three=bytes four="ValueError at elsewhere"' in written.getvalue()


def test_an_error_is_told_by_class_code_and_place(written: io.StringIO) -> None:
    try:
        mishaps.number(None)  # type: ignore[arg-type] # breaks inside our own code
    except AttributeError as error:
        log.error("broke", error=error)
        log.exception("broke again")
    assert written.getvalue().count('error="AttributeError at bot.mishaps:') == 2
    assert "Traceback" not in written.getvalue()


async def database_error(directory: Path) -> BaseException:
    database = Database.at(f"sqlite+aiosqlite:///{directory / 'trial.db'}")
    try:
        async with database.begin() as connection:
            await connection.execute(text("CREATE TABLE people (name TEXT PRIMARY KEY)"))
            for _ in range(2):
                await connection.execute(text(f"INSERT INTO people VALUES ('{MARKER}')"))
    except IntegrityError as error:
        return error
    finally:
        await database.close()
    raise AssertionError("the database took it twice")


async def test_an_error_of_a_database_tells_its_code_and_no_value(written: io.StringIO, tmp_path: Path) -> None:
    error = await database_error(tmp_path)
    assert MARKER in str(error)
    log.error("job failed", error=error)
    assert 'error="IntegrityError SQLITE_CONSTRAINT_PRIMARYKEY at elsewhere"' in written.getvalue()


def in_a_thread() -> None:
    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()


def as_a_finalizer() -> None:
    class Falls:
        def __del__(self) -> None:
            fails()

    Falls()


def as_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = logs._on_warning  # `catch_warnings` has put its own back
        warnings.warn(MARKER, UserWarning, stacklevel=1)


def by_a_library() -> None:
    try:
        fails()
    except ValueError:
        library.exception("Ignoring exception in %s", MARKER)


def by_a_formatting_mistake() -> None:
    logging.getLogger("discord.client").error("%d of %d", MARKER)  # noqa: PLE1206 - the mistake


QUIET_PATHS: list[Callable[[], None]] = [in_a_thread, as_a_finalizer, as_a_warning, by_a_library]


@pytest.mark.parametrize("path", QUIET_PATHS, ids=lambda path: path.__name__)
def test_what_may_happen_while_somebody_acts_is_only_counted(
    written: io.StringIO, capfd: pytest.CaptureFixture[str], path: Callable[[], None]
) -> None:
    path()
    assert written.getvalue() == ""
    assert capfd.readouterr() == ("", "")
    assert mishaps.take().total() == 1


def test_a_library_that_formats_wrongly_prints_nothing(written: io.StringIO, capfd: pytest.CaptureFixture[str]) -> None:
    by_a_formatting_mistake()
    assert MARKER not in written.getvalue()
    assert capfd.readouterr() == ("", "")


async def test_tasks_that_fail_alone_are_only_counted(written: io.StringIO, capfd: pytest.CaptureFixture[str]) -> None:
    logs.watch_loop()
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    loop.call_soon(fails)
    task = asyncio.ensure_future(asyncio.to_thread(fails))
    task.add_done_callback(lambda _: done.set_result(None))
    await done
    del task
    loop.call_exception_handler({"message": MARKER})
    assert written.getvalue() == ""
    assert capfd.readouterr() == ("", "")
    assert mishaps.take() == {"ValueError at elsewhere": 2, "trouble told by asyncio": 1}


def test_a_library_keeps_no_handler_of_its_own(written: io.StringIO, capfd: pytest.CaptureFixture[str]) -> None:
    sqlalchemy = logging.getLogger("sqlalchemy")
    sqlalchemy.addHandler(logging.StreamHandler())
    logs.set_up("INFO", stream=written)
    sqlalchemy.error(MARKER)
    assert sqlalchemy.handlers == []
    assert written.getvalue() == ""
    assert capfd.readouterr() == ("", "")


def test_an_uncaught_error_is_told_without_its_text(written: io.StringIO) -> None:
    try:
        fails()
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    assert 'level=critical event="stopped by an error" error="ValueError at elsewhere"' in written.getvalue()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert len(written.getvalue().splitlines()) == 1


async def a_listener_fails(client: StewardClient) -> None:
    try:
        fails()
    except ValueError:
        await StewardClient.on_error(client, "on_message", MARKER)  # not the one that the simulator puts in its place


async def test_what_discord_echoes_and_cogs_raise_is_only_counted(written: io.StringIO, data_dir: Path) -> None:
    async with open_world(data_dir.parent, stretching=CHEAP) as world:
        ana = Person(world, world.person("Ana"))
        with world.env.time_context():
            world.env.inject_error("POST", "/interactions/*/*/callback", status=400, message=MARKER, times=1)
            await ana.member.slash(world.channels["general"], "report file")
            await a_listener_fails(world.steward.client)
        with sqlite3.connect(world.settings.database_path) as other:
            other.execute("ALTER TABLE guilds RENAME TO gone")
        await ana.runs("report file")
        assert "something went wrong on Steward's side" in ana.seen
        shown = ana.seen.rsplit(": ", 1)[1].strip()
        with sqlite3.connect(world.settings.database_path) as other:
            other.execute("ALTER TABLE gone RENAME TO guilds")
    assert written.getvalue().count("\n") <= 1, "nothing but that the commands were told to Discord"
    counted = mishaps.take()
    assert shown in {mishaps.number(fault) for fault in counted}
    assert any(fault.startswith("OperationalError SQLITE_ERROR at bot.") for fault in counted)
    assert {"HTTPException", "ValueError"} < {fault.split()[0] for fault in counted}
    assert MARKER not in str(counted)


def test_a_client_error_tells_its_status() -> None:
    error = aiohttp.ClientResponseError(None, (), status=502, message=MARKER)  # type: ignore[arg-type] # only its status is read
    assert mishaps.describe(error) == "ClientResponseError 502 at elsewhere"
