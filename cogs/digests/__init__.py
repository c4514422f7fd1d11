"""The digests cog: how a digest is posted, and `/impact` for organizers."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import StewardClient
from bot.digests.service import KIND
from bot.refusals import N_
from cogs.digests import cards
from cogs.digests.planning import DigestDesk
from cogs.interactions import Request, answers


class Digests(commands.Cog):
    """Let organizers look at the numbers between two digests."""

    def __init__(self, client: StewardClient) -> None:
        self._digests = client.steward.digests

    @app_commands.command(name="impact", description=N_("Organizers: what reports say about AI at work, in numbers"))
    async def impact(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Show what has been published."""
        request = Request(interaction)
        await request.show(cards.impact(request.t, await self._digests.impact(request.actor)))

    @answers("digests:impact:v1")
    async def choose(self, request: Request) -> None:
        """Show one question in full."""
        found = await self._digests.impact(request.actor)
        await request.show(cards.impact(request.t, found, request.values[0]))


async def setup(client: StewardClient) -> None:
    """Load the cog, and say how digests are posted."""
    client.steward.outgoing.render_with(KIND, cards.digest)
    await client.add_cog(Digests(client))
    await client.add_cog(DigestDesk(client))
