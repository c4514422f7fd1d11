"""The progressive stack: those who have spoken least are heard first, and nobody waits for ever."""

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.townhalls.stack import MOST_REPLIES, Hand, Stack

ANA, BO, CY, DI = range(4)


def order(stack: Stack) -> list[int]:
    return [hand.who for hand in stack.order()]


def after(spoken: dict[int, float], *hands: int) -> Stack:
    """A stack after people have spoken so many seconds, with these hands up, in this order."""
    stack = Stack(spoken=spoken)
    for who in hands:
        stack = stack.raised(who)
    return stack


@pytest.mark.parametrize(
    ("story", "spoken", "hands", "expected"),
    [
        ("nobody has spoken: who came first", {}, [BO, ANA, CY], [BO, ANA, CY]),
        ("a newcomer goes before the one who spoke", {ANA: 5.0}, [ANA, BO], [BO, ANA]),
        ("a word is less than a speech", {ANA: 300.0, BO: 20.0}, [ANA, BO], [BO, ANA]),
        ("the same time: who came first", {ANA: 60.0, BO: 60.0}, [BO, ANA], [BO, ANA]),
        ("who spoke for no time has spoken", {ANA: 0.0}, [ANA, BO], [BO, ANA]),
        ("all of it at once", {ANA: 90.0, BO: 30.0}, [ANA, BO, CY, DI], [CY, DI, BO, ANA]),
    ],
)
def test_who_speaks_next(story: str, spoken: dict[int, float], hands: Sequence[int], expected: Sequence[int]) -> None:
    assert order(after(spoken, *hands)) == expected, story


def test_a_direct_reply_goes_next_even_of_somebody_who_has_spoken() -> None:
    stack = after({ANA: 300.0}, BO, CY).raised(ANA, is_reply=True)
    assert order(stack) == [ANA, BO, CY]


def test_two_people_who_reply_to_each_other_do_not_keep_the_others_waiting() -> None:
    stack = after({}, CY)
    called = []
    for who in (ANA, BO, ANA, BO):
        stack = stack.raised(who, is_reply=True)
        first = stack.order()[0].who
        called.append(first)
        stack = stack.called(first).finished(10)
    assert called == [ANA, BO, CY, ANA]


def test_after_two_replies_and_one_other_replies_go_first_again() -> None:
    stack = after({}, BO, CY)
    for who in (10, 11, 12, 13, 14):
        stack = stack.raised(who, is_reply=True)
    assert order(stack) == [10, 11, BO, 12, 13, CY, 14]
    stack = stack.called(10).finished(1)
    assert order(stack) == [11, BO, 12, 13, CY, 14], "the order that was shown holds"


def test_with_nobody_else_replies_go_on() -> None:
    stack = Stack(replies=MOST_REPLIES).raised(ANA, is_reply=True)
    assert order(stack) == [ANA]


def test_who_says_they_are_rarely_heard_goes_before_others_of_the_same_rank_and_only_those() -> None:
    stack = after({CY: 10.0, DI: 10.0}, ANA, DI)
    stack = stack.raised(BO, has_priority=True).raised(CY, has_priority=True)
    assert order(stack) == [BO, ANA, CY, DI]


def test_a_lowered_hand_is_gone_and_comes_last_if_raised_again() -> None:
    stack = after({}, ANA, BO).lowered(ANA)
    assert order(stack) == [BO]
    assert order(stack.raised(ANA)) == [BO, ANA]
    assert stack.lowered(CY) == stack


def test_the_same_person_twice_has_one_hand_in_their_place() -> None:
    stack = after({}, ANA, BO).raised(ANA)
    assert order(stack) == [ANA, BO]
    assert order(after({}, ANA, BO).raised(BO, is_reply=True)) == [BO, ANA], "what was said last counts"
    assert order(after({}, ANA, BO).raised(BO, is_reply=True).raised(BO)) == [ANA, BO]


def test_who_is_called_has_no_hand_up_and_time_adds_up() -> None:
    stack = after({}, ANA, BO).called(ANA)
    assert (stack.speaker, order(stack)) == (ANA, [BO])
    assert not stack.has_spoken(ANA)
    stack = stack.finished(30).raised(ANA).called(ANA).finished(12)
    assert stack.spoken == {ANA: 42}
    assert stack.speaker is None
    assert stack.finished(99) == stack, "nobody speaks, so nothing is added"
    assert stack.called(CY) == stack, "whose hand is not up cannot be called"


