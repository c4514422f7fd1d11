"""Restores: onto an empty machine, all or nothing, and silent until confirmed."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.database import facts
from bot.database.engine import Database
from bot.database.tables import cards, outbox, schedules
from bot.guilds.rules import Use
from bot.ids import Actor, ChannelId, GuildId, HallId, PollId, UserId
from bot.operations.backup import back_up
from bot.operations.refused import OperationRefused
from bot.operations.restore import confirm, restore
from bot.ownership import AlreadyOwned
from bot.polls import records
from bot.polls.counting.results import Method
from bot.polls.rules import RESTORED, Kind, NotOpenForVotes, Poll, State, Terms, Voters
from bot.polls.service import key_of
from bot.polls.wording import Question
from bot.reports.rules import Waiting
from bot.reports.service import OwnCase
from bot.townhalls import records as halls
from bot.townhalls.plans import Place, PlaceKind, Plan
from bot.townhalls.repeats import Reminder
from bot.townhalls.rules import Series, TownHall
from bot.vault import agefiles
from tests.operations.conftest import CHANNEL, GUILD, MONDAY, House, moved


async def bring_back(house: House, file: Path, *, replacing: bool = False) -> None:
    await restore(house.settings, house.clock, file, house.identity, replacing=replacing)


async def test_everything_acknowledged_is_there_on_an_empty_machine(filled: House, tmp_path: Path) -> None:
    house, codes = filled, filled.codes
    made = await back_up(house.settings, house.clock)
    there = moved(house, tmp_path / "other")
    await bring_back(there, made)
    assert sorted(path.name for path in (there.root / "data").iterdir()) == ["steward.db", "steward.lock", "vault.db"]
    async with there.running() as steward:
        assert await steward.is_held()
        found = [await steward.reports.come_back(code) for code in codes]
        assert (await steward.guilds.ready(GuildId(GUILD))).channel_for(Use.DIGESTS) == CHANNEL
    assert [type(one) for one in found] == [OwnCase, OwnCase, OwnCase, Waiting]
    assert await confirm(there.settings, there.clock)
    assert not await confirm(there.settings, there.clock)


def stores(house: House) -> dict[str, bytes]:
    return {
        str(path.relative_to(house.root)): path.read_bytes()
        for path in sorted((house.root / "data").rglob("*"))
        if path.is_file() and path.name != "steward.lock"
    }


async def test_one_flipped_bit_anywhere_is_refused_and_nothing_changes(filled: House, tmp_path: Path) -> None:
    made = await back_up(filled.settings, filled.clock)
    whole = made.read_bytes()
    before = stores(filled)
    damaged = tmp_path / "damaged.age"
    places = {*range(0, 420, 7), *range(420, len(whole), max(1, len(whole) // 60)), len(whole) - 1}
    for place in sorted(places):
        content = bytearray(whole)
        content[place] ^= 1 << place % 8
        damaged.write_bytes(content)
        with pytest.raises(OperationRefused):
            await bring_back(filled, damaged, replacing=True)
    assert stores(filled) == before


async def test_a_file_cut_short_anywhere_is_refused_and_nothing_changes(filled: House, tmp_path: Path) -> None:
    made = await back_up(filled.settings, filled.clock)
    whole = made.read_bytes()
    before = stores(filled)
    short = tmp_path / "short.age"
    for length in (0, 1, 100, 300, *range(400, len(whole), len(whole) // 40), len(whole) - 1):
        short.write_bytes(whole[:length])
        with pytest.raises(OperationRefused):
            await bring_back(filled, short, replacing=True)
    assert stores(filled) == before


async def test_another_key_opens_nothing(filled: House) -> None:
    made = await back_up(filled.settings, filled.clock)
    filled.identity.write_text(f"{agefiles.new_identity()}\n")
    with pytest.raises(OperationRefused, match="sealed to another key"):
        await bring_back(filled, made, replacing=True)
    public = filled.root / "public.key"
    public.write_text(f"{filled.settings.backup_recipient}\n")
    with pytest.raises(OperationRefused, match="no private age key"):
        await restore(filled.settings, filled.clock, made, public, replacing=True)


async def test_a_directory_in_use_or_not_empty_is_left_alone(filled: House) -> None:
    made = await back_up(filled.settings, filled.clock)
    before = stores(filled)
    with pytest.raises(OperationRefused, match="not empty"):
        await bring_back(filled, made)
    async with filled.running():
        with pytest.raises(AlreadyOwned):
            await bring_back(filled, made, replacing=True)
    assert stores(filled).keys() == before.keys()


async def test_replacing_moves_the_old_data_aside(filled: House) -> None:
    made = await back_up(filled.settings, filled.clock)
    journal = filled.settings.data_dir / "vault.db-journal"
    journal.write_bytes(b"of the old vault, and never to be replayed into the new one")
    old = stores(filled)
    await bring_back(filled, made, replacing=True)
    await bring_back(filled, made, replacing=True)
    assert not journal.exists()
    aside = filled.settings.data_dir / "before-restore-2026-03-03"
    assert {f"data/{path.name}": path.read_bytes() for path in aside.iterdir()} == old
    assert (filled.settings.data_dir / "before-restore-2026-03-03-2").is_dir()


async def test_a_backup_of_a_newer_steward_is_refused(filled: House, tmp_path: Path) -> None:
    database = Database.at(filled.settings.database)
    async with database.begin() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    await database.close()
    with pytest.raises(OperationRefused, match="never started with this Steward"):
        await back_up(filled.settings, filled.clock)


async def test_a_backup_for_another_engine_is_refused(filled: House, tmp_path: Path) -> None:
    made = await back_up(filled.settings, filled.clock)
    there = moved(filled, tmp_path / "other")
    there.extra["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/nothing"
    with pytest.raises(OperationRefused, match="Take DATABASE_URL out"):
        await bring_back(there, made)
    assert stores(there) == {}


async def test_unsent_messages_are_doubted_and_missed_runs_left_out(filled: House, tmp_path: Path) -> None:
    made = await back_up(filled.settings, filled.clock)
    there = moved(filled, tmp_path / "other")
    there.clock.at += timedelta(days=40)
    await bring_back(there, made)
    database = Database.at(there.settings.database)
    async with database.begin() as connection:
        (letter,) = await connection.execute(select(outbox.c.state, outbox.c.first_try_at))
        assert await facts.get(connection, facts.RESTORED) == facts.HELD
    assert letter.state == "sending"
    assert f"{letter.first_try_at:%Y-%m-%d %H:%M}" == "2026-03-03 00:00"
    assert await confirm(there.settings, there.clock)
    async with database.begin() as connection:
        assert min((await connection.execute(select(schedules.c.next_at))).scalars()) > there.clock.at
    await database.close()


def made_poll(number: int, state: State, opens_at: datetime | None) -> Poll:
    terms = Terms(Kind.BALLOT, Method.SINGLE, MONDAY + timedelta(days=40), opens_at)
    question = Question("Where do we meet?", options=("Café", "Park"))
    opened_at = MONDAY if state in {State.OPEN, State.COUNTING, State.CLOSED} else None
    poll_id = PollId(f"{number:08}")
    return Poll(poll_id, GuildId(GUILD), ChannelId(CHANNEL), question, terms, Voters(), state, opened_at)


async def test_polls_that_a_backup_cannot_know_are_void_before_anything_is_said(filled: House, tmp_path: Path) -> None:
    later = MONDAY + timedelta(days=30)
    every = [
        *(made_poll(number, state, None) for number, state in enumerate((State.DRAFT, State.SCHEDULED, State.CLOSED))),
        made_poll(3, State.SCHEDULED, later),
        made_poll(4, State.COUNTING, None),
        made_poll(5, State.SCHEDULED, None),
    ]
    async with filled.running() as steward:
        async with steward._database.begin() as connection:
            for poll in every:
                await records.add(connection, poll)
        await steward.poll_closing._open(every[5].id, filled.clock.at)
        member = Actor(GuildId(GUILD), UserId(50), joined_at=MONDAY - timedelta(days=1))
        await steward.polls.cast(member, every[5].id, "a")
    made = await back_up(filled.settings, filled.clock)
    there = moved(filled, tmp_path / "other")
    await bring_back(there, made)
    async with there.running() as steward:
        assert await steward.is_held()
        with pytest.raises(NotOpenForVotes):  # or they would be told that it counts
            await steward.polls.cast(replace(member, user_id=UserId(51)), every[5].id, "b")
        there.clock.at = later
        await confirm(there.settings, there.clock)
        await steward.due.run()
        async with steward._database.begin() as connection:
            found = {poll.id: await records.find(connection, poll.id) for poll in every}
            told = {poll.id: await records.published(connection, poll.id) for poll in every}
            shown = (await connection.execute(select(cards.c.contents))).scalars().all()
        boxes, key = await steward.poll_closing._box.polls(), steward.poll_closing._keys.own(key_of(every[5].id))
    states = [State.DRAFT, State.CANCELLED, State.CLOSED, State.CANCELLED, State.VOID, State.VOID]
    assert [poll and poll.state for poll in found.values()] == states
    assert [each.void_reason for each in told.values()] == [None, None, None, None, RESTORED, RESTORED]
    assert [each.result for each in told.values()] == [None] * 6, "nothing is guessed"
    assert [each.is_shredded for each in told.values()] == [False, True, True, True, True, True]
    assert (boxes, key) == (set(), None)
    assert sum('"state": "void"' in contents for contents in shown) == 2


async def test_a_reminder_that_fell_due_since_the_backup_is_not_said_again(filled: House, tmp_path: Path) -> None:
    instant = filled.clock.at + timedelta(hours=30)
    plan = Plan("What the pilot measured", "", Place(PlaceKind.OUTSIDE, ""), "UTC", instant.date(), instant.time(), 60)
    series = Series("0" * 8, plan.day, plan.at, plan.day)
    hall = TownHall(HallId("0" * 8), GuildId(GUILD), ChannelId(CHANNEL), plan, series, instant)
    async with filled.running() as steward, steward._database.begin() as connection:
        await halls.add(connection, hall)
    there = moved(filled, tmp_path / "other")
    await bring_back(there, await back_up(filled.settings, filled.clock))
    there.clock.at += timedelta(hours=7)  # the reminder of a day before may have been posted by another Steward
    await confirm(there.settings, there.clock)
    async with there.running() as steward:
        await steward.reminders.remind_due()
        async with steward._database.begin() as connection:
            found = await halls.find(connection, hall.id)
            queued = await connection.execute(select(outbox.c.natural_key))
    assert found is not None
    assert found.told == {Reminder.DAY}
    assert [key for key in queued.scalars() if "hall" in key] == []


async def test_confirming_wants_the_keys_that_fit(filled: House, tmp_path: Path) -> None:
    made = await back_up(filled.settings, filled.clock)
    there = moved(filled, tmp_path / "other")
    keys = there.root / "key"
    for name in ("desk.agekey", "slips.agekey"):
        (keys / name).write_text(f"{agefiles.new_identity()}\n")
    await bring_back(there, made)
    with pytest.raises(OperationRefused, match=r"desk\.agekey does not open the cases.*slips\.agekey"):
        await confirm(there.settings, there.clock)
    (keys / "desk.agekey").unlink()
    with pytest.raises(OperationRefused, match=r"lacks desk\.agekey"):
        await confirm(there.settings, there.clock)
    assert await confirm(there.settings, there.clock, keys_are_lost=True)


async def test_a_held_steward_does_nothing_but_beat(filled: House, tmp_path: Path) -> None:
    made = await back_up(filled.settings, filled.clock)
    there = moved(filled, tmp_path / "other")
    await bring_back(there, made)
    there.clock.at += timedelta(days=20)
    async with there.running() as steward:
        await steward.due.run()
        assert await steward.fact("heartbeat") is not None
        (waiting,) = await steward.guilds.all_ready()
        assert len((await steward._intake.waiting(waiting))[0]) == 1
        await confirm(there.settings, there.clock)
        for _ in range(2):  # one report alone is held back once, by the rules of releases
            there.clock.at += timedelta(days=20)
            await steward.due.run()
        assert (await steward._intake.waiting(waiting))[0] == []
