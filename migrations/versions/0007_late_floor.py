"""Let people comment in the late floor, keep votes of town halls, and tell wishes in fives alone."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Tell comments from questions, add a table, and round what was kept exactly."""
    with op.batch_alter_table("hall_questions") as questions:
        questions.add_column(sa.Column("kind", sa.Text(), server_default="question", nullable=False))
        questions.create_check_constraint(op.f("ck_hall_questions_kind_is_known"), "kind IN ('question', 'comment')")
    with op.batch_alter_table("town_halls") as halls:
        halls.add_column(sa.Column("comments_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "hall_polls",
        sa.Column("poll_id", sa.Text(), nullable=False),
        sa.Column("hall_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_hall_polls_poll_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["hall_id"], ["town_halls.id"], name=op.f("fk_hall_polls_hall_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("poll_id", name=op.f("pk_hall_polls")),
    )
    op.create_index(op.f("ix_hall_polls_hall_id"), "hall_polls", ["hall_id"])
    op.execute("UPDATE hall_questions SET votes = votes / 5 * 5")
