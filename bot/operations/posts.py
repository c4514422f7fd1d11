"""Settle the posts that Steward gave up: of held ones a person must say whether they stand."""

from bot.database import outbox
from bot.database.engine import Database
from bot.database.outbox import Letter
from bot.operations.refused import OperationRefused
from bot.settings import Settings


async def given_up(settings: Settings) -> list[Letter]:
    """Return the posts that were given up, oldest first. Changes nothing, and works while Steward runs."""
    database = Database.at(settings.database)
    try:
        async with database.begin() as connection:
            return await outbox.given_up(connection)
    finally:
        await database.close()


async def settle(settings: Settings, reference: str, *, stands: bool) -> None:
    """Say of a given-up post that it stands in its channel, or that it does not and is to be posted.

    `reference` is the one printed small on every post. Raises `OperationRefused` if no such post was given up.
    """
    database = Database.at(settings.database)
    try:
        async with database.begin() as connection:
            wanted = f"ref {reference.removeprefix('ref ')}"
            found = next((letter for letter in await outbox.given_up(connection) if letter.reference == wanted), None)
            if found is None:
                raise OperationRefused("No post that was given up has this reference. See: python3 run.py posts")
            if stands:
                await outbox.mark_sent(connection, found, None)
            else:
                await outbox.mark_untried(connection, found)
    finally:
        await database.close()


def told(letter: Letter) -> str:
    """Say in a line what was given up, where, and why."""
    why = "nobody can tell whether it was posted" if letter.state == "held" else "Discord refused it"
    return f"{letter.reference}  {letter.kind} in channel {letter.channel_id}: {why} ({letter.reason})."
