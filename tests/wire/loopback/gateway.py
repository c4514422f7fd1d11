"""The gateway: sessions, heartbeats, events, RESUME, and the ways in which it fails."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import WSMsgType, web

from . import payloads
from .changes import Changes
from .world import World

Json = dict[str, Any]

DISPATCH: Final = 0
HEARTBEAT: Final = 1
IDENTIFY: Final = 2
PRESENCE: Final = 3
RESUME: Final = 6
RECONNECT: Final = 7
REQUEST_GUILD_MEMBERS: Final = 8
INVALID_SESSION: Final = 9
HELLO: Final = 10
HEARTBEAT_ACK: Final = 11

GUILDS: Final = 1 << 0
GUILD_MEMBERS: Final = 1 << 1
GUILD_MESSAGES: Final = 1 << 9
DIRECT_MESSAGES: Final = 1 << 12
PRIVILEGED: Final = GUILD_MEMBERS | 1 << 8 | 1 << 15

AUTHENTICATION_FAILED: Final = 4004
INVALID_SHARD: Final = 4010
DISALLOWED_INTENTS: Final = 4014

KEPT_FOR_RESUME: Final = 10_000


class Connection:
    """Write to one socket in order; reading is done by the gateway."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport) -> None:
        self._socket = socket
        self._transport = transport
        self._outbound: asyncio.Queue[Json | int] = asyncio.Queue()
        self.is_closing = False

    def send(self, frame: Json) -> None:
        self._outbound.put_nowait(frame)

    def close(self, code: int) -> None:
        """Close with a code, once everything before it is sent."""
        self._outbound.put_nowait(code)

    def abort(self) -> None:
        """Drop the socket without a word."""
        self._transport.abort()

    async def write(self) -> None:
        while True:
            frame = await self._outbound.get()
            if isinstance(frame, int):
                self.is_closing = True
                await self._socket.close(code=frame)
                return
            try:
                # Plain text: the client asks for zlib-stream, and reads text all the same.
                await self._socket.send_str(json.dumps(frame, separators=(",", ":")))
            except ConnectionError:
                return


@dataclass(eq=False)
class Session:
    """What began with an IDENTIFY, and may live on over several connections."""

    id: str
    intents: int
    shard: tuple[int, int]
    connection: Connection | None
    sequence: int = 0
    resumes: int = 0
    sent: deque[Json] = field(default_factory=lambda: deque(maxlen=KEPT_FOR_RESUME))

    @property
    def is_connected(self) -> bool:
        return self.connection is not None

    def receives(self, guild_id: int | None) -> bool:
        """Tell whether events of a guild, or of DMs (None), go to this shard."""
        number, count = self.shard
        return number == (0 if guild_id is None else (guild_id >> 22) % count)

    def dispatch(self, event: str, data: Json, times: int = 1) -> None:
        for _ in range(times):
            self.sequence += 1
            frame = {"op": DISPATCH, "t": event, "s": self.sequence, "d": data}
            self.sent.append(frame)
            if self.connection is not None:
                self.connection.send(frame)


