"""Checks of what Discord says: the token, the application, and each server the bot is in."""

from collections.abc import AsyncIterator, Mapping

from bot.application import ADMINISTRATOR, PERMISSIONS, Application, Denied, Profile, application
from bot.cleaning import one_line
from bot.client import DiscordUnreachable, TokenRefused
from bot.clock import Clock
from bot.guilds.rules import Use
from bot.guilds.service import Guild
from bot.ids import GuildId
from bot.operations.findings import Finding, note, ok, problem
from bot.operations.machine import check_clock
from bot.settings import Settings

Known = Mapping[GuildId, Guild]
"""The servers that are set up, as the database has them; empty when it cannot be read."""


async def check_discord(settings: Settings, known: Known, clock: Clock) -> AsyncIterator[Finding]:
    """Ask Discord about everything Steward needs of it."""
    if settings.token is None:
        yield problem("token", "DISCORD_TOKEN is missing.", "Run: python3 run.py setup")
        return
    async with application(settings.bot_token, settings.discord_url) as discord:
        try:
            async for finding in _check(discord, known):
                yield finding
        except TokenRefused:
            told = "Discord refuses DISCORD_TOKEN: it is not a token, or it was reset."
            yield problem("token", told, "Copy it anew from the Bot page of your application: python3 run.py setup")
        except DiscordUnreachable:
            told = "Discord cannot be reached, or asks to wait."
            yield problem("discord", told, "Check this machine's network and look again in a few minutes.")
        for finding in check_clock(clock.now(), discord.clock_of_discord):
            yield finding


def check_profile(profile: Profile) -> list[Finding]:
    """Look at how the application is set up on Discord's developer pages."""
    findings = []
    if profile.privileged:
        told = f"The application has {', '.join(profile.privileged)} on, which Steward does not need."
        findings.append(note("intents", told, "Turn it off on the Bot page of your application."))
    else:
        findings.append(ok("intents", "No privileged intent is on."))
    if profile.is_public:
        told = "The bot is public: anybody can add it to their server, and its reports would be in your hands."
        findings.append(note("public", told, "Turn off Public Bot on the Bot page of your application."))
    else:
        findings.append(ok("public", "Only you can add the bot to servers."))
    return findings


async def _check(discord: Application, known: Known) -> AsyncIterator[Finding]:
    own_id = await discord.own_id()
    profile = await discord.profile()
    yield ok("token", "Discord accepts the token.")
    for finding in check_profile(profile):
        yield finding
    if await discord.command_names(profile.id):
        yield ok("commands", "Discord knows Steward's commands.")
    else:
        yield note("commands", "Discord does not know Steward's commands yet.", "The next start tells it.")
    guilds = await discord.guilds()
    if not guilds:
        yield note("server", "The bot is in no server.", f"Invite it: {profile.invitation}")
    for guild_id, name in sorted(guilds.items()):
        async for finding in _check_guild(discord, profile, own_id, guild_id, one_line(name), known):
            yield finding
    for guild_id in sorted(known.keys() - guilds.keys()):
        told = f"The bot is no longer in the server {guild_id}, which is set up."
        yield note("server", told, f"Invite it again, if it should be there: {profile.invitation}")


async def _check_guild(
    discord: Application, profile: Profile, own_id: int, guild_id: int, name: str, known: Known
) -> AsyncIterator[Finding]:
    guild = known.get(GuildId(guild_id))
    if guild is None or not guild.is_ready:
        yield note("server", f"{name} is not set up.", "An administrator there runs /setup in Discord.")
    else:
        yield ok("server", f"{name} is set up.")
    try:
        await discord.check_commands_scope(profile.id, guild_id)
    except Denied:
        told = f"{name} has the bot without its commands."
        yield problem("scopes", told, f"Open this link as an administrator: {profile.invitation}")
    try:
        granted, channels = await discord.permissions(guild_id, own_id)
    except Denied:
        told = f"Discord does not let the bot look at {name}."
        yield problem("server", told, f"Invite it again: {profile.invitation}")
        return
    if granted & ADMINISTRATOR:
        told = f"In {name} the bot is an administrator, which is far more than it needs."
        yield note("power", told, "Take Administrator away from its role.")
    for use in Use if guild is not None else ():
        channel_id = guild.channel_for(use) if guild is not None else None
        if channel_id is None:
            continue
        may = channels.get(channel_id)
        lacking = [permission for permission, bit in PERMISSIONS.items() if may is not None and not may & bit]
        if may is None:
            told = f"In {name} the channel for {use} is gone."
            yield problem("channel", told, "An administrator there chooses another with /setup.")
        elif lacking:
            told = f"In {name} the bot lacks {', '.join(lacking)} in the channel for {use}."
            yield problem("channel", told, "Allow it in that channel's settings, under Permissions.")
        else:
            yield ok("channel", f"In {name} the bot can post in the channel for {use}.")
