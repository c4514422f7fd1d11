"""What is handed over: who may see names at all, a hash that anybody can work out again, and tables that do nothing."""

import csv
import hashlib
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ids import GuildId, PetitionId, RoleId
from bot.petitions import export, rules, showing
from bot.petitions.export import Handover
from bot.petitions.rules import Gates, Petition, State, Terms, Visibility
from bot.petitions.showing import Names
from bot.petitions.wording import compose
from tests.clock import MONDAY

WORDS = compose("Paid training", "The board", ["Training in working hours"], "We learn it *in the evening*.")
PETITION = Petition(
    PetitionId("0123abcd"),
    GuildId(10),
    WORDS,
    Terms(Visibility.PUBLIC, 5, 3, MONDAY),
    Gates(90, 14, RoleId(7)),
    State.DELIVERED,
)
NAMES = ("Zoë", "=cmd|' /C calc'!A0", "ana", "ana", "+49 30", "-1", "@SUM(A1)", "＝1+1")  # noqa: RUF001 - a wide sign
HANDOVER = Handover(PETITION, MONDAY, 8, "5a17", names=NAMES)


def same(text: str) -> str:
    return text


def at(visibility: Visibility) -> Handover:
    return replace(HANDOVER, petition=replace(PETITION, terms=replace(PETITION.terms, visibility=visibility)))


# Who may see names

ALL, FEW, NO = Names.COUNTED, Names.UNCONDITIONAL, Names.NONE
BEFORE_OPENING = (State.DRAFT, State.SEEKING)
HANDED_OVER = (State.DELIVERED, State.ANSWERED, State.CLOSED)
FAILED = (State.WITHDRAWN, State.REJECTED, State.EXPIRED)

# Level; then what organizers, and then what others see: while it is open, at the goal, and once it is handed over.
TABLE = {
    Visibility.COUNT: ((NO, NO, NO), (NO, NO, NO)),
    Visibility.ORGANIZERS: ((FEW, FEW, ALL), (NO, NO, NO)),
    Visibility.SEALED: ((NO, FEW, ALL), (NO, NO, NO)),
    Visibility.PUBLIC: ((FEW, FEW, ALL), (FEW, FEW, ALL)),
}


@pytest.mark.parametrize("visibility", Visibility)
@pytest.mark.parametrize("is_organizer", [True, False])
def test_who_sees_names_follows_from_the_level_and_the_state_alone(
    visibility: Visibility, *, is_organizer: bool
) -> None:
    is_open, at_the_goal, handed_over = TABLE[visibility][0 if is_organizer else 1]
    expected = {State.OPEN: is_open, State.REACHED: at_the_goal, **dict.fromkeys(HANDED_OVER, handed_over)}
    for state in State:
        seen = showing.who_may_see(visibility, state, is_organizer=is_organizer)
        assert seen is expected.get(state, NO), state
    assert set(expected) | {*BEFORE_OPENING, *FAILED} == set(State)


@pytest.mark.parametrize("state", sorted(rules.SIGNABLE))
@pytest.mark.parametrize("visibility", Visibility)
def test_whoever_signed_on_a_condition_is_never_shown_while_signatures_can_be_taken_back(
    visibility: Visibility, state: State
) -> None:
    for is_organizer in (True, False):
        assert showing.who_may_see(visibility, state, is_organizer=is_organizer) is not Names.COUNTED


# The hash


