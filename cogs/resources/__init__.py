"""The directory of training and help: `/resources`, for everybody to read and for organizers to look after."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import StewardClient
from bot.refusals import N_
from cogs.interactions import Request, answers
from cogs.resources import cards, forms


class HelpDirectory(commands.Cog):
    """Show where members find training and help, and let organizers look after it."""

    def __init__(self, client: StewardClient) -> None:
        self._resources = client.steward.resources

    @app_commands.command(name="resources", description=N_("Find courses, legal help, somebody to talk to, and more"))
    async def resources(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Show everything."""
        await self._show(Request(interaction))

    @answers("resources:kind:v1")
    async def choose_kind(self, request: Request) -> None:
        """Show one kind, or all."""
        region, language = request.arguments
        await self._show(request, request.values[0], region, language)

    @answers("resources:region:v1")
    async def choose_region(self, request: Request) -> None:
        """Show what fits a region."""
        kind, language = request.arguments
        await self._show(request, kind, request.values[0], language)

    @answers("resources:language:v1")
    async def choose_language(self, request: Request) -> None:
        """Show what fits a language."""
        kind, region = request.arguments
        await self._show(request, kind, region, request.values[0])

    @answers("resources:page:v1")
    async def turn_page(self, request: Request) -> None:
        """Show another page of what was chosen."""
        kind, region, language, number = request.arguments
        await self._show(request, kind, region, language, int(number))

    # For organizers

    @answers("resources:open:v1")
    async def open_entry(self, request: Request) -> None:
        """Show one entry to whoever may change it."""
        await self._open(request, request.values[0])

    @answers("resources:new:v1")
    async def begin(self, request: Request) -> None:
        """Open the form for a new entry."""
        new_id = await self._resources.new_entry(request.actor)
        await request.ask(forms.words_form(request.t, f"resources:added:v1:{new_id}"))

    @answers("resources:added:v1")
    async def add(self, request: Request) -> None:
        """Add an entry and show it, so that region, language and days can follow."""
        (resource_id,) = request.arguments
        await self._resources.add(request.actor, resource_id, forms.filled_words(request.fields))
        await self._open(request, resource_id)

    @answers("resources:change:v1")
    async def word(self, request: Request) -> None:
        """Open the form for the words of an entry."""
        found = (await self._resources.opened(request.actor, request.arguments[0])).resource
        await request.ask(forms.words_form(request.t, f"resources:changed:v1:{found.id}", found.words))

    @answers("resources:changed:v1")
    async def change(self, request: Request) -> None:
        """Keep an entry in other words."""
        (resource_id,) = request.arguments
        await self._resources.change(request.actor, resource_id, forms.filled_words(request.fields))
        await self._open(request, resource_id)

    @answers("resources:terms:v1")
    async def ask_terms(self, request: Request) -> None:
        """Open the form for region, language and days."""
        found = (await self._resources.opened(request.actor, request.arguments[0])).resource
        await request.ask(forms.terms_form(request.t, f"resources:termed:v1:{found.id}", found.terms))

    @answers("resources:termed:v1")
    async def choose_terms(self, request: Request) -> None:
        """Keep region, language and days."""
        (resource_id,) = request.arguments
        await self._resources.choose_terms(request.actor, resource_id, *forms.filled_terms(request.fields))
        await self._open(request, resource_id)

    @answers("resources:confirm:v1")
    async def confirm(self, request: Request) -> None:
        """Note that an entry is still right."""
        (resource_id,) = request.arguments
        await self._resources.confirm(request.actor, resource_id)
        await self._open(request, resource_id)

    @answers("resources:takeout:v1")
    async def take_out(self, request: Request) -> None:
        """Show an entry no more."""
        (resource_id,) = request.arguments
        await self._resources.take_out(request.actor, resource_id)
        await self._show(request)

    @answers("resources:putback:v1")
    async def put_back(self, request: Request) -> None:
        """Show an entry of the starter set again."""
        await self._put_back(request, request.values[0])

    @answers("resources:first:v1")
    async def use_first_words(self, request: Request) -> None:
        """Forget what this server has made of an entry of the starter set."""
        await self._put_back(request, request.arguments[0])

    # Steps that several of the above share

    async def _put_back(self, request: Request, resource_id: str) -> None:
        await self._resources.put_back(request.actor, resource_id)
        await self._open(request, resource_id)

    async def _open(self, request: Request, resource_id: str) -> None:
        await request.show(cards.entry(request.t, await self._resources.opened(request.actor, resource_id)))

    async def _show(
        self,
        request: Request,
        kind: str = cards.ANY,
        region: str = cards.ANY,
        language: str = cards.ANY,
        number: int = 0,
    ) -> None:
        chosen = [None if each == cards.ANY else each for each in (kind, region, language)]
        await request.show(cards.directory(request.t, await self._resources.listed(request.actor, *chosen), number))


async def setup(client: StewardClient) -> None:
    """Load the cog."""
    await client.add_cog(HelpDirectory(client))
