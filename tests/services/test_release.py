"""The release: together, late enough to blur when, never lost, never twice; and what goes to and fro afterwards."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import failpoints
from bot.database import schedules
from bot.database.tables import case_messages, tallies
from bot.guilds.service import RELEASE
from bot.ids import Actor, Lookup
from bot.refusals import NotAnOrganizer
from bot.reports.rules import CaseGone, EmptyText, NoSuchCase, Status, TextTooLong
from tests.house import ELSEWHERE_ORGANIZER, GUILD, ORGANIZER, WORKER, House


async def crash_at(house: House, place: str) -> None:
    """Run the next release, pull the plug at a place, and start again."""

    def pull_the_plug(reached: str) -> None:
        if reached == place:
            raise ConnectionAbortedError

    failpoints.watch(pull_the_plug)
    try:
        with pytest.raises(ConnectionAbortedError):
            await house.release()
    finally:
        failpoints.watch(None)
    await house.crash()


async def counted(house: House) -> set[int]:
    async with house.database.begin() as connection:
        return set((await connection.execute(select(tallies.c.count))).scalars())


async def texts_of(house: House, code: str) -> list[tuple[str, str]]:
    return [(message.author, message.text) for message in (await house.case(code)).messages]


async def answer(house: House, code: str, token: str, text: str) -> None:
    own = await house.own_case(code)
    await house.reports.answer(own.case.id, own.given_pass, token, text)


async def test_fewer_than_the_minimum_are_held_until_more_have_come(house: House) -> None:
    await house.set_up(release_minimum=3)
    await house.file("one")
    await house.file("two")
    await house.release()
    assert await house.texts() == []
    await house.file("three")
    await house.release()
    assert await house.texts() == ["one", "three", "two"]
    assert await house.intake.waiting(GUILD) == ([], [])


async def test_what_is_held_is_released_after_seven_days_however_few(house: House) -> None:
    await house.set_up(release_minimum=3)
    await house.file("alone")
    first_held = await house.release()
    while await house.texts() == []:
        assert house.clock.now() - first_held < timedelta(days=7)
        await house.release()
    assert house.clock.now() - first_held == timedelta(days=7)
    await house.file("next")
    await house.release()
    assert await house.texts() == ["alone"], "the wait begins anew"


async def test_the_wait_is_counted_from_a_run_and_not_from_a_report(house: House) -> None:
    await house.set_up(release_minimum=3)
    await house.file()
    run = await house.release()
    async with house.database.begin() as connection:
        due = await schedules.lock(connection, GUILD, RELEASE)
    assert due is not None
    assert due.held_since == run


async def test_changed_settings_do_not_begin_the_wait_anew(house: House) -> None:
    await house.set_up(release_minimum=3)
    await house.file("alone")
    await house.release()
    house.clock.later(days=6, hours=23)
    await house.set_up(release_minimum=3)
    await house.release()
    await house.release()
    assert await house.texts() == ["alone"]


async def test_what_is_held_is_written_anew_at_each_run_so_that_no_order_stays(house: House) -> None:
    await house.set_up(release_minimum=50)
    lookups = [house.codes.stretch(await house.file(f"held {number}")).lookup for number in range(40)]
    before = places(house, lookups)
    await house.release()
    after = places(house, lookups)
    await house.vault.rewrite()
    assert before != after == places(house, lookups)


def places(house: House, lookups: list[Lookup]) -> list[int]:
    content = (house.directory / "vault.db").read_bytes()
    return [content.index(lookup) for lookup in lookups]


async def test_sent_at_once_is_released_at_the_next_tick_and_takes_no_other_along(house: House) -> None:
    await house.set_up(release_minimum=3)
    await house.file("can wait")
    await house.file("cannot wait", at_once=True)
    await house.releases.release_due()
    assert await house.texts() == ["cannot wait"]
    await house.file("can wait too")
    await house.file("third")
    await house.release()
    assert await house.texts() == ["can wait", "can wait too", "cannot wait", "third"]
    await house.confirm()
    assert await counted(house) == {4}


async def test_a_release_missed_while_steward_was_down_is_made_up_for_once(house: House) -> None:
    await house.set_up()
    await house.file("waits")
    await house.crash()
    house.clock.later(days=90)
    await house.releases.release_due()
    await house.releases.release_due()
    assert await house.texts() == ["waits"]
    guild = await house.guilds.ready(GUILD)
    async with house.database.begin() as connection:
        due = await schedules.lock(connection, GUILD, RELEASE)
    assert due is not None
    assert due.next_at == guild.next_release(house.clock.now())


PLACES = [
    "release: before the commit",
    "release: after the commit",
    "release: deleted from the vault",
    "release: forgotten",
]


@pytest.mark.parametrize("at_once", [False, True], ids=["on time", "at once"])
async def test_a_crash_anywhere_in_a_release_loses_nothing_and_counts_once(house: House, at_once: bool) -> None:  # noqa: FBT001 - a case
    await house.set_up()
    codes = []
    for number, place in enumerate(PLACES, 1):
        codes += [await house.file(f"{number}", at_once=at_once)]
        await crash_at(house, place)
        assert (await house.reports.come_back(codes[-1])) is not None
        await house.release()
        assert await house.texts() == [str(known) for known in range(1, number + 1)]
        await house.confirm()
        assert await counted(house) == {number}
        assert await house.intake.waiting(GUILD) == ([], [])


async def test_two_runs_of_a_release_at_once_make_one_case(house: House) -> None:
    await house.set_up()
    await house.file("once")
    house.clock.later(days=1)
    await asyncio.gather(*(house.releases.release_due() for _ in range(4)))
    assert await house.texts() == ["once"]
    await house.confirm()
    assert await counted(house) == {1}


async def test_reports_already_released_do_not_count_for_the_minimum(house: House) -> None:
    """After a crash they still wait to be forgotten; one new report beside them is alone all the same."""
    await house.set_up(release_minimum=2)
    for text in ("one", "two"):
        await house.file(text)
    await crash_at(house, "release: after the commit")
    assert len((await house.intake.waiting(GUILD))[0]) == 2
    await house.file("alone")
    await house.release()
    assert await house.texts() == ["one", "two"]
    assert len((await house.intake.waiting(GUILD))[0]) == 1


async def test_an_answer_already_delivered_does_not_count_for_the_minimum(house: House) -> None:
    await house.set_up(release_minimum=2)
    (code, _) = [await house.file("one"), await house.file("two")]
    await house.release()
    await answer(house, code, "a form", "first")
    await answer(house, code, "another form", "second")
    await crash_at(house, "release: after the commit")
    assert len((await house.intake.waiting(GUILD))[1]) == 2
    await house.file("alone")
    await house.release()
    assert await house.texts() == ["one", "two"]
    assert len((await house.intake.waiting(GUILD))[1]) == 0
    assert sorted(await texts_of(house, code)) == [("reporter", "first"), ("reporter", "second")]


async def test_an_answer_waits_for_the_release_and_arrives_once(house: House) -> None:
    await house.set_up()
    (code,) = await house.released("a report")
    case = (await house.case(code)).id
    await house.desk.open(ORGANIZER, case)
    await asyncio.gather(*(answer(house, code, "one form", " And \x00another thing ") for _ in range(5)))
    assert await texts_of(house, code) == []
    for place in PLACES:
        await crash_at(house, place)
        await answer(house, code, "one form", "And another thing")
    await house.release()
    assert await texts_of(house, code) == [("reporter", "And another thing")]
    (listed,) = (await house.desk.page(ORGANIZER)).cases
    assert listed.has_news
    await house.desk.open(ORGANIZER, case)
    assert not (await house.desk.page(ORGANIZER)).cases[0].has_news


async def test_an_answer_needs_the_pass_of_that_very_case(house: House) -> None:
    await house.set_up()
    mine, other = await house.released("mine", "other")
    case, passed = (await house.case(mine)).id, (await house.own_case(other)).given_pass
    for case_id, given in [
        (case, passed),
        (case, ""),
        (case, "\ud800"),
        ("zzzzzz", passed),
        ("\x00", passed),
        ("\ud800", ""),
    ]:
        with pytest.raises(NoSuchCase):
            await house.reports.answer(case_id, given, "form", "text")
    for text, refusal in [("", EmptyText), ("a" * 3001, TextTooLong)]:
        with pytest.raises(refusal):
            await house.reports.answer(case, (await house.own_case(mine)).given_pass, "form", text)
    assert await house.intake.waiting(GUILD) == ([], [])


async def test_a_reply_reaches_whoever_has_the_code_and_the_same_form_is_one_reply(house: House) -> None:
    await house.set_up()
    (code,) = await house.released("a report")
    case = (await house.case(code)).id
    form = house.desk.new_form()
    for _ in range(3):
        await house.desk.reply(ORGANIZER, case, form, "We will call you.\u202e")
        await house.crash()
    await asyncio.gather(*(house.desk.reply(ORGANIZER, case, house.desk.new_form(), "More") for _ in range(3)))
    assert await texts_of(house, code) == [("organizer", "We will call you.")] + [("organizer", "More")] * 3
    assert (await house.case(code)).status is Status.ANSWERED
    async with house.database.begin() as connection:
        positions = (await connection.execute(select(case_messages.c.position))).scalars()
        assert sorted(positions) == [1, 2, 3, 4]
    await house.desk.set_status(ORGANIZER, case, Status.CLOSED)
    assert (await house.case(code)).status is Status.CLOSED


async def test_nobody_but_an_organizer_of_that_guild_reads_or_answers_a_case(house: House) -> None:
    await house.set_up()
    await house.set_up_elsewhere()
    (code,) = await house.released("a report")
    case = (await house.case(code)).id
    assert (await house.desk.page(ELSEWHERE_ORGANIZER)).cases == ()
    assert await house.texts() == ["a report"]

    async def refusals(actor: Actor, case_id: str) -> set[type[object]]:
        attempts = [
            house.desk.open(actor, case_id),
            house.desk.set_status(actor, case_id, Status.CLOSED),
            house.desk.reply(actor, case_id, "form", "from a stranger"),
        ]
        return {type(found) for found in await asyncio.gather(*attempts, return_exceptions=True)}

    assert await refusals(ELSEWHERE_ORGANIZER, case) == {CaseGone}
    assert await refusals(WORKER, case) == {NotAnOrganizer}
    assert await refusals(Actor(GUILD, ELSEWHERE_ORGANIZER.user_id, ELSEWHERE_ORGANIZER.role_ids), case) == {
        NotAnOrganizer
    }
    for forged in ("", "zzzzzz", "\x00", "\ud800", "' OR 1=1 --", "%", "a" * 5000):
        assert await refusals(ORGANIZER, forged) == {CaseGone}
    found = await house.case(code)
    assert (found.status, found.messages) == (Status.RECEIVED, ())
