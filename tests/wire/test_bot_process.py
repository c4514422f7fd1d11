"""A bot in its own process is watched, killed and started again, seen here with a small stand-in."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from .bot_process import BotProcess
from .loopback import Guild, Loopback, Person

pytestmark = pytest.mark.asyncio

SMALL_BOT = (sys.executable, str(Path(__file__).with_name("small_bot.py")))


async def test_a_killed_bot_comes_back(loopback: Loopback, guild: Guild, ana: Person, tmp_path: Path) -> None:
    async with BotProcess(loopback, tmp_path, command=SMALL_BOT) as bot:
        card = await ana.slash(guild, "card")
        form = await ana.press(card, "Report").modal()
        assert bot.time_to_ready_s is not None
        assert 10 < bot.rss_mb() < 500
        first = bot.pid
        await bot.kill()
        assert not bot.is_running
        lost = ana.press(card, "Sign")
        await bot.start()
        assert bot.pid != first
        reply = await ana.submit(form, {"what": "Opened before the crash", "impact": "pay"})
        assert reply.text.startswith("Opened before the crash")
        assert (await ana.press(card, "Sign")).text == "Signed"
        assert lost.interaction.attempts == [], "what happens while the bot is down never reaches it"
        assert await bot.terminate() == 0
    assert "stopped" in bot.output()


async def test_a_bot_that_ends_early_is_described(loopback: Loopback, tmp_path: Path) -> None:
    quitter = (sys.executable, "-c", "import sys; sys.exit('no token given')")
    with pytest.raises(AssertionError, match=r"ended with 1 before it was ready\nno token given"):
        await BotProcess(loopback, tmp_path, command=quitter).start()
