"""Logs of a run with no report and of one with a thousand are equal but for the daily line."""

import asyncio
import io
import re
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import mishaps
from bot.demo.world import World, open_world
from bot.ids import Actor, GuildId, RoleId, UserId
from bot.reports.rules import Report, completed
from bot.reports.taxonomy import VALUES
from tests.journeys.conftest import CHEAP
from tests.journeys.people import Person


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2030, 1, 1, 20, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


async def test_a_line_comes_once_a_day_also_when_there_is_nothing_to_tell(written: io.StringIO) -> None:
    clock = Clock()
    summary = mishaps.DailySummary(clock)
    for _ in range(24 * 3):
        await summary.tell_due()
        clock.at += timedelta(hours=1)
    lines = written.getvalue().splitlines()
    assert len(lines) == 3
    assert all('event="faults in private actions" total=0 places=0 faults=' in line for line in lines)


async def test_a_short_span_is_carried_into_the_next(written: io.StringIO) -> None:
    clock = Clock()
    summary = mishaps.DailySummary(clock)
    await summary.tell_due()
    mishaps.count(ValueError("said"))
    clock.at += timedelta(hours=5)
    await summary.tell_due()
    assert written.getvalue() == "", "five hours would narrow down when it was"
    clock.at += timedelta(hours=7)
    await summary.tell_due()
    number = mishaps.number("ValueError at elsewhere")
    assert f'total=1 places=1 faults="{number} ValueError at elsewhere ×1"' in written.getvalue()


def test_everybody_who_meets_a_fault_is_shown_the_same_number() -> None:
    mishaps.take()
    assert mishaps.count(ValueError("of Ana")) == mishaps.count(ValueError("of Ben")) != mishaps.count(TypeError())
    assert mishaps.take().total() == 3


async def a_run(directory: Path, written: io.StringIO, reports: int) -> tuple[list[str], list[str]]:
    """Two days with so many reports, some of which meet a broken store; return the daily lines and the others."""
    async with open_world(directory, stretching=CHEAP) as world:
        await set_up(world)
        await asyncio.gather(*(file(world, number) for number in range(reports)))
        await break_stores(world)
        ana = Person(world, world.person("Ana"))
        for _ in range(min(reports, 5)):
            await ana.runs("report file")
            with pytest.raises(Exception, match="no such table"):
                await file(world, 0)
        for _ in range(8):
            await world.later(hours=6)
    lines = [re.sub(r"^timestamp=\S+ ", "", line) for line in written.getvalue().splitlines()]
    written.seek(0)
    written.truncate()
    mishaps.take()
    return [line for line in lines if "private actions" in line], [line for line in lines if "private" not in line]


async def set_up(world: World) -> None:
    actor = Actor(GuildId(world.guild.id), UserId(1), is_administrator=True)
    await world.steward.guilds.choose_organizer_role(actor, RoleId(world.roles["Organizers"].id))
    await world.steward.guilds.choose_organizers(actor, frozenset([UserId(2)]))


async def file(world: World, number: int) -> None:
    facets = completed({each: list(values)[number % len(values)] for each, values in VALUES.items()})
    actor = Actor(GuildId(world.guild.id), UserId(1000 + number))
    await world.steward.reports.file(actor, world.steward.reports.new_form(), Report(facets, f"Report {number}"))


async def break_stores(world: World) -> None:
    """Let every interaction, every release and the jobs that read guilds fail."""
    with sqlite3.connect(world.settings.database_path) as other:
        other.execute("ALTER TABLE guilds RENAME TO gone")


async def test_no_report_and_a_thousand_leave_the_same_lines(written: io.StringIO, tmp_path: Path) -> None:
    quiet_days, quiet = await a_run(tmp_path / "quiet", written, reports=0)
    busy_days, busy = await a_run(tmp_path / "busy", written, reports=1000)
    assert quiet == busy
    assert len(quiet_days) == len(busy_days) == 2
    assert "total=2 places=1" in quiet_days[0]
    assert "total=7 places=1" in busy_days[0]
