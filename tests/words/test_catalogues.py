"""What translators need to hold: nothing is missing, and what Discord reads is where it was in English."""

import gettext
import io
import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot.locales import update
from bot.texts import LOCALES, languages, translate

TRANSLATED = [language for language in languages() if language != "en"]
MARKS = {
    "placeholder": r"\{\w*\}",
    "bold": r"\*\*",
    "slanted": r"(?<!\*)\*(?!\*)",
    "code": r"`[^`]*`",
    "heading": r"(?m)^## ",
    "small print": r"(?m)^-# ",
    "list": r"(?m)^- ",
    "emoji": r"[✅⚠]",
    "line": r"\n",
    "status": r"^[^:]+(?=: )",
}


def kept(language: str) -> Catalog:
    with update.source(language).open("rb") as file:
        return read_po(file, language)


def messages(language: str) -> list[Message]:
    return [message for message in kept(language) if message.id]


def marks(text: str) -> dict[str, Counter[str]]:
    found = {name: Counter(re.findall(pattern, text)) for name, pattern in MARKS.items() if name != "status"}
    return {name: count for name, count in found.items() if count}


def test_the_template_holds_what_the_code_says() -> None:
    assert update.TEMPLATE.read_bytes() == update.written(update.template()), "run python -m bot.locales.update"


def test_no_two_sentences_differ_only_in_space() -> None:
    told = [str(message.id) for message in update.template() if message.id]
    assert len({" ".join(sentence.split()) for sentence in told}) == len(told)


@pytest.mark.parametrize("broken", ['t("a" if b else "c")', 't(f"a {b}")', 't("a" + b)', 'request.t(a or "b")'])
def test_a_sentence_put_together_before_its_look_up_stops_the_update(tmp_path: Path, broken: str) -> None:
    (tmp_path / "cogs").mkdir()
    (tmp_path / "cogs" / "cards.py").write_text(f"x = {broken}\n", encoding="utf-8")
    with pytest.raises(update.NotOneSentence, match=r"cogs/cards\.py:1"):
        update.template(tmp_path)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_and_none_is_left_over(language: str) -> None:
    asked = {str(message.id) for message in update.template() if message.id}
    assert {str(message.id) for message in messages(language)} == asked
    assert [message.id for message in messages(language) if not message.string or message.fuzzy] == []
    assert kept(language).obsolete == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_and_marks_are_those_of_the_english(language: str) -> None:
    differing = [each.id for each in messages(language) if marks(str(each.id)) != marks(str(each.string))]
    assert differing == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_space_at_either_end_is_kept(language: str) -> None:
    ends = re.compile(r"^\s*|\s*$")
    assert [
        each.id for each in messages(language) if ends.findall(str(each.id)) != ends.findall(str(each.string))
    ] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    compiled = update.source(language).with_suffix(".mo").read_bytes()
    assert compiled == update.compiled(update.catalogue(language, update.template()))
    read = gettext.GNUTranslations(io.BytesIO(compiled))
    assert [each.id for each in messages(language) if read.gettext(str(each.id)) != each.string] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_updating_again_changes_nothing(language: str) -> None:
    assert update.source(language).read_bytes() == update.written(update.catalogue(language, update.template()))


def test_a_sentence_that_changed_is_asked_about_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(update, "LOCALES", tmp_path)
    before, after = Catalog(), Catalog()
    before.add("Reports wait and reach organizers together.")
    after.add("Reports wait and reach all organizers together.")
    update.source("es").parent.mkdir(parents=True)
    first = update.catalogue("es", before)
    first["Reports wait and reach organizers together."].string = "Los informes esperan y llegan juntos."
    update.source("es").write_bytes(update.written(first))
    (message,) = [each for each in update.catalogue("es", after) if each.id]
    assert message.fuzzy
    assert translate("es")(str(message.id)) == message.id
    assert b"llegan" not in update.compiled(update.catalogue("es", after))


@pytest.mark.parametrize("path", sorted(LOCALES.rglob("*.po*")), ids=lambda path: path.name)
def test_catalogues_tell_no_date_name_address_or_line(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    header = text.partition("#: ")[0]
    assert not re.search(r"\d{4}-\d\d|@|Date|Translator|Team|Generated", header)
    assert not re.search(r"^#: .*(:\d|/(home|Users|work|tmp)/)", text, re.MULTILINE)


@pytest.mark.parametrize("unknown", ["", "xx", "tlh-KX", "../es", "zh-CN"])
def test_an_unknown_language_is_english(unknown: str) -> None:
    assert translate(unknown)("That cannot be done.") == "That cannot be done."


@pytest.mark.parametrize("spoken", ["es", "es-ES", "es-419"])
def test_every_spanish_of_discord_is_spanish(spoken: str) -> None:
    assert translate(spoken)("That cannot be done.") == "Eso no se puede hacer."
