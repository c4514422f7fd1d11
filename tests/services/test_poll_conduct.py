"""What organizers do with polls: alone, by two, and what nobody can do; and what a digest tells of them."""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from bot import failpoints
from bot.approvals.rules import NeedsAnotherOrganizer
from bot.approvals.rules import State as Decision
from bot.approvals.service import KIND as PROPOSAL
from bot.database import audit
from bot.database.audit import AuditChain
from bot.database.engine import Transaction
from bot.database.tables import cards, outbox
from bot.guilds.rules import Frozen, Use
from bot.ids import Actor, ChannelId, GuildId, PollId, UserId
from bot.petitions.rules import REJECTIONS
from bot.polls import conduct, records, rules
from bot.polls.conduct import CLOSE, EXTEND, VOID, OutcomeMissing, OutcomeTooLong, ReviewOutOfRange
from bot.polls.counting.motions import Quorum
from bot.polls.counting.results import Method
from bot.polls.records import Published
from bot.polls.rules import Kind, NotInThisState, NotMoreTime, NotOpenForVotes, Poll, PollGone, State, Terms, Voters
from bot.polls.service import MOST_IN_DIGEST, REMINDER, RESULT, key_of
from bot.polls.verdicts import Outcome
from bot.polls.wording import Question
from bot.refusals import NotAnOrganizer
from bot.trust.service import Trust
from bot.vault.box import NoBox
from tests.house import ADMINISTRATOR, BACKUP_DAYS, ELSEWHERE_ORGANIZER, GUILD, ORGANIZER, ROLE, WORKER, House

SECOND = Actor(GUILD, UserId(212_345_678_901_234_599), frozenset({ROLE}))
CHANNEL, OURS = ChannelId(21), ChannelId(22)
QUESTION = Question("Where do we meet?", "Next week.", ("Café", "Park", "Library"))
LONG_AGO = datetime.fromisoformat("2020-01-01T00:00:00+00:00")
LASTS = timedelta(days=5)


@pytest_asyncio.fixture
async def home(house: House) -> AsyncIterator[House]:
    """A server with two organizers who can be told of proposals."""
    await house.set_up(zone="America/New_York")
    await house.guilds.choose_organizers(ADMINISTRATOR, frozenset({ORGANIZER.user_id, SECOND.user_id}))
    await house.guilds.choose_channel(ADMINISTRATOR, Use.ORGANIZERS, OURS)
    yield house
    failpoints.watch(None)


def begin(house: House) -> AbstractAsyncContextManager[Transaction]:
    return house.database.begin()


async def scheduled(
    house: House,
    method: Method = Method.SINGLE,
    *,
    kind: Kind = Kind.BALLOT,
    title: str = QUESTION.title,
    opens_in: timedelta | None = None,
    lasts: timedelta = LASTS,
    quorum: int = 0,
    guild_id: GuildId = GUILD,
) -> Poll:
    now = house.clock.now()
    opens_at = None if opens_in is None else now + opens_in
    terms = Terms(kind, method, (opens_at or now) + lasts, opens_at, quorum=Quorum(quorum))
    options = QUESTION.options if method not in rules.AGREED else ()
    question = Question(title, QUESTION.text, options)
    poll = Poll(
        PollId(hashlib.sha256(title.encode()).hexdigest()[: rules.ID_LENGTH]),
        guild_id,
        CHANNEL,
        question,
        terms,
        Voters(),
        State.SCHEDULED,
    )
    async with begin(house) as connection:
        assert await records.add(connection, poll)
    return poll


async def opened(house: House, method: Method = Method.SINGLE, **others: Any) -> Poll:
    poll = await scheduled(house, method, **others)
    await tick(house)
    return await now_is(house, poll, State.OPEN)


async def voted(house: House, poll: Poll, ballots: str) -> None:
    for number, marks in enumerate(ballots):
        await house.polls.cast(voter(number), poll.id, marks)


