"""What a poll asks: its words, its options, and whether two options can be mistaken for each other. Pure."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.cleaning import clean, one_line
from bot.refusals import N_, Refusal

LONGEST_TITLE = 100
LONGEST_TEXT = 1500
LONGEST_OPTION = 80
FEWEST_OPTIONS = 2
MOST_OPTIONS = 25
"""What one menu of Discord can hold."""

# Letters of other scripts, and signs, that look like a Latin letter or like each other: the commonest rows of Unicode's
# table of confusables (UTS #39), as what they look like. First large letters that look like another letter than their
# small form does; then, with case folded, all others.
_LARGE = str.maketrans(
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u0406\u04c0\u04ae\u0555",
    "ABEZHIKMNOPTYXIIYO",
)
_LOOKS_LIKE = {
    **str.maketrans(
        "\u0430\u0432\u0435\u0437\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0455\u0456\u0458\u04bb\u0501\u051b\u051d",
        "abe3kmhopctyxsijhdqw",
    ),
    **str.maketrans(
        "\u03b1\u03b2\u03b5\u03b7\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u03b6", "abenikuvoptuxz"
    ),
    **str.maketrans(
        "\u0131\u0269\u0261\u028b\u029c\u0142\u00f8\u0111\u0585\u1d0f\u04cf\u01c0" + "0158|!$@",
        "iigvhlodooll" + "olsbllsa",
    ),
    **str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2212\u2018\u2019`\u201c\u201d\u201e", "-" * 6 + "'" * 3 + '"' * 3),
    **dict.fromkeys((0x200C, 0x200D, *range(0xFE00, 0xFE10))),  # joiners, and what chooses how a sign is drawn
}
_VOICING = "\u3099\u309a"
"""Marks that make another letter of a Japanese one, where in other scripts a mark is an accent."""


class TitleMissing(Refusal):
    """Nothing is asked."""

    sentence = N_("The poll still needs a question.")


class TitleTooLong(Refusal):
    """The question does not fit its card."""

    sentence = N_("The question is too long: at most {limit} characters fit. What there is to know goes below it.")


class TextTooLong(Refusal):
    """What there is to know does not fit its card."""

    sentence = N_("What there is to know is too long: at most {limit} characters fit.")


class TooFewOptions(Refusal):
    """There is nothing to choose between."""

    sentence = N_("There must be at least {lowest} options to choose between, one to a line.")


class TooManyOptions(Refusal):
    """More options than a menu can hold."""

    sentence = N_("At most {limit} options can be chosen between. Put some together, or hold two polls.")


class OptionTooLong(Refusal):
    """An option does not fit a menu."""

    sentence = N_("One of the options is too long: at most {limit} characters fit.")


class OptionsAlike(Refusal):
    """Two options can be mistaken for each other."""

    sentence = N_("Options {one} and {other} look the same. Please word one of them so that nobody can mix them up.")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, cleaned. `options` are empty where the method fixes what can be said."""

    title: str
    text: str = ""
    options: tuple[str, ...] = ()


def drafted(title: str, text: str, options: Iterable[str]) -> Question:
    """Return what is written so far, cleaned, however much is still missing."""
    written = [line[:LONGEST_OPTION] for line in map(one_line, options) if line]
    return Question(one_line(title)[:LONGEST_TITLE], clean(text)[:LONGEST_TEXT], tuple(written)[: MOST_OPTIONS + 1])


def check_question(question: Question, *, has_options: bool) -> Question:
    """Return what is asked, as it can be published; raises the refusal for the first thing missing or too much.

    Without `has_options`, what can be said is fixed by the method, and options are left out.
    """
    if not any(character.isalnum() for character in question.title):
        raise TitleMissing
    if len(question.title) > LONGEST_TITLE:
        raise TitleTooLong(limit=LONGEST_TITLE)
    if len(question.text) > LONGEST_TEXT:
        raise TextTooLong(limit=LONGEST_TEXT)
    if not has_options:
        return replace(question, options=())
    if len(question.options) < FEWEST_OPTIONS:
        raise TooFewOptions(lowest=FEWEST_OPTIONS)
    if len(question.options) > MOST_OPTIONS:
        raise TooManyOptions(limit=MOST_OPTIONS)
    if any(len(option) > LONGEST_OPTION for option in question.options):
        raise OptionTooLong(limit=LONGEST_OPTION)
    if alike := first_alike(question.options):
        raise OptionsAlike(one=alike[0] + 1, other=alike[1] + 1)
    return question


def first_alike(options: Sequence[str]) -> tuple[int, int] | None:
    """Return the positions of the first two options that look the same, or `None`.

    Compared without case, accents, spaces, a dot at the end, or the script that a letter comes from.
    """
    seen: dict[str, int] = {}
    for position, option in enumerate(options):
        parts = unicodedata.normalize("NFKD", option)
        bare = "".join(part for part in parts if not unicodedata.combining(part) or part in _VOICING).translate(_LARGE)
        skeletons = {_skeleton(bare), _skeleton(bare.replace("I", "l"))}  # a large I is a small l in many fonts
        for skeleton in skeletons:
            if skeleton in seen:
                return seen[skeleton], position
        seen |= dict.fromkeys(skeletons, position)
    return None


def _skeleton(text: str) -> str:
    looks = text.casefold().translate(_LOOKS_LIKE).replace("rn", "m").replace("vv", "w")
    return "".join(looks.split()).rstrip(".,;:") or text
