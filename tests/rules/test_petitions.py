"""Petitions: what they may say, how they move, who may sign, and what the card may show."""

from collections.abc import Iterable
from dataclasses import FrozenInstanceError, fields, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.disclosure import at_least
from bot.ids import GuildId, PetitionId, RoleId
from bot.petitions import rules, showing, structure, wording
from bot.petitions.rules import CAUSES, STEP, TRANSITIONS, Cause, Event, Gates, Petition, State, Terms, Visibility
from bot.petitions.wording import Wording, compose, likeness, similarity
from bot.refusals import Refusal
from tests.clock import MONDAY

NOW = MONDAY
WORDS = compose(
    "Paid training before any AI rollout",
    "The board of Example Ltd",
    ["Training in working hours", "No lower marks while people learn"],
    "We are told to use the coding assistant from Monday on, and to learn it in the evening.",
)
TERMS = Terms(Visibility.COUNT, threshold=100, supporters=5, deadline_at=NOW + timedelta(days=30))
PETITION = Petition(PetitionId("abc"), GuildId(10), WORDS, TERMS, state=State.OPEN, opened_at=NOW)
ROLE = RoleId(7)
ENDS = {State.CLOSED, State.WITHDRAWN, State.REJECTED, State.EXPIRED}
COUNTS = st.integers(0, 100_000)


def days(number: float) -> timedelta:
    return timedelta(days=number)


def walk(events: Iterable[Event], petition: Petition) -> Petition:
    for event in events:
        petition = petition.moved(event)
    return petition


# States


