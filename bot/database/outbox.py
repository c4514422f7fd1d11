"""What is to be said, written in the transaction that made it true and posted later by `bot.outgoing`."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, or_, select, update

from bot.database import rows
from bot.database.engine import Transaction
from bot.database.tables import guilds, outbox
from bot.ids import ChannelId, GuildId

WAITING = ("new", "sending")
UNPOSTED = (*WAITING, "held", "dead")


PROPOSAL = "approvals:proposal"
"""The one kind that a freeze does not hold back: what two organizers may do, all must be able to veto."""

THREAD = "outbox:thread"
"""The kind of the first letter of a thread, which starts it: its channel is the message that the thread hangs under."""

CLOSED = "closed"
"""How the reason begins for which a letter waits for an administrator; Discord's code follows."""

UNKNOWN_CHANNEL = 10003


@dataclass(frozen=True, slots=True)
class Letter:
    """One public message on its way: what it says, where, and how far it got."""

    natural_key: str
    guild_id: GuildId
    channel_id: ChannelId
    kind: str
    contents: Mapping[str, Any]
    language: str
    state: str = "new"
    first_try_at: datetime | None = None
    attempts: int = 0
    reason: str | None = None

    @property
    def nonce(self) -> str:
        """Return what Discord uses to post a repeated attempt only once; at most 25 characters."""
        return hashlib.sha256(f"{self.natural_key}\0{self.kind}".encode()).hexdigest()[:24]

    @property
    def reference(self) -> str:
        """Return the mark printed small on the message, by which it is found again in the channel."""
        return f"ref {self.nonce[:10]}"


async def queue(connection: Transaction, letter: Letter) -> bool:
    """Queue a message unless one with its natural key was queued before; tell whether it was new."""
    values = {
        "natural_key": letter.natural_key,
        "guild_id": letter.guild_id,
        "channel_id": letter.channel_id,
        "kind": letter.kind,
        "contents": json.dumps(letter.contents, ensure_ascii=False, sort_keys=True),
        "language": letter.language,
        "state": "new",
    }
    return await rows.add(connection, outbox, values)


async def is_known(connection: Transaction, natural_key: str) -> bool:
    """Tell whether a message with this natural key was queued before, posted or not."""
    query = select(outbox.c.natural_key).where(outbox.c.natural_key == natural_key)
    return (await connection.execute(query)).one_or_none() is not None


async def ready(connection: Transaction, now: datetime) -> list[Letter]:
    """Return the first unsent message of each channel whose next try has come, oldest first.

    One per channel keeps the order of a channel even while its first message must be retried. Guilds that are left or
    being erased are silent; a frozen one tells only of proposals.
    """
    gone = select(guilds.c.id).where(guilds.c.left_at.is_not(None) | guilds.c.erase_at.is_not(None))
    frozen = select(guilds.c.id).where(guilds.c.is_frozen)
    first = (
        select(func.min(outbox.c.position))
        .where(outbox.c.state.in_(WAITING))
        .where(outbox.c.guild_id.not_in(gone))
        .where(outbox.c.guild_id.not_in(frozen) | (outbox.c.kind == PROPOSAL))
        .group_by(outbox.c.channel_id)
    )
    query = (
        select(outbox)
        .where(outbox.c.position.in_(first))
        .where(outbox.c.next_try_at.is_(None) | (outbox.c.next_try_at <= now))
        .order_by(outbox.c.position)
    )
    return [_letter(row) for row in await connection.execute(query)]


async def given_up(connection: Transaction) -> list[Letter]:
    """Return the messages that were given up, held or dead, oldest first."""
    query = select(outbox).where(outbox.c.state.in_(("held", "dead"))).order_by(outbox.c.position)
    return [_letter(row) for row in await connection.execute(query)]


async def backlog(connection: Transaction) -> dict[str, int]:
    """Return how many messages are not posted, by state."""
    query = select(outbox.c.state, func.count()).where(outbox.c.state.in_(UNPOSTED)).group_by(outbox.c.state)
    return {row[0]: row[1] for row in await connection.execute(query)}


async def mark_sending(connection: Transaction, letter: Letter, first_try_at: datetime) -> bool:
    """Note, before the first byte leaves, that an attempt is about to be made.

    Tell whether it may be: the letter can have been withdrawn, or sent to another channel, since it was read.
    """
    mine = (outbox.c.natural_key == letter.natural_key, outbox.c.channel_id == letter.channel_id)
    values = {"state": "sending", "first_try_at": first_try_at, "attempts": letter.attempts + 1}
    return (await connection.execute(update(outbox).where(*mine).values(values))).rowcount == 1


