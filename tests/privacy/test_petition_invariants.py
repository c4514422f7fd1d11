"""Each promise to those who sign is named here with the tests that prove it, and some are proven here."""

import base64
import inspect
import json
from dataclasses import fields, replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import select

from bot.database.tables import metadata
from bot.guilds.rules import Use
from bot.ids import Actor, RoleId, UserId
from bot.petitions import records, rules
from bot.petitions.coalition import Coalition
from bot.petitions.conditions import Condition
from bot.petitions.counting import Counting, card_contents, count
from bot.petitions.rules import STEP, Event, Gates, Petition, State, Visibility
from bot.petitions.service import Petitions
from bot.petitions.showing import CARD_REST
from bot.vault.sealing import Unreadable, open_sealed, seal_for_pairs
from tests.house import ADMINISTRATOR, DIGESTS_CHANNEL, GUILD, ORGANIZER, House
from tests.privacy.scan import snowflake
from tests.privacy.test_invariants import held_in
from tests.services.petitions import LONG_AGO, WORDS, opened, register_keys, sign, signed_in, signer

HERE = "tests/privacy/test_petition_invariants.py"
BYTES = "tests/privacy/test_petition_bytes.py"
SIGNING = "tests/services/test_signing.py"
PROMISES = {f"P{number}" for number in range(1, 7)}
PROOFS: dict[str, dict[str, tuple[str, ...]]] = {
    # Four levels, fixed when the petition is made.
    "P1": {
        HERE: (
            "test_nothing_that_can_happen_changes_who_sees_names",
            "test_no_service_changes_terms_of_a_petition_that_was_sent_off",
        ),
        "tests/services/test_coalition.py": (
            "test_organizers_see_the_names_of_their_own_members_only_unless_names_are_public",
        ),
    },
    # Sealed until the goal: two organizers together, and nobody alone.
    "P2": {HERE: ("test_sealed_names_open_for_any_two_organizers_and_for_no_key_alone",)},
    # What is taken back is gone.
    "P3": {
        BYTES: (
            "test_a_signature_that_was_taken_back_leaves_no_byte",
            "test_after_the_nightly_rewrite_the_place_in_the_file_says_nothing_about_the_order_of_signing",
            "test_the_vault_is_written_anew_once_a_day_whether_or_not_anybody_signed",
            "test_a_key_that_was_shredded_leaves_no_byte_and_no_way_back",
        ),
        SIGNING: ("test_rolls_are_anonymized_and_the_numbers_stay",),
    },
    # Counts move in steps, at times that nobody's signature chose.
    "P4": {
        HERE: (
            "test_one_signature_or_withdrawal_has_no_public_effect",
            "test_counts_move_in_fives_and_not_oftener_than_every_ten_minutes",
            "test_when_a_card_is_looked_at_says_nothing_about_when_somebody_signed",
        ),
        SIGNING: (
            "test_five_thousand_sign_at_once_while_cards_are_refreshed",
            "test_a_goal_that_is_crossed_by_many_at_once_is_announced_once_in_each_server",
        ),
        "tests/services/test_coalition.py": (
            "test_joining_does_not_take_a_count",
            "test_each_server_sees_its_own_share_in_steps_of_its_k",
        ),
    },
    # Made-up accounts are not counted, and are not told why.
    "P5": {HERE: ("test_two_hundred_fresh_accounts_count_nothing_and_are_all_told_the_same",)},
    # The name is what the signer typed, cleaned.
    "P6": {HERE: ("test_a_name_is_cleaned_and_never_repeated_in_a_refusal",)},
    # And no signer's id, name or moment is kept.
    "R1": {BYTES: ("test_after_a_thousand_signatures_nothing_on_disk_names_a_signer",)},
}


def test_every_promise_to_signers_is_proven() -> None:
    assert {promise for promise, proofs in PROOFS.items() if any(proofs.values())} == PROMISES | {"R1"}
    missing = [
        f"{file}::{name}"
        for proofs in PROOFS.values()
        for file, names in proofs.items()
        for name in names
        if name not in held_in(file)
    ]
    assert missing == []


async def petitions_of(house: House) -> None:
    await house.set_up()
    await house.guilds.choose_channel(ADMINISTRATOR, Use.PETITIONS, DIGESTS_CHANNEL)


# P1


