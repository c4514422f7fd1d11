"""What organizers are shown of cases. All of it private to one person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import discord
from discord import ui

from bot.refusals import N_
from bot.reports.desk import PETITION, DeskPage
from bot.reports.letters import TITLES, Cluster
from bot.reports.packing import EVERY, Filter
from bot.reports.quotes import may_be_quoted
from bot.reports.rules import STATUS_LABELS, Case, Status
from bot.reports.taxonomy import CATEGORIES, ROLES, Dimension
from bot.texts import Translate
from cogs.layout import LONGEST_CARD, QUIET, Item, button, card, line, options, plain, quoted, row, select
from cogs.reports.conversation import facet_lines
from cogs.reports.desk_forms import status_name

PRIMARY = discord.ButtonStyle.primary
MOST_JOINED = 25  # what one menu can hold
SHORT = 120
CLUSTERS = 6
"""Categories on one page: each takes five of the forty parts that a card can have."""

DOCUMENTS: dict[str, str] = {PETITION: N_("Draft of a petition")} | {
    letter.value: title for letter, title in TITLES.items()
}


@dataclass(frozen=True, slots=True)
class Place:
    """The page of the list that an organizer is on or came from; the buttons carry it, so that they get back there."""

    number: int = 0
    chosen: Filter = EVERY

    def pack(self) -> str:
        """Write the place in a few letters."""
        return f"{self.number}" if self.chosen == EVERY else f"{self.number}.{self.chosen.pack()}"

    @classmethod
    def unpack(cls, packed: str = "") -> "Place":
        """Read a packed place; anything else is the first page of everything."""
        number, _, chosen = packed.partition(".")
        return cls(int(number) if number.isdecimal() else 0, Filter.unpack(chosen))

    def route(self, action: str, *arguments: str) -> str:
        """Return the `custom_id` of a button that leads on from here; the usual place is left out."""
        return ":".join((f"reports:{action}:v1", *arguments, *([self.pack()] if self != Place() else ())))


# The list


def desk(t: Translate, page: DeskPage) -> ui.LayoutView:
    """List cases for organizers, with what narrows the list down and where to go from it."""
    place = Place(page.number, page.chosen)
    title = t("## Cases")
    if page.pages > 1:
        title += "\n" + t("-# Page {number} of {pages}").format(number=page.number + 1, pages=page.pages)
    return card(
        title,
        None
        if page.chosen == EVERY
        else ui.Section(
            ui.TextDisplay(_told_filter(t, page.chosen)), accessory=button(t("Show all"), "reports:desk:v1:0")
        ),
        *(_desk_line(t, case, place) for case in page.cases),
        None if page.cases else _nothing(t, page.chosen),
        row(
            button(t("Back"), _list(page, -1), disabled=page.number == 0),
            button(t("Next"), _list(page, +1), disabled=page.number + 1 >= page.pages),
        )
        if page.pages > 1
        else None,
        row(
            button(t("Next new case"), place.route("next"), PRIMARY),
            button(t("Filter"), place.route("filter")),
            button(t("Make something of it"), "reports:clusters:v1:0"),
            button(t("Words for reporters"), "reports:words:v1"),
        ),
    )


def _list(page: DeskPage, step: int) -> str:
    return f"reports:desk:v1:{Place(page.number + step, page.chosen).pack()}"


def _nothing(t: Translate, chosen: Filter) -> str:
    if chosen != EVERY:
        return t("No case fits this filter.")
    return t("No case yet. Reports arrive here together at release time; nobody is notified of a single one.")


def _told_filter(t: Translate, chosen: Filter) -> str:
    told = [
        status_name(t, chosen.status) if chosen.status is not None else None,
        t(CATEGORIES[chosen.category]) if chosen.category is not None else None,
        t(ROLES[chosen.role]) if chosen.role is not None else None,
        _week(t, chosen.week) if chosen.week is not None else None,
    ]
    return t("Only: {chosen}").format(chosen=" · ".join(each for each in told if each is not None))


def _desk_line(t: Translate, case: Case, place: Place) -> Item:
    if not case.has_news:
        news = " ·"
    elif case.status is Status.RECEIVED:
        news = t(" · new ·")
    else:
        news = t(" · new answer ·")
    about = [
        t(ROLES[case.facets[Dimension.ROLE]]),
        _week(t, case.released_week),
        status_name(t, case.status),
        t("confirmed") if case.is_confirmed else t("not confirmed"),
        plain(case.working_group) if case.working_group else None,
        t("with {number} more").format(number=len(case.joined)) if case.joined else None,
        t("joined to {case}").format(case=case.merged_into) if case.merged_into is not None else None,
        t("muted") if case.is_muted else None,
    ]
    category = t(CATEGORIES[case.facets[Dimension.CATEGORY]])
    summary = f"**{case.id}**{news} {category}\n-# {' · '.join(each for each in about if each)}"
    return ui.Section(ui.TextDisplay(summary), accessory=button(t("Open"), place.route("case", case.id)))


def _week(t: Translate, iso_week: str) -> str:
    """Return a week by its Monday, in the reader's own way of writing dates."""
    monday = datetime.fromisoformat(f"{iso_week}-1").replace(hour=12, tzinfo=UTC)
    return t("week of {day}").format(day=discord.utils.format_dt(monday, "D"))