async def counted(house: House, ballots: str = "aaaabb", method: Method = Method.SINGLE, **others: Any) -> Poll:
    poll = await opened(house, method, **others)
    await voted(house, poll, ballots)
    house.clock.move_to(poll.terms.closes_at)
    await tick(house)
    return await now_is(house, poll, State.CLOSED)


def voter(number: int) -> Actor:
    return Actor(GUILD, UserId(WORKER.user_id + number), joined_at=LONG_AGO)


async def tick(house: House) -> None:
    await house.poll_closing.open_due()
    await house.poll_closing.remind_due()
    await house.poll_closing.show_hands_due()
    await house.poll_closing.close_due()


async def now_is(house: House, poll: Poll, state: State) -> Poll:
    async with begin(house) as connection:
        found = await records.find(connection, poll.id)
    assert found is not None
    assert found.state is state
    return found


async def published(house: House, poll: Poll) -> Published:
    async with begin(house) as connection:
        return await records.published(connection, poll.id)


async def agreed(house: House, kind: str, contents: dict[str, Any]) -> Decision:
    proposal = await house.approvals.propose(ORGANIZER, kind, contents)
    await house.approvals.approve(SECOND, ORGANIZER, proposal.id, proposal.seal)
    (due,) = await house.approvals.matured()
    return await house.approvals.carry_out(due, ORGANIZER, SECOND)


async def on_card(house: House, poll: Poll) -> dict[str, Any]:
    async with begin(house) as connection:
        query = cards.select().where(cards.c.natural_key == f"poll:{poll.id}:card")
        found: dict[str, Any] = json.loads((await connection.execute(query)).one().contents)
    return found


async def said(house: House, kind: str) -> int:
    async with begin(house) as connection:
        return len((await connection.execute(outbox.select().where(outbox.c.kind == kind))).all())


async def did(house: House) -> list[tuple[str, dict[str, Any]]]:
    """Return the rows of the public chain that tell of polls, oldest first."""
    async with begin(house) as connection:
        rows = await audit.newest(connection, GUILD, 1000)
    return [(row.action, dict(row.details)) for row in reversed(list(rows)) if "poll" in row.details]


# Who, and what


@pytest.mark.parametrize("actor", [WORKER, ADMINISTRATOR, ELSEWHERE_ORGANIZER], ids=["member", "owner", "elsewhere"])
async def test_only_organizers_of_its_server_do_anything_with_a_poll(home: House, actor: Actor) -> None:
    await home.set_up_elsewhere()
    poll = await opened(home)
    later = poll.terms.closes_at + timedelta(days=1)
    tries = (
        home.poll_conduct.panel(actor, poll.id),
        home.poll_conduct.cancel(actor, poll.id),
        home.poll_conduct.record_outcome(actor, poll.id, "Nothing", None),
        home.poll_conduct.to_close(actor, poll.id),
        home.poll_conduct.to_extend(actor, poll.id, later),
        home.poll_conduct.to_void(actor, poll.id, "wording"),
    )
    for attempt in tries:
        with pytest.raises(PollGone if actor is ELSEWHERE_ORGANIZER else NotAnOrganizer):
            await attempt
    if actor is ELSEWHERE_ORGANIZER:
        assert (await home.poll_conduct.listed(actor)).open == []
    else:
        with pytest.raises(NotAnOrganizer):
            await home.poll_conduct.listed(actor)
    assert await now_is(home, poll, State.OPEN) == poll


async def test_nothing_is_done_while_steward_is_frozen(home: House) -> None:
    poll = await opened(home)
    await home.guilds.freeze(ORGANIZER)
    with pytest.raises(Frozen):
        await home.poll_conduct.to_close(ORGANIZER, poll.id)


@pytest.mark.parametrize("poll_id", ["", "zzzzzzzz", "0000000f", "../../..", "0" * 5000])
async def test_a_made_up_poll_is_not_there(home: House, poll_id: str) -> None:
    with pytest.raises(PollGone):
        await home.poll_conduct.panel(ORGANIZER, poll_id)


