"""Exports of the published numbers: proposed by one organizer, agreed to by another, then files for all of them."""

import asyncio
import io
from dataclasses import dataclass
from datetime import date

import discord
from discord.ext import commands

from bot.client import StewardClient
from bot.commitments.rules import STANDINGS
from bot.commitments.service import Listed
from bot.digests import export
from bot.digests.export import Facts
from bot.digests.exporting import EXPORT, Material
from bot.digests.picture import impact_picture
from bot.petitions.taxonomy import SUGGESTED, Demand
from bot.texts import Translate, translate
from cogs.digests import export_cards
from cogs.digests.impact_cards import impact_pictures, warning_lines
from cogs.digests.names import names_in
from cogs.interactions import Request, answers


class Exports(commands.Cog):
    """Let organizers propose an export and take its files."""

    def __init__(self, client: StewardClient) -> None:
        self._exports = client.steward.exports
        self._approvals = client.steward.approvals
        self._choices = client.steward.choices

    @answers("digests:export:v1")
    async def export(self, request: Request) -> None:
        """Hand out the files, or say what it takes."""
        await self.show(request)

    @answers("digests:propose:v1")
    async def propose(self, request: Request) -> None:
        """Propose the export of the last digest."""
        contents = await self._exports.proposable(request.actor)
        proposal = await self._approvals.propose(request.actor, EXPORT, contents)
        await request.show(export_cards.proposed(request.t, proposal))

    @answers("digests:quotes:v1")
    async def show_quotes(self, request: Request) -> None:
        """Show the quotes that would leave."""
        number = request.arguments[0] if request.arguments else ""
        standing = await self._exports.standing(request.actor)
        await request.show(export_cards.quotes(request.t, standing, int(number) if number.isdecimal() else 0))

    async def show(self, request: Request) -> None:
        """Hand out the files where two organizers agreed, or say what it takes."""
        await request.defer()
        standing = await self._exports.standing(request.actor)
        if standing.granted is None:
            await request.show(export_cards.export(request.t, standing))
            return
        material = await self._exports.material(request.actor)
        library = await self._choices.library(material.guild.id)
        files = await asyncio.to_thread(_files, material, library)
        is_old = standing.period is not None and standing.period > standing.granted
        view = export_cards.files(request.t, material, list(files), is_old=is_old)
        view.stop()
        attached = [discord.File(io.BytesIO(content), name) for name, content in files.items()]
        await request.interaction.followup.send(view=view, files=attached, ephemeral=True)


def _files(material: Material, library: tuple[Demand, ...]) -> dict[str, bytes]:
    """Return the files by their names, in the language of the server."""
    t = translate(material.guild.language)
    names, last = names_in(t), material.history[-1]
    stem = f"impact-{last.period.isoformat()}"
    earlier = [(each.period, each.tallies) for each in material.history[:-1]]
    shown = impact_picture(earlier, last.tallies, last.period, last.k)
    drawn = {f"{stem}-{name.removeprefix('impact-')}": draw() for name, draw in impact_pictures(t, shown).items()}
    facts = Facts(
        quotes=material.quotes,
        demands=_demands(library, t),
        promises=[_promise(each, t) for each in material.promises],
        pictures=list(drawn),
        warnings=warning_lines(t, shown),
        is_offline=material.is_offline,
    )
    return {
        f"{stem}.md": export.brief(material.history, names, facts, t).encode(),
        f"{stem}.csv": export.table(last, names).encode(),
        f"{stem}.json": export.record(material.history, names, facts.warnings).encode(),
        **drawn,
    }


@dataclass(frozen=True, slots=True)
class _Promise:
    """A promise as a brief tells it."""

    text: str
    due_on: date | None
    standing: str
    at_least: int | None


def _promise(listed: Listed, t: Translate) -> _Promise:
    promise = listed.commitment.promise
    return _Promise(promise.text, promise.due_on, t(STANDINGS[listed.standing]), listed.at_least)


def _demands(library: tuple[Demand, ...], t: Translate) -> dict[str, list[Demand]]:
    """Return what the library of a server suggests for each category, in the language of the server."""
    offered = {each.id: Demand(each.id, each.group, t(each.title), t(each.text), t(each.origin)) for each in library}
    return {category: [offered[each] for each in ids if each in offered] for category, ids in SUGGESTED.items()}
