from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from simcord import MemberActor

from bot.demo.world import World, open_world
from bot.vault.codes import Stretching
from tests import discord_contract
from tests.journeys.people import Person

CHEAP = Stretching(passes=1, memory=8)

Somebody = Callable[..., Person]


@pytest.fixture
async def world(data_dir: Path) -> AsyncIterator[World]:
    """A server nobody has set up yet. Every request of the story is held against Discord's own description."""
    async with open_world(data_dir.parent, stretching=CHEAP) as opened:
        yield opened
        if discord_contract.available():
            problems = [
                f"{entry.method} {entry.path}: {problem}"
                for entry in opened.env.http_requests
                for problem in discord_contract.check_request(entry.method, entry.path, entry.json)
            ]
            assert not problems


@pytest.fixture
def somebody(world: World) -> Somebody:
    def join(name: str, *roles: str) -> Person:
        return Person(world, world.person(name, roles=roles))

    return join


@pytest.fixture
def administrator(world: World) -> Person:
    return Person(world, MemberActor(world.env, world.guild, world.guild.owner))


@pytest.fixture
async def vera(world: World, administrator: Person, somebody: Somebody) -> Person:
    """Vera, the organizer of a server that is set up."""
    organizer = somebody("Vera", "Organizers")
    await administrator.runs("setup")
    await administrator.chooses("guilds:role:v1", world.roles["Organizers"])
    await administrator.chooses("guilds:organizers:v1", organizer.member)
    await administrator.chooses("guilds:channel:v1:digests", world.channels["digests"])
    return organizer
