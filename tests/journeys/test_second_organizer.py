"""What takes two organizers, what one may do alone, and what nobody may do any more."""

import re
import sqlite3
from contextlib import closing

import pytest

from bot.demo.world import World
from tests.journeys.conftest import Somebody
from tests.journeys.people import Person, digests, posts


@pytest.fixture
async def two(world: World, administrator: Person, vera: Person, somebody: Somebody) -> tuple[Person, Person]:
    """Vera and Otto, the two organizers of a server with a channel of their own."""
    otto = somebody("Otto", "Organizers")
    await administrator.runs("setup")
    await administrator.chooses("guilds:organizers:v1", vera.member, otto.member)
    await administrator.chooses("guilds:channel:v1:organizers", world.channels["organizers"])
    return vera, otto


async def agrees(person: Person) -> Person:
    """Agree to the newest proposal in `/decisions`."""
    await person.runs("decisions")
    return await person.presses("Agree")


async def test_organizers_change_their_list_together(
    world: World, two: tuple[Person, Person], somebody: Somebody
) -> None:
    vera, otto = two
    nina = somebody("Nina", "Organizers")
    await vera.runs("organizers")
    await vera.chooses("approvals:list:v1", vera.member, otto.member, nina.member)
    assert "one of them must agree" in vera.seen.lower()
    await world.tick()
    announced = posts(world, "organizers")[-1]
    assert f"<@{nina.member.id}>" in announced
    await agrees(otto)
    assert "Agreed" in otto.seen
    await world.later(hours=11)
    await nina.runs("cases")
    assert "This is for organizers" in nina.seen
    await world.later(hours=2)
    await nina.runs("cases")
    assert "No case yet" in nina.seen


async def test_nobody_agrees_with_themself(two: tuple[Person, Person]) -> None:
    vera, _ = two
    await vera.runs("organizers")
    await vera.chooses("approvals:list:v1", vera.member)
    await agrees(vera)
    assert "You proposed this yourself" in vera.seen


async def test_an_administrator_can_no_longer_make_themself_an_organizer(
    world: World, administrator: Person, two: tuple[Person, Person]
) -> None:
    await administrator.runs("setup")
    await administrator.chooses("guilds:organizers:v1", administrator.member)
    assert "This is for organizers" in administrator.seen
    world.env.backend.add_member_role(world.guild.id, administrator.member.id, world.roles["Organizers"].id)
    await administrator.runs("cases")
    assert "This is for organizers" in administrator.seen


async def test_a_veto_stops_what_was_agreed(world: World, two: tuple[Person, Person]) -> None:
    vera, otto = two
    await vera.runs("organizers")
    await vera.chooses("approvals:list:v1", vera.member)
    await agrees(otto)
    await otto.runs("decisions")
    await otto.presses("Veto")
    assert "Vetoed" in otto.seen
    await world.later(days=2)
    await otto.runs("cases")
    assert "No case yet" in otto.seen


async def test_a_proposal_lapses_after_a_day(world: World, two: tuple[Person, Person]) -> None:
    vera, otto = two
    await vera.runs("organizers")
    await vera.chooses("approvals:list:v1", vera.member)
    await otto.runs("decisions")
    await world.later(hours=25)
    await otto.presses("Agree")
    assert "closed" in otto.seen
    await otto.runs("decisions")
    assert "Nothing waits" in otto.seen


async def test_a_proposal_dies_with_the_role_of_its_proposer(world: World, two: tuple[Person, Person]) -> None:
    vera, otto = two
    await vera.runs("organizers")
    await vera.chooses("approvals:list:v1", vera.member)
    world.env.backend.remove_member_role(world.guild.id, vera.member.id, world.roles["Organizers"].id)
    await agrees(otto)
    assert "no longer an organizer" in otto.seen
    await otto.runs("decisions")
    assert "Nothing waits" in otto.seen


async def test_a_role_lost_before_the_time_has_come_cancels(world: World, two: tuple[Person, Person]) -> None:
    vera, otto = two
    await vera.runs("organizers")
    await vera.chooses("approvals:list:v1", vera.member)
    await agrees(otto)
    world.guild.remove_member(vera.member)
    await world.later(hours=13)
    await otto.runs("cases")
    assert "No case yet" in otto.seen, "the list that left Otto out was not carried out"


