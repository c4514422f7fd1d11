"""Ready letters from a cluster of cases, as Markdown that organizers download, complete and send themselves.

Nothing about cases comes in but a category, a lower bound and a date, so nothing else can go out: no words, no role,
no date of a single report. Steward sends no letter to anybody.

Sources: Regulation (EU) 2024/1689 (AI Act), Regulation (EU) 2016/679 (GDPR), the US National Labor Relations Act, the
New York WARN notice; CWA's template request for information on AI, in other words. As of November 2026, from public
pages about these laws and not from counsel: each letter says that articles and dates are to be checked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.refusals import N_
from bot.reports.taxonomy import CATEGORIES
from bot.texts import Translate


class Letter(StrEnum):
    """A letter that can be written; its value begins the name of the file."""

    INFORMATION = "information-request"
    AI_ACT = "ai-act-notice"
    DATA_ACCESS = "data-access-request"
    WARN = "warn-query"


TITLES: dict[Letter, str] = {
    Letter.INFORMATION: N_("Request for information about AI at work"),
    Letter.AI_ACT: N_("Request for notice under the EU AI Act"),
    Letter.DATA_ACCESS: N_("One worker's request for their own data"),
    Letter.WARN: N_("Question about AI in layoff notices"),
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """What a letter may say of similar cases; raises `ValueError` for an unknown category or no reports.

    `at_least` is the number that the last digest showed for the category. The true count, even rounded down, would
    say more than all digests do (see `bot.digests.rules`). `since` is a day or month chosen for all letters of the
    guild, such as when Steward was set up, and never the date of a report.
    """

    category: str
    at_least: int
    since: str | None = None

    def __post_init__(self) -> None:
        if self.category not in CATEGORIES or self.at_least < 1:
            raise ValueError("nothing to write about")


class Clause(Protocol):
    """A demand as a petition shows it; the library of demands is another feature's."""

    @property
    def title(self) -> str:
        """Return what is asked for, in a few words."""

    @property
    def text(self) -> str:
        """Return the wording to ask for."""

    @property
    def origin(self) -> str:
        """Return who won or proposed it."""


@dataclass(frozen=True, slots=True)
class _Form:
    """What one letter has of its own: a note to whoever sends it, its text, and sources with official addresses."""

    note: str
    opening: str
    questions: tuple[str, ...]
    closing: str
    sources: tuple[tuple[str, str], ...]


_ANSWER_BY = N_(
    "Please answer in writing by [date]. If you cannot answer some of it by then, please send the rest and say "
    "what is missing, why, and when it will follow."
)
_AI_ACT = "https://eur-lex.europa.eu/eli/reg/2024/1689/oj"
_GDPR = "https://eur-lex.europa.eu/eli/reg/2016/679/oj"

