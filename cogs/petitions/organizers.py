"""The organizers' side of petitions: `/petitions`."""

import io
from datetime import timedelta

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import StewardClient
from bot.ids import RoleId
from bot.petitions import export, rules
from bot.petitions.conduct import DELIVER, TAKE_DOWN
from bot.petitions.rules import Event, Terms, Visibility
from bot.petitions.taxonomy import SUGGESTED
from bot.petitions.wording import LONGEST_TITLE, MOST_DEMANDS, compose
from bot.refusals import N_, Refusal
from bot.reports.taxonomy import CATEGORIES
from bot.texts import translate
from cogs.interactions import Request, answers
from cogs.petitions import organizer_cards, organizer_forms

DRAFT_GOAL = 25
DRAFT_FOR = timedelta(days=30)


class NoCluster(Refusal):
    """Too few confirmed reports name this category."""

    sentence = N_(
        "There are not enough confirmed reports about this to start a petition from. You can always write one."
    )


class PetitionDesk(commands.Cog):
    """Let organizers look after the petitions of their server."""

    def __init__(self, client: StewardClient) -> None:
        self._petitions = client.steward.petitions
        self._conduct = client.steward.conduct
        self._handovers = client.steward.handovers
        self._choices = client.steward.choices
        self._approvals = client.steward.approvals
        self._desk = client.steward.desk

    @app_commands.command(name="petitions", description=N_("Organizers: look after the petitions of this server"))
    async def petitions(self, interaction: discord.Interaction[StewardClient]) -> None:
        """List the petitions that go on."""
        await self._list(Request(interaction))

    @answers("petitiondesk:list:v1")
    async def turn_page(self, request: Request) -> None:
        """Show another page of the list."""
        number, is_over = request.arguments
        await self._list(request, int(number), is_over=is_over == "1")

    @answers("petitiondesk:open:v1")
    async def open(self, request: Request) -> None:
        """Show one petition."""
        await self._show(request)

    @answers("petitiondesk:publish:v1")
    async def publish(self, request: Request) -> None:
        """Open a petition without waiting for supporters."""
        await self._conduct.publish(request.actor, request.arguments[0])
        await self._show(request)

    @answers("petitiondesk:reject:v1")
    async def reject(self, request: Request) -> None:
        """Turn a petition away for the reason that was chosen."""
        await request.defer()
        await self._conduct.reject(request.actor, request.arguments[0], request.values[0])
        await self._show(request)

    @answers("petitiondesk:takedown:v1")
    async def propose_take_down(self, request: Request) -> None:
        """Propose to take a petition down for the reason that was chosen."""
        await self._propose(request, TAKE_DOWN, Event.TAKE_DOWN, request.values[0])

    @answers("petitiondesk:deliver:v1")
    async def propose_delivery(self, request: Request) -> None:
        """Propose to hand a petition over."""
        await self._propose(request, DELIVER, Event.DELIVER)

    @answers("petitiondesk:answer:v1")
    async def ask_for_answer(self, request: Request) -> None:
        """Open the form for what was answered."""
        petition_id = (await self._conduct.panel(request.actor, request.arguments[0])).petition.id
        await request.ask(organizer_forms.answer_form(request.t, f"petitiondesk:answered:v1:{petition_id}"))

    @answers("petitiondesk:answered:v1")
    async def keep_answer(self, request: Request) -> None:
        """Note what was answered."""
        text = request.fields.get(organizer_forms.ANSWER, "")
        await self._conduct.record_answer(request.actor, request.arguments[0], text)
        await self._show(request)

    @answers("petitiondesk:close:v1")
    async def close(self, request: Request) -> None:
        """End a petition that was handed over."""
        await self._conduct.close(request.actor, request.arguments[0])
        await self._show(request)

    @answers("petitiondesk:structure:v1")
    async def show_structure(self, request: Request) -> None:
        """Show how much of the workplace has signed."""
        panel = await self._conduct.panel(request.actor, request.arguments[0])
        await request.show(organizer_cards.structure_test(request.t, panel))

    # Names and files

    @answers("petitiondesk:names:v1")
    async def show_names(self, request: Request) -> None:
        """Show a page of names to whoever may see them: the service decides, members come here too."""
        petition_id, *number = request.arguments
        await request.defer()  # names are opened one by one
        page = await self._handovers.names(request.actor, petition_id, int(number[0]) if number else 0)
        await request.show(organizer_cards.names(request.t, page))

    @answers("petitiondesk:sealed:v1")
    async def hand_out_sealed_names(self, request: Request) -> None:
        """Hand out a file of sealed names."""
        petition_id, *number = request.arguments
        await request.defer()
        petition = (await self._conduct.panel(request.actor, petition_id)).petition
        part = int(number[0]) if number else 0
        file, parts = await self._handovers.sealed_names(request.actor, petition_id, part)
        name = f"petition-{petition.id}-sealed-{part + 1}.json"
        view = organizer_cards.sealed_names(request.t, petition, name, part, parts)
        await _hand_out(request, view, {name: file})

    @answers("petitiondesk:files:v1")
    async def hand_out_files(self, request: Request) -> None:
        """Hand out the files of a petition that was handed over."""
        await request.defer()
        handover = (await self._handovers.export(request.actor, request.arguments[0])).handover
        stem = f"petition-{handover.petition.id}"
        files = {
            f"{stem}.md": export.letter(handover, request.t).encode(),
            f"{stem}-record.json": export.record(handover).encode(),
        }
        if handover.names:
            files[f"{stem}-names.csv"] = export.names_table(handover.names).encode("utf-8-sig")  # or Excel guesses
        await _hand_out(request, organizer_cards.files(request.t, handover, list(files)), files)

    # Settings

    @answers("petitiondesk:settings:v1")
    async def show_settings(self, request: Request) -> None:
        """Show what holds for all petitions of the server."""
        await request.show(organizer_cards.settings(request.t, await self._choices.settings(request.actor)))

    @answers("petitiondesk:members:v1")
    async def let_members_start(self, request: Request) -> None:
        """Let members start petitions, or organizers alone."""
        settings = await self._choices.let_members_start(request.actor, may_start=request.arguments[0] == "1")
        await request.show(organizer_cards.settings(request.t, settings))

    @answers("petitiondesk:role:v1")
    async def choose_role(self, request: Request) -> None:
        """Set the role that an account needs to sign, or ask for none."""
        role_id = RoleId(int(request.values[0])) if request.values else None
        await request.show(organizer_cards.settings(request.t, await self._choices.choose_role(request.actor, role_id)))

    @answers("petitiondesk:numbers:v1")
    async def ask_for_numbers(self, request: Request) -> None:
        """Open the form for the numbers."""
        settings = await self._choices.settings(request.actor)
        await request.ask(organizer_forms.numbers_form(request.t, "petitiondesk:numbered:v1", settings))

    @answers("petitiondesk:numbered:v1")
    async def choose_numbers(self, request: Request) -> None:
        """Set the numbers."""
        await self._choices.settings(request.actor)  # who may not is told so, and not that a number is wrong
        names = (
            organizer_forms.SUPPORTERS,
            organizer_forms.ACCOUNT_AGE,
            organizer_forms.DAYS_IN_SERVER,
            organizer_forms.KEPT_DAYS,
        )
        numbers = [organizer_forms.number(request.fields.get(name, "")) for name in names]
        await request.show(
            organizer_cards.settings(request.t, await self._choices.choose_numbers(request.actor, *numbers))
        )

    # From reports to a petition

    @answers("petitions:fromcluster:v1")
    async def start_from_cluster(self, request: Request) -> None:
        """Begin a petition with what enough confirmed reports have in common, in the language of the server.

        Of the reports it holds one number, which organizers may give to outsiders.
        """
        guild, _ = await self._petitions.starter(request.actor)
        clusters = {each.category: each for each in await self._desk.clusters(request.actor)}
        cluster = clusters.get(request.arguments[0])
        if cluster is None:
            raise NoCluster
        t = translate(guild.language)
        library = {each.id: each for each in await self._choices.library(guild.id)}
        offered = [library[each] for each in SUGGESTED[cluster.category] if each in library]
        demands = [t(each.text) for each in offered][:MOST_DEMANDS]
        why = t("At least {at_least} reports from workers (counted as reports, not people) name this: {category}.")
        category = t(CATEGORIES[cluster.category])
        wording = compose(
            category[:LONGEST_TITLE],
            t("The management"),
            demands or [category],
            why.format(at_least=cluster.at_least, category=category),
        )
        deadline_at = request.interaction.created_at + DRAFT_FOR
        terms = Terms(Visibility.COUNT, DRAFT_GOAL, rules.FEWEST_SUPPORTERS, deadline_at)
        petition = await self._petitions.start(request.actor, self._petitions.new_form(), wording, terms)
        await request.show_new(organizer_cards.drafted(request.t, petition))

    # Steps that several of the above share

    async def _list(self, request: Request, number: int = 0, *, is_over: bool = False) -> None:
        found = await self._conduct.listed(request.actor, is_over=is_over)
        await request.show(organizer_cards.desk(request.t, found, number, is_over=is_over))

    async def _show(self, request: Request) -> None:
        panel = await self._conduct.panel(request.actor, request.arguments[0])
        await request.show(organizer_cards.panel(request.t, panel))

    async def _propose(self, request: Request, kind: str, event: Event, reason: str = "") -> None:
        contents = await self._conduct.proposable(request.actor, request.arguments[0], event, reason)
        proposal = await self._approvals.propose(request.actor, kind, contents)
        await request.show(organizer_cards.proposed(request.t, proposal))


async def _hand_out(request: Request, view: ui.LayoutView, files: dict[str, bytes]) -> None:
    """Send files in a private message of their own."""
    view.stop()
    attached = [discord.File(io.BytesIO(content), name) for name, content in files.items()]
    await request.interaction.followup.send(view=view, files=attached, ephemeral=True)
