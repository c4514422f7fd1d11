"""What kinds of training and help there are, and the entries that every server begins with.

The entries are generic on purpose: they name places that last, or say how to find the right place where somebody
lives. Each link leads to the first page of an organization, since deeper pages move. No telephone number is given: a
wrong one does harm. Organizers change them, take them out, or look at them and say that they are still right.

Ids are kept by servers that changed an entry, so they never change their meaning.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.refusals import N_

LONGEST_TITLE = 90
LONGEST_TEXT = 300
LONGEST_LINK = 300
LONGEST_TAG = 40


class Kind(StrEnum):
    """What somebody finds under an entry."""

    CRISIS = "crisis"
    LEGAL = "legal"
    FUND = "fund"
    COURSE = "course"
    APPRENTICESHIP = "apprenticeship"
    TUITION = "tuition"
    JOBS = "jobs"
    RIGHTS = "rights"


KINDS: dict[Kind, str] = {
    Kind.CRISIS: N_("Somebody to talk to in a crisis"),
    Kind.LEGAL: N_("Legal help"),
    Kind.FUND: N_("Money in hardship"),
    Kind.COURSE: N_("Courses"),
    Kind.APPRENTICESHIP: N_("Apprenticeships"),
    Kind.TUITION: N_("Help with the cost of learning"),
    Kind.JOBS: N_("Finding work"),
    Kind.RIGHTS: N_("Your rights and your data"),
}
"""In the order in which they are shown: what cannot wait comes first."""

PRESSING = frozenset({Kind.CRISIS, Kind.LEGAL})
"""Whoever needs these may not come to look for them, so every digest names one."""

STARTER_REVIEW_ON = date(2027, 5, 22)
"""Half a year after the starter set was written; organizers who have not looked at an entry are asked to then."""

_US, _EU, _UK, _GB = N_("United States"), N_("EU"), N_("United Kingdom"), N_("Great Britain")
_ENGLISH = N_("English")


@dataclass(frozen=True, slots=True)
class Starter:
    """An entry that comes with Steward: at most 90 characters of title and 300 of text, in English until translated."""

    kind: Kind
    title: str
    text: str
    link: str = ""
    region: str = ""
    language: str = ""


STARTER: dict[str, Starter] = {
    "find-a-helpline": Starter(
        Kind.CRISIS,
        N_("Find A Helpline: somebody to talk to, by country"),
        N_(
            "Lists free, confidential helplines in many countries, by telephone, text or chat. You need not be in an "
            "emergency to use one. If a life is in danger, call the emergency number of the place where you are."
        ),
        "https://findahelpline.com",
    ),
    "befrienders": Starter(
        Kind.CRISIS,
        N_("Befrienders Worldwide: volunteers who listen"),
        N_(
            "Centres in many countries where trained volunteers listen in confidence and do not judge. If a life is in "
            "danger, call the emergency number of the place where you are."
        ),
        "https://www.befrienders.org",
    ),
    "union-legal-help": Starter(
        Kind.LEGAL,
        N_("Ask your union for legal help, and ask soon"),
        N_(
            "Many unions advise members for free and stand by them when the employer takes action. Some deadlines are "
            "only days or weeks long, so ask at once. Write down what happened, when, and who was there."
        ),
    ),
    "legal-aid-us": Starter(
        Kind.LEGAL,
        N_("LawHelp.org: free legal aid, state by state"),
        N_("Finds legal aid programs that are free for people with low incomes, and explains rights in plain words."),
        "https://www.lawhelp.org",
        _US,
        _ENGLISH,
    ),
    "acting-together-us": Starter(
        Kind.LEGAL,
        N_("National Labor Relations Board: the right to act together"),
        N_(
            "Protects most employees of private companies who act together about pay or conditions, with a union or "
            "without. A charge must generally be filed within six months."
        ),
        "https://www.nlrb.gov",
        _US,
    ),
    "advice-gb": Starter(
        Kind.LEGAL,
        N_("Acas: free advice on rights at work"),
        N_("Impartial advice for workers and employers in England, Scotland and Wales, on rights and on disputes."),
        "https://www.acas.org.uk",
        _GB,
        _ENGLISH,
    ),
    "legal-aid-eu": Starter(
        Kind.LEGAL,
        N_("European e-Justice Portal: legal aid in each country"),
        N_("Says who can get legal aid in which country of the EU and how to ask for it. Look for “legal aid” there."),
        "https://e-justice.europa.eu",
        _EU,
    ),
    "hardship-fund": Starter(
        Kind.FUND,
        N_("Ask your union about a hardship or strike fund"),
        N_(
            "Many unions and their federations keep a fund for members who lost their job, are ill or on strike. Ask a "
            "representative who decides on it, how fast, and who would get to know."
        ),
    ),
    "union-training": Starter(
        Kind.COURSE,
        N_("Ask your union which courses it offers or pays for"),
        N_(
            "Many unions train members, or have a training fund that their contract names. If yours does not, ask the "
            "federation that it belongs to."
        ),
    ),
    "elements-of-ai": Starter(
        Kind.COURSE,
        N_("Elements of AI: what AI is, and what it is not"),
        N_(
            "A free online course for everybody, begun by the University of Helsinki. The first part asks for no "
            "programming and no difficult mathematics. There are versions in many languages."
        ),
        "https://www.elementsofai.com",
    ),
    "courses-eu": Starter(
        Kind.COURSE,
        N_("Europass: courses and qualifications across Europe"),
        N_("A free service of the EU to search for courses, to write a CV and to show what you can do."),
        "https://europass.europa.eu",
        _EU,
    ),
    "apprenticeship-finding": Starter(
        Kind.APPRENTICESHIP,
        N_("How to find an apprenticeship where you live"),
        N_(
            "Ask the public employment office, the ministry of labour or the chamber of your trade. Many take adults "
            "who change their work. Be careful where you are asked to pay for a place."
        ),
    ),
    "apprenticeship-us": Starter(
        Kind.APPRENTICESHIP,
        N_("Apprenticeship.gov: paid apprenticeships"),
        N_(
            "The finder of the US Department of Labor. A registered apprenticeship is paid work with teaching, and "
            "ends with a certificate that is recognised in the whole country."
        ),
        "https://www.apprenticeship.gov",
        _US,
        _ENGLISH,
    ),
    "contract-tuition": Starter(
        Kind.TUITION,
        N_("Read what your contract pays for"),
        N_(
            "Some employers and union contracts pay for courses, exams or time to study. Look in your contract and "
            "the staff handbook. Before you sign that you would pay money back, ask a representative."
        ),
    ),
    "job-centers-us": Starter(
        Kind.TUITION,
        N_("CareerOneStop: job centers, training and help with its cost"),
        N_(
            "Sponsored by the US Department of Labor. Finds the nearest American Job Center, where help with the "
            "search for work is free and, for some people, training is paid for."
        ),
        "https://www.careeronestop.org",
        _US,
    ),
    "employment-office": Starter(
        Kind.JOBS,
        N_("The public employment office where you live"),
        N_(
            "Often helps for free with finding work, unemployment pay and training. Go as soon as you hear that your "
            "job ends: in some countries waiting costs money."
        ),
    ),
    "jobs-eu": Starter(
        Kind.JOBS,
        N_("EURES: jobs across Europe, and advisers"),
        N_(
            "A free network of public employment offices in the EU, Iceland, Liechtenstein, Norway and Switzerland, "
            "with jobs to search and advisers to ask."
        ),
        "https://eures.europa.eu",
        _EU,
    ),
    "own-data": Starter(
        Kind.RIGHTS,
        N_("Ask your employer what data it holds about you"),
        N_(
            "The law of the EU and of the UK lets you ask for it, usually for free; so do some other laws. Ask in "
            "writing and keep the date. If you fear for your job, ask your union first."
        ),
        "",
        f"{_EU}, {_UK}",
    ),
    "data-protection-eu": Starter(
        Kind.RIGHTS,
        N_("European Data Protection Board: the authority of your country"),
        N_(
            "Names the data protection authority of each country. There you can complain for free about how you are "
            "watched or scored at work."
        ),
        "https://www.edpb.europa.eu",
        _EU,
    ),
    "algorithms-unions": Starter(
        Kind.RIGHTS,
        N_("UNI Global Union: what unions do about management by algorithm"),
        N_(
            "A federation of service unions around the world. Look there for its report on algorithmic management: how "
            "unions limit it, and what to write into a contract."
        ),
        "https://uniglobalunion.org",
    ),
}
