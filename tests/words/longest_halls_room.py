"""Every card and form of the chair and of organizers of town halls with the longest values that can stand on it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from bot.ids import ChannelId, GuildId, HallId, PollId
from bot.polls.counting.results import Method
from bot.polls.rules import Kind as PollKind
from bot.polls.rules import Poll, Terms
from bot.polls.wording import LONGEST_TITLE as LONGEST_ASKED
from bot.polls.wording import Question as Asked
from bot.texts import Translate
from bot.townhalls.afterwards import MOST_IN_POST, Action
from bot.townhalls.plans import LONGEST_TITLE, PlaceKind
from bot.townhalls.questions_rules import LONGEST_QUESTION, Kind, Question, QuestionState
from bot.townhalls.room import LONGEST_NOTE, LONGEST_RESPONSIBLE, Decision, Standing
from bot.townhalls.rules import State, TownHall
from bot.townhalls.service import Listed, Own, brief
from bot.townhalls.stack import Stack
from bot.townhalls.stacks import Place
from bot.townhalls.votes import VotesOf
from cogs.townhalls import queue_cards, room_cards, vote_cards
from cogs.townhalls import room_forms as forms
from tests.words.longest import ID, NOW, REFERENCE, TODAY, TOKEN, Shown
from tests.words.longest_halls_members import hall as longest_hall

LETTERS = ("x", "*", "\n")
MANY = 30
QUESTION_ID = "a" * 32


def hall(letter: str, state: State, kind: PlaceKind = PlaceKind.STAGE) -> TownHall:
    return replace(longest_hall("x" if letter == "\n" else letter, state, kind), item=0, late_until=NOW)


def full(letter: str, longest: int) -> str:
    """Return typed text that is as long as may be; line ends alone would be trimmed."""
    return (f"{letter}x" if letter == "\n" else letter * 2) * (longest // 2)


def stack() -> Stack:
    """Return a stack of many who all say everything, one of whom speaks."""
    found = Stack().raised(ID).called(ID)
    for number in range(MANY):
        found = found.raised(ID - 1 - number, is_reply=True, has_priority=True)
    return found


def action(letter: str, number: int = 0) -> Action:
    responsible = full("x" if letter == "\n" else letter, LONGEST_RESPONSIBLE)
    return Action(f"{number:016}", HallId("a" * 8), full(letter, LONGEST_NOTE), responsible, TODAY, 100, TODAY)


def chair_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    for letter in LETTERS:
        states = [*room_cards.STATES] * 3
        halls = [replace(hall(letter, state), id=HallId(f"{number:08}")) for number, state in enumerate(states)]
        for number in range(4):
            yield room_cards.desk, room_cards.desk(t, halls, number)
        decisions = [Decision(f"{number:016}", full(letter, LONGEST_NOTE), is_binding=False) for number in range(MANY)]
        for state in room_cards.STATES:
            shown = hall(letter, state)
            for item in (0, len(shown.plan.agenda) - 1, len(shown.plan.agenda)):
                standing = Standing(
                    replace(shown, item=item), decisions, [action(letter, number) for number in range(MANY)], NOW
                )
                yield room_cards.panel, room_cards.panel(t, standing, stack(), votes(letter, shown))
            yield room_cards.panel, room_cards.panel(t, Standing(shown, [], [], None), Stack(), VotesOf(shown))
            yield room_cards.minutes_file, room_cards.minutes_file(t, shown, f"minutes-{shown.id}.md")
        late = hall(letter, State.LATE)
        texts = [full(letter, LONGEST_NOTE)] * MOST_IN_POST
        contents = {**brief(late), "decisions": texts, "more": 99, "actions": 99, "late_until": ID // 10**9}
        contents["takes_comments"] = True
        yield room_cards.minutes, room_cards.minutes(contents, t, REFERENCE)
        assert len(late.plan.title) == LONGEST_TITLE
        for before, is_reply, has_priority in ((None, False, False), (0, True, True), (9999, False, False)):
            place = Place(late, before, is_reply, has_priority)
            yield room_cards.own_hand, room_cards.own_hand(t, place)
    yield room_cards.desk, room_cards.desk(t, [], 0)
    yield room_cards.confirmed_unmuted, room_cards.confirmed_unmuted(t, ID)


def votes(letter: str, shown: TownHall) -> VotesOf:
    """Return a town hall with many votes in every state."""
    title = full("x" if letter == "\n" else letter, LONGEST_ASKED)
    terms = Terms(PollKind.HANDS, Method.MOTION, NOW)
    states = [*vote_cards.STATES] * 3
    poll = Poll(PollId("a" * 8), GuildId(ID), ChannelId(ID), Asked(title), terms)
    return VotesOf(
        shown, [replace(poll, id=PollId(f"{at:08}"), state=state) for at, state in enumerate(states)], NOW, NOW
    )


def voting(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    for letter in LETTERS:
        for state in room_cards.STATES:
            shown = hall(letter, state)
            for number in range(5):
                yield vote_cards.votes, vote_cards.votes(t, votes(letter, shown), number)
            yield vote_cards.votes, vote_cards.votes(t, VotesOf(shown))
    for kind in PollKind:
        place = f"hallroom:voting:v1:{'a' * 8}:{kind}:{TOKEN}"
        for late in (None, NOW):
            found = VotesOf(hall("x", State.LIVE), [], NOW, late)
            yield vote_cards.vote_form, vote_cards.vote_form(t, place, found, kind)


def question_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    for letter in LETTERS:
        text = full(letter, LONGEST_QUESTION)
        waiting = [Own(f"{number:032}", text, "waiting") for number in range(MANY)]
        for state in room_cards.STATES:
            shown = hall(letter, state)
            for approved, commented in ((0, 0), (1, 0), (MANY, 1), (2, 2), (MANY, MANY)):
                asked = [*waiting, *[Own(QUESTION_ID, text, "approved")] * approved]
                asked += [Own(QUESTION_ID, text, "approved", kind=Kind.COMMENT)] * commented
                yield queue_cards.queue, queue_cards.queue(t, shown, asked, 1)
            comments = [replace(each, kind=Kind.COMMENT) for each in waiting]
            yield queue_cards.queue, queue_cards.queue(t, shown, comments, 1)
            yield queue_cards.question, queue_cards.question(t, shown, comments[0], [])
            yield queue_cards.queue, queue_cards.queue(t, shown, [], 0)
            for standing in QuestionState:
                published = [
                    Question(f"{number:032}", shown.id, text, standing, votes=99_999, age=99) for number in range(MANY)
                ]
                listed = [Listed(each, is_wanted=True) for each in published]
                yield queue_cards.published, queue_cards.published(t, shown, listed, 1)
            yield queue_cards.published, queue_cards.published(t, shown, [], 0)
            open_ones = [Question(f"{number:032}", shown.id, text) for number in range(MANY)]
            yield queue_cards.question, queue_cards.question(t, shown, waiting[0], open_ones)
            yield queue_cards.question, queue_cards.question(t, shown, waiting[0], [])
        yield queue_cards.actions, queue_cards.actions(t, [action(letter, number) for number in range(MANY)], 1)
    yield queue_cards.actions, queue_cards.actions(t, [], 0)


def room_forms(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    place = f"{'a' * 8}:{TOKEN}"
    for text in ("", "x" * LONGEST_NOTE):
        yield forms.decision_form, forms.decision_form(t, f"hallroom:decided:v1:{place}:{'a' * 8}", text)
    yield forms.action_form, forms.action_form(t, f"hallroom:agreed:v1:{place}")
    yield forms.end_form, forms.end_form(t, f"hallroom:ended:v1:{'a' * 8}")
    for today in (TODAY, TODAY.replace(year=TODAY.year - 1)):
        reported = f"hallroom:reported:v1:{'a' * 16}"
        yield forms.progress_form, forms.progress_form(t, reported, action("x"), today)


HALL_ROOM_BUILDERS = (chair_cards, voting, question_cards, room_forms)
