"""What leaves Steward of the tallies depends on what was published alone: never on a true count or a secret step."""

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from inspect import getmembers, isfunction, signature
from pathlib import Path
from typing import Any

import pytest
from discord import ui
from sqlalchemy import delete, insert

from bot.database.schedules import Due
from bot.database.tables import tallies
from bot.digests import plans, records, rules, service
from bot.digests.plans import REGULAR, Audience
from bot.digests.rules import TOLD, Cell, CellName, Tally
from bot.digests.service import Digests, Impact
from bot.guilds.service import Guild
from bot.ids import ChannelId
from bot.reports.taxonomy import VALUES, Dimension
from bot.rhythm import Rhythm
from cogs.digests import cards
from tests.clock import FixedClock
from tests.house import GUILD, ORGANIZER, House
from tests.rules.auditor import Counts, steward
from tests.rules.histories import UNSAID, History, history, publish, republish
from tests.rules.reader import Published, audit
from tests.rules.worlds import worlds

HISTORIES = 500
ON_A_DATABASE = 20
WEEKS = 9
DAY = date(2026, 3, 3)


def sent(view: ui.LayoutView) -> object:
    """Return a message as it goes to Discord."""
    return view.to_components()  # type: ignore[no-untyped-call]


def said(text: str) -> str:
    return text


@dataclass(frozen=True)
class World:
    """What stands in the database at one digest: each cell as it was before it and after it."""

    k: int
    before: tuple[Cell, ...]
    after: tuple[Cell, ...]


def lived(seed: int) -> tuple[History, dict[CellName, Counts]]:
    """Live through some weeks and publish them."""
    chance = random.Random(seed)
    years = history(chance, WEEKS)
    return years, publish(years, chance)


def in_words(name: CellName) -> CellName:
    """Return a cell of the histories as the taxonomy calls it, so that it can be shown."""
    return CellName(name.dimension, tuple(map(_option, name.dimension.split("×"), name.options)))


def _option(dimension: str, number: str) -> str:
    if dimension == "month":
        return "unsaid" if number == UNSAID else f"2025-{int(number) + 1:02}"
    return list(VALUES[Dimension(dimension)])[int(number)]


def world(years: History, true: Mapping[CellName, Counts], shown: Mapping[CellName, Counts], steps: int) -> World:
    """Return how a world stands at its last digest, with steps of its own."""
    names = {name: in_words(name) for name in shown}
    *_, k = years.ks
    before = tuple(Cell(names[name], true[name][-1], shown[name][-2], k + steps % k) for name in shown)
    return World(
        k, before, tuple(replace(cell, shown=shown[name][-1]) for cell, name in zip(before, shown, strict=True))
    )


def twins(seed: int) -> tuple[World, list[World]]:
    """Return the world that was lived through, and others with very different counts that published the same."""
    years, shown = lived(seed)
    others = worlds(years, shown, own=False)
    assert all(republish(years.ks, other, shown) == shown for other in others.values()), f"seed {seed}"
    low = {name: tuple(numbers) for name, numbers in shown.items()}
    assert republish(years.ks, low, shown) == shown, f"seed {seed}"
    return world(years, years.truth, shown, 0), [
        world(years, other, shown, place) for place, other in enumerate([low, *others.values()], 1)
    ]


# Channels: what each makes of a world. One line adds another.


def contents_of(found: World, audience: Audience) -> dict[str, Any]:
    """Return what a digest keeps and is rendered from, made by the code that makes it."""
    told = rules.published(found.after)
    digest = rules.Digest(told, rules.grown(rules.published(found.before), told))
    if audience is Audience.URGENT:
        digest = rules.Digest((), ())
    numbers = service._numbers(digest, DUE, WINDOW, guild(found.k))
    return {**numbers, "audience": audience}


def guild(k: int) -> Guild:
    return Guild(GUILD, k=k)


INSTANT = datetime(2026, 3, 3, 9, tzinfo=UTC)
DUE = rules.DueDigest(DAY, INSTANT, is_late=False)
WINDOW = plans.Window(INSTANT - timedelta(days=7), INSTANT)


def card(found: World, audience: Audience) -> object:
    return sent(cards.digest(contents_of(found, audience), said, "ref"))


def impact(found: World, only: str | None) -> object:
    shown = Impact(rules.published(found.after), DAY, found.k)
    return sent(cards.impact(said, shown, only))


