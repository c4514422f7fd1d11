"""Writing a poll: what organizers press, choose and fill in until it is published."""

from dataclasses import replace

import discord
from discord.ext import commands

from bot.client import StewardClient
from bot.ids import ChannelId
from bot.polls.drafts import Draft, Drafts, settled
from bot.polls.rules import Kind, State
from bot.polls.service import card_contents
from bot.polls.templates import TEMPLATES, Template
from bot.polls.wording import Question, drafted
from bot.refusals import N_, Refusal
from bot.texts import Translate, translate
from cogs.interactions import Request, answers
from cogs.polls import composer_cards as cards
from cogs.polls import composer_forms as forms
from cogs.polls.cards import poll_card


class NoChannelHere(Refusal):
    """There is no channel of this server that a card could be posted in."""

    sentence = N_(
        "Please choose a text channel of this server, and use `/poll start` in one: the card is posted there."
    )


class MayNotPost(Refusal):
    """Discord would not let the card into its channel."""

    sentence = N_(
        "Steward cannot post in the channel that was chosen: it needs to view it, to send messages and to read the "
        "history there. Choose another channel, or ask an administrator to allow it."
    )


async def begin(request: Request, drafts: Drafts, template: str | None) -> None:
    """Open the first form, as the first answer to a command: empty, or filled in from a template in the server's words.

    Raises `NotAnOrganizer`, `Frozen` or `NoChannelHere`.
    """
    guild = await drafts.starter(request.actor)
    channel = request.interaction.channel
    if isinstance(channel, discord.Thread):
        channel = channel.parent
    if not isinstance(channel, discord.TextChannel):
        raise NoChannelHere
    chosen = TEMPLATES.get(template or "")
    place = f"polldraft:begun:v1:{drafts.new_form()}:{channel.id}:{chosen.id if chosen else ''}"
    if chosen is None:
        await request.ask(forms.words_form(request.t, place, Question("")))
        return
    question = _in_words(chosen, translate(guild.language))
    await request.ask(forms.words_form(request.t, place, question, chosen.kind, chosen.method))


