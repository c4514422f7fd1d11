"""What organizers do with petitions: alone, by two, and what nobody can do; and what is left after each."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyrage
import pytest
import pytest_asyncio

from bot import failpoints
from bot.approvals.rules import State as Decision
from bot.database import audit
from bot.guilds import records as guild_records
from bot.guilds.rules import Use
from bot.ids import Actor, ChannelId, GuildId, RoleId, UserId
from bot.petitions import records, rules
from bot.petitions.choices import (
    MOST_OF_OWN,
    DemandGone,
    DemandIncomplete,
    PetitionSettings,
    RollKeptOutOfRange,
    TooManyOwnDemands,
)
from bot.petitions.conditions import Condition
from bot.petitions.conduct import DELIVER, TAKE_DOWN, AnswerMissing, AnswerTooLong, NoSuchReason
from bot.petitions.export import record
from bot.petitions.handovers import NamesNotShown, NotCountedYet, RollGone
from bot.petitions.records import Progress
from bot.petitions.rules import Event, Petition, State, Terms, Visibility
from bot.petitions.service import key_of
from bot.petitions.taxonomy import DEMANDS
from bot.petitions.wording import compose
from bot.refusals import NotAnOrganizer
from bot.vault.sealing import Unreadable, open_pair
from tests.house import (
    ADMINISTRATOR,
    ELSEWHERE_ORGANIZER,
    GUILD,
    ORGANIZER,
    ROLE,
    WORKER,
    House,
)

SECOND = Actor(GUILD, UserId(212_345_678_901_234_599), frozenset({ROLE}))
WORDS = compose("Paid training", "The board", ["Training in working hours"], "We learn it in the evening.")
NO_CONDITION = Condition()


@pytest_asyncio.fixture
async def home(house: House) -> AsyncIterator[House]:
    """A server with two organizers who can be told of proposals."""
    await house.set_up()
    await house.guilds.choose_organizers(ADMINISTRATOR, frozenset({ORGANIZER.user_id, SECOND.user_id}))
    for use, channel in ((Use.PETITIONS, 11), (Use.ORGANIZERS, 12)):
        await house.guilds.choose_channel(ADMINISTRATOR, use, ChannelId(channel))
    yield house
    failpoints.watch(None)


def member(number: int) -> Actor:
    return Actor(GUILD, UserId(300_000_000_000_000_000 + number))


async def draft(house: House, visibility: Visibility = Visibility.ORGANIZERS, **units: int) -> Petition:
    terms = Terms(visibility, 5, 3, house.clock.now() + timedelta(days=30))
    petition = await house.petitions.start(ORGANIZER, house.petitions.new_form(), WORDS, terms, units)
    return await house.petitions.submit(ORGANIZER, petition.id)


async def opened(house: House, visibility: Visibility = Visibility.ORGANIZERS, **units: int) -> Petition:
    return await house.conduct.publish(ORGANIZER, (await draft(house, visibility, **units)).id)


async def sign(house: House, petition: Petition, number: int, condition: Condition = NO_CONDITION) -> None:
    await house.petitions.sign(member(number), petition.id, WORDS.hash, condition, f"Signer {number}")


async def reached(house: House, visibility: Visibility = Visibility.ORGANIZERS, many: int = 6) -> Petition:
    petition = await opened(house, visibility)
    for number in range(many):
        await sign(house, petition, number)
    house.clock.later(minutes=30)
    await house.counting.refresh_due()
    assert await state(house, petition) is State.REACHED
    return petition


async def tick(house: House, times: int = 1) -> None:
    for _ in range(times):
        house.clock.later(minutes=1)
        await house.counting.refresh_due()
        await house.handovers.finish_due()


async def agreed(house: House, petition: Petition, kind: str, event: Event, reason: str = "") -> Decision:
    contents = await house.conduct.proposable(ORGANIZER, petition.id, event, reason)
    proposal = await house.approvals.propose(ORGANIZER, kind, contents)
    await house.approvals.approve(SECOND, ORGANIZER, proposal.id, proposal.seal)
    house.clock.later(**{"hours": 12} if kind == DELIVER else {"seconds": 1})
    (due,) = await house.approvals.matured()
    return await house.approvals.carry_out(due, ORGANIZER, SECOND)


async def delivered(
    house: House, visibility: Visibility = Visibility.ORGANIZERS, many: int = 6, waiting: int = 0
) -> Petition:
    petition = await reached(house, visibility, many)
    for number in range(waiting):
        await sign(house, petition, 50 + number, Condition(at_least=1000))
    assert await agreed(house, petition, DELIVER, Event.DELIVER) is Decision.DONE
    await tick(house, 2)
    return petition


async def state(house: House, petition: Petition) -> State:
    return (await found(house, petition))[0].state


async def found(house: House, petition: Petition) -> tuple[Petition, Progress]:
    async with house.database.begin() as connection:
        now = await records.find(connection, petition.id)
        assert now is not None
        return now, (await records.progress(connection, [petition.id]))[petition.id]


async def told(house: House) -> list[tuple[str, Any]]:
    async with house.database.begin() as connection:
        rows = await audit.newest(connection, GUILD, 1000)
    return [(each.action, dict(each.details)) for each in sorted(rows, key=lambda each: each.position)]


# Alone


async def test_an_organizer_opens_a_petition_that_still_seeks_supporters(home: House) -> None:
    petition = await opened(home)
    now, _ = await found(home, petition)
    assert now.state is State.OPEN
    assert now.opened_at == home.clock.now()
    await sign(home, petition, 1)
    assert ("published a petition", {"petition": petition.id}) in await told(home)


async def test_a_rejected_petition_says_why_and_keeps_no_signature(home: House) -> None:
    petition = await draft(home)
    await sign(home, petition, 1)
    with pytest.raises(NoSuchReason):
        await home.conduct.reject(ORGANIZER, petition.id, "because")
    await home.conduct.reject(ORGANIZER, petition.id, "personal")
    now, progress = await found(home, petition)
    assert (now.state, progress.rejection) == (State.REJECTED, "personal")
    assert await home.roll.all(petition.id) == []
    assert home.keys.own(key_of(petition.id)) is None
    assert ("rejected a petition", {"petition": petition.id, "reason": "personal"}) in await told(home)
    with pytest.raises(rules.NotOpenForSigning):
        await sign(home, petition, 2)


@pytest.mark.parametrize("somebody", [WORKER, ADMINISTRATOR, replace(ORGANIZER, role_ids=frozenset()), member(1)])
async def test_nobody_else_does_what_organizers_do(home: House, somebody: Actor) -> None:
    petition = await draft(home)
    attempts = [
        home.conduct.listed(somebody),
        home.conduct.panel(somebody, petition.id),
        home.conduct.publish(somebody, petition.id),
        home.conduct.reject(somebody, petition.id, "personal"),
        home.conduct.record_answer(somebody, petition.id, "No."),
        home.conduct.close(somebody, petition.id),
        home.conduct.proposable(somebody, petition.id, Event.DELIVER),
        home.handovers.sealed_names(somebody, petition.id),
        home.handovers.export(somebody, petition.id),
        home.choices.settings(somebody),
        home.choices.let_members_start(somebody, may_start=True),
        home.choices.choose_role(somebody, None),
        home.choices.choose_numbers(somebody, 3, 0, 0, 183),
        home.choices.keep_demand(somebody, "own-00000000", "jobs", "Title", "Text", ""),
        home.choices.take_out(somebody, "no-layoffs"),
        home.choices.put_back(somebody, "no-layoffs"),
    ]
    answers = await asyncio.gather(*attempts, return_exceptions=True)
    assert {type(answer) for answer in answers} == {NotAnOrganizer}


async def test_an_organizer_of_another_server_finds_no_petition_here(home: House) -> None:
    petition = await opened(home)
    await home.set_up_elsewhere()
    for attempt in (
        home.conduct.panel(ELSEWHERE_ORGANIZER, petition.id),
        home.conduct.close(ELSEWHERE_ORGANIZER, petition.id),
        home.handovers.names(ELSEWHERE_ORGANIZER, petition.id),
        home.handovers.export(ELSEWHERE_ORGANIZER, petition.id),
    ):
        with pytest.raises(rules.PetitionGone):
            await attempt


async def test_a_server_that_joined_sees_its_own_signers_and_cannot_act(home: House) -> None:
    await home.set_up_elsewhere()
    petition = await opened(home)
    async with home.database.begin() as connection:
        await records.join(connection, petition.id, ELSEWHERE_ORGANIZER.guild_id)
    await sign(home, petition, 1)
    theirs = Actor(ELSEWHERE_ORGANIZER.guild_id, member(2).user_id)
    await home.petitions.sign(theirs, petition.id, WORDS.hash, NO_CONDITION, "From elsewhere")
    assert (await home.handovers.names(ORGANIZER, petition.id)).names == ["Signer 1"]
    assert (await home.handovers.names(ELSEWHERE_ORGANIZER, petition.id)).names == ["From elsewhere"]
    assert not (await home.conduct.panel(ELSEWHERE_ORGANIZER, petition.id)).is_home
    with pytest.raises(rules.PetitionGone):
        await home.conduct.proposable(ELSEWHERE_ORGANIZER, petition.id, Event.TAKE_DOWN, "personal")


async def test_a_draft_is_nobodys_but_its_authors(home: House) -> None:
    terms = Terms(Visibility.COUNT, 5, 3, home.clock.now() + timedelta(days=30))
    petition = await home.petitions.start(SECOND, home.petitions.new_form(), WORDS, terms)
    assert await home.conduct.listed(ORGANIZER) == []
    with pytest.raises(rules.PetitionGone):
        await home.conduct.panel(ORGANIZER, petition.id)


# Names


async def test_organizers_read_the_names_of_those_who_count_in_no_order_of_signing(home: House) -> None:
    petition = await opened(home)
    for number in (3, 1, 2):
        await sign(home, petition, number)
    await sign(home, petition, 4, Condition(at_least=2))
    await sign(home, petition, 5, Condition(at_least=100))
    page = await home.handovers.names(ORGANIZER, petition.id)
    assert page.names == ["Signer 1", "Signer 2", "Signer 3"], "whoever waits for others may still fall"
    with pytest.raises(NamesNotShown):
        await home.handovers.names(WORKER, petition.id)
    assert [action for action, _ in await told(home)].count("looked at the names under a petition") == 1


async def test_once_handed_over_those_whose_condition_held_are_shown_too(home: House) -> None:
    petition = await reached(home)
    await sign(home, petition, 8, Condition(at_least=7))
    await sign(home, petition, 9, Condition(at_least=100))
    await agreed(home, petition, DELIVER, Event.DELIVER)
    await tick(home, 2)
    names = (await home.handovers.names(ORGANIZER, petition.id)).names
    assert "Signer 8" in names
    assert "Signer 9" not in names


async def test_public_names_are_for_everybody(home: House) -> None:
    petition = await opened(home, Visibility.PUBLIC)
    await sign(home, petition, 1)
    assert (await home.handovers.names(WORKER, petition.id)).names == ["Signer 1"]


async def test_where_only_the_count_is_kept_there_are_no_names_to_show(home: House) -> None:
    petition = await delivered(home, Visibility.COUNT)
    with pytest.raises(NamesNotShown):
        await home.handovers.names(ORGANIZER, petition.id)
    assert [each.name for each in await home.roll.all(petition.id)] == [None] * 6
    assert json.loads(record((await home.handovers.export(ORGANIZER, petition.id)).handover))["entries"] == []


async def test_names_come_in_pages(home: House) -> None:
    petition = await reached(home, many=25)
    first = await home.handovers.names(ORGANIZER, petition.id)
    last = await home.handovers.names(ORGANIZER, petition.id, 99)
    assert (first.pages, last.number, len(first.names), len(last.names)) == (2, 1, 20, 5)
    assert not set(first.names) & set(last.names)


async def test_sealed_names_take_two_keys_and_the_goal(home: House) -> None:
    one, two, other = (pyrage.x25519.Identity.generate() for _ in range(3))
    async with home.database.begin() as connection:
        guild = await guild_records.get(connection, GUILD)
        assert guild is not None
        keys = {ORGANIZER.user_id: str(one.to_public()), SECOND.user_id: str(two.to_public())}
        await guild_records.save(connection, replace(guild, keys=keys))
    petition = await opened(home, Visibility.SEALED)
    await sign(home, petition, 0)
    for attempt in (home.handovers.names, home.handovers.sealed_names):
        with pytest.raises(NamesNotShown):
            await attempt(ORGANIZER, petition.id)
    for number in range(1, 5):
        await sign(home, petition, number)
    await tick(home)
    with pytest.raises(NamesNotShown):
        await home.handovers.names(ORGANIZER, petition.id)
    file, parts = await home.handovers.sealed_names(ORGANIZER, petition.id)
    assert parts == 1
    names = [open_pair(each.encode(), two, one)["name"] for each in json.loads(file)["names"]]
    assert sorted(names) == [f"Signer {number}" for number in range(5)]
    for pair in ((one, one), (one, other)):
        with pytest.raises(Unreadable):
            open_pair(json.loads(file)["names"][0].encode(), *pair)
    await agreed(home, petition, DELIVER, Event.DELIVER)
    await tick(home, 2)
    export = await home.handovers.export(ORGANIZER, petition.id)
    assert export.sealed_parts == 1
    assert export.handover.entries == sorted(
        hashlib.sha256(each.encode()).hexdigest() for each in json.loads(file)["names"]
    )


# By two


async def test_a_delivery_takes_two_and_half_a_day_and_ends_withdrawals(home: House) -> None:
    petition = await reached(home)
    proposal = await home.approvals.propose(
        ORGANIZER, DELIVER, await home.conduct.proposable(ORGANIZER, petition.id, Event.DELIVER)
    )
    await home.approvals.approve(SECOND, ORGANIZER, proposal.id, proposal.seal)
    home.clock.later(hours=11, minutes=59)
    assert await home.approvals.matured() == []
    await home.petitions.take_back(member(5), petition.id)
    home.clock.later(minutes=1)
    (due,) = await home.approvals.matured()
    assert await home.approvals.carry_out(due, ORGANIZER, SECOND) is Decision.DONE
    now, progress = await found(home, petition)
    assert (now.state, progress.delivered_at) == (State.DELIVERED, home.clock.now())
    with pytest.raises(rules.SignaturesFinal):
        await home.petitions.take_back(member(1), petition.id)
    with pytest.raises(NotCountedYet):
        await home.handovers.export(ORGANIZER, petition.id)
    await tick(home, 2)
    handover = (await home.handovers.export(ORGANIZER, petition.id)).handover
    assert handover.accounts == 5
    assert sorted(handover.names) == [f"Signer {number}" for number in range(5)]
    rows = await told(home)
    assert ("handed a petition over", {"petition": petition.id}) in rows
    counted = {"petition": petition.id, "accounts": 5, "roll": handover.roll_hash}
    assert ("counted the signatures that were handed over", counted) in rows
    assert ("took the files of a petition", {"petition": petition.id}) in rows


async def test_a_vetoed_delivery_does_nothing(home: House) -> None:
    petition = await reached(home)
    proposal = await home.approvals.propose(
        ORGANIZER, DELIVER, await home.conduct.proposable(ORGANIZER, petition.id, Event.DELIVER)
    )
    await home.approvals.approve(SECOND, ORGANIZER, proposal.id, proposal.seal)
    await home.approvals.veto(ORGANIZER, proposal.id, proposal.seal)
    home.clock.later(hours=13)
    assert await home.approvals.matured() == []
    assert await state(home, petition) is State.REACHED


async def test_a_delivery_dies_with_the_role_of_its_proposer(home: House) -> None:
    petition = await reached(home)
    proposal = await home.approvals.propose(
        ORGANIZER, DELIVER, await home.conduct.proposable(ORGANIZER, petition.id, Event.DELIVER)
    )
    await home.approvals.approve(SECOND, ORGANIZER, proposal.id, proposal.seal)
    home.clock.later(hours=12)
    (due,) = await home.approvals.matured()
    lost = replace(ORGANIZER, role_ids=frozenset())
    assert await home.approvals.carry_out(due, lost, SECOND) is Decision.CANCELLED
    assert await state(home, petition) is State.REACHED


async def test_a_petition_that_was_taken_down_meanwhile_is_not_handed_over(home: House) -> None:
    petition = await reached(home)
    proposal = await home.approvals.propose(
        ORGANIZER, DELIVER, await home.conduct.proposable(ORGANIZER, petition.id, Event.DELIVER)
    )
    await home.approvals.approve(SECOND, ORGANIZER, proposal.id, proposal.seal)
    await agreed(home, petition, TAKE_DOWN, Event.TAKE_DOWN, "secret")
    home.clock.later(hours=12)
    (due,) = await home.approvals.matured()
    assert await home.approvals.carry_out(due, ORGANIZER, SECOND) is Decision.DONE
    now, progress = await found(home, petition)
    assert (now.state, progress.delivered_at) == (State.REJECTED, None)


async def test_an_open_petition_withdrawn_by_its_author_is_not_taken_down_too(home: House) -> None:
    petition = await opened(home)
    contents = await home.conduct.proposable(ORGANIZER, petition.id, Event.TAKE_DOWN, "secret")
    proposal = await home.approvals.propose(ORGANIZER, TAKE_DOWN, contents)
    await home.approvals.approve(SECOND, ORGANIZER, proposal.id, proposal.seal)
    await home.petitions.withdraw(ORGANIZER, petition.id)
    (due,) = await home.approvals.matured()
    await home.approvals.carry_out(due, ORGANIZER, SECOND)
    now, progress = await found(home, petition)
    assert (now.state, progress.rejection) == (State.WITHDRAWN, None)


async def test_what_is_taken_down_keeps_no_signature_and_says_why(home: House) -> None:
    petition = await reached(home)
    await agreed(home, petition, TAKE_DOWN, Event.TAKE_DOWN, "untrue")
    await tick(home, 2)
    now, progress = await found(home, petition)
    assert (now.state, progress.rejection, progress.is_anonymized) == (State.REJECTED, "untrue", True)
    assert await home.roll.all(petition.id) == []
    assert home.keys.own(key_of(petition.id)) is None


@pytest.mark.parametrize("event", [Event.DELIVER, Event.TAKE_DOWN])
async def test_what_cannot_be_done_cannot_be_proposed(home: House, event: Event) -> None:
    petition = await draft(home)
    with pytest.raises(rules.NotInThisState):
        await home.conduct.proposable(ORGANIZER, petition.id, event, "untrue")


async def test_a_signature_written_while_the_petition_was_handed_over_is_counted(home: House) -> None:
    petition = await reached(home)
    await agreed(home, petition, DELIVER, Event.DELIVER)
    await tick(home)
    own = home.keys.own(key_of(petition.id))
    assert own is not None
    template = (await home.roll.all(petition.id))[0]
    await home.roll.sign(petition.id, replace(template, tag=own.tag(member(77).user_id)))
    await tick(home)
    assert (await home.handovers.export(ORGANIZER, petition.id)).handover.accounts == 7


async def test_what_is_handed_over_is_the_same_however_often_steward_dies_on_the_way(home: House) -> None:
    petition = await reached(home)
    for number in range(3):
        await sign(home, petition, 50 + number, Condition(at_least=1000))
    passed: set[str] = set()

    def die(name: str) -> None:
        if name.startswith("delivery: ") and name not in passed:
            passed.add(name)
            raise ConnectionAbortedError(name)

    contents = await home.conduct.proposable(ORGANIZER, petition.id, Event.DELIVER)
    proposal = await home.approvals.propose(ORGANIZER, DELIVER, contents)
    await home.approvals.approve(SECOND, ORGANIZER, proposal.id, proposal.seal)
    home.clock.later(hours=12)
    failpoints.watch(die)
    deaths = 0
    while (await found(home, petition))[1].roll_hash is None or deaths < 5:
        try:
            for due in await home.approvals.matured():
                await home.approvals.carry_out(due, ORGANIZER, SECOND)
            await tick(home, 2)
        except ConnectionAbortedError:
            deaths += 1
            await home.crash()
    assert len(passed) == 5
    export = await home.handovers.export(ORGANIZER, petition.id)
    assert export.handover.accounts == 6
    assert len(await home.roll.all(petition.id)) == 6
    rows = [action for action, _ in await told(home)]
    assert rows.count("handed a petition over") == 1
    assert rows.count("counted the signatures that were handed over") == 1


async def test_signatures_whose_condition_never_held_leave_no_byte(home: House) -> None:
    petition = await reached(home)
    await sign(home, petition, 50, Condition(at_least=1000))
    own = home.keys.own(key_of(petition.id))
    assert own is not None
    tag = own.tag(member(50).user_id)
    assert tag in (home.directory / "vault.db").read_bytes()
    await agreed(home, petition, DELIVER, Event.DELIVER)
    await tick(home, 2)
    assert tag not in (home.directory / "vault.db").read_bytes()


# After it was handed over


async def test_the_answer_is_noted_and_the_petition_closed(home: House) -> None:
    petition = await delivered(home)
    for empty in ("", " \u200b\n", "…"):
        with pytest.raises(AnswerMissing):
            await home.conduct.record_answer(ORGANIZER, petition.id, empty)
    with pytest.raises(AnswerTooLong):
        await home.conduct.record_answer(ORGANIZER, petition.id, "x" * 1501)
    await home.conduct.record_answer(ORGANIZER, petition.id, "  We will look into it. ")
    now, progress = await found(home, petition)
    assert (now.state, progress.answer) == (State.ANSWERED, "We will look into it.")
    assert progress.answered_at == home.clock.now()
    await home.conduct.close(SECOND, petition.id)
    assert await state(home, petition) is State.CLOSED


async def test_ratings_are_shown_in_steps_that_point_at_nobody(home: House) -> None:
    petition = await delivered(home)
    for number in range(7):
        await home.roll.rate(petition.id, bytes([number]) * 32, GUILD, "no" if number < 6 else "enough")
    assert (await home.conduct.panel(ORGANIZER, petition.id)).ratings == {"no": 5}


async def test_the_structure_test_shows_units_from_k_on(home: House) -> None:
    petition = await opened(home, QA=20, Web=20)
    for number in range(6):
        await sign(home, petition, number, Condition(unit="QA"))
    await sign(home, petition, 6, Condition(unit="Web"))
    await tick(home)
    panel = await home.conduct.panel(ORGANIZER, petition.id)
    assert [(each.name, each.percent) for each in panel.units] == [("QA", 25), ("Web", None)]
    assert (panel.percent, list(panel.marks)) == (10, [])


async def test_after_the_servers_time_nothing_remains_but_the_numbers_on_the_card(home: House) -> None:
    petition = await delivered(home)
    tags = [each.tag for each in await home.roll.all(petition.id)]
    names = [each.name for each in await home.roll.all(petition.id)]
    await home.choices.choose_numbers(ORGANIZER, 3, 0, 0, 30)
    await home.conduct.close(ORGANIZER, petition.id)
    home.clock.later(days=29)
    await home.counting.anonymize_due()
    assert len(await home.roll.all(petition.id)) == 6
    home.clock.later(days=1)
    await home.counting.anonymize_due()
    assert home.keys.own(key_of(petition.id)) is None
    with closing((home.directory / "vault.db").open("rb")) as file:
        left = file.read()
    assert not [each for each in (*tags, *names) if each is not None and each in left]
    now, progress = await found(home, petition)
    assert (now.shown, progress.is_anonymized, progress.roll_hash is not None) == (5, True, True)
    with pytest.raises(RollGone):
        await home.handovers.export(ORGANIZER, petition.id)
    assert (await home.handovers.names(ORGANIZER, petition.id)).names == []


# What holds for all petitions of a server


async def test_settings_are_kept_and_changing_them_is_there_for_everybody_to_read(home: House) -> None:
    await home.choices.let_members_start(ORGANIZER, may_start=True)
    await home.choices.choose_role(ORGANIZER, RoleId(5))
    await home.choices.choose_numbers(ORGANIZER, 4, 90, 14, 365)
    assert await home.choices.choose_numbers(ORGANIZER, 4, 90, 14, 365) == PetitionSettings(
        members_may_start=True, supporters=4, gates=rules.Gates(90, 14, RoleId(5)), roll_kept_days=365
    )
    rows = [(action, details) for action, details in await told(home) if "rules for petitions" in action]
    assert [action.split()[0] for action, _ in rows] == ["eased", "tightened", "tightened"]
    assert rows[-1][1] == {
        "supporters": [3, 4],
        "account_age_days": [0, 90],
        "days_in_server": [0, 14],
        "roll_kept_days": [183, 365],
    }


async def test_settings_out_of_range_are_refused_and_change_nothing(home: House) -> None:
    for numbers, refusal in (
        ((1, 0, 0, 183), rules.SupportersOutOfRange),
        ((21, 0, 0, 183), rules.SupportersOutOfRange),
        ((3, -1, 0, 183), rules.GatesOutOfRange),
        ((3, 0, 366, 183), rules.GatesOutOfRange),
        ((3, 0, 0, 29), RollKeptOutOfRange),
        ((3, 0, 0, 731), RollKeptOutOfRange),
    ):
        with pytest.raises(refusal):
            await home.choices.choose_numbers(ORGANIZER, *numbers)
    assert await home.choices.settings(ORGANIZER) == PetitionSettings()


async def test_a_petition_keeps_the_rules_it_was_started_under(home: House) -> None:
    petition = await opened(home)
    await home.choices.choose_numbers(ORGANIZER, 3, 365, 0, 183)
    await sign(home, petition, 1)
    assert (await found(home, petition))[0].gates == rules.NO_GATES


async def test_organizers_word_demands_anew_take_them_out_and_put_them_back(home: House) -> None:
    choices = home.choices
    assert await choices.library(GUILD) == tuple(DEMANDS.values())
    await choices.keep_demand(ORGANIZER, "no-layoffs", "pay", " No  layoffs here ", "Nobody goes.", "")
    await choices.take_out(ORGANIZER, "notice")
    own = await choices.new_demand(ORGANIZER)
    await choices.keep_demand(ORGANIZER, own, "pay", "A raise", "Ten percent more.", "")
    offered = {each.id: each for each in await choices.library(GUILD)}
    assert offered["no-layoffs"].title == "No layoffs here"
    assert offered["no-layoffs"].group == DEMANDS["no-layoffs"].group
    assert offered["no-layoffs"].origin == DEMANDS["no-layoffs"].origin
    assert "notice" not in offered
    assert offered[own].origin == "Written in this server"
    library = await choices.read_library(WORKER)
    assert [each.id for each in library.taken_out] == ["notice"]
    assert not library.is_organizer
    await choices.put_back(ORGANIZER, "notice")
    await choices.put_back(ORGANIZER, "no-layoffs")
    await choices.take_out(ORGANIZER, own)
    assert await choices.library(GUILD) == tuple(DEMANDS.values())
    assert next(details for action, details in await told(home) if "demand" in action) == {"demand": "no-layoffs"}


async def test_a_demand_that_cannot_be_read_or_does_not_fit_is_refused(home: House) -> None:
    keep = home.choices.keep_demand
    for title, text, origin in (
        ("", "Text", ""),
        ("Title", "\u200b", ""),
        ("x" * 91, "Text", ""),
        ("T", "x" * 301, ""),
    ):
        with pytest.raises(DemandIncomplete):
            await keep(ORGANIZER, "own-00000000", "jobs", title, text, origin)
    for demand_id, group in (("own-x", "jobs"), ("unknown", "jobs"), ("own-00000000", "unknown")):
        with pytest.raises(DemandGone):
            await keep(ORGANIZER, demand_id, group, "Title", "Text", "")
    for number in range(MOST_OF_OWN):
        await keep(ORGANIZER, f"own-{number:08x}", "jobs", "Title", "Text", "")
    with pytest.raises(TooManyOwnDemands):
        await keep(ORGANIZER, "own-ffffffff", "jobs", "Title", "Text", "")
    await keep(ORGANIZER, "own-00000000", "jobs", "Changed", "Text", "")
    with pytest.raises(DemandGone):
        await home.choices.take_out(ORGANIZER, "own-ffffffff")


async def test_each_server_has_its_own_library(home: House) -> None:
    await home.choices.take_out(ORGANIZER, "notice")
    assert len(await home.choices.library(GuildId(5))) == len(DEMANDS)
