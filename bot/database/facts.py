"""Single facts about this installation, such as the hash of the commands last told to Discord."""

from sqlalchemy import select

from bot.database import rows
from bot.database.engine import Transaction
from bot.database.tables import facts


async def get(connection: Transaction, name: str) -> str | None:
    """Return the fact called `name`, if known."""
    return (await connection.execute(select(facts.c.value).where(facts.c.name == name))).scalar()


async def put(connection: Transaction, name: str, value: str) -> None:
    """Keep a fact in place of the one before."""
    await rows.put(connection, facts, {"name": name}, {"value": value})
