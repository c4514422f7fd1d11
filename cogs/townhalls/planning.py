"""Planning a town hall: what organizers press and fill in until it is announced, and how it is changed after that."""

from dataclasses import replace
from typing import Any

import discord
from discord.ext import commands

from bot.client import StewardClient
from bot.texts import translate
from bot.townhalls.plans import Place, PlaceKind, PlaceMissing
from bot.townhalls.rules import NotInThisState, State
from bot.townhalls.service import card_contents
from cogs.interactions import Request, answers
from cogs.townhalls import planning_cards as cards
from cogs.townhalls import planning_forms as forms
from cogs.townhalls.cards import hall_card
from cogs.townhalls.events import Mirroring, keep_up
from cogs.townhalls.times import propose, show_zones

__all__ = ["HallPlanning", "begin", "propose", "show_zones"]

KINDS: dict[type[Any], PlaceKind] = {
    discord.VoiceChannel: PlaceKind.VOICE,
    discord.StageChannel: PlaceKind.STAGE,
    discord.Thread: PlaceKind.THREAD,
    discord.TextChannel: PlaceKind.THREAD,
}


async def begin(request: Request) -> None:
    """Open the first form, or lead back to the drafts that are not announced yet.

    Raises `NotAnOrganizer`, `Frozen` or `NoTownHallsChannel`.
    """
    steward = request.interaction.client.steward
    await steward.hall_drafts.starter(request.actor)
    found = await steward.hall_drafts.listed(request.actor)
    if found:
        await request.show(cards.drafts(request.t, found))
    else:
        await _ask_first(request)


async def _ask_first(request: Request) -> None:
    steward = request.interaction.client.steward
    guild = await steward.hall_drafts.starter(request.actor)
    place = f"hallplan:begun:v1:{steward.town_halls.new_form()}"
    await request.ask(forms.first_form(request.t, place, guild.zone))


