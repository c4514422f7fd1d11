"""Organizers' own keys: `/keys`, and the sealed files of cases that only those keys open."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import StewardClient
from bot.guilds.rules import ReadingMode
from bot.refusals import N_
from bot.reports.rotation import KIND
from cogs.interactions import Request, answers
from cogs.reports import keys_cards


class Keys(commands.Cog):
    """Let organizers decide who can open reports, and take the files that only they can open."""

    def __init__(self, client: StewardClient) -> None:
        self._desk = client.steward.desk
        self._guilds = client.steward.guilds
        self._rotation = client.steward.rotation
        self._approvals = client.steward.approvals
        client.steward.outgoing.render_with(KIND, keys_cards.rotated)

    @app_commands.command(name="keys", description=N_("Organizers: who can open reports, and with which keys"))
    async def keys(self, interaction: discord.Interaction[StewardClient]) -> None:
        """Show the reading mode and the keys."""
        request = Request(interaction)
        await request.defer()
        await request.show(keys_cards.keyring(request.t, await self._rotation.keyring(request.actor)))

    @answers("reports:key:v1")
    async def ask_for_key(self, request: Request) -> None:
        """Open the form for a public key."""
        await self._guilds.organizer(request.actor)
        await request.ask(keys_cards.key_form(request.t, "reports:keyed:v1"))

    @answers("reports:keyed:v1")
    async def propose_key(self, request: Request) -> None:
        """Propose the key that was typed, for whoever typed it."""
        key = await self._guilds.own_key(request.actor, request.fields.get(keys_cards.KEY, ""))
        await self._propose(request, "guilds:key", {"user": request.user_id, "recipient": key})

    @answers("reports:offline:v1")
    async def propose_offline(self, request: Request) -> None:
        """Propose that only organizers' own keys open reports."""
        await request.defer()
        plan = await self._rotation.plan(request.actor, ReadingMode.OFFLINE)
        await self._propose(request, "guilds:mode", plan)

    @answers("reports:readable:v1")
    async def propose_readable(self, request: Request) -> None:
        """Propose that the server opens reports again."""
        await request.defer()
        plan = await self._rotation.plan(request.actor, ReadingMode.READABLE)
        await self._propose(request, "guilds:mode", plan)

    @answers("reports:files:v1")
    async def hand_out(self, request: Request) -> None:
        """Hand the newest sealed files of a case out, or those before the ones already handed out."""
        case_id, *skipped = request.arguments
        case = await self._desk.take_files(request.actor, case_id)
        end = max(0, len(case.files) - sum(map(int, skipped)))
        start = max(0, end - keys_cards.MOST_FILES)
        chosen = case.files[start:end]
        view = keys_cards.case_files(request.t, case.id, [each.name for each in chosen], start, len(case.files) - start)
        view.stop()
        await request.interaction.response.send_message(
            view=view, files=[discord.File(BytesIO(each.sealed), each.name) for each in chosen], ephemeral=True
        )

    async def _propose(self, request: Request, kind: str, contents: Mapping[str, Any]) -> None:
        proposal = await self._approvals.propose(request.actor, kind, contents)
        sentence = request.t(
            "Proposed. All organizers are told in their channel; one of them must agree before {when}. It is carried "
            "out 12 hours after that, unless somebody vetoes it."
        )
        await request.tell(sentence.format(when=discord.utils.format_dt(proposal.expires_at, "f")))
