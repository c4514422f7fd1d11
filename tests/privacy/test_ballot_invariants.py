"""Each promise to those who vote is named here with the tests that prove it, and some are proven here."""

import asyncio
import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.ids import Actor, ChannelId, GuildId, PollId, UserId
from bot.operations.backup import back_up
from bot.operations.findings import Severity
from bot.operations.machine import Machine
from bot.operations.places import check_places
from bot.ownership import AlreadyOwned, Ownership
from bot.polls import export, records, rules
from bot.polls.counting.results import Method
from bot.polls.rules import Kind, Poll, State, Terms
from bot.polls.service import key_of
from bot.polls.wording import Question
from bot.refusals import Refusal
from bot.texts import translate
from bot.vault import shards
from bot.wiring import open_steward
from tests.clock import MONDAY
from tests.house import House
from tests.operations.conftest import CHANNEL, CHEAP, new_house
from tests.operations.conftest import GUILD as SERVER
from tests.operations.test_backup import members
from tests.operations.test_backup import opened as unsealed
from tests.privacy.test_invariants import held_in
from tests.privacy.test_petition_invariants import dump
from tests.services.petitions import LONG_AGO
from tests.services.polls import closed, current, opened, told, tracker_of, vote, vote_all, voter

HERE = "tests/privacy/test_ballot_invariants.py"
PUBLIC = "tests/privacy/test_ballot_effects.py"
WORDS = "tests/privacy/test_ballot_words.py"
BYTES = "tests/privacy/test_ballot_bytes.py"
BOX = "tests/vault/test_box.py"
VOTING = "tests/services/test_polls.py"
RESTORING = "tests/operations/test_restore.py"
RULES = "tests/rules/test_poll_rules.py"
PROMISES = {f"B{number}" for number in range(1, 10)}
PROOFS: dict[str, dict[str, tuple[str, ...]]] = {
    # Roll and box are sealed, apart, in shards of one size.
    "B1": {
        BYTES: (
            "test_after_five_hundred_votes_nothing_on_disk_names_a_voter_or_tells_a_ballot",
            "test_with_the_key_a_thief_has_two_sets_that_nothing_links",
        ),
        BOX: (
            "test_all_shards_are_of_one_size_and_number_whoever_votes_and_whatever",
            "test_each_vote_writes_one_shard_of_each_kind_anew_whatever_it_says",
            "test_no_vote_moves_a_shard_to_another_place_in_the_file",
            "test_nothing_in_the_file_or_its_journal_tells_a_vote_while_the_poll_is_open",
            "test_with_the_key_roll_and_box_are_two_lists_in_no_order",
        ),
        "tests/privacy/test_columns.py": (
            "test_every_column_that_can_hold_an_id_or_a_moment_is_listed_with_its_reason",
            "test_every_column_of_the_vault_is_listed_with_its_reason",
        ),
    },
    # The key of a poll is in no backup, so a poll that was open is void after a restore.
    "B2": {
        HERE: ("test_the_key_of_an_open_poll_is_in_no_backup",),
        RESTORING: ("test_polls_that_a_backup_cannot_know_are_void_before_anything_is_said",),
        VOTING: ("test_a_poll_whose_key_is_lost_is_declared_void_and_nothing_is_guessed",),
    },
    # Wherever the close is broken off, it comes to the same result, and leaves nothing.
    "B3": {
        "tests/crash/test_kill_polls.py": ("test_wherever_the_plug_is_pulled_the_poll_ends_with_the_same_result",),
        VOTING: ("test_after_the_close_roll_box_and_key_are_gone_and_the_result_stays",),
        BYTES: ("test_after_the_close_nothing_of_a_ballot_is_left_on_disk",),
        BOX: (
            "test_after_forgetting_no_byte_of_the_box_remains",
            "test_forgetting_that_was_broken_off_is_finished_by_doing_it_again",
        ),
    },
    # No sign that anybody voted.
    "B4": {
        HERE: (
            "test_neither_one_vote_nor_a_thousand_change_a_byte_of_the_public_record",
            "test_less_than_five_votes_for_a_list_post_no_hash",
        ),
        PUBLIC: (
            "test_of_a_vote_nothing_leaves_but_private_answers_to_its_voter",
            "test_polls_have_no_way_to_show_publicly_that_somebody_voted",
            "test_organizers_see_the_same_of_a_ballot_with_nobody_and_with_forty_in_the_box",
        ),
        "tests/services/test_poll_conduct.py": (
            "test_an_organizer_is_told_the_same_of_an_open_ballot_however_many_have_voted",
            "test_a_digest_tells_what_closes_within_a_week_and_never_how_many_have_voted",
        ),
        "tests/journeys/test_poll_organizers.py": ("test_organizers_are_told_nothing_of_how_many_have_voted",),
        VOTING: ("test_hashes_are_posted_in_fives_once_an_hour_and_never_twice",),
    },
    # Small results are none, nobody can mark a ballot with words, and no ballot is published like a fingerprint.
    "B5": {
        VOTING: (
            "test_with_fewer_than_five_ballots_there_is_no_result_and_not_even_their_number",
            "test_no_list_is_shown_of_fewer_than_twenty_ballots_or_of_rankings_like_fingerprints",
        ),
        HERE: (
            "test_of_four_ballots_no_byte_is_published_and_of_five_there_is_a_result",
            "test_nothing_can_be_written_on_a_ballot",
            "test_no_file_of_a_result_holds_a_ranking_that_could_name_its_voter",
        ),
        RULES: (
            "test_a_checkable_list_is_promised_only_where_it_is_no_list_of_people",
            "test_the_list_is_shown_only_if_enough_voted_after_all",
        ),
        "tests/journeys/test_polls.py": ("test_forged_marks_are_refused_and_cast_nothing",),
        WORDS: ("test_whoever_votes_is_told_first_what_a_ballot_cannot_do_and_where_to_go_instead",),
    },
    # One account, one ballot.
    "B6": {
        BOX: (
            "test_an_account_that_votes_fifty_times_at_once_has_one_ballot",
            "test_fifty_changes_at_once_leave_one_ballot",
        ),
        VOTING: (
            "test_one_account_has_one_ballot_however_often_it_is_sent",
            "test_five_thousand_vote_at_once_and_every_acknowledged_ballot_is_counted_once",
            "test_who_may_vote_is_measured_at_the_opening",
        ),
        HERE: (
            "test_fifty_clicks_at_once_and_fifty_more_after_a_crash_are_one_ballot",
            "test_a_second_process_cannot_take_votes_for_the_same_box",
        ),
        "tests/wire/test_steward_polls.py": ("test_a_ballot_that_is_delivered_five_times_is_in_the_box_once",),
    },
    # A ballot is final unless its card says otherwise, and then the link to its voter ends with the poll.
    "B7": {
        BOX: (
            "test_a_final_vote_is_not_replaced_and_the_voter_is_told",
            "test_final_votes_have_nothing_that_joins_them_with_an_account",
        ),
        HERE: (
            "test_a_poll_is_final_unless_organizers_say_otherwise",
            "test_a_link_from_voter_to_ballot_is_kept_only_where_votes_can_be_changed_and_until_the_close",
        ),
        "tests/journeys/test_polls.py": ("test_a_ballot_that_can_be_changed_counts_as_it_was_cast_last",),
    },
    # No history of the files is kept, and the doctor warns of what would keep one.
    "B8": {
        HERE: ("test_the_doctor_warns_of_whatever_keeps_old_versions_of_the_box",),
        "tests/operations/test_doctor.py": (
            "test_what_is_wrong_is_found_with_its_fix_and_nothing_changes",
            "test_every_finding_is_in_the_table",
        ),
    },
    # What it must not be used for is said where people decide, and nothing is promised that is not so.
    "B9": {
        WORDS: (
            "test_whoever_votes_is_told_first_what_a_ballot_cannot_do_and_where_to_go_instead",
            "test_whoever_writes_a_poll_is_told_what_it_must_not_be_used_for",
            "test_the_result_says_that_it_is_consultative",
            "test_the_page_for_voters_says_what_it_must_not_be_used_for",
            "test_no_sentence_of_polls_promises_more_than_checkable",
        ),
        "tests/rules/test_poll_results.py": ("test_the_report_says_what_the_result_must_not_be_used_for",),
    },
}


