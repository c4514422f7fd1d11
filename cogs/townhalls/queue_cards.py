"""What organizers are shown of questions and comments, without a name, and of what is to be done."""

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.refusals import N_
from bot.texts import Translate
from bot.townhalls.afterwards import Action
from bot.townhalls.questions_rules import LEAST_IN_BATCH, REJECTIONS, Kind, Question, QuestionState
from bot.townhalls.rules import OVER, State, TownHall, in_fives
from bot.townhalls.service import Listed, Own
from cogs.layout import Item, boxed, button, card, line, options, plain, row, select

PRIMARY = discord.ButtonStyle.primary
SUCCESS = discord.ButtonStyle.success
ON_PAGE = 4
MOST_CHOICES = 25

STANDS: dict[QuestionState, str] = {
    QuestionState.OPEN: N_("open"),
    QuestionState.ANSWERED: N_("answered"),
    QuestionState.CARRIED: N_("carried over to the next town hall"),
    QuestionState.MERGED: N_("counted with another question"),
}


def queue(t: Translate, hall: TownHall, asked: Sequence[Own], number: int) -> ui.LayoutView:
    """List what nobody has decided about, and what is approved and not published yet."""
    waiting = [each for each in asked if each.state == "waiting"]
    kinds = [each.kind for each in asked if each.state != "waiting"]
    approved = {kind: kinds.count(kind) for kind in Kind if kind in kinds}
    shown, number, pages = _page(waiting, number)
    return card(
        t("## Questions for {title}").format(title=plain(hall.plan.title)),
        t("Nobody sees who wrote, organizers neither."),
        *(_waiting_line(t, hall, each) for each in shown),
        None if shown else t("Nothing waits for you."),
        line(),
        "\n".join(_approved(t, hall, kind, number_of) for kind, number_of in approved.items())
        or t("Nothing is approved that is not published."),
        *_releasing(t, hall, approved),
        row(
            *_turning(t, f"hallroom:queue:v1:{hall.id}", number, pages),
            button(t("Published questions"), f"hallroom:published:v1:{hall.id}:0"),
            button(t("Back to the panel"), f"hallroom:open:v1:{hall.id}"),
        ),
    )


def _waiting_line(t: Translate, hall: TownHall, asked: Own) -> Item:
    place = f"hallroom:question:v1:{hall.id}:{asked.id}"
    told = boxed(asked.text)
    if asked.kind is Kind.COMMENT:
        told += "\n" + t("-# A comment on what was decided")
    return ui.Section(ui.TextDisplay(told), accessory=button(t("Decide"), place, PRIMARY))


def _approved(t: Translate, hall: TownHall, kind: Kind, approved: int) -> str:
    told = (
        t("Comments approved and not published: {number}.")
        if kind is Kind.COMMENT
        else t("Questions approved and not published: {number}.")
    ).format(number=approved)
    if approved >= LEAST_IN_BATCH:
        return told + " " + t("They appear together, ten to thirty minutes later.")
    told += " " + t("From {lowest} on they appear together.").format(lowest=LEAST_IN_BATCH)
    if hall.state in {State.LIVE, State.LATE}:
        told += " " + t("So few are easier to link to whoever wrote, if you publish them now.")
    return told


def _releasing(t: Translate, hall: TownHall, approved: Mapping[Kind, int]) -> list[Item]:
    if not approved or hall.state in OVER:
        return []
    enough = [each >= LEAST_IN_BATCH for each in approved.values()]
    place, is_begun = f"hallroom:release:v1:{hall.id}", hall.state in {State.LIVE, State.LATE}
    buttons = [
        *([button(t("Publish now"), f"{place}:all", SUCCESS)] if any(enough) else []),
        *([button(t("Publish the few all the same"), f"{place}:few")] if is_begun and not all(enough) else []),
    ]
    return [row(*buttons)] if buttons else []


