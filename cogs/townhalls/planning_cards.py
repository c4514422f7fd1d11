"""What organizers see while they plan a town hall. All of it private to the one who looks."""

from collections.abc import Sequence

import discord
from discord import ui

from bot.texts import Translate
from bot.townhalls.drafts import Planned
from bot.townhalls.rules import OVER, State, TownHall
from bot.townhalls.service import card_contents
from cogs.layout import QUIET, Item, button, card, fitting, line, plain, row
from cogs.townhalls import cards
from cogs.townhalls.cards import COLOUR, PRIMARY, ROOMS, SUCCESS

DANGER = discord.ButtonStyle.danger


def drafts(t: Translate, found: Sequence[TownHall]) -> ui.LayoutView:
    """Show the drafts of a server, and let a new plan begin."""
    return card(
        t("## Plan a town hall"),
        t("These drafts are not announced. All organizers of this server can go on with them."),
        *(
            ui.Section(
                f"**{plain(hall.plan.title) or _missing(t)}**\n<t:{int(hall.starts_at.timestamp())}:F>",
                accessory=button(t("Open"), f"hallplan:open:v1:{hall.id}"),
            )
            for hall in found
        ),
        row(button(t("A new plan"), "hallplan:new:v1", PRIMARY)),
        accent=COLOUR,
    )


def plan(t: Translate, planned: Planned, notice: str | None = None) -> ui.LayoutView:
    """Show a plan with everything that can be done with it; `notice` says first what did not work."""
    hall = planned.hall
    contents, is_draft = card_contents(hall), hall.state is State.DRAFT
    missing = not hall.plan.place.where

    def build(most: int) -> ui.LayoutView:
        room = ROOMS[most - 1]
        return card(
            notice,
            t("## A town hall, not announced yet") if is_draft else t("## The plan of a town hall"),
            f"**{plain(hall.plan.title) or _missing(t)}**",
            cards.standing(contents, t),
            "\n".join(
                [
                    cards.when(contents, t),
                    *([t("**Where:** {missing}").format(missing=_missing(t))] if missing else cards.where(contents, t)),
                ]
            ),
            cards.repeating(contents, t),
            room.shown(room.cut(hall.plan.text, room.text)) if hall.plan.text else None,
            cards.agenda(contents, t, room),
            cards.there_is(contents, t),
            cards.seats(contents, t),
            _rest(t, hall),
            line(),
            *(_draft_ways(t, planned) if is_draft else _announced_ways(t, hall)),
            accent=COLOUR,
        )

    return fitting(build, len(ROOMS))


def confirm(t: Translate, planned: Planned) -> ui.LayoutView:
    """Ask once more before a draft is announced, and say what follows from it."""
    hall = planned.hall
    contents = card_contents(hall)
    return card(
        t("## Announce this town hall?"),
        f"**{plain(hall.plan.title)}**",
        "\n".join([cards.when(contents, t), *cards.where(contents, t)]),
        cards.repeating(contents, t),
        _rest(t, hall),
        t(
            "Its card appears in {channel}, and people can sign up and ask at once. You can change it afterwards: if "
            "it is about when, where or how long, everybody is told once."
        ).format(channel=f"<#{hall.channel_id}>"),
        row(
            button(t("Announce"), f"hallplan:announced:v1:{hall.id}:{hall.sequence}", SUCCESS),
            button(t("Back to the draft"), f"hallplan:open:v1:{hall.id}"),
        ),
        accent=COLOUR,
    )


def announced(t: Translate, hall: TownHall, notice: str | None = None) -> ui.LayoutView:
    """Say that a town hall is announced."""
    return card(
        notice,
        t("## Announced"),
        f"**{plain(hall.plan.title)}**",
        cards.when(card_contents(hall), t),
        t("Its card appears in {channel} within a minute. `/townhall manage` leads back to it.").format(
            channel=f"<#{hall.channel_id}>"
        ),
        row(button(t("The plan"), f"hallplan:open:v1:{hall.id}")),
        accent=discord.Colour.green(),
    )


