"""Offline reading: cases are handed over to organizers' own keys, and what cannot be handed over is said."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot import failpoints
from bot.approvals.rules import NeedsTwoOrganizers, Proposal, State
from bot.approvals.service import Action, Approvals
from bot.database import facts
from bot.database.audit import DESK, AuditChain, newest
from bot.database.tables import case_messages, case_notes, case_quotes, cases, outbox, tallies
from bot.guilds.rules import (
    ModeAlready,
    ReadingMode,
    TooFewKeys,
    Use,
)
from bot.ids import Actor, ChannelId, UserId
from bot.refusals import NotAnOrganizer
from bot.reports.desk import OpensHere
from bot.reports.rotation import KIND, STALE, Rotation
from bot.reports.rules import NobodyCouldRead
from bot.reports.seals import Seals
from bot.reports.taxonomy import Dimension
from bot.vault.agefiles import new_identity
from bot.vault.sealing import Identity, Unreadable, open_sealed, recipient, seal
from tests.clock import FixedClock
from tests.house import ADMINISTRATOR, ELSEWHERE, ELSEWHERE_ORGANIZER, GUILD, ORGANIZER, ROLE, WORKER, House

SECOND = Actor(GUILD, UserId(212_345_678_901_234_601), frozenset({ROLE}))
THIRD = Actor(GUILD, UserId(212_345_678_901_234_602), frozenset({ROLE}))
CHANNEL = ChannelId(812_345_678_901_234_782)


class PowerCut(Exception):
    """Stand in for a crash."""


@dataclass
class Local:
    """A guild with three organizers, what they decide together, and the keys they keep at home."""

    house: House
    own: dict[UserId, Identity]

    @property
    def rotation(self) -> Rotation:
        return Rotation(self.house.guilds, self.house.database, Seals(self.house.keys))

    @property
    def approvals(self) -> Approvals:
        chain = AuditChain(self.house.keys.tags)
        made = Approvals(self.house.guilds, self.house.database, chain, self.house.clock)
        none = self.house.clock.now() - self.house.clock.now()
        made.register("guilds:key", Action(none, self.house.guilds.register_key))
        made.register("guilds:mode", Action(none, self.rotation.change_mode))
        made.register("guilds:organizers", Action(none, self.house.guilds.replace_organizers))
        return made

    async def agreed(self, kind: str, contents: Mapping[str, Any], by: Actor = ORGANIZER) -> Proposal:
        other = SECOND if by is ORGANIZER else ORGANIZER
        proposal = await self.approvals.propose(by, kind, contents)
        return await self.approvals.approve(other, by, proposal.id, proposal.seal)

    async def decides(self, kind: str, contents: Mapping[str, Any], by: Actor = ORGANIZER) -> None:
        await self.carry_out(await self.agreed(kind, contents, by), by)

    async def carry_out(self, proposal: Proposal, by: Actor = ORGANIZER) -> State:
        other = SECOND if by is ORGANIZER else ORGANIZER
        return await self.approvals.carry_out(proposal, by, other)

    async def registers(self, *owners: Actor) -> None:
        for owner in owners:
            self.own[owner.user_id] = new_identity()
            key = await self.house.guilds.own_key(owner, recipient(self.own[owner.user_id]))
            await self.decides("guilds:key", {"user": owner.user_id, "recipient": key}, owner)

    async def goes(self, mode: ReadingMode) -> None:
        await self.decides("guilds:mode", await self.rotation.plan(ORGANIZER, mode))

    async def goes_offline(self) -> None:
        await self.registers(ORGANIZER, SECOND)
        await self.goes(ReadingMode.OFFLINE)

    async def sealed(self) -> list[bytes]:
        async with self.house.database.begin() as connection:
            return [
                bytes(found)
                for table in (cases, case_messages, case_notes, case_quotes)
                for found in (await connection.execute(select(table.c.sealed))).scalars()
            ]

    async def told(self) -> list[str]:
        async with self.house.database.begin() as connection:
            query = select(outbox.c.contents).where(outbox.c.kind == KIND).order_by(outbox.c.position)
            return list((await connection.execute(query)).scalars())

    def opens(self, key: Identity, sealed: bytes) -> bool:
        try:
            open_sealed(sealed, key)
        except Unreadable:
            return False
        return True

    def server_opens(self, sealed: bytes) -> bool:
        return self.opens(self.house.keys.desk, sealed) or self.opens(self.house.keys.slips, sealed)

    def texts(self, owner: Actor, sealed: list[bytes]) -> list[str]:
        return [open_sealed(each, self.own[owner.user_id])["text"] for each in sealed]


@pytest.fixture
async def local(house: House) -> Local:
    return await set_up(house)


async def set_up(house: House) -> Local:
    await house.set_up()
    three = frozenset(each.user_id for each in (ORGANIZER, SECOND, THIRD))
    await house.guilds.choose_organizers(ADMINISTRATOR, three)
    await house.guilds.choose_channel(ADMINISTRATOR, Use.ORGANIZERS, CHANNEL)
    return Local(house, {})


async def add(house: House, code: str, text: str) -> None:
    own = await house.own_case(code)
    await house.reports.answer(own.case.id, own.given_pass, house.reports.new_form(), text)


async def talked_about(house: House) -> str:
    """Release a case to which its reporter, organizers and their notes have added something."""
    (code,) = await house.released("They score our screens.")
    case = (await house.case(code)).id
    await add(house, code, "Since Monday")
    await house.release()
    await house.desk.reply(ORGANIZER, case, house.desk.new_form(), "We are with you")
    await house.desk.note(ORGANIZER, case, house.desk.new_form(), "Sounds like floor three")
    return code


async def test_quotes_are_handed_over_with_their_case_and_steward_quotes_no_more(local: Local) -> None:
    house = local.house
    code = await house.file("They score our screens.", facets={Dimension.CONSENT: "quote"})
    await house.release()
    await house.confirm(code)
    await house.quotes.choose(ORGANIZER, (await house.case(code)).id, "a form", "score our screens")
    assert len(await house.quotes.usable(ORGANIZER)) == 1
    await local.goes_offline()
    after = await local.sealed()
    assert [each for each in after if local.server_opens(each)] == []
    assert local.texts(SECOND, after) == ["They score our screens.", "score our screens"]
    assert await house.quotes.usable(ORGANIZER) == ()


async def test_a_case_with_all_that_belongs_to_it_is_handed_over_to_organizers_keys(local: Local) -> None:
    house = local.house
    code = await talked_about(house)
    before = await local.sealed()
    assert all(local.server_opens(each) for each in before)
    await local.goes_offline()
    after = await local.sealed()
    assert set(before).isdisjoint(after)
    assert [each for each in after if local.server_opens(each)] == []
    told = ["They score our screens.", "Since Monday", "We are with you", "Sounds like floor three"]
    assert local.texts(ORGANIZER, after) == local.texts(SECOND, after) == told
    own = await house.case(code)
    assert own.report is not None
    assert own.report.text == told[0]
    assert [message.text for message in own.messages] == told[1:3], "the reporter reads all but the note, as before"
    assert not local.opens(local.house.codes.stretch(code).identity, after[-1])
    (case_id,) = await house.case_ids()
    at_desk = await house.desk.take_files(SECOND, case_id)
    assert at_desk.report is None
    assert [file.sealed for file in at_desk.files] == after
    assert 'resealed": 1' in (await local.told())[0]
    assert 'closed": 0' in (await local.told())[0]


async def test_a_case_that_nobody_here_can_open_still_counts(local: Local) -> None:
    await local.house.released("one", "two")
    async with local.house.database.begin() as connection:  # as an older Steward left it
        first = (await connection.execute(select(cases.c.id).order_by(cases.c.id).limit(1))).scalar_one()
        await connection.execute(update(cases).where(cases.c.id == first).values(slip=None))
    await local.goes_offline()
    await local.house.confirm()
    async with local.house.database.begin() as connection:
        query = select(tallies.c.count).where(tallies.c.dimension == "category", tallies.c.value == "MON")
        assert (await connection.execute(query)).scalar() == 2


async def test_a_report_that_waits_while_the_mode_changes_is_closed_to_the_server_when_released(local: Local) -> None:
    await local.house.file("Filed while the server could read")
    await local.goes_offline()
    assert await local.sealed() == []
    await local.house.release()
    (sealed,) = await local.sealed()
    assert not local.server_opens(sealed)
    assert local.texts(ORGANIZER, [sealed]) == ["Filed while the server could read"]


async def test_what_a_reporter_added_before_the_mode_changed_is_closed_to_the_server_too(local: Local) -> None:
    (code,) = await local.house.released("They score our screens.")
    await add(local.house, code, "Since Monday")
    await local.goes_offline()
    await local.house.release()
    sealed = await local.sealed()
    assert [each for each in sealed if local.server_opens(each)] == []
    assert local.texts(ORGANIZER, sealed) == ["They score our screens.", "Since Monday"]


async def test_back_with_the_server_new_cases_open_and_old_ones_stay_closed(local: Local) -> None:
    house = local.house
    (code,) = await house.released("While offline")
    await local.goes_offline()
    house.clock.later(days=1)
    await local.goes(ReadingMode.READABLE)
    assert 'closed": 1' in (await local.told())[-1]
    await house.released("Readable again")
    assert await house.texts() == ["Readable again"]
    ring = await local.rotation.keyring(ORGANIZER)
    assert (ring.server, ring.organizers) == (1, 1)
    await house.desk.reply(ORGANIZER, (await house.case(code)).id, house.desk.new_form(), "We read it at home")
    await add(house, code, "Good")
    await house.release()
    assert len([each for each in await local.sealed() if local.server_opens(each)]) == 1
    assert [message.text for message in (await house.case(code)).messages] == ["We read it at home", "Good"]


async def test_a_key_opens_what_came_after_it_and_nothing_older(local: Local) -> None:
    await local.goes_offline()
    await local.house.released("Before the third key")
    await local.registers(THIRD)
    await local.house.released("After the third key")
    third = local.own[THIRD.user_id]
    readable = [each for each in await local.sealed() if local.opens(third, each)]
    assert local.texts(THIRD, readable) == ["After the third key"]
    gone = local.own[SECOND.user_id]
    await local.decides("guilds:organizers", {"organizers": [ORGANIZER.user_id, THIRD.user_id]})
    before = len([each for each in await local.sealed() if local.opens(gone, each)])
    assert before == 2, "what was sealed to somebody who left cannot be sealed away from them"
    await local.house.released("After the second left")
    assert len([each for each in await local.sealed() if local.opens(gone, each)]) == 2


async def test_a_key_that_is_replaced_opens_nothing_that_is_new(local: Local) -> None:
    await local.goes_offline()
    old = local.own[ORGANIZER.user_id]
    await local.registers(ORGANIZER)
    await local.house.released("After it was replaced")
    (sealed,) = await local.sealed()
    assert not local.opens(old, sealed)
    assert local.texts(ORGANIZER, [sealed]) == ["After it was replaced"]


async def test_offline_takes_two_organizers_with_different_keys(local: Local) -> None:
    with pytest.raises(TooFewKeys):
        await local.rotation.plan(ORGANIZER, ReadingMode.OFFLINE)
    await local.registers(ORGANIZER)
    with pytest.raises(TooFewKeys):
        await local.rotation.plan(ORGANIZER, ReadingMode.OFFLINE)
    same = recipient(local.own[ORGANIZER.user_id])
    await local.decides("guilds:key", {"user": SECOND.user_id, "recipient": same}, SECOND)
    with pytest.raises(TooFewKeys):
        await local.rotation.plan(ORGANIZER, ReadingMode.OFFLINE)
    await local.registers(SECOND)
    assert (await local.rotation.plan(ORGANIZER, ReadingMode.OFFLINE))["keys"] == 2
    with pytest.raises(ModeAlready):
        await local.rotation.plan(ORGANIZER, ReadingMode.READABLE)


async def test_where_keys_went_before_the_time_had_come_nothing_changes_and_that_is_said(local: Local) -> None:
    await local.house.released("They score our screens.")
    await local.registers(ORGANIZER, THIRD)
    agreed = await local.agreed("guilds:mode", await local.rotation.plan(ORGANIZER, ReadingMode.OFFLINE))
    await local.house.guilds.resign(THIRD)
    assert await local.carry_out(agreed) is State.DONE
    assert await local.house.texts() == ["They score our screens."]
    assert (await local.house.guilds.ready(GUILD)).reading_mode is ReadingMode.READABLE
    (told,) = await local.told()
    assert "is_refused" in told


async def test_one_organizer_alone_changes_no_key_and_no_mode(house: House) -> None:
    await house.set_up()
    local = Local(house, {})
    with pytest.raises(NeedsTwoOrganizers):
        await local.approvals.propose(ORGANIZER, "guilds:key", {"user": ORGANIZER.user_id, "recipient": "age1"})
    with pytest.raises(NotAnOrganizer):
        await local.rotation.keyring(WORKER)
    with pytest.raises(NotAnOrganizer):
        await house.guilds.own_key(WORKER, recipient(new_identity()))


async def test_the_key_of_somebody_who_left_meanwhile_is_not_registered(local: Local) -> None:
    async with local.house.database.begin() as connection:
        guild = await local.house.guilds.find_in(connection, GUILD)
        assert guild is not None
        contents = {"user": WORKER.user_id, "recipient": recipient(new_identity())}
        await local.house.guilds.register_key(connection, guild, contents)
    assert (await local.house.guilds.ready(GUILD)).keys == {}


async def test_without_any_key_no_report_is_taken_in(local: Local) -> None:
    await local.registers(ORGANIZER, SECOND)
    await local.registers(THIRD)
    await local.goes(ReadingMode.OFFLINE)
    for owner in (ORGANIZER, SECOND):
        await local.house.guilds.resign(owner)
    await local.house.file("With one key left")
    fourth = replace(SECOND, user_id=UserId(SECOND.user_id + 9))
    async with local.house.database.begin() as connection:
        guild = await local.house.guilds.find_in(connection, GUILD)
        assert guild is not None
        await local.house.guilds.replace_organizers(connection, guild, {"organizers": [fourth.user_id]})
    with pytest.raises(NobodyCouldRead):
        await local.house.file("Nobody could read this")


async def test_what_waits_while_nobody_has_a_key_is_held_and_holds_up_no_other_server(local: Local) -> None:
    house = local.house
    await house.file("Filed while the server could read")
    await local.goes_offline()
    for owner in (ORGANIZER, SECOND):
        await house.guilds.resign(owner)
    await house.set_up_elsewhere()
    elsewhere = Actor(ELSEWHERE, UserId(WORKER.user_id + 99))
    await house.file("In another server", worker=elsewhere, at_once=True)
    house.clock.later(days=1)
    await house.releases.release_due()
    assert (await house.desk.page(ELSEWHERE_ORGANIZER)).cases
    reports, _ = await house.intake.waiting(GUILD)
    assert len(reports) == 1


async def test_an_approval_that_is_redelivered_changes_nothing_and_is_told_once(local: Local) -> None:
    await local.house.released("They score our screens.")
    await local.registers(ORGANIZER, SECOND)
    plan = await local.rotation.plan(ORGANIZER, ReadingMode.OFFLINE)
    twice = [await local.agreed("guilds:mode", plan) for _ in range(2)]
    await asyncio.gather(*(local.carry_out(each) for each in [*twice, *twice]))
    (sealed,) = await local.sealed()
    assert local.texts(SECOND, [sealed]) == ["They score our screens."]
    assert len(await local.told()) == 1


PLACES = (
    "rotation: a case half sealed anew",
    "rotation: before the commit",
    "approval: before the commit",
    "approval: after the commit",
    "rotation: database written anew",
)


@pytest.mark.parametrize("place", PLACES)
async def test_wherever_the_plug_is_pulled_all_of_it_is_handed_over_once(local: Local, place: str) -> None:
    house = local.house
    code = await talked_about(house)
    await house.released("Another")
    await local.registers(ORGANIZER, SECOND)
    agreed = await local.agreed("guilds:mode", await local.rotation.plan(ORGANIZER, ReadingMode.OFFLINE))

    async def rotate() -> None:
        await local.carry_out(agreed)
        await local.rotation.rewrite_due()

    def cut(reached: str) -> None:
        if reached == place:
            raise PowerCut

    failpoints.watch(cut)
    try:
        with pytest.raises(PowerCut):
            await rotate()
    finally:
        failpoints.watch(None)
    await house.crash()
    halves = {local.server_opens(each) for each in await local.sealed()}
    assert len(halves) == 1, "all or nothing"
    await rotate()
    sealed = await local.sealed()
    assert [each for each in sealed if local.server_opens(each)] == []
    assert len(local.texts(SECOND, sealed)) == 5
    assert len((await house.case(code)).messages) == 2
    assert len(await local.told()) == 1
    async with house.database.begin() as connection:
        assert await facts.get(connection, STALE) is None


async def test_a_case_that_the_server_cannot_open_stops_no_other(local: Local) -> None:
    await local.house.released("one", "two")
    sealed_to_a_lost_key = seal({"text": "lost", "facets": {}}, [recipient(new_identity())])
    async with local.house.database.begin() as connection:
        first = (await connection.execute(select(cases.c.id).order_by(cases.c.id).limit(1))).scalar_one()
        await connection.execute(update(cases).where(cases.c.id == first).values(sealed=sealed_to_a_lost_key))
    await local.goes_offline()
    (told,) = await local.told()
    assert '"closed": 1' in told
    assert '"resealed": 1' in told
    ring = await local.rotation.keyring(ORGANIZER)
    assert (ring.server, ring.organizers) == (1, 1)


async def test_a_case_that_another_stands_for_is_handed_over_too(local: Local) -> None:
    await local.house.released("one", "two")
    first, second = await local.house.case_ids()
    for each in (first, second):
        await local.house.desk.open(ORGANIZER, each)
    await local.house.desk.merge(ORGANIZER, first, second)
    await local.goes_offline()
    ring = await local.rotation.keyring(ORGANIZER)
    assert (ring.server, ring.organizers) == (0, 2)
    assert [each for each in await local.sealed() if local.server_opens(each)] == []


async def test_a_rotation_that_comes_while_the_database_is_written_anew_is_not_forgotten(local: Local) -> None:
    await local.house.released("one")
    await local.goes_offline()
    house = local.house

    async def note_another() -> None:
        async with house.database.begin() as connection:
            await facts.put(connection, STALE, "another")

    rewriting = house.database.rewrite

    async def rewrite() -> None:
        await rewriting()
        await note_another()

    house.database.rewrite = rewrite  # type: ignore[method-assign]
    await local.rotation.rewrite_due()
    async with house.database.begin() as connection:
        assert await facts.get(connection, STALE) == "another"


def content_of(directory: Path) -> list[bytes]:
    return [path.read_bytes() for path in directory.rglob("*") if path.is_file()]


async def test_nothing_that_the_server_opens_is_left_in_the_file(
    sqlite_url: str, tmp_path: Path, clock: FixedClock
) -> None:
    async with House(tmp_path, sqlite_url, clock) as house:
        local = await set_up(house)
        await talked_about(house)
        before = await local.sealed()
        assert all(each[250:350] in (tmp_path / "steward.db").read_bytes() for each in before)
        await local.goes_offline()
        await local.rotation.rewrite_due()
    left = b"".join(content_of(tmp_path))
    assert [each for each in before if each[250:350] in left] == []


async def test_who_took_the_files_of_a_case_is_seen_by_other_organizers(local: Local) -> None:
    (code,) = await local.house.released("They score our screens.")
    case_id = (await local.house.case(code)).id
    with pytest.raises(OpensHere):
        await local.house.desk.take_files(ORGANIZER, case_id)
    with pytest.raises(NotAnOrganizer):
        await local.house.desk.take_files(WORKER, case_id)
    await local.goes_offline()
    await local.house.desk.take_files(SECOND, case_id)
    async with local.house.database.begin() as connection:
        actions = [entry.action for entry in await newest(connection, GUILD, 12, DESK)]
        news = (await connection.execute(select(func.count()).where(cases.c.has_news))).scalar()
    assert actions == ["took the sealed files of a case"], "a refused try leaves no row"
    assert news == 0
