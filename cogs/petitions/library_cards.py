"""What is shown of the demand library: to everybody for reading, to organizers for changing. Private to one person."""

from collections.abc import Sequence

import discord
from discord import ui

from bot.petitions.choices import Library
from bot.petitions.taxonomy import DEMANDS, GROUPS, Demand, Group
from bot.texts import Translate
from cogs.layout import QUIET, Item, button, card, line, options, plain, row, select

ON_PAGE = 3


def library(t: Translate, shown: Library, group: Group, number: int) -> ui.LayoutView:
    """Show a page of one group's demands, with where each comes from; organizers get what changes them too."""
    found = [each for each in shown.demands if each.group is group]
    pages = max(1, -(-len(found) // ON_PAGE))
    number = min(max(number, 0), pages - 1)
    on_page = found[number * ON_PAGE : (number + 1) * ON_PAGE]
    place = f"demands:page:v1:{group}"
    return card(
        t("## What petitions can ask for"),
        t("**{group}** · page {number} of {pages}").format(group=t(GROUPS[group]), number=number + 1, pages=pages),
        *(demand_line(t, each) for each in on_page),
        t("-# Laws and contracts change: an origin is a pointer and not advice."),
        line(),
        row(select("demands:group:v1", options(((each, t(name)) for each, name in GROUPS.items()), group))),
        *(_changing(t, shown, group, on_page) if shown.is_organizer else ()),
        row(
            button(t("Back"), f"{place}:{number - 1}", disabled=number == 0),
            button(t("Next"), f"{place}:{number + 1}", disabled=number + 1 >= pages),
            *([button(t("Add one of your own"), f"demands:new:v1:{group}")] if shown.is_organizer else ()),
        ),
        accent=QUIET,
    )


def demand_line(t: Translate, demand: Demand) -> str:
    """Say what a demand asks for and where it comes from."""
    return f"**{plain(t(demand.title))}.** {plain(t(demand.text))}\n-# {plain(t(demand.origin))}"


def _changing(t: Translate, shown: Library, group: Group, on_page: Sequence[Demand]) -> list[Item]:
    menus = [
        ("demands:open:v1", t("Change or take out one of these …"), on_page),
        (
            "demands:putback:v1",
            t("Put back one that was taken out …"),
            [each for each in shown.taken_out if each.group is group],
        ),
    ]
    return [
        row(select(route, options((each.id, t(each.title)) for each in demands), placeholder))
        for route, placeholder, demands in menus
        if demands
    ]


def demand(t: Translate, shown: Demand) -> ui.LayoutView:
    """Let an organizer change one demand."""
    return card(
        demand_line(t, shown),
        t("-# Petitions that were started with this demand keep the words they have."),
        row(
            button(t("Change its words"), f"demands:word:v1:{shown.id}", discord.ButtonStyle.primary),
            button(t("Take it out"), f"demands:takeout:v1:{shown.id}", discord.ButtonStyle.danger),
            *(
                [button(t("Back to the first words"), f"demands:first:v1:{shown.id}")]
                if DEMANDS.get(shown.id, shown) != shown
                else []
            ),
            button(t("Back to the list"), f"demands:page:v1:{shown.group}:0"),
        ),
        accent=QUIET,
    )
