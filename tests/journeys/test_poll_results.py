"""Everybody reads what came of a poll: posted once with a picture, in private round by round, and as files."""

import csv
import hashlib
import io
import json
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.charts import BarChart
from bot.demo.world import World
from bot.ids import Actor, ChannelId, GuildId, PollId, RoleId, UserId
from bot.polls import records
from bot.polls.counting.lots import commitment
from bot.polls.counting.results import Method
from bot.polls.rules import Kind, Poll, State, Terms, Voters
from bot.polls.wording import Question
from tests.journeys.conftest import Somebody
from tests.journeys.people import Person, parts
from tests.journeys.test_polls import sends

POLL = PollId("0a1b2c3d")
TITLE = "Who goes to the conference?"
PEOPLE = ("Ana", "Ben", "=Cem", "Dilek")
RANKED = ("abcd", "abd", "ab", "ab", "ba", "cda", "cd", "dc", "-")

pytestmark = pytest.mark.usefixtures("vera")


async def held(
    world: World,
    method: Method = Method.SCOTTISH,
    options: tuple[str, ...] = PEOPLE,
    *,
    opens_in: timedelta | None = None,
    **terms: Any,
) -> Poll:
    """Let organizers publish a poll; the composer has stories of its own."""
    now = world.clock.now()
    opens_at = None if opens_in is None else now + opens_in
    kind = terms.pop("kind", Kind.BALLOT)
    poll = Poll(
        POLL,
        GuildId(world.guild.id),
        ChannelId(world.channels["general"].id),
        Question(TITLE, "Three days in Vienna.", options),
        Terms(kind, method, (opens_at or now) + timedelta(days=3), opens_at, **terms),
        Voters(joined_before=False),
        State.SCHEDULED,
    )
    async with world.steward._database.begin() as connection:
        await records.add(connection, poll)
    await world.tick()
    return poll


async def voted(
    world: World, somebody: Somebody, ballots: Sequence[str], reasons: Sequence[str] = (), **slip: str
) -> None:
    """Let members vote; the ballot has stories of its own."""
    for number, marks in enumerate(ballots):
        person = somebody(f"Member {number}")
        actor = Actor(GuildId(world.guild.id), UserId(person.member.id), frozenset[RoleId]())
        reason = reasons[number] if number < len(reasons) else ""
        words = {"words": f"green {number:04}", **slip} if slip else {}
        await world.steward.polls.cast(actor, POLL, marks, reason=reason, **words)


async def closed(world: World) -> None:
    await world.later(days=3, minutes=1)
    await world.tick()


def results(world: World) -> list[Any]:
    """Return every post of a result."""
    backend, where = world.env.backend, world.channels["general"]
    found = [backend.get_message(where.id, message.id) for message in where.history()]
    return [each for each in found if "## Result" in str(each.components)]


async def opens(world: World, person: Person, label: str) -> Person:
    """Press a button under the post of the result."""
    (post,) = results(world)
    (shown,) = [each for each in world.channels["general"].history() if each.id == post.id]
    person.last = await person.member.click(shown, label=label)
    return person


def files(world: World, person: Person) -> dict[str, bytes]:
    """Return the files that came with what somebody was last shown."""
    attachments = person._card.attachments
    return {each.filename: world.env.backend.cdn.get(each.url) or b"" for each in attachments}


def words(message: Any) -> str:
    return "\n".join(part["content"] for part in parts(message.components) if part.get("content"))


async def test_a_result_is_posted_once_with_a_picture_and_the_same_numbers_beside_it(
    world: World, somebody: Somebody
) -> None:
    await held(world, seats=2)
    await voted(world, somebody, RANKED)
    await closed(world)
    await world.restart()
    await world.later(hours=1)
    (post,) = results(world)
    told = words(post)
    assert "### Elected, in this order: A · Ana, C · =Cem." in told
    # Eight named somebody: the quota is 8 // 3 + 1. Of her 4, Ana passes one on to Ben; Dilek, now last, hers to Cem.
    assert "**A**  Ana · 4 → 3, elected in round 1 ★" in told
    assert "**D**  Dilek · 1 → 0, out in round 3" in told
    assert "Quota: 3" in told
    assert "Votes cast: 9\nBlank among them: 1" in told
    ((name, picture),) = [(each["filename"], world.env.backend.cdn.get(each["url"])) for each in post.attachments]
    assert name == "result.png"
    assert picture is not None
    assert picture.startswith(b"\x89PNG")
    (gallery,) = [part for part in parts(post.components) if part.get("items")]
    alt = gallery["items"][0]["description"]
    assert alt.startswith("Bars: A Ana: 3 ★; B Ben: 2; C =Cem: 3 ★; D Dilek: 0")
    assert alt.endswith("Quota: 3")


