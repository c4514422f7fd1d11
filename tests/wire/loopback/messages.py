"""Routes about messages in channels and DMs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from . import contents, payloads, permissions, refusals
from .requests import Request
from .routing import Routes
from .world import EPHEMERAL, Channel, Message

if TYPE_CHECKING:
    from .server import Loopback

Json = dict[str, Any]

NONCE_LASTS_S: Final = 180.0
"""Discord says "the past few minutes"."""

routes = Routes()


@routes.on("POST", "/channels/{channel}/messages")
def send(discord: Loopback, request: Request) -> Json:
    needed = permissions.ATTACH_FILES if request.uploads else 0
    channel = discord.channel(request.number("channel"), needed)
    if not channel.may(discord.world.bot, permissions.to_write(in_thread=channel.parent is not None)):
        raise refusals.missing_permissions()
    if channel.recipient is not None and not channel.recipient.accepts_dms:
        raise refusals.cannot_dm()
    nonce = request.json.get("nonce")
    if nonce is not None and request.json.get("enforce_nonce"):
        said = discord.said_with(nonce, NONCE_LASTS_S)
        if said is not None:
            if said.is_deleted:
                raise refusals.unknown_message()
            return _written(discord, said) | {"nonce": nonce}
    fields = contents.new(request.json, request, discord.world)
    fields["flags"] &= ~EPHEMERAL
    message = discord.world.message(channel, discord.world.bot, **fields)
    if nonce is not None:
        discord.remember_nonce(nonce, message)
    discord.announce(message, nonce=nonce)
    return _written(discord, message) | ({} if nonce is None else {"nonce": nonce})


@routes.on("GET", "/channels/{channel}/messages")
def history(discord: Loopback, request: Request) -> list[Json]:
    channel = discord.channel(request.number("channel"))
    if not channel.may(discord.world.bot, permissions.READ_MESSAGE_HISTORY):
        # Discord does not refuse: the channel just looks empty.
        return []
    limit = int(request.query.get("limit", 50))
    if not 1 <= limit <= 100:
        raise refusals.invalid_form("limit: int value should be between 1 and 100")
    ids = sorted(one.id for one in channel.messages.values() if one.only_for is None)
    return [_written(discord, channel.messages[one]) for one in _page(ids, request.query, limit)]


@routes.on("GET", "/channels/{channel}/messages/{message}")
def read(discord: Loopback, request: Request) -> Json:
    channel = discord.channel(request.number("channel"))
    if not channel.may(discord.world.bot, permissions.READ_MESSAGE_HISTORY):
        raise refusals.missing_access()
    return _written(discord, _find(channel, request))


@routes.on("PATCH", "/channels/{channel}/messages/{message}")
def edit(discord: Loopback, request: Request) -> Json:
    message = _find(discord.channel(request.number("channel")), request)
    if message.author is not discord.world.bot:
        raise refusals.not_yours_to_edit()
    contents.edit(message, request.json, request, discord.world)
    discord.announce(message, event="MESSAGE_UPDATE")
    return _written(discord, message)


@routes.on("DELETE", "/channels/{channel}/messages/{message}")
def delete(discord: Loopback, request: Request) -> None:
    channel = discord.channel(request.number("channel"))
    message = _find(channel, request)
    if message.author is not discord.world.bot and not channel.may(discord.world.bot, permissions.MANAGE_MESSAGES):
        raise refusals.missing_permissions()
    discord.delete_message(message)


def _find(channel: Channel, request: Request) -> Message:
    message = channel.messages.get(request.number("message"))
    # An ephemeral message can only be reached by the token of its interaction.
    if message is None or message.only_for is not None:
        raise refusals.unknown_message()
    return message


def _page(ids: list[int], query: dict[str, str], limit: int) -> list[int]:
    """Choose the messages asked for, newest first; `after` takes the oldest of those that follow."""
    if "around" in query:
        older = [one for one in ids if one <= int(query["around"])][-(limit // 2 + 1) :]
        newer = [one for one in ids if one > int(query["around"])][: limit - len(older)]
        return (older + newer)[::-1]
    if "after" in query:
        return [one for one in ids if one > int(query["after"])][:limit][::-1]
    if "before" in query:
        ids = [one for one in ids if one < int(query["before"])]
    return ids[-limit:][::-1]


def _written(discord: Loopback, message: Message) -> Json:
    redacted = not discord.reads_content and payloads.is_redacted_for_bot(message, discord.world)
    return payloads.message(message, discord.world, redacted=redacted)