def test_every_promise_to_voters_is_proven() -> None:
    assert {promise for promise, proofs in PROOFS.items() if any(proofs.values())} == PROMISES
    missing = [
        f"{file}::{name}"
        for proofs in PROOFS.values()
        for file, names in proofs.items()
        for name in names
        if name not in held_in(file)
    ]
    assert missing == []


# B2


async def test_the_key_of_an_open_poll_is_in_no_backup(tmp_path: Path) -> None:
    house = new_house(tmp_path / "house")
    await house.fill()
    now = house.clock.now()
    terms = Terms(Kind.BALLOT, Method.SINGLE, now + timedelta(days=3))
    question = Question("Where do we meet?", options=("Café", "Park"))
    poll = Poll(PollId("0a1b2c3d"), GuildId(SERVER), ChannelId(CHANNEL), question, terms, state=State.SCHEDULED)
    async with house.running() as steward:
        async with steward._database.begin() as connection:
            await records.add(connection, poll)
        await steward.poll_closing.open_due()
        await steward.polls.cast(Actor(GuildId(SERVER), UserId(50), joined_at=LONG_AGO), poll.id, "a")
    (file,) = house.settings.key_dir.glob("poll-*")
    key = file.read_text(encoding="ascii").strip()
    tar = unsealed(house, await back_up(house.settings, house.clock))
    found = members(tar)
    assert any(b"0a1b2c3d" in content for content in found.values()), "the poll itself is in the backup"
    assert not any("poll" in name or "key" in name for name in found)
    for secret in (key.encode(), key.upper().encode(), bytes.fromhex(key)):
        assert secret not in tar


