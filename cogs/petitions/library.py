"""The demand library: `/demands`, for everybody to read and for organizers to change."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import StewardClient
from bot.petitions.choices import DemandGone
from bot.petitions.taxonomy import Group
from bot.refusals import N_
from cogs.interactions import Request, answers
from cogs.petitions import library_cards, organizer_forms


class DemandLibrary(commands.Cog):
    """Show what petitions can ask for, and let organizers put it in their own words."""

    def __init__(self, client: StewardClient) -> None:
        self._choices = client.steward.choices

    @app_commands.command(name="demands", description=N_("What petitions can ask for, and where it was won"))
    async def demands(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Show the first group."""
        await self._show(Request(interaction), Group.JOBS)

    @answers("demands:group:v1")
    async def choose_group(self, request: Request) -> None:
        """Show another group."""
        await self._show(request, _group(request.values[0]))

    @answers("demands:page:v1")
    async def turn_page(self, request: Request) -> None:
        """Show another page of a group."""
        group, number = request.arguments
        await self._show(request, _group(group), int(number))

    @answers("demands:open:v1")
    async def open_demand(self, request: Request) -> None:
        """Show one demand to whoever may change it."""
        await request.show(
            library_cards.demand(request.t, await self._choices.demand(request.actor, request.values[0]))
        )

    @answers("demands:word:v1")
    async def word(self, request: Request) -> None:
        """Open the form for the words of a demand."""
        found = await self._choices.demand(request.actor, request.arguments[0])
        place = f"demands:worded:v1:{found.id}:{found.group}"
        await request.ask(organizer_forms.demand_form(request.t, place, found))

    @answers("demands:new:v1")
    async def begin(self, request: Request) -> None:
        """Open the form for a demand of the server's own."""
        new_id = await self._choices.new_demand(request.actor)
        place = f"demands:worded:v1:{new_id}:{_group(request.arguments[0])}"
        await request.ask(organizer_forms.demand_form(request.t, place))

    @answers("demands:worded:v1")
    async def keep(self, request: Request) -> None:
        """Keep a demand in the server's own words."""
        demand_id, group = request.arguments
        words = [
            request.fields.get(each, "")
            for each in (organizer_forms.TITLE, organizer_forms.TEXT, organizer_forms.ORIGIN)
        ]
        await self._choices.keep_demand(request.actor, demand_id, group, *words)
        await request.show(library_cards.demand(request.t, await self._choices.demand(request.actor, demand_id)))

    @answers("demands:takeout:v1")
    async def take_out(self, request: Request) -> None:
        """Offer a demand no more."""
        found = await self._choices.demand(request.actor, request.arguments[0])
        await self._choices.take_out(request.actor, found.id)
        await self._show(request, found.group)

    @answers("demands:putback:v1")
    async def put_back(self, request: Request) -> None:
        """Offer a demand of the library again."""
        await self._put_back(request, request.values[0])

    @answers("demands:first:v1")
    async def use_first_words(self, request: Request) -> None:
        """Forget the server's own words for a demand of the library."""
        await self._put_back(request, request.arguments[0])

    async def _put_back(self, request: Request, demand_id: str) -> None:
        await self._choices.put_back(request.actor, demand_id)
        await request.show(library_cards.demand(request.t, await self._choices.demand(request.actor, demand_id)))

    async def _show(self, request: Request, group: Group, number: int = 0) -> None:
        shown = await self._choices.read_library(request.actor)
        await request.show(library_cards.library(request.t, shown, group, number))


def _group(text: str) -> Group:
    """Return a group by its name, which may be forged; raises `DemandGone`."""
    if text not in list(Group):
        raise DemandGone
    return Group(text)
