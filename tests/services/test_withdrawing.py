"""Taking a report back: every byte goes, waiting or released, and nobody is told that it went."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from bot import failpoints
from bot.database.tables import audit, case_messages, case_notes, cases, outbox, tallies
from bot.reports.rules import NoSuchCase
from tests.house import BACKUP_DAYS, ORGANIZER, House


async def count(house: House, *tables: object) -> list[int]:
    async with house.database.begin() as connection:
        return [(await connection.execute(select(func.count()).select_from(table))).scalar_one() for table in tables]  # type: ignore[arg-type]


async def in_tallies(house: House) -> set[int]:
    async with house.database.begin() as connection:
        return set((await connection.execute(select(tallies.c.count))).scalars())


async def test_a_report_that_waits_is_withdrawn_and_never_released(house: House) -> None:
    await house.set_up()
    stays, goes = await house.file("stays"), await house.file("goes")
    await house.reports.withdraw(goes)
    with pytest.raises(NoSuchCase):
        await house.reports.come_back(goes)
    await house.release()
    assert await house.texts() == ["stays"]
    assert (await house.case(stays)).report is not None


async def test_a_case_goes_with_its_words_notes_and_counts_and_nobody_is_told(house: House) -> None:
    await house.set_up()
    (code, _) = await house.released("goes", "stays")
    own = await house.own_case(code)
    await house.desk.reply(ORGANIZER, own.case.id, "reply form", "a reply")
    await house.desk.note(ORGANIZER, own.case.id, "note form", "a note")
    await house.reports.answer(own.case.id, own.given_pass, "answer form", "an answer that waits")
    await house.confirm()
    assert await in_tallies(house) == {2}
    before = await count(house, audit, outbox)
    gone_on = await house.reports.withdraw(code)
    assert gone_on == house.clock.now().date() + timedelta(days=BACKUP_DAYS)
    assert await count(house, cases, case_messages, case_notes) == [1, 0, 0]
    assert await in_tallies(house) == {1}
    assert await count(house, audit, outbox) == before, "a row about it would tell when its reporter was there"
    await house.release()
    assert await house.texts() == ["stays"]


async def test_no_byte_of_a_withdrawn_report_remains(house: House) -> None:
    await house.set_up()
    (released,) = await house.released("first")
    lookup: bytes = house.codes.stretch(released).lookup
    waiting = await house.file("second")
    other: bytes = house.codes.stretch(waiting).lookup

    def places() -> list[str]:
        files = [path for path in house.directory.rglob("*") if path.is_file()]
        return [path.name for path in files for each in (lookup, other) if each in path.read_bytes()]

    is_sqlite = house.database.is_sqlite
    assert sorted(places()) == (["steward.db", "vault.db"] if is_sqlite else ["vault.db"])
    await house.reports.withdraw(released)
    await house.reports.withdraw(waiting)
    assert places() == []


async def test_wrong_words_withdraw_nothing_and_say_what_any_wrong_words_do(house: House) -> None:
    await house.set_up()
    await house.released("stays")
    for wrong in ("", "not the words", "\ud800"):
        with pytest.raises(NoSuchCase):
            await house.reports.withdraw(wrong)
    assert await house.texts() == ["stays"]


async def test_a_report_withdrawn_during_its_release_does_not_come_back(house: House) -> None:
    await house.set_up()
    codes = [await house.file(f"report {number}") for number in range(6)]
    guild = await house.guilds.ready(ORGANIZER.guild_id)
    house.clock.move_to(guild.next_release(house.clock.now()))
    await asyncio.gather(
        house.releases.release_due(),
        *(house.reports.withdraw(code) for code in codes[:3]),
        house.releases.release_due(),
    )
    await house.release()
    assert await house.texts() == [f"report {number}" for number in range(3, 6)]


@pytest.mark.parametrize("place", ["withdrawing: gone from the vault", "withdrawing: before the commit"])
async def test_a_crash_while_withdrawing_leaves_it_whole_or_gone_and_it_can_be_done_again(
    house: House, place: str
) -> None:
    await house.set_up()
    (code,) = await house.released("goes")
    await house.confirm()

    def pull_the_plug(reached: str) -> None:
        if reached == place:
            raise ConnectionAbortedError

    failpoints.watch(pull_the_plug)
    try:
        with pytest.raises(ConnectionAbortedError):
            await house.reports.withdraw(code)
    finally:
        failpoints.watch(None)
    await house.crash()
    assert (await house.case(code)).report is not None
    await house.reports.withdraw(code)
    assert await house.texts() == []
    assert await in_tallies(house) == {0}


async def test_cases_joined_to_a_withdrawn_one_stand_for_themselves_again(house: House) -> None:
    await house.set_up()
    first, second = await house.released("first", "second")
    await house.confirm()
    into = (await house.case(first)).id
    await house.desk.merge(ORGANIZER, (await house.case(second)).id, into)
    assert await in_tallies(house) == {1}
    await house.reports.withdraw(first)
    assert await in_tallies(house) == {1}, "the second counts in its place"
    assert await house.texts() == ["second"]


async def test_a_case_too_old_to_be_kept_goes_and_its_numbers_stay(house: House) -> None:
    await house.set_up()
    (old,) = await house.released("old")
    await house.confirm()
    own = await house.own_case(old)
    await house.desk.note(ORGANIZER, own.case.id, "note form", "a note")
    house.clock.later(days=100)
    await house.desk.page(ORGANIZER)
    (young,) = await house.released("young")
    assert own.expires_on > date(2026, 8, 20)
    house.clock.move_to(datetime.combine(own.expires_on, time(12), UTC) - timedelta(days=1))
    await house.releases.expire_due()
    assert await house.texts() == ["old", "young"], "kept to its last day"
    house.clock.later(days=1)
    await house.releases.expire_due()
    assert await house.texts() == ["young"]
    assert await count(house, cases, case_notes) == [1, 0]
    assert await in_tallies(house) == {1}
    with pytest.raises(NoSuchCase):
        await house.reports.come_back(old)
    assert (await house.own_case(young)).gone_from_backups_on == (await house.own_case(young)).expires_on + timedelta(
        days=BACKUP_DAYS
    )


async def test_when_a_case_expires_that_stood_for_a_younger_one_the_matter_is_still_counted_once(house: House) -> None:
    await house.set_up()
    (old,) = await house.released("old")
    house.clock.later(days=100)
    await house.desk.page(ORGANIZER)
    young, younger = await house.released("young", "younger")
    await house.confirm()
    into = (await house.case(old)).id
    for code in (young, younger):
        await house.desk.merge(ORGANIZER, (await house.case(code)).id, into)
    assert await in_tallies(house) == {1}
    house.clock.later(days=90)
    await house.releases.expire_due()
    assert await in_tallies(house) == {1}
    (heir,) = await house.texts()
    assert heir in {"young", "younger"}, "one of the two stands for the other now"


async def test_many_who_withdraw_at_once_do_not_stand_in_each_others_way(house: House) -> None:
    await house.set_up()
    codes = await house.released(*(f"report {number}" for number in range(6)))
    await asyncio.gather(*(house.reports.withdraw(code) for code in codes))
    assert await house.texts() == []
