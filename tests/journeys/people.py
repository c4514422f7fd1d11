"""People as a story tells of them: they look at what they were shown, press, choose and fill in."""

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

from simcord import InteractionResult, MemberActor

from bot.demo.world import World
from bot.ids import Actor, GuildId, RoleId, UserId

FORM = {"category": ["MON"], "role": ["qa"], "employment": ["employee"], "effect": ["none"]}


def parts(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Walk through everything on a card."""
    for component in components:
        yield component
        yield from parts(component.get("components") or [])
        if component.get("accessory"):
            yield from parts([component["accessory"]])


def read(shown: Any) -> str:
    """Return every word of a message or an answer, buttons in brackets."""
    if isinstance(shown, InteractionResult):
        shown = shown.followups[-1] if shown.followups else shown.response
        assert shown is not None, "nothing was shown"
    lines = [
        part.get("content") or (f"[{part['label']}]" if part.get("label") else "") for part in parts(shown.components)
    ]
    return "\n".join(line for line in lines if line)


class Person:
    """Somebody in the story, in the server's #general or in a direct message with Steward."""

    def __init__(self, world: World, member: MemberActor) -> None:
        self.world = world
        self.member = member
        self.last: InteractionResult | None = None

    @property
    def seen(self) -> str:
        """Return the words on the card last shown."""
        return read(self.last)

    async def runs(self, command: str, *, direct: bool = False, **options: str) -> "Person":
        """Use a slash command."""
        if direct:
            self.last = await self.member.user.slash(command, **options)
        else:
            self.last = await self.member.slash(self.world.channels["general"], command, **options)
        return self

    async def types_to_steward(self, text: str) -> str:
        """Write a direct message and return what Steward answers."""
        await self.member.send_dm(text)
        message = self.member.user.dm_channel.last_message
        assert message is not None
        return read(self.world.env.backend.get_message(message.channel.id, message.id))

    async def sends_file(self, name: str, content: bytes) -> None:
        """Send a file to Steward in a direct message."""
        backend, channel = self.world.env.backend, self.member.user.dm_channel
        await self.member.send_dm("", attachments=backend.store_attachments(channel.id, [(name, content)]))

    async def presses(self, label: str) -> "Person":
        """Press a button of the card last shown, by its label."""
        self.last = await self._actor.click(self._card, label=label)
        return self

    async def opens(self, case: str) -> "Person":
        """Open a case from the list last shown."""
        self.last = await self._actor.click(self._card, custom_id=f"reports:case:v1:{case}")
        return self

    async def presses_in_direct_message(self, label: str) -> "Person":
        """Press a button under Steward's last direct message."""
        message = self.member.user.dm_channel.last_message
        assert message is not None
        self.last = await self.member.user.click(message, label=label)
        return self

    async def chooses(self, custom_id: str, *values: Any) -> "Person":
        """Choose in a menu of the card last shown."""
        self.last = await self._actor.select(self._card, list(values), custom_id=custom_id)
        return self

    async def fills_in(self, **fields: Any) -> "Person":
        """Fill in and submit the form that was opened."""
        assert self.last is not None
        self.last = await self._actor.submit_modal(self.last, fields)
        return self

    async def reports(self, text: str, *, direct: bool = False, at_once: bool = False, **choices: Any) -> str:
        """File a report from beginning to end and return the case code."""
        await self.runs("report file", direct=direct)
        await self.presses("I have read this: write my report")
        await self.fills_in(**{**FORM, **choices}, text=text)
        if "Could somebody recognise you" in self.seen:
            await self.presses("Keep it as it is")
        await self.presses("Send now" if at_once else "Send with the next batch")
        return self.code

    async def comes_back(self, code: str, *, direct: bool = False) -> "Person":
        """Return with a case code."""
        await self.runs("report check", direct=direct)
        return await self.fills_in(code=code)

    async def confirms_everything(self) -> None:
        """Confirm every case, as an organizer who has read them all."""
        actor = Actor(
            GuildId(self.world.guild.id),
            UserId(self.member.user.id),
            frozenset(RoleId(role.id) for role in self.world.roles.values()),
        )
        desk = self.world.steward.desk
        page = await desk.page(actor)
        for number in range(page.pages):
            for case in (await desk.page(actor, number)).cases:
                await desk.confirm(actor, case.id, is_confirmed=True)

    @property
    def code(self) -> str:
        """Return the case code on the card last shown."""
        return self.seen.split("```")[1].strip()

    @property
    def routes(self) -> list[str]:
        """Return the routes of the buttons and menus on the card last shown."""
        return [part["custom_id"] for part in parts(self._card.components) if part.get("custom_id")]

    @property
    def cases(self) -> list[str]:
        """Return the cases on the list last shown."""
        return re.findall(r"^\*\*(\w{6})\*\*", self.seen, re.MULTILINE)

    @property
    def _card(self) -> Any:
        assert self.last is not None
        return self.last.followups[-1] if self.last.followups else self.last.response

    @property
    def _actor(self) -> Any:
        in_direct_message = self.last is not None and self.last._interaction.guild_id is None
        return self.member.user if in_direct_message else self.member


def posts(world: World, channel: str) -> list[str]:
    """Return the words of every message in a channel, oldest first."""
    where = world.channels[channel]
    return [read(world.env.backend.get_message(where.id, message.id)) for message in where.history()]


def digests(world: World) -> list[str]:
    """Return the words of every digest that was posted, oldest first."""
    return [post for post in posts(world, "digests") if "What AI does to our jobs" in post]


async def weeks_until_a_digest_is_decided(world: World) -> None:
    """Let weeks pass until a digest has something to tell, whether or not it can be posted."""
    for _ in range(40):
        await world.later(days=7)
        with closing(sqlite3.connect(world.settings.database_path)) as record:
            if record.execute("SELECT 1 FROM outbox WHERE natural_key LIKE 'digest:%'").fetchone():
                return
    raise AssertionError("no digest was decided")
