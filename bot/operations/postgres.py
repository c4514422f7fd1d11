"""PostgreSQL's own tools for a database that is not a file: dump it, and bring a dump back."""

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from bot.operations.refused import OperationRefused


def dump(url: str, target: Path) -> None:
    """Write a dump of a database, by its SQLAlchemy address, to a new file, mode 0600."""
    descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", output=file.fileno())


def bring_back(url: str, source: Path) -> None:
    """Fill an empty database from a dump, in one transaction."""
    name = unquote(urlsplit(url).path.strip("/"))
    _run("pg_restore", url, "--single-transaction", "--no-owner", "--no-privileges", f"--dbname={name}", str(source))


def _run(tool: str, url: str, *arguments: str, output: int = subprocess.DEVNULL) -> None:
    program = shutil.which(tool)
    if program is None:
        raise OperationRefused(
            f"The database is on PostgreSQL, and {tool} is not installed here. Install PostgreSQL's client programs "
            "in the server's version (on Debian or Ubuntu: sudo apt install postgresql-client)."
        )
    command = [program, "--no-password", *arguments]
    # In the environment, since every user of the machine can read the arguments of a running program.
    environment = os.environ | _connection(url)
    done = subprocess.run(command, env=environment, stdout=output, stderr=subprocess.DEVNULL, check=False)  # noqa: S603 - found on PATH, and told nothing but our own settings
    if done.returncode != 0:
        raise OperationRefused(
            f"{tool} could not do its work on DATABASE_URL. Check that the server runs, that the address is right, "
            f"and that {tool} is not older than the server."
        )


def _connection(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    values = {
        "PGHOST": parts.hostname,
        "PGPORT": str(parts.port) if parts.port else None,
        "PGUSER": unquote(parts.username) if parts.username else None,
        "PGPASSWORD": unquote(parts.password) if parts.password else None,
        "PGDATABASE": unquote(parts.path.strip("/")),
        "PGSSLMODE": dict(parse_qsl(parts.query)).get("ssl"),
    }
    return {name: value for name, value in values.items() if value}
