"""The ballot box: who has voted and what was voted, sealed apart, and open votes by show of hands."""

import asyncio
import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiosqlite

from bot.failpoints import reach
from bot.vault import shards
from bot.vault.engine import Vault
from bot.vault.keys import OwnKey
from bot.vault.shards import BoxDamaged, Kind, NoBox, Shards

__all__ = ["BallotBox", "BoxDamaged", "Contents", "Hand", "NoBox", "Slip"]

LONGEST_BALLOT = 25  # ASCII characters
LONGEST_TRACKER = 64  # bytes in UTF-8
LONGEST_REASON = 500  # characters

LINE = 512  # votes of one poll in one write; more would make the first of them wait

_TAG = 16  # bytes of a tag that are kept; no two accounts share so many
_LINK = 8  # random bytes between an account and its ballot, in polls where votes can be changed

_POLLS = (
    "SELECT poll FROM roll_shards UNION SELECT poll FROM box_shards "
    "UNION SELECT poll FROM reason_shards UNION SELECT poll FROM hands"
)
_RAISE = "INSERT OR REPLACE INTO hands (poll, tag, choice, name) VALUES (?, ?, ?, ?)"
_LOWER = "DELETE FROM hands WHERE poll = ? AND tag = ?"
_HAND = "SELECT choice, name FROM hands WHERE poll = ? AND tag = ?"
_HANDS = "SELECT choice, name FROM hands WHERE poll = ? ORDER BY tag"
_FORGET_HANDS = "DELETE FROM hands WHERE poll = ?"


