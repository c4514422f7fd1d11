"""Every card and form of quotes and exports with the longest values that can stand on it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from bot.approvals.rules import State
from bot.digests.export import Past
from bot.digests.exporting import Material, Standing
from bot.reports.details import Detail, Kind
from bot.reports.passages import LONGEST_QUOTE, MOST_QUOTES
from bot.reports.quotes import Checked, Quotable, Quote
from bot.reports.rules import LONGEST_TEXT, Case
from bot.reports.taxonomy import Dimension
from bot.texts import Translate
from cogs.digests import export_cards
from cogs.reports import desk_cards, quotes_cards
from cogs.reports.desk_cards import Place
from tests.words.longest import NOW, STATUS_WORDS, TODAY, TOKEN, Shown, busy_case, facets, guild, narrow, proposals


def quotable(t: Translate, text: str) -> Case:
    return replace(busy_case(t, text, 1), facets={**facets(t), Dimension.CONSENT: "quote"})


def quote_cards(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    place = Place(99, narrow(t))
    for letter in ("x", "*"):
        chosen = tuple(Quote(TOKEN[:-1] + str(each), "OTHER", letter * LONGEST_QUOTE) for each in range(MOST_QUOTES))
        for text, kept in (("x", ()), (letter * LONGEST_TEXT, chosen[:1]), ("x", chosen)):
            case = quotable(t, text)
            found = Quotable(case, kept)
            yield quotes_cards.quotes, quotes_cards.quotes(t, found, place)
            yield desk_cards.case_at_desk, desk_cards.case_at_desk(t, case, STATUS_WORDS, place)
            form = place.route("quoted", "abcdef", TOKEN)
            yield quotes_cards.quote_form, quotes_cards.quote_form(t, form, found.report_text)
        ways = place.route("requote", "abcdef"), place.route("keepquote", "abcdef", TOKEN)
        details = tuple(Detail(kind, "*" * 60, 0, 60) for kind in Kind for _ in range(3))
        checked = Checked(letter * LONGEST_QUOTE, details)
        yield quotes_cards.warning, quotes_cards.warning(t, checked, *ways)


def export_cards_of(t: Translate) -> Iterator[tuple[Callable[..., Any], Shown]]:
    many = tuple(Quote(TOKEN, "OTHER", letter * LONGEST_QUOTE) for letter in "x*" * 60)
    for period, some in ((None, ()), (TODAY, ()), (TODAY, many)):
        standing = Standing(guild(), period, some, None, None)
        yield export_cards.export, export_cards.export(t, standing)
        for number in (0, 23):
            yield export_cards.quotes, export_cards.quotes(t, standing, number)
    material = Material(guild(), (Past(TODAY, 5, ()),), many, (), NOW)
    names = [f"impact-2026-11-20.{ending}" for ending in ("md", "csv", "json")]
    for is_old in (True, False):
        yield export_cards.files, export_cards.files(t, material, names, is_old=is_old)
    (proposal,) = proposals(["digests:export"], [State.OPEN])
    yield export_cards.proposed, export_cards.proposed(t, proposal)


QUOTE_BUILDERS = (quote_cards, export_cards_of)