# One case


def case_at_desk(
    t: Translate,
    case: Case,
    words: Mapping[str, str],
    place: Place = Place(),
    part: int | None = None,
    promise: str | None = None,
) -> ui.LayoutView:
    """Show a case to an organizer: its newest parts, or those around `part`; what does not fit is a button away.

    `words` are what this guild's reporters read for a status in place of Steward's own words; `promise` is the promise
    that the case tells to be broken.
    """

    def shown(told: str, *turning: Item) -> ui.LayoutView:
        return card(
            _head(t, case, promise),
            told or None,
            *_sealed(t, case),
            row(*turning) if turning else None,
            line(),
            *_joined(t, case, place),
            t("What the reporter reads about it:"),
            row(select(place.route("status", case.id), _statuses(t, case, words))),
            *_actions(t, case, place),
        )

    parts = _parts(t, case)
    begin, end = _leaf(parts, LONGEST_CARD - shown("").content_length(), len(parts) - 1 if part is None else part)
    turning = []
    if begin > 0:
        turning.append(button(t("Earlier messages and notes"), place.route("part", case.id, str(begin - 1))))
    if end < len(parts):
        turning.append(button(t("Later ones"), place.route("part", case.id, str(end))))
    return shown("\n".join(parts[begin:end]), *turning)


def _parts(t: Translate, case: Case) -> list[str]:
    """Return what can be read of a case, in order; notes go before messages, so that the newest answer is in sight."""
    who = {"reporter": t("Reporter"), "organizer": t("Organizers")}
    return [
        facet_lines(t, case.facets),
        *([quoted(case.report.text)] if case.report is not None else []),
        *(f"**{t('Note, for organizers only')}**\n{quoted(note)}" for note in case.notes),
        *(f"**{who[message.author]}**\n{quoted(message.text)}" for message in case.messages),
    ]


def note_part(case: Case) -> int:
    """Return which part of a case, of those that `case_at_desk` shows, is its newest note."""
    return 1 + len(case.notes)


def _leaf(parts: Sequence[str], room: int, wanted: int) -> tuple[int, int]:
    """Return where the run of parts that holds the wanted one begins and ends; runs are filled from the newest."""
    end = len(parts)
    while True:
        begin, left = end - 1, room - len(parts[end - 1])
        while begin > 0 and len(parts[begin - 1]) < left:
            begin, left = begin - 1, left - len(parts[begin - 1]) - 1
        if begin <= max(wanted, 0):
            return begin, end
        end = begin


def _head(t: Translate, case: Case, promise: str | None) -> str:
    told = [
        t("Released in the {week}. Who reported, and when, is not known to anybody here.").format(
            week=_week(t, case.released_week)
        )
    ]
    if case.merged_into is not None:
        told.append(
            t("Joined to {case}: the two count as one there, and replies there reach this reporter too.").format(
                case=case.merged_into
            )
        )
    elif case.is_confirmed:
        told.append(t("Confirmed: it counts in the numbers."))
    else:
        told.append(t("Not confirmed: it does not count in the numbers yet."))
    if case.working_group:
        told.append(t("Working group: {group}").format(group=plain(case.working_group)))
    if case.commitment_id is not None:
        named = _short(promise) if promise else t("one that was taken out since")
        told.append(t("Evidence of a broken promise: {promise}").format(promise=plain(named)))
    if case.is_muted:
        told.append(t("Muted: it takes no more messages from its reporter."))
    return "\n".join([t("## Case {case}").format(case=case.id), *(f"-# {each}" for each in told)])


def _short(text: str) -> str:
    line_of_it = " ".join(text.split())
    return line_of_it if len(line_of_it) <= SHORT else f"{line_of_it[: SHORT - 1]}…"


def _sealed(t: Translate, case: Case) -> list[Item | str]:
    """Tell how to read a case that this server cannot open."""
    if case.report is not None:
        return []
    notes = sum("-note-" in each.name for each in case.files)
    return [
        t("**Sealed.** Only organizers' own keys open it. Messages: {messages}. Notes for organizers: {notes}.").format(
            messages=len(case.files) - notes - 1, notes=notes
        ),
        t(
            "Read the files on your own computer, with `python3 run.py read FILE --identity KEY` or with "
            "`age -d -i KEY FILE`."
        ),
        row(button(t("Get the sealed files"), f"reports:files:v1:{case.id}", PRIMARY)),
    ]


