"""Exports: agreed by two, for a week, as old as their digest, with the quotes that were agreed to and no others."""

import pytest
from sqlalchemy import func, select

from bot.approvals.rules import NeedsOrganizersChannel, NeedsTwoOrganizers, Proposal, State
from bot.database.audit import DESK, newest
from bot.database.digesttables import exports
from bot.digests.exporting import EXPORT, NotGranted, NothingPublished
from bot.guilds.rules import Frozen, Use
from bot.ids import Actor, ChannelId, UserId
from bot.refusals import NotAnOrganizer
from bot.reports.taxonomy import Dimension
from tests.house import ADMINISTRATOR, ELSEWHERE_ORGANIZER, GUILD, ORGANIZER, ROLE, WORKER, House

SECOND = Actor(GUILD, UserId(212_345_678_901_234_601), frozenset({ROLE}))
CHANNEL = ChannelId(812_345_678_901_234_782)
WORDS = "They score our screens. Nobody was asked."


async def two(house: House) -> None:
    """Set a server up with two organizers and a channel of their own."""
    await house.set_up()
    await house.guilds.choose_channel(ADMINISTRATOR, Use.ORGANIZERS, CHANNEL)
    await house.guilds.choose_organizers(ADMINISTRATOR, frozenset({ORGANIZER.user_id, SECOND.user_id}))


async def proposed(house: House) -> Proposal:
    return await house.approvals.propose(ORGANIZER, EXPORT, await house.exports.proposable(ORGANIZER))


async def agreed(house: House, proposal: Proposal) -> State:
    approved = await house.approvals.approve(SECOND, ORGANIZER, proposal.id, proposal.seal)
    return await house.approvals.carry_out(approved, ORGANIZER, SECOND)


async def exported(house: House) -> None:
    assert await agreed(house, await proposed(house)) is State.DONE


async def quoted(house: House, form: str = "a form") -> str:
    """Let a report be filed, confirmed and quoted; return its code."""
    code = await house.file(WORDS, facets={Dimension.CONSENT: "quote"})
    await house.release()
    await house.confirm(code)
    await house.quotes.choose(ORGANIZER, (await house.case(code)).id, form, "Nobody was asked.")
    return code


async def grants(house: House) -> int:
    async with house.database.begin() as connection:
        return int((await connection.execute(select(func.count()).select_from(exports))).scalar_one())


async def test_before_a_digest_there_is_nothing_to_export(house: House) -> None:
    await two(house)
    with pytest.raises(NothingPublished):
        await house.exports.proposable(ORGANIZER)


async def test_one_organizer_alone_gets_no_files(house: House) -> None:
    await house.set_up()
    await house.digest()
    with pytest.raises(NeedsTwoOrganizers):
        await proposed(house)
    await house.guilds.choose_organizers(ADMINISTRATOR, frozenset({ORGANIZER.user_id, SECOND.user_id}))
    with pytest.raises(NeedsOrganizersChannel):
        await proposed(house)
    with pytest.raises(NotGranted):
        await house.exports.material(ORGANIZER)


async def test_a_proposal_gives_nothing_until_a_second_organizer_agrees(house: House) -> None:
    await two(house)
    await house.digest()
    proposal = await proposed(house)
    with pytest.raises(NotGranted):
        await house.exports.material(ORGANIZER)
    assert await agreed(house, proposal) is State.DONE
    assert (await house.exports.material(SECOND)).history[-1].period.isoformat() == "2026-03-03"


async def test_the_second_organizer_agrees_to_the_digest_and_to_the_number_of_quotes(house: House) -> None:
    await two(house)
    await quoted(house)
    await house.digest()
    contents = (await proposed(house)).contents
    assert (contents["period"], contents["quotes"]) == ("2026-03-03", 1)


async def test_files_are_as_old_as_the_digest_that_was_agreed_to(house: House) -> None:
    await two(house)
    for number in range(30):
        await house.file(f"report {number}")
    await house.release()
    await house.confirm()
    await house.digest()
    house.clock.later(hours=1)
    await exported(house)
    before = await house.exports.material(ORGANIZER)
    await house.digest()
    standing = await house.exports.standing(ORGANIZER)
    assert (str(standing.granted), str(standing.period)) == ("2026-03-03", "2026-03-10")
    assert (await house.exports.material(ORGANIZER)).history == before.history


