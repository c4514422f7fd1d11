"""The tour holds in every step, and the lobby serves nobody but its visitor."""

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from bot.demo import lobby, scenes, thief
from bot.demo.cast import SAME_DAY, assemble
from bot.demo.lobby import Lobby
from bot.demo.logfile import logging_to
from bot.demo.stage import Tour
from bot.demo.teller import WIDEST, Teller
from bot.demo.tour import tell
from bot.demo.world import World, open_world
from bot.vault.codes import Stretching

CHEAP = Stretching(passes=1, memory=8)


async def test_every_step_of_the_tour_holds(tmp_path: Path) -> None:
    out = io.StringIO()
    teller = Teller(out)
    with logging_to(tmp_path / "steward.log"):
        async with open_world(tmp_path, stretching=CHEAP) as world:
            await assemble(world)
            await tell(world, teller, tmp_path)
    assert teller.failed == []
    assert f"{teller.held} of {teller.held} steps held." in out.getvalue()
    assert max(map(len, out.getvalue().splitlines())) <= WIDEST
    assert "\x1b" not in out.getvalue()


def test_a_step_that_does_not_hold_is_told() -> None:
    out = io.StringIO()
    teller = Teller(out)
    teller.expect("The sun rises.", held=True)
    teller.expect("Pigs fly.", held=False)
    assert (teller.held, teller.failed) == (1, ["Pigs fly."])
    assert "✗ Pigs fly." in out.getvalue()


def test_a_search_finds_an_id_however_it_is_written(tmp_path: Path) -> None:
    number = 1457644791398400002
    for name, content in {
        "decimal": str(number).encode(),
        "hexadecimal": f"{number:X}".encode(),
        "big": b"..." + number.to_bytes(8, "big"),
        "little": b"..." + number.to_bytes(8, "little"),
        "other": str(number + 1).encode(),
    }.items():
        (tmp_path / name).write_bytes(content)
    found = {path.name for path, _ in thief.search(tmp_path, thief.forms_of(str(number)))}
    assert found == {"decimal", "hexadecimal", "big", "little"}


class Visitor:
    """A browser on the lobby of a union in which Ana's report waits."""

    def __init__(
        self, world: World, directory: Path, opened: Lobby, address: str, session: aiohttp.ClientSession
    ) -> None:
        self.world = world
        self.lobby = opened
        self.directory = directory
        self.address = URL(address)
        self.session = session

    async def looks_at(self, page: str = "", **headers: str) -> tuple[int, str]:
        async with self.session.get(self.address / page if page else self.address, headers=headers) as answer:
            return answer.status, await answer.text()

    async def searches(self, text: str) -> str:
        async with self.session.get((self.address / "inside").with_query(find=text)) as answer:
            return await answer.text()

    async def presses(self, action: str, **fields: str) -> aiohttp.ClientResponse:
        return await self._posts(action, fields, {"Origin": str(self.address.origin())})

    async def is_sent_by(self, origin: dict[str, str], action: str, **fields: str) -> int:
        return (await self._posts(action, fields, origin)).status

    async def _posts(self, action: str, fields: dict[str, str], headers: dict[str, str]) -> aiohttp.ClientResponse:
        async with self.session.post(
            self.address / action, data=fields, headers=headers, allow_redirects=False
        ) as answer:
            await answer.read()
            return answer


@pytest.fixture
async def visitor(data_dir: Path, tmp_path: Path) -> AsyncIterator[Visitor]:
    async with open_world(data_dir.parent, stretching=CHEAP) as world:
        await assemble(world)
        tour = Tour(world, Teller(io.StringIO()), tmp_path)
        await scenes.set_up(tour)
        await scenes.report(tour)
        async with lobby.opened(world, tmp_path, 0) as (opened, address), aiohttp.ClientSession() as session:
            yield Visitor(world, tmp_path, opened, address, session)


