"""The loopback Discord keeps Discord's rules, as the real client sees them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiohttp
import discord
import pytest

from .conftest import running
from .loopback import Guild, Loopback, NoAnswer, Person
from .loopback.permissions import SEND_MESSAGES, VIEW_CHANNEL
from .small_bot import SmallBot, pointed_at

pytestmark = pytest.mark.asyncio

MESSAGES = "POST /channels/*/messages"


async def test_a_bot_logs_in_and_registers_its_commands(loopback: Loopback, guild: Guild, bot: SmallBot) -> None:
    assert bot.user is not None
    assert bot.user.id == loopback.world.bot.id
    assert [one.name for one in bot.guilds] == [guild.name]
    assert sorted(one["name"] for one in loopback.world.commands[None]) == ["card", "join", "slow"]
    assert sorted(one.name for one in await bot.tree.fetch_commands()) == ["card", "join", "slow"]


async def test_a_card_is_shown_to_everyone(loopback: Loopback, guild: Guild, bot: SmallBot, ana: Person) -> None:
    outcome = ana.slash(guild, "card")
    card = await outcome
    bo = loopback.person("bo", guild)
    assert card.text == "Fair pay for the night shift"
    assert card.buttons == ["Sign", "Report"]
    assert bo.sees(guild) == [card]
    assert outcome.latency_s is not None
    assert 0 < outcome.latency_s < 3


async def test_a_button_is_answered_in_private(guild: Guild, bot: SmallBot, ana: Person, loopback: Loopback) -> None:
    card = await ana.slash(guild, "card")
    reply = await ana.press(card, "Sign")
    bo = loopback.person("bo", guild)
    assert reply.text == "Signed"
    assert reply in ana.sees(guild)
    assert reply not in bo.sees(guild)
    with pytest.raises(AssertionError, match="does not see"):
        bo.press(reply, "anything")


async def test_a_menu_changes_the_card(guild: Guild, bot: SmallBot, ana: Person) -> None:
    card = await ana.slash(guild, "card")
    assert await ana.choose(card, "yes") is card
    assert card.text == "Voted yes"
    with pytest.raises(AssertionError, match="offers"):
        ana.choose(card, "perhaps")


async def test_a_form_opens_and_is_submitted(guild: Guild, bot: SmallBot, ana: Person) -> None:
    card = await ana.slash(guild, "card")
    form = await ana.press(card, "report:1").modal()
    with pytest.raises(AssertionError, match="required"):
        ana.submit(form, {"impact": "pay"})
    reply = await ana.submit(form, {"what": "Reviews by a machine", "Impact": "hours", "consent": True})
    assert reply.text == "Reviews by a machine, ['hours'], True"


async def test_thinking_is_filled_by_the_first_follow_up(guild: Guild, bot: SmallBot, ana: Person) -> None:
    outcome = ana.slash(guild, "slow")
    assert (await outcome).text == "Done thinking"
    assert [one.text for one in await outcome.followups()] == ["One more thing"]


async def test_options_are_typed_and_resolved(guild: Guild, bot: SmallBot, ana: Person, loopback: Loopback) -> None:
    bo = loopback.person("bo", guild)
    reply = await ana.slash(guild, "join", local="Local 1", steward=bo)
    assert reply.text == f"Local 1 with {bo.user.id}"
    with pytest.raises(AssertionError, match="needs"):
        ana.slash(guild, "join")
    with pytest.raises(AssertionError, match="not offered"):
        ana.slash(None, "strike")


async def test_a_dm_is_answered(bot: SmallBot, ana: Person) -> None:
    said = ana.dm("Is anyone there?")
    assert (await said).text == "You wrote 16 characters"
    assert [one.text for one in ana.inbox()] == ["You wrote 16 characters"]


async def test_an_event_can_come_more_than_once(loopback: Loopback, bot: SmallBot, ana: Person) -> None:
    loopback.gateway.copies = 2
    said = ana.dm("Hello")
    said.redeliver()
    await loopback.until_asked(MESSAGES, 4)


async def test_choices_are_offered_while_typing(guild: Guild, bot: SmallBot, ana: Person) -> None:
    choices = await ana.complete(guild, "join", local="Local").choices()
    assert [one["value"] for one in choices] == ["Local 1", "Local 2"]


async def test_only_allowed_mentions_ping(guild: Guild, bot: SmallBot, ana: Person) -> None:
    words = f"@everyone <@{ana.user.id}>"
    await _channel(bot, guild).send(words, allowed_mentions=discord.AllowedMentions.none())
    await _channel(bot, guild).send(words, allowed_mentions=discord.AllowedMentions(everyone=False, users=True))
    assert [set(one.pings) for one in ana.sees(guild)] == [set(), {str(ana.user.id)}]


async def test_a_nonce_sends_a_message_once(loopback: Loopback, guild: Guild, bot: SmallBot) -> None:
    channel = _channel(bot, guild)
    first, again = await channel.send("Strike", nonce="row-1"), await channel.send("Strike", nonce="row-1")
    other = await channel.send("Strike", nonce="row-2")
    assert first.id == again.id != other.id
    loopback.clock.forward(600)
    late = await channel.send("Strike", nonce="row-1")
    assert late.id != first.id, "a nonce is remembered for a few minutes only"


async def test_a_deleted_message_is_not_sent_again(guild: Guild, bot: SmallBot) -> None:
    channel = _channel(bot, guild)
    await (await channel.send("Strike", nonce="row-1")).delete()
    with pytest.raises(discord.NotFound) as refused:
        await channel.send("Strike", nonce="row-1")
    assert refused.value.code == 10008


@pytest.mark.parametrize("with_reset", [False, True])
async def test_a_lost_answer_is_made_good_by_the_nonce(
    loopback: Loopback, guild: Guild, bot: SmallBot, ana: Person, *, with_reset: bool
) -> None:
    loopback.faults.lose_answer(MESSAGES, with_reset=with_reset)
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        await _channel(bot, guild).send("Strike", nonce="row-1")
    assert len(ana.sees(guild)) == 1, "Discord acted although nobody heard of it"
    await _channel(bot, guild).send("Strike", nonce="row-1")
    assert [one.text for one in ana.sees(guild)] == ["Strike"]


async def test_an_error_after_acting_is_made_good_by_the_nonce(
    loopback: Loopback, guild: Guild, bot: SmallBot, ana: Person
) -> None:
    loopback.faults.refuse(MESSAGES, 502, after_acting=True)
    await _channel(bot, guild).send("Strike", nonce="row-1")
    assert [one.status for one in loopback.asked(MESSAGES)] == [502, 200]
    assert len(ana.sees(guild)) == 1


async def test_a_reset_comes_before_acting(loopback: Loopback, guild: Guild, bot: SmallBot, ana: Person) -> None:
    loopback.faults.reset(MESSAGES)
    with pytest.raises(aiohttp.ClientError):
        await _channel(bot, guild).send("Strike")
    assert ana.sees(guild) == []


async def test_a_hang_lasts_until_the_client_gives_up(loopback: Loopback, guild: Guild, bot: SmallBot) -> None:
    hang = loopback.faults.hang(MESSAGES, times=None)
    sending = asyncio.create_task(_channel(bot, guild).send("Strike"))
    await hang.has_struck()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    hang.lift()
    assert (await _channel(bot, guild).send("Strike")).content == "Strike"


@pytest.mark.parametrize("scope", ["user", "global"])
async def test_a_rate_limit_is_waited_for(loopback: Loopback, guild: Guild, bot: SmallBot, scope: str) -> None:
    loopback.faults.rate_limit(MESSAGES, 0.05, scope="global" if scope == "global" else "user")
    await _channel(bot, guild).send("Strike")
    assert [one.status for one in loopback.asked(MESSAGES)] == [429, 200]


async def test_a_ban_by_cloudflare_is_not_waited_for(loopback: Loopback, guild: Guild, bot: SmallBot) -> None:
    loopback.faults.rate_limit(MESSAGES, 0.05, through_discord=False)
    with pytest.raises(discord.HTTPException, match="429"):
        await _channel(bot, guild).send("Strike")


async def test_an_enforced_limit_is_kept_by_its_headers(loopback: Loopback, guild: Guild, bot: SmallBot) -> None:
    limit = loopback.buckets.enforce(MESSAGES, 2, 0.2)
    await asyncio.gather(*(_channel(bot, guild).send(f"{number}") for number in range(5)))
    assert limit.refused == 0, "discord.py waits by the headers before it is told to"
    assert len(loopback.asked(MESSAGES)) == 5


async def test_an_error_is_answered_with_its_code(loopback: Loopback, guild: Guild, bot: SmallBot) -> None:
    loopback.faults.refuse(MESSAGES, 503)
    with pytest.raises(discord.DiscordServerError):
        await _channel(bot, guild).send("Strike")
    channel = next(iter(guild.channels.values()))
    loopback.happens.permissions_changed(channel, guild.roles[guild.id], deny=SEND_MESSAGES)
    with pytest.raises(discord.Forbidden) as refused:
        await _channel(bot, guild).send("Strike")
    assert refused.value.code == 50013
    loopback.happens.permissions_changed(channel, guild.roles[guild.id], deny=VIEW_CHANNEL)
    with pytest.raises(discord.Forbidden) as refused:
        await _channel(bot, guild).send("Strike")
    assert refused.value.code == 50001


async def test_a_stranger_is_no_member(loopback: Loopback, guild: Guild, bot: SmallBot, ana: Person) -> None:
    known = await bot.guilds[0].fetch_member(ana.user.id)
    assert known.joined_at == ana.member_of(guild).joined_at
    with pytest.raises(discord.NotFound) as refused:
        await bot.guilds[0].fetch_member(loopback.person("bo").user.id)
    assert refused.value.code == 10007


async def test_history_is_read_in_pages(loopback: Loopback, guild: Guild, bot: SmallBot, ana: Person) -> None:
    channel = next(iter(guild.channels.values()))
    for number in range(5):
        ana.says(channel, f"{number}")
    mine = await _channel(bot, guild).send("mine")
    texts = [one.content async for one in _channel(bot, guild).history(limit=2)]
    assert texts == ["mine", ""], "what others write is empty without the message-content intent"
    before = [one.id async for one in _channel(bot, guild).history(before=mine)]
    assert before == sorted(channel.messages)[:5][::-1]
    after = [one.id async for one in _channel(bot, guild).history(after=discord.Object(before[-1]), limit=2)]
    assert after == sorted(channel.messages)[1:3]


async def test_a_file_arrives_with_its_card(loopback: Loopback, guild: Guild, bot: SmallBot, ana: Person) -> None:
    picture = discord.File(__file__, filename="tally.png", description="3 of 5")
    await _channel(bot, guild).send("Tally", file=picture)
    attachment = ana.sees(guild)[0].attachments[0]
    assert (attachment["filename"], attachment["description"]) == ("tally.png", "3 of 5")
    async with aiohttp.ClientSession() as session, session.get(attachment["url"]) as answer:
        assert len(await answer.read()) == attachment["size"]


async def test_a_broken_connection_is_resumed(loopback: Loopback, guild: Guild, bot: SmallBot, ana: Person) -> None:
    card = await ana.slash(guild, "card")
    loopback.gateway.abort()
    await loopback.until_disconnected()
    missed = ana.press(card, "Sign")
    await loopback.until_resumed()
    assert (await missed).text == "Signed", "what happened in between is replayed"
    loopback.gateway.ask_to_reconnect()
    await loopback.until_resumed(2)
    loopback.gateway.close(4000)
    await loopback.until_resumed(3)
    assert len(loopback.gateway.identified_at) == 1
    assert (await ana.press(card, "Sign")).text == "Signed"


async def test_an_invalidated_session_loses_what_it_missed(
    loopback: Loopback, guild: Guild, bot: SmallBot, ana: Person
) -> None:
    card = await ana.slash(guild, "card")
    loopback.gateway.invalidate(resumable=True)
    await loopback.until_resumed()
    loopback.gateway.invalidate()
    lost = ana.press(card, "Sign")
    await loopback.until_connected()
    assert len(loopback.gateway.identified_at) == 2
    assert (await ana.press(card, "Sign")).text == "Signed"
    assert lost.interaction.attempts == []


async def test_heartbeats_are_acknowledged(loopback: Loopback, guild: Guild) -> None:
    loopback.gateway.heartbeat_interval_ms = 10
    async with running(loopback) as bot:
        await loopback.changes.until(lambda: loopback.gateway.heartbeats > 2, 5, lambda: "there is no heartbeat")
        assert bot.latency < 5


async def test_each_shard_hears_of_its_own_guilds(loopback: Loopback, ana: Person, guild: Guild) -> None:
    async with (
        running(loopback, shard_id=0, shard_count=2) as first,
        running(loopback, shard_id=1, shard_count=2) as second,
    ):
        assert [one.id for one in (first, second)[(guild.id >> 22) % 2].guilds] == [guild.id]
        assert [one.id for one in (first, second)[1 - (guild.id >> 22) % 2].guilds] == []
        said = ana.dm("Only shard 0 hears this")
        await said
        assert (await ana.slash(guild, "join", local="x")).text == "x with None"
        assert len(said.replies()) == 1


async def test_a_guild_changes_before_the_bots_eyes(loopback: Loopback, guild: Guild, bot: SmallBot) -> None:
    loopback.happens.channel_created(guild, "petitions")
    loopback.happens.role_created(guild, "organizer")
    loopback.happens.channel_deleted(next(iter(guild.channels.values())))
    other = loopback.new_guild("Local 2", bot_may=None)
    loopback.happens.bot_invited(other)
    await _heard(bot, lambda: bot.get_guild(other.id) is not None)
    seen = bot.get_guild(guild.id)
    assert seen is not None
    assert [one.name for one in seen.text_channels] == ["petitions"]
    assert "organizer" in [one.name for one in seen.roles]
    loopback.happens.outage_began(other)
    await _heard(bot, lambda: bot.get_guild(other.id).unavailable)  # type: ignore[union-attr]
    loopback.happens.outage_ended(other)
    loopback.happens.bot_removed(other)
    await _heard(bot, lambda: bot.get_guild(other.id) is None)


async def test_a_close_code_can_be_final(loopback: Loopback, guild: Guild) -> None:
    loopback.gateway.refuses_with = 4014
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with running(loopback):
            pass
    with pointed_at(loopback.url), pytest.raises(discord.LoginFailure):
        async with SmallBot() as stranger:
            await stranger.start("another.token")


async def test_an_event_delivered_twice_is_acknowledged_once(guild: Guild, bot: SmallBot, ana: Person) -> None:
    card = await ana.slash(guild, "card")
    click = ana.press(card, "Sign")
    click.redeliver(2)
    attempts = await click.attempts(3)
    assert sorted(one.code or 0 for one in attempts) == [0, 40060, 40060]
    assert [one.text for one in ana.sees(guild)] == [card.text, "Signed"]


async def test_only_a_late_answer_is_refused(loopback: Loopback, guild: Guild, bot: SmallBot, ana: Person) -> None:
    card = await ana.slash(guild, "card")
    bot.may_answer.clear()
    late, later = ana.press(card, "Sign"), ana.press(card, "Sign")
    loopback.clock.forward(2.5)
    bot.may_answer.set()
    assert (await late).text == (await later).text == "Signed"
    bot.may_answer.clear()
    too_late = ana.press(card, "Sign")
    loopback.clock.forward(3.1)
    bot.may_answer.set()
    [attempt] = await too_late.attempts(1)
    assert attempt.code == 10062
    assert attempt.latency_s > 3
    with pytest.raises(NoAnswer, match="10062"):
        await too_late.message(within=0.01)


async def test_a_token_lasts_fifteen_minutes(loopback: Loopback, guild: Guild, bot: SmallBot, ana: Person) -> None:
    outcome = ana.slash(guild, "card")
    await outcome
    loopback.clock.forward(15 * 60)
    async with aiohttp.ClientSession() as session:
        hook = discord.Webhook.partial(bot.application_id or 0, outcome.interaction.token, session=session)
        with pointed_at(loopback.url), pytest.raises(discord.HTTPException) as refused:
            await hook.send("Too late")
    assert refused.value.code == 50027


async def test_events_can_be_held_and_turned_round(loopback: Loopback, bot: SmallBot, ana: Person) -> None:
    loopback.gateway.hold()
    first, second = ana.dm("1"), ana.dm("22")
    loopback.gateway.release(backwards=True)
    await second
    await loopback.until_asked(MESSAGES, 2)
    await loopback.changes.until(lambda: len(ana.inbox()) == 2, 2, lambda: "one answer is missing")
    assert [one.text[10] for one in first.replies()] == ["2", "1"]


async def test_a_bot_that_says_nothing_is_described(
    loopback: Loopback, guild: Guild, bot: SmallBot, ana: Person
) -> None:
    card = await ana.slash(guild, "card")
    loopback.gateway.is_deaf = True
    with pytest.raises(NoAnswer, match="ana used the button 'Sign' and of the bot it did not answer"):
        await ana.press(card, "Sign").message(within=0.01)


async def test_an_unknown_route_fails_the_test() -> None:
    async def ask() -> None:
        async with (
            Loopback() as loopback,
            aiohttp.ClientSession() as session,
            session.get(f"{loopback.url}/api/v10/guilds/1/bans") as answer,
        ):
            assert answer.status == 404

    with pytest.raises(AssertionError, match="not modelled: GET /guilds/1/bans"):
        await ask()


async def test_what_discord_would_refuse_fails_the_test() -> None:
    async def say_too_much() -> None:
        async with Loopback() as loopback:
            guild = loopback.new_guild("Local 1")
            async with running(loopback) as bot:
                with pytest.raises(discord.HTTPException, match="50035"):
                    await _channel(bot, guild).send("x" * 2001)

    with pytest.raises(AssertionError, match="content is longer than 2000"):
        await say_too_much()


async def _heard(bot: SmallBot, condition: Callable[[], bool]) -> None:
    """Wait for gateway events until the bot knows something."""
    async with asyncio.timeout(5):
        while not condition():
            await bot.wait_for("socket_event_type")


def _channel(bot: SmallBot, guild: Guild) -> discord.TextChannel:
    return bot.get_guild(guild.id).text_channels[0]  # type: ignore[union-attr]
