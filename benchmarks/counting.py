"""Measure Scottish STV beside pyrankvote and votelib, in one run: `python -m benchmarks.counting`.

100,000 random ballots, 20 candidates, 5 seats; once each ranks all candidates, so that no two ballots are alike, and
once as many as each likes. Counts take turns, and the quickest of each is told, so that what else the machine does
weighs little. Steward and votelib are handed ballots grouped by what they say, pyrankvote its own ballots, one by one;
making these is not measured. Checking every ballot is part of Steward's count. The others follow somewhat different
rules: see DISAGREEMENTS in tests/rules/test_counting_profiles.py.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping

import pyrankvote
import votelib.evaluate.core
import votelib.evaluate.sequential

from bot.polls.counting.ballots import Ballot
from bot.polls.counting.scottish import count_scottish

VOTERS = 100_000
CANDIDATES = 20
SEATS = 5
TURNS = 5
LOT = bytes(32)


def cast(chance: random.Random, *, is_full: bool) -> list[Ballot]:
    """Let everybody rank at random, all candidates or as many as they like; some are more popular than others."""
    pull = [1 + chance.random() for _ in range(CANDIDATES)]  # without it there are ties, at which votelib stops
    ballots = []
    for _ in range(VOTERS):
        marks = [chance.random() * each for each in pull]
        order = sorted(range(CANDIDATES), key=marks.__getitem__)
        ballots.append(tuple(order[: CANDIDATES if is_full else chance.randint(1, CANDIDATES)]))
    return ballots


def counts_of(ballots: list[Ballot]) -> Mapping[str, Callable[[], object]]:
    """Return a count by each program, ready to start."""
    grouped = Counter(ballots)
    candidates = [pyrankvote.Candidate(str(number)) for number in range(CANDIDATES)]
    papers = [pyrankvote.Ballot([candidates[option] for option in ballot]) for ballot in ballots]
    stv = votelib.evaluate.sequential.TransferableVoteSelector(
        quota_function="droop", retainer=votelib.evaluate.core.Plurality()
    )
    return {
        "Steward": lambda: count_scottish(grouped, CANDIDATES, SEATS, LOT),
        "pyrankvote": lambda: pyrankvote.single_transferable_vote(candidates, papers, SEATS),
        "votelib": lambda: stv.evaluate(grouped, SEATS),
    }


def seconds(count: Callable[[], object]) -> float:
    """Return how long a count takes."""
    began = time.perf_counter()
    count()
    return time.perf_counter() - began


def measure(title: str, ballots: list[Ballot]) -> None:
    """Print the quickest count of each program, and how many times as long as Steward's it takes."""
    counts = counts_of(ballots)
    took: dict[str, list[float]] = {name: [] for name in counts}
    for _ in range(TURNS):
        for name, count in counts.items():
            took[name].append(seconds(count))
    print(f"{title}: {VOTERS:,} ballots, {len(set(ballots)):,} different; {CANDIDATES} candidates, {SEATS} seats")
    for name, each in took.items():
        print(f"  {name:10} {min(each):7.3f} s   {min(each) / min(took['Steward']):5.1f} times Steward's")


def main() -> None:
    """Measure and print."""
    chance = random.Random(1)  # noqa: S311 - the same ballots at each run
    measure("Everybody ranks all", cast(chance, is_full=True))
    measure("Everybody ranks as many as they like", cast(chance, is_full=False))


if __name__ == "__main__":
    main()
