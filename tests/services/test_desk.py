"""What organizers do with cases: counted exactly, told to nobody it is not for, and each time in the desk's chain."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.database.audit import DESK, PUBLIC, newest
from bot.database.tables import case_messages, case_notes, tallies
from bot.guilds.rules import LONGEST_STATUS_WORDS, Frozen, WordsTooLong
from bot.ids import Actor, CaseCode, CaseId, GuildId
from bot.refusals import NotAnOrganizer, NotSetUp, Refusal
from bot.reports.desk import TooFewCases
from bot.reports.letters import Cluster, Letter
from bot.reports.packing import EVERY, Filter
from bot.reports.rules import (
    CannotMerge,
    Case,
    CaseGone,
    CaseMuted,
    EmptyText,
    GroupNameTooLong,
    NoSuchCase,
    Status,
    TextTooLong,
    tally_cells,
)
from bot.reports.taxonomy import CATEGORIES, ROLES, Dimension
from bot.vault.sealing import Unreadable, open_sealed
from tests.house import ADMINISTRATOR, ELSEWHERE, ELSEWHERE_ORGANIZER, GUILD, ORGANIZER, ROLE, WORKER, House


async def case_of(house: House, code: CaseCode) -> CaseId:
    return (await house.case(code)).id


async def chain(house: House, which: str = DESK, many: int = 500) -> list[str]:
    async with house.database.begin() as connection:
        return [entry.action for entry in await newest(connection, GUILD, many, which)][::-1]


async def counted(house: House) -> dict[tuple[str, str], int]:
    query = select(tallies.c.dimension, tallies.c.value, tallies.c.count).where(tallies.c.count > 0)
    async with house.database.begin() as connection:
        return {(dimension, value): count for dimension, value, count in await connection.execute(query)}


async def answer(house: House, code: CaseCode, text: str) -> None:
    own = await house.own_case(code)
    await house.reports.answer(own.case.id, own.given_pass, house.reports.new_form(), text)


async def delete(house: House, case: CaseId) -> None:
    """Delete a case as two organizers do who agreed on it."""
    guild = await house.guilds.ready(GUILD)
    async with house.database.begin() as connection:
        await house.desk.delete(connection, guild, {"case": case})


async def is_refused(deed: Callable[[], Awaitable[Any]], refusal: type[Refusal]) -> bool:
    try:
        await deed()
    except refusal:
        return True
    return False


# Counting


@dataclass
class Counted:
    """A case as somebody would keep count of it with a pencil."""

    code: CaseCode
    facets: Any
    is_confirmed: bool = False
    stands_in: CaseId | None = None


class Pencil:
    """Cases counted by hand: those that are confirmed and not joined to another."""

    def __init__(self, cases: dict[CaseId, Counted]) -> None:
        self.cases = cases

    @property
    def cells(self) -> dict[tuple[str, str], int]:
        counting = [case for case in self.cases.values() if case.is_confirmed and case.stands_in is None]
        return dict(Counter(cell for case in counting for cell in tally_cells(case.facets)))

    def joins(self, one: CaseId, into: CaseId) -> bool:
        if one == into or self.cases[into].stands_in is not None:
            return False
        for name, case in self.cases.items():
            if one in (name, case.stands_in):
                case.stands_in = into
        return True

    def loses(self, gone: CaseId) -> None:
        del self.cases[gone]
        for case in self.cases.values():
            if case.stands_in == gone:
                case.stands_in = None


async def do_something(house: House, pencil: Pencil, chance: random.Random) -> str:
    """Do one thing to some case, at the desk and on paper, and tell what it was."""
    one, other = chance.choice(list(pencil.cases)), chance.choice(list(pencil.cases))
    deed = chance.choices(
        ["confirm", "take back", "join", "separate", "delete", "withdraw"], weights=[30, 12, 30, 15, 3, 3]
    )[0]
    match deed:
        case "confirm" | "take back":
            await house.desk.confirm(ORGANIZER, one, is_confirmed=deed == "confirm")
            pencil.cases[one].is_confirmed = deed == "confirm"
        case "join" if pencil.joins(one, other):
            assert (await house.desk.merge(ORGANIZER, one, other)).id == other
        case "join":
            with pytest.raises(CannotMerge):
                await house.desk.merge(ORGANIZER, one, other)
        case "separate":
            await house.desk.separate(ORGANIZER, one)
            pencil.cases[one].stands_in = None
        case "delete":
            await delete(house, one)
            pencil.loses(one)
        case "withdraw":
            await house.reports.withdraw(pencil.cases[one].code)
            pencil.loses(one)
    return f"{deed} {one} {other}"


@pytest.mark.parametrize("seed", range(4))
async def test_the_tallies_are_exact_after_whatever_was_done_in_whatever_order(house: House, seed: int) -> None:
    await house.set_up()
    chance = random.Random(seed)
    codes = [
        await house.file(
            facets={
                Dimension.CATEGORY: chance.choice(["MON", "PAY"]),
                Dimension.ROLE: chance.choice(["qa", "sre"]),
                Dimension.MONTH: chance.choice(["2026-01", "2026-02"]),
            }
        )
        for _ in range(9)
    ]
    await house.release()
    found = [(code, await house.case(code)) for code in codes]
    pencil = Pencil({case.id: Counted(code, case.facets) for code, case in found})
    done: list[str] = []
    while len(pencil.cases) > 2 and len(done) < 60:
        done.append(await do_something(house, pencil, chance))
        assert await counted(house) == pencil.cells, done
    standing = {name for name, case in pencil.cases.items() if case.stands_in is None}
    assert set(await house.case_ids()) >= standing


async def test_a_case_confirmed_by_two_organizers_at_once_counts_once(house: House) -> None:
    await house.set_up()
    (code,) = await house.released("one")
    case = await case_of(house, code)
    await asyncio.gather(*(house.desk.confirm(ORGANIZER, case, is_confirmed=True) for _ in range(5)))
    assert set((await counted(house)).values()) == {1}


async def test_two_cases_joined_to_each_other_at_once_end_as_one(house: House) -> None:
    await house.set_up()
    one, other = [await case_of(house, code) for code in await house.released("one", "other")]
    await house.confirm()
    done = await asyncio.gather(
        house.desk.merge(ORGANIZER, one, other), house.desk.merge(ORGANIZER, other, one), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in done) == ["CannotMerge", "Case"]
    assert set((await counted(house)).values()) == {1}


# Joined cases


async def test_a_reply_to_joined_cases_reaches_each_reporter_sealed_to_them_alone(house: House) -> None:
    await house.set_up()
    ana, otto, nina = await house.released("Ana's words", "Otto's words", "Nina's words")
    stays, gone, apart = [await case_of(house, code) for code in (ana, otto, nina)]
    await house.desk.merge(ORGANIZER, gone, stays)
    shown = await house.desk.reply(ORGANIZER, stays, "a form", "We look into both.")
    assert [message.text for message in shown.messages] == ["We look into both."]
    for code, words in ((ana, "Ana's words"), (otto, "Otto's words")):
        found = await house.case(code)
        assert found.report is not None
        assert found.report.text == words
        assert [message.text for message in found.messages] == ["We look into both."]
        assert found.status is Status.ANSWERED
        assert [other for other in ("Ana", "Otto", "Nina") if other in str(found.messages)] == []
    assert (await house.case(nina)).messages == ()
    async with house.database.begin() as connection:
        kept = {row.case_id: bytes(row.sealed) for row in await connection.execute(select(case_messages))}
    assert set(kept) == {stays, gone}
    readers = {stays: ana, gone: otto, apart: nina}
    for case, reader in itertools.product(kept, readers):
        identity = house.codes.stretch(readers[reader]).identity
        if case == reader:
            assert open_sealed(kept[case], identity)["text"] == "We look into both."
        else:
            with pytest.raises(Unreadable):
                open_sealed(kept[case], identity)


async def test_what_one_reporter_adds_is_never_seen_by_the_other_of_a_joined_case(house: House) -> None:
    await house.set_up()
    ana, otto = await house.released("Ana's words", "Otto's words")
    stays, gone = await case_of(house, ana), await case_of(house, otto)
    await house.desk.merge(ORGANIZER, gone, stays)
    await answer(house, otto, "More from Otto")
    await house.release()
    assert gone in await house.case_ids(), "a joined case comes back to the list when its reporter adds something"
    assert [message.text for message in (await house.desk.open(ORGANIZER, gone)).messages] == ["More from Otto"]
    assert gone not in await house.case_ids()
    assert (await house.case(ana)).messages == ()
    assert (await house.case(ana)).joined == (), "not even how many others there are"


async def test_a_reply_to_a_joined_case_itself_reaches_its_reporter_only(house: House) -> None:
    await house.set_up()
    ana, otto = await house.released("Ana's words", "Otto's words")
    stays, gone = await case_of(house, ana), await case_of(house, otto)
    await house.desk.merge(ORGANIZER, gone, stays)
    await house.desk.reply(ORGANIZER, gone, "a form", "For Otto alone")
    assert (await house.case(ana)).messages == ()
    assert [message.text for message in (await house.case(otto)).messages] == ["For Otto alone"]


async def test_a_case_that_is_joined_to_a_third_takes_its_own_along_and_is_found_from_there(house: House) -> None:
    await house.set_up()
    one, two, three = [await case_of(house, code) for code in await house.released("one", "two", "three")]
    for case in (one, two, three):
        await house.desk.open(ORGANIZER, case)
    await house.desk.merge(ORGANIZER, one, f" {two.upper()} ")
    shown = await house.desk.merge(ORGANIZER, two, three)
    assert (shown.id, set(shown.joined)) == (three, {one, two})
    page = await house.desk.page(ORGANIZER)
    assert [(case.id, set(case.joined)) for case in page.cases] == [(three, {one, two})]
    assert (await house.desk.separate(ORGANIZER, one)).merged_into is None
    for into in (three, two):
        with pytest.raises(CannotMerge):
            await house.desk.merge(ORGANIZER, three, into)
    for wrong in ("", "zzzzzz", "\x00" * 6, "the other one"):
        with pytest.raises(CaseGone):
            await house.desk.merge(ORGANIZER, one, wrong)


# Notes


async def test_a_note_is_for_organizers_only_and_no_byte_of_it_is_kept_in_clear(house: House) -> None:
    await house.set_up()
    (code,) = await house.released("They score our screens.")
    case = await case_of(house, code)
    shown = await house.desk.note(ORGANIZER, case, "a form", "Zanzibar\u202e says so")
    assert shown.notes == ("Zanzibar says so",)
    found = await house.case(code)
    assert (found.notes, found.messages, found.has_news, found.working_group) == ((), (), False, None)
    async with house.database.begin() as connection:
        (row,) = (await connection.execute(select(case_notes))).all()
    assert b"Zanzibar" not in bytes(row.sealed)
    with pytest.raises(Unreadable):
        open_sealed(bytes(row.sealed), house.codes.stretch(code).identity)
    written = [path for path in house.directory.rglob("*") if path.is_file()]
    assert written
    assert [path for path in written if b"Zanzibar" in path.read_bytes()] == []


async def test_the_same_form_again_writes_nothing_twice(house: House) -> None:
    await house.set_up()
    (code,) = await house.released("one")
    case = await case_of(house, code)
    for _ in range(2):
        await asyncio.gather(
            *(house.desk.note(ORGANIZER, case, "note form", "A note") for _ in range(3)),
            *(house.desk.reply(ORGANIZER, case, "reply form", "A reply") for _ in range(3)),
        )
    shown = await house.desk.open(ORGANIZER, case)
    assert (shown.notes, [message.text for message in shown.messages]) == (("A note",), ["A reply"])
    rows = Counter(await chain(house))
    assert (rows["wrote a note on a case"], rows["replied to a case"]) == (1, 1)


async def test_a_note_without_words_or_with_too_many_is_refused_kindly(house: House) -> None:
    await house.set_up()
    (code,) = await house.released("one")
    case = await case_of(house, code)
    before = await chain(house)
    for text, refusal in ((" \u200b", EmptyText), ("x" * 2801, TextTooLong)):
        with pytest.raises(refusal):
            await house.desk.note(ORGANIZER, case, "a form", text)
    with pytest.raises(GroupNameTooLong):
        await house.desk.assign(ORGANIZER, case, "x" * 41)
    assert await chain(house) == before


# Muting


async def test_a_muted_case_takes_no_more_messages_and_says_so(house: House) -> None:
    await house.set_up()
    (code,) = await house.released("one")
    case = await case_of(house, code)
    await answer(house, code, "Sent before")
    assert (await house.desk.mute(ORGANIZER, case, is_muted=True)).is_muted
    with pytest.raises(CaseMuted):
        await answer(house, code, "Sent after")
    await house.release()
    assert [message.text for message in (await house.case(code)).messages] == ["Sent before"], "it was acknowledged"
    assert (await house.case(code)).is_muted
    await house.desk.reply(ORGANIZER, case, "a form", "Organizers can still write.")
    assert not (await house.desk.mute(ORGANIZER, case, is_muted=False)).is_muted
    await answer(house, code, "Sent again")


# The list


async def listed(house: House, chosen: Filter = EVERY) -> list[Case]:
    first = await house.desk.page(ORGANIZER, 0, chosen)
    pages = [first, *[await house.desk.page(ORGANIZER, number, chosen) for number in range(1, first.pages)]]
    assert all(page.chosen == chosen for page in pages)
    assert all(0 < len(page.cases) <= house.desk.PAGE for page in pages) or first.pages == 1
    return [case for page in pages for case in page.cases]


async def test_a_filter_shows_exactly_what_somebody_would_pick_who_read_every_case(house: House) -> None:
    await house.set_up()
    chance = random.Random(11)
    categories, roles = ["MON", "PAY", "OTHER"], ["qa", "sre"]
    for batch in range(3):
        for number in range(8):
            chosen = {Dimension.CATEGORY: chance.choice(categories), Dimension.ROLE: chance.choice(roles)}
            await house.file(f"report {batch}-{number}", facets=chosen)
        await house.release()
        house.clock.later(days=6)
    every = await house.case_ids()
    for case in every:
        if chance.random() < 0.5:
            await house.desk.set_status(ORGANIZER, case, chance.choice(list(Status)))
    for one, other in (chance.sample(every, 2) for _ in range(4)):
        try:
            await house.desk.merge(ORGANIZER, one, other)
        except CannotMerge:
            continue
    everything = await listed(house)
    weeks = {case.released_week for case in everything}
    assert len(weeks) == 3
    assert (await house.desk.page(ORGANIZER)).weeks == tuple(sorted(weeks, reverse=True))
    for status, category, role, week in itertools.product(
        [None, *Status], [None, "BIAS", *categories], [None, *roles], [None, "2020-W01", *weeks]
    ):
        chosen_filter = Filter(status, category, role, week)
        assert Filter.unpack(chosen_filter.pack()) == chosen_filter
        picked = [
            case.id
            for case in everything
            if status in (None, case.status)
            and category in (None, case.facets[Dimension.CATEGORY])
            and role in (None, case.facets[Dimension.ROLE])
            and week in (None, case.released_week)
        ]
        assert [case.id for case in await listed(house, chosen_filter)] == picked, chosen_filter


async def test_a_packed_filter_is_short_enough_for_every_button(house: House) -> None:
    del house
    for category, role in itertools.product(CATEGORIES, ROLES):
        assert len(Filter(Status.CLOSED, category, role, "2026-W53").pack()) <= 11


async def test_the_next_new_case_is_the_first_of_the_list_until_all_are_read(house: House) -> None:
    await house.set_up()
    codes = await house.released("one", "two", "three")
    await answer(house, codes[1], "More")
    await house.desk.set_status(ORGANIZER, await case_of(house, codes[1]), Status.IN_PROGRESS)
    await house.release()
    read = []
    while (case := await house.desk.next_new(ORGANIZER)) is not None:
        assert case == (await house.case_ids())[0]
        read.append((await house.desk.open(ORGANIZER, case)).id)
    assert len(set(read)) == len(read) == 3
    assert read[0] == await case_of(house, codes[1]), "an answer comes first"


async def test_cases_are_offered_by_the_beginning_of_their_letters(house: House) -> None:
    await house.set_up()
    await house.set_up_elsewhere()
    codes = await house.released(*(f"report {number}" for number in range(30)))
    case = await case_of(house, codes[0])
    offered = await house.desk.suggest(ORGANIZER, "")
    assert len(offered) == 25
    assert {each.category for each in offered} == {"MON"}
    assert case in [each.id for each in await house.desk.suggest(ORGANIZER, f" {case[:3].upper()}")]
    assert [each.id for each in await house.desk.suggest(ORGANIZER, case)] == [case]
    assert await house.desk.suggest(ELSEWHERE_ORGANIZER, case) == ()
    with pytest.raises(CaseGone):
        await house.desk.group_of(ELSEWHERE_ORGANIZER, case)
    assert "opened a case" not in await chain(house)


# Who may, and what is noted of it


def deeds(house: House, actor: Actor, case: str, other: str) -> dict[str, Callable[[], Awaitable[Any]]]:
    """Return everything that can be done with a case, by the words that the desk's chain has for it."""
    desk = house.desk
    return {
        "opened a case": lambda: desk.open(actor, case),
        "set the status of a case": lambda: desk.set_status(actor, case, Status.CLOSED),
        "replied to a case": lambda: desk.reply(actor, case, "reply", "Thank you"),
        "muted a case": lambda: desk.mute(actor, case, is_muted=True),
        "unmuted a case": lambda: desk.mute(actor, case, is_muted=False),
        "wrote a note on a case": lambda: desk.note(actor, case, "note", "Looks real"),
        "handed a case to a working group": lambda: desk.assign(actor, case, "Monitoring"),
        "confirmed a case": lambda: desk.confirm(actor, case, is_confirmed=True),
        "took back the confirmation of a case": lambda: desk.confirm(actor, case, is_confirmed=False),
        "joined two cases": lambda: desk.merge(actor, case, other),
        "separated two cases": lambda: desk.separate(actor, case),
    }