async def test_one_organizer_freezes_and_two_thaw(world: World, two: tuple[Person, Person], somebody: Somebody) -> None:
    vera, otto = two
    ana = somebody("Ana")
    for number in range(13):
        await somebody(f"Worker {number}").reports("They count our keystrokes.")
    ben = somebody("Ben")
    code = await ben.reports("They count our keystrokes.", at_once=True)
    await world.tick()
    await ben.comes_back(code)
    await ben.presses("Add something")
    await otto.runs("panic")
    await otto.presses("Freeze now")
    assert "frozen" in otto.seen
    await ana.runs("report file")
    assert "frozen Steward in this server as a precaution" in ana.seen
    await vera.runs("cases")
    assert "frozen" in vera.seen
    await ben.fills_in(text="More about it")
    assert "frozen Steward in this server" in ben.seen
    for _ in range(30):
        await world.later(days=7)
    assert digests(world) == []

    await otto.presses("Propose to thaw")
    await agrees(vera)
    for _ in range(2):
        await world.tick()
    await vera.runs("cases")
    assert len(vera.cases) == 8
    await ana.runs("report file")
    assert "Before you write" in ana.seen
    assert "An organizer proposes" in posts(world, "organizers")[-1], "what was held back is posted after the thaw"


async def test_burning_takes_two_and_a_day_and_leaves_no_byte(
    world: World, two: tuple[Person, Person], somebody: Somebody
) -> None:
    vera, otto = two
    ana = somebody("Ana")
    text = "They count our keystrokes."
    code = await ana.reports(text)
    await somebody("Ben").reports(text, at_once=True)
    await world.tick()
    await vera.runs("burn")
    await vera.presses("Propose to erase everything")
    await agrees(otto)
    await world.later(hours=23)
    await ana.comes_back(code)
    assert "No report" not in ana.seen
    await world.later(hours=2)
    await world.tick()
    await ana.comes_back(code)
    assert "No report belongs" in ana.seen
    await ana.runs("report file")
    assert "not set up" in ana.seen
    inside = b"".join(path.read_bytes() for path in world.settings.data_dir.iterdir() if path.is_file())
    for wanted in (str(world.guild.id), str(vera.member.id), str(otto.member.id)):
        assert wanted.encode() not in inside
        assert int(wanted).to_bytes(8, "big") not in inside


async def test_the_audit_chain_tells_every_member_what_organizers_did_but_nothing_of_cases(
    world: World, two: tuple[Person, Person], somebody: Somebody
) -> None:
    vera, otto = two
    await somebody("Ana").reports("They count our keystrokes.", at_once=True)
    await world.tick()
    await vera.runs("cases")
    await vera.presses("Open")
    await vera.presses("Reply")
    await vera.fills_in(text="Thank you")
    await vera.runs("organizers")
    await vera.chooses("approvals:list:v1", vera.member)
    boss = somebody("Boss")
    await boss.runs("audit")
    assert f"<@{vera.member.id}> proposed" in boss.seen
    assert "An administrator set the organizer list" in boss.seen
    assert "case" not in boss.seen
    await otto.runs("deskaudit")
    assert "replied to a case" in otto.seen
    assert "opened a case" in otto.seen, "one organizer cannot go through every case unseen"
    await boss.runs("deskaudit")
    assert "This is for organizers" in boss.seen
    await world.later(days=1)
    head = re.search(r"row (\d+): `([0-9a-f]{64})`", posts(world, "digests")[-1])
    assert head is not None
    assert int(head[1]) >= 5


async def test_everybody_may_ask_what_steward_is_and_keeps(
    world: World, two: tuple[Person, Person], somebody: Somebody
) -> None:
    vera, _ = two
    ana = somebody("Ana")
    await ana.runs("trust")
    assert "organizers on the list, 2 at present" in ana.seen
    await ana.runs("privacy", direct=True)
    assert "Discord" in ana.seen
    await ana.runs("mydata export")
    assert "You are not on the organizer list. Nothing else can be looked up by your account." in ana.seen
    assert "If you started or signed a petition" in ana.seen
    await vera.runs("mydata export")
    assert "on the organizer list" in vera.seen
    await vera.runs("mydata delete")
    assert "no longer on the organizer list" in vera.seen
    await vera.runs("cases")
    assert "This is for organizers" in vera.seen


