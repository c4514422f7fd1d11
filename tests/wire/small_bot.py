"""A small discord.py bot, unmodified but for where it connects: the loopback's own tests drive it.

Run as a program it stands in for the real bot: `STEWARD_DISCORD_URL=… python small_bot.py`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import discord
import yarl
from discord import app_commands, ui
from discord.gateway import DiscordWebSocket
from discord.http import Route


@contextmanager
def pointed_at(url: str) -> Iterator[None]:
    """Make discord.py talk to a server of ours, and put everything back."""
    rest, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = f"{url}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url.replace("http://", "ws://") + "/gateway")
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = rest, gateway


class Form(ui.Modal, title="Report"):
    """One text, one menu, one consent."""

    what: ui.Label[Any] = ui.Label(text="What happened", component=ui.TextInput(custom_id="what", max_length=200))
    impact: ui.Label[Any] = ui.Label(
        text="Impact",
        component=ui.Select(
            custom_id="impact",
            required=True,
            options=[
                discord.SelectOption(label="Pay", value="pay"),
                discord.SelectOption(label="Hours", value="hours"),
            ],
        ),
    )
    consent: ui.Label[Any] = ui.Label(text="I agree", component=ui.Checkbox(custom_id="consent"))


class Card(ui.LayoutView):
    """A card with buttons and a menu, answered statelessly."""

    def __init__(self, text: str) -> None:
        super().__init__(timeout=None)
        box: ui.Container[Any] = ui.Container(ui.TextDisplay(text))
        row: ui.ActionRow[Any] = ui.ActionRow()
        row.add_item(ui.Button(label="Sign", custom_id="sign:1"))
        row.add_item(ui.Button(label="Report", custom_id="report:1"))
        box.add_item(row)
        options = [discord.SelectOption(label=name, value=name) for name in ("yes", "no")]
        menu: ui.ActionRow[Any] = ui.ActionRow(ui.Select(custom_id="vote:1", options=options, required=True))
        box.add_item(menu)
        self.add_item(box)


async def card(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.send_message(view=Card("Fair pay for the night shift"))


async def slow(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    await interaction.followup.send("Done thinking")
    await interaction.followup.send("One more thing", ephemeral=True)


async def join(interaction: discord.Interaction[Any], local: str, steward: discord.Member | None = None) -> None:
    await interaction.response.send_message(f"{local} with {steward and steward.id}", ephemeral=True)


async def locals_like(_interaction: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=f"{typed} {number}", value=f"{typed} {number}") for number in (1, 2)]


class SmallBot(discord.Client):
    """Answer in each of the ways that the loopback models."""

    def __init__(self, **options: Any) -> None:
        intents = discord.Intents(guilds=True, dm_messages=True)
        super().__init__(intents=intents, max_messages=None, guild_ready_timeout=0.01, **options)
        self.tree = app_commands.CommandTree(self)
        self.tree.command(name="card", description="Show a card")(card)
        self.tree.command(name="slow", description="Think first")(slow)
        join_command = self.tree.command(name="join", description="Join a local")(join)
        join_command.autocomplete("local")(locals_like)
        self.events: list[str] = []
        self.refusals: list[int] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify at once: the default waits five seconds after an invalidated session."""

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        data: Any = interaction.data
        if interaction.type is discord.InteractionType.component:
            await self.may_answer.wait()
            try:
                await self._click(interaction, data)
            except discord.HTTPException as refused:
                self.refusals.append(refused.code)
        elif interaction.type is discord.InteractionType.modal_submit:
            fields = {one["component"]["custom_id"]: one["component"] for one in data["components"]}
            words = f"{fields['what']['value']}, {fields['impact']['values']}, {fields['consent']['value']}"
            await interaction.response.send_message(words, ephemeral=True)

    @staticmethod
    async def _click(interaction: discord.Interaction[Any], data: Any) -> None:
        match data["custom_id"]:
            case "report:1":
                await interaction.response.send_modal(Form(custom_id="form:v1"))
            case "vote:1":
                await interaction.response.edit_message(view=Card(f"Voted {data['values'][0]}"))
            case _:
                await interaction.response.send_message("Signed", ephemeral=True)

    async def on_message(self, message: discord.Message) -> None:
        if not message.author.bot:
            await message.channel.send(f"You wrote {len(message.content)} characters")

    async def on_resumed(self) -> None:
        self.events.append("resumed")


async def main() -> None:
    """Run until told to stop."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    with pointed_at(os.environ["STEWARD_DISCORD_URL"]):
        async with SmallBot() as bot:
            running = asyncio.create_task(bot.start(os.environ["DISCORD_TOKEN"]))
            await asyncio.wait([running, asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    sys.stdout.write("stopped\n")


if __name__ == "__main__":
    asyncio.run(main())
