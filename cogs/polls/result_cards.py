"""How the result of a poll looks: posted once with a picture, opened in private, round by round, and as files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import discord
from discord import ui

from bot.charts import Bar, BarChart, Mark, bars
from bot.outgoing import Illustrated
from bot.polls import verdicts
from bot.polls.counting.results import Method
from bot.polls.rounds import Row, Sign, Table, has_rounds, tables
from bot.polls.rules import AGREED, Poll, State
from bot.polls.verdicts import LETTERS
from bot.texts import Translate
from cogs.layout import LONGEST_ALT, QUIET, Item, boxed, button, card, fitting, line, picture, plain, quoted, row
from cogs.polls import cards
from cogs.polls.cards import choice_names

PICTURE = "result.png"
PAGE = 3000
"""Characters of tables or reasons on one page; the rest is for what stands around them."""
NAME_IN_TABLE = 16
FEW_OPTIONS = 8
"""Up to so many, sentences over a table name options in words and not by their letters alone."""
LONGEST_OUTCOME_SHOWN = 1500
SIGNS = {Sign.NONE: " ", Sign.WON: "★", Sign.OUT: "✕"}


@dataclass(frozen=True, slots=True)
class Room:
    """How much is shown where space is short: characters of an option, how many ties, and how much of an outcome."""

    name: int
    ties: int
    outcome: int = LONGEST_OUTCOME_SHOWN


ROOMS = (Room(4, 0, 200), Room(12, 0, 500), Room(12, 1), Room(20, 2), Room(40, 3), Room(60, 5), Room(80, 10))
"""From the tightest to the widest. Numbers, turnout and hashes are never left out."""


def result_post(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView | Illustrated:
    """Return the post of a result: who won or what was agreed, a picture, and the same numbers as text beside it."""
    return _illustrated(contents, t, f"-# {reference}")


def result(t: Translate, contents: Mapping[str, Any]) -> ui.LayoutView | Illustrated:
    """Show a result to one member, with what organizers made of it."""
    return _illustrated(contents, t, None)


def no_result(t: Translate, contents: Mapping[str, Any]) -> ui.LayoutView:
    """Say why there is no result, or none yet, and when there will be one."""
    is_waiting = State(contents["state"]) in {State.SCHEDULED, State.OPEN, State.COUNTING}
    return card(
        t("## No result yet") if is_waiting else t("## No result"),
        f"**{plain(contents['title'])}**",
        cards.standing(contents, t),
        t("The result is posted in the channel of the poll once it is closed and counted. Until then nobody sees it.")
        if is_waiting and not (contents["kind"] == "hands" and not contents["is_hidden"])
        else None,
        accent=QUIET,
    )


def rounds(t: Translate, poll: Poll, told: Mapping[str, Any], number: int) -> ui.LayoutView:
    """Show one page of the full table of rounds."""
    names = choice_names(poll, t)
    is_few = len(names) <= FEW_OPTIONS
    named = [f"{letter} ({plain(_cut(name, NAME_IN_TABLE))})" for letter, name in zip(LETTERS, names, strict=False)]
    found = tables(told, named if is_few else LETTERS[: len(names)], t)
    pages = _pages([_set(table, names) for table in found])
    number = min(max(number, 0), len(pages) - 1)
    has_signs = any(each.sign is not Sign.NONE for table in found for each in table.rows)
    is_duels = told.get("method") == Method.SCHULZE
    signs = t("-# ★ preferred by more ballots") if is_duels else t("-# ★ elected here  ✕ out here")
    return card(
        t("## Round by round"),
        f"**{plain(poll.question.title)}**",
        *pages[number],
        signs if has_signs else None,
        t("-# Page {number} of {pages}").format(number=number + 1, pages=len(pages)),
        row(*_turning(t, poll, "rounds", number, len(pages))),
        accent=QUIET,
    )


def reasons(t: Translate, poll: Poll, given: Sequence[str], number: int) -> ui.LayoutView:
    """Show one page of the reasons that were given, in no order and beside no choice."""
    pages = _pages([quoted(reason) for reason in given])
    number = min(max(number, 0), len(pages) - 1)
    return card(
        t("## Reasons"),
        f"**{plain(poll.question.title)}**",
        *(pages[number] or [t("No reasons are published for this poll.")]),
        t(
            "-# As they were written, in no order. They were kept apart from the choices, so Steward cannot tell which "
            "goes with which. Page {number} of {pages}"
        ).format(number=number + 1, pages=len(pages)),
        row(*_turning(t, poll, "reasons", number, len(pages))),
        accent=QUIET,
    )


def files(t: Translate, poll: Poll, file_names: Sequence[str], list_hash: str | None) -> ui.LayoutView:
    """Hand out the files of a result."""
    return card(
        t("## Files"),
        f"**{plain(poll.question.title)}**",
        t(
            "Everybody may have these. The file that ends in .md is to be read; .csv opens in a spreadsheet; .json "
            "holds every number exactly, and all that is needed to count rounds and lots again."
        ),
        None
        if list_hash is None
        else t(
            "The file list.tsv is the checkable list: on each line what a voter made their ballot known by, and the "
            "ballot. Its SHA-256 must be `{hash}`, as posted with the result."
        ).format(hash=list_hash),
        *(ui.File(f"attachment://{name}") for name in file_names),
        accent=discord.Colour.green(),
    )


# The result


def _illustrated(contents: Mapping[str, Any], t: Translate, last: str | None) -> ui.LayoutView | Illustrated:
    shown = chart(contents, t)
    view = fitting(lambda most: _result(contents, t, last, ROOMS[most - 1], shown), len(ROOMS))
    return view if shown is None else Illustrated(view, {PICTURE: partial(bars, shown)})


def _result(
    contents: Mapping[str, Any], t: Translate, last: str | None, room: Room, shown: BarChart | None
) -> ui.LayoutView:
    told, poll_id = contents["result"], contents["id"]
    names = [plain(_cut(name, room.name)) for name in choice_names(contents, t)]
    has_result = not told.get("too_few")
    is_sealed = has_result and contents["commitment"] is not None
    buttons = [
        button(t("All rounds"), f"pollresult:rounds:v1:{poll_id}:0") if has_rounds(told) else None,
        button(t("Reasons"), f"pollresult:reasons:v1:{poll_id}:0") if contents["reasons"] else None,
        button(t("Files"), f"pollresult:files:v1:{poll_id}") if has_result else None,
    ]
    pressed = [each for each in buttons if each is not None]
    return card(
        t("## Result"),
        f"**{plain(contents['title'])}**",
        f"### {verdicts.summary(told, _called(contents, names), t)}",
        verdicts.reasoning(told, contents["rule"], t) or None,
        None if shown is None else picture(PICTURE, _said(shown, t)),
        _numbers(contents, names, t) if has_result else None,
        "\n".join(verdicts.turnout(told, t)) if has_result else None,
        _ties(told, len(names), room, t) if has_result else None,
        *_further(contents, t),
        *_outcome(contents, room, t),
        row(*pressed) if pressed else None,
        line() if is_sealed else None,
        "\n".join(_small(contents, t)) if is_sealed else None,
        last,
        accent=discord.Colour.blurple() if has_result else QUIET,
    )


def chart(contents: Mapping[str, Any], t: Translate) -> BarChart | None:
    """Return what to draw of a result; `None` where there is nothing to compare."""
    told = contents["result"]
    if told.get("too_few") or not any(verdicts.standing(told)):
        return None
    unit, found = told.get("unit", 1), verdicts.marked(told)
    texts = [verdicts.short(number, unit) for number in verdicts.standing(told)]
    if told["method"] == Method.STAR:
        texts = verdicts.placed(told, t)
    drawn = [
        Bar(name, number / unit, text, is_marked=option in found)
        for option, (name, number, text) in enumerate(
            zip(choice_names(contents, t), verdicts.standing(told), texts, strict=True)
        )
    ]
    limit = verdicts.needed(told, t)
    return BarChart(contents["title"], drawn, None if limit is None else Mark(limit[0] / unit, limit[1]))


def _said(shown: BarChart, t: Translate) -> str:
    """Return what a picture shows in words, with shorter names or letters alone where they would not fit."""
    said = ""
    for width in (80, 40, 20, 10, 0):
        told = [
            f"{letter}{f' {_cut(bar.label, width)}' if width else ''}: {bar.text}{' ★' if bar.is_marked else ''}"
            for letter, bar in zip(LETTERS, shown.bars, strict=False)
        ]
        said = t("Bars: {bars}").format(bars="; ".join(told))
        if shown.mark is not None:
            said += f". {shown.mark.caption}"
        if len(said) <= LONGEST_ALT:
            break
    return said


def _numbers(contents: Mapping[str, Any], names: Sequence[str], t: Translate) -> str:
    told = contents["result"]
    method, found = Method(told["method"]), verdicts.marked(told)
    lines = [f"**{t(verdicts.PLACED[method])}**"]
    for option, (name, number) in enumerate(zip(names, verdicts.placed(told, t), strict=True)):
        letter = "" if method in AGREED else f"**{LETTERS[option]}**  "
        lines.append(f"{letter}{name} · {number}{' ★' if option in found else ''}")
    limit = verdicts.needed(told, t)
    if limit is not None and method not in AGREED:  # a motion has said so above
        lines.append(limit[1])
    return "\n".join(lines)


def _called(contents: Mapping[str, Any], names: Sequence[str]) -> Sequence[str]:
    return names if Method(contents["method"]) in AGREED else verdicts.lettered(names)


def _ties(told: Mapping[str, Any], options: int, room: Room, t: Translate) -> str | None:
    found = verdicts.drawn(told, LETTERS[:options], t)
    lines = found[: room.ties]
    if len(found) > len(lines):
        lines.append(
            t("Ties that are not told here: {number}. The files have all of them.").format(
                number=len(found) - len(lines)
            )
        )
    return "\n".join(lines) or None


def _further(contents: Mapping[str, Any], t: Translate) -> Iterator[str]:
    """Yield what else can be read."""
    if contents["reasons"]:
        yield t("Reasons that were given: {number}. Everybody can read them, in no order.").format(
            number=contents["reasons"]
        )
    told = verdicts.list_told(has_ledger=contents["has_ledger"], list_hash=contents["list_hash"], t=t)
    if told and not contents["result"].get("too_few"):
        how = t("The list is among the files; with `/poll check` you find your own ballot in it.")
        yield f"{told}\n{how}" if contents["list_hash"] else told


def _outcome(contents: Mapping[str, Any], room: Room, t: Translate) -> Iterator[str]:
    if contents.get("outcome"):
        yield t("**What came of it:**")
        yield boxed(_cut(contents["outcome"], room.outcome))
        if contents.get("review"):
            yield t("-# To be looked at again: {day}").format(day=contents["review"])


def _small(contents: Mapping[str, Any], t: Translate) -> Iterator[str]:
    """Yield the lot and the limits, in small print."""
    told = contents["result"]
    if told.get("seed") and verdicts.has_lot(told):
        yield t("-# Lot, fixed at the opening: `{commitment}` Its seed: `{seed}`").format(
            commitment=contents["commitment"], seed=told["seed"]
        )
        yield f"-# {t(verdicts.HOW_TO_DRAW)}"
    else:
        yield t("-# No lot was needed.")
    yield f"-# {t(verdicts.LIMITS)}"


# Tables


def _set(table: Table, names: Sequence[str]) -> str:
    """Return a table in letters of one width: numbers first, so that no name moves them out of their columns."""
    widths = [
        max(len(title), *(len(each.cells[column]) for each in table.rows)) if table.rows else len(title)
        for column, title in enumerate(table.columns)
    ]
    head = "  ".join(title.rjust(width) for title, width in zip(table.columns, widths, strict=True))
    lines = [f"   {head}", *(_line(each, widths, names) for each in table.rows)]
    return "\n".join([f"**{table.title}**", *table.told, boxed("\n".join(lines))])


def _line(each: Row, widths: Sequence[int], names: Sequence[str]) -> str:
    letter = " " if each.option is None else LETTERS[each.option]
    name = each.label if each.option is None else _cut(names[each.option], NAME_IN_TABLE)
    numbers = "  ".join(cell.rjust(width) for cell, width in zip(each.cells, widths, strict=True))
    return f"{letter}  {numbers} {SIGNS[each.sign]} {name}"


def _pages(parts: Sequence[str]) -> list[list[str]]:
    """Lay parts on pages, as many as fit on each; at least one page."""
    pages: list[list[str]] = [[]]
    for part in parts:
        if pages[-1] and sum(map(len, pages[-1])) + len(part) > PAGE:
            pages.append([])
        pages[-1].append(part)
    return pages


def _turning(t: Translate, poll: Poll, what: str, number: int, pages: int) -> list[Item]:
    place = f"pollresult:{what}:v1:{poll.id}"
    turns = [
        button(t("Back"), f"{place}:{number - 1}", disabled=number == 0),
        button(t("Next"), f"{place}:{number + 1}", disabled=number + 1 >= pages),
    ]
    return [*(turns if pages > 1 else []), button(t("Result"), f"pollresult:show:v1:{poll.id}")]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
