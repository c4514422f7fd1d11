"""What the bot asked over HTTP: reading a request, and the record that tests look at."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from . import faults

Json = dict[str, Any]


@dataclass(frozen=True)
class Upload:
    """A file that came with a request."""

    filename: str
    content: bytes


@dataclass(eq=False)
class Request:
    """One request, as the bot sent it, and how it ended."""

    method: str
    path: str
    """Without the prefix of the API, as in Discord's documentation."""
    at: float
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    uploads: dict[int, Upload] = field(default_factory=dict)
    args: dict[str, str] = field(default_factory=dict)
    status: int | None = None
    """What it was answered; None while it hangs or when the answer was dropped."""
    code: int | None = None
    problems: list[str] = field(default_factory=list)
    """Where the body breaks Discord's contract."""

    def __str__(self) -> str:
        return f"{self.method} {self.path} -> {self.status or 'no answer'}{f' ({self.code})' if self.code else ''}"

    def is_to(self, route: str) -> bool:
        """Tell whether it went to a route, in which `*` stands for one segment."""
        method, pattern = route.split(" ", 1)
        return self.method == method and faults.matches(pattern, self.path)

    def number(self, name: str) -> int:
        """Return an id from the path; 0, which nothing has, when it is not a number."""
        return int(self.args[name]) if self.args[name].isdigit() else 0

    @property
    def json(self) -> Json:
        """The body, when it must be an object."""
        return self.body if isinstance(self.body, dict) else {}


async def read(request: web.Request, path: str, at: float) -> Request:
    """Read a request: JSON, or multipart with a `payload_json` and files."""
    asked = Request(request.method, path, at, query=dict(request.query), headers=dict(request.headers))
    if request.content_type.startswith("multipart/"):
        await _read_parts(request, asked)
    elif request.can_read_body:
        asked.body = json.loads(await request.read())
    return asked


async def _read_parts(request: web.Request, asked: Request) -> None:
    for name, part in (await request.post()).items():
        if isinstance(part, web.FileField):
            number = int(name.removeprefix("files[").removesuffix("]"))
            asked.uploads[number] = Upload(part.filename, part.file.read())
        elif name == "payload_json":
            asked.body = json.loads(part)
