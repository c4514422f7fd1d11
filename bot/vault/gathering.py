"""Who comes to a town hall, what is asked, and when people could meet: tags in no order, until they are shredded."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from random import SystemRandom

import aiosqlite

from bot.failpoints import reach
from bot.vault.engine import Vault

_ANSWER = (
    "INSERT INTO attending (hall, tag, answer, seat) VALUES (?, ?, ?, 0) ON CONFLICT DO UPDATE SET "
    "answer = excluded.answer, seat = CASE excluded.answer WHEN 'yes' THEN seat ELSE 0 END"
)
_ASK = "INSERT OR IGNORE INTO asked (hall, tag, id, state, sealed, kind) VALUES (?, ?, ?, 'waiting', ?, ?)"
_DECIDE = "UPDATE asked SET state = ?, reason = ? WHERE hall = ? AND id = ? AND state <> 'publishing'"
_WITHDRAW = "DELETE FROM asked WHERE hall = ? AND tag = ? AND id = ? AND state <> 'publishing'"
_FORGET = (
    "DELETE FROM attending WHERE hall = ?",
    "DELETE FROM asked WHERE hall = ?",
    "DELETE FROM upvotes WHERE hall = ?",
)

WAITING = "waiting"
APPROVED = "approved"
REJECTED = "rejected"
PUBLISHING = "publishing"
QUESTION = "question"
COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class SignUp:
    """What one account answered. `has_seat`: where seats are limited, one was drawn for it."""

    answer: str
    has_seat: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question or comment that is not published. `reason` is the code of why it was rejected."""

    id: bytes
    state: str
    reason: str | None
    sealed: bytes = field(repr=False)
    kind: str = QUESTION


