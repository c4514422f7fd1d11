"""An empty discord.py client, as lean as can be: what Steward is measured beside."""

import asyncio
import os
import sys

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

SYNC_ONCE = "sync"


class LeanClient(discord.Client):
    """Answer one command with one private word and do nothing else."""

    def __init__(self, connector: aiohttp.TCPConnector) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=0.1,
            connector=connector,
        )
        self.tree = app_commands.CommandTree(self)
        self.tree.command(name="ping", description="Answer")(answer)

    async def setup_hook(self) -> None:
        """Tell the command once, on the run that only prepares."""
        if SYNC_ONCE in sys.argv:
            await self.tree.sync()


async def answer(interaction: discord.Interaction) -> None:
    """Reply in private."""
    await interaction.response.send_message("pong", ephemeral=True)


async def main() -> None:
    """Run until killed."""
    url = os.environ["STEWARD_DISCORD_URL"]
    Route.BASE = f"{url}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url.replace("http", "ws", 1)) / "gateway"
    async with LeanClient(aiohttp.TCPConnector(limit=200, keepalive_timeout=75)) as client:
        await client.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    asyncio.run(main())
