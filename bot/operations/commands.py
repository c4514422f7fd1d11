"""The operators' words on the command line."""

import argparse
import asyncio
import getpass
import io
import os
import sys
from pathlib import Path

from bot.guards import forbid_core_dumps
from bot.operations.refused import OperationRefused
from bot.settings import load

DOTENV = Path(".env")


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the words; the parsed options then hold what to do as `run`, which returns the exit status."""
    setup = commands.add_parser("setup", help="check the token, print the invitation, write .env")
    setup.add_argument("--token-file", type=Path, help="read the token from a file instead of asking; - is the input")
    setup.add_argument("--env-file", type=Path, default=DOTENV, help="the file to write (default %(default)s)")
    setup.add_argument("--replace", action="store_true", help="replace a token that is there, without asking")
    setup.set_defaults(run=_setup)

    doctor = commands.add_parser("doctor", help="examine everything and say what to do; exit status 1 if need be")
    doctor.add_argument("--offline", action="store_true", help="do not ask Discord")
    doctor.add_argument("--json", action="store_true", help="print the findings as JSON")
    doctor.set_defaults(run=_doctor)

    backup = commands.add_parser("backup", help="back both stores up, sealed to a key that is kept elsewhere")
    backup.add_argument("target", nargs="?", type=Path, help="a new file, or a directory (default STEWARD_BACKUP_DIR)")
    backup.add_argument("--new-key", type=Path, metavar="FILE", help="make the key to seal backups to, and stop")
    backup.set_defaults(run=_backup)

    restore = commands.add_parser("restore", help="bring a backup back, and hold what it would post")
    restore.add_argument("file", type=Path, help="the backup")
    restore.add_argument("--identity", type=Path, required=True, help="the file with the private age key")
    restore.add_argument("--replace", action="store_true", help="move what is in the data directory aside")
    restore.set_defaults(run=_restore)

    confirm = commands.add_parser("confirm-restore", help="let a restored Steward post again")
    confirm.add_argument("--keys-are-lost", action="store_true", help="go on although the keys do not fit")
    confirm.set_defaults(run=_confirm)

    posts = commands.add_parser("posts", help="list the posts that were given up, and settle them")
    settled = posts.add_mutually_exclusive_group()
    settled.add_argument("--stands", metavar="REF", help="say that this one stands in its channel")
    settled.add_argument("--again", metavar="REF", help="say that this one does not, and have it posted")
    posts.set_defaults(run=_posts)

    clear = commands.add_parser("clear-organizers", help="let an administrator name organizers anew (Steward stopped)")
    clear.add_argument("server", type=int, help="the server's id")
    clear.set_defaults(run=_clear_organizers)

    read = commands.add_parser("read", help="open the sealed files of cases with your own key, on any computer")
    read.add_argument("files", nargs="*", type=Path, metavar="FILE", help="files that /cases handed out")
    key = read.add_mutually_exclusive_group(required=True)
    key.add_argument("--identity", type=Path, metavar="KEYFILE", help="the file with your private age key")
    key.add_argument("--new-key", type=Path, metavar="KEYFILE", help="make a key of your own, and stop")
    read.set_defaults(run=_read)

    verify = commands.add_parser("verify", help="check the audit chains and name the first wrong row")
    verify.add_argument("--server", type=int, help="a server's id, together with --head")
    verify.add_argument("--head", nargs=2, metavar=("ROW", "HASH"), help="the mark as posted in the server's channel")
    verify.set_defaults(run=_verify)


def _setup(options: argparse.Namespace) -> int:
    from bot.operations.setup import Terminal, set_up  # noqa: PLC0415 - keeps other commands quick

    forbid_core_dumps()
    file: Path | None = options.token_file

    def ask(prompt: str) -> str:
        try:
            if file is None:
                return getpass.getpass(prompt)
            return sys.stdin.readline() if str(file) == "-" else file.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError, EOFError) as error:
            raise OperationRefused(
                "The token could not be read. Name a text file that holds only the token."
            ) from error

    def agrees(question: str) -> bool:
        return sys.stdin.isatty() and input(f"{question} [y/N] ").strip().lower() in {"y", "yes"}

    surroundings = load(Path(os.devnull))  # without .env, which may be what has to be put right
    asyncio.run(
        set_up(Terminal(_say, ask, agrees), options.env_file, surroundings.discord_url, may_replace=options.replace)
    )
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from bot.clock import SystemClock  # noqa: PLC0415 - keeps other commands quick
    from bot.operations import findings  # noqa: PLC0415 - likewise
    from bot.operations.doctor import examine  # noqa: PLC0415 - likewise
    from bot.operations.machine import this_machine  # noqa: PLC0415 - likewise

    async def look() -> list[findings.Finding]:
        found = []
        async for finding in examine(this_machine(), SystemClock(), DOTENV, offline=options.offline):
            found.append(finding)
            if not options.json:
                _say(finding.line)
        return found

    found = asyncio.run(look())
    if options.json:
        _say(findings.as_json(found))
    return int(findings.failed(found))


def _backup(options: argparse.Namespace) -> int:
    from bot.clock import SystemClock  # noqa: PLC0415 - keeps other commands quick
    from bot.operations import backup  # noqa: PLC0415 - likewise

    forbid_core_dumps()
    settings = load(DOTENV)
    if options.new_key is not None:
        public = backup.new_key(options.new_key, settings)
        _say(
            f"The private key is in {options.new_key}. Carry it away from this machine, keep two copies, and show "
            "it to nobody: whoever has it can open every backup. Write this into .env:\n"
            f"STEWARD_BACKUP_RECIPIENT={public}"
        )
        return 0
    made = asyncio.run(backup.back_up(settings, SystemClock(), options.target))
    _say(
        f"{made} holds both stores ({made.stat().st_size / 1e6:.1f} MB), was opened again and is whole. The key "
        f"directory ({settings.key_dir}) is not in it: keep a copy of that elsewhere, since without it nobody can read "
        "the cases."
    )
    return 0


def _restore(options: argparse.Namespace) -> int:
    from bot.clock import SystemClock  # noqa: PLC0415 - keeps other commands quick
    from bot.operations.restore import restore  # noqa: PLC0415 - likewise

    forbid_core_dumps()
    settings = load(DOTENV)
    manifest = asyncio.run(restore(settings, SystemClock(), options.file, options.identity, replacing=options.replace))
    _say(
        f"The backup of {manifest.made_on} is in {settings.data_dir}. Keys are never in a backup: before you start "
        f"Steward, put your copy of the key directory at {settings.key_dir}. After the start nothing is posted until "
        "you have looked whether all is well and run: python3 run.py confirm-restore"
    )
    return 0


def _confirm(options: argparse.Namespace) -> int:
    from bot.clock import SystemClock  # noqa: PLC0415 - keeps other commands quick
    from bot.operations.restore import confirm  # noqa: PLC0415 - likewise

    was_held = asyncio.run(confirm(load(DOTENV), SystemClock(), keys_are_lost=options.keys_are_lost))
    _say("Steward posts again. Digests that were missed are left out." if was_held else "Nothing was held.")
    return 0


def _posts(options: argparse.Namespace) -> int:
    from bot.operations import posts  # noqa: PLC0415 - keeps other commands quick

    settings = load(DOTENV)
    if options.stands or options.again:
        asyncio.run(posts.settle(settings, options.stands or options.again, stands=bool(options.stands)))
        _say("Settled.")
        return 0
    found = asyncio.run(posts.given_up(settings))
    _say("\n".join(posts.told(letter) for letter in found) or "No post was given up.")
    return int(bool(found))


def _clear_organizers(options: argparse.Namespace) -> int:
    from bot.clock import SystemClock  # noqa: PLC0415 - keeps other commands quick
    from bot.ids import GuildId  # noqa: PLC0415 - likewise
    from bot.operations.organizers import clear  # noqa: PLC0415 - likewise

    cleared = asyncio.run(clear(load(DOTENV), SystemClock(), GuildId(options.server)))
    _say(
        f"{cleared} organizers were taken off the list. An administrator of the server can name new ones with /setup. "
        "Members see this in /audit."
    )
    return 0


def _read(options: argparse.Namespace) -> int:
    from bot.operations import read  # noqa: PLC0415 - keeps other commands quick

    forbid_core_dumps()
    if options.new_key is not None:
        from bot.operations.backup import write_key  # noqa: PLC0415 - likewise

        public = write_key(options.new_key)
        _say(
            f"The private key is in {options.new_key.absolute()}. Keep two copies and show it to nobody: whoever has "
            "it can open what is sealed to it, and without it nobody can. Register this public half with /keys in "
            "Discord:\n"
            f"{public}"
        )
        return 0
    keys = read.own_keys(options.identity)
    if warning := read.warning_of(options.identity):
        print(warning, file=sys.stderr)  # noqa: T201 - the command line speaks to a person
    if not options.files:
        raise OperationRefused("Name the files to open as well.")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that cannot write some letter still shows the others
    has_failed = False
    for file in options.files:
        try:
            _say(read.opened(file, keys) + "\n")
        except OperationRefused as refusal:
            print(refusal, file=sys.stderr)  # noqa: T201 - likewise
            has_failed = True
    return int(has_failed)


def _verify(options: argparse.Namespace) -> int:
    from bot.database.audit import Head  # noqa: PLC0415 - keeps other commands quick
    from bot.ids import GuildId  # noqa: PLC0415 - likewise
    from bot.operations.verify import verify  # noqa: PLC0415 - likewise

    guild_id = None if options.server is None else GuildId(options.server)
    head = None if options.head is None else Head(int(options.head[0]), options.head[1])
    broken = asyncio.run(verify(load(DOTENV), guild_id, head))
    _say("\n".join(broken) or "Every audit chain holds.")
    return int(bool(broken))


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - the command line speaks to a person
