"""Quotes: word for word, only where the reporter allows it, and gone with their report."""

from collections.abc import Sequence

import pytest
from sqlalchemy import func, select

from bot.database.audit import DESK, newest
from bot.database.tables import case_quotes
from bot.ids import CaseCode, CaseId
from bot.refusals import NotAnOrganizer, Refusal
from bot.reports.passages import NotToBeQuoted, NotWordForWord, QuoteTooLong, TooManyQuotes, passage
from bot.reports.quotes import Quote
from bot.reports.rules import CaseGone, EmptyText, SealedTo
from bot.reports.taxonomy import Dimension
from tests.house import ELSEWHERE_ORGANIZER, GUILD, ORGANIZER, WORKER, House

WORDS = "They score our screens.\nNobody was asked, and unhappy people left. It cost 1,500 jobs. They don't care."
ALLOWED = {Dimension.CONSENT: "quote"}


async def quotable(house: House, text: str = WORDS, **facets: str) -> tuple[CaseCode, CaseId]:
    """Let a report that may be quoted be filed, released and confirmed."""
    code = await house.file(text, facets={**ALLOWED, **{Dimension(name): value for name, value in facets.items()}})
    await house.release()
    await house.confirm(code)
    return code, (await house.case(code)).id


async def kept(house: House) -> int:
    async with house.database.begin() as connection:
        return int((await connection.execute(select(func.count()).select_from(case_quotes))).scalar_one())


async def usable(house: House) -> Sequence[Quote]:
    return await house.quotes.usable(ORGANIZER)


async def chosen(house: House, case: CaseId, text: str = "Nobody was asked", form: str = "a form") -> None:
    await house.quotes.choose(ORGANIZER, case, form, text)


# Word for word


@pytest.mark.parametrize(
    ("typed", "quoted"),
    [
        (WORDS, " ".join(WORDS.split())),
        ("  Nobody   was\n\nasked,  ", "Nobody was asked,"),
        ("They score … Nobody was asked", "They score … Nobody was asked"),
        ("It cost 1,500 jobs", "It cost 1,500 jobs"),
        ("They don't care", "They don't care"),
    ],
)
def test_what_stands_in_the_report_may_be_quoted_whatever_its_white_space(typed: str, quoted: str) -> None:
    assert passage(WORDS, typed) == quoted


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("They scored our screens.", NotWordForWord),
        ("they score our screens", NotWordForWord),
        ("happy people left", NotWordForWord),
        ("Nobody was", None),
        ("Nobody wa", NotWordForWord),
        ("It cost 1", NotWordForWord),
        ("500 jobs", NotWordForWord),
        ("They don", NotWordForWord),
        ("Nobody was asked … They score", NotWordForWord),
        ("They score … They score", NotWordForWord),
        ("They score … ", NotWordForWord),
        ("They score ... Nobody was asked", NotWordForWord),
        ("They score [all] our screens", NotWordForWord),
        (" … ", EmptyText),
        ("x" * 501, QuoteTooLong),
    ],
)
def test_what_does_not_stand_there_is_no_quote(typed: str, refusal: type[Refusal] | None) -> None:
    if refusal is None:
        assert passage(WORDS, typed) == typed
        return
    with pytest.raises(refusal):
        passage(WORDS, typed)


def test_where_words_have_no_spaces_between_them_any_part_may_be_quoted() -> None:
    assert passage("他们给我们的屏幕打分。", "我们的屏幕") == "我们的屏幕"


def test_what_the_report_itself_left_out_can_be_quoted() -> None:
    assert passage("They … left", "They … left") == "They … left"


# At the desk


async def test_a_quote_is_kept_sealed_and_told_in_the_desks_chain_alone(house: House) -> None:
    await house.set_up()
    _, case = await quotable(house, "Zanzibar counts keys. Nobody was asked.")
    shown = await house.quotes.choose(ORGANIZER, case, "a form", "Zanzibar counts\n keys.")
    assert [quote.text for quote in shown.quotes] == ["Zanzibar counts keys."]
    async with house.database.begin() as connection:
        (row,) = (await connection.execute(select(case_quotes))).all()
        actions = [entry.action for entry in await newest(connection, GUILD, 50, DESK)]
        public = [entry.action for entry in await newest(connection, GUILD, 50)]
    assert b"Zanzibar" not in bytes(row.sealed)
    assert "chose a quote from a case" in actions
    assert not [each for each in public if "quote" in each]
    assert [path for path in house.directory.rglob("*") if path.is_file() and b"Zanzibar" in path.read_bytes()] == []


@pytest.mark.parametrize("consent", ["count", "paraphrase"])
async def test_a_report_that_does_not_allow_it_is_not_quoted(house: House, consent: str) -> None:
    await house.set_up()
    _, case = await quotable(house, consent=consent)
    for deed in (
        house.quotes.of_case(ORGANIZER, case),
        house.quotes.check(ORGANIZER, case, "Nobody was asked"),
        house.quotes.choose(ORGANIZER, case, "a form", "Nobody was asked"),
    ):
        with pytest.raises(NotToBeQuoted):
            await deed
    assert await kept(house) == 0


