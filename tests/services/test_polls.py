"""Voting, alone and by thousands at once, and the way to the result: each ballot once, and nothing before the close."""

import asyncio
import json
import random
from collections import Counter
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.database.tables import cards, outbox, poll_batches
from bot.guilds.rules import Frozen
from bot.ids import DISCORD_EPOCH_MS, Actor, GuildId, RoleId, UserId
from bot.polls import ledger, rules
from bot.polls.counting.ballots import NamedTwice, NoSuchOption, OneChoiceOnly, ScoreMissing
from bot.polls.counting.lots import commitment
from bot.polls.counting.motions import Of, PassRule, Quorum
from bot.polls.counting.results import Method
from bot.polls.rules import FEWEST_BALLOTS, Kind, Poll, State, Voters
from bot.polls.service import BATCH, REMINDER, RESULT, NoListHere, ReasonTooLong, key_of
from bot.refusals import Refusal
from tests.house import GUILD, ORGANIZER, House
from tests.services.petitions import LONG_AGO
from tests.services.polls import (
    CODE,
    NAMES,
    closed,
    current,
    opened,
    published,
    told,
    tracker_of,
    vote,
    vote_all,
    voter,
)

CROWD = 5_000


async def posts(house: House, kind: str) -> list[dict[str, object]]:
    async with house.database.begin() as connection:
        query = select(outbox.c.contents).where(outbox.c.kind == kind).order_by(outbox.c.position)
        return [json.loads(each) for each in (await connection.execute(query)).scalars()]


async def card(house: House, poll: Poll) -> dict[str, object]:
    async with house.database.begin() as connection:
        query = select(cards.c.contents).where(cards.c.natural_key == f"poll:{poll.id}:card")
        found: dict[str, object] = json.loads((await connection.execute(query)).scalar_one())
    return found


# Voting


async def test_five_thousand_vote_at_once_and_every_acknowledged_ballot_is_counted_once(house: House) -> None:
    """Among them some twice, and some when the poll has just closed."""
    await house.set_up()
    poll = await opened(house)
    chance = random.Random(6)
    clicks = [*range(CROWD), *chance.sample(range(CROWD), 500)]
    chance.shuffle(clicks)
    choices = {number: chance.choice("abcd-") for number in range(CROWD)}

    async def click(number: int) -> int | None:
        try:
            await vote(house, poll, number, choices[number])
        except rules.VotedAlready:
            return None
        return number

    counted = [number for number in await asyncio.gather(*map(click, clicks)) if number is not None]
    assert sorted(counted) == list(range(CROWD)), "each account once"
    late = asyncio.gather(*(click(CROWD + number) for number in range(20)), return_exceptions=True)
    choices.update({CROWD + number: "a" for number in range(20)})
    house.clock.move_to(poll.terms.closes_at)
    await house.poll_closing.close_due()
    let_in = [each for each in await late if isinstance(each, int)]
    result = (await told(house, poll)).result
    assert result is not None
    expected = Counter(choices[number] for number in [*counted, *let_in])
    assert result["cast"] == sum(expected.values())
    assert result["blank"] == expected["-"]
    assert result["rounds"][0]["votes"] == [expected[each] for each in "abcd"]


async def test_one_account_has_one_ballot_however_often_it_is_sent(house: House) -> None:
    await house.set_up()
    poll = await opened(house)
    answers = await asyncio.gather(*(vote(house, poll, 1, "a") for _ in range(50)), return_exceptions=True)
    assert sum(answer is None for answer in answers) == 1
    assert all(answer is None or isinstance(answer, rules.VotedAlready) for answer in answers)
    with pytest.raises(rules.VotedAlready):
        await house.polls.votable(voter(1), poll.id)


async def test_a_ballot_that_may_be_changed_counts_as_it_was_cast_last(house: House) -> None:
    await house.set_up()
    poll = await opened(house, can_change=True)
    await vote_all(house, poll, "aaaaaa")
    await house.polls.votable(voter(0), poll.id)
    for choice in "bcd":
        await vote(house, poll, 0, choice)
    result = (await closed(house, poll)).result
    assert result is not None
    assert result["rounds"][0]["votes"] == [5, 0, 0, 1]


