"""Steward as an operator runs it: it starts, it stops, and it says in a sentence why it will not."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from .bot_process import BotProcess
from .loopback import Loopback
from .union import Union

pytestmark = pytest.mark.asyncio

COMMANDS = "PUT /applications/*/commands"


@pytest.fixture
def forks() -> None:
    """Start from nothing, as an operator does."""


async def test_it_is_ready_in_under_two_seconds(union: Union) -> None:
    times = []
    for _ in range(2):
        await union.bot.start()
        assert union.bot.time_to_ready_s is not None
        # Other tests use the cores meanwhile: the promise is about a machine that runs Steward.
        times.append(union.bot.time_to_ready_s - union.bot.waited_for_cpu_s())
        await union.discord.until_synced()
        await union.bot.kill()
    sys.stdout.write(f"cold start to ready: {min(times):.2f} s\n")
    assert min(times) < 2


async def test_commands_are_told_to_discord_once(union: Union) -> None:
    await union.bot.start()
    assert await union.bot.terminate() == 0
    await union.bot.start()
    assert len(union.discord.asked(COMMANDS)) == 1
    names = sorted(command["name"] for command in union.discord.world.commands[None])
    assert {"cases", "report", "setup"} < set(names)
    assert len(names) == len(set(names))


async def test_a_token_that_discord_does_not_know_is_told_in_a_sentence(loopback: Loopback, tmp_path: Path) -> None:
    wrong = "c29tZWJvZHktZWxzZXMtdG9rZW4.QUJDREVG.d2hvLWtub3dzLXdoYXQtaXQtb3BlbnM"
    bot = BotProcess(loopback, tmp_path, env={"DISCORD_TOKEN": wrong})
    with pytest.raises(AssertionError, match="ended with 1 before it was ready"):
        await bot.start()
    assert "Discord refuses DISCORD_TOKEN. Copy the token from the Bot page" in bot.output()
    assert "Traceback" not in bot.output()
    assert wrong not in bot.output()


async def test_a_token_reset_while_running_is_told_in_the_same_sentence(union: Union) -> None:
    union.discord.gateway.refuses_with = 4004
    with pytest.raises(AssertionError, match="ended with 1 before it was ready"):
        await union.bot.start()
    assert "Discord refuses DISCORD_TOKEN. Copy the token from the Bot page" in union.bot.output()


async def test_a_second_process_on_the_same_data_is_refused(union: Union) -> None:
    await union.bot.start()
    second = BotProcess(union.discord, union.data)
    with pytest.raises(AssertionError, match="ended with 1 before it was ready"):
        await second.start()
    assert "Another Steward is already running on this data directory. Stop it first." in second.output()
    assert union.bot.is_running
    assert await union.bot.terminate() == 0


async def test_being_told_to_stop_while_a_report_is_filed_still_shows_its_code(union: Union) -> None:
    await union.set_up()
    await union.bot.start()
    preview = await union.preview(union.ana, await union.form(union.ana, union.guild), "They time our breaks")
    slow = union.discord.faults.hang("POST /interactions/*/*/callback")
    union.ana.press(preview, "Send with the next batch")
    await slow.has_struck()
    began = time.monotonic()
    union.bot.ask_to_stop()
    slow.lift()
    assert await union.code(preview)
    assert await union.bot.ended(within=10) == 0
    assert time.monotonic() - began < 5


async def test_it_stops_within_seconds_while_discord_hangs(union: Union) -> None:
    await union.set_up(tallied=True)
    union.make_due("digest")
    hang = union.discord.faults.hang("POST /channels/*/messages", times=None)
    await union.bot.start()
    await hang.has_struck()
    began = time.monotonic()
    assert await union.bot.terminate() == 0
    assert time.monotonic() - began < 5