async def mark_sent(connection: Transaction, letter: Letter, message_id: int | None) -> None:
    """Note that the message stands in its channel; `None` if it was deleted there since. What it said is dropped."""
    await _change(connection, letter, state="sent", message_id=message_id, contents="{}", next_try_at=None, reason=None)


async def mark_waiting(connection: Transaction, letter: Letter, next_try_at: datetime, reason: str) -> None:
    """Put off the next attempt; the state, and with it what is known of the last attempt, stays."""
    await _change(connection, letter, next_try_at=next_try_at, reason=reason)


async def mark_untried(connection: Transaction, letter: Letter) -> None:
    """Note that the only attempt so far was refused whole, so that the channel need not be searched for it."""
    await _change(connection, letter, state="new", first_try_at=None, next_try_at=None, reason=None)


async def mark_doubtful(connection: Transaction, since: datetime) -> int:
    """Note that what is unsent may have been posted since a moment, and return how many messages that are.

    Each is then looked up in its channel before it is posted.
    """
    untried = update(outbox).where(outbox.c.state == "new").values(state="sending", first_try_at=since)
    await connection.execute(untried)
    unsent = select(func.count()).select_from(outbox).where(outbox.c.state == "sending")
    return (await connection.execute(unsent)).scalar_one()


async def mark_undelivered(connection: Transaction, letter: Letter, state: str, reason: str) -> None:
    """Give up: `dead` if Discord will never take it, `held` if a person must say whether it was posted."""
    await _change(connection, letter, state=state, reason=reason)


async def above(connection: Transaction, thread_id: ChannelId) -> ChannelId | None:
    """Return the channel of the message that a thread hangs under, or `None` for a channel that is no such thread."""
    query = select(outbox.c.channel_id).where(outbox.c.message_id == thread_id)
    return (await connection.execute(query)).scalar_one_or_none()


async def drop(connection: Transaction, thread_id: ChannelId) -> None:
    """Say nothing more in a thread whose head is gone. What was to be said there is forgotten."""
    await connection.execute(delete(outbox).where(outbox.c.channel_id == thread_id, outbox.c.state.in_(WAITING)))


async def move(connection: Transaction, thread_id: ChannelId, channel_id: ChannelId) -> None:
    """Let all that waits in a thread be said in a channel, in its order and at once."""
    unsaid = (outbox.c.channel_id == thread_id, outbox.c.state.in_(WAITING))
    await connection.execute(update(outbox).where(*unsaid).values(channel_id=channel_id, next_try_at=None))


async def redirect(
    connection: Transaction, guild_id: GuildId, kinds: Sequence[str], before: ChannelId, after: ChannelId
) -> None:
    """Let what a guild has not said yet in one channel be said in another, for kinds that begin with any of these.

    A letter that may have been posted already stays, unless its channel is gone and the post with it.
    """
    unposted = (outbox.c.state == "new") | (
        outbox.c.state.in_(WAITING) & (outbox.c.reason == f"{CLOSED} {UNKNOWN_CHANNEL}")
    )
    of_these = or_(*(outbox.c.kind.startswith(kind, autoescape=True) for kind in kinds))
    mine = (outbox.c.guild_id == guild_id, outbox.c.channel_id == before)
    values = {"channel_id": after, "state": "new", "first_try_at": None, "next_try_at": None, "reason": None}
    await connection.execute(update(outbox).where(*mine, unposted, of_these).values(values))


async def purge(connection: Transaction, before: datetime) -> None:
    """Delete what was posted before an instant, but for heads whose thread still waits to be written."""
    waiting = select(outbox.c.channel_id).where(outbox.c.state.in_(UNPOSTED))
    is_done = outbox.c.message_id.is_(None) | outbox.c.message_id.not_in(waiting)
    await connection.execute(delete(outbox).where(outbox.c.state == "sent", outbox.c.first_try_at < before, is_done))


async def _change(connection: Transaction, letter: Letter, **values: object) -> None:
    await connection.execute(update(outbox).where(outbox.c.natural_key == letter.natural_key).values(values))


def _letter(row: Row[Any]) -> Letter:
    return Letter(
        natural_key=row.natural_key,
        guild_id=row.guild_id,
        channel_id=row.channel_id,
        kind=row.kind,
        contents=json.loads(row.contents),
        language=row.language,
        state=row.state,
        first_try_at=row.first_try_at,
        attempts=row.attempts,
        reason=row.reason,
    )


async def withdraw(connection: Transaction, prefix: str) -> None:
    """Forget every message, posted or not, whose natural key begins with this."""
    await connection.execute(delete(outbox).where(outbox.c.natural_key.startswith(prefix, autoescape=True)))
