"""What members find: the town halls of the server, their own place, and what is asked. All of it private to one."""

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.refusals import N_
from bot.texts import Translate
from bot.townhalls.plans import LONGEST_ITEM, LONGEST_TEXT
from bot.townhalls.questions_rules import REJECTIONS, Kind, QuestionState
from bot.townhalls.rules import COMING, SEATS_DRAWN_BEFORE, State, TownHall, in_fives
from bot.townhalls.service import Listed, Own, Standing, brief
from cogs.layout import QUIET, Item, boxed, button, card, fitting, line, options, plain, row, select
from cogs.townhalls import cards
from cogs.townhalls.cards import COLOUR, PRIMARY, SUCCESS

PAGE = 6
QUESTIONS_ON_PAGE = 5
MOST_TO_CHOOSE = 25

STANDS: dict[State, str] = {
    State.SCHEDULED: N_("starts {starts}"),
    State.LIVE: N_("going on now"),
    State.LATE: N_("over; the late floor is open until {until}"),
    State.CLOSED: N_("over"),
    State.CANCELLED: N_("cancelled"),
}

OWN_STATES: dict[str, str] = {
    "waiting": N_("Waits for the organizers."),
    "approved": N_("Approved; it is published together with others."),
    "publishing": N_("It is being published right now and cannot be withdrawn any more."),
}

QUESTION_STATES: dict[QuestionState, str] = {
    QuestionState.OPEN: N_("open"),
    QuestionState.ANSWERED: N_("answered"),
    QuestionState.CARRIED: N_("carried to the next town hall"),
    QuestionState.MERGED: N_("counted with another"),
}


