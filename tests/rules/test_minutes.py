"""Minutes: what was asked, decided and taken on, as Markdown that shows people's words as typed and names nobody."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.ids import ChannelId, GuildId, HallId
from bot.townhalls.minutes import MOST_OF_EACH, Held, marked, minutes
from bot.townhalls.plans import Item, Place, PlaceKind, Plan
from bot.townhalls.questions_rules import LONGEST_QUESTION, Kind, Question, QuestionState
from bot.townhalls.rules import Series, State, TownHall

ATTACHMENT = 8 * 1024 * 1024
BEGAN = datetime(2026, 5, 4, 16, 2, tzinfo=UTC)
HALL = HallId("0a1b2c3d")


@dataclass(frozen=True, slots=True)
class Decision:
    text: str
    is_binding: bool = True
    poll_id: str | None = None
    vote: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    text: str
    responsible: str
    due_on: date | None = None
    progress: int = 0


def held(**changes: object) -> TownHall:
    place = Place(PlaceKind.STAGE, "812345678901234999")
    plan = Plan("What the pilot measured", "", place, "Europe/Berlin", date(2026, 5, 4), time(18), 60)
    hall = TownHall(
        HALL, GuildId(1), ChannelId(2), plan, Series("s", plan.day, plan.at, plan.day), BEGAN - timedelta(minutes=2)
    )
    over = replace(hall, state=State.CLOSED, started_at=BEGAN, ended_at=BEGAN + timedelta(hours=1))
    return replace(over, **changes)  # type: ignore[arg-type]


def same(text: str) -> str:
    return text


def test_a_town_hall_of_which_nothing_is_left_has_its_title_and_its_times() -> None:
    assert minutes(Held(held()), same) == (
        "# What the pilot measured\n\nMinutes\n\n"
        "- Began: 2026-05-04 18:02 (Europe/Berlin)\n- Ended: 2026-05-04 19:02 (Europe/Berlin)\n"
    )


def test_the_whole() -> None:
    hall = held(attendance=25, late_until=BEGAN + timedelta(hours=49))
    hall = replace(hall, plan=replace(hall.plan, agenda=(Item("Welcome", 5), Item("The pilot", 20))))
    questions = [
        Question("a", HALL, "Who reads it?", votes=9, batch=1),
        Question("b", HALL, "Until when?", QuestionState.ANSWERED, votes=23, batch=1),
        Question("c", HALL, "The same as a", QuestionState.MERGED, "a", batch=1),
        Question("d", HALL, "And then?", QuestionState.CARRIED, votes=4, age=2),
    ]
    actions = [Action("Write to HR", "the bargaining team", date(2026, 6, 1), 50), Action("Book a room", "Blue Fox")]
    whole = Held(hall, questions, [Decision("We ask for a pause."), Decision("Perhaps", is_binding=False)], actions)
    comments = [Question("e", HALL, "Too *late*.", kind=Kind.COMMENT), Question("f", HALL, "Well done.")]
    whole = replace(whole, comments=comments)
    assert (
        minutes(whole, same)
        == """\
# What the pilot measured

Minutes

- Began: 2026-05-04 18:02 (Europe/Berlin)
- Ended: 2026-05-04 19:02 (Europe/Berlin)
- Came, as the chair saw it: at least 25
- Late floor, for those who could not be there: until 2026-05-06 19:02 (Europe/Berlin)

## Agenda

- Welcome (5 minutes)
- The pilot (20 minutes)

## Questions

- Until when? (answered, wanted by at least 20)
- Who reads it? (not answered, wanted by at least 5)
- And then? (goes on to the next town hall, carried over 2 times)

## Decisions

- We ask for a pause.
- Perhaps (does not bind)

## What is to be done

- Write to HR (responsible: the bargaining team, until 2026-06-01, 50 % done)
- Book a room (responsible: Blue Fox)

## Comments

