"""Polls of meetings: written in one go by whoever chairs, and looked at by what was decided in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cleaning import one_line
from bot.clock import Clock
from bot.database.engine import Transaction
from bot.ids import ChannelId, GuildId
from bot.polls import records, rules, tallying
from bot.polls.counting.results import Method
from bot.polls.rules import OVER, Event, Kind, Poll, State, Terms
from bot.polls.verdicts import Outcome, Translate, summary, verdict
from bot.polls.wording import Question, check_question

AGREEING = frozenset({Outcome.AGREED, Outcome.ELECTED})
"""What must come of a poll so that a decision can rest on it."""


@dataclass(frozen=True, slots=True)
class AtOnce:
    """A poll that was written in one go, to open at once. `options` are typed, one to a line; without any, a motion."""

    token: str
    guild_id: GuildId
    channel_id: ChannelId
    kind: Kind
    title: str
    options: str
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a poll; `words` are `None` while it is not over."""

    poll: Poll
    is_agreed: bool
    words: str | None


class Meetings:
    """What other features do with polls, in their own transactions. They authorize, and leave the row in the chain."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def publish(self, connection: Transaction, asked: AtOnce) -> tuple[Poll, bool]:
        """Publish a poll, to open within seconds; tell whether it was new, since the same token again changes nothing.

        Raises what `check_question` and `rules.check_terms` raise.
        """
        options = tuple(line for line in map(one_line, asked.options.split("\n")) if line)
        question = check_question(Question(one_line(asked.title), options=options), has_options=bool(options))
        terms = Terms(asked.kind, Method.SINGLE if options else Method.MOTION, asked.closes_at)
        poll = Poll(rules.poll_id(asked.token), asked.guild_id, asked.channel_id, question, terms)
        rules.check_terms(terms, poll.voters, poll.choices, self._clock.now())
        published = poll.moved(Event.PUBLISH)
        return published, await records.add(connection, published)

    async def several(self, connection: Transaction, poll_ids: Sequence[str]) -> list[Poll]:
        """Return these polls in their order, without those that are gone."""
        found = [await records.find(connection, poll_id) for poll_id in poll_ids]
        return [poll for poll in found if poll is not None]

    def is_to_count(self, poll: Poll) -> bool:
        """Tell whether a poll takes no more votes and is not counted yet."""
        return poll.state not in OVER and poll.terms.closes_at <= self._clock.now()

    async def came_of(self, connection: Transaction, poll_id: str, t: Translate) -> Came | None:
        """Return what came of a poll, in words; `None` if there is no such poll."""
        poll = await records.find(connection, poll_id)
        if poll is None:
            return None
        if poll.state is State.CLOSED:
            result = (await records.published(connection, poll.id)).result or tallying.TOO_FEW
            is_agreed = verdict(result).outcome in AGREEING
            return Came(poll, is_agreed, summary(result, poll.question.options, t))
        words = {State.VOID: t("The vote was declared void."), State.CANCELLED: t("The vote was called off.")}
        return Came(poll, is_agreed=False, words=words.get(poll.state))