@pytest.mark.parametrize(
    ("method", "marks", "refusal"),
    [
        (Method.SINGLE, "ab", OneChoiceOnly),
        (Method.SINGLE, "e", NoSuchOption),
        (Method.APPROVAL, "aa", NamedTwice),
        (Method.IRV, "abca", NamedTwice),
        (Method.SCHULZE, "abcdy", NoSuchOption),
        (Method.STAR, "123", ScoreMissing),
        (Method.SCORE, "9", Refusal),
        (Method.MOTION, "d", NoSuchOption),
        (Method.SINGLE, "<script>", NoSuchOption),
        (Method.IRV, "abcd" * 20, NoSuchOption),
    ],
)
async def test_a_ballot_that_is_filled_in_wrongly_or_forged_is_refused_and_can_be_cast_again(
    house: House, method: Method, marks: str, refusal: type[Refusal]
) -> None:
    await house.set_up()
    poll = await opened(house, method)
    with pytest.raises(refusal):
        await vote(house, poll, 1, marks)
    await vote(house, poll, 1, "-")


async def test_who_may_vote_is_measured_at_the_opening(house: House) -> None:
    await house.set_up()
    role = RoleId(77)
    poll = await opened(house, voters=Voters(role, joined_before=True, account_age_days=30))
    opened_at = house.clock.now()
    member = Actor(GUILD, UserId(7_000_000), frozenset({role}), joined_at=LONG_AGO)
    for stranger in (
        Actor(GUILD, UserId(7_000_001), frozenset(), joined_at=LONG_AGO),
        Actor(GUILD, UserId(7_000_002), frozenset({role}), joined_at=opened_at + timedelta(seconds=1)),
        Actor(GUILD, UserId(7_000_003), frozenset({role}), joined_at=None),
        Actor(GUILD, UserId(_account_of(opened_at - timedelta(days=29))), frozenset({role}), joined_at=LONG_AGO),
    ):
        with pytest.raises(rules.MayNotVote):
            await house.polls.cast(stranger, poll.id, "a")
    await house.polls.cast(member, poll.id, "a")
    with pytest.raises(rules.PollGone):
        await house.polls.cast(Actor(GuildId(5), UserId(7_000_004), joined_at=LONG_AGO), poll.id, "a")


def _account_of(moment: object) -> int:
    return (int(moment.timestamp() * 1000) - DISCORD_EPOCH_MS) << 22  # type: ignore[attr-defined]


async def test_nothing_is_cast_before_the_opening_after_the_close_or_while_the_server_is_frozen(house: House) -> None:
    await house.set_up()
    later = await published(house, opens_in=timedelta(hours=2))
    await house.poll_closing.open_due()
    with pytest.raises(rules.NotOpenForVotes):
        await vote(house, later, 1, "a")
    poll = await opened(house)
    await house.guilds.freeze(ORGANIZER)
    with pytest.raises(Frozen):
        await vote(house, poll, 1, "a")


async def test_a_poll_opens_at_its_time_and_not_if_its_close_has_come_too(house: House) -> None:
    await house.set_up()
    poll = await published(house, opens_in=timedelta(hours=2))
    missed = await published(house, opens_in=timedelta(hours=1), days=0.05)
    house.clock.later(hours=4)
    await house.poll_closing.open_due()
    assert (await current(house, poll)).state is State.OPEN
    assert (await current(house, missed)).state is State.CANCELLED
    assert (await card(house, missed))["state"] == "cancelled"


# The result


async def test_with_fewer_than_five_ballots_there_is_no_result_and_not_even_their_number(house: House) -> None:
    await house.set_up()
    for ballots in range(FEWEST_BALLOTS):
        poll = await opened(house)
        await vote_all(house, poll, "a" * ballots)
        assert (await closed(house, poll)).result == {"too_few": True}
    assert {json.dumps(post["result"]) for post in await posts(house, RESULT)} == {'{"too_few": true}'}