class Gathering:
    """Keep what people do around a town hall, count it, and forget it without a trace."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    # Coming

    async def sign_up(self, hall: str, tag: bytes, answer: str) -> None:
        """Keep an answer, `yes` or `maybe`, in place of the same account's earlier one. On return it is on disk.

        Whoever says yes again keeps a seat that was drawn for them; whoever says maybe gives it back.
        """

        async def upsert(connection: aiosqlite.Connection) -> None:
            await connection.execute(_ANSWER, (hall, tag, answer))

        reach("signing up: before the commit")
        await self._vault.write(upsert)
        reach("signing up: after the commit")

    async def sign_off(self, hall: str, tag: bytes) -> None:
        """Delete an account's answer; one that is not there changes nothing. On return its bytes are gone."""

        async def delete(connection: aiosqlite.Connection) -> None:
            await connection.execute("DELETE FROM attending WHERE hall = ? AND tag = ?", (hall, tag))

        await self._vault.write(delete)

    async def sign_up_of(self, hall: str, tag: bytes) -> SignUp | None:
        """Return an account's own answer."""

        async def select(connection: aiosqlite.Connection) -> SignUp | None:
            query = "SELECT answer, seat FROM attending WHERE hall = ? AND tag = ?"
            async with connection.execute(query, (hall, tag)) as cursor:
                row = await cursor.fetchone()
            return None if row is None else SignUp(row[0], bool(row[1]))

        return await self._vault.read(select)

    async def coming(self, hall: str) -> int:
        """Return how many accounts said yes."""

        async def select(connection: aiosqlite.Connection) -> int:
            query = "SELECT count(*) FROM attending WHERE hall = ? AND answer = 'yes'"
            async with connection.execute(query, (hall,)) as cursor:
                row = await cursor.fetchone()
            return 0 if row is None else int(row[0])

        return await self._vault.read(select)

    async def draw_seats(self, hall: str, size: int) -> None:
        """Give every free seat of `size` to somebody who said yes and has none, by lot."""

        async def draw(connection: aiosqlite.Connection) -> None:
            query = "SELECT tag, seat FROM attending WHERE hall = ? AND answer = 'yes'"
            found = list(await connection.execute_fetchall(query, (hall,)))
            without = [tag for tag, seat in found if not seat]
            free = max(0, size - (len(found) - len(without)))
            drawn = SystemRandom().sample(without, min(free, len(without)))
            await connection.executemany(
                "UPDATE attending SET seat = 1 WHERE hall = ? AND tag = ?", [(hall, tag) for tag in drawn]
            )

        await self._vault.write(draw)

    # Asking

    async def ask(self, hall: str, tag: bytes, question: bytes, sealed: bytes, most: int, kind: str = QUESTION) -> bool:
        """Keep a question or comment and return once it is on disk; the same one again changes nothing.

        Tell whether there was room: an account has at most so many, of both kinds together, that are not published.
        """

        async def insert(connection: aiosqlite.Connection) -> bool:
            query = "SELECT id FROM asked WHERE hall = ? AND tag = ?"
            known = {row[0] for row in await connection.execute_fetchall(query, (hall, tag))}
            if question not in known and len(known) >= most:
                return False
            await connection.execute(_ASK, (hall, tag, question, sealed, kind))
            return True

        reach("asking: before the commit")
        has_room = await self._vault.write(insert)
        reach("asking: after the commit")
        return has_room

    async def withdraw_question(self, hall: str, tag: bytes, question: bytes) -> bool:
        """Delete an account's own question while it is not published; tell whether there was one. Its bytes go."""

        async def delete(connection: aiosqlite.Connection) -> bool:
            return (await connection.execute(_WITHDRAW, (hall, tag, question))).rowcount == 1

        return await self._vault.write(delete)

    async def asked_by(self, hall: str, tag: bytes) -> list[Asked]:
        """Return an account's own questions that are not published, by id, which says nothing."""
        return await self._asked("hall = ? AND tag = ?", (hall, tag))

    async def asked_in(self, hall: str, state: str) -> list[Asked]:
        """Return the questions in a state, by id, which says nothing."""
        return await self._asked("hall = ? AND state = ?", (hall, state))

    async def kind_of(self, hall: str, question: bytes) -> str | None:
        """Return whether something that is not published is a question or a comment; `None` if it is not there."""

        async def select(connection: aiosqlite.Connection) -> str | None:
            query = "SELECT kind FROM asked WHERE hall = ? AND id = ?"
            async with connection.execute(query, (hall, question)) as cursor:
                row = await cursor.fetchone()
            return None if row is None else str(row[0])

        return await self._vault.read(select)

    async def merge(self, hall: str, question: bytes, into: str) -> bool:
        """Reject a question because it is asked already, and let whoever asked want that one answered.

        Tell whether it was still there, and a question.
        """

        async def update(connection: aiosqlite.Connection) -> bool:
            merged = (REJECTED, "merged", hall, question)
            if (await connection.execute(_DECIDE + " AND kind = 'question'", merged)).rowcount != 1:
                return False
            asker = "SELECT hall, ?, tag FROM asked WHERE hall = ? AND id = ?"
            await connection.execute(
                f"INSERT OR IGNORE INTO upvotes (hall, question, tag) {asker}",
                (into, hall, question),
            )
            return True

        return await self._vault.write(update)

    async def decide(self, hall: str, question: bytes, state: str, reason: str | None = None) -> bool:
        """Keep what organizers decided about a question; tell whether it was still there."""

        async def update(connection: aiosqlite.Connection) -> bool:
            return (await connection.execute(_DECIDE, (state, reason, hall, question))).rowcount == 1

        return await self._vault.write(update)

    async def take_approved(self, hall: str, kinds: Collection[str], least: int = 1) -> list[Asked]:
        """Return what is approved of these kinds and from now on nobody can withdraw: everybody is about to read it.

        None of a kind is taken if fewer than `least` of it are approved by now. Those of an earlier time that did not
        come to its end are among them in any case.
        """

        async def take(connection: aiosqlite.Connection) -> None:
            query = "SELECT count(*) FROM asked WHERE hall = ? AND state = 'approved' AND kind = ?"
            for kind in kinds:
                async with connection.execute(query, (hall, kind)) as cursor:
                    row = await cursor.fetchone()
                if row is not None and row[0] >= least:
                    taken = "UPDATE asked SET state = 'publishing' WHERE hall = ? AND state = 'approved' AND kind = ?"
                    await connection.execute(taken, (hall, kind))

        await self._vault.write(take)
        return await self.asked_in(hall, PUBLISHING)

    async def drop_published(self, hall: str, questions: Collection[bytes]) -> None:
        """Forget who asked these, now that everybody can read them."""

        async def delete(connection: aiosqlite.Connection) -> None:
            gone = [(hall, question) for question in questions]
            await connection.executemany("DELETE FROM asked WHERE hall = ? AND id = ?", gone)

        await self._vault.write(delete)

    async def _asked(self, where: str, values: tuple[object, ...]) -> list[Asked]:
        async def select(connection: aiosqlite.Connection) -> list[Asked]:
            query = f"SELECT id, state, reason, sealed, kind FROM asked WHERE {where} ORDER BY id"  # noqa: S608 - our own words
            return [Asked(*row) for row in await connection.execute_fetchall(query, values)]

        return await self._vault.read(select)

    # Wanting an answer

    async def upvote(self, hall: str, question: str, tag: bytes) -> None:
        """Note that an account wants a question answered; again changes nothing. On return it is on disk."""

        async def insert(connection: aiosqlite.Connection) -> None:
            values = (hall, question, tag)
            await connection.execute("INSERT OR IGNORE INTO upvotes (hall, question, tag) VALUES (?, ?, ?)", values)

        await self._vault.write(insert)

    async def take_upvote_back(self, hall: str, question: str, tag: bytes) -> None:
        """Delete an account's wish; one that is not there changes nothing. On return its bytes are gone."""

        async def delete(connection: aiosqlite.Connection) -> None:
            mine = (hall, question, tag)
            await connection.execute("DELETE FROM upvotes WHERE hall = ? AND question = ? AND tag = ?", mine)

        await self._vault.write(delete)

    async def upvoted_by(self, hall: str, tag: bytes, questions: Collection[str]) -> set[str]:
        """Return which of these questions an account wants answered."""

        async def select(connection: aiosqlite.Connection) -> set[str]:
            wanted = set()
            for question in questions:
                query = "SELECT 1 FROM upvotes WHERE hall = ? AND question = ? AND tag = ?"
                async with connection.execute(query, (hall, question, tag)) as cursor:
                    if await cursor.fetchone() is not None:
                        wanted.add(question)
            return wanted

        return await self._vault.read(select)

    async def upvotes(self, hall: str, roots: Mapping[str, str]) -> dict[str, int]:
        """Return how many accounts want each question answered, counting once who wants two that were merged.

        `roots` leads from each question to the one it was merged into, or to itself. Stands in line with the writes,
        so that whoever was let in before the end is counted.
        """

        async def select(connection: aiosqlite.Connection) -> dict[str, int]:
            wanting: dict[str, set[bytes]] = {root: set() for root in roots.values()}
            query = "SELECT question, tag FROM upvotes WHERE hall = ?"
            async with connection.execute(query, (hall,)) as cursor:
                async for question, tag in cursor:
                    if question in roots:
                        wanting[roots[question]].add(tag)
            return {root: len(tags) for root, tags in wanting.items()}

        return await self._vault.write(select)

    # Finding a time

    async def answer_slots(self, poll: str, tag: bytes, answers: str) -> None:
        """Keep when an account could meet, in place of its earlier answer. On return it is on disk."""

        async def insert(connection: aiosqlite.Connection) -> None:
            values = (poll, tag, answers)
            await connection.execute(
                "INSERT OR REPLACE INTO slot_answers (poll, tag, answers) VALUES (?, ?, ?)", values
            )

        await self._vault.write(insert)

    async def take_slots_back(self, poll: str, tag: bytes) -> None:
        """Delete when an account could meet; on return its bytes are gone."""

        async def delete(connection: aiosqlite.Connection) -> None:
            await connection.execute("DELETE FROM slot_answers WHERE poll = ? AND tag = ?", (poll, tag))

        await self._vault.write(delete)

    async def slots_of(self, poll: str, tag: bytes) -> str | None:
        """Return an account's own answer."""

        async def select(connection: aiosqlite.Connection) -> str | None:
            query = "SELECT answers FROM slot_answers WHERE poll = ? AND tag = ?"
            async with connection.execute(query, (poll, tag)) as cursor:
                row = await cursor.fetchone()
            return None if row is None else str(row[0])

        return await self._vault.read(select)

    async def slots(self, poll: str) -> list[str]:
        """Return every answer, in the order of their tags; stands in line with the writes."""

        async def select(connection: aiosqlite.Connection) -> list[str]:
            query = "SELECT answers FROM slot_answers WHERE poll = ? ORDER BY tag"
            return [row[0] for row in await connection.execute_fetchall(query, (poll,))]

        return await self._vault.write(select)

    # Forgetting

    async def forget(self, halls: Sequence[str], polls: Sequence[str] = ()) -> None:
        """Delete everything about these town halls and searches for a time, and write the file anew."""

        async def delete(connection: aiosqlite.Connection) -> None:
            for statement in _FORGET:
                await connection.executemany(statement, [(hall,) for hall in halls])
            await connection.executemany("DELETE FROM slot_answers WHERE poll = ?", [(poll,) for poll in polls])

        await self._vault.write(delete)
        await self._vault.rewrite()