# B4


@pytest.mark.parametrize("terms", [{}, {"can_change": True}], ids=["final", "can be changed"])
async def test_neither_one_vote_nor_a_thousand_change_a_byte_of_the_public_record(
    house: House, terms: dict[str, Any]
) -> None:
    """Nor does it let a card be edited or anything be posted afterwards."""
    await house.set_up()
    poll = await opened(house, Method.APPROVAL, **terms)
    consent = await opened(house, Method.CONSENT, options=())
    before = await dump(house)
    await vote(house, poll, 0, "ab")
    await vote(house, consent, 0, "d", reason="It would cost the night shift.")
    assert await dump(house) == before
    await asyncio.gather(*(vote(house, poll, number, "abcd"[number % 4]) for number in range(1, 1_001)))
    with pytest.raises(Refusal):
        await house.polls.cast(voter(1), poll.id, "z")
    assert await dump(house) == before
    await tick(house)
    assert await dump(house) == before


async def test_less_than_five_votes_for_a_list_post_no_hash(house: House) -> None:
    await house.set_up()
    poll = await opened(house, has_ledger=True)
    before = await dump(house)
    for number in range(4):
        await vote(house, poll, number, "a")
        house.clock.later(hours=1)
        await tick(house)
        assert await dump(house) == before


async def tick(house: House) -> None:
    """Do all that polls do by themselves."""
    await house.poll_closing.open_due()
    await house.poll_closing.remind_due()
    await house.poll_closing.post_batches_due()
    await house.poll_closing.show_hands_due()
    await house.poll_closing.close_due()


# B5


@pytest.mark.parametrize("method", [Method.SINGLE, Method.IRV, Method.CONSENT])
async def test_of_four_ballots_no_byte_is_published_and_of_five_there_is_a_result(house: House, method: Method) -> None:
    await house.set_up()
    options = () if method is Method.CONSENT else ("Ana", "Ben", "Cem")
    few, enough = [await opened(house, method, options=options) for _ in range(2)]
    await vote_all(house, few, "abba")
    await vote_all(house, enough, "abbaa")
    assert (await closed(house, few)).result == {"too_few": True}
    assert (await told(house, few)).reasons == []
    assert await house.box.polls() == set()
    assert not list((house.directory / "keys").glob("poll-*"))
    assert "too_few" not in ((await told(house, enough)).result or {})


async def test_nothing_can_be_written_on_a_ballot(house: House) -> None:
    """Whoever could write a name in, could be told by it; so a ballot names options, by their letters alone."""
    await house.set_up()
    for method in Method:
        options = () if method in rules.AGREED else ("Ana", "Ben")
        poll = await opened(house, method, options=options)
        for written in ("Ana", "Zsófia", "e", "a Zsófia", "a\n", "A", "a,b", "٣٣", "5 5"):
            with pytest.raises(Refusal):
                await house.polls.cast(voter(1), poll.id, written)
        own = house.keys.own(key_of(poll.id))
        assert own is not None
        assert (await house.box.contents(poll.id, own)).slips == []


@pytest.mark.parametrize("is_promised", [False, True], ids=["no list", "list promised"])
async def test_no_file_of_a_result_holds_a_ranking_that_could_name_its_voter(
    house: House, *, is_promised: bool
) -> None:
    """A ranking of many options can be agreed upon beforehand; what is published is what was counted, round by round.

    Of eight options there are more orders than ballots, whatever was promised; of two there are not.
    """
    await house.set_up()
    for number, agreed in ((8, "hcafbged"), (2, "ba")):
        options = tuple(f"Candidate {each}" for each in range(number))
        poll = await opened(house, Method.IRV, options=options, has_ledger=is_promised)
        await vote_all(house, poll, [agreed, *["ab"] * 30])
        published = await closed(house, poll)
        made = export.files(await current(house, poll), published, translate("en"), names=list(options), rules="")
        contents = b"".join(made.values()) + json.dumps(published.result).encode()
        if is_promised and number == 2:
            assert published.ledger is not None
            assert f"{tracker_of(0)}\t{agreed}\n".encode() in contents, "what would be found, is found"
        else:
            assert published.ledger is None
            assert "list.tsv" not in made
            assert f'"{agreed}"'.encode() not in contents
            assert number == 2 or str(["abcdefgh".index(letter) for letter in agreed]).encode() not in contents


