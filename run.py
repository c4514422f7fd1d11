"""Start Steward, its demo or its tests, and first make the environment they need.

python3 run.py demo     try Steward in a simulated server, with nothing to set up
python3 run.py test     run every check and every test; with arguments, only pytest with them
python3 run.py lock     write the requirements locks anew from pyproject.toml (needs uv)
python3 run.py WORD     start, doctor, migrate and all other words are Steward's own
"""  # Standard library only, in words that old Pythons can read, so that they can say that they are too old.

import hashlib
import os
import shutil
import sys
from subprocess import call

HERE = os.path.dirname(os.path.abspath(__file__))
ENVIRONMENTS = os.path.join(HERE, ".steward")
# What is served includes asyncpg: whether DATABASE_URL asks for PostgreSQL is the bot's to read, not this file's.
SERVE, DEMO, DEVELOP = "requirements.lock", "requirements-demo.lock", "requirements-dev.lock"
CHECKS = (
    ("Checking the layout of the code.", "-m", "ruff", "format", "--check", "--quiet"),
    ("Looking for likely mistakes.", "-m", "ruff", "check", "--quiet"),
    ("Checking types.", "-m", "mypy"),
    ("Checking who imports whom.", "-c", "import importlinter.cli as c; c.lint_imports_command()", "--no-logo"),
)
ASTRAY = "PYTHONPATH", "PYTHONHOME", "PYTHONSAFEPATH", "VIRTUAL_ENV", "PIP_TARGET", "PIP_PREFIX", "PIP_CONSTRAINT"


def require_python(version):
    """Stop with a plain sentence if this Python is too old."""
    if tuple(version[:2]) < (3, 11):
        sys.exit("Steward needs Python 3.11 or newer; this is Python {}.{}.".format(*version))


def install(home, python, lock):
    """Install what a lock lists in the best way this machine has, and return the last exit code."""
    from importlib.util import find_spec

    pip = ["install", "-qq", "--disable-pip-version-check", "--no-deps", "--require-hashes", "-r", lock]
    venv, ours = [sys.executable, "-m", "venv", home], [sys.executable, "-m", "pip"]
    print("Installing what {} lists. The first time can take a minute.".format(lock))
    if shutil.which("uv"):
        sync = ["uv", "pip", "sync", "--quiet", "--require-hashes", "--python", python, lock]
        if not (call(["uv", "venv", "--quiet", "--python", sys.executable, home]) or call(sync)):
            return 0
        print("uv could not do it; trying pip.")
        shutil.rmtree(home, ignore_errors=True)
    if find_spec("venv") and find_spec("pip"):  # Debian's venv cannot bring a pip along; elsewhere that takes seconds
        return call(venv + ["--without-pip"]) or call(ours + ["--python", python] + pip)
    if find_spec("venv") and find_spec("ensurepip"):
        return call(venv) or call([python, "-m", "pip"] + pip)
    if find_spec("pip"):
        print("This Python makes no environments, so a plain folder has to do.")
        return call(ours + pip + ["--target", home])
    return sys.exit("This Python has neither venv nor pip. On Debian or Ubuntu: sudo apt install python3-venv")


def environment(lock):
    """Return the interpreter that sees what a lock lists, installed now unless it is all there."""
    with open(lock, "rb") as file:
        key = hashlib.sha256(file.read() + repr((sys.version, sys.base_prefix)).encode()).hexdigest()[:12]
    kind = "{}-py{}.{}-".format(lock[: -len(".lock")], *sys.version_info)
    home = os.path.join(ENVIRONMENTS, kind + key)
    python = os.path.join(home, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))
    whole = os.path.join(home, "whole")  # written last, so that an interrupted installation is begun anew
    if not os.path.exists(whole):
        shutil.rmtree(home, ignore_errors=True)
        if install(home, python, lock):
            sys.exit("The installation failed; the reason is above. The same command tries again.")
        open(whole, "w").close()
        for old in os.listdir(ENVIRONMENTS):
            if old.startswith(kind) and old != kind + key:
                shutil.rmtree(os.path.join(ENVIRONMENTS, old), ignore_errors=True)
    if os.path.exists(python):
        return python
    os.environ.update(PYTHONPATH=home, PYTHONNOUSERSITE="1")
    return sys.executable


def relock(arguments):
    """Write every lock anew, the widest first so that the others hold the same versions."""
    if not shutil.which("uv"):
        sys.exit("Writing locks needs uv, which is not on PATH: python3 -m pip install uv")
    style = ["--universal", "--python-version=3.11", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"]
    for lock, extra in ((DEVELOP, "dev"), (DEMO, "demo"), (SERVE, "postgres")):
        print("Writing {}.".format(lock))
        same = [] if lock == DEVELOP else ["--constraints", DEVELOP]
        if call(["uv", "pip", "compile", "pyproject.toml", "--extra", extra, "-o", lock] + style + same + arguments):
            sys.exit("{} could not be written; the reason is above.".format(lock))


def main(word="--help", *arguments):
    """Do what one word asks for, and return the exit code."""
    require_python(sys.version_info)
    sys.stdout.reconfigure(line_buffering=True)  # a step is told before it is done
    os.chdir(HERE)
    for name in ASTRAY:
        os.environ.pop(name, None)
    os.environ.update(PIP_USER="0", PIP_REQUIRE_VIRTUALENV="0")
    if word in ("-h", "--help"):
        return sys.stdout.write(__doc__) and 0
    if word == "lock":
        return relock(list(arguments))
    python = environment({"demo": DEMO, "test": DEVELOP}.get(word, SERVE))
    for check in CHECKS if word == "test" and not arguments else ():
        print(check[0])
        code = call([python] + list(check[1:]))
        if code:
            return code
    command = [python, "-m"] + (["pytest"] if word == "test" else ["bot", word]) + list(arguments)
    # On POSIX the same process goes on as the bot, so that signals reach it.
    return call(command) if os.name == "nt" else os.execv(python, command)


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
