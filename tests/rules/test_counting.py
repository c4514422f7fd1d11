"""What a ballot may say, how ties fall, and what motions, consent and scores come to."""

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.polls.counting.ballots import (
    BLANK,
    Ballot,
    Ballots,
    NamedTwice,
    NoSuchOption,
    OneChoiceOnly,
    ScoreMissing,
    ScoreOutOfRange,
)
from bot.polls.counting.lots import Purpose, commitment, drawn
from bot.polls.counting.marks import count_approval, count_scores, count_single, count_star
from bot.polls.counting.motions import (
    TWO_THIRDS,
    Consent,
    Of,
    PassRule,
    Quorum,
    ShareOutOfRange,
    Stance,
    count_consent,
    count_motion,
)
from bot.polls.counting.results import Result, as_json
from bot.polls.counting.runoff import count_irv
from bot.polls.counting.schulze import count_schulze, may_publish_rankings
from bot.polls.counting.scottish import UNIT, count_scottish
from bot.refusals import Refusal

Count = Callable[[Ballots, int, bytes | None], Result]
LOT = bytes(range(32))
POLLS = 2000


def scottish(ballots: Ballots, options: int, seed: bytes | None = None) -> Result:
    return count_scottish(ballots, options, 2, seed)


EVERY: list[Count] = [count_single, count_approval, count_scores, count_star, count_irv, scottish, count_schulze]
RANKED: list[Count] = [count_irv, scottish, count_schulze]
every_count = pytest.mark.parametrize("count", EVERY)


# What a ballot may say


@pytest.mark.parametrize("count", [count_single, count_approval, *RANKED])
@pytest.mark.parametrize("ballot", [(3,), (-1,)])
def test_a_ballot_cannot_name_an_option_that_is_not_there(count: Count, ballot: Ballot) -> None:
    with pytest.raises(NoSuchOption):
        count({(0,): 4, ballot: 1}, 3, None)


@pytest.mark.parametrize("count", [count_approval, *RANKED])
def test_a_ballot_cannot_name_an_option_twice(count: Count) -> None:
    with pytest.raises(NamedTwice):
        count({(0, 1, 0): 1}, 3, None)


def test_a_single_choice_is_one() -> None:
    with pytest.raises(OneChoiceOnly):
        count_single({(0, 1): 1}, 3)


