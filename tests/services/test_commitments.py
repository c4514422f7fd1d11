"""Promises of the employer: noted once, told when it matters; reports count towards them behind the gate alone."""

import asyncio
import random
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.commitments.rules import CommitmentGone, DayTooFar, PromiseMissing, Source, Standing, State
from bot.commitments.service import BREACH, Listed
from bot.database.audit import DESK, PUBLIC, newest
from bot.database.tables import tallies
from bot.ids import Actor, CaseId, CommitmentId, UserId
from bot.petitions.rules import PetitionGone
from bot.refusals import NotAnOrganizer, NotSetUp
from bot.reports.rules import CaseGone
from bot.townhalls.rules import HallGone
from tests.house import ELSEWHERE, ELSEWHERE_ORGANIZER, GUILD, ORGANIZER, WORKER, House
from tests.services.halls import halls_of, scheduled
from tests.services.petitions import opened, terms_of

MOST_DIGESTS = 80  # each draws lots; this many without a move never happen
K = 5


def today(house: House) -> date:
    return house.clock.now().date()


async def noted(house: House, days: int | None = None, text: str = "No layoffs", form: str = "") -> CommitmentId:
    due_on = None if days is None else today(house) + timedelta(days=days)
    return (await house.commitments.note(ORGANIZER, form or f"form of {text}", text, "contract", due_on)).id


async def listed(house: House, actor: Actor = WORKER) -> list[Listed]:
    return list((await house.commitments.listed(actor)).listed)


async def standings(house: House) -> list[tuple[str, str]]:
    return [(each.commitment.promise.text, each.standing.value) for each in await listed(house)]


async def chain(house: House, which: str = PUBLIC) -> list[str]:
    async with house.database.begin() as connection:
        return [entry.action for entry in await newest(connection, GUILD, 100, which)][::-1]


async def breach(house: House) -> dict[str, tuple[int, int]]:
    """Return the true count and the number shown of each promise's cell."""
    query = select(tallies.c.value, tallies.c.count.label("true_count"), tallies.c.shown)
    async with house.database.begin() as connection:
        rows = await connection.execute(query.where(tallies.c.dimension == BREACH))
        return {row.value: (row.true_count, row.shown) for row in rows}


async def counted(house: House, commitment_id: str) -> int:
    return (await breach(house)).get(commitment_id, (0, 0))[0]


async def digest(house: House, since_days: int = 7) -> dict[str, Any]:
    now = house.clock.now()
    moment = timedelta(seconds=1)  # what is noted now is before the end of the window
    since, until = now - timedelta(days=since_days) + moment, now + moment
    async with house.database.begin() as connection:
        return await house.commitments.for_digest(connection, GUILD, since, until)


# Noting


async def test_what_was_promised_is_for_every_member_to_read_and_for_organizers_to_note(house: House) -> None:
    await house.set_up()
    await house.commitments.note(
        ORGANIZER, "a form", " No layoffs\u202e ", "contract", today(house), "https://a.example"
    )
    overview = await house.commitments.listed(WORKER)
    (found,) = overview.listed
    assert (overview.is_organizer, (await house.commitments.listed(ORGANIZER)).is_organizer) == (False, True)
    assert (found.commitment.promise.text, found.commitment.promise.link) == ("No layoffs", "https://a.example")
    assert (found.standing, found.at_least) == (Standing.DUE, None)
    for deed in (
        house.commitments.starter(WORKER),
        house.commitments.note(WORKER, "another form", "Pay", "contract"),
        house.commitments.change(WORKER, found.commitment.id, "Pay", "contract", None, ""),
        house.commitments.set_state(WORKER, found.commitment.id, State.KEPT),
    ):
        with pytest.raises(NotAnOrganizer):
            await deed
    assert await listed(house) == [found]


async def test_the_same_form_notes_one_promise_however_often_it_comes(house: House) -> None:
    await house.set_up()
    before = await chain(house)
    made = await asyncio.gather(
        *(house.commitments.note(ORGANIZER, "a form", "No layoffs", "contract") for _ in range(4))
    )
    assert len({each.id for each in made}) == len(await listed(house)) == 1
    assert (await chain(house))[len(before) :] == ["noted what the employer promised"]


