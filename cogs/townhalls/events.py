"""Events of Discord's own, where organizers chose to have one: made, changed and removed after the town hall itself.

Whatever goes wrong with one is told to the organizer and changes nothing about the town hall.
"""

import asyncio
from typing import Any

import discord
from aiohttp import ClientError

from bot.client import StewardClient
from bot.ids import HallId
from bot.texts import Translate
from bot.townhalls.plans import PlaceKind
from bot.townhalls.rules import State, TownHall
from bot.townhalls.scheduling import Scheduling
from cogs.interactions import Request

LONGEST_LOCATION = 100
LONGEST_DESCRIPTION = 1000
RETRY_TICKS = 40
"""After how many ticks an event that could not be made is tried again: about ten minutes."""
MAKE_SECONDS = 15


class Mirroring:
    """Make the events of the town halls that follow in a series, for which nobody presses a button."""

    def __init__(self, client: StewardClient) -> None:
        self._client = client
        self._scheduling = client.steward.scheduling
        self._waits: dict[HallId, int] = {}

    async def mirror_due(self) -> None:
        """Make each event that is lacking, once; what Discord refuses is tried again later and holds up nothing."""
        halls = await self._scheduling.to_mirror()
        waits = {hall.id: self._waits.get(hall.id, 0) for hall in halls}
        self._waits = {hall_id: ticks - 1 for hall_id, ticks in waits.items() if ticks > 0}
        for hall in halls:
            server = self._client.get_guild(hall.guild_id)
            if waits[hall.id] > 0 or server is None:
                continue
            try:
                async with asyncio.timeout(MAKE_SECONDS), self._scheduling.mirroring:
                    await self._mirror(server, hall)
            except (discord.HTTPException, ClientError, TimeoutError, OSError):
                self._waits[hall.id] = RETRY_TICKS

    async def _mirror(self, server: discord.Guild, hall: TownHall) -> None:
        if hall.id not in {each.id for each in await self._scheduling.to_mirror()}:
            return  # an organizer was quicker
        event = await self._made_before(server, hall) or await _made(server, hall)
        if not await self._scheduling.mirrored(hall.id, event.id):
            await event.delete()

    async def _made_before(self, server: discord.Guild, hall: TownHall) -> discord.ScheduledEvent | None:
        """Return the event of a town hall that was made before a crash and not noted: ours, and nobody else's."""
        known, us = (await self._scheduling.with_event(hall.guild_id)).values(), self._client.user
        for event in await server.fetch_scheduled_events(with_counts=False):
            is_ours = us is not None and event.creator_id == us.id and event.id not in known
            if is_ours and event.name == hall.plan.title and event.start_time == hall.starts_at:
                return event
        return None


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
            async with scheduling.mirroring:
                if hall.id not in await scheduling.with_event(hall.guild_id):
                    await scheduling.keep_event(request.actor, hall.id, (await _made(server, hall)).id)
    except (discord.HTTPException, ClientError, TimeoutError, OSError):
        return _failed(request.t)
    return None


async def _made(server: discord.Guild, hall: TownHall) -> discord.ScheduledEvent:
    shown = _shown(server, hall)
    return await server.create_scheduled_event(**shown, privacy_level=discord.PrivacyLevel.guild_only)


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
