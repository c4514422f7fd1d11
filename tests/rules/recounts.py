"""Counts done another way, slowly and on paper: to hold Steward's counting against, and other people's programs."""

import random
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from bot.polls.counting.ballots import Ballot, Ballots

Number = int | Fraction


class Tied(Exception):
    """Two stood equal where one had to be chosen, so rules that break ties differently may differ."""


@dataclass(frozen=True)
class Profile:
    """A poll that was voted in: the seed that brings it back, its ballots and how many options it has."""

    seed: int
    ballots: Ballots
    options: int


def profile(seed: int, most_options: int = 6, most_voters: int = 60) -> Profile:
    """Let voters rank as many options as they like, some of them more popular, and each option named by somebody."""
    chance = random.Random(seed)
    options = chance.randint(3, most_options)
    pull = [chance.random() for _ in range(options)]
    ballots: Counter[Ballot] = Counter()
    while len({option for ballot in ballots for option in ballot}) < options or sum(ballots.values()) < 12:
        for _ in range(chance.randint(1, most_voters)):
            order = sorted(range(options), key=lambda option: chance.random() * pull[option], reverse=True)
            ballots[tuple(order[: chance.randint(1, options)])] += 1
    return Profile(seed, ballots, options)


@dataclass(frozen=True)
class Rules:
    """How a single transferable vote is counted, in what programs differ about. As it stands: the Scottish way."""

    rounds_down: bool = True
    whole_quota: bool = True
    surpluses_apart: bool = True
    weighs_papers: bool = True
    one_by_one: bool = True


@dataclass(frozen=True)
class Paper:
    """Some equal ballots: what is ranked, by how many, and what each is worth now."""

    ranking: Ballot
    number: int
    value: Fraction = Fraction(1)


class Recount:
    """One single transferable vote, counted by any `Rules`; raises `Tied` where a choice among equals is needed."""

    def __init__(self, ballots: Ballots, options: int, seats: int, rules: Rules) -> None:
        self.rules = rules
        self.seats = seats
        valid = sum(number for ballot, number in ballots.items() if ballot)
        self.quota = Fraction(valid // (seats + 1) + 1) if rules.whole_quota else Fraction(valid, seats + 1)
        self.continuing = set(range(options))
        self.held: dict[int, list[Paper]] = {option: [] for option in range(options)}
        self.elected: list[int] = []
        self.hand_out([Paper(ballot, number) for ballot, number in ballots.items() if ballot])

    def winners(self) -> list[int]:
        """Count to the end and return who is elected."""
        waiting: list[int] = []
        while True:
            waiting += self.elect()
            if len(self.elected) == self.seats:
                return self.elected
            waiting = [option for option in waiting if self.votes(option) > self.quota]
            if waiting:
                most = max(map(self.votes, waiting))
                chosen = [alone(waiting, most, self.votes)] if self.rules.surpluses_apart else list(waiting)
                for option in chosen:
                    self.pass_on(option, self.votes(option) - self.quota)
                    waiting.remove(option)
            else:
                leaving = [self.lowest()] if self.rules.one_by_one else self.hopeless()
                self.continuing -= set(leaving)
                for option in leaving:
                    self.pass_on(option, self.votes(option))

    def elect(self) -> list[int]:
        reached = [option for option in self.continuing if self.has_quota(self.votes(option))]
        if len(self.continuing) <= self.seats - len(self.elected):
            reached = list(self.continuing)
        self.continuing -= set(reached)
        self.elected += sorted(reached, key=self.votes, reverse=True)
        return reached

    def has_quota(self, votes: Fraction) -> bool:
        return votes >= self.quota if self.rules.whole_quota else votes > self.quota

    def pass_on(self, option: int, worth: Fraction) -> None:
        """Move all papers of an option, worth so much together, to their next choices."""
        total, papers = self.votes(option), self.held[option]
        self.held[option] = []
        number = sum(paper.number for paper in papers)
        moved = []
        for paper in papers:
            value = paper.value * worth / total if self.rules.weighs_papers else worth / number
            if self.rules.rounds_down:
                value = Fraction(floor(value * 100_000), 100_000)
            moved.append(Paper(paper.ranking, paper.number, value))
        self.hand_out(moved)

    def hand_out(self, papers: list[Paper]) -> None:
        for paper in papers:
            upper = next((option for option in paper.ranking if option in self.continuing), None)
            if upper is not None:
                self.held[upper].append(paper)

    def votes(self, option: int) -> Fraction:
        return sum((paper.number * paper.value for paper in self.held[option]), Fraction(0))

    def lowest(self) -> int:
        return alone(self.continuing, min(map(self.votes, self.continuing)), self.votes)

    def hopeless(self) -> list[int]:
        """Return, as pyrankvote does, each beyond the seats who with all below has no more than the next above has."""
        order = sorted(self.continuing, key=self.votes, reverse=True)
        votes = [self.votes(option) for option in order]
        if len(set(votes)) < len(votes):
            raise Tied
        beyond = range(self.seats - len(self.elected), len(order))
        return [order[place] for place in beyond if sum(votes[place:]) <= votes[place - 1]]


def runoff(ballots: Ballots, options: int) -> int:
    """Return the winner of an instant runoff."""
    left = set(range(options))
    while True:
        firsts = [next((option for option in ballot if option in left), None) for ballot in ballots]
        votes = {
            option: sum(number for first, number in zip(firsts, ballots.values(), strict=True) if first == option)
            for option in left
        }
        for option in left:
            if 2 * votes[option] > sum(votes.values()):
                return option
        left.remove(alone(left, min(votes.values()), votes.__getitem__))


def alone(options: Collection[int], mark: Number, votes: Callable[[int], Number]) -> int:
    """Return the one option that has so many votes."""
    found = [option for option in options if votes(option) == mark]
    if len(found) > 1:
        raise Tied
    return found[0]


def preferring(ballots: Ballots, one: int, other: int) -> int:
    """Return how many rank one option over another; not to name it is to rank it last."""
    return sum(
        number
        for ballot, number in ballots.items()
        if one in ballot and (other not in ballot or ballot.index(one) < ballot.index(other))
    )