async def test_a_motion_passes_by_its_rule_and_only_with_a_quorum(house: House) -> None:
    await house.set_up()
    rule, quorum = PassRule(Fraction(2, 3), Of.VOTES), Quorum(share=Fraction(1, 2))
    for marks, electorate, is_agreed, is_quorate in (
        ("aaaabb", 12, True, True),
        ("aaabbb", 12, False, True),
        ("aaaabb", 13, False, False),
        ("aaaabbccc-", 12, True, True),
    ):
        voters = Voters(electorate=electorate)
        poll = await opened(house, Method.MOTION, options=(), rule=rule, quorum=quorum, voters=voters)
        await vote_all(house, poll, marks)
        result = (await closed(house, poll)).result
        assert result is not None
        assert (result["is_agreed"], result["is_quorate"]) == (is_agreed, is_quorate), marks


async def test_a_tie_falls_by_the_lot_that_was_committed_to_at_the_opening(house: House) -> None:
    await house.set_up()
    poll = await opened(house)
    assert (await card(house, poll))["commitment"] == poll.commitment
    await vote_all(house, poll, "aaabbb")
    result = (await closed(house, poll)).result
    assert result is not None
    assert commitment(bytes.fromhex(result["seed"])) == poll.commitment
    [tie] = result["ties"]
    assert tie["among"] == [0, 1]
    assert result["winners"] == tie["order"][:1]


async def test_reasons_are_told_at_the_close_apart_from_choices(house: House) -> None:
    await house.set_up()
    poll = await opened(house, Method.CONSENT, options=())
    for number, (marks, reason) in enumerate(
        [("a", ""), ("a", "zebra"), ("c", " too\u202e soon "), ("d", "apple"), ("b", ""), ("a", "")]
    ):
        await vote(house, poll, number, marks, reason)
    with pytest.raises(ReasonTooLong):
        await vote(house, poll, 9, "a", "x" * 501)
    found = await closed(house, poll)
    assert found.reasons == ["apple", "too soon", "zebra"]
    assert found.result is not None
    assert (found.result["agree"], found.result["disagree"], found.result["block"]) == (3, 1, 1)
    [post] = await posts(house, RESULT)
    assert post["reasons"] == 3
    assert "apple" not in json.dumps(post), "reasons are asked for, not posted"


async def test_after_the_close_roll_box_and_key_are_gone_and_the_result_stays(house: House) -> None:
    await house.set_up()
    poll = await opened(house)
    await vote_all(house, poll, "aabbb")
    found = await closed(house, poll)
    assert found.is_shredded
    assert await house.box.polls() == set()
    assert house.keys.own(key_of(poll.id)) is None
    before = found.result
    await house.poll_closing.close_due()
    assert (await told(house, poll)).result == before
    assert len(await posts(house, RESULT)) == 1
    with pytest.raises(rules.NotOpenForVotes):
        await vote(house, poll, 9, "a")


async def test_a_poll_whose_key_is_lost_is_declared_void_and_nothing_is_guessed(house: House) -> None:
    await house.set_up()
    poll = await opened(house)
    await vote_all(house, poll, "aabbb")
    house.keys.shred(key_of(poll.id))
    await house.poll_closing.close_due()
    assert (await current(house, poll)).state is State.VOID
    assert (await card(house, poll))["state"] == "void"
    assert (await told(house, poll)).result is None
    assert await house.box.polls() == set()


async def test_the_end_is_told_a_day_before_once_and_not_of_short_polls(house: House) -> None:
    await house.set_up()
    poll = await opened(house, days=3)
    await opened(house, days=0.5)
    for _ in range(3):
        await house.poll_closing.remind_due()
        assert await posts(house, REMINDER) == []
        house.clock.later(hours=12)
    for _ in range(6):
        house.clock.later(hours=4)
        await house.poll_closing.remind_due()
    [reminder] = await posts(house, REMINDER)
    assert (reminder["id"], set(reminder)) == (poll.id, {"id", "title", "closes"}), "and nobody is named"