def test_a_clock_that_went_back_takes_no_time_away() -> None:
    assert after({ANA: 5.0}, ANA).called(ANA).finished(-60).spoken == {ANA: 5.0}


def test_two_hundred_hands() -> None:
    people = list(range(200))
    random.Random(7).shuffle(people)
    stack = after({who: float(who) for who in range(0, 200, 2)}, *people)
    expected = [who for who in people if who % 2] + list(range(0, 200, 2))
    assert order(stack) == expected


def test_nobody_is_named_where_a_stack_is_printed() -> None:
    stack = Stack().raised(812345678901234567).raised(812345678901234568).called(812345678901234568)
    assert "8123456789" not in f"{stack!r} {stack.hands[0]!r} {stack.finished(10)!r}"


HANDS = st.lists(
    st.builds(Hand, st.integers(0, 8), st.booleans(), st.booleans()), max_size=9, unique_by=lambda hand: hand.who
)
SPOKEN = st.dictionaries(st.integers(0, 8), st.sampled_from([0.0, 10.0, 60.0]))


def built(hands: Sequence[Hand], spoken: dict[int, float]) -> Stack:
    stack = Stack(spoken=spoken)
    for hand in hands:
        stack = stack.raised(hand.who, is_reply=hand.is_reply, has_priority=hand.has_priority)
    return stack


def goes_before(stack: Stack, one: Hand, other: Hand) -> bool:
    """Compare two hands of a kind rule by rule, as somebody would who holds the list in their hand."""
    if stack.has_spoken(one.who) != stack.has_spoken(other.who):
        return not stack.has_spoken(one.who)
    if stack.has_spoken(one.who) and stack.spoken[one.who] != stack.spoken[other.who]:
        return stack.spoken[one.who] < stack.spoken[other.who]
    if one.has_priority != other.has_priority:
        return one.has_priority
    return one.arrived < other.arrived


@settings(deadline=None)
@given(HANDS, SPOKEN)
def test_everybody_is_in_it_once_and_each_pair_is_in_its_order(hands: list[Hand], spoken: dict[int, float]) -> None:
    stack = built(hands, spoken)
    found = stack.order()
    assert sorted(hand.who for hand in found) == sorted(hand.who for hand in hands)
    for is_reply in (False, True):
        kind = [hand for hand in found if hand.is_reply is is_reply]
        assert all(goes_before(stack, one, other) for one, other in pairwise(kind))
        assert all(goes_before(stack, kind[a], kind[b]) for a in range(len(kind)) for b in range(a + 1, len(kind)))


@settings(deadline=None)
@given(HANDS, SPOKEN, st.integers(0, 3))
def test_the_order_shown_is_the_order_in_which_they_are_called(
    hands: list[Hand], spoken: dict[int, float], replies: int
) -> None:
    stack = Stack(built(hands, spoken).hands, spoken, replies=replies)
    shown = order(stack)
    called = []
    while stack.hands:
        called.append(stack.order()[0].who)
        stack = stack.called(called[-1])
    assert called == shown


@settings(deadline=None)
@given(st.integers(0, 2**32))
def test_nobody_waits_while_others_speak_again_and_again(seed: int) -> None:
    """Someone who has not spoken is called after those who came before them, and at most two replies to each."""
    lot = random.Random(seed)
    stack = Stack()
    before = lot.randint(0, 5)
    for who in range(before):
        stack = stack.raised(who)
    quiet = 99
    stack = stack.raised(quiet)
    turns = 0
    while stack.speaker != quiet:
        for who in range(20):
            if who >= before or stack.has_spoken(who):
                stack = stack.raised(who, is_reply=stack.has_spoken(who) and lot.random() < 0.8)
        stack = stack.called(stack.order()[0].who)
        if stack.speaker != quiet:
            stack = stack.finished(lot.randint(1, 300))
        turns += 1
        assert turns <= (MOST_REPLIES + 1) * (before + 1)
