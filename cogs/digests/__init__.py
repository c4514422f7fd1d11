"""The digests cog: says how a digest looks when it is posted."""

from bot.client import StewardClient
from bot.digests.service import KIND
from cogs.digests import cards


async def setup(client: StewardClient) -> None:
    """Teach the outbox how a digest looks."""
    client.steward.outgoing.render_with(KIND, cards.digest)
