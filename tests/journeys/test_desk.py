"""Who may open the desk, who may not, and what a morning there is like."""

import re
from collections.abc import Mapping
from typing import Any

from simcord import MemberActor

from bot.demo.world import World
from bot.ids import Actor, GuildId, RoleId, UserId
from bot.reports.taxonomy import Dimension
from tests.journeys.conftest import Somebody
from tests.journeys.people import FORM, Person, parts, posts


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


async def test_what_is_typed_finds_a_case_for_organizers_only(world: World, vera: Person, somebody: Somebody) -> None:
    ana = somebody("Ana")
    await ana.reports("They count our keystrokes.", at_once=True)
    await world.tick()
    general = world.channels["general"]
    (choice,) = await vera.member.autocomplete(general, "cases", "case", "")
    assert re.fullmatch(
        r"\w{6} · Monitoring: keystrokes, meetings, code, scores · week of 20\d\d-\d\d-\d\d", choice["name"]
    )
    assert await vera.member.autocomplete(general, "cases", "case", choice["value"][:2].upper()) == [choice]
    assert await vera.member.autocomplete(general, "cases", "case", "!") == []
    assert await ana.member.autocomplete(general, "cases", "case", "") == []


async def test_an_organizers_morning(world: World, vera: Person, somebody: Somebody) -> None:
    anas = await somebody("Ana").reports("They count our keystrokes.", at_once=True)
    bens = await somebody("Ben").reports("The new tool watches our typing.", at_once=True)
    await somebody("Cleo").reports("We check its output unpaid.", at_once=True, category=["PAY"], role=["writer"])
    await world.tick()

    await vera.runs("cases")
    assert vera.seen.count("· new ·") == vera.seen.count("not confirmed") == 3
    await vera.presses("Filter")
    await vera.fills_in(status=["any"], category=["MON"], role=["any"], week=["any"])
    assert "Only: Monitoring: keystrokes, meetings, code, scores\n[Show all]" in vera.seen
    first, second = vera.cases

    await opens(vera, first)
    assert "Not confirmed: it does not count in the numbers yet." in vera.seen
    await vera.presses("Note")
    await vera.fills_in(text="Same tool as in spring?")
    assert "**Note, for organizers only**\n> Same tool as in spring?" in vera.seen
    await vera.presses("Confirm")
    assert "Confirmed: it counts in the numbers.\n" in vera.seen
    assert "[Take back confirmation]" in vera.seen
    await vera.presses("Working group")
    await vera.fills_in(group="Night *watch*")
    assert "Working group: Night \\*watch\\*" in vera.seen

    await vera.presses("All cases")
    await opens(vera, second)
    await vera.presses("Join to another case")
    await vera.fills_in(into=first.upper())
    assert f"## Case {first}" in vera.seen
    assert "It stands for 1 more." in vera.seen
    await vera.presses("Reply")
    await vera.fills_in(text="We ask what it records.")
    for code, own, others in ((anas, "keystrokes.", "typing."), (bens, "typing.", "keystrokes.")):
        reporter = await somebody("Somebody").comes_back(code)
        assert "We ask what it records." in reporter.seen
        assert own in reporter.seen
        assert [word for word in (others, "in spring", "Night") if word in reporter.seen] == []

    await vera.runs("cases")
    assert "confirmed · Night \\*watch\\* · with 1 more" in vera.seen
    assert vera.seen.count("[Open]") == 2
    await vera.presses("Next new case")
    assert "We check its output unpaid." in vera.seen
    await vera.presses("Next new case")
    assert "Nothing new: every case has been read." in vera.seen
    everything = [post for channel in world.channels for post in posts(world, channel)]
    assert [post for post in everything if "Audit chain" not in post] == [], "nobody else saw any of it"


async def test_a_joined_case_is_opened_from_the_one_that_stays_and_separated(world: World, vera: Person) -> None:
    for _ in range(2):
        await files(world)
    await vera.runs("cases")
    stays, gone = vera.cases
    await vera.opens(gone)
    await vera.presses("Join to another case")
    await vera.fills_in(into=gone)
    assert "These two cannot be joined" in vera.seen
    await vera.runs("cases", case=gone)
    await vera.presses("Join to another case")
    await vera.fills_in(into=stays)
    await vera.chooses("reports:case:v1:joined", gone)
    assert f"Joined to {stays}: the two count as one there" in vera.seen
    assert "[Confirm]" not in vera.seen
    await vera.presses(f"Open {stays}")
    await vera.chooses("reports:case:v1:joined", gone)
    await vera.presses("Separate")
    assert "Joined to" not in vera.seen
    await vera.runs("cases")
    assert set(vera.cases) == {stays, gone}


async def test_a_muted_reporter_is_told_kindly_and_can_still_read(
    world: World, vera: Person, somebody: Somebody
) -> None:
    ana = somebody("Ana")
    code = await ana.reports("They count our keystrokes.", at_once=True)
    await world.tick()
    await ana.comes_back(code)
    await ana.presses("Add something")
    await vera.runs("cases")
    await vera.opens(vera.cases[0])
    await vera.presses("Mute")
    await ana.fills_in(text="And one more thing")
    assert "Organizers take no more messages on this case, so nothing was kept." in ana.seen
    await ana.comes_back(code)
    assert "Organizers take no more messages on this case." in ana.seen
    assert "They count our keystrokes." in ana.seen
    await vera.presses("Unmute")
    await ana.comes_back(code)
    await ana.presses("Add something")
    await ana.fills_in(text="And one more thing")
    assert "Kept." in ana.seen


