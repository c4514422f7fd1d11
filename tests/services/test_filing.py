"""Filing: one report and one code for each form, however often it arrives and whatever happens in between."""

import asyncio
import random

import pytest
from sqlalchemy import event, select

from bot import failpoints
from bot.database.tables import cases, tallies
from bot.ids import Actor
from bot.refusals import NotSetUp
from bot.reports.rules import NoSuchCase, Status, Waiting, tally_cells
from bot.reports.service import OwnCase
from bot.reports.taxonomy import Dimension
from tests.house import ELSEWHERE, FACETS, GUILD, WORKER, House


async def counted(house: House) -> dict[tuple[str, str], int]:
    async with house.database.begin() as connection:
        rows = await connection.execute(select(tallies.c.dimension, tallies.c.value, tallies.c.count))
        return {(dimension, value): count for dimension, value, count in rows}


async def test_a_report_waits_with_its_words_for_its_reporter_only(house: House) -> None:
    await house.set_up()
    code = await house.file("  They score\r\nour screens.\u202e ")
    waiting = await house.reports.come_back(code)
    assert isinstance(waiting, Waiting)
    assert waiting.guild_id == GUILD
    assert waiting.report.text == "They score\nour screens."
    assert waiting.report.facets == FACETS
    assert await house.texts() == []
    assert await counted(house) == {}


async def test_a_receipt_tells_when_organizers_will_read_it(house: House) -> None:
    await house.set_up()
    report = house.reports.compose(FACETS, "text")
    receipt = await house.reports.file(WORKER, "a token", report)
    guild = await house.guilds.ready(GUILD)
    assert (receipt.guild, receipt.next_release_at) == (guild, guild.next_release(house.clock.now()))
    assert receipt.code not in repr(receipt)


async def test_a_guild_without_organizers_takes_no_report(house: House) -> None:
    report = house.reports.compose(FACETS, "text")
    with pytest.raises(NotSetUp):
        await house.reports.file(WORKER, "a token", report)
    await house.set_up()
    with pytest.raises(NotSetUp):
        await house.reports.file(Actor(ELSEWHERE, WORKER.user_id), "a token", report)


async def test_the_same_form_five_times_at_once_is_one_report_with_one_code(house: House) -> None:
    await house.set_up()
    codes = await asyncio.gather(*(house.file(token="the same form") for _ in range(5)))
    assert len(set(codes)) == 1
    await house.release()
    assert await house.texts() == ["They score our screens."]
    await house.confirm()
    assert set((await counted(house)).values()) == {1}


async def test_the_same_form_across_crashes_and_a_release_is_one_report_with_one_code(house: House) -> None:
    await house.set_up()
    codes = [await house.file(token="the same form")]
    await house.crash()
    codes.append(await house.file(token="the same form"))
    await house.release()
    codes.append(await house.file(token="the same form"))
    await house.crash()
    codes.append(await house.file(token="the same form"))
    await house.release()
    codes.append(await house.file(token="the same form"))
    assert len(set(codes)) == 1
    assert await house.texts() == ["They score our screens."]
    assert await counted(house) == {}, "a report counts once an organizer has confirmed it"
    await house.confirm()
    await house.confirm()
    assert await counted(house) == dict.fromkeys(tally_cells(FACETS), 1)
    assert await house.intake.waiting(GUILD) == ([], [])


async def test_a_form_delivered_while_its_report_is_being_released_is_still_one_report(house: House) -> None:
    await house.set_up()
    await house.file(token="the same form")
    await asyncio.gather(house.release(), *(house.file(token="the same form") for _ in range(5)))
    await house.release()
    assert await house.texts() == ["They score our screens."]
    await house.confirm()
    assert set((await counted(house)).values()) == {1}