@pytest.mark.parametrize("count", [count_scores, count_star])
@pytest.mark.parametrize(
    ("ballot", "refusal"),
    [((5, 0), ScoreMissing), ((5, 0, 1, 2), ScoreMissing), ((6, 0, 0), ScoreOutOfRange), ((-1, 0, 0), ScoreOutOfRange)],
)
def test_every_option_has_a_score_from_0_to_5(count: Count, ballot: Ballot, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        count({ballot: 1}, 3, None)


@every_count
def test_a_number_of_ballots_is_never_negative_or_nothing(count: Count) -> None:
    with pytest.raises(ValueError, match="cast once"):
        count({BLANK: 0}, 3, None)


@every_count
def test_blank_votes_are_cast_and_elect_nobody(count: Count) -> None:
    result = count({BLANK: 9}, 3, LOT)
    assert (result.cast, result.blank, result.winners, result.ties) == (9, 9, (), ())


@every_count
def test_a_poll_in_which_nobody_voted_elects_nobody(count: Count) -> None:
    result = count({}, 3, LOT)
    assert (result.cast, result.winners, result.ties) == (0, (), ())


@pytest.mark.parametrize("count", [count_scores, count_star])
def test_an_option_that_got_no_point_never_wins(count: Count) -> None:
    assert count({(0, 0, 0): 4}, 3, LOT).winners == ()
    assert count({(0, 2, 0): 4}, 3, LOT).winners == (1,)


@pytest.mark.parametrize("count", RANKED)
def test_the_only_option_that_is_named_wins(count: Count) -> None:
    assert count({(2,): 1}, 3, LOT).winners[0] == 2


# Ties and lots


LEVEL: dict[Count, Ballots] = {
    count_single: {(0,): 3, (2,): 3, (1,): 2},
    count_approval: {(0, 2): 3, (1,): 2},
    count_scores: {(5, 0, 5): 3, (0, 5, 0): 1},
    count_irv: {(0,): 3, (2,): 3, (1,): 2},
    count_schulze: {(0, 2, 1): 3, (2, 0, 1): 3},
}


@pytest.mark.parametrize("count", LEVEL)
def test_without_a_lot_a_tie_is_reported_and_nobody_elected(count: Count) -> None:
    result = count(LEVEL[count], 3, None)
    assert result.is_open
    assert result.winners == ()
    assert [tie.among for tie in result.ties] == [(0, 2)]


@pytest.mark.parametrize("count", LEVEL)
def test_a_lot_elects_one_of_those_who_are_level_and_the_result_says_so(count: Count) -> None:
    result = count(LEVEL[count], 3, LOT)
    assert not result.is_open
    assert result.winners == drawn(LOT, [0, 2])[:1]
    assert [(tie.among, tie.order) for tie in result.ties] == [((0, 2), drawn(LOT, [0, 2]))]


def test_anybody_can_draw_the_lot_again_from_the_seed_that_was_committed_to() -> None:
    assert commitment(LOT) == hashlib.sha256(LOT).hexdigest()
    by_hand = sorted(range(25), key=lambda option: hashlib.sha256(LOT + bytes([0, option])).digest())
    assert drawn(LOT, range(25)) == tuple(by_hand)


def test_each_seed_draws_its_own_order_and_favours_nobody() -> None:
    chance = random.Random(1)
    firsts = Counter(drawn(chance.randbytes(32), range(4))[0] for _ in range(4000))
    assert min(firsts.values()) > 900


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_seed_that_could_be_found_by_trying_is_not_taken(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(bytes(length))
    with pytest.raises(ValueError, match="32 bytes"):
        drawn(bytes(length), [0, 1])


def test_a_tie_for_the_second_place_of_a_star_final_is_drawn_and_so_is_one_in_the_final() -> None:
    ballots: Ballots = {(5, 1, 1): 2, (0, 4, 4): 2}
    assert count_star(ballots, 3).ties[0].among == (0, 1, 2)
    result = count_star(ballots, 3, LOT)
    assert (result.ties[0].purpose, result.ties[0].round) == (Purpose.FINAL, 1)
    level = count_star({(5, 3, 0): 2, (3, 5, 0): 2}, 3)
    assert [(tie.purpose, tie.round, tie.among) for tie in level.ties] == [(Purpose.ELECT, 2, (0, 1))]
    alike = count_star({(4, 4, 0): 2}, 3)
    assert [(tie.purpose, tie.among) for tie in alike.ties] == [(Purpose.ELECT, (0, 1))]


def test_a_runoff_needs_no_lot_among_those_who_cannot_reach_the_next() -> None:
    result = count_irv({(0,): 4, (1,): 5, (2, 0): 1, (3, 0): 1, (4,): 1}, 6)
    assert [each.excluded for each in result.rounds] == [(), (5,), (2, 3, 4)]
    assert result.rounds[-1].votes == (6, 5, 0, 0, 0, 0)
    assert result.winners == (0,)


def test_a_scottish_tie_for_exclusion_falls_to_whoever_had_fewer_at_the_last_stage_they_differed() -> None:
    """Rule 51(2)(a): Ben and Cid have 6 each after Dee's papers came; before that Ben had 4, Cid 5."""
    amy, ben, cid, dee = range(4)
    ballots: Ballots = {(amy,): 9, (ben, amy): 4, (cid,): 5, (dee, ben): 2, (dee, cid): 1}
    result = count_scottish(ballots, 4, 1)
    assert [each.excluded for each in result.rounds] == [(), (dee,), (ben,)]
    assert result.winners == (amy,)
    assert result.ties == ()


def test_a_scottish_tie_that_was_always_one_needs_a_lot() -> None:
    """Rule 51(2)(b)."""
    ballots: Ballots = {(0,): 6, (1, 0): 3, (2,): 3}
    result = count_scottish(ballots, 3, 1)
    assert result.winners == ()
    assert [(tie.purpose, tie.round, tie.among) for tie in result.ties] == [(Purpose.EXCLUDE, 1, (1, 2))]
    assert count_scottish(ballots, 3, 1, LOT).rounds[1].excluded == drawn(LOT, [1, 2])[-1:]


def test_of_equal_scottish_surpluses_the_one_that_was_ahead_before_goes_first() -> None:
    """Rule 49(2) and (3): at the first stage nobody was ahead, so a lot decides."""
    ballots: Ballots = {(0, 2): 5, (1, 3): 5, (2,): 1, (3,): 1}
    result = count_scottish(ballots, 4, 3)
    assert [(tie.purpose, tie.among) for tie in result.ties] == [(Purpose.SURPLUS, (0, 1))]
    assert count_scottish(ballots, 4, 3, LOT).rounds[1].surplus_of == drawn(LOT, [0, 1])[0]


def test_candidates_without_any_vote_leave_the_scottish_count_together_without_a_lot() -> None:
    result = count_scottish({(0,): 3, (1,): 2}, 5, 1)
    assert result.winners == (0,)
    result = count_scottish({(0,): 3, (1,): 3, (2,): 4}, 6, 2)
    assert [each.excluded for each in result.rounds] == [(), (3, 4, 5)]
    assert result.ties[0].among == (0, 1)


def test_candidates_without_any_vote_need_a_lot_for_a_seat_that_one_of_them_takes() -> None:
    result = count_scottish({(0,): 9}, 3, 2)
    assert result.winners == (0,)
    assert result.ties[0].among == (1, 2)


def test_no_more_than_all_candidates_are_elected_and_one_seat_at_least_is_filled() -> None:
    assert count_scottish({(1, 0): 3}, 2, 4).winners == (1, 0)
    with pytest.raises(ValueError, match="seat"):
        count_scottish({(0,): 1}, 2, 0)


# Marks, counted again another way


def test_marks_are_counted_as_a_plain_recount_of_each_ballot_does() -> None:
    seed = random.getrandbits(32)
    chance = random.Random(seed)
    for _ in range(POLLS):
        options = chance.randint(2, 6)
        papers = [tuple(chance.randint(0, 5) for _ in range(options)) for _ in range(chance.randint(1, 30))]
        box = Counter(papers)
        points = [sum(paper[option] for paper in papers) for option in range(options)]
        liked = Counter(tuple(option for option in range(options) if paper[option] > 3) for paper in papers)
        approvals = [sum(paper[option] > 3 for paper in papers) for option in range(options)]
        assert_elected(count_scores(box, options), points, seed)
        assert_elected(count_approval(liked, options), approvals, seed)
        star = count_star(box, options)
        order = sorted((option for option in range(options) if points[option]), key=lambda option: -points[option])
        if len(order) < 2:
            assert star.winners == tuple(order), f"seed {seed}"
            continue
        if len(order) > 2 and points[order[1]] == points[order[2]]:
            assert star.ties[0].purpose is Purpose.FINAL, f"seed {seed}"
            continue
        one, other = order[:2]
        lead = sum((paper[one] > paper[other]) - (paper[one] < paper[other]) for paper in papers)
        expected = () if lead == 0 else (one,) if lead > 0 else (other,)
        assert star.winners == expected, f"seed {seed}"
        assert star.is_open == (lead == 0), f"seed {seed}"


def assert_elected(result: Result, votes: list[int], seed: int) -> None:
    best = [option for option, each in enumerate(votes) if each == max(votes) and each]
    assert result.rounds[0].votes == tuple(votes), f"seed {seed}"
    assert result.winners == (tuple(best) if len(best) == 1 else ()), f"seed {seed}"
    assert result.is_open == (len(best) > 1), f"seed {seed}"


# Motions and consent


def motion(votes_for: int, against: int, abstain: int = 0, blank: int = 0) -> Ballots:
    said = {(Stance.FOR,): votes_for, (Stance.AGAINST,): against, (Stance.ABSTAIN,): abstain, BLANK: blank}
    return {ballot: number for ballot, number in said.items() if number}


@pytest.mark.parametrize(
    ("ballots", "rule", "passes"),
    [
        pytest.param(motion(6, 5), PassRule(), True, id="more than half"),
        pytest.param(motion(5, 5), PassRule(), False, id="half is not more than half"),
        pytest.param(motion(1, 0, abstain=30, blank=9), PassRule(), True, id="abstaining is no vote against"),
        pytest.param(motion(0, 0, abstain=30), PassRule(), False, id="silence passes nothing"),
        pytest.param(motion(20, 10), PassRule(TWO_THIRDS), True, id="two thirds exactly"),
        pytest.param(motion(19, 10), PassRule(TWO_THIRDS), False, id="one short of two thirds"),
        pytest.param(motion(50, 0), PassRule(of=Of.ELIGIBLE), False, id="half of all who may vote"),
        pytest.param(motion(51, 40), PassRule(of=Of.ELIGIBLE), True, id="more than half of all who may vote"),
        pytest.param(motion(66, 0), PassRule(TWO_THIRDS, Of.ELIGIBLE), False, id="66 of 100 are under two thirds"),
        pytest.param(motion(67, 30), PassRule(TWO_THIRDS, Of.ELIGIBLE), True, id="67 of 100 are two thirds"),
        pytest.param(motion(3, 1), PassRule(Fraction(75, 100)), True, id="75 percent exactly"),
        pytest.param(motion(4, 0), PassRule(Fraction(1)), True, id="all"),
        pytest.param(motion(99, 1), PassRule(Fraction(1)), False, id="all but one"),
    ],
)
def test_a_motion_passes_by_its_rule(ballots: Ballots, rule: PassRule, *, passes: bool) -> None:
    assert count_motion(ballots, 100, Quorum(), rule).is_passed is passes


@pytest.mark.parametrize(
    ("quorum", "cast", "is_quorate"),
    [
        (Quorum(), 0, True),
        (Quorum(least=10), 9, False),
        (Quorum(least=10), 10, True),
        (Quorum(share=Fraction(1, 3)), 33, False),
        (Quorum(share=Fraction(1, 3)), 34, True),
        (Quorum(least=40, share=Fraction(1, 3)), 39, False),
    ],
)
def test_blank_votes_and_abstentions_help_to_make_a_quorum(quorum: Quorum, cast: int, *, is_quorate: bool) -> None:
    blank, abstain = count_motion(motion(0, 0, blank=cast), 100, quorum, PassRule()), motion(0, 0, abstain=cast)
    assert blank.is_quorate is is_quorate
    assert count_motion(abstain, 100, quorum, PassRule()).is_quorate is is_quorate


def test_a_motion_without_a_quorum_is_not_passed_however_many_are_for_it() -> None:
    result = count_motion(motion(9, 0), 100, Quorum(least=10), PassRule())
    assert (result.is_quorate, result.is_passed, result.needed_to_pass) == (False, False, 5)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300), st.fractions(0, 1).filter(bool))
