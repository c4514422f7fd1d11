"""Names for the numbers and words that identify things, and for the person who acts."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NewType

GuildId = NewType("GuildId", int)
UserId = NewType("UserId", int)
RoleId = NewType("RoleId", int)
ChannelId = NewType("ChannelId", int)

CaseId = NewType("CaseId", str)
"""Six letters and digits, drawn at release; says nothing about order or time."""

PetitionId = NewType("PetitionId", str)
"""Eight letters and digits, drawn at random; says nothing about order or time."""

PollId = NewType("PollId", str)
"""Eight letters and digits, drawn at random; says nothing about order or time."""

HallId = NewType("HallId", str)
"""Eight letters and digits, drawn at random; says nothing about order or time."""

TimePollId = NewType("TimePollId", str)
"""Eight letters and digits, drawn at random; says nothing about order or time."""

CommitmentId = NewType("CommitmentId", str)
"""Eight letters and digits, drawn at random; says nothing about order or time."""

CaseCode = NewType("CaseCode", str)
"""The words that let only the reporter return. A secret: never stored, never logged."""

Lookup = NewType("Lookup", bytes)
"""What a case code stretches to: finds the case, and cannot be turned back into the words."""


DISCORD_EPOCH_MS = 1_420_070_400_000


def account_created_at(user_id: UserId) -> datetime:
    """Return when a Discord account was made, which its id tells: milliseconds since 2015 in the bits from 22 up."""
    return datetime.fromtimestamp(((user_id >> 22) + DISCORD_EPOCH_MS) / 1000, UTC)


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who acts in one guild, as Discord described them in this very interaction.

    Lives only as long as the click: never stored, and left out of every `repr`.
    """

    guild_id: GuildId
    user_id: UserId = field(repr=False)
    role_ids: frozenset[RoleId] = field(default=frozenset(), repr=False)
    is_administrator: bool = False
    joined_at: datetime | None = field(default=None, repr=False)
