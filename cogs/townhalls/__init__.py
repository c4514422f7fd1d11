"""The town hall cogs: here `/townhall`, `/ask` and `/hand` for members, the public cards, and who comes."""

import io
from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import StewardClient
from bot.ids import ChannelId
from bot.refusals import N_, Refusal
from bot.townhalls.invitations import Describe
from bot.townhalls.plans import PlaceKind
from bot.townhalls.rules import State, TownHall
from bot.townhalls.service import CANCELLED, CARD, CHANGED, COMMENTS, QUESTIONS, REMINDER, card_contents
from cogs.interactions import Request, answers
from cogs.townhalls import asking, cards, member_cards, planning, room
from cogs.townhalls.asking import HallAsking
from cogs.townhalls.planning import HallPlanning
from cogs.townhalls.room import HallRoom
from cogs.townhalls.times import HallTimes
from cogs.townhalls.votes import HallVotes

MOST_CHOICES = 25  # what Discord shows at once


class NoneToAskIn(Refusal):
    """No town hall of the server takes questions now."""

    sentence = N_("No town hall takes questions at present. `/townhall list` shows what is planned.")


class NoneGoesOn(Refusal):
    """Somebody raises a hand, and no town hall goes on."""

    sentence = N_("No town hall is going on at present. `/townhall list` shows what is planned.")


