"""What the chair is shown while a town hall goes on, what raising a hand answers, and the post about the minutes."""

from collections.abc import Mapping
from typing import Any

import discord
from discord import ui

from bot.refusals import N_
from bot.texts import Translate
from bot.townhalls.plans import PlaceKind
from bot.townhalls.room import Decision, Standing
from bot.townhalls.rules import State, TownHall
from bot.townhalls.stacks import Place, Stack
from bot.townhalls.votes import VotesOf
from cogs.layout import QUIET, Item, button, card, line, options, plain, row, select
from cogs.townhalls import vote_cards

PRIMARY = discord.ButtonStyle.primary
SUCCESS = discord.ButtonStyle.success
DANGER = discord.ButtonStyle.danger
ON_PAGE = 6
MOST_HANDS = 8
MOST_DECISIONS = 4
MOST_CHOICES = 25
SHORT = 120

STATES: dict[State, str] = {
    State.SCHEDULED: N_("planned"),
    State.LIVE: N_("goes on now"),
    State.LATE: N_("over, late floor open"),
    State.CLOSED: N_("over"),
    State.CANCELLED: N_("cancelled"),
}


def desk(t: Translate, halls: list[TownHall], number: int) -> ui.LayoutView:
    """List the town halls that organizers can look after."""
    pages = max(1, -(-len(halls) // ON_PAGE))
    number = min(max(number, 0), pages - 1)
    shown = halls[number * ON_PAGE : (number + 1) * ON_PAGE]
    turning = (
        button(t("Back"), f"hallroom:list:v1:{number - 1}", disabled=number == 0),
        button(t("Next"), f"hallroom:list:v1:{number + 1}", disabled=number + 1 >= pages),
    )
    return card(
        t("## Town halls"),
        *(_desk_line(t, each) for each in shown),
        None if shown else t("No town hall is planned. `/townhall schedule` begins one."),
        line(),
        row(*(turning if pages > 1 else ()), button(t("What is to be done"), "hallroom:actions:v1:0")),
    )


def _desk_line(t: Translate, hall: TownHall) -> Item:
    summary = f"**{plain(hall.plan.title)}**\n-# {t(STATES[hall.state])} · {_full(int(hall.starts_at.timestamp()))}"
    return ui.Section(ui.TextDisplay(summary), accessory=button(t("Open"), f"hallroom:open:v1:{hall.id}"))


def panel(t: Translate, standing: Standing, stack: Stack, votes: VotesOf) -> ui.LayoutView:
    """Show a town hall to its chair, with what can be done now."""
    hall = standing.hall
    return card(
        f"## {plain(hall.plan.title)}",
        f"**{t(STATES[hall.state])}** · {_full(int(hall.starts_at.timestamp()))}",
        _late(t, hall),
        *(_agenda(t, standing) if hall.state is State.LIVE else ()),
        *(_stack(t, hall, stack) if hall.state is State.LIVE else ()),
        vote_cards.in_panel(t, votes),
        *_noted(t, standing),
        line(),
        *_acting(t, hall, has_votes=bool(votes.polls)),
    )


def _late(t: Translate, hall: TownHall) -> str | None:
    if hall.state is not State.LATE or hall.late_until is None:
        return None
    return t("Decisions bind {when}. Until then those who slept can still ask and comment.").format(
        when=_in(int(hall.late_until.timestamp()))
    )


def _agenda(t: Translate, standing: Standing) -> list[Item | str]:
    hall, agenda = standing.hall, standing.hall.plan.agenda
    if hall.item is None or not agenda:
        return []
    if hall.item >= len(agenda):
        return [t("The agenda is done.")]
    item = agenda[hall.item]
    told = [t("**Now: {item}**").format(item=plain(item.title))]
    if standing.item_ends_at is not None:
        told.append(t("Its time is up {when}.").format(when=_in(int(standing.item_ends_at.timestamp()))))
    is_last = hall.item + 1 >= len(agenda)
    if not is_last:
        told.append(t("-# Then: {item}").format(item=plain(agenda[hall.item + 1].title)))
    going_on = t("The agenda is done") if is_last else t("Next item")
    return ["\n".join(told), row(button(going_on, f"hallroom:item:v1:{hall.id}:{hall.item}", PRIMARY))]


def _stack(t: Translate, hall: TownHall, stack: Stack) -> list[Item | str]:
    order = stack.order()
    told = [t("**Who speaks next**")]
    if stack.speaker is not None:
        told.append(t("Speaks now: {who}").format(who=f"<@{stack.speaker}>"))
    for number, hand in enumerate(order[:MOST_HANDS], 1):
        marks = [
            *([t("direct reply")] if hand.is_reply else []),
            *([] if stack.has_spoken(hand.who) else [t("has not spoken yet")]),
            *([t("says: rarely heard")] if hand.has_priority else []),
        ]
        told.append(f"{number}. <@{hand.who}>" + (f" · {', '.join(marks)}" if marks else ""))
    if len(order) > MOST_HANDS:
        told.append(t("… and {number} more").format(number=len(order) - MOST_HANDS))
    if not order:
        told.append(t("No hand is up. People raise theirs with `/hand`."))
    told.append(
        t(
            "-# Kept in memory only and seen by organizers alone. If Steward restarts, the list is empty and hands "
            "must be raised again. It does not renew itself here: press Look again."
        )
    )
    first, speaker = (order[0].who if order else None), stack.speaker
    buttons = [
        button(t("Look again"), f"hallroom:open:v1:{hall.id}"),
        *([button(t("Has spoken"), f"hallroom:spoke:v1:{hall.id}:{speaker}", PRIMARY)] if speaker is not None else []),
        *([button(t("Call the next"), f"hallroom:call:v1:{hall.id}:{first}", SUCCESS)] if first is not None else []),
        *([button(t("Skip the next"), f"hallroom:skip:v1:{hall.id}:{first}")] if first is not None else []),
    ]
    if hall.plan.place.kind is PlaceKind.STAGE and speaker is not None:
        buttons.append(button(t("Let them speak on the stage"), f"hallroom:unmute:v1:{hall.id}:{speaker}"))
    return ["\n".join(told), row(*buttons)]


def _noted(t: Translate, standing: Standing) -> list[Item | str]:
    decisions, items = standing.decisions, list[Item | str]()
    if decisions:
        told = [t("**Decided** ({number})").format(number=len(decisions))]
        told += [f"- {plain(_short(each.text))}" for each in decisions[-MOST_DECISIONS:]]
        items.append("\n".join(told))
    if standing.actions:
        items.append(t("Noted that is to be done: {number}").format(number=len(standing.actions)))
    free = [each for each in decisions if not each.is_binding]
    if free:
        place = f"hallroom:undecide:v1:{standing.hall.id}"
        items.append(row(select(place, options(map(_choice, free[-MOST_CHOICES:])), t("Take a decision back …"))))
    return items


def _choice(decision: Decision) -> tuple[str, str]:
    return decision.id, _short(decision.text)


def _acting(t: Translate, hall: TownHall, *, has_votes: bool) -> list[Item]:
    is_live, is_noting = hall.state is State.LIVE, hall.state in {State.LIVE, State.LATE}
    is_over = hall.state in {State.LATE, State.CLOSED}
    chairing = (
        (hall.state is State.SCHEDULED, t("Start it now"), f"hallroom:start:v1:{hall.id}", SUCCESS),
        (is_noting, t("Note a decision"), f"hallroom:decide:v1:{hall.id}", PRIMARY),
        (is_noting, t("Note what is to be done"), f"hallroom:action:v1:{hall.id}", PRIMARY),
        (is_live, t("Show of hands"), f"hallroom:vote:v1:{hall.id}:hands", discord.ButtonStyle.secondary),
        (is_live, t("Ballot"), f"hallroom:vote:v1:{hall.id}:ballot", discord.ButtonStyle.secondary),
        (is_live, t("End it"), f"hallroom:end:v1:{hall.id}", DANGER),
        (is_over, t("Minutes"), f"hallroom:minutes:v1:{hall.id}", discord.ButtonStyle.secondary),
    )
    buttons = [button(label, place, style) for holds, label, place, style in chairing if holds]
    return [
        *([row(*buttons)] if buttons else []),
        row(
            button(t("Questions"), f"hallroom:queue:v1:{hall.id}:0"),
            *([button(t("Votes"), f"hallroom:votes:v1:{hall.id}:0")] if has_votes else []),
            button(t("The plan"), f"hallplan:open:v1:{hall.id}"),
            *([button(t("Note a promise"), f"commitments:new:v1:townhall:{hall.id}")] if is_noting or is_over else ()),
            button(t("All town halls"), "hallroom:list:v1:0"),
        ),
    ]


# For whoever raises a hand


def own_hand(t: Translate, place: Place) -> ui.LayoutView:
    """Tell somebody where their hand stands and how speakers are chosen."""
    hall = place.hall
    if place.before is None:
        return card(
            t("Your hand is down."),
            row(button(t("Raise my hand"), f"hallroom:hand:v1:{hall.id}:speak", SUCCESS)),
            accent=QUIET,
        )
    marks = [
        *([t("You asked to reply directly to what is being said.")] if place.is_reply else []),
        *([t("You said that you are rarely heard.")] if place.has_priority else []),
    ]
    return card(
        t("## Your hand is up"),
        t("Nobody is before you now.")
        if place.before == 0
        else t("Before you now: {number}. That changes as others raise or lower their hands.").format(
            number=place.before
        ),
        "\n".join(marks) or None,
        t(
            "A direct reply goes next, at most two in a row. Then come those who have not spoken yet, then those who "
            "have spoken least. Among equals, those who are rarely heard come first, then whoever raised their hand "
            "first."
        ),
        t(
            "-# The organizers who chair see your name in the list. It is kept in memory only and gone when the town "
            "hall is over. If Steward restarts, please raise your hand again."
        ),
        row(
            button(t("Lower my hand"), f"hallroom:hand:v1:{hall.id}:lower"),
            *([] if place.is_reply else [button(t("I reply directly"), f"hallroom:hand:v1:{hall.id}:reply")]),
            *([] if place.has_priority else [button(t("I am rarely heard"), f"hallroom:hand:v1:{hall.id}:rarely")]),
            *([button(t("Only to speak"), f"hallroom:hand:v1:{hall.id}:speak")] if marks else []),
        ),
    )


# Minutes


def minutes(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Tell the channel that a town hall is over, what was decided, and where the minutes are."""
    decisions, late_until = contents["decisions"], contents["late_until"]
    told = [f"- {plain(_short(each))}" for each in decisions]
    if contents["more"]:
        told.append(t("- … and {number} more").format(number=contents["more"]))
    return card(
        t("## Minutes: {title}").format(title=plain(contents["title"])),
        "\n".join([t("**Decided**"), *told]) if told else t("No decision was noted."),
        t("Noted that is to be done: {number}").format(number=contents["actions"]) if contents["actions"] else None,
        t("Decisions bind {when}. Until then those who slept can still ask and comment.").format(when=_in(late_until))
        if late_until is not None
        else None,
        row(
            button(t("Minutes as a file"), f"hallroom:minutes:v1:{contents['id']}", PRIMARY),
            *([button(t("Comment"), f"halls:comment:v1:{contents['id']}")] if contents.get("takes_comments") else []),
        ),
        t("-# The file always says what is noted by now. {reference}").format(reference=reference),
    )


def minutes_file(t: Translate, hall: TownHall, name: str) -> ui.LayoutView:
    """Hand the minutes over."""
    return card(
        t("## Minutes: {title}").format(title=plain(hall.plan.title)),
        t("A draft until the late floor is over. Nobody who came is named in it.")
        if hall.state is State.LATE
        else t("Nobody who came is named in it."),
        ui.File(f"attachment://{name}"),
    )


def confirmed_unmuted(t: Translate, who: int) -> ui.LayoutView:
    """Tell the chair that somebody can speak on the stage."""
    return card(t("{who} can speak on the stage now.").format(who=f"<@{who}>"), accent=QUIET)


def _short(text: str) -> str:
    line_of_it = " ".join(text.split())
    return line_of_it if len(line_of_it) <= SHORT else f"{line_of_it[: SHORT - 1]}…"


def _full(seconds: int) -> str:
    return f"<t:{seconds}:F>"


def _in(seconds: int) -> str:
    return f"<t:{seconds}:R>"
