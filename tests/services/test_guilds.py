"""Setting a guild up: who may, what is refused, and that nothing is forgotten."""

import asyncio
from collections.abc import Coroutine
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bot.approvals.service import Action, Approvals
from bot.database import schedules
from bot.database.audit import AuditChain, Entry, newest
from bot.digests.rules import StepLowered
from bot.guilds.rules import (
    CodeNameOutOfRange,
    Guild,
    NoOrganizers,
    Reporting,
    SecondOrganizerNeeded,
    Use,
    reporting_changes,
)
from bot.guilds.service import DIGEST, RELEASE, Times
from bot.ids import Actor, ChannelId, RoleId, UserId
from bot.refusals import NotAnAdministrator, NotAnOrganizer, NotSetUp
from bot.wallclock import UnknownTime, UnknownZone
from tests.house import (
    ADMINISTRATOR,
    DIGESTS_CHANNEL,
    ELSEWHERE,
    ELSEWHERE_ORGANIZER,
    GUILD,
    ORGANIZER,
    ROLE,
    WORKER,
    House,
)

BERLIN = Times("Europe/Berlin", "en", "18:30", (4,), "9.15")


LARGER = Reporting(release_minimum=5, release_hold_days=14, k=8, retention_days=90, intake_closes_after_days=30)
OTTO = Actor(GUILD, UserId(212_345_678_901_234_505), frozenset({ROLE}))


async def public_rows(house: House) -> list[Entry]:
    """Return the newest rows that every member can read, newest first."""
    async with house.database.begin() as connection:
        return await newest(connection, GUILD, 12)


async def next_at(house: House, job: str) -> datetime | None:
    async with house.database.begin() as connection:
        found = await schedules.lock(connection, GUILD, job)
    return None if found is None else found.next_at


async def test_only_administrators_set_a_guild_up(house: House) -> None:
    """An organizer is none, and neither is somebody who was one at another click."""
    await house.set_up()
    before = await house.guilds.find(GUILD)
    attempts = [
        attempt
        for actor in (WORKER, ORGANIZER, Actor(GUILD, ADMINISTRATOR.user_id))
        for attempt in every_choice(house, actor)
    ]
    refused = await asyncio.gather(*attempts, return_exceptions=True)
    assert [type(answer) for answer in refused] == [NotAnAdministrator] * 21
    assert await house.guilds.find(GUILD) == before


def every_choice(house: House, actor: Actor) -> list[Coroutine[Any, Any, Guild]]:
    return [
        house.guilds.settings(actor),
        house.guilds.choose_organizer_role(actor, RoleId(1)),
        house.guilds.choose_organizers(actor, frozenset({UserId(1)})),
        house.guilds.choose_channel(actor, Use.DIGESTS, ChannelId(1)),
        house.guilds.choose_times(actor, BERLIN),
        house.guilds.choose_reporting(actor, LARGER),
        house.guilds.choose_code_names(actor, "Lantern"),
    ]


async def test_a_guild_starts_from_the_usual_settings_and_nothing_is_kept_for_looking(house: House) -> None:
    assert await house.guilds.settings(ADMINISTRATOR) == Guild(GUILD)
    assert await house.guilds.find(GUILD) is None


WRONG_TIMES = [
    (replace(BERLIN, zone="Europe/Berlinn"), UnknownZone),
    (replace(BERLIN, zone="../../etc/passwd"), UnknownZone),
    (replace(BERLIN, zone="localtime"), UnknownZone),
    (replace(BERLIN, zone=""), UnknownZone),
    (replace(BERLIN, zone="\x00"), UnknownZone),
    (replace(BERLIN, release_at="25:00"), UnknownTime),
    (replace(BERLIN, release_at="at six"), UnknownTime),
    (replace(BERLIN, digest_at="9:60"), UnknownTime),
    (replace(BERLIN, digest_at=""), UnknownTime),
]


async def test_a_wrong_zone_or_time_changes_nothing(house: House) -> None:
    await house.set_up(zone="Asia/Kolkata")
    before = await house.guilds.find(GUILD), await next_at(house, RELEASE), await next_at(house, DIGEST)
    for wrong, refusal in WRONG_TIMES:
        with pytest.raises(refusal):
            await house.guilds.choose_times(ADMINISTRATOR, wrong)
        assert before == (await house.guilds.find(GUILD), await next_at(house, RELEASE), await next_at(house, DIGEST))


async def test_an_empty_organizer_list_is_refused(house: House) -> None:
    await house.set_up()
    with pytest.raises(NoOrganizers):
        await house.guilds.choose_organizers(ADMINISTRATOR, frozenset())
    guild = await house.guilds.ready(GUILD)
    assert guild.organizers == {ORGANIZER.user_id}


