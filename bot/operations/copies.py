"""Copies that Steward makes of its own stores on the way, and forgets in time. A start needs no more than this."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from bot.settings import Settings

COPIES = "*.before-migration*"
STAGING = ".backup-"


def old_copies(settings: Settings, now: datetime) -> list[Path]:
    """Return the copies made before an update that are older than the days to keep."""
    before = (now - timedelta(days=settings.backup_keep_days)).timestamp()
    return sorted(path for path in settings.data_dir.glob(COPIES) if path.stat().st_mtime < before)


def forget_old_copies(settings: Settings, now: datetime) -> int:
    """Delete those copies, and unsealed ones that a killed backup left a day ago or earlier; return how many.

    They keep what the stores have taken care to forget.
    """
    copies = old_copies(settings, now)
    for path in copies:
        path.unlink()
    yesterday = (now - timedelta(days=1)).timestamp()
    cut_off = [path for path in settings.data_dir.glob(f"{STAGING}*") if path.stat().st_mtime < yesterday]
    for path in cut_off:
        shutil.rmtree(path)
    return len(copies) + len(cut_off)