async def test_what_is_wrong_with_a_promise_is_said_and_nothing_is_kept(house: House) -> None:
    await house.set_up()
    before = await chain(house)
    with pytest.raises(PromiseMissing):
        await house.commitments.note(ORGANIZER, "a form", " ", "contract")
    with pytest.raises(DayTooFar):
        await house.commitments.note(ORGANIZER, "a form", "Pay", "contract", today(house) + timedelta(days=4000))
    assert (await listed(house), await chain(house)) == ([], before)


async def test_a_promise_can_come_from_a_petition_of_this_server_and_no_other(house: House) -> None:
    await house.set_up()
    await house.set_up_elsewhere()
    petition = await opened(house)
    made = await house.commitments.note(ORGANIZER, "a form", "Training", "", petition_id=petition.id)
    assert (made.promise.source, made.petition_id) == (Source.PETITION, petition.id)
    words, terms = terms_of(house, petition.terms.visibility)
    draft = await house.petitions.start(ORGANIZER, "a draft", words, terms)
    for actor, wrong in (
        (ELSEWHERE_ORGANIZER, petition.id),
        (ORGANIZER, draft.id),
        (ORGANIZER, "zzzzzzzz"),
        (ORGANIZER, "\x00"),
    ):
        with pytest.raises(PetitionGone):
            await house.commitments.note(actor, "another form", "Training", "", petition_id=wrong)
    assert len(await listed(house)) == 1


async def test_a_promise_can_come_from_a_town_hall_of_this_server_and_no_other(house: House) -> None:
    await halls_of(house)
    await house.set_up_elsewhere()
    hall = await scheduled(house)
    made = await house.commitments.note(ORGANIZER, "a form", "Training", "other", hall_id=hall.id)
    assert (made.promise.source, made.hall_id) == (Source.TOWNHALL, hall.id)
    for actor, wrong in ((ELSEWHERE_ORGANIZER, hall.id), (ORGANIZER, "zzzzzzzz"), (ORGANIZER, "\x00")):
        with pytest.raises(HallGone):
            await house.commitments.note(actor, "another form", "Training", "", hall_id=wrong)


async def test_what_became_of_it_is_in_the_public_chain_once_for_each_change(house: House) -> None:
    await house.set_up()
    promise = await noted(house, -3)
    before = await chain(house)
    assert await standings(house) == [("No layoffs", "overdue")]
    for state in (State.KEPT, State.KEPT, State.BROKEN, State.OPEN):
        await house.commitments.set_state(ORGANIZER, promise, state)
        assert (await listed(house))[0].commitment.state is state
    await asyncio.gather(*(house.commitments.set_state(ORGANIZER, promise, State.KEPT) for _ in range(4)))
    await house.commitments.change(ORGANIZER, promise, "No layoffs at all", "other", None, "")
    assert (await listed(house))[0].commitment.promise.text == "No layoffs at all"
    assert (await chain(house))[len(before) :] == [
        "noted that a promise was kept",
        "noted that a promise was broken",
        "opened a promise again",
        "noted that a promise was kept",
        "changed how a promise is noted",
    ]


async def test_one_noted_by_mistake_shows_nowhere_and_cannot_be_touched(house: House) -> None:
    await house.set_up()
    await house.set_up_elsewhere()
    promise, stays = await noted(house, -3), await noted(house, 1, "Pay rise")
    await house.commitments.set_state(ORGANIZER, promise, State.DROPPED)
    assert await standings(house) == [("Pay rise", "due")]
    assert set(await digest(house)) == {"due"}
    async with house.database.begin() as connection:
        assert [each.commitment.id for each in await house.commitments.open_ones(connection, GUILD)] == [stays]
    with pytest.raises(CommitmentGone):
        await noted(house, -3)  # by the same form
    for actor, wrong in ((ORGANIZER, promise), (ORGANIZER, "\x00"), (ELSEWHERE_ORGANIZER, stays)):
        with pytest.raises(CommitmentGone):
            await house.commitments.read(actor, wrong)
        with pytest.raises(CommitmentGone):
            await house.commitments.set_state(actor, wrong, State.OPEN)
        with pytest.raises(CommitmentGone):
            await house.commitments.change(actor, wrong, "Pay", "other", None, "")


