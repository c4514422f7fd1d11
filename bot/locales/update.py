"""Bring every catalogue in step with the code: `python -m bot.locales.update`, with the codes of languages to add.

Sentences are found as the arguments of `t("…")`, `request.t("…")` and `N_("…")`. Only this module needs Babel; what
it writes needs nothing, because the compiled catalogues are kept beside their sources.
"""

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from bot.texts import DOMAIN, LOCALES

ROOT = LOCALES.parents[1]
TEMPLATE = LOCALES / f"{DOMAIN}.pot"
MARKS = {"t", "N_"}
WIDTH = 120
LICENSE = "# Sentences of Steward, free software under the GNU AGPL, version 3 or later."


class NotOneSentence(Exception):
    """A sentence is put together before it is looked up, so no catalogue can hold it."""


class Sentences(Catalog):
    """A catalogue whose header tells no date, name or address: the history of the files does."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """Return the header: only what readers of the format need."""
        language = [] if self.locale is None else [("Language", str(self.locale)), ("Plural-Forms", self.plural_forms)]
        return [*language, ("MIME-Version", "1.0"), ("Content-Type", "text/plain; charset=utf-8")]

    @mime_headers.setter
    def mime_headers(self, headers: object) -> None:
        """Leave the header as it is, whatever a file said."""


def sentences(root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Return every sentence in the code with the file it stands in; raises `NotOneSentence`."""
    for folder in ("bot", "cogs"):
        for path in sorted((root / folder).rglob("*.py")):
            name = path.relative_to(root).as_posix()
            calls = (node for node in ast.walk(ast.parse(path.read_bytes())) if isinstance(node, ast.Call))
            for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
                if call.args and _called(call.func) in MARKS:
                    yield from ((name, text) for text in _texts(call.args[0], f"{name}:{call.lineno}"))


def template(root: Path = ROOT) -> Catalog:
    """Return the catalogue without a language that the code asks for."""
    found = Sentences(header_comment=LICENSE, charset="utf-8", fuzzy=False)
    for name, text in sentences(root):
        found.add(text, locations=[(name, None)])  # type: ignore[list-item]  # no line: lines move with every change
    return found


def catalogue(language: str, asked: Catalog) -> Catalog:
    """Return the catalogue of a language with all sentences that are asked for and no other.

    A sentence that changed keeps its translation as a suggestion, marked fuzzy, until somebody has looked at it.
    """
    kept = Sentences(language, header_comment=LICENSE, charset="utf-8", fuzzy=False)
    if source(language).exists():
        with source(language).open("rb") as file:
            for message in read_po(file, language):
                if message.id:
                    kept[message.id] = message
    kept.update(asked)
    kept.obsolete.clear()
    return kept


def source(language: str) -> Path:
    """Return where the catalogue of a language is written by people."""
    return LOCALES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def written(messages: Catalog) -> bytes:
    """Return a catalogue as its file."""
    file = io.BytesIO()
    write_po(file, messages, width=WIDTH, sort_by_file=True, include_lineno=False)
    return file.getvalue()


def compiled(messages: Catalog) -> bytes:
    """Return a catalogue as `gettext` reads it."""
    file = io.BytesIO()
    write_mo(file, messages)
    return file.getvalue()


def main(*added: str) -> None:
    """Write the template and every catalogue anew, and say what is left to translate."""
    asked = template()
    TEMPLATE.write_bytes(written(asked))
    for language in added:
        source(language).parent.mkdir(parents=True, exist_ok=True)
    for language in sorted(path.name for path in LOCALES.iterdir() if source(path.name).parent.is_dir()):
        messages = catalogue(language, asked)
        source(language).write_bytes(written(messages))
        source(language).with_suffix(".mo").write_bytes(compiled(messages))
        left = sum(1 for each in messages if each.id and (not each.string or each.fuzzy))
        sys.stdout.write(f"{language}: {len(messages)} sentences, {left} to translate\n")


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _texts(argument: ast.expr, where: str) -> list[str]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return [argument.value]
    if isinstance(argument, ast.IfExp | ast.JoinedStr | ast.BinOp | ast.BoolOp):
        raise NotOneSentence(where)
    return []  # a name or a look-up: what it holds is marked where it is written


if __name__ == "__main__":
    main(*sys.argv[1:])