# A show of hands


async def test_a_show_of_hands_is_live_with_names_until_the_close(house: House) -> None:
    await house.set_up()
    poll = await opened(house, Method.APPROVAL, kind=Kind.HANDS)
    for number, marks in enumerate(["ab", "b", "-", "c"]):
        await house.polls.raise_hand(voter(number), poll.id, marks, f"Person {number}")
    await house.polls.raise_hand(voter(1), poll.id, "d", "Person 1")
    await house.polls.lower_hand(voter(3), poll.id)
    await house.poll_closing.show_hands_due()
    shown = await card(house, poll)
    assert (shown["hands"], shown["blank"]) == ([1, 1, 0, 1], 1)
    _, hands = await house.polls.hands(voter(9), poll.id)
    assert [(hand.name, hand.ballot) for hand in hands] == [("Person 0", (0, 1)), ("Person 1", (3,)), ("Person 2", ())]
    assert await house.polls.own_hand(voter(1), poll.id) == (3,)
    assert await house.polls.own_hand(voter(3), poll.id) is None
    found = await closed(house, poll)
    assert found.result is not None
    assert found.result["rounds"][0]["votes"] == [1, 1, 0, 1]
    assert (await house.polls.hands(voter(9), poll.id))[1] == [], "names are forgotten with the key"
    assert (await card(house, poll))["hands"] is None


async def test_a_hidden_show_of_hands_tells_neither_numbers_nor_names_before_the_close(house: House) -> None:
    await house.set_up()
    poll = await opened(house, kind=Kind.HANDS, is_hidden=True)
    await house.polls.raise_hand(voter(1), poll.id, "a", "Person 1")
    await house.poll_closing.show_hands_due()
    assert (await card(house, poll))["hands"] is None
    assert (await house.polls.hands(voter(2), poll.id))[1] == []
    result = (await closed(house, poll)).result
    assert result is not None
    assert result["rounds"][0]["votes"] == [1, 0, 0, 0]


async def test_hands_and_ballots_cannot_be_mixed_up(house: House) -> None:
    await house.set_up()
    hands, ballot = await opened(house, kind=Kind.HANDS), await opened(house)
    with pytest.raises(rules.NotOpenForVotes):
        await house.polls.cast(voter(1), hands.id, "a")
    with pytest.raises(rules.NotOpenForVotes):
        await house.polls.raise_hand(voter(1), ballot.id, "a", "Person 1")


# The checkable list


async def test_every_voter_finds_their_own_ballot_in_the_list(house: House) -> None:
    await house.set_up()
    poll = await opened(house, has_ledger=True)
    marks = [random.Random(3).choice("abcd-") for _ in range(30)]
    await vote_all(house, poll, marks)
    before = await house.polls.check(voter(99), poll.id, tracker_of(4))
    assert (before.is_posted, before.is_listed, before.ballot) == (False, False, None)
    house.clock.later(hours=1)
    await house.poll_closing.post_batches_due()
    assert (await house.polls.check(voter(99), poll.id, tracker_of(4).upper())).is_posted
    found = await closed(house, poll)
    assert found.ledger is not None
    assert sorted(found.ledger) == sorted((tracker_of(number), each) for number, each in enumerate(marks))
    [post] = await posts(house, RESULT)
    assert post["list_hash"] == ledger.list_hash(found.ledger)
    after = await house.polls.check(voter(99), poll.id, tracker_of(4))
    assert (after.ballot, after.is_listed) == (marks[4], True)
    assert after.other is not None
    assert after.other[0] != tracker_of(4)
    assert (await house.polls.check(voter(99), poll.id, f"no heron {CODE}")).ballot is None


