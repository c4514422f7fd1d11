"""The disclosure gate over years in which counts rise and fall: nobody who read every digest can tell more."""

import random
from collections import Counter
from datetime import date
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.rules import TOTAL, Cell, CellName, Lots, pass_gate, stands_still
from bot.reports.taxonomy import UNSAID
from tests.rules.auditor import (
    Counts,
    Scheme,
    exact,
    first_secrets,
    hide_under_k,
    lowered_after_deletions,
    rounded_down,
    steps_alone,
    steward,
    true_when_moved,
    unlisted_after_deletions,
)
from tests.rules.histories import History, began, history, publish, publish_as, republish
from tests.rules.reader import FURTHER, Published, audit, possible_counts
from tests.rules.worlds import worlds

LENGTHS = (130, *[50] * 8)
EVENTS = {
    "confirmed",
    "withdrawn",
    "deleted",
    "merged",
    "parted again",
    "flooded",
    "fakes withdrawn",
    "linked",
    "unlinked",
}
NAIVE = [exact, hide_under_k, rounded_down, true_when_moved, steps_alone]
CARELESS = [lowered_after_deletions, unlisted_after_deletions]


def lived(digests: int, seed: int | None = None) -> tuple[str, History, random.Random]:
    """Live through other years at each run; the seed, which is told when a test fails, brings them back."""
    seed = random.getrandbits(32) if seed is None else seed
    chance = random.Random(seed)
    return f"seed {seed}", history(chance, digests), chance


def test_five_hundred_digests_are_audited_in_each_run() -> None:
    assert sum(LENGTHS) >= 500
    assert max(LENGTHS) >= 120


@pytest.mark.parametrize("digests", LENGTHS)
def test_all_digests_of_years_with_deletions_tell_no_count_and_no_growth(digests: int) -> None:
    """Neither to a reader, nor to one who filed fakes, knows when each was counted, and takes them off (n-1)."""
    seed, years, chance = lived(digests)
    shown = publish(years, chance)
    for name, numbers in shown.items():
        assert list(numbers) == sorted(numbers), seed
        growths = [after - before for before, after in pairwise((0, *numbers))]
        assert all(growth == 0 or growth >= k for growth, k in zip(growths, years.ks, strict=True)), seed
        assert max(numbers) <= max(years.truth[name]), seed
        for own in {(0,) * digests, years.fakes[name]}:
            published = Published(steward, numbers, years.ks, own, began(name))
            assert audit(published) == (), f"{name}, {seed}"
            for others, true, fakes in zip(possible_counts(published), years.truth[name], own, strict=True):
                assert true - fakes in others or true - fakes > max(others), f"{name}, {seed}"


@pytest.mark.parametrize("digests", LENGTHS)
@pytest.mark.parametrize("own", [False, True], ids=["a reader", "a reader who filed fakes"])
def test_years_with_and_without_deletions_publish_the_same(digests: int, *, own: bool) -> None:
    """In all cells at once: other worlds go through the real gate and come out as the digests of the true one.

    Between any two digests, each cell has grown by k or more in one, by nothing in another, and fallen in a third:
    nothing is told of a growth, nor whether there was ever a deletion. Only a month's cell was empty before its month.
    """
    seed, years, chance = lived(digests)
    shown = publish(years, chance)
    others = worlds(years, shown, own=own)
    for course, world in others.items():
        assert republish(years.ks, world, shown) == shown, f"{course}, {seed}"
    for name in shown:
        fakes = years.fakes[name] if own else (0,) * digests
        steps = {
            course: {
                (world[name][t] - fakes[t]) - (world[name][t - 1] - fakes[t - 1])
                for t in range(began(name) + 1, digests)
            }
            for course, world in others.items()
        }
        assert all(step >= max(years.ks) for step in steps["gathering"])
        assert steps["still"] <= {0} or steps["filling"] <= {0}
        assert all(step < 0 for step in steps["ebbing"])


def test_everything_that_moves_a_count_befalls_these_years() -> None:
    befell: Counter[str] = Counter()
    falls = moves = 0
    for seed, digests in enumerate(LENGTHS):
        _, years, chance = lived(digests, seed)
        befell += years.events
        falls += sum(after < before for counts in years.truth.values() for before, after in pairwise(counts))
        moves += sum(len(set(numbers)) - 1 for numbers in publish(years, chance).values())
    assert {event for event, often in befell.items() if often >= 20} == EVENTS
    assert falls > 1000
    assert moves > 200


# The reader convicts what it should


@pytest.mark.parametrize("scheme", [*NAIVE, *CARELESS], ids=lambda scheme: scheme.__name__)
def test_the_reader_convicts_every_other_scheme_of_the_same_years(scheme: Scheme) -> None:
    """Also those that are Steward's but for what they do after a deletion, or for the lot of the release."""
    _, years, chance = lived(50, seed=1)
    cells = publish_as(scheme, years, chance)
    own = (0,) * years.digests
    found = (audit(Published(scheme, shown, years.ks, own, began(name))) for name, shown in cells.items())
    assert any(finding.since is None for findings in found for finding in findings), "no count was told"