async def test_settings_survive_a_restart_and_each_choice_leaves_the_others_alone(house: House) -> None:
    await house.set_up()
    people = frozenset(UserId(number) for number in (2**62, 3, 5))
    await house.guilds.choose_organizers(ADMINISTRATOR, people)
    for number, use in enumerate(Use, 100):
        await house.guilds.choose_channel(ADMINISTRATOR, use, ChannelId(number))
    await house.guilds.choose_times(ADMINISTRATOR, BERLIN)
    await house.crash()
    guild = await house.guilds.settings(ADMINISTRATOR)
    assert guild == Guild(
        GUILD,
        organizer_role_id=ROLE,
        organizers=people,
        petitions_channel_id=ChannelId(100),
        townhalls_channel_id=ChannelId(101),
        digests_channel_id=ChannelId(102),
        organizers_channel_id=ChannelId(103),
        zone="Europe/Berlin",
        release_at=time(18, 30),
        release_minimum=1,
        digest_weekdays=(4,),
        digest_at=time(9, 15),
        desk_opened_on=date(2026, 3, 2),
    )
    assert [guild.channel_for(use) for use in Use] == [100, 101, 102, 103]


async def test_a_language_without_a_catalogue_is_english(house: House) -> None:
    guild = await house.guilds.choose_times(ADMINISTRATOR, replace(BERLIN, language="xx-klingon"))
    assert guild.language == "en"


async def test_first_choices_made_at_the_same_moment_are_all_kept(house: House) -> None:
    """Two administrators, or one with quick fingers, on a guild that has no row yet."""
    await asyncio.gather(
        house.guilds.choose_organizer_role(ADMINISTRATOR, ROLE),
        house.guilds.choose_organizers(ADMINISTRATOR, frozenset({ORGANIZER.user_id})),
        house.guilds.choose_channel(ADMINISTRATOR, Use.DIGESTS, DIGESTS_CHANNEL),
        house.guilds.choose_channel(ADMINISTRATOR, Use.PETITIONS, ChannelId(7)),
    )
    guild = await house.guilds.ready(GUILD)
    assert guild.organizers == {ORGANIZER.user_id}
    assert (guild.digests_channel_id, guild.petitions_channel_id) == (DIGESTS_CHANNEL, 7)


async def test_a_guild_is_ready_once_it_has_role_and_list(house: House) -> None:
    with pytest.raises(NotSetUp):
        await house.guilds.ready(GUILD)
    await house.guilds.choose_organizer_role(ADMINISTRATOR, ROLE)
    with pytest.raises(NotSetUp):
        await house.guilds.ready(GUILD)
    assert await house.guilds.all_ready() == []
    await house.guilds.choose_organizers(ADMINISTRATOR, frozenset({ORGANIZER.user_id}))
    assert (await house.guilds.ready(GUILD)).id == GUILD
    await house.set_up_elsewhere()
    assert await house.guilds.all_ready() == sorted([GUILD, ELSEWHERE])


STRANGERS = {
    "on the list, without the role": Actor(GUILD, ORGANIZER.user_id),
    "with the role, not on the list": Actor(GUILD, WORKER.user_id, frozenset({ROLE})),
    "an administrator": Actor(GUILD, WORKER.user_id, is_administrator=True),
    "organizer of another guild": Actor(GUILD, ELSEWHERE_ORGANIZER.user_id, ELSEWHERE_ORGANIZER.role_ids),
    "our organizer in another guild": Actor(ELSEWHERE, ORGANIZER.user_id, ORGANIZER.role_ids),
    "with another role": Actor(GUILD, ORGANIZER.user_id, frozenset({RoleId(1)})),
}


async def test_an_organizer_has_the_role_and_a_place_on_the_list_in_that_very_guild(house: House) -> None:
    await house.set_up()
    await house.set_up_elsewhere()
    assert (await house.guilds.organizer(ORGANIZER)).id == GUILD
    answers = await asyncio.gather(*map(house.guilds.organizer, STRANGERS.values()), return_exceptions=True)
    assert dict(zip(STRANGERS, map(type, answers), strict=True)) == dict.fromkeys(STRANGERS, NotAnOrganizer)


async def test_whoever_is_taken_off_the_list_is_no_organizer_at_the_next_click(house: House) -> None:
    await house.set_up()
    await house.guilds.choose_organizers(ADMINISTRATOR, frozenset({UserId(9)}))
    with pytest.raises(NotAnOrganizer):
        await house.guilds.organizer(ORGANIZER)


async def test_times_are_meant_on_the_clocks_of_the_guild(house: House) -> None:
    await house.set_up(zone="Asia/Kathmandu")
    assert await next_at(house, RELEASE) == datetime(2026, 3, 2, 12, 15, tzinfo=UTC)
    assert await next_at(house, DIGEST) == datetime(2026, 3, 3, 3, 15, tzinfo=UTC)
    await house.guilds.choose_times(ADMINISTRATOR, BERLIN)
    assert await next_at(house, RELEASE) == datetime(2026, 3, 2, 17, 30, tzinfo=UTC)
    assert await next_at(house, DIGEST) == datetime(2026, 3, 6, 8, 15, tzinfo=UTC)


async def test_a_run_that_is_due_still_happens_when_settings_change_just_before_it(house: House) -> None:
    await house.set_up()
    code = await house.file()
    house.clock.later(days=1)
    await house.guilds.choose_times(ADMINISTRATOR, BERLIN)
    await house.releases.release_due()
    assert not await house.is_waiting(code)
    assert await next_at(house, RELEASE) == datetime(2026, 3, 3, 17, 30, tzinfo=UTC)