def worked_out_again(record: str) -> str:
    told = json.loads(record)
    lines = [
        "steward roll 1",
        told["petition"],
        told["wording_hash"],
        str(told["accounts"]),
        told["salt"],
        *told["entries"],
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def test_anybody_with_the_record_works_the_roll_hash_out_again() -> None:
    record = export.record(HANDOVER)
    assert worked_out_again(record) == json.loads(record)["roll_hash"] == HANDOVER.roll_hash
    assert sorted(NAMES) == json.loads(record)["entries"]


def test_anybody_with_the_record_works_the_hash_of_the_wording_out_again() -> None:
    told = json.loads(export.record(HANDOVER))
    words = json.dumps(told["wording"], sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(words.encode()).hexdigest() == told["wording_hash"] == WORDS.hash


@given(st.permutations(NAMES))
def test_the_order_of_signing_changes_nothing(names: list[str]) -> None:
    shuffled = replace(HANDOVER, names=names)
    assert shuffled.roll_hash == HANDOVER.roll_hash
    assert export.names_table(names) == export.names_table(NAMES)
    assert export.letter(shuffled, same) == export.letter(HANDOVER, same)


@pytest.mark.parametrize(
    "other",
    [
        replace(HANDOVER, accounts=9),
        replace(HANDOVER, names=NAMES[1:]),
        replace(HANDOVER, names=(*NAMES[1:], "Zoe")),
        replace(HANDOVER, salt="5a18"),
        replace(HANDOVER, petition=replace(PETITION, id=PetitionId("0123abce"))),
    ],
)
def test_whatever_else_was_handed_over_has_another_hash(other: Handover) -> None:
    assert other.roll_hash != HANDOVER.roll_hash


def test_sealed_names_stand_in_the_roll_by_their_hash() -> None:
    sealed = (b'[["age1a", "age1b", "AAAA"]]', b'[["age1a", "age1b", "BBBB"]]')
    handover = replace(at(Visibility.SEALED), names=(), sealed=sealed)
    (part,) = export.sealed_parts(PETITION, sealed)
    names = json.loads(part)["names"]
    assert sorted(name.encode() for name in names) == sorted(sealed)
    assert handover.entries == sorted(hashlib.sha256(name.encode()).hexdigest() for name in names)
    assert worked_out_again(export.record(handover)) == handover.roll_hash


def test_many_sealed_names_come_in_files_that_discord_takes() -> None:
    sealed = [f'[["age1a", "age1b", "{number:04}{"A" * 500}"]]'.encode() for number in range(100)]
    parts = export.sealed_parts(PETITION, sealed, 10_000)
    assert len(parts) > 1
    assert max(map(len, parts)) < 10_200
    assert sorted(name.encode() for part in parts for name in json.loads(part)["names"]) == sealed


# What is read


def test_no_name_acts_as_a_formula_in_a_spreadsheet() -> None:
    rows = list(csv.reader(io.StringIO(export.names_table(NAMES))))
    assert rows[0] == ["name"]
    assert all(len(row) == 1 for row in rows)
    assert [row[0] for row in rows if row[0][0] in "=+-@＝"] == []  # noqa: RUF001 - a wide sign
    assert sorted(row[0].removeprefix("'") for row in rows[1:]) == sorted(NAMES)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=60)))
def test_every_name_comes_back_from_the_table(names: list[str]) -> None:
    rows = list(csv.reader(io.StringIO(export.names_table(names))))[1:]
    assert sorted(row[0] for row in rows if row[0][0] != "'") == sorted(
        name
        for name in names
        if name[0] not in "=+-@＝＋－＠'"  # noqa: RUF001 - the wide signs
    )
    assert len(rows) == len(names)


@pytest.mark.parametrize("visibility", set(Visibility) - {Visibility.PUBLIC})
def test_whoever_is_asked_reads_names_only_where_everybody_does(visibility: Visibility) -> None:
    assert "Zoë" in export.letter(HANDOVER, same)
    assert "Zoë" not in export.letter(at(visibility), same)


def test_the_letter_counts_accounts_and_says_that_the_number_is_exact() -> None:
    text = export.letter(HANDOVER, same)
    assert "8 accounts have signed these words. This number is exact" in text
    assert "how many people they are" in text
    assert "90 days old" in text
    assert "14 days when the petition opened" in text
    assert HANDOVER.roll_hash in text
    assert HANDOVER.salt not in text
    assert r"\*in the evening\*" in text
