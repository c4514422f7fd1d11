"""Which function answers which route."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .requests import Request

if TYPE_CHECKING:
    from .server import Loopback

Handler = Callable[["Loopback", Request], Any]


class Routes:
    """A table of routes; `{name}` in a template stands for one segment of the path."""

    def __init__(self) -> None:
        self._handlers: list[tuple[str, list[str], Handler]] = []

    def on(self, method: str, template: str) -> Callable[[Handler], Handler]:
        """Register a handler: it returns JSON, or None for 204, or raises `Refused`."""

        def register(handler: Handler) -> Handler:
            self._handlers.append((method, template.split("/"), handler))
            return handler

        return register

    def include(self, others: Routes) -> None:
        """Add the routes of another table."""
        self._handlers += others._handlers

    def find(self, request: Request) -> Handler | None:
        """Return the handler of a request, and note the arguments in its path.

        Of several, the one that spells out most wins: `messages/@original` before `messages/{message}`.
        """
        segments = request.path.split("/")
        found: list[tuple[int, dict[str, str], Handler]] = []
        for method, template, handler in self._handlers:
            if method != request.method or len(template) != len(segments):
                continue
            pairs = list(zip(template, segments, strict=True))
            if all(part.startswith("{") or part == given for part, given in pairs):
                args = {part[1:-1]: given for part, given in pairs if part.startswith("{")}
                found.append((len(args), args, handler))
        if not found:
            return None
        _, request.args, handler = min(found, key=lambda one: one[0])
        return handler
