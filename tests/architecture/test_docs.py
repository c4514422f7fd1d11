"""What the pages name exists: files, tests, commands, settings and links. And what exists is told."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from discord import app_commands

from bot.cli import main
from bot.demo.world import open_world
from bot.settings import variables

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
FILES = [*PAGES, ROOT / ".env.example", ROOT / "Containerfile", *sorted((ROOT / "deploy").glob("*.*"))]
OPERATORS = ROOT / "docs" / "operators.md"

OURS = "bot|cogs|migrations|tests|docs|deploy|benchmarks"
MADE_LATER = {"deploy/secrets", "deploy/secrets/DISCORD_TOKEN", "deploy/.env"}
BOOTSTRAP = {"demo", "test", "lock"}  # words of run.py itself, or passed on with another environment
NOT_COMMANDS = {"/metrics", "/health"}  # pages for monitoring
LONGEST_PAGE = 2200  # words: more is not read


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def spans(text: str) -> Iterator[str]:
    """Yield what stands between backticks, and the lines of code, but not drawings."""
    for kind, block in re.findall(r"^```(\w*)\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        if kind != "mermaid":
            yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE))


def headings(path: Path) -> set[str]:
    """Return the anchors that a page offers, as code forges make them."""
    found = re.findall(r"^#+ (.+)$", text_of(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in found}


@pytest.mark.parametrize("page", FILES, ids=named)
def test_every_path_that_is_named_exists(page: Path) -> None:
    told = {path.rstrip("/.") for span in spans(text_of(page)) for path in re.findall(rf"\b(?:{OURS})/[\w./-]+", span)}
    assert sorted(path for path in told - MADE_LATER if not (ROOT / path).exists()) == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_test_that_is_named_exists(page: Path) -> None:
    there = {
        name for file in (ROOT / "tests").rglob("test_*.py") for name in re.findall(r"def (test_\w+)", text_of(file))
    }
    for line in text_of(page).splitlines():
        files = [text_of(ROOT / path) for path in re.findall(r"`(tests/[\w/]+\.py)`", line)]
        for name in re.findall(r"`(test_\w+)`", line):
            assert name in there, name
            assert not files or any(f"def {name}(" in file for file in files), f"{name} is in another file"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_resolves(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        aim = (page.parent / path).resolve() if path else page
        assert aim.exists(), target
        assert not anchor or anchor in headings(aim), target


@pytest.mark.parametrize("page", FILES, ids=named)
def test_every_word_of_the_command_line_that_is_named_exists(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command, options in re.findall(r"(?:run\.py|-m bot) ([a-z][a-z-]*)([^`;&#\n]*)", text_of(page)):
        if command in BOOTSTRAP - {"demo"}:
            continue
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0, command
        offered = capsys.readouterr().out
        assert [option for option in re.findall(r"--[a-z-]+", options) if option not in offered] == []


@pytest.mark.parametrize("page", FILES, ids=named)
def test_every_setting_that_is_named_exists(page: Path) -> None:
    named_here = set(re.findall(r"\b(?:STEWARD|DISCORD|DATABASE)_[A-Z_]+[A-Z]\b", text_of(page)))
    assert named_here - set(variables()) == set()


def test_operators_are_told_of_every_setting() -> None:
    assert [name for name in variables() if f"| `{name}` |" not in text_of(OPERATORS)] == []


def test_operators_are_told_of_every_word_of_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    words = set(re.findall(r"^    ([a-z-]+)(?:  |$)", capsys.readouterr().out, re.MULTILINE))
    assert {"start", "doctor", "backup", "restore", "verify"} <= words
    assert [word for word in sorted(words - {"demo"}) if f"run.py {word}" not in text_of(OPERATORS)] == []


async def test_every_slash_command_that_is_named_is_registered_and_every_one_is_told(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        walk = list(world.steward.client.tree.walk_commands())
    there = {f"/{command.qualified_name}" for command in walk}
    said = {
        span for page in PAGES for span in spans(text_of(page)) if re.fullmatch(r"/[a-z]+( [a-z]+)?", span)
    } - NOT_COMMANDS
    assert said - there == set()
    runnable = {f"/{command.qualified_name}" for command in walk if isinstance(command, app_commands.Command)}
    assert runnable - said == set()


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent.name == "docs"], ids=named)
def test_a_page_is_short_enough_to_be_read(page: Path) -> None:
    assert len(text_of(page).split()) <= LONGEST_PAGE
