"""Ranked ballots as they lie on a table while they are counted: a pile for each option, in parcels. Pure.

Only the pile of the option that leaves is ever touched, so that 100,000 ballots which all differ are quick to count.
"""

from collections.abc import Iterable, Iterator, Sequence

from bot.polls.counting.ballots import Ballots
from bot.polls.counting.results import Round

Paper = Iterator[int]
"""A ballot on the table: the choices it has left. What leaves never returns, so none has to be read twice."""

Parcel = tuple[int, int]
"""What the papers of one parcel share: the value of each vote, and how many voters cast each of these ballots."""


class Piles:
    """The table of one count. All values are whole numbers of 1/`unit` of a vote; blank ballots are left out."""

    def __init__(self, ballots: Ballots, options: int, unit: int = 1) -> None:
        self.is_continuing = [True] * options
        self.votes = [0] * options
        self.exhausted = 0
        self.lost = 0
        self._parcels: list[dict[Parcel, list[Paper]]] = [{} for _ in range(options)]
        together: dict[int, list[Paper]] = {}
        for ballot, number in ballots.items():
            if ballot:
                together.setdefault(number, []).append(iter(ballot))
        for number, papers in together.items():
            self._deal(papers, unit, number)
        self._before = list(self.votes)

    @property
    def continuing(self) -> list[int]:
        """Return the options that are neither elected nor excluded, in their order."""
        return [option for option, continues in enumerate(self.is_continuing) if continues]

    def close(self, options: Iterable[int]) -> None:
        """Let options, elected or excluded, receive no more ballots."""
        for option in options:
            self.is_continuing[option] = False

    def exclude(self, options: Sequence[int]) -> None:
        """Move all ballots of options that are out to their next choices, each at the value it came with."""
        self.close(options)
        for option in options:
            self.votes[option] = 0
            for (value, number), papers in self._taken(option):
                self._deal(papers, value, number)

    def pass_on_surplus(self, option: int, quota: int) -> None:
        """Move all ballots of an elected option to their next choices, worth together what is over the quota.

        The new value of a ballot is surplus × its value ÷ all votes of the option, rounded down. Source: weighted
        inclusive Gregory method, as in rule 48(3) of the Scottish Local Government Elections Order 2007.
        """
        total, accounted = self.votes[option], sum(self.votes) + self.exhausted
        self.votes[option] = quota
        for (value, number), papers in self._taken(option):
            self._deal(papers, value * (total - quota) // total, number)
        self.lost += accounted - sum(self.votes) - self.exhausted

    def row(
        self, *, surplus_of: int | None = None, excluded: tuple[int, ...] = (), elected: tuple[int, ...] = ()
    ) -> Round:
        """Return the round that ends now; what was moved is measured from the row before."""
        transfers = tuple(now - before for now, before in zip(self.votes, self._before, strict=True))
        self._before = list(self.votes)
        return Round(tuple(self.votes), transfers, self.exhausted, self.lost, surplus_of, excluded, elected)

    def _taken(self, option: int) -> Sequence[tuple[Parcel, list[Paper]]]:
        parcels = list(self._parcels[option].items())
        self._parcels[option] = {}
        return parcels

    def _deal(self, papers: list[Paper], value: int, number: int) -> None:
        """Lay papers on the piles of their next choices, each worth `number` votes of `value`."""
        is_continuing = self.is_continuing
        piles: list[list[Paper]] = [[] for _ in is_continuing]
        for paper in papers:
            for option in paper:
                if is_continuing[option]:
                    piles[option].append(paper)
                    break
        for option, pile in enumerate(piles):
            if pile:
                self.votes[option] += len(pile) * number * value
                self._parcels[option].setdefault((value, number), []).extend(pile)
        self.exhausted += (len(papers) - sum(map(len, piles))) * number * value
