"""The import contracts are kept by the checks of `run.py test`; here it is tried that they hold anything at all."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
NAMED = {module for each in CONTRACTS for module in each.get("source_modules", ()) if "*" not in module}
"""Modules that a contract calls by their whole names: it can be checked only where they are."""
LINT = [sys.executable, "-c", "import importlinter.cli as c; c.lint_imports_command()", "--no-logo", "--no-cache"]

ALLOWED = [
    ("bot.__main__", "bot.cli"),
    ("bot.cli", "bot.wiring"),
    ("bot.cli", "bot.demo.world"),
    ("bot.wiring", "bot.client"),
    ("bot.wiring", "bot.reports.records"),
    ("bot.wiring", "bot.watch"),
    ("bot.watch", "bot.due"),
    ("bot.watch", "bot.database"),
    ("bot.client", "bot.mishaps"),
    ("bot.client", "discord"),
    ("bot.outgoing", "discord"),
    ("bot.outgoing", "bot.database"),
    ("bot.demo.world", "simcord"),
    ("bot.demo.world", "discord"),
    ("bot.digests.service", "bot.reports.service"),
    ("bot.digests.rules", "bot.reports.rules"),
    ("bot.digests.rules", "dataclasses"),
    ("bot.reports.rules", "bot.ids"),
    ("bot.reports.rules", "bot.refusals"),
    ("bot.reports.rules", "bot.cleaning"),
    ("bot.reports.rules", "bot.reports.taxonomy"),
    ("bot.guilds.rules", "bot.wallclock"),
    ("bot.guilds.rules", "bot.rhythm"),
    ("bot.townhalls.rules", "bot.disclosure"),
    ("bot.reports.service", "bot.reports.records"),
    ("bot.reports.service", "bot.vault.intake"),
    ("bot.reports.records", "sqlalchemy"),
    ("bot.database", "sqlalchemy"),
    ("bot.vault.intake", "aiosqlite"),
    ("bot.vault.intake", "pyrage"),
    ("bot.charts.sheet", "PIL"),
    ("bot.charts.heatmap", "bot.charts.sheet"),
    ("bot.digests.picture", "bot.digests.rules"),
    ("bot.digests.picture", "bot.reports.taxonomy"),
    ("bot.ids", "secrets"),
    ("cogs.reports", "cogs.interactions"),
    ("cogs.reports.cards", "cogs.layout"),
    ("cogs.interactions", "cogs.layout"),
    ("cogs.reports", "bot.reports.service"),
    ("cogs.reports.cards", "discord"),
    ("cogs.interactions", "discord"),
]
FORBIDDEN = [
    ("layers", "bot.vault.intake", "bot.reports.rules"),
    ("layers", "bot.vault.intake", "bot.database"),
    ("layers", "bot.reports.service", "bot.wiring"),
    ("layers", "bot.ids", "bot.database"),
    ("layers", "bot.mishaps", "bot.database"),
    ("layers", "bot.health", "bot.watch"),
    ("features", "bot.digests.service", "bot.reports.records"),
    ("features", "bot.digests.service", "bot.reports.rules"),
    ("cogs-apart", "cogs.digests", "cogs.reports.cards"),
    ("cogs-by-name", "bot.client", "cogs.reports"),
    ("cogs-reach", "cogs.reports", "bot.reports.records"),
    ("cogs-reach", "cogs.reports", "bot.vault.intake"),
    ("cogs-reach", "cogs.reports", "bot.database"),
    ("rules", "bot.reports.rules", "bot.clock"),
    ("rules", "bot.reports.rules", "bot.reports.service"),
    ("rules", "bot.reports.rules", "random"),
    ("rules", "bot.cleaning", "secrets"),
    ("rules", "bot.wallclock", "time"),
    ("rules", "bot.rhythm", "time"),
    ("rules", "bot.disclosure", "time"),
    ("rules", "bot.reports.rules", "structlog"),
    ("discord", "bot.reports.service", "discord"),
    ("discord", "bot.watch", "discord"),
    ("sqlalchemy", "bot.reports.service", "sqlalchemy"),
    ("aiosqlite", "bot.database", "aiosqlite"),
    ("pyrage", "bot.reports.service", "pyrage"),
    ("pillow", "cogs.reports", "PIL"),
    ("pillow", "bot.charts.heatmap", "PIL"),
    ("rules", "bot.digests.picture", "bot.charts"),
    ("rules", "bot.digests.picture", "secrets"),
    ("features", "bot.digests.picture", "bot.reports.tallying"),
    ("layers", "bot.charts", "bot.database"),
    ("simcord", "cogs.reports", "simcord"),
]


def plant(root: Path, imports: list[tuple[str, str]]) -> None:
    """Grow packages that import as told, with every module of ours an `__init__.py` in its own folder."""
    for module in NAMED | {name for pair in imports for name in pair}:
        if module.startswith(("bot", "cogs")):
            folder = root.joinpath(*module.split("."))
            folder.mkdir(parents=True, exist_ok=True)
    for folder in [path for top in ("bot", "cogs") for path in [root / top, *(root / top).rglob("*")]]:
        (folder / "__init__.py").touch()
    for module, imported in imports:
        with root.joinpath(*module.split("."), "__init__.py").open("a", encoding="utf-8") as file:
            file.write(f"import {imported}\n")


def lint(root: Path, imports: list[tuple[str, str]]) -> str:
    plant(root, imports)
    command = [*LINT, "--config", str(ROOT / "pyproject.toml")]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False).stdout


def test_what_the_design_allows_is_allowed(tmp_path: Path) -> None:
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in lint(tmp_path, ALLOWED)


def test_what_the_design_forbids_is_caught(tmp_path: Path) -> None:
    told = lint(tmp_path, [*ALLOWED, *((importer, imported) for _, importer, imported in FORBIDDEN)])
    # Each broken contract is told under its underlined name, one import a line.
    titles = {contract["name"]: contract["id"] for contract in CONTRACTS}
    caught, current = set(), ""
    for line in told.partition("Broken contracts")[2].splitlines():
        current = titles.get(line.strip(), current)
        if found := re.search(r"(\S+) -> (\S+) \(l\.", line):
            caught.add((current, *found.groups()))
    assert set(FORBIDDEN) - caught == set()
    assert {contract for contract, _, _ in FORBIDDEN} == set(titles.values())
