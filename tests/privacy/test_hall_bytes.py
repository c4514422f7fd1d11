"""What a thief of everything on disk learns of who comes, asks, wants an answer or said when they could meet."""

import asyncio
import hashlib
import hmac
import random
import secrets
import shutil
import sqlite3
from contextlib import closing as closed_after
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest

from bot.demo.world import World
from bot.ids import Actor, UserId
from bot.townhalls.records import TimePoll
from bot.townhalls.rules import TownHall
from bot.townhalls.service import key_of
from bot.townhalls.timefinding import key_of as key_of_search
from bot.vault.keys import Keys, OwnKey
from bot.vault.sealing import Unreadable, open_sealed
from tests.clock import MONDAY, FixedClock
from tests.conftest import address
from tests.house import ADMINISTRATOR, DIGESTS_CHANNEL, GUILD, ORGANIZER, ROLE, House
from tests.journeys.conftest import Somebody, administrator, somebody, vera, world
from tests.journeys.people import Person
from tests.journeys.test_hall_members import CHANNEL, approves_all, asks, planned, presses_card, presses_first
from tests.journeys.test_hall_times import proposes
from tests.privacy.scan import Filing, find, snowflake
from tests.privacy.test_ballot_bytes import CHANCE
from tests.privacy.test_flow_ids import files, found, ids_in
from tests.privacy.test_hall_effects import says_when
from tests.privacy.test_petition_bytes import on_disk, watch_journals
from tests.services.halls import halls_of, held, member, published, scheduled, settled
from tests.services.petitions import LONG_AGO

__all__ = ["administrator", "somebody", "vera", "world"]  # fixtures

PEOPLE = 200
PUBLIC = frozenset({GUILD, ROLE, DIGESTS_CHANNEL, ADMINISTRATOR.user_id, ORGANIZER.user_id})
THREE = ("Who sees the scores?", "Since when?", "Who pays for it?")
WHEN = "yinnyiniyy"
"""What everybody answers to the search for a time."""
HELD_IN = {"vault.db", "journals"}
"""Where tags and such answers may stand, and nowhere else."""


async def searched(house: House) -> TimePoll:
    """Ask when people could meet."""
    day = (house.clock.now() + timedelta(days=9)).replace(minute=0, second=0, microsecond=0)
    slots = [day + timedelta(hours=hours) for hours in range(len(WHEN))]
    closes_at = house.clock.now() + timedelta(days=3)
    return await house.time_finding.propose(ORGANIZER, "a search", "When we meet", 60, slots, closes_at)


async def takes_part(house: House, hall: TownHall, poll: TimePoll, who: Actor, text: str, wanted: str) -> None:
    """Do everything that a member can do around a town hall."""
    await house.town_halls.sign_up(who, hall.id)
    await house.town_halls.ask(who, hall.id, f"form {text}", text)
    await house.town_halls.want(who, hall.id, wanted)
    await house.time_finding.answer(who, poll.id, WHEN)


