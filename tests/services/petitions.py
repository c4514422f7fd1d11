"""Petitions for the tests of their services: started, opened and signed by people made up on the spot."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta

import pyrage
from pyrage.x25519 import Identity

from bot.guilds import records as guild_records
from bot.ids import Actor, GuildId, RoleId, UserId
from bot.petitions import records, rules
from bot.petitions.conditions import Condition
from bot.petitions.rules import Petition, Terms, Visibility
from bot.petitions.wording import Wording, compose
from bot.vault.roll import Signature
from tests.house import GUILD, ORGANIZER, House

WORDS = compose(
    "Paid training before any AI rollout",
    "The board of Example Ltd",
    ["Training in working hours"],
    "We are told to use the coding assistant from Monday on, and to learn it in the evening.",
)
FIRST = ORGANIZER
LONG_AGO = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
NO_CONDITION = Condition()


def signer(number: int, guild_id: GuildId = GUILD, role_ids: AbstractSet[RoleId] = frozenset()) -> Actor:
    """Return somebody with an old account who joined long ago."""
    return Actor(guild_id, UserId(212_345_678_901_300_000 + number), frozenset(role_ids), joined_at=LONG_AGO)


def terms_of(
    house: House, visibility: Visibility, threshold: int = 100, *, days: int = 30, live: bool = False
) -> tuple[Wording, Terms]:
    """Return the words and terms of a petition that starts now."""
    now = house.clock.now()
    return WORDS, rules.set_terms(visibility, threshold, 3, now + timedelta(days=days), now, has_live_count=live)


async def opened(
    house: House,
    visibility: Visibility = Visibility.COUNT,
    threshold: int = 100,
    *,
    days: int = 30,
    live: bool = False,
    role_ids: AbstractSet[RoleId] = frozenset(),
    form: str = "the token of a form",
    units: dict[str, int] | None = None,
) -> Petition:
    """Start a petition, let three supporters sign it, open it, and let them take their signatures back."""
    if visibility is Visibility.SEALED:
        await register_keys(house)
    words, terms = terms_of(house, visibility, threshold, days=days, live=live)
    petition = await house.petitions.start(ORGANIZER, form, words, terms, units)
    await house.petitions.submit(ORGANIZER, petition.id)
    supporters = [signer(number, role_ids=role_ids) for number in (-1, -2, -3)]
    for supporter in supporters:
        await house.petitions.sign(supporter, petition.id, words.hash, NO_CONDITION, "A supporter")
    await house.counting.refresh_due()
    for supporter in supporters:
        await house.petitions.take_back(supporter, petition.id)
    async with house.database.begin() as connection:
        found = await records.find(connection, petition.id)
    assert found is not None
    assert found.state is rules.State.OPEN
    return found


async def sign(
    house: House,
    petition: Petition,
    number: int,
    *,
    guild_id: GuildId = GUILD,
    condition: Condition = NO_CONDITION,
    name: str = "",
) -> Actor:
    """Sign as somebody, with a name of their own where one is asked for."""
    who = signer(number, guild_id)
    await house.petitions.sign(who, petition.id, petition.wording.hash, condition, name or f"Signer {number}")
    return who


async def signed_in(house: House, petition: Petition) -> list[Signature]:
    """Return every signature that is kept."""
    return await house.roll.all(petition.id)


async def register_keys(house: House, people: int = 3, guild_id: GuildId = GUILD) -> list[Identity]:
    """Give a server several organizers with a key each, and return the keys' private halves."""
    keys = [pyrage.x25519.Identity.generate() for _ in range(people)]
    guild = await house.guilds.ready(guild_id)
    users = [max(guild.organizers)] + [UserId(9_000 + number) for number in range(people - 1)]
    listed = dict(zip(users, [str(key.to_public()) for key in keys], strict=True))
    async with house.database.begin() as connection:
        await guild_records.save(connection, replace(guild, organizers=frozenset(users), keys=listed))
    return keys
