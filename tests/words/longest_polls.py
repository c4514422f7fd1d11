"""Every card and form for writing polls with the longest values that can stand on it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from string import ascii_letters
from typing import Any
from zoneinfo import ZoneInfo

from bot.ids import ChannelId, GuildId, PollId, RoleId
from bot.polls.counting.motions import Of, PassRule, Quorum
from bot.polls.counting.results import Method
from bot.polls.drafts import Draft
from bot.polls.rules import BY_HANDS, MOST_ELECTORATE, MOST_GATE_DAYS, Kind, Poll, Terms, Voters
from bot.polls.templates import TEMPLATES
from bot.polls.wording import LONGEST_OPTION, LONGEST_TEXT, LONGEST_TITLE, MOST_OPTIONS, Question
from bot.refusals import Refusal
from bot.texts import Translate
from cogs.polls import composer_cards as composer
from cogs.polls import composer_forms as forms
from tests.words.longest import ID, NOW, TOKEN, Shown, guild

POLL_ID = PollId("a" * 8)
RULE = PassRule(Fraction(6667, 10_000), Of.ELIGIBLE)
QUORUM = Quorum(share=Fraction(6667, 10_000))
ZONE = ZoneInfo("America/Argentina/ComodRivadavia")
PLACE = f"polldraft:begun:v1:{TOKEN}:{ID}:{max(TEMPLATES, key=len)}"


def poll(letter: str, kind: Kind, method: Method, *, promised: bool = True, options: int = MOST_OPTIONS) -> Poll:
    """Return a poll that fills every text it has. `letter` is `*` for what takes twice its room once it is escaped."""
    named = tuple(f"{each}{letter * (LONGEST_OPTION - 1)}" for each in ascii_letters[:options])
    question = Question(letter * LONGEST_TITLE, letter * LONGEST_TEXT, named)
    terms = Terms(
        kind,
        method,
        NOW + timedelta(days=60),
        opens_at=NOW,
        seats=MOST_OPTIONS - 1,
        rule=RULE,
        quorum=QUORUM,
        can_change=promised,
        has_ledger=promised,
        is_hidden=promised,
    )
    voters = Voters(RoleId(ID), account_age_days=MOST_GATE_DAYS, electorate=MOST_ELECTORATE)
    return Poll(POLL_ID, GuildId(ID), ChannelId(ID), question, terms, voters)


def polls() -> Iterator[Poll]:
    """Yield a poll of every kind and method, with every promise and with none."""
    for letter in ("x", "*"):
        for method in Method:
            for kind in Kind:
                if kind is Kind.BALLOT or method in BY_HANDS:
                    for promised in (True, False):
                        yield poll(letter, kind, method, promised=promised)


def composing_polls(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    refusal = max(poll_refusals(), key=lambda kind: len(t(kind.sentence)))
    values = dict.fromkeys(("ahead", "minutes", "days", "limit", "lowest", "one", "other"), MOST_ELECTORATE)
    for written in polls():
        draft = Draft(written, guild(), None)
        yield composer.composer, composer.composer(t, draft)
        yield composer.composer, composer.composer(t, replace(draft, lacking=refusal(**values)))
        yield composer.confirm, composer.confirm(t, draft)
        yield composer.discard, composer.discard(t, draft)
        yield composer.published, composer.published(t, written)
        at_once = replace(written, terms=replace(written.terms, opens_at=None))
        yield composer.published, composer.published(t, at_once)
    for method in Method:
        terms = replace(poll("*", Kind.BALLOT, method).terms, opens_at=None)
        bare = Poll(POLL_ID, GuildId(ID), ChannelId(ID), Question(""), terms)
        too_many = poll("*", Kind.BALLOT, method, options=MOST_OPTIONS + 1)
        unknown = replace(too_many, voters=replace(too_many.voters, electorate=None))
        for odd in (bare, too_many, unknown):
            yield composer.composer, composer.composer(t, Draft(odd, guild(), refusal(**values)))
        yield composer.discard, composer.discard(t, Draft(bare, guild(), None))
    yield composer.discarded, composer.discarded(t)


def poll_forms(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    yield forms.words_form, forms.words_form(t, PLACE, Question(""))
    for template in TEMPLATES.values():
        asked = Question(t(template.title), t(template.text) if template.text else "", template.options)
        yield forms.words_form, forms.words_form(t, PLACE, asked, template.kind, template.method)
    for written in polls():
        terms = written.terms
        yield forms.words_form, forms.words_form(t, PLACE, written.question, terms.kind, terms.method)
        yield forms.times_form, forms.times_form(t, f"polldraft:timed:v1:{POLL_ID}", terms, ZONE)
        yield forms.counting_form, forms.counting_form(t, f"polldraft:counted:v1:{POLL_ID}", terms)
        yield forms.promises_form, forms.promises_form(t, f"polldraft:promised:v1:{POLL_ID}", terms)
        for voters in (written.voters, Voters()):
            yield forms.voters_form, forms.voters_form(t, f"polldraft:gated:v1:{POLL_ID}", voters)


def poll_refusals() -> list[type[Refusal]]:
    return [kind for kind in Refusal.__subclasses__() if kind.__module__.startswith("bot.polls")]


POLL_BUILDERS = (composing_polls, poll_forms)
