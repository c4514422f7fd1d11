"""An administrator sets a server up, and sees what is missing."""

import discord
import pytest

from bot.demo.world import World
from tests.journeys.conftest import Somebody
from tests.journeys.people import Person, posts

TIMES = {
    "zone": "Europe/Berlin",
    "language": ["en"],
    "release_at": "17:30",
    "digest_weekday": ["4"],
    "digest_at": "9:05",
}


async def test_reports_are_refused_until_somebody_can_read_them(administrator: Person, somebody: Somebody) -> None:
    ana = somebody("Ana")
    await ana.runs("report file")
    assert "not set up in this server yet" in ana.seen
    await administrator.runs("setup")
    assert "Not ready" in administrator.seen


async def test_a_server_is_set_up_with_menus(world: World, vera: Person, administrator: Person) -> None:
    await administrator.runs("setup")
    assert "Ready" in administrator.seen
    assert f"<@&{world.roles['Organizers'].id}>" in administrator.seen
    assert f"Organizers: <@{vera.member.id}>" in administrator.seen
    assert "Channel for petitions: not set" in administrator.seen


async def test_times_follow_the_zone_that_was_chosen(administrator: Person, vera: Person) -> None:
    await administrator.runs("setup")
    await administrator.presses("Times and language")
    await administrator.fills_in(**TIMES)
    assert "Reports are released daily at 17:30, Europe/Berlin" in administrator.seen
    assert "The regular digest comes: Fridays at 09:05, Europe/Berlin" in administrator.seen


async def test_a_wrong_zone_or_time_changes_nothing_and_says_what_to_write(administrator: Person, vera: Person) -> None:
    await administrator.runs("setup")
    before = administrator.seen
    for wrong, hint in (
        ({"zone": "Berlinn"}, "Europe/Berlin"),
        ({"zone": "../../etc/passwd"}, "not a time zone"),
        ({"digest_at": "25:00"}, "24-hour clock"),
        ({"release_at": "noon"}, "24-hour clock"),
    ):
        await administrator.runs("setup")
        await administrator.presses("Times and language")
        await administrator.fills_in(**{**TIMES, **wrong})
        assert hint in administrator.seen
        assert next(iter(wrong.values())) not in administrator.seen
    await administrator.runs("setup")
    assert administrator.seen == before


async def test_missing_permissions_are_named_for_each_channel(
    world: World, administrator: Person, vera: Person
) -> None:
    everyone = world.guild.default_role
    hidden = world.guild.create_text_channel(
        "hidden", overwrites={everyone: discord.PermissionOverwrite(send_messages=False)}
    )
    await administrator.runs("setup")
    await administrator.chooses("guilds:channel:v1:petitions", hidden)
    assert "To be mended there: Send Messages" in administrator.seen


async def test_only_administrators_set_up(world: World, vera: Person, administrator: Person) -> None:
    await administrator.runs("setup")
    card = administrator._card
    stored = world.env.backend.get_message(card.channel_id, card.id)
    stored.flags &= ~64  # as if the private card had leaked into the channel
    vera.last = administrator.last
    await vera.chooses("guilds:organizers:v1", vera.member)
    assert "Only administrators" in vera.seen


async def test_help_outside_discord_stands_first_on_the_honest_screen(administrator: Person, vera: Person) -> None:
    await vera.runs("report file")
    assert "have not named one yet" in vera.seen
    await administrator.runs("setup")
    await administrator.presses("Help outside Discord")
    await administrator.fills_in(help="Signal: @lantern.42\n[bank](http://x)")
    assert "lantern.42" in administrator.seen
    await vera.runs("report file")
    assert "Your organizers name this: Signal: \\@lantern.42 \\[bank\\]" in vera.seen
    await administrator.presses("Help outside Discord")
    await administrator.fills_in(help="")
    await vera.runs("report file")
    assert "have not named one yet" in vera.seen


NUMBERS = {
    "release_minimum": "5",
    "release_hold_days": "14",
    "k": "8",
    "retention_days": "90",
    "intake_closes_after_days": "30",
}


@pytest.fixture
async def olga(world: World, administrator: Person, vera: Person) -> Person:
    """Olga, the administrator, who is an organizer beside Vera; their channel is set."""
    world.env.backend.add_member_role(world.guild.id, administrator.member.id, world.roles["Organizers"].id)
    await administrator.runs("setup")
    await administrator.chooses("guilds:organizers:v1", vera.member, administrator.member)
    await administrator.chooses("guilds:channel:v1:organizers", world.channels["organizers"])
    return administrator


async def sets_reports(person: Person, **numbers: str) -> Person:
    await person.runs("setup")
    await person.presses("Reports")
    return await person.fills_in(**{**NUMBERS, **numbers})


async def test_how_reports_are_handled_is_set_at_once_while_there_is_one_organizer(
    administrator: Person, vera: Person, somebody: Somebody
) -> None:
    await sets_reports(administrator)
    assert "Reports that must wait together: 5 · Days that a report is held at most: 14 · " in administrator.seen
    assert "Days that cases are kept: 90 · Days until intake closes by itself: 30" in administrator.seen
    ana = somebody("Ana")
    await ana.runs("audit")
    assert "An administrator set how reports are handled: Reports that must wait together: 5, " in ana.seen
    await ana.runs("trust")
    assert "a case goes 90 days after the week" in ana.seen
    assert "no organizer has opened the desk for 30 days" in ana.seen


