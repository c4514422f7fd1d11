"""Examine an installation: read-only, also while Steward runs."""

from collections.abc import AsyncIterator
from pathlib import Path

from bot.clock import Clock
from bot.operations.findings import Finding, Severity, ok, problem
from bot.operations.machine import Machine, check_disk, check_machine
from bot.operations.places import check_places
from bot.operations.servers import check_discord
from bot.operations.stores import check_backups, check_keys, check_stores, set_up_guilds
from bot.settings import SettingsRefused, load


async def examine(machine: Machine, clock: Clock, dotenv: Path, *, offline: bool) -> AsyncIterator[Finding]:
    """Look at everything, from the machine up to Discord; `offline` leaves Discord out."""
    for finding in check_machine(machine):
        yield finding
    try:
        settings = load(dotenv)
    except SettingsRefused as refusal:
        for sentence in refusal.sentences:
            yield problem("settings", sentence, "Nothing that depends on the settings was looked at.")
        return
    yield ok("settings", "The settings can be read.")
    now = clock.now()
    for finding in (
        *check_places(machine, settings, dotenv, now),
        *check_disk(machine, settings),
        *check_keys(settings),
        *check_backups(settings, now),
    ):
        yield finding
    fits = False
    async for finding in check_stores(settings):
        yield finding
        fits = fits or (finding.check == "database-schema" and finding.severity is Severity.OK)
    if not offline:
        known = await set_up_guilds(settings) if fits else {}
        async for finding in check_discord(settings, known, clock):
            yield finding
