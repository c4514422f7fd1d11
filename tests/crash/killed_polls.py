"""Hold a secret ballot, killed at the nth fail point: `python -m tests.crash.killed_polls FOLDER FIRST STEP`.

In the second life, hours later, everybody who was not told that their ballot is counted casts it again, and the poll is
brought to its end.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from bot.ids import PollId
from bot.polls import records, rules
from bot.polls.counting.results import Method
from bot.polls.rules import Kind, Poll, State, Terms
from bot.polls.wording import Question
from tests.clock import FixedClock
from tests.conftest import address
from tests.crash.killed import acknowledge, acknowledged, kill_everywhere
from tests.crash.local import MONDAY
from tests.house import DIGESTS_CHANNEL, GUILD, House
from tests.services.polls import NAMES, voter

POLL = PollId("0123abcd")
CLOSES_AT = MONDAY + timedelta(days=2)
HOURS = timedelta(hours=7)
VOTES = ("a", "ab", "b", "cb", "-", "ba")
COUNTED = "votes"
SHOWN = "poll"


async def live(folder: Path, now: datetime) -> None:
    """Publish, open, vote, close and shred: each step as often as it likes."""
    async with House(folder, address(folder), FixedClock(now)) as house:
        await house.set_up()
        terms = Terms(Kind.BALLOT, Method.IRV, CLOSES_AT)
        poll = Poll(POLL, GUILD, DIGESTS_CHANNEL, Question("Who?", "", NAMES), terms, state=State.SCHEDULED)
        async with house.database.begin() as connection:
            await records.add(connection, poll)
        await house.poll_closing.open_due()
        for pair in ((0, 1, 2), (3, 4), (5,)):
            await asyncio.gather(*(_vote(house, folder, number) for number in pair))
        house.clock.move_to(CLOSES_AT)
        await house.poll_closing.close_due()


async def _vote(house: House, folder: Path, number: int) -> None:
    """Cast a ballot unless its voter was told already that it is counted."""
    if str(number) in acknowledged(folder, COUNTED):
        await _refused(house.polls.votable(voter(number), POLL))
        return
    with suppress(rules.NotOpenForVotes):  # closed in the first life, and then all six had been told
        try:
            await house.polls.cast(voter(number), POLL, VOTES[number])
        except rules.VotedAlready:  # the answer was lost, the ballot was not
            acknowledge(folder, str(number), "again", COUNTED)
        else:
            acknowledge(folder, str(number), "cast", COUNTED)


async def _refused(asking: Awaitable[object]) -> None:
    try:
        await asking
    except (rules.VotedAlready, rules.NotOpenForVotes):
        return
    raise AssertionError("a ballot that was acknowledged was forgotten")


if __name__ == "__main__":
    sys.exit(kill_everywhere(live, HOURS))