def discarding(t: Translate, planned: Planned) -> ui.LayoutView:
    """Ask once more before a draft is deleted."""
    hall = planned.hall
    return card(
        t("## Discard this draft?"),
        f"**{plain(hall.plan.title) or _missing(t)}**",
        t("Only organizers have seen it. It is deleted for all of them and cannot be brought back."),
        row(
            button(t("Discard"), f"hallplan:discarded:v1:{hall.id}", DANGER),
            button(t("Back to the draft"), f"hallplan:open:v1:{hall.id}", PRIMARY),
        ),
        accent=COLOUR,
    )


def discarded(t: Translate) -> ui.LayoutView:
    """Say that a draft is gone."""
    return card(t("The draft is deleted."), accent=QUIET)


def cancelling(t: Translate, planned: Planned) -> ui.LayoutView:
    """Ask once more before a town hall is called off, and say what follows from it."""
    hall = planned.hall
    ways = [button(t("Cancel this one"), f"hallplan:cancelled:v1:{hall.id}:one", DANGER)]
    if hall.plan.repeat is not None:
        ways.append(button(t("Cancel it and all that follow"), f"hallplan:cancelled:v1:{hall.id}:all", DANGER))
    return card(
        t("## Cancel this town hall?"),
        f"**{plain(hall.plan.title)}**",
        cards.when(card_contents(hall), t),
        t(
            "Everybody is told once in the channel. Its sign-ups are destroyed, and so are questions that nobody has "
            "decided on. This cannot be undone."
        ),
        t("If only this one is cancelled, the next of its series is announced at once.")
        if hall.plan.repeat is not None
        else None,
        row(*ways, button(t("Leave it as it is"), f"hallplan:open:v1:{hall.id}")),
        accent=COLOUR,
    )


def _draft_ways(t: Translate, planned: Planned) -> list[Item | str]:
    id_, told = planned.hall.id, t("**It can be announced.**")
    if planned.lacking is not None:
        sentence = t(planned.lacking.sentence).format_map(planned.lacking.values)
        told = t("**Before it can be announced:** {sentence}").format(sentence=sentence)
    is_ready = planned.lacking is None
    return [
        told,
        _editing(t, id_),
        row(
            button(t("Preview"), f"hallplan:preview:v1:{id_}", disabled=not planned.hall.plan.place.where),
            button(t("Announce"), f"hallplan:announce:v1:{id_}", SUCCESS, disabled=not is_ready),
            button(t("Discard"), f"hallplan:discard:v1:{id_}"),
        ),
        t(
            "-# Only organizers of this server see it. Dismiss this whenever you like: it is kept, and `/townhall "
            "schedule` leads back to it."
        ),
    ]


def _announced_ways(t: Translate, hall: TownHall) -> list[Item | str]:
    if hall.state is not State.SCHEDULED:
        return [t("It has begun or is over: its plan cannot be changed any more.")] if hall.state not in OVER else []
    ways = [button(t("Cancel it"), f"hallplan:cancel:v1:{hall.id}", DANGER)]
    if hall.plan.is_mirrored and hall.event_id is None:
        ways.append(button(t("Put it into Discord’s events"), f"hallplan:mirror:v1:{hall.id}"))
    return [
        t("It is announced. A change of when, where or how long is told to everybody once."),
        _editing(t, hall.id),
        row(*ways),
    ]


def _editing(t: Translate, id_: str) -> Item:
    return row(
        button(t("Words"), f"hallplan:words:v1:{id_}"),
        button(t("When and where"), f"hallplan:meeting:v1:{id_}"),
        button(t("Agenda and people"), f"hallplan:people:v1:{id_}"),
        button(t("Repeat"), f"hallplan:repeat:v1:{id_}"),
        button(t("More"), f"hallplan:rest:v1:{id_}"),
    )


def _rest(t: Translate, hall: TownHall) -> str:
    told = []
    if hall.plan.role_id is not None:
        told.append(t("**Reminders ring** {role}.").format(role=f"<@&{hall.plan.role_id}>"))
    told.append(
        t("**Late floor:** {hours} hours after the end.").format(hours=hall.plan.late_hours)
        if hall.plan.late_hours
        else t("**Late floor:** none. Decisions bind at the end.")
    )
    if hall.plan.is_mirrored:
        told.append(t("**Discord’s own event:** yes. Everybody can read by name who is interested."))
        if hall.state is State.SCHEDULED and hall.event_id is None:
            told.append(t("This one is not among Discord’s events yet."))
    return "\n".join(told)


def _missing(t: Translate) -> str:
    return t("*still missing*")
