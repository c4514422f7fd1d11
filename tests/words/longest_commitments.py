"""Every card and form about promises of the employer with the longest values that can stand on it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from bot.commitments.rules import LONGEST_LINK, LONGEST_TEXT, Commitment, Promise, Source, Standing, State
from bot.commitments.service import Listed, Overview
from bot.ids import CommitmentId, GuildId
from bot.reports.packing import EVERY
from bot.reports.rules import LONGEST_TEXT as LONGEST_REPORT
from bot.texts import Translate
from cogs.commitments import cards, forms
from cogs.reports import desk_cards, evidence_cards
from cogs.reports.desk_cards import Place
from tests.words.longest import ID, NOW, STATUS_WORDS, TODAY, TOKEN, Shown, busy_case, longest, narrow

LETTERS = ("x", "*", "x\n", "x ", "x*")
MANY = 60


def promised(t: Translate, letter: str, standing: Standing, number: int = 0) -> Listed:
    text = (letter * LONGEST_TEXT)[:LONGEST_TEXT].strip()
    link = "https://".ljust(LONGEST_LINK, "x")
    source = Source(longest({source.value: label for source, label in forms.SOURCES.items()}, t)[0])
    state = State(standing.value) if standing in {"kept", "broken"} else State.OPEN
    promise = Promise(text, source, TODAY, link)
    return Listed(Commitment(CommitmentId(f"{number:08}"), GuildId(ID), promise, NOW, state), standing, 999_995)


def promise_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    for letter in LETTERS:
        standings = [*Standing] * (MANY // len(Standing))
        mixed = tuple(promised(t, letter, standing, number) for number, standing in enumerate(standings))
        for is_organizer in (True, False):
            shown = Overview(mixed, is_organizer=is_organizer)
            yield from ((cards.overview, cards.overview(t, shown, number)) for number in (0, 5, 99))
            yield cards.overview, cards.overview(t, Overview((), is_organizer=is_organizer))
            for each in mixed[: len(Standing)]:
                yield cards.promise, cards.promise(t, each, is_organizer=is_organizer)
                bare = replace(each.commitment, promise=Promise("x", Source.OTHER))
                unpublished = Listed(bare, each.standing, None)
                yield cards.promise, cards.promise(t, unpublished, is_organizer=is_organizer)
        yield cards.dropping, cards.dropping(t, mixed[0].commitment)
        for commitment in (None, mixed[0].commitment):
            for asks_source in (True, False):
                place = f"commitments:noted:v1:{TOKEN}:petition:{'a' * 8}"
                yield forms.promise_form, forms.promise_form(t, place, commitment, asks_source=asks_source)


def evidence(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    for place in (Place(), Place(99, narrow(t)), Place(99, EVERY)):
        for letter in LETTERS:
            many = [promised(t, letter, standing, number) for number, standing in enumerate([*Standing] * 12)]
            for found, number in (([], 0), (many[:25], 0), (many, 1), (many, 99)):
                yield evidence_cards.promises, evidence_cards.promises(t, found, "abcdef", place, number)
            for is_joined in (True, False):
                for text in ("x" * LONGEST_REPORT, "*" * LONGEST_REPORT):
                    case = replace(busy_case(t, text, is_joined=is_joined), commitment_id=CommitmentId("0" * 8))
                    for promise in (many[0].commitment.promise.text, None):
                        card = desk_cards.case_at_desk(t, case, STATUS_WORDS, place, None, promise)
                        yield desk_cards.case_at_desk, card


COMMITMENT_BUILDERS = (promise_cards, evidence)