OUTPUTS: dict[str, Callable[[World], object]] = {
    **{f"the digest for {each}": lambda found, each=each: card(found, each) for each in Audience},  # type: ignore[misc]
    **{f"kept for {each}": lambda found, each=each: contents_of(found, each) for each in Audience},  # type: ignore[misc]
    **{
        f"/impact, {only or 'at first'}": lambda found, only=only: impact(found, only)  # type: ignore[misc]
        for only in (None, *cards.DIMENSIONS)
    },
}

READERS = {
    # Each function that takes or returns tallies, cells or what is told of them, and what holds it.
    "cards.digest": "OUTPUTS",
    "cards.impact": "OUTPUTS",
    "cards.news": "a part of cards.digest",
    "records.cells": "stays inside",
    "records.history": "SERVED",
    "records.keep": "keeps what OUTPUTS holds",
    "records.published_by": "SERVED",
    "records.save_cells": "stays inside",
    "rules.grown": "OUTPUTS",
    "rules.new_cell": "stays inside",
    "rules.pass_gate": "the auditors of tests/rules",
    "rules.published": "OUTPUTS",
    "rules.stands_still": "is asked for a name and a day alone",
    "service.Digests.early": "SERVED",
    "service.Digests.impact": "SERVED",
    "service.Digests.post": "posts what OUTPUTS holds",
}
HOLDS_TALLIES = re.compile(
    r"Tally|Cell|Impact|\.Digest\b|Change|contents|changes|says|dict\[str, typing\.Any\] \| None"
)


def plainly(output: object) -> bytes:
    """Return an output as the bytes that are sent; discord.py draws ids that say nothing."""
    return json.dumps(output, default=str, sort_keys=True).encode()


@pytest.mark.parametrize("part", range(5))
def test_no_output_tells_worlds_apart_that_published_the_same(part: int) -> None:
    counts = 0
    for seed in range(part, HISTORIES, 5):
        true, others = twins(seed)
        wanted = {name: plainly(make(true)) for name, make in OUTPUTS.items()}
        for other in others:
            counts += sum(a.count != b.count for a, b in zip(true.after, other.after, strict=True))
            for name, make in OUTPUTS.items():
                assert plainly(make(other)) == wanted[name], f"{name}, seed {seed}"
    assert counts > 1000, "the worlds differ"


def test_each_reader_of_tallies_is_held_by_something() -> None:
    """A function that is new here must be named, and so be thought of."""
    found = set()
    for module in (cards, records, rules):
        for name, function in getmembers(module, isfunction):
            is_ours = function.__module__ == module.__name__ and not name.startswith("_")
            if is_ours and HOLDS_TALLIES.search(str(signature(function))):
                found.add(f"{module.__name__.rpartition('.')[2]}.{name}")
    for name, function in getmembers(Digests, isfunction):
        if not name.startswith("_") and HOLDS_TALLIES.search(str(signature(function))):
            found.add(f"service.Digests.{name}")
    assert found == set(READERS)


# What is read back


def texts(component: object) -> Iterator[str]:
    """Return every text that a message shows."""
    if isinstance(component, dict):
        for key, value in component.items():
            yield from (
                [value] if key in {"content", "label", "placeholder"} and isinstance(value, str) else texts(value)
            )
    elif isinstance(component, list):
        for each in component:
            yield from texts(each)


def read_back(message: object) -> dict[str, int]:
    """Return every number that stands beside a name."""
    lines = (line for text in texts(message) for line in text.splitlines())
    return {found[2]: int(found[1]) for line in lines if (found := re.match(r"[▰▱]+ ≥ (\d+) · (.+)", line))}


@pytest.mark.parametrize("part", range(5))
def test_what_is_read_in_the_messages_bounds_nothing_from_above(part: int) -> None:
    """The auditor reads the numbers where people do, week by week."""
    read = 0
    for seed in range(part, HISTORIES, 5):
        years, shown = lived(seed)
        for dimension in {name.dimension for name in shown}:
            columns = {name: numbers for name, numbers in shown.items() if name.dimension == dimension}
            words = {name: cards._name(dimension, in_words(name).options, said) for name in columns}
            weeks = []
            for week in range(years.digests):
                there = [Tally(in_words(name), numbers[week]) for name, numbers in columns.items() if numbers[week]]
                weeks.append(read_back(sent(cards.impact(said, Impact(tuple(there), DAY, 5), dimension))))
            for name, numbers in columns.items():
                seen = tuple(week.get(words[name], 0) for week in weeks)
                assert seen == numbers, f"{name}, seed {seed}"
                begun = int(name.options[0]) * 4 if dimension == "month" and name.options[0] != UNSAID else 0
                assert audit(Published(steward, seen, years.ks, (0,) * years.digests, begun)) == (), f"{name}, {seed}"
                read += len(set(seen)) - 1
    assert read > 100


