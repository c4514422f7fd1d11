"""The way of a report over real sockets: set up, written, sent, killed in between, and never lost or doubled."""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest

from .bot_process import waited_for_cpu_s
from .loopback import Loopback, Message
from .union import SEND, SEND_NOW, Union

pytestmark = pytest.mark.asyncio

Done = TypeVar("Done")


async def test_an_administrator_sets_the_server_up(union: Union) -> None:
    await union.bot.start()
    refused = await union.ana.slash(union.guild, "setup")
    assert refused.text == "Only administrators of this server can set Steward up."
    card = await union.boss.slash(union.guild, "setup")
    assert "**Not ready:**" in card.text
    await union.boss.choose(card, union.organizers, custom_id="guilds:role:v1")
    await union.boss.choose(card, [union.boss], custom_id="guilds:organizers:v1")
    for use in ("petitions", "townhalls", "digests", "organizers"):
        await union.boss.choose(card, union.digests, custom_id=f"guilds:channel:v1:{use}")
    form = await union.boss.press(card, "Times and language").modal()
    await union.boss.submit(form, {"zone": "europe/berlin", "release_at": "7:30", "digest_weekday": "4"})
    form = await union.boss.press(card, "Help outside Discord").modal()
    await union.boss.submit(form, {"help": "A Signal contact"})
    assert "**Ready:**" in card.text
    assert "daily at 07:30, Europe/Berlin" in card.text
    assert "The regular digest comes: Fridays at 09:00, Europe/Berlin" in card.text
    assert "not set" not in card.text
    form = await union.boss.press(card, "Times and language").modal()
    wrong = await union.boss.submit(form, {"zone": "Middle/Earth"})
    assert "not a time zone I know" in wrong.text


@pytest.mark.parametrize("where", ["in a direct message", "in the server"])
async def test_a_worker_reports_and_comes_back_with_the_code(union: Union, where: str) -> None:
    await union.set_up()
    await union.bot.start()
    place = None if where == "in a direct message" else union.guild
    preview = await union.preview(union.ana, await union.form(union.ana, place), "A score decides who is let go")
    assert "A score decides who is let go" in preview.text
    code = await union.send(union.ana, preview)
    assert "shown only this once" in preview.text
    card = await union.check(union.ana, place, code.upper())
    await union.discord.changes.until(lambda: "Waiting for release" in card.text, 5, lambda: card.text)
    wrong = await union.check(union.ana, place, "abandon " * 8)
    await union.discord.changes.until(lambda: "No report belongs to these words" in wrong.text, 5, lambda: wrong.text)
    assert not union.posted(), "nothing of it is public"
    bo = union.discord.person("bonifatius", union.guild)
    assert union.posted(next(iter(union.guild.channels.values()))) == []
    assert not bo.inbox()


async def test_a_form_and_a_preview_outlive_the_process(union: Union) -> None:
    await union.set_up()
    await union.bot.start()
    form = await union.form(union.ana, None)
    await union.bot.restart()
    preview = await union.preview(union.ana, form, "Opened before the crash, sent after it")
    await union.bot.restart()
    code = await union.send(union.ana, preview)
    card = await union.check(union.ana, None, code)
    await union.discord.changes.until(lambda: "Opened before the crash" in card.text, 5, lambda: card.text)


async def test_the_same_submission_five_times_is_one_report_with_one_code(union: Union) -> None:
    await union.set_up()
    await union.bot.start()
    form = await union.form(union.ana, union.guild)
    preview = await union.preview(union.ana, form, "Counted once")
    sent = union.ana.press(preview, SEND)
    sent.redeliver(4)
    code = await union.code(preview)
    await sent.attempts(5)
    again = await union.preview(union.ana, form, "Counted once")
    assert await union.send(union.ana, again) == code
    await union.bot.terminate()
    union.change("UPDATE guilds SET release_minimum = 1")
    union.make_due("release")
    await union.bot.start()
    await union.until_recorded("SELECT count(*) FROM cases", 1)
    late = await union.preview(union.ana, form, "Counted once")
    assert await union.send(union.ana, late) == code, "also after its release"
    sent.redeliver(4)
    assert union.look("SELECT count(*) FROM cases") == 1


@pytest.mark.parametrize("place", ["filing: before the commit", "filing: after the commit"])
async def test_a_submission_cut_off_by_a_crash_can_be_sent_again(union: Union, place: str) -> None:
    await union.set_up()
    union.killed_at(place)
    await union.bot.start()
    preview = await union.preview(union.ana, await union.form(union.ana, union.guild), "The power went out")
    cut_off = union.ana.press(preview, SEND)
    await union.bot.ended()
    union.killed_at("")
    await union.bot.start()
    cut_off.redeliver(2)
    code = await union.send(union.ana, preview)
    cut_off.redeliver(2)
    await union.bot.terminate()
    union.change("UPDATE guilds SET release_minimum = 1")
    union.make_due("release")
    await union.bot.start()
    await union.until_recorded("SELECT count(*) FROM cases", 1)
    card = await union.check(union.ana, union.guild, code)
    await union.discord.changes.until(lambda: "Received: organizers have it" in card.text, 5, lambda: card.text)


async def test_what_is_sent_at_once_is_on_the_desk_after_a_crash(union: Union) -> None:
    await union.set_up()
    await union.bot.start()
    await union.file(union.ana, union.guild, "It cannot wait", SEND_NOW)
    await union.bot.restart()
    await union.until_recorded("SELECT count(*) FROM cases", 1)
    desk = await union.boss.slash(union.guild, "cases")
    case = await union.boss.press(desk, "Open")
    assert "It cannot wait" in case.text
    stranger = await union.ana.slash(union.guild, "cases")
    assert "This is for organizers." in stranger.text


async def test_answers_come_quickly_with_a_thousand_reports_stored(union: Union, loopback: Loopback) -> None:
    await union.set_up(reports=1000)
    await union.bot.start()
    took: list[float] = []

    async def timed(doing: Coroutine[Any, Any, Done]) -> Done:
        """Note how long each first answer took, less what other programs kept this one and the bot from running."""
        known = set(loopback.interactions.all)
        before = union.bot.waited_for_cpu_s() + waited_for_cpu_s(os.getpid())
        done = await doing
        waited = union.bot.waited_for_cpu_s() + waited_for_cpu_s(os.getpid()) - before
        answers = [each.latency_s for one, each in loopback.interactions.all.items() if one not in known]
        took.extend(latency - waited for latency in answers if latency is not None)
        return done

    async def crowd() -> None:
        for outcome in [union.ana.slash(union.guild, "report file") for _ in range(100)]:
            await outcome

    async def open_desk() -> Message:
        return await union.boss.slash(union.guild, "cases")

    async def turn_pages(desk: Message) -> None:
        await union.boss.press(await union.boss.press(desk, "Next"), "reports:desk:v1:0")
        await union.boss.press(desk, desk.components[0]["components"][1]["accessory"]["custom_id"])

    for number in range(3):
        await timed(union.file(union.ana, (union.guild, None)[number % 2], f"One more, number {number}"))
        await timed(turn_pages(await timed(open_desk())))
        await timed(union.check(union.ana, union.guild, "abandon " * 8))
    await timed(crowd())
    took.sort()
    sys.stdout.write(f"first answers: p50 {statistics.median(took) * 1000:.0f} ms, max {took[-1] * 1000:.0f} ms\n")
    assert len(took) == len(loopback.interactions.all)
    assert took[-1] < 1