async def test_organizers_find_drafts_what_is_open_what_comes_and_what_is_over(home: House) -> None:
    over = await counted(home, title="Poll 1")
    now = await opened(home, title="Poll 2")
    later = await scheduled(home, title="Poll 3", opens_in=timedelta(days=1))
    await home.poll_drafts.begin(ORGANIZER, "a form", CHANNEL, QUESTION, Kind.BALLOT, Method.SINGLE)
    found = await home.poll_conduct.listed(SECOND)
    assert [len(group) for group in (found.drafts, found.scheduled, found.open, found.over)] == [1, 1, 1, 1]
    assert [found.scheduled[0].id, found.open[0].id, found.over[0].id] == [later.id, now.id, over.id]
    with pytest.raises(PollGone):
        await home.poll_conduct.panel(ORGANIZER, found.drafts[0].id)


async def test_an_organizer_is_told_the_same_of_an_open_ballot_however_many_have_voted(home: House) -> None:
    poll = await opened(home)
    before = await home.poll_conduct.panel(ORGANIZER, poll.id), await home.poll_conduct.listed(ORGANIZER)
    await voted(home, poll, "aabbccaa")
    after = await home.poll_conduct.panel(ORGANIZER, poll.id), await home.poll_conduct.listed(ORGANIZER)
    assert after == before


# Alone


async def test_one_organizer_calls_off_a_poll_that_has_not_opened(home: House) -> None:
    poll = await scheduled(home, opens_in=timedelta(days=1))
    cancelled = await home.poll_conduct.cancel(ORGANIZER, poll.id)
    assert cancelled.state is State.CANCELLED
    home.clock.later(days=2)
    await tick(home)
    await now_is(home, poll, State.CANCELLED)
    assert await said(home, "polls:card") == 0, "nobody ever saw it"
    assert await did(home) == [(conduct.CALLED_OFF, {"poll": poll.id})]
    with pytest.raises(NotInThisState):
        await home.poll_conduct.cancel(ORGANIZER, poll.id)


async def test_a_poll_that_is_open_is_not_called_off(home: House) -> None:
    poll = await opened(home)
    with pytest.raises(NotInThisState):
        await home.poll_conduct.cancel(ORGANIZER, poll.id)
    await now_is(home, poll, State.OPEN)


# Closed early


async def test_two_organizers_close_a_poll_early(home: House) -> None:
    poll = await opened(home)
    await voted(home, poll, "aaaabb")
    home.clock.later(days=1)
    assert await agreed(home, CLOSE, await home.poll_conduct.to_close(ORGANIZER, poll.id)) is Decision.DONE
    with pytest.raises(NotOpenForVotes):
        await home.polls.cast(voter(50), poll.id, "c")
    await tick(home)
    closed = await now_is(home, poll, State.CLOSED)
    found = await published(home, poll)
    assert closed.terms.closes_at == home.clock.now() == found.closed_at
    assert found.result is not None
    assert (found.result["winners"], found.result["cast"]) == ([0], 6)
    assert await said(home, RESULT) == 1
    assert (conduct.CLOSED_EARLY, {"poll": poll.id, "closes": int(home.clock.now().timestamp())}) in await did(home)


async def test_one_organizer_alone_closes_nothing(home: House) -> None:
    poll = await opened(home)
    proposal = await home.approvals.propose(ORGANIZER, CLOSE, await home.poll_conduct.to_close(ORGANIZER, poll.id))
    with pytest.raises(NeedsAnotherOrganizer):
        await home.approvals.approve(ORGANIZER, ORGANIZER, proposal.id, proposal.seal)
    assert await home.approvals.matured() == []
    await tick(home)
    await now_is(home, poll, State.OPEN)
    assert await said(home, PROPOSAL) == 1


async def test_a_close_agreed_too_late_changes_nothing(home: House) -> None:
    poll = await opened(home)
    await voted(home, poll, "aaaabb")
    contents = await home.poll_conduct.to_close(ORGANIZER, poll.id)
    home.clock.move_to(poll.terms.closes_at)
    await tick(home)
    before = await published(home, poll)
    home.clock.later(minutes=1)
    await agreed(home, CLOSE, contents)
    await tick(home)
    assert await published(home, poll) == before
    assert (await now_is(home, poll, State.CLOSED)).terms == poll.terms
    with pytest.raises(NotInThisState):
        await home.poll_conduct.to_close(ORGANIZER, poll.id)


