"""The organizers' side of polls: `/poll manage`."""

from typing import Any

from discord.ext import commands

from bot.client import StewardClient
from bot.polls.conduct import CLOSE, EXTEND, VOID, Conduct
from bot.polls.typed import read_moment
from cogs.interactions import Request, answers
from cogs.polls import organizer_cards, organizer_forms


async def show_desk(request: Request, conduct: Conduct, number: int = 0, *, is_over: bool = False) -> None:
    """Show organizers the polls of their server."""
    found = await conduct.listed(request.actor)
    await request.show(organizer_cards.desk(request.t, found, number, is_over=is_over))


class PollDesk(commands.Cog):
    """Let organizers look after the polls of their server."""

    def __init__(self, client: StewardClient) -> None:
        self._conduct = client.steward.poll_conduct
        self._approvals = client.steward.approvals

    @answers("polldesk:list:v1")
    async def turn_page(self, request: Request) -> None:
        """Show another page of the list."""
        number, is_over = request.arguments
        await show_desk(request, self._conduct, int(number), is_over=is_over == "1")

    @answers("polldesk:open:v1")
    async def open(self, request: Request) -> None:
        """Show one poll."""
        await self._show(request)

    # What one organizer may do

    @answers("polldesk:cancel:v1")
    async def ask_to_cancel(self, request: Request) -> None:
        """Ask once more before a poll is called off."""
        shown = await self._conduct.panel(request.actor, request.arguments[0])
        await request.show(organizer_cards.cancelling(request.t, shown.poll))

    @answers("polldesk:cancelled:v1")
    async def cancel(self, request: Request) -> None:
        """Call a poll off."""
        await self._conduct.cancel(request.actor, request.arguments[0])
        await self._show(request)

    @answers("polldesk:outcome:v1")
    async def ask_for_outcome(self, request: Request) -> None:
        """Open the form for what came of a result."""
        shown = await self._conduct.panel(request.actor, request.arguments[0])
        today = request.interaction.created_at.astimezone(shown.guild.zone_info).date()
        place = f"polldesk:noted:v1:{shown.poll.id}"
        await request.ask(organizer_forms.outcome_form(request.t, place, shown, today))

    @answers("polldesk:noted:v1")
    async def keep_outcome(self, request: Request) -> None:
        """Say on the card what came of a result."""
        shown = await self._conduct.panel(request.actor, request.arguments[0])  # who may not is told so first
        review_on = organizer_forms.day(request.fields.get(organizer_forms.REVIEW, ""))
        text = request.fields.get(organizer_forms.OUTCOME, "")
        await self._conduct.record_outcome(request.actor, shown.poll.id, text, review_on)
        await self._show(request)

    # What takes two

    @answers("polldesk:ending:v1")
    async def ask_to_end(self, request: Request) -> None:
        """Say what it means to close a poll now."""
        shown = await self._conduct.panel(request.actor, request.arguments[0])
        await request.show(organizer_cards.ending(request.t, shown.poll))

    @answers("polldesk:end:v1")
    async def propose_end(self, request: Request) -> None:
        """Propose to close a poll now."""
        await self._propose(request, CLOSE, await self._conduct.to_close(request.actor, request.arguments[0]))

    @answers("polldesk:moretime:v1")
    async def ask_for_more_time(self, request: Request) -> None:
        """Open the form for a later end."""
        shown = await self._conduct.panel(request.actor, request.arguments[0])
        place = f"polldesk:extend:v1:{shown.poll.id}"
        await request.ask(organizer_forms.more_time_form(request.t, place, shown))

    @answers("polldesk:extend:v1")
    async def propose_more_time(self, request: Request) -> None:
        """Propose that a poll closes later."""
        shown = await self._conduct.panel(request.actor, request.arguments[0])
        typed = request.fields.get(organizer_forms.CLOSES, "")
        closes_at = read_moment(typed, shown.guild.zone_info, shown.poll.terms.closes_at)
        contents = await self._conduct.to_extend(request.actor, shown.poll.id, closes_at)
        await self._propose(request, EXTEND, contents)

    @answers("polldesk:void:v1")
    async def propose_void(self, request: Request) -> None:
        """Propose to declare a poll void for the reason that was chosen."""
        contents = await self._conduct.to_void(request.actor, request.arguments[0], request.values[0])
        await self._propose(request, VOID, contents)

    # Steps that several of the above share

    async def _show(self, request: Request) -> None:
        shown = await self._conduct.panel(request.actor, request.arguments[0])
        await request.show(organizer_cards.panel(request.t, shown))

    async def _propose(self, request: Request, kind: str, contents: dict[str, Any]) -> None:
        proposal = await self._approvals.propose(request.actor, kind, contents)
        await request.show(organizer_cards.proposed(request.t, proposal))
