"""Measure the making of one digest in a small server and in a very large one: `python -m benchmarks.digest`.

Reports themselves are not read: a million of them are their counts in the cells of all dimensions, and the digest costs
what there are cells. What is measured is `make_due` for the one digest that is due, up to its commit, the rendering of
its messages, and the drawing of its pictures. Memory is the peak of the process over what it held before, which is read
from the kernel.
"""

import asyncio
import json
import resource
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from bot.clock import SystemClock
from bot.commitments.service import Commitments
from bot.database import schedules
from bot.database.audit import AuditChain
from bot.database.engine import Database
from bot.database.halltables import hall_actions, hall_questions, town_halls
from bot.database.tables import digests, outbox, petition_guilds, petitions, polls, tallies
from bot.digests.service import Digests
from bot.guilds import records as guild_records
from bot.guilds.service import DIGEST, Guild, Guilds
from bot.ids import ChannelId, GuildId, RoleId, UserId
from bot.outgoing import Illustrated
from bot.petitions.service import Petitions
from bot.polls.counting.motions import Of
from bot.polls.service import Polls
from bot.reports.taxonomy import FAMILY_NAMES, GROUP_NAMES, VALUES, Dimension
from bot.resources.service import Resources
from bot.townhalls.service import TownHalls
from bot.vault.box import BallotBox
from bot.vault.engine import Vault
from bot.vault.gathering import Gathering
from bot.vault.keys import Keys
from bot.vault.roll import Roll
from bot.wiring import telling
from cogs.digests import cards

TURNS = 7
GUILD = Guild(GuildId(10), RoleId(11), frozenset({UserId(1)}), digests_channel_id=ChannelId(12))
NOW = datetime.now(UTC)


