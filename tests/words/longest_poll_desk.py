"""Every card and form of the organizers' desk for polls with the longest values that can stand on it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from bot.approvals.rules import Proposal
from bot.approvals.rules import State as Decision
from bot.ids import ChannelId, GuildId, PollId, RoleId
from bot.polls.conduct import CLOSE, LONGEST_OUTCOME, Overview, Panel
from bot.polls.counting.motions import Of, PassRule, Quorum
from bot.polls.counting.results import Method
from bot.polls.records import Published
from bot.polls.rules import LOST, RESTORED, VOID_REASONS, Kind, Poll, State, Terms, Voters
from bot.polls.wording import LONGEST_OPTION, LONGEST_TEXT, LONGEST_TITLE, MOST_OPTIONS, Question
from bot.texts import Translate
from cogs.polls import organizer_cards as cards
from cogs.polls import organizer_forms as forms
from cogs.polls.cards import METHODS
from tests.words.longest import ID, NOW, TODAY, Shown, guild, longest


def poll(letter: str, state: State, kind: Kind = Kind.BALLOT, method: Method = Method.SCOTTISH) -> Poll:
    options = tuple(f"{number:02}{letter * (LONGEST_OPTION - 2)}" for number in range(MOST_OPTIONS))
    question = Question(letter * LONGEST_TITLE, letter * LONGEST_TEXT, options)
    rule, quorum = PassRule(Fraction(2, 3), Of.ELIGIBLE), Quorum(999_999, Fraction(2, 3))
    terms = Terms(kind, method, NOW, NOW, MOST_OPTIONS - 1, rule, quorum, has_ledger=True)
    voters = Voters(RoleId(ID), account_age_days=365, electorate=1_000_000)
    opened_at = None if state in {State.DRAFT, State.SCHEDULED, State.CANCELLED} else NOW
    return Poll(PollId("a" * 8), GuildId(ID), ChannelId(ID), question, terms, voters, state, opened_at, "c" * 64)


def panels(t: Translate) -> Iterator[Panel]:
    method = Method(longest({str(each): words for each, words in METHODS.items()}, t)[0])
    nothing = Published(None, (), None, None, None, None, is_shredded=False)
    for letter in ("x", "*", "\n"):
        outcome = f"{letter}x" * (LONGEST_OUTCOME // 2)
        noted = replace(nothing, outcome=outcome, review_on=TODAY, closed_at=NOW, is_shredded=True)
        for state, kind in ((state, kind) for state in State if state is not State.DRAFT for kind in Kind):
            shown = poll("x" if letter == "\n" else letter, state, kind, method)
            yield Panel(shown, noted if state is State.CLOSED else nothing, guild())
            yield Panel(replace(shown, terms=replace(shown.terms, opens_at=None)), nothing, guild())
        for reason in (*VOID_REASONS, LOST, RESTORED):
            void = replace(nothing, void_reason=reason, closed_at=NOW)
            yield Panel(poll("*", State.VOID, method=method), void, guild())


def desk_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    many = 2 * cards.ON_PAGE
    for letter in ("x", "*"):
        groups = [
            [replace(poll(letter, state), id=PollId(f"{number:08}")) for number in range(many)]
            for state in (State.DRAFT, State.SCHEDULED, State.OPEN, State.VOID)
        ]
        for number in range(6):
            for is_over in (False, True):
                yield cards.desk, cards.desk(t, Overview(*groups), number, is_over=is_over)
    untitled = replace(poll("x", State.DRAFT), question=Question(""))
    yield cards.desk, cards.desk(t, Overview([untitled], [], [], []), 0, is_over=False)
    yield cards.desk, cards.desk(t, Overview([], [], [], []), 0, is_over=True)
    for shown in panels(t):
        yield cards.panel, cards.panel(t, shown)
        yield cards.cancelling, cards.cancelling(t, shown.poll)
        yield cards.ending, cards.ending(t, shown.poll)
        place = f"polldesk:extend:v1:{shown.poll.id}"
        yield forms.more_time_form, forms.more_time_form(t, place, shown)
        yield forms.outcome_form, forms.outcome_form(t, place, shown, TODAY)
        yield forms.outcome_form, forms.outcome_form(t, place, shown, TODAY.replace(year=TODAY.year - 1))
    contents = {"poll": "a" * 8, "title": "*" * LONGEST_TITLE}
    proposal = Proposal("a" * 12, GuildId(ID), CLOSE, contents, "", NOW, Decision.OPEN)
    yield cards.proposed, cards.proposed(t, proposal)


POLL_DESK_BUILDERS = (desk_cards,)
