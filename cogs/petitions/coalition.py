"""The coalition cog: `/coalition`, by which organizers sign a petition together with other servers."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import StewardClient
from bot.ids import GuildId
from bot.petitions.coalition import LEAVE, LEFT
from bot.refusals import N_
from cogs.interactions import Request, answers
from cogs.petitions import coalition_cards as cards


class Coalition(commands.Cog):
    """Let organizers open their petitions to other servers, and take part in theirs."""

    def __init__(self, client: StewardClient) -> None:
        self._client = client
        self._coalition = client.steward.coalition
        self._approvals = client.steward.approvals
        client.steward.outgoing.render_with(LEFT, cards.left)

    @app_commands.command(name="coalition", description=N_("Organizers: sign a petition together with other servers"))
    async def coalition(self, interaction: discord.Interaction[StewardClient]) -> None:
        """List the petitions that can be shared or left."""
        await self._show(Request(interaction), 0)

    @answers("petitions:coalition:v1")
    async def turn_page(self, request: Request) -> None:
        """Show another page of the list."""
        await self._show(request, int(request.arguments[0]))

    @answers("petitions:invite:v1")
    async def invite(self, request: Request) -> None:
        """Make a code for another server and show it, this once."""
        await request.show(
            cards.invitation(request.t, await self._coalition.invite(request.actor, request.arguments[0]))
        )

    @answers("petitions:code:v1")
    async def ask_for_code(self, request: Request) -> None:
        """Open the form for a code."""
        await request.ask(cards.code_form(request.t, "petitions:offer:v1"))

    @answers("petitions:offer:v1")
    async def look(self, request: Request) -> None:
        """Show which petition a code is for, before anything is accepted."""
        code = request.fields.get(cards.CODE, "").strip()
        offer = await self._coalition.look(request.actor, code)
        await request.show(cards.wording(request.t, offer.petition))
        await request.show_new(cards.offer(request.t, offer, self._name(offer.petition.guild_id), code))

    @answers("petitions:accept:v1")
    async def accept(self, request: Request) -> None:
        """Take part."""
        await request.show(cards.accepted(request.t, await self._coalition.accept(request.actor, request.arguments[0])))

    @answers("petitions:leave:v1")
    async def propose_leaving(self, request: Request) -> None:
        """Propose to leave, which a second organizer must agree to: it destroys signatures."""
        petition = await self._coalition.check_may_leave(request.actor, request.arguments[0])
        contents = {"petition": petition.id, "title": petition.wording.title}
        proposal = await self._approvals.propose(request.actor, LEAVE, contents)
        sentence = request.t(
            "Proposed. All organizers are told in their channel; one of them must agree before {when}."
        )
        await request.tell(sentence.format(when=discord.utils.format_dt(proposal.expires_at, "f")))

    async def _show(self, request: Request, number: int) -> None:
        shared = await self._coalition.overview(request.actor)
        names = {each.petition.guild_id: self._name(each.petition.guild_id) for each in shared}
        await request.show(cards.coalition(request.t, shared, names, number))

    def _name(self, guild_id: GuildId) -> str:
        """Return a server's own name, which only Discord knows, or its id where Discord does not tell it now."""
        guild = self._client.get_guild(guild_id)
        return str(guild_id) if guild is None else guild.name
