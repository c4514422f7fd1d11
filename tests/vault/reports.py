"""Reports as the vault is given them: random bytes of the right shapes."""

import secrets

from bot.ids import GuildId, Lookup
from bot.vault.intake import WaitingReport

GUILD = GuildId(812_345_678_901_234_561)


def waiting_report(*, lookup: bytes | None = None, sealed: bytes | None = None, size: int = 300) -> WaitingReport:
    """Return a report as filing hands it over."""
    return WaitingReport(
        lookup=Lookup(lookup or secrets.token_bytes(32)),
        guild_id=GUILD,
        week="2026-W10",
        is_urgent=False,
        sealed=sealed or secrets.token_bytes(size),
        slip=secrets.token_bytes(64),
    )
