"""What organizers fill in about a poll, and how it is read: words, times, voters, counting, promises."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.ids import RoleId
from bot.polls.counting.motions import HALF, Of, PassRule, Quorum
from bot.polls.counting.results import Method
from bot.polls.rules import LEDGER_FROM, LONGEST_DAYS, MOST_AHEAD_DAYS, MOST_GATE_DAYS, Kind, Terms, Voters
from bot.polls.typed import read_moment, read_quorum, read_share, write_moment, write_quorum, write_share
from bot.polls.wording import LONGEST_OPTION, LONGEST_TEXT, LONGEST_TITLE, MOST_OPTIONS, Question, drafted
from bot.refusals import N_
from bot.texts import Translate
from cogs.layout import options, select
from cogs.polls.cards import METHOD_MEANINGS, METHODS

TITLE, TEXT, OPTIONS, METHOD, KIND = "title", "text", "options", "method", "kind"
OPENS, CLOSES = "opens", "closes"
ROLE, JOINED, AGE, ELECTORATE = "role", "joined", "age", "electorate"
SEATS, SHARE, OF, QUORUM = "seats", "share", "of", "quorum"
CHANGE, LEDGER, HIDDEN = "change", "ledger", "hidden"
YES, NO = "yes", "no"
LONGEST_LABEL = 100
LONGEST_MOMENT = 40
LONGEST_SHARE = 12

KINDS: dict[Kind, tuple[str, str]] = {
    Kind.BALLOT: (
        N_("Ballot: secret"),
        N_("Sealed. Nothing shows until the close, and no names ever. Not for electing officers."),
    ),
    Kind.HANDS: (
        N_("Show of hands: open"),
        N_("Live. Everybody who sees the channel can read who said what."),
    ),
}


def words_form(
    t: Translate, custom_id: str, question: Question, kind: Kind | None = None, method: Method | None = None
) -> ui.Modal:
    """Return the form for what a poll asks and how, filled in with what is there; much may be left out at first."""
    form = ui.Modal(title=t("A poll"), custom_id=custom_id, timeout=None)
    form.add_item(ui.Label(text=t("What do you ask?"), component=_line(TITLE, LONGEST_TITLE, question.title)))
    form.add_item(
        ui.Label(
            text=t("What is there to know?"),
            description=t("What it is about, what follows from it, where to read more."),
            component=_text(TEXT, LONGEST_TEXT, question.text),
        )
    )
    form.add_item(
        ui.Label(
            text=t("Options, one to a line"),
            description=t("Up to {limit}. A motion and a round of consent need none.").format(limit=MOST_OPTIONS),
            component=_text(OPTIONS, (LONGEST_OPTION + 1) * MOST_OPTIONS, "\n".join(question.options)),
        )
    )
    ways = [_option(t, each, label, METHOD_MEANINGS[each], method) for each, label in METHODS.items()]
    form.add_item(
        ui.Label(
            text=t("How is it counted?"),
            description=t("Ranking and scores are for ballots only."),
            component=select(METHOD, ways),
        )
    )
    kinds = [_option(t, each, label, meaning, kind) for each, (label, meaning) in KINDS.items()]
    form.add_item(ui.Label(text=t("Secret or open?"), component=select(KIND, kinds)))
    return form


def filled_words(fields: Mapping[str, str]) -> tuple[Question, Kind, Method]:
    """Return the words, the kind and the method; a forged kind is a ballot, which shows least."""
    question = drafted(fields.get(TITLE, ""), fields.get(TEXT, ""), fields.get(OPTIONS, "").split("\n"))
    kind, method = fields.get(KIND, ""), fields.get(METHOD, "")
    return (
        question,
        Kind(kind) if kind in set(Kind) else Kind.BALLOT,
        Method(method) if method in set(Method) else Method.SINGLE,
    )


def times_form(t: Translate, custom_id: str, terms: Terms, zone: ZoneInfo) -> ui.Modal:
    """Return the form for when a poll opens and closes, by the clock of the server."""
    form = ui.Modal(title=t("Opening and closing"), custom_id=custom_id, timeout=None)
    opens = "" if terms.opens_at is None else write_moment(terms.opens_at, zone)
    form.add_item(
        ui.Label(
            text=t("It opens"),
            description=t("Empty: when it is published. At most {limit} days from now.").format(limit=MOST_AHEAD_DAYS),
            component=_line(OPENS, LONGEST_MOMENT, opens, required=False, example="2026-12-01 18:00"),
        )
    )
    form.add_item(
        ui.Label(
            text=t("It closes"),
            description=t("As 2026-12-01 18:00, or so long after the opening as 3 days. At most {limit} days.").format(
                limit=LONGEST_DAYS
            ),
            component=_line(CLOSES, LONGEST_MOMENT, write_moment(terms.closes_at, zone), example="2026-12-04 20:00"),
        )
    )
    form.add_item(ui.TextDisplay(t("-# All times are by the clock of {zone}.").format(zone=f"`{zone.key}`")))
    return form


def filled_times(fields: Mapping[str, str], zone: ZoneInfo, now: datetime) -> tuple[datetime | None, datetime]:
    """Return when a poll opens, `None` for at once, and when it closes; raises `UnknownMoment`."""
    typed = fields.get(OPENS, "").strip()
    opens_at = read_moment(typed, zone, now) if typed else None
    return opens_at, read_moment(fields.get(CLOSES, ""), zone, opens_at or now)


def voters_form(t: Translate, custom_id: str, voters: Voters) -> ui.Modal:
    """Return the form for who may vote."""
    form = ui.Modal(title=t("Who may vote?"), custom_id=custom_id, timeout=None)
    role: ui.RoleSelect[ui.Modal] = ui.RoleSelect(
        custom_id=ROLE,
        required=False,
        min_values=0,
        max_values=1,
        placeholder=t("Everybody in the server"),
        default_values=[]
        if voters.role_id is None
        else [discord.SelectDefaultValue(id=voters.role_id, type=discord.SelectDefaultValueType.role)],
    )
    form.add_item(
        ui.Label(
            text=t("Only people with a role"), description=t("It counts at the moment of the vote."), component=role
        )
    )
    joined = [(YES, t("Yes: nobody can be called in to vote")), (NO, t("No: whoever joins can vote"))]
    form.add_item(
        ui.Label(
            text=t("Must they have joined before it opens?"),
            component=select(JOINED, options(joined, YES if voters.joined_before else NO)),
        )
    )
    form.add_item(
        ui.Label(
            text=t("How old must an account be, in days?"),
            description=t("From 0, not asked, to {limit}. Counted at the opening.").format(limit=MOST_GATE_DAYS),
            component=_line(AGE, 3, str(voters.account_age_days)),
        )
    )
    known = "" if voters.electorate is None else str(voters.electorate)
    form.add_item(
        ui.Label(
            text=t("How many people may vote?"),
            description=t("Only needed for shares of all who may. Steward reads no lists of members."),
            component=_line(ELECTORATE, 7, known, required=False),
        )
    )
    return form


def filled_voters(fields: Mapping[str, str]) -> Voters:
    """Return who may vote; what is no number comes back as one that is out of range."""
    role, people = fields.get(ROLE, ""), fields.get(ELECTORATE, "").strip()
    return Voters(
        RoleId(int(role)) if _is_number(role) else None,
        fields.get(JOINED) != NO,
        _number(fields.get(AGE, "") or "0"),
        _number(people) if people else None,
    )


def counting_form(t: Translate, custom_id: str, terms: Terms) -> ui.Modal:
    """Return the form for what a poll's method asks for: seats, what passes a motion, and the quorum."""
    form = ui.Modal(title=t("How it is counted"), custom_id=custom_id, timeout=None)
    if terms.method is Method.SCOTTISH:
        form.add_item(
            ui.Label(
                text=t("How many seats?"),
                description=t("Fewer than there are options."),
                component=_line(SEATS, 2, str(terms.seats)),
            )
        )
    if terms.method is Method.MOTION:
        form.add_item(
            ui.Label(
                text=t("How many must be for it?"),
                description=t("1/2 is more than half; 2/3, 3/4 or 60 % is at least that much."),
                component=_line(SHARE, LONGEST_SHARE, write_share(terms.rule.share)),
            )
        )
        bases = [(Of.VOTES, t("Of the votes for and against")), (Of.ELIGIBLE, t("Of all who may vote"))]
        form.add_item(
            ui.Label(
                text=t("Of what?"),
                description=t("For a share of all, say under “Who may vote” how many they are."),
                component=select(OF, options(bases, terms.rule.of)),
            )
        )
    form.add_item(
        ui.Label(
            text=t("Quorum: how many must take part?"),
            description=t("A number, or a share such as 1/2 or 20 % of all who may vote. Empty: any number."),
            component=_line(QUORUM, LONGEST_SHARE, write_quorum(terms.quorum), required=False),
        )
    )
    return form