async def test_a_number_out_of_range_changes_nothing_and_says_what_to_write(
    administrator: Person, vera: Person
) -> None:
    await sets_reports(administrator)
    before = administrator.seen
    for wrong, hint in (
        ({"release_minimum": "0"}, "from 1 to 50"),
        ({"release_hold_days": "29"}, "from 1 to 28"),
        ({"k": "2"}, "from 3 to 50"),
        ({"k": "7"}, "never smaller again"),
        ({"retention_days": "777"}, "from 30 to 730"),
        ({"intake_closes_after_days": "x7x"}, "from 3 to 90"),
    ):
        await sets_reports(administrator, **wrong)
        assert hint in administrator.seen
        assert {"777", "x7x"}.isdisjoint(administrator.seen.split())
    await administrator.runs("setup")
    assert administrator.seen == before


async def test_two_organizers_decide_how_reports_are_handled_and_have_half_a_day_to_think_again(
    world: World, olga: Person, vera: Person, somebody: Somebody
) -> None:
    await sets_reports(olga, k="5")
    assert "another organizer must agree" in olga.seen
    await world.tick()
    announced = posts(world, "organizers")[-1]
    assert "- Reports that must wait together: 3 → 5\n- Days that a report is held at most: 7 → 14" in announced
    assert "Steps in which public numbers move" not in announced, "what stays as it is is not decided about"
    assert "12 hours after a second organizer agrees" in announced
    await vera.runs("decisions")
    await vera.presses("Agree")
    await world.later(hours=11)
    await olga.runs("setup")
    assert "Reports that must wait together: 3" in olga.seen
    await world.later(hours=2)
    await olga.runs("setup")
    assert "Reports that must wait together: 5" in olga.seen
    ana = somebody("Ana")
    await ana.runs("audit")
    assert "Steward set how reports are handled: Reports that must wait together: 5, " in ana.seen


async def test_a_veto_leaves_reports_handled_as_they_were(world: World, olga: Person, vera: Person) -> None:
    await sets_reports(olga, retention_days="30")
    await vera.runs("decisions")
    await vera.presses("Agree")
    await vera.runs("decisions")
    await vera.presses("Veto")
    await world.later(days=2)
    await olga.runs("setup")
    assert "Days that cases are kept: 180" in olga.seen


async def test_with_two_organizers_the_same_numbers_are_no_proposal_and_smaller_steps_are_refused(
    world: World, olga: Person
) -> None:
    usual = {"release_minimum": "3", "release_hold_days": "7", "retention_days": "180"}
    await sets_reports(olga, **usual, k="5", intake_closes_after_days="14")
    assert "Set Steward up" in olga.seen
    await sets_reports(olga, k="4")
    assert "never smaller again" in olga.seen
    await world.tick()
    assert posts(world, "organizers") == []


async def test_an_administrator_alone_does_not_change_how_reports_are_handled_once_there_are_two(
    world: World, administrator: Person, vera: Person, somebody: Somebody
) -> None:
    otto = somebody("Otto", "Organizers")
    await administrator.runs("setup")
    await administrator.chooses("guilds:organizers:v1", vera.member, otto.member)
    await sets_reports(administrator)
    assert "This is for organizers" in administrator.seen
    await administrator.runs("setup")
    assert "Reports that must wait together: 3" in administrator.seen


async def test_only_administrators_see_the_words_to_look_for_and_only_in_the_form(
    administrator: Person, vera: Person, somebody: Somebody
) -> None:
    await administrator.runs("setup")
    assert "✅ Words to look for: 0" in administrator.seen
    await administrator.presses("Words to look for")
    await administrator.fills_in(words="Project Lantern\n\nlattice\nLATTICE\n")
    assert "Words to look for: 2" in administrator.seen
    assert "Lantern" not in administrator.seen
    await administrator.presses("Words to look for")
    assert administrator.last is not None
    assert "'Project Lantern\\nlattice'" in str(administrator.last.modal)
    for command in ("audit", "trust", "privacy", "mydata export"):
        for person in (vera, somebody("Ana")):
            await person.runs(command)
            assert "lantern" not in person.seen.lower()
    await vera.runs("audit")
    assert "An administrator set the words to look for: 2" in vera.seen


async def test_when_nobody_looks_organizers_are_told_intake_closes_and_one_look_opens_it(
    world: World, olga: Person, vera: Person, somebody: Somebody
) -> None:
    ana = somebody("Ana")
    await ana.reports("They count our keystrokes.")
    await world.later(days=11)
    assert "Who looks at the desk?" in posts(world, "organizers")[-1]
    await ana.runs("report file")
    assert "Before you write" in ana.seen
    await world.later(days=3)
    assert len(posts(world, "organizers")) == 2
    assert "Steward takes no reports" in posts(world, "organizers")[-1]
    await ana.runs("report file")
    assert "no organizer has opened the desk for 14 days" in ana.seen
    await olga.runs("setup")
    assert "**Closed:**" in olga.seen
    await vera.runs("cases")
    await ana.runs("report file")
    assert "Before you write" in ana.seen
    await olga.runs("setup")
    assert "**Ready:**" in olga.seen
    await world.later(days=1)
    assert len(posts(world, "organizers")) == 2, "it is said once"


async def test_everybody_is_told_how_long_a_case_is_kept_and_what_memory_holds(
    world: World, administrator: Person, vera: Person, somebody: Somebody
) -> None:
    await sets_reports(administrator)
    ana = somebody("Ana")
    await ana.runs("trust")
    assert "Backups keep a sealed copy until they are 14 days old" in ana.seen
    await ana.runs("privacy")
    assert "Otherwise it goes 90 days after the week in which organizers got it." in ana.seen
    assert "at most 3 reports a day from one account" in ana.seen
    assert "*readable*: the computer that Steward runs on holds a key" in ana.seen
    await ana.runs("privacy", direct=True)
    assert "Reading mode: see `/trust` in your server." in ana.seen
    assert "after a time that `/trust` in your server tells" in ana.seen
