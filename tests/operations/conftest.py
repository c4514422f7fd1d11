"""An installation with real rows in both stores, made in a temporary folder, and a small Discord to ask."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.database import outbox
from bot.database.engine import Database
from bot.database.outbox import Letter
from bot.guilds.rules import Use
from bot.ids import Actor, CaseCode, ChannelId, GuildId, RoleId, UserId
from bot.operations.machine import Machine
from bot.reports.taxonomy import Dimension
from bot.settings import Settings
from bot.vault import agefiles
from bot.vault.codes import Stretching
from bot.wiring import Steward, open_steward

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
GUILD, CHANNEL, ROLE, BOT = 4000, 5000, 6000, 7000
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.abcdefghijklmnopqrstuvwxyz0123456789AB"
CHEAP = Stretching(passes=1, memory=8)
ADMINISTRATOR = Actor(GuildId(GUILD), UserId(1), is_administrator=True)
FACETS = {Dimension.CATEGORY: "MON", Dimension.ROLE: "qa", Dimension.EFFECT: "none", Dimension.CONSENT: "count"}


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    at: datetime = MONDAY

    def now(self) -> datetime:
        return self.at


@dataclass
class House:
    """One installation: where it lives, what time it is there, and the key its backups are sealed to."""

    root: Path
    clock: Clock = field(default_factory=Clock)
    extra: dict[str, Any] = field(default_factory=dict)
    codes: list[CaseCode] = field(default_factory=list)

    @property
    def identity(self) -> Path:
        return self.root / "offline.key"

    @property
    def settings(self) -> Settings:
        key = agefiles.identities(self.identity.read_text())[0]
        places = {f"STEWARD_{name.upper()}_DIR": self.root / name for name in ("data", "key", "backup")}
        return Settings.model_validate(
            {**places, "STEWARD_BACKUP_RECIPIENT": str(key.to_public()), "DISCORD_TOKEN": TOKEN, **self.extra}
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Steward]:
        steward = await open_steward(self.settings, self.clock, CHEAP)
        try:
            yield steward
        finally:
            await steward.close()

    async def file(self, steward: Steward, text: str) -> CaseCode:
        report = steward.reports.compose(FACETS, text)
        return (await steward.reports.file(ADMINISTRATOR, steward.reports.new_form(), report)).code

    async def fill(self) -> None:
        """Set a guild up, release three reports, let a fourth wait and a message be unsent."""
        async with self.running() as steward:
            await steward.guilds.choose_organizer_role(ADMINISTRATOR, RoleId(ROLE))
            await steward.guilds.choose_organizers(ADMINISTRATOR, frozenset({UserId(2)}))
            await steward.guilds.choose_channel(ADMINISTRATOR, Use.DIGESTS, ChannelId(CHANNEL))
            self.codes = [await self.file(steward, f"Report {number}") for number in range(3)]
            self.clock.at += timedelta(days=1)
            await steward.releases.release_due()
            self.codes.append(await self.file(steward, "A report that waits"))
        await self.queue("digest:made-up")

    async def queue(self, natural_key: str) -> None:
        database = Database.at(self.settings.database)
        async with database.begin() as connection:
            letter = Letter(natural_key, GuildId(GUILD), ChannelId(CHANNEL), "digest", {}, "en")
            await outbox.queue(connection, letter)
        await database.close()

    def contents(self) -> dict[str, tuple[bytes, int, int]]:
        """Return every byte, mode and time below the root, for comparing."""
        return {
            str(path.relative_to(self.root)): (
                path.read_bytes() if path.is_file() else b"",
                path.stat().st_mode,
                path.stat().st_mtime_ns,
            )
            for path in sorted(self.root.rglob("*"))
        }


def new_house(root: Path) -> House:
    root.mkdir(mode=0o700)
    made = House(root)
    key = agefiles.new_identity()
    made.identity.write_text(f"# public key: {key.to_public()}\n{key}\n")
    made.identity.chmod(0o600)
    return made


@pytest.fixture
def house(tmp_path: Path) -> House:
    """An installation that was never started."""
    return new_house(tmp_path / "house")


@pytest.fixture(scope="session")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> House:
    """An installation that tests copy, since making one takes a hundred synced writes."""
    made = new_house(tmp_path_factory.mktemp("lived-in") / "house")
    asyncio.run(made.fill())
    return made


@pytest.fixture
def filled(house: House, lived_in: House) -> House:
    """An installation with cases, a waiting report and an unsent message."""
    shutil.copytree(lived_in.root, house.root, dirs_exist_ok=True)
    house.clock.at = lived_in.clock.at
    house.codes = list(lived_in.codes)
    return house


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine on which nothing is wrong."""
    proc = tmp_path / "proc"
    proc.mkdir()
    (proc / "swaps").write_text("Filename Type Size Used Priority\n")
    (proc / "mounts").write_text("/dev/sda1 / ext4 rw 0 0\n")
    (proc / "locks").write_text("")
    return Machine((3, 12, 1), (3, 45, 0), 3, 0, "", lambda _path: 10**10, proc, tmp_path / "devices")


