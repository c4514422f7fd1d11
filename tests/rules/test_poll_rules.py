"""Polls: what they may ask, which options can be mixed up, how they move, and what organizers may set."""

from collections.abc import Iterable
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ids import ChannelId, GuildId, PollId, RoleId, UserId, account_created_at
from bot.polls import rules, typed, wording
from bot.polls.counting.motions import HALF, TWO_THIRDS, Of, PassRule, Quorum, ShareOutOfRange
from bot.polls.counting.results import Method
from bot.polls.rules import CAUSES, OVER, TRANSITIONS, Cause, Event, Kind, Poll, State, Terms, Voters
from bot.polls.templates import BLANK, TEMPLATES, BlanksLeft, check_filled
from bot.polls.wording import Question, check_question, drafted, first_alike
from bot.refusals import Refusal
from tests.clock import MONDAY

NOW = MONDAY
TERMS = Terms(Kind.BALLOT, Method.SINGLE, closes_at=NOW + timedelta(days=3))
QUESTION = Question("Where do we meet?", "", ("In the hall", "Online"))
POLL = Poll(PollId("0123abcd"), GuildId(10), ChannelId(20), QUESTION, TERMS)
BERLIN = ZoneInfo("Europe/Berlin")
KNOWN = Voters(electorate=400)


def walk(events: Iterable[Event], poll: Poll) -> Poll:
    for event in events:
        poll = poll.moved(event)
    return poll


def checked(
    terms: Terms = TERMS, voters: Voters = KNOWN, options: int = 3, now: datetime = NOW
) -> type[Refusal] | None:
    try:
        rules.check_terms(terms, voters, options, now)
    except Refusal as refusal:
        return type(refusal)
    return None


# Words


def test_what_is_written_so_far_is_cleaned_and_kept_however_little_it_is() -> None:
    assert drafted(" \u202e ", "", ["", " "]) == Question("", "", ())
    written = drafted("Where\n do\u200b we meet? ", " a\r\nb ", [" In the  hall", "", "\u2066Online\u2069"])
    assert written == Question("Where do we meet?", "a\nb", ("In the hall", "Online"))


def test_a_draft_holds_one_option_more_than_can_be_published_so_that_it_is_told_and_not_dropped() -> None:
    question = drafted("Who?", "", [f"{number} {chr(97 + number) * 3}" for number in range(26)])
    with pytest.raises(wording.TooManyOptions):
        check_question(question, has_options=True)
    most = replace(question, options=question.options[:25])
    assert check_question(most, has_options=True) == most


