"""Settings: read from three places, and every mistake told in a sentence that names it and never repeats it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsRefused, load, variables

ROOT = Path(__file__).parents[2]
TOKEN = "MTAyOTM4NDc1NjEwMjkzODQ3NTY.GaBcDe.a-made-up-secret-that-looks-like-one"
OTHER = "MTAyOTM4NDc1NjEwMjkzODQ3NTc.GaBcDe.another-secret-that-looks-like-one"

Write = Callable[[str | bytes], Path]


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let nothing of this machine's own environment in."""
    for name in [*variables(), "CREDENTIALS_DIRECTORY"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_dotenv(content: str | bytes) -> Path:
        path = tmp_path / ".env"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return to_dotenv


def refusal() -> str:
    with pytest.raises(SettingsRefused) as refused:
        assert load().bot_token
    return str(refused.value)


def test_nothing_but_the_token_must_be_set() -> None:
    assert load() == Settings.model_validate({})
    assert load().database == "sqlite+aiosqlite:///data/steward.db"
    assert re.fullmatch(r"DISCORD_TOKEN is missing\. Copy the token from .+", refusal())


@pytest.mark.parametrize("content", ["", "# nothing yet\n", "DISCORD_TOKEN=\n", "DISCORD_TOKEN=''\n"])
def test_an_empty_file_or_value_is_a_missing_token(write: Write, content: str) -> None:
    write(content)
    assert refusal().startswith("DISCORD_TOKEN is missing.")


@pytest.mark.parametrize(
    "content",
    [
        f"DISCORD_TOKEN={TOKEN}\n",
        f"DISCORD_TOKEN={TOKEN}",
        f"DISCORD_TOKEN={TOKEN}\r\nSTEWARD_LOG_LEVEL=ERROR\r\n",
        f'DISCORD_TOKEN="{TOKEN}"\n',
        f"export DISCORD_TOKEN='{TOKEN}'\n",
        f"  DISCORD_TOKEN = {TOKEN}  # the bot's\n",
        f"\ufeffDISCORD_TOKEN={TOKEN}\n",
        f"discord_token={TOKEN}\n",
        f"SOMETHING_ELSE=of another program\nDISCORD_TOKEN={TOKEN}\n",
    ],
    ids=["plain", "no line end", "CRLF", "quoted", "export", "spaces", "BOM", "small letters", "beside others"],
)
def test_a_token_in_the_file_is_read_as_people_write_it(write: Write, content: str) -> None:
    write(content)
    assert load().bot_token == TOKEN


def test_a_variable_goes_before_the_file_and_the_file_before_a_secret(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "DISCORD_TOKEN").write_text(f"{TOKEN}\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(secrets))
    assert load().bot_token == TOKEN
    write(f"DISCORD_TOKEN={OTHER}")
    assert load().bot_token == OTHER
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    assert load().bot_token == TOKEN
    monkeypatch.setenv("DISCORD_TOKEN", "")
    assert load().bot_token == OTHER, "an empty variable is none"


WRONG = {
    "DISCORD_TOKEN": ["marker-7123", f'"{TOKEN}marker-7123 "', "Bot marker-7123", f"{TOKEN} marker-7123"],
    "DATABASE_URL": [
        "marker-7123",
        "mysql://user:marker-7123@host/name",
        "postgresql://user:marker-7123@host",
        "postgresql:///marker-7123",
        "postgresql://user:marker-7123@host:port/name",
        "postgresql://user:marker-7123@[host/name",
    ],
    "STEWARD_LOG_LEVEL": ["marker-7123", "DEBUG", "info"],
    "STEWARD_DISCORD_URL": [
        "marker-7123",
        "https://discord.com/marker-7123",
        "http://127.0.0.1.marker-7123.example",
        "http://localhost@marker-7123.example",
        "ftp://127.0.0.1/marker-7123",
        "http://[marker-7123",
    ],
    "STEWARD_KEY_DIR": ["data", "data/marker-7123", "./data/../data/keys"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
@pytest.mark.parametrize("place", ["variable", "file", "secret"])
def test_a_malformed_value_is_told_by_name_with_the_fix_and_never_repeated(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, name: str, value: str
) -> None:
    if place == "variable":
        monkeypatch.setenv(name, value)
    elif place == "file":
        write(f"{name}='{value}'\n")
    else:
        (tmp_path / "secrets").mkdir()
        (tmp_path / "secrets" / name).write_text(value)
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "secrets"))
    told = refusal()
    assert told.startswith(name)
    assert told.endswith(variables()[name])
    assert "7123" not in told
    assert TOKEN not in told
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (f"DISCORD_TOKEN={TOKEN}\nDISCORD_TOKEN={OTHER}\n", "DISCORD_TOKEN is set 2 times. Keep one."),
        (f"DISCORD_TOKEN={TOKEN}\ndiscord_token={OTHER}\n", "DISCORD_TOKEN is set 2 times. Keep one."),
        ("STEWARD_DATADIR=marker-7123\n", "STEWARD_DATADIR is not a setting of Steward"),
        ("discord_tokens=marker-7123\n", "DISCORD_TOKENS is not a setting of Steward"),
        ("STEWARD_DATA_DIR=x\nDISCORD_TOKEN\n", "line 2: write NAME=value"),
        ("STEWARD_DATA_DIR=x\nmarker 7123 here\n", "line 2: write NAME=value"),
        (b"DISCORD_TOKEN=\xff\xfem\x00a\x00r\x00k\x007\x001\x002\x003\x00", "cannot be read. Save it as plain text"),
    ],
    ids=["twice", "twice in other letters", "unknown", "unknown in small letters", "no value", "no name", "UTF-16"],
)
def test_a_mistake_in_the_file_is_told_by_line_or_name(write: Write, content: str | bytes, told: str) -> None:
    write(content)
    sentence = refusal()
    assert told in sentence
    assert ".env" in sentence
    assert "7123" not in sentence
    assert TOKEN not in sentence


