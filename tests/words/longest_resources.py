"""Every card and form of the directory of help with the longest values that can stand on it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from bot.resources import rules
from bot.resources.rules import MOST_OF_OWN, WAITING, Chosen, Resource, Terms, Words, starter
from bot.resources.service import Listing, Opened
from bot.resources.taxonomy import LONGEST_LINK, LONGEST_TAG, LONGEST_TEXT, LONGEST_TITLE, STARTER, Kind
from bot.texts import Translate
from cogs.resources import cards, forms
from tests.words.longest import TODAY, Shown

MARK = "f" * 8


def own(number: int, letter: str, kind: Kind) -> Resource:
    tag = f"{number:02}{letter * (LONGEST_TAG - 2)}"
    words = Words(kind, letter * LONGEST_TITLE, letter * LONGEST_TEXT, "https://".ljust(LONGEST_LINK, "a"))
    terms = Terms(tag, tag, TODAY - timedelta(days=1), TODAY)
    return Resource(f"own-{number:08}", words, terms, is_starter=False, is_checked=True)


def listing(entries: tuple[Resource, ...], kind: str | None, *, is_organizer: bool) -> Listing:
    tags = tuple(dict.fromkeys(tag for each in entries for tag in rules.tags(each.terms.region)))
    return Listing(
        entries,
        Chosen(kind, MARK, MARK),
        tuple(Kind),
        tags,
        tags,
        tuple(STARTER) if is_organizer else (),
        len(STARTER) + MOST_OF_OWN,
        TODAY,
        is_organizer,
    )


def resource_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    set_with_steward = tuple(starter(each) for each in STARTER)
    for letter in ("x", "*"):
        written = tuple(own(number, letter, Kind.TUITION) for number in range(MOST_OF_OWN))
        for is_organizer in (True, False):
            for kind in (None, WAITING, *Kind):
                for entries in ((), set_with_steward, written):
                    shown = listing(entries, kind, is_organizer=is_organizer)
                    for number in range(6):
                        yield cards.directory, cards.directory(t, shown, number)
        yield cards.entry, cards.entry(t, Opened(written[0], TODAY))
        yield forms.words_form, forms.words_form(t, f"resources:changed:v1:{written[0].id}", written[0].words)
        yield forms.terms_form, forms.terms_form(t, f"resources:termed:v1:{written[0].id}", written[0].terms)
    for each in set_with_steward:
        for is_checked in (True, False):
            looked_at = Resource(each.id, each.words, each.terms, is_starter=True, is_checked=is_checked)
            yield cards.entry, cards.entry(t, Opened(looked_at, TODAY))
        yield forms.words_form, forms.words_form(t, f"resources:changed:v1:{each.id}", each.words)
    yield forms.words_form, forms.words_form(t, "resources:added:v1:own-00000000")
    yield forms.terms_form, forms.terms_form(t, "resources:termed:v1:own-00000000", Terms())


RESOURCE_BUILDERS = (resource_cards,)