def test_nothing_that_can_happen_changes_who_sees_names() -> None:
    terms = rules.set_terms(Visibility.COUNT, 100, 3, LONG_AGO + timedelta(days=30), LONG_AGO)
    for visibility in Visibility:
        for state, event in rules.TRANSITIONS:
            petition = Petition("a" * 8, GUILD, WORDS, replace(terms, visibility=visibility), state=state)  # type: ignore[arg-type]
            moved = petition.moved(event)
            same = {each.name for each in fields(Petition)} - {"state"}
            assert all(getattr(moved, name) == getattr(petition, name) for name in same)


def test_no_service_changes_terms_of_a_petition_that_was_sent_off() -> None:
    """What saves a petition that is under way writes none of the columns that say who sees what."""
    source = inspect.getsource(records.save)
    assert not any(column in source for column in ("visibility", "has_live_count", "threshold", "deadline_at", "title"))
    for service in (Petitions, Counting, Coalition):
        assert "visibility=" not in inspect.getsource(service)


# P2


async def test_sealed_names_open_for_any_two_organizers_and_for_no_key_alone(house: House, tmp_path: Path) -> None:
    await petitions_of(house)
    petition = await opened(house, Visibility.SEALED)
    keys = await register_keys(house, 4)
    await sign(house, petition, 1, name="Zsófia")
    [kept] = await signed_in(house, petition)
    assert kept.name is not None
    own = house.keys.own(f"petition-{petition.id}")
    assert own is not None
    stranger = pyrage.x25519.Identity.generate()
    bots = [own.identity, house.keys.desk, house.keys.slips]
    for alone in (*keys, *bots, stranger):
        assert not opens(kept.name, [alone])
    for number, one in enumerate(keys):
        for other in keys[number + 1 :]:
            assert opens(kept.name, [one, other])
        for outsider in (*bots, stranger):
            assert not opens(kept.name, [one, outsider])
    assert not opens(kept.name, bots)


def opens(sealed: bytes, keys: list[pyrage.x25519.Identity]) -> bool:
    """Try every key on every part, and then on what that gave, as a thief would."""
    for _, _, outside in json.loads(sealed):
        for outer in keys:
            try:
                inside = pyrage.decrypt(base64.b64decode(outside), [outer])
            except pyrage.DecryptError:
                continue
            for inner in keys:
                try:
                    return bool(open_sealed(inside, inner)["name"] == "Zsófia")
                except Unreadable:
                    continue
    return False


def test_one_recipient_alone_seals_nothing() -> None:
    only = str(pyrage.x25519.Identity.generate().to_public())
    assert seal_for_pairs({"name": "x"}, [only], (512,)) == b"[]"


async def test_a_server_with_fewer_than_two_keys_seals_no_name(house: House) -> None:
    await petitions_of(house)
    petition = await opened(house, Visibility.SEALED)
    await register_keys(house, 1)
    with pytest.raises(rules.TooFewKeys):
        await sign(house, petition, 1)


# P4


async def test_one_signature_or_withdrawal_has_no_public_effect(house: House, tmp_path: Path) -> None:
    """Not even at the edge of a step, of a milestone or of the goal; the whole public record stays as it was."""
    await petitions_of(house)
    petition = await opened(house, threshold=5)
    for number in range(4):
        await sign(house, petition, number)
    before = await dump(house)
    fifth = await sign(house, petition, 5)
    await sign(house, petition, 5)
    await house.petitions.take_back(fifth, petition.id)
    await house.petitions.take_back(signer(99), petition.id)
    assert await dump(house) == before


async def dump(house: House) -> list[tuple[object, ...]]:
    """Return every row of the public record."""
    async with house.database.begin() as connection:
        return [
            (table.name, *row) for table in metadata.sorted_tables for row in await connection.execute(select(table))
        ]


async def test_counts_move_in_fives_and_not_oftener_than_every_ten_minutes(house: House) -> None:
    await petitions_of(house)
    petition = await opened(house, threshold=1_000)
    moved_at, shown = [], [0]
    for minute in range(240):
        await sign(house, petition, 2 * minute)
        await sign(house, petition, 2 * minute + 1)
        await house.counting.refresh_due()
        async with house.database.begin() as connection:
            found = await records.find(connection, petition.id)
        assert found is not None
        if found.shown != shown[-1]:
            shown.append(found.shown)
            moved_at.append(house.clock.now())
        house.clock.later(minutes=1)
    assert all(number % STEP == 0 for number in shown)
    assert len(moved_at) > 8
    gaps = [later - earlier for earlier, later in pairwise(moved_at)]
    assert min(gaps) >= CARD_REST
    assert len(set(gaps)) > 3, "by chance, and not like clockwork"