async def test_the_lobby_offers_everybody_and_tells_the_time(visitor: Visitor) -> None:
    status, page = await visitor.looks_at()
    assert status == 200
    assert "Monday 5 January 2026, 09:00" in page
    assert "1 report or answer" in page
    assert "Pat Corneroffice" in page
    for name in lobby.STATIC:
        assert (await visitor.looks_at(name))[0] == 200


async def test_other_sites_cannot_reach_the_lobby(visitor: Visitor) -> None:
    port = visitor.address.port
    assert (await visitor.looks_at(Host=f"evil.example:{port}"))[0] == 403
    assert (await visitor.looks_at(Origin="http://evil.example"))[0] == 403
    before = visitor.world.clock.now()
    for origin in ({}, {"Origin": "null"}, {"Origin": "http://evil.example"}, {"Origin": f"http://127.0.0.1:{port}0"}):
        assert await visitor.is_sent_by(origin, "move", to="day") == 403
    assert visitor.world.clock.now() == before
    async with visitor.session.get(visitor.address.origin() / "guessed" / "") as answer:
        assert answer.status == 404


async def test_a_place_opens_and_the_one_before_closes(visitor: Visitor) -> None:
    first = await visitor.presses("open", place="Ana/Direct message with Steward")
    assert first.status == 303
    address = URL(first.headers["Location"])
    assert address.host == "127.0.0.1"
    assert address.fragment
    async with visitor.session.get(address) as answer:
        assert answer.status == 200
    second = await visitor.presses("open", place="Pat/#general")
    assert second.headers["Location"] != first.headers["Location"]
    with pytest.raises(aiohttp.ClientConnectionError):
        await visitor.session.get(address)
    assert "Open now: <strong>Pat</strong>, #general." in (await visitor.looks_at())[1]
    assert (await visitor.presses("open", place="Nobody/#general")).status == 404


async def test_time_moves_when_told_and_steward_restarts_under_an_open_place(visitor: Visitor) -> None:
    await visitor.presses("open", place="Vera/#general")
    for to, expected in (("release", "5 January 2026, 18:00"), ("day", "6 January 2026, 18:00")):
        assert (await visitor.presses("move", to=to)).status == 303
        assert expected in (await visitor.looks_at())[1]
    old = visitor.world.steward
    assert (await visitor.presses("move", to="restart")).status == 303
    assert visitor.world.steward is not old
    assert (await visitor.presses("move", to="digest")).status == 303
    assert "13 January 2026, 09:00" in (await visitor.looks_at())[1]
    assert (await visitor.presses("move", to="yesterday")).status == 404


async def test_looking_inside_shows_rows_and_no_reporter(visitor: Visitor) -> None:
    page = await visitor.searches("")
    ana, vera = (visitor.world.people[name].id for name in ("Ana", "Vera"))
    tables = page.partition("Every table")[2]
    assert "sealed, 1," in tables
    assert str(ana) not in tables
    assert str(vera) in tables
    assert f"<td>{ana}</td><td>found nowhere</td>" in page
    assert f"<td>{vera}</td><td>found in steward.db: kept on purpose" in page
    assert "is in no file" in await visitor.searches(str(ana))
    assert "data/steward.db, as 64 bits, big end first" in await visitor.searches(str(vera))
    assert "<script>" not in await visitor.searches("<script>")


async def test_a_taken_port_is_passed_over(visitor: Visitor) -> None:
    taken = visitor.address.port
    assert taken is not None
    async with lobby.opened(visitor.world, visitor.directory, taken) as (_, address):
        assert URL(address).port != taken


async def test_what_is_due_happens_while_the_lobby_waits(visitor: Visitor) -> None:
    ben = Tour(visitor.world, Teller(io.StringIO()), visitor.directory).person("Ben")
    await ben.runs("report file")
    await ben.presses("reports:write")
    await ben.fills_in(SAME_DAY[0].fields)
    await ben.presses("reports:sendnow:")
    await asyncio.gather(visitor.lobby.tick(), visitor.lobby.tick())
    cases = next(table for table in thief.tables(visitor.directory) if table.name == "cases")
    assert len(cases.rows) == 1