class TownHalls(commands.Cog):
    """Let members find town halls, say whether they come, and ask."""

    townhall = app_commands.Group(name="townhall", description=N_("Meet: see what is planned, and come"))

    def __init__(self, client: StewardClient) -> None:
        self._client = client
        self._halls = client.steward.town_halls
        outgoing = client.steward.outgoing
        outgoing.render_with(CARD, cards.hall_card)
        outgoing.render_with(CHANGED, cards.changed)
        outgoing.render_with(CANCELLED, cards.cancelled)
        outgoing.render_with(REMINDER, cards.reminder, rings=cards.rung)
        outgoing.render_with(QUESTIONS, cards.questions)
        outgoing.render_with(COMMENTS, cards.comments)

    # Commands

    @townhall.command(name="list", description=N_("See what is planned and what you said you come to, in private"))
    async def townhall_list(self, interaction: discord.Interaction[StewardClient]) -> None:
        """List what is to come."""
        await self._list(Request(interaction), 0)

    @townhall.command(name="propose", description=N_("For organizers: ask members when they could meet"))
    async def townhall_propose(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Begin a search for a time."""
        await planning.propose(Request(interaction))

    @townhall.command(name="schedule", description=N_("For organizers: plan a town hall"))
    async def townhall_schedule(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Open the first form of a plan."""
        await planning.begin(Request(interaction))

    @townhall.command(name="manage", description=N_("For organizers: chair, change and look after town halls"))
    async def townhall_manage(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Show the organizers' desk."""
        await room.show_desk(Request(interaction))

    @townhall.command(name="zones", description=N_("Where members live, so that hours are fair; organizers say it"))
    async def townhall_zones(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Show the zones that nights are counted for."""
        await planning.show_zones(Request(interaction))

    @app_commands.command(name="ask", description=N_("Ask a question for a town hall, without your name"))
    @app_commands.describe(townhall=N_("Its title"))
    async def ask_question(self, interaction: discord.Interaction[StewardClient], townhall: str | None = None) -> None:
        """Open the form for a question, or let somebody choose where they ask."""
        request = Request(interaction)
        if townhall is None:
            halls = _seen(request, await self._halls.askable(request.actor))
            if not halls:
                raise NoneToAskIn
            if len(halls) > 1:
                await request.show(member_cards.choose(request.t, halls, "halls:ask:v1"))
                return
            townhall = halls[0].id
        await asking.ask(request, townhall)

    @app_commands.command(name="hand", description=N_("Raise your hand in a town hall that goes on, or lower it"))
    @app_commands.describe(townhall=N_("Its title"))
    async def raise_hand(self, interaction: discord.Interaction[StewardClient], townhall: str | None = None) -> None:
        """Go on to the stack of speakers."""
        request = Request(interaction)
        if townhall is None:
            halls = await self._live(request)
            if not halls:
                raise NoneGoesOn
            if len(halls) > 1:
                await request.show(member_cards.choose(request.t, halls, "halls:hand:v1"))
                return
            townhall = halls[0].id
        await room.raise_hand(request, townhall)

    @ask_question.autocomplete("townhall")
    async def complete_askable(
        self, interaction: discord.Interaction[Any], current: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the town halls that take questions."""
        request = Request(interaction)
        try:
            return _choices(_seen(request, await self._halls.askable(request.actor)), current)
        except Refusal:
            return []

    @raise_hand.autocomplete("townhall")
    async def complete_live(
        self, interaction: discord.Interaction[Any], current: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the town halls that go on."""
        try:
            return _choices(await self._live(Request(interaction)), current)
        except Refusal:
            return []

    # Coming

    @answers("halls:list:v1")
    async def turn_page(self, request: Request) -> None:
        """Show another page of the list."""
        await self._list(request, int((*request.arguments, "0")[0]))

    @answers("halls:come:v1")
    async def come(self, request: Request) -> None:
        """Keep that somebody comes."""
        await self._halls.sign_up(request.actor, request.arguments[0])
        await self._show_mine(request, is_kept=True)

    @answers("halls:maybe:v1")
    async def come_perhaps(self, request: Request) -> None:
        """Keep that somebody comes perhaps."""
        await self._halls.sign_up(request.actor, request.arguments[0], is_sure=False)
        await self._show_mine(request, is_kept=True)

    @answers("halls:off:v1")
    async def stay_away(self, request: Request) -> None:
        """Delete what somebody answered."""
        await self._halls.sign_off(request.actor, request.arguments[0])
        await self._show_mine(request, is_kept=True)

    @answers("halls:mine:v1")
    async def show_place(self, request: Request) -> None:
        """Show somebody their own place."""
        await self._show_mine(request)

    @answers("halls:read:v1")
    async def read(self, request: Request) -> None:
        """Show what a town hall is about, or its agenda, whole."""
        hall_id, part = (*request.arguments, "text")[:2]
        own = await self._halls.standing(request.actor, hall_id)
        await request.show(member_cards.read(request.t, card_contents(own.hall), part))

    @answers("halls:file:v1")
    async def hand_out_file(self, request: Request) -> None:
        """Hand out the calendar file of a town hall, or of its series."""
        hall = (await self._halls.standing(request.actor, request.arguments[0])).hall
        content = await self._halls.calendar(request.actor, hall.id, _described(request))
        name = f"townhall-{hall.id}.ics"
        await _hand_out(request, member_cards.calendar_file(request.t, hall.plan.title, name), name, content)

    @answers("halls:feed:v1")
    async def hand_out_feed(self, request: Request) -> None:
        """Hand out the calendar file of all town halls."""
        guild = request.interaction.guild
        title = request.t("Town halls") if guild is None else guild.name
        content = await self._halls.feed(
            request.actor, title, _described(request), lambda hall: bool(_seen(request, [hall]))
        )
        await _hand_out(request, member_cards.calendar_file(request.t, None, "townhalls.ics"), "townhalls.ics", content)

    # Speaking

    @answers("halls:hand:v1")
    async def raise_hand_here(self, request: Request) -> None:
        """Go on to the stack of the town hall that was chosen."""
        await room.raise_hand(request, request.values[0])

    # Steps that several of the above share

    async def _list(self, request: Request, number: int) -> None:
        found = await self._halls.own_list(request.actor)
        seen = {hall.id for hall in _seen(request, [each.hall for each in found])}
        await request.show(member_cards.listing(request.t, [each for each in found if each.hall.id in seen], number))

    async def _show_mine(self, request: Request, *, is_kept: bool = False) -> None:
        own = await self._halls.standing(request.actor, request.arguments[0])
        await request.show(member_cards.mine(request.t, own, is_kept=is_kept))

    async def _live(self, request: Request) -> list[TownHall]:
        halls = _seen(request, await self._halls.listed(request.actor))
        return [hall for hall in halls if hall.state is State.LIVE]


def _choices(halls: Sequence[TownHall], current: str) -> list[app_commands.Choice[str]]:
    return [
        app_commands.Choice(name=hall.plan.title, value=hall.id)
        for hall in halls
        if current.casefold() in hall.plan.title.casefold()
    ][:MOST_CHOICES]


def _seen(request: Request, halls: Sequence[TownHall]) -> list[TownHall]:
    """Leave out the town halls in channels that this member cannot see."""
    return [hall for hall in halls if _sees(request, hall.channel_id) is not False]


def _sees(request: Request, channel_id: ChannelId) -> bool | None:
    """Tell whether a member can see a channel; `None` if Discord has not told of such a channel."""
    guild, member = request.interaction.guild, request.interaction.user
    channel = None if guild is None else guild.get_channel(channel_id)
    if channel is None or not isinstance(member, discord.Member):
        return None
    return channel.permissions_for(member).view_channel


def _described(request: Request) -> Describe:
    """Return the function that says what calendars show of a town hall: what it is about, and where it is."""
    guild, t = request.interaction.guild, request.t

    def describe(hall: TownHall) -> tuple[str, str]:
        place, items = hall.plan.place, hall.plan.agenda
        listed = [t("{item} · {minutes} min").format(item=each.title, minutes=each.minutes) for each in items]
        text = "\n".join([hall.plan.text, *listed]).strip()
        if place.kind is PlaceKind.OUTSIDE or guild is None:
            return text, place.where
        channel = guild.get_channel_or_thread(int(place.where))
        address = f"https://discord.com/channels/{guild.id}/{place.where}"
        is_hidden = _sees(request, ChannelId(int(place.where))) is False
        return text, address if channel is None or is_hidden else f"#{channel.name}, {address}"

    return describe


async def _hand_out(request: Request, view: ui.LayoutView, name: str, content: bytes) -> None:
    """Send a file in a private message of its own."""
    view.stop()
    file = discord.File(io.BytesIO(content), name)
    await request.interaction.response.send_message(view=view, file=file, ephemeral=True)


async def setup(client: StewardClient) -> None:
    """Load the cogs."""
    await client.add_cog(TownHalls(client))
    await client.add_cog(HallAsking(client))
    await client.add_cog(HallPlanning(client))
    await client.add_cog(HallTimes(client))
    await client.add_cog(HallRoom(client))
    await client.add_cog(HallVotes(client))