def test_a_petition_goes_its_way_from_draft_to_the_end() -> None:
    draft = replace(PETITION, state=State.DRAFT)
    way = [Event.SUBMIT, Event.SUPPORT, Event.REACH, Event.DELIVER, Event.ANSWER, Event.CLOSE]
    stations = [walk(way[:steps], draft).state for steps in range(len(way) + 1)]
    assert stations == [
        State.DRAFT,
        State.SEEKING,
        State.OPEN,
        State.REACHED,
        State.DELIVERED,
        State.ANSWERED,
        State.CLOSED,
    ]


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("event", list(Event))
def test_what_the_table_does_not_hold_is_refused(state: State, event: Event) -> None:
    if (state, event) in TRANSITIONS:
        assert rules.after(state, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(rules.NotInThisState):
            rules.after(state, event)


def test_every_state_can_be_reached_and_every_way_comes_to_an_end() -> None:
    reached = {State.DRAFT}
    for _ in State:
        reached |= {new for (old, _), new in TRANSITIONS.items() if old in reached}
    assert reached == set(State)
    ending = set(ENDS)
    for _ in State:
        ending |= {old for (old, _), new in TRANSITIONS.items() if new in ending}
    assert ending == set(State)
    assert {state for state in State if not any(old is state for old, _ in TRANSITIONS)} == ENDS


def test_nothing_goes_round_in_a_circle() -> None:
    order = list(State)
    assert all(order.index(new) > order.index(old) for (old, _), new in TRANSITIONS.items())


def test_every_event_has_one_who_may_cause_it() -> None:
    assert set(CAUSES) == set(Event) == {event for _, event in TRANSITIONS}


def test_what_goes_out_or_is_taken_from_the_signers_needs_two_organizers() -> None:
    assert {event for event, cause in CAUSES.items() if cause is Cause.TWO_ORGANIZERS} == {
        Event.DELIVER,
        Event.TAKE_DOWN,
    }


def test_a_single_person_cannot_end_a_petition_that_reached_its_goal() -> None:
    ways = {event for (old, event) in TRANSITIONS if old is State.REACHED}
    assert {CAUSES[event] for event in ways} == {Cause.TWO_ORGANIZERS, Cause.STEWARD}


@given(st.lists(st.sampled_from(list(Event)), max_size=12), st.sampled_from(list(Visibility)))
def test_nothing_that_happens_changes_the_words_the_visibility_or_the_rules(
    events: list[Event], visibility: Visibility
) -> None:
    petition = replace(PETITION, state=State.DRAFT, terms=replace(TERMS, visibility=visibility))
    moved = petition
    for event in events:
        if (moved.state, event) in TRANSITIONS:
            moved = moved.moved(event)
    assert replace(moved, state=State.DRAFT) == petition


def test_what_was_fixed_cannot_be_set_afterwards() -> None:
    for thing, name in ((TERMS, "visibility"), (WORDS, "title"), (PETITION, "terms")):
        with pytest.raises(FrozenInstanceError):
            setattr(thing, name, None)


def test_the_diagram_shows_every_way_and_who_takes_it() -> None:
    lines = rules.diagram().splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> draft"]
    assert "    reached --> delivered : deliver (two organizers)" in lines
    assert "    expired --> [*]" in lines
    assert len(lines) == 2 + len(TRANSITIONS) + len(ENDS)
    assert all(line.count(":") <= 1 for line in lines), "a second colon ends a label in Mermaid"


def test_every_state_is_a_name_that_mermaid_takes() -> None:
    assert all(state.isalpha() for state in State)


def test_a_petition_knows_nobody() -> None:
    known = {field.name for kind in (Petition, Terms, Gates, Wording) for field in fields(kind)}
    assert not {name for name in known if "author" in name or "user" in name or "signer" in name}


# Words


def test_what_was_typed_is_cleaned() -> None:
    words = compose(" Paid\ntraining ", "The \u202eboard", ["", " Hours\u200b ", "Hours", "  ", "Rest"], " Why\r\nnot ")
    assert words == Wording("Paid training", "The board", ("Hours", "Rest"), "Why\nnot")


def test_the_longest_petition_is_taken_whole() -> None:
    words = compose("t" * 100, "w" * 100, [letter * 300 for letter in "abcde"], "y" * 1500)
    assert len(words.title + words.whom + "".join(words.demands) + words.why) < 4000


@pytest.mark.parametrize(
    ("title", "whom", "demands", "why", "refusal"),
    [
        ("", "Board", ["Rest"], "Why", wording.TitleMissing),
        ("\u200b…", "Board", ["Rest"], "Why", wording.TitleMissing),
        ("t" * 101, "Board", ["Rest"], "Why", wording.TitleTooLong),
        ("Title", "", ["Rest"], "Why", wording.WhomMissing),
        ("Title", "b" * 101, ["Rest"], "Why", wording.WhomTooLong),
        ("Title", "Board", [], "Why", wording.DemandsMissing),
        ("Title", "Board", ["", " – "], "Why", wording.DemandsMissing),
        ("Title", "Board", list("abcdef"), "Why", wording.TooManyDemands),
        ("Title", "Board", ["Rest", "d" * 301], "Why", wording.DemandTooLong),
        ("Title", "Board", ["Rest"], " \n ", wording.WhyMissing),
        ("Title", "Board", ["Rest"], "y" * 1501, wording.WhyTooLong),
    ],
)
def test_what_is_missing_or_too_long_is_refused_by_its_own_name(
    title: str, whom: str, demands: list[str], why: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal) as refused:
        compose(title, whom, demands, why)
    assert all(isinstance(value, int) for value in refused.value.values.values()), "what was typed is not echoed"


def test_the_hash_stays_the_same_for_ever() -> None:
    words = Wording("Rest", "Board", ("An hour", "A nap"), "Żółw needs it")
    assert words.hash == "bfff4619f763d97df2ba23a9803f04f5633386ee56c82d8c27161ee7a3235e52"


def test_the_hash_changes_with_every_word_and_its_place() -> None:
    words = Wording("a", "b", ("c", "d"), "e")
    others = [
        Wording("A", "b", ("c", "d"), "e"),
        Wording("b", "a", ("c", "d"), "e"),
        Wording("a", "b", ("d", "c"), "e"),
        Wording("a", "b", ("cd",), "e"),
        Wording("a", "b", ("c",), "e"),
        Wording("a", "b", ("c", "d"), "e "),
    ]
    assert len({words.hash, *(other.hash for other in others)}) == 7


def test_one_signs_exactly_what_was_shown() -> None:
    rules.check_wording(PETITION, WORDS.hash)
    with pytest.raises(rules.WordingChanged):
        rules.check_wording(PETITION, replace(WORDS, why="Because.").hash)


# Terms


def terms(
    visibility: Visibility = Visibility.COUNT,
    threshold: int = 100,
    supporters: int = 5,
    until: timedelta = timedelta(days=30),
    *,
    live: bool = False,
) -> Terms:
    return rules.set_terms(visibility, threshold, supporters, NOW + until, NOW, has_live_count=live)


def test_terms_within_their_limits_are_taken() -> None:
    assert terms() == TERMS
    assert terms(threshold=5, supporters=2, until=days(1)).threshold == 5
    assert terms(threshold=100_000, supporters=20, until=days(180)).supporters == 20


@pytest.mark.parametrize("threshold", [-5, 0, 4, 23, 100_005])
def test_a_goal_out_of_range_or_between_two_steps_is_refused(threshold: int) -> None:
    with pytest.raises(rules.GoalOutOfRange):
        terms(threshold=threshold)


def test_too_few_or_too_many_supporters_are_refused() -> None:
    for supporters, threshold in ((1, 100), (21, 100), (6, 5)):
        with pytest.raises(rules.SupportersOutOfRange):
            terms(supporters=supporters, threshold=threshold)


@pytest.mark.parametrize("until", [days(-1), days(0), days(0.99), days(180.01)])
def test_a_deadline_too_near_or_too_far_is_refused(until: timedelta) -> None:
    with pytest.raises(rules.DeadlineOutOfRange):
        terms(until=until)


@pytest.mark.parametrize("visibility", list(Visibility))
def test_only_a_public_petition_may_count_live(visibility: Visibility) -> None:
    assert terms(visibility).step == 5
    if visibility is Visibility.PUBLIC:
        assert terms(visibility, live=True).step == 1
    else:
        with pytest.raises(rules.LiveCountNotPublic):
            terms(visibility, live=True)


def test_gates_of_more_than_a_year_or_less_than_nothing_are_refused() -> None:
    assert rules.set_gates(365, 0, ROLE) == Gates(365, 0, ROLE)
    for account, server in ((-1, 0), (0, -1), (366, 0), (0, 366)):
        with pytest.raises(rules.GatesOutOfRange):
            rules.set_gates(account, server, None)


# Signing


def try_to_sign(
    petition: Petition = PETITION,
    *,
    account_days: float = 100,
    member_days: float | None = 100,
    roles: frozenset[RoleId] = frozenset(),
    now: datetime = NOW,
) -> None:
    joined_at = None if member_days is None else NOW - days(member_days)
    rules.check_may_sign(petition, NOW - days(account_days), joined_at, roles, now)


GATED = replace(PETITION, gates=Gates(account_age_days=30, days_in_server=7, role_id=ROLE))


def test_without_gates_every_account_may_sign() -> None:
    try_to_sign(account_days=0, member_days=None)


def test_an_account_that_meets_all_gates_to_the_second_may_sign() -> None:
    try_to_sign(GATED, account_days=30, member_days=7, roles=frozenset({ROLE, RoleId(8)}))


@pytest.mark.parametrize(
    ("account_days", "member_days", "role"),
    [
        (29.99, 100, ROLE),
        (100, 6.99, ROLE),
        (100, -1, ROLE),
        (100, None, ROLE),
        (100, 100, RoleId(8)),
        (0, 0, RoleId(8)),
    ],
)
def test_whichever_gate_it_is_the_answer_is_the_same(
    account_days: float, member_days: float | None, role: RoleId
) -> None:
    with pytest.raises(rules.GatesNotMet) as refused:
        try_to_sign(GATED, account_days=account_days, member_days=member_days, roles=frozenset({role}))
    assert refused.value.values == {}
    assert not any(letter.isdecimal() for letter in refused.value.sentence)


def test_two_hundred_fresh_accounts_count_for_nothing() -> None:
    for number in range(200):
        with pytest.raises(rules.GatesNotMet):
            try_to_sign(GATED, account_days=number / 100, member_days=number / 100, roles=frozenset({ROLE}))


def test_who_was_called_in_after_the_opening_does_not_get_in_by_waiting() -> None:
    opened = replace(GATED, opened_at=NOW)
    later = NOW + days(20)
    with pytest.raises(rules.GatesNotMet):
        try_to_sign(opened, member_days=-1, roles=frozenset({ROLE}), now=later)
    try_to_sign(opened, account_days=15, member_days=8, roles=frozenset({ROLE}), now=later)


def test_supporters_pass_the_same_gates_before_the_opening() -> None:
    seeking = replace(GATED, state=State.SEEKING, opened_at=None)
    try_to_sign(seeking, member_days=7, roles=frozenset({ROLE}))
    with pytest.raises(rules.GatesNotMet):
        try_to_sign(seeking, member_days=6, roles=frozenset({ROLE}))


@pytest.mark.parametrize("state", list(State))
def test_one_signs_and_takes_back_until_it_is_delivered_and_never_after(state: State) -> None:
    petition = replace(PETITION, state=state)
    if state in {State.SEEKING, State.OPEN, State.REACHED}:
        try_to_sign(petition)
        rules.check_may_take_back(petition)
    else:
        with pytest.raises(rules.NotOpenForSigning):
            try_to_sign(petition)
        with pytest.raises(rules.SignaturesFinal):
            rules.check_may_take_back(petition)


def test_the_deadline_ends_signing_to_the_second_but_not_taking_back() -> None:
    try_to_sign(now=TERMS.deadline_at - timedelta(seconds=1))
    with pytest.raises(rules.NotOpenForSigning):
        try_to_sign(now=TERMS.deadline_at)
    rules.check_may_take_back(PETITION)


# Counts


@pytest.mark.parametrize(("true", "shown"), [(0, 0), (4, 0), (5, 5), (9, 5), (10, 10), (1003, 1000)])
def test_the_count_moves_in_fives(true: int, shown: int) -> None:
    assert at_least(true, STEP) == shown


@given(st.lists(COUNTS, min_size=1), st.integers(1, 20))
def test_the_count_never_falls_and_never_says_more_than_was_once_true(history: list[int], step: int) -> None:
    shown = 0
    for place, true in enumerate(history):
        before, shown = shown, at_least(true, step, shown)
        assert before <= shown <= max(history[: place + 1])
        assert shown % step == 0


def test_nobody_sees_one_signature_taken_back_at_the_edge_of_a_step() -> None:
    assert at_least(14, STEP, 15) == at_least(15, STEP, 15) == 15


@given(st.integers(0, 2**64 - 1), st.integers(-3600, 86_400))
def test_a_card_rests_ten_minutes_and_moves_by_chance_after_that(lot: int, seconds_since: int) -> None:
    last = NOW - timedelta(seconds=seconds_since)
    at = showing.next_card_at(last, NOW, lot)
    earliest = max(NOW, last + timedelta(minutes=10))
    assert earliest <= at <= earliest + timedelta(minutes=10)


def test_after_a_long_silence_a_card_does_not_move_at_once() -> None:
    for last in (None, NOW - days(3)):
        times = {showing.next_card_at(last, NOW, lot) for lot in range(1000)}
        assert min(times) == NOW
        assert max(times) == NOW + timedelta(minutes=10)
        assert len(times) == 601


@given(st.lists(COUNTS), st.integers(1, 20_000).map(lambda fives: fives * 5))
def test_each_milestone_is_told_once_however_the_count_goes_up_and_down(counts: list[int], threshold: int) -> None:
    told: list[int] = []
    for count in counts:
        told += showing.milestones_reached(count, threshold, told)
    assert told == sorted(set(told))
    assert told == [mark for mark in (33, 66, 100) if max(counts, default=0) * 100 >= mark * threshold]


@pytest.mark.parametrize(
    ("count", "already", "reached"),
    [
        (0, (), ()),
        (32, (), ()),
        (33, (), (33,)),
        (70, (33,), (66,)),
        (100, (), (33, 66, 100)),
        (100, (33, 66, 100), ()),
    ],
)
def test_milestones_stand_at_a_third_two_thirds_and_the_goal(
    count: int, already: tuple[int, ...], reached: tuple[int, ...]
) -> None:
    assert showing.milestones_reached(count, 100, already) == reached


@pytest.mark.parametrize(
    ("state", "count", "at_day", "event"),
    [
        (State.DRAFT, 0, 29, None),
        (State.DRAFT, 0, 30, Event.EXPIRE),
        (State.SEEKING, 4, 1, None),
        (State.SEEKING, 5, 1, Event.SUPPORT),
        (State.SEEKING, 5, 30, Event.EXPIRE),
        (State.OPEN, 99, 29, None),
        (State.OPEN, 100, 29, Event.REACH),
        (State.OPEN, 100, 31, Event.REACH),
        (State.OPEN, 99, 30, Event.EXPIRE),
        (State.REACHED, 90, 89, None),
        (State.REACHED, 100, 90, Event.EXPIRE),
        (State.DELIVERED, 100, 400, None),
        (State.ANSWERED, 100, 400, None),
        *((state, 100, 400, None) for state in sorted(ENDS)),
    ],
)
def test_steward_moves_a_petition_by_number_and_by_time(
    state: State, count: int, at_day: int, event: Event | None
) -> None:
    assert showing.due_event(replace(PETITION, state=state), count, NOW + days(at_day)) is event


@given(st.sampled_from(list(State)), COUNTS, st.integers(-10, 500))
def test_what_steward_does_by_itself_is_always_possible_and_its_own(state: State, count: int, at_day: int) -> None:
    event = showing.due_event(replace(PETITION, state=state), count, NOW + days(at_day))
    if event is not None:
        assert CAUSES[event] is Cause.STEWARD
        rules.after(state, event)


@given(st.integers(0, 200))
def test_the_goal_is_reached_just_when_the_count_on_the_card_says_so(count: int) -> None:
    reached = showing.due_event(PETITION, count, NOW) is Event.REACH
    assert reached == (at_least(count, STEP) >= TERMS.threshold)


def test_the_days_without_an_answer_are_counted_until_it_comes() -> None:
    assert showing.days_without_answer(NOW, None, NOW) == 0
    assert showing.days_without_answer(NOW, None, NOW + days(22.99)) == 22
    assert showing.days_without_answer(NOW, None, NOW + days(23)) == 23
    assert showing.days_without_answer(NOW, NOW + days(40), NOW + days(90)) == 40
    assert showing.days_without_answer(NOW, None, NOW - days(1)) == 0, "a clock set back counts nothing"


# Similar petitions

KEYSTROKES = Wording(
    "No keystroke monitoring of remote engineers",
    "Board",
    ("Stop it",),
    "Since March every laptop counts our keystrokes and takes a screenshot each minute. Nobody asked us, nobody told "
    "us who reads it, and two people were already warned for low activity while they were on calls with customers.",
)
REVIEW = Wording(
    "Human review of every dismissal",
    "Board",
    ("A person decides",),
    "An algorithm scores support agents each week and the lowest are let go without anybody having looked at their "
    "work. We ask that a person decides, explains the decision, and can be asked for another look.",
)


def petitions(*words: Wording) -> list[Petition]:
    return [replace(PETITION, id=PetitionId(f"p{place}"), wording=each) for place, each in enumerate(words)]


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_between_none_and_whole_and_the_same_both_ways(one: str, other: str) -> None:
    assert 0 <= similarity(one, other) == similarity(other, one) <= 1


def test_the_same_words_are_wholly_alike_whatever_their_case_and_order() -> None:
    assert similarity("Paid training", "PAID  training!") == 1
    assert similarity("Paid training", "training, paid") == 1
    assert similarity("abc", "xyz") == similarity("", "") == similarity("…", "…") == 0


def test_a_petition_on_the_same_matter_is_found_though_it_is_worded_otherwise() -> None:
    title = "Stop counting our keystrokes"
    why = (
        "The new tool on company laptops watches typing and screens all day. We were never asked, managers read the "
        "figures, and colleagues got warnings for low activity while they spoke with customers."
    )
    found = showing.similar(title, why, petitions(REVIEW, KEYSTROKES, WORDS))
    assert [petition.wording for petition in found] == [KEYSTROKES]


def test_long_reasons_in_one_language_are_not_alike_for_that_alone() -> None:
    assert likeness(REVIEW.title, REVIEW.why, KEYSTROKES) < 0.1
    assert similarity(f"{REVIEW.why} {WORDS.why}", KEYSTROKES.why) > 2 * likeness("", REVIEW.why, KEYSTROKES)


def test_at_most_five_are_shown_the_most_alike_first() -> None:
    same = [replace(KEYSTROKES, title=f"{KEYSTROKES.title} {'again ' * number}") for number in range(7)]
    found = showing.similar(KEYSTROKES.title, KEYSTROKES.why, petitions(*reversed(same)))
    assert len(found) == 5
    assert found[0].wording == same[0]
    assert showing.similar("", "", petitions(*same)) == []


# Structure test


def test_a_unit_has_a_name_and_people() -> None:
    assert structure.name_unit(" QA\nBerlin ", 12) == structure.Unit("QA Berlin", 12)


@pytest.mark.parametrize(
    ("name", "headcount", "refusal"),
    [
        ("", 5, structure.UnitUnnamed),
        (" – ", 5, structure.UnitUnnamed),
        ("n" * 51, 5, structure.UnitNameTooLong),
        ("QA", 0, structure.HeadcountOutOfRange),
        ("QA", -3, structure.HeadcountOutOfRange),
        ("QA", 1_000_001, structure.HeadcountOutOfRange),
    ],
)
def test_a_unit_without_name_or_people_is_refused(name: str, headcount: int, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        structure.name_unit(name, headcount)


@pytest.mark.parametrize(
    ("signed", "headcount", "percent"),
    [(0, 10, 0), (1, 100, 0), (5, 100, 5), (29, 100, 25), (30, 100, 30), (649, 1000, 60), (65, 100, 65), (12, 10, 100)],
)
def test_a_share_is_rounded_down_to_five_percent(signed: int, headcount: int, percent: int) -> None:
    assert structure.share(signed, headcount) == percent


@given(st.integers(0, 300), st.integers(1, 300), st.integers(3, 9))
def test_a_unit_share_says_neither_that_few_signed_nor_that_few_did_not(true: int, headcount: int, k: int) -> None:
    told = structure.unit_share(at_least(true, k), headcount, k)
    if told is None:
        assert true < k or headcount < 2 * k
    else:
        assert k <= true
        assert told * headcount <= 100 * min(true, headcount - k)


def test_a_small_unit_is_never_shown_and_everybody_is_never_named() -> None:
    assert structure.unit_share(5, 9, 5) is None
    assert structure.unit_share(20, 20, 5) == 75
    assert structure.unit_share(5, 10, 5) == 50


@pytest.mark.parametrize(("percent", "marks"), [(25, ()), (30, (30,)), (50, (30, 50)), (100, (30, 50, 65))])
def test_marks_stand_at_thirty_fifty_and_sixty_five(percent: int, marks: tuple[int, ...]) -> None:
    assert structure.marks_reached(percent) == marks
    assert all(mark % structure.SHARE_STEP == 0 and f"{mark} %" in text for mark, text in structure.MARKS.items())


def test_a_click_is_not_passed_off_as_a_union_card() -> None:
    assert "not a union card" in structure.NOT_A_CARD
