"""The demand library: what workers elsewhere have won, found in law or proposed about AI at work.

Every text is worded for Steward, so that a petition can ask for it as it stands; organizers adapt it. `origin` says
where the idea comes from and opens with how far it got: *Won* (by a union or by workers together), *Law* (in force
somewhere, often narrowly), *Found in* (union contracts) or *Proposed*. Sources are evidence, not text to paste:
the UC Berkeley Labor Center says that its inventory is no model language. It is cited by section only where that
section was seen to deal with the matter. Laws and their dates change, so an origin is a pointer and not advice.

Ids are kept by petitions, so they never change their meaning.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.refusals import N_

LONGEST_TITLE = 90
LONGEST_TEXT = 300


class Group(StrEnum):
    """What a demand is about."""

    JOBS = "jobs"
    PAY = "pay"
    RIGHTS = "rights"
    OPENNESS = "openness"
    VOICE = "voice"
    TRAINING = "training"
    SAFETY_NET = "safety-net"
    SPEAKING_UP = "speaking-up"


GROUPS: dict[Group, str] = {
    Group.JOBS: N_("Job security and transition"),
    Group.PAY: N_("Wages and fair compensation"),
    Group.RIGHTS: N_("Creative rights and consent to data use"),
    Group.OPENNESS: N_("Transparency, audits and limits on surveillance"),
    Group.VOICE: N_("A say for workers"),
    Group.TRAINING: N_("Training and reskilling"),
    Group.SAFETY_NET: N_("Safety net"),
    Group.SPEAKING_UP: N_("Protection for those who speak up"),
}


@dataclass(frozen=True, slots=True)
class Demand:
    """One thing to ask for: at most 90 characters of title and 300 of text, in English until translated."""

    id: str
    group: Group
    title: str
    text: str
    origin: str


_LIBRARY: dict[Group, dict[str, tuple[str, str, str]]] = {
    Group.JOBS: {
        "no-layoffs": (
            N_("No layoffs or pay cuts because of AI"),
            N_(
                "While this agreement lasts, nobody is laid off and nobody's pay is cut because of AI. "
                "Where there is less work, jobs end only as people leave by choice or retire."
            ),
            N_("Found in union contracts: UC Berkeley Labor Center, Negotiating Tech §3, job security"),
        ),
        "notice": (
            N_("Written notice before AI changes our work"),
            N_("We are told in writing 90 days before AI changes our work, with its effects on jobs, pay and health."),
            N_("Found in union contracts: UC Berkeley Labor Center, Negotiating Tech §2, notice; the 90 days are ours"),
        ),
        "bargain-effects": (
            N_("Negotiate the effects of AI before it starts"),
            N_("The employer tells us of AI that may affect our work, and negotiates its effects when we ask."),
            N_("Won: ZeniMax Workers United–CWA at Microsoft, agreed in 2023 and part of the contract of 2025"),
        ),
        "redeploy-first": (
            N_("Other work first, and the first call back"),
            N_("Whoever loses a job to AI is offered suitable other work, and called back before others are hired."),
            N_("Proposed: a form of the transition plan in CWA's People-Powered Principles for AI"),
        ),
        "keep-our-work": (
            N_("Our work stays with us"),
            N_("Work that our team does is not given to AI, or to vendors who use it, unless we have agreed."),
            N_("Found in union contracts: UC Berkeley Labor Center, Negotiating Tech §2, jurisdiction over work"),
        ),
        "name-ai": (
            N_("Say so when AI is a reason for layoffs"),
            N_("Every layoff notice says whether AI or automation is a reason, and which system takes over what."),
            N_("Law: New York WARN notices ask since 2025 whether technology or automation is a reason"),
        ),
    },
    Group.PAY: {
        "share-gain": (
            N_("A fair share of what AI gains"),
            N_("What AI gains is measured with us and shared: as a raise, a bonus or a shorter week at full pay."),
            N_("Proposed: CWA, People-Powered Principles for AI, fair share; the forms named here are ours"),
        ),
        "paid-checking": (
            N_("Pay for checking and correcting AI"),
            N_("Time spent checking, correcting or training AI counts as working time and is paid in full."),
            N_("Proposed: after CWA's principles against cuts in pay and against speed-up through AI"),
        ),
        "no-downgrade": (
            N_("No lower grade for the same skill"),
            N_("That a task is now done with AI is no reason to lower anybody's grade, title or rate of pay."),
            N_("Found in union contracts: UC Berkeley Labor Center, Negotiating Tech §3, pay; the wording is ours"),
        ),
        "same-floor": (
            N_("The same floor for contractors and AI raters"),
            N_("Contractors, vendors' staff and AI raters get no less than the lowest pay and leave of employees."),
            N_(
                "Won: Alphabet Workers Union–CWA, raises for Google raters in 2023; equal benefits were still asked for"
            ),
        ),
        "no-algorithmic-pay": (
            N_("No pay set by an algorithm"),
            N_("Pay, rates and hours follow rules that all can read, not a system that sets them for each person."),
            N_("Proposed: CWA, People-Powered Principles for AI, on automated pay-setting"),
        ),
        "tools-for-all": (
            N_("Tools that are paid for and work for everybody"),
            N_(
                "Whoever is to use AI gets licences and equipment at the employer's cost. "
                "Tools are tested with assistive technology before they become part of the job."
            ),
            N_("Found in union contracts: UC Berkeley Labor Center, Negotiating Tech §3, accessibility"),
        ),
        "no-speed-up": (
            N_("No speed-up because of AI"),
            N_("Targets are not raised because of AI without our agreement. We review workloads twice a year."),
            N_("Proposed: CWA, People-Powered Principles for AI, on stressful speed-up; the review is ours"),
        ),
    },
    Group.RIGHTS: {
        "train-consent": (
            N_("Our work trains AI only with our consent"),
            N_(
                "Nobody's work, code, voice or likeness is used to train or build AI without their consent, given "
                "for one stated use and free to be withdrawn. Saying no has no effect on anybody's job."
            ),
            N_("Proposed: CWA and AFL-CIO principles on intellectual property and likeness; the wording is ours"),
        ),
        "replica-pay": (
            N_("Consent and pay for every digital replica"),
            N_("A replica of a voice, face or body is made and used only with clear consent, and each use is paid."),
            N_("Won: SAG-AFTRA, film and television agreement of 2023 and video game agreement of 2025, with limits"),
        ),
        "human-authors": (
            N_("People are the authors"),
            N_("AI output is no source material and takes no credit. Whoever is handed AI output is told so."),
            N_("Won: Writers Guild of America, film and television agreement of 2023"),
        ),
        "credit": (
            N_("Credit for everybody who made it"),
            N_("A written rule says who is credited for what. Using AI takes nobody's name off their work."),
            N_("Won: ZeniMax Workers United–CWA, crediting policy in the contract of 2025; the words on AI are ours"),
        ),
        "our-data": (
            N_("See, correct and delete the data about us"),
            N_("We can see, correct and have deleted what is held about us. It is never sold or handed on."),
            N_("Law: GDPR Articles 15 to 17 in the EU, with limits; UNI Global Union proposes it everywhere"),
        ),
    },
    Group.OPENNESS: {
        "ai-register": (
            N_("A list of every AI system at work"),
            N_("We can read a list of all AI used at work: its purpose, maker and data, and who answers for it."),
            N_("Proposed: TUC, Artificial Intelligence (Regulation and Employment Rights) Bill, 2024"),
        ),
        "explanation": (
            N_("A plain explanation of decisions made with AI"),
            N_("Whoever is affected by a decision made with AI can have it explained, plainly and in writing."),
            N_("Law: GDPR Article 15(1)(h) in the EU, for some decisions; the TUC proposes it in its Bill of 2024"),
        ),
        "human-decides": (
            N_("People decide about people"),
            N_("Hiring, pay, promotion, discipline and dismissal are decided by a person who answers for it."),
            N_("Law: GDPR Article 22 in the EU, in part; CWA proposes human oversight of AI decisions"),
        ),
        "no-ai-discipline": (
            N_("No discipline on the word of a machine"),
            N_("Nobody is disciplined on AI output or monitoring data alone. A person hears the worker first."),
            N_("Found in union contracts: UC Berkeley Labor Center, Negotiating Tech §4.1, use of data for discipline"),
        ),
        "monitoring-limits": (
            N_("Monitoring only where it is needed, and never hidden"),
            N_(
                "We are told beforehand what is monitored, why, and who sees it. Nothing is monitored in secret, and "
                "logs of tools, meetings and code are not used to score people."
            ),
            N_("Found in union contracts: UC Berkeley Labor Center, Negotiating Tech §4.1, notice and limits"),
        ),
        "no-emotions": (
            N_("No reading of emotions"),
            N_("No system guesses at feelings, mood or attitude from faces, voices, messages or typing."),
            N_("Law: EU AI Act Article 5(1)(f), for biometric data, with exceptions; we ask for more"),
        ),
        "audit": (
            N_("A test before the start, and an independent audit every year"),
            N_("AI that affects us is assessed before use and audited every year by somebody we agree on."),
            N_("Proposed: TUC Bill of 2024, risk assessments before use and each year; the outside auditor is ours"),
        ),
        "bias-test": (
            N_("Test for discrimination, and show the results"),
            N_("Systems that sort, rate or select people are tested for discrimination, and we see the results."),
            N_("Law: New York City Local Law 144, yearly bias audits of automated hiring and promotion tools"),
        ),
    },
    Group.VOICE: {
        "joint-committee": (
            N_("A joint committee on technology"),
            N_("A committee with as many seats for workers as for managers, paid time, full facts and an expert."),
            N_("Found in union contracts: UC Berkeley Labor Center, Negotiating Tech §5.1; the details are ours"),
        ),
        "own-committee": (
            N_("A workers' own committee on AI"),
            N_("Workers meet in paid time, without managers, to look into AI tools and advise their colleagues."),
            N_("Proposed: Workers Decide (workersdecide.tech), 2025, with or without a union; the paid time is ours"),
        ),
        "consult-first": (
            N_("Ask us before you buy"),
            N_("We are consulted before AI that affects us is bought or built, early enough to change the decision."),
            N_("Proposed: TUC Bill of 2024, duty to consult unions before AI is used for high-risk decisions"),
        ),
        "pilot-stop": (
            N_("A trial first, with a rule for stopping"),
            N_("New AI starts as a trial with goals agreed beforehand, and stops if work or health suffers."),
            N_("Proposed: after AFL-CIO's principle that workers have a voice in AI; the stop rule is ours"),
        ),
        "member-data": (
            N_("The union sees what is used on its members"),
            N_("On request the union gets the data that AI uses on its members, without names unless they agree."),
            N_("Proposed: TUC Bill of 2024, Part 8"),
        ),
        "no-mandate": (
            N_("Nobody is forced to use AI"),
            N_("Using AI is a choice. How much somebody uses it does not count in reviews, pay or promotion."),
            N_("Won: Writers Guild of America 2023, writers cannot be required to use AI; reviews are our addition"),
        ),
        "stop-harm": (
            N_("A person checks, and may stop, what reaches users"),
            N_("A trained person with enough time checks AI output that can do harm, and may hold it back."),
            N_("Proposed: CWA, People-Powered Principles for AI, human oversight; the wording is ours"),
        ),
    },
    Group.TRAINING: {
        "paid-training": (
            N_("Training in paid time, before the tool arrives"),
            N_("Before a tool becomes part of the job, everybody is trained in working time, and again as it changes."),
            N_("Found in union contracts: UC Berkeley Labor Center, Negotiating Tech §3; the timing is ours"),
        ),
        "retraining": (
            N_("Retraining for changed and lost roles"),
            N_("Whoever's role changes or ends is retrained at full pay, in courses that workers help to design."),
            N_("Found in union contracts: UC Berkeley Labor Center, Negotiating Tech §3; joint design is AFL-CIO's"),
        ),
        "learning-time": (
            N_("No penalty while learning"),
            N_("For the first six months with a new tool, speed and errors with it do not count against anybody."),
            N_("Proposed: after AFL-CIO's principle of worker-centered training; the six months are ours"),
        ),
        "junior-paths": (
            N_("Keep the first step of the ladder"),
            N_("Junior posts and apprenticeships are filled as before, with time for experienced people to teach."),
            N_("Proposed: after AFL-CIO's principle of worker-centered training; the wording is ours"),
        ),
        "no-self-replacement": (
            N_("Nobody is made to build their own replacement"),
            N_("Nobody has to record, document or train what will replace them without notice, consent and pay."),
            N_("Proposed: worded for this library, after CWA's principles on consent and displaced workers"),
        ),
    },
    Group.SAFETY_NET: {
        "severance": (
            N_("A floor for severance"),
            N_("Whoever loses a job to AI gets a month's pay per year worked, at least three, and health cover."),
            N_("Proposed: union contracts with severance exist (Negotiating Tech §3.1); the amounts are examples"),
        ),
        "transition-fund": (
            N_("A transition fund paid by the employer"),
            N_("For each job that ends through AI, the employer pays into a fund for training and job search."),
            N_("Proposed: a form of the transition plan in CWA's principles; no contract with it is known to us"),
        ),
        "wage-insurance": (
            N_("Make up for lower pay in the next job"),
            N_("Whoever must take a lower-paid job after AI ended theirs gets half the difference for two years."),
            N_("Proposed: wage insurance, in the White House report on AI of 2016; the amounts are examples"),
        ),
        "free-severance": (
            N_("Severance without a gag"),
            N_("Severance does not depend on silence, or on a promise never to criticise the employer."),
            N_("Proposed: compare the US labor board's decision McLaren Macomb (2023), which may change"),
        ),
        "content-care": (
            N_("Care for those who handle harmful content"),
            N_("Work with harmful content has limits per day, paid breaks and counselling by a person of choice."),
            N_("Proposed: after a letter of worker groups to the US Senate on data workers' health, 2023"),
        ),
        "disconnect": (
            N_("A right to be off"),
            N_("Outside working hours nobody has to answer people or systems, and no score suffers for it."),
            N_("Proposed: right to disconnect, TUC Bill of 2024; the words on scores are ours"),
        ),
    },
    Group.SPEAKING_UP: {
        "no-retaliation": (
            N_("No retaliation for raising concerns about AI"),
            N_("Nobody is punished for raising concerns about AI in good faith, inside or outside the company."),
            N_("Proposed: AI Whistleblower Protection Act (S. 1792), US bill introduced in 2025, for some concerns"),
        ),
        "anonymous-channel": (
            N_("An anonymous channel that answers every month"),
            N_("Concerns can be raised without a name, and whoever raised one learns every month how it stands."),
            N_("Law: California SB 53 (2025), for large AI developers and catastrophic risks only"),
        ),
        "no-gag": (
            N_("No contract that silences concerns about AI"),
            N_("No NDA or arbitration clause is used against anybody who raises concerns about AI at work."),
            N_("Proposed: AI Whistleblower Protection Act (S. 1792), rights that no contract can waive"),
        ),
        "reinstatement": (
            N_("The job back, with back pay"),
            N_("Whoever is fired for speaking up, contractors included, gets the job back with double back pay."),
            N_("Won: Alphabet Workers Union–CWA, raters' jobs and back pay in 2023; double is proposed in S. 1792"),
        ),
        "refuse-unethical": (
            N_("The right to refuse unethical work"),
            N_("Whoever holds work on an AI system to be unethical may decline it and is given other work."),
            N_("Proposed: CWA, People-Powered Principles for AI; the other work is our addition"),
        ),
    },
}

DEMANDS: dict[str, Demand] = {
    id_: Demand(id_, group, *words) for group, demands in _LIBRARY.items() for id_, words in demands.items()
}

SUGGESTED: dict[str, tuple[str, ...]] = {
    "JOB-CUT": ("no-layoffs", "notice", "name-ai", "redeploy-first", "severance"),
    "JOB-FRZ": ("junior-paths", "notice", "keep-our-work", "no-speed-up"),
    "JOB-OUT": ("keep-our-work", "bargain-effects", "same-floor", "redeploy-first"),
    "JOB-SKILL": ("no-downgrade", "retraining", "bargain-effects", "paid-checking"),
    "PAY": ("paid-checking", "no-downgrade", "share-gain", "no-algorithmic-pay"),
    "SPEED": ("no-speed-up", "share-gain", "learning-time", "disconnect"),
    "MANDATE": ("no-mandate", "learning-time", "consult-first", "monitoring-limits"),
    "ACCESS": ("tools-for-all", "paid-training", "consult-first", "pilot-stop"),
    "HEALTH": ("content-care", "disconnect", "no-speed-up", "pilot-stop"),
    "TRAIN": ("paid-training", "retraining", "learning-time", "tools-for-all"),
    "ETHICS": ("refuse-unethical", "no-retaliation", "anonymous-channel", "audit"),
    "MON": ("monitoring-limits", "no-ai-discipline", "no-emotions", "our-data", "member-data"),
    "ALG-MGT": ("human-decides", "no-ai-discipline", "explanation", "audit", "no-algorithmic-pay"),
    "ALG-HIRE": ("human-decides", "bias-test", "explanation", "audit"),
    "DATA-TRN": ("train-consent", "replica-pay", "our-data", "ai-register"),
    "REPLACE": ("no-self-replacement", "no-layoffs", "train-consent", "transition-fund", "wage-insurance"),
    "CREDIT": ("credit", "human-authors", "train-consent", "replica-pay"),
    "QUALITY": ("stop-harm", "pilot-stop", "audit", "paid-checking"),
    "BIAS": ("bias-test", "human-decides", "explanation", "audit"),
    "NO-VOICE": ("notice", "bargain-effects", "consult-first", "joint-committee", "ai-register"),
    "RETAL": ("no-retaliation", "no-gag", "reinstatement", "anonymous-channel", "free-severance"),
    "GOOD": ("share-gain", "joint-committee", "paid-training"),
    "OTHER": ("ai-register", "own-committee", "joint-committee", "no-retaliation"),
}
"""What answers a report's category: its code in the taxonomy of reports, and three to five ids of demands."""
