"""Questions on their way to the public: approved first, published in batches, and never when they were asked."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from bot.clock import Clock
from bot.database.audit import DESK
from bot.database.engine import Database, Transaction
from bot.failpoints import reach
from bot.ids import Actor
from bot.refusals import N_
from bot.townhalls import questions_rules, records, rules
from bot.townhalls.questions_rules import Question, QuestionState
from bot.townhalls.rules import State, TownHall
from bot.townhalls.service import LISTED, QUESTIONS, Own, TownHalls, key_of, opened, question_bytes
from bot.vault.gathering import APPROVED, REJECTED, WAITING, Asked, Gathering
from bot.vault.keys import Keys

__all__ = ["TOLD", "Queue"]

PER_POST = 5
"""How many questions one post holds, so that the longest of them fit."""

APPROVED_ONE = N_("approved a question for a town hall")
REJECTED_ONE = N_("turned a question for a town hall away")
PUBLISHED = N_("published questions of a town hall by hand")
TOLD = (APPROVED_ONE, REJECTED_ONE, PUBLISHED)
"""What an organizer did, as the audit chain of the desk tells it."""


class Queue:
    """What organizers do with questions. Nothing tells them who asked, or when."""

    def __init__(self, halls: TownHalls, database: Database, gathering: Gathering, keys: Keys, clock: Clock) -> None:
        self._halls = halls
        self._database = database
        self._gathering = gathering
        self._keys = keys
        self._clock = clock

    async def waiting(self, actor: Actor, hall_id: str) -> tuple[TownHall, list[Own]]:
        """Return the questions that nobody has decided about and those approved, in the words of whoever asked.

        By id, which says nothing. Raises `NotAnOrganizer` or `HallGone`.
        """
        async with self._halls.at(actor, hall_id) as (_, _, hall):
            pass
        asked = [*await self._gathering.asked_in(hall.id, WAITING), *await self._gathering.asked_in(hall.id, APPROVED)]
        return hall, self._opened(hall, asked)

    async def approve(self, actor: Actor, hall_id: str, question_id: str) -> None:
        """Let a question be published with its batch; raises `QuestionGone` if it was withdrawn."""
        hall = await self._note(actor, hall_id, APPROVED_ONE)
        if not await self._gathering.decide(hall.id, question_bytes(question_id), APPROVED):
            raise questions_rules.QuestionGone

    async def reject(self, actor: Actor, hall_id: str, question_id: str, reason: str) -> None:
        """Turn a question away for a reason that only whoever asked it reads.

        Raises `NoSuchReason`, or `QuestionGone` if it was withdrawn or published.
        """
        if reason not in questions_rules.REJECTIONS:
            raise questions_rules.NoSuchReason
        hall = await self._note(actor, hall_id, REJECTED_ONE)
        if not await self._gathering.decide(hall.id, question_bytes(question_id), REJECTED, reason):
            raise questions_rules.QuestionGone

    async def merge(self, actor: Actor, hall_id: str, question_id: str, into: str) -> None:
        """Count a question with one that is published: a waiting one is turned away, a published one is hidden.

        Whoever asked or wanted the one wants the other. Raises `QuestionGone`.
        """
        async with self._halls.at(actor, hall_id) as (connection, _, hall):
            found = await records.questions(connection, hall.id)
            if into not in found or into == question_id or found[into].state is not QuestionState.OPEN:
                raise questions_rules.QuestionGone
            if question_id in found:
                merged = replace(found[question_id], state=QuestionState.MERGED, merged_into=into)
                await records.save_question(connection, merged)
            await self._halls.note(connection, actor, REJECTED_ONE, hall, DESK)
        if question_id not in found and not await self._gathering.merge(hall.id, question_bytes(question_id), into):
            raise questions_rules.QuestionGone

    async def mark_answered(
        self, actor: Actor, hall_id: str, question_id: str, *, is_answered: bool = True
    ) -> Question:
        """Note that a published question was answered, or was not after all; raises `QuestionGone`."""
        async with self._halls.at(actor, hall_id) as (connection, _, hall):
            found = (await records.questions(connection, hall.id)).get(question_id)
            if found is None or found.state not in {QuestionState.OPEN, QuestionState.ANSWERED}:
                raise questions_rules.QuestionGone
            marked = replace(found, state=QuestionState.ANSWERED if is_answered else QuestionState.OPEN)
            await records.save_question(connection, marked)
        return marked

    async def release_now(self, actor: Actor, hall_id: str, *, few: bool = False) -> int:
        """Publish what is approved without waiting for the lot; return how many questions that were.

        Fewer than three only with `few`, and only once the town hall has begun: raises `TooFewToPublish`.
        """
        async with self._halls.at(actor, hall_id) as (_, _, hall):
            pass
        approved = len(await self._gathering.asked_in(hall.id, APPROVED))
        may_be_few = few and hall.state in {State.LIVE, State.LATE} and approved > 0
        if approved < questions_rules.LEAST_IN_BATCH and not may_be_few:
            raise questions_rules.TooFewToPublish(lowest=questions_rules.LEAST_IN_BATCH)
        await self._note(actor, hall_id, PUBLISHED)
        published = await self.publish(hall, 1 if may_be_few else questions_rules.LEAST_IN_BATCH)
        if not published:  # one was withdrawn since they were counted
            raise questions_rules.TooFewToPublish(lowest=questions_rules.LEAST_IN_BATCH)
        return published

    async def release_due(self) -> None:
        """Publish each batch whose time has come; draw a time where enough is approved.

        The time is drawn at a tick and not at the approval, so it tells nothing of either the asking or the approving.
        """
        now = self._clock.now()
        async with self._database.begin() as connection:
            found = await records.in_state(connection, LISTED)
        for hall in found:
            approved = len(await self._gathering.asked_in(hall.id, APPROVED))
            release_at = questions_rules.next_release(hall, approved, now, secrets.randbits(64))
            async with self._database.begin() as connection:
                current = await records.find(connection, hall.id, lock=True)
                if current is None or await self._halls.is_silent(connection, current):
                    continue
                if current.release_at != release_at:
                    await records.save(connection, replace(current, release_at=release_at))
            is_broken_off = bool(await self._gathering.asked_in(hall.id, "publishing"))
            if is_broken_off or (release_at is not None and release_at <= now):
                await self.publish(hall, questions_rules.LEAST_IN_BATCH)

    async def publish(self, hall: TownHall, least: int = 1) -> int:
        """Publish everything that is approved as one batch, and forget who asked it; return how many that were.

        Fewer than `least` are left for later: they are counted as they are taken, when nobody can withdraw any more.
        Broken off at any place, it is taken up again at the next tick and nothing is published twice.
        """
        taken = await self._gathering.take_approved(hall.id, least)
        reach("publishing questions: taken")
        texts = {each.id: each.text for each in self._opened(hall, taken)}
        async with self._database.begin() as connection:
            current = await records.find(connection, hall.id, lock=True)
            if current is None:
                return 0
            published = await self._add(connection, current, texts)
            await records.save(connection, replace(current, release_at=None))
            reach("publishing questions: before the commit")
        reach("publishing questions: after the commit")
        await self._gathering.drop_published(hall.id, [each.id for each in taken])
        return published

    async def _add(self, connection: Transaction, hall: TownHall, texts: dict[str, str]) -> int:
        known = (await records.questions(connection, hall.id)).values()
        batch = max((each.batch or 0 for each in known), default=0) + 1
        new = [
            Question(question_id, hall.id, text, batch=batch)
            for question_id, text in sorted(texts.items())  # by id: the order says nothing
        ]
        new = [each for each in new if await records.add_question(connection, each)]
        for start in range(0, len(new), PER_POST):
            part = new[start : start + PER_POST]
            contents = {"questions": [[each.id, each.text] for each in part], "of": len(new)}
            await self._halls.tell(connection, hall, f"questions:{batch}:{start // PER_POST + 1}", QUESTIONS, contents)
        return len(new)

    async def _note(self, actor: Actor, hall_id: str, action: str) -> TownHall:
        async with self._halls.at(actor, hall_id) as (connection, _, hall):
            if hall.state in rules.OVER:
                raise questions_rules.QuestionGone
            await self._halls.note(connection, actor, action, hall, DESK)
        return hall

    def _opened(self, hall: TownHall, asked: Sequence[Asked]) -> list[Own]:
        own = self._keys.own(key_of(hall.id))
        if own is None:
            return []
        return [Own(each.id.hex(), opened(each.sealed, own), each.state, each.reason) for each in asked]
