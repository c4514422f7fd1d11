"""A server that is erased leaves nothing of what its members signed and voted, with all parts put together."""

import secrets
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.guilds.rules import Use
from bot.ids import Actor, ChannelId, GuildId, PollId, RoleId, UserId
from bot.petitions import rules as petition_rules
from bot.petitions.conditions import Condition
from bot.petitions.rules import Visibility
from bot.petitions.wording import compose
from bot.polls import records
from bot.polls.counting.results import Method
from bot.polls.rules import LEDGER_FROM, Kind, Poll, State, Terms
from bot.polls.wording import Question, drafted
from bot.settings import Settings
from bot.wiring import Steward, open_steward
from tests.clock import FixedClock
from tests.house import CHEAP
from tests.services.petitions import LONG_AGO

OURS, THEIRS = GuildId(812_345_678_901_234_561), GuildId(912_345_678_901_234_561)
ROLE, CHANNEL = RoleId(5), ChannelId(6)
VAULT = ("roll_shards", "box_shards", "reason_shards", "hands", "signatures", "authors")
PUBLIC = ("polls", "poll_batches", "petitions", "cards", "outbox")


@pytest.fixture
async def steward(data_dir: Path, clock: FixedClock) -> AsyncIterator[Steward]:
    settings = Settings.model_validate({"STEWARD_DATA_DIR": data_dir, "STEWARD_KEY_DIR": data_dir.with_name("keys")})
    steward = await open_steward(settings, clock, CHEAP)
    yield steward
    await steward.close()


async def lived_in(steward: Steward, clock: FixedClock, guild: GuildId, name: str) -> None:
    """Let a server have polls of every kind and in every state, and a petition; each says `name` somewhere."""
    boss = Actor(guild, UserId(1), is_administrator=True)
    organizer = Actor(guild, UserId(2), frozenset({ROLE}))
    await steward.guilds.choose_organizer_role(boss, ROLE)
    await steward.guilds.choose_organizers(boss, frozenset({organizer.user_id}))
    for use in (Use.DIGESTS, Use.PETITIONS):
        await steward.guilds.choose_channel(boss, use, CHANNEL)
    question = drafted(f"{name} draft", "", ["Ana", "Ben"])
    await steward.poll_drafts.begin(organizer, f"form of {name}", CHANNEL, question, Kind.BALLOT, Method.SINGLE)
    counted = await _add(steward, clock, guild, f"{name} result", days=1, has_ledger=True)
    still_open = await _add(steward, clock, guild, f"{name} box", days=9)
    hands = await _add(steward, clock, guild, f"{name} hands", days=9, kind=Kind.HANDS)
    await _add(steward, clock, guild, f"{name} later", days=9, opens_in=timedelta(days=8))
    await steward.poll_closing.open_due()
    voters = [Actor(guild, UserId(1_000_000 + number), joined_at=LONG_AGO) for number in range(LEDGER_FROM)]
    for number, voter in enumerate(voters):
        await steward.polls.cast(voter, counted, "a", words=f"{name} {number}", code="7K3M2Q")
        await steward.polls.cast(voter, still_open, "b")
    await steward.polls.raise_hand(voters[0], hands, "a", name)
    await steward.poll_closing.post_batches_due()
    clock.later(days=2)
    await steward.poll_closing.close_due()
    words = compose(f"{name} petition", "The board", ["Training in working hours"], "We learn it in the evening.")
    terms = petition_rules.set_terms(Visibility.COUNT, 100, 3, clock.now() + timedelta(days=30), clock.now())
    petition = await steward.petitions.start(organizer, f"form of {name}", words, terms)
    await steward.petitions.submit(organizer, petition.id)
    await steward.petitions.sign(voters[0], petition.id, words.hash, Condition())


async def _add(
    steward: Steward,
    clock: FixedClock,
    guild: GuildId,
    title: str,
    *,
    days: int,
    kind: Kind = Kind.BALLOT,
    opens_in: timedelta | None = None,
    has_ledger: bool = False,
) -> PollId:
    now = clock.now()
    opens_at = None if opens_in is None else now + opens_in
    terms = Terms(kind, Method.SINGLE, now + timedelta(days=days), opens_at, has_ledger=has_ledger)
    poll_id = PollId(secrets.token_hex(4))
    poll = Poll(poll_id, guild, CHANNEL, Question(title, "", ("Ana", "Ben")), terms, state=State.SCHEDULED)
    async with steward._database.begin() as connection:
        await records.add(connection, poll)
    return poll_id


async def test_a_server_that_is_erased_leaves_no_box_roll_key_draft_or_result(
    steward: Steward, clock: FixedClock, data_dir: Path
) -> None:
    await lived_in(steward, clock, OURS, "ptarmigan")
    await lived_in(steward, clock, THEIRS, "kestrel")
    before, keys = rows(data_dir), names(data_dir)
    assert all(before.values()), "there is something of everything"
    guild = await steward.guilds.ready(OURS)
    async with steward._database.begin() as connection:
        await steward.guilds.burn(connection, guild, {})
    await steward.trust.erase_due()
    after = rows(data_dir)
    assert {table: after[table] * 2 for table in after} == before, "of two servers that are alike, one is left"
    assert len(names(data_dir)) * 2 == len(keys)
    for file in ("steward.db", "vault.db"):
        content = (data_dir / file).read_bytes()
        assert b"ptarmigan" not in content, file
        assert str(OURS).encode() not in content, file
    assert b"kestrel" in (data_dir / "steward.db").read_bytes(), "what would be found, is found"


def rows(data_dir: Path) -> dict[str, int]:
    found = {}
    for file, tables in (("vault.db", VAULT), ("steward.db", PUBLIC)):
        with closing(sqlite3.connect(data_dir / file)) as store:
            for table in tables:
                found[table] = store.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return found


def names(data_dir: Path) -> list[str]:
    """Return the key files that polls and petitions have."""
    folder = data_dir.with_name("keys")
    return sorted(path.name for path in folder.iterdir() if path.name.startswith(("poll-", "petition-")))