async def test_help_knows_who_is_asking(administrator: Person, two: tuple[Person, Person], somebody: Somebody) -> None:
    vera, _ = two
    ana = somebody("Ana")
    await ana.runs("help", direct=True)
    assert "/report file" in ana.seen
    assert "/cases" not in ana.seen
    await vera.runs("help")
    assert "/cases" in vera.seen
    assert "/setup" not in vera.seen
    await administrator.runs("help")
    assert "/setup" in administrator.seen


async def test_an_outage_is_not_a_removal(world: World, two: tuple[Person, Person]) -> None:
    world.env.backend.emit("GUILD_DELETE", {"id": str(world.guild.id), "unavailable": True})
    await world.env.settle()
    await world.later(days=40)
    guild = await world.steward.guilds.find(world.guild.id)
    assert guild is not None
    assert guild.left_at is None


async def test_invited_again_within_a_month_steward_goes_on(world: World, two: tuple[Person, Person]) -> None:
    world.env.backend.emit("GUILD_DELETE", {"id": str(world.guild.id)})
    await world.env.settle()
    await world.later(days=29)
    await world.restart()
    await world.later(days=20)
    guild = await world.steward.guilds.find(world.guild.id)
    assert guild is not None
    assert guild.is_ready
    assert guild.left_at is None


async def test_removed_from_a_server_steward_falls_silent_and_forgets_in_a_month(
    world: World, two: tuple[Person, Person], somebody: Somebody
) -> None:
    await somebody("Ana").reports("They count our keystrokes.")
    guild = world.steward.client.get_guild(world.guild.id)
    assert guild is not None
    world.env.backend.emit("GUILD_DELETE", {"id": str(guild.id)})
    await world.env.settle()
    await world.later(days=29)
    assert await world.steward.guilds.find(guild.id) is not None  # type: ignore[arg-type]
    await world.later(days=2)
    assert await world.steward.guilds.find(guild.id) is None  # type: ignore[arg-type]


async def test_a_case_is_deleted_by_two_and_leaves_no_byte(
    world: World, two: tuple[Person, Person], somebody: Somebody
) -> None:
    vera, otto = two
    ana = somebody("Ana")
    code = await ana.reports("They count our keystrokes.", at_once=True)
    await world.tick()
    file = world.settings.database_path
    with closing(sqlite3.connect(file)) as thief:
        ((sealed,),) = thief.execute("SELECT sealed FROM cases").fetchall()
    assert sealed[200:400] in file.read_bytes()
    await vera.runs("cases")
    await vera.presses("Open")
    await vera.presses("Propose to delete")
    await agrees(otto)
    await world.tick()
    await vera.runs("cases")
    assert "No case yet" in vera.seen
    assert sealed[200:400] not in file.read_bytes()
    await ana.comes_back(code)
    assert "No report belongs" in ana.seen


async def test_an_administrator_cannot_take_over_when_one_organizer_is_left(
    administrator: Person, two: tuple[Person, Person]
) -> None:
    vera, _ = two
    await vera.runs("mydata delete")
    await administrator.runs("setup")
    await administrator.chooses("guilds:organizers:v1", administrator.member)
    assert "This is for organizers" in administrator.seen


async def test_an_administrator_cannot_send_proposals_where_organizers_do_not_look(
    world: World, administrator: Person, two: tuple[Person, Person]
) -> None:
    await administrator.runs("setup")
    await administrator.chooses("guilds:channel:v1:organizers", world.channels["general"])
    assert "This is for organizers" in administrator.seen
    assert two


async def test_a_freeze_does_not_hide_what_two_organizers_are_about_to_do(
    world: World, two: tuple[Person, Person]
) -> None:
    vera, otto = two
    await otto.runs("panic")
    await otto.presses("Freeze now")
    await vera.runs("burn")
    await vera.presses("Propose to erase everything")
    await world.tick()
    assert "Erase everything" in posts(world, "organizers")[-1]
