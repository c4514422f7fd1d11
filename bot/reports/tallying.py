"""Count a case when it begins to count, and take it out when it ceases to."""

from collections import Counter
from collections.abc import Iterable

from bot.commitments.service import BREACH
from bot.database.engine import Transaction
from bot.ids import GuildId
from bot.reports import records, rules
from bot.reports.records import SealedCase
from bot.reports.seals import Seals


async def recount(
    connection: Transaction,
    seals: Seals,
    guild_id: GuildId,
    *,
    begin: Iterable[SealedCase] = (),
    cease: Iterable[SealedCase] = (),
) -> None:
    """Add to the tallies what begins to count and take off what ceases to.

    The caller holds the lock of the guild's release, so that no two change the tallies at once. A number that was
    published does not fall by it: see `bot.digests.rules`.
    """
    change: Counter[tuple[str, str]] = Counter()
    for case in begin:
        change.update(_cells(seals, case))
    for case in cease:
        change.subtract(_cells(seals, case))
    await records.add_to_tallies(connection, guild_id, {cell: number for cell, number in change.items() if number})


def _cells(seals: Seals, case: SealedCase) -> list[tuple[str, str]]:
    """Return what a case counts in: its answers, and the promise that it tells to be broken."""
    answered = rules.tally_cells(seals.facets(case))
    return answered if case.commitment_id is None else [*answered, (BREACH, case.commitment_id)]
