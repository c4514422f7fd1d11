"""Polls over real sockets: a ballot outlives a crash and counts once, and a result is posted once with its picture."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.ids import Actor, ChannelId, GuildId, PollId, UserId
from bot.polls import records
from bot.polls.counting.results import Method
from bot.polls.rules import Kind, Poll, State, Terms
from bot.polls.service import key_of
from bot.polls.wording import Question
from bot.wiring import open_steward

from .loopback import Message
from .union import CHEAP, Union

pytestmark = pytest.mark.asyncio

POLL = PollId("0a1b2c3d")
TITLE = "Who goes to the conference?"
OTHERS = "aabba"
IN_THE_BOX = "Your ballot is in the box"
JOINED = datetime(2020, 1, 1, tzinfo=UTC)
CAST = "Cast this ballot"


async def open_poll(union: Union) -> Message:
    """Let organizers publish a ballot, start the bot, and return the card once it stands in the channel."""
    await union.set_up()
    steward = await open_steward(union.settings, stretching=CHEAP)
    poll = Poll(
        POLL,
        GuildId(union.guild.id),
        ChannelId(union.digests.id),
        Question(TITLE, "", ("Ana", "Ben", "Cem")),
        Terms(Kind.BALLOT, Method.SINGLE, datetime.now(UTC) + timedelta(days=3)),
        state=State.SCHEDULED,
    )
    try:
        async with steward._database.begin() as connection:
            await records.add(connection, poll)
    finally:
        await steward.close()
    await union.bot.start()
    await union.until_posted()
    await union.until_recorded("SELECT count(*) FROM cards WHERE message_id IS NOT NULL", 1)
    [card] = union.posted()
    return card


async def marked(union: Union, card: Message) -> Message:
    """Open a ballot and mark it; nothing is cast yet."""
    ballot = await union.ana.press(card, "Vote")
    review = await union.ana.choose(ballot, "c")
    assert "Nothing is cast yet" in review.text
    assert review.only_for is not None, "nobody else sees it"
    return review


async def says(union: Union, shown: Message, words: str) -> None:
    """Wait until a private card says something."""
    await union.discord.changes.until(lambda: words in shown.text, 5, lambda: shown.text)


async def in_the_box(union: Union) -> list[str]:
    """Pull the plug, and return what would be counted."""
    await union.bot.kill()
    steward = await open_steward(union.settings, stretching=CHEAP)
    try:
        own = steward.polls._keys.own(key_of(POLL))
        assert own is not None
        return [slip.ballot for slip in (await steward.polls._box.contents(POLL, own)).slips]
    finally:
        await steward.close()


async def test_a_ballot_that_is_delivered_five_times_is_in_the_box_once(union: Union) -> None:
    card = await open_poll(union)
    before, edits = card.text, len(union.posted())
    review = await marked(union, card)
    cast = union.ana.press(review, CAST)
    cast.redeliver(4)
    await says(union, review, IN_THE_BOX)
    await cast.attempts(5)
    assert "Cem" not in review.text, "what was chosen is not shown again"
    assert (card.text, len(union.posted())) == (before, edits), "nothing public moves with a vote"
    assert await in_the_box(union) == ["c"]


async def test_a_ballot_on_screen_when_the_plug_was_pulled_is_cast_after_it(union: Union) -> None:
    card = await open_poll(union)
    review = await marked(union, card)
    await union.bot.restart()
    await union.ana.press(review, CAST)
    await says(union, review, IN_THE_BOX)
    again = await union.ana.press(card, "Vote")
    await says(union, again, "You have voted in this poll already")
    assert await in_the_box(union) == ["c"]


@pytest.mark.parametrize("place", ["casting: before the commit", "vault: committed and nobody told"])
async def test_whoever_got_no_answer_casts_again_and_counts_once(union: Union, place: str) -> None:
    """The plug is pulled before or after the ballot is on disk, and the second answer says which."""
    review = await marked(union, await open_poll(union))
    await union.bot.kill()
    union.killed_at(place)
    await union.bot.start()
    union.ana.press(review, CAST)
    await union.bot.ended()
    union.killed_at("")
    await union.bot.start()
    answer = await union.ana.press(review, CAST)
    was_kept = place.startswith("vault")
    await says(union, answer, "You have voted in this poll already" if was_kept else IN_THE_BOX)
    assert await in_the_box(union) == ["c"]


async def test_a_result_whose_first_answer_is_lost_is_posted_once_with_its_picture(union: Union) -> None:
    card = await open_poll(union)
    review = await marked(union, card)
    await union.ana.press(review, CAST)
    await says(union, review, IN_THE_BOX)
    await union.bot.kill()
    await others_vote(union)
    union.change("UPDATE polls SET closes_at = ?", f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}")
    lost = union.discord.faults.lose_answer(f"POST /channels/{union.digests.id}/messages", with_reset=True)
    await union.bot.start()
    await lost.has_struck()
    await union.until_recorded("SELECT is_shredded FROM polls", 1)
    await union.bot.kill()
    union.age_outbox(timedelta(seconds=10))
    await union.bot.start()
    await union.until_recorded("SELECT count(*) FROM outbox WHERE state != 'sent'", 0)
    await union.until_recorded("SELECT count(*) FROM cards WHERE version != shown_version", 0)
    [result] = [message for message in union.posted() if "## Result" in message.text]
    assert "Votes cast: 6" in result.text
    assert [each["filename"] for each in result.attachments] == ["result.png"]
    assert len(union.posted()) == 2, "the card and the result"
    assert "Closed and counted" in card.text
    assert not list(union.settings.key_dir.glob("poll-*"))


async def others_vote(union: Union) -> None:
    """Let others vote while the bot is stopped."""
    steward = await open_steward(union.settings, stretching=CHEAP)
    try:
        for number, marks in enumerate(OTHERS):
            voter = Actor(GuildId(union.guild.id), UserId(1_000_000 + number), joined_at=JOINED)
            await steward.polls.cast(voter, POLL, marks)
    finally:
        await steward.close()
