"""The words a report is filed under: impacts of AI at work, roles, effects, circumstances and consent.

Sources: the demands and principles gathered in the project's research (CWA, TWC, UC Berkeley Labor Center's
*Negotiating Tech*, the employment uses of the EU AI Act). Lists only ever grow at their end: a value's place in
its list is part of what an open form sends back.
"""

import re
from collections.abc import Callable
from enum import StrEnum

from bot.refusals import N_

UNSAID = "unsaid"
"""The answer to a question that was left open, as most may be: every answer narrows down who it can be."""

EARLIER = "earlier"
"""The month of what happened longer ago than the form lists."""


class Dimension(StrEnum):
    """One question about what happened; each report has exactly one answer to each, if only that it was left open."""

    CATEGORY = "category"
    ROLE = "role"
    EMPLOYMENT = "employment"
    EFFECT = "effect"
    CONSENT = "consent"
    STAGE = "stage"
    EVIDENCE = "evidence"
    CONFIDENCE = "confidence"
    REACH = "reach"
    TOOL = "tool"
    MONTH = "month"


NEEDED = (Dimension.CATEGORY, Dimension.ROLE, Dimension.EFFECT)
"""What a report cannot do without; everything else may be left open."""


CATEGORIES: dict[str, str] = {
    "JOB-CUT": N_("Layoff or non-renewal linked to AI"),
    "JOB-FRZ": N_("Hiring freeze, no backfill, junior roles gone"),
    "JOB-OUT": N_("Work moved to contractors or vendors with AI"),
    "JOB-SKILL": N_("Deskilling, downgrade, now only checking AI output"),
    "PAY": N_("Pay, rate or hours cut; unpaid checking of AI"),
    "SPEED": N_("Speed-up, higher targets “because of AI”"),
    "MANDATE": N_("Must use AI; use counted in reviews"),
    "ACCESS": N_("Unequal access to tools; accessibility broken"),
    "HEALTH": N_("Stress, isolation, harmful content"),
    "TRAIN": N_("No training, or on own time and money"),
    "ETHICS": N_("Told to build or use AI I find unethical"),
    "MON": N_("Monitoring: keystrokes, meetings, code, scores"),
    "ALG-MGT": N_("An algorithm assigns, rates, disciplines or fires"),
    "ALG-HIRE": N_("Automated hiring, promotion or moves"),
    "DATA-TRN": N_("My work, voice or likeness trains AI unasked"),
    "REPLACE": N_("Made to train or document my replacement"),
    "CREDIT": N_("Credit, authorship or IP lost"),
    "QUALITY": N_("Bad AI output, users harmed, human check removed"),
    "BIAS": N_("Discrimination by or through AI"),
    "NO-VOICE": N_("No notice, no consultation, no explanation"),
    "RETAL": N_("Retaliation, gag or NDA for raising AI concerns"),
    "GOOD": N_("AI used well: gain shared, worker-led rule"),
    "OTHER": N_("Something else"),
}

ROLES: dict[str, str] = {
    "backend": N_("Backend or infrastructure engineer"),
    "frontend": N_("Frontend or mobile engineer"),
    "qa": N_("QA or test"),
    "sre": N_("SRE, DevOps or IT"),
    "security": N_("Security"),
    "data": N_("Data engineer or analyst"),
    "ml": N_("ML or AI engineer or researcher"),
    "annotator": N_("Data annotator or AI rater"),
    "moderation": N_("Content moderation, trust and safety"),
    "support": N_("Customer support"),
    "writer": N_("Technical writer"),
    "translation": N_("Localisation or translation"),
    "design": N_("UX or product designer"),
    "illustration": N_("Illustrator or animator"),
    "games": N_("Game designer or developer"),
    "media": N_("Audio, voice or video"),
    "copy": N_("Copywriter, editor or marketing"),
    "product": N_("Product or project, not supervising"),
    "sales": N_("Sales or operations"),
    "hr": N_("HR or recruiting operations"),
    "hardware": N_("Hardware or data-centre technician"),
    "education": N_("Education or research"),
    "freelance": N_("Freelance, mixed"),
    "other": N_("Another role"),
}

