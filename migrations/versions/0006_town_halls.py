"""Add town halls, what is asked, decided and to be done in them, and searches for a time."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the tables."""
    _make_hall_bands()
    _make_time_polls()
    _make_town_halls()
    _make_hall_questions()
    _make_hall_decisions()
    _make_hall_actions()


def _make_hall_bands() -> None:
    op.create_table(
        "hall_bands",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("nights", sa.Integer(), server_default="0", nullable=False),
        sa.Column("meetings", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["guild_id"], ["guilds.id"], name=op.f("fk_hall_bands_guild_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("guild_id", "zone", name=op.f("pk_hall_bands")),
    )


def _make_time_polls() -> None:
    op.create_table(
        "time_polls",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("slots", sa.Text(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("is_shredded", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed', 'cancelled')", name=op.f("ck_time_polls_state_is_known")),
        sa.ForeignKeyConstraint(["guild_id"], ["guilds.id"], name=op.f("fk_time_polls_guild_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_polls")),
    )
    op.create_index(op.f("ix_time_polls_guild_id"), "time_polls", ["guild_id"])
    op.create_index(op.f("ix_time_polls_state"), "time_polls", ["state"])


def _make_town_halls() -> None:
    op.create_table(
        "town_halls",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("series_id", sa.Text(), nullable=False),
        sa.Column("series_on", sa.Text(), nullable=False),
        sa.Column("series_at", sa.Text(), nullable=False),
        sa.Column("slot_on", sa.Text(), nullable=False),
        sa.Column("repeat", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("place_kind", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Text(), nullable=False),
        sa.Column("starts_time", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("agenda", sa.Text(), nullable=False),
        sa.Column("services", sa.Text(), nullable=False),
        sa.Column("max_size", sa.Integer(), nullable=True),
        sa.Column("role_id", sa.BigInteger(), nullable=True),
        sa.Column("is_mirrored", sa.Boolean(), nullable=False),
        sa.Column("late_hours", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("shown", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_card_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sequence", sa.Integer(), server_default="0", nullable=False),
        sa.Column("told", sa.Text(), server_default="[]", nullable=False),
        sa.Column("release_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("item", sa.Integer(), nullable=True),
        sa.Column("item_started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes_text", sa.Text(), nullable=True),
        sa.Column("attendance", sa.Integer(), nullable=True),
        sa.Column("is_shredded", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'scheduled', 'live', 'late', 'closed', 'cancelled')",
            name=op.f("ck_town_halls_state_is_known"),
        ),
        sa.CheckConstraint(
            "place_kind IN ('voice', 'stage', 'thread', 'outside')",
            name=op.f("ck_town_halls_place_kind_is_known"),
        ),
        sa.ForeignKeyConstraint(["guild_id"], ["guilds.id"], name=op.f("fk_town_halls_guild_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_town_halls")),
        sa.UniqueConstraint("series_id", "slot_on", name=op.f("uq_town_halls_series_id")),
    )
    op.create_index(op.f("ix_town_halls_guild_id"), "town_halls", ["guild_id"])
    op.create_index(op.f("ix_town_halls_starts_at"), "town_halls", ["starts_at"])
    op.create_index(op.f("ix_town_halls_state"), "town_halls", ["state"])


def _make_hall_questions() -> None:
    op.create_table(
        "hall_questions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("votes", sa.Integer(), nullable=True),
        sa.Column("age", sa.Integer(), server_default="0", nullable=False),
        sa.Column("batch", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'answered', 'carried', 'merged')",
            name=op.f("ck_hall_questions_state_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["town_halls.id"], name=op.f("fk_hall_questions_hall_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["hall_questions.id"], name=op.f("fk_hall_questions_merged_into"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_questions")),
    )
    op.create_index(op.f("ix_hall_questions_hall_id"), "hall_questions", ["hall_id"])


def _make_hall_decisions() -> None:
    op.create_table(
        "hall_decisions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_binding", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("poll_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["town_halls.id"], name=op.f("fk_hall_decisions_hall_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_hall_decisions_poll_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_decisions")),
    )
    op.create_index(op.f("ix_hall_decisions_hall_id"), "hall_decisions", ["hall_id"])


def _make_hall_actions() -> None:
    op.create_table(
        "hall_actions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Text(), nullable=True),
        sa.Column("progress", sa.Integer(), server_default="0", nullable=False),
        sa.Column("review_on", sa.Text(), nullable=True),
        sa.Column("is_done", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_hall_actions_progress_in_range")),
        sa.ForeignKeyConstraint(["guild_id"], ["guilds.id"], name=op.f("fk_hall_actions_guild_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["town_halls.id"], name=op.f("fk_hall_actions_hall_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall_actions")),
    )
    op.create_index(op.f("ix_hall_actions_guild_id"), "hall_actions", ["guild_id"])
    op.create_index(op.f("ix_hall_actions_hall_id"), "hall_actions", ["hall_id"])
