"""Alembic's entry: runs the revisions on the connection that Steward hands over."""

from alembic import context

from bot.database.tables import metadata

connection = context.config.attributes["connection"]
# Batch mode, because SQLite can only change a table by rebuilding it.
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
