"""What Discord says of this application and its servers, asked over REST without going online as a bot."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import aiohttp

from bot.client import DiscordUnreachable, TokenRefused

DISCORD = "https://discord.com"
ANSWER_SECONDS = 10

PERMISSIONS = {
    "View Channels": 1 << 10,
    "Send Messages": 1 << 11,
    "Attach Files": 1 << 15,
    "Read Message History": 1 << 16,
}
"""All that Steward needs in a server, by the names that Discord shows."""

ADMINISTRATOR = 1 << 3
PRIVILEGED = {
    "Presence Intent": 1 << 12 | 1 << 13,
    "Server Members Intent": 1 << 14 | 1 << 15,
    "Message Content Intent": 1 << 18 | 1 << 19,
}
"""Flags of an application for what Steward never asks for, granted to large or to small bots."""

Json = Mapping[str, Any]


class Denied(Exception):
    """Discord knows the token and refuses this question: not in the server, or without the scope."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How the application is set up on Discord's developer pages."""

    id: int
    name: str
    is_public: bool
    privileged: tuple[str, ...]

    @property
    def invitation(self) -> str:
        """Return the link that invites it with the least permissions."""
        return (
            f"{DISCORD}/oauth2/authorize?client_id={self.id}&scope=bot+applications.commands"
            f"&permissions={sum(PERMISSIONS.values())}"
        )


class Application:
    """Ask Discord. Each question raises `TokenRefused`, `DiscordUnreachable` or `Denied` if it must."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url
        self.clock_of_discord: datetime | None = None
        """What Discord's clock said in its last answer, to the second."""

    async def profile(self) -> Profile:
        """Return how the application is set up."""
        found = await self._get("/oauth2/applications/@me")
        flags = int(found.get("flags") or 0)
        privileged = tuple(name for name, bits in PRIVILEGED.items() if flags & bits)
        return Profile(int(found["id"]), str(found["name"]), bool(found.get("bot_public")), privileged)

    async def own_id(self) -> int:
        """Return the bot's user id."""
        return int((await self._get("/users/@me"))["id"])

    async def command_names(self, application_id: int) -> list[str]:
        """Return the commands that Discord offers everywhere."""
        return [str(command["name"]) for command in await self._get(f"/applications/{application_id}/commands")]

    async def check_commands_scope(self, application_id: int, guild_id: int) -> None:
        """Raise `Denied` if the application was invited without its commands."""
        await self._get(f"/applications/{application_id}/guilds/{guild_id}/commands")

    async def guilds(self) -> dict[int, str]:
        """Return the names of the servers the bot is in, by id."""
        found: dict[int, str] = {}
        while True:
            page = await self._get(f"/users/@me/guilds?limit=200&after={max(found, default=0)}")
            found |= {int(guild["id"]): str(guild["name"]) for guild in page}
            if len(page) < 200:  # noqa: PLR2004 - a full page
                return found

    async def permissions(self, guild_id: int, user_id: int) -> tuple[int, dict[int, int]]:
        """Return what a member may do in a server, and in each of its channels, by Discord's own algorithm."""
        guild = await self._get(f"/guilds/{guild_id}")
        member = await self._get(f"/guilds/{guild_id}/members/{user_id}")
        channels = await self._get(f"/guilds/{guild_id}/channels")
        own = {guild_id, *map(int, member["roles"])}
        granted = 0
        for role in guild["roles"]:
            if int(role["id"]) in own:
                granted |= int(role["permissions"])
        return granted, {int(one["id"]): _in_channel(granted, one, guild_id, own, user_id) for one in channels}

    async def _get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        try:
            async with self._session.get(f"{self._url}/api/v10{path}") as answer:
                if "Date" in answer.headers:
                    self.clock_of_discord = parsedate_to_datetime(answer.headers["Date"])
                if answer.status == HTTPStatus.UNAUTHORIZED:
                    raise TokenRefused
                if answer.status in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
                    raise Denied
                answer.raise_for_status()
                return await answer.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise DiscordUnreachable from error


def _in_channel(granted: int, channel: Json, everyone_id: int, role_ids: set[int], user_id: int) -> int:
    if granted & ADMINISTRATOR:
        return -1  # every bit
    overwrites: Sequence[Json] = channel.get("permission_overwrites") or ()
    for whose in ({everyone_id}, role_ids - {everyone_id}, {user_id}):
        allow = deny = 0
        for overwrite in overwrites:
            if int(overwrite["id"]) in whose:
                allow, deny = allow | int(overwrite["allow"]), deny | int(overwrite["deny"])
        granted = granted & ~deny | allow
    return granted if granted & PERMISSIONS["View Channels"] else 0


@asynccontextmanager
async def application(token: str, url: str | None) -> AsyncIterator[Application]:
    """Open a way to ask Discord, or the stand-in at `url`, with a token that goes nowhere else."""
    headers = {"Authorization": f"Bot {token}", "User-Agent": "DiscordBot (steward, 1)"}
    timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
    async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
        yield Application(session, url or DISCORD)