def deeds_at_large(house: House, actor: Actor) -> dict[str, Callable[[], Awaitable[Any]]]:
    """Return everything that can be done at the desk without a case in hand."""
    return {
        "typed": lambda: house.desk.suggest(actor, ""),
        "looked": lambda: house.desk.page(actor),
        "asked for the next": lambda: house.desk.next_new(actor),
        "looked for clusters": lambda: house.desk.clusters(actor),
        "made a document": lambda: house.desk.make_document(actor, "MON", None),
        "chose words": lambda: house.guilds.choose_status_words(actor, {"closed": "Done"}),
    }


async def test_every_deed_leaves_one_row_in_the_desks_chain_and_none_in_the_public_one(house: House) -> None:
    await house.set_up()
    case, other = [await case_of(house, code) for code in await house.released("one", "other")]
    public = await chain(house, PUBLIC)
    for words, deed in deeds(house, ORGANIZER, case, other).items():
        before = await chain(house)
        shown = await deed()
        assert shown.id == (other if words == "joined two cases" else case)
        assert await chain(house) == [*before, words]
    assert await chain(house, PUBLIC) == public


async def test_looking_at_the_list_or_for_a_form_leaves_no_row(house: House) -> None:
    await house.set_up()
    (code,) = await house.released("one")
    case = await case_of(house, code)
    await house.desk.assign(ORGANIZER, case, "Monitoring")
    before = await chain(house)
    await house.desk.page(ORGANIZER)
    await house.desk.suggest(ORGANIZER, "")
    await house.desk.next_new(ORGANIZER)
    await house.desk.clusters(ORGANIZER)
    assert await house.desk.group_of(ORGANIZER, case) == "Monitoring"
    assert await chain(house) == before


