import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
LONGEST_RUN = 120
MEANINGLESS = {"base", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), named(path))


def test_no_file_is_too_long_to_hold_one_meaning() -> None:
    lengths = {
        named(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in sources("bot", "cogs", "migrations", "benchmarks")
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_no_function_is_too_long_to_hold_one_meaning() -> None:
    lengths = {
        f"{named(path)}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in sources("bot", "cogs")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_every_module_is_named_for_what_it_means() -> None:
    meaningless = [
        named(path) for path in sources("bot", "cogs", "tests") if MEANINGLESS & {path.stem, path.parent.name}
    ]
    assert meaningless == []


def test_nothing_of_ours_is_mocked() -> None:
    mocking = [
        f"{named(path)}:{node.lineno}"
        for path in sources("bot", "cogs", "tests", "benchmarks")
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Import) and any(alias.name.startswith("unittest") for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("unittest"))
    ]
    assert mocking == []


@pytest.mark.parametrize("feature", [path.parent.name for path in sources("bot") if path.name == "service.py"])
def test_every_feature_is_in_the_layers(feature: str) -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layered = [contract["layers"] for contract in linter["contracts"] if contract["type"] == "layers"]
    assert [contract for contract in layered if f"(bot.{feature})" not in " ".join(contract)] == []


def test_every_rule_switched_off_for_good_has_its_reason() -> None:
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("[tool.ruff.lint]")[2]
    switched_off = re.findall(r'^ +"[A-Z]+[0-9]*",.*$', settings.partition("[tool.mypy]")[0], re.MULTILINE)
    assert switched_off
    assert [line for line in switched_off if not re.search(r",  # \w.{9,}", line)] == []


def test_every_rule_switched_off_for_a_line_has_its_reason() -> None:
    unreasoned = [
        f"{named(path)}:{number}"
        for path in [ROOT / "run.py", *sources("bot", "cogs", "migrations", "tests", "benchmarks")]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"[#] ?noqa", line) and not re.search(r"[#] noqa: [A-Z0-9, ]+ - \w", line)
    ]
    assert unreasoned == []


def test_the_bootstrap_is_short_and_old_pythons_can_read_it() -> None:
    text = (ROOT / "run.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) < LONGEST_RUN
    parsed = ast.parse(text, feature_version=(3, 6))
    # Python 2 stumbles over these with a syntax error where it should say that it is too old.
    newer = ast.JoinedStr | ast.AnnAssign | ast.NamedExpr | ast.AsyncFunctionDef
    assert [node for node in ast.walk(parsed) if isinstance(node, newer)] == []