# More time


async def test_two_organizers_give_a_poll_more_time_and_the_channel_is_reminded_again(home: House) -> None:
    poll = await opened(home)
    home.clock.move_to(poll.terms.closes_at - timedelta(hours=2))
    await tick(home)
    assert await said(home, REMINDER) == 1
    later = (poll.terms.closes_at + timedelta(days=3)).replace(microsecond=0)
    await agreed(home, EXTEND, await home.poll_conduct.to_extend(ORGANIZER, poll.id, later))
    home.clock.move_to(poll.terms.closes_at + timedelta(hours=1))
    await tick(home)
    extended = await now_is(home, poll, State.OPEN)
    assert extended.terms.closes_at == later
    assert (await on_card(home, poll))["closes"] == int(later.timestamp())
    assert await said(home, REMINDER) == 1
    await home.polls.cast(voter(1), poll.id, "a")
    home.clock.move_to(later - timedelta(hours=20))
    await tick(home)
    assert await said(home, REMINDER) == 2
    assert (conduct.EXTENDED, {"poll": poll.id, "closes": int(later.timestamp())}) in await did(home)


@pytest.mark.parametrize(
    "later", [timedelta(0), timedelta(hours=-1), rules.LONGEST_DAYS * timedelta(days=1) - LASTS + timedelta(seconds=1)]
)
async def test_more_time_is_later_than_the_end_and_within_sixty_days(home: House, later: timedelta) -> None:
    poll = await opened(home)
    with pytest.raises(NotMoreTime):
        await home.poll_conduct.to_extend(ORGANIZER, poll.id, poll.terms.closes_at + later)
    assert poll.opened_at is not None
    longest = poll.opened_at + timedelta(days=rules.LONGEST_DAYS)
    contents = await home.poll_conduct.to_extend(ORGANIZER, poll.id, longest)
    assert contents["closes"] == int(longest.timestamp())


async def test_a_poll_that_has_ended_gets_no_more_time(home: House) -> None:
    poll = await opened(home)
    await voted(home, poll, "aaaabb")
    later = poll.terms.closes_at + timedelta(days=1)
    contents = await home.poll_conduct.to_extend(ORGANIZER, poll.id, later)
    home.clock.move_to(poll.terms.closes_at)  # ended, and not yet counted
    with pytest.raises(NotInThisState):
        await home.poll_conduct.to_extend(ORGANIZER, poll.id, later)
    await agreed(home, EXTEND, contents)
    await tick(home)
    assert (await now_is(home, poll, State.CLOSED)).terms == poll.terms


async def test_of_two_extensions_agreed_upon_the_earlier_end_takes_no_time_away(home: House) -> None:
    poll = await opened(home)
    ends = [(poll.terms.closes_at + timedelta(days=days)).replace(microsecond=0) for days in (3, 2)]
    proposed = [await home.poll_conduct.to_extend(ORGANIZER, poll.id, end) for end in ends]
    for contents in proposed:
        await agreed(home, EXTEND, contents)
    assert (await now_is(home, poll, State.OPEN)).terms.closes_at == ends[0]


async def test_the_hands_of_an_open_vote_stay_on_its_card_when_it_gets_more_time(home: House) -> None:
    poll = await opened(home, kind=Kind.HANDS)
    await home.polls.raise_hand(voter(1), poll.id, "b", "Ana")
    await tick(home)
    later = poll.terms.closes_at + timedelta(days=1)
    await agreed(home, EXTEND, await home.poll_conduct.to_extend(ORGANIZER, poll.id, later))
    assert (await on_card(home, poll))["hands"] == [0, 1, 0]
    await tick(home)
    shown = await on_card(home, poll)
    assert (shown["hands"], shown["closes"]) == ([0, 1, 0], int(later.timestamp()))