def test_all_mistakes_are_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARD_LOG_LEVEL", "LOUD")
    monkeypatch.setenv("DATABASE_URL", "sqlite:///x")
    assert {line.split()[0] for line in refusal().splitlines()} == {"STEWARD_LOG_LEVEL", "DATABASE_URL"}


def test_a_token_is_never_printed_by_accident(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("DATABASE_URL", "postgresql://steward:marker-7123@db.example/steward")
    settings = load()
    for printed in (repr(settings), str(settings), settings.model_dump_json()):
        assert TOKEN not in printed
        assert "7123" not in printed


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("postgresql://u:p@h/n", "postgresql+asyncpg://u:p@h/n"),
        ("postgres://u:p@h:5433/n", "postgresql+asyncpg://u:p@h:5433/n"),
        ("postgresql://u:p@h/n?sslmode=require", "postgresql+asyncpg://u:p@h/n?ssl=require"),
    ],
)
def test_an_address_as_hosting_companies_write_it_is_understood(
    monkeypatch: pytest.MonkeyPatch, written: str, used: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", written)
    assert load().database == used


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://localhost:1/", "http://[::1]:9", "https://127.8.8.8"])
def test_a_stand_in_on_this_machine_is_taken(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("STEWARD_DISCORD_URL", url)
    assert load().discord_url == url.rstrip("/")


def test_the_example_lists_exactly_the_settings_there_are_and_can_be_used_as_it_is(write: Write) -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE) == list(variables())
    write(example)
    assert load() == Settings.model_validate({})
    usual = re.sub(r"^#(?=STEWARD|DATABASE)", "", example, flags=re.MULTILINE)
    write(usual)
    assert load().log_level == "INFO"


def test_a_secret_file_that_cannot_be_read_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "DISCORD_TOKEN").mkdir()  # not a file, so that root cannot read it either
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    with pytest.raises(SettingsRefused, match="secret file cannot be read"):
        load(tmp_path / ".env")
