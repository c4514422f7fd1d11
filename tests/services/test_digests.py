"""Digests: silent when nothing grew, once for each period, late but once after a pause, and never more than steps."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from bot import failpoints
from bot.database import outbox as letters
from bot.database.outbox import Letter
from bot.database.tables import digests, guilds, tallies
from bot.guilds.rules import Use
from bot.guilds.service import Times
from bot.reports.rules import tally_cells
from bot.reports.taxonomy import Dimension
from tests.house import ADMINISTRATOR, DIGESTS_CHANNEL, ELSEWHERE, FACETS, GUILD, House
from tests.rules.auditor import Auditor, Column, Counts, steward

MOST_DIGESTS = 80  # each draws lots, so how many it takes is chance; this many without a move never happen


async def posted(house: House) -> list[Letter]:
    """Take every letter that is ready as posted."""
    async with house.database.begin() as connection:
        found = await letters.ready(connection, house.clock.now())
        for letter in found:
            await letters.mark_sent(connection, letter, 1)
    return found


async def kept(house: House) -> list[dict[str, Any]]:
    async with house.database.begin() as connection:
        rows = await connection.execute(select(digests.c.contents).order_by(digests.c.guild_id, digests.c.period))
        return [json.loads(contents) for contents in rows.scalars()]


async def shown(house: House) -> dict[tuple[str, str], int]:
    async with house.database.begin() as connection:
        rows = await connection.execute(select(tallies.c.dimension, tallies.c.value, tallies.c.shown))
        return {(dimension, value): number for dimension, value, number in rows}


async def enough(house: House, reports: int = 20) -> None:
    for number in range(reports):
        await house.file(f"report {number}")
    await house.release()
    await house.confirm()


async def first_digest(house: House) -> Letter:
    """Let weeks pass until the lots let something be shown."""
    for _ in range(MOST_DIGESTS):
        await house.digest()
        if found := await posted(house):
            return found[0]
    raise AssertionError("nothing was ever shown")


async def test_nothing_new_is_no_message(house: House) -> None:
    await house.set_up()
    for _ in range(3):
        await house.digest()
    await enough(house, reports=4)
    for _ in range(3):
        await house.digest()
    assert await posted(house) == []
    assert [contents["total"] for contents in await kept(house)] == [0] * 6


async def test_a_digest_tells_steps_of_k_and_goes_to_its_channel(house: House) -> None:
    await house.set_up()
    await enough(house)
    letter = await first_digest(house)
    assert (letter.guild_id, letter.channel_id, letter.language) == (GUILD, DIGESTS_CHANNEL, "en")
    contents = letter.contents
    assert letter.natural_key == f"digest:{GUILD}:{contents['period']}"
    assert contents == (await kept(house))[-1]
    assert not contents["is_late"]
    assert contents["k"] == 5
    numbers = [at_least for _, _, at_least in contents["tallies"]]
    assert numbers
    assert all(number % 5 == 0 and 5 <= number <= 20 for number in numbers)
    assert [change[2] for change in contents["changes"]] == [0] * len(numbers)
    names = {(dimension, tuple(options)) for dimension, options, _ in contents["tallies"]}
    assert names <= {(dimension, tuple(value.split("×"))) for dimension, value in tally_cells(FACETS)}


async def test_a_period_has_one_digest_whoever_tries_and_however_often(house: House) -> None:
    await house.set_up()
    await enough(house)
    guild = await house.guilds.ready(GUILD)
    house.clock.move_to(guild.next_digest(house.clock.now()))
    await asyncio.gather(*(house.digests.make_due() for _ in range(5)))
    await house.crash()
    await house.digests.make_due()
    assert len(await kept(house)) == 1
    assert len(await posted(house)) <= 1


async def test_a_crash_before_or_after_the_commit_makes_one_digest(house: House) -> None:
    await house.set_up()
    await enough(house)
    guild = await house.guilds.ready(GUILD)

    wanted = ""

    def pull_the_plug(reached: str) -> None:
        if reached == wanted:
            raise ConnectionAbortedError

    for number, place in enumerate(("digest: before the commit", "digest: after the commit"), 1):
        wanted = place
        house.clock.move_to(guild.next_digest(house.clock.now()))
        before = await shown(house)
        failpoints.watch(pull_the_plug)
        crashed = await asyncio.gather(house.digests.make_due(), return_exceptions=True)
        failpoints.watch(None)
        assert [type(error) for error in crashed] == [ConnectionAbortedError]
        await house.crash()
        if number == 1:
            assert await shown(house) == before, "what was not published is not marked as shown"
        await house.digests.make_due()
        assert len(await kept(house)) == number
        told = {(d, "×".join(o)): n for d, o, n in (await kept(house))[-1]["tallies"]}
        assert {name: number for name, number in (await shown(house)).items() if number} == told


async def test_after_a_pause_one_digest_says_that_it_is_late(house: House) -> None:
    await house.set_up()
    await house.digest()
    house.clock.later(days=90)
    await house.digests.make_due()
    await house.digests.make_due()
    first, late = await kept(house)
    assert (first["is_late"], late["is_late"]) == (False, True)
    assert late["since"] == first["period"] == "2026-03-03"
    assert late["period"] == "2026-05-26"
    await house.digest()
    assert [contents["period"] for contents in await kept(house)][2:] == ["2026-06-02"]
    assert not (await kept(house))[-1]["is_late"]


async def test_the_hour_stays_the_same_when_the_clocks_change(house: House) -> None:
    await house.set_up(zone="Europe/Berlin")
    moments = [await house.digest() for _ in range(5)]
    hours = [(moment.day, moment.hour) for moment in moments]
    assert hours == [(3, 8), (10, 8), (17, 8), (24, 8), (31, 7)]
    assert len(await kept(house)) == 5


async def test_a_changed_schedule_holds_from_the_next_digest_on_and_repeats_none(house: House) -> None:
    await house.set_up()
    await house.digest()
    house.clock.later(hours=1)
    await house.guilds.choose_times(ADMINISTRATOR, Times("UTC", "en", "18:00", 1, "15:00"))
    assert await house.digest() == datetime(2026, 3, 3, 15, tzinfo=UTC)
    assert [contents["period"] for contents in await kept(house)] == ["2026-03-03"]
    await house.guilds.choose_times(ADMINISTRATOR, Times("Asia/Kolkata", "en", "18:00", 4, "9:00"))
    assert await house.digest() == datetime(2026, 3, 6, 3, 30, tzinfo=UTC)
    assert [contents["period"] for contents in await kept(house)] == ["2026-03-03", "2026-03-06"]


async def test_without_a_channel_nothing_counts_as_shown(house: House) -> None:
    await house.set_up()
    async with house.database.begin() as connection:
        await connection.execute(update(guilds).values(digests_channel_id=None))
    await enough(house)
    for _ in range(10):
        await house.digest()
    assert await kept(house) == []
    assert set((await shown(house)).values()) == {0}
    await house.guilds.choose_channel(ADMINISTRATOR, Use.DIGESTS, DIGESTS_CHANNEL)
    assert (await first_digest(house)).contents["tallies"]


async def test_one_guild_never_tells_what_another_counts(house: House) -> None:
    await house.set_up()
    await house.set_up_elsewhere()
    await enough(house)
    for _ in range(10):
        await house.digest()
    assert {letter.guild_id for letter in await posted(house)} <= {GUILD}
    assert not any(str(ELSEWHERE) in json.dumps(contents) for contents in await kept(house))


async def test_all_digests_together_say_nothing_but_at_least(house: House) -> None:
    """The auditor reads the whole published history, as an employer in the channel can."""
    await house.set_up()
    history: list[dict[tuple[str, str], int]] = []
    filed = 0
    for week in range(4):
        for number in range((6, 0, 7, 1)[week]):
            await house.file("text", facets={Dimension.CATEGORY: ("MON", "PAY")[number % 2]})
            filed += 1
        await house.release()
        await house.confirm()
        await house.digest()
        history.append({(d, "×".join(o)): n for d, o, n in (await kept(house))[-1]["tallies"]})
        house.clock.later(hours=1)
    columns = []
    for dimension, options in (("category", ("MON", "PAY")), ("role", ("qa",)), ("effect", ("risk",))):
        cells: dict[str, Counts] = {o: tuple(week.get((dimension, o), 0) for week in history) for o in options}
        assert all(number % 5 == 0 for numbers in cells.values() for number in numbers)
        assert all(list(numbers) == sorted(numbers) for numbers in cells.values())
        columns.append(Column(steward, {name: numbers[-2:] for name, numbers in cells.items()}))
    assert Auditor(5, filed + 5).audit(columns) == []


async def test_a_month_that_is_not_over_stands_still_whatever_is_counted(house: House) -> None:
    await house.set_up()
    month = f"{house.clock.now():%Y-%m}"
    for number in range(40):
        await house.file(f"report {number}", facets={Dimension.MONTH: month})
    await house.release()
    await house.confirm()
    moved = None
    for _ in range(MOST_DIGESTS):
        day = (await house.digest()).date()
        if (await shown(house))["month", month]:
            moved = day
            break
    assert moved is not None
    assert f"{moved:%Y-%m}" > month
