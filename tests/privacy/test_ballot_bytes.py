"""What a thief of everything on disk learns of a ballot: while it is open and after it, without the key and with it."""

import hashlib
import hmac
import random
import sqlite3
from contextlib import closing as closed_after
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.ids import Actor, UserId
from bot.polls.counting.results import Method
from bot.polls.rules import Kind
from bot.polls.service import key_of
from bot.vault import shards
from bot.vault.keys import Keys
from tests.clock import MONDAY, FixedClock
from tests.conftest import address
from tests.house import ADMINISTRATOR, DIGESTS_CHANNEL, GUILD, ORGANIZER, ROLE, House
from tests.privacy.scan import Filing, find, snowflake
from tests.privacy.test_petition_bytes import on_disk, watch_journals
from tests.services.petitions import LONG_AGO
from tests.services.polls import CODE, closed, opened

VOTERS = 500
PUBLIC = frozenset({GUILD, ROLE, DIGESTS_CHANNEL, ADMINISTRATOR.user_id, ORGANIZER.user_id})
CHANCE = {"time in s, little-endian 32", "time in s, big-endian 32"}
"""Four bytes of ciphertext can be like a time by chance; nothing that is longer can."""


async def test_after_five_hundred_votes_nothing_on_disk_names_a_voter_or_tells_a_ballot(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """While the polls are open, with crashes in between: no id, no name, no time, no choice, no word of a tracker."""
    clock, chance = FixedClock(MONDAY), random.Random(42)
    filings: list[Filing] = []
    with caplog.at_level("INFO"):
        async with House(tmp_path, address(tmp_path), clock) as house:
            await house.set_up()
            options = [f"Ptarmigan {letter}" for letter in "ABCDEFGH"]
            listed = await opened(house, Method.APPROVAL, options=options, has_ledger=True)
            consent = await opened(house, Method.CONSENT)
            hands = await opened(house, kind=Kind.HANDS)
            begun = clock.later(hours=1)
            journals = await watch_journals(house)
            for number in range(VOTERS):
                now = clock.later(milliseconds=chance.randint(100, 900), microseconds=chance.randint(1, 999))
                filing = Filing(
                    snowflake(now - timedelta(days=400), chance.getrandbits(22)),
                    f"Zsófia Nightingale-{number:04}",
                    "—" * 9,
                    now,
                )
                filings.append(filing)
                who = Actor(GUILD, UserId(filing.user_id), joined_at=LONG_AGO)
                words = f"Kestrel{number:04} wallaby"
                await house.polls.cast(who, listed.id, "adfh", words=words, code=CODE)
                if number < 50:
                    await house.polls.cast(who, consent.id, "d", reason=f"Because-{number:04} of pangolins")
                    await house.polls.raise_hand(who, hands.id, "a", filing.name)
                if number % 150 == 149:
                    await house.crash()
                    journals |= await watch_journals(house)
    captured = capfd.readouterr()
    contents = on_disk(tmp_path)
    assert len([name for name in contents if name.startswith("keys/poll-")]) == 3
    assert journals
    contents["journals"] = b"\0\0\0\0".join(sorted(journals))
    contents["logs"] = (captured.out + captured.err + caplog.text).encode()
    found = find(contents, filings, begun, begun + timedelta(microseconds=1), PUBLIC)
    assert {each.form for each in found} <= CHANCE
    assert len(found) < 12
    told = (b"Nightingale", b"kestrel", b"wallaby", CODE.encode(), b"pangolin", b"adfh", b"Because-")
    assert [(name, word) for name, content in contents.items() for word in told if word in content] == []
    for poll in (listed, consent):
        key = bytes.fromhex(contents[f"keys/{key_of(poll.id)}.own.key"].decode().strip())
        tags = [hmac.digest(key, f"tag {filing.user_id}".encode(), hashlib.sha256)[:16] for filing in filings[:50]]
        assert not any(tag in content for content in contents.values() for tag in tags), "not even with its tag"


async def test_with_the_key_a_thief_has_two_sets_that_nothing_links(tmp_path: Path) -> None:
    """Who voted, and what was voted: neither of the two says anything of the other, nor of when."""
    async with House(tmp_path, address(tmp_path), FixedClock(MONDAY)) as house:
        await house.set_up()
        poll = await opened(house, Method.IRV)
        own = house.keys.own(key_of(poll.id))
        assert own is not None
        for number in range(120):
            who = Actor(GUILD, UserId(9_000_000 + number), joined_at=LONG_AGO)
            await house.polls.cast(who, poll.id, "a" if number < 60 else "b")
        before = (await house.box.contents(poll.id, own)).slips
    entries = _opened_entries(tmp_path, poll.id)
    assert len(entries["roll_shards"]) == len(entries["box_shards"]) == len(before) == 120
    linked = {str(mark) for entry in entries["roll_shards"] for mark in entry} & {
        str(mark) for entry in entries["box_shards"] for mark in entry
    }
    assert linked <= {"", "None"}, "a final ballot holds no mark that its voter's entry holds too"


def _opened_entries(folder: Path, poll: str) -> dict[str, list[list[str]]]:
    """Open every shard with the key, as a thief of the disk and the key directory can."""
    own = Keys(folder / "keys").own(f"poll-{poll}")
    assert own is not None
    with closed_after(sqlite3.connect(folder / "vault.db")) as connection:
        return {
            table: shards.all_entries(rows_of(connection, table), own.identity)
            for table in ("roll_shards", "box_shards")
        }


def rows_of(connection: sqlite3.Connection, table: str) -> list[Any]:
    return connection.execute(f"SELECT shard, sealed FROM {table} ORDER BY shard").fetchall()


async def test_after_the_close_nothing_of_a_ballot_is_left_on_disk(tmp_path: Path) -> None:
    """Not a shard, not the key, and no page of the file that held them."""
    async with House(tmp_path, address(tmp_path), FixedClock(MONDAY)) as house:
        await house.set_up()
        poll = await opened(house, Method.CONSENT)
        for number in range(20):
            who = Actor(GUILD, UserId(9_000_000 + number), joined_at=LONG_AGO)
            await house.polls.cast(who, poll.id, "a", reason=f"Reason {number}")
        shards = await _sealed(house)
        key = next((tmp_path / "keys").glob("poll-*")).read_bytes().strip()
        assert shards
        await closed(house, poll)
        contents = on_disk(tmp_path)
        remains = [name for name, content in contents.items() for mark in [*shards, key] if mark in content]
    assert remains == []


async def _sealed(house: House) -> list[bytes]:
    """Return pieces of every sealed shard that stand in the file of the vault."""

    async def select(connection: object) -> list[bytes]:
        found: list[bytes] = []
        for table in ("roll_shards", "box_shards", "reason_shards"):
            query = f"SELECT sealed FROM {table}"
            rows = await connection.execute_fetchall(query)  # type: ignore[attr-defined]
            found += [sealed[start : start + 24] for (sealed,) in rows for start in range(200, len(sealed) - 24, 997)]
        return found

    marks = await house.vault.read(select)
    content = (house.directory / "vault.db").read_bytes()
    return [mark for mark in marks if mark in content and any(mark)]  # what fills a shard up is zeros
