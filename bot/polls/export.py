"""What a poll that was counted looks like as files, for everybody: to read, to calculate with, and to check. Pure.

`list.tsv` is the only one that holds ballots, and is there only where the checkable list is shown. All others hold what
was counted: no ranking and no choice of one voter can be told from them.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from bot.papers import BYTE_ORDER_MARK, cell, marked
from bot.polls import ledger, rounds, verdicts
from bot.polls.counting.results import Method, as_json
from bot.polls.rounds import Sign, Table
from bot.polls.rules import Kind, Poll
from bot.polls.verdicts import LETTERS, SAID, exact

Translate = Callable[[str], str]

FORMAT = "steward poll 1"
_NUMBERS = (
    "All numbers in rounds, and the quota, are whole numbers of 1/unit of a vote. Options are numbered from 0, in the "
    "order of question.options; for a motion 0 is for, 1 against, 2 abstain, and for consent 0 is agree, 1 abstain, "
    "2 disagree, 3 block."
)
_LOT = (
    "The commitment is the SHA-256, in hexadecimal, of the 32 bytes of seed, and was shown when the poll opened. The "
    "lot puts tied options in the order of SHA-256(seed || option), the option as two bytes with the high one first, "
    "smallest hash first. Of a tie to exclude, the last in the order is out."
)
_LIST = (
    "list_sha256 is the SHA-256, in hexadecimal, of list.tsv as it is: a line each, tracker<TAB>ballot<LF>, in UTF-8. "
    "A ballot is a letter for each option, a for 0, in the order of the voter; for scores a digit for each option; - "
    "is a blank vote."
)


class Told(Protocol):
    """What everybody may know of a poll that was counted; each as in `records.Published`."""

    @property
    def result(self) -> Mapping[str, Any] | None:
        """Return what was counted, `None` if nothing was."""

    @property
    def reasons(self) -> Sequence[str]:
        """Return the reasons that were given, in no order."""

    @property
    def ledger(self) -> Sequence[tuple[str, str]] | None:
        """Return pairs of a tracker and a ballot, `None` where no list is shown."""

    @property
    def outcome(self) -> str | None:
        """Return what organizers made of it."""

    @property
    def review_on(self) -> date | None:
        """Return the day on which it is to be looked at again."""

    @property
    def closed_at(self) -> datetime | None:
        """Return when it was counted."""


def files(poll: Poll, published: Told, t: Translate, *, names: Sequence[str], rules: str) -> dict[str, bytes]:
    """Return the files of a result by their names; raises `ValueError` where there is none.

    `names` are the choices in words, as typed; `rules` says in Markdown how the poll was counted and who might vote.
    """
    if published.result is None:
        raise ValueError("the poll was not counted")
    made = {
        "result.md": report(poll, published, t, names=names, rules=rules).encode(),
        "result.csv": (BYTE_ORDER_MARK + table(published.result, names, t)).encode(),
        "result.json": record(poll, published).encode(),
    }
    if published.ledger is not None:
        made["list.tsv"] = list_file(published.ledger)
    return made


def list_file(pairs: Sequence[tuple[str, str]]) -> bytes:
    """Return the checkable list, of whose bytes `ledger.list_hash` is the SHA-256."""
    return "".join(f"{known}\t{ballot}\n" for known, ballot in pairs).encode()


def record(poll: Poll, published: Told) -> str:
    """Return everything that is known of a result as JSON: exact, and enough to count rounds and lots again."""
    question, terms, voters = poll.question, poll.terms, poll.voters
    told = {
        "format": FORMAT,
        "poll": poll.id,
        "question": {"title": question.title, "text": question.text, "options": list(question.options)},
        "kind": terms.kind,
        "method": terms.method,
        "seats": terms.seats,
        "pass_rule": {"share": terms.rule.share, "of": terms.rule.of},
        "quorum": {"least": terms.quorum.least, "share": terms.quorum.share},
        "can_change": terms.can_change,
        "voters": {
            "role": voters.role_id is not None,
            "joined_before_opening": voters.joined_before,
            "account_age_days": voters.account_age_days,
            "electorate_as_organizers_say": voters.electorate,
        },
        "opened_at": _instant(poll.opened_at),
        "closes_at": _instant(terms.closes_at),
        "closed_at": _instant(published.closed_at),
        "commitment": poll.commitment,
        "result": published.result,
        "reasons": list(published.reasons),
        "list_sha256": None if published.ledger is None else ledger.list_hash(published.ledger),
        "outcome": published.outcome,
        "review_on": None if published.review_on is None else published.review_on.isoformat(),
        "limits": verdicts.LIMITS,
        "how_to_read": {"numbers": _NUMBERS, "lot": _LOT, "list": _LIST},
    }
    return json.dumps(as_json(told), ensure_ascii=False, indent=2) + "\n"


def table(result: Mapping[str, Any], names: Sequence[str], t: Translate) -> str:
    """Return the numbers of a result as CSV: a row for each option and round, or for each pair of options.

    No text that was typed can act as a formula in a spreadsheet (OWASP, CSV injection): what would start one gets an
    apostrophe in front.
    """
    rows: list[Sequence[object]]
    if result.get("pairwise"):
        rows = [(t("option"), t("text"), t("against"), t("ballots for it"), t("strongest path"))]
        rows += [
            (LETTERS[one], names[one], LETTERS[other], result["pairwise"][one][other], result["strengths"][one][other])
            for one in range(len(names))
            for other in range(len(names))
            if one != other
        ]
    else:
        rows = [(t("round"), t("option"), t("text"), t("number"), t("moved"), t("state"))]
        rows += _numbers(result, names, t)
    return "".join(",".join(map(cell, each)) + "\r\n" for each in rows)


def report(poll: Poll, published: Told, t: Translate, *, names: Sequence[str], rules: str) -> str:
    """Return a result in Markdown, to be read."""
    result = published.result or {}
    shown = [marked(name) for name in names]
    called = shown if Method(poll.terms.method) in SAID else verdicts.lettered(shown)
    rule = (str(poll.terms.rule.share), poll.terms.rule.of)
    list_hash = None if published.ledger is None else ledger.list_hash(published.ledger)
    has_result = not result.get("too_few")
    ties = verdicts.drawn(result, called, t)
    parts = [
        f"# {marked(poll.question.title)}",
        marked(poll.question.text),
        f"## {t('Result')}",
        f"**{verdicts.summary(result, called, t)}**",
        verdicts.reasoning(result, rule, t),
        _bullets(verdicts.turnout(result, t)) if has_result else "",
        _standing(result, called, t) if has_result else "",
        *([f"## {t('What came of it')}", *_outcome(published, t)] if published.outcome else []),
        f"## {t('How it was held')}",
        _bullets([*rules.split("\n"), *_times(poll, published, t)]),
        *([f"## {t('Round by round')}", *_rounds(result, called, t)] if rounds.has_rounds(result) else []),
        *([f"## {t('Ties')}", _bullets(ties)] if ties else []),
        *_checks(poll, result, list_hash, t),
        *([f"## {t('Reasons')}", *map(_quoted, published.reasons)] if published.reasons else []),
        *([f"## {t('Limits')}", t(verdicts.LIMITS)] if poll.terms.kind is Kind.BALLOT else []),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _standing(result: Mapping[str, Any], called: Sequence[str], t: Translate) -> str:
    """Return the numbers of each choice, as beside the picture, and what was needed."""
    won = verdicts.marked(result)
    lines = [
        f"- {'**' if option in won else ''}{name}: {number}{'**' if option in won else ''}"
        for option, (name, number) in enumerate(zip(called, verdicts.placed(result, t), strict=True))
    ]
    limit = verdicts.needed(result, t)
    lines += [f"- {limit[1]}"] if limit is not None else []
    return "\n".join([f"{t(verdicts.PLACED[Method(result['method'])])}:", "", *lines])


def _outcome(published: Told, t: Translate) -> list[str]:
    told = [marked(published.outcome or "")]
    if published.review_on is not None:
        told.append(t("To be looked at again: {day}").format(day=published.review_on.isoformat()))
    return told


def _times(poll: Poll, published: Told, t: Translate) -> list[str]:
    return [
        t("Opened: {when}").format(when=_minute(poll.opened_at)),
        t("Closed: {when}").format(
            when=_minute(min(poll.terms.closes_at, published.closed_at or poll.terms.closes_at))
        ),
    ]


def _rounds(result: Mapping[str, Any], called: Sequence[str], t: Translate) -> list[str]:
    parts = []
    for each in rounds.tables(result, called, t):
        parts += [f"### {each.title}", *each.told, _set(each, called)]
    return parts


def _set(each: Table, called: Sequence[str]) -> str:
    states = {Sign.NONE: "", Sign.WON: "★", Sign.OUT: "✕"}
    head = ["", *each.columns, ""]
    ruler = ["---", *("---:" for _ in each.columns), "---"]
    lines = [
        [called[one.option] if one.option is not None else one.label, *one.cells, states[one.sign]] for one in each.rows
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ruler, *lines))


def _checks(poll: Poll, result: Mapping[str, Any], list_hash: str | None, t: Translate) -> list[str]:
    told = []
    if result.get("seed") and poll.commitment:
        sentence = t("Lot, fixed at the opening: `{commitment}` Its seed: `{seed}`")
        told.append(sentence.format(commitment=poll.commitment, seed=result["seed"]))
        told.append(t(verdicts.HOW_TO_DRAW) if verdicts.has_lot(result) else t("No lot was needed."))
    if not result.get("too_few"):
        told.append(verdicts.list_told(has_ledger=poll.terms.has_ledger, list_hash=list_hash, t=t))
    return [f"## {t('To check')}", *told] if any(told) else []


def _numbers(result: Mapping[str, Any], names: Sequence[str], t: Translate) -> list[Sequence[object]]:
    """Return a row for each choice in each round, with blank and exhausted votes in rows of their own."""
    if result.get("too_few"):
        return []
    method, blank = Method(result["method"]), ("", "", t("blank"), result["blank"], "", "")
    if method in SAID:
        said = [result[name] for name in SAID[method]]
        return [*((1, LETTERS[one], names[one], number, "", "") for one, number in enumerate(said)), blank]
    rows: list[Sequence[object]] = []
    for number, each in enumerate(result["rounds"], 1):
        for one, votes in enumerate(each["votes"]):
            moved = _number(each["transfers"][one], result) if rounds.has_transfers(result) else ""
            state = t("elected") if one in each["elected"] else t("out") if one in each["excluded"] else ""
            rows.append((number, LETTERS[one], names[one], _number(votes, result), moved, state))
        for what, label in (("exhausted", t("exhausted")), ("lost", t("lost to rounding"))):
            if each[what]:
                rows.append((number, "", label, _number(each[what], result), "", ""))
    return [*rows, blank]


def _number(value: int, result: Mapping[str, Any]) -> Decimal:
    return Decimal(exact(value, result["unit"]))


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _minute(moment: datetime | None) -> str:
    return "–" if moment is None else moment.strftime("%Y-%m-%d %H:%M UTC")


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {each}" for each in lines)


def _quoted(text: str) -> str:
    return "\n".join(f"> {each}" for each in marked(text).split("\n"))
