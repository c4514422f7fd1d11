"""A PostgreSQL of our own: a cluster in a temporary folder, on loopback, gone when the tests end."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

NEEDED = ("initdb", "pg_ctl", "postgres")

# A power cut in the middle of the tests may cost this cluster; that is not what they are about.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class NoPostgres(Exception):
    """No PostgreSQL can be started here; the message says why."""


@dataclass(frozen=True)
class Cluster:
    """A running server, and the password of its only user."""

    port: int
    password: str
    log: Path

    def url(self, name: str) -> str:
        """Return the address of a database as an operator writes it in DATABASE_URL."""
        return f"postgresql://steward:{self.password}@127.0.0.1:{self.port}/{name}"

    async def run(self, statement: str, name: str = "postgres") -> None:
        """Run one statement, outside any database of Steward unless one is named."""
        connection = await asyncpg.connect(self.url(name))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Start a cluster and stop it at the end, however that comes; raises `NoPostgres`."""
    binaries = _binaries()
    owner = _owner()
    home = Path(tempfile.mkdtemp(prefix="steward-postgres-"))  # not under pytest's folder: only its user may enter that
    password = secrets.token_hex(8)
    (home / "password").write_text(password, encoding="ascii")
    if owner is not None:
        for path in (home, home / "password"):
            shutil.chown(path, owner.pw_uid, owner.pw_gid)
    cluster = Cluster(_free_port(), password, home / "log")
    options = {"listen_addresses": "127.0.0.1", "port": str(cluster.port), "unix_socket_directories": "", **FAST}

    def call(program: str, *arguments: str) -> None:
        command = [str(binaries / program), "-D", str(home / "data"), *arguments]
        if owner is None:
            done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, cwd=home)
        else:
            done = subprocess.run(  # PostgreSQL refuses to run as root
                command,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                check=False,
                cwd=home,
                user=owner.pw_uid,
                group=owner.pw_gid,
                extra_groups=[],
            )
        if done.returncode:
            raise NoPostgres(f"{program} failed: {done.stderr.decode(errors='replace').strip()}")

    try:
        access = ["--auth=password", f"--pwfile={home / 'password'}", "--username=steward"]
        call("initdb", "--no-sync", "--encoding=UTF8", "--locale=C", *access)
        spelled = " ".join(f"-c {name}={value!r}" for name, value in options.items())
        call("pg_ctl", "start", "--wait", "--silent", "-l", str(cluster.log), "-o", spelled)
        try:
            yield cluster
        finally:
            call("pg_ctl", "stop", "--silent", "--mode=immediate")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _binaries() -> Path:
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in folders:
        if all((folder / name).exists() for name in NEEDED):
            return folder
    raise NoPostgres("no initdb, pg_ctl and postgres on PATH or under /usr/lib/postgresql")


def _owner() -> pwd.struct_passwd | None:
    """Return whom to run as: ourselves, or when that is root somebody without rights."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoPostgres("root may not run PostgreSQL, and there is no user postgres or nobody")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port
