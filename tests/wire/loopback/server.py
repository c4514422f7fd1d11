"""The loopback Discord itself: everything put together behind one port on 127.0.0.1."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, Self

from aiohttp import web

from . import payloads, refusals
from .buckets import Buckets
from .changes import Changes
from .clock import Clock
from .faults import Faults
from .gateway import DIRECT_MESSAGES, GUILD_MESSAGES, Gateway, Session
from .happenings import Happenings
from .interactions import Interactions
from .people import Person
from .permissions import MEMBERS_MAY, VIEW_CHANNEL
from .requests import Request
from .rest import Rest
from .world import Channel, Guild, Message, Role, World

TOKEN: Final = "bG9vcGJhY2stc3Rld2FyZA.bG9vcA.bm90LWEtdG9rZW4tb2YtYW55Ym9keQ"
"""Has the shape of a bot token, which the settings insist on, and belongs to nobody."""


class Loopback:
    """A small Discord, in this process, that an unmodified client can connect to.

    Use it with `async with`: leaving fails the test when the bot used a route that is not modelled, or sent a body
    that Discord would refuse.
    """

    def __init__(self, *, token: str = TOKEN, checks_contract: bool = True) -> None:
        self.token = token
        self.checks_contract = checks_contract
        self.reads_content = False
        """Whether the application has the message-content intent."""
        self.recommended_shards = 1
        self.clock = Clock()
        self.changes = Changes()
        self.world = World(self.clock)
        self.gateway = Gateway(self.world, self.changes, token)
        self.interactions = Interactions(self.world, self.gateway, self.changes)
        self.faults = Faults(self.changes)
        self.buckets = Buckets(self.clock)
        self.happens = Happenings(self)
        self.requests: list[Request] = []
        self.unknown_routes: list[Request] = []
        self.crashes: list[str] = []
        """Errors in the routes of this stand-in itself."""
        self.rest = Rest(self)
        self.url = ""
        self._nonces: dict[str, tuple[float, Message]] = {}
        self._runner: web.AppRunner | None = None

    # -- running

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_get("/cdn/{path:.*}", self.rest.serve_file)
        app.router.add_route("*", "/{path:.*}", self.rest.serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0]
        self.url = self.world.address = f"http://{host}:{port}"
        self.gateway.url = f"ws://{host}:{port}/gateway"

    async def stop(self) -> None:
        """Stop listening, cutting whoever is still connected."""
        self.faults.lift_all()
        self.gateway.abort()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        await self.stop()
        if kind is None:
            self.verify()

    def verify(self) -> None:
        """Fail when the bot did something that this Discord does not know or the real one would refuse."""
        wrong = [f"not modelled: {request.method} {request.path}" for request in self.unknown_routes]
        wrong += [f"not modelled: opcode {opcode} at the gateway" for opcode in self.gateway.unknown_opcodes]
        wrong += self.crashes
        wrong += [
            f"{request.method} {request.path}: {problem}" for request in self.requests for problem in request.problems
        ]
        assert not wrong, "\n".join(wrong)

    # -- peopling

    def person(self, name: str, *guilds: Guild, locale: str = "en-US", age: timedelta = timedelta(days=900)) -> Person:
        """Add a person, a member of these guilds."""
        user = self.world.user(name, locale=locale, age=age)
        for guild in guilds:
            self.world.join(guild, user)
        return Person(user, self)

    def new_guild(self, name: str, owner: Person | None = None, *, bot_may: int | None = MEMBERS_MAY) -> Guild:
        """Add a guild with one text channel and the bot in it, before the bot connects or unseen by it."""
        return self.world.guild(name, owner.user if owner else self.world.operator, bot_may=bot_may)

    def give(self, person: Person, guild: Guild, *roles: Role) -> None:
        """Give a member exactly these roles."""
        self.happens.roles_changed(guild.members[person.user.id], *roles)

    # -- watching

    def asked(self, route: str) -> list[Request]:
        """Return the requests to a route, in which `*` stands for one segment."""
        return [request for request in self.requests if request.is_to(route)]

    async def until_asked(self, route: str, times: int = 1, within: float = 5.0) -> list[Request]:
        """Wait until the bot has made so many requests to a route, answered or not."""
        return await self.changes.until(
            lambda: found if len(found := self.asked(route)) >= times else None,
            within,
            lambda: f"{route} was asked {len(self.asked(route))} times, not {times}\n{self.account()}",
        )

    async def until_connected(self, sessions: int = 1, within: float = 10.0) -> list[Session]:
        """Wait until so many sessions are connected."""
        return await self.changes.until(
            lambda: found if len(found := self.gateway.connected) >= sessions else None,
            within,
            lambda: f"{len(self.gateway.connected)} sessions are connected, not {sessions}\n{self.account()}",
        )

    async def until_synced(self, guild: Guild | None = None, within: float = 10.0) -> None:
        """Wait until the bot has registered its commands."""
        await self.changes.until(
            lambda: self.world.commands.get(guild.id if guild else None),
            within,
            lambda: f"no commands were registered\n{self.account()}",
        )

    async def until_resumed(self, times: int = 1, within: float = 10.0) -> None:
        """Wait until a session has been resumed so often."""
        await self.changes.until(
            lambda: any(session.resumes >= times for session in self.gateway.sessions),
            within,
            lambda: f"no session was resumed {times} times\n{self.account()}",
        )

    async def until_disconnected(self, within: float = 10.0) -> None:
        """Wait until no session is connected."""
        await self.changes.until(
            lambda: not self.gateway.connected, within, lambda: f"the bot is still connected\n{self.account()}"
        )

    def account(self, since: float = 0.0) -> str:
        """Say in words what the bot has done since a time, for the text of a failure."""
        done = [f"  {request}" for request in self.requests if request.at >= since][-20:]
        return "\n".join([f"sessions connected: {len(self.gateway.connected)}; requests:", *(done or ["  none"])])

    # -- what routes need

    def guild(self, guild_id: int) -> Guild:
        """Return a guild the bot is in.

        Raises:
            Refused: 10004, as Discord says of guilds the bot is not in.
        """
        guild = self.world.guilds.get(guild_id)
        if guild is None or self.world.bot.id not in guild.members:
            raise refusals.unknown_guild()
        return guild

    def channel(self, channel_id: int, needed: int = 0) -> Channel:
        """Return a channel in which the bot may do what is needed.

        Raises:
            Refused: 10003 when there is none, 50001 when the bot cannot see it, 50013 when it may not do that.
        """
        channel = self.world.channels.get(channel_id)
        if channel is None:
            raise refusals.unknown_channel()
        if not channel.may(self.world.bot, VIEW_CHANNEL):
            raise refusals.missing_access()
        if not channel.may(self.world.bot, needed):
            raise refusals.missing_permissions()
        return channel

    def said_with(self, nonce: str | int, within_s: float) -> Message | None:
        """Return what the bot said with this nonce a short while ago."""
        said_at, message = self._nonces.get(str(nonce), (float("-inf"), None))
        return message if self.clock.seconds() - said_at <= within_s else None

    def remember_nonce(self, nonce: str | int, message: Message) -> None:
        """Keep a nonce apart from its message: history cannot be searched for it."""
        self._nonces[str(nonce)] = (self.clock.seconds(), message)

    def announce(self, message: Message, *, event: str = "MESSAGE_CREATE", nonce: str | int | None = None) -> None:
        """Tell the bot of a message, its own included, if its intents cover the place."""
        self.changes.happened()
        if message.only_for is not None:
            return
        guild = message.channel.guild
        if guild is not None and not message.channel.may(self.world.bot, VIEW_CHANNEL):
            return
        redacted = not self.reads_content and payloads.is_redacted_for_bot(message, self.world)
        payload = payloads.message(message, self.world, redacted=redacted) | {"channel_type": message.channel.kind}
        payload |= {} if nonce is None else {"nonce": nonce}
        if guild is not None and message.author.id in guild.members:
            payload |= {"guild_id": str(guild.id), "member": payloads.member(guild.members[message.author.id])}
        self._tell_of_message(event, payload, guild)

    def delete_message(self, message: Message) -> None:
        """Delete a message, whoever asked for it."""
        message.is_deleted = True
        message.channel.messages.pop(message.id, None)
        self.changes.happened()
        if message.only_for is None:
            guild = message.channel.guild
            payload: dict[str, Any] = {"id": str(message.id), "channel_id": str(message.channel.id)}
            payload |= {"guild_id": str(guild.id)} if guild else {}
            self._tell_of_message("MESSAGE_DELETE", payload, guild)

    def _tell_of_message(self, event: str, payload: dict[str, Any], guild: Guild | None) -> None:
        guild_id = guild.id if guild else None
        self.gateway.dispatch(event, payload, guild_id=guild_id, needs=GUILD_MESSAGES if guild else DIRECT_MESSAGES)
