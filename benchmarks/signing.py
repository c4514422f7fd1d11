"""Measure thousands who sign at once, beside the plain way of it: `python -m benchmarks.signing`.

The plain way is what a usual bot does at a click: one INSERT and one COMMIT, on a file with the same settings. Both
answer only what is on disk. Each level of visibility seals a name in its own way, *count only* none.
"""

import asyncio
import secrets
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiosqlite
import pyrage

from bot.clock import SystemClock
from bot.database.audit import AuditChain
from bot.database.engine import Database
from bot.guilds import records as guild_records
from bot.guilds.service import Guild, Guilds
from bot.ids import Actor, GuildId, RoleId, UserId
from bot.petitions import rules
from bot.petitions.conditions import Condition
from bot.petitions.rules import Visibility
from bot.petitions.service import Petitions
from bot.petitions.wording import compose
from bot.storefile import SETTINGS
from bot.vault.engine import Vault
from bot.vault.keys import Keys
from bot.vault.roll import Roll

SIGNERS = 5_000
ORGANIZERS = 3
GUILD = Guild(GuildId(10), RoleId(11), frozenset(UserId(number) for number in range(ORGANIZERS)))
BOSS = Actor(GUILD.id, UserId(0), frozenset({RoleId(11)}))
WORDS = compose("Paid training first", "The board", ["Training in working hours"], "We are told to learn it at night.")

Sign = Callable[[int], Awaitable[object]]


async def measured(sign: Sign) -> tuple[float, list[float]]:
    """Let everybody sign at once; return how long it took and what each waited, in seconds."""

    async def one(number: int) -> float:
        await sign(number)
        return time.perf_counter() - began

    began = time.perf_counter()
    waited = await asyncio.gather(*(one(number) for number in range(SIGNERS)))
    return time.perf_counter() - began, sorted(waited)


async def stewards_way(folder: Path, visibility: Visibility) -> tuple[float, list[float]]:
    """Sign a petition of one level through the service."""
    database = Database.at(f"sqlite+aiosqlite:///{folder / 'steward.db'}")
    await database.prepare()
    vault = await Vault.open(folder / "vault.db")
    keys, clock = Keys(folder / "keys"), SystemClock()
    petitions = Petitions(
        Guilds(database, AuditChain(keys.tags), clock), database, Roll(vault), keys, AuditChain(keys.tags), clock
    )
    async with database.begin() as connection:
        theirs = {user: str(pyrage.x25519.Identity.generate().to_public()) for user in GUILD.organizers}
        await guild_records.save(connection, replace(GUILD, keys=theirs))
    now = clock.now()
    terms = rules.set_terms(visibility, SIGNERS, 3, now + timedelta(days=30), now)
    petition = await petitions.start(BOSS, secrets.token_urlsafe(), WORDS, terms)
    await petitions.submit(BOSS, petition.id)

    async def sign(number: int) -> object:
        signer = Actor(GUILD.id, UserId(10**17 + number))
        return await petitions.sign(signer, petition.id, WORDS.hash, Condition(), f"Signer {number}")

    took = await measured(sign)
    assert len(await petitions._roll.all(petition.id)) == SIGNERS  # noqa: SLF001 - what was measured did happen
    await vault.close()
    await database.close()
    return took


async def plain_way(folder: Path) -> tuple[float, list[float]]:
    """Insert and commit at each click, with the settings of the vault."""
    connection = await aiosqlite.connect(folder / "plain.db", isolation_level=None)
    for name, value in SETTINGS.items():
        await connection.execute(f"PRAGMA {name} = {value}")
    await connection.execute(
        "CREATE TABLE signatures (petition TEXT, user INTEGER, at TEXT, PRIMARY KEY (petition, user))"
    )
    turn = asyncio.Lock()

    async def sign(number: int) -> None:
        async with turn:
            await connection.execute("BEGIN IMMEDIATE")
            values = ("a", 10**17 + number, datetime.now(UTC).isoformat())
            await connection.execute("INSERT INTO signatures VALUES (?, ?, ?)", values)
            await connection.execute("COMMIT")

    took = await measured(sign)
    await connection.close()
    with closing(sqlite3.connect(folder / "plain.db")) as record:
        assert record.execute("SELECT count(*) FROM signatures").fetchone() == (SIGNERS,)
    return took


def main(arguments: Sequence[str]) -> None:
    """Measure and print; the folder to work in can be given, to choose the disk."""
    ways: dict[str, Callable[[Path], Awaitable[tuple[float, list[float]]]]] = {
        f"Steward, {visibility}": lambda folder, visibility=visibility: stewards_way(folder, visibility)  # type: ignore[misc]
        for visibility in Visibility
    }
    plain: float | None = None
    print(f"{SIGNERS:,} sign at once{'':<12}{'all in s':>10}{'per s':>10}{'median s':>10}{'last s':>10}{'ratio':>8}")
    for name, way in {"INSERT + COMMIT each": plain_way, **ways}.items():
        with tempfile.TemporaryDirectory(dir=arguments[0] if arguments else None) as folder:
            took, waited = asyncio.run(way(Path(folder)))  # type: ignore[arg-type]
        plain = plain or took
        print(
            f"{name:<32}{took:>10.2f}{SIGNERS / took:>10,.0f}{statistics.median(waited):>10.2f}{waited[-1]:>10.2f}"
            f"{plain / took:>8.1f}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