# Void


@pytest.mark.parametrize("kind", Kind)
async def test_two_organizers_declare_a_poll_void_and_nothing_is_left_of_the_votes(home: House, kind: Kind) -> None:
    poll = await opened(home, kind=kind)
    own = home.keys.own(key_of(poll.id))
    assert own is not None
    for number in range(6):
        if kind is Kind.BALLOT:
            await home.polls.cast(voter(number), poll.id, "a")
        else:
            await home.polls.raise_hand(voter(number), poll.id, "a", "Ana")
    await agreed(home, VOID, await home.poll_conduct.to_void(ORGANIZER, poll.id, "pressed"))
    with pytest.raises(NotOpenForVotes):
        await home.polls.cast(voter(50), poll.id, "a")
    await tick(home)
    await now_is(home, poll, State.VOID)
    found = await published(home, poll)
    assert (found.result, found.void_reason, found.is_shredded) == (None, "pressed", True)
    assert home.keys.own(key_of(poll.id)) is None
    assert await home.box.polls() == set()
    with pytest.raises(NoBox):
        await home.box.contents(poll.id, own)
    shown = await on_card(home, poll)
    assert (shown["state"], shown["void_reason"]) == (State.VOID, "pressed")
    assert await said(home, RESULT) == 0
    assert (conduct.DECLARED_VOID, {"poll": poll.id, "reason": "pressed"}) in await did(home)


async def test_a_poll_that_was_counted_is_never_made_void(home: House) -> None:
    poll = await opened(home)
    await voted(home, poll, "aaaabb")
    contents = await home.poll_conduct.to_void(ORGANIZER, poll.id, "wording")
    home.clock.move_to(poll.terms.closes_at)
    await tick(home)
    await agreed(home, VOID, contents)
    await now_is(home, poll, State.CLOSED)
    with pytest.raises(NotInThisState):
        await home.poll_conduct.to_void(ORGANIZER, poll.id, "wording")


@pytest.mark.parametrize("reason", ["", "Ana cheated", rules.LOST, rules.RESTORED])
async def test_a_poll_is_void_only_for_a_reason_that_everybody_can_read(home: House, reason: str) -> None:
    poll = await opened(home)
    with pytest.raises(rules.NoSuchReason):
        await home.poll_conduct.to_void(ORGANIZER, poll.id, reason)


def test_no_code_stands_for_two_reasons() -> None:
    assert not REJECTIONS.keys() & rules.WHY_VOID.keys()


async def test_a_proposal_of_another_server_does_nothing_here(home: House) -> None:
    poll = await opened(home)
    await home.set_up_elsewhere()
    elsewhere = await home.guilds.ready(ELSEWHERE_ORGANIZER.guild_id)
    contents = {"poll": poll.id, "closes": int((poll.terms.closes_at + LASTS).timestamp()), "reason": "wording"}
    async with begin(home) as connection:
        for action in home.poll_conduct.approvable().values():
            await action.perform(connection, elsewhere, contents)
    assert await now_is(home, poll, State.OPEN) == poll


# What came of it


async def test_what_came_of_it_stands_on_the_card_and_can_be_changed(home: House) -> None:
    poll = await counted(home)
    await home.poll_conduct.record_outcome(ORGANIZER, poll.id, " We meet in the café.\u202e ", date(2026, 6, 1))
    shown = await on_card(home, poll)
    assert (shown["outcome"], shown["review"], shown["state"]) == ("We meet in the café.", "2026-06-01", State.CLOSED)
    await home.poll_conduct.record_outcome(SECOND, poll.id, "It was closed.", None)
    await tick(home)
    shown = await on_card(home, poll)
    assert (shown["outcome"], shown["review"]) == ("It was closed.", None)
    assert [each for each in await did(home) if each[0] == conduct.NOTED] == 2 * [(conduct.NOTED, {"poll": poll.id})]


