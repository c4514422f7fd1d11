"""Writing a report with care: what could give one away, the second step, consent, and taking it all back."""

import pytest

from bot.demo.world import World
from bot.ids import Actor, GuildId, UserId
from tests.journeys.conftest import Somebody
from tests.journeys.people import FORM, Person, read

TELLING = "My manager Dana said on 3 May at 14:35 that WorkWatch counts keys. Mail me: ana@corp.example"


async def at_the_preview(person: Person, text: str = "They count our keystrokes.") -> Person:
    await person.runs("report file")
    await person.presses("I have read this: write my report")
    return await person.fills_in(**FORM, text=text)


async def test_what_could_give_one_away_is_quoted_with_its_reason_before_anything_is_sent(
    world: World, vera: Person, somebody: Somebody
) -> None:
    ana = somebody("Ana")
    await at_the_preview(ana, TELLING)
    assert "Could somebody recognise you by this?" in ana.seen
    for place in ("Dana", "3 May", "ana@corp.example"):
        assert place in ana.seen
    assert "Nothing has been sent." in ana.seen
    assert "[Send with the next batch]" not in ana.seen
    await ana.presses("Change the text")
    await ana.fills_in(**FORM, text="My manager said in spring that a tool counts keys.")
    assert "everything that will be kept" in ana.seen


async def test_what_is_added_later_is_looked_at_in_the_same_way(world: World, vera: Person, somebody: Somebody) -> None:
    ana = somebody("Ana")
    code = await ana.reports("They count our keystrokes.", at_once=True)
    await world.tick()
    await ana.comes_back(code)
    await ana.presses("Add something")
    await ana.fills_in(text="Ask my manager Dana, ana@corp.example")
    assert "Could somebody recognise you by this?" in ana.seen
    await ana.presses("Change the text")
    await ana.fills_in(text="Ask those who started it.")
    assert "Kept." in ana.seen
    await ana.comes_back(code)
    await ana.presses("Add something")
    await ana.fills_in(text="Mail me: ana@corp.example")
    await ana.presses("Keep it as it is")
    assert "Kept." in ana.seen
    for _ in range(9):
        await world.later(days=1)
    await ana.comes_back(code)
    assert "Ask those who started it." in ana.seen
    assert "ana\\@corp.example" in ana.seen


async def test_whoever_knows_better_keeps_the_text_as_it_is(world: World, vera: Person, somebody: Somebody) -> None:
    ana = somebody("Ana")
    await at_the_preview(ana, TELLING)
    await ana.presses("Keep it as it is")
    assert "ana@corp.example" in ana.seen
    await ana.presses("Send with the next batch")
    assert len(ana.code.split()) == 8


async def test_characters_that_nobody_sees_are_told_of(world: World, vera: Person, somebody: Somebody) -> None:
    ana = somebody("Ana")
    await at_the_preview(ana, "They\u200b count\u200b our\u2060 keys")
    assert "Could somebody recognise you by this?" in ana.seen


async def test_the_second_step_may_be_left_out_whole_or_in_part(world: World, vera: Person, somebody: Somebody) -> None:
    ana = somebody("Ana")
    await at_the_preview(ana)
    assert "How far along" not in ana.seen
    await ana.presses("Add details")
    await ana.fills_in(
        **{"stage": ["pilot"], "evidence+confidence": ["document+known"], "reach": ["unsaid"]},
        tool=["monitoring"],
        month=["earlier"],
    )
    for told in ("Being tried out", "I saw a document about it", "for certain", "Monitoring or scoring", "Longer ago"):
        assert told in ana.seen
    assert "Who is affected?" not in ana.seen, "what was left open is left out"
    await ana.presses("Change")
    await ana.fills_in(**FORM, text="They count our keystrokes, and more.")
    assert "Being tried out" in ana.seen, "the second step survives a change of the first"
    await ana.presses("Send now")
    await world.tick()
    await vera.runs("cases")
    await vera.presses("Open")
    assert "Being tried out" in vera.seen
    assert "and more." in vera.seen


