"""The desk: `/cases` for organizers."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import StewardClient
from bot.refusals import N_
from bot.reports.rules import Status
from cogs.interactions import Request, answers
from cogs.reports import desk_cards, forms


class Desk(commands.Cog):
    """Let organizers read, answer and work on cases."""

    def __init__(self, client: StewardClient) -> None:
        self._desk = client.steward.desk
        self._approvals = client.steward.approvals

    @app_commands.command(name="cases", description=N_("Organizers: read and answer reports"))
    @app_commands.describe(case=N_("Open this case at once, by its six letters and digits"))
    async def cases(self, interaction: discord.Interaction[StewardClient], case: str | None = None) -> None:
        """List the cases, or open one."""
        request = Request(interaction)
        if case is not None:
            await request.show(
                desk_cards.case_at_desk(request.t, await self._desk.open(request.actor, case.strip().lower()))
            )
            return
        await request.show(desk_cards.desk(request.t, await self._desk.page(request.actor)))

    @answers("reports:desk:v1")
    async def turn_page(self, request: Request) -> None:
        """Show another page of the list."""
        number = int(request.arguments[0])
        await request.show(desk_cards.desk(request.t, await self._desk.page(request.actor, number)))

    @answers("reports:case:v1")
    async def open_case(self, request: Request) -> None:
        """Show one case."""
        await request.show(
            desk_cards.case_at_desk(request.t, await self._desk.open(request.actor, request.arguments[0]))
        )

    @answers("reports:status:v1")
    async def set_status(self, request: Request) -> None:
        """Set what the reporter reads about the state of the case."""
        case = await self._desk.set_status(request.actor, request.arguments[0], Status(request.values[0]))
        await request.show(desk_cards.case_at_desk(request.t, case))

    @answers("reports:reply:v1")
    async def reply(self, request: Request) -> None:
        """Open the form for a reply."""
        await self._desk.open(request.actor, request.arguments[0])
        place = f"reports:replied:v1:{request.arguments[0]}:{self._desk.new_form()}"
        await request.ask(
            forms.text_form(request.t, place, N_("Reply to the reporter"), N_("They read it when they return"))
        )

    @answers("reports:replied:v1")
    async def keep_reply(self, request: Request) -> None:
        """Keep a reply."""
        case_id, token = request.arguments
        case = await self._desk.reply(request.actor, case_id, token, request.fields.get(forms.TEXT, ""))
        await request.show(desk_cards.case_at_desk(request.t, case))

    @answers("reports:delete:v1")
    async def propose_delete(self, request: Request) -> None:
        """Propose to delete a case, which a second organizer must agree to."""
        case = await self._desk.open(request.actor, request.arguments[0])
        proposal = await self._approvals.propose(request.actor, "reports:delete", {"case": case.id})
        sentence = request.t(
            "Proposed. All organizers are told in their channel; one of them must agree before {when}."
        )
        await request.tell(sentence.format(when=discord.utils.format_dt(proposal.expires_at, "f")))