async def test_hashes_are_posted_in_fives_once_an_hour_and_never_twice(house: House) -> None:
    await house.set_up()
    poll = await opened(house, has_ledger=True)
    number, sizes = 0, []
    for votes in (4, 0, 3, 9, 0, 120, 1):
        for _ in range(votes):
            await vote(house, poll, number, "a")
            number += 1
        house.clock.later(hours=1)
        await house.poll_closing.post_batches_due()
        await house.poll_closing.post_batches_due()
        sizes.append(len(await posts(house, BATCH)))
    assert sizes == [0, 0, 1, 2, 2, 3, 4]
    batches = [post["hashes"] for post in await posts(house, BATCH)]
    assert [len(batch) for batch in batches] == [5, 10, 100, 20]  # type: ignore[arg-type]
    known = [each for batch in batches for each in batch]  # type: ignore[attr-defined]
    assert len(set(known)) == len(known)
    assert set(known) <= {ledger.hashed(tracker_of(each)) for each in range(number)}
    async with house.database.begin() as connection:
        assert len((await connection.execute(select(poll_batches))).all()) == 4


async def test_no_list_is_shown_of_fewer_than_twenty_ballots_or_of_rankings_like_fingerprints(house: House) -> None:
    await house.set_up()
    few = await opened(house, has_ledger=True)
    await vote_all(house, few, "a" * 19)
    assert (await closed(house, few)).ledger is None
    ranked = await opened(house, Method.IRV, has_ledger=True, options=[*NAMES, "Ede", "Fritz"])
    await vote_all(house, ranked, ["abcdef"] * 40)
    assert (await closed(house, ranked)).ledger is None, "720 orders and 40 ballots"
    short = await opened(house, Method.IRV, has_ledger=True)
    await vote_all(house, short, ["abcd"] * 20)
    assert (await closed(house, short)).ledger is not None
    with pytest.raises(NoListHere):
        await house.polls.check(voter(1), (await opened(house)).id, tracker_of(1))


async def test_a_tracker_needs_two_own_words_and_is_found_however_it_is_typed(house: House) -> None:
    await house.set_up()
    poll = await opened(house, has_ledger=True)
    for words in ("", "heron", "a blue heron", "x" * 30 + " " + "y" * 30):
        with pytest.raises((ledger.OwnWordsMissing, ledger.OwnWordsTooLong)):
            await house.polls.cast(voter(1), poll.id, "a", words=words, code=CODE)
    await house.polls.cast(voter(1), poll.id, "a", words="  Blue   HERON ", code=CODE)
    assert ledger.tracker_typed(f"blue heron  {CODE.lower()}") == f"blue heron {CODE}"
    for typed in ("", "blue heron", f"heron {CODE}", "blue heron 0OI1!!"):
        with pytest.raises(ledger.TrackerUnknown):
            await house.polls.check(voter(1), poll.id, typed)


# One's own list


async def test_the_list_of_polls_begins_with_those_that_still_need_my_vote(house: House) -> None:
    await house.set_up()
    voted, needs = await opened(house, days=1), await opened(house, days=2)
    hands = await opened(house, kind=Kind.HANDS, days=4)
    other = await opened(house, voters=Voters(RoleId(5)), days=1)
    later = await published(house, opens_in=timedelta(days=1))
    await vote(house, voted, 1, "a")
    listed = await house.polls.listed(voter(1))
    assert [each.poll.id for each in listed if each.needs_me] == [needs.id, hands.id]
    assert {each.poll.id for each in listed if not each.needs_me} == {voted.id, other.id, later.id}
    assert [each.needs_me for each in listed] == [True, True, False, False, False]
    await closed(house, voted)
    assert {poll.id for poll in await house.polls.over(voter(1))} == {voted.id, other.id}


def test_the_page_for_voters_draws_the_states_as_they_are() -> None:
    page = (Path(__file__).parents[2] / "docs" / "polls.md").read_text(encoding="utf-8")
    assert f"```mermaid\n{rules.diagram()}\n```" in page
