"""A local of the union for crash tests: real stores and services, a set clock, and a channel that is a file."""

from __future__ import annotations

import json
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import discord
from discord.components import _component_factory

from bot.commitments.service import Commitments
from bot.database.audit import AuditChain
from bot.database.engine import Database
from bot.digests.service import KIND, Digests
from bot.guilds.rules import Use
from bot.guilds.service import Guilds
from bot.ids import Actor, ChannelId, GuildId, RoleId, UserId
from bot.outgoing import Outgoing
from bot.petitions import rules
from bot.petitions.conditions import Condition
from bot.petitions.counting import Counting
from bot.petitions.rules import Visibility
from bot.petitions.service import CARD, MILESTONE, Petitions
from bot.petitions.wording import compose
from bot.polls.service import Polls
from bot.reports.desk import Desk
from bot.reports.release import Releases
from bot.reports.rules import Report, completed
from bot.reports.seals import Seals
from bot.reports.service import Keeping, Reports
from bot.reports.taxonomy import VALUES, Dimension
from bot.resources.service import Resources
from bot.texts import Translate
from bot.townhalls.service import TownHalls
from bot.vault.box import BallotBox
from bot.vault.codes import Codes, Stretching
from bot.vault.engine import Vault
from bot.vault.gathering import Gathering
from bot.vault.intake import Intake
from bot.vault.keys import Keys
from bot.vault.roll import Roll
from bot.wiring import telling
from cogs.digests.cards import digest
from cogs.layout import card

MONDAY = datetime(2026, 11, 16, 12, tzinfo=UTC)
GUILD = GuildId(7)
BOSS = Actor(GUILD, UserId(70), frozenset({RoleId(71)}), is_administrator=True)
FACETS = completed({dimension: next(iter(values)) for dimension, values in VALUES.items()})
WORDS = compose("Paid training first", "The board", ["Training in working hours"], "We learn it in the evening.")
FULL_CELL = ("category", list(VALUES[Dimension.CATEGORY])[-1])
"""A cell so full that every digest has something to tell: what it tells is drawn by lot."""


class SetClock:
    """Tell the time it was set to."""

    def __init__(self, now: datetime) -> None:
        self.moment = now

    def now(self) -> datetime:
        return self.moment

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


@dataclass
class Posted:
    id: int
    author: Any
    components: list[Any]


class ChannelFile:
    """Stand in for the client and its one channel: whatever is sent is a line of a file, once per nonce."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.user = discord.Object(1)

    def is_ready(self) -> bool:
        return True

    def get_partial_messageable(self, _: int) -> ChannelFile:
        return self

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.path.read_text().splitlines()] if self.path.exists() else []

    async def history(self, **_: object) -> AsyncIterator[Posted]:
        for number, line in enumerate(self.lines):
            parts = [_component_factory(part) for part in line["components"]]
            yield Posted(number + 1, self.user, parts)

    def get_partial_message(self, number: int) -> CardFile:
        return CardFile(self.path.with_name(f"card {number}.json"))

    async def send(self, *, view: discord.ui.LayoutView, nonce: str, **_: object) -> Posted:
        if all(line["nonce"] != nonce for line in self.lines):
            with self.path.open("a") as file:
                parts = view.to_components()  # type: ignore[no-untyped-call]
                file.write(json.dumps({"nonce": nonce, "components": parts}) + "\n")
        return Posted(len(self.lines), self.user, [])


class CardFile:
    """Stand in for a message that is edited: a file that holds how it reads now."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def edit(self, *, view: discord.ui.LayoutView, **_: object) -> None:
        self.path.write_text(json.dumps(view.to_components()))  # type: ignore[no-untyped-call]


def told(contents: Mapping[str, Any], _: Translate, reference: str) -> discord.ui.LayoutView:
    """Show what a card or a milestone says, as it is."""
    return card(json.dumps(contents, sort_keys=True)[:3000], reference)


@dataclass
class Local:
    """Everything of one data directory."""

    clock: SetClock
    database: Database
    vault: Vault
    guilds: Guilds
    reports: Reports
    releases: Releases
    desk: Desk
    digests: Digests
    outgoing: Outgoing
    channel: ChannelFile
    petitions: Petitions
    counting: Counting
    roll: Roll

    async def set_up(self) -> None:
        await self.guilds.choose_organizer_role(BOSS, RoleId(71))
        await self.guilds.choose_organizers(BOSS, frozenset({BOSS.user_id}))
        await self.guilds.choose_channel(BOSS, Use.DIGESTS, ChannelId(72))
        await self.guilds.choose_channel(BOSS, Use.PETITIONS, ChannelId(72))

    async def file(self, name: str, *, at_once: bool = False) -> str:
        """File the report of a form, which always has the same token and the same text."""
        worker = Actor(GUILD, UserId(zlib.crc32(name.encode())))
        receipt = await self.reports.file(worker, f"form {name}", Report(FACETS, f"Report {name}"), at_once=at_once)
        return str(receipt.code)

    async def sign(self, petition_id: str, number: int) -> None:
        """Sign with a name; only the first time it is somebody new."""
        signer = Actor(GUILD, UserId(5_000 + number))
        await self.petitions.sign(signer, petition_id, WORDS.hash, Condition(), f"Signer {number}")

    async def take_back(self, petition_id: str, number: int) -> None:
        await self.petitions.take_back(Actor(GUILD, UserId(5_000 + number)), petition_id)

    async def start_petition(self, name: str) -> str:
        """Start the petition of a form, which always has the same token; return its id."""
        now = self.clock.now()
        terms = rules.set_terms(Visibility.ORGANIZERS, 5, 3, now + timedelta(days=90), now)
        return (await self.petitions.start(BOSS, f"petition {name}", WORDS, terms)).id


@asynccontextmanager
async def opened(folder: Path, now: datetime = MONDAY) -> AsyncIterator[Local]:
    """Open, or make, the stores in a folder."""
    keys = Keys(folder / "keys")
    database = Database.at(f"sqlite+aiosqlite:///{folder / 'steward.db'}")
    try:
        await database.prepare()
        vault = await Vault.open(folder / "vault.db")
        try:
            clock = SetClock(now)
            chain = AuditChain(keys.tags)
            guilds = Guilds(database, chain, clock)
            intake, seals = Intake(vault), Seals(keys)
            codes = Codes(keys.codes, Stretching(passes=1, memory=8))
            channel = ChannelFile(folder / "channel.jsonl")
            outgoing = Outgoing(cast("discord.Client", channel), database, clock)
            outgoing.render_with(KIND, digest)
            for kind in (CARD, MILESTONE):
                outgoing.render_with(kind, told)
            roll = Roll(vault)
            petitions = Petitions(guilds, database, roll, keys, chain, clock)
            polls = Polls(guilds, database, BallotBox(vault), keys, clock)
            halls = TownHalls(guilds, database, Gathering(vault), keys, chain, clock)
            commitments = Commitments(guilds, petitions, halls, database, chain, clock)
            yield Local(
                clock,
                database,
                vault,
                guilds,
                Reports(guilds, database, intake, seals, codes, clock, Keeping.at(folder, 14)),
                Releases(guilds, database, intake, seals, clock),
                Desk(guilds, commitments, database, seals, chain, clock),
                Digests(
                    guilds,
                    telling(petitions, polls, Resources(guilds, database, chain, clock), commitments),
                    database,
                    clock,
                ),
                outgoing,
                channel,
                petitions,
                Counting(petitions, guilds, database, roll, clock),
                roll,
            )
        finally:
            await vault.close()
    finally:
        await database.close()
