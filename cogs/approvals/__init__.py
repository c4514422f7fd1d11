"""The approvals cog: `/organizers`, `/decisions`, and the buttons under a proposal."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.approvals.rules import Proposal
from bot.approvals.service import KIND
from bot.client import StewardClient
from bot.ids import Actor, UserId
from bot.refusals import N_
from cogs.approvals import cards
from cogs.interactions import Request, actor_of, answers


class Approvals(commands.Cog):
    """Let organizers propose, agree and veto, and carry out what they decided."""

    def __init__(self, client: StewardClient) -> None:
        self._client = client
        self._guilds = client.steward.guilds
        self._approvals = client.steward.approvals
        client.steward.outgoing.render_with(KIND, cards.announcement)
        client.steward.due.add("decisions", self.carry_out_matured)

    @app_commands.command(name="organizers", description=N_("Organizers: propose who is an organizer from now on"))
    async def organizers(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Show the organizer list as a menu."""
        request = Request(interaction)
        await request.show(cards.organizer_list(request.t, await self._guilds.organizer(request.actor)))

    @answers("approvals:list:v1")
    async def propose_list(self, request: Request) -> None:
        """Propose the list that was chosen."""
        contents = {"organizers": sorted(int(value) for value in request.values)}
        proposal = await self._approvals.propose(request.actor, "guilds:organizers", contents)
        await request.show(cards.proposed(request.t, proposal))

    @app_commands.command(name="decisions", description=N_("Organizers: what waits for a second organizer"))
    async def decisions(self, interaction: discord.Interaction[StewardClient]) -> None:
        """List the open proposals."""
        request = Request(interaction)
        await request.show(cards.decisions(request.t, await self._approvals.unsettled(request.actor)))

    @answers("approvals:agree:v1")
    async def agree(self, request: Request) -> None:
        """Agree to a proposal."""
        proposal_id, seal = request.arguments
        found = await self._approvals.find(request.actor, proposal_id)
        await request.defer()
        proposer = await self._organizer(found, found.proposer_id)
        proposal = await self._approvals.approve(request.actor, proposer, proposal_id, seal)
        await request.show(cards.decided(request.t, proposal))

    @answers("approvals:veto:v1")
    async def veto(self, request: Request) -> None:
        """Veto a proposal."""
        proposal_id, seal = request.arguments
        await request.show(cards.decided(request.t, await self._approvals.veto(request.actor, proposal_id, seal)))

    async def carry_out_matured(self) -> None:
        """Carry out what was agreed and not vetoed, if both organizers still are organizers."""
        for proposal in await self._approvals.matured():
            if not self._client.is_ready():
                return  # whether the two still have the role can only be asked of Discord
            proposer = await self._organizer(proposal, proposal.proposer_id)
            approver = await self._organizer(proposal, proposal.approver_id)
            await self._approvals.carry_out(proposal, proposer, approver)

    async def _organizer(self, proposal: Proposal, user_id: UserId | None) -> Actor | None:
        """Return somebody as Discord describes them now, or None if they left."""
        guild = self._client.get_guild(proposal.guild_id)
        if guild is None or user_id is None:
            return None
        try:
            return actor_of(await guild.fetch_member(user_id))
        except discord.NotFound:
            return None


async def setup(client: StewardClient) -> None:
    """Load the cog."""
    await client.add_cog(Approvals(client))
