"""Which polls were begun from the panel of which town hall. What is voted in them stands with the polls."""

from sqlalchemy import func, select

from bot.database import rows
from bot.database.engine import Transaction
from bot.database.halltables import hall_polls
from bot.ids import HallId, PollId


async def link(connection: Transaction, hall_id: HallId, poll_id: PollId) -> None:
    """Keep that a poll belongs to a town hall, after those before it."""
    last = select(func.max(hall_polls.c.position)).where(hall_polls.c.hall_id == hall_id)
    position = ((await connection.execute(last)).scalar() or 0) + 1
    await rows.add(connection, hall_polls, {"poll_id": poll_id, "hall_id": hall_id, "position": position})


async def of_hall(connection: Transaction, hall_id: HallId) -> list[PollId]:
    """Return the polls of a town hall, in the order in which they were begun."""
    query = select(hall_polls.c.poll_id).where(hall_polls.c.hall_id == hall_id).order_by(hall_polls.c.position)
    return [PollId(found) for found in (await connection.execute(query)).scalars()]
