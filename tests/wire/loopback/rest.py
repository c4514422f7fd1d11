"""The REST side: from a raw request through faults, limits and rules to an answer, all of it on record."""

from __future__ import annotations

import json
import traceback
from typing import TYPE_CHECKING, Final

from aiohttp import web

from tests import discord_contract

from . import accounts, answers, messages, places, threads
from .faults import Reply, Severed
from .refusals import Refused, invalid_form
from .requests import Request, read
from .routing import Handler, Routes

if TYPE_CHECKING:
    from .server import Loopback

PREFIX: Final = "/api/v10"
NEEDS_NO_TOKEN: Final = ("/interactions/", "/webhooks/")


class Rest:
    """Answer requests as Discord's HTTP API would."""

    def __init__(self, discord: Loopback) -> None:
        self.routes = Routes()
        for part in (accounts, places, messages, threads, answers):
            self.routes.include(part.routes)
        self._discord = discord

    async def serve(self, raw: web.Request) -> web.Response:
        """Answer one request, unless a fault cuts the connection."""
        discord = self._discord
        if not raw.path.startswith(PREFIX):
            return self._unknown(await read(raw, raw.path, discord.clock.seconds()))
        request = await read(raw, raw.path.removeprefix(PREFIX), discord.clock.seconds())
        request.problems = self._problems(request)
        discord.requests.append(request)
        discord.changes.happened()
        handler = self.routes.find(request)
        if handler is None:
            return self._unknown(request)
        try:
            reply = await self._act_with_faults(raw, request, handler)
        except Severed:
            # Nothing can be written any more: aiohttp drops this answer.
            return web.Response()
        request.status = reply.status
        request.code = reply.body.get("code") if isinstance(reply.body, dict) and reply.status >= 400 else None
        discord.changes.happened()
        return _written(reply)

    async def serve_file(self, raw: web.Request) -> web.Response:
        """Hand out an uploaded file, and put it on record that somebody asked."""
        self._discord.requests.append(Request("GET", raw.path, self._discord.clock.seconds()))
        content = self._discord.world.files.get(raw.path)
        return web.Response(status=404) if content is None else web.Response(body=content)

    async def _act_with_faults(self, raw: web.Request, request: Request, handler: Handler) -> Reply:
        assert raw.transport is not None
        fault = self._discord.faults.take(request.method, request.path)
        if fault is not None and not fault.after_acting:
            instead = await fault.strike(raw.transport)
            if instead is not None:
                return instead
        reply = self._act(request, handler)
        if fault is not None and fault.after_acting:
            return await fault.strike(raw.transport) or reply
        return reply

    def _act(self, request: Request, handler: Handler) -> Reply:
        discord = self._discord
        expected = f"Bot {discord.token}"
        if not request.path.startswith(NEEDS_NO_TOKEN) and request.headers.get("Authorization") != expected:
            return Reply(401, {"message": "401: Unauthorized", "code": 0})
        headers, refusal = discord.buckets.spend(request, f"{handler.__module__}.{handler.__name__}")
        if refusal is not None:
            return refusal
        try:
            _refuse_invalid(request)
            body = handler(discord, request)
        except Refused as refused:
            return Reply(refused.status, refused.body, headers)
        except Exception:  # noqa: BLE001 - a gap in this stand-in must not look like a bad day at Discord
            discord.crashes.append(f"{request.method} {request.path}: {traceback.format_exc()}")
            return Reply(500, {"message": "500: Internal Server Error", "code": 0}, headers)
        return Reply(204 if body is None else 200, body, headers)

    def _problems(self, request: Request) -> list[str]:
        if request.method not in ("POST", "PUT", "PATCH") or not self._discord.checks_contract:
            return []
        return discord_contract.check_request(request.method, request.path, request.body, files=len(request.uploads))

    def _unknown(self, request: Request) -> web.Response:
        request.status, request.code = 404, 0
        self._discord.unknown_routes.append(request)
        self._discord.changes.happened()
        return _written(Reply(404, {"message": "404: Not Found", "code": 0}))


def _refuse_invalid(request: Request) -> None:
    if request.problems:
        raise invalid_form(*request.problems)


def _written(reply: Reply) -> web.Response:
    if reply.status == 204:
        return web.Response(status=204, headers=reply.headers)
    # discord.py reads JSON only from exactly this content type, without a charset.
    headers = reply.headers | {"Content-Type": "application/json"}
    return web.Response(status=reply.status, body=json.dumps(reply.body).encode(), headers=headers)