async def test_where_steward_is_not_set_up_nothing_is_listed(house: House) -> None:
    with pytest.raises(NotSetUp):
        await house.commitments.listed(Actor(ELSEWHERE, UserId(1)))


# What digests tell


async def test_a_digest_tells_what_is_overdue_or_due_and_what_was_kept_or_broken_since(house: House) -> None:
    await house.set_up()
    names = {"overdue": -1, "due": 14, "later": 15, "kept": 3, "broken": -3}
    made = {name: await noted(house, days, name) for name, days in names.items()}
    await noted(house, None, "no day")
    for state in (State.KEPT, State.BROKEN):
        await house.commitments.set_state(ORGANIZER, made[state.value], state)
    day = {name: (today(house) + timedelta(days=days)).isoformat() for name, days in names.items()}
    told = {name: {"first": [[name, day[name], None]], "more": 0} for name in names if name != "later"}
    assert await digest(house) == told
    house.clock.move_to(house.clock.now() + timedelta(days=1))
    later = await digest(house, since_days=1)
    assert set(later) == {"overdue", "due"}, "what became of a promise is told once"
    assert [text for text, *_ in later["due"]["first"]] == ["due", "later"]


async def test_of_many_promises_five_of_a_kind_are_told_the_longest_overdue_first(house: House) -> None:
    await house.set_up()
    for number in range(7):
        await noted(house, -1 - number, f"promise {number}")
    told = (await digest(house))["overdue"]
    assert ([text for text, *_ in told["first"]], told["more"]) == ([f"promise {n}" for n in (6, 5, 4, 3, 2)], 2)


async def test_urgent_news_is_told_once(house: House) -> None:
    await house.set_up()
    await noted(house, 4, "No layoffs")
    told: list[tuple[int, str]] = []
    for day in range(10):
        since = house.clock.now()
        house.clock.move_to(since + timedelta(days=1))
        async with house.database.begin() as connection:
            news = await house.commitments.urgent(connection, GUILD, since, house.clock.now())
            assert await house.commitments.urgent(connection, ELSEWHERE, since, house.clock.now()) == {}
        told += [(day, name) for name, group in news.items() for _ in group["first"]]
    assert told == [(1, "due"), (4, "overdue")]


async def test_for_bargaining_there_is_what_is_neither_kept_nor_broken(house: House) -> None:
    await house.set_up()
    await noted(house, -1, "overdue")
    kept = await noted(house, -1, "kept")
    await noted(house, None, "open")
    await house.commitments.set_state(ORGANIZER, kept, State.KEPT)
    async with house.database.begin() as connection:
        found = await house.commitments.open_ones(connection, GUILD)
    assert [(each.commitment.promise.text, each.standing) for each in found] == [
        ("overdue", Standing.OVERDUE),
        ("open", Standing.OPEN),
    ]


# Reports as evidence


async def cases(house: House, many: int, *, is_confirmed: bool = True) -> list[tuple[str, CaseId]]:
    """File as many reports and return their codes and cases."""
    codes = [await house.file(f"report {number}") for number in range(many)]
    await house.release()
    found = [(str(code), (await house.case(code)).id) for code in codes]
    if is_confirmed:
        await house.confirm()
    return found


async def deleted(house: House, case: CaseId) -> None:
    guild = await house.guilds.ready(GUILD)
    async with house.database.begin() as connection:
        await house.desk.delete(connection, guild, {"case": case})