async def test_nobody_of_another_guild_can_do_anything_with_a_case(house: House) -> None:
    await house.set_up()
    await house.set_up_elsewhere()
    (code,) = await house.released("one")
    case = await case_of(house, code)
    house.clock.later(days=1)
    theirs = await house.reports.file(
        Actor(ELSEWHERE, WORKER.user_id), "form", house.reports.compose((await house.case(code)).facets, "theirs")
    )
    guild = await house.guilds.ready(ELSEWHERE)
    house.clock.move_to(guild.next_release(house.clock.now()))
    house.clock.later(days=guild.release_hold_days)
    await house.releases.release_due()
    house.clock.later(days=guild.release_hold_days)
    await house.releases.release_due()
    their_case = await case_of(house, theirs.code)
    before, rows = await house.desk.open(ORGANIZER, case), await chain(house)
    strangers = {
        ELSEWHERE_ORGANIZER: CaseGone,
        replace(ORGANIZER, guild_id=ELSEWHERE): NotAnOrganizer,
        replace(ELSEWHERE_ORGANIZER, guild_id=GUILD, role_ids=frozenset({ROLE})): NotAnOrganizer,
        replace(ORGANIZER, role_ids=frozenset()): NotAnOrganizer,
        WORKER: NotAnOrganizer,
        ADMINISTRATOR: NotAnOrganizer,
        replace(ORGANIZER, guild_id=GuildId(GUILD + 1)): NotSetUp,
    }
    for stranger, refusal in strangers.items():
        tried = deeds(house, stranger, case, their_case)
        if refusal is not CaseGone:  # what is not about one case, an organizer elsewhere may do, but there
            tried |= deeds_at_large(house, stranger)
        for words, deed in tried.items():
            assert await is_refused(deed, refusal), words
    for actor, one, other in ((ORGANIZER, case, their_case), (ELSEWHERE_ORGANIZER, their_case, case)):
        with pytest.raises(CaseGone):
            await house.desk.merge(actor, one, other)
    assert await chain(house) == rows
    assert replace(await house.desk.open(ORGANIZER, case)) == before


