"""Add polls, and what is posted of the checkable list while one is open."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "polls",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("pass_share", sa.Text(), nullable=False),
        sa.Column("pass_of", sa.Text(), nullable=False),
        sa.Column("quorum_least", sa.Integer(), nullable=False),
        sa.Column("quorum_share", sa.Text(), nullable=False),
        sa.Column("can_change", sa.Boolean(), nullable=False),
        sa.Column("has_ledger", sa.Boolean(), nullable=False),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=True),
        sa.Column("joined_before", sa.Boolean(), nullable=False),
        sa.Column("account_age_days", sa.Integer(), nullable=False),
        sa.Column("electorate", sa.Integer(), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("commitment", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("reasons", sa.Text(), server_default="[]", nullable=False),
        sa.Column("ledger", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("review_on", sa.Text(), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column("is_reminded", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_shredded", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'scheduled', 'open', 'counting', 'closed', 'void', 'cancelled')",
            name=op.f("ck_polls_state_is_known"),
        ),
        sa.CheckConstraint("kind IN ('hands', 'ballot')", name=op.f("ck_polls_kind_is_known")),
        sa.ForeignKeyConstraint(["guild_id"], ["guilds.id"], name=op.f("fk_polls_guild_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polls")),
    )
    op.create_index(op.f("ix_polls_guild_id"), "polls", ["guild_id"])
    op.create_index(op.f("ix_polls_state"), "polls", ["state"])

    op.create_table(
        "poll_batches",
        sa.Column("poll_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_poll_batches_poll_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("poll_id", "number", name=op.f("pk_poll_batches")),
    )