async def test_a_case_is_evidence_against_one_promise_at_most_and_leaves_a_row_at_the_desk(house: House) -> None:
    await house.set_up()
    ((code, case),) = await cases(house, 1)
    one, other = await noted(house, 1, "one"), await noted(house, 1, "other")
    assert (await house.desk.link(ORGANIZER, case, one)).commitment_id == one
    assert (await counted(house, one), await counted(house, other)) == (1, 0)
    assert (await house.desk.link(ORGANIZER, case, other)).commitment_id == other
    assert (await counted(house, one), await counted(house, other)) == (0, 1)
    assert (await house.case(code)).commitment_id is None, "its reporter is not told"
    assert (await house.desk.unlink(ORGANIZER, case)).commitment_id is None
    assert (await counted(house, one), await counted(house, other)) == (0, 0)
    assert (await chain(house, DESK))[-3:] == [
        *["took a case as evidence of a broken promise"] * 2,
        "took a case off a promise",
    ]


async def test_nobody_links_what_is_not_of_their_server_or_not_there(house: House) -> None:
    await house.set_up()
    await house.set_up_elsewhere()
    ((_, case),) = await cases(house, 1)
    promise = await noted(house)
    theirs = (await house.commitments.note(ELSEWHERE_ORGANIZER, "a form", "Pay", "contract")).id
    gone = await noted(house, None, "a mistake")
    await house.commitments.set_state(ORGANIZER, gone, State.DROPPED)
    for wrong in (theirs, gone, "zzzzzzzz", "\x00", ""):
        with pytest.raises(CommitmentGone):
            await house.desk.link(ORGANIZER, case, wrong)
    with pytest.raises(CaseGone):
        await house.desk.link(ELSEWHERE_ORGANIZER, case, theirs)
    with pytest.raises(NotAnOrganizer):
        await house.desk.link(WORKER, case, promise)
    with pytest.raises(NotAnOrganizer):
        await house.desk.unlink(WORKER, case)
    assert await breach(house) == {}


async def test_evidence_counts_while_its_case_does_whichever_way_it_begins_or_ceases(house: House) -> None:
    await house.set_up()
    promise = await noted(house)
    (_, case), (_, other), (_, third), (code, fourth) = await cases(house, 4, is_confirmed=False)
    await house.desk.link(ORGANIZER, case, promise)
    assert await counted(house, promise) == 0, "not confirmed"
    await house.desk.confirm(ORGANIZER, case, is_confirmed=True)
    assert await counted(house, promise) == 1
    await house.desk.confirm(ORGANIZER, case, is_confirmed=False)
    assert await counted(house, promise) == 0
    for each in (case, other, third, fourth):
        await house.desk.confirm(ORGANIZER, each, is_confirmed=True)
        await house.desk.link(ORGANIZER, each, promise)
    assert await counted(house, promise) == 4
    await house.desk.merge(ORGANIZER, case, other)
    assert await counted(house, promise) == 3
    await house.desk.separate(ORGANIZER, case)
    assert await counted(house, promise) == 4
    await house.desk.merge(ORGANIZER, case, other)
    await deleted(house, other)  # the case that was joined to it stands for itself again
    assert await counted(house, promise) == 3
    await deleted(house, case)
    assert await counted(house, promise) == 2
    await house.reports.withdraw(code)
    assert await counted(house, promise) == 1
    await house.desk.unlink(ORGANIZER, third)
    assert await counted(house, promise) == 0


async def test_a_withdrawn_report_leaves_nothing_and_what_is_joined_to_it_counts_for_itself(house: House) -> None:
    await house.set_up()
    promise = await noted(house)
    (code, stands), (_, joined) = await cases(house, 2)
    for each in (stands, joined):
        await house.desk.link(ORGANIZER, each, promise)
    await house.desk.merge(ORGANIZER, joined, stands)
    assert await counted(house, promise) == 1
    await house.reports.withdraw(code)
    assert await counted(house, promise) == 1, "the other one still says so"
    await deleted(house, joined)
    assert {count for count, _ in (await breach(house)).values()} == {0}


