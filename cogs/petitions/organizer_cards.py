"""What organizers are shown of petitions: the list, one of them, its names and files. Private to one person."""

from collections.abc import Mapping, Sequence

import discord
from discord import ui

from bot.approvals.rules import Proposal
from bot.petitions.choices import PetitionSettings
from bot.petitions.conduct import Panel
from bot.petitions.export import Handover
from bot.petitions.handovers import NamesPage
from bot.petitions.rules import HANDED_OVER, REJECTIONS, Petition, State, Visibility
from bot.petitions.showing import Names
from bot.petitions.structure import MARKS, NOT_A_CARD
from bot.refusals import N_
from bot.texts import Translate
from cogs.layout import ACCENT, QUIET, Item, button, card, fitting, line, options, plain, quoted, row, select

PRIMARY = discord.ButtonStyle.primary
DANGER = discord.ButtonStyle.danger
QUIETLY = discord.ButtonStyle.secondary
ON_PAGE = 6
MOST_UNITS = 25

STATES: dict[State, str] = {
    State.DRAFT: N_("draft"),
    State.SEEKING: N_("seeks supporters"),
    State.OPEN: N_("open for signing"),
    State.REACHED: N_("has reached its goal"),
    State.DELIVERED: N_("handed over, without an answer"),
    State.ANSWERED: N_("answered"),
    State.CLOSED: N_("closed"),
    State.WITHDRAWN: N_("withdrawn by its author"),
    State.REJECTED: N_("rejected or taken down"),
    State.EXPIRED: N_("ran out"),
}

WAITS: dict[State, str] = {
    State.SEEKING: N_("You may publish it at once, or reject it for a reason that everybody can read."),
    State.REACHED: N_("Two of you can hand it over."),
    State.DELIVERED: N_("When an answer comes, note it here. Its card counts the days until then."),
    State.ANSWERED: N_("Those who signed can rate the answer. Close the petition when you are done with it."),
}
"""What waits for organizers in a state."""

NAMES_SEEN: dict[Visibility, str] = {
    Visibility.COUNT: N_("Names: none were asked for."),
    Visibility.ORGANIZERS: N_("Names: organizers see those who signed in their own server."),
    Visibility.SEALED: N_(
        "Names: sealed. Once the goal is reached, two organizers can open them together, each with a key of their own."
    ),
    Visibility.PUBLIC: N_("Names: everybody may read them."),
}

RATINGS: dict[str, str] = {"enough": N_("enough"), "partly": N_("partly enough"), "no": N_("not enough")}


