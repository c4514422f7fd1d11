"""A petition that several servers sign: invited by a code, accepted, pooled, kept apart, and left again."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.database.audit import AuditChain
from bot.database.tables import audit, cards, invitations, outbox
from bot.guilds import records as guild_records
from bot.guilds.rules import Use
from bot.ids import Actor, ChannelId, GuildId, RoleId
from bot.petitions import coalition, records, rules
from bot.petitions.coalition import HOLDS, LEFT, InvitationGone, shown_to
from bot.petitions.rules import Gates, Petition, State, Visibility
from bot.petitions.service import CARD, key_of
from bot.refusals import NotAnOrganizer, Refusal
from bot.trust.service import Trust
from tests.house import (
    ADMINISTRATOR,
    BACKUP_DAYS,
    DIGESTS_CHANNEL,
    ELSEWHERE,
    ELSEWHERE_ORGANIZER,
    GUILD,
    ORGANIZER,
    WORKER,
    House,
)
from tests.services.petitions import FIRST, opened, sign, signed_in, terms_of

THERE = ChannelId(912_345_678_901_234_781)


@pytest_asyncio.fixture
async def house(house: House) -> AsyncIterator[House]:
    """Two servers that use the same Steward, each with a channel for petitions."""
    await house.set_up()
    await house.set_up_elsewhere()
    await house.guilds.choose_channel(ADMINISTRATOR, Use.PETITIONS, DIGESTS_CHANNEL)
    there = Actor(ELSEWHERE, ADMINISTRATOR.user_id, is_administrator=True)
    await house.guilds.choose_channel(there, Use.PETITIONS, THERE)
    yield house


async def joined(house: House, visibility: Visibility = Visibility.COUNT) -> Petition:
    """Open a petition and let the other server take part in it."""
    petition = await opened(house, visibility)
    invitation = await house.coalition.invite(ORGANIZER, petition.id)
    await house.coalition.accept(ELSEWHERE_ORGANIZER, invitation.code)
    return petition


async def refresh(house: House) -> None:
    house.clock.later(minutes=21)
    await house.counting.refresh_due()


async def current(house: House, petition: Petition) -> Petition:
    async with house.database.begin() as connection:
        found = await records.find(connection, petition.id)
    assert found is not None
    return found


async def card_in(house: House, guild_id: GuildId) -> tuple[str, str]:
    async with house.database.begin() as connection:
        row = (await connection.execute(select(cards).where(cards.c.guild_id == guild_id))).one()
    return row.kind, row.contents


async def post_cards(house: House) -> None:
    """Let every card stand in its channel."""
    async with house.database.begin() as connection:
        await connection.exec_driver_sql("UPDATE outbox SET message_id = 77, state = 'sent'")


async def actions(house: House, guild_id: GuildId) -> str:
    async with house.database.begin() as connection:
        return " ".join((await connection.execute(select(audit.c.row).where(audit.c.guild_id == guild_id))).scalars())


async def test_the_organizers_of_another_server_see_everything_and_then_take_part(house: House) -> None:
    petition = await opened(house)
    invitation = await house.coalition.invite(ORGANIZER, petition.id)
    offer = await house.coalition.look(ELSEWHERE_ORGANIZER, f" {invitation.code} ")
    assert (offer.petition.wording, offer.petition.terms) == (petition.wording, petition.terms)
    assert offer.petition.guild_id == GUILD
    assert offer.servers == 1
    with pytest.raises(rules.PetitionGone):
        await sign(house, petition, 500, guild_id=ELSEWHERE)
    await house.coalition.accept(ELSEWHERE_ORGANIZER, invitation.code)
    await sign(house, petition, 500, guild_id=ELSEWHERE)
    kind, contents = await card_in(house, ELSEWHERE)
    assert kind == CARD
    assert petition.wording.title in contents
    assert '"servers": 2' in contents
    assert "invited another server to a petition" in await actions(house, GUILD)
    assert "another server joined a petition" in await actions(house, GUILD)
    assert "joined a petition of another server" in await actions(house, ELSEWHERE)
    [here] = await house.coalition.overview(ORGANIZER)
    [there] = await house.coalition.overview(ELSEWHERE_ORGANIZER)
    assert (here.is_home, there.is_home, here.servers, there.servers) == (True, False, 2, 2)


async def test_only_organizers_invite_accept_and_leave(house: House) -> None:
    petition = await opened(house)
    invitation = await house.coalition.invite(ORGANIZER, petition.id)
    member_there = Actor(ELSEWHERE, WORKER.user_id)
    for attempt in (
        house.coalition.invite(WORKER, petition.id),
        house.coalition.overview(member_there),
        house.coalition.look(member_there, invitation.code),
        house.coalition.accept(member_there, invitation.code),
        house.coalition.check_may_leave(member_there, petition.id),
    ):
        with pytest.raises(NotAnOrganizer):
            await attempt
    with pytest.raises(rules.PetitionGone):
        await house.coalition.invite(ELSEWHERE_ORGANIZER, petition.id)


async def test_a_code_works_once_for_a_week_and_only_its_hash_is_kept(house: House) -> None:
    petition = await opened(house)
    first, second = [await house.coalition.invite(ORGANIZER, petition.id) for _ in range(2)]
    async with house.database.begin() as connection:
        kept = [tuple(row) for row in await connection.execute(select(invitations))]
    assert first.code not in str(kept)
    assert first.code not in repr(first)
    house.clock.later(days=HOLDS.days)
    for code in (second.code, "", "nonsense", hashlib.sha256(b"").hexdigest()):
        with pytest.raises(InvitationGone):
            await house.coalition.accept(ELSEWHERE_ORGANIZER, code)
    third = await house.coalition.invite(ORGANIZER, petition.id)
    ended = await asyncio.gather(
        *(house.coalition.accept(ELSEWHERE_ORGANIZER, third.code) for _ in range(3)), return_exceptions=True
    )
    assert [each.id for each in ended if isinstance(each, Petition)] == [petition.id]
    assert all(isinstance(each, Petition | InvitationGone | coalition.TakesPartAlready) for each in ended)
    async with house.database.begin() as connection:
        assert (await connection.execute(select(invitations))).all() == [], "those that ran out are forgotten"


@pytest.mark.parametrize(
    ("harm", "refusal"),
    [
        ("the petition is over", InvitationGone),
        ("its server is frozen", InvitationGone),
        ("its server has removed Steward", InvitationGone),
        ("the deadline has passed", InvitationGone),
        ("it takes part already", coalition.TakesPartAlready),
        ("names cannot be sealed here", rules.TooFewKeys),
        ("there is no channel here", coalition.NowhereToPost),
    ],
)
async def test_a_code_is_refused_when(house: House, harm: str, refusal: type[Refusal]) -> None:
    sealed = harm == "names cannot be sealed here"
    petition = await opened(house, Visibility.SEALED if sealed else Visibility.COUNT)
    code = (await house.coalition.invite(ORGANIZER, petition.id)).code
    again = (await house.coalition.invite(ORGANIZER, petition.id)).code
    match harm:
        case "the petition is over":
            await house.petitions.withdraw(FIRST, petition.id)
        case "its server is frozen":
            await house.guilds.freeze(ORGANIZER)
        case "its server has removed Steward":
            await house.guilds.leave(GUILD)
        case "the deadline has passed":
            async with house.database.begin() as connection:
                await connection.exec_driver_sql("UPDATE petitions SET deadline_at = '2026-03-01 00:00:00'")
        case "it takes part already":
            await house.coalition.accept(ELSEWHERE_ORGANIZER, again)
        case "there is no channel here":
            there = Actor(ELSEWHERE, ADMINISTRATOR.user_id, is_administrator=True)
            guild = await house.guilds.settings(there)
            async with house.database.begin() as connection:
                await guild_records.save(connection, replace(guild, petitions_channel_id=None))
    with pytest.raises(refusal):
        await house.coalition.accept(ELSEWHERE_ORGANIZER, code)


async def test_a_petition_that_asks_for_a_role_cannot_be_shared(house: House) -> None:
    async with house.database.begin() as connection:
        settings = await records.settings(connection, GUILD)
        await records.keep_settings(connection, GUILD, replace(settings, gates=Gates(role_id=RoleId(5))))
    petition = await opened(house, role_ids=frozenset({RoleId(5)}))
    with pytest.raises(coalition.RoleAsked):
        await house.coalition.invite(ORGANIZER, petition.id)


async def test_a_draft_cannot_be_shared(house: House) -> None:
    petition = await house.petitions.start(ORGANIZER, "a token", *terms_of(house, Visibility.COUNT))
    with pytest.raises(rules.NotOpenForSigning):
        await house.coalition.invite(ORGANIZER, petition.id)


async def test_signatures_of_all_servers_count_together_and_an_account_in_two_counts_once(house: House) -> None:
    petition = await joined(house)
    for number in range(4):
        await sign(house, petition, number, guild_id=GUILD)
        await sign(house, petition, 100 + number, guild_id=ELSEWHERE)
    await sign(house, petition, 3, guild_id=ELSEWHERE)  # has signed at home before
    await refresh(house)
    assert len(await signed_in(house, petition)) == 8
    assert (await current(house, petition)).shown == 5
    here, there = await card_in(house, GUILD), await card_in(house, ELSEWHERE)
    assert '"shown": 5' in here[1]
    assert here == there, "every server sees the same"


async def test_each_server_sees_its_own_share_in_steps_of_its_k(house: House) -> None:
    petition = await joined(house)
    for number in range(11):
        await sign(house, petition, number, guild_id=GUILD)
    for number in range(4):
        await sign(house, petition, 100 + number, guild_id=ELSEWHERE)
    await refresh(house)
    [here], [there] = await house.coalition.overview(ORGANIZER), await house.coalition.overview(ELSEWHERE_ORGANIZER)
    assert (here.own, there.own) == (10, 0)
    await sign(house, petition, 104, guild_id=ELSEWHERE)
    [there] = await house.coalition.overview(ELSEWHERE_ORGANIZER)
    assert there.own == 0, "not before the next count"
    await refresh(house)
    [there] = await house.coalition.overview(ELSEWHERE_ORGANIZER)
    assert there.own == 5


@pytest.mark.parametrize("visibility", [Visibility.ORGANIZERS, Visibility.PUBLIC])
async def test_organizers_see_the_names_of_their_own_members_only_unless_names_are_public(
    house: House, visibility: Visibility
) -> None:
    petition = await joined(house, visibility)
    await sign(house, petition, 1, guild_id=GUILD)
    await sign(house, petition, 2, guild_id=ELSEWHERE)
    signatures = await signed_in(house, petition)
    own = {
        guild_id: {each.guild_id for each in shown_to(petition, signatures, guild_id)}
        for guild_id in (GUILD, ELSEWHERE)
    }
    if visibility is Visibility.PUBLIC:
        assert own == {GUILD: {GUILD, ELSEWHERE}, ELSEWHERE: {GUILD, ELSEWHERE}}
    else:
        assert own == {GUILD: {GUILD}, ELSEWHERE: {ELSEWHERE}}


async def test_joining_does_not_take_a_count(house: House) -> None:
    """Or organizers could choose when it is taken, right after somebody was seen to sign."""
    petition = await opened(house)
    for number in range(40, 50):
        await sign(house, petition, number)
    invitation = await house.coalition.invite(ORGANIZER, petition.id)
    await house.coalition.accept(ELSEWHERE_ORGANIZER, invitation.code)
    assert (await current(house, petition)).shown == 0
    assert '"shown": 0' in (await card_in(house, ELSEWHERE))[1]


async def leave(house: House, petition: Petition) -> None:
    """Carry out what two organizers of the other server decided."""
    guild = await house.guilds.ready(ELSEWHERE)
    async with house.database.begin() as connection:
        await house.coalition.leave(connection, guild, {"petition": petition.id})


async def test_a_server_that_leaves_takes_its_signatures_with_it(house: House) -> None:
    petition = await joined(house)
    for number in range(5):
        await sign(house, petition, number)
        await sign(house, petition, 100 + number, guild_id=ELSEWHERE)
    await refresh(house)
    await post_cards(house)
    with pytest.raises(coalition.StartedHere):
        await house.coalition.check_may_leave(ORGANIZER, petition.id)
    assert (await house.coalition.check_may_leave(ELSEWHERE_ORGANIZER, petition.id)).id == petition.id
    await leave(house, petition)
    with pytest.raises(rules.PetitionGone):
        await sign(house, petition, 300, guild_id=ELSEWHERE)
    await house.guilds.freeze(ORGANIZER)  # a freeze of the other server holds up no promise to destroy
    await refresh(house)
    assert {each.guild_id for each in await signed_in(house, petition)} == {GUILD}
    assert (await current(house, petition)).shown == 10, "never less than was shown"
    kind, contents = await card_in(house, ELSEWHERE)
    assert kind == LEFT
    assert petition.wording.why not in contents
    assert "another server left a petition" in await actions(house, GUILD)


async def test_a_server_that_left_can_be_invited_again(house: House) -> None:
    petition = await joined(house)
    await leave(house, petition)
    invitation = await house.coalition.invite(ORGANIZER, petition.id)
    await house.coalition.accept(ELSEWHERE_ORGANIZER, invitation.code)
    await sign(house, petition, 300, guild_id=ELSEWHERE)
    assert (await card_in(house, ELSEWHERE))[0] == CARD


async def test_nobody_leaves_what_was_handed_over(house: House) -> None:
    petition = await joined(house)
    await sign(house, petition, 100, guild_id=ELSEWHERE)
    delivered = replace(await current(house, petition), state=State.DELIVERED)
    async with house.database.begin() as connection:
        await records.save(connection, delivered)
    with pytest.raises(rules.SignaturesFinal):
        await house.coalition.check_may_leave(ELSEWHERE_ORGANIZER, petition.id)
    await leave(house, petition)
    await refresh(house)
    assert len(await signed_in(house, petition)) == 1


async def test_when_an_invited_server_is_erased_its_signatures_go(house: House, tmp_path: Path) -> None:
    petition = await joined(house, Visibility.ORGANIZERS)
    await sign(house, petition, 1, guild_id=GUILD)
    await sign(house, petition, 2, guild_id=ELSEWHERE)
    [gone] = [each for each in await signed_in(house, petition) if each.guild_id == ELSEWHERE]
    await house.roll.rate(petition.id, gone.tag, ELSEWHERE, "no")
    await house.coalition.forget_guild(ELSEWHERE)
    assert {each.guild_id for each in await signed_in(house, petition)} == {GUILD}
    content = (tmp_path / "vault.db").read_bytes()
    assert gone.tag not in content
    assert gone.name is not None
    assert gone.name[:48] not in content
    assert await house.roll.ratings(petition.id) == {}
    assert house.keys.own(key_of(petition.id)) is not None


async def test_when_the_server_that_started_it_is_erased_nothing_of_the_petition_is_left_anywhere(
    house: House, tmp_path: Path
) -> None:
    petition = await joined(house)
    await sign(house, petition, 1, guild_id=GUILD)
    await sign(house, petition, 2, guild_id=ELSEWHERE)
    await post_cards(house)
    await house.coalition.forget_guild(GUILD)
    assert await signed_in(house, petition) == []
    assert list((tmp_path / "keys").glob("petition-*")) == []
    assert await card_in(house, ELSEWHERE) == (LEFT, '{"title": null}')
    async with house.database.begin() as connection:
        keys = (await connection.execute(select(outbox.c.natural_key))).scalars().all()
    assert not any(petition.id in key for key in keys)
    await house.coalition.forget_guild(GUILD)  # again, as after a crash


async def test_a_card_that_was_never_posted_is_not_posted_once_its_server_has_left(house: House) -> None:
    petition = await joined(house)
    await leave(house, petition)
    async with house.database.begin() as connection:
        assert (await connection.execute(select(cards).where(cards.c.guild_id == ELSEWHERE))).all() == []
        assert (await connection.execute(select(outbox).where(outbox.c.guild_id == ELSEWHERE))).all() == []


@pytest.mark.parametrize("erased", [GUILD, ELSEWHERE])
@pytest.mark.parametrize("way", ["burnt by two organizers", "left for thirty days"])
async def test_an_erasure_takes_signatures_keys_and_rows_and_what_is_others_stays(
    house: House, tmp_path: Path, way: str, erased: GuildId
) -> None:
    petition = await joined(house)
    await sign(house, petition, 1, guild_id=GUILD)
    await sign(house, petition, 2, guild_id=ELSEWHERE)
    tags = {each.guild_id: each.tag for each in await signed_in(house, petition)}
    if way == "left for thirty days":
        await house.guilds.leave(erased)
        house.clock.later(days=31)
    else:
        guild = await house.guilds.ready(erased)
        async with house.database.begin() as connection:
            await house.guilds.burn(connection, guild, {})
    chain = AuditChain(house.keys.tags)
    forget = house.coalition.forget_guild
    trust = Trust(house.guilds, house.database, house.intake, chain, house.clock, None, BACKUP_DAYS, forget)
    await trust.erase_due()
    content = (tmp_path / "vault.db").read_bytes()
    keys = list((tmp_path / "keys").glob("petition-*"))
    async with house.database.begin() as connection:
        left = await records.find(connection, petition.id)
        servers = await records.guilds_of(connection, petition.id)
    if erased == GUILD:
        assert (left, servers, keys) == (None, {}, [])
        assert not any(tag in content for tag in tags.values())
    else:
        assert list(servers) == [GUILD]
        assert len(keys) == 1
        assert [tags[guild_id] in content for guild_id in (GUILD, ELSEWHERE)] == [True, False]
