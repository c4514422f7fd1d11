"""What is told of a poll that was counted: in words, round by round and as files, for every way to count."""

import csv
import hashlib
import io
import json
import os
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ids import ChannelId, GuildId, PollId
from bot.polls import export, ledger, rounds, tallying, verdicts
from bot.polls.counting.ballots import Ballots
from bot.polls.counting.lots import commitment
from bot.polls.counting.motions import Of, PassRule, Quorum
from bot.polls.counting.results import Method
from bot.polls.records import Published
from bot.polls.rules import Kind, Poll, State, Terms, Voters
from bot.polls.verdicts import Outcome, Verdict, verdict
from bot.polls.wording import Question
from tests.clock import MONDAY
from tests.rules.test_counting_published import (
    ADAMS,
    CAMPBELL,
    KNOXVILLE,
    MILLER,
    NASHVILLE,
    SCOTTISH_GOVERNMENT,
    TENNESSEE,
    TENNESSEE_STARS,
)

GOLDEN = Path(__file__).parent / "golden" / "scottish.md"
SEED = bytes(range(32))
CITIES = ("Memphis", "Nashville", "Chattanooga", "Knoxville")
PEOPLE = ("Adams", "Baker", "Campbell", "Gray", "Miller")
RULES = "**How it is counted:** as it was said on the card."
MOTION = ("For", "Against", "Abstain")


def same(text: str) -> str:
    return text


def poll(method: Method, options: tuple[str, ...] = (), kind: Kind = Kind.BALLOT, **terms: Any) -> Poll:
    voters = Voters(electorate=terms.pop("electorate", None))
    return Poll(
        PollId("0123abcd"),
        GuildId(10),
        ChannelId(20),
        Question("Where *do* we meet?", "In the autumn.\nFor three days.", options),
        Terms(kind, method, MONDAY + timedelta(days=3), **terms),
        voters,
        State.CLOSED,
        MONDAY,
        commitment(SEED) if kind is Kind.BALLOT else None,
    )


def counted(asked: Poll, ballots: Ballots) -> dict[str, Any]:
    """Return a result as it comes back from the database."""
    result = tallying.outcome(asked, ballots, SEED if asked.is_secret else None)
    return dict(json.loads(json.dumps(result)))


def published(result: dict[str, Any], **others: Any) -> Published:
    return replace(Published(result, [], None, None, None, MONDAY + timedelta(days=3), is_shredded=True), **others)


def files(asked: Poll, ballots: Ballots, names: tuple[str, ...], **others: Any) -> dict[str, bytes]:
    told = published(counted(asked, ballots), **others)
    return export.files(asked, told, same, names=names, rules=RULES)


def rows_of(made: dict[str, bytes]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(made["result.csv"].decode("utf-8-sig"))))


# Who won, or what was agreed

ONE = Verdict(Outcome.ELECTED, (NASHVILLE,))

CHOSEN: dict[Method, tuple[Ballots, Verdict, list[str]]] = {
    Method.SINGLE: (
        {(NASHVILLE,): 3, (KNOXVILLE,): 2, (): 1},
        ONE,
        ["0 (0 %)", "3 (60 %)", "0 (0 %)", "2 (40 %)"],
    ),
    Method.APPROVAL: (
        {ranking[:2]: votes for ranking, votes in TENNESSEE.items()},
        ONE,
        ["42 (42 %)", "68 (68 %)", "58 (58 %)", "32 (32 %)"],
    ),
    Method.SCORE: (TENNESSEE_STARS, ONE, ["210", "293", "237", "197"]),
    Method.STAR: (TENNESSEE_STARS, ONE, ["210", "293, in the final 68", "237, in the final 32", "197"]),
    Method.IRV: (
        TENNESSEE,
        Verdict(Outcome.ELECTED, (KNOXVILLE,)),
        ["42 → 42", "26 → 0, out in round 3", "15 → 0, out in round 2", "17 → 58, elected in round 3"],
    ),
    Method.SCHULZE: (TENNESSEE, ONE, ["0", "3", "2", "1"]),
}


@pytest.mark.parametrize("method", CHOSEN)
def test_the_winner_and_the_numbers_are_those_of_the_published_example(method: Method) -> None:
    ballots, expected, numbers = CHOSEN[method]
    result = counted(poll(method, CITIES), ballots)
    assert verdict(result) == expected
    assert verdicts.placed(result, same) == numbers
    assert verdicts.summary(result, CITIES, same) == f"Chosen: {CITIES[expected.winners[0]]}."


