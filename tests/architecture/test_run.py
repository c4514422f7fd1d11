import hashlib
import os
import runpy
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest

RUN = Path(__file__).parents[2] / "run.py"
# The interpreter a user would have: environments made by uv hold no pip of their own.
PYTHON = str(getattr(sys, "_base_executable", sys.executable))
INSTALLING = "Installing what {} lists. The first time can take a minute."
PLAIN = "This Python makes no environments, so a plain folder has to do."
BOT = "import os, sys, trial; print([*sys.argv[1:], trial.VERSION, os.getcwd(), os.getpid()]); sys.exit(7)"
# Start run.py on a Python that lacks some modules, as the Pythons of some distributions do.
LACKING = """
import runpy, sys
sys.modules.update(dict.fromkeys({!r}))
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
TOOL = "import os, sys; print('ran', {0!r}, sys.argv[1:]); os.environ.get('FAILS') == {0!r} and sys.exit(3)\n"
LINTER = "def lint_imports_command():\n    " + TOOL.format("importlinter")


def importable(module: str) -> bool:
    return subprocess.run([PYTHON, "-c", f"import {module}"], check=False, capture_output=True).returncode == 0


needs_venv = pytest.mark.skipif(not importable("ensurepip"), reason="this Python makes no environments")
needs_pip = pytest.mark.skipif(not importable("pip"), reason="this Python has no pip")
needs_uv = pytest.mark.skipif(not shutil.which("uv"), reason="uv is not on PATH")


@dataclass
class Checkout:
    """A checkout with run.py, a bot that tells what it sees, and locks that need no network."""

    root: Path
    path: str = ""
    lacks: list[str] = field(default_factory=list)
    pid: int = 0

    def lock(self, version: int) -> None:
        wheel = self.root.parent / f"trial-{version}-py3-none-any.whl"
        about = f"trial-{version}.dist-info"
        content = {
            "trial.py": f"VERSION = {version}\n",
            **{f"{name}.py": TOOL.format(name) for name in ("ruff", "mypy", "pytest")},
            "importlinter/__init__.py": "",
            "importlinter/cli.py": LINTER,
            f"{about}/METADATA": f"Metadata-Version: 2.1\nName: trial\nVersion: {version}\n",
            f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = "".join(f"{name},,\n" for name in (*content, f"{about}/RECORD"))
        with zipfile.ZipFile(wheel, "w") as archive:
            for name, text in {**content, f"{about}/RECORD": record}.items():
                archive.writestr(name, text)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        for name in ("requirements.lock", "requirements-demo.lock", "requirements-dev.lock"):
            (self.root / name).write_text(f"trial @ {wheel.as_uri()} --hash=sha256:{digest}\n", encoding="utf-8")

    def run(self, *words: str, **settings: str) -> tuple[int, list[str]]:
        start = ["-c", LACKING.format(self.lacks), str(self.root / "run.py")] if self.lacks else [self.root / "run.py"]
        offline = {"PIP_NO_INDEX": "1", "UV_OFFLINE": "1", "UV_CACHE_DIR": str(self.root.parent / "cache")}
        astray = {"PYTHONPATH": "/nowhere", "VIRTUAL_ENV": "/nowhere", "PIP_TARGET": "/nowhere", "PIP_USER": "1"}
        env = {**os.environ, **offline, **astray, "PATH": self.path, **settings}
        command = [PYTHON, *start, *words]
        with subprocess.Popen(
            command, env=env, cwd=self.root.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            told, _ = process.communicate()
        self.pid = process.pid
        return process.returncode, told.splitlines()

    def seen(self, *words: str, version: int = 1) -> str:
        return str([*words, version, str(self.root), self.pid])


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    root = tmp_path / "a house"
    (root / "bot").mkdir(parents=True)
    (root / "bot" / "__main__.py").write_text(BOT, encoding="utf-8")
    shutil.copy(RUN, root)
    checkout = Checkout(root.resolve())
    checkout.lock(version=1)
    return checkout


@pytest.fixture
def plain(checkout: Checkout) -> Checkout:
    """A checkout on a machine that can only install into a plain folder, which is the quickest."""
    checkout.lacks = ["venv", "ensurepip"]
    return checkout


@pytest.mark.parametrize(
    "lacks",
    [pytest.param(["ensurepip"], marks=needs_pip), pytest.param(["pip"], marks=needs_venv)],
    ids=["as on Debian without python3-venv", "as in an environment without pip"],
)
def test_pip_in_an_environment_serves(checkout: Checkout, lacks: list[str]) -> None:
    checkout.lacks = lacks
    told = [INSTALLING.format("requirements.lock")]
    assert checkout.run("start", "--now") == (7, [*told, checkout.seen("start", "--now")])
    assert checkout.run("doctor") == (7, [checkout.seen("doctor")])


@needs_pip
def test_an_environment_holds_nothing_but_the_lock(checkout: Checkout) -> None:
    everything = "import sys, importlib.metadata as m; print(sorted(d.name for d in m.distributions()))"
    (checkout.root / "bot" / "__main__.py").write_text(everything, encoding="utf-8")
    assert checkout.run("start")[1][1:] == ["['trial']"]


@needs_uv
def test_uv_serves_where_it_is_found(checkout: Checkout) -> None:
    checkout.path = str(Path(shutil.which("uv") or "").parent)
    checkout.lacks = ["venv", "ensurepip", "pip"]
    assert checkout.run("start") == (7, [INSTALLING.format("requirements.lock"), checkout.seen("start")])


@needs_pip
@pytest.mark.skipif(os.name == "nt", reason="the stand-in for uv is a shell script")
def test_where_uv_fails_pip_serves(plain: Checkout) -> None:
    broken = plain.root.parent / "uv"
    broken.write_text("#!/bin/sh\nexit 2\n", encoding="utf-8")
    broken.chmod(0o700)
    plain.path = str(broken.parent)
    code, told = plain.run("start")
    assert (code, told[1:]) == (7, ["uv could not do it; trying pip.", PLAIN, plain.seen("start")])


@needs_pip
def test_a_plain_folder_serves_where_environments_cannot_be_made(plain: Checkout) -> None:
    told = [INSTALLING.format("requirements-demo.lock"), PLAIN]
    assert plain.run("demo", "--script") == (7, [*told, plain.seen("demo", "--script")])
    assert plain.run("demo") == (7, [plain.seen("demo")])


@needs_pip
def test_an_interrupted_installation_is_begun_anew(plain: Checkout) -> None:
    plain.run("start")
    (home,) = (plain.root / ".steward").iterdir()
    (home / "whole").unlink()
    (home / "trial.py").unlink()
    told = [INSTALLING.format("requirements.lock"), PLAIN]
    assert plain.run("start") == (7, [*told, plain.seen("start")])


@needs_pip
def test_a_new_lock_replaces_the_environment_of_the_old_one_only(plain: Checkout) -> None:
    plain.run("demo")
    plain.run("start")
    old = set((plain.root / ".steward").iterdir())
    plain.lock(version=2)
    assert plain.run("start")[1][-1] == plain.seen("start", version=2)
    kept = old & set((plain.root / ".steward").iterdir())
    assert [home.name.rsplit("-", 1)[0] for home in kept] == [f"requirements-demo-py3.{sys.version_info.minor}"]


@needs_pip
def test_what_does_not_match_its_hash_is_not_installed(plain: Checkout) -> None:
    lock = plain.root / "requirements.lock"
    lock.write_text(lock.read_text(encoding="utf-8").partition("sha256:")[0] + "sha256:" + "0" * 64, encoding="utf-8")
    for _ in range(2):
        code, told = plain.run("start")
        assert (code, told[-1]) == (1, "The installation failed; the reason is above. The same command tries again.")


@needs_pip
def test_every_check_runs_before_the_tests_until_one_fails(plain: Checkout) -> None:
    code, told = plain.run("test")
    ran = [line for line in told if line.startswith("ran")]
    assert (code, told[-1]) == (0, "ran pytest []")
    assert [line.split()[1] for line in ran] == ["ruff", "ruff", "mypy", "importlinter", "pytest"]
    assert plain.run("test", FAILS="mypy") == (3, told[2:8])
    assert plain.run("test", FAILS="pytest")[0] == 3
    assert plain.run("test", "-k", "one") == (0, ["ran pytest ['-k', 'one']"])


def test_a_machine_with_nothing_to_install_with_is_told_what_to_get(checkout: Checkout) -> None:
    checkout.lacks = ["venv", "ensurepip", "pip"]
    told = "This Python has neither venv nor pip. On Debian or Ubuntu: sudo apt install python3-venv"
    assert checkout.run("start") == (1, [INSTALLING.format("requirements.lock"), told])


def test_locking_without_uv_tells_how_to_get_it(checkout: Checkout) -> None:
    assert checkout.run("lock") == (1, ["Writing locks needs uv, which is not on PATH: python3 -m pip install uv"])


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 10, 13)])
def test_an_old_python_is_told_so(version: tuple[int, int, int]) -> None:
    require_python = runpy.run_path(str(RUN))["require_python"]
    with pytest.raises(SystemExit, match=r"^Steward needs Python 3\.11 or newer; this is Python [\d.]+\.$"):
        require_python(version)
    require_python((3, 11, 0))
    require_python((3, 14, 0))
