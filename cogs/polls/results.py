"""What everybody can read of a poll that was counted: its result, its rounds, its reasons and its files."""

import io

import discord
from discord.ext import commands

from bot.client import StewardClient
from bot.ids import PollId
from bot.papers import marked
from bot.polls import export, ledger
from bot.polls.closing import result_contents
from bot.polls.rules import Poll
from bot.polls.service import RESULT, Published, card_contents
from bot.refusals import N_, Refusal
from bot.texts import translate
from cogs.interactions import Request, answers
from cogs.polls import cards, result_cards

MOST_BYTES = 8 * 1024 * 1024
"""What one message may carry: Discord takes ten million bytes, and a little is left for what stands around it."""


class NoResult(Refusal):
    """The poll was not counted, or not yet."""

    sentence = N_("There is no result of this poll that could be shown. Its card says how it stands.")


class Results(commands.Cog):
    """Let everybody in the server read results."""

    def __init__(self, client: StewardClient) -> None:
        self._polls = client.steward.polls
        self._guilds = client.steward.guilds
        client.steward.outgoing.render_with(RESULT, result_cards.result_post)

    @answers("pollresult:show:v1")
    async def show(self, request: Request) -> None:
        """Show a result to whoever asks, or say when there will be one."""
        poll, published = await self._polls.published(request.actor, request.arguments[0])
        if published.result is None:
            await request.show(result_cards.no_result(request.t, card_contents(poll, published=published)))
            return
        told = result_contents(poll, dict(published.result), len(published.reasons), list_hash_of(published))
        contents = {**told, **_outcome(poll, published)}
        await request.show(result_cards.result(request.t, contents))

    @answers("pollresult:rounds:v1")
    async def show_rounds(self, request: Request) -> None:
        """Show a page of the table of rounds."""
        poll, published = await self._counted(request)
        await request.show(result_cards.rounds(request.t, poll, published.result or {}, _page(request)))

    @answers("pollresult:reasons:v1")
    async def show_reasons(self, request: Request) -> None:
        """Show a page of the reasons that are published."""
        poll, published = await self._counted(request)
        await request.show(result_cards.reasons(request.t, poll, published.reasons, _page(request)))

    @answers("pollresult:files:v1")
    async def hand_out_files(self, request: Request) -> None:
        """Hand out the files of a result, in the language of the server, so that everybody has the same."""
        await request.defer()
        poll, published = await self._counted(request)
        guild = await self._guilds.find(poll.guild_id)
        t = translate(guild.language) if guild is not None else request.t
        contents = card_contents(poll, published=published)
        rules = _with_role_name(request, poll, cards.rules(contents, t))
        made = export.files(poll, published, t, names=cards.choice_names(poll, t), rules=rules)
        files = {_file_name(poll.id, name): content for name, content in made.items()}
        for number, part in enumerate(_messages(files)):
            view = result_cards.files(request.t, poll, list(part), list_hash_of(published) if number == 0 else None)
            view.stop()
            attached = [discord.File(io.BytesIO(content), name) for name, content in part.items()]
            await request.interaction.followup.send(view=view, files=attached, ephemeral=True)

    async def _counted(self, request: Request) -> tuple[Poll, Published]:
        poll, published = await self._polls.published(request.actor, request.arguments[0])
        if published.result is None or published.result.get("too_few"):
            raise NoResult
        return poll, published


def list_hash_of(published: Published) -> str | None:
    """Return SHA-256 of the checkable list where one is shown."""
    return None if published.ledger is None else ledger.list_hash(published.ledger)


def _outcome(poll: Poll, published: Published) -> dict[str, object]:
    contents = card_contents(poll, published=published)
    return {"outcome": contents["outcome"], "review": contents["review"]}


def _page(request: Request) -> int:
    number = request.arguments[1] if len(request.arguments) > 1 else ""
    return int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0  # noqa: PLR2004 - may be forged


def _with_role_name(request: Request, poll: Poll, rules: str) -> str:
    """Return rules with the role's name, since a mention says nothing outside Discord."""
    role_id, guild = poll.voters.role_id, request.interaction.guild
    role = guild.get_role(role_id) if guild is not None and role_id is not None else None
    return rules if role_id is None else rules.replace(f"<@&{role_id}>", marked(role.name if role else str(role_id)))


def _file_name(poll_id: PollId, name: str) -> str:
    return f"poll-{poll_id}-{name}"


def _messages(files: dict[str, bytes]) -> list[dict[str, bytes]]:
    """Lay files into messages that Discord takes."""
    parts: list[dict[str, bytes]] = [{}]
    for name, content in files.items():
        if parts[-1] and sum(map(len, parts[-1].values())) + len(content) > MOST_BYTES:
            parts.append({})
        parts[-1][name] = content
    return parts
