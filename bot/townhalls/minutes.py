"""Drafted minutes: what was on the agenda, asked, decided and taken on, as Markdown. Nobody who came is named. Pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.refusals import N_
from bot.townhalls.questions_rules import Question, QuestionState
from bot.townhalls.rules import STEP, State, TownHall, in_fives

MOST_OF_EACH = 800
"""How many of each are written out: with the longest questions, decisions, actions and comments under 8 MiB."""

_MARKS = re.compile(r"[\\`*_{}\[\]<>#|~&]|^[-+=]")
_LIST = re.compile(r"^(\d+)([.)])")

STANDS: dict[QuestionState, str] = {
    QuestionState.OPEN: N_("not answered"),
    QuestionState.ANSWERED: N_("answered"),
    QuestionState.CARRIED: N_("goes on to the next town hall"),
    QuestionState.MERGED: N_("counted with another question"),
}


class Decided(Protocol):
    """What was decided."""

    @property
    def text(self) -> str:
        """Return its words, as typed."""

    @property
    def is_binding(self) -> bool:
        """Tell whether it binds by now."""

    @property
    def poll_id(self) -> str | None:
        """Return the poll that it rests on, if it does on one."""

    @property
    def vote(self) -> str | None:
        """Return what came of that poll, in words; `None` while it is not over."""


class Agreed(Protocol):
    """What is to be done."""

    @property
    def text(self) -> str:
        """Return its words, as typed."""

    @property
    def responsible(self) -> str:
        """Return a role or a name of somebody's own choice, as typed."""

    @property
    def due_on(self) -> date | None:
        """Return until when."""

    @property
    def progress(self) -> int:
        """Return how far it is, in percent."""


@dataclass(frozen=True, slots=True)
class Held:
    """What minutes are written from."""

    hall: TownHall
    questions: Sequence[Question] = ()
    decisions: Sequence[Decided] = ()
    actions: Sequence[Agreed] = ()
    comments: Sequence[Question] = ()


def minutes(held: Held, say: Callable[[str], str]) -> str:
    """Return the minutes of a town hall that is over; what there is nothing of is left out.

    Times are those of the town hall's own zone. `say` turns an English sentence into the reader's language.
    """
    hall = held.hall
    shown = [each for each in held.questions if each.state is not QuestionState.MERGED]
    wanted = sorted(shown, key=lambda each: -in_fives(each.votes or 0))  # of equals, in the order given
    parts = [
        f"# {marked(hall.plan.title)}",
        say("Minutes") if hall.state is State.CLOSED else say("Minutes, a draft: the late floor is still open"),
        _bullets(_facts(hall, say)),
        *_section(say("Agenda"), [f"{marked(item.title)} ({_long(item.minutes, say)})" for item in hall.plan.agenda]),
        *_section(say("Questions"), _most([_asked(each, say) for each in wanted], say)),
        *_section(say("Decisions"), _most([_decided(each, hall, say) for each in held.decisions], say)),
        *_section(say("What is to be done"), _most([_agreed(each, say) for each in held.actions], say)),
        *_section(say("Comments"), _most([marked(each.text) for each in held.comments], say)),
    ]
    return "\n\n".join(parts) + "\n"


def marked(text: str) -> str:
    """Return typed text so that Markdown shows it as typed, on one line of a list."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return "  \n  ".join(_LIST.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", line)) for line in lines)


def _facts(hall: TownHall, say: Callable[[str], str]) -> Iterable[str]:
    zone = ZoneInfo(hall.plan.zone)
    began, ended = hall.started_at or hall.starts_at, hall.ended_at or hall.ends_at
    yield say("Began: {when} ({zone})").format(when=_clock(began, zone), zone=zone.key)
    yield say("Ended: {when} ({zone})").format(when=_clock(ended, zone), zone=zone.key)
    if hall.attendance is not None:
        came = in_fives(hall.attendance)
        yield (
            say("Came, as the chair saw it: at least {number}").format(number=came)
            if came
            else say("Came, as the chair saw it: fewer than {number}").format(number=STEP)
        )
    if hall.late_until is not None:
        until = _clock(hall.late_until, zone)
        yield say("Late floor, for those who could not be there: until {when} ({zone})").format(
            when=until, zone=zone.key
        )


def _asked(question: Question, say: Callable[[str], str]) -> str:
    told = [say(STANDS[question.state])]
    if wanted := in_fives(question.votes or 0):
        told.append(say("wanted by at least {number}").format(number=wanted))
    if question.age:
        told.append(say("carried over {number} times").format(number=question.age))
    return f"{marked(question.text)} ({', '.join(told)})"


def _decided(decision: Decided, hall: TownHall, say: Callable[[str], str]) -> str:
    """Return a decision with what came of its vote, and whether it binds where that is not a matter of course."""
    told = []
    if not decision.is_binding and hall.state is State.CLOSED:
        told.append(say("does not bind"))
    elif not decision.is_binding:
        told.append(
            say("binds when the late floor is over, if its vote agrees")
            if decision.poll_id is not None
            else say("binds when the late floor is over")
        )
    if decision.vote is not None:
        told.append(say("the vote: {result}").format(result=marked(decision.vote)))
    elif decision.poll_id is not None and hall.state is State.CLOSED:
        told.append(say("the vote was not counted by then"))
    return f"{marked(decision.text)} ({'; '.join(told)})" if told else marked(decision.text)


def _agreed(action: Agreed, say: Callable[[str], str]) -> str:
    told = [say("responsible: {who}").format(who=marked(action.responsible))]
    if action.due_on is not None:
        told.append(say("until {day}").format(day=action.due_on.isoformat()))
    if action.progress:
        told.append(say("{number} % done").format(number=action.progress))
    return f"{marked(action.text)} ({', '.join(told)})"


def _most(lines: Sequence[str], say: Callable[[str], str]) -> list[str]:
    more = len(lines) - MOST_OF_EACH
    return [*lines[:MOST_OF_EACH], *([say("and {number} more").format(number=more)] if more > 0 else [])]


def _section(heading: str, lines: Sequence[str]) -> list[str]:
    return [f"## {heading}", _bullets(lines)] if lines else []


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _long(minutes_long: int, say: Callable[[str], str]) -> str:
    return say("{number} minutes").format(number=minutes_long)


def _clock(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
