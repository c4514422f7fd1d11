"""What any test may ask for: a clock, both stores on either engine, and a PostgreSQL to put one of them on."""

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.database.engine import Database
from bot.database.tables import metadata
from bot.settings import Settings
from tests.clock import FixedClock
from tests.house import House
from tests.postgres import Cluster, NoPostgres, running_cluster

TEMPLATE = "steward_template"
MEMORY = Path("/dev/shm")  # noqa: S108 - only looked for
ENOUGH = 2 * 1024**3

if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH:
    # The stores sync each commit, and no test cuts the power of the machine: what a killed process has written stays.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than cores: many a test waits for a process, a socket or a time that Discord's client keeps."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One PostgreSQL for each process of tests, started when the first of them asks."""
    try:
        with running_cluster() as cluster:
            yield cluster
    except NoPostgres as reason:
        pytest.skip(f"PostgreSQL: {reason}")


def address(directory: Path, database_url: str | None = None) -> str:
    """Return the address that Steward works with, from what an operator writes."""
    given = {"DATABASE_URL": database_url} if database_url else {"STEWARD_DATA_DIR": directory}
    return Settings.model_validate(given).database


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with its tables made, to copy."""
    directory = tmp_path_factory.mktemp("template")
    asyncio.run(_prepare(address(directory)))
    return directory / "steward.db"


@pytest.fixture(scope="session")
def postgres_template(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the name of a PostgreSQL database with its tables made, to copy."""
    asyncio.run(cluster.run(f"CREATE DATABASE {TEMPLATE}"))
    asyncio.run(_prepare(address(Path(), cluster.url(TEMPLATE))))
    return TEMPLATE


async def _prepare(url: str) -> None:
    database = Database.at(url)
    await database.prepare()
    await database.close()


@pytest.fixture
def data_dir(sqlite_template: Path, tmp_path: Path) -> Path:
    """A data directory whose database has its tables already, as after a first start."""
    directory = tmp_path / "data"
    directory.mkdir()
    shutil.copyfile(sqlite_template, directory / "steward.db")
    return directory


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    shutil.copyfile(sqlite_template, tmp_path / "steward.db")
    return address(tmp_path)


@pytest_asyncio.fixture
async def own_postgres_url(cluster: Cluster, postgres_template: str) -> AsyncIterator[str]:
    """Return the address of a PostgreSQL database made for this test, whose tables it may change."""
    name = f"test_{secrets.token_hex(6)}"
    await cluster.run(f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    yield address(Path(), cluster.url(name))
    await cluster.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def shared_postgres(cluster: Cluster, postgres_template: str) -> str:
    """Return the name of the database that tests use one after another."""
    asyncio.run(cluster.run(f"CREATE DATABASE steward_shared TEMPLATE {postgres_template}"))
    return "steward_shared"


@pytest_asyncio.fixture
async def postgres_url(cluster: Cluster, shared_postgres: str) -> str:
    """Return the address of an empty PostgreSQL database; emptying one is quicker than making one."""
    await cluster.run(f"TRUNCATE {', '.join(metadata.tables)}", shared_postgres)
    return address(Path(), cluster.url(shared_postgres))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the address of an empty database with its tables made; the test runs once on each engine."""
    url: str = request.getfixturevalue("postgres_url" if request.param == "postgresql" else "sqlite_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def own_database_url(request: pytest.FixtureRequest) -> str:
    """Return the address of an empty database whose tables the test may change, once on each engine."""
    url: str = request.getfixturevalue("own_postgres_url" if request.param == "postgresql" else "sqlite_url")
    return url


@pytest_asyncio.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database.at(database_url)
    yield database
    await database.close()


@pytest_asyncio.fixture
async def house(database_url: str, tmp_path: Path, clock: FixedClock) -> AsyncIterator[House]:
    """Both stores and the services on them, on each engine."""
    async with House(tmp_path, database_url, clock) as house:
        yield house
