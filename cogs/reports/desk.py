"""The desk: `/cases` for organizers."""

import io

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import StewardClient
from bot.petitions.taxonomy import DEMANDS, SUGGESTED
from bot.refusals import N_, Refusal
from bot.reports import letters
from bot.reports.desk import PETITION
from bot.reports.letters import Letter
from bot.reports.rules import Case, Status
from bot.reports.taxonomy import CATEGORIES
from cogs.interactions import Request, answers
from cogs.reports import desk_cards, desk_forms, evidence_cards, forms
from cogs.reports.desk_cards import Place

LONGEST_CHOICE = 100


class Desk(commands.Cog):
    """Let organizers read, answer and work on cases."""

    def __init__(self, client: StewardClient) -> None:
        self._desk = client.steward.desk
        self._guilds = client.steward.guilds
        self._approvals = client.steward.approvals
        self._commitments = client.steward.commitments

    # Finding a case

    @app_commands.command(name="cases", description=N_("Organizers: read and answer reports"))
    @app_commands.describe(case=N_("Open this case at once, by its six letters and digits"))
    async def cases(self, interaction: discord.Interaction[StewardClient], case: str | None = None) -> None:
        """List the cases, or open one."""
        request = Request(interaction)
        if case is not None:
            await self._show(request, await self._desk.open(request.actor, case.strip().lower()), Place())
            return
        await self._show_list(request, Place())

    @cases.autocomplete("case")
    async def suggest(
        self, interaction: discord.Interaction[StewardClient], typed: str
    ) -> list[app_commands.Choice[str]]:
        """Offer cases to organizers and nothing to anybody else: Discord asks for whoever types, anywhere."""
        request = Request(interaction)
        try:
            found = await self._desk.suggest(request.actor, typed)
        except Refusal:
            return []
        t = request.t
        weeks = [desk_forms.week_name(t, each.released_week) for each in found]
        names = [
            f"{each.id} · {t(CATEGORIES[each.category])} · {week}" for each, week in zip(found, weeks, strict=True)
        ]
        return [
            app_commands.Choice(name=name[:LONGEST_CHOICE], value=each.id)
            for name, each in zip(names, found, strict=True)
        ]

    @answers("reports:desk:v1")
    async def turn_page(self, request: Request) -> None:
        """Show a page of the list."""
        await self._show_list(request, Place.unpack(*request.arguments[:1]))

    @answers("reports:filter:v1")
    async def open_filter(self, request: Request) -> None:
        """Open the form that narrows the list down, filled in as it is."""
        chosen = Place.unpack(*request.arguments[:1]).chosen
        page = await self._desk.page(request.actor, 0, chosen)
        await request.ask(desk_forms.filter_form(request.t, "reports:filtered:v1", chosen, page.weeks))

    @answers("reports:filtered:v1")
    async def choose_filter(self, request: Request) -> None:
        """Show the list as it was narrowed down."""
        await self._show_list(request, Place(0, desk_forms.filled_filter(request.fields)))

    @answers("reports:next:v1")
    async def open_next(self, request: Request) -> None:
        """Open the next case with something new in it."""
        case_id = await self._desk.next_new(request.actor)
        if case_id is None:
            await request.tell(request.t("Nothing new: every case has been read."))
            return
        place = Place.unpack(*request.arguments[:1])
        await self._show(request, await self._desk.open(request.actor, case_id), place)

    @answers("reports:case:v1")
    async def open_case(self, request: Request) -> None:
        """Show one case, from the list or from a menu of joined ones."""
        case_id, place = self._asked(request)
        chosen = request.values[0] if request.values else case_id
        await self._show(request, await self._desk.open(request.actor, chosen), place)

    @answers("reports:part:v1")
    async def turn_part(self, request: Request) -> None:
        """Show earlier or later parts of a case."""
        case_id, part, *place = request.arguments
        case = await self._desk.open(request.actor, case_id)
        await self._show(request, case, Place.unpack(*place[:1]), int(part) if part.isdecimal() else None)

    # What the reporter sees of it

    @answers("reports:status:v1")
    async def set_status(self, request: Request) -> None:
        """Set what the reporter reads about the state of the case."""
        case_id, place = self._asked(request)
        await self._show(request, await self._desk.set_status(request.actor, case_id, Status(request.values[0])), place)

    @answers("reports:reply:v1")
    async def reply(self, request: Request) -> None:
        """Open the form for a reply."""
        case_id, place, _ = await self._begin_form(request)
        custom_id = place.route("replied", case_id, self._desk.new_form())
        await request.ask(
            forms.text_form(request.t, custom_id, N_("Reply to the reporter"), N_("They read it when they return"))
        )

    @answers("reports:replied:v1")
    async def keep_reply(self, request: Request) -> None:
        """Keep a reply."""
        case_id, token, *place = request.arguments
        case = await self._desk.reply(request.actor, case_id, token, request.fields.get(forms.TEXT, ""))
        await self._show(request, case, Place.unpack(*place[:1]))

    @answers("reports:mute:v1")
    async def mute(self, request: Request) -> None:
        """Take no more messages on a case."""
        case_id, place = self._asked(request)
        await self._show(request, await self._desk.mute(request.actor, case_id, is_muted=True), place)

    @answers("reports:unmute:v1")
    async def unmute(self, request: Request) -> None:
        """Take messages on a case again."""
        case_id, place = self._asked(request)
        await self._show(request, await self._desk.mute(request.actor, case_id, is_muted=False), place)

    @answers("reports:words:v1")
    async def open_words(self, request: Request) -> None:
        """Open the form for what reporters read for each status."""
        guild = await self._guilds.organizer_at_work(request.actor)
        await request.ask(desk_forms.words_form(request.t, "reports:worded:v1", guild.status_words))

    @answers("reports:worded:v1")
    async def choose_words(self, request: Request) -> None:
        """Set what reporters read for each status."""
        await self._guilds.choose_status_words(request.actor, desk_forms.filled_words(request.fields))
        await request.tell(request.t("Kept. Reporters read these words from now on, each when they come back."))

    # What stays among organizers

    @answers("reports:note:v1")
    async def write_note(self, request: Request) -> None:
        """Open the form for a note."""
        case_id, place, _ = await self._begin_form(request)
        await request.ask(desk_forms.note_form(request.t, place.route("noted", case_id, self._desk.new_form())))

    @answers("reports:noted:v1")
    async def keep_note(self, request: Request) -> None:
        """Keep a note."""
        case_id, token, *place = request.arguments
        case = await self._desk.note(request.actor, case_id, token, request.fields.get(forms.TEXT, ""))
        await self._show(request, case, Place.unpack(*place[:1]), desk_cards.note_part(case))

    @answers("reports:confirm:v1")
    async def confirm(self, request: Request) -> None:
        """Let a case count."""
        case_id, place = self._asked(request)
        await self._show(request, await self._desk.confirm(request.actor, case_id, is_confirmed=True), place)

    @answers("reports:unconfirm:v1")
    async def take_back(self, request: Request) -> None:
        """Let a case count no more."""
        case_id, place = self._asked(request)
        await self._show(request, await self._desk.confirm(request.actor, case_id, is_confirmed=False), place)

    @answers("reports:group:v1")
    async def choose_group(self, request: Request) -> None:
        """Open the form for the working group."""
        case_id, place, group = await self._begin_form(request)
        await request.ask(desk_forms.group_form(request.t, place.route("grouped", case_id), group))

    @answers("reports:grouped:v1")
    async def assign(self, request: Request) -> None:
        """Hand a case to a working group."""
        case_id, place = self._asked(request)
        case = await self._desk.assign(request.actor, case_id, request.fields.get(desk_forms.GROUP, ""))
        await self._show(request, case, place)

    @answers("reports:join:v1")
    async def choose_case(self, request: Request) -> None:
        """Ask which case to join this one to."""
        case_id, place, _ = await self._begin_form(request)
        await request.ask(desk_forms.join_form(request.t, place.route("joined", case_id)))

    @answers("reports:joined:v1")
    async def join(self, request: Request) -> None:
        """Join a case to another one."""
        case_id, place = self._asked(request)
        into = request.fields.get(desk_forms.INTO, "")
        await self._show(request, await self._desk.merge(request.actor, case_id, into), place)

    @answers("reports:separate:v1")
    async def separate(self, request: Request) -> None:
        """Let a joined case stand for itself again."""
        case_id, place = self._asked(request)
        await self._show(request, await self._desk.separate(request.actor, case_id), place)

    @answers("reports:evidence:v1")
    async def choose_promise(self, request: Request) -> None:
        """Ask which promise a case tells to be broken."""
        case_id, number, *place = request.arguments
        await self._desk.group_of(request.actor, case_id)  # refuses whoever may not, and a case that is gone
        found = (await self._commitments.listed(request.actor)).listed
        page = int(number) if number.isdecimal() else 0
        await request.show(evidence_cards.promises(request.t, found, case_id, Place.unpack(*place[:1]), page))

    @answers("reports:link:v1")
    async def link(self, request: Request) -> None:
        """Take a case as evidence that a promise was broken."""
        case_id, place = self._asked(request)
        await self._show(request, await self._desk.link(request.actor, case_id, request.values[0]), place)

    @answers("reports:unlink:v1")
    async def unlink(self, request: Request) -> None:
        """Take a case as evidence no longer."""
        case_id, place = self._asked(request)
        await self._show(request, await self._desk.unlink(request.actor, case_id), place)

    @answers("reports:delete:v1")
    async def propose_delete(self, request: Request) -> None:
        """Propose to delete a case, which a second organizer must agree to."""
        case = await self._desk.open(request.actor, request.arguments[0])
        proposal = await self._approvals.propose(request.actor, "reports:delete", {"case": case.id})
        sentence = request.t(
            "Proposed. All organizers are told in their channel; one of them must agree before {when}."
        )
        await request.tell(sentence.format(when=discord.utils.format_dt(proposal.expires_at, "f")))

    # What is made of many

    @answers("reports:clusters:v1")
    async def show_clusters(self, request: Request) -> None:
        """Show what enough confirmed cases have in common."""
        number = request.arguments[0] if request.arguments else ""
        found = await self._desk.clusters(request.actor)
        k = (await self._guilds.organizer_at_work(request.actor)).k
        page = int(number) if number.isdecimal() else 0
        await request.show(desk_cards.clusters(request.t, found, k, page))

    @answers("reports:document:v1")
    async def hand_over(self, request: Request) -> None:
        """Write a letter or the draft of a petition, in the organizer's language, and hand it over as a file."""
        t, category, kind = request.t, request.arguments[0], request.values[0]
        letter = None if kind == PETITION else Letter(kind)
        cluster = await self._desk.make_document(request.actor, category, letter)
        if letter is None:
            name = f"petition-{category}.md"
            text = letters.draft_petition(cluster, [DEMANDS[each] for each in SUGGESTED[category]], t)
        else:
            name, text = letters.file_name(letter, cluster), letters.write(letter, cluster, t)
        view = desk_cards.document(t, kind, name)
        view.stop()
        file = discord.File(io.BytesIO(text.encode()), name)
        await request.interaction.response.send_message(view=view, file=file, ephemeral=True)

    # Steps that several of the above share

    def _asked(self, request: Request) -> tuple[str, Place]:
        """Return the case that a button is about, and the place on the list that it was opened from."""
        case_id, *place = request.arguments
        return case_id, Place.unpack(*place[:1])

    async def _begin_form(self, request: Request) -> tuple[str, Place, str | None]:
        """Return the case, the place and the working group; refuses before anybody has written in vain."""
        case_id, place = self._asked(request)
        return case_id, place, await self._desk.group_of(request.actor, case_id)

    async def _show_list(self, request: Request, place: Place) -> None:
        await request.show(desk_cards.desk(request.t, await self._desk.page(request.actor, place.number, place.chosen)))

    async def _show(self, request: Request, case: Case, place: Place, part: int | None = None) -> None:
        guild = await self._guilds.organizer(request.actor)
        promise = await self._commitments.text_of(request.actor, case.commitment_id)
        await request.show(desk_cards.case_at_desk(request.t, case, guild.status_words, place, part, promise))
