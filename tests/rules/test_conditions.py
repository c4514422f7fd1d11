"""Conditional signatures: the largest set in which everybody's condition holds, and nobody counted against theirs."""

import random
from collections.abc import Mapping
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.petitions.conditions import (
    AtLeastOutOfRange,
    Condition,
    HeadcountUnknown,
    ShareOutOfRange,
    counted,
    set_condition,
)
from bot.refusals import Refusal

Signers = dict[int, Condition]
Headcounts = dict[str | None, int]

HEADCOUNTS: Headcounts = {None: 20, "QA": 4, "Support": 6}
CONDITIONS = st.builds(
    Condition,
    at_least=st.none() | st.integers(1, 11),
    share=st.none() | st.integers(1, 100),
    unit=st.sampled_from([None, "QA", "Support"]),
)
FEW = st.lists(CONDITIONS, max_size=10).map(lambda conditions: dict(enumerate(conditions)))
WORKPLACES = st.fixed_dictionaries(
    {None: st.integers(1, 14), "QA": st.integers(1, 6)}, optional={"Support": st.integers(1, 6)}
)


def holds(condition: Condition, together: Mapping[int, Condition], headcounts: Headcounts) -> bool:
    """Say it once more, as plainly as the promise to a signer."""
    if condition.at_least is not None and len(together) < condition.at_least:
        return False
    if condition.share is None:
        return True
    if condition.unit not in headcounts:
        return False
    here = [other for other in together.values() if condition.unit in (None, other.unit)]
    return len(here) * 100 >= condition.share * headcounts[condition.unit]


def sound_sets(signers: Signers, headcounts: Headcounts) -> list[frozenset[int]]:
    found = []
    for size in range(len(signers) + 1):
        for members in combinations(signers, size):
            together = {member: signers[member] for member in members}
            if all(holds(condition, together, headcounts) for condition in together.values()):
                found.append(frozenset(members))
    return found


def waiting_for(*numbers: int) -> Signers:
    return {place: Condition(at_least=number) for place, number in enumerate(numbers)}


@given(FEW, WORKPLACES)
def test_the_set_is_the_largest_of_all_and_holds_every_other(signers: Signers, headcounts: Headcounts) -> None:
    result = counted(signers, headcounts)
    sound = sound_sets(signers, headcounts)
    assert result in sound
    assert all(other <= result for other in sound)


@given(st.lists(st.integers(1, 100), min_size=10, max_size=10), st.integers(1, 14))
def test_shares_of_everybody_agree_with_trying_all_sets(shares: list[int], headcount: int) -> None:
    signers = {place: Condition(share=share) for place, share in enumerate(shares)}
    largest = max(sound_sets(signers, {None: headcount}), key=len)
    assert counted(signers, {None: headcount}) == largest


@given(FEW, WORKPLACES, CONDITIONS)
def test_one_signer_more_never_takes_anybody_out(signers: Signers, headcounts: Headcounts, newcomer: Condition) -> None:
    assert counted(signers, headcounts) <= counted({**signers, -1: newcomer}, headcounts)


@given(FEW, WORKPLACES, st.data())
def test_asking_for_less_never_takes_anybody_out(signers: Signers, headcounts: Headcounts, data: st.DataObject) -> None:
    if not signers:
        return
    milder = data.draw(st.sampled_from(sorted(signers)))
    assert counted(signers, headcounts) <= counted(
        {**signers, milder: Condition(unit=signers[milder].unit)}, headcounts
    )


@given(FEW, WORKPLACES, st.randoms(use_true_random=False))
def test_it_does_not_matter_who_signed_first(signers: Signers, headcounts: Headcounts, chance: random.Random) -> None:
    shuffled = list(signers.items())
    chance.shuffle(shuffled)
    assert counted(dict(shuffled), headcounts) == counted(signers, headcounts)


@given(st.lists(st.integers(0, 60), max_size=50))
def test_numbers_alone_are_the_shortcut_with_sorted_needs(numbers: list[int]) -> None:
    needs = sorted(numbers)
    most = max((m for m in range(1, len(needs) + 1) if needs[m - 1] <= m), default=0)
    result = counted(waiting_for(*numbers), {})
    assert result == {place for place, need in enumerate(numbers) if need <= most}
    assert len(result) == most


