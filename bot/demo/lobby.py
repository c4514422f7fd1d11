"""The lobby: a page on this machine from which to be anybody in the simulated union, and to move its time."""

import asyncio
import errno
import hmac
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from simcord import SetupError

from bot.demo import pages
from bot.demo.pages import ZONE
from bot.demo.teller import Teller
from bot.demo.world import World

HOST = "127.0.0.1"
PORTS_TRIED = 20
TICK_SECONDS = 5
STATIC = {"lobby.css": "text/css", "lobby.js": "text/javascript"}
HEADERS = {
    "Cache-Control": "no-store",
    # The places people are opened in are served on other ports of this machine, and a redirect counts as a form's aim.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src data:; form-action 'self' http://127.0.0.1:*; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",  # with none at all, browsers would hide the Origin that is checked below
    "X-Content-Type-Options": "nosniff",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Lobby:
    """Answer the page's requests. Whoever has its address may do everything, so the address holds a secret."""

    def __init__(self, world: World, directory: Path) -> None:
        self.token = secrets.token_urlsafe(24)
        self._world = world
        self._directory = directory
        self._turn = asyncio.Lock()
        self._preview: Any = None
        self._open_place = ""

    def application(self) -> web.Application:
        """Return the page's routes, each behind the checks."""
        application = web.Application(middlewares=[self._guard])
        application.router.add_get("/{token}/", self._lobby)
        application.router.add_get("/{token}/inside", self._inside)
        application.router.add_get("/{token}/{file:lobby\\.(css|js)}", self._file)
        application.router.add_post("/{token}/open", self._open)
        application.router.add_post("/{token}/move", self._move)
        return application

    async def tick(self) -> None:
        """Do what is due now, as the alarm clock would; time does not move by itself."""
        async with self._turn:
            with suppress(SetupError):  # somebody is clicking at this very moment; the next tick does it
                await self._world.tick()

    async def close(self) -> None:
        """Close the place that is open."""
        if self._preview is not None:
            await self._preview.close()
            self._preview = None

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse other sites that reach for this page through the visitor's browser, by name or by request."""
        own = f"{request.scheme}://{request.host}"
        host, _, _ = request.host.rpartition(":")
        origin = request.headers.get("Origin", own if request.method == "GET" else "")
        if host not in {HOST, "localhost"} or origin != own:
            raise web.HTTPForbidden(text="This page answers only itself.")
        if not hmac.compare_digest(request.match_info.get("token", "").encode(), self.token.encode()):
            raise web.HTTPNotFound(text="Open the address that the demo printed in your terminal.")
        try:
            answer = await handler(request)
        except SetupError:
            raise web.HTTPConflict(text="Steward is busy with another click. Go back and try again.") from None
        answer.headers.update(HEADERS)
        return answer

    async def _lobby(self, _: web.Request) -> web.Response:
        return _html(await pages.lobby(self._world, self._directory, self._open_place))

    async def _inside(self, request: web.Request) -> web.Response:
        sought = request.query.get("find", "")[:200]
        return _html(await asyncio.to_thread(pages.inside, self._world, self._directory, sought))

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info["file"]
        return web.Response(text=pages.file(name), content_type=STATIC[name])

    async def _open(self, request: web.Request) -> web.Response:
        """Open somebody's place in the simulator's own view of Discord, and go there."""
        form = await request.post()
        places = {place.key: place for place in pages.places(self._world)}
        place = places.get(str(form.get("place")))
        if place is None:
            raise web.HTTPNotFound(text="There is no such person or place.")
        async with self._turn:
            if self._open_place != place.key or self._preview is None or self._preview._closed:  # noqa: SLF001 - no public word for it
                await self.close()
                self._preview = await self._world.env.preview(
                    place.channel, viewers=[place.viewer], layout="channel", timezone=ZONE.key
                ).__aenter__()
                self._open_place = place.key
        raise web.HTTPSeeOther(self._preview.url)

    async def _move(self, request: web.Request) -> web.Response:
        """Move time on, or restart Steward, and come back to the page."""
        form = await request.post()
        world = self._world
        async with self._turn:
            now, guild = world.clock.now(), await world.settings_made()
            match form.get("to"):
                case "release":
                    await world.live_until(guild.next_release(now))
                case "digest":
                    await world.live_until(guild.next_digest(now))
                case "day":
                    await world.live_until(now + timedelta(days=1))
                case "restart":
                    await world.restart()
                    await world.tick()
                case _:
                    raise web.HTTPNotFound(text="There is nothing to do by that name.")
            if self._preview is not None and not self._preview._closed:  # noqa: SLF001 - likewise
                await self._preview.refresh()
        raise web.HTTPSeeOther("./")


def _html(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/html")


@asynccontextmanager
async def opened(world: World, directory: Path, port: int) -> AsyncIterator[tuple[Lobby, str]]:
    """Serve the lobby on this machine while the context is open, and return its address."""
    lobby = Lobby(world, directory)
    runner = web.AppRunner(lobby.application(), access_log=None)
    await runner.setup()
    try:
        taken = await _listen(runner, port)
        yield lobby, f"http://{HOST}:{taken}/{lobby.token}/"
    finally:
        await lobby.close()
        await runner.cleanup()


async def serve(world: World, teller: Teller, directory: Path, port: int) -> None:
    """Serve the lobby until the program is asked to stop."""
    async with opened(world, directory, port) as (lobby, address):
        teller.scene("The lobby")
        teller.say("Now be anybody in the union yourself. Open this address in a browser on this machine:")
        teller.say(address)
        teller.say("Ctrl-C ends the demo, and nothing of it is kept.")
        with suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(TICK_SECONDS)
                await lobby.tick()


async def _listen(runner: web.AppRunner, port: int) -> int:
    """Listen on the port asked for, or on the next one that is free."""
    for candidate in range(port, port + PORTS_TRIED) if port else [0]:
        site = web.TCPSite(runner, HOST, candidate)
        try:
            await site.start()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
        else:
            return int(runner.addresses[0][1])
    raise OSError(errno.EADDRINUSE, f"ports {port} to {port + PORTS_TRIED - 1} are all in use; choose with --port")