async def test_the_history_holds_what_each_digest_kept(house: House) -> None:
    await two(house)
    for number in range(40):
        await house.file(f"report {number}")
    await house.release()
    await house.confirm()
    for _ in range(12):
        await house.digest()
    await exported(house)
    material = await house.exports.material(ORGANIZER)
    impact = await house.digests.impact(ORGANIZER)
    assert len(material.history) == 12
    assert material.history[-1].tallies == impact.tallies
    assert impact.tallies, "forty reports and twelve digests show something"
    assert all(tally.at_least % 5 == 0 for past in material.history for tally in past.tallies)


async def test_only_quotes_that_were_agreed_to_leave_and_none_that_is_gone(house: House) -> None:
    await two(house)
    first, second = await quoted(house, "first"), await quoted(house, "second")
    await house.digest()
    await exported(house)
    await quoted(house, "later")
    assert {each.id for each in (await house.exports.material(ORGANIZER)).quotes} == {"first", "second"}
    await house.reports.withdraw(first)
    await house.quotes.take_back(ORGANIZER, (await house.case(second)).id, "second")
    assert (await house.exports.material(ORGANIZER)).quotes == ()


async def test_a_grant_ends_after_a_week_and_is_removed(house: House) -> None:
    await two(house)
    await house.digest()
    await exported(house)
    house.clock.later(days=6, hours=23)
    await house.exports.forget_due()
    await house.exports.material(ORGANIZER)
    house.clock.later(hours=1)
    with pytest.raises(NotGranted):
        await house.exports.material(ORGANIZER)
    assert await grants(house) == 1
    await house.exports.forget_due()
    assert await grants(house) == 0


async def test_a_newer_export_takes_the_place_of_an_older_one(house: House) -> None:
    await two(house)
    await house.digest()
    await exported(house)
    await house.digest()
    await exported(house)
    assert await grants(house) == 1
    assert (await house.exports.material(ORGANIZER)).history[-1].period.isoformat() == "2026-03-10"


async def test_nobody_else_learns_anything(house: House) -> None:
    await two(house)
    await house.set_up_elsewhere()
    await house.digest()
    await exported(house)
    for deed in (house.exports.standing, house.exports.proposable, house.exports.material):
        with pytest.raises(NotAnOrganizer):
            await deed(WORKER)
    assert (await house.exports.standing(ELSEWHERE_ORGANIZER)).granted is None
    with pytest.raises(NotGranted):
        await house.exports.material(ELSEWHERE_ORGANIZER)


async def test_a_frozen_server_exports_nothing(house: House) -> None:
    await two(house)
    await house.digest()
    await exported(house)
    await house.guilds.freeze(ORGANIZER)
    with pytest.raises(Frozen):
        await house.exports.material(ORGANIZER)


async def test_the_public_chain_tells_of_the_grant_and_the_desks_of_who_took_the_files(house: House) -> None:
    await two(house)
    await house.digest()
    await exported(house)
    await house.exports.material(SECOND)
    async with house.database.begin() as connection:
        public = await newest(connection, GUILD, 50)
        desk = await newest(connection, GUILD, 50, DESK)
    (granted,) = [entry for entry in public if entry.action == "let the published numbers be taken out as files"]
    assert granted.details == {"period": "2026-03-03"}
    assert "took the files of an export" in [entry.action for entry in desk]


async def test_a_veto_comes_before_everything(house: House) -> None:
    await two(house)
    await house.digest()
    proposal = await proposed(house)
    await house.approvals.veto(SECOND, proposal.id, proposal.seal)
    house.clock.later(hours=1)
    assert await house.approvals.matured() == []
    assert await grants(house) == 0


async def test_a_burnt_server_leaves_no_grant(house: House) -> None:
    from bot.trust import records  # noqa: PLC0415 - what the erasure does, without its day of waiting

    await two(house)
    await quoted(house)
    await house.digest()
    await exported(house)
    async with house.database.begin() as connection:
        await records.erase(connection, GUILD)
    assert await grants(house) == 0
