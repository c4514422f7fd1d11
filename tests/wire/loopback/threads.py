"""Routes about threads that are started from a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import payloads, permissions, refusals
from .gateway import GUILDS
from .requests import Request
from .routing import Routes

if TYPE_CHECKING:
    from .server import Loopback

routes = Routes()


@routes.on("POST", "/channels/{channel}/messages/{message}/threads")
def start(discord: Loopback, request: Request) -> dict[str, Any]:
    channel = discord.channel(request.number("channel"), permissions.CREATE_PUBLIC_THREADS)
    if request.number("message") in discord.world.channels:
        raise refusals.thread_exists()
    head = channel.messages.get(request.number("message"))
    if head is None or head.only_for is not None:
        raise refusals.unknown_message()
    assert channel.guild is not None, "a thread in a DM"
    thread = discord.world.thread(head, request.json["name"])
    written = payloads.thread(thread, discord.world, request.json.get("auto_archive_duration") or 1440)
    discord.gateway.dispatch("THREAD_CREATE", written, guild_id=channel.guild.id, needs=GUILDS)
    return written
