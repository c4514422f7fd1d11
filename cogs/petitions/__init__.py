"""Petitions: what members and organizers do with them."""

from bot.client import StewardClient
from cogs.petitions.coalition import Coalition
from cogs.petitions.library import DemandLibrary
from cogs.petitions.organizers import PetitionDesk


async def setup(client: StewardClient) -> None:
    """Load the cogs."""
    await client.add_cog(PetitionDesk(client))
    await client.add_cog(DemandLibrary(client))
    await client.add_cog(Coalition(client))
