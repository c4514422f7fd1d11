"""The ballot box: one account one ballot, none lost or doubled, and nothing that joins a voter with a ballot."""

import asyncio
import base64
import json
import random
import secrets
import sqlite3
import statistics
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import aiosqlite
import pytest

from bot import failpoints
from bot.ids import UserId
from bot.refusals import NotSaved
from bot.vault import shards
from bot.vault.box import _BOX, _KINDS, _ROLL, BallotBox, BoxDamaged, Contents, Hand, NoBox, Slip
from bot.vault.engine import Vault
from bot.vault.keys import OwnKey
from bot.vault.sealing import open_sealed, recipient
from tests.vault.test_forgetting import correlation

POLL = "abcdefgh"
SECRET = bytes(range(32))
KEY = OwnKey(SECRET)
TABLES = [kind.table for kind in _KINDS]
LONGEST = ["x" * 500, "\x01" * 500, '"' * 500, "\n" * 500, "🦊" * 500]


def tag(number: int) -> bytes:
    """Return the tag of one account."""
    return KEY.tag(UserId(10**17 + number))


def on_disk(path: Path) -> bytes:
    """Return the whole file, as a thief finds it."""
    return path.read_bytes()


async def opened(vault: Vault) -> BallotBox:
    box = BallotBox(vault)
    await box.open(POLL, KEY)
    return box


async def ballots(box: BallotBox) -> list[str]:
    return [slip.ballot for slip in (await box.contents(POLL, KEY)).slips]


def sealed_shards(path: Path, table: str, poll: str = POLL) -> list[bytes]:
    """Return the shards as another process finds them, in the order of their numbers."""
    with closing(sqlite3.connect(path)) as connection:
        query = f"SELECT sealed FROM {table} WHERE poll = ? ORDER BY shard"
        return [sealed for (sealed,) in connection.execute(query, (poll,))]