def test_several_are_elected_in_the_order_of_their_election() -> None:
    result = counted(poll(Method.SCOTTISH, PEOPLE, seats=3), SCOTTISH_GOVERNMENT)
    assert verdict(result) == Verdict(Outcome.ELECTED, (CAMPBELL, ADAMS, MILLER))
    assert verdicts.summary(result, PEOPLE, same) == "Elected, in this order: Campbell, Adams, Miller."
    assert verdicts.placed(result, same)[1:3] == ["377 → 537.77394", "972 → 600, elected in round 1"]
    assert verdicts.needed(result, same) == (60_000_000, "Quota: 600")


@pytest.mark.parametrize(
    ("rule", "ballots", "outcome", "why"),
    [
        (
            PassRule(),
            {(0,): 6, (1,): 5, (2,): 20},
            Outcome.AGREED,
            "For: 6. Needed: 6, more than half of the votes for and against.",
        ),
        (
            PassRule(),
            {(0,): 5, (1,): 5},
            Outcome.REFUSED,
            "For: 5. Needed: 6, more than half of the votes for and against.",
        ),
        (
            PassRule(Fraction(2, 3)),
            {(0,): 7, (1,): 4},
            Outcome.REFUSED,
            "For: 7. Needed: 8, at least 2/3 of the votes for and against.",
        ),
        (
            PassRule(Fraction(3, 5), Of.ELIGIBLE),
            {(0,): 60},
            Outcome.AGREED,
            "For: 60. Needed: 60, at least 60 % of all who may vote.",
        ),
    ],
)
def test_a_motion_says_whether_it_is_carried_and_by_which_rule(
    rule: PassRule, ballots: Ballots, outcome: Outcome, why: str
) -> None:
    asked = poll(Method.MOTION, rule=rule, electorate=100)
    result = counted(asked, ballots)
    assert verdict(result) == Verdict(outcome)
    assert verdicts.reasoning(result, (str(rule.share), rule.of), same) == why
    assert verdicts.marked(result) == ((0,) if outcome is Outcome.AGREED else ())


def test_one_block_is_enough_to_withhold_consent_and_disagreement_is_not() -> None:
    asked = poll(Method.CONSENT)
    assert verdict(counted(asked, {(0,): 8, (2,): 3})).outcome is Outcome.AGREED
    assert verdict(counted(asked, {(0,): 8, (3,): 1})).outcome is Outcome.REFUSED


def test_without_a_quorum_nobody_is_named_as_a_winner() -> None:
    result = counted(poll(Method.SINGLE, CITIES, quorum=Quorum(50)), {(0,): 49})
    assert verdict(result) == Verdict(Outcome.NO_QUORUM)
    told = verdicts.summary(result, CITIES, same)
    assert told == "There is no quorum, so nothing is decided: 50 votes were needed, and 49 were cast."
    assert verdicts.marked(result) == ()


def test_of_too_few_ballots_nothing_is_told_at_all() -> None:
    made = files(poll(Method.SINGLE, CITIES), {(0,): 4}, CITIES)
    assert verdict({"too_few": True}) == Verdict(Outcome.TOO_FEW)
    assert json.loads(made["result.json"])["result"] == {"too_few": True}
    assert len(rows_of(made)) == 1
    report = made["result.md"].decode()
    assert "Fewer than 5 ballots were cast, so there is no result, and the box is destroyed." in report
    assert "Memphis" not in report
    assert "Votes cast" not in report


def test_blank_votes_alone_choose_nothing() -> None:
    assert verdict(counted(poll(Method.IRV, CITIES), {(): 12})) == Verdict(Outcome.NOBODY)


def test_a_tie_among_raised_hands_stays_open_and_names_who_is_level() -> None:
    result = counted(poll(Method.SINGLE, CITIES, Kind.HANDS), {(0,): 3, (2,): 3, (1,): 1})
    assert verdict(result) == Verdict(Outcome.TIED, (), (0, 2))
    assert "Level are: Memphis, Chattanooga." in verdicts.summary(result, CITIES, same)
    assert verdicts.drawn(result, CITIES, same) == ["Memphis, Chattanooga were level, and no lot could be drawn."]


