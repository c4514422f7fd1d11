"""Let people comment in the late floor, and keep in fives alone how many wanted a question answered."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Tell comments from questions, and round what was kept exactly."""
    with op.batch_alter_table("hall_questions") as questions:
        questions.add_column(sa.Column("kind", sa.Text(), server_default="question", nullable=False))
        questions.create_check_constraint(op.f("ck_hall_questions_kind_is_known"), "kind IN ('question', 'comment')")
    with op.batch_alter_table("town_halls") as halls:
        halls.add_column(sa.Column("comments_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE hall_questions SET votes = votes / 5 * 5")
