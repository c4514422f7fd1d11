"""An administrator sets a server up, and sees what is missing."""

import discord

from bot.demo.world import World
from tests.journeys.conftest import Somebody
from tests.journeys.people import Person

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
    assert "daily at 17:30, the digest comes on Friday at 09:05 (Europe/Berlin)" in administrator.seen


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
