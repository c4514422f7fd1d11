"""What organizers are shown of polls: the list, one of them, and what they propose. Private to one person.

Never how many have voted while a poll is open: whoever knew could choose the moment to end it.
"""

from datetime import datetime

import discord
from discord import ui

from bot.approvals.rules import Proposal
from bot.polls.conduct import Overview, Panel
from bot.polls.rules import FEWEST_BALLOTS, OVER, VOID_REASONS, WHY_VOID, Kind, Poll, State
from bot.refusals import N_
from bot.texts import Translate
from cogs.layout import ACCENT, Item, boxed, button, card, line, options, plain, row, select
from cogs.polls.cards import METHODS, STATES

PRIMARY = discord.ButtonStyle.primary
DANGER = discord.ButtonStyle.danger
QUIETLY = discord.ButtonStyle.secondary
ON_PAGE = 6

KINDS: dict[Kind, str] = {Kind.BALLOT: N_("secret ballot"), Kind.HANDS: N_("show of hands")}


def desk(t: Translate, found: Overview, number: int, *, is_over: bool) -> ui.LayoutView:
    """List polls: drafts, what is open, what opens later; or those that are over."""
    polls = [*found.over] if is_over else [*found.drafts, *found.open, *found.scheduled]
    pages = max(1, -(-len(polls) // ON_PAGE))
    number = min(max(number, 0), pages - 1)
    shown = polls[number * ON_PAGE : (number + 1) * ON_PAGE]
    turning = (
        button(t("Back"), f"polldesk:list:v1:{number - 1}:{int(is_over)}", disabled=number == 0),
        button(t("Next"), f"polldesk:list:v1:{number + 1}:{int(is_over)}", disabled=number + 1 >= pages),
    )
    return card(
        t("## Polls that are over") if is_over else t("## Polls"),
        *(_desk_line(t, each) for each in shown),
        None if shown else t("No poll here. `/poll start` begins one."),
        line(),
        row(
            *(turning if pages > 1 else ()),
            button(t("Those that go on"), "polldesk:list:v1:0:0")
            if is_over
            else button(t("Those that are over"), "polldesk:list:v1:0:1"),
        ),
    )


def _desk_line(t: Translate, poll: Poll) -> Item:
    summary = f"**{plain(poll.question.title) or '…'}**\n-# {_standing(t, poll)}"
    route = "polldraft:open:v1" if poll.state is State.DRAFT else "polldesk:open:v1"
    return ui.Section(ui.TextDisplay(summary), accessory=button(t("Open"), f"{route}:{poll.id}"))


def _standing(t: Translate, poll: Poll) -> str:
    state = t(STATES[poll.state])
    match poll.state:
        case State.SCHEDULED if poll.terms.opens_at is not None:
            return t("{state} · opens {when}").format(state=state, when=_when(poll.terms.opens_at))
        case State.OPEN:
            return t("{state} · closes {when}").format(state=state, when=_when(poll.terms.closes_at))
        case _:
            return state


def panel(t: Translate, shown: Panel) -> ui.LayoutView:
    """Show where a poll stands and what an organizer can do with it now; never who or how many have voted."""
    poll, published = shown.poll, shown.published
    return card(
        f"## {plain(poll.question.title)}",
        t("**{state}** · {kind} · {method} · in {channel}").format(
            state=t(STATES[poll.state]),
            kind=t(KINDS[poll.terms.kind]),
            method=t(METHODS[poll.terms.method]),
            channel=f"<#{poll.channel_id}>",
        ),
        _times(t, shown),
        t("Reason: {reason}").format(reason=t(WHY_VOID[published.void_reason])) if published.void_reason else None,
        _outcome(t, shown),
        t("How many have voted is told to nobody until it closes, and not to organizers either.")
        if poll.state is State.OPEN and poll.is_secret
        else None,
        line(),
        *_acting(t, poll, has_outcome=published.outcome is not None),
    )


def _times(t: Translate, shown: Panel) -> str:
    poll, closed_at = shown.poll, shown.published.closed_at
    told = []
    if poll.opened_at is not None:
        told.append(t("Opened: {when}").format(when=_when(poll.opened_at)))
    elif poll.state is State.SCHEDULED:
        told.append(
            t("Opens: {when}").format(when=_when(poll.terms.opens_at))
            if poll.terms.opens_at is not None
            else t("Opens within a minute.")
        )
    if poll.state in OVER and closed_at is not None:
        told.append(t("Ended: {when}").format(when=_when(closed_at)))
    else:
        told.append(t("Closes: {when}").format(when=_when(poll.terms.closes_at)))
    return "\n".join(told)


def _outcome(t: Translate, shown: Panel) -> str | None:
    outcome, review_on = shown.published.outcome, shown.published.review_on
    if outcome is None:
        return None
    told = [t("**What came of it:**"), boxed(outcome)]
    if review_on is not None:
        told.append(t("-# To be looked at again: {day}").format(day=review_on.isoformat()))
    return "\n".join(told)


def _acting(t: Translate, poll: Poll, *, has_outcome: bool) -> list[Item]:
    items: list[Item] = []
    if poll.state in {State.OPEN, State.COUNTING}:
        reasons = options((code, t(words)) for code, words in VOID_REASONS.items())
        items.append(row(select(f"polldesk:void:v1:{poll.id}", reasons, t("Propose to declare it void, because …"))))
    is_open, is_closed = poll.state is State.OPEN, poll.state is State.CLOSED
    noting = t("Change what came of it") if has_outcome else t("Note what came of it")
    every = (
        (poll.state is State.SCHEDULED, t("Cancel it"), "polldesk:cancel", DANGER),
        (is_open, t("Propose to close it now"), "polldesk:ending", DANGER),
        (is_open, t("Propose more time"), "polldesk:moretime", QUIETLY),
        (is_closed, t("Result"), "pollresult:show", PRIMARY),
        (is_closed, noting, "polldesk:outcome", QUIETLY),
        (True, t("Copy it to a new draft"), "polldraft:copy", QUIETLY),
    )
    buttons = [button(label, f"{route}:v1:{poll.id}", style) for holds, label, route, style in every if holds]
    return [*items, row(*buttons), row(button(t("All polls"), "polldesk:list:v1:0:0"))]


def cancelling(t: Translate, poll: Poll) -> ui.LayoutView:
    """Ask once more before a poll is called off."""
    return card(
        t("## Cancel this poll?"),
        f"**{plain(poll.question.title)}**",
        t("It will not open, and this cannot be undone. Its words can be copied to a new draft. `/audit` tells it."),
        row(
            button(t("Cancel it"), f"polldesk:cancelled:v1:{poll.id}", DANGER),
            button(t("Leave it as it is"), f"polldesk:open:v1:{poll.id}"),
        ),
    )


def ending(t: Translate, poll: Poll) -> ui.LayoutView:
    """Say what it means to close a poll now, before it is proposed."""
    return card(
        t("## Close this poll now?"),
        f"**{plain(poll.question.title)}**",
        t(
            "As soon as another organizer agrees, nobody can vote any more, it is counted, and the result is posted. "
            "It can never be opened again. Whoever meant to vote later cannot."
        ),
        t(
            "Nobody can see how many have voted. With fewer than {lowest} ballots there is no result, and the ballots "
            "are destroyed."
        ).format(lowest=FEWEST_BALLOTS)
        if poll.is_secret
        else None,
        row(
            button(t("Propose to close it now"), f"polldesk:end:v1:{poll.id}", DANGER),
            button(t("Leave it as it is"), f"polldesk:open:v1:{poll.id}"),
        ),
    )


def proposed(t: Translate, proposal: Proposal) -> ui.LayoutView:
    """Tell the proposer what happens now."""
    return card(
        t("Proposed. All organizers are told in their channel; one of them must agree before {when}.").format(
            when=_when(proposal.expires_at)
        ),
        t("The poll goes on as it is until then. If it closes first, its result stands."),
        row(button(t("Back to the poll"), f"polldesk:open:v1:{proposal.contents['poll']}")),
        accent=ACCENT,
    )


def _when(moment: datetime) -> str:
    return discord.utils.format_dt(moment, "f")
