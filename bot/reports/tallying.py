"""Count a case when it begins to count, and take it out when it ceases to."""

from collections import Counter
from collections.abc import Iterable

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
        change.update(rules.tally_cells(seals.facets(case)))
    for case in cease:
        change.subtract(rules.tally_cells(seals.facets(case)))
    await records.add_to_tallies(connection, guild_id, {cell: number for cell, number in change.items() if number})