def filled_counting(fields: Mapping[str, str], terms: Terms) -> tuple[int, PassRule, Quorum]:
    """Return seats, pass rule and quorum, those that were not asked for as they were.

    Raises `UnknownShare` or `UnknownQuorum`. Seats that are no number are none, which cannot be published.
    """
    seats, rule = terms.seats, terms.rule
    if SEATS in fields:
        seats = max(0, _number(fields[SEATS]))
    if SHARE in fields:
        of = fields.get(OF, "")
        rule = PassRule(read_share(fields[SHARE] or str(HALF)), Of(of) if of in set(Of) else Of.VOTES)
    return seats, rule, read_quorum(fields.get(QUORUM, ""))


def promises_form(t: Translate, custom_id: str, terms: Terms) -> ui.Modal:
    """Return the form for what voters are promised, with what each promise costs."""
    form = ui.Modal(title=t("What voters are promised"), custom_id=custom_id, timeout=None)
    if terms.kind is Kind.HANDS:
        ways = [(NO, t("At once, while people vote")), (YES, t("Only at the close"))]
        form.add_item(
            ui.Label(
                text=t("When do numbers and names show?"),
                description=t("Hidden until the close: the numbers show then, and the names never."),
                component=select(HIDDEN, options(ways, YES if terms.is_hidden else NO)),
            )
        )
        return form
    finals = [(NO, t("No: a ballot is final")), (YES, t("Yes, until the close"))]
    form.add_item(
        ui.Label(
            text=t("Can a ballot be changed?"),
            description=t("The price: while it is open, Steward keeps a sealed link from voter to ballot."),
            component=select(CHANGE, options(finals, YES if terms.can_change else NO)),
        )
    )
    lists = [(NO, t("No list")), (YES, t("A list of all ballots at the close"))]
    form.add_item(
        ui.Label(
            text=t("Can voters find their ballot in a list?"),
            description=t("For final ballots of {lowest} or more. Voters can be pressed to show theirs.").format(
                lowest=LEDGER_FROM
            ),
            component=select(LEDGER, options(lists, YES if terms.has_ledger else NO)),
        )
    )
    return form


