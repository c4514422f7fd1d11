"""The directory of help: everybody reads it, organizers look after it, and digests name some of it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.database import audit
from bot.refusals import NotAnOrganizer, NotSetUp
from bot.resources.rules import MOST_OF_OWN, WAITING, ResourceGone, TooManyResources, Words, compose, mark
from bot.resources.service import ADDED, CHANGED, CONFIRMED, NAMED, PUT_BACK, TOOK_OUT, Listing
from bot.resources.taxonomy import PRESSING, STARTER, STARTER_REVIEW_ON, Kind
from tests.house import ADMINISTRATOR, ELSEWHERE, ELSEWHERE_ORGANIZER, GUILD, ORGANIZER, WORKER, House

SCHOOL = compose("course", "Evening school", "Courses after work.", "https://school.example")


@pytest.fixture
async def house(house: House) -> House:
    await house.set_up()
    return house


async def added(house: House, words: Words = SCHOOL, *terms: str) -> str:
    """Add an entry as an organizer, with region, language, last day and next look."""
    new_id = await house.resources.new_entry(ORGANIZER)
    await house.resources.add(ORGANIZER, new_id, words)
    if terms:
        await house.resources.choose_terms(ORGANIZER, new_id, *terms)
    return new_id


async def ids(house: House, **chosen: str) -> list[str]:
    return [each.id for each in (await house.resources.listed(WORKER, **chosen)).entries]


async def alone(house: House, *kept: str) -> None:
    """Take every entry of the starter set out but these."""
    for each in STARTER:
        if each not in kept:
            await house.resources.take_out(ORGANIZER, each)


async def told(house: House) -> list[tuple[str, object]]:
    async with house.database.begin() as connection:
        rows = await audit.newest(connection, GUILD, 100)
    return [(row.action, row.details) for row in rows if "directory" in row.action]


async def for_digest(house: House) -> dict[str, object]:
    async with house.database.begin() as connection:
        return await house.resources.for_digest(connection, GUILD, house.clock.now(), house.clock.now())


async def for_organizers(house: House) -> dict[str, object]:
    async with house.database.begin() as connection:
        return await house.resources.for_organizers(connection, GUILD, house.clock.now(), house.clock.now())


async def test_a_server_begins_with_the_starter_set_and_what_cannot_wait_comes_first(house: House) -> None:
    seen = await house.resources.listed(WORKER)
    assert [each.id for each in seen.entries] == list(STARTER)
    assert {each.is_checked for each in seen.entries} == {False}
    assert (seen.taken_out, seen.waiting, seen.is_organizer) == ((), 0, False)
    assert "EU" in seen.regions
    assert seen.languages == ("English",)


async def test_an_entry_of_the_server_stands_before_those_of_its_kind_and_in_no_other_server(house: House) -> None:
    await house.set_up_elsewhere()
    new_id = await added(house)
    courses = await ids(house, kind="course")
    assert courses[0] == new_id
    assert len(courses) == 1 + sum(each.kind is Kind.COURSE for each in STARTER.values())
    elsewhere = await house.resources.listed(ELSEWHERE_ORGANIZER)
    assert new_id not in [each.id for each in elsewhere.entries]
    with pytest.raises(ResourceGone):
        await house.resources.confirm(ELSEWHERE_ORGANIZER, new_id)


async def test_members_find_what_is_for_their_region_and_language(house: House) -> None:
    spanish = await added(house, SCHOOL, "Spain, EU", "Spanish", "", "")
    anywhere = await added(house)
    await alone(house)
    assert set(await ids(house)) == {spanish, anywhere}
    assert set(await ids(house, region=mark("spain"), language=mark("Spanish"))) == {spanish, anywhere}
    assert await ids(house, region=mark("Brazil")) == [anywhere]
    assert await ids(house, kind="legal") == []
    listing = await house.resources.listed(WORKER)
    assert (listing.kinds, listing.regions, listing.languages) == ((Kind.COURSE,), ("EU", "Spain"), ("Spanish",))


async def test_an_expired_entry_is_seen_by_organizers_alone_until_it_gets_another_day(house: House) -> None:
    new_id = await added(house, SCHOOL, "Mars", "", "2026-03-03", "")
    house.clock.move_to(datetime(2026, 3, 3, 23, 59, tzinfo=UTC))
    assert new_id in await ids(house)
    house.clock.later(minutes=1)
    assert new_id not in await ids(house)
    assert "Mars" not in (await house.resources.listed(WORKER)).regions
    assert [each.id for each in (await waiting(house)).entries] == [new_id]
    assert await ids(house, kind=WAITING) == await ids(house), "what waits for organizers is not for members to choose"
    await house.resources.confirm(ORGANIZER, new_id)
    assert new_id not in await ids(house)
    await house.resources.choose_terms(ORGANIZER, new_id, "", "", "", "")
    assert new_id in await ids(house)


async def waiting(house: House) -> Listing:
    listing = await house.resources.listed(ORGANIZER, kind=WAITING)
    assert listing.waiting == len(listing.entries)
    return listing


async def test_the_last_day_ends_with_the_day_of_the_server(house: House) -> None:
    await house.set_up(zone="Pacific/Auckland")
    new_id = await added(house, SCHOOL, "", "", "2026-03-03", "")
    house.clock.move_to(datetime(2026, 3, 3, 11, 30, tzinfo=UTC))  # the 4th in Auckland
    assert new_id not in await ids(house)


async def test_organizers_are_asked_to_look_again_in_half_a_year(house: House) -> None:
    new_id = await added(house)
    house.clock.later(days=182)
    assert (await waiting(house)).entries == ()
    house.clock.later(days=1)
    assert [each.id for each in (await waiting(house)).entries] == [new_id]
    await house.resources.confirm(ORGANIZER, new_id)
    assert (await waiting(house)).entries == ()
    house.clock.later(days=183)
    await house.resources.change(ORGANIZER, new_id, SCHOOL)
    assert new_id not in [each.id for each in (await waiting(house)).entries]


async def test_starter_entries_wait_for_a_look_once_they_are_old_and_a_look_keeps_stewards_words(house: House) -> None:
    house.clock.move_to(datetime.combine(STARTER_REVIEW_ON, datetime.min.time(), UTC))
    assert (await waiting(house)).waiting == len(STARTER)
    await house.resources.confirm(ORGANIZER, "befrienders")
    found = (await house.resources.opened(ORGANIZER, "befrienders")).resource
    assert found.is_checked
    assert found.is_as_it_came
    assert (await waiting(house)).waiting == len(STARTER) - 1


async def test_organizers_word_an_entry_anew_and_go_back_to_stewards(house: House) -> None:
    words = replace(SCHOOL, kind=Kind.LEGAL)
    await house.resources.change(ORGANIZER, "hardship-fund", words)
    found = (await house.resources.opened(ORGANIZER, "hardship-fund")).resource
    assert found.words == words
    assert not found.is_as_it_came
    assert "hardship-fund" in await ids(house, kind="legal")
    await house.resources.put_back(ORGANIZER, "hardship-fund")
    assert "hardship-fund" not in await ids(house, kind="legal")
    assert (await house.resources.opened(ORGANIZER, "hardship-fund")).resource.is_as_it_came


async def test_what_was_taken_out_is_gone_and_a_starter_entry_can_be_put_back(house: House) -> None:
    new_id = await added(house)
    for each in (new_id, "befrienders"):
        await house.resources.take_out(ORGANIZER, each)
        assert each not in await ids(house)
        with pytest.raises(ResourceGone):
            await house.resources.take_out(ORGANIZER, each)
    assert (await house.resources.listed(ORGANIZER)).taken_out == ("befrienders",)
    assert (await house.resources.listed(WORKER)).taken_out == ()
    with pytest.raises(ResourceGone):
        await house.resources.put_back(ORGANIZER, new_id)
    await house.resources.put_back(ORGANIZER, "befrienders")
    assert await ids(house) == list(STARTER)


async def test_a_form_sent_twice_adds_one_entry(house: House) -> None:
    new_id = await added(house)
    await house.resources.choose_terms(ORGANIZER, new_id, "EU", "", "", "")
    await house.resources.add(ORGANIZER, new_id, replace(SCHOOL, title="Another"))
    found = (await house.resources.opened(ORGANIZER, new_id)).resource
    assert (found.words, found.terms.region) == (SCHOOL, "EU")
    for forged in ("own-x", "befrienders", "own-0000000g"):
        with pytest.raises(ResourceGone):
            await house.resources.add(ORGANIZER, forged, SCHOOL)


async def test_there_is_room_for_so_many_entries_of_ones_own(house: House) -> None:
    for number in range(MOST_OF_OWN):
        await house.resources.add(ORGANIZER, f"own-{number:08x}", SCHOOL)
    with pytest.raises(TooManyResources):
        await added(house)
    await house.resources.take_out(ORGANIZER, f"own-{0:08x}")
    await added(house)


async def test_only_organizers_look_after_the_directory(house: House) -> None:
    resources = house.resources
    new_id = await added(house)
    tries: list[Callable[[], Awaitable[object]]] = [
        lambda: resources.new_entry(WORKER),
        lambda: resources.opened(WORKER, new_id),
        lambda: resources.add(WORKER, "own-00000000", SCHOOL),
        lambda: resources.change(WORKER, new_id, SCHOOL),
        lambda: resources.choose_terms(WORKER, new_id, "", "", "", ""),
        lambda: resources.confirm(WORKER, new_id),
        lambda: resources.take_out(WORKER, new_id),
        lambda: resources.put_back(WORKER, "befrienders"),
    ]
    for each in tries:
        with pytest.raises(NotAnOrganizer):
            await each()
    assert not (await resources.listed(ADMINISTRATOR)).is_organizer
    with pytest.raises(NotSetUp):
        await resources.listed(ELSEWHERE_ORGANIZER)


async def test_the_chain_says_what_organizers_did_with_the_directory(house: House) -> None:
    new_id = await added(house, SCHOOL, "EU", "", "", "")
    await house.resources.confirm(ORGANIZER, new_id)
    await house.resources.take_out(ORGANIZER, "befrienders")
    await house.resources.put_back(ORGANIZER, "befrienders")
    assert sorted(await told(house), key=str) == sorted(
        [
            (ADDED, {"resource": new_id}),
            (CHANGED, {"resource": new_id}),
            (CONFIRMED, {"resource": new_id}),
            (TOOK_OUT, {"resource": "befrienders"}),
            (PUT_BACK, {"resource": "befrienders"}),
        ],
        key=str,
    )


# Digests


async def test_each_digest_names_other_entries_and_always_one_that_cannot_wait(house: House) -> None:
    seen: list[str] = []
    for _ in range(7):
        await house.digest()
        told_now = await for_digest(house)
        first = told_now["first"]
        assert isinstance(first, list)
        assert len(first) == NAMED
        assert told_now["more"] == len(STARTER) - NAMED
        assert {kind for kind, *_ in first} & {str(each) for each in PRESSING}
        seen += [title for _, title, *_ in first]
    assert {each.title for each in STARTER.values()} == set(seen), "after seven digests each entry has had its turn"


async def test_the_digest_names_what_is_shown_with_link_and_region(house: House) -> None:
    await alone(house)
    assert await for_digest(house) == {}
    await added(house, SCHOOL, "EU", "", "2026-03-03", "")
    assert await for_digest(house) == {"first": [["course", SCHOOL.title, SCHOOL.link, "EU"]], "more": 0}
    house.clock.later(days=2)
    assert await for_digest(house) == {}


async def test_organizers_are_told_what_to_look_at_and_what_is_over_the_longest_first(house: House) -> None:
    await alone(house)
    assert await for_organizers(house) == {}
    for number in range(5):
        words = replace(SCHOOL, title=f"School {number}")
        await added(house, words, "", "", "", f"2026-03-{10 - number:02}")
    await added(house, replace(SCHOOL, title="Over"), "", "", "2026-03-04", "2026-03-05")
    house.clock.later(days=7)  # the 9th
    assert await for_organizers(house) == {
        "reviews": {
            "first": [["School 4", "2026-03-06"], ["School 3", "2026-03-07"], ["School 2", "2026-03-08"]],
            "more": 1,
        },
        "expired": {"first": [["Over", "2026-03-04"]], "more": 0},
    }


async def test_a_server_that_is_not_there_has_nothing_to_tell(house: House) -> None:
    async with house.database.begin() as connection:
        now = house.clock.now() + timedelta(days=1000)
        assert await house.resources.for_digest(connection, ELSEWHERE, now, now) == {}
        assert await house.resources.for_organizers(connection, ELSEWHERE, now, now) == {}
