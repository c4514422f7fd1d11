"""The people and places of this Discord: plain objects that know nothing of HTTP or gateways."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.discord_limits import walk

from . import components, permissions
from .clock import Clock, snowflake_at

EPHEMERAL: Final = 1 << 6
LOADING: Final = 1 << 7
IS_COMPONENTS_V2: Final = 1 << 15
TEXT_CHANNEL: Final = 0
DM_CHANNEL: Final = 1
PUBLIC_THREAD: Final = 11


@dataclass(eq=False)
class User:
    """An account."""

    id: int
    name: str
    is_bot: bool = False
    locale: str = "en-US"
    accepts_dms: bool = True


@dataclass(eq=False)
class Role:
    """A role of a guild; the one with the guild's own id is everyone's."""

    id: int
    name: str
    permissions: int = 0
    position: int = 1


@dataclass(eq=False, repr=False)
class Member:
    """A user in a guild."""

    user: User
    guild: Guild
    joined_at: datetime
    role_ids: list[int] = field(default_factory=list)
    nick: str | None = None

    def __repr__(self) -> str:
        return f"<member {self.user.name} of {self.guild.name}>"

    def permissions(self, channel: Channel | None = None) -> int:
        """Return what this member may do, in the guild or in one of its channels."""
        roles = self.guild.roles
        granted = permissions.within_guild(
            roles[self.guild.id].permissions,
            (roles[role_id].permissions for role_id in self.role_ids),
            is_owner=self.user is self.guild.owner,
        )
        if channel is None:
            return granted
        if self.user is self.guild.owner:
            return permissions.ALL
        return permissions.within_channel(granted, channel.overwrites, self.guild.id, self.role_ids, self.user.id)


@dataclass(eq=False, repr=False)
class Guild:
    """A Discord server."""

    id: int
    name: str
    owner: User
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    locale: str = "en-US"
    is_available: bool = True

    def __repr__(self) -> str:
        return f"<guild {self.name}>"


@dataclass(eq=False, repr=False)
class Channel:
    """A guild's channel, a thread in one, or the DM channel between the bot and one user."""

    id: int
    name: str
    guild: Guild | None = None
    recipient: User | None = None
    kind: int = TEXT_CHANNEL
    overwrites: dict[int, permissions.Overwrite] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    parent: Channel | None = None
    """The channel of a thread, whose permissions are its own."""

    def __repr__(self) -> str:
        return f"<channel {self.name}>"

    def permissions_of(self, user: User) -> int:
        """Return what a user may do here."""
        if self.parent is not None:
            return self.parent.permissions_of(user)
        if self.guild is None:
            return permissions.IN_A_DM
        member = self.guild.members.get(user.id)
        return member.permissions(self) if member else 0

    def may(self, user: User, needed: int) -> bool:
        """Tell whether a user has all the permissions asked for."""
        return self.permissions_of(user) & needed == needed


@dataclass(eq=False, repr=False)
class Message:
    """A message; one that is edited stays the same object, so that a test sees the last state."""

    id: int
    channel: Channel
    author: User
    sent_at: str
    content: str = ""
    flags: int = 0
    components: list[dict[str, Any]] = field(default_factory=list)
    embeds: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    edited_at: str | None = None
    reference: dict[str, Any] | None = None
    interaction_metadata: dict[str, Any] | None = None
    only_for: User | None = None
    """Who alone sees it, when it is ephemeral."""
    pings: frozenset[str] = frozenset()
    """Whom it notified: user and role ids, "everyone", "here"."""
    is_deleted: bool = False

    def __repr__(self) -> str:
        return f"<message by {self.author.name}: {self.text!r}>"

    @property
    def is_ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def is_loading(self) -> bool:
        return bool(self.flags & LOADING)

    @property
    def text(self) -> str:
        """All that can be read: content, text displays, and the words of embeds."""
        words = [self.content, components.shown_text(self.components)]
        for embed in self.embeds:
            words += [embed.get("title") or "", embed.get("description") or ""]
            words += [f"{item['name']} {item['value']}" for item in embed.get("fields", ())]
        return "\n".join(word for word in words if word)

    @property
    def buttons(self) -> list[str]:
        """The labels of its buttons, in order."""
        found = (part for part in walk(self.components) if part.get("type") == components.BUTTON)
        return [part.get("label") or "" for part in found]

    def is_seen_by(self, user: User) -> bool:
        """Tell whether a user can see it now."""
        if self.is_deleted or (self.only_for is not None and self.only_for is not user):
            return False
        if self.channel.guild is None:
            return user is self.channel.recipient or user.is_bot
        return self.channel.may(user, permissions.VIEW_CHANNEL)


