"""The trust cog: `/trust`, `/privacy`, `/help`, `/mydata`, `/audit`, `/deskaudit`, `/panic` and `/burn`."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import StewardClient
from bot.refusals import N_, Refusal
from bot.trust.service import HEAD_KIND
from cogs.interactions import Request, answers
from cogs.layout import card
from cogs.trust import cards, chain_cards


class Trust(commands.Cog):
    """Tell anybody who asks what Steward is and keeps, and let organizers pull the brake."""

    mydata = app_commands.Group(name="mydata", description=N_("What can be found about you, and erasing it"))

    def __init__(self, client: StewardClient) -> None:
        self._guilds = client.steward.guilds
        self._trust = client.steward.trust
        self._approvals = client.steward.approvals
        client.steward.outgoing.render_with(HEAD_KIND, chain_cards.head)

    @app_commands.command(name="trust", description=N_("Who runs this Steward, and what it keeps"))
    async def trust(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Show the trust card."""
        request = Request(interaction)
        await request.show(cards.about(request.t, await self._trust.about(request.actor.guild_id)))

    @app_commands.command(name="privacy", description=N_("Who can see what, in plain words"))
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def privacy(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Show the privacy card."""
        request = Request(interaction)
        guild = None if request.is_direct else await self._guilds.find(request.actor.guild_id)
        await request.show(cards.privacy(request.t, guild))

    @app_commands.command(name="help", description=N_("What Steward can do for you"))
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def help(self, interaction: discord.Interaction[StewardClient]) -> None:
        """List the commands that the person can use."""
        request = Request(interaction)
        is_organizer = is_administrator = False
        if not request.is_direct:
            is_administrator = request.actor.is_administrator
            try:
                await self._guilds.organizer(request.actor)
                is_organizer = True
            except Refusal:
                pass
        await request.show(cards.help_card(request.t, is_organizer=is_organizer, is_administrator=is_administrator))

    @mydata.command(name="export", description=N_("See what can be found about you in this server"))
    async def export(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Show what can be found about the person."""
        request = Request(interaction)
        await request.show(cards.own_data(request.t, await self._trust.export(request.actor)))

    @mydata.command(name="delete", description=N_("Erase what can be found about you in this server"))
    async def delete(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Erase what can be found about the person."""
        request = Request(interaction)
        await request.show(cards.deleted(request.t, anything=await self._trust.delete(request.actor)))

    @app_commands.command(name="audit", description=N_("What organizers did here, sealed row by row"))
    async def audit(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Show the public audit chain."""
        request = Request(interaction)
        lines, head = await self._trust.chain(request.actor.guild_id)
        await request.show(chain_cards.audit(request.t, lines, head, N_("Audit chain")))

    @app_commands.command(name="deskaudit", description=N_("Organizers: what organizers did with cases"))
    async def desk_audit(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Show the desk's audit chain."""
        request = Request(interaction)
        lines = await self._trust.desk_chain(request.actor)
        await request.show(chain_cards.audit(request.t, lines, None, N_("What organizers did with cases")))

    @app_commands.command(name="panic", description=N_("Organizers: freeze everything at once"))
    async def panic(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Explain freezing, or thawing if it is frozen."""
        request = Request(interaction)
        await request.show(cards.panic(request.t, await self._guilds.organizer(request.actor)))

    @answers("trust:freeze:v1")
    async def freeze(self, request: Request) -> None:
        """Freeze."""
        await request.show(cards.panic(request.t, await self._guilds.freeze(request.actor)))

    @answers("trust:thaw:v1")
    async def propose_thaw(self, request: Request) -> None:
        """Propose to thaw."""
        await self._propose(request, "guilds:thaw")

    @app_commands.command(name="burn", description=N_("Organizers: propose to erase everything of this server"))
    async def burn(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Explain erasing."""
        request = Request(interaction)
        await self._guilds.organizer(request.actor)
        await request.show(cards.burn(request.t))

    @answers("trust:burn:v1")
    async def propose_burn(self, request: Request) -> None:
        """Propose to erase everything."""
        await self._propose(request, "guilds:burn")

    async def _propose(self, request: Request, kind: str) -> None:
        proposal = await self._approvals.propose(request.actor, kind, {})
        sentence = request.t(
            "Proposed. All organizers are told in their channel; one of them must agree before {when}."
        )
        await request.show(card(sentence.format(when=discord.utils.format_dt(proposal.expires_at, "f"))))


async def setup(client: StewardClient) -> None:
    """Load the cog."""
    await client.add_cog(Trust(client))
