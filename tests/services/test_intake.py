"""What a worker is told of the desk before writing, and when nothing is taken in."""

import asyncio
from contextlib import suppress

import pytest

from bot.ids import Actor, UserId
from bot.reports.limit import FilingLimit
from bot.reports.rules import MOST_A_DAY, Answering, DiskFull, IntakeClosed, LimitReached
from tests.clock import MONDAY
from tests.house import GUILD, ORGANIZER, WORKER, House


def on_disk(house: House) -> bytes:
    return b"".join(path.read_bytes() for path in house.directory.rglob("*") if path.is_file())


async def test_of_twenty_reports_of_one_account_three_a_day_are_taken(house: House) -> None:
    await house.set_up()
    taken = 0
    for number in range(20):
        try:
            await house.file(f"report {number}", worker=WORKER)
        except LimitReached:
            continue
        taken += 1
    assert taken == MOST_A_DAY
    await house.file("another person's", worker=Actor(GUILD, UserId(77)))
    house.clock.later(days=1)
    await house.file("tomorrow's", worker=WORKER)
    reports, _ = await house.intake.waiting(GUILD)
    assert len(reports) == MOST_A_DAY + 2


async def test_the_same_form_again_is_not_counted_again_and_gets_its_code_at_the_limit(house: House) -> None:
    await house.set_up()
    first = await house.file(token="form 1", worker=WORKER)
    codes = await asyncio.gather(*(house.file(token="form 1", worker=WORKER) for _ in range(5)))
    assert set(codes) == {first}
    for number in (2, 3):
        await house.file(token=f"form {number}", worker=WORKER)
    assert await house.file(token="form 1", worker=WORKER) == first
    with pytest.raises(LimitReached):
        await house.file(token="form 4", worker=WORKER)


async def test_what_could_not_be_kept_is_not_counted(house: House) -> None:
    await house.set_up()
    house.free_bytes = 0
    for _ in range(MOST_A_DAY):
        with pytest.raises(DiskFull):
            await house.file(worker=WORKER)
    house.free_bytes = 10**10
    for _ in range(MOST_A_DAY):
        await house.file(worker=WORKER)


async def test_at_the_limit_no_byte_on_disk_knows_the_account(house: House) -> None:
    await house.set_up()
    who = UserId(987_654_321_012_345_678)
    for number in range(5):
        with suppress(LimitReached):
            await house.file(f"report {number}", worker=Actor(GUILD, who))
    kept = on_disk(house)
    for form in (str(who).encode(), who.to_bytes(8, "big"), who.to_bytes(8, "little"), f"{who:x}".encode()):
        assert form not in kept


def test_the_count_of_a_day_is_under_a_key_of_that_day_alone() -> None:
    limit = FilingLimit()
    limit.take(UserId(1), "form", MONDAY.date())
    kept = dict(limit._taken)
    limit.forget(MONDAY.date())
    assert limit._taken == kept
    limit.forget(MONDAY.date().replace(day=MONDAY.day + 1))
    assert limit._taken == {}
    limit.take(UserId(1), "form", MONDAY.date().replace(day=MONDAY.day + 1))
    assert not set(kept) & set(limit._taken)


async def test_intake_closes_itself_when_nobody_looks_and_opens_when_somebody_does(house: House) -> None:
    await house.set_up()
    await house.desk.page(ORGANIZER)
    house.clock.later(days=13)
    await house.file("still taken")
    assert (await house.reports.inbox(GUILD)).opened_days_ago == 13
    house.clock.later(days=1)
    with pytest.raises(IntakeClosed) as closed:
        await house.file("not taken")
    assert closed.value.values == {"days": 14}
    with pytest.raises(IntakeClosed):
        await house.reports.inbox(GUILD)
    await house.desk.page(ORGANIZER)
    await house.file("taken again")
    assert (await house.reports.inbox(GUILD)).opened_days_ago == 0


async def test_a_form_that_was_kept_gets_its_code_when_intake_has_closed_since(house: House) -> None:
    await house.set_up()
    await house.desk.page(ORGANIZER)
    code = await house.file(token="the form")
    house.clock.later(days=30)
    assert await house.file(token="the form") == code


async def test_opening_one_case_is_opening_the_desk(house: House) -> None:
    await house.set_up()
    (code,) = await house.released("a report")
    house.clock.later(days=20)
    await house.desk.open(ORGANIZER, (await house.case(code)).id)
    assert (await house.reports.inbox(GUILD)).opened_days_ago == 0


async def test_a_nearly_full_disk_takes_no_report_and_says_so_before_one_is_written(house: House) -> None:
    await house.set_up()
    house.free_bytes = 100 * 1024**2
    with pytest.raises(DiskFull):
        await house.reports.inbox(GUILD)
    with pytest.raises(DiskFull):
        await house.file()
    assert await house.intake.waiting(GUILD) == ([], [])


async def test_how_soon_an_answer_comes_is_told_coarsely_and_only_after_a_digest_has_told_of_reports(
    house: House,
) -> None:
    await house.set_up()
    codes = await house.released(*(f"report {number}" for number in range(24)))
    await house.confirm()
    for code in codes[:13]:
        case = await house.case(code)
        await house.desk.reply(ORGANIZER, case.id, f"form {case.id}", "We are on it")
    assert (await house.reports.inbox(GUILD)).answering is Answering.UNKNOWN
    found = Answering.UNKNOWN
    for _ in range(60):
        await house.digest()
        await house.desk.page(ORGANIZER)
        if (found := (await house.reports.inbox(GUILD)).answering) is not Answering.UNKNOWN:
            break
    assert found is Answering.SAME_WEEK
