"""Town halls: what may be planned, how they move, when people are reminded, and when questions are published."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ids import ChannelId, GuildId, HallId
from bot.refusals import Refusal
from bot.townhalls import plans, questions_rules, rules
from bot.townhalls.plans import Item, Place, PlaceKind, Plan, agenda_from, check_plan
from bot.townhalls.questions_rules import Question, QuestionState
from bot.townhalls.repeats import Reminder
from bot.townhalls.rules import CAUSES, OVER, TRANSITIONS, Event, Series, State, TownHall
from tests.clock import MONDAY

NOW = MONDAY
PLAN = Plan(
    "What the pilot measured",
    "Bring what you noticed.",
    Place(PlaceKind.STAGE, "812345678901234999"),
    "Europe/Berlin",
    date(2026, 3, 5),
    time(19, 0),
    60,
)
HALL = TownHall(
    HallId("0a1b2c3d"),
    GuildId(1),
    ChannelId(2),
    PLAN,
    Series("0a1b2c3d", PLAN.day, PLAN.at, PLAN.day),
    PLAN.starts_at,
)
START = PLAN.starts_at


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


# Plans


def test_the_start_is_an_hour_of_the_clock_where_it_was_planned() -> None:
    """In Berlin, 19:00 is 18:00 UTC in winter and 17:00 in summer."""
    assert datetime.fromisoformat("2026-03-05T18:00:00+00:00") == PLAN.starts_at
    assert replace(PLAN, day=date(2026, 4, 2)).starts_at == datetime.fromisoformat("2026-04-02T17:00:00+00:00")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"title": " \u200b "}, plans.TitleMissing),
        ({"title": "x" * 101}, plans.TitleTooLong),
        ({"text": "x" * 1501}, plans.TextTooLong),
        ({"minutes": 9}, plans.LengthOutOfRange),
        ({"minutes": 481}, plans.LengthOutOfRange),
        ({"day": date(2026, 3, 2), "at": time(11, 17)}, plans.StartOutOfRange),
        ({"day": date(2027, 3, 5)}, plans.StartOutOfRange),
        ({"agenda": (Item("One", 40), Item("Two", 21))}, plans.AgendaTooLong),
        ({"max_size": 4}, plans.SizeOutOfRange),
        ({"max_size": 10_001}, plans.SizeOutOfRange),
        ({"late_hours": -1}, plans.LateFloorOutOfRange),
        ({"late_hours": 169}, plans.LateFloorOutOfRange),
        ({"place": Place(PlaceKind.VOICE, "the lounge")}, plans.PlaceMissing),
        ({"place": Place(PlaceKind.VOICE, "")}, plans.PlaceMissing),
        ({"place": Place(PlaceKind.OUTSIDE, "http://meet.example.org/a")}, plans.PlaceMissing),
        ({"place": Place(PlaceKind.OUTSIDE, "https://")}, plans.PlaceMissing),
        ({"place": Place(PlaceKind.OUTSIDE, "https://a b")}, plans.PlaceMissing),
    ],
)
def test_what_cannot_be_planned_is_refused(changes: dict[str, Any], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        check_plan(replace(PLAN, **changes), NOW)


def test_a_plan_at_its_limits_is_taken_and_cleaned() -> None:
    whole = replace(
        PLAN,
        title=" A\u202e title\n",
        agenda=(Item("One", 40), Item("Two", 20)),
        max_size=5,
        late_hours=0,
        place=Place(PlaceKind.OUTSIDE, " https://meet.example.org/a "),
    )
    checked = check_plan(whole, NOW)
    assert (checked.title, checked.place.where) == ("A title", "https://meet.example.org/a")


def test_an_agenda_is_read_as_people_write_it() -> None:
    typed = "Welcome 5\n\n What the pilot measured, 15 min\nQ3 2026 – 20m\nVotes: 10 minutes.\nAdiós, 5 minutos"
    assert agenda_from(typed) == (
        Item("Welcome", 5),
        Item("What the pilot measured", 15),
        Item("Q3 2026", 20),
        Item("Votes", 10),
        Item("Adiós", 5),
    )
    assert agenda_from("  \n") == ()


@pytest.mark.parametrize("typed", ["Welcome", "15", "Welcome 0", "Welcome 1000", "x" * 101 + " 5", "Item 1\n" * 21])
def test_an_agenda_that_cannot_be_read_is_refused(typed: str) -> None:
    with pytest.raises(plans.AgendaUnreadable):
        agenda_from(typed)


# States


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("event", list(Event))
def test_what_the_table_does_not_hold_is_refused(state: State, event: Event) -> None:
    hall = replace(HALL, state=state)
    if (state, event) in TRANSITIONS:
        assert hall.moved(event).state is TRANSITIONS[state, event]
    else:
        with pytest.raises(rules.NotInThisState):
            hall.moved(event)


def test_every_town_hall_can_come_to_its_end_and_nothing_leads_out_of_it() -> None:
    assert {state for state, _ in TRANSITIONS} == set(State) - rules.OVER
    ending = set(rules.OVER)
    for _ in State:
        ending |= {old for (old, _), new in TRANSITIONS.items() if new in ending}
    assert ending == set(State)


def test_the_diagram_shows_every_way_and_who_takes_it() -> None:
    lines = rules.diagram().splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> draft"]
    assert "    scheduled --> late : end (Steward)" in lines
    assert "    live --> late : end (organizer or Steward)" in lines
    assert "    cancelled --> [*]" in lines
    assert set(CAUSES) == set(TRANSITIONS)
    assert len(lines) == 2 + len(TRANSITIONS) + len(OVER)
    assert all(line.count(":") <= 1 for line in lines), "a second colon ends a label in Mermaid"


def test_the_page_on_town_halls_draws_the_states_as_they_are() -> None:
    page = (Path(__file__).parents[2] / "docs" / "townhalls.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{rules.diagram()}\n```" in page


# Reminders


def told_in_time(hall: TownHall, instants: list[datetime]) -> list[Reminder]:
    """Look at a town hall at each instant, as ticks do, and return what was told."""
    told = []
    for instant in instants:
        if (kind := rules.due_reminder(hall, instant)) is not None:
            told.append(kind)
        hall = replace(hall, told=hall.told | rules.passed(hall.starts_at, instant))
    return told


def test_a_day_an_hour_and_the_start_are_told_once_each() -> None:
    ticks = [START - hours(30) + timedelta(minutes=number) for number in range(60 * 31)]
    assert told_in_time(HALL, ticks) == [Reminder.DAY, Reminder.HOUR, Reminder.START]


@pytest.mark.parametrize(
    ("after_start", "told"),
    [
        (-hours(24) - timedelta(seconds=1), []),
        (-hours(24), [Reminder.DAY]),
        (-hours(2), [Reminder.DAY]),
        (-hours(0.5), [Reminder.HOUR]),
        (hours(0), [Reminder.START]),
        (timedelta(minutes=14), [Reminder.START]),
        (timedelta(minutes=15), []),
        (hours(24), []),
    ],
)
def test_after_a_pause_only_the_latest_is_told_and_nothing_once_it_is_too_late(
    after_start: timedelta, told: list[Reminder]
) -> None:
    assert told_in_time(HALL, [START + after_start, START + after_start]) == told


@pytest.mark.parametrize("state", [state for state in State if state is not State.SCHEDULED])
def test_nobody_is_reminded_of_what_has_begun_or_was_cancelled(state: State) -> None:
    ticks = [START - hours(25) + timedelta(minutes=10 * number) for number in range(6 * 26)]
    assert told_in_time(replace(HALL, state=state), ticks) == []


@given(st.lists(st.integers(-60 * 60, 60 * 26), max_size=40))
def test_whenever_steward_looks_nothing_is_told_twice_or_out_of_order(minutes: list[int]) -> None:
    """Also when the machine's clock is set back in between."""
    ticks = [START - hours(24) + timedelta(minutes=each) for each in minutes]
    told = told_in_time(HALL, ticks)
    assert len(told) == len(set(told))
    in_order = told_in_time(HALL, sorted(ticks))
    assert in_order == sorted(set(in_order), key=list(Reminder).index)