@dataclass
class FakeDiscord:
    """Answers a handful of questions from a dictionary that tests change."""

    answers: dict[str, Any]
    token: str = TOKEN
    clock: Clock = field(default_factory=Clock)
    url: str = ""
    status: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        path = request.path.removeprefix("/api/v10")
        self.asked.append(path)
        headers = {"Date": f"{self.clock.at:%a, %d %b %Y %H:%M:%S} GMT"}
        if request.headers.get("Authorization") != f"Bot {self.token}":
            return web.json_response({"message": "401: Unauthorized", "code": 0}, status=401, headers=headers)
        status = self.status.get(path, 200 if path in self.answers else 404)
        return web.json_response(self.answers.get(path, {}), status=status, headers=headers)


@pytest.fixture
async def discord_says(house: House) -> AsyncIterator[FakeDiscord]:
    """A Discord where the application and one server are as they should be."""
    may = str(101376)
    fake = FakeDiscord(
        {
            "/users/@me": {"id": str(BOT), "username": "steward"},
            "/oauth2/applications/@me": {"id": "8000", "name": "Steward", "flags": 0, "bot_public": False},
            "/applications/8000/commands": [{"name": "report"}],
            "/applications/8000/guilds/4000/commands": [],
            "/users/@me/guilds": [{"id": str(GUILD), "name": "Local\u202e 1"}],
            "/guilds/4000": {"roles": [{"id": str(GUILD), "permissions": may}, {"id": "9", "permissions": "8"}]},
            "/guilds/4000/members/7000": {"roles": []},
            "/guilds/4000/channels": [{"id": str(CHANNEL), "permission_overwrites": []}],
        },
        clock=house.clock,
    )
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", fake.answer)
    async with TestServer(app) as server:
        fake.url = str(server.make_url("")).rstrip("/")
        yield fake


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, house: House) -> pytest.MonkeyPatch:
    """The surroundings of a command: the house as working directory, its places in the environment."""
    for name in [name for name in os.environ if name.startswith(("STEWARD_", "DISCORD_", "DATABASE_"))]:
        monkeypatch.delenv(name)
    for name in ("data", "key", "backup"):
        monkeypatch.setenv(f"STEWARD_{name.upper()}_DIR", str(house.root / name))
    monkeypatch.setenv("STEWARD_BACKUP_RECIPIENT", house.settings.backup_recipients[0])
    monkeypatch.chdir(house.root)
    return monkeypatch


def moved(house: House, root: Path) -> House:
    """Return an empty machine with the same offline key, and with copies of the key files."""
    root.mkdir(mode=0o700)
    there = replace(house, root=root, extra={})
    there.identity.write_bytes(house.identity.read_bytes())
    (root / "key").mkdir(mode=0o700)
    for path in (house.root / "key").iterdir():
        (root / "key" / path.name).write_bytes(path.read_bytes())
        (root / "key" / path.name).chmod(0o600)
    return there
