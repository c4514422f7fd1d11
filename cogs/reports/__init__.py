"""The reports cogs: `/report` and the button under a direct message here, `/cases` in `desk`, quotes in `quotes`."""

import asyncio
import hashlib

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import StewardClient
from bot.ids import Actor, GuildId
from bot.refusals import N_, NotAMember, NotSetUp
from bot.reports.packing import pack, unpack
from bot.reports.rules import EmptyText, FormExpired, Report, Waiting, message_text
from bot.reports.taxonomy import Dimension
from bot.texts import translate
from cogs.interactions import Request, actor_of, answers
from cogs.layout import DRAFT, button, card, row
from cogs.reports import cards, forms
from cogs.reports.desk import Desk
from cogs.reports.keys import Keys
from cogs.reports.quotes import Quotes

MOST_SERVERS = 25  # what one Discord menu holds


class Reports(commands.Cog):
    """Let workers report and return."""

    report = app_commands.Group(
        name="report",
        description=N_("Report in private what AI does to your job, and come back for the answer"),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
    )

    def __init__(self, client: StewardClient) -> None:
        self._client = client
        self._guilds = client.steward.guilds
        self._reports = client.steward.reports

    # Workers

    @report.command(name="file", description=N_("Write a report without giving your name"))
    async def report_file(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Show the honest screen, which leads to the form."""
        await self._start(Request(interaction))

    @answers("reports:start:v1")
    async def start(self, request: Request) -> None:
        """Begin from the button under a direct message."""
        await self._start(request)

    @answers("reports:server:v1")
    async def choose_server(self, request: Request) -> None:
        """Go on with the server that was chosen."""
        await request.defer()
        await self._show_honest_screen(request, await self._member(request, request.values[0]))

    @answers("reports:write:v1")
    async def write(self, request: Request) -> None:
        """Open an empty form."""
        (guild_id,) = request.arguments
        await request.ask(forms.report_form(request.t, f"reports:form:v1:{guild_id}:{self._reports.new_form()}"))

    @answers("reports:form:v1")
    async def submit_form(self, request: Request) -> None:
        """Show what could give the worker away, and otherwise the preview. Nothing is kept yet."""
        guild_id, token, *packed = request.arguments
        before = unpack(packed[0]) if packed else None
        text = request.fields.get(forms.TEXT, "")
        try:
            report = self._reports.compose(forms.filled_facets(request.fields, before), text)
        except EmptyText as refusal:
            again = button(request.t("Back to the form"), f"reports:write:v1:{guild_id}")
            await request.show(card(request.t(refusal.sentence), row(again)))
            return
        if found := await self._reports.details(GuildId(int(guild_id)), text):
            place = f"{guild_id}:{token}:{pack(report.facets)}"
            ways = f"reports:change:v1:{place}", f"reports:keep:v1:{place}"
            await request.show(cards.warning(request.t, report.text, found, *ways))
            return
        await request.show(cards.preview(request.t, GuildId(int(guild_id)), token, report))

    @answers("reports:keep:v1")
    async def keep(self, request: Request) -> None:
        """Go on to the preview with a text that was warned about."""
        guild_id, token, report = self._shown(request)
        await request.show(cards.preview(request.t, guild_id, token, report))

    @answers("reports:change:v1")
    async def change(self, request: Request) -> None:
        """Open the form again with everything in it."""
        guild_id, token, report = self._shown(request)
        place = f"reports:form:v1:{guild_id}:{token}:{pack(report.facets)}"
        await request.ask(forms.report_form(request.t, place, report.facets, report.text))

    @answers("reports:details:v1")
    async def ask_details(self, request: Request) -> None:
        """Open the second step."""
        guild_id, token, report = self._shown(request)
        place = f"reports:detailed:v1:{guild_id}:{token}:{pack(report.facets)}"
        today = request.interaction.created_at.date()
        await request.ask(forms.circumstances_form(request.t, place, report.facets, today))

    @answers("reports:detailed:v1")
    async def submit_details(self, request: Request) -> None:
        """Show the preview with what the second step added."""
        guild_id, token, report = self._shown(request)
        facets = forms.filled_facets(request.fields, report.facets)
        await request.show(cards.preview(request.t, guild_id, token, self._reports.compose(facets, report.text)))

    @answers("reports:consent:v1")
    async def consent(self, request: Request) -> None:
        """Show the preview with what organizers may do with the words."""
        guild_id, token, report = self._shown(request)
        facets = {**report.facets, Dimension.CONSENT: request.values[0]}
        await request.show(cards.preview(request.t, guild_id, token, self._reports.compose(facets, report.text)))

    @answers("reports:send:v1")
    async def send(self, request: Request) -> None:
        """File what the preview shows, for the next batch."""
        await self._file(request, at_once=False)

    @answers("reports:sendnow:v1")
    async def send_now(self, request: Request) -> None:
        """File what the preview shows and release it alone."""
        await self._file(request, at_once=True)

    @report.command(name="check", description=N_("Come back to your report with its case code"))
    async def report_check(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Ask for the case code."""
        await self._ask_for_code(Request(interaction))

    @answers("reports:return:v1")
    async def come_back(self, request: Request) -> None:
        """Ask for the case code from the button under a direct message."""
        await self._ask_for_code(request)

    @answers("reports:check:v1")
    async def check(self, request: Request) -> None:
        """Show what belongs to a case code."""
        await request.defer()
        found = await self._reports.come_back(request.fields.get(forms.CODE, ""))
        if isinstance(found, Waiting):
            await request.show(cards.waiting_report(request.t, found))
        else:
            await request.show(cards.own_case(request.t, found))

    @answers("reports:answer:v1")
    async def answer(self, request: Request) -> None:
        """Open the form for what a reporter adds, with what they have written already."""
        case_id, given_pass = request.arguments
        place = f"reports:answered:v1:{case_id}:{given_pass}:{self._reports.new_form()}"
        written = request.shown_texts.get(DRAFT, "")
        await request.ask(
            forms.text_form(request.t, place, N_("Add to your report"), N_("What organizers should know"), written)
        )

    @answers("reports:answered:v1")
    async def check_answer(self, request: Request) -> None:
        """Show what in an addition could give the reporter away, and keep it if there is nothing."""
        case_id, given_pass, token = request.arguments
        text = request.fields.get(forms.TEXT, "")
        if found := await self._reports.details_of_answer(case_id, text):
            ways = (
                f"reports:answer:v1:{case_id}:{given_pass}",
                f"reports:keepanswer:v1:{case_id}:{given_pass}:{token}",
            )
            await request.show(cards.warning(request.t, message_text(text), found, *ways))
            return
        await self._keep_answer(request, text)

    @answers("reports:keepanswer:v1")
    async def keep_answer(self, request: Request) -> None:
        """Keep an addition that was warned about."""
        text = request.shown_texts.get(DRAFT)
        if text is None:
            raise FormExpired
        await self._keep_answer(request, text)

    async def _keep_answer(self, request: Request, text: str) -> None:
        case_id, given_pass, token = request.arguments
        await self._reports.answer(case_id, given_pass, token, text)
        await request.show(cards.answer_kept(request.t))

    @answers("reports:withdraw:v1")
    async def ask_to_withdraw(self, request: Request) -> None:
        """Ask for the case code once more, so that no slip of the thumb withdraws a report."""
        await request.ask(forms.code_form(request.t, "reports:withdrawn:v1", N_("Withdraw your report for good")))

    @answers("reports:withdrawn:v1")
    async def withdraw(self, request: Request) -> None:
        """Delete what belongs to a case code."""
        await request.defer()
        gone = await self._reports.withdraw(request.fields.get(forms.CODE, ""))
        await request.show(cards.withdrawn(request.t, gone))

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Answer anything typed in a direct message with a button; what was typed is dropped here."""
        if message.guild is not None or message.author.bot or message.author == self._client.user:
            return
        view = cards.answer_to_direct_message(translate(await self._guilds.shared_language()))
        view.stop()
        nonce = hashlib.sha256(f"dm {message.id}".encode()).hexdigest()[:24]  # a redelivered event answers once
        await message.channel.send(view=view, nonce=nonce)

    # Steps that several of the above share

    async def _start(self, request: Request) -> None:
        if not request.is_direct:
            await self._show_honest_screen(request, request.actor)
            return
        await request.defer()
        memberships = await self._memberships(request)
        if not memberships:
            raise NotSetUp
        if len(memberships) == 1:
            await self._show_honest_screen(request, memberships[0])
            return
        servers = [(actor.guild_id, self._server_name(actor.guild_id)) for actor in memberships]
        await request.show(cards.choose_server(request.t, servers[:MOST_SERVERS]))

    async def _show_honest_screen(self, request: Request, actor: Actor) -> None:
        inbox = await self._reports.inbox(actor.guild_id)
        await request.show(cards.honest_screen(request.t, inbox, self._server_name(actor.guild_id)))

    async def _ask_for_code(self, request: Request) -> None:
        await request.ask(forms.code_form(request.t, "reports:check:v1", N_("Return to your report")))

    async def _file(self, request: Request, *, at_once: bool) -> None:
        guild_id, token, report = self._shown(request)
        await request.defer()
        actor = await self._member(request, str(guild_id))
        receipt = await self._reports.file(actor, token, report, at_once=at_once)
        await request.show(cards.case_code(request.t, receipt, at_once=at_once))

    def _shown(self, request: Request) -> tuple[GuildId, str, Report]:
        """Return the server, the form and the report of the card that a button stands on.

        The draft lives on that card alone; raises `FormExpired` when the card does not have it any more.
        """
        guild_id, token, packed = request.arguments
        text = request.shown_texts.get(DRAFT)
        if text is None:
            raise FormExpired
        return GuildId(int(guild_id)), token, self._reports.compose(unpack(packed), text)

    async def _member(self, request: Request, guild_id: str) -> Actor:
        """Return the person as a member of the server they chose; raises `NotAMember`.

        In a server Discord vouches for it. In a direct message the id came with a button, so it is asked for anew.
        """
        if not request.is_direct and str(request.interaction.guild_id) == guild_id:
            return request.actor
        guild = self._client.get_guild(int(guild_id))
        if guild is None or not request.is_direct:
            raise NotAMember
        try:
            return actor_of(await guild.fetch_member(request.user_id))
        except discord.NotFound:
            raise NotAMember from None

    async def _memberships(self, request: Request) -> list[Actor]:
        ready = await self._guilds.all_ready()
        found = await asyncio.gather(
            *(self._member(request, str(guild_id)) for guild_id in ready), return_exceptions=True
        )
        return [each for each in found if isinstance(each, Actor)]

    def _server_name(self, guild_id: GuildId) -> str:
        guild = self._client.get_guild(guild_id)
        return guild.name if guild is not None else str(guild_id)


async def setup(client: StewardClient) -> None:
    """Load the cogs."""
    await client.add_cog(Reports(client))
    await client.add_cog(Desk(client))
    await client.add_cog(Keys(client))
    await client.add_cog(Quotes(client))
