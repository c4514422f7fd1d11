"""The picture of published numbers as files: to calculate with, to check, and to lay on the table. Pure.

Nothing in here ever sees a true count: all numbers are those that digests have published, each "at least". So two
servers that were told the same get the same files, byte for byte.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from bot.digests.rules import TOLD, TOLD_ELSEWHERE, CellName, Tally
from bot.papers import BYTE_ORDER_MARK, cell, marked
from bot.refusals import N_

__all__ = ["Facts", "Names", "Past", "Promise", "brief", "past", "record", "table"]

Translate = Callable[[str], str]

FORMAT = "steward impact 1"
CATEGORY = "category"
MOST_NEWS = 12
"""Lines on what has grown: beyond that the table tells it better."""

_AT_LEAST = (
    "at_least is a lower bound: at the digest at which a number grew to it, at least so many confirmed reports were "
    "counted. Reports are counted, not people. Numbers move in whole steps of k or more, at moments drawn by lot, and "
    "never fall; a number that stands still proves nothing. What is not listed has fewer, or none."
)


class Question(Protocol):
    """Say a dimension in words."""

    def __call__(self, dimension: str) -> str:
        """Return the question that a dimension asks."""


class Answer(Protocol):
    """Say the options of a cell in words."""

    def __call__(self, name: CellName) -> str:
        """Return what a cell counts."""


@dataclass(frozen=True, slots=True)
class Names:
    """How dimensions and cells are called in the language of the files; unknown ones must get a name too."""

    question: Question
    answer: Answer


@dataclass(frozen=True, slots=True)
class Past:
    """All that was public after one digest, largest first."""

    period: date
    k: int
    tallies: tuple[Tally, ...]

    @property
    def shown(self) -> Mapping[CellName, int]:
        """Return the published number of each cell."""
        return {tally.name: tally.at_least for tally in self.tallies}


class Quoted(Protocol):
    """A passage of a report that lets organizers quote it."""

    @property
    def category(self) -> str:
        """Return what its report was filed under; it is told only where that number is published."""

    @property
    def text(self) -> str:
        """Return the words."""


class Clause(Protocol):
    """A demand of the library, in the language of the files."""

    @property
    def title(self) -> str:
        """Return what is asked for, in a few words."""

    @property
    def text(self) -> str:
        """Return the wording to ask for."""

    @property
    def origin(self) -> str:
        """Return who won or proposed it."""


class Promise(Protocol):
    """Something that the employer promised and that is still open."""

    @property
    def text(self) -> str:
        """Return what was promised, as it was written down."""

    @property
    def due_on(self) -> date | None:
        """Return the day until which it was promised."""

    @property
    def standing(self) -> str:
        """Return in words, in the language of the files, how it stands."""

    @property
    def at_least(self) -> int | None:
        """Return the published number of reports that tell it to be broken, `None` where none is."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands in a brief beside the numbers: `demands` by category, `pictures` by the names of their files.

    `warnings` are lines in words, in the language of the files, made from published numbers alone.
    """

    quotes: Sequence[Quoted] = ()
    demands: Mapping[str, Sequence[Clause]] | None = None
    promises: Sequence[Promise] = ()
    pictures: Sequence[str] = ()
    warnings: Sequence[str] = ()
    is_offline: bool = False


def past(contents: Mapping[str, Any]) -> Past:
    """Return what a digest published, from what was kept of it."""
    tallies = [Tally(CellName(dimension, tuple(chosen)), number) for dimension, chosen, number in contents["tallies"]]
    return Past(date.fromisoformat(contents["period"]), contents["k"], tuple(tallies))


def table(told: Past, names: Names) -> str:
    """Return the numbers of a digest as CSV, a row each, for a spreadsheet; no cell acts as a formula."""
    rows: list[Sequence[object]] = [
        ("dimension", "question", "options", "answer", "at_least", "steps_of", "as_of"),
        *(
            (
                tally.name.dimension,
                names.question(tally.name.dimension),
                "×".join(tally.name.options),
                names.answer(tally.name),
                tally.at_least,
                told.k,
                told.period.isoformat(),
            )
            for tally in told.tallies
        ),
    ]
    return BYTE_ORDER_MARK + "".join(",".join(map(cell, each)) + "\r\n" for each in rows)


def record(history: Sequence[Past], names: Names, warnings: Sequence[str] = ()) -> str:
    """Return the numbers of the last digest, and of each before it, as JSON; raises `ValueError` without a digest."""
    last = _last(history)
    told = {
        "format": FORMAT,
        "as_of": last.period.isoformat(),
        "steps_of": last.k,
        "at_least_is": _AT_LEAST,
        "numbers": [_number(tally, names) for tally in last.tallies],
        "history": [
            {
                "as_of": each.period.isoformat(),
                "steps_of": each.k,
                "numbers": [_coded(tally) for tally in each.tallies],
            }
            for each in history
        ],
        "warnings": list(warnings),
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def brief(history: Sequence[Past], names: Names, facts: Facts, t: Translate) -> str:
    """Return a paper for bargaining in Markdown, in the language of `t`; raises `ValueError` without a digest."""
    last = _last(history)
    sections = (
        _opening(last, t),
        _numbers(last, names, facts, t),
        _trend(history, names, facts, t),
        _quotes(last, names, facts, t),
        _demands(last, names, facts, t),
        _promises(facts, t),
        _missing(last, facts, t),
    )
    return "\n\n".join(part for section in sections for part in section if part) + "\n"


def _last(history: Sequence[Past]) -> Past:
    if not history:
        raise ValueError("no digest was made")
    return history[-1]


def _coded(tally: Tally) -> dict[str, Any]:
    return {"dimension": tally.name.dimension, "options": list(tally.name.options), "at_least": tally.at_least}


def _number(tally: Tally, names: Names) -> dict[str, Any]:
    said = {"question": names.question(tally.name.dimension), "answer": names.answer(tally.name)}
    return {**_coded(tally), **said}


# The brief, section by section


def _opening(last: Past, t: Translate) -> list[str]:
    bullets = (
        N_("Counted are reports, not people. Each was confirmed by an organizer, who believed it."),
        N_("Every number is “at least”: so many, or more, had been counted when it was published."),
        N_("Numbers move in steps of {k} or more, at moments drawn by lot, so that nobody can be picked out by them."),
        N_("What is not listed has fewer reports, or none. That proves nothing either way."),
        N_("Numbers never fall. A report that was withdrawn later may still be counted in them."),
        N_("Reports come from those who chose to write. They are no survey, and no share of the workforce."),
    )
    return [
        f"# {t(N_('What AI does to our jobs: a brief for bargaining'))}",
        t(N_("As of {day}, the day of the last digest that these numbers come from.")).format(day=last.period),
        f"## {t(N_('What these numbers are, and what they are not'))}",
        _bullets([t(each).format(k=last.k) for each in bullets]),
    ]


def _numbers(last: Past, names: Names, facts: Facts, t: Translate) -> list[str]:
    parts = [f"## {t(N_('The numbers'))}"]
    if not last.tallies:
        return [*parts, t(N_("No number of reports has been published yet."))]
    # In the order of digests, and what they do not tell of after it.
    dimensions = dict.fromkeys([*TOLD, *(tally.name.dimension for tally in last.tallies)])
    for dimension in dimensions:
        if dimension in TOLD_ELSEWHERE or all(tally.name.dimension != dimension for tally in last.tallies):
            continue
        lines = [
            t(N_("{what}: at least {number}")).format(what=marked(names.answer(tally.name)), number=tally.at_least)
            for tally in last.tallies
            if tally.name.dimension == dimension
        ]
        parts += [f"### {marked(names.question(dimension))}", _bullets(lines)]
    drawn = t(N_("The numbers of this page as a picture"))
    return [*parts, *(f"![{drawn}]({name})" for name in facts.pictures)]


def _trend(history: Sequence[Past], names: Names, facts: Facts, t: Translate) -> list[str]:
    """Say what has grown from one digest to another: each number's first and last, the largest growth first."""
    last = history[-1]
    first: dict[CellName, tuple[date, int]] = {}
    for each in history:
        for name, number in each.shown.items():
            first.setdefault(name, (each.period, number))
    grown = [
        (number - first[name][1], name, number)
        for name, number in last.shown.items()
        if "×" not in name.dimension and number > first[name][1]
    ]
    grown.sort(key=lambda each: (-each[0], each[1]))
    told = [
        t(N_("{what}: first published on {day} with at least {before}, now at least {after}")).format(
            what=marked(names.answer(name)), day=first[name][0], before=first[name][1], after=number
        )
        for _, name, number in grown[:MOST_NEWS]
    ]
    return [
        f"## {t(N_('What has grown'))}",
        _bullets(told) if told else t(N_("No number has grown since it was first published.")),
        *([f"### {t(N_('Early warnings'))}", _bullets(facts.warnings)] if facts.warnings else []),
        t(
            N_(
                "The days are those of digests. Chance decides at which digest a number moves, so they do not tell "
                "when something happened, and a number that stands still proves nothing."
            )
        ),
    ]


