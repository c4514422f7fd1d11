"""Digests: silent when there is nothing to tell, once for each period, late but once, and never more than steps."""

import asyncio
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select, update

from bot import failpoints
from bot.database import outbox as letters
from bot.database.outbox import Letter
from bot.database.tables import digests, guilds, outbox, tallies
from bot.guilds.rules import Use
from bot.guilds.service import Times
from bot.ids import Actor, PetitionId
from bot.petitions import records
from bot.petitions.rules import Petition, State, Visibility
from bot.petitions.service import MOST_IN_DIGEST
from bot.reports.rules import tally_cells
from bot.reports.taxonomy import Dimension
from tests.house import ADMINISTRATOR, DIGESTS_CHANNEL, ELSEWHERE, ELSEWHERE_ORGANIZER, FACETS, GUILD, ORGANIZER, House
from tests.rules.auditor import Auditor, Column, Counts, steward
from tests.services.petitions import opened, sign, terms_of
from tests.services.polls import closed as poll_closed
from tests.services.polls import opened as poll_opened
from tests.services.polls import vote_all

MOST_DIGESTS = 80  # each draws lots, so how many it takes is chance; this many without a move never happen


async def posted(house: House) -> list[Letter]:
    """Take every letter that is ready as posted."""
    async with house.database.begin() as connection:
        found = await letters.ready(connection, house.clock.now())
        for letter in found:
            await letters.mark_sent(connection, letter, 1)
    return found


async def kept(house: House) -> list[dict[str, Any]]:
    async with house.database.begin() as connection:
        rows = await connection.execute(select(digests.c.contents).order_by(digests.c.guild_id, digests.c.period))
        return [json.loads(contents) for contents in rows.scalars()]


async def shown(house: House) -> dict[tuple[str, str], int]:
    async with house.database.begin() as connection:
        rows = await connection.execute(select(tallies.c.dimension, tallies.c.value, tallies.c.shown))
        return {(dimension, value): number for dimension, value, number in rows}


async def enough(house: House, reports: int = 20) -> None:
    for number in range(reports):
        await house.file(f"report {number}")
    await house.release()
    await house.confirm()


async def first_digest(house: House) -> Letter:
    """Let weeks pass until the lots let something be shown."""
    for _ in range(MOST_DIGESTS):
        await house.digest()
        if found := await posted(house):
            return found[0]
    raise AssertionError("nothing was ever shown")


async def test_nothing_new_is_no_message(house: House) -> None:
    await house.set_up()
    for _ in range(3):
        await house.digest()
    await enough(house, reports=4)
    for _ in range(3):
        await house.digest()
    assert await posted(house) == []
    assert [contents["total"] for contents in await kept(house)] == [0] * 6


async def test_a_digest_tells_steps_of_k_and_goes_to_its_channel(house: House) -> None:
    await house.set_up()
    await enough(house)
    letter = await first_digest(house)
    assert (letter.guild_id, letter.channel_id, letter.language) == (GUILD, DIGESTS_CHANNEL, "en")
    contents = letter.contents
    assert letter.natural_key == f"digest:{GUILD}:{contents['period']}"
    told_of: dict[str, object] = {subject: {} for subject in ("petitions", "polls", "townhalls", "commitments")}
    beside = {name: contents[name] for name in ("resources", "picture")}
    assert contents == {**(await kept(house))[-1], **told_of, **beside, "audience": "members"}
    assert all(beside.values())
    assert not contents["is_late"]
    assert contents["k"] == 5
    numbers = [at_least for _, _, at_least in contents["tallies"]]
    assert numbers
    assert all(number % 5 == 0 and 5 <= number <= 20 for number in numbers)
    assert [change[2] for change in contents["changes"]] == [0] * len(numbers)
    names = {(dimension, tuple(options)) for dimension, options, _ in contents["tallies"]}
    assert names <= {(dimension, tuple(value.split("×"))) for dimension, value in tally_cells(FACETS)}


