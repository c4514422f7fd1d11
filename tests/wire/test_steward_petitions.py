"""Petitions over real sockets: a signature outlives a crash and counts once, and a card ends with its last state."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from bot.guilds.rules import Use
from bot.ids import Actor, ChannelId, GuildId, RoleId, UserId
from bot.petitions import rules
from bot.petitions.conditions import Condition
from bot.petitions.rules import Petition, Visibility
from bot.petitions.wording import compose
from bot.wiring import open_steward

from .loopback import Message
from .union import CHEAP, LONG_AGO, Union

pytestmark = pytest.mark.asyncio

WORDS = compose("Paid training first", "The board", ["Training in working hours"], "We are told to learn it at night.")
SUPPORTERS = 3
NAME = "Zsófia Nightingale"
PETITION_CARDS = "SELECT count(*) FROM cards WHERE version = shown_version AND message_id IS NOT NULL"


async def open_petition(union: Union, visibility: Visibility = Visibility.ORGANIZERS) -> Petition:
    """Start a petition, without clicking, that has found its supporters."""
    await union.set_up()
    steward = await open_steward(union.settings, stretching=CHEAP)
    try:
        guild_id, now = GuildId(union.guild.id), datetime.now(UTC)
        boss = Actor(
            guild_id, UserId(union.boss.user.id), frozenset({RoleId(union.organizers.id)}), is_administrator=True
        )
        await steward.guilds.choose_channel(boss, Use.PETITIONS, ChannelId(union.digests.id))
        terms = rules.set_terms(visibility, 5, SUPPORTERS, now + timedelta(days=30), now)
        petition = await steward.petitions.start(boss, "a form", WORDS, terms)
        await steward.petitions.submit(boss, petition.id)
        await sign(steward.petitions, petition, guild_id, range(SUPPORTERS))
        await steward.counting.refresh_due()
    finally:
        await steward.close()
    return petition


async def sign(petitions: object, petition: Petition, guild_id: GuildId, numbers: range) -> None:
    for number in numbers:
        signer = Actor(guild_id, UserId(7_000_000 + number))
        await petitions.sign(signer, petition.id, WORDS.hash, Condition(), f"Signer {number}")  # type: ignore[attr-defined]


async def more_sign(union: Union, petition: Petition, numbers: range) -> None:
    """Let others sign while the bot is stopped, and let the card's time have come."""
    steward = await open_steward(union.settings, stretching=CHEAP)
    try:
        await sign(steward.petitions, petition, GuildId(union.guild.id), numbers)
    finally:
        await steward.close()
    union.change("UPDATE petitions SET next_card_at = ?", LONG_AGO)


def signatures(union: Union) -> int:
    """Count the signatures that are on disk."""
    with closing(sqlite3.connect(union.data / "vault.db", timeout=5)) as vault:
        found: int = vault.execute("SELECT count(*) FROM signatures").fetchone()[0]
        return found


async def card_of(union: Union) -> Message:
    """Wait for the petition's card in its channel."""
    await union.until_posted()
    await union.until_recorded(PETITION_CARDS, 1)
    return next(message for message in union.posted() if WORDS.title in message.text)


async def test_a_form_opened_before_the_plug_was_pulled_still_signs_after_it(union: Union) -> None:
    await open_petition(union)
    await union.bot.start()
    union.said.append(NAME)
    step = await union.ana.press(await card_of(union), "Sign")
    form = await union.ana.press(step, "Sign with a name").modal()
    await union.bot.kill()
    await union.bot.start()
    answer = await union.ana.submit(form, {"name": NAME})
    await union.discord.changes.until(lambda: "Your signature is kept" in answer.text, 5, lambda: answer.text)
    assert signatures(union) == SUPPORTERS + 1
    assert NAME not in answer.text


@pytest.mark.parametrize("place", ["signing: before the commit", "vault: committed and nobody told"])
async def test_whoever_got_no_answer_signs_again_and_counts_once(union: Union, place: str) -> None:
    """The plug is pulled before or after the signature is on disk; either way the second answer is the usual one."""
    await open_petition(union)
    await union.bot.start()
    union.said.append(NAME)
    card = await card_of(union)
    step = await union.ana.press(card, "Sign")
    form = await union.ana.press(step, "Sign with a name").modal()
    await union.bot.kill()
    union.killed_at(place)
    await union.bot.start()
    union.ana.submit(form, {"name": NAME})
    await union.bot.ended()
    union.killed_at("")
    await union.bot.start()
    answers = []
    for _ in range(2):
        answer = await union.ana.submit(form, {"name": NAME})
        await union.discord.changes.until(lambda: "Your signature is kept" in answer.text, 5, lambda: answer.text)  # noqa: B023 - awaited
        answers.append(answer.text)
    assert answers[0] == answers[1]
    assert signatures(union) == SUPPORTERS + 1
    assert [message for message in union.posted() if WORDS.title in message.text] == [card]


async def test_a_card_is_edited_to_its_last_state_through_rate_limits_and_never_posted_again(union: Union) -> None:
    petition = await open_petition(union)
    await union.bot.start()
    card = await card_of(union)
    before = card.text
    await union.bot.kill()
    await more_sign(union, petition, range(SUPPORTERS, 9))
    limit = union.discord.faults.rate_limit(f"PATCH /channels/{union.digests.id}/messages/{card.id}", 0.3, times=3)
    await union.bot.start()
    await limit.has_struck(3)
    await union.until_recorded("SELECT shown FROM petitions", 5)
    await union.until_recorded(PETITION_CARDS, 1)
    assert card.text != before
    assert "5" in card.text
    await union.bot.restart()
    assert sum(WORDS.why in message.text for message in union.posted()) == 1


async def test_a_plug_pulled_between_an_edit_and_its_note_shows_the_card_once_and_right(union: Union) -> None:
    petition = await open_petition(union)
    await union.bot.start()
    card = await card_of(union)
    await union.bot.kill()
    await more_sign(union, petition, range(SUPPORTERS, 7))
    union.killed_at("card: edited and not noted")
    await union.bot.start()
    await union.bot.ended()
    shown = card.text
    union.killed_at("")
    await union.bot.start()
    await union.until_recorded(PETITION_CARDS, 1)
    assert card.text == shown
    assert sum(WORDS.why in message.text for message in union.posted()) == 1
