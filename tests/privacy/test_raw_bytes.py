"""After two hundred reports a thief of everything on disk knows of none who filed it, what it says, or when."""

import asyncio
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.ids import Actor, CaseCode, UserId
from bot.reports.taxonomy import Dimension
from tests.clock import MONDAY, FixedClock
from tests.conftest import address
from tests.house import ADMINISTRATOR, DIGESTS_CHANNEL, FACETS, GUILD, ORGANIZER, ROLE, House
from tests.privacy.scan import Filing, Finding, find, forms, microseconds, milliseconds, snowflake

REPORTS = 200
PUBLIC = frozenset({GUILD, ROLE, DIGESTS_CHANNEL, ADMINISTRATOR.user_id, ORGANIZER.user_id})
STARTS = (MONDAY, datetime.fromisoformat("2026-09-14T07:41:12.083000+00:00"))  # far apart; both on Monday morning


class Run:
    """One course of events, the same at whatever instant it starts."""

    def __init__(self, directory: Path, start: datetime) -> None:
        self.start = start
        self.clock = FixedClock(start)
        self.house = House(directory, address(directory), self.clock)
        self.chance = random.Random(4711)
        self.filings: list[Filing] = []
        self.journals: set[bytes] = set()

    async def play(self) -> None:
        """File the reports of a morning, with crashes, a release and words to and fro in between."""
        async with self.house:
            await self.house.set_up()
            await self._watch_journals()
            codes: list[CaseCode] = []
            for number in range(REPORTS):
                codes.append(await self._file(number))
                if self.chance.random() < 0.08:
                    await self.house.crash()
                    await self._watch_journals()
                if number == REPORTS // 2:
                    await self._release()
                    own = await self.house.own_case(codes[0])
                    await self.house.desk.reply(ORGANIZER, own.case.id, self.house.desk.new_form(), "Secret reply 8123")
                    await self.house.reports.answer(own.case.id, own.given_pass, "a form", "Secret answer 9123")
                    await self._work_at_the_desk(codes)
            await self.house.digest()

    async def _work_at_the_desk(self, codes: list[CaseCode]) -> None:
        """Let organizers do what they can do with cases, and a reporter take one back."""
        desk = self.house.desk
        first, second = [(await self.house.own_case(code)).case.id for code in codes[:2]]
        await desk.note(ORGANIZER, first, "a note", "Secret note 7123")
        await desk.assign(ORGANIZER, first, "Monitoring")
        await desk.mute(ORGANIZER, second, is_muted=True)
        await self.house.confirm()
        await desk.merge(ORGANIZER, second, first)
        await self.house.quotes.choose(ORGANIZER, first, "a quote", "floor 000 that the model takes over")
        await self.house.reports.withdraw(codes[2])

    async def _file(self, number: int) -> CaseCode:
        now = self.clock.later(milliseconds=self.chance.randint(400, 4_000), microseconds=self.chance.randint(0, 999))
        filing = Filing(
            # As if each had joined Discord this very morning, so that no form of an id can hide among older ones.
            user_id=snowflake(now - timedelta(milliseconds=137), self.chance.getrandbits(22)),
            name=f"Zsófia Nightingale-{number:03}",
            text=f"My manager Quillon said on floor {number:03} that the model takes over. 🦊",
            at=now,
        )
        self.filings.append(filing)
        report = self.house.reports.compose({**FACETS, Dimension.CONSENT: "quote"}, filing.text)
        actor = Actor(GUILD, UserId(filing.user_id), frozenset({ROLE}), joined_at=now)
        deliveries = self.chance.choice([1, 1, 1, 2, 5])
        receipts = [self.house.reports.file(actor, f"form {number}", report) for _ in range(deliveries)]
        (code,) = {receipt.code for receipt in await asyncio.gather(*receipts)}
        return code

    async def _release(self) -> None:
        """Release everything, and go on the morning after, so that the two mornings are one in the scan's eyes."""
        before = self.clock.now()
        await self.house.release()
        self.clock.move_to(before)

    async def _watch_journals(self) -> None:
        journal = self.house.directory / "vault.db-journal"

        def keep(statement: str) -> None:
            if statement == "COMMIT" and journal.exists() and len(self.journals) < 12:
                self.journals.add(journal.read_bytes())

        await self.house.vault._connection.set_trace_callback(keep)

    def found(self, told: str) -> set[Finding]:
        """Search everything that is on disk, the journals on the way, and what was logged."""
        directory = self.house.directory
        contents = {
            str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()
        }
        assert {"steward.db", "vault.db", "keys/codes.key", "keys/desk.agekey"} <= set(contents)
        assert self.journals
        contents["journals"] = b"\0\0\0\0".join(sorted(self.journals))
        contents["logs"] = told.encode()
        for words in (b"Secret reply 8123", b"Secret answer 9123", b"Secret note 7123", b"that the model takes"):
            assert not any(words in content for content in contents.values())
        return find(contents, self.filings, self.start, self.filings[-1].at, PUBLIC)


