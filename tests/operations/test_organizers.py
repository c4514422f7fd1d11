"""A server whose organizers can no longer decide together is freed by the operator, in the open."""

from pathlib import Path

import pytest

from bot.guilds.rules import SecondOrganizerNeeded
from bot.ids import GuildId, UserId
from bot.operations.organizers import clear
from bot.operations.refused import OperationRefused
from bot.operations.verify import verify
from bot.ownership import AlreadyOwned, Ownership
from bot.settings import Settings
from bot.wiring import open_steward
from tests.clock import FixedClock
from tests.house import ADMINISTRATOR, GUILD, ROLE


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.model_validate({"STEWARD_DATA_DIR": tmp_path / "data", "STEWARD_KEY_DIR": tmp_path / "keys"})


async def test_the_list_is_emptied_in_the_open_and_set_anew(settings: Settings) -> None:
    clock = FixedClock()
    steward = await open_steward(settings, clock)
    await steward.guilds.choose_organizer_role(ADMINISTRATOR, ROLE)
    await steward.guilds.choose_organizers(ADMINISTRATOR, frozenset({UserId(1), UserId(2)}))
    with pytest.raises(SecondOrganizerNeeded):
        await steward.guilds.choose_organizers(ADMINISTRATOR, frozenset({UserId(3)}))
    with pytest.raises(AlreadyOwned):
        await clear(settings, clock, GUILD)
    await steward.close()

    assert await clear(settings, clock, GUILD) == 2
    steward = await open_steward(settings, clock)
    lines, _ = await steward.trust.chain(GUILD)
    assert lines[0].entry.action == "cleared the organizer list for the operator"
    await steward.guilds.choose_organizers(ADMINISTRATOR, frozenset({UserId(3)}))
    await steward.close()
    assert await verify(settings) == []


async def test_a_server_nobody_knows_is_refused(settings: Settings) -> None:
    settings.data_dir.mkdir()
    with pytest.raises(OperationRefused, match="nothing about a server"):
        await clear(settings, FixedClock(), GuildId(5))
    with Ownership(settings.data_dir):
        pass
