"""Who may open the desk, and who may not."""

from typing import Any

from simcord import MemberActor

from bot.demo.world import World
from bot.ids import Actor, GuildId, RoleId, UserId
from tests.journeys.conftest import Somebody
from tests.journeys.people import FORM, Person


async def test_neither_the_role_nor_the_list_alone_opens_the_desk(
    world: World, vera: Person, somebody: Somebody
) -> None:
    boss = somebody("Boss", "Organizers")
    await boss.runs("cases")
    assert "This is for organizers" in boss.seen
    world.env.backend.remove_member_role(world.guild.id, vera.member.id, world.roles["Organizers"].id)
    await vera.runs("cases")
    assert "This is for organizers" in vera.seen


async def test_a_worker_picks_the_server_among_those_they_are_in(
    world: World, vera: Person, administrator: Person, somebody: Somebody
) -> None:
    ana = somebody("Ana")
    second = world.env.create_guild("Second Local")
    third = world.env.create_guild("A place Ana is not in")
    for guild in (second, third):
        member = guild.add_member(vera.member.user, roles=[guild.create_role("Organizers")])
        await _set_up(world, guild, member)
    second.add_member(ana.member.user)
    await ana.runs("report file", direct=True)
    assert "Which server" in ana.seen
    assert ana.last is not None
    assert ana.last.response is not None
    offered = str(ana.last.response.components)
    assert "Second Local" in offered
    assert "A place Ana is not in" not in offered
    await ana.chooses("reports:server:v1", str(second.id))
    assert "Second Local" in ana.seen


async def test_a_report_for_a_server_one_is_not_in_is_refused(world: World, vera: Person, somebody: Somebody) -> None:
    ana = somebody("Ana")
    await ana.runs("report file", direct=True)
    await ana.presses("I have read this: write my report")
    world.guild.remove_member(ana.member)
    await ana.fills_in(**FORM, text="I left meanwhile")
    await ana.presses("Send with the next batch")
    assert "a server that you are a member of" in ana.seen


async def _set_up(world: World, guild: Any, organizer: MemberActor) -> None:
    actor = Actor(GuildId(guild.id), UserId(1), is_administrator=True)
    await world.steward.guilds.choose_organizer_role(actor, RoleId(guild.roles["Organizers"].id))
    await world.steward.guilds.choose_organizers(actor, frozenset([UserId(organizer.id)]))


async def test_a_case_is_opened_by_its_letters(world: World, vera: Person, somebody: Somebody) -> None:
    await somebody("Ana").reports("They count our keystrokes.", at_once=True)
    await world.tick()
    await vera.runs("cases")
    (case,) = vera.cases
    await vera.runs("cases", case=f" {case.upper()} ")
    assert "They count our keystrokes." in vera.seen
    await vera.runs("cases", case="zzzzzz")
    assert "no longer here" in vera.seen