class Gateway:
    """Keep the bot's sessions, deliver events to them, and break them on request."""

    def __init__(self, world: World, changes: Changes, token: str) -> None:
        self.sessions: list[Session] = []
        self.identified_at: list[float] = []
        """The server's time of each accepted IDENTIFY: a crash loop shows here."""
        self.url = ""
        self.heartbeat_interval_ms = 41_250
        self.acknowledges_heartbeats = True
        self.is_deaf = False
        """Connected, beating, and never told anything: events are swallowed."""
        self.copies = 1
        """How often each event is delivered."""
        self.refuses_with: int | None = None
        """A close code that answers each IDENTIFY."""
        self.privileged_intents = 0
        """Which privileged intents the application was granted."""
        self.heartbeats = 0
        self.unknown_opcodes: list[int] = []
        """What the bot asked for that is not modelled, such as member lists."""
        self._world = world
        self._changes = changes
        self._token = token
        self._held: list[tuple[str, Json, int | None, int]] | None = None

    @property
    def connected(self) -> list[Session]:
        return [session for session in self.sessions if session.is_connected]

    # -- events

    def dispatch(self, event: str, data: Json, *, guild_id: int | None = None, needs: int = 0, times: int = 1) -> None:
        """Deliver an event to each session that has its shard and one of the intents in `needs` (0: all).

        A session whose connection broke gets it when it resumes. One that never resumes loses it, as on Discord.
        """
        if self.is_deaf:
            return
        if self._held is not None:
            self._held.append((event, data, guild_id, needs))
            return
        for session in self.sessions:
            if session.receives(guild_id) and (not needs or session.intents & needs):
                session.dispatch(event, data, times * self.copies)
        self._changes.happened()

    def hold(self) -> None:
        """Keep back all events from now on."""
        self._held = self._held or []

    def release(self, *, backwards: bool = False) -> None:
        """Deliver what was held, in order or the other way round."""
        held, self._held = self._held or [], None
        for event, data, guild_id, needs in reversed(held) if backwards else held:
            self.dispatch(event, data, guild_id=guild_id, needs=needs)

    # -- breaking it

    def ask_to_reconnect(self) -> None:
        """Send op 7, as Discord does when a gateway server is replaced."""
        self._send({"op": RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Send op 9; without `resumable` the sessions are gone and what they missed is lost.

        discord.py waits five seconds before it identifies again.
        """
        self._send({"op": INVALID_SESSION, "d": resumable})
        if not resumable:
            self.forget_sessions()

    def close(self, code: int) -> None:
        """Close all connections with a code."""
        for session in self.connected:
            assert session.connection is not None
            session.connection.close(code)

    def abort(self) -> None:
        """Cut all connections without a close frame."""
        for session in self.connected:
            assert session.connection is not None
            session.connection.abort()

    def forget_sessions(self) -> None:
        """Make every RESUME fail."""
        self.sessions.clear()

    def _send(self, frame: Json) -> None:
        for session in self.connected:
            assert session.connection is not None
            session.connection.send(frame)

    # -- connections

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection until it ends."""
        socket = web.WebSocketResponse(compress=False, max_msg_size=0)
        await socket.prepare(request)
        assert request.transport is not None
        connection = Connection(socket, request.transport)
        writer = asyncio.create_task(connection.write())
        connection.send({"op": HELLO, "d": {"heartbeat_interval": self.heartbeat_interval_ms}})
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._receive(connection, json.loads(message.data))
        finally:
            if connection.is_closing:
                # aiohttp wakes the reader before the close frame is out: let the writer finish.
                await writer
            writer.cancel()
            self._disconnected(connection, None if connection.is_closing else socket.close_code)
        return socket

    def _receive(self, connection: Connection, frame: Json) -> None:
        if frame["op"] == HEARTBEAT:
            self.heartbeats += 1
            if self.acknowledges_heartbeats:
                connection.send({"op": HEARTBEAT_ACK})
            self._changes.happened()
        elif frame["op"] == IDENTIFY:
            self._identify(connection, frame["d"])
        elif frame["op"] == RESUME:
            self._resume(connection, frame["d"])
        elif frame["op"] == REQUEST_GUILD_MEMBERS and "user_ids" in frame["d"]:
            self._tell_members(connection, frame["d"])
        elif frame["op"] != PRESENCE:
            self.unknown_opcodes.append(frame["op"])

    def _tell_members(self, connection: Connection, data: Json) -> None:
        """Tell members named by id, which needs no privileged intent; a deaf gateway does not even do that."""
        guild = self._world.guilds[int(data["guild_id"])]
        found = [guild.members[int(one)] for one in data["user_ids"] if int(one) in guild.members]
        chunk: Json = {"guild_id": str(guild.id), "members": [payloads.member(one) for one in found]}
        chunk |= {"chunk_index": 0, "chunk_count": 1, "nonce": data.get("nonce")}
        for session in self.sessions:
            if session.connection is connection and not self.is_deaf:
                session.dispatch("GUILD_MEMBERS_CHUNK", chunk)

    def _identify(self, connection: Connection, data: Json) -> None:
        code = self._objection(data)
        if code is not None:
            connection.close(code)
            return
        number, count = data.get("shard", (0, 1))
        session = Session(secrets.token_hex(16), data["intents"], (number, count), connection)
        self.sessions.append(session)
        self.identified_at.append(self._world.clock.seconds())
        guilds = [
            guild
            for guild in self._world.guilds.values()
            if self._world.bot.id in guild.members and session.receives(guild.id)
        ]
        session.dispatch(
            "READY",
            {
                "v": 10,
                "user": payloads.user(self._world.bot),
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
                "session_id": session.id,
                "session_type": "normal",
                "resume_gateway_url": self.url,
                "shard": [number, count],
                "application": {"id": str(self._world.application_id), "flags": 0},
            },
        )
        for guild in guilds:
            if session.intents & GUILDS and guild.is_available:
                session.dispatch("GUILD_CREATE", payloads.guild_create(guild, self._world))
        self._changes.happened()

    def _objection(self, data: Json) -> int | None:
        number, count = data.get("shard", (0, 1))
        if self.refuses_with is not None:
            return self.refuses_with
        if data["token"] != self._token:
            return AUTHENTICATION_FAILED
        if not 0 <= number < count:
            return INVALID_SHARD
        if data["intents"] & PRIVILEGED & ~self.privileged_intents:
            return DISALLOWED_INTENTS
        return None

    def _resume(self, connection: Connection, data: Json) -> None:
        session = next((one for one in self.sessions if one.id == data["session_id"]), None)
        if session is None or data["token"] != self._token:
            connection.send({"op": INVALID_SESSION, "d": False})
            return
        session.connection = connection
        session.resumes += 1
        for frame in list(session.sent):
            if frame["s"] > (data["seq"] or 0):
                connection.send(frame)
        session.dispatch("RESUMED", {})
        self._changes.happened()

    def _disconnected(self, connection: Connection, close_code: int | None) -> None:
        for session in list(self.sessions):
            if session.connection is connection:
                session.connection = None
                # A client that says goodbye with 1000 or 1001 gives its session up.
                if close_code in (1000, 1001):
                    self.sessions.remove(session)
        self._changes.happened()