FAMILY_NAMES: dict[str, str] = {
    "jobs": N_("Jobs lost or frozen"),
    "skills": N_("Skills and quality"),
    "pay": N_("Pay and hours"),
    "pace": N_("Pace and pressure"),
    "watched": N_("Watched and rated"),
    "data": N_("Data and credit"),
    "voice": N_("Voice and retaliation"),
    "good": N_("AI used well"),
    "other": N_("Something else"),
}
"""Kinds of impact, in words that fit over a column."""

FAMILIES: dict[str, str] = {
    "JOB-CUT": "jobs",
    "JOB-FRZ": "jobs",
    "JOB-OUT": "jobs",
    "JOB-SKILL": "skills",
    "PAY": "pay",
    "SPEED": "pace",
    "MANDATE": "pace",
    "ACCESS": "skills",
    "HEALTH": "pace",
    "TRAIN": "skills",
    "ETHICS": "voice",
    "MON": "watched",
    "ALG-MGT": "watched",
    "ALG-HIRE": "watched",
    "DATA-TRN": "data",
    "REPLACE": "jobs",
    "CREDIT": "data",
    "QUALITY": "skills",
    "BIAS": "watched",
    "NO-VOICE": "voice",
    "RETAL": "voice",
    "GOOD": "good",
    "OTHER": "other",
}
"""The family of each category. What is counted was counted by it: a category that moves needs a migration."""

GROUP_NAMES: dict[str, str] = {
    "engineering": N_("Engineering"),
    "quality": N_("Quality and data"),
    "support": N_("Support and language"),
    "creative": N_("Creative work"),
    "business": N_("Business"),
    "other": N_("Other work"),
}
"""Fields of work, for where the numbers of a role alone are too small to be shown."""

ROLE_GROUPS: dict[str, str] = {
    "backend": "engineering",
    "frontend": "engineering",
    "qa": "quality",
    "sre": "engineering",
    "security": "engineering",
    "data": "quality",
    "ml": "engineering",
    "annotator": "quality",
    "moderation": "support",
    "support": "support",
    "writer": "support",
    "translation": "support",
    "design": "creative",
    "illustration": "creative",
    "games": "creative",
    "media": "creative",
    "copy": "creative",
    "product": "business",
    "sales": "business",
    "hr": "business",
    "hardware": "engineering",
    "education": "other",
    "freelance": "other",
    "other": "other",
}
"""The field of each role; the same holds for it as for `FAMILIES`."""

BROADER: dict[str, dict[str, str]] = {"family": FAMILY_NAMES, "group": GROUP_NAMES}
"""What answers are gathered under, by the name that a pair of the tallies has for it."""

EFFECTS: dict[str, str] = {
    "none": N_("None on my pay or job yet"),
    "pay": N_("My pay or hours changed"),
    "tasks": N_("My tasks or grade changed"),
    "risk": N_("My job is at risk"),
    "lost": N_("I lost my job"),
}

CONSENTS: dict[str, str] = {
    "count": N_("Only count it (safest)"),
    "paraphrase": N_("Organizers may retell it in their own words"),
    "quote": N_("Organizers may quote it word for word"),
}

EMPLOYMENTS: dict[str, str] = {
    UNSAID: N_("Not said"),
    "employee": N_("Employee"),
    "contractor": N_("Contractor through a vendor or agency"),
    "freelance": N_("Freelancer"),
    "apprentice": N_("Apprentice or intern"),
    "laid-off": N_("Laid off in the last 12 months"),
    "seeking": N_("Looking for work"),
}

STAGES: dict[str, str] = {
    UNSAID: N_("Not said"),
    "rumour": N_("A rumour"),
    "announced": N_("Announced"),
    "pilot": N_("Being tried out"),
    "live": N_("In full use"),
    "ended": N_("Ended again"),
}

EVIDENCES: dict[str, str] = {
    UNSAID: N_("Not said"),
    "first-hand": N_("I saw it myself"),
    "document": N_("I saw a document about it"),
    "told": N_("A colleague told me"),
}

CONFIDENCES: dict[str, str] = {
    UNSAID: N_("Not said"),
    "known": N_("AI was the cause, for certain"),
    "potential": N_("AI may have been the cause"),
}
"""Known or potential, as the AI Incident Database tells them apart."""

REACHES: dict[str, str] = {
    UNSAID: N_("Not said"),
    "me": N_("Me"),
    "team": N_("My team"),
    "department": N_("My department"),
    "company": N_("The whole company"),
}