def _joined(t: Translate, case: Case, place: Place) -> list[Item | str]:
    """Offer to open the cases that this one stands for."""
    if not case.joined:
        return []
    told = t("It stands for {number} more. What you reply reaches every reporter, each for themselves.")
    each = [(one, one) for one in case.joined[:MOST_JOINED]]
    return [
        told.format(number=len(case.joined)),
        row(select(place.route("case", "joined"), options(each), t("Open a case that is joined to this one"))),
    ]


def _statuses(t: Translate, case: Case, words: Mapping[str, str]) -> list[discord.SelectOption]:
    """Return the statuses as their reporter reads them; the guild's own words are explained by Steward's."""
    return [
        discord.SelectOption(
            value=status.value,
            label=words.get(status, t(STATUS_LABELS[status]))[:100],
            description=t(STATUS_LABELS[status])[:100] if status in words else None,
            default=status is case.status,
        )
        for status in Status
    ]


def _actions(t: Translate, case: Case, place: Place) -> list[Item]:
    """Return the buttons: what is used most first, what cannot be taken back last."""
    is_joined = case.merged_into is not None
    confirming = (
        button(t("Take back confirmation"), place.route("unconfirm", case.id))
        if case.is_confirmed
        else button(t("Confirm"), place.route("confirm", case.id))
    )
    joining = (
        [
            button(t("Open {case}").format(case=case.merged_into), place.route("case", str(case.merged_into))),
            button(t("Separate"), place.route("separate", case.id)),
        ]
        if is_joined
        else [button(t("Join to another case"), place.route("join", case.id))]
    )
    linking = (
        button(t("Evidence of a broken promise"), place.route("evidence", case.id, "0"))
        if case.commitment_id is None
        else button(t("No evidence of it"), place.route("unlink", case.id))
    )
    muting = (
        button(t("Unmute"), place.route("unmute", case.id))
        if case.is_muted
        else button(t("Mute"), place.route("mute", case.id))
    )
    return [
        row(
            button(t("Reply"), place.route("reply", case.id), PRIMARY),
            button(t("Note"), place.route("note", case.id)),
            *([] if is_joined else [confirming]),
            button(t("Next new case"), place.route("next")),
            button(t("All cases"), f"reports:desk:v1:{place.pack()}"),
        ),
        row(
            button(t("Working group"), place.route("group", case.id)),
            *joining,
            *([] if is_joined else [linking]),
            muting,
            button(t("Propose to delete"), place.route("delete", case.id), discord.ButtonStyle.danger),
        ),
        *([row(button(t("Quotes"), place.route("quotes", case.id)))] if may_be_quoted(case) else []),
    ]


# What is made of many


def clusters(t: Translate, found: Sequence[Cluster], k: int, number: int = 0) -> ui.LayoutView:
    """Offer documents about the categories on which enough cases count; `number` is the page, from 0."""
    back = button(t("All cases"), "reports:desk:v1:0")
    if not found:
        return card(
            t("## Make something of it"),
            t(
                "Nothing to make yet. It takes {k} confirmed cases on one category; cases that are joined count as "
                "one. Open a case and press “Confirm” when you believe it."
            ).format(k=k),
            row(back),
            accent=QUIET,
        )
    pages = -(-len(found) // CLUSTERS)
    number = min(max(number, 0), pages - 1)
    turning = [
        button(t("Back"), f"reports:clusters:v1:{number - 1}", disabled=number == 0),
        button(t("Next"), f"reports:clusters:v1:{number + 1}", disabled=number + 1 == pages),
    ]
    return card(
        t("## Make something of it"),
        t("Choose a paper. It comes as a file for you to complete, check and send; Steward sends it to nobody."),
        *(part for each in found[number * CLUSTERS : (number + 1) * CLUSTERS] for part in _cluster(t, each)),
        t(
            "-# The papers give {k} or the number that the last digest showed, and never the true one: it would tell "
            "outsiders more than all digests do."
        ).format(k=k),
        row(*(turning if pages > 1 else []), back),
    )


def _cluster(t: Translate, cluster: Cluster) -> list[Item | str]:
    told = t("**{category}** · at least {number}").format(
        category=t(CATEGORIES[cluster.category]), number=cluster.at_least
    )
    labels = [(kind, t(title)) for kind, title in DOCUMENTS.items()]
    paper = row(select(f"reports:document:v1:{cluster.category}", options(labels), t("Choose a paper")))
    start = button(t("Start a petition"), f"petitions:fromcluster:v1:{cluster.category}")
    return [told, paper, row(start)]


def document(t: Translate, kind: str, file_name: str) -> ui.LayoutView:
    """Hand a document over; the file of that name goes with the message."""
    return card(
        f"## {t(DOCUMENTS[kind])}",
        t("The notes above its line are for you: read them, then delete them. Nothing has been sent to anybody."),
        ui.File(f"attachment://{file_name}"),
        accent=discord.Colour.green(),
    )
