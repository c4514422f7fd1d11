"""Signing, alone and by thousands at once: nothing is lost, doubled, or announced twice."""

import asyncio
import json
import random
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.database.tables import cards, outbox
from bot.guilds.rules import Frozen, Use
from bot.ids import GuildId
from bot.petitions import records, rules
from bot.petitions.conditions import Condition
from bot.petitions.counting import count
from bot.petitions.rules import Event, Petition, State, Visibility
from bot.petitions.service import MILESTONE, key_of
from bot.refusals import NotSetUp
from tests.house import ADMINISTRATOR, DIGESTS_CHANNEL, GUILD, ORGANIZER, House
from tests.services.petitions import FIRST, WORDS, opened, sign, signed_in, signer

CROWD = 5_000
ROUNDS = 12


async def petitions_of(house: House) -> None:
    await house.set_up()
    await house.guilds.choose_channel(ADMINISTRATOR, Use.PETITIONS, DIGESTS_CHANNEL)


async def current(house: House, petition: Petition) -> Petition:
    async with house.database.begin() as connection:
        found = await records.find(connection, petition.id)
    assert found is not None
    return found


async def refresh(house: House) -> None:
    house.clock.later(minutes=21)
    await house.counting.refresh_due()


async def test_five_thousand_sign_at_once_while_cards_are_refreshed(house: House) -> None:
    """Among them some twice and some who take theirs back; the goal is reached in the middle."""
    await petitions_of(house)
    petition = await opened(house, threshold=CROWD)
    chance = random.Random(5)
    clicks = [*range(CROWD), *chance.sample(range(CROWD), 500)]
    chance.shuffle(clicks)
    versions = set()
    for part in range(ROUNDS):
        crowd = [sign(house, petition, number) for number in clicks[part::ROUNDS]]
        house.clock.later(minutes=21)
        await asyncio.gather(*crowd, house.counting.refresh_due(), house.counting.refresh_due())
        async with house.database.begin() as connection:
            versions.add((await connection.execute(select(cards.c.version))).scalar_one())
    await refresh(house)
    kept = await signed_in(house, petition)
    assert len({each.tag for each in kept}) == len(kept) == CROWD
    after = await current(house, petition)
    assert (after.state, after.shown) == (State.REACHED, CROWD)
    async with house.database.begin() as connection:
        version = (await connection.execute(select(cards.c.version))).scalar_one()
        told = (await connection.execute(select(outbox.c.contents).where(outbox.c.kind == MILESTONE))).scalars().all()
    assert version <= 1 + ROUNDS + 1, "no more edits than ticks"
    percents = [json.loads(each)["percent"] for each in told]
    assert len(percents) == len(set(percents))
    assert percents[-1] == 100


async def test_a_goal_that_is_crossed_by_many_at_once_is_announced_once_in_each_server(house: House) -> None:
    await petitions_of(house)
    petition = await opened(house, threshold=20)
    await asyncio.gather(*(sign(house, petition, number) for number in range(200)))
    house.clock.later(minutes=21)
    await asyncio.gather(*(house.counting.refresh_due() for _ in range(5)))
    await refresh(house)
    async with house.database.begin() as connection:
        query = select(outbox.c.guild_id).where(outbox.c.kind == MILESTONE)
        assert (await connection.execute(query)).scalars().all() == [GUILD]


async def test_signing_twice_is_one_signature_and_the_same_answer(house: House) -> None:
    await petitions_of(house)
    petition = await opened(house)
    answers = await asyncio.gather(
        *(house.petitions.sign(signer(1), petition.id, WORDS.hash, Condition()) for _ in range(5))
    )
    assert len(set(map(repr, answers))) == 1
    assert len(await signed_in(house, petition)) == 1


