"""The words a report is filed under: impacts of AI at work, roles, effects and consent.

Sources: the demands and principles gathered in the project's research (CWA, TWC, UC Berkeley Labor Center's
*Negotiating Tech*, the employment uses of the EU AI Act). Lists only ever grow at their end: a value's place in
its list is part of what an open form sends back.
"""

from enum import StrEnum

from bot.refusals import N_


class Dimension(StrEnum):
    """One question of the form; each report has exactly one answer to each."""

    CATEGORY = "category"
    ROLE = "role"
    EFFECT = "effect"
    CONSENT = "consent"


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

VALUES: dict[Dimension, dict[str, str]] = {
    Dimension.CATEGORY: CATEGORIES,
    Dimension.ROLE: ROLES,
    Dimension.EFFECT: EFFECTS,
    Dimension.CONSENT: CONSENTS,
}

QUESTIONS: dict[Dimension, str] = {
    Dimension.CATEGORY: N_("What happened?"),
    Dimension.ROLE: N_("What kind of work do you do?"),
    Dimension.EFFECT: N_("What did it do to your pay or job?"),
    Dimension.CONSENT: N_("What may organizers do with your words?"),
}
