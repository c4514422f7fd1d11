"""Checks of the two stores, the keys and the backups, without changing a byte; Steward may be running."""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bot import storefile
from bot.database import facts, serversettings
from bot.database.engine import Age, Database
from bot.guilds import records as guilds
from bot.guilds.service import Guild
from bot.ids import GuildId
from bot.operations import backup, keyfit
from bot.operations.findings import Finding, note, ok, problem
from bot.settings import Settings
from bot.vault.engine import newest_version

RESTORE = (
    "If that does not help, restore the last good backup: python3 run.py restore FILE --identity KEYFILE --replace"
)
STALE_DAYS = 2


async def check_stores(settings: Settings) -> AsyncIterator[Finding]:
    """Look at both stores and at whether the keys belong to them."""
    vault_is_good = False
    for finding in _check_file("vault", settings.vault_path, storefile.VAULT_APPLICATION_ID, storefile.SETTINGS):
        yield finding
        vault_is_good = finding == _whole("vault")
    if vault_is_good:
        yield _vault_version(settings.vault_path)
    if settings.database_url is None:
        path, wanted = settings.database_path, storefile.SETTINGS
        last = None
        for finding in _check_file("database", path, storefile.DATABASE_APPLICATION_ID, wanted):
            yield finding
            last = finding
        if last != _whole("database"):
            return
    database = Database.reading(settings.database)
    try:
        async for finding in _check_database(settings, database):
            yield finding
    finally:
        await database.close()


async def set_up_guilds(settings: Settings) -> dict[GuildId, Guild]:
    """Return the guilds that take reports. Call it only if the database fits this version."""
    database = Database.reading(settings.database)
    try:
        async with database.begin() as connection:
            found = [await guilds.get(connection, guild_id) for guild_id in await guilds.ready(connection)]
        return {guild.id: guild for guild in found if guild is not None}
    finally:
        await database.close()


def check_backups(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Look at how old the last good backup is; only one that was proved whole has a backup's name."""
    if not settings.backup_recipients:
        told = "No backups are made: STEWARD_BACKUP_RECIPIENT is not set."
        yield problem("backup", told, "Make a key with: python3 run.py backup --new-key FILE")
        return
    kept = backup.kept(settings.backup_dir)
    if not kept:
        yield problem("backup", "There is no backup yet.", "Make one: python3 run.py backup")
        return
    days = (now.date() - kept[-1][0]).days
    told = f"The last good backup is {days} days old." if days != 1 else "The last good backup is a day old."
    if days > STALE_DAYS:
        yield problem("backup", told, "Make one now (python3 run.py backup), and let it be made every day.")
    elif days < 0:
        told = "The last backup has a date in the future."
        yield problem("backup", told, "Set the machine's clock, and delete that backup once you have a newer one.")
    else:
        yield ok("backup", told)


def check_keys(settings: Settings) -> Iterator[Finding]:
    """Look at whether the key files are there and hold keys."""
    lacking = keyfit.damaged(settings.key_dir)
    if not lacking:
        yield ok("keys", "The key files are there and hold keys.")
    elif not settings.vault_path.exists():
        yield note("keys", "There are no key files yet.", "The first start makes them.")
    else:
        told = f"The key directory lacks {', '.join(lacking)}, or the file is damaged."
        yield problem("keys", told, "Before you start Steward, put back your copy of the key directory.")


def _check_file(name: str, path: Path, application_id: int, wanted: Mapping[str, str | int]) -> Iterator[Finding]:
    if not path.exists() or path.stat().st_size == 0:
        yield note(name, f"The {name} does not exist yet.", "The first start makes it.")
        return
    try:
        storefile.inspect_closely(path, application_id)
        yield from _check_settings(name, path, wanted)
    except storefile.StoreRefused as refusal:
        yield problem(name, str(refusal), RESTORE)
    except sqlite3.OperationalError:
        told = f"The {name} cannot be read now: it is locked, or an interrupted write waits for the next start."
        yield problem(name, told, "Look again in a minute. If Steward is not running, start it.")
    else:
        yield _whole(name)


def _whole(name: str) -> Finding:
    return ok(name, f"The {name} is whole.")


def _check_settings(name: str, path: Path, wanted: Mapping[str, str | int]) -> Iterator[Finding]:
    good = True
    with closing(storefile.read_only(path)) as connection:
        for setting, value in wanted.items():
            connection.execute(f"PRAGMA {setting} = {value}")
            (found,) = connection.execute(f"PRAGMA {setting}").fetchone()
            if found != value:
                good = False
                told = f"The {name}'s setting {setting} is {found} and must be {value}."
                yield problem(f"{name}-settings", told, "Use the Python of your system or of python.org.")
    if good:
        yield ok(f"{name}-settings", f"The {name}'s settings hold.")


def _vault_version(path: Path) -> Finding:
    found, newest = backup.vault_version(path), newest_version()
    if found > newest:
        return problem("vault-schema", "The vault was written by a newer Steward.", "Start the newer version.")
    if found < newest:
        return note("vault-schema", "The vault is from an older Steward.", "The next start updates it.")
    return ok("vault-schema", "The vault fits this version.")


async def _check_database(settings: Settings, database: Database) -> AsyncIterator[Finding]:
    try:
        _, age = await database.revision()
    except storefile.StoreRefused as refusal:
        yield problem("database", str(refusal), "Then look again.")
        return
    if age is Age.NEWER:
        yield problem("database-schema", "The database was written by a newer Steward.", "Start the newer version.")
        return
    if age is Age.OLDER:
        yield note("database-schema", "The database is from an older Steward.", "The next start updates it.")
        return
    yield ok("database-schema", "The database fits this version.")
    if not database.is_sqlite:
        async for finding in _check_server(database):
            yield finding
    async with database.begin() as connection:
        restored = await facts.get(connection, facts.RESTORED)
    if restored == facts.HELD:
        told = "A backup was restored, and nothing is posted until you confirm it."
        yield problem("restored", told, "Look whether all is well, then: python3 run.py confirm-restore")
    async for finding in _check_keys_fit(settings, database):
        yield finding


async def _check_server(database: Database) -> AsyncIterator[Finding]:
    async with database.begin() as connection:
        unsafe = await serversettings.unsafe(connection)
    for name, found, wanted in unsafe:
        told = f"PostgreSQL's {name} is {found}, so its log or its tables may keep more than they should."
        yield note("postgresql", told, f"Set it: ALTER SYSTEM SET {name} = '{wanted}', then restart PostgreSQL.")
    if not unsafe:
        yield ok("postgresql", "PostgreSQL's settings keep row contents out of its log.")


async def _check_keys_fit(settings: Settings, database: Database) -> AsyncIterator[Finding]:
    if keyfit.damaged(settings.key_dir):
        return  # told by the check of the key files
    misfits = await keyfit.misfits(settings, database)
    for sentence in misfits:
        yield problem("keys-fit", sentence, "Put back the key directory that belongs to this data.")
    if not misfits:
        yield ok("keys-fit", "The keys belong to these stores.")
