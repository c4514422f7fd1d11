"""The impact picture with the longest values that can stand on it."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from bot.digests.picture import Picture, impact_picture
from bot.digests.rules import CellName, Tally
from bot.reports.taxonomy import CATEGORIES, FAMILY_NAMES, GROUP_NAMES, ROLES
from bot.texts import Translate
from cogs.digests import impact_cards
from cogs.layout import card, fitting
from tests.words.longest import TODAY, Shown, longest

LARGEST = 999_995


def full(t: Translate) -> Picture:
    """Return a picture in which everything is shown, in numbers of six digits, and all has just tripled."""
    cells = [CellName("category", (each,)) for each in longest(CATEGORIES, t, 23)]
    cells += [CellName("role×family", (role, family)) for role in longest(ROLES, t, 24) for family in FAMILY_NAMES]
    cells += [CellName("role×category", (role, category)) for role in ROLES for category in CATEGORIES]
    cells += [CellName("group×family", (group, family)) for group in GROUP_NAMES for family in FAMILY_NAMES]
    history = [
        (TODAY - timedelta(weeks=weeks), [Tally(name, LARGEST // (weeks + 1)) for name in cells])
        for weeks in range(40, 0, -1)
    ]
    return impact_picture(history, [Tally(name, LARGEST) for name in cells], TODAY, 5)


def nearly_nothing() -> Picture:
    """Return the picture of a first digest, which has no trend yet."""
    return impact_picture([], [Tally(CellName("category", ("MON",)), 5)], date(2026, 1, 1), 5)


def alone(t: Translate, shown: Picture) -> Shown:
    return fitting(lambda most: card(*impact_cards.impact_items(t, shown, most)), impact_cards.MOST_LINES)


def pictured(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    for shown in (full(t), nearly_nothing()):
        yield impact_cards.impact_items, alone(t, shown)


IMPACT_BUILDERS = (pictured,)
