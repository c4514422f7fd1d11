"""When a digest is due, and that it is due once."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.digests.rules import LATE_AFTER, DueDigest, due_digest
from bot.ids import GuildId
from bot.rhythm import Rhythm

BERLIN = "Europe/Berlin"
TUESDAY = date(2026, 3, 24)
DUE_AT = datetime(2026, 3, 24, 8, tzinfo=UTC)  # 09:00 in winter time


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        pytest.param(date(2026, 3, 17), DUE_AT - timedelta(seconds=1), None, id="not yet"),
        pytest.param(date(2026, 3, 17), DUE_AT, DueDigest(TUESDAY, DUE_AT, is_late=False), id="now"),
        pytest.param(
            date(2026, 3, 17), DUE_AT + LATE_AFTER, DueDigest(TUESDAY, DUE_AT, is_late=False), id="soon after"
        ),
        pytest.param(
            date(2026, 3, 17), DUE_AT + 3 * LATE_AFTER, DueDigest(TUESDAY, DUE_AT, is_late=True), id="down 3 h"
        ),
        pytest.param(TUESDAY, DUE_AT + timedelta(days=3), None, id="made already"),
        pytest.param(
            date(2025, 12, 23), DUE_AT + timedelta(days=3), DueDigest(TUESDAY, DUE_AT, is_late=True), id="down 3 months"
        ),
        pytest.param(
            TUESDAY,
            datetime(2026, 3, 31, 7, tzinfo=UTC),
            DueDigest(date(2026, 3, 31), datetime(2026, 3, 31, 7, tzinfo=UTC), is_late=False),
            id="summer time",
        ),
    ],
)
def test_one_digest_for_the_latest_period(last: date, now: datetime, due: DueDigest | None) -> None:
    """Whatever was missed before it, the latest is made once, and says when it is late."""
    assert due_digest(last, now, Rhythm((1,), time(9), BERLIN)) == due


def test_a_changed_time_of_day_does_not_repeat_a_digest() -> None:
    """Tuesday's was made at nine; an organizer moves the digest to noon of the same day."""
    assert due_digest(TUESDAY, DUE_AT + timedelta(hours=5), Rhythm((1,), time(12), BERLIN)) is None


def test_the_key_names_guild_and_period() -> None:
    """The natural key by which a second try finds the first."""
    assert DueDigest(TUESDAY, DUE_AT, is_late=True).key(GuildId(42)) == "digest:42:2026-03-24"
