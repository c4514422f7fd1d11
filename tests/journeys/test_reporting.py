"""A worker reports in private, organizers answer, the worker returns."""

import pytest

from bot.demo.world import World
from tests.journeys.conftest import Somebody
from tests.journeys.people import FORM, Person, posts


async def test_a_worker_reports_in_a_direct_message_and_gets_a_case_code(
    world: World, vera: Person, somebody: Somebody
) -> None:
    ana = somebody("Ana")
    answer = await ana.types_to_steward("my boss reads my keystrokes")
    assert "do not read or keep what is typed here" in answer
    await ana.presses_in_direct_message("Write a report")
    assert "Discord can see that you used this bot" in ana.seen
    await ana.presses("I have read this: write my report")
    await ana.fills_in(**FORM, text="They count our keystrokes.")
    assert "everything that will be kept" in ana.seen
    assert "They count our keystrokes." in ana.seen
    await ana.presses("Send with the next batch")
    assert len(ana.code.split()) == 8
    assert "shown only this once" in ana.seen


async def test_nothing_about_a_report_is_ever_public(world: World, vera: Person, somebody: Somebody) -> None:
    ana = somebody("Ana")
    await ana.reports("They count our keystrokes.")
    assert ana.last is not None
    assert ana.last.response is not None
    assert ana.last.response.ephemeral
    await world.later(hours=20)
    everything = [post for channel in world.channels for post in posts(world, channel)]
    assert [post for post in everything if "Audit chain" not in post] == []


async def test_organizers_get_reports_together_and_nobody_is_told_of_one(
    world: World, vera: Person, somebody: Somebody
) -> None:
    for name in ("Ana", "Ben"):
        await somebody(name).reports(f"From {name}")
    await world.later(days=1)
    await vera.runs("cases")
    assert "No case yet" in vera.seen
    await somebody("Cem").reports("From Cem")
    await world.later(days=1)
    await vera.runs("cases")
    assert vera.seen.count("[Open]") == 3
    assert posts(world, "general") == []


async def test_a_lonely_report_is_held_a_week_and_no_longer(world: World, vera: Person, somebody: Somebody) -> None:
    await somebody("Ana").reports("Only me")
    for _ in range(7):
        await world.later(days=1)
    await vera.runs("cases")
    assert "No case yet" in vera.seen
    await world.later(days=1)
    await vera.runs("cases")
    assert vera.seen.count("[Open]") == 1


async def test_send_now_tells_what_it_costs_and_reaches_the_desk_at_the_next_tick(
    world: World, vera: Person, somebody: Somebody
) -> None:
    ana = somebody("Ana")
    await ana.runs("report file")
    await ana.presses("I have read this: write my report")
    await ana.fills_in(**FORM, text="It is urgent")
    assert "can then guess who was online" in ana.seen
    await ana.presses("Send now")
    await world.tick()
    await vera.runs("cases")
    assert vera.seen.count("[Open]") == 1


async def test_worker_and_organizer_write_to_each_other_through_the_case(
    world: World, vera: Person, somebody: Somebody
) -> None:
    ana = somebody("Ana")
    code = await ana.reports("They count our keystrokes.", at_once=True)
    await world.tick()
    await vera.runs("cases")
    await vera.presses("Open")
    assert "They count our keystrokes." in vera.seen
    assert "Ana" not in vera.seen
    await vera.presses("Reply")
    await vera.fills_in(text="Since when? Do you know the name of the tool?")
    case = vera.seen.split("Case ")[1][:6]

    await ana.comes_back(code, direct=True)
    assert "Answered" in ana.seen
    assert "Since when?" in ana.seen
    await ana.presses("Add something")
    await ana.fills_in(text="Since May. It is called WorkWatch.")
    assert "next release" in ana.seen

    await vera.runs("cases")
    assert "new answer" not in vera.seen
    for _ in range(9):
        await world.later(days=1)
    await vera.runs("cases")
    assert f"**{case}** · new answer ·" in vera.seen
    await vera.presses("Open")
    assert "WorkWatch" in vera.seen
    await vera.chooses(f"reports:status:v1:{case}", "closed")
    await ana.comes_back(code)
    assert "Closed" in ana.seen