_FORMS: dict[Letter, _Form] = {
    Letter.INFORMATION: _Form(
        N_(
            "At private employers in the United States this request has the force of law only where a union is "
            "certified or recognized: the duty to bargain in good faith, in sections 8(a)(5) and 8(d) of the National "
            "Labor Relations Act, includes giving that union information it needs to represent workers. Without such a "
            "union the employer need not answer. Section 7 protects most employees who ask together, but not "
            "supervisors or independent contractors. Elsewhere other rules apply."
        ),
        N_(
            "We write about AI and automated systems that affect work at [employer]. We ask for what follows in order "
            "to [bargain / handle a grievance / understand the effects on our work]. [Where a union is certified or "
            "recognized: We ask as the representative of these workers, under sections 8(a)(5) and 8(d) of the "
            "National Labor Relations Act.]"
        ),
        (
            N_("Which AI or automated systems are in use, on trial or planned: name, maker, purpose, start, roles?"),
            N_("Which policies, instructions, assessments and terms with vendors about them concern workers?"),
            N_("What data about workers does each system use or produce, who can see it, and for how long?"),
            N_("What effects on jobs, pay, hours, workload and health are expected, or have been measured?"),
        ),
        _ANSWER_BY,
        (
            (
                N_("National Labor Relations Act, sections 7, 8(a)(5) and 8(d)"),
                "https://www.nlrb.gov/guidance/key-reference-materials/national-labor-relations-act",
            ),
            (N_("CWA, Resource Hub on Artificial Intelligence: Template Request for Information on AI"), ""),
        ),
    ),
    Letter.AI_ACT: _Form(
        N_(
            "This is for workers in the European Union. Article 26(7) covers high-risk systems; at work these are, in "
            "Annex III point 4, systems for hiring, for decisions on terms of work, promotion or dismissal, for "
            "giving out tasks by behaviour or traits, and for monitoring or rating people. The date from which this "
            "applies has been moved, as far as we know to 2 December 2027; check the current text. The law of your "
            "country on works councils may give you more, and earlier."
        ),
        N_(
            "Article 26(7) of the AI Act, Regulation (EU) 2024/1689, has employers inform workers' representatives and "
            "the affected workers before they put a high-risk AI system into service or use it at the workplace. "
            "Article 26(11) has them tell people when such a system makes decisions about them or helps to. Article "
            "22 of the GDPR, Regulation (EU) 2016/679, limits decisions based solely on automated processing. We ask "
            "for the following now, also where a duty does not apply yet."
        ),
        (
            N_("Which systems under Annex III point 4 are in use or planned, from when, by whom, for what purpose?"),
            N_("Which workers do they affect, and how and when were they and their representatives informed?"),
            N_("Which decisions do they make or help to make, and are any based solely on automated processing?"),
            N_("Who oversees them (Article 26(2)), and how long are their logs kept (Article 26(6))?"),
        ),
        _ANSWER_BY,
        (
            (N_("AI Act, Regulation (EU) 2024/1689: Article 26(2), (6), (7) and (11), Annex III point 4"), _AI_ACT),
            (N_("GDPR, Regulation (EU) 2016/679: Articles 12(3), 13 to 15 and 22"), _GDPR),
        ),
    ),
    Letter.DATA_ACCESS: _Form(
        N_(
            "This is for one worker, who sends it in their own name: the employer learns who asks. It speaks only of "
            "that worker, so leave out the number above, other people, and that reports exist. It rests on the GDPR. "
            "Similar rights exist elsewhere, such as in the UK GDPR, Brazil's LGPD (Articles 18 and 20) and "
            "California's CCPA; put their articles in its place."
        ),
        N_(
            "I work for [employer] as [role]. Under Article 15 of the GDPR, Regulation (EU) 2016/679, I ask whether "
            "you, or somebody on your behalf, process personal data about me in or with AI or other automated systems, "
            "and for a copy of these data (Article 15(1) and (3))."
        ),
        (
            N_("What are the purposes, recipients, sources and storage times of these data (Article 15(1)(a) to (g))?"),
            N_("Are there automated decisions about me, including profiling, as in Article 22(1) and (4)?"),
            N_(
                "If so, by what logic, and with what significance and consequences for me (Article 15(1)(h); see also "
                "Articles 13(2)(f) and 14(2)(g))?"
            ),
        ),
        N_(
            "Article 12(3) asks for an answer without undue delay and within one month of receipt. If you need up to "
            "two months more, please tell me within the first month, and why."
        ),
        ((N_("GDPR, Regulation (EU) 2016/679: Articles 12(3), 13 to 15 and 22"), _GDPR),),
    ),
    Letter.WARN: _Form(
        N_(
            "New York's WARN notices ask since March 2025 whether “technological innovation or automation” is a reason "
            "for job losses. As far as we know they concern employers with 50 or more full-time employees in the "
            "state, from certain numbers of job losses on, and are due 90 days ahead. The federal WARN Act and most "
            "other places do not ask; there an answer is voluntary. Send it only if jobs are being cut."
        ),
        N_(
            "We write about job losses at [employer] [that were announced on [date] / that workers expect]. We ask "
            "whether AI or automation is among the reasons, and whether the notices say so."
        ),
        (
            N_("Has a WARN or similar notice been filed, or is one planned, and for which places and dates?"),
            N_("Is the reason “technological innovation or automation” marked in it, and if not, why not?"),
            N_(
                "Which technology takes over which work? Where no form asks, will you tell workers the same in writing?"
            ),
        ),
        _ANSWER_BY,
        (
            (
                N_("New York State Department of Labor, Worker Adjustment and Retraining Notification (WARN)"),
                "https://dol.ny.gov/worker-adjustment-and-retraining-notification-warn",
            ),
            (N_("US federal WARN Act, 29 U.S.C. 2101 to 2109"), ""),
        ),
    ),
}

_TESTED = N_("How was it tested before use, for which risks, and with what results?")
_CONTESTED = N_("How can a worker contest a result, who reviews it, and by when?")
_PLANNED = N_("Which further changes of this kind are planned for the next twelve months?")
_GAINED = N_("What is saved or gained by it, and who has a share in that?")
_CONSULTED = N_("Who was consulted before this was decided, and what changed as a result?")
_SYSTEMS = N_("Which systems of this kind affect work now, and which are planned?")

