"""Add what a case needs to be counted once confirmed, worked on, expired, and sealed to organizers' own keys."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add a table and columns. Cases there are have been counted already, so they stand as confirmed."""
    with op.batch_alter_table("guilds") as guilds:
        guilds.add_column(sa.Column("desk_opened_on", sa.Text(), nullable=True))
        guilds.add_column(sa.Column("intake_closes_after_days", sa.Integer(), server_default="14", nullable=False))
        guilds.add_column(sa.Column("retention_days", sa.Integer(), server_default="180", nullable=False))
        guilds.add_column(sa.Column("code_names", sa.Text(), server_default=sa.text("''"), nullable=False))
        guilds.add_column(sa.Column("status_words", sa.Text(), server_default="{}", nullable=False))
        guilds.create_check_constraint(
            op.f("ck_guilds_intake_closing_in_range"), "intake_closes_after_days BETWEEN 3 AND 90"
        )
        guilds.create_check_constraint(op.f("ck_guilds_retention_in_range"), "retention_days BETWEEN 30 AND 730")
    with op.batch_alter_table("organizers") as organizers:
        organizers.add_column(sa.Column("recipient", sa.Text(), nullable=True))
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("slip", sa.LargeBinary(), nullable=True))
        cases.add_column(sa.Column("sealed_to", sa.Text(), server_default="server", nullable=False))
        cases.add_column(sa.Column("is_confirmed", sa.Boolean(), server_default=sa.false(), nullable=False))
        cases.add_column(sa.Column("is_muted", sa.Boolean(), server_default=sa.false(), nullable=False))
        cases.add_column(sa.Column("working_group", sa.Text(), nullable=True))
        cases.add_column(sa.Column("merged_into", sa.Text(), nullable=True))
        cases.add_column(sa.Column("answered_week", sa.Text(), nullable=True))
        cases.create_check_constraint(op.f("ck_cases_sealed_to_is_known"), "sealed_to IN ('server', 'organizers')")
        cases.create_foreign_key(op.f("fk_cases_merged_into"), "cases", ["merged_into"], ["id"], ondelete="SET NULL")
    op.execute("UPDATE cases SET is_confirmed = true")
    op.create_table(
        "case_notes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_notes_case_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_notes")),
    )
    op.create_index(op.f("ix_case_notes_case_id"), "case_notes", ["case_id"])