def test_every_number_of_a_digest_is_published_or_follows_from_what_is() -> None:
    for seed in range(HISTORIES // 5):
        true, _ = twins(seed)
        contents = contents_of(true, Audience.MEMBERS)
        mine = [tally for tally in contents["tallies"] if tally[0] in TOLD]
        sums = {sum(number for dimension, _, number in mine if dimension == each) for each in TOLD}
        known = {true.k, contents["total"], *sums, *(number for *_, number in mine)}
        known |= {number for *_, before, after in contents["changes"] for number in (before, after)}
        for text in texts(sent(cards.digest(contents, said, "ref"))):
            for line in text.splitlines():
                if "more" not in line or "≥" in line:  # how many lines are left out follows from the list
                    plain = re.sub(r"· .*$|\*\*[^*]*\*\*", "", line) if "At least" not in line else line
                    assert {int(number) for number in re.findall(r"\d+", plain)} <= known, f"seed {seed}: {line}"


# What the services return


async def keep(house: House, found: World) -> None:
    """Put a world into the tables as the gate left it."""
    async with house.database.begin() as connection:
        await connection.execute(delete(tallies))
        await connection.execute(
            insert(tallies),
            [
                {
                    "guild_id": GUILD,
                    "dimension": cell.name.dimension,
                    "value": records.BETWEEN_OPTIONS.join(cell.name.options),
                    "count": cell.count,
                    "shown": cell.shown,
                    "step": cell.step,
                }
                for cell in found.after
            ],
        )


SERVED: dict[str, Callable[[House], Any]] = {
    "impact": lambda house: house.digests.impact(ORGANIZER),
    **{f"preview for {each}": lambda house, each=each: preview(house, each) for each in (REGULAR, *Audience)},  # type: ignore[misc]
    "published_by": lambda house: _recorded(house, by=True),
    "history": lambda house: _recorded(house, by=False),
}


async def preview(house: House, which: str) -> object:
    """Look at a digest beforehand."""
    listed = await house.planning.listed(ORGANIZER)
    plan = next(each.plan for each in listed if which in {each.plan.id, each.plan.audience} or each.plan.id == which)
    async with house.database.begin() as connection:
        found = await house.guilds.find_in(connection, GUILD)
        assert found is not None
        schedule = Due(GUILD, service.job_of(plan), house.clock.now(), None, INSTANT - timedelta(days=300))
        return await house.digests.early(connection, found, plan, schedule)


async def _recorded(house: House, *, by: bool) -> object:
    async with house.database.begin() as connection:
        if by:
            return await records.published_by(connection, GUILD, house.clock.now())
        return await records.history(connection, GUILD, date.min)


async def test_no_service_tells_worlds_apart_that_published_the_same(sqlite_url: str, tmp_path: Path) -> None:
    """Left out: `Desk.clusters`, which tells organizers, who read the cases, whether k of a category count at all."""
    async with House(tmp_path, sqlite_url, FixedClock(INSTANT)) as house:
        await house.set_up()
        for number, audience in enumerate(Audience):
            rhythm = Rhythm((4,), INSTANT.time(), "UTC")
            await house.planning.add(ORGANIZER, audience, audience, ChannelId(7_000 + number), rhythm)
        moved = 0
        for seed in range(ON_A_DATABASE):
            house.clock.later(days=7)
            true, others = twins(seed)
            async with house.database.begin() as connection:
                numbers = contents_of(true, Audience.MEMBERS)
                await records.keep(connection, GUILD, house.clock.now().date(), house.clock.now(), numbers)
            await keep(house, true)
            wanted = {name: repr(await serve(house)) for name, serve in SERVED.items()}
            for other in (others[0], others[1 + seed % 4]):
                await keep(house, other)
                for name, serve in SERVED.items():
                    assert repr(await serve(house)) == wanted[name], f"{name}, seed {seed}"
            moved += bool((await house.digests.impact(ORGANIZER)).tallies)
        assert moved