@pytest.mark.parametrize(
    ("scheme", "shown", "told"),
    [
        pytest.param(exact, (6, 5), (None, 1, {5}), id="true counts: one was deleted, five are left"),
        pytest.param(hide_under_k, (5, 0), (None, 1, {0, 1, 2, 3, 4}), id="hide under k: at least one was deleted"),
        pytest.param(rounded_down, (5, 0), (0, 1, set(range(-9, 0))), id="rounded down: something was deleted"),
        pytest.param(steps_alone, (0,), (None, 0, set(range(9))), id="no lot of the release: at most eight are hidden"),
        pytest.param(lowered_after_deletions, (5, 0), (None, 1, {0, 1, 2, 3, 4}), id="taken back: under five are left"),
        pytest.param(unlisted_after_deletions, (5, 0), (None, 1, {0, 1, 2, 3, 4}), id="unlisted: under five are left"),
    ],
)
def test_a_deletion_that_shows_is_found(scheme: Scheme, shown: Counts, told: tuple[int | None, int, set[int]]) -> None:
    published = Published(scheme, shown, (5,) * len(shown), (0,) * len(shown))
    assert told in [(finding.since, finding.until, set(finding.values)) for finding in audit(published)]


def test_fakes_taken_off_count_the_others_exactly_where_standing_still_proves_something() -> None:
    """Four fakes and no move: rounded down, nobody else filed. Withdraw them, file more: the gate says nothing."""
    assert possible_counts(Published(rounded_down, (0, 0), (5, 5), (4, 0)))[0] == {0}
    published = Published(steward, (0,) * 4, (5,) * 4, (4, 0, 4, 9))
    assert all(counts == set(range(FURTHER * 5 + 1)) for counts in possible_counts(published))
    moved = possible_counts(Published(steward, (0, 5, 5, 5), (5,) * 4, (4, 4, 0, 0)))
    assert [min(counts) for counts in moved] == [0, 1, 0, 0], "somebody filed by then, which is said in the open"


def test_a_month_tells_that_k_or_more_reported_since_it_began() -> None:
    """Its cell was empty before, as everybody knows; fewer than k are never told of."""
    published = Published(steward, (0, 0, 5, 10), (5,) * 4, (0,) * 4, begun=2)
    assert [min(counts) for counts in possible_counts(published)] == [0, 0, 5, 10]
    assert [max(counts) for counts in possible_counts(published)][:2] == [0, 0]
    assert audit(published) == ()


# The reader is exact


@pytest.mark.parametrize("scheme", [steward, *NAIVE, *CARELESS], ids=lambda scheme: scheme.__name__)
def test_the_reader_finds_what_trying_every_history_finds(scheme: Scheme) -> None:
    ks, most = (3, 3, 4), 8
    for shown in [(0, 0, 0), (0, 3, 3), (3, 3, 0), (3, 3, 7), (6, 6, 6), (4, 4, 8)]:
        cell = Published(scheme, shown, ks, (0, 0, 0))
        wanted = [history for history in product(range(most + 1), repeat=3) if explains(scheme, history, shown, ks)]
        if wanted:
            found = [frozenset(count for count in counts if count <= most) for counts in possible_counts(cell)]
            assert found == [frozenset(history[t] for history in wanted) for t in range(3)]


def explains(scheme: Scheme, counts: Counts, shown: Counts, ks: Counts) -> bool:
    """Tell whether some secrets lead from these counts to these numbers."""
    secrets = first_secrets(scheme, ks[0])
    for count, before, now, k in zip(counts, (0, *shown), shown, ks, strict=False):
        after = {outcome for secret in secrets for outcome in scheme(count, before, secret, k)}
        secrets = frozenset(secret for number, secret in after if number == now)
    return bool(secrets)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(3, 14), st.integers(3, 7), st.integers(0, 40), st.randoms())
def test_the_gate_looks_only_at_how_far_a_count_is_past_what_is_shown(
    count: int, shown: int, step: int, k: int, higher: int, chance: random.Random
) -> None:
    """The auditors ask the gate about the difference alone."""
    lots = {TOTAL: Lots(chance.getrandbits(64), chance.getrandbits(64))}
    low, high = (pass_gate([Cell(TOTAL, count + n, shown + n, step)], k, lots).cells[0] for n in (0, higher))
    assert (low.shown + higher, low.step) == (high.shown, high.step)


def test_a_month_is_shown_only_once_it_is_over() -> None:
    assert stands_still(CellName("month", ("2026-11",)), date(2026, 11, 30))
    assert stands_still(CellName("month", ("2026-12",)), date(2026, 11, 30))
    assert not stands_still(CellName("month", ("2026-11",)), date(2026, 12, 1))
    assert not stands_still(CellName("month", (UNSAID,)), date(2026, 11, 30))
    assert not stands_still(CellName("month", ("earlier",)), date(2026, 11, 30))
    assert not stands_still(CellName("category", ("MON",)), date(2026, 11, 30))