def desk(t: Translate, petitions: Sequence[Petition], number: int, *, is_over: bool) -> ui.LayoutView:
    """List petitions, those that wait for organizers first; a page that is not there is the nearest one."""
    pages = max(1, -(-len(petitions) // ON_PAGE))
    number = min(max(number, 0), pages - 1)
    shown = petitions[number * ON_PAGE : (number + 1) * ON_PAGE]
    turning = (
        button(t("Back"), f"petitiondesk:list:v1:{number - 1}:{int(is_over)}", disabled=number == 0),
        button(t("Next"), f"petitiondesk:list:v1:{number + 1}:{int(is_over)}", disabled=number + 1 >= pages),
    )
    return card(
        t("## Petitions that are over") if is_over else t("## Petitions"),
        *(_desk_line(t, each) for each in shown),
        None if shown else t("No petition here."),
        line(),
        row(
            *(turning if pages > 1 else ()),
            button(t("Those that go on"), "petitiondesk:list:v1:0:0")
            if is_over
            else button(t("Those that are over"), "petitiondesk:list:v1:0:1"),
            button(t("Settings"), "petitiondesk:settings:v1"),
        ),
    )


def _desk_line(t: Translate, petition: Petition) -> Item:
    summary = "**{title}**\n-# {state}{waits}".format(
        title=plain(petition.wording.title),
        state=t(STATES[petition.state]),
        waits=t(" · waits for you") if petition.state in WAITS else "",
    )
    return ui.Section(ui.TextDisplay(summary), accessory=button(t("Open"), f"petitiondesk:open:v1:{petition.id}"))


def panel(t: Translate, shown: Panel) -> ui.LayoutView:
    """Show a petition and what an organizer can do with it now."""
    petition, progress = shown.petition, shown.progress
    return card(
        f"## {plain(petition.wording.title)}",
        t("To: {whom}").format(whom=plain(petition.wording.whom)),
        t("**{state}** · at least {shown} of {goal} accounts · {names}").format(
            state=t(STATES[petition.state]),
            shown=petition.shown,
            goal=petition.terms.threshold,
            names=t(NAMES_SEEN[petition.terms.visibility]),
        ),
        t("Signing ends {when}.").format(when=discord.utils.format_dt(petition.terms.deadline_at, "f"))
        if petition.state in {State.SEEKING, State.OPEN, State.REACHED}
        else None,
        t("Reason: {reason}").format(reason=t(REJECTIONS[progress.rejection])) if progress.rejection else None,
        quoted(progress.answer) if progress.answer else None,
        _ratings(t, shown.ratings) if progress.answer else None,
        t("-# SHA-256 of the roll that was handed over: `{hash}`").format(hash=progress.roll_hash)
        if progress.roll_hash
        else None,
        line(),
        *_acting(t, shown),
    )


def _ratings(t: Translate, ratings: Mapping[str, int]) -> str:
    told = ", ".join(
        t("{rating}: at least {number}").format(rating=t(word), number=ratings[name])
        for name, word in RATINGS.items()
        if name in ratings
    )
    return t("How those who signed rate the answer: {ratings}").format(ratings=told or t("too few have, so far"))


def _acting(t: Translate, shown: Panel) -> list[Item | str]:
    """Return what can be done; a server that only joined reads, and the one where the petition began acts."""
    petition = shown.petition
    items: list[Item | str] = []
    if not shown.is_home:
        items.append(t("This petition began in another server, whose organizers look after it."))
    elif petition.state in WAITS:
        items.append(t(WAITS[petition.state]))
    if shown.is_home and petition.state is State.SEEKING:
        items.append(_reasons(t, f"petitiondesk:reject:v1:{petition.id}", t("Reject it, because …")))
    if shown.is_home and petition.state in {State.OPEN, State.REACHED}:
        items.append(_reasons(t, f"petitiondesk:takedown:v1:{petition.id}", t("Propose to take it down, because …")))
    buttons = _buttons(t, shown)
    if buttons:
        items.append(row(*buttons))
    return [*items, row(button(t("All petitions"), "petitiondesk:list:v1:0:0"))]


def _buttons(t: Translate, shown: Panel) -> list[Item]:
    petition, state, is_home = shown.petition, shown.petition.state, shown.is_home
    is_sealed = petition.terms.visibility is Visibility.SEALED
    sees_names = shown.names is not Names.NONE
    every = (
        (is_home and state is State.SEEKING, t("Publish it at once"), "publish", PRIMARY),
        (is_home and state is State.REACHED, t("Propose to hand it over"), "deliver", PRIMARY),
        (is_home and state is State.DELIVERED, t("Note the answer"), "answer", PRIMARY),
        (is_home and state in {State.DELIVERED, State.ANSWERED}, t("Close it"), "close", DANGER),
        (is_home and state in HANDED_OVER, t("Files"), "files", QUIETLY),
        (sees_names and not is_sealed, t("Names"), "names", QUIETLY),
        (sees_names and is_sealed, t("Sealed names"), "sealed", QUIETLY),
        (bool(petition.units), t("Structure test"), "structure", QUIETLY),
    )
    return [
        button(label, f"petitiondesk:{action}:v1:{petition.id}", style)
        for holds, label, action, style in every
        if holds
    ] + (
        # Another feature answers it: what an answer promises is kept in sight with `/commitments`.
        [button(t("Note a promise"), f"commitments:new:v1:petition:{petition.id}")]
        if is_home and shown.progress.answer
        else []
    )


def _reasons(t: Translate, custom_id: str, placeholder: str) -> Item:
    return row(select(custom_id, options((code, t(words)) for code, words in REJECTIONS.items()), placeholder))


def structure_test(t: Translate, shown: Panel) -> ui.LayoutView:
    """Show how much of the workplace has signed, and what that means."""
    return fitting(lambda most: _structure_test(t, shown, most), MOST_UNITS)


def _structure_test(t: Translate, shown: Panel, most: int) -> ui.LayoutView:
    units = "\n".join(
        "- **{name}**: {share}".format(
            name=plain(unit.name),
            share=t("too few to say without pointing at somebody")
            if unit.percent is None
            else t("at least {percent} % of {people}").format(percent=unit.percent, people=unit.headcount),
        )
        for unit in shown.units[:most]
    )
    return card(
        t("## Structure test"),
        t("**Overall:** at least {percent} % of those who work there, going by the headcounts you gave.").format(
            percent=shown.percent or 0
        ),
        units or None,
        t("-# … and {number} more").format(number=len(shown.units) - most) if len(shown.units) > most else None,
        line(),
        "\n".join(f"- {t(words)}" for mark, words in MARKS.items()),
        t("Members see the overall share alone. Shares move with the card, in steps, and never fall."),
        f"-# {t(NOT_A_CARD)}",
        row(button(t("Back to the petition"), f"petitiondesk:open:v1:{shown.petition.id}")),
        accent=QUIET,
    )


def names(t: Translate, page: NamesPage) -> ui.LayoutView:
    """Show a page of names; they are read here and kept nowhere else."""
    petition = page.petition
    place = f"petitiondesk:names:v1:{petition.id}"
    return card(
        t("## Names under “{title}”").format(title=plain(petition.wording.title)),
        "\n".join(f"- {plain(name)}" for name in page.names) or t("No name to show at present."),
        t(
            "-# As the signers wrote them, in alphabetical order. Whoever is counted only together with others is "
            "shown once the petition is handed over. Page {number} of {pages}."
        ).format(number=page.number + 1, pages=page.pages),
        row(
            button(t("Back"), f"{place}:{page.number - 1}", disabled=page.number == 0),
            button(t("Next"), f"{place}:{page.number + 1}", disabled=page.number + 1 >= page.pages),
        ),
        accent=QUIET,
    )


def sealed_names(t: Translate, petition: Petition, file_name: str, part: int, parts: int) -> ui.LayoutView:
    """Hand out a file of sealed names."""
    return card(
        t("## Sealed names"),
        t(
            "This file opens with the keys of any two organizers who had a key when people signed, and with no single "
            "one. Steward has none of these keys. It cannot tell whether two of you open it, so agree on it first."
        ),
        ui.File(f"attachment://{file_name}"),
        t("-# File {number} of {all}").format(number=part + 1, all=parts),
        row(button(t("Next file"), f"petitiondesk:sealed:v1:{petition.id}:{part + 1}")) if part + 1 < parts else None,
        accent=QUIET,
    )


def files(t: Translate, handover: Handover, file_names: Sequence[str]) -> ui.LayoutView:
    """Hand out the files of a petition that was handed over."""
    is_public = handover.petition.terms.visibility is Visibility.PUBLIC
    return card(
        t("## Files"),
        t(
            "{number} accounts, and this number is exact: no signature can be taken back any more. The file that ends "
            "in .md is for whoever is asked. Steward sends nothing: that is up to you."
        ).format(number=handover.accounts),
        t("The record and the names may go to anybody: everybody may read these names.")
        if is_public
        else t(
            "**Keep the record (.json) and the names (.csv), if there are any, among organizers.** With the record, "
            "those you choose can work out the hash of the roll and see that nothing was added or taken away."
        ),
        *(ui.File(f"attachment://{name}") for name in file_names),
        t("-# SHA-256 of the roll, also in `/audit`: `{hash}`").format(hash=handover.roll_hash),
        accent=discord.Colour.green(),
    )


def proposed(t: Translate, proposal: Proposal) -> ui.LayoutView:
    """Tell the proposer what happens now."""
    return card(
        t("Proposed. All organizers are told in their channel; one of them must agree before {when}.").format(
            when=discord.utils.format_dt(proposal.expires_at, "f")
        ),
        row(button(t("All petitions"), "petitiondesk:list:v1:0:0")),
    )


def settings(t: Translate, shown: PetitionSettings) -> ui.LayoutView:
    """Show what holds for the server's petitions."""
    gates = shown.gates
    role: ui.RoleSelect[ui.LayoutView] = ui.RoleSelect(
        custom_id="petitiondesk:role:v1",
        placeholder=t("A role that an account needs to sign, or none"),
        min_values=0,
        default_values=[]
        if gates.role_id is None
        else [discord.SelectDefaultValue(id=gates.role_id, type=discord.SelectDefaultValueType.role)],
    )
    return card(
        t("## Settings for petitions"),
        t("**Who may start one:** {who}").format(
            who=t("every member") if shown.members_may_start else t("organizers alone")
        ),
        t("**Supporters it needs to open by itself:** {number}").format(number=shown.supporters),
        t(
            "**To sign, an account must be** {age} days old, and have been here {days} days when the petition opened."
        ).format(age=gates.account_age_days, days=gates.days_in_server),
        t("**After a petition has ended, signatures are kept for** {days} days, and then destroyed.").format(
            days=shown.roll_kept_days
        ),
        t(
            "-# What is asked of accounts holds for petitions started from now on, and its card says it. Every change "
            "here stands in `/audit`."
        ),
        row(role),
        row(
            button(t("Let organizers alone start petitions"), "petitiondesk:members:v1:0")
            if shown.members_may_start
            else button(t("Let every member start petitions"), "petitiondesk:members:v1:1"),
            button(t("Change the numbers"), "petitiondesk:numbers:v1"),
            button(t("All petitions"), "petitiondesk:list:v1:0:0"),
        ),
        accent=QUIET,
    )


def drafted(t: Translate, petition: Petition) -> ui.LayoutView:
    """Say that a petition was begun from what reports have in common."""
    return card(
        t("## A draft is ready"),
        t(
            "It has demands from the library and says how many reports there are at least, and nothing else of them. "
            "Only you can see it. Read it through before you send it off to look for supporters; if its words do not "
            "fit, withdraw it and write your own with `/petition start`."
        ),
        row(button(t("Open the draft"), f"petitions:draft:v1:{petition.id}", PRIMARY)),
        accent=ACCENT,
    )
