"""What Steward says about itself: trust, privacy, help, freezing and burning."""

from collections.abc import Mapping

import discord
from discord import ui

from bot.guilds.rules import Guild, ReadingMode
from bot.refusals import N_
from bot.reports.rules import MOST_A_DAY
from bot.texts import Translate
from bot.trust.service import About
from cogs.layout import QUIET, Item, button, card, plain, row

ROWS: dict[str, str] = {
    "organizers": N_("organizers on the list"),
    "digests": N_("digests decided"),
    "outbox": N_("posts of the last 30 days"),
    "audit": N_("rows of the audit chain"),
    "proposals": N_("proposals of organizers"),
}
MODES: dict[ReadingMode, str] = {
    ReadingMode.READABLE: N_(
        "*readable*: the computer that Steward runs on holds a key, so that organizers can read in Discord. Whoever "
        "has its data and its keys can read too"
    ),
    ReadingMode.OFFLINE: N_(
        "*offline*: only organizers' own keys open the words of a report. The computer can open the choices made in "
        "the form, to count them"
    ),
}


def about(t: Translate, about: About) -> ui.LayoutView:
    """Show who hosts this Steward and what it keeps of this server."""
    rows = ", ".join(f"{t(ROWS[name])}: {count}" for name, count in about.rows.items())
    return card(
        t("## Can you trust this Steward?"),
        t("**Who runs it:** {operator}").format(
            operator=plain(about.operator) if about.operator else t("they have not said. Ask an organizer.")
        ),
        t("**Version:** {version}, free software under the AGPL: whoever runs it must show you its source.").format(
            version=about.version
        ),
        t("**Who reads reports:** the organizers on the list, {number} at present. Reading mode: {mode}.").format(
            number=len(about.guild.organizers), mode=t(MODES[about.guild.reading_mode])
        ),
        t(
            "**If nobody looks:** once no organizer has opened the desk for {days} days in a row, reports are not "
            "taken until one does, because they would not be read."
        ).format(days=about.guild.intake_closes_after_days),
        t(
            "**What is kept of this server:** {rows}. How many reports there are is not told exactly, because a number "
            "that moves would tell when somebody has just reported."
        ).format(rows=rows),
        t(
            "**What is never kept:** who reported, and when; what is typed in a direct message. "
            "Nothing is sent to any service but Discord."
        ),
        in_memory(t),
        votes(t),
        t(
            "**How long:** a case goes {kept} days after the week in which organizers got it, or at once when its "
            "reporter withdraws it with the case code, or when two organizers delete it. Backups keep a sealed copy "
            "until they are {backup} days old and a newer one is made. Numbers that were published stay."
        ).format(kept=about.guild.retention_days, backup=about.backup_days),
        t(
            "Everything goes {days} days after Steward is removed from the server. Old posts and decisions were last "
            "tidied up: {purge}."
        ).format(days=about.kept_after_leaving_days, purge=about.last_purge or t("not yet")),
        t("**Audit chain:** row {position}, `{hash}`. See `/audit`.").format(
            position=about.head.position, hash=about.head.hash[:16]
        ),
    )


def in_memory(t: Translate) -> str:
    """Say what Steward knows for a while of who reported, and why."""
    return t(
        "**In memory only:** marks by which Steward takes at most {limit} reports a day from one account. They are "
        "never on disk, and go at midnight (UTC) or when it stops. Whoever copied the memory of the running program "
        "before that could test whether an account had reported that day."
    ).format(limit=MOST_A_DAY)


def votes(t: Translate) -> str:
    """Say what Steward keeps of who voted, and until when."""
    return t(
        "**Only while a poll is open** Steward keeps, sealed, which accounts have voted, and apart from that the "
        "ballots; where a vote can be changed, also which ballot is whose. In a show of hands it keeps names, sealed, "
        "and what they said. Whoever steals data and keys meanwhile can open it. At the close all of "
        "that is destroyed with the poll's key, which is in no backup. What was counted stays, with the reasons and "
        "the list of ballots where the poll has them."
    )


