"""The watch over real sockets: a deaf gateway is found and left, and the page of numbers is this machine's alone."""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import cli
from bot.demo.world import open_world
from bot.health import DEAF_SECONDS
from bot.metrics import served
from bot.settings import Settings, SettingsRefused
from bot.wiring import Steward
from tests.journeys.people import Person as Member

from .bot_process import CHECKOUT, BotProcess
from .loopback import Loopback
from .union import CHEAP

TOKEN = f"{'M' * 26}.Gabcde.{'x' * 38}"


async def looks(steward: Steward, seconds: float) -> None:
    """Look again, with the watch's clock so much later."""
    before = steward.watch._monotonic
    steward.watch._monotonic = lambda: before() + seconds
    await steward.watch.look()


async def test_a_deaf_gateway_is_found_and_left_for_a_new_session(loopback: Loopback, steward: Steward) -> None:
    await looks(steward, 0)
    assert steward.watch._question is not None
    await steward.watch._question
    assert steward.client.heard_at > steward.watch._heard_at, "the gateway answered the question"
    assert steward.watch.vitals.problems == []

    loopback.gateway.is_deaf = True
    for _ in range(int(DEAF_SECONDS / 30)):
        await looks(steward, 30)
    assert steward.watch.vitals.is_deaf
    loopback.gateway.is_deaf = False
    await loopback.changes.until(
        lambda: len(loopback.gateway.identified_at) == 2 and len(loopback.gateway.connected) == 1,
        10.0,
        lambda: f"no new session: {loopback.gateway.sessions}",
    )


async def test_the_question_asks_for_nobody_else(loopback: Loopback, steward: Steward) -> None:
    for name in ("ana", "ben"):
        loopback.person(name, next(iter(loopback.world.guilds.values())))
    assert await steward.client.ask_for_an_event()
    assert loopback.gateway.unknown_opcodes == []
    assert [len(guild._members) for guild in steward.client.guilds] == [1], "no member is kept but the bot"


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def listening_at(port: int) -> list[str]:
    """Return the addresses that a port listens at, as the kernel writes them."""
    tables = [Path("/proc/net") / name for name in ("tcp", "tcp6")]
    rows = [line.split() for table in tables if table.exists() for line in table.read_text().splitlines()[1:]]
    return [
        address
        for _, local, _, state, *_ in rows
        for address, at in [local.split(":")]
        if (state, at) == ("0A", f"{port:04X}")
    ]


async def fetched(port: int, path: str, host: str = "127.0.0.1") -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://{host}:{port}{path}") as answer:
        return answer.status, await answer.text()


async def test_health_turns_from_red_to_green_to_red(steward: Steward) -> None:
    port = free_port()
    async with served(steward.watch, port):
        assert await fetched(port, "/health") == (503, "Steward is not connected to Discord.\n")
        await steward.watch.look()
        assert await fetched(port, "/health") == (200, "well\n")
        await steward.client.close()
        await steward.watch.look()
        assert await fetched(port, "/health") == (503, "Steward is not connected to Discord.\n")


async def test_the_page_listens_on_this_machine_only(steward: Steward) -> None:
    port = free_port()
    async with served(steward.watch, port):
        assert (await fetched(port, "/metrics"))[0] == 200
        assert listening_at(port) == ["0100007F"]


async def test_a_port_that_is_taken_is_told_in_a_sentence(steward: Steward) -> None:
    port = free_port()
    async with served(steward.watch, port):
        with pytest.raises(SettingsRefused, match=rf"port {port} cannot be used\. Leave it out, or choose"):
            await served(steward.watch, port).__aenter__()


async def test_without_a_port_nothing_is_served(steward: Steward) -> None:
    assert Settings.model_fields["metrics_port"].default is None
    port = free_port()
    async with cli.numbers(steward.watch, None):
        assert listening_at(port) == []


async def test_no_report_moves_a_number(data_dir: Path) -> None:
    """Read the page before and after a report, an error in private and a look, at one moment of the watch's clock."""
    async with open_world(data_dir.parent, stretching=CHEAP) as world:
        ear = _Still()
        watch = world.steward.watch
        moment = watch._monotonic()
        watch._ear, watch._monotonic = ear, lambda: moment
        ear.heard_at = world.steward.due.ran_at = moment
        await watch.look()
        assert watch._question is not None
        await watch._question
        port = free_port()
        async with served(watch, port):
            await watch.look()
            _, before = await fetched(port, "/metrics")
            ear.heard_at = moment + 1
            ana = Member(world, world.person("Ana"))
            await ana.runs("report file")
            world.env.inject_error("POST", "/interactions/*/*/callback", status=500, times=3)
            await ana.member.slash(world.channels["general"], "report file")
            await watch.look()
            _, after = await fetched(port, "/metrics")
    assert after == before
    names = {family.name for family in text_string_to_metric_families(before)}
    assert names == {
        *("steward_build_info", "steward_up", "steward_connected", "steward_deaf", "steward_stores_writable"),
        *("steward_gateway_answer_age_seconds", "steward_heartbeat_latency_seconds", "steward_tick_age_seconds"),
        *("steward_event_loop_lag_seconds", "steward_memory_peak_bytes"),
        *("steward_outbox_letters", "steward_job_failures"),
    }, "think of what a new number tells when it is read every few seconds, and then add it here"


class _Still:
    heard_at = 0.0
    is_connected = True
    latency = 0.04

    async def ask_for_an_event(self) -> bool:
        return True

    async def reconnect(self) -> None:
        raise AssertionError("it is not deaf")


async def test_the_process_tells_how_it_is(tmp_path: Path) -> None:
    port, data = free_port(), tmp_path / "data"
    env = {"DISCORD_TOKEN": TOKEN, "STEWARD_METRICS_PORT": str(port)}
    env |= {"STEWARD_DATA_DIR": str(data), "STEWARD_KEY_DIR": str(tmp_path / "keys")}
    async with Loopback(token=TOKEN) as discord:
        discord.new_guild("Local 1")
        assert await health(env) == (1, "Steward does not run on this data directory.\n")
        async with BotProcess(discord, tmp_path / "out", env=env) as bot:
            async with asyncio.timeout(20):
                while (await health(env))[0] != 0:  # it looks by its own clock: asked anew, since no event tells of it
                    assert bot.is_running, bot.output()
            status, page = await fetched(port, "/metrics")
            assert (status, "steward_connected 1.0" in page) == (200, True)
            assert await bot.terminate() == 0
        assert await health(env) == (1, "Steward does not run on this data directory.\n")
        assert "Traceback" not in bot.output()


async def health(env: dict[str, str]) -> tuple[int | None, str]:
    command = (sys.executable, "-m", "bot", "health")
    process = await asyncio.create_subprocess_exec(*command, env=env, cwd=CHECKOUT, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    return process.returncode, told.decode()
