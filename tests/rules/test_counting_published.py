"""Every method against examples that others have published, with their numbers."""

from collections import Counter

from bot.polls.counting.ballots import Ballots
from bot.polls.counting.marks import count_approval, count_scores, count_single, count_star
from bot.polls.counting.runoff import count_irv
from bot.polls.counting.schulze import count_schulze
from bot.polls.counting.scottish import UNIT, count_scottish

MEMPHIS, NASHVILLE, CHATTANOOGA, KNOXVILLE = range(4)
TENNESSEE: Ballots = {
    (MEMPHIS, NASHVILLE, CHATTANOOGA, KNOXVILLE): 42,
    (NASHVILLE, CHATTANOOGA, KNOXVILLE, MEMPHIS): 26,
    (CHATTANOOGA, KNOXVILLE, NASHVILLE, MEMPHIS): 15,
    (KNOXVILLE, CHATTANOOGA, NASHVILLE, MEMPHIS): 17,
}
"""The capital of Tennessee: electowiki.org, "Effects of different voting systems under similar circumstances"."""

TENNESSEE_STARS: Ballots = {(5, 2, 1, 0): 42, (0, 5, 2, 2): 26, (0, 3, 5, 4): 15, (0, 2, 4, 5): 17}
"""The same voters with stars by distance: en.wikipedia.org, "STAR voting"."""

MONTROLL, KISS, WRIGHT = range(3)
BURLINGTON: Ballots = {
    (MONTROLL, KISS, WRIGHT): 1332,
    (MONTROLL, WRIGHT, KISS): 767,
    (MONTROLL,): 455,
    (KISS, MONTROLL, WRIGHT): 2043,
    (KISS, WRIGHT, MONTROLL): 371,
    (KISS,): 568,
    (WRIGHT, MONTROLL, KISS): 1513,
    (WRIGHT, KISS, MONTROLL): 495,
    (WRIGHT,): 1289,
}
"""The mayor of Burlington, Vermont, 2009, without the least: rangevoting.org/Burlington.html."""

ADAMS, BAKER, CAMPBELL, GRAY, MILLER = range(5)
SCOTTISH_GOVERNMENT: Ballots = {
    (ADAMS, BAKER): 35,
    (ADAMS, GRAY, BAKER): 84,
    (ADAMS, GRAY, MILLER): 267,
    (ADAMS, GRAY): 49,
    (ADAMS, MILLER): 78,
    (ADAMS,): 37,
    (BAKER,): 377,
    (CAMPBELL, ADAMS, BAKER): 7,
    (CAMPBELL, ADAMS, GRAY, BAKER): 7,
    (CAMPBELL, ADAMS, GRAY, MILLER): 19,
    (CAMPBELL, ADAMS, GRAY): 23,
    (CAMPBELL, ADAMS, MILLER): 263,
    (CAMPBELL, ADAMS): 38,
    (CAMPBELL, BAKER): 223,
    (CAMPBELL, GRAY, BAKER): 15,
    (CAMPBELL, GRAY, MILLER): 58,
    (CAMPBELL, GRAY): 10,
    (CAMPBELL, MILLER): 252,
    (CAMPBELL,): 57,
    (GRAY, BAKER): 54,
    (GRAY, MILLER): 96,
    (GRAY,): 17,
    (MILLER,): 331,
}
"""The Scottish Government's own worked example: www2.gov.scot/Resource/0038/00389095.pdf."""


def test_most_first_choices_make_memphis_the_capital() -> None:
    only = count_single(Counter((ranking[0],) for ranking, votes in TENNESSEE.items() for _ in range(votes)), 4)
    assert only.winners == (MEMPHIS,)
    assert only.rounds[0].votes == (42, 26, 15, 17)


def test_whoever_approves_the_nearest_two_makes_nashville_the_capital() -> None:
    result = count_approval({ranking[:2]: votes for ranking, votes in TENNESSEE.items()}, 4)
    assert result.winners == (NASHVILLE,)
    assert result.rounds[0].votes == (42, 68, 58, 32)


def test_scores_make_nashville_the_capital() -> None:
    result = count_scores(TENNESSEE_STARS, 4)
    assert result.winners == (NASHVILLE,)
    assert result.rounds[0].votes == (210, 293, 237, 197)


def test_stars_send_nashville_and_chattanooga_into_the_final_and_elect_nashville() -> None:
    result = count_star(TENNESSEE_STARS, 4)
    assert result.winners == (NASHVILLE,)
    assert result.rounds[0].votes == (210, 293, 237, 197)
    assert result.rounds[1].votes == (0, 68, 32, 0)
    assert result.rounds[1].excluded == (MEMPHIS, KNOXVILLE)


def test_instant_runoff_makes_knoxville_the_capital() -> None:
    result = count_irv(TENNESSEE, 4)
    assert result.winners == (KNOXVILLE,)
    assert [each.votes for each in result.rounds] == [(42, 26, 15, 17), (42, 26, 0, 32), (42, 0, 0, 58)]
    assert [each.excluded for each in result.rounds] == [(), (CHATTANOOGA,), (NASHVILLE,)]


