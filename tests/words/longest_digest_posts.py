"""Digests with the longest values that can stand in them: the first message, and each part of its thread."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from bot.digests.picture import stored
from bot.digests.rules import CellName, Tally
from bot.digests.service import Impact
from bot.outgoing import Illustrated
from bot.petitions.rules import MOST_SIGNATURES
from bot.petitions.service import MOST_IN_DIGEST
from bot.petitions.wording import LONGEST_TITLE as LONGEST_PETITION_TITLE
from bot.polls.verdicts import Outcome
from bot.polls.wording import LONGEST_OPTION
from bot.polls.wording import LONGEST_TITLE as LONGEST_POLL_TITLE
from bot.reports.taxonomy import BROADER, CATEGORIES, EFFECTS, ROLES, VALUES, Dimension
from bot.resources.taxonomy import KINDS, LONGEST_LINK, LONGEST_TAG
from bot.resources.taxonomy import LONGEST_TITLE as LONGEST_RESOURCE_TITLE
from bot.texts import Translate
from bot.townhalls.plans import LONGEST_TITLE as LONGEST_HALL_TITLE
from bot.townhalls.room import LONGEST_NOTE, LONGEST_RESPONSIBLE
from cogs.digests import cards
from tests.words.longest import REFERENCE, TODAY, Shown, longest
from tests.words.longest_impact import full as full_picture

SIGN = "*"
DAY, MOMENT = "2028-11-22", 2**33


def digest_contents(t: Translate) -> dict[str, Any]:
    pairs = [[role, category] for role in longest(ROLES, t, 24) for category in longest(CATEGORIES, t, 23)]
    names = [("category", [each]) for each in longest(CATEGORIES, t, 23)]
    names += [("role", [each]) for each in longest(ROLES, t, 24)]
    names += [("effect", [each]) for each in longest(EFFECTS, t, 5)]
    names += [
        ("role×category", pair)
        for pair in sorted(pairs, key=lambda pair: -len(t(ROLES[pair[0]]) + t(CATEGORIES[pair[1]])))
    ]
    tallies = [[dimension, options, 999_995] for dimension, options in names]
    changes = [
        [dimension, options, 5 * (number % 2), 999_995] for number, (dimension, options) in enumerate(names[::-1])
    ]
    told = {"tallies": tallies, "changes": changes, **subjects(), "picture": stored(full_picture(t))}
    return {**told, "since": "2026-11-20", "is_late": True, "total": 999_995, "k": 5, "audience": "organizers"}


def subjects() -> dict[str, Any]:
    """Return every subject, each of its groups full."""
    petition, poll, hall = (SIGN * each for each in (LONGEST_PETITION_TITLE, LONGEST_POLL_TITLE, LONGEST_HALL_TITLE))
    reached = [petition, MOST_SIGNATURES, MOST_SIGNATURES, MOMENT]
    chosen = {"method": "scottish-stv", "outcome": Outcome.ELECTED, "winners": [SIGN * LONGEST_OPTION] * 24}
    to_do = [SIGN * LONGEST_NOTE, SIGN * LONGEST_RESPONSIBLE, 99, DAY]
    promised = [SIGN * 500, DAY, 999_995]
    entry = [max(KINDS, key=lambda kind: len(KINDS[kind])), SIGN * LONGEST_RESOURCE_TITLE]
    return {
        "petitions": {
            **{name: many([petition, 99_999]) for name in ("unanswered", "delivered", "answered")},
            "open": many([petition, MOST_SIGNATURES - 5, *reached[2:]]),
        },
        "polls": {"closing": many([poll, MOMENT]), "results": many([poll, chosen]), "reviews": many([poll, DAY])},
        "townhalls": {
            **{name: many([hall, MOMENT]) for name in ("coming", "late", "held")},
            "carried": many([SIGN * 500, 99]),
            "actions": many(to_do),
        },
        "commitments": {name: many(promised) for name in ("overdue", "broken", "kept", "due")},
        "resources": {"first": [[*entry, f"https://{'x' * (LONGEST_LINK - 8)}", SIGN * LONGEST_TAG]] * 3, "more": 99},
        "reviews": {"reviews": many(to_do)},
        "directory": {name: many([SIGN * LONGEST_RESOURCE_TITLE, DAY]) for name in ("reviews", "expired")},
    }


def many(line: list[Any]) -> dict[str, Any]:
    """Return a full group."""
    return {"first": [line] * MOST_IN_DIGEST, "more": 99_999}


def every_tally(t: Translate) -> tuple[Tally, ...]:
    told = [Tally(CellName(name, tuple(chosen)), at_least) for name, chosen, at_least in digest_contents(t)["tallies"]]
    others = [name for name in cards.DIMENSIONS if name not in {tally.name.dimension for tally in told}]
    cells = [CellName(each, chosen) for each in others for chosen in product(*map(every_answer, each.split("×")))]
    return (*told, *(Tally(cell, 999_995) for cell in cells))


def every_answer(dimension: str) -> list[str]:
    if dimension == Dimension.MONTH:
        return ["unsaid", "earlier", "2026-09"]
    return list(BROADER[dimension] if dimension in BROADER else VALUES[Dimension(dimension)])


def posts(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    full = digest_contents(t)
    bare: dict[str, Any] = {"tallies": [], "changes": [], "picture": None}
    for contents in (
        full,
        {**full, **{subject: {} for subject in subjects()}},
        {**full, "picture": None, "audience": "members"},
        *({**full, **bare, "total": each, "audience": "urgent"} for each in (0, 999_995)),
    ):
        yield cards.digest, words_of(cards.digest(contents, t, REFERENCE))
        rest = cards.rest(contents, t)
        assert rest is not None
        yield from ((cards.part, cards.part(part.contents, t, REFERENCE)) for part in rest.parts)


def looks(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    yield cards.impact, words_of(cards.impact(t, Impact((), None, 5)))
    every = every_tally(t)
    for only in (None, "role×category", "role×family", "group×family", "tool"):
        for picture in (None, full_picture(t)):
            yield cards.impact, words_of(cards.impact(t, Impact(every, TODAY, 5, picture), only))


def words_of(shown: Shown | Illustrated) -> Shown:
    """Return a message without its pictures' files, which are checked elsewhere."""
    return shown.view if isinstance(shown, Illustrated) else shown


DIGEST_POST_BUILDERS = (posts, looks)