async def test_what_came_of_it_is_written_and_fits(home: House) -> None:
    poll = await counted(home)
    today = date(2026, 3, 7)
    for text, review_on, refusal in (
        (" \u200b… ", None, OutcomeMissing),
        ("x" * 1501, None, OutcomeTooLong),
        ("Yes", today, ReviewOutOfRange),
        ("Yes", today - timedelta(days=1), ReviewOutOfRange),
        ("Yes", today + timedelta(days=conduct.MOST_REVIEW_DAYS + 1), ReviewOutOfRange),
    ):
        with pytest.raises(refusal):
            await home.poll_conduct.record_outcome(ORGANIZER, poll.id, text, review_on)
    assert (await published(home, poll)).outcome is None
    await home.poll_conduct.record_outcome(ORGANIZER, poll.id, "x" * 1500, today + timedelta(days=1))


async def test_before_it_is_counted_nothing_came_of_a_poll(home: House) -> None:
    poll = await opened(home)
    with pytest.raises(NotInThisState):
        await home.poll_conduct.record_outcome(ORGANIZER, poll.id, "The café has won", None)
    await agreed(home, VOID, await home.poll_conduct.to_void(ORGANIZER, poll.id, "wording"))
    with pytest.raises(NotInThisState):
        await home.poll_conduct.record_outcome(ORGANIZER, poll.id, "The café has won", None)


# The digest


async def digest(house: House, since: datetime | None = None) -> dict[str, Any]:
    async with begin(house) as connection:
        now = house.clock.now() + timedelta(seconds=1)
        return await house.polls.for_digest(connection, GUILD, since or now - timedelta(days=7), now)


async def test_a_digest_tells_what_closes_within_a_week_and_never_how_many_have_voted(home: House) -> None:
    assert await digest(home) == {}
    soon = await opened(home, title="Soon", lasts=timedelta(days=6))
    await opened(home, title="Later", lasts=timedelta(days=8))
    await scheduled(home, title="Not open", opens_in=timedelta(hours=1), lasts=timedelta(days=2))
    told = {"closing": {"first": [["Soon", int(soon.terms.closes_at.timestamp())]], "more": 0}}
    assert await digest(home) == told
    await voted(home, soon, "aabb")
    assert await digest(home) == told
    home.clock.later(days=1)
    assert [title for title, _ in (await digest(home))["closing"]["first"]] == ["Soon", "Later"]


async def test_a_digest_tells_each_result_once(home: House) -> None:
    await counted(home, title="Counted")
    told = await digest(home)
    assert told == {
        "results": {"first": [["Counted", {"method": "single", "outcome": "elected", "winners": ["Café"]}]], "more": 0}
    }
    decided_at = home.clock.now() + timedelta(seconds=1)
    home.clock.later(days=6)
    assert await digest(home, decided_at) == {}
    home.clock.later(days=2)
    assert await digest(home) == {}


@pytest.mark.parametrize(
    ("method", "ballots", "quorum", "outcome", "winners"),
    [
        (Method.SINGLE, "aaaa", 0, Outcome.TOO_FEW, []),
        (Method.SINGLE, "aaabbb", 7, Outcome.NO_QUORUM, []),
        (Method.SINGLE, "-----", 0, Outcome.NOBODY, []),
        (Method.APPROVAL, "bbbba", 0, Outcome.ELECTED, ["Park"]),
        (Method.MOTION, "aaabb", 0, Outcome.AGREED, []),
        (Method.MOTION, "aabbb", 0, Outcome.REFUSED, []),
        (Method.CONSENT, "aaaad", 0, Outcome.REFUSED, []),
    ],
)
async def test_a_digest_says_a_result_without_its_numbers(
    home: House, method: Method, ballots: str, quorum: int, outcome: Outcome, winners: list[str]
) -> None:
    await counted(home, ballots, method, quorum=quorum)
    told = {"method": method, "outcome": outcome, "winners": winners}
    assert (await digest(home))["results"]["first"] == [[QUESTION.title, told]]