@dataclass(frozen=True, slots=True)
class Slip:
    """What one account votes, and the words by which its voter finds it in the published list, if they want to."""

    ballot: str = field(repr=False)
    tracker: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Contents:
    """All that was voted and all reasons, each sorted by itself: neither says who, when or which belongs to which."""

    slips: Sequence[Slip] = field(repr=False)
    reasons: Sequence[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Hand:
    """One account's vote in an open poll, its name sealed by the caller."""

    choice: str = field(repr=False)
    name: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Vote:
    """One vote in line. `done` says after the commit whether it counts."""

    mark: str = field(repr=False)
    slip: Slip
    reason: str | None = field(repr=False)
    may_replace: bool
    done: asyncio.Future[bool]


_ROLL = Kind("roll_shards", 4096, 0)  # [tag] or [tag, link]
_BOX = Kind("box_shards", 8192, 2)  # [ballot, tracker] or [ballot, tracker, link]
_REASONS = Kind("reason_shards", 12288, 1)  # [reason] or [reason, link]
_KINDS = (_ROLL, _BOX, _REASONS)


class BallotBox:
    """Keep votes so that nobody can tell who voted what, count each account once, and forget without a trace.

    Each vote opens one shard of the roll and another of the box, shuffles both and seals them anew. Without the poll's
    key the file shows one thing: the number of shards, a power of two that grows when a first shard is full. It says
    very roughly, in hundreds and more, how many have voted, and how much was written as reasons. With the key it shows
    two lists that nothing joins, unless votes can be changed: then a link joins them until the box is forgotten.
    Whoever has the key and, beside it, an earlier state of the file – a backup, or old blocks recovered from the disk –
    can join the votes that came in between, if these are few.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._lines: dict[tuple[str, OwnKey], list[_Vote]] = {}
        self._writing: set[asyncio.Task[None]] = set()

    async def open(self, poll: str, key: OwnKey) -> None:
        """Make an empty box. Opening again changes nothing, also when votes are in."""

        async def insert(connection: aiosqlite.Connection) -> None:
            if [await shards.number_of(connection, kind, poll) for kind in _KINDS] != [0] * len(_KINDS):
                return
            for kind in _KINDS:
                await shards.make(connection, kind, poll, key)

        await self._vault.write(insert)

    async def cast(
        self, poll: str, key: OwnKey, tag: bytes, slip: Slip, *, reason: str | None = "", may_replace: bool = False
    ) -> bool:
        """Count a vote and return `True` once it is on disk, or `False` if this account's vote is in and final.

        With `may_replace` a vote and its reason take the place of the account's earlier ones, if these were cast so
        too. Give `None` as reason where the poll collects none; an empty one is kept as carefully as any other, so that
        nobody can tell who gave one. Raises `NoBox`, `BoxDamaged`, `NotSaved`, and `ValueError` for what is too long.
        """
        _check(slip, reason)
        mark = base64.b64encode(tag[:_TAG]).decode()
        vote = _Vote(mark, slip, reason, may_replace, asyncio.get_running_loop().create_future())
        reach("casting: before the commit")
        self._stand_in_line(poll, key, vote)
        is_counted = await vote.done
        reach("casting: after the commit")
        return is_counted

    async def has_voted(self, poll: str, key: OwnKey, tag: bytes) -> bool:
        """Tell whether an account's vote is on disk. Raises `NoBox` and `BoxDamaged`."""
        mark = base64.b64encode(tag[:_TAG]).decode()

        async def look(connection: aiosqlite.Connection) -> bool:
            return await (await Shards.of(connection, _ROLL, poll, key)).find(mark) is not None

        return await self._vault.read(look)

    async def contents(self, poll: str, key: OwnKey) -> Contents:
        """Return everything that was voted; raises `NoBox` and `BoxDamaged`.

        Stands in line with the writes, so that whoever was let in before is in it.
        """
        await asyncio.sleep(0)  # a line that has formed in this very moment asks the vault first

        async def select(connection: aiosqlite.Connection) -> list[list[aiosqlite.Row]]:
            return [await shards.rows_of(connection, kind, poll) for kind in _KINDS]

        tables = await self._vault.write(select)
        if not any(tables):
            raise NoBox
        # In a thread, for thousands of shards take a second in which others want to be answered.
        roll, box, reasons = await asyncio.to_thread(
            lambda: [shards.all_entries(rows, key.identity) for rows in tables]
        )
        if len(roll) != len(box):
            raise BoxDamaged
        slips = sorted((entry[0], entry[1]) for entry in box)
        return Contents([Slip(*slip) for slip in slips], sorted(entry[0] for entry in reasons))

    async def forget(self, poll: str) -> None:
        """Delete all that a poll has here and write the file anew; of a poll that has nothing, nothing is deleted."""

        async def delete(connection: aiosqlite.Connection) -> None:
            for kind in _KINDS:
                await shards.delete(connection, kind, poll)
            await connection.execute(_FORGET_HANDS, (poll,))

        await self._vault.write(delete)
        reach("box: deleted and not rewritten")
        await self._vault.rewrite()

    async def polls(self) -> set[str]:
        """Return the polls that have a box or hands."""

        async def select(connection: aiosqlite.Connection) -> set[str]:
            return {row[0] for row in await connection.execute_fetchall(_POLLS)}

        return await self._vault.read(select)

    # Show of hands

    async def raise_hand(self, poll: str, tag: bytes, hand: Hand) -> None:
        """Keep an open vote in place of the same account's earlier one. On return it is on disk."""

        async def insert(connection: aiosqlite.Connection) -> None:
            await connection.execute(_RAISE, (poll, tag, hand.choice, hand.name))

        await self._vault.write(insert)

    async def lower_hand(self, poll: str, tag: bytes) -> None:
        """Delete an account's open vote; one that is not there changes nothing."""

        async def delete(connection: aiosqlite.Connection) -> None:
            await connection.execute(_LOWER, (poll, tag))

        await self._vault.write(delete)

    async def hand_of(self, poll: str, tag: bytes) -> Hand | None:
        """Return an account's own open vote."""

        async def select(connection: aiosqlite.Connection) -> Hand | None:
            rows = await connection.execute_fetchall(_HAND, (poll, tag))
            return next((Hand(row[0], row[1]) for row in rows), None)

        return await self._vault.read(select)

    async def hands(self, poll: str) -> list[Hand]:
        """Return every open vote in the order of their tags, which says nothing. Stands in line with the writes."""

        async def select(connection: aiosqlite.Connection) -> list[Hand]:
            return [Hand(row[0], row[1]) for row in await connection.execute_fetchall(_HANDS, (poll,))]

        return await self._vault.write(select)

    # The line: votes that come while others are written share the next write, and so the opening and sealing of shards

    def _stand_in_line(self, poll: str, key: OwnKey, vote: _Vote) -> None:
        line = self._lines.get((poll, key))
        if line is None or len(line) >= LINE:
            line = self._lines[poll, key] = []
            # A task, so that no vote is lost when the one who came first stops waiting.
            task = asyncio.create_task(self._cast_line(poll, key, line))
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)
        line.append(vote)

    def _close_line(self, poll: str, key: OwnKey, line: list[_Vote]) -> None:
        if self._lines.get((poll, key)) is line:
            del self._lines[poll, key]

    async def _cast_line(self, poll: str, key: OwnKey, line: list[_Vote]) -> None:
        async def work(connection: aiosqlite.Connection) -> list[bool]:
            self._close_line(poll, key, line)
            roll, box, reasons = [await Shards.of(connection, kind, poll, key) for kind in _KINDS]
            answers = [await _count(roll, box, reasons, vote) for vote in line]
            for each in (roll, box, reasons):
                await each.save()
            return answers

        failure: Exception | None = None
        answers: list[bool] = []
        try:
            answers = await self._vault.write(work)
        except Exception as error:  # noqa: BLE001 - handed to those who wait
            failure = error
        self._close_line(poll, key, line)  # not done by `work` if the vault could not begin it
        for number, vote in enumerate(line):
            if vote.done.done():
                continue  # stopped waiting
            if failure is None:
                vote.done.set_result(answers[number])
            else:
                vote.done.set_exception(failure)


async def _count(roll: Shards, box: Shards, reasons: Shards, vote: _Vote) -> bool:
    """Put one vote where it belongs. An error undoes the whole line: in a damaged box no vote can count any more."""
    known = await roll.find(vote.mark)
    if known is None:
        link = [base64.b64encode(secrets.token_bytes(_LINK)).decode()] if vote.may_replace else []
        await roll.add([vote.mark, *link])
    elif vote.may_replace and len(known) > 1:
        link = known[1:]
        await roll.touch(vote.mark)
        if not await box.remove(link[0]):
            raise BoxDamaged
        if vote.reason is not None:
            await reasons.remove(link[0])
    else:
        return False
    await box.add([vote.slip.ballot, vote.slip.tracker, *link])
    if vote.reason:
        await reasons.add([vote.reason, *link])
    elif vote.reason is not None:
        await reasons.touch(*link)
    return True


def _check(slip: Slip, reason: str | None) -> None:
    """Raise `ValueError`, which repeats nothing, for what no shard is sure to hold."""
    try:
        tracker = slip.tracker.encode()
        (reason or "").encode()
    except UnicodeEncodeError:
        raise ValueError("a tracker or a reason is no text") from None
    if not slip.ballot.isascii() or len(slip.ballot) > LONGEST_BALLOT:
        raise ValueError("a ballot is too long")
    if len(tracker) > LONGEST_TRACKER:
        raise ValueError("a tracker is too long")
    if len(reason or "") > LONGEST_REASON:
        raise ValueError("a reason is too long")
