"""Organizers look after digests: another one, its days, a look beforehand, one before its time, a pause."""

from datetime import datetime, timedelta
from typing import Any

import discord

from bot.demo.world import World
from tests.journeys.conftest import Somebody
from tests.journeys.people import Person, parts, posts, read
from tests.journeys.test_digest import actor, opens
from tests.journeys.test_poll_composer import form_of

FRIDAYS = {"days": ["4"], "at": "9:00", "every": ["week"], "anchor": "", "zone": "Europe/Berlin"}
REFUSED = "This is for organizers"
HIDDEN = discord.PermissionOverwrite(view_channel=False)
SEES = discord.PermissionOverwrite(view_channel=True, send_messages=True, read_message_history=True)
FRIDAYS_IN_WORDS = "Fridays at 09:00, Europe/Berlin"


async def adds(world: World, person: Person, channel: Any, audience: str = "members", **when: Any) -> None:
    """Add a digest, from the command to the last form."""
    await person.runs("digests")
    await person.presses("Add a digest")
    await person.chooses(menu(person, "audience"), audience)
    await person.chooses(menu(person, "channel"), channel)
    if person.last is not None and person.last.modal is not None:
        await person.fills_in(**{**FRIDAYS, **when})


def menu(person: Person, action: str) -> str:
    """Return the id of what does something on the card last shown."""
    (found,) = [route for route in person.routes if route.startswith(f"digestdesk:{action}:v1:")]
    return found


async def next_at(world: World, person: Person) -> datetime:
    """Return when the digest on the card comes next, which is told there."""
    found = await world.steward.planning.listed(actor(world, person, "Organizers"))
    moment = next(each.next_at for each in found if not each.plan.is_regular)
    assert f"**Next:** <t:{int(moment.timestamp())}:F>" in person.seen
    return moment


async def test_every_server_has_its_regular_digest_whose_place_and_zone_are_those_of_the_server(vera: Person) -> None:
    await vera.runs("digests")
    assert "**The regular digest, for members**" in vera.seen
    assert "Tuesdays at 09:00, UTC" in vera.seen
    await vera.presses("Open")
    assert "[Delete]" not in vera.seen
    assert not any(route.startswith("digestdesk:move") for route in vera.routes)
    await vera.presses("Change")
    assert "zone" not in form_of(vera)


async def test_a_digest_on_fridays_comes_on_friday_in_its_channel(world: World, vera: Person) -> None:
    await adds(world, vera, world.channels["general"])
    assert "This digest is added" in vera.seen
    assert FRIDAYS_IN_WORDS in vera.seen
    assert f"**Where:** <#{world.channels['general'].id}>" in vera.seen
    friday = await next_at(world, vera)
    assert (friday.weekday(), friday.hour) in {(4, 7), (4, 8)}
    await opens(world, vera)
    before = len(posts(world, "general"))
    await world.live_until(friday)
    told = posts(world, "general")[before:]
    assert len(told) == 1
    assert "**Open for signing**: Paid training" in told[0]
    await vera.runs("digests")
    assert FRIDAYS_IN_WORDS in vera.seen


async def test_a_digest_is_looked_at_in_private_as_it_will_be_posted(world: World, vera: Person) -> None:
    await adds(world, vera, world.channels["general"])
    desk = vera.last
    await vera.presses("Preview")
    assert "nothing new to tell now, so it would not come" in vera.seen
    await opens(world, vera)
    await world.later(hours=1)
    before = len(posts(world, "general"))
    vera.last = desk
    await vera.presses("Preview")
    preview = vera.seen
    assert "move only with the regular digest, and by lot" in words_of_card(vera)
    assert len(posts(world, "general")) == before
    vera.last = desk
    await vera.presses("Send now")
    await vera.presses("Post it now")
    await world.tick()
    (sent,) = posts(world, "general")[before:]
    assert sent.splitlines()[:-1] == preview.splitlines()[:-1]


def words_of_card(person: Person) -> str:
    """Return the words of the card on which something was pressed, beside what came with it."""
    assert person.last is not None
    response = person.last.response
    assert response is not None
    return "\n".join(str(part) for part in response.components)


async def test_a_double_click_on_post_it_now_posts_it_once(world: World, vera: Person) -> None:
    await opens(world, vera)
    await adds(world, vera, world.channels["general"])
    await world.later(hours=1)
    before = len(posts(world, "general"))
    await vera.presses("Send now")
    assert f"Post it now in <#{world.channels['general'].id}>?" in vera.seen
    card = world.env.backend.get_message(vera._card.channel_id, vera._card.id)
    asked = list(card.components)
    for _ in range(2):
        card.components = asked  # the second click leaves before the answer to the first is shown
        await vera.presses("Post it now")
        assert "on its way" in vera.seen
    for _ in range(2):
        await world.tick()
    assert len(posts(world, "general")) == before + 1


async def test_a_paused_digest_stays_away_until_it_comes_again(world: World, vera: Person) -> None:
    await adds(world, vera, world.channels["general"])
    friday = await next_at(world, vera)
    await vera.presses("Pause")
    assert "**Paused:** it does not come" in vera.seen
    await opens(world, vera)
    before = len(posts(world, "general"))
    await world.live_until(friday)
    assert len(posts(world, "general")) == before
    await vera.presses("Let it come again")
    assert "Paused" not in vera.seen
    await world.live_until(await next_at(world, vera))
    assert len(posts(world, "general")) == before + 1


