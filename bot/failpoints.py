"""Named places between two steps, where tests pull the plug; in service they do nothing."""

from collections.abc import Callable

_on_reach: Callable[[str], None] | None = None


def reach(name: str) -> None:
    """Pass the place called `name`."""
    if _on_reach is not None:
        _on_reach(name)


def watch(on_reach: Callable[[str], None] | None) -> None:
    """Call `on_reach` at each place from now on, or stop with `None`. For tests only."""
    global _on_reach  # noqa: PLW0603 - one process, one watcher
    _on_reach = on_reach
