"""The tables around digests: further digests, what the employer promised, the directory of help, and exports."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Table, Text, false

from bot.database.columns import UtcDateTime, metadata

digest_plans = Table(
    "digest_plans",
    metadata,
    # A digest beside the regular one.
    Column("id", Text, primary_key=True),
    Column("guild_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("audience", Text, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("days", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("every", Text, nullable=False),
    Column("anchor", Text, nullable=False),
    Column("is_paused", Boolean, nullable=False, server_default=false()),
    CheckConstraint("audience IN ('members', 'organizers', 'urgent')", name="audience_is_known"),
    CheckConstraint("every IN ('week', 'fortnight', 'month')", name="every_is_known"),
)

commitments = Table(
    "commitments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("guild_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False, index=True),
    # What the employer promised, in the words of whoever wrote it down.
    Column("text", Text, nullable=False),
    Column("source", Text, nullable=False),
    # The petition or town hall where it was promised.
    Column("petition_id", Text, ForeignKey("petitions.id", ondelete="SET NULL")),
    Column("hall_id", Text, ForeignKey("town_halls.id", ondelete="SET NULL")),
    Column("due_on", Text),
    Column("link", Text),
    Column("state", Text, nullable=False),
    # The instant of the newest change of state or, while it is open, of its day: for the digest that tells it.
    Column("changed_at", UtcDateTime, nullable=False),
    CheckConstraint("state IN ('open', 'kept', 'broken', 'dropped')", name="state_is_known"),
    CheckConstraint("source IN ('petition', 'townhall', 'contract', 'other')", name="source_is_known"),
)

exports = Table(
    "exports",
    metadata,
    Column("id", Text, primary_key=True),
    Column("guild_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False, index=True),
    # The digest whose numbers two organizers agreed to take out.
    Column("period", Text, nullable=False),
    # JSON: the ids of the quotes that they agreed to, so that none chosen later leaves with them.
    Column("quotes", Text, nullable=False, server_default="[]"),
    Column("granted_until", UtcDateTime, nullable=False),
)

resources = Table(
    "resources",
    metadata,
    Column("guild_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), primary_key=True),
    # Random, or that of an entry of the starter set, which a row here changes or takes out.
    Column("id", Text, primary_key=True),
    # NULL: the starter entry of this id is not offered here.
    Column("kind", Text),
    # NULL: in Steward's own words; only tags and days are the server's.
    Column("title", Text),
    Column("text", Text),
    Column("link", Text),
    Column("region", Text),
    Column("language", Text),
    Column("expires_on", Text),
    Column("review_on", Text),
)
