"""Limits that Discord holds and does not write into its OpenAPI description."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

Json = dict[str, Any]

IS_COMPONENTS_V2: Final = 1 << 15
ACTION_ROW, BUTTON, TEXT_DISPLAY, LINK_STYLE, PREMIUM_STYLE = 1, 2, 10, 5, 6
CLASSIC: Final = frozenset({1, 2, 3, 5, 6, 7, 8})
SELECTS: Final = frozenset({3, 5, 6, 7, 8})
MAX_COMPONENTS: Final = 40
MAX_SHOWN_TEXT: Final = 4000
MAX_CONTENT: Final = 2000
MAX_EMBEDDED_TEXT: Final = 6000
MAX_COMMANDS: Final = 100
MAX_COMMAND_TEXT: Final = 8000

_SENDS = re.compile(r"/channels/\d+/messages|/webhooks/\d+/[^/]+")
_EDITS = re.compile(r"/channels/\d+/messages/\d+|/webhooks/\d+/[^/]+/messages/(@original|\d+)")
_ANSWERS = re.compile(r"/interactions/\d+/[^/]+/callback")
_COMMANDS = re.compile(r"/applications/\d+(/guilds/\d+)?/commands")
_EVENTS = re.compile(r"/guilds/\d+/scheduled-events(/\d+)?")


def problems(method: str, path: str, body: Any, files: int = 0) -> list[str]:
    """Return what Discord would object to, by rules written down by hand."""
    found: Iterator[str] = iter(())
    if method == "PUT" and _COMMANDS.fullmatch(path):
        found = _commands(body or [])
    elif not isinstance(body, dict):
        pass
    elif method == "POST" and _SENDS.fullmatch(path):
        found = _message(body, files, is_new=True)
    elif method == "PATCH" and _EDITS.fullmatch(path):
        found = _message(body, files, is_new=False)
    elif method == "POST" and _ANSWERS.fullmatch(path):
        found = _answer(body, files)
    elif method in ("POST", "PATCH") and _EVENTS.fullmatch(path):
        found = _event(body, is_new=method == "POST")
    return list(found)


def walk(components: list[Json] | None) -> Iterator[Json]:
    """Yield each component and all within it."""
    for component in components or ():
        yield component
        yield from walk(component.get("components"))
        for key in ("component", "accessory"):
            if isinstance(component.get(key), dict):
                yield from walk([component[key]])


def _answer(body: Json, files: int) -> Iterator[str]:
    data = body.get("data") or {}
    if body.get("type") in (4, 7):
        yield from _message(data, files, is_new=body["type"] == 4)
    elif body.get("type") == 9:
        yield from _custom_ids(data.get("components"))
        yield from _menus(data.get("components"))
    elif body.get("type") == 8 and len(data.get("choices") or ()) > 25:
        yield "more than 25 choices"


def _message(body: Json, files: int, *, is_new: bool) -> Iterator[str]:
    components = body.get("components") or []
    is_v2 = bool((body.get("flags") or 0) & IS_COMPONENTS_V2)
    if len(body.get("content") or "") > MAX_CONTENT:
        yield f"content is longer than {MAX_CONTENT}"
    holds = ("content", "embeds", "components", "sticker_ids", "poll", "message_reference", "attachments")
    if is_new and not files and not any(body.get(key) for key in holds):
        yield "the message is empty"
    if is_v2:
        for key in ("content", "embeds", "poll", "sticker_ids"):
            if body.get(key):
                yield f"{key} cannot be used with IS_COMPONENTS_V2"
    # An edit may leave the flag out: it stays on the message.
    elif (is_new or "flags" in body) and any(part.get("type") not in CLASSIC for part in walk(components)):
        yield "components of the second version need the flag IS_COMPONENTS_V2"
    yield from _components(components, is_v2=is_v2)
    if is_new:
        yield from _files(body)
    yield from _embeds(body.get("embeds") or [])
    yield from _allowed_mentions(body.get("allowed_mentions") or {})


def _components(components: list[Json], *, is_v2: bool) -> Iterator[str]:
    everything = list(walk(components))
    if is_v2 and len(everything) > MAX_COMPONENTS:
        yield f"{len(everything)} components in all, more than {MAX_COMPONENTS}"
    if not is_v2 and sum(part.get("type") == ACTION_ROW for part in components) > 5:
        yield "more than 5 rows"
    shown = sum(len(part.get("content") or "") for part in everything if part.get("type") == TEXT_DISPLAY)
    if shown > MAX_SHOWN_TEXT:
        yield f"{shown} characters in all text displays, more than {MAX_SHOWN_TEXT}"
    yield from _custom_ids(components)
    yield from _menus(components)
    for part in everything:
        if part.get("type") == BUTTON:
            yield from _button(part)


def _files(body: Json) -> Iterator[str]:
    """Say which files are shown and were not sent; an edit may also show those that are there."""
    sent = {f"attachment://{one.get('filename')}" for one in body.get("attachments") or ()}
    for part in walk(body.get("components")):
        shown = [item.get("media") for item in part.get("items") or ()] + [part.get("media"), part.get("file")]
        for url in [one["url"] for one in shown if isinstance(one, dict)]:
            if url.startswith("attachment://") and url not in sent:
                yield f"{url} is shown and was not sent"


def _button(button: Json) -> Iterator[str]:
    name = button.get("label") or button.get("custom_id") or "a button"
    if button.get("style") == LINK_STYLE:
        if not button.get("url") or button.get("custom_id"):
            yield f"the link button {name!r} needs a url and no custom_id"
    elif button.get("style") != PREMIUM_STYLE:
        if button.get("url") or not button.get("custom_id"):
            yield f"the button {name!r} needs a custom_id and no url"
        if not button.get("label") and not button.get("emoji"):
            yield f"the button {name!r} has neither label nor emoji"


def _custom_ids(components: list[Json] | None) -> Iterator[str]:
    used = Counter(part["custom_id"] for part in walk(components) if part.get("custom_id"))
    yield from (f"custom_id {one!r} is used {times} times" for one, times in used.items() if times > 1)


def _menus(components: list[Json] | None) -> Iterator[str]:
    for part in walk(components):
        if part.get("type") not in SELECTS:
            continue
        least, most = part.get("min_values"), part.get("max_values")
        least, most = 1 if least is None else least, 1 if most is None else most
        options = part.get("options")
        if least > most or (options is not None and most > len(options)):
            yield f"the menu {part.get('custom_id')!r} takes {least} to {most} of {len(options or ())} values"
        values = Counter(option.get("value") for option in options or ())
        yield from (f"the value {one!r} is offered {times} times" for one, times in values.items() if times > 1)


def _embeds(embeds: list[Json]) -> Iterator[str]:
    size = 0
    for embed in embeds:
        size += len(embed.get("title") or "") + len(embed.get("description") or "")
        size += len((embed.get("footer") or {}).get("text") or "") + len((embed.get("author") or {}).get("name") or "")
        size += sum(len(field["name"]) + len(field["value"]) for field in embed.get("fields") or ())
    if size > MAX_EMBEDDED_TEXT:
        yield f"{size} characters in all embeds, more than {MAX_EMBEDDED_TEXT}"


def _allowed_mentions(allowed: Json) -> Iterator[str]:
    for kind in ("users", "roles"):
        if kind in (allowed.get("parse") or ()) and allowed.get(kind):
            yield f"allowed_mentions parses {kind} and lists them too"


def _commands(commands: list[Json]) -> Iterator[str]:
    if sum(command.get("type", 1) == 1 for command in commands) > MAX_COMMANDS:
        yield f"more than {MAX_COMMANDS} slash commands"
    for command in commands:
        if command.get("type", 1) != 1:
            continue
        yield from _command_node(command)
        if (size := _command_text(command)) > MAX_COMMAND_TEXT:
            yield f"/{command['name']} has {size} characters of names and descriptions, more than {MAX_COMMAND_TEXT}"


def _command_node(node: Json) -> Iterator[str]:
    if not re.fullmatch(r"[-_'\w]{1,32}", node["name"]) or node["name"] != node["name"].lower():
        yield f"{node['name']!r} is not a name in lower case"
    if not node.get("description"):
        yield f"{node['name']!r} has no description"
    names = Counter(option["name"] for option in node.get("options") or ())
    yield from (f"{node['name']!r} has {times} options {one!r}" for one, times in names.items() if times > 1)
    was_optional = False
    for option in node.get("options") or ():
        if option.get("required") and was_optional:
            yield f"{node['name']!r}: the required option {option['name']!r} comes after an optional one"
        was_optional |= not option.get("required")
        yield from _command_node(option)


def _command_text(node: Json) -> int:
    size = len(node["name"]) + len(node.get("description") or "")
    size += sum(len(str(choice["name"])) + len(str(choice["value"])) for choice in node.get("choices") or ())
    return size + sum(_command_text(option) for option in node.get("options") or ())


def _event(body: Json, *, is_new: bool) -> Iterator[str]:
    kind = body.get("entity_type")
    if kind in (1, 2) and not body.get("channel_id"):
        yield "an event in a stage or voice channel needs channel_id"
    if kind == 3:
        if body.get("channel_id") or not (body.get("entity_metadata") or {}).get("location"):
            yield "an event elsewhere needs a location and no channel_id"
        if is_new and not body.get("scheduled_end_time"):
            yield "an event elsewhere needs an end"
