"""A simulated Discord with one union server in it, and the real Steward connected to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import simcord
from simcord import MemberActor

from bot.guilds.service import Guild
from bot.ids import GuildId
from bot.settings import Settings
from bot.vault.codes import Stretching
from bot.wiring import Steward, open_steward


class SimulatedClock:
    """Tell the time of the simulated Discord."""

    def __init__(self) -> None:
        self._env: simcord.Env | None = None

    def follow(self, env: simcord.Env) -> None:
        """Tell the time of `env` from now on."""
        self._env = env

    def now(self) -> datetime:
        """Return the simulated instant."""
        if self._env is None:
            raise RuntimeError("the simulated Discord has not started")
        return self._env.now()


@dataclass
class World:
    """One server with its channels and people. Time only moves when told to."""

    settings: Settings
    steward: Steward
    env: simcord.Env
    clock: SimulatedClock
    stretching: Stretching | None
    guild: Any
    channels: dict[str, Any] = field(default_factory=dict)
    roles: dict[str, Any] = field(default_factory=dict)
    people: dict[str, MemberActor] = field(default_factory=dict)
    elsewhere: dict[str, MemberActor] = field(default_factory=dict)
    """Those of the people who are also in a second server, as its members."""

    def person(self, name: str, *, roles: tuple[str, ...] = (), guild: Any = None) -> MemberActor:  # noqa: ANN401 - untyped in SimCord
        """Let somebody join the server, or return them if they are there."""
        if name not in self.people:
            user = self.env.create_user(name.lower().replace(" ", "."), global_name=name)
            self.people[name] = (guild or self.guild).add_member(user, roles=[self.roles[role] for role in roles])
        return self.people[name]

    async def later(self, **span: float) -> None:
        """Let time pass, then do what is due, as the alarm clock would."""
        await self.env.advance_time(timedelta(**span).total_seconds())
        await self.tick()

    async def until(self, moment: datetime) -> None:
        """Let time pass up to a moment, then do what is due."""
        await self.later(seconds=max(0.0, (moment - self.clock.now()).total_seconds()))

    async def live_until(self, moment: datetime) -> None:
        """Let time pass with Steward awake: whatever comes due on the way is done in its turn and on time."""
        while (due := await self.next_due()) < moment:
            await self.until(due)
        await self.until(moment)

    async def next_due(self) -> datetime:
        """Return when the next release or digest of any server comes due."""
        now = self.clock.now()
        guilds = [await self.steward.guilds.ready(each) for each in await self.steward.guilds.all_ready()]
        return min(moment for guild in guilds for moment in (guild.next_release(now), guild.next_digest(now)))

    async def settings_made(self) -> Guild:
        """Return what the administrator of the first server set; raises `NotSetUp` before that."""
        return await self.steward.guilds.ready(GuildId(self.guild.id))

    async def tick(self) -> None:
        """Do what is due now."""
        with self.env.time_context():
            await self.steward.due.run()
        await self.env.settle()

    async def restart(self) -> None:
        """Stop Steward and start it again on the same data, as after a crash or an update."""
        await self.steward.close()
        self.steward = await open_steward(self.settings, self.clock, self.stretching)
        await self.env.restart_bot(self.steward.client)


@asynccontextmanager
async def open_world(
    directory: Path, *, name: str = "Pixel Workers United", stretching: Stretching | None = None
) -> AsyncIterator[World]:
    """Start Steward on fresh stores in `directory`, inside a simulated Discord with one server."""
    settings = Settings.model_validate({"STEWARD_DATA_DIR": directory / "data", "STEWARD_KEY_DIR": directory / "keys"})
    clock = SimulatedClock()
    steward = await open_steward(settings, clock, stretching)
    env = simcord.Env(steward.client, settle_timeout=20.0)
    env.backend.bot_user.name = "Steward"
    clock.follow(env)
    await env.start()
    guild = env.create_guild(name, owner=env.create_user("olga", global_name="Olga"))
    world = World(settings, steward, env, clock, stretching, guild)
    world.roles["Organizers"] = guild.create_role("Organizers")
    for channel in ("general", "petitions", "town-halls", "digests", "organizers"):
        world.channels[channel] = guild.create_text_channel(channel)
    try:
        yield world
    finally:
        await env.shutdown()
        await world.steward.close()
    env.raise_errors()
