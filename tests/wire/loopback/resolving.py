"""People, roles, channels and files that an interaction refers to by id and describes beside."""

from __future__ import annotations

from typing import Any

from . import contents, payloads
from .world import Channel, Guild, Member, Role, User, World

Json = dict[str, Any]


class Resolved:
    """Collect the `resolved` part of an interaction."""

    def __init__(self, world: World, guild: Guild | None) -> None:
        self.written: Json = {}
        self._world = world
        self._guild = guild

    def refer(self, thing: object) -> str:
        """Describe a thing and return its id.

        Raises:
            AssertionError: when it is nothing a person could pick.
        """
        match thing:
            case Member():
                return self.refer(thing.user)
            case User():
                if self._guild is not None and thing.id in self._guild.members:
                    member = payloads.member(self._guild.members[thing.id])
                    del member["user"]
                    self._add("members", thing.id, member | {"permissions": "0"})
                return self._add("users", thing.id, payloads.user(thing))
            case Role():
                return self._add("roles", thing.id, payloads.role(thing))
            case Channel():
                return self._add("channels", thing.id, payloads.channel(thing, self._world))
            case (str() as filename, bytes() as content):
                file = contents.attachment(self._world, filename, content)
                return self._add("attachments", int(file["id"]), file)
        # The driver's own Person, which stands above this module.
        user = getattr(thing, "user", None)
        assert isinstance(user, User), f"{thing!r} is not a user, role, channel, or (file name, bytes)"
        return self.refer(user)

    def _add(self, kind: str, thing_id: int, written: Json) -> str:
        self.written.setdefault(kind, {})[str(thing_id)] = written
        return str(thing_id)
