"""Every card and form of town halls for everybody and for members with the longest values that can stand on it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, time
from typing import Any

from bot.ids import ChannelId, GuildId, HallId, RoleId
from bot.texts import Translate
from bot.townhalls import plans, questions_rules
from bot.townhalls.plans import Item, Place, PlaceKind, Plan, Service
from bot.townhalls.questions_rules import Kind, Question, QuestionState
from bot.townhalls.queue import PER_POST
from bot.townhalls.repeats import EveryWeeks, Reminder, Repeat
from bot.townhalls.rules import Series, State, TownHall
from bot.townhalls.service import Listed, Own, SignUp, Standing, brief, card_contents
from cogs.townhalls import cards, member_cards, member_forms
from tests.words.longest import ID, NOW, REFERENCE, Shown

LETTERS = ("x", "*")
HALL = HallId("a" * 8)
LINK = "https://example.org/"
ZONE = "America/Argentina/ComodRivadavia"


def hall(letter: str, state: State = State.SCHEDULED, kind: PlaceKind = PlaceKind.OUTSIDE) -> TownHall:
    """Return a town hall that says as much as one can."""
    where = LINK + "*" * (plans.LONGEST_PLACE - len(LINK)) if kind is PlaceKind.OUTSIDE else str(ID)
    plan = Plan(
        letter * plans.LONGEST_TITLE,
        letter * plans.LONGEST_TEXT,
        Place(kind, where),
        ZONE,
        date(2026, 12, 31),
        time(23, 59),
        plans.LONGEST_MINUTES,
        Repeat(EveryWeeks(26, tuple(range(7))), until=date(2031, 12, 31)),
        tuple(Item(f"{number:02}{letter * (plans.LONGEST_ITEM - 2)}", 24) for number in range(plans.MOST_ITEMS)),
        tuple(Service),
        plans.MOST_SEATS,
        RoleId(ID),
        is_mirrored=True,
    )
    series = Series(HALL, plan.day, plan.at, plan.day)
    return TownHall(
        HALL,
        GuildId(ID),
        ChannelId(ID),
        plan,
        series,
        NOW,
        state,
        shown=9_995,
        item=plans.MOST_ITEMS - 1,
        late_until=NOW,
        attendance=9_995,
    )


def hall_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    for letter in LETTERS:
        for state in State:
            for kind in PlaceKind:
                contents = card_contents(hall(letter, state, kind))
                became = {"answered": 9_999, "carried": 9_999, "open": 9_999}
                for told in (contents, {**contents, "questions": became}, {**contents, "is_preview": True}):
                    yield cards.hall_card, cards.hall_card(told, t, REFERENCE)
        told = brief(hall(letter))
        for reminder in Reminder:
            yield cards.reminder, cards.reminder({**told, "kind": reminder}, t, REFERENCE)
        yield cards.changed, cards.changed({**told, "was": 2**33}, t, REFERENCE)
        for series in (True, False):
            yield cards.cancelled, cards.cancelled({**told, "series": series}, t, REFERENCE)
        asked = [[f"{number:032}", letter * questions_rules.LONGEST_QUESTION] for number in range(PER_POST)]
        yield cards.questions, cards.questions({**told, "questions": asked, "of": PER_POST}, t, REFERENCE)
        yield cards.comments, cards.comments({**told, "comments": [text for _, text in asked]}, t, REFERENCE)


def place_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    yield member_cards.listing, member_cards.listing(t, [])
    for letter in LETTERS:
        for state in member_cards.STANDS:
            one = hall(letter, state)
            halls = [replace(one, id=HallId(f"{number:08}")) for number in range(member_cards.MOST_TO_CHOOSE)]
            signed = [None, *(SignUp(answer, has_seat) for answer in ("yes", "maybe") for has_seat in (True, False))]
            for sign_up in signed:
                for draws in (True, False):
                    own = Standing(one, sign_up, draws_seats=draws)
                    for is_kept in (True, False):
                        yield member_cards.mine, member_cards.mine(t, own, is_kept=is_kept)
                listed = [Standing(each, sign_up) for each in halls]
                for number in range(5):
                    yield member_cards.listing, member_cards.listing(t, listed, number)
            yield member_cards.choose, member_cards.choose(t, halls, "halls:ask:v1")
            for part in ("text", "agenda"):
                yield member_cards.read, member_cards.read(t, card_contents(one), part)
        for title in (None, hall(letter).plan.title):
            yield member_cards.calendar_file, member_cards.calendar_file(t, title, f"townhall-{HALL}.ics")


def written_forms(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    for text in ("", "x" * questions_rules.LONGEST_QUESTION):
        for written in Kind:
            place = f"halls:asked:v1:{HALL}:{'w' * 22}:{written}"
            yield member_forms.question_form, member_forms.question_form(t, place, text, written)
    for letter in LETTERS:
        for written in Kind:
            words = letter * questions_rules.LONGEST_QUESTION
            yield member_cards.asked, member_cards.asked(t, hall(letter), words, written)


def question_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    for letter in LETTERS:
        text = letter * questions_rules.LONGEST_QUESTION
        one = hall(letter)
        states = [*((state, None) for state in member_cards.OWN_STATES), ("rejected", None)]
        for state, reason in [*states, *(("rejected", each) for each in questions_rules.REJECTIONS)]:
            several = range(questions_rules.MOST_UNPUBLISHED)
            for written, where in ((Kind.QUESTION, one), (Kind.COMMENT, hall(letter, State.LATE))):
                mine = [Own(f"{number:032}", text, state, reason, written) for number in several]
                own = Standing(where, None, mine)
                for can_ask in (True, False):
                    yield member_cards.own_questions, member_cards.own_questions(t, own, can_ask=can_ask)
        yield member_cards.own_questions, member_cards.own_questions(t, Standing(one), can_ask=True)
        yield member_cards.questions, member_cards.questions(t, one, [], can_ask=True)
        for standing in QuestionState:
            for votes in (None, 0, 9_999):
                published = [
                    Listed(Question(f"{number:032}", HALL, text, standing, None, votes, 999, 1), is_wanted=is_wanted)
                    for number, is_wanted in enumerate((True, False) * member_cards.QUESTIONS_ON_PAGE)
                ]
                for can_ask in (True, False):
                    for number in (0, 1):
                        view = member_cards.questions(t, one, published, number, can_ask=can_ask)
                        yield member_cards.questions, view


HALL_MEMBER_BUILDERS = (hall_cards, place_cards, written_forms, question_cards)
