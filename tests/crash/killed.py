"""Live a local's fortnight, killed at the nth fail point: `python -m tests.crash.killed FOLDER FIRST STEP`.

For each n a process is forked that kills itself at the nth point it reaches, and another that lives the same days
again a month later, as workers press Send again and the clock goes on. It ends after the first run that nothing
killed. What was acknowledged is written down before the next step.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import alembic.command
import alembic.config  # noqa: F401 - imported once, before the forks, and not by each of them

from bot import failpoints
from bot.petitions.rules import NotInThisState, NotOpenForSigning, PetitionGone
from bot.reports.service import OwnCase
from tests.crash.local import BOSS, FULL_CELL, GUILD, MONDAY, Local, opened

NAMES = ("one", "two", "three")
PETITIONS = {"stays": [(0, 1, 2), (3, 4, 5)], "ends": [(0, 1, 2)]}
"""Who signs together, and before which look at the card; the goal is five, so that one may take theirs back."""
LEAVING = 5
SHOWN = "petitions"
MONTH = timedelta(days=28)


def acknowledged(folder: Path, what: str = "codes") -> dict[str, str]:
    """Return what people were shown: the codes of their reports, or that their signature was kept."""
    path = folder / f"{what}.txt"
    lines = path.read_text().splitlines() if path.exists() else []
    return dict(line.split("=") for line in lines)


def acknowledge(folder: Path, name: str, code: str, what: str = "codes") -> None:
    """Write down what was shown, on the disk's word."""
    known = acknowledged(folder, what).get(name, code)
    assert known == code, "the same form gave another code"
    with (folder / f"{what}.txt").open("a") as file:
        file.write(f"{name}={code}\n")


async def live(folder: Path, now: datetime) -> None:
    """File, release, talk, send at once, digest: each step as often as it likes."""
    async with opened(folder, now) as local:
        for code in acknowledged(folder).values():
            await local.reports.come_back(code)
        await local.set_up()
        await local.desk.page(BOSS)  # or intake would be closed after a month
        for name in NAMES:
            acknowledge(folder, name, await local.file(name))
        local.clock.forward(days=1)
        await local.releases.release_due()
        await _talk(local, acknowledged(folder)["one"])
        acknowledge(folder, "at once", await local.file("at once", at_once=True))
        await local.releases.release_due()
        for _ in range(2):  # one answer alone is held for seven days
            local.clock.forward(days=8)
            await local.releases.release_due()
        for case in (await local.desk.page(BOSS)).cases:
            await local.desk.confirm(BOSS, case.id, is_confirmed=True)
        await _fill_cell(local)
        await local.digests.make_due()
        await _sign(local, folder)
        for _ in range(5):  # one message a channel at each tick
            await local.outgoing.send_due()
        await local.outgoing.edit_due()


async def _sign(local: Local, folder: Path) -> None:
    """Sign two petitions and have one taken back; one reaches its goal, the other ends and is forgotten."""
    for name, groups in PETITIONS.items():
        petition_id = acknowledged(folder, SHOWN).get(name) or await local.start_petition(name)
        acknowledge(folder, name, petition_id, SHOWN)
        with suppress(NotInThisState, PetitionGone):  # sent off already, or over and its author forgotten
            await local.petitions.submit(BOSS, petition_id)
        for group in groups:
            with suppress(NotOpenForSigning):  # it ended in the first life
                await asyncio.gather(*(local.sign(petition_id, number) for number in group))
            local.clock.forward(minutes=21)
            await local.counting.refresh_due()
            await local.outgoing.send_due()
    await local.take_back(acknowledged(folder, SHOWN)["stays"], LEAVING)
    acknowledge(folder, "taken back", "gone", SHOWN)
    with suppress(NotInThisState, PetitionGone):  # likewise
        await local.petitions.withdraw(BOSS, acknowledged(folder, SHOWN)["ends"])
    local.clock.forward(minutes=21)
    await local.counting.refresh_due()
    local.clock.forward(days=190)
    await local.counting.anonymize_due()
    await local.counting.rewrite_due()


async def _talk(local: Local, code: str) -> None:
    own = await local.reports.come_back(code)
    if isinstance(own, OwnCase):
        await local.reports.answer(own.case.id, own.given_pass, "form answer", "One thing more")
        await local.desk.reply(BOSS, own.case.id, "form reply", "We are with you")


async def _fill_cell(local: Local) -> None:
    async with local.database.begin() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO tallies VALUES (?, ?, ?, 1000000000, 0, NULL) ON CONFLICT DO NOTHING", (GUILD, *FULL_CELL)
        )


def kill_at(number: int, note: Path) -> Callable[[str], None]:
    """Return what counts the places and pulls the plug at one of them."""
    places: list[str] = []

    def reached(place: str) -> None:
        places.append(place)
        if len(places) == number:
            note.write_text(place)
            os.kill(os.getpid(), signal.SIGKILL)

    return reached


def forked(work: Callable[[], None]) -> int:
    """Run something in a process of its own, and return how it ended: 0, or the signal as a negative number."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:  # noqa: BLE001 - nothing of the child may go on in the parent's place
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill_everywhere(live: Callable[[Path, datetime], Coroutine[None, None, None]], later: timedelta) -> int:
    """Live the same days again and again, each time killed one place later, until a run is not killed.

    Takes folder, first place and step from the command line. A second life begins `later` after the first.
    """
    gc.freeze()  # the children then share what is imported
    top, number, step = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    while True:
        folder = top / f"{number:03}"
        folder.mkdir()

        def first(number: int = number, folder: Path = folder) -> None:
            failpoints.watch(kill_at(number, folder / "killed_at.txt"))
            asyncio.run(live(folder, MONDAY))

        ended = forked(first)
        if ended not in (0, -signal.SIGKILL):
            return 1
        if forked(lambda folder=folder: asyncio.run(live(folder, MONDAY + later))):  # type: ignore[misc]
            return 1
        if ended == 0:
            return 0
        number += step


if __name__ == "__main__":
    sys.exit(kill_everywhere(live, MONTH))