async def test_one_administrator_sets_how_reports_are_handled_while_there_is_one_organizer(house: House) -> None:
    await house.set_up()
    guild = await house.guilds.choose_reporting(ADMINISTRATOR, LARGER)
    await house.crash()
    assert guild == await house.guilds.find(GUILD)
    assert guild.reporting == LARGER
    (row, *_) = await public_rows(house)
    assert (row.actor, row.action) == ("administrator", "set how reports are handled")
    assert row.details["numbers"] == asdict(LARGER), "every member can read the numbers"


async def test_public_numbers_never_move_in_smaller_steps_again(house: House) -> None:
    await house.set_up()
    before = await house.guilds.choose_reporting(ADMINISTRATOR, LARGER)
    with pytest.raises(StepLowered):
        await house.guilds.choose_reporting(ADMINISTRATOR, replace(LARGER, k=7, retention_days=30))
    assert await house.guilds.find(GUILD) == before


async def test_once_there_were_two_organizers_how_reports_are_handled_takes_two(house: House) -> None:
    await house.set_up()
    await house.guilds.choose_organizers(ADMINISTRATOR, frozenset({ORGANIZER.user_id, OTTO.user_id}))
    await house.guilds.choose_channel(ADMINISTRATOR, Use.ORGANIZERS, ChannelId(7))
    before = await house.guilds.ready(GUILD)
    with pytest.raises(SecondOrganizerNeeded):
        await house.guilds.choose_reporting(ADMINISTRATOR, LARGER)
    with pytest.raises(StepLowered):
        await house.guilds.choose_reporting(ADMINISTRATOR, replace(LARGER, k=3))
    assert await house.guilds.find(GUILD) == before
    await house.guilds.resign(OTTO)
    with pytest.raises(SecondOrganizerNeeded):
        await house.guilds.choose_reporting(ADMINISTRATOR, LARGER)


async def test_what_two_decided_on_changes_only_what_they_were_shown(house: House) -> None:
    """Two decisions at once: the later one does not undo the earlier, and steps stay the largest that were agreed."""
    await house.set_up()
    await house.guilds.choose_organizers(ADMINISTRATOR, frozenset({ORGANIZER.user_id, OTTO.user_id}))
    await house.guilds.choose_channel(ADMINISTRATOR, Use.ORGANIZERS, ChannelId(7))
    approvals = Approvals(house.guilds, house.database, AuditChain(house.keys.tags), house.clock)
    approvals.register("guilds:reporting", Action(timedelta(hours=12), house.guilds.replace_reporting))
    guild = await house.guilds.ready(GUILD)
    for wanted in (replace(guild.reporting, k=9), replace(guild.reporting, k=6, retention_days=90)):
        contents = {"changes": reporting_changes(guild, wanted)}
        proposal = await approvals.propose(ORGANIZER, "guilds:reporting", contents)
        await approvals.approve(OTTO, ORGANIZER, proposal.id, proposal.seal)
    assert await approvals.matured() == []
    house.clock.later(hours=12)
    first, second = sorted(await approvals.matured(), key=lambda each: len(each.contents["changes"]))
    await approvals.carry_out(first, ORGANIZER, OTTO)
    await approvals.carry_out(second, ORGANIZER, OTTO)
    changed = await house.guilds.ready(GUILD)
    assert changed == replace(guild, k=9, retention_days=90)
    (row, *_) = await public_rows(house)
    assert row.details["numbers"] == asdict(changed.reporting)


async def test_the_words_to_look_for_are_kept_and_the_chain_tells_only_how_many(house: House) -> None:
    await house.set_up()
    guild = await house.guilds.choose_code_names(ADMINISTRATOR, " Project\u200b Lantern \r\n\nlattice\nLATTICE\n")
    await house.crash()
    assert await house.guilds.find(GUILD) == guild
    assert guild.code_names == ("Project Lantern", "lattice")
    (row, *_) = await public_rows(house)
    assert (row.action, row.details) == ("set the words to look for", {"words": 2})
    with pytest.raises(CodeNameOutOfRange):
        await house.guilds.choose_code_names(ADMINISTRATOR, "ok\nProject Lantern")
    assert await house.guilds.find(GUILD) == guild
    assert (await house.guilds.choose_code_names(ADMINISTRATOR, "\n")).code_names == ()


async def test_whether_anybody_looks_is_measured_from_the_day_reports_can_come(house: House) -> None:
    guild = await house.guilds.choose_organizer_role(ADMINISTRATOR, ROLE)
    assert guild.desk_opened_on is None
    house.clock.later(days=3)
    guild = await house.guilds.choose_organizers(ADMINISTRATOR, frozenset({ORGANIZER.user_id}))
    assert guild.desk_opened_on == date(2026, 3, 5)
    house.clock.later(days=3)
    guild = await house.guilds.choose_times(ADMINISTRATOR, BERLIN)
    assert guild.desk_opened_on == date(2026, 3, 5), "setting something is not looking at the desk"
