"""The world as Discord's JSON."""

from __future__ import annotations

import copy
from typing import Any

from . import permissions
from .world import Channel, Guild, Member, Message, Role, User, World

Json = dict[str, Any]

ATTACHMENT_SIZE_LIMIT = 10 * 1024 * 1024


def user(who: User) -> Json:
    return {
        "id": str(who.id),
        "username": who.name,
        "global_name": who.name.capitalize(),
        "discriminator": "0",
        "avatar": None,
        "bot": who.is_bot,
        "flags": 0,
        "public_flags": 0,
    }


def application(world: World) -> Json:
    return {
        "id": str(world.application_id),
        "name": world.bot.name,
        "icon": None,
        "description": "",
        "summary": "",
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "owner": user(world.operator),
        "team": None,
    }


def role(one: Role) -> Json:
    return {
        "id": str(one.id),
        "name": one.name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": one.position,
        "permissions": str(one.permissions),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def member(one: Member, channel: Channel | None = None) -> Json:
    """Write a member; with a channel, as interactions do, with the permissions there."""
    written = {
        "user": user(one.user),
        "nick": one.nick,
        "avatar": None,
        "roles": [str(role_id) for role_id in one.role_ids],
        "joined_at": one.joined_at.isoformat(),
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "communication_disabled_until": None,
    }
    if channel is not None:
        written["permissions"] = str(one.permissions(channel))
    return written


def channel(one: Channel, world: World) -> Json:
    last = max(one.messages, default=None)
    written: Json = {
        "id": str(one.id),
        "type": one.kind,
        "flags": 0,
        "last_message_id": str(last) if last else None,
    }
    if one.guild is None:
        assert one.recipient is not None
        return written | {"recipients": [user(one.recipient)]}
    return written | {
        "guild_id": str(one.guild.id),
        "name": one.name,
        "topic": None,
        "nsfw": False,
        "parent_id": None,
        "position": list(one.guild.channels).index(one.id),
        "rate_limit_per_user": 0,
        "bitrate": 64000,
        "user_limit": 0,
        "permissions": str(one.permissions_of(world.bot)),
        "permission_overwrites": [
            {"id": str(whose), "type": 0 if whose in one.guild.roles else 1, "allow": str(allow), "deny": str(deny)}
            for whose, (allow, deny) in one.overwrites.items()
        ],
    }


def thread(one: Channel, world: World, auto_archive_duration: int) -> Json:
    """Write a thread that was started just now."""
    assert one.guild is not None
    assert one.parent is not None
    now = world.clock.stamp()
    return {
        "id": str(one.id),
        "type": one.kind,
        "flags": 0,
        "guild_id": str(one.guild.id),
        "parent_id": str(one.parent.id),
        "owner_id": str(world.bot.id),
        "name": one.name,
        "last_message_id": None,
        "rate_limit_per_user": 0,
        "message_count": 0,
        "total_message_sent": 0,
        "member_count": 1,
        "applied_tags": [],
        "thread_metadata": {
            "archived": False,
            "locked": False,
            "auto_archive_duration": auto_archive_duration,
            "archive_timestamp": now,
            "create_timestamp": now,
        },
    }


def guild(one: Guild) -> Json:
    """Write a guild as `GET /guilds/{id}` does: without channels and members."""
    return {
        "id": str(one.id),
        "name": one.name,
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "banner": None,
        "description": None,
        "owner_id": str(one.owner.id),
        "roles": [role(each) for each in one.roles.values()],
        "emojis": [],
        "stickers": [],
        "features": [],
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "safety_alerts_channel_id": None,
        "verification_level": 1,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "nsfw": False,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
        "preferred_locale": one.locale,
        "vanity_url_code": None,
        "application_id": None,
        "max_members": 500_000,
        "max_presences": None,
        "widget_enabled": False,
    }


def guild_create(one: Guild, world: World) -> Json:
    """Write a guild as the gateway does, with of its members only the bot: it has no members intent."""
    return guild(one) | {
        "unavailable": False,
        "large": len(one.members) > 250,
        "joined_at": one.members[world.bot.id].joined_at.isoformat(),
        "member_count": len(one.members),
        "members": [member(one.members[world.bot.id])],
        "channels": [channel(each, world) for each in one.channels.values()],
        "threads": [],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def message(one: Message, world: World, *, redacted: bool = False) -> Json:
    """Write a message; `redacted` as it is for a bot without the message-content intent."""
    written: Json = {
        "id": str(one.id),
        "channel_id": str(one.channel.id),
        "type": _message_type(one),
        "author": user(one.author),
        "timestamp": one.sent_at,
        "edited_timestamp": one.edited_at,
        "content": "" if redacted else one.content,
        "components": [] if redacted else copy.deepcopy(one.components),
        "embeds": [] if redacted else copy.deepcopy(one.embeds),
        "attachments": [] if redacted else copy.deepcopy(one.attachments),
        "flags": one.flags,
        "mentions": [user(world.users[int(who)]) for who in one.pings if who.isdigit() and int(who) in world.users],
        "mention_roles": [who for who in one.pings if who.isdigit() and int(who) not in world.users],
        "mention_everyone": bool(one.pings & {"everyone", "here"}),
        "pinned": False,
        "tts": False,
        "reactions": [],
    }
    if one.author is world.bot:
        written["application_id"] = str(world.application_id)
    if one.interaction_metadata:
        written["interaction_metadata"] = one.interaction_metadata
    if one.reference:
        written["message_reference"] = one.reference
    return written


def _message_type(one: Message) -> int:
    if one.interaction_metadata:
        # The answer to a command counts as such; that to a click or a form as a reply.
        return 20 if one.interaction_metadata["type"] == 2 else 19
    return 19 if one.reference else 0


def is_redacted_for_bot(one: Message, world: World) -> bool:
    """Tell whether a bot without the message-content intent gets this message without its words.

    It reads its own messages, DMs, and what mentions it.
    """
    return one.channel.guild is not None and one.author is not world.bot and str(world.bot.id) not in one.pings


def interaction_place(where: Channel, who: User, world: World) -> Json:
    """Write the part of an interaction that says who is where."""
    written: Json = {
        "channel_id": str(where.id),
        "channel": channel(where, world),
        "locale": who.locale,
        "entitlements": [],
        "attachment_size_limit": ATTACHMENT_SIZE_LIMIT,
    }
    if where.guild is None:
        return written | {
            "context": 1,
            "user": user(who),
            "app_permissions": str(permissions.IN_A_DM),
            "authorizing_integration_owners": {"0": "0"},
        }
    return written | {
        "context": 0,
        "guild_id": str(where.guild.id),
        "guild": {"id": str(where.guild.id), "locale": where.guild.locale, "features": []},
        "guild_locale": where.guild.locale,
        "member": member(where.guild.members[who.id], where),
        "app_permissions": str(where.permissions_of(world.bot)),
        "authorizing_integration_owners": {"0": str(where.guild.id)},
    }
