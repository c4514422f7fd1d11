"""The tour: the main job of Steward from beginning to end, told and checked step by step."""

import asyncio
import signal
import sys
import tempfile
from pathlib import Path

from bot.demo import (
    lobby,
    safeguards,
    scenes,
    scenes_desk,
    scenes_digests,
    scenes_export,
    scenes_halls,
    scenes_keys,
    scenes_meeting,
    scenes_petitions,
    scenes_polls,
    scenes_theft,
)
from bot.demo.cast import assemble
from bot.demo.logfile import logging_to
from bot.demo.stage import Tour
from bot.demo.teller import Teller
from bot.demo.world import World, open_world

SCENES = (
    scenes.set_up,
    scenes.report,
    scenes.others_report,
    scenes.desk_before,
    scenes_desk.release,
    scenes_desk.morning,
    scenes.come_back,
    scenes.withdraw,
    scenes_desk.more_reports,
    scenes_desk.letter,
    scenes_desk.digest,
    safeguards.two_organizers,
    scenes_theft.theft,
    scenes_keys.keys_at_home,
    scenes_petitions.petition,
    scenes_polls.ballot,
    scenes_polls.hands,
    scenes_halls.fair_hours,
    scenes_halls.town_hall,
    scenes_meeting.meeting,
    scenes_meeting.late_floor,
    scenes_digests.promise,
    scenes_digests.digest,
    scenes_digests.evidence,
    scenes_export.quote,
    scenes_export.export,
    scenes_export.steal,
)
INTERRUPTED = 130


def run_demo(*, once: bool, port: int) -> int:
    """Tell the tour, then serve the lobby unless `once`; return 0 only if every step of the tour held."""
    with tempfile.TemporaryDirectory(prefix="steward-demo-") as name:
        try:
            return asyncio.run(_run(Path(name), once=once, port=port))
        except asyncio.CancelledError:
            return INTERRUPTED


async def _run(directory: Path, *, once: bool, port: int) -> int:
    running = asyncio.current_task()
    assert running is not None
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, running.cancel)
    teller = Teller(sys.stdout)
    with logging_to(directory / "steward.log"):
        async with open_world(directory) as world:
            await assemble(world)
            await tell(world, teller, directory)
            if not once:
                await lobby.serve(world, teller, directory, port)
    return 1 if teller.failed else 0


async def tell(world: World, teller: Teller, directory: Path) -> None:
    """Tell every scene in a world whose people have joined; `teller` then knows which steps held."""
    tour = Tour(world, teller, directory)
    for scene in SCENES:
        await scene(tour)
    teller.scene("The end")
    for sentence in teller.failed:
        teller.say(f"This did not hold: {sentence}")
    teller.say(f"{teller.held} of {teller.held + len(teller.failed)} steps held.")
