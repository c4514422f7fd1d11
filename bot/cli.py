"""The command line: start · demo · migrate · health, and the words of operators and organizers."""

import argparse
import asyncio
import gc
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import TYPE_CHECKING

import structlog

from bot import guards, health, logs
from bot.clock import SystemClock
from bot.guards import UnsafeToStart
from bot.operations import commands as operations
from bot.operations.refused import OperationRefused
from bot.ownership import AlreadyOwned
from bot.settings import Settings, SettingsRefused, load
from bot.storefile import StoreRefused

if TYPE_CHECKING:
    from bot.watch import Watch

log = structlog.get_logger()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status: 0 done, 1 refused with a sentence, 2 wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python3 run.py", description="Steward, a union steward that lives in Discord."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("start", help="run the bot on Discord")
    commands.add_parser("migrate", help="bring both stores up to date and stop")
    commands.add_parser("health", help="tell how the running bot is; exit status 1 if it needs a look")
    demo = commands.add_parser("demo", help="try Steward with a simulated union, without Discord")
    demo.add_argument("--once", action="store_true", help="run the tour and stop")
    demo.add_argument("--port", type=int, default=8420, help="where to serve the lobby page (default %(default)s)")
    operations.add_to(commands)
    options = parser.parse_args(arguments)
    try:
        if "run" in options:
            return int(options.run(options))
        match options.command:
            case "demo":
                from bot.demo.tour import run_demo  # noqa: PLC0415 - the simulator is only installed for the demo

                return run_demo(once=options.once, port=options.port)
            case "health":
                return _tell_health(load())
            case "start":
                guards.harden()
        return asyncio.run({"migrate": _migrate, "start": _start}[options.command](load()))
    except (SettingsRefused, StoreRefused, AlreadyOwned, OperationRefused, UnsafeToStart) as refusal:
        return _refuse(str(refusal))
    except KeyboardInterrupt:
        return 130


def _refuse(sentences: str) -> int:
    print(sentences, file=sys.stderr)  # noqa: T201 - the command line speaks to a person
    return 1


def _tell_health(settings: Settings) -> int:
    problems = health.read(settings.health_path, time.monotonic())
    print("\n".join(problems) or "Steward is well.")  # noqa: T201 - the command line speaks to a person
    return 1 if problems else 0


async def _migrate(settings: Settings) -> int:
    from bot.wiring import open_steward  # noqa: PLC0415 - keeps a wrong setting's answer quick

    logs.set_up(settings.log_level)
    steward = await open_steward(settings)
    await steward.close()
    log.info("both stores are up to date")
    return 0


async def _start(settings: Settings) -> int:
    gc.disable()  # looking again and again through what is being imported is a sixth of a start
    from bot.client import DiscordUnreachable, TokenRefused, pointed_at  # noqa: PLC0415 - likewise
    from bot.operations.copies import forget_old_copies  # noqa: PLC0415 - likewise
    from bot.wiring import open_steward  # noqa: PLC0415 - likewise

    gc.freeze()  # it all stays
    gc.enable()
    token = settings.bot_token
    guards.refuse_shared_file_system(settings.data_dir)
    logs.set_up(settings.log_level)
    logs.watch_loop()
    with pointed_at(settings.discord_url):
        steward = await open_steward(settings)
        forgotten = await asyncio.to_thread(forget_old_copies, settings, SystemClock().now())
        if forgotten:
            log.info("old copies from before an update deleted", copies=forgotten)
        running = asyncio.create_task(steward.client.stay_connected(token))
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, running.cancel)
        steward.client.add_listener(steward.due.run, "on_ready")  # what came due while it was away
        steward.due.start()
        watching = asyncio.create_task(steward.watch.run(settings.health_path))
        try:
            async with numbers(steward.watch, settings.metrics_port):
                await running
        except asyncio.CancelledError:
            log.info("stopping")
        except TokenRefused:
            return _refuse(f"Discord refuses DISCORD_TOKEN. {Settings.model_fields['token'].description}")
        except DiscordUnreachable:
            return _refuse("Discord cannot be reached from this machine. Check its network and start again.")
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)  # it may be asking the database
            await steward.close()
            settings.health_path.unlink(missing_ok=True)
    return 0


def numbers(watch: "Watch", port: int | None) -> AbstractAsyncContextManager[None]:
    """Serve `/metrics` and `/health`; without a port nothing is served, and the web server is not even imported."""
    if port is None:
        return nullcontext()
    from bot.metrics import served  # noqa: PLC0415 - as said above

    return served(watch, port)
