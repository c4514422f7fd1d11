"""People who use the bot: they can do what a person can do, and see what a person sees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from . import commands, components, forms
from .interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT, Modal
from .outcomes import Outcome, Said
from .permissions import SEND_MESSAGES, USE_APPLICATION_COMMANDS
from .resolving import Resolved
from .world import Channel, Guild, Member, Message, User

if TYPE_CHECKING:
    from .server import Loopback

Json = dict[str, Any]
Place = Guild | Channel | None
"""Where something is done: a guild's first channel, a channel, or the DMs with the bot (None)."""


class Person:
    """Someone who talks to the bot.

    Whatever they do returns at once with an outcome, to be awaited for the bot's answer. An AssertionError says that
    a person could not do that: a button that is not there, a field left empty, a message they cannot see.
    """

    def __init__(self, user: User, discord: Loopback) -> None:
        self.user = user
        self._discord = discord

    def __repr__(self) -> str:
        return f"<{self.user.name}>"

    def member_of(self, guild: Guild) -> Member:
        """Return this person as a member of a guild."""
        return guild.members[self.user.id]

    @property
    def dm_channel(self) -> Channel:
        """Their DMs with the bot."""
        return self._discord.world.dm(self.user)

    # -- doing

    def slash(self, where: Place, typed: str, /, **options: object) -> Outcome:
        """Use a command: `ana.slash(guild, "petition sign", petition="fair-pay")`."""
        channel = self._place(where, USE_APPLICATION_COMMANDS)
        data = commands.payload(self._discord.world, channel, typed, options)
        return self.forge(channel, COMMAND, data, what=f"/{typed} in {_name(channel)}")

    def complete(self, where: Place, typed: str, /, **options: object) -> Outcome:
        """Type into the last of the options, and await `choices()`."""
        channel = self._place(where, USE_APPLICATION_COMMANDS)
        data = commands.payload(self._discord.world, channel, typed, options, focused=list(options)[-1])
        return self.forge(channel, AUTOCOMPLETE, data, what=f"the choices of /{typed} in {_name(channel)}")

    def press(self, message: Message, wanted: str) -> Outcome:
        """Press the button with this custom_id or label."""
        button = components.button(self._look_at(message).components, wanted)
        data = {"component_type": components.BUTTON, "custom_id": button["custom_id"], "id": button["id"]}
        return self.forge(message.channel, COMPONENT, data, what=f"the button {wanted!r}", source=message)

    def choose(self, message: Message, values: object, *, custom_id: str | None = None) -> Outcome:
        """Choose from a menu: option values, or users, roles and channels; one or a list."""
        menu = components.select(self._look_at(message).components, custom_id)
        resolved = Resolved(self._discord.world, message.channel.guild)
        data = {
            "component_type": menu["type"],
            "custom_id": menu["custom_id"],
            "id": menu["id"],
            "values": forms.picks(menu, values, resolved),
        }
        data |= {"resolved": resolved.written} if resolved.written else {}
        return self.forge(message.channel, COMPONENT, data, what=f"the menu {menu['custom_id']!r}", source=message)

    def submit(self, modal: Modal, filled: Mapping[str, object]) -> Outcome:
        """Submit a form, with fields named by custom_id or label; a form may be submitted more than once."""
        opened_by = modal.opened_by
        assert opened_by.user is self.user, f"the form {modal.title!r} was opened for {opened_by.user.name}"
        data = forms.payload(modal, filled, Resolved(self._discord.world, opened_by.channel.guild))
        what = f"the form {modal.title!r}"
        return self.forge(opened_by.channel, MODAL_SUBMIT, data, what=what, source=opened_by.source)

    def dm(self, text: str, *, files: Mapping[str, bytes] | None = None) -> Said:
        """Write to the bot."""
        return self.says(self.dm_channel, text, files=files)

    def says(self, channel: Channel, text: str, *, files: Mapping[str, bytes] | None = None) -> Said:
        """Write in a channel."""
        assert channel.may(self.user, SEND_MESSAGES), f"{self.user.name} may not write in {_name(channel)}"
        message = self._discord.world.message(channel, self.user, content=text)
        resolved = Resolved(self._discord.world, channel.guild)
        for name, content in (files or {}).items():
            resolved.refer((name, content))
        message.attachments = list(resolved.written.get("attachments", {}).values())
        self._discord.announce(message)
        return Said(self._discord, message)

    def forge(
        self, where: Place, kind: int, data: Json, *, what: str = "a forged interaction", source: Message | None = None
    ) -> Outcome:
        """Send any interaction, also one that Discord's client would not offer."""
        channel = where if isinstance(where, Channel) else self._place(where, 0)
        interaction = self._discord.interactions.begin(kind, self.user, channel, data, what, source)
        return Outcome(self._discord, interaction)

    # -- seeing

    def sees(self, where: Place) -> list[Message]:
        """Return the messages that this person sees somewhere, oldest first."""
        channel = self._place(where, 0)
        return [message for message in channel.messages.values() if message.is_seen_by(self.user)]

    def inbox(self) -> list[Message]:
        """Return what the bot has written to them in DMs, oldest first."""
        return [message for message in self.sees(None) if message.author is self._discord.world.bot]

    # -- finding

    def _place(self, where: Place, needed: int) -> Channel:
        if where is None:
            return self.dm_channel
        channel = next(iter(where.channels.values())) if isinstance(where, Guild) else where
        assert channel.may(self.user, needed), f"{self.user.name} may not do that in {_name(channel)}"
        return channel

    def _look_at(self, message: Message) -> Message:
        assert message.is_seen_by(self.user), f"{self.user.name} does not see the message {message.text!r}"
        assert not message.is_loading, f"the message for {self.user.name} is still being thought about"
        return message


def _name(channel: Channel) -> str:
    return f"#{channel.name}" if channel.guild else "DMs"
