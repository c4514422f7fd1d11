"""Routes by which the bot answers interactions: the first answer, edits of it, and follow-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import components, contents, interactions, payloads, refusals
from .interactions import Interaction, Modal
from .requests import Request
from .routing import Routes
from .world import EPHEMERAL, LOADING, Message

if TYPE_CHECKING:
    from .server import Loopback

Json = dict[str, Any]

routes = Routes()


@routes.on("POST", "/interactions/{interaction}/{token}/callback")
def first_answer(discord: Loopback, request: Request) -> Json | None:
    callback_type, data = request.json["type"], request.json.get("data") or {}
    interaction = discord.interactions.attempt(request.number("interaction"), request.args["token"], callback_type)
    message: Message | None = None
    match callback_type:
        case interactions.REPLY:
            fields = contents.new(data, request, discord.world)
            message = interaction.original = _say(discord, interaction, fields)
        case interactions.THINKING:
            flags = (data.get("flags") or 0) & EPHEMERAL | LOADING
            message = interaction.original = _say(discord, interaction, {"flags": flags})
            interaction.was_deferred = True
        case interactions.SILENT_UPDATE:
            interaction.original = _source(interaction)
        case interactions.UPDATE:
            message = interaction.original = _source(interaction)
            _change(discord, message, request, data)
        case interactions.CHOICES:
            interaction.choices = data["choices"]
        case interactions.OPEN_MODAL:
            form = components.number(data["components"])
            interaction.modal = Modal(interaction, data["custom_id"], data["title"], form)
    discord.interactions.accept(interaction, callback_type)
    if request.query.get("with_response") not in ("1", "true"):
        return None
    return _described(discord, interaction, callback_type, message)


@routes.on("POST", "/webhooks/{application}/{token}")
def follow_up(discord: Loopback, request: Request) -> Json:
    interaction = discord.interactions.with_token(request.args["token"])
    if interaction.original is not None and interaction.original.is_loading and not interaction.original.is_deleted:
        # After "thinking" the first follow-up fills that message, and its own ephemeral flag is ignored.
        _change(discord, interaction.original, request, request.json)
        return payloads.message(interaction.original, discord.world)
    fields = contents.new(request.json, request, discord.world)
    message = _say(discord, interaction, fields)
    interaction.followups.append(message)
    discord.changes.happened()
    return payloads.message(message, discord.world)


@routes.on("GET", "/webhooks/{application}/{token}/messages/{message}")
def read(discord: Loopback, request: Request) -> Json:
    return payloads.message(_find(discord, request), discord.world)


@routes.on("PATCH", "/webhooks/{application}/{token}/messages/{message}")
def edit(discord: Loopback, request: Request) -> Json:
    message = _find(discord, request)
    _change(discord, message, request, request.json)
    return payloads.message(message, discord.world)


@routes.on("DELETE", "/webhooks/{application}/{token}/messages/{message}")
def delete(discord: Loopback, request: Request) -> None:
    discord.delete_message(_find(discord, request))


def _say(discord: Loopback, interaction: Interaction, fields: Json) -> Message:
    only_for = interaction.user if fields["flags"] & EPHEMERAL else None
    message = discord.world.message(
        interaction.channel,
        discord.world.bot,
        **fields,
        only_for=only_for,
        interaction_metadata=interaction.metadata(),
    )
    discord.announce(message)
    return message


def _change(discord: Loopback, message: Message, request: Request, body: Json) -> None:
    contents.edit(message, body, request, discord.world)
    discord.announce(message, event="MESSAGE_UPDATE")


def _source(interaction: Interaction) -> Message:
    if interaction.source is None:
        raise refusals.invalid_form("there is no message to update")
    return interaction.source


def _find(discord: Loopback, request: Request) -> Message:
    interaction = discord.interactions.with_token(request.args["token"])
    wanted = request.args["message"]
    mine = [one for one in (interaction.original, *interaction.followups, interaction.source) if one is not None]
    for message in mine:
        named = message is interaction.original if wanted == "@original" else str(message.id) == wanted
        if named and not message.is_deleted:
            return message
    raise refusals.unknown_message()


def _described(discord: Loopback, interaction: Interaction, callback_type: int, message: Message | None) -> Json:
    """Write what `with_response` asks for; it spares the bot a request for the message's id."""
    described: Json = {"id": str(interaction.id), "type": interaction.kind}
    resource: Json = {"type": callback_type}
    if message is not None:
        described["response_message_id"] = str(message.id)
        described["response_message_loading"] = message.is_loading
        described["response_message_ephemeral"] = message.is_ephemeral
        resource["message"] = payloads.message(message, discord.world)
    return {"interaction": described, "resource": resource}
