"""The guilds cog: `/setup` for the administrators of a server."""

from collections.abc import Mapping, Sequence

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import StewardClient
from bot.guilds import closings
from bot.guilds.rules import Guild, SecondOrganizerNeeded, Use, reporting, reporting_changes
from bot.guilds.service import Times
from bot.ids import ChannelId, GuildId, RoleId, UserId
from bot.refusals import N_
from bot.reports.attendance import KIND
from cogs.guilds import forms
from cogs.guilds.cards import attendance, closed, setup_card
from cogs.interactions import Request, answers
from cogs.layout import lacking


class Guilds(commands.Cog):
    """Let administrators set Steward up and see what is missing."""

    def __init__(self, client: StewardClient) -> None:
        self._client = client
        self._guilds = client.steward.guilds
        self._approvals = client.steward.approvals
        client.steward.outgoing.render_with(KIND, attendance)
        client.steward.outgoing.render_with(closings.KIND, closed)

    @app_commands.command(name="setup", description=N_("Administrators: set Steward up in this server"))
    @app_commands.default_permissions(administrator=True)
    async def setup(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Show the settings."""
        request = Request(interaction)
        await self._show(request, await self._guilds.settings(request.actor))

    @answers("guilds:role:v1")
    async def choose_role(self, request: Request) -> None:
        """Set the organizer role."""
        role_id = RoleId(int(request.values[0]))
        try:
            guild = await self._guilds.choose_organizer_role(request.actor, role_id)
        except SecondOrganizerNeeded:
            await self._propose(request, "guilds:role", {"role": role_id})
        else:
            await self._show(request, guild)

    @answers("guilds:organizers:v1")
    async def choose_organizers(self, request: Request) -> None:
        """Set the organizer list."""
        chosen = frozenset(UserId(int(value)) for value in request.values)
        try:
            guild = await self._guilds.choose_organizers(request.actor, chosen)
        except SecondOrganizerNeeded:
            await self._propose(request, "guilds:organizers", {"organizers": sorted(chosen)})
        else:
            await self._show(request, guild)

    @answers("guilds:channel:v1")
    async def choose_channel(self, request: Request) -> None:
        """Set the channel for one use."""
        use, channel_id = Use(request.arguments[0]), ChannelId(int(request.values[0]))
        await self._show(request, await self._guilds.choose_channel(request.actor, use, channel_id))

    @answers("guilds:times:v1")
    async def open_times(self, request: Request) -> None:
        """Open the form for times and language."""
        guild = await self._guilds.settings(request.actor)
        await request.ask(forms.times_form(request.t, "guilds:timed:v1", guild))

    @answers("guilds:timed:v1")
    async def choose_times(self, request: Request) -> None:
        """Set times and language."""
        fields = request.fields
        times = Times(
            zone=fields.get(forms.ZONE, ""),
            language=fields.get(forms.LANGUAGE, ""),
            release_at=fields.get(forms.RELEASE_AT, ""),
            digest_weekdays=tuple(int(day) for day in fields.get(forms.DIGEST_WEEKDAY, "").split(",") if day),
            digest_at=fields.get(forms.DIGEST_AT, ""),
        )
        await self._show(request, await self._guilds.choose_times(request.actor, times))

    @answers("guilds:reports:v1")
    async def open_reporting(self, request: Request) -> None:
        """Open the form for how reports are handled."""
        guild = await self._guilds.settings(request.actor)
        await request.ask(forms.reporting_form(request.t, "guilds:reported:v1", guild))

    @answers("guilds:reported:v1")
    async def choose_reporting(self, request: Request) -> None:
        """Set how reports are handled, or propose it."""
        wanted = reporting(request.fields)
        try:
            guild = await self._guilds.choose_reporting(request.actor, wanted)
        except SecondOrganizerNeeded:
            guild = await self._guilds.settings(request.actor)
            if changes := reporting_changes(guild, wanted):
                await self._propose(request, "guilds:reporting", {"changes": changes})
                return
        await self._show(request, guild)

    @answers("guilds:words:v1")
    async def open_words(self, request: Request) -> None:
        """Open the form for names that only insiders know."""
        guild = await self._guilds.settings(request.actor)
        await request.ask(forms.words_form(request.t, "guilds:worded:v1", guild))

    @answers("guilds:worded:v1")
    async def choose_words(self, request: Request) -> None:
        """Set the names that reports are checked for."""
        await self._show(
            request, await self._guilds.choose_code_names(request.actor, request.fields.get(forms.WORDS, ""))
        )

    @answers("guilds:help:v1")
    async def open_help(self, request: Request) -> None:
        """Open the form for help outside Discord."""
        guild = await self._guilds.settings(request.actor)
        await request.ask(forms.help_form(request.t, "guilds:helped:v1", guild))

    @answers("guilds:helped:v1")
    async def choose_help(self, request: Request) -> None:
        """Set where workers are pointed to when Discord is the wrong place."""
        await self._show(
            request, await self._guilds.choose_outside_help(request.actor, request.fields.get(forms.HELP, ""))
        )

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Note where Steward was removed or invited again while it was away."""
        present = frozenset(GuildId(guild.id) for guild in self._client.guilds)
        with self._client.answering():  # or a stop would close the stores under it
            await self._guilds.reconcile(present)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note that Steward was removed. An outage comes as another event and changes nothing."""
        with self._client.answering():
            await self._guilds.leave(GuildId(guild.id))

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Note that Steward was invited, perhaps again."""
        with self._client.answering():
            await self._guilds.rejoin(GuildId(guild.id))

    @commands.Cog.listener()
    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Note that the server is there."""
        with self._client.answering():
            await self._guilds.rejoin(GuildId(guild.id))

    async def _propose(self, request: Request, kind: str, contents: Mapping[str, object]) -> None:
        """Turn a change that one administrator may not make alone into a proposal, if they are an organizer."""
        proposal = await self._approvals.propose(request.actor, kind, contents)
        sentence = request.t(
            "There are organizers already, so another organizer must agree to this. They are told in their channel; "
            "one of them must agree before {when}."
        )
        await request.tell(sentence.format(when=discord.utils.format_dt(proposal.expires_at, "f")))

    async def _show(self, request: Request, guild: Guild) -> None:
        today = request.interaction.created_at.date()
        await request.show(setup_card(request.t, guild, self._missing_permissions(guild), today))

    def _missing_permissions(self, guild: Guild) -> Mapping[Use, Sequence[str]]:
        """Return what Steward may not do in the channels chosen; a channel it cannot see lacks everything."""
        server = self._client.get_guild(guild.id)
        missing: dict[Use, list[str]] = {}
        for use in Use:
            channel_id = guild.channel_for(use)
            if server is None or channel_id is None:
                continue
            missing[use] = lacking(server, channel_id, is_for_organizers=use is Use.ORGANIZERS)
        return missing


async def setup(client: StewardClient) -> None:
    """Load the cog."""
    await client.add_cog(Guilds(client))
