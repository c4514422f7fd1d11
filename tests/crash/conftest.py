"""Where the crash tests keep their stores."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")  # noqa: S108 - only looked for


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Return an empty folder, in memory where there is one: a killed process loses no write, so no disk is needed."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        yield Path(folder)
