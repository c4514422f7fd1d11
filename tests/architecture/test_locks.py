import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = {"requirements.lock": "postgres", "requirements-demo.lock": "demo", "requirements-dev.lock": "dev"}


def asked_for(extra: str) -> list[Requirement]:
    wanted = [Requirement(line) for line in PROJECT["optional-dependencies"][extra]]
    within = [name for requirement in wanted if requirement.name == PROJECT["name"] for name in requirement.extras]
    outside = [requirement for requirement in wanted if requirement.name != PROJECT["name"]]
    return outside + [requirement for name in within for requirement in asked_for(name)]


def locked(lock: str) -> dict[str, Version]:
    pins = re.findall(r"^([A-Za-z0-9._-]+)==([^ ;]+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
    return {canonicalize_name(name): Version(version) for name, version in pins}


@pytest.mark.parametrize(("lock", "extra"), LOCKS.items())
def test_a_lock_holds_what_the_project_asks_for(lock: str, extra: str) -> None:
    pins = locked(lock)
    wanted = [Requirement(line) for line in PROJECT["dependencies"]] + asked_for(extra)
    unmet = [
        str(requirement)
        for requirement in wanted
        if not (pin := pins.get(canonicalize_name(requirement.name))) or pin not in requirement.specifier
    ]
    assert unmet == [], "run: python3 run.py lock"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_the_versions_that_are_tested(lock: str) -> None:
    tested = locked("requirements-dev.lock")
    assert {name: pin for name, pin in locked(lock).items() if tested.get(name) != pin} == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_pins_with_hashes_and_nothing_else(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    pin = re.compile(r"[a-z0-9-]+==[A-Za-z0-9.+!]+( ; [^;#]+?)?( +--hash=sha256:[0-9a-f]{64})+ *")
    assert [line for line in text.splitlines() if not pin.fullmatch(line)] == []


def test_only_what_steward_leans_on_to_the_letter_is_pinned_in_the_project() -> None:
    wanted = [Requirement(line) for line in PROJECT["dependencies"]] + asked_for("dev")
    assert {wish.name for wish in wanted if "==" in str(wish.specifier)} == {"discord.py", "simcord"}
