"""Every Discord id is a moment: none that was born while people reported may be kept anywhere."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.demo.world import World
from tests.journeys.conftest import Somebody, administrator, somebody, vera, world  # fixtures
from tests.journeys.people import FORM, Person
from tests.privacy.scan import numbers

__all__ = ["administrator", "somebody", "vera", "world"]  # fixtures


def ids_in(value: Any) -> Iterator[int]:
    if isinstance(value, Mapping):
        for part in value.values():
            yield from ids_in(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from ids_in(part)
    elif isinstance(value, str) and value.isdecimal() and len(value) >= 17:
        yield int(value)


def files(world: World) -> dict[str, bytes]:
    folders = (world.settings.data_dir, world.settings.key_dir)
    return {path.name: path.read_bytes() for folder in folders for path in Path(folder).rglob("*") if path.is_file()}


def found(world: World, ids: set[int]) -> list[tuple[str, str]]:
    kept = files(world)
    return [
        (file, form)
        for number in ids
        for form, wanted in numbers("id", number)
        for file, content in kept.items()
        if wanted in content
    ]


@pytest.mark.parametrize("direct", [True, False], ids=["in a direct message", "in the server"])
async def test_no_id_of_the_whole_flow_is_kept(world: World, vera: Person, somebody: Somebody, *, direct: bool) -> None:
    await vera.runs("cases")
    before = {number for _, _, payload in world.env.backend.transcript for number in ids_in(payload)}
    for number in range(6):
        worker = somebody(f"Worker {number}")
        if direct:
            await worker.types_to_steward("who do I tell?")
            await worker.presses_in_direct_message("Write a report")
        else:
            await worker.runs("report file")
        await worker.presses("I have read this: write my report")
        await worker.fills_in(**FORM, text="They count our keystrokes.")
        await worker.presses("Send now" if number % 2 else "Send with the next batch")
        await worker.comes_back(worker.code, direct=direct)
    await world.later(days=2)
    born = {number for _, _, payload in world.env.backend.transcript for number in ids_in(payload)} - before
    posted = {message.id for channel in world.channels.values() for message in channel.history()}
    assert len(born) > 40, "the transcript was looked through in vain"
    assert found(world, born - posted) == []
    await world.restart()
    assert found(world, born - posted) == []
    assert found(world, {vera.member.id}), "an organizer is on the list, so the search does find what is there"


async def test_the_least_power_is_asked_of_discord(world: World) -> None:
    client = world.steward.client
    assert {name for name, wanted in client.intents if wanted} == {"guilds", "dm_messages"}
    assert client._connection.max_messages is None
    assert not client._connection.member_cache_flags.value
    for command in client.tree.get_commands():
        assert command.to_dict(client.tree).get("integration_types") == [0], f"{command.name} is for servers only"
