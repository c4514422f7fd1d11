"""The round tables of a count, as rows that a card or a file can set: what stands in them is decided once. Pure.

`names` are the options in their order, ready to be shown where the words go.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from bot.polls.counting.results import Method
from bot.polls.verdicts import PLACED, SAID, drawn, exact, marked

Translate = Callable[[str], str]


class Sign(Enum):
    """What a row is marked with."""

    NONE = auto()
    WON = auto()
    OUT = auto()


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `option` is the position of an option, or `None` where `label` says what is counted."""

    option: int | None
    cells: tuple[str, ...]
    sign: Sign = Sign.NONE
    label: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One round, or for the Schulze method all duels of one option, with what happened in it in sentences."""

    title: str
    told: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def has_rounds(result: Mapping[str, Any]) -> bool:
    """Tell whether there is more to read than one number for each choice."""
    return len(result.get("rounds") or ()) > 1 or bool(result.get("pairwise"))


def tables(result: Mapping[str, Any], names: Sequence[str], t: Translate) -> list[Table]:
    """Return every round of a count; none where there is no result."""
    if result.get("too_few"):
        return []
    method = Method(result["method"])
    if method in SAID:
        said = [result[name] for name in SAID[method]]
        return [_only(t(PLACED[method]), said, marked(result), t)]
    if method is Method.SCHULZE:
        return [_duels(result, option, names, t) for option in range(len(names))]
    if method in {Method.SINGLE, Method.APPROVAL, Method.SCORE}:
        return [_only(t(PLACED[method]), result["rounds"][0]["votes"], result["rounds"][0]["elected"], t)]
    return [_round(result, number, names, t) for number in range(len(result["rounds"]))]


def _only(title: str, votes: Sequence[int], won: Sequence[int], t: Translate) -> Table:
    rows = [
        Row(option, (str(number),), Sign.WON if option in won else Sign.NONE) for option, number in enumerate(votes)
    ]
    return Table(title, (), (t("number"),), tuple(rows))


def _duels(result: Mapping[str, Any], option: int, names: Sequence[str], t: Translate) -> Table:
    pairwise = result["pairwise"]
    rows = tuple(
        Row(
            other,
            (str(pairwise[option][other]), str(pairwise[other][option])),
            Sign.WON if pairwise[option][other] > pairwise[other][option] else Sign.NONE,
        )
        for other in range(len(names))
        if other != option
    )
    title = t("{option} against each other option").format(option=names[option])
    return Table(title, (), (t("for it"), t("against")), rows)


def _round(result: Mapping[str, Any], number: int, names: Sequence[str], t: Translate) -> Table:
    rounds, unit = result["rounds"], result["unit"]
    each, is_first = rounds[number], number == 0
    gone = {option for before in rounds[:number] for option in before["excluded"]}
    rows = [
        Row(
            option,
            _cells(each, option, unit, has_transfers=not is_first and has_transfers(result)),
            _sign(each, option),
        )
        for option in range(len(names))
        if option not in gone and not (result["method"] == Method.STAR and option in each["excluded"])
    ]
    empty = ("",) if not is_first and has_transfers(result) else ()
    if each["exhausted"]:
        label = t("both alike") if result["method"] == Method.STAR else t("name nobody who is left")
        rows.append(Row(None, (exact(each["exhausted"], unit), *empty), label=label))
    if each["lost"]:
        rows.append(Row(None, (exact(each["lost"], unit), *empty), label=t("lost to rounding")))
    is_points = result["method"] == Method.STAR and is_first
    columns = (t("points") if is_points else t("votes"), *((t("moved"),) if empty else ()))
    title = t("Round {number} of {rounds}").format(number=number + 1, rounds=len(rounds))
    ties = [tie for tie in result["ties"] if tie["round"] == number + 1]
    told = (*_happened(result, each, names, t), *drawn({"ties": ties}, names, t))
    return Table(title, told, columns, tuple(rows))


def has_transfers(result: Mapping[str, Any]) -> bool:
    """Tell whether votes move from one option to another between rounds."""
    return result["method"] in {Method.IRV, Method.SCOTTISH}


def _cells(each: Mapping[str, Any], option: int, unit: int, *, has_transfers: bool) -> tuple[str, ...]:
    votes = exact(each["votes"][option], unit)
    if not has_transfers:
        return (votes,)
    moved = each["transfers"][option]
    return votes, f"{'+' if moved > 0 else ''}{exact(moved, unit)}" if moved else "0"


def _sign(each: Mapping[str, Any], option: int) -> Sign:
    if option in each["elected"]:
        return Sign.WON
    return Sign.OUT if option in each["excluded"] else Sign.NONE


def _happened(result: Mapping[str, Any], each: Mapping[str, Any], names: Sequence[str], t: Translate) -> list[str]:
    """Return what was moved, who left and who was elected."""
    told = []
    excluded, elected = (", ".join(names[option] for option in each[what]) for what in ("excluded", "elected"))
    if each["surplus_of"] is not None:
        sentence = t("What {option} had over the quota was passed on.")
        told.append(sentence.format(option=names[each["surplus_of"]]))
    if excluded and result["method"] == Method.STAR:
        told.append(t("The final: how many ballots score one of the two higher."))
    elif excluded:
        told.append(t("Excluded, and their votes passed on: {names}.").format(names=excluded))
    if elected:
        told.append(t("Elected: {names}.").format(names=elected))
    return told