EXTRA_QUESTIONS: dict[str, tuple[str, ...]] = {
    "JOB-CUT": (N_("Which jobs end wholly or partly because of AI, and what other work is offered?"), _PLANNED),
    "JOB-FRZ": (N_("Which vacant or junior posts are not filled because of AI, and who does their work?"), _PLANNED),
    "JOB-OUT": (N_("Which work has gone to contractors or vendors, and what AI do they use for it?"), _GAINED),
    "JOB-SKILL": (N_("Which duties, grades or titles have changed because of AI, and how?"), _PLANNED),
    "PAY": (
        N_("How have pay, rates or hours changed since AI came, and by what rule?"),
        N_("Is time spent checking or correcting AI output recorded and paid?"),
    ),
    "SPEED": (N_("Which targets were raised since AI came, and what measurements do they rest on?"), _CONSULTED),
    "MANDATE": (N_("Is AI use required or measured, does it count in reviews, and who may decline?"), _CONSULTED),
    "ACCESS": (
        N_("Who gets which tools, and by what rule?"),
        N_("Which tools were tested with assistive technology, and what was done about failures?"),
    ),
    "HEALTH": (
        N_("Which risks to health from AI at work were assessed, and what was done about them?"),
        N_("What limits, breaks and care are there for people who handle harmful content?"),
    ),
    "TRAIN": (N_("What training comes before a tool, in whose time and at whose cost?"), _PLANNED),
    "ETHICS": (N_("What may a worker do who finds a task with AI unethical, and what protects them?"), _TESTED),
    "MON": (
        N_("What is collected on activity, messages, meetings or code, how long is it kept, and who sees it?"),
        N_("Is it used to score, rank or discipline people, or to train AI?"),
    ),
    "ALG-MGT": (
        N_("Which decisions on tasks, ratings, discipline or dismissal does a system make or prepare?"),
        _CONTESTED,
    ),
    "ALG-HIRE": (
        N_("Which steps of hiring, promotion or moves does a system make or prepare, and by what criteria?"),
        _CONTESTED,
    ),
    "DATA-TRN": (
        N_("Whose work, voice or likeness trains or builds AI, and on what legal ground?"),
        N_("Who has been given this material, and how can people withdraw it?"),
    ),
    "REPLACE": (
        N_("Is recorded or documented work used to build systems that take it over, and who was told?"),
        _PLANNED,
    ),
    "CREDIT": (N_("What are the rules for credit, authorship and ownership where AI is used?"), _CONSULTED),
    "QUALITY": (
        N_("Which checks by people were reduced or removed, and on what assessment of risk?"),
        N_("Which errors or harm through AI output are known, and what was done about them?"),
    ),
    "BIAS": (N_("Who tested for discrimination, how, and with what results?"), _CONTESTED),
    "NO-VOICE": (_SYSTEMS, _CONSULTED),
    "RETAL": (
        N_("What protects people who raise concerns about AI, inside and outside the company?"),
        N_("Which policies or agreements limit what people may say about AI at work?"),
    ),
    "GOOD": (N_("What has worked well with AI, by whose measure, and will it be kept?"), _GAINED),
    "OTHER": (_SYSTEMS, _CONSULTED),
}
"""What all letters but the request for one's own data ask about a category, besides their own questions."""

_ACTIVITY = N_("Please include records of my activity, messages, meetings and code, and scores made from them.")
_RATING = N_("Please include my targets, ratings and reviews, and how a system worked them out.")
_TERMS = N_("Please include how a system took part in decisions on my pay, rate, hours, grade or tasks.")
_SELECTION = N_("Please include how a system took part in hiring, promoting, moving or selecting me for dismissal.")
_MATERIAL = N_("Please include my work, voice, image or recordings, if used to train or build AI, and who has them.")
_SUPPORT = N_("Please include records on my training, tools, health or adjustments that a system uses.")
_CONCERNS = N_("Please include notes and messages about concerns that I have raised, and what was done with them.")

