"""What organizers are shown of petitions that several servers sign. All but `left` is private to one person."""

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from bot.ids import GuildId
from bot.petitions.coalition import Invitation, Offer, Shared
from bot.petitions.rules import Petition, Visibility
from bot.refusals import N_
from bot.texts import Translate
from cogs.layout import QUIET, Item, button, card, line, plain, quoted, row

CODE = "code"
LONGEST_CODE = 40
ON_PAGE = 5

WHO_SEES: dict[Visibility, str] = {
    Visibility.COUNT: N_("**No names are kept**, only how many signed."),
    Visibility.ORGANIZERS: N_("**Each server’s organizers** see the names of their own members, and of nobody else."),
    Visibility.SEALED: N_(
        "**Each server’s organizers** can open the names of their own members together, two of them with a key each, "
        "once the goal is reached."
    ),
    Visibility.PUBLIC: N_("**Everybody** sees the names of all who sign, in every server."),
}


def coalition(t: Translate, shared: Sequence[Shared], names: Mapping[GuildId, str], number: int = 0) -> ui.LayoutView:
    """List the petitions that a server signs, with its own share of each."""
    pages = max(1, -(-len(shared) // ON_PAGE))
    number = min(max(number, 0), pages - 1)
    return card(
        t("## Petitions with other servers"),
        t(
            "A petition can be signed in other servers that use the same Steward. Their members sign in their own "
            "server; the signatures are counted together, and an account that signs in two servers counts once."
        ),
        line(),
        *[
            item
            for each in shared[number * ON_PAGE : (number + 1) * ON_PAGE]
            for item in _listed(t, each, names[each.petition.guild_id])
        ],
        None if shared else t("No petition can be signed in this server now."),
        row(
            button(t("Enter a code"), "petitions:code:v1", discord.ButtonStyle.primary),
            button(t("Back"), f"petitions:coalition:v1:{number - 1}", disabled=number == 0),
            button(t("Next"), f"petitions:coalition:v1:{number + 1}", disabled=number + 1 == pages),
        ),
    )


def _listed(t: Translate, each: Shared, home: str) -> tuple[Item, ...]:
    place = each.petition.id
    own = (
        t("at least {number} accounts have signed in this server").format(number=each.own)
        if each.own
        else t("how many have signed in this server is told once there are enough")
    )
    servers = t("{number} servers").format(number=each.servers) if each.servers > 1 else t("only this server")
    start = t("started here") if each.is_home else t("started by {server}").format(server=plain(home))
    text = f"**{plain(each.petition.wording.title)}**\n-# {start} · {servers} · {own}"
    action = (
        button(t("Invite a server"), f"petitions:invite:v1:{place}")
        if each.is_home
        else button(t("Propose to leave"), f"petitions:leave:v1:{place}")
    )
    return (ui.Section(ui.TextDisplay(text), accessory=action),)


def invitation(t: Translate, made: Invitation) -> ui.LayoutView:
    """Show a code, this once."""
    return card(
        t("## A code for another server"),
        t("It opens **{title}** to one other server.").format(title=plain(made.petition.wording.title)),
        f"```\n{made.code}\n```",
        t(
            "Give it to an organizer of that server yourself, by a way you trust. They enter it with `/coalition` and "
            "read everything before they accept. It works once, until {when}. It is shown only now and cannot be "
            "looked up."
        ).format(when=discord.utils.format_dt(made.expires_at, "f")),
    )


def code_form(t: Translate, custom_id: str) -> ui.Modal:
    """Return the form for a code."""
    form = ui.Modal(title=t("Take part in a petition"), custom_id=custom_id, timeout=None)
    form.add_item(
        ui.Label(
            text=t("The code you were given"),
            description=t("You see the whole petition before anything is accepted."),
            component=ui.TextInput(custom_id=CODE, max_length=LONGEST_CODE),
        )
    )
    return form


def wording(t: Translate, petition: Petition) -> ui.LayoutView:
    """Show every word of a petition; with what has to be said about it, it would not fit one message."""
    words = petition.wording
    text = "\n".join([words.title, words.whom, "", *(f"• {demand}" for demand in words.demands), "", words.why])
    return card(t("## What you would take part in"), quoted(text))


def offer(t: Translate, made: Offer, server: str, code: str) -> ui.LayoutView:
    """Show the terms of the petition that a code is for, and let it be accepted."""
    terms = made.petition.terms
    return card(
        t("Started by **{server}**. Servers that take part: {number}.").format(
            server=plain(server), number=made.servers
        ),
        t("Goal: {number} accounts, until {when}.").format(
            number=terms.threshold, when=discord.utils.format_dt(terms.deadline_at, "f")
        ),
        t(WHO_SEES[terms.visibility]),
        t(
            "If you accept, its card is posted in your channel for petitions, and your members can sign there. None of "
            "this can be changed by anybody later. What is handed over, and when, is decided by the organizers of the "
            "server that started it. Your server can leave until then; two of your organizers must agree."
        ),
        row(button(t("Take part"), f"petitions:accept:v1:{code}", discord.ButtonStyle.success)),
    )


def accepted(t: Translate, petition: Petition) -> ui.LayoutView:
    """Say that the server takes part."""
    return card(
        t("This server takes part in **{title}**. Its card is being posted in the channel for petitions.").format(
            title=plain(petition.wording.title)
        )
    )


def left(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return what a petition's card says where it can be signed no longer."""
    title = contents["title"]
    return card(
        None if title is None else f"## {plain(title)}",
        t("This server takes no part in this petition any more. The signatures given here are destroyed.")
        if title is not None
        else t("This petition is over, and the signatures are destroyed: the server that started it has left Steward."),
        f"-# {reference}",
        accent=QUIET,
    )