def test_people_are_told_of_another_time_or_place_and_not_of_other_words() -> None:
    assert not rules.is_news(HALL, replace(HALL, plan=replace(PLAN, title="Another", agenda=(Item("One", 5),))))
    assert rules.is_news(HALL, replace(HALL, starts_at=START + hours(1)))
    assert rules.is_news(HALL, replace(HALL, plan=replace(PLAN, minutes=90)))
    assert rules.is_news(HALL, replace(HALL, plan=replace(PLAN, place=Place(PlaceKind.VOICE, "1"))))


# What a card shows


@given(st.lists(st.integers(0, 300), max_size=50))
def test_the_count_moves_in_fives_and_never_falls(counts: list[int]) -> None:
    shown = 0
    for count in counts:
        after = rules.shown_count(count, shown)
        assert after % 5 == 0
        assert after >= shown
        assert after <= max(count, shown)
        shown = after
    assert shown == max((count // 5 * 5 for count in counts), default=0)


@given(st.integers(0, 2**64 - 1))
def test_cards_and_batches_wait_for_a_time_drawn_by_lot(lot: int) -> None:
    assert timedelta(minutes=10) <= rules.next_card_at(NOW, lot) - NOW <= timedelta(minutes=20)
    assert timedelta(minutes=10) <= questions_rules.release_at(NOW, lot) - NOW <= timedelta(minutes=30)


def test_every_delay_can_be_drawn() -> None:
    lots: list[Callable[[int], datetime]] = [
        lambda lot: rules.next_card_at(NOW, lot),
        lambda lot: questions_rules.release_at(NOW, lot),
    ]
    assert [len({draw(lot) for lot in range(5_000)}) for draw in lots] == [601, 1_201]


def test_seats_are_drawn_from_a_day_before_and_only_where_they_are_limited() -> None:
    limited = replace(HALL, plan=replace(PLAN, max_size=20))
    assert not rules.draws_seats(limited, START - hours(24) - timedelta(seconds=1))
    assert rules.draws_seats(limited, START - hours(24))
    assert rules.draws_seats(replace(limited, state=State.LIVE), START + hours(1))
    assert not rules.draws_seats(replace(limited, state=State.LATE), START + hours(1))
    assert not rules.draws_seats(HALL, START)


@pytest.mark.parametrize(("came", "told"), [(0, 0), (4, 0), (5, 5), (23, 20), (-3, 0)])
def test_attendance_is_rounded_down_to_fives(came: int, told: int) -> None:
    assert rules.in_fives(came) == told


# Questions


def test_a_question_is_cleaned_and_must_say_something_that_fits() -> None:
    assert questions_rules.question_text("  Who\u202e sees\u200b the scores? ") == "Who sees the scores?"
    assert len(questions_rules.question_text("é" * 500)) == 500
    with pytest.raises(questions_rules.QuestionMissing):
        questions_rules.question_text("\u200b?!")
    with pytest.raises(questions_rules.QuestionTooLong):
        questions_rules.question_text("x" * 501)


@pytest.mark.parametrize("state", list(State))
def test_questions_are_taken_until_the_late_floor_closes(state: State) -> None:
    hall = replace(HALL, state=state, late_until=START + hours(49) if state is State.LATE else None)
    if state in rules.OVER or state is State.DRAFT:
        with pytest.raises(questions_rules.NotOpenForQuestions):
            questions_rules.check_may_ask(hall, START)
    else:
        questions_rules.check_may_ask(hall, START + hours(48.9))
    if state is State.LATE:
        with pytest.raises(questions_rules.NotOpenForQuestions):
            questions_rules.check_may_ask(hall, START + hours(49))


def test_a_batch_waits_for_three_and_keeps_the_time_that_was_drawn() -> None:
    assert [questions_rules.next_release(HALL, number, NOW, 0) for number in (0, 2)] == [None, None]
    drawn = questions_rules.next_release(HALL, 3, NOW, 7)
    assert drawn == NOW + timedelta(minutes=10, seconds=7)
    waiting = replace(HALL, release_at=drawn)
    assert questions_rules.next_release(waiting, 9, NOW + hours(1), 99) == drawn
    assert questions_rules.next_release(waiting, 2, NOW + hours(1), 99) is None, "one was withdrawn"


def test_merged_questions_lead_to_the_one_that_stays() -> None:
    def question(name: str, into: str | None) -> Question:
        state = QuestionState.OPEN if into is None else QuestionState.MERGED
        return Question(name, HALL.id, name, state, into)

    asked = {name: question(name, into) for name, into in {"a": None, "b": "a", "c": "b", "d": None}.items()}
    assert questions_rules.roots(asked) == {"a": "a", "b": "a", "c": "a", "d": "d"}
    circle = {"a": question("a", "b"), "b": question("b", "a")}
    assert set(questions_rules.roots(circle)) == {"a", "b"}
