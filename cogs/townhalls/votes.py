"""Votes in the room: begun by the chair in one form, listed, and noted as decisions."""

from discord.ext import commands

from bot.client import StewardClient
from bot.townhalls.room import check_live
from bot.townhalls.votes import Kind
from cogs.interactions import Request, answers
from cogs.townhalls import room_forms, vote_cards


class HallVotes(commands.Cog):
    """Let the chair put something to the vote."""

    def __init__(self, client: StewardClient) -> None:
        self._votes = client.steward.votes
        self._halls = client.steward.town_halls

    @answers("hallroom:vote:v1")
    async def ask_for_vote(self, request: Request) -> None:
        """Open the form for a show of hands or a ballot."""
        hall_id, kind = request.arguments
        found = await self._votes.listed(request.actor, hall_id)
        check_live(found.hall)
        place = f"hallroom:voting:v1:{found.hall.id}:{_kind(kind)}:{self._halls.new_form()}"
        await request.ask(vote_cards.vote_form(request.t, place, found, _kind(kind)))

    @answers("hallroom:voting:v1")
    async def begin(self, request: Request) -> None:
        """Begin a vote."""
        hall_id, kind, token = request.arguments
        fields = request.fields
        title, options = fields.get(vote_cards.TITLE, ""), fields.get(vote_cards.OPTIONS, "")
        is_late = fields.get(vote_cards.UNTIL) == vote_cards.LATE
        await self._votes.begin(request.actor, hall_id, token, _kind(kind), title, options, is_late=is_late)
        await self._show(request, hall_id, 0)

    @answers("hallroom:votes:v1")
    async def show_votes(self, request: Request) -> None:
        """Show the votes of a town hall."""
        hall_id, number = request.arguments
        await self._show(request, hall_id, int(number))

    @answers("hallroom:resolve:v1")
    async def ask_for_decision(self, request: Request) -> None:
        """Open the form for a decision that rests on a vote, filled in with what was asked."""
        hall_id, poll_id = request.arguments
        found = await self._votes.listed(request.actor, hall_id)
        text = next((poll.question.title for poll in found.polls if poll.id == poll_id), "")
        place = f"hallroom:decided:v1:{found.hall.id}:{self._halls.new_form()}:{poll_id}"
        await request.ask(room_forms.decision_form(request.t, place, text))

    async def _show(self, request: Request, hall_id: str, number: int) -> None:
        await request.show(vote_cards.votes(request.t, await self._votes.listed(request.actor, hall_id), number))


def _kind(text: str) -> Kind:
    """Return the kind of a vote; a forged one is a ballot, which shows least."""
    return Kind.HANDS if text == Kind.HANDS else Kind.BALLOT