def test_without_signers_nobody_is_counted() -> None:
    assert counted({}, HEADCOUNTS) == frozenset()


def test_who_asks_for_nothing_is_always_counted() -> None:
    signers = {**waiting_for(0, 1, 99), 3: Condition(), 4: Condition(unit="QA")}
    assert counted(signers, HEADCOUNTS) == {0, 1, 3, 4}


def test_people_who_wait_for_each_other_are_counted_together() -> None:
    assert counted(waiting_for(3, 3, 3), {}) == {0, 1, 2}
    assert counted(waiting_for(3, 3), {}) == frozenset()


def test_one_who_asks_too_much_takes_those_along_who_needed_them() -> None:
    assert counted(waiting_for(2, 3, 4, 5, 7), {}) == frozenset()
    assert counted(waiting_for(1, 2, 3, 4, 5), {}) == {0, 1, 2, 3, 4}


def test_a_share_is_of_ones_own_unit_and_only_its_signers_count() -> None:
    half_of_qa = Condition(share=50, unit="QA")
    elsewhere = {place: Condition(unit="Support") for place in range(10, 16)}
    assert 1 not in counted({1: half_of_qa, **elsewhere}, HEADCOUNTS)
    assert {1, 2} <= counted({1: half_of_qa, 2: Condition(unit="QA"), **elsewhere}, HEADCOUNTS)


def test_a_share_is_rounded_up_to_whole_people() -> None:
    headcounts: Headcounts = {None: 7}
    assert counted({place: Condition(share=50) for place in range(3)}, headcounts) == frozenset()
    assert len(counted({place: Condition(share=50) for place in range(4)}, headcounts)) == 4


def test_with_a_number_and_a_share_both_must_hold() -> None:
    both = Condition(at_least=4, share=50, unit="QA")
    others = {2: Condition(unit="QA"), 3: Condition(unit="Support")}
    assert 1 not in counted({1: both, **others}, HEADCOUNTS)
    assert 1 in counted({1: both, **others, 4: Condition()}, HEADCOUNTS)


def test_one_unit_falling_short_can_let_another_fall() -> None:
    signers = {
        1: Condition(share=100, unit="QA"),
        2: Condition(unit="QA"),
        3: Condition(at_least=4, unit="Support"),
        4: Condition(share=33, unit="Support"),
    }
    assert counted(signers, HEADCOUNTS) == {2}


def test_a_share_of_an_unknown_number_never_holds() -> None:
    signers = {1: Condition(share=1, unit="gone"), 2: Condition(unit="gone")}
    assert counted(signers, HEADCOUNTS) == {2}


def test_when_somebody_withdraws_those_who_waited_for_them_fall_too() -> None:
    signers = waiting_for(2, 2, 3)
    assert counted(signers, {}) == {0, 1, 2}
    del signers[0]
    assert counted(signers, {}) == frozenset()


def test_a_condition_that_can_come_true_is_taken() -> None:
    assert set_condition(None, None, "QA", HEADCOUNTS) == Condition(unit="QA")
    assert set_condition(1, 100, "QA", HEADCOUNTS) == Condition(1, 100, "QA")
    assert set_condition(100_000, 1, None, HEADCOUNTS) == Condition(100_000, 1, None)
    assert set_condition(5, None, "gone", HEADCOUNTS) == Condition(5, None, "gone")


@pytest.mark.parametrize(
    ("at_least", "share", "unit", "refusal"),
    [
        (0, None, None, AtLeastOutOfRange),
        (100_001, None, None, AtLeastOutOfRange),
        (None, 0, None, ShareOutOfRange),
        (None, 101, "QA", ShareOutOfRange),
        (None, 50, "gone", HeadcountUnknown),
    ],
)
def test_a_condition_that_makes_no_sense_is_refused(
    at_least: int | None, share: int | None, unit: str | None, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        set_condition(at_least, share, unit, HEADCOUNTS)


def test_a_share_of_everybody_needs_their_number() -> None:
    with pytest.raises(HeadcountUnknown):
        set_condition(None, 50, None, {"QA": 4})