async def test_the_case_code_works_however_it_is_typed(world: World, vera: Person, somebody: Somebody) -> None:
    ana = somebody("Ana")
    code = await ana.reports("They count our keystrokes.")
    await ana.comes_back("  " + code.upper().replace(" ", "-") + " ")
    assert "Waiting for release" in ana.seen


@pytest.mark.parametrize("typed", ["", "   ", "eight words that belong to nobody at all", "🤷", "a" * 200])
async def test_wrong_words_say_no_more_than_no_words(vera: Person, somebody: Somebody, typed: str) -> None:
    ben = somebody("Ben")
    await ben.comes_back("nothing like a code")
    usual = ben.seen
    await ben.comes_back(typed or " ")
    assert ben.seen == usual
    assert "No report belongs to these words" in usual


async def test_a_code_of_another_server_opens_its_own_case_and_no_other(
    world: World, vera: Person, somebody: Somebody
) -> None:
    code = await somebody("Ana").reports("From Ana")
    stranger = somebody("Zed")
    await stranger.comes_back(code)
    assert "From Ana" in stranger.seen, "whoever holds the words is the reporter: there is nothing else to know them by"
    await stranger.comes_back(code.replace(code.split()[0], "zoo", 1))
    assert "No report belongs" in stranger.seen


async def test_what_cannot_be_read_is_refused_and_the_form_comes_back(vera: Person, somebody: Somebody) -> None:
    ana = somebody("Ana")
    await ana.runs("report file")
    await ana.presses("I have read this: write my report")
    await ana.fills_in(**FORM, text="\u202e\u200b \u2066…")
    assert "nothing to read in your text yet" in ana.seen
    await ana.presses("Back to the form")
    await ana.fills_in(**FORM, text="Now in words")
    assert "Now in words" in ana.seen


async def test_mentions_links_and_marks_are_shown_as_typed_and_reach_nobody(
    world: World, vera: Person, somebody: Somebody
) -> None:
    text = "# Big @everyone <@1> [bank](http://evil.example) ||hidden|| \u202etxet\n```x"
    await somebody("Ana").reports(text, at_once=True)
    await world.tick()
    await vera.runs("cases")
    await vera.presses("Open")
    assert "\\[bank\\]" in vera.seen
    assert "\\# Big \\@everyone \\<\\@1>".replace("1>", "1\\>") in vera.seen
    assert "\u202e" not in vera.seen
    sent = [entry.json for entry in world.env.http_requests if entry.json and "allowed_mentions" in str(entry.json)]
    assert all("'parse': []" in str(body) for body in sent)


async def test_the_longest_text_with_the_most_marks_still_fits(world: World, vera: Person, somebody: Somebody) -> None:
    for text in ("*" * 2799 + "x", "ä😀" * 1400, "x\n" * 1400):
        code = await somebody("Ana").reports(text, at_once=True)
        await world.tick()
        await somebody("Ana").comes_back(code)
        await vera.runs("cases")
        await vera.opens(vera.cases[0])


async def test_a_form_can_be_changed_before_it_is_sent(vera: Person, somebody: Somebody) -> None:
    ana = somebody("Ana")
    await ana.runs("report file")
    await ana.presses("I have read this: write my report")
    await ana.fills_in(**FORM, text="First words\n\nwith a gap")
    await ana.presses("Change")
    assert ana.last is not None
    assert "First words\\n\\nwith a gap" in str(ana.last.modal)
    await ana.fills_in(**{**FORM, "category": ["GOOD"]}, text="Second words")
    assert "Second words" in ana.seen
    assert "AI used well" in ana.seen


async def test_a_form_and_a_preview_from_before_a_restart_are_accepted_after_it(
    world: World, vera: Person, somebody: Somebody
) -> None:
    ana, ben = somebody("Ana"), somebody("Ben")
    await ana.runs("report file")
    await ana.presses("I have read this: write my report")
    await ben.runs("report file")
    await ben.presses("I have read this: write my report")
    await ben.fills_in(**FORM, text="Seen before the restart")
    await world.restart()
    await ana.fills_in(**FORM, text="Typed for ten minutes")
    await ana.presses("Send with the next batch")
    assert ana.code
    await ben.presses("Send with the next batch")
    assert ben.code
