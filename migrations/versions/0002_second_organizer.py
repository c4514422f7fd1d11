"""Add the audit chain, proposals that take two organizers, freezing and leaving."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add two tables, and four columns to guilds."""
    op.create_table(
        "audit",
        sa.Column("guild_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("row", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("chain IN ('public', 'desk')", name=op.f("ck_audit_chain_is_known")),
        sa.PrimaryKeyConstraint("guild_id", "chain", "position", name=op.f("pk_audit")),
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposer_id", sa.BigInteger(), nullable=True),
        sa.Column("approver_id", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("runs_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'approved', 'done', 'vetoed', 'expired', 'cancelled')",
            name=op.f("ck_proposals_state_is_known"),
        ),
        sa.ForeignKeyConstraint(["guild_id"], ["guilds.id"], name=op.f("fk_proposals_guild_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    op.create_index(op.f("ix_proposals_guild_id"), "proposals", ["guild_id"])
    with op.batch_alter_table("guilds") as guilds:
        guilds.add_column(sa.Column("organizers_channel_id", sa.BigInteger(), nullable=True))
        guilds.add_column(sa.Column("is_frozen", sa.Boolean(), server_default=sa.false(), nullable=False))
        guilds.add_column(sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
        guilds.add_column(sa.Column("erase_at", sa.DateTime(timezone=True), nullable=True))
