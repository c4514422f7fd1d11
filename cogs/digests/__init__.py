"""The digests cogs: how a digest is posted, and `/impact` for organizers; exports in `exports`."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import StewardClient
from bot.digests.service import KIND, PART
from bot.refusals import N_
from cogs.digests import cards
from cogs.digests.exports import Exports
from cogs.digests.planning import DigestDesk
from cogs.interactions import Request, answers


class Digests(commands.Cog):
    """Let organizers look at the numbers between two digests."""

    impact = app_commands.Group(
        name="impact", description=N_("Organizers: what reports say about AI at work, in numbers")
    )

    def __init__(self, client: StewardClient, exports: Exports) -> None:
        self._digests = client.steward.digests
        self._exports = exports

    @impact.command(name="show", description=N_("Organizers: the numbers that may be shown"))
    async def impact_show(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Show what has been published."""
        request = Request(interaction)
        await request.show(cards.impact(request.t, await self._digests.impact(request.actor)))

    @impact.command(name="export", description=N_("Organizers: the numbers as files and a brief for bargaining"))
    async def impact_export(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Hand out the files that two organizers agreed to, or say what it takes."""
        await self._exports.show(Request(interaction))

    @answers("digests:impact:v1")
    async def choose(self, request: Request) -> None:
        """Show one question in full."""
        found = await self._digests.impact(request.actor)
        await request.show(cards.impact(request.t, found, request.values[0]))


async def setup(client: StewardClient) -> None:
    """Load the cog, and say how digests are posted."""
    client.steward.outgoing.render_with(KIND, cards.digest, rest=cards.rest)
    client.steward.outgoing.render_with(PART, cards.part)
    exports = Exports(client)
    await client.add_cog(Digests(client, exports))
    await client.add_cog(exports)
    await client.add_cog(DigestDesk(client))
