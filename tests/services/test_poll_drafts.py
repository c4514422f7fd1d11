"""Organizers write a poll together, members see nothing of it, and once published nobody changes it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.database import audit
from bot.database.tables import cards
from bot.guilds.rules import Frozen
from bot.ids import Actor, ChannelId, RoleId, UserId
from bot.polls import records
from bot.polls.counting.motions import HALF, TWO_THIRDS, Of, PassRule, Quorum
from bot.polls.counting.results import Method
from bot.polls.drafts import PUBLISHED, Draft, DraftChanged, fingerprint, settled
from bot.polls.rules import (
    ElectorateMissing,
    ElectorateOutOfRange,
    GateOutOfRange,
    Kind,
    LedgerNotPossible,
    NotByHands,
    Poll,
    PollGone,
    SeatsOutOfRange,
    State,
    TimesOutOfRange,
    Voters,
)
from bot.polls.service import CARD
from bot.polls.templates import TEMPLATES, BlanksLeft
from bot.polls.wording import OptionsAlike, Question, TitleMissing, TooFewOptions, drafted
from bot.refusals import NotAnOrganizer
from tests.house import ADMINISTRATOR, ELSEWHERE_ORGANIZER, GUILD, ORGANIZER, ROLE, WORKER, House

CHANNEL = ChannelId(812_345_678_901_234_791)
QUESTION = Question("Where do we meet?", "We need a room for forty.", ("In the hall", "Online", "Outside"))
SECOND = Actor(GUILD, UserId(ORGANIZER.user_id + 50), frozenset({ROLE}))
DAY = timedelta(days=1)


@pytest.fixture
async def house(house: House) -> House:
    await house.set_up()
    await house.set_up_elsewhere()
    return house


async def with_second_organizer(house: House) -> None:
    await house.guilds.choose_organizers(ADMINISTRATOR, frozenset({ORGANIZER.user_id, SECOND.user_id}))


async def begun(
    house: House,
    question: Question = QUESTION,
    kind: Kind = Kind.BALLOT,
    method: Method = Method.SINGLE,
    *,
    token: str | None = None,
    template: str = "",
    actor: Actor = ORGANIZER,
) -> Draft:
    form = token or house.poll_drafts.new_form()
    return await house.poll_drafts.begin(actor, form, CHANNEL, question, kind, method, TEMPLATES.get(template))


async def kept(house: House, poll_id: str) -> Poll | None:
    async with house.database.begin() as connection:
        return await records.find(connection, poll_id)


async def published(house: House, draft: Draft) -> Poll:
    return await house.poll_drafts.publish(ORGANIZER, draft.poll.id)


async def actions(house: House) -> list[str]:
    async with house.database.begin() as connection:
        return [entry.action for entry in await audit.newest(connection, GUILD, 100)]


# Who sees and changes drafts


async def test_every_organizer_sees_and_changes_a_draft_also_after_a_crash(house: House) -> None:
    await with_second_organizer(house)
    draft = await begun(house)
    await house.crash()
    assert (await house.poll_drafts.find(SECOND, draft.poll.id)).poll == draft.poll
    other = drafted("When do we meet?", "", ["Monday", "Tuesday"])
    await house.poll_drafts.reword(SECOND, draft.poll.id, other, Kind.HANDS, Method.APPROVAL)
    found = await house.poll_drafts.find(ORGANIZER, draft.poll.id)
    assert (found.poll.question, found.poll.terms.kind, found.poll.terms.method) == (other, "hands", "approval")


@pytest.mark.parametrize(
    ("who", "refusal"), [(WORKER, NotAnOrganizer), (ELSEWHERE_ORGANIZER, PollGone)], ids=["member", "elsewhere"]
)
async def test_nobody_else_sees_changes_or_publishes_it(house: House, who: Actor, refusal: type[Exception]) -> None:
    draft = await begun(house)
    drafts, id_ = house.poll_drafts, draft.poll.id
    for attempt in (
        drafts.find(who, id_),
        drafts.reword(who, id_, Question("Mine"), Kind.HANDS, Method.SINGLE),
        drafts.set_times(who, id_, None, house.clock.now() + DAY),
        drafts.set_voters(who, id_, Voters()),
        drafts.set_counting(who, id_, 2, PassRule(), Quorum()),
        drafts.set_promises(who, id_, can_change=True, has_ledger=False, is_hidden=False),
        drafts.set_channel(who, id_, ChannelId(1)),
        drafts.copy(who, id_, "token"),
        drafts.discard(who, id_),
        drafts.publish(who, id_),
    ):
        with pytest.raises(refusal):
            await attempt
    assert await kept(house, id_) == draft.poll


async def test_a_draft_is_no_poll_to_anybody_who_asks_for_polls(house: House) -> None:
    draft = await begun(house)
    for who in (ORGANIZER, WORKER):
        with pytest.raises(PollGone):
            await house.polls.find(who, draft.poll.id)
        with pytest.raises(PollGone):
            await house.polls.votable(who, draft.poll.id)
        assert await house.polls.listed(who) == []


@pytest.mark.parametrize("poll_id", ["", "00000000", "nothing!", "' OR 1=1"])
async def test_an_id_that_is_none_finds_nothing(house: House, poll_id: str) -> None:
    with pytest.raises(PollGone):
        await house.poll_drafts.find(ORGANIZER, poll_id)


async def test_whoever_is_no_organizer_any_more_loses_the_drafts_at_once(house: House) -> None:
    await with_second_organizer(house)
    draft = await begun(house, actor=SECOND)
    without_role = Actor(GUILD, SECOND.user_id)
    with pytest.raises(NotAnOrganizer):
        await house.poll_drafts.find(without_role, draft.poll.id)
    with pytest.raises(NotAnOrganizer):
        await begun(house, actor=without_role)


async def test_a_frozen_server_writes_and_publishes_nothing(house: House) -> None:
    draft = await begun(house)
    await house.guilds.freeze(ORGANIZER)
    for attempt in (begun(house), published(house, draft), house.poll_drafts.find(ORGANIZER, draft.poll.id)):
        with pytest.raises(Frozen):
            await attempt


async def test_sending_the_first_form_twice_starts_one_poll_and_changes_nothing(house: House) -> None:
    token = house.poll_drafts.new_form()
    first = await begun(house, token=token)
    again = await begun(house, Question("Something else"), token=token)
    assert again.poll == first.poll
    assert again.poll.id != (await begun(house)).poll.id


async def test_the_token_of_another_servers_draft_leads_nowhere(house: House) -> None:
    token = house.poll_drafts.new_form()
    first = await begun(house, token=token)
    with pytest.raises(PollGone):
        await begun(house, token=token, actor=ELSEWHERE_ORGANIZER)
    assert await kept(house, first.poll.id) == first.poll


# What is missing


async def test_the_first_thing_missing_is_told_until_nothing_is(house: House) -> None:
    draft = await begun(house, Question(""))
    id_ = draft.poll.id
    steps: list[tuple[Question, type[Exception] | None]] = [
        (Question("Who?"), TooFewOptions),
        (Question("Who?", "", ("Ana", "ANA")), OptionsAlike),
        (Question("Who is ___?", "", ("Ana", "Ben")), BlanksLeft),
        (Question("Who?", "", ("Ana", "Ben")), None),
    ]
    assert isinstance(draft.lacking, TitleMissing)
    for question, missing in steps:
        draft = await house.poll_drafts.reword(ORGANIZER, id_, question, Kind.BALLOT, Method.SINGLE)
        assert type(draft.lacking) is (missing or type(None))
        assert (await house.poll_drafts.find(ORGANIZER, id_)).poll.question == question
        if missing is not None:
            with pytest.raises(missing):
                await house.poll_drafts.publish(ORGANIZER, id_)
            assert (await house.poll_drafts.find(ORGANIZER, id_)).poll.state is State.DRAFT
    assert (await house.poll_drafts.publish(ORGANIZER, id_)).state is State.SCHEDULED


async def test_a_draft_that_rested_past_its_close_asks_for_new_times(house: House) -> None:
    draft = await begun(house)
    house.clock.later(days=40)
    assert isinstance((await house.poll_drafts.find(ORGANIZER, draft.poll.id)).lacking, TimesOutOfRange)
    with pytest.raises(TimesOutOfRange):
        await published(house, draft)
    now = house.clock.now()
    assert (await house.poll_drafts.set_times(ORGANIZER, draft.poll.id, None, now + DAY)).lacking is None


async def test_times_out_of_range_are_refused_and_the_ones_before_stay(house: House) -> None:
    draft = await begun(house)
    now = house.clock.now()
    for opens_at, closes_at in ((None, now), (now + 2 * DAY, now + DAY), (None, now + 61 * DAY)):
        with pytest.raises(TimesOutOfRange):
            await house.poll_drafts.set_times(ORGANIZER, draft.poll.id, opens_at, closes_at)
    assert (await house.poll_drafts.find(ORGANIZER, draft.poll.id)).poll == draft.poll


async def test_an_opening_in_the_past_is_at_once(house: House) -> None:
    draft = await begun(house)
    now = house.clock.now()
    draft = await house.poll_drafts.set_times(ORGANIZER, draft.poll.id, now - DAY, now + DAY)
    assert draft.poll.terms.opens_at is None
    draft = await house.poll_drafts.set_times(ORGANIZER, draft.poll.id, now + timedelta(hours=1), now + 2 * DAY)
    house.clock.later(hours=2)
    assert (await published(house, draft)).terms.opens_at is None


async def test_who_may_vote_is_kept_or_refused(house: House) -> None:
    draft = await begun(house)
    voters = Voters(RoleId(7), joined_before=False, account_age_days=30, electorate=250)
    assert (await house.poll_drafts.set_voters(ORGANIZER, draft.poll.id, voters)).poll.voters == voters
    for wrong, refusal in ((Voters(electorate=0), ElectorateOutOfRange), (Voters(account_age_days=-1), GateOutOfRange)):
        with pytest.raises(refusal):
            await house.poll_drafts.set_voters(ORGANIZER, draft.poll.id, wrong)
    assert (await house.poll_drafts.find(ORGANIZER, draft.poll.id)).poll.voters == voters


async def test_seats_shares_and_promises_that_cannot_be_held_keep_it_from_being_published(house: House) -> None:
    drafts = house.poll_drafts
    id_ = (await begun(house, method=Method.SCOTTISH)).poll.id
    assert isinstance((await drafts.set_counting(ORGANIZER, id_, 3, PassRule(), Quorum())).lacking, SeatsOutOfRange)
    quorum = Quorum(share=HALF)
    assert isinstance((await drafts.set_counting(ORGANIZER, id_, 2, PassRule(), quorum)).lacking, ElectorateMissing)
    assert (await drafts.set_voters(ORGANIZER, id_, Voters(electorate=400))).lacking is None
    both = await drafts.set_promises(ORGANIZER, id_, can_change=True, has_ledger=True, is_hidden=False)
    assert isinstance(both.lacking, LedgerNotPossible)
    by_hands = await drafts.reword(ORGANIZER, id_, QUESTION, Kind.HANDS, Method.SCOTTISH)
    assert isinstance(by_hands.lacking, NotByHands)


async def test_changing_the_method_and_back_loses_nothing_that_was_typed(house: House) -> None:
    drafts = house.poll_drafts
    id_ = (await begun(house, method=Method.SCOTTISH)).poll.id
    await drafts.set_counting(ORGANIZER, id_, 2, PassRule(TWO_THIRDS, Of.ELIGIBLE), Quorum())
    motion = await drafts.reword(ORGANIZER, id_, QUESTION, Kind.BALLOT, Method.MOTION)
    assert (settled(motion.poll).question.options, settled(motion.poll).terms.seats) == ((), 1)
    back = await drafts.reword(ORGANIZER, id_, motion.poll.question, Kind.BALLOT, Method.SCOTTISH)
    assert (back.poll.question, back.poll.terms.seats) == (QUESTION, 2)


async def test_a_show_of_hands_takes_the_checkable_list_with_it(house: House) -> None:
    drafts = house.poll_drafts
    id_ = (await begun(house)).poll.id
    promised = await drafts.set_promises(ORGANIZER, id_, can_change=False, has_ledger=True, is_hidden=False)
    assert promised.poll.terms.has_ledger
    by_hands = await drafts.reword(ORGANIZER, id_, QUESTION, Kind.HANDS, Method.SINGLE)
    assert not by_hands.poll.terms.has_ledger
    assert by_hands.lacking is None
    back = await drafts.reword(ORGANIZER, id_, QUESTION, Kind.BALLOT, Method.SINGLE)
    assert not back.poll.terms.has_ledger


# Templates and copies


async def test_a_template_brings_its_rules_and_its_days_by_the_clock_of_the_server(house: House) -> None:
    await house.set_up(zone="America/New_York")
    strike = await begun(house, Question("Shall we?"), Kind.BALLOT, Method.MOTION, template="strike")
    assert (strike.poll.terms.rule, strike.poll.terms.quorum) == (PassRule(TWO_THIRDS), Quorum(share=HALF))
    local = strike.poll.terms.closes_at.astimezone(strike.guild.zone_info)
    assert (local.date(), local.hour, local.minute) == ((house.clock.now() + 7 * DAY).date(), 20, 0)
    assert isinstance(strike.lacking, ElectorateMissing)
    assert (await house.poll_drafts.set_voters(ORGANIZER, strike.poll.id, Voters(electorate=90))).lacking is None
    shortlist = await begun(house, method=Method.SCOTTISH, template="shortlist")
    assert shortlist.poll.terms.seats == 2


async def test_a_copy_asks_the_same_for_as_many_days_and_leaves_the_first_as_it_was(house: House) -> None:
    draft = await begun(house, method=Method.APPROVAL)
    now = house.clock.now()
    voters = Voters(RoleId(7), account_age_days=3, electorate=50)
    await house.poll_drafts.set_times(ORGANIZER, draft.poll.id, now + DAY, now + 6 * DAY)
    await house.poll_drafts.set_voters(ORGANIZER, draft.poll.id, voters)
    with pytest.raises(PollGone):
        await house.poll_drafts.copy(ORGANIZER, draft.poll.id, "a click")  # a draft is no poll yet
    first = await published(house, draft)
    house.clock.later(days=30)
    copy = await house.poll_drafts.copy(ORGANIZER, first.id, "a click")
    assert copy.lacking is None
    assert (copy.poll.state, copy.poll.question, copy.poll.voters) == (State.DRAFT, first.question, voters)
    assert (copy.poll.terms.method, copy.poll.terms.opens_at) == (Method.APPROVAL, None)
    assert (copy.poll.terms.closes_at.date() - house.clock.now().date()).days == 5
    assert copy.poll.id != first.id
    assert await kept(house, first.id) == first
    assert (await house.poll_drafts.copy(ORGANIZER, first.id, "a click")).poll == copy.poll


async def test_a_poll_that_was_open_for_as_long_as_can_be_is_copied_so_that_it_can_be_published(house: House) -> None:
    draft = await begun(house)
    now = house.clock.now()
    await house.poll_drafts.set_times(ORGANIZER, draft.poll.id, None, now + 60 * DAY)
    first = await published(house, draft)
    await house.poll_closing.open_due()
    for hour in range(0, 24, 3):
        house.clock.move_to(now.replace(hour=hour) + 5 * DAY)
        assert (await house.poll_drafts.copy(ORGANIZER, first.id, f"at {hour}")).lacking is None


# The end of a draft


async def test_once_published_nothing_can_be_changed_and_the_chain_tells_it(house: House) -> None:
    draft = await begun(house)
    poll = await published(house, draft)
    assert poll == replace(draft.poll, state=State.SCHEDULED)
    assert await kept(house, poll.id) == poll
    assert (await actions(house)).count(PUBLISHED) == 1
    drafts, id_ = house.poll_drafts, poll.id
    for attempt in (
        drafts.find(ORGANIZER, id_),
        drafts.reword(ORGANIZER, id_, Question("Other"), Kind.HANDS, Method.SINGLE),
        drafts.set_times(ORGANIZER, id_, None, house.clock.now() + DAY),
        drafts.set_voters(ORGANIZER, id_, Voters(electorate=9)),
        drafts.set_counting(ORGANIZER, id_, 2, PassRule(), Quorum()),
        drafts.set_promises(ORGANIZER, id_, can_change=True, has_ledger=False, is_hidden=False),
        drafts.set_channel(ORGANIZER, id_, ChannelId(1)),
        drafts.discard(ORGANIZER, id_),
        drafts.publish(ORGANIZER, id_),
    ):
        with pytest.raises(PollGone):
            await attempt
    assert await kept(house, id_) == poll
    assert (await actions(house)).count(PUBLISHED) == 1


async def test_what_a_method_has_no_use_for_is_not_published(house: House) -> None:
    drafts = house.poll_drafts
    id_ = (await begun(house, method=Method.MOTION)).poll.id
    await drafts.set_counting(ORGANIZER, id_, 9, PassRule(TWO_THIRDS), Quorum())
    await drafts.set_promises(ORGANIZER, id_, can_change=True, has_ledger=False, is_hidden=True)
    poll = await drafts.publish(ORGANIZER, id_)
    assert (poll.question.options, poll.terms.seats, poll.terms.rule) == ((), 1, PassRule(TWO_THIRDS))
    assert (poll.terms.can_change, poll.terms.is_hidden) == (True, False)
    assert await kept(house, id_) == poll


async def test_who_publishes_what_somebody_else_has_changed_meanwhile_looks_again(house: House) -> None:
    await with_second_organizer(house)
    draft = await begun(house)
    shown = fingerprint(draft.poll)
    await house.poll_drafts.set_voters(SECOND, draft.poll.id, Voters(RoleId(7)))
    with pytest.raises(DraftChanged):
        await house.poll_drafts.publish(ORGANIZER, draft.poll.id, shown)
    again = await house.poll_drafts.find(ORGANIZER, draft.poll.id)
    assert again.poll.state is State.DRAFT
    assert (await house.poll_drafts.publish(ORGANIZER, draft.poll.id, fingerprint(again.poll))).voters.role_id == 7


async def test_what_is_published_opens_at_the_next_tick_or_at_its_time_and_is_shown_only_then(house: House) -> None:
    now = house.clock.now()
    later = await begun(house)
    await house.poll_drafts.set_times(ORGANIZER, later.poll.id, now + DAY, now + 3 * DAY)
    for draft in (later, await begun(house)):
        await published(house, draft)
    await house.poll_closing.open_due()
    assert await shown(house) == 1
    listed = {each.poll.terms.opens_at: each.poll.state for each in await house.polls.listed(WORKER)}
    assert listed == {None: State.OPEN, now + DAY: State.SCHEDULED}
    house.clock.later(days=1)
    await house.poll_closing.open_due()
    assert await shown(house) == 2


async def test_a_discarded_draft_is_gone_for_all_and_told_to_nobody(house: House) -> None:
    draft = await begun(house)
    await house.poll_drafts.discard(ORGANIZER, draft.poll.id)
    assert await kept(house, draft.poll.id) is None
    with pytest.raises(PollGone):
        await house.poll_drafts.discard(ORGANIZER, draft.poll.id)
    assert PUBLISHED not in await actions(house)


async def shown(house: House) -> int:
    """Return how many cards of polls stand in a channel or are on their way there."""
    async with house.database.begin() as connection:
        return len((await connection.execute(select(cards).where(cards.c.kind == CARD))).all())
