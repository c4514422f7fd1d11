"""What workers are shown about reports. All of it private to one person."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import discord
from discord import ui

from bot.guilds.rules import Guild, ReadingMode
from bot.ids import GuildId
from bot.refusals import N_
from bot.reports.details import REASONS, Detail
from bot.reports.packing import pack
from bot.reports.rules import STATUS_LABELS, Answering, Report, Waiting
from bot.reports.service import Inbox, OwnCase, Receipt
from bot.reports.taxonomy import CONSENTS, Dimension
from bot.texts import Translate
from cogs import layout
from cogs.layout import DRAFT, QUIET, button, card, line, options, plain, quoted, row, select
from cogs.reports.conversation import conversation, facet_lines

PRIMARY = discord.ButtonStyle.primary


ANSWERING: dict[Answering, str] = {
    Answering.UNKNOWN: N_("There have been too few reports to say how soon one is answered."),
    Answering.SAME_WEEK: N_("Half of the reports got a first answer in the week they came."),
    Answering.TWO_WEEKS: N_("Half of the reports got a first answer within two weeks."),
    Answering.MONTH: N_("Half of the reports got a first answer within four weeks."),
    Answering.LONGER: N_("Half of the reports waited more than four weeks for a first answer."),
    Answering.SELDOM: N_("Fewer than half of the reports have been answered so far."),
}


def honest_screen(t: Translate, inbox: Inbox, server: str) -> ui.LayoutView:
    """Say who can read a report, whether anybody looks, and what Steward cannot protect from. Before every form."""
    guild = inbox.guild
    if guild.reading_mode is ReadingMode.READABLE:
        mode = t("The computer that Steward runs on holds a key, so that they can read in Discord.")
    else:
        mode = t(
            "Only they hold the keys: once sealed, the computer that Steward runs on cannot open your words. What you "
            "choose from the lists stays readable to it, for counting."
        )
    return card(
        t("## Before you write"),
        outside_help(t, guild),
        t("**Who can read your report.** The organizers of {server}: {number} at present. {mode}").format(
            server=plain(server), number=len(guild.organizers), mode=mode
        ),
        t("**Does anybody look?** {opened} {answering}").format(
            opened=_opened(t, inbox.opened_days_ago), answering=t(ANSWERING[inbox.answering])
        ),
        t(
            "**What they do not see.** Who you are, and when you wrote: Steward keeps neither. Reports wait and reach "
            "organizers together, in shuffled order. Only one that you send at once, or that nobody joins for {days} "
            "days, goes alone."
        ).format(days=guild.release_hold_days),
        t(
            "**What Steward cannot protect you from.** Discord can see that you used this bot, what you typed and "
            "when. It keeps that by its own rules and gives data under legal process. Text is not end-to-end "
            "encrypted. Your employer can see it on a device or network it controls. The person who runs the computer "
            "that Steward is on could watch this program at work, or change it."
        ),
        row(button(t("I have read this: write my report"), f"reports:write:v1:{guild.id}", PRIMARY)),
    )


def _opened(t: Translate, days_ago: int | None) -> str:
    match days_ago:
        case None:
            return t("No organizer has opened the desk yet.")
        case 0:
            return t("The desk was set up or opened by an organizer today.")
        case 1:
            return t("No organizer has opened the desk since yesterday.")
        case _:
            return t("No organizer has opened the desk for {days} days.").format(days=days_ago)


def outside_help(t: Translate, guild: Guild) -> str:
    """Say where to go when Discord is the wrong place."""
    if guild.outside_help:
        return t(
            "**If being found out would cost you your job, do not use Discord.** Use Signal or a Tor tip line instead. "
            "Your organizers name this: {help}"
        ).format(help=plain(guild.outside_help))
    return t(
        "**If being found out would cost you your job, do not use Discord.** Use Signal or a Tor tip line instead. "
        "Your organizers have not named one yet: ask an organizer you trust, in person."
    )


def choose_server(t: Translate, servers: Sequence[tuple[GuildId, str]]) -> ui.LayoutView:
    """Ask which of their servers a report is for."""
    labels = [(str(guild_id), name) for guild_id, name in servers]
    return card(
        t("Which server is your report for?"), row(select("reports:server:v1", options(labels), t("Choose a server")))
    )


def answer_to_direct_message(t: Translate) -> ui.LayoutView:
    """Answer what was typed in a direct message, which is neither kept nor read."""
    return card(
        t(
            "I do not read or keep what is typed here. Your message stays in this chat until you delete it, and "
            "Discord may keep it longer. To tell organizers what AI does to your job, use the button: the form leaves "
            "nothing in the chat. Files are never opened or kept."
        ),
        row(
            button(t("Write a report"), "reports:start:v1", PRIMARY),
            button(t("Return with a case code"), "reports:return:v1"),
        ),
        accent=QUIET,
    )


def warning(t: Translate, text: str, details: Sequence[Detail], change: str, keep: str) -> ui.LayoutView:
    """Show what in a text could give its writer away, before anything is sent, with the routes that lead on."""
    found = [(detail.place, t(REASONS[detail.kind])) for detail in details]
    return layout.warning(t, text, found, change, keep)


def preview(t: Translate, guild_id: GuildId, token: str, report: Report) -> ui.LayoutView:
    """Show everything that will be kept of a report, with the ways to send it."""
    place = f"{guild_id}:{token}:{pack(report.facets)}"
    consents = [(value, t(label)) for value, label in CONSENTS.items()]
    return card(
        t("## This is everything that will be kept"),
        facet_lines(t, report.facets),
        t("**In your own words:**"),
        ui.TextDisplay(report.text, id=DRAFT),
        row(select(f"reports:consent:v1:{place}", options(consents, report.facets[Dimension.CONSENT]))),
        line(),
        t(
            "**Send with the next batch** is the safest: it reaches organizers together with other reports.\n"
            "**Send now** reaches them within a minute, alone. Whoever watches both the organizers' desk and the "
            "member list can then guess who was online. Choose it only if waiting would do more harm."
        ),
        row(
            button(t("Send with the next batch"), f"reports:send:v1:{place}", discord.ButtonStyle.success),
            button(t("Change"), f"reports:change:v1:{place}"),
            button(t("Add details"), f"reports:details:v1:{place}"),
        ),
        # Apart from the safe one: a hurried thumb must not find it.
        row(button(t("Send now"), f"reports:sendnow:v1:{place}")),
    )


def case_code(t: Translate, receipt: Receipt, *, at_once: bool) -> ui.LayoutView:
    """Show the case code, this once."""
    when = (
        t("Organizers get it within a minute.")
        if at_once
        else t(
            "Organizers get it at the next release, {when}, if at least {minimum} reports wait by then; "
            "otherwise at a later one, after {days} days at the latest."
        ).format(
            when=discord.utils.format_dt(receipt.next_release_at, "f"),
            minimum=receipt.guild.release_minimum,
            days=receipt.guild.release_hold_days,
        )
    )
    return card(
        t("## Your report is kept"),
        t(
            "This is your case code. Write it down now, on paper if you can, and then dismiss this message: it is "
            "shown only this once."
        ),
        f"```\n{receipt.code}\n```",
        t(
            "With these words, and only with them, you can come back with `/report check` to see how it stands, read "
            "replies and answer. Steward does not know who you are, so it can neither message you nor recover the code."
        ),
        when,
        t("-# It is deleted {days} days after organizers got it, or at once when you withdraw it.").format(
            days=receipt.guild.retention_days
        ),
        accent=discord.Colour.green(),
    )


def waiting_report(t: Translate, waiting: Waiting) -> ui.LayoutView:
    """Show a reporter that their report waits for its release."""
    return card(
        t("## Waiting for release"),
        t("Organizers do not have your report yet. It reaches them together with others."),
        facet_lines(t, waiting.report.facets),
        quoted(waiting.report.text),
        row(button(t("Withdraw it"), "reports:withdraw:v1")),
    )


def own_case(t: Translate, own: OwnCase) -> ui.LayoutView:
    """Show a case to its reporter."""
    case, words = own.case, own.guild.status_words
    status = plain(words[case.status]) if case.status in words else t(STATUS_LABELS[case.status])
    return card(
        t("## {status}").format(status=status),
        t("Organizers treat it together with another report of the same. Their replies reach you here.")
        if case.merged_into is not None
        else None,
        conversation(t, case),
        line(),
        t("Organizers take no more messages on this case.")
        if case.is_muted
        else t("What you add waits for the next release, as your report did."),
        t("-# It is deleted on {day}, and from backups by {later}. You can withdraw it before.").format(
            day=_day(own.expires_on), later=_day(own.gone_from_backups_on)
        ),
        row(
            button(
                t("Add something"), f"reports:answer:v1:{case.id}:{own.given_pass}", PRIMARY, disabled=case.is_muted
            ),
            button(t("Withdraw it"), "reports:withdraw:v1"),
        ),
    )


def withdrawn(t: Translate, gone_from_backups_on: date) -> ui.LayoutView:
    """Say that a report is gone, and when the last copy of it will be."""
    return card(
        t("## Withdrawn"),
        t(
            "Your report, everything added to it and every reply are deleted from what Steward keeps, and its case "
            "code opens nothing any more. Backups made before may hold a sealed copy until {day}."
        ).format(day=_day(gone_from_backups_on)),
        t(
            "What an organizer has read cannot be taken back. A number that a digest has published stays: it does not "
            "fall, so nobody can see that a report was withdrawn."
        ),
        accent=discord.Colour.green(),
    )


def _day(day: date) -> str:
    """Return a day in the reader's own way of writing dates."""
    return discord.utils.format_dt(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), "D")


def answer_kept(t: Translate) -> ui.LayoutView:
    """Say that an answer waits for its release."""
    return card(
        t("Kept. It waits for the next release, as your report did. Come back with the same case code for the reply."),
        accent=discord.Colour.green(),
    )
