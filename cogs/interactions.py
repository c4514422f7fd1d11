"""What happens to every interaction: its route, its language, its first answer, and its errors.

Buttons, menus and forms carry a `custom_id` of the form `feature:action:v1:argument:…` and are found by it in the
raw interaction, so they work after a restart and cost no memory while they wait.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import discord
from discord import app_commands, ui
from discord.ext import commands
from discord.utils import MISSING

from bot import mishaps
from bot.client import StewardClient
from bot.ids import Actor, GuildId, RoleId, UserId
from bot.outgoing import Illustrated, with_pictures
from bot.refusals import N_, Refusal
from bot.texts import Translate, translate
from cogs.layout import QUIET, card

Handler = TypeVar("Handler", bound=Callable[..., Awaitable[None]])

DRAW_SECONDS = 1.5
"""Discord waits three for the first answer, so after this the words go alone."""
ALREADY_ANSWERED = 40060
UNKNOWN_INTERACTION = 10062
"""Came too late, or Discord lost it: the work is done, only the answer cannot be shown."""


class OnlyInServers(Refusal):
    """The action needs a server and was tried in a direct message."""

    sentence = N_("This works in the server, not in a direct message.")


class NotAnsweredHere(Refusal):
    """The button or form belongs to a version that is gone."""

    sentence = N_("This button is from an older version and does not work any more. Please use the command again.")


def answers(route: str) -> Callable[[Handler], Handler]:
    """Mark a cog's method as the answer to buttons, menus and forms whose `custom_id` begins with `route`."""

    def mark(method: Handler) -> Handler:
        method.__steward_route__ = route  # type: ignore[attr-defined]
        return method

    return mark


class Request:
    """One interaction, as a cog sees it."""

    def __init__(self, interaction: discord.Interaction[Any], arguments: tuple[str, ...] = ()) -> None:
        self.interaction = interaction
        self.arguments = arguments
        self.language = interaction.locale.value
        self.t: Translate = translate(self.language)

    @property
    def user_id(self) -> UserId:
        """Return who acts. Use it within this interaction only."""
        return UserId(self.interaction.user.id)

    @property
    def is_direct(self) -> bool:
        """Tell whether this is a direct message."""
        return self.interaction.guild_id is None

    @property
    def actor(self) -> Actor:
        """Return who acts in this server, from Discord's own words in this interaction; raises `OnlyInServers`."""
        user = self.interaction.user
        if self.interaction.guild_id is None or not isinstance(user, discord.Member):
            raise OnlyInServers
        return actor_of(user, is_administrator=self.interaction.permissions.administrator)

    @property
    def values(self) -> list[str]:
        """Return what was chosen in the menu that was used."""
        return list(self._data.get("values", []))

    @property
    def fields(self) -> Mapping[str, str]:
        """Return what was filled into the form, by the `custom_id` of each field; an empty field is an empty text."""
        found: dict[str, str] = {}
        for item in self._data.get("components", []):
            for part in (item.get("component"), *item.get("components", [])):
                if part is not None and "custom_id" in part:
                    value = part.get("value", part.get("values"))
                    found[part["custom_id"]] = ",".join(value) if isinstance(value, list) else str(value or "")
        return found

    @property
    def shown_texts(self) -> Mapping[int, str]:
        """Return the texts of the message that a button or menu stands on, by component id."""
        message = self.interaction.message
        found: dict[int, str] = {}
        for top in message.components if message is not None else []:
            for part in (top, *getattr(top, "children", [])):
                if isinstance(part, discord.TextDisplay) and part.id is not None:
                    found[part.id] = part.content
        return found

    async def defer(self) -> None:
        """Answer at once and show the result later, for work that may take longer than Discord waits."""
        if self.interaction.response.is_done():
            return
        if self._stands_on_message:
            await self.interaction.response.defer()
        else:
            await self.interaction.response.defer(ephemeral=True, thinking=True)

    async def show(self, view: ui.LayoutView | Illustrated) -> None:
        """Show a private card: in place of the one the button stands on, or as a new one."""
        if not self.interaction.response.is_done() and not self._stands_on_message:
            await self.show_new(view)
        else:
            await with_pictures(view, self._replace, DRAW_SECONDS)

    async def show_new(self, view: ui.LayoutView | Illustrated) -> None:
        """Show a private card of its own, also when the button stands on a public message."""
        await with_pictures(view, self._send, DRAW_SECONDS)

    async def _replace(self, view: ui.LayoutView, files: list[discord.File]) -> None:
        view.stop()  # nothing to keep: its buttons are found by their custom_id
        # What a card shows takes the place of what it showed; without a word about files it would keep the old ones.
        message = self.interaction.message
        attachments = files if files or (message is not None and message.attachments) else MISSING
        nobody = discord.AllowedMentions.none()
        if self.interaction.response.is_done():
            await self.interaction.edit_original_response(view=view, attachments=attachments, allowed_mentions=nobody)
        else:
            await self.interaction.response.edit_message(view=view, attachments=attachments, allowed_mentions=nobody)

    async def _send(self, view: ui.LayoutView, files: list[discord.File]) -> None:
        view.stop()
        if self.interaction.response.is_done():
            await self.interaction.followup.send(view=view, files=files or MISSING, ephemeral=True)
        else:
            await self.interaction.response.send_message(view=view, files=files or MISSING, ephemeral=True)

    async def ask(self, form: ui.Modal) -> None:
        """Open a form. It must be the first answer."""
        form.stop()  # its answer is found by its custom_id, so an open form survives a restart and costs nothing
        await self.interaction.response.send_modal(form)

    async def tell(self, sentence: str) -> None:
        """Show one private sentence, leaving what the person was looking at as it is."""
        await self.show_new(card(sentence, accent=QUIET))

    @property
    def _data(self) -> Mapping[str, Any]:
        return self.interaction.data or {}

    @property
    def _stands_on_message(self) -> bool:
        message = self.interaction.message
        return message is not None and message.flags.ephemeral


