"""How a petition looks: on its card in the channel, opened in private, and in a list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import discord
from discord import ui

from bot.petitions.counting import card_contents
from bot.petitions.rules import REJECTIONS, SIGNABLE, STEP, Petition, State, Visibility
from bot.petitions.service import RATINGS, Standing
from bot.petitions.showing import Names, who_may_see
from bot.petitions.structure import MARKS, NOT_A_CARD, marks_reached
from bot.petitions.wording import LONGEST_WHY
from bot.refusals import N_
from bot.texts import Translate
from cogs.layout import QUIET, Item, boxed, button, card, fitting, line, plain, row

PRIMARY = discord.ButtonStyle.primary
BLOCKS = 10
PAGE = 6

WHO_SEES: dict[Visibility, str] = {
    Visibility.COUNT: N_("**Names:** nobody sees one. Only the number of signatures is kept and shown."),
    Visibility.ORGANIZERS: N_("**Names:** organizers can read them, and nobody else."),
    Visibility.SEALED: N_("**Names:** sealed. Two organizers together can open them once the goal is reached."),
    Visibility.PUBLIC: N_("**Names:** everybody may read them once the petition is handed over."),
}

STATES: dict[State, str] = {
    State.DRAFT: N_("draft, seen by you alone"),
    State.SEEKING: N_("looks for supporters"),
    State.OPEN: N_("open for signing"),
    State.REACHED: N_("goal reached"),
    State.DELIVERED: N_("handed over, waits for an answer"),
    State.ANSWERED: N_("answered"),
    State.CLOSED: N_("closed"),
    State.WITHDRAWN: N_("withdrawn"),
    State.REJECTED: N_("turned down by organizers"),
    State.EXPIRED: N_("ended"),
}


@dataclass(frozen=True, slots=True)
class Room:
    """How much of a petition's long texts is shown where space is short."""

    shown: Callable[[str], str]
    why: int
    answer: int
    is_explained: bool

    def cut(self, text: str, most: int) -> str:
        """Return typed text so that it can be shown, cut where it is too long."""
        return self.shown(text if len(text) <= most else f"{text[: most - 1]}…")


ROOMS = (
    Room(boxed, 500, 400, is_explained=False),
    Room(boxed, LONGEST_WHY, 400, is_explained=False),
    Room(boxed, LONGEST_WHY, 1000, is_explained=True),
    Room(plain, LONGEST_WHY, 1000, is_explained=True),
)
"""From the tightest to the widest; the words to sign are cut only where nothing else can be left out."""

WORDS_FIRST = Room(boxed, LONGEST_WHY, 250, is_explained=False)
"""For whoever wants to read them whole."""


def contents_of(own: Standing, now: datetime) -> dict[str, Any]:
    """Return what a petition says to whoever opens it in private.

    Ratings are left out: seen here they would move at a click, and on the card they do not.
    """
    contents = card_contents(own.petition, own.progress, {}, 1, now)
    return {**contents, "supporters": own.petition.terms.supporters}


