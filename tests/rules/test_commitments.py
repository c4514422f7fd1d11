"""Promises of the employer: what can be noted, how one stands on a day, and when it is urgent news."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commitments.rules import (
    LONGEST_LINK,
    LONGEST_TEXT,
    Commitment,
    DayTooFar,
    DayUnreadable,
    LinkUnusable,
    Promise,
    PromiseMissing,
    PromiseTooLong,
    Source,
    SourceMissing,
    Standing,
    State,
    check,
    is_commitment_id,
    newly_urgent,
    ordered,
    read_day,
    standing,
)
from bot.digests.rules import CellName, Change, Digest, Tally
from bot.ids import CommitmentId, GuildId
from bot.refusals import Refusal

TODAY = date(2026, 11, 22)
NOTED = datetime(2026, 1, 1, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def promised(
    due_on: date | None, state: State = State.OPEN, *, name: str = "0" * 8, changed_at: datetime = NOTED
) -> Commitment:
    promise = Promise("No layoffs before summer", Source.CONTRACT, due_on)
    return Commitment(CommitmentId(name), GuildId(1), promise, changed_at, state)


@pytest.mark.parametrize(
    ("days", "stands"),
    [
        (None, Standing.OPEN),
        (15, Standing.OPEN),
        (14, Standing.DUE),
        (0, Standing.DUE),
        (-1, Standing.OVERDUE),
        (-900, Standing.OVERDUE),
    ],
)
def test_an_open_promise_stands_by_its_day(days: int | None, stands: Standing) -> None:
    due_on = None if days is None else TODAY + timedelta(days=days)
    assert standing(promised(due_on), TODAY) is stands
    for state in (State.KEPT, State.BROKEN):
        assert standing(promised(due_on, state), TODAY).value == state.value, "what became of it comes before its day"


def test_one_noted_by_mistake_stands_nowhere() -> None:
    with pytest.raises(ValueError, match="dropped"):
        standing(promised(None, State.DROPPED), TODAY)


def test_the_list_begins_with_what_is_overdue_longest() -> None:
    days = {"0": None, "1": 20, "2": -1, "3": -30, "4": 3}
    found = [promised(None if day is None else TODAY + timedelta(days=day), name=name) for name, day in days.items()]
    found += [promised(TODAY, State.KEPT, name="5"), promised(TODAY, State.BROKEN, name="6")]
    assert [each.id for each in ordered(found, TODAY)] == ["3", "2", "4", "1", "0", "6", "5"]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"text": " \u200b… "}, PromiseMissing),
        ({"text": "x" * (LONGEST_TEXT + 1)}, PromiseTooLong),
        ({"source": ""}, SourceMissing),
        ({"source": "rumour"}, SourceMissing),
        ({"due_on": TODAY + timedelta(days=3661)}, DayTooFar),
        ({"due_on": TODAY - timedelta(days=3661)}, DayTooFar),
        ({"due_on": date.min}, DayTooFar),
        ({"link": "http://example.org"}, LinkUnusable),
        ({"link": "https://"}, LinkUnusable),
        ({"link": "javascript:alert(1)"}, LinkUnusable),
        ({"link": "https://example.org and more"}, LinkUnusable),
        ({"link": "https://<@1>"}, LinkUnusable),
        ({"link": "https://example.org/" + "x" * LONGEST_LINK}, LinkUnusable),
    ],
)
def test_what_cannot_be_noted_is_refused_kindly(changed: dict[str, object], refusal: type[Refusal]) -> None:
    typed = {"text": "No layoffs", "source": "contract", "due_on": None, "link": "", "today": TODAY, **changed}
    with pytest.raises(refusal):
        check(**typed)  # type: ignore[arg-type]


def test_the_longest_that_fits_is_kept_and_cleaned() -> None:
    link = "https://example.org/".ljust(LONGEST_LINK, "x")
    due_on = TODAY + timedelta(days=3660)
    kept = check(f"\u202e{'x' * LONGEST_TEXT} ", "petition", due_on, f" {link}\n", TODAY)
    assert kept == Promise("x" * LONGEST_TEXT, Source.PETITION, due_on, link)
    assert check("Pay", "other", None, " ", TODAY) == Promise("Pay", Source.OTHER)


def test_a_day_is_read_as_it_is_asked_for() -> None:
    assert read_day(" 2026-12-31\u200b") == date(2026, 12, 31)
    assert read_day(" ") is None
    for wrong in ("31.12.2026", "2026-02-30", "soon", "2026-12-31 12:00"):
        with pytest.raises(DayUnreadable):
            read_day(wrong)


def test_only_what_looks_like_an_id_is_one() -> None:
    assert is_commitment_id("0123abcd")
    assert not any(is_commitment_id(each) for each in ("", "0123abc", "0123ABCD", "\x00" * 8, "\u0660" * 8))


# Urgent news


@given(
    due=st.integers(-5, 12),
    noted=st.integers(0, 240),
    windows=st.lists(st.integers(1, 60), min_size=1, max_size=12),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Kiritimati", "America/Los_Angeles"]),
)
def test_windows_that_follow_on_each_other_tell_each_crossing_once(
    due: int, noted: int, windows: list[int], zone: str
) -> None:
    start = datetime(2026, 10, 20, tzinfo=UTC)
    changed_at = start + timedelta(hours=noted)
    commitment = promised(start.date() + timedelta(days=due), changed_at=changed_at)
    told = []
    since = start
    for hours in [*windows, 1000]:
        now = since + timedelta(hours=hours)
        if now > changed_at:  # before, it is not there
            news = newly_urgent(commitment, ZoneInfo(zone), since, now)
            told += [] if news is None else [news]
            stands = standing(commitment, (now - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date())
            assert news is None or news is stands
        since = now
    assert told in ([Standing.OVERDUE], [Standing.DUE, Standing.OVERDUE])


def test_a_day_begins_at_midnight_where_the_server_is() -> None:
    commitment = promised(date(2026, 11, 22))
    midnight = datetime(2026, 11, 22, 23, tzinfo=UTC)  # in Berlin
    hour = timedelta(hours=1)
    assert newly_urgent(commitment, BERLIN, midnight - hour, midnight) is None
    assert newly_urgent(commitment, BERLIN, midnight, midnight + hour) is Standing.OVERDUE
    assert newly_urgent(commitment, BERLIN, midnight + hour, midnight + 2 * hour) is None
    soon = midnight - timedelta(days=3)
    assert newly_urgent(commitment, BERLIN, soon, soon + hour) is Standing.DUE


def test_what_is_not_open_or_has_no_day_is_never_urgent() -> None:
    far = datetime(2030, 1, 1, tzinfo=UTC)
    for commitment in (promised(None), promised(TODAY, State.KEPT), promised(TODAY, State.DROPPED)):
        assert newly_urgent(commitment, BERLIN, NOTED, far) is None


def test_a_number_against_a_promise_alone_makes_no_digest() -> None:
    """It is read on the list: in a digest it stands beside its promise, if that is told."""
    moved = Change(CellName("breach", ("0" * 8,)), 0, 5)
    assert Digest((Tally(moved.name, 5),), (moved,)).is_silent
    assert not Digest((), (Change(CellName("category", ("MON",)), 0, 5),)).is_silent