def actor_of(member: discord.Member, *, is_administrator: bool = False) -> Actor:
    """Return a member as an actor in their server."""
    return Actor(
        guild_id=GuildId(member.guild.id),
        user_id=UserId(member.id),
        role_ids=frozenset(RoleId(role.id) for role in member.roles),
        is_administrator=is_administrator,
        joined_at=member.joined_at,
    )


async def answer_error(request: Request, error: BaseException) -> None:
    """Tell the person what went wrong: a refusal in its own words, anything else as a number to ask about.

    Nothing is logged here, since the time of the line would be the time of a report or a ballot.
    """
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    if isinstance(error, discord.HTTPException) and error.code in {ALREADY_ANSWERED, UNKNOWN_INTERACTION}:
        return
    if isinstance(error, Refusal):
        sentence = request.t(error.sentence).format_map(error.values)
    else:
        reference = mishaps.count(error)
        sentence = request.t(
            "We are sorry: something went wrong on Steward's side, and it may not have been done. Please try again. If "
            "it happens again and you wish to, give whoever runs Steward this number: {reference}"
        ).format(reference=reference)
    try:
        await request.tell(sentence)
    except discord.HTTPException as failure:
        mishaps.count(failure)


class Interactions(commands.Cog):
    """Give every button, menu and form to the cog that answers it."""

    def __init__(self, client: StewardClient) -> None:
        self._client = client
        self._routes: dict[str, Callable[[Request], Awaitable[None]]] | None = None
        client.tree.on_error = self._on_command_error  # type: ignore[method-assign]

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Find the route of a component or form and let it answer."""
        if interaction.type not in {discord.InteractionType.component, discord.InteractionType.modal_submit}:
            return
        data: Mapping[str, Any] = interaction.data or {}
        parts = str(data.get("custom_id", "")).split(":")
        request = Request(interaction, tuple(parts[3:]))
        with self._client.answering():
            try:
                if self._routes is None:  # the first click comes after the last cog was loaded
                    self._routes = routes(self._client)
                await self._routes.get(":".join(parts[:3]), _answer_nothing)(request)
            except Exception as error:  # noqa: BLE001 - the one place where errors end
                await answer_error(request, error)

    async def _on_command_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError
    ) -> None:
        await answer_error(Request(interaction), error)


async def _answer_nothing(request: Request) -> None:  # noqa: ARG001 - has the shape of every handler
    raise NotAnsweredHere


def routes(client: StewardClient) -> dict[str, Callable[[Request], Awaitable[None]]]:
    """Return every route and its handler, from the cogs that are loaded."""
    return {
        method.__steward_route__: method
        for cog in client.cogs.values()
        for _, method in inspect.getmembers(cog, lambda member: hasattr(member, "__steward_route__"))
    }


async def setup(client: StewardClient) -> None:
    """Load the cog."""
    await client.add_cog(Interactions(client))
