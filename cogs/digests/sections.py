"""What a digest tells beside the numbers: a heading for each subject and a line for each thing, and nobody's name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import discord

from bot.polls.verdicts import Outcome
from bot.refusals import N_
from bot.texts import Translate
from cogs.layout import plain

MOST_WINNERS = 3
SHORT = 160
RESULTS: dict[str, str] = {
    Outcome.ELECTED: N_("**{winners}**"),
    Outcome.AGREED: N_("**agreed**"),
    Outcome.REFUSED: N_("**not agreed**"),
    Outcome.TIED: N_("a tie that stays open"),
    Outcome.NO_QUORUM: N_("no quorum, so nothing is decided"),
    Outcome.TOO_FEW: N_("too few ballots for a result"),
    Outcome.NOBODY: N_("nothing was chosen"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of thing that a digest tells: how its line reads, and what it is called where only its number is told.

    `counted` is empty for what stands there at each digest and is no news.
    """

    line: Callable[[Sequence[Any], Translate], str]
    counted: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One subject: its heading, its groups in the order in which they are shown, and where to see more."""

    heading: str
    groups: Mapping[str, Group]
    more: str


def _handed_over(words: str) -> Callable[[Sequence[Any], Translate], str]:
    return lambda told, t: t(words).format(title=plain(told[0]), days=told[1])


def _dated(words: str) -> Callable[[Sequence[Any], Translate], str]:
    return lambda told, t: t(words).format(title=_short(told[0]), when=_day(told[1]))


def _timed(words: str, style: str) -> Callable[[Sequence[Any], Translate], str]:
    return lambda told, t: t(words).format(title=_short(told[0]), when=f"<t:{told[1]}:{style}>")


def _going(told: Sequence[Any], t: Translate) -> str:
    title, shown, goal, deadline = told
    if shown >= goal:
        words = t("- **Goal reached**: {title} · at least {shown} signatures, {goal} were asked for · deadline {when}")
    elif shown:
        words = t("- **Open for signing**: {title} · at least {shown} of {goal} signatures · deadline {when}")
    else:  # nothing is shown before the first step
        words = t("- **Open for signing**: {title} · {goal} signatures are the goal · deadline {when}")
    return words.format(title=plain(title), shown=shown, goal=goal, when=f"<t:{deadline}:D>")


def _result(told: Sequence[Any], t: Translate) -> str:
    title, what = told
    winners = ", ".join(plain(winner) for winner in what["winners"][:MOST_WINNERS])
    winners += " …" if len(what["winners"]) > MOST_WINNERS else ""
    result = t(RESULTS[what["outcome"]]).format(winners=winners)
    return t("- **Counted**: {title} → {what}").format(title=plain(title), what=result)


def _to_do(told: Sequence[Any], t: Translate) -> str:
    text, responsible, progress, due_on = told
    words = (
        t("- **To be done**: {text} · {who} · {progress} %")
        if due_on is None
        else t("- **To be done by {when}**: {text} · {who} · {progress} %")
    )
    when = "" if due_on is None else _day(due_on)
    return words.format(text=_short(text), who=plain(responsible), progress=progress, when=when)


def _carried(told: Sequence[Any], t: Translate) -> str:
    text, age = told
    words = t("- **Still to be answered**, carried over {age} times: {text}")
    return words.format(text=_short(text), age=age)


def _promise(words: str) -> Callable[[Sequence[Any], Translate], str]:
    def line(told: Sequence[Any], t: Translate) -> str:
        text, due_on, at_least = told
        when = "" if due_on is None else f" ({_day(due_on)})"
        said = t(words).format(text=_short(text), when=when)
        return f"{said} · {t('at least {number} reports of a breach').format(number=at_least)}" if at_least else said

    return line


SECTIONS: dict[str, Section] = {
    "petitions": Section(
        N_("**Petitions**"),
        {
            "unanswered": Group(_handed_over(N_("- **Day {days} without an answer**: {title}"))),
            "delivered": Group(
                _handed_over(N_("- **Handed over, day {days} without an answer**: {title}")),
                N_("petitions handed over: {number}"),
            ),
            "answered": Group(
                _handed_over(N_("- **Answered on day {days}**: {title}")), N_("petitions answered: {number}")
            ),
            "open": Group(_going),
        },
        "`/petition list`",
    ),
    "polls": Section(
        N_("**Polls**"),
        {
            "closing": Group(_timed(N_("- **Open, closes {when}**: {title}"), "R")),
            "results": Group(_result, N_("polls counted: {number}")),
            "reviews": Group(_dated(N_("- **To be looked at again**, since {when}: {title}"))),
        },
        "`/polls`",
    ),
    "townhalls": Section(
        N_("**Town halls**"),
        {
            "coming": Group(_timed(N_("- **Next**: {title} · {when}"), "F")),
            "late": Group(_timed(N_("- **Late floor open until {when}**: {title}"), "f")),
            "held": Group(_timed(N_("- **Held**: {title} · {when}"), "D"), N_("town halls held: {number}")),
            "carried": Group(_carried),
            "actions": Group(_to_do),
        },
        "`/townhall list`",
    ),
    "commitments": Section(
        N_("**What was promised to us**"),
        {
            "overdue": Group(_promise(N_("- **Overdue**{when}: {text}"))),
            "broken": Group(_promise(N_("- **Broken**{when}: {text}")), N_("promises broken: {number}")),
            "kept": Group(_promise(N_("- **Kept**{when}: {text}")), N_("promises kept: {number}")),
            "due": Group(_promise(N_("- **Due soon**{when}: {text}"))),
        },
        "`/commitments`",
    ),
    "reviews": Section(N_("**To look at again**"), {"reviews": Group(_to_do)}, "`/townhall manage`"),
    "directory": Section(
        N_("**The directory of training and help**"),
        {
            "reviews": Group(_dated(N_("- **Check that it is still right**, since {when}: {title}"))),
            "expired": Group(_dated(N_("- **Not shown any more**, since {when}: {title}"))),
        },
        "`/resources`",
    ),
}


Room = Mapping[tuple[str, str], int]
"""How many lines each group of each subject has."""


def shared_out(contents: Mapping[str, Any], lines: int, of_each: int) -> Room:
    """Share lines out among what a digest tells: each group gets one before any gets its next, up to `of_each`."""
    wanted = {
        (subject, name): min(of_each, len(contents[subject][name]["first"]))
        for subject, shape in SECTIONS.items()
        for name in shape.groups
        if name in contents.get(subject, {})
    }
    room = dict.fromkeys(wanted, 0)
    for turn in range(of_each):
        for group, most in wanted.items():
            if turn < most and lines:
                room[group], lines = room[group] + 1, lines - 1
    return room


def section(subject: str, groups: Mapping[str, Any], room: Room, t: Translate) -> str | None:
    """Return what is told of a subject in the room that it has; `None` where there is nothing to tell."""
    shape = SECTIONS[subject]
    there = {name: group for name, group in shape.groups.items() if name in groups}
    lines = [
        group.line(each, t) for name, group in there.items() for each in groups[name]["first"][: room[subject, name]]
    ]
    if left := sum(left_out(groups[name], room[subject, name]) for name in there):
        lines.append(t("- … and {number} more, see {command}").format(number=left, command=shape.more))
    return "\n".join([t(shape.heading), *lines]) if lines else None


def left_out(group: Mapping[str, Any], most: int) -> int:
    """Return how many things of a group are not among the first so many."""
    return int(group["more"]) + len(group["first"][most:])


def is_cut(subject: str, groups: Mapping[str, Any], room: Room) -> bool:
    """Tell whether something that a digest holds of a subject has no room."""
    return any(len(group["first"]) > room[subject, name] for name, group in groups.items())


def counted(contents: Mapping[str, Any], t: Translate) -> list[str]:
    """Return how much of each kind is new, in a few words each; nothing of what is not."""
    return [
        t(group.counted).format(number=left_out(contents[subject][name], 0))
        for subject, shape in SECTIONS.items()
        for name, group in shape.groups.items()
        if group.counted and name in contents.get(subject, {})
    ]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return plain(line if len(line) <= SHORT else f"{line[: SHORT - 1]}…")


def _day(day: str) -> str:
    return discord.utils.format_dt(datetime.combine(date.fromisoformat(day), time(12), UTC), "D")
