"""What is too long for one message: a lean head, and the rest of it in a thread below."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.database import outbox
from bot.database.engine import Transaction
from bot.database.outbox import Letter
from bot.ids import ChannelId
from bot.texts import Translate

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a thread: a kind that is rendered like any other, and what it says."""

    kind: str
    contents: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rest:
    """What a head has no room for, in order."""

    name: str
    """Of the thread; never empty, and cut after `LONGEST_NAME` characters."""
    parts: Sequence[Part]


FindRest = Callable[[Mapping[str, Any], Translate], Rest | None]
"""Return what a message with these contents leaves out in this language, if anything. The same in, the same out."""


async def queue_rest(
    connection: Transaction, head: Letter, head_id: ChannelId, rest: Rest, since: datetime | None
) -> None:
    """Queue the start of a thread under a head that stands, and its parts after it.

    A thread that is started from a message has the id of that message (Discord's documentation of "Start Thread from
    Message"), so it can be addressed before it is there. With `since`, the record may have been restored from before
    the parts were posted, and each is looked for from then on before it is posted.
    """
    if not rest.parts:
        return
    blank = Letter(head.natural_key, head.guild_id, head_id, outbox.THREAD, {}, head.language)
    start = replace(blank, natural_key=f"{head.natural_key}:thread", contents={"name": rest.name[:LONGEST_NAME]})
    await outbox.queue(connection, start)
    for number, part in enumerate(rest.parts):
        key = f"{head.natural_key}:part:{number}"
        letter = replace(blank, natural_key=key, kind=part.kind, contents=part.contents)
        await outbox.queue(connection, letter)
        if since is not None:
            await outbox.mark_sending(connection, letter, since)