class Composer(commands.Cog, name="PollComposer"):  # petitions have a Composer too
    """Let organizers write a poll, come back to it, and publish it."""

    def __init__(self, client: StewardClient) -> None:
        self._drafts = client.steward.poll_drafts

    @answers("polldraft:start:v1")
    async def start(self, request: Request) -> None:
        """Open the first form from a button, as `/poll start` does."""
        await begin(request, self._drafts, None)

    @answers("polldraft:begun:v1")
    async def keep_begun(self, request: Request) -> None:
        """Keep the first words."""
        token, channel, template = request.arguments
        channel_id = ChannelId(_text_channel(request, int(channel)).id)
        question, kind, method = forms.filled_words(request.fields)
        draft = await self._drafts.begin(
            request.actor, token, channel_id, question, kind, method, TEMPLATES.get(template)
        )
        await self._show(request, draft)

    @answers("polldraft:copy:v1")
    async def copy(self, request: Request) -> None:
        """Start a draft from a published poll; a click that Discord delivers twice starts one."""
        (poll_id,) = request.arguments
        draft = await self._drafts.copy(request.actor, poll_id, f"copy {request.interaction.id}")
        await self._show(request, draft)

    @answers("polldraft:open:v1")
    async def go_on(self, request: Request) -> None:
        """Show a draft."""
        await self._show(request, await self._draft(request))

    @answers("polldraft:words:v1")
    async def ask_for_words(self, request: Request) -> None:
        """Open the form for the words, filled in."""
        poll = (await self._draft(request)).poll
        place = f"polldraft:worded:v1:{poll.id}"
        terms = poll.terms
        await request.ask(forms.words_form(request.t, place, poll.question, terms.kind, terms.method))

    @answers("polldraft:worded:v1")
    async def set_words(self, request: Request) -> None:
        """Change the words, the kind and the method."""
        (poll_id,) = request.arguments
        question, kind, method = forms.filled_words(request.fields)
        await self._show(request, await self._drafts.reword(request.actor, poll_id, question, kind, method))

    @answers("polldraft:times:v1")
    async def ask_for_times(self, request: Request) -> None:
        """Open the form for opening and closing."""
        draft = await self._draft(request)
        place = f"polldraft:timed:v1:{draft.poll.id}"
        await request.ask(forms.times_form(request.t, place, draft.poll.terms, draft.guild.zone_info))

    @answers("polldraft:timed:v1")
    async def set_times(self, request: Request) -> None:
        """Set opening and closing."""
        draft = await self._draft(request)
        opens_at, closes_at = forms.filled_times(request.fields, draft.guild.zone_info, request.interaction.created_at)
        await self._show(request, await self._drafts.set_times(request.actor, draft.poll.id, opens_at, closes_at))

    @answers("polldraft:voters:v1")
    async def ask_for_voters(self, request: Request) -> None:
        """Open the form for who may vote."""
        poll = (await self._draft(request)).poll
        await request.ask(forms.voters_form(request.t, f"polldraft:gated:v1:{poll.id}", poll.voters))

    @answers("polldraft:gated:v1")
    async def set_voters(self, request: Request) -> None:
        """Set who may vote."""
        (poll_id,) = request.arguments
        voters = forms.filled_voters(request.fields)
        await self._show(request, await self._drafts.set_voters(request.actor, poll_id, voters))

    @answers("polldraft:counting:v1")
    async def ask_for_counting(self, request: Request) -> None:
        """Open the form for seats, pass rule and quorum."""
        poll = (await self._draft(request)).poll
        await request.ask(forms.counting_form(request.t, f"polldraft:counted:v1:{poll.id}", poll.terms))

    @answers("polldraft:counted:v1")
    async def set_counting(self, request: Request) -> None:
        """Set seats, pass rule and quorum."""
        poll = (await self._draft(request)).poll
        seats, rule, quorum = forms.filled_counting(request.fields, poll.terms)
        await self._show(request, await self._drafts.set_counting(request.actor, poll.id, seats, rule, quorum))

    @answers("polldraft:promises:v1")
    async def ask_for_promises(self, request: Request) -> None:
        """Open the form for what voters are promised."""
        poll = (await self._draft(request)).poll
        await request.ask(forms.promises_form(request.t, f"polldraft:promised:v1:{poll.id}", poll.terms))

    @answers("polldraft:promised:v1")
    async def set_promises(self, request: Request) -> None:
        """Set what voters are promised."""
        poll = (await self._draft(request)).poll
        promised = forms.filled_promises(request.fields, poll.terms)
        await self._show(request, await self._drafts.set_promises(request.actor, poll.id, **promised))

    @answers("polldraft:channel:v1")
    async def choose_channel(self, request: Request) -> None:
        """Set where the card is posted."""
        (poll_id,) = request.arguments
        channel_id = ChannelId(_text_channel(request, int(request.values[0])).id)
        await self._show(request, await self._drafts.set_channel(request.actor, poll_id, channel_id))

    @answers("polldraft:preview:v1")
    async def preview(self, request: Request) -> None:
        """Show the card exactly as the channel will once the poll is open."""
        draft = await self._draft(request)
        poll = settled(draft.poll)
        opened = replace(poll, state=State.OPEN, commitment="…" if poll.terms.kind is Kind.BALLOT else None)
        hands = None if opened.is_secret or opened.terms.is_hidden else [0] * opened.choices
        contents = {**card_contents(opened, hands), "is_preview": True}
        await request.show(poll_card(contents, translate(draft.guild.language), "…"))

    @answers("polldraft:publish:v1")
    async def ask_to_publish(self, request: Request) -> None:
        """Say once more what cannot be changed after this, or what is still missing."""
        draft = await self._draft(request)
        if draft.lacking is not None:
            await self._show(request, draft)
            return
        _check_may_post(request, draft)
        await request.show(cards.confirm(request.t, draft))

    @answers("polldraft:published:v1")
    async def publish(self, request: Request) -> None:
        """Publish a draft as it was shown."""
        poll_id, shown = request.arguments
        await request.show(cards.published(request.t, await self._drafts.publish(request.actor, poll_id, shown)))

    @answers("polldraft:discard:v1")
    async def ask_to_discard(self, request: Request) -> None:
        """Ask once more before a draft is deleted."""
        await request.show(cards.discard(request.t, await self._draft(request)))

    @answers("polldraft:discarded:v1")
    async def discard(self, request: Request) -> None:
        """Delete a draft."""
        (poll_id,) = request.arguments
        await self._drafts.discard(request.actor, poll_id)
        await request.show(cards.discarded(request.t))

    async def _draft(self, request: Request) -> Draft:
        (poll_id,) = request.arguments
        return await self._drafts.find(request.actor, poll_id)

    async def _show(self, request: Request, draft: Draft) -> None:
        await request.show(cards.composer(request.t, draft))


def _text_channel(request: Request, channel_id: int) -> discord.TextChannel:
    """Return a channel of this server; the id came back with a click, so it may be forged."""
    server = request.interaction.guild
    channel = None if server is None else server.get_channel(channel_id)
    if not isinstance(channel, discord.TextChannel):
        raise NoChannelHere
    return channel


def _check_may_post(request: Request, draft: Draft) -> None:
    channel = _text_channel(request, draft.poll.channel_id)
    granted = channel.permissions_for(channel.guild.me)
    # History is read only to find Steward's own posts after a crash. Pictures are left out where none may be sent.
    if not (granted.view_channel and granted.send_messages and granted.read_message_history):
        raise MayNotPost


def _in_words(template: Template, t: Translate) -> Question:
    """Return what a template asks, in the words of a language; what is empty has no translation to look up."""
    title, text, *options = (t(each) if each else "" for each in (template.title, template.text, *template.options))
    return drafted(title, text, options)
