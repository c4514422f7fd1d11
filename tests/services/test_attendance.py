"""Nobody looks at the desk: intake closes itself, organizers are told once, and looking in opens it again."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from bot.database import outbox
from bot.database.audit import AuditChain
from bot.database.outbox import Letter
from bot.database.tables import guilds
from bot.guilds.rules import Use
from bot.guilds.service import Times
from bot.ids import Actor, ChannelId
from bot.reports.attendance import KIND, TOLD_WITHIN, Attendance, Notice, notice_due
from bot.reports.rules import LEAST_FREE_BYTES, IntakeClosed, check_intake
from bot.trust.service import Trust
from tests.house import ADMINISTRATOR, ELSEWHERE, GUILD, ORGANIZER, House

OURS, THEIRS = ChannelId(101), ChannelId(102)
OPENED = date(2026, 3, 2)


@pytest.fixture
async def watched(house: House) -> House:
    """A guild with a channel for organizers, set up on the second of March, whose intake closes after 14 days."""
    await house.set_up(release_minimum=50)
    await house.guilds.choose_channel(ADMINISTRATOR, Use.ORGANIZERS, OURS)
    return house


async def told(house: House) -> list[Letter]:
    """Do what is due, take what is ready as posted, and return it."""
    await Attendance(house.guilds, house.database, house.clock).remind_due()
    async with house.database.begin() as connection:
        found = await outbox.ready(connection, house.clock.now())
        for letter in found:
            await outbox.mark_sending(connection, letter, house.clock.now())
            await outbox.mark_sent(connection, letter, 1)
    return [letter for letter in found if letter.kind == KIND]


@pytest.mark.parametrize("closes_after", [3, 4, 14, 90])
def test_organizers_are_told_that_intake_closed_exactly_when_reports_are_refused(closes_after: int) -> None:
    closes_on = OPENED + timedelta(days=closes_after)
    for days in range(closes_after + TOLD_WITHIN.days):
        today = OPENED + timedelta(days=days)
        try:
            check_intake(OPENED, closes_after, LEAST_FREE_BYTES, today)
            is_closed = False
        except IntakeClosed:
            is_closed = True
        assert (notice_due(OPENED, closes_on, today) is Notice.CLOSED) == is_closed
    assert notice_due(OPENED, closes_on, OPENED) is None, "the day of the opening is no day of absence"
    assert notice_due(OPENED, closes_on, closes_on - timedelta(days=1)) is Notice.CLOSING


async def test_organizers_are_told_three_days_before_and_when_it_has_happened_once_each(watched: House) -> None:
    trust = Trust(
        watched.guilds,
        watched.database,
        watched.intake,
        AuditChain(watched.keys.tags),
        watched.clock,
        None,
        14,
        watched.coalition.forget_guild,
    )
    days = {}
    for day in range(120):
        if letters := await told(watched):
            days[day] = letters
        await trust.keep_house()  # drops posts after a month, and with them what says that it was said
        watched.clock.later(days=1)
    assert {day: [letter.contents["notice"] for letter in letters] for day, letters in days.items()} == {
        11: ["closing"],
        14: ["closed"],
    }
    (letter,) = days[14]
    assert (letter.channel_id, letter.natural_key) == (OURS, f"attendance:{GUILD}:closed:2026-03-02")
    assert letter.contents == {"notice": "closed", "opened_on": "2026-03-02", "closes_on": "2026-03-16"}


async def test_two_processes_tell_it_once(watched: House) -> None:
    watched.clock.later(days=11)
    both = [Attendance(watched.guilds, watched.database, watched.clock) for _ in range(2)]
    await asyncio.gather(*(each.remind_due() for each in both))
    assert len(await told(watched)) == 1
    await watched.crash()
    assert await told(watched) == []


async def test_what_is_told_is_the_same_whether_none_or_four_wait(watched: House) -> None:
    await watched.set_up_elsewhere()
    boss = Actor(ELSEWHERE, ADMINISTRATOR.user_id, is_administrator=True)
    await watched.guilds.choose_channel(boss, Use.ORGANIZERS, THEIRS)
    for _ in range(4):
        await watched.file()
    for days in (11, 3):
        watched.clock.later(days=days)
        ours, theirs = sorted(await told(watched), key=lambda letter: letter.channel_id)
        key = ours.natural_key.replace(str(GUILD), str(ELSEWHERE))
        assert replace(ours, guild_id=ELSEWHERE, channel_id=THEIRS, natural_key=key) == theirs


async def test_opening_the_desk_opens_intake_again_and_begins_the_days_anew(watched: House) -> None:
    watched.clock.later(days=14)
    with pytest.raises(IntakeClosed):
        await watched.file()
    await watched.desk.page(ORGANIZER)
    assert await watched.file()
    assert await told(watched) == []
    watched.clock.later(days=11)
    (letter,) = await told(watched)
    assert letter.natural_key == f"attendance:{GUILD}:closing:2026-03-16"
    await watched.desk.page(ORGANIZER)
    watched.clock.later(days=10)
    assert await told(watched) == []


async def test_it_is_told_in_the_language_of_the_server(watched: House) -> None:
    await watched.guilds.choose_times(ADMINISTRATOR, Times("UTC", "es", "18:00", (1,), "9:00"))
    watched.clock.later(days=11)
    (letter,) = await told(watched)
    assert letter.language == "es"


async def test_nothing_is_told_without_a_channel_for_organizers(house: House) -> None:
    await house.set_up()
    house.clock.later(days=14)
    assert await told(house) == []
    await house.guilds.choose_channel(ADMINISTRATOR, Use.ORGANIZERS, OURS)
    assert len(await told(house)) == 1


async def test_nothing_is_told_while_steward_is_frozen_or_removed(watched: House) -> None:
    await watched.guilds.freeze(ORGANIZER)
    watched.clock.later(days=14)
    assert await told(watched) == []
    async with watched.database.begin() as connection:
        await connection.execute(update(guilds).values(is_frozen=False))
    await watched.guilds.leave(GUILD)
    assert await told(watched) == []
    await watched.guilds.rejoin(GUILD)
    assert len(await told(watched)) == 1


async def test_a_server_set_up_before_this_was_measured_is_measured_from_now_on(watched: House) -> None:
    async with watched.database.begin() as connection:
        await connection.execute(update(guilds).values(desk_opened_on=None))
    watched.clock.later(days=100)
    assert await told(watched) == []
    guild = await watched.guilds.ready(GUILD)
    assert guild.desk_opened_on == watched.clock.now().date()