def own_deeds(t: Translate) -> str:
    """Say that what a member did in petitions and town halls leads to them by their own click alone, and goes there."""
    return t(
        "If you started or signed a petition, signed up for a town hall, asked or commented there, or said when you "
        "could meet, Steward keeps that until its time is over: under a number made from your account with a key of "
        "that one thing, and a name only if you typed one, sealed. It is found by your own click there, starting from "
        "`/petition list` or `/townhall list`. There you can take back what can still be taken back; nothing of it is "
        "erased here."
    )


def open_votes(t: Translate) -> str:
    """Say that a vote in an open poll can be found from the voter's own click, and goes by itself."""
    return t(
        "While a poll is open, Steward can tell from your click whether you have voted in it: `/polls` shows where "
        "your vote is still awaited. That is destroyed at the close, and cannot be erased before, but for a raised "
        "hand: you can lower it."
    )


def privacy(t: Translate, guild: Guild | None) -> ui.LayoutView:
    """Say in plain words who can see what, and what rights people have."""
    help_line = plain(guild.outside_help) if guild is not None and guild.outside_help else None
    return card(
        t("## Who can see what"),
        t(
            "**Discord** can see that you used this bot, what you typed and when. It keeps that by its own rules and "
            "gives data under legal process. Text is not end-to-end encrypted (only voice and video are)."
        ),
        t("**Your employer** can see it on a device or a network it controls. Use your own."),
        t(
            "**Whoever runs the computer** that Steward is on cannot find out from the stored data who reported. They "
            "could watch the program at work, or change it, and find out about the next report."
        ),
        in_memory(t),
        t(
            "**Organizers** read what you report. They do not see who you are or when you wrote. Reading mode: {mode}."
        ).format(mode=t("see `/trust` in your server") if guild is None else t(MODES[guild.reading_mode])),
        t("**Other members** see numbers in the digest once there are enough reports, as “at least”."),
        votes(t),
        withdrawal(t, guild),
        t(
            "**Your rights.** Being in a union is specially protected data in Europe (GDPR, Article 9). `/mydata "
            "export` and `/mydata delete` show and erase what can be found about you. A report cannot be found that "
            "way, because nothing links it to you: only whoever has its case code can open it."
        ),
        t("If being found out would cost you your job, use Signal or a Tor tip line instead: {help}").format(
            help=help_line or t("ask an organizer you trust for one.")
        ),
        accent=QUIET,
    )


def withdrawal(t: Translate, guild: Guild | None) -> str:
    """Say how a report goes, what stays of it, and when nothing is taken."""
    kept = (
        t("Otherwise it goes after a time that `/trust` in your server tells.")
        if guild is None
        else t("Otherwise it goes {days} days after the week in which organizers got it.").format(
            days=guild.retention_days
        )
    )
    return t(
        "**You can take it back.** With `/report check` and your case code you can delete your report at any time, "
        "waiting or read. {kept} Backups keep a sealed copy for a while longer, which `/trust` tells too. What "
        "somebody has read and a number that was published stay. When no organizer has looked in for long, no reports "
        "are taken."
    ).format(kept=kept)


def own_data(t: Translate, found: Mapping[str, object]) -> ui.LayoutView:
    """Show what can be found about a member from their own click, and what cannot."""
    return card(
        t("## What can be found about you in this server"),
        t("- You are on the organizer list.")
        if found["organizer_list"]
        else t("- You are not on the organizer list. Nothing else can be looked up by your account."),
        t(
            "Reports and answers cannot be found from your account, because they were never linked to it. With a case "
            "code, `/report check` shows one. Discord keeps its own record of your use of this bot; ask Discord for "
            "that."
        ),
        own_deeds(t),
        open_votes(t),
        accent=QUIET,
    )


