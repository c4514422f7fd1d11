"""Quotes at the desk: organizers choose passages of a report whose reporter allows it."""

from discord.ext import commands

from bot.client import StewardClient
from bot.reports.quotes import Quotable
from bot.reports.rules import FormExpired
from cogs.interactions import Request, answers
from cogs.layout import DRAFT
from cogs.reports import forms, quotes_cards
from cogs.reports.desk_cards import Place


class Quotes(commands.Cog):
    """Let organizers choose quotes and take them back."""

    def __init__(self, client: StewardClient) -> None:
        self._quotes = client.steward.quotes

    @answers("reports:quotes:v1")
    async def show(self, request: Request) -> None:
        """Show the quotes from a case."""
        case_id, *place = request.arguments
        await self._show(request, await self._quotes.of_case(request.actor, case_id), place)

    @answers("reports:quote:v1")
    async def choose(self, request: Request) -> None:
        """Open the form with the report's words in it, to be cut down."""
        case_id, *place = request.arguments
        found = await self._quotes.of_case(request.actor, case_id)
        await self._ask(request, case_id, place, found.report_text)

    @answers("reports:quoted:v1")
    async def check(self, request: Request) -> None:
        """Keep a passage, or first show what in it could give the reporter away."""
        case_id, token, *place = request.arguments
        checked = await self._quotes.check(request.actor, case_id, request.fields.get(forms.TEXT, ""))
        if not checked.details:
            found = await self._quotes.choose(request.actor, case_id, token, checked.text)
            await self._show(request, found, place)
            return
        at = Place.unpack(*place[:1])
        ways = at.route("requote", case_id), at.route("keepquote", case_id, token)
        await request.show(quotes_cards.warning(request.t, checked, *ways))

    @answers("reports:requote:v1")
    async def change(self, request: Request) -> None:
        """Open the form again with the passage that was warned about."""
        case_id, *place = request.arguments
        found = await self._quotes.of_case(request.actor, case_id)
        await self._ask(request, case_id, place, request.shown_texts.get(DRAFT, found.report_text))

    @answers("reports:keepquote:v1")
    async def keep(self, request: Request) -> None:
        """Keep a passage that was warned about."""
        case_id, token, *place = request.arguments
        await self._quotes.of_case(request.actor, case_id)  # who may not is told so, and not that a form has expired
        text = request.shown_texts.get(DRAFT)
        if text is None:
            raise FormExpired
        await self._show(request, await self._quotes.choose(request.actor, case_id, token, text), place)

    @answers("reports:unquote:v1")
    async def take_back(self, request: Request) -> None:
        """Take a quote back."""
        case_id, quote_id, *place = request.arguments
        await self._show(request, await self._quotes.take_back(request.actor, case_id, quote_id), place)

    async def _ask(self, request: Request, case_id: str, place: list[str], text: str) -> None:
        custom_id = Place.unpack(*place[:1]).route("quoted", case_id, self._quotes.new_form())
        await request.ask(quotes_cards.quote_form(request.t, custom_id, text))

    async def _show(self, request: Request, found: Quotable, place: list[str]) -> None:
        await request.show(quotes_cards.quotes(request.t, found, Place.unpack(*place[:1])))
