"""What is shown about reports, to workers and at the desk. All of it private to one person."""

from collections.abc import Sequence
from datetime import UTC, datetime

import discord
from discord import ui

from bot.guilds.rules import Guild, ReadingMode
from bot.ids import GuildId
from bot.reports.rules import STATUS_LABELS, Case, Facets, Report, Status, Waiting, pack
from bot.reports.service import DeskPage, Receipt
from bot.reports.taxonomy import CATEGORIES, QUESTIONS, ROLES, VALUES, Dimension
from bot.texts import Translate
from cogs.layout import QUIET, Item, button, card, line, options, plain, quoted, row, select

DRAFT = 77
"""The component id under which the preview shows the text exactly as it will be kept, to be read back from there."""

PRIMARY = discord.ButtonStyle.primary


def honest_screen(t: Translate, guild: Guild, server: str) -> ui.LayoutView:
    """Say who can read a report and what Steward cannot protect from. Stands before every form."""
    if guild.reading_mode is ReadingMode.READABLE:
        mode = t("The computer that Steward runs on holds a key, so that they can read in Discord.")
    else:
        mode = t("Only they hold the keys; the computer that Steward runs on cannot open it.")
    return card(
        t("## Before you write"),
        outside_help(t, guild),
        t("**Who can read your report.** The organizers of {server}: {number} at present. {mode}").format(
            server=plain(server), number=len(guild.organizers), mode=mode
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
            "nothing in the chat."
        ),
        row(
            button(t("Write a report"), "reports:start:v1", PRIMARY),
            button(t("Return with a case code"), "reports:return:v1"),
        ),
        accent=QUIET,
    )


def preview(t: Translate, guild_id: GuildId, token: str, report: Report) -> ui.LayoutView:
    """Show everything that will be kept of a report, with the ways to send it."""
    place = f"{guild_id}:{token}:{pack(report.facets)}"
    return card(
        t("## This is everything that will be kept"),
        facet_lines(t, report.facets),
        t("**In your own words:**"),
        ui.TextDisplay(report.text, id=DRAFT),
        line(),
        t(
            "**Send with the next batch** is the safest: it reaches organizers together with other reports.\n"
            "**Send now** reaches them within a minute, alone. Whoever watches both the organizers' desk and the "
            "member list can then guess who was online. Choose it only if waiting would do more harm."
        ),
        row(
            button(t("Send with the next batch"), f"reports:send:v1:{place}", discord.ButtonStyle.success),
            button(t("Change"), f"reports:change:v1:{place}"),
        ),
        # Apart from the safe one: a hurried thumb must not find it.
        row(button(t("Send now"), f"reports:sendnow:v1:{place}")),
    )


def facet_lines(t: Translate, facets: Facets) -> str:
    """Return a report's choices, one on each line."""
    return "\n".join(
        f"**{t(QUESTIONS[dimension])}** {t(VALUES[dimension][facets[dimension]])}" for dimension in Dimension
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
        accent=discord.Colour.green(),
    )


def waiting_report(t: Translate, waiting: Waiting) -> ui.LayoutView:
    """Show a reporter that their report waits for its release."""
    return card(
        t("## Waiting for release"),
        t("Organizers do not have your report yet. It reaches them together with others."),
        facet_lines(t, waiting.report.facets),
        quoted(waiting.report.text),
    )


def own_case(t: Translate, case: Case, given_pass: str) -> ui.LayoutView:
    """Show a case to its reporter."""
    return card(
        t("## {status}").format(status=t(STATUS_LABELS[case.status])),
        *_conversation(t, case, mine="reporter"),
        line(),
        t("What you add waits for the next release, as your report did."),
        row(button(t("Add something"), f"reports:answer:v1:{case.id}:{given_pass}", PRIMARY)),
    )


def answer_kept(t: Translate) -> ui.LayoutView:
    """Say that an answer waits for its release."""
    return card(
        t("Kept. It waits for the next release, as your report did. Come back with the same case code for the reply."),
        accent=discord.Colour.green(),
    )


def desk(t: Translate, page: DeskPage) -> ui.LayoutView:
    """List cases for organizers."""
    if not page.cases:
        return card(
            t("## Cases"),
            t("No case yet. Reports arrive here together at release time; nobody is notified of a single one."),
        )
    return card(
        t("## Cases"),
        *(_desk_line(t, case) for case in page.cases),
        row(
            button(t("Back"), f"reports:desk:v1:{page.number - 1}", disabled=page.number == 0),
            button(t("Next"), f"reports:desk:v1:{page.number + 1}", disabled=page.number + 1 >= page.pages),
        )
        if page.pages > 1
        else None,
        t("-# Page {number} of {pages}").format(number=page.number + 1, pages=page.pages) if page.pages > 1 else None,
    )


def _desk_line(t: Translate, case: Case) -> Item:
    facets = case.report.facets
    if not case.has_news:
        news = " ·"
    elif case.status is Status.RECEIVED:
        news = t(" · new ·")
    else:
        news = t(" · new answer ·")
    summary = "**{case}**{news} {category}\n-# {role} · {week} · {status}".format(
        case=case.id,
        news=news,
        category=t(CATEGORIES[facets[Dimension.CATEGORY]]),
        role=t(ROLES[facets[Dimension.ROLE]]),
        week=_week(t, case.released_week),
        status=t(STATUS_LABELS[case.status]).split(":")[0],
    )
    return ui.Section(ui.TextDisplay(summary), accessory=button(t("Open"), f"reports:case:v1:{case.id}"))


def _week(t: Translate, iso_week: str) -> str:
    """Return a week by its Monday, in the reader's own way of writing dates."""
    monday = datetime.fromisoformat(f"{iso_week}-1").replace(hour=12, tzinfo=UTC)
    return t("week of {day}").format(day=discord.utils.format_dt(monday, "D"))


def case_at_desk(t: Translate, case: Case) -> ui.LayoutView:
    """Show a case to an organizer."""
    return card(
        t("## Case {case}").format(case=case.id),
        t("-# Released in the {week}. Who reported, and when, is not known to anybody here.").format(
            week=_week(t, case.released_week)
        ),
        *_conversation(t, case, mine="organizer"),
        line(),
        t("What the reporter reads about it:"),
        row(
            select(
                f"reports:status:v1:{case.id}",
                options([(status, t(STATUS_LABELS[status])) for status in Status], case.status),
            )
        ),
        row(
            button(t("Reply"), f"reports:reply:v1:{case.id}", PRIMARY),
            button(t("All cases"), "reports:desk:v1:0"),
            button(t("Propose to delete"), f"reports:delete:v1:{case.id}"),
        ),
    )


ROOM = 3400
"""Characters of a conversation that fit beside the rest of a card; Discord takes 4,000 in all."""


def _conversation(t: Translate, case: Case, mine: str) -> list[str]:
    """Return the report and its messages, the newest ones whole and the oldest left out if there is no room."""
    who = {"reporter": t("Reporter"), "organizer": t("Organizers"), mine: t("You")}
    if mine == "organizer":
        who["organizer"] = t("Organizers")
    first = f"{facet_lines(t, case.report.facets)}\n{quoted(case.report.text)}"
    parts = [first, *(f"**{who[message.author]}**\n{quoted(message.text)}" for message in case.messages)]
    kept: list[str] = []
    room = ROOM
    for part in reversed(parts):
        if len(part) > room and kept:
            kept.append(t("-# Earlier messages do not fit here."))
            break
        kept.append(part)
        room -= len(part)
    return kept[::-1]
