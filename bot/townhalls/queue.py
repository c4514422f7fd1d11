"""Questions and comments on their way to the public: approved first, published in batches, never when written."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bot.clock import Clock
from bot.database.audit import DESK
from bot.database.engine import Database, Transaction
from bot.failpoints import reach
from bot.ids import Actor
from bot.refusals import N_
from bot.townhalls import questions_rules, records, rules
from bot.townhalls.questions_rules import Kind, Question, QuestionState
from bot.townhalls.rules import State, TownHall
from bot.townhalls.service import COMMENTS, LISTED, QUESTIONS, Own, TownHalls, key_of, opened, question_bytes
from bot.vault.gathering import APPROVED, PUBLISHING, REJECTED, WAITING, Asked, Gathering
from bot.vault.keys import Keys

__all__ = ["TOLD", "Queue"]

PER_POST = 5
"""How many questions or comments one post holds, so that the longest of them fit."""

APPROVED_ONE = N_("approved a question for a town hall")
REJECTED_ONE = N_("turned a question for a town hall away")
APPROVED_COMMENT = N_("approved a comment on a town hall")
REJECTED_COMMENT = N_("turned a comment on a town hall away")
PUBLISHED = N_("published questions of a town hall by hand")
PUBLISHED_COMMENTS = N_("published comments on a town hall by hand")
TOLD = (APPROVED_ONE, REJECTED_ONE, APPROVED_COMMENT, REJECTED_COMMENT, PUBLISHED, PUBLISHED_COMMENTS)
"""What an organizer did, as the audit chain of the desk tells it."""

POSTS: dict[Kind, str] = {Kind.QUESTION: QUESTIONS, Kind.COMMENT: COMMENTS}


class Queue:
    """What organizers do with questions and comments. Nothing tells them who wrote, or when."""

    def __init__(self, halls: TownHalls, database: Database, gathering: Gathering, keys: Keys, clock: Clock) -> None:
        self._halls = halls
        self._database = database
        self._gathering = gathering
        self._keys = keys
        self._clock = clock

    async def waiting(self, actor: Actor, hall_id: str) -> tuple[TownHall, list[Own]]:
        """Return what nobody has decided about and what is approved, in the words of whoever wrote it.

        By id, which says nothing. Raises `NotAnOrganizer` or `HallGone`.
        """
        async with self._halls.at(actor, hall_id) as (_, _, hall):
            pass
        asked = [*await self._gathering.asked_in(hall.id, WAITING), *await self._gathering.asked_in(hall.id, APPROVED)]
        return hall, self._opened(hall, asked)

    async def approve(self, actor: Actor, hall_id: str, question_id: str) -> None:
        """Let a question or comment be published with its batch; raises `QuestionGone` if it was withdrawn."""
        told = {Kind.QUESTION: APPROVED_ONE, Kind.COMMENT: APPROVED_COMMENT}
        hall = await self._decided(actor, hall_id, question_id, told)
        if not await self._gathering.decide(hall.id, question_bytes(question_id), APPROVED):
            raise questions_rules.QuestionGone

    async def reject(self, actor: Actor, hall_id: str, question_id: str, reason: str) -> None:
        """Turn a question or comment away for a reason that only whoever wrote it reads.

        Raises `NoSuchReason`, or `QuestionGone` if it was withdrawn or published.
        """
        if reason not in questions_rules.REJECTIONS:
            raise questions_rules.NoSuchReason
        told = {Kind.QUESTION: REJECTED_ONE, Kind.COMMENT: REJECTED_COMMENT}
        hall = await self._decided(actor, hall_id, question_id, told)
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
        """Publish what is approved without waiting for the lot, and return how much that was.

        Fewer than three of a kind only with `few`, and only once the town hall has begun: raises `TooFewToPublish`.
        """
        async with self._halls.at(actor, hall_id) as (_, _, hall):
            pass
        may_be_few = few and hall.state in {State.LIVE, State.LATE}
        least = 1 if may_be_few else questions_rules.LEAST_IN_BATCH
        approved = await self._approved(hall)
        kinds = [kind for kind in Kind if approved[kind] >= least]
        if not kinds:
            raise questions_rules.TooFewToPublish(lowest=questions_rules.LEAST_IN_BATCH)
        async with self._halls.at(actor, hall_id) as (connection, _, hall):
            if hall.state in rules.OVER:
                raise questions_rules.QuestionGone
            for kind in kinds:
                told = PUBLISHED if kind is Kind.QUESTION else PUBLISHED_COMMENTS
                await self._halls.note(connection, actor, told, hall, DESK)
        published = await self.publish(hall, kinds, least)
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
            approved = await self._approved(hall)
            drawn = {
                kind: questions_rules.next_release(hall, approved[kind], now, secrets.randbits(64), kind)
                for kind in Kind
            }
            release_at, comments_at = drawn[Kind.QUESTION], drawn[Kind.COMMENT]
            async with self._database.begin() as connection:
                current = await records.find(connection, hall.id, lock=True)
                if current is None or await self._halls.is_silent(connection, current):
                    continue
                if (current.release_at, current.comments_at) != (release_at, comments_at):
                    await records.save(connection, replace(current, release_at=release_at, comments_at=comments_at))
            is_broken_off = bool(await self._gathering.asked_in(hall.id, PUBLISHING))
            due = [kind for kind, at in drawn.items() if at is not None and at <= now]
            if is_broken_off or due:
                await self.publish(hall, due, questions_rules.LEAST_IN_BATCH)

    async def publish(self, hall: TownHall, kinds: Collection[Kind], least: int = 1) -> int:
        """Publish what is approved of each kind as one batch, and forget who wrote it; return how much that was.

        Fewer than `least` of a kind are left for later: they are counted as they are taken, when nobody can withdraw
        any more. Broken off at any place, it is taken up again at the next tick and nothing is published twice.
        """
        taken = await self._gathering.take_approved(hall.id, kinds, least)
        reach("publishing questions: taken")
        found = self._opened(hall, taken)
        async with self._database.begin() as connection:
            current = await records.find(connection, hall.id, lock=True)
            if current is None:
                return 0
            published = sum([await self._add(connection, current, found, kind) for kind in Kind])
            over = {"release_at": None} if Kind.QUESTION in kinds else {}
            over |= {"comments_at": None} if Kind.COMMENT in kinds else {}
            await records.save(connection, current, **over)
            reach("publishing questions: before the commit")
        reach("publishing questions: after the commit")
        await self._gathering.drop_published(hall.id, [each.id for each in taken])
        return published

    async def _add(self, connection: Transaction, hall: TownHall, found: Sequence[Own], kind: Kind) -> int:
        known = (await records.questions(connection, hall.id, kind)).values()
        batch = max((each.batch or 0 for each in known), default=0) + 1
        texts = {each.id: each.text for each in found if each.kind is kind}
        new = [
            Question(question_id, hall.id, text, batch=batch, kind=kind)
            for question_id, text in sorted(texts.items())  # by id: the order says nothing
        ]
        new = [each for each in new if await records.add_question(connection, each)]
        for start in range(0, len(new), PER_POST):
            part = new[start : start + PER_POST]
            told: dict[Kind, dict[str, object]] = {
                Kind.QUESTION: {"questions": [[each.id, each.text] for each in part], "of": len(new)},
                Kind.COMMENT: {"comments": [each.text for each in part]},
            }
            key = f"{kind}s:{batch}:{start // PER_POST + 1}"
            await self._halls.tell(connection, hall, key, POSTS[kind], told[kind])
        return len(new)

    async def _decided(self, actor: Actor, hall_id: str, question_id: str, told: Mapping[Kind, str]) -> TownHall:
        """Note in the chain of the desk what is about to be decided; raises `QuestionGone`."""
        async with self._halls.at(actor, hall_id) as (connection, _, hall):
            kind = await self._gathering.kind_of(hall.id, question_bytes(question_id))
            if hall.state in rules.OVER or kind is None:
                raise questions_rules.QuestionGone
            await self._halls.note(connection, actor, told[Kind(kind)], hall, DESK)
        return hall

    async def _approved(self, hall: TownHall) -> dict[Kind, int]:
        approved = [each.kind for each in await self._gathering.asked_in(hall.id, APPROVED)]
        return {kind: approved.count(kind) for kind in Kind}

    def _opened(self, hall: TownHall, asked: Sequence[Asked]) -> list[Own]:
        own = self._keys.own(key_of(hall.id))
        if own is None:
            return []
        return [opened(each, own) for each in asked]
