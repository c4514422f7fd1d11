"""Outbox rows become messages, each once: through crashes, lost answers, limits and closed channels."""

import asyncio
import io
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal, TypeVar

import discord
import structlog
from aiohttp import ClientError

from bot import mishaps
from bot.clock import Clock
from bot.database import cards, outbox
from bot.database.cards import Card
from bot.database.engine import Database, Transaction
from bot.database.outbox import Letter
from bot.failpoints import reach
from bot.ids import ChannelId, RoleId
from bot.texts import Translate, translate
from bot.threads import FindRest, Rest, queue_rest

log = structlog.get_logger()

Sent = TypeVar("Sent")


@dataclass(frozen=True, slots=True)
class Illustrated:
    """A message with pictures: the view shows `attachment://<name>` in a gallery, and a function draws that file.

    The words must say all that the pictures show, since a picture that cannot be drawn or sent is left out.
    """

    view: discord.ui.LayoutView
    pictures: Mapping[str, Callable[[], bytes]]
    """By file name, of letters, digits, dots, dashes and underscores. Each is called in a thread."""


Render = Callable[[Mapping[str, Any], Translate, str], discord.ui.LayoutView | Illustrated]
"""Make a message from contents, a language and the reference to print small on it. The same in, the same out."""

Rings = Callable[[Mapping[str, Any]], Sequence[RoleId]]
"""Return the roles that a message rings: only such as people take on themselves to be rung."""

TellClosed = Callable[[Transaction, Letter, int], Awaitable[None]]
"""Hear, in the transaction that puts a letter off, that its channel is closed and Discord's code for why."""

NONCE_TRUSTED_FOR = timedelta(minutes=2)
"""Discord says "the past few minutes" and promises no length, so no more than this is relied on."""
SEND_SECONDS = 15
DRAW_SECONDS = 10
AT_ONCE = 20
"""Channels posted to at the same time, so that one that hangs holds up no other."""

EDITS = IN_A_ROW = 4
"""Cards of one channel edited, or messages posted there, at one tick: under Discord's five in five seconds."""
RETRY_UNKNOWN = timedelta(seconds=10)
RETRY_CLOSED = timedelta(minutes=10)
CLOCK_DRIFT = timedelta(minutes=2)
HISTORY = 200
A_WEEK_IN_MINUTES: Literal[10080] = 10080
"""After how long without a word Discord folds a thread away."""

UNKNOWN_MESSAGE = 10008
MISSING_PERMISSIONS = 50013
ALREADY_STARTED = 160004
BAD_REQUEST = 400
REFUSED_WHOLE = {BAD_REQUEST, 403, 413}
"""Nothing was posted, perhaps because of a file: it is too large, or Attach Files is missing."""