@pytest.mark.parametrize("place", ["filing: before the commit", "filing: after the commit"])
async def test_a_crash_while_filing_and_a_second_try_is_one_report(house: House, place: str) -> None:
    await house.set_up()

    def pull_the_plug(reached: str) -> None:
        if reached == place:
            raise ConnectionAbortedError

    failpoints.watch(pull_the_plug)
    try:
        with pytest.raises(ConnectionAbortedError):
            await house.file(token="the same form")
    finally:
        failpoints.watch(None)
    await house.crash()
    code = await house.file(token="the same form")
    await house.release()
    assert await house.texts() == ["They score our screens."]
    assert (await house.case(code)).status is Status.RECEIVED


async def test_a_code_leads_back_and_every_other_word_leads_nowhere(house: House) -> None:
    await house.set_up()
    await house.set_up_elsewhere()
    waiting = await house.file("waits")
    elsewhere = house.reports.compose(FACETS, "of another guild")
    foreign = (await house.reports.file(Actor(ELSEWHERE, WORKER.user_id), "other form", elsewhere)).code
    (released,) = await house.released("is read")
    assert isinstance(await house.reports.come_back(released.upper().replace(" ", "-")), OwnCase)
    # A code is good wherever its words are typed: whoever has it need not tell the guild.
    assert isinstance(await house.reports.come_back(foreign), Waiting)
    refusals = []
    for wrong in ("", "wrong", released[:-1], f"{released} {waiting}", "\ud800", house.codes.code_for("never filed")):
        with pytest.raises(NoSuchCase) as refused:
            await house.reports.come_back(wrong)
        refusals.append((str(refused.value), refused.value.values, refused.value.sentence))
    assert len({repr(refusal) for refusal in refusals}) == 1, "all wrong codes look alike"


async def test_right_and_wrong_codes_do_the_same_work(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time would tell them apart; the statements sent to both stores are compared, since time here is no measure."""
    await house.set_up()
    await house.released("is read")
    statements: list[str] = []
    await house.vault._connection.set_trace_callback(lambda sql: statements.append(sql.partition("x'")[0]))
    event.listen(house.database._engine.sync_engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    work = []
    for wrong in ("", "wrong", "\x00", "zoo " * 500):
        with pytest.raises(NoSuchCase):
            await house.reports.come_back(wrong)
        work.append(tuple(statements))
        statements.clear()
    assert len(set(work)) == 1
    assert [" FROM intake " in sql or "FROM cases" in sql for sql in work[0]].count(True) == 2


async def test_forty_reports_of_a_day_are_released_and_counted_once(house: House) -> None:
    await house.set_up()
    chance = random.Random(7)
    options = {Dimension.CATEGORY: ["MON", "PAY", "JOB-CUT"], Dimension.ROLE: ["qa", "sre"]}
    for number in range(40):
        chosen = {dimension: chance.choice(values) for dimension, values in options.items()}
        await house.file(f"report {number:03}", facets=chosen)
        house.clock.later(seconds=chance.randint(1, 60))
    await house.release()
    assert await house.texts() == [f"report {number:03}" for number in range(40)]
    await house.confirm()
    totals: dict[str, int] = {}
    for (dimension, _), count in (await counted(house)).items():
        totals[dimension] = totals.get(dimension, 0) + count
    assert totals == {dimension: 40 for dimension, _ in tally_cells(FACETS)}
    house.clock.later(days=1)
    await house.releases.release_due()
    assert sum((await counted(house)).values()) == 40 * len(totals)


async def test_cases_are_kept_in_no_order_of_arrival(house: House) -> None:
    """Not by their ids, and not by their place in the table either."""
    await house.set_up()
    by_id, by_place = set(), set()
    for _ in range(8):
        codes = [await house.file(f"report {number}") for number in range(4)]
        lookups = [house.codes.stretch(code).lookup for code in codes]
        await house.release()
        async with house.database.begin() as connection:
            rows = (await connection.execute(select(cases.c.id, cases.c.lookup))).all()
        batch = [lookups.index(row.lookup) for row in rows if row.lookup in lookups]
        by_place.add(tuple(batch))
        by_id.add(tuple(lookups.index(row.lookup) for row in sorted(rows) if row.lookup in lookups))
    assert len(by_id) > 1
    assert len(by_place) > 1