async def test_when_a_card_is_looked_at_says_nothing_about_when_somebody_signed(house: House) -> None:
    """Whatever is signed in between, the next look was fixed before: signing moves no time that is kept."""
    await petitions_of(house)
    petition = await opened(house, threshold=1_000)
    for step in range(12):
        async with house.database.begin() as connection:
            row = (await connection.exec_driver_sql("SELECT next_card_at FROM petitions")).one()
        for number in range(step * 7):
            await sign(house, petition, 1_000 * step + number)
        async with house.database.begin() as connection:
            assert (await connection.exec_driver_sql("SELECT next_card_at FROM petitions")).one() == row
        house.clock.later(minutes=21)
        await house.counting.refresh_due()


def test_a_card_says_nothing_finer_than_its_terms() -> None:
    """It is made of the count in steps; the true one never gets there."""
    assert "signatures" not in inspect.signature(card_contents).parameters
    assert "counted" not in inspect.signature(card_contents).parameters


# P5


async def test_two_hundred_fresh_accounts_count_nothing_and_are_all_told_the_same(house: House) -> None:
    await petitions_of(house)
    async with house.database.begin() as connection:
        settings = await records.settings(connection, GUILD)
        strict = Gates(account_age_days=90, days_in_server=30, role_id=RoleId(5))
        await records.keep_settings(connection, GUILD, replace(settings, gates=strict))
    petition = await opened(house, role_ids=frozenset({RoleId(5)}))
    now, told = house.clock.now(), set()
    for number in range(200):
        fresh = snowflake(now - timedelta(hours=number), number)
        joined_at, roles = [(None, set()), (now, {RoleId(5)}), (LONG_AGO, set()), (now, set())][number % 4]
        actor = Actor(GUILD, UserId(fresh), frozenset(roles), joined_at=joined_at)
        with pytest.raises(rules.GatesNotMet) as refused:
            await house.petitions.sign(actor, petition.id, WORDS.hash, Condition())
        told.add((refused.value.sentence, str(refused.value.values)))
    for old in (
        Actor(GUILD, UserId(7_000_000), frozenset({RoleId(5)}), joined_at=now),  # called in for the petition
        Actor(GUILD, UserId(7_000_001), frozenset(), joined_at=LONG_AGO),
        Actor(GUILD, UserId(snowflake(now, 1)), frozenset({RoleId(5)}), joined_at=LONG_AGO),
    ):
        with pytest.raises(rules.GatesNotMet) as refused:
            await house.petitions.sign(old, petition.id, WORDS.hash, Condition())
        told.add((refused.value.sentence, str(refused.value.values)))
    assert count(petition, await signed_in(house, petition)).total == 0
    assert len(told) == 1
    [(sentence, _)] = told
    assert not any(word in sentence.lower() for word in ("days", "age", "role you", "young", "joined"))


# P6


async def test_a_name_is_cleaned_and_never_repeated_in_a_refusal(house: House) -> None:
    await petitions_of(house)
    petition = await opened(house, Visibility.ORGANIZERS)
    await sign(house, petition, 1, name="  Zsó\u202efia\u200b\n Nightingale\x00 ")
    [kept] = await signed_in(house, petition)
    own = house.keys.own(f"petition-{petition.id}")
    assert own is not None
    assert kept.name is not None
    assert open_sealed(kept.name, own.identity) == {"name": "Zsófia Nightingale"}
    for bad, refusal in (("\u200b\u202e", rules.NameMissing), ("Nightingale" * 9, rules.NameTooLong)):
        with pytest.raises(refusal) as refused:
            await sign(house, petition, 2, name=bad)
        told = refused.value.sentence.format_map(refused.value.values) + repr(refused.value)
        assert "Nightingale" not in told
    assert "Nightingale" not in repr(kept)
    assert str(ORGANIZER.user_id) not in repr(ORGANIZER)


def test_the_page_for_signers_draws_the_states_as_they_are() -> None:
    page = (Path(__file__).parents[2] / "docs" / "petitions.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{rules.diagram()}\n```" in page


@pytest.mark.parametrize("event", Event)
def test_every_event_has_somebody_who_may_bring_it_about(event: Event) -> None:
    assert event in rules.CAUSES
    assert State.DRAFT not in {after for (_, each), after in rules.TRANSITIONS.items() if each is event}