TOOLS: dict[str, str] = {
    UNSAID: N_("Not said"),
    "coding": N_("Coding assistant"),
    "agent": N_("Chatbot or agent"),
    "monitoring": N_("Monitoring or scoring"),
    "hiring": N_("HR or hiring"),
    "scheduling": N_("Scheduling or ticketing"),
    "language": N_("Transcription or translation"),
    "media": N_("Making pictures, sound or video"),
    "labelling": N_("Data labelling"),
    "other": N_("Another kind"),
}

VALUES: dict[Dimension, dict[str, str]] = {
    Dimension.CATEGORY: CATEGORIES,
    Dimension.ROLE: ROLES,
    Dimension.EMPLOYMENT: EMPLOYMENTS,
    Dimension.EFFECT: EFFECTS,
    Dimension.CONSENT: CONSENTS,
    Dimension.STAGE: STAGES,
    Dimension.EVIDENCE: EVIDENCES,
    Dimension.CONFIDENCE: CONFIDENCES,
    Dimension.REACH: REACHES,
    Dimension.TOOL: TOOLS,
}
"""The answers to choose from; the month is one of `months_until`."""

QUESTIONS: dict[Dimension, str] = {
    Dimension.CATEGORY: N_("What happened?"),
    Dimension.ROLE: N_("What kind of work do you do?"),
    Dimension.EMPLOYMENT: N_("How are you employed?"),
    Dimension.EFFECT: N_("What did it do to your pay or job?"),
    Dimension.CONSENT: N_("What may organizers do with your words?"),
    Dimension.STAGE: N_("How far along is it?"),
    Dimension.EVIDENCE: N_("How do you know?"),
    Dimension.CONFIDENCE: N_("How sure is it that AI was the cause?"),
    Dimension.REACH: N_("Who is affected?"),
    Dimension.TOOL: N_("What kind of tool?"),
    Dimension.MONTH: N_("In which month?"),
}

MONTH_NAMES = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)

FIRST_YEAR = 2020
_MONTH = re.compile(r"(20[2-9][0-9])-(0[1-9]|1[0-2])")


def is_answer(dimension: Dimension, value: str | None) -> bool:
    """Tell whether a value, which may be forged, answers a question."""
    if dimension is Dimension.MONTH:
        return value is not None and (value in {UNSAID, EARLIER} or _MONTH.fullmatch(value) is not None)
    return value in VALUES[dimension]


def unanswered(dimension: Dimension) -> str:
    """Return what stands for a question that was left open; nothing but counting is allowed unless it was said."""
    return "count" if dimension is Dimension.CONSENT else UNSAID


def months_until(year: int, month: int, many: int = 12) -> list[str]:
    """Return the last `many` months up to this one, newest first, such as `2026-11`."""
    newest = year * 12 + month - 1
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(newest, newest - many, -1)]


def place_of(dimension: Dimension, value: str) -> int:
    """Return where an answer stands in its list, for the few letters in which a button carries it."""
    if dimension is not Dimension.MONTH:
        return list(VALUES[dimension]).index(value)
    if found := _MONTH.fullmatch(value):
        return 2 + (int(found[1]) - FIRST_YEAR) * 12 + int(found[2]) - 1
    return (UNSAID, EARLIER).index(value)


def answer_at(dimension: Dimension, place: int) -> str:
    """Return the answer at a place; raises `IndexError` where none is."""
    if dimension is not Dimension.MONTH:
        return list(VALUES[dimension])[place]
    if place < 2:  # noqa: PLR2004 - the two that are no month
        return (UNSAID, EARLIER)[place]
    year, month = divmod(place - 2, 12)
    value = f"{FIRST_YEAR + year}-{month + 1:02}"
    if not is_answer(dimension, value):
        raise IndexError
    return value


def told(t: Callable[[str], str], dimension: str, value: str) -> str:
    """Return an answer, or what it is gathered under, in the reader's language."""
    if dimension in BROADER:
        return t(BROADER[dimension][value])
    if dimension != Dimension.MONTH:
        return t(VALUES[Dimension(dimension)][value])
    if value in {UNSAID, EARLIER}:
        return t(N_("Not said")) if value == UNSAID else t(N_("Longer ago"))
    year, month = value.split("-")
    return f"{t(MONTH_NAMES[int(month) - 1])} {year}"
