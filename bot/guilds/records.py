"""The SQL of guild settings and organizer lists."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from bot.database import rows
from bot.database.engine import Transaction
from bot.database.tables import guilds, organizers
from bot.guilds.rules import Guild, ReadingMode
from bot.ids import GuildId, UserId
from bot.rhythm import Every


async def get(connection: Transaction, guild_id: GuildId, *, lock: bool = False) -> Guild | None:
    """Return a guild; with `lock`, nobody else changes it until this transaction ends."""
    query = select(guilds).where(guilds.c.id == guild_id)
    row = (await connection.execute(query.with_for_update(key_share=True) if lock else query)).one_or_none()
    if row is None:
        return None
    query = select(organizers.c.user_id, organizers.c.recipient).where(organizers.c.guild_id == guild_id)
    return _guild(row, {UserId(user): key for user, key in await connection.execute(query)})


async def lock(connection: Transaction, guild_id: GuildId) -> Guild:
    """Return a guild, kept with the usual settings if it had none; nobody else changes it in this transaction."""
    guild = await get(connection, guild_id, lock=True)
    if guild is None:
        # Nothing can be locked before it is there: of two first changes at once, the second waits here.
        usual = Guild(guild_id)
        await rows.add(connection, guilds, {"id": guild_id, **_values(usual)})
        guild = await get(connection, guild_id, lock=True) or usual
    return guild


async def save(connection: Transaction, guild: Guild) -> None:
    """Insert or change a guild's settings and its organizer list."""
    await rows.put(connection, guilds, {"id": guild.id}, _values(guild))
    await connection.execute(delete(organizers).where(organizers.c.guild_id == guild.id))
    if guild.organizers:
        listed = [
            {"guild_id": guild.id, "user_id": user, "recipient": guild.keys.get(user)}
            for user in sorted(guild.organizers)
        ]
        await connection.execute(insert(organizers), listed)


async def ready(connection: Transaction) -> list[GuildId]:
    """Return the guilds in which a report can be filed."""
    query = (
        select(guilds.c.id)
        .where(guilds.c.organizer_role_id.is_not(None))
        .where(guilds.c.id.in_(select(organizers.c.guild_id)))
        .where(guilds.c.left_at.is_(None), guilds.c.erase_at.is_(None))
        .order_by(guilds.c.id)
    )
    return [GuildId(found) for found in (await connection.execute(query)).scalars()]


async def languages(connection: Transaction) -> set[str]:
    """Return the languages of the guilds in which a report can be filed."""
    query = select(guilds.c.language).where(guilds.c.id.in_(await ready(connection)))
    return set((await connection.execute(query)).scalars())


def _values(guild: Guild) -> dict[str, Any]:
    return {
        "organizer_role_id": guild.organizer_role_id,
        "petitions_channel_id": guild.petitions_channel_id,
        "townhalls_channel_id": guild.townhalls_channel_id,
        "digests_channel_id": guild.digests_channel_id,
        "zone": guild.zone,
        "language": guild.language,
        "k": guild.k,
        "reading_mode": guild.reading_mode,
        "release_at": f"{guild.release_at:%H:%M}",
        "release_minimum": guild.release_minimum,
        "release_hold_days": guild.release_hold_days,
        "digest_days": json.dumps(guild.digest_weekdays),
        "digest_every": guild.digest_every,
        "digest_anchor": guild.digest_anchor.isoformat(),
        "digest_is_paused": guild.digest_is_paused,
        "digest_at": f"{guild.digest_at:%H:%M}",
        "organizers_channel_id": guild.organizers_channel_id,
        "outside_help": guild.outside_help,
        "is_frozen": guild.is_frozen,
        "desk_opened_on": None if guild.desk_opened_on is None else guild.desk_opened_on.isoformat(),
        "intake_closes_after_days": guild.intake_closes_after_days,
        "retention_days": guild.retention_days,
        "code_names": "\n".join(guild.code_names),
        "status_words": json.dumps(dict(guild.status_words), ensure_ascii=False, sort_keys=True),
        "left_at": guild.left_at,
        "erase_at": guild.erase_at,
    }


async def present(connection: Transaction) -> list[GuildId]:
    """Return the guilds that Steward has not been removed from, as far as it knows."""
    query = select(guilds.c.id).where(guilds.c.left_at.is_(None))
    return [GuildId(found) for found in (await connection.execute(query)).scalars()]


async def to_erase(connection: Transaction, now: datetime, left_before: datetime) -> list[GuildId]:
    """Return the guilds whose time to be erased has come."""
    query = select(guilds.c.id).where((guilds.c.erase_at <= now) | (guilds.c.left_at <= left_before))
    return [GuildId(found) for found in (await connection.execute(query)).scalars()]


async def note_opening(connection: Transaction, guild_id: GuildId, today: date) -> None:
    """Note that the desk was opened on a day; a day that is noted already is not written again."""
    shown = today.isoformat()
    earlier = guilds.c.desk_opened_on.is_(None) | (guilds.c.desk_opened_on < shown)
    await connection.execute(update(guilds).where(guilds.c.id == guild_id, earlier).values(desk_opened_on=shown))


def _guild(row: Row[Any], listed: Mapping[UserId, str | None]) -> Guild:
    return Guild(
        id=row.id,
        organizer_role_id=row.organizer_role_id,
        organizers=frozenset(listed),
        keys={user: key for user, key in listed.items() if key is not None},
        petitions_channel_id=row.petitions_channel_id,
        townhalls_channel_id=row.townhalls_channel_id,
        digests_channel_id=row.digests_channel_id,
        zone=row.zone,
        language=row.language,
        k=row.k,
        reading_mode=ReadingMode(row.reading_mode),
        release_at=time.fromisoformat(row.release_at),
        release_minimum=row.release_minimum,
        release_hold_days=row.release_hold_days,
        digest_weekdays=tuple(json.loads(row.digest_days)),
        digest_every=Every(row.digest_every),
        digest_anchor=date.fromisoformat(row.digest_anchor),
        digest_is_paused=row.digest_is_paused,
        digest_at=time.fromisoformat(row.digest_at),
        organizers_channel_id=row.organizers_channel_id,
        outside_help=row.outside_help,
        is_frozen=row.is_frozen,
        desk_opened_on=None if row.desk_opened_on is None else date.fromisoformat(row.desk_opened_on),
        intake_closes_after_days=row.intake_closes_after_days,
        retention_days=row.retention_days,
        code_names=tuple(row.code_names.split("\n")) if row.code_names else (),
        status_words=json.loads(row.status_words),
        left_at=row.left_at,
        erase_at=row.erase_at,
    )