async def test_a_case_that_is_gone_or_was_never_there_is_refused_alike(house: House) -> None:
    await house.set_up()
    (code,) = await house.released("one")
    case = await case_of(house, code)
    await house.reports.withdraw(code)
    rows = await chain(house)
    for gone in (case, "zzzzzz", "", "\x00" * 6, "a" * 500):
        for words, deed in deeds(house, ORGANIZER, gone, case).items():
            assert await is_refused(deed, CaseGone), words
    assert await chain(house) == rows


async def test_nothing_is_done_at_a_frozen_desk(house: House) -> None:
    await house.set_up()
    (code,) = await house.released("one")
    case = await case_of(house, code)
    await house.guilds.freeze(ORGANIZER)
    every = deeds(house, ORGANIZER, case, case) | deeds_at_large(house, ORGANIZER)
    assert [words for words, deed in every.items() if not await is_refused(deed, Frozen)] == []


async def test_a_case_two_organizers_deleted_is_unknown_to_its_code(house: House) -> None:
    await house.set_up()
    one, other = await house.released("one", "other")
    case, stays = await case_of(house, one), await case_of(house, other)
    await house.desk.note(ORGANIZER, case, "a form", "A note")
    await house.desk.merge(ORGANIZER, stays, case)
    await delete(house, case)
    with pytest.raises(NoSuchCase):
        await house.reports.come_back(one)
    assert (await house.case(other)).merged_into is None
    async with house.database.begin() as connection:
        assert (await connection.execute(select(case_notes))).all() == []


