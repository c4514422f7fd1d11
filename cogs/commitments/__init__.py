"""What the employer promised: `/commitments`, for everybody to read and for organizers to note."""

from collections.abc import Sequence

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import StewardClient
from bot.commitments.rules import Source, State
from bot.refusals import N_
from cogs.commitments import cards, forms
from cogs.interactions import NotAnsweredHere, Request, answers


class Promises(commands.Cog):
    """Show what was promised, and let organizers note it and what became of it."""

    def __init__(self, client: StewardClient) -> None:
        self._commitments = client.steward.commitments

    @app_commands.command(name="commitments", description=N_("What the employer promised, and what became of it"))
    async def commitments(self, interaction: discord.Interaction[StewardClient]) -> None:
        """List what was promised."""
        await self._list(Request(interaction))

    @answers("commitments:list:v1")
    async def turn_page(self, request: Request) -> None:
        """Show a page of the list."""
        (number,) = request.arguments
        await self._list(request, int(number))

    @answers("commitments:read:v1")
    async def read(self, request: Request) -> None:
        """Show one promise whole."""
        await self._show(request, request.arguments[0])

    # What organizers do

    @answers("commitments:new:v1")
    async def ask_for_new(self, request: Request) -> None:
        """Open the form for a promise; a petition or a town hall may stand in the route, placed there by its panel."""
        await self._commitments.starter(request.actor, *_origin(request.arguments))
        custom_id = ":".join(("commitments:noted:v1", self._commitments.new_form(), *request.arguments))
        await request.ask(forms.promise_form(request.t, custom_id, asks_source=not request.arguments))

    @answers("commitments:noted:v1")
    async def note(self, request: Request) -> None:
        """Note a promise."""
        token, *origin = request.arguments
        await self._commitments.starter(request.actor)  # who may not is told so, and not that a day is wrong
        petition_id, hall_id = _origin(origin)
        noted = await self._commitments.note(
            request.actor, token, *forms.filled(request.fields), petition_id=petition_id, hall_id=hall_id
        )
        await self._show(request, noted.id)

    @answers("commitments:change:v1")
    async def ask_for_change(self, request: Request) -> None:
        """Open the form for a promise as it is noted."""
        await self._commitments.starter(request.actor)
        commitment = (await self._commitments.read(request.actor, request.arguments[0]))[0].commitment
        custom_id = f"commitments:changed:v1:{commitment.id}"
        await request.ask(forms.promise_form(request.t, custom_id, commitment))

    @answers("commitments:changed:v1")
    async def change(self, request: Request) -> None:
        """Note a promise in other words."""
        await self._commitments.starter(request.actor)
        changed = await self._commitments.change(request.actor, request.arguments[0], *forms.filled(request.fields))
        await self._show(request, changed.id)

    @answers("commitments:mark:v1")
    async def mark(self, request: Request) -> None:
        """Say what became of a promise."""
        commitment_id, name = request.arguments
        if name not in list(cards.MARKS):  # forged: taking one out asks once more
            raise NotAnsweredHere
        marked = await self._commitments.set_state(request.actor, commitment_id, State(name))
        await self._show(request, marked.id)

    @answers("commitments:drop:v1")
    async def ask_to_drop(self, request: Request) -> None:
        """Ask once more before a promise is taken out."""
        await self._commitments.starter(request.actor)
        found, _ = await self._commitments.read(request.actor, request.arguments[0])
        await request.show(cards.dropping(request.t, found.commitment))

    @answers("commitments:dropped:v1")
    async def drop(self, request: Request) -> None:
        """Take a promise out that was noted by mistake."""
        await self._commitments.set_state(request.actor, request.arguments[0], State.DROPPED)
        await self._list(request)

    # Steps that several of the above share

    async def _list(self, request: Request, number: int = 0) -> None:
        await request.show(cards.overview(request.t, await self._commitments.listed(request.actor), number))

    async def _show(self, request: Request, commitment_id: str) -> None:
        found, is_organizer = await self._commitments.read(request.actor, commitment_id)
        await request.show(cards.promise(request.t, found, is_organizer=is_organizer))


def _origin(arguments: Sequence[str]) -> tuple[str, str]:
    """Return the petition and the town hall that a route names, of which one at least is none."""
    kind, origin_id = (*arguments, "", "")[:2]
    return (origin_id if kind == Source.PETITION else ""), (origin_id if kind == Source.TOWNHALL else "")


async def setup(client: StewardClient) -> None:
    """Load the cog."""
    await client.add_cog(Promises(client))
