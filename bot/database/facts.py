"""Single facts about this installation, such as the hash of the commands last told to Discord."""

from sqlalchemy import delete, select

from bot.database import rows
from bot.database.engine import Transaction
from bot.database.tables import facts

RESTORED = "restored"
"""`HELD` from a restore until an operator confirms it: nothing is posted and nothing falls due until then."""

HELD = "held"
CONFIRMED = "confirmed"


async def get(connection: Transaction, name: str) -> str | None:
    """Return the fact called `name`, if known."""
    return (await connection.execute(select(facts.c.value).where(facts.c.name == name))).scalar()


async def put(connection: Transaction, name: str, value: str) -> None:
    """Keep a fact in place of the one before."""
    await rows.put(connection, facts, {"name": name}, {"value": value})


async def drop(connection: Transaction, name: str) -> None:
    """Forget a fact."""
    await connection.execute(delete(facts).where(facts.c.name == name))


async def names(connection: Transaction, prefix: str) -> list[str]:
    """Return the names of the facts that begin with `prefix`."""
    query = select(facts.c.name).where(facts.c.name.startswith(prefix, autoescape=True)).order_by(facts.c.name)
    return list((await connection.execute(query)).scalars())