async def test_a_period_has_one_digest_whoever_tries_and_however_often(house: House) -> None:
    await house.set_up()
    await enough(house)
    guild = await house.guilds.ready(GUILD)
    house.clock.move_to(guild.next_digest(house.clock.now()))
    await asyncio.gather(*(house.digests.make_due() for _ in range(5)))
    await house.crash()
    await house.digests.make_due()
    assert len(await kept(house)) == 1
    assert len(await posted(house)) <= 1


async def test_a_crash_before_or_after_the_commit_makes_one_digest(house: House) -> None:
    await house.set_up()
    await enough(house)
    guild = await house.guilds.ready(GUILD)

    wanted = ""

    def pull_the_plug(reached: str) -> None:
        if reached == wanted:
            raise ConnectionAbortedError

    for number, place in enumerate(("digest: before the commit", "digest: after the commit"), 1):
        wanted = place
        house.clock.move_to(guild.next_digest(house.clock.now()))
        before = await shown(house)
        failpoints.watch(pull_the_plug)
        crashed = await asyncio.gather(house.digests.make_due(), return_exceptions=True)
        failpoints.watch(None)
        assert [type(error) for error in crashed] == [ConnectionAbortedError]
        await house.crash()
        if number == 1:
            assert await shown(house) == before, "what was not published is not marked as shown"
        await house.digests.make_due()
        assert len(await kept(house)) == number
        told = {(d, "×".join(o)): n for d, o, n in (await kept(house))[-1]["tallies"]}
        assert {name: number for name, number in (await shown(house)).items() if number} == told


async def test_after_a_pause_one_digest_says_that_it_is_late(house: House) -> None:
    await house.set_up()
    await house.digest()
    house.clock.later(days=90)
    await house.digests.make_due()
    await house.digests.make_due()
    first, late = await kept(house)
    assert (first["is_late"], late["is_late"]) == (False, True)
    assert late["since"] == first["period"] == "2026-03-03"
    assert late["period"] == "2026-05-26"
    await house.digest()
    assert [contents["period"] for contents in await kept(house)][2:] == ["2026-06-02"]
    assert not (await kept(house))[-1]["is_late"]


async def test_the_hour_stays_the_same_when_the_clocks_change(house: House) -> None:
    await house.set_up(zone="Europe/Berlin")
    moments = [await house.digest() for _ in range(5)]
    hours = [(moment.day, moment.hour) for moment in moments]
    assert hours == [(3, 8), (10, 8), (17, 8), (24, 8), (31, 7)]
    assert len(await kept(house)) == 5


async def test_a_changed_schedule_holds_from_the_next_digest_on_and_repeats_none(house: House) -> None:
    await house.set_up()
    await house.digest()
    house.clock.later(hours=1)
    await house.guilds.choose_times(ADMINISTRATOR, Times("UTC", "en", "18:00", (1,), "15:00"))
    assert await house.digest() == datetime(2026, 3, 3, 15, tzinfo=UTC)
    assert [contents["period"] for contents in await kept(house)] == ["2026-03-03"]
    await house.guilds.choose_times(ADMINISTRATOR, Times("Asia/Kolkata", "en", "18:00", (4,), "9:00"))
    assert await house.digest() == datetime(2026, 3, 6, 3, 30, tzinfo=UTC)
    assert [contents["period"] for contents in await kept(house)] == ["2026-03-03", "2026-03-06"]


async def test_without_a_channel_nothing_counts_as_shown(house: House) -> None:
    await house.set_up()
    async with house.database.begin() as connection:
        await connection.execute(update(guilds).values(digests_channel_id=None))
    await enough(house)
    for _ in range(10):
        await house.digest()
    assert await kept(house) == []
    assert set((await shown(house)).values()) == {0}
    await house.guilds.choose_channel(ADMINISTRATOR, Use.DIGESTS, DIGESTS_CHANNEL)
    assert (await first_digest(house)).contents["tallies"]