# Words for reporters


async def test_a_reporter_reads_the_words_that_organizers_chose(house: House) -> None:
    await house.set_up()
    (code,) = await house.released("one")
    words = {"received": " We have\nit. ", "closed": "Done", "answered": "", "in-progress": "\u200b"}
    guild = await house.guilds.choose_status_words(ORGANIZER, words)
    assert guild.status_words == {"received": "We have it.", "closed": "Done"}
    assert (await house.own_case(code)).guild.status_words == guild.status_words
    assert (await chain(house, PUBLIC))[-1] == "chose words for reporters"
    assert (await house.guilds.choose_status_words(ORGANIZER, {})).status_words == {}


async def test_words_that_do_not_fit_are_refused_and_nothing_else_of_the_settings_changes(house: House) -> None:
    await house.set_up()
    before = await house.guilds.choose_status_words(ORGANIZER, {"closed": "x" * LONGEST_STATUS_WORDS})
    rows = await chain(house, PUBLIC)
    with pytest.raises(WordsTooLong):
        await house.guilds.choose_status_words(ORGANIZER, {"closed": "x" * (LONGEST_STATUS_WORDS + 1)})
    assert await house.guilds.find(GUILD) == before
    assert await chain(house, PUBLIC) == rows
    after = await house.guilds.choose_status_words(ORGANIZER, {"closed": "Done"})
    assert after == replace(before, status_words={"closed": "Done"})
    assert await house.guilds.find(GUILD) == after