_DATA_ITEMS: dict[str, tuple[str, ...]] = {
    "JOB-CUT": (_SELECTION, _RATING),
    "JOB-FRZ": (_SELECTION, _TERMS),
    "JOB-OUT": (_SELECTION, _MATERIAL),
    "JOB-SKILL": (_TERMS, _RATING),
    "PAY": (_TERMS, _RATING),
    "SPEED": (_RATING, _ACTIVITY),
    "MANDATE": (_ACTIVITY, _RATING),
    "ACCESS": (_SUPPORT, _TERMS),
    "HEALTH": (_SUPPORT, _ACTIVITY),
    "TRAIN": (_SUPPORT, _RATING),
    "ETHICS": (_CONCERNS, _RATING),
    "MON": (_ACTIVITY, _RATING),
    "ALG-MGT": (_TERMS, _RATING),
    "ALG-HIRE": (_SELECTION, _RATING),
    "DATA-TRN": (_MATERIAL, _ACTIVITY),
    "REPLACE": (_MATERIAL, _SELECTION),
    "CREDIT": (_MATERIAL, _TERMS),
    "QUALITY": (_RATING, _ACTIVITY),
    "BIAS": (_SELECTION, _RATING),
    "NO-VOICE": (_TERMS, _SELECTION),
    "RETAL": (_CONCERNS, _SELECTION),
    "GOOD": (_RATING, _TERMS),
    "OTHER": (_ACTIVITY, _TERMS),
}

_NO_ADVICE = N_("This is a template, not legal advice. Steward sends it to nobody: that is up to you.")
_BEFORE = N_("Before you send")
_CHECKS = (
    N_("It holds no reporter's words, unless that report lets organizers quote them; nor a retelling without consent."),
    N_("No team, tool, date or detail was added that only a few people share, and no number but the one given here."),
    N_("Every place in square brackets is filled in or deleted, and so is everything above the line."),
    N_("Your union or a lawyer has read it. Laws and dates change: each article was checked in its current text."),
)


def file_name(letter: Letter, cluster: Cluster) -> str:
    """Return the name under which a letter is handed out: plain ASCII, the same for everybody."""
    return f"{letter}-{cluster.category}.md"


def write(letter: Letter, cluster: Cluster, t: Translate) -> str:
    """Return a whole letter with its notes for organizers.

    The number of reports stands in the letter itself, except where one worker asks for their own data: it stands in
    the notes there, since a number would tie that worker to the reports.
    """
    form, facts = _FORMS[letter], _facts(cluster, t)
    alone = letter is Letter.DATA_ACCESS
    more = (_DATA_ITEMS if alone else EXTRA_QUESTIONS)[cluster.category]
    sender = N_("To [employer], from [your name], [date]") if alone else N_("To [employer], from [your union], [date]")
    return _page(
        f"# {t(TITLES[letter])}",
        f"> {t(_NO_ADVICE)}",
        *([facts] if alone else []),
        t(form.note),
        _before_sending(t),
        _sources(form, t),
        "---",
        t(sender),
        t(form.opening),
        *([] if alone else [facts]),
        "\n".join(f"{number}. {t(question)}" for number, question in enumerate((*form.questions, *more), 1)),
        t(form.closing),
    )


def draft_petition(cluster: Cluster, demands: Iterable[Clause], t: Translate) -> str:
    """Return a petition to be completed: why, and demands to choose from with their origins.

    `demands` are those that the demand library suggests for the category.
    """
    checklist = "\n".join(f"- [ ] **{t(each.title)}.** {t(each.text)} *({t(each.origin)})*" for each in demands)
    return _page(
        f"# {t(N_('Draft of a petition'))}",
        f"> {t(_NO_ADVICE)}",
        _before_sending(t),
        "---",
        f"# {t(N_('[Title: what you ask for, in a few words]'))}",
        t(N_("We, the undersigned, ask [employer, and the person there who can decide]:")),
        t(N_("[Keep three to five demands and put them in your own words. Delete the rest, and the origins.]")),
        checklist,
        t(N_("Why we ask: [what has to change, in your own words, and nothing that points at a single person].")),
        _facts(cluster, t),
        t(_ANSWER_BY),
    )


def _facts(cluster: Cluster, t: Translate) -> str:
    told = N_("At least {at_least} reports from workers (counted as reports, not people) name this: **{category}**.")
    if cluster.since is not None:
        told = N_(
            "Since {since}, at least {at_least} reports from workers (counted as reports, not people) name this: "
            "**{category}**."
        )
    category = t(CATEGORIES[cluster.category])
    return t(told).format(at_least=cluster.at_least, category=category, since=cluster.since)


def _before_sending(t: Translate) -> str:
    return "\n".join((f"## {t(_BEFORE)}", "", *(f"- [ ] {t(check)}" for check in _CHECKS)))


def _sources(form: _Form, t: Translate) -> str:
    listed = (f"- {t(source)}{f': <{address}>' if address else ''}" for source, address in form.sources)
    return "\n".join((f"## {t(N_('Sources to check'))}", "", *listed))


def _page(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"
