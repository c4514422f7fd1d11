"""What a question or a comment may be, who may still write one, and when they are published. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.cleaning import clean
from bot.ids import HallId
from bot.refusals import N_, Refusal
from bot.townhalls.rules import State, TownHall

LONGEST_QUESTION = 500
MOST_UNPUBLISHED = 5
LEAST_IN_BATCH = 3
SHORTEST_DELAY = timedelta(minutes=10)
DELAY_BY_LOT = timedelta(minutes=20)
ID_BYTES = 16


class QuestionGone(Refusal):
    """The question is not there (any more), or not for this person. All are answered alike."""

    sentence = N_("This question is not here any more. Look at the list again to see what is.")


class QuestionMissing(Refusal):
    """Nothing was asked."""

    sentence = N_("Please write your question.")


class QuestionTooLong(Refusal):
    """The question does not fit."""

    sentence = N_("A question can have {limit} characters at most. Nothing was sent.")


class CommentMissing(Refusal):
    """Nothing was said."""

    sentence = N_("Please write your comment.")


class CommentTooLong(Refusal):
    """The comment does not fit."""

    sentence = N_("A comment can have {limit} characters at most. Nothing was sent.")


class NotOpenForComments(Refusal):
    """The late floor is not open yet, or not any more."""

    sentence = N_(
        "What was decided can be commented on while the late floor is open. The card of the town hall says where it "
        "stands. Nothing was sent."
    )


class NotOpenForQuestions(Refusal):
    """The town hall takes no questions any more."""

    sentence = N_("This town hall takes no questions any more. Its card says where it stands. Nothing was sent.")


class TooManyQuestions(Refusal):
    """Somebody has asked as much as one person may before any of it is published."""

    sentence = N_(
        "You have {limit} questions and comments here that are not published yet. Withdraw one, or wait until some are "
        "published. This one was not sent."
    )


class TooFewToPublish(Refusal):
    """So few questions, or comments, are approved that whoever wrote them could be guessed."""

    sentence = N_(
        "Fewer than {lowest} are approved. Published alone, a question or comment is easier to link to whoever wrote "
        "it. Wait for more, or publish these all the same while the town hall is live or its late floor is open."
    )


class NoSuchReason(Refusal):
    """The code stands for no reason."""

    sentence = N_("Choose one of the reasons: it is what the person who asked will read.")


class Kind(StrEnum):
    """What somebody writes for a town hall. Comments are about what was decided, and need no answer."""

    QUESTION = "question"
    COMMENT = "comment"


class QuestionState(StrEnum):
    """Where a published question stands. `CARRIED`: it went to the next town hall of the series."""

    OPEN = "open"
    ANSWERED = "answered"
    CARRIED = "carried"
    MERGED = "merged"


REJECTIONS: dict[str, str] = {
    "merged": N_("The same is asked already; yours was counted with it."),
    "personal": N_("It is about one person, or would let a reader tell who somebody is."),
    "unclear": N_("It is not clear what is meant. You may put it differently and send it again."),
    "elsewhere": N_("It belongs in another place, for example in a report."),
    "secret": N_("It tells something that has to stay secret and could harm people."),
    "hateful": N_("It degrades or threatens people."),
    "advertisement": N_("It sells or advertises something."),
}
"""Why a question was not published: a code, and the words that the person who asked reads."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question or comment that everybody can read; nothing in it tells who wrote it or when.

    `votes` is `None` until the end, and in fives from then on. `age` is how many meetings have gone by without an
    answer. `batch` is `None` where it was carried over.
    """

    id: str
    hall_id: HallId
    text: str
    state: QuestionState = QuestionState.OPEN
    merged_into: str | None = None
    votes: int | None = None
    age: int = 0
    batch: int | None = None
    kind: Kind = Kind.QUESTION


def question_text(text: str, kind: Kind = Kind.QUESTION) -> str:
    """Return a question or comment, cleaned: the words that both who writes and who approves it see.

    Raises `QuestionMissing`, `QuestionTooLong`, `CommentMissing` or `CommentTooLong`.
    """
    is_comment, words = kind is Kind.COMMENT, clean(text)
    if not any(character.isalnum() for character in words):
        raise CommentMissing if is_comment else QuestionMissing
    if len(words) > LONGEST_QUESTION:
        raise (CommentTooLong if is_comment else QuestionTooLong)(limit=LONGEST_QUESTION)
    return words


def takes_questions(hall: TownHall, now: datetime) -> bool:
    """Tell whether a town hall is to come, goes on, or has its late floor open."""
    return hall.state in {State.SCHEDULED, State.LIVE} or takes_comments(hall, now)


def takes_comments(hall: TownHall, now: datetime) -> bool:
    """Tell whether the late floor of a town hall is open."""
    return hall.state is State.LATE and hall.late_until is not None and now < hall.late_until


def check_may_ask(hall: TownHall, now: datetime, kind: Kind = Kind.QUESTION) -> None:
    """Raise `NotOpenForQuestions` or `NotOpenForComments` unless the town hall takes them."""
    if kind is Kind.COMMENT and not takes_comments(hall, now):
        raise NotOpenForComments
    if not takes_questions(hall, now):
        raise NotOpenForQuestions


def release_at(now: datetime, lot: int) -> datetime:
    """Return when a batch is published: ten to thirty minutes after enough were approved; `lot` is 64 random bits."""
    return now + SHORTEST_DELAY + timedelta(seconds=lot % (int(DELAY_BY_LOT.total_seconds()) + 1))


def next_release(hall: TownHall, approved: int, now: datetime, lot: int, kind: Kind = Kind.QUESTION) -> datetime | None:
    """Return when the next batch of a kind is published, once enough are approved and for as long as they are.

    Each kind has its own batches: questions asked meanwhile hide nobody who commented.
    """
    if approved < LEAST_IN_BATCH:
        return None
    drawn = hall.comments_at if kind is Kind.COMMENT else hall.release_at
    return drawn or release_at(now, lot)


def carried(question: Question, hall_id: HallId) -> Question:
    """Return a question as it goes to the next town hall, one meeting older; carried twice, it is the same one."""
    found = hashlib.sha256(f"carried {question.id} {hall_id}".encode()).hexdigest()[: 2 * ID_BYTES]
    return Question(found, hall_id, question.text, age=question.age + 1)


def roots(questions: Mapping[str, Question]) -> dict[str, str]:
    """Return for each question the one that it was merged into in the end, or itself."""
    found = {}
    for start in questions:
        root, seen = start, {start}
        while (into := questions[root].merged_into) is not None and into in questions and into not in seen:
            root = into
            seen.add(root)
        found[start] = root
    return found
