"""Polls that unions hold again and again, to start from. Pure.

Every sentence is put into the server's language when a form is opened with it, and is the organizers' own from then on.
"""

from dataclasses import dataclass

from bot.polls.counting.motions import HALF, TWO_THIRDS, PassRule, Quorum
from bot.polls.counting.results import Method
from bot.polls.rules import Kind
from bot.polls.wording import Question
from bot.refusals import N_, Refusal

BLANK = "___"
"""Stands where organizers fill something in; nothing is published while one is left."""


class BlanksLeft(Refusal):
    """A template was not filled in."""

    sentence = N_("Some words are still to be filled in, where the draft says `___`.")


@dataclass(frozen=True, slots=True)
class Template:
    """A poll to start from. `when` says in one sentence what it is for; all its texts are to be translated."""

    id: str
    name: str
    when: str
    title: str
    text: str
    options: tuple[str, ...]
    kind: Kind
    method: Method
    days: int
    seats: int = 1
    rule: PassRule = PassRule()  # noqa: RUF009 - frozen
    quorum: Quorum = Quorum()  # noqa: RUF009 - frozen


def check_filled(question: Question) -> Question:
    """Return what is asked; raises `BlanksLeft` while something of a template is still to be filled in."""
    if any(BLANK in part for part in (question.title, question.text, *question.options)):
        raise BlanksLeft
    return question


_OFFERED = (
    Template(
        "strike",
        N_("Strike vote"),
        N_("To find out whether enough of you would strike. Where the law asks for another vote first, hold that one."),
        N_("Shall we go on strike?"),
        N_("When and how: ___\nWhat we ask for: ___\nWhat it will cost each of us, and what helps: ___"),
        (),
        Kind.BALLOT,
        Method.MOTION,
        days=7,
        rule=PassRule(TWO_THIRDS),
        quorum=Quorum(share=HALF),
    ),
    Template(
        "contract",
        N_("Contract ratification"),
        N_("To accept or refuse what was bargained for. Check first what your own rules and the law ask of this vote."),
        N_("Do we accept the agreement of ___?"),
        N_("Where to read it in full: ___\nWhat it changes: ___\nWhat happens if we refuse it: ___"),
        (),
        Kind.BALLOT,
        Method.MOTION,
        days=7,
        rule=PassRule(HALF),
    ),
    Template(
        "shortlist",
        N_("Officer shortlist"),
        N_("To rank people for several places on a list. Not to elect officers: the law often asks for another way."),
        N_("Who should be on the shortlist for ___?"),
        N_("Where the candidates say what they stand for: ___"),
        (BLANK, BLANK, BLANK, BLANK),
        Kind.BALLOT,
        Method.SCOTTISH,
        days=7,
        seats=2,
    ),
    Template(
        "seat",
        N_("One seat"),
        N_("To choose one of several whom most would prefer to each of the others. Not for electing officers."),
        N_("Who should take on ___?"),
        N_("What there is to do, and until when: ___"),
        (BLANK, BLANK, BLANK),
        Kind.BALLOT,
        Method.SCHULZE,
        days=7,
    ),
    Template(
        "sense",
        N_("Sense check"),
        N_("To hear openly how an idea sits with people, before anything is decided."),
        N_("How does this sit with you: ___?"),
        N_("Nothing is decided by this. What we think of doing: ___"),
        (),
        Kind.HANDS,
        Method.CONSENT,
        days=3,
    ),
    Template(
        "consent",
        N_("Decision by consent"),
        N_("To decide what nobody has to block: objections are heard, each with its reason."),
        N_("Do we agree to ___?"),
        N_("What we would do: ___\nWhy: ___\nWhen we look at it again: ___"),
        (),
        Kind.BALLOT,
        Method.CONSENT,
        days=5,
    ),
    Template(
        "schedule",
        N_("Schedule"),
        N_("To find the time that suits most people; everybody names all times that they could come."),
        N_("When shall we meet?"),
        N_("All times are by the clock of ___."),
        (N_("Monday ___, 18:00"), N_("Wednesday ___, 18:00"), N_("Saturday ___, 11:00")),
        Kind.HANDS,
        Method.APPROVAL,
        days=4,
    ),
    Template(
        "quick",
        N_("Quick question"),
        N_("To ask something small in the open, where nobody minds who says what."),
        N_("Do you ___?"),
        "",
        (N_("Yes"), N_("No"), N_("Not sure yet")),
        Kind.HANDS,
        Method.SINGLE,
        days=2,
    ),
    Template(
        "budget",
        N_("Budget priorities"),
        N_("To see how much each purpose matters to members, from 0 to 5, when money is to be shared out."),
        N_("What should we spend money on?"),
        N_("There is ___ to spend until ___."),
        (N_("Strike fund"), N_("Legal help"), N_("Training"), N_("Meetings and travel")),
        Kind.BALLOT,
        Method.SCORE,
        days=7,
    ),
)

TEMPLATES: dict[str, Template] = {template.id: template for template in _OFFERED}