def question(t: Translate, hall: TownHall, asked: Own, open_ones: Sequence[Question]) -> ui.LayoutView:
    """Show one question or comment that waits, with what can be decided about it."""
    place = f"{hall.id}:{asked.id}"
    reasons = options((code, t(words)) for code, words in REJECTIONS.items() if code != "merged")
    is_comment = asked.kind is Kind.COMMENT
    counted_with = [] if is_comment else open_ones[-MOST_CHOICES:]
    same = options((each.id, each.text.replace("\n", " ")) for each in counted_with)
    return card(
        t("## A comment") if is_comment else t("## A question"),
        boxed(asked.text),
        row(
            button(t("Approve"), f"hallroom:approve:v1:{place}", SUCCESS),
            button(t("Back"), f"hallroom:queue:v1:{hall.id}:0"),
        ),
        row(select(f"hallroom:reject:v1:{place}", reasons, t("Turn it away, because …"))),
        row(select(f"hallroom:merge:v1:{place}", same, t("The same is asked already: count it with …")))
        if same
        else None,
        t("-# Whoever wrote it reads the reason. Nobody else does."),
    )


def published(t: Translate, hall: TownHall, listed: Sequence[Listed], number: int) -> ui.LayoutView:
    """List the published questions, with a button to note which were answered."""
    shown, number, pages = _page(listed, number)
    return card(
        t("## Published questions for {title}").format(title=plain(hall.plan.title)),
        *(_published_line(t, hall, each.question, number) for each in shown),
        None if shown else t("No question is published yet."),
        t("-# How many want a question answered is told to nobody before the end."),
        line(),
        row(
            *_turning(t, f"hallroom:published:v1:{hall.id}", number, pages),
            button(t("Waiting questions"), f"hallroom:queue:v1:{hall.id}:0"),
            button(t("Back to the panel"), f"hallroom:open:v1:{hall.id}"),
        ),
    )


def _published_line(t: Translate, hall: TownHall, asked: Question, number: int) -> Item:
    told = [boxed(asked.text), f"-# {t(STANDS[asked.state])}"]
    if asked.age:
        told.append(t("-# Carried over {number} times").format(number=asked.age))
    if wanted := in_fives(asked.votes or 0):
        told.append(t("-# Wanted by at least {number}").format(number=wanted))
    text: ui.TextDisplay[Any] = ui.TextDisplay("\n".join(told))
    if asked.state not in {QuestionState.OPEN, QuestionState.ANSWERED} or hall.state in OVER:
        return text
    is_open = asked.state is QuestionState.OPEN
    place = f"hallroom:{'answered' if is_open else 'unanswered'}:v1:{hall.id}:{asked.id}:{number}"
    return ui.Section(text, accessory=button(t("Answered") if is_open else t("Not answered after all"), place))


def actions(t: Translate, found: Sequence[Action], number: int) -> ui.LayoutView:
    """List what town halls agreed to do and what is not done, the next to look at first."""
    shown, number, pages = _page(found, number)
    return card(
        t("## What is to be done"),
        *(_action_line(t, each) for each in shown),
        None if shown else t("Nothing is to be done. What is agreed in a town hall is noted from its panel."),
        line(),
        row(
            *_turning(t, "hallroom:actions:v1", number, pages),
            button(t("All town halls"), "hallroom:list:v1:0"),
        ),
    )


def _action_line(t: Translate, action: Action) -> Item:
    told = [boxed(action.text), t("-# Responsible: {who}").format(who=plain(action.responsible))]
    told.append(f"-# {action.progress} %")
    if action.due_on is not None:
        told.append(t("-# Until: {day}").format(day=action.due_on.isoformat()))
    if action.review_on is not None:
        told.append(t("-# Look at it again: {day}").format(day=action.review_on.isoformat()))
    return ui.Section(
        ui.TextDisplay("\n".join(told)),
        accessory=button(t("How far is it?"), f"hallroom:progress:v1:{action.id}"),
    )


def _page(items: Sequence[Any], number: int) -> tuple[Sequence[Any], int, int]:
    pages = max(1, -(-len(items) // ON_PAGE))
    number = min(max(number, 0), pages - 1)
    return items[number * ON_PAGE : (number + 1) * ON_PAGE], number, pages


def _turning(t: Translate, place: str, number: int, pages: int) -> list[Item]:
    if pages == 1:
        return []
    return [
        button(t("Back"), f"{place}:{number - 1}", disabled=number == 0),
        button(t("Next"), f"{place}:{number + 1}", disabled=number + 1 >= pages),
    ]