class Outgoing:
    """Post what the outbox holds."""

    def __init__(
        self, client: discord.Client, database: Database, clock: Clock, tell_closed: TellClosed | None = None
    ) -> None:
        self._client = client
        self._database = database
        self._clock = clock
        self._tell_closed = tell_closed
        self._renderers: dict[str, Render] = {}
        self._rings: dict[str, Rings] = {}
        self._rests: dict[str, FindRest] = {}
        self._turn = asyncio.Lock()

    def render_with(
        self, kind: str, render: Render, *, rings: Rings | None = None, rest: FindRest | None = None
    ) -> None:
        """Say how messages of a kind look, which roles they ring, and what follows in a thread under each, if any.

        Where no thread can be started, the parts come in the channel itself; under a head that is deleted, not at all.
        """
        self._renderers[kind] = render
        if rings is not None:
            self._rings[kind] = rings
        if rest is not None:
            self._rests[kind] = rest

    async def send_due(self) -> None:
        """Try every message whose turn it is, and some that stand behind it. What one raises stops no other."""
        if not self._client.is_ready():
            return
        async with self._turn:
            tried, free = set[str](), asyncio.Semaphore(AT_ONCE)
            for _ in range(IN_A_ROW):
                async with self._database.begin() as connection:
                    ready = await outbox.ready(connection, self._clock.now())
                letters = [letter for letter in ready if letter.natural_key not in tried]
                tried |= {letter.natural_key for letter in letters}
                await asyncio.gather(*(self._deliver_alone(letter, free) for letter in letters))

    async def edit_due(self) -> None:
        """Let each card show its newest state. Editing twice is editing once, so nothing is noted beforehand."""
        if not self._client.is_ready():
            return
        async with self._turn:
            now = self._clock.now()
            async with self._database.begin() as connection:
                await cards.find_posted(connection)
                stale = await cards.stale(connection, now)
            free = asyncio.Semaphore(AT_ONCE)
            channels: dict[int, list[Card]] = {}
            for card in stale:
                channels.setdefault(card.channel_id, []).append(card)
            await asyncio.gather(*(self._edit_channel(mine[:EDITS], free) for mine in channels.values()))

    async def _edit_channel(self, stale: list[Card], free: asyncio.Semaphore) -> None:
        async with free:
            for card in stale:
                await self._edit(card)

    async def _edit(self, card: Card) -> None:
        rendered = self._renderers[card.kind](card.contents, translate(card.language), card.reference)
        view = without_pictures(rendered)
        view.stop()
        # A picture is of the moment it was drawn, so it goes when the words change.
        attachments = [] if isinstance(rendered, Illustrated) else discord.utils.MISSING
        message = self._client.get_partial_messageable(card.channel_id).get_partial_message(card.message_id)
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await message.edit(view=view, attachments=attachments, allowed_mentions=discord.AllowedMentions.none())
        except (discord.HTTPException, ClientError, TimeoutError, OSError) as error:
            await self._not_edited(card, error)
            return
        reach("card: edited and not noted")
        async with self._database.begin() as connection:
            await cards.mark_shown(connection, card)

    async def _not_edited(self, card: Card, error: Exception) -> None:
        async with self._database.begin() as connection:
            if isinstance(error, discord.NotFound) and error.code == UNKNOWN_MESSAGE:
                await cards.mark_gone(connection, card)
            else:
                log.warning("edit put off", kind=card.kind, error=type(error).__name__)
                await cards.put_off(connection, card, self._clock.now() + RETRY_CLOSED)

    async def _deliver_alone(self, letter: Letter, free: asyncio.Semaphore) -> None:
        """Deliver one message and keep to itself whatever goes wrong with it."""
        async with free:
            try:
                await self._deliver(letter)
            except Exception as error:  # noqa: BLE001 - tried again at the next tick
                log.error("message failed, will be tried again", kind=letter.kind, error=type(error).__name__)

    async def _deliver(self, letter: Letter) -> None:
        try:
            if letter.kind == outbox.THREAD:
                await self._start_thread(letter)
            else:
                await self._say(letter)
        except discord.HTTPException as error:
            await self._refused(letter, error)
        except _HistoryIncomplete:
            await self._give_up(letter, "held", "history")
        except (ClientError, TimeoutError, OSError) as error:
            # Done or not: unknown. The row stays in `sending`; the same nonce is used again, and a thread starts once.
            await self._later(letter, RETRY_UNKNOWN * min(letter.attempts + 1, 6), type(error).__name__)

    async def _say(self, letter: Letter) -> None:
        now = self._clock.now()
        first_try_at = letter.first_try_at or now
        find_rest = self._rests.get(letter.kind)
        # Before anything is said: what is sent has its contents dropped, and a head must not stand without its rest.
        rest = None if find_rest is None else find_rest(letter.contents, translate(letter.language))
        if letter.state == "sending" and now - first_try_at > NONCE_TRUSTED_FOR:
            found = await self._find(letter, first_try_at)
            if found is not None:
                await self._sent(letter, found, rest, since=first_try_at)
                return
            first_try_at = now  # the channel is clean up to here, so the nonce counts from here
        async with self._database.begin() as connection:
            if not await outbox.mark_sending(connection, letter, first_try_at):
                return
        reach("outbox: before sending")
        message_id = await self._post(letter)
        reach("outbox: after sending")
        await self._sent(letter, message_id, rest)
        reach("outbox: noted")

    async def _start_thread(self, letter: Letter) -> None:
        """Start the thread that the next letters of this channel wait for; a message has one, so once is enough."""
        async with self._database.begin() as connection:
            above = await outbox.above(connection, letter.channel_id)
            if above is None:
                await outbox.drop(connection, letter.channel_id)
                return
            if not await outbox.mark_sending(connection, letter, letter.first_try_at or self._clock.now()):
                return
        reach("thread: before starting")
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._client.http.start_thread_with_message(
                    above, letter.channel_id, name=letter.contents["name"], auto_archive_duration=A_WEEK_IN_MINUTES
                )
        except discord.HTTPException as error:
            if error.code != ALREADY_STARTED:
                await self._not_started(letter, above, error)
                return
        reach("thread: started and not noted")
        await self._sent(letter, None)
        reach("thread: noted")

    async def _not_started(self, letter: Letter, above: ChannelId, error: discord.HTTPException) -> None:
        """Do without a thread that Discord will not start; raises the error where trying again may help."""
        is_gone = error.code in {UNKNOWN_MESSAGE, outbox.UNKNOWN_CHANNEL}
        if not is_gone and error.status != BAD_REQUEST and error.code != MISSING_PERMISSIONS:
            raise error
        log.warning("thread not started", code=error.code)
        async with self._database.begin() as connection:
            await outbox.mark_sent(connection, letter, None)
            if is_gone:
                await outbox.drop(connection, letter.channel_id)
            else:
                await outbox.move(connection, letter.channel_id, above)

    async def _post(self, letter: Letter) -> int | None:
        rendered = self._renderers[letter.kind](letter.contents, translate(letter.language), letter.reference)
        channel = self._client.get_partial_messageable(letter.channel_id)

        async def send(view: discord.ui.LayoutView, files: list[discord.File]) -> discord.Message:
            view.stop()  # nothing to keep in memory: its buttons are answered by their custom_id
            async with asyncio.timeout(SEND_SECONDS):
                return await channel.send(
                    view=view,
                    files=files or discord.utils.MISSING,
                    nonce=letter.nonce,
                    allowed_mentions=self._rung(letter),
                )

        try:
            message = await with_pictures(rendered, send, DRAW_SECONDS)
        except discord.NotFound as error:
            if error.code == UNKNOWN_MESSAGE:
                return None  # Discord knows the nonce: it was posted and somebody deleted it since
            raise
        return message.id

    def _rung(self, letter: Letter) -> discord.AllowedMentions:
        """Return whom a message rings: nobody, or the roles that were chosen for it, and never everybody."""
        find = self._rings.get(letter.kind)
        everybody = int(letter.guild_id)  # the role of all members has the id of its server
        roles = [] if find is None else [discord.Object(each) for each in find(letter.contents) if each != everybody]
        return discord.AllowedMentions(everyone=False, users=False, roles=roles or False, replied_user=False)

    async def _find(self, letter: Letter, first_try_at: datetime) -> int | None:
        """Look for an earlier attempt in the channel by its reference.

        Raises `_HistoryIncomplete` when the channel holds more since then than can be read.
        """
        channel = self._client.get_partial_messageable(letter.channel_id)
        me = self._client.user
        seen = 0
        async with asyncio.timeout(SEND_SECONDS):
            async for message in channel.history(limit=HISTORY, after=first_try_at - CLOCK_DRIFT, oldest_first=True):
                seen += 1
                if me is not None and message.author.id == me.id and _shows(message, letter.reference):
                    return message.id
        if seen == HISTORY:
            raise _HistoryIncomplete
        return None

    async def _sent(
        self, letter: Letter, message_id: int | None, rest: Rest | None = None, *, since: datetime | None = None
    ) -> None:
        """Note that a message stands, and queue what follows it in its thread.

        `since` is when a message was first tried that was found: its parts may have been forgotten with it.
        """
        async with self._database.begin() as connection:
            await outbox.mark_sent(connection, letter, message_id)
            if message_id is not None and rest is not None:
                await queue_rest(connection, letter, ChannelId(message_id), rest, since)
                reach("thread: queued and not committed")

    async def _refused(self, letter: Letter, error: discord.HTTPException) -> None:
        if error.status in {403, 404}:
            await self._closed(letter, error.code)
        elif error.status == BAD_REQUEST:
            await self._give_up(letter, "dead", f"refused {error.code}")
        else:
            await self._later(letter, RETRY_UNKNOWN * min(letter.attempts + 1, 6), f"status {error.status}")

    async def _closed(self, letter: Letter, code: int) -> None:
        """Put a letter off until its channel is open again, and say so once; or do without a thread that is closed."""
        is_unposted = letter.state == "new"
        async with self._database.begin() as connection:
            above = await outbox.above(connection, letter.channel_id)
            if above is not None and code == outbox.UNKNOWN_CHANNEL:
                await outbox.drop(connection, letter.channel_id)
                return
            if is_unposted:
                await outbox.mark_untried(connection, letter)
            if above is not None and code == MISSING_PERMISSIONS and is_unposted:
                await outbox.move(connection, letter.channel_id, above)
                return
            reason = f"{outbox.CLOSED} {code}"
            log.warning("message put off", kind=letter.kind, reason=reason)
            await outbox.mark_waiting(connection, letter, self._clock.now() + RETRY_CLOSED, reason)
            if self._tell_closed is not None and not (letter.reason or "").startswith(outbox.CLOSED):
                await self._tell_closed(connection, replace(letter, channel_id=above or letter.channel_id), code)

    async def _later(self, letter: Letter, delay: timedelta, reason: str) -> None:
        log.warning("message put off", kind=letter.kind, reason=reason)
        async with self._database.begin() as connection:
            await outbox.mark_waiting(connection, letter, self._clock.now() + delay, reason)

    async def _give_up(self, letter: Letter, state: str, reason: str) -> None:
        log.error("message not posted", kind=letter.kind, state=state, reason=reason)
        async with self._database.begin() as connection:
            await outbox.mark_undelivered(connection, letter, state, reason)