async def test_one_guild_never_tells_what_another_counts(house: House) -> None:
    await house.set_up()
    await house.set_up_elsewhere()
    await enough(house)
    for _ in range(10):
        await house.digest()
    assert {letter.guild_id for letter in await posted(house)} <= {GUILD}
    assert not any(str(ELSEWHERE) in json.dumps(contents) for contents in await kept(house))


async def test_all_digests_together_say_nothing_but_at_least(house: House) -> None:
    """The auditor reads the whole published history, as an employer in the channel can."""
    await house.set_up()
    history: list[dict[tuple[str, str], int]] = []
    filed = 0
    for week in range(4):
        for number in range((6, 0, 7, 1)[week]):
            await house.file("text", facets={Dimension.CATEGORY: ("MON", "PAY")[number % 2]})
            filed += 1
        await house.release()
        await house.confirm()
        await house.digest()
        history.append({(d, "×".join(o)): n for d, o, n in (await kept(house))[-1]["tallies"]})
        house.clock.later(hours=1)
    columns = []
    for dimension, options in (("category", ("MON", "PAY")), ("role", ("qa",)), ("effect", ("risk",))):
        cells: dict[str, Counts] = {o: tuple(week.get((dimension, o), 0) for week in history) for o in options}
        assert all(number % 5 == 0 for numbers in cells.values() for number in numbers)
        assert all(list(numbers) == sorted(numbers) for numbers in cells.values())
        columns.append(Column(steward, {name: numbers[-2:] for name, numbers in cells.items()}))
    assert Auditor(5, filed + 5).audit(columns) == []


async def test_a_month_that_is_not_over_stands_still_whatever_is_counted(house: House) -> None:
    await house.set_up()
    month = f"{house.clock.now():%Y-%m}"
    for number in range(40):
        await house.file(f"report {number}", facets={Dimension.MONTH: month})
    await house.release()
    await house.confirm()
    moved = None
    for _ in range(MOST_DIGESTS):
        day = (await house.digest()).date()
        if (await shown(house))["month", month]:
            moved = day
            break
    assert moved is not None
    assert f"{moved:%Y-%m}" > month


# Petitions


async def stands(
    house: House, title: str, state: State = State.OPEN, *, days: int = 30, shown: int = 0, **moments: datetime
) -> Petition:
    """Put a petition where it stands, with what is shown of it."""
    words, terms = terms_of(house, Visibility.COUNT)
    terms = replace(terms, deadline_at=house.clock.now() + timedelta(days=days))
    petition_id = PetitionId(hashlib.sha256(title.encode()).hexdigest()[:8])
    petition = Petition(petition_id, GUILD, replace(words, title=title), terms, state=state, shown=shown)
    async with house.database.begin() as connection:
        await records.add(connection, petition)
        await records.save(connection, petition, **moments)
    return petition


async def told(house: House, what: str = "petitions") -> dict[str, Any]:
    """Make the next digest and return what it tells of petitions, or of something else."""
    await house.digest()
    period = (await kept(house))[-1]["period"]
    async with house.database.begin() as connection:
        query = select(outbox.c.contents).where(outbox.c.natural_key == f"digest:{GUILD}:{period}")
        contents = (await connection.execute(query)).scalar()
    found: dict[str, Any] = {} if contents is None else json.loads(contents)[what]
    return found


async def test_an_open_petition_alone_makes_a_digest_with_the_count_of_its_card(house: House) -> None:
    await house.set_up()
    petition = await opened(house)
    for number in range(7):
        await sign(house, petition, number)
    house.clock.later(minutes=30)
    await house.counting.refresh_due()
    for number in range(7, 14):
        await sign(house, petition, number)
    deadline = int(petition.terms.deadline_at.timestamp())
    assert await told(house) == {"open": {"first": [[petition.wording.title, 5, 100, deadline]], "more": 0}}
    (letter,) = await posted(house)
    assert "petitions" not in (await kept(house))[-1], "a title does not outlive its petition"
    assert (letter.contents["total"], letter.contents["tallies"]) == (0, [])