async def test_a_freeze_a_removal_and_the_end_hold_from_the_moment_they_are_answered(house: House) -> None:
    """What is kept in memory for speed is never older than that."""
    await petitions_of(house)
    petition = await opened(house)
    await sign(house, petition, 1)
    await house.guilds.freeze(ORGANIZER)
    with pytest.raises(Frozen):
        await sign(house, petition, 2)
    frozen = await house.guilds.organizer(ORGANIZER)
    async with house.database.begin() as connection:
        await house.guilds.thaw(connection, frozen, {})
    await sign(house, petition, 3)
    await house.guilds.clear_organizers(GUILD)
    with pytest.raises(NotSetUp):
        await sign(house, petition, 4)
    await house.guilds.choose_organizers(ADMINISTRATOR, frozenset({ORGANIZER.user_id}))
    await sign(house, petition, 5)
    await house.petitions.withdraw(FIRST, petition.id)
    with pytest.raises(rules.NotOpenForSigning):
        await sign(house, petition, 6)
    assert await signed_in(house, petition) == []


async def test_a_change_that_was_undone_changes_nothing_in_memory_either(house: House) -> None:
    await petitions_of(house)
    petition = await opened(house)
    await sign(house, petition, 1)

    class Undone(Exception):
        pass

    with suppress(Undone):
        async with house.database.begin() as connection:
            await house.petitions.move(connection, petition, Event.WITHDRAW)
            raise Undone
    await sign(house, petition, 2)


async def test_whoever_signs_while_the_petition_ends_is_refused_or_shredded_with_it(house: House) -> None:
    await petitions_of(house)
    petition = await opened(house)
    crowd = [sign(house, petition, number) for number in range(300)]
    await asyncio.gather(
        *crowd[:150], house.petitions.withdraw(FIRST, petition.id), *crowd[150:], return_exceptions=True
    )
    assert await signed_in(house, petition) == []
    assert house.keys.own(key_of(petition.id)) is None


async def test_signing_again_after_a_crash_counts_once(house: House) -> None:
    await petitions_of(house)
    petition = await opened(house)
    await sign(house, petition, 1)
    await house.crash()
    await sign(house, petition, 1)
    await house.crash()
    assert len(await signed_in(house, petition)) == 1
    await house.petitions.take_back(signer(1), petition.id)
    assert await signed_in(house, petition) == []


# Conditional signatures


def largest(waiting: dict[int, int | None], headcount: int, shares: dict[int, int]) -> set[int]:
    """Try every set of signers and return the largest in which everybody's condition holds."""
    people = sorted(waiting)
    best: set[int] = set()
    for bits in range(1 << len(people)):
        chosen = {person for place, person in enumerate(people) if bits >> place & 1}
        holds = all(
            (waiting[person] or 0) <= len(chosen) and shares.get(person, 0) * headcount <= len(chosen) * 100
            for person in chosen
        )
        if holds and len(chosen) > len(best):
            best = chosen
    return best


@pytest.mark.parametrize("seed", range(8))
async def test_the_largest_set_whose_conditions_all_hold_is_counted(house: House, seed: int) -> None:
    await petitions_of(house)
    petition = await opened(house, form=f"form {seed}", units={"Support": 12})
    chance = random.Random(seed)
    waiting = {number: chance.choice([None, chance.randint(1, 9)]) for number in range(8)}
    shares = {number: chance.randint(1, 70) for number in range(8) if chance.random() < 0.3}
    for number, at_least in waiting.items():
        await sign(house, petition, number, condition=Condition(at_least, shares.get(number)))
    own = house.keys.own(key_of(petition.id))
    assert own is not None
    expected = {own.tag(signer(number).user_id) for number in largest(waiting, 12, shares)}
    assert count(petition, await signed_in(house, petition)).tags == expected


async def test_conditions_are_met_together_and_counted_together(house: House) -> None:
    await petitions_of(house)
    petition = await opened(house)
    for number in range(9):
        await sign(house, petition, number, condition=Condition(at_least=10))
    await refresh(house)
    assert (await current(house, petition)).shown == 0
    await sign(house, petition, 9)
    await refresh(house)
    assert (await current(house, petition)).shown == 10


