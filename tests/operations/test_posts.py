"""A post that was given up is settled by a person who looked into the channel."""

from pathlib import Path

import pytest

from bot.database import outbox
from bot.database.engine import Database
from bot.database.outbox import Letter
from bot.ids import ChannelId, GuildId
from bot.operations.posts import given_up, settle, told
from bot.operations.refused import OperationRefused
from bot.settings import Settings
from tests.clock import MONDAY

LETTERS = [Letter(f"digest:{day}", GuildId(1), ChannelId(2), "digests:digest", {"day": day}, "en") for day in range(3)]


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    made = Settings.model_validate({"STEWARD_DATA_DIR": tmp_path})
    database = Database.at(made.database)
    await database.prepare()
    async with database.begin() as connection:
        for letter, state in zip(LETTERS, ("held", "dead", "sent"), strict=True):
            await outbox.queue(connection, letter)
            await outbox.mark_sending(connection, letter, MONDAY)
            if state == "sent":
                await outbox.mark_sent(connection, letter, 5)
            else:
                await outbox.mark_undelivered(connection, letter, state, "history")
    await database.close()
    return made


async def ready(settings: Settings) -> list[Letter]:
    database = Database.at(settings.database)
    try:
        async with database.begin() as connection:
            return await outbox.ready(connection, MONDAY)
    finally:
        await database.close()


async def test_only_what_was_given_up_is_listed_with_its_reason(settings: Settings) -> None:
    lines = [told(letter) for letter in await given_up(settings)]
    assert len(lines) == 2
    assert "nobody can tell whether it was posted (history)" in lines[0]
    assert LETTERS[0].reference in lines[0]
    assert "Discord refused it" in lines[1]


async def test_one_that_stands_is_not_posted_again(settings: Settings) -> None:
    await settle(settings, LETTERS[0].reference.removeprefix("ref "), stands=True)
    assert [letter.natural_key for letter in await given_up(settings)] == ["digest:1"]
    assert await ready(settings) == []


async def test_one_that_does_not_stand_is_posted_as_if_for_the_first_time(settings: Settings) -> None:
    await settle(settings, LETTERS[0].reference, stands=False)
    (letter,) = await ready(settings)
    assert (letter.natural_key, letter.state, letter.first_try_at) == ("digest:0", "new", None)


async def test_a_reference_nobody_knows_is_refused(settings: Settings) -> None:
    for unknown in ("ref 0000000000", LETTERS[2].reference, ""):
        with pytest.raises(OperationRefused):
            await settle(settings, unknown, stands=True)
