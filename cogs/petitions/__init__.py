"""The petitions cogs: here `/petition` for members, the public cards, and everybody's own signature."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import StewardClient
from bot.petitions.rules import Petition, State
from bot.petitions.service import CARD, MILESTONE, can_seal
from bot.refusals import N_, Refusal
from cogs.interactions import Request, answers
from cogs.petitions import cards, forms, member_cards
from cogs.petitions.coalition import Coalition
from cogs.petitions.composer import Composer
from cogs.petitions.library import DemandLibrary
from cogs.petitions.organizers import PetitionDesk

MOST_CHOICES = 25  # what Discord shows at once


class Petitions(commands.Cog):
    """Let members find petitions, sign them and take their signature back."""

    petition = app_commands.Group(name="petition", description=N_("Ask for something together"))

    def __init__(self, client: StewardClient) -> None:
        self._petitions = client.steward.petitions
        client.steward.outgoing.render_with(CARD, cards.petition_card)
        client.steward.outgoing.render_with(MILESTONE, cards.milestone)

    # Finding

    @petition.command(name="start", description=N_("Write a petition; nobody sees it before you send it off"))
    async def petition_start(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Open the first form."""
        request = Request(interaction)
        guild, _ = await self._petitions.starter(request.actor)
        place = f"petitions:begun:v1:{self._petitions.new_form()}"
        await request.ask(forms.words_form(request.t, place, can_seal=can_seal(guild)))

    @petition.command(name="list", description=N_("See the petitions of this server, in private"))
    async def petition_list(self, interaction: discord.Interaction[StewardClient]) -> None:
        """List what goes on."""
        request = Request(interaction)
        await request.show(cards.listing(request.t, await self._petitions.going_on(request.actor)))

    @answers("petitions:list:v1")
    async def turn_page(self, request: Request) -> None:
        """Show another page of the list."""
        (number,) = request.arguments
        await request.show(cards.listing(request.t, await self._petitions.going_on(request.actor), int(number)))

    @petition.command(name="show", description=N_("Read one petition, in private"))
    @app_commands.describe(petition=N_("Its title"))
    async def petition_show(self, interaction: discord.Interaction[StewardClient], petition: str) -> None:
        """Show one petition."""
        await self._read(Request(interaction), petition)

    @petition_show.autocomplete("petition")
    async def complete_title(
        self, interaction: discord.Interaction[Any], current: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the titles that hold what was typed, to whoever may read these petitions."""
        try:
            found = await self._petitions.going_on(Request(interaction).actor)
        except Refusal:
            return []
        titled = [each for each in found if each.state is not State.DRAFT]
        return [
            app_commands.Choice(name=each.wording.title, value=each.id)
            for each in titled
            if current.casefold() in each.wording.title.casefold()
        ][:MOST_CHOICES]

    @answers("petitions:read:v1")
    async def read(self, request: Request) -> None:
        """Show a petition in private."""
        (petition_id,) = request.arguments
        await self._read(request, petition_id)

    # Signing

    @answers("petitions:sign:v1")
    async def ask_to_sign(self, request: Request) -> None:
        """Say who will see what before anything is signed."""
        await request.show(member_cards.before_signing(request.t, await self._signable(request)))

    @answers("petitions:named:v1")
    async def ask_for_name(self, request: Request) -> None:
        """Open the form for a signature without a condition."""
        await self._ask_for_signature(request, "signed", is_conditional=False)

    @answers("petitions:waiting:v1")
    async def ask_for_condition(self, request: Request) -> None:
        """Open the form for a signature that waits for others."""
        await self._ask_for_signature(request, "waited", is_conditional=True)

    @answers("petitions:signed:v1")
    async def sign(self, request: Request) -> None:
        """Sign, from the form or at once where there is nothing to fill in."""
        await self._sign(request, is_conditional=False)

    @answers("petitions:waited:v1")
    async def sign_with_others(self, request: Request) -> None:
        """Sign on the condition that enough others do."""
        await self._sign(request, is_conditional=True)

    # One's own signature

    @answers("petitions:look:v1")
    async def look(self, request: Request) -> None:
        """Show what is one's own in a petition."""
        (petition_id,) = request.arguments
        await request.show(member_cards.mine(request.t, await self._petitions.standing(request.actor, petition_id)))

    @answers("petitions:takeback:v1")
    async def ask_to_take_back(self, request: Request) -> None:
        """Ask once more before a signature is taken back."""
        (petition_id,) = request.arguments
        own = await self._petitions.standing(request.actor, petition_id)
        await request.show(member_cards.take_back(request.t, own.petition))

    @answers("petitions:takenback:v1")
    async def take_back(self, request: Request) -> None:
        """Take a signature back, if there is one."""
        (petition_id,) = request.arguments
        await self._petitions.take_back(request.actor, petition_id)
        await request.show(member_cards.taken_back(request.t))

    @answers("petitions:rate:v1")
    async def rate(self, request: Request) -> None:
        """Rate the answer."""
        petition_id, rating = request.arguments
        await self._petitions.rate(request.actor, petition_id, rating)
        await request.show(member_cards.rated(request.t))

    @answers("petitions:withdraw:v1")
    async def ask_to_withdraw(self, request: Request) -> None:
        """Ask an author once more before their petition ends."""
        (petition_id,) = request.arguments
        await request.show(member_cards.withdraw(request.t, await self._petitions.own(request.actor, petition_id)))

    @answers("petitions:withdrawn:v1")
    async def withdraw(self, request: Request) -> None:
        """End one's own petition."""
        (petition_id,) = request.arguments
        await request.defer()
        await self._petitions.withdraw(request.actor, petition_id)
        await request.show(member_cards.withdrawn(request.t))

    # Steps that several of the above share

    async def _read(self, request: Request, petition_id: str) -> None:
        own = await self._petitions.standing(request.actor, petition_id)
        await request.show(cards.read(request.t, cards.contents_of(own, request.interaction.created_at)))

    async def _signable(self, request: Request) -> Petition:
        petition_id, shown_hash = request.arguments
        return await self._petitions.signable(request.actor, petition_id, shown_hash)

    async def _ask_for_signature(self, request: Request, route: str, *, is_conditional: bool) -> None:
        petition = await self._signable(request)
        place = f"petitions:{route}:v1:{petition.id}:{petition.wording.hash}"
        await request.ask(forms.signing_form(request.t, place, petition, is_conditional=is_conditional))

    async def _sign(self, request: Request, *, is_conditional: bool) -> None:
        petition = await self._signable(request)
        condition = forms.filled_condition(request.fields, petition, is_conditional=is_conditional)
        name = request.fields.get(forms.NAME, "")
        await self._petitions.sign(request.actor, petition.id, petition.wording.hash, condition, name)
        await request.show(member_cards.signed(request.t, petition))


async def setup(client: StewardClient) -> None:
    """Load the cogs."""
    await client.add_cog(Petitions(client))
    await client.add_cog(Composer(client))
    await client.add_cog(PetitionDesk(client))
    await client.add_cog(DemandLibrary(client))
    await client.add_cog(Coalition(client))
