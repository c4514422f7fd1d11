"""The polls cogs: here `/polls` and `/poll` for members, the public cards, and the ballot."""

import secrets
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.cleaning import one_line
from bot.client import StewardClient
from bot.ids import ChannelId
from bot.polls import ledger, marking
from bot.polls.counting.ballots import NoSuchOption
from bot.polls.marking import BLANK_TEXT
from bot.polls.rules import RANKED, SCORED, Poll, PollGone
from bot.polls.service import BATCH, CARD, LONGEST_NAME, REMINDER, Listed, card_contents
from bot.polls.templates import TEMPLATES
from bot.refusals import N_, Refusal
from cogs.interactions import Request, answers
from cogs.polls import ballot_cards, ballot_forms, cards, member_cards
from cogs.polls.ballot_cards import Unfinished, in_poll_order, in_shown_order, renewed
from cogs.polls.composer import Composer, begin
from cogs.polls.organizers import PollDesk, show_desk
from cogs.polls.results import Results

MOST_CHOICES = 25  # what Discord shows at once


class NamesInTheChannel(Refusal):
    """Somebody who cannot see a poll's channel asked who raised their hand in it."""

    sentence = N_("Who said what can be read by those who can see the channel of the poll.")


class Polls(commands.Cog):
    """Let members find polls, vote in them, and check that their ballot is counted."""

    poll = app_commands.Group(name="poll", description=N_("Decide something together"))

    def __init__(self, client: StewardClient) -> None:
        self._client = client
        self._polls = client.steward.polls
        client.steward.outgoing.render_with(CARD, cards.poll_card)
        client.steward.outgoing.render_with(REMINDER, cards.reminder)
        client.steward.outgoing.render_with(BATCH, cards.batch)

    # Finding

    @app_commands.command(name="polls", description=N_("See which polls wait for your vote, in private"))
    async def list_polls(self, interaction: discord.Interaction[StewardClient]) -> None:
        """List what is open, what will be and what is over."""
        await self._list(Request(interaction), 0)

    @answers("polls:list:v1")
    async def turn_page(self, request: Request) -> None:
        """Show another page of the list."""
        (number,) = request.arguments
        await self._list(request, int(number))

    @answers("polls:read:v1")
    async def read(self, request: Request) -> None:
        """Show what a poll asks, whole."""
        (poll_id,) = request.arguments
        poll, published = await self._polls.published(request.actor, poll_id)
        await request.show(member_cards.read(request.t, card_contents(poll, published=published)))

    @answers("polls:hands:v1")
    async def show_names(self, request: Request) -> None:
        """Show who said what in a show of hands, to those who can see its channel."""
        poll_id, number = (*request.arguments, "0")[:2]
        poll, hands = await self._polls.hands(request.actor, poll_id)
        if not _sees(request, poll.channel_id):
            raise NamesInTheChannel
        await request.show(member_cards.who_said_what(request.t, poll, hands, int(number)))

    # The ballot

    @answers("polls:vote:v1")
    async def vote(self, request: Request) -> None:
        """Show an empty ballot, with what to know before it is marked."""
        (poll_id,) = request.arguments
        await self._show_ballot(request, Unfinished(await self._polls.votable(request.actor, poll_id)))

    @answers("polls:ballot:v1")
    async def begin_again(self, request: Request) -> None:
        """Show the ballot without its marks."""
        await self._show_ballot(request, await self._unfinished(request))

    @answers("polls:mark:v1")
    async def mark(self, request: Request) -> None:
        """Mark what was chosen: one more in a ranking, everything in any other menu."""
        on = await self._unfinished(request)
        if on.poll.terms.method not in RANKED:
            await self._show_review(request, renewed(on, "".join(request.values)))
            return
        ranked = renewed(on, on.marks + "".join(request.values[:1]))
        if len(marking.read(ranked.poll, ranked.marks)) == ranked.poll.choices:
            await self._show_review(request, ranked)
        else:
            await self._show_ballot(request, ranked)

    @answers("polls:score:v1")
    async def score(self, request: Request) -> None:
        """Go on to the next option, or to the review after the last."""
        on = await self._unfinished(request)
        if len(on.marks) < on.poll.choices:
            await self._show_ballot(request, on)
        else:
            await self._show_review(request, renewed(on, in_poll_order(on.marks, self._order(request, on.poll))))

    @answers("polls:undo:v1")
    async def undo(self, request: Request) -> None:
        """Take the last mark back."""
        on = await self._unfinished(request)
        await self._show_ballot(request, renewed(on, on.marks[:-1]))

    @answers("polls:review:v1")
    async def review(self, request: Request) -> None:
        """Show what will be cast."""
        await self._show_review(request, await self._unfinished(request))

    @answers("polls:change:v1")
    async def change(self, request: Request) -> None:
        """Go back from the review to the marks."""
        on = await self._unfinished(request)
        marks = on.marks
        if on.poll.terms.method in SCORED and marking.read(on.poll, marks):
            marks = in_shown_order(marks, self._order(request, on.poll))[:-1]
        await self._show_ballot(request, renewed(on, marks))

    @answers("polls:cast:v1")
    async def cast(self, request: Request) -> None:
        """Cast the ballot, or ask for what is still to be filled in."""
        on = await self._unfinished(request)
        if on.poll.terms.has_ledger and not ledger.is_code(on.code):
            raise ledger.CodeNotOurs
        if ballot_forms.needs_form(on.poll):
            await request.ask(ballot_forms.casting_form(request.t, on.place("sealed"), on.poll))
        elif on.poll.is_secret:
            poll = await self._polls.cast(request.actor, on.poll.id, on.marks)
            await request.show(ballot_cards.receipt(request.t, poll))
        else:
            poll = await self._polls.raise_hand(request.actor, on.poll.id, on.marks, _name(request))
            await request.show(ballot_cards.hand_raised(request.t, poll))

    @answers("polls:sealed:v1")
    async def cast_with_form(self, request: Request) -> None:
        """Cast the ballot with what was filled in."""
        poll_id, marks, code = _carried(request)
        words, reason = ballot_forms.filled_casting(request.fields)
        poll = await self._polls.cast(request.actor, poll_id, marks, words=words, code=code, reason=reason)
        tracker = ledger.tracker(words, code) if poll.terms.has_ledger else ""
        await request.show(ballot_cards.receipt(request.t, poll, tracker))

    @answers("polls:lower:v1")
    async def lower_hand(self, request: Request) -> None:
        """Take a raised hand back."""
        (poll_id,) = request.arguments
        poll = await self._polls.lower_hand(request.actor, poll_id)
        await request.show(ballot_cards.hand_lowered(request.t, poll))

    # For organizers

    @poll.command(name="start", description=N_("For organizers: write a poll; nobody sees it before you publish it"))
    @app_commands.describe(template=N_("What to start from"))
    async def poll_start(self, interaction: discord.Interaction[StewardClient], template: str | None = None) -> None:
        """Open the first form of the composer."""
        await begin(Request(interaction), self._client.steward.poll_drafts, template)

    @poll_start.autocomplete("template")
    async def complete_template(
        self, interaction: discord.Interaction[Any], current: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the polls to start from."""
        t = Request(interaction).t
        named = [(t(template.name), template.id) for template in TEMPLATES.values()]
        return [
            app_commands.Choice(name=name, value=template_id)
            for name, template_id in named
            if current.casefold() in name.casefold()
        ][:MOST_CHOICES]

    @poll.command(name="manage", description=N_("For organizers: see and look after the polls of this server"))
    async def poll_manage(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Show the organizers' desk."""
        await show_desk(Request(interaction), self._client.steward.poll_conduct)

    # The checkable list

    @poll.command(name="check", description=N_("Check that your ballot is in the list, in private"))
    @app_commands.describe(poll=N_("Its question"), words=N_("Your two words and the six characters from Steward"))
    async def poll_check(self, interaction: discord.Interaction[StewardClient], poll: str, words: str) -> None:
        """Look up what somebody wrote down when they voted."""
        await self._check(Request(interaction), poll, words)

    @poll_check.autocomplete("poll")
    async def complete_question(
        self, interaction: discord.Interaction[Any], current: str
    ) -> list[app_commands.Choice[str]]:
        """Offer the polls that have a checkable list and whose question holds what was typed."""
        try:
            listed, over = await self._found(Request(interaction))
        except Refusal:
            return []
        polls = [*(each.poll for each in listed), *over]
        return [
            app_commands.Choice(name=poll.question.title, value=poll.id)
            for poll in polls
            if poll.terms.has_ledger and current.casefold() in poll.question.title.casefold()
        ][:MOST_CHOICES]

    @answers("polls:line:v1")
    async def show_another_line(self, request: Request) -> None:
        """Show another line of the list just as one's own is shown."""
        poll_id, *tracker = request.arguments
        await self._check(request, poll_id, ":".join(tracker))  # a voter's words may hold the sign that parts ids

    # Steps that several of the above share

    async def _list(self, request: Request, number: int) -> None:
        listed, over = await self._found(request)
        await request.show(member_cards.listing(request.t, listed, over, number))

    async def _found(self, request: Request) -> tuple[list[Listed], list[Poll]]:
        """Return the polls of the server, but for those in channels that this member cannot see."""
        listed, over = await self._polls.listed(request.actor), await self._polls.over(request.actor)
        return (
            [each for each in listed if _sees(request, each.poll.channel_id) is not False],
            [poll for poll in over if _sees(request, poll.channel_id) is not False],
        )

    async def _check(self, request: Request, poll_id: str, words: str) -> None:
        poll = await self._polls.find(request.actor, poll_id)
        if _sees(request, poll.channel_id) is False:  # its id can be typed, and the public chain tells it
            raise PollGone
        found = await self._polls.check(request.actor, poll_id, words)
        await request.show(member_cards.checked(request.t, found, ledger.tracker_typed(words)))

    async def _unfinished(self, request: Request) -> Unfinished:
        """Return the ballot that a button carries, if it can still be cast; its marks may be forged."""
        poll_id, marks, code = _carried(request)
        poll = await self._polls.votable(request.actor, poll_id)
        if poll.terms.method not in SCORED:
            marking.read(poll, marks)
        elif len(marking.marks(poll.terms.method, marks)) > poll.choices:
            raise NoSuchOption
        return Unfinished(poll, marks, code)

    async def _show_ballot(self, request: Request, on: Unfinished) -> None:
        on = renewed(on, "" if on.marks == BLANK_TEXT else on.marks)
        hand = None if on.poll.is_secret else await self._polls.own_hand(request.actor, on.poll.id)
        order = self._order(request, on.poll)
        await request.show(ballot_cards.ballot(request.t, on, order, hand, _name(request)))

    async def _show_review(self, request: Request, on: Unfinished) -> None:
        marks = marking.written(on.poll.terms.method, marking.read(on.poll, on.marks))
        code = on.code
        if on.poll.terms.has_ledger and not code:
            code = "".join(secrets.choice(ledger.CODE_LETTERS) for _ in range(ledger.CODE_LENGTH))
        if code and not ledger.is_code(code):
            raise ledger.CodeNotOurs
        await request.show(ballot_cards.review(request.t, renewed(on, marks, code), _name(request)))

    def _order(self, request: Request, poll: Poll) -> list[int]:
        return marking.shown_order(poll, str(request.user_id))


def _carried(request: Request) -> tuple[str, str, str]:
    poll_id, marks, code = (*request.arguments, "", "")[:3]
    return poll_id, marks, code


def _name(request: Request) -> str:
    return one_line(request.interaction.user.display_name)[:LONGEST_NAME]


def _sees(request: Request, channel_id: ChannelId) -> bool | None:
    """Tell whether a member can see a channel; `None` if Discord has not told of such a channel."""
    guild, member = request.interaction.guild, request.interaction.user
    channel = None if guild is None else guild.get_channel(channel_id)
    if channel is None or not isinstance(member, discord.Member):
        return None
    return channel.permissions_for(member).view_channel


async def setup(client: StewardClient) -> None:
    """Load the cogs."""
    await client.add_cog(Polls(client))
    await client.add_cog(Composer(client))
    await client.add_cog(PollDesk(client))
    await client.add_cog(Results(client))