def test_a_lot_that_decided_is_named_and_can_be_drawn_again_with_what_is_told() -> None:
    asked = poll(Method.SINGLE, CITIES)
    ballots: Ballots = {(0,): 5, (2,): 5, (3,): 5}
    record = json.loads(files(asked, ballots, CITIES)["result.json"])
    seed = bytes.fromhex(record["result"]["seed"])
    assert hashlib.sha256(seed).hexdigest() == record["commitment"]
    drawn = sorted((0, 2, 3), key=lambda option: hashlib.sha256(seed + bytes([0, option])).digest())
    assert record["result"]["winners"] == drawn[:1]
    assert record["result"]["ties"][0]["order"] == drawn
    assert "A lot decided" in verdicts.summary(record["result"], CITIES, same)
    order = ", ".join(CITIES[option] for option in drawn)
    assert verdicts.drawn(record["result"], CITIES, same) == [
        f"Memphis, Chattanooga, Knoxville were level in front. By lot: {order}."
    ]


def test_a_lot_that_only_put_somebody_out_is_not_said_to_have_chosen() -> None:
    result = counted(poll(Method.IRV, CITIES), {(0,): 6, (1,): 4, (2, 0): 3, (3, 0): 3})
    told = verdicts.summary(result, CITIES, same)
    assert told == "Chosen: Memphis. On the way, a lot broke a tie."
    (tie,) = verdicts.drawn(result, CITIES, same)
    assert tie.startswith("Chattanooga, Knoxville were level at the end after round 1. By lot: ")


# Rounds


def test_the_table_of_every_round_adds_up_to_the_votes_that_named_somebody() -> None:
    result = counted(poll(Method.SCOTTISH, PEOPLE, seats=3), {**SCOTTISH_GOVERNMENT, (): 7})
    tables = rounds.tables(result, PEOPLE, same)
    assert len(tables) == 4
    for table in tables:
        assert sum(Fraction(row.cells[0]) for row in table.rows) == result["cast"] - 7
    assert tables[1].told == ("What Campbell had over the quota was passed on.", "Elected: Adams.")
    assert tables[3].told == ("Excluded, and their votes passed on: Gray.", "Elected: Miller.")
    assert [row.cells for row in tables[1].rows][:3] == [
        ("686.62747", "+136.62747"),
        ("462.34433", "+85.34433"),
        ("600.00000", "-372.00000"),
    ]


def test_who_is_out_is_not_in_later_tables() -> None:
    result = counted(poll(Method.IRV, CITIES), TENNESSEE)
    shown = [
        [CITIES[row.option] for row in table.rows if row.option is not None]
        for table in rounds.tables(result, CITIES, same)
    ]
    assert shown == [list(CITIES), list(CITIES), ["Memphis", "Nashville", "Knoxville"]]


def test_a_schulze_count_shows_each_option_against_each_other() -> None:
    result = counted(poll(Method.SCHULZE, CITIES), TENNESSEE)
    table = rounds.tables(result, CITIES, same)[NASHVILLE]
    assert [row.cells for row in table.rows] == [("58", "42"), ("68", "32"), ("68", "32")]
    assert [row.sign for row in table.rows] == [rounds.Sign.WON] * 3


@given(st.integers(-(10**13), 10**13))
def test_a_number_loses_nothing_when_it_is_written_out(value: int) -> None:
    assert Fraction(verdicts.exact(value, 100_000)) == Fraction(value, 100_000)
    assert Fraction(verdicts.short(value, 100_000)) == Fraction(value, 100_000)
    assert verdicts.exact(value, 1) == str(value)


# Files


def test_the_report_of_the_scottish_example_reads_word_for_word_as_kept() -> None:
    asked = poll(Method.SCOTTISH, PEOPLE, seats=3, quorum=Quorum(100), electorate=3000)
    made = files(asked, SCOTTISH_GOVERNMENT, PEOPLE, outcome="They begin in *May*.", review_on=MONDAY.date())
    report = made["result.md"].decode()
    if os.environ.get("STEWARD_KEEP_WORDS"):
        GOLDEN.write_text(report, encoding="utf-8")
    assert report == GOLDEN.read_text(encoding="utf-8")


def test_the_record_holds_every_number_as_it_was_counted() -> None:
    asked = poll(Method.SCOTTISH, PEOPLE, seats=3)
    record = json.loads(files(asked, SCOTTISH_GOVERNMENT, PEOPLE)["result.json"])
    assert record["result"] == counted(asked, SCOTTISH_GOVERNMENT)
    assert record["result"]["rounds"][1]["votes"] == [68_662_747, 46_234_433, 60_000_000, 19_876_493, 42_744_292]
    assert record["question"]["options"] == list(PEOPLE)