async def test_a_digest_is_changed_to_every_other_week_and_deleted(world: World, vera: Person) -> None:
    await adds(world, vera, world.channels["general"])
    friday = await next_at(world, vera)
    await vera.presses("Change")
    assert form_of(vera)["days"] == ["4"]
    assert form_of(vera)["zone"] == "Europe/Berlin"
    after = (friday + timedelta(days=7)).date().isoformat()
    await vera.fills_in(**{**FRIDAYS, "every": ["fortnight"], "anchor": after})
    assert "Fridays at 09:00, every other week, Europe/Berlin" in vera.seen
    desk = vera.last
    assert timedelta(days=6) < await next_at(world, vera) - friday < timedelta(days=8)
    await vera.presses("Change")
    assert form_of(vera)["anchor"] == after
    await vera.fills_in(**{**FRIDAYS, "every": ["fortnight"], "anchor": "next week"})
    assert "for example 2026-12-31" in vera.seen
    vera.last = desk
    assert "Fridays at 09:00, every other week, Europe/Berlin" in vera.seen
    await vera.presses("Delete")
    assert "## Delete this digest?" in vera.seen
    await vera.presses("Delete")
    assert "The digest is deleted" in vera.seen
    assert FRIDAYS_IN_WORDS not in vera.seen
    await opens(world, vera)
    before = len(posts(world, "general"))
    await world.live_until(friday + timedelta(days=8))
    assert len(posts(world, "general")) == before


async def test_setup_tells_how_often_the_regular_digest_comes_and_that_it_is_paused(
    administrator: Person, vera: Person
) -> None:
    await vera.runs("digests")
    await vera.presses("Open")
    await vera.presses("Change")
    await vera.fills_in(days=["1", "4"], at="7:30", every=["month"], anchor="")
    await administrator.runs("setup")
    told = "Tuesdays and Fridays at 07:30, only in the first seven days of a month, UTC"
    assert f"✅ The regular digest comes: {told}" in administrator.seen
    await vera.presses("Pause")
    await administrator.runs("setup")
    assert f"The regular digest is paused. It would come: {told}" in administrator.seen


async def test_a_channel_in_which_steward_may_not_write_is_refused_and_it_is_said_why(
    world: World, vera: Person
) -> None:
    nobody = discord.PermissionOverwrite(send_messages=False)
    closed = world.guild.create_text_channel("closed", overwrites={world.guild.default_role: nobody})
    await adds(world, vera, closed)
    assert f"Steward cannot post in <#{closed.id}>" in vera.seen
    assert "To be mended there: Send Messages" in vera.seen
    await vera.chooses(menu(vera, "channel"), world.channels["general"])
    await vera.fills_in(**FRIDAYS)
    await vera.chooses(menu(vera, "move"), closed)
    assert f"Steward cannot post in <#{closed.id}>" in vera.seen
    assert f"**Where:** <#{world.channels['general'].id}>" in vera.seen
    await vera.chooses(menu(vera, "move"), world.channels["petitions"])
    assert f"**Where:** <#{world.channels['petitions'].id}>" in vera.seen


async def test_who_lets_a_digest_for_organizers_be_posted_is_told_who_reads_it(world: World, vera: Person) -> None:
    await vera.runs("digests")
    await vera.presses("Add a digest")
    await vera.chooses(menu(vera, "audience"), "organizers")
    assert "**Everybody who can read the channel reads this digest**" in vera.seen
    await vera.chooses(menu(vera, "channel"), world.channels["general"])
    await vera.fills_in(**FRIDAYS)
    assert "everybody can read it: close it to all but organizers" in vera.seen
    seen_by = {world.guild.default_role: HIDDEN, world.guild.me: SEES, world.roles["Organizers"]: SEES}
    closed = world.guild.create_text_channel("core", overwrites=seen_by)
    await vera.chooses(menu(vera, "move"), closed)
    assert "everybody can read it" not in vera.seen


async def test_a_member_is_refused_on_every_step(world: World, vera: Person, somebody: Somebody) -> None:
    ana = somebody("Ana")
    await ana.runs("digests")
    assert REFUSED in ana.seen
    for steps in (
        [],
        ["Add a digest"],
        ["Open"],
        ["Open", "Send now"],
    ):
        await vera.runs("digests")
        for step in steps:
            await vera.presses(step)
        await tries_everything(world, ana, vera)
    await adds(world, vera, world.channels["general"])
    await tries_everything(world, ana, vera)
    await vera.presses("Delete")
    await tries_everything(world, ana, vera)
    await vera.runs("digests")
    assert FRIDAYS_IN_WORDS in vera.seen
    assert "Paused" not in vera.seen
    assert posts(world, "general") == []


async def tries_everything(world: World, person: Person, organizer: Person) -> None:
    """Use all that stands on the card of an organizer, as if it had leaked into the channel."""
    card = organizer._card
    stored = world.env.backend.get_message(card.channel_id, card.id)
    stored.flags &= ~64
    for part in [each for each in parts(card.components) if each.get("custom_id") and not each.get("disabled")]:
        if part["type"] == 2:
            shown = await person.member.click(card, custom_id=part["custom_id"])
        else:
            chosen = world.channels["digests"] if part["type"] == 8 else part["options"][0]["value"]
            shown = await person.member.select(card, [chosen], custom_id=part["custom_id"])
        assert shown.modal is None, part["custom_id"]
        assert REFUSED in read(shown), part["custom_id"]
    stored.flags |= 64