def test_a_motion_passes_exactly_when_its_share_is_reached(
    votes_for: int, against: int, others: int, share: Fraction
) -> None:
    eligible = 1000
    for of, base in ((Of.VOTES, votes_for + against), (Of.ELIGIBLE, eligible)):
        reached = votes_for > base * share if share == Fraction(1, 2) else votes_for >= base * share
        result = count_motion(motion(votes_for, against, blank=others), eligible, Quorum(), PassRule(share, of))
        assert result.is_passed == (reached and votes_for > 0)


@pytest.mark.parametrize("share", [Fraction(0), Fraction(-1, 2), Fraction(101, 100)])
def test_a_share_is_more_than_nothing_and_at_most_all(share: Fraction) -> None:
    with pytest.raises(ShareOutOfRange):
        PassRule(share)


def test_a_quorum_is_not_negative_nor_more_than_all() -> None:
    with pytest.raises(ShareOutOfRange):
        Quorum(share=Fraction(3, 2))
    with pytest.raises(ValueError, match="negative"):
        Quorum(least=-1)


def test_more_ballots_than_people_who_may_vote_are_a_fault_and_no_result() -> None:
    with pytest.raises(ValueError, match="more ballots"):
        count_motion(motion(3, 0), 2, Quorum(), PassRule())