def _quotes(last: Past, names: Names, facts: Facts, t: Translate) -> list[str]:
    """Tell quotes under their category where its number is published, and all others together, without a word more."""
    if not facts.quotes:
        return []
    published = _categories(last)
    groups: dict[str | None, list[str]] = {each: [] for each in (*published, None)}
    for each in facts.quotes:
        groups[each.category if each.category in published else None].append(each.text)
    parts = [
        f"## {t(N_('In the words of those who reported'))}",
        t(N_("With consent, word for word. Where “ … ” stands, words were left out.")),
    ]
    for category, texts in groups.items():
        if texts and category is not None:
            parts.append(f"### {marked(names.answer(CellName(CATEGORY, (category,))))}")
        elif texts and len(parts) > 2:  # noqa: PLR2004 - a heading only where others stand above
            parts.append(f"### {t(N_('On other matters'))}")
        parts += [f"> {t(N_('“{quote}”')).format(quote=marked(text))}" for text in texts]
    return parts


def _demands(last: Past, names: Names, facts: Facts, t: Translate) -> list[str]:
    parts = []
    told: set[str] = set()
    for category in _categories(last):
        offered = [each for each in (facts.demands or {}).get(category, ()) if each.title not in told]
        told |= {each.title for each in offered}
        if offered:
            lines = [f"**{marked(each.title)}** {marked(each.text)} *({marked(each.origin)})*" for each in offered]
            parts += [f"### {marked(names.answer(CellName(CATEGORY, (category,))))}", _bullets(lines)]
    if not parts:
        return []
    opening = t(N_("From the demand library, for what was published above; each stands under the first it answers."))
    return [f"## {t(N_('What can be asked for'))}", opening, *parts]


