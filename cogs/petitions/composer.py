"""Writing a petition: what its author presses, chooses and fills in until it is sent off."""

from dataclasses import replace

from discord.ext import commands

from bot.client import StewardClient
from bot.petitions.drafts import Draft, drafted
from bot.petitions.rules import State
from bot.petitions.taxonomy import Group
from bot.texts import translate
from cogs.interactions import Request, answers
from cogs.petitions import composer_cards as cards
from cogs.petitions import forms
from cogs.petitions.cards import contents_of, petition_card


class Composer(commands.Cog):
    """Let authors write a petition, come back to it, and send it off."""

    def __init__(self, client: StewardClient) -> None:
        self._petitions = client.steward.petitions
        self._choices = client.steward.choices
        self._drafts = client.steward.drafts

    @answers("petitions:begun:v1")
    async def begin(self, request: Request) -> None:
        """Keep the first words, and show similar petitions before the author goes on."""
        (token,) = request.arguments
        wording, level = forms.filled_words(request.fields)
        draft = await self._drafts.begin(request.actor, token, wording, level)
        alike = await self._petitions.similar(request.actor, wording.title, wording.why)
        await request.show(cards.similar(request.t, draft, alike) if alike else cards.composer(request.t, draft))

    @answers("petitions:draft:v1")
    async def go_on(self, request: Request) -> None:
        """Show a draft to its author."""
        await self._show(request, await self._draft(request))

    @answers("petitions:words:v1")
    async def ask_for_words(self, request: Request) -> None:
        """Open the form for the words, filled in."""
        draft = await self._draft(request)
        petition = draft.petition
        place = f"petitions:worded:v1:{petition.id}"
        await request.ask(
            forms.words_form(
                request.t,
                place,
                can_seal=draft.can_seal,
                wording=petition.wording,
                level=petition.terms.visibility,
            )
        )

    @answers("petitions:worded:v1")
    async def set_words(self, request: Request) -> None:
        """Change the words and the level."""
        (petition_id,) = request.arguments
        wording, level = forms.filled_words(request.fields)
        await self._show(request, await self._drafts.rewrite(request.actor, petition_id, wording, level))

    @answers("petitions:group:v1")
    async def choose_group(self, request: Request) -> None:
        """Offer the demands of a group."""
        draft, group = await self._draft(request), Group(request.values[0])
        said = translate(draft.guild.language)
        offered = [each for each in await self._choices.library(draft.guild.id) if each.group is group]
        chosen = [each.id for each in offered if said(each.text) in draft.petition.wording.demands]
        await request.show(cards.library(request.t, draft, group, offered, chosen))

    @answers("petitions:pick:v1")
    async def pick(self, request: Request) -> None:
        """Take over the demands of a group that were ticked, in the server's language, and drop those unticked."""
        petition_id, group = request.arguments
        draft = await self._drafts.find(request.actor, petition_id)
        said = translate(draft.guild.language)
        offered = {
            each.id: said(each.text) for each in await self._choices.library(draft.guild.id) if each.group == group
        }
        picked = [offered[value] for value in request.values if value in offered]
        before = draft.petition.wording
        kept = [demand for demand in before.demands if demand in picked or demand not in offered.values()]
        wording = drafted(before.title, before.whom, [*kept, *picked], before.why)
        level = draft.petition.terms.visibility
        await self._show(request, await self._drafts.rewrite(request.actor, petition_id, wording, level))

    @answers("petitions:goal:v1")
    async def ask_for_goal(self, request: Request) -> None:
        """Open the form for goal and deadline."""
        petition = (await self._draft(request)).petition
        place = f"petitions:aimed:v1:{petition.id}"
        await request.ask(forms.goal_form(request.t, place, petition.terms, request.interaction.created_at))

    @answers("petitions:aimed:v1")
    async def set_goal(self, request: Request) -> None:
        """Set goal and deadline."""
        (petition_id,) = request.arguments
        threshold, days, is_live = forms.filled_goal(request.fields)
        draft = await self._drafts.set_goal(request.actor, petition_id, threshold, days, has_live_count=is_live)
        await self._show(request, draft)

    @answers("petitions:units:v1")
    async def ask_for_units(self, request: Request) -> None:
        """Open the form for the parts of the workplace."""
        petition = (await self._draft(request)).petition
        await request.ask(forms.units_form(request.t, f"petitions:divided:v1:{petition.id}", petition.units))

    @answers("petitions:divided:v1")
    async def set_units(self, request: Request) -> None:
        """Set the parts of the workplace."""
        (petition_id,) = request.arguments
        units = forms.filled_units(request.fields)
        await self._show(request, await self._drafts.set_units(request.actor, petition_id, units))

    @answers("petitions:preview:v1")
    async def preview(self, request: Request) -> None:
        """Show the card exactly as the channel will."""
        draft = await self._draft(request)
        own = await self._petitions.standing(request.actor, draft.petition.id)
        opened = replace(own, petition=replace(own.petition, state=State.OPEN))
        contents = {**contents_of(opened, request.interaction.created_at), "is_preview": True}
        await request.show(petition_card(contents, translate(draft.guild.language), "…"))

    @answers("petitions:send:v1")
    async def send_off(self, request: Request) -> None:
        """Send a draft off to look for supporters."""
        (petition_id,) = request.arguments
        await request.show(cards.sent_off(request.t, await self._petitions.submit(request.actor, petition_id)))

    @answers("petitions:discard:v1")
    async def ask_to_discard(self, request: Request) -> None:
        """Ask once more before a draft is deleted."""
        await request.show(cards.discard(request.t, await self._draft(request)))

    @answers("petitions:discarded:v1")
    async def discard(self, request: Request) -> None:
        """Delete a draft."""
        (petition_id,) = request.arguments
        await request.defer()
        await self._drafts.discard(request.actor, petition_id)
        await request.show(cards.discarded(request.t))

    async def _draft(self, request: Request) -> Draft:
        (petition_id,) = request.arguments
        return await self._drafts.find(request.actor, petition_id)

    async def _show(self, request: Request, draft: Draft) -> None:
        await request.show(cards.composer(request.t, draft))
