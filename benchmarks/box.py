"""Measure thousands who vote at once, beside the plain way of it: `python -m benchmarks.box`.

The plain way is what a usual bot does at a click: one INSERT and one COMMIT, who and what in one row, on a file with
the same settings. Both answer only what is on disk. *One by one* waits for each answer before the next vote, as in a
quiet hour: there sealing costs the most.
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
from pathlib import Path

import aiosqlite

from bot.ids import UserId
from bot.storefile import SETTINGS
from bot.vault.box import BallotBox, Slip
from bot.vault.engine import Vault
from bot.vault.keys import OwnKey

VOTERS = 5_000
ALONE = 500
POLL = "abcdefgh"

Vote = Callable[[int], Awaitable[object]]
Took = tuple[float, list[float]]


async def measured(vote: Vote, voters: int, *, one_by_one: bool) -> Took:
    """Let everybody vote; return how long it took and what each waited, in seconds."""

    async def one(number: int) -> float:
        since = time.perf_counter() if one_by_one else began
        await vote(number)
        return time.perf_counter() - since

    began = time.perf_counter()
    if one_by_one:
        waited = [await one(number) for number in range(voters)]
    else:
        waited = await asyncio.gather(*(one(number) for number in range(voters)))
    return time.perf_counter() - began, sorted(waited)


async def stewards_way(folder: Path, voters: int, *, one_by_one: bool, reason: str | None, may_replace: bool) -> Took:
    """Cast sealed ballots."""
    vault, key = await Vault.open(folder / "vault.db"), OwnKey(secrets.token_bytes(32))
    box = BallotBox(vault)
    await box.open(POLL, key)

    async def vote(number: int) -> None:
        slip = Slip(f"{number % 5},{number % 3}", f"red fox {number:06}")
        tag = key.tag(UserId(10**17 + number))
        assert await box.cast(POLL, key, tag, slip, reason=reason, may_replace=may_replace)

    took = await measured(vote, voters, one_by_one=one_by_one)
    began = time.perf_counter()
    assert len((await box.contents(POLL, key)).slips) == voters
    print(f"  (opened in {time.perf_counter() - began:.2f} s, {(folder / 'vault.db').stat().st_size / 2**20:.1f} MB)")
    await vault.close()
    return took


async def plain_way(folder: Path, voters: int, *, one_by_one: bool) -> Took:
    """Insert and commit at each click, with the settings of the vault."""
    connection = await aiosqlite.connect(folder / "plain.db", isolation_level=None)
    for name, value in SETTINGS.items():
        await connection.execute(f"PRAGMA {name} = {value}")
    await connection.execute("CREATE TABLE votes (poll TEXT, user INTEGER, choice TEXT, PRIMARY KEY (poll, user))")
    turn = asyncio.Lock()

    async def vote(number: int) -> None:
        async with turn:
            await connection.execute("BEGIN IMMEDIATE")
            await connection.execute("INSERT INTO votes VALUES (?, ?, ?)", (POLL, 10**17 + number, str(number % 5)))
            await connection.execute("COMMIT")

    took = await measured(vote, voters, one_by_one=one_by_one)
    await connection.close()
    with closing(sqlite3.connect(folder / "plain.db")) as record:
        assert record.execute("SELECT count(*) FROM votes").fetchone() == (voters,)
    return took


def main(arguments: Sequence[str]) -> None:
    """Measure and print; the folder to work in can be given, to choose the disk."""
    ways = {"final": (None, False), "with reasons": ("Too little notice, too little pay. " * 3, False)}
    ways["replaceable"] = (None, True)
    for title, voters, one_by_one in (("at once", VOTERS, False), ("one by one", ALONE, True)):
        print(f"{voters:,} vote {title:<22}{'all in s':>10}{'per s':>10}{'median ms':>11}{'last ms':>10}{'ratio':>8}")
        plain: float | None = None
        for name in ("INSERT + COMMIT each", *ways):
            with tempfile.TemporaryDirectory(dir=arguments[0] if arguments else None) as folder:
                if name in ways:
                    reason, may_replace = ways[name]
                    run = stewards_way(
                        Path(folder), voters, one_by_one=one_by_one, reason=reason, may_replace=may_replace
                    )
                else:
                    run = plain_way(Path(folder), voters, one_by_one=one_by_one)
                took, waited = asyncio.run(run)
            plain = plain or took
            print(
                f"{name:<33}{took:>10.2f}{voters / took:>10,.0f}{statistics.median(waited) * 1000:>11.1f}"
                f"{waited[-1] * 1000:>10.1f}{plain / took:>8.1f}"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