async def test_a_picture_that_cannot_be_drawn_takes_no_word_with_it(
    world: World, somebody: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(chart: BarChart) -> bytes:
        raise OSError(chart.title)

    loaded = sys.modules["cogs.polls.result_cards"]  # cogs are loaded anew for each world
    monkeypatch.setattr(loaded, "bars", fail)
    await held(world, seats=2)
    await voted(world, somebody, RANKED)
    await closed(world)
    (post,) = results(world)
    assert post.attachments == []
    assert "**A**  Ana · 4 → 3, elected in round 1 ★" in words(post)


async def test_every_member_reads_all_rounds_and_comes_back_to_the_result(world: World, somebody: Somebody) -> None:
    await held(world, seats=2)
    await voted(world, somebody, RANKED)
    await closed(world)
    ines = somebody("Ines")
    await opens(world, ines, "All rounds")
    assert "**Round 1 of 3**\nElected: A (Ana)." in ines.seen
    assert "B  2.00000  +1.00000   Ben" in ines.seen
    assert "Page 1 of 1" in ines.seen
    await ines.presses("Result")
    assert "### Elected, in this order: A · Ana, C · =Cem." in ines.seen
    assert [each.filename for each in ines._card.attachments] == ["result.png"]
    await ines.presses("All rounds")
    assert ines._card.attachments == []


async def test_the_files_say_what_is_shown(world: World, somebody: Somebody) -> None:
    poll = await held(world, seats=2)
    await voted(world, somebody, RANKED)
    await closed(world)
    ines = somebody("Ines")
    await opens(world, ines, "Files")
    made = files(world, ines)
    stem = f"poll-{poll.id}-result"
    assert set(made) == {f"{stem}.md", f"{stem}.csv", f"{stem}.json"}
    result = json.loads(made[f"{stem}.json"])
    assert result["result"]["winners"] == [0, 2]
    assert result["commitment"] == commitment(bytes.fromhex(result["result"]["seed"]))
    rows = list(csv.reader(io.StringIO(made[f"{stem}.csv"].decode("utf-8-sig"))))
    assert ["1", "A", "Ana", "4.00000", "0.00000", "elected"] in rows
    assert ["1", "C", "'=Cem", "2.00000", "0.00000", ""] in rows
    report = made[f"{stem}.md"].decode()
    assert "**Elected, in this order: A · Ana, C · =Cem.**" in report
    assert "| B · Ben | 2.00000 | +1.00000 |  |" in report
    assert "abcd" not in "".join(content.decode() for content in made.values()), "no ranking is in any file"


async def test_whoever_voted_finds_their_line_in_the_list_that_was_hashed(world: World, somebody: Somebody) -> None:
    poll = await held(world, Method.SINGLE, has_ledger=True)
    await voted(world, somebody, "a" * 12 + "b" * 9, code="ABC234")
    await closed(world)
    (post,) = results(world)
    ines = somebody("Ines")
    await opens(world, ines, "Files")
    listed = files(world, ines)[f"poll-{poll.id}-list.tsv"]
    assert hashlib.sha256(listed).hexdigest() in words(post)
    assert hashlib.sha256(listed).hexdigest() in ines.seen
    assert "green 0003 ABC234\ta" in listed.decode().splitlines()


async def test_reasons_are_read_apart_from_choices_and_from_names(world: World, somebody: Somebody) -> None:
    await held(world, Method.CONSENT, ())
    await voted(world, somebody, "aaaad", ["", "Too *late*.", "", "", "Not before May."])
    await closed(world)
    (post,) = results(world)
    assert "### There is no consent." in words(post)
    assert "Reasons that were given: 2" in words(post)
    ines = somebody("Ines")
    await opens(world, ines, "Reasons")
    assert "> Not before May." in ines.seen
    assert r"> Too \*late\*." in ines.seen
    assert "Member" not in ines.seen


async def test_of_fewer_than_five_ballots_nothing_is_shown_and_nothing_handed_out(
    world: World, somebody: Somebody
) -> None:
    await held(world, Method.SINGLE)
    await voted(world, somebody, "aaab")
    await closed(world)
    (post,) = results(world)
    assert "Fewer than 5 ballots were cast, so there is no result, and the box is destroyed." in words(post)
    assert "Ana" not in words(post)
    assert post.attachments == []
    assert not [part for part in parts(post.components) if part.get("custom_id")]
    ines = somebody("Ines")
    ines.last = await ines.member.click(world.channels["general"].history()[0], label="Result")
    assert "there is no result" in ines.seen


async def test_whoever_asks_too_early_is_told_when_there_will_be_a_result(world: World, somebody: Somebody) -> None:
    await held(world, Method.SINGLE)
    await voted(world, somebody, "aaaaab")
    ines = somebody("Ines")
    for action in ("show", "rounds", "reasons", "files"):
        await sends(world, ines, f"pollresult:{action}:v1:{POLL}")
        assert "Ana" not in ines.seen
        assert "No result yet" in ines.seen if action == "show" else "There is no result of this poll" in ines.seen
    await sends(world, ines, f"pollresult:show:v1:{POLL}")
    assert "**Closes** <t:" in ines.seen


async def test_a_forged_page_shows_the_first_or_the_last(world: World, somebody: Somebody) -> None:
    await held(world, seats=2)
    await voted(world, somebody, RANKED)
    await closed(world)
    ines = somebody("Ines")
    for page in ("-1", "9999", "x", "1" * 40, "²"):
        await sends(world, ines, f"pollresult:rounds:v1:{POLL}:{page}")
        assert "Round 1 of 3" in ines.seen
    await sends(world, ines, "pollresult:files:v1:ffffffff")
    assert "This poll is not here" in ines.seen


async def test_hands_that_are_level_stay_so(world: World, somebody: Somebody) -> None:
    await held(world, Method.SINGLE, kind=Kind.HANDS)
    for number, choice in enumerate("aabb"):
        person = somebody(f"Member {number}")
        actor = Actor(GuildId(world.guild.id), UserId(person.member.id), frozenset[RoleId]())
        await world.steward.polls.raise_hand(actor, POLL, choice, f"Member {number}")
    await closed(world)
    (post,) = results(world)
    assert "It is a tie, and it stays open" in words(post)
    assert "Member" not in words(post)