@pytest.mark.parametrize(
    ("question", "refusal"),
    [
        (Question("", "", ("A", "B")), wording.TitleMissing),
        (Question("?!…", "", ("A", "B")), wording.TitleMissing),
        (Question("x" * 101, "", ("A", "B")), wording.TitleTooLong),
        (Question("Who?", "x" * 1501, ("A", "B")), wording.TextTooLong),
        (Question("Who?", "", ()), wording.TooFewOptions),
        (Question("Who?", "", ("A",)), wording.TooFewOptions),
        (Question("Who?", "", ("A", "x" * 81)), wording.OptionTooLong),
        (Question("Who?", "", ("Ana", "Ben", "ana")), wording.OptionsAlike),
    ],
)
def test_a_question_is_refused_for_what_it_lacks(question: Question, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        check_question(question, has_options=True)


def test_a_motion_needs_no_options_and_leaves_out_those_that_were_typed() -> None:
    assert check_question(QUESTION, has_options=False) == Question("Where do we meet?")
    assert check_question(Question("Shall we?"), has_options=False).options == ()


def test_who_is_told_of_options_that_look_the_same_is_told_which_counting_from_one() -> None:
    with pytest.raises(wording.OptionsAlike) as told:
        check_question(Question("Who?", "", ("Ben", "Ana", "Carl", "ANA")), has_options=True)
    assert told.value.values == {"one": 2, "other": 4}


ALIKE = [
    ("Ana", "ana"),
    ("Ana", "Аna"),  # noqa: RUF001 - a Cyrillic A is what is tested
    ("Ana", "An\u0430"),
    ("Omar", "\u039fmar"),
    ("Kim", "\u039aim"),
    ("Pat", "\u03a1\u0430t"),
    ("list 1", "list l"),
    ("list 1", "list I"),
    ("Ian", "lan"),
    ("Room O", "Room 0"),
    ("José", "Jose"),
    ("Jose\u0301", "Jos\u00e9"),
    ("Zo\u00eb", "Zoe"),
    ("In the hall", "Inthe  hall"),
    ("In the hall", "In the hall."),
    ("\uff21na", "Ana"),
    ("modern", "modem"),
    ("Vvill", "Will"),
    ("3", "\u0417"),
    ("Hat", "\u0397at"),
    ("NY", "\u039d\u03a5"),
    ("lan", "\u0399an"),
    ("lan", "\u0406an"),
    ("Omar", "\u0555mar"),
    ("Ana", "An\u200ca"),
    ("\u2764", "\u2764\ufe0f"),
    ("e-mail", "e\u2010mail"),
    ("-1", "\u22121"),
    ("Don't", "Don\u2019t"),
]
APART = [
    ("C", "C++"),
    ("C", "C#"),
    ("C++", "C#"),
    ("+1", "-1"),
    ("+1", "\u22121"),
    ("Option 1", "Option 2"),
    ("10", "100"),
    ("Yes", "No"),
    ("€ 5", "€ 6"),
    ("<", ">"),
    ("\U0001f44d", "\U0001f44e"),
    ("Ana B.", "Ana C."),
    ("Да", "Нет"),
    ("賛成", "反対"),
    ("18:00", "19:00"),
    ("Room 3", "Room E"),
    ("かき", "がき"),
    ("कु", "कि"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_options_that_look_the_same_are_found(one: str, other: str) -> None:
    assert first_alike(["Something else", one, other]) == (1, 2)
    assert first_alike(["Something else", other, one]) == (1, 2)


@pytest.mark.parametrize(("one", "other"), APART)
def test_options_that_differ_are_let_through(one: str, other: str) -> None:
    assert first_alike([one, other]) is None
    assert first_alike([other, one]) is None


@given(st.text(min_size=1, max_size=20))
def test_every_option_looks_like_itself(option: str) -> None:
    assert first_alike([option, option]) == (0, 1)


# Templates


def test_every_template_can_be_published_once_its_blanks_are_filled_in() -> None:
    for template in TEMPLATES.values():
        filled = [
            part.replace(BLANK, f"the {chr(97 + number) * 3}")
            for number, part in enumerate((template.title, template.text, *template.options))
        ]
        question = drafted(filled[0], filled[1], filled[2:])
        has_options = template.method not in rules.AGREED
        assert check_question(check_filled(question), has_options=has_options) == question
        closes_at = NOW + timedelta(days=template.days)
        terms = replace(
            TERMS,
            kind=template.kind,
            method=template.method,
            closes_at=closes_at,
            seats=template.seats,
            rule=template.rule,
            quorum=template.quorum,
        )
        assert checked(terms, options=len(template.options)) is None, template.id


def test_a_template_with_a_blank_left_is_not_published() -> None:
    for part in (Question(f"Shall we {BLANK}?"), Question("Shall we?", f"Why: {BLANK}"), Question("?", "", (BLANK,))):
        with pytest.raises(BlanksLeft):
            check_filled(part)
    assert check_filled(QUESTION) == QUESTION


def test_votes_that_bind_many_start_with_the_rules_that_unions_use() -> None:
    strike, contract = TEMPLATES["strike"], TEMPLATES["contract"]
    assert (strike.method, strike.rule, strike.quorum.share) == (Method.MOTION, PassRule(TWO_THIRDS, Of.VOTES), HALF)
    assert (contract.method, contract.rule) == (Method.MOTION, PassRule(HALF, Of.VOTES))
    assert {each.id for each in TEMPLATES.values() if each.kind is Kind.HANDS} == {"sense", "schedule", "quick"}
    assert TEMPLATES["shortlist"].method is Method.SCOTTISH
    assert TEMPLATES["seat"].method is Method.SCHULZE


def test_the_names_of_templates_fit_a_menu_and_the_routes_that_carry_them() -> None:
    for id_, template in TEMPLATES.items():
        assert template.id == id_
        assert id_.isalpha()
        assert len(id_) <= 10
        assert len(template.name) <= 100


# How it is held


@pytest.mark.parametrize(
    ("opens", "closes", "refusal"),
    [
        (None, timedelta(minutes=10), None),
        (None, timedelta(minutes=10, seconds=-1), rules.TimesOutOfRange),
        (None, timedelta(days=60), None),
        (None, timedelta(days=60, seconds=1), rules.TimesOutOfRange),
        (None, timedelta(days=-1), rules.TimesOutOfRange),
        (timedelta(days=180), timedelta(days=181), None),
        (timedelta(days=180, seconds=1), timedelta(days=181), rules.TimesOutOfRange),
        (timedelta(days=2), timedelta(days=1), rules.TimesOutOfRange),
        (timedelta(days=-5), timedelta(minutes=10), None),
        (timedelta(days=-5), timedelta(minutes=9), rules.TimesOutOfRange),
        (timedelta(days=10), timedelta(days=70), None),
        (timedelta(days=10), timedelta(days=71), rules.TimesOutOfRange),
    ],
)
def test_a_poll_opens_soon_enough_and_is_open_long_enough(
    opens: timedelta | None, closes: timedelta, refusal: type[Refusal] | None
) -> None:
    opens_at = None if opens is None else NOW + opens
    assert checked(replace(TERMS, opens_at=opens_at, closes_at=NOW + closes)) is refusal


@pytest.mark.parametrize(
    ("seats", "refusal"),
    [(0, rules.SeatsOutOfRange), (1, None), (2, None), (3, rules.SeatsOutOfRange), (-1, rules.SeatsOutOfRange)],
)
def test_there_are_fewer_seats_than_options(seats: int, refusal: type[Refusal] | None) -> None:
    assert checked(replace(TERMS, method=Method.SCOTTISH, seats=seats), options=3) is refusal


def test_a_share_of_all_needs_somebody_to_say_how_many_they_are() -> None:
    unknown = Voters()
    share = replace(TERMS, quorum=Quorum(share=HALF))
    assert checked(share, unknown) is rules.ElectorateMissing
    assert checked(share) is None
    motion = replace(TERMS, method=Method.MOTION, rule=PassRule(HALF, Of.ELIGIBLE))
    assert checked(motion, unknown) is rules.ElectorateMissing
    assert checked(motion) is None
    assert checked(replace(TERMS, quorum=Quorum(least=30)), unknown) is None


def test_no_quorum_can_be_larger_than_those_who_may_vote() -> None:
    quorum = replace(TERMS, quorum=Quorum(least=30))
    assert checked(quorum, Voters(electorate=29)) is rules.QuorumOutOfReach
    assert checked(quorum, Voters(electorate=30)) is None


@pytest.mark.parametrize("method", list(Method))
def test_a_show_of_hands_is_for_what_can_be_said_by_hand(method: Method) -> None:
    by_hands = {Method.SINGLE, Method.APPROVAL, Method.MOTION, Method.CONSENT}
    terms = replace(TERMS, kind=Kind.HANDS, method=method)
    assert checked(terms) is (None if method in by_hands else rules.NotByHands)
    assert checked(replace(terms, has_ledger=True)) is rules.NotByHands
    assert checked(replace(TERMS, method=method)) is None


@pytest.mark.parametrize(
    ("method", "options", "people", "can_change", "refusal"),
    [
        (Method.SINGLE, 3, 20, False, None),
        (Method.SINGLE, 3, 19, False, rules.LedgerNotPossible),
        (Method.SINGLE, 3, None, False, None),
        (Method.SINGLE, 3, 400, True, rules.LedgerNotPossible),
        (Method.IRV, 4, 20, False, None),
        (Method.IRV, 5, 20, False, rules.LedgerNotPossible),  # 120 rankings, and 2 × 20 ballots
        (Method.IRV, 5, 60, False, None),
        (Method.SCHULZE, 25, 1_000_000, False, rules.LedgerNotPossible),
        (Method.SCORE, 25, 400, False, None),
    ],
)
def test_a_checkable_list_is_promised_only_where_it_is_no_list_of_people(
    method: Method, options: int, people: int | None, *, can_change: bool, refusal: type[Refusal] | None
) -> None:
    terms = replace(TERMS, method=method, has_ledger=True, can_change=can_change)
    assert checked(terms, Voters(electorate=people), options) is refusal


def test_the_list_is_shown_only_if_enough_voted_after_all() -> None:
    poll = replace(POLL, terms=replace(TERMS, has_ledger=True))
    assert [rules.may_show_ledger(poll, ballots) for ballots in (0, 19, 20)] == [False, False, True]
    assert not rules.may_show_ledger(POLL, 20)
    ranked = replace(
        POLL, terms=replace(poll.terms, method=Method.IRV), question=replace(QUESTION, options=tuple("ABCDE"))
    )
    assert [rules.may_show_ledger(ranked, ballots) for ballots in (59, 60)] == [False, True]


@pytest.mark.parametrize(
    ("voters", "refusal"),
    [
        (Voters(), None),
        (Voters(electorate=1), None),
        (Voters(electorate=1_000_000), None),
        (Voters(electorate=0), rules.ElectorateOutOfRange),
        (Voters(electorate=-1), rules.ElectorateOutOfRange),
        (Voters(electorate=1_000_001), rules.ElectorateOutOfRange),
        (Voters(account_age_days=365), None),
        (Voters(account_age_days=366), rules.GateOutOfRange),
        (Voters(account_age_days=-1), rules.GateOutOfRange),
    ],
)
def test_who_may_vote_keeps_to_its_limits(voters: Voters, refusal: type[Refusal] | None) -> None:
    if refusal is None:
        assert rules.check_voters(voters) == voters
    else:
        with pytest.raises(refusal):
            rules.check_voters(voters)


OPENED = NOW - timedelta(days=1)
OPEN = replace(POLL, state=State.OPEN, opened_at=OPENED, voters=Voters(RoleId(7), account_age_days=30))
OLD = OPENED - timedelta(days=30)


def may_vote(
    poll: Poll = OPEN,
    created_at: datetime = OLD,
    joined_at: datetime | None = OPENED,
    role_ids: frozenset[RoleId] = frozenset({RoleId(7)}),
    now: datetime = NOW,
) -> type[Refusal] | None:
    try:
        rules.check_may_vote(poll, created_at, joined_at, role_ids, now)
    except Refusal as refusal:
        return type(refusal)
    return None


def test_an_account_that_meets_every_rule_may_vote_and_one_that_misses_any_may_not() -> None:
    second = timedelta(seconds=1)
    assert may_vote() is None
    assert may_vote(role_ids=frozenset()) is rules.MayNotVote
    assert may_vote(joined_at=OPENED + second) is rules.MayNotVote
    assert may_vote(joined_at=None) is rules.MayNotVote
    assert may_vote(created_at=OLD + second) is rules.MayNotVote
    everybody = replace(OPEN, voters=Voters(joined_before=False))
    assert may_vote(everybody, created_at=OPENED, joined_at=None, role_ids=frozenset()) is None


def test_an_account_cannot_wait_until_it_is_old_enough() -> None:
    young = OLD + timedelta(days=1)
    assert may_vote(created_at=young, now=NOW + timedelta(days=2)) is rules.MayNotVote


@pytest.mark.parametrize("state", list(State))
def test_votes_are_taken_only_while_a_poll_is_open(state: State) -> None:
    assert may_vote(replace(OPEN, state=state)) is (None if state is State.OPEN else rules.NotOpenForVotes)
    assert may_vote(now=TERMS.closes_at - timedelta(microseconds=1)) is None
    assert may_vote(now=TERMS.closes_at) is rules.NotOpenForVotes


def test_discord_tells_when_an_account_was_made() -> None:
    assert account_created_at(UserId(175_928_847_299_117_063)) == datetime(2016, 4, 30, 11, 18, 25, 796_000, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "0123abc", "0123abcde", "0123ABCD", "0123abcg", "../../..", "0123abc\n"])
def test_what_has_not_the_form_of_a_polls_id_is_none(text: str) -> None:
    assert not rules.is_poll_id(text)
    assert rules.is_poll_id("0123abcd")


# States


def test_a_poll_goes_its_way_from_draft_to_the_result() -> None:
    way = [Event.PUBLISH, Event.OPEN, Event.CLOSE, Event.COUNT]
    stations = [walk(way[:steps], POLL).state for steps in range(len(way) + 1)]
    assert stations == [State.DRAFT, State.SCHEDULED, State.OPEN, State.COUNTING, State.CLOSED]


EVERY_WAY = {
    (State.DRAFT, Event.PUBLISH): State.SCHEDULED,
    (State.SCHEDULED, Event.OPEN): State.OPEN,
    (State.SCHEDULED, Event.CANCEL): State.CANCELLED,
    (State.OPEN, Event.CLOSE): State.COUNTING,
    (State.OPEN, Event.VOID): State.VOID,
    (State.COUNTING, Event.COUNT): State.CLOSED,
    (State.COUNTING, Event.VOID): State.VOID,
}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("event", list(Event))
def test_there_are_these_ways_and_no_other(state: State, event: Event) -> None:
    if (state, event) in EVERY_WAY:
        assert rules.after(state, event) is EVERY_WAY[state, event]
    else:
        with pytest.raises(rules.NotInThisState):
            rules.after(state, event)


def test_a_poll_that_was_closed_is_never_open_again_and_every_way_comes_to_an_end() -> None:
    order = list(State)
    assert all(order.index(new) > order.index(old) for (old, _), new in TRANSITIONS.items())
    assert {state for state in State if not any(old is state for old, _ in TRANSITIONS)} == OVER


def test_a_single_person_can_cancel_only_what_nobody_could_vote_in() -> None:
    alone = {(old, event) for old, event in TRANSITIONS if CAUSES[event] is Cause.ORGANIZER}
    assert alone == {(State.DRAFT, Event.PUBLISH), (State.SCHEDULED, Event.CANCEL)}
    assert CAUSES[Event.VOID] is Cause.TWO_ORGANIZERS
    assert set(CAUSES) == set(Event) == {event for _, event in TRANSITIONS}


@given(st.lists(st.sampled_from(list(Event)), max_size=12))
def test_nothing_that_happens_changes_what_is_asked_or_who_may_vote(events: list[Event]) -> None:
    moved = POLL
    for event in events:
        if (moved.state, event) in TRANSITIONS:
            moved = moved.moved(event)
    assert replace(moved, state=State.DRAFT) == POLL


def test_what_was_fixed_cannot_be_set_afterwards() -> None:
    for thing, name in ((TERMS, "method"), (QUESTION, "title"), (POLL, "terms"), (KNOWN, "electorate")):
        with pytest.raises(FrozenInstanceError):
            setattr(thing, name, None)


def test_the_diagram_shows_every_way_and_who_takes_it() -> None:
    lines = rules.diagram().splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> draft"]
    assert "    open --> void : declare void (two organizers)" in lines
    assert "    open --> counting : close (Steward)" in lines
    assert "    cancelled --> [*]" in lines
    assert len(lines) == 2 + len(EVERY_WAY) + len(OVER)
    assert all(line.count(":") <= 1 for line in lines), "a second colon ends a label in Mermaid"


# What organizers type


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-12-01 18:00", "2026-12-01T17:00+00:00"),
        (" 2026-12-1  9.30 ", "2026-12-01T08:30+00:00"),
        ("2026-12-01T18:00", "2026-12-01T17:00+00:00"),
        ("2026-03-29 02:30", "2026-03-29T01:00+00:00"),  # skipped: the first instant after it
        ("2026-10-25 02:30", "2026-10-25T00:30+00:00"),  # twice: the first
        ("3 days", "2026-03-05T10:18+00:00"),
        ("3 DAYS", "2026-03-05T10:18+00:00"),
        ("3 días", "2026-03-05T10:18+00:00"),
        ("1 week", "2026-03-09T10:18+00:00"),
        ("12h", "2026-03-02T22:18+00:00"),
        ("90 minutos", "2026-03-02T11:48+00:00"),
        ("\uff13 days", "2026-03-05T10:18+00:00"),
    ],
)
def test_a_time_is_read_by_the_clock_of_the_server_or_as_a_span(text: str, instant: str) -> None:
    assert typed.read_moment(text, BERLIN, NOW) == datetime.fromisoformat(instant)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "3",
        "days",
        "-3 days",
        "3 moons",
        "3 days 4 hours",
        "99999 days",
        "18:00",
        "2026-12-01",
        "2026-13-01 18:00",
        "2026-02-30 18:00",
        "2026-12-01 24:00",
        "2026-12-01 18:60",
        "01.12.2026 18:00",
        "0000-01-01 00:00",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(typed.UnknownMoment):
        typed.read_moment(text, BERLIN, NOW)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))
