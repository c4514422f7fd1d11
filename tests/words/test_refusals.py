"""A refusal is a sentence in the person's language, with its values in it."""

import importlib
import pkgutil
import string
from collections.abc import Iterator

import pytest

import bot
import cogs
from bot.refusals import Refusal
from bot.texts import languages, translate

VALUES: dict[str, object] = {
    "limit": 2800,
    "lowest": 3,
    "highest": 5,
    "k": 5,
    "days": 14,
    "ahead": 180,
    "minutes": 10,
    "over": 15,
    "one": 1,
    "other": 2,
    "years": 2,
    "suggestions": "Europe/Berlin, Europe/Bern",
}


def refusals(kind: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    yield kind
    for each in kind.__subclasses__():
        yield from refusals(each)


@pytest.fixture(scope="module", autouse=True)
def every_refusal_is_known() -> None:
    for package in (bot, cogs):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith(("__main__", "locales.update")):
                importlib.import_module(module.name)


@pytest.mark.parametrize("language", languages())
def test_every_refusal_is_told_with_its_values(language: str) -> None:
    told = {kind.__name__: translate(language)(kind.sentence).format_map(VALUES) for kind in refusals()}
    assert len(told) > 20
    assert {name: sentence for name, sentence in told.items() if "{" in sentence or not sentence.strip()} == {}
    if language != "en":
        assert [kind.__name__ for kind in refusals() if told[kind.__name__] == kind.sentence] == []


def test_every_value_that_a_refusal_names_is_one_that_is_given() -> None:
    named = {name for kind in refusals() for _, name, _, _ in string.Formatter().parse(kind.sentence) if name}
    assert named == set(VALUES)


@pytest.mark.parametrize("language", languages())
def test_a_value_is_shown_whole(language: str) -> None:
    for kind in refusals():
        told = translate(language)(kind.sentence).format_map(VALUES)
        for _, name, _, _ in string.Formatter().parse(kind.sentence):
            assert name is None or str(VALUES[name]) in told