def entries(path: Path, table: str) -> list[list[list[str]]]:
    """Return what whoever has the key finds in each shard, in the order in which it stands there."""
    return [shards._entries(sealed, KEY.identity) for sealed in sealed_shards(path, table)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.db"


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with two shards of six, so that few votes make many shards."""
    monkeypatch.setattr(shards, "FIRST", 2)
    monkeypatch.setattr(shards, "ENTRIES", 6)


@pytest.fixture
def plug() -> Iterator[list[str]]:
    """Break what is done at each place that is put into this list."""
    places: list[str] = []

    def pull(place: str) -> None:
        if place in places:
            raise OSError

    failpoints.watch(pull)
    yield places
    failpoints.watch(None)


# One account, one ballot


async def test_an_account_that_votes_fifty_times_at_once_has_one_ballot(vault: Vault) -> None:
    box = await opened(vault)
    answers = await asyncio.gather(
        *(box.cast(POLL, KEY, tag(1), Slip(str(number)), reason=f"reason {number}") for number in range(50))
    )
    assert answers.count(True) == 1
    counted = answers.index(True)
    assert await box.contents(POLL, KEY) == Contents([Slip(str(counted))], [f"reason {counted}"])


async def test_a_final_vote_is_not_replaced_and_the_voter_is_told(vault: Vault, path: Path) -> None:
    box = await opened(vault)
    assert await box.cast(POLL, KEY, tag(1), Slip("no", "red fox"), reason="too soon")
    before = on_disk(path)
    for may_replace in (False, True):
        again = await box.cast(POLL, KEY, tag(1), Slip("yes"), reason="late", may_replace=may_replace)
        assert again is False
    assert on_disk(path) == before
    assert await box.contents(POLL, KEY) == Contents([Slip("no", "red fox")], ["too soon"])


async def test_a_vote_that_may_be_replaced_counts_once_with_the_last_choice_and_its_reason(vault: Vault) -> None:
    box = await opened(vault)
    for choice, reason in (("a", "first thought"), ("b", "second thought"), ("c", "")):
        for voter in (1, 2):
            if voter == 1 or choice != "c":
                slip = Slip(f"{choice}{voter}", f"words {choice}")
                assert await box.cast(POLL, KEY, tag(voter), slip, reason=reason, may_replace=True)
    contents = await box.contents(POLL, KEY)
    assert contents == Contents([Slip("b2", "words b"), Slip("c1", "words c")], ["second thought"])


async def test_a_vote_that_could_be_changed_stays_once_it_is_asked_to_be_final(vault: Vault) -> None:
    box = await opened(vault)
    assert await box.cast(POLL, KEY, tag(1), Slip("a"), may_replace=True)
    assert await box.cast(POLL, KEY, tag(1), Slip("b"), may_replace=False) is False
    assert await ballots(box) == ["a"]


async def test_fifty_changes_at_once_leave_one_ballot(vault: Vault) -> None:
    box = await opened(vault)
    answers = await asyncio.gather(
        *(box.cast(POLL, KEY, tag(1), Slip(str(number)), may_replace=True) for number in range(50))
    )
    assert all(answers)
    assert await ballots(box) == ["49"]


async def test_who_has_voted_is_known_and_nobody_else_is(vault: Vault) -> None:
    box = await opened(vault)
    await asyncio.gather(*(box.cast(POLL, KEY, tag(number), Slip("a")) for number in range(0, 40, 2)))
    assert [await box.has_voted(POLL, KEY, tag(number)) for number in range(40)] == [True, False] * 20


# None lost, none doubled


async def test_every_acknowledged_ballot_is_in_the_box_through_all_growth(vault: Vault, path: Path) -> None:
    box = await opened(vault)
    expected = [Slip(f"{number % 7}", f"tracker {number:04}") for number in range(2_500)]
    answers = await asyncio.gather(
        *(
            box.cast(POLL, KEY, tag(number), slip, reason=f"because {number:04} " * 8)
            for number, slip in enumerate(expected)
        )
    )
    assert answers == [True] * len(expected)
    contents = await box.contents(POLL, KEY)
    assert list(contents.slips) == sorted(expected, key=lambda slip: (slip.ballot, slip.tracker))
    assert list(contents.reasons) == [f"because {number:04} " * 8 for number in range(len(expected))]
    assert all(len(sealed_shards(path, table)) > shards.FIRST for table in TABLES)


@pytest.mark.parametrize("may_replace", [False, True], ids=["final", "replaceable"])
@pytest.mark.parametrize("seed", range(3))
async def test_the_box_holds_what_a_plain_list_would_hold(
    vault: Vault,
    path: Path,
    small_shards: None,
    seed: int,
    may_replace: bool,  # noqa: FBT001 - a case
) -> None:
    chance, box = random.Random(seed), await opened(vault)
    expected: dict[int, tuple[Slip, str]] = {}

    async def vote(voter: int) -> None:
        slip, reason = Slip(str(chance.randrange(9)), str(chance.random())), chance.choice(["", f"{chance.random()}"])
        is_first = voter not in expected
        if is_first or may_replace:
            expected[voter] = slip, reason
        counted = await box.cast(POLL, KEY, tag(voter), slip, reason=reason, may_replace=may_replace)
        assert counted == (is_first or may_replace)

    for _ in range(12):
        await asyncio.gather(*(vote(chance.randrange(120)) for _ in range(chance.randint(1, 40))))
        await box.open(POLL, KEY)
        contents = await box.contents(POLL, KEY)
        slips = sorted((slip.ballot, slip.tracker) for slip, _ in expected.values())
        assert [(slip.ballot, slip.tracker) for slip in contents.slips] == slips
        assert contents.reasons == sorted(reason for _, reason in expected.values() if reason)
        for voter in chance.sample(range(120), 5):
            assert await box.has_voted(POLL, KEY, tag(voter)) == (voter in expected)
    assert len(sealed_shards(path, "roll_shards")) >= 16


async def test_two_polls_do_not_touch_each_other(vault: Vault) -> None:
    box, other = await opened(vault), OwnKey(secrets.token_bytes(32))
    await box.open("second", other)
    await asyncio.gather(
        *(box.cast(POLL, KEY, tag(number), Slip("here")) for number in range(30)),
        *(box.cast("second", other, other.tag(UserId(number)), Slip("there")) for number in range(20)),
    )
    assert await ballots(box) == ["here"] * 30
    assert (await box.contents("second", other)).slips == [Slip("there")] * 20
    assert await box.polls() == {POLL, "second"}


async def test_opening_again_keeps_the_votes(vault: Vault, path: Path) -> None:
    box = await opened(vault)
    await box.cast(POLL, KEY, tag(1), Slip("a"))
    before = on_disk(path)
    await asyncio.gather(*(box.open(POLL, KEY) for _ in range(3)))
    assert on_disk(path) == before
    assert await ballots(box) == ["a"]


async def test_whoever_was_let_in_before_the_count_is_in_it(vault: Vault) -> None:
    box = await opened(vault)
    votes = [asyncio.create_task(box.cast(POLL, KEY, tag(number), Slip("a"))) for number in range(600)]
    contents = asyncio.create_task(box.contents(POLL, KEY))
    assert len((await contents).slips) == 600
    assert all(await asyncio.gather(*votes))


async def test_somebody_who_stops_waiting_loses_no_vote(vault: Vault) -> None:
    """Least of all the one who came first, whose vote starts the write of all the others."""
    box = await opened(vault)
    tasks = [asyncio.create_task(box.cast(POLL, KEY, tag(number), Slip("a"))) for number in range(10)]
    await asyncio.sleep(0)
    tasks[0].cancel()
    async with asyncio.timeout(5):
        done = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(answer) for answer in done] == [asyncio.CancelledError, *[bool] * 9]
    assert await ballots(box) == ["a"] * 10


async def test_votes_survive_a_restart(path: Path) -> None:
    vault = await Vault.open(path)
    await (await opened(vault)).cast(POLL, KEY, tag(1), Slip("a"), reason="b")
    await vault.close()
    vault = await Vault.open(path)
    assert await BallotBox(vault).contents(POLL, OwnKey(SECRET)) == Contents([Slip("a")], ["b"])
    await vault.close()


async def test_votes_that_stand_in_line_are_finished_when_the_vault_is_closed(path: Path) -> None:
    vault = await Vault.open(path)
    box = await opened(vault)
    tasks = [asyncio.create_task(box.cast(POLL, KEY, tag(number), Slip("a"))) for number in range(20)]
    for _ in range(2):
        await asyncio.sleep(0)
    await vault.close()
    assert all(await asyncio.gather(*tasks))
    assert sum(map(len, entries(path, "box_shards"))) == 20


# What cannot be saved


async def test_a_vote_whose_commit_fails_is_not_counted_and_can_be_cast_again(vault: Vault, plug: list[str]) -> None:
    box = await opened(vault)
    await box.cast(POLL, KEY, tag(0), Slip("first"))
    plug.append("vault: written and not committed")
    failed = await asyncio.gather(
        *(box.cast(POLL, KEY, tag(number), Slip("lost")) for number in range(1, 30)), return_exceptions=True
    )
    assert {type(answer) for answer in failed} == {NotSaved}
    plug.clear()
    assert await ballots(box) == ["first"]
    assert not await box.has_voted(POLL, KEY, tag(1))
    assert all(await asyncio.gather(*(box.cast(POLL, KEY, tag(number), Slip("again")) for number in range(1, 30))))
    assert await ballots(box) == ["again"] * 29 + ["first"]


async def test_a_vault_held_by_another_program_is_told_and_keeps_nobody_waiting(vault: Vault, path: Path) -> None:
    box = await opened(vault)

    async def wait_less(connection: aiosqlite.Connection) -> None:
        await connection.execute("PRAGMA busy_timeout = 0")

    await vault.read(wait_less)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for _ in range(2):
            with pytest.raises(NotSaved):
                async with asyncio.timeout(5):
                    await box.cast(POLL, KEY, tag(1), Slip("a"))
        other.execute("ROLLBACK")
    assert await box.cast(POLL, KEY, tag(1), Slip("b"))
    assert await ballots(box) == ["b"]


async def test_a_disk_too_full_for_more_shards_loses_no_acknowledged_vote(
    vault: Vault, path: Path, small_shards: None
) -> None:
    box = await opened(vault)

    async def limit(pages: int) -> None:
        async def work(connection: aiosqlite.Connection) -> None:
            await connection.execute(f"PRAGMA max_page_count = {pages}")

        await vault.read(work)

    await limit(1)  # SQLite makes it as many as there are
    counted = []
    for number in range(40):
        try:
            counted.append(await box.cast(POLL, KEY, tag(number), Slip("a"), reason=None))
        except NotSaved:
            break
    assert 6 <= len(counted) < 40
    assert await ballots(box) == ["a"] * len(counted)
    await limit(100_000)
    assert await box.cast(POLL, KEY, tag(len(counted)), Slip("a"), reason=None)
    assert await ballots(box) == ["a"] * (len(counted) + 1)


async def test_a_vote_is_answered_after_the_commit_and_not_before(vault: Vault, path: Path) -> None:
    box = await opened(vault)
    seen: dict[str, int] = {}

    def look(place: str) -> None:
        seen[place] = sum(map(len, entries(path, "box_shards")))

    failpoints.watch(look)
    try:
        await box.cast(POLL, KEY, tag(1), Slip("a"))
    finally:
        failpoints.watch(None)
    assert seen == {
        "casting: before the commit": 0,
        "vault: written and not committed": 0,
        "vault: committed and nobody told": 1,
        "casting: after the commit": 1,
    }


@pytest.mark.parametrize(
    ("slip", "reason"),
    [
        pytest.param(Slip("ZORRO" * 5 + "x"), "", id="ballot"),
        pytest.param(Slip("ZORRO é"), "", id="ballot that is not ASCII"),
        pytest.param(Slip("a", "ZORRO" + "é" * 30), "", id="tracker"),
        pytest.param(Slip("a"), "ZORRO" * 100 + "x", id="reason"),
        pytest.param(Slip("a", "ZORRO \ud800"), "", id="tracker that is no text"),
        pytest.param(Slip("a"), "ZORRO \ud800", id="reason that is no text"),
    ],
)
async def test_what_no_shard_could_hold_is_refused_unrepeated_and_spoils_no_other(
    vault: Vault, slip: Slip, reason: str
) -> None:
    box = await opened(vault)
    votes = [(Slip("good"), "fine"), (slip, reason), (Slip("good"), "fine")]
    done = await asyncio.gather(
        *(box.cast(POLL, KEY, tag(number), slip, reason=why) for number, (slip, why) in enumerate(votes)),
        return_exceptions=True,
    )
    assert [type(answer) for answer in done] == [bool, ValueError, bool]
    assert "ZORRO" not in repr(done[1])
    assert await box.contents(POLL, KEY) == Contents([Slip("good")] * 2, ["fine"] * 2)


async def test_the_longest_of_everything_is_kept_whole(vault: Vault) -> None:
    box = await opened(vault)
    votes = [(Slip('"' * 25, "\x01" * 64), why) for why in LONGEST * 30]
    await asyncio.gather(
        *(
            box.cast(POLL, KEY, tag(number), slip, reason=why, may_replace=number % 2 == 0)
            for number, (slip, why) in enumerate(votes)
        )
    )
    assert await box.contents(POLL, KEY) == Contents([slip for slip, _ in votes], sorted(why for _, why in votes))


def test_a_full_shard_holds_the_longest_ballots_and_tags() -> None:
    """So the number of shards depends on how many voted and not on what they voted."""
    link = base64.b64encode(bytes(8)).decode()
    assert _ROLL.holds([[base64.b64encode(bytes(16)).decode(), link]] * shards.ENTRIES)
    assert _BOX.holds([["9" * 25, "é" * 32, link]] * shards.ENTRIES)
    assert not _BOX.holds([["9", "", link]] * (shards.ENTRIES + 1))


# What a thief finds


async def test_all_shards_are_of_one_size_and_number_whoever_votes_and_whatever(vault: Vault, path: Path) -> None:
    box = await opened(vault)

    def shapes() -> dict[str, list[int]]:
        return {table: [len(sealed) for sealed in sealed_shards(path, table)] for table in TABLES}

    empty = shapes()
    assert empty == {"roll_shards": [4096] * 16, "box_shards": [8192] * 16, "reason_shards": [12288] * 16}
    for number in range(120):
        slip = Slip("9" * (number % 26), "é" * (number % 33))
        await box.cast(POLL, KEY, tag(number % 100), slip, reason="x" * (number % 300), may_replace=number % 2 == 0)
        assert shapes() == empty


async def test_the_size_of_a_shard_is_held_by_the_table_itself(vault: Vault, path: Path) -> None:
    await opened(vault)
    with closing(sqlite3.connect(path)) as connection:
        for table in TABLES:
            with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
                connection.execute(f"UPDATE {table} SET sealed = zeroblob(length(sealed) + 1) WHERE shard = 3")


@pytest.mark.parametrize("may_replace", [False, True], ids=["final", "replaceable"])
async def test_each_vote_writes_one_shard_of_each_kind_anew_whatever_it_says(
    vault: Vault,
    path: Path,
    may_replace: bool,  # noqa: FBT001 - a case
) -> None:
    """Also without a reason and when a vote is changed; where no reasons are collected, none of theirs."""
    box = await opened(vault)
    told: list[tuple[int, str | None, list[int]]] = [
        (1, "because", [1, 1, 1]),
        (2, "", [1, 1, 1]),
        (3, None, [1, 1, 0]),
    ]
    if may_replace:
        told += [(1, "", [1, 1, 1]), (2, "now with a reason", [1, 1, 1]), (3, None, [1, 1, 0])]
    for voter, reason, expected in told:
        before = [sealed_shards(path, table) for table in TABLES]
        assert await box.cast(POLL, KEY, tag(voter), Slip("a"), reason=reason, may_replace=may_replace)
        after = [sealed_shards(path, table) for table in TABLES]
        changed = [sum(old != new for old, new in zip(*pair, strict=True)) for pair in zip(before, after, strict=True)]
        assert changed == expected


async def test_no_vote_moves_a_shard_to_another_place_in_the_file(vault: Vault, path: Path) -> None:
    """Shards that move together belong to one vote: whoever has the key could join the few entries that are in them."""
    box = await opened(vault)

    def places() -> list[list[int]]:
        content = on_disk(path)
        found = []
        for table in TABLES:
            for sealed in sealed_shards(path, table):
                # Beginnings alone are alike; all of these lie whole on one page each.
                parts = [sealed[start : start + 16] for start in (240, 1_500, 3_000, len(sealed) - 800)]
                found.append([content.find(part) for part in parts])
        return found

    before = places()
    assert sum(place >= 0 for parts in before for place in parts) > 150
    for number in range(60):
        await box.cast(POLL, KEY, tag(number % 45), Slip("a"), reason="b" * (number % 40), may_replace=True)
    after = places()
    # Random bytes that straddle two pages are found in neither; those found must be where they were.
    assert after == before


async def test_nothing_in_the_file_or_its_journal_tells_a_vote_while_the_poll_is_open(
    vault: Vault, path: Path, small_shards: None
) -> None:
    box = await opened(vault)
    journals: set[bytes] = set()
    journal = path.with_name("vault.db-journal")

    def keep(statement: str) -> None:
        if statement == "COMMIT" and journal.exists():
            journals.add(on_disk(journal))

    await vault._connection.set_trace_callback(keep)
    for group in range(10):
        await asyncio.gather(
            *(
                box.cast(
                    POLL,
                    KEY,
                    tag(number),
                    Slip("BALLOT,BALLOT", f"nightingale {number:03}"),
                    reason=f"Zsófia said {number:03}",
                    may_replace=number % 2 == 0,
                )
                for number in range(group * 10, group * 10 + 10)
            )
        )
    content = b"\0\0".join([on_disk(path), *sorted(journals)])
    assert len(journals) >= 10
    marks = [b"BALLOT", b"nightingale", "Zsófia".encode(), "Zsófia".encode("utf-16-le"), b"entries"]
    for secret in (SECRET, str(KEY.identity).encode(), KEY.lot, *(tag(number)[:12] for number in range(100))):
        marks += [secret, secret.hex().encode(), base64.b64encode(secret), secret[::-1]]
    assert [mark for mark in marks if mark in content] == []
    assert POLL.encode() in content, "the search would find what is there"
    assert len(await ballots(box)) == 100


async def test_with_the_key_roll_and_box_are_two_lists_in_no_order(vault: Vault, path: Path) -> None:
    """One shard of each, so that nothing but the places in it could tell who voted what."""
    box = BallotBox(vault)
    letters = "abcdefghijklmnopqrstuvwxy"
    by_casting, by_roll, orders = [], [], set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "FIRST", 1)
        for at_once in (False, True):
            for _ in range(20):
                await box.open(POLL, KEY)
                votes = [box.cast(POLL, KEY, tag(number), Slip(ballot)) for number, ballot in enumerate(letters)]
                if at_once:
                    await asyncio.gather(*votes)
                else:
                    assert all([await vote for vote in votes])
                ((*roll,),), ((*cast,),) = entries(path, "roll_shards"), entries(path, "box_shards")
                order = [letters.index(ballot) for ballot, *_ in cast]
                voters = {base64.b64encode(tag(number)[:16]).decode(): number for number in range(len(letters))}
                marks = [voters[mark] for (mark,) in roll]
                assert sorted(order) == sorted(marks) == list(range(len(letters)))
                orders.add(tuple(order))
                by_casting += [correlation(order), correlation(marks)]
                by_roll.append(statistics.correlation(order, marks))
                await box.forget(POLL)
    assert len(orders) == 40
    assert abs(statistics.mean(by_casting)) < 0.15
    assert abs(statistics.mean(by_roll)) < 0.2
    assert max(map(abs, by_casting + by_roll)) < 0.9


async def test_final_votes_have_nothing_that_joins_them_with_an_account(vault: Vault, path: Path) -> None:
    box = await opened(vault)
    await asyncio.gather(*(box.cast(POLL, KEY, tag(number), Slip("a"), reason="b") for number in range(100)))
    widths = [{len(entry) for shard in entries(path, table) for entry in shard} for table in TABLES]
    assert widths == [{1}, {2}, {1}]


async def test_after_forgetting_no_byte_of_the_box_remains(vault: Vault, path: Path) -> None:
    box, other = await opened(vault), OwnKey(secrets.token_bytes(32))
    await box.open("second", other)
    await box.cast("second", other, other.tag(UserId(1)), Slip("kept"))
    await box.raise_hand(POLL, tag(1), Hand("yes", secrets.token_bytes(300)))
    await asyncio.gather(*(box.cast(POLL, KEY, tag(number), Slip("a"), reason="b") for number in range(50)))
    gone = [sealed for table in TABLES for sealed in sealed_shards(path, table)]
    marks = [sealed[start : start + 16] for sealed in gone for start in range(240, len(sealed) - 600, 200)]
    before = on_disk(path)
    assert sum(mark in before for mark in marks) > len(marks) * 0.9
    await box.forget(POLL)
    content = b"".join(map(on_disk, path.parent.iterdir()))
    assert [mark for mark in [*marks, tag(1), POLL.encode()] if mark in content] == []
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA freelist_count").fetchone() == (0,)
    assert await box.polls() == {"second"}
    assert (await box.contents("second", other)).slips == [Slip("kept")]
    await box.forget(POLL)
    await box.forget("never there")


async def test_forgetting_that_was_broken_off_is_finished_by_doing_it_again(
    vault: Vault, path: Path, plug: list[str]
) -> None:
    box = await opened(vault)
    plug.append("box: deleted and not rewritten")
    with pytest.raises(OSError, match=r"^$"):
        await box.forget(POLL)
    with pytest.raises(NoBox):
        await box.contents(POLL, KEY)
    plug.clear()
    size = len(on_disk(path))
    await box.forget(POLL)
    assert len(on_disk(path)) < size / 2


def test_nothing_printed_by_accident_tells_a_vote() -> None:
    told = repr([Slip("ZORRO", "ZORRO"), Hand("ZORRO", b"ZORRO"), Contents([Slip("ZORRO")], ["ZORRO"])])
    assert "ZORRO" not in told


def test_the_seed_of_the_lot_is_the_polls_own_and_gives_nothing_else_away() -> None:
    assert KEY.lot == OwnKey(SECRET).lot
    assert len(KEY.lot) == 32
    assert KEY.lot != OwnKey(bytes(32)).lot
    assert KEY.lot not in {SECRET, tag(1), KEY.tag(UserId(0))}
    assert recipient(OwnKey(KEY.lot).identity) != recipient(KEY.identity)


# No box, or one that is damaged


async def test_a_poll_without_a_box_takes_no_vote_and_has_no_result(vault: Vault) -> None:
    box = BallotBox(vault)

    async def refuses() -> None:
        for asked in (
            box.cast(POLL, KEY, tag(1), Slip("a")),
            box.has_voted(POLL, KEY, tag(1)),
            box.contents(POLL, KEY),
        ):
            with pytest.raises(NoBox):
                await asked

    await refuses()
    assert await box.polls() == set()
    await box.open(POLL, KEY)
    assert await box.contents(POLL, KEY) == Contents([], [])
    await box.cast(POLL, KEY, tag(1), Slip("a"))
    await box.forget(POLL)
    await refuses()
    assert await box.polls() == set()


def tampered(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute(statement, values).rowcount == 1
        connection.commit()


@pytest.mark.parametrize("kind", [_ROLL, _BOX], ids=["voter", "ballot"])
async def test_a_voter_or_a_ballot_that_was_taken_out_makes_the_result_void(
    vault: Vault, path: Path, kind: shards.Kind
) -> None:
    box = await opened(vault)
    await asyncio.gather(*(box.cast(POLL, KEY, tag(number), Slip("a")) for number in range(30)))
    assert len(await ballots(box)) == 30
    place, shard = next((place, shard) for place, shard in enumerate(entries(path, kind.table)) if shard)
    sealed = shards._sealed(kind, shard[1:], recipient(KEY.identity))
    tampered(path, f"UPDATE {kind.table} SET sealed = ? WHERE shard = ?", sealed, place)
    with pytest.raises(BoxDamaged):
        await box.contents(POLL, KEY)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "harm",
    [
        pytest.param("DELETE FROM {} WHERE shard = 5", id="a shard missing"),
        pytest.param("DELETE FROM {} WHERE shard = 15", id="the last shard missing"),
        pytest.param("UPDATE {} SET sealed = zeroblob(length(sealed)) WHERE shard = 5", id="a shard of zeros"),
        pytest.param("UPDATE {} SET sealed = randomblob(length(sealed)) WHERE shard = 5", id="a shard of noise"),
    ],
)
async def test_a_shard_that_is_missing_or_spoilt_makes_the_result_void(
    vault: Vault, path: Path, table: str, harm: str
) -> None:
    box = await opened(vault)
    await asyncio.gather(*(box.cast(POLL, KEY, tag(number), Slip("a"), reason="b") for number in range(200)))
    tampered(path, harm.format(table))
    with pytest.raises(BoxDamaged):
        await box.contents(POLL, KEY)


async def test_a_box_sealed_to_another_key_is_damaged_and_never_guessed(vault: Vault, path: Path) -> None:
    """As when a backup was put back, in which the key of an open poll is not."""
    box, new = await opened(vault), OwnKey(secrets.token_bytes(32))
    await box.cast(POLL, KEY, tag(1), Slip("a"))
    before = on_disk(path)
    await box.open(POLL, new)
    for asked in (
        box.contents(POLL, new),
        box.cast(POLL, new, new.tag(UserId(1)), Slip("a")),
        box.has_voted(POLL, new, new.tag(UserId(1))),
    ):
        with pytest.raises(BoxDamaged):
            await asked
    assert on_disk(path) == before


# Show of hands


async def test_a_raised_hand_is_replaced_lowered_and_counted_in_the_order_of_tags(vault: Vault) -> None:
    box = BallotBox(vault)
    hands = {tag(number): Hand(f"choice {number % 3}", secrets.token_bytes(200)) for number in range(20)}
    await asyncio.gather(*(box.raise_hand(POLL, each, hand) for each, hand in hands.items()))
    hands[tag(3)] = Hand("another", b"sealed anew")
    await box.raise_hand(POLL, tag(3), hands[tag(3)])
    for _ in range(2):
        await box.lower_hand(POLL, tag(4))
    del hands[tag(4)]
    assert await box.hands(POLL) == [hands[each] for each in sorted(hands)]
    assert await box.hand_of(POLL, tag(3)) == hands[tag(3)]
    assert await box.hand_of(POLL, tag(4)) is None
    assert await box.hands("second") == []
    assert await box.polls() == {POLL}
    await box.forget(POLL)
    assert await box.hands(POLL) == []
    assert await box.polls() == set()


async def test_hands_raised_before_the_count_are_in_it(vault: Vault) -> None:
    box = BallotBox(vault)
    raised = [asyncio.create_task(box.raise_hand(POLL, tag(number), Hand("a", b"b"))) for number in range(50)]
    counted = asyncio.create_task(box.hands(POLL))
    assert len(await counted) == 50
    await asyncio.gather(*raised)


def test_shards_are_plain_json_for_whoever_has_the_key() -> None:
    sealed = shards._sealed(_BOX, [["é", "ü"]], recipient(KEY.identity))
    length = int.from_bytes(sealed[:4], "big")
    plain = json.dumps(open_sealed(sealed[4 : 4 + length], KEY.identity))
    assert json.loads(plain) == {"entries": [["é", "ü"]]}