def petition_card(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return the card of a petition in its channel; with `is_preview`, its buttons do nothing yet."""
    place = f"{contents['id']}:{contents['hash']}"
    is_preview = bool(contents.get("is_preview"))
    is_signable = State(contents["state"]) in SIGNABLE
    is_over = State(contents["state"]) in {State.CLOSED, State.WITHDRAWN, State.REJECTED, State.EXPIRED}
    buttons = [
        button(t("Sign"), f"petitions:sign:v1:{place}", discord.ButtonStyle.success, disabled=is_preview)
        if is_signable
        else None,
        button(t("Look / take back"), f"petitions:look:v1:{contents['id']}", disabled=is_preview)
        if not is_over
        else None,
    ]
    shown = [each for each in buttons if each is not None]
    return fitting(
        lambda most: card(
            *body(contents, t, ROOMS[most - 1]),
            row(*shown) if shown else None,
            row(button(t("Back to the draft"), f"petitions:draft:v1:{contents['id']}", PRIMARY))
            if is_preview
            else None,
            f"-# {reference}",
            accent=QUIET if is_over else discord.Colour.blurple(),
        ),
        len(ROOMS),
    )


def read(t: Translate, contents: Mapping[str, Any]) -> ui.LayoutView:
    """Show a petition to one member with the ways on; where space is short, its words alone, but all of them."""
    place = f"{contents['id']}:{contents['hash']}"
    buttons = [
        button(t("Sign"), f"petitions:sign:v1:{place}", discord.ButtonStyle.success),
        button(t("My signature"), f"petitions:look:v1:{contents['id']}"),
        button(t("All petitions"), "petitions:list:v1:0"),
    ]
    if who_may_see(Visibility(contents["visibility"]), State(contents["state"]), is_organizer=False) is not Names.NONE:
        buttons.append(button(t("Names"), f"petitiondesk:names:v1:{contents['id']}"))
    shown = buttons if State(contents["state"]) in SIGNABLE else buttons[1:]

    def build(most: int) -> ui.LayoutView:
        if most > 1:
            return card(*body(contents, t, ROOMS[most - 1]), row(*shown))
        return card(*words(contents, t, WORDS_FIRST), answer(contents, t, WORDS_FIRST), row(*shown))

    return fitting(build, len(ROOMS))


def milestone(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return the post that tells once that a part of the goal is reached."""
    whole = 100
    told = (
        t("## The goal is reached\n**{title}** has as many signatures as it asked for.")
        if contents["percent"] >= whole
        else t("## {percent} % of the goal\n**{title}** is on its way.")
    )
    return card(
        told.format(title=plain(contents["title"]), percent=contents["percent"]),
        row(button(t("Read and sign"), f"petitions:read:v1:{contents['id']}", PRIMARY)),
        f"-# {reference}",
    )


def listing(t: Translate, petitions: Sequence[Petition], number: int = 0) -> ui.LayoutView:
    """List petitions, a page at a time."""
    if not petitions:
        return card(
            t("## Petitions"),
            t("There is no petition here at present. `/petition start` begins one."),
            accent=QUIET,
        )
    pages = -(-len(petitions) // PAGE)
    number = max(0, min(number, pages - 1))
    return card(
        t("## Petitions"),
        *(_listed(t, petition) for petition in petitions[number * PAGE : (number + 1) * PAGE]),
        row(
            button(t("Back"), f"petitions:list:v1:{number - 1}", disabled=number == 0),
            button(t("Next"), f"petitions:list:v1:{number + 1}", disabled=number + 1 == pages),
        )
        if pages > 1
        else None,
        t("-# Page {number} of {pages}").format(number=number + 1, pages=pages) if pages > 1 else None,
    )


def _listed(t: Translate, petition: Petition) -> Item:
    wording = petition.wording
    is_draft = petition.state is State.DRAFT
    summary = t("**{title}**\n-# To {whom} · {state}").format(
        title=plain(wording.title) or "…", whom=plain(wording.whom) or "…", state=t(STATES[petition.state])
    )
    way = f"petitions:{'draft' if is_draft else 'read'}:v1:{petition.id}"
    return ui.Section(ui.TextDisplay(summary), accessory=button(t("Write on") if is_draft else t("Look"), way))


# What a petition says and how it stands


def words(contents: Mapping[str, Any], t: Translate, room: Room) -> list[Item | str | None]:
    """Return what a petition says: what everybody signs."""
    return [
        f"## {plain(contents['title'])}",
        t("**To:** {whom}").format(whom=plain(contents["whom"])),
        "\n".join([t("**We ask:**"), numbered(contents["demands"], room)]),
        "\n".join([t("**Why:**"), room.cut(contents["why"], room.why)]),
    ]


def body(contents: Mapping[str, Any], t: Translate, room: Room) -> list[Item | str | None]:
    """Return what a petition says and how it stands, for everybody to read."""
    return [
        *words(contents, t, room),
        line(),
        count(contents, t, room),
        share(contents, t, room),
        standing(contents, t),
        answer(contents, t, room),
        t(WHO_SEES[Visibility(contents["visibility"])]),
        gates(contents["gates"], t),
        t("-# {number} servers sign this together.").format(number=contents["servers"])
        if contents.get("servers", 1) > 1
        else None,
    ]


def numbered(demands: Sequence[str], room: Room) -> str:
    """Return demands as a numbered list."""
    if room.shown is plain:
        return "\n".join(f"{number}. {plain(demand)}" for number, demand in enumerate(demands, 1))
    return boxed("\n".join(f"{number}. {demand}" for number, demand in enumerate(demands, 1)))


def count(contents: Mapping[str, Any], t: Translate, room: Room) -> str | None:
    """Return the count with a bar: always “at least”, and the last one for good once it is over."""
    shown, goal, state = contents["shown"], contents["threshold"], State(contents["state"])
    if state is State.SEEKING:
        return t("**Goal: {goal} signatures.**").format(goal=goal)
    if shown == 0:
        step = 1 if contents["live"] else STEP
        told = t("**Goal: {goal} signatures.** The count begins to show at {step}.").format(goal=goal, step=step)
    elif state in SIGNABLE:
        told = t("**At least {number} accounts have signed.** The goal is {goal}.").format(number=shown, goal=goal)
    else:
        told = t("**At least {number} accounts had signed** in the end. The goal was {goal}.").format(
            number=shown, goal=goal
        )
    blocks = "▰" * min(BLOCKS, BLOCKS * shown // goal)
    how = (
        t("-# The count moves with every signature.")
        if contents["live"]
        else t("-# The count moves in steps and at random moments, so that it tells of nobody when they signed.")
    )
    return "\n".join([told, f"{blocks:▱<{BLOCKS}}", *([how] if state in SIGNABLE and room.is_explained else [])])


def share(contents: Mapping[str, Any], t: Translate, room: Room) -> str | None:
    """Return the share of the workplace that has signed, where that is known, and what it means."""
    if not contents["share"]:
        return None
    lines = [t("That is at least {share} % of the workplace.").format(share=str(contents["share"]))]
    if room.is_explained:
        lines += [f"-# {t(MARKS[mark])}" for mark in marks_reached(contents["share"])[-1:]]
        lines.append(f"-# {t(NOT_A_CARD)}")
    return "\n".join(lines)


HOW_IT_STANDS: dict[State, str] = {
    State.DRAFT: N_("Nobody else sees it yet."),
    State.SEEKING: N_(
        "It looks for its first {supporters} supporters until {when}. Once they have signed, or an organizer opens it, "
        "everybody is asked."
    ),
    State.OPEN: N_("It can be signed until {when}."),
    State.REACHED: N_("**The goal is reached.** It can be signed until it is handed over, or until {when}."),
    State.DELIVERED: N_("**Handed over. Day {days} without an answer.**"),
    State.ANSWERED: N_("**Handed over, and answered.**"),
    State.CLOSED: N_("**Closed.**"),
    State.WITHDRAWN: N_("**Withdrawn** by whoever wrote it. The signatures were destroyed."),
    State.REJECTED: N_("**Turned down by organizers.**"),
    State.EXPIRED: N_("**Ended** without being handed over. The signatures were destroyed."),
}


def standing(contents: Mapping[str, Any], t: Translate) -> str:
    """Say in a sentence or two where a petition stands."""
    when = f"<t:{contents['deadline']}:f> (<t:{contents['deadline']}:R>)"
    told = t(HOW_IT_STANDS[State(contents["state"])]).format(
        supporters=contents.get("supporters", 0), when=when, days=contents["days"] or 0
    )
    reason = REJECTIONS.get(contents["rejection"] or "")
    return f"{told} {t(reason)}" if reason else told


def answer(contents: Mapping[str, Any], t: Translate, room: Room) -> str | None:
    """Return the answer and how those who signed rate it."""
    if not contents["answer"]:
        return None
    lines = [t("**The answer:**"), room.cut(contents["answer"], room.answer)]
    rated = [
        f"{t(label)}: ≥ {contents['ratings'][rating]}"
        for rating, label in RATINGS.items()
        if rating in contents["ratings"]
    ]
    if rated:
        lines.append(t("-# What those who signed say to it: {ratings}").format(ratings=" · ".join(rated)))
    return "\n".join(lines)


def gates(gates: Sequence[int | None], t: Translate) -> str | None:
    """Say which accounts can sign, if not all."""
    account_age_days, days_in_server, role_id = gates
    asked = [
        t("accounts at least {days} days old").format(days=account_age_days) if account_age_days else None,
        t("in the server at least {days} days before it opened").format(days=days_in_server)
        if days_in_server
        else None,
        t("with the role {role}").format(role=f"<@&{role_id}>") if role_id else None,
    ]
    told = "; ".join(each for each in asked if each)
    return t("-# Who can sign: {gates}.").format(gates=told) if told else None
