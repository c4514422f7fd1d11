"""The votes of a town hall as its chair sees them, and the form that begins one."""

from datetime import datetime

import discord
from discord import ui

from bot.polls.rules import State as PollState
from bot.polls.wording import LONGEST_OPTION, LONGEST_TITLE, MOST_OPTIONS
from bot.refusals import N_
from bot.texts import Translate
from bot.townhalls.rules import State
from bot.townhalls.votes import Kind, Poll, VotesOf
from cogs.layout import Item, button, card, line, options, plain, row, select

TITLE, OPTIONS, UNTIL = "title", "options", "until"
LATE, MEETING = "late", "meeting"
ON_PAGE = 4
MOST_IN_PANEL = 4
PRIMARY = discord.ButtonStyle.primary

STATES: dict[PollState, str] = {
    PollState.SCHEDULED: N_("not open yet"),
    PollState.OPEN: N_("open"),
    PollState.COUNTING: N_("closed, being counted"),
    PollState.CLOSED: N_("closed and counted"),
    PollState.VOID: N_("void"),
    PollState.CANCELLED: N_("called off"),
}


def told(t: Translate, poll: Poll) -> str:
    """Say in a line where a vote stands."""
    kind = t("ballot") if poll.is_secret else t("show of hands")
    closes = t("closes {when}").format(when=f"<t:{int(poll.terms.closes_at.timestamp())}:R>")
    stands = [kind, t(STATES[poll.state]), *([closes] if poll.state in {PollState.SCHEDULED, PollState.OPEN} else [])]
    return f"{plain(poll.question.title)} · {' · '.join(stands)}"


def in_panel(t: Translate, found: VotesOf) -> str | None:
    """Return the latest votes for the panel of the chair."""
    if not found.polls:
        return None
    lines = [f"- {told(t, poll)}" for poll in found.polls[-MOST_IN_PANEL:]]
    return "\n".join([t("**Votes** ({number})").format(number=len(found.polls)), *lines])


def votes(t: Translate, found: VotesOf, number: int = 0) -> ui.LayoutView:
    """List the votes of a town hall, the latest first, with what can be done about each."""
    latest, hall = found.polls[::-1], found.hall
    pages = max(1, -(-len(latest) // ON_PAGE))
    number = min(max(number, 0), pages - 1)
    place = f"hallroom:votes:v1:{hall.id}"
    turning = (
        button(t("Back"), f"{place}:{number - 1}", disabled=number == 0),
        button(t("Next"), f"{place}:{number + 1}", disabled=number + 1 >= pages),
    )
    shown = latest[number * ON_PAGE : (number + 1) * ON_PAGE]
    return card(
        t("## Votes: {title}").format(title=plain(hall.plan.title)),
        *(part for poll in shown for part in _vote(t, found, poll)),
        None if shown else t("Nothing was put to the vote."),
        t(
            "-# A vote closes by itself. To close one sooner takes two organizers, as with every poll: one proposes it "
            "and another agrees. A decision that rests on a vote binds only if that vote is counted and agrees before "
            "the late floor is over; the minutes say with what result."
        ),
        line(),
        row(
            *(turning if pages > 1 else ()),
            button(t("Look again"), f"{place}:{number}"),
            button(t("Back to the panel"), f"hallroom:open:v1:{hall.id}"),
        ),
    )


def _vote(t: Translate, found: VotesOf, poll: Poll) -> list[Item | str]:
    hall = found.hall
    is_noting = hall.state in {State.LIVE, State.LATE}
    buttons = [
        *([button(t("Note as decision"), f"hallroom:resolve:v1:{hall.id}:{poll.id}", PRIMARY)] if is_noting else []),
        *([button(t("Close the vote"), f"polldesk:ending:v1:{poll.id}")] if poll.state is PollState.OPEN else []),
        button(t("The poll"), f"polldesk:open:v1:{poll.id}"),
    ]
    return [told(t, poll), row(*buttons)]


def vote_form(t: Translate, custom_id: str, found: VotesOf, kind: Kind) -> ui.Modal:
    """Return the form that begins a vote, with what its kind means."""
    is_secret = kind is Kind.BALLOT
    form = ui.Modal(title=t("Ballot") if is_secret else t("Show of hands"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.TextDisplay(
            t("Sealed. Nothing shows until the close, and no names ever. Not for electing officers.")
            if is_secret
            else t("Live. Everybody who sees the channel can read who said what.")
        )
    )
    form.add_item(
        ui.Label(text=t("What do you ask?"), component=ui.TextInput(custom_id=TITLE, max_length=LONGEST_TITLE))
    )
    form.add_item(
        ui.Label(
            text=t("Options, one to a line"),
            description=t("Up to {limit}. Empty: for, against or abstain.").format(limit=MOST_OPTIONS),
            component=ui.TextInput(
                custom_id=OPTIONS,
                style=discord.TextStyle.paragraph,
                required=False,
                max_length=(LONGEST_OPTION + 1) * MOST_OPTIONS,
            ),
        )
    )
    if found.late_close is not None:
        ways = [
            (LATE, t("After the late floor, {when} UTC: those asleep can vote").format(when=_clock(found.late_close))),
            (MEETING, t("With the meeting, {when} UTC").format(when=_clock(found.close))),
        ]
        form.add_item(ui.Label(text=t("When does it close?"), component=select(UNTIL, options(ways, LATE))))
    return form


def _clock(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"
