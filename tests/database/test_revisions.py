"""A start compares revisions without loading Alembic, so the names of the files must say what Alembic would."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text

from bot.database.engine import MIGRATIONS, Database, _revisions
from bot.storefile import StoreRefused


def test_each_file_is_named_by_its_revision() -> None:
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    script = ScriptDirectory.from_config(configuration)
    assert _revisions() == [each.revision for each in script.walk_revisions()][::-1]
    assert script.get_heads() == [_revisions()[-1]]


async def test_a_database_of_a_newer_steward_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "steward.db"
    database = Database.at(f"sqlite+aiosqlite:///{path}")
    try:
        await database.prepare()
        await database.prepare()
        async with database.begin() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        before = path.read_bytes()
        with pytest.raises(StoreRefused, match="written by a newer Steward"):
            await database.prepare()
        assert path.read_bytes() == before
    finally:
        await database.close()
