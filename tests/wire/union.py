"""A union on the loopback Discord: a server that is set up, its people, and Steward as its own process."""

from __future__ import annotations

import asyncio
import itertools
import re
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.guilds.rules import Use
from bot.ids import Actor, ChannelId, GuildId, RoleId, UserId
from bot.reports.rules import Report, completed
from bot.reports.taxonomy import CATEGORIES, VALUES
from bot.settings import Settings
from bot.vault.codes import Stretching
from bot.wiring import Steward, open_steward
from cogs.reports.forms import FIRST_STEP

from .bot_process import BotProcess
from .forks import Forks
from .loopback import Channel, Guild, Loopback, Message, Modal, Person
from .loopback.permissions import ADMINISTRATOR

SEND: Final = "Send with the next batch"
SEND_NOW: Final = "Send now"
ANSWERS: Final = {each.value: next(iter(VALUES[each])) for each in FIRST_STEP}
CHEAP: Final = Stretching(passes=1, memory=8)
LONG_AGO: Final = "2001-01-01 00:00:00.000000"
CODE: Final = re.compile(r"```\n((?:[a-z]+ ){7}[a-z]+)\n```")


class Union:
    """One local of the union. Its members do what members do; the test may look into the public record."""

    def __init__(self, discord: Loopback, data: Path, forks: Forks | None = None) -> None:
        self.discord = discord
        self.data = data
        self.bot = BotProcess(discord, data, forks=forks)
        self.guild = discord.new_guild("Local 1")
        self.digests = discord.world.channel(self.guild, "digests")
        self.organizers = discord.world.role(self.guild, "organizers")
        self.boss = discord.person("wilhelmina", self.guild)
        administrators = discord.world.role(self.guild, "administrators", ADMINISTRATOR)
        self.boss.member_of(self.guild).role_ids = [administrators.id, self.organizers.id]
        self.ana = discord.person("anastasia", self.guild)
        self._workers = itertools.count(1)
        self.said: list[str] = ["wilhelmina", "anastasia"]
        """What may never be found in a log."""

    # -- what members do

    async def form(self, person: Person, where: Guild | None) -> Modal:
        """Open the report form: in a server by the command, in a DM by typing anything and pressing the button."""
        if where is None:
            first = await person.press(await person.dm("is anybody there"), "Write a report")
        else:
            first = await person.slash(where, "report file")
        assert "What Steward cannot protect you from" in first.text, "the honest screen comes before the form"
        return await person.press(first, "I have read this: write my report").modal()

    async def preview(self, person: Person, form: Modal, text: str) -> Message:
        """Fill the form in and see what will be kept."""
        self.said.append(text)
        return await person.submit(form, ANSWERS | {"text": text})

    async def send(self, person: Person, preview: Message, button: str = SEND) -> str:
        """Press the button under the preview, and return the case code that is shown."""
        await person.press(preview, button)
        return await self.code(preview)

    async def code(self, card: Message) -> str:
        """Wait for the case code on a card."""
        found = await self.discord.changes.until(
            lambda: CODE.search(card.text), 5.0, lambda: f"no case code is shown but {card.text!r}"
        )
        self.said.append(found[1])
        return found[1]

    async def file(self, person: Person, where: Guild | None, text: str, button: str = SEND) -> str:
        """File a report from beginning to end, and return its case code."""
        return await self.send(person, await self.preview(person, await self.form(person, where), text), button)

    async def check(self, person: Person, where: Guild | None, code: str) -> Message:
        """Come back with a case code."""
        form = await person.slash(where, "report check").modal()
        return await person.submit(form, {"code": code})

    def posted(self, channel: Channel | None = None) -> list[Message]:
        """Return what Steward has posted in a channel, the one for digests if not said otherwise."""
        channel = channel or self.digests
        return [one for one in channel.messages.values() if one.author is self.discord.world.bot and not one.only_for]

    async def until_posted(self, *channels: Channel, within: float = 10.0) -> None:
        """Wait until something stands in each of the channels and the outbox has noted it."""
        await self.discord.changes.until(
            lambda: all(self.posted(channel) for channel in channels or (self.digests,)),
            within,
            lambda: f"nothing was posted\n{self.discord.account()}\n{self.bot.output()[-2000:]}",
        )

    async def until_recorded(self, query: str, wanted: object, within: float = 10.0) -> None:
        """Wait until the public record answers a query as wanted.

        Looks again and again: the process that writes it tells nobody.
        """
        async with asyncio.timeout(within):
            while (found := self.look(query)) != wanted:
                assert self.bot.is_running, f"the bot ended, and the record says {found}"
                await asyncio.sleep(0.02)

    # -- the public record, from outside

    def look(self, query: str) -> Any:
        """Return the first value of the first row of a query."""
        with closing(sqlite3.connect(self.data / "steward.db", timeout=5)) as record:
            return record.execute(query).fetchone()[0]

    def change(self, statement: str, *values: object) -> None:
        """Change the public record while the bot is stopped."""
        assert not self.bot.is_running, "the bot runs: the change would come between its own"
        with closing(sqlite3.connect(self.data / "steward.db")) as record:
            record.execute(statement, values)
            record.commit()

    def make_due(self, job: str) -> None:
        """Let the time of a job have come."""
        self.change("UPDATE schedules SET next_at = ? WHERE job = ?", LONG_AGO, job)

    def age_outbox(self, age: timedelta) -> None:
        """Make every attempt so far that much older, on both sides, and let the next one be due."""
        first = (datetime.now(UTC) - age).strftime("%Y-%m-%d %H:%M:%S.%f")
        self.change("UPDATE outbox SET first_try_at = ? WHERE state = 'sending'", first)
        self.change("UPDATE outbox SET next_try_at = NULL")
        self.discord.clock.forward(age.total_seconds())

    # -- setting up without clicking

    @property
    def settings(self) -> Settings:
        """The settings that the process runs with."""
        values = {"DISCORD_TOKEN": self.discord.token, "STEWARD_DATA_DIR": self.data}
        return Settings.model_validate(values | {"STEWARD_KEY_DIR": self.data.with_name(f"{self.data.name}-keys")})

    async def set_up(self, *others: tuple[Guild, Channel], reports: int = 0, tallied: bool = False) -> None:
        """Set the server up, and others with the channel for their digests.

        With `reports`, so many are filed and half of them released; with `tallied`, a digest has much to tell.
        """
        steward = await open_steward(self.settings, stretching=CHEAP)
        try:
            for guild, channel in [(self.guild, self.digests), *others]:
                await self._choose(steward, guild, channel)
            for part in (reports // 2, reports - reports // 2) if reports else ():
                self.change("UPDATE schedules SET next_at = ? WHERE job = 'release'", LONG_AGO)
                await steward.releases.release_due()
                await asyncio.gather(*(self._file(steward, number) for number in range(part)))
        finally:
            await steward.close()
        if tallied:
            for guild, _ in [(self.guild, self.digests), *others]:
                for value in CATEGORIES:
                    self.change("INSERT INTO tallies VALUES (?, 'category', ?, 100000, 0, NULL)", guild.id, value)

    async def _choose(self, steward: Steward, guild: Guild, channel: Channel) -> None:
        actor = Actor(GuildId(guild.id), UserId(self.boss.user.id), is_administrator=True)
        await steward.guilds.choose_organizer_role(actor, RoleId(self.organizers.id))
        await steward.guilds.choose_organizers(actor, frozenset({actor.user_id}))
        await steward.guilds.choose_channel(actor, Use.DIGESTS, ChannelId(channel.id))

    async def _file(self, steward: Steward, number: int) -> None:
        facets = completed({each: list(values)[number % len(values)] for each, values in VALUES.items()})
        actor = Actor(GuildId(self.guild.id), UserId(next(self._workers)))
        await steward.reports.file(actor, steward.reports.new_form(), Report(facets, f"Report number {number}"))

    # -- what must hold at the end

    def check_output(self) -> None:
        """Fail if any run of the bot printed an id, a name, a text, a code, a token or a traceback."""
        world = self.discord.world
        ids = [*world.users, *world.guilds, *world.channels, *self.discord.interactions.all]
        ids += [message for channel in world.channels.values() for message in channel.messages]
        printed = self.bot.output()
        found = [each for each in [*map(str, ids), *self.said, self.discord.token, "Traceback"] if each in printed]
        assert not found, f"the log names {found}:\n{printed}"

    def killed_at(self, place: str) -> None:
        """Let the next starts end with SIGKILL at a fail point; an empty name lets them live."""
        self.bot.command = (sys.executable, "-m", "tests.wire.killed_at", place)