def test_schulze_makes_nashville_the_capital() -> None:
    result = count_schulze(TENNESSEE, 4)
    assert result.winners == (NASHVILLE,)
    assert result.pairwise == ((0, 42, 42, 42), (58, 0, 68, 68), (58, 32, 0, 83), (58, 32, 17, 0))
    assert result.order == ((NASHVILLE,), (CHATTANOOGA,), (KNOXVILLE,), (MEMPHIS,))


def test_instant_runoff_elects_kiss_in_burlington_and_schulze_montroll() -> None:
    runoff = count_irv(BURLINGTON, 3)
    assert runoff.winners == (KISS,)
    assert runoff.rounds[0].votes == (2554, 2982, 3297)
    assert runoff.rounds[1].votes == (0, 4314, 4064)
    assert runoff.rounds[1].exhausted == 455
    duels = count_schulze(BURLINGTON, 3)
    assert duels.winners == (MONTROLL,)
    assert duels.pairwise[MONTROLL] == (0, 4067, 4597)
    assert duels.pairwise[KISS] == (3477, 0, 4314)


def test_schulze_of_his_own_first_example_ranks_e_a_c_b_d() -> None:
    """M. Schulze, "A new monotonic, clone-independent … election method" (2011), example 1: 45 voters."""
    ballots = {"ACBED": 5, "ADECB": 5, "BEDAC": 8, "CABED": 3, "CAEBD": 7, "CBADE": 2, "DCEBA": 7, "EBADC": 8}
    result = count_schulze({tuple(map("ABCDE".index, ranking)): votes for ranking, votes in ballots.items()}, 5)
    assert result.pairwise == (
        (0, 20, 26, 30, 22),
        (25, 0, 16, 33, 18),
        (19, 29, 0, 17, 24),
        (15, 12, 28, 0, 14),
        (23, 27, 21, 31, 0),
    )
    assert result.strengths == (
        (0, 28, 28, 30, 24),
        (25, 0, 28, 33, 24),
        (25, 29, 0, 29, 24),
        (25, 28, 28, 0, 24),
        (25, 28, 28, 31, 0),
    )
    assert result.order == tuple((option,) for option in map("ABCDE".index, "EACBD"))


def test_the_scottish_governments_example_elects_campbell_adams_and_miller() -> None:
    """It prints whole votes; five decimals follow by hand, such as 550 + 357 × 0.38271 for Adams in stage 2."""
    result = count_scottish(SCOTTISH_GOVERNMENT, 5, seats=3)
    assert result.winners == (CAMPBELL, ADAMS, MILLER)
    assert (result.quota, result.cast) == (600 * UNIT, 2397)
    assert [tuple(votes // UNIT for votes in each.votes) for each in result.rounds] == [
        (550, 377, 972, 167, 331),
        (686, 462, 600, 198, 427),
        (600, 467, 600, 251, 449),
        (600, 537, 600, 0, 602),
    ]
    assert [each.elected for each in result.rounds] == [(CAMPBELL,), (ADAMS,), (), (MILLER,)]
    assert [each.surplus_of for each in result.rounds] == [None, CAMPBELL, ADAMS, None]
    assert result.rounds[3].excluded == (GRAY,)
    assert result.rounds[1].votes == (686_62747, 462_34433, 600_00000, 198_76493, 427_44292)
    assert result.rounds[1].exhausted == 57 * 38271
    assert result.rounds[1].lost == 372_00000 - 972 * 38271


def test_a_surplus_of_papers_of_different_value_is_passed_on_by_weight() -> None:
    """Weighted inclusive Gregory: yingtongli.me/blog/2022/06/16/stv-primer-5.html."""
    ballots: Ballots = {
        (0, 1, 4, 2, 3): 21,
        (1, 0, 4, 2, 3): 19,
        (2, 3, 4, 0, 1): 40,
        (3, 2, 4, 1, 0): 6,
        (4, 0, 1, 2, 3): 7,
        (4, 0, 2, 3, 1): 6,
        (4, 0): 1,
    }
    result = count_scottish(ballots, 5, seats=3)
    assert result.quota == 26 * UNIT
    assert result.rounds[2].votes == (35 * UNIT, 19 * UNIT, 26 * UNIT, 20 * UNIT, 0)
    assert result.rounds[3].votes == (26 * UNIT, 26_19992, 26 * UNIT, 21_54284, 0)  # each paper at 9/35 = 0.25714
    assert result.winners == (2, 0, 1)


def test_the_party_chooses_chocolate_oranges_and_strawberries() -> None:
    """The food of en.wikipedia.org, "Single transferable vote", in its version of 20 guests."""
    orange, pear, chocolate, strawberry, sweets = range(5)
    ballots: Ballots = {
        (orange,): 4,
        (pear, orange): 2,
        (chocolate, strawberry): 8,
        (chocolate, sweets): 4,
        (strawberry,): 1,
        (sweets,): 1,
    }
    result = count_scottish(ballots, 5, seats=3)
    assert result.winners == (chocolate, orange, strawberry)
    assert [tuple(votes // UNIT for votes in each.votes) for each in result.rounds] == [
        (4, 2, 12, 1, 1),
        (4, 2, 6, 5, 3),
        (6, 0, 6, 5, 3),
        (6, 0, 6, 5, 0),
    ]