async def test_a_filter_and_a_page_stay_while_cases_are_worked_on(world: World, vera: Person) -> None:
    for number in range(12):
        await files(world, category="MON" if number < 10 else "PAY")
    await vera.runs("cases")
    await vera.presses("Filter")
    await vera.fills_in(status=["received"], category=["MON"], role=["any"], week=["any"])
    assert "Only: Received · Monitoring: keystrokes, meetings, code, scores" in vera.seen
    assert "Page 1 of 2" in vera.seen
    await vera.presses("Next")
    assert "Page 2 of 2" in vera.seen
    assert vera.seen.count("[Open]") == 2
    await opens(vera, vera.cases[0])
    await vera.presses("Note")
    await vera.fills_in(text="Ask the works council")
    await vera.presses("All cases")
    assert "Page 2 of 2" in vera.seen
    await vera.presses("Filter")
    await vera.fills_in(status=["closed"], category=["MON"], role=["any"], week=["any"])
    assert "No case fits this filter." in vera.seen
    await vera.presses("Show all")
    assert "Only:" not in vera.seen
    assert vera.seen.count("[Open]") == 8


async def test_nothing_of_a_long_case_is_out_of_reach(world: World, vera: Person, somebody: Somebody) -> None:
    ana = somebody("Ana")
    await ana.reports("The first words. " + "x" * 2000, at_once=True)
    await world.tick()
    await vera.runs("cases")
    await vera.opens(vera.cases[0])
    for number in range(3):
        await vera.presses("Reply")
        await vera.fills_in(text=f"Reply {number}. " + "y" * 1500)
    assert "Reply 2." in vera.seen
    assert "The first words." not in vera.seen
    read = vera.seen
    while "[Earlier messages and notes]" in vera.seen:
        await vera.presses("Earlier messages and notes")
        read += vera.seen
    assert [part for part in ("The first words.", "Reply 0.", "Reply 1.", "What happened?") if part not in read] == []
    await vera.presses("Later ones")
    assert "Reply 0." in vera.seen
    await vera.presses("Note")
    await vera.fills_in(text="A note in the middle")
    assert "A note in the middle" in vera.seen, "what was just written is shown"


async def test_reporters_read_the_words_that_organizers_chose(world: World, vera: Person, somebody: Somebody) -> None:
    ana = somebody("Ana")
    code = await ana.reports("They count our keystrokes.", at_once=True)
    await world.tick()
    await vera.runs("cases")
    await vera.presses("Words for reporters")
    await vera.fills_in(received="We have it, *comrade*")
    assert "Reporters read these words from now on" in vera.seen
    await ana.comes_back(code)
    assert "## We have it, \\*comrade\\*" in ana.seen
    await vera.runs("cases")
    await vera.opens(vera.cases[0])
    labels = [each["label"] for part in shown_parts(vera) for each in part.get("options") or []]
    assert labels[0] == "We have it, *comrade*", "organizers see what they let reporters read"


async def test_enough_confirmed_cases_become_papers(world: World, vera: Person) -> None:
    for _ in range(6):
        await files(world)
    await vera.runs("cases")
    cases = vera.cases
    await vera.presses("Make something of it")
    assert "It takes 5 confirmed cases on one category" in vera.seen
    for case in cases[:5]:
        await vera.runs("cases", case=case)
        await vera.presses("Confirm")
    await vera.runs("cases")
    await vera.presses("Make something of it")
    assert "**Monitoring: keystrokes, meetings, code, scores** · at least 5" in vera.seen
    card = vera.last
    for kind, begins in (
        ("petition", b"# Draft of a petition"),
        ("information-request", b"# Request for information about AI at work"),
        ("ai-act-notice", b"# Request for notice under the EU AI Act"),
        ("data-access-request", b"# One worker's request for their own data"),
        ("warn-query", b"# Question about AI in layoff notices"),
    ):
        vera.last = card
        await vera.chooses("reports:document:v1:MON", kind)
        assert "Nothing has been sent to anybody." in vera.seen
        assert vera.last is not None
        assert vera.last.response is not None
        assert vera.last.response.ephemeral
        (file,) = vera.last.response.attachments
        assert file.filename == f"{kind}-MON.md"
        text = await file.read()
        assert text.startswith(begins)
        assert b"t least 5 reports" in text
    await vera.runs("deskaudit")
    assert vera.seen.count("made a document from cases") == 5


async def files(world: World, **choices: str) -> None:
    """Let somebody file a report, without the clicks, and let it reach the desk."""
    actor = Actor(GuildId(world.guild.id), UserId(world.env.backend.snowflake()))
    facets = {
        Dimension(name): value for name, value in {"category": "MON", "role": "qa", "effect": "none", **choices}.items()
    }
    reports = world.steward.reports
    await reports.file(actor, reports.new_form(), reports.compose(facets, "They score us."), at_once=True)
    await world.tick()


def shown_parts(person: Person) -> list[Mapping[str, Any]]:
    """Return everything on the card that somebody was last shown."""
    return list(parts(person._card.components))


async def opens(person: Person, case: str) -> None:
    """Open a case from a list that was narrowed down or turned to another page."""
    routes = [str(part.get("custom_id")) for part in shown_parts(person)]
    (custom_id,) = [route for route in routes if route.startswith(f"reports:case:v1:{case}")]
    person.last = await person.member.click(person._card, custom_id=custom_id)