async def test_what_is_not_open_or_is_over_is_never_told(house: House) -> None:
    await house.set_up()
    await house.digest()
    for state in (State.DRAFT, State.SEEKING, State.WITHDRAWN, State.REJECTED, State.EXPIRED, State.CLOSED):
        await stands(house, state, state)
    await stands(house, "its deadline is over, and nobody has looked yet", days=6)
    await stands(house, "waited too long to be handed over", State.REACHED, days=-54)
    assert await told(house) == {}
    assert await posted(house) == []


async def test_the_days_without_an_answer_are_told_each_week_the_longest_first(house: House) -> None:
    await house.set_up()
    await house.digest()
    long_ago, lately = (house.clock.now() - timedelta(days=days, hours=1) for days in (16, 3))
    await stands(house, "B", State.DELIVERED, delivered_at=lately)
    await stands(house, "A", State.DELIVERED, delivered_at=long_ago)
    assert await told(house) == {"unanswered": {"first": [["A", 23], ["B", 10]], "more": 0}}
    assert await told(house) == {"unanswered": {"first": [["A", 30], ["B", 17]], "more": 0}}
    assert len(await posted(house)) == 1
    assert len(await posted(house)) == 1


async def test_what_was_handed_over_or_answered_since_the_last_digest_is_told_as_new_once(house: House) -> None:
    await house.set_up()
    await house.digest()
    decided_at = house.clock.now()
    petition = await stands(house, "A", State.REACHED)
    house.clock.later(days=2)
    async with house.database.begin() as connection:
        now = house.clock.now()
        await records.save(connection, replace(petition, state=State.DELIVERED), delivered_at=now)
    assert await told(house) == {"delivered": {"first": [["A", 5]], "more": 0}}
    assert await told(house) == {"unanswered": {"first": [["A", 12]], "more": 0}}
    answered = replace(petition, state=State.ANSWERED)
    async with house.database.begin() as connection:
        await records.save(connection, answered, answered_at=house.clock.now() + timedelta(days=1))
    await stands(house, "closed soon after", State.CLOSED, delivered_at=decided_at, answered_at=house.clock.now())
    await stands(
        house,
        "closed soon after, too",
        State.CLOSED,
        delivered_at=decided_at,
        answered_at=house.clock.now() + timedelta(hours=1),
    )
    assert await told(house) == {
        "answered": {"first": [["A", 13], ["closed soon after, too", 14], ["closed soon after", 14]], "more": 0}
    }
    assert await told(house) == {}


async def test_a_first_digest_tells_the_news_since_a_week_before_the_server_was_set_up(house: House) -> None:
    await house.set_up()
    set_up_at = house.clock.now()
    house.clock.move_to(set_up_at + timedelta(days=30))
    for days in (8, 6):
        at = set_up_at - timedelta(days=days)
        await stands(house, f"handed over {days}", State.DELIVERED, delivered_at=at)
        await stands(house, f"answered {days}", State.ANSWERED, delivered_at=at, answered_at=at)
    assert await told(house) == {
        "unanswered": {"first": [["handed over 8", 43]], "more": 0},
        "delivered": {"first": [["handed over 6", 41]], "more": 0},
        "answered": {"first": [["answered 6", 0]], "more": 0},
    }


