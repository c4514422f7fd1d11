"""Several digests of one server: added, changed, paused, looked at beforehand, sent early, and never twice."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.database import outbox as letters
from bot.database.digesttables import digest_plans
from bot.database.outbox import Letter
from bot.database.tables import outbox, tallies
from bot.digests.planning import Planned
from bot.digests.plans import (
    MOST_PLANS,
    REGULAR,
    Audience,
    DigestGone,
    NoChannelChosen,
    NothingToTell,
    RegularStays,
    TooManyDigests,
)
from bot.guilds.service import Times
from bot.ids import ChannelId
from bot.petitions.rules import State
from bot.refusals import NotAnOrganizer
from bot.rhythm import Every, Rhythm
from tests.house import ADMINISTRATOR, ELSEWHERE_ORGANIZER, ORGANIZER, WORKER, House
from tests.services.test_digests import enough, first_digest, posted, shown, stands

THERE = ChannelId(812_345_678_901_234_999)
FRIDAYS = Rhythm((4,), time(8), "UTC")


async def added(
    house: House, audience: Audience = Audience.MEMBERS, rhythm: Rhythm = FRIDAYS, form: str = "a"
) -> Planned:
    return await house.planning.add(ORGANIZER, form, audience, THERE, rhythm)


async def comes(house: House, planned: Planned) -> list[Letter]:
    """Let the next time of a digest come and return what is posted where it is told."""
    next_at = (await house.planning.find(ORGANIZER, planned.plan.id)).next_at
    house.clock.move_to(next_at)
    await house.digests.make_due()
    return [letter for _ in range(2) for letter in await posted(house) if letter.channel_id == THERE]


async def test_only_organizers_look_after_digests(house: House) -> None:
    await house.set_up()
    await house.set_up_elsewhere()
    weekly = await added(house)
    for actor in (WORKER, ELSEWHERE_ORGANIZER):
        refused = NotAnOrganizer if actor is WORKER else DigestGone
        for step in (
            house.planning.find(actor, weekly.plan.id),
            house.planning.pause(actor, weekly.plan.id, is_paused=True),
            house.planning.change(actor, weekly.plan.id, FRIDAYS),
            house.planning.delete(actor, weekly.plan.id),
            house.planning.preview(actor, weekly.plan.id),
            house.planning.send_now(actor, weekly.plan.id, "x"),
        ):
            with pytest.raises(refused):
                await step
    with pytest.raises(NotAnOrganizer):
        await house.planning.add(WORKER, "w", Audience.MEMBERS, THERE, FRIDAYS)
    assert [each.plan.id for each in await house.planning.listed(ORGANIZER)] == [REGULAR, weekly.plan.id]


async def test_a_second_digest_has_its_own_days_channel_and_news(house: House) -> None:
    await house.set_up()
    fridays = await added(house)
    assert await added(house) == fridays, "the same form adds one"
    await house.digest()
    await posted(house)
    await stands(house, "handed over", State.DELIVERED, delivered_at=house.clock.now() + timedelta(days=1))
    (letter,) = await comes(house, fridays)
    assert letter.channel_id == THERE
    assert letter.contents["petitions"]["delivered"]["first"][0][0] == "handed over"
    assert (await house.planning.find(ORGANIZER, fridays.plan.id)).next_at == house.clock.now() + timedelta(days=7)
    (letter,) = await comes(house, fridays)
    assert list(letter.contents["petitions"]) == ["unanswered"], "what was told is not new again"


async def test_numbers_move_with_the_regular_digest_alone(house: House) -> None:
    await house.set_up()
    fridays = await added(house)
    await house.planning.pause(ORGANIZER, REGULAR, is_paused=True)
    await enough(house)
    for _ in range(10):
        assert await comes(house, fridays) == []
    assert set((await shown(house)).values()) == {0}
    with pytest.raises(NothingToTell):
        await house.planning.send_now(ORGANIZER, REGULAR, "early")
    assert set((await shown(house)).values()) == {0}


async def test_another_digest_tells_what_the_regular_one_has_published_since(house: House) -> None:
    await house.set_up()
    fridays = await added(house)
    await enough(house)
    regular = await first_digest(house)
    (letter,) = await comes(house, fridays)
    assert letter.contents["tallies"] == regular.contents["tallies"]
    assert letter.contents["changes"] == regular.contents["changes"]
    await house.planning.pause(ORGANIZER, REGULAR, is_paused=True)
    async with house.database.begin() as connection:
        await connection.execute(update(tallies).values(count=1000))
    assert await comes(house, fridays) == [], "nothing was published in between, whatever was counted"


async def test_a_changed_schedule_leaves_nothing_out_and_repeats_nothing(house: House) -> None:
    await house.set_up()
    fridays = await added(house)
    await comes(house, fridays)
    told: list[str] = []
    moments = [
        (FRIDAYS, timedelta(hours=1)),
        (Rhythm((0, 2), time(17), "Asia/Kolkata"), timedelta(days=1)),
        (Rhythm((5,), time(9), "UTC", Every.FORTNIGHT), timedelta(days=9)),
        (Rhythm((1,), time(9), "America/New_York", Every.MONTH), timedelta(days=2)),
        (FRIDAYS, timedelta(days=3)),
    ]
    for number, (rhythm, later) in enumerate(moments):
        house.clock.move_to(house.clock.now() + later)
        await stands(house, f"P{number}", State.DELIVERED, delivered_at=house.clock.now())
        await house.planning.change(ORGANIZER, fridays.plan.id, rhythm)
        for letter in await comes(house, fridays):
            told += [title for title, _ in letter.contents["petitions"].get("delivered", {"first": []})["first"]]
    assert sorted(told) == [f"P{number}" for number in range(len(moments))]


async def test_a_paused_digest_says_nothing_and_then_tells_of_the_pause(house: House) -> None:
    await house.set_up()
    await house.planning.pause(ORGANIZER, REGULAR, is_paused=True)
    await stands(house, "A", State.DELIVERED, delivered_at=house.clock.now() + timedelta(days=3))
    for _ in range(4):
        await house.digest()
    assert await posted(house) == []
    await house.planning.pause(ORGANIZER, REGULAR, is_paused=False)
    await house.digest()
    (letter,) = await posted(house)
    assert letter.contents["petitions"]["delivered"]["first"] == [["A", 25]]


async def test_sent_now_it_is_posted_once_and_the_next_tells_of_what_comes_after(house: House) -> None:
    await house.set_up()
    fridays = await added(house)
    with pytest.raises(NothingToTell):
        await house.planning.send_now(ORGANIZER, fridays.plan.id, "token")
    await stands(house, "A", State.DELIVERED, delivered_at=house.clock.now())
    house.clock.later(hours=1)
    assert (await house.planning.preview(ORGANIZER, fridays.plan.id))["petitions"]["delivered"]["first"] == [["A", 0]]
    assert await posted(house) == [], "looking posts nothing"
    for _ in range(2):
        await house.planning.send_now(ORGANIZER, fridays.plan.id, "token")
    (letter,) = await posted(house)
    assert letter.contents["petitions"]["delivered"]["first"] == [["A", 0]]
    await stands(house, "B", State.DELIVERED, delivered_at=house.clock.now() + timedelta(hours=1))
    (letter,) = await comes(house, fridays)
    assert letter.contents["petitions"]["delivered"]["first"] == [["B", 3]]
    assert [title for title, _ in letter.contents["petitions"]["unanswered"]["first"]] == ["A"]


async def test_a_second_click_on_send_now_is_no_refusal_when_all_is_told(house: House) -> None:
    await house.set_up()
    polls = await added(house, Audience.URGENT)
    await stands(house, "ends tomorrow", days=1)
    sent = [await house.planning.send_now(ORGANIZER, polls.plan.id, "token") for _ in range(2)]
    assert sent[0].plan == sent[1].plan
    assert len(await posted(house)) == 1
    with pytest.raises(NothingToTell):
        await house.planning.send_now(ORGANIZER, polls.plan.id, "another form")


async def test_setting_the_server_up_anew_keeps_how_often_its_digest_comes(house: House) -> None:
    await house.set_up()
    rare = Rhythm((0, 4), time(7, 30), "UTC", Every.FORTNIGHT, date(2026, 3, 9))
    await house.planning.change(ORGANIZER, REGULAR, rare)
    await house.planning.pause(ORGANIZER, REGULAR, is_paused=True)
    times = Times("Europe/Berlin", "en", "18:00", (2,), "8:00")
    guild = await house.guilds.choose_times(ADMINISTRATOR, times)
    assert guild.digest_rhythm == Rhythm((2,), time(8), "Europe/Berlin", Every.FORTNIGHT, date(2026, 3, 9))
    regular = await house.planning.find(ORGANIZER, REGULAR)
    assert regular.plan.is_paused
    assert regular.next_at == guild.digest_rhythm.after(house.clock.now()).at


async def test_an_urgent_notice_tells_of_each_thing_once_and_only_when_it_cannot_wait(house: House) -> None:
    await house.set_up()
    daily = await added(house, Audience.URGENT, Rhythm(tuple(range(7)), time(8), "UTC"))
    await comes(house, daily)
    petition = await stands(house, "ends in ten days", days=10)
    told: list[tuple[datetime, Any]] = []
    for _ in range(11):
        for letter in await comes(house, daily):
            told.append((house.clock.now(), letter.contents["petitions"]))
            assert (letter.contents["tallies"], letter.contents["total"]) == ([], 0)
    ((at, groups),) = told
    assert groups["open"]["first"][0][0] == "ends in ten days"
    assert timedelta(days=1) <= petition.terms.deadline_at - at <= timedelta(days=2)


async def test_the_regular_digest_stays_and_others_go_with_their_schedule(house: House) -> None:
    await house.set_up()
    with pytest.raises(RegularStays):
        await house.planning.delete(ORGANIZER, REGULAR)
    fridays = await added(house)
    await stands(house, "A", State.DELIVERED, delivered_at=house.clock.now())
    await house.planning.delete(ORGANIZER, fridays.plan.id)
    with pytest.raises(DigestGone):
        await house.planning.find(ORGANIZER, fridays.plan.id)
    house.clock.later(days=4)
    await house.digests.make_due()
    async with house.database.begin() as connection:
        found = await connection.execute(select(outbox.c.channel_id))
        assert THERE not in found.scalars().all()
    for number in range(MOST_PLANS - 1):
        await added(house, form=f"form {number}")
    with pytest.raises(TooManyDigests):
        await added(house, form="one more")


async def test_a_crash_at_any_place_of_sending_early_posts_it_once(house: House) -> None:
    await house.set_up()
    fridays = await added(house)
    await stands(house, "A", State.DELIVERED, delivered_at=house.clock.now())
    house.clock.later(hours=1)
    await house.planning.send_now(ORGANIZER, fridays.plan.id, "token")
    await house.crash()
    await house.planning.send_now(ORGANIZER, fridays.plan.id, "token")
    async with house.database.begin() as connection:
        assert len(await letters.ready(connection, house.clock.now())) == 1


async def test_without_a_channel_the_regular_digest_is_not_sent_early(house: House) -> None:
    await house.set_up_elsewhere()
    with pytest.raises(NoChannelChosen):
        await house.planning.send_now(ELSEWHERE_ORGANIZER, REGULAR, "x")


async def test_an_organizer_changes_when_the_regular_digest_comes(house: House) -> None:
    await house.set_up(zone="Europe/Berlin")
    changed = await house.planning.change(ORGANIZER, REGULAR, Rhythm((0, 4), time(7, 30), "Europe/Berlin"))
    assert changed.next_at == datetime(2026, 3, 2, 6, 30, tzinfo=UTC) or changed.next_at.weekday() in {0, 4}
    assert await house.digest() == changed.next_at


async def test_one_digest_that_cannot_be_made_keeps_no_other_from_coming(house: House) -> None:
    await house.set_up()
    broken = await added(house, rhythm=Rhythm((4,), time(7), "UTC"), form="broken")
    fridays = await added(house)
    await stands(house, "A", State.DELIVERED, delivered_at=house.clock.now())
    async with house.database.begin() as connection:
        await connection.execute(update(digest_plans).where(digest_plans.c.id == broken.plan.id).values(days="?"))
    house.clock.move_to(fridays.next_at)
    with pytest.raises(ValueError, match="Expecting value"):
        await house.digests.make_due()
    there = [letter.natural_key for letter in await posted(house) if letter.channel_id == THERE]
    assert [key.split(":")[2] for key in there] == [fridays.plan.id]