async def test_a_tie_that_no_lot_can_break_is_told_as_a_tie(home: House) -> None:
    poll = await opened(home, kind=Kind.HANDS)
    for number, marks in enumerate("ab"):
        await home.polls.raise_hand(voter(number), poll.id, marks, "Ana")
    home.clock.move_to(poll.terms.closes_at)
    await tick(home)
    assert (await digest(home))["results"]["first"][0][1]["outcome"] == Outcome.TIED


async def test_what_is_to_be_looked_at_again_stands_in_every_digest_until_it_was(home: House) -> None:
    poll = await counted(home)
    home.clock.later(days=10)
    await home.poll_conduct.record_outcome(ORGANIZER, poll.id, "We shall see.", date(2026, 4, 1))
    assert await digest(home) == {}
    due = {"reviews": {"first": [[QUESTION.title, "2026-04-01"]], "more": 0}}
    for moment, told in (
        ("2026-04-01T03:59:00+00:00", {}),  # still 31 March in New York
        ("2026-04-01T04:00:00+00:00", due),
        ("2026-04-20T12:00:00+00:00", due),
    ):
        home.clock.move_to(datetime.fromisoformat(moment))
        assert await digest(home) == told
    await home.poll_conduct.record_outcome(ORGANIZER, poll.id, "We saw.", None)
    assert await digest(home) == {}


async def test_a_digest_tells_the_first_of_each_and_how_many_more(home: House) -> None:
    many = MOST_IN_DIGEST + 2
    for number in range(many):
        poll = await counted(home, lasts=timedelta(hours=1 + number), title=f"Poll {number}")
        tomorrow = home.clock.now().date() + timedelta(days=1)
        await home.poll_conduct.record_outcome(ORGANIZER, poll.id, "Yes", tomorrow)
    for number in range(many, 2 * many):
        await opened(home, lasts=timedelta(days=5, hours=number), title=f"Poll {number}")
    home.clock.later(days=3)
    told = await digest(home, home.clock.now() - timedelta(days=20))
    assert {name: (len(group["first"]), group["more"]) for name, group in told.items()} == {
        "closing": (MOST_IN_DIGEST, 2),
        "results": (MOST_IN_DIGEST, 2),
        "reviews": (MOST_IN_DIGEST, 2),
    }
    assert [title for title, _ in told["closing"]["first"]] == [
        f"Poll {number}" for number in range(many, 2 * many - 2)
    ]
    assert [title for title, _ in told["results"]["first"]] == [f"Poll {number}" for number in range(many - 1, 1, -1)]


async def test_a_digest_tells_nothing_of_another_server(home: House) -> None:
    await home.set_up_elsewhere()
    await opened(home, guild_id=ELSEWHERE_ORGANIZER.guild_id, title="Poll 9")
    assert await digest(home) == {}


# Erased


async def test_a_server_that_is_erased_leaves_no_box_and_no_key(home: House) -> None:
    await home.set_up_elsewhere()
    ours = await opened(home, title="Poll 1")
    hands = await opened(home, kind=Kind.HANDS, title="Poll 2")
    theirs = await opened(home, guild_id=ELSEWHERE_ORGANIZER.guild_id, title="Poll 3")
    await voted(home, ours, "aaab")
    await home.polls.raise_hand(voter(1), hands.id, "a", "Ana")
    await home.polls.cast(Actor(ELSEWHERE_ORGANIZER.guild_id, WORKER.user_id, joined_at=LONG_AGO), theirs.id, "a")
    guild = await home.guilds.ready(GUILD)
    async with begin(home) as connection:
        await home.guilds.burn(connection, guild, {})
    chain = AuditChain(home.keys.tags)
    forget = home.poll_closing.forget_guild
    await Trust(home.guilds, home.database, home.intake, chain, home.clock, None, BACKUP_DAYS, forget).erase_due()
    assert await home.box.polls() == {theirs.id}
    assert sorted(path.name for path in (home.directory / "keys").glob("poll-*")) == [f"{key_of(theirs.id)}.own.key"]
    async with begin(home) as connection:
        assert [each.id for each in await records.in_state(connection, tuple(State))] == [theirs.id]
