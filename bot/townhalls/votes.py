"""Votes of a town hall: polls that its chair begins from the panel, in one form, by the rules of polls.

A poll that is begun here is a poll like every other: it stands in the town hall's channel, closes at the time on its
card, and closing it sooner takes two organizers. A vote that is open for those who were asleep closes as long after the
planned end of the meeting as the late floor is to last; the late floor never closes before the votes do.
"""

from dataclasses import dataclass, field
from datetime import datetime

from bot.clock import Clock
from bot.database import hallpolls
from bot.database.audit import AuditChain
from bot.failpoints import reach
from bot.ids import Actor
from bot.polls.service import PUBLISHED, AtOnce, Kind, Meetings, Poll
from bot.townhalls import rules
from bot.townhalls.room import check_live
from bot.townhalls.rules import State, TownHall
from bot.townhalls.service import TownHalls

__all__ = ["Kind", "Poll", "Votes", "VotesOf"]


@dataclass(frozen=True, slots=True)
class VotesOf:
    """The polls of a town hall in the order in which they were begun, and when a new one would close.

    `late_close` is `None` where no late floor follows.
    """

    hall: TownHall
    polls: list[Poll] = field(default_factory=list)
    close: datetime | None = None
    late_close: datetime | None = None


class Votes:
    """What the chair does with votes; any organizer may."""

    def __init__(self, halls: TownHalls, polls: Meetings, audit: AuditChain, clock: Clock) -> None:
        self._halls = halls
        self._polls = polls
        self._audit = audit
        self._clock = clock

    async def listed(self, actor: Actor, hall_id: str) -> VotesOf:
        """Return the polls of a town hall for its chair; raises `NotAnOrganizer`, or `HallGone`, as for a draft too."""
        now = self._clock.now()
        async with self._halls.at(actor, hall_id) as (connection, _, hall):
            if hall.state is State.DRAFT:
                raise rules.HallGone
            polls = await self._polls.several(connection, await hallpolls.of_hall(connection, hall.id))
        late_close = rules.votes_close_at(hall, now, is_late=True) if hall.plan.late_hours else None
        return VotesOf(hall, polls, rules.votes_close_at(hall, now, is_late=False), late_close)

    async def begin(
        self, actor: Actor, hall_id: str, token: str, kind: Kind, title: str, options: str, *, is_late: bool
    ) -> Poll:
        """Publish a poll in the town hall's channel, to open within seconds; the same form again changes nothing.

        `options` are one to a line; without any it is a motion. `is_late`: open for those who were asleep, where a late
        floor follows. Raises `NotLive`, and what polls refuse in a question or its options.
        """
        now = self._clock.now()
        async with self._halls.at(actor, hall_id) as (connection, guild, hall):
            check_live(hall)
            closes_at = rules.votes_close_at(hall, now, is_late=is_late)
            asked = AtOnce(f"{hall.id} {token}", guild.id, hall.channel_id, kind, title, options, closes_at)
            poll, is_new = await self._polls.publish(connection, asked)
            if is_new:
                await hallpolls.link(connection, hall.id, poll.id)
                told = {"poll": poll.id, "townhall": hall.id}
                await self._audit.record(connection, guild.id, actor, PUBLISHED, now, details=told)
            reach("beginning a vote: before the commit")
        reach("beginning a vote: after the commit")
        return poll
