"""Requests that Discord refuses are told from those that it takes."""

from __future__ import annotations

from typing import Any

import pytest

from tests import discord_contract
from tests.discord_contract import check_request

MESSAGES = "/channels/1/messages"
CALLBACK = "/interactions/1/a.token-1/callback"
FOLLOW_UP = "/webhooks/1/a.token-1"
COMMANDS = "/applications/1/commands"
V2 = 1 << 15


def text(words: str = "words") -> dict[str, Any]:
    return {"type": 10, "content": words}


def row(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(parts)}


def gallery(name: str) -> dict[str, Any]:
    return {"type": 12, "items": [{"media": {"url": f"attachment://{name}"}}]}


def button(custom_id: str = "sign:1", **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Sign", "custom_id": custom_id} | more


def box(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"flags": V2, "components": [{"type": 17, "components": list(parts)}]}


def command(**changed: Any) -> dict[str, Any]:
    return {"name": "report", "description": "Report", "type": 1, "options": []} | changed


TAKEN = [
    ("POST", MESSAGES, {"content": "x" * 2000, "nonce": "n" * 25, "enforce_nonce": True}),
    ("POST", MESSAGES, box(text("x" * 4000))),
    ("POST", MESSAGES, box(*(row(button(f"b:{n}")) for n in range(19)))),
    ("POST", "/api/v10" + MESSAGES + "?wait=1", {"content": "x"}),
    ("PATCH", MESSAGES + "/2", {"components": [text()]}),
    ("POST", CALLBACK, {"type": 4, "data": box(text(), row(button()))}),
    ("POST", CALLBACK, {"type": 5, "data": {"flags": 64}}),
    ("POST", FOLLOW_UP, {"content": "x", "flags": 64}),
    ("PATCH", FOLLOW_UP + "/messages/@original", {"content": "x"}),
    ("PUT", COMMANDS, [command()] * 100),
    ("POST", "/users/@me/channels", {"recipient_id": 1573862066953912320}),
    ("POST", MESSAGES, box(gallery("a.png")) | {"attachments": [{"id": 0, "filename": "a.png"}]}),
    ("GET", MESSAGES, None),
]

REFUSED = [
    ("POST", MESSAGES, {"content": "x" * 2001}, "longer than 2000"),
    ("POST", MESSAGES, {}, "empty"),
    ("POST", MESSAGES, box(text()) | {"content": "x"}, "content cannot be used"),
    ("POST", MESSAGES, box(text()) | {"flags": 0}, "need the flag"),
    ("POST", MESSAGES, box(text("x" * 2001), text("x" * 2001)), "4002 characters"),
    ("POST", MESSAGES, box(*(row(button(f"b:{n}")) for n in range(20))), "41 components"),
    ("POST", MESSAGES, box(row(button(), button())), "used 2 times"),
    ("POST", MESSAGES, box(row(button(style=5))), "needs a url"),
    ("POST", MESSAGES, box(row(button(custom_id=""))), "needs a custom_id"),
    ("POST", MESSAGES, box(gallery("a.png")) | {"attachments": [{"id": 0, "filename": "b.png"}]}, "a.png is shown"),
    ("POST", CALLBACK, {"type": 4, "data": box(gallery("a.png"))}, "a.png is shown"),
    ("POST", MESSAGES, {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "lists them too"),
    ("PUT", COMMANDS, [command(name="Report")], "lower case"),
    ("PUT", COMMANDS, [command()] * 101, "more than 100"),
    ("POST", "/guilds/1/scheduled-events", {"entity_type": 1, "name": "Hall"}, "channel_id"),
]

REFUSED_BY_DESCRIPTION = [
    ("POST", MESSAGES, {"content": "x", "nonce": "n" * 26}, "nonce"),
    ("POST", MESSAGES, box(text("")), "components.0.components.0.content"),
    ("POST", MESSAGES, box(row(button("x" * 101))), "components.0.components.0.components.0.custom_id"),
    (
        "POST",
        CALLBACK,
        {"type": 9, "data": {"custom_id": "f", "title": "x" * 46, "components": [text()]}},
        "data.title",
    ),
    ("PUT", COMMANDS, [command(name="x" * 33)], "0.name"),
    ("POST", "/guilds/1/picnics", {}, "no path"),
]


@pytest.mark.parametrize(("method", "path", "body"), TAKEN)
def test_what_discord_takes(method: str, path: str, body: Any) -> None:
    assert check_request(method, path, body) == []


@pytest.mark.parametrize(("method", "path", "body", "problem"), REFUSED)
def test_what_only_experience_tells(method: str, path: str, body: Any, problem: str) -> None:
    assert problem in "\n".join(check_request(method, path, body))


@pytest.mark.parametrize(("method", "path", "body", "problem"), REFUSED_BY_DESCRIPTION)
def test_what_the_description_tells(method: str, path: str, body: Any, problem: str) -> None:
    if not (availability := discord_contract.available()):
        pytest.skip(availability.reason)
    assert problem in "\n".join(check_request(method, path, body))


def test_a_missing_description_is_a_reason_to_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(discord_contract.SETTING, "/nowhere/openapi.json")
    assert not discord_contract.available()
    assert "/nowhere/openapi.json" in discord_contract.available().reason
    assert check_request("POST", MESSAGES, {"content": "x"}) == []


def test_a_file_makes_an_empty_message_valid() -> None:
    assert check_request("POST", MESSAGES, {}, files=1) == []
