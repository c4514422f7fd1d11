"""What the other features have a digest tell, gathered for whom it is."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.database.engine import Transaction
from bot.digests.plans import Audience, Window
from bot.ids import GuildId

Tell = Callable[[Transaction, GuildId, datetime, datetime], Awaitable[dict[str, Any]]]
"""Return what a digest tells of one subject, as values that JSON knows; empty if there is nothing to tell.

The two instants are a window: what happened since the first, and before the second, is new.
"""

STANDING = frozenset({"resources"})
"""Subjects that are there each time, so that a digest is not made for their sake."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Who tells what to whom, by subject, in the order in which it is shown."""

    members: Mapping[str, Tell]
    organizers: Mapping[str, Tell]
    urgent: Mapping[str, Tell]

    async def of(
        self, connection: Transaction, guild_id: GuildId, audience: Audience, window: Window
    ) -> dict[str, dict[str, Any]]:
        """Return what a digest for an audience tells, by subject; subjects with nothing to tell are empty."""
        tellers = {
            Audience.MEMBERS: self.members,
            Audience.ORGANIZERS: {**self.members, **self.organizers},
            Audience.URGENT: self.urgent,
        }[audience]
        return {
            subject: await tell(connection, guild_id, window.since, window.until) for subject, tell in tellers.items()
        }


def is_news(told: Mapping[str, Mapping[str, Any]]) -> bool:
    """Tell whether anything is told for which a digest should be made."""
    return any(groups for subject, groups in told.items() if subject not in STANDING)