async def test_a_thief_of_everything_on_disk_learns_of_no_reporter(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    found = []
    for number, start in enumerate(STARTS):
        (tmp_path / str(number)).mkdir()
        run = Run(tmp_path / str(number), start)
        with caplog.at_level("INFO"):
            await run.play()
        captured = capfd.readouterr()
        found.append(run.found(captured.out + captured.err + caplog.text))
    assert found[0] & found[1] == set()
    assert len(found[0] | found[1]) < 20, "by chance hardly anything is found"


def test_each_kind_of_leak_would_be_found() -> None:
    """Planted in noise, each way to write down who, what and when is seen; the public ids are not."""
    begun = MONDAY
    filing = Filing(
        snowflake(begun + timedelta(seconds=9), 77), "Zsófia", "My manager said", begun + timedelta(seconds=31)
    )
    noise = random.Random(1).randbytes(4_096)
    for form, needle in forms(filing):
        found = find({"vault.db": noise + needle + noise}, [filing], begun, begun + timedelta(minutes=5), PUBLIC)
        assert Finding("vault.db", form, 0) in found, form
    flow = snowflake(begun + timedelta(seconds=100), 123_456)
    for form, needle in [
        ("decimal", str(flow).encode()),
        ("decimal", b"7" + str(flow).encode() + b"7"),
        ("hex", f"{flow:x}".encode()),
        ("hex", f"{flow:X}".encode()),
        ("little-endian", flow.to_bytes(8, "little")),
        ("big-endian", flow.to_bytes(8, "big")),
    ]:
        planted = {"steward.db": noise + needle + noise[:5]}
        found = find(planted, [], begun, begun + timedelta(minutes=5), PUBLIC)
        assert found == {Finding("steward.db", f"snowflake, {form}", 100_000)}, form
        assert find(planted, [], begun, begun + timedelta(minutes=5), frozenset({flow})) == set()
    assert find({"vault.db": noise}, [filing], begun, begun + timedelta(minutes=5), PUBLIC) == set()


async def test_a_leak_through_the_services_would_be_found_in_both_runs(tmp_path: Path) -> None:
    """As if a column had kept the reporter and the moment: the same finding comes back at another time of year."""
    found = []
    for number, start in enumerate(STARTS):
        directory = tmp_path / str(number)
        directory.mkdir()
        clock = FixedClock(start)
        async with House(directory, address(directory), clock) as house:
            await house.set_up()
            at = clock.later(seconds=17, microseconds=5)
            filing = Filing(snowflake(at - timedelta(seconds=1)), "Zsófia", "text", at)
            async with house.database.begin() as connection:
                from bot.database import facts  # noqa: PLC0415 - the leak is the test's own

                await facts.put(connection, "last seen", f"{filing.user_id} {filing.at.isoformat()} {microseconds(at)}")
        content = {"steward.db": (directory / "steward.db").read_bytes()}
        found.append(find(content, [filing], start, at, PUBLIC))
    both = {finding.form for finding in found[0] & found[1]}
    assert {"id, decimal", "snowflake, decimal", "ISO whole", "ISO seconds", "time in µs, decimal"} <= both
    assert milliseconds(STARTS[0]) != milliseconds(STARTS[1])
