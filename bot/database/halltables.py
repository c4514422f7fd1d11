"""The tables of town halls: what is public of them. Who comes and who asks stands in the vault."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from bot.database.columns import UtcDateTime, metadata

hall_bands = Table(
    "hall_bands",
    metadata,
    Column("guild_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), primary_key=True),
    # A time zone that organizers named, never a person's.
    Column("zone", Text, primary_key=True),
    # In how many of the meetings since it was named the clocks there showed night.
    Column("nights", Integer, nullable=False, server_default="0"),
    Column("meetings", Integer, nullable=False, server_default="0"),
)

time_polls = Table(
    "time_polls",
    metadata,
    Column("id", Text, primary_key=True),
    Column("guild_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("channel_id", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("zone", Text, nullable=False),
    # JSON: the instants that are proposed, earliest first.
    Column("slots", Text, nullable=False),
    Column("closes_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False, index=True),
    # JSON: the slots, best first, with counts in steps and the reasons of their order; only from the close on.
    Column("result", Text),
    Column("is_shredded", Boolean, nullable=False, server_default=false()),
    CheckConstraint("state IN ('open', 'closed', 'cancelled')", name="state_is_known"),
)

town_halls = Table(
    "town_halls",
    metadata,
    Column("id", Text, primary_key=True),
    Column("guild_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("channel_id", BigInteger, nullable=False),
    # The rule by which it repeats, and the day of that rule which this one stands for, wherever it was moved.
    Column("series_id", Text, nullable=False),
    Column("series_on", Text, nullable=False),
    Column("series_at", Text, nullable=False),
    Column("slot_on", Text, nullable=False),
    Column("repeat", Text),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("place_kind", Text, nullable=False),
    Column("place", Text, nullable=False),
    # What was decided is a local day and time; the instant is computed from them, anew when a zone changes its rules.
    Column("zone", Text, nullable=False),
    Column("starts_on", Text, nullable=False),
    Column("starts_time", Text, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False, index=True),
    Column("minutes", Integer, nullable=False),
    Column("agenda", Text, nullable=False),
    Column("services", Text, nullable=False),
    Column("max_size", Integer),
    Column("role_id", BigInteger),
    Column("is_mirrored", Boolean, nullable=False),
    Column("late_hours", Integer, nullable=False),
    Column("event_id", BigInteger),
    Column("state", Text, nullable=False, index=True),
    # Sign-ups on the card, in steps, and the most it has ever been.
    Column("shown", Integer, nullable=False, server_default="0"),
    Column("next_card_at", UtcDateTime),
    # Raised at each change, for calendars.
    Column("sequence", Integer, nullable=False, server_default="0"),
    # JSON: which reminders of this start were told or passed over.
    Column("told", Text, nullable=False, server_default="[]"),
    # When the next batch of questions is published: drawn by lot when enough are approved.
    Column("release_at", UtcDateTime),
    # Likewise of comments.
    Column("comments_at", UtcDateTime),
    Column("item", Integer),
    Column("item_started_at", UtcDateTime),
    Column("started_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("late_until", UtcDateTime),
    Column("minutes_text", Text),
    # How many came, as the chair said, in fives.
    Column("attendance", Integer),
    Column("is_shredded", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("series_id", "slot_on"),
    CheckConstraint("state IN ('draft', 'scheduled', 'live', 'late', 'closed', 'cancelled')", name="state_is_known"),
    CheckConstraint("place_kind IN ('voice', 'stage', 'thread', 'outside')", name="place_kind_is_known"),
)

hall_questions = Table(
    "hall_questions",
    metadata,
    # Drawn at random by the form in which it was written; says nothing about order or time.
    Column("id", Text, primary_key=True),
    Column("hall_id", Text, ForeignKey("town_halls.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("merged_into", Text, ForeignKey("hall_questions.id", ondelete="SET NULL")),
    # How many want it answered, in fives; only from the end of the late floor on.
    Column("votes", Integer),
    # Through how many meetings it has gone unanswered.
    Column("age", Integer, nullable=False, server_default="0"),
    # With which batch it was published; NULL if it came from the meeting before.
    Column("batch", Integer),
    # A comment on what was decided, made in the late floor, goes the way of a question.
    Column("kind", Text, nullable=False, server_default="question"),
    CheckConstraint("state IN ('open', 'answered', 'carried', 'merged')", name="state_is_known"),
    CheckConstraint("kind IN ('question', 'comment')", name="kind_is_known"),
)

hall_decisions = Table(
    "hall_decisions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hall_id", Text, ForeignKey("town_halls.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("text", Text, nullable=False),
    # From the end of the late floor on.
    Column("is_binding", Boolean, nullable=False, server_default=false()),
    Column("poll_id", Text, ForeignKey("polls.id", ondelete="SET NULL")),
)

hall_polls = Table(
    "hall_polls",
    metadata,
    Column("poll_id", Text, ForeignKey("polls.id", ondelete="CASCADE"), primary_key=True),
    Column("hall_id", Text, ForeignKey("town_halls.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
)

hall_actions = Table(
    "hall_actions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("guild_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("hall_id", Text, ForeignKey("town_halls.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("text", Text, nullable=False),
    # A role or a name that somebody chose, as typed by the chair; never looked up.
    Column("responsible", Text, nullable=False),
    Column("due_on", Text),
    Column("progress", Integer, nullable=False, server_default="0"),
    Column("review_on", Text),
    Column("is_done", Boolean, nullable=False, server_default=false()),
    CheckConstraint("progress BETWEEN 0 AND 100", name="progress_in_range"),
)
