"""The organizers' desk of digests: which there are, when they come, one beforehand, and one before its time."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import StewardClient
from bot.digests.planning import Planned
from bot.digests.plans import Audience, NoChannelChosen, NothingToTell, Plan, RegularStays, rhythm_typed
from bot.ids import ChannelId
from bot.refusals import N_, Refusal
from bot.rhythm import Rhythm
from bot.texts import translate
from cogs.digests import cards as digest_cards
from cogs.digests import planning_cards as cards
from cogs.digests import planning_forms as forms
from cogs.interactions import Request, answers
from cogs.layout import lacking, to_mend


class NotAChannelHere(Refusal):
    """The channel is none of this server, or none for text."""

    sentence = N_("Choose a text channel of this server. Nothing was changed.")


class DigestDesk(commands.Cog):
    """Let organizers add digests, change and pause them, look at one and send one."""

    def __init__(self, client: StewardClient) -> None:
        self._planning = client.steward.planning
        self._guilds = client.steward.guilds

    @app_commands.command(name="digests", description=N_("Organizers: which digests come, when and where"))
    async def digests(self, interaction: discord.Interaction[StewardClient]) -> None:
        """List the digests of the server."""
        await self._list(Request(interaction))

    @answers("digestdesk:list:v1")
    async def show_all(self, request: Request) -> None:
        """List the digests of the server."""
        await self._list(request)

    @answers("digestdesk:open:v1")
    async def open(self, request: Request) -> None:
        """Show one digest."""
        await self._show(request, await self._planning.find(request.actor, request.arguments[0]))

    # Adding

    @answers("digestdesk:new:v1")
    async def start(self, request: Request) -> None:
        """Ask whom a new digest is for."""
        await self._planning.starter(request.actor)
        await request.show(cards.choose_audience(request.t, self._planning.new_form()))

    @answers("digestdesk:audience:v1")
    async def choose_audience(self, request: Request) -> None:
        """Ask where a new digest is posted."""
        await self._planning.starter(request.actor)
        (token,) = request.arguments
        await request.show(cards.choose_channel(request.t, token, Audience(request.values[0])))

    @answers("digestdesk:channel:v1")
    async def choose_channel(self, request: Request) -> None:
        """Ask when a new digest comes, or say what Steward lacks in the channel."""
        guild = await self._planning.starter(request.actor)
        token, audience = request.arguments
        channel_id = _channel(request, request.values[0])
        if notice := _cannot_post(request, channel_id):
            await request.show(cards.choose_channel(request.t, token, Audience(audience), notice))
            return
        place = f"digestdesk:added:v1:{token}:{audience}:{channel_id}"
        usual = Rhythm(guild.digest_weekdays, guild.digest_at, guild.zone)
        await request.ask(forms.when_form(request.t, place, usual, asks_zone=True))

    @answers("digestdesk:added:v1")
    async def add(self, request: Request) -> None:
        """Add a digest."""
        token, audience, typed = request.arguments
        rhythm, channel_id = await self._rhythm(request), _channel(request, typed)
        added = await self._planning.add(request.actor, token, Audience(audience), channel_id, rhythm)
        await self._show(
            request, added, request.t("This digest is added. It first tells of everything since a week ago.")
        )

    # One digest

    @answers("digestdesk:preview:v1")
    async def preview(self, request: Request) -> None:
        """Show a digest as it would look now, in private and in the language in which it is posted."""
        (plan_id,) = request.arguments
        planned = await self._planning.find(request.actor, plan_id)
        try:
            says = await self._planning.preview(request.actor, plan_id)
        except NothingToTell:
            await self._show(request, planned, request.t("There is nothing new to tell now, so it would not come."))
            return
        guild = await self._guilds.organizer(request.actor)
        told = request.t(
            "Below is what it would say now. Numbers of reports move only with the regular digest, and by lot, so they "
            "may differ when it comes."
        )
        await self._show(request, planned, told)
        await request.show_new(digest_cards.digest(says, translate(guild.language), "…"))

    @answers("digestdesk:send:v1")
    async def ask_to_send(self, request: Request) -> None:
        """Ask once more before a digest is posted."""
        plan = (await self._planning.find(request.actor, request.arguments[0])).plan
        if plan.channel_id is None:
            raise NoChannelChosen
        await request.show(cards.sending(request.t, plan, self._planning.new_form()))

    @answers("digestdesk:sent:v1")
    async def send(self, request: Request) -> None:
        """Post a digest before its time, once for each time that this was asked."""
        plan_id, token = request.arguments
        sent = await self._planning.send_now(request.actor, plan_id, token)
        told = request.t("It is on its way to {channel}.").format(channel=f"<#{sent.plan.channel_id}>")
        await self._show(request, sent, told)

    @answers("digestdesk:pause:v1")
    async def pause(self, request: Request) -> None:
        """Pause a digest, or let it come again."""
        plan_id, way = request.arguments
        await self._show(request, await self._planning.pause(request.actor, plan_id, is_paused=way == cards.PAUSE))

    @answers("digestdesk:change:v1")
    async def ask_for_change(self, request: Request) -> None:
        """Open the form for when a digest comes."""
        plan = (await self._planning.find(request.actor, request.arguments[0])).plan
        place = f"digestdesk:changed:v1:{plan.id}"
        await request.ask(forms.when_form(request.t, place, plan.rhythm, asks_zone=not plan.is_regular))

    @answers("digestdesk:changed:v1")
    async def change(self, request: Request) -> None:
        """Let a digest come at other times."""
        rhythm = await self._rhythm(request)
        await self._show(request, await self._planning.change(request.actor, request.arguments[0], rhythm))

    @answers("digestdesk:move:v1")
    async def move(self, request: Request) -> None:
        """Post a digest in another channel from now on; the regular one moves with `/setup` alone."""
        (plan_id,) = request.arguments
        planned = await self._planning.find(request.actor, plan_id)
        channel_id = _channel(request, request.values[0])
        notice = _cannot_post(request, channel_id)
        if notice is None:
            planned = await self._planning.change(request.actor, plan_id, planned.plan.rhythm, channel_id)
        await self._show(request, planned, notice)

    @answers("digestdesk:delete:v1")
    async def ask_to_delete(self, request: Request) -> None:
        """Ask once more before a digest is deleted."""
        plan = (await self._planning.find(request.actor, request.arguments[0])).plan
        if plan.is_regular:
            raise RegularStays
        await request.show(cards.deleting(request.t, plan))

    @answers("digestdesk:deleted:v1")
    async def delete(self, request: Request) -> None:
        """Delete a digest."""
        await self._planning.delete(request.actor, request.arguments[0])
        await self._list(request, request.t("The digest is deleted."))

    # Steps that several of the above share

    async def _rhythm(self, request: Request) -> Rhythm:
        guild = await self._guilds.organizer_at_work(request.actor)
        return rhythm_typed(forms.filled(request.fields), request.interaction.created_at, guild.zone)

    async def _list(self, request: Request, notice: str | None = None) -> None:
        await request.show(cards.listed(request.t, await self._planning.listed(request.actor), notice))

    async def _show(self, request: Request, planned: Planned, notice: str | None = None) -> None:
        await request.show(cards.opened(request.t, planned, _missing(request, planned.plan), notice))


def _missing(request: Request, plan: Plan) -> list[str]:
    server = request.interaction.guild
    if server is None or plan.channel_id is None:
        return []
    return lacking(server, plan.channel_id, is_for_organizers=plan.audience is Audience.ORGANIZERS)


def _cannot_post(request: Request, channel_id: ChannelId) -> str | None:
    """Say why a digest cannot be posted in a channel of this server, or return `None`."""
    server = request.interaction.guild
    missing = lacking(server, channel_id) if server is not None else []
    if not missing:
        return None
    told = request.t("Steward cannot post in {channel}, so nothing was changed.").format(channel=f"<#{channel_id}>")
    return f"{told}\n{to_mend(request.t, missing)}"


def _channel(request: Request, typed: str) -> ChannelId:
    """Return a channel of this server in which texts are posted; raises `NotAChannelHere`."""
    server = request.interaction.guild
    is_id = typed.isascii() and typed.isdecimal()
    channel = server.get_channel(int(typed)) if server is not None and is_id else None
    if not isinstance(channel, discord.TextChannel):
        raise NotAChannelHere
    return ChannelId(channel.id)
