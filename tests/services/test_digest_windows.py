"""Where one digest ends and the next begins: what happened is told as new once, whatever clocks and organizers do."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select, update

from bot.database import schedules
from bot.database.schedules import Due
from bot.database.tables import outbox, tallies
from bot.digests.planning import Planned
from bot.digests.plans import REGULAR
from bot.digests.rules import TOLD
from bot.ids import ChannelId
from bot.operations import restore
from bot.petitions.rules import State
from bot.rhythm import Every, Rhythm
from tests.house import ORGANIZER, House
from tests.services.test_digest_plans import FRIDAYS, THERE, added, comes
from tests.services.test_digests import enough, posted, shown, stands

TUESDAYS = Rhythm((1,), time(9), "UTC")


def delivered(contents: dict[str, Any]) -> list[str]:
    """Return the titles that are told as handed over since the last digest."""
    return [title for title, _ in contents["petitions"].get("delivered", {"first": []})["first"]]


async def all_posted(house: House, channel_id: ChannelId | None = None) -> list[dict[str, Any]]:
    """Take every letter as posted, and return what those to a channel, or all, say."""
    found: list[dict[str, Any]] = []
    while letters := await posted(house):
        found += [dict(letter.contents) for letter in letters if channel_id in {None, letter.channel_id}]
    return found


async def schedule_of(house: House, planned: Planned) -> Due:
    async with house.database.begin() as connection:
        found = await schedules.lock(connection, planned.plan.guild_id, f"digest:{planned.plan.id}")
    assert found is not None
    return found


async def test_growth_is_new_once_in_a_digest_that_comes_with_the_regular_one(house: House) -> None:
    await house.set_up()
    members = await added(house, rhythm=TUESDAYS)
    await enough(house)
    chains: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for _ in range(30):
        for contents in [letter.contents for letter in await comes(house, members)]:
            for dimension, chosen, before, after in contents["changes"]:
                chains.setdefault((dimension, "×".join(chosen)), []).append((before, after))
    grown = {name: number for name, number in (await shown(house)).items() if number and name[0] in TOLD}
    assert grown
    for name, number in grown.items():
        steps = chains[name]
        assert [before for before, _ in steps] == [0, *(after for _, after in steps[:-1])], name
        assert steps[-1][1] == number


async def test_sent_early_the_regular_digest_does_not_repeat_its_own_growth(house: House) -> None:
    await house.set_up()
    await enough(house)
    for _ in range(20):
        await house.digest()
        await all_posted(house)
    await stands(house, "A", State.DELIVERED, delivered_at=house.clock.now() + timedelta(hours=1))
    async with house.database.begin() as connection:
        await connection.execute(update(tallies).values(count=1000))
    while not (await house.digest(), [each for each in await all_posted(house) if each["changes"]])[1]:
        pass
    house.clock.later(hours=1)
    assert (await house.planning.preview(ORGANIZER, REGULAR))["changes"] == []


async def test_a_clock_that_steps_back_by_seconds_tells_nothing_twice_and_leaves_nothing_out(house: House) -> None:
    await house.set_up()
    fridays = await added(house)
    await stands(house, "A", State.DELIVERED, delivered_at=house.clock.now())
    told = [title for letter in await comes(house, fridays) for title in delivered(dict(letter.contents))]
    await stands(house, "C", State.DELIVERED, delivered_at=house.clock.now() - timedelta(seconds=20))
    house.clock.later(seconds=-50)
    await stands(house, "D", State.DELIVERED, delivered_at=house.clock.now())
    await house.planning.send_now(ORGANIZER, fridays.plan.id, "again")
    told += [title for contents in await all_posted(house) for title in delivered(contents)]
    told += [title for letter in await comes(house, fridays) for title in delivered(dict(letter.contents))]
    assert sorted(told) == ["A", "C", "D"]


async def test_what_was_told_is_not_told_again_after_the_clock_was_set_back(house: House) -> None:
    await house.set_up()
    fridays = await added(house)
    at = house.clock.now() + timedelta(days=3)
    await stands(house, "A", State.DELIVERED, delivered_at=at)
    house.clock.move_to(at + timedelta(hours=1))
    await house.planning.send_now(ORGANIZER, fridays.plan.id, "first")
    house.clock.later(hours=-2)
    await house.planning.send_now(ORGANIZER, fridays.plan.id, "second")
    house.clock.later(hours=3)
    told = [title for contents in await all_posted(house) for title in delivered(contents)]
    told += [title for letter in await comes(house, fridays) for title in delivered(dict(letter.contents))]
    assert told == ["A"]


async def test_a_due_time_that_comes_again_on_a_clock_set_back_posts_nothing_and_loses_nothing(house: House) -> None:
    await house.set_up()
    fridays = await added(house)
    await stands(house, "always there", days=300)
    due_at = (await schedule_of(house, fridays)).next_at
    house.clock.move_to(due_at + timedelta(days=7, seconds=30))  # an outage over two due times
    await house.digests.make_due()
    (first,) = await all_posted(house, THERE)
    assert first["period"] == (due_at + timedelta(days=7)).date().isoformat()
    house.clock.later(seconds=-50)
    await house.planning.change(ORGANIZER, fridays.plan.id, FRIDAYS)
    event = house.clock.now() + timedelta(seconds=10)
    await stands(house, "A", State.DELIVERED, delivered_at=event)
    house.clock.later(minutes=10)
    await house.digests.make_due()
    assert await all_posted(house, THERE) == []
    (letter,) = await comes(house, fridays)
    assert delivered(dict(letter.contents)) == ["A"]


async def test_the_first_of_a_monthly_digest_leaves_nothing_out_since_it_was_added(house: House) -> None:
    await house.set_up()
    monthly = await added(house, rhythm=Rhythm((0,), time(8), "UTC", Every.MONTH))
    assert monthly.next_at - house.clock.now() > timedelta(days=30)
    began = house.clock.now()
    for days in (-8, -6, 1, 20, 34):
        await stands(house, f"{days}", State.DELIVERED, delivered_at=began + timedelta(days=days))
    (letter,) = await comes(house, monthly)
    assert delivered(dict(letter.contents)) == ["-6", "1", "20", "34"]
    assert letter.contents["since"] == (began - timedelta(days=7)).date().isoformat()


async def test_what_is_due_still_comes_when_the_schedule_changes_in_that_very_minute(house: House) -> None:
    await house.set_up()
    fridays = await added(house)
    await stands(house, "always there", days=300)
    await comes(house, fridays)
    due_at = (await schedule_of(house, fridays)).next_at
    house.clock.move_to(due_at + timedelta(seconds=1))
    moved = await house.planning.change(ORGANIZER, fridays.plan.id, Rhythm((2,), time(8), "UTC"))
    assert moved.next_at == due_at
    await house.digests.make_due()
    (contents,) = await all_posted(house, THERE)
    assert contents["period"] == due_at.date().isoformat()
    assert not contents["is_late"]
    assert (await schedule_of(house, fridays)).next_at == datetime.combine(
        due_at.date() + timedelta(days=5), time(8), UTC
    )


async def test_two_due_times_on_one_day_are_two_digests_of_another_and_one_of_the_regular(house: House) -> None:
    await house.set_up()
    fridays = await added(house)
    await stands(house, "always there", days=300)
    await comes(house, fridays)
    later = Rhythm((4,), time(15), "UTC")
    for plan_id in (fridays.plan.id, REGULAR):
        await house.planning.change(ORGANIZER, plan_id, Rhythm((4,), time(10), "UTC"))
    for hour in (10, 15):
        house.clock.move_to(house.clock.now().replace(hour=hour))
        await house.digests.make_due()
        for plan_id in (fridays.plan.id, REGULAR):
            await house.planning.change(ORGANIZER, plan_id, later)
    async with house.database.begin() as connection:
        keys = (await connection.execute(select(outbox.c.natural_key))).scalars().all()
    day = house.clock.now().date().isoformat()
    today = [key for key in keys if day in key]
    assert len([key for key in today if fridays.plan.id in key]) == 3
    assert len([key for key in today if fridays.plan.id not in key]) == 1


async def confirmed(house: House) -> None:
    """Let a restored Steward go on, as `confirm` does with what came due."""
    async with house.database.begin() as connection:
        await restore._skip_missed(connection, house.clock.now())


async def test_a_restore_leaves_out_what_may_have_been_told_and_nothing_else(house: House) -> None:
    await house.set_up()
    fridays = await added(house)
    await comes(house, fridays)
    at = house.clock.now()
    last = at + timedelta(days=14)
    await stands(house, "may have been told", State.DELIVERED, delivered_at=at + timedelta(days=3))
    await stands(house, "in the last minute", State.DELIVERED, delivered_at=last - timedelta(seconds=20))
    await stands(house, "later", State.DELIVERED, delivered_at=last + timedelta(days=1))
    house.clock.move_to(last + timedelta(days=2))
    await confirmed(house)
    await house.digests.make_due()
    assert await all_posted(house) == []
    (letter,) = await comes(house, fridays)
    assert delivered(dict(letter.contents)) == ["in the last minute", "later"]


async def test_a_restore_does_not_pass_over_what_a_paused_digest_has_yet_to_tell(house: House) -> None:
    await house.set_up()
    fridays = await added(house)
    await comes(house, fridays)
    await house.planning.pause(ORGANIZER, fridays.plan.id, is_paused=True)
    await stands(house, "A", State.DELIVERED, delivered_at=house.clock.now() + timedelta(days=3))
    house.clock.later(days=16)
    await confirmed(house)
    await house.planning.pause(ORGANIZER, fridays.plan.id, is_paused=False)
    (letter,) = await comes(house, fridays)
    assert delivered(dict(letter.contents)) == ["A"]


async def test_a_restore_never_moves_a_window_back(house: House) -> None:
    """The rhythm may have changed while a digest was due: its latest time is then long before what was told."""
    await house.set_up()
    fridays = await added(house)
    await comes(house, fridays)
    await stands(house, "A", State.DELIVERED, delivered_at=house.clock.now() + timedelta(days=1))
    house.clock.later(days=2)
    await house.planning.send_now(ORGANIZER, fridays.plan.id, "early")
    assert [delivered(each) for each in await all_posted(house) if delivered(each)] == [["A"]]
    due_at = (await schedule_of(house, fridays)).next_at
    house.clock.move_to(due_at + timedelta(seconds=1))
    rare = Rhythm((0,), time(8), "UTC", Every.FORTNIGHT, date(2026, 3, 9))
    await house.planning.change(ORGANIZER, fridays.plan.id, rare)
    before = (await schedule_of(house, fridays)).told_until
    await confirmed(house)
    after = (await schedule_of(house, fridays)).told_until
    assert before is not None
    assert after is not None
    assert after >= before