async def test_only_counting_is_allowed_unless_the_worker_says_more(
    world: World, vera: Person, somebody: Somebody
) -> None:
    ana = somebody("Ana")
    await at_the_preview(ana)
    assert "Only count it" in ana.seen
    place = next(route for route in ana.routes if route.startswith("reports:consent:v1"))
    await ana.chooses(place, "quote")
    assert "Organizers may quote it word for word" in ana.seen
    await ana.presses("Send now")
    await world.tick()
    await vera.runs("cases")
    await vera.presses("Open")
    assert "Organizers may quote it word for word" in vera.seen


async def test_a_report_is_withdrawn_with_its_code_typed_once_more(
    world: World, vera: Person, somebody: Somebody
) -> None:
    ana = somebody("Ana")
    waiting = await ana.reports("Waits")
    released = await ana.reports("Is read", at_once=True)
    await world.tick()
    for code in (waiting, released):
        await ana.comes_back(code)
        await ana.presses("Withdraw it")
        await ana.fills_in(code="not the words")
        assert "No report belongs to these words" in ana.seen
        await ana.comes_back(code)
        await ana.presses("Withdraw it")
        await ana.fills_in(code=code)
        assert "Withdrawn" in ana.seen
        assert "may hold a sealed copy until <t:" in ana.seen
        await ana.comes_back(code)
        assert "No report belongs to these words" in ana.seen
    await vera.runs("cases")
    assert "No case yet" in vera.seen


async def test_a_fourth_report_in_a_day_is_refused_and_nothing_written_is_lost(
    world: World, vera: Person, somebody: Somebody
) -> None:
    ana = somebody("Ana")
    for number in range(3):
        await ana.reports(f"Report {number}")
    await at_the_preview(ana, "One too many")
    preview = ana.last
    await ana.presses("Send with the next batch")
    assert "as many reports as Steward takes" in ana.seen
    await world.later(days=1)
    ana.last = preview
    await ana.presses("Send with the next batch")
    assert len(ana.code.split()) == 8


async def test_a_desk_that_nobody_opens_takes_no_reports_until_somebody_does(
    world: World, vera: Person, somebody: Somebody
) -> None:
    ana = somebody("Ana")
    await vera.runs("cases")
    await ana.runs("report file")
    assert "opened by an organizer today." in ana.seen
    for _ in range(14):
        await world.later(days=1)
    await ana.runs("report file")
    assert "no organizer has opened the desk for 14 days" in ana.seen
    assert "[I have read this" not in ana.seen
    await vera.runs("cases")
    await ana.runs("report file")
    assert "[I have read this" in ana.seen


async def test_files_in_a_direct_message_are_answered_with_fixed_words_and_never_fetched(
    world: World, vera: Person, somebody: Somebody
) -> None:
    ana = somebody("Ana")
    for name, content in (
        ("photo.jpg", b"\xff\xd8\xff\xe1 GPS 52.5200N 13.4050E"),
        ("bomb.png", b"\x89PNG" + b"\0" * 4096),
        ("drawing.svg", b"<svg onload='x'/>"),
        ("all.zip", b"PK\x03\x04"),
    ):
        before = len(world.env.http_requests)
        await ana.sends_file(name, content)
        requests = world.env.http_requests[before:]
        assert [entry.method for entry in requests] == ["POST"], "one answer, and nothing fetched"
        message = ana.member.user.dm_channel.last_message
        assert message is not None
        assert "Files are never opened or kept." in read(world.env.backend.get_message(message.channel.id, message.id))


@pytest.mark.parametrize("mode", ["readable"])
async def test_how_many_can_read_and_whether_anybody_looks_is_told_before_writing(
    world: World, vera: Person, somebody: Somebody, mode: str
) -> None:
    ana = somebody("Ana")
    await ana.runs("report file")
    assert "The organizers of" in ana.seen
    assert "1 at present" in ana.seen
    actor = Actor(GuildId(world.guild.id), UserId(ana.member.user.id))
    assert (await world.steward.reports.inbox(actor.guild_id)).guild.reading_mode == mode