async def test_what_is_too_old_stays_counted_and_its_heir_is_not_counted_beside_it(house: House) -> None:
    await house.set_up()
    promise = await noted(house)
    ((_, old), (_, alone)) = await cases(house, 2)
    house.clock.move_to(house.clock.now() + timedelta(days=28))
    await house.desk.page(ORGANIZER)
    young = next(case for _, case in await cases(house, 1) if case not in (old, alone))
    for each in (old, alone, young):
        await house.desk.link(ORGANIZER, each, promise)
    await house.desk.merge(ORGANIZER, young, old)
    assert await counted(house, promise) == 2
    guild = await house.guilds.ready(GUILD)
    house.clock.move_to(house.clock.now() + timedelta(days=guild.retention_days - 14))
    await house.releases.expire_due()
    assert await house.case_ids() == [young]
    assert await counted(house, promise) == 2
    await deleted(house, young)
    assert await counted(house, promise) == 1, "of the one that grew old alone, the number stays"


@pytest.mark.parametrize("seed", range(2))
async def test_the_cells_are_exact_after_whatever_was_done_in_whatever_order(house: House, seed: int) -> None:
    await house.set_up()
    chance = random.Random(seed)
    promises = [await noted(house, 1, name) for name in ("one", "other")]
    there = {case: None for _, case in await cases(house, 6)}
    for step in range(30):
        case, into = chance.choice(list(there)), chance.choice(list(there))
        match chance.choice(["link", "link", "unlink", "confirm", "take back", "join", "separate"]):
            case "link":
                await house.desk.link(ORGANIZER, case, chance.choice(promises))
            case "unlink":
                await house.desk.unlink(ORGANIZER, case)
            case "confirm" | "take back" as deed:
                await house.desk.confirm(ORGANIZER, case, is_confirmed=deed == "confirm")
            case "join":
                if case != into and (await house.desk.open(ORGANIZER, into)).merged_into is None:
                    await house.desk.merge(ORGANIZER, case, into)
            case "separate":
                await house.desk.separate(ORGANIZER, case)
        found = [await house.desk.open(ORGANIZER, each) for each in there] if step % 5 == 0 else []
        for promise in promises if found else []:
            assert await counted(house, promise) == sum(each.counts and each.commitment_id == promise for each in found)


async def test_nobody_reads_a_number_of_reports_before_a_digest_may_show_it(house: House) -> None:
    await house.set_up()
    promise, few = await noted(house, -1, "broken often"), await noted(house, -1, "broken seldom")
    found = await cases(house, 3 * K)
    for _, case in found[: K - 1]:
        await house.desk.link(ORGANIZER, case, few)
    for _, case in found[K - 1 :]:
        await house.desk.link(ORGANIZER, case, promise)
    assert {each.at_least for each in await listed(house)} == {None}
    for _ in range(MOST_DIGESTS):
        await house.digest()
        if (await breach(house))[promise][1]:
            break
    shown = {each.commitment.id: each.at_least for each in await listed(house)}
    assert shown[few] is None, "fewer than k are never shown"
    assert shown[promise] in {K, 2 * K}
    told = {text: number for text, _, number in (await digest(house))["overdue"]["first"]}
    assert told == {"broken often": shown[promise], "broken seldom": None}
    for code, _ in found:
        await house.reports.withdraw(code)
    assert {each.commitment.id: each.at_least for each in await listed(house)} == shown, "what was published stays"
    assert {count for count, _ in (await breach(house)).values()} == {0}


async def test_a_promise_noted_by_mistake_keeps_its_cell_and_shows_nowhere(house: House) -> None:
    await house.set_up()
    promise = await noted(house)
    ((code, case), _) = await cases(house, 2)
    await house.desk.link(ORGANIZER, case, promise)
    await house.commitments.set_state(ORGANIZER, promise, State.DROPPED)
    assert await counted(house, promise) == 1
    assert await listed(house) == []
    assert await house.commitments.text_of(ORGANIZER, promise) is None
    await house.reports.withdraw(code)
    assert await counted(house, promise) == 0
