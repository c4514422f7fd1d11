"""What would write memory or messages to a disk stops the start with a sentence and its fix."""

import logging
import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import guards
from bot.guards import UnsafeToStart

CHECKOUT = Path(__file__).parents[1]


@pytest.fixture
def logger(request: pytest.FixtureRequest) -> Iterator[logging.Logger]:
    logger = logging.getLogger(request.param)
    before = logger.level
    yield logger
    logger.setLevel(before)


def start(directory: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {"STEWARD_DATA_DIR": str(directory / "data"), "STEWARD_KEY_DIR": str(directory / "keys")}
    settings["DISCORD_TOKEN"] = f"{'M' * 26}.Gabcde.{'x' * 38}"
    env = {"PATH": os.environ["PATH"], **settings, **environment}
    command = [sys.executable, *options, "-m", "bot", "start"]
    return subprocess.run(command, cwd=CHECKOUT, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", guards.DEBUGGING)
def test_debugging_is_refused(name: str) -> None:
    guards.refuse_debugging({})
    guards.refuse_debugging({name: ""})
    with pytest.raises(UnsafeToStart, match=f"{name} is set"):
        guards.refuse_debugging({name: "1"})


def test_the_start_ends_with_the_sentence_and_no_traceback(tmp_path: Path) -> None:
    ended = start(tmp_path, PYTHONASYNCIODEBUG="1")
    told = "PYTHONASYNCIODEBUG is set. It prints what people write. Unset it and start again.\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", told)
    assert list(tmp_path.iterdir()) == [], "refused before anything is made"


def test_the_development_mode_is_refused(tmp_path: Path) -> None:
    ended = start(tmp_path, "-X", "dev")
    assert ended.returncode == 1
    assert "Start without -X dev." in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("logger", ["discord", "discord.http", "aiohttp.client", "aiosqlite"], indirect=True)
def test_a_library_set_to_debug_is_refused(logger: logging.Logger) -> None:
    logger.setLevel(logging.INFO)
    guards.refuse_talkative_loggers()
    logger.setLevel(logging.DEBUG)
    with pytest.raises(UnsafeToStart, match=f"The logger {re.escape(logger.name)} is set to DEBUG"):
        guards.refuse_talkative_loggers()


@pytest.mark.parametrize("logger", ["sqlalchemy.engine.Engine"], indirect=True)
def test_statements_that_are_echoed_are_refused(logger: logging.Logger) -> None:
    logger.setLevel(logging.INFO)
    with pytest.raises(UnsafeToStart, match=r"sqlalchemy\.engine\.Engine is set to INFO"):
        guards.refuse_talkative_loggers()


def test_other_loggers_may_say_what_they_like() -> None:
    logging.getLogger("discordant").setLevel(logging.DEBUG)
    guards.refuse_talkative_loggers()


def in_a_process(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_core_dumps_are_turned_off() -> None:
    told = in_a_process(
        "import resource as r; from bot import guards\n"
        "r.setrlimit(r.RLIMIT_CORE, (r.getrlimit(r.RLIMIT_CORE)[1],) * 2)\n"
        "guards.forbid_core_dumps(); guards.forbid_core_dumps()\n"
        "print(r.getrlimit(r.RLIMIT_CORE))"
    )
    assert told == "(0, 0)"


@pytest.mark.skipif(sys.platform != "linux", reason="PR_GET_DUMPABLE is Linux's")
def test_no_dump_is_piped_to_a_program_either() -> None:
    code = "import ctypes; from bot import guards; guards.forbid_core_dumps(); print(ctypes.CDLL(None).prctl(3))"
    assert in_a_process(code) == "0"


@pytest.mark.parametrize("refuses", [OSError, ValueError])
def test_core_dumps_that_cannot_be_turned_off_are_refused(
    monkeypatch: pytest.MonkeyPatch, refuses: type[Exception]
) -> None:
    def setrlimit(_which: int, _limits: tuple[int, int]) -> None:
        raise refuses

    monkeypatch.setattr(resource, "setrlimit", setrlimit)
    with pytest.raises(UnsafeToStart, match="ulimit -c 0"):
        guards.forbid_core_dumps()


def test_core_dumps_that_stay_on_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "setrlimit", lambda _which, _limits: None)
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (1024, 1024))
    with pytest.raises(UnsafeToStart, match="ulimit -c 0"):
        guards.forbid_core_dumps()


MOUNTS = "overlay / overlay rw 0 0\nserver:/x {point} {kind} rw 0 0\nshm {point}/local tmpfs rw 0 0\n"


@pytest.mark.parametrize("kind", ["nfs4", "nfs", "cifs", "smb3", "ceph", "fuse.sshfs"])
def test_a_vault_on_a_network_is_refused(tmp_path: Path, kind: str) -> None:
    mounts = MOUNTS.format(point=tmp_path / "far", kind=kind)
    with pytest.raises(UnsafeToStart, match=rf"network file system \({kind}\)"):
        guards.refuse_shared_file_system(tmp_path / "far" / "data", mounts)
    guards.refuse_shared_file_system(tmp_path / "near", mounts)
    guards.refuse_shared_file_system(tmp_path / "far" / "local" / "data", mounts)
    guards.refuse_shared_file_system(tmp_path / "near", MOUNTS.format(point=tmp_path / "far", kind="ext4"))


def test_this_machines_own_disk_is_taken(tmp_path: Path) -> None:
    guards.refuse_shared_file_system(tmp_path)