class _HistoryIncomplete(Exception):
    """The channel holds too much to tell whether the message is among it."""


async def with_pictures(
    message: discord.ui.LayoutView | Illustrated,
    send: Callable[[discord.ui.LayoutView, list[discord.File]], Awaitable[Sent]],
    draw_seconds: float,
) -> Sent:
    """Send a message with those of its pictures that could be drawn in time; raises what `send` raises.

    Where Discord refuses it with pictures it is sent once more, in words alone.
    """
    if not isinstance(message, Illustrated):
        return await send(message, [])
    drawn = await _draw(message.pictures, draw_seconds)
    _leave_out(message.view, message.pictures.keys() - drawn.keys())
    files = [discord.File(io.BytesIO(content), name) for name, content in drawn.items()]
    try:
        return await send(message.view, files)
    except discord.HTTPException as error:
        if not files or error.status not in REFUSED_WHOLE:
            raise
        mishaps.count(error)
    return await send(without_pictures(message), [])


def without_pictures(message: discord.ui.LayoutView | Illustrated) -> discord.ui.LayoutView:
    """Return the words of a message."""
    if not isinstance(message, Illustrated):
        return message
    _leave_out(message.view, message.pictures.keys())
    return message.view


async def _draw(pictures: Mapping[str, Callable[[], bytes]], seconds: float) -> dict[str, bytes]:
    """Return the pictures that could be drawn in time. Whatever goes wrong with one is counted, and is its own."""

    async def one(draw: Callable[[], bytes]) -> bytes | None:
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.to_thread(draw)
        except Exception as error:  # noqa: BLE001 - the words go out whatever happens to a picture
            mishaps.count(error)
            return None

    made = await asyncio.gather(*map(one, pictures.values()))
    return {name: content for name, content in zip(pictures, made, strict=True) if content is not None}


def _leave_out(view: discord.ui.LayoutView, names: Collection[str]) -> None:
    """Take pictures out of a view, and the galleries that become empty: Discord refuses what shows no file."""
    addresses = {f"attachment://{name}" for name in names}
    galleries = [item for item in view.walk_children() if isinstance(item, discord.ui.MediaGallery)]
    for gallery in galleries:
        gallery.items = [each for each in gallery.items if each.media.url not in addresses]
        if not gallery.items:
            holder: Any = gallery.parent or view
            holder.remove_item(gallery)


def _shows(message: discord.Message, reference: str) -> bool:
    parts = [part for top in message.components for part in (top, *getattr(top, "children", []))]
    return any(isinstance(part, discord.TextDisplay) and reference in part.content for part in parts)
