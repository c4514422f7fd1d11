"""What the author of a petition sees while writing it. All of it private to one person."""

from collections.abc import Sequence

import discord
from discord import ui

from bot.petitions.drafts import Draft
from bot.petitions.rules import Petition, Visibility
from bot.petitions.taxonomy import GROUPS, Demand, Group
from bot.petitions.wording import LONGEST_WHY
from bot.refusals import N_
from bot.texts import Translate
from cogs.layout import ACCENT, Item, button, card, fitting, line, options, plain, row, select
from cogs.petitions.cards import ROOMS, WHO_SEES, Room, numbered

PRIMARY = discord.ButtonStyle.primary
MOST_OFFERED = 25  # what one Discord menu holds
LONGEST_OPTION = 100

FIRST_STEPS = N_(
    "Only you can see this. Dismiss it whenever you like: the draft is kept, and `/petition list` leads back to it."
)


def similar(t: Translate, draft: Draft, petitions: Sequence[Petition]) -> ui.LayoutView:
    """Show petitions that go on and ask for much the same, before writing goes on."""
    found = [
        ui.Section(
            ui.TextDisplay(
                t("**{title}**\n-# To {whom}").format(
                    title=plain(petition.wording.title), whom=plain(petition.wording.whom)
                )
            ),
            accessory=button(t("Look"), f"petitions:read:v1:{petition.id}"),
        )
        for petition in petitions
    ]
    return card(
        t("## Is it one of these?"),
        t(
            "This is much like what others ask for already. Together you would be more: would you sign one of these "
            "instead? Your own draft is kept, and `/petition list` leads back to it."
        ),
        *found,
        row(
            button(t("Go on with mine"), f"petitions:draft:v1:{draft.petition.id}", PRIMARY),
            button(t("Discard mine"), f"petitions:discard:v1:{draft.petition.id}"),
        ),
    )


def composer(t: Translate, draft: Draft) -> ui.LayoutView:
    """Show a draft with everything that can be done with it."""
    petition = draft.petition
    id_ = petition.id
    groups = [(group.value, t(name)) for group, name in GROUPS.items()]
    words: list[Item] = [
        button(t("Change the words"), f"petitions:words:v1:{id_}"),
        button(t("Goal and deadline"), f"petitions:goal:v1:{id_}"),
    ]
    if draft.is_organizer:
        words.append(button(t("Parts of the workplace"), f"petitions:units:v1:{id_}"))
    return fitting(
        lambda most: card(
            t("## Your petition, not sent off yet"),
            *_written(t, petition, ROOMS[most - 1]),
            line(),
            _terms(t, petition),
            _lacking(t, draft),
            row(select(f"petitions:group:v1:{id_}", options(groups), t("Add demands that others have made"))),
            row(*words),
            row(
                button(t("Preview"), f"petitions:preview:v1:{id_}"),
                button(t("Send off"), f"petitions:send:v1:{id_}", discord.ButtonStyle.success),
                button(t("Discard"), f"petitions:discard:v1:{id_}"),
            ),
            f"-# {t(FIRST_STEPS)}",
        ),
        len(ROOMS),
    )


def _written(t: Translate, petition: Petition, room: Room) -> list[str]:
    wording, missing = petition.wording, t("*still missing*")
    if room is ROOMS[0]:  # a draft may hold more demands than a petition, so the tightest has to cut them too
        most = 150
        demands = [each if len(each) <= most else f"{each[: most - 1]}…" for each in wording.demands]
    else:
        demands = list(wording.demands)
    return [
        t("**Title:** {title}").format(title=plain(wording.title) or missing),
        t("**To:** {whom}").format(whom=plain(wording.whom) or missing),
        "\n".join([t("**We ask:**"), numbered(demands, room) if demands else missing]),
        "\n".join([t("**Why:**"), room.cut(wording.why, min(room.why, LONGEST_WHY)) if wording.why else missing]),
    ]