def listing(t: Translate, found: Sequence[Standing], number: int = 0) -> ui.LayoutView:
    """List town halls, a page at a time, first those that this person comes to."""
    if not found:
        return card(t("## Town halls"), t("No town hall is planned here at present."), accent=QUIET)
    pages = -(-len(found) // PAGE)
    number = max(0, min(number, pages - 1))
    return card(
        t("## Town halls"),
        t("-# What you said you come to stands first. Only you can see this."),
        *(_listed(t, each) for each in found[number * PAGE : (number + 1) * PAGE]),
        _pages(t, "halls:list:v1", number, pages),
        row(button(t("Calendar file of all"), "halls:feed:v1")),
        accent=COLOUR,
    )


def mine(t: Translate, own: Standing, *, is_kept: bool = False) -> ui.LayoutView:
    """Show somebody their own place in a town hall, and who can see what of it."""
    hall = own.hall
    contents = brief(hall)
    is_coming = hall.state in COMING
    return card(
        t("## Your answer is kept") if is_kept else t("## My place"),
        f"**{plain(hall.plan.title)}**",
        "\n".join([cards.when(contents, t), *cards.where(contents, t)]) if is_coming else standing(t, hall),
        line(),
        place_words(t, own),
        who_sees(t) if is_coming else None,
        *_mine_rows(t, own),
        accent=discord.Colour.green() if is_kept else COLOUR,
    )


def place_words(t: Translate, own: Standing) -> str:
    """Say what somebody answered, and whether they have a seat."""
    hall, sign_up = own.hall, own.sign_up
    if sign_up is None:
        return t("**You have not said that you are coming.**")
    if sign_up.answer != "yes":
        return t("**You said: maybe.** It is not counted on the card.")
    told = t("**You said that you are coming.**")
    if hall.plan.max_size is None or hall.state not in COMING:
        return told
    if sign_up.has_seat:
        return told + " " + t("A seat was drawn for you. If you cannot come, please give it back.")
    if own.draws_seats:
        return told + " " + t("No seat has been drawn for you yet. Each that becomes free is drawn by lot: look again.")
    drawn = f"<t:{int((hall.starts_at - SEATS_DRAWN_BEFORE).timestamp())}:F>"
    return told + " " + t("Seats are drawn by lot from {when} on; look here then.").format(when=drawn)


def who_sees(t: Translate) -> str:
    """Say who can see that somebody signed up."""
    return t(
        "-# **Who can see this:** nobody in the server. Organizers see what everybody sees: how many come, in fives. "
        "Steward keeps a mark that only the key of this town hall can match with your account, and destroys both when "
        "the late floor closes. Discord can see that you pressed, and whoever runs Steward could find out."
    )


def read(t: Translate, contents: Mapping[str, Any], part: str = "text") -> ui.LayoutView:
    """Show what a town hall is about, or its agenda, with every word."""
    hall_id = contents["id"]
    other = ("agenda", t("Agenda")) if part == "text" else ("text", t("What it is about"))
    widest = cards.Room(plain, LONGEST_TEXT, LONGEST_ITEM)
    tight = cards.Room(boxed, LONGEST_TEXT, LONGEST_ITEM)

    def build(most: int) -> ui.LayoutView:
        room = widest if most > 1 else tight
        about = room.shown(contents["text"]) if contents["text"] else None
        return card(
            f"## {plain(contents['title'])}",
            cards.when(contents, t),
            about if part == "text" else cards.agenda(contents, t, room),
            row(
                button(other[1], f"halls:read:v1:{hall_id}:{other[0]}"),
                button(t("My place"), f"halls:mine:v1:{hall_id}"),
            ),
            accent=COLOUR,
        )

    return fitting(build, 2)


def asked(t: Translate, hall: TownHall, words: str, kind: Kind = Kind.QUESTION) -> ui.LayoutView:
    """Say that a question or comment is kept, in the words that the organizers will read."""
    is_comment = kind is Kind.COMMENT
    return card(
        t("## Your comment is kept") if is_comment else t("## Your question is kept"),
        f"**{plain(hall.plan.title)}**",
        t("Organizers will read these words, without a name:"),
        boxed(words),
        t("Until it is published you can see here what becomes of it, and withdraw it."),
        row(
            button(t("My questions and comments") if is_comment else t("My questions"), f"halls:own:v1:{hall.id}"),
            button(t("Comment again"), f"halls:comment:v1:{hall.id}")
            if is_comment
            else button(t("Ask another"), f"halls:ask:v1:{hall.id}"),
        ),
        accent=discord.Colour.green(),
    )


def own_questions(t: Translate, own: Standing, *, can_ask: bool) -> ui.LayoutView:
    """Show somebody what they wrote and is not published, what became of it, and how to withdraw it."""
    hall = own.hall
    return card(
        t("## My questions and comments") if hall.state is State.LATE else t("## My questions"),
        f"**{plain(hall.plan.title)}**",
        None if own.questions else t("None of yours waits here."),
        *(part for each in own.questions for part in _own(t, hall, each)),
        t(
            "-# Once something is published, Steward forgets who wrote it, so it stands here no longer. What you "
            "withdraw is deleted at once."
        ),
        row(
            *([button(t("Ask a question"), f"halls:ask:v1:{hall.id}", PRIMARY)] if can_ask else []),
            button(t("Questions"), f"halls:questions:v1:{hall.id}"),
            button(t("My place"), f"halls:mine:v1:{hall.id}"),
        ),
        accent=COLOUR,
    )


def questions(
    t: Translate, hall: TownHall, found: Sequence[Listed], number: int = 0, *, can_ask: bool
) -> ui.LayoutView:
    """Show the published questions, a page at a time; each open one can be wanted, which nobody sees."""
    pages = max(1, -(-len(found) // QUESTIONS_ON_PAGE))
    number = max(0, min(number, pages - 1))
    shown = found[number * QUESTIONS_ON_PAGE : (number + 1) * QUESTIONS_ON_PAGE]
    asking = [button(t("Ask a question"), f"halls:ask:v1:{hall.id}", PRIMARY)] if can_ask else []
    return card(
        t("## Questions"),
        f"**{plain(hall.plan.title)}**",
        None if found else t("No question is published yet."),
        *(_question(t, hall, each, number, can_ask=can_ask) for each in shown),
        t(
            "-# Tap a question that you want answered. Nobody sees that you did, and how many want it is told only "
            "once the late floor is closed."
        )
        if can_ask and found
        else None,
        _pages(t, f"halls:questions:v1:{hall.id}", number, pages),
        row(*asking, button(t("My questions"), f"halls:own:v1:{hall.id}")),
        accent=COLOUR,
    )


def choose(t: Translate, halls: Sequence[TownHall], route: str) -> ui.LayoutView:
    """Ask which town hall is meant where there are several."""
    named = [(hall.id, hall.plan.title) for hall in halls[:MOST_TO_CHOOSE]]
    return card(t("## Which town hall?"), row(select(route, options(named), t("Choose a town hall"))), accent=COLOUR)


def calendar_file(t: Translate, title: str | None, file_name: str) -> ui.LayoutView:
    """Hand out the calendar file of one town hall, or of all where there is no `title`, and say who could read it."""
    return card(
        t("## Calendar file"),
        f"**{plain(title)}**" if title is not None else t("All town halls of this server that are planned."),
        ui.File(f"attachment://{file_name}"),
        t(
            "Open it with the calendar you use. It names nobody and does not tell anybody that you took it. When a "
            "town hall is changed or cancelled, take the file again: it brings what is there up to date."
        ),
        t("-# Careful: your employer can read a calendar of the company. Use one of your own, on your own device."),
        accent=COLOUR,
    )


def standing(t: Translate, hall: TownHall) -> str:
    """Say in a few words where a town hall stands."""
    until = None if hall.late_until is None else f"<t:{int(hall.late_until.timestamp())}:R>"
    return t(STANDS[hall.state]).format(starts=cards.moment(int(hall.starts_at.timestamp())), until=until)


def _listed(t: Translate, each: Standing) -> Item:
    hall, sign_up = each.hall, each.sign_up
    mark = ""
    if sign_up is not None:
        mark = " · " + (t("you are coming") if sign_up.answer == "yes" else t("you said maybe"))
    told = f"**{plain(hall.plan.title)}**\n-# {standing(t, hall)}{mark}"
    way = (
        button(t("My place"), f"halls:mine:v1:{hall.id}")
        if hall.state in COMING
        else button(t("Questions"), f"halls:questions:v1:{hall.id}")
    )
    return ui.Section(ui.TextDisplay(told), accessory=way)


def _mine_rows(t: Translate, own: Standing) -> list[Item]:
    hall_id, answer = own.hall.id, None if own.sign_up is None else own.sign_up.answer
    more = [
        button(t("My questions"), f"halls:own:v1:{hall_id}"),
        button(t("Questions"), f"halls:questions:v1:{hall_id}"),
        button(t("All town halls"), "halls:list:v1:0"),
    ]
    if own.hall.state not in COMING:
        return [row(*more)]
    ways = [
        button(t("I'm coming"), f"halls:come:v1:{hall_id}", SUCCESS, disabled=answer == "yes"),
        button(t("Maybe"), f"halls:maybe:v1:{hall_id}", disabled=answer == "maybe"),
    ]
    if answer is not None:
        ways.append(button(t("I'm not coming"), f"halls:off:v1:{hall_id}"))
    return [row(*ways, button(t("Calendar file"), f"halls:file:v1:{hall_id}")), row(*more)]


def _own(t: Translate, hall: TownHall, each: Own) -> list[Item]:
    if each.state == "rejected":
        reason = REJECTIONS.get(each.reason or "")
        told = t("Not published: {reason}").format(reason=t(reason)) if reason else t("Not published.")
    else:
        told = t(OWN_STATES.get(each.state, OWN_STATES["waiting"]))
    if each.kind is Kind.COMMENT:
        told = t("A comment. {stands}").format(stands=told)
    shown: ui.TextDisplay[Any] = ui.TextDisplay(f"{boxed(each.text)}\n-# {told}")
    if each.state == "publishing":
        return [shown]
    label = t("Delete") if each.state == "rejected" else t("Withdraw")
    return [ui.Section(shown, accessory=button(label, f"halls:withdraw:v1:{hall.id}:{each.id}"))]


def _question(t: Translate, hall: TownHall, each: Listed, number: int, *, can_ask: bool) -> Item:
    question = each.question
    notes = [t(QUESTION_STATES[question.state])]
    if question.age:
        notes.append(t("unanswered in {number} town halls before").format(number=question.age))
    if wanted := in_fives(question.votes or 0):
        notes.append(t("at least {number} wanted it answered").format(number=wanted))
    if each.is_wanted:
        notes.append(t("you want it answered"))
    told: ui.TextDisplay[Any] = ui.TextDisplay(f"{boxed(question.text)}\n-# {' · '.join(notes)}")
    if not can_ask or question.state is not QuestionState.OPEN:
        return told
    place = f"{hall.id}:{question.id}:{number}"
    way = (
        button(t("Take back"), f"halls:unwant:v1:{place}")
        if each.is_wanted
        else button(t("I want this answered"), f"halls:want:v1:{place}")
    )
    return ui.Section(told, accessory=way)


def _pages(t: Translate, route: str, number: int, pages: int) -> Item | None:
    if pages <= 1:
        return None
    return row(
        button(t("Back"), f"{route}:{number - 1}", disabled=number == 0),
        button(t("Next"), f"{route}:{number + 1}", disabled=number + 1 == pages),
    )
