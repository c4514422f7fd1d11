"""Every card and form of polls for everybody and for voters with the longest values that can stand on it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from bot.ids import ChannelId, GuildId, PollId, RoleId
from bot.polls import ledger, marking
from bot.polls.counting.ballots import BLANK
from bot.polls.counting.motions import Of, PassRule, Quorum
from bot.polls.counting.results import Method
from bot.polls.records import Published
from bot.polls.rules import BY_HANDS, SCORED, VOID_REASONS, Kind, Poll, State, Terms, Voters
from bot.polls.service import LONGEST_NAME, Checked, Listed, ShownHand, card_contents
from bot.polls.wording import LONGEST_OPTION, LONGEST_TEXT, LONGEST_TITLE, MOST_OPTIONS, Question
from bot.texts import Translate
from cogs.polls import ballot_cards as ballots
from cogs.polls import ballot_forms, cards
from cogs.polls import member_cards as members
from cogs.polls.ballot_cards import Unfinished
from tests.words.longest import HASH, ID, NOW, REFERENCE, Shown

CODE = "W" * ledger.CODE_LENGTH
FAR = datetime.fromtimestamp(2**33, NOW.tzinfo)
LETTERS = ("x", "*")
HANDS = 100_000
FEW = {Method.APPROVAL, Method.SCOTTISH, Method.CONSENT}


def poll(letter: str, kind: Kind, method: Method, state: State = State.OPEN, *, is_bound: bool = True) -> Poll:
    """Return a poll that says as much as one can; `is_bound`: ballots are final, with a checkable list."""
    options = tuple(f"{number:02}{letter * (LONGEST_OPTION - 2)}" for number in range(MOST_OPTIONS))
    is_secret = kind is Kind.BALLOT
    terms = Terms(
        kind,
        method,
        FAR,
        FAR,
        MOST_OPTIONS - 1,
        PassRule(Fraction(97, 100), Of.VOTES),
        Quorum(999_999, Fraction(97, 100)),
        can_change=not is_bound,
        has_ledger=is_bound and is_secret,
    )
    return Poll(
        PollId("a" * 8),
        GuildId(ID),
        ChannelId(ID),
        Question(letter * LONGEST_TITLE, letter * LONGEST_TEXT, () if method in cards.SAYINGS else options),
        terms,
        Voters(RoleId(ID), joined_before=True, account_age_days=365, electorate=1_000_000),
        state,
        NOW,
        HASH if is_secret else None,
    )


def published(letter: str, state: State) -> Published:
    outcome = letter * LONGEST_TEXT if state is State.CLOSED else None
    reason = next(iter(VOID_REASONS)) if state is State.VOID else None
    return Published(None, (), None, outcome, date(2026, 12, 31), NOW, is_shredded=True, void_reason=reason)


def every_poll() -> Iterator[Poll]:
    for letter in LETTERS:
        for method in Method:
            yield poll(letter, Kind.BALLOT, method)
        for method in BY_HANDS:
            yield poll(letter, Kind.HANDS, method)
    for method in Method:
        yield poll("x", Kind.BALLOT, method, is_bound=False)


def poll_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    for asked in every_poll():
        letter = asked.question.title[0]
        for state in State:
            shown = replace(asked, state=state)
            hands = None if asked.is_secret else [HANDS] * asked.choices
            contents = card_contents(shown, hands, HANDS, published(letter, state))
            yield cards.poll_card, cards.poll_card(contents, t, REFERENCE)
            yield members.read, members.read(t, contents)
        hidden = replace(asked, terms=replace(asked.terms, is_hidden=True))
        preview = {**card_contents(hidden), "is_preview": True}
        yield cards.poll_card, cards.poll_card(preview, t, REFERENCE)
    for letter in LETTERS:
        told = {"id": "a" * 8, "title": letter * LONGEST_TITLE, "closes": 2**33, "number": 9_999}
        hashes = ["f" * ledger.HASH_LETTERS] * ledger.LARGEST_BATCH
        yield cards.reminder, cards.reminder(told, t, REFERENCE)
        yield cards.batch, cards.batch({**told, "hashes": hashes}, t, REFERENCE)


def marked(asked: Poll) -> list[str]:
    """Return marks of a ballot from none to all of them."""
    method, choices = asked.terms.method, asked.choices
    if method in SCORED:
        return ["5" * given for given in (0, 1, choices - 1)]
    whole = marking.written(Method.APPROVAL, tuple(range(choices)))
    return ["", whole[:1]] if method in {Method.SINGLE, *cards.SAYINGS} else ["", whole[:1], whole[:-1], whole]


def voting_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    for asked in every_poll():
        name, order = asked.question.title[0] * LONGEST_NAME, list(range(asked.choices))
        hidden = replace(asked, terms=replace(asked.terms, is_hidden=True))
        for marks in marked(asked):
            on = Unfinished(asked, marks, CODE if asked.terms.has_ledger else "")
            hand = None if asked.is_secret else (0,) if marks else BLANK
            yield ballots.ballot, ballots.ballot(t, on, order, hand, name)
            yield ballots.review, ballots.review(t, on, name)
        scored = Unfinished(asked, marking.BLANK_TEXT)
        if asked.terms.method in SCORED:
            scored = Unfinished(asked, "5" * asked.choices, CODE)
        yield ballots.review, ballots.review(t, scored, name)
        yield ballots.ballot, ballots.ballot(t, Unfinished(hidden), order, None, name)
        yield ballots.receipt, ballots.receipt(t, asked, f"{'w' * ledger.LONGEST_WORDS} {CODE}")
        for each in (asked, hidden):
            yield ballots.hand_raised, ballots.hand_raised(t, each)
            yield ballots.hand_lowered, ballots.hand_lowered(t, each)
        if ballot_forms.needs_form(asked):
            place = scored.place("sealed")
            yield ballot_forms.casting_form, ballot_forms.casting_form(t, place, asked)


def finding_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    yield members.listing, members.listing(t, [], [])
    for asked in (each for each in every_poll() if each.terms.method in FEW):
        several = [
            Listed(replace(asked, id=PollId(f"{state[:4]}{number:04}"), state=state), needs_me=state is State.OPEN)
            for number in range(members.PAGE)
            for state in (State.OPEN, State.SCHEDULED, State.COUNTING)
        ]
        over = [replace(asked, id=PollId(f"{number:07}a"), state=State.CLOSED) for number in range(members.PAGE)]
        for number in range(4):
            yield members.listing, members.listing(t, several, over, number)
        letter = asked.question.title[0]
        hands = [ShownHand(letter * LONGEST_NAME, (number % asked.choices,)) for number in range(200)]
        hands += [ShownHand(letter * LONGEST_NAME, BLANK)] * 50
        for number in range(8):
            yield members.who_said_what, members.who_said_what(t, asked, hands, number)
        closed = replace(asked, state=State.CLOSED)
        yield members.who_said_what, members.who_said_what(t, closed, [])
        tracker = f"{letter * ledger.LONGEST_WORDS} {CODE}"
        whole = marked(asked)[-1] if asked.terms.method not in SCORED else "5" * asked.choices
        for ballot in (whole, marking.BLANK_TEXT, None):
            found = Checked(asked, is_posted=True, is_listed=True, ballot=ballot, other=(tracker, whole))
            yield members.checked, members.checked(t, found, tracker)
        for is_posted, state in ((True, State.OPEN), (False, State.OPEN), (False, State.CLOSED)):
            found = Checked(replace(asked, state=state), is_posted=is_posted, is_listed=False)
            yield members.checked, members.checked(t, found, tracker)


BALLOT_BUILDERS = (poll_cards, voting_cards, finding_cards)