async def test_a_case_that_nobody_confirmed_is_not_quoted(house: House) -> None:
    await house.set_up()
    code = await house.file(WORDS, facets=ALLOWED)
    await house.release()
    with pytest.raises(NotToBeQuoted):
        await chosen(house, (await house.case(code)).id)


async def test_only_organizers_of_this_server_quote(house: House) -> None:
    await house.set_up()
    await house.set_up_elsewhere()
    _, case = await quotable(house)
    await chosen(house, case)
    with pytest.raises(NotAnOrganizer):
        await house.quotes.choose(WORKER, case, "other", "Nobody was asked")
    for deed in (
        house.quotes.of_case(ELSEWHERE_ORGANIZER, case),
        house.quotes.check(ELSEWHERE_ORGANIZER, case, "Nobody was asked"),
        house.quotes.choose(ELSEWHERE_ORGANIZER, case, "other", "Nobody was asked"),
        house.quotes.take_back(ELSEWHERE_ORGANIZER, case, "a form"),
    ):
        with pytest.raises(CaseGone):
            await deed
    assert await house.quotes.usable(ELSEWHERE_ORGANIZER) == ()
    assert len(await usable(house)) == 1


async def test_three_at_most_and_the_same_form_again_keeps_one(house: House) -> None:
    await house.set_up()
    _, case = await quotable(house)
    for token, text in (("a", "They score"), ("b", "Nobody was asked"), ("c", "It cost")):
        await chosen(house, case, text, token)
    await chosen(house, case, "They score", "a")
    with pytest.raises(TooManyQuotes):
        await chosen(house, case, "people left", "d")
    assert [quote.id for quote in await usable(house)] == ["a", "b", "c"]
    shown = await house.quotes.take_back(ORGANIZER, case, "b")
    assert [quote.id for quote in shown.quotes] == ["a", "c"]
    await chosen(house, case, "people left", "d")


async def test_what_could_give_the_reporter_away_is_found_before_anything_is_kept(house: House) -> None:
    await house.set_up()
    _, case = await quotable(house, "Write to ana@example.org. Nobody was asked.")
    checked = await house.quotes.check(ORGANIZER, case, "Write to ana@example.org.")
    assert [detail.place for detail in checked.details] == ["ana@example.org"]
    assert (await house.quotes.check(ORGANIZER, case, "Nobody was asked.")).details == ()
    assert await kept(house) == 0


# When they are used, and when they go


async def test_a_quote_goes_with_its_report_when_it_is_withdrawn(house: House) -> None:
    await house.set_up()
    code, case = await quotable(house)
    await chosen(house, case)
    await house.reports.withdraw(code)
    assert (await kept(house), await usable(house)) == (0, ())


async def test_a_quote_goes_with_its_case_when_two_organizers_delete_it(house: House) -> None:
    await house.set_up()
    _, case = await quotable(house)
    await chosen(house, case)
    guild = await house.guilds.ready(GUILD)
    async with house.database.begin() as connection:
        await house.desk.delete(connection, guild, {"case": case})
    assert await kept(house) == 0


async def test_a_quote_goes_with_its_case_when_it_is_too_old(house: House) -> None:
    await house.set_up()
    _, case = await quotable(house)
    await chosen(house, case)
    house.clock.later(days=200)
    await house.releases.expire_due()
    assert await kept(house) == 0


async def test_a_quote_is_not_used_while_another_case_stands_for_its_own(house: House) -> None:
    await house.set_up()
    _, case = await quotable(house)
    _, other = await quotable(house, "Another report.")
    await chosen(house, case)
    await house.desk.merge(ORGANIZER, case, other)
    assert (await usable(house), await kept(house)) == ((), 1)
    await house.desk.separate(ORGANIZER, case)
    assert len(await usable(house)) == 1


async def test_a_quote_is_not_used_once_its_case_is_believed_no_more_but_can_be_taken_back(house: House) -> None:
    await house.set_up()
    _, case = await quotable(house)
    await chosen(house, case)
    await house.desk.confirm(ORGANIZER, case, is_confirmed=False)
    assert await usable(house) == ()
    assert (await house.quotes.take_back(ORGANIZER, case, "a form")).quotes == ()
    assert await kept(house) == 0


async def test_quotes_come_in_an_order_that_says_nothing_of_when_they_were_chosen(house: House) -> None:
    await house.set_up()
    _, case = await quotable(house)
    for token in ("zz", "aa", "mm"):
        await chosen(house, case, form=token)
    assert [quote.id for quote in await usable(house)] == ["aa", "mm", "zz"]


async def test_a_case_that_only_organizers_open_is_not_quoted(house: House) -> None:
    await house.set_up()
    _, case = await quotable(house)
    await chosen(house, case)
    from bot.reports import records  # noqa: PLC0415 - as the rotation leaves it

    async with house.database.begin() as connection:
        await records.change(connection, case, sealed_to=SealedTo.ORGANIZERS)
    assert await usable(house) == ()
    with pytest.raises(NotToBeQuoted):
        await house.quotes.of_case(ORGANIZER, case)
