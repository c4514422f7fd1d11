"""The petitions cogs."""

from bot.client import StewardClient
from cogs.petitions.coalition import Coalition


async def setup(client: StewardClient) -> None:
    """Load the cogs."""
    await client.add_cog(Coalition(client))
