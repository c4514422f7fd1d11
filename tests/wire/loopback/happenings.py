"""What happens in a guild without the bot's doing, told to the bot as the gateway tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import payloads
from .gateway import GUILD_MEMBERS, GUILDS
from .permissions import MEMBERS_MAY
from .world import Channel, Guild, Member, Role, User

if TYPE_CHECKING:
    from .server import Loopback


class Happenings:
    """Change the world while the bot watches."""

    def __init__(self, discord: Loopback) -> None:
        self._discord = discord

    def channel_created(self, guild: Guild, name: str) -> Channel:
        """Add a channel to a guild."""
        channel = self._discord.world.channel(guild, name)
        self._tell("CHANNEL_CREATE", payloads.channel(channel, self._discord.world), guild)
        return channel

    def role_created(self, guild: Guild, name: str, granted: int = 0) -> Role:
        """Add a role to a guild."""
        role = self._discord.world.role(guild, name, granted)
        self._tell("GUILD_ROLE_CREATE", {"guild_id": str(guild.id), "role": payloads.role(role)}, guild)
        return role

    def channel_deleted(self, channel: Channel) -> None:
        """Delete a channel, and with it what was said there."""
        guild = _guild_of(channel)
        payload = payloads.channel(channel, self._discord.world)
        del guild.channels[channel.id], self._discord.world.channels[channel.id]
        self._tell("CHANNEL_DELETE", payload, guild)

    def permissions_changed(self, channel: Channel, whose: Role | User, *, allow: int = 0, deny: int = 0) -> None:
        """Overwrite what a role or a person may do in a channel."""
        channel.overwrites[whose.id] = (allow, deny)
        self._tell("CHANNEL_UPDATE", payloads.channel(channel, self._discord.world), _guild_of(channel))

    def roles_changed(self, member: Member, *roles: Role) -> None:
        """Give a member exactly these roles. The bot is told only of its own, unless it has the members intent."""
        member.role_ids = [role.id for role in roles]
        needs = GUILDS if member.user is self._discord.world.bot else GUILD_MEMBERS
        payload = payloads.member(member) | {"guild_id": str(member.guild.id)}
        self._tell("GUILD_MEMBER_UPDATE", payload, member.guild, needs)

    def member_left(self, member: Member) -> None:
        """Let a member leave."""
        del member.guild.members[member.user.id]
        payload = {"guild_id": str(member.guild.id), "user": payloads.user(member.user)}
        self._tell("GUILD_MEMBER_REMOVE", payload, member.guild, GUILD_MEMBERS)

    def bot_removed(self, guild: Guild) -> None:
        """Kick the bot out of a guild."""
        del guild.members[self._discord.world.bot.id]
        self._tell("GUILD_DELETE", {"id": str(guild.id)}, guild)

    def bot_invited(self, guild: Guild, bot_may: int = MEMBERS_MAY) -> None:
        """Invite the bot into a guild."""
        world = self._discord.world
        world.join(guild, world.bot, [world.role(guild, world.bot.name, bot_may)])
        self._tell("GUILD_CREATE", payloads.guild_create(guild, world), guild)

    def outage_began(self, guild: Guild) -> None:
        """Make a guild unavailable, which is not the same as being kicked."""
        guild.is_available = False
        self._tell("GUILD_DELETE", {"id": str(guild.id), "unavailable": True}, guild)

    def outage_ended(self, guild: Guild) -> None:
        """Bring an unavailable guild back."""
        guild.is_available = True
        self._tell("GUILD_CREATE", payloads.guild_create(guild, self._discord.world), guild)

    def _tell(self, event: str, payload: payloads.Json, guild: Guild, needs: int = GUILDS) -> None:
        self._discord.gateway.dispatch(event, payload, guild_id=guild.id, needs=needs)


def _guild_of(channel: Channel) -> Guild:
    assert channel.guild is not None, "a DM channel does not belong to a guild"
    return channel.guild
