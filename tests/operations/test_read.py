"""An organizer opens the files of a case at home, with a key of their own and nothing else."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pyrage
import pytest

from bot.cli import main
from bot.database.engine import Database
from bot.guilds.rules import ReadingMode
from bot.ids import Actor, GuildId, RoleId, UserId
from bot.operations.keyfit import misfits
from bot.reports.taxonomy import Dimension, unanswered
from bot.vault import agefiles
from bot.vault.sealing import Unreadable, open_sealed, seal
from tests.operations.conftest import ADMINISTRATOR, GUILD, ROLE, House

CHECKOUT = Path(__file__).resolve().parents[2]
CHOSEN = {Dimension.CATEGORY: "MON", Dimension.ROLE: "qa", Dimension.MONTH: "2026-02"}
REPORT: dict[str, object] = {
    "facets": {each.value: CHOSEN.get(each, unanswered(each)) for each in Dimension},
    "text": "They score our screens.\nEvery day. 🦊",
}

Told = Callable[..., tuple[int, str, str]]


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A key file as `read --new-key` makes it."""
    assert main(["read", "--new-key", str(tmp_path / "mine.key")]) == 0
    return tmp_path / "mine.key"


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    def run(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        status = main(["read", *map(str, arguments)])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return status, captured.out, captured.err

    return run


def sealed_file(folder: Path, name: str, contents: Mapping[str, object], key: Path, *others: str) -> Path:
    public = [str(each.to_public()) for each in agefiles.identities(key.read_text())]
    file = folder / name
    file.write_bytes(seal(contents, [*public, *others]))
    return file


def test_a_new_key_is_for_its_owner_alone_and_only_its_public_half_is_shown(tmp_path: Path, told: Told) -> None:
    file = tmp_path / "new.key"
    status, out, err = told("--new-key", file)
    (identity,) = agefiles.identities(file.read_text())
    assert status == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert str(identity.to_public()) in out
    assert "AGE-SECRET-KEY" not in out + err
    assert told("--new-key", file)[0] == 1, "and never over another file"
    assert str(identity) in file.read_text()


def test_a_report_is_printed_in_words_and_what_was_left_open_is_not(tmp_path: Path, key: Path, told: Told) -> None:
    file = sealed_file(tmp_path, "case-abc234-1-report.age", REPORT, key)
    status, out, err = told(file, "--identity", key)
    assert (status, err) == (0, "")
    assert "Case abc234: the report" in out
    assert "Monitoring: keystrokes, meetings, code, scores" in out
    assert "February 2026" in out
    assert "unsaid" not in out
    assert "Not said" not in out
    assert out.rstrip().endswith("They score our screens.\nEvery day. 🦊")


def test_who_wrote_a_message_is_said_with_its_text(tmp_path: Path, key: Path, told: Told) -> None:
    files = [
        sealed_file(tmp_path, name, {"text": text}, key)
        for name, text in (
            ("case-abc234-2-reporter.age", "One thing more"),
            ("case-abc234-3-organizer.age", "We are with you"),
            ("case-abc234-note-1 (1).age", "Floor three"),
            ("download.age", "Renamed"),
        )
    ]
    status, out, _ = told(*files, "--identity", key)
    assert status == 0
    assert [line for line in out.splitlines() if line] == [
        "--- Case abc234: the reporter wrote",
        "One thing more",
        "--- Case abc234: organizers wrote",
        "We are with you",
        "--- Case abc234: note 1 of organizers, which the reporter does not see",
        "Floor three",
        "--- A file whose name says nothing of its case",
        "Renamed",
    ]


def test_answers_of_a_newer_steward_are_shown_as_they_stand(tmp_path: Path, key: Path, told: Told) -> None:
    facets = {"category": "NEW-ONE", "mood": "glum", "month": "earlier"}
    file = sealed_file(tmp_path, "case-abc234-1-report.age", {"facets": facets, "text": "Words"}, key)
    _, out, _ = told(file, "--identity", key)
    assert "NEW-ONE" in out
    assert "mood: glum" in out
    assert "Longer ago" in out


def test_nothing_in_a_forged_file_plays_tricks_on_a_terminal(tmp_path: Path, key: Path, told: Told) -> None:
    trick = "\x1b[2J\x07\u202egnihton"
    contents = {"facets": {"category": trick, trick: trick, "month": trick}, "text": trick}
    _, out, _ = told(sealed_file(tmp_path, "x.age", contents, key), "--identity", key)
    assert not {"\x1b", "\x07", "\u202e"} & set(out)


def test_each_thing_that_is_wrong_is_said_in_a_sentence(tmp_path: Path, key: Path, told: Told) -> None:
    good = sealed_file(tmp_path, "case-abc234-1-report.age", REPORT, key)
    other = agefiles.new_identity()
    (tmp_path / "other.key").write_text(str(other))
    (tmp_path / "other.key").chmod(0o600)
    cases = {
        "sealed to other keys than yours": (good, tmp_path / "other.key"),
        "is damaged or cut short": (_written(tmp_path / "cut.age", good.read_bytes()[:-9]), key),
        "damaged or cut": (_written(tmp_path / "begun.age", good.read_bytes()[:60]), key),
        "is not an age file": (_written(tmp_path / "photo.age", b"\x89PNG"), key),
        "is too large": (_written(tmp_path / "backup.age", good.read_bytes() + bytes(300_000)), key),
        "nothing.age cannot be read": (tmp_path / "nothing.age", key),
        "nothing.key cannot be read": (good, tmp_path / "nothing.key"),
        "holds no private age key": (good, good.with_name("other.txt")),
        "no part of a case": (_sealed_bytes(tmp_path / "a.age", b"not JSON", key), key),
        "is no part of a case": (_sealed_bytes(tmp_path / "b.age", b"[1]", key), key),
        "no part of a case.": (_sealed_bytes(tmp_path / "c.age", b'{"text": 1}', key), key),
        "it is no part of a case": (_sealed_bytes(tmp_path / "d.age", b"[" * 200_000, key), key),
        "with your key, but": (_sealed_bytes(tmp_path / "e.age", b'{"text": "", "facets": []}', key), key),
    }
    (tmp_path / "other.txt").write_text(str(other.to_public()))
    for sentence, (file, identity) in cases.items():
        status, out, err = told(file, "--identity", identity)
        assert (status, out) == (1, ""), sentence
        assert sentence in err
        assert str(other) not in err


def _written(file: Path, content: bytes) -> Path:
    file.write_bytes(content)
    return file


def _sealed_bytes(file: Path, plain: bytes, key: Path) -> Path:
    return _written(file, pyrage.encrypt(plain, [each.to_public() for each in agefiles.identities(key.read_text())]))


def test_one_file_that_does_not_open_hides_no_other(tmp_path: Path, key: Path, told: Told) -> None:
    good = sealed_file(tmp_path, "case-abc234-2-reporter.age", {"text": "One thing more"}, key)
    status, out, err = told(tmp_path / "nothing.age", good, "--identity", key)
    assert status == 1
    assert "One thing more" in out
    assert "nothing.age" in err


def test_any_of_several_keys_in_one_file_opens(tmp_path: Path, key: Path, told: Told) -> None:
    good = sealed_file(tmp_path, "case-abc234-2-reporter.age", {"text": "One thing more"}, key)
    both = _written(tmp_path / "both.key", f"# old\n{agefiles.new_identity()}\n{key.read_text()}".encode())
    both.chmod(0o600)
    assert told(good, "--identity", both)[0] == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_a_key_that_others_can_read_is_warned_of(tmp_path: Path, key: Path, told: Told) -> None:
    good = sealed_file(tmp_path, "case-abc234-2-reporter.age", {"text": "One thing more"}, key)
    key.chmod(0o644)
    status, out, err = told(good, "--identity", key)
    assert status == 0
    assert "One thing more" in out
    assert "Other users of this machine can read" in err


def test_it_needs_no_settings_and_writes_nothing(tmp_path: Path, key: Path) -> None:
    good = sealed_file(tmp_path, "case-abc234-1-report.age", REPORT, key)
    empty = tmp_path / "empty"
    empty.mkdir(mode=0o500)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    ended = subprocess.run(
        [sys.executable, "-m", "bot", "read", str(good), "--identity", str(key)],
        cwd=CHECKOUT,
        env={"PATH": "", "HOME": str(empty), "TMPDIR": str(empty), "STEWARD_DATA_DIR": str(empty / "x"), "LC_ALL": "C"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "They score our screens." in ended.stdout
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_files_without_a_key_file_and_a_key_file_without_files_are_asked_for(told: Told, key: Path) -> None:
    assert "Name the files" in told("--identity", key)[2]
    with pytest.raises(SystemExit):
        told("x.age")


def test_a_case_is_a_file_in_the_open_age_format(tmp_path: Path, key: Path) -> None:
    good = sealed_file(tmp_path, "case-abc234-1-report.age", REPORT, key)
    assert good.read_bytes().startswith(b"age-encryption.org/v1\n-> X25519 ")
    plain = pyrage.decrypt(good.read_bytes(), agefiles.identities(key.read_text()))
    assert b"They score our screens." in plain


def test_the_stock_age_tool_opens_it_too(tmp_path: Path, key: Path) -> None:
    tool = shutil.which("age")
    if tool is None:
        pytest.skip("the age tool is not installed")
    good = sealed_file(tmp_path, "case-abc234-1-report.age", REPORT, key)
    ended = subprocess.run([tool, "--decrypt", "-i", str(key), str(good)], capture_output=True, check=True)
    assert b"They score our screens." in ended.stdout


async def test_the_operator_is_not_told_that_keys_misfit_where_only_organizers_open_cases(filled: House) -> None:
    own = [agefiles.new_identity() for _ in range(2)]
    first, second = (Actor(GuildId(GUILD), UserId(number), frozenset({RoleId(ROLE)})) for number in (2, 3))
    async with filled.running() as steward:
        await steward.guilds.choose_organizers(ADMINISTRATOR, frozenset({first.user_id, second.user_id}))
        guild = await steward.guilds.ready(GuildId(GUILD))
        async with steward._database.begin() as connection:
            for organizer, identity in zip((first, second), own, strict=True):
                contents = {"user": organizer.user_id, "recipient": str(identity.to_public())}
                await steward.guilds.register_key(connection, guild, contents)
            await steward.rotation.change_mode(connection, guild, {"mode": ReadingMode.OFFLINE})
        await steward.rotation.rewrite_due()
        assert (await steward.rotation.keyring(first)).organizers == 3
        page = await steward.desk.page(first)
        keys = [
            agefiles.identities((filled.root / "key" / name).read_text())[0] for name in ("desk.agekey", "slips.agekey")
        ]
        for case in page.cases:
            (file,) = case.files
            for server_key in keys:
                with pytest.raises(Unreadable):
                    open_sealed(file.sealed, server_key)
            assert open_sealed(file.sealed, own[1])["text"].startswith("Report ")
    database = Database.reading(filled.settings.database)
    try:
        assert await misfits(filled.settings, database) == []
    finally:
        await database.close()
