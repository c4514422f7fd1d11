"""The progressive stack: who speaks next, so that those who have spoken least are heard first. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

MOST_REPLIES = 2
"""How many direct replies go ahead of the others one after another: without an end, two people could go on for ever."""


@dataclass(frozen=True, slots=True)
class Hand:
    """A raised hand. `who` is a key that only the caller understands; `arrived` counts up from 0 in one stack."""

    who: int = field(repr=False)
    is_reply: bool = False
    has_priority: bool = False
    arrived: int = 0


@dataclass(frozen=True, slots=True)
class Stack:
    """The raised hands of a meeting, the seconds that each person has spoken, and who speaks now.

    `replies` is how many direct replies were called one after another up to now.
    """

    hands: tuple[Hand, ...] = field(default=(), repr=False)
    spoken: Mapping[int, float] = field(default_factory=dict, repr=False)
    speaker: int | None = field(default=None, repr=False)
    replies: int = 0
    arrivals: int = 0

    def raised(self, who: int, *, is_reply: bool = False, has_priority: bool = False) -> "Stack":
        """Return the stack with a hand; one that is up already keeps its arrival and says what was said last."""
        up = self.hand(who)
        arrived = self.arrivals if up is None else up.arrived
        hands = (*self.lowered(who).hands, Hand(who, is_reply, has_priority, arrived))
        return replace(self, hands=hands, arrivals=self.arrivals + (up is None))

    def lowered(self, who: int) -> "Stack":
        """Return the stack without somebody's hand, if it is up."""
        return replace(self, hands=tuple(hand for hand in self.hands if hand.who != who))

    def called(self, who: int) -> "Stack":
        """Return the stack with somebody speaking whose hand was up; without their hand nothing changes."""
        hand = self.hand(who)
        if hand is None:
            return self
        replies = self.replies + 1 if hand.is_reply else 0
        return replace(self.lowered(who), speaker=who, replies=replies)

    def finished(self, seconds: float) -> "Stack":
        """Return the stack after the present speaker has spoken for so long; without a speaker nothing changes."""
        if self.speaker is None:
            return self
        so_far = self.spoken.get(self.speaker, 0.0)
        return replace(self, spoken={**self.spoken, self.speaker: so_far + max(0.0, seconds)}, speaker=None)

    def hand(self, who: int) -> Hand | None:
        """Return somebody's hand, if it is up."""
        return next((hand for hand in self.hands if hand.who == who), None)

    def has_spoken(self, who: int) -> bool:
        """Tell whether somebody has spoken already, however shortly."""
        return who in self.spoken

    def order(self) -> list[Hand]:
        """Return the hands in the order in which they would be called if nobody raised or lowered one.

        A direct reply goes first, at most two of them in a row. Then come those who have not spoken, then those who
        have spoken least; of equals, whoever says that they are rarely heard, then whoever raised their hand first.
        """
        ranked = sorted(self.hands, key=self._rank)
        replying = [hand for hand in ranked if hand.is_reply]
        others = [hand for hand in ranked if not hand.is_reply]
        found = replying[: max(0, MOST_REPLIES - self.replies)]
        left = replying[len(found) :]
        for hand in others:
            found += [hand, *left[:MOST_REPLIES]]
            left = left[MOST_REPLIES:]
        return found + left

    def _rank(self, hand: Hand) -> tuple[bool, float, bool, int]:
        return (self.has_spoken(hand.who), self.spoken.get(hand.who, 0.0), not hand.has_priority, hand.arrived)