def test_a_time_that_was_read_is_written_so_that_it_is_read_again(instant: datetime) -> None:
    minute = instant.replace(second=0, microsecond=0)
    again = typed.read_moment(typed.write_moment(minute, BERLIN), BERLIN, NOW)
    assert again in {minute, minute - timedelta(hours=1)}  # an hour that comes twice is read as the first
    assert typed.write_moment(again, BERLIN) == typed.write_moment(minute, BERLIN)


@pytest.mark.parametrize("days", [1, 30, 59])
def test_a_poll_closes_in_the_evening_by_the_clock_of_the_server(days: int) -> None:
    for now in (NOW, datetime(2026, 3, 28, 23, 59, tzinfo=UTC)):
        local = typed.evening(now, days, BERLIN).astimezone(BERLIN)
        assert (local.hour, local.minute) == (20, 0)
        assert checked(replace(TERMS, closes_at=local), now=now) is None


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("1/2", Fraction(1, 2)),
        ("½", Fraction(1, 2)),
        (" 2 / 3 ", Fraction(2, 3)),
        ("60 %", Fraction(3, 5)),
        ("60%", Fraction(3, 5)),
        ("66,67 %", Fraction(6667, 10000)),
        ("66.67%", Fraction(6667, 10000)),
        ("100%", Fraction(1)),
    ],
)
def test_a_share_is_read_exactly(text: str, share: Fraction) -> None:
    assert typed.read_share(text) == share
    assert typed.read_quorum(text) == Quorum(share=share)