async def test_after_two_hundred_took_part_nothing_on_disk_names_one(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """With crashes in between: no id in any form, no word of a question, and no moment of any click."""
    clock, chance = FixedClock(MONDAY), random.Random(4)
    filings: list[Filing] = []
    with caplog.at_level("INFO"):
        async with House(tmp_path, address(tmp_path), clock) as house:
            await halls_of(house)
            hall, poll = await scheduled(house, hours=200), await searched(house)
            shown = await published(house, hall, *THREE)
            begun = clock.later(hours=1)
            journals = await watch_journals(house)
            for number in range(PEOPLE):
                now = clock.later(milliseconds=chance.randint(100, 900), microseconds=chance.randint(1, 999))
                account, name = snowflake(now - timedelta(days=400), chance.getrandbits(22)), f"Zsófia N-{number:04}"
                filings.append(Filing(account, name, f"Quillon scored pangolin {number:04}?", now))
                who = Actor(GUILD, UserId(account), joined_at=LONG_AGO)
                await takes_part(house, hall, poll, who, filings[-1].text, shown[number % 3].id)
                if number % 60 == 59:
                    clock.later(minutes=21)
                    await house.reminders.refresh_due()
                    await house.queue.release_due()
                    await house.crash()
                    journals |= await watch_journals(house)
    captured = capfd.readouterr()
    contents = on_disk(tmp_path)
    keys = [contents[f"keys/{name}.own.key"] for name in (key_of(hall.id), key_of_search(poll.id))]
    assert journals
    contents["journals"] = b"\0\0\0\0".join(sorted(journals))
    contents["logs"] = (captured.out + captured.err + caplog.text).encode()
    leaks = find(contents, filings, begun, begun + timedelta(microseconds=1), PUBLIC)
    assert {each.form for each in leaks} <= CHANCE
    assert len(leaks) < 12
    told = (b"pangolin", b"Quillon", "Zsófia".encode())
    assert [(name, word) for name, content in contents.items() for word in told if word in content] == []
    assert {name for name, content in contents.items() if WHEN.encode() in content} <= HELD_IN
    own, times = [OwnKey(bytes.fromhex(key.decode().strip())) for key in keys]
    tags = [key.tag(UserId(each.user_id)) for each in filings for key in (own, times)]
    assert all(tag in contents["vault.db"] for tag in tags), "what is kept is found"
    elsewhere = [content for name, content in contents.items() if name not in HELD_IN]
    assert not any(form in content for tag in tags for form in (tag, tag.hex().encode()) for content in elsewhere)
    others = [secrets.token_bytes(32), b"", *(content.strip() for content in contents.values() if len(content) < 70)]
    ids = [str(each.user_id).encode() for each in filings[:20]]
    plain = {hmac.digest(key, account, hashlib.sha256) for key in others for account in ids}
    plain |= {hashlib.sha256(account).digest() for account in ids}
    assert not any(digest in contents["vault.db"] for digest in plain), "nor any tag that could be made without the key"


async def test_no_id_or_name_of_the_whole_flow_is_kept(
    world: World, administrator: Person, vera: Person, somebody: Somebody
) -> None:
    """Of no interaction, form or message that Discord made while people took part, and not what they are called."""
    await administrator.runs("setup")
    await administrator.chooses("guilds:channel:v1:townhalls", world.channels[CHANNEL])
    hall = await planned(world)
    for number in range(3):
        await asks(world, somebody(f"Asker {number}"), f"Question {number}?")
    await approves_all(world, hall)
    await world.tick()
    await world.later(minutes=31)
    await proposes(world, vera)
    await vera.runs("townhall manage")
    before = {number for _, _, payload in world.env.backend.transcript for number in ids_in(payload)}
    people = [somebody(f"Nightingale {number}") for number in range(6)]
    for number, person in enumerate(people):
        await presses_card(world, person, "I'm coming")
        await asks(world, person, f"What of the pangolin {number}?")
        await person.presses("My questions")
        await presses_card(world, person, "Questions")
        await presses_first(person, "halls:want:v1")
        await says_when(world, person)
    await world.later(hours=1)
    born = {number for _, _, payload in world.env.backend.transcript for number in ids_in(payload)} - before
    posted = {message.id for channel in world.channels.values() for message in channel.history()}
    assert len(born) > 40, "the transcript was looked through in vain"
    accounts = {person.member.id for person in people}
    for _ in range(2):
        assert found(world, (born | accounts) - posted) == []
        kept = files(world)
        words = (b"Nightingale", b"pangolin", b"Asker")
        assert [(name, word) for name, content in kept.items() for word in words if word in content] == []
        assert any(b"Question 1?" in content for content in kept.values()), "what is public is found"
        await world.restart()


@pytest.mark.parametrize("is_approved", [False, True], ids=["waiting", "approved"])
async def test_what_one_member_takes_back_leaves_no_byte(tmp_path: Path, *, is_approved: bool) -> None:
    """Already when the answer comes, in both stores, the journal and the key directory, among forty others."""
    async with House(tmp_path, address(tmp_path), FixedClock()) as house:
        await halls_of(house)
        hall, poll = await scheduled(house, hours=200), await searched(house)
        wanted = (await published(house, hall, *THREE))[0].id
        ana, others = member(500), [member(600 + number) for number in range(40)]
        parts = [takes_part(house, hall, poll, who, f"Of {who.user_id}?", wanted) for who in others]
        await asyncio.gather(*parts, takes_part(house, hall, poll, ana, "Quillon scored a pangolin?", wanted))
        tags = own_tags(house, hall, poll, ana)
        (asked,) = await house.gathering.asked_by(hall.id, tags[0])
        if is_approved:
            await house.queue.approve(ORGANIZER, hall.id, asked.id.hex())
        journals = await watch_journals(house)
        words = [asked.id, asked.id.hex().encode(), *pieces(asked.sealed), b"pangolin"]
        marks = [*tags, *words, str(ana.user_id).encode()]
        assert remains(tmp_path, marks) == {"vault.db"}
        await house.town_halls.withdraw_question(ana, hall.id, asked.id.hex())
        assert remains(tmp_path, words) == set()
        await house.town_halls.want(ana, hall.id, wanted, is_wanted=False)
        await house.town_halls.sign_off(ana, hall.id)
        assert remains(tmp_path, [tags[0]]) == set()
        await house.time_finding.take_back(ana, poll.id)
        assert remains(tmp_path, marks) == set()
        assert any(tags[0] in journal for journal in journals), "while it is done the journal holds what was"
        await house.vault.rewrite()
        assert free_pages(tmp_path) == 0, "and after the nightly rewrite not even that something was taken back"
    assert remains(tmp_path, marks) == set()


def own_tags(house: House, hall: TownHall, poll: TimePoll, who: Actor) -> list[bytes]:
    """Return by what the vault knows somebody: in the town hall, and in the search for a time."""
    keys = [house.keys.own(name) for name in (key_of(hall.id), key_of_search(poll.id))]
    return [key.tag(who.user_id) for key in keys if key is not None]


def pieces(sealed: bytes) -> list[bytes]:
    """Return pieces of what is sealed, but of its head, which is the same in all of them."""
    return [sealed[start : start + 24] for start in range(200, len(sealed) - 24, 97)]


def remains(folder: Path, marks: list[bytes]) -> set[str]:
    """Return the files in which any of the marks stands."""
    return {name for name, content in on_disk(folder).items() if any(mark in content for mark in marks)}


def free_pages(folder: Path) -> int:
    """Return how many pages of the vault's file hold nothing any more."""
    with closed_after(sqlite3.connect(f"file:{folder / 'vault.db'}?mode=ro", uri=True)) as connection:
        return int(connection.execute("PRAGMA freelist_count").fetchone()[0])


@pytest.mark.parametrize("way", ["settled", "cancelled", "erased with its server"])
async def test_when_it_is_over_nothing_is_left_of_words_tags_and_keys(tmp_path: Path, way: str) -> None:
    """Neither of what was decided about nor of what nobody looked at; the file has no page left that held them."""
    async with House(tmp_path, address(tmp_path), FixedClock()) as house:
        await halls_of(house)
        hall, poll = await scheduled(house, hours=100), await searched(house)
        wanted = (await published(house, hall, *THREE))[0].id
        people = [member(600 + number) for number in range(40)]
        await asyncio.gather(
            *(takes_part(house, hall, poll, who, f"Pangolin {who.user_id}?", wanted) for who in people)
        )
        waiting = await house.gathering.asked_in(hall.id, "waiting")
        marks = [tag for who in people for tag in own_tags(house, hall, poll, who)]
        marks += [mark for each in waiting for mark in (each.id, each.id.hex().encode(), *pieces(each.sealed))]
        marks += [
            path.read_bytes().strip() for name in ("hall-*", "times-*") for path in (tmp_path / "keys").glob(name)
        ]
        marks += [bytes.fromhex(each.decode()) for each in marks[-2:]]
        assert len(marks) > 40 * 20
        assert remains(tmp_path, marks) == {
            "vault.db", f"keys/{key_of(hall.id)}.own.key", f"keys/{key_of_search(poll.id)}.own.key"
        }  # fmt: skip
        await over(house, hall, poll, way)
        assert remains(tmp_path, [*marks, b"Pangolin"]) == set()
        assert hall.id.encode() not in (tmp_path / "vault.db").read_bytes()
        assert free_pages(tmp_path) == 0
        assert {path.name for path in (tmp_path / "keys").iterdir()}.isdisjoint(
            {f"{key_of(hall.id)}.own.key", f"{key_of_search(poll.id)}.own.key"}
        )


async def over(house: House, hall: TownHall, poll: TimePoll, way: str) -> None:
    """Bring a town hall and a search for a time to their end."""
    if way == "erased with its server":
        await house.afterwards.forget_guild(GUILD)
        await house.time_finding.forget_guild(GUILD)
        return
    house.clock.move_to(poll.closes_at)
    await house.time_finding.close_due()
    if way == "cancelled":
        await house.scheduling.cancel(ORGANIZER, hall.id)
        await house.afterwards.settle_due()
        return
    await held(house, hall)
    await settled(house, hall)


async def test_with_the_key_gone_nothing_can_be_opened_and_nobody_tried(tmp_path: Path) -> None:
    """A copy of the vault from before, with every key that is left after: no word opens, no account fits a tag."""
    stolen = tmp_path / "stolen.db"
    async with House(tmp_path / "house", address(house_in(tmp_path)), FixedClock(MONDAY)) as house:
        await halls_of(house)
        hall, poll = await scheduled(house, hours=100), await searched(house)
        wanted = (await published(house, hall, *THREE))[0].id
        people = [member(600 + number) for number in range(12)]
        for who in people:
            await takes_part(house, hall, poll, who, f"Pangolin {who.user_id}?", wanted)
        shutil.copy(house.directory / "vault.db", stolen)
        assert opens(stolen, house.directory / "keys", [hall.id], people) == (12, 12), "until then the key opens all"
        await over(house, hall, poll, "settled")
        other = await scheduled(house, form="the next one")
        assert opens(stolen, house.directory / "keys", [hall.id, other.id], people) == (0, 0)
        house.keys.make_own(key_of(hall.id))
        assert opens(stolen, house.directory / "keys", [hall.id, other.id], people) == (0, 0), "nor one made anew"


def house_in(folder: Path) -> Path:
    """Make a folder for the house apart from what is stolen of it."""
    (folder / "house").mkdir()
    return folder / "house"


def opens(stolen: Path, keys: Path, halls: list[str], people: list[Actor]) -> tuple[int, int]:
    """Try every key there is; return how many questions it opens, and how many tags it finds an account for."""
    left = Keys(keys)
    owns = [own for own in (left.own(f"hall-{each}") for each in halls) if own is not None]
    identities: list[pyrage.x25519.Identity] = [left.desk, left.slips, *(own.identity for own in owns)]
    identities.append(pyrage.x25519.Identity.generate())
    with closed_after(sqlite3.connect(stolen)) as connection:
        questions = [sealed for (sealed,) in connection.execute("SELECT sealed FROM asked")]
        tags = {tag for (tag,) in connection.execute("SELECT tag FROM attending")}
    opened = sum(any(is_opened(sealed, identity) for identity in identities) for sealed in questions)
    named = sum(any(own.tag(who.user_id) in tags for own in owns) for who in people)
    return opened, named


def is_opened(sealed: bytes, identity: pyrage.x25519.Identity) -> bool:
    """Tell whether a key opens what is sealed."""
    try:
        return "Pangolin" in open_sealed(sealed, identity)["text"]
    except Unreadable:
        return False