def filled_promises(fields: Mapping[str, str], terms: Terms) -> dict[str, bool]:
    """Return what voters are promised, by the names of `Drafts.set_promises`; what was not asked stays as it was."""
    asked = {
        "can_change": (CHANGE, terms.can_change),
        "has_ledger": (LEDGER, terms.has_ledger),
        "is_hidden": (HIDDEN, terms.is_hidden),
    }
    return {name: fields[field] == YES if field in fields else before for name, (field, before) in asked.items()}


def _option(
    t: Translate, value: Kind | Method, label: str, meaning: str, chosen: Kind | Method | None
) -> discord.SelectOption:
    return discord.SelectOption(
        value=value, label=t(label)[:LONGEST_LABEL], description=t(meaning)[:LONGEST_LABEL], default=value is chosen
    )


def _line(
    custom_id: str, longest: int, text: str, *, required: bool = True, example: str | None = None
) -> ui.TextInput[ui.Modal]:
    return ui.TextInput(
        custom_id=custom_id, required=required, max_length=longest, default=text or None, placeholder=example
    )


def _text(custom_id: str, longest: int, text: str) -> ui.TextInput[ui.Modal]:
    return ui.TextInput(
        custom_id=custom_id,
        style=discord.TextStyle.paragraph,
        required=False,
        max_length=longest,
        default=text or None,
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _number(text: str) -> int:
    """Return a number as typed, or -1 for what is none."""
    return int(text) if _is_number(text := text.strip()) else -1