def deleted(t: Translate, *, anything: bool) -> ui.LayoutView:
    """Say what was erased about a member."""
    return card(
        t("Erased: you are no longer on the organizer list.")
        if anything
        else t("There was nothing to erase: you are not on the organizer list."),
        t(
            "Reports could not be looked for, because nothing links them to you. The audit chain names organizers by "
            "tags that only this server's key can match, and yours is matched no more."
        ),
        own_deeds(t),
        open_votes(t),
        accent=QUIET,
    )


def panic(t: Translate, guild: Guild) -> ui.LayoutView:
    """Let one organizer freeze everything, or propose to thaw it."""
    if guild.is_frozen:
        return card(
            t("## Steward is frozen"),
            t(
                "Nothing is taken in, released, read at the desk or posted; only proposals of organizers are still "
                "told. Two organizers together can thaw it."
            ),
            row(button(t("Propose to thaw"), "trust:thaw:v1", discord.ButtonStyle.primary)),
        )
    return card(
        t("## Freeze Steward?"),
        t(
            "Use this when something is wrong: a stolen organizer account, an infiltrator, a post that must not go "
            "out. At once nothing is taken in, released, read at the desk or posted any more. Nothing is deleted. You "
            "can do it alone; thawing takes two organizers."
        ),
        row(button(t("Freeze now"), "trust:freeze:v1", discord.ButtonStyle.danger)),
    )


def burn(t: Translate) -> ui.LayoutView:
    """Explain what erasing everything means, before it is proposed."""
    return card(
        t("## Erase everything?"),
        t(
            "This erases all that Steward keeps of this server: settings, organizer list, waiting reports, cases and "
            "replies, petitions, polls, numbers, digests, and the audit chain. Reporters can then no longer come back. "
            "It cannot be undone. Posts in channels stay; backups keep a copy until they expire."
        ),
        t("A second organizer must agree within 24 hours, and for 24 hours after that any organizer can veto it."),
        row(button(t("Propose to erase everything"), "trust:burn:v1", discord.ButtonStyle.danger)),
    )


COMMANDS: dict[str, str] = {
    "report file": N_("tell organizers in private, without your name, what AI does to your job"),
    "report check": N_("come back to your report with its case code"),
    "polls": N_("vote, and see what is open and what came out"),
    "poll check": N_("look up your own ballot in a checkable list"),
    "demands": N_("what petitions can ask for, and where it was won"),
    "resources": N_("find courses, legal help, somebody to talk to, and more"),
    "trust": N_("who runs this Steward and what it keeps"),
    "privacy": N_("who can see what"),
    "audit": N_("what organizers did"),
    "mydata export": N_("see what can be found about you"),
    "mydata delete": N_("erase what can be found about you"),
}
FOR_ORGANIZERS: dict[str, str] = {
    "cases": N_("read and answer reports"),
    "keys": N_("who can open reports, and with which keys"),
    "impact show": N_("what reports say, in numbers"),
    "impact export": N_("the same as files, with a brief for bargaining"),
    "digests": N_("which digests come, and when"),
    "petitions": N_("look after petitions"),
    "poll start": N_("hold a poll"),
    "poll manage": N_("look after polls"),
    "decisions": N_("what waits for a second organizer"),
    "organizers": N_("propose who is an organizer"),
    "deskaudit": N_("what organizers did with cases"),
    "panic": N_("freeze everything at once"),
    "burn": N_("propose to erase everything"),
}
FOR_ADMINISTRATORS: dict[str, str] = {"setup": N_("set Steward up in this server")}


def help_card(t: Translate, *, is_organizer: bool, is_administrator: bool) -> ui.LayoutView:
    """List what the person who asks can do here."""
    parts: list[Item | str] = [
        t("## What Steward can do for you"),
        _commands(t, COMMANDS),
    ]
    if is_organizer:
        parts += [t("**For organizers**"), _commands(t, FOR_ORGANIZERS)]
    if is_administrator:
        parts += [t("**For administrators**"), _commands(t, FOR_ADMINISTRATORS)]
    return card(*parts)


def _commands(t: Translate, commands: Mapping[str, str]) -> str:
    return "\n".join(f"`/{name}` {t(text)}" for name, text in commands.items())