# Clusters


async def show_in_digests(house: House, category: str, number: int) -> None:
    """Let a digest have shown a number, whatever lots it would have drawn."""
    async with house.database.begin() as connection:
        cell = (tallies.c.dimension == "category", tallies.c.value == category)
        await connection.execute(update(tallies).where(*cell).values(shown=number))


async def test_a_category_is_offered_once_k_cases_on_it_count(house: House) -> None:
    await house.set_up()
    pay = {Dimension.CATEGORY: "PAY"}
    codes = [await house.file(facets=pay) for _ in range(6)]
    for _ in range(4):
        await house.file()
    await house.release()
    assert await house.desk.clusters(ORGANIZER) == ()
    await house.confirm()
    assert await house.desk.clusters(ORGANIZER) == (Cluster("PAY", 5),)
    one, two, three = [await case_of(house, code) for code in codes[:3]]
    await house.desk.merge(ORGANIZER, one, two)
    assert await house.desk.clusters(ORGANIZER) == (Cluster("PAY", 5),)
    await house.desk.merge(ORGANIZER, three, two)
    assert await house.desk.clusters(ORGANIZER) == (), "joined cases count as one"
    await house.desk.separate(ORGANIZER, three)
    await house.desk.confirm(ORGANIZER, three, is_confirmed=False)
    assert await house.desk.clusters(ORGANIZER) == ()


