"""Events of Discord's own, where organizers chose to have one: made, changed and removed after the town hall itself.

Whatever goes wrong with one is told to the organizer and changes nothing about the town hall.
"""

from typing import Any

import discord
from aiohttp import ClientError

from bot.texts import Translate
from bot.townhalls.plans import PlaceKind
from bot.townhalls.rules import State, TownHall
from bot.townhalls.scheduling import Scheduling
from cogs.interactions import Request

LONGEST_LOCATION = 100
LONGEST_DESCRIPTION = 1000


async def keep_up(request: Request, scheduling: Scheduling, hall: TownHall) -> str | None:
    """Let Discord's own event say what the town hall does; return what to tell the organizer if it cannot."""
    is_wanted = hall.plan.is_mirrored and hall.state is State.SCHEDULED
    if hall.event_id is None and not is_wanted:
        return None
    await request.defer()  # Discord may take longer than it waits for an answer
    server = request.interaction.guild
    try:
        if server is None:
            return _failed(request.t)
        event = None if hall.event_id is None else await _found(server, hall.event_id)
        if not is_wanted:
            if event is not None:
                await event.delete()
            await scheduling.keep_event(request.actor, hall.id, None)
        elif event is not None:
            await event.edit(**_shown(server, hall))
        else:
            made = await server.create_scheduled_event(
                **_shown(server, hall), privacy_level=discord.PrivacyLevel.guild_only
            )
            await scheduling.keep_event(request.actor, hall.id, made.id)
    except (discord.HTTPException, ClientError, TimeoutError, OSError):
        return _failed(request.t)
    return None


async def _found(server: discord.Guild, event_id: int) -> discord.ScheduledEvent | None:
    """Return the event, unless somebody has deleted it."""
    try:
        return await server.fetch_scheduled_event(event_id, with_counts=False)  # who is interested is not asked for
    except discord.NotFound:
        return None


def _shown(server: discord.Guild, hall: TownHall) -> dict[str, Any]:
    """Return what the event says."""
    plan = hall.plan
    shown: dict[str, Any] = {
        "name": plan.title,
        "description": plan.text[:LONGEST_DESCRIPTION],
        "start_time": hall.starts_at,
        "end_time": hall.ends_at,
    }
    channel = None if plan.place.kind is PlaceKind.OUTSIDE else server.get_channel(int(plan.place.where))
    if isinstance(channel, discord.StageChannel):
        return {**shown, "channel": channel, "entity_type": discord.EntityType.stage_instance}
    if isinstance(channel, discord.VoiceChannel):
        return {**shown, "channel": channel, "entity_type": discord.EntityType.voice}
    where = plan.place.where
    if plan.place.kind is not PlaceKind.OUTSIDE:
        where = f"https://discord.com/channels/{server.id}/{where}"
    elif len(where) > LONGEST_LOCATION:  # half a link leads nowhere, so it leads to the card instead
        where = f"https://discord.com/channels/{server.id}/{hall.channel_id}"
    return {**shown, "location": where, "entity_type": discord.EntityType.external}


def _failed(t: Translate) -> str:
    return t(
        "**Discord’s own event could not be made, changed or removed.** Nothing else is affected: the town hall is as "
        "you see it. Steward needs the permissions “Create Events” and “Manage Events” for it; look at the server’s "
        "events and put them right by hand if need be."
    )
