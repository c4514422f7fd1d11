"""How the questions and answers behind published numbers are called."""

from bot.digests.export import Names
from bot.digests.rules import CellName
from bot.reports.taxonomy import BROADER, Dimension, is_answer, told
from bot.texts import Translate
from cogs.digests.cards import DIMENSIONS

BETWEEN = "×"


def names_in(t: Translate) -> Names:
    """Return the names in the language of `t`; what is not known here is called by its code."""

    def question(dimension: str) -> str:
        if dimension in DIMENSIONS:
            return t(DIMENSIONS[dimension])
        return f" {BETWEEN} ".join(t(DIMENSIONS.get(each, each)) for each in dimension.split(BETWEEN))

    def answer(name: CellName) -> str:
        parts = name.dimension.split(BETWEEN)
        return f" {BETWEEN} ".join(
            _answer(t, part, option)
            for part, option in zip(parts, name.options, strict=len(parts) == len(name.options))
        )

    return Names(question, answer)


def _answer(t: Translate, dimension: str, option: str) -> str:
    if dimension in BROADER:
        return told(t, dimension, option) if option in BROADER[dimension] else option
    known = dimension in set(Dimension) and is_answer(Dimension(dimension), option)
    return told(t, Dimension(dimension), option) if known else option
