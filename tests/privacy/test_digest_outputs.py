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

from bot.commitments.rules import BREACH
from bot.database.schedules import Due
from bot.database.tables import tallies
from bot.digests import export, plans, records, rules, service
from bot.digests.export import Facts, Past
from bot.digests.picture import Picture, impact_picture
from bot.digests.plans import REGULAR, Audience
from bot.digests.rules import TOLD, TOLD_ELSEWHERE, Cell, CellName, Tally
from bot.digests.service import Digests, Impact
from bot.guilds.service import Guild
from bot.ids import ChannelId
from bot.outgoing import Illustrated
from bot.reports.taxonomy import BROADER, VALUES, Dimension
from bot.rhythm import Rhythm
from cogs.digests import cards, impact_cards
from cogs.digests.names import names_in
from tests.clock import FixedClock
from tests.house import GUILD, ORGANIZER, House
from tests.rules.auditor import Counts, steward
from tests.rules.histories import UNSAID, History, history, publish, republish
from tests.rules.reader import Published, audit
from tests.rules.worlds import worlds

HISTORIES = 500
ON_A_DATABASE = 10
WEEKS = 9
DAY = date(2026, 3, 3)


def sent(message: ui.LayoutView | Illustrated) -> object:
    """Return a message as it goes to Discord, with the names of its pictures; what is drawn has a test of its own."""
    if isinstance(message, Illustrated):
        return [sent(message.view), sorted(message.pictures)]
    return message.to_components()  # type: ignore[no-untyped-call]


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
    if dimension in BROADER:
        return list(BROADER[dimension])[int(number)]
    if dimension == BREACH:
        return f"promise {number}"
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
    plan = plans.Plan(REGULAR, GUILD, audience, None, guild(found.k).digest_rhythm)
    return service._contents(plan, numbers, pictured(found) if digest.tallies else None, {})


def pictured(found: World) -> Picture:
    """Return the picture of a world beside the digest before it, long enough ago to be warned of what grew."""
    earlier = [(DAY - timedelta(days=35), rules.published(found.before))]
    return impact_picture(earlier, rules.published(found.after), DAY, found.k)


def guild(k: int) -> Guild:
    return Guild(GUILD, k=k)


INSTANT = datetime(2026, 3, 3, 9, tzinfo=UTC)
DUE = rules.DueDigest(DAY, INSTANT, is_late=False)
WINDOW = plans.Window(INSTANT - timedelta(days=7), INSTANT)


def card(found: World, audience: Audience) -> object:
    return sent(cards.digest(contents_of(found, audience), said, "ref"))


def thread(found: World, audience: Audience) -> object:
    below = cards.rest(contents_of(found, audience), said)
    return [sent(cards.part(part.contents, said, "ref")) for part in below.parts] if below else None


def impact(found: World, only: str | None) -> object:
    shown = Impact(rules.published(found.after), DAY, found.k, pictured(found))
    return sent(cards.impact(said, shown, only))


def taken_out(found: World) -> object:
    """Return the files of an export."""
    past = [
        Past(DAY - timedelta(days=age), found.k, rules.published(cells))
        for age, cells in ((7, found.before), (0, found.after))
    ]
    names, facts = names_in(said), Facts(warnings=impact_cards.warning_lines(said, pictured(found)))
    record = export.record(past, names, facts.warnings)
    return export.table(past[-1], names), record, export.brief(past, names, facts, said)


OUTPUTS: dict[str, Callable[[World], object]] = {
    **{f"the digest for {each}": lambda found, each=each: card(found, each) for each in Audience},  # type: ignore[misc]
    **{f"the thread for {each}": lambda found, each=each: thread(found, each) for each in Audience},  # type: ignore[misc]
    "the picture": pictured,
    "the files of an export": taken_out,
    **{f"kept for {each}": lambda found, each=each: contents_of(found, each) for each in Audience},  # type: ignore[misc]
    **{
        f"/impact, {only or 'at first'}": lambda found, only=only: impact(found, only)  # type: ignore[misc]
        for only in (None, *cards.DIMENSIONS)
    },
}

READERS = {
    # Each function that takes or returns tallies, cells or what is told of them, and what holds it.
    "cards.digest": "OUTPUTS",
    "cards.headline": "a part of cards.digest",
    "cards.impact": "OUTPUTS",
    "cards.news": "a part of cards.digest",
    "cards.part": "OUTPUTS",
    "cards.rest": "OUTPUTS",
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
        other = others[seed % len(others)]  # of each kind a hundred: to draw each for each takes minutes
        counts += sum(a.count != b.count for a, b in zip(true.after, other.after, strict=True))
        for name, make in OUTPUTS.items():
            assert plainly(make(other)) == plainly(make(true)), f"{name}, seed {seed}"
    assert counts > 1000, "the worlds differ"


def test_no_picture_is_drawn_otherwise_where_the_same_was_published() -> None:
    for seed in range(ON_A_DATABASE):
        true, others = twins(seed)
        wanted = {name: draw() for name, draw in impact_cards.impact_pictures(said, pictured(true)).items()}
        found = impact_cards.impact_pictures(said, pictured(others[seed % len(others)]))
        assert {name: draw() for name, draw in found.items()} == wanted


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
        for dimension in {name.dimension for name in shown} - TOLD_ELSEWHERE:
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
        grown = sum(change[0] in TOLD for change in contents["changes"])
        known = {true.k, grown, contents["total"], *sums, *(number for *_, number in mine)}
        known |= {number for *_, before, after in contents["changes"] for number in (before, after)}
        shown = pictured(true)  # made of published numbers alone, as the test above holds
        known |= {number for row in shown.audit.rows for number in row.cells if number is not None}
        known |= {number for each in shown.trend for _, number in each.points}
        known |= {number for each in shown.warnings for number in (each.before, each.after, each.times or 0)}
        for text in texts(sent(cards.digest(contents, said, "ref"))):
            for line in text.splitlines():
                if "more" not in line or "≥" in line:  # how many lines are left out follows from the list
                    plain = re.sub(r"· .*$|\*\*[^*]*\*\*|<t:\d+:D>", "", line) if "At least" not in line else line
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
        return await records.history(connection, GUILD, date.min, date.max)


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
