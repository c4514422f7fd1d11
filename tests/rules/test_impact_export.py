"""The published picture as files: nothing but what was published, in words and in numbers that can be checked."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from bot.digests.export import Facts, Names, Past, brief, past, record, table
from bot.digests.rules import Cell, CellName, Lots, Tally, pass_gate
from bot.papers import cell, guarded

MON, PAY = CellName("category", ("MON",)), CellName("category", ("PAY",))
QA = CellName("role", ("qa",))
PAIR = CellName("group×family", ("makers", "watching"))


def question(dimension: str) -> str:
    return f"Question {dimension}"


def answer(name: CellName) -> str:
    return " × ".join(f"Answer {each}" for each in name.options)


NAMES = Names(question, answer)
FIRST = Past(date(2026, 3, 3), 5, (Tally(MON, 5),))
LAST = Past(date(2026, 3, 10), 5, (Tally(MON, 15), Tally(QA, 10), Tally(PAIR, 5)))


@dataclass(frozen=True)
class Said:
    category: str
    text: str


@dataclass(frozen=True)
class Asked:
    title: str
    text: str
    origin: str


@dataclass(frozen=True)
class Promised:
    text: str
    due_on: date | None
    standing: str
    at_least: int | None


NOTHING = Facts()


def paper(facts: Facts = NOTHING, history: Sequence[Past] = (FIRST, LAST)) -> str:
    return brief(history, NAMES, facts, str)


def rows(told: Past, names: Names = NAMES) -> list[dict[str, str]]:
    written = table(told, names)
    assert written.startswith("\ufeff"), "or Excel guesses the letters"
    return list(csv.DictReader(io.StringIO(written.removeprefix("\ufeff"))))


# The table


def test_the_table_has_a_row_for_each_published_number_in_words_and_as_code() -> None:
    assert rows(LAST)[2] == {
        "dimension": "group×family",
        "question": "Question group×family",
        "options": "makers×watching",
        "answer": "Answer makers × Answer watching",
        "at_least": "5",
        "steps_of": "5",
        "as_of": "2026-03-10",
    }
    assert [each["at_least"] for each in rows(LAST)] == ["15", "10", "5"]


@pytest.mark.parametrize("begun", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1", "＠x"])  # noqa: RUF001 - they start formulas too
def test_no_word_of_the_table_acts_as_a_formula(begun: str) -> None:
    evil = Names(lambda dimension: begun, lambda name: f'{begun}","x')
    for each in rows(LAST, evil):
        assert each["question"] == f"'{begun}"
        assert each["answer"] == f'\'{begun}","x'
        assert each["at_least"].isdecimal()
    assert guarded(begun) == f"'{begun}"


def test_a_number_stays_a_number() -> None:
    assert (cell(-5), cell("-5")) == ('"-5"', '"\'-5"')


# The record


def test_the_record_holds_each_digest_up_to_this_one_with_what_its_numbers_mean() -> None:
    told = json.loads(record((FIRST, LAST), NAMES, ["PAY: sudden"]))
    assert (told["format"], told["as_of"], told["steps_of"]) == ("steward impact 1", "2026-03-10", 5)
    assert "lower bound" in told["at_least_is"]
    assert "not people" in told["at_least_is"]
    assert [each["as_of"] for each in told["history"]] == ["2026-03-03", "2026-03-10"]
    assert told["history"][0]["numbers"] == [{"dimension": "category", "options": ["MON"], "at_least": 5}]
    assert told["numbers"][0]["answer"] == "Answer MON"
    assert told["warnings"] == ["PAY: sudden"]


def test_what_a_digest_kept_is_read_back() -> None:
    kept = {"period": "2026-03-03", "k": 5, "total": 5, "tallies": [["category", ["MON"], 5]], "changes": []}
    assert past(kept) == FIRST


def test_without_a_digest_there_is_nothing_to_write() -> None:
    with pytest.raises(ValueError, match="no digest"):
        record((), NAMES)
    with pytest.raises(ValueError, match="no digest"):
        paper(history=())


# The brief


def test_the_brief_says_what_the_numbers_are_and_are_not() -> None:
    said = paper()
    assert said.startswith("# What AI does to our jobs: a brief for bargaining\n")
    assert "As of 2026-03-10" in said
    for sentence in ("reports, not people", "“at least”", "steps of 5", "fewer reports, or none", "no survey"):
        assert sentence in said, sentence
    assert "### Question category\n\n- Answer MON: at least 15" in said
    assert "### Question group×family\n\n- Answer makers × Answer watching: at least 5" in said


def test_what_has_grown_is_told_from_digest_to_digest_and_nothing_that_stood_still() -> None:
    grown = paper().partition("## What has grown")[2].partition("## ")[0]
    assert "- Answer MON: first published on 2026-03-03 with at least 5, now at least 15" in grown
    assert "Answer qa" not in grown
    assert "proves nothing" in grown
    still = paper(history=(LAST, replace(LAST, period=date(2026, 3, 17)))).partition("## What has grown")[2]
    assert "No number has grown" in still


def test_a_quote_stands_under_its_category_only_where_that_number_is_published() -> None:
    said = paper(Facts(quotes=[Said("MON", "They count *keys*."), Said("PAY", "Less for more.")]))
    quotes = said.partition("## In the words of those who reported")[2].partition("\n## ")[0]
    assert "With consent, word for word." in quotes
    assert "### Answer MON\n\n> “They count \\*keys\\*.”" in quotes
    assert "### On other matters\n\n> “Less for more.”" in quotes
    assert "PAY" not in said
    assert "qa" not in quotes
    alone = paper(Facts(quotes=[Said("PAY", "Less for more.")]))
    assert "On other matters" not in alone
    assert "> “Less for more.”" in alone


def test_demands_are_those_of_published_categories_each_once() -> None:
    notice, pay = Asked("Notice", "Ninety days", "Won: x"), Asked("Fair pay", "Pay us", "Law: y")
    demands = {"MON": [notice, notice], "PAY": [pay]}
    said = paper(Facts(demands=demands))
    assert "- **Notice** Ninety days *(Won: x)*" in said
    assert "Fair pay" not in said
    both = Past(LAST.period, 5, (Tally(MON, 15), Tally(PAY, 5)))
    repeated = paper(Facts(demands={"MON": [notice], "PAY": [notice, pay]}), (both,))
    assert (repeated.count("Ninety days"), repeated.count("Pay us")) == (1, 1)


def test_open_promises_are_told_with_their_day_and_their_published_number() -> None:
    promised = [
        Promised("No scores\n# of us", date(2026, 6, 1), "overdue", 5),
        Promised("A committee", None, "open", None),
    ]
    said = paper(Facts(promises=promised))
    assert "- “No scores \\# of us” (overdue; due on 2026-06-01; at least 5 reports tell of it)" in said
    assert "- “A committee” (open)" in said


def test_what_is_missing_is_said() -> None:
    missing = paper().partition("## What is missing here")[2]
    assert "Quotes: none were chosen" in missing
    assert "none that is open was noted" in missing
    offline = paper(Facts(is_offline=True)).partition("## What is missing here")[2]
    assert "Steward cannot read them" in offline


def test_pictures_and_warnings_stand_in_the_brief() -> None:
    said = paper(Facts(pictures=["trend.png"], warnings=["Rising: MON"]))
    assert "![The numbers of this page as a picture](trend.png)" in said
    assert "### Early warnings\n\n- Rising: MON" in said


def test_what_is_typed_cannot_become_a_heading_a_link_or_a_line_of_its_own() -> None:
    evil = "]( https://x\n\n# Lies <b>"
    said = paper(Facts(quotes=[Said("MON", " ".join(evil.split()))], promises=[Promised(evil, None, "open", None)]))
    assert "\n# Lies" not in said
    assert "<b>" not in said.replace("\\<b\\>", "")


# What no file may tell


def files(history: Sequence[Past]) -> list[str]:
    return [table(history[-1], NAMES), record(history, NAMES), paper(history=history)]


def test_two_servers_that_were_told_the_same_get_the_same_bytes_whatever_the_truth_is() -> None:
    def published(true_count: int, lot: int) -> list[dict[str, Any]]:
        """Return what a digest keeps that showed 10 of so many."""
        cells = [Cell(MON, true_count, 5, 5), Cell(PAY, true_count % 5, 0, 5)]
        gated = pass_gate(cells, 5, dict.fromkeys((MON, PAY), Lots(lot, 3)))
        tallies = [[each.name.dimension, list(each.name.options), each.at_least] for each in gated.digest.tallies]
        return [{"period": "2026-03-03", "k": 5, "tallies": tallies}]

    few, many = published(11, 1), published(994, 1)
    assert few == many
    assert files([past(each) for each in few]) == files([past(each) for each in many])