async def test_a_cluster_tells_what_the_last_digest_showed_and_never_the_true_count(house: House) -> None:
    await house.set_up()
    for _ in range(12):
        await house.file()
    await house.release()
    await house.confirm()
    assert await house.desk.clusters(ORGANIZER) == (Cluster("MON", 5),), "k, for nothing was shown"
    await show_in_digests(house, "MON", 10)
    assert await house.desk.clusters(ORGANIZER) == (Cluster("MON", 10),)
    for case in (await house.case_ids())[:7]:
        await house.desk.confirm(ORGANIZER, case, is_confirmed=False)
    assert await house.desk.clusters(ORGANIZER) == (Cluster("MON", 10),), "what was published does not fall"
    await house.desk.confirm(ORGANIZER, (await house.case_ids())[-1], is_confirmed=False)
    assert await house.desk.clusters(ORGANIZER) == ()


@pytest.mark.parametrize("letter", [None, *Letter])
async def test_making_a_document_leaves_a_row_at_the_desk_and_takes_enough_cases(
    house: House, letter: Letter | None
) -> None:
    await house.set_up()
    for _ in range(5):
        await house.file()
    await house.release()
    with pytest.raises(TooFewCases) as refused:
        await house.desk.make_document(ORGANIZER, "MON", letter)
    assert refused.value.values == {"k": 5}
    await house.confirm()
    before = await chain(house)
    assert await house.desk.make_document(ORGANIZER, "MON", letter) == Cluster("MON", 5)
    for other in ("PAY", "nonsense", ""):
        with pytest.raises(TooFewCases):
            await house.desk.make_document(ORGANIZER, other, letter)
    assert await chain(house) == [*before, "made a document from cases"]
    async with house.database.begin() as connection:
        (row,) = await newest(connection, GUILD, 1, DESK)
    assert row.details == {"kind": "petition" if letter is None else letter}