async def test_at_the_deadline_what_never_held_is_destroyed_and_the_rest_stays(house: House, tmp_path: Path) -> None:
    await petitions_of(house)
    petition = await opened(house, Visibility.ORGANIZERS, threshold=5)
    for number in range(5):
        await sign(house, petition, number)
    await sign(house, petition, 5, condition=Condition(at_least=50))
    [waits] = [each for each in await signed_in(house, petition) if each.at_least]
    await refresh(house)
    assert (await current(house, petition)).state is State.REACHED
    assert len(await signed_in(house, petition)) == 6, "others may still come"
    house.clock.move_to(petition.terms.deadline_at)
    await house.counting.refresh_due()
    assert len(await signed_in(house, petition)) == 5
    content = (tmp_path / "vault.db").read_bytes()
    assert waits.name is not None
    assert waits.tag not in content
    assert waits.name[:48] not in content
    assert waits.name[-48:] not in content


async def test_a_petition_that_missed_its_goal_leaves_no_byte_and_no_key(house: House, tmp_path: Path) -> None:
    await petitions_of(house)
    petition = await opened(house, Visibility.ORGANIZERS)
    for number in range(12):
        await sign(house, petition, number, condition=Condition(at_least=number))
    kept = await signed_in(house, petition)
    house.clock.move_to(petition.terms.deadline_at)
    await house.counting.refresh_due()
    assert (await current(house, petition)).state is State.EXPIRED
    assert list((tmp_path / "keys").glob("petition-*")) == []
    content = (tmp_path / "vault.db").read_bytes()
    assert not any(each.tag in content or (each.name or b"?")[:48] in content for each in kept)


async def test_who_signed_before_the_deadline_is_counted_at_the_deadline(house: House) -> None:
    """The count stands in line behind every signature that was let in."""
    await petitions_of(house)
    petition = await opened(house, threshold=5)
    house.clock.move_to(petition.terms.deadline_at - timedelta(microseconds=1))
    last = [asyncio.ensure_future(sign(house, petition, number)) for number in range(5)]
    await asyncio.sleep(0)
    house.clock.move_to(petition.terms.deadline_at)
    await house.counting.refresh_due()
    await asyncio.gather(*last)
    assert (await current(house, petition)).state is State.REACHED


# After the end


async def test_rolls_are_anonymized_and_the_numbers_stay(house: House, tmp_path: Path) -> None:
    await petitions_of(house)
    petition = await opened(house, Visibility.PUBLIC, threshold=5)
    for number in range(7):
        await sign(house, petition, number)
    await refresh(house)
    kept = await signed_in(house, petition)
    closed = replace(await current(house, petition), state=State.CLOSED)
    async with house.database.begin() as connection:
        await records.save(connection, closed, closed_at=house.clock.now())
    house.clock.later(days=182)
    await house.counting.anonymize_due()
    assert len(await signed_in(house, petition)) == 7
    house.clock.later(days=2)
    await house.counting.anonymize_due()
    assert list((tmp_path / "keys").glob("petition-*")) == []
    content = (tmp_path / "vault.db").read_bytes()
    assert not any(each.tag in content for each in kept)
    assert (await current(house, petition)).shown == 5


async def test_a_server_that_takes_no_part_signs_nothing(house: House) -> None:
    await petitions_of(house)
    petition = await opened(house)
    for guild_id in (GuildId(1), GuildId(GUILD + 1)):
        with pytest.raises(rules.PetitionGone):
            await sign(house, petition, 1, guild_id=guild_id)
    for forged in ("", "00000000", "../../etc", petition.id.upper() + "0"):
        with pytest.raises(rules.PetitionGone):
            await house.petitions.sign(signer(1), forged, WORDS.hash, Condition())


async def test_without_its_key_a_signature_is_not_said_to_be_taken_back(house: House) -> None:
    await house.set_up()
    petition = await opened(house)
    await sign(house, petition, 1)
    house.keys.shred(key_of(petition.id))
    with pytest.raises(rules.KeyLost):
        await house.petitions.take_back(signer(1), petition.id)