- Too \\*late\\*.
- Well done.
"""
    )


def test_until_the_late_floor_is_over_it_is_a_draft() -> None:
    assert "a draft: the late floor is still open" in minutes(Held(held(state=State.LATE)), same)


@pytest.mark.parametrize(
    ("decision", "state", "said"),
    [
        (Decision("A", is_binding=False), State.LATE, "binds when the late floor is over"),
        (
            Decision("A", is_binding=False, poll_id="p"),
            State.LATE,
            "binds when the late floor is over, if its vote agrees",
        ),
        (
            Decision("A", is_binding=False, poll_id="p", vote="Not carried."),
            State.LATE,
            "binds when the late floor is over, if its vote agrees; the vote: Not carried.",
        ),
        (Decision("A", poll_id="p", vote="Carried."), State.CLOSED, "the vote: Carried."),
        (
            Decision("A", is_binding=False, poll_id="p", vote="A *tie*."),
            State.CLOSED,
            "does not bind; the vote: A \\*tie\\*.",
        ),
        (Decision("A", is_binding=False, poll_id="p"), State.CLOSED, "does not bind; the vote was not counted by then"),
    ],
)
def test_it_is_said_with_what_result_a_decision_binds_or_not(decision: Decision, state: State, said: str) -> None:
    assert f"- A ({said})\n" in minutes(Held(held(state=state), decisions=[decision]), same)


@pytest.mark.parametrize(
    ("attendance", "said"),
    [(4, "fewer than 5"), (0, "fewer than 5"), (5, "at least 5"), (29, "at least 25"), (1000, "at least 1000")],
)
def test_attendance_is_told_in_fives(attendance: int, said: str) -> None:
    assert f"Came, as the chair saw it: {said}\n" in minutes(Held(held(attendance=attendance)), same)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("**bold** _it_", "\\*\\*bold\\*\\* \\_it\\_"),
        ("[click](https://a.example)", "\\[click\\](https://a.example)"),
        ("<script>", "\\<script\\>"),
        ("# heading", "\\# heading"),
        ("- item", "\\- item"),
        ("1. first", "1\\. first"),
        ("12) second", "12\\) second"),
        ("3.5 % more", "3\\.5 % more"),
        ("one\n\n## two\n===", "one  \n  \\#\\# two  \n  \\==="),
        ("&lt;b&gt;", "\\&lt;b\\&gt;"),
        ("a\\b", "a\\\\b"),
        ("~~no~~ |x| `y`", "\\~\\~no\\~\\~ \\|x\\| \\`y\\`"),
    ],
)
def test_what_people_wrote_is_shown_as_typed(typed: str, written: str) -> None:
    assert marked(typed) == written
    text = minutes(
        Held(held(), [Question("a", HALL, typed)], [Decision(typed)], [Action(typed, typed)]),
        same,
    )
    assert text.count(written) == 4


def test_every_word_of_stewards_own_is_translated() -> None:
    questions = [Question("a", HALL, "1", votes=7, age=1), Question("b", HALL, "2", QuestionState.ANSWERED)]
    hall = held(attendance=3, late_until=BEGAN, state=State.LATE)
    hall = replace(hall, plan=replace(hall.plan, title="0", agenda=(Item("3", 5),)))
    actions = [Action("4", "5", date(2026, 6, 1), 10)]
    text = minutes(Held(hall, questions, [Decision("6", is_binding=False)], actions), _letterless)
    assert not [word for word in text.replace("Europe/Berlin", "").split() if any(map(str.isalpha, word))]


def _letterless(words: str) -> str:
    kept = [part if part.startswith("{") else "…" for part in words.replace("}", "} ").split()]
    return " ".join(part.rstrip(",:)") for part in kept)


def test_the_longest_minutes_fit_into_an_attachment() -> None:
    many = MOST_OF_EACH + 7
    text = "🜁" * LONGEST_QUESTION
    questions = [Question(f"{number}", HALL, text, votes=999, age=99) for number in range(many)]
    hall = held()
    hall = replace(hall, plan=replace(hall.plan, agenda=(Item("🜁" * 100, 5),) * 20))
    actions = [Action(text, "🜁" * 100, date(2026, 6, 1), 50)] * many
    found = minutes(Held(hall, questions, [Decision(text, is_binding=False)] * many, actions, questions), same)
    assert len(found.encode()) < ATTACHMENT
    assert found.count("and 7 more") == 4
