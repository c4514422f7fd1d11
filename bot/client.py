"""The discord.py client: least intents, no caches, bounded connections, cogs loaded by name."""

import asyncio
import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import structlog
import yarl
from discord.ext import commands

if TYPE_CHECKING:
    from bot.wiring import Steward

log = structlog.get_logger()

CONNECTIONS = 200
"""discord.py opens a connection per click without a limit, and then answers nearly all of a crowd too late."""

KEEP_ALIVE_SECONDS = 75
GUILD_READY_SECONDS = 0.1
FINISH_SECONDS = 5
"""How long stopping waits for answers that are being given: a case code that is not shown now never is."""

TOKEN_NOT_KNOWN = 4004
COMMANDS_FACT = "commands told to Discord"


class TokenRefused(Exception):
    """Discord does not know the token."""


class DiscordUnreachable(Exception):
    """No connection to Discord could be made, or it was closed for good."""


class StewardClient(commands.Bot):
    """Connect the services to Discord.

    Intents are `guilds` and `dm_messages`, neither privileged: nothing typed in a server and no member list ever
    reaches the process.
    """

    def __init__(self, steward: "Steward", extensions: Sequence[str]) -> None:
        self._connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=KEEP_ALIVE_SECONDS)
        super().__init__(
            command_prefix=commands.when_mentioned,  # there are no text commands; this asks for no message content
            help_command=None,
            intents=discord.Intents(guilds=True, dm_messages=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=GUILD_READY_SECONDS,
            allowed_contexts=discord.app_commands.AppCommandContext(
                guild=True, dm_channel=False, private_channel=False
            ),
            allowed_installs=discord.app_commands.AppInstallationType(guild=True, user=False),
            connector=self._connector,
        )
        self.steward = steward
        self._to_load = extensions
        self._answering: set[asyncio.Task[Any]] = set()

    async def setup_hook(self) -> None:
        """Load the cogs and tell Discord the commands if they changed since last told."""
        for name in self._to_load:
            await self.load_extension(name)
        await self._sync_commands()

    async def on_message(self, message: discord.Message, /) -> None:
        """Leave messages to the cogs: there are no text commands to look for."""

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Let stopping wait a little for the task that is in this context."""
        task = asyncio.current_task()
        assert task is not None
        self._answering.add(task)
        try:
            yield
        finally:
            self._answering.discard(task)

    async def close(self) -> None:
        """Finish the answers that are being given, disconnect and close every connection."""
        if self._answering:
            await asyncio.wait(self._answering, timeout=FINISH_SECONDS)
        await super().close()
        await self._connector.close()

    async def stay_connected(self, token: str) -> None:
        """Log in and stay connected until closed; raises `TokenRefused` or `DiscordUnreachable`."""
        try:
            await self.start(token)
        except discord.LoginFailure as error:
            raise TokenRefused from error
        except discord.ConnectionClosed as error:
            raise (TokenRefused if error.code == TOKEN_NOT_KNOWN else DiscordUnreachable) from error
        except (discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
            raise DiscordUnreachable from error

    async def _sync_commands(self) -> None:
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        known = json.dumps([self.application_id, payload], sort_keys=True, default=str)
        digest = hashlib.sha256(known.encode()).hexdigest()
        if await self.steward.fact(COMMANDS_FACT) == digest:
            return
        await self.tree.sync()
        await self.steward.keep_fact(COMMANDS_FACT, digest)
        log.info("commands told to Discord", commands=len(payload))


@contextmanager
def pointed_at(url: str | None) -> Iterator[None]:
    """Point discord.py at a stand-in on this machine while the context is open; `None` leaves it at Discord.

    `Settings` has refused any address that is not loopback.
    """
    if url is None:
        yield
        return
    from discord.gateway import DiscordWebSocket  # noqa: PLC0415 - only tests come here
    from discord.http import Route  # noqa: PLC0415 - likewise

    before: tuple[str, Any] = (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY)
    Route.BASE = f"{url}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url.replace("http", "ws", 1)) / "gateway"
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before
