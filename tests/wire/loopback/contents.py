"""From a request body to what a message contains."""

from __future__ import annotations

import copy
from typing import Any

from tests.discord_limits import walk

from . import components, mentions, refusals
from .requests import Request
from .world import EPHEMERAL, IS_COMPONENTS_V2, LOADING, Message, World

Json = dict[str, Any]

_SETTABLE_FLAGS = 1 << 2 | EPHEMERAL | 1 << 12 | IS_COMPONENTS_V2


def new(body: Json, request: Request, world: World) -> Json:
    """Return the fields of a new message.

    Raises:
        Refused: 50006 when there is nothing in it.
    """
    fields: Json = {
        "content": body.get("content") or "",
        "components": components.number(copy.deepcopy(body.get("components") or [])),
        "embeds": body.get("embeds") or [],
        "flags": (body.get("flags") or 0) & _SETTABLE_FLAGS,
        "attachments": _store(body, request, world),
        "reference": body.get("message_reference"),
    }
    if not any(fields[key] for key in ("content", "components", "embeds", "attachments", "reference")):
        raise refusals.empty_message()
    _point_at_files(fields["components"], fields["attachments"])
    words = fields["content"] + components.shown_text(fields["components"])
    fields["pings"] = mentions.pings(words, body.get("allowed_mentions"))
    return fields


def edit(message: Message, body: Json, request: Request, world: World) -> None:
    """Change a message by what the body mentions, and leave the rest.

    Raises:
        Refused: 50035 when content is set on a message of components, whose flag cannot be taken off.
    """
    flags = message.flags | (body.get("flags") or 0) & IS_COMPONENTS_V2
    if flags & IS_COMPONENTS_V2 and body.get("content"):
        raise refusals.invalid_form("content cannot be used with IS_COMPONENTS_V2")
    message.flags = flags & ~LOADING
    if "content" in body:
        message.content = body["content"] or ""
    if "components" in body:
        message.components = components.number(copy.deepcopy(body["components"] or []))
    if "embeds" in body:
        message.embeds = body["embeds"] or []
    if "attachments" in body:
        kept = {str(one["id"]) for one in body["attachments"] or ()}
        message.attachments = [one for one in message.attachments if one["id"] in kept]
    message.attachments += _store(body, request, world)
    _point_at_files(message.components, message.attachments)
    message.edited_at = world.clock.stamp()


def attachment(world: World, filename: str, content: bytes, description: str | None = None) -> Json:
    """Keep a file, and write it as an attachment."""
    file_id = world.clock.snowflake()
    path = f"/cdn/attachments/{file_id}/{filename}"
    world.files[path] = content
    return {
        "id": str(file_id),
        "filename": filename,
        "description": description,
        "size": len(content),
        "url": world.address + path,
        "proxy_url": world.address + path,
        "content_type": "application/octet-stream",
    }


def _store(body: Json, request: Request, world: World) -> list[Json]:
    described = {int(one["id"]): one for one in body.get("attachments") or () if int(one["id"]) in request.uploads}
    return [
        attachment(
            world,
            described.get(number, {}).get("filename") or upload.filename,
            upload.content,
            described.get(number, {}).get("description"),
        )
        for number, upload in request.uploads.items()
    ]


def _point_at_files(parts: list[Json], attachments: list[Json]) -> None:
    """Replace `attachment://name` by the file's address, which clients insist on finding."""
    addresses = {f"attachment://{one['filename']}": one["url"] for one in attachments}
    for part in walk(parts):
        pictures = [item.get("media") for item in part.get("items") or ()] + [part.get("media"), part.get("file")]
        for picture in pictures:
            if isinstance(picture, dict):
                picture["url"] = addresses.get(picture["url"], picture["url"])