def _promises(facts: Facts, t: Translate) -> list[str]:
    if not facts.promises:
        return []
    lines = []
    for each in facts.promises:
        told = [each.standing]
        if each.due_on is not None:
            told.append(t(N_("due on {day}")).format(day=each.due_on))
        if each.at_least is not None:
            told.append(t(N_("at least {number} reports tell of it")).format(number=each.at_least))
        said = t(N_("“{quote}”")).format(quote=marked(each.text))
        lines.append(f"{said} ({marked('; '.join(told))})")
    return [f"## {t(N_('What was promised and is still open'))}", _bullets(lines)]


def _missing(last: Past, facts: Facts, t: Translate) -> list[str]:
    missing = [t(N_("What came after the digest of {day}.")).format(day=last.period)]
    if facts.is_offline:
        missing.append(
            t(
                N_(
                    "Quotes from reports that only organizers' own keys open: Steward cannot read them, so none of "
                    "their words stand here."
                )
            )
        )
    elif not facts.quotes:
        missing.append(t(N_("Quotes: none were chosen from reports whose writers allow it.")))
    if not facts.promises:
        missing.append(t(N_("Promises of the employer: none that is open was noted.")))
    missing.append(t(N_("Who reported, and when: nobody knows that here, and no file of Steward tells it.")))
    return [f"## {t(N_('What is missing here'))}", _bullets(missing)]


def _categories(last: Past) -> list[str]:
    return [tally.name.options[0] for tally in last.tallies if tally.name.dimension == CATEGORY]


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {' '.join(each.split())}" for each in lines)
