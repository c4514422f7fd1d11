"""What a thief of everything on disk learns of who signed: nobody's id or name, and nothing of who took it back."""

import asyncio
import hashlib
import hmac
import random
import secrets
import statistics
from datetime import timedelta
from pathlib import Path

import aiosqlite
import pytest

from bot.guilds.rules import Use
from bot.ids import Actor, UserId
from bot.petitions.conditions import Condition
from bot.petitions.rules import Petition, Visibility
from bot.vault.engine import Vault
from bot.vault.roll import Roll, Signature
from tests.clock import MONDAY, FixedClock
from tests.conftest import address
from tests.house import ADMINISTRATOR, DIGESTS_CHANNEL, GUILD, ORGANIZER, ROLE, House
from tests.privacy.scan import Filing, find, snowflake
from tests.services.petitions import LONG_AGO, WORDS, opened
from tests.vault.test_forgetting import correlation

SIGNERS = 1_000
PUBLIC = frozenset({GUILD, ROLE, DIGESTS_CHANNEL, ADMINISTRATOR.user_id, ORGANIZER.user_id})
SEEDS = 60


def on_disk(directory: Path) -> dict[str, bytes]:
    """Return every file that is there, key directory included."""
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


async def petitions_of(house: House) -> dict[Visibility, Petition]:
    """Open one petition of each level."""
    await house.set_up()
    await house.guilds.choose_channel(ADMINISTRATOR, Use.PETITIONS, DIGESTS_CHANNEL)
    return {level: await opened(house, level, threshold=1_000, form=f"form {level}") for level in Visibility}


async def watch_journals(house: House) -> set[bytes]:
    """Keep what stands in the vault's journal when a group is committed."""
    journals: set[bytes] = set()
    journal = house.directory / "vault.db-journal"

    def keep(statement: str) -> None:
        if statement == "COMMIT" and journal.exists() and len(journals) < 20:
            journals.add(journal.read_bytes())

    await house.vault._connection.set_trace_callback(keep)
    return journals


