"""Add further digests, what the employer promised, the directory of help, quotes, exports, and broader numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

FAMILIES = {
    "JOB-CUT": "jobs",
    "JOB-FRZ": "jobs",
    "JOB-OUT": "jobs",
    "JOB-SKILL": "skills",
    "PAY": "pay",
    "SPEED": "pace",
    "MANDATE": "pace",
    "ACCESS": "skills",
    "HEALTH": "pace",
    "TRAIN": "skills",
    "ETHICS": "voice",
    "MON": "watched",
    "ALG-MGT": "watched",
    "ALG-HIRE": "watched",
    "DATA-TRN": "data",
    "REPLACE": "jobs",
    "CREDIT": "data",
    "QUALITY": "skills",
    "BIAS": "watched",
    "NO-VOICE": "voice",
    "RETAL": "voice",
    "GOOD": "good",
    "OTHER": "other",
}
GROUPS = {
    "backend": "engineering",
    "frontend": "engineering",
    "qa": "quality",
    "sre": "engineering",
    "security": "engineering",
    "data": "quality",
    "ml": "engineering",
    "annotator": "quality",
    "moderation": "support",
    "support": "support",
    "writer": "support",
    "translation": "support",
    "design": "creative",
    "illustration": "creative",
    "games": "creative",
    "media": "creative",
    "copy": "creative",
    "product": "business",
    "sales": "business",
    "hr": "business",
    "hardware": "engineering",
    "education": "other",
    "freelance": "other",
    "other": "other",
}


def upgrade() -> None:
    """Create five tables, widen the schedule of the regular digest, and let cases speak of what was promised."""
    _widen_schedule()
    _make_digest_plans()
    _make_commitments()
    _make_resources()
    _make_quotes()
    _count_broader()
    _make_exports()


def _widen_schedule() -> None:
    with op.batch_alter_table("guilds") as guilds:
        guilds.add_column(sa.Column("digest_days", sa.Text(), server_default="[1]", nullable=False))
        guilds.add_column(sa.Column("digest_every", sa.Text(), server_default="week", nullable=False))
        guilds.add_column(sa.Column("digest_anchor", sa.Text(), server_default="2024-01-01", nullable=False))
        guilds.add_column(sa.Column("digest_is_paused", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("UPDATE guilds SET digest_days = '[' || digest_weekday || ']'")
    with op.batch_alter_table("guilds") as guilds:
        guilds.alter_column("digest_days", existing_type=sa.Text(), server_default=None)
        guilds.drop_constraint(op.f("ck_guilds_digest_weekday_in_range"), type_="check")
        guilds.drop_column("digest_weekday")
        guilds.create_check_constraint(
            op.f("ck_guilds_digest_every_is_known"), "digest_every IN ('week', 'fortnight', 'month')"
        )
    with op.batch_alter_table("schedules") as schedules:
        schedules.add_column(sa.Column("told_until", sa.DateTime(timezone=True), nullable=True))
    # Until now the next digest told of what came after the last one was decided.
    op.execute(
        "UPDATE schedules SET told_until = (SELECT max(decided_at) FROM digests "
        "WHERE digests.guild_id = schedules.guild_id) WHERE job = 'digest'"
    )


def _make_digest_plans() -> None:
    op.create_table(
        "digest_plans",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("every", sa.Text(), nullable=False),
        sa.Column("anchor", sa.Text(), nullable=False),
        sa.Column("is_paused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint(
            "audience IN ('members', 'organizers', 'urgent')", name=op.f("ck_digest_plans_audience_is_known")
        ),
        sa.CheckConstraint("every IN ('week', 'fortnight', 'month')", name=op.f("ck_digest_plans_every_is_known")),
        sa.ForeignKeyConstraint(["guild_id"], ["guilds.id"], name=op.f("fk_digest_plans_guild_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_plans")),
    )
    op.create_index(op.f("ix_digest_plans_guild_id"), "digest_plans", ["guild_id"])


def _make_commitments() -> None:
    op.create_table(
        "commitments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("petition_id", sa.Text(), nullable=True),
        sa.Column("hall_id", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Text(), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'kept', 'broken', 'dropped')", name=op.f("ck_commitments_state_is_known")
        ),
        sa.CheckConstraint(
            "source IN ('petition', 'townhall', 'contract', 'other')", name=op.f("ck_commitments_source_is_known")
        ),
        sa.ForeignKeyConstraint(["guild_id"], ["guilds.id"], name=op.f("fk_commitments_guild_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_commitments_petition_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["town_halls.id"], name=op.f("fk_commitments_hall_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
    )
    op.create_index(op.f("ix_commitments_guild_id"), "commitments", ["guild_id"])
    with op.batch_alter_table("cases") as cases:
        cases.add_column(sa.Column("commitment_id", sa.Text(), nullable=True))
        cases.create_foreign_key(
            op.f("fk_cases_commitment_id"), "commitments", ["commitment_id"], ["id"], ondelete="SET NULL"
        )


def _make_resources() -> None:
    op.create_table(
        "resources",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("expires_on", sa.Text(), nullable=True),
        sa.Column("review_on", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["guild_id"], ["guilds.id"], name=op.f("fk_resources_guild_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("guild_id", "id", name=op.f("pk_resources")),
    )


def _make_quotes() -> None:
    op.create_table(
        "case_quotes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_quotes_case_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_quotes")),
    )
    op.create_index(op.f("ix_case_quotes_case_id"), "case_quotes", ["case_id"])


def _count_broader() -> None:
    """Count for each field of work and family of what happened what is counted for its roles and categories.

    The maps are those of the day of this revision: what is counted by a later map needs a revision of its own.
    """
    tallies = sa.table("tallies", *(sa.column(name) for name in ("guild_id", "dimension", "value", "count", "shown")))
    connection = op.get_bind()
    counts: dict[tuple[int, str, str], int] = {}
    query = sa.select(tallies.c.guild_id, tallies.c.value, tallies.c.count)
    for guild_id, value, count in connection.execute(query.where(tallies.c.dimension == "role×category")).all():
        role, _, category = value.partition("×")
        for dimension, cell in (
            ("role×family", f"{role}×{FAMILIES.get(category, 'other')}"),
            ("group×family", f"{GROUPS.get(role, 'other')}×{FAMILIES.get(category, 'other')}"),
        ):
            counts[guild_id, dimension, cell] = counts.get((guild_id, dimension, cell), 0) + count
    for (guild_id, dimension, cell), count in counts.items():
        row = {"guild_id": guild_id, "dimension": dimension, "value": cell, "count": count, "shown": 0}
        connection.execute(tallies.insert().values(row))


def _make_exports() -> None:
    op.create_table(
        "exports",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("quotes", sa.Text(), server_default="[]", nullable=False),
        sa.Column("granted_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["guild_id"], ["guilds.id"], name=op.f("fk_exports_guild_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index(op.f("ix_exports_guild_id"), "exports", ["guild_id"])
