"""The setup card: what is set, what is missing, and the menus to mend it; and the post to organizers who are away."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import discord
from discord import ui

from bot.guilds.rules import MOST_ORGANIZERS, RANGES, Guild, Use
from bot.refusals import N_
from bot.reports.attendance import Notice
from bot.texts import Translate
from cogs.layout import QUIET, button, card, channel_select, in_words, line, plain, row, to_mend

USES: dict[Use, str] = {
    Use.PETITIONS: N_("Channel for petitions"),
    Use.TOWNHALLS: N_("Channel for town halls"),
    Use.DIGESTS: N_("Channel for digests"),
    Use.ORGANIZERS: N_("Channel for organizers only"),
}


def setup_card(
    t: Translate, guild: Guild, missing_permissions: Mapping[Use, Sequence[str]], today: date
) -> ui.LayoutView:
    """Show the settings with a menu for each."""
    role_default = (
        []
        if guild.organizer_role_id is None
        else [discord.SelectDefaultValue(id=guild.organizer_role_id, type=discord.SelectDefaultValueType.role)]
    )
    listed = [
        discord.SelectDefaultValue(id=user, type=discord.SelectDefaultValueType.user)
        for user in sorted(guild.organizers)[:MOST_ORGANIZERS]
    ]
    return card(
        t("## Set Steward up"),
        state(t, guild, missing_permissions, today),
        line(),
        row(
            ui.RoleSelect(
                custom_id="guilds:role:v1", placeholder=t("Role that every organizer has"), default_values=role_default
            )
        ),
        row(
            ui.UserSelect(
                custom_id="guilds:organizers:v1",
                placeholder=t("Organizers: who may read reports"),
                max_values=MOST_ORGANIZERS,
                default_values=listed,
            )
        ),
        *(
            row(channel_select(f"guilds:channel:v1:{use}", t(label), guild.channel_for(use)))
            for use, label in USES.items()
        ),
        row(
            button(t("Times and language"), "guilds:times:v1", discord.ButtonStyle.primary),
            button(t("Reports"), "guilds:reports:v1"),
            button(t("Words to look for"), "guilds:words:v1"),
            button(t("Help outside Discord"), "guilds:help:v1"),
        ),
    )


def state(t: Translate, guild: Guild, missing_permissions: Mapping[Use, Sequence[str]], today: date) -> str:
    """Return what is set and what is missing, one line each."""
    lines = [
        _line(t("Organizer role"), f"<@&{guild.organizer_role_id}>" if guild.organizer_role_id else None, t),
        _line(t("Organizers"), ", ".join(f"<@{user}>" for user in sorted(guild.organizers)) or None, t),
    ]
    for use, label in USES.items():
        channel_id = guild.channel_for(use)
        lines.append(_line(t(label), f"<#{channel_id}>" if channel_id else None, t))
        lacking = missing_permissions.get(use, [])
        if lacking:
            lines.append("  " + to_mend(t, lacking))
    lines.append(_line(t("Help outside Discord"), plain(guild.outside_help) if guild.outside_help else None, t))
    lines.append(_line(t("Words to look for"), str(len(guild.code_names)), t))
    lines.append("✅ " + " · ".join(f"{t(each.label)}: {getattr(guild, name)}" for name, each in RANGES.items()))
    released = t("✅ Reports are released daily at {release}, {zone}")
    lines.append(released.format(release=f"{guild.release_at:%H:%M}", zone=guild.zone))
    comes = (
        t("⏸️ The regular digest is paused. It would come: {when}")
        if guild.digest_is_paused
        else t("✅ The regular digest comes: {when}")
    )
    lines.append(comes.format(when=in_words(t, guild.digest_rhythm)))
    return "\n".join([*lines, _readiness(t, guild, today)])


def _readiness(t: Translate, guild: Guild, today: date) -> str:
    if not guild.is_ready:
        return t("⚠️ **Not ready:** reports can be filed once there is an organizer role and at least one organizer.")
    if guild.intake_closes_on is not None and today >= guild.intake_closes_on:
        return t(
            "⚠️ **Closed:** no organizer has opened the desk for long. Reports are taken again once one runs `/cases`."
        )
    return t("✅ **Ready:** members can file reports with `/report file`.")


def _line(label: str, value: str | None, t: Translate) -> str:
    return f"✅ {label}: {value}" if value else f"⚠️ {label}: {t('not set')}"


NOTICES: dict[Notice, str] = {
    Notice.CLOSING: N_(
        "## Who looks at the desk?\n"
        "No organizer has opened it since {opened}. If nobody does, Steward takes no reports from {closes} on, because "
        "they would not be read. One of you opening `/cases` is enough."
    ),
    Notice.CLOSED: N_(
        "## Steward takes no reports\n"
        "No organizer has opened the desk since {opened}, so from {closes} on reports are not taken: they would not be "
        "read. Workers who try are told so. As soon as one of you opens `/cases`, reports are taken again."
    ),
}


def attendance(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return the post that tells organizers of their own absence, and nothing of what waits for them."""
    told = t(NOTICES[Notice(contents["notice"])])
    return card(
        told.format(opened=_day(contents["opened_on"]), closes=_day(contents["closes_on"])),
        t("-# This is said by the calendar alone, whether or not anything waits for you. {reference}").format(
            reference=reference
        ),
        accent=QUIET,
    )


def _day(day: str) -> str:
    """Return a day in the reader's own way of writing dates; at noon it is the same day nearly everywhere."""
    return discord.utils.format_dt(datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC), "D")


WAITING: dict[str, str] = {
    "digests": N_("A digest"),
    "petitions": N_("A post about a petition"),
    "polls": N_("A post about a poll"),
    "townhalls": N_("A post about a town hall"),
    "trust": N_("The mark of the public record"),
}
POST = N_("A post")

CHANNEL_GONE, CHANNEL_UNSEEN = 10003, 50001
CLOSED: dict[int, str] = {
    CHANNEL_GONE: N_(
        "The channel was deleted. Please choose another with `/setup`: digests and posts about petitions that wait are "
        "then posted there. A poll or a town hall keeps the channel it was started in, so what it had to say there "
        "cannot be said any more."
    ),
    CHANNEL_UNSEEN: N_(
        "Steward cannot see the channel any more: **View Channel** is probably missing there. Give it back in the "
        "channel's settings, together with Send Messages, Read Message History and Attach Files."
    ),
}
NOT_ALLOWED = N_(
    "Discord does not let Steward write there: **Send Messages** is probably missing, or View Channel. Give them back "
    "in the channel's settings, together with Read Message History and Attach Files; for posts that go on in a thread, "
    "also Create Public Threads and Send Messages in Threads."
)


def closed(contents: Mapping[str, Any], t: Translate, reference: str) -> ui.LayoutView:
    """Return the post that tells organizers of a channel that Steward cannot post to, and how to mend it."""
    code = contents["code"]
    return card(
        t("## Steward cannot post in {channel}").format(channel=f"<#{contents['channel']}>"),
        t("{what} waits to be posted there. {why}").format(
            what=t(WAITING.get(contents["waits"], POST)), why=t(CLOSED.get(code, NOT_ALLOWED))
        ),
        None
        if code == CHANNEL_GONE
        else t(
            "You need do nothing else: within ten minutes of it being mended, Steward posts everything that waits "
            "there, in order and once. Nothing is lost. `/setup` shows administrators what is missing."
        ),
        t("-# This is said once each time a channel closes. {reference}").format(reference=reference),
        accent=QUIET,
    )