async def test_after_a_thousand_signatures_nothing_on_disk_names_a_signer(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """At every level, with crashes in between: neither ids nor names, in no form, nor when somebody signed."""
    clock, chance = FixedClock(MONDAY), random.Random(815)
    filings: list[Filing] = []
    with caplog.at_level("INFO"):
        async with House(tmp_path, address(tmp_path), clock) as house:
            petitions = await petitions_of(house)
            begun = clock.later(hours=1)
            journals = await watch_journals(house)
            for number in range(SIGNERS):
                now = clock.later(milliseconds=chance.randint(100, 900), microseconds=chance.randint(1, 999))
                # An account with an old id: the newest would fall into the time of the run and be found by that alone.
                filing = Filing(
                    snowflake(now - timedelta(days=400), chance.getrandbits(22)),
                    f"Zsófia Nightingale-{number:04}",
                    "—" * 9,
                    now,
                )
                filings.append(filing)
                petition = petitions[list(Visibility)[number % 4]]
                who = Actor(GUILD, UserId(filing.user_id), joined_at=LONG_AGO)
                at_least = chance.choice([None, None, 40])
                await house.petitions.sign(who, petition.id, WORDS.hash, Condition(at_least), filing.name)
                if number % 300 == 299:
                    await house.crash()
                    journals |= await watch_journals(house)
                if number % 250 == 249:
                    clock.later(minutes=21)
                    await house.counting.refresh_due()
    captured = capfd.readouterr()
    contents = on_disk(tmp_path)
    assert len([name for name in contents if name.startswith("keys/petition-")]) == 4
    assert journals
    contents["journals"] = b"\0\0\0\0".join(sorted(journals))
    contents["logs"] = (captured.out + captured.err + caplog.text).encode()
    found = find(contents, filings, begun, begun + timedelta(microseconds=1), PUBLIC)
    # Four or eight bytes of ciphertext can be like a time by chance; nothing that is longer can.
    assert {each.form for each in found} <= {"time in s, little-endian 32", "time in s, big-endian 32"}
    assert len(found) < 12
    assert not any(b"Nightingale" in content for content in contents.values())
    for petition in petitions.values():
        key = bytes.fromhex(contents[f"keys/petition-{petition.id}.own.key"].decode().strip())
        tags = [hmac.digest(key, f"tag {filing.user_id}".encode(), hashlib.sha256) for filing in filings]
        elsewhere = [content for name, content in contents.items() if name not in {"vault.db", "journals"}]
        assert not any(tag in content for content in elsewhere for tag in tags)


async def test_a_signature_that_was_taken_back_leaves_no_byte(tmp_path: Path) -> None:
    """Already when the answer comes, in the vault, its journal, the public record, the key directory and the logs."""
    async with House(tmp_path, address(tmp_path), FixedClock()) as house:
        petitions = await petitions_of(house)
        for level, petition in petitions.items():
            who = Actor(GUILD, UserId(212_345_678_901_777_000), joined_at=LONG_AGO)
            others = [
                Actor(GUILD, UserId(212_345_678_901_888_000 + number), joined_at=LONG_AGO) for number in range(40)
            ]
            await asyncio.gather(
                *(house.petitions.sign(each, petition.id, WORDS.hash, Condition(), "Zsófia") for each in (*others, who))
            )
            own = house.keys.own(f"petition-{petition.id}")
            assert own is not None
            kept = await house.roll.of(petition.id, own.tag(who.user_id))
            assert kept is not None
            alike = b"".join(each.name or b"" for each in await house.roll.all(petition.id) if each.tag != kept.tag)
            marks = [kept.tag, kept.tag.hex().encode(), "Zsófia".encode()]
            name = kept.name or b""  # the head of an age file and the keys it is for are the same in all of them
            marks += {name[start : start + 24] for start in range(0, len(name) - 24, 24)} - {
                name[start : start + 24] for start in range(0, len(name) - 24, 24) if name[start : start + 24] in alike
            }
            assert len(marks) == 3 or len(marks) > 20
            assert kept.tag in (tmp_path / "vault.db").read_bytes()
            await house.petitions.take_back(who, petition.id)
            remains = [name for name, content in on_disk(tmp_path).items() if any(mark in content for mark in marks)]
            assert remains == [], level


async def test_after_the_nightly_rewrite_the_place_in_the_file_says_nothing_about_the_order_of_signing(
    tmp_path: Path,
) -> None:
    vault, path = await Vault.open(tmp_path / "vault.db"), tmp_path / "vault.db"
    roll = Roll(vault)

    async def loosen(connection: aiosqlite.Connection) -> None:
        await connection.execute("PRAGMA synchronous = 0")

    await vault.read(loosen)
    before, after = [], []
    for seed in range(SEEDS):
        chance = random.Random(seed)
        tags = [chance.randbytes(32) for _ in range(30)]
        for tag in tags:
            await roll.sign("aaaaaaaa", Signature(tag, GUILD, "f" * 64))
        before.append(correlation(places(path, tags)))
        gone = chance.sample(tags, 8)
        for tag in gone:
            await roll.take_back("aaaaaaaa", tag)
        await roll.rewrite()
        left = [tag for tag in tags if tag not in gone]
        after.append(correlation(places(path, left)))
        await roll.forget("aaaaaaaa")
    await vault.close()
    assert abs(statistics.mean(before)) > 0.9, "without a rewrite the order shows, or this test could not fail"
    assert abs(statistics.mean(after)) < 0.15
    assert max(map(abs, after)) < 0.9


def places(path: Path, tags: list[bytes]) -> list[int]:
    content = path.read_bytes()
    return [content.index(tag) for tag in tags]


async def test_the_vault_is_written_anew_once_a_day_whether_or_not_anybody_signed(tmp_path: Path) -> None:
    clock = FixedClock()
    async with House(tmp_path, address(tmp_path), clock) as house:
        rewritten: list[str] = []

        def note(statement: str) -> None:
            if statement == "VACUUM":
                rewritten.append(clock.now().date().isoformat())

        await house.vault._connection.set_trace_callback(note)
        for _ in range(3 * 24):
            await house.counting.rewrite_due()
            clock.later(hours=1)
    assert len(rewritten) == len(set(rewritten)) == 4


async def test_a_key_that_was_shredded_leaves_no_byte_and_no_way_back(tmp_path: Path) -> None:
    async with House(tmp_path, address(tmp_path), FixedClock()) as house:
        own = house.keys.make_own("petition-abcdef12")
        secret = (tmp_path / "keys" / "petition-abcdef12.own.key").read_bytes().strip()
        before = own.tag(UserId(1))
        house.keys.shred("petition-abcdef12")
        assert not any(secret in content for content in on_disk(tmp_path).values())
        assert house.keys.own("petition-abcdef12") is None, "nor is it kept in memory"
        assert house.keys.make_own("petition-abcdef12").tag(UserId(1)) != before
    assert secrets.compare_digest(before, own.tag(UserId(1)))