@pytest.mark.parametrize(
    "text", ["", "0 %", "0/3", "1/0", "4/3", "101 %", "60", "0.6", "half", "-1/2", "1/2/3", "1e9%"]
)
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(typed.UnknownShare):
        typed.read_share(text)


def test_a_quorum_is_a_number_a_share_or_none() -> None:
    assert typed.read_quorum("") == typed.read_quorum(" ") == typed.read_quorum("0") == Quorum()
    assert typed.read_quorum("25") == Quorum(least=25)
    for text in ("-1", "1000001", "101 %", "many", "2/0"):
        with pytest.raises(typed.UnknownQuorum):
            typed.read_quorum(text)


@given(st.integers(1, 10_000))
def test_every_share_that_can_be_typed_is_written_so_that_it_is_read_again(hundredths: int) -> None:
    share = typed.read_share(f"{hundredths // 100}.{hundredths % 100:02} %")
    assert share == Fraction(hundredths, 10_000)
    assert typed.read_share(typed.write_share(share)) == share
    assert typed.read_quorum(typed.write_quorum(Quorum(share=share))) == Quorum(share=share)


def test_nothing_can_be_asked_for_that_is_no_share() -> None:
    for share in (Fraction(0), Fraction(-1), Fraction(4, 3)):
        with pytest.raises(ShareOutOfRange):
            PassRule(share)
