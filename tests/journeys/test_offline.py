"""Organizers keep the keys: a worker reports, nobody but the organizers can read it, and they read it at home."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from simcord import InteractionResult
from simcord.actors import _dispatch_actor_interaction
from simcord.backend import serializers
from simcord.enums import InteractionType

from bot.cli import main
from bot.demo.world import World
from bot.vault.agefiles import NotAKey, identities, new_identity
from bot.vault.sealing import Identity, Unreadable, open_sealed
from tests.journeys.conftest import Somebody
from tests.journeys.people import Person, posts, read

SECRET_WORDS = "They score our screens on floor nine."


@dataclass
class Keeper:
    """An organizer and the key they keep at home."""

    person: Person
    home: Path

    @property
    def key_file(self) -> Path:
        return self.home / "mine.key"

    @property
    def public(self) -> str:
        return str(identities(self.key_file.read_text())[0].to_public())

    async def registers(self, other: "Keeper") -> None:
        """Make a key, register it, and let another organizer agree to it."""
        assert main(["read", "--new-key", str(self.key_file)]) == 0
        await self.person.runs("keys")
        await self.person.presses("Register my key")
        await self.person.fills_in(key=self.public)
        assert "Proposed" in self.person.seen
        await agrees(other.person)
        await self.person.world.later(hours=13)

    async def takes_files(self, case: str, earlier: int | None = None) -> list[Path]:
        """Take the files of a case home, as the button under it does."""
        world, where = self.person.world, self.person.world.channels["general"]
        backend = world.env.backend
        card = backend.create_message(
            where.id, backend.bot_user.id, components=[{"type": 10, "content": "A case"}], flags=64 | 1 << 15
        )
        custom_id = f"reports:files:v1:{case}" + ("" if earlier is None else f":{earlier}")
        self.person.last = await _dispatch_actor_interaction(
            self.person.member,
            InteractionType.MESSAGE_COMPONENT,
            where,
            {"custom_id": custom_id, "component_type": 2},
            extra={"message": dict(serializers.message_payload(backend, card))},
            source_message_id=card.id,
        )
        return list(self._saved(self.person.last))

    def _saved(self, shown: InteractionResult) -> Iterator[Path]:
        assert shown.response is not None
        assert shown.response.ephemeral
        for attachment in shown.response.attachments:
            sealed = self.person.world.env.backend.cdn.get(attachment.url)
            assert sealed is not None
            file = self.home / attachment.filename
            file.write_bytes(sealed)
            yield file

    def reads(self, files: list[Path], told: pytest.CaptureFixture[str]) -> str:
        """Open files at home, and return what is printed."""
        told.readouterr()
        assert main(["read", *map(str, files), "--identity", str(self.key_file)]) == 0
        return told.readouterr().out


async def agrees(person: Person) -> None:
    """Agree to the newest proposal in `/decisions`."""
    await person.runs("decisions")
    await person.presses("Agree")


@pytest.fixture
async def two(
    world: World, administrator: Person, vera: Person, somebody: Somebody, tmp_path: Path
) -> tuple[Keeper, Keeper]:
    """Vera and Otto, the two organizers of a server with a channel of their own, each with a place at home."""
    otto = somebody("Otto", "Organizers")
    await administrator.runs("setup")
    await administrator.chooses("guilds:organizers:v1", vera.member, otto.member)
    await administrator.chooses("guilds:channel:v1:organizers", world.channels["organizers"])
    keepers = []
    for name, person in (("vera", vera), ("otto", otto)):
        (tmp_path / name).mkdir()
        keepers.append(Keeper(person, tmp_path / name))
    return keepers[0], keepers[1]


async def go_offline(two: tuple[Keeper, Keeper]) -> None:
    vera, otto = two
    await vera.registers(otto)
    await otto.registers(vera)
    await vera.person.runs("keys")
    await vera.person.presses("Read only with organizers' own keys")
    await agrees(otto.person)
    await vera.person.world.later(hours=13)
    await vera.person.world.tick()


async def days_pass(world: World) -> None:
    """Let so many days pass that even what waits alone is released."""
    for _ in range(9):
        await world.later(days=1)


async def listed_case(organizer: Person) -> str:
    await organizer.runs("cases")
    return organizer.cases[0]


def kept(world: World) -> dict[str, bytes]:
    """Return every file of the server."""
    folders = (world.settings.data_dir, world.settings.key_dir)
    return {path.name: path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


def server_keys(world: World) -> list[Identity]:
    found = []
    for content in kept(world).values():
        with suppress(NotAKey):
            found += identities(content.decode("latin-1"))
    return found


def sealed_parts(world: World) -> list[tuple[str, bytes]]:
    """Return everything sealed in both stores, with the column it stands in."""
    found = []
    for path in (world.settings.database_path, world.settings.vault_path):
        with closing(sqlite3.connect(path)) as thief:
            for (table,) in thief.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                rows = thief.execute(f'SELECT * FROM "{table}"')
                names = [column[0] for column in rows.description]
                found += [
                    (f"{table}.{name}", value)
                    for row in rows.fetchall()
                    for name, value in zip(names, row, strict=True)
                    if isinstance(value, bytes) and value.startswith(b"age-encryption.org/v1")
                ]
    return found


def opened_by_the_server(world: World) -> dict[str, set[str]]:
    """Try every key in every file of the server on everything sealed; return what opens, by its column."""
    found: dict[str, set[str]] = {}
    keys = server_keys(world)
    assert len(keys) == 2
    for column, sealed in sealed_parts(world):
        for key in keys:
            with suppress(Unreadable):
                contents = open_sealed(sealed, key)
                found[column] = found.get(column, set()) | set(contents)
    return found


async def test_what_a_worker_writes_is_opened_by_organizers_at_home_and_by_nothing_on_the_server(
    world: World, two: tuple[Keeper, Keeper], somebody: Somebody, capsys: pytest.CaptureFixture[str]
) -> None:
    vera, otto = two
    await go_offline(two)
    ana = somebody("Ana")
    await ana.runs("report file")
    assert "Only they hold the keys" in ana.seen
    code = await ana.reports(SECRET_WORDS, at_once=True)
    await world.tick()
    case = await listed_case(vera.person)
    files = await vera.takes_files(case)
    assert [file.name for file in files] == [f"case-{case}-1-report.age"]
    assert "open them on your own computer" in vera.person.seen
    for keeper in two:
        printed = keeper.reads(files, capsys)
        assert SECRET_WORDS in printed
        assert "Monitoring: keystrokes, meetings, code, scores" in printed

    await ana.comes_back(code)
    assert SECRET_WORDS in ana.seen, "the reporter reads their own words with the code"
    await ana.presses("Add something")
    await ana.fills_in(text="And on floor ten.")
    await otto.person.runs("cases", case=case)
    await otto.person.presses("Reply")
    await otto.person.fills_in(text="We are with you.")
    await ana.comes_back(code)
    assert "We are with you." in ana.seen

    assert opened_by_the_server(world) == {"cases.slip": {"facets", "reporter", "to"}}
    await days_pass(world)
    assert opened_by_the_server(world) == {"cases.slip": {"facets", "reporter", "to"}}
    printed = otto.reads(await otto.takes_files(case), capsys)
    assert [words in printed for words in (SECRET_WORDS, "We are with you.", "And on floor ten.")] == [True] * 3
    everything = b"".join(kept(world).values())
    assert not any(words.encode() in everything for words in (SECRET_WORDS, "We are with you.", "And on floor ten."))


async def test_what_was_there_before_is_handed_over_and_organizers_are_told(
    world: World, two: tuple[Keeper, Keeper], somebody: Somebody, capsys: pytest.CaptureFixture[str]
) -> None:
    vera, _ = two
    ana, ben = somebody("Ana"), somebody("Ben")
    code = await ana.reports(SECRET_WORDS, at_once=True)
    await world.tick()
    before = [sealed for column, sealed in sealed_parts(world) if column == "cases.sealed"]
    case = await listed_case(vera.person)
    await vera.person.runs("cases", case=case)
    await vera.person.presses("Reply")
    await vera.person.fills_in(text="We are with you.")
    await vera.registers(two[1])
    await two[1].registers(vera)
    await vera.person.runs("keys")
    assert "Now: the server" in vera.person.seen
    assert "Cases that the server can open:** 1" in vera.person.seen
    assert vera.public not in vera.person.seen
    assert f"{vera.public[:12]}…{vera.public[-6:]}" in vera.person.seen
    await vera.person.presses("Read only with organizers' own keys")
    await world.tick()
    announced = posts(world, "organizers")[-1]
    assert "only organizers' own keys" in announced
    assert "sealed anew to those keys: 1." in announced
    waiting = await ben.reports("I filed while the server could read.")
    await agrees(two[1].person)
    await world.later(hours=13)
    await world.tick()
    told = posts(world, "organizers")[-1]
    assert "Cases sealed anew to these keys: 1\n" in told
    assert "stay as they were: 0" in told
    content = world.settings.database_path.read_bytes()
    assert not any(sealed[200:400] in content for sealed in before), "the old copy is not in the file any more"

    await days_pass(world)
    assert set(opened_by_the_server(world)) == {"cases.slip"}, "what waited is handed over at its release"
    await vera.person.runs("cases")
    assert len(vera.person.cases) == 2
    printed = "".join([vera.reads(await vera.takes_files(each), capsys) for each in vera.person.cases])
    assert SECRET_WORDS in printed
    assert "I filed while the server could read." in printed
    assert "We are with you." in printed
    await ana.comes_back(code)
    assert "We are with you." in ana.seen
    await ben.comes_back(waiting)
    assert "I filed while the server could read." in ben.seen


async def test_back_in_discord_what_stays_closed_is_said_in_numbers(
    world: World, two: tuple[Keeper, Keeper], somebody: Somebody, capsys: pytest.CaptureFixture[str]
) -> None:
    vera, otto = two
    await go_offline(two)
    await somebody("Ana").reports(SECRET_WORDS, at_once=True)
    await world.tick()
    closed = await listed_case(vera.person)
    await otto.person.runs("keys")
    assert "Now: only organizers' own keys" in otto.person.seen
    assert "Cases that only organizers' keys open:** 1" in otto.person.seen
    await otto.person.presses("Let the server open cases again")
    await world.tick()
    assert "because the server cannot open them: 1." in posts(world, "organizers")[-1]
    await agrees(vera.person)
    await world.later(hours=13)
    await world.tick()
    assert "sealed to organizers' own keys: 1" in posts(world, "organizers")[-1]
    await somebody("Ben").reports("The server may read this.", at_once=True)
    await world.tick()
    await vera.person.runs("cases")
    (opens,) = set(vera.person.cases) - {closed}
    await vera.person.runs("cases", case=opens)
    assert "The server may read this." in vera.person.seen
    await vera.takes_files(opens)
    assert "opens right here" in vera.person.seen
    assert SECRET_WORDS in vera.reads(await vera.takes_files(closed), capsys)


async def test_who_owns_a_key_is_told_to_all_organizers_and_any_of_them_can_veto_it(
    world: World, two: tuple[Keeper, Keeper]
) -> None:
    vera, otto = two
    public = str(new_identity().to_public())
    await vera.person.runs("keys")
    await vera.person.presses("Register my key")
    await vera.person.fills_in(key=f"# public key: {public}")
    await world.tick()
    announced = posts(world, "organizers")[-1]
    assert f"Register a key of <@{vera.person.member.id}>: `{public[:12]}…{public[-6:]}`" in announced
    assert public not in announced
    await agrees(otto.person)
    await otto.person.runs("decisions")
    await otto.person.presses("Veto")
    await world.later(hours=13)
    await otto.person.runs("keys")
    assert "none yet" in otto.person.seen
    await otto.person.runs("audit")
    assert "proposed: a key of an organizer" in otto.person.seen


async def test_what_cannot_be_is_refused_in_words(two: tuple[Keeper, Keeper]) -> None:
    vera, otto = two
    await vera.person.runs("keys")
    await vera.person.presses("Read only with organizers' own keys")
    assert "At least two organizers on the list need a key" in vera.person.seen
    await vera.registers(otto)
    await vera.person.runs("keys")
    await vera.person.presses("Read only with organizers' own keys")
    assert "At least two organizers on the list need a key" in vera.person.seen
    await vera.person.runs("keys")
    await vera.person.presses("Register my key")
    await vera.person.fills_in(key="ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIfhFmDBtPhqBVbNnE0LhzGmzAFYEm2S3CIGOwcQUDzm")
    assert "SSH keys, do not work here" in vera.person.seen
    assert "AAAAC3" not in vera.person.seen
    secret = str(new_identity())
    await vera.person.runs("keys")
    await vera.person.presses("Register my key")
    await vera.person.fills_in(key=f" {secret.lower()} ")
    assert "secret half" in vera.person.seen
    assert "Discord has now seen it" in vera.person.seen
    assert secret.lower()[20:30] not in vera.person.seen
    await otto.person.runs("decisions")
    assert "Nothing waits" in otto.person.seen


async def test_one_organizer_alone_is_told_why_nothing_can_change(vera: Person) -> None:
    await vera.runs("keys")
    assert "Two organizers decide about keys" in vera.seen
    await vera.presses("Register my key")
    await vera.fills_in(key=str(new_identity().to_public()))
    assert "there is only one on the list" in vera.seen


async def test_when_the_last_key_goes_no_report_is_taken_in_and_it_was_warned_of(
    world: World, two: tuple[Keeper, Keeper], somebody: Somebody
) -> None:
    vera, otto = two
    nina, cleo = somebody("Nina", "Organizers"), somebody("Cleo", "Organizers")
    await go_offline(two)
    await vera.person.runs("organizers")
    assert "a key goes with its owner's place on the list" in vera.person.seen
    everybody = [vera.person.member, otto.person.member, nina.member, cleo.member]
    await vera.person.chooses("approvals:list:v1", *everybody)
    await agrees(otto.person)
    await world.later(hours=13)
    await otto.person.runs("mydata delete")
    await vera.person.runs("keys")
    assert "Only one key is left" in vera.person.seen
    await vera.person.runs("mydata delete")
    await nina.runs("keys")
    assert "No organizer on the list has a key, so no report can be taken in" in nina.seen
    ana = somebody("Ana")
    await ana.runs("report file")
    assert "no organizer has registered one" in ana.seen
    await nina.presses("Let the server open cases again")
    await agrees(cleo)
    await world.later(hours=13)
    await somebody("Ben").reports("The server may read this.", at_once=True)


async def test_a_long_talk_is_handed_out_ten_files_at_a_time_and_none_is_out_of_reach(
    world: World, two: tuple[Keeper, Keeper], somebody: Somebody, capsys: pytest.CaptureFixture[str]
) -> None:
    vera, _ = two
    await go_offline(two)
    await somebody("Ana").reports(SECRET_WORDS, at_once=True)
    await world.tick()
    case = await listed_case(vera.person)
    for number in range(11):
        await vera.person.runs("cases", case=case)
        await vera.person.presses("Reply")
        await vera.person.fills_in(text=f"Reply {number}")
    newest = await vera.takes_files(case)
    assert len(newest) == 10
    assert "2 earlier ones do not fit here" in vera.person.seen
    await vera.person.presses("Earlier files")
    assert vera.person.last is not None
    earlier = list(vera._saved(vera.person.last))
    assert len(earlier) == 2
    printed = vera.reads([*earlier, *newest], capsys)
    assert SECRET_WORDS in printed
    assert re.findall(r"Reply (\d+)", printed) == [str(number) for number in range(11)]
    assert "Earlier files" not in read(vera.person.last)


async def test_keys_and_mode_outlive_a_restart(
    world: World, two: tuple[Keeper, Keeper], somebody: Somebody, capsys: pytest.CaptureFixture[str]
) -> None:
    vera, _ = two
    await go_offline(two)
    await somebody("Ana").reports(SECRET_WORDS)
    await world.restart()
    await days_pass(world)
    files = await vera.takes_files(await listed_case(vera.person))
    assert SECRET_WORDS in vera.reads(files, capsys)
    assert set(opened_by_the_server(world)) == {"cases.slip"}
