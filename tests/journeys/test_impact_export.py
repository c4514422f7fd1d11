"""Organizers choose quotes, and two of them take the published numbers out as files for the table."""

import csv
import io
import json

import pytest

from bot.demo.world import World
from bot.ids import Actor, GuildId, RoleId, UserId
from tests.journeys.conftest import Somebody
from tests.journeys.people import Person, posts

WORDS = "They count our keystrokes. Nobody was asked. Write to ana@example.org."


@pytest.fixture
async def two(world: World, administrator: Person, vera: Person, somebody: Somebody) -> tuple[Person, Person]:
    """Vera and Otto, the two organizers of a server with a channel of their own."""
    otto = somebody("Otto", "Organizers")
    await administrator.runs("setup")
    await administrator.chooses("guilds:organizers:v1", vera.member, otto.member)
    await administrator.chooses("guilds:channel:v1:organizers", world.channels["organizers"])
    return vera, otto


async def quotable_case(world: World, vera: Person, somebody: Somebody) -> None:
    """Let Ana file a report that may be quoted, and Vera open its confirmed case."""
    ana = somebody("Ana")
    await ana.runs("report file")
    await ana.presses("I have read this: write my report")
    await ana.fills_in(category=["MON"], role=["qa"], employment=["employee"], effect=["none"], text=WORDS)
    await ana.presses("Keep it as it is")
    (consent,) = [route for route in ana.routes if route.startswith("reports:consent")]
    await ana.chooses(consent, "quote")
    await ana.presses("Send now")
    await world.tick()
    await vera.runs("cases")
    await vera.opens(vera.cases[0])
    assert "[Quotes]" not in vera.seen, "nobody has confirmed it yet"
    await vera.presses("Confirm")


async def quotes(world: World, vera: Person, somebody: Somebody, text: str = "Nobody was asked.") -> None:
    await quotable_case(world, vera, somebody)
    await vera.presses("Quotes")
    await vera.presses("Choose a passage")
    await vera.fills_in(text=text)


async def published(world: World, vera: Person, somebody: Somebody) -> None:
    """Let so many report, and so many weeks pass, that a number is published."""
    for number in range(14):
        await somebody(f"Worker {number}").reports("They count our keystrokes.")
    await world.later(days=1)
    await vera.confirms_everything()
    for _ in range(40):
        await world.live_until((await world.settings_made()).next_digest(world.clock.now()))
        await vera.runs("impact show")
        if "≥" in vera.seen:
            return
    raise AssertionError("nothing was ever published")


def files(world: World, person: Person) -> dict[str, bytes]:
    """Return the files that came with what somebody was last shown."""
    attachments = person._card.attachments
    return {each.filename: world.env.backend.cdn.get(each.url) or b"" for each in attachments}


async def test_an_organizer_chooses_a_quote_and_takes_it_back(world: World, vera: Person, somebody: Somebody) -> None:
    await quotes(world, vera, somebody)
    assert "> Nobody was asked." in vera.seen
    await vera.presses("Take quote 1 back")
    assert "No quote has been chosen yet." in vera.seen
    await vera.presses("Back to the case")
    assert "## Case" in vera.seen


async def test_other_words_than_those_of_the_report_are_refused_in_private(
    world: World, vera: Person, somebody: Somebody
) -> None:
    await quotes(world, vera, somebody, "Nobody was ever asked.")
    assert "word for word" in vera.seen
    assert "the report allows nothing else" in vera.seen
    assert vera.last is not None
    assert vera.last.followups or vera.last.response is not None
    assert vera.last.ephemeral


async def test_an_organizer_is_warned_before_a_quote_that_gives_somebody_away(
    world: World, vera: Person, somebody: Somebody
) -> None:
    await quotes(world, vera, somebody, "Write to ana@example.org.")
    assert "Could somebody recognise the reporter by this?" in vera.seen
    assert "an e-mail address" in vera.seen
    await vera.presses("Change it")
    await vera.fills_in(text="Write to ana@example.org.")
    await vera.presses("Keep it all the same")
    assert r"> Write to ana\@example.org." in vera.seen


async def test_a_second_organizer_agrees_and_the_files_arrive(
    world: World, two: tuple[Person, Person], somebody: Somebody
) -> None:
    vera, otto = two
    await quotes(world, vera, somebody)
    await published(world, vera, somebody)
    await vera.runs("impact export")
    assert "It takes a second organizer" in vera.seen
    assert "Quotes in it: 1." in vera.seen
    assert files(world, vera) == {}
    await vera.presses("Read the quotes")
    assert "> Nobody was asked." in vera.seen
    await vera.presses("To the export")
    await vera.presses("Propose the export")
    assert "one of them must agree" in vera.seen
    await world.tick()
    assert "with 1 quotes" in posts(world, "organizers")[-1]
    await otto.runs("decisions")
    await otto.presses("Agree")
    await world.tick()
    await otto.runs("impact export")
    made = files(world, otto)
    assert [name.rpartition(".")[2] for name in made] == ["md", "csv", "json", "png"]
    *papers, picture = made.values()
    brief, table, record = [content.decode() for content in papers]
    assert picture.startswith(b"\x89PNG")
    assert f"]({list(made)[-1]})" in brief
    assert "> “Nobody was asked.”" in brief
    assert "ana@example.org" not in brief
    assert "## What can be asked for" in brief or "at least" in brief
    rows = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
    told = json.loads(record)
    assert [int(row["at_least"]) for row in rows] == [each["at_least"] for each in told["numbers"]]
    assert rows
    assert all(int(row["at_least"]) % 5 == 0 for row in rows)
    assert [value for row in rows for value in row.values() if value.startswith(("=", "+", "-", "@"))] == []
    await vera.runs("audit")
    assert "let the published numbers be taken out as files" in vera.seen


async def test_members_and_organizers_of_another_server_get_nothing(
    world: World, two: tuple[Person, Person], somebody: Somebody
) -> None:
    vera, otto = two
    await published(world, vera, somebody)
    await vera.runs("impact export")
    await vera.presses("Propose the export")
    await otto.runs("decisions")
    await otto.presses("Agree")
    await world.tick()
    ana, nina = somebody("Ana"), somebody("Nina")
    await ana.runs("impact export")
    assert "This is for organizers" in ana.seen
    other = world.env.create_guild("Another Local")
    channel = other.create_text_channel("general")
    role = other.create_role("Organizers")
    across = other.add_member(nina.member.user, roles=[role])
    boss = Actor(GuildId(other.id), UserId(1), is_administrator=True)
    await world.steward.guilds.choose_organizer_role(boss, RoleId(role.id))
    await world.steward.guilds.choose_organizers(boss, frozenset({UserId(across.id)}))
    elsewhere = Person(world, across)
    elsewhere.last = await across.slash(channel, "impact export")
    assert "There is nothing to export yet" in elsewhere.seen
    assert files(world, elsewhere) == {}


async def test_after_a_week_a_second_organizer_must_agree_anew(
    world: World, two: tuple[Person, Person], somebody: Somebody
) -> None:
    vera, otto = two
    await world.live_until((await world.settings_made()).next_digest(world.clock.now()))
    await vera.runs("impact export")
    await vera.presses("Propose the export")
    await otto.runs("decisions")
    await otto.presses("Agree")
    await world.tick()
    await vera.runs("impact export")
    assert len(files(world, vera)) == 3
    await world.later(days=8)
    await vera.runs("impact export")
    assert "It takes a second organizer" in vera.seen
