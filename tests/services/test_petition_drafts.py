"""A draft is its author's alone, says what it still lacks, and leaves nothing behind."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.database.engine import Transaction
from bot.ids import Actor, RoleId, UserId
from bot.petitions import records
from bot.petitions.conditions import Condition
from bot.petitions.drafts import Draft, TooManyUnits, drafted
from bot.petitions.records import PetitionSettings
from bot.petitions.rules import (
    DeadlineOutOfRange,
    Gates,
    GatesNotMet,
    GoalOutOfRange,
    LiveCountNotPublic,
    NotInThisState,
    NotOpenForSigning,
    PetitionGone,
    State,
    TooFewKeys,
    Visibility,
)
from bot.petitions.service import key_of
from bot.petitions.structure import Unit
from bot.petitions.taxonomy import DEMANDS
from bot.petitions.wording import DemandsMissing, TooManyDemands, WhyMissing
from bot.refusals import NotAnOrganizer
from tests.house import ELSEWHERE_ORGANIZER, GUILD, ORGANIZER, WORKER, House

TITLE, WHOM, WHY = "No more keystroke counting", "The board", "Nobody can think while being counted."
ANOTHER = Actor(GUILD, UserId(WORKER.user_id + 1))


@pytest.fixture
async def house(house: House) -> House:
    await house.set_up()
    await keeps(house, PetitionSettings(members_may_start=True, supporters=2))
    return house


async def keeps(house: House, settings: PetitionSettings) -> None:
    async with house.database.begin() as connection:
        await records.keep_settings(connection, GUILD, settings)


async def begun(
    house: House,
    actor: Actor = WORKER,
    *,
    demands: Sequence[str] = ("Stop counting keystrokes",),
    why: str = WHY,
    level: Visibility = Visibility.COUNT,
    token: str | None = None,
) -> Draft:
    wording = drafted(TITLE, WHOM, demands, why)
    return await house.drafts.begin(actor, token or house.petitions.new_form(), wording, level)


async def kept(connection: Transaction, draft: Draft) -> Any:
    return await records.find(connection, draft.petition.id)


async def test_a_draft_is_there_for_its_author_after_a_crash_and_for_nobody_else(house: House) -> None:
    draft = await begun(house)
    await house.crash()
    assert (await house.drafts.find(WORKER, draft.petition.id)).petition == draft.petition
    for other in (ANOTHER, ORGANIZER):
        with pytest.raises(PetitionGone):
            await house.drafts.find(other, draft.petition.id)
        with pytest.raises(PetitionGone):
            await house.drafts.rewrite(other, draft.petition.id, draft.petition.wording, Visibility.PUBLIC)
        with pytest.raises(PetitionGone):
            await house.petitions.standing(other, draft.petition.id)
        with pytest.raises(PetitionGone):
            await house.drafts.discard(other, draft.petition.id)
    assert [each.id for each in await house.petitions.going_on(WORKER)] == [draft.petition.id]
    assert await house.petitions.going_on(ANOTHER) == []
    assert await house.petitions.similar(ANOTHER, TITLE, WHY) == []


async def test_sending_the_first_form_twice_starts_one_petition(house: House) -> None:
    token = house.petitions.new_form()
    first = await begun(house, token=token)
    again = await begun(house, token=token)
    assert again.petition == first.petition
    assert len(await house.petitions.going_on(WORKER)) == 1


async def test_a_form_with_the_token_of_somebody_elses_petition_does_not_make_it_ones_own(house: House) -> None:
    token = house.petitions.new_form()
    draft = await begun(house, token=token)
    with pytest.raises(PetitionGone):
        await begun(house, ANOTHER, token=token)
    assert (await house.drafts.find(WORKER, draft.petition.id)).petition == draft.petition


async def test_what_is_missing_is_told_and_nothing_is_sent_off_before(house: House) -> None:
    draft = await begun(house, demands=(), why="")
    assert isinstance(draft.lacking, DemandsMissing)
    with pytest.raises(DemandsMissing):
        await house.petitions.submit(WORKER, draft.petition.id)
    too_many = drafted(TITLE, WHOM, [f"Demand {number}" for number in range(6)], "")
    draft = await house.drafts.rewrite(WORKER, draft.petition.id, too_many, Visibility.COUNT)
    assert isinstance(draft.lacking, TooManyDemands)
    fewer = drafted(TITLE, WHOM, ["One", "One", "Two"], "")
    draft = await house.drafts.rewrite(WORKER, draft.petition.id, fewer, Visibility.COUNT)
    assert isinstance(draft.lacking, WhyMissing)
    whole = drafted(TITLE, WHOM, ["One", "Two"], WHY)
    draft = await house.drafts.rewrite(WORKER, draft.petition.id, whole, Visibility.COUNT)
    assert draft.lacking is None
    assert (await house.petitions.submit(WORKER, draft.petition.id)).state is State.SEEKING


async def test_what_was_sent_off_can_no_longer_be_changed_or_discarded(house: House) -> None:
    draft = await begun(house)
    await house.petitions.submit(WORKER, draft.petition.id)
    with pytest.raises(PetitionGone):
        await house.drafts.rewrite(WORKER, draft.petition.id, drafted("Other", WHOM, ["X"], WHY), Visibility.PUBLIC)
    with pytest.raises(PetitionGone):
        await house.drafts.set_goal(WORKER, draft.petition.id, 10, 10, has_live_count=False)
    with pytest.raises(PetitionGone):
        await house.drafts.discard(WORKER, draft.petition.id)
    with pytest.raises(PetitionGone):
        await house.petitions.submit(WORKER, draft.petition.id)
    async with house.database.begin() as connection:
        assert (await kept(connection, draft)).wording == draft.petition.wording


async def test_a_discarded_draft_leaves_no_row_no_tag_and_no_key(house: House) -> None:
    draft = await begun(house)
    await house.drafts.discard(WORKER, draft.petition.id)
    async with house.database.begin() as connection:
        assert await kept(connection, draft) is None
    assert house.keys.own(key_of(draft.petition.id)) is None
    assert await house.petitions.going_on(WORKER) == []


async def test_a_forgotten_draft_lapses_at_its_deadline_and_its_author_with_it(house: House) -> None:
    draft = await begun(house)
    house.clock.move_to(draft.petition.terms.deadline_at + timedelta(minutes=1))
    await house.counting.refresh_due()
    assert house.keys.own(key_of(draft.petition.id)) is None
    assert await house.petitions.going_on(WORKER) == []


async def test_goal_and_deadline_keep_to_their_limits(house: House) -> None:
    id_ = (await begun(house)).petition.id
    for threshold in (0, 4, 7, 100_005):
        with pytest.raises(GoalOutOfRange):
            await house.drafts.set_goal(WORKER, id_, threshold, 30, has_live_count=False)
    for days in (0, 181, 10**9):
        with pytest.raises(DeadlineOutOfRange):
            await house.drafts.set_goal(WORKER, id_, 10, days, has_live_count=False)
    with pytest.raises(LiveCountNotPublic):
        await house.drafts.set_goal(WORKER, id_, 10, 30, has_live_count=True)
    for days in (1, 180):
        terms = (await house.drafts.set_goal(WORKER, id_, 10, days, has_live_count=False)).petition.terms
        assert terms.threshold == 10


async def test_the_deadline_is_a_midnight_so_it_does_not_tell_when_the_petition_was_written(house: House) -> None:
    await house.set_up(zone="America/New_York")
    terms = (await begun(house)).petition.terms
    local = terms.deadline_at.astimezone((await house.guilds.ready(GUILD)).zone_info)
    assert (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)


async def test_a_count_that_moves_with_everybody_goes_when_names_are_no_longer_public(house: House) -> None:
    draft = await begun(house, level=Visibility.PUBLIC)
    draft = await house.drafts.set_goal(WORKER, draft.petition.id, 10, 30, has_live_count=True)
    assert draft.petition.terms.has_live_count
    draft = await house.drafts.rewrite(WORKER, draft.petition.id, draft.petition.wording, Visibility.COUNT)
    assert not draft.petition.terms.has_live_count
    assert draft.lacking is None


async def test_sealed_names_need_two_organizers_with_keys(house: House) -> None:
    draft = await begun(house, level=Visibility.SEALED)
    assert not draft.can_seal
    assert isinstance(draft.lacking, TooFewKeys)
    with pytest.raises(TooFewKeys):
        await house.petitions.submit(WORKER, draft.petition.id)


async def test_only_organizers_say_how_many_people_work_where(house: House) -> None:
    mine = await begun(house)
    assert not mine.is_organizer
    with pytest.raises(NotAnOrganizer):
        await house.drafts.set_units(WORKER, mine.petition.id, [Unit("Support", 40)])
    theirs = await begun(house, ORGANIZER)
    assert theirs.is_organizer
    with pytest.raises(TooManyUnits):
        await house.drafts.set_units(ORGANIZER, theirs.petition.id, [Unit(f"{each}", 1) for each in range(11)])
    theirs = await house.drafts.set_units(ORGANIZER, theirs.petition.id, [Unit("Support", 40), Unit("QA", 9)])
    assert theirs.petition.units == {"Support": 40, "QA": 9}
    assert (await house.drafts.find(ORGANIZER, theirs.petition.id)).petition.units == {"Support": 40, "QA": 9}


async def test_where_members_may_not_start_petitions_their_drafts_rest(house: House) -> None:
    draft = await begun(house)
    await keeps(house, PetitionSettings(members_may_start=False))
    with pytest.raises(NotAnOrganizer):
        await begun(house, ANOTHER)
    with pytest.raises(NotAnOrganizer):
        await house.petitions.submit(WORKER, draft.petition.id)
    await house.drafts.discard(WORKER, draft.petition.id)
    assert (await begun(house, ORGANIZER)).lacking is None


async def test_the_library_is_told_in_the_guilds_own_words_and_without_what_it_took_out(house: House) -> None:
    first, second = list(DEMANDS)[:2]
    async with house.database.begin() as connection:
        await records.keep_demand(
            connection,
            GUILD,
            first,
            {"title": "Ours", "text": "Our words", "origin": None, "group": DEMANDS[first].group},
        )
        await records.keep_demand(
            connection, GUILD, second, {"title": None, "text": None, "origin": None, "group": None}
        )
    library = {demand.id: demand for demand in await house.choices.library(GUILD)}
    assert library[first].title == "Ours"
    assert library[first].group is DEMANDS[first].group
    assert second not in library
    assert len(library) == len(DEMANDS) - 1
    assert len(await house.choices.library(ELSEWHERE_ORGANIZER.guild_id)) == len(DEMANDS)


async def test_one_reads_back_the_name_one_signed_with_and_nobody_elses(house: House) -> None:
    draft = await begun(house, level=Visibility.ORGANIZERS)
    petition = await house.petitions.submit(WORKER, draft.petition.id)
    for actor, name in ((WORKER, "Ana of QA"), (ANOTHER, "Ben")):
        await house.petitions.sign(actor, petition.id, petition.wording.hash, Condition(), name)
    assert (await house.petitions.standing(WORKER, petition.id)).name == "Ana of QA"
    assert (await house.petitions.standing(ANOTHER, petition.id)).name == "Ben"
    assert (await house.petitions.standing(ORGANIZER, petition.id)).name is None
    assert "Ana" not in repr(await house.petitions.standing(WORKER, petition.id))


async def test_whoever_could_not_sign_is_told_so_before_filling_anything_in(house: House) -> None:
    await keeps(house, PetitionSettings(members_may_start=True, supporters=2, gates=Gates(role_id=RoleId(7))))
    draft = await begun(house)
    with pytest.raises(NotOpenForSigning):
        await house.petitions.signable(WORKER, draft.petition.id, draft.petition.wording.hash)
    petition = await house.petitions.submit(WORKER, draft.petition.id)
    with pytest.raises(GatesNotMet):
        await house.petitions.signable(WORKER, petition.id, petition.wording.hash)
    with_role = Actor(GUILD, WORKER.user_id, frozenset({RoleId(7)}))
    assert await house.petitions.signable(with_role, petition.id, petition.wording.hash) == petition


async def test_only_those_who_signed_rate_an_answer_and_once(house: House) -> None:
    draft = await begun(house)
    petition = await house.petitions.submit(WORKER, draft.petition.id)
    await house.petitions.sign(WORKER, petition.id, petition.wording.hash, Condition())
    with pytest.raises(NotInThisState):
        await house.petitions.rate(WORKER, petition.id, "enough")
    async with house.database.begin() as connection:
        await records.save(connection, (await kept(connection, draft)), state=State.ANSWERED)
    for rating in ("partly", "no", "partly"):
        await house.petitions.rate(WORKER, petition.id, rating)
    await house.petitions.rate(ANOTHER, petition.id, "no")
    assert await house.roll.ratings(petition.id) == {"partly": 1}
    with pytest.raises(NotInThisState):
        await house.petitions.rate(WORKER, petition.id, "splendid")
