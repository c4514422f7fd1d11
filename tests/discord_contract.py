"""Whether Discord would take a request: its own OpenAPI description, and limits that it does not express.

For both stand-ins: the loopback calls `check_request` on each request, and tests with SimCord call it on what was
recorded there. The description is data beside the checkout, or wherever `DISCORD_OPENAPI` points; without it only
the hand-written limits are checked, and `available()` says why.
"""

from __future__ import annotations

import functools
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from tests import discord_limits

try:
    import jsonschema_rs
except ImportError:  # pragma: no cover - it comes with the dev extra
    jsonschema_rs = None  # type: ignore[assignment]

Json = dict[str, Any]

SETTING: Final = "DISCORD_OPENAPI"
BESIDE_THE_CHECKOUT: Final = Path(__file__).resolve().parents[2] / "shared" / "discord" / "openapi.json"
_ADDRESS: Final = "https://discord.invalid/openapi.json"


@dataclass(frozen=True)
class Availability:
    """Whether bodies can be checked against Discord's description; false with a reason to skip."""

    reason: str = ""

    def __bool__(self) -> bool:
        return not self.reason


def available() -> Availability:
    """Say whether Discord's description can be read here."""
    if jsonschema_rs is None:
        return Availability("jsonschema-rs is not installed")
    if not _description_path().is_file():
        return Availability(f"Discord's OpenAPI file is not at {_description_path()}; {SETTING} can name it")
    return Availability()


def check_request(method: str, path: str, body: Any, *, files: int = 0) -> list[str]:
    """Return what Discord would object to in a request, or nothing.

    `path` is as in Discord's documentation, `/channels/1/messages`; a prefix `/api/v10` and a query are ignored.
    `files` is how many files came with it, which makes an otherwise empty message valid.
    """
    path = re.sub(r"^/api/v\d+", "", path.split("?", 1)[0])
    problems = discord_limits.problems(method, path, body, files)
    if available():
        problems += _against_description(method, path, body)
    return problems


def _against_description(method: str, path: str, body: Any) -> list[str]:
    template = _template(path)
    if template is None:
        return [f"Discord's description has no path {path}"]
    operation = _description()["paths"][template].get(method.lower())
    if operation is None:
        return [f"Discord's description has no {method} {template}"]
    validator = _validator(template, method.lower())
    if validator is None or body is None:
        required = operation.get("requestBody", {}).get("required", False)
        return ["a body is required"] if body is None and required else []
    return [line for error in validator.iter_errors(_written_out(body)) for line in _explain(error)]


def _description_path() -> Path:
    return Path(os.environ.get(SETTING) or BESIDE_THE_CHECKOUT)


@functools.cache
def _description() -> Json:
    read: Json = json.loads(_description_path().read_text(encoding="utf-8"))
    return read


@functools.cache
def _templates() -> list[tuple[int, re.Pattern[str], str]]:
    """Compile each path; the one with the fewest parameters comes first, so `@me` goes before an id."""
    compiled = []
    for template in _description()["paths"]:
        pattern = re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(template))
        compiled.append((template.count("{"), re.compile(pattern), template))
    return sorted(compiled, key=lambda one: one[0])


def _template(path: str) -> str | None:
    return next((template for _, pattern, template in _templates() if pattern.fullmatch(path)), None)


@functools.cache
def _registry() -> Any:
    return jsonschema_rs.Registry([(_ADDRESS, _description())], draft=jsonschema_rs.Draft202012)


@functools.cache
def _validator(template: str, method: str) -> Any:
    content = _description()["paths"][template][method].get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    escaped = template.replace("~", "~0").replace("/", "~1")
    pointer = f"/paths/{escaped}/{method}/requestBody/content/application~1json/schema"
    reference = {"$ref": f"{_ADDRESS}#{quote(pointer, safe='/~')}"}
    return jsonschema_rs.Draft202012Validator(reference, registry=_registry())


def _written_out(body: Any, key: str = "", within: str = "") -> Any:
    """Write ids as text: Discord takes numbers too, and discord.py sends some (`recipient_id`, attachments).

    The ids of components are numbers on both sides, and small.
    """
    if isinstance(body, dict):
        return {name: _written_out(value, name, key) for name, value in body.items()}
    if isinstance(body, list):
        return [_written_out(value, key, within) for value in body]
    is_id = key == "id" or key.endswith(("_id", "_ids")) or key in {"users", "roles"}
    is_snowflake = isinstance(body, int) and (body > 2**31 or within == "attachments")
    return str(body) if is_id and is_snowflake else body


def _explain(error: Any) -> list[str]:
    """Say what is wrong. Of alternatives, report the one that was meant: whose `type` fits."""
    branches = getattr(error.kind, "context", None)
    if not branches:
        where = ".".join(str(step) for step in error.instance_path) or "body"
        return [f"{where}: {_short(error.message)}"]
    kind = [*error.instance_path, "type"]
    meant = min(branches, key=lambda branch: (any(list(one.instance_path) == kind for one in branch), len(branch)))
    return [line for one in meant for line in _explain(one)]


def _short(message: str) -> str:
    return message if len(message) <= 200 else f"{message[:80]} … {message[-110:]}"