class HallPlanning(commands.Cog):
    """Let organizers plan a town hall, announce it, change it and call it off."""

    def __init__(self, client: StewardClient) -> None:
        self._drafts = client.steward.hall_drafts
        self._scheduling = client.steward.scheduling
        client.steward.due.add("town hall events", Mirroring(client).mirror_due)

    # Writing

    @answers("hallplan:new:v1")
    async def start_anew(self, request: Request) -> None:
        """Open the first form."""
        await _ask_first(request)

    @answers("hallplan:begun:v1")
    async def keep_begun(self, request: Request) -> None:
        """Keep the first words."""
        (token,) = request.arguments
        guild = await self._drafts.starter(request.actor)
        place = _chosen_channel(request)
        plan = forms.filled_first(request.fields, guild.zone, request.interaction.created_at, place)
        await request.show(cards.plan(request.t, await self._drafts.begin(request.actor, token, plan)))

    @answers("hallplan:open:v1")
    async def open(self, request: Request) -> None:
        """Show a plan."""
        await self._show(request)

    @answers("hallplan:words:v1")
    async def ask_for_words(self, request: Request) -> None:
        """Open the form for title and text."""
        hall = (await self._drafts.find(request.actor, request.arguments[0])).hall
        await request.ask(forms.words_form(request.t, f"hallplan:worded:v1:{hall.id}", hall.plan))

    @answers("hallplan:worded:v1")
    async def set_words(self, request: Request) -> None:
        """Change title and text."""
        await self._keep(request, forms.filled_words(request.fields))

    @answers("hallplan:meeting:v1")
    async def ask_for_meeting(self, request: Request) -> None:
        """Open the form for when and where."""
        hall = (await self._drafts.find(request.actor, request.arguments[0])).hall
        asks_scope = hall.state is State.SCHEDULED and hall.plan.repeat is not None
        place = f"hallplan:met:v1:{hall.id}"
        await request.ask(forms.meeting_form(request.t, place, hall.plan, asks_scope=asks_scope))

    @answers("hallplan:met:v1")
    async def set_meeting(self, request: Request) -> None:
        """Change when and where."""
        hall = (await self._drafts.find(request.actor, request.arguments[0])).hall
        changes = forms.filled_times(request.fields, hall.plan.zone, request.interaction.created_at)
        place = forms.filled_link(request.fields) or _chosen_channel(request) or forms.NOWHERE
        is_all = request.fields.get(forms.SCOPE) == forms.ALL
        await self._keep(request, {**changes, "place": place}, and_following=is_all)

    @answers("hallplan:people:v1")
    async def ask_for_people(self, request: Request) -> None:
        """Open the form for agenda, services, seats and role."""
        hall = (await self._drafts.find(request.actor, request.arguments[0])).hall
        await request.ask(forms.people_form(request.t, f"hallplan:peopled:v1:{hall.id}", hall.plan))

    @answers("hallplan:peopled:v1")
    async def set_people(self, request: Request) -> None:
        """Change agenda, services, seats and role."""
        await self._keep(request, forms.filled_people(request.fields))

    @answers("hallplan:repeat:v1")
    async def ask_for_repeat(self, request: Request) -> None:
        """Open the form for how it repeats."""
        hall = (await self._drafts.find(request.actor, request.arguments[0])).hall
        await request.ask(forms.repeat_form(request.t, f"hallplan:repeated:v1:{hall.id}", hall.plan))

    @answers("hallplan:repeated:v1")
    async def set_repeat(self, request: Request) -> None:
        """Change how it repeats, from this one on."""
        hall = (await self._drafts.find(request.actor, request.arguments[0])).hall
        repeat = forms.filled_repeat(request.fields, hall.plan.day)
        await self._keep(request, {"repeat": repeat}, and_following=True)

    @answers("hallplan:rest:v1")
    async def ask_for_rest(self, request: Request) -> None:
        """Open the form for the late floor and Discord's own event."""
        hall = (await self._drafts.find(request.actor, request.arguments[0])).hall
        await request.ask(forms.rest_form(request.t, f"hallplan:rested:v1:{hall.id}", hall.plan))

    @answers("hallplan:rested:v1")
    async def set_rest(self, request: Request) -> None:
        """Change the late floor and Discord's own event."""
        await self._keep(request, forms.filled_rest(request.fields))

    # Announcing

    @answers("hallplan:preview:v1")
    async def preview(self, request: Request) -> None:
        """Show the card exactly as the channel will, beside the draft."""
        found = await self._drafts.find(request.actor, request.arguments[0])
        contents = {**card_contents(found.hall), "is_preview": True}
        await request.show_new(hall_card(contents, translate(found.guild.language), "…"))

    @answers("hallplan:announce:v1")
    async def ask_to_announce(self, request: Request) -> None:
        """Say once more what is announced, or what is still missing."""
        found = await self._drafts.find(request.actor, request.arguments[0])
        if found.hall.state is not State.DRAFT or found.lacking is not None:
            await request.show(cards.plan(request.t, found))
        else:
            await request.show(cards.confirm(request.t, found))

    @answers("hallplan:announced:v1")
    async def announce(self, request: Request) -> None:
        """Announce a draft as it was shown."""
        hall_id, shown = request.arguments
        hall = await self._drafts.publish(request.actor, hall_id, forms.number_in(shown))
        notice = await keep_up(request, self._scheduling, hall)
        await request.show(cards.announced(request.t, hall, notice))

    @answers("hallplan:discard:v1")
    async def ask_to_discard(self, request: Request) -> None:
        """Ask once more before a draft is deleted."""
        await request.show(cards.discarding(request.t, await self._drafts.find(request.actor, request.arguments[0])))

    @answers("hallplan:discarded:v1")
    async def discard(self, request: Request) -> None:
        """Delete a draft."""
        await self._drafts.discard(request.actor, request.arguments[0])
        await request.show(cards.discarded(request.t))

    # After it is announced

    @answers("hallplan:cancel:v1")
    async def ask_to_cancel(self, request: Request) -> None:
        """Ask once more before a town hall is called off."""
        found = await self._drafts.find(request.actor, request.arguments[0])
        if found.hall.state is not State.SCHEDULED:
            raise NotInThisState
        await request.show(cards.cancelling(request.t, found))

    @answers("hallplan:cancelled:v1")
    async def cancel(self, request: Request) -> None:
        """Call a town hall off, alone or with those that would follow."""
        hall_id, scope = request.arguments
        hall = await self._scheduling.cancel(request.actor, hall_id, and_following=scope == forms.ALL)
        await self._show(request, await keep_up(request, self._scheduling, hall))

    @answers("hallplan:mirror:v1")
    async def mirror(self, request: Request) -> None:
        """Put a town hall into Discord's own events, where that was chosen and is not done yet."""
        hall = (await self._drafts.find(request.actor, request.arguments[0])).hall
        await self._show(request, await keep_up(request, self._scheduling, hall))

    # Steps that several of the above share

    async def _keep(self, request: Request, changes: dict[str, Any], *, and_following: bool = False) -> None:
        """Change a plan: a draft in silence, what is announced with a word to everybody where they must know."""
        hall = (await self._drafts.find(request.actor, request.arguments[0])).hall
        if hall.state is State.DRAFT:
            await request.show(cards.plan(request.t, await self._drafts.revise(request.actor, hall.id, changes)))
            return
        plan = replace(hall.plan, **changes)
        changed = await self._scheduling.change(request.actor, hall.id, plan, and_following=and_following)
        notice = None if changed == hall else await keep_up(request, self._scheduling, changed)
        await self._show(request, notice)

    async def _show(self, request: Request, notice: str | None = None) -> None:
        found = await self._drafts.find(request.actor, request.arguments[0])
        await request.show(cards.plan(request.t, found, notice))


def _chosen_channel(request: Request) -> Place | None:
    """Return the channel that was chosen, if one was; raises `PlaceMissing` for one that is not of this server."""
    typed = request.fields.get(forms.CHANNEL, "")
    if not typed:
        return None
    server = request.interaction.guild
    is_id = typed.isascii() and typed.isdecimal()
    channel = server.get_channel_or_thread(int(typed)) if server is not None and is_id else None
    kind = KINDS.get(type(channel))
    if kind is None:
        raise PlaceMissing
    return Place(kind, typed)
