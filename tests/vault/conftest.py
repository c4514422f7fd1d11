"""A vault of its own for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.vault.engine import Vault


@pytest_asyncio.fixture
async def vault(tmp_path: Path) -> AsyncIterator[Vault]:
    vault = await Vault.open(tmp_path / "vault.db")
    yield vault
    await vault.close()