class World:
    """Everything that exists, with ids and times from one clock."""

    def __init__(self, clock: Clock, bot_name: str = "Steward") -> None:
        self.clock = clock
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.commands: dict[int | None, list[dict[str, Any]]] = {}
        """Registered application commands, by guild; global ones under None."""
        self.files: dict[str, bytes] = {}
        """What was uploaded, by its path on the CDN."""
        self.address = ""
        """Where the server listens, for the addresses of files."""
        self.bot = self.user(bot_name, is_bot=True)
        self.operator = self.user("operator")

    @property
    def application_id(self) -> int:
        # Since 2017 an application and its bot user have the same id.
        return self.bot.id

    def user(
        self, name: str, *, is_bot: bool = False, locale: str = "en-US", age: timedelta = timedelta(days=900)
    ) -> User:
        """Add an account that was made `age` ago."""
        made_at = snowflake_at(self.clock.unix() - age.total_seconds()) + (self.clock.snowflake() & 0x3FFFFF)
        while made_at in self.users:
            made_at += 1
        user = self.users[made_at] = User(made_at, name, is_bot, locale)
        return user

    def guild(self, name: str, owner: User, *, bot_may: int | None = permissions.MEMBERS_MAY) -> Guild:
        """Add a guild with one text channel; the bot is in it unless `bot_may` is None."""
        guild = Guild(self.clock.snowflake(), name, owner)
        guild.roles[guild.id] = Role(guild.id, "@everyone", permissions.MEMBERS_MAY, position=0)
        self.guilds[guild.id] = guild
        self.join(guild, owner)
        if bot_may is not None:
            self.join(guild, self.bot, [self.role(guild, self.bot.name, bot_may)])
        self.channel(guild, "general")
        return guild

    def role(self, guild: Guild, name: str, granted: int = 0) -> Role:
        """Add a role, above all others."""
        role = Role(self.clock.snowflake(), name, granted, position=len(guild.roles))
        guild.roles[role.id] = role
        return role

    def join(
        self, guild: Guild, user: User, roles: list[Role] | None = None, *, ago: timedelta = timedelta(days=90)
    ) -> Member:
        """Make a user a member who joined `ago`."""
        joined_at = datetime.fromtimestamp(self.clock.unix(), UTC) - ago
        member = Member(user, guild, joined_at, [role.id for role in roles or ()])
        guild.members[user.id] = member
        return member

    def channel(
        self,
        guild: Guild,
        name: str,
        overwrites: dict[int, permissions.Overwrite] | None = None,
        *,
        kind: int = TEXT_CHANNEL,
    ) -> Channel:
        """Add a channel to a guild."""
        channel = Channel(self.clock.snowflake(), name, guild, kind=kind, overwrites=overwrites or {})
        guild.channels[channel.id] = self.channels[channel.id] = channel
        return channel

    def thread(self, head: Message, name: str) -> Channel:
        """Start a thread from a message, whose id it takes."""
        parent = head.channel
        thread = Channel(head.id, name, parent.guild, kind=PUBLIC_THREAD, parent=parent)
        self.channels[thread.id] = thread
        return thread

    def dm(self, user: User) -> Channel:
        """Return the DM channel between the bot and a user, opening it if need be."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        channel = Channel(self.clock.snowflake(), user.name, recipient=user, kind=DM_CHANNEL)
        self.channels[channel.id] = channel
        return channel

    def message(self, channel: Channel, author: User, **contents: Any) -> Message:
        """Put a message into a channel, telling nobody."""
        message = Message(self.clock.snowflake(), channel, author, self.clock.stamp(), **contents)
        channel.messages[message.id] = message
        return message
