"""Bring a backup back, and hold everything it would say until an operator has looked."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from bot import storefile
from bot.clock import Clock
from bot.database import facts, outbox, schedules
from bot.database.engine import Age, Database, Transaction
from bot.digests.service import SETTLING, find_plan
from bot.guilds import records as guilds
from bot.guilds.service import DIGEST, RELEASE
from bot.operations import archive, postgres
from bot.operations.archive import DATABASE, DUMP, VAULT, Manifest
from bot.operations.backup import prove, staging
from bot.operations.copies import STAGING
from bot.operations.keyfit import KeysMissing, misfits
from bot.operations.refused import OperationRefused
from bot.ownership import Ownership
from bot.polls import records as polls
from bot.settings import Settings
from bot.townhalls import records as halls
from bot.townhalls import rules as hall_rules
from bot.vault import agefiles
from bot.vault.engine import newest_version

ASIDE = "before-restore-"
OURS = ("steward.lock", ASIDE, STAGING)


async def restore(settings: Settings, clock: Clock, file: Path, identity: Path, *, replacing: bool) -> Manifest:
    """Put the stores of a backup into the data directory, held, and return what the backup says of itself.

    Everything is proved before anything is moved. With `replacing`, what lies there is moved into a folder beside
    it. Raises `AlreadyOwned`, `StoreRefused` or `OperationRefused` and leaves what is there as it was.
    """
    keys = _identities(identity)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with Ownership(settings.data_dir):
        present = [path for path in sorted(settings.data_dir.iterdir()) if not path.name.startswith(OURS)]
        if present and not replacing:
            raise OperationRefused(
                f"{settings.data_dir} is not empty and was not touched. Point STEWARD_DATA_DIR to an empty directory, "
                "or add --replace to move what is there into a folder beside it."
            )
        with staging(settings.data_dir) as folder:
            manifest = archive.unpack(file, keys, folder)
            _refuse_other_engine(settings, manifest)
            await prove(manifest, folder)
            await _refuse_newer(manifest, folder)
            if manifest.is_sqlite:
                await _hold(f"sqlite+aiosqlite:///{folder / DATABASE}", manifest, clock.now())
            else:
                await _refuse_filled(settings.database)
                postgres.bring_back(settings.database, folder / DUMP)
                await _hold(settings.database, manifest, clock.now())
                (folder / DUMP).unlink()
            if present:
                _move_aside(present, settings.data_dir, clock.now().date())
            for path in (folder / VAULT, folder / DATABASE):  # the database last: without it nothing is said
                if path.exists():
                    path.rename(settings.data_dir / path.name)
        storefile.sync_directory(settings.data_dir)
    return manifest


async def confirm(settings: Settings, clock: Clock, *, keys_are_lost: bool = False) -> bool:
    """Let a restored Steward speak again, also while it runs; tell whether anything was held.

    Runs that came due meanwhile are left out, since they may have happened after the backup was made. Polls that were
    open are void, since a result of the votes that the backup happens to hold would be a guess. Raises
    `OperationRefused` when the key files do not open what was restored, unless the keys are said to be lost.
    """
    database = Database.at(settings.database)
    try:
        async with database.begin() as connection:
            if await facts.get(connection, facts.RESTORED) != facts.HELD:
                return False
        try:
            lacking = await misfits(settings, database)
        except KeysMissing as missing:
            lacking = [str(missing)]
        if lacking and not keys_are_lost:
            raise OperationRefused(
                f"{' '.join(lacking)} Steward stays held. Put back your copy of the key directory ({settings.key_dir}) "
                "and confirm again. If the keys are lost for good, those cases are too: confirm with --keys-are-lost."
            )
        is_current = (await database.revision())[1] is Age.CURRENT
        async with database.begin() as connection:
            if is_current:  # otherwise it was made by a Steward that knew no town halls
                await _skip_reminders(connection, clock.now())
            await polls.void_all(connection, clock.now())  # also what was to open since; before anything is said
            await _skip_missed(connection, clock.now())
            await facts.put(connection, facts.RESTORED, facts.CONFIRMED)
    finally:
        await database.close()
    return True


def _identities(path: Path) -> list[agefiles.Identity]:
    try:
        return agefiles.identities(path.read_text("ascii"))
    except (OSError, UnicodeDecodeError, agefiles.NotAKey) as error:
        raise OperationRefused(
            f"{path} holds no private age key. Name the file that age-keygen or backup --new-key wrote: it has a line "
            "that starts with AGE-SECRET-KEY-1."
        ) from error


def _refuse_other_engine(settings: Settings, manifest: Manifest) -> None:
    if manifest.is_sqlite != (settings.database_url is None):
        raise OperationRefused(
            "This backup is of a SQLite database, and DATABASE_URL is set. Take DATABASE_URL out and restore again."
            if manifest.is_sqlite
            else "This backup is of a PostgreSQL database. Set DATABASE_URL to a new, empty one and restore again."
        )


async def _refuse_newer(manifest: Manifest, folder: Path) -> None:
    is_newer = manifest.vault_version > newest_version()
    if manifest.is_sqlite:
        database = Database.reading(f"sqlite+aiosqlite:///{folder / DATABASE}")
        try:
            is_newer = is_newer or (await database.revision())[1] is Age.NEWER
        finally:
            await database.close()
    if is_newer:
        raise OperationRefused(
            f"This backup was made by a newer Steward ({manifest.steward}) than this one. Nothing was changed. "
            "Update Steward and restore again."
        )


async def _refuse_filled(url: str) -> None:
    database = Database.reading(url)
    try:
        revision, _ = await database.revision()
    finally:
        await database.close()
    if revision is not None:
        raise OperationRefused(
            "The database at DATABASE_URL is not empty and was not touched. Make a new one (createdb), point "
            "DATABASE_URL to it, and restore again."
        )


async def _hold(url: str, manifest: Manifest, now: datetime) -> None:
    """Hold everything, and doubt every unsent message: it may have been posted after the backup was made.

    Polls are void from here on, and not only once somebody confirms: a Steward that is held would take votes for them.
    """
    since = datetime.combine(date.fromisoformat(manifest.made_on), datetime.min.time(), UTC)
    database = Database.at(url)
    try:
        async with database.begin() as connection:
            await facts.put(connection, facts.RESTORED, facts.HELD)
            await outbox.mark_doubtful(connection, since)
            await polls.void_all(connection, now)
    finally:
        await database.close()


async def _skip_missed(connection: Transaction, now: datetime) -> None:
    """Leave out every run that came due until now: it may have happened after the backup was made."""
    for guild_id in await schedules.due(connection, RELEASE, now):
        guild = await guilds.get(connection, guild_id)
        missed = await schedules.lock(connection, guild_id, RELEASE)
        if guild is not None and missed is not None:
            await schedules.put(connection, replace(missed, next_at=guild.next_release(now)))
    for guild_id, job in await schedules.due_like(connection, DIGEST, now):
        guild = await guilds.get(connection, guild_id)
        missed = await schedules.lock(connection, guild_id, job)
        plan = None if guild is None else await find_plan(connection, guild, job)
        if plan is not None and missed is not None:
            told_until = missed.told_until
            if not plan.is_paused and plan.channel_id is not None:
                # As if the last of them had been posted: what it told is not told again.
                last = plan.rhythm.latest(now).at - SETTLING
                told_until = last if told_until is None else max(told_until, last)
            next_at = plan.rhythm.after(now).at
            await schedules.put(connection, replace(missed, next_at=next_at, told_until=told_until))


async def _skip_reminders(connection: Transaction, now: datetime) -> None:
    """Leave out every reminder of a town hall that fell due until now: it may have been posted since the backup."""
    for hall in await halls.in_state(connection, (hall_rules.State.SCHEDULED,)):
        told = hall.told | hall_rules.passed(hall.starts_at, now)
        await halls.save(connection, replace(hall, told=told))


def _move_aside(present: list[Path], data_dir: Path, today: date) -> None:
    names = (f"{ASIDE}{today}{f'-{number}' if number > 1 else ''}" for number in range(1, 1000))
    aside = next(folder for name in names if not (folder := data_dir / name).exists())
    aside.mkdir(mode=0o700)
    for path in present:
        path.rename(aside / path.name)
    storefile.sync_directory(aside)


def leftovers(data_dir: Path) -> list[Path]:
    """Return the folders that interrupted or replacing operations left in a data directory."""
    return sorted(path for path in data_dir.iterdir() if path.name.startswith((ASIDE, STAGING)))