async def test_of_many_petitions_the_first_of_each_kind_are_told_and_how_many_more(house: House) -> None:
    await house.set_up()
    await house.digest()
    now = house.clock.now()
    for number in range(MOST_IN_DIGEST + 3):
        before, since = now - timedelta(days=number, hours=1), now + timedelta(hours=1 + number)
        await stands(house, f"waits {number}", State.DELIVERED, delivered_at=before)
        await stands(house, f"handed over {number}", State.DELIVERED, delivered_at=since)
        await stands(house, f"answered {number}", State.ANSWERED, delivered_at=now, answered_at=since)
        await stands(house, f"open {number}", (State.OPEN, State.REACHED)[number % 2], days=60 - number)
    found = await told(house)
    newest = range(MOST_IN_DIGEST + 2, 2, -1)
    assert {name: group["more"] for name, group in found.items()} == dict.fromkeys(found, 3)
    assert {name: [line[0] for line in group["first"]] for name, group in found.items()} == {
        "unanswered": [f"waits {number}" for number in newest],
        "delivered": [f"handed over {number}" for number in range(MOST_IN_DIGEST)],
        "answered": [f"answered {number}" for number in newest],
        "open": [f"open {number}" for number in newest],
    }


async def test_a_petition_of_several_servers_is_told_in_each_of_them_and_nowhere_else(house: House) -> None:
    await house.set_up()
    await house.set_up_elsewhere()
    there = Actor(ELSEWHERE, ADMINISTRATOR.user_id, is_administrator=True)
    await house.guilds.choose_channel(there, Use.DIGESTS, DIGESTS_CHANNEL)
    await house.guilds.choose_channel(there, Use.PETITIONS, DIGESTS_CHANNEL)
    await stands(house, "of one server alone")
    petition = await opened(house)
    invitation = await house.coalition.invite(ORGANIZER, petition.id)
    await house.coalition.accept(ELSEWHERE_ORGANIZER, invitation.code)
    for _ in range(2):
        await house.digest()
    async with house.database.begin() as connection:
        query = select(outbox.c.guild_id, outbox.c.contents).where(outbox.c.natural_key.startswith("digest:"))
        rows = await connection.execute(query)
        titles = {
            guild_id: {line[0] for line in json.loads(contents)["petitions"]["open"]["first"]}
            for guild_id, contents in rows
        }
    assert titles == {GUILD: {petition.wording.title, "of one server alone"}, ELSEWHERE: {petition.wording.title}}


async def test_a_digest_for_the_sake_of_petitions_shows_the_numbers_as_they_stood(house: House) -> None:
    await house.set_up()
    await enough(house)
    weeks = [(await first_digest(house)).contents]
    await stands(house, "A", days=180)
    for _ in range(20):  # all that was confirmed is shown long before: then nothing moves any more
        await house.digest()
        weeks += [letter.contents for letter in await posted(house)]
    assert len(weeks) == 21
    still = [(earlier, later) for earlier, later in pairwise(weeks) if not later["changes"]]
    assert still
    assert all(earlier[each] == later[each] for earlier, later in still for each in ("tallies", "total"))
    assert all(later["tallies"] for _, later in still)


# Polls


async def test_polls_that_close_soon_were_counted_or_are_to_be_reviewed_make_a_digest(house: House) -> None:
    await house.set_up()
    await house.digest()
    counted, unseen = await poll_opened(house), await poll_opened(house)
    await vote_all(house, counted, "aaaab")
    await vote_all(house, unseen, "abc")
    for poll in (counted, unseen):
        await poll_closed(house, poll)
    later = await poll_opened(house, days=9)
    found = await told(house, "polls")
    assert found["closing"] == {"first": [[later.question.title, int(later.terms.closes_at.timestamp())]], "more": 0}
    outcomes = [each["outcome"] for _, each in found["results"]["first"]]
    assert sorted(outcomes) == ["elected", "too few"]
    assert "polls" not in (await kept(house))[-1]
    review = (house.clock.now() + timedelta(days=3)).date()
    await house.poll_conduct.record_outcome(ORGANIZER, counted.id, "We write to the board.", review)
    assert (await told(house, "polls"))["reviews"]["first"] == [[counted.question.title, review.isoformat()]]