@pytest.mark.parametrize(
    ("said", "is_given"),
    [
        ({Consent.AGREE: 5, Consent.DISAGREE: 7, Consent.ABSTAIN: 1}, True),
        ({Consent.AGREE: 50, Consent.BLOCK: 1}, False),
        ({Consent.ABSTAIN: 5}, False),
        ({}, False),
    ],
)
def test_there_is_consent_when_somebody_agrees_and_nobody_blocks(said: dict[Consent, int], *, is_given: bool) -> None:
    ballots: Ballots = {(stance,): number for stance, number in said.items()}
    assert count_consent(ballots, 100, Quorum()).is_given is is_given
    assert not count_consent(ballots, 100, Quorum(least=60)).is_given


# What is published


def test_a_result_is_plain_json_with_every_round_and_every_tie() -> None:
    result = count_scottish({(0, 1): 5, (1,): 2, (2,): 2, BLANK: 1}, 3, 2, LOT)
    told = json.loads(json.dumps(as_json(result)))
    assert told["method"] == "scottish-stv"
    assert (told["cast"], told["blank"], told["quota"], told["unit"]) == (10, 1, 4 * UNIT, UNIT)
    assert told["rounds"][0]["votes"] == [5 * UNIT, 2 * UNIT, 2 * UNIT]
    assert told["rounds"][1]["surplus_of"] == 0
    assert told["winners"] == [0, 1]
    duels = json.loads(json.dumps(as_json(count_schulze({(0, 1): 1, (1, 0): 1}, 2, LOT))))
    assert duels["ties"][0]["order"] == list(drawn(LOT, [0, 1]))
    assert duels["pairwise"] == [[0, 1], [1, 0]]
    assert as_json({"share": TWO_THIRDS, "of": Of.VOTES}) == {"share": "2/3", "of": "votes"}


@pytest.mark.parametrize(
    ("options", "ballots", "may"), [(3, 3, True), (3, 2, False), (5, 60, True), (5, 59, False), (8, 20_159, False)]
)
def test_rankings_are_published_only_where_there_are_half_as_many_as_orders(
    options: int, ballots: int, *, may: bool
) -> None:
    assert may_publish_rankings(options, ballots) is may
