"""What members see of a restore: every message once, whatever the backup still believed to be unsent."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from simcord import MemberActor

from bot.demo.world import World, open_world
from bot.operations.backup import back_up
from bot.operations.restore import confirm, restore
from bot.settings import Settings
from bot.vault import agefiles
from tests.journeys.people import Person, posts, weeks_until_a_digest_is_decided
from tests.operations.conftest import CHEAP


def digests(world: World) -> list[str]:
    return [post for post in posts(world, "digests") if "What AI does to our jobs" in post]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A server with thirteen reports and a digest that was decided and could not be posted."""
    async with open_world(tmp_path, stretching=CHEAP) as opened:
        administrator = Person(opened, MemberActor(opened.env, opened.guild, opened.guild.owner))
        vera = opened.person("Vera", roles=("Organizers",))
        await administrator.runs("setup")
        await administrator.chooses("guilds:role:v1", opened.roles["Organizers"])
        await administrator.chooses("guilds:organizers:v1", vera)
        await administrator.chooses("guilds:channel:v1:digests", opened.channels["digests"])
        for number in range(13):
            await Person(opened, opened.person(f"Worker {number}")).reports("They count our keystrokes.")
        await opened.later(days=1)
        await Person(opened, vera).confirms_everything()
        await opened.later(days=1)  # the mark of the chain is posted, and cannot take the error away
        opened.env.inject_error("POST", "/channels/*/messages", status=503, times=1)
        await weeks_until_a_digest_is_decided(opened)
        assert digests(opened) == []
        yield opened


@pytest.mark.parametrize("was_posted", [True, False], ids=["posted after the backup", "never posted"])
async def test_what_the_backup_holds_unsent_is_posted_once_and_only_when_confirmed(
    world: World, tmp_path: Path, *, was_posted: bool
) -> None:
    identity = tmp_path / "offline.key"
    key = agefiles.new_identity()
    identity.write_text(f"{key}\n")
    places = {"STEWARD_DATA_DIR": world.settings.data_dir, "STEWARD_KEY_DIR": world.settings.key_dir}
    recipient = {"STEWARD_BACKUP_DIR": tmp_path / "backups", "STEWARD_BACKUP_RECIPIENT": str(key.to_public())}
    settings = Settings.model_validate({**places, **recipient})
    made = await back_up(settings, world.clock)
    if was_posted:
        await world.later(minutes=5)
        assert len(digests(world)) == 1
    before = posts(world, "digests")
    await world.steward.close()
    await restore(settings, world.clock, made, identity, replacing=True)
    await world.restart()
    for _ in range(3):
        await world.later(days=7)
    assert posts(world, "digests") == before
    assert await confirm(settings, world.clock)
    for _ in range(4):
        await world.later(minutes=5)
    assert len(digests(world)) == 1
    told = [post for post in posts(world, "digests") if post]  # Discord's own word on a thread says nothing
    assert len(set(told)) == len(told)
