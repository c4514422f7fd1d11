"""Settings of a PostgreSQL server that decide what it keeps beside the tables."""

from sqlalchemy import func, select

from bot.database.engine import Transaction

# With the defaults, a duplicate key writes the value and the whole statement to the server's log; commit
# timestamps link rows; an asynchronous commit can lose what was acknowledged.
WANTED = {
    "log_error_verbosity": ("terse",),
    "log_min_error_statement": ("panic", "fatal"),
    "log_parameter_max_length_on_error": ("0",),
    "track_commit_timestamp": ("off",),
    "synchronous_commit": ("on", "remote_apply"),
}


async def unsafe(connection: Transaction) -> list[tuple[str, str, str]]:
    """Return each setting that is not as it should be, what it is, and what it should be."""
    found = [
        (name, str((await connection.execute(select(func.current_setting(name)))).scalar_one()), good)
        for name, good in WANTED.items()
    ]
    return [(name, value, good[0]) for name, value, good in found if value not in good]
