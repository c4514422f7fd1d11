"""Measure a rush on a town hall, beside the plain way of it: `python -m benchmarks.gathering`.

Five thousand sign up and two hundred ask five questions each, all at once. The plain way is what a usual bot does at a
click: one INSERT and one COMMIT, with who and when, on a file with the same settings. Both answer only what is on disk.
Steward seals each question, and is looked at afterwards: nothing lost, nothing doubled, and after the nightly rewrite
no order of arrival in the file.
"""

import asyncio
import random
import secrets
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiosqlite

from bot.clock import SystemClock
from bot.database.audit import AuditChain
from bot.database.engine import Database
from bot.guilds import records as guild_records
from bot.guilds.service import Guild, Guilds
from bot.ids import Actor, ChannelId, GuildId, HallId, RoleId, UserId
from bot.storefile import SETTINGS
from bot.townhalls.plans import Place, PlaceKind, Plan
from bot.townhalls.questions_rules import MOST_UNPUBLISHED
from bot.townhalls.queue import Queue
from bot.townhalls.scheduling import Scheduling
from bot.townhalls.service import TownHalls, key_of
from bot.vault.engine import Vault
from bot.vault.gathering import Gathering
from bot.vault.keys import Keys

SIGN_UPS = 5_000
QUESTIONS = 1_000
ASKING = QUESTIONS // MOST_UNPUBLISHED
IN_SECONDS = 60
"""The time in which all of it is to be done."""
MOST_CORRELATION = 0.1
"""Far above what chance gives with five thousand places, and far below any order."""

GUILD = Guild(
    GuildId(10),
    RoleId(11),
    frozenset({UserId(0)}),
    digests_channel_id=ChannelId(12),
    townhalls_channel_id=ChannelId(13),
)
BOSS = Actor(GUILD.id, UserId(0), frozenset({RoleId(11)}))

Send = Callable[[str, int], Awaitable[object]]
Took = tuple[float, list[float]]


def clicks() -> list[tuple[str, int]]:
    """Return every click in an order of arrival."""
    sent = [("come", number) for number in range(SIGN_UPS)] + [("ask", number) for number in range(QUESTIONS)]
    random.Random(1).shuffle(sent)  # noqa: S311 - the same order in each run
    return sent


async def measured(send: Send) -> Took:
    """Send everything at once; return how long it took and what each waited, in seconds."""

    async def one(kind: str, number: int) -> float:
        await send(kind, number)
        return time.perf_counter() - began

    began = time.perf_counter()
    waited = await asyncio.gather(*(one(*click) for click in clicks()))
    return time.perf_counter() - began, sorted(waited)


def somebody(number: int) -> Actor:
    """Return a member."""
    return Actor(GUILD.id, UserId(10**17 + number))


async def stewards_way(folder: Path) -> Took:
    """Sign up and ask through the services."""
    database = Database.at(f"sqlite+aiosqlite:///{folder / 'steward.db'}")
    await database.prepare()
    vault = await Vault.open(folder / "vault.db")
    keys, clock, gathering = Keys(folder / "keys"), SystemClock(), Gathering(vault)
    chain = AuditChain(keys.tags)
    guilds = Guilds(database, chain, clock)
    async with database.begin() as connection:
        await guild_records.save(connection, GUILD)
    halls = TownHalls(guilds, database, gathering, keys, chain, clock)
    start = (clock.now() + timedelta(days=3)).replace(second=0, microsecond=0)
    plan = Plan("A rush", "", Place(PlaceKind.STAGE, "14"), "UTC", start.date(), start.time(), 60)
    hall = await Scheduling(halls, guilds, database, keys, clock).schedule(BOSS, secrets.token_urlsafe(), plan)

    def send(kind: str, number: int) -> Awaitable[object]:
        if kind == "come":
            return halls.sign_up(somebody(number), hall.id)
        return halls.ask(somebody(number % ASKING), hall.id, f"form {number}", f"What of number {number}?")

    took = await measured(send)
    _, waiting = await Queue(halls, database, gathering, keys, clock).waiting(BOSS, hall.id)
    assert sorted(each.text for each in waiting) == sorted(f"What of number {n}?" for n in range(QUESTIONS))
    assert await gathering.coming(hall.id) == SIGN_UPS
    began = time.perf_counter()
    await vault.rewrite()
    found = correlation(folder, keys, hall.id)
    assert abs(found) < MOST_CORRELATION
    print(f"  (rewritten in {time.perf_counter() - began:.2f} s; order of arrival and place in the file: {found:+.3f})")
    await vault.close()
    await database.close()
    return took


def correlation(folder: Path, keys: Keys, hall_id: HallId) -> float:
    """Return how the order in which people came goes with where they stand in the file."""
    own, content = keys.own(key_of(hall_id)), (folder / "vault.db").read_bytes()
    assert own is not None
    arrived = [number for kind, number in clicks() if kind == "come" and number >= ASKING]
    found = [content.index(own.tag(somebody(number).user_id)) for number in arrived]
    ranks = {place: rank for rank, place in enumerate(sorted(found))}
    return statistics.correlation(range(len(found)), [ranks[place] for place in found])


async def plain_way(folder: Path) -> Took:
    """Insert and commit at each click, with the settings of the vault."""
    connection = await aiosqlite.connect(folder / "plain.db", isolation_level=None)
    for name, value in SETTINGS.items():
        await connection.execute(f"PRAGMA {name} = {value}")
    await connection.execute("CREATE TABLE clicks (hall TEXT, kind TEXT, user INTEGER, text TEXT, at TEXT)")
    turn = asyncio.Lock()

    async def send(kind: str, number: int) -> None:
        async with turn:
            await connection.execute("BEGIN IMMEDIATE")
            values = ("a", kind, 10**17 + number, f"What of number {number}?", datetime.now(UTC).isoformat())
            await connection.execute("INSERT INTO clicks VALUES (?, ?, ?, ?, ?)", values)
            await connection.execute("COMMIT")

    took = await measured(send)
    await connection.close()
    with closing(sqlite3.connect(folder / "plain.db")) as record:
        assert record.execute("SELECT count(*) FROM clicks").fetchone() == (SIGN_UPS + QUESTIONS,)
    return took


def main(arguments: Sequence[str]) -> None:
    """Measure and print; the folder to work in can be given, to choose the disk."""
    total, plain = SIGN_UPS + QUESTIONS, None
    title = f"{SIGN_UPS:,} sign-ups, {QUESTIONS:,} questions"
    print(f"{title:<33}{'all in s':>10}{'per s':>10}{'median s':>10}{'last s':>10}{'ratio':>8}")
    for name, way in {"INSERT + COMMIT each": plain_way, "Steward": stewards_way}.items():
        with tempfile.TemporaryDirectory(dir=arguments[0] if arguments else None) as folder:
            took, waited = asyncio.run(way(Path(folder)))
        plain = plain or took
        print(
            f"{name:<33}{took:>10.2f}{total / took:>10,.0f}{statistics.median(waited):>10.2f}{waited[-1]:>10.2f}"
            f"{plain / took:>8.1f}"
        )
    assert took < IN_SECONDS


if __name__ == "__main__":
    main(sys.argv[1:])
