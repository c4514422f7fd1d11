"""Who may use a data directory: one process at a time, held by an operating system lock."""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

if sys.platform == "win32":  # pragma: no cover - other systems use flock
    import msvcrt
else:
    import fcntl


class AlreadyOwned(Exception):
    """Another process works on the same data directory."""

    def __init__(self) -> None:
        super().__init__("Another Steward is already running on this data directory. Stop it first.")


class Ownership:
    """Hold a data directory for this process until it ends, however it ends.

    The operating system drops the lock with the process, so a crash never leaves one behind.
    """

    def __init__(self, directory: Path) -> None:
        self._path = directory / "steward.lock"
        self._descriptor: int | None = None

    def take(self) -> None:
        """Take the lock, or raise `AlreadyOwned` at once."""
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if sys.platform == "win32":  # pragma: no cover
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise AlreadyOwned from error
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the directory back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        self.take()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