def _terms(t: Translate, petition: Petition) -> str:
    terms = petition.terms
    lines = [
        t(WHO_SEES[terms.visibility]),
        t("**Goal:** {goal} signatures until {when}").format(
            goal=terms.threshold, when=discord.utils.format_dt(terms.deadline_at, "f")
        ),
    ]
    if terms.visibility is Visibility.PUBLIC:
        lines.append(
            t("The count moves with every signature.") if terms.has_live_count else t("The count moves in fives.")
        )
    if petition.units:
        told = ", ".join(f"{plain(name)} ({people})" for name, people in petition.units.items())
        lines.append(t("**Parts of the workplace:** {units}").format(units=told))
    return "\n".join(lines)


def _lacking(t: Translate, draft: Draft) -> str:
    if draft.lacking is None:
        return t("**It can be sent off.** From then on nobody can change its words, its goal or who sees names.")
    told = t(draft.lacking.sentence).format_map(draft.lacking.values)
    return t("**Before it can be sent off:** {sentence}").format(sentence=told)


def library(
    t: Translate, draft: Draft, group: Group, demands: Sequence[Demand], chosen: Sequence[str]
) -> ui.LayoutView:
    """Offer the demands of one group, with where each comes from; those in the draft are ticked."""
    offered = [
        discord.SelectOption(
            value=demand.id,
            label=t(demand.title)[:LONGEST_OPTION],
            description=t(demand.origin)[:LONGEST_OPTION] if demand.origin else None,
            default=demand.id in chosen,
        )
        for demand in demands[:MOST_OFFERED]
    ]
    back = row(button(t("Back to the draft"), f"petitions:draft:v1:{draft.petition.id}"))
    heading = f"## {t(GROUPS[group])}"
    if not offered:
        return card(heading, t("Your organizers offer no demand of this kind."), back)
    return card(
        heading,
        t(
            "Tick what you want to ask for. The words go into your draft, where you can change them. Under each stands "
            "where it comes from and how far it got. A petition has room for 5 demands; few and clear ones win more."
        ),
        row(
            ui.Select(
                custom_id=f"petitions:pick:v1:{draft.petition.id}:{group}",
                options=offered,
                min_values=0,
                max_values=len(offered),
                required=False,
                placeholder=t("Choose demands"),
            )
        ),
        back,
        accent=ACCENT,
    )


def sent_off(t: Translate, petition: Petition) -> ui.LayoutView:
    """Tell an author that their petition looks for supporters now."""
    return card(
        t("## Sent off"),
        f"**{plain(petition.wording.title)}**",
        t(
            "It now looks for {number} supporters, and stands in `/petition list` for every member. Nothing is posted "
            "in a channel yet. Once {number} have signed, or an organizer opens it, its card appears in the channel. "
            "Tell people you trust, and sign it yourself if you want to: nothing is signed for you."
        ).format(number=petition.terms.supporters),
        t("Nobody is told that you wrote it. You can withdraw it until its goal is reached."),
        row(
            button(t("Sign"), f"petitions:sign:v1:{petition.id}:{petition.wording.hash}", discord.ButtonStyle.success),
            button(t("Read the petition"), f"petitions:read:v1:{petition.id}"),
        ),
        accent=discord.Colour.green(),
    )


def discard(t: Translate, draft: Draft) -> ui.LayoutView:
    """Ask once more before a draft is deleted."""
    id_ = draft.petition.id
    return card(
        t("## Discard this draft?"),
        t("Nobody but you has seen it. It is deleted and cannot be brought back."),
        row(
            button(t("Discard"), f"petitions:discarded:v1:{id_}", discord.ButtonStyle.danger),
            button(t("Back to the draft"), f"petitions:draft:v1:{id_}"),
        ),
    )


def discarded(t: Translate) -> ui.LayoutView:
    """Say that a draft is gone."""
    return card(t("The draft is deleted, and so is what could tell that you wrote it."), accent=discord.Colour.green())
