"""Every card of results with the longest values that can stand on it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from bot.ids import ChannelId, GuildId, PollId
from bot.outgoing import Illustrated
from bot.polls import tallying
from bot.polls.closing import result_contents
from bot.polls.conduct import LONGEST_OUTCOME
from bot.polls.counting.ballots import Ballots
from bot.polls.counting.lots import commitment
from bot.polls.counting.motions import Of, PassRule, Quorum
from bot.polls.counting.results import Method
from bot.polls.rules import AGREED, BY_HANDS, MOST_ELECTORATE, SCORED, Kind, Poll, State, Terms, Voters
from bot.polls.service import LONGEST_REASON, card_contents
from bot.polls.wording import LONGEST_OPTION, LONGEST_TEXT, LONGEST_TITLE, MOST_OPTIONS, Question
from bot.texts import Translate
from cogs.polls import result_cards
from tests.words.longest import HASH, ID, NOW, REFERENCE, Shown

SEED = bytes(range(32))
EACH = 33_333
"""Voters for each option: together nearly as many as can be said to vote."""
NEWLINES = "\n".join("*" * (LONGEST_REASON // 2))


def poll(letter: str, method: Method, kind: Kind, state: State = State.CLOSED) -> Poll:
    options = () if method in AGREED else (letter * LONGEST_OPTION,) * MOST_OPTIONS
    terms = Terms(
        kind,
        method,
        NOW,
        NOW,
        seats=MOST_OPTIONS - 1,
        rule=PassRule(of=Of.ELIGIBLE),
        quorum=Quorum(MOST_ELECTORATE // 2),
        has_ledger=kind is Kind.BALLOT,
    )
    question = Question(letter * LONGEST_TITLE, letter * LONGEST_TEXT, options)
    voters = Voters(electorate=MOST_ELECTORATE)
    sealed = commitment(SEED) if kind is Kind.BALLOT else None
    return Poll(PollId("a" * 8), GuildId(ID), ChannelId(ID), question, terms, voters, state, NOW, sealed)


def ballots(asked: Poll, *, all_level: bool) -> Ballots:
    """Return as many votes for every option, or one more for each than for the one before it, and many blank ones."""
    method, options = asked.terms.method, range(asked.choices)
    more = 0 if all_level else 1
    if method in SCORED:
        return {tuple(5 if one == other else 1 for other in options): EACH + more * one for one in options}
    return (
        {**{(one, (one + 1) % len(options)): EACH + more * one for one in options}, (): 99_999}
        if (method not in BY_HANDS)
        else {**{(one,): EACH + more * one for one in options}, (): 99_999}
    )


def contents(asked: Poll, *, all_level: bool, **others: Any) -> dict[str, Any]:
    seed = SEED if asked.is_secret else None
    result = tallying.outcome(asked, ballots(asked, all_level=all_level), seed)
    told = result_contents(asked, result, 999_999, HASH if asked.terms.has_ledger else None)
    return dict(json.loads(json.dumps({**told, **others})))


def words(shown: Any) -> Shown:
    """Return the message as it is sent with its picture."""
    return shown.view if isinstance(shown, Illustrated) else shown


def counted(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    outcome = {"outcome": "*" * LONGEST_OUTCOME, "review": "2026-12-31"}
    asked = [(Kind.BALLOT, method) for method in Method] + [(Kind.HANDS, method) for method in BY_HANDS]
    for letter, (kind, method), all_level in product("x*", asked, (True, False)):
        question = poll(letter, method, kind)
        told = contents(question, all_level=all_level)
        yield result_cards.result_post, words(result_cards.result_post(told, t, REFERENCE))
        yield result_cards.result, words(result_cards.result(t, {**told, **outcome}))
        unlisted = {**told, "list_hash": None, "result": {**told["result"], "is_quorate": False}}
        yield result_cards.result_post, words(result_cards.result_post(unlisted, t, REFERENCE))
        few = {**told, "result": dict(tallying.TOO_FEW), "reasons": 0, "list_hash": None}
        yield result_cards.result_post, words(result_cards.result_post(few, t, REFERENCE))
        for number in (0, 3, 11, 99):
            yield result_cards.rounds, result_cards.rounds(t, question, told["result"], number)


def others(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    for letter in ("x", "*"):
        asked = poll(letter, Method.CONSENT, Kind.BALLOT)
        names = [f"poll-{asked.id}-{name}" for name in ("result.md", "result.csv", "result.json", "list.tsv")]
        for list_hash in (None, HASH):
            yield result_cards.files, result_cards.files(t, asked, names, list_hash)
        for given, number in product(([], [letter * LONGEST_REASON] * 20, [NEWLINES] * 20), (0, 1, 99)):
            yield result_cards.reasons, result_cards.reasons(t, asked, given, number)
        for state in set(State) - {State.DRAFT, State.CLOSED}:
            waiting = card_contents(replace(asked, state=state))
            yield result_cards.no_result, result_cards.no_result(t, waiting)


RESULT_BUILDERS = (counted, others)
