"""The tables of the public record; others stand in `bot.database.halltables` and `bot.database.digesttables`.

No column can hold a member's Discord id, name, or a tag of one (organizers excepted), nor the exact
time of a report, vote or signature. `tests/privacy` holds the list of columns that may hold an id or a time.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    false,
    text,
)

from bot.database import digesttables, halltables
from bot.database.columns import UtcDateTime, metadata

__all__ = ["UtcDateTime", "digesttables", "halltables", "metadata"]

guilds = Table(
    "guilds",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("organizer_role_id", BigInteger),
    Column("petitions_channel_id", BigInteger),
    Column("townhalls_channel_id", BigInteger),
    Column("digests_channel_id", BigInteger),
    Column("organizers_channel_id", BigInteger),
    Column("zone", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("k", Integer, nullable=False),
    Column("reading_mode", Text, nullable=False),
    Column("release_at", Text, nullable=False),
    Column("release_minimum", Integer, nullable=False),
    Column("release_hold_days", Integer, nullable=False),
    # JSON: weekdays from Monday, 0; with the time, how often, and a day in a week that counts for every other week.
    Column("digest_days", Text, nullable=False),
    Column("digest_at", Text, nullable=False),
    Column("digest_every", Text, nullable=False, server_default="week"),
    Column("digest_anchor", Text, nullable=False, server_default="2024-01-01"),
    Column("digest_is_paused", Boolean, nullable=False, server_default=false()),
    Column("outside_help", Text),
    Column("is_frozen", Boolean, nullable=False, server_default=false()),
    # The day, and no finer, on which an organizer last opened the desk.
    Column("desk_opened_on", Text),
    Column("intake_closes_after_days", Integer, nullable=False, server_default="14"),
    Column("retention_days", Integer, nullable=False, server_default="180"),
    # One to a line: names that only insiders know, which a report is checked for.
    Column("code_names", Text, nullable=False, server_default=text("''")),
    # JSON: what reporters read for each status, in the guild's own words.
    Column("status_words", Text, nullable=False, server_default="{}"),
    # When Steward was removed from the server; kept apart from an outage, which sets nothing.
    Column("left_at", UtcDateTime),
    # Set when everything of the guild is to be erased; the row itself goes last.
    Column("erase_at", UtcDateTime),
    CheckConstraint("k >= 3", name="k_has_a_floor"),
    CheckConstraint("reading_mode IN ('readable', 'offline')", name="reading_mode_is_known"),
    CheckConstraint("release_minimum BETWEEN 1 AND 50", name="release_minimum_in_range"),
    CheckConstraint("release_hold_days BETWEEN 1 AND 28", name="release_hold_in_range"),
    CheckConstraint("digest_every IN ('week', 'fortnight', 'month')", name="digest_every_is_known"),
    CheckConstraint("intake_closes_after_days BETWEEN 3 AND 90", name="intake_closing_in_range"),
    CheckConstraint("retention_days BETWEEN 30 AND 730", name="retention_in_range"),
)

organizers = Table(
    "organizers",
    metadata,
    Column("guild_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    # The public half of an age key of their own; it goes with their seat on the list.
    Column("recipient", Text),
)

schedules = Table(
    "schedules",
    metadata,
    Column("guild_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), primary_key=True),
    Column("job", Text, primary_key=True),
    Column("next_at", UtcDateTime, nullable=False),
    # The run that first held something back; a run's instant, never that of what it held.
    Column("held_since", UtcDateTime),
    # Where the last digest of this job ended: the next one tells of what came after.
    Column("told_until", UtcDateTime),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Text, primary_key=True),
    Column("guild_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False, index=True),
    # Stretched from the case code; unique, so a report released twice is one case.
    Column("lookup", LargeBinary, nullable=False, unique=True),
    Column("sealed", LargeBinary, nullable=False),
    # The reporter's own age recipient: replies are sealed to it.
    Column("reporter_key", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("released_week", Text, nullable=False),
    Column("has_news", Boolean, nullable=False, server_default=false()),
    # Facets and the reporter's key, sealed to the server: what counting needs without the text. Cases released
    # before slips were kept have none; the server can open those.
    Column("slip", LargeBinary),
    Column("sealed_to", Text, nullable=False, server_default="server"),
    Column("is_confirmed", Boolean, nullable=False, server_default=false()),
    Column("is_muted", Boolean, nullable=False, server_default=false()),
    Column("working_group", Text),
    Column("merged_into", Text, ForeignKey("cases.id", ondelete="SET NULL")),
    Column("answered_week", Text),
    # What the employer promised and this case tells to be broken; an organizer linked them.
    Column("commitment_id", Text, ForeignKey("commitments.id", ondelete="SET NULL")),
    CheckConstraint("sealed_to IN ('server', 'organizers')", name="sealed_to_is_known"),
)

case_notes = Table(
    "case_notes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    # Sealed to organizers and not to the reporter.
    Column("sealed", LargeBinary, nullable=False),
)

case_messages = Table(
    "case_messages",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("author", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    CheckConstraint("author IN ('organizer', 'reporter')", name="author_is_known"),
)

case_quotes = Table(
    "case_quotes",
    metadata,
    Column("id", Text, primary_key=True),
    Column("case_id", Text, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False, index=True),
    # A passage of a report that lets organizers quote it, as they chose it: sealed as the report is.
    Column("sealed", LargeBinary, nullable=False),
)

petition_settings = Table(
    "petition_settings",
    metadata,
    Column("guild_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), primary_key=True),
    Column("members_may_start", Boolean, nullable=False),
    Column("supporters", Integer, nullable=False),
    # What an account must be to sign; a new petition takes it over.
    Column("account_age_days", Integer, nullable=False),
    Column("days_in_server", Integer, nullable=False),
    Column("role_id", BigInteger),
    Column("roll_kept_days", Integer, nullable=False),
)

petitions = Table(
    "petitions",
    metadata,
    Column("id", Text, primary_key=True),
    # The server it was started in; others may join it, see `petition_guilds`.
    Column("guild_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("title", Text, nullable=False),
    Column("whom", Text, nullable=False),
    Column("demands", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("threshold", Integer, nullable=False),
    Column("supporters", Integer, nullable=False),
    Column("deadline_at", UtcDateTime, nullable=False),
    Column("has_live_count", Boolean, nullable=False, server_default=false()),
    Column("account_age_days", Integer, nullable=False, server_default="0"),
    Column("days_in_server", Integer, nullable=False, server_default="0"),
    Column("role_id", BigInteger),
    Column("state", Text, nullable=False, index=True),
    Column("opened_at", UtcDateTime),
    Column("delivered_at", UtcDateTime),
    Column("answered_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("answer", Text),
    Column("rejection", Text),
    # The count on the card, the most it has ever been, and the milestones that were told, in percent.
    Column("shown", Integer, nullable=False, server_default="0"),
    Column("milestones", Text, nullable=False, server_default="[]"),
    Column("next_card_at", UtcDateTime),
    # JSON: parts of the workplace and how many people work there, fixed at creation.
    Column("units", Text, nullable=False, server_default="{}"),
    Column("unit_counts", Text, nullable=False, server_default="{}"),
    # SHA-256 of the roll as it was handed over.
    Column("roll_hash", Text),
    Column("is_anonymized", Boolean, nullable=False, server_default=false()),
    CheckConstraint(
        "state IN ('draft', 'seeking', 'open', 'reached', 'delivered', 'answered', 'closed', 'withdrawn', 'rejected', "
        "'expired')",
        name="state_is_known",
    ),
    CheckConstraint("visibility IN ('count', 'organizers', 'sealed', 'public')", name="visibility_is_known"),
)

petition_guilds = Table(
    "petition_guilds",
    metadata,
    Column("petition_id", Text, ForeignKey("petitions.id", ondelete="CASCADE"), primary_key=True),
    Column("guild_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), primary_key=True),
    # How many of this server have signed, as its organizers were last shown, in steps of its k.
    Column("shown", Integer, nullable=False, server_default="0"),
)

invitations = Table(
    "invitations",
    metadata,
    # SHA-256 of the code that was handed to another server's organizers.
    Column("code_hash", Text, primary_key=True),
    Column("petition_id", Text, ForeignKey("petitions.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

demands = Table(
    "demands",
    metadata,
    Column("guild_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), primary_key=True),
    Column("id", Text, primary_key=True),
    # NULL: the library's demand of this id is not offered here.
    Column("title", Text),
    Column("text", Text),
    Column("origin", Text),
    Column("group", Text),
)

polls = Table(
    "polls",
    metadata,
    Column("id", Text, primary_key=True),
    Column("guild_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("channel_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    # JSON: the options, in the order in which a ballot names them.
    Column("options", Text, nullable=False),
    Column("seats", Integer, nullable=False),
    # Shares are exact, as `2/3`.
    Column("pass_share", Text, nullable=False),
    Column("pass_of", Text, nullable=False),
    Column("quorum_least", Integer, nullable=False),
    Column("quorum_share", Text, nullable=False),
    Column("can_change", Boolean, nullable=False),
    Column("has_ledger", Boolean, nullable=False),
    Column("is_hidden", Boolean, nullable=False),
    Column("role_id", BigInteger),
    Column("joined_before", Boolean, nullable=False),
    Column("account_age_days", Integer, nullable=False),
    Column("electorate", Integer),
    Column("opens_at", UtcDateTime),
    Column("closes_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("opened_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    # SHA-256 of the seed by which ties will fall; the seed itself stands in the result.
    Column("commitment", Text),
    # JSON: what was counted, and the reasons that came with it, in no order; only from the close on.
    Column("result", Text),
    Column("reasons", Text, nullable=False, server_default="[]"),
    # JSON: each tracker with the ballot it stands for, where the list is shown.
    Column("ledger", Text),
    Column("outcome", Text),
    Column("review_on", Text),
    # Why a poll is void: a code, for everybody to read.
    Column("void_reason", Text),
    Column("is_reminded", Boolean, nullable=False, server_default=false()),
    # Whether roll, box and key are gone.
    Column("is_shredded", Boolean, nullable=False, server_default=false()),
    CheckConstraint(
        "state IN ('draft', 'scheduled', 'open', 'counting', 'closed', 'void', 'cancelled')", name="state_is_known"
    ),
    CheckConstraint("kind IN ('hands', 'ballot')", name="kind_is_known"),
)

poll_batches = Table(
    "poll_batches",
    metadata,
    Column("poll_id", Text, ForeignKey("polls.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # JSON: hashes of trackers that were posted while the poll was open, sorted.
    Column("hashes", Text, nullable=False),
)

cards = Table(
    "cards",
    metadata,
    # That of the outbox row which posted it.
    Column("natural_key", Text, primary_key=True),
    Column("guild_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("message_id", BigInteger),
    Column("kind", Text, nullable=False),
    Column("contents", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("shown_version", Integer, nullable=False),
    Column("next_try_at", UtcDateTime),
    Column("is_gone", Boolean, nullable=False, server_default=false()),
)

tallies = Table(
    "tallies",
    metadata,
    Column("guild_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), primary_key=True),
    Column("dimension", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    # What the public has been told, and the secret distance to the next telling.
    Column("shown", Integer, nullable=False, server_default="0"),
    Column("step", Integer),
    CheckConstraint("count >= 0", name="count_is_not_negative"),
)

digests = Table(
    "digests",
    metadata,
    Column("guild_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), primary_key=True),
    Column("period", Text, primary_key=True),
    Column("decided_at", UtcDateTime, nullable=False),
    # What was published is kept, so that nothing later can be subtracted from it.
    Column("contents", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("natural_key", Text, nullable=False, unique=True),
    Column("guild_id", BigInteger, nullable=False),
    Column("channel_id", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("contents", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("first_try_at", UtcDateTime),
    Column("next_try_at", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("message_id", BigInteger),
    Column("reason", Text),
    CheckConstraint("state IN ('new', 'sending', 'sent', 'held', 'dead')", name="state_is_known"),
)

audit = Table(
    "audit",
    metadata,
    Column("guild_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chain", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("row", Text, nullable=False),
    Column("hash", Text, nullable=False),
    CheckConstraint("chain IN ('public', 'desk')", name="chain_is_known"),
)

proposals = Table(
    "proposals",
    metadata,
    Column("id", Text, primary_key=True),
    Column("guild_id", BigInteger, ForeignKey("guilds.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("contents", Text, nullable=False),
    Column("state", Text, nullable=False),
    # Organizers, and only while the proposal is open.
    Column("proposer_id", BigInteger),
    Column("approver_id", BigInteger),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("runs_at", UtcDateTime),
    CheckConstraint("state IN ('open', 'approved', 'done', 'vetoed', 'expired', 'cancelled')", name="state_is_known"),
)

facts = Table(
    "facts",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
