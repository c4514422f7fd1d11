"""Where organizers find a time and plan town halls."""

from discord.ext import commands

from bot.client import StewardClient
from cogs.interactions import NotAnsweredHere, Request


class HallPlanning(commands.Cog):
    """Let organizers find a time and plan."""

    def __init__(self, client: StewardClient) -> None:
        self._client = client


async def begin(_request: Request) -> None:
    """Open the first form of a plan."""
    raise NotAnsweredHere


async def propose(_request: Request) -> None:
    """Begin a search for a time."""
    raise NotAnsweredHere


async def show_zones(_request: Request) -> None:
    """Show the zones that nights are counted for."""
    raise NotAnsweredHere
