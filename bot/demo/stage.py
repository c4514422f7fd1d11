"""The tour as it stands, which every scene goes on with."""

import re
import textwrap
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.demo import thief
from bot.demo.cast import AWAY, CAST
from bot.demo.people import Person
from bot.demo.screen import Screen, words
from bot.demo.teller import Teller
from bot.demo.world import World

ZONE = ZoneInfo("Europe/Berlin")


@dataclass
class Tour:
    """The tour as it stands: the world, who tells it, the codes that workers wrote down, and which case is Ana's."""

    world: World
    teller: Teller
    directory: Path
    codes: dict[str, str] = field(default_factory=dict)
    case_id: str = ""
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str) -> Person:
        """Return one of the cast."""
        if name not in self.people:
            screen = Screen(self.teller.room, ZoneInfo(AWAY.get(name, ZONE.key)), self._name_of)
            self.people[name] = Person(self.world, self.teller, name, screen)
        return self.people[name]

    def surname(self, name: str) -> str:
        """Return the surname of one of the cast, by which a search of files is sure to mean them."""
        return next(each.surname for each in CAST if each.first == name)

    def wrapped(self, text: str) -> list[str]:
        """Return a line of a file in lines that fit into a frame."""
        return textwrap.wrap(text, self.teller.room, subsequent_indent="    ")

    def told_now(self) -> str:
        """Return the simulated time, as a clock in the union's zone shows it."""
        return Screen(self.teller.room, ZONE, self._name_of).moment(self.world.clock.now())

    def posts(self, channel: str) -> list[Any]:
        """Return all that stands in a channel, oldest first."""
        found = self.world.channels[channel]
        return [self.world.env.backend.get_message(found.id, each.id) for each in found.history()]

    def everything_in(self, channel: str) -> list[Any]:
        """Return a copy of everything that can be seen in a channel, to be held against what is there later."""
        return [
            (post.content, deepcopy(post.components), deepcopy(post.reactions), deepcopy(post.attachments))
            for post in self.posts(channel)
        ]

    def looking_at(self, name: str, channel: str, said: str) -> Person:
        """Return somebody who looks at the first post in a channel that says so."""
        person = self.person(name)
        person.looks_at(next(each for each in self.posts(channel) if said in words(each.components)))
        return person

    def digests(self) -> list[Any]:
        """Return every digest in #digests, oldest first. Other posts there are told apart by their lack of counts."""
        return [post for post in self.posts("digests") if "≥ " in words(post.components)]

    def waiting(self) -> int:
        """Return how many reports wait in the vault."""
        return next(len(table.rows) for table in thief.tables(self.directory) if table.name == "intake")

    def _name_of(self, kind: str, number: int) -> str:
        backend = self.world.env.backend
        match kind:
            case "#":
                return f"#{backend.get_channel(number).name}"
            case "@&":
                return f"@{backend.guilds[self.world.guild.id].roles[number].name}"
            case _:
                return f"@{backend.get_user(number).global_name}"


def plain(shown: str) -> str:
    """Undo the marks that make typed text harmless in Discord."""
    return re.sub(r"\\([^\w\s]|_)", r"\1", shown)
