"""What an organizer chooses when proposing another organizer list."""

import discord
from discord import ui

from bot.guilds.rules import MOST_ORGANIZERS, Guild
from bot.texts import Translate


def organizer_select(t: Translate, custom_id: str, guild: Guild) -> ui.UserSelect[ui.LayoutView]:
    """Return the menu of the organizer list, filled in as it stands."""
    return ui.UserSelect(
        custom_id=custom_id,
        placeholder=t("Organizers: who may read reports"),
        max_values=MOST_ORGANIZERS,
        default_values=[
            discord.SelectDefaultValue(id=user, type=discord.SelectDefaultValueType.user)
            for user in sorted(guild.organizers)[:MOST_ORGANIZERS]
        ],
    )
