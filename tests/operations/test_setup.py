"""Setting up: from a token to `.env`, without the token ever being shown."""

import asyncio
import io
import stat
import sys
from pathlib import Path

import discord
import pytest

from bot import cli
from bot.application import PERMISSIONS
from bot.operations.refused import OperationRefused
from bot.operations.setup import Terminal, set_up
from cogs.layout import NEEDED
from tests.operations.conftest import TOKEN, FakeDiscord, House


class Keyboard:
    """Somebody who pastes a token and answers yes or no, and what they are told."""

    def __init__(self, dotenv: Path, url: str, token: str = TOKEN, *, agrees: bool = False) -> None:
        self.dotenv = dotenv
        self.told: list[str] = []
        self._url = url
        self._terminal = Terminal(self.told.append, lambda _prompt: token + "\n", lambda _question: agrees)

    async def sets_up(self, *, may_replace: bool = False) -> str:
        """Run setup and return what `.env` then holds."""
        try:
            await set_up(self._terminal, self.dotenv, self._url, may_replace=may_replace)
        finally:
            assert TOKEN not in "\n".join(self.told)
        assert stat.S_IMODE(self.dotenv.stat().st_mode) == 0o600
        return self.dotenv.read_text()


async def test_a_good_token_is_written_and_the_invitation_asks_for_the_least(
    discord_says: FakeDiscord, tmp_path: Path
) -> None:
    keyboard = Keyboard(tmp_path / ".env", discord_says.url)
    assert await keyboard.sets_up() == f"DISCORD_TOKEN={TOKEN}\n"
    told = "\n".join(keyboard.told)
    link = "https://discord.com/oauth2/authorize?client_id=8000&scope=bot+applications.commands&permissions=101376"
    assert link in told
    assert "Bot page" not in told
    assert not (tmp_path / ".env.part").exists()


def test_the_invitation_covers_what_the_bot_checks_for() -> None:
    invited = discord.Permissions(sum(PERMISSIONS.values()))
    assert invited == discord.Permissions(
        view_channel=True, send_messages=True, attach_files=True, read_message_history=True
    )
    assert all(getattr(invited, name) for name in NEEDED if name in discord.Permissions.VALID_FLAGS)


async def test_needless_intents_and_a_public_bot_are_warned_of(discord_says: FakeDiscord, tmp_path: Path) -> None:
    discord_says.answers["/oauth2/applications/@me"] |= {"flags": 1 << 15 | 1 << 18, "bot_public": True}
    keyboard = Keyboard(tmp_path / ".env", discord_says.url)
    await keyboard.sets_up()
    told = "\n".join(keyboard.told)
    assert "Server Members Intent, Message Content Intent on, which Steward does not need" in told
    assert "The bot is public" in told


async def test_what_else_env_holds_stays_and_a_token_is_replaced_only_on_a_yes(
    discord_says: FakeDiscord, tmp_path: Path
) -> None:
    dotenv = tmp_path / ".env"
    before = "# mine\nSTEWARD_LOG_LEVEL=WARNING\nexport DISCORD_TOKEN=old\nSTEWARD_DATA_DIR=data\n"
    dotenv.write_text(before)
    with pytest.raises(OperationRefused, match="keeps the token it had"):
        await Keyboard(dotenv, discord_says.url).sets_up()
    assert dotenv.read_text() == before
    written = before.replace("export DISCORD_TOKEN=old", f"DISCORD_TOKEN={TOKEN}")
    assert await Keyboard(dotenv, discord_says.url, agrees=True).sets_up() == written
    assert await Keyboard(dotenv, discord_says.url).sets_up(may_replace=True) == written


async def test_an_empty_place_for_the_token_is_filled_without_asking(discord_says: FakeDiscord, tmp_path: Path) -> None:
    (tmp_path / ".env.example").write_text("# The token\nDISCORD_TOKEN=\n# more\n")
    written = await Keyboard(tmp_path / ".env", discord_says.url).sets_up()
    assert written == f"# The token\nDISCORD_TOKEN={TOKEN}\n# more\n"


async def test_other_mistakes_in_env_are_told(discord_says: FakeDiscord, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("STEWARD_BACKUP_KEEP=3\n")
    keyboard = Keyboard(tmp_path / ".env", discord_says.url)
    await keyboard.sets_up()
    assert any("STEWARD_BACKUP_KEEP is not a setting" in line for line in keyboard.told)


@pytest.mark.parametrize(
    ("token", "told"),
    [
        ("", "No token was given"),
        ("the-client-secret", "not a bot's token"),
        (TOKEN.replace("Gabc", "Hxyz"), "Discord refuses this token"),
    ],
)
async def test_a_wrong_token_is_refused_in_plain_words_and_nothing_is_written(
    discord_says: FakeDiscord, tmp_path: Path, token: str, told: str
) -> None:
    with pytest.raises(OperationRefused, match=told) as refused:
        await Keyboard(tmp_path / ".env", discord_says.url, token).sets_up()
    assert not token or token not in str(refused.value)
    assert not (tmp_path / ".env").exists()


@pytest.mark.parametrize("trouble", ["nobody listens", "500", "no JSON"])
async def test_an_unreachable_discord_is_told_apart(discord_says: FakeDiscord, tmp_path: Path, trouble: str) -> None:
    url = "http://127.0.0.1:1" if trouble == "nobody listens" else discord_says.url
    discord_says.status["/users/@me"] = 500
    with pytest.raises(OperationRefused, match="cannot be reached"):
        await Keyboard(tmp_path / ".env", url).sets_up()


async def test_the_command_reads_a_file_or_its_input_and_shows_no_token(
    discord_says: FakeDiscord, house: House, environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.setenv("STEWARD_DISCORD_URL", discord_says.url)
    (house.root / "token.txt").write_text(TOKEN + "\n")
    assert await asyncio.to_thread(cli.main, ["setup", "--token-file", "token.txt"]) == 0
    assert (house.root / ".env").read_text() == f"DISCORD_TOKEN={TOKEN}\n"
    environment.setattr(sys, "stdin", io.StringIO(TOKEN + "\n"))
    assert await asyncio.to_thread(cli.main, ["setup", "--token-file", "-"]) == 1  # there is a token, and nobody to ask
    assert await asyncio.to_thread(cli.main, ["setup", "--token-file", "-", "--replace"]) == 0
    assert await asyncio.to_thread(cli.main, ["setup", "--token-file", "missing.txt", "--replace"]) == 1
    shown = "".join(capsys.readouterr())
    assert TOKEN not in shown
    assert "Discord accepts the token" in shown