def cells(reports: int) -> list[dict[str, Any]]:
    """Return the tallies of so many reports, spread over every cell there is."""
    names = [
        (dimension.value, value)
        for dimension in VALUES
        if dimension is not Dimension.CONSENT
        for value in VALUES[dimension]
    ]
    names += [
        ("role×category", f"{role}×{each}") for role in VALUES[Dimension.ROLE] for each in VALUES[Dimension.CATEGORY]
    ]
    names += [("role×family", f"{role}×{each}") for role in VALUES[Dimension.ROLE] for each in FAMILY_NAMES]
    names += [("group×family", f"{group}×{each}") for group in GROUP_NAMES for each in FAMILY_NAMES]
    names += [("month", f"{year}-{month:02}") for year in (2024, 2025) for month in range(1, 13)]
    many: dict[str, int] = {}
    for dimension, _ in names:
        many[dimension] = many.get(dimension, 0) + 1
    return [
        {"guild_id": GUILD.id, "dimension": dimension, "value": value, "count": reports // many[dimension]}
        for dimension, value in names
    ]


def rows_of(size: int) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Return tables filled as in a server with `size` petitions, a fifth as many town halls, and 60 polls at most."""
    long_ago = [NOW - timedelta(days=400 * number / size) for number in range(size)]
    petition = {"guild_id": GUILD.id, "whom": "The board", "demands": '["A"]', "why": "", "visibility": "count"}
    petition |= {"threshold": 100, "supporters": 3, "deadline_at": NOW + timedelta(days=30)}
    states = ("open", "reached", "delivered", "answered", "closed")
    made = [
        {
            **petition,
            "id": f"{number:08}",
            "title": f"Paid training before any rollout of AI {number}",
            "state": states[number % 5],
            "delivered_at": at if number % 5 in {2, 3, 4} else None,
            "answered_at": at if number % 5 in {3, 4} else None,
        }
        for number, at in enumerate(long_ago)
    ]
    hall = {
        "guild_id": GUILD.id,
        "channel_id": 12,
        "series_at": "18:00",
        "text": "",
        "place_kind": "stage",
        "place": "1",
    }
    hall |= {"zone": "UTC", "starts_time": "18:00", "minutes": 60, "agenda": "[]", "services": "[]"}
    hall |= {"is_mirrored": False, "late_hours": 48}
    halls, questions, actions = [], [], []
    for number, at in enumerate(long_ago[: size // 5]):
        name, day = f"hall {number}", at.date().isoformat()
        is_coming = number < size // 50
        at = NOW + timedelta(days=1 + number) if is_coming else at  # noqa: PLW2901 - what is to come starts later
        dates = {"series_id": name, "series_on": day, "slot_on": day, "starts_on": day, "starts_at": at}
        ran = {"started_at": None if is_coming else at, "ended_at": None if is_coming else at + timedelta(hours=1)}
        state = "scheduled" if is_coming else "closed"
        halls.append({**hall, "id": name, "title": f"What the pilot measured {number}", "state": state, **dates, **ran})
        questions += [
            {"id": f"{name}:{each}", "hall_id": name, "text": "Who reads what we type?", "state": "open", "age": 1}
            for each in range(20)
        ]
        todo = {"guild_id": GUILD.id, "hall_id": name, "text": "Ask the board", "responsible": "The council"}
        actions += [
            {**todo, "id": f"{name}.{each}", "due_on": day, "progress": 0, "is_done": each > 0} for each in range(3)
        ]
    poll = {
        "guild_id": GUILD.id,
        "channel_id": 12,
        "kind": "ballot",
        "method": "single",
        "text": "",
        "options": '["A","B"]',
    }
    poll |= {
        "seats": 1,
        "pass_share": "1/2",
        "pass_of": Of.VOTES,
        "quorum_least": 0,
        "quorum_share": "0",
        "state": "closed",
    }
    poll |= {"can_change": True, "has_ledger": False, "is_hidden": True, "joined_before": False, "account_age_days": 0}
    ballots = [
        {**poll, "id": f"poll {number}", "title": "Where do we meet?", "closes_at": at, "closed_at": at}
        for number, at in enumerate(long_ago[: min(60, size)])
    ]
    joined = [{"petition_id": each["id"], "guild_id": GUILD.id} for each in made]
    tables = (petitions, petition_guilds, town_halls, hall_questions, hall_actions, polls)
    return list(zip(tables, (made, joined, halls, questions, actions, ballots), strict=True))


async def measure(folder: Path, reports: int, size: int) -> tuple[float, float, float]:
    """Return the median milliseconds of a digest, of its messages and of its pictures, in a server of this size."""
    database = Database.at(f"sqlite+aiosqlite:///{folder / 'steward.db'}")
    await database.prepare()
    vault = await Vault.open(folder / "vault.db")
    keys, clock = Keys(folder / "keys"), SystemClock()
    chain = AuditChain(keys.tags)
    guilds = Guilds(database, chain, clock)
    petitioning = Petitions(guilds, database, Roll(vault), keys, chain, clock)
    halls = TownHalls(guilds, database, Gathering(vault), keys, chain, clock)
    told = telling(
        petitioning,
        Polls(guilds, database, BallotBox(vault), keys, clock),
        Resources(guilds, database, chain, clock),
        Commitments(guilds, petitioning, halls, database, chain, clock),
    )
    service = Digests(guilds, told, database, clock)
    async with database.begin() as connection:
        await guild_records.save(connection, replace(GUILD, digest_weekdays=tuple(range(7))))
        for table, rows in [(tallies, cells(reports)), *rows_of(size)]:
            await connection.execute(insert(table), rows)
    took, rendered, drawn = [], [], []
    for turn in range(TURNS):
        async with database.begin() as connection:
            # A year of digests is kept, and none of today's.
            await connection.execute(digests.delete())
            await connection.execute(outbox.delete())
            past = [NOW - timedelta(days=7 * week + 2) for week in range(52)]
            kept = [{"period": at.date().isoformat(), "decided_at": at} for at in past]
            contents = json.dumps(
                {"tallies": [[each["dimension"], each["value"].split("×"), 5] for each in cells(1000)]}
            )
            await connection.execute(
                insert(digests), [{"guild_id": GUILD.id, "contents": contents, **each} for each in kept]
            )
            since = NOW - timedelta(days=7)
            await schedules.put(connection, schedules.Due(GUILD.id, DIGEST, NOW - timedelta(minutes=1), None, since))
            await connection.execute(update(tallies).values(shown=0, step=5))
        began = time.perf_counter()
        await service.make_due()
        took.append((time.perf_counter() - began) * 1000)
        async with database.begin() as connection:
            (found,) = (await connection.execute(select(outbox.c.contents))).scalars()
        began = time.perf_counter()
        contents = json.loads(found)
        head = cards.digest(contents, str, f"ref {turn}")
        below = cards.rest(contents, str)
        for part in below.parts if below is not None else ():
            cards.part(part.contents, str, f"ref {turn}")
        rendered.append((time.perf_counter() - began) * 1000)
        assert isinstance(head, Illustrated)
        began = time.perf_counter()
        for draw in head.pictures.values():
            draw()
        drawn.append((time.perf_counter() - began) * 1000)
    await vault.close()
    await database.close()
    return statistics.median(took), statistics.median(rendered), statistics.median(drawn)


def peak() -> float:
    """Return the most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure and print."""
    heads = f"{'reports':>10}{'petitions':>11}{'cells':>7}{'make ms':>10}{'words ms':>10}"
    print(f"{heads}{'pictures ms':>13}{'ms in all':>11}{'MB more':>9}")
    totals = []
    idle = peak()
    for reports, size in ((1_000, 10), (1_000_000, 1_000)):
        with tempfile.TemporaryDirectory() as folder:
            parts = asyncio.run(measure(Path(folder), reports, size))
        totals.append(sum(parts))
        print(
            f"{reports:>10,}{size:>11,}{len(cells(reports)):>7}{parts[0]:>10.1f}{parts[1]:>10.1f}{parts[2]:>13.1f}"
            f"{sum(parts):>11.1f}{peak() - idle:>9.1f}"
        )
    print(f"the large one takes {totals[-1] / totals[0]:.1f} times as long")


if __name__ == "__main__":
    main()
