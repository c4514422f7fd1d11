"""Which Steward this is, so that whoever is asked for the source can be held to it."""

from pathlib import Path

from bot import __version__

ROOT = Path(__file__).parents[1]


def told_version() -> str:
    """Return the version and, in a checkout, the first digits of the commit it runs from."""
    commit = _commit(ROOT / ".git")
    return f"{__version__} ({commit[:10]})" if commit else __version__


def _commit(git: Path) -> str | None:
    """Read the commit that is checked out, without needing git itself; None where there is none."""
    try:
        if git.is_file():  # a work tree beside its repository
            git = (git.parent / git.read_text("utf-8").removeprefix("gitdir:").strip()).resolve()
        head = (git / "HEAD").read_text("utf-8").strip()
        if not head.startswith("ref:"):
            return head
        name = head.removeprefix("ref:").strip()
        shared = git / (git / "commondir").read_text("utf-8").strip() if (git / "commondir").is_file() else git
        for folder in (git, shared):
            if (folder / name).is_file():
                return (folder / name).read_text("utf-8").strip()
        packed = (shared / "packed-refs").read_text("utf-8").splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {name}")), None)
    except (OSError, UnicodeDecodeError):
        return None
