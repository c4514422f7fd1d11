"""Where a chair leads a town hall, and members raise their hands."""

from discord.ext import commands

from bot.client import StewardClient
from cogs.interactions import NotAnsweredHere, Request


class HallRoom(commands.Cog):
    """Let a chair lead a town hall."""

    def __init__(self, client: StewardClient) -> None:
        self._client = client


async def show_desk(_request: Request) -> None:
    """Show the organizers' desk."""
    raise NotAnsweredHere


async def raise_hand(_request: Request, _hall_id: str) -> None:
    """Go on to the stack of speakers."""
    raise NotAnsweredHere