# B6


async def test_fifty_clicks_at_once_and_fifty_more_after_a_crash_are_one_ballot(house: House) -> None:
    await house.set_up()
    poll = await opened(house)
    accepted_each_time = []
    for _ in range(2):
        clicks = [house.polls.cast(voter(1), poll.id, "abcd"[number % 4]) for number in range(50)]
        answers = await asyncio.gather(*clicks, return_exceptions=True)
        accepted_each_time.append(sum(isinstance(each, Poll) for each in answers))
        assert sum(isinstance(each, rules.VotedAlready) for each in answers) == 50 - accepted_each_time[-1]
        await house.crash()
    assert accepted_each_time == [1, 0]
    own = house.keys.own(key_of(poll.id))
    assert own is not None
    assert len((await house.box.contents(poll.id, own)).slips) == 1


async def test_a_second_process_cannot_take_votes_for_the_same_box(tmp_path: Path) -> None:
    house = new_house(tmp_path / "house")
    async with house.running():
        with pytest.raises(AlreadyOwned):
            await open_steward(house.settings, house.clock, CHEAP)
        take = f"from pathlib import Path; from {Ownership.__module__} import Ownership; "
        take += f"Ownership(Path({str(house.settings.data_dir)!r})).take()"
        assert "AlreadyOwned" in await said_by(take)
    assert await said_by(take) == ""


async def said_by(program: str) -> str:
    """Run a program of its own and return what it complained about."""
    other = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stderr=asyncio.subprocess.PIPE)
    return (await other.communicate())[1].decode()


# B7


def test_a_poll_is_final_unless_organizers_say_otherwise() -> None:
    assert not Terms(Kind.BALLOT, Method.SINGLE, MONDAY).can_change


@pytest.mark.parametrize("can_change", [False, True], ids=["final", "can be changed"])
async def test_a_link_from_voter_to_ballot_is_kept_only_where_votes_can_be_changed_and_until_the_close(
    house: House, *, can_change: bool
) -> None:
    await house.set_up()
    poll = await opened(house, Method.CONSENT, options=(), can_change=can_change)
    for number in range(12):
        await vote(house, poll, number, "a", reason=f"Reason {number}")
    if can_change:
        await vote(house, poll, 3, "b")
    roll, box, reasons = [await entries(house, poll, table) for table in ("roll_shards", "box_shards", "reason_shards")]
    assert len(roll) == len(box) == 12
    tags, ballots = {str(entry[0]) for entry in roll}, {str(part) for entry in box for part in entry}
    assert not tags & ballots
    links = {str(part) for entry in roll for part in entry[1:]}
    assert len(links) == (12 if can_change else 0)
    assert {str(part) for entry in box for part in entry[2:]} == links
    assert {str(part) for entry in reasons for part in entry[1:]} <= links
    await closed(house, poll)
    left = [await entries(house, poll, table, own=False) for table in ("roll_shards", "box_shards", "reason_shards")]
    assert left == [[], [], []]
    assert house.keys.own(key_of(poll.id)) is None


async def entries(house: House, poll: Poll, table: str, *, own: bool = True) -> list[Any]:
    """Open every shard of a poll, as whoever holds its key can; without the key, return the shards as they lie."""

    async def select(connection: Any) -> list[Any]:
        query = f"SELECT shard, sealed FROM {table} WHERE poll = ? ORDER BY shard"
        return list(await connection.execute_fetchall(query, (poll.id,)))

    rows = await house.vault.read(select)
    if not own:
        return rows
    key = house.keys.own(key_of(poll.id))
    assert key is not None
    return list(shards.all_entries(rows, key.identity))


# B8


@pytest.mark.parametrize("kind", ["btrfs", "zfs", "bcachefs"])
def test_the_doctor_warns_of_whatever_keeps_old_versions_of_the_box(tmp_path: Path, kind: str) -> None:
    house = new_house(tmp_path / "house")
    for folder in (house.settings.data_dir, house.settings.key_dir):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    proc = tmp_path / "proc"
    proc.mkdir()
    (proc / "mounts").write_text("/dev/sda1 / ext4 rw 0 0\n")
    (proc / "locks").write_text("")
    machine = Machine((3, 12, 1), (3, 45, 0), 3, 0, "", lambda _path: 10**10, proc, tmp_path / "devices")

    def warned() -> set[str]:
        found = check_places(machine, house.settings, tmp_path / ".env", house.clock.now())
        return {each.check for each in found if each.severity is not Severity.OK}

    assert not warned() & {"snapshots", "old-versions"}
    (proc / "mounts").write_text(f"/dev/sda1 / {kind} rw 0 0\n")
    assert "snapshots" in warned()
    (house.settings.data_dir / ".vault.db-litestream").mkdir()
    assert "old-versions" in warned()
