"""Routes about guilds, their members and roles, and channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import payloads, refusals
from .requests import Request
from .routing import Routes

if TYPE_CHECKING:
    from .server import Loopback

Json = dict[str, Any]

routes = Routes()


@routes.on("GET", "/guilds/{guild}")
def guild(discord: Loopback, request: Request) -> Json:
    found = discord.guild(request.number("guild"))
    counts = {"approximate_member_count": len(found.members), "approximate_presence_count": 1}
    return payloads.guild(found) | (counts if request.query.get("with_counts") in ("1", "true") else {})


@routes.on("GET", "/guilds/{guild}/channels")
def channels(discord: Loopback, request: Request) -> list[Json]:
    found = discord.guild(request.number("guild"))
    return [payloads.channel(channel, discord.world) for channel in found.channels.values()]


@routes.on("GET", "/guilds/{guild}/roles")
def roles(discord: Loopback, request: Request) -> list[Json]:
    return [payloads.role(role) for role in discord.guild(request.number("guild")).roles.values()]


@routes.on("GET", "/guilds/{guild}/members/{user}")
def member(discord: Loopback, request: Request) -> Json:
    found = discord.guild(request.number("guild")).members.get(request.number("user"))
    if found is None:
        known = request.number("user") in discord.world.users
        raise refusals.unknown_member() if known else refusals.unknown_user()
    return payloads.member(found)


@routes.on("GET", "/channels/{channel}")
def channel(discord: Loopback, request: Request) -> Json:
    return payloads.channel(discord.channel(request.number("channel")), discord.world)


@routes.on("POST", "/users/@me/channels")
def open_dm(discord: Loopback, request: Request) -> Json:
    # discord.py sends this snowflake as a number; Discord takes it.
    recipient = discord.world.users.get(int(request.json["recipient_id"]))
    if recipient is None or recipient.is_bot:
        raise refusals.no_such_recipient()
    return payloads.channel(discord.world.dm(recipient), discord.world)
