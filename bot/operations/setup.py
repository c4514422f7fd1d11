"""Set an installation up: check the token with Discord, print the invitation, write `.env`."""

import os
import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot import storefile
from bot.application import PERMISSIONS, Profile, application
from bot.client import DiscordUnreachable, TokenRefused
from bot.operations.findings import Severity
from bot.operations.refused import OperationRefused
from bot.operations.servers import check_profile
from bot.settings import TOKEN_SHAPE, SettingsRefused, load

WHERE = "Copy it from the Bot page of your application on discord.com/developers (press Reset Token to see it)."
_TOKEN_LINE = re.compile(r"^[ \t]*(?:export[ \t]+)?DISCORD_TOKEN[ \t]*=.*$", re.MULTILINE)
EXAMPLE = Path(".env.example")


@dataclass(frozen=True, slots=True)
class Terminal:
    """The person at the keyboard: told sentences, asked for a secret that is not echoed, asked yes or no."""

    say: Callable[[str], None]
    ask_secret: Callable[[str], str]
    agrees: Callable[[str], bool]


async def set_up(terminal: Terminal, dotenv: Path, url: str | None, *, may_replace: bool) -> None:
    """Lead a person from a token to a written `.env`; raises `OperationRefused` and then writes nothing.

    What `.env` holds besides the token stays. The token is told to Discord and to that file, and to nobody else.
    """
    text = _present(dotenv)
    if re.search(r"DISCORD_TOKEN[ \t]*=[ \t]*\S", "\n".join(_TOKEN_LINE.findall(text))) and not (
        may_replace or terminal.agrees(f"{dotenv} holds a token already. Replace it?")
    ):
        raise OperationRefused(f"Nothing was changed: {dotenv} keeps the token it had.")
    token = _shaped(terminal.ask_secret("Token of your bot (it is not shown while you type or paste): "))
    profile = await _checked(token, url)
    terminal.say(f"Discord accepts the token. It belongs to {profile.name}.")
    for finding in check_profile(profile):
        if finding.severity is not Severity.OK:
            terminal.say(f"{finding.sentence} {finding.fix}")
    line = f"DISCORD_TOKEN={token}"
    written, replaced = _TOKEN_LINE.subn(line, text, count=1)
    if not replaced:
        written = f"{text.rstrip()}\n{line}\n".lstrip()
    _write(dotenv, written)
    terminal.say(f"The token was written to {dotenv}, which only you can read.")
    _tell_problems(terminal, dotenv)
    terminal.say(f"Invite the bot with only what it needs ({', '.join(PERMISSIONS)}):\n  {profile.invitation}")
    terminal.say("Then start it (python3 run.py start), and run /setup in Discord as an administrator.")


def _present(dotenv: Path) -> str:
    source = dotenv if dotenv.exists() else dotenv.with_name(EXAMPLE.name)
    try:
        return source.read_text("utf-8-sig") if source.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise OperationRefused(f"{source} cannot be read. Save it as plain text in UTF-8.") from error


def _shaped(text: str) -> str:
    token = text.strip().strip("\"'").removeprefix("Bot ")
    if not token:
        raise OperationRefused(f"No token was given, and nothing was changed. {WHERE}")
    if not TOKEN_SHAPE.fullmatch(token):
        raise OperationRefused(
            "That is not a bot's token: it has three parts with dots between. The client secret, the public key and "
            f"the application id are other things. {WHERE}"
        )
    return token


async def _checked(token: str, url: str | None) -> Profile:
    try:
        async with application(token, url) as discord:
            await discord.own_id()
            return await discord.profile()
    except TokenRefused as error:
        raise OperationRefused(
            f"Discord refuses this token: it was reset since, or a part is missing. Nothing was changed. {WHERE}"
        ) from error
    except DiscordUnreachable as error:
        raise OperationRefused(
            "Discord cannot be reached from this machine, or asks to wait. Nothing was changed. Check the network and "
            "run setup again."
        ) from error


def _write(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        storefile.sync_directory(path.parent)
    except OSError as error:
        raise OperationRefused(
            f"{shlex.quote(str(path))} cannot be written. Check that its folder is yours."
        ) from error


def _tell_problems(terminal: Terminal, dotenv: Path) -> None:
    try:
        load(dotenv)
    except SettingsRefused as refusal:
        terminal.say("Something else in it still has to be put right:")
        for sentence in refusal.sentences:
            terminal.say(f"  {sentence}")
