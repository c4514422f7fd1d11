"""Routes about the bot itself: its account, its application, its commands, its gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import payloads, refusals
from .requests import Request
from .routing import Routes

if TYPE_CHECKING:
    from .server import Loopback

Json = dict[str, Any]

routes = Routes()


@routes.on("GET", "/users/@me")
def own_account(discord: Loopback, _request: Request) -> Json:
    return payloads.user(discord.world.bot)


@routes.on("GET", "/users/{user}")
def account(discord: Loopback, request: Request) -> Json:
    user = discord.world.users.get(request.number("user"))
    if user is None:
        raise refusals.unknown_user()
    return payloads.user(user)


@routes.on("GET", "/oauth2/applications/@me")
def application(discord: Loopback, _request: Request) -> Json:
    return payloads.application(discord.world)


@routes.on("GET", "/gateway")
def gateway(discord: Loopback, _request: Request) -> Json:
    return {"url": discord.gateway.url}


@routes.on("GET", "/gateway/bot")
def gateway_for_bots(discord: Loopback, _request: Request) -> Json:
    limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
    return {"url": discord.gateway.url, "shards": discord.recommended_shards, "session_start_limit": limit}


@routes.on("GET", "/applications/{application}/commands")
def commands(discord: Loopback, _request: Request) -> list[Json]:
    return discord.world.commands.get(None, [])


@routes.on("PUT", "/applications/{application}/commands")
def replace_commands(discord: Loopback, request: Request) -> list[Json]:
    return _replace(discord, None, request.body)


@routes.on("GET", "/applications/{application}/guilds/{guild}/commands")
def guild_commands(discord: Loopback, request: Request) -> list[Json]:
    return discord.world.commands.get(request.number("guild"), [])


@routes.on("PUT", "/applications/{application}/guilds/{guild}/commands")
def replace_guild_commands(discord: Loopback, request: Request) -> list[Json]:
    guild = discord.guild(request.number("guild"))
    return _replace(discord, guild.id, request.body)


def _replace(discord: Loopback, guild_id: int | None, wanted: list[Json]) -> list[Json]:
    world = discord.world
    known = {(one["name"], one["type"]): one["id"] for one in world.commands.get(guild_id, ())}
    world.commands[guild_id] = [
        {
            "type": 1,
            "description": "",
            "options": [],
            "nsfw": False,
            "default_member_permissions": None,
            "dm_permission": True,
            "contexts": None,
            "integration_types": [0],
        }
        | command
        | {
            # A command that is synced again under its old name keeps its id.
            "id": known.get((command["name"], command.get("type", 1)), str(world.clock.snowflake())),
            "application_id": str(world.application_id),
            "version": str(world.clock.snowflake()),
        }
        | ({"guild_id": str(guild_id)} if guild_id else {})
        for command in wanted
    ]
    return world.commands[guild_id]
