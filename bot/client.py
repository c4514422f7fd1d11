"""The discord.py client: least intents, no caches, bounded connections, cogs loaded by name."""

import asyncio
import hashlib
import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import structlog
import yarl
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Place
from discord.ext import commands

from bot import mishaps
from bot.texts import translate

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
DESCRIPTIONS = {Place.command_description, Place.group_description, Place.parameter_description}


class TokenRefused(Exception):
    """Discord does not know the token."""


class DiscordUnreachable(Exception):
    """No connection to Discord could be made, or it was closed for good."""


class Descriptions(app_commands.Translator):
    """Describe commands in the languages that have a catalogue. Names stay English, as cards and manuals call them."""

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """Return a description in the language of `locale`, or nothing where it would be the English one."""
        if context.location not in DESCRIPTIONS:
            return None
        described = translate(locale.value)(string.message)
        return described if described != string.message else None


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
        self.heard_at = time.monotonic()
        """When the gateway last told anything, on the monotonic clock."""
        self.steward = steward
        self._to_load = extensions
        self._answering: set[asyncio.Task[Any]] = set()

    async def setup_hook(self) -> None:
        """Load the cogs and tell Discord the commands if they changed since last told."""
        await self.tree.set_translator(Descriptions())
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

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:  # noqa: ANN401, ARG002 - discord.py
        """Count what a listener could not handle; discord.py would log it at the moment somebody wrote."""
        error = sys.exc_info()[1]
        if error is not None:
            mishaps.count(error)

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - discord.py
        """Hand an event to whoever listens, and note that the gateway is heard."""
        if event == "socket_event_type" and args != ("RESUMED",):  # a resumed session may still be told nothing
            self.heard_at = time.monotonic()
        super().dispatch(event, *args, **kwargs)

    @property
    def is_connected(self) -> bool:
        """Tell whether Discord knows the session and its socket is open."""
        return self.is_ready() and not self.is_closed() and self.ws.open

    async def ask_for_an_event(self) -> bool:
        """Ask the gateway for this bot's own membership of a server, and wait until it is told.

        Discord answers it with an event and asks no privileged intent for members named by id. Returns False when
        there is no server to ask about; raises `TimeoutError` when no answer comes within half a minute.
        """
        guild = next((guild for guild in self.guilds if not guild.unavailable), None)
        if guild is None or self.user is None:
            return False
        await guild.query_members(user_ids=[self.user.id], cache=False)
        return True

    async def reconnect(self) -> None:
        """Begin a new session: a resumed one could stay as deaf.

        discord.py always tries to resume, and whatever code it is told to close with, the socket closes with one that
        keeps the session. Discord answers the resuming of a session it does not know by asking for a new one.
        """
        self.ws.session_id = "given up"
        await self.ws.close()

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
        translator = self.tree.translator
        assert translator is not None
        payload = [await each.get_translated_payload(self.tree, translator) for each in self.tree.get_commands()]
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