@pytest.mark.parametrize("method", CHOSEN)
def test_table_and_record_hold_the_same_numbers(method: Method) -> None:
    made = files(poll(method, CITIES), CHOSEN[method][0], CITIES)
    result = json.loads(made["result.json"])["result"]
    head, *rows = rows_of(made)
    if method is Method.SCHULZE:
        told = {(row[0], row[2]): (int(row[3]), int(row[4])) for row in rows}
        assert told == {
            ("ABCD"[one], "ABCD"[other]): (result["pairwise"][one][other], result["strengths"][one][other])
            for one in range(4)
            for other in range(4)
            if one != other
        }
        return
    assert head == ["round", "option", "text", "number", "moved", "state"]
    told_votes = [
        [int(row[3]) for row in rows if row[0] == str(number) and row[1]]
        for number in range(1, len(result["rounds"]) + 1)
    ]
    assert told_votes == [each["votes"] for each in result["rounds"]]
    assert rows[-1][2:4] == ["blank", str(result["blank"])]


def test_a_motion_has_its_three_numbers_in_the_table() -> None:
    made = files(poll(Method.MOTION), {(0,): 5, (1,): 2, (): 1}, MOTION)
    assert [row[2:4] for row in rows_of(made)[1:]] == [["For", "5"], ["Against", "2"], ["Abstain", "0"], ["blank", "1"]]


def test_no_option_acts_as_a_formula_in_a_spreadsheet_and_no_number_is_turned_into_text() -> None:
    options = ("=cmd|' /C calc'!A0", "+49 30", "-1", "@SUM(A1)", "＝1+1")  # noqa: RUF001 - a wide sign
    asked = poll(Method.SCOTTISH, options, seats=3)
    rows = rows_of(files(asked, SCOTTISH_GOVERNMENT, options))[1:]
    assert {row[2] for row in rows if row[1]} == {f"'{option}" for option in options}
    assert "-372.00000" in [row[4] for row in rows]
    pairs = rows_of(files(poll(Method.SCHULZE, options), SCOTTISH_GOVERNMENT, options))[1:]
    assert {row[1] for row in pairs} == {f"'{option}" for option in options}


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1), min_size=2, max_size=6)
)
def test_every_option_comes_back_from_the_table(options: list[str]) -> None:
    result = counted(poll(Method.SINGLE, tuple(options)), {(0,): 5})
    rows = list(csv.reader(io.StringIO(export.table(result, options, same))))[1:-1]
    assert [row[2] for row in rows] == [
        f"'{option}" if option.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) else option  # noqa: RUF001 - wide
        for option in options
    ]


def test_anybody_with_the_list_works_its_hash_out_again_and_finds_it_in_report_and_record() -> None:
    pairs = ledger.listed((f"zwei wörter {number:06}", "ab" if number % 2 else "-") for number in range(25))
    asked = poll(Method.APPROVAL, CITIES, has_ledger=True)
    made = files(asked, {(0, 1): 12, (): 13}, CITIES, ledger=pairs)
    by_hand = hashlib.sha256(made["list.tsv"]).hexdigest()
    assert by_hand == ledger.list_hash(pairs)
    assert json.loads(made["result.json"])["list_sha256"] == by_hand
    assert by_hand in made["result.md"].decode()
    lines = made["list.tsv"].decode().splitlines()
    assert sorted(line.split("\t")[1] for line in lines) == ["-"] * 13 + ["ab"] * 12


def test_without_a_list_no_file_holds_a_ballot() -> None:
    made = files(poll(Method.IRV, CITIES, has_ledger=True), TENNESSEE, CITIES)
    assert set(made) == {"result.md", "result.csv", "result.json"}
    assert "The checkable list is not shown" in made["result.md"].decode()
    assert json.loads(made["result.json"])["list_sha256"] is None


def test_the_report_says_what_the_result_must_not_be_used_for() -> None:
    assert "Do not use it to elect officers" in files(poll(Method.IRV, CITIES), TENNESSEE, CITIES)["result.md"].decode()


def test_typed_words_are_shown_as_typed() -> None:
    told = {"reasons": ["It is <b>*too* late</b>", "two\nlines"], "outcome": "# We [meet](http://x)"}
    options = ("| pipe", *CITIES[1:])
    report = files(poll(Method.IRV, options), TENNESSEE, options, **told)["result.md"].decode()
    assert r"# Where \*do\* we meet?" in report
    assert r"> It is \<b\>\*too\* late\</b\>" in report
    assert "> two\n> lines" in report
    assert r"\# We \[meet\](http://x)" in report
    assert r"| A · \| pipe |" in report
