"""What a result says in plain words: who won or what was agreed, by which numbers, and what a lot decided. Pure.

Cards, files and digests say it from here, so that they never differ. `result` is what `tallying.outcome` made, before
or after it went through JSON; `names` are the choices in their order, ready to be shown where the words go.
"""

import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from bot.polls.counting.lots import Purpose
from bot.polls.counting.motions import HALF, Of
from bot.polls.counting.results import Method
from bot.polls.rules import FEWEST_BALLOTS, LEDGER_FROM
from bot.refusals import N_

Translate = Callable[[str], str]
LETTERS = string.ascii_uppercase
SIMPLE_PARTS = 4
"""Halves, thirds and quarters are written as such."""


class Outcome(StrEnum):
    """What came of a poll that was counted."""

    ELECTED = "elected"
    AGREED = "agreed"
    REFUSED = "refused"
    TIED = "tied"
    NO_QUORUM = "no quorum"
    TOO_FEW = "too few"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a poll. `winners` and `tied` are positions of options; there are none without a quorum.

    Of more than one winner, they are in the order of their election. `tied` are those between whom a tie stayed open.
    """

    outcome: Outcome
    winners: tuple[int, ...] = ()
    tied: tuple[int, ...] = ()


PLACED: dict[Method, str] = {
    Method.SINGLE: N_("Votes for each option"),
    Method.APPROVAL: N_("How many chose each option"),
    Method.SCORE: N_("Points of each option"),
    Method.STAR: N_("Points of each option, and votes in the final of the two with most"),
    Method.IRV: N_("Votes in the first round, and in the last"),
    Method.SCOTTISH: N_("Votes in the first round, and in the last"),
    Method.SCHULZE: N_("How many of the others each option is placed before"),
    Method.MOTION: N_("What was said to the motion"),
    Method.CONSENT: N_("What was said to the proposal"),
}
"""What the numbers beside the options are."""

SAID: dict[Method, tuple[str, ...]] = {
    Method.MOTION: ("votes_for", "votes_against", "abstentions"),
    Method.CONSENT: ("agree", "abstain", "disagree", "block"),
}
"""Where a result keeps the numbers of choices that the method fixes, in their order."""

LIMITS = N_(
    "This result is consultative. Discord itself, and whoever runs the computer that Steward is on, could have seen "
    "how somebody voted. Do not use it to elect officers, or for anything the law wants decided by secret ballot. For "
    "that, use a system made for it, such as Belenios, with voters' codes sent by somebody else than whoever runs it."
)
HOW_TO_DRAW = N_(
    "To check a lot: SHA-256 of the seed (as 32 bytes) is the commitment that was shown when the poll opened. For each "
    "tied option, take SHA-256 of the seed followed by the option's number as two bytes (A is 0, B is 1); the smallest "
    "comes first. The first wins, the last is out."
)


def verdict(result: Mapping[str, Any]) -> Verdict:
    """Return what came of a poll that was counted."""
    if result.get("too_few"):
        return Verdict(Outcome.TOO_FEW)
    if not result["is_quorate"]:
        return Verdict(Outcome.NO_QUORUM)
    if "is_agreed" in result:
        return Verdict(Outcome.AGREED if result["is_agreed"] else Outcome.REFUSED)
    winners = tuple(result["winners"])
    tied = next((tuple(tie["among"]) for tie in result["ties"] if not tie["order"]), ())
    if tied:
        return Verdict(Outcome.TIED, winners, tied)
    return Verdict(Outcome.ELECTED if winners else Outcome.NOBODY, winners)


def lettered(names: Sequence[str]) -> list[str]:
    """Return choices with the letters that they have on the card."""
    return [f"{letter} · {name}" for letter, name in zip(LETTERS, names, strict=False)]


def summary(result: Mapping[str, Any], names: Sequence[str], t: Translate) -> str:
    """Return in a sentence or two what came of a poll."""
    found = verdict(result)
    winners, tied = _listed(found.winners, names), _listed(found.tied, names)
    if found.outcome is Outcome.TOO_FEW:
        return t("Fewer than {fewest} ballots were cast, so there is no result, and the box is destroyed.").format(
            fewest=FEWEST_BALLOTS
        )
    if found.outcome is Outcome.NO_QUORUM:
        sentence = t("There is no quorum, so nothing is decided: {needed} votes were needed, and {cast} were cast.")
        return sentence.format(needed=result["needed_for_quorum"], cast=result["cast"])
    if found.outcome is Outcome.TIED:
        sentences = [t("It is a tie, and it stays open: no lot was committed to. Level are: {names}.")]
        sentences += [t("Sure of a seat: {winners}.")] if winners else []
        return " ".join(sentences).format(names=tied, winners=winners)
    if found.outcome is Outcome.NOBODY:
        return t("No option was given anything, so none is chosen.")
    if found.outcome is Outcome.ELECTED:
        sentences = [t("Chosen: {names}.") if len(found.winners) == 1 else t("Elected, in this order: {names}.")]
        if has_lot(result):
            in_front = any(tie["purpose"] in {Purpose.ELECT, Purpose.FINAL} for tie in result["ties"])
            decided, broke = t("A lot decided between those level in front."), t("On the way, a lot broke a tie.")
            sentences.append(decided if in_front else broke)
        return " ".join(sentences).format(names=winners)
    if result["method"] == Method.MOTION:
        told = t("The motion is carried.") if result["is_agreed"] else t("The motion is not carried.")
    else:
        told = t("There is consent.") if result["is_agreed"] else t("There is no consent.")
    return told


def reasoning(result: Mapping[str, Any], rule: Sequence[str], t: Translate) -> str:
    """Return why a motion or a proposal came out as it did; empty for every other method.

    `rule` is the share that must be for a motion, as a fraction, and what it is a share of.
    """
    if result.get("too_few") or "is_agreed" not in result:
        return ""
    if result["method"] == Method.CONSENT:
        return t("There is consent where somebody agrees and nobody blocks. To disagree is to be heard, and no veto.")
    share, of = Fraction(rule[0]), rule[1]
    sentences = {
        (True, Of.VOTES): t("For: {votes_for}. Needed: {needed}, more than half of the votes for and against."),
        (True, Of.ELIGIBLE): t("For: {votes_for}. Needed: {needed}, more than half of all who may vote."),
        (False, Of.VOTES): t("For: {votes_for}. Needed: {needed}, at least {share} of the votes for and against."),
        (False, Of.ELIGIBLE): t("For: {votes_for}. Needed: {needed}, at least {share} of all who may vote."),
    }
    return sentences[share == HALF, Of(of)].format(
        votes_for=result["votes_for"], needed=result["needed_to_pass"], share=share_told(share)
    )


def share_told(share: Fraction) -> str:
    """Return a share as people write it: 2/3, or 60 %."""
    percent = share * 100
    is_simple = share != 1 and share.denominator <= SIMPLE_PARTS
    return f"{percent} %" if percent.denominator == 1 and not is_simple else f"{share.numerator}/{share.denominator}"


def turnout(result: Mapping[str, Any], t: Translate) -> list[str]:
    """Return how many voted, how many of them voted blank, and whether that made a quorum."""
    cast, electorate = result["cast"], result["electorate"]
    if electorate is None:
        told = [t("Votes cast: {cast}").format(cast=cast)]
    elif cast > electorate:
        # Organizers say how many may vote, and nobody can check it.
        sentence = t("Votes cast: {cast}, more than the {electorate} who, as organizers said, may vote")
        told = [sentence.format(cast=cast, electorate=electorate)]
    else:
        sentence = t("Votes cast: {cast} of {electorate} who, as organizers said, may vote ({percent} %)")
        told = [sentence.format(cast=cast, electorate=electorate, percent=_percent(cast, electorate))]
    told.append(t("Blank among them: {blank}").format(blank=result["blank"]))
    if result["needed_for_quorum"]:
        sentence = t("Quorum: {needed}, reached") if result["is_quorate"] else t("Quorum: {needed}, not reached")
        told.append(sentence.format(needed=result["needed_for_quorum"]))
    return told


def standing(result: Mapping[str, Any]) -> list[int]:
    """Return one number for each choice, by which they can be compared: how long their bars are.

    Whole numbers of 1/unit of a vote, as in the result. Of several rounds it is the last; of STAR the points; of the
    Schulze method how many others an option is placed before.
    """
    method = Method(result["method"])
    if method in SAID:
        return [result[name] for name in SAID[method]]
    if method is Method.SCHULZE:
        paths = result["strengths"]
        return [sum(path > paths[other][one] for other, path in enumerate(row)) for one, row in enumerate(paths)]
    return list(result["rounds"][0 if method is Method.STAR else -1]["votes"])


def placed(result: Mapping[str, Any], t: Translate) -> list[str]:
    """Return the numbers of each choice in words, under the heading `PLACED` of the method."""
    method, now = Method(result["method"]), standing(result)
    if method in {Method.IRV, Method.SCOTTISH}:
        return [_way(result, option, t) for option in range(len(now))]
    if method in {Method.SINGLE, Method.APPROVAL}:
        marked = result["cast"] - result["blank"]
        return [f"{votes} ({_percent(votes, marked)} %)" for votes in now]
    if method is Method.STAR and len(result["rounds"]) > 1:
        final = result["rounds"][1]
        return [
            str(points)
            if option in final["excluded"]
            else t("{points}, in the final {votes}").format(points=points, votes=final["votes"][option])
            for option, points in enumerate(now)
        ]
    return [str(number) for number in now]


def needed(result: Mapping[str, Any], t: Translate) -> tuple[int, str] | None:
    """Return the number that wins, in the measure of `standing`, and what to call it; `None` where most wins."""
    method = Method(result["method"])
    if method is Method.MOTION:
        number = result["needed_to_pass"]
        return number, t("Needed to carry: {number} for").format(number=number)
    if method is Method.SCOTTISH:
        return result["quota"], t("Quota: {number}").format(number=short(result["quota"], result["unit"]))
    if method is Method.IRV and result["rounds"][-1]["elected"]:
        number = sum(result["rounds"][-1]["votes"]) // 2 + 1
        return number, t("More than half: {number}").format(number=number)
    return None


def marked(result: Mapping[str, Any]) -> tuple[int, ...]:
    """Return the choices that a picture sets apart: winners, or the one that stands for being agreed."""
    found = verdict(result)
    return (0,) if found.outcome is Outcome.AGREED else found.winners


def drawn(result: Mapping[str, Any], names: Sequence[str], t: Translate) -> list[str]:
    """Return every tie that a lot broke or that stayed open, a sentence each."""
    stood = {
        Purpose.ELECT: t("{tied} were level in front. By lot: {order}."),
        Purpose.FINAL: t("{tied} were level for a place in the final. By lot: {order}."),
        Purpose.SURPLUS: t("{tied} had the same surplus after round {round}. By lot, in this order: {order}."),
        Purpose.EXCLUDE: t("{tied} were level at the end after round {round}. By lot: {order}; the last was out."),
    }
    left_open = t("{tied} were level, and no lot could be drawn.")
    return [
        (stood[Purpose(tie["purpose"])] if tie["order"] else left_open).format(
            tied=_listed(tie["among"], names), order=_listed(tie["order"], names), round=tie["round"]
        )
        for tie in result.get("ties", ())
    ]


def has_lot(result: Mapping[str, Any]) -> bool:
    """Tell whether a lot was drawn."""
    return any(tie["order"] for tie in result.get("ties", ()))


def list_told(*, has_ledger: bool, list_hash: str | None, t: Translate) -> str:
    """Return what there is to say of the checkable list; empty where none was promised."""
    if not has_ledger:
        return ""
    if list_hash is None:
        return t(
            "The checkable list is not shown: with fewer than {fewest} ballots, or with rankings of which nearly each "
            "is the only one of its kind, it would tell who voted what."
        ).format(fewest=LEDGER_FROM)
    return t("Checkable list of all ballots, in no order. Its SHA-256: `{hash}`").format(hash=list_hash)


def exact(value: int, unit: int) -> str:
    """Return a number of 1/unit of a vote with all its decimals; a unit of 1 has none."""
    if unit == 1:
        return str(value)
    whole, rest = divmod(abs(value), unit)
    return f"{'-' if value < 0 else ''}{whole}.{rest:0{len(str(unit)) - 1}}"


def short(value: int, unit: int) -> str:
    """Return a number of 1/unit of a vote, exactly, without decimals where it is whole."""
    return str(value // unit) if value % unit == 0 else exact(value, unit)


def _way(result: Mapping[str, Any], option: int, t: Translate) -> str:
    """Return with how many votes an option began and ended, and when it was elected or excluded."""
    rounds, unit = result["rounds"], result["unit"]
    numbers = short(rounds[0]["votes"][option], unit)
    if len(rounds) > 1:
        numbers += f" → {short(rounds[-1]['votes'][option], unit)}"
    for number, each in enumerate(rounds, 1):
        if option in each["elected"]:
            return t("{numbers}, elected in round {round}").format(numbers=numbers, round=number)
        if option in each["excluded"]:
            return t("{numbers}, out in round {round}").format(numbers=numbers, round=number)
    return numbers


def _listed(options: Sequence[int], names: Sequence[str]) -> str:
    return ", ".join(names[option] for option in options)


def _percent(part: int, whole: int) -> int:
    return round(Fraction(100 * part, whole)) if whole else 0
